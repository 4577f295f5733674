// The types that a parameter can have in C++, and how each crosses to the store and back.
//
//     GET_PARAM(train.steps, 100)                                 // int
//     GET_PARAM(data.shards, std::vector<std::string>{})          // a list
//     GET_PARAM(http.timeout, 250ms)                              // a duration: "1.5s", "250ms", or seconds
//     enum class Mode { fast, exact };
//     HYPERPARAMETER_ENUM(Mode, fast, exact)
//     struct Adam { double lr = 1e-3; double eps = 1e-8; };
//     HYPERPARAMETER_STRUCT(Adam, lr, eps)                        // opt.lr, opt.eps
//
// The last two stand at namespace scope, outside every namespace. For a type of another kind specialise
// `hyperparameter::ParamTraits`.
#ifndef HYPERPARAMETER_VALUE_H
#define HYPERPARAMETER_VALUE_H

#include <hyperparameter/store.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <limits>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <type_traits>
#include <typeinfo>
#include <unordered_map>

namespace hyperparameter {

// What a type asks the store for (rule V4).
namespace ask {
inline constexpr std::uint32_t any = 0, boolean = 1, integer = 2, number = 3, floating = 4, string = 5, list = 6, map = 7;
}

inline namespace HYPERPARAMETER_ABI_NAMESPACE {

// Text of unknown type (rule V3), as it comes from a command line: `hp::set("lr", hp::Text{"1e-3"})`.
struct Text {
    std::string characters;
};

// Null: a value, and not a missing one.
struct Null {};

// What the parts of a value live in on their way into the store.
class Arena {
  public:
    hp_value *values(std::size_t count) {
        values_.emplace_back(new hp_value[count]());
        return values_.back().get();
    }
    hp_member *members(std::size_t count) {
        members_.emplace_back(new hp_member[count]());
        return members_.back().get();
    }
    hp_foreign *foreign() {
        foreign_.emplace_back(new hp_foreign());
        return foreign_.back().get();
    }
    // A text that lives as long as this.
    std::string_view text(std::string text) {
        texts_.emplace_back(new std::string(std::move(text)));
        return *texts_.back();
    }
    void keep(std::shared_ptr<void> object) { kept_.push_back(std::move(object)); }

  private:
    std::vector<std::unique_ptr<hp_value[]>> values_;
    std::vector<std::unique_ptr<hp_member[]>> members_;
    std::vector<std::unique_ptr<hp_foreign>> foreign_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<std::shared_ptr<void>> kept_;
};

// How a type crosses. A specialisation has
//   static constexpr bool supported = true;
//   static constexpr std::uint32_t ask;                          what it asks for
//   static std::string name();                                   the type, for messages
//   static hp_value lower(const T &, Arena &);                   what is stored
//   static bool raise(const hp_value &, T &, std::string &why);  from what was converted to `ask`; or why not
template <class T, class Enable = void>
struct ParamTraits {
    static constexpr bool supported = false;
};

namespace detail {

template <class T>
inline constexpr bool is_param = ParamTraits<T>::supported;

// `const char *` and arrays of characters are strings.
template <class T>
struct Stored {
    using type = T;
};
template <>
struct Stored<const char *> {
    using type = std::string;
};
template <>
struct Stored<char *> {
    using type = std::string;
};
template <class T>
using stored_t = typename Stored<std::decay_t<T>>::type;

inline hp_value scalar(std::uint32_t kind) noexcept {
    hp_value value{};
    value.kind = kind;
    return value;
}

inline hp_value string_value(std::string_view text, std::uint32_t kind = HP_KIND_STR) noexcept {
    hp_value value = scalar(kind);
    value.data.bytes = reinterpret_cast<const std::uint8_t *>(text.data());
    value.len = text.size();
    return value;
}

inline std::string_view string_of(const hp_value &value) noexcept {
    return {reinterpret_cast<const char *>(value.data.bytes), value.data.bytes == nullptr ? 0 : value.len};
}

inline void append(void *to, hp_str text) { static_cast<std::string *>(to)->append(view(text)); }

// A value that the store keeps alive until this goes.
struct Owned {
    const hp_table &table;
    hp_value value{};
    hp_owner *owner = nullptr;

    explicit Owned(const hp_table &of) noexcept : table(of) {}
    ~Owned() {
        if (owner != nullptr) {
            table.free(owner);
        }
    }
    Owned(const Owned &) = delete;
    Owned &operator=(const Owned &) = delete;
};

inline std::string null_reason(const std::string &name) { return "null is no " + name + "; a std::optional can hold it"; }

// An item of a list or map as a `T`.
template <class T>
bool raise_item(const hp_value &item, T &out, std::string &why) {
    const hp_table &store = table();
    if constexpr (ParamTraits<T>::holds_null && ParamTraits<T>::ask == ask::string) {
        // Text that spells null is null for a type that can hold it.
        Owned untyped(store);
        if (checked(store, store.convert(&item, ask::any, &untyped.value, &untyped.owner, append, &why)) == HP_OK &&
            untyped.value.kind == HP_KIND_NULL) {
            return ParamTraits<T>::raise(untyped.value, out, why);
        }
    }
    Owned converted(store);
    const std::int32_t status = checked(
        store, store.convert(&item, ParamTraits<T>::ask, &converted.value, &converted.owner, append, &why));
    if (status != HP_OK) {
        return false;
    }
    if (converted.value.kind == HP_KIND_NULL && ParamTraits<T>::ask != ask::any && !ParamTraits<T>::holds_null) {
        why = null_reason(ParamTraits<T>::name());
        return false;
    }
    return ParamTraits<T>::raise(converted.value, out, why);
}

// What most types say.
struct Plain {
    static constexpr bool supported = true;
    static constexpr bool holds_null = false;
};

}  // namespace detail

template <>
struct ParamTraits<bool> : detail::Plain {
    static constexpr std::uint32_t ask = ask::boolean;
    static std::string name() { return "bool"; }
    static hp_value lower(bool value, Arena &) noexcept {
        hp_value lowered = detail::scalar(HP_KIND_BOOL);
        lowered.data.integer = value ? 1 : 0;
        return lowered;
    }
    static bool raise(const hp_value &value, bool &out, std::string &) noexcept {
        out = value.data.integer != 0;
        return value.kind == HP_KIND_BOOL;
    }
};

// Integers of 8 to 64 bits; `char` and the wide characters are no numbers.
template <class T>
struct ParamTraits<T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
                                       !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char16_t> &&
                                       !std::is_same_v<T, char32_t>>> : detail::Plain {
    static constexpr std::uint32_t ask = ask::integer;
    static std::string name() { return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(sizeof(T) * 8) + "_t"; }

    static constexpr bool fits(std::int64_t value) noexcept {
        if constexpr (std::is_signed_v<T>) {
            return value >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) &&
                   value <= static_cast<std::int64_t>(std::numeric_limits<T>::max());
        } else {
            return value >= 0 && static_cast<std::uint64_t>(value) <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
        }
    }

    static hp_value lower(T value, Arena &arena) {
        if constexpr (!std::is_signed_v<T> && sizeof(T) == 8) {
            if (value > static_cast<T>(std::numeric_limits<std::int64_t>::max())) {
                // Two's complement, the least significant byte first, with one more for the sign.
                std::string bytes(9, '\0');
                for (std::size_t at = 0; at < 8; ++at) {
                    bytes[at] = static_cast<char>(static_cast<unsigned char>(value >> (8 * at)));
                }
                return detail::string_value(arena.text(std::move(bytes)), HP_KIND_BIG);
            }
        }
        hp_value lowered = detail::scalar(HP_KIND_INT);
        lowered.data.integer = static_cast<std::int64_t>(value);
        return lowered;
    }

    static bool raise(const hp_value &value, T &out, std::string &why) {
        if (value.kind == HP_KIND_INT && fits(value.data.integer)) {
            out = static_cast<T>(value.data.integer);
            return true;
        }
        if constexpr (!std::is_signed_v<T> && sizeof(T) == 8) {
            if (value.kind == HP_KIND_BIG && value.len <= 9 && (value.len < 9 || value.data.bytes[8] == 0)) {
                out = 0;
                for (std::size_t at = 0; at < value.len && at < 8; ++at) {
                    out |= static_cast<T>(value.data.bytes[at]) << (8 * at);
                }
                return (value.data.bytes[value.len - 1] & 0x80u) == 0 || value.len == 9;
            }
        }
        why = "it is out of the range of " + name();
        return false;
    }
};

template <class T>
struct ParamTraits<T, std::enable_if_t<std::is_same_v<T, float> || std::is_same_v<T, double>>> : detail::Plain {
    static constexpr std::uint32_t ask = ask::floating;
    static std::string name() { return sizeof(T) == 4 ? "float" : "double"; }
    static hp_value lower(T value, Arena &) noexcept {
        hp_value lowered = detail::scalar(HP_KIND_FLOAT);
        lowered.data.number = static_cast<double>(value);
        return lowered;
    }
    static bool raise(const hp_value &value, T &out, std::string &) noexcept {
        out = static_cast<T>(value.data.number);
        return value.kind == HP_KIND_FLOAT;
    }
};

template <>
struct ParamTraits<std::string> : detail::Plain {
    static constexpr std::uint32_t ask = ask::string;
    static std::string name() { return "std::string"; }
    static hp_value lower(const std::string &value, Arena &) noexcept { return detail::string_value(value); }
    static bool raise(const hp_value &value, std::string &out, std::string &) {
        if (value.kind != HP_KIND_STR && value.kind != HP_KIND_TEXT) {
            return false;
        }
        out = detail::string_of(value);
        return true;
    }
};

// Written as a string; reads have a way of their own that does not copy.
template <>
struct ParamTraits<std::string_view> : detail::Plain {
    static constexpr std::uint32_t ask = ask::string;
    static std::string name() { return "std::string_view"; }
    static hp_value lower(std::string_view value, Arena &) noexcept { return detail::string_value(value); }
};

template <>
struct ParamTraits<Text> : detail::Plain {
    static constexpr std::uint32_t ask = ask::string;
    static std::string name() { return "text"; }
    static hp_value lower(const Text &value, Arena &) noexcept {
        return detail::string_value(value.characters, HP_KIND_TEXT);
    }
    static bool raise(const hp_value &value, Text &out, std::string &why) {
        return ParamTraits<std::string>::raise(value, out.characters, why);
    }
};

template <>
struct ParamTraits<Null> : detail::Plain {
    static constexpr std::uint32_t ask = ask::any;
    static constexpr bool holds_null = true;
    static std::string name() { return "null"; }
    static hp_value lower(Null, Arena &) noexcept { return detail::scalar(HP_KIND_NULL); }
    static bool raise(const hp_value &value, Null &, std::string &) noexcept { return value.kind == HP_KIND_NULL; }
};
template <>
struct ParamTraits<std::nullptr_t> : ParamTraits<Null> {
    static hp_value lower(std::nullptr_t, Arena &) noexcept { return detail::scalar(HP_KIND_NULL); }
};

// Null where the store holds null.
template <class T>
struct ParamTraits<std::optional<T>, std::enable_if_t<detail::is_param<T>>> : detail::Plain {
    static constexpr std::uint32_t ask = ParamTraits<T>::ask;
    static constexpr bool holds_null = true;
    static std::string name() { return "std::optional<" + ParamTraits<T>::name() + ">"; }
    static hp_value lower(const std::optional<T> &value, Arena &arena) {
        return value ? ParamTraits<T>::lower(*value, arena) : detail::scalar(HP_KIND_NULL);
    }
    static bool raise(const hp_value &value, std::optional<T> &out, std::string &why) {
        if (value.kind == HP_KIND_NULL) {
            out.reset();
            return true;
        }
        out.emplace();
        return ParamTraits<T>::raise(value, *out, why);
    }
};

namespace detail {

// Lists: anything that `add` can fill.
template <class C, class T>
struct ListTraits : Plain {
    static constexpr std::uint32_t ask = ask::list;
    static std::string name() { return "list of " + ParamTraits<T>::name(); }
    static hp_value lower(const C &items, Arena &arena) {
        hp_value lowered = scalar(HP_KIND_LIST);
        lowered.len = items.size();
        hp_value *to = arena.values(items.size());
        lowered.data.items = to;
        for (const auto &item : items) {
            *to++ = ParamTraits<T>::lower(item, arena);
        }
        return lowered;
    }
    template <class Add>
    static bool each(const hp_value &value, std::string &why, Add add) {
        if (value.kind != HP_KIND_LIST) {
            why = "it is no list";
            return false;
        }
        for (std::size_t at = 0; at < value.len; ++at) {
            T item{};
            if (!raise_item(value.data.items[at], item, why)) {
                why = "item " + std::to_string(at) + ": " + why;
                return false;
            }
            add(at, std::move(item));
        }
        return true;
    }
};

template <class M, class T>
struct MapTraits : Plain {
    static constexpr std::uint32_t ask = ask::map;
    static std::string name() { return "map of " + ParamTraits<T>::name(); }
    static hp_value lower(const M &map, Arena &arena) {
        hp_value lowered = scalar(HP_KIND_MAP);
        lowered.len = map.size();
        hp_member *to = arena.members(map.size());
        lowered.data.members = to;
        for (const auto &[name, value] : map) {
            *to++ = {raw(name), ParamTraits<T>::lower(value, arena)};
        }
        return lowered;
    }
    static bool raise(const hp_value &value, M &out, std::string &why) {
        if (value.kind != HP_KIND_MAP) {
            why = "it is no map";
            return false;
        }
        out.clear();
        for (std::size_t at = 0; at < value.len; ++at) {
            T item{};
            const hp_member &member = value.data.members[at];
            if (!raise_item(member.value, item, why)) {
                why = "'" + owned(member.name) + "': " + why;
                return false;
            }
            out.insert_or_assign(owned(member.name), std::move(item));
        }
        return true;
    }
};

}  // namespace detail

template <class T>
struct ParamTraits<std::vector<T>, std::enable_if_t<detail::is_param<T>>> : detail::ListTraits<std::vector<T>, T> {
    static bool raise(const hp_value &value, std::vector<T> &out, std::string &why) {
        out.clear();
        return ParamTraits::each(value, why, [&](std::size_t, T item) { out.push_back(std::move(item)); });
    }
};
template <class T>
struct ParamTraits<std::set<T>, std::enable_if_t<detail::is_param<T>>> : detail::ListTraits<std::set<T>, T> {
    static bool raise(const hp_value &value, std::set<T> &out, std::string &why) {
        out.clear();
        return ParamTraits::each(value, why, [&](std::size_t, T item) { out.insert(std::move(item)); });
    }
};
template <class T, std::size_t N>
struct ParamTraits<std::array<T, N>, std::enable_if_t<detail::is_param<T>>> : detail::ListTraits<std::array<T, N>, T> {
    static bool raise(const hp_value &value, std::array<T, N> &out, std::string &why) {
        if (value.kind == HP_KIND_LIST && value.len != N) {
            why = "it has " + std::to_string(value.len) + " items, and not " + std::to_string(N);
            return false;
        }
        return ParamTraits::each(value, why, [&](std::size_t at, T item) { out[at] = std::move(item); });
    }
};
template <class T>
struct ParamTraits<std::map<std::string, T>, std::enable_if_t<detail::is_param<T>>>
    : detail::MapTraits<std::map<std::string, T>, T> {};
template <class T>
struct ParamTraits<std::unordered_map<std::string, T>, std::enable_if_t<detail::is_param<T>>>
    : detail::MapTraits<std::unordered_map<std::string, T>, T> {};

// ---- durations -------------------------------------------------------------------------------------------------------

namespace detail {

// The seconds that a text with a unit spells: "250ms", "1.5 s", "2min".
inline bool spelled_seconds(std::string_view text, double &seconds) {
    while (!text.empty() && text.back() == ' ') {
        text.remove_suffix(1);
    }
    std::size_t unit = text.size();
    while (unit > 0 && text[unit - 1] >= 'a' && text[unit - 1] <= 'z') {
        --unit;
    }
    struct Unit {
        std::string_view name;
        double seconds;
    };
    constexpr Unit units[] = {{"ns", 1e-9}, {"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"min", 60}, {"h", 3600}, {"d", 86400}};
    for (const Unit &known : units) {
        if (text.substr(unit) != known.name) {
            continue;
        }
        std::string why;
        const std::string number(text.substr(0, unit));
        if (number.empty() || !raise_item(string_value(number), seconds, why)) {
            return false;
        }
        // 250 / 1000 is the double nearest to .25; 250 * 1e-3 need not be.
        seconds = known.seconds < 1 ? seconds / std::round(1 / known.seconds) : seconds * known.seconds;
        return true;
    }
    return false;
}

}  // namespace detail

// A duration is written as seconds, as Python's timeouts are, and read from seconds or from text with a unit: ns, us, ms, s,
// min, h, d. A fraction that the duration cannot hold is an error, not cut off.
template <class Rep, class Period>
struct ParamTraits<std::chrono::duration<Rep, Period>> : detail::Plain {
    using Duration = std::chrono::duration<Rep, Period>;
    static constexpr std::uint32_t ask = ask::any;
    static std::string name() { return "duration"; }
    static hp_value lower(const Duration &value, Arena &arena) {
        const auto whole = std::chrono::duration_cast<std::chrono::duration<std::int64_t>>(value);
        if (whole == value) {
            return ParamTraits<std::int64_t>::lower(whole.count(), arena);
        }
        return ParamTraits<double>::lower(std::chrono::duration<double>(value).count(), arena);
    }
    static bool raise(const hp_value &value, Duration &out, std::string &why) {
        double seconds = 0;
        if (value.kind == HP_KIND_INT) {
            seconds = static_cast<double>(value.data.integer);
        } else if (value.kind == HP_KIND_FLOAT) {
            seconds = value.data.number;
        } else if ((value.kind != HP_KIND_STR && value.kind != HP_KIND_TEXT) ||
                   !detail::spelled_seconds(detail::string_of(value), seconds)) {
            why = "it is neither a number of seconds nor text with a unit (ns, us, ms, s, min, h, d), as in 250ms";
            return false;
        }
        const double count = seconds * static_cast<double>(Period::den) / static_cast<double>(Period::num);
        if constexpr (std::is_floating_point_v<Rep>) {
            out = Duration(static_cast<Rep>(count));
            return true;
        } else {
            // Seconds in binary are not exact: 0.001 s is one millisecond all the same.
            const double whole = std::round(count);
            if (!(std::fabs(whole) < 9.2e18) || !ParamTraits<Rep>::fits(static_cast<std::int64_t>(whole)) ||
                std::fabs(count - whole) > 1e-6 * std::fmax(1.0, std::fabs(whole) * 1e-6)) {
                why = "it is no whole number of this duration's units, or too long";
                return false;
            }
            out = Duration(static_cast<Rep>(whole));
            return true;
        }
    }
};

// ---- objects ---------------------------------------------------------------------------------------------------------

namespace detail {

// An object of C++ in the store: any `std::shared_ptr`, counted once more for each value that holds it.
template <class T>
struct Object {
    std::atomic<std::size_t> owners{1};
    std::shared_ptr<T> object;

    static Object *of(void *pointer) noexcept { return static_cast<Object *>(pointer); }
    static void retain(void *pointer) noexcept { of(pointer)->owners.fetch_add(1, std::memory_order_relaxed); }
    static void release(void *pointer) noexcept {
        if (of(pointer)->owners.fetch_sub(1, std::memory_order_acq_rel) == 1) {
            delete of(pointer);
        }
    }
    static void type_name(void *, hp_say say, void *to) { say(to, raw(name())); }
    static void repr(void *, hp_say say, void *to) { say(to, raw("<" + name() + ">")); }
    static std::string name() {
#if defined(__GXX_RTTI) || defined(_CPPRTTI)
        return typeid(T).name();
#else
        return "object";
#endif
    }
    static inline const hp_foreign_table functions{sizeof(hp_foreign_table), 0, &retain, &release, &type_name, &repr};
};

}  // namespace detail

// An object: the very object is read back by code that asks for the same type.
template <class T>
struct ParamTraits<std::shared_ptr<T>> : detail::Plain {
    static constexpr std::uint32_t ask = ask::any;
    static constexpr bool holds_null = true;
    static std::string name() { return "shared_ptr to " + detail::Object<T>::name(); }
    static hp_value lower(const std::shared_ptr<T> &value, Arena &arena) {
        using Object = detail::Object<T>;
        if (value == nullptr) {
            return detail::scalar(HP_KIND_NULL);
        }
        auto *object = new Object();
        object->object = value;
        // The store counts its own; this count goes with the arena.
        arena.keep(std::shared_ptr<void>(object, &Object::release));
        hp_foreign *foreign = arena.foreign();
        *foreign = {object, &Object::functions};
        hp_value lowered = detail::scalar(HP_KIND_FOREIGN);
        lowered.data.foreign = foreign;
        return lowered;
    }
    static bool raise(const hp_value &value, std::shared_ptr<T> &out, std::string &why) {
        if (value.kind == HP_KIND_NULL) {
            out = nullptr;
            return true;
        }
        if (value.kind != HP_KIND_FOREIGN || value.data.foreign->table != &detail::Object<T>::functions) {
            why = "it is no object of this type";
            return false;
        }
        out = detail::Object<T>::of(value.data.foreign->pointer)->object;
        return true;
    }
};

// An object with a deleter, to be stored: `hp::object(engine, &engine_free)`.
template <class T, class Deleter>
std::shared_ptr<T> object(T *pointer, Deleter deleter) {
    return std::shared_ptr<T>(pointer, std::move(deleter));
}

// ---- enums and structs -----------------------------------------------------------------------------------------------

// The names of an enum's values: what HYPERPARAMETER_ENUM specialises. `names` is an array of pairs of name and value.
template <class E>
struct EnumNames;
// The members of a struct: what HYPERPARAMETER_STRUCT specialises. `each` calls a function with each name and member.
template <class S>
struct StructMembers;

namespace detail {

template <class T, class = void>
inline constexpr bool has_names = false;
template <class T>
inline constexpr bool has_names<T, std::void_t<decltype(EnumNames<T>::names)>> = true;
template <class T, class = void>
inline constexpr bool is_struct = false;
template <class T>
inline constexpr bool is_struct<T, std::void_t<decltype(StructMembers<T>::count)>> = true;

}  // namespace detail

// An enum is written as the name of its value, and read by name, else by number.
template <class E>
struct ParamTraits<E, std::enable_if_t<std::is_enum_v<E> && detail::has_names<E>>> : detail::Plain {
    static constexpr std::uint32_t ask = ask::any;
    static std::string name() {
        std::string all = "one of";
        for (const auto &known : EnumNames<E>::names) {
            all += (all.back() == 'f' ? " " : ", ") + std::string(known.first);
        }
        return all;
    }
    static hp_value lower(E value, Arena &arena) {
        for (const auto &known : EnumNames<E>::names) {
            if (known.second == value) {
                return detail::string_value(known.first);
            }
        }
        return ParamTraits<std::int64_t>::lower(static_cast<std::int64_t>(value), arena);
    }
    static bool raise(const hp_value &value, E &out, std::string &why) {
        for (const auto &known : EnumNames<E>::names) {
            const bool named = (value.kind == HP_KIND_STR || value.kind == HP_KIND_TEXT) &&
                               detail::string_of(value) == known.first;
            if (named || (value.kind == HP_KIND_INT && value.data.integer == static_cast<std::int64_t>(known.second))) {
                out = known.second;
                return true;
            }
        }
        why = "it is not " + name();
        return false;
    }
};

// A struct is written as a map, and read from a map or from the keys below its own; what is not set keeps the value that it
// has in the default.
template <class S>
struct ParamTraits<S, std::enable_if_t<detail::is_struct<S>>> : detail::Plain {
    static constexpr std::uint32_t ask = ask::map;
    static std::string name() { return "struct"; }
    static hp_value lower(const S &value, Arena &arena) {
        hp_value lowered = detail::scalar(HP_KIND_MAP);
        hp_member *to = arena.members(StructMembers<S>::count);
        lowered.data.members = to;
        lowered.len = StructMembers<S>::count;
        StructMembers<S>::each(value, [&](std::string_view name, const auto &member) {
            *to++ = {detail::raw(name), ParamTraits<std::decay_t<decltype(member)>>::lower(member, arena)};
        });
        return lowered;
    }
    // Lays what is there over what `out` has.
    static bool raise(const hp_value &value, S &out, std::string &why) {
        if (value.kind != HP_KIND_MAP) {
            why = "it is no map";
            return false;
        }
        bool all = true;
        StructMembers<S>::each(out, [&](std::string_view name, auto &member) {
            for (std::size_t at = 0; all && at < value.len; ++at) {
                const hp_member &given = value.data.members[at];
                if (detail::view(given.name) == name && !detail::raise_item(given.value, member, why)) {
                    why = "'" + std::string(name) + "': " + why;
                    all = false;
                }
            }
        });
        return all;
    }
};

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_VALUE_H
