"""Ways to tamper with a derivation in JSON; each gives changed copies and leaves the original alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from fractions import Fraction
from typing import Any, TypeAlias

Steps: TypeAlias = list[Any]
Path: TypeAlias = tuple[int, ...]

SMALL = Fraction(1, 10**9)
COARSE = Fraction(1, 7)  # in an exponent 1e-9 asks for a root of that order, which has a test of its own
STRINGS = {
    "le": ("lt", "eq", "ne"),
    "lt": ("le", "eq"),
    "eq": ("le", "ne"),
    "ne": ("eq",),
    "oo": ("-oo", "at"),
    "-oo": ("oo",),
    "at": ("oo",),
    "": ("+", "-"),
    "+": ("-", "0+", ""),
    "-": ("+", "-0", ""),
    "0+": ("+", "0"),
    "-0": ("-", "0"),
    "norm": ("maxentry", "frobenius", "rowsum"),
    "exp": ("log", "root"),
    "log": ("exp",),
    "root": ("exp",),
}


def places(node: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every node of nested JSON with the way to it; the entries of a dictionary count as one list."""
    yield path, node
    inner = list(node.values()) if isinstance(node, dict) else node  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    if isinstance(inner, list):
        for k, part in enumerate(inner):  # pyright: ignore[reportUnknownArgumentType,reportUnknownVariableType]
            yield from places(part, (*path, k))


def changed(node: Any, path: Path, value: Any) -> Any:
    """A copy with one node replaced."""
    if not path:
        return value
    copied = deepcopy(node)
    here = copied
    for k in path[:-1]:
        here = list(here.values())[k] if isinstance(here, dict) else here[k]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    if isinstance(here, dict):
        here[list(here)[path[-1]]] = value  # pyright: ignore[reportUnknownArgumentType]
    else:
        here[path[-1]] = value
    return copied


def within(node: Any, path: Path, operators: tuple[str, ...]) -> bool:
    """Whether the way leads through one of the operators."""
    for k in path:
        if isinstance(node, list) and node and node[0] in operators:
            return True
        node = list(node.values())[k] if isinstance(node, dict) else node[k]  # pyright: ignore[reportUnknownVariableType,reportUnknownArgumentType]
    return False


def with_step(steps: Steps, k: int, step: Any) -> Steps:
    return [*steps[:k], step, *steps[k + 1 :]]


def rationals(steps: Steps) -> Iterator[Steps]:
    """Each rational constant moved by 1e-9 and negated, each other number by one."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for path, node in places(parameters):
            if isinstance(node, list) and len(node) == 2 and node[0] == "rat":  # pyright: ignore[reportUnknownArgumentType]
                value = Fraction(node[1])  # pyright: ignore[reportUnknownArgumentType]
                step = COARSE if within(parameters, path, ("exp", "pow", "app", "der")) else SMALL
                for other in (value + step, -value if value else Fraction(1)):
                    yield with_step(steps, k, [rule, changed(parameters, path, ["rat", str(other)]), premises])
            elif isinstance(node, int) and not isinstance(node, bool):
                for number in (node + 1, node - 1, -node):
                    yield with_step(steps, k, [rule, changed(parameters, path, number), premises])


def swapped_parameters(steps: Steps) -> Iterator[Steps]:
    """Two parameters in each other's place."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for a in range(len(parameters)):
            for b in range(a):
                other = list(parameters)
                other[a], other[b] = other[b], other[a]
                yield with_step(steps, k, [rule, other, premises])


def swapped_sides(steps: Steps) -> Iterator[Steps]:
    """The two sides of each formula in each other's place."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for path, node in places(parameters):
            if isinstance(node, list) and len(node) == 4 and node[0] in ("le", "lt", "ne", "implies", "mle", "pow"):  # pyright: ignore[reportUnknownArgumentType]
                op, data, left, right = node  # pyright: ignore[reportUnknownVariableType]
                yield with_step(steps, k, [rule, changed(parameters, path, [op, data, right, left]), premises])


def operators(steps: Steps) -> Iterator[Steps]:
    """Each relation and each norm inside a formula replaced by others."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for path, node in places(parameters):
            if isinstance(node, list) and node and isinstance(node[0], str):
                for other in STRINGS.get(node[0], ()):
                    yield with_step(steps, k, [rule, changed(parameters, (*path, 0), other), premises])


def strings(steps: Steps) -> Iterator[Steps]:
    """Each word among the parameters (a relation, a norm, a sign, a side) replaced by others."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for path, node in places(parameters):
            if isinstance(node, str) and len(path) in (1, 3):
                for other in STRINGS.get(node, ()):
                    yield with_step(steps, k, [rule, changed(parameters, path, other), premises])


def dropped_premises(steps: Steps) -> Iterator[Steps]:
    """One premise fewer, one twice, all in reverse."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for a in range(len(premises)):
            yield with_step(steps, k, [rule, parameters, [*premises[:a], *premises[a + 1 :]]])
            yield with_step(steps, k, [rule, parameters, [*premises, premises[a]]])
        if len(premises) > 1:
            yield with_step(steps, k, [rule, parameters, premises[::-1]])


