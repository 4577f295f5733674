"""Unknown keys before the run, and what nothing read at its end."""

from __future__ import annotations

import pytest
from launching import Program, refused

PROGRAM = """
import hyperparameter as hp

@hp.auto_param("optimizer")
def optimizer(lr: float = 0.1, momentum: float = 0.9):
    return lr

def main(plugin: bool = False, given: bool = False):
    hp.param_scope.net.depth | 3
    hp.param_scope.layers[0].size | 8
    name = "blocks"
    hp.param_scope[f"{name}.size"] | 1
    print(optimizer(5.0) if given else optimizer())
    if plugin:
        print(hp.param_scope[".".join(["late", "key"])] | 0)

hp.launch(main)
"""


def test_an_unknown_key_in_a_known_namespace_is_refused(program: Program) -> None:
    said = refused(program("-D", "optimizer.zzzzzzz=3"))
    assert (
        "no parameter 'optimizer.zzzzzzz' (command line -D (2nd argument)); --list-params lists the parameters" in said
    )


def test_a_key_with_a_near_name_anywhere_is_refused(program: Program) -> None:
    assert "did you mean optimizer.lr?" in refused(program("-D", "optimzer.lr=3"))
    assert "did you mean optimizer.lr?" in refused(program("--pin", "optimizer.lrr=3"))
    assert "did you mean net.depth?" in refused(program("-D", "net.dpth=3"))


def test_every_unknown_key_is_named_at_once(program: Program) -> None:
    said = refused(program("-D", "optimizer.lrr=3", "optimizer.momentun=1"))
    assert "optimizer.lrr" in said
    assert "did you mean optimizer.momentum?" in said


def test_a_key_that_the_source_reads_in_place_is_known(program: Program) -> None:
    assert program("-D", "net.depth=4") == (0, "0.1\n", "")
    assert program("-D", "layers.0.size=4") == (0, "0.1\n", "")


def test_a_key_that_a_computed_segment_may_make_is_known(program: Program) -> None:
    source = PROGRAM.replace('hp.param_scope[f"{name}.size"] | 1', "hp.param_scope[name].size | 1")
    assert program("-D", "blocks.size=4", source=source) == (0, "0.1\n", "")


def test_a_read_in_the_source_of_an_imported_module_is_known(program: Program) -> None:
    program.file("other.py", "from hyperparameter import param_scope as ps\ndef f(): return ps.optimizer.extra | 1\n")
    assert "optimizer.extra" in refused(program("-D", "optimizer.extra=4"))
    ran = program("-D", "optimizer.extra=4", source="import other\n" + PROGRAM)
    assert (ran.status, ran.out) == (0, "0.1\n")


def test_an_argument_without_default_is_no_parameter_and_the_message_says_so(program: Program) -> None:
    source = "import hyperparameter as hp\ndef main(data, n: int = 1): ...\nhp.launch(main)\n"
    said = refused(program("-D", "main.data=3", "x", source=source))
    assert "data has no default, so it is no parameter: give it as an argument" in said


# ---- what is let through ---------------------------------------------------------------------------------------------


def test_any_other_unknown_key_is_let_through_and_named_at_the_end_if_nothing_read_it(program: Program) -> None:
    ran = program("-D", "late.key=3")
    assert (ran.status, ran.out) == (0, "0.1\n")
    assert ran.err == 'prog.py: warning: nothing read late.key = "3" (command line -D (2nd argument))\n'
    assert program("-D", "late.key=3", "--plugin") == (0, "0.1\n3\n", "")


def test_a_plus_lets_any_key_through_in_silence(program: Program) -> None:
    assert program("-D", "+late.key=3") == (0, "0.1\n", "")
    assert program("-D", "+optimizer.lrr=3", "--strict") == (0, "0.1\n", "")


def test_a_pattern_of_the_program_lets_keys_through_in_silence(program: Program) -> None:
    source = PROGRAM.replace("launch(main)", "launch(main, allow_unused=['late.*', 'optimizer.x*'])")
    assert program("-D", "late.key=3", "optimizer.xx=1", source=source) == (0, "0.1\n", "")


def test_an_override_that_an_explicit_argument_hides_counts_as_unread(program: Program) -> None:
    ran = program("--given", "-D", "optimizer.lr=3")
    assert (ran.status, ran.out) == (0, "5.0\n")
    assert 'nothing read optimizer.lr = "3"' in ran.err


def test_an_override_that_is_read_as_a_part_of_a_whole_is_read(program: Program) -> None:
    source = """
    import hyperparameter as hp

    def main(opt={"lr": 1, "wd": 2}):
        print(opt, hp.param_scope.layers() if "layers" in hp.param_scope else "", hp.param_scope.free | {})

    hp.launch(main)
    """
    ran = program("-D", "main.opt.lr=3", "layers=[1,2]", "layers.0=5", "free.a=1", "free.b.c=2", source=source)
    assert ran == (0, "{'lr': 3, 'wd': 2} [5, 2] {'a': 1, 'b': {'c': 2}}\n", "")


