"""Rust code called from Python sees the scope of the calling thread and task, and the other way round.

The module `native_user` (tests/native_user) reads and writes by the front door of the Rust crate, with its cargo feature
`host`. It is built once, for every Python.
"""

from __future__ import annotations

import functools
import gc
import os
import shutil
import subprocess
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import native_modules
import pytest

import hyperparameter as hp
from hyperparameter import param_scope as ps

ROOT = Path(__file__).parents[3]
CRATE = Path(__file__).parent / "native_user"
TARGET = ROOT / "target" / "native_user"

pytestmark = [
    pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="symbols are looked up as POSIX does"),
    pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo builds the module"),
]


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the built module."""
    # The stable interface: what was built with one Python serves the others, and is not built again for each.
    first = TARGET / "python"
    python = first.read_text() if first.exists() else sys.executable
    environment = {**os.environ, "PYO3_PYTHON": python, "PYO3_BUILD_EXTENSION_MODULE": "1"}
    subprocess.run(
        ["cargo", "build", "--quiet", "--locked", "--manifest-path", CRATE / "Cargo.toml", "--target-dir", TARGET],
        env=environment,
        check=True,
    )
    first.write_text(python)
    suffix = "dylib" if sys.platform == "darwin" else "so"
    folder = tmp_path_factory.mktemp("native")
    shutil.copy(TARGET / "debug" / f"libnative_user.{suffix}", folder / "native_user.so")
    return folder


@pytest.fixture(scope="session")
def native(built: Path) -> Any:
    return native_modules.load(built / "native_user.so")


def python(built: Path, program: str) -> subprocess.CompletedProcess[str]:
    return native_modules.python(built, program, RUST_BACKTRACE="0")


def test_the_module_uses_the_store_of_python(native: Any) -> None:
    assert native.store() == "Hosted"


def test_rust_reads_what_a_scope_of_python_set(native: Any) -> None:
    with ps({"nu.b": True, "nu.i": 5, "nu.f": 0.5, "nu.s": "007", "nu.l": [1, 2, 3], "nu.n": None}, "nu.t=1_000"):
        assert native.read_bool("nu.b", False) is True
        assert native.read_int("nu.i", 0) == 5
        assert native.read_float("nu.f", 0.0) == 0.5
        assert native.read_str("nu.s", "") == "007"
        assert native.read_ints("nu.l") == [1, 2, 3]
        assert native.read_int("nu.l.1", 0) == 2
        assert native.read_int("nu.t", 0) == 1000
        assert native.read_str("nu.t", "") == "1_000"
        assert native.read_float("nu.i", 0.0) == 5.0
        assert native.read_optional("nu.n") is None
    assert native.read_int("nu.i", 0) == 0
    assert native.read_optional("nu.n") == -1


def test_python_called_back_under_a_scope_of_rust_sees_its_values(native: Any) -> None:
    with ps({"nu.i": 1}):
        assert native.call_under("nu.i", 2, lambda: ps.nu.i | 0) == 2
        assert native.call_under("nu.i", 2, lambda: native.call_under("nu.i", 3, lambda: ps.nu.i | 0)) == 3
        assert ps.nu.i | 0 == 1


def test_every_kind_of_value_crosses(native: Any) -> None:
    def look() -> dict[str, Any]:
        assert ps.kind.text | 0 == 7 and ps.kind.text | "" == "007"
        assert native.read_str("kind.text", "") == "007"
        assert native.shown("kind.big") == "123456789012345678901234567890"
        return {name: value for name, value in ps.items() if name.startswith("kind.")}

    assert native.call_under_all_kinds(look) == {
        "kind.null": None,
        "kind.bool": True,
        "kind.int": 7,
        "kind.big": 123456789012345678901234567890,
        "kind.float": 0.5,
        "kind.str": "007",
        "kind.text": "007",
        "kind.list": [[1, 2], [3]],
        "kind.map.lr": 0.1,
        "kind.map.wd": None,
    }
    assert native.call_under_all_kinds(lambda: ps.kind.map()) == {"lr": 0.1, "wd": None}


def test_an_exception_through_both_restores_both(native: Any) -> None:
    def fail() -> None:
        with ps({"nu.i": 3}):
            assert native.read_int("nu.i", 0) == 3
            raise LookupError("on purpose")

    with ps({"nu.i": 1}):
        with pytest.raises(LookupError, match="on purpose"):
            native.call_under("nu.i", 2, fail)
        assert ps.nu.i | 0 == 1
        assert native.read_int("nu.i", 0) == 1


def test_a_panic_of_rust_ends_its_scope(native: Any, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(BaseException, match="on purpose"):
        native.panic_under("nu.i", 2)
    assert ps.nu.i | 0 == 0


def test_two_tasks_that_call_in_turn_each_see_their_own_values(native: Any) -> None:
    read = functools.partial(native.read_int, "nu.i", 0)
    assert native_modules.seen_in_turn("nu.i", read) == ([1] * 10, [2] * 10)


def test_what_rust_writes_in_a_task_stays_in_it(native: Any) -> None:
    with ps({"nu.w": 9}):
        assert native_modules.read_where_written("nu.w", native) == [[1, 1], [2, 2]]
        assert ps.nu.w | 0 == 9


def test_writes_of_rust_end_with_the_scope(native: Any) -> None:
    with ps():
        native.write_int("nu.i", 4)
        native.write_ints("nu.l", [1, 2])
        assert ps.nu.i | 0 == 4
        assert ps.nu.l | [] == [1, 2]
    assert ps.nu.i | 0 == 0


def test_a_call_of_a_decorated_function_takes_back_what_rust_wrote(native: Any) -> None:
    @hp.auto_param("nu.call")
    def call(x: int = 1) -> int:
        native.write_int("nu.i", 4)
        return ps.nu.i | 0

    with ps({"nu.i": 1}):
        assert call() == 4
        assert ps.nu.i | 0 == 1


def test_a_thread_without_the_interpreter_sees_the_frozen_snapshot_only(native: Any) -> None:
    with hp.frozen_snapshot(), ps({"nu.i": 5, "nu.frozen": 6}):
        assert native.read_in_a_thread("nu.i", 0) == 0
        ps.frozen()
        with ps({"nu.i": 7}):
            assert native.read_in_a_thread("nu.i", 0) == 5
    assert native.read_in_a_thread("nu.i", 0) == 0


def test_a_thread_without_the_interpreter_does_not_wait_for_it(built: Path) -> None:
    ran = python(
        built,
        """
