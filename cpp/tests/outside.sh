#!/usr/bin/env bash
# Projects outside of this one that use it: installed (both kinds of library, Debug and Release, g++ and clang++, C++17, 20
# and 23), by pkg-config, as a subdirectory, by FetchContent from this copy, and from the Debian package.
#   outside.sh BUILD     the build directory of cpp/, built
set -euo pipefail
build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
target=$(sed -n 's/^HYPERPARAMETER_CARGO_TARGET_DIR:PATH=//p' "$build/CMakeCache.txt")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/app"
cat >"$scratch/app/main.cpp" <<'CPP'
#include <hyperparameter.h>
int main() {
    const auto guard = WITH_PARAMS(app.a, 41);
    return GET_PARAM(app.a, 0) + GET_PARAM(app.b, 1) == 42 ? 0 : 1;
}
CPP

# project HOW…: the outside project, which finds hyperparameter so.
project() {
  { echo 'cmake_minimum_required(VERSION 3.20)'; echo 'project(app CXX)'; printf '%s\n' "$@"
    echo 'add_executable(app main.cpp)'
    echo 'target_link_libraries(app PRIVATE hyperparameter::hyperparameter)'; } >"$scratch/app/CMakeLists.txt"
}
# try NAME OPTIONS…: configures, builds and runs it.
try() {
  local name=$1
  shift
  rm -rf "$scratch/build"
  if ! { cmake -S "$scratch/app" -B "$scratch/build" "$@" && cmake --build "$scratch/build" && "$scratch/build/app"; } \
    >"$scratch/log" 2>&1; then
    echo "outside project, $name: failed" >&2
    tail -30 "$scratch/log" >&2
    exit 1
  fi
  echo "outside project, $name: runs"
}

cmake --install "$build" --prefix "$scratch/prefix" >/dev/null
project 'find_package(hyperparameter 0.7 CONFIG REQUIRED COMPONENTS static shared)'
for shared in OFF ON; do
  for type in Debug Release; do
    for compiler in g++ clang++; do
      command -v $compiler >/dev/null || continue
      standard=17
      [ $type = Release ] && standard=20
      [ $shared = ON ] && [ $type = Debug ] && standard=23
      try "installed, shared $shared, $type, $compiler, C++$standard" -DCMAKE_PREFIX_PATH="$scratch/prefix" \
        -DBUILD_SHARED_LIBS=$shared -DCMAKE_BUILD_TYPE=$type -DCMAKE_CXX_COMPILER=$compiler -DCMAKE_CXX_STANDARD=$standard
    done
  done
done
project 'find_package(hyperparameter 0.7 CONFIG REQUIRED COMPONENTS shared)'
try "the component shared alone" -DCMAKE_PREFIX_PATH="$scratch/prefix"
project 'find_package(hyperparameter 9.9 CONFIG REQUIRED)'
if cmake -S "$scratch/app" -B "$scratch/build" -DCMAKE_PREFIX_PATH="$scratch/prefix" --fresh >"$scratch/log" 2>&1; then
  echo "another version is found to fit" >&2
  exit 1
fi

pc() { PKG_CONFIG_PATH=$scratch/prefix/lib/pkgconfig:$scratch/prefix/lib/x86_64-linux-gnu/pkgconfig pkg-config "$@" hyperparameter; }
# Where both are, the linker takes the shared library: it is told where it lies.
g++ -std=c++17 "$scratch/app/main.cpp" $(pc --cflags --libs) -Wl,-rpath,"$(pc --variable=libdir)" -o "$scratch/by_pkg_config"
"$scratch/by_pkg_config" && echo "outside project, pkg-config: runs"

project "add_subdirectory($source hyperparameter)"
try "add_subdirectory" -DHYPERPARAMETER_CARGO_TARGET_DIR="$target"
project 'include(FetchContent)' \
  "FetchContent_Declare(hyperparameter SOURCE_DIR ${source%/cpp} SOURCE_SUBDIR cpp)" 'FetchContent_MakeAvailable(hyperparameter)'
try "FetchContent" -DHYPERPARAMETER_CARGO_TARGET_DIR="$target"

if command -v cpack >/dev/null && command -v dpkg-deb >/dev/null; then
  (cd "$scratch" && cpack --config "$build/CPackConfig.cmake" -G DEB -B "$scratch/deb" >/dev/null)
  dpkg-deb -x "$scratch"/deb/*.deb "$scratch/root"
  project 'find_package(hyperparameter CONFIG REQUIRED)'
  try "from the Debian package" -DCMAKE_PREFIX_PATH="$scratch/root/usr"
fi
