"""Networks whose layers have weights of their own, made of recursions: feed-forward and residual."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from sympy import Identity

from theory.language.matrices import Sequence, added, grouped, monus
from theory.language.recursion import Applied, Diagonal, Recursion, slopes_at


class Layered(ABC):
    """A network of layers of one width n: weights W_1, W_2, …, shifts v_1, v_2, …, a start h_0 and one activation.

    States, masks and Jacobians are members of recursions, so they stand at any depth, symbolic ones too. The Jacobian
    is the chain rule, layer by layer: each layer's own derivative times the Jacobian before it.
    """

    def __init__(self, weights: Sequence, phi: Any, start: Any, shifts: Sequence) -> None:
        self.weights, self.phi, self.shifts = weights, phi, shifts
        self._states = Recursion("h", start, lambda before, t: self._image(before, self._argument(before, t)))
        self._jacobians = Recursion("J", Identity(start.shape[0]), lambda before, t: grouped(*self._factors(t), before))

    @abstractmethod
    def _image(self, before: Any, argument: Any) -> Any:
        """A layer's output from its input and what its activation is applied to."""

    @abstractmethod
    def _factors(self, t: Any) -> list[Any]:
        """The derivative of layer t, as factors of a product."""

    def _argument(self, before: Any, t: Any) -> Any:
        return self.weights.at(t) * before + self.shifts.at(t)

    def state(self, T: Any) -> Any:
        """The output h_T of layer T."""
        return self._states.at(T)

    def preactivation(self, T: Any) -> Any:
        """What the activation of layer T >= 1 is applied to: W_T h_{T−1} + v_T."""
        return self._argument(self.state(monus(T, 1)), T)

    def mask(self, T: Any) -> Diagonal:
        """The diagonal matrix D_T of the slopes of layer T >= 1."""
        return slopes_at(self.phi, self.preactivation(T))

    def jacobian(self, T: Any) -> Any:
        """The derivative of the output h_T by the input h_0."""
        return self._jacobians.at(T)


class FeedForward(Layered):
    """h_t = φ(W_t h_{t−1} + v_t), so J_T = D_T W_T … D_1 W_1."""

    def _image(self, before: Any, argument: Any) -> Any:
        return Applied(self.phi, argument)

    def _factors(self, t: Any) -> list[Any]:
        return [self.mask(t), self.weights.at(t)]


class Residual(Layered):
    """h_t = h_{t−1} + φ(W_t h_{t−1} + v_t), so J_T = (I + D_T W_T) … (I + D_1 W_1)."""

    def _image(self, before: Any, argument: Any) -> Any:
        return added(before, Applied(self.phi, argument))

    def _factors(self, t: Any) -> list[Any]:
        return [added(Identity(self.weights.dimension), grouped(self.mask(t), self.weights.at(t)))]
