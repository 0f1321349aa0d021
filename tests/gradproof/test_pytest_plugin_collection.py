"""Which claims become items, under which ids; options, ini keys and the header."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import gradproof

# A nested session that runs in this process forgets the modules that it imported; SymPy and claims must outlive it.
import gradproof.suite.ledger
import theory.activations.sigmoid
import theory.tactics
from gradproof.pytesting import options
from theory.language.claims import full_ledger, ledger_of

pytest_plugins = ["pytester"]

HEAD = """
from typing import Annotated
import pytest
from sympy import Expr
from theory.activations.sigmoid import sigmoid
from theory.language.claims import claim
from theory.language.domains import Real
from theory.tactics import Nonneg
X = Annotated[Expr, Real]
"""


def declared(*names: str, indent: str = "", mark: str = "") -> str:
    """Source that declares true claims of these names."""
    parts = [
        f"@claim()\n{mark}def {name}(x: X):\n    'The sigmoid is positive.'\n    return sigmoid(x) > 0, Nonneg()\n"
        for name in names
    ]
    return "\n".join(indent + line for line in "".join(parts).splitlines()) + "\n"


@pytest.fixture(autouse=True)
def as_if_alone(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Environment and ledgers as if there had been no other test."""
    monkeypatch.delenv("CI", raising=False)
    ledgers = vars(sys.modules["theory.language.claims"])["_LEDGERS"]
    before = dict(ledgers)
    full_ledger()
    yield
    for package in set(ledgers) - set(before) - {"theory"}:
        del ledgers[package]


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def collected(pytester: pytest.Pytester, *arguments: str) -> list[str]:
    """The ids that a run collects."""
    result = pytester.runpytest_inprocess("--collect-only", "-q", *arguments)
    assert result.ret == 0, result.stdout.str() + result.stderr.str()
    return [line for line in result.outlines if "::" in line]


def both(node: str) -> list[str]:
    return [f"{node}::proof", f"{node}::attack"]


# --- what is collected ------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", ["prepend", "append", "importlib"])
def test_claims_and_tests_stand_side_by_side(mode: str, pytester: pytest.Pytester) -> None:
    write(pytester.path, {f"checks/test_{mode}.py": HEAD + declared("first") + "def test_plain(): pass\n" + declared("second")})
    file = f"checks/test_{mode}.py"
    expected = [*both(f"{file}::first"), f"{file}::test_plain", *both(f"{file}::second")]
    assert collected(pytester, f"--import-mode={mode}") == expected


def test_claim_belongs_to_the_module_that_declares_it(pytester: pytest.Pytester) -> None:
    """Not to those that import it, nor to a second name for it."""
    write(
        pytester.path,
        {
            "conftest.py": "",
            "helpers_of_mine.py": HEAD + declared("helper"),
            "test_importing.py": HEAD
            + "from helpers_of_mine import helper\nfrom theory.activations.sigmoid import deriv_sigmoid\n"
            + declared("own")
            + "alias = own\n",
        },
    )
    assert collected(pytester) == both("test_importing.py::own")


def test_claims_in_a_class_and_from_a_factory(pytester: pytest.Pytester) -> None:
    factory = (
        "def made(name):\n    def builder(x: X):\n        'Positive.'\n        return sigmoid(x) > 0, Nonneg()\n"
        "    builder.__name__ = name\n    return claim()(builder)\n"
        "one, two = made('one'), made('another_name')\n"
    )
    write(pytester.path, {"test_places.py": HEAD + "class TestBounds:\n" + declared("inner", indent="    ") + factory})
    places = ["TestBounds::inner", "one", "two"]
    assert collected(pytester) == [item for place in places for item in both(f"test_places.py::{place}")]


