"""What a script decides: how a piece of a formula looks, in unicode or in LaTeX; terms.py says which pieces a term has."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from fractions import Fraction

from theory.kernel.terms import Term

# How tightly a printed piece holds together; a place that asks for more puts it in brackets.
OPEN, IFF, IMPLIES, AND, NOT, RELATION, ADD, NEG, SUM, QUOTIENT, MUL, FRACTION, POW, ATOM = range(14)


@dataclass(frozen=True)
class Shown:
    """A printed piece: its string, how tightly it binds, how deep its brackets and bars nest, whether it is tall."""

    s: str
    level: int = ATOM
    depth: int = 0
    bars: int = 0
    tall: bool = False


def joined(s: str, level: int, *parts: Shown, tall: bool = False) -> Shown:
    """A piece made of others, as deep and as tall as they are."""
    return Shown(
        s,
        level,
        max((p.depth for p in parts), default=0),
        max((p.bars for p in parts), default=0),
        tall or any(p.tall for p in parts),
    )


class Script(ABC):
    """The looks of real numbers, matrices, sequences, activations and networks."""

    minus: str
    plus_sign: str
    minus_sign: str
    comma: str
    identity: str = "I"
    expectation: str
    probability: str
    normal_law: str
    function_words: dict[str, str]

    def __init__(self, understood: frozenset[Term] = frozenset()) -> None:
        #: What the reader knows: a network that is meant, whose matrices then carry no tag, and the unit columns e₁, e₂, ….
        self.understood = understood
        #: The counters of the sums around the term at hand, with what they count up to.
        self._counters: list[tuple[Term, Term]] = []

    @abstractmethod
    def name(self, name: str) -> str:
        """A variable."""

    @abstractmethod
    def activation(self, f: Term, *, argument: bool = False) -> str:
        """An activation, as the head of an application or as an argument."""

    @abstractmethod
    def number(self, q: Fraction) -> Shown:
        """A rational number that is not negative."""

    @abstractmethod
    def fenced(self, inner: Shown, left: str = "(", right: str = ")") -> Shown:
        """Brackets of a fitting size."""

    @abstractmethod
    def barred(self, inner: Shown, *, double: bool) -> Shown:
        """Absolute value or norm bars of a fitting size."""

    @abstractmethod
    def raised(self, base: str, exponent: Term) -> str:
        """A power of something that needs no brackets."""

    @abstractmethod
    def marked(self, base: str, mark: str) -> str:
        """A base with the mark 'transpose' or 'inverse'."""

    @abstractmethod
    def lowered(self, base: str, *indices: Term) -> str:
        """A base with subscripts."""

    @abstractmethod
    def norm_name(self, bars: str, which: str) -> str:
        """Bars with the name of the norm: F, ∞, or nothing."""

    @abstractmethod
    def primed(self, head: str, order: int) -> str:
        """The derivative of a function, as a head."""

    @abstractmethod
    def slope(self, f: Term) -> str:
        """The slope that a network uses, as a head: unlike a derivative it has a value at a kink."""

    @abstractmethod
    def exponential(self, u: Term) -> Shown:
        """The exponential function."""

    @abstractmethod
    def root(self, u: Term) -> Shown:
        """The square root."""

    @abstractmethod
    def between(self, left: str, right: str) -> str:
        """What stands between two factors so that they do not run together: often nothing."""

    @abstractmethod
    def quotient(self, top: list[Shown], bottom: list[Shown]) -> Shown:
        """A quotient of two products."""

    @abstractmethod
    def splits(self, q: Fraction, *, over: bool) -> bool:
        """Whether a fractional coefficient spreads over numerator and denominator; `over` if there is a denominator."""

    @abstractmethod
    def summed(self, bound: str, low: Shown, high: Shown, body: Shown, *, product: bool = False) -> Shown:
        """A sum, or a product, with its bounds."""

    @abstractmethod
    def cases(self, pieces: list[tuple[Shown, str]]) -> Shown:
        """Values with their conditions."""

    @abstractmethod
    def indicator(self, condition: str) -> Shown:
        """1 where the condition holds, 0 elsewhere."""

    @abstractmethod
    def weighted(self, rows: list[tuple[Shown, Shown]]) -> Shown:
        """A finite law: each value with its probability."""

    @abstractmethod
    def grid(self, rows: tuple[tuple[Fraction, ...], ...]) -> Shown:
        """A matrix of rational numbers."""

    @abstractmethod
    def endless(self, items: list[Shown]) -> Shown:
        """A sequence that is zero after the given items."""

    @abstractmethod
    def network(self, head: str, weight: Shown, f: str, rest: list[Shown]) -> Shown:
        """A matrix of a network, told apart by its weight and activation."""

    @abstractmethod
    def mask_product(self, depth: Term) -> str:
        """D_T ⋯ D_1 in brackets."""

    @abstractmethod
    def compare(self, a: str, op: str, b: str) -> str:
        """A relation; `op` is one of ≤ < = ≠ ≥ >."""
