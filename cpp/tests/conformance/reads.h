// Reads by the types of the vectors, on both ways of C++: by a call site, which walks, and by a name made at run time.
#pragma once

#include "values.h"

#include <deque>
#include <mutex>

namespace conformance {

enum class Door { site, name };

template <class T>
Json shown(const T &value) {
    hp::Arena arena;
    return canonical(hp::ParamTraits<T>::lower(value, arena));
}
template <std::uint32_t Ask>
Json shown(const Any<Ask> &value) {
    return value.json;
}
template <class T>
Json shown(const std::optional<T> &value) {
    return value ? shown(*value) : Json(nullptr);
}
template <class T>
Json shown(const std::vector<T> &values) {
    Json list = Json::array();
    for (const T &value : values) {
        list.push_back(shown(value));
    }
    return list;
}
template <class T>
Json shown(const std::map<std::string, T> &values) {
    Json map = Json::object();
    for (const auto &[name, value] : values) {
        map[name] = shown(value);
    }
    return map;
}

// A call site of this name, made once: as if the name stood in the source.
template <class T>
hyperparameter::shared::Site &site_of(const std::string &name) {
    struct Made {
        std::string name;
        hyperparameter::SiteInfo info;
        hyperparameter::shared::Site site;
        explicit Made(const std::string &of)
            : name(of), info{name, hp::key_hash(name), "", "", "", 0, false},
              site{{&hyperparameter::shared::no_key}, {nullptr}, &info, nullptr, nullptr, nullptr, nullptr} {}
    };
    static std::mutex lock;
    static std::map<std::string, Made> all;
    const std::lock_guard<std::mutex> locked(lock);
    return all.try_emplace(name, name).first->second.site;
}

// Nothing where there is no value.
template <class T>
std::optional<Json> read_as(Door door, const std::string &name) {
    if (door == Door::site) {
        // An invalid key does not compile in a macro; here it is one at run time.
        if (!hp::check_key(name).ok()) {
            hp::detail::intern(hp::detail::table(), name);
        }
        const auto value = hp::detail::read_site<T>(site_of<T>(name));
        if (!value) {
            return std::nullopt;
        }
        // The second read of a value is the walk.
        const auto again = hp::detail::read_site<T>(site_of<T>(name));
        if (!again || shown(*again) != shown(*value)) {
            throw Differs{"a second read of " + name + " differs"};
        }
        return shown(*value);
    }
    T value{};
    const bool found = hp::detail::read_named(name, value);
    return found ? std::optional<Json>(shown(value)) : std::nullopt;
}

// Calls `visit` with the C++ type that a type of the vectors is.
template <int Depth = 0, class F>
auto with_type(const Json &type, F visit) {
    using hp::ask::any;
    if (type.is_null()) {
        return visit(static_cast<Any<any> *>(nullptr));
    }
    if (type.is_string()) {
        const auto name = type.get<std::string>();
        if (name == "bool") return visit(static_cast<bool *>(nullptr));
        if (name == "int") return visit(static_cast<std::int64_t *>(nullptr));
        if (name == "float") return visit(static_cast<double *>(nullptr));
        if (name == "string") return visit(static_cast<std::string *>(nullptr));
        if (name == "number") return visit(static_cast<Any<hp::ask::number> *>(nullptr));
        if (name == "list") return visit(static_cast<Any<hp::ask::list> *>(nullptr));
        if (name == "map") return visit(static_cast<Any<hp::ask::map> *>(nullptr));
    }
    if constexpr (Depth < 2) {
        if (type.is_object()) {
            const std::string outer = type.begin().key();
            return with_type<Depth + 1>(type.begin().value(), [&](auto *inner) {
                using T = std::remove_pointer_t<decltype(inner)>;
                if (outer == "optional") return visit(static_cast<std::optional<T> *>(nullptr));
                if (outer == "list") return visit(static_cast<std::vector<T> *>(nullptr));
                if (outer == "map") return visit(static_cast<std::map<std::string, T> *>(nullptr));
                throw Skip{"type " + outer};
            });
        }
    }
    throw Skip{"type " + type.dump()};
}

inline std::optional<Json> read(Door door, const std::string &name, const Json &type) {
    return with_type(type, [&](auto *of) { return read_as<std::remove_pointer_t<decltype(of)>>(door, name); });
}

// The type that a default asks for: its own, static one.
inline Json type_of_default(const Json &value) {
    if (value.is_boolean()) return "bool";
    if (value.is_number()) return "int";
    if (value.is_string()) return "string";
    if (value.is_array()) return "list";
    if (value.is_object() && value.size() == 1) {
        const std::string name = value.begin().key();
        if (name == "$float") return "float";
        if (name == "$repeat") return "string";
        if (name.rfind('$', 0) == 0 && name != "$pairs") return nullptr;
    }
    if (value.is_object()) return "map";
    return nullptr;
}

}  // namespace conformance
