// One hot path of C++, run a given number of times: what `benches/instructions/check.py` counts under valgrind.
//
//     one_path NAME TIMES        one_path list
//
// The gate subtracts a run with few passes from one with many, so that starting up, and making what is measured, cancels
// out.
#include <hyperparameter.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

// The value is made, and all memory may have changed: nothing is kept from one pass to the next.
template <class T>
inline void keep(const T &value) {
    asm volatile("" : : "r,m"(value) : "memory");
}

struct Path {
    const char *name;
    void (*run)(long times);
};

const Path paths[] = {
    {"loop",
     [](long times) {
         for (long i = 0; i < times; ++i) {
             keep(i);
         }
     }},
    {"read-hit",
     [](long times) {
         const auto guard = WITH_PARAMS(gate.size, 64);
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.size, 1));
         }
     }},
    {"read-hit-float",
     [](long times) {
         const auto guard = WITH_PARAMS(gate.lr, 0.5);
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.lr, 0.1));
         }
     }},
    {"read-hit-outside",
     [](long times) {
         const hp::FrozenSnapshot before;
         {
             const auto guard = WITH_PARAMS(gate.frozen, 64);
             hp::freeze();
         }
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.frozen, 1));
         }
     }},
    {"read-miss",
     [](long times) {
         const auto guard = WITH_PARAMS(gate.size, 64);
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.absent, 1));
         }
     }},
    {"read-miss-outside",
     [](long times) {
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.absent, 1));
         }
     }},
    {"read-under-8",
     [](long times) {
         const auto k0 = WITH_PARAMS(gate.k0, 0);
         const auto k1 = WITH_PARAMS(gate.k1, 1);
         const auto k2 = WITH_PARAMS(gate.k2, 2);
         const auto k3 = WITH_PARAMS(gate.k3, 3);
         const auto k4 = WITH_PARAMS(gate.k4, 4);
         const auto k5 = WITH_PARAMS(gate.k5, 5);
         const auto k6 = WITH_PARAMS(gate.k6, 6);
         const auto k7 = WITH_PARAMS(gate.k7, 7);
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.k0, 1));
         }
     }},
    {"read-view",
     [](long times) {
         const auto guard = WITH_PARAMS(gate.name, "a name of some length");
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.name, std::string_view("none")));
         }
     }},
    {"read-string",
     [](long times) {
         const auto guard = WITH_PARAMS(gate.name, "a name");
         for (long i = 0; i < times; ++i) {
             keep(GET_PARAM(gate.name, "none"));
         }
     }},
    {"guard-1",
     [](long times) {
         for (long i = 0; i < times; ++i) {
             const auto guard = WITH_PARAMS(gate.size, i);
             keep(guard);
         }
     }},
    {"guard-5",
     [](long times) {
         for (long i = 0; i < times; ++i) {
             const auto guard = WITH_PARAMS(gate.a, i, gate.b, 0.5, gate.c, true, gate.d, i, gate.e, 2.5);
             keep(guard);
         }
     }},
    {"guard-of-text",
     [](long times) {
         for (long i = 0; i < times; ++i) {
             const auto guard = WITH_PARAMS(gate.name, "adam");
             keep(guard);
         }
     }},
    {"scope-enter",
     [](long times) {
         hp::Scope scope;
         scope.set("gate.size", 64).set("gate.lr", 0.5);
         for (long i = 0; i < times; ++i) {
             const auto guard = scope.enter();
             keep(guard);
         }
     }},
};

}  // namespace

int main(int argc, char **argv) {
    const bool list = argc == 2 && std::strcmp(argv[1], "list") == 0;
    for (const Path &path : paths) {
        if (list) {
            std::puts(path.name);
        } else if (argc == 3 && std::strcmp(argv[1], path.name) == 0) {
            path.run(std::atol(argv[2]));
            return 0;
        }
    }
    if (!list) {
        std::fputs("usage: one_path NAME TIMES | one_path list\n", stderr);
    }
    return list ? 0 : 2;
}
