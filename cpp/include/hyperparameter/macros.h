// The macros: GET_PARAM, TRY_GET_PARAM, REQUIRE_PARAM, WITH_PARAMS, PARAMS_SCOPE, SET_PARAM. See hyperparameter.h.
#ifndef HYPERPARAMETER_MACROS_H
#define HYPERPARAMETER_MACROS_H

#include <hyperparameter/pairs.h>
#include <hyperparameter/scope.h>

// `a ?: b` is an extension, of which g++ warns in templates whatever `__extension__` says. It is what lets a default be an
// ordinary expression that is evaluated only where it is needed, in places where no lambda may capture: at namespace scope,
// in default arguments and member initialisers.
#if defined(__GNUC__)
#pragma GCC system_header
#else
#error "hyperparameter.h needs g++ or clang++"
#endif

namespace hyperparameter {
namespace detail {

struct Absent {};
inline constexpr Absent nothing{};
constexpr bool is_nothing(Absent) noexcept { return true; }
template <class T>
constexpr bool is_nothing(const T &) noexcept {
    return false;
}

// A key of WITH_PARAMS as it is spelled: bare, or a string literal.
constexpr bool is_quoted(std::string_view text) noexcept {
    return text.size() >= 2 && text.front() == '"' && text.back() == '"' &&
           text.substr(1, text.size() - 2).find_first_of("\"\\") == std::string_view::npos;
}
constexpr std::string_view unquoted(std::string_view text) noexcept {
    return is_quoted(text) ? text.substr(1, text.size() - 2) : text;
}

}  // namespace detail
}  // namespace hyperparameter

#define HYPERPARAMETER_CAT_(a, b, c) HYPERPARAMETER_CAT2_(a, b, c)
#define HYPERPARAMETER_CAT2_(a, b, c) a##b##c
#define HYPERPARAMETER_FIRST_(first, ...) first
#define HYPERPARAMETER_SECOND_(first, second, ...) second
#define HYPERPARAMETER_THIRD_(first, second, third, ...) third

#define HYPERPARAMETER_BAD_BARE_(macro, text)                                                                       \
    "hyperparameter: " macro " takes a key of identifiers and digits joined by '.'; any other key is given as a string: " \
    macro "_KEY(\"" text "\", ...)"
#define HYPERPARAMETER_BAD_KEY_(text)                                                                                     \
    "hyperparameter: " text " is no key: a key is segments joined by single '.', without white space, control characters " \
    "and = \" ' , ; ( ) [ ] { } < > # $ & | ! ? * ^ ` \\, does not begin with '+' or '~', and has at most 65535 bytes"

// A class that only this place in the source has.
#define HYPERPARAMETER_TAG_(check, text, default_text, help_text, is_required)                                       \
    [] {                                                                                                                   \
        check struct Tag {                                                                                                 \
            static constexpr ::hyperparameter::SiteInfo info() noexcept {                                                  \
                return {text,     ::hyperparameter::key_hash(text), default_text, help_text, __FILE__, __LINE__, is_required}; \
            }                                                                                                              \
        };                                                                                                                 \
        return Tag{};                                                                                                      \
    }()
#define HYPERPARAMETER_CHECK_BARE_(macro, text)                                                     \
    static_assert(::hyperparameter::detail::is_bare(text), HYPERPARAMETER_BAD_BARE_(macro, text)); \
    static_assert(!::hyperparameter::detail::is_bare(text) || ::hyperparameter::check_key(text).ok(), HYPERPARAMETER_BAD_KEY_("'" text "'"));
#define HYPERPARAMETER_CHECK_KEY_(spelled, text) \
    static_assert(::hyperparameter::check_key(text).ok(), HYPERPARAMETER_BAD_KEY_(spelled));

// A second argument after the default is the help; what comes after it is one comma too many.
#define HYPERPARAMETER_CHECK_DEFAULT_(macro, ...)                                                                   \
    static_assert(::hyperparameter::detail::is_nothing(                                                                    \
                      HYPERPARAMETER_THIRD_(__VA_ARGS__, ::hyperparameter::detail::nothing, ::hyperparameter::detail::nothing, ~)), \
                  "hyperparameter: " macro "(key, default, \"help\") has too many arguments: put a default with commas in ( )");

#define HYPERPARAMETER_GET_(tag, name, ...)                                                                       \
    (::hyperparameter::detail::take(                                                                                 \
        __extension__(::hyperparameter::detail::get(                                                                 \
            tag, true ? ::hyperparameter::detail::Nothing{}                                                          \
                      : ::hyperparameter::detail::type_of(HYPERPARAMETER_FIRST_(__VA_ARGS__, ~)))                        \
                      ?: ::hyperparameter::detail::fallback(HYPERPARAMETER_FIRST_(__VA_ARGS__, ~), name))))

