/// @file
/// The store of the process, and the call sites of it.
#ifndef HYPERPARAMETER_STORE_H
#define HYPERPARAMETER_STORE_H

#include <hyperparameter/error.h>
#include <hyperparameter/key.h>
#include <hyperparameter/layout.h>

#include <atomic>
#include <mutex>

namespace hyperparameter {

/// What is known of a call site when it is compiled.
struct SiteInfo {
    std::string_view key;           ///< Its key.
    std::uint64_t hash;             ///< The key's hash.
    std::string_view default_text;  ///< The source text of the default, and of the help if there is one.
    std::string_view help;          ///< What the parameter is for; empty where that is not said.
    const char *file;               ///< The source file.
    unsigned line;                  ///< The line in it, from 1.
    bool required;                  ///< Whether it has no default.
};

namespace shared {

inline std::atomic<const hp_table *> table{nullptr};

// A member of a struct: a parameter of its own, below the struct's key.
struct Member {
    std::string_view name;
    std::string (*type)();
    bool (*converts)(const hp_value &value, std::string &why);
    // The members of the member; null where it is no struct.
    void (*members)(void *to, void (*add)(void *to, const Member &member));
};

// A call site: one for each place in the source (for each instance of a template).
struct Site {
    // What a read walks with; `no_key` until the key is known, and where reads are calls.
    std::atomic<const layout::Key *> walked;
    std::atomic<const hp_key *> key;
    const SiteInfo *info;
    std::string (*type)();
    // Whether a value converts to the site's type, or why not.
    bool (*converts)(const hp_value &value, std::string &why);
    Site *next;
    Site **link;
    // As of a member.
    void (*members)(void *to, void (*add)(void *to, const Member &member)) = nullptr;
};

// All sites of the object files that are loaded, called or not.
inline Site *sites = nullptr;
inline std::mutex sites_lock;

// Puts a site into the list as long as its library is loaded.
struct Registrar {
    Site *site;
    explicit Registrar(Site &added) : site(&added) {
        const std::lock_guard<std::mutex> lock(sites_lock);
        site->next = sites;
        site->link = &sites;
        if (sites != nullptr) {
            sites->link = &site->next;
        }
        sites = site;
    }
    ~Registrar() {
        const std::lock_guard<std::mutex> lock(sites_lock);
        *site->link = site->next;
        if (site->next != nullptr) {
            site->next->link = site->link;
        }
    }
    Registrar(const Registrar &) = delete;
    Registrar &operator=(const Registrar &) = delete;
};

}  // namespace shared

inline namespace HYPERPARAMETER_ABI_NAMESPACE {
namespace detail {

HYPERPARAMETER_NOINLINE inline const hp_table &choose_table() {
    const hp_table *table = hyperparameter_store();
    if (table == nullptr) {
        leave(ConfigError(hyperparameter_why_no_store(), {}, {}));
    }
    // A table of another version is looked at no further than these three, which stand where they are in every version.
    if (table->abi != HP_ABI) {
        leave(ConfigError("the parameter store of this process (" + owned(table->name) + ") has version " +
                              std::to_string(table->abi) +
                              " of the native interface, and the header that this code was "
                              "compiled with knows version " +
                              std::to_string(HP_ABI) +
                              ": compile it with the header of the "
                              "hyperparameter that is installed",
                          {}, {}));
    }
    if (table->size < sizeof(hp_table)) {
        leave(
            ConfigError("the parameter store of this process (" + owned(table->name) +
                            ") is older than the header that "
                            "this code was compiled with: install a newer hyperparameter, or compile with the older header",
                        {}, {}));
    }
    shared::table.store(table, std::memory_order_release);
    return *table;
}

// The functions of the store: the host's (Python's) where there is one, else this library's own.
inline const hp_table &table() {
    const hp_table *known = shared::table.load(std::memory_order_acquire);
    return HYPERPARAMETER_UNLIKELY(known == nullptr) ? choose_table() : *known;
}

// Throws where a call failed; the status else.
inline std::int32_t checked(const hp_table &table, std::int32_t status) {
    if (HYPERPARAMETER_UNLIKELY(status < HP_OK)) {
        fail(table);
    }
    return status;
}

// Whether reads are walked: in a store of this library's own, of the layout that this header knows.
inline bool is_walked(const hp_table &table) noexcept { return table.layout == layout::version; }

// Looks up where this thread's state stands, at its first read, and again after something was published.
inline void begin_thread(const hp_table &table) noexcept {
    if (!is_walked(table)) {
        return;
    }
    if (shared::thread.cell == &shared::no_cell) {
        shared::thread.stop = table.stop();
        shared::thread.cell = reinterpret_cast<const layout::Frame *const *>(table.cell());
    } else if (layout::relaxed(shared::thread.stop) == ~std::uint64_t{0}) {
        table.stop();
    }
}

inline const hp_key *intern(const hp_table &table, std::string_view name) {
    const hp_key *key = nullptr;
    checked(table, table.intern(raw(name), &key));
    return key;
}

// The key of a site, asked for once.
inline const hp_key *key_of(const hp_table &table, shared::Site &site) {
    const hp_key *key = site.key.load(std::memory_order_acquire);
    if (key == nullptr) {
        checked(table, table.intern_hashed(site.info->hash, raw(site.info->key), &key));
        site.key.store(key, std::memory_order_release);
        if (is_walked(table)) {
            site.walked.store(reinterpret_cast<const layout::Key *>(key), std::memory_order_release);
        }
    }
    return key;
}

template <class T>
std::string type_name();
template <class T>
bool site_converts(const hp_value &value, std::string &why);
template <class T>
constexpr auto members_of() noexcept -> decltype(shared::Member::members);

// The one site of a tag and a type, and its place in the list. `Tag` is a class that only this place in the source has.
template <class Tag, class T>
struct SiteOf {
    static inline constexpr SiteInfo info = Tag::info();
    static inline shared::Site site{{&shared::no_key}, {nullptr}, &info,   &type_name<T>,
                                    &site_converts<T>, nullptr,   nullptr, members_of<T>()};
    static inline shared::Registrar registrar{site};
};

}  // namespace detail
}  // namespace HYPERPARAMETER_ABI_NAMESPACE
}  // namespace hyperparameter

#endif  // HYPERPARAMETER_STORE_H
