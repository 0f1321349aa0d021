"""The IRNN with leaky rectifiers: W = I and a slope of 1/100 on the left, so that no unit is ever dead."""

from __future__ import annotations

from sympy import Abs, Identity, Ne, Rational, Symbol

from theory.activations.leaky_relu import leaky_relu, slopes_leaky_relu
from theory.flow.irnn_scaled import abs_scaled_add_le
from theory.language.claims import claim
from theory.language.matrices import Entry, Norm, Recurrence, SumOf
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Coordinate, Drive, Start, X, eq, n
from theory.tactics import Calc, Cases, Induction, Nonneg, Parts

t = Symbol("t")
k = Symbol("k")
SLOPE = Rational(1, 100)
leaky_irnn = Recurrence(Identity(n), leaky_relu)


# --- the gradient ---------------------------------------------------------------------------------


@claim(
    sources=["zhihu61265076"], ledger=["irnn-leaky", "leaky-relu-mitigates"], example={"n": 1, "h_0": [1], "v": [[1]], "T": 0}
)
def leaky_irnn_jacobian_succ_of_active(i: Coordinate, T: T_):
    """A step on which a leaky unit is active passes its gradient unchanged."""
    now, before = Entry(leaky_irnn.jacobian(T + 1), i, i), Entry(leaky_irnn.jacobian(T), i, i)
    return implies(Entry(leaky_irnn.preactivation(T + 1), i) > 0, eq(now, before)), Calc()


@claim(sources=["zhihu61265076"], ledger=["irnn-leaky", "leaky-relu-mitigates"], example={"n": 1, "h_0": [-1], "v": [], "T": 0})
def leaky_irnn_jacobian_succ_of_inactive(i: Coordinate, T: T_):
    """A step on which a leaky unit is inactive multiplies its gradient by 1/100: the slope to the number of such steps."""
    now, before = Entry(leaky_irnn.jacobian(T + 1), i, i), Entry(leaky_irnn.jacobian(T), i, i)
    return implies(Entry(leaky_irnn.preactivation(T + 1), i) < 0, eq(now, SLOPE * before)), Calc()


@claim(
    sources=["zhihu61265076", "whyrelu"],
    ledger=["irnn-leaky", "leaky-relu-mitigates"],
    example={"n": 1, "h_0": [1], "v": [[1]]},
)
def leaky_irnn_jacobian_mem_Icc(i: Coordinate, T: T_):
    """The gradient of a leaky unit is never 0: after T steps off the kink it is between (1/100)^T and 1."""
    entry, later = Entry(leaky_irnn.jacobian(T), i, i), Entry(leaky_irnn.preactivation(T + 1), i)
    off_kink = always(t, Ne(Entry(leaky_irnn.preactivation(t), i), 0))
    now = Entry(leaky_irnn.mask(T + 1), i, i)
    above = Nonneg((now - SLOPE) * entry + SLOPE * (entry - SLOPE**T))
    below = Nonneg((1 - now) * entry + (1 - entry))
    return implies(off_kink, both(entry > 0, entry >= SLOPE**T, entry <= 1)), Induction(
        on=T, step=Parts(tuple(Cases(on=later, signs=("+", "-"), then=then) for then in (Nonneg(now * entry), above, below)))
    )


@claim(ledger=["irnn-leaky"], example={"n": 1, "h_0": [-1], "v": []})
def leaky_irnn_state_of_negative_start(h_0: Start, v: Drive, i: Coordinate, T: T_):
    """Without drive a negative start shrinks a hundredfold at each step."""
    net = Recurrence(Identity(n), leaky_relu, h_0, v)
    rest = both(Entry(h_0, i) < 0, always(t, eq(Entry(v.at(t), i), 0)))
    return implies(rest, eq(Entry(net.state(T), i), SLOPE**T * Entry(h_0, i))), Induction(on=T)


@claim(ledger=["irnn-leaky", "leaky-relu-mitigates"], example={"n": 1, "h_0": [-1], "v": []})
def leaky_irnn_jacobian_of_negative_start(h_0: Start, v: Drive, i: Coordinate, T: T_):
    """The lower bound is attained: inactive at every step, a leaky unit keeps (1/100)^T of its gradient, next to nothing."""
    net = Recurrence(Identity(n), leaky_relu, h_0, v)
    rest = both(Entry(h_0, i) < 0, always(t, eq(Entry(v.at(t), i), 0)))
    return implies(rest, eq(Entry(net.jacobian(T), i, i), SLOPE**T)), Induction(on=T, by=[leaky_irnn_state_of_negative_start])


@claim(ledger=["irnn-leaky", "leaky-relu-mitigates"], example={"n": 1, "h_0": [1], "v": []})
def leaky_irnn_jacobian_eq_one_of_active(i: Coordinate, T: T_):
    """The upper bound is attained: a leaky unit that is active at every step passes its gradient unchanged."""
    active = always(t, Entry(leaky_irnn.preactivation(t), i) > 0)
    return implies(active, eq(Entry(leaky_irnn.jacobian(T), i, i), 1)), Induction(on=T)


@claim(ledger=["irnn-leaky"])
def norm_leaky_irnn_jacobian_le_one(T: T_):
    """The gradient of the leaky IRNN never explodes."""
    return Norm(leaky_irnn.jacobian(T)) <= 1, Induction(on=T, by=[slopes_leaky_relu])


# --- the state --------------------------------------------------------------------------------------


@claim(about=leaky_relu)
def abs_leaky_relu_le(x: X):
    """The leaky rectifier never increases an absolute value."""
    return Abs(leaky_relu(x)) <= Abs(x), Cases(on=x, signs=("0+", "-"))


@claim(ledger=["irnn-leaky"])
def abs_leaky_irnn_state_le_sum(h_0: Start, v: Drive, i: Coordinate, T: T_):
    """Each unit of the leaky IRNN grows at most by the size of each input: linearly, never exponentially."""
    net = Recurrence(Identity(n), leaky_relu, h_0, v)
    now, after, new = (Entry(m, i) for m in (net.state(T), net.state(T + 1), v.at(T + 1)))
    bound, later = Abs(Entry(h_0, i)) + SumOf(Abs(Entry(v.at(k), i)), k, 1, T), Entry(net.preactivation(T + 1), i)
    gap = (Abs(later) - Abs(after)) + (Abs(now) + Abs(new) - Abs(now + new)) + (bound - Abs(now))
    return Abs(now) <= bound, Induction(
        on=T, step=Nonneg(gap, by=[abs_leaky_relu_le.at(x=later), abs_scaled_add_le.at(w=1, x=now, y=new)])
    )
