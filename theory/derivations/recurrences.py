"""The chain rule through time: from one step of a recurrence to its Jacobian.

The language of statements has no derivative by a vector. What a step does is said entry by entry,
h_i = φ(a_i) and (D W)_{ij} = φ'(a_i) W_{ij}; that the Jacobian is the product of such steps,
J_{t+1} = D_{t+1} W J_t, is the kernel's definition of it. Whether that definition is ∂h_T/∂h_0 is
tested, not derived: tests/theory/test_exact_jacobians.py differentiates unrolled networks entry by entry.
"""

from __future__ import annotations

from typing import Any

from sympy import Add, Identity, Mul, Rational, Symbol
from sympy.core.symbol import Str
from sympy.matrices.expressions.matadd import MatAdd

from theory.derivations.expressions import flat
from theory.derivations.ground import Ground
from theory.derivations.steps import Derivation, Step
from theory.kernel.definitions import slope_if_linear
from theory.kernel.field import total
from theory.kernel.terms import make
from theory.kernel.theorem import Theorem
from theory.language.activations import activation_named
from theory.language.domains import Depth, Domain, Index
from theory.language.errors import ClaimError, KernelRefusal, ProofFailure
from theory.language.matrices import Entry, Jacobian, Slope, added, grouped, scaled
from theory.tactics import Induction
from theory.tactics.context import Context
from theory.tactics.prove import prove
from theory.tactics.settle import theorem_of

MOST_STEPS = 12
# The kernel multiplies sums out: (I + E) D_2 (I + E) D_1 is four products.
MOST_PRODUCTS = 256


def derive_jacobian(jacobian: Jacobian) -> Derivation:
    """The chain rule through the steps of a recurrence, as far as its depth shows.

    At a depth such as 3 or T + 2 the known number of steps is taken off one by one. At a depth T the
    recursion is stated that defines J_T, and its closed form where the weight is the identity or the
    activation linear. Raises `ClaimError` for a depth that is no sum of symbols and a number up to 12,
    and for a weight of several summands where the product would have more than 256.
    """
    return _Unrolling(jacobian).derivation()


