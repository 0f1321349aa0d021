"""Rules for matrices: norms, orthogonal and diagonal factors, entrywise domination, slopes of networks.

`norm` is the spectral norm (of a column: its length), `frobenius` and `rowsum` the two others that
are submultiplicative; `maxentry` is not and has no product rule.
"""

from __future__ import annotations

from typing import Any

from theory.kernel import words
from theory.kernel.definitions import definition
from theory.kernel.field import Field, total, with_field
from theory.kernel.logic import Sequent
from theory.kernel.signs import NONNEG
from theory.kernel.terms import ONE, ZERO, Term, eq, fn, le, make, mul, walk
from theory.kernel.theorem import Theorem, gathered, rule
from theory.language.errors import KernelRefusal

SUBMULTIPLICATIVE = ("norm", "frobenius", "rowsum")


def _norm(kind: str, allowed: tuple[str, ...] = SUBMULTIPLICATIVE) -> str:
    if kind not in allowed:
        raise KernelRefusal(f"this rule holds for {', '.join(allowed)}, not for {kind}")
    return kind


def _defined(premises: tuple[Theorem, ...], *terms: Term) -> frozenset[Term]:
    def check(field: Field) -> None:
        for t in terms:
            field.require_defined(t)

    with_field([p.conclusion for p in premises], check)
    return gathered(premises)


