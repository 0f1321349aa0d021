"""T layers of independent matrices with independent standard normal entries: the mean growth of what they are applied to.

The next layer is the same in all directions: whatever the layers before have made of a column, it stretches that as it would
stretch any column of length 1, by a factor that is independent of the others. So the growth rate is that of one layer. Entries
of deviation s have the rate log s more.
"""

from __future__ import annotations

from typing import Annotated, Any

from sympy import EulerGamma, Matrix, MatrixSymbol, log

from theory.flow.lyapunov import mean_log_sq_length_two
from theory.language.chance import Draws, Mean, standard_normal
from theory.language.claims import claim
from theory.language.domains import Columns
from theory.language.norms import Norm
from theory.language.recursion import Recursion
from theory.language.statements import both, implies
from theory.language.symbols import T_, Start, eq, n
from theory.tactics import Calc, Have, Induction, Moments

EXACT = ["newman1986", "cohen1984"]
ROW = ["gaussian-lyapunov-exact"]
Start2 = Annotated[MatrixSymbol, Columns(2)]


class Layers:
    """x_t = G_t x_{t−1} with matrices G_t of one width."""

    def __init__(self, width: Any) -> None:
        self.draws = Draws("G", width, width)

    def mean(self, number: Any) -> Any:
        """The expectation over all layers."""
        return Mean(number, self.draws, standard_normal)

    def gain(self, u: Any) -> Any:
        """The square length of what the first layer makes of a column."""
        return Norm(self.draws.at(1) * u) ** 2

    def reached(self, x: Any, T: Any) -> Any:
        """The square length of what T layers make of a column."""
        return Norm(Recursion("r", x, lambda before, t: self.draws.at(t) * before).at(T)) ** 2


wide, two = Layers(n), Layers(2)


@claim(sources=EXACT, ledger=ROW, example={"n": 1, "x": [1], "u": [1]})
def mean_sq_norm_normal_layers(x: Start, u: Start, T: T_):
    """T normal layers multiply a square length in the mean by the T-th power of what one makes of a length of 1."""
    whole = wide.mean(wide.reached(x, T))
    return implies(eq(Norm(u), 1), eq(whole, wide.mean(wide.gain(u)) ** T * Norm(x) ** 2)), Induction(
        on=T, base=Moments(), step=Moments()
    )


@claim(
    sources=EXACT,
    ledger=ROW,
    unproved="no rule integrates a logarithm, and the kernel does not know that it has an expectation near 0",
    example={"n": 1, "u": [1]},
)
def mean_log_gain_ge(u: Start):
    """The mean of the logarithm of one layer's squared gain is at least that of width 1, −log 2 − γ_E."""
    return implies(eq(Norm(u), 1), -log(2) - EulerGamma <= wide.mean(log(wide.gain(u))))


@claim(sources=EXACT, ledger=ROW, example={"n": 1, "x": [1], "u": [1]})
def mean_log_norm_normal_layers(x: Start, u: Start, T: T_):
    """T normal layers add to log ‖x‖² in the mean T times what one adds to it at length 1: twice the largest Lyapunov exponent,
    at each depth and not only in the limit."""
    known = both(eq(Norm(u), 1), Norm(x) > 0)
    whole, one = wide.mean(log(wide.reached(x, T))), wide.mean(log(wide.gain(u)))
    return implies(known, eq(whole, log(Norm(x) ** 2) + T * one)), Induction(
        on=T, base=Moments(by=[mean_log_gain_ge]), step=Moments(by=[mean_log_gain_ge])
    )


@claim(sources=EXACT, ledger=ROW, example={"x": [1, 0]})
def mean_log_norm_normal_layers_two(x: Start2, T: T_):
    """Normal layers of width 2 have the growth rate (log 2 − γ_E)/2, about 0.058."""
    u = Matrix([1, 0])
    whole, one = two.mean(log(two.reached(x, T))), two.mean(log(two.gain(u)))
    by = [Have(eq(Norm(u), 1), Calc()), mean_log_norm_normal_layers.at(n=2, u=u), mean_log_sq_length_two]
    proof = Moments(by=by, also=[one])
    return implies(Norm(x) > 0, eq(whole, log(Norm(x) ** 2) + T * (log(2) - EulerGamma))), proof
