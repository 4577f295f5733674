"""C++ code called from Python sees the scope of the calling thread and task, and the other way round.

The modules ``with_pybind11`` and ``with_nanobind`` (tests/cpp_user) give the same functions of C++ to Python, which read and
write by ``hyperparameter.h``. Each test runs for both.
"""

from __future__ import annotations

import asyncio
import gc
import subprocess
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cpp_modules
import native_modules
import pytest

import hyperparameter as hp
from hyperparameter import param_scope as ps

pytestmark = cpp_modules.needs_compiler


NAMES = ["with_pybind11", "with_nanobind"]


@pytest.fixture(scope="session")
def built() -> dict[str, Path]:
    return cpp_modules.build()


@pytest.fixture(scope="session")
def modules(built: dict[str, Path]) -> dict[str, Any]:
    return {name: native_modules.load(built[name]) for name in NAMES}


@pytest.fixture(params=NAMES)
def cpp(request: pytest.FixtureRequest, modules: dict[str, Any]) -> Any:
    return modules[request.param]


@pytest.fixture
def other(cpp: Any, modules: dict[str, Any]) -> Any:
    """The other module of the two."""
    return next(module for module in modules.values() if module is not cpp)


@pytest.fixture(params=NAMES)
def name(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a module, for a program in a process of its own."""
    yield request.param


def python(built: dict[str, Path], program: str, **environment: str) -> subprocess.CompletedProcess[str]:
    (folder,) = {path.parent for path in built.values()}
    return native_modules.python(folder, program, **environment)


# ---- reads -----------------------------------------------------------------------------------------------------------


def test_the_module_uses_the_store_of_python(cpp: Any) -> None:
    assert cpp.hosted()


def test_the_macros_read_what_a_scope_of_python_set(cpp: Any) -> None:
    with ps({"cu.b": True, "cu.i": 5, "cu.f": 0.5, "cu.s": "adam"}):
        assert cpp.macro_bool() is True
        assert cpp.macro_int() == cpp.read_here() == 5
        assert cpp.macro_float() == 0.5
        assert cpp.macro_string() == cpp.macro_view() == "adam"
    assert (cpp.macro_bool(), cpp.macro_int(), cpp.macro_float()) == (False, 0, 0.0)
    assert cpp.macro_string() == cpp.macro_view() == "none"


def test_text_converts_to_the_type_that_cpp_asks_for(cpp: Any) -> None:
    with ps("cu.b=yes", "cu.i=1_000", "cu.f=1e-3", "cu.s=007", "cu.l=[1, 2]"):
        assert (cpp.macro_bool(), cpp.macro_int(), cpp.macro_float()) == (True, 1000, 0.001)
        assert cpp.macro_string() == cpp.macro_view() == "007"
        assert cpp.read_int("cu.s", 0) == 7
        assert cpp.read_ints("cu.l") == [1, 2]


def test_a_string_keeps_every_character(cpp: Any) -> None:
    with ps({"cu.s": "Größe \N{SNOWMAN}\0 end"}):
        assert cpp.macro_string() == cpp.macro_view() == "Größe \N{SNOWMAN}\0 end"


def test_lists_maps_null_and_elements_cross(cpp: Any) -> None:
    with ps({"cu.l": [1, 2, 3], "cu.n": None, "cu.m": {"lr": 0.5, "wd": 1}}):
        assert cpp.read_ints("cu.l") == [1, 2, 3]
        assert cpp.read_int("cu.l.1", 0) == 2
        assert cpp.read_optional("cu.n") is None
        assert cpp.read_map("cu.m") == {"lr": 0.5, "wd": 1.0}
        assert cpp.read_map("cu.m") == ps.cu.m()
    assert cpp.read_optional("cu.n") == -1
    assert cpp.read_ints("cu.l") == []


@pytest.mark.parametrize(
    ("value", "milliseconds"), [(2, 2000), (0.25, 250), ("250ms", 250), ("1.5 s", 1500), ("2min", 120_000)]
)
def test_a_duration_is_seconds_or_text_with_a_unit(cpp: Any, value: object, milliseconds: int) -> None:
    with ps({"cu.d": value}):
        assert cpp.read_milliseconds("cu.d", 1) == milliseconds


def test_every_kind_of_value_of_cpp_is_one_of_python(cpp: Any) -> None:
    seen: dict[str, Any] = {}

    def look() -> None:
        assert ps.kind.text | 0 == 7 and ps.kind.text | "" == "007"
        assert ps.kind.map() == {"lr": 0.1, "wd": 0.0}
        seen.update((name, value) for name, value in ps.items() if name.startswith("kind."))

    cpp.call_under_all_kinds(look)
    assert seen == {
        "kind.null": None,
        "kind.bool": True,
        "kind.int": 7,
        "kind.float": 0.5,
        "kind.str": "007",
        "kind.text": "007",
        "kind.list": [[1, 2], [3]],
        "kind.map.lr": 0.1,
        "kind.map.wd": 0.0,
        "kind.whole": 2,
        "kind.part": 0.25,
    }
    assert [type(seen[name]) for name in ("kind.bool", "kind.int", "kind.whole")] == [bool, int, int]


# ---- scopes ----------------------------------------------------------------------------------------------------------


def test_python_called_back_under_a_scope_of_cpp_sees_its_values(cpp: Any) -> None:
    with ps({"cu.i": 1}):
        assert cpp.call_under(2, lambda: ps.cu.i | 0) == 2
        assert cpp.call_under(2, lambda: cpp.call_under(3, lambda: ps.cu.i | 0)) == 3
        assert ps.cu.i | 0 == 1


def test_an_exception_of_python_through_cpp_restores_both(cpp: Any) -> None:
    def fail() -> int:
        with ps({"cu.i": 3}):
            assert cpp.macro_int() == 3
            raise LookupError("on purpose")

    with ps({"cu.i": 1}):
        with pytest.raises(LookupError, match="on purpose"):
            cpp.call_under(2, fail)
        assert ps.cu.i | 0 == 1
        assert cpp.macro_int() == 1


def test_an_exception_of_cpp_through_python_restores_both(cpp: Any) -> None:
    with ps({"cu.i": 1}):
        with pytest.raises(RuntimeError, match="on purpose"):
            cpp.call_under(2, lambda: cpp.throw_under(3))
        assert ps.cu.i | 0 == 1
        assert cpp.macro_int() == 1


def test_an_exception_that_cpp_catches_has_ended_its_scope(cpp: Any) -> None:
    with ps({"cu.i": 1}):
        assert cpp.throw_under_and_read(2) == 1


def test_writes_of_cpp_end_with_the_scope_of_python(cpp: Any) -> None:
    with ps():
        cpp.write_int("cu.i", 4)
        cpp.write_ints("cu.l", [1, 2])
        assert ps.cu.i | 0 == 4
        assert ps.cu.l | [] == [1, 2]
    assert ps.cu.i | 0 == 0
    assert cpp.macro_int() == 0


def test_what_python_writes_under_a_scope_of_cpp_ends_with_it(cpp: Any) -> None:
    def write() -> int:
        ps.cu.i = 5
        return cpp.macro_int()

    with ps({"cu.i": 1}):
        assert cpp.call_under(2, write) == 5
        assert ps.cu.i | 0 == cpp.macro_int() == 1


def test_a_call_of_a_decorated_function_takes_back_what_cpp_wrote(cpp: Any) -> None:
    @hp.auto_param("cu.call")
    def call(x: int = 1) -> int:
        cpp.write_int("cu.i", 4)
        return ps.cu.i | 0

    with ps({"cu.i": 1}):
        assert call() == 4
        assert ps.cu.i | 0 == 1


def test_string_views_that_were_made_for_a_read_stay_valid_in_a_scope_of_python(cpp: Any) -> None:
    with ps({"cu.l": [["a", "b"], "c"]}):
        assert cpp.two_views("cu.l.1", "cu.l.0.1") == "c b"


def test_an_empty_scope_of_python_hides_all_from_cpp(cpp: Any) -> None:
    with ps({"cu.i": 1}), ps.empty():
        assert cpp.macro_int() == 0


# ---- two modules -----------------------------------------------------------------------------------------------------


def test_two_modules_share_one_store(cpp: Any, other: Any) -> None:
    assert cpp.call_under(5, other.macro_int) == 5
    assert cpp.call_under(5, lambda: other.call_under(6, cpp.macro_int)) == 6
    with ps():
        cpp.write_int("cu.w", 7)
        assert other.read_int("cu.w", 0) == 7


def test_two_modules_share_one_store_without_python_s(built: dict[str, Path]) -> None:
    ran = python(
        built,
        """
import with_nanobind, with_pybind11
with_pybind11.write_int("cu.i", 3)
print(with_nanobind.macro_int(), with_nanobind.hosted(), with_pybind11.hosted())
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["3", "False", "False"]


# ---- tasks and threads -----------------------------------------------------------------------------------------------


def test_two_tasks_that_call_in_turn_each_see_their_own_values(cpp: Any) -> None:
    assert native_modules.seen_in_turn("cu.i", cpp.macro_int) == ([1] * 10, [2] * 10)


def test_what_cpp_writes_in_a_task_stays_in_it(cpp: Any) -> None:
    with ps({"cu.w": 9}):
        assert native_modules.read_where_written("cu.w", cpp) == [[1, 1], [2, 2]]
        assert ps.cu.w | 0 == cpp.read_int("cu.w", 0) == 9


def test_a_cancelled_task_leaves_nothing(cpp: Any) -> None:
    async def waits() -> None:
        with ps({"cu.i": 3}):
            cpp.write_int("cu.w", 3)
            await asyncio.sleep(60)

    async def main() -> list[int]:
        task = asyncio.create_task(waits())
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        return [cpp.macro_int(), cpp.read_int("cu.w", 0)]

    assert asyncio.run(main()) == [0, 0]


def test_a_thread_of_cpp_sees_the_frozen_snapshot_only(cpp: Any) -> None:
    with hp.frozen_snapshot(), ps({"cu.i": 5, "cu.s": "frozen"}):
        assert (cpp.read_in_a_thread(), cpp.view_in_a_thread()) == (0, "none")
        ps.frozen()
        with ps({"cu.i": 7, "cu.s": "inner"}):
            assert (cpp.read_in_a_thread(), cpp.view_in_a_thread()) == (5, "frozen")
    assert (cpp.read_in_a_thread(), cpp.view_in_a_thread()) == (0, "none")


def test_a_thread_of_cpp_does_not_wait_for_the_interpreter(built: dict[str, Path], name: str) -> None:
    # The calling thread keeps the interpreter until the other has read: a read that waited for it would never end.
    ran = python(
        built,
        f"""
from hyperparameter import param_scope
import {name} as cpp
with param_scope({{"cu.i": 5, "cu.s": "adam"}}):
    param_scope.frozen()
    print(cpp.read_in_a_thread(), cpp.view_in_a_thread(), cpp.scopes_in_a_thread(), cpp.read_bound_in_a_thread())
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split(maxsplit=2) == ["5", "adam", "[1, 3, 1, 5] 5\n"]


def test_a_thread_of_cpp_has_scopes_of_its_own(cpp: Any) -> None:
    with ps({"cu.i": 5}):
        assert cpp.scopes_in_a_thread() == [1, 3, 1, 0]
        assert ps.cu.i | 0 == 5


def test_bind_carries_a_scope_of_python_into_a_thread_of_cpp(cpp: Any) -> None:
    with ps({"cu.i": 5}):
        assert cpp.read_bound_in_a_thread() == 5
    assert cpp.read_bound_in_a_thread() == 0


def test_a_thread_that_let_go_of_the_interpreter_sees_what_it_saw_last(cpp: Any) -> None:
    with ps({"cu.i": 5}):
        assert cpp.macro_int() == cpp.read_detached() == 5
        with ps({"cu.i": 6}):
            # It has not asked since: what it saw is true no more, so it is not shown.
            assert cpp.read_detached() == 0
    assert cpp.read_detached() == 0


def test_across_carries_the_scope_over_the_release_of_the_interpreter(cpp: Any) -> None:
    with ps({"cu.i": 5}):
        assert cpp.read_across() == 5
        with ps({"cu.i": 6}):
            assert cpp.read_across() == 6
        assert cpp.read_across() == 5
    assert cpp.read_across() == 0


def test_across_still_holds_after_python_code_that_had_the_interpreter_meanwhile(cpp: Any) -> None:
    def meanwhile() -> None:
        with ps({"cu.i": 6}):
            assert cpp.macro_int() == 6

    with ps({"cu.i": 5}):
        assert cpp.read_across_after(meanwhile) == 5


def test_python_called_back_across_the_interpreter_sees_the_scope_of_cpp(cpp: Any) -> None:
    with ps({"cu.i": 1}):
        assert cpp.call_under_across(2, lambda: ps.cu.i | 0) == 2
        with pytest.raises(LookupError):
            cpp.call_under_across(2, lambda: {}["x"])
        assert ps.cu.i | 0 == cpp.macro_int() == 1


def test_what_is_written_without_the_interpreter_ends_there(cpp: Any) -> None:
    with ps({"cu.i": 1}):
        assert cpp.write_across(2) == 2
        assert ps.cu.i | 0 == cpp.macro_int() == 1


def test_tasks_that_let_go_of_the_interpreter_each_carry_their_own(cpp: Any) -> None:
    async def task(value: int) -> set[int]:
        seen = set()
        with ps({"cu.i": value}):
            for _ in range(5):
                seen.add(cpp.read_across())
                await asyncio.sleep(0)
        return seen

    async def main() -> list[set[int]]:
        return list(await asyncio.gather(task(1), task(2)))

    assert asyncio.run(main()) == [{1}, {2}]


def test_another_thread_of_python_sees_nothing_of_it(cpp: Any) -> None:
    seen: list[int] = []
    with ps({"cu.i": 5}):
        thread = threading.Thread(target=lambda: seen.append(cpp.macro_int()))
        thread.start()
        thread.join()
    assert seen == [0]


# ---- objects ---------------------------------------------------------------------------------------------------------


class Thing:
    """An object that no other language knows."""


def test_an_object_of_python_is_opaque_in_cpp_and_the_same_object_back(cpp: Any) -> None:
    thing = Thing()
    with ps({"cu.o": thing}):
        type_name, has_pointer = cpp.object_of_python("cu.o")
        assert type_name.endswith("Thing") and has_pointer
        cpp.copy_object("cu.o", "cu.p")
        assert ps.cu.p() is thing


def test_a_plain_value_is_no_object(cpp: Any) -> None:
    with ps({"cu.i": 5}), pytest.warns(hp.ConversionWarning, match="it is a plain value and no object"):
        assert cpp.object_of_python("cu.i") == ("", False)


def test_cpp_keeps_no_object_of_python_alive_after_its_scope(cpp: Any) -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    with ps({"cu.o": thing}):
        cpp.copy_object("cu.o", "cu.p")
        cpp.macro_string()
    del thing
    gc.collect()
    assert gone() is None


def test_a_string_view_keeps_what_it_was_read_from_until_the_thread_s_next_one(cpp: Any) -> None:
    thing = Thing()
    gone = weakref.ref(thing)
    with ps({"cu.o": thing, "cu.s": "adam"}):
        assert cpp.macro_view() == "adam"
    del thing
    assert cpp.macro_view() == "none"
    gc.collect()
    assert gone() is None


def test_an_object_of_cpp_is_opaque_in_python_and_itself_in_cpp(cpp: Any) -> None:
    seen: list[Any] = []

    def look() -> None:
        seen.append(repr(ps.cu.engine()))
        with ps({"cu.other": ps.cu.engine()}):
            seen.append(cpp.engine_size("cu.other"))

    assert cpp.call_with_an_engine(look) == 8
    assert "Engine" in seen[0]
    assert seen[1] == 8


def test_an_object_of_one_module_is_none_of_the_other_s(cpp: Any, other: Any) -> None:
    # Two modules may have two types of one name: neither reads the other's memory.
    def look() -> None:
        with pytest.warns(hp.ConversionWarning, match="it is no object of this type"):
            assert other.engine_size("cu.engine") == -1

    cpp.call_with_an_engine(look)


# ---- errors ----------------------------------------------------------------------------------------------------------


def test_errors_of_the_store_are_those_that_python_knows(cpp: Any) -> None:
    with ps({"cu.rate": 1.0}):
        with pytest.raises(hp.MissingParameter, match="did you mean 'cu.rate'"):
            cpp.require_float("cu.rat")
    with pytest.raises(hp.InvalidKey, match="invalid key 'cu..x'"):
        cpp.require_float("cu..x")
    with ps("cu.rate=fast"), hp.strict(), pytest.raises(hp.ConversionError, match="'cu.rate'"):
        cpp.require_float("cu.rate")


def test_a_value_that_does_not_convert_warns_as_in_python(cpp: Any) -> None:
    with ps("cu.i=fast", "cu.big=300"):
        with pytest.warns(hp.ConversionWarning, match="'cu.i'"):
            assert cpp.macro_int() == 0
        with pytest.warns(hp.ConversionWarning, match="300"):
            assert cpp.read_byte("cu.big", 3) == 3


def test_sources_name_the_line_of_cpp(cpp: Any) -> None:
    said: list[str] = []
    cpp.call_under(2, lambda: said.append(str(ps.explain("cu.i"))) or 0)
    assert "cpp_user/engine.cpp:" in said[0]


def test_cpp_explains_what_python_set(cpp: Any) -> None:
    with ps({"cu.i": 5}):
        assert "cu.i = 5" in cpp.explained("cu.i")
        assert Path(__file__).name in cpp.explained("cu.i")


# ---- which store -----------------------------------------------------------------------------------------------------


def test_without_hyperparameter_the_module_has_a_store_of_its_own_and_a_later_import_says_so(
    built: dict[str, Path], name: str
) -> None:
    ran = python(
        built,
        f"""
import warnings
import {name} as cpp
cpp.write_int("cu.i", 1)
assert not cpp.hosted() and cpp.macro_int() == 1
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    import hyperparameter
print([str(warning.message) for warning in caught])
with hyperparameter.param_scope({{"cu.i": 2}}):
    assert not cpp.hosted() and cpp.macro_int() == 1
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert (
        "libhyperparameter_c.so.1 has used a parameter store of its own before hyperparameter was imported"
        in ran.stdout
    )


def test_a_module_that_was_loaded_but_not_used_before_is_hosted_without_a_warning(
    built: dict[str, Path], name: str
) -> None:
    ran = python(
        built,
        f"""
import {name} as cpp
import warnings
warnings.simplefilter("error")
from hyperparameter import param_scope
with param_scope({{"cu.i": 1}}):
    print(cpp.macro_int(), cpp.hosted())
""",
    )
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.split() == ["1", "True"]


FAKE_HOST = r"""
#include <hyperparameter/c.h>
extern "C" __attribute__((visibility("default"))) const hp_table *hyperparameter_host_table() {
    static hp_table table{};
    table.abi = 999;
    table.size = 4096;
    table.name = hp_string("a later one");
    return &table;
}
"""


def test_a_host_of_another_version_is_an_error_at_every_use(built: dict[str, Path], name: str, tmp_path: Path) -> None:
    (tmp_path / "fake.cpp").write_text(FAKE_HOST)
    fake = str(tmp_path / "fake.so")
    cpp_modules.compiled("-shared", "-fPIC", *cpp_modules.asked("--includes"), str(tmp_path / "fake.cpp"), "-o", fake)
    ran = python(
        built,
        f"""
import ctypes
ctypes.CDLL({fake!r}, ctypes.RTLD_GLOBAL)
import {name} as cpp
for use in (cpp.hosted, cpp.macro_int, lambda: cpp.write_int("a", 1), lambda: cpp.call_under(1, int), cpp.read_bound_in_a_thread):
    try:
        use()
    except Exception as error:
        print(error)
""",
    )
    assert ran.returncode == 0, ran.stderr
    lines = ran.stdout.splitlines()
    assert len(lines) == 5
    assert all("(a later one) has version 999 of the native interface" in line for line in lines)


FAKE_LIBRARY = r"""
#include <hyperparameter.h>
#include <cstdio>
static hp_table table{};
extern "C" const hp_table *hyperparameter_store() { return &table; }
extern "C" const char *hyperparameter_why_no_store() { return nullptr; }
int main(int, char **arguments) {
    table.abi = static_cast<std::uint32_t>(std::atoi(arguments[1]));
    table.size = static_cast<std::uint32_t>(std::atoi(arguments[2]));
    table.name = hp_string("another library");
    try {
        return GET_PARAM(a, 1);
    } catch (const hp::ConfigError &error) {
        std::puts(error.what());
    }
}
"""


def test_a_library_of_another_version_than_the_header_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "fake.cpp").write_text(FAKE_LIBRARY)
    program = str(tmp_path / "fake")
    cpp_modules.compiled("-std=c++17", *cpp_modules.asked("--includes"), str(tmp_path / "fake.cpp"), "-o", program)

    def said(*words: str) -> str:
        return subprocess.run([program, *words], check=True, capture_output=True, text=True, timeout=60).stdout

    assert "(another library) has version 2 of the native interface, and the header" in said("2", "9999")
    assert "knows version 1" in said("2", "9999")
    assert "(another library) is older than the header" in said("1", "16")


def test_a_process_ends_in_order_with_values_that_cpp_saw(built: dict[str, Path], name: str) -> None:
    ran = python(
        built,
        f"""
from hyperparameter import param_scope
import {name} as cpp
param_scope.cu.o = object()
param_scope.cu.s = "text"
cpp.copy_object("cu.o", "cu.p")
assert cpp.macro_view() == "text"
param_scope({{"cu.l": [object()]}}).__enter__()
assert cpp.read_detached() == 0
""",
    )
    assert (ran.returncode, ran.stderr) == (0, "")
