#!/usr/bin/env bash
# `make bench`: the timings of the core, of Python and of loading, each table beside its targets.
#
#   benches/run.sh             all (about eight minutes, and the builds the first time)
#   benches/run.sh core        criterion, then its table of minima; more words go to criterion: benches/run.sh core hit
#   benches/run.sh config     loading files of 200,000 leaves, beside Python's loaders
#   benches/run.sh peers       the Rust macros beside the public crate, config-rs, figment, arc_swap and a cell, in one run
#   benches/run.sh cpp         C++ beside Abseil's flags and gflags, of what `make bench-cpp` built
#   benches/run.sh python      the release wheel in an environment of its own, beside plain Python
#   benches/run.sh write       all and the instruction counts, written into benches/README.md
set -euo pipefail
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}

core() {
  # What an earlier run left of benches that are gone, or were not asked for, is no part of the table.
  rm -rf "$target/criterion"
  cargo bench --quiet --package hyperparameter-bench -- --noplot "$@" >/dev/null
  python3 benches/core/table.py "$target"
}

# With the profile of release, and the lock file of its own workspace.
peers() {
  CARGO_TARGET_DIR=$target cargo run --quiet --locked --release --manifest-path benches/peers/Cargo.toml
}

python() {
  "$(benches/compare/ours.sh)" benches/python/bench.py "$@"
}

config() {
  python3 benches/config/run.py "$@"
}

cpp() {
  python3 cpp/benches/table.py "$target/cpp-bench"
}

machine() {
  echo "$(sed -n 's/^model name.*: //p' /proc/cpuinfo | head -n1), $(nproc) cores, $(uname -sr), $(rustc --version)," \
    "$(date +%F), load $(cut -d' ' -f1 /proc/loadavg) at the beginning."
}

# Replaces what stands between two marks of benches/README.md by standard input.
put() {
  python3 -c '
import pathlib, sys
page, name = pathlib.Path("benches/README.md"), sys.argv[1]
begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
text = page.read_text()
before, _, rest = text.partition(begin)
page.write_text(before + begin + "\n" + sys.stdin.read().strip() + "\n" + end + rest.partition(end)[2])' "$1"
}

case ${1:-all} in
  all) core; echo; peers; echo; python; echo; config ;;
  core | peers | python | config | cpp | put) "$@" ;;
  write)
    machine | put machine
    core | put core
    peers | put peers
    python | put python
    config | put config
    { echo '```text'; benches/instructions/check.py; echo '```'; } | put instructions
    ;;
  *) echo "run.sh: $1? (core, peers, python, config, cpp, write, or nothing for all)" >&2; exit 2 ;;
esac
