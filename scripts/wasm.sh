#!/usr/bin/env bash
# Builds the core for wasm32-unknown-unknown: nothing in it may assume threads or files.
# Where the target is missing: ../shared/wasm-toolchain.sh when it lies there, else rustup.
set -euo pipefail
cd "$(dirname "$0")/.."

target=wasm32-unknown-unknown
build=(cargo build --quiet --package hyperparameter --target "$target")
libdir=$("${RUSTC:-rustc}" --print target-libdir --target "$target" 2>/dev/null || true)

if [ -n "$libdir" ] && [ -d "$libdir" ]; then
  "${build[@]}"
elif [ -x ../shared/wasm-toolchain.sh ]; then
  ../shared/wasm-toolchain.sh "${build[@]}"
else
  rustup target add "$target"
  "${build[@]}"
fi
echo "the core builds for $target"
