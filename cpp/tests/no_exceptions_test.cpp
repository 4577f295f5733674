// With -fno-exceptions: optional reads, and a handler for what cannot be returned.
#undef NDEBUG
#include <hyperparameter.h>

#include <cassert>
#include <cstring>

int main() {
    static_assert(HYPERPARAMETER_EXCEPTIONS == 0);
    assert(GET_PARAM(quiet.a, 1) == 1);
    const auto guard = WITH_PARAMS(quiet.a, 2, quiet.b, "fast");
    assert(GET_PARAM(quiet.a, 1) == 2);
    assert(TRY_GET_PARAM(quiet.none, int) == std::nullopt);
    assert(TRY_GET_PARAM(quiet.b, std::string) == "fast");
    const auto strict = hp::strict();
    hp::on_error([](const char *text) {
        // The program would end with status 2 after this.
        std::_Exit(std::strstr(text, "'quiet.b'") != nullptr && std::strstr(text, "fast") != nullptr ? 0 : 1);
    });
    (void)GET_PARAM(quiet.b, 1);
    return 1;
}