def test_a_list_whose_elements_are_written_is_read_by_its_elements(program: Program) -> None:
    source = """
    import hyperparameter as hp

    def main():
        print(hp.param_scope.layers[0] | 1)

    hp.launch(main)
    """
    assert program("-D", "layers=[4,5]", "layers.0=6", source=source) == (0, "6\n", "")


def test_what_a_worker_thread_reads_is_read(program: Program) -> None:
    source = """
    import hyperparameter as hp
    from threading import Thread

    def main():
        thread = Thread(target=lambda: print(hp.param_scope["late." + "key"] | 0))
        thread.start()
        thread.join()

    hp.launch(main)
    """
    assert program("-D", "late.key=3", source=source) == (0, "3\n", "")


def test_what_a_reference_names_is_read(program: Program) -> None:
    program.file("a.toml", "base = 3\n[optimizer]\nlr = '${base}'\n")
    assert program("-C", "a.toml") == (0, "3.0\n", "")
    assert program("-C", "a.toml", "-D", "base=4") == (0, "4.0\n", "")


def test_a_run_that_failed_is_not_asked_what_it_read(program: Program) -> None:
    source = PROGRAM.replace("    name =", "    raise SystemExit(5)\n    name =")
    assert program("-D", "late.key=3", source=source) == (5, "", "")


# ---- files and environment -------------------------------------------------------------------------------------------


def test_an_unknown_key_of_a_file_is_a_warning(program: Program) -> None:
    program.file("a.toml", "[optimizer]\nlrr = 3\n")
    ran = program("-C", "a.toml")
    assert (ran.status, ran.out) == (0, "0.1\n")
    assert "prog.py: warning: no parameter 'optimizer.lrr' (a.toml:2:7); did you mean optimizer.lr?\n" in ran.err


def test_a_variable_that_names_no_parameter_is_a_warning(program: Program) -> None:
    ran = program(env={"HP_OPTIMIZER__LRR": "3"})
    assert (ran.status, ran.out) == (0, "0.1\n")
    assert (
        "no parameter 'optimizer.lrr' (environment variable HP_OPTIMIZER__LRR); did you mean optimizer.lr?" in ran.err
    )
    ran = program(env={"HP_A____B": "3"})
    assert (ran.status, ran.out) == (0, "0.1\n")
    assert "HP_A____B" in ran.err


def test_an_unknown_key_of_a_file_that_is_like_no_other_is_named_at_the_end(program: Program) -> None:
    program.file("a.toml", "[late]\nkey = 3\n")
    assert "nothing read late.key = 3 (a.toml:2:7)" in program("-C", "a.toml").err
    assert program("-C", "a.toml", "--plugin") == (0, "0.1\n3\n", "")


def test_a_known_key_of_a_file_that_nothing_read_is_fine(program: Program) -> None:
    program.file("a.toml", "[optimizer]\nlr = 3\n")
    assert program("-C", "a.toml", "--given") == (0, "5.0\n", "")


@pytest.mark.parametrize("words", [["--strict"], []], ids=["on the line", "by the program"])
def test_strict_makes_them_errors(program: Program, words: list[str]) -> None:
    source = PROGRAM if words else PROGRAM.replace("launch(main)", "launch(main, strict=True)")
    program.file("a.toml", "[optimizer]\nlrr = 3\n")
    assert "no parameter 'optimizer.lrr'" in refused(program("-C", "a.toml", *words, source=source))
    assert "HP_OPTIMIZER__LRR" in refused(program(*words, source=source, env={"HP_OPTIMIZER__LRR": "1"}))
    ran = program("-D", "late.key=3", *words, source=source)
    assert (ran.status, ran.out) == (2, "0.1\n")
    assert 'prog.py: error: nothing read late.key = "3"' in ran.err


def test_no_strict_undoes_what_the_program_asks(program: Program) -> None:
    source = PROGRAM.replace("launch(main)", "launch(main, strict=True)")
    ran = program("-D", "late.key=3", "--no-strict", source=source)
    assert (ran.status, ran.out) == (0, "0.1\n")
    assert "warning: nothing read late.key" in ran.err


def test_a_flood_of_unknown_keys_is_at_most_a_screen(program: Program) -> None:
    program.file("a.toml", "[optimizer]\n" + "".join(f"zz{n} = 1\n" for n in range(300)))
    ran = program("-C", "a.toml")
    assert ran.status == 0
    assert len(ran.err.splitlines()) <= 24
    assert "293 more unknown keys" in ran.err
    assert len(refused(program("-C", "a.toml", "--strict")).splitlines()) <= 24
