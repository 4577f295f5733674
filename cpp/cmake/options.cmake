# What can be set when hyperparameter is configured. All are optional.

if(CMAKE_SOURCE_DIR STREQUAL CMAKE_CURRENT_SOURCE_DIR)
  set(top_level ON)
else()
  set(top_level OFF)
endif()

option(BUILD_SHARED_LIBS "hyperparameter::hyperparameter is the shared library" OFF)
option(HYPERPARAMETER_INSTALL "Add rules that install the headers, the libraries, the CMake package and the pkg-config file" ON)
option(HYPERPARAMETER_BUILD_TESTS "Build the tests (needs GoogleTest and nlohmann-json)" OFF)
option(HYPERPARAMETER_BUILD_BENCHMARKS "Build the benchmarks (needs Google Benchmark, Abseil and gflags)" OFF)
option(HYPERPARAMETER_OFFLINE "Build without the network: cargo has the crates already" OFF)
set(HYPERPARAMETER_CARGO_PROFILE release CACHE STRING "The cargo profile of the libraries: release, dev-fast or dev")
set(HYPERPARAMETER_CARGO_TARGET_DIR ${CMAKE_CURRENT_BINARY_DIR}/cargo CACHE PATH "Where cargo builds")
find_program(HYPERPARAMETER_CARGO cargo HINTS $ENV{CARGO_HOME}/bin $ENV{HOME}/.cargo/bin DOC "cargo, of Rust 1.85 or newer")
if(NOT HYPERPARAMETER_CARGO)
  message(FATAL_ERROR "hyperparameter is built with cargo (Rust 1.85 or newer), which was not found: install Rust, or set "
                      "HYPERPARAMETER_CARGO to the path of cargo")
endif()
