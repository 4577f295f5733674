// A parameter is declared where it is used, and overridden from outside by a scope.
//
//     $ minimal
//     Hello, World!
//     Hello, Alice!!!
//     Hello, World!
#include <hyperparameter.h>

#include <iostream>

void greet() {
    std::cout << "Hello, " << GET_PARAM(greet.name, "World") << std::string(GET_PARAM(greet.enthusiasm, 1u), '!') << '\n';
}

int main() {
    greet();
    {
        const auto guard = WITH_PARAMS(greet.name, "Alice", greet.enthusiasm, 3);
        greet();
    }
    greet();
}
