"""Expectations: taken apart by linearity and independence until each is of one draw, and that one computed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress
from itertools import combinations
from itertools import product as cartesian

from theory.kernel.chance import never_negative, places
from theory.kernel.field import Field
from theory.kernel.fractions import Frac, terms_of
from theory.kernel.moments import GAUSSIAN, between_cuts, integral, mean
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import BINDERS, HALF, ONE, ZERO, Term, add, eq, fn, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.kernel.words import unfolded_recursion
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context, by_sign
from theory.tactics.integrals import X, kinks_and_slopes, piece_of

_DEEPEST = 12


def computed(wanted: Iterable[Term], context: Context, cuts: Iterable[Term] = ()) -> Context:
    """With what is found out about every expectation in some terms."""
    search = _Search(_solved(with_bounded(context)), tuple(cuts))
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

    def _infer(self, rule: str, *parameters: object) -> Theorem:
        made = infer(rule, parameters, self.context.facts)
        self.context = self.context.knowing(made)
        return made

    def settle(self, node: Term, depth: int = 0) -> None:
        """Facts about one expectation, as far as they can be found."""
        if node.op != "mean" or node in self._seen or depth > _DEEPEST:
            return
        self._seen[node] = None
        draws, law, body = node.args
        for step in (
            self._integral,
            self._projection,
            self._power,
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
        parts = _expanded(body, draws, self.context) or _as_written(body, draws)
        if len(parts) == 1 and parts[0][0] is ONE:
            # One normal form, so what is found out about the one is known of the other.
            self.settle(mean(draws, law, parts[0][1]))
            return None
        return self._infer("mean_linear", draws, law, body, tuple(parts))

    def _sum(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        return self._infer("mean_of_sum", draws, law, body) if body.op == "sum" else None

    def _independent(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        factors = _factors(body)
        if len(factors) < 2:
            return None
        reads = {f: list(places(f, draws)) for f in factors}
        for last in _candidates(k for found in reads.values() for k in found):
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
        function = _replaced(body, found, X)
        number = var(draws.data, "seq", (1, 1))
        return self._infer("mean_of_projection", draws, column, X, function, number)

    def _integral(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        if law is not GAUSSIAN or draws.shape != (1, 1):
            return None
        curve = _replaced(body, fn("entry", fn("at", draws, ONE), ONE, ONE), X)
        if draws in curve.free:
            return None
        kinks, scales = kinks_and_slopes(curve, self.context)
        cuts = self._cuts or kinks
        pieces: list[tuple[tuple[Term, int, Term], ...]] = []
        for low, high in zip((None, *cuts), (*cuts, None), strict=True):
            sides = between_cuts(X, low, high, scales)
            pieces.append(piece_of(curve, Field([*(f.conclusion for f in self.context.facts), *sides])))
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

    def _power(self, draws: Term, law: Term, body: Term) -> Theorem | None:
        """E z^{T+2} from E z^T."""
        z = fn("entry", fn("at", draws, ONE), ONE, ONE)
        exponents = [f.args[1] if f.op == "pow" else ONE for f in _factors(body) if (f.args[0] if f.op == "pow" else f) is z]
        if law is not GAUSSIAN or len(exponents) != len(_factors(body)):
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


def _candidates(read: Iterable[tuple[Term, tuple[Term, ...]]]) -> list[Term]:
    """Numbers that may part the draws: those that are read, ends of the sums around them, and one less."""
    found: dict[Term, None] = {}
    for k, around in read:
        highs = [h.args[1] for h in around if h.op == "le" and h.args[0] is k]
        # What is read first, where a counter begins.
        lows = [substitute(k, {h.args[1]: h.args[0]}) for h in around if h.op == "le" and h.args[1] in k.free]
        for end in (k, *highs, *lows):
            if any(str(v.data).startswith("κ") for v in end.free):
                continue
            field = Field()
            before = field.term(field.frac(sub(end, ONE)))
            found |= dict.fromkeys(t for t in (end, before) if t.sort == "nat" and (t.op != "rat" or t.data >= 0))
    return list(found)


def _factors(body: Term) -> list[Term]:
    if body.op == "mul":
        return [f for a in body.args for f in _factors(a)]
    if body.op == "pow" and body.args[0].op == "mul" and body.args[1].op == "rat":
        return [power(f, body.args[1]) for f in _factors(body.args[0])]
    return [body]


def _expanded(body: Term, draws: Term, context: Context) -> list[tuple[Term, Term]] | None:
    """Σ c·g with constants c, where g is a product of what depends on the draws."""
    if draws not in body.free:
        return None
    field = Field([f.conclusion for f in context.facts], whole=True)
    shielded, meant = _shielded(_stepped(body, field), draws)
    whole = field.frac(shielded)

    def depends(t: Term) -> bool:
        return draws in t.free or bool(t.free & meant.keys())

    gathered: dict[Term, list[Term]] = {}
    if depends(field.term(Frac(field.ring, whole.den, field.ring.rational(1).den))):
        return None
    below = field.term(field.ring.rational(1) / Frac(field.ring, whole.den, field.ring.rational(1).den))
    for exponents, coefficient in terms_of(whole.num):
        chance, fixed = field.ring.rational(1), field.ring.rational(coefficient)
        for index, degree in exponents.items():
            if depends(field.term(field.ring.gen(index))):
                chance *= field.ring.gen(index) ** degree
            else:
                fixed *= field.ring.gen(index) ** degree
        gathered.setdefault(substitute(field.term(chance), meant), []).append(field.term(fixed))
    return [(_times(add(*fixed), below), g) for g, fixed in gathered.items()]


def _stepped(t: Term, field: Field) -> Term:
    """With the last step of every recursion taken whose depth shows one."""
    if not t.args or t.op in BINDERS:
        unfolded = unfolded_recursion(field, t) if t.op == "rec" else None
        return t if unfolded is None else _stepped(unfolded, field)
    return make(t.op, tuple(_stepped(a, field) for a in t.args), t.data, t.sort, t.shape)


def _shielded(t: Term, draws: Term) -> tuple[Term, dict[Term, Term]]:
    """With a variable for each activation and case of the draws, which are better not taken apart."""
    meant: dict[Term, Term] = {}

    def go(node: Term) -> Term:
        if draws not in node.free or node.op in BINDERS:
            return node
        if node.op in ("app", "max", "min", "pw", "abs"):
            known = next((v for v, old in meant.items() if old is node), None)
            if known is None:
                known = var(f"κ{node.op}{len(meant)}")
                meant[known] = node
            return known
        return make(node.op, tuple(map(go, node.args)), node.data, node.sort, node.shape)

    return go(t), meant


def _as_written(body: Term, draws: Term) -> list[tuple[Term, Term]]:
    """Σ c·g by the sums and products that show, where no common denominator is wanted."""
    found: list[tuple[Term, Term]] = []
    for part in body.args if body.op == "add" else (body,):
        factors = part.args if part.op == "mul" else (part,)
        fixed, chance = ([f for f in factors if (draws in f.free) is wanted] for wanted in (False, True))
        found.append((mul(*fixed) if fixed else ONE, mul(*chance) if chance else ONE))
    return found


def _times(a: Term, b: Term) -> Term:
    return a if b is ONE else b if a is ONE else mul(a, b)


def _is_projection(node: Term, draws: Term) -> bool:
    if node.op != "entry" or node.args[1:] != (ONE, ONE) or node.args[0].op != "mmul" or len(node.args[0].args) != 2:
        return False
    row, column = node.args[0].args
    return row.op == "tr" and draws not in row.free and column is fn("at", draws, ONE)


def _replaced(t: Term, old: Term, new: Term) -> Term:
    if t is old:
        return new
    if not t.args or t.op in BINDERS:
        return t
    return make(t.op, tuple(_replaced(a, old, new) for a in t.args), t.data, t.sort, t.shape)


def _solved(context: Context) -> Context:
    """With E g = v + … for every known E f = v whose f is g and simpler parts, as Z² in (Z − m)²."""
    for fact in context.facts:
        known = fact.conclusion
        if known.op != "eq" or known.args[0].op != "mean":
            continue
        whole, value = known.args
        draws, law, body = whole.args
        try:
            parts = _expanded(body, draws, context)
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


def with_bounded(context: Context) -> Context:
    """With the activations that are known to be bounded on the whole line."""
    below = [f for f in context.facts if f.conclusion.op in ("le", "lt") and f.conclusion.args[1].op == "app"]
    above = [f for f in context.facts if f.conclusion.op in ("le", "lt") and f.conclusion.args[0].op == "app"]
    for low, high in cartesian(below, above):
        with suppress(KernelRefusal):
            context = context.knowing(infer("bounded_everywhere", [], [low, high]))
    return context
