// hyperparameter: scoped, named parameters. Declare a parameter where it is used, override it from outside, read it at
// nearly the cost of a variable.
//
//     #include <hyperparameter.h>
//
//     double train() { return GET_PARAM(train.lr, 0.1, "the learning rate"); }
//
//     int main() {
//         train();                                    // 0.1
//         {
//             auto guard = WITH_PARAMS(train.lr, 0.5, train.name, "adam");
//             train();                                // 0.5
//         }
//         train();                                    // 0.1
//     }
//
// The macros
//
//   GET_PARAM(key, default [, "help"])   The value here, as the type of the default; else the default, which is an ordinary
//                                        expression and is evaluated only then. Anywhere an expression may stand: also at
//                                        namespace scope, in member initialisers and default arguments. "text" reads a
//                                        std::string. A std::string_view is not copied, and good until the scope ends in
//                                        which it was read (or its key is written anew in that scope), or outside every scope
//                                        until this thread's next read or entry. Cost: about 2 ns for a number, 3 for a
//                                        std::string_view, no lock, no allocation; inside Python one call, of about 15.
//   TRY_GET_PARAM(key, type)             std::optional<type>: nothing where there is no value.
//   REQUIRE_PARAM(key, type)             The value; MissingParameter, which names near keys, where there is none.
//   WITH_PARAMS(key, value, ...)         Enters a scope with up to 64 pairs until the guard that it gives is destroyed.
//   PARAMS_SCOPE { ... }                 A block whose writes are gone at its end.
//   SET_PARAM(key, value)                Writes to the current scope.
//   GET_PARAM_KEY("key", default) and likewise TRY_GET_PARAM_KEY, REQUIRE_PARAM_KEY
//                                        Take any key, as a string literal. In WITH_PARAMS any key may be one.
//
// A key is taken as it is spelled: `os.linux` is that key, whatever `linux` is defined as. A bare key is identifiers and
// digits joined by '.'; anything else is a compile error that names the form with a string. A default or a value with a
// comma that stands in no ( ) is put in ( ).
//
// Threads: a new thread sees the frozen snapshot (`hp::freeze`) and nothing of its creator's scopes; `hp::bind` and
// `hp::capture` carry them to a pool. A coroutine sees the scopes of the thread that resumes it: do not keep a guard across
// a co_await, but wrap what is awaited (hyperparameter/awaitable.h).
//
// Errors are exceptions below `hp::HyperparameterError`. With -fno-exceptions the handler of `hp::on_error` is called, and
// the program ends with status 2. A value that does not convert gives the default and a warning (`hp::on_warning`), in a
// strict stretch (`hp::strict`) a ConversionError.
//
// Inside Python the store is Python's: what `with param_scope(...)` sets is read here, and what is entered here is read by
// Python code called from here. Elsewhere it is this library's own.
#ifndef HYPERPARAMETER_H
#define HYPERPARAMETER_H

#include <hyperparameter/command_line.h>
#include <hyperparameter/host_object.h>
#include <hyperparameter/macros.h>
#include <hyperparameter/scope.h>

// At namespace scope, outside every namespace: the names of an enum's values, and the members of a struct.
#define HYPERPARAMETER_ENUM(type, ...)                                                            \
    template <>                                                                                   \
    struct hyperparameter::EnumNames<type> {                                                      \
        using E = type;                                                                           \
        static constexpr std::pair<std::string_view, E> names[] = {HYPERPARAMETER_LIST_(HYPERPARAMETER_ENUM_NAME_, __VA_ARGS__)}; \
    };
#define HYPERPARAMETER_STRUCT(type, ...)                                                          \
    template <>                                                                                   \
    struct hyperparameter::StructMembers<type> {                                                  \
        static constexpr std::size_t count = 0 HYPERPARAMETER_LIST_(HYPERPARAMETER_ONE_, __VA_ARGS__); \
        template <class S, class F>                                                               \
        static void each(S &&value, F &&visit) {                                                  \
            HYPERPARAMETER_LIST_(HYPERPARAMETER_MEMBER_, __VA_ARGS__)                             \
        }                                                                                         \
    };
#define HYPERPARAMETER_ENUM_NAME_(name) {#name, E::name},
#define HYPERPARAMETER_ONE_(name) +1
#define HYPERPARAMETER_MEMBER_(name) visit(std::string_view(#name), value.name);

#ifndef HYPERPARAMETER_NO_SHORT_NAMESPACE
// Define HYPERPARAMETER_NO_SHORT_NAMESPACE before the include where `hp` is taken.
namespace hp = hyperparameter;
#endif

#endif  // HYPERPARAMETER_H
