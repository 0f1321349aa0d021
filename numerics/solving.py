"""Equations that an instance has to meet, solved exactly for the entries of matrices, columns, numbers or drives in them.

W x = c x is affine in the entries of W, and Aᵀ = −A with A x = c x in those of A and c together: the entries
that were drawn are changed as little as elimination needs. What is not affine stays as it was drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from flint import fmpq, fmpq_mat

from numerics import spectra
from numerics.adjudicate import HORIZON
from numerics.balls import Number, Undefined, exact
from numerics.evaluate import ExactView
from numerics.spectra import Matrix
from theory.kernel.replacing import walk
from theory.kernel.terms import Dim, Term, literal, rat, sequence_literal
from theory.language.errors import GradproofError

Values = Mapping[Term, Term]


def is_equation(fact: Term) -> bool:
    """Whether a fact says that two numbers or two matrices are equal."""
    return fact.op in ("eq", "meq")


def solved(
    equations: Sequence[Term], unknowns: Sequence[Term], values: Values, dims: Mapping[str, Dim]
) -> dict[Term, Term] | None:
    """The unknowns with values that meet all the equations; None where elimination finds none, or they are not affine."""
    view = ExactView(values, dims)
    try:
        start = {v: _entries(values[v]) for v in unknowns}
        places = [(v, k) for v in unknowns for k in range(len(start[v]))]
        constant = _residuals(equations, view)
        columns: list[list[fmpq]] = []
        for v, k in places:
            moved = view.moving(v, _value(values[v], [x + (j == k) for j, x in enumerate(start[v])]))
            columns.append([after - before for after, before in zip(_residuals(equations, moved), constant, strict=True)])
        step = _eliminated(columns, [-x for x in constant])
        if step is None:
            return None
        changed = dict(start)
        for (v, k), by in zip(places, step, strict=True):
            changed[v] = [x + by * (j == k) for j, x in enumerate(changed[v])]
        found = {v: _with_entries(values[v], entries) for v, entries in changed.items()}
        met = all(x == 0 for x in _residuals(equations, ExactView({**values, **found}, dims)))
    except Undefined:
        return None
    return found if met else None


def driven(fact: Term, values: Values, dims: Mapping[str, Dim]) -> dict[Term, Term] | None:
    """The drive that an equation gives step by step, as v in “v_t = 2u_t − 2Wo at every step t”, or in “μ_t = v_t + Aμ_{t+1}”.

    It stands alone or as a summand, at step t and nowhere else; None where no drive does.
    """
    t, body = fact.args
    if not is_equation(body):
        return None
    trivial: dict[Term, Term] | None = None
    for drive in sorted((v for v in body.free if v.sort == "seq"), key=repr):
        if any(drive in n.args and (n.op != "at" or n.args[1] is not t) for n in walk(body)):
            continue
        rows, columns = (int(dims[d] if isinstance(d, str) else d) for d in values[drive].shape or drive.shape or (1, 1))
        silent = ExactView({**values, drive: sequence_literal((), rows, columns)}, dims)
        try:
            rest = [_residuals([body], silent.binding(t, rat(step))) for step in range(1, HORIZON + 1)]
            for sign in (1, -1):
                members = tuple(tuple(_fraction(sign * x) for x in entries) for entries in rest)
                found = {drive: sequence_literal(members, rows, columns)}
                driving = ExactView({**values, **found}, dims)
                steps = (driving.binding(t, rat(step)) for step in range(1, HORIZON + 1))
                if not any(x for step in steps for x in _residuals([body], step)):
                    if any(map(any, members)):
                        return found
                    trivial = trivial or found
        except GradproofError:  # a size that does not fit, or a number that is irrational
            continue
    return trivial


def steadied(fact: Term, values: Values, dims: Mapping[str, Dim]) -> Iterator[dict[Term, Term]]:
    """For what is said of a network's preactivations at every step: drives that keep each of them at one number."""
    t, body = fact.args
    networks = {n.args[0] for n in walk(body) if n.op == "pre" and t in n.free and n.args[0].args[3].op == "var"}
    for network in sorted(networks, key=repr):
        for level in _LEVELS:
            try:
                yield {network.args[3]: _keeping(network, level, ExactView(values, dims))}
            except Undefined:
                continue


_LEVELS = tuple(map(Fraction, ("1", "0", "1/2", "-1")))


def _keeping(network: Term, level: Fraction, view: ExactView) -> Term:
    """The drive under which every preactivation is the given number."""
    weight, f, start, _drive = network.args
    n, steps = view.size((start.shape or (1, 1))[0]), range(1, HORIZON + 1)
    goal = spectra.matrix_of([[exact(level)]] * n)
    after = spectra.matrix_of([[view.image(view.activation(f), exact(level))]] * n)
    states = [view.matrix(start), *[after] * (HORIZON - 1)]
    members = [spectra.plus(goal, spectra.scaled(fmpq(-1), spectra.times(view.matrix(weight), state))) for state in states]
    columns = [_rational(spectra.entries_of(members[k - 1])) for k in steps]
    return sequence_literal(tuple(tuple(map(_fraction, column)) for column in columns), n)


def _residuals(equations: Sequence[Term], view: ExactView) -> list[fmpq]:
    pairs = [[_numbers(view, side) for side in equation.args] for equation in equations]
    return [a - b for left, right in pairs for a, b in zip(left, right, strict=True)]


def _numbers(view: ExactView, t: Term) -> list[fmpq]:
    """The entries of a term, all of them rational."""
    return _rational(spectra.entries_of(view.matrix(t)) if t.sort == "mat" else [view.scalar(t)])


def _rational(entries: list[Number]) -> list[fmpq]:
    found = [x for x in entries if isinstance(x, fmpq)]
    if len(found) < len(entries):
        raise Undefined("an equation is solved where its numbers are rational")
    return found


def _eliminated(columns: list[list[fmpq]], right: list[fmpq]) -> list[fmpq] | None:
    """One solution of a linear system given by its columns, zero wherever elimination leaves a choice."""
    table = fmpq_mat(len(right), len(columns) + 1, [row[i] for i in range(len(right)) for row in (*columns, right)])
    reduced, rank = table.rref()
    step = [fmpq(0)] * len(columns)
    for i in range(rank):
        pivot = next(j for j in range(len(columns) + 1) if reduced[i, j] != 0)
        if pivot == len(columns):
            return None
        step[pivot] = reduced[i, len(columns)]
    return step


def _entries(value: Term) -> list[fmpq]:
    match value.op:
        case "rat":
            return [exact(value.data)]
        case "mlit":
            return [exact(x) for row in value.data for x in row]
        case _:
            raise Undefined("only numbers and matrices are solved for")


def _value(value: Term, entries: list[fmpq]) -> Number | Matrix:
    return entries[0] if value.op == "rat" else fmpq_mat(len(value.data), len(value.data[0]), entries)


def _with_entries(value: Term, entries: list[fmpq]) -> Term:
    found = list(map(_fraction, entries))
    if value.op == "rat":
        return rat(found[0])
    width = len(value.data[0])
    return literal(tuple(tuple(found[i : i + width]) for i in range(0, len(found), width)))


def _fraction(x: fmpq) -> Fraction:
    return Fraction(int(x.p), int(x.q))
