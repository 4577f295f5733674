#!/usr/bin/env bash
# `make bench`: the timings of the core and of Python, each table beside its targets.
#
#   benches/run.sh             both (about four minutes, and the builds the first time)
#   benches/run.sh core        criterion, then its table of minima; more words go to criterion: benches/run.sh core hit
#   benches/run.sh python      the release wheel in an environment of its own, beside plain Python
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}

core() {
  cargo bench --quiet --package hyperparameter-bench -- --noplot "$@" >/dev/null
  python3 benches/core/table.py "$target"
}

python() {
  "$(benches/compare/ours.sh)" benches/python/bench.py "$@"
}

case ${1:-all} in
  all) core; echo; python ;;
  core | python) "$@" ;;
  *) echo "run.sh: $1? (core, python, or nothing for both)" >&2; exit 2 ;;
esac
