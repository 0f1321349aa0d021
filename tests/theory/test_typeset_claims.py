"""How statements of claims are printed, with their domains, and the instances at which they are tried."""

from __future__ import annotations

from fractions import Fraction
from typing import Annotated, Any, cast

import pytest
import sympy as sp
from sympy import Expr, MatrixSymbol, Rational, Symbol

from tests.theory.printed import T, W, column, h0, phi, printed_ramp, printed_sigma, ramp, v, weight, x
from theory.kernel.gate import Instance, goal_of
from theory.kernel.replacing import walk
from theory.kernel.terms import rat
from theory.kernel.terms import sequence_literal as sequence
from theory.language.claims import Claim, claim, full_ledger
from theory.language.domains import Contraction, Depth, Index, Interval, Matrices, Nonzero, Orthogonal, Positive, Real, Slopes
from theory.language.errors import ClaimError
from theory.language.matrices import Entry, FrobeniusNorm, Norm, Recurrence
from theory.language.statements import always, both, exists, iff, implies, infimum, supremum, tends, tends_to_zero
from theory.typeset import instance_latex, instance_text, statement_latex, statement_text, text
from theory.typeset.recursions import as_product

Eq, Gt, Le, Ne = (cast(Any, head) for head in (sp.Eq, sp.Gt, sp.Le, sp.Ne))  # SymPy's own types are too wide to check
n, slope = sp.symbols("n gamma")
X = Annotated[Expr, Real]
U = Annotated[Expr, Interval(0, 1, right_open=True)]
Square = Annotated[MatrixSymbol, Matrices(n)]
Phi = Annotated[Symbol, Slopes(slope)]
D = Annotated[Symbol, Depth]
Coordinate = Annotated[Symbol, Index(n)]
sampled = claim(unproved="a sample for the printer")


@sampled
def positive(x: X) -> Any:
    """Sample."""
    return Gt(printed_sigma(x), 0)


