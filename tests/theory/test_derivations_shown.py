"""What a reader sees of a derivation: in a terminal, in LaTeX for one column and for two, in a notebook."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Any

import pytest

from tests.theory.derived import derived, each_case, each_head, named
from theory.activations.gelu import gelu
from theory.activations.hard_tanh import hard_tanh
from theory.activations.identity import identity
from theory.activations.leaky_relu import leaky_relu
from theory.activations.normal import normal_cdf, normal_pdf
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.silu import silu
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.language.activations import Activation
from theory.language.errors import ClaimError

SIGMOID = """\
σ(x)  = 1/(1 + exp(−x))              definition
σ′(x) = exp(−x)/(1 + exp(−x))²       quotient rule
      = σ(x)(1 − σ(x))               deriv_sigmoid
σ″(x) = σ′(x)(1 − σ(x)) − σ(x)σ′(x)  product rule
      = σ(x)(1 − σ(x))(1 − 2σ(x))    second_deriv_sigmoid"""

RELU = """\
relu(x)  = max(0, x)                 definition
         = {x if x > 0; 0 if x < 0}  cases, x ≠ 0
relu′(x) = 1{x > 0}                  piece by piece, x ≠ 0
relu″(x) = 0                         second_deriv_relu, x ≠ 0"""

RESULTS: dict[tuple[type[Activation], int], str] = {
    (sigmoid, 3): "σ(x)(1 − σ(x))(1 − 6σ(x) + 6σ(x)²)",
    (tanh, 2): "−2·tanh(x)(1 − tanh(x)²)",
    (tanh, 3): "−2(1 − tanh(x)²)(1 − 3·tanh(x)²)",
    (softplus, 2): "σ(x)(1 − σ(x))",
    (silu, 1): "σ(x)(1 + x(1 − σ(x)))",
    (silu, 2): "σ(x)(1 − σ(x))(2 + x(1 − 2σ(x)))",
    (gelu, 1): "Φ(x) + xφ(x)",
    (gelu, 2): "(2 − x²)φ(x)",
    (gelu, 3): "x(x² − 4)φ(x)",
    (normal_pdf, 2): "(x² − 1)φ(x)",
    (normal_cdf, 1): "φ(x)",
    (normal_cdf, 2): "−xφ(x)",
    (hard_tanh, 1): "{0 if x > 1; 1 if −1 < x < 1; 0 if x < −1}",
    (leaky_relu, 1): "{1 if x > 0; 1/100 if x < 0}",
    (identity, 1): "1",
}


def test_the_textbook_derivation_of_the_sigmoid() -> None:
    assert repr(derived(sigmoid, 2)) == str(derived(sigmoid, 2)) == SIGMOID
    assert repr(derived(relu, 2)) == RELU


@pytest.mark.parametrize(("case", "shown"), RESULTS.items(), ids=map(named, RESULTS))
def test_results_in_closed_form(case: tuple[type[Activation], int], shown: str) -> None:
    last = repr(derived(*case)).splitlines()[-1]
    assert re.search(r" = (.*?)  ", last + "  ")[1] == shown  # pyright: ignore[reportOptionalSubscript]


def balanced(latex: str) -> bool:
    depth = 0
    for mark in re.findall(r"\\.|[{}]", latex):
        depth += {"{": 1, "}": -1}.get(mark, 0)
        if depth < 0:
            return False
    return depth == 0


@each_case
def test_latex_has_one_relation_a_step_and_each_left_side_once(case: tuple[type[Activation], int]) -> None:
    d = derived(*case)
    latex = d.latex()
    assert latex.startswith("\\begin{aligned}\n")
    assert latex.endswith("\n\\end{aligned}")
    rows = [row for row in latex.split("\\\\\n") if " &= " in row or row.lstrip().startswith("&= ")]
    assert latex.count("&=") == len(rows) == latex.count("&& ") == len(d)
    assert sum(" &= " in row for row in latex.splitlines()) == case[1] + 1
    assert balanced(latex)
    assert not re.search(r"\\left|\\right\b|[^\x00-\x7f]|\\operatorname\{Piecewise|[^\\]_deriv", latex)


@each_case
def test_the_narrow_layout_marks_relations_and_lists_reasons(case: tuple[type[Activation], int]) -> None:
    d = derived(*case)
    narrow = d.latex("narrow")
    assert narrow.count(r"&\overset{(") == len(d)
    assert "&&" not in narrow
    assert balanced(narrow)
    for reason in {step.reason for step in d}:
        assert narrow.count(f") {reason}".replace("_", r"\_")) >= 1


def test_kinks_stand_beside_the_reasons() -> None:
    wide, narrow = derived(hard_tanh, 1).latex(), derived(hard_tanh, 1).latex("narrow")
    assert wide.count(r"x \ne -1") == wide.count(r"x \ne 1") == 2
    assert narrow.count(r"x \ne -1") == narrow.count(r"x \ne 1") == 1
    assert r"\le" not in wide.replace(r"\left", "")
    assert r"\ne" not in derived(sigmoid, 2).latex()


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(ClaimError, match="layout is 'wide' or 'narrow', not 'broad'"):
        derived(sigmoid, 1).latex("broad")  # pyright: ignore[reportArgumentType]


class Table(HTMLParser):
    """The cells of a table, row by row; whatever is not one of its tags is refused."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        assert tag in ("table", "tr", "td"), f"<{tag}> is no part of the table"
        if tag == "tr":
            self.rows.append([])
        elif tag == "td":
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += data.strip("\n")


@each_case
def test_html_is_a_table_of_escaped_formulas(case: tuple[type[Activation], int]) -> None:
    d = derived(*case)
    html = d._repr_html_()  # pyright: ignore[reportPrivateUsage]
    table = Table(html)
    assert [len(row) for row in table.rows] == [3] * len(d)
    assert sum(bool(left) for left, _, _ in table.rows) == case[1] + 1
    for (left, right, reason), step in zip(table.rows, d, strict=True):
        assert left == "" or re.fullmatch(r"\\\(\\displaystyle .*\\\)", left)
        assert re.fullmatch(r"(\\\(\\displaystyle .*?\\\))+", right)
        assert reason.startswith(step.reason)


def test_conditions_are_escaped_in_html() -> None:
    html = derived(hard_tanh, 1)._repr_html_()  # pyright: ignore[reportPrivateUsage]
    assert "-1 &lt; x &lt; 1" in html
    assert "x, &amp; -1" in html
    assert "-1 < x < 1" in Table(html).rows[1][1]


@each_head
def test_notebooks_get_display_math(head: type[Activation]) -> None:
    latex = derived(head, 1)._repr_latex_()  # pyright: ignore[reportPrivateUsage]
    assert latex == f"$$\n{derived(head, 1).latex()}\n$$"
