// Runs the cases of /conformance that C++ can run, each program twice: by call sites, which walk, and by name.
//   conformance FOLDER LEAST
// Ends with status 1 where a case differs, where fewer than LEAST ran, or where one is left out for a reason that is not
// in `left_out`.
#include "program.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iostream>

#include <unistd.h>

namespace conformance {
namespace {

// Of what a language may lack, what C++ has.
const std::set<std::string> has = {"threads", "numbers", "bigint", "used", "host", "leave-elsewhere", "files"};

// Why a case is left out. What C++ does not have: scope objects that are read by name, functions whose arguments are
// parameters, generators, tasks, tuples, sets, maps with other keys than strings. What is tested elsewhere: the command line.
// What the C interface takes whole and not in parts: words of a command line (kinds word, unknown, check).
// What the C interface does not give: dumps, what a file's value hides, pins beside files.
const std::set<std::string> left_out = {
    "a map as the default of a read (a struct is C++'s)",
    "file: declared",
    "file: pin",
    "file: shadowed",
    "file: value",
    "kind check",
    "kind saved",  // what is written of a run is read by launch, in Python and in Rust
    "kind python",
    "kind unknown",
    "kind word",
    "needs any-keys",
    "needs asks-by-default",
    "needs executors",
    "needs functions",
    "needs generators",
    "needs launch",
    "needs scope-objects",
    "needs sets",
    "needs surrogates",
    "needs tasks",
    "needs tuples",
    "needs unbounded-int",
    "step as_dict",
    "step call",
    "step on a scope object",
};

std::string new_name() {
    static int count = 0;
    return "conformance.n" + std::to_string(count++);
}

void is_key(const Json &json) {
    const std::string name = string_of(json["key"]);
    const hp::KeyCheck check = hp::check_key(name);
    if (json["valid"].get<bool>()) {
        if (!check.ok()) {
            throw Differs{"constexpr: no key"};
        }
        const auto guard = hp::Scope().set(name, 7).enter();
        if (read(Door::site, name, "int") != Json(7) || hp::require<int>(name) != 7) {
            throw Differs{"reads another value"};
        }
        return;
    }
    if (check.ok() || (json.contains("at") && check.at != json["at"].get<std::size_t>())) {
        throw Differs{"constexpr: fails at byte " + std::to_string(check.at)};
    }
    Json expected = {{"kind", "InvalidKey"}};
    if (json.contains("at")) {
        expected["at"] = json["at"];
    }
    const std::function<void()> uses[] = {[&] { hp::get(name, 1); }, [&] { hp::require<int>(name); },
                                          [&] { hp::set(name, 1); }, [&] { hp::Scope().set(name, 1); },
                                          [&] { hp::has(name); },    [&] { hp::erase(name); }};
    for (const auto &use : uses) {
        try {
            use();
            throw Differs{"is used as a key"};
        } catch (const hp::InvalidKey &error) {
            if (!is_expected(error, expected) || error.key() != name) {
                throw Differs{std::string("got ") + error.what()};
            }
        }
    }
}

void converts(const Json &json) {
    Objects objects;
    const hp_table &store = hp::detail::table();
    const hp_value value = objects.value(json["value"]);
    for (const Door door : {Door::site, Door::name}) {
        const std::string name = new_name();
        const hp_pair pair{hp::detail::intern(store, name), value, {}};
        hp::Scope scope;
        hp::detail::checked(store, store.scope_set(scope.native(), &pair));
        const auto guard = scope.enter();
        for (int turn = 0; turn < 2; ++turn) {
            heard().clear();
            const std::optional<Json> soft = read(door, name, json["as"]);
            const std::size_t warned = std::exchange(heard(), {}).size();
            std::optional<Json> hard;
            bool failed = false;
            {
                const auto strict = hp::strict();
                try {
                    hard = read(door, name, json["as"]);
                } catch (const hp::ConversionError &error) {
                    failed = error.key() == name;
                }
            }
            if (!heard().empty()) {
                throw Differs{"warns in strict mode"};
            }
            if (json.contains("gives")) {
                if (!soft || !hard || warned != 0) {
                    throw Differs{"does not convert"};
                }
                objects.check("leniently", *soft, json["gives"]);
                objects.check("strictly", *hard, json["gives"]);
            } else if (soft || !failed || warned != (turn == 0 ? 1u : 0u)) {
                throw Differs{"converts to " + soft.value_or(Json("nothing")).dump() + ", warned " + std::to_string(warned)};
            }
        }
    }
}

void literal(const Json &json) {
    Objects objects;
    for (const Door door : {Door::site, Door::name}) {
        const std::string name = new_name();
        const auto guard = hp::Scope().text(name + "=" + string_of(json["text"])).enter();
        const std::optional<Json> got = read(door, name, nullptr);
        if (!got) {
            throw Differs{"nothing is read"};
        }
        objects.check("literal", *got, json["gives"]);
    }
}

void program(const Json &json) {
    for (const Door door : {Door::site, Door::name}) {
        const hp::FrozenSnapshot keep;
        std::exception_ptr ended;
        std::thread([&] {
            try {
                Run(door, std::make_shared<Labels>()).steps(json["steps"]);
            } catch (...) {
                ended = std::current_exception();
            }
        }).join();
        if (ended) {
            std::rethrow_exception(ended);
        }
    }
}

std::string lines(const Json &json) {
    std::string text;
    for (std::size_t at = 0; at < json.size(); ++at) {
        text += (at == 0 ? "" : "\n") + string_of(json[at]);
    }
    return text;
}

void file(const Json &json) {
    for (const char *other : {"value", "shadowed", "declared", "pin"}) {
        if (json.contains(other)) {
            throw Skip{std::string("file: ") + other};
        }
    }
    namespace fs = std::filesystem;
    static int count = 0;
    const fs::path folder =
        fs::temp_directory_path() / ("hyperparameter-cpp-" + std::to_string(getpid()) + "-" + std::to_string(count++));
    struct Gone {
        fs::path path;
        std::vector<std::string> variables;
        ~Gone() {
            fs::remove_all(path);
            for (const std::string &name : variables) {
                unsetenv(name.c_str());
            }
        }
    } gone{folder, {}};
    const Json environment = json.value("env", Json::object());
    for (const auto &[name, text] : environment.items()) {
        setenv(name.c_str(), text.get<std::string>().c_str(), 1);
        gone.variables.push_back(name);
    }
    hp::Config config;
    if (json.contains("files")) {
        for (const auto &[name, content] : json["files"].items()) {
            fs::create_directories((folder / name).parent_path());
            std::ofstream(folder / name) << lines(content);
        }
        for (const Json &name : json["load"]) {
            config.file((folder / name.get<std::string>()).string());
        }
    } else {
        const auto format = json["format"].get<std::string>();
        config.text("text." + format, format, lines(json["text"]));
    }
    if (json.contains("prefix")) {
        config.env(json["prefix"].get<std::string>(), json.value("separator", ""));
    }
    unsigned position = 1;
    for (const Json &pair : json.value("define", Json::array())) {
        config.define(string_of(pair), "-D", position++);
    }
    const auto shown = [&](std::string text) {
        const std::string prefix = folder.string() + "/";
        for (std::size_t at; (at = text.find(prefix)) != std::string::npos;) {
            text.erase(at, prefix.size());
        }
        return text;
    };
    try {
        const hp::Scope scope = config.load();
        if (json.contains("error")) {
            throw Differs{"loads"};
        }
        const auto guard = scope.enter();
        const hp_table &store = hp::detail::table();
        hp::detail::Owned items(store);
        hp::detail::checked(store, store.items(nullptr, &items.value, &items.owner));
        // An element that is written over a list is a part of it here, and no key of its own.
        const Json got = canonical(items.value);
        Json expected = Json::object(), read = Json::object();
        for (const auto &[name, value] : json["gives"].items()) {
            std::string list;
            for (const auto &[other, of] : json["gives"].items()) {
                if (of.is_array() && name.rfind(other + ".", 0) == 0) {
                    list = other;
                }
            }
            bool overlaid = false;
            for (const auto &[other, of] : json["gives"].items()) {
                overlaid = overlaid || (value.is_array() && other.rfind(name + ".", 0) == 0);
            }
            if (list.empty() && !overlaid) {
                expected[name] = value;
            }
        }
        for (const auto &[name, value] : got.items()) {
            if (expected.contains(name) || !json["gives"].contains(name)) {
                read[name] = value;
            }
        }
        std::map<std::string, Json> sorted;
        for (const auto &[name, value] : expected.items()) {
            sorted[name] = value;
        }
        Objects().check("the leaves", read, Json(sorted));
        const Json sources = json.value("sources", Json::object());
        for (const auto &[name, source] : sources.items()) {
            std::string said;
            hp::detail::checked(store, store.explain(
                                           nullptr, hp::detail::raw(name),
                                           [](void *to, const hp_level *level) {
                                               if (static_cast<std::string *>(to)->empty()) {
                                                   *static_cast<std::string *>(to) = hp::detail::owned(level->source);
                                               }
                                           },
                                           &said));
            if (shown(said) != source.get<std::string>()) {
                differs("the source of " + name, shown(said), source);
            }
        }
    } catch (const hp::HyperparameterError &error) {
        if (!json.contains("error") || !is_expected(error, json["error"])) {
            throw Differs{std::string("got ") + error.what()};
        }
        const auto *place = dynamic_cast<const hp::ConfigError *>(&error);
        const Json &expected = json["error"];
        if (place != nullptr && ((expected.contains("line") && expected["line"] != place->line()) ||
                                 (expected.contains("column") && expected["column"] != place->column()) ||
                                 (expected.contains("file") && expected["file"] != shown(place->file())))) {
            throw Differs{std::string("another place: ") + error.what()};
        }
    }
}

void run(const std::string &kind, const Json &json) {
    for (const Json &need : json.value("needs", Json::array())) {
        if (has.count(need.get<std::string>()) == 0) {
            throw Skip{"needs " + need.get<std::string>()};
        }
    }
    for (const Json &without : json.value("unless", Json::array())) {
        if (has.count(without.get<std::string>()) != 0) {
            throw Skip{"unless " + without.get<std::string>()};
        }
    }
    if (kind == "key") {
        is_key(json);
    } else if (kind == "hash") {
        if (std::to_string(hp::key_hash(string_of(json["key"]))) != json["hash"].get<std::string>()) {
            throw Differs{"another hash"};
        }
    } else if (kind == "literal") {
        literal(json);
    } else if (kind == "convert") {
        converts(json);
    } else if (kind == "program") {
        program(json);
    } else if (kind == "file") {
        file(json);
    } else {
        throw Skip{"kind " + kind};
    }
}

}  // namespace
}  // namespace conformance

