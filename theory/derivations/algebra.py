"""Shorter forms of an expression, as SymPy proposes them and as a person would write them.

Heads, exponentials and roots become symbols; SymPy factors a rational function of these; the result
is written out again: numbers first, sums with the constant first, e^{−2x} as one exponential.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from math import gcd, lcm
from typing import Any

from sympy import (
    Add,
    Dummy,
    Function,
    Mul,
    Poly,
    Pow,
    Rational,
    Symbol,
    cancel,
    exp,
    expand,
    factor,
    factor_terms,
    linsolve,
    numer,
    simplify,
    together,
)

from theory.derivations.expressions import ONE, coefficient_of, exponential, parts, power, product, total
from theory.language.activations import ActivationDerivative


class Names:
    """Symbols for what SymPy should not look into, and the way back.

    One symbol stands for all rational multiples of one exponent: with E = e^{x/2}, e^{−x} is E^{−2}.
    With `sums`, a sum of functions that is a factor gets a symbol as well, so that 1 − s² is not torn
    apart; without `roots`, roots are left to SymPy.
    """

    def __init__(self, *expressions: Any, sums: bool = False, roots: bool = True) -> None:
        self._sums, self._roots = sums, roots
        self._symbols: dict[Any, Any] = {}
        self._meanings: dict[Any, Any] = {}
        self._units: dict[Any, tuple[Any, Rational]] = {}
        exponents: dict[Any, list[Any]] = {}
        for e in expressions:
            for part in parts(e):
                if isinstance(part, exp):
                    c, u = coefficient_of(part.args[0])
                    exponents.setdefault(u, []).append(c)
        for u, found in exponents.items():
            unit: Any = Rational(gcd(*(int(c.p) for c in found)), lcm(*(int(c.q) for c in found)))
            if all(c < 0 for c in found):
                unit = -unit
            self._units[u] = (self._new(exponential(product(unit, u))), unit)

    def _new(self, meaning: Any) -> Any:
        symbol: Any = Dummy(f"a{len(self._meanings)}")
        self._meanings[symbol] = meaning
        return symbol

    def name(self, part: Any) -> Any:
        """The symbol of a part that is not looked into."""
        if part not in self._symbols:
            self._symbols[part] = self._new(part)
        return self._symbols[part]

    def has_names(self, p: Any) -> bool:
        """Whether the expression contains a symbol that stands for something else."""
        return any(symbol in self._meanings for symbol in p.free_symbols)

    # --- there --------------------------------------------------------------------------------------

    def plain(self, e: Any) -> Any:
        """The expression as an evaluated rational function of symbols."""
        match e:
            case Add():
                return Add(*map(self.plain, e.args))
            case Mul():
                return Mul(*(self._factor(f) for f in e.args))
            case Pow() if e.args[1].is_Integer:
                return Pow(self._factor(e.args[0]), e.args[1])
            case Pow() if isinstance(e.args[1], Rational) and self._roots:
                base, exponent = e.args
                return self.name(power(base, Rational(1, exponent.q))) ** exponent.p
            case Pow() if isinstance(e.args[1], Rational):
                return Pow(self.plain(e.args[0]), e.args[1])
            case exp():
                c, u = coefficient_of(e.args[0])
                symbol, unit = self._units.get(u, (None, ONE))
                return self.name(e) if symbol is None else symbol ** (c / unit)
            case Rational() | Symbol():
                return e
            case _:
                return self.name(e)

    def _factor(self, f: Any) -> Any:
        named = self._sums and isinstance(f, Add) and f.has(Function, ActivationDerivative)
        return self.name(f) if named else self.plain(f)

    # --- and back -------------------------------------------------------------------------------------

    def written(self, p: Any) -> Any:
        """A rational function of the symbols with their meanings, in the order that a person writes."""
        if p in self._meanings:
            return self._meanings[p]
        match p:
            case Add():
                return total(*map(self.written, self._in_order(p)))
            case Mul():
                return self._written_product(p)
            case Pow():
                return power(self.written(p.args[0]), p.args[1])
            case _:
                return p

    def _written_product(self, p: Any) -> Any:
        coefficient, factors = p.as_coeff_mul()
        found: list[Any] = []
        for f in factors:
            base, exponent = f.as_base_exp()
            if _turns(f) and _leads_negative(self._by_degree(base)):
                coefficient, f = -coefficient, Pow(-base, exponent)  # noqa: PLW2901  # (s − 1) as −(1 − s)
            found.append(f)
        if coefficient < 0:
            # (x² − 1)φ rather than −(1 − x²)φ: in x alone the highest power may lead.
            back = next((k for k, f in enumerate(found) if self._descends(f)), None)
            if back is not None:
                base, exponent = found[back].as_base_exp()
                coefficient, found[back] = -coefficient, Pow(-base, exponent)
        return product(coefficient, *map(self.written, sorted(found, key=self._place)))

    def _descends(self, f: Any) -> bool:
        """Whether f is a sum in x alone whose highest power has a minus sign."""
        return _turns(f) and not self.has_names(f) and _leads_negative(self._by_degree(f.as_base_exp()[0])[::-1])

    def _place(self, f: Any) -> tuple[bool, int, int, str]:
        base, _ = f.as_base_exp()
        first = min((k for k, s in enumerate(self._meanings) if s in base.free_symbols), default=-1)
        return isinstance(self._meanings.get(base, base), Add), base.count_ops(), first, str(base)

    def _by_degree(self, p: Any) -> list[Any]:
        return sorted(p.args, key=lambda a: (_degree(a), *self._place(a.as_coeff_Mul()[1])))

    def _in_order(self, p: Any) -> list[Any]:
        """Ascending, 1 − 6s + 6s²; but x² − 1 where ascending would begin with a minus sign."""
        ordered = self._by_degree(p)
        if _leads_negative(ordered):
            if not _leads_negative(ordered[::-1]):
                return ordered[::-1]
            ordered.sort(key=lambda a: bool(a.as_coeff_Mul()[0] < 0))
        return ordered


def _turns(f: Any) -> bool:
    """Whether f is an odd power of a sum, whose sign can stand in front."""
    base, exponent = f.as_base_exp()
    return isinstance(base, Add) and bool(exponent.is_Integer) and exponent % 2 == 1


def _leads_negative(ordered: list[Any]) -> bool:
    return bool(ordered[0].as_coeff_Mul()[0] < 0)


def _degree(e: Any) -> int:
    match e:
        case Add():
            return max(map(_degree, e.args))
        case Mul():
            return sum(map(_degree, e.args))
        case Pow() if e.args[1].is_Integer:
            return int(e.args[1]) * _degree(e.args[0])
        case _:
            return 1 if e.is_Symbol else 0


def asked(question: Callable[..., Any], *about: Any) -> Any:
    """SymPy's answer, None where it has none: whatever it raises, nothing was proposed."""
    try:
        return question(*about)
    except Exception:
        return None


