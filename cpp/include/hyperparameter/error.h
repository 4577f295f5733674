/// @file
/// The errors of the store (one name for each in every language), and how they leave a call.
///
///     try {
///       train(REQUIRE_PARAM(train.lr, double));
///     } catch (const hp::MissingParameter &error) {
///       std::cerr << error.what() << '\n';   // names near keys
///     }
///
/// Without exceptions (-fno-exceptions) the handler of `hp::on_error` is called, and the program ends with status 2.
#ifndef HYPERPARAMETER_ERROR_H
#define HYPERPARAMETER_ERROR_H

#include <hyperparameter/c.h>
#include <hyperparameter/layout.h>

#include <cstdio>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
/// 1 where errors are thrown, 0 under -fno-exceptions.
#define HYPERPARAMETER_EXCEPTIONS 1
/// The inline namespace of what is compiled into a program: object files of two versions do not mix, nor such with and
/// without exceptions.
#define HYPERPARAMETER_ABI_NAMESPACE v1
#else
#define HYPERPARAMETER_EXCEPTIONS 0
#define HYPERPARAMETER_ABI_NAMESPACE v1_noexcept
#endif

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

/// What all errors have: a text that names the key, the value, its source and the mend.
///
///     catch (const hp::HyperparameterError &error) { std::cerr << error.key() << ": " << error.what() << '\n'; }
///
/// Copied and read on any thread.
class HyperparameterError : public std::runtime_error {
  public:
    /// An error about a key, with known names near it.
    HyperparameterError(const std::string &text, std::string key, std::vector<std::string> near)
        : std::runtime_error(text), key_(std::move(key)), near_(std::move(near)) {}

    /// The key that the error is about; empty if it is about none.
    const std::string &key() const noexcept { return key_; }
    /// Known names near the one asked for, the nearest first.
    const std::vector<std::string> &near() const noexcept { return near_; }

  private:
    std::string key_;
    std::vector<std::string> near_;
};

/// A key that breaks the grammar, or names what cannot be written.
///
///     hp::set("a..b", 1);       // InvalidKey: 'a..b' … at byte 2
class InvalidKey : public HyperparameterError {
    using HyperparameterError::HyperparameterError;
};
/// A required parameter has no value.
///
///     REQUIRE_PARAM(train.lrr, double);   // MissingParameter: 'train.lrr' …; did you mean 'train.lr'?
class MissingParameter : public HyperparameterError {
    using HyperparameterError::HyperparameterError;
};
/// A value does not convert to the type asked for, in a strict context.
///
///     auto strict = hp::strict();
///     auto guard = WITH_PARAMS(train.steps, "many");
///     GET_PARAM(train.steps, 10);         // ConversionError: 'train.steps' …
class ConversionError : public HyperparameterError {
    using HyperparameterError::HyperparameterError;
};
/// Two different keys have one hash: said when the second is first used. No two English words have; rename one.
class HashCollision : public HyperparameterError {
    using HyperparameterError::HyperparameterError;
};
/// A configuration cannot be read or laid out, or the store of the process cannot be used.
///
///     catch (const hp::ConfigError &error) { std::cerr << error.file() << ':' << error.line() << '\n'; }
class ConfigError : public HyperparameterError {
  public:
    /// An error in a file, at a line and column from 1; 0 where there is none.
    ConfigError(const std::string &text, std::string key, std::vector<std::string> near, std::string file = {},
                unsigned line = 0, unsigned column = 0)
        : HyperparameterError(text, std::move(key), std::move(near)), file_(std::move(file)), line_(line), column_(column) {}

    /// The file that the error is about; empty if it is about none.
    const std::string &file() const noexcept { return file_; }
    /// The line in it, from 1.
    unsigned line() const noexcept { return line_; }
    /// The column, from 1, in characters.
    unsigned column() const noexcept { return column_; }

  private:
    std::string file_;
    unsigned line_ = 0;
    unsigned column_ = 0;
};

/// Called with an error's text where exceptions are off, before the program ends with status 2. It may not return to the
/// read, but may end the program in its own way.
using ErrorHandler = void (*)(const char *text);

namespace detail {

inline ErrorHandler &error_handler() noexcept {
    static ErrorHandler handler = nullptr;
    return handler;
}

inline std::string_view view(hp_str text) noexcept {
    return {reinterpret_cast<const char *>(text.data), text.data == nullptr ? 0 : text.len};
}

inline std::string owned(hp_str text) { return std::string(view(text)); }

inline hp_str raw(std::string_view text) noexcept {
    return {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()};
}

template <class E>
[[noreturn]] inline void leave(const E &error) {
#if HYPERPARAMETER_EXCEPTIONS
    throw error;
#else
    if (error_handler() != nullptr) {
        error_handler()(error.what());
    } else {
        std::fprintf(stderr, "hyperparameter: error: %s\n", error.what());
    }
    std::exit(2);
#endif
}

// Throws the last error of this thread.
[[noreturn]] HYPERPARAMETER_NOINLINE inline void fail(const hp_table &table) {
    hp_error error{};
    if (table.last_error(&error) != HP_OK) {
        leave(ConfigError("the parameter store failed and does not say why", {}, {}));
    }
    const std::string text = owned(error.text);
    std::string key = owned(error.key);
    std::vector<std::string> near;
    for (std::size_t at = 0; at < error.near_len; ++at) {
        near.push_back(owned(error.near[at]));
    }
    switch (error.kind) {
        case HP_ERROR_INVALID_KEY: leave(InvalidKey(text, std::move(key), std::move(near)));
        case HP_ERROR_MISSING_PARAMETER: leave(MissingParameter(text, std::move(key), std::move(near)));
        case HP_ERROR_CONVERSION: leave(ConversionError(text, std::move(key), std::move(near)));
        case HP_ERROR_HASH_COLLISION: leave(HashCollision(text, std::move(key), std::move(near)));
        default: break;
    }
    hp_place place{};
    if (table.last_place(&place) != HP_OK) {
        leave(ConfigError(text, std::move(key), std::move(near)));
    }
    leave(ConfigError(text, std::move(key), std::move(near), owned(place.file), place.line, place.column));
}

}  // namespace detail

/// Sets what is called with an error where exceptions are off; gives the former handler.
///
///     hp::on_error([](const char *text) { log_and_exit(text); });
///
/// Thread-safety: set it before threads are started; it is called on the thread that fails.
inline ErrorHandler on_error(ErrorHandler handler) noexcept { return std::exchange(detail::error_handler(), handler); }

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_ERROR_H
