"""A figure: one number that was measured, its interval, and on which side of it a number to compare with lies."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf, isclose, isfinite
from typing import Any

from theory.language.errors import GradproofError

# Special functions differ in their last digits from one release of SciPy to the next; by more, a figure is another one.
CLOSE = 1e-9


class MeasurementError(GradproofError):
    """Raw numbers, or the parameters of a protocol, do not give what they should."""


@dataclass(frozen=True)
class Figure:
    """A number in `unit` with its interval; `method` says how the interval follows from the raw numbers.

    `against` are numbers to compare with, each with what it is. An end of the interval, and the number itself, may be
    ∞: "more than we waited for".
    """

    name: str
    value: float
    low: float
    high: float
    method: str
    unit: str = ""
    against: tuple[tuple[float, str], ...] = ()

    def __post_init__(self) -> None:
        """Refuse what is no interval about a number."""
        if not -inf < self.low <= self.value <= self.high:  # nor is a NaN between anything
            raise MeasurementError(
                f"the figure {self.name} is {self.value} in [{self.low}, {self.high}]; an interval holds the number it is about"
            )

    def side_of(self, number: float) -> str:
        """Where the whole interval lies: "above" or "below" a number; "around" it where neither."""
        if self.low > number:
            return "above"
        return "below" if self.high < number else "around"

    def agrees_with(self, other: Figure) -> bool:
        """Whether this is the same figure, up to the last digits of special functions."""
        words = (self.name, self.method, self.unit) == (other.name, other.method, other.unit)
        mine, its = self._numbers, other._numbers
        return (
            words
            and len(mine) == len(its)
            and [w for _, w in self.against] == [w for _, w in other.against]
            and all(isclose(a, b, rel_tol=CLOSE, abs_tol=CLOSE) for a, b in zip(mine, its, strict=True))
        )

    @property
    def _numbers(self) -> tuple[float, ...]:
        return self.value, self.low, self.high, *(number for number, _ in self.against)

    def to_json(self) -> dict[str, Any]:
        """As data; JSON has no infinity, so null stands for it."""
        ends = {"value": self.value, "low": self.low, "high": self.high}
        return {
            "name": self.name,
            **{key: number if isfinite(number) else None for key, number in ends.items()},
            "method": self.method,
            "unit": self.unit,
            "against": [{"number": number, "whose": whose} for number, whose in self.against],
        }


def figure_from_json(data: Any) -> Figure:
    """The figure that `to_json` made; `MeasurementError` for anything else."""
    try:
        value, low, high = (inf if data[key] is None else _number(data[key]) for key in ("value", "low", "high"))
        name, method, unit = (_word(data[key]) for key in ("name", "method", "unit"))
        against = tuple((_number(one["number"]), _word(one["whose"])) for one in data["against"])
        return Figure(name, value, low, high, method, unit, against)
    except (TypeError, KeyError) as error:
        raise MeasurementError(f"a figure of a result is not one as `gradproof measure` writes it ({error})") from error


def _number(value: Any) -> float:
    if not is_number(value):
        raise TypeError(f"{value!r} is no number")
    return float(value)


def _word(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def is_number(value: object) -> bool:
    """Whether a value of JSON is a finite number."""
    return isinstance(value, (int, float)) and not isinstance(value, bool) and isfinite(value)
