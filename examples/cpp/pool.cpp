// Worker threads. A thread sees the frozen snapshot, and nothing of the scopes of whoever made it; what it is to see goes
// to it with its work.
//
//     $ pool
//     seen by the caller: batch 8
//     seen by a thread: batch 1
//     seen through bind: batch 8
//     seen through a capture: batch 8, then 16 in a scope of its own
//     seen by a thread after freeze: batch 8
//     seen by the caller: batch 1
#include <hyperparameter.h>

#include <condition_variable>
#include <functional>
#include <future>
#include <iostream>
#include <mutex>
#include <queue>
#include <thread>

// One thread that does what it is given.
class Worker {
  public:
    Worker() : thread_([this] { run(); }) {}
    ~Worker() {
        submit(nullptr);
        thread_.join();
    }

    void wait_for(std::function<void()> work) {
        std::promise<void> done;
        submit([&] {
            work();
            done.set_value();
        });
        done.get_future().wait();
    }

  private:
    void submit(std::function<void()> work) {
        const std::lock_guard<std::mutex> lock(mutex_);
        queue_.push(std::move(work));
        changed_.notify_one();
    }
    void run() {
        for (;;) {
            std::unique_lock<std::mutex> lock(mutex_);
            changed_.wait(lock, [this] { return !queue_.empty(); });
            const std::function<void()> work = std::move(queue_.front());
            queue_.pop();
            lock.unlock();
            if (!work) {
                return;
            }
            work();
        }
    }

    std::mutex mutex_;
    std::condition_variable changed_;
    std::queue<std::function<void()>> queue_;
    std::thread thread_;
};

int batch() { return GET_PARAM(loader.batch, 1); }

int main() {
    Worker worker;
    {
        const auto guard = WITH_PARAMS(loader.batch, 8);
        std::cout << "seen by the caller: batch " << batch() << '\n';
        worker.wait_for([] { std::cout << "seen by a thread: batch " << batch() << '\n'; });
        worker.wait_for(hp::bind([] { std::cout << "seen through bind: batch " << batch() << '\n'; }));
        worker.wait_for([seen = hp::capture()] {
            const auto entered = seen.enter();
            std::cout << "seen through a capture: batch " << batch();
            const auto own = WITH_PARAMS(loader.batch, 16);
            std::cout << ", then " << batch() << " in a scope of its own\n";
        });
        // As a program does with its configuration, before its threads begin to work.
        hp::FrozenSnapshot put_back;
        hp::freeze();
        worker.wait_for([] { std::cout << "seen by a thread after freeze: batch " << batch() << '\n'; });
    }
    std::cout << "seen by the caller: batch " << batch() << '\n';
}
