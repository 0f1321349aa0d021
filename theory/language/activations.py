"""Activation functions as opaque SymPy heads.

`sigmoid(x)` stays `sigmoid(x)`: nothing here rewrites it into exponentials, so a statement prints
as it was written. The definition is data that the kernel alone unfolds. A new activation is a
subclass of `Activation` with a `definition`; everything else has a default.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, cast

from sympy import Add, Dummy, Expr, Function, Integer, Mul, Pow, Symbol, sympify
from sympy.core.symbol import Str

from theory.language.errors import ClaimError

_REGISTRY: dict[str, type[Activation]] = {}


class Activation(Function):
    """A real function of one real variable that networks apply to each coordinate.

    Class attributes
    ----------------
    symbol, latex_symbol:
        How the function prints in unicode and in LaTeX.
    parts:
        The definition, a function of one SymPy expression built from the elementary functions.
    """

    nargs = 1
    symbol: ClassVar[str] = ""
    latex_symbol: ClassVar[str] = ""

    @classmethod
    def definition(cls, x: Any) -> Any:
        """The defining expression at `x`; only the kernel and float evaluation unfold it."""
        raise ClaimError(f"activation {cls.__name__} has no definition; define the classmethod `definition(cls, x)`")

    @classmethod
    def stable(cls, x: Any, order: int) -> Any:
        """The `order`-th derivative at `x` in a form that neither overflows nor cancels, or None for the plain one."""
        return None

    @classmethod
    def numpy_form(cls, x: str, module: Callable[[str], str]) -> str | None:
        """NumPy source text for the value at `x`; `module` imports a dotted name. None: unfold the definition."""
        return None

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        name = cls.__name__
        known = _REGISTRY.get(name)
        if known is not None and known.__module__ != cls.__module__:
            raise ClaimError(f"activation {name} exists already in {known.__module__}; choose another name")
        _REGISTRY[name] = cls
        cls.symbol = cls.__dict__.get("symbol", name)
        cls.latex_symbol = cls.__dict__.get("latex_symbol", rf"\operatorname{{{name}}}".replace("_", r"\_"))

    @classmethod
    def d(cls, x: Any, order: int = 1) -> ActivationDerivative:
        """The derivative of the given order at `x`, an opaque head like the function itself."""
        return ActivationDerivative(Str(cls.__name__), sympify(x), Integer(order))

    def fdiff(self, argindex: int = 1) -> Any:
        return self.d(self.args[0])

    def _eval_evalf(self, prec: int) -> Any:
        return cast(Any, self.definition(self.args[0]))._eval_evalf(prec)

    def _numpycode(self, printer: Any) -> str:
        code = self.numpy_form(printer._print(self.args[0]), lambda name: printer._module_format(name))
        return code if code is not None else f"({printer._print(self.definition(self.args[0]))})"

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return f"{self.latex_symbol}({printer._print(self.args[0])}){power}"


class ActivationDerivative(Expr):
    """The k-th derivative of an activation at a point: `sigmoid.d(x, 2)`."""

    is_commutative = True

    def __new__(cls, name: Any, x: Any, order: Any) -> ActivationDerivative:
        if int(order) < 1:
            raise ClaimError(f"the order of a derivative is a positive integer, not {order}; write {name}(x) for order 0")
        return cast(ActivationDerivative, Expr.__new__(cls, name, sympify(x), order))

    @property
    def head(self) -> type[Activation]:
        """The activation that is differentiated."""
        return activation_named(str(self.args[0]))

    @property
    def order(self) -> int:
        """How often it is differentiated."""
        return int(cast(Any, self.args[2]))

    def _eval_derivative(self, s: Any) -> Any:
        name, x, order = cast(tuple[Any, Any, Any], self.args)
        return x.diff(s) * ActivationDerivative(name, x, order + 1)

    def _plain(self) -> Any:
        t = Dummy("t")
        return self.head.definition(t).diff(t, self.order).subs(t, self.args[1])

    def _eval_evalf(self, prec: int) -> Any:
        return self._plain()._eval_evalf(prec)

    def _numpycode(self, printer: Any) -> str:
        form = self.head.stable(self.args[1], self.order)
        return f"({printer._print(form if form is not None else self._plain())})"

    def _sympystr(self, printer: Any) -> str:
        order = "" if self.order == 1 else f", {self.order}"
        return f"{self.args[0]}.d({printer._print(self.args[1])}{order})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        marks = "'" * self.order if self.order <= 2 else f"^{{({self.order})}}"
        power = f"^{{{exp}}}" if exp else ""
        return f"{self.head.latex_symbol}{marks}({printer._print(self.args[1])}){power}"


class ActivationVariable(Symbol):
    """An unknown activation `phi`, of which a domain such as `Slopes(gamma)` tells all that is known."""


def activation_named(name: str) -> type[Activation]:
    """The activation class of that name; `ClaimError` where there is none."""
    try:
        return _REGISTRY[name]
    except KeyError:
        known = ", ".join(sorted(_REGISTRY))
        raise ClaimError(f"there is no activation {name!r}; known are {known}; define one as a subclass of Activation") from None


def product(*factors: Any) -> Any:
    """An unevaluated product, factors in the order written."""
    return Mul(*factors, evaluate=False)


def total(*summands: Any) -> Any:
    """An unevaluated sum, summands in the order written."""
    return Add(*summands, evaluate=False)


def power(base: Any, exponent: Any) -> Any:
    """An unevaluated power."""
    return Pow(base, exponent, evaluate=False)
