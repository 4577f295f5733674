// Programs: the steps of scope behaviour.
#pragma once

#include "reads.h"

#include <deque>
#include <set>
#include <thread>

namespace conformance {

// The error of a `raise` step.
struct Raised {};

inline std::vector<std::string> &heard() {
    thread_local std::vector<std::string> mine;
    return mine;
}

inline const char *kind_of(const hp::HyperparameterError &error) {
    if (dynamic_cast<const hp::InvalidKey *>(&error) != nullptr) return "InvalidKey";
    if (dynamic_cast<const hp::MissingParameter *>(&error) != nullptr) return "MissingParameter";
    if (dynamic_cast<const hp::ConversionError *>(&error) != nullptr) return "ConversionError";
    if (dynamic_cast<const hp::HashCollision *>(&error) != nullptr) return "HashCollision";
    return "ConfigError";
}

inline bool holds(const std::string &text, const std::string &part) { return text.find(part) != std::string::npos; }

inline bool is_expected(const hp::HyperparameterError &error, const Json &expected) {
    const std::string said = error.what();
    const std::string kind = expected.value("kind", "");
    if (kind != "any" && kind != kind_of(error)) {
        return false;
    }
    if (expected.contains("key") && expected["key"].is_string()) {
        const auto key = expected["key"].get<std::string>();
        if (error.key() != key || !holds(said, "'" + key + "'")) {
            return false;
        }
    }
    if (expected.contains("at") && expected["at"].is_number() &&
        !holds(said, " at byte " + std::to_string(expected["at"].get<int>()) + ": ")) {
        return false;
    }
    for (const Json &word : expected.value("mentions", Json::array())) {
        if (!holds(said, word.get<std::string>())) {
            return false;
        }
    }
    for (const Json &name : expected.value("near", Json::array())) {
        const auto &near = error.near();
        if (std::find(near.begin(), near.end(), name.get<std::string>()) == near.end()) {
            return false;
        }
    }
    return true;
}

// What has a label, shared by all threads of a program.
struct Labels {
    std::mutex lock;
    Objects objects;
    std::map<std::string, std::shared_ptr<hp::Scope>> prepared;
    std::map<std::string, hp::Capture> captures;
    std::map<std::string, std::pair<hp::Capture, Json>> bound;
    std::vector<std::pair<std::string, std::uint64_t>> entered;
};

class Run {
  public:
    Run(Door door, std::shared_ptr<Labels> labels) : door_(door), labels_(std::move(labels)) {}

    void steps(const Json &steps) {
        for (const Json &step : steps) {
            const hp_table &store = hp::detail::table();
            const hp_state *before = store.current();
            const std::unique_ptr<const hp_state, void (*)(const hp_state *)> held(before, store.release_state);
            try {
                this->step(step);
                if (step.contains("error")) {
                    throw Differs{step.dump().substr(0, 300) + ": succeeded"};
                }
            } catch (const hp::HyperparameterError &error) {
                if (!step.contains("error")) {
                    throw Differs{step.dump().substr(0, 300) + ": " + error.what()};
                }
                if (!is_expected(error, step["error"])) {
                    throw Differs{step.dump().substr(0, 300) + ": got " + error.what()};
                }
                const hp_state *after = store.current();
                store.release_state(after);
                if (after != before) {
                    throw Differs{step.dump().substr(0, 300) + ": the error left another state"};
                }
            }
            check_warnings(step);
        }
    }

    // What is still open at the end of a program is forgotten with its thread.
    void forget() { open_.clear(); }

  private:
    void check_warnings(const Json &step) {
        const std::vector<std::string> got = std::exchange(heard(), {});
        const Json expected = step.value("warns", Json::array());
        bool fits = got.size() == expected.size();
        for (std::size_t at = 0; fits && at < got.size(); ++at) {
            fits = holds(got[at], "'" + expected[at].value("key", "") + "'") &&
                   holds(got[at], expected[at].value("wanted", ""));
            for (const Json &word : expected[at].value("mentions", Json::array())) {
                fits = fits && holds(got[at], word.get<std::string>());
            }
        }
        if (!fits) {
            throw Differs{step.dump().substr(0, 300) + ": warned of " + Json(got).dump()};
        }
    }

