// What a read walks without a call: version 3 of the layout of frames, tables, entries and keys.
//
// The core's crates/hyperparameter/src/host/layout.rs says the same in Rust. Where a build of the core has another layout,
// its table says so (`layout`), nothing here is followed, and every read is a call.
#ifndef HYPERPARAMETER_LAYOUT_H
#define HYPERPARAMETER_LAYOUT_H

#include <cstddef>
#include <cstdint>

#if defined(__GNUC__)
#define HYPERPARAMETER_INLINE inline __attribute__((always_inline))
#define HYPERPARAMETER_NOINLINE __attribute__((noinline))
#define HYPERPARAMETER_UNLIKELY(condition) __builtin_expect(!!(condition), 0)
#define HYPERPARAMETER_LIKELY(condition) __builtin_expect(!!(condition), 1)
#else
#define HYPERPARAMETER_INLINE inline
#define HYPERPARAMETER_NOINLINE
#define HYPERPARAMETER_UNLIKELY(condition) (condition)
#define HYPERPARAMETER_LIKELY(condition) (condition)
#endif

namespace hyperparameter {
namespace layout {

inline constexpr std::uint32_t version = 3;

// A key: it lives as long as the process.
struct Key {
    std::uint64_t bit;
    std::uint64_t prefixes;
    std::uint64_t line;
    std::uint32_t id;
    std::uint8_t read;
};

// A value in its place. `ready` is 0 before its first read, then the code of its kind.
struct Entry {
    std::uint8_t ready;
    std::uint8_t unnamed[15];
    unsigned char value[24];
};

struct Slot {
    const Key *key;
    const unsigned char *entry;  // behind two counts, or null
    std::uint8_t tag;
    std::uint8_t below_list;
    std::uint8_t unnamed[6];
};

struct View {
    const Slot *cells;
    std::uint32_t low;
    std::uint32_t probes;
};

struct Base {
    View view;
    std::uint64_t mask;
};

struct Frame {
    std::uint64_t guard;
    std::uint64_t own_mask;
    View view;
    std::uint64_t further;
    std::uint64_t version;
    std::uint64_t lists;
    std::uint64_t mask;
    const Frame *next;  // may change meanwhile
    const Base *base;
    std::uint32_t walks;  // may change meanwhile
    std::uint32_t walk;
};

inline constexpr std::size_t counts = 16;  // two words before what is counted
// The kinds of values that a read takes as they are.
inline constexpr std::uint8_t code_bool = 1, code_int = 2, code_float = 4, code_str = 5;
inline constexpr std::size_t at_bool = 1, at_number = 8, at_str = 8, at_str_len = 16;

#if UINTPTR_MAX == 0xFFFFFFFFFFFFFFFFu
static_assert(offsetof(Key, prefixes) == 8 && offsetof(Key, line) == 16 && offsetof(Key, id) == 24);
static_assert(offsetof(Key, read) == 28);
static_assert(offsetof(Entry, value) == 16 && sizeof(Slot) == 24);
static_assert(offsetof(Slot, entry) == 8 && offsetof(Slot, tag) == 16);
static_assert(sizeof(View) == 16 && offsetof(View, low) == 8 && offsetof(View, probes) == 12);
static_assert(offsetof(Base, mask) == 16);
static_assert(offsetof(Frame, own_mask) == 8 && offsetof(Frame, view) == 16 && offsetof(Frame, further) == 32);
static_assert(offsetof(Frame, version) == 40 && offsetof(Frame, lists) == 48 && offsetof(Frame, mask) == 56);
static_assert(offsetof(Frame, next) == 64 && offsetof(Frame, base) == 72);
static_assert(offsetof(Frame, walks) == 80 && offsetof(Frame, walk) == 84);
#endif

// Another thread may write these meanwhile: the read marks, the pins, the version of the snapshot, `next` and `walks`.
template <class T>
HYPERPARAMETER_INLINE T relaxed(const T *at) noexcept {
#if defined(__GNUC__)
    return __atomic_load_n(at, __ATOMIC_RELAXED);
#else
    return *static_cast<const volatile T *>(at);
#endif
}

template <class T>
HYPERPARAMETER_INLINE void store_relaxed(T *at, T value) noexcept {
#if defined(__GNUC__)
    __atomic_store_n(at, value, __ATOMIC_RELAXED);
#else
    *static_cast<volatile T *>(at) = value;
#endif
}

template <class T>
HYPERPARAMETER_INLINE T acquire(const T *at) noexcept {
#if defined(__GNUC__)
    return __atomic_load_n(at, __ATOMIC_ACQUIRE);
#else
    return *static_cast<const volatile T *>(at);
#endif
}

}  // namespace layout

// What all code of a process that includes this shares, with exceptions or without.
namespace shared {

// In the place of what is not there yet: every test of a read fails on them, so that no read tests for null.
inline constexpr layout::Frame no_frame{
    ~std::uint64_t{0}, 0, {nullptr, 0, 0}, 0, ~std::uint64_t{0}, ~std::uint64_t{0}, 0, nullptr, nullptr, 0, 0};
inline constexpr const layout::Frame *no_cell = &no_frame;
inline constexpr std::uint64_t no_bits = 0;
inline constexpr layout::Key no_key{~std::uint64_t{0}, ~std::uint64_t{0}, ~std::uint64_t{0}, 0, 0};

// Where a thread's state stands, and the word that says when it must look again (`hp_table::stop`). Constant before the
// first use and without a destructor: that makes it one load.
struct Thread {
    const layout::Frame *const *cell;
    const std::uint64_t *stop;
};
inline thread_local Thread thread{&no_cell, &no_bits};

}  // namespace shared

namespace layout {

// The entry's value, where it is of the kind asked for and was read before; else null.
HYPERPARAMETER_INLINE const unsigned char *again(const Slot *slot, std::uint8_t code) noexcept {
    const unsigned char *entry = slot->entry;
    if (HYPERPARAMETER_UNLIKELY(entry == nullptr) || HYPERPARAMETER_UNLIKELY(relaxed(entry + counts) != code)) {
        return nullptr;
    }
    return entry + counts + offsetof(Entry, value);
}

// The slot of a key that is not at the first place to look at, in a table of which a hash says where.
HYPERPARAMETER_NOINLINE inline const Slot *find_hashed(const View *view, const Key *key) noexcept {
    const std::uint32_t last = UINT32_MAX >> view->probes;
    std::uint32_t at = (key->id * 0x9E3779B1u) >> view->probes;
    for (;; at = (at + 1) & last) {
        const Slot *slot = view->cells + at;
        if (slot->key == key) {
            return slot;
        }
        if (slot->key == nullptr) {
            return nullptr;
        }
    }
}

// The slot of a key in a table that has the key's bit.
HYPERPARAMETER_INLINE const Slot *find(const View &view, const Key *key) noexcept {
    const Slot *slot = view.cells + (key->id & view.low);
    if (HYPERPARAMETER_LIKELY(slot->key == key)) {
        return slot;
    }
    return view.probes == 0 ? nullptr : find_hashed(&view, key);
}

// In the place of a slot of which the call says more: it has no entry that was read before.
inline constexpr Slot other_slot{nullptr, nullptr, 1, 0, {}};

// Counts a look-up that goes further than `next`, the first frame after the innermost. Whether it is time for the call,
// which counts this one, to lay the frames together if that is worth it: `Frame::walk_less` of the core.
HYPERPARAMETER_INLINE bool counts_a_walk(const Frame *next) noexcept {
    constexpr std::uint32_t few = 2, often = 256, laid = UINT32_MAX;
    const std::uint32_t walks = relaxed(&next->walks);
    if (next->walk <= few || walks == laid) {
        return false;
    }
    if (walks % often == often - 1) {
        return true;
    }
    store_relaxed(const_cast<std::uint32_t *>(&next->walks), walks + 1);
    return false;
}

// The slot of a key that the innermost frame does not have, or null.
HYPERPARAMETER_INLINE const Slot *outside(const Frame *frame, const Key *key) noexcept {
    const std::uint64_t bit = key->bit;
    const Base *base = frame->base;
    const Frame *innermost = frame;
    while ((frame->mask & bit) != 0) {
        const Frame *next = acquire(&frame->next);
        if ((next->mask & bit) == 0) {
            break;
        }
        if ((next->own_mask & bit) == 0 && frame == innermost && counts_a_walk(next)) {
            return &other_slot;
        }
        frame = next;
        while ((frame->own_mask & bit) == 0) {
            frame = acquire(&frame->next);
        }
        if (const Slot *slot = find(frame->view, key)) {
            return slot;
        }
    }
    return (base->mask & bit) == 0 ? nullptr : find(base->view, key);
}

// What the look of a read says.
enum class Look : unsigned char { missing, found, outside, unsure };

// A read where it is a miss, or finds a value of the kind asked for that was read before; all else is `unsure`, or
// `outside`, of which `look_outside` says what it is. Where the innermost frame has the value, that is some 22
// instructions at the place of the read, without a store. (`value` made one with `Look`, by addresses that stand for
// `missing` and `unsure`, was 3 more: g++ tests for them again.)
HYPERPARAMETER_INLINE Look look(const Frame *frame, const Key *key, std::uint8_t code,
                                const unsigned char *&value) noexcept {
    // A pin, a list on the way, or something that was published: one test for all, which may say no where the exact ones,
    // which a call makes, say yes.
    if (HYPERPARAMETER_UNLIKELY(((relaxed(shared::thread.stop) | frame->lists) & key->line) != 0)) {
        return Look::unsure;
    }
    // The key's bit is that of its id, which is loaded anyway.
    if (((frame->own_mask >> (key->id & 63)) & 1) != 0) {
        const Slot *slot = frame->view.cells + (key->id & frame->view.low);
        if (HYPERPARAMETER_LIKELY(slot->key == key)) {
            value = again(slot, code);
            return HYPERPARAMETER_LIKELY(value != nullptr) ? Look::found : Look::unsure;
        }
        // In a table without a hash it is nowhere else: a scope of many keys has every bit, but not every key.
        if (frame->view.probes != 0) {
            return Look::unsure;
        }
    }
    if ((frame->further & key->bit) != 0) {
        return Look::outside;
    }
    return HYPERPARAMETER_LIKELY(relaxed(&key->read) != 0) ? Look::missing : Look::unsure;
}

// What `look_outside` gives in the place of a value: that the key has none, or that the read is a call.
inline constexpr const unsigned char *no_value = nullptr;
HYPERPARAMETER_INLINE const unsigned char *unsure() noexcept {
    return reinterpret_cast<const unsigned char *>(std::uintptr_t{1});
}

// The value of a key that is further out than the innermost frame.
HYPERPARAMETER_NOINLINE inline const unsigned char *look_outside(const Frame *frame, const Key *key,
                                                                 std::uint8_t code) noexcept {
    const Slot *slot = outside(frame, key);
    if (slot == nullptr) {
        return relaxed(&key->read) != 0 ? no_value : unsure();
    }
    const unsigned char *value = again(slot, code);
    return value != nullptr ? value : unsure();
}

}  // namespace layout
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_LAYOUT_H