class _Unrolling:
    """The steps so far, of one network."""

    def __init__(self, jacobian: Jacobian) -> None:
        self._of, self._net = jacobian, jacobian.network
        depth = jacobian.args[4]
        known, self._open = depth.as_coeff_Add()
        if not (known.is_Integer and 0 <= known <= MOST_STEPS and all(map(_counts, flat(Add, (self._open,))))):
            raise ClaimError(
                f"a Jacobian is derived at a depth such as T, T + 2 or a whole number up to {MOST_STEPS}, not at {depth}"
            )
        self._known = int(known)
        summands = len(list(flat(MatAdd, (self._net.weight,))))
        if summands**self._known > MOST_PRODUCTS:
            raise ClaimError(
                f"a weight of {summands} summands multiplies out into {summands**self._known} products at depth {depth}, "
                f"more than {MOST_PRODUCTS}; give the sum a name of its own, as a MatrixSymbol"
            )
        taken = {s.name for s in jacobian.free_symbols}
        recursive = isinstance(self._open, Symbol) and not self._known
        self._t: Any = self._open if recursive else _fresh("tsk", taken)
        self._i, self._j = _fresh("imp", taken), _fresh("jlq", taken)
        index = Index(self._net.weight.shape[0])
        self._domains: dict[str, Domain] = {s.name: Depth for s in sorted(depth.free_symbols, key=str)}
        self._domains |= {self._t.name: Depth, self._i.name: index, self._j.name: index}
        self._ground = Ground(tuple(self._domains.items()))
        self._steps: list[Step] = []

    def derivation(self) -> Derivation:
        """One step of the network, then the Jacobian step by step."""
        if self._known or self._open != 0:
            self._one_step()
        if self._known:
            self._unroll()
        elif self._open == 0:
            self._add(self._of, self._identity(), "empty product")
        else:
            self._recursion()
        used = {v.data for s in self._steps for v in s.theorem.conclusion.free}
        domains = tuple((name, domain) for name, domain in self._domains.items() if name in used)
        return Derivation(self._of, tuple(self._steps), domains)

    def _add(self, left: Any, right: Any, reason: str, theorem: Theorem | None = None) -> None:
        try:
            proved = theorem or self._ground.proved(left, right)
        except KernelRefusal as error:
            raise ProofFailure(
                f"step {len(self._steps) + 1} of the derivation, {left} = {right}, is not proved: {error}"
            ) from error
        self._steps.append(Step(left, right, reason, proved))

    # --- one step of the network -------------------------------------------------------------------------

    def _one_step(self) -> None:
        net, now = self._net, _later(self._t, 1)
        i, j, pre, mask = self._i, self._j, net.preactivation(now), net.mask(now)
        self._add(pre, added(_product(net.weight, net.state(self._t)), net.drive.at(now)), "definition")
        slope: Any = Slope(net.phi, Entry(pre, i))
        if isinstance(net.phi, Str):
            head: Any = activation_named(str(net.phi))
            self._add(Entry(net.state(now), i), head(Entry(pre, i)), "definition")
            if total(head.__name__, 1):
                slope = head.d(Entry(pre, i))
        self._add(Entry(mask, i, i), slope, "slopes on the diagonal")
        if not self._net.weight.has(Identity):  # whether i = j decides an entry of I, and is not known
            self._add(
                Entry(grouped(mask, net.weight), i, j),
                Mul(slope, Entry(net.weight, i, j), evaluate=False),
                "chain rule, by entries",
            )

    # --- the product ---------------------------------------------------------------------------------------

    def _unroll(self) -> None:
        """J_{N+c} = D_{N+c} W ⋯ D_{N+1} W J_N, one step at a time."""
        factors: list[Any] = []
        left: Any = self._net.jacobian(_later(self._open, self._known))
        for c in range(self._known, 0, -1):
            factors += [self._net.mask(_later(self._open, c)), self._net.weight]
            right = _product(*factors, self._net.jacobian(_later(self._open, c - 1)))
            self._add(left, right, "chain rule")
            left = right
        if self._open == 0:
            right = _product(*factors)
            self._add(left, right, "empty product")
            left = right
        closed = self._closed(self._known) if self._open == 0 else None
        if closed is not None and closed != left:
            self._add(left, closed, "slopes are constant")

    def _recursion(self) -> None:
        """J_0 = I and J_{T+1} = D_{T+1} W J_T, and J_T itself where it has a closed form."""
        t, net = self._t, self._net
        self._add(net.jacobian(0), self._identity(), "empty product")
        now = _later(t, 1)
        self._add(net.jacobian(now), _product(net.mask(now), net.weight, net.jacobian(t)), "chain rule")
        if t != self._open:
            return
        closed = self._closed(t)
        if closed is None and net.weight.is_Identity:
            closed = net.masks(t)
        if closed is not None:
            context = Context(self._ground.reader(), theorem_of)
            theorem = prove(Induction(on=t), self._ground.formula(self._of, closed), context)
            self._add(self._of, closed, f"induction on {t}", theorem)

    def _closed(self, depth: Any) -> Any:
        """c^T W^T where every slope is the same number c; None where slopes vary."""
        slope = slope_if_linear(make("fun", data=str(self._net.phi))) if isinstance(self._net.phi, Str) else None
        if slope is None:
            return None
        powers = self._net.weight**depth
        return powers if slope == 1 else scaled(Rational(slope.numerator, slope.denominator) ** depth, powers)

    def _identity(self) -> Any:
        return Identity(self._net.weight.shape[0])


def _counts(part: Any) -> bool:
    """Whether a part of a depth is a whole number of times a symbol, or nothing."""
    times, symbol = part.as_coeff_Mul()
    return part == 0 or (times.is_Integer and times > 0 and isinstance(symbol, Symbol))


def _later(t: Any, steps: int) -> Any:
    """t + steps in this order, where SymPy would write 1 + T."""
    return t + steps if t.is_Number or not steps else Add(t, steps, evaluate=False)


def _product(*factors: Any) -> Any:
    """A product as it is written, without identities."""
    found = [f for f in factors if not f.is_Identity]
    if not found:
        return factors[0]
    return found[0] if len(found) == 1 else grouped(*found)


def _fresh(names: str, taken: set[str]) -> Any:
    """The first letter that names nothing else, or one with a prime."""
    free = [name for name in names if name not in taken]
    return Symbol(free[0] if free else names[0] + "'")
