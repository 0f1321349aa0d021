"""Plain sentences and exact points in LaTeX: what becomes a formula, what stays a word, and that nothing is lost."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gradproof.latex.prose import prose, values
from theory.language.claims import full_ledger

SENTENCES = [
    ("The rectifier never gives a negative output.", "The rectifier never gives a negative output."),
    ("To the right the sigmoid is within e^{−x} of 1.", r"To the right the sigmoid is within \(e^{-x}\) of 1."),
    ("The density plus x times a slope.", r"The density plus \(x\) times a slope."),
    ("A constant input u ≥ 0 adds u at every step.", r"A constant input \(u \ge 0\) adds \(u\) at every step."),
    ("It is y/4 where σ is (1 + √(1 − y))/2.", r"It is \(y/4\) where \(\sigma\) is \((1 + \sqrt{1 - y})/2\)."),
    ("A value: log(y/(1 − y)) is mapped to y.", r"A value: \(\log (y/(1 - y))\) is mapped to \(y\)."),
    ("It multiplies the square by 1 + 5/m in the mean.", r"It multiplies the square by \(1 + 5/m\) in the mean."),
    ("Walks S_T = Z_1 + … + Z_T: how long.", r"Walks \(S_T = Z_1 + \dots + Z_T\): how long."),
    ("It has the mean √(T/(2π)), as x̂ = x/√n has.", r"It has the mean \(\sqrt{T/(2\pi )}\), as \(\hat{x} = x/\sqrt{n}\) has."),
    ("It lies ±1 off, x ↦ g·x, within 45°.", r"It lies \(\pm 1\) off, \(x \mapsto g\cdot x\), within \(45^{\circ}\)."),
    (
        "On w⁺ of ⟨∇_w, w⟩ it is (z − y)(1 + x²)^(T/2).",
        r"On \(w^{+}\) of \(\langle \nabla _w\), \(w\rangle\) it is \((z - y)(1 + x^{2})^{(T/2)}\).",
    ),
    (
        "With θ = π/2 − arctan t it is (log ½ + log 2)/2.",
        r"With \(\theta = \pi /2 - \arctan t\) it is \((\log \tfrac12 + \log 2)/2\).",
    ),
    ("At s = 2 is a value as 1 + relu(w) is; W = wI.", r"At \(s = 2\) is a value as \(1 + \mathrm{relu}(w)\) is; \(W = wI\)."),
    ("Entries of variance 1/n keep it.", r"Entries of variance \(1/n\) keep it."),
    ("It tends to 1.7159.", "It tends to 1.7159."),
    ("It is within log 2 / β of the rectifier.", r"It is within \(\log 2 / \beta\) of the rectifier."),
    ("Folklore: tanh x = 2σ(2x), without the shift.", r"Folklore: \(\tanh x = 2\sigma (2x)\), without the shift."),
    ("Through T steps, the T-th power.", r"Through \(T\) steps, the \(T\)-th power."),
    ("It lies in (0, 1/4] and I am sure.", "It lies in (0, 1/4] and I am sure."),
    (
        "At distance ε‖E‖ at most (1 + ε‖E‖)^T.",
        r"At distance \(\varepsilon \lVert E\rVert\) at most \((1 + \varepsilon \lVert E\rVert )^T\).",
    ),
    ("100% of A_b & C#: “no”.", r"100\% of \(A_b\) \& C\#: ``no''."),
]


@pytest.mark.parametrize(("said", "latex"), SENTENCES, ids=[said for said, _ in SENTENCES])
def test_a_sentence(said: str, latex: str) -> None:
    assert prose(said) == latex


POINTS = [
    ("x = 3/2", r"\(x = 3/2\)"),
    ("n = 2, W = [[2, 4], [−1, −2]]", r"\(n = 2\), \(W = [[2,\allowbreak 4],\allowbreak [-1,\allowbreak -2]]\)"),
    ("h₀ = [1, 0]ᵀ, φ = hard_tanh", r"\(h_{0} = [1,\allowbreak 0]^{\top}\), \(\varphi = \mathrm{hard\_tanh}\)"),
    ("ε = 1/100000000000000000", r"\(\varepsilon \approx 1.00\cdot 10^{-17}\)"),
    ("", ""),
]


@pytest.mark.parametrize(("point", "latex"), POINTS, ids=[point for point, _ in POINTS])
def test_a_point(point: str, latex: str) -> None:
    assert values(point) == latex


def test_what_is_rounded_says_so() -> None:
    assert r"\approx" in values("x = 123456789012345/7")
    assert "=" in values("x = 1234567/89")


def unescaped(latex: str) -> str:
    """What TeX would choke on outside of formulas: a special character that is not escaped, or one that pdflatex lacks."""
    outside = re.sub(r"\\\(.*?\\\)", "", latex)
    return "".join(re.findall(r"(?<!\\)[#$%&_^~]|[−σ≤≥·√‖]", outside))


def test_nothing_is_left_that_tex_would_choke_on() -> None:
    for claim in full_ledger():
        shown = prose(claim.meaning)
        assert unescaped(shown) == "", shown
        assert "U+" not in shown, "a sign that has no command"
        assert shown.count(r"\(") == shown.count(r"\)")
        assert shown.count("{") == shown.count("}")
    assert unescaped("50% of x_1 ≥ 0") == "%_≥"


@given(st.text(alphabet=st.sampled_from("abcxyT019 .,:−+=≤<>‖|√()[]/^_&%#$~{}\\σβ²₀…“”é"), max_size=40))
def test_any_text_gives_balanced_latex(text: str) -> None:
    shown = prose(text)
    assert unescaped(shown) == ""
    assert not re.search(r"(?<!\\)[#$%&~]", shown)
    assert shown.count(r"\(") == shown.count(r"\)")
    bare = re.sub(r"\\[{}]", "", shown)
    assert bare.count("{") == bare.count("}") or "{" in text or "}" in text  # what the author wrote as LaTeX is his
