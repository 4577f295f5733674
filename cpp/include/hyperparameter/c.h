/**
 * @file
 * hyperparameter: scoped, named parameters, from C.
 *
 * This file is written by cpp/scripts/c_header.py from crates/hyperparameter/src/host/abi.rs.
 *
 *     const hp_table *hp = hyperparameter_store();
 *     const hp_key *lr;
 *     double value;
 *     if (!hp || hp->intern(hp_string("train.lr"), &lr) != HP_OK) return 1;
 *     if (hp->read_float(NULL, lr, &value) != HP_OK) value = 0.1;
 *
 * Everything is a function of one table: of the store of the process's host, such as Python, where there is one, else of
 * this library's own. The table is only ever added to: `size` says which fields are there, and only a change that cannot
 * be made so moves `abi`.
 *
 * For every function of the table:
 *
 * - It may be called on any thread. None waits for the interpreter's lock of a host but `leave`, and what must look into
 *   an object of the host's language.
 * - Nothing is thrown and nothing unwinds out of it. What can fail returns a status; after HP_FAILED, `last_error` has the
 *   error, on the same thread, until the next call.
 * - Pointers that go in are borrowed for the call. What `out` is given is written only where the call returns HP_OK.
 * - A `state` that is null is what the calling thread sees now.
 */