from hyperparameter import param_scope
import native_user
with param_scope({"s": "adam", "i": 10, "f": 0.1}, "t=[1]"):
    param_scope.frozen()
print(*(native_user.read_while_python_waits(name) for name in ("s", "i", "f", "t")))
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout == "('adam', '\"adam\"') ('10', '10') ('0.1', '0.1') ('[1]', '[1]')\n"


def test_a_thread_without_the_interpreter_has_scopes_of_its_own(native: Any) -> None:
    with ps({"nu.i": 5}):
        assert native.scopes_in_a_thread("nu.i") == [1, 3, 1, 0]
        assert ps.nu.i | 0 == 5


def test_a_capture_carries_a_scope_into_a_thread_without_the_interpreter(native: Any) -> None:
    with ps({"nu.i": 5}):
        assert native.read_captured_in_a_thread("nu.i", 0) == (5, 0)


def test_a_thread_that_let_go_of_the_interpreter_sees_what_it_saw_last(native: Any) -> None:
    with ps({"nu.i": 5}):
        assert native.read_int("nu.i", 0) == 5
        assert native.read_detached("nu.i", 0) == 5
        with ps({"nu.i": 6}):
            # It has not asked since: what it saw is true no more, so it is not shown.
            assert native.read_detached("nu.i", 0) == 0
    assert native.read_detached("nu.i", 0) == 0


def test_a_read_keeps_no_value_alive_after_its_scope(native: Any) -> None:
    class Thing:
        pass

    thing = Thing()
    gone = weakref.ref(thing)
    with ps({"nu.o": thing}):
        assert native.read_object("nu.o") is thing
    del thing
    gc.collect()
    assert gone() is None


def test_another_python_thread_sees_nothing_of_it(native: Any) -> None:
    seen: list[int] = []
    with ps({"nu.i": 5}):
        thread = threading.Thread(target=lambda: seen.append(native.read_int("nu.i", 0)))
        thread.start()
        thread.join()
    assert seen == [0]


def test_a_python_object_is_the_same_object_in_rust_and_back(native: Any) -> None:
    thing = object()
    with ps({"nu.o": thing}):
        assert native.read_object("nu.o") is thing
        native.write_object("nu.p", thing)
        assert ps.nu.p() is thing
        assert "object object" in native.shown("nu.o")


