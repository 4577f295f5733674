/// @file
/// Enums and structs as parameters, by one line each.
///
///     enum class Mode { fast, exact };
///     HYPERPARAMETER_ENUM(Mode, fast, exact)
///     struct Adam { double lr = 1e-3; double eps = 1e-8; };
///     HYPERPARAMETER_STRUCT(Adam, lr, eps)
///
///     GET_PARAM(mode, Mode::fast)            // "exact", or 1
///     GET_PARAM(opt, Adam())                 // opt.lr, opt.eps; what is not set keeps its default
#ifndef HYPERPARAMETER_RECORDS_H
#define HYPERPARAMETER_RECORDS_H

#include <hyperparameter/pairs.h>
#include <hyperparameter/scalars.h>

#include <utility>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

/// The names of an enum's values: what HYPERPARAMETER_ENUM specialises. `names` is an array of pairs of name and value.
template <class E>
struct EnumNames;
/// The members of a struct: what HYPERPARAMETER_STRUCT specialises. `each` calls a function with each name and member.
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

/// An enum is written as the name of its value, and read by name, else by number.
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
            const bool named =
                (value.kind == HP_KIND_STR || value.kind == HP_KIND_TEXT) && detail::string_of(value) == known.first;
            if (named || (value.kind == HP_KIND_INT && value.data.integer == static_cast<std::int64_t>(known.second))) {
                out = known.second;
                return true;
            }
        }
        why = "it is none of these names";
        return false;
    }
};

/// A struct is written as a map, and read from a map or from the keys below its own; what is not set keeps the value that it
/// has in the default.
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
    /// Lays what is there over what `out` has.
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

namespace detail {

// Tells the members of a struct.
template <class S>
void each_member(void *to, void (*add)(void *to, const shared::Member &member)) {
    S made{};
    StructMembers<S>::each(made, [&](std::string_view name, const auto &member) {
        using M = std::decay_t<decltype(member)>;
        add(to, {name, &type_name<M>, &site_converts<M>, members_of<M>()});
    });
}

template <class T>
constexpr auto members_of() noexcept -> decltype(shared::Member::members) {
    if constexpr (is_struct<T>) {
        return &each_member<T>;
    } else {
        return nullptr;
    }
}

}  // namespace detail

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

/// The names of an enum's values. Stands at namespace scope, outside every namespace.
#define HYPERPARAMETER_ENUM(type, ...)                                     \
    template <>                                                            \
    struct hyperparameter::EnumNames<type> {                               \
        using E = type;                                                    \
        static constexpr std::pair<std::string_view, E> names[] = {        \
            HYPERPARAMETER_LIST_(HYPERPARAMETER_ENUM_NAME_, __VA_ARGS__)}; \
    };

/// The members of a struct that are parameters. Stands at namespace scope, outside every namespace.
#define HYPERPARAMETER_STRUCT(type, ...)                                                               \
    template <>                                                                                        \
    struct hyperparameter::StructMembers<type> {                                                       \
        static constexpr std::size_t count = 0 HYPERPARAMETER_LIST_(HYPERPARAMETER_ONE_, __VA_ARGS__); \
        template <class S, class F>                                                                    \
        static void each(S &&value, F &&visit) {                                                       \
            HYPERPARAMETER_LIST_(HYPERPARAMETER_MEMBER_, __VA_ARGS__)                                  \
        }                                                                                              \
    };
#define HYPERPARAMETER_ENUM_NAME_(name) {#name, E::name},
#define HYPERPARAMETER_ONE_(name) +1
#define HYPERPARAMETER_MEMBER_(name) visit(std::string_view(#name), value.name);

#endif  // HYPERPARAMETER_RECORDS_H
