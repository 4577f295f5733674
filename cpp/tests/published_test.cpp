// What is published, a snapshot or pins, is seen by every thread at its next read, whether that walks or calls.
#include <gtest/gtest.h>
#include <hyperparameter.h>

#include <thread>

namespace {

TEST(AThread, InAScopeKeepsItsSnapshotUntilThatEnds) {
    const hp::FrozenSnapshot before;
    const auto publish = [](int value) {
        std::thread([=] {
            const auto guard = WITH_PARAMS(kept.snapshot, value);
            hp::freeze();
        }).join();
    };
    const auto read = [] { return GET_PARAM(kept.snapshot, 0); };
    publish(1);
    EXPECT_EQ(read(), 1);
    EXPECT_EQ(read(), 1);
    {
        const auto guard = WITH_PARAMS(kept.other, 1);
        EXPECT_EQ(read(), 1);
        publish(2);
        EXPECT_EQ(read(), 1);
        EXPECT_EQ(read(), 1);
    }
    EXPECT_EQ(read(), 2);
    publish(3);
    EXPECT_EQ(read(), 3);
    SET_PARAM(kept.base, 5);
    EXPECT_EQ(GET_PARAM(kept.base, 0), 5);
    publish(4);
    EXPECT_EQ(read(), 4);
    EXPECT_EQ(GET_PARAM(kept.base, 0), 5);
}

// A thread that reads all the time sees what is published, by others as well, and never anything in between.
TEST(AThread, ThatReadsMeanwhileSeesEachSnapshotInTurn) {
    const hp::FrozenSnapshot before;
    std::atomic<int> published{0};
    std::atomic<bool> stop{false};
    std::vector<std::thread> readers;
    for (int at = 0; at < 3; ++at) {
        readers.emplace_back([&] {
            int last = 0;
            while (!stop.load()) {
                const int least = published.load();
                const int now = GET_PARAM(turn.value, 0);
                ASSERT_GE(now, least);
                ASSERT_GE(now, last);
                last = now;
            }
        });
    }
    for (int value = 1; value <= 200; ++value) {
        const auto guard = WITH_PARAMS(turn.value, value);
        hp::freeze();
        published = value;
    }
    stop = true;
    for (std::thread &reader : readers) {
        reader.join();
    }
}

TEST(AThread, SeesWhatIsPinned) {
    const hp_table &store = hp::detail::table();
    const hp_key *key = hp::detail::intern(store, "pinned.value");
    const auto read = [] { return GET_PARAM(pinned.value, 0); };
    const auto guard = WITH_PARAMS(pinned.value, 1, pinned.other, 2);
    EXPECT_EQ(read(), 1);
    hp_pair pair{};
    pair.key = key;
    pair.value.kind = HP_KIND_INT;
    pair.value.data.integer = 7;
    hp_pins *pins = nullptr;
    std::thread([&] { ASSERT_EQ(store.pin(&pair, 1, &pins), HP_OK); }).join();
    EXPECT_EQ(read(), 7);
    EXPECT_EQ(read(), 7);
    EXPECT_EQ(GET_PARAM(pinned.other, 0), 2);
    store.unpin(pins);
    EXPECT_EQ(read(), 1);
    EXPECT_EQ(read(), 1);
}

// A thread that ends leaves its word to the next one, which is told of what is published all the same.
TEST(AThread, ThatFollowsAnotherSeesWhatIsPublished) {
    const hp::FrozenSnapshot before;
    const auto read = [] { return GET_PARAM(follows.value, 0); };
    for (int value = 1; value <= 20; ++value) {
        std::thread([&] {
            ASSERT_EQ(read(), value - 1);
            ASSERT_EQ(read(), value - 1);
            std::thread([=] {
                const auto guard = WITH_PARAMS(follows.value, value);
                hp::freeze();
            }).join();
            ASSERT_EQ(read(), value);
            ASSERT_EQ(read(), value);
        }).join();
    }
}

// Values that live as long as their thread are destroyed when its state is gone already.
struct ReadsLate {
    ~ReadsLate() {
        GET_PARAM(late.value, 0);
        const auto guard = WITH_PARAMS(late.value, 1);
        if (GET_PARAM(late.value, 0) != 1 || GET_PARAM(late.value, 0) != 1) {
            std::abort();
        }
    }
    int touched = 0;
};

TEST(AThread, MayReadWhileItEnds) {
    std::thread([] {
        thread_local ReadsLate late;
        late.touched = GET_PARAM(late.value, 0);
        const auto guard = WITH_PARAMS(late.other, 1);
        late.touched = GET_PARAM(late.other, 0);
    }).join();
}

}  // namespace
