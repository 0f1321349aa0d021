"""Rules for matrices: norms, orthogonal and diagonal factors, entrywise domination, slopes of networks.

`norm` is the spectral norm (of a column: its length), `frobenius` and `rowsum` the two others that
are submultiplicative; `maxentry` is not and has no product rule.
"""

from __future__ import annotations

from collections.abc import Callable

from theory.kernel.definitions import definition
from theory.kernel.field import Field, total
from theory.kernel.replacing import walk
from theory.kernel.terms import ONE, ZERO, Term, add, eq, fn, le, make, mul
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import KernelRefusal, refuse_if

SUBMULTIPLICATIVE = ("norm", "frobenius", "rowsum")
EVERY_NORM = (*SUBMULTIPLICATIVE, "maxentry")


def _norm(kind: str, allowed: tuple[str, ...]) -> Callable[[Term], Term]:
    refuse_if(kind not in allowed, f"this rule holds for {', '.join(allowed)}, not for {kind}")
    return lambda matrix: fn(kind, matrix)


# --- norms --------------------------------------------------------------------------------------------


@rule
def norm_of_product(given: Given, kind: str, a: Term, b: Term) -> Result:
    """‖A B‖ ≤ ‖A‖ ‖B‖."""
    norm, product = _norm(kind, SUBMULTIPLICATIVE), fn("mmul", a, b)
    given.field().require_defined(product)
    return le(norm(product), mul(norm(a), norm(b)))


@rule
def norm_of_sum(given: Given, kind: str, a: Term, b: Term) -> Result:
    """‖A + B‖ ≤ ‖A‖ + ‖B‖."""
    norm, together = _norm(kind, EVERY_NORM), fn("madd", a, b)
    given.field().require_defined(together)
    return le(norm(together), add(norm(a), norm(b)))


@rule
def norm_of_multiple(given: Given, kind: str, c: Term, a: Term) -> Result:
    """‖c A‖ = |c| ‖A‖."""
    norm, multiple = _norm(kind, EVERY_NORM), fn("mscale", c, a)
    given.field().require_defined(multiple)
    return eq(norm(multiple), mul(fn("abs", c), norm(a)))


@rule
def norm_of_identity(given: Given, kind: str, size: int | str) -> Result:
    """‖I‖ = 1 for operator norms; the Frobenius norm of I is √n."""
    return eq(_norm(kind, ("norm", "rowsum", "maxentry"))(make("ident", data=size)), ONE)


@rule
def norm_of_slopes(given: Given, kind: str, column: Term) -> Result:
    """‖diag(slopes)‖ ≤ γ where every slope of the activation is within γ: the norm of a diagonal is its largest entry."""
    ((f, bound),) = map(_slope_bound, given.conclusions)
    diagonal = fn("diag", fn("slopes", f, column))
    given.field().require_defined(diagonal)
    return le(_norm(kind, ("norm", "rowsum", "maxentry"))(diagonal), bound)


@rule
def norm_invariant(given: Given, kind: str, q: Term, a: Term) -> Result:
    """‖Q A‖ = ‖A‖ for orthogonal Q, spectral and Frobenius norm."""
    norm, product = _norm(kind, ("norm", "frobenius")), fn("mmul", q, a)
    if given.conclusions[0] is not eq(fn("mmul", fn("tr", q), q), make("ident", data=(q.shape or (0, 0))[0])):
        raise KernelRefusal("an orthogonal matrix is one with QᵀQ = I")
    given.field().require_defined(product)
    return eq(norm(product), norm(a))


@rule
def norm_dominated(given: Given, kind: str) -> Result:
    """|A| ≤ B entrywise gives ‖A‖ ≤ ‖B‖."""
    ((a, b),) = map(_domination, given.conclusions)
    norm = _norm(kind, EVERY_NORM)
    return le(norm(a), norm(b))


@rule
def norm_of_activation(given: Given, kind: str, column: Term) -> Result:
    """|f(x)| ≤ |x| for every x gives ‖f(u)‖ ≤ ‖u‖ for the activation taken coordinate by coordinate."""
    (below,) = given.conclusions
    f, x = below.args[0].args[0].args
    everywhere = (x.op, x.sort) == ("var", "real") and not any(x in h.free for h in given.hypotheses)
    if not everywhere or below is not le(fn("abs", fn("app", f, x)), fn("abs", x)):
        raise KernelRefusal("an activation that shrinks has |f(x)| ≤ |x| for every x")
    norm, image = _norm(kind, EVERY_NORM), fn("apply", f, column)
    Given(()).field().require_defined(column)
    return le(norm(image), norm(column))


