"""A point that meets every hypothesis of a claim: without one, a claim says nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from itertools import product as cartesian

from theory.kernel import gate
from theory.kernel.gate import Goal, Instance
from theory.kernel.replacing import mapped, substitute, walk
from theory.kernel.signs import RELATIONS
from theory.kernel.terms import Dim, Term, eq, le, literal, make, rat, sequence_literal, sub
from theory.kernel.theorem import infer
from theory.language.claims import Claim
from theory.language.errors import KernelRefusal
from theory.tactics.context import Context, values_of


def example_of(claim: Claim, goal: Goal, context: Context) -> Instance | None:
    """An exact point in every domain that meets every antecedent; None if some part of the claim has none."""
    values, dims = values_of(goal, claim.example, context) if claim.example else ({}, {})
    widths = [dims] if claim.example else [dict.fromkeys(goal.dimensions, width) for width in (1, 2)]

    def tries() -> Iterator[Instance]:
        for chosen in widths:
            for rest in _candidates(goal, chosen, frozenset(values)):
                yield Instance({**values, **rest.values}, rest.dims)

    found = [_first(tries(), (*goal.hypotheses, *assumed)) for assumed in antecedents(goal.conclusion)]
    return None if None in found else found[0]


def inhabits(hypotheses: tuple[Term, ...], instance: Instance) -> None:
    """Refuse unless the instance meets every hypothesis; one about every step where the network comes to rest.

    Nothing false could be proved by a mistake here: a claim that no point meets says nothing.
    """
    about_steps = tuple(h for h in hypotheses if h.op == "always")
    gate.inhabits(tuple(h for h in hypotheses if h.op != "always"), instance)
    for closed in map(instance.of, about_steps):
        gate.inhabits(_steps_that_matter(*closed.args), Instance({}, {}))


def _steps_that_matter(step: Term, body: Term) -> tuple[Term, ...]:
    """A statement about every step at the steps up to where drive and state come to rest, and one more.

    From then on nothing changes, unless the statement names the step's own number: then it is shown of every later one.
    """
    moving = [node for node in walk(body) if node.op in _OF_A_STEP and step in node.free]
    later = {node.args[1] for node in moving if node.args[1].op == "add" and step in node.args[1].args}
    counted = any(step in node.args and node not in moving and node not in later for node in walk(body))
    allowed = ("at",) if counted else ("at", "state", "pre")
    drives = [node.args[0] if node.op == "at" else node.args[0].args[-1] for node in moving]
    plain = all(node.op in allowed and (step is node.args[1] or node.args[1] in later) for node in moving)
    if not plain or any(drive.op != "seqlit" for drive in drives):
        raise KernelRefusal("a statement about every step is decided where the drive is given and the state comes to rest")
    last = max((len(drive.data) for drive in drives), default=0)
    if counted:
        _require_after(last, step, body)
    states = [(make("state", (p.args[0], rat(k))) for k in (last, last + 1)) for p in moving if p.op != "at"]
    at_rest = tuple(eq(now, then) for now, then in states)
    return (*at_rest, *(substitute(body, {step: rat(k)}) for k in range(1, last + 3)))


_OF_A_STEP = ("at", "state", "pre", "jac", "masks")


def _require_after(last: int, step: Term, body: Term) -> None:
    """Refuse unless the statement holds, by signs, at every step from which on a given drive is zero."""
    over = mapped(body, lambda node: make("zeros", data=node.shape) if node.op == "at" else None)
    later = infer("assume", [le(rat(last + 1), step)])
    for part in over.args if over.op == "and" else (over,):
        if part.op not in RELATIONS:
            raise KernelRefusal("a statement that counts its steps is decided where it compares two numbers")
        infer("order", [part.op, *part.args, sub(part.args[1], part.args[0])], [later])


def antecedents(conclusion: Term) -> tuple[tuple[Term, ...], ...]:
    """What a conclusion assumes: one list for each of its parts, nested hypotheses included.

    A part whose list no point meets says nothing.
    """
    if conclusion.op == "and":
        return tuple(found for part in conclusion.args for found in antecedents(part))
    if conclusion.op != "implies":
        return ((),)
    first, then = conclusion.args
    assumed = first.args if first.op == "and" else (first,)
    return tuple((*assumed, *more) for more in antecedents(then))


def _first(tries: Iterable[Instance], needs: tuple[Term, ...]) -> Instance | None:
    for instance in tries:
        try:
            inhabits(needs, instance)
        except KernelRefusal:
            continue
        return instance
    return None


_REALS = [rat(0), rat(1), rat(-1), make("rat", data=rat(1).data / 2), rat(2), rat(-2), rat(3)]


def _candidates(goal: Goal, dims: Mapping[str, Dim], skip: frozenset[Term]) -> Iterator[Instance]:
    choices: list[list[Term]] = []
    variables = [v for v in goal.variables if v not in skip]
    for variable in variables:
        shape = tuple(dims.get(d, d) if isinstance(d, str) else d for d in variable.shape or ())
        if any(isinstance(d, str) for d in shape):
            return
        match variable.sort:
            case "real":
                choices.append(_REALS)
            case "nat":
                choices.append([rat(k) for k in (1, 2, 0) if not shape or 1 <= k <= int(shape[0])])
            case "mat":
                choices.append(_small_matrices(int(shape[0]), int(shape[1])))
            case "seq":
                rows, columns = map(int, shape)
                choices.append([sequence_literal(m, rows, columns) for m in ((), ((_REALS[2].data,) * (rows * columns),))])
            case "law":
                half = rat(1).data / 2
                coin = ((rat(-1).data, half), (rat(1).data, half))
                choices.append([make("finite", data=coin), make("gaussian")])
            case _:
                choices.append([make("fun", data="identity")])
    if len(variables) > 6:
        choices = [c[:2] for c in choices]
    for values in cartesian(*choices):
        yield Instance(dict(zip(variables, values, strict=True)), dict(dims))


def _small_matrices(rows: int, columns: int) -> list[Term]:
    one, zero, half = rat(1).data, rat(0).data, rat(1).data / 2
    if columns == 1 and rows > 1:
        return [literal(((v,),) * rows) for v in (zero, one, -one)]

    def scaled(value: Fraction) -> Term:
        return literal(tuple(tuple(value if i == j else zero for j in range(columns)) for i in range(rows)))

    return [scaled(v) for v in (one, half, zero, -one)]
