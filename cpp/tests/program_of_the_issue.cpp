// The program that must compile and run as it is written.
#undef NDEBUG
#include <hyperparameter.h>

#include <cassert>
#include <string>

int main() {
    assert(1 == GET_PARAM(a.b, 1));
    { auto guard = WITH_PARAMS(a, 1, a.b, 2.0, a.b.c, true, a.b.c.d, "str");
      assert(1 == GET_PARAM(a, 0)); assert(2.0 == GET_PARAM(a.b, 0.0)); assert(GET_PARAM(a.b.c, false)); assert(GET_PARAM(a.b.c.d, std::string("x")) == "str"); }
    assert(1 == GET_PARAM(a.b, 1));
}
