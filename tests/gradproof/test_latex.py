"""Documents: what a fragment may hold, what the command writes and refuses, what `--check` finds, and that it all compiles."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import Decimal
from inspect import signature
from pathlib import Path
from typing import Annotated, Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from math_core import LatexError, LatexToMathML
from sympy import Rational

from gradproof.cli import main
from gradproof.latex.definitions import definitions
from gradproof.latex.files import LAYOUTS, documents, write
from gradproof.latex.fragment import evidence_rows, hash_in, margin, shortened
from tests.gradproof.typesetting import compiled, every_claim, evidence, files_of, made, tex_or_skip
from tests.sampling import is_quick
from theory.activations.sigmoid import sigmoid
from theory.language.claims import Claim, Ledger, full_ledger
from theory.language.domains import Real
from theory.tactics import Nonneg
from theory.tactics.settle import settle
from theory.typeset import Layout, instance_latex, statement_latex

REPOSITORY = Path(__file__).parents[2]
TRUE, NETWORK, REFUTED, CITED = (
    "deriv_sigmoid_le_quarter",
    "norm_jacobian_le_pow",
    "jacobian_tendsto_zero_of_spectralRadius_lt_one",
    "norm_le_spectralRadius_of_normal",
)
FOUR = (TRUE, NETWORK, REFUTED, CITED)
SEPARATE: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}


def run(*arguments: str) -> Result:
    return CliRunner(**SEPARATE).invoke(main, ["latex", *arguments])


def fragments(layout: Layout) -> dict[str, str]:
    return {name: text for name, text in files_of(layout).items() if name.removesuffix(".tex") in full_ledger()}


# --- what a fragment holds ------------------------------------------------------------------------------


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_fragment_leaves_numbering_and_packages_to_the_document(layout: Layout) -> None:
    assert len(fragments(layout)) == len(every_claim())
    for name, text in files_of(layout).items():
        if name not in ("gradproof.sty", "summary.tex", "gradproof.bib"):
            assert not re.search(r"\\(newtheorem|usepackage|documentclass|RequirePackage|begin\{document\})", text), name
            assert text.startswith("% Written by gradproof latex: do not edit.")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_nothing_says_when_or_where_it_was_written(layout: Layout) -> None:
    for name, text in files_of(layout).items():
        if name not in ("gradproof.sty", "gradproof.bib"):  # these are copied, and name a version and dates of publication
            assert not re.search(r"\b(19|20)\d\d-\d\d-\d\d\b|\b\d\d:\d\d\b|(?<![\w.])/(home|work|tmp|usr|root)/", text), name
            assert str(REPOSITORY) not in text


@pytest.mark.parametrize("layout", LAYOUTS)
def test_labels_are_there_once(layout: Layout) -> None:
    together = "".join(fragments(layout).values())
    labels = re.findall(r"\\label\{([^}]+)\}", together)
    assert sorted(labels) == sorted(f"thm:{claim.name}" for claim, _ in every_claim())
    tables = re.findall(r"\\gpevidence\{([^}]+)\}", together)
    assert sorted(tables) == sorted(claim.name for claim, _ in every_claim())
    assert r"\label{tab:#1}" in files_of(layout)["gradproof.sty"]


def test_a_fragment_says_its_claim_its_hash_and_its_versions() -> None:
    for claim, record in every_claim():
        text = fragments("wide")[f"{claim.name}.tex"]
        assert hash_in(text) == record["hash"] == settle(claim).hash
        assert f"claim {claim.name} ({record['verdict']})" in text.splitlines()[0]
        assert "sympy" in text.splitlines()[1]
    assert hash_in("no hash") == ""


def test_the_summary_inputs_every_fragment_and_definition_once() -> None:
    for layout in LAYOUTS:
        inputs = re.findall(r"\\input\{([^}]+)\}", files_of(layout)["summary.tex"])
        written = [name.removesuffix(".tex") for name in files_of(layout) if name.endswith(".tex") and name != "summary.tex"]
        assert sorted(inputs) == sorted(written)


# --- evidence ---------------------------------------------------------------------------------------------


def read(shown: str) -> Decimal:
    found = re.fullmatch(r"\\\(([+-]?)([\d.]+)(?: ?\\times 10\^\{(-?\d+)\})?\\\)", shown)
    assert found, shown
    return Decimal(f"{found[1]}{found[2]}e{found[3] or 0}")


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_margin_is_rounded_down_to_two_digits(slack: float) -> None:
    shown = margin(slack)
    low = read(shown)
    assert low <= Decimal(slack)
    assert Decimal(slack) - low <= abs(Decimal(slack)) / 10
    assert shown.startswith(r"\(0" if slack == 0 else r"\(-" if slack < 0 else r"\(+")
    assert len(re.findall(r"\d", shown.partition(" ")[0].partition(r"\times")[0])) <= 2


@pytest.mark.parametrize(
    ("slack", "shown"),
    [
        (0.0, r"\(0\)"),
        (0.25, r"\(+2.5\times 10^{-1}\)"),
        (-5.5e-10, r"\(-5.5\times 10^{-10}\)"),
        (-5.51e-10, r"\(-5.6\times 10^{-10}\)"),
        (0.2599, r"\(+2.5\times 10^{-1}\)"),
        (3.0, r"\(+3\)"),
        (float("inf"), r"\(\infty\)"),
    ],
)
def test_margins_have_a_sign(slack: float, shown: str) -> None:
    assert margin(slack) == shown


def test_evidence_has_its_columns_and_names_a_violation() -> None:
    claim, record = next((c, r) for c, r in every_claim() if c.name == TRUE)
    labels = [label for label, _ in evidence_rows(claim, record)]
    assert labels == ["Arithmetic", "Samples", "Profile, seed", "Domain", "Worst point", "Margin", "Violations"]
    broken: Any = {**record, "evidence": {**record["evidence"], "broken": 3, "witness_text": "x = 7"}}
    assert dict(evidence_rows(claim, broken))["Violations"] == r"3, first at \(x = 7\)"
    none: Any = {**record, "evidence": {**record["evidence"], "examples": 0, "note": "no free variable_"}}
    assert evidence_rows(claim, none) == [("Attack", r"no free \(\mathrm{variable\_}\)")] or evidence_rows(claim, none)


def test_a_long_point_is_cut_between_its_values() -> None:
    point = ", ".join(f"x_{k} = {10**12 + k}" for k in range(20))
    cut = shortened(point)
    assert cut.endswith(", …")
    assert len(cut) < 150
    assert all(part in point.split(", ") for part in cut.removesuffix(", …").split(", "))
    assert shortened("x = 1, W = [[1, 2], [3, 4]]") == "x = 1, W = [[1, 2], [3, 4]]"


# --- the command --------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen")
def test_the_command_writes_fragments_style_sources_and_summary(tmp_path: Path) -> None:
    done = run(*FOUR, "-o", str(tmp_path / "new" / "claims"))
    assert done.exit_code == 0, done.output
    folder = tmp_path / "new" / "claims"
    expected = {f"{name}.tex" for name in FOUR} | {"def-sigmoid.tex", "def-recurrence.tex"}
    assert {file.name for file in folder.iterdir()} == expected | {"gradproof.sty", "gradproof.bib", "summary.tex"}
    assert "9 files" in done.stdout
    first = {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()}
    again = run(*reversed(FOUR), TRUE, "-o", str(folder))
    assert "0 of them new or changed" in again.stdout
    assert {file.name: (file.read_bytes(), file.stat().st_mtime_ns) for file in folder.iterdir()} == first
    run(*FOUR, "-o", str(folder), "--layout", "narrow")
    assert r"\overset" in (folder / f"{NETWORK}.tex").read_text(encoding="utf-8")


def digest() -> str:
    some = [(claim, made(claim.name)) for claim in full_ledger() if is_quick(claim.name, 120)]
    files = documents(some, "narrow")
    return hashlib.sha256("\n".join(f"{name} {text}" for name, text in sorted(files.items())).encode()).hexdigest()


def test_documents_are_the_same_in_every_process() -> None:
    code = "from tests.gradproof.test_latex import digest; print(digest())"
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY), "PYTHONHASHSEED": "4711"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=environment, cwd=REPOSITORY, check=True
    )
    assert done.stdout.strip() == digest()


def sentence(done: Result) -> str:
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("gradproof: ")
    return line


@pytest.mark.usefixtures("seen")
def test_bad_usage_ends_with_2_and_writes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "claims"
    assert "did you mean" in sentence(run("deriv_sigmoid_le_quarte", TRUE, "-o", str(folder)))
    assert run(TRUE).exit_code == 2
    assert run(TRUE, "-o", str(folder), "--layout", "tall").exit_code == 2
    assert not folder.exists()
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    assert str(file) in sentence(run(TRUE, "-o", str(file)))
    assert file.read_text(encoding="utf-8") == "mine"
    assert "/proc/claims" in sentence(run(TRUE, "-o", "/proc/claims"))


@pytest.mark.usefixtures("seen")
def test_a_folder_that_cannot_hold_all_files_gets_none(tmp_path: Path) -> None:
    (tmp_path / "summary.tex").mkdir()
    assert "summary.tex" in sentence(run(TRUE, "-o", str(tmp_path)))
    assert [file.name for file in tmp_path.iterdir() if file.name != "cache"] == ["summary.tex"]


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    assert write(tmp_path, {"a.tex": "1", "b.tex": "2"}) == 2
    assert write(tmp_path, {"a.tex": "1", "b.tex": "3"}) == 1


# --- --check --------------------------------------------------------------------------------------------------


@pytest.fixture
def fresh(tmp_path: Path, seen: Callable[..., None]) -> Path:
    folder = tmp_path / "claims"
    assert run(TRUE, NETWORK, "-o", str(folder)).exit_code == 0
    return folder


def faults(*arguments: str) -> list[str]:
    done = run(*arguments, "--check")
    assert done.stdout == ""
    found = done.stderr.splitlines()
    assert done.exit_code == (1 if found else 0), done.output
    assert all(line.startswith("gradproof: ") for line in found)
    return found


def test_fresh_fragments_pass(fresh: Path) -> None:
    before = {file.name: file.read_bytes() for file in fresh.iterdir()}
    assert faults(TRUE, NETWORK, "-o", str(fresh)) == []
    assert {file.name: file.read_bytes() for file in fresh.iterdir()} == before
    run(TRUE, NETWORK, "-o", str(fresh), "--layout", "narrow")
    assert faults(TRUE, NETWORK, "-o", str(fresh)) == []


def test_what_is_missing_stale_or_edited_is_named(fresh: Path) -> None:
    file = fresh / f"{TRUE}.tex"
    text = file.read_text(encoding="utf-8")
    (missing,) = faults(TRUE, REFUTED, "-o", str(fresh))
    assert f"{REFUTED}.tex is missing; write it with `gradproof latex {REFUTED} -o" in missing

    file.write_text(text.replace(hash_in(text), "0" * len(hash_in(text))), encoding="utf-8")
    (stale,) = faults(TRUE, NETWORK, "-o", str(fresh))
    assert f"written for another version of {TRUE}" in stale

    edited = text.replace(r"\tfrac14. \]", r"\tfrac15. \]", 1)
    assert edited != text
    file.write_text(edited, encoding="utf-8")
    (wrong,) = faults(TRUE, "-o", str(fresh))
    assert "was edited" in wrong

    file.write_text(text, encoding="utf-8")
    definition = fresh / "def-sigmoid.tex"
    definition.write_text(definition.read_text(encoding="utf-8").replace("e^", "2^"), encoding="utf-8")
    (other,) = faults(TRUE, "-o", str(fresh))
    assert "def-sigmoid.tex defines something else" in other


def _open(x: Annotated[Any, Real]) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Nonneg()


@pytest.mark.usefixtures("seen")
def test_what_is_not_settled_fails_whatever_was_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledger = Ledger("test")
    for known in full_ledger():
        ledger.add(known)
    ledger.add(Claim(name="not_proved", module="theory.test", meaning="No tactic proves this.", builder=_open))
    monkeypatch.setattr("theory.language.claims.full_ledger", lambda: ledger)
    assert run("not_proved", "-o", str(tmp_path)).exit_code == 1
    assert r"\begin{lemma}[open]" in (tmp_path / "not_proved.tex").read_text(encoding="utf-8")
    (said,) = faults("not_proved", "-o", str(tmp_path))
    assert "not_proved is OPEN" in said


# --- it compiles ------------------------------------------------------------------------------------------------

FORMULA = re.compile(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", re.DOTALL)
HEAD = r"""\documentclass{article}
\usepackage[T1]{fontenc}
\usepackage{gradproof}
\newtheorem{definition}{Definition}
\begin{document}
"""


def everything() -> Iterator[str]:
    """Every statement, step, point and definition, each a paragraph."""
    for claim, record in every_claim():
        for layout in LAYOUTS:
            yield statement_latex(claim, layout)
        settlement = settle(claim)
        yield from (step["latex"] for step in record["proof"]["steps"])
        for at in (settlement.example, settlement.witness):
            if at is not None and (at.values or at.dims):
                yield rf"\( {instance_latex(at)} \)"
        yield from (value for _, value in evidence_rows(claim, record))
    yield from definitions(claim for claim, _ in every_claim()).values()


def formulas() -> Iterator[tuple[str, bool]]:
    """Every formula of every claim, and whether it is displayed."""
    for part in [*everything(), *(text for layout in LAYOUTS for text in fragments(layout).values())]:
        for found in FORMULA.finditer(part):
            yield found[1] or found[2], found[2] is not None


def test_every_formula_compiles(tmp_path: Path) -> None:
    tex_or_skip()
    (tmp_path / "gradproof.sty").write_text(files_of("wide")["gradproof.sty"], encoding="utf-8")
    body = "\n\n".join(everything())
    (tmp_path / "all.tex").write_text(f"{HEAD}{body}\n\\end{{document}}\n", encoding="utf-8")
    assert [line for line in compiled(tmp_path, "all") if not line.startswith("Overfull")] == []
    (tmp_path / "broken.tex").write_text(f"{HEAD}\\(x_{{\\)\n\\end{{document}}\n", encoding="utf-8")
    assert compiled(tmp_path, "broken")


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_summary_compiles_without_a_blemish(layout: Layout, tmp_path: Path) -> None:
    tex_or_skip()
    write(tmp_path, files_of(layout))
    assert compiled(tmp_path, "summary", passes="lbll") == []


def test_a_blemish_is_seen(tmp_path: Path) -> None:
    tex_or_skip()
    write(tmp_path, {"gradproof.sty": files_of("wide")["gradproof.sty"]})
    for wrong in (r"\[" + "x+" * 90 + r"x\]", r"\ref{thm:nowhere}", r"\cite{nobody}"):
        (tmp_path / "a.tex").write_text(f"{HEAD}{wrong}\n\\end{{document}}\n", encoding="utf-8")
        assert compiled(tmp_path, "a")


def test_a_reference_to_a_claim_outside_of_the_document_is_its_name(tmp_path: Path) -> None:
    tex_or_skip()
    write(tmp_path, {"gradproof.sty": files_of("wide")["gradproof.sty"]})
    body = r"\gpref{elsewhere}{else\_where} and \[ x \qquad \gpref{elsewhere}{else\_where} \]"
    (tmp_path / "a.tex").write_text(f"{HEAD}{body}\n\\end{{document}}\n", encoding="utf-8")
    assert compiled(tmp_path, "a", passes="ll") == []


# The macros of gradproof.sty, as a page defines them.
CONVERTER = LatexToMathML(macros={"gpref": r"\texttt{#2}", "gpfit": "#1", "qedhere": "", "allowbreak": ""}, fancy_error=False)


def test_every_formula_becomes_mathml() -> None:
    count = 0
    for formula, displayed in dict.fromkeys(formulas()):
        made = CONVERTER.convert_with_local_state(formula, displaystyle=displayed)
        assert made.startswith("<math")
        assert "merror" not in made
        count += "aligned" in formula
    assert count > 100


@pytest.mark.parametrize(
    "broken", [r"\left(x", r"\nosuch x", r"\frac{1}", "x_{", r"\begin{aligned} x", "a & b", r"\text{\(x\)}"]
)
def test_a_broken_formula_is_refused(broken: str) -> None:
    with pytest.raises(LatexError):
        CONVERTER.convert_with_local_state(broken, displaystyle=True)


# --- without TeX ------------------------------------------------------------------------------------------------


def test_without_tex_a_test_skips_or_fails_as_asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("GRADPROOF_REQUIRE_TEX", raising=False)
    with pytest.raises(pytest.skip.Exception, match="texlive"):
        tex_or_skip()
    monkeypatch.setenv("GRADPROOF_REQUIRE_TEX", "1")
    with pytest.raises(pytest.fail.Exception, match="GRADPROOF_REQUIRE_TEX"):
        tex_or_skip()


def test_points_are_drawn_for_every_claim() -> None:
    for claim, record in every_claim():
        quantified = record["statement"]["text"].startswith("For") and bool(claim.binders)
        assert evidence(claim)["where"] or not quantified, claim.name
