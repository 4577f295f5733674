/// @file
/// Coroutines (C++20): what a coroutine awaits is awaited under the scopes of the place where it was made.
///
/// A coroutine that is suspended may be resumed by any thread, and sees that thread's scopes: a guard that is kept across a
/// co_await would stay open on the thread that it left. Instead make the picture of what is to be seen, and enter it for each
/// stretch between two suspensions:
///
///     Task work() {
///         hp::CoroutineScope scope(hp::capture());   // or WITH_PARAMS around the call that makes the task
///         for (;;) {
///             step();                                // sees what was captured
///             co_await scope.around(next_event());   // left while it waits, entered again on whatever thread resumes it
///         }
///     }
#ifndef HYPERPARAMETER_AWAITABLE_H
#define HYPERPARAMETER_AWAITABLE_H

#include <hyperparameter.h>

#include <coroutine>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {
namespace detail {

// The awaiter of an awaitable: what its own or a free `operator co_await` gives, else itself.
template <class A>
decltype(auto) awaiter_of(A &&awaitable) {
    if constexpr (requires { static_cast<A &&>(awaitable).operator co_await(); }) {
        return static_cast<A &&>(awaitable).operator co_await();
    } else if constexpr (requires { operator co_await(static_cast<A &&>(awaitable)); }) {
        return operator co_await(static_cast<A &&>(awaitable));
    } else {
        return static_cast<A &&>(awaitable);
    }
}

}  // namespace detail

/// What a coroutine sees, from one suspension to the next. Lives in the coroutine's frame; not copied, not moved.
///
///     hp::CoroutineScope scope(hp::capture());
///     co_await scope.around(timer);
///
/// Cost: one entry into a scope for each suspension. Thread-safety: as the coroutine, which one thread runs at a time; it may
/// be resumed on another each time.
class CoroutineScope {
  public:
    /// Enters what is to be seen until the first suspension.
    explicit CoroutineScope(Capture seen) : seen_(std::move(seen)), entered_(seen_.enter()) {}
    CoroutineScope(const CoroutineScope &) = delete;
    CoroutineScope &operator=(const CoroutineScope &) = delete;

    /// Awaits something else: the scope is left before the coroutine suspends, and entered on the thread that resumes it. What
    /// was written since the last suspension is kept.
    template <class A>
    auto around(A &&awaitable) {
        using Inner = decltype(detail::awaiter_of(std::forward<A>(awaitable)));
        return Around<Inner>{*this, detail::awaiter_of(std::forward<A>(awaitable))};
    }

    /// What `around` gives: an awaiter that lives in the expression of its `co_await`.
    template <class Inner>
    struct Around {
        CoroutineScope &scope;  ///< Whose scope is left and entered.
        Inner inner;            ///< The awaiter of what is awaited.

        /// Whether there is nothing to wait for: then the scope is not left.
        bool await_ready() { return inner.await_ready(); }
        /// Leaves the scope and suspends as the inner awaiter does.
        template <class P>
        auto await_suspend(std::coroutine_handle<P> handle) {
            // Before the coroutine can run elsewhere.
            scope.seen_ = capture();
            scope.entered_.end();
            scope.suspended_ = true;
            return inner.await_suspend(handle);
        }
        /// Enters the scope again, on the thread that resumes, and gives what the inner awaiter does.
        decltype(auto) await_resume() {
            if (std::exchange(scope.suspended_, false)) {
                scope.entered_ = scope.seen_.enter();
            }
            return inner.await_resume();
        }
    };

  private:
    Capture seen_;
    Guard entered_;
    bool suspended_ = false;
};

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_AWAITABLE_H
