/* Parameters from plain C: a read with a default, a scope, a configuration, and what is said of a value.
 *
 *     cc -std=c99 main.c $(pkg-config --cflags --libs --static hyperparameter) -o main
 */
#include <hyperparameter/c.h>
#include <stdio.h>

static const hp_table *hp;

static int fail(void) {
    hp_error error;
    if (hp->last_error(&error) == HP_OK) fprintf(stderr, "%.*s\n", (int)error.text.len, (const char *)error.text.data);
    return 1;
}

/* The call site of a parameter keeps its key; the default is used where nobody set it. */
static double learning_rate(void) {
    static const hp_key *key;
    double value;
    if (!key && hp->intern(hp_string("train.lr"), &key) != HP_OK) return 0.1;
    return hp->read_float(NULL, key, &value) == HP_OK ? value : 0.1;
}

static void print(void *to, hp_str text) {
    (void)to;
    printf("%.*s\n", (int)text.len, (const char *)text.data);
}

int main(void) {
    hp_pair pair;
    hp_input input;
    hp_scope *scope;
    uint64_t outer, inner;

    hp = hyperparameter_store();
    if (!hp) {
        fprintf(stderr, "%s\n", hyperparameter_why_no_store());
        return 1;
    }
    printf("outside: %g\n", learning_rate());

    memset(&input, 0, sizeof input);
    input.kind = HP_INPUT_TEXT;
    input.name = hp_string("train.toml");
    input.text = hp_string("[train]\nlr = 0.5\n");
    input.extra = hp_string("toml");
    if (hp->load(&input, 1, &scope) != HP_OK || hp->scope_enter(scope, &outer) != HP_OK) return fail();
    printf("in the configuration: %g\n", learning_rate());

    memset(&pair, 0, sizeof pair);
    if (hp->intern(hp_string("train.lr"), &pair.key) != HP_OK) return fail();
    pair.value = hp_float(0.25);
    pair.source.file = hp_string(__FILE__);
    pair.source.line = __LINE__;
    if (hp->enter(&pair, 1, &inner) != HP_OK) return fail();
    printf("in a scope: %g\n", learning_rate());
    if (hp->explain_text(NULL, hp_string("train.lr"), print, NULL) != HP_OK) return fail();

    hp->leave(inner);
    hp->leave(outer);
    hp->scope_free(scope);
    printf("outside again: %g\n", learning_rate());
    return 0;
}