def test_an_object_of_rust_is_opaque_in_python_and_itself_in_rust(native: Any) -> None:
    said, back = native.call_with_an_engine("nu.engine", lambda: repr(ps.nu.engine()))
    assert said == "<native_user::native_user::Engine>"
    assert back == 8
    # Stored again by Python it is still the same object.

    def store_again() -> object:
        with ps({"nu.other": ps.nu.engine()}):
            return native.shown("nu.other")

    assert native.call_with_an_engine("nu.engine", store_again)[0] == "<native_user::native_user::Engine>"


def test_errors_are_those_of_the_store(native: Any) -> None:
    with ps({"nu.rate": 1.0}):
        with pytest.raises(KeyError, match="did you mean 'nu.rate'"):
            native.require_float("nu.rat")
    with pytest.raises(ValueError, match="invalid key 'nu..x'"):
        native.require_float("nu..x")


def test_a_value_that_does_not_convert_warns_as_in_python(native: Any) -> None:
    with ps("nu.i=fast", "nu.big=300"):
        with pytest.warns(hp.ConversionWarning, match="'nu.i'"):
            assert native.read_int("nu.i", 3) == 3
        with pytest.warns(hp.ConversionWarning, match="300 is out of the range of u8"):
            assert native.read_u8("nu.big", 3) == 3
        with hp.strict(), pytest.raises(ValueError, match="does not convert"):
            native.require_float("nu.i")


def test_sources_name_the_line_of_rust(native: Any) -> None:
    said = native.call_under("nu.i", 2, lambda: str(ps.explain("nu.i")))
    assert "src/lib.rs:" in said


def test_unknown_names_are_not_kept(native: Any) -> None:
    from hyperparameter._native import key_count

    before = key_count()
    for index in range(100):
        assert native.read_int(f"nu.unknown.x{index}", 1) == 1
    assert key_count() == before


def test_a_table_of_another_version_is_refused_with_both_versions(native: Any) -> None:
    from hyperparameter import __version__

    native.check_table(1, 0)
    with pytest.raises(RuntimeError, match="version 2 of the native interface, and this library .* knows version 1"):
        native.check_table(2, 0)
    with pytest.raises(
        RuntimeError, match=rf"a host of the test\) is older than this library \(hyperparameter {__version__}"
    ):
        native.check_table(1, 8)


# ---- the rest of the front door ----------------------------------------------------------------------------------------


def test_an_empty_block_of_rust_hides_what_python_set(native: Any) -> None:
    with ps({"nu.i": 5}):
        assert native.empty_block(lambda: (ps.nu.i | 0, ps.nu.inner | 0, native.read_int("nu.i", 0))) == (0, 1, 0)
        assert (ps.nu.i | 0, ps.nu.inner | 0) == (5, 0)


def test_a_key_that_rust_deletes_is_hidden_from_python_until_its_scope_ends(native: Any) -> None:
    with ps({"nu.i": 5}):
        assert native.call_without(lambda: (ps.nu.i | 0, ps.nu.other | 0)) == (0, 1)
        assert ps.nu.i | 0 == 5
    with pytest.raises(BaseException, match="nu.i"):
        native.call_without(lambda: None)


def test_a_key_that_python_deletes_is_hidden_from_rust(native: Any) -> None:
    with ps({"nu.i": 5}), ps():
        del ps.nu.i
        assert native.read_int("nu.i", 0) == 0


def test_a_strict_scope_of_rust_is_strict_in_python(native: Any) -> None:
    with ps("nu.i=fast"):
        with pytest.raises(hp.ConversionError):
            native.call_strict(lambda: ps.nu.i | 1)
        with pytest.warns(hp.ConversionWarning):
            assert ps.nu.i | 1 == 1


def test_required_parameters_of_macros_are_those_of_python(native: Any) -> None:
    with ps({"nu.required": 0.5}):
        assert native.required() == native.required_or_error() == 0.5
    with ps({"nu.requires": 0.5}):
        with pytest.raises(BaseException, match=r"did you mean 'nu.requires'.*front_door.rs:"):
            native.required()
        with pytest.raises(KeyError, match="did you mean 'nu.requires'"):
            native.required_or_error()
    with ps("nu.required=fast"), pytest.warns(hp.ConversionWarning):
        with pytest.raises(ValueError, match="'nu.required'.*does not convert"):
            native.required_or_error()


def test_what_rust_freezes_is_seen_by_threads_of_both(native: Any) -> None:
    with hp.frozen_snapshot():
        with ps({"nu.i": 5}):
            native.freeze()
        assert native.read_in_a_thread("nu.i", 0) == 5
        seen: list[int] = []
        thread = threading.Thread(target=lambda: seen.append(ps.nu.i | 0))
        thread.start()
        thread.join()
        assert seen == [5]
    assert native.read_in_a_thread("nu.i", 0) == 0


