/* The C interface, from plain C: every part of it once. Prints what is wrong and ends with status 1. */
#include <hyperparameter/c.h>
#include <pthread.h>
#include <stdio.h>

static const hp_table *hp;
static int wrong;

#define CHECK(condition)                                                    \
    do {                                                                    \
        if (!(condition)) {                                                 \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition); \
            wrong = 1;                                                      \
        }                                                                   \
    } while (0)

static int is(hp_str str, const char *text) { return str.len == strlen(text) && memcmp(str.data, text, str.len) == 0; }

static int holds(hp_str str, const char *part) {
    size_t at, len = strlen(part);
    for (at = 0; at + len <= str.len; at++)
        if (memcmp(str.data + at, part, len) == 0) return 1;
    return 0;
}

static const hp_key *key(const char *name) {
    const hp_key *found = NULL;
    CHECK(hp->intern(hp_string(name), &found) == HP_OK);
    return found;
}

static int64_t integer(const char *name) {
    int64_t value = -1;
    return hp->read_int(NULL, key(name), &value) == HP_OK ? value : -1;
}

static hp_pair pair(const char *name, hp_value value) {
    hp_pair made;
    memset(&made, 0, sizeof made);
    made.key = key(name);
    made.value = value;
    made.source.file = hp_string(__FILE__);
    made.source.line = __LINE__;
    return made;
}

static void hear(void *to, hp_str text) {
    char *heard = (char *)to;
    size_t len = text.len < 511 ? text.len : 511;
    memcpy(heard, text.data, len);
    heard[len] = 0;
}

static int levels;
static void count(void *to, const hp_level *level) {
    (void)to;
    levels++;
    CHECK(is(level->kind, "file") && is(level->shown, "1") && holds(level->source, "a.toml:2:"));
}

static void ids(void) {
    const hp_key *one = NULL;
    CHECK(hp->find(hp_string("c.ids.never"), &one) == HP_MISSING);
    CHECK(hp->intern_hashed(13461425039964245335u, hp_string("12345"), &one) == HP_OK);
    CHECK(one == key("12345") && is(hp->key_name(one), "12345"));
    CHECK(hp->intern_hashed(1, hp_string("c.ids"), &one) == HP_FAILED);
}

static void errors(void) {
    const hp_key *none = NULL;
    hp_error error;
    CHECK(hp->intern(hp_string("a b"), &none) == HP_FAILED && none == NULL);
    CHECK(hp->last_error(&error) == HP_OK && error.kind == HP_ERROR_INVALID_KEY);
    CHECK(error.has_key && is(error.key, "a b") && holds(error.text, "white space"));
    CHECK(hp->missing(NULL, hp_string("c.errors")) == HP_FAILED && hp->last_error(&error) == HP_OK);
    CHECK(error.kind == HP_ERROR_MISSING_PARAMETER);
}

static void scopes(void) {
    hp_pair pairs[3];
    uint64_t outer = 0, inner = 0;
    hp_str text;
    uint8_t truth = 0;
    double number = 0;
    const hp_state *state;
    pairs[0] = pair("c.i", hp_int(1));
    pairs[1] = pair("c.f", hp_float(0.5));
    pairs[2] = pair("c.s", hp_strn("text", 4));
    CHECK(hp->enter(pairs, 3, &outer) == HP_OK);
    CHECK(integer("c.i") == 1 && hp->read_float(NULL, key("c.f"), &number) == HP_OK && number == 0.5);
    CHECK(hp->read_bool(NULL, key("c.i"), &truth) == HP_OK && truth == 1);
    state = hp->current();
    CHECK(hp->read_str(state, key("c.s"), &text) == HP_OK && is(text, "text"));
    hp->release_state(state);
    pairs[0].value = hp_int(2);
    CHECK(hp->enter(pairs, 1, &inner) == HP_OK && integer("c.i") == 2);
    /* In any order: the inner scope keeps its value. */
    CHECK(hp->leave(outer) == HP_OK && integer("c.i") == 2 && integer("c.f") == -1);
    CHECK(hp->leave(inner) == HP_OK && integer("c.i") == -1);
    CHECK(hp->leave(inner) == HP_OK);
    CHECK(hp->enter_special(HP_SCOPE_NEW, &outer) == HP_OK);
    CHECK(hp->write(key("c.i"), &pairs[0].value, NULL) == HP_OK && integer("c.i") == 2);
    CHECK(hp->enter_special(HP_SCOPE_EMPTY, &inner) == HP_OK && integer("c.i") == -1);
    CHECK(hp->leave(inner) == HP_OK && hp->has(NULL, hp_string("c.i")) == HP_OK);
    CHECK(hp->remove(hp_string("c.i")) == HP_OK && hp->has(NULL, hp_string("c.i")) == HP_MISSING);
    CHECK(hp->leave(outer) == HP_OK);
}

static void prepared(void) {
    hp_scope *scope = hp->scope_new();
    hp_pair one = pair("c.p", hp_int(3));
    uint64_t entered = 0;
    int64_t value = 0;
    const hp_state *state = NULL;
    CHECK(hp->scope_set(scope, &one) == HP_OK);
    CHECK(hp->scope_text(scope, hp_string("c.t=1_000"), NULL) == HP_OK);
    CHECK(hp->scope_text(scope, hp_string("nothing"), NULL) == HP_FAILED);
    CHECK(integer("c.p") == -1);
    CHECK(hp->scope_state(scope, &state) == HP_OK && hp->read_int(state, key("c.p"), &value) == HP_OK && value == 3);
    hp->release_state(state);
    CHECK(hp->scope_enter(scope, &entered) == HP_OK && integer("c.p") == 3 && integer("c.t") == 1000);
    hp->scope_free(scope);
    CHECK(integer("c.p") == 3);
    hp->leave(entered);
    CHECK(integer("c.p") == -1);
}

