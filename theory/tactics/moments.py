"""Expectations: taken apart by linearity and independence until each is of one draw, and that one computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import combinations

from theory.kernel.chance import never_negative, places
from theory.kernel.field import Field
from theory.kernel.moments import GAUSSIAN, between_cuts, integral, mean
from theory.kernel.replacing import mapped, walk
from theory.kernel.terms import BINDERS, HALF, ONE, ZERO, Term, add, eq, fn, lt, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context, by_sign
from theory.tactics.directions import directed
from theory.tactics.expanding import as_written, dividing, expanded_in, factors_of
from theory.tactics.integrals import X, kinks_and_slopes, piece_of
from theory.tactics.layers import layered, lengthened

_DEEPEST = 12


def computed(wanted: Iterable[Term], context: Context, cuts: Iterable[Term] = ()) -> Context:
    """With what is found out about every expectation in some terms."""
    search = _Search(_solved(context), tuple(cuts))
    for term in wanted:
        if term.op == "eq" and term.args[0].op == "mean":
            search.said[term.args[0]] = term.args[1]
        for node in means_of(term):
            search.settle(node)
    search.mirror()
    return _solved(search.context)


def means_of(t: Term) -> list[Term]:
    """The expectations of a formula that no binder stands around."""
    if t.op == "mean":
        return [t]
    return [] if t.op in BINDERS else list(dict.fromkeys(m for a in t.args for m in means_of(a)))


class _Search:
    def __init__(self, context: Context, cuts: tuple[Term, ...]) -> None:
        self.context, self._cuts = context, cuts
        self._seen: dict[Term, None] = {}
        #: What a statement says an expectation to be: if it is that, it is so written.
        self.said: dict[Term, Term] = {}

    def _learn(self, made: Theorem | None) -> Theorem | None:
        if made is not None:
            self.context = self.context.knowing(made)
        return made

    def _infer(self, rule: str, *parameters: object) -> Theorem:
        made = infer(rule, parameters, self.context.facts)
        self.context = self.context.knowing(made)
        return made

    def settle(self, node: Term, depth: int = 0) -> None:
        """Facts about one expectation, as far as they can be found."""
        if node.op != "mean" or node in self._seen or depth > _DEEPEST:
            return
        self._seen[node] = None
        if any(f.conclusion.op == "eq" and f.conclusion.args[0] is node for f in self.context.facts):
            return
        draws, law, body = node.args
        for step in (
            self._integral,
            self._projection,
            self._combination,
            self._power,
            self._layer,
            self._directions,
            self._almost_constant,
            self._odd,
            self._mirrored,
            self._constant_parts,
            self._sum,
            self._independent,
            self._first,
        ):
            try:
                found = step(draws, law, body)
            except KernelRefusal:
                continue
            if found is not None:
                for inner in means_of(found.conclusion.args[1]):
                    self.settle(inner, depth + 1)
                if step != self._odd:  # that the whole is 0 may tell what its parts are
                    return

    def mirror(self) -> None:
        """Of two expectations of which one is the other seen from −z, that they are equal, where neither is known."""
        told = {f.conclusion.args[0] for f in self.context.facts if f.conclusion.op == "eq"}
        open_ones = [node for node in self._seen if node not in told]
        for one, other in combinations(open_ones, 2):
            with suppress(KernelRefusal):
                if one.args[:2] == other.args[:2]:
                    mirrored = infer("mean_reflected", one.args, self.context.facts)
                    same = infer("identity", [mirrored.conclusion.args[1], other], self.context.facts)
                    self.context = self.context.knowing(infer("chain", [], [mirrored, same]))

    # --- taking apart -------------------------------------------------------------------------

    def _constant_parts(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        parts = expanded_in(body, draws, self.context) or as_written(body, draws)
        if len(parts) == 1 and parts[0][0] is ONE:
            # One normal form, so what is found out about the one is known of the other.
            self.settle(mean(draws, law, parts[0][1]))
            return None
        return self._infer("mean_linear", draws, law, body, tuple(parts))

    def _sum(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        return self._infer("mean_of_sum", draws, law, body) if body.op == "sum" else None

    def _independent(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        factors = factors_of(body)
        if len(factors) < 2:
            return None
        reads = {f: list(places(f, draws)) for f in factors}
        for last in dividing(k for found in reads.values() for k in found):
            early = [f for f in factors if self._all(reads[f], lambda k, last=last: sub(last, k))]
            late = [f for f in factors if f not in early and self._all(reads[f], lambda k, last=last: sub(k, add(last, ONE)))]
            if early and late and len(early) + len(late) == len(factors):
                first, second = mul(*early), mul(*late)
                whole = self._infer("mean_of_product", draws, law, first, second, last)
                if mul(first, second) is not body:
                    self._infer("identity", mean(draws, law, body), whole.conclusion.args[0])
                return whole
        return None

    def _all(self, found: list[tuple[Term, tuple[Term, ...]]], gap: Callable[[Term], Term]) -> bool:
        facts = [f.conclusion for f in self.context.facts]
        try:
            return all(never_negative(Field([*facts, *around]), gap(k), around) for k, around in found)
        except KernelRefusal:
            return False

    def _first(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        read = {k for k, _ in places(body, draws)}
        if len(read) != 1 or ONE in read:
            return None
        return self._infer("mean_of_one_draw", draws, law, body, read.pop())

    # --- one draw -----------------------------------------------------------------------------

    def _projection(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        found = next((node for node in walk(body) if _is_projection(node, draws)), None)
        if law is not GAUSSIAN or found is None:
            return None
        column = found.args[0].args[0].args[0]
        function = mapped(body, lambda t: X if t is found else None)
        number = var(draws.data, "seq", (1, 1))
        return self._infer("mean_of_projection", draws, column, X, function, number)

    def _combination(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        """Of a function of a sum of draws, with the variance as a fact says it."""
        found = next((node for node in walk(body) if node.op == "sum" and draws in node.free), None)
        if law is not GAUSSIAN or found is None:
            return None
        k, low, high, summand = found.args
        c = summand.args[0] if summand.op == "mul" else ONE
        squares = fn("sum", k, low, high, c if c is ONE else power(c, 2))
        told = (f.conclusion.args for f in self.context.facts if f.conclusion.op == "eq" and f.conclusion.args[0].op == "sum")
        variance = next((value for whole, value in told if Field().same(whole, squares)), squares)
        return self._infer("mean_of_combination", draws, found, variance, X, mapped(body, lambda t: X if t is found else None))

    def _integral(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        if law is not GAUSSIAN or draws.shape != (1, 1):
            return None
        number = fn("entry", fn("at", draws, ONE), ONE, ONE)
        curve = mapped(body, lambda t: X if t is number else None)
        if draws in curve.free:
            return None
        kinks, scales = kinks_and_slopes(curve, self.context)
        cuts = self._cuts or kinks
        pieces: list[tuple[tuple[Term, int, Term], ...]] = []
        for count in range(len(cuts) + 1):
            facts = [*(f.conclusion for f in self.context.facts), *between_cuts(tuple(cuts), count, X, scales)]
            pieces.append(piece_of(curve, Field(facts)))
        field = Field([f.conclusion for f in self.context.facts], whole=True)
        found = integral(tuple(cuts), tuple(pieces))
        value = self.said.get(mean(draws, law, body))
        if value is None or means_of(value) or not field.same(value, found):
            value = field.term(field.frac(found))
        return self._infer("mean_by_pieces", draws, body, value, tuple(cuts), tuple(pieces), scales)

    def _odd(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        own, known = mean(draws, law, body), self.context.facts
        mirrored = infer("mean_reflected", [draws, law, body], known)
        other = mirrored.conclusion.args[1].args[2]
        opposite = infer("mean_linear", [draws, law, other, ((rat(-1), body),)], known)
        # With E f = −E f alone: beside the other two it would put one expectation for another in a circle.
        zero = infer("order", ["eq", own, ZERO, neg(own)], [infer("chain", [], [mirrored, opposite]), *known])
        self.context = self.context.knowing(zero)
        return zero

    def _almost_constant(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        """E f = c where f(z) = c off zero."""
        known = self.context.facts
        apart = any(f.conclusion.op == "lawful" and f.conclusion.data == "without atom at zero" for f in known)
        if not apart or {k for k, _ in places(body, draws)} != {ONE} or draws.shape != (1, 1) or law is GAUSSIAN:
            return None
        z = fn("entry", fn("at", draws, ONE), ONE, ONE)
        field = Field([*(f.conclusion for f in known), lt(ZERO, z)])
        c = field.term(field.frac(body))
        if draws in c.free:
            return None
        off = self.context.assuming(fn("ne", z, ZERO))
        sides = [by_sign(off.assuming(h), eq(body, c)) for h in (lt(ZERO, z), lt(z, ZERO))]
        whole = infer("cases", [z, ("+", "-")], [*sides, *off.facts])
        constant = infer("mean_off_zero", [draws, law, ONE], [whole, *known])
        found = infer("chain", [], [constant, infer("identity", [constant.conclusion.args[1], c], known)])
        self.context = self.context.knowing(found)
        return found

    def _mirrored(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        """E f = c/2 where f(z) + f(−z) = c off zero."""
        if {k for k, _ in places(body, draws)} != {ONE} or draws.shape != (1, 1) or law is GAUSSIAN:
            return None
        known, z = self.context.facts, fn("entry", fn("at", draws, ONE), ONE, ONE)
        mirrored = infer("mean_reflected", [draws, law, body], known)
        own, other = mirrored.conclusion.args
        both = add(body, other.args[2])
        field = Field([*(f.conclusion for f in known), lt(ZERO, z)])
        c = field.term(field.frac(both))
        off = self.context.assuming(fn("ne", z, ZERO))
        sides = [by_sign(off.assuming(h), eq(both, c)) for h in (lt(ZERO, z), lt(z, ZERO))]
        whole = infer("cases", [z, ("+", "-")], [*sides, *off.facts])
        constant = infer("mean_off_zero", [draws, law, ONE], [whole, *known])
        apart = infer("mean_linear", [draws, law, both, ((ONE, body), (ONE, other.args[2]))], known)
        turned = infer("identity", apart.conclusion.args[::-1], [apart, *known])
        total = infer("chain", [], [turned, constant, infer("identity", [constant.conclusion.args[1], c], known)])
        half = _halved(own, other, c, mirrored, total)
        self.context = self.context.knowing(half)
        return half

    def _layer(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        if law is not GAUSSIAN or draws.shape == (1, 1):
            return None
        return self._learn(layered(self.context, draws, body) or lengthened(self.context, draws, body))

    def _directions(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        """A function of two normal numbers that is homogeneous of degree 0 or 2 and made of linear ones."""
        if law is not GAUSSIAN or {k for k, _ in places(body, draws)} != {ONE, rat(2)} or draws.shape != (1, 1):
            return None
        return self._learn(directed(self.context, draws, body, self.said.get(mean(draws, law, body))))

    def _power(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        """E z^{T+2} from E z^T."""
        z = fn("entry", fn("at", draws, ONE), ONE, ONE)
        exponents = [f.args[1] if f.op == "pow" else ONE for f in factors_of(body) if (f.args[0] if f.op == "pow" else f) is z]
        if law is not GAUSSIAN or len(exponents) != len(factors_of(body)):
            return None
        field = Field()
        depth = field.term(field.frac(sub(add(*exponents), rat(2))))
        if depth.sort != "nat" or depth.op == "rat":
            return None
        return self._infer("mean_of_power", draws, depth)


def _halved(own: Term, other: Term, c: Term, mirrored: Theorem, total: Theorem) -> Theorem:
    """a = c/2 from a = b and a + b = c: c/2 − a is half of (c − (a + b)) + (b − a)."""
    gap = add(sub(c, add(own, other)), sub(other, own))
    return infer("order", ["eq", own, mul(HALF, c), mul(HALF, gap)], [mirrored, total])


def _is_projection(node: Term, draws: Term) -> bool:
    if node.op != "entry" or node.args[1:] != (ONE, ONE) or node.args[0].op != "mmul" or len(node.args[0].args) != 2:
        return False
    row, column = node.args[0].args
    return row.op == "tr" and draws not in row.free and column is fn("at", draws, ONE)


def _solved(context: Context) -> Context:
    """With E g = v + … for every known E f = v whose f is g and simpler parts, as Z² in (Z − m)²."""
    for fact in context.facts:
        known = fact.conclusion
        if known.op != "eq" or known.args[0].op != "mean":
            continue
        whole, value = known.args
        draws, law, body = whole.args
        try:
            parts = expanded_in(body, draws, context)
            if parts is None or len(parts) < 2:
                continue
            c, leading = max((p for p in parts if p[0].op == "rat"), key=lambda p: len(repr(p[1])), default=(ZERO, ZERO))
            if c is ZERO:
                continue
            spread = infer("mean_linear", [draws, law, body, tuple(parts)], context.facts)
            others = [mul(rat(-1), d, mean(draws, law, g)) for d, g in parts if g is not leading]

            def level(total: Term, c: Term = c, others: list[Term] = others) -> Term:
                return mul(power(c, -1), add(total, *others))

            # Not with the fact itself, which would have the whole replaced by its value.
            rest = [f for f in context.facts if f is not fact]
            same = infer("identity", [mean(draws, law, leading), level(whole)], [*rest, spread])
            put_in = infer("identity", [level(whole), level(value)], context.facts)
            context = context.knowing(infer("chain", [], [same, put_in]))
        except KernelRefusal:
            continue
    return context
