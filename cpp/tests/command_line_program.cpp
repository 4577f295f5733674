// A program with parameters, one never called, beside gflags and Abseil's flags where HYPERPARAMETER_BESIDE_FLAGS is set.
#include <hyperparameter.h>

#include <cstdio>
#include <thread>

#if HYPERPARAMETER_BESIDE_FLAGS
#include <absl/flags/flag.h>
#include <absl/flags/parse.h>
#include <gflags/gflags.h>

ABSL_FLAG(int, workers, 1, "of Abseil");
DEFINE_int32(depth, 1, "of gflags");
#endif

enum class Mode { fast, exact };
HYPERPARAMETER_ENUM(Mode, fast, exact)

struct Size {
    int rows = 1;
    int columns = 1;
};
HYPERPARAMETER_STRUCT(Size, rows, columns)
struct Net {
    Mode mode = Mode::fast;
    Size size;
};
HYPERPARAMETER_STRUCT(Net, mode, size)

double never_called() { return GET_PARAM(train.never, 0.25, "nobody calls this"); }

int main(int argc, char **argv) {
    using namespace std::literals;
    hp::parse_command_line(argc, argv, "HPTEST");
#if HYPERPARAMETER_BESIDE_FLAGS
    // Each takes its own, in the one order in which both end the program at what they do not know.
    const std::vector<char *> rest(argv, argv + argc);
    std::vector<char *> gflags{argv[0]}, absl{argv[0]};
    for (std::size_t at = 1; at < rest.size(); ++at) {
        (std::string_view(rest[at]).substr(0, 7) == "--depth" ? gflags : absl).push_back(rest[at]);
    }
    int count = static_cast<int>(gflags.size());
    char **words = gflags.data();
    gflags::ParseCommandLineFlags(&count, &words, true);
    absl::ParseCommandLine(static_cast<int>(absl.size()), absl.data());
    std::printf("workers %d depth %d\n", absl::GetFlag(FLAGS_workers), FLAGS_depth);
#else
    for (int at = 1; at < argc; ++at) {
        std::printf("left %s\n", argv[at]);
    }
#endif
    const auto seen = [] {
        std::printf("lr %g steps %d name %s mode %d wait %d\n", GET_PARAM(train.lr, 0.1, "the learning rate, \"eta\""),
                    GET_PARAM(train.steps, 10), GET_PARAM(train.name, "sgd").c_str(),
                    static_cast<int>(GET_PARAM(train.mode, Mode::fast)),
                    static_cast<int>(GET_PARAM(train.wait, 5ms).count()));
    };
    const Net net = GET_PARAM(net, Net());
    std::printf("rows %d of %d\n", net.size.rows, net.size.columns);
    seen();
    std::thread(seen).join();
    try {
        std::printf("as an int %d\n", hp::get("train.name", 7));
    } catch (const hp::ConversionError &error) {
        std::printf("ConversionError %s\n", error.key().c_str());
    }
    return 0;
}
