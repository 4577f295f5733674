#include "engine.h"

#include <hyperparameter.h>

#include <chrono>
#include <stdexcept>
#include <thread>

namespace engine {
namespace {

// Runs work on a new thread while this one waits for it, and for nothing else.
template <class F>
auto in_a_thread(F work) {
    decltype(work()) result{};
    std::thread([&] { result = work(); }).join();
    return result;
}

struct Engine {
    std::int64_t size;
};

}  // namespace

bool hosted() { return hp::is_hosted(); }

bool macro_bool() { return GET_PARAM(cu.b, false); }
std::int64_t macro_int() { return GET_PARAM(cu.i, std::int64_t{0}); }
double macro_float() { return GET_PARAM(cu.f, 0.0); }
std::string macro_string() { return GET_PARAM(cu.s, "none"); }
std::string macro_view() { return std::string(GET_PARAM(cu.s, std::string_view("none"))); }
std::string two_views(const std::string &one, const std::string &two) {
    const auto first = hp::get(one, std::string_view("none"));
    const auto second = hp::get(two, std::string_view("none"));
    return std::string(first) + " " + std::string(second);
}

std::int64_t read_int(const std::string &name, std::int64_t fallback) { return hp::get(name, fallback); }
int read_byte(const std::string &name, int fallback) { return hp::get(name, static_cast<std::uint8_t>(fallback)); }
std::string read_string(const std::string &name, const std::string &fallback) { return hp::get(name, fallback); }
std::vector<std::int64_t> read_ints(const std::string &name) { return hp::get(name, std::vector<std::int64_t>()); }
std::optional<std::int64_t> read_optional(const std::string &name) { return hp::get(name, std::optional<std::int64_t>(-1)); }
std::map<std::string, double> read_map(const std::string &name) { return hp::get(name, std::map<std::string, double>()); }
std::int64_t read_milliseconds(const std::string &name, std::int64_t fallback) {
    return hp::get(name, std::chrono::milliseconds(fallback)).count();
}
double require_float(const std::string &name) { return hp::require<double>(name); }
std::string explained(const std::string &name) { return hp::explain(name); }

void write_int(const std::string &name, std::int64_t value) { hp::set(name, value); }
void write_ints(const std::string &name, const std::vector<std::int64_t> &value) { hp::set(name, value); }

std::int64_t call_under(std::int64_t value, const Call &call) {
    auto guard = WITH_PARAMS(cu.i, value);
    return call();
}

void call_under_all_kinds(const Work &work) {
    using namespace std::chrono_literals;
    auto guard = WITH_PARAMS(kind.null, nullptr, kind.bool, true, kind.int, 7, kind.float, 0.5, kind.str, "007", kind.text,
                             hp::Text{"007"}, kind.list, (std::vector<std::vector<int>>{{1, 2}, {3}}), kind.map,
                             (std::map<std::string, double>{{"lr", 0.1}, {"wd", 0.0}}), kind.whole, 2s, kind.part, 250ms);
    work();
}

void throw_under(std::int64_t value) {
    auto guard = WITH_PARAMS(cu.i, value);
    throw std::runtime_error("on purpose");
}

std::int64_t throw_under_and_read(std::int64_t value) {
    try {
        throw_under(value);
    } catch (const std::runtime_error &) {
        return macro_int();
    }
    return -1;
}

std::int64_t read_in_a_thread() { return in_a_thread(macro_int); }
std::string view_in_a_thread() { return in_a_thread(macro_view); }

std::vector<std::int64_t> scopes_in_a_thread() {
    return in_a_thread([] {
        std::vector<std::int64_t> seen;
        {
            auto outer = WITH_PARAMS(cu.i, std::int64_t{1});
            seen.push_back(macro_int());
            {
                auto inner = WITH_PARAMS(cu.i, std::int64_t{2});
                hp::set("cu.i", 3);
                seen.push_back(macro_int());
            }
            seen.push_back(macro_int());
        }
        seen.push_back(macro_int());
        return seen;
    });
}

std::int64_t read_bound_in_a_thread() { return in_a_thread(hp::bind(macro_int)); }

std::tuple<std::string, bool> object_of_python(const std::string &name) {
    const auto found = hp::try_get<hp::HostObject>(name);
    return found ? std::make_tuple(found->type(), found->pointer() != nullptr) : std::make_tuple(std::string(), false);
}

void copy_object(const std::string &from, const std::string &to) { hp::set(to, hp::require<hp::HostObject>(from)); }

std::int64_t call_with_an_engine(const Work &work) {
    auto guard = WITH_PARAMS(cu.engine, std::make_shared<Engine>(Engine{8}));
    work();
    return engine_size("cu.engine");
}

std::int64_t engine_size(const std::string &name) {
    const auto found = hp::get(name, std::shared_ptr<Engine>());
    return found == nullptr ? -1 : found->size;
}

std::int64_t sum(std::int64_t times) {
    std::int64_t total = 0;
    for (std::int64_t at = 0; at < times; ++at) {
        total += GET_PARAM(cu.i, std::int64_t{0});
    }
    return total;
}

std::size_t sum_views(std::int64_t times) {
    std::size_t total = 0;
    for (std::int64_t at = 0; at < times; ++at) {
        total += GET_PARAM(cu.s, std::string_view()).size();
    }
    return total;
}

std::int64_t guards(std::int64_t times) {
    std::int64_t total = 0;
    for (std::int64_t at = 0; at < times; ++at) {
        auto guard = WITH_PARAMS(cu.i, at);
        ++total;
    }
    return total;
}

}  // namespace engine
