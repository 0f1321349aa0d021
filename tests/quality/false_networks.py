"""False variants of claims about matrices and recurrences: norms, powers, hypotheses, orbits."""

from __future__ import annotations

from typing import Annotated, Any

from sympy import Identity, MatrixSymbol, Rational, Symbol
from sympy.matrices.expressions import MatMul, Transpose

from tests.quality.variants import LIMIT, false
from theory.activations.identity import identity
from theory.activations.relu import relu, slopes_relu
from theory.flow.irnn import (
    norm_irnn_jacobian_le_one,
)
from theory.flow.linear import (
    jacobian_linear_eq_pow,
    pow_tendsto_zero_of_rowSumNorm_lt_one,
    rowSumNorm_pow_le_pow,
    state_linear_eq_sum,
)
from theory.flow.recurrence import (
    abs_jacobian_le_pow_abs,
    jacobian_tendsto_zero_of_norm_lt_one,
    norm_jacobian_le_of_scaling,
    norm_jacobian_le_pow,
    norm_le_spectralRadius_of_normal,
    norm_rescaled_jacobian_le_pow,
)
from theory.flow.relu_networks import norm_orthogonal_jacobian_le_one
from theory.language.claims import claim
from theory.language.domains import Columns, PositiveDiagonal
from theory.language.matrices import (
    AbsMatrix,
    EntryNorm,
    FrobeniusNorm,
    MatrixSum,
    Norm,
    Recurrence,
    RowSumNorm,
    SpectralRadius,
    grouped,
    monus,
)
from theory.language.statements import Entrywise, implies, tends_to_zero
from theory.language.symbols import (
    T_,
    Drive,
    OrthogonalSquare,
    Phi,
    Square,
    Start,
    Step,
    eq,
    gamma,
    n,
)
from theory.tactics import Calc, Chain, Induction, Sign

t, k = Symbol("t"), Symbol("k")
EPS = Rational(1, 10**9)
irnn = Recurrence(Identity(n), relu)
Scaling = Annotated[MatrixSymbol, PositiveDiagonal(n)]


def _unit(h: Any) -> list[Any]:
    return [eq(MatMul(Transpose(h), h, evaluate=False), Identity(1))]


UnitColumn = Annotated[MatrixSymbol, Columns(n).having("unit", _unit)]

# --- norms of powers and products -----------------------------------------------------------------------


@false("norm", rowSumNorm_pow_le_pow)
@claim()
def entryNorm_pow_le_pow(W: Square, T: T_):
    """The largest entry of a power is at most the power of the largest entry."""
    return EntryNorm(W**T) <= EntryNorm(W) ** T, Induction(on=T, step=Chain(through=[EntryNorm(grouped(W, W**T))]))


@false("norm", rowSumNorm_pow_le_pow)
@claim()
def entryNorm_mul_le(W: Square, E: Square):
    """The largest entry of a product is at most the product of the largest entries."""
    return EntryNorm(W * E) <= EntryNorm(W) * EntryNorm(E), Chain()


@false("norm", rowSumNorm_pow_le_pow)
@claim()
def spectralRadius_mul_le(W: Square, E: Square):
    """The spectral radius of a product is at most the product of the spectral radii."""
    return SpectralRadius(W * E) <= SpectralRadius(W) * SpectralRadius(E), Chain()


@false("norm", norm_le_spectralRadius_of_normal)
@claim()
def norm_le_spectralRadius(W: Square):
    """The largest singular value is at most the largest absolute eigenvalue."""
    return Norm(W) <= SpectralRadius(W), Chain()


@false("norm", rowSumNorm_pow_le_pow)
@claim()
def frobenius_pow_le_pow(W: Square, T: T_):
    """The Frobenius norm of every power, the zeroth included, is at most the power of the norm."""
    return FrobeniusNorm(W**T) <= FrobeniusNorm(W) ** T, Induction(on=T, step=Chain(through=[FrobeniusNorm(grouped(W, W**T))]))


@false("norm", norm_irnn_jacobian_le_one)
@claim()
def frobenius_irnn_jacobian_le_one(T: T_):
    """The Frobenius norm of the IRNN's Jacobian product is at most 1."""
    return FrobeniusNorm(irnn.jacobian(T)) <= 1, Induction(on=T, by=[slopes_relu])


