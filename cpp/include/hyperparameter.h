/// @file
/// hyperparameter: scoped, named parameters. Declare a parameter where it is used, override it from outside, read it at
/// nearly the cost of a variable.
///
///     #include <hyperparameter.h>
///
///     double train() { return GET_PARAM(train.lr, 0.1, "the learning rate"); }
///
///     int main() {
///         train();                                    // 0.1
///         {
///             auto guard = WITH_PARAMS(train.lr, 0.5, train.name, "adam");
///             train();                                // 0.5
///         }
///         train();                                    // 0.1
///     }
///
/// | Macro | What it does |
/// | --- | --- |
/// | `GET_PARAM(key, default [, "help"])` | the value here, as the type of the default; else the default |
/// | `TRY_GET_PARAM(key, type)` | a `std::optional`: nothing where there is no value |
/// | `REQUIRE_PARAM(key, type)` | the value; MissingParameter, which names near keys, where there is none |
/// | `WITH_PARAMS(key, value, ...)` | enters a scope with up to 64 pairs until the guard that it gives is destroyed |
/// | `PARAMS_SCOPE { ... }` | a block whose writes are gone at its end |
/// | `SET_PARAM(key, value)` | writes to the current scope |
///
/// A key is taken as it is spelled: `os.linux` is that key, whatever `linux` is defined as. A bare key is identifiers and
/// digits joined by '.'; `GET_PARAM_KEY("a.b-c", 1)`, and likewise of the other three, takes any key, as does WITH_PARAMS a
/// string literal. Anything else does not compile, and is told which form to take. A default or a value with a comma that
/// stands in no ( ) is put in ( ).
///
/// Cost: a read is about 2 ns for a number, 3 for a `std::string_view`, without a lock or an allocation; inside Python one
/// call, of about 15.
///
/// Threads: a new thread sees the frozen snapshot (`hp::freeze`) and nothing of its creator's scopes; `hp::bind` and
/// `hp::capture` carry them to a pool. A coroutine sees the scopes of the thread that resumes it: do not keep a guard across
/// a co_await, but wrap what is awaited (hyperparameter/awaitable.h).
///
/// Errors are exceptions below `hp::HyperparameterError`. With -fno-exceptions the handler of `hp::on_error` is called, and
/// the program ends with status 2. A value that does not convert gives the default and a warning (`hp::on_warning`), in a
/// strict stretch (`hp::strict`) a ConversionError.
///
/// Inside Python the store is Python's: what `with param_scope(...)` sets is read here, and what is entered here is read by
/// Python code called from here. Elsewhere it is this library's own.
#ifndef HYPERPARAMETER_H
#define HYPERPARAMETER_H

#include <hyperparameter/command_line.h>
#include <hyperparameter/host_object.h>
#include <hyperparameter/macros.h>
#include <hyperparameter/scope.h>

#ifndef HYPERPARAMETER_NO_SHORT_NAMESPACE
/// Define HYPERPARAMETER_NO_SHORT_NAMESPACE before the include where `hp` is taken.
namespace hp = hyperparameter;
#endif

#endif  // HYPERPARAMETER_H
