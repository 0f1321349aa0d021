"""The kernel's own terms: interned, sorted, immutable trees.

SymPy expressions are read into terms once (`reading.py`), through a whitelist; nothing past that
point evaluates or simplifies behind our back. Equal terms are the same object.

Sorts: `real` and its part `nat` (a `nat` variable with a shape (n, 1) is a coordinate of width n);
`mat` (columns are n × 1 matrices); `seq` (a sequence of matrices); `fun` (an activation); `net` (a
recurrence); `law` (a probability law on the real numbers); `prop` (a formula).
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache
from hashlib import blake2b
from itertools import pairwise
from math import prod
from typing import Any, TypeAlias, cast, final

from theory.language.errors import KernelRefusal, refuse_if

Dim: TypeAlias = "int | str"
Shape: TypeAlias = "tuple[Dim, Dim]"
Data: TypeAlias = Any

_TABLE: dict[tuple[Any, ...], Term] = {}


@final
class Term:
    """An interned node: operator, arguments, constant data, sort, and shape if it is a matrix."""

    __slots__ = ("args", "data", "free", "op", "shape", "size", "sort")
    op: str
    args: tuple[Term, ...]
    data: Data
    sort: str
    shape: Shape | None
    free: frozenset[Term]
    size: int

    def __repr__(self) -> str:
        return _written(self)

    def __reduce__(self) -> tuple[Any, ...]:
        return make, (self.op, self.args, self.data, self.sort, self.shape)


_LONGEST = 4000


@lru_cache(maxsize=1 << 14)
def _written(t: Term) -> str:
    data = "" if t.data is None else f"[{t.data}]"
    if t.size > _LONGEST:  # written out, what is shared would stand there again and again
        return f"{t.op}{data}#{_digest(t)}"
    inner = ", ".join(map(_written, t.args))
    return f"{t.op}{data}({inner})" if inner else f"{t.op}{data}"


_DIGESTS: dict[Term, str] = {}


def _digest(t: Term) -> str:
    """A name for a term that depends on nothing but what it is, the same in every process."""
    found = _DIGESTS.get(t)
    if found is None:
        parts = (t.op, t.data, t.sort, t.shape, *map(_digest, t.args))
        found = _DIGESTS[t] = blake2b(repr(parts).encode(), digest_size=12).hexdigest()
    return found


# --- the language -------------------------------------------------------------------------------------

NORMS = ("norm", "frobenius", "rowsum", "maxentry", "radius")

# Operators: the sorts of their arguments -> the sort of the result; "*": any number of the last one.
# "mat m n" is a matrix of m rows and n columns, the letters standing for widths; "index n" a coordinate of width n.
# euler_gamma is Euler's constant, the limit of 1 + 1/2 + … + 1/n − log n.
# asinh is arsinh; lambertw the principal branch of Lambert's W: the w ≥ −1 with w·e^w = u, for u ≥ −1/e.
# pw(u, a, b, c) is a where u > 0, b where u = 0, c where u < 0. A binder's first arguments are its variables.
# mean: the expectation of a number that depends on matrices z_1, z_2, … whose entries are independent draws from a law.
# rec and mrec: x_T of the sequence x_0 = base, x_t = step(x_{t−1}, t); the arguments are x, t, step, base, T.
_LANGUAGE = """
rat pi euler_gamma: -> real
add mul: real* -> real
pow max min: real, real -> real
pw: real, real, real, real -> real
exp log abs erf atan sin cos tanh sinh cosh asinh lambertw: real -> real
fun: -> fun
app der slope: fun, real -> real
sum: nat, nat, nat, real -> real
mean: seq m n, law, real -> real
gaussian finite: -> law
rec: real, nat, real, real, nat -> real
norm frobenius rowsum maxentry: mat m n -> real
radius: mat n n -> real
entry: mat m n, index m, index n -> real
nsub: nat, nat -> nat
ident zeros mlit: -> mat
madd: mat m n, mat m n* -> mat m n
mmul: mat, mat* -> mat
mscale: real, mat m n -> mat m n
mpow: mat n n, nat -> mat n n
tr: mat m n -> mat n m
inv: mat n n -> mat n n
diag: mat n 1 -> mat n n
mabs: mat m n -> mat m n
apply slopes: fun, mat n 1 -> mat n 1
seqlit: -> seq
at: seq m n, nat -> mat m n
msum: nat, nat, nat, mat m n -> mat m n
mrec: mat m n, nat, mat m n, mat m n, nat -> mat m n
net: mat n n, fun, mat n 1, seq n 1 -> net n 1
jac masks: net n 1, nat -> mat n n
state pre: net n 1, nat -> mat n 1
le lt eq ne: real, real -> prop
meq mle: mat m n, mat m n -> prop
and: prop* -> prop
implies iff: prop, prop -> prop
not: prop -> prop
slopes_within: fun, real -> prop
structure: mat n n -> prop
lawful: law -> prop
tends: real, real, real, real -> prop
extremum: real, real, real, prop* -> prop
exists: real, prop, prop* -> prop
always: nat, prop -> prop
"""
# The binders, with the arguments that their variables may not occur in.
_SCOPES: dict[str, tuple[int, ...]] = {"sum": (1, 2), "mean": (1,), "rec": (3, 4), "tends": (2, 3), "extremum": (2,)}
BINDERS = _SCOPES | {"msum": _SCOPES["sum"], "mrec": _SCOPES["rec"], "exists": (), "always": ()}
# How the names start that normal forms give to bound variables and to the argument of a definition.
RESERVED = ("κ", "·")
MOST_SIZE = 1 << 20  # of a term written out in full, however much its parts share


def _parsed(line: str) -> dict[str, tuple[list[list[str]], list[list[str]], list[str]]]:
    """By operator: the patterns of its arguments, the one that may be repeated, the pattern of the result."""
    names, _, signature = line.partition(":")
    wanted, _, result = signature.partition("->")
    patterns = [pattern.split() for pattern in wanted.replace("*", "").split(",") if pattern.strip()]
    repeated = [patterns.pop()] if "*" in wanted else []
    return dict.fromkeys(names.split(), (patterns, repeated, result.split()))


SIGNATURES = {op: found for line in _LANGUAGE.strip().splitlines() for op, found in _parsed(line).items()}


def _is_positive(x: object) -> bool:
    return type(x) is int and x >= 1


def is_dimension(d: object) -> bool:
    """Whether something is a width: a positive integer or a name."""
    return _is_positive(d) or (type(d) is str and d != "")


def _is_tuple(data: object, test: Callable[[Any], bool]) -> bool:
    return isinstance(data, tuple) and all(map(test, cast("tuple[Any, ...]", data)))


def _is_shape(shape: Any) -> bool:
    return _is_tuple(shape, is_dimension) and len(shape) == 2


def _are_rows(data: Any) -> bool:
    """Rows (or columns) of one length, of rational numbers."""
    return _is_tuple(data, lambda row: _is_tuple(row, lambda x: type(x) is Fraction)) and len(set(map(len, data))) <= 1


def is_law(rows: tuple[tuple[Fraction, ...], ...]) -> bool:
    """Whether rows (value, weight) are a law: positive weights that sum to 1, no value twice."""
    if not rows or len(rows[0]) != 2:
        return False
    values, weights = zip(*rows, strict=True)
    return len(set(values)) == len(values) and min(weights) > 0 and sum(weights) == 1


# What the constant of an operator may be; operators that are not named have none.
_CONSTANTS: dict[str, Callable[[Any], bool]] = {
    "var": lambda d: type(d) is str and d != "",
    "rat": lambda d: type(d) is Fraction,
    "fun": lambda d: type(d) is str,
    "der": _is_positive,
    "ident": is_dimension,
    "zeros": _is_shape,
    "mlit": lambda d: _are_rows(d) and d and d[0],
    "seqlit": _are_rows,
    "tends": lambda d: d in {("oo", ""), ("-oo", ""), ("at", ""), ("at", "+"), ("at", "-")},
    "extremum": lambda d: _is_tuple(d, lambda x: type(x) is bool) and len(d) == 2,
    "structure": lambda d: d in {"diagonal", "positive diagonal"},
    "lawful": lambda d: d in {"symmetric", "without atoms", "without atom at zero"} or _is_positive(d),
    "finite": lambda d: _are_rows(d) and is_law(d),
}


def make(op: str, args: tuple[Term, ...] = (), data: Data = None, sort: str | None = None, shape: Shape | None = None) -> Term:
    """The one constructor: checks and interns. Sort and shape are given of variables, the shape of given sequences."""
    key = (op, args, data, sort if op == "var" else None, shape if op in ("var", "seqlit") else None)
    try:
        found = _TABLE.get(key)
    except TypeError:  # a list, say
        raise KernelRefusal(f"{data!r} cannot be the constant of {op}") from None
    if found is None:
        if not _CONSTANTS.get(op, lambda d: d is None)(data):
            raise KernelRefusal(f"{data!r} cannot be the constant of {op}")
        kind, size = _variable(args, sort, shape) if op == "var" else _applied(op, args, data, shape)
        found = Term()
        found.op, found.args, found.data, found.sort, found.shape = op, args, data, kind, size
        inner = frozenset({found}) if op == "var" else frozenset[Term]().union(*(a.free for a in args))
        found.free = inner.difference(bound_by(op, args))
        found.size = 1 + sum(a.size for a in args)
        _TABLE[key] = found
    return found


def _variable(args: tuple[Term, ...], sort: str | None, shape: Shape | None) -> tuple[str, Shape | None]:
    plain = shape is None and sort in ("real", "nat", "fun", "law")
    shaped = _is_shape(shape) and (sort in ("mat", "seq") or (sort == "nat" and shape is not None and shape[1] == 1))
    if args or not (plain or shaped):
        raise KernelRefusal(f"there is no variable of sort {sort} and shape {shape}")
    return str(sort), shape


def _applied(op: str, args: tuple[Term, ...], data: Data, shape: Shape | None) -> tuple[str, Shape | None]:
    """The sort and shape of an operator applied to arguments that fit its signature."""
    if op not in SIGNATURES:
        raise KernelRefusal(f"there is no operator {op!r} in the kernel's language")
    patterns, repeated, (kind, *letters) = SIGNATURES[op]
    wanted = patterns + repeated * (len(args) - len(patterns))
    widths: dict[str, Dim] = {"1": 1}
    if len(wanted) != len(args) or not all(_fits(p, a, widths) for p, a in zip(wanted, args, strict=True)):
        given = ", ".join(f"{a.sort} {a.shape or ''}".strip() for a in args) or "nothing"
        raise KernelRefusal(f"{op} takes {', '.join(map(' '.join, patterns + repeated)) or 'nothing'}, not {given}")
    if op in BINDERS:
        _check_binder(op, args, data)
    match op:
        case "rat" | "add" | "mul" | "pow" if all(a.sort == "nat" for a in args) and (op != "rat" or _is_natural(data)):
            return "nat", None
        case "ident":
            return kind, (data, data)
        case "zeros":
            return kind, data
        case "mlit":
            return kind, (len(data), len(data[0]))
        case "seqlit":
            size = prod(shape) if _is_tuple(shape, _is_positive) and shape is not None and len(shape) == 2 else None
            if any(len(entries) != size for entries in data) or size is None:
                raise KernelRefusal(f"every member of this sequence has the entries of its shape, {shape}")
            return kind, shape
        case "mmul":
            shapes = [a.shape for a in args if a.shape is not None]
            if any(a[1] != b[0] for a, b in pairwise(shapes)):
                raise KernelRefusal(f"matrices of shapes {shapes} cannot be multiplied")
            return kind, (shapes[0][0], shapes[-1][1])
        case _:
            return kind, (widths[letters[0]], widths[letters[1]]) if letters else None


def _fits(pattern: list[str], t: Term, widths: dict[str, Dim]) -> bool:
    sort, *letters = pattern
    if sort == "index":
        return is_coordinate(t, widths[letters[0]])
    of_sort = t.sort == sort or (t.sort, sort) == ("nat", "real")
    return of_sort and all(widths.setdefault(w, d) == d for w, d in zip(letters, t.shape or (), strict=bool(letters)))


def _is_natural(q: Fraction) -> bool:
    return q.denominator == 1 and q >= 0


def is_coordinate(index: Term, size: Dim) -> bool:
    """Whether a term is a coordinate from 1 to the size: a variable that carries the size, or a number known to be within."""
    if index.op == "var":
        return index.sort == "nat" and index.shape == (size, 1)
    within = index.op == "rat" and _is_natural(index.data) and index.data >= 1
    return within and (index.data == 1 or (isinstance(size, int) and index.data <= size))


def bound_by(op: str, args: tuple[Term, ...]) -> tuple[Term, ...]:
    """The variables that an operator binds in its arguments."""
    return args[: 2 if op in ("rec", "mrec") else 1 if op in BINDERS else 0]


def _check_binder(op: str, args: tuple[Term, ...], data: Data) -> None:
    for bound in bound_by(op, args):
        if bound.op != "var" or (bound.sort == "nat" and bound.shape is not None):
            raise KernelRefusal(f"{op} binds a variable, which {bound!r} is not")
        if any(bound in args[k].free for k in BINDERS[op]):
            raise KernelRefusal(f"the variable that {op} binds occurs outside of its scope; rename one of the two")
    refuse_if(op == "rec" and args[0].sort != "real", "a recursion of numbers runs through real numbers")
    refuse_if(op == "tends" and args[0].sort == "nat" and data != ("oo", ""), "a natural number tends to nothing but ∞")


# --- constructors -------------------------------------------------------------------------------------


@lru_cache(4096)
def rat(value: int | Fraction) -> Term:
    """A rational constant."""
    return make("rat", data=Fraction(value))


ZERO, ONE = rat(0), rat(1)
HALF = rat(Fraction(1, 2))


def var(name: str, sort: str = "real", shape: Shape | None = None) -> Term:
    """A variable of any sort; `shape` for matrices and sequences."""
    return make("var", data=name, sort=sort, shape=shape)


def fn(op: str, *args: Term) -> Term:
    """Any operator without data."""
    return make(op, args)


def add(*ts: Term) -> Term:
    """A sum of real numbers."""
    return ts[0] if len(ts) == 1 else make("add", ts)


def mul(*ts: Term) -> Term:
    """A product of real numbers."""
    return ts[0] if len(ts) == 1 else make("mul", ts)


def neg(t: Term) -> Term:
    """The negative of a real number."""
    return fn("mul", rat(-1), t)


def sub(a: Term, b: Term) -> Term:
    """A difference of real numbers."""
    return fn("add", a, neg(b))


def power(b: Term, e: Term | int | Fraction) -> Term:
    """A power."""
    return fn("pow", b, e if isinstance(e, Term) else rat(e))


def le(a: Term, b: Term) -> Term:
    """a ≤ b."""
    return fn("le", a, b)


def lt(a: Term, b: Term) -> Term:
    """a < b."""
    return fn("lt", a, b)


def eq(a: Term, b: Term) -> Term:
    """a = b, of numbers or of matrices."""
    return fn("meq" if a.sort == "mat" else "eq", a, b)


def literal(rows: tuple[tuple[Fraction, ...], ...]) -> Term:
    """A matrix of rational numbers."""
    return make("mlit", data=rows)


def sequence_literal(members: tuple[tuple[Fraction, ...], ...], rows: Dim, columns: Dim = 1) -> Term:
    """The sequence that starts with these matrices, each given row by row, and is zero from then on."""
    return make("seqlit", data=members, shape=(rows, columns))