def test_claims_in_ignored_files_are_left_alone(pytester: pytest.Pytester) -> None:
    source = HEAD + declared("here") + "def test_plain(): pass\n"
    write(pytester.path, {"tests/helping/test_a_helper.py": source, "tests/test_no_helper.py": source.replace("here", "there")})
    left = ["tests/helping/test_a_helper.py::test_plain"]
    expected = [*left, *both("tests/test_no_helper.py::there"), "tests/test_no_helper.py::test_plain"]
    assert collected(pytester, "-o", "gradproof_ignore=tests/helping/*") == expected
    assert collected(pytester, "-o", "gradproof_ignore=tests/test_[ab]*\n*/helping/test_a*") == expected


def test_ids_select(pytester: pytest.Pytester) -> None:
    write(pytester.path, {"test_select.py": HEAD + declared("first_one", "second_one") + "def test_plain(): pass\n"})
    file = "test_select.py"
    assert collected(pytester, f"{file}::first_one") == both(f"{file}::first_one")
    assert collected(pytester, f"{file}::first_one::proof") == [f"{file}::first_one::proof"]
    assert collected(pytester, "-k", "second_one and attack") == [f"{file}::second_one::attack"]
    assert collected(pytester, "-m", "claim_proof") == [f"{file}::first_one::proof", f"{file}::second_one::proof"]
    assert collected(pytester, "-m", "not claim_proof and not claim_attack") == [f"{file}::test_plain"]


def test_marks_of_the_function_are_marks_of_its_items(pytester: pytest.Pytester) -> None:
    source = declared("conjecture", mark="@pytest.mark.skip(reason='later')\n@pytest.mark.slow\n")
    write(pytester.path, {"test_marked.py": HEAD + source, "pytest.ini": "[pytest]\nmarkers = slow: takes long\n"})
    assert collected(pytester, "-m", "slow", "--strict-markers") == both("test_marked.py::conjecture")
    pytester.runpytest_inprocess().assert_outcomes(skipped=2)


def test_other_projects_claims_stay_out_of_our_ledger(pytester: pytest.Pytester) -> None:
    write(pytester.path, {"checks/test_ledger_of_theirs.py": HEAD + declared("sigmoid_neg")})
    before = [claim.name for claim in full_ledger()]
    assert collected(pytester, "--import-mode=importlib") == both("checks/test_ledger_of_theirs.py::sigmoid_neg")
    assert [claim.name for claim in full_ledger()] == before
    assert [claim.module for claim in ledger_of("checks")] == ["checks.test_ledger_of_theirs"]


def test_name_is_used_once_in_a_ledger(pytester: pytest.Pytester) -> None:
    source = HEAD + declared("twice")
    write(pytester.path, {"checks/a/test_it.py": source, "checks/b/test_it.py": source})
    result = pytester.runpytest_inprocess("--import-mode=importlib", "--collect-only")
    result.stdout.fnmatch_lines(
        ["E * claim twice is declared in checks.a.test_it and again in checks.b.test_it; rename one of them"]
    )


# --- modules that are listed --------------------------------------------------------------------------


@pytest.fixture
def library(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    """A project with a package under src, of which two parts are listed, and a test."""
    write(
        pytester.path,
        {
            "pytest.ini": "[pytest]\ntestpaths = tests\n"
            "gradproof_modules =\n    lib_of_theirs.claims\n    lib_of_theirs.single\n",
            "src/lib_of_theirs/__init__.py": "",
            "src/lib_of_theirs/claims/__init__.py": "",
            "src/lib_of_theirs/claims/bounds.py": HEAD + declared("bound") + "def test_not_one(): raise RuntimeError\n",
            "src/lib_of_theirs/claims/heavy.py": "raise RuntimeError('imported')\n",
            "src/lib_of_theirs/single.py": HEAD + "from lib_of_theirs.claims.bounds import bound\n" + declared("alone"),
            "src/lib_of_theirs/other.py": HEAD + declared("not_listed"),
            "tests/test_lib.py": "def test_lib(): pass\n",
        },
    )
    monkeypatch.syspath_prepend(pytester.path / "src")
    return pytester


LISTED = [*both("src/lib_of_theirs/claims/bounds.py::bound"), *both("src/lib_of_theirs/single.py::alone")]
TEST = "tests/test_lib.py::test_lib"


@pytest.mark.parametrize("mode", ["prepend", "importlib"])
@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], [TEST, *LISTED]),
        (["-o", "testpaths=."], [*LISTED, TEST]),
        (["-o", "testpaths=tests src"], [TEST, *LISTED]),
        (["tests"], [TEST]),
        (["src"], LISTED),
        (["src/lib_of_theirs/single.py"], LISTED[2:]),
        (["src/lib_of_theirs/single.py::alone::attack"], LISTED[3:]),
        (["-k", "bound"], LISTED[:2]),
    ],
)
def test_listed_modules_are_collected_once(
    mode: str, arguments: list[str], expected: list[str], library: pytest.Pytester
) -> None:
    assert collected(library, f"--import-mode={mode}", *arguments) == expected


