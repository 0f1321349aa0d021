"""What a tactic works in: the claim's variables, the facts at hand, and lemmas ready to be used."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

from sympy import evaluate, sympify
from sympy.core.symbol import Str

from theory.kernel.gate import Goal, goal_of
from theory.kernel.reading import Reader, dimension
from theory.kernel.replacing import walk
from theory.kernel.terms import ZERO, Dim, Term, literal, make, sequence_literal, sub, var
from theory.kernel.theorem import Theorem, infer
from theory.language.claims import Claim, LemmaUse
from theory.language.errors import KernelRefusal, ProofFailure
from theory.language.matrices import function_symbol

Prover = Callable[[Claim], Theorem]


@dataclass(frozen=True)
class Context:
    """The facts (theorems) that a tactic may use, and how to read hints and get lemmas."""

    reader: Reader
    prover: Prover
    facts: tuple[Theorem, ...] = ()

    def read(self, expression: Any) -> Term:
        """A hint as a term."""
        with evaluate(False):
            return self.reader.term(sympify(expression))

    def assuming(self, *formulas: Term) -> Context:
        """With further hypotheses at hand."""
        return self.knowing(*(infer("assume", [f]) for f in formulas))

    def knowing(self, *theorems: Theorem) -> Context:
        """With further theorems at hand."""
        known = {f.conclusion for f in self.facts}
        new = [t for t in theorems if t.conclusion not in known]
        return replace(self, facts=(*self.facts, *new))

    def with_lemma(self, hint: Any) -> Context:
        """With a lemma at hand, each of its parts, its antecedents discharged where that is easy."""
        return self.knowing(*opened(self, self.lemma(hint)))

    def read_statement(self, statement: Any) -> Term:
        """A statement of a hint as a formula."""
        with evaluate(False):
            return self.reader.formula(statement)

    def lemma(self, hint: Any) -> Theorem:
        """A lemma at the values that the hint gives, its own hypotheses discharged where the facts show them."""
        use = hint if isinstance(hint, LemmaUse) else LemmaUse(hint)
        theorem = self.prover(use.claim)
        goal = goal_of(use.claim)
        values, dims = values_of(goal, use.at, self)
        if values or dims:
            theorem = infer("instantiate", [tuple(values.items()), tuple(dims.items())], [theorem, *self.facts_for(values)])
        return self.discharged(theorem)

    def with_slopes_of(self, formula: Term) -> Context:
        """With the bound of every slope in the formula that a fact bounds for all slopes of its activation."""
        context = self
        for node in walk(formula):
            for fact in self.facts:
                if node.op == "slope" and fact.conclusion.op == "slopes_within" and fact.conclusion.args[0] is node.args[0]:
                    context = context.knowing(infer("slope_within", [node.args[1]], [fact]))
        return context

    def facts_for(self, values: dict[Term, Term]) -> tuple[Theorem, ...]:
        """Facts that may be needed to see that the values are defined; none where they are plain."""
        plain = all(v.op in ("var", "rat", "mlit", "seqlit", "fun") for v in values.values())
        return () if plain else self.facts

    def discharged(self, theorem: Theorem) -> Theorem:
        """The theorem with every hypothesis removed that the facts prove."""
        known = {f.conclusion: f for f in self.facts}
        proofs: list[Theorem] = []
        for h in sorted(theorem.hypotheses, key=repr):
            fact = known.get(h)
            given_law = h.op == "lawful" and not h.free
            if fact is None and not given_law and h.op not in ("le", "lt", "eq", "ne", "meq"):
                continue
            try:
                proofs.append(fact or (infer("decided", [h]) if given_law else by_sign(self, h)))
            except KernelRefusal:
                continue
        return infer("cut", [], [theorem, *proofs]) if proofs else theorem


def by_sign(context: Context, formula: Term) -> Theorem:
    """A relation from what is known of signs or, between given numbers, from balls; an equality from normal forms."""
    if formula.op in ("meq", "eq"):
        try:
            return infer("identity", formula.args, context.facts)
        except KernelRefusal:
            if formula.op == "meq":
                raise
    if formula.op not in ("le", "lt", "eq", "ne"):
        raise KernelRefusal(f"{formula.op} is not a relation between numbers")
    a, b = formula.args
    try:
        return infer("order", [formula.op, a, b, b if a is ZERO else sub(b, a)], context.facts)
    except KernelRefusal:
        if formula.free:
            raise
        return infer("decided", [formula])  # two given numbers, which balls may separate


def opened(context: Context, theorem: Theorem) -> list[Theorem]:
    """A theorem with its conjunctions taken apart and its implications applied where their hypothesis is known."""
    conclusion = theorem.conclusion
    if conclusion.op == "and":
        parts = [infer("part", [k], [theorem]) for k in range(len(conclusion.args))]
        return [deeper for p in parts for deeper in opened(context, p)]
    if conclusion.op == "implies":
        try:
            return opened(context, infer("modus_ponens", [], [theorem, established(context, conclusion.args[0])]))
        except KernelRefusal:
            return [theorem]
    return [theorem]


def established(context: Context, formula: Term) -> Theorem:
    """A theorem that proves the formula from the facts, if it is among them or a matter of signs."""
    for fact in context.facts:
        if fact.conclusion is formula:
            return fact
    if formula.op == "and":
        return infer("conjunction", [], [established(context, p) for p in formula.args])
    if formula.op == "always":
        return infer("always_intro", [formula], [established(context, formula.args[1])])
    return by_sign(context, formula)


def values_of(goal: Goal, given: Any, context: Context) -> tuple[dict[Term, Term], dict[str, Dim]]:
    """Values for the variables of a goal, by name; dimensions are given under their names too."""
    by_name = {str(v.data): v for v in goal.variables}
    values: dict[Term, Term] = {}
    dims: dict[str, Dim] = {}
    for key, value in dict(given).items():
        name = str(getattr(key, "name", key))
        if name in goal.dimensions:
            dims[name] = dimension(value)
    wanted: list[tuple[Term, Any]] = []
    for key, value in dict(given).items():
        name = str(getattr(key, "name", key))
        if name in goal.dimensions:
            continue
        variable = by_name.get(name)
        if variable is None:
            raise ProofFailure(
                f"there is no variable {name!r} to give a value to; the statement has {', '.join(by_name) or 'none'}"
            )
        wanted.append((variable, value))
    for variable, value in sorted(wanted, key=lambda pair: pair[0].sort == "seq"):  # matrices first: they tell the width
        values[variable] = value_of(variable, value, dims, context)
        if variable.sort == "mat" and values[variable].op == "mlit" and variable.shape and isinstance(variable.shape[0], str):
            dims.setdefault(variable.shape[0], len(values[variable].data))
    return values, dims


def value_of(variable: Term, value: Any, dims: dict[str, Dim], context: Context) -> Term:
    """One value as a term of the variable's sort."""
    if isinstance(value, Term):
        return value
    if variable.sort == "fun":
        named = function_symbol(value)
        return make("fun", data=named.name) if isinstance(named, Str) else var(named.name, "fun")
    if variable.sort in ("mat", "seq") and isinstance(value, (list, tuple)):
        shape = tuple(dims.get(d, d) if isinstance(d, str) else d for d in variable.shape or ())
        if variable.sort == "seq":
            if any(isinstance(d, str) for d in shape):
                raise ProofFailure(f"a given drive needs a given width; add the dimension {shape[0]!r} to the values")
            return members_literal(value, context.reader, *map(int, shape))
        rows: list[Any] = [[x] for x in value] if shape[1] == 1 and not isinstance(value[0], (list, tuple)) else list(value)  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
        entries = [[context.read(x) for x in row] for row in rows]
        return literal(tuple(tuple(map(_rational, row)) for row in entries))
    if variable.sort == "seq":
        return context.reader.term(value)
    return context.read(value)


def members_literal(members: Any, reader: Reader, rows: int, columns: int = 1) -> Term:
    """A given sequence: its first columns or matrices, zeros after them."""
    flat = [[x for row in member for x in _listed(row)] for member in members]
    return sequence_literal(tuple(tuple(_rational(reader.term(x)) for x in entries) for entries in flat), rows, columns)


def _listed(row: Any) -> list[Any]:
    return list(cast("list[Any]", row)) if isinstance(row, (list, tuple)) else [row]


def _rational(t: Term) -> Fraction:
    if t.op != "rat":
        raise ProofFailure("what is given has rational entries; write them as integers or Rational(p, q)")
    return t.data


def find(context: Context, test: Callable[[Term], bool], what: str) -> Theorem:
    """The first fact that passes a test."""
    for fact in context.facts:
        if test(fact.conclusion):
            return fact
    raise ProofFailure(f"this step needs {what} among its facts; name a lemma for it in `by`")
