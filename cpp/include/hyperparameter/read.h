/// @file
/// Reads: what the macros GET_PARAM, TRY_GET_PARAM and REQUIRE_PARAM are made of, and reads by a name made at run time.
///
///     double lr = hp::get("train." + name, 0.1);
///     std::optional<int> steps = hp::try_get<int>("train.steps");
///     auto data = hp::require<std::string>("data.path");          // throws hp::MissingParameter
#ifndef HYPERPARAMETER_READ_H
#define HYPERPARAMETER_READ_H

#include <hyperparameter/value.h>

#include <unordered_set>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {
namespace detail {

// A type on its way through a conditional expression.
template <class T>
struct Type {};

// Converts to any `Type`: `true ? Nothing{} : type_of(x)` names the type of `x` without evaluating it, and without a
// lambda in an unevaluated operand, which C++17 does not have.
struct Nothing {
    template <class T>
    constexpr operator Type<T>() const noexcept {
        return {};
    }
};

template <class T>
constexpr Type<stored_t<T>> type_of(const T &) noexcept {
    return {};
}

template <class T>
constexpr bool require_supported() noexcept {
    static_assert(
        is_param<T>,
        "hyperparameter: a parameter cannot have this type; the types are bool, integers, float, double, strings, "
        "std::vector, std::array, std::set, std::map, std::optional, std::chrono::duration, std::shared_ptr, and "
        "what HYPERPARAMETER_ENUM, HYPERPARAMETER_STRUCT or a specialisation of hyperparameter::ParamTraits names");
    return true;
}

// Says that what was read is no `T`, and what becomes of that (rule V5): a warning, or an error.
template <class T>
HYPERPARAMETER_NOINLINE void refuse(const hp_table &store, const hp_key *key, const std::string &why) {
    checked(store, store.refuse(nullptr, key, raw(ParamTraits<T>::name()), raw(why)));
}

// Gives what was converted to what `T` asks for.
template <class T>
bool finish(const hp_table &store, const hp_key *key, const hp_value &value, T &out) {
    std::string why;
    if (value.kind == HP_KIND_NULL && !ParamTraits<T>::holds_null) {
        why = null_reason(ParamTraits<T>::name());
    } else if (ParamTraits<T>::raise(value, out, why)) {
        return true;
    }
    refuse<T>(store, key, why.empty() ? "it is of another kind" : why);
    return false;
}

// Any type, by one call, or two.
template <class T>
HYPERPARAMETER_NOINLINE bool read_any(const hp_table &store, const hp_key *key, T &out) {
    if constexpr (ParamTraits<T>::holds_null && ParamTraits<T>::ask == ask::string) {
        Owned untyped(store);
        if (checked(store, store.read(nullptr, key, ask::any, &untyped.value, &untyped.owner)) == HP_OK &&
            untyped.value.kind == HP_KIND_NULL) {
            return finish(store, key, untyped.value, out);
        }
    }
    Owned read(store);
    if (checked(store, store.read(nullptr, key, ParamTraits<T>::ask, &read.value, &read.owner)) != HP_OK) {
        return false;
    }
    return finish(store, key, read.value, out);
}

template <class T>
inline constexpr bool is_integer = ParamTraits<T>::supported && std::is_integral_v<T> && !std::is_same_v<T, bool>;

// A value, or none. g++ warns of the value that an empty std::optional does not have; this one has it, and it costs nothing.
template <class T>
struct Perhaps {
    T value{};
    bool found = false;