# --- slopes -------------------------------------------------------------------------------------------


def _slope_bound(formula: Term) -> tuple[Term, Term]:
    refuse_if(formula.op != "slopes_within", "a bound on the slopes is expected")
    f, bound = formula.args
    return f, bound


@rule
def slopes_from_derivative(given: Given) -> Result:
    """|f'(x)| ≤ γ off finitely many points bounds every slope of a continuous f.

    At a kink a network uses a value between the one-sided slopes, which are limits of nearby ones.
    """
    (within,) = given.conclusions
    f, x, rest = _off_finitely_many_points(given, within.args[0].args[0])
    bound = within.args[1]
    if within is not le(fn("abs", make("der", (f, x), 1)), bound) or x in bound.free:
        raise KernelRefusal("a bound |f'(x)| ≤ γ is expected that holds at every x")
    return rest, fn("slopes_within", f, bound)


@rule
def slopes_nonnegative(given: Given, u: Term) -> Result:
    """f'(x) ≥ 0 off finitely many points makes every slope of a continuous f nonnegative."""
    (positive,) = given.conclusions
    f, _, rest = _off_finitely_many_points(given, positive.args[1])
    refuse_if(positive.op not in ("le", "lt") or positive.args[0] is not ZERO, "0 ≤ f'(x) is expected")
    Given(()).field().require_defined(u)
    return rest, le(ZERO, fn("slope", f, u))


def _off_finitely_many_points(given: Given, derivative: Term) -> tuple[Term, Term, frozenset[Term]]:
    """f and x of an f'(x) of which the premise holds at all real x but finitely many, and its other hypotheses."""
    f, x = derivative.args
    if (derivative.op, derivative.data, f.op, x.op, x.sort) != ("der", 1, "fun", "var", "real"):
        raise KernelRefusal("a bound on a derivative must hold for a named activation at a real variable")
    about = {h for h in given.hypotheses if x in h.free}
    for h in about:
        if h.op != "ne" or x not in h.args or any(a is not x and a.free for a in h.args) or h.args[0] is h.args[1]:
            raise KernelRefusal("the bound on a derivative must hold everywhere but at finitely many points")
        # By what is kept: x ≠ c holds nowhere if c has no value.
        Field(given.hypotheses - about).require_defined(*(part for part in h.args if part is not x))
    # pw may jump; everything else that a definition is made of is continuous where it is defined.
    refuse_if(not total(f.data, 0) or _may_jump(f.data), f"{f.data} is not known to be continuous on the whole line")
    return f, x, given.hypotheses - about


def _may_jump(name: str) -> bool:
    return any(node.op == "pw" or (node.op == "fun" and _may_jump(node.data)) for node in walk(definition(name)))


@rule
def slope_within(given: Given, u: Term) -> Result:
    """Slopes within γ: |slope(f, u)| ≤ γ at every u."""
    f, bound = _slope_bound(given.conclusions[0])
    given.field(1).require_defined(u)
    return le(fn("abs", fn("slope", f, u)), bound)


# --- entrywise domination -----------------------------------------------------------------------------


def _domination(formula: Term) -> tuple[Term, Term]:
    """A and B of |A| ≤ B."""
    refuse_if(formula.op != "mle" or formula.args[0].op != "mabs", "domination is |A| ≤ B, entry by entry")
    return formula.args[0].args[0], formula.args[1]


@rule
def domination_step(given: Given, column: Term, m: Term) -> Result:
    """|A| ≤ B and slopes within γ give |diag(slopes) M A| ≤ γ |M| B: the triangle inequality in each entry."""
    within, below = given.conclusions
    (f, bound), (a, b) = _slope_bound(within), _domination(below)
    product = fn("mmul", fn("diag", fn("slopes", f, column)), m, a)
    Given(()).field().require_defined(product)
    return fn("mle", fn("mabs", product), fn("mscale", bound, fn("mmul", fn("mabs", m), b)))


@rule
def identity_dominated(given: Given, size: int | str) -> Result:
    """|I| ≤ I."""
    one = make("ident", data=size)
    return fn("mle", fn("mabs", one), one)


@rule
def dominated_rewritten(given: Given, a: Term, b: Term) -> Result:
    """|A| ≤ B with A and B replaced by equal matrices."""
    old, field = _domination(given.conclusions[0]), given.field(1)
    field.require_defined(a, b)
    refuse_if(not (field.same(a, old[0]) and field.same(b, old[1])), "the matrices are not equal to the ones before")
    return fn("mle", fn("mabs", a), b)
