// Keys at compile time: the vectors of the contract are static assertions, so that this compiles is the test.
#include <hyperparameter.h>
#include <key_vectors.h>

#include <cstdio>

static_assert(hp::key_hash("12345") == 13461425039964245335u);
static_assert(hp::key_hash("0123456789abcdefghijklmnopqrstuvwxyz") == 5308235351123835395u);
static_assert(hp::check_key("a\xC3").fault == hp::KeyFault::not_utf8);
static_assert(hp::check_key("a\xED\xA0\x80").fault == hp::KeyFault::not_utf8);
static_assert(hp::check_key("a\xC0\xAF").fault == hp::KeyFault::not_utf8);

// What is compiled into call sites is what the store computes.
int main() {
    std::printf("%d hashes and %d names were checked when this was compiled\n", k2_hashes, k1_names);
    return k2_hashes >= 20 && k1_names >= 80 ? 0 : 1;
}
