"""The example paper: its fragments are what gradproof proves today, and it is not built where one is not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.resources import files
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from gradproof.cli import main
from gradproof.latex.definitions import definitions
from gradproof.latex.fragment import hash_in
from tests.gradproof.typesetting import tex_or_skip
from theory.exposition import claim_latex
from theory.language.claims import full_ledger
from theory.tactics.settle import settle

PAPER = Path(__file__).parents[2] / "examples" / "paper"
AGAIN = "run `python examples/paper/build.py --update`, read what has changed, and commit it"


def loaded(folder: Path) -> Any:
    spec = spec_from_file_location("build_of_the_paper", folder / "build.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BUILD = loaded(PAPER)
NAMES: list[str] = BUILD.claims_in((PAPER / "paper.tex").read_text(encoding="utf-8"))


# --- the fragments that are committed ----------------------------------------------------------------


def test_the_paper_inputs_claims_of_the_ledger() -> None:
    assert len(NAMES) > 10
    assert all(name in full_ledger() for name in NAMES)
    assert BUILD.claims_in("%\\input{claims/no}\n\\input{claims/def-x}\n\\input{claims/yes}\n") == ["yes"]


@pytest.mark.parametrize("name", NAMES)
def test_the_fragments_are_fresh(name: str) -> None:
    claim = full_ledger()[name]
    text = (PAPER / "claims" / f"{name}.tex").read_text(encoding="utf-8")
    assert hash_in(text) == settle(claim).hash, f"{name}.tex is stale: {AGAIN}"
    assert claim_latex(claim, "narrow").rstrip() in text, f"{name}.tex prints {name} as it was: {AGAIN}"


def test_style_sources_and_definitions_are_fresh() -> None:
    folder = PAPER / "claims"
    style = files("gradproof.latex").joinpath("gradproof.sty").read_text(encoding="utf-8")
    assert (folder / "gradproof.sty").read_text(encoding="utf-8") == style, AGAIN
    sources = files("theory").joinpath("sources.bib").read_text(encoding="utf-8")
    assert (folder / "gradproof.bib").read_text(encoding="utf-8") == sources, AGAIN
    meant = definitions(full_ledger()[name] for name in NAMES)
    for name, text in meant.items():
        assert text in (folder / name).read_text(encoding="utf-8"), AGAIN
    known = {f"{name}.tex" for name in NAMES} | set(meant) | {"gradproof.sty", "gradproof.bib", "summary.tex"}
    assert {file.name for file in folder.iterdir()} == known, AGAIN


# --- the build ---------------------------------------------------------------------------------------------


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Runs a copy of build.py with gradproof in this process; LaTeX runs as it does."""
    folder = tmp_path / "paper"
    shutil.copytree(PAPER, folder, ignore=shutil.ignore_patterns("build", "__pycache__"))
    monkeypatch.setenv("GRADPROOF_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("gradproof.verify.default_jobs", lambda: 1)
    module: Any = loaded(folder)
    run: Any = subprocess.run

    def routed(command: Any, **options: Any) -> Any:
        if tuple(command[1:3]) != ("-m", "gradproof.cli"):
            return run(command, **options)
        assert command[0] == sys.executable
        done = CliRunner().invoke(main, [*command[3:]])
        sys.stderr.write(done.output)
        return subprocess.CompletedProcess[str](command, done.exit_code)

    monkeypatch.setattr(module.subprocess, "run", routed)

    def start() -> None:
        monkeypatch.setattr(sys, "argv", ["build.py", "--into", str(tmp_path / "out")])
        module.main()

    return start


def test_the_paper_is_built(build: Callable[..., None], tmp_path: Path) -> None:
    tex_or_skip()
    build()
    assert (tmp_path / "out" / "paper.pdf").stat().st_size > 50_000


def test_a_stale_or_missing_fragment_stops_the_build(
    build: Callable[..., None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stale, missing = (tmp_path / "paper" / "claims" / f"{name}.tex" for name in ("norm_jacobian_le_pow", NAMES[0]))
    text = stale.read_text(encoding="utf-8")
    stale.write_text(text.replace(hash_in(text), "f" * len(hash_in(text))), encoding="utf-8")
    missing.unlink()
    with pytest.raises(SystemExit, match="the paper is not built"):
        build()
    said = capsys.readouterr().err
    assert "was written for another version of norm_jacobian_le_pow" in said
    assert f"{NAMES[0]}.tex is missing" in said
    assert not (tmp_path / "out").exists()


def test_a_blemish_stops_the_build(build: Callable[..., None], tmp_path: Path) -> None:
    tex_or_skip()
    paper = tmp_path / "paper" / "paper.tex"
    text = paper.read_text(encoding="utf-8")
    paper.write_text(text.replace(r"\end{document}", r"\ref{thm:nowhere}\end{document}"), encoding="utf-8")
    with pytest.raises(SystemExit, match="references that lead nowhere"):
        build()


def test_without_tex_the_claims_are_checked_all_the_same(build: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    with pytest.raises(SystemExit, match="no pdflatex is here"):
        build()