    Perhaps() = default;
    Perhaps(T read) noexcept : value(read), found(true) {}
    explicit operator bool() const noexcept { return found; }
    const T &operator*() const noexcept { return value; }
};
template <class T>
using read_t = std::conditional_t<std::is_trivially_copyable_v<T>, Perhaps<T>, std::optional<T>>;

template <class T>
inline constexpr bool is_scalar = std::is_same_v<T, bool> || is_integer<T> || std::is_floating_point_v<T>;

// What a call for a scalar said that is neither a plain value nor none: one of another kind or out of range, or an error.
template <class T>
HYPERPARAMETER_NOINLINE read_t<T> settle_scalar(const hp_table &store, const hp_key *key, std::int32_t status) {
    T value{};
    if (status != HP_OK && status != HP_OTHER) {
        fail(store);
    }
    return read_any(store, key, value) ? read_t<T>(value) : read_t<T>();
}

// A scalar by one call.
template <class T>
HYPERPARAMETER_INLINE read_t<T> call_scalar(const hp_table &store, const hp_key *key) {
    std::int32_t status;
    if constexpr (std::is_same_v<T, bool>) {
        std::uint8_t truth = 0;
        status = store.read_bool(nullptr, key, &truth);
        if (HYPERPARAMETER_LIKELY(status == HP_OK)) {
            return truth != 0;
        }
    } else if constexpr (is_integer<T>) {
        std::int64_t integer = 0;
        status = store.read_int(nullptr, key, &integer);
        if (HYPERPARAMETER_LIKELY(status == HP_OK && ParamTraits<T>::fits(integer))) {
            return static_cast<T>(integer);
        }
    } else {
        double number = 0;
        status = store.read_float(nullptr, key, &number);
        if (HYPERPARAMETER_LIKELY(status == HP_OK && ParamTraits<T>::fits(number))) {
            return static_cast<T>(number);
        }
    }
    return status == HP_MISSING ? read_t<T>() : settle_scalar<T>(store, key, status);
}

// ---- strings that are not copied -------------------------------------------------------------------------------------

// What a thread's borrowed strings live in where the scope itself does not hold them.
struct Borrowed {
    const hp_table *store = nullptr;
    const hp_state *state = nullptr;
    std::unordered_set<std::string> made;

    void hold(const hp_table &of, const hp_state *now) noexcept {
        if (state != nullptr) {
            store->release_state(state);
        }
        store = &of;
        state = now;
    }
    ~Borrowed() {
        if (state != nullptr) {
            store->release_state(state);
        }
    }
};

inline Borrowed &borrowed() {
    thread_local Borrowed mine;
    return mine;
}

// How many guards of C++ are open on this thread.
inline std::size_t &open_guards() noexcept {
    thread_local std::size_t open = 0;
    return open;
}

HYPERPARAMETER_NOINLINE inline bool call_view(const hp_table &store, const hp_key *key, std::string_view &out) {
    Borrowed &mine = borrowed();
    // In a host's store a scope of the host may be open, of which nothing is known here: what was made stays, once each.
    if (!mine.made.empty() && open_guards() == 0 && is_walked(store)) {
        mine.made.clear();
    }
    const hp_state *state = nullptr;
    if (is_walked(store) && shared::thread.cell != &shared::no_cell) {
        // The thread itself keeps its state alive.
        state = reinterpret_cast<const hp_state *>(*shared::thread.cell);
        if (reinterpret_cast<const layout::Frame *>(state)->version != 0) {
            state = nullptr;
        }
    }
    if (state == nullptr) {
        state = store.current();
        if (state == nullptr) {
            fail(store);
        }
        mine.hold(store, state);
    }
    hp_str text{};
    switch (store.read_str(state, key, &text)) {
        case HP_OK: out = view(text); return true;
        case HP_MISSING: return false;
        case HP_OTHER: break;
        default: fail(store);
    }
    std::string made;
    if (!read_any(store, key, made)) {
        return false;
    }
    out = *mine.made.insert(std::move(made)).first;
    return true;
}

template <class T>
std::string type_name() {
    return ParamTraits<T>::name();
}

template <class T>
bool site_converts(const hp_value &value, std::string &why) {
    // Borrowed text converts where owned text does.
    std::conditional_t<std::is_same_v<T, std::string_view>, std::string, T> out{};
    return raise_item(value, out, why);
}

// ---- call sites ------------------------------------------------------------------------------------------------------

// By value, as all reads of a site are: a place for the result in memory would be written at every read.
template <class T>
HYPERPARAMETER_NOINLINE read_t<T> read_slowly(shared::Site &site) {
    const hp_table &store = table();
    begin_thread(store);
    const hp_key *key = key_of(store, site);
    if constexpr (is_scalar<T>) {
        return call_scalar<T>(store, key);
    } else {
        T value{};
        bool found;
        if constexpr (std::is_same_v<T, std::string_view>) {
            found = call_view(store, key, value);
        } else {
            found = read_any(store, key, value);
        }
        return found ? read_t<T>(std::move(value)) : read_t<T>();
    }
}

// The kind of value that a walk for a `T` looks for; 0 where every read is a call.
template <class T>
inline constexpr std::uint8_t walked_code =
    std::is_same_v<T, bool>                                                 ? layout::code_bool
    : is_integer<T>                                                         ? layout::code_int
    : std::is_floating_point_v<T>                                           ? layout::code_float
    : std::is_same_v<T, std::string_view> || std::is_same_v<T, std::string> ? layout::code_str
                                                                            : 0;

// The value that a walk found.
template <class T>
HYPERPARAMETER_INLINE read_t<T> taken(shared::Site &site, const unsigned char *value) {
    if constexpr (std::is_same_v<T, bool>) {
        return value[layout::at_bool] != 0;
    } else if constexpr (is_integer<T>) {
        std::int64_t integer;
        std::memcpy(&integer, value + layout::at_number, sizeof integer);
        if (HYPERPARAMETER_UNLIKELY(!ParamTraits<T>::fits(integer))) {
            return read_slowly<T>(site);
        }
        return static_cast<T>(integer);
    } else if constexpr (std::is_floating_point_v<T>) {
        double number;
        std::memcpy(&number, value + layout::at_number, sizeof number);
        if (HYPERPARAMETER_UNLIKELY(!ParamTraits<T>::fits(number))) {
            return read_slowly<T>(site);
        }
        return static_cast<T>(number);
    } else {
        const char *bytes;
        std::size_t size;
        std::memcpy(&bytes, value + layout::at_str, sizeof bytes);
        std::memcpy(&size, value + layout::at_str_len, sizeof size);
        if constexpr (std::is_same_v<T, std::string>) {
            return read_t<T>(std::in_place, bytes + layout::counts, size);
        } else {
            return T(bytes + layout::counts, size);
        }
    }
}

// A read of a site: a walk of some 25 instructions where it can be, else one call.
template <class T>
HYPERPARAMETER_INLINE read_t<T> read_site(shared::Site &site) {
    if constexpr (walked_code<T> != 0) {
        const layout::Key *key = site.walked.load(std::memory_order_acquire);
#if defined(__PIC__) && !defined(__PIE__)
        // A shared library, as a module of Python is, finds `thread` by a call: in a host's store for nothing.
        if (HYPERPARAMETER_UNLIKELY(key == &shared::no_key)) {
            return read_slowly<T>(site);
        }
#endif
        const layout::Frame *frame = *shared::thread.cell;
        const unsigned char *value = nullptr;
        switch (layout::look(frame, key, walked_code<T>, value)) {
            case layout::Look::found: return taken<T>(site, value);
            case layout::Look::missing: return {};
            case layout::Look::outside:
                value = layout::look_outside(frame, key, walked_code<T>);
                if (value == layout::no_value) {
                    return {};
                }
                if (HYPERPARAMETER_LIKELY(value != layout::unsure())) {
                    return taken<T>(site, value);
                }
                break;
            case layout::Look::unsure: break;
        }
    }
    return read_slowly<T>(site);
}

// A member of a struct may be set though the struct is not: it is read by `fallback`, over its default.
template <class T>
inline constexpr bool is_laid_over = is_struct<T>;

// What carries a value out of a read: `a ?: b` copies it bit by bit (g++ does, whatever its type), so a class is left in
// the thread's place for its type, and taken out of it in the same expression before anything else can run.
template <class T>
struct Left {
    std::optional<T> *place = nullptr;

