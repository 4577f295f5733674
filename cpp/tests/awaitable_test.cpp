// A coroutine keeps its own scope across suspensions, on whatever thread it is resumed, and leaks nothing to it.
#undef NDEBUG
#include <hyperparameter/awaitable.h>

#include <cassert>
#include <exception>
#include <thread>
#include <vector>

namespace {

struct Task {
    struct promise_type {
        Task get_return_object() { return {std::coroutine_handle<promise_type>::from_promise(*this)}; }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::terminate(); }
    };
    std::coroutine_handle<promise_type> handle;
};

int seen() { return GET_PARAM(co.a, 0); }

Task work(std::vector<int> &got) {
    hp::CoroutineScope scope(hp::capture());
    got.push_back(seen());
    co_await scope.around(std::suspend_always());
    got.push_back(seen());
    SET_PARAM(co.a, seen() + 10);
    co_await scope.around(std::suspend_always());
    got.push_back(seen());
}

}  // namespace

int main() {
    std::vector<int> one, two;
    Task first, second;
    {
        const auto guard = WITH_PARAMS(co.a, 1);
        first = work(one);
    }
    {
        const auto guard = WITH_PARAMS(co.a, 2);
        second = work(two);
        assert(seen() == 2);
    }
    assert(seen() == 0);
    first.handle.resume();
    assert(seen() == 0);
    std::thread([&] {
        const auto guard = WITH_PARAMS(co.a, 99);
        second.handle.resume();
        assert(seen() == 99);
        first.handle.resume();
        second.handle.resume();
        assert(seen() == 99);
    }).join();
    assert((one == std::vector<int>{1, 1, 11}));
    assert((two == std::vector<int>{2, 2, 12}));
    first.handle.destroy();
    second.handle.destroy();
    assert(seen() == 0);
}
