// What the header promises, one behaviour a test.
#include <gtest/gtest.h>
#include <hyperparameter.h>

#include <functional>
#include <thread>

using namespace std::literals;

#ifndef linux
#define linux 1
#endif
#define minor(device) ((device) & 0xff)

enum class Mode { fast, exact = 5 };
HYPERPARAMETER_ENUM(Mode, fast, exact)
struct Adam {
    double lr = 1e-3;
    double eps = 1e-8;
    std::string name = "adam";
};
HYPERPARAMETER_STRUCT(Adam, lr, eps, name)
struct Celsius {
    double degrees = 0;
};
template <>
struct hyperparameter::ParamTraits<Celsius> {
    static constexpr bool supported = true;
    static constexpr bool holds_null = false;
    static constexpr std::uint32_t ask = hp::ask::floating;
    static std::string name() { return "degrees"; }
    static hp_value lower(const Celsius &value, hp::Arena &arena) {
        return ParamTraits<double>::lower(value.degrees, arena);
    }
    static bool raise(const hp_value &value, Celsius &out, std::string &why) {
        return ParamTraits<double>::raise(value, out.degrees, why);
    }
};

namespace {

std::vector<std::string> &heard() {
    thread_local std::vector<std::string> mine;
    return mine;
}

class Warned : public testing::Test {
  protected:
    void SetUp() override {
        heard().clear();
        hp::on_warning([](std::string_view text) { heard().emplace_back(text); });
    }
    void TearDown() override { hp::on_warning(nullptr); }
};

// ---- reads -----------------------------------------------------------------------------------------------------------

int at_namespace_scope = GET_PARAM(read.global, 7);
struct Member {
    int value = GET_PARAM(read.member, 8);
};
int with_default_argument(int value = GET_PARAM(read.argument, 9)) { return value; }
template <class T>
T in_a_template(T value) {
    return GET_PARAM(read.templated, value);
}

TEST(Reads, StandWhereverAnExpressionMay) {
    EXPECT_EQ(at_namespace_scope, 7);
    EXPECT_EQ(Member().value, 8);
    EXPECT_EQ(with_default_argument(), 9);
    EXPECT_EQ(in_a_template(1), 1);
    EXPECT_EQ(in_a_template(1.5), 1.5);
    const auto guard = WITH_PARAMS(read.member, 1, read.argument, 2, read.templated, 3);
    EXPECT_EQ(Member().value, 1);
    EXPECT_EQ(with_default_argument(), 2);
    EXPECT_EQ(in_a_template(1), 3);
    EXPECT_EQ(in_a_template(1.5), 3.0);
}

TEST(Reads, EvaluateTheDefaultOnlyWhereItIsNeeded) {
    int evaluated = 0;
    const auto fallback = [&] { return ++evaluated; };
    EXPECT_EQ(GET_PARAM(read.lazy, fallback()), 1);
    const auto guard = WITH_PARAMS(read.lazy, 5);
    EXPECT_EQ(GET_PARAM(read.lazy, fallback()), 5);
    EXPECT_EQ(GET_PARAM(read.lazy, GET_PARAM(read.nested, 6)), 5);
    EXPECT_EQ(GET_PARAM(read.lazier, GET_PARAM(read.nested, 6)), 6);
    EXPECT_EQ(evaluated, 1);
}

TEST(Reads, HaveTheTypeOfTheDefault) {
    const auto guard = WITH_PARAMS(read.type, hp::Text{"3"});
    EXPECT_EQ(GET_PARAM(read.type, 1), 3);
    EXPECT_EQ(GET_PARAM(read.type, 1.5), 3.0);
    EXPECT_EQ(GET_PARAM(read.type, "x"), "3"s);
    EXPECT_EQ(GET_PARAM(read.type, "x"sv), "3"sv);
    EXPECT_EQ(GET_PARAM(read.type, std::uint8_t{1}), 3);
    EXPECT_EQ(GET_PARAM(read.type, std::string("x")) + GET_PARAM(read.other, std::string("y")), "3y");
}

TEST(Reads, OfTheSameSiteSeeEachChange) {
    const auto read = [] { return GET_PARAM(read.changes, 0); };
    EXPECT_EQ(read(), 0);
    EXPECT_EQ(read(), 0);
    const auto outer = WITH_PARAMS(read.changes, 1);
    EXPECT_EQ(read(), 1);
    EXPECT_EQ(read(), 1);
    {
        const auto inner = WITH_PARAMS(read.changes, 2, read.beside, 3);
        EXPECT_EQ(read(), 2);
        SET_PARAM(read.changes, 4);
        EXPECT_EQ(read(), 4);
        hp::erase("read.changes");
        EXPECT_EQ(read(), 0);
    }
    EXPECT_EQ(read(), 1);
}

TEST(Reads, FindAValueUnderManyGuards) {
    const auto read = [] { return GET_PARAM(read.deep, 0); };
    const auto deep = WITH_PARAMS(read.deep, 1);
    std::vector<hp::Guard> guards;
    for (int at = 0; at < 40; ++at) {
        hp::Scope scope;
        scope.set("read.guard" + std::to_string(at), at);
        guards.push_back(scope.enter());
        ASSERT_EQ(read(), 1);
        ASSERT_EQ(hp::get("read.guard" + std::to_string(at / 2), -1), at / 2);
    }
    EXPECT_EQ(read(), 1);
}

// What is often read through is laid together: first where these reads walk, and after 256 of them in the core.
TEST(Reads, ThroughTheSameGuardsAgainAndAgainSeeTheSameValues) {
    std::vector<hp::Guard> guards;
    for (int at = 0; at < 8; ++at) {
        hp::Scope scope;
        scope.set("read.laid" + std::to_string(at), at);
        guards.push_back(scope.enter());
    }
    const auto outermost = [] { return GET_PARAM(read.laid0, -1); };
    const auto third = [] { return GET_PARAM(read.laid2, -1); };
    for (int times = 0; times < 2000; ++times) {
        ASSERT_EQ(outermost(), 0);
        ASSERT_EQ(third(), 2);
        ASSERT_EQ(GET_PARAM(read.laid.absent, -1), -1);
    }
    const auto inner = WITH_PARAMS(read.laid2, 20);
    EXPECT_EQ(third(), 20);
    EXPECT_EQ(outermost(), 0);
    guards.erase(guards.begin());
    EXPECT_EQ(outermost(), -1);
}

TEST(Reads, AStringViewIsNotCopied) {
    const auto guard = WITH_PARAMS(read.view, "a text that is too long for a small string", read.number, 12);
    const auto first = GET_PARAM(read.view, ""sv);
    const auto second = GET_PARAM(read.view, ""sv);
    EXPECT_EQ(first, "a text that is too long for a small string");
    EXPECT_EQ(first.data(), second.data());
    const auto inner = WITH_PARAMS(read.view, "inner");
    EXPECT_EQ(GET_PARAM(read.view, ""sv), "inner");
    EXPECT_EQ(GET_PARAM(read.number, ""sv), "12");
    EXPECT_EQ(first, "a text that is too long for a small string");
}

TEST(Reads, AStringViewOfAListElementLivesToTheEndOfTheScope) {
    const auto guard = WITH_PARAMS(read.list, (std::vector<std::string>{"one", "two"}));
    const auto one = GET_PARAM(read.list.0, ""sv);
    const auto two = GET_PARAM(read.list.1, ""sv);
    EXPECT_EQ(one, "one");
    EXPECT_EQ(two, "two");
}

TEST(Reads, TakeATypeThatTellsItsTraits) {
    EXPECT_EQ(GET_PARAM(read.heat, Celsius{20}).degrees, 20);
    const auto guard = WITH_PARAMS(read.heat, Celsius{21.5}, read.heats, (std::vector<Celsius>{{1}, {2}}));
    EXPECT_EQ(GET_PARAM(read.heat, Celsius{20}).degrees, 21.5);
    EXPECT_EQ(GET_PARAM(read.heat, 0.0), 21.5);
    EXPECT_EQ(GET_PARAM(read.heats, std::vector<Celsius>()).at(1).degrees, 2);
    EXPECT_EQ(hp::get("read.heat", Celsius()).degrees, 21.5);
}

TEST(Reads, OfAStructSayWhichMemberDoesNotConvert) {
    const auto guard = WITH_PARAMS(read.adam.eps, 1e-9, read.adam.lr, "fast");
    EXPECT_EQ(GET_PARAM(read.adam, Adam()).eps, Adam().eps);
    const auto strict = hp::strict();
    try {
        GET_PARAM(read.adam, Adam());
        FAIL() << "it is read";
    } catch (const hp::ConversionError &error) {
        EXPECT_EQ(error.key(), "read.adam");
        EXPECT_NE(std::string(error.what()).find("\"fast\""), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("'lr'"), std::string::npos) << error.what();
    }
}

TEST(Reads, OfAFloatDoNotTakeANumberBeyondIt) {
    const auto guard = hp::Scope().set("read.wide", 1e300).enter();
    EXPECT_EQ(GET_PARAM(read.wide, 1.5), 1e300);
    EXPECT_EQ(hp::get("read.wide", 1.5f), 1.5f);
    EXPECT_EQ(GET_PARAM(read.wide, 1.5f), 1.5f);
}

TEST(Reads, WithoutADefaultSayWhetherThereIsOne) {
    EXPECT_EQ(TRY_GET_PARAM(read.maybe, int), std::nullopt);
    const auto guard = WITH_PARAMS(read.maybe, 3);
    EXPECT_EQ(TRY_GET_PARAM(read.maybe, int), 3);
    EXPECT_EQ(REQUIRE_PARAM(read.maybe, std::string), "3");
    EXPECT_EQ(REQUIRE_PARAM_KEY("read.maybe", double), 3.0);
}

TEST(Reads, ARequiredOneThatIsMissingNamesNearKeys) {
    const auto guard = WITH_PARAMS(required.rate, 3);
    try {
        (void)REQUIRE_PARAM(required.rat, int);
        FAIL();
    } catch (const hp::MissingParameter &error) {
        EXPECT_EQ(error.key(), "required.rat");
        ASSERT_FALSE(error.near().empty());
        EXPECT_EQ(error.near()[0], "required.rate");
        EXPECT_NE(std::string(error.what()).find("did you mean 'required.rate'"), std::string::npos);
    }
}

TEST(Reads, ByANameMadeAtRunTime) {
    const auto guard = WITH_PARAMS(named.a, 3, named.list, (std::vector<int>{1, 2}));
    for (const char *name : {"named.a", "named.b"}) {
        EXPECT_EQ(hp::get(name, 1), name == "named.a"sv ? 3 : 1);
    }
    EXPECT_EQ(hp::get("named.list.1", 0), 2);
    EXPECT_EQ(hp::get("named.a", "x"), "3");
    EXPECT_TRUE(hp::has("named.a"));
    EXPECT_FALSE(hp::has("named.nothing"));
    EXPECT_THROW(hp::get("named a", 1), hp::InvalidKey);
    EXPECT_THROW(hp::require<int>("named.nothing"), hp::MissingParameter);
}

// ---- keys ------------------------------------------------------------------------------------------------------------

TEST(Keys, AreTakenAsTheyAreSpelled) {
    const auto guard = WITH_PARAMS(os.linux, 1, a.NULL, 2, version.minor, 3, "a.b-c", 4, größe, 5, 0.x, 6);
    EXPECT_EQ(hp::get("os.linux", 0), 1);
    EXPECT_EQ(hp::get("a.NULL", 0), 2);
    EXPECT_EQ(hp::get("version.minor", 0), 3);
    EXPECT_EQ(hp::get("a.b-c", 0), 4);
    EXPECT_EQ(hp::get("größe", 0), 5);
    EXPECT_EQ(hp::get("0.x", 0), 6);
    EXPECT_EQ(GET_PARAM(os.linux, 0), 1);
    EXPECT_EQ(GET_PARAM(a.NULL, 0), 2);
    EXPECT_EQ(GET_PARAM(version.minor, 0), 3);
    EXPECT_EQ(GET_PARAM_KEY("a.b-c", 0), 4);
    EXPECT_EQ(GET_PARAM(größe, 0), 5);
    EXPECT_EQ(GET_PARAM(0.x, 0), 6);
    EXPECT_EQ(TRY_GET_PARAM(os.linux, int), 1);
    EXPECT_EQ(REQUIRE_PARAM(version.minor, int), 3);
}

// ---- values ----------------------------------------------------------------------------------------------------------

TEST(Values, OfEveryTypeComeBack) {
    const auto guard = WITH_PARAMS(v.i8, std::int8_t{-1}, v.u64, std::numeric_limits<std::uint64_t>::max(), v.f, 0.5f,
                                   v.none, std::optional<int>(), v.list, (std::vector<int>{1, 2}), v.map,
                                   (std::map<std::string, double>{{"a", 1.5}}), v.sv, "view"sv, v.deep,
                                   (std::vector<std::vector<std::string>>{{"a"}, {}}));
    EXPECT_EQ(GET_PARAM(v.i8, std::int8_t{0}), -1);
    EXPECT_EQ(GET_PARAM(v.u64, std::uint64_t{0}), std::numeric_limits<std::uint64_t>::max());
    EXPECT_EQ(GET_PARAM(v.f, 0.f), 0.5f);
    EXPECT_EQ(GET_PARAM(v.none, std::optional<int>(3)), std::nullopt);
    EXPECT_EQ(GET_PARAM(v.list, std::vector<int>{}), (std::vector<int>{1, 2}));
    EXPECT_EQ(GET_PARAM(v.list, (std::array<double, 2>{})), (std::array<double, 2>{1, 2}));
    EXPECT_EQ(GET_PARAM(v.list, std::set<std::string>{}), (std::set<std::string>{"1", "2"}));
    EXPECT_EQ(GET_PARAM(v.map.a, 0.0), 1.5);
    EXPECT_EQ(GET_PARAM(v.map, (std::map<std::string, double>{})), (std::map<std::string, double>{{"a", 1.5}}));
    EXPECT_EQ(GET_PARAM(v.sv, ""), "view");
    EXPECT_EQ(GET_PARAM(v.deep, std::vector<std::vector<std::string>>{}),
              (std::vector<std::vector<std::string>>{{"a"}, {}}));
}

TEST(Values, TextIsReadAsAList) {
    hp::Scope scope;
    const auto guard = scope.text("v.text=[1, 2]").text("v.commas=a,b").text("v.null=null").enter();
    EXPECT_EQ(GET_PARAM(v.text, std::vector<int>{}), (std::vector<int>{1, 2}));
    EXPECT_EQ(GET_PARAM(v.commas, std::vector<std::string>{}), (std::vector<std::string>{"a", "b"}));
    EXPECT_EQ(GET_PARAM(v.null, std::optional<std::string>("x")), std::nullopt);
    EXPECT_EQ(GET_PARAM(v.null, "x"), "null");
}

TEST(Values, DurationsAreSecondsOrTextWithAUnit) {
    hp::Scope scope;
    scope.set("d.a", 250ms)
        .set("d.b", 2s)
        .set("d.c", 1.5)
        .text("d.d=250ms")
        .text("d.e=1.5 s")
        .text("d.f=2h")
        .text("d.g=0.001");
    const auto guard = scope.enter();
    EXPECT_EQ(GET_PARAM(d.a, 0ms), 250ms);
    EXPECT_EQ(GET_PARAM(d.a, 0.0), 0.25);
    EXPECT_EQ(GET_PARAM(d.b, 0), 2);
    EXPECT_EQ(GET_PARAM(d.c, 0ms), 1500ms);
    EXPECT_EQ(GET_PARAM(d.d, 0us), 250ms);
    EXPECT_EQ(GET_PARAM(d.e, 0ms), 1500ms);
    EXPECT_EQ(GET_PARAM(d.f, 0min), 2h);
    EXPECT_EQ(GET_PARAM(d.g, 0ms), 1ms);
}

TEST_F(Warned, ADurationThatWouldLoseAFractionIsRefused) {
    const auto guard = WITH_PARAMS(d.half, 0.5);
    EXPECT_EQ(GET_PARAM(d.half, 7s), 7s);
    ASSERT_EQ(heard().size(), 1u);
    EXPECT_NE(heard()[0].find("'d.half'"), std::string::npos);
}

TEST_F(Warned, AnEnumIsReadByNameThenByNumber) {
    const auto guard = WITH_PARAMS(e.a, Mode::exact, e.b, "fast", e.c, 5, e.d, "quick");
    EXPECT_EQ(GET_PARAM(e.a, ""), "exact");
    EXPECT_EQ(GET_PARAM(e.a, Mode::fast), Mode::exact);
    EXPECT_EQ(GET_PARAM(e.b, Mode::exact), Mode::fast);
    EXPECT_EQ(GET_PARAM(e.c, Mode::fast), Mode::exact);
    EXPECT_TRUE(heard().empty());
    EXPECT_EQ(GET_PARAM(e.d, Mode::exact), Mode::exact);
    ASSERT_EQ(heard().size(), 1u);
    EXPECT_NE(heard()[0].find("one of fast, exact"), std::string::npos);
}

TEST(Values, AStructIsReadOverItsDefault) {
    Adam mine;
    mine.eps = 0.5;
    EXPECT_EQ(GET_PARAM(s.opt, mine).eps, 0.5);
    hp::Scope scope;
    const auto guard = scope.text("s.opt.lr=.5").enter();
    const Adam read = GET_PARAM(s.opt, mine);
    EXPECT_EQ(read.lr, 0.5);
    EXPECT_EQ(read.eps, 0.5);
    EXPECT_EQ(read.name, "adam");
    const auto whole = WITH_PARAMS(s.opt, (Adam{1, 2, "sgd"}));
    EXPECT_EQ(GET_PARAM(s.opt.name, ""), "sgd");
    EXPECT_EQ(GET_PARAM(s.opt, mine).lr, 1);
}

struct Engine {
    explicit Engine(int of, int *ended_at = nullptr) : threads(of), ended(ended_at) {}
    ~Engine() {
        if (ended != nullptr) {
            ++*ended;
        }
    }
    int threads;
    int *ended;
};

TEST_F(Warned, AnObjectIsTheVeryObject) {
    int ended = 0;
    {
        const auto engine = std::make_shared<Engine>(8, &ended);
        const auto guard = WITH_PARAMS(o.engine, engine);
        EXPECT_EQ(GET_PARAM(o.engine, std::shared_ptr<Engine>()), engine);
        EXPECT_EQ(GET_PARAM(o.none, std::shared_ptr<Engine>()), nullptr);
        EXPECT_EQ(GET_PARAM(o.engine, std::shared_ptr<int>()), nullptr);
        EXPECT_EQ(heard().size(), 1u);
        EXPECT_EQ(ended, 0);
    }
    EXPECT_EQ(ended, 1);
}

TEST(Values, APointerGoesWithItsDeleter) {
    static int deleted;
    deleted = 0;
    {
        auto guard = WITH_PARAMS(o.raw, hp::object(new Engine(2), [](Engine *engine) {
                                     ++deleted;
                                     delete engine;
                                 }));
        EXPECT_EQ(GET_PARAM(o.raw, std::shared_ptr<Engine>())->threads, 2);
        EXPECT_EQ(deleted, 0);
    }
    EXPECT_EQ(deleted, 1);
}

// ---- strictness ------------------------------------------------------------------------------------------------------

TEST_F(Warned, AValueThatDoesNotConvertGivesTheDefaultAndAWarning) {
    const auto guard = WITH_PARAMS(w.a, "fast", w.b, 300);
    EXPECT_EQ(GET_PARAM(w.a, 3), 3);
    EXPECT_EQ(GET_PARAM(w.a, 3), 3);
    ASSERT_EQ(heard().size(), 1u);
    EXPECT_NE(heard()[0].find("'w.a'"), std::string::npos);
    EXPECT_NE(heard()[0].find("\"fast\""), std::string::npos);
    EXPECT_EQ(GET_PARAM(w.b, std::uint8_t{3}), 3);
    ASSERT_EQ(heard().size(), 2u);
    EXPECT_NE(heard()[1].find("uint8_t"), std::string::npos);
}

TEST(Strictness, MakesItAnError) {
    const auto guard = WITH_PARAMS(w.c, "fast");
    const auto strict = hp::strict();
    try {
        (void)GET_PARAM(w.c, 3);
        FAIL();
    } catch (const hp::ConversionError &error) {
        EXPECT_EQ(error.key(), "w.c");
    }
    EXPECT_THROW((void)TRY_GET_PARAM(w.c, double), hp::HyperparameterError);
    const auto lenient = hp::strict(false);
    EXPECT_EQ(GET_PARAM(w.c, 3), 3);
}

// ---- threads ---------------------------------------------------------------------------------------------------------

TEST(Threads, SeeTheFrozenSnapshotOnly) {
    const hp::FrozenSnapshot keep;
    const auto read = [] { return std::pair(GET_PARAM(t.frozen, 0), GET_PARAM(t.mine, 0)); };
    const auto frozen = WITH_PARAMS(t.frozen, 1);
    hp::freeze();
    const auto mine = WITH_PARAMS(t.mine, 2);
    std::pair<int, int> seen;
    std::thread([&] {
        seen = read();
        const auto theirs = WITH_PARAMS(t.frozen, 3);
        EXPECT_EQ(read().first, 3);
    }).join();
    EXPECT_EQ(seen, (std::pair(1, 0)));
    EXPECT_EQ(read(), (std::pair(1, 2)));
}

TEST(Threads, OutsideEveryScopeSeeTheNewestSnapshot) {
    const hp::FrozenSnapshot keep;
    const auto read = [] { return GET_PARAM(t.newest, 0); };
    EXPECT_EQ(read(), 0);
    for (int turn = 1; turn < 4; ++turn) {
        {
            const auto guard = WITH_PARAMS(t.newest, turn);
            hp::freeze();
        }
        EXPECT_EQ(read(), turn);
        EXPECT_EQ(read(), turn);
    }
}

TEST(Threads, ACaptureCarriesWhatIsSeen) {
    const auto read = [](int more) { return GET_PARAM(t.carried, 0) + more; };
    std::optional<hp::Capture> seen;
    std::function<int(int)> bound;
    {
        const auto guard = WITH_PARAMS(t.carried, 5);
        seen = hp::capture();
        bound = hp::bind(read);
    }
    EXPECT_EQ(read(0), 0);
    std::thread([&] {
        EXPECT_EQ(bound(1), 6);
        EXPECT_EQ(read(0), 0);
        const auto entered = seen->enter();
        EXPECT_EQ(read(0), 5);
    }).join();
    EXPECT_EQ(bound(2), 7);
}

// ---- configurations, reports -----------------------------------------------------------------------------------------

TEST(Configurations, AreLoadedWithPlaces) {
    const auto scope = hp::Config().text("a.toml", "toml", "[c]\nx = 1\ny = 2\n").define("c.y=3").load();
    const auto guard = scope.enter();
    EXPECT_EQ(GET_PARAM(c.x, 0), 1);
    EXPECT_EQ(GET_PARAM(c.y, 0), 3);
    EXPECT_NE(hp::explain("c.x").find("c.x = 1  (a.toml:2:"), std::string::npos);
    EXPECT_NE(hp::explain("c.y").find("command line -D (1st argument)"), std::string::npos);
    try {
        (void)hp::Config().text("b.toml", "toml", "x = = 1").load();
        FAIL();
    } catch (const hp::ConfigError &error) {
        EXPECT_EQ(error.file(), "b.toml");
        EXPECT_EQ(error.line(), 1u);
    }
}

TEST(Reports, ExplainNamesThePlace) {
    const auto guard = WITH_PARAMS(x.a, 1);
    EXPECT_NE(hp::explain("x.a").find("x.a = 1  (" __FILE__ ":"), std::string::npos);
    hp::set("x.b", 2);
    EXPECT_NE(hp::explain("x.b").find("x.b = 2  (" __FILE__ ":"), std::string::npos);
    hp::erase("x.b");
}

}  // namespace
