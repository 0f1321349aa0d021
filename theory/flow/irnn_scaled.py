"""Rectifiers with self-weight w alone, the weight W = wI: a scaled start of the IRNN, unit by unit."""

from __future__ import annotations

from sympy import Abs, Identity, Ne, Symbol

from theory.activations.relu import abs_relu_le, le_relu, relu, relu_nonneg, slope_relu_mem_Icc
from theory.language.claims import claim
from theory.language.domains import Interval
from theory.language.matrices import Entry, Recurrence, SumOf, scaled
from theory.language.statements import always, both, implies
from theory.language.symbols import T_, Annotated, Coordinate, Drive, Expr, NonnegativeX, PositiveX, Start, Step, X, eq, n
from theory.tactics import Calc, Cases, Have, Induction, Nonneg, Parts, Refute

t = Symbol("t")
k = Symbol("k")
Shrinking = Annotated[Expr, Interval(0, 1, right_open=True)]


# --- the gradient ---------------------------------------------------------------------------------


@claim(sources=["le2015"], ledger=["irnn-scaled"])
def scaled_irnn_jacobian_mem_Icc(w: NonnegativeX, i: Coordinate, T: T_):
    """Each diagonal entry of the gradient lies between 0 and w^T, whatever slope is used at the kink."""
    net = Recurrence(scaled(w, Identity(n)), relu)
    now, entry = Entry(net.mask(T + 1), i, i), Entry(net.jacobian(T), i, i)
    step = Parts((Nonneg(now * w * entry), Nonneg(w * ((1 - now) * entry + (w**T - entry)))))
    return both(entry >= 0, entry <= w**T), Induction(
        on=T, step=step, by=[slope_relu_mem_Icc.at(x=Entry(net.preactivation(T + 1), i))]
    )


@claim(sources=["le2015"], ledger=["irnn-scaled", "irnn-gradient-unchanged"], example={"n": 1, "h_0": [1], "v": [[1]], "w": 1})
def scaled_irnn_jacobian_mem_zero_pow(w: X, i: Coordinate, T: T_):
    """While no unit sits at the kink, each diagonal entry of the gradient is 0 or w^T, nothing in between."""
    net = Recurrence(scaled(w, Identity(n)), relu)
    entry, later = Entry(net.jacobian(T), i, i), Entry(net.preactivation(T + 1), i)
    off_kink = always(t, Ne(Entry(net.preactivation(t), i), 0))
    step = Cases(on=later, signs=("+", "-"), then=(Nonneg(-(w**2) * (entry * (w**T - entry))), Calc()))
    return implies(off_kink, eq(entry * (w**T - entry), 0)), Induction(on=T, step=step)


# --- the state without drive ----------------------------------------------------------------------------


@claim(sources=["le2015"], ledger=["irnn-scaled"])
def scaled_irnn_step_without_drive(h_0: Start, v: Drive, w: NonnegativeX, i: Coordinate):
    """Folklore: a step without drive multiplies every state by w. A negative start is cleared."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    return implies(eq(Entry(v.at(1), i), 0), eq(Entry(net.state(1), i), w * Entry(h_0, i))), Refute(
        at={"n": 1, "h_0": [-1], "v": [], "w": 1, "i": 1}
    )


# --- bounded inputs --------------------------------------------------------------------------------------


@claim(sources=["le2015"], ledger=["irnn-scaled", "bounded-loop-needed"], example={"n": 1, "h_0": [0], "v": [], "u": 0, "w": 0})
def abs_scaled_irnn_state_le(h_0: Start, v: Drive, w: Shrinking, u: NonnegativeX, i: Coordinate, T: T_):
    """With self-weight 0 ≤ w < 1 and inputs within u each unit stays within w^T |h₀| + u/(1 − w)."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    now, after, new = (Entry(m, i) for m in (net.state(T), net.state(T + 1), v.at(T + 1)))
    limit = u / (1 - w)
    bound = w**T * Abs(Entry(h_0, i)) + limit * (1 - w**T)
    later = Entry(net.preactivation(T + 1), i)
    gap = (Abs(later) - Abs(after)) + (w * Abs(now) + Abs(new) - Abs(w * now + new)) + w * (bound - Abs(now)) + (u - Abs(new))
    return implies(always(t, Abs(Entry(v.at(t), i)) <= u), Abs(now) <= bound), Induction(
        on=T, step=Nonneg(gap, by=[abs_relu_le.at(x=later), abs_scaled_add_le.at(x=now, y=new)])
    )


@claim()
def abs_scaled_add_le(w: NonnegativeX, x: X, y: X):
    """The triangle inequality, with a factor that is not negative."""
    return Abs(w * x + y) <= w * Abs(x) + Abs(y), Cases(on=[x, y, w * x + y], signs=("0+", "-0"))