@false("norm", norm_orthogonal_jacobian_le_one)
@claim()
def rowSum_orthogonal_jacobian_le_one(W: OrthogonalSquare, T: T_):
    """Orthogonal weights keep row sums of the Jacobian product below 1."""
    return RowSumNorm(Recurrence(W, relu).jacobian(T)) <= 1, Induction(on=T, by=[slopes_relu])


@false("power", norm_jacobian_le_pow)
@claim()
def norm_jacobian_le_next_pow(W: Square, phi: Phi, T: T_):
    """Through T steps a gradient grows at most like the (T+1)-th power."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= (gamma * Norm(W)) ** (T + 1), Induction(on=T)


@false("power", norm_jacobian_le_pow)
@claim()
def norm_next_jacobian_le_pow(W: Square, phi: Phi, T: T_):
    """Through T + 1 steps a gradient grows at most like the T-th power."""
    return Norm(Recurrence(W, phi).jacobian(T + 1)) <= (gamma * Norm(W)) ** T, Induction(on=T)


@false("bound", norm_jacobian_le_pow)
@claim()
def norm_jacobian_le_pow_less(W: Square, T: Step):
    """The gradient of a linear network stays 1e-9 below the power."""
    return Norm(Recurrence(W, identity).jacobian(T)) <= Norm(W) ** T - EPS, Induction(on=T, least=1)


@false("factor", norm_jacobian_le_pow)
@claim()
def norm_jacobian_le_pow_without_gamma(W: Square, phi: Phi, T: T_):
    """The bound of a gradient without the slope."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= Norm(W) ** T, Induction(on=T)


