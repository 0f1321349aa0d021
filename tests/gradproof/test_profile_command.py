"""`gradproof profile` and the plots, as a user meets them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.gradproof.commands import run, schema
from tests.gradproof.typesetting import compiled, tex_or_skip

SCHEMA = schema("profile")
SUBJECTS = (
    "sigmoid",
    "relu",
    "hardswish",
    "gelu",
    "softshrink",
    "sine",
    "snake",
    "selu",
    "x*tanh(x)",
    "where(x > 1, x, 0)",
    "x**3",
)
SETTLED = {name: name != "snake" for name in SUBJECTS}


@pytest.mark.parametrize("what", SUBJECTS)
def test_json_follows_its_schema(what: str) -> None:
    done = run("profile", what, "--json")
    assert done.exit_code == (0 if SETTLED[what] else 1), done.output
    found = json.loads(done.output)
    jsonschema.validate(found, SCHEMA)
    assert (not found["unsettled"]) is SETTLED[what]


def test_json_of_relu() -> None:
    found = json.loads(run("profile", "relu", "--json").output)
    zero: dict[str, Any] = {"lower": "0", "upper": "0", "exact": "0"}
    assert found["junctions"][0]["clarke"] == ["0", "1"]
    assert found["dead"] == [{"from": None, "to": zero, "closed": [False, False]}]
    assert found["fixed_points"] == [{"from": zero, "to": None, "closed": [True, False]}]
    assert found["smoothness"] == {"finite": False}
    assert found["lipschitz"] == {"finite": True, "lower": "1", "upper": "1"}
    assert [end["limit"] for end in found["ends"]] == ["0", "Infinity"]


def test_the_table_says_what_matters() -> None:
    said = " ".join(run("profile", "hardswish").output.split())
    for line in (
        "hardswish: φ(x) = x·min(6, max(0, x + 3))/6",
        "range [−3/8, ∞)",
        "at x = −3 a kink: the slope goes from 0 to −1/2; Clarke's derivative is [−1/2, 0]",
        "rises on [−3/2, ∞) falls on [−3, −3/2] constant on (−∞, −3]",
        "convex on [−3, 3] affine on (−∞, −3] and [3, ∞)",
        "x → −∞ φ → 0, reached x → ∞ φ → ∞, φ = x",
        "Lipschitz constant 3/2 smoothness constant none: φ′ is not continuous",
        "no gradient on (−∞, −3)",
    ):
        assert line in said


def test_an_end_at_which_the_function_jumps_is_left_open() -> None:
    said = " ".join(run("profile", "hardshrink").output.split())
    assert "rises on (−∞, −1/2) and (1/2, ∞) constant on (−1/2, 1/2)" in said
    assert "Lipschitz constant ∞: φ jumps smoothness constant none: φ′ is not continuous" in said


def test_a_name_is_the_function_of_x() -> None:
    assert run("profile", "silu").output.splitlines()[1:] == run("profile", "silu(x)").output.splitlines()[1:]


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("1/x", "no profile"),
        ("nonsense", "no function"),
        ("__import__('os')", "cannot be read"),
        ("x.real", "cannot be read"),
        ("", "empty"),
        ("y", "no function"),
        ("x" * 10**6, "at most"),
        ("(" * 20_000, "at most"),
        ("(" * 200, "nested"),
        ("9**9**9**9", ""),
    ],
)
def test_what_is_no_activation_gets_one_line(what: str, said: str) -> None:
    done = run("profile", what)
    assert done.exit_code == 2
    assert said in done.output
    assert len(done.output.strip().splitlines()) == 1


PREAMBLE = r"""\documentclass{article}
\usepackage[margin=25mm]{geometry}
\usepackage{amsmath,amssymb,booktabs}
\begin{document}
"""


def test_the_latex_tables_compile_without_an_overfull_box(tmp_path: Path) -> None:
    tex_or_skip()
    tables = [run("profile", what, "--latex", "--digits", "8").output for what in SUBJECTS]
    (tmp_path / "a.tex").write_text(PREAMBLE + "\n\\clearpage\n".join(tables) + "\\end{document}\n", encoding="utf-8")
    assert compiled(tmp_path, "a") == []


# --- plots ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", [".png", ".pdf", ".svg"])
def test_a_plot_is_the_same_each_time(suffix: str, tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    drawn: list[bytes] = []
    for k in range(2):
        file = tmp_path / f"{k}{suffix}"
        assert run("profile", "hardswish", "--plot", str(file)).exit_code == 0
        drawn.append(file.read_bytes())
    assert len(drawn[0]) > 5_000
    assert drawn[0] == drawn[1]


def test_certify_draws_its_extrema(tmp_path: Path) -> None:
    pytest.importorskip("matplotlib")
    file = tmp_path / "mish.svg"
    assert run("certify", "mish(x)", "--order", "1", "--plot", str(file)).exit_code == 0
    svg = file.read_text(encoding="utf-8")
    assert "sup = 1.0884982" in svg
    assert "inf = −0.11252612" in svg


@pytest.mark.parametrize("command", [("profile", "relu"), ("certify", "relu(x)")])
def test_a_plot_of_an_unknown_kind_is_refused_before_any_work(command: tuple[str, ...], tmp_path: Path) -> None:
    done = run(*command, "--plot", str(tmp_path / "relu.doc"))
    assert (done.exit_code, list(tmp_path.iterdir())) == (2, [])
    assert ".pdf, .png, .svg" in done.output
    absent = run(*command, "--plot", str(tmp_path / "no" / "relu.png"))
    assert absent.exit_code == 2


def test_without_matplotlib_it_says_what_to_install(tmp_path: Path) -> None:
    code = "import sys; sys.modules['matplotlib'] = None; from gradproof.cli import main; main()"
    file = tmp_path / "relu.png"
    done = subprocess.run(
        [sys.executable, "-c", code, "profile", "relu", "--plot", str(file)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "gradproof[plot]" in done.stderr
    assert not file.exists()
