#!/usr/bin/env bash
# The crates as a user has them: packaged, unpacked into a temporary folder, built alone, and used there by a crate of its
# own that passes -D. Needs no network where the workspace was built before: the lock file goes with it.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export CARGO_TARGET_DIR="$root/target" CARGO_TERM_PROGRESS_WHEN=never
offline=${CARGO_OFFLINE---offline}
crates="hyperparameter-key hyperparameter-derive hyperparameter"

version=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -1)
packages=$(printf -- '-p %s ' $crates)
# What is packaged is what a clean tree holds, so that an uncommitted file cannot make this pass.
git worktree list >/dev/null 2>&1 && git archive HEAD | tar -x -C "$(mkdir -p "$folder/tree" && echo "$folder/tree")"
(cd "$folder/tree" && cargo package --quiet --no-verify --allow-dirty $offline $packages 2>"$folder/log") || { cat "$folder/log" >&2; exit 1; }

patches=
for crate in $crates; do
  mkdir -p "$folder/crates"
  tar -xzf "target/package/$crate-$version.crate" -C "$folder/crates"
  patches+="$crate = { path = \"$folder/crates/$crate-$version\" }"$'\n'
done

# Alone: each with nothing beside it but the packages it names.
for crate in $crates; do
  manifest="$folder/crates/$crate-$version/Cargo.toml"
  printf '\n[workspace]\n[patch.crates-io]\n%s' "$(grep -v "^$crate = " <<<"$patches")" >>"$manifest"
  cp Cargo.lock "$folder/crates/$crate-$version/Cargo.lock"
  cargo build --quiet --lib $offline --manifest-path "$manifest"
  [ "$crate" != hyperparameter ] || cargo build --quiet --lib $offline --no-default-features --manifest-path "$manifest"
done
# A dependency is no workspace of its own.
for crate in $crates; do
  sed -i '/^\[workspace\]$/,$d' "$folder/crates/$crate-$version/Cargo.toml"
done

# The bare core: at most three direct dependencies, and no parser of Rust.
bare=$(cargo tree --quiet $offline -p hyperparameter --no-default-features -e normal --prefix depth)
[ "$(grep -c '^1' <<<"$bare")" -le 3 ] || { echo "without default features there are more than three dependencies:" >&2; echo "$bare" >&2; exit 1; }
! grep -q '^[0-9]*syn ' <<<"$bare" || { echo "without default features there is syn" >&2; exit 1; }

mkdir -p "$folder/app/src"
cat >"$folder/app/Cargo.toml" <<TOML
[package]
name = "hyperparameter-outside"
version = "0.0.0"
edition = "2021"

[dependencies]
hyperparameter = { path = "$folder/crates/hyperparameter-$version" }
hyperparameter-derive = { path = "$folder/crates/hyperparameter-derive-$version" }

[workspace]
[patch.crates-io]
$patches
TOML
cp Cargo.lock "$folder/app/Cargo.lock"
# The program of the README, as it is printed there.
awk '/^```rust/ { on = 1; text = ""; next } /^```/ { if (on && text ~ /derive\(Parser/) { printf "%s", text; exit } on = 0 } on { text = text $0 "\n" }' \
  crates/hyperparameter/README.md >"$folder/app/src/main.rs"
grep -q 'fn main' "$folder/app/src/main.rs" || { echo "crates/hyperparameter/README.md has no program with a command line" >&2; exit 1; }
cargo build --quiet $offline --manifest-path "$folder/app/Cargo.toml"
app="$CARGO_TARGET_DIR/debug/hyperparameter-outside"

same() {
  [ "$1" = "$2" ] || { printf 'expected:\n%s\ngot:\n%s\n' "$2" "$1" >&2; exit 1; }
}
same "$("$app")" "0 1"
same "$("$app" -D example.a=5 --define=example.b=7)" "5 7"
"$app" --help | grep -q 'example.a' || { echo "--help lists no parameter" >&2; exit 1; }
status=0
"$app" -D exmaple.a=5 >"$folder/out" 2>"$folder/err" || status=$?
same "$status" 2
grep -q "did you mean 'example.a'?" "$folder/err" || { cat "$folder/err" >&2; exit 1; }
echo "outside: the packages build alone, and a crate of its own passes -D"
