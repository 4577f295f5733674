#!/usr/bin/env bash
# Programs that must not compile: each is compiled, and the compiler must say what is wrong.
#   bad_programs.sh COMPILER STANDARD INCLUDE
set -u
compiler=$1 standard=$2 include=$3
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
failed=0

# The header is compiled once for all of them; g++ and clang++ both look for this name.
echo '#include <hyperparameter.h>' >"$scratch/header.h"
"$compiler" -std=c++"$standard" -I"$include" -x c++-header "$scratch/header.h" -o "$scratch/header.h.gch" || exit 1

compile() {
  printf 'struct Own {};\nint main() {\n%s\n}\n' "$1" >"$scratch/bad.cpp"
  "$compiler" -std=c++"$standard" -fsyntax-only -I"$include" -include "$scratch/header.h" "$scratch/bad.cpp" >"$scratch/said" 2>&1
}

# refuse CODE WORDS…: the code does not compile, and all the words are in what the compiler says.
refuse() {
  local code=$1 word
  shift
  if compile "$code"; then
    echo "this compiles: $code" >&2
    failed=1
    return
  fi
  for word in "$@"; do
    if ! grep -qF -- "$word" "$scratch/said"; then
      echo "for: $code" >&2
      echo "the compiler does not say: $word" >&2
      head -5 "$scratch/said" >&2
      failed=1
    fi
  done
}

# The frame itself compiles: what fails below fails for its own reason.
compile 'auto g = WITH_PARAMS(a.b, 1, "a.b-c", 2); return GET_PARAM(a.b, 1) + GET_PARAM_KEY("a.b-c", 2);' || {
  cat "$scratch/said" >&2
  exit 1
}

refuse 'return GET_PARAM(a.b-c, 1);' 'identifiers and digits joined by' 'GET_PARAM_KEY(' 'a.b-c'
refuse 'return GET_PARAM(a . b, 1);' 'identifiers and digits joined by' 'GET_PARAM_KEY('
refuse 'return GET_PARAM(a/b, 1);' 'GET_PARAM_KEY(' 'a/b'
refuse 'return GET_PARAM(a//b, 1);
  ;'
refuse 'return GET_PARAM(a..b, 1);' 'GET_PARAM_KEY('
refuse 'return REQUIRE_PARAM(a.b-c, int);' 'REQUIRE_PARAM_KEY('
refuse 'return *TRY_GET_PARAM(a.b-c, int);' 'TRY_GET_PARAM_KEY('
refuse 'return GET_PARAM_KEY("a b", 1);' 'is no key' '"a b"'
refuse 'return GET_PARAM_KEY("a=b", 1);' 'is no key'
refuse 'return GET_PARAM_KEY("+a", 1);' 'is no key'
refuse 'return GET_PARAM_KEY("", 1);' 'is no key'
refuse 'GET_PARAM(a.b, Own{});' 'a parameter cannot have this type'
refuse 'return GET_PARAM(a.b, 1, "help", 2);' 'too many arguments'
refuse 'auto g = WITH_PARAMS(a, 1, b);' 'one of them is without the other'
refuse 'auto g = WITH_PARAMS();' 'one of them is without the other'
refuse 'auto g = WITH_PARAMS(a.b-c, 1);' 'any other key is given as a string' 'a.b-c'
refuse 'auto g = WITH_PARAMS(ok, 1, a . b, 1);' 'identifiers and digits joined by'
refuse 'auto g = WITH_PARAMS("a b", 1);' 'is no key'
refuse 'auto g = WITH_PARAMS(a.b, Own{});' 'a parameter cannot have this type'
refuse "auto g = WITH_PARAMS($(for n in $(seq 65); do printf 'k%d, %d, ' "$n" "$n"; done | sed 's/, $//'));" 'at most 64 pairs'
refuse 'SET_PARAM(a.b-c, 1);' 'SET_PARAM_KEY'
refuse 'auto g = WITH_PARAMS(a, 1); auto h = g;' 'Guard'

exit $failed
