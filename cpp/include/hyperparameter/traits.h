/// @file
/// How a type crosses to the store and back, and what a type of your own says about itself.
///
///     template <>
///     struct hyperparameter::ParamTraits<Celsius> {                // at namespace scope, outside every namespace
///         static constexpr bool supported = true;
///         static constexpr bool holds_null = false;
///         static constexpr std::uint32_t ask = hp::ask::floating;
///         static std::string name() { return "degrees"; }
///         static hp_value lower(const Celsius &value, hp::Arena &arena) { return ParamTraits<double>::lower(value.degrees, arena); }
///         static bool raise(const hp_value &value, Celsius &out, std::string &why) {
///             return ParamTraits<double>::raise(value, out.degrees, why);
///         }
///     };
#ifndef HYPERPARAMETER_TRAITS_H
#define HYPERPARAMETER_TRAITS_H

#include <hyperparameter/store.h>

#include <cstring>
#include <memory>
#include <type_traits>

namespace hyperparameter {

/// What a type asks the store for (rule V4).
namespace ask {
inline constexpr std::uint32_t any = 0;       ///< The value as it is; text as the literal that it spells.
inline constexpr std::uint32_t boolean = 1;   ///< A truth value.
inline constexpr std::uint32_t integer = 2;   ///< An integer; no fraction is cut off.
inline constexpr std::uint32_t number = 3;    ///< An integer where that works, else a float.
inline constexpr std::uint32_t floating = 4;  ///< A float.
inline constexpr std::uint32_t string = 5;    ///< A string.
inline constexpr std::uint32_t list = 6;      ///< A list.
inline constexpr std::uint32_t map = 7;       ///< A map; a key without a value of its own gathers the keys below it.
}  // namespace ask

inline namespace HYPERPARAMETER_ABI_NAMESPACE {

/// Text of unknown type (rule V3), as it comes from a command line: `hp::set("lr", hp::Text{"1e-3"})`.
struct Text {
    std::string characters;  ///< Exactly as it was written.
};

/// Null: a value, and not a missing one.
struct Null {};

/// What the parts of a value live in on their way into the store.
class Arena {
  public:
    /// Values of a list, all null.
    hp_value *values(std::size_t count) {
        values_.emplace_back(new hp_value[count]());
        return values_.back().get();
    }
    /// Members of a map, all without name and value.
    hp_member *members(std::size_t count) {
        members_.emplace_back(new hp_member[count]());
        return members_.back().get();
    }
    /// A reference to an object of this library.
    hp_foreign *foreign() {
        foreign_.emplace_back(new hp_foreign());
        return foreign_.back().get();
    }
    /// A text that lives as long as this.
    std::string_view text(std::string text) {
        texts_.emplace_back(new std::string(std::move(text)));
        return *texts_.back();
    }
    /// Holds an object as long as this lives.
    void keep(std::shared_ptr<void> object) { kept_.push_back(std::move(object)); }

  private:
    std::vector<std::unique_ptr<hp_value[]>> values_;
    std::vector<std::unique_ptr<hp_member[]>> members_;
    std::vector<std::unique_ptr<hp_foreign>> foreign_;
    std::vector<std::unique_ptr<std::string>> texts_;
    std::vector<std::shared_ptr<void>> kept_;
};

/// How a type crosses. What is not specialised is no type of a parameter; a specialisation has all of these:
///
/// | Member | What it is |
/// | --- | --- |
/// | `static constexpr bool supported = true;` | |
/// | `static constexpr bool holds_null;` | whether null is a value of the type |
/// | `static constexpr std::uint32_t ask;` | what the type asks for, of `hyperparameter::ask` |
/// | `static std::string name();` | the type, for messages |
/// | `static hp_value lower(const T &, Arena &);` | what is stored; its parts live in the arena |
/// | `static bool raise(const hp_value &, T &, std::string &why);` | from what was converted to `ask`; else why not |
template <class T, class Enable = void>
struct ParamTraits {
    static constexpr bool supported = false;  ///< Whether a parameter can have this type.
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
    const std::int32_t status =
        checked(store, store.convert(&item, ParamTraits<T>::ask, &converted.value, &converted.owner, append, &why));
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

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_TRAITS_H
