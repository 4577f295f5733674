#include <absl/flags/flag.h>
#include <absl/flags/parse.h>

#include <cstdio>
#include <string>

ABSL_FLAG(std::string, name, "world", "a name");
ABSL_FLAG(int, size, 1, "a size");

int main(int argc, char **argv) {
    absl::ParseCommandLine(argc, argv);
    std::printf("hello %s %d\n", absl::GetFlag(FLAGS_name).c_str(), absl::GetFlag(FLAGS_size));
}
