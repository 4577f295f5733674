// What C++ code does with parameters: it knows of no Python in doing so. Two modules, one of pybind11 and one of nanobind,
// give these functions to Python.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

namespace engine {

using Call = std::function<std::int64_t()>;
using Work = std::function<void()>;

bool hosted();

// Reads by the macros, of cu.b, cu.i, cu.f and cu.s.
bool macro_bool();
std::int64_t macro_int();
double macro_float();
std::string macro_string();
std::string macro_view();
std::string two_views(const std::string &one, const std::string &two);

// Reads by name.
std::int64_t read_int(const std::string &name, std::int64_t fallback);
int read_byte(const std::string &name, int fallback);
std::string read_string(const std::string &name, const std::string &fallback);
std::vector<std::int64_t> read_ints(const std::string &name);
std::optional<std::int64_t> read_optional(const std::string &name);
std::map<std::string, double> read_map(const std::string &name);
std::int64_t read_milliseconds(const std::string &name, std::int64_t fallback);
double require_float(const std::string &name);
std::string explained(const std::string &name);

// Writes and scopes.
void write_int(const std::string &name, std::int64_t value);
void write_ints(const std::string &name, const std::vector<std::int64_t> &value);
std::int64_t call_under(std::int64_t value, const Call &call);
void call_under_all_kinds(const Work &work);
void throw_under(std::int64_t value);
std::int64_t throw_under_and_read(std::int64_t value);

// Threads of C++, which never hold the interpreter.
std::int64_t read_in_a_thread();
std::string view_in_a_thread();
std::vector<std::int64_t> scopes_in_a_thread();
std::int64_t read_bound_in_a_thread();

// Objects.
std::tuple<std::string, bool> object_of_python(const std::string &name);
void copy_object(const std::string &from, const std::string &to);
std::int64_t call_with_an_engine(const Work &work);
std::int64_t engine_size(const std::string &name);

// Many reads of cu.i and cu.s, to be counted.
std::int64_t sum(std::int64_t times);
std::size_t sum_views(std::int64_t times);
std::int64_t guards(std::int64_t times);

}  // namespace engine
