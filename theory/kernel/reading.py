"""Reading SymPy statements into kernel terms: a whitelist, and nothing is simplified on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from functools import reduce
from typing import Any

import sympy as sp
from sympy.core.symbol import Str
from sympy.matrices import expressions as mx

from theory.kernel.terms import ONE, ZERO, Dim, Term, eq, fn, literal, make, mul, rat, sub, var
from theory.language import chance
from theory.language import matrices as heads
from theory.language import recursion as steps
from theory.language import statements as forms
from theory.language.activations import Activation, ActivationDerivative, ActivationVariable, activation_named
from theory.language.domains import Base, Domain
from theory.language.errors import UnsupportedTerm

_ELEMENTARY = (sp.exp, sp.log, sp.erf, sp.atan, sp.sin, sp.cos, sp.tanh, sp.sinh, sp.cosh, sp.asinh)
# Heads whose arguments are read one by one and become those of an operator.
_PLAIN: dict[Any, str] = (
    {function: function.__name__ for function in _ELEMENTARY}
    | {sp.Add: "add", sp.Mul: "mul", sp.Pow: "pow", sp.Abs: "abs", heads.Slope: "slope", heads.Monus: "nsub"}
    | {mx.MatAdd: "madd", mx.Transpose: "tr", heads.AbsMatrix: "mabs", heads.Member: "at", heads.Entry: "entry"}
    | {heads.Norm: "norm", heads.FrobeniusNorm: "frobenius", heads.RowSumNorm: "rowsum", heads.EntryNorm: "maxentry"}
    | {heads.SpectralRadius: "radius", sp.LambertW: "lambertw"}
    | {steps.Diagonal: "diag", steps.Applied: "apply", steps.SlopesAt: "slopes"}
)
_NETWORKS = {heads.Jacobian: "jac", heads.Masks: "masks", heads.State: "state", heads.Preactivation: "pre"}
_SUMS = {heads.SumOf: "sum", heads.MatrixSum: "msum"}
# The sides of ≥ and > are exchanged.
_RELATIONS: dict[Any, str] = {sp.Le: "le", sp.Lt: "lt", sp.Ge: "le", sp.Gt: "lt", sp.Eq: "eq", sp.Ne: "ne"}
_SORTS = {Base.REAL: "real", Base.DEPTH: "nat", Base.INDEX: "nat"}


def dimension(n: Any) -> Dim:
    """A width: a positive integer or the name of a symbol."""
    size = sp.sympify(n)
    if isinstance(size, sp.Integer) and size > 0:
        return int(size)
    if isinstance(size, sp.Symbol):
        return str(size)
    raise UnsupportedTerm(f"a dimension is a positive integer or a symbol, not {n}; write the width as a Symbol")


def _shape(matrix: Any) -> tuple[Dim, Dim]:
    return dimension(matrix.shape[0]), dimension(matrix.shape[1])


# The dot is the argument of a definition.
_NAME = re.compile(r"·|[A-Za-zΑ-ω][A-Za-zΑ-ω0-9_]*'*")


def _checked(name: str) -> str:
    """Refuse names that the kernel keeps for itself, such as those of its bound variables."""
    if not _NAME.fullmatch(name) or name.startswith("κ"):
        raise UnsupportedTerm(f"{name!r} cannot name a variable; use a letter, then letters, digits or underscores, not κ")
    return name


class Reader:
    """Turns expressions and statements into terms; `domains` tells which symbols are depths and coordinates."""

    def __init__(self, domains: Mapping[str, Domain] | None = None) -> None:
        self._widths = {name: dimension(d.dimension) for name, d in (domains or {}).items() if d.base is Base.INDEX}
        self._sorts = {name: _SORTS.get(domain.base, "real") for name, domain in (domains or {}).items()}
        self._symbols: dict[str, sp.Symbol] = {}

    def _name(self, e: sp.Symbol) -> str:
        """The name of a symbol, which is all that is read of it: refuse two that SymPy tells apart by something else."""
        if self._symbols.setdefault(e.name, e) != e:
            raise UnsupportedTerm(f"two symbols are called {e}, and SymPy takes them for different ones; use one of them")
        return _checked(e.name)

    def bind(self, x: Any, sort: str) -> Term:
        """A variable that is bound inside a statement, of one sort in all of it."""
        name = str(x)
        if self._sorts.get(name, sort) != sort or name in self._widths:
            raise UnsupportedTerm(f"{name} stands for two kinds of numbers in one statement; rename one of the two")
        self._sorts[name] = sort
        return self.term(x)

    def term(self, e: Any) -> Term:
        """A number, matrix, sequence or activation."""
        e = sp.sympify(e)
        match e:
            case _ if type(e) in _PLAIN:
                return fn(_PLAIN[type(e)], *map(self.term, e.args))
            case _ if type(e) in _NETWORKS:
                return fn(_NETWORKS[type(e)], fn("net", *map(self.term, e.args[:4])), self._natural(e.args[4]))
            case heads.StepMask():
                pre = self.term(heads.Preactivation(*e.args))
                return fn("diag", fn("slopes", pre.args[0].args[1], pre))
            case _ if type(e) in _SUMS:
                body, k, low, high = e.args
                bound = self.bind(k, "nat")
                return fn(_SUMS[type(e)], bound, self._natural(low), self._natural(high), self.term(body))
            case steps.RecursiveNumber() | steps.RecursiveMatrix():
                previous, index, step, base, depth = e.args
                number = isinstance(e, steps.RecursiveNumber)
                bound = self.bind(previous, "real") if number else self.term(previous), self.bind(index, "nat")
                return fn("rec" if number else "mrec", *bound, self.term(step), self.term(base), self._natural(depth))
            case chance.Mean():
                body, draws, law = e.args
                return fn("mean", self.term(draws), self.term(law), self.term(body))
            case chance.Indicator():
                gap, strict = e.args
                return fn("pw", self.term(gap), ONE, ZERO if strict else ONE, ZERO)
            case chance.LawVariable():
                return var(e.name, "law")
            case chance.StandardNormal():
                return make("gaussian")
            case chance.FiniteLaw():
                return make("finite", data=tuple((self._exact(x), self._exact(w)) for x, w in e.weights().items()))
            case sp.Float():
                raise UnsupportedTerm(f"statements are exact, but {e} is a binary float; write it as Rational(…) or a string")
            case sp.Rational():
                return rat(Fraction(int(e.p), int(e.q)))
            case heads.Sequence():
                return var(e.name, "seq", (dimension(e.dimension), dimension(e.columns)))
            case ActivationVariable():
                return var(e.name, "fun")
            case Str():
                return make("fun", data=activation_named(str(e)).__name__)
            case sp.Symbol():
                width = self._widths.get(e.name)
                return var(self._name(e), self._sorts.get(e.name, "real"), None if width is None else (width, 1))
            case sp.MatrixSymbol():
                return var(_checked(e.name), "mat", _shape(e))
            case sp.MatrixBase():
                return literal(tuple(tuple(self._exact(x) for x in row) for row in e.tolist()))
            case mx.Identity():
                return make("ident", data=dimension(e.shape[0]))
            case mx.ZeroMatrix():
                return make("zeros", data=_shape(e))
            case mx.MatMul():
                parts = [self.term(a) for a in e.args]
                scalars, matrices = ([p for p in parts if (p.sort == "mat") is wanted] for wanted in (False, True))
                product = fn("mmul", *matrices) if len(matrices) > 1 else matrices[0]
                return fn("mscale", mul(*scalars), product) if scalars else product
            case mx.MatPow():
                base, exponent = e.args
                return fn("inv", self.term(base)) if exponent == -1 else fn("mpow", self.term(base), self._natural(exponent))
            case sp.Max() | sp.Min():
                op = "max" if isinstance(e, sp.Max) else "min"
                return reduce(lambda a, b: fn(op, a, b), map(self.term, e.args))
            case sp.Piecewise():
                return self._piecewise(*(part for piece in e.args for part in piece.args))
            case Activation():
                return fn("app", make("fun", data=type(e).own_name()), self.term(e.args[0]))
            case ActivationDerivative():
                return make("der", (self.term(e.args[0]), self.term(e.args[1])), e.order)
            case _ if e is sp.pi:
                return make("pi")
            case _ if e is sp.EulerGamma:
                return make("euler_gamma")
            case _ if e is sp.E:
                return fn("exp", ONE)
            case _:
                where = "see docs/language.md for what is"
                raise UnsupportedTerm(f"{type(e).__name__} ({e}) is not in the statement language; {where}")

    def _natural(self, e: Any) -> Term:
        found = self.term(e)
        if found.sort != "nat":
            remedy = "declare its variable with domain Depth or Index"
            raise UnsupportedTerm(f"{e} stands where a natural number is needed; {remedy}")
        return found

    def _exact(self, e: Any) -> Fraction:
        found = self.term(e)
        if found.op != "rat":
            raise UnsupportedTerm(f"a given matrix has rational entries, but {e} is none")
        return found.data

    def _piecewise(self, above: Any, condition: Any, *others: Any) -> Term:
        if len(others) != 2 or others[1] != sp.true or type(condition) not in (sp.Gt, sp.Ge):
            raise UnsupportedTerm("a Piecewise has two pieces here, (a, u > 0) or (a, u >= 0) and (b, True); nest it for more")
        left, right, high, low = map(self.term, (*condition.args, above, others[0]))
        return fn("pw", left if right is ZERO else sub(left, right), high, high if type(condition) is sp.Ge else low, low)

    def formula(self, s: Any) -> Term:
        """A statement."""
        match s:
            case _ if type(s) in _RELATIONS:
                op, sides = _RELATIONS[type(s)], [self.term(x) for x in s.args]
                if op == "eq":
                    return eq(*sides)
                if any(side.sort == "mat" for side in sides):
                    raise UnsupportedTerm("matrices are compared by Eq or Entrywise; an order needs a norm or an entry")
                return fn(op, *(sides[::-1] if type(s) in (sp.Ge, sp.Gt) else sides))
            case forms.Implies():
                return fn("implies", self.formula(s.hypothesis), self.formula(s.conclusion))
            case forms.AllOf():
                return fn("and", *map(self.formula, s.parts))
            case forms.Iff():
                return fn("iff", self.formula(s.left), self.formula(s.right))
            case forms.Entrywise():
                return fn("mle", self.term(s.left), self.term(s.right))
            case forms.Tends():
                x = self.bind(s.var, "nat" if s.natural else "real")
                where = ("oo", "") if s.point == sp.oo else ("-oo", "") if s.point == -sp.oo else ("at", s.side)
                point = self.term(s.point) if where[0] == "at" else ZERO
                return make("tends", (x, self.term(s.expr), self.term(s.limit), point), where)
            case forms.Extremum():
                x, conditions = self._quantified(s.var, s.domain)
                return make("extremum", (x, self.term(s.expr), self.term(s.value), *conditions), (s.upper, s.attained))
            case forms.Exists():
                x, conditions = self._quantified(s.var, s.domain)
                return fn("exists", x, self.formula(s.body), *conditions)
            case forms.Always():
                return fn("always", self.bind(s.var, "nat"), self.formula(s.body))
            case forms.SlopesWithin():
                return fn("slopes_within", self.term(s.phi), self.term(s.bound))
            case forms.Structure():
                return make("structure", (self.term(s.matrix),), s.name)
            case forms.Lawful():
                return make("lawful", (self.term(s.law),), s.what)
            case _:
                known = "a relation, implies, both, iff, tends, supremum, exists or always"
                raise UnsupportedTerm(f"{s!r} is not a statement; use {known}")

    def _quantified(self, x: Any, domain: Domain | None) -> tuple[Term, tuple[Term, ...]]:
        """A variable that a statement quantifies over a domain, and what the domain says of it."""
        if domain is None:
            return self.bind(x, "real"), ()
        if domain.base not in (Base.REAL, Base.DEPTH):
            raise UnsupportedTerm(f"a variable bound inside a statement is a real number or a depth, not a {domain.base.value}")
        return self.bind(x, _SORTS[domain.base]), tuple(self.formula(c) for c in domain.conditions(x))


def read_definition(head: type[Activation], argument: Term) -> Term:
    """The definition of an activation as it stands, in a variable."""
    with sp.evaluate(False):
        return Reader().term(head.definition(sp.Symbol(argument.data)))
