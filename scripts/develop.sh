#!/usr/bin/env bash
# Builds the native module and installs the package, editable, into one virtual environment: scripts/develop.sh .venv
set -euo pipefail
cd "$(dirname "$0")/.."
venv=$PWD/${1:?which environment?}

version=$("$venv/bin/python" -c 'import sys; print("%d.%d" % sys.version_info[:2])')
echo "building the module for CPython $version"
# PyO3 is compiled for one interpreter: a target folder for each keeps them from building each other's away.
# The library of C++ is the same for all.
export HYPERPARAMETER_CARGO_TARGET_DIR=$PWD/target/lib HYPERPARAMETER_CARGO_PROFILE=dev-fast
VIRTUAL_ENV=$venv CARGO_TARGET_DIR=$PWD/target/py$version \
  .venv/bin/maturin develop --quiet --profile dev-fast --manifest-path crates/hyperparameter-py/Cargo.toml