def test_rust_lists_what_python_set(native: Any) -> None:
    with ps.empty({"nu.i": 5, "nu.d": {"x": 1}}, "nu.t=1_0"):
        assert dict(native.items()) == {"nu.i": "5", "nu.d.x": "1", "nu.t": "10"}


def test_what_rust_used_is_used_in_python_and_the_other_way_round(native: Any) -> None:
    assert native.default_of() == 0.25
    assert ps.used()["nu.declared"] == 0.25
    assert ps.nu.read_by_python | 3 == 3
    assert {"nu.declared", "nu.read_by_python"} <= set(native.used())


def test_both_explain_what_the_other_set_and_declared(native: Any) -> None:
    assert native.default_of() == 0.25
    with ps({"nu.declared": 1}), ps("nu.declared=2"):
        said = native.explained("nu.declared")
        assert 'nu.declared = "2"' in said and "hides 1" in said and Path(__file__).name in said
        assert "default 0.25" in said and "what Rust says of it" in said
        assert "what Rust says of it" in str(ps.explain("nu.declared"))


def test_types_of_serde_are_made_of_what_python_set(native: Any) -> None:
    with ps({"nu.model": {"lr": 0.5, "layers": [1, 2]}}):
        assert native.deserialized("nu.model") == (0.5, [1, 2])
        with (
            ps("nu.model.layers=wide"),
            pytest.raises(ValueError, match=rf"'nu.model.layers.0'.*{Path(__file__).name}"),
        ):
            native.deserialized("nu.model")
    with pytest.raises(KeyError):
        native.deserialized("nu.model")


def test_a_capture_of_rust_is_what_python_saw(native: Any) -> None:
    with ps({"nu.i": 5}):
        captured = native.Captured()
    with ps({"nu.i": 6}):
        assert native.call_captured(captured, lambda: (ps.nu.i | 0, native.read_int("nu.i", 0))) == (5, 5)
        assert captured.read("nu.i") == 5
        assert captured.read_in_a_thread("nu.i") == (5, 0)
        assert ps.nu.i | 0 == 6
        assert native.call_from_a_capture(lambda: (ps.nu.i | 0, ps.nu.more | 0)) == (6, 1)
        assert (ps.nu.i | 0, ps.nu.more | 0) == (6, 0)


def test_a_capture_keeps_no_value_longer_than_itself(native: Any) -> None:
    class Thing:
        pass

    thing = Thing()
    gone = weakref.ref(thing)
    with ps({"nu.o": thing}):
        captured = native.Captured()
    del thing
    gc.collect()
    assert gone() is not None
    del captured
    gc.collect()
    assert gone() is None


def test_a_call_of_rust_takes_back_what_it_and_python_wrote(native: Any) -> None:
    def write() -> None:
        assert ps.nu.written | 0 == 3
        ps.nu.by_python = 1

    with ps({"nu.call.x": 3}):
        assert native.in_call(write) == 3
        assert (ps.nu.written | 0, ps.nu.by_python | 0) == (0, 0)
        native.call_then_leave_open(lambda: ps.nu.open())
        assert ps.nu.open | 0 == 0
        with pytest.raises(LookupError, match="on purpose"):
            native.in_call(raise_lookup_error)
        assert ps.nu.written | 0 == 0


def raise_lookup_error() -> None:
    raise LookupError("on purpose")


def test_a_future_of_rust_has_its_parameters_on_every_thread_that_polls_it(native: Any) -> None:
    with ps({"nu.i": 5}):
        here, there, mixed = native.Poll(), native.Poll(), native.Poll(lambda: ps.nu.task | 0)
    assert here.poll() is None
    assert (ps.nu.task | 0, native.read_int("nu.task", 0)) == (0, 0)
    with ps({"nu.i": 6, "nu.task": 1}):
        assert here.poll() == [5, 7, 5, 8]
        assert (ps.nu.i | 0, ps.nu.task | 0) == (6, 1)
        assert there.poll_in_a_thread() == (None, 0)
        assert there.poll_in_a_thread() == ([5, 7, 5, 8], 0)
        assert mixed.poll_in_a_thread() == (None, 0)
        # Polled by a thread with the interpreter, it shows its parameters to Python as well.
        assert mixed.poll() == [5, 7, 5, 8, 8]
        assert (ps.nu.i | 0, ps.nu.task | 0) == (6, 1)
    assert ps.nu.task | 0 == 0