@sampled
def contracting(W: Annotated[MatrixSymbol, Contraction(n)], phi: Phi, T: D) -> Any:
    """Sample."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= (slope * Norm(W)) ** T


@sampled
def folklore(W: Square, phi: Annotated[Symbol, Slopes(1)], T: D) -> Any:
    """Sample."""
    return implies(Norm(W) < 1, tends_to_zero(Norm(Recurrence(W, phi).jacobian(T)), T))


@sampled
def several(x: X, y: X, u: U, p: Annotated[Expr, Positive], z: Annotated[Expr, Nonzero]) -> Any:
    """Sample."""
    return iff(Eq(x, y), both(x <= y, y <= x))


@sampled
def peak(x: X) -> Any:
    """Sample."""
    return supremum(printed_sigma.d(x), x, Rational(1, 4), attained=True)


@sampled
def range_of(x: X) -> Any:
    """Sample."""
    return both(supremum(printed_sigma(x), x, 1, attained=False), infimum(printed_sigma(x), x, 0, attained=False))


@sampled
def entries(W: Square, i: Coordinate, j: Coordinate) -> Any:
    """Sample."""
    return Le(Entry(W, i, j), Norm(W))


@sampled
def named_start(W: Square, phi: Phi, T: D) -> Any:
    """Sample."""
    return Le(Norm(Recurrence(W, phi).state(T)), Norm(MatrixSymbol("h_0", n, 1)))


@sampled
def orthogonal_steps(Q: Annotated[MatrixSymbol, Orthogonal(n)]) -> Any:
    """Sample."""
    k = Symbol("k")
    return always(k, FrobeniusNorm(Recurrence(Q, printed_ramp).jacobian(k)) <= sp.sqrt(2))


@sampled
def beyond(u: U, x: X) -> Any:
    """Sample."""
    return exists(Symbol("y"), Symbol("y") > x, Positive)


@sampled
def quotient(x: X) -> Any:
    """Sample."""
    return implies(both(Ne(x, 0), x < 1, x + 1 > 0), Eq(x / x, 1))


@sampled
def decay(x: X) -> Any:
    """Sample."""
    return tends(printed_sigma(x), x, at=-sp.oo, to=0)


STATEMENTS: list[tuple[Claim, str, str]] = [
    (positive, "For every real x: 0 < σ(x)", r"For every real \(x\): \[ 0 < \sigma(x). \]"),
    (
        contracting,
        (
            "For every n × n matrix W with ‖W‖ < 1, every real γ ≥ 0, every activation φ with |φ′| ≤ γ, every depth T ≥ 0, "
            "every start and drive: ‖J_T[φ, W]‖ ≤ (γ‖W‖)^T"
        ),
        (
            r"For every \(n \times n\) matrix \(W\) with \(\lVert W\rVert < 1\), every real \(\gamma \ge 0\), "
            r"every activation \(\varphi\) with \(\lvert \varphi'\rvert \le \gamma\), every depth \(T \ge 0\), "
            r"every start and drive: \[ \lVert J_T(W,\varphi)\rVert \le (\gamma\lVert W\rVert)^T. \]"
        ),
    ),
    (
        folklore,
        (
            "For every n × n matrix W, every activation φ with |φ′| ≤ 1, every start and drive: "
            "if ‖W‖ < 1, then ‖J_T[φ, W]‖ → 0 as T → ∞"
        ),
        (
            r"For every \(n \times n\) matrix \(W\), every activation \(\varphi\) with \(\lvert \varphi'\rvert \le 1\), "
            r"every start and drive: if \(\lVert W\rVert < 1\), then \[ \lim_{T\to \infty} \lVert J_T(W,\varphi)\rVert = 0. \]"
        ),
    ),
    (
        several,
        "For all real x and y, every real u with 0 ≤ u < 1, all real p > 0 and z ≠ 0: x = y if and only if x ≤ y ≤ x",
        (
            r"For all real \(x\) and \(y\), every real \(u\) with \(0 \le u < 1\), all real \(p > 0\) and \(z \ne 0\): "
            r"\(x = y\) if and only if \(x \le y \le x\)"
        ),
    ),
    (peak, "sup over x of σ′(x) = 1/4 (attained)", r"\[ \sup_{x} \sigma'(x) = \tfrac14\quad\text{(attained)}. \]"),
    (
        range_of,
        "sup over x of σ(x) = 1 (approached, never attained) and inf over x of σ(x) = 0 (approached, never attained)",
        (
            "\\[\n\\begin{aligned}\n"
            r"&\sup_{x} \sigma(x) = 1\quad\text{(approached, never attained)}, \\"
            "\n"
            r"&\inf_{x} \sigma(x) = 0\quad\text{(approached, never attained)}."
            "\n\\end{aligned}\n\\]"
        ),
    ),
    (
        entries,
        "For every n × n matrix W, all coordinates 1 ≤ i ≤ n and 1 ≤ j ≤ n: W_{ij} ≤ ‖W‖",
        (
            r"For every \(n \times n\) matrix \(W\), all coordinates \(1 \le i \le n\) and \(1 \le j \le n\): "
            r"\[ W_{ij} \le \lVert W\rVert. \]"
        ),
    ),
    (
        named_start,
        (
            "For every n × n matrix W, every real γ ≥ 0, every activation φ with |φ′| ≤ γ, every depth T ≥ 0, "
            "every start h₀ ∈ ℝⁿ, every drive: ‖h_T[φ, W]‖ ≤ ‖h₀‖"
        ),
        (
            r"For every \(n \times n\) matrix \(W\), every real \(\gamma \ge 0\), "
            r"every activation \(\varphi\) with \(\lvert \varphi'\rvert \le \gamma\), every depth \(T \ge 0\), "
            r"every start \(h_0 \in \mathbb{R}^n\), every drive: \[ \lVert h_T(W,\varphi)\rVert \le \lVert h_0\rVert. \]"
        ),
    ),
    (
        orthogonal_steps,
        "For every orthogonal n × n matrix Q, every start and drive: ‖J_k[ramp, Q]‖_F ≤ √2 at every step k ≥ 1",
        (
            r"For every orthogonal \(n \times n\) matrix \(Q\), every start and drive: "
            r"\[ \lVert J_k(Q,\mathrm{ramp})\rVert_{\mathrm{F}} \le \sqrt{2}\quad\text{at every step }k \ge 1. \]"
        ),
    ),
    (
        beyond,
        "For every real u with 0 ≤ u < 1, every real x: there is a real y > 0 such that x < y",
        (
            r"For every real \(u\) with \(0 \le u < 1\), every real \(x\): "
            r"\[ \text{there is a real }y > 0\text{ such that }x < y. \]"
        ),
    ),
    (
        quotient,
        "For every real x: if x ≠ 0, x < 1 and 0 < x + 1, then x/x = 1",
        r"For every real \(x\): if \(x \ne 0\), \(x < 1\) and \(0 < x+1\), then \[ \frac{x}{x} = 1. \]",
    ),
    (decay, "σ(x) → 0 as x → −∞", r"\[ \lim_{x\to -\infty} \sigma(x) = 0. \]"),
]


@pytest.mark.parametrize(("stated", "unicode", "tex"), STATEMENTS, ids=[row[0].name for row in STATEMENTS])
def test_statements_name_their_domain_first(stated: Claim, unicode: str, tex: str) -> None:
    assert unicode == statement_text(stated)
    assert tex == statement_latex(stated)


def test_an_instance_lists_widths_then_values() -> None:
    values = {x: rat(Fraction(-1, 2)), W: weight, phi: ramp, v: sequence((), 2), h0: column, T: rat(3)}
    instance = Instance(values, {"n": 2})
    assert instance_text(instance) == "n = 2, T = 3, W = [[2, 4], [−1, −2]], h₀ = [1, 0]ᵀ, φ = ramp, v = 0, x = −1/2"
    assert instance_latex(Instance({x: rat(Fraction(-1, 2)), phi: ramp}, {"n": 2})) == (
        r"n = 2,\quad \varphi = \mathrm{ramp},\quad x = -\tfrac12"
    )
    assert instance_text(Instance({}, {})) == ""


def test_a_statement_that_sympy_has_decided_is_not_printed() -> None:
    @sampled
    def decided(x: X) -> Any:
        """Sample."""
        return sp.true

    with pytest.raises(ClaimError, match="already evaluated"):
        statement_text(decided)


@pytest.mark.parametrize("stated", full_ledger(), ids=lambda c: c.name)
def test_two_recursions_of_one_statement_have_two_names(stated: Claim) -> None:
    goal = goal_of(stated)
    nodes = [node for formula in (goal.conclusion, *goal.hypotheses) for node in walk(formula)]
    schemes = {node.args[:4] for node in nodes if node.op in ("rec", "mrec") and as_product(node) is None}
    assert len({previous.data for previous, *_ in schemes}) == len(schemes), text(goal.conclusion)
