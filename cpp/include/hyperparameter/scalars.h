/// @file
/// Scalars as parameters: truth values, numbers, strings, text, null and `std::optional`.
///
///     GET_PARAM(train.steps, 100)            // int
///     GET_PARAM(train.lr, 0.1)               // double
///     GET_PARAM(train.name, "sgd")           // std::string
#ifndef HYPERPARAMETER_SCALARS_H
#define HYPERPARAMETER_SCALARS_H

#include <hyperparameter/traits.h>

#include <cmath>
#include <limits>
#include <optional>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

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

/// Integers of 8 to 64 bits; `char` and the wide characters are no numbers.
template <class T>
struct ParamTraits<
    T, std::enable_if_t<std::is_integral_v<T> && !std::is_same_v<T, bool> && !std::is_same_v<T, char> &&
                        !std::is_same_v<T, wchar_t> && !std::is_same_v<T, char16_t> && !std::is_same_v<T, char32_t>>>
    : detail::Plain {
    static constexpr std::uint32_t ask = ask::integer;
    static std::string name() { return (std::is_signed_v<T> ? "int" : "uint") + std::to_string(sizeof(T) * 8) + "_t"; }

    static constexpr bool fits(std::int64_t value) noexcept {
        if constexpr (std::is_signed_v<T>) {
            return value >= static_cast<std::int64_t>(std::numeric_limits<T>::min()) &&
                   value <= static_cast<std::int64_t>(std::numeric_limits<T>::max());
        } else {
            return value >= 0 &&
                   static_cast<std::uint64_t>(value) <= static_cast<std::uint64_t>(std::numeric_limits<T>::max());
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
    /// A finite number beyond the type's range does not fit; infinity does.
    static bool fits(double value) noexcept {
        return sizeof(T) == sizeof(double) || !std::isfinite(value) ||
               std::fabs(value) <= double{std::numeric_limits<T>::max()};
    }
    static bool raise(const hp_value &value, T &out, std::string &why) {
        if (value.kind != HP_KIND_FLOAT) {
            return false;
        }
        if (!fits(value.data.number)) {
            why = "it is out of the range of " + name();
            return false;
        }
        out = static_cast<T>(value.data.number);
        return true;
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

/// Written as a string; reads have a way of their own that does not copy.
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

/// Null where the store holds null.
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

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_SCALARS_H