    explicit operator bool() const noexcept { return place != nullptr; }
    static std::optional<T> &here() {
        thread_local std::optional<T> mine;
        return mine;
    }
    // Two operands of one operator may be evaluated in turns: the second finds the place taken.
    static Left of(T &&value) {
        std::optional<T> &mine = here();
        if (mine.has_value()) {
            return {new std::optional<T>(std::move(value))};
        }
        mine.emplace(std::move(value));
        return {&mine};
    }
};
template <class T>
using carrier_t = std::conditional_t<std::is_trivially_copyable_v<T>, Perhaps<T>, Left<T>>;

template <class T>
HYPERPARAMETER_INLINE T take(Perhaps<T> read) {
    return read.value;
}
template <class T>
HYPERPARAMETER_INLINE T take(Left<T> left) {
    T value = *std::move(*left.place);
    if (HYPERPARAMETER_UNLIKELY(left.place != &Left<T>::here())) {
        delete left.place;
    } else {
        left.place->reset();
    }
    return value;
}

template <class Tag, class T>
HYPERPARAMETER_INLINE carrier_t<T> get(Tag, Type<T>) {
    if constexpr (require_supported<T>()) {
        using Of = SiteOf<Tag, T>;
        (void)&Of::registrar;
        if constexpr (is_laid_over<T>) {
            return {};
        } else if constexpr (std::is_trivially_copyable_v<T>) {
            return read_site<T>(Of::site);
        } else {
            std::optional<T> value = read_site<T>(Of::site);
            return value ? Left<T>::of(*std::move(value)) : Left<T>();
        }
    } else {
        return {};
    }
}

template <class T>
bool read_named(std::string_view name, T &out);

// The default, where it is needed.
template <class V>
HYPERPARAMETER_INLINE carrier_t<stored_t<V>> fallback(V &&given, std::string_view name) {
    using T = stored_t<V>;
    (void)name;
    T value(std::forward<V>(given));
    if constexpr (is_laid_over<T>) {
        // Each member's default is that of a key of its own (rule K5).
        T laid = value;
        if (read_named(name, laid)) {
            value = std::move(laid);
        }
    }
    if constexpr (std::is_trivially_copyable_v<T>) {
        return carrier_t<T>(value);
    } else {
        return Left<T>::of(std::move(value));
    }
}

template <class Tag, class T>
std::optional<T> try_get(Tag, Type<T>) {
    if constexpr (require_supported<T>()) {
        using Of = SiteOf<Tag, T>;
        (void)&Of::registrar;
        if constexpr (is_laid_over<T>) {
            T value{};
            return read_named(Of::info.key, value) ? std::optional<T>(std::move(value)) : std::nullopt;
        } else {
            read_t<T> read = read_site<T>(Of::site);
            return read ? std::optional<T>(*std::move(read)) : std::nullopt;
        }
    } else {
        return {};
    }
}

[[noreturn]] HYPERPARAMETER_NOINLINE inline void missing(std::string_view name) {
    const hp_table &store = table();
    store.missing(nullptr, raw(name));
    fail(store);
}

template <class Tag, class T>
T require(Tag tag, Type<T> type) {
    std::optional<T> found = try_get(tag, type);
    if (!found) {
        missing(Tag::info().key);
    }
    return *std::move(found);
}

template <class T>
bool read_named(std::string_view name, T &out) {
    const hp_table &store = table();
    begin_thread(store);
    const hp_key *key = nullptr;
    if (checked(store, store.find(raw(name), &key)) != HP_OK) {
        // A name that nobody set costs nothing; what is inside a list may be read all the same.
        Owned read(store);
        if (checked(store, store.read_name(nullptr, raw(name), ask::any, &read.value, &read.owner)) != HP_OK) {
            return false;
        }
        key = intern(store, name);
    }
    if constexpr (std::is_same_v<T, std::string_view>) {
        return call_view(store, key, out);
    } else {
        return read_any(store, key, out);
    }
}

}  // namespace detail

