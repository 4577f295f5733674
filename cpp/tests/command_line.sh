#!/usr/bin/env bash
# The command line of a C++ program: command_line.sh PROGRAM [PROGRAM_BESIDE_FLAGS]
set -u
program=$1 beside=${2:-}
failed=0
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

# expect STATUS WORDS-TO-BE-SAID… -- ARGUMENTS…
expect() {
  local status=$1 words=()
  shift
  while [ "$1" != -- ]; do words+=("$1"); shift; done
  shift
  "$program" "$@" >"$scratch/said" 2>&1
  local got=$?
  [ $got = "$status" ] || { echo "$*: status $got, not $status" >&2; cat "$scratch/said" >&2; failed=1; }
  for word in "${words[@]}"; do
    grep -qF -- "$word" "$scratch/said" || { echo "$*: does not say: $word" >&2; cat "$scratch/said" >&2; failed=1; }
  done
}

cat >"$scratch/base.toml" <<'TOML'
[train]
lr = 0.5
steps = 20
TOML
echo 'train.steps = "many"' >"$scratch/bad.toml"

expect 0 'lr 0.1 steps 10 name sgd mode 0 wait 5' -- 
expect 0 'lr 0.25 steps 10 name adam mode 1 wait 250' -- -D train.lr=0.25 train.name=adam train.mode=exact -D train.wait=250ms
[ "$(grep -c 'lr 0.25' "$scratch/said")" = 2 ] || { echo "a new thread does not see the command line" >&2; failed=1; }
expect 0 'ConversionError train.name' -- -D +train.name=adam
expect 0 'lr 0.75 steps 20' 'left --other' 'left more' -- -C "$scratch/base.toml" --other -D train.lr=0.75 -- more
expect 2 "no parameter 'train.lrr'" "did you mean 'train.lr'?" '(2nd argument)' -- -D train.lrr=1
expect 2 'train.steps' 'many' 'int32_t' -- -D train.steps=many
expect 2 'train.mode' 'one of fast, exact' -- -D train.mode=quick
expect 2 'train.lrr' 'train.steps' -- -D train.lrr=1 -D train.steps=many
expect 2 'bad.toml:1' 'train.steps' -- -C "$scratch/bad.toml"
expect 2 'nothing.toml' -- -C "$scratch/nothing.toml"
printf 'train.lrr = 1\ntrian.steps = 2\nother.lrr = 1\n' >"$scratch/misspelt.toml"
expect 2 "no parameter 'train.lrr'" 'misspelt.toml:1:13' "did you mean 'train.lr'?" "did you mean 'train.steps'?" -- -C "$scratch/misspelt.toml"
if grep -q other "$scratch/said"; then echo "a key of another program is refused" >&2; failed=1; fi
echo 'train.batch = 1' >"$scratch/shared.toml"
expect 0 "warning: no parameter 'train.batch'" 'lr 0.1' -- -C "$scratch/shared.toml"
expect 0 'rows 3 of 1' -- -D net.size.rows=3
expect 2 'net.size.rows' 'int32_t' '(2nd argument)' -- -D net.size.rows=many
expect 2 "no parameter 'net.size.row'" "did you mean 'net.size.rows'?" -- -D net.size.row=1
expect 0 'net: struct = Net()' 'net.mode: one of fast, exact' 'net.size.rows: int32_t' -- --list-params
expect 2 'needs KEY=VALUE' -- -D train.lr
expect 2 'needs a value' -- -D
expect 0 'train.never: double = 0.25' 'nobody calls this' 'train.lr: double = 0.1' 'command_line_program.cpp:' \
  'train.mode: one of fast, exact = Mode::fast' -- --list-params
expect 0 'train.lr = "0.5"' 'command line -D (2nd argument)' 'the learning rate' -- -D train.lr=0.5 --explain-param train.lr
HPTEST_TRAIN__STEPS=30 "$program" | grep -q 'steps 30' || { echo "the environment is not read" >&2; failed=1; }
HPTEST_TRAIN__STEP=30 "$program" 2>&1 | grep -qF "warning: no parameter 'train.step' (environment variable HPTEST_TRAIN__STEP); did you mean 'train.steps'?" ||
  { echo "a misspelt variable is no warning" >&2; failed=1; }
if [ -n "$beside" ]; then
  "$beside" --workers=3 -D train.steps=7 --depth=4 >"$scratch/said" 2>&1
  grep -qF 'workers 3 depth 4' "$scratch/said" && grep -qF 'steps 7' "$scratch/said" || { cat "$scratch/said" >&2; failed=1; }
fi
exit $failed
