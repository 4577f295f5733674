// An application: its parameters come from the command line, the environment and files, and it declares them nowhere but
// where it reads them. What is misspelt or of the wrong type ends it, before it does anything.
//
//     $ train
//     step 1 lr 0.1
//     step 2 lr 0.09
//     2 steps, verbose no
//     $ train -C train.toml -D train.lr=0.4 train.verbose=yes
//     step 1 lr 0.4
//     step 2 lr 0.2
//     step 3 lr 0.1
//     step 4 lr 0.05
//     4 steps, verbose yes
//     $ APP_TRAIN__STEPS=1 train
//     step 1 lr 0.1
//     1 steps, verbose no
//     $ train -D train.step=3
//     no parameter 'train.step' (command line -D (2nd argument)); did you mean 'train.steps'?
//     $ train --list-params
//     train.lr: double = 0.1
//         the learning rate of the first step
//         train.cpp:35
//     train.schedule.decay: double = 0.9
//         what the rate is multiplied by after each step
//         train.cpp:36
//     train.steps: int32_t = 2
//         train.cpp:37
//     train.verbose: bool = false
//         train.cpp:47
#include <hyperparameter.h>

#include <iostream>

int train() {
    double lr = GET_PARAM(train.lr, 0.1, "the learning rate of the first step");
    const double decay = GET_PARAM(train.schedule.decay, 0.9, "what the rate is multiplied by after each step");
    const int steps = GET_PARAM(train.steps, 2);
    for (int step = 1; step <= steps; ++step, lr *= decay) {
        std::cout << "step " << step << " lr " << lr << '\n';
    }
    return steps;
}

int main(int argc, char **argv) {
    hp::parse_command_line(argc, argv, "APP");
    const int steps = train();
    std::cout << steps << " steps, verbose " << (GET_PARAM(train.verbose, false) ? "yes" : "no") << '\n';
}
