// What the header promises of scopes and their guards, one behaviour a test.
#include <gtest/gtest.h>
#include <hyperparameter.h>

#include <thread>

namespace {

int at_namespace_scope = GET_PARAM(guards.global, 7);

TEST(Guards, EndInAnyOrder) {
    const auto read = [](const char *name) { return hp::get(name, 0); };
    auto outer = WITH_PARAMS(order.a, 1, order.b, 1);
    auto inner = WITH_PARAMS(order.a, 2);
    outer.end();
    EXPECT_EQ(read("order.a"), 2);
    EXPECT_EQ(read("order.b"), 0);
    inner.end();
    inner.end();
    EXPECT_EQ(read("order.a"), 0);
}

TEST(Guards, AreMovedAndNotCopied) {
    static_assert(!std::is_copy_constructible_v<hp::Guard> && std::is_nothrow_move_constructible_v<hp::Guard>);
    hp::Guard kept;
    {
        auto guard = WITH_PARAMS(moved.a, 1);
        kept = std::move(guard);
    }
    EXPECT_EQ(GET_PARAM(moved.a, 0), 1);
    kept = hp::Guard();
    EXPECT_EQ(GET_PARAM(moved.a, 0), 0);
}

TEST(Guards, EndUnderAnException) {
    try {
        const auto guard = WITH_PARAMS(thrown.a, 1);
        throw std::runtime_error("on purpose");
    } catch (const std::runtime_error &) {
    }
    EXPECT_EQ(GET_PARAM(thrown.a, 0), 0);
}

TEST(Guards, TakeManyPairs) {
    const auto guard = WITH_PARAMS(
        m.a1, 1, m.a2, 2, m.a3, 3, m.a4, 4, m.a5, 5, m.a6, 6, m.a7, 7, m.a8, 8, m.a9, 9, m.a10, 10, m.a11, 11, m.a12, 12,
        m.a13, 13, m.a14, 14, m.a15, 15, m.a16, 16, m.a17, 17, m.a18, 18, m.a19, 19, m.a20, 20, m.a21, 21, m.a22, 22, m.a23,
        23, m.a24, 24, m.a25, 25, m.a26, 26, m.a27, 27, m.a28, 28, m.a29, 29, m.a30, 30, m.a31, 31, m.a32, 32, m.a33, 33,
        m.a34, 34, m.a35, 35, m.a36, 36, m.a37, 37, m.a38, 38, m.a39, 39, m.a40, 40, m.a41, 41, m.a42, 42, m.a43, 43, m.a44,
        44, m.a45, 45, m.a46, 46, m.a47, 47, m.a48, 48, m.a49, 49, m.a50, 50, m.a51, 51, m.a52, 52, m.a53, 53, m.a54, 54,
        m.a55, 55, m.a56, 56, m.a57, 57, m.a58, 58, m.a59, 59, m.a60, 60, m.a61, 61, m.a62, 62, m.a63, 63, m.a64, "last");
    for (int at = 1; at < 64; ++at) {
        EXPECT_EQ(hp::get("m.a" + std::to_string(at), 0), at);
    }
    EXPECT_EQ(hp::get("m.a64", ""), "last");
}

// A guard leaves its table to the next guard of the same place: nothing of the last one may be seen.
TEST(Guards, OfOnePlaceEachHaveTheirOwnValues) {
    const auto read = [] { return std::to_string(GET_PARAM(again.a, 0)) + GET_PARAM(again.b, "-"); };
    const auto enter = [](int a, const std::string &b) { return WITH_PARAMS(again.a, a, again.b, b); };
    for (int at = 1; at < 5; ++at) {
        const auto guard = enter(at, "b" + std::to_string(at));
        EXPECT_EQ(read(), std::to_string(at) + "b" + std::to_string(at));
        EXPECT_EQ(read(), std::to_string(at) + "b" + std::to_string(at));
    }
    EXPECT_EQ(read(), "0-");
    auto outer = enter(1, "outer");
    const hp::Capture seen = hp::capture();
    {
        const auto inner = enter(2, "inner");
        EXPECT_EQ(read(), "2inner");
    }
    EXPECT_EQ(read(), "1outer");
    outer.end();
    const auto next = enter(3, "next");
    EXPECT_EQ(read(), "3next");
    const auto entered = seen.enter();
    EXPECT_EQ(read(), "1outer");
}

TEST(Guards, OfOnePlaceMaySetValuesOfOtherKinds) {
    const auto enter = [](std::optional<int> value) { return WITH_PARAMS(again.kind, value); };
    for (const std::optional<int> value : {std::optional<int>(1), std::optional<int>(), std::optional<int>(2)}) {
        const auto guard = enter(value);
        EXPECT_EQ(GET_PARAM(again.kind, std::optional<int>(7)), value);
    }
}

TEST(Guards, OfOnePlaceMayNameAKeyTwice) {
    for (int at = 0; at < 3; ++at) {
        const auto guard = WITH_PARAMS(again.twice, at, again.twice, at + 10);
        EXPECT_EQ(GET_PARAM(again.twice, 0), at + 10);
    }
}

TEST(Guards, OfOnePlaceWriteElementsOfTheListThatIsVisible) {
    const auto enter = [](int value) { return WITH_PARAMS(again.list.1, value); };
    for (int at = 0; at < 3; ++at) {
        const auto guard = enter(at);
        EXPECT_EQ(GET_PARAM(again.list.1, -1), at);
    }
    const auto list = WITH_PARAMS(again.list, (std::vector<int>{7, 8, 9}));
    const auto guard = enter(4);
    EXPECT_EQ(GET_PARAM(again.list, std::vector<int>{}), (std::vector<int>{7, 4, 9}));
}

TEST(Guards, OfOnePlaceOnManyThreads) {
    std::vector<std::thread> threads;
    for (int thread = 0; thread < 4; ++thread) {
        threads.emplace_back([thread] {
            for (int at = 0; at < 500; ++at) {
                const auto guard = WITH_PARAMS(again.thread, thread, again.at, at, again.text, std::to_string(at));
                ASSERT_EQ(GET_PARAM(again.thread, -1), thread);
                ASSERT_EQ(GET_PARAM(again.at, -1), at);
                ASSERT_EQ(GET_PARAM(again.text, "-"), std::to_string(at));
            }
        });
    }
    for (std::thread &thread : threads) {
        thread.join();
    }
}

TEST(Guards, OfPreparedScopesAreEnteredManyTimes) {
    hp::Scope scope;
    scope.set("prepared.a", 1).text("prepared.b=007");
    EXPECT_EQ(scope.try_get<int>("prepared.a"), 1);
    EXPECT_EQ(hp::get("prepared.a", 0), 0);
    for (int turn = 0; turn < 2; ++turn) {
        const auto guard = scope.enter();
        EXPECT_EQ(hp::get("prepared.a", 0), 1);
        EXPECT_EQ(hp::get("prepared.b", 0), 7);
        EXPECT_EQ(hp::get("prepared.b", ""), "007");
    }
    EXPECT_EQ(hp::get("prepared.a", 0), 0);
    EXPECT_THROW(scope.text("nothing"), hp::InvalidKey);
}

TEST(Guards, ABlockHasAScopeOfItsOwn) {
    PARAMS_SCOPE {
        SET_PARAM(block.a, 1);
        PARAMS_SCOPE { SET_PARAM(block.a, 2); }
        EXPECT_EQ(GET_PARAM(block.a, 0), 1);
    }
    EXPECT_EQ(GET_PARAM(block.a, 0), 0);
    // clang-format off
    if (at_namespace_scope == 0)
        PARAMS_SCOPE { FAIL(); }
    else
        SUCCEED();
    // clang-format on
}

TEST(Guards, AnEmptyScopeHidesEverything) {
    const auto guard = WITH_PARAMS(empty.a, 1);
    const auto empty = hp::empty_scope();
    EXPECT_EQ(GET_PARAM(empty.a, 0), 0);
}

TEST(Guards, ClearTakesBackWhatTheScopeSet) {
    const auto guard = hp::new_scope();
    SET_PARAM(cleared.a, 1);
    hp::clear();
    EXPECT_EQ(GET_PARAM(cleared.a, 0), 0);
    EXPECT_THROW(hp::erase("cleared.a"), hp::MissingParameter);
}

}  // namespace
