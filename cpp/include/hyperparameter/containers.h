/// @file
/// Lists and maps of parameters.
///
///     GET_PARAM(data.shards, std::vector<std::string>{})          // a list: a,b or ["a", "b"]
///     GET_PARAM(opt.betas, (std::array<double, 2>{0.9, 0.999}))   // of just two items
///     GET_PARAM(opt.rates, (std::map<std::string, double>{}))     // a map
///
/// Each item converts to the container's type by the same table as a parameter of its own; the reason of a failure names the
/// item.
#ifndef HYPERPARAMETER_CONTAINERS_H
#define HYPERPARAMETER_CONTAINERS_H

#include <hyperparameter/traits.h>

#include <array>
#include <map>
#include <set>
#include <unordered_map>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

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

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_CONTAINERS_H
