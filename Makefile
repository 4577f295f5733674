# Every target says what it does: `make help`. `make quickstart` first, `make test` before a change is sent.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# The environment of the project, made from the newest CPython >= 3.10 found (another: make PYTHON=/path/to/python3 …).
PYTHON ?=
VENV := .venv
BIN := $(VENV)/bin
PY := $(BIN)/python
PACKAGE := crates/hyperparameter-py
# A Rust module for Python, built by its test: a workspace of its own.
NATIVE_USER := $(PACKAGE)/tests/native_user
# More words for pytest and cargo test: make test-python PYTEST="-k scope -x"
PYTEST ?=
CARGO_TEST ?=

export PIP_DISABLE_PIP_VERSION_CHECK := 1
export CARGO_TERM_PROGRESS_WHEN := never

# What the native module is made from: a change in one of these, and in nothing else, builds it again.
NATIVE_SOURCES := Cargo.toml $(wildcard Cargo.lock) $(PACKAGE)/Cargo.toml $(wildcard $(PACKAGE)/pyproject.toml) \
  $(wildcard $(PACKAGE)/build.rs) \
  $(shell find $(addprefix crates/hyperparameter,/Cargo.toml /src -key -derive) $(PACKAGE)/src -type f 2>/dev/null) \
  $(shell find $(addprefix cpp/,Cargo.toml build.rs src include cmake) -type f 2>/dev/null)


.PHONY: help  ## print this list
help:
	@echo 'make TARGET, where TARGET is'
	@sed -n 's/^\.PHONY: \([a-z0-9-]*\)  ## \(.*\)/  \1|\2/p' Makefile | awk -F'|' '{ printf "%-20s %s\n", $$1, $$2 }'

.PHONY: quickstart  ## build the module into .venv, then run the demo (first time: a few minutes; then seconds)
quickstart: $(VENV)/.native
	@$(PY) -m hyperparameter.examples.quickstart

.PHONY: test  ## everything: Rust, Python on every CPython found, types, C and C++, the instruction gate; docs and conformance are in them
test: test-rust test-rust-outside test-conformance test-python-all test-typing test-cpp test-cpp-sanitizers test-instructions

.PHONY: lint  ## formatting and lints of Rust (rustfmt, clippy), Python (ruff), C and C++ (clang-format, Doxygen)
lint: lint-rust lint-python lint-cpp

.PHONY: lint-rust  ## cargo fmt --check and clippy, warnings are errors
lint-rust: $(VENV)/.made
	cargo fmt --all --check
	PYO3_PYTHON=$(abspath $(PY)) cargo clippy --quiet --workspace --all-targets -- -D warnings
	cargo clippy --quiet --package hyperparameter --features host,watch --all-targets -- -D warnings
	cargo fmt --manifest-path $(NATIVE_USER)/Cargo.toml --check
	PYO3_PYTHON=$(abspath $(PY)) PYO3_BUILD_EXTENSION_MODULE=1 cargo clippy --quiet --locked --manifest-path $(NATIVE_USER)/Cargo.toml --target-dir target/native_user -- -D warnings

.PHONY: lint-python  ## ruff: rules and formatting
lint-python: $(VENV)/.requirements
	$(BIN)/ruff check --quiet
	$(BIN)/ruff format --quiet --check

# What is made of headers, sources and their packages; the warnings of the compilers are errors of `make test-cpp`.
CPP_SOURCES = $(shell find cpp examples -name build -prune -o -name '*.h' -print -o -name '*.cpp' -print -o -name '*.c' -print)
.PHONY: lint-cpp  ## clang-format, and Doxygen's warnings of the headers (its pages: target/cpp-docs/index.html)
lint-cpp: $(VENV)/.cpp-tools
	@scripts/cpp_packages.sh
	$(BIN)/clang-format --dry-run --Werror $(CPP_SOURCES)
	@mkdir -p target/cpp-docs
	doxygen cpp/Doxyfile

.PHONY: fmt  ## write the formatting that `make lint` wants
fmt: $(VENV)/.requirements $(VENV)/.cpp-tools
	$(BIN)/clang-format -i $(CPP_SOURCES)
	cargo fmt --all
	cargo fmt --manifest-path $(NATIVE_USER)/Cargo.toml
	$(BIN)/ruff check --quiet --fix-only
	$(BIN)/ruff format --quiet

# ---- the parts of `make test` ----------------------------------------------------------------------------------------

