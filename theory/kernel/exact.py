"""Exact decisions about closed instances: rational matrices, networks that are iterated, balls for the rest.

Nothing here has variables. A rational matrix is decided by integer arithmetic; a number that is not
rational is separated from another by balls of growing precision, which can prove < and ≠ and never =.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, TypeAlias, cast

from flint import acb, arb, ctx, fmpq, fmpq_mat, fmpq_poly, fmpz_poly

from theory.kernel.definitions import unfolded
from theory.kernel.field import homogeneous, with_field
from theory.kernel.logic import Sequent
from theory.kernel.terms import Term, le, literal, make, power, rat, sequence_literal, substitute, walk
from theory.kernel.theorem import Theorem, rule
from theory.language.errors import KernelRefusal

Rows: TypeAlias = "list[list[Fraction]]"
PRECISIONS = (64, 256, 1024)


def _fmpq(q: Fraction) -> fmpq:
    return fmpq(q.numerator, q.denominator)


def _mat(rows: Rows) -> fmpq_mat:
    return fmpq_mat(len(rows), len(rows[0]), [_fmpq(x) for row in rows for x in row])


def _rows(m: fmpq_mat) -> Rows:
    return [[Fraction(int(m[i, j].p), int(m[i, j].q)) for j in range(m.ncols())] for i in range(m.nrows())]


def scalar(t: Term) -> Fraction | None:
    """The value of a closed term, if arithmetic alone shows it to be rational."""
    t = _evaluated(t)
    try:

        def work(field: Any) -> Fraction | None:
            field.require_defined(t)
            return field.ring.as_constant(field.frac(t))

        return with_field((), work)
    except KernelRefusal:
        return None


def _evaluated(t: Term) -> Term:
    """Matrix parts of a closed scalar replaced by what they are equal to."""
    match t.op:
        case "entry":
            i, j = (scalar(a) for a in t.args[1:])
            if i is None or j is None:
                return t
            rows = matrix(t.args[0])
            if not (1 <= i <= len(rows) and 1 <= j <= len(rows[0])) or i.denominator != 1 or j.denominator != 1:
                raise KernelRefusal(f"there is no entry ({i}, {j})")
            return rat(rows[int(i) - 1][int(j) - 1])
        case "norm" | "frobenius":
            rows = matrix(t.args[0])
            if t.op == "frobenius" or len(rows[0]) == 1 or len(rows) == 1:
                square = sum((x * x for row in rows for x in row), Fraction(0))
                return power(rat(square), Fraction(1, 2))
            return _evaluated_norm(rows, t)
        case "rowsum":
            return rat(max(sum(abs(x) for x in row) for row in matrix(t.args[0])))
        case "maxentry":
            return rat(max(abs(x) for row in matrix(t.args[0]) for x in row))
        case "radius":
            coefficients = _characteristic(_mat(matrix(t.args[0])))
            return rat(0) if not any(coefficients[:-1]) else t
        case _ if t.args and t.sort in ("real", "nat") and t.op not in ("sum", "pw"):
            args = tuple(_evaluated(a) if a.sort in ("real", "nat") else a for a in t.args)
            return make(t.op, args, t.data)
        case _:
            return t


def _evaluated_norm(rows: Rows, t: Term) -> Term:
    # AᵀA = c·I gives ‖A‖ = √c; a diagonal A has the largest |entry|.
    gram = _rows(_mat(rows).transpose() * _mat(rows))
    off = any(x for i, row in enumerate(gram) for j, x in enumerate(row) if i != j)
    return t if off else power(rat(max(gram[i][i] for i in range(len(gram)))), Fraction(1, 2))


def matrix(t: Term) -> Rows:
    """A closed matrix term as rows of rationals; refused where an entry is not rational."""
    match t.op, t.args:
        case "mlit", _:
            return [list(row) for row in t.data]
        case "ident", _ if isinstance(t.data, int):
            return [[Fraction(i == j) for j in range(t.data)] for i in range(t.data)]
        case "zeros", _ if all(isinstance(d, int) for d in t.data):
            return [[Fraction(0)] * t.data[1] for _ in range(t.data[0])]
        case "madd", parts:
            total = _mat(matrix(parts[0]))
            for p in parts[1:]:
                total = total + _mat(matrix(p))
            return _rows(total)
        case "mmul", parts:
            product = _mat(matrix(parts[0]))
            for p in parts[1:]:
                product = product * _mat(matrix(p))
            return _rows(product)
        case "mscale", (c, inner):
            return [[_rational(c) * x for x in row] for row in matrix(inner)]
        case "mpow", (base, exponent):
            k, result = _rational(exponent), _mat(matrix(base))
            if k.denominator != 1 or not 0 <= k <= 4096:
                raise KernelRefusal(f"a matrix power with exponent {k} is not formed")
            return _rows(result ** int(k))
        case "tr", (inner,):
            return [list(column) for column in zip(*matrix(inner), strict=True)]
        case "inv", (inner,):
            try:
                return _rows(_mat(matrix(inner)).inv())
            except ZeroDivisionError:
                raise KernelRefusal("a singular matrix has no inverse") from None
        case "diag", (column,):
            values = [row[0] for row in matrix(column)]
            return [[v if i == j else Fraction(0) for j in range(len(values))] for i, v in enumerate(values)]
        case "mabs", (inner,):
            return [[abs(x) for x in row] for row in matrix(inner)]
        case (("apply" | "slopes"), (f, column)):
            op, order = ("app", None) if t.op == "apply" else ("der", 1)
            return [[_rational(make(op, (f, rat(row[0])), order))] for row in matrix(column)]
        case "at", (sequence, step) if sequence.op == "seqlit":
            k, width = _rational(step), (sequence.shape or (1, 1))[0]
            if k.denominator != 1 or k < 1:
                raise KernelRefusal("steps count from 1")
            column = sequence.data[int(k) - 1] if k <= len(sequence.data) else (Fraction(0),) * int(width)
            return [[x] for x in column]
        case (("jac" | "masks" | "state" | "pre"), (net, depth)):
            return _iterated(t.op, net, depth)
        case "msum", (bound, low, high, body):
            first, last = _rational(low), _rational(high)
            rows = [[Fraction(0)] * int((t.shape or (1, 1))[1]) for _ in range(int((t.shape or (1, 1))[0]))]
            total = _mat(rows)
            for k in range(int(first), int(last) + 1):
                total = total + _mat(matrix(substitute(body, {bound: rat(k)})))
            return _rows(total)
        case _:
            raise KernelRefusal(f"the matrix {t.op} has no value: it is not closed or not rational")


def _rational(t: Term) -> Fraction:
    value = scalar(t)
    if value is None:
        raise KernelRefusal("a rational number is expected here")
    return value


def _iterated(op: str, net: Term, depth: Term) -> Rows:
    weight, f, start, drive = net.args
    steps = _rational(depth)
    if steps.denominator != 1 or not 0 <= steps <= 4096 or (op == "pre" and steps < 1):
        raise KernelRefusal(f"a network cannot be run to depth {steps}")
    w, h = _mat(matrix(weight)), _mat(matrix(start))
    width = h.nrows()
    product = _mat(matrix(make("ident", data=width)))
    pre = h
    for k in range(1, int(steps) + 1):
        pre = w * h + _mat(matrix(make("at", (drive, rat(k)))))
        column = literal(tuple(tuple(row) for row in _rows(pre)))
        if op in ("jac", "masks"):
            mask = _mat(matrix(make("diag", (make("slopes", (f, column)),))))
            product = mask * w * product if op == "jac" else mask * product
        h = _mat(matrix(make("apply", (f, column))))
    return _rows({"state": h, "pre": pre}.get(op, product))


def _characteristic(m: fmpq_mat) -> list[Fraction]:
    poly = m.charpoly()
    return [Fraction(int(poly[k].p), int(poly[k].q)) for k in range(poly.degree() + 1)]


def norm_at_most(rows: Rows, bound: Fraction) -> bool:
    """Whether ‖A‖ ≤ c, exactly: c²·I − AᵀA has no negative eigenvalue."""
    if bound < 0:
        return False
    a = _mat(rows)
    n = a.ncols()
    gap = _mat(matrix(make("mscale", (rat(bound * bound), make("ident", data=n))))) - a.transpose() * a
    # A symmetric matrix is positive semidefinite iff its characteristic polynomial alternates in sign.
    coefficients = _characteristic(gap)
    return all((-1) ** (n - k) * c >= 0 for k, c in enumerate(coefficients))


def radius_balls(rows: Rows) -> list[arb]:
    """Enclosures of the absolute values of all eigenvalues."""
    poly = fmpq_poly([_fmpq(c) for c in _characteristic(_mat(rows))])
    # python-flint's stubs give the roots alone; it returns them with their multiplicities.
    roots = cast("list[tuple[acb, int]]", fmpz_poly(list(poly.numer())).complex_roots())
    return [abs(root) for root, _ in roots]


def ball(t: Term) -> arb:
    """An enclosure of a closed real term at the current precision; nan where it is not defined."""
    value = scalar(t) if t.op in ("entry", "rowsum", "maxentry", "rat") else None
    if value is not None:
        return arb(_fmpq(value))
    match t.op, t.args:
        case "pi", _:
            return arb.pi()
        case "add", parts:
            return sum(map(ball, parts), arb(0))
        case "mul", parts:
            product = arb(1)
            for p in parts:
                product = product * ball(p)
            return product
        case "pow", (base, exponent):
            b = ball(base)
            q = scalar(exponent)
            if q is not None and q.denominator == 1:
                return b ** int(q)
            if q is not None and q.denominator == 2:
                return b.sqrt() ** int(2 * q)
            return (b.log() * ball(exponent)).exp()
        case (("exp" | "log" | "erf" | "atan" | "sin" | "cos" | "tanh" | "sinh" | "cosh" | "asinh" | "lambertw"), (u,)):
            return getattr(ball(u), t.op)()
        case "abs", (u,):
            return abs(ball(u))
        case "max", (a, b):
            return ball(a).max(ball(b))
        case "min", (a, b):
            return ball(a).min(ball(b))
        case "pw", (u, above, equal, below):
            x, exact_value = ball(u), scalar(u)
            if exact_value == 0:
                return ball(equal)
            return ball(above) if x > 0 else ball(below) if x < 0 else arb.nan()
        case "app", (f, u) if f.op == "fun":
            return ball(unfolded(f.data, u))
        case "der", _:
            return ball(with_field((), lambda field: field.derivative_at(t)))
        case "radius", (m,):
            values = radius_balls(matrix(m))
            largest = values[0]
            for v in values[1:]:
                largest = largest.max(v)
            return largest
        case "norm", (m,):
            rows = matrix(m)
            gram = _rows(_mat(rows).transpose() * _mat(rows))
            largest = arb(0)
            for v in radius_balls(gram):
                largest = largest.max(v)
            return largest.sqrt()
        case "frobenius", _:
            return ball(_evaluated(t))
        case _:
            raise KernelRefusal(f"{t.op} has no value: it is not closed")


def holds(formula: Term) -> bool | None:
    """Whether a closed formula is true; None where neither is proved."""
    match formula.op, formula.args:
        case "and", parts:
            found = [holds(p) for p in parts]
            return False if False in found else None if None in found else True
        case "not", (inner,):
            inside = holds(inner)
            return None if inside is None else not inside
        case "implies", (a, b):
            first, second = holds(a), holds(b)
            return True if first is False or second is True else None if None in (first, second) else False
        case "iff", (a, b):
            first, second = holds(a), holds(b)
            return None if None in (first, second) else first == second
        case (("meq" | "mle"), (a, b)):
            left, right = matrix(a), matrix(b)
            pairs = [(x, y) for r, s in zip(left, right, strict=True) for x, y in zip(r, s, strict=True)]
            return all(x == y for x, y in pairs) if formula.op == "meq" else all(x <= y for x, y in pairs)
        case "always", (step, body):
            return _at_every_step(step, body)
        case "structure", (m,):
            rows = matrix(m)
            diagonal = all(x == 0 for i, row in enumerate(rows) for j, x in enumerate(row) if i != j)
            return diagonal and (formula.data == "diagonal" or all(rows[i][i] > 0 for i in range(len(rows))))
        case (("le" | "lt" | "eq" | "ne"), (a, b)):
            return _compare(formula.op, a, b)
        case _:
            return None


def _at_every_step(step: Term, body: Term) -> bool | None:
    """Decide a statement about every step where the drive ends and the state has come to rest.

    From then on nothing changes, so the steps up to there and one more are all there are.
    """
    last = 0
    for node in walk(body):
        if step in node.args:
            if node.op not in ("at", "state", "pre"):
                return None
            drive = node.args[0] if node.op == "at" else node.args[0].args[3]
            if drive.op != "seqlit":
                return None
            last = max(last, len(drive.data))
    for node in walk(body):
        if node.op in ("state", "pre") and node.args[1] is step:
            net = node.args[0]
            if matrix(make("state", (net, rat(last)))) != matrix(make("state", (net, rat(last + 1)))):
                return None
    found = [holds(substitute(body, {step: rat(k)})) for k in range(1, last + 3)]
    return False if False in found else None if None in found else True


def _compare(op: str, a: Term, b: Term) -> bool | None:
    x, y = scalar(a), scalar(b)
    if x is not None and y is not None:
        return {"le": x <= y, "lt": x < y, "eq": x == y, "ne": x != y}[op]
    if a.op == "norm" and y is not None and op == "le":
        return norm_at_most(matrix(a.args[0]), y)
    if b.op == "norm" and x is not None and op == "lt":
        return not norm_at_most(matrix(b.args[0]), x)
    less, more = _separated(a, b)
    if not (less or more):
        return None
    return {"le": less, "lt": less, "eq": False, "ne": True}[op]


def _separated(a: Term, b: Term) -> tuple[bool, bool]:
    saved = ctx.prec
    try:
        for bits in PRECISIONS:
            ctx.prec = bits
            x, y = ball(a), ball(b)
            if not (x.is_finite() and y.is_finite()):
                continue
            if x < y or x > y:
                return bool(x < y), bool(x > y)
        return False, False
    finally:
        ctx.prec = saved


@rule
def decided(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """A closed formula that exact arithmetic or separated balls show to be true."""
    (formula,) = parameters
    if formula.free:
        raise KernelRefusal("only a statement without variables is decided")
    if holds(formula) is not True:
        raise KernelRefusal("exact arithmetic does not show this statement to be true")
    return (), formula


@rule
def growing_orbit(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """f(W h) = c h with c > 0 for a positively homogeneous f gives ‖J_T‖ ≥ c^T along that orbit without drive.

    The state is c^t h, so every preactivation is a positive multiple of W h, every mask the same D,
    and D W h = f(W h) = c h; hence J_T h = c^T h. No coordinate of W h may lie on the kink.
    """
    weight, f, start, factor, depth = parameters
    if f.op != "fun" or not homogeneous(f.data) or depth.op != "var" or depth.sort != "nat":
        raise KernelRefusal("a growing orbit needs a positively homogeneous activation and a depth")
    w, h, c = matrix(weight), matrix(start), _rational(factor)
    pre = _rows(_mat(w) * _mat(h))
    column = literal(tuple(tuple(row) for row in pre))
    image = matrix(make("apply", (f, column)))
    masked = _rows(_mat(matrix(make("diag", (make("slopes", (f, column)),)))) * _mat(pre))
    wanted = [[c * x for x in row] for row in h]
    if c <= 0 or not any(x for row in h for x in row) or image != wanted or masked != wanted:
        raise KernelRefusal("the start is not multiplied by the factor at every step")
    width = len(h)
    drive = make_zero_drive(width)
    net = make("net", (weight, f, start, drive))
    return (), le(power(factor, depth), make("norm", (make("jac", (net, depth)),)))


def make_zero_drive(width: int) -> Term:
    """The drive that is zero at every step."""
    return sequence_literal((), width)


@rule
def eigenvector(parameters: tuple[Any, ...], premises: tuple[Theorem, ...]) -> Sequent:
    """W h = c h with h ≠ 0 gives ‖W^T‖ ≥ |c|^T."""
    weight, start, factor, depth = parameters
    w, h, c = matrix(weight), matrix(start), _rational(factor)
    if depth.op != "var" or depth.sort != "nat" or not any(x for row in h for x in row):
        raise KernelRefusal("an eigenvector is not zero, and a depth is a natural variable")
    if _rows(_mat(w) * _mat(h)) != [[c * x for x in row] for row in h]:
        raise KernelRefusal("the column is not an eigenvector with this factor")
    return (), le(power(rat(abs(c)), depth), make("norm", (make("mpow", (weight, depth)),)))
