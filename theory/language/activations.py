"""Activation functions as opaque SymPy heads.

`sigmoid(x)` stays `sigmoid(x)`: nothing here rewrites it into exponentials, so a statement prints
as it was written. The definition is data that the kernel alone unfolds. A new activation is a
subclass of `Activation` with a `definition`; everything else has a default.
"""

from __future__ import annotations

from collections.abc import Callable
from difflib import get_close_matches
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, ClassVar

from sympy import (
    DiracDelta,
    Dummy,
    Eq,
    Expr,
    Function,
    Heaviside,
    Integer,
    LambertW,
    Piecewise,
    Symbol,
    default_sort_key,
    nan,
    sign,
    sympify,
)
from sympy.core import evalf
from sympy.core.relational import Relational
from sympy.core.symbol import Str

from theory.language.errors import ClaimError
from theory.language.printing import called, derivative_marks, script_of

if TYPE_CHECKING:
    from theory.derivations import Derivation

_digits: Callable[[int], int] = evalf.prec_to_dps
_REGISTRY: dict[str, type[Activation]] = {}
_DEFINED_ANEW: list[str] = []


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
        if known is not None:
            _DEFINED_ANEW.append(name)
        _REGISTRY[name] = cls
        cls.symbol = cls.__dict__.get("symbol", name)
        cls.latex_symbol = cls.__dict__.get("latex_symbol", rf"\operatorname{{{name}}}".replace("_", r"\_"))

    @classmethod
    def own_name(cls) -> str:
        """The name, by which statements speak of the activation; refused where another class has taken it."""
        if _REGISTRY.get(cls.__name__) is not cls:
            raise ClaimError(f"{cls.__name__} was defined anew; speak of the new one, or give one of the two another name")
        return cls.__name__

    @classmethod
    def d(cls, x: Any, order: int = 1) -> ActivationDerivative:
        """The derivative of the given order at `x`, an opaque head like the function itself."""
        return ActivationDerivative(Str(cls.own_name()), sympify(x), order)

    @classmethod
    def derivation(cls, order: int = 1, x: Any = None) -> Derivation:
        """The steps from the definition to the derivative of the given order, each proved by the kernel.

        `x` is the variable, a Symbol; `order` a whole number from 0, the definition alone, to 12.
        Raises `ClaimError` for other arguments, `UnsupportedTerm` for a definition that the language does
        not contain, `ProofFailure` where a step is not proved.
        """
        from theory.derivations import derive  # noqa: PLC0415  # a handle: the kernel loads when it is asked for

        return derive(cls, order, x)

    def fdiff(self, argindex: int = 1) -> Any:
        return self.d(self.args[0])

    def unfolded(self) -> Any:
        """The definition at the argument."""
        return self.definition(self.args[0])

    def _eval_evalf(self, prec: int) -> Any:
        (x,) = self.args
        return _number(self, prec) if x.is_number else self.func(x._evalf(prec))

    def _numpycode(self, printer: Any) -> str:
        code = self.numpy_form(printer._print(self.args[0]), printer._module_format)
        return code if code is not None else f"({printer._print(_in_floats(self.unfolded()))})"

    def _mpmathcode(self, printer: Any) -> str:
        return f"({printer._print(self.unfolded())})"

    def _sympystr(self, printer: Any) -> str:
        return f"{type(self).__name__}({printer._print(self.args[0])})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return f"{self.latex_symbol}({printer._print(self.args[0])}){power}"

    def _pretty(self, printer: Any) -> Any:
        return called(printer, self.symbol if script_of(printer) == "unicode" else type(self).__name__, self.args[0])


