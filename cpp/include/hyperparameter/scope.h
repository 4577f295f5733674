/// @file
/// Scopes, captures, the frozen snapshot, and what is asked about the store.
///
///     hp::Scope scope;
///     scope.set("train.lr", 0.5).text("train.name=adam");
///     {
///         auto guard = scope.enter();          // any number of times, on any thread
///         train();
///     }
///     auto work = hp::bind([] { train(); });   // carries what is seen here to a pool's thread
#ifndef HYPERPARAMETER_SCOPE_H
#define HYPERPARAMETER_SCOPE_H

#include <hyperparameter/read.h>

namespace hyperparameter {
inline namespace HYPERPARAMETER_ABI_NAMESPACE {

/// An entry into a scope.
///
///     auto guard = WITH_PARAMS(train.lr, 0.5);
///     train();
///
/// Ended when this is destroyed, on the thread that entered it and in any order: scopes opened later
/// keep their values. Movable, not copyable; safe under exceptions. Destroyed on another thread it ends nothing there.
class [[nodiscard]] Guard {
  public:
    /// A guard of nothing.
    Guard() noexcept = default;
    /// The guard of an entry that the C interface made.
    explicit Guard(std::uint64_t entered) noexcept : entered_(entered) { ++detail::open_guards(); }
    /// Takes the entry over.
    Guard(Guard &&other) noexcept : entered_(std::exchange(other.entered_, 0)) {}
    /// Ends its own entry and takes the other over.
    Guard &operator=(Guard &&other) noexcept {
        if (this != &other) {
            end();
            entered_ = std::exchange(other.entered_, 0);
        }
        return *this;
    }
    ~Guard() { end(); }

    /// Ends the scope now. A second time, nothing happens.
    void end() noexcept {
        if (entered_ != 0) {
            // A destructor does not throw: what a host has to say of its end is said there.
            shared::table.load(std::memory_order_acquire)->leave(std::exchange(entered_, 0));
            if (detail::open_guards() != 0) {
                --detail::open_guards();
            }
        }
    }

  private:
    std::uint64_t entered_ = 0;
};

namespace detail {

// Checked at run time where keys are not known before.
struct Here {
    const char *file = "";
    unsigned line = 0;
#if defined(__GNUC__)
    static constexpr Here caller(const char *file = __builtin_FILE(), unsigned line = __builtin_LINE()) noexcept {
        return {file, line};
    }
#else
    static constexpr Here caller() noexcept { return {}; }
#endif
    hp_source source() const noexcept { return {raw(file), line, 0}; }
};

// What the store knows of one WITH_PARAMS: its keys, asked for once, and its line, which is not copied for each value.
HYPERPARAMETER_NOINLINE inline const hp_block *make_block(const hp_table &store, std::atomic<const hp_block *> &known,
                                                          const SiteInfo *sites, std::size_t count) {
    // Two threads may do this at once: one makes it, or a block would be made that nobody enters.
    static std::mutex lock;
    const std::lock_guard<std::mutex> locked(lock);
    const hp_block *block = known.load(std::memory_order_relaxed);
    if (block == nullptr) {
        std::vector<const hp_key *> keys(count);
        for (std::size_t at = 0; at < count; ++at) {
            checked(store, store.intern_hashed(sites[at].hash, raw(sites[at].key), &keys[at]));
        }
        hp_source source{};
        if (const hp_line *line = store.place(raw(sites[0].file), sites[0].line)) {
            source = {{reinterpret_cast<const std::uint8_t *>(line), 0}, sites[0].line, 1};
        }
        checked(store, store.block(keys.data(), count, &source, &block));
        known.store(block, std::memory_order_release);
    }
    return block;
}

template <class Tag>
struct BlockOf {
    static inline std::atomic<const hp_block *> block{nullptr};
};

template <class V>
constexpr bool require_value() noexcept {
    return require_supported<stored_t<V>>();
}

template <class V>
hp_value lower(const V &value, Arena &arena) {
    if constexpr (std::is_same_v<stored_t<V>, std::string> && !std::is_same_v<V, std::string>) {
        (void)arena;
        return string_value(value);
    } else {
        return ParamTraits<V>::lower(value, arena);
    }
}

// Whether a value of this type has no parts, so that `lower` leaves the arena alone.
template <class V, class S = stored_t<V>>
inline constexpr bool is_whole =
    std::is_same_v<S, bool> || std::is_floating_point_v<S> || std::is_same_v<S, std::string> ||
    std::is_same_v<S, std::string_view> || (is_integer<S> && (std::is_signed_v<S> || sizeof(S) < 8));

// In the place of an arena that nothing is put into: to make one and take it down was 70 instructions of a guard's 1,768.
union NoArena {
    Arena arena;
    NoArena() noexcept {}
    ~NoArena() {}
};
struct SomeArena {
    Arena arena;
};

template <class Tag, class... V>
Guard with(Tag, const V &...values) {
    std::uint64_t entered = 0;
    if constexpr ((require_value<V>() && ...)) {
        const hp_table &store = table();
        std::atomic<const hp_block *> &known = BlockOf<Tag>::block;
        const hp_block *block = known.load(std::memory_order_acquire);
        if (HYPERPARAMETER_UNLIKELY(block == nullptr)) {
            static constexpr auto infos = Tag::infos();
            block = make_block(store, known, infos.sites, sizeof...(V));
        }
        std::conditional_t<(is_whole<V> && ...), NoArena, SomeArena> parts;
        const hp_value lowered[] = {lower(values, parts.arena)...};
        checked(store, store.enter_block(block, lowered, &entered));
    }
    return Guard(entered);
}

inline Guard enter_special(std::uint32_t kind) {
    const hp_table &store = table();
    std::uint64_t entered = 0;
    checked(store, store.enter_special(kind, &entered));
    return Guard(entered);
}

template <std::size_t N>
struct PairInfos {
    SiteInfo sites[N];
};

}  // namespace detail

/// Writes to the current scope of this thread or task; outside every scope to the thread's base. Gone when the scope ends.
///
///     hp::set("train.lr", 0.5);
///     hp::set("train.steps", hp::Text{"1e3"});        // text, as from a command line
///
/// Cost: a look-up of the name and a call. Thread-safety: any thread, each its own scopes. Errors: InvalidKey.
template <class T>
void set(std::string_view name, const T &value, detail::Here here = detail::Here::caller()) {
    static_assert(detail::require_value<T>());
    const hp_table &store = detail::table();
    Arena arena;
    const hp_value lowered = detail::lower(value, arena);
    const hp_source source = here.source();
    detail::checked(store, store.write(detail::intern(store, name), &lowered, &source));
}

/// Deletes a key in the current scope, and every key visible under it; they are back when the scope ends. MissingParameter
/// where it is not visible.
///
///     hp::erase("train.lr");
///
/// Thread-safety: as of `set`. Errors: InvalidKey, MissingParameter.
inline void erase(std::string_view name) {
    const hp_table &store = detail::table();
    detail::checked(store, store.remove(detail::raw(name)));
}

/// Removes what the current scope itself set.
inline void clear() {
    const hp_table &store = detail::table();
    detail::checked(store, store.clear());
}

/// A scope that sets nothing yet: writes go to it until it ends.
inline Guard new_scope() { return detail::enter_special(HP_SCOPE_NEW); }
/// A scope that hides everything outside it, the frozen snapshot included; pinned overrides stay.
inline Guard empty_scope() { return detail::enter_special(HP_SCOPE_EMPTY); }
/// A stretch in which a value that does not convert is a ConversionError, or, with `false`, gives the default and a warning.
inline Guard strict(bool on = true) { return detail::enter_special(on ? HP_SCOPE_STRICT : HP_SCOPE_LENIENT); }
/// Sets what holds where no scope says so; gives the former setting.
inline bool set_default_strict(bool on) { return detail::table().set_strict(on ? 1 : 0) != 0; }

/// A scope that is prepared and touches nothing before it is entered. One thread at a time may change it; any number may
/// enter it, as often as they like.
///
///     hp::Scope scope;
///     scope.set("train.lr", 0.5).text("train.name=adam");
///     auto guard = scope.enter();
///
/// Errors: InvalidKey where a key is none, or `text` has no `=`.
class Scope {
  public:
    /// A scope that sets nothing.
    Scope() : scope_(detail::table().scope_new()) {}
    /// A scope that the C interface made, and that this frees.
    explicit Scope(hp_scope *owned) noexcept : scope_(owned) {}
    /// Takes the scope over.
    Scope(Scope &&other) noexcept : scope_(std::exchange(other.scope_, nullptr)) {}
    /// Exchanges the two.
    Scope &operator=(Scope &&other) noexcept {
        std::swap(scope_, other.scope_);
        return *this;
    }
    Scope(const Scope &) = delete;
    Scope &operator=(const Scope &) = delete;
    ~Scope() {
        if (scope_ != nullptr) {
            detail::table().scope_free(scope_);
        }
    }

    /// Adds a value under a key; a map is laid out below it.
    template <class T>
    Scope &set(std::string_view name, const T &value, detail::Here here = detail::Here::caller()) {
        static_assert(detail::require_value<T>());
        const hp_table &store = detail::table();
        Arena arena;
        const hp_pair pair{detail::intern(store, name), detail::lower(value, arena), here.source()};
        detail::checked(store, store.scope_set(scope_, &pair));
        return *this;
    }
    /// Adds `key=value` text of unknown type (rule V3).
    Scope &text(std::string_view pair, detail::Here here = detail::Here::caller()) {
        const hp_table &store = detail::table();
        const hp_source source = here.source();
        detail::checked(store, store.scope_text(scope_, detail::raw(pair), &source));
        return *this;
    }

    /// What a key would read as in this scope, entered here; nothing where it is missing.
    template <class T>
    std::optional<T> try_get(std::string_view name) const {
        const Guard entered = enter();
        return hyperparameter::try_get<T>(name);
    }

    /// Enters it on this thread until the guard ends. Errors: InvalidKey for an index out of range of a list that is visible here.
    Guard enter() const {
        const hp_table &store = detail::table();
        std::uint64_t entered = 0;
        detail::checked(store, store.scope_enter(scope_, &entered));
        return Guard(entered);
    }

    /// What it is to the C interface; this still owns it.
    hp_scope *native() const noexcept { return scope_; }

  private:
    hp_scope *scope_;
};

/// A configuration to be loaded: files, texts, the environment, pairs; the later goes before the earlier.
///
///     auto guard = hp::Config().file("train.toml").env("HP").define("lr=0.1").load().enter();
///
/// Errors: ConfigError, with the file, the line and the column.
class Config {
  public:
    /// A file; its format by its extension, or `toml`, `json`, `yaml`.
    Config &file(std::string path, std::string format = {}) {
        return add(HP_INPUT_FILE, std::move(path), {}, std::move(format));
    }
    /// A text of this format; `name` stands for its path in messages.
    Config &text(std::string name, std::string format, std::string text) {
        return add(HP_INPUT_TEXT, std::move(name), std::move(text), std::move(format));
    }
    /// Environment variables with this prefix: HP_MODEL__LR is model.lr.
    Config &env(std::string prefix, std::string separator = {}) {
        return add(HP_INPUT_ENV, std::move(prefix), {}, std::move(separator));
    }
    /// `key=value` text, as from a command line.
    Config &define(std::string pair, std::string option = "-D", unsigned position = 1) {
        add(HP_INPUT_DEFINE, std::move(option), std::move(pair), {});
        inputs_.back().position = position;
        return *this;
    }
    /// Reads all of it.
    Scope load() const {
        const hp_table &store = detail::table();
        std::vector<hp_input> raw;
        for (const Input &given : inputs_) {
            raw.push_back(
                {given.kind, given.position, detail::raw(given.name), detail::raw(given.text), detail::raw(given.extra)});
        }
        hp_scope *scope = nullptr;
        detail::checked(store, store.load(raw.data(), raw.size(), &scope));
        return Scope(scope);
    }

  private:
    struct Input {
        std::uint32_t kind;
        unsigned position;
        std::string name, text, extra;
    };
    Config &add(std::uint32_t kind, std::string name, std::string text, std::string extra) {
        inputs_.push_back({kind, 0, std::move(name), std::move(text), std::move(extra)});
        return *this;
    }
    std::vector<Input> inputs_;
};

/// A cheap, immutable picture of what is visible on the thread (or Python task) that took it. Entering it replaces what is
/// seen; pinned overrides stay.
///
///     pool.submit([seen = hp::capture()] { auto guard = seen.enter(); train(); });
///
/// Cost: a count up and down. Copied, moved, entered and destroyed on any thread.
class Capture {
  public:
    /// Another picture of the same.
    Capture(const Capture &other) noexcept : state_(other.state_) { retain(); }
    /// Takes the picture over.
    Capture(Capture &&other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
    /// Takes the picture over.
    Capture &operator=(Capture other) noexcept {
        std::swap(state_, other.state_);
        return *this;
    }
    ~Capture() {
        if (state_ != nullptr) {
            detail::table().release_state(state_);
        }
    }
    /// Enters it on this thread until the guard ends.
    Guard enter() const {
        const hp_table &store = detail::table();
        std::uint64_t entered = 0;
        detail::checked(store, store.enter_state(state_, &entered));
        return Guard(entered);
    }

    /// What it is to the C interface; this still owns it.
    const hp_state *native() const noexcept { return state_; }

  private:
    friend Capture capture();
    explicit Capture(const hp_state *state) noexcept : state_(state) {}
    void retain() const noexcept {
        if (state_ != nullptr) {
            detail::table().retain_state(state_);
        }
    }
    const hp_state *state_;
};

/// What is visible here now.
inline Capture capture() {
    const hp_table &store = detail::table();
    const hp_state *state = store.current();
    if (state == nullptr) {
        detail::fail(store);
    }
    return Capture(state);
}

/// The function with what is visible here: called on any thread it sees that, and nothing of it leaks to its caller.
///
///     pool.submit(hp::bind([] { train(); }));
///
/// Cost: of a call one entry, some 100 ns. Thread-safety: what is bound may be called by several threads if the function may.
template <class F>
auto bind(F function) {
    return [seen = capture(), function = std::move(function)](auto &&...arguments) mutable -> decltype(auto) {
        const Guard entered = seen.enter();
        return function(std::forward<decltype(arguments)>(arguments)...);
    };
}

/// Publishes what this thread's scopes set over the newest snapshot: what threads see that are in no scope of their own.
///
///     auto guard = config.enter();
///     hp::freeze();                         // before the threads begin to work
///
/// Thread-safety: any thread; of two at once neither loses a key. A thread inside a scope keeps the snapshot it entered under.
inline void freeze() {
    const hp_table &store = detail::table();
    detail::checked(store, store.freeze());
}

/// Puts the frozen snapshot back at its end: for tests.
///
///     hp::FrozenSnapshot put_back;
///     hp::freeze();
class [[nodiscard]] FrozenSnapshot {
  public:
    /// Keeps the snapshot of now.
    FrozenSnapshot() : snapshot_(detail::table().snapshot()) {}
    ~FrozenSnapshot() {
        detail::table().snapshot_put_back(snapshot_);
        detail::table().snapshot_free(snapshot_);
    }
    FrozenSnapshot(const FrozenSnapshot &) = delete;
    FrozenSnapshot &operator=(const FrozenSnapshot &) = delete;

  private:
    hp_snapshot *snapshot_;
};

/// Which value a parameter has here, where it came from, what it hides and its defaults, one a line.
///
///     std::cerr << hp::explain("train.lr");
///
/// Thread-safety: any thread. Errors: InvalidKey.
inline std::string explain(std::string_view name) {
    const hp_table &store = detail::table();
    std::string text;
    detail::checked(store, store.explain_text(nullptr, detail::raw(name), detail::append, &text));
    return text;
}

/// Hears of values that do not convert (rule V5), once per key and value, on the thread that read it; null for the usual: a
/// line on standard error. Inside Python it is Python's `warnings` that hears.
using WarningHandler = void (*)(std::string_view text);
/// Sets who hears of warnings; null for the usual.
///
///     hp::on_warning([](std::string_view text) { LOG(WARNING) << text; });
///
/// Thread-safety: set it before threads are started.
inline void on_warning(WarningHandler handler) {
    const hp_table &store = detail::table();
    if (handler == nullptr) {
        store.on_warning(nullptr, nullptr);
        return;
    }
    static std::atomic<WarningHandler> hears{nullptr};
    hears.store(handler);
    store.on_warning([](void *, hp_str text) { hears.load()(detail::view(text)); }, nullptr);
}

/// Whether the store is a host's (Python's): what is set here is seen there, and the other way round.
inline bool is_hosted() { return !detail::is_walked(detail::table()); }

}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_SCOPE_H
