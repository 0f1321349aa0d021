"""The derivation of f⁽ⁿ⁾: the definition, then for each order the rule and the way to a closed form.

The search proposes; `Line.proved` asks the kernel. A line is kept if it is proved and either cites what
is known or is shorter in print than the line before. From one order to the next it goes on with the
line that is easiest to differentiate.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import cache
from itertools import pairwise
from typing import Any

from sympy import Add, Integer, Max, Min, Mul, Symbol, evaluate, sympify

from theory.derivations.algebra import Names, asked, multiple_of, polynomial_in, shorter_forms
from theory.derivations.calculus import differentiated
from theory.derivations.expressions import parts, replaced, speaks_of_heads_alone, tidied
from theory.derivations.ground import Line, chained, line
from theory.derivations.lemmas import Closed, lemma, package_of
from theory.derivations.pieces import Pieces, has_pieces, pieces_of
from theory.derivations.steps import Derivation, Step
from theory.derivations.writing import plain_text
from theory.kernel.terms import Term
from theory.kernel.theorem import Theorem
from theory.language.activations import Activation, ActivationDerivative
from theory.language.claims import ledger_of
from theory.language.errors import ClaimError, GradproofError, KernelRefusal, ProofFailure

MOST_ORDERS = 12
# A sum that is longer than this in print is left out where its common factor follows, unless that is too long for a page.
_LONGEST, _WIDEST = 90, 120
_LONGEST_REASON = 30


def derive(head: type[Activation], order: Any, x: Any = None) -> Derivation:
    """The derivation of the derivative of an activation of the given order, at the variable x.

    Raises `ClaimError` for an order that is no whole number from 0 to 12 or an x that is no symbol,
    `UnsupportedTerm` for a definition outside of the language, `ProofFailure` where the kernel does not
    prove a step.
    """
    if not isinstance(order, (int, Integer)) or isinstance(order, bool) or not 0 <= order <= MOST_ORDERS:
        raise ClaimError(f"the order of a derivation is a whole number from 0 to {MOST_ORDERS}, not {order}")
    variable = Symbol("x") if x is None else x
    if not isinstance(variable, Symbol):
        raise ClaimError(f"a derivation is by a variable, not by {x}; give a Symbol, and substitute into its result")
    return _derived(head, int(order), variable, len(ledger_of(package_of(head))))


@cache
def _derived(head: type[Activation], order: int, x: Symbol, claims: int) -> Derivation:
    """Once for each number of claims that the ledger holds: a new one may be cited."""
    search = Search(head, x, by_pieces=order > 0)
    for k in range(1, order + 1):
        search.differentiate(k)
    of = head.d(x, order) if order else head(x)
    return Derivation(of, tuple(search.steps), search.ground.domains, search.ground.kinks)


class Search:
    """The steps so far, and the form that the next derivative is taken of, on each piece."""

    def __init__(self, head: type[Activation], x: Symbol, *, by_pieces: bool) -> None:
        self._head, self._x = head, x
        with evaluate(False):
            self._definition: Any = sympify(head.definition(x))
        split = by_pieces and has_pieces(self._definition)
        self._pieces = pieces_of(self._definition, x) if split else Pieces((), (self._definition,))
        self.ground: Line = line(x, self._pieces.kinks, self._pieces.switches)
        self._forms = self._pieces.forms
        self._known: dict[int, Closed] = {}
        self.steps: list[Step] = []
        self._step(head(x), self._definition, "definition")
        by_cases = self._pieces.joined(x)
        if split and plain_text(self.ground, by_cases) != plain_text(self.ground, self._definition):
            self._step(self._definition, by_cases, "cases")

    def _step(self, left: Any, right: Any, reason: str, theorem: Theorem | None = None) -> None:
        try:
            proved = theorem or self.ground.proved(left, right)
        except KernelRefusal as error:
            raise ProofFailure(
                f"step {len(self.steps) + 1} of the derivation, {left} = {right}, is not proved: {error}"
            ) from error
        self.steps.append(Step(left, right, reason, proved))

    # --- one order --------------------------------------------------------------------------------

    def differentiate(self, k: int) -> None:
        """Add the steps from the last form to the derivative of order k."""
        left, first = self._head.d(self._x, k), len(self.steps)
        found = [differentiated(form, self._x) for form in self._forms]
        forms = tuple(form for form, _ in found)
        rule = found[0][1] if len(found) == 1 else "piece by piece"
        lines = [forms]
        right = self._joined(forms)
        cited = self._cited(k)
        if cited is not None and self.ground.term(cited[0]) is self.ground.term(right):
            self._step(left, right, cited[2], cited[1])
        else:
            self._step(left, right, rule)
            if cited is not None:
                form, theorem, name = cited
                self._step(right, form, name, chained([self.ground.proved(right, left), theorem]))
                lines.append((form,))
            else:
                lines += self._shortened(forms, k)
        self._forms = self._easiest(lines)
        theorem = chained([s.theorem for s in self.steps[first:]])
        self._known[k] = Closed(self._head, self.steps[-1].right, self._x, theorem, None if cited is None else cited[2])

    def _joined(self, forms: tuple[Any, ...]) -> Any:
        if len(forms) == 1:
            return forms[0]
        return Pieces(self._pieces.kinks, forms).joined(self._x)

    def _cited(self, k: int) -> tuple[Any, Theorem, str] | None:
        """What the ledger says of this derivative, if it says so on the whole domain."""
        found = lemma(self._head, k)
        if found is None or found.claim is None:
            return None
        form, theorem = found.at(self._x, self.ground)
        return (form, theorem, found.claim) if theorem.hypotheses <= set(self.ground.hypotheses()) else None

    def _easiest(self, lines: list[tuple[Any, ...]]) -> tuple[Any, ...]:
        """The line to differentiate next: the rule's own where it speaks of other activations, else the shortest."""
        fit = [forms for forms in lines if not any(self._is_own(p) for form in forms for p in parts(form))]
        others = any(isinstance(p, ActivationDerivative) for form in lines[0] for p in parts(form))
        if others and lines[0] in fit and all(map(speaks_of_heads_alone, lines[0])):
            return lines[0]
        found = min(reversed(fit or lines[-1:]), key=lambda forms: self._size(self._joined(forms)))
        return found if len(found) == len(self._forms) else found * len(self._forms)

    def _is_own(self, part: Any) -> bool:
        return isinstance(part, ActivationDerivative) and part.head is self._head

    def _width(self, e: Any) -> int:
        return len(plain_text(self.ground, e))

    def _size(self, e: Any) -> int:
        """How much there is to read: numbers, variables and functions, signs not counted."""
        return _size(self.ground.term(e))

    # --- on the way to a closed form ------------------------------------------------------------------

    def _shortened(self, forms: tuple[Any, ...], k: int) -> list[tuple[Any, ...]]:
        """Further lines: a common factor, known derivatives put in, a common factor again."""
        lines: list[tuple[Any, ...]] = []
        facts: list[Theorem] = []
        used: list[Closed] = []
        folded = self._folded(forms[0], k) if len(forms) == 1 else None
        if folded is not None:
            self._step(forms[0], folded[0], folded[1])
            return [(folded[0],)]
        now = forms
        found = self._collected(now)
        more = any(isinstance(p, ActivationDerivative) for form in forms for p in parts(form))
        if found is not None and (not more or 4 * self._size(self._joined(found)) <= 3 * self._size(self._joined(now))):
            self._step(self._joined(now), self._joined(found), _collecting(now, found))
            lines.append(now := found)
        put_in = tuple(tidied(self._inserted(form, facts, used)) for form in now)
        if not facts:
            return lines
        found = self._collected(put_in)
        if found is not None and self._width(self._joined(found)) > _WIDEST:
            found = None  # a sum can be broken between two lines, the inside of a bracket cannot
        left, middle = self._joined(now), self._joined(put_in)
        shown = [put_in] if found is None else [put_in, found] if self._width(middle) <= _LONGEST else [found]
        theorem = self._proved(left, self._joined(shown[0]), facts)
        if theorem is None:
            return lines
        self._step(left, self._joined(shown[0]), _naming(used), theorem)
        for before, after in pairwise(shown):
            self._step(self._joined(before), self._joined(after), _collecting(before, after))
        return [*lines, *shown]

    def _proved(self, left: Any, right: Any, facts: Iterable[Theorem]) -> Theorem | None:
        try:
            return self.ground.proved(left, right, facts)
        except GradproofError:
            return None

    def _collected(self, forms: tuple[Any, ...]) -> tuple[Any, ...] | None:
        """The shortest forms that the kernel proves equal; None where none is shorter."""
        choices = [self._by_size(form) for form in forms]
        tries = [(c,) for c in choices[0]] if len(forms) == 1 else [tuple(c[0] for c in choices)]
        before = self._joined(forms)
        for best in tries:
            after = self._joined(best)
            if self._size(after) < self._size(before) and self._proved(before, after, ()) is not None:
                return best
        return None

    def _by_size(self, form: Any) -> list[Any]:
        """Forms to try, the shortest first, and last the form itself.

        A product stays one; what leaves the factors as they are is preferred to what multiplies out.
        """
        found = [(10 * self._size(form), form)]
        for k, f in enumerate(shorter_forms(form)):
            with suppress(GradproofError):  # SymPy may answer outside of the language
                if not (isinstance(f, Add) and isinstance(form, Mul)):
                    found.append((self._size(f) * (9 if k == 0 else 10), f))
        return [f for _, f in sorted(found, key=lambda pair: pair[0])]

    def _inserted(self, form: Any, facts: list[Theorem], used: list[Closed]) -> Any:
        """The form with every derivative replaced whose closed form is known."""

        def change(part: Any) -> Any:
            if not isinstance(part, ActivationDerivative):
                return None
            known = self._known.get(part.order) if self._is_own(part) else _closed(part.head, part.order)
            if known is None:
                return part
            value, theorem = known.at(part.args[1], self.ground)
            facts.append(theorem)
            used.append(known)
            return value

        return replaced(form, change)

    def _folded(self, form: Any, k: int) -> tuple[Any, str] | None:
        """Elementary functions folded back into activations, the first way that the kernel proves."""
        if speaks_of_heads_alone(form):
            return None
        for proposals, head in self._foldings(form, k):
            for proposal in proposals:
                if self._proved(form, proposal, ()) is not None:
                    return proposal, f"definition of {head.__name__}"
        return None

    def _foldings(self, form: Any, k: int) -> Iterator[tuple[list[Any], type[Activation]]]:
        stable = asked(self._head.stable, self._x, k)
        if stable is not None and not any(isinstance(p, (Max, Min)) for p in parts(stable)) and speaks_of_heads_alone(stable):
            heads = [type(p) for p in parts(stable) if isinstance(p, Activation)]
            names = Names(stable)
            if heads:
                yield [names.written(names.plain(stable))], heads[0]
        if not speaks_of_heads_alone(self._definition):
            own, definition = self._head(self._x), tidied(self._definition)
            if k == 1:
                yield sorted(polynomial_in(form, definition, own), key=self._size), self._head
            yield list(multiple_of(form, definition, own)), self._head


