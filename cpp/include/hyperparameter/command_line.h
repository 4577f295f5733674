/// @file
/// A program's command line.
///
///     int main(int argc, char **argv) {
///         hp::parse_command_line(argc, argv);     // train -C base.toml -D train.lr=0.5 --list-params
///         absl::ParseCommandLine(argc, argv);     // gets the rest
///         train();
///     }
///
/// | Words | What they do |
/// | --- | --- |
/// | `-D k=v …`, `--define k=v …` | set parameters; `~k` deletes one, `!k=v` pins it, `+k=v` is let through though nobody reads it |
/// | `--pin k=v`, `--delete k` | the same, spelled out |
/// | `-C file`, `--config file` | reads a configuration; the last named goes first |
/// | `--list-params`, `-lps` | lists every parameter that a macro of this program reads, called or not; status 0 |
/// | `--explain-param k`, `-ep k` | says which value a parameter has and why; status 0 |
/// | `--` | ends what is looked at |
#ifndef HYPERPARAMETER_COMMAND_LINE_H
#define HYPERPARAMETER_COMMAND_LINE_H

#include <hyperparameter/scope.h>

#include <algorithm>
#include <tuple>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

/// A parameter that a GET_PARAM, TRY_GET_PARAM or REQUIRE_PARAM of the program reads.
struct Parameter {
    std::string key;           ///< Its key.
    std::string type;          ///< The type asked for: `double`, `int32_t`, `one of fast, exact`.
    std::string default_text;  ///< The default as it stands in the source; empty where there is none.
    std::string help;          ///< What it is for; empty where that is not said.
    std::string file;          ///< The source file of the read, as the compiler was given it.
    unsigned line = 0;         ///< The line in it, from 1.
    bool required = false;     ///< Whether it has no default: REQUIRE_PARAM.
};

namespace detail {

// The default's source text without the help that follows it.
inline std::string default_of(const SiteInfo &info) {
    std::string text(info.default_text);
    if (info.help.empty()) {
        return text;
    }
    // The help is a string literal, the last argument: the last comma that stands in no quotes is before it.
    bool quoted = false;
    std::size_t comma = std::string::npos;
    for (std::size_t at = 0; at < text.size(); ++at) {
        if (text[at] == '\\') {
            ++at;
        } else if (text[at] == '"') {
            quoted = !quoted;
        } else if (text[at] == ',' && !quoted) {
            comma = at;
        }
    }
    return text.substr(0, comma);
}

struct Listed {
    Parameter parameter;
    bool (*converts)(const hp_value &value, std::string &why);
    // Its members are listed after it, and stand for it where a command line is checked.
    bool is_struct;
};

// The members of a struct, as parameters whose default is in the struct's.
struct MemberList {
    std::vector<Listed> &all;
    const Parameter &of;

    static void add(void *to, const shared::Member &member) {
        auto &list = *static_cast<MemberList *>(to);
        Parameter parameter = list.of;
        parameter.key += "." + std::string(member.name);
        parameter.type = member.type();
        parameter.default_text.clear();
        parameter.help.clear();
        parameter.required = false;
        list.all.push_back({parameter, member.converts, member.members != nullptr});
        if (member.members != nullptr) {
            MemberList inner{list.all, parameter};
            member.members(&inner, &add);
        }
    }
};

inline std::vector<Listed> listed() {
    std::vector<Listed> all;
    {
        const std::lock_guard<std::mutex> lock(shared::sites_lock);
        for (shared::Site *site = shared::sites; site != nullptr; site = site->next) {
            const SiteInfo &info = *site->info;
            const Parameter parameter{std::string(info.key),  site->type(), default_of(info),
                                      std::string(info.help), info.file,    info.line,
                                      info.required};
            all.push_back({parameter, site->converts, site->members != nullptr});
            if (site->members != nullptr) {
                MemberList members{all, parameter};
                site->members(&members, &MemberList::add);
            }
        }
    }
    const auto place = [](const Listed &of) { return std::tie(of.parameter.key, of.parameter.file, of.parameter.line); };
    std::sort(all.begin(), all.end(), [&](const Listed &a, const Listed &b) { return place(a) < place(b); });
    // A default that reads a parameter itself stands twice in what the macro becomes.
    all.erase(std::unique(all.begin(), all.end(),
                          [&](const Listed &a, const Listed &b) {
                              return place(a) == place(b) && a.parameter.type == b.parameter.type;
                          }),
              all.end());
    return all;
}

inline std::uint32_t parameter_takes(void *context, const hp_value *value, hp_say say, void *to) {
    std::string why;
    if (static_cast<const Listed *>(context)->converts(*value, why)) {
        return 1;
    }
    say(to, raw(why));
    return 0;
}

inline std::string line_of(const Parameter &of) {
    std::string line = of.key + ": " + of.type;
    line += of.required ? ", required" : of.default_text.empty() ? "" : " = " + of.default_text;
    if (!of.help.empty()) {
        line += "\n    " + of.help;
    }
    return line + "\n    " + of.file + ":" + std::to_string(of.line) + "\n";
}

}  // namespace detail