static void configuration(void) {
    hp_input inputs[2];
    hp_scope *scope = NULL;
    uint64_t entered = 0;
    hp_place place;
    memset(inputs, 0, sizeof inputs);
    inputs[0].kind = HP_INPUT_TEXT;
    inputs[0].name = hp_string("a.toml");
    inputs[0].text = hp_string("[c]\nx = 1\ny = 2\n");
    inputs[0].extra = hp_string("toml");
    inputs[1].kind = HP_INPUT_DEFINE;
    inputs[1].name = hp_string("-D");
    inputs[1].position = 1;
    inputs[1].text = hp_string("c.y=3");
    CHECK(hp->load(inputs, 2, &scope) == HP_OK && hp->scope_enter(scope, &entered) == HP_OK);
    CHECK(integer("c.x") == 1 && integer("c.y") == 3);
    levels = 0;
    CHECK(hp->explain(NULL, hp_string("c.x"), count, NULL) == HP_OK && levels == 1);
    hp->leave(entered);
    hp->scope_free(scope);
    inputs[0].text = hp_string("[c]\nx = = 1\n");
    CHECK(hp->load(inputs, 1, &scope) == HP_FAILED && hp->last_place(&place) == HP_OK);
    CHECK(is(place.file, "a.toml") && place.line == 2);
}

static void values(void) {
    hp_value items[2], list, out;
    hp_owner *owner = NULL;
    hp_pair one;
    uint64_t entered = 0;
    items[0] = hp_int(1);
    items[1] = hp_strn("two", 3);
    list = hp_null();
    list.kind = HP_KIND_LIST;
    list.data.items = items;
    list.len = 2;
    one = pair("c.l", list);
    CHECK(hp->enter(&one, 1, &entered) == HP_OK && integer("c.l.0") == 1);
    CHECK(hp->read(NULL, key("c.l"), 0, &out, &owner) == HP_OK && out.kind == HP_KIND_LIST && out.len == 2);
    CHECK(out.data.items[1].kind == HP_KIND_STR && out.data.items[1].len == 3);
    hp->free(owner);
    hp->leave(entered);
    hp->free(NULL);
}

static void strictness(void) {
    char heard[512] = "";
    hp_pair one = pair("c.w", hp_strn("fast", 4));
    uint64_t scope = 0, strict = 0;
    int64_t value;
    hp_error error;
    hp->on_warning(hear, heard);
    CHECK(hp->enter(&one, 1, &scope) == HP_OK && hp->read_int(NULL, key("c.w"), &value) == HP_MISSING);
    CHECK(strstr(heard, "'c.w'") && strstr(heard, "fast") && strstr(heard, "int"));
    hp->on_warning(NULL, NULL);
    CHECK(hp->enter_special(HP_SCOPE_STRICT, &strict) == HP_OK);
    CHECK(hp->read_int(NULL, key("c.w"), &value) == HP_FAILED && hp->last_error(&error) == HP_OK);
    CHECK(error.kind == HP_ERROR_CONVERSION && is(error.key, "c.w"));
    hp->leave(strict);
    hp->leave(scope);
}

static void *in_a_thread(void *given) {
    const hp_state *captured = (const hp_state *)given;
    uint64_t entered = 0;
    CHECK(integer("c.frozen") == 7 && integer("c.mine") == -1);
    CHECK(hp->enter_state(captured, &entered) == HP_OK && integer("c.mine") == 8);
    hp->leave(entered);
    CHECK(integer("c.mine") == -1);
    return NULL;
}

static void threads(void) {
    hp_snapshot *before = hp->snapshot();
    hp_pair one = pair("c.frozen", hp_int(7));
    uint64_t outer = 0, inner = 0;
    const hp_state *captured;
    pthread_t thread;
    CHECK(hp->enter(&one, 1, &outer) == HP_OK && hp->freeze() == HP_OK);
    one = pair("c.mine", hp_int(8));
    CHECK(hp->enter(&one, 1, &inner) == HP_OK);
    captured = hp->current();
    CHECK(pthread_create(&thread, NULL, in_a_thread, (void *)captured) == 0 && pthread_join(thread, NULL) == 0);
    hp->release_state(captured);
    hp->leave(inner);
    hp->leave(outer);
    CHECK(integer("c.frozen") == 7);
    CHECK(hp->snapshot_put_back(before) == HP_OK && integer("c.frozen") == -1);
    hp->snapshot_free(before);
}

static void pins(void) {
    hp_pair one = pair("c.pin", hp_int(1));
    hp_pins *pinned = NULL;
    uint64_t entered = 0;
    CHECK(hp->pin(&one, 1, &pinned) == HP_OK);
    one.value = hp_int(2);
    CHECK(hp->enter(&one, 1, &entered) == HP_OK && integer("c.pin") == 1);
    hp->unpin(pinned);
    CHECK(integer("c.pin") == 2);
    hp->leave(entered);
}

int main(void) {
    hp = hyperparameter_store();
    CHECK(hp != NULL && hyperparameter_why_no_store() == NULL);
    if (!hp) return 1;
    CHECK(hp->abi == HP_ABI && hp->size >= sizeof(hp_table));
    ids();
    errors();
    scopes();
    prepared();
    configuration();
    values();
    strictness();
    threads();
    pins();
    return wrong;
}