#define GET_PARAM(key, ...)                                                                                          \
    HYPERPARAMETER_GET_(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_BARE_("GET_PARAM", #key)                                  \
                                                HYPERPARAMETER_CHECK_DEFAULT_("GET_PARAM", __VA_ARGS__), #key, #__VA_ARGS__,         \
                                                HYPERPARAMETER_SECOND_(__VA_ARGS__, "", ~), false),                    \
                        #key, __VA_ARGS__)
#define GET_PARAM_KEY(key, ...)                                                                                      \
    HYPERPARAMETER_GET_(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_KEY_(#key, key)                                           \
                                                HYPERPARAMETER_CHECK_DEFAULT_("GET_PARAM_KEY", __VA_ARGS__), key, #__VA_ARGS__,                   \
                                                HYPERPARAMETER_SECOND_(__VA_ARGS__, "", ~), false),                    \
                        key, __VA_ARGS__)

#define TRY_GET_PARAM(key, ...)                                                                                      \
    (::hyperparameter::detail::try_get(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_BARE_("TRY_GET_PARAM", #key), #key, "", "", false), \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))
#define TRY_GET_PARAM_KEY(key, ...)                                                                                  \
    (::hyperparameter::detail::try_get(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_KEY_(#key, key), key, "", "", false),   \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))
#define REQUIRE_PARAM(key, ...)                                                                                      \
    (::hyperparameter::detail::require(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_BARE_("REQUIRE_PARAM", #key), #key, "", "", true), \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))
#define REQUIRE_PARAM_KEY(key, ...)                                                                                  \
    (::hyperparameter::detail::require(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_KEY_(#key, key), key, "", "", true),    \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))

// ---- WITH_PARAMS -----------------------------------------------------------------------------------------------------

#define HYPERPARAMETER_CHECK_PAIR_(text, value)                                                                            \
    static_assert(::hyperparameter::detail::is_quoted(text) || ::hyperparameter::detail::is_bare(text),                    \
                  "hyperparameter: WITH_PARAMS takes keys of identifiers and digits joined by '.'; any other key is given as a " \
                  "string, as in WITH_PARAMS(\"a.b-c\", 1), and this is none of both: " text);                             \
    static_assert((!::hyperparameter::detail::is_quoted(text) && !::hyperparameter::detail::is_bare(text)) ||              \
                      ::hyperparameter::check_key(::hyperparameter::detail::unquoted(text)).ok(),                          \
                  HYPERPARAMETER_BAD_KEY_(text));
#define HYPERPARAMETER_CHECK_PAIR_ODD_                                                                              \
    static_assert(false, "hyperparameter: WITH_PARAMS takes pairs, key, value, ...: one of them is without the other");
#define HYPERPARAMETER_CHECK_PAIR_MANY_ \
    static_assert(false, "hyperparameter: WITH_PARAMS takes at most 64 pairs: nest two, or use hp::Scope");
#define HYPERPARAMETER_INFO_PAIR_(text, value)                                                                             \
    {::hyperparameter::detail::unquoted(text),                                                                             \
     ::hyperparameter::key_hash(::hyperparameter::detail::unquoted(text)), "", "", __FILE__, __LINE__, false},
#define HYPERPARAMETER_INFO_PAIR_ODD_ {"", 0, "", "", "", 0, false},
#define HYPERPARAMETER_INFO_PAIR_MANY_ {"", 0, "", "", "", 0, false},
#define HYPERPARAMETER_VALUE_PAIR_(text, value) , value
#define HYPERPARAMETER_VALUE_PAIR_ODD_ , 0
#define HYPERPARAMETER_VALUE_PAIR_MANY_ , 0
#define HYPERPARAMETER_ONE_PAIR_(text, value) +1
#define HYPERPARAMETER_ONE_PAIR_ODD_ +1
#define HYPERPARAMETER_ONE_PAIR_MANY_ +1

// `each` is HYPERPARAMETER_EACH_8_ for four pairs. All four of its uses hand the arguments on as they are spelled.
#define WITH_PARAMS(...)                                                                                                   \
    (::hyperparameter::detail::with(                                                                                       \
        [] {                                                                                                               \
            HYPERPARAMETER_CAT_(HYPERPARAMETER_EACH_, HYPERPARAMETER_PAIR_COUNT_(0, ##__VA_ARGS__), _)                     \
            (HYPERPARAMETER_CHECK_PAIR_, ##__VA_ARGS__) struct Tag {                                                       \
                static constexpr auto infos() noexcept {                                                                   \
                    return ::hyperparameter::detail::PairInfos<0 HYPERPARAMETER_CAT_(                                      \
                        HYPERPARAMETER_EACH_, HYPERPARAMETER_PAIR_COUNT_(0, ##__VA_ARGS__),                                \
                        _)(HYPERPARAMETER_ONE_PAIR_, ##__VA_ARGS__)>{{HYPERPARAMETER_CAT_(                                 \
                        HYPERPARAMETER_EACH_, HYPERPARAMETER_PAIR_COUNT_(0, ##__VA_ARGS__),                                \
                        _)(HYPERPARAMETER_INFO_PAIR_, ##__VA_ARGS__)}};                                                    \
                }                                                                                                          \
            };                                                                                                             \
            return Tag{};                                                                                                  \
        }() HYPERPARAMETER_CAT_(HYPERPARAMETER_EACH_, HYPERPARAMETER_PAIR_COUNT_(0, ##__VA_ARGS__),                        \
                                _)(HYPERPARAMETER_VALUE_PAIR_, ##__VA_ARGS__)))

// A block with a scope of its own: what is written in it is gone at its end, however it ends.
#define PARAMS_SCOPE                                                                                               \
    if (const ::hyperparameter::Guard HYPERPARAMETER_CAT_(hyperparameter_scope_, __LINE__, _) = ::hyperparameter::new_scope(); \
        false) {                                                                                                           \
    } else

// Writes to the current scope.
#define SET_PARAM(key, ...)                                                                                           \
    (::hyperparameter::set(                                                                                                \
        [] {                                                                                                               \
            HYPERPARAMETER_CHECK_BARE_("SET_PARAM", #key) return ::std::string_view(#key);                                 \
        }(),                                                                                                               \
        __VA_ARGS__))
#define SET_PARAM_KEY(key, ...)                                                                                       \
    (::hyperparameter::set(                                                                                                \
        [] {                                                                                                               \
            HYPERPARAMETER_CHECK_KEY_(#key, key) return ::std::string_view(key);                                           \
        }(),                                                                                                               \
        __VA_ARGS__))

#endif  // HYPERPARAMETER_MACROS_H