def _closed(head: type[Activation], order: int) -> Closed | None:
    """The closed form of another activation's derivative: a claim of the ledger, or a derivation of its own."""
    found = lemma(head, order)
    if found is not None and not found.theorem.hypotheses:
        return found
    try:
        derived = derive(head, order)
    except GradproofError:
        return None
    if derived.excluded:
        return None
    return Closed(head, derived.result, Symbol("x"), derived.theorem, None)


@cache
def _size(t: Term) -> int:
    if t.op == "rat":
        return 1 if t.data.denominator == 1 else 2
    parts_shown = t.args[1:] if t.op == "mul" and t.args[0].op == "rat" and t.args[0].data == -1 else t.args
    return {"add": 0, "mul": 0, "pow": 0, "fun": 0, "der": 2}.get(t.op, 1) + sum(map(_size, parts_shown))


def _naming(known: list[Closed]) -> str:
    """The claims by name, where that is short and they are all there is; else whose derivatives they are."""
    claims = ", ".join(dict.fromkeys(c.claim or "" for c in known))
    if all(c.claim for c in known) and len(claims) <= _LONGEST_REASON:
        return claims
    heads = {c.head.__name__ for c in known}
    plural = "s" if len(set(known)) > 1 else ""
    return f"derivative{plural} of {heads.pop()}" if len(heads) == 1 else "known derivatives"


def _collecting(before: tuple[Any, ...], after: tuple[Any, ...]) -> str:
    together = any(isinstance(a, Add) and isinstance(b, Mul) for a, b in zip(before, after, strict=True))
    return "common factor" if together else "collecting terms"