def shorter_forms(e: Any) -> Iterator[Any]:
    """What SymPy makes of an expression: first its common factor, sums left whole; then factored, cancelled, one fraction."""
    whole = Names(e, sums=True)
    found = asked(factor, whole.plain(e))
    if found is not None:
        yield whole.written(found)
    names = Names(e)
    p = names.plain(e)
    for form in (factor, factor_terms, cancel, together, _lowest_terms):
        found = asked(form, p)
        if found is not None:
            yield names.written(found)
    loose = Names(e, roots=False)
    rooted = loose.plain(e)
    if rooted != p:
        found = asked(_simplest, rooted)
        if found is not None:
            yield loose.written(found)


def _lowest_terms(p: Any) -> Any:
    return factor(cancel(p))


def _simplest(p: Any) -> Any:
    return factor(simplify(p))


def multiple_of(e: Any, of: Any, head: Any) -> Iterator[Any]:
    """r · head where e = r · of and r is a polynomial without any function."""
    names = Names(e, of)
    ratio = asked(lambda: cancel(names.plain(e) / names.plain(of)))
    if ratio is not None and not names.has_names(ratio) and ratio.is_polynomial(*ratio.free_symbols):
        whole = Names()
        yield whole.written(factor(ratio) * whole.name(head))


def polynomial_in(e: Any, of: Any, head: Any, degree: int = 3) -> Iterator[Any]:
    """A polynomial in `head`, which stands for `of`, that equals e: factored, and multiplied out.

    Both must be rational in one exponential: this is how σ' = σ(1 − σ) is found.
    """
    names = Names(e, of)
    target, base = names.plain(e), names.plain(of)
    symbols = target.free_symbols | base.free_symbols
    if len(symbols) != 1 or not names.has_names(base):
        return
    unknown: list[Any] = [Dummy(f"c{k}") for k in range(degree + 1)]
    gap = numer(together(target - Add(*(c * base**k for k, c in enumerate(unknown)))))
    solutions = asked(lambda: list(linsolve(Poly(gap, *symbols).coeffs(), unknown)))
    if solutions and not any(c.free_symbols for c in solutions[0]):
        whole = Names()
        f = whole.name(head)
        found = Add(*(c * f**k for k, c in enumerate(solutions[0])))
        yield whole.written(factor(found))
        yield whole.written(expand(found))
