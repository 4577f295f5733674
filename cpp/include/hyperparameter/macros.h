/// @file
/// The macros: GET_PARAM, TRY_GET_PARAM, REQUIRE_PARAM, WITH_PARAMS, PARAMS_SCOPE, SET_PARAM. See hyperparameter.h.
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

/// @cond
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
/// @endcond

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

/// The value of a parameter here, as the type of the default; else the default.
///
///     double lr = GET_PARAM(train.lr, 0.1, "the learning rate");
///     std::string_view name = GET_PARAM(train.name, "sgd"sv);
///
/// The default is an ordinary expression, evaluated only where it is needed; a third argument is the help. Stands wherever an
/// expression may: also at namespace scope, in member initialisers and default arguments. A key is taken as it is spelled,
/// before any macro in it is expanded; it is identifiers and digits joined by '.', and anything else does not compile. "text"
/// reads a std::string. A std::string_view is not copied, and good until the scope ends in which it was read (or its key is
/// written anew in that scope), or outside every scope until this thread's next read or entry.
///
/// Cost: a walk of some 20 instructions, without a lock or an allocation; inside Python one call. The first read of a place
/// looks its key up. Thread-safety: any thread, each sees its own scopes. Errors: ConversionError in a strict context, else a
/// warning and the default; HashCollision at the first read of a place.
#define GET_PARAM(key, ...)                                                                                          \
    HYPERPARAMETER_GET_(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_BARE_("GET_PARAM", #key)                                  \
                                                HYPERPARAMETER_CHECK_DEFAULT_("GET_PARAM", __VA_ARGS__), #key, #__VA_ARGS__,         \
                                                HYPERPARAMETER_SECOND_(__VA_ARGS__, "", ~), false),                    \
                        #key, __VA_ARGS__)
/// GET_PARAM of any key, as a string literal: `GET_PARAM_KEY("a.b-c", 1)`. What is no key does not compile.
#define GET_PARAM_KEY(key, ...)                                                                                      \
    HYPERPARAMETER_GET_(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_KEY_(#key, key)                                           \
                                                HYPERPARAMETER_CHECK_DEFAULT_("GET_PARAM_KEY", __VA_ARGS__), key, #__VA_ARGS__,                   \
                                                HYPERPARAMETER_SECOND_(__VA_ARGS__, "", ~), false),                    \
                        key, __VA_ARGS__)

/// The value of a parameter as a std::optional of a type: nothing where there is none.
///
///     std::optional<int> seed = TRY_GET_PARAM(train.seed, int);
///
/// Cost, thread-safety and errors: as of GET_PARAM.
#define TRY_GET_PARAM(key, ...)                                                                                      \
    (::hyperparameter::detail::try_get(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_BARE_("TRY_GET_PARAM", #key), #key, "", "", false), \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))
/// TRY_GET_PARAM of any key, as a string literal.
#define TRY_GET_PARAM_KEY(key, ...)                                                                                  \
    (::hyperparameter::detail::try_get(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_KEY_(#key, key), key, "", "", false),   \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))
/// The value of a parameter that has no default.
///
///     auto path = REQUIRE_PARAM(data.path, std::string);
///
/// Cost and thread-safety: as of GET_PARAM. Errors: those of GET_PARAM, and MissingParameter, which names near keys.
#define REQUIRE_PARAM(key, ...)                                                                                      \
    (::hyperparameter::detail::require(HYPERPARAMETER_TAG_(HYPERPARAMETER_CHECK_BARE_("REQUIRE_PARAM", #key), #key, "", "", true), \
                                       ::hyperparameter::detail::Type<__VA_ARGS__>{}))
/// REQUIRE_PARAM of any key, as a string literal.
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

//// Enters a scope with these values until the guard is destroyed.
///
///     auto guard = WITH_PARAMS(train.lr, 0.5, train.name, "adam", "data.in-memory", true);
///
/// Takes up to 64 pairs of a key, bare or a string literal, and a value. An odd count, a text that is no key and a type that
/// no parameter has do not compile.
///
/// Cost: one frame, some 100 ns; the values are copied. Thread-safety: this thread's (or Python task's) scopes alone. Errors:
/// InvalidKey for an index out of range of a list that is visible here; HashCollision.
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

/// A block with a scope of its own: what is written in it is gone at its end, however it ends.
///
///     PARAMS_SCOPE {
///         SET_PARAM(train.lr, 0.75);
///         train();
///     }
///
/// Cost and thread-safety: as of WITH_PARAMS.
#define PARAMS_SCOPE                                                                                               \
    if (const ::hyperparameter::Guard HYPERPARAMETER_CAT_(hyperparameter_scope_, __LINE__, _) = ::hyperparameter::new_scope(); \
        false) {                                                                                                           \
    } else

/// Writes to the current scope: gone when that ends.
///
///     SET_PARAM(train.lr, 0.75);
///
/// Cost, thread-safety and errors: as of `hyperparameter::set`; what is no key does not compile.
#define SET_PARAM(key, ...)                                                                                           \
    (::hyperparameter::set(                                                                                                \
        [] {                                                                                                               \
            HYPERPARAMETER_CHECK_BARE_("SET_PARAM", #key) return ::std::string_view(#key);                                 \
        }(),                                                                                                               \
        __VA_ARGS__))
/// SET_PARAM of any key, as a string literal.
#define SET_PARAM_KEY(key, ...)                                                                                       \
    (::hyperparameter::set(                                                                                                \
        [] {                                                                                                               \
            HYPERPARAMETER_CHECK_KEY_(#key, key) return ::std::string_view(key);                                           \
        }(),                                                                                                               \
        __VA_ARGS__))

#endif  // HYPERPARAMETER_MACROS_H
