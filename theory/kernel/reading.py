"""Reading SymPy statements into kernel terms: a whitelist, and nothing is simplified on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, cast

import sympy as sp
from sympy.core.symbol import Str
from sympy.matrices import expressions as mx

from theory.kernel.definitions import ARGUMENT, read_definitions_with
from theory.kernel.terms import ONE, Dim, Term, add, fn, literal, make, mul, power, rat, sequence_literal, sub, var
from theory.language.activations import Activation, ActivationDerivative, ActivationVariable, activation_named
from theory.language.domains import Base, Domain
from theory.language.errors import UnsupportedTerm
from theory.language.matrices import (
    AbsMatrix,
    Entry,
    EntryNorm,
    FrobeniusNorm,
    Jacobian,
    Masks,
    MatrixSum,
    Member,
    Monus,
    Norm,
    Preactivation,
    RowSumNorm,
    Sequence,
    Slope,
    SpectralRadius,
    State,
    StepMask,
    SumOf,
)
from theory.language.statements import AllOf, Always, Entrywise, Exists, Extremum, Iff, Implies, SlopesWithin, Structure, Tends

_UNARY: dict[Any, str] = {
    sp.exp: "exp",
    sp.log: "log",
    sp.Abs: "abs",
    sp.erf: "erf",
    sp.atan: "atan",
    sp.sin: "sin",
    sp.cos: "cos",
    sp.tanh: "tanh",
} | {
    sp.sinh: "sinh",
    sp.cosh: "cosh",
    sp.asinh: "asinh",
    sp.LambertW: "lambertw",
}
_MATRIX_SCALARS = {
    Norm: "norm",
    FrobeniusNorm: "frobenius",
    RowSumNorm: "rowsum",
    EntryNorm: "maxentry",
    SpectralRadius: "radius",
}
_RELATIONS = {sp.Le: "le", sp.Lt: "lt", sp.Eq: "eq", sp.Ne: "ne", sp.Ge: "ge", sp.Gt: "gt"}
_NETWORKS = {Jacobian: "jac", Masks: "masks", State: "state", Preactivation: "pre"}
_SORTS = {Base.REAL: "real", Base.DEPTH: "nat", Base.INDEX: "nat"}


def dimension(n: Any) -> Dim:
    """A width: a positive integer or the name of a symbol."""
    size = sp.sympify(n)
    if isinstance(size, sp.Integer) and size > 0:
        return int(size)
    if isinstance(size, sp.Symbol):
        return str(size)
    raise UnsupportedTerm(f"a dimension is a positive integer or a symbol, not {n}; write the width as a Symbol")


_NAME = re.compile(r"[A-Za-zΑ-ω][A-Za-zΑ-ω0-9_]*'*")


def check_name(name: str) -> None:
    """Refuse names that the kernel keeps for itself, such as those of its bound variables."""
    if name != ARGUMENT.data and (not _NAME.fullmatch(name) or name.startswith("κ")):
        raise UnsupportedTerm(f"{name!r} cannot name a variable; use a letter, then letters, digits or underscores, not κ")


class Reader:
    """Turns expressions into terms; `sorts` tells which symbols are depths and indices."""

    def __init__(self, domains: Mapping[str, Domain] | None = None) -> None:
        self._widths = {name: dimension(d.dimension) for name, d in (domains or {}).items() if d.base is Base.INDEX}
        self._sorts = {name: _SORTS.get(domain.base, "real") for name, domain in (domains or {}).items()}

    def bind(self, name: str, sort: str) -> None:
        """Declare the sort of a symbol that is bound inside a statement."""
        if self._sorts.get(name, sort) != sort or name in self._widths:
            raise UnsupportedTerm(f"{name} stands for two kinds of numbers in one statement; rename one of the two")
        self._sorts[name] = sort

    def term(self, e: Any) -> Term:
        """A real number, matrix or sequence."""
        e = sp.sympify(e)
        if isinstance(e, (sp.MatrixBase, mx.MatrixExpr)):
            return self._matrix(e)
        match e:
            case sp.Float():
                raise UnsupportedTerm(f"statements are exact, but {e} is a binary float; write it as Rational(…) or a string")
            case sp.Rational():
                return rat(Fraction(int(e.p), int(e.q)))
            case sp.Symbol():
                check_name(e.name)
                width = self._widths.get(e.name)
                return var(e.name, self._sorts.get(e.name, "real"), None if width is None else (width, 1))
            case sp.Add():
                return add(*map(self.term, e.args))
            case sp.Mul():
                return mul(*map(self.term, e.args))
            case sp.Pow():
                return power(*map(self.term, e.args))
            case sp.Max() | sp.Min():
                op = "max" if isinstance(e, sp.Max) else "min"
                first, *rest = [self.term(a) for a in e.args]
                for other in rest:
                    first = fn(op, first, other)
                return first
            case sp.Piecewise():
                return self._piecewise(e)
            case Activation():
                return fn("app", make("fun", data=type(e).__name__), self.term(e.args[0]))
            case ActivationDerivative():
                return make("der", (make("fun", data=str(e.args[0])), self.term(e.args[1])), e.order)
            case Slope():
                return fn("slope", self._activation(e.args[0]), self.term(e.args[1]))
            case Entry():
                matrix, i, j = e.args
                return fn("entry", self.term(matrix), self._nat(i), self._nat(j))
            case Monus():
                return fn("nsub", *map(self._nat, e.args))
            case SumOf():
                body, k, low, high = e.args
                self.bind(str(k), "nat")
                return fn("sum", var(str(k), "nat"), self._nat(low), self._nat(high), self.term(body))
            case _ if e is sp.pi:
                return make("pi")
            case _ if e is sp.E:
                return fn("exp", ONE)
            case _ if type(e) in _UNARY and len(e.args) == 1:
                return fn(_UNARY[type(e)], self.term(e.args[0]))
            case _ if type(e) in _MATRIX_SCALARS:
                return fn(_MATRIX_SCALARS[type(e)], self.term(e.args[0]))
            case _:
                raise UnsupportedTerm(
                    f"{type(e).__name__} ({e}) is not in the statement language; see docs/language.md for what is"
                )

    def _nat(self, e: Any) -> Term:
        found = self.term(e)
        if found.sort != "nat":
            raise UnsupportedTerm(
                f"{e} stands where a natural number is needed; declare its variable with domain Depth or Index"
            )
        return found

    def _piecewise(self, e: Any) -> Term:
        pieces = [(piece.args[0], piece.args[1]) for piece in e.args]
        match pieces:
            case [(above, condition), (below, otherwise)] if otherwise == sp.true and type(condition) in (sp.Gt, sp.Ge):
                left, right = (self.term(side) for side in condition.args)
                u = left if right is rat(0) else sub(left, right)
                high, low = self.term(above), self.term(below)
                return fn("pw", u, high, high if type(condition) is sp.Ge else low, low)
            case _:
                raise UnsupportedTerm(
                    "a Piecewise has two pieces here, (a, u > 0) or (a, u >= 0) and (b, True); nest it for more"
                )

    def _activation(self, phi: Any) -> Term:
        if isinstance(phi, ActivationVariable):
            return var(phi.name, "fun")
        if isinstance(phi, Str):
            return make("fun", data=activation_named(str(phi)).__name__)
        raise UnsupportedTerm(f"an activation is expected, not {phi!r}")

    def _matrix(self, e: Any) -> Term:
        match e:
            case sp.MatrixBase():
                return literal(tuple(tuple(self._exact(e[i, j]) for j in range(e.shape[1])) for i in range(e.shape[0])))
            case sp.MatrixSymbol():
                check_name(e.name)
                rows, columns = (dimension(d) for d in e.shape)
                return var(e.name, "mat", (rows, columns))
            case mx.Identity():
                return make("ident", data=dimension(e.shape[0]))
            case mx.ZeroMatrix():
                return make("zeros", data=(dimension(e.shape[0]), dimension(e.shape[1])))
            case mx.MatAdd():
                return make("madd", tuple(self._matrix(a) for a in e.args))
            case mx.MatMul():
                scalars = [self.term(a) for a in e.args if not getattr(a, "is_Matrix", False)]
                matrices = [self._matrix(a) for a in e.args if getattr(a, "is_Matrix", False)]
                product = make("mmul", tuple(matrices)) if len(matrices) > 1 else matrices[0]
                return make("mscale", (mul(*scalars), product)) if scalars else product
            case mx.Inverse():
                return make("inv", (self._matrix(e.args[0]),))
            case mx.MatPow():
                base, exponent = e.args
                return (
                    make("inv", (self._matrix(base),))
                    if exponent == -1
                    else make("mpow", (self._matrix(base), self._nat(exponent)))
                )
            case mx.Transpose():
                return make("tr", (self._matrix(e.args[0]),))
            case AbsMatrix():
                return make("mabs", (self._matrix(e.args[0]),))
            case Member():
                return make("at", (self.sequence(e.args[0]), self._nat(e.args[1])))
            case StepMask():
                pre = self._matrix(Preactivation(*e.args))
                return make("diag", (make("slopes", (pre.args[0].args[1], pre)),))
            case _ if type(e) in _NETWORKS:
                weight, phi, start, drive, depth = e.args
                net = make("net", (self._matrix(weight), self._activation(phi), self._matrix(start), self.sequence(drive)))
                return make(_NETWORKS[type(e)], (net, self._nat(depth)))
            case MatrixSum():
                body, k, low, high = e.args
                self.bind(str(k), "nat")
                return make("msum", (var(str(k), "nat"), self._nat(low), self._nat(high), self._matrix(body)))
            case _:
                raise UnsupportedTerm(
                    f"the matrix {type(e).__name__} is not in the statement language; see docs/language.md for what is"
                )

    def sequence(self, v: Any) -> Term:
        """A drive: a sequence variable, or a list of exact columns followed by zeros."""
        if isinstance(v, Sequence):
            return var(v.name, "seq", (dimension(v.dimension), 1))
        raise UnsupportedTerm(f"a drive is a Sequence, not {v!r}; declare it with Sequences(n)")

    def _exact(self, x: Any) -> Fraction:
        found = self.term(x)
        if found.op != "rat":
            raise UnsupportedTerm(f"a given matrix has rational entries, but {x} is none")
        return cast(Fraction, found.data)

    def formula(self, s: Any) -> Term:
        """A statement."""
        match s:
            case Implies():
                return make("implies", (self.formula(s.hypothesis), self.formula(s.conclusion)))
            case AllOf():
                return make("and", tuple(self.formula(p) for p in s.parts))
            case Iff():
                return make("iff", (self.formula(s.left), self.formula(s.right)))
            case Entrywise():
                return make("mle", (self.term(s.left), self.term(s.right)))
            case Tends():
                return self._tends(s)
            case Extremum():
                return self._extremum(s)
            case Exists():
                return self._exists(s)
            case Always():
                self.bind(str(s.var), "nat")
                return make("always", (var(str(s.var), "nat"), self.formula(s.body)))
            case SlopesWithin():
                return make("slopes_within", (self._activation(s.phi), self.term(s.bound)))
            case Structure():
                return make("structure", (self.term(s.matrix),), s.name)
            case _ if type(s) in _RELATIONS:
                return self._relation(s)
            case _:
                raise UnsupportedTerm(
                    f"{s!r} is not a statement; use a relation, implies, both, iff, tends, supremum, exists or always"
                )

    def _relation(self, s: Any) -> Term:
        a, b = (self.term(x) for x in s.args)
        op = _RELATIONS[type(s)]
        if a.sort == "mat" and op != "eq":
            raise UnsupportedTerm("matrices are compared by Eq or Entrywise; an order needs a norm or an entry")
        if a.sort == "mat":
            return make("meq", (a, b))
        if op in ("ge", "gt"):
            return make({"ge": "le", "gt": "lt"}[op], (b, a))
        return make(op, (a, b))

    def _tends(self, s: Tends) -> Term:
        name = str(s.var)
        self.bind(name, "nat" if s.natural else "real")
        x = var(name, self._sorts.get(name, "real"))
        body, limit = self.term(s.expr), self.term(s.limit)
        if s.point in (sp.oo, -sp.oo):
            return make("tends", (x, body, limit, rat(0)), ("oo" if s.point == sp.oo else "-oo", ""))
        return make("tends", (x, body, limit, self.term(s.point)), ("at", s.side))

    def _bound(self, x: Any, domain: Domain | None) -> Term:
        if domain is not None and domain.base not in (Base.REAL, Base.DEPTH):
            raise UnsupportedTerm(f"a variable bound inside a statement is a real number or a depth, not a {domain.base.value}")
        self.bind(str(x), "real" if domain is None else _SORTS.get(domain.base, "real"))
        return self.term(x)

    def _conditions(self, x: Any, domain: Domain | None) -> tuple[Term, ...]:
        return tuple(self.formula(c) for c in domain.conditions(x)) if domain is not None else ()

    def _extremum(self, s: Extremum) -> Term:
        x = self._bound(s.var, s.domain)
        return make(
            "extremum",
            (x, self.term(s.expr), self.term(s.value), *self._conditions(s.var, s.domain)),
            (s.upper, s.attained),
        )

    def _exists(self, s: Exists) -> Term:
        return make("exists", (self._bound(s.var, s.domain), self.formula(s.body), *self._conditions(s.var, s.domain)))


def _definition(name: str) -> Term:
    x = sp.Symbol(ARGUMENT.data)
    with sp.evaluate(False):
        body = activation_named(name).definition(x)
    return Reader().term(body)


read_definitions_with(_definition)


def columns_literal(columns: Any, width: int) -> Term:
    """A given drive: its first columns, zeros after them."""
    reader = Reader()
    rows = tuple(tuple(cast(Fraction, reader.term(x).data) for x in column) for column in columns)
    return sequence_literal(rows, width)
