"""Laws of the matrix heads, and of what holds statements together: printing, pickling, substitution."""

from __future__ import annotations

import pickle
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sympy import (
    Derivative,
    Identity,
    Integer,
    Matrix,
    MatrixSymbol,
    Rational,
    Symbol,
    latex,
    log,
    pretty,
    sqrt,
    symbols,
)
from sympy.core.relational import Relational

from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.softplus import softplus
from theory.activations.tanh import tanh
from theory.language import domains, statements
from theory.language.errors import ClaimError
from theory.language.matrices import (
    AbsMatrix,
    Entry,
    EntryNorm,
    FrobeniusNorm,
    MatrixSum,
    Monus,
    Norm,
    Recurrence,
    RowSumNorm,
    Sequence,
    Slope,
    SpectralRadius,
    SumOf,
)

x, y, n, T, k = symbols("x y n T k")
W, V = MatrixSymbol("W", n, n), MatrixSymbol("V", n, n)
h_0 = MatrixSymbol("h_0", n, 1)

net = Recurrence(W, sigmoid)
driven = Recurrence(W, tanh, MatrixSymbol("s", n, 1), Sequence("u", n))
v = Sequence("v", n)
MATRIX_HEADS: dict[str, tuple[Any, str, str, str]] = {
    "norm": (Norm(W), "Norm(W)", "‖W‖", r"\lVert W\rVert"),
    "frobenius": (FrobeniusNorm(W), "FrobeniusNorm(W)", "‖W‖_F", r"\lVert W\rVert_{\mathrm{F}}"),
    "rows": (RowSumNorm(W), "RowSumNorm(W)", "‖W‖_∞", r"\lVert W\rVert_{\infty}"),
    "entries": (EntryNorm(W), "EntryNorm(W)", "max|W|", r"\max\lvert W\rvert"),
    "radius": (SpectralRadius(W), "SpectralRadius(W)", "ρ(W)", r"\rho(W)"),
    "entry": (Entry(W, x, y), "Entry(W, x, y)", "W_{x,y}", "W_{x,y}"),
    "coordinate": (Entry(v.at(T), 2), "Entry(Member(v, T), 2, 1)", "(v_T)₂", "(v_T)_2"),
    "absolute": (AbsMatrix(W), "AbsMatrix(W)", "|W|", r"\lvert W\rvert"),
    "monus": (Monus(T, k), "Monus(T, k)", "(T − k)", "(T - k)"),
    "sum": (SumOf(x, k, 1, T), "SumOf(x, k, 1, T)", "(∑_{k=1}^{T} x)", r"(\sum_{k=1}^{T} x)"),
    "matrices": (MatrixSum(W, k, 1, T), "MatrixSum(W, k, 1, T)", "(∑_{k=1}^{T} W)", r"(\sum_{k=1}^{T} W)"),
    "slope": (Slope(relu, x), "Slope(relu, x)", "slope[relu](x)", r"\operatorname{slope}_{\operatorname{relu}}(x)"),
    "member": (v.at(T), "Member(v, T)", "v_T", "v_T"),
    "jacobian": (net.jacobian(T + 1), "Recurrence(W, sigmoid).jacobian(T + 1)", "J_{T+1}[σ, W]", r"J_{T+1}(W, \sigma)"),
    "driven": (driven.jacobian(3), "Recurrence(W, tanh, s, u).jacobian(3)", "J₃[tanh, W, s, u]", r"J_3(W, \tanh, s, u)"),
    "state": (net.state(T), "Recurrence(W, sigmoid).state(T)", "h_T[σ, W]", r"h_T(W, \sigma)"),
    "preactivation": (net.preactivation(T), "Recurrence(W, sigmoid).preactivation(T)", "a_T[σ, W]", r"a_T(W, \sigma)"),
    "mask": (net.mask(T), "Recurrence(W, sigmoid).mask(T)", "D_T[σ, W]", r"D_T(W, \sigma)"),
    "masks": (net.masks(T), "Recurrence(W, sigmoid).masks(T)", "M_T[σ, W]", r"M_T(W, \sigma)"),
}
each_matrix_head = pytest.mark.parametrize("case", MATRIX_HEADS)


