"""Walking through terms, and replacing variables without capture."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from theory.kernel.terms import BINDERS, Dim, Shape, Term, bound_by, is_coordinate, is_dimension, make, var
from theory.language.errors import KernelRefusal


def walk(t: Term) -> Iterator[Term]:
    """Every subterm once, the term itself first."""
    seen: set[Term] = set()
    stack = [t]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            yield node
            stack.extend(node.args)


def rebuild(t: Term, args: tuple[Term, ...]) -> Term:
    """The same operator on other arguments."""
    return make(t.op, args, t.data, t.sort, t.shape) if args != t.args else t


def mapped(t: Term, change: Callable[[Term], Term | None]) -> Term:
    """Rewrite bottom-up outside binders: `change` returns a replacement or None."""
    memo: dict[Term, Term] = {}

    def go(t: Term) -> Term:
        found = memo.get(t)
        if found is None:
            inner = rebuild(t, tuple(map(go, t.args))) if t.args and t.op not in BINDERS else t
            found = memo[t] = change(inner) or inner
        return found

    return go(t)


def fresh(base: Term, avoid: frozenset[Term]) -> Term:
    """A variable of the same sort whose name none in `avoid` has."""
    names = {v.data for v in avoid}
    name = base.data
    while name in names:
        name += "'"
    return var(name, base.sort, base.shape)


def substitute(t: Term, values: Mapping[Term, Term], dims: Mapping[str, Dim] | None = None) -> Term:
    """Replace free variables (and dimensions), renaming bound variables that would capture."""
    dims = dims or {}
    if not all(type(name) is str and is_dimension(size) for name, size in dims.items()):
        raise KernelRefusal("a symbolic width is replaced by another or by a positive integer")
    for old, new in values.items():
        _check_value(old, new, dims)
    memo: dict[Term, Term] = {}

    def go(node: Term) -> Term:
        done = memo.get(node)
        if done is None:
            done = memo[node] = replaced(node)
        return done

    def replaced(node: Term) -> Term:
        if node.op == "var":
            return values.get(node) or make("var", (), node.data, node.sort, _resized(node.shape, dims))
        if node.op in BINDERS:
            return under_binder(node)
        if node.op in ("ident", "zeros"):
            resized = _resized(node.shape, dims)
            return make(node.op, data=resized and resized[0] if node.op == "ident" else resized)
        return rebuild(node, tuple(map(go, node.args)))

    def under_binder(node: Term) -> Term:
        bound = bound_by(node.op, node.args)
        inner = {v: r for v, r in values.items() if v in node.free}
        outside = frozenset[Term]().union(*(go(v).free for v in node.free))
        for old in bound:
            new = make("var", (), old.data, old.sort, _resized(old.shape, dims))
            inner[old] = fresh(new, outside) if new in outside else new
        scope = (substitute(a, inner, dims) for a in node.args[len(bound) :])
        return make(node.op, (*(inner[v] for v in bound), *scope), node.data)

    return go(t)


def _resized(shape: Shape | None, dims: Mapping[str, Dim]) -> Shape | None:
    if shape is None:
        return None
    rows, columns = (dims.get(d, d) if isinstance(d, str) else d for d in shape)
    return rows, columns


def _check_value(old: Term, new: Term, dims: Mapping[str, Dim]) -> None:
    if old.op != "var" or not (new.sort == old.sort or (new.sort, old.sort) == ("nat", "real")):
        raise KernelRefusal(f"a variable takes a value of its own sort; {old!r} cannot be {new!r}")
    wanted = _resized(old.shape, dims)
    if old.sort == "nat" and wanted is not None and not is_coordinate(new, wanted[0]):
        raise KernelRefusal(f"{old!r} is a coordinate of {wanted[0]}, which {new!r} is not")
    if old.sort in ("mat", "seq") and new.shape != wanted:
        raise KernelRefusal(f"{old!r} has shape {wanted}, its value {new.shape}")