    // The two doors write from different lines: a warning names the line, and is given once.
    hp::detail::Here here() const { return {"conformance", door_ == Door::site ? 1u : 2u}; }

    std::shared_ptr<hp::Scope> prepare(const Json &step) {
        const hp_table &store = hp::detail::table();
        auto scope = std::make_shared<hp::Scope>();
        const hp_source source = here().source();
        for (const Json &pair : step.value("pairs", Json::array())) {
            if (pair.is_string() || (pair.is_object() && pair.contains("$repeat"))) {
                scope->text(string_of(pair), here());
            } else if (pair.is_array()) {
                const hp_pair raw{hp::detail::intern(store, string_of(pair[0])), value(pair[1]), source};
                hp::detail::checked(store, store.scope_set(scope->native(), &raw));
            } else {
                const hp_value map = value(pair);
                hp::detail::checked(store, store.scope_map(scope->native(), &map, &source));
            }
        }
        return scope;
    }

    hp_value value(const Json &json) {
        const std::lock_guard<std::mutex> locked(labels_->lock);
        return labels_->objects.value(json);
    }

    void check(const Json &step, const Json &got) {
        if (step.contains("gives")) {
            const std::lock_guard<std::mutex> locked(labels_->lock);
            labels_->objects.check(step.dump().substr(0, 200), got, step["gives"]);
        }
    }

    std::uint64_t enter(const Json &step) {
        const hp_table &store = hp::detail::table();
        std::uint64_t entered = 0;
        const std::string label = step.value("scope", "");
        if (step.value("empty", false)) {
            hp::detail::checked(store, store.enter_special(HP_SCOPE_EMPTY, &entered));
        } else if (step.contains("capture")) {
            entered = enter_capture(labels_->captures.at(step["capture"].get<std::string>()));
        } else if (step.contains("pairs")) {
            hp::detail::checked(store, store.scope_enter(prepare(step)->native(), &entered));
        } else if (labels_->prepared.count(label) != 0) {
            hp::detail::checked(store, store.scope_enter(labels_->prepared.at(label)->native(), &entered));
        } else {
            hp::detail::checked(store, store.enter_special(HP_SCOPE_NEW, &entered));
        }
        return opened(label, entered);
    }

    static std::uint64_t enter_capture(const hp::Capture &capture) {
        // The guard of C++ is tested elsewhere; here entries are ended by label, in any order, on any thread.
        const hp_table &store = hp::detail::table();
        std::uint64_t entered = 0;
        hp::detail::checked(store, store.enter_state(capture.native(), &entered));
        return entered;
    }

    std::uint64_t opened(const std::string &label, std::uint64_t entered) {
        const std::lock_guard<std::mutex> locked(labels_->lock);
        labels_->entered.emplace_back(label, entered);
        open_.emplace_back(label, entered);
        return entered;
    }

    void leave(const std::string &label) {
        const hp_table &store = hp::detail::table();
        for (std::size_t at = open_.size(); at-- > 0;) {
            if (open_[at].first == label) {
                hp::detail::checked(store, store.leave(open_[at].second));
                open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
                return;
            }
        }
        // One that is over, or open elsewhere: nothing comes of it.
        for (std::size_t at = labels_->entered.size(); at-- > 0;) {
            if (labels_->entered[at].first == label) {
                hp::detail::checked(store, store.leave(labels_->entered[at].second));
                return;
            }
        }
    }

    void leave_entry(std::uint64_t entered) {
        for (std::size_t at = open_.size(); at-- > 0;) {
            if (open_[at].second == entered) {
                hp::detail::table().leave(entered);
                open_.erase(open_.begin() + static_cast<std::ptrdiff_t>(at));
                return;
            }
        }
    }

