"""Exact instances of a goal, as Hypothesis strategies that shrink to small and readable ones.

What the goal assumes is built in where it can be: intervals, structures of matrices, slope bounds.
What is left, a norm below 1 say, is repaired; only the rest is left to rejection.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from numerics import draws
from numerics.adjudicate import HORIZON
from numerics.bounds import Range, constant, matrix_kind, multiplied_numbers, ranges, tied_columns
from numerics.draws import BLOCK, Source
from numerics.goals import Target, opened, parts_of
from numerics.repair import TURNS, Repair, Values, is_true, size
from numerics.slope_bounds import SLOPE_BOUNDS
from numerics.sources import FromHypothesis
from theory.kernel.gate import Goal, Instance
from theory.kernel.reading import Reader
from theory.kernel.replacing import walk
from theory.kernel.terms import Dim, Term, literal, make, rat, sequence_literal, var
from theory.language.domains import Base, Domain

DEEPEST = 8
"""Depths are drawn from 0 to this."""

FEW = 2
"""Of so many at most there are, at each step, where outcomes of all of them are summed over."""

FAR = (50, 400)
"""Depths at which formulas are tried where no network has to run for it: what is met in the limit is nearly met there."""

REDRAWS = 3
"""How often what an unsatisfied assumption speaks of is drawn again."""


class Sampler:
    """Draws instances of one target; what the goal says is read once.

    Each part of a conjunction has assumptions of its own, so each has a plan of its own.
    """

    def __init__(self, target: Target, also: tuple[Term, ...] = ()) -> None:
        variables = tuple(dict.fromkeys((*target.goal.variables, *also)))
        shapes = {d for v in also for d in v.shape or () if isinstance(d, str)}
        dimensions = tuple(sorted(shapes.union(target.goal.dimensions)))
        self.target, self.variables, self.dimensions = target, variables, dimensions
        self.plans = [_Plan(part, variables, dimensions) for part in parts_of(target)]

    def draw(self, source: Source) -> Instance:
        """One instance; it satisfies what is built in, and mostly the rest."""
        return draws.choice(source, self.plans).draw(source)

    def special(self, depth: int = 3) -> dict[Term, tuple[Fraction, ...]]:
        """The points worth visiting of each real variable; the first depths of each natural one, and far ones of formulas."""
        formula = all(v.sort in ("real", "nat") for v in self.variables) and not any(
            node.op in _RUN for part in (*self.target.hypotheses, self.target.conclusion) for node in walk(part)
        )
        depths = (*range(depth + 1), *(FAR if formula else ()))
        found: dict[Term, dict[Fraction, None]] = {}
        for plan in self.plans:
            for v, span in plan.ranges.items():
                if v.shape is not None:
                    continue  # a coordinate is drawn within the width of the instance
                points = span.special[:24] if v.sort == "real" else tuple(map(Fraction, depths))
                found.setdefault(v, {}).update(dict.fromkeys(p for p in points if p in span))
        return {v: tuple(points) for v, points in found.items()}


class _Plan:
    def __init__(self, target: Target, variables: tuple[Term, ...], dimensions: tuple[str, ...]) -> None:
        self.variables, self.dimensions = variables, dimensions
        self.ordered = sorted(variables, key=lambda v: (_ORDER.index(v.sort), str(v.data)))
        steady = [fact for fact in target.facts if fact.op in ("always", "le", "lt")]
        self.steady = frozenset(v for v in variables if v.sort == "seq" and any(v in fact.free for fact in steady))
        self.ranges = ranges(target, self.variables)
        self.kinds = {v: matrix_kind(target, v) for v in self.variables if v.sort == "mat"}
        self.slope_facts = [fact for fact in target.facts if fact.op == "slopes_within"]
        self.law_facts = [fact for fact in target.facts if fact.op == "lawful"]
        # Structures are built in; what remains is checked, and repaired if it can be.
        self.frames, self.few = tied_columns(target), multiplied_numbers(target)
        built_in = ("structure", "slopes_within", "tends", "lawful")
        open_facts = [fact for fact in target.facts if fact.free and fact.op not in built_in]
        self.open_facts = sorted(open_facts, key=lambda fact: fact.op == "always")  # a drive is found for the weights at last
        self.slope_bounds = frozenset(fact.args[1] for fact in self.slope_facts)
        self.repair = Repair(self.open_facts, self.ranges, self.kinds, self.slope_bounds)

    def draw(self, source: Source) -> Instance:
        dims: dict[str, Dim] = {name: self._width(source, name) for name in self.dimensions}
        values: Values = {}
        self._activations(source, values)
        coarse = source.integer(0, 9) == 9
        for variable in self.ordered:
            if variable not in values and coarse and variable.sort == "real":
                values[variable] = rat(draws.coarse(source, self.ranges[variable]))
            elif variable not in values:
                beside = next((x for w, x in values.items() if w.shape == variable.shape and w.sort == "nat"), None)
                # Two coordinates of one width: entries on the diagonal are where most is to be seen.
                meets = variable.sort == "nat" and variable.shape is not None and not source.integer(0, 2)
                values[variable] = beside if meets and beside is not None else self._value(source, variable, dims)
        self._framed(source, values, dims)
        tight = source.integer(0, 3) == 3
        if tight:
            self.repair.tighten(values, dims)
        for _ in range(REDRAWS):
            failing = self.repair.mend(values, dims)
            if failing is None:
                break
            for variable in self.ordered:
                if variable in failing.free and variable.sort != "fun" and variable not in self.slope_bounds:
                    values[variable] = self._value(source, variable, dims)
            self._framed(source, values, dims)
        if tight:
            before = dict(values)
            self.repair.tighten(values, dims)
            if not all(is_true(fact, values, dims) for fact in self.open_facts):
                values = before
        return Instance(values, dims)

    def _width(self, source: Source, name: str) -> int:
        even = any(kind in TURNS and name in (v.shape or ()) for v, kind in self.kinds.items())
        if even:
            return 2 * source.integer(1, BLOCK // 2)
        framed = max((len(columns) for width, columns in self.frames.items() if width == name), default=1)
        return source.integer(framed if source.integer(0, 7) else 1, BLOCK) if framed > 1 else source.integer(1, BLOCK)

    def _framed(self, source: Source, values: Values, dims: dict[str, Dim]) -> None:
        """Mostly, columns that the equations tie to each other are orthogonal and of one length."""
        for width, columns in self.frames.items():
            n = size(width, dims)
            if len(columns) <= n and source.integer(0, 3):
                drawn = draws.frame(source, n, len(columns))
                values.update((v, literal(tuple((x,) for x in column))) for v, column in zip(columns, drawn, strict=True))

    def _value(self, source: Source, v: Term, dims: dict[str, Dim]) -> Term:
        match v.sort:
            case "nat":
                return rat(self._natural(source, v, dims))
            case "law":
                kinds = {fact.data for fact in self.law_facts if fact.args[0] is v}
                return draws.law(source, kinds, *(self._given_moment(v, k) for k in (1, 2)))
            case "mat":
                rows, columns = (size(d, dims) for d in v.shape or (1, 1))
                if columns == 1 and rows > 1 and not source.integer(0, 2):
                    return literal(((Fraction(0),),) * rows)  # a start at rest, where smooth slopes are largest
                kind = self.kinds[v]
                drawn = draws.square(source, kind, rows) if rows == columns else draws.block(source, rows, columns)
                return literal(tuple(map(tuple, drawn)))
            case "seq":
                rows, columns = (size(d, dims) for d in v.shape or (1, 1))
                drawn = draws.members(source, rows, columns)
                if columns != 1 and source.integer(0, 3):
                    drawn = (drawn * HORIZON)[:HORIZON]  # a product of layers is 0 from the first zero on
                if v in self.steady and drawn and source.integer(0, 1):
                    drawn = drawn[:1] * HORIZON  # it meets mostly what is assumed at every step, or at a late one
                return sequence_literal(drawn, rows, columns)
            case _:
                return rat(draws.real(source, self.ranges[v]))

    def _given_moment(self, law: Term, order: int) -> Fraction | None:
        """The number that a fact says the mean of a law, or its variance, to be; None where no fact does."""
        for fact in self.open_facts:
            known, value = fact.args[0], fact.args[-1]
            if fact.op == "eq" and known.op == "mean" and known.args[1] is law and value.op == "rat":
                square = known.args[2].op == "pow" and known.args[2].args[1] is rat(2)
                if square == (order == 2):
                    return value.data
        return None

    def _natural(self, source: Source, v: Term, dims: dict[str, Dim]) -> int:
        # A coordinate carries its width.
        highest = size(v.shape[0], dims) if v.shape is not None else FEW if v in self.few else DEEPEST
        return draws.natural(source, self.ranges[v], highest)

    # --- activations and their slope bounds -------------------------------------------------------

    def _activations(self, source: Source, values: Values) -> None:
        for phi in (v for v in self.variables if v.sort == "fun"):
            bounds = [fact.args[1] for fact in self.slope_facts if fact.args[0] is phi]
            names = [name for name in SLOPE_BOUNDS if all(self._allows(name, bound) for bound in bounds)]
            name = draws.choice(source, names or list(SLOPE_BOUNDS))
            values[phi] = make("fun", data=name)
            for bound in bounds:
                if bound.op == "var" and bound not in values:
                    values[bound] = rat(self._slope_bound(source, name, self.ranges[bound]))

    def _allows(self, name: str, bound: Term) -> bool:
        known = self._ceiling(bound)
        return known is None or SLOPE_BOUNDS[name] in Range(upper=known[0], upper_open=known[1])

    def _ceiling(self, bound: Term) -> tuple[Fraction, bool] | None:
        """The largest value of a slope bound, and whether it is excluded."""
        if bound.op == "var":
            span = self.ranges[bound]
            if span.fixed is not None:
                return span.fixed, False
            return None if span.upper is None else (span.upper, span.upper_open)
        value = constant(bound)
        return None if value is None else (value, False)

    @staticmethod
    def _slope_bound(source: Source, name: str, span: Range) -> Fraction:
        """The true slope bound mostly, for which claims are sharpest, and sometimes a larger one."""
        own = SLOPE_BOUNDS[name]
        larger = own + Fraction(source.integer(0, 8), 4) * (source.integer(0, 3) == 3)
        return next((x for x in (span.fixed, larger, own) if x is not None and x in span), own)


_RUN = frozenset(("rec", "mrec", "net", "mean"))
_ORDER = ("fun", "law", "nat", "mat", "seq", "real")


# --- public face -----------------------------------------------------------------------------------


def drawn_with(sampler: Sampler, begun: Callable[[], None] = lambda: None) -> SearchStrategy[Instance]:
    """The strategy of a sampler; `begun` is told of every draw, those too that Hypothesis gives up half-way."""

    @st.composite
    def instance(draw: DrawFn) -> Instance:
        begun()
        return sampler.draw(FromHypothesis(draw))

    return instance()


def instances(goal: Goal) -> SearchStrategy[Instance]:
    """Exact instances of a goal, most of which satisfy its hypotheses."""
    return drawn_with(Sampler(opened(goal)))


def members(domain: Domain, name: str = "x") -> SearchStrategy[Term]:
    """Exact members of a domain as closed terms; those that miss a condition are filtered out."""
    reader = Reader({name: domain})
    symbol = domain.variable(name)
    variable = var(name, "fun") if domain.base is Base.ACTIVATION else reader.term(symbol)
    conditions = tuple(reader.formula(c) for c in domain.conditions(symbol))
    target = opened(Goal(conditions, make("and", ())))

    def inside(at: Instance) -> bool:
        return all(is_true(condition, dict(at.values), dict(at.dims)) for condition in conditions)

    return drawn_with(Sampler(target, also=(variable,))).filter(inside).map(lambda at: at.values[variable])
