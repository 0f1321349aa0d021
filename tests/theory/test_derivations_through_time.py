"""The chain rule through time: laws over networks and depths, wrong products, and agreement with SymPy's derivative."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sympy import Add, Identity, Matrix, MatrixSymbol, Rational, Symbol, diff, expand, symbols
from sympy.matrices import ImmutableDenseMatrix
from sympy.matrices.expressions.matmul import MatMul

from theory.activations.identity import identity
from theory.activations.relu import relu
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.derivations import Derivation, derive_jacobian
from theory.derivations.ground import Ground
from theory.kernel.theorem import replay
from theory.language.activations import Activation, ActivationDerivative
from theory.language.domains import Depth, Index, Slopes
from theory.language.errors import ClaimError, KernelRefusal, ProofFailure
from theory.language.matrices import Recurrence, Slope, StepMask, grouped
from theory.language.unrolled import explicit_jacobian, unrolled_state

n, T, t, i, j = symbols("n T t i j")
W, E = MatrixSymbol("W", n, n), MatrixSymbol("E", n, n)
phi = Slopes(Symbol("gamma")).variable("phi")


class twofold(Activation):  # noqa: N801  # an activation is written, and read, as a function
    """A linear activation whose slope is not 1."""

    @classmethod
    def definition(cls, x: Any) -> Any:
        return 2 * x


NETS: dict[str, Recurrence] = {
    "tanh": Recurrence(W, tanh),
    "relu": Recurrence(W, relu),
    "any slopes": Recurrence(W, phi),
    "irnn": Recurrence(Identity(n), relu),
    "identity and any slopes": Recurrence(Identity(n), phi),
    "linear": Recurrence(W, identity),
    "doubling": Recurrence(W, twofold),
    "near the identity": Recurrence(Identity(n) + Symbol("epsilon") * E, tanh),
    "given weight": Recurrence(Matrix([[0, 1], [2, Rational(1, 3)]]), sigmoid),
}
NIGHTLY: list[Any] = [pytest.param(depth, marks=pytest.mark.nightly) for depth in (5, T + 2, 2 * T)]
DEPTHS: list[Any] = [0, 1, 3, T, T + 1, T + Symbol("S") + 1, *NIGHTLY]

each_net = pytest.mark.parametrize("net", NETS.values(), ids=NETS)
each_depth = pytest.mark.parametrize("depth", DEPTHS, ids=str)


# --- laws --------------------------------------------------------------------------------------------


@each_net
@each_depth
def test_every_step_is_proved_and_replays(net: Recurrence, depth: Any) -> None:
    d = net.jacobian(depth).derivation()
    assert d.of == net.jacobian(depth)
    ground = Ground(d.domains)
    for step, again in zip(d, d.replay(), strict=True):
        assert again.conclusion is ground.formula(step.left, step.right)
        assert replay(step.theorem.derivation).conclusion is again.conclusion
        assert 1 <= len(step.reason.split()) <= 4
    assert d.theorem.conclusion is ground.formula(d.equation.lhs, d.result)
    assert d == derive_jacobian(net.jacobian(depth))


@each_net
@each_depth
def test_each_line_starts_once_in_latex_and_html(net: Recurrence, depth: Any) -> None:
    d = net.jacobian(depth).derivation()
    latex = d.latex()
    assert latex.count("&=") == latex.count("&& ") == len(d)
    assert sum(" &= " in row for row in latex.splitlines()) == sum(d.begins(k) for k in range(len(d)))
    assert d._repr_html_().count("<tr>") == len(d)  # pyright: ignore[reportPrivateUsage]
    assert d.latex("narrow").count(r"&\overset{(") == len(d)


@each_net
def test_pickles(net: Recurrence) -> None:
    for depth in (T, 3):
        d = net.jacobian(depth).derivation()
        again = pickle.loads(pickle.dumps(d))
        assert again == d
        assert hash(again) == hash(d)
        assert repr(again) == repr(d)


@each_net
def test_the_domains_are_those_of_the_variables_that_occur(net: Recurrence) -> None:
    d = net.jacobian(T).derivation()
    width = net.weight.shape[0]
    weighs = "D_{T+1}W" in repr(d) or width == 2
    entries = "chain rule, by entries" in repr(d)
    assert weighs >= entries
    expected: dict[str, Any] = {"T": Depth, "i": Index(width)} | ({"j": Index(width)} if entries else {})
    assert d.binders == expected
    assert net.jacobian(0).derivation().binders == {}


# --- what it says -------------------------------------------------------------------------------------

THREE = """\
a_{t+1}         = Wh_t + v_{t+1}            definition
(h_{t+1})_i     = tanh((a_{t+1})_i)         definition
(D_{t+1})_{ii}  = tanh′((a_{t+1})_i)        slopes on the diagonal
(D_{t+1}W)_{ij} = tanh′((a_{t+1})_i)W_{ij}  chain rule, by entries
J₃              = D₃WJ₂                     chain rule
                = D₃WD₂WJ₁                  chain rule
                = D₃WD₂WD₁WJ₀               chain rule
                = D₃WD₂WD₁W                 empty product"""


def last_lines(d: Derivation, count: int) -> list[str]:
    return [" ".join(line.split()) for line in repr(d).splitlines()[-count:]]


def test_three_steps_of_tanh() -> None:
    assert repr(NETS["tanh"].jacobian(3).derivation()) == THREE


def test_a_symbolic_depth_is_a_recursion() -> None:
    d = NETS["tanh"].jacobian(T).derivation()
    assert last_lines(d, 2) == ["J₀ = I empty product", "J_{T+1} = D_{T+1}WJ_T chain rule"]
    assert last_lines(NETS["any slopes"].jacobian(2 * T).derivation(), 1) == ["J_{t+1} = D_{t+1}WJ_t chain rule"]
    two = NETS["tanh"].jacobian(T + 2).derivation()
    assert last_lines(two, 2) == ["J_{T+2} = D_{T+2}WJ_{T+1} chain rule", "= D_{T+2}WD_{T+1}WJ_T chain rule"]


def test_closed_forms_where_there_are_any() -> None:
    def result(name: str, depth: Any) -> Any:
        return NETS[name].jacobian(depth).derivation().result

    assert result("linear", T) == W**T
    assert result("linear", 3) == W**3
    assert last_lines(NETS["doubling"].jacobian(3).derivation(), 1) == ["= 8W³ slopes are constant"]
    irnn = NETS["irnn"]
    assert result("irnn", T) == irnn.masks(T)
    assert result("irnn", 3) == grouped(irnn.mask(3), irnn.mask(2), irnn.mask(1))
    assert result("tanh", 0) == Identity(n)
    assert [step.reason for step in irnn.jacobian(T).derivation()][-1] == "induction on T"


def test_slopes_at_kinks_are_not_called_derivatives() -> None:
    smooth = NETS["tanh"].jacobian(1).derivation()
    assert any(step.right.has(ActivationDerivative) for step in smooth)
    for name in ("relu", "any slopes"):
        d = NETS[name].jacobian(1).derivation()
        assert any(step.right.has(Slope) for step in d)
        assert not any(step.right.has(ActivationDerivative) for step in d)


def test_letters_that_are_taken_are_not_used_again() -> None:
    net = Recurrence(MatrixSymbol("t", n, n) * Symbol("i"), tanh)
    assert "(D_{s+1})_{mm}" in repr(net.jacobian(2).derivation())
    assert set(Recurrence(W, tanh).jacobian(t).derivation().binders) == {"t", "i", "j"}


# --- wrong products ------------------------------------------------------------------------------------

WRONG: dict[str, Callable[[Recurrence], list[Any]]] = {
    "mask before weight": lambda net: [net.weight, net.mask(2), net.weight, net.mask(1)],
    "masks in reverse": lambda net: [net.mask(1), net.weight, net.mask(2), net.weight],
    "last mask missing": lambda net: [net.weight, net.mask(1), net.weight],
    "first mask missing": lambda net: [net.mask(2), net.weight, net.weight],
    "one weight missing": lambda net: [net.mask(2), net.weight, net.mask(1)],
    "masks one step late": lambda net: [net.mask(3), net.weight, net.mask(2), net.weight],
    "one step too many": lambda net: [net.mask(2), net.weight, net.mask(1), net.weight, net.jacobian(1)],
    "transposed weight": lambda net: [net.mask(2), net.weight.T, net.mask(1), net.weight.T],
    "twice": lambda net: [2, net.mask(2), net.weight, net.mask(1), net.weight],
}


@pytest.mark.parametrize("name", ["tanh", "relu", "any slopes"])
@pytest.mark.parametrize("mistake", WRONG)
def test_a_wrong_product_is_refused(name: str, mistake: str) -> None:
    net = NETS[name]
    d = net.jacobian(2).derivation()
    other = MatMul(*WRONG[mistake](net), evaluate=False)
    with pytest.raises(KernelRefusal):
        Ground(d.domains).proved(d.of, other)
    forged = (*d.steps[:-1], replace(d.steps[-1], right=other))
    with pytest.raises(ProofFailure, match=rf"step {len(d)} of the derivation of .* proves another statement"):
        replace(d, steps=forged)
    assert Ground(d.domains).proved(d.of, d.result)


@pytest.mark.parametrize("name", ["tanh", "relu", "any slopes"])
def test_a_recursion_at_the_wrong_step_is_refused(name: str) -> None:
    net = NETS[name]
    ground = Ground((("T", Depth),))
    later = Add(T, 1, evaluate=False)
    assert ground.proved(net.jacobian(later), grouped(net.mask(later), net.weight, net.jacobian(T)))
    for mask, before in ((T, T), (T + 2, T), (T + 1, T + 1), (T + 1, 0)):
        with pytest.raises(KernelRefusal):
            ground.proved(net.jacobian(later), grouped(net.mask(mask), net.weight, net.jacobian(before)))


def test_the_irnn_does_not_pass_gradients_unchanged() -> None:
    ground = Ground((("T", Depth),))
    irnn = NETS["irnn"]
    for depth in (1, 3, T):
        with pytest.raises(KernelRefusal):
            ground.proved(irnn.jacobian(depth), Identity(n))
    assert ground.proved(irnn.jacobian(0), Identity(n))


@pytest.mark.parametrize(
    "depth", [13, 10**6, T - 1, T + Rational(1, 2), T + 13, -T, T / 2, 1 / T, T**2, T * Symbol("S"), 2 * T - Symbol("S")]
)
def test_depths_that_are_not_derived(depth: Any) -> None:
    with pytest.raises(ClaimError, match="a Jacobian is derived at a depth such as T, T"):
        NETS["tanh"].jacobian(depth).derivation()


def test_sums_are_not_multiplied_out_without_end() -> None:
    net = NETS["near the identity"]
    assert len(net.jacobian(8).derivation()) == 12
    with pytest.raises(ClaimError, match="a weight of 2 summands multiplies out into 512 products at depth 9"):
        net.jacobian(9).derivation()
    assert NETS["tanh"].jacobian(12).derivation().result == grouped(
        *(f for k in range(12, 0, -1) for f in (NETS["tanh"].mask(k), W))
    )


# --- against SymPy's own derivative ----------------------------------------------------------------------


def explicit(factor: Any, net: Recurrence, width: int, depth: int) -> Any:
    run = unrolled_state(net, width, depth)
    if isinstance(factor, StepMask):
        return run.mask(int(factor.args[4]))
    assert factor == net.weight
    return run.weight


@pytest.mark.parametrize("head", [tanh, sigmoid], ids=lambda h: h.__name__)
@pytest.mark.parametrize(("width", "depth"), [(1, 1), (2, 1), (2, 2), (2, 3), (3, 2)])
def test_the_result_is_the_derivative_of_every_entry(head: type[Activation], width: int, depth: int) -> None:
    """The factors of the result, written out and multiplied, are ∂h_T/∂h_0 as SymPy differentiates it."""
    net = Recurrence(W, head)
    result = net.jacobian(depth).derivation().result
    product: Any = ImmutableDenseMatrix.eye(width)
    for factor in result.args:
        product = product * explicit(factor, net, width, depth)
    run = unrolled_state(net, width, depth)
    rows = [[diff(h, start) for start in run.states[0]] for h in run.states[-1]]
    assert (ImmutableDenseMatrix(rows) - product).applyfunc(expand).is_zero_matrix
    assert (explicit_jacobian(net, width, depth) - product).applyfunc(expand).is_zero_matrix
    wrong = product * explicit(net.weight, net, width, depth)
    assert not (ImmutableDenseMatrix(rows) - wrong).applyfunc(expand).is_zero_matrix