@false("norm", norm_jacobian_le_pow)
@claim()
def norm_jacobian_le_entryNorm_pow(W: Square, phi: Phi, T: T_):
    """The bound of a gradient with the largest entry for the norm."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= (gamma * EntryNorm(W)) ** T, Induction(on=T)


@false("flip", norm_jacobian_le_pow)
@claim()
def pow_le_norm_jacobian(W: Square, phi: Phi, T: T_):
    """The gradient is at least the power."""
    return (gamma * Norm(W)) ** T <= Norm(Recurrence(W, phi).jacobian(T)), Induction(on=T)


@false("hypothesis", jacobian_tendsto_zero_of_norm_lt_one, beyond=LIMIT)
@claim()
def jacobian_tendsto_zero(W: Square, phi: Phi):
    """Long-term gradients vanish, whatever the weight."""
    jacobian = Norm(Recurrence(W, phi).jacobian(t))
    return tends_to_zero(jacobian, t), Sign(squeeze=(gamma * Norm(W)) ** t, by=[norm_jacobian_le_pow.at(T=t)])


@false("hypothesis", jacobian_tendsto_zero_of_norm_lt_one, beyond=LIMIT)
@claim()
def jacobian_tendsto_zero_of_norm_le_one(W: Square, phi: Phi):
    """Long-term gradients vanish when slope times norm is at most one."""
    jacobian = Norm(Recurrence(W, phi).jacobian(t))
    squeezed = Sign(squeeze=(gamma * Norm(W)) ** t, by=[norm_jacobian_le_pow.at(T=t)])
    return implies(gamma * Norm(W) <= 1, tends_to_zero(jacobian, t)), squeezed


@false("norm", pow_tendsto_zero_of_rowSumNorm_lt_one, beyond=LIMIT)
@claim()
def pow_tendsto_zero_of_entryNorm_lt_one(W: Square):
    """Powers vanish when all entries are below one."""
    return implies(EntryNorm(W) < 1, tends_to_zero(RowSumNorm(W**t), t)), Sign(squeeze=RowSumNorm(W) ** t)


@false("norm", pow_tendsto_zero_of_rowSumNorm_lt_one, beyond=LIMIT)
@claim()
def relu_jacobian_tendsto_zero_of_spectralRadius(W: Square):
    """Eigenvalues below one make gradients of rectifier networks vanish."""
    jacobian = Norm(Recurrence(W, relu).jacobian(t))
    return implies(SpectralRadius(W) < 1, tends_to_zero(jacobian, t)), Sign(squeeze=SpectralRadius(W) ** t)


@false("hypothesis", norm_orthogonal_jacobian_le_one)
@claim()
def norm_jacobian_le_one(W: Square, T: T_):
    """The gradient of a rectifier network never explodes, whatever the weight."""
    return Norm(Recurrence(W, relu).jacobian(T)) <= 1, Induction(on=T, by=[slopes_relu])


@false("hypothesis", norm_orthogonal_jacobian_le_one)
@claim()
def norm_orthogonal_jacobian_le_one_of_slopes(W: OrthogonalSquare, phi: Phi, T: T_):
    """With orthogonal weights no gradient explodes, whatever the slopes."""
    return Norm(Recurrence(W, phi).jacobian(T)) <= 1, Induction(on=T, by=[slopes_relu])


@false("hypothesis", slopes_relu)
@claim()
def tr_mul_eq_identity(W: Square):
    """WᵀW = I for every W."""
    return eq(Transpose(W) * W, Identity(n)), Calc()


@false("hypothesis", None)
@claim()
def column_mul_tr_eq_identity(u: UnitColumn):
    """u uᵀ = I for a column of length 1."""
    return eq(u * Transpose(u), Identity(n)), Calc()


@false("hypothesis", norm_rescaled_jacobian_le_pow)
@claim()
def norm_jacobian_le_rescaled_pow(W: Square, S: Scaling, phi: Phi, T: T_):
    """One good diagonal scaling bounds the gradient at no price."""
    net = Recurrence(W, phi)
    back = Norm(grouped(S**-1, S * net.jacobian(T) * S**-1, S))
    return Norm(net.jacobian(T)) <= (gamma * Norm(S * W * S**-1)) ** T, Chain(
        through=[back], by=[norm_rescaled_jacobian_le_pow]
    )


@false("factor", norm_jacobian_le_of_scaling)
@claim()
def norm_jacobian_le_of_scaling_one_sided(W: Square, S: Scaling, phi: Phi, T: T_):
    """One good diagonal scaling bounds the gradient, at half its price."""
    net = Recurrence(W, phi)
    back = Norm(grouped(S**-1, S * net.jacobian(T) * S**-1, S))
    bound = Norm(S) * (gamma * Norm(S * W * S**-1)) ** T
    return Norm(net.jacobian(T)) <= bound, Chain(through=[back], by=[norm_rescaled_jacobian_le_pow])


@false("hypothesis", abs_jacobian_le_pow_abs)
@claim()
def abs_jacobian_le_pow_signed(W: Square, phi: Phi, T: T_):
    """Entry by entry a gradient is at most the power of the weights with their signs."""
    return Entrywise(AbsMatrix(Recurrence(W, phi).jacobian(T)), (gamma * W) ** T), Induction(on=T)


# --- linear recurrences ----------------------------------------------------------------------------------


@false("power", jacobian_linear_eq_pow)
@claim()
def jacobian_linear_eq_next_pow(W: Square, T: T_):
    """Backpropagation through T linear steps multiplies by the (T+1)-th power."""
    return eq(Recurrence(W, identity).jacobian(T), W ** (T + 1)), Induction(on=T)


@false("hypothesis", jacobian_linear_eq_pow)
@claim()
def jacobian_eq_pow(W: Square, T: T_):
    """Backpropagation through T rectifier steps multiplies by the T-th power of the weight."""
    return eq(Recurrence(W, relu).jacobian(T), W**T), Induction(on=T)


@false("power", state_linear_eq_sum)
@claim()
def state_linear_eq_sum_shifted(W: Square, h_0: Start, v: Drive, T: T_):
    """The unrolled linear state with every power one too high."""
    unrolled = W**T * h_0 + MatrixSum(W ** monus(T + 1, k) * v.at(k), k, 1, T)
    return eq(Recurrence(W, identity, h_0, v).state(T), unrolled), Induction(on=T)


@false("flip", jacobian_linear_eq_pow)
@claim()
def mul_comm(W: Square, E: Square):
    """Matrices commute."""
    return eq(W * E, E * W), Calc()


@false("power", jacobian_linear_eq_pow)
@claim()
def pow_of_product(W: Square, E: Square):
    """(W E)² = W² E²."""
    return eq((W * E) ** 2, W**2 * E**2), Calc()