/// Reads a parameter by a name that is made at run time; `fallback` where it is missing.
///
///     double lr = hp::get("train." + name, 0.1);
///
/// Cost: a hash of the name, a look-up under a shared lock, and a call: about 100 ns. In a loop use GET_PARAM.
/// Thread-safety: any thread. Errors: InvalidKey; ConversionError in a strict context.
template <class T>
detail::stored_t<T> get(std::string_view name, T &&fallback) {
    using S = detail::stored_t<T>;
    static_assert(detail::require_supported<S>());
    S value(std::forward<T>(fallback));
    if constexpr (detail::is_laid_over<S>) {
        S laid = value;
        return detail::read_named(name, laid) ? laid : value;
    } else {
        S found{};
        return detail::read_named(name, found) ? found : value;
    }
}

/// The same without a default: nothing where it is missing.
///
///     if (std::optional<int> steps = hp::try_get<int>("train.steps")) run(*steps);
///
/// Cost, thread-safety and errors: as of `get`.
template <class T>
std::optional<T> try_get(std::string_view name) {
    static_assert(detail::require_supported<T>());
    T found{};
    return detail::read_named(name, found) ? std::optional<T>(std::move(found)) : std::nullopt;
}

/// The same; MissingParameter, which names near keys, where it is missing.
///
///     auto path = hp::require<std::string>("data.path");
///
/// Cost and thread-safety: as of `get`. Errors: those of `get`, and MissingParameter.
template <class T>
T require(std::string_view name) {
    std::optional<T> found = try_get<T>(name);
    if (!found) {
        detail::missing(name);
    }
    return *std::move(found);
}

/// Whether a parameter has a value here.
///
///     if (hp::has("train.seed")) seed_everything();
///
/// Cost and thread-safety: as of `get`. Errors: InvalidKey.
inline bool has(std::string_view name) {
    const hp_table &store = detail::table();
    return detail::checked(store, store.has(nullptr, detail::raw(name))) == HP_OK;
}

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_READ_H
