"""What is true of activation functions and gradient flow, and why: gradproof's theory room.

`from theory import sigmoid, Norm, Recurrence, claim, settle` loads what is asked for and no more:
the words of statements without the kernel, the kernel when a claim is settled, and with
`import theory` alone nothing at all.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # `X as X` is how a type checker is told that a name is meant to be imported from here
    from theory.activations.arctan import arctan as arctan
    from theory.activations.bent_identity import bent_identity as bent_identity
    from theory.activations.celu import celu as celu
    from theory.activations.elu import elu as elu
    from theory.activations.erf import erf as erf
    from theory.activations.gaussian import gaussian as gaussian
    from theory.activations.gelu import gelu as gelu
    from theory.activations.gelu_tanh import gelu_tanh as gelu_tanh
    from theory.activations.hard_sigmoid import hard_sigmoid as hard_sigmoid
    from theory.activations.hard_tanh import hard_tanh as hard_tanh
    from theory.activations.hardshrink import hardshrink as hardshrink
    from theory.activations.hardswish import hardswish as hardswish
    from theory.activations.identity import identity as identity
    from theory.activations.leaky_relu import leaky_relu as leaky_relu
    from theory.activations.lecun_tanh import lecun_tanh as lecun_tanh
    from theory.activations.logsigmoid import logsigmoid as logsigmoid
    from theory.activations.mish import mish as mish
    from theory.activations.normal import normal_cdf as normal_cdf
    from theory.activations.normal import normal_pdf as normal_pdf
    from theory.activations.prelu import prelu as prelu
    from theory.activations.quick_gelu import quick_gelu as quick_gelu
    from theory.activations.relu import relu as relu
    from theory.activations.relu6 import relu6 as relu6
    from theory.activations.relu_squared import relu_squared as relu_squared
    from theory.activations.selu import selu as selu
    from theory.activations.sigmoid import sigmoid as sigmoid
    from theory.activations.silu import silu as silu
    from theory.activations.sine import sine as sine
    from theory.activations.snake import snake as snake
    from theory.activations.softplus import softplus as softplus
    from theory.activations.softshrink import softshrink as softshrink
    from theory.activations.softsign import softsign as softsign
    from theory.activations.squareplus import squareplus as squareplus
    from theory.activations.swish import swish as swish
    from theory.activations.tanh import tanh as tanh
    from theory.activations.tanhshrink import tanhshrink as tanhshrink
    from theory.activations.tent import tent as tent
    from theory.activations.threshold import threshold as threshold
    from theory.derivations import Derivation as Derivation
    from theory.language.activations import Activation as Activation
    from theory.language.chance import Draws as Draws
    from theory.language.chance import FiniteLaw as FiniteLaw
    from theory.language.chance import Mean as Mean
    from theory.language.chance import Probability as Probability
    from theory.language.chance import indicator as indicator
    from theory.language.chance import standard_normal as standard_normal
    from theory.language.claims import Claim as Claim
    from theory.language.claims import Ledger as Ledger
    from theory.language.claims import claim as claim
    from theory.language.claims import full_ledger as full_ledger
    from theory.language.claims import ledger_of as ledger_of
    from theory.language.domains import Columns as Columns
    from theory.language.domains import Contraction as Contraction
    from theory.language.domains import Depth as Depth
    from theory.language.domains import Domain as Domain
    from theory.language.domains import EntrywiseNonnegative as EntrywiseNonnegative
    from theory.language.domains import Index as Index
    from theory.language.domains import Interval as Interval
    from theory.language.domains import Laws as Laws
    from theory.language.domains import Matrices as Matrices
    from theory.language.domains import MatrixSequences as MatrixSequences
    from theory.language.domains import Negative as Negative
    from theory.language.domains import Nonnegative as Nonnegative
    from theory.language.domains import Nonpositive as Nonpositive
    from theory.language.domains import Nonzero as Nonzero
    from theory.language.domains import Normal as Normal
    from theory.language.domains import Orthogonal as Orthogonal
    from theory.language.domains import Positive as Positive
    from theory.language.domains import PositiveDiagonal as PositiveDiagonal
    from theory.language.domains import Real as Real
    from theory.language.domains import Sequences as Sequences
    from theory.language.domains import Slopes as Slopes
    from theory.language.domains import Steps as Steps
    from theory.language.errors import GradproofError as GradproofError
    from theory.language.matrices import AbsMatrix as AbsMatrix
    from theory.language.matrices import MatrixSum as MatrixSum
    from theory.language.matrices import Recurrence as Recurrence
    from theory.language.matrices import Sequence as Sequence
    from theory.language.matrices import Slope as Slope
    from theory.language.norms import Entry as Entry
    from theory.language.norms import EntryNorm as EntryNorm
    from theory.language.norms import FrobeniusNorm as FrobeniusNorm
    from theory.language.norms import Norm as Norm
    from theory.language.norms import RowSumNorm as RowSumNorm
    from theory.language.norms import SpectralRadius as SpectralRadius
    from theory.language.recursion import Applied as Applied
    from theory.language.recursion import Diagonal as Diagonal
    from theory.language.recursion import Recursion as Recursion
    from theory.language.recursion import SlopesAt as SlopesAt
    from theory.language.recursion import product_of as product_of
    from theory.language.statements import Entrywise as Entrywise
    from theory.language.statements import always as always
    from theory.language.statements import both as both
    from theory.language.statements import exists as exists
    from theory.language.statements import iff as iff
    from theory.language.statements import implies as implies
    from theory.language.statements import infimum as infimum
    from theory.language.statements import slopes_within as slopes_within
    from theory.language.statements import supremum as supremum
    from theory.language.statements import tends as tends
    from theory.language.statements import tends_to_zero as tends_to_zero
    from theory.language.symbols import eq as eq
    from theory.language.unrolled import explicit_jacobian as explicit_jacobian
    from theory.language.unrolled import unrolled_state as unrolled_state
    from theory.tactics.kinds import Approached as Approached
    from theory.tactics.kinds import Attained as Attained
    from theory.tactics.kinds import Calc as Calc
    from theory.tactics.kinds import Cases as Cases
    from theory.tactics.kinds import Chain as Chain
    from theory.tactics.kinds import Enclosure as Enclosure
    from theory.tactics.kinds import GrowingOrbit as GrowingOrbit
    from theory.tactics.kinds import Have as Have
    from theory.tactics.kinds import Induction as Induction
    from theory.tactics.kinds import Inverse as Inverse
    from theory.tactics.kinds import Moments as Moments
    from theory.tactics.kinds import Monotone as Monotone
    from theory.tactics.kinds import Nonneg as Nonneg
    from theory.tactics.kinds import Parts as Parts
    from theory.tactics.kinds import Refute as Refute
    from theory.tactics.kinds import Sign as Sign
    from theory.tactics.kinds import SlopesFrom as SlopesFrom
    from theory.tactics.kinds import Sturm as Sturm
    from theory.tactics.kinds import Witness as Witness
    from theory.tactics.settle import Settlement as Settlement
    from theory.tactics.settle import Verdict as Verdict
    from theory.tactics.settle import settle as settle

# The same names again, for the interpreter; tests/test_architecture.py holds the two lists together.
_NAMES = {
    "activations.arctan": "arctan",
    "activations.bent_identity": "bent_identity",
    "activations.celu": "celu",
    "activations.elu": "elu",
    "activations.erf": "erf",
    "activations.gaussian": "gaussian",
    "activations.gelu": "gelu",
    "activations.gelu_tanh": "gelu_tanh",
    "activations.hard_sigmoid": "hard_sigmoid",
    "activations.hard_tanh": "hard_tanh",
    "activations.hardshrink": "hardshrink",
    "activations.hardswish": "hardswish",
    "activations.identity": "identity",
    "activations.leaky_relu": "leaky_relu",
    "activations.lecun_tanh": "lecun_tanh",
    "activations.logsigmoid": "logsigmoid",
    "activations.mish": "mish",
    "activations.normal": "normal_cdf normal_pdf",
    "activations.prelu": "prelu",
    "activations.quick_gelu": "quick_gelu",
    "activations.relu": "relu",
    "activations.relu6": "relu6",
    "activations.relu_squared": "relu_squared",
    "activations.selu": "selu",
    "activations.sigmoid": "sigmoid",
    "activations.silu": "silu",
    "activations.sine": "sine",
    "activations.snake": "snake",
    "activations.softplus": "softplus",
    "activations.softshrink": "softshrink",
    "activations.softsign": "softsign",
    "activations.squareplus": "squareplus",
    "activations.swish": "swish",
    "activations.tanh": "tanh",
    "activations.tanhshrink": "tanhshrink",
    "activations.tent": "tent",
    "activations.threshold": "threshold",
    "derivations": "Derivation",
    "language.activations": "Activation",
    "language.claims": "Claim Ledger claim full_ledger ledger_of",
    "language.domains": "Columns Contraction Depth Domain EntrywiseNonnegative Index Interval Laws Matrices MatrixSequences "
    "Negative Nonnegative Nonpositive Nonzero Normal Orthogonal Positive PositiveDiagonal Real Sequences Slopes Steps",
    "language.errors": "GradproofError",
    "language.matrices": "AbsMatrix MatrixSum Recurrence Sequence Slope",
    "language.norms": "Entry EntryNorm FrobeniusNorm Norm RowSumNorm SpectralRadius",
    "language.chance": "Draws FiniteLaw Mean Probability indicator standard_normal",
    "language.recursion": "Applied Diagonal Recursion SlopesAt product_of",
    "language.statements": "Entrywise always both exists iff implies infimum slopes_within supremum tends tends_to_zero",
    "language.symbols": "eq",
    "language.unrolled": "explicit_jacobian unrolled_state",
    "tactics.kinds": "Approached Attained Calc Cases Chain Enclosure GrowingOrbit Have Induction Inverse Moments Monotone "
    "Nonneg Parts Refute Sign SlopesFrom Sturm Witness",
    "tactics.settle": "Settlement Verdict settle",
}
_HOME = {name: f"theory.{module}" for module, names in _NAMES.items() for name in names.split()}


def __getattr__(name: str) -> Any:
    """Import a public name from the file where it lives."""
    if name == "__all__":  # `from theory import *` asks for it
        return sorted(_HOME)
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(home), name)
    return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted({*globals(), *_HOME})
