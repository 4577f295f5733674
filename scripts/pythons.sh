#!/usr/bin/env bash
# Which CPython (3.10 and newer, with the interpreter lock) does this machine have?
#
#   scripts/pythons.sh               VERSION PATH, one line per minor version, newest first (3.13 /usr/bin/python3.13)
#   scripts/pythons.sh newest        the path of the newest
#   scripts/pythons.sh path 3.11     the path of that one; fails where it is missing
#   scripts/pythons.sh versions      the versions alone
#
# Looked at: pyenv's versions, then python3.X and python3 on PATH. One that cannot make a virtual environment is left out.
set -euo pipefail

probe='
import sys, sysconfig
import ensurepip, venv
ok = sys.implementation.name == "cpython" and sys.version_info[:2] >= (3, 10) and not sysconfig.get_config_var("Py_GIL_DISABLED")
if ok:
    print("%d %d %d" % sys.version_info[:3], getattr(sys, "_base_executable", sys.executable))
'

candidates() {
  local root=${PYENV_ROOT:-$HOME/.pyenv} dir name
  for dir in "$root"/versions/3.*/bin; do
    [ -x "$dir/python3" ] && printf '%s\n' "$dir/python3"
  done
  IFS=: read -ra dirs <<<"$PATH"
  for dir in "${dirs[@]}"; do
    # pyenv's shims answer for whichever version is chosen at the moment; the real ones were listed above.
    [ "$dir" = "$root/shims" ] && continue
    for name in "$dir"/python3 "$dir"/python3.[0-9] "$dir"/python3.[0-9][0-9]; do
      [ -x "$name" ] && printf '%s\n' "$name"
    done
  done
  return 0
}

# Newest patch release of each minor version, newest minor version first.
list() {
  candidates | awk '!seen[$0]++' | while read -r python; do
    "$python" -c "$probe" 2>/dev/null </dev/null || true
  done | sort -k2,2nr -k3,3nr -s | awk '!seen[$2]++ { path = $0; sub(/^[0-9]+ [0-9]+ [0-9]+ /, "", path); print $1 "." $2, path }'
}

none() {
  echo "pythons.sh: no CPython${1:+ $1} (3.10 or newer, with the venv module) was found; install one, or name it: make PYTHON=/path/to/python3" >&2
  exit 1
}

case ${1:-list} in
  list) list ;;
  versions) list | cut -d' ' -f1 ;;
  newest)
    found=$(list | head -n1 | cut -d' ' -f2-)
    [ -n "$found" ] || none ""
    printf '%s\n' "$found"
    ;;
  path)
    found=$(list | awk -v v="${2:?which version?}" '$1 == v { sub(/^[^ ]+ /, ""); print }')
    [ -n "$found" ] || none "$2"
    printf '%s\n' "$found"
    ;;
  *) echo "pythons.sh: $1? (list, newest, versions, path VERSION)" >&2; exit 2 ;;
esac
