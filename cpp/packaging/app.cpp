// What a package is tried with: ends with status 0 where it works.
#include <hyperparameter.h>

int main() {
    const auto guard = WITH_PARAMS(app.a, 41);
    return GET_PARAM(app.a, 0) + GET_PARAM(app.b, 1) == 42 ? 0 : 1;
}
