"""The kernel's own terms: interned, sorted, immutable trees.

SymPy expressions are read into terms once (`reading.py`), through a whitelist; nothing past that
point evaluates or simplifies behind our back. Equal terms are the same object.

Sorts: `real` and its part `nat` (a `nat` variable with a shape (n, 1) is a coordinate of width n);
`mat` (columns are n × 1 matrices); `seq` (a sequence of columns); `fun` (an activation); `net` (a
recurrence); `prop` (a formula).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, TypeAlias, cast, final

from theory.language.errors import KernelRefusal

Dim: TypeAlias = "int | str"
Shape: TypeAlias = "tuple[Dim, Dim]"
Data: TypeAlias = Any

_TABLE: dict[tuple[Any, ...], Term] = {}


@final
class Term:
    """An interned node: operator, arguments, constant data, sort, and shape if it is a matrix."""

    __slots__ = ("args", "data", "free", "op", "shape", "sort")
    op: str
    args: tuple[Term, ...]
    data: Data
    sort: str
    shape: Shape | None
    free: frozenset[Term]

    def __repr__(self) -> str:
        inner = ", ".join(map(repr, self.args))
        data = "" if self.data is None else f"[{self.data}]"
        return f"{self.op}{data}({inner})" if inner else f"{self.op}{data}"

    def __reduce__(self) -> tuple[Any, ...]:
        return make, (self.op, self.args, self.data, self.sort, self.shape)


# Each operator: the sorts of its arguments ("*" after a sort: any number) and the sort of the result.
_SIGNATURES: dict[str, tuple[tuple[str, ...], str]] = {
    "rat": ((), "real"),
    "pi": ((), "real"),
    "add": (("real*",), "real"),
    "mul": (("real*",), "real"),
    "pow": (("real", "real"), "real"),
    "max": (("real", "real"), "real"),
    "min": (("real", "real"), "real"),
    # pw(u, a, b, c): a where u > 0, b where u = 0, c where u < 0.
    "pw": (("real", "real", "real", "real"), "real"),
    **dict.fromkeys(("exp", "log", "abs", "erf", "atan", "sin", "cos", "tanh", "sinh", "cosh"), (("real",), "real")),
    # arsinh, and the principal branch of Lambert's W: the number w ≥ −1 with w·e^w = u, for u ≥ −1/e.
    **dict.fromkeys(("asinh", "lambertw"), (("real",), "real")),
    "fun": ((), "fun"),
    "app": (("fun", "real"), "real"),
    "der": (("fun", "real"), "real"),
    "slope": (("fun", "real"), "real"),
    "sum": (("nat", "nat", "nat", "real"), "real"),
    "norm": (("mat",), "real"),
    "frobenius": (("mat",), "real"),
    "rowsum": (("mat",), "real"),
    "maxentry": (("mat",), "real"),
    "radius": (("mat",), "real"),
    "entry": (("mat", "nat", "nat"), "real"),
    "nsub": (("nat", "nat"), "nat"),
    "net": (("mat", "fun", "mat", "seq"), "net"),
    "seqlit": ((), "seq"),
    # formulas
    "le": (("real", "real"), "prop"),
    "lt": (("real", "real"), "prop"),
    "eq": (("real", "real"), "prop"),
    "ne": (("real", "real"), "prop"),
    "meq": (("mat", "mat"), "prop"),
    "mle": (("mat", "mat"), "prop"),
    "and": (("prop*",), "prop"),
    "implies": (("prop", "prop"), "prop"),
    "iff": (("prop", "prop"), "prop"),
    "not": (("prop",), "prop"),
    "slopes_within": (("fun", "real"), "prop"),
    "structure": (("mat",), "prop"),
    # binders: the bound variable is the first argument
    "tends": (("real", "real", "real", "real"), "prop"),
    "extremum": (("real", "real", "real", "prop*"), "prop"),
    "exists": (("real", "prop", "prop*"), "prop"),
    "always": (("nat", "prop"), "prop"),
}
_MATRIX_OPS = frozenset(
    {"ident", "zeros", "mlit", "madd", "mmul", "mscale", "mpow", "tr", "inv", "diag", "mabs", "apply", "slopes", "at"}
    | {"jac", "state", "pre", "masks", "msum"}
)
# How the names start that normal forms give to bound variables and to the argument of a definition.
RESERVED = ("κ", "·")
BINDERS = frozenset({"tends", "extremum", "exists", "always", "sum", "msum"})


def make(op: str, args: tuple[Term, ...] = (), data: Data = None, sort: str | None = None, shape: Shape | None = None) -> Term:
    """The one constructor: checks sorts and shapes, and interns."""
    if op == "seqlit" and _is_shape(shape) and shape is not None and not args:
        return sequence_literal(data, shape[0])
    _check_data(op, data, sort, shape)
    kind = sort or ""
    if op in _MATRIX_OPS:
        kind, shape = "mat", _matrix_shape(op, args, data)
    elif op != "var":
        kind = _check(op, args, data)
        if op == "rat" and data.denominator == 1 and data >= 0:
            kind = "nat"
        if op in ("add", "mul") and all(a.sort == "nat" for a in args):
            kind = "nat"
    key = (op, args, data, kind, shape)
    found = _TABLE.get(key)
    if found is None:
        found = Term()
        found.op, found.args, found.data, found.sort, found.shape = op, args, data, kind, shape
        if op == "var":
            found.free = frozenset({found})
        else:
            inner = frozenset[Term]().union(*(a.free for a in args))
            found.free = inner - {args[0]} if op in BINDERS else inner
        _TABLE[key] = found
    return found


_VARIABLE_SORTS = frozenset({"real", "nat", "mat", "seq", "fun"})
_LIMITS = frozenset({("oo", ""), ("-oo", ""), ("at", ""), ("at", "+"), ("at", "-")})
_STRUCTURES = frozenset({"diagonal", "positive diagonal"})


def _is_dim(d: object) -> bool:
    return (isinstance(d, int) and not isinstance(d, bool) and d >= 1) or (isinstance(d, str) and d != "")


def _is_shape(shape: object) -> bool:
    return (
        isinstance(shape, tuple) and len(cast(tuple[Any, ...], shape)) == 2 and all(map(_is_dim, cast(tuple[Any, ...], shape)))
    )


def _check_data(op: str, data: Data, sort: str | None, shape: Shape | None) -> None:
    """What the constant of an operator may be; anything else is no term."""
    match op:
        case "var":
            wanted = sort in _VARIABLE_SORTS and (
                _is_shape(shape) if sort in ("mat", "seq") else shape is None or sort == "nat"
            )
            wanted = wanted and (sort != "nat" or shape is None or (_is_shape(shape) and shape[1] == 1))
            fine = isinstance(data, str) and data != "" and wanted
        case "rat":
            fine = isinstance(data, Fraction)
        case "fun":
            fine = isinstance(data, str)
        case "der":
            fine = isinstance(data, int) and not isinstance(data, bool) and data >= 1
        case "ident":
            fine = _is_dim(data)
        case "zeros":
            fine = _is_shape(data)
        case "mlit":
            fine = isinstance(data, tuple) and all(isinstance(x, Fraction) for row in cast(tuple[Any, ...], data) for x in row)
        case "tends":
            fine = data in _LIMITS
        case "extremum":
            fine = isinstance(data, tuple) and [type(d) for d in cast(tuple[Any, ...], data)] == [bool, bool]
        case "structure":
            fine = data in _STRUCTURES
        case _:
            fine = data is None
    if not fine:
        raise KernelRefusal(f"{data!r} cannot be the constant of {op}")


def _check(op: str, args: tuple[Term, ...], data: Data) -> str:
    if op not in _SIGNATURES:
        raise KernelRefusal(f"there is no operator {op!r} in the kernel's language")
    sorts, result = _SIGNATURES[op]
    wanted = list(sorts)
    if wanted and wanted[-1].endswith("*"):
        last = wanted.pop()[:-1]
        wanted += [last] * (len(args) - len(wanted))
    fits = len(wanted) == len(args) and all(
        a.sort == w or (a.sort, w) == ("nat", "real") for a, w in zip(args, wanted, strict=True)
    )
    if not fits:
        raise KernelRefusal(f"{op} takes {', '.join(sorts) or 'nothing'}, not {', '.join(a.sort for a in args) or 'nothing'}")
    if op in ("meq", "mle") and args[0].shape != args[1].shape:
        raise KernelRefusal(f"matrices of shapes {args[0].shape} and {args[1].shape} cannot be compared")
    if op == "entry":
        for index, size in zip(args[1:], args[0].shape or (), strict=True):
            if not is_coordinate(index, size):
                raise KernelRefusal(
                    f"a coordinate of {size} is a variable of that domain or a number from 1 to {size}, not {index!r}"
                )
    if op in BINDERS:
        _check_binder(op, args)
    if op == "tends" and args[0].sort == "nat" and data != ("oo", ""):
        raise KernelRefusal("a natural number tends to nothing but ∞")
    return result


def is_coordinate(index: Term, size: Dim) -> bool:
    """Whether a term is a coordinate from 1 to the size: a variable that carries the size, or a number known to be within."""
    if index.op == "var":
        return index.shape == (size, 1)
    within = index.op == "rat" and index.data.denominator == 1 and index.data >= 1
    return within and (index.data == 1 or (isinstance(size, int) and index.data <= size))


# The arguments of each binder that its variable may not occur in.
_OUTSIDE = {"sum": (1, 2), "msum": (1, 2), "tends": (2, 3), "extremum": (2,)}


def _check_binder(op: str, args: tuple[Term, ...]) -> None:
    if args[0].op != "var" or args[0].shape is not None:
        raise KernelRefusal(f"{op} binds a number, not {args[0]!r}")
    if any(args[0] in args[k].free for k in _OUTSIDE.get(op, ())):
        raise KernelRefusal(f"the variable that {op} binds occurs outside of its scope; rename one of the two")


def _matrix_shape(op: str, args: tuple[Term, ...], data: Data) -> Shape:
    shapes = [a.shape for a in args if a.sort == "mat" and a.shape is not None]
    sorts = tuple(a.sort for a in args)
    match op:
        case "ident" if sorts == ():
            return data, data
        case "zeros" if sorts == ():
            return data
        case "mlit" if sorts == () and data and len({len(row) for row in data}) == 1:
            return len(data), len(data[0])
        case "madd" if args and set(sorts) == {"mat"} and len(set(shapes)) == 1:
            return shapes[0]
        case "mmul" if args and set(sorts) == {"mat"} and all(a[1] == b[0] for a, b in pairwise(shapes)):
            return shapes[0][0], shapes[-1][1]
        case "mscale" if len(sorts) == 2 and sorts[0] in ("real", "nat") and sorts[1] == "mat":
            return shapes[0]
        case "mpow" if sorts == ("mat", "nat") and shapes[0][0] == shapes[0][1]:
            return shapes[0]
        case "inv" if sorts == ("mat",) and shapes[0][0] == shapes[0][1]:
            return shapes[0]
        case "tr" if sorts == ("mat",):
            return shapes[0][1], shapes[0][0]
        case "diag" if sorts == ("mat",) and shapes[0][1] == 1:
            return shapes[0][0], shapes[0][0]
        case "mabs" if sorts == ("mat",):
            return shapes[0]
        case "apply" | "slopes" if sorts == ("fun", "mat") and shapes[0][1] == 1:
            return shapes[0]
        case "at" if sorts == ("seq", "nat") and args[0].shape is not None:
            return args[0].shape
        case "jac" | "masks" | "state" | "pre" if len(sorts) == 2 and sorts[0] == "net" and sorts[1] == "nat":
            rows = _width(args[0])
            return (rows, rows) if op in ("jac", "masks") else (rows, 1)
        case "msum" if sorts == ("nat", "nat", "nat", "mat"):
            _check_binder(op, args)
            return shapes[0]
        case _:
            raise KernelRefusal(f"{op} cannot be applied to {', '.join(sorts)} of shapes {shapes}")


def _width(net: Term) -> Dim:
    if net.op != "net":
        raise KernelRefusal(f"a recurrence is expected, not {net!r}")
    weight, _, start, drive = net.args
    shapes = {weight.shape and weight.shape[0], weight.shape and weight.shape[1]}
    shapes |= {start.shape and start.shape[0], drive.shape and drive.shape[0]}
    if len(shapes) != 1 or start.shape is None or start.shape[1] != 1:
        raise KernelRefusal("the weight, start and drive of a recurrence must have one width")
    return start.shape[0]


def rat(value: int | Fraction) -> Term:
    """A rational constant."""
    return make("rat", data=Fraction(value))


ZERO, ONE = rat(0), rat(1)
HALF = rat(Fraction(1, 2))


def var(name: str, sort: str = "real", shape: Shape | None = None) -> Term:
    """A variable of any sort; `shape` for matrices and sequences."""
    return make("var", data=name, sort=sort, shape=shape)


def add(*ts: Term) -> Term:
    """A sum of real numbers."""
    return ts[0] if len(ts) == 1 else make("add", ts)


def mul(*ts: Term) -> Term:
    """A product of real numbers."""
    return ts[0] if len(ts) == 1 else make("mul", ts)


def neg(t: Term) -> Term:
    """The negative of a real number."""
    return make("mul", (rat(-1), t))


def sub(a: Term, b: Term) -> Term:
    """A difference of real numbers."""
    return make("add", (a, neg(b)))


def power(b: Term, e: Term | int | Fraction) -> Term:
    """A power."""
    return make("pow", (b, e if isinstance(e, Term) else rat(e)))


def fn(op: str, *args: Term) -> Term:
    """Any operator without data."""
    return make(op, args)


def le(a: Term, b: Term) -> Term:
    """a ≤ b."""
    return make("le", (a, b))


def lt(a: Term, b: Term) -> Term:
    """a < b."""
    return make("lt", (a, b))


def eq(a: Term, b: Term) -> Term:
    """a = b, of numbers or of matrices."""
    return make("meq" if a.sort == "mat" else "eq", (a, b))


def is_rat(t: Term) -> bool:
    """Whether the term is a rational constant as it stands."""
    return t.op == "rat"


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
    if args == t.args:
        return t
    return make(t.op, args, t.data, t.sort, t.shape)


def fresh(base: Term, avoid: frozenset[Term]) -> Term:
    """A variable of the same sort whose name none in `avoid` has."""
    names = {v.data for v in avoid}
    name = base.data
    while name in names:
        name += "'"
    return make("var", data=name, sort=base.sort, shape=base.shape)


def substitute(t: Term, values: Mapping[Term, Term], dims: Mapping[str, Dim] | None = None) -> Term:
    """Replace free variables (and dimensions), renaming bound variables that would capture."""
    dims = dims or {}
    if not all(type(name) is str and _is_dim(size) for name, size in dims.items()):
        raise KernelRefusal("a symbolic width is replaced by another or by a positive integer")
    for old, new in values.items():
        _check_fits(old, new, dims)
    memo: dict[Term, Term] = {}

    def width(d: Dim) -> Dim:
        return dims.get(d, d) if isinstance(d, str) else d

    def size(shape: Shape | None) -> Shape | None:
        return None if shape is None else (width(shape[0]), width(shape[1]))

    def go(node: Term) -> Term:
        done = memo.get(node)
        if done is not None:
            return done
        if node.op == "var":
            done = values.get(node) or make("var", data=node.data, sort=node.sort, shape=size(node.shape))
        elif node.op in BINDERS:
            done = under_binder(node)
        elif node.op in ("ident", "zeros"):
            data = size(node.data) if node.op == "zeros" else dims.get(node.data, node.data)
            done = make(node.op, data=data)
        else:
            args = tuple(map(go, node.args))
            done = make(node.op, args, node.data) if args != node.args else node
        memo[node] = done
        return done

    def under_binder(node: Term) -> Term:
        bound = node.args[0]
        inner = {v: r for v, r in values.items() if v is not bound and v in node.free}
        captured = frozenset[Term]().union(*(r.free for r in inner.values()))
        if bound in captured:
            renamed = fresh(bound, captured | node.free)
            inner[bound] = renamed
            bound = renamed
        rest = tuple(substitute(a, inner, dims) for a in node.args[1:])
        return make(node.op, (bound, *rest), node.data)

    return go(t)


def _check_fits(old: Term, new: Term, dims: Mapping[str, Dim]) -> None:
    if old.op != "var" or not (new.sort == old.sort or (new.sort, old.sort) == ("nat", "real")):
        raise KernelRefusal(f"a variable takes a value of its own sort; {old!r} cannot be {new!r}")
    wanted = old.shape and tuple(dims.get(d, d) if isinstance(d, str) else d for d in old.shape)
    if old.sort == "nat" and wanted is not None and not is_coordinate(new, wanted[0]):
        raise KernelRefusal(f"{old!r} is a coordinate of {wanted[0]}, which {new!r} is not")
    if old.sort in ("mat", "seq") and new.shape != wanted:
        raise KernelRefusal(f"{old!r} has shape {wanted}, its value {new.shape}")


def literal(rows: tuple[tuple[Fraction, ...], ...]) -> Term:
    """A matrix of rational numbers."""
    return make("mlit", data=rows)


def sequence_literal(columns: tuple[tuple[Fraction, ...], ...], width: Dim) -> Term:
    """The sequence that starts with these columns and is zero from then on."""
    if (
        not _is_dim(width)
        or isinstance(width, str)
        or any(len(c) != width or not all(type(x) is Fraction for x in c) for c in columns)
    ):
        raise KernelRefusal(f"every column of this sequence has length {width}")
    key = ("seqlit", (), columns, "seq", (width, 1))
    found = _TABLE.get(key)
    if found is None:
        found = Term()
        found.op, found.args, found.data, found.sort, found.shape, found.free = (
            "seqlit",
            (),
            columns,
            "seq",
            (width, 1),
            frozenset(),
        )
        _TABLE[key] = found
    return found


def mapped(t: Term, change: Callable[[Term], Term | None]) -> Term:
    """Rewrite bottom-up outside binders: `change` returns a replacement or None."""
    args = t.args if t.op in BINDERS else tuple(mapped(a, change) for a in t.args)
    node = rebuild(t, args)
    return change(node) or node
