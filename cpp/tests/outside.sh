#!/usr/bin/env bash
# Projects outside of this one that use it: installed (both kinds of library, Debug and Release, g++ and clang++, C++17, 20
# and 23), by pkg-config, and from the Debian package; the examples; and what the READMEs print, which has the ways by
# add_subdirectory and FetchContent.
#   outside.sh BUILD     the build directory of cpp/, built
set -euo pipefail
build=$(cd "$1" && pwd)
source=$(cd "$(dirname "$0")/.." && pwd)
target=$(sed -n 's/^HYPERPARAMETER_CARGO_TARGET_DIR:PATH=//p' "$build/CMakeCache.txt")
warnings='-Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror'
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/app"
cp "$source/packaging/app.cpp" "$scratch/app/main.cpp"

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

cmake -S "$source/../examples/cpp" -B "$scratch/examples" -DCMAKE_PREFIX_PATH="$scratch/prefix" -DCMAKE_CXX_FLAGS="$warnings" >/dev/null
grep -q "hyperparameter_DIR:PATH=$scratch/prefix" "$scratch/examples/CMakeCache.txt" || { echo "examples/cpp do not use the installed package" >&2; exit 1; }
cmake --build "$scratch/examples" --parallel "$(nproc)" >/dev/null
python3 "$source/tests/as_printed.py" examples "$scratch/examples"

python3 "$source/tests/as_printed.py" readme "$scratch/readme" "$target"

if command -v cpack >/dev/null && command -v dpkg-deb >/dev/null; then
  (cd "$scratch" && cpack --config "$build/CPackConfig.cmake" -G DEB -B "$scratch/deb" >/dev/null)
  root=$scratch/root
  if [ "$(id -u)" = 0 ]; then
    # Installed, and not unpacked only: into a system of its own, which has none of what it depends on.
    mkdir -p "$root"/var/lib/dpkg/{info,updates,triggers}
    touch "$root/var/lib/dpkg/status"
    dpkg --root="$root" --force-depends --install "$scratch"/deb/*.deb >"$scratch/log" 2>&1 || { cat "$scratch/log" >&2; exit 1; }
  else
    dpkg-deb -x "$scratch"/deb/*.deb "$root"
  fi
  project 'find_package(hyperparameter CONFIG REQUIRED)'
  try "from the Debian package" -DCMAKE_PREFIX_PATH="$root/usr"
  PKG_CONFIG_LIBDIR=$(dirname "$(find "$root" -name hyperparameter.pc)")
  export PKG_CONFIG_LIBDIR
  # shellcheck disable=SC2046
  g++ -std=c++17 "$scratch/app/main.cpp" $(pkg-config --cflags --libs hyperparameter) \
    -Wl,-rpath,"$(pkg-config --variable=libdir hyperparameter)" -o "$scratch/by_debian"
  "$scratch/by_debian" && echo "outside project, pkg-config of the Debian package: runs"
fi