@claim(ledger=["irnn-scaled"])
def scaled_irnn_state_nonneg(h_0: Start, v: Drive, w: NonnegativeX, i: Coordinate, T: T_):
    """From a start that is not negative no unit ever turns negative."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    return implies(Entry(h_0, i) >= 0, Entry(net.state(T), i) >= 0), Induction(
        on=T, step=Calc(by=[relu_nonneg.at(x=Entry(net.preactivation(T + 1), i))])
    )


@claim(ledger=["irnn-scaled", "bounded-loop-needed"], example={"n": 1, "h_0": [0], "v": [], "u": 0, "w": 0})
def scaled_irnn_state_of_constant_drive(h_0: Start, v: Drive, w: Shrinking, u: NonnegativeX, i: Coordinate, T: T_):
    """The bound is attained: a constant input u and a start that is not negative give w^T h₀ + u(1 − w^T)/(1 − w)."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    now, later = Entry(net.state(T), i), Entry(net.preactivation(T + 1), i)
    constant = both(Entry(h_0, i) >= 0, always(t, eq(Entry(v.at(t), i), u)))
    active = Have(later >= 0, Nonneg(w * now + u, by=[scaled_irnn_state_nonneg]))
    return implies(constant, eq(now, w**T * Entry(h_0, i) + u * (1 - w**T) / (1 - w))), Induction(on=T, step=Calc(by=[active]))


# --- Lindley's recursion: the state is the largest of the sums since a restart --------------------------------


@claim(sources=["lindley1952"], ledger=["irnn-lindley"])
def sum_le_scaled_irnn_state(h_0: Start, v: Drive, w: PositiveX, i: Coordinate, T: T_):
    """A unit is never below what it would be without the rectifier."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    total = Entry(h_0, i) + SumOf(Entry(v.at(k), i) / w**k, k, 1, T)
    later, after = Entry(net.preactivation(T + 1), i), Entry(net.state(T + 1), i)
    gap = (after - later) + w * (Entry(net.state(T), i) - w**T * total)
    return w**T * total <= Entry(net.state(T), i), Induction(on=T, step=Nonneg(gap, by=[le_relu.at(x=later)]))


@claim(sources=["lindley1952"], ledger=["irnn-lindley"])
def restarted_sum_le_scaled_irnn_state(h_0: Start, v: Drive, w: PositiveX, i: Coordinate, s: Step, T: T_):
    """Nor is a unit below the sum of what came in since any step s, counted from 0."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    total = SumOf(Entry(v.at(k), i) / w**k, k, s + 1, s + T)
    later, after = Entry(net.preactivation(s + T + 1), i), Entry(net.state(s + T + 1), i)
    gap = (after - later) + w * (Entry(net.state(s + T), i) - w ** (s + T) * total)
    return w ** (s + T) * total <= Entry(net.state(s + T), i), Induction(
        on=T, base=Calc(by=[scaled_irnn_state_nonneg_of_step]), step=Nonneg(gap, by=[le_relu.at(x=later)])
    )


@claim(ledger=["irnn-lindley"])
def scaled_irnn_state_nonneg_of_step(h_0: Start, v: Drive, w: X, i: Coordinate, s: Step):
    """From the first step on no unit is negative."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    return Entry(net.state(s), i) >= 0, Induction(
        on=s,
        least=1,
        base=Calc(by=[relu_nonneg.at(x=Entry(net.preactivation(1), i))]),
        step=Calc(by=[relu_nonneg.at(x=Entry(net.preactivation(s + 1), i))]),
    )


@claim(sources=["lindley1952"], ledger=["irnn-lindley"], example={"n": 1, "h_0": [0], "v": [], "w": 1})
def scaled_irnn_state_eq_sum_of_active(h_0: Start, v: Drive, w: PositiveX, i: Coordinate, T: T_):
    """A unit that is active at every step is the sum of its start and of all that came in: the first bound is attained."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    total = Entry(h_0, i) + SumOf(Entry(v.at(k), i) / w**k, k, 1, T)
    active = always(t, Entry(net.preactivation(t), i) >= 0)
    return implies(active, eq(Entry(net.state(T), i), w**T * total)), Induction(on=T)


@claim(sources=["lindley1952"], ledger=["irnn-lindley"], example={"n": 1, "h_0": [0], "v": [], "w": 1, "s": 1})
def scaled_irnn_state_eq_restarted_sum(h_0: Start, v: Drive, w: PositiveX, i: Coordinate, s: T_, T: T_):
    """A unit that was cleared at step s and active since is the sum of what came in since: the second bound is attained."""
    net = Recurrence(scaled(w, Identity(n)), relu, h_0, v)
    total = SumOf(Entry(v.at(k), i) / w**k, k, s + 1, s + T)
    since = both(eq(Entry(net.state(s), i), 0), always(t, Entry(net.preactivation(s + t), i) >= 0))
    return implies(since, eq(Entry(net.state(s + T), i), w ** (s + T) * total)), Induction(on=T)