@rule
def norm_of_product(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖A B‖ ≤ ‖A‖ ‖B‖."""
    kind, a, b = parameters
    name = _norm(kind)
    product = make("mmul", (a, b))
    return _defined(premises, product), le(make(name, (product,)), mul(make(name, (a,)), make(name, (b,))))


@rule
def norm_of_sum(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖A + B‖ ≤ ‖A‖ + ‖B‖."""
    kind, a, b = parameters
    name = _norm(kind, (*SUBMULTIPLICATIVE, "maxentry"))
    total_ = make("madd", (a, b))
    return _defined(premises, total_), le(make(name, (total_,)), make("add", (make(name, (a,)), make(name, (b,)))))


@rule
def norm_of_multiple(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖c A‖ = |c| ‖A‖."""
    kind, c, a = parameters
    name = _norm(kind, (*SUBMULTIPLICATIVE, "maxentry"))
    multiple = make("mscale", (c, a))
    return _defined(premises, multiple), eq(make(name, (multiple,)), mul(fn("abs", c), make(name, (a,))))


@rule
def norm_of_identity(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖I‖ = 1 for operator norms; the Frobenius norm of I is √n."""
    kind, size = parameters
    return (), eq(make(_norm(kind, ("norm", "rowsum", "maxentry")), (make("ident", data=size),)), ONE)


@rule
def norm_of_slopes(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖diag(slopes)‖ ≤ γ where every slope of the activation is within γ: the norm of a diagonal is its largest entry."""
    kind, column = parameters
    (within,) = premises
    f, bound = within.conclusion.args
    if within.conclusion.op != "slopes_within" or column.shape is None or column.shape[1] != 1:
        raise KernelRefusal("a bound on the slopes and a column are expected")
    diagonal = make("diag", (make("slopes", (f, column)),))
    _defined((within,), diagonal)
    return within.hypotheses, le(make(_norm(kind, ("norm", "rowsum", "maxentry")), (diagonal,)), bound)


def _is_orthogonal(q: Term, premises: tuple[Theorem, ...]) -> None:
    product = make("mmul", (make("tr", (q,)), q))
    if not premises or premises[0].conclusion is not eq(product, make("ident", data=(q.shape or (0, 0))[0])):
        raise KernelRefusal("an orthogonal matrix is one with QᵀQ = I")


@rule
def norm_of_orthogonal(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖Q‖ = 1 for orthogonal Q, spectral norm only."""
    (q,) = parameters
    _is_orthogonal(q, premises)
    return gathered(premises), eq(make("norm", (q,)), ONE)


@rule
def norm_invariant(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """‖Q A‖ = ‖A‖ for orthogonal Q, spectral and Frobenius norm."""
    kind, q, a = parameters
    _is_orthogonal(q, premises)
    name = _norm(kind, ("norm", "frobenius"))
    product = make("mmul", (q, a))
    return _defined(premises, product), eq(make(name, (product,)), make(name, (a,)))


@rule
def norm_dominated(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|A| ≤ B entrywise gives ‖A‖ ≤ ‖B‖."""
    (kind,) = parameters
    (below,) = premises
    left, right = below.conclusion.args
    if below.conclusion.op != "mle" or left.op != "mabs":
        raise KernelRefusal("domination is |A| ≤ B, entry by entry")
    name = _norm(kind, (*SUBMULTIPLICATIVE, "maxentry"))
    return below.hypotheses, le(make(name, (left.args[0],)), make(name, (right,)))


@rule
def norm_of_activation(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|f(x)| ≤ |x| for every x gives ‖f(u)‖ ≤ ‖u‖ for the activation taken coordinate by coordinate."""
    kind, column = parameters
    (below,) = premises
    left, right = below.conclusion.args
    x = right.args[0]
    shrinks = left.op == "abs" and left.args[0].op == "app" and left.args[0].args[1] is x and right is fn("abs", x)
    if (
        below.conclusion.op != "le"
        or not shrinks
        or (x.op, x.sort) != ("var", "real")
        or any(x in h.free for h in below.hypotheses)
    ):
        raise KernelRefusal("an activation that shrinks has |f(x)| ≤ |x| for every x")
    name = _norm(kind, (*SUBMULTIPLICATIVE, "maxentry"))
    image = make("apply", (left.args[0].args[0], column))
    _defined((), column)
    return below.hypotheses, le(make(name, (image,)), make(name, (column,)))


@rule
def slopes_from_derivative(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|f'(x)| ≤ γ off finitely many points bounds every slope of a continuous f.

    At a kink a network uses a value between the one-sided slopes, which are limits of nearby ones.
    """
    (within,) = premises
    left, bound = within.conclusion.args
    if within.conclusion.op != "le" or left.op != "abs" or left.args[0].op != "der" or left.args[0].data != 1:
        raise KernelRefusal("a bound |f'(x)| ≤ γ is expected")
    f, x = left.args[0].args
    if x in bound.free:
        raise KernelRefusal("the bound must hold for a named activation at a variable point")
    about = {h for h in within.hypotheses if x in h.free}
    _everywhere_but_at_points(f, x, about)
    return within.hypotheses - about, make("slopes_within", (f, bound))


def _everywhere_but_at_points(f: Term, x: Term, about: set[Term]) -> None:
    """The premise holds at every real x but finitely many, and f is continuous on the whole line."""
    if f.op != "fun" or x.op != "var" or x.sort != "real":
        raise KernelRefusal("a bound on a derivative must hold for a named activation at a real variable")
    for h in about:
        if h.op != "ne" or x not in h.args or any(a is not x and a.free for a in h.args) or h.args[0] is h.args[1]:
            raise KernelRefusal("the bound on a derivative must hold everywhere but at finitely many points")
    # pw may jump; everything else that a definition is made of is continuous where it is defined.
    if not total(f.data, 0) or _may_jump(f.data):
        raise KernelRefusal(f"{f.data} is not known to be continuous on the whole line")


def _may_jump(name: str) -> bool:
    return any(node.op == "pw" or (node.op == "fun" and _may_jump(node.data)) for node in walk(definition(name)))


@rule
def slope_within(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """Slopes within γ: |slope(f, u)| ≤ γ at every u."""
    (u,) = parameters
    within, *facts = premises
    f, bound = within.conclusion.args
    if within.conclusion.op != "slopes_within":
        raise KernelRefusal("a bound on the slopes is expected")
    return _defined(tuple(facts), u) | gathered(premises), le(fn("abs", make("slope", (f, u))), bound)


@rule
def slopes_nonnegative(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f'(x) ≥ 0 off finitely many points makes every slope of a continuous f nonnegative."""
    (u,) = parameters
    (positive,) = premises
    zero, der = positive.conclusion.args
    if positive.conclusion.op not in ("le", "lt") or zero is not ZERO or der.op != "der" or der.data != 1:
        raise KernelRefusal("0 ≤ f'(x) is expected")
    f, x = der.args
    about = {h for h in positive.hypotheses if x in h.free}
    _everywhere_but_at_points(f, x, about)
    _defined((), u)
    return positive.hypotheses - about, le(ZERO, make("slope", (f, u)))


@rule
def domination_step(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|A| ≤ B and slopes within γ give |diag(slopes) M A| ≤ γ |M| B: the triangle inequality in each entry."""
    column, m = parameters
    within, below = premises
    f, bound = within.conclusion.args
    left, upper = below.conclusion.args
    if within.conclusion.op != "slopes_within" or below.conclusion.op != "mle" or left.op != "mabs":
        raise KernelRefusal("slopes within γ and |A| ≤ B are expected")
    product = make("mmul", (make("diag", (make("slopes", (f, column)),)), m, left.args[0]))
    _defined((), product)
    dominating = make("mscale", (bound, make("mmul", (make("mabs", (m,)), upper))))
    return gathered(premises), make("mle", (make("mabs", (product,)), dominating))


@rule
def identity_dominated(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|I| ≤ I."""
    (size,) = parameters
    one = make("ident", data=size)
    return (), make("mle", (make("mabs", (one,)), one))


@rule
def dominated_rewritten(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """|A| ≤ B with A and B replaced by equal matrices."""
    a, b = parameters
    below, *facts = premises
    left, right = below.conclusion.args

    def check(field: Field) -> None:
        field.require_defined(a)
        field.require_defined(b)
        if not (words.equal(field, a, left.args[0]) and words.equal(field, b, right)):
            raise KernelRefusal("the matrices are not equal to the ones before")

    if below.conclusion.op != "mle" or left.op != "mabs":
        raise KernelRefusal("domination is |A| ≤ B, entry by entry")
    with_field([f.conclusion for f in facts], check)
    return gathered(premises), make("mle", (make("mabs", (a,)), b))


@rule
def multiple_increases(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """c ≥ 0 lets a norm pull out: ‖c A‖ = c ‖A‖."""
    kind, c, a = parameters
    multiple = make("mscale", (c, a))

    def check(field: Field) -> None:
        field.require_defined(multiple)
        field.require(c, NONNEG, "the factor pulled out of a norm")

    with_field([p.conclusion for p in premises], check)
    name = _norm(kind, (*SUBMULTIPLICATIVE, "maxentry"))
    return gathered(premises), eq(make(name, (multiple,)), mul(c, make(name, (a,))))