@each_matrix_head
def test_every_matrix_head_prints(case: str) -> None:
    e, text, unicode_text, tex = MATRIX_HEADS[case]
    assert (str(e), pretty(e, use_unicode=True), latex(e)) == (text, unicode_text, tex)
    assert pretty(e, use_unicode=False).isascii()


FORMULAS = [Norm(W) ** 2 / 3, Norm(net.jacobian(T)) <= sqrt(2) * Norm(W) ** T, W * AbsMatrix(V) + v.at(1) * h_0.T]


@pytest.mark.parametrize("e", FORMULAS, ids=str)
def test_formulas_of_matrix_heads_print(e: Any) -> None:
    assert str(e)
    assert latex(e)
    assert pretty(e, use_unicode=False).isascii()


# --- pickling -------------------------------------------------------------------------------------------

PICKLED: dict[str, Any] = {
    **{name: case[0] for name, case in MATRIX_HEADS.items()},
    "derivative": sigmoid.d(x, 2),
    "formula": sigmoid.d(2 * x, 2) <= Rational(1, 4),
    "unknown activation": Recurrence(W, domains.Slopes(1).variable("phi")).jacobian(T),
    "relation of norms": Norm(net.jacobian(T)) <= Norm(W) ** T,
    "explicit": Norm(Matrix([[1, 2], [3, 4]])),
    "implies": statements.implies(Norm(W) < 1, statements.tends_to_zero(Norm(net.jacobian(T)), T)),
    "supremum": statements.supremum(sigmoid(x), x, 1, attained=False, domain=domains.Interval(0, 1)),
    "both": statements.both(sigmoid(x) > 0, statements.iff(x > 0, y > 0)),
    "exists": statements.exists(x, sigmoid(x) > y, domains.Positive),
    "always": statements.always(T, Entry(net.state(T), 1) > 0),
    "slopes": statements.slopes_within(relu, 1),
    "entrywise": statements.Entrywise(AbsMatrix(W), W),
    **{f"domain {i}": d for i, d in enumerate((domains.Real, domains.Positive, domains.Nonzero, domains.Depth, domains.Steps))},
    "interval": domains.Interval(0, log(2), left_open=True),
    "contraction": domains.Contraction(n),
    "orthogonal": domains.Orthogonal(2),
    "normal": domains.Normal(n),
    "nonnegative": domains.EntrywiseNonnegative(n),
    "positive diagonal": domains.PositiveDiagonal(n),
    "columns": domains.Columns(n),
    "sequences": domains.Sequences(n),
    "index": domains.Index(n),
    "slope bound": domains.Slopes(Symbol("gamma")),
}


@pytest.mark.parametrize("name", PICKLED)
def test_pickling_gives_back_an_equal_object(name: str) -> None:
    e = PICKLED[name]
    again = pickle.loads(pickle.dumps(e))
    assert again == e
    assert hash(again) == hash(e)
    assert type(again) is type(e)


def test_a_process_that_never_imported_the_activation_can_unpickle_it() -> None:
    data = pickle.dumps([sigmoid.d(x, 2), Norm(net.jacobian(T)), Slope(softplus, x)])
    code = f"import pickle; d, j, s = pickle.loads({data!r}); print(d.head.__name__, d.evalf(5, subs=dict(x=1)), j, s)"
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.split(" ", 2)[:2] == ["sigmoid", "-0.090858"]
    assert "Norm(Recurrence(W, sigmoid).jacobian(T)) Slope(softplus, x)" in done.stdout


def test_domains_that_say_the_same_are_equal() -> None:
    assert domains.Interval(0, 1) == domains.Interval(0, 1)
    assert domains.Interval(0, 1) != domains.Interval(0, 1, left_open=True)
    assert domains.Contraction(n).without("contraction") == domains.Matrices(n)


# --- substitution in matrix heads ---------------------------------------------------------------------