def redirected_premises(steps: Steps) -> Iterator[Steps]:
    """One premise taken from elsewhere, from the step itself and from outside too."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for a, old in enumerate(premises):
            for new in {0, 1, old - 1, old + 1, k - 1, k, -1, len(steps)} - {old}:
                yield with_step(steps, k, [rule, parameters, [*premises[:a], new, *premises[a + 1 :]]])


def renamed_rules(steps: Steps, names: list[str]) -> Iterator[Steps]:
    """Each rule replaced by each other."""
    for k, (rule, parameters, premises) in enumerate(steps):
        for name in names:
            if name != rule:
                yield with_step(steps, k, [name, parameters, premises])


def moved_steps(steps: Steps) -> Iterator[Steps]:
    """A step left out (with and without shifting what follows), said twice, or in its neighbour's place."""
    for k, step in enumerate(steps):
        yield [*steps[:k], *steps[k + 1 :]]
        yield [*steps[: k + 1], *steps[k:]]
        yield [*steps, step]
        if k:
            yield [*steps[: k - 1], step, steps[k - 1], *steps[k + 1 :]]


def variables(steps: Steps) -> Iterator[Steps]:
    """Each variable in one step, then everywhere, given another sort, shape or name."""

    def others(node: Any) -> Iterator[Any]:
        op, name, (sort, shape) = node
        yield [op, name + "_", [sort, shape]]
        yield [op, name, [{"real": "nat", "nat": "real"}.get(sort, "real"), None]]
        yield [op, name, ["mat", ["n", 1]]]
        if shape is not None:
            yield [op, name, [sort, [1, 1]]]
            yield [op, name, [sort, ["m", shape[1]]]]

    seen: list[Any] = []
    for k, (rule, parameters, premises) in enumerate(steps):
        for path, node in places(parameters):
            if isinstance(node, list) and len(node) == 3 and node[0] == "var":  # pyright: ignore[reportUnknownArgumentType]
                for other in others(node):
                    yield with_step(steps, k, [rule, changed(parameters, path, other), premises])
                if node not in seen:
                    seen.append(node)
    for node in seen:
        for other in others(node):
            yield replaced(steps, node, other)


def replaced(node: Any, old: Any, new: Any) -> Any:
    """A copy with every occurrence of one node replaced."""
    if node == old:
        return deepcopy(new)
    if isinstance(node, dict):
        return {key: replaced(part, old, new) for key, part in node.items()}  # pyright: ignore[reportUnknownVariableType]
    return [replaced(part, old, new) for part in node] if isinstance(node, list) else node  # pyright: ignore[reportUnknownVariableType]


def conclusions(steps: Steps, wanted: list[Any]) -> Iterator[Steps]:
    """The wanted formulas assumed, cited, put for the conclusion of each assumption, or said by the last step."""
    last = len(steps) - 1
    for formula in wanted:
        term = {"term": formula}
        yield [["assume", [term], []]]
        yield [*steps, ["assume", [term], []]]
        yield [*steps, ["cited", ["nobody", term], []]]
        yield [*steps, ["lemma", ["a name"], [last]]]
        yield [*steps, ["assume", [term], []], ["lemma", ["a name"], [last + 1]]]
        yield [*steps, ["assume", [term], []], ["cut", [], [last + 1, last]]]
        yield [*steps, ["decided", [term], []]]
        for k, (rule, _, premises) in enumerate(steps):
            yield with_step(steps, k, ["cited", ["nobody", term], []])
            if rule == "assume":
                yield with_step(steps, k, [rule, [term], premises])
            if premises:
                yield with_step(steps, k, ["lemma", [{"term": formula}], premises[:1]])


SIMPLE: tuple[Callable[[Steps], Iterator[Steps]], ...] = (
    *(rationals, swapped_parameters, swapped_sides, operators, strings),
    *(dropped_premises, redirected_premises, moved_steps, variables),
)
MALFORMED: tuple[Any, ...] = (
    *([], None, 3, "derivation", {}, [[]], [None], [["assume"]], [["assume", [], []]], [["assume", [], [0]]]),
    *([["assume", [{}], []]], [["assume", [{"term": []}], []]], [["assume", [{"term": ["le", None]}], []]]),
    *([["assume", [{"term": ["rat", "1"]}], []]], [["assume", [{"term": ["rat", "x"]}], []]]),
    *([["assume", [{"term": ["rat", "1/0"]}], []]], [["no such rule", [], []]], [[None, [], []]], [["chain", [], []]]),
    *([["part", [True], [0]]], [["part", [0], [False]]], [["decided", [{"term": ["var", "p", ["prop", None]]}], []]]),
    *([["instantiate", [{"list": []}, {"list": []}], []]], [["norm_of_identity", ["norm"], []]]),
)