class ActivationDerivative(Expr):
    """The k-th derivative of an activation at a point: `sigmoid.d(x, 2)`."""

    is_commutative = True

    def __new__(cls, name: Any, x: Any, order: Any) -> ActivationDerivative:
        if not isinstance(order, (int, Integer)) or order < 1:
            raise ClaimError(f"the order of a derivative is a positive integer, not {order}; write {name}(x) for order 0")
        return Expr.__new__(cls, name, sympify(x), Integer(order))

    def __reduce_ex__(self, protocol: Any) -> Any:
        # The class travels along, so that a process that has not imported the activation does so.
        return _differentiated, (self.head, self.args[1], self.order)

    @property
    def head(self) -> type[Activation]:
        """The activation that is differentiated."""
        return activation_named(str(self.args[0]))

    @property
    def order(self) -> int:
        """How often it is differentiated."""
        return int(self.args[2])

    def _eval_derivative(self, s: Any) -> Any:
        name, x, order = self.args
        return x.diff(s) * ActivationDerivative(name, x, order + 1)

    def unfolded(self) -> Any:
        """The definition differentiated by SymPy, NaN at a kink and where a Piecewise switches: it may jump there."""
        t: Any = Dummy("t", real=True)
        defined = self.head.definition(t)
        form = defined.diff(t, self.order)
        # SymPy takes the mean of both sides at a jump and a delta where it differentiates one.
        for jump, instead in ((DiracDelta, _zero_off_kink), (sign, _sign_off_kink), (Heaviside, _step_off_kink)):
            form = form.replace(jump, instead)
        # It differentiates a Piecewise branch by branch, and keeps the value of one branch where two meet.
        conditions = [condition for p in defined.atoms(Piecewise) for _, condition in p.args]
        switches = sorted({r for c in conditions for r in c.atoms(Relational)}, key=default_sort_key)
        form = Piecewise(*((nan, Eq(r.lhs, r.rhs)) for r in switches), (form, True)) if switches else form
        return form.subs(t, self.args[1])

    def _eval_evalf(self, prec: int) -> Any:
        name, x, order = self.args
        return _number(self, prec) if x.is_number else ActivationDerivative(name, x._evalf(prec), order)

    def _numpycode(self, printer: Any) -> str:
        form = self.head.stable(self.args[1], self.order)
        return f"({printer._print(_in_floats(form if form is not None else self.unfolded()))})"

    def _mpmathcode(self, printer: Any) -> str:
        return f"({printer._print(self.unfolded())})"

    def _sympystr(self, printer: Any) -> str:
        order = "" if self.order == 1 else f", {self.order}"
        return f"{self.args[0]}.d({printer._print(self.args[1])}{order})"

    def _latex(self, printer: Any, exp: str | None = None) -> str:
        power = f"^{{{exp}}}" if exp else ""
        return f"{self.head.latex_symbol}{derivative_marks(self.order, 'latex')}({printer._print(self.args[1])}){power}"

    def _pretty(self, printer: Any) -> Any:
        if script_of(printer) == "unicode":
            return called(printer, self.head.symbol + derivative_marks(self.order, "unicode"), self.args[1])
        return called(printer, f"{self.args[0]}.d", *self.args[1 : 2 if self.order == 1 else 3])


class ActivationVariable(Symbol):
    """An unknown activation `phi`, of which a domain such as `Slopes(gamma)` tells all that is known."""


def times_defined_anew() -> int:
    """How often an activation took the place of one of its name: what was settled before then spoke of another function."""
    return len(_DEFINED_ANEW)


def activation_named(name: str) -> type[Activation]:
    """The activation class of that name; `ClaimError` where there is none."""
    if name not in _REGISTRY and name.isidentifier() and find_spec(f"theory.activations.{name}") is not None:
        import_module(f"theory.activations.{name}")  # a claim about every activation need not have loaded each of ours
    try:
        return _REGISTRY[name]
    except KeyError:
        near = get_close_matches(name, _REGISTRY, n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "import its file, or define it as a subclass of Activation"
        raise ClaimError(f"there is no activation {name!r}; {hint}") from None


class _RealLambertW(Function):
    """Lambert's W as SciPy's real numbers: NumPy's printer has no name for it, and SciPy's own are complex."""

    def _numpycode(self, printer: Any) -> str:
        return f"{printer._module_format('scipy.special.lambertw')}({printer._print(self.args[0])}).real"


def _in_floats(form: Any) -> Any:
    return form.replace(LambertW, _RealLambertW) if form.has(LambertW) else form


def _zero_off_kink(u: Any, *_: Any) -> Any:
    return Piecewise((nan, Eq(u, 0)), (0, True))


def _sign_off_kink(u: Any) -> Any:
    return 2 * Heaviside(u, nan) - 1


def _step_off_kink(u: Any, *_: Any) -> Any:
    return Heaviside(u, nan)


def _differentiated(head: type[Activation], x: Any, order: int) -> ActivationDerivative:
    return head.d(x, order)


def _number(head: Activation | ActivationDerivative, prec: int) -> Any:
    """The value at a number, to `prec` bits; None, which leaves the head as it is, where it has none."""
    # `evalf` works with more digits where terms cancel, as in e^x − e^{−x}; `_eval_evalf` does not.
    value = head.unfolded().evalf(_digits(prec) + 2)
    return None if value.has(nan) else value._eval_evalf(prec)