@each_matrix_head
@pytest.mark.parametrize("method", ["subs", "xreplace"])
def test_the_width_is_replaced_everywhere_at_once(case: str, method: str) -> None:
    e = MATRIX_HEADS[case][0]
    found = getattr(e, method)({n: Integer(2)})
    assert type(found) is type(e)
    assert not found.has(n)
    widths = [a.shape for a in found.atoms(MatrixSymbol)] + [(s.dimension, 1) for s in found.atoms(Sequence)]
    assert all(d in (1, 2) for shape in widths for d in shape)
    if getattr(e, "is_Matrix", False):
        assert set(found.shape) <= {1, 2}


@each_matrix_head
@pytest.mark.parametrize("method", ["subs", "xreplace"])
def test_weights_and_depths_are_replaced(case: str, method: str) -> None:
    e = MATRIX_HEADS[case][0]
    assert not getattr(e, method)({W: V}).has(W)
    assert not getattr(e, method)({T: Integer(3)}).has(T)
    assert getattr(e, method)({Symbol("unrelated"): Integer(1)}) == e


def test_an_explicit_matrix_takes_the_place_of_a_symbol_of_its_size() -> None:
    A = Matrix([[1, 2], [3, 4]])
    two = MatrixSymbol("W", 2, 2)
    for head in (Norm, FrobeniusNorm, RowSumNorm, EntryNorm, SpectralRadius, AbsMatrix):
        for found in (head(two).subs(two, A), head(two).xreplace({two: A})):
            assert found == head(A)
            assert type(found) is head
            assert hash(found) == hash(head(A))
    small = Norm(net.jacobian(T)).subs(n, 2).subs(two, A)
    assert small == Norm(Recurrence(A, sigmoid).jacobian(T))


def test_half_a_substitution_of_sizes_is_refused() -> None:
    A = Matrix([[1, 2], [3, 4]])
    with pytest.raises(ClaimError, match="start of a network of width 2 is a column of that length, not n by 1"):
        net.jacobian(T).subs(W, A)
    with pytest.raises(ClaimError, match="drive of a network of width 2 has columns of length n"):
        Recurrence(A, tanh, drive=v).jacobian(T)
    with pytest.raises(ClaimError, match="a recurrent weight is square, not 2 by 3"):
        Recurrence(MatrixSymbol("A", 2, 3), tanh)
    with pytest.raises(ClaimError, match="there is no row 3"):
        Entry(W, x, y).subs(n, 2).subs(x, 3)


def test_a_sequence_is_no_ordinary_symbol() -> None:
    assert v != Symbol("v")
    assert v.subs(n, 2) == v.xreplace({n: Integer(2)}) == Sequence("v", 2)
    assert v.subs(v, Sequence("w", n)) == Sequence("w", n)
    assert v.dimension == n, "SymPy's cache would make all sequences named v one object"
    assert v.subs(x, 1) == v


# --- SymPy decides nothing --------------------------------------------------------------


@each_matrix_head
def test_sympy_decides_no_relation_about_a_matrix_head(case: str) -> None:
    e = MATRIX_HEADS[case][0]
    number = Norm(e) if getattr(e, "is_Matrix", False) else e
    for number_ in (number, number.subs({T: 3, k: 1})):
        assert isinstance(number_ >= 0, Relational)
        assert isinstance(number_ < -1, Relational)
        assert number_.is_nonnegative is None or number_.is_Number
    assert sqrt(number**2) != number


def test_norms_of_constants_stay_as_they_are() -> None:
    assert Norm(Identity(2)) != 1
    assert isinstance(Norm(Matrix([[0]])) <= 5, Relational)


def test_a_matrix_head_is_not_differentiated_into_nonsense() -> None:
    assert Norm(x * W).diff(x) == Derivative(Norm(x * W), x)
    assert Norm(W).diff(x) == 0
    with pytest.raises(ClaimError, match="not differentiated as a whole"):
        Recurrence(x * W, tanh).jacobian(2).diff(x)
