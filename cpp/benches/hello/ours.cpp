#include <hyperparameter.h>

#include <cstdio>

int main(int argc, char **argv) {
    hp::parse_command_line(argc, argv);
    std::printf("hello %s %d\n", GET_PARAM(hello.name, "world").c_str(), GET_PARAM(hello.size, 1, "a size"));
}
