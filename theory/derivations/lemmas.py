"""Proved claims of the ledger that give a derivative of an activation in closed form."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sympy import Symbol
from sympy.core.relational import Equality

from theory.derivations.expressions import parts, substituted
from theory.derivations.ground import Ground
from theory.kernel.theorem import Theorem, infer
from theory.language.activations import Activation, ActivationDerivative
from theory.language.claims import Claim, ledger_of
from theory.language.domains import Base
from theory.language.errors import GradproofError
from theory.tactics.settle import Verdict, settle, theorem_of


@dataclass(frozen=True, eq=False)
class Closed:
    """f⁽ᵏ⁾(x) = form, with its theorem; `claim` is the lemma's name, None where it was worked out."""

    head: type[Activation]
    form: Any
    x: Symbol
    theorem: Theorem
    claim: str | None

    def at(self, u: Any, ground: Ground) -> tuple[Any, Theorem]:
        """The form and the theorem at u."""
        form = substituted(self.form, self.x, u)
        if u == self.x:
            return form, self.theorem
        return form, infer("instantiate", [((ground.term(self.x), ground.term(u)),), ()], [self.theorem])


def package_of(head: type[Activation]) -> str:
    """The top-level package whose ledger holds the claims about an activation."""
    return head.__module__.partition(".")[0]


def lemma(head: type[Activation], order: int) -> Closed | None:
    """The first claim about an activation, in its own file, that states its derivative without another derivative."""
    for claim in ledger_of(package_of(head)):
        if claim.about is head and claim.module == head.__module__:
            with suppress(GradproofError):  # a claim that cannot be built or settled is no lemma
                found = _closed(claim, head, order)
                if found is not None and settle(claim).verdict is Verdict.PROVED:
                    return Closed(head, *found, theorem_of(claim), claim.name)
    return None


def _closed(claim: Claim, head: type[Activation], order: int) -> tuple[Any, Symbol] | None:
    """The form and the variable of a claim head.d(x, order) = form; what its domain demands stays with its theorem."""
    variables = [claim.variables[name] for name, domain in claim.binders.items() if domain.base is Base.REAL]
    if len(variables) != 1 or len(claim.binders) != 1:
        return None
    statement: Any = claim.statement
    x = variables[0]
    if not isinstance(statement, Equality) or statement.lhs != head.d(x, order):
        return None
    if any(isinstance(p, ActivationDerivative) for p in parts(statement.rhs)):
        return None
    return statement.rhs, x