def test_listed_module_that_is_a_test_module_stays_one(library: pytest.Pytester) -> None:
    write(library.path, {"src/lib_of_theirs/claims/test_inner.py": HEAD + declared("inner") + "def test_one(): pass\n"})
    assert collected(library) == [TEST, *LISTED]
    file = "src/lib_of_theirs/claims/test_inner.py"
    assert collected(library, file) == [*both(f"{file}::inner"), f"{file}::test_one"]


def test_listed_module_elsewhere_is_named_by_its_name(library: pytest.Pytester) -> None:
    write(library.path, {"elsewhere/pytest.ini": "[pytest]\ngradproof_modules = lib_of_theirs.single\n"})
    ids = collected(library, "--rootdir=elsewhere", "-c", "elsewhere/pytest.ini", "-o", "testpaths=tests")
    assert sorted(ids) == sorted([*both("lib_of_theirs/single.py::alone"), TEST])


@pytest.mark.parametrize("name", ["lib_of_theirs.clams", "no_such_library", "lib_of_theirs.single.part", "with space"])
def test_listed_module_that_does_not_exist_is_bad_usage(name: str, library: pytest.Pytester) -> None:
    result = library.runpytest_inprocess("-o", f"gradproof_modules={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"the ini key gradproof_modules lists {name!r}, which is not on the import path" in result.stderr.str()


@pytest.mark.parametrize("name", ["sys", "lib_of_theirs.empty"])
def test_listed_package_that_does_not_speak_of_claims_is_bad_usage(name: str, library: pytest.Pytester) -> None:
    write(library.path, {"src/lib_of_theirs/empty/__init__.py": "", "src/lib_of_theirs/empty/part.py": "raise RuntimeError"})
    result = library.runpytest_inprocess("-o", f"gradproof_modules={name}")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert f"lists {name!r}, in which no Python file speaks of claims" in result.stderr.str()


def test_listed_module_without_claims_is_an_error(library: pytest.Pytester) -> None:
    result = library.runpytest_inprocess("-o", "gradproof_modules=theory.language.errors")
    result.stdout.fnmatch_lines(["the ini key gradproof_modules lists theory.language.errors, which declares no claim; *"])
    assert result.ret == pytest.ExitCode.INTERRUPTED


# --- profile, seed and header -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        ([], {}, "profile dev, seed 0"),
        (["--gradproof-profile=nightly", "--gradproof-seed=3"], {"CI": "true"}, "profile nightly, seed 3"),
        ([], {"CI": "true"}, "profile ci, seed 0"),
        (["-o", "gradproof_profile=dev", "-o", "gradproof_seed=12"], {"CI": "true"}, "profile dev, seed 12"),
        (["--gradproof-profile=ci", "-o", "gradproof_profile=dev"], {}, "profile ci, seed 0"),
        (["--hypothesis-seed=5"], {}, "profile dev, seed 5"),
        (["--hypothesis-seed=5", "--gradproof-seed=6"], {}, "profile dev, seed 6"),
        (["--hypothesis-profile=ci"], {}, "profile ci, seed 0"),
        (["--hypothesis-profile=default"], {}, "profile dev, seed 0"),
        (["-p", "no:hypothesispytest"], {}, "profile dev, seed 0"),
    ],
)
def test_header_says_profile_and_seed(
    arguments: list[str],
    environment: dict[str, str],
    expected: str,
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from hypothesis import core, settings

    before = settings.get_current_profile_name()
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(core, "global_force_seed", None)
    try:
        result = pytester.runpytest_inprocess(*arguments)
    finally:
        settings.load_profile(before)
    result.stdout.fnmatch_lines([f"gradproof *, {expected}, sympy *, python-flint *"])


def test_nightly_draws_a_seed(pytester: pytest.Pytester) -> None:
    seeds = set[str]()
    for _ in range(3):
        result = pytester.runpytest_inprocess("--gradproof-profile=nightly")
        seeds |= {line.partition("seed ")[2].partition(",")[0] for line in result.outlines if line.startswith("gradproof ")}
    assert len(seeds) == 3


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("--gradproof-seed=-1", "a seed is a natural number, not '-1'"),
        ("--gradproof-profile=weekly", "--gradproof-profile: invalid choice: 'weekly'"),
        ("-ogradproof_seed=1.5", "the ini key gradproof_seed is a natural number, not '1.5'"),
        ("-ogradproof_profile=weekly", "the ini key gradproof_profile is one of dev, ci, nightly, not 'weekly'"),
    ],
)
def test_bad_usage_is_one_sentence(argument: str, sentence: str, pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess(argument)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    assert sentence in result.stderr.str()


def test_plugin_can_be_turned_off(pytester: pytest.Pytester) -> None:
    write(pytester.path, {"test_off.py": HEAD + declared("never") + "def test_plain(): pass\n"})
    assert collected(pytester, "-p", "no:gradproof") == ["test_off.py::test_plain"]


def test_help_lists_options_and_ini_keys(pytester: pytest.Pytester) -> None:
    text = pytester.runpytest_inprocess("--help").stdout.str()
    keys = ["gradproof_modules (linelist)", "gradproof_profile (string)", "gradproof_seed (string)"]
    for name in ["--gradproof-profile=", "--gradproof-seed=N", "--gradproof-fresh", *keys]:
        assert name in text


# --- where gradproof cannot work ------------------------------------------------------------------------


def test_a_shadowed_package_turns_the_plugin_off(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's `theory` in the place of ours must not end every run of pytest there."""
    fault = "gradproof needs its own package 'theory', but another one is found elsewhere"
    monkeypatch.setattr(gradproof, "shadowed", gradproof.ShadowedPackage(fault), raising=False)
    write(pytester.path, {"test_plain.py": "def test_plain(): pass\n"})
    result = pytester.runpytest_inprocess()
    result.assert_outcomes(passed=1)
    result.stdout.fnmatch_lines([f"gradproof is off: {fault}"])


def test_the_suite_says_why_it_cannot_be_read(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails() -> None:
        raise ImportError("no module named theory.flow")

    monkeypatch.setattr(gradproof.suite.ledger, "claims_by_module", fails)
    result = pytester.runpytest_inprocess("--pyargs", "gradproof.suite")
    result.stdout.fnmatch_lines(["gradproof's own claims cannot be read: no module named theory.flow"])


def test_everything_that_must_outlive_a_nested_session_is_loaded() -> None:
    """The imports at the top of this file are there for what they load."""
    for module in (theory.activations.sigmoid, theory.tactics, options):
        assert importlib.import_module(module.__name__) is module


def test_a_folder_called_theory_is_not_ours(pytester: pytest.Pytester) -> None:
    write(pytester.path, {"theory/test_theirs.py": HEAD + declared("sigmoid_pos_of_theirs")})
    assert collected(pytester, "--import-mode=importlib") == both("theory/test_theirs.py::sigmoid_pos_of_theirs")
    assert "sigmoid_pos_of_theirs" not in full_ledger()