int main(int argc, char **argv) {
    using conformance::Json;
    if (argc != 3) {
        std::cerr << "usage: conformance FOLDER LEAST\n";
        return 2;
    }
    hp::on_warning([](std::string_view text) { conformance::heard().emplace_back(text); });
    std::vector<std::filesystem::path> files;
    for (const auto &entry : std::filesystem::recursive_directory_iterator(argv[1])) {
        if (entry.path().extension() == ".json" && entry.path().filename() != "schema.json") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    int ran = 0, differ = 0, skipped = 0;
    std::map<std::string, int> why;
    for (const auto &path : files) {
        const Json file = Json::parse(std::ifstream(path));
        for (const Json &json : file["cases"]) {
            std::string wrong;
            conformance::heard().clear();
            try {
                conformance::run(file["kind"].get<std::string>(), json);
            } catch (const conformance::Skip &skip) {
                ++skipped;
                ++why[skip.why];
                continue;
            } catch (const conformance::Differs &differs) {
                wrong = differs.why;
            } catch (const std::exception &error) {
                wrong = error.what();
            }
            ++ran;
            if (!wrong.empty()) {
                ++differ;
                std::cerr << "DIFF " << path.stem().string() << "::" << json["name"].get<std::string>() << " | " << wrong
                          << '\n';
            }
        }
    }
    std::cerr << "ran " << ran << ", skipped " << skipped << ", differences " << differ << '\n';
    for (const auto &[reason, count] : why) {
        std::cerr << "  left out " << count << ": " << reason << '\n';
    }
    for (const auto &[reason, count] : why) {
        if (conformance::left_out.count(reason) == 0) {
            std::cerr << "left out for a new reason: " << reason << '\n';
            differ += count;
        }
    }
    if (ran < std::atoi(argv[2])) {
        std::cerr << "fewer than " << argv[2] << " ran\n";
        return 1;
    }
    return differ == 0 ? 0 : 1;
}
