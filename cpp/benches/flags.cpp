// What a parameter costs, beside what C++ programs use today: Abseil's flags, gflags, a thread_local and a map.
//
//     make bench-cpp          # builds this, runs it, and writes the table in benches/README.md
//
// All of one run in turn, many times over: the minimum of each is what table.py takes. A name is `row/column`.
#include <hyperparameter.h>

#include <absl/flags/flag.h>
#include <absl/flags/reflection.h>
#include <benchmark/benchmark.h>
#include <gflags/gflags.h>

#include <string>
#include <unordered_map>

ABSL_FLAG(std::int64_t, absl_size, 64, "a size");
ABSL_FLAG(std::string, absl_name, "a name of some length", "a name");
DEFINE_int64(gflags_size, 64, "a size");
DEFINE_string(gflags_name, "a name of some length", "a name");

namespace {

using benchmark::State;

thread_local std::int64_t local_size = 64;

const std::unordered_map<std::string, std::int64_t> &sizes() {
    static const std::unordered_map<std::string, std::int64_t> all = [] {
        std::unordered_map<std::string, std::int64_t> made;
        for (int at = 0; at < 100; ++at) {
            made["bench.size" + std::to_string(at)] = at;
        }
        return made;
    }();
    return all;
}

// The value is used and memory may have changed, as in a loop that does something: without the second a compiler would
// read what is not atomic but once.
template <class T>
void use(T &&value) {
    benchmark::DoNotOptimize(value);
    benchmark::ClobberMemory();
}

template <class Read>
void repeat(State &state, Read read) {
    for (auto _ : state) {
        use(read());
    }
}

// ---- reads of an integer ---------------------------------------------------------------------------------------------

std::int64_t read_size() { return GET_PARAM(bench.size, std::int64_t{1}); }
std::int64_t read_absent() { return GET_PARAM(bench.absent, std::int64_t{1}); }

void ours_in_a_scope(State &state) {
    const auto guard = WITH_PARAMS(bench.size, std::int64_t{64});
    repeat(state, read_size);
}
void ours_missing(State &state) {
    const auto guard = WITH_PARAMS(bench.size, std::int64_t{64});
    repeat(state, read_absent);
}
void ours_outside(State &state) {
    const hp::FrozenSnapshot before;
    {
        const auto guard = WITH_PARAMS(bench.size, std::int64_t{64});
        hp::freeze();
    }
    repeat(state, read_size);
}
void ours_missing_outside(State &state) { repeat(state, read_absent); }
void ours_under_8(State &state) {
    const auto k0 = WITH_PARAMS(bench.size, std::int64_t{64});
    const auto k1 = WITH_PARAMS(bench.k1, 1);
    const auto k2 = WITH_PARAMS(bench.k2, 2);
    const auto k3 = WITH_PARAMS(bench.k3, 3);
    const auto k4 = WITH_PARAMS(bench.k4, 4);
    const auto k5 = WITH_PARAMS(bench.k5, 5);
    const auto k6 = WITH_PARAMS(bench.k6, 6);
    const auto k7 = WITH_PARAMS(bench.k7, 7);
    repeat(state, read_size);
}
BENCHMARK(ours_in_a_scope)->Name("int/ours");
BENCHMARK(ours_missing)->Name("int, missing/ours");
BENCHMARK(ours_outside)->Name("int, outside every scope/ours");
BENCHMARK(ours_missing_outside)->Name("int, missing, outside every scope/ours");
BENCHMARK(ours_under_8)->Name("int, under 8 guards/ours");
BENCHMARK(ours_in_a_scope)->Name("int, two threads at once/ours")->Threads(2);

void absl_size(State &state) {
    repeat(state, [] { return absl::GetFlag(FLAGS_absl_size); });
}
void gflags_size(State &state) {
    repeat(state, [] { return FLAGS_gflags_size; });
}
void thread_local_size(State &state) {
    repeat(state, [] { return local_size; });
}
void map_size(State &state) {
    // The key's string is made but once.
    const std::string key = "bench.size64";
    repeat(state, [&] { return sizes().find(key)->second; });
}
void map_missing(State &state) {
    const std::string key = "bench.absent";
    repeat(state, [&] {
        const auto found = sizes().find(key);
        return found == sizes().end() ? 1 : found->second;
    });
}
BENCHMARK(absl_size)->Name("int/absl");
BENCHMARK(gflags_size)->Name("int/gflags");
BENCHMARK(thread_local_size)->Name("int/thread_local");
BENCHMARK(map_size)->Name("int/map");
BENCHMARK(map_missing)->Name("int, missing/map");
BENCHMARK(absl_size)->Name("int, two threads at once/absl")->Threads(2);
BENCHMARK(gflags_size)->Name("int, two threads at once/gflags")->Threads(2);
BENCHMARK(thread_local_size)->Name("int, two threads at once/thread_local")->Threads(2);
BENCHMARK(map_size)->Name("int, two threads at once/map")->Threads(2);

// ---- reads of a string -----------------------------------------------------------------------------------------------

void ours_view(State &state) {
    const auto guard = WITH_PARAMS(bench.name, "a name of some length");
    repeat(state, [] { return GET_PARAM(bench.name, std::string_view("none")); });
}
void ours_string(State &state) {
    const auto guard = WITH_PARAMS(bench.name, "a name of some length");
    repeat(state, [] { return GET_PARAM(bench.name, "none"); });
}
void absl_name(State &state) {
    repeat(state, [] { return absl::GetFlag(FLAGS_absl_name); });
}
void gflags_view(State &state) {
    repeat(state, [] { return std::string_view(FLAGS_gflags_name); });
}
void gflags_name(State &state) {
    repeat(state, [] { return FLAGS_gflags_name; });
}
BENCHMARK(ours_view)->Name("std::string_view/ours");
BENCHMARK(gflags_view)->Name("std::string_view/gflags");
BENCHMARK(ours_string)->Name("std::string/ours");
BENCHMARK(absl_name)->Name("std::string/absl");
BENCHMARK(gflags_name)->Name("std::string/gflags");

// ---- a value for a while ---------------------------------------------------------------------------------------------

void ours_guard(State &state) {
    std::int64_t size = 0;
    for (auto _ : state) {
        const auto guard = WITH_PARAMS(bench.size, ++size);
        benchmark::ClobberMemory();
    }
}
void ours_guard_of_5(State &state) {
    std::int64_t size = 0;
    for (auto _ : state) {
        const auto guard =
            WITH_PARAMS(bench.size, ++size, bench.lr, 0.5, bench.fast, true, bench.threads, 8, bench.decay, 0.9);
        benchmark::ClobberMemory();
    }
}
void ours_guard_of_text(State &state) {
    for (auto _ : state) {
        const auto guard = WITH_PARAMS(bench.name, "adam");
        benchmark::ClobberMemory();
    }
}
void absl_saver(State &state) {
    std::int64_t size = 0;
    for (auto _ : state) {
        const absl::FlagSaver saver;
        absl::SetFlag(&FLAGS_absl_size, ++size);
    }
}
void gflags_saver(State &state) {
    std::int64_t size = 0;
    for (auto _ : state) {
        const gflags::FlagSaver saver;
        FLAGS_gflags_size = ++size;
    }
}
BENCHMARK(ours_guard)->Name("guard of one pair/ours");
BENCHMARK(absl_saver)->Name("guard of one pair/absl");
BENCHMARK(gflags_saver)->Name("guard of one pair/gflags");
BENCHMARK(ours_guard_of_5)->Name("guard of five pairs/ours");
BENCHMARK(ours_guard_of_text)->Name("guard of a string/ours");

}  // namespace

BENCHMARK_MAIN();