/// Every parameter that a macro in the object files of this program reads, called or not, by key. What stands in a template
/// that is never instantiated is not among them.
///
///     for (const hp::Parameter &it : hp::parameters()) std::cout << it.key << " = " << it.default_text << '\n';
///
/// Cost: a sort of all sites. Thread-safety: any thread; libraries that are loaded later come to it.
inline std::vector<Parameter> parameters() {
    std::vector<Parameter> all;
    for (detail::Listed &listed : detail::listed()) {
        all.push_back(std::move(listed.parameter));
    }
    return all;
}

/// Takes what is for hyperparameter out of the command line.
///
///     hp::parse_command_line(argc, argv, "APP");      // APP_TRAIN__LR=0.5 train -C base.toml -D train.steps=20 --other
///
/// Leaves the rest in `argv`, where other libraries look for theirs, and publishes what it took as the frozen snapshot, which
/// every thread sees.
///
/// With `env_prefix` environment variables are taken too, below the command line and above the files: `"APP"` makes
/// APP_TRAIN__LR the parameter train.lr.
///
/// Thread-safety: none is needed; it is called once, before threads are started. Errors: where a key of the line or of a file
/// is misspelt, or a value is not of the type that the program asks for, it says so on standard error, every mistake on a line
/// of its own, and ends the program with status 2. A key of a file that stands beside keys of this program and is like none of
/// them is a warning, for the file may be another program's too, and so is a variable that looks misspelt. Values that code
/// reads later as a type that they are not are a ConversionError.
inline void parse_command_line(int &argc, char **argv, std::string_view env_prefix = {}) {
    const hp_table &store = detail::table();
    std::vector<hp_str> words;
    for (int at = 1; at < argc; ++at) {
        words.push_back(detail::raw(argv[at]));
    }
    std::vector<detail::Listed> known = detail::listed();
    std::vector<hp_parameter> raw;
    for (detail::Listed &of : known) {
        const Parameter &it = of.parameter;
        if (of.is_struct) {
            // Below a key that is known all are: of a struct only its members are.
            continue;
        }
        raw.push_back({detail::raw(it.key),
                       detail::raw(it.type),
                       detail::raw(it.default_text),
                       detail::raw(it.help),
                       {detail::raw(it.file), it.line, 0},
                       &detail::parameter_takes,
                       &of});
    }
    std::vector<std::uint8_t> taken(words.size() + 1);
    hp_command_line said{};
    said.taken = taken.data();
    if (store.command_line(words.data(), words.size(), raw.data(), raw.size(), detail::raw(env_prefix), &said) != HP_OK) {
        hp_error error{};
        store.last_error(&error);
        std::fprintf(stderr, "%s\n", detail::owned(error.text).c_str());
        std::exit(2);
    }
    if (said.list != 0) {
        for (const detail::Listed &of : known) {
            std::fputs(detail::line_of(of.parameter).c_str(), stdout);
        }
        std::exit(0);
    }
    if (said.explain != 0) {
        const std::string key = detail::owned(said.explained);
        std::printf("%s\n", explain(key).c_str());
        for (const detail::Listed &of : known) {
            if (of.parameter.key == key) {
                std::printf("  read as %s", detail::line_of(of.parameter).c_str());
            }
        }
        std::exit(0);
    }
    int left = 1;
    for (int at = 1; at < argc; ++at) {
        if (taken[static_cast<std::size_t>(at - 1)] == 0) {
            argv[left++] = argv[at];
        }
    }
    argc = left;
    argv[left] = nullptr;
}

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_COMMAND_LINE_H
