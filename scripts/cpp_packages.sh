#!/usr/bin/env bash
# Installs what the tests and the lint of C and C++ need and this machine (Debian) lacks: as root, else with sudo.
set -euo pipefail
packages=(cmake make g++ clang libgtest-dev nlohmann-json3-dev libgflags-dev libabsl-dev libbenchmark-dev pkg-config valgrind doxygen python3)
missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'install ok installed' || missing+=("$package")
done
[ ${#missing[@]} -gt 0 ] || exit 0
command -v apt-get >/dev/null || { echo "these are needed, and there is no apt-get to install them: ${missing[*]}" >&2; exit 1; }
as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
export DEBIAN_FRONTEND=noninteractive
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