.PHONY: test-rust  ## the core's tests: units, properties, documentation examples, conformance vectors
test-rust:
	cargo test --quiet $(CARGO_TEST)
	cargo test --quiet --no-default-features --lib --tests $(CARGO_TEST)
	cargo test --quiet --features host,rayon,tokio,watch --test host $(CARGO_TEST)
	cargo test --quiet --features tokio,rayon --test tasks_of_tokio --test iterators_of_rayon $(CARGO_TEST)
	cargo test --quiet --features watch --test watched_files_are_loaded_again $(CARGO_TEST)
	cargo test --quiet --package hyperparameter-test-program $(CARGO_TEST)
	cargo test --quiet --features complete --test keys_are_completed $(CARGO_TEST)
	$(MAKE) loom

.PHONY: test-rust-outside  ## the crates packaged, each built alone, and used by a crate outside of the workspace; of what is committed
test-rust-outside:
	@scripts/outside.sh

.PHONY: test-python  ## the Python suite in .venv
test-python: $(VENV)/.native $(VENV)/.requirements
	$(PY) -m pytest $(PACKAGE)/tests $(PYTEST)

.PHONY: test-python-all  ## the Python suite on every CPython this machine has, each in an environment of its own (.venvs/)
test-python-all: $(VENV)/.made
	@own=$$($(PY) -c 'import sys; print("%d.%d" % sys.version_info[:2])'); failed=; \
	for version in $$own $$(scripts/pythons.sh versions | grep -vx "$$own"); do \
	  echo "== CPython $$version"; \
	  if [ $$version = $$own ]; then $(MAKE) test-python; else $(MAKE) test-python-$$version; fi || failed="$$failed $$version"; \
	done; \
	if [ -n "$$failed" ]; then echo "the suite failed on CPython$$failed" >&2; exit 1; fi

# One of them: make test-python-3.11
test-python-3.%: .venvs/3.%/.native .venvs/3.%/.requirements
	.venvs/3.$*/bin/python -m pytest $(PACKAGE)/tests $(PYTEST)

.PHONY: test-conformance  ## the contract as data (conformance/): its schema, and every case that Rust can run
test-conformance: $(VENV)/.requirements
	$(PY) conformance/check.py
	cargo test --quiet --test conformance

.PHONY: test-typing  ## stubs against the binary (stubtest), mypy and pyright in strict mode
test-typing: $(VENV)/.native $(VENV)/.requirements
	cd $(PACKAGE) && ../../$(PY) -m mypy.stubtest hyperparameter --allowlist tests/typing/stubtest-allowlist.txt $(STUBTEST)
	cd $(PACKAGE) && ../../$(PY) -m mypy --strict python/hyperparameter
	cd $(PACKAGE) && ../../$(PY) -m mypy --strict tests/typing
	cd $(PACKAGE) && ../../$(BIN)/pyright --pythonpath ../../$(PY)

# The build of C and C++: the libraries are the workspace's own, optimised, and the same in every build folder.
CPP_BUILD := target/cpp
CPP_OPTIONS = -DHYPERPARAMETER_BUILD_TESTS=ON -DHYPERPARAMETER_CARGO_TARGET_DIR=$(abspath target)
CPP_JOBS := $(shell nproc 2>/dev/null || echo 2)

.PHONY: test-cpp  ## C and C++: the suite with g++ and clang++, bad programs, the vectors, projects outside, the READMEs, Conan and vcpkg
test-cpp: $(VENV)/.cpp-tools
	@scripts/cpp_packages.sh
	cmake -S cpp -B $(CPP_BUILD) $(CPP_OPTIONS) -DCMAKE_BUILD_TYPE=Release >/dev/null
	cmake --build $(CPP_BUILD) --parallel $(CPP_JOBS) >/dev/null
	ctest --test-dir $(CPP_BUILD) --output-on-failure --parallel $(CPP_JOBS)
	cmake -S cpp -B $(CPP_BUILD)-clang $(CPP_OPTIONS) -DCMAKE_BUILD_TYPE=Debug -DCMAKE_CXX_COMPILER=clang++ -DCMAKE_C_COMPILER=clang -DCMAKE_CXX_STANDARD=20 >/dev/null
	cmake --build $(CPP_BUILD)-clang --parallel $(CPP_JOBS) >/dev/null
	ctest --test-dir $(CPP_BUILD)-clang --output-on-failure --parallel $(CPP_JOBS)
	cpp/tests/outside.sh $(CPP_BUILD)
	cpp/tests/packages.sh $(abspath target) $(abspath $(BIN)/conan)
	$(MAKE) test-cpp-instructions

