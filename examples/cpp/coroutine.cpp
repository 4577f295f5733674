// A coroutine keeps what was visible where it was made, on whatever thread it is resumed, and leaves nothing behind there.
//
//     $ coroutine
//     made under rate 1
//     made under rate 2
//     resumed by main: rate 1
//     resumed by a thread under rate 99: rate 2
//     that thread still sees 99
#include <hyperparameter/awaitable.h>

#include <coroutine>
#include <cstdlib>
#include <iostream>
#include <string>
#include <thread>

// The simplest task: it runs to its first suspension when it is made, and is resumed by hand.
class Task {
  public:
    struct promise_type {
        Task get_return_object() { return Task(std::coroutine_handle<promise_type>::from_promise(*this)); }
        std::suspend_never initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_void() {}
        void unhandled_exception() { std::abort(); }
    };
    explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Task(Task &&other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    ~Task() {
        if (handle_) {
            handle_.destroy();
        }
    }
    void resume() { handle_.resume(); }

  private:
    std::coroutine_handle<promise_type> handle_;
};

int rate() { return GET_PARAM(limit.rate, 0); }

Task work(std::string who) {
    hp::CoroutineScope scope(hp::capture());
    std::cout << "made under rate " << rate() << '\n';
    co_await scope.around(std::suspend_always());
    std::cout << "resumed by " << who << ": rate " << rate() << '\n';
}

Task under(int value, std::string who) {
    const auto guard = WITH_PARAMS(limit.rate, value);
    return work(std::move(who));
}

int main() {
    Task first = under(1, "main");
    Task second = under(2, "a thread under rate 99");
    first.resume();
    std::thread([&] {
        const auto guard = WITH_PARAMS(limit.rate, 99);
        second.resume();
        std::cout << "that thread still sees " << rate() << '\n';
    }).join();
}