    // Runs the body, then `end`, whatever the body does.
    template <class End>
    void body(const Json &step, End end) {
        try {
            steps(step.value("body", Json::array()));
        } catch (...) {
            end();
            throw;
        }
        end();
    }

    void get(const Json &step) {
        const std::string name = string_of(step["key"]);
        const bool has_default = step.contains("default");
        const Json type = step.contains("as") ? step["as"] : has_default ? type_of_default(step["default"]) : Json(nullptr);
        if (has_default && !step.contains("as") && type == "map") {
            throw Skip{"a map as the default of a read (a struct is C++'s)"};
        }
        std::optional<Json> got = read(door_, name, type);
        if (!got && !has_default) {
            hp::detail::missing(name);
        }
        const std::lock_guard<std::mutex> locked(labels_->lock);
        const Json shown = got ? *got : labels_->objects.expected(step["default"]);
        if (step.contains("gives")) {
            labels_->objects.check(step.dump().substr(0, 200), shown, step["gives"]);
        }
    }

    static Json all() {
        const hp_table &store = hp::detail::table();
        hp::detail::Owned items(store);
        hp::detail::checked(store, store.items(nullptr, &items.value, &items.owner));
        return canonical(items.value);
    }

    void step(const Json &step) {
        const std::string what = step["do"].get<std::string>();
        if (step.contains("on")) {
            throw Skip{"step on a scope object"};
        }
        if (what == "enter") {
            enter(step);
        } else if (what == "prepare") {
            labels_->prepared.insert_or_assign(step["scope"].get<std::string>(), prepare(step));
        } else if (what == "leave") {
            leave(step["scope"].get<std::string>());
        } else if (what == "with") {
            const std::uint64_t entered = enter(step);
            body(step, [&] { leave_entry(entered); });
        } else if (what == "set") {
            set(string_of(step["key"]), step["value"]);
        } else if (what == "set_many") {
            for (int at = 0; at < step["count"].get<int>(); ++at) {
                set(step["prefix"].get<std::string>() + std::to_string(at), step["value"]);
            }
        } else if (what == "delete") {
            hp::erase(string_of(step["key"]));
        } else if (what == "clear") {
            hp::clear();
        } else if (what == "get") {
            get(step);
        } else if (what == "has") {
            check(step, hp::has(string_of(step["key"])));
        } else if (what == "keys") {
            std::set<std::string> got, expected;
            const Json items = all();
            for (const auto &[name, item] : items.items()) {
                got.insert(name);
            }
            const Json names = step.value("gives", Json::array());
            for (const Json &name : names) {
                expected.insert(string_of(name));
            }
            if (got != expected) {
                differs("keys", Json(got), Json(expected));
            }
        } else if (what == "items" || (what == "as_dict" && !step.value("nested", false))) {
            check(step, all());
        } else if (what == "strict") {
            const std::uint64_t entered = special(step["on"].get<bool>() ? HP_SCOPE_STRICT : HP_SCOPE_LENIENT);
            body(step, [&] { leave_entry(entered); });
        } else if (what == "strict_default") {
            const bool before = hp::set_default_strict(step["on"].get<bool>());
            body(step, [&] { hp::set_default_strict(before); });
        } else if (what == "pinned") {
            pinned(step);
        } else if (what == "freeze") {
            hp::freeze();
        } else if (what == "frozen_snapshot") {
            const hp::FrozenSnapshot keep;
            steps(step.value("body", Json::array()));
        } else if (what == "capture") {
            labels_->captures.insert_or_assign(step["capture"].get<std::string>(), hp::capture());
        } else if (what == "bind") {
            labels_->bound.insert_or_assign(step["bound"].get<std::string>(), std::pair(hp::capture(), step["body"]));
        } else if (what == "run") {
            const auto &[capture, bound] = labels_->bound.at(step["bound"].get<std::string>());
            const std::size_t open = open_.size();
            const std::uint64_t entered = opened("", enter_capture(capture));
            const auto end = [&] {
                while (open_.size() > open) {
                    leave_entry(open_.back().second);
                }
            };
            (void)entered;
            try {
                steps(bound);
            } catch (...) {
                end();
                throw;
            }
            end();
        } else if (what == "raise") {
            throw Raised{};
        } else if (what == "try") {
            try {
                steps(step["body"]);
            } catch (const Raised &) {
            }
        } else if (what == "thread") {
            threads(Json::array({step["body"]}));
        } else if (what == "threads") {
            threads(step["bodies"]);
        } else if (what == "explain") {
            explain(step);
        } else if (what == "used") {
            used(step);
        } else {
            throw Skip{"step " + what};
        }
    }

