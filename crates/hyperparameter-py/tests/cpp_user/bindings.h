// The functions of the engine as those of a module: the same words in pybind11 and in nanobind.
#pragma once

#include "engine.h"

#include <hyperparameter/python.h>

template <class Release, class Acquire, class Module>
void define(Module &module) {
    module.def("hosted", engine::hosted);
    module.def("macro_bool", engine::macro_bool);
    module.def("macro_int", engine::macro_int);
    module.def("macro_float", engine::macro_float);
    module.def("macro_string", engine::macro_string);
    module.def("macro_view", engine::macro_view);
    module.def("two_views", engine::two_views);
    module.def("read_int", engine::read_int);
    module.def("read_byte", engine::read_byte);
    module.def("read_string", engine::read_string);
    module.def("read_ints", engine::read_ints);
    module.def("read_optional", engine::read_optional);
    module.def("read_map", engine::read_map);
    module.def("read_milliseconds", engine::read_milliseconds);
    module.def("require_float", engine::require_float);
    module.def("explained", engine::explained);
    module.def("write_int", engine::write_int);
    module.def("write_ints", engine::write_ints);
    module.def("call_under", engine::call_under);
    module.def("call_under_all_kinds", engine::call_under_all_kinds);
    module.def("throw_under", engine::throw_under);
    module.def("throw_under_and_read", engine::throw_under_and_read);
    module.def("read_in_a_thread", engine::read_in_a_thread);
    module.def("view_in_a_thread", engine::view_in_a_thread);
    module.def("scopes_in_a_thread", engine::scopes_in_a_thread);
    module.def("read_bound_in_a_thread", engine::read_bound_in_a_thread);
    module.def("object_of_python", engine::object_of_python);
    module.def("copy_object", engine::copy_object);
    module.def("call_with_an_engine", engine::call_with_an_engine);
    module.def("engine_size", engine::engine_size);
    // A thread that has let go of the interpreter, as one in a long computation: as it is, and with what was seen.
    module.def("read_detached", [] {
        const Release released;
        return engine::macro_int();
    });
    module.def("read_across", [] {
        const hp::Across<Release> released;
        return engine::macro_int();
    });
    module.def("read_across_after", [](const engine::Work &work) {
        const hp::Across<Release> released;
        {
            const Acquire acquired;
            work();
        }
        return engine::macro_int();
    });
    module.def("write_across", [](std::int64_t value) {
        const hp::Across<Release> released;
        engine::write_int("cu.i", value);
        return engine::macro_int();
    });
    module.def("call_under_across", [](std::int64_t value, const engine::Call &call) {
        const hp::Across<Release> released;
        const auto guard = WITH_PARAMS(cu.i, value);
        const hp::Across<Acquire> acquired;
        return call();
    });
    module.def("sum", engine::sum);
    module.def("sum_views", engine::sum_views);
    module.def("guards", engine::guards);
}