def test_a_poll_leaves_the_scopes_of_python_around_it_in_order(native: Any) -> None:
    @hp.auto_param("nu.around")
    def around(x: int = 1) -> int:
        ps.nu.w = x
        with ps({"nu.i": 1}):
            future = native.Poll()
            assert future.poll() is None
            with ps({"nu.i": 2}):
                assert future.poll() == [1, 7, 1, 8]
                assert ps.nu.i | 0 == 2
            assert ps.nu.i | 0 == 1
        return ps.nu.w | 0

    with ps({"nu.i": 9}):
        assert around() == 1
        assert (ps.nu.i | 0, ps.nu.w | 0, ps.nu.task | 0) == (9, 0, 0)


def test_pins_of_rust_go_before_the_scopes_of_python(native: Any) -> None:
    pins = native.Pins("nu.i", 1)
    try:
        with ps({"nu.i": 2}):
            assert (ps.nu.i | 0, native.read_int("nu.i", 0)) == (1, 1)
            pins.end()
            assert (ps.nu.i | 0, native.read_int("nu.i", 0)) == (2, 2)
    finally:
        pins.end()


def test_what_cannot_cross_says_why_and_what_to_use(native: Any) -> None:
    with pytest.raises(BaseException, match=r"uses the one of its process.*use hyperparameter::capture\(\)"):
        native.own_state()


FAKE_HOST = """
#[repr(C)] pub struct Table { abi: u32, size: u32, name: *const u8, len: usize }
unsafe impl Sync for Table {}
static TABLE: Table = Table { abi: 999, size: 4096, name: b"a later one".as_ptr(), len: 11 };
#[unsafe(no_mangle)] pub extern "C" fn hyperparameter_host_table() -> *const Table { &TABLE }
"""


def test_a_host_of_another_version_is_an_error_at_every_use(built: Path, tmp_path: Path) -> None:
    (tmp_path / "fake.rs").write_text(FAKE_HOST)
    subprocess.run(
        ["rustc", "--edition=2024", "--crate-type=cdylib", "-o", "fake.so", "fake.rs"], cwd=tmp_path, check=True
    )
    ran = python(
        built,
        f"""
import ctypes
ctypes.CDLL({str(tmp_path / "fake.so")!r}, ctypes.RTLD_GLOBAL)
import native_user
for use in (native_user.store, lambda: native_user.require_float("a"), lambda: native_user.write_int("a", 1)):
    try:
        use()
    except RuntimeError as error:
        print(error)
""",
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 3
    assert all("(a later one) has version 999 of the native interface" in line for line in lines)


def test_without_python_s_module_the_library_has_a_store_of_its_own_and_a_later_import_says_so(built: Path) -> None:
    ran = python(
        built,
        """
import warnings
import native_user
native_user.write_int("a", 1)
assert native_user.store() == "Own" and native_user.read_int("a", 0) == 1
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import hyperparameter
print([str(warning.message) for warning in caught])
assert native_user.store() == "Own" and native_user.read_int("a", 0) == 1
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert "native_user.so has used a parameter store of its own before hyperparameter was imported" in ran.stdout


def test_a_library_that_was_loaded_but_not_used_before_is_hosted_without_a_warning(built: Path) -> None:
    ran = python(
        built,
        """
import native_user
import warnings
warnings.simplefilter("error")
from hyperparameter import param_scope
with param_scope(a=1):
    print(native_user.read_int("a", 0), native_user.store())
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["1", "Hosted"]


def test_a_process_ends_in_order_with_values_that_native_code_saw(built: Path) -> None:
    ran = python(
        built,
        """
from hyperparameter import param_scope
import native_user
param_scope.thing = object()
assert native_user.read_object("thing") is param_scope.thing()
param_scope(list=[object()]).__enter__()
assert native_user.read_detached("thing", 1) == 1
""",
    )
    assert (ran.returncode, ran.stderr) == (0, "")


def test_the_capsule_holds_the_table(native: Any) -> None:
    import ctypes

    from hyperparameter import _native

    pointer = ctypes.pythonapi.PyCapsule_GetPointer
    pointer.restype, pointer.argtypes = ctypes.c_void_p, [ctypes.py_object, ctypes.c_char_p]
    address = pointer(_native._C_API, b"hyperparameter._native._C_API")
    assert ctypes.c_uint32.from_address(address).value == 1
    find = ctypes.CDLL(None).hyperparameter_host_table
    find.restype = ctypes.c_void_p
    assert find() == address
