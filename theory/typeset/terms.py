"""The walk over a term that both scripts share: signs, quotients, levels of binding, order of factors.

A script (script.py; unicode.py, tex.py) says how a piece looks; what needs brackets and what is a difference
or a quotient is decided here once. The order of summands and factors is the author's.
"""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from theory.kernel.terms import HALF, ONE, ZERO, Term, add, make, neg, power, rat
from theory.language.errors import UnsupportedTerm
from theory.typeset.names import is_default, parsed
from theory.typeset.recursions import UNIT, as_product, flipped
from theory.typeset.script import ADD, ATOM, FRACTION, MUL, NEG, POW, QUOTIENT, RELATION, SUM, Script, Shown, joined

_FUNCTIONS = frozenset({"log", "erf", "atan", "sin", "cos", "tanh", "sinh", "cosh", "asinh", "lambertw"})
_NORMS = {"norm": "", "frobenius": "F", "rowsum": "∞"}


def flat(op: str, t: Term) -> list[Term]:
    """The operands of an associative operator, nested ones included."""
    return [part for a in t.args for part in flat(op, a)] if t.op == op else [t]


class TermPrinter(Script):
    """Prints real numbers, matrices, sequences, activations and networks."""

    def show(self, t: Term) -> Shown:
        """Any term that is not a formula."""
        match t.op, t.args:
            case "var", _:
                return Shown(self.name(t.data))
            case "fun", _:
                return Shown(self.activation(t, argument=True))
            case "rat", _:
                return self._signed_whole(t)
            case (("mul" | "mscale" | "mmul"), _):
                return self._signed_whole(t)
            case "add", _:
                return self._sum(flat("add", t))
            case "madd", _:
                # SymPy sorts sums of matrices, so there is no author's order to keep: I leads, differences follow.
                return self._sum(sorted(flat("madd", t), key=lambda m: (self._signed(m)[0], m.op != "ident")))
            case (("sum" | "msum" | "nsub"), _):
                return self._counted(t)
            case "pow", (base, exponent):
                return self._power(t, base, exponent)
            case "mpow", (base, exponent):
                return self._raised(base, exponent)
            case (("tr" | "inv"), (base,)):
                inner = self.at_least(base, ATOM)
                return joined(self.marked(inner.s, "transpose" if t.op == "tr" else "inverse"), POW, inner)
            case "exp", (u,):
                return self.exponential(u)
            case (("app" | "apply"), (f, u)):
                return self.call(self.activation(f), u)
            case "der", (f, u):
                return self.call(self.primed(self.activation(f), t.data), u)
            case (("slope" | "slopes"), (f, u)):
                return self.call(self.slope(f), u)
            case (("abs" | "mabs"), (u,)):
                return self.barred(self.show(u), double=False)
            case (("max" | "min"), _):
                return self.call(self.function_words[t.op], *flat(t.op, t))
            case "pw", _:
                return self._piecewise(t)
            case (("rec" | "mrec"), (x, _, _, _, depth)):
                factor = as_product(t)
                if factor is None:
                    return Shown(self.lowered(self.name(x.data), depth))
                k, body = factor
                return self.summed(self.name(k.data), self.show(ONE), self.show(depth), self.at_least(body, SUM), product=True)
            case (("norm" | "frobenius" | "rowsum"), (m,)):
                bars = self.barred(self.show(m), double=True)
                return joined(self.norm_name(bars.s, _NORMS[t.op]), ATOM, bars)
            case "maxentry", (m,):
                bars = self.barred(self.show(m), double=False)
                return joined(self.function_words["max"] + bars.s, FRACTION, bars)
            case (("mean" | "gaussian" | "finite"), _):
                return self._chance(t)
            case "entry", _:
                return self._entry_of(*t.args)
            case "at", (sequence, step):
                base = self._indexable(sequence)
                return joined(self.lowered(base.s, step), ATOM, base)
            case "mlit", _:
                return self._numbers(t)
            case "ident", _:
                return Shown(self.identity)
            case "zeros", _:
                return Shown("0")
            case "seqlit", _:
                return self.endless([self.grid(tuple((x,) for x in column)) for column in t.data]) if t.data else Shown("0")
            case (("jac" | "state" | "pre" | "masks"), (net, depth)):
                letter = {"jac": "J", "state": "h", "pre": "a"}.get(t.op)
                return self._network(self.lowered(letter, depth) if letter else self.mask_product(depth), net)
            case "net", _:
                return self._network("", t)
            case "diag", (u,) if u.op == "slopes" and u.args[1].op == "pre" and u.args[1].args[0].args[1] is u.args[0]:
                net, depth = u.args[1].args
                return self._network(self.lowered("D", depth), net)
            case "diag", (u,):
                return self.call(self.function_words["diag"], u)
            case (("pi" | "euler_gamma"), _):
                return Shown(self.function_words[t.op])
            case "radius", (u,):
                return self.call(self.function_words["radius"], u)
            case "log", (u,) if u.sort == "nat" and u.op == "rat":
                return Shown(f"{self.function_words['log']} {self.show(u).s}", QUOTIENT)
            case op, (u,) if op in _FUNCTIONS:
                return self.call(self.function_words[op], u)
            case _:
                raise UnsupportedTerm(f"{t.op} is not printed as a term; use text() or latex(), which print formulas too")

    def _counted(self, t: Term) -> Shown:
        """A sum; or a difference of natural numbers, which is 0 and no difference where what is taken away is larger."""
        if t.op == "nsub":
            a, b = t.args
            smaller = b is ONE or (b, a) in self._counters  # the steps before a step, and what a counter leaves
            return self._sum([a, neg(b)]) if smaller else self.call(self.function_words["max"], ZERO, add(a, neg(b)))
        k, low, high, body = t.args
        self._counters.append((k, high))
        inner = self.at_least(body, SUM)
        self._counters.pop()
        return self.summed(self.name(k.data), self.show(low), self.show(high), inner)

    def at_least(self, t: Term, level: int) -> Shown:
        """The term, in brackets if it binds less tightly than its place asks for."""
        return self.enclosed(self.show(t), level)

    def enclosed(self, piece: Shown, level: int) -> Shown:
        """The piece, in brackets if it binds less tightly than its place asks for."""
        return piece if piece.level >= level else self.fenced(piece)

    def call(self, head: str, *arguments: Term) -> Shown:
        """A function applied to its arguments."""
        shown = [self.show(a) for a in arguments]
        inner = self.fenced(joined(self.comma.join(a.s for a in shown), ATOM, *shown))
        return joined(head + inner.s, ATOM, inner)

    def _entry_of(self, m: Term, i: Term, j: Term) -> Shown:
        if m.shape == (1, 1):
            return self.show(m)  # one number, as a member of a sequence of numbers or a product of row and column
        base = self._indexable(m)
        column = m.shape is not None and m.shape[1] == 1 and j is ONE
        return joined(self.lowered(base.s, *((i,) if column else (i, j))), ATOM, base)

    def _chance(self, t: Term) -> Shown:
        """A law, an expectation, or the probability whose indicator is averaged; the normal law goes without saying."""
        if t.op == "gaussian":
            return Shown(self.normal_law)
        if t.op == "finite":
            return self.weighted([(self.show(rat(x)), self.number(w)) for x, w in t.data])
        draws, law, body = t.args
        events = flat("mul", body)
        probable = all(e.op == "pw" and e.args[1] is ONE and e.args[3] is ZERO and e.args[2] in (ONE, ZERO) for e in events)
        head = self.probability if probable else self.expectation
        if law.op != "gaussian":
            head = self.lowered(head, law)
        if not probable:
            inner = self.show(body)
            return joined(head + self.fenced(inner, "[", "]").s, ATOM, inner)
        shown = [Shown(self._event(e.args[0], ">" if e.args[2] is ZERO else "≥", draws)) for e in events]
        inner = joined(self.comma.join(e.s for e in shown), ATOM, *shown)
        return joined(head + self.fenced(inner).s, ATOM, inner)

    def _indexable(self, m: Term) -> Shown:
        piece = self.at_least(m, ATOM)
        # What has a subscript already cannot take a second one.
        inner = m.args[0].args[1] if m.op == "diag" and m.args[0].op == "slopes" else m
        untagged = inner.op in ("jac", "state", "pre", "masks") and inner.args[0] in self.understood
        taken = untagged or m.op in ("at", "entry", "mrec") or (m.op == "var" and parsed(m.data).subscripts)
        return self.fenced(piece) if taken else piece

    def _numbers(self, t: Term) -> Shown:
        """A matrix of numbers; a unit column that the reader knows, and its transpose, by name."""
        if t in self.understood:
            return Shown(self.lowered(UNIT, rat(1 + t.data.index((1,)))))
        if len(t.data) == 1 and flipped(t) in self.understood:
            return self.show(make("tr", (flipped(t),)))
        return self.grid(t.data)

    def _network(self, head: str, net: Term) -> Shown:
        weight, f, start, drive = net.args
        if net in self.understood:
            return Shown(head)
        rest = [
            joined(self.compare(self.name(name), "=", shown.s), RELATION, shown)
            for part, name in ((start, "h_0"), (drive, "v"))
            if not is_default(part, name)
            for shown in [self.show(part)]
        ]
        return self.network(head, self.show(weight), self.activation(f, argument=True), rest)

    def _power(self, t: Term, base: Term, exponent: Term) -> Shown:
        if exponent is HALF:
            return self.root(base)
        if exponent.op == "rat" and exponent.data < 0:
            return self._product([t])[1]
        return self._raised(base, exponent)

    def _raised(self, base: Term, exponent: Term) -> Shown:
        inner = self.at_least(base, ATOM)
        return joined(self.raised(inner.s, exponent), POW, inner)

    # --- sums and products --------------------------------------------------------------------

    def _signed(self, t: Term) -> tuple[bool, Shown]:
        """Whether a minus sign stands before the term, and what follows it."""
        match t.op, t.args:
            case "rat", _:
                return t.data < 0, self.number(abs(t.data))
            case (("mul" | "mmul"), _):
                return self._product(self._factors(t))
            case "mscale", (c, m):
                return self._product([*self._factors(c), *flat("mmul", m)])
            case _:
                return False, self.show(t)

    def _signed_whole(self, t: Term) -> Shown:
        negative, body = self._signed(t)
        if not negative:
            return body
        body = self.enclosed(body, SUM)
        return joined(self.minus + body.s, NEG, body)

    def _sum(self, parts: list[Term]) -> Shown:
        text, shown = "", list[Shown]()
        for k, part in enumerate(parts):
            negative, body = self._signed(part)
            body = self.enclosed(body, SUM)
            shown.append(body)
            if k == 0:
                text = (self.minus if negative else "") + body.s
            else:
                text += (self.minus_sign if negative else self.plus_sign) + body.s
        return joined(text, ADD, *shown)

    def _factors(self, t: Term) -> list[Term]:
        """The factors; a later one with a sign of its own is kept whole, and so gets brackets."""
        if t.op not in ("mul", "mmul"):
            return [t]
        first, *others = t.args
        return [*self._factors(first), *(f for a in others for f in ([a] if _leads_negative(a) else self._factors(a)))]

    def _product(self, factors: list[Term]) -> tuple[bool, Shown]:
        coefficient, rest, negative = Fraction(1), factors, False
        authored = False
        if factors[0].op == "rat":
            coefficient, rest, authored = Fraction(factors[0].data), factors[1:], True
            negative = coefficient < 0
            if coefficient == -1:
                # −1 times a number times …: one sign, one coefficient.
                authored = bool(rest) and rest[0].op == "rat" and rest[0].data >= 0
                if authored:
                    coefficient, rest = Fraction(rest[0].data), rest[1:]
        coefficient = Fraction(abs(coefficient))
        top = [f for f in rest if not _is_reciprocal(f)]
        bottom = [self._turned(f) for f in rest if _is_reciprocal(f)]
        above: list[Shown] = [self.show(f) for f in top]
        below: list[Shown] = [self.show(f) for f in bottom]
        if coefficient.denominator > 1 and self.splits(coefficient, over=bool(below)) and rest:
            below.insert(0, self.number(Fraction(coefficient.denominator)))
            coefficient = Fraction(coefficient.numerator)
            authored = coefficient != 1
        if coefficient != 1 or (authored and not below):
            above.insert(0, self.number(coefficient))
        if below:
            return negative, self.quotient(above or [self.number(Fraction(1))], below)
        return negative, self.juxtaposed(above or [self.number(coefficient)])

    def juxtaposed(self, factors: list[Shown]) -> Shown:
        """A product of one factor or more."""
        if len(factors) == 1:
            return factors[0]
        # A sum may stand last without brackets, and then reaches as far as the product does.
        last = factors[-1] if factors[-1].level == SUM else self.enclosed(factors[-1], MUL)
        pieces = [*(self.enclosed(f, MUL) for f in factors[:-1]), last]
        text = pieces[0].s
        for before, piece in pairwise(pieces):
            text += self.between(before.s, piece.s) + piece.s
        return joined(text, min(MUL, last.level), *pieces)

    def _turned(self, f: Term) -> Term:
        base, exponent = f.args
        return base if exponent.data == -1 else power(base, -exponent.data)

    # --- pieces ---------------------------------------------------------------------------------

    def _piecewise(self, t: Term) -> Shown:
        u, above, equal, below = t.args
        if above is equal is below:
            return self.show(above)
        strict = equal is below
        if below is rat(0) and above is ONE and equal in (above, below):
            return self.indicator(self._condition(u, ">" if strict else "≥"))
        values = [(above, ">"), (equal, "="), (below, "<")]
        if equal is above:
            values = [(above, "≥"), (below, "<")]
        elif equal is below:
            values = [(above, ">"), (below, "≤")]
        return self.cases([(self.show(value), self._condition(u, op)) for value, op in values])

    def _event(self, u: Term, op: str, draws: Term) -> str:
        """What may happen to draws, as Z ≤ t; not as t ≥ Z."""
        first = u.args[0] if u.op == "add" and len(u.args) == 2 else u
        negative, other = self._signed(u.args[1]) if first is not u else (False, Shown(""))
        if negative and draws not in first.free:
            return self.compare(other.s, {">": "<", "≥": "≤"}[op], self.show(first).s)
        return self._condition(u, op)

    def _condition(self, u: Term, op: str) -> str:
        """u > 0; of a difference a − b, a > b."""
        if u.op == "add" and len(u.args) == 2:
            negative, body = self._signed(u.args[1])
            if negative:
                return self.compare(self.show(u.args[0]).s, op, self.enclosed(body, SUM).s)
        return self.compare(self.show(u).s, op, "0")


def _is_reciprocal(f: Term) -> bool:
    return f.op == "pow" and f.args[1].op == "rat" and f.args[1].data < 0


def _leads_negative(t: Term) -> bool:
    while t.op == "mul":
        t = t.args[0]
    return t.op == "rat" and t.data < 0