CPP_BENCHES = -DHYPERPARAMETER_BUILD_BENCHMARKS=ON -DHYPERPARAMETER_CARGO_TARGET_DIR=$(abspath target) -DCMAKE_BUILD_TYPE=Release

.PHONY: test-cpp-instructions  ## the instructions of reads and guards in C++, counted by valgrind, against those on record
test-cpp-instructions:
	@scripts/cpp_packages.sh
	cmake -S cpp -B $(CPP_BUILD)-bench $(CPP_BENCHES) >/dev/null
	cmake --build $(CPP_BUILD)-bench --target one_path >/dev/null
	python3 benches/instructions/check.py --cpp $(CPP_BUILD)-bench/benches/one_path

.PHONY: test-cpp-sanitizers  ## the C and C++ suite under ASan with UBSan, under TSan, and under valgrind
test-cpp-sanitizers:
	@scripts/cpp_packages.sh
	for kind in address,undefined thread; do \
	  cmake -S cpp -B $(CPP_BUILD)-$${kind%%,*} $(CPP_OPTIONS) -DCMAKE_BUILD_TYPE=Debug -DHYPERPARAMETER_SANITIZE=$$kind >/dev/null; \
	  cmake --build $(CPP_BUILD)-$${kind%%,*} --parallel $(CPP_JOBS) >/dev/null; \
	  ctest --test-dir $(CPP_BUILD)-$${kind%%,*} --output-on-failure --parallel $(CPP_JOBS) -E 'bad_programs|regenerated'; \
	done
	cmake -S cpp -B $(CPP_BUILD) $(CPP_OPTIONS) -DCMAKE_BUILD_TYPE=Release >/dev/null
	cmake --build $(CPP_BUILD) --parallel $(CPP_JOBS) --target c_test api_test >/dev/null
	for test in c_test api_test; do valgrind --quiet --error-exitcode=1 $(CPP_BUILD)/tests/$$test >/dev/null; done

.PHONY: test-docs  ## the examples in docstrings, in README.md and in examples/
test-docs: $(VENV)/.native $(VENV)/.requirements
	cargo test --quiet --doc
	$(PY) -m pytest $(PACKAGE)/tests/test_docstrings.py $(PACKAGE)/tests/test_readme.py $(PACKAGE)/tests/test_examples.py $(PYTEST)

.PHONY: test-instructions  ## the instructions of the hot paths, counted by valgrind, against those on record
test-instructions: $(VENV)/.made
	$(PY) benches/instructions/check.py

.PHONY: loom  ## what threads share, in every order in which they can meet (models of the core's own files; in test-rust)
loom:
	cargo test --quiet --package hyperparameter-models $(CARGO_TEST)

.PHONY: miri  ## guards, scopes, macros and threads under Miri: undefined behaviour (nightly with miri; some minutes)
miri:
	MIRIFLAGS=-Zmiri-disable-isolation cargo +nightly miri test --quiet --package hyperparameter --test guards_end_in_any_order --test macros --test frames_are_laid_together --test blocks_that_are_entered_again_start_anew

# The standard library is built with the sanitizer too: without that it would not see what a lock orders.
.PHONY: tsan  ## the thread tests under ThreadSanitizer: data races (nightly with rust-src; some minutes)
tsan:
	RUSTFLAGS=-Zsanitizer=thread RUSTDOCFLAGS=-Zsanitizer=thread cargo +nightly test --quiet -Zbuild-std --target x86_64-unknown-linux-gnu --package hyperparameter --test threads_share_the_snapshot --test macros

.PHONY: test-wasm-build  ## the core compiles for wasm32-unknown-unknown
test-wasm-build:
	@scripts/wasm.sh

# Keys and tables of pins live as long as the process: that is no leak to look for. One for longer: make fuzz FUZZ=yaml SECONDS_EACH=3600
FUZZ := keys literals words toml json yaml programs
SECONDS_EACH := 60
.PHONY: fuzz  ## every fuzz target for a minute (nightly Rust and cargo-fuzz); what it finds is kept in fuzz/artifacts/
fuzz:
	@cargo +nightly fuzz --version >/dev/null 2>&1 || { echo 'needs nightly Rust and: cargo install cargo-fuzz' >&2; exit 1; }
	@for target in $(FUZZ); do echo "== $$target"; \
	  mkdir -p fuzz/corpus/$$target fuzz/seeds/$$target; \
	  ASAN_OPTIONS=detect_leaks=0 cargo +nightly fuzz run $$target fuzz/corpus/$$target fuzz/seeds/$$target -- -max_total_time=$(SECONDS_EACH) -timeout=20 -max_len=2000 -rss_limit_mb=4096 -detect_leaks=0; done

