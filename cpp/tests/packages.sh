#!/usr/bin/env bash
# The recipes for other package managers, as far as they run without a network: Conan's builds the package and a program
# that uses it; vcpkg's port is run with its functions played by vcpkg_port.cmake, and a program uses what it installs.
#   packages.sh CARGO_TARGET_DIR CONAN
set -euo pipefail
target=$1 conan=$2
packaging=$(cd "$(dirname "$0")/../packaging" && pwd)
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

quietly() { "$@" >"$scratch/log" 2>&1 || { echo "failed: $*" >&2; tail -40 "$scratch/log" >&2; exit 1; }; }

mkdir "$scratch/app"
cp "$packaging/app.cpp" "$scratch/app/"
sed 's|\.\./\.\./||' "$packaging/conan/test_package/CMakeLists.txt" >"$scratch/app/CMakeLists.txt"
for linkage in static dynamic; do
  quietly cmake -DLINKAGE=$linkage -DFOLDER="$scratch/$linkage" -DCARGO_TARGET_DIR="$target" -P "$(dirname "$0")/vcpkg_port.cmake"
  quietly cmake -S "$scratch/app" -B "$scratch/$linkage/app" -Dhyperparameter_DIR="$scratch/$linkage/packages/share/hyperparameter"
  quietly cmake --build "$scratch/$linkage/app"
  quietly "$scratch/$linkage/app/app"
  echo "vcpkg's port, $linkage: its package is used"
done

export CONAN_HOME=$scratch/conan CARGO_TARGET_DIR=$target
quietly "$conan" profile detect
for shared in False True; do
  quietly "$conan" create "$packaging/conan" --no-remote -o "hyperparameter/*:shared=$shared" \
    -c tools.cmake.cmake_layout:test_folder="$scratch/test" \
    -c tools.cmake.cmaketoolchain:extra_variables="{'HYPERPARAMETER_CARGO_PROFILE': 'dev'}"
  echo "Conan's recipe, shared $shared: its package is used"
done
