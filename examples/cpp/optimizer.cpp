// A struct and an enum are parameters by one line each: every member is a key of its own, whose default is the struct's.
//
//     $ optimizer
//     adam lr 0.001 betas 0.9 0.999 every 1.5 s on cpu
//     $ optimizer -D opt.lr=0.1 opt.betas=0.8,0.9 opt.every=250ms opt.device=gpu
//     adam lr 0.1 betas 0.8 0.9 every 0.25 s on gpu
//     $ optimizer -D opt.device=tpu
//     parameter 'opt.device': "tpu" does not convert to one of cpu, gpu (it is none of these names); it was set by command line -D (2nd argument); give one of cpu, gpu
#include <hyperparameter.h>

#include <array>
#include <chrono>
#include <iostream>
#include <string>

enum class Device { cpu, gpu };
HYPERPARAMETER_ENUM(Device, cpu, gpu)

struct Adam {
    double lr = 1e-3;
    std::array<double, 2> betas{0.9, 0.999};
    std::chrono::milliseconds every{1500};
    Device device = Device::cpu;
};
HYPERPARAMETER_STRUCT(Adam, lr, betas, every, device)

int main(int argc, char **argv) {
    hp::parse_command_line(argc, argv);
    const Adam adam = GET_PARAM(opt, Adam(), "the optimizer");
    std::cout << "adam lr " << adam.lr << " betas " << adam.betas[0] << ' ' << adam.betas[1] << " every "
              << std::chrono::duration<double>(adam.every).count() << " s on "
              << (adam.device == Device::gpu ? "gpu" : "cpu") << '\n';
}