#ifndef HYPERPARAMETER_C_H
#define HYPERPARAMETER_C_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#ifdef __cplusplus
extern "C" {
#endif
/** The version of everything in this file that cannot be changed by adding to it. */
#define HP_ABI 1
/** It did what it says. */
#define HP_OK 0
/** There is no value: the caller's default counts. A value that does not convert, in a context that is not strict, is
 * none either; the host has warned of it. */
#define HP_MISSING 1
/** There is a value, but this call cannot give it: null, or an integer beyond 64 bits. `read` can. */
#define HP_OTHER 2
/** An error: see `last_error`. */
#define HP_FAILED (-1)

/** `InvalidKey`. */
#define HP_ERROR_INVALID_KEY 1
/** `MissingParameter`. */
#define HP_ERROR_MISSING_PARAMETER 2
/** `ConversionError`. */
#define HP_ERROR_CONVERSION 3
/** `HashCollision`. */
#define HP_ERROR_HASH_COLLISION 4
/** `ConfigError`, and whatever a later host adds. */
#define HP_ERROR_CONFIG 5

/** Null. */
#define HP_KIND_NULL 0
/** A truth value: `data.integer` is 0 or 1. */
#define HP_KIND_BOOL 1
/** `data.integer`. */
#define HP_KIND_INT 2
/** `data.number`. */
#define HP_KIND_FLOAT 3
/** `len` bytes of UTF-8 at `data.bytes`. */
#define HP_KIND_STR 4
/** Text of unknown type (rule V3), as `STR`. */
#define HP_KIND_TEXT 5
/** An integer beyond 64 bits: `len` bytes at `data.bytes`, two's complement, the least significant first. */
#define HP_KIND_BIG 6
/** `len` values at `data.items`. */
#define HP_KIND_LIST 7
/** `len` pairs at `data.members`. */
#define HP_KIND_MAP 8
/** An object of the host: `data.object`. */
#define HP_KIND_OBJECT 9
/** An object of a library: `data.foreign`. */
#define HP_KIND_FOREIGN 10

/** A scope that sets nothing yet. */
#define HP_SCOPE_NEW 0
/** A scope that hides everything outside it (rule S6). */
#define HP_SCOPE_EMPTY 1
/** A stretch that is strict (rule V5). */
#define HP_SCOPE_STRICT 2
/** A stretch that is not. */
#define HP_SCOPE_LENIENT 3

/** The file `name`, of the format that `extra` names (`toml`, `json`, `yaml`), else of its extension. */
#define HP_INPUT_FILE 0
/** The text `text` of the format `extra`; `name` stands for its path. */
#define HP_INPUT_TEXT 1
/** The environment's variables with the prefix `name`; `extra` separates segments, `__` where it is empty. */
#define HP_INPUT_ENV 2
/** The `key=value` text `text` of a command line; `name` is the option it followed and `position` its place. */
#define HP_INPUT_DEFINE 3

/** A key of the host. It lives as long as the process. */
typedef struct hp_key hp_key;
/** What a thread sees, of the host. Counted: see `retain_state`. */
typedef struct hp_state hp_state;
/** An object of the host. Counted: see `retain_object`. */
typedef struct hp_object hp_object;
/** What keeps the bytes, items and objects of a value alive that was read: see `free`. */
typedef struct hp_owner hp_owner;
/** A line of code: see `place`. */
typedef struct hp_line hp_line;
/** A scope that is prepared, owned by the caller: see `scope_new`. */
typedef struct hp_scope hp_scope;
/** A frozen snapshot, owned by the caller: see `snapshot`. */
typedef struct hp_snapshot hp_snapshot;
/** Pinned overrides, owned by the caller: see `pin`. */
typedef struct hp_pins hp_pins;
/** What is known of a call site that enters scopes: see `block`. */
typedef struct hp_block hp_block;
/** See the struct. */
typedef struct hp_str hp_str;
/** See the union. */
typedef union hp_data hp_data;
/** See the struct. */
typedef struct hp_value hp_value;
/** See the struct. */
typedef struct hp_member hp_member;
/** See the struct. */
typedef struct hp_foreign_table hp_foreign_table;
/** See the struct. */
typedef struct hp_foreign hp_foreign;
/** See the struct. */
typedef struct hp_source hp_source;
/** See the struct. */
typedef struct hp_pair hp_pair;
/** See the struct. */
typedef struct hp_error hp_error;
/** See the struct. */
typedef struct hp_place hp_place;
/** See the struct. */
typedef struct hp_input hp_input;
/** See the struct. */
typedef struct hp_level hp_level;
/** See the struct. */
typedef struct hp_parameter hp_parameter;
/** See the struct. */
typedef struct hp_command_line hp_command_line;
/** See the struct. */
typedef struct hp_declared hp_declared;
/** See the struct. */
typedef struct hp_table hp_table;

/** UTF-8 text, without a zero byte at its end. `data` may be null where `len` is 0. */
struct hp_str {
    /** The first byte. */
    const uint8_t *data;
    /** How many there are. */
    size_t len;
};

/** Takes a text that is borrowed for the call. */
typedef void (*hp_say)(void *, hp_str);

/** Takes a level that is borrowed for the call. */
typedef void (*hp_visit)(void *, const hp_level *);

/** The content of a `RawValue`. */
union hp_data {
    /** Of `BOOL` and `INT`. */
    int64_t integer;
    /** Of `FLOAT`. */
    double number;
    /** Of `STR`, `TEXT` and `BIG`. */
    const uint8_t *bytes;
    /** Of `LIST`. */
    const hp_value *items;
    /** Of `MAP`. */
    const hp_member *members;
    /** Of `OBJECT`. */
    const hp_object *object;
    /** Of `FOREIGN`. */
    const hp_foreign *foreign;
};

/** One value. */
struct hp_value {
    /** One of `kind`. */
    uint32_t kind;
    /** Zero. */
    uint32_t reserved;
    /** What the kind says. */
    hp_data data;
    /** Of strings, lists and maps. */
    size_t len;
};

/** One pair of a map. */
struct hp_member {
    /** Its name. */
    hp_str name;
    /** Its value. */
    hp_value value;
};

/** What the store must be able to do with a library's object. None of them may unwind. */
struct hp_foreign_table {
    /** The bytes of this table: fields may be added at its end. */
    uint32_t size;
    /** Zero. */
    uint32_t reserved;
    /** One more owner. Any thread. */
    void (*retain)(void *);
    /** One owner less; the last one drops the object. Any thread. */
    void (*release)(void *);
    /** Calls the function with the name of the object's type. */
    void (*type_name)(void *, hp_say, void *);
    /** Calls the function with the object as a person would write it. */
    void (*repr)(void *, hp_say, void *);
};

/** An object that a library keeps in the store. The store owns what `retain` gave it. */
struct hp_foreign {
    /** The object, for the functions of `table`. */
    void *pointer;
    /** What the store does with it; it lives as long as the process. By its address a library knows its own objects. */
    const hp_foreign_table *table;
};

/** Where a value comes from, for `explain` and messages. */
struct hp_source {
    /** A file's path; or, where `line` is 0, the source in words; or nothing. */
    hp_str file;
    /** The line, from 1. */
    uint32_t line;
    /** Zero; or 1 where `file.data` is not text but what `place` gave: nothing is copied then. */
    uint32_t reserved;
};

/** One key with its value, for `enter`. */
struct hp_pair {
    /** A key of the host. */
    const hp_key *key;
    /** Its value. */
    hp_value value;
    /** Where it comes from. */
    hp_source source;
};

/** An error. All of it is borrowed from the host, until the next call through the table on the same thread. */
struct hp_error {
    /** One of `error`. */
    uint32_t kind;
    /** Whether it is about a key, which may be the empty one. */
    uint32_t has_key;
    /** The key it is about. */
    hp_str key;
    /** The whole text. */
    hp_str text;
    /** Known names near the one asked for, the nearest first. */
    const hp_str *near;
    /** How many there are. */
    size_t near_len;
};

/** A place in a file, borrowed as a `RawError` is. */
struct hp_place {
    /** The file's path. */
    hp_str file;
    /** The line, from 1. */
    uint32_t line;
    /** The column, from 1, in characters. */
    uint32_t column;
};

/** One input of `load`. */
struct hp_input {
    /** One of `input`. */
    uint32_t kind;
    /** Of a word of the command line, from 1. */
    uint32_t position;
    /** What the kind says. */
    hp_str name;
    /** What the kind says. */
    hp_str text;
    /** What the kind says. */
    hp_str extra;
};

/** One place that has something to say of a key, for `explain`. */
struct hp_level {
    /** `pin`, `frozen`, or the kind of the source: `code`, `-D`, `ENV`, `file`, `words`. */
    hp_str kind;
    /** Where the value comes from, in words. */
    hp_str source;
    /** The value as a message shows it. */
    hp_str shown;
    /** The value; null where the key is deleted. */
    hp_value value;
    /** Whether the key is deleted there. */
    uint32_t deleted;
    /** Zero. */
    uint32_t reserved;
};

/** A parameter that a program declares, for `command_line`. */
struct hp_parameter {
    /** Its key. */
    hp_str key;
    /** The type asked for, as a person would write it. */
    hp_str wanted;
    /** The default, as a person would write it; empty if there is none. */
    hp_str default_text;
    /** What it is for. */
    hp_str help;
    /** The file and line where it is declared. */
    hp_source source;
    /** Whether a value converts: 0, and `why` called with the reason, if not. May be called while this is parsed only. */
    uint32_t (*converts)(void *, const hp_value *, hp_say, void *);
    /** What `converts` is called with. */
    void *context;
};

/** What a command line says beside its definitions. */
struct hp_command_line {
    /** The caller's: one byte for each word, set to 1 where the word is this library's. */
    uint8_t *taken;
    /** Whether the parameters are to be listed. */
    uint32_t list;
    /** Whether one is to be explained. */
    uint32_t explain;
    /** Which one; borrowed from the words. */
    hp_str explained;
};

/** What is known of a parameter before it is read. */
struct hp_declared {
    /** The default; null for none. */
    const hp_value *default_value;
    /** The type asked for, as a person would write it. */
    hp_str wanted;
    /** What the parameter is for. */
    hp_str help;
    /** Who declares it; empty for a read in place. */
    hp_str owner;
    /** Where the default is written. */
    hp_source source;
    /** Whether the default counts as used already. */
    uint32_t used;
    /** Zero. */
    uint32_t reserved;
};

/** The functions by which native code reaches the store of the process it is in. */
struct hp_table {
    /** `ABI` of the host. This field and the next two stand where they are in every version there will be. */
    uint32_t abi;
    /** The bytes of this table. */
    uint32_t size;
    /** Who the host is, for messages. Lives as long as the process. */
    hp_str name;
    /** The version of the layout of states, frames and entries that a library may walk itself; 0: none, so it calls. */
    uint32_t layout;
    /** Zero. */
    uint32_t reserved;
    /** `intern(name, out)`: the key of a name, made at its first use. */
    int32_t (*intern)(hp_str, const hp_key **);
    /** `find(name, out)`: the key of a name if the store knows it, else HP_MISSING. Never makes one. */
    int32_t (*find)(hp_str, const hp_key **);
    /** What the calling thread or task sees now. The caller owns one count of it; never null but after an error.
     *
     * While the thread holds the interpreter that is what the running task sees. Without it, it is what the thread saw
     * when it last called through the table while holding it, if nothing was entered, written or left there since; else
     * the frozen snapshot and what the thread itself wrote. */
    const hp_state *(*current)(void);
    /** One more owner of a state. Any thread. */
    void (*retain_state)(const hp_state *);
    /** One owner less. Any thread. */
    void (*release_state)(const hp_state *);
    /** `read_bool(state, key, out)`: 0 or 1, converted by rule V4. */
    int32_t (*read_bool)(const hp_state *, const hp_key *, uint8_t *);
    /** `read_int(state, key, out)`. */
    int32_t (*read_int)(const hp_state *, const hp_key *, int64_t *);
    /** `read_float(state, key, out)`. */
    int32_t (*read_float)(const hp_state *, const hp_key *, double *);
    /** `read_str(state, key, out)`: nothing is copied. The text is borrowed from the state, which is not null here, as long
     * as the caller owns that. HP_OTHER where the text was made for this read; `read` gives it. */
    int32_t (*read_str)(const hp_state *, const hp_key *, hp_str *);
    /** `read(state, key, ask, out, owner)`: any value, converted to the type with this number in `Ask`.
     *
     * What `out` points to belongs to `owner`, which the caller gives to `free`; `owner` is null where there
     * is nothing to free. */
    int32_t (*read)(const hp_state *, const hp_key *, uint32_t, hp_value *, hp_owner **);
    /** `read_name(state, name, ask, out, owner)`: the same by name, which does not make a key of it. */
    int32_t (*read_name)(const hp_state *, hp_str, uint32_t, hp_value *, hp_owner **);
    /** Frees what a read gave. Null is fine. Any thread. */
    void (*free)(hp_owner *);
    /** `missing(state, name)`: the error of a required parameter that is not there. Always HP_FAILED. */
    int32_t (*missing)(const hp_state *, hp_str);
    /** `refuse(state, key, wanted, reason)`: says that the value read is none of the type that the caller wants: warns and
     * is HP_MISSING, or is HP_FAILED in a strict context (rule V5). */
    int32_t (*refuse)(const hp_state *, const hp_key *, hp_str, hp_str);
    /** `write(key, value, source)`: to the current scope of the thread or task (rule S2). `source` may be null. */
    int32_t (*write)(const hp_key *, const hp_value *, const hp_source *);
    /** `enter(pairs, count, out)`: a scope with these values, in this order. The number is for `leave`. */
    int32_t (*enter)(const hp_pair *, size_t, uint64_t *);
    /** `enter_state(state, out)`: what was visible elsewhere replaces what is seen (rule T3). */
    int32_t (*enter_state)(const hp_state *, uint64_t *);
    /** Ends a scope (rule S4), in any order; one that is not open here is nothing to do. A scope that was entered while
     * the thread held the interpreter, ended while it does not, waits for the interpreter. */
    int32_t (*leave)(uint64_t);
    /** Publishes what the thread's scopes set over the newest snapshot (rule T2). */
    int32_t (*freeze)(void);
    /** One more owner of an object. Any thread. */
    void (*retain_object)(const hp_object *);
    /** One owner less. Any thread. */
    void (*release_object)(const hp_object *);
    /** Calls the function with the name of the object's type. This and the next three may run the host's code. */
    int32_t (*object_type)(const hp_object *, hp_say, void *);
    /** Calls the function with the object as a person would write it. */
    int32_t (*object_repr)(const hp_object *, hp_say, void *);
    /** `object_view(object, out, owner)`: the object as a plain value, as `read`; HP_MISSING where there is
     * none. */
    int32_t (*object_view)(const hp_object *, hp_value *, hp_owner **);
    /** The object as the host's language knows it, borrowed from `object`: in Python a `PyObject *`. Null where it is an
     * object of another language. */
    void *(*object_pointer)(const hp_object *);
    /** An object from what the host's language knows: in Python a `PyObject *`, borrowed, on a thread that holds the
     * interpreter. The caller owns one count of the result; null where the host has no such objects. */
    const hp_object *(*object_of)(void *);
    /** `last_error(out)`: the error of this thread's last call that returned HP_FAILED; HP_MISSING where there is none. */
    int32_t (*last_error)(hp_error *);
    /** `last_place(out)`: the place in a file that the last error is about; HP_MISSING where it is about none. */
    int32_t (*last_place)(hp_place *);
    /** `intern_hashed(hash, name, out)`: as `intern`, for a call site that made the hash of rule K2 when it
     * was compiled. */
    int32_t (*intern_hashed)(uint64_t, hp_str, const hp_key **);
    /** The name of a key. Lives as long as the process. */
    hp_str (*key_name)(const hp_key *);
    /** `place(file, line)`: a line of code to be named as the source of many values, see `reserved`. Lives as
     * long as the process: for call sites, of which there are few. Null where it cannot be made. */
    const hp_line *(*place)(hp_str, uint32_t);
    /** `convert(value, ask, out, owner, why, to)`: a value by the table of rule V4, as `read` gives one. Where
     * it does not convert `why` is called with the reason, and the result is HP_MISSING. */
    int32_t (*convert)(const hp_value *, uint32_t, hp_value *, hp_owner **, hp_say, void *);
    /** `has(state, name)`: HP_OK or HP_MISSING. */
    int32_t (*has)(const hp_state *, hp_str);
    /** `remove(name)`: deletes a key in the current scope (rule S7). */
    int32_t (*remove)(hp_str);
    /** Removes what the current scope itself set (rule S7). */
    int32_t (*clear)(void);
    /** `enter_special(kind, out)`: a scope of `special`. */
    int32_t (*enter_special)(uint32_t, uint64_t *);
    /** `set_strict(strict)`: the process's default (rule V5); gives the former one. */
    uint8_t (*set_strict)(uint8_t);
    /** A scope to be prepared (rule S3); the caller owns it. Never null. */
    hp_scope *(*scope_new)(void);
    /** `scope_set(scope, pair)`: adds a value. No other thread may use the scope meanwhile. */
    int32_t (*scope_set)(hp_scope *, const hp_pair *);
    /** `scope_text(scope, text, source)`: adds `key=value` text (rule V3); as above. `source` may be null. */
    int32_t (*scope_text)(hp_scope *, hp_str, const hp_source *);
    /** `scope_map(scope, map, source)`: adds the members of a map, each under its own name; as above. */
    int32_t (*scope_map)(hp_scope *, const hp_value *, const hp_source *);
    /** `scope_enter(scope, out)`: the number is for `leave`. Any number of times, on any thread. */
    int32_t (*scope_enter)(const hp_scope *, uint64_t *);
    /** `scope_state(scope, out)`: what the calling thread would see in this scope. The caller owns one count of it. */
    int32_t (*scope_state)(const hp_scope *, const hp_state **);
    /** Frees a scope; where it is entered it stays so. Null is fine. */
    void (*scope_free)(hp_scope *);
    /** `load(inputs, count, out)`: a scope of files, texts, environment and pairs, the later before the earlier; the
     * caller owns it. Pins are in `pin` only. */
    int32_t (*load)(const hp_input *, size_t, hp_scope **);
    /** `items(state, out, owner)`: everything that is visible, as a map of whole names. */
    int32_t (*items)(const hp_state *, hp_value *, hp_owner **);
    /** `used(state, out, owner)`: what was read, with the value or else the default in force, as a map of whole names. */
    int32_t (*used)(const hp_state *, hp_value *, hp_owner **);
    /** `explain(state, name, visit, to)`: calls `visit` for every place that has something to say of the key, innermost
     * first. What it is given is borrowed for that call. */
    int32_t (*explain)(const hp_state *, hp_str, hp_visit, void *);
    /** `explain_text(state, name, say, to)`: the same as a person reads it. */
    int32_t (*explain_text)(const hp_state *, hp_str, hp_say, void *);
    /** `declare(key, declared)`: makes a parameter known, with its default (rule P4). */
    int32_t (*declare)(const hp_key *, const hp_declared *);
    /** The frozen snapshot, to be put back; the caller owns it. */
    hp_snapshot *(*snapshot)(void);
    /** Publishes a snapshot again. */
    int32_t (*snapshot_put_back)(const hp_snapshot *);
    /** Frees a snapshot. Null is fine. */
    void (*snapshot_free)(hp_snapshot *);
    /** `pin(pairs, count, out)`: pinned overrides (rule S1), in force until `unpin`. */
    int32_t (*pin)(const hp_pair *, size_t, hp_pins **);
    /** Takes pinned overrides away, the latest first. Null is fine. */
    void (*unpin)(hp_pins *);
    /** `on_warning(hear, to)`: what is called with the text of a value that does not convert (rule V5); null for the
     * usual, a line on standard error. Once per key and value. Of a library's own store: a host has its own way to warn. */
    void (*on_warning)(hp_say, void *);
    /** `command_line(words, count, parameters, parameter_count, env, out)`: takes the words of a command line that are this
     * library's, checks them and publishes their layers as the frozen snapshot (rule S1). `env` is the prefix of the
     * environment's variables, empty for none. Its error has all mistakes, one a line. */
    int32_t (*command_line)(const hp_str *, size_t, const hp_parameter *, size_t, hp_str, hp_command_line *);
    /** The address of the calling thread's cell, which points to its innermost frame: see `layout`. Null
     * where `layout` is 0. */
    const void *const *(*cell)(void);
    /** The bits of what is pinned; null as above. */
    const uint64_t *pinned_bits;
    /** The version of the newest snapshot; null as above. */
    const uint64_t *newest_version;
    /** `block(keys, count, source, out)`: what is known of a call site that enters scopes of the same keys again and again.
     * Lives as long as the process: for call sites, of which there are few. `source` may be null. */
    int32_t (*block)(const hp_key *const *, size_t, const hp_source *, const hp_block **);
    /** `enter_block(block, values, out)`: as `enter` with the keys and the source of the block, and one value
     * for each. What the block left on this thread when it last ended is used again: no table is laid out, and of numbers
     * nothing is allocated. */
    int32_t (*enter_block)(const hp_block *, const hp_value *, uint64_t *);
    /** Brings the calling thread up to date, and gives the address of its word: what is walked is an ordinary value where
     * neither that nor the lists of the innermost frame have a bit of the key's line. All its bits are set when a snapshot
     * or pins are published, until the thread calls this again. Null where `layout` is 0. */
    const uint64_t *(*stop)(void);
};

/** The table of the store that this library uses. The first call chooses it, for the life of the process; NULL where there
 * is a host whose table cannot be used. The library owns it, for ever. */
const hp_table *hyperparameter_store(void);
/** Why `hyperparameter_store` gives NULL, for ever; NULL where it does not. */
const char *hyperparameter_why_no_store(void);
/** Uses the table of a host's capsule, before anything else: NULL, or why it cannot be used, for ever. */
const char *hyperparameter_adopt(const hp_table *table);
/** The version of this library, for ever. */
const char *hyperparameter_version(void);

/** A text that ends with a zero byte, borrowed. */
static inline hp_str hp_string(const char *text) {
    hp_str str;
    str.data = (const uint8_t *)text;
    str.len = strlen(text);
    return str;
}

/** Null. */
static inline hp_value hp_null(void) {
    hp_value value;
    memset(&value, 0, sizeof value);
    return value;
}
/** A truth value. */
static inline hp_value hp_bool(int truth) {
    hp_value value = hp_null();
    value.kind = HP_KIND_BOOL;
    value.data.integer = truth != 0;
    return value;
}
/** An integer. */
static inline hp_value hp_int(int64_t integer) {
    hp_value value = hp_null();
    value.kind = HP_KIND_INT;
    value.data.integer = integer;
    return value;
}
/** A float. */
static inline hp_value hp_float(double number) {
    hp_value value = hp_null();
    value.kind = HP_KIND_FLOAT;
    value.data.number = number;
    return value;
}
/** A string of `len` bytes of UTF-8, borrowed. */
static inline hp_value hp_strn(const char *text, size_t len) {
    hp_value value = hp_null();
    value.kind = HP_KIND_STR;
    value.data.bytes = (const uint8_t *)text;
    value.len = len;
    return value;
}

#ifdef __cplusplus
} /* extern "C" */
#endif

#endif /* HYPERPARAMETER_C_H */