# ---- measuring ------------------------------------------------------------------------------------------------------

.PHONY: bench  ## the timings of the core, of Python and of loading, each in one table beside its targets (about eight minutes)
bench: $(VENV)/.tools
	@benches/run.sh

.PHONY: bench-config  ## files of 200,000 leaves into a readable store, beside Python's loaders (about three minutes)
bench-config:
	@python3 benches/config/run.py

.PHONY: bench-cpp  ## reads, guards and sizes in C++ beside Abseil's flags, gflags, a thread_local and a map: writes the table in benches/README.md
bench-cpp:
	@scripts/cpp_packages.sh
	cmake -S cpp -B $(CPP_BUILD)-bench $(CPP_BENCHES) >/dev/null
	cmake --build $(CPP_BUILD)-bench >/dev/null
	@benches/run.sh cpp | tee /dev/stderr | benches/run.sh put cpp

.PHONY: bench-compare  ## this project beside its peers: writes benches/RESULTS.md and the table in README.md (some minutes)
bench-compare: $(VENV)/.tools
	@$(PY) benches/compare/run.py

# ---- building --------------------------------------------------------------------------------------------------------

.PHONY: build  ## the wheel, optimised, into dist/
build: $(VENV)/.tools
	CARGO_TARGET_DIR=target/wheel $(BIN)/maturin build --quiet --release --manifest-path $(PACKAGE)/Cargo.toml --interpreter $(PY) --out dist
	@ls dist/*.whl

.PHONY: venv  ## .venv with the native module and everything the tests need
venv: $(VENV)/.native $(VENV)/.requirements

.PHONY: clean  ## take away what was built, the environments included
clean:
	cargo clean --quiet
	rm -rf .venv .venvs benches/compare/.envs dist .pytest_cache .mypy_cache .ruff_cache .hypothesis $(PACKAGE)/.pytest_cache $(PACKAGE)/.mypy_cache
	rm -f $(PACKAGE)/python/hyperparameter/_native*.so
	find $(PACKAGE) examples -name __pycache__ -type d -prune -exec rm -rf {} +

# Stamps: an environment is made once, filled again when its requirements change, and its module built when a source does.
$(VENV)/.made:
	@command -v cargo >/dev/null || { echo 'cargo (Rust 1.85 or newer) is missing' >&2; exit 1; }
	@python="$(PYTHON)"; [ -n "$$python" ] || python=$$(scripts/pythons.sh newest); \
	echo "making $(VENV) with $$python"; "$$python" -m venv --clear $(VENV)
	@touch $@

.venvs/%/.made:
	@"$$(scripts/pythons.sh path $*)" -m venv --clear .venvs/$*
	@touch $@

$(VENV)/.tools: $(PACKAGE)/requirements-build.txt | $(VENV)/.made
	@$(PY) -m pip install --quiet -r $<
	@touch $@

$(VENV)/.requirements: $(PACKAGE)/requirements-dev.txt $(PACKAGE)/requirements-test.txt $(PACKAGE)/requirements-build.txt | $(VENV)/.made
	@$(PY) -m pip install --quiet -r $<
	@touch $@

$(VENV)/.cpp-tools: cpp/requirements-dev.txt | $(VENV)/.made
	@$(PY) -m pip install --quiet -r $<
	@touch $@

.venvs/%/.requirements: $(PACKAGE)/requirements-test.txt | .venvs/%/.made
	@.venvs/$*/bin/python -m pip install --quiet -r $<
	@touch $@

# A target folder for each Python: PyO3 is compiled for one interpreter, and one folder for all would build it again at every change of it.
$(VENV)/.native: $(NATIVE_SOURCES) $(VENV)/.tools | $(VENV)/.made
	@scripts/develop.sh $(VENV)
	@touch $@

.venvs/%/.native: $(NATIVE_SOURCES) $(VENV)/.tools | .venvs/%/.made
	@scripts/develop.sh .venvs/$*
	@touch $@

.PRECIOUS: .venvs/%/.made .venvs/%/.requirements .venvs/%/.native
