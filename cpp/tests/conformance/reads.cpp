// The types of the vectors in C++. Each is a set of templates of its own, which takes the compiler half a second: so those are
// here that the vectors name, and a new one is a line below.
#include "reads.h"

#include <mutex>

namespace conformance {
namespace {

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
            : name(of),
              info{name, hp::key_hash(name), "", "", "", 0, false},
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
    return hp::detail::read_named(name, value) ? std::optional<Json>(shown(value)) : std::nullopt;
}

using Read = std::optional<Json> (*)(Door, const std::string &);

template <class T>
void add(std::map<std::string, Read> &table, const char *type) {
    // Spelled as `Json::dump` spells it.
    table.emplace(Json::parse(type).dump(), &read_as<T>);
}

// A type, and what optional, list and map of it are.
template <class T>
void add_with_containers(std::map<std::string, Read> &table, const std::string &type) {
    add<T>(table, type.c_str());
    add<std::optional<T>>(table, ("{\"optional\": " + type + "}").c_str());
    add<std::vector<T>>(table, ("{\"list\": " + type + "}").c_str());
    add<std::map<std::string, T>>(table, ("{\"map\": " + type + "}").c_str());
}

std::map<std::string, Read> known_types() {
    namespace ask = hp::ask;
    std::map<std::string, Read> table;
    add<Any<ask::any>>(table, "null");
    add<Any<ask::number>>(table, R"("number")");
    add<Any<ask::list>>(table, R"("list")");
    add<Any<ask::map>>(table, R"("map")");
    add<std::optional<Any<ask::list>>>(table, R"({"optional": "list"})");
    add<std::optional<Any<ask::map>>>(table, R"({"optional": "map"})");
    add_with_containers<bool>(table, R"("bool")");
    add_with_containers<std::int64_t>(table, R"("int")");
    add_with_containers<double>(table, R"("float")");
    add_with_containers<std::string>(table, R"("string")");
    add<std::vector<std::optional<std::int64_t>>>(table, R"({"list": {"optional": "int"}})");
    add<std::vector<std::optional<std::string>>>(table, R"({"list": {"optional": "string"}})");
    add<std::vector<std::vector<std::int64_t>>>(table, R"({"list": {"list": "int"}})");
    return table;
}

}  // namespace

std::optional<Json> read(Door door, const std::string &name, const Json &type) {
    static const std::map<std::string, Read> known = known_types();
    const auto found = known.find(type.dump());
    if (found == known.end()) {
        throw Skip{"type " + type.dump()};
    }
    return found->second(door, name);
}

}  // namespace conformance
