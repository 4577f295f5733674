#!/usr/bin/env bash
# The release wheel of this project in an environment of its own, benches/compare/.envs/ours: made again when a source changed.
set -euo pipefail
cd "$(dirname "$0")/../.."
env=benches/compare/.envs/ours
package=crates/hyperparameter-py
stamp=$env/.wheel

[ -x $env/bin/python ] || "${PYTHON:-$(scripts/pythons.sh newest)}" -m venv $env
if [ ! -e $stamp ] || [ -n "$(find Cargo.toml Cargo.lock crates/hyperparameter/src $package/src $package/python $package/pyproject.toml \
    \( -name '*.rs' -o -name '*.py' -o -name '*.toml' -o -name '*.lock' \) -newer $stamp -print -quit)" ]; then
  maturin=.venv/bin/maturin
  [ -x $maturin ] || { $env/bin/pip install --quiet -r $package/requirements-build.txt; maturin=$env/bin/maturin; }
  out=$(mktemp -d)
  CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target/wheel} "$maturin" build --quiet --release --manifest-path $package/Cargo.toml \
    --interpreter $env/bin/python --out "$out" >&2
  $env/bin/pip install --quiet --disable-pip-version-check --force-reinstall "$out"/*.whl
  rm -r "$out"
  touch $stamp
fi
echo "$PWD/$env/bin/python"