    std::uint64_t special(std::uint32_t kind) {
        const hp_table &store = hp::detail::table();
        std::uint64_t entered = 0;
        hp::detail::checked(store, store.enter_special(kind, &entered));
        return opened("", entered);
    }

    void set(const std::string &name, const Json &json) {
        const hp_table &store = hp::detail::table();
        const hp_value raw = value(json);
        const hp_source source = here().source();
        hp::detail::checked(store, store.write(hp::detail::intern(store, name), &raw, &source));
    }

    void pinned(const Json &step) {
        const hp_table &store = hp::detail::table();
        std::vector<hp_pair> pairs;
        std::deque<std::string> texts;
        for (const Json &pair : step["pairs"]) {
            const std::string text = pair.get<std::string>();
            const std::size_t at = text.find('=');
            texts.push_back(text.substr(at + 1));
            pairs.push_back({hp::detail::intern(store, text.substr(0, at)),
                             hp::detail::string_value(texts.back(), HP_KIND_TEXT), here().source()});
        }
        hp_pins *pins = nullptr;
        hp::detail::checked(store, store.pin(pairs.data(), pairs.size(), &pins));
        body(step, [&] { store.unpin(pins); });
    }

    void explain(const Json &step) {
        const hp_table &store = hp::detail::table();
        Json got = Json::array();
        const auto visit = [](void *to, const hp_level *level) {
            if (level->deleted == 0) {
                static_cast<Json *>(to)->push_back(
                    {{"kind", hp::detail::owned(level->kind)}, {"value", canonical(level->value)}});
            }
        };
        hp::detail::checked(store, store.explain(nullptr, hp::detail::raw(string_of(step["key"])), visit, &got));
        check(step, got);
    }

    void used(const Json &step) {
        const hp_table &store = hp::detail::table();
        hp::detail::Owned all(store);
        hp::detail::checked(store, store.used(nullptr, &all.value, &all.owner));
        const Json names = canonical(all.value);
        for (const Json &name : step.value("contains", Json::array())) {
            if (!names.contains(name.get<std::string>())) {
                throw Differs{"not used: " + name.dump()};
            }
        }
        for (const Json &name : step.value("lacks", Json::array())) {
            if (names.contains(name.get<std::string>())) {
                throw Differs{"used: " + name.dump()};
            }
        }
    }

    void threads(const Json &bodies) {
        std::vector<std::thread> started;
        std::vector<std::exception_ptr> ended(bodies.size());
        for (std::size_t at = 0; at < bodies.size(); ++at) {
            started.emplace_back([this, &bodies, &ended, at] {
                try {
                    Run run(door_, labels_);
                    run.steps(bodies[at]);
                } catch (...) {
                    ended[at] = std::current_exception();
                }
            });
        }
        for (std::thread &thread : started) {
            thread.join();
        }
        for (const std::exception_ptr &error : ended) {
            if (error) {
                std::rethrow_exception(error);
            }
        }
    }

    Door door_;
    std::shared_ptr<Labels> labels_;
    std::vector<std::pair<std::string, std::uint64_t>> open_;
};

}  // namespace conformance
