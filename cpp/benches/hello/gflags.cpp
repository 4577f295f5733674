#include <gflags/gflags.h>

#include <cstdio>

DEFINE_string(name, "world", "a name");
DEFINE_int32(size, 1, "a size");

int main(int argc, char **argv) {
    gflags::ParseCommandLineFlags(&argc, &argv, true);
    std::printf("hello %s %d\n", FLAGS_name.c_str(), FLAGS_size);
}
