// An engine of C++ inside a training loop of Python: it reads its parameters where it uses them, and nothing is passed down
// to it. train.py says how to build and run it.
#include <hyperparameter/python.h>
#include <pybind11/functional.h>
#include <pybind11/stl.h>

#include <algorithm>
#include <thread>
#include <vector>

namespace py = pybind11;
using Points = std::vector<double>;

namespace {

// The derivative of the squared error at one point of y = w x, no longer than `engine.clip`.
double slope(double w, double x, double y) {
    const double clip = GET_PARAM(engine.clip, 10.0, "the longest derivative of one point");
    return std::clamp(2 * (w * x - y) * x, -clip, clip);
}

// The mean derivative over all points, by `engine.threads` threads.
double gradient(double w, const Points &xs, const Points &ys) {
    const auto threads = static_cast<std::size_t>(std::max(1, GET_PARAM(engine.threads, 2, "threads of one gradient")));
    std::vector<double> sums(threads);
    // A new thread knows nothing of the caller's scopes: `bind` carries them there, so that each sees the same clip.
    auto part = hp::bind([&](std::size_t of) {
        for (std::size_t at = of; at < xs.size(); at += threads) {
            sums[of] += slope(w, xs[at], ys[at]);
        }
    });
    std::vector<std::thread> workers;
    for (std::size_t of = 0; of < threads; ++of) {
        workers.emplace_back(part, of);
    }
    for (std::thread &worker : workers) {
        worker.join();
    }
    double sum = 0;
    for (const double each : sums) {
        sum += each;
    }
    return sum / static_cast<double>(xs.size());
}

// Calls Python back with a larger `train.lr` as long as the weight is far from where it was asked to be.
double step(double w, double derivative, const std::function<double(double, double)> &update) {
    const double far = GET_PARAM(engine.far, 5.0, "a derivative from which on steps are longer");
    if (std::abs(derivative) < far) {
        return update(w, derivative);
    }
    const auto guard = WITH_PARAMS(train.lr, 2 * GET_PARAM(train.lr, 0.05));
    return update(w, derivative);
}

}  // namespace

PYBIND11_MODULE(engine, module) {
    hp::use_store_of_python("engine");
    py::register_exception_translator([](std::exception_ptr error) { hp::translate_to_python(error); });
    // Other threads of Python run meanwhile; what the caller's scopes set is carried along.
    module.def("gradient", &gradient, py::call_guard<hp::Across<py::gil_scoped_release>>());
    module.def("step", &step);
}
