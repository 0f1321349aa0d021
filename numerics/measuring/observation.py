"""Observations: what no proof settles. Each is declared once, and is either measured or said to lie outside of that.

An observation is not a claim: the kernel never sees it. `@measured` declares a function that takes the parameters of its
protocol and returns raw numbers; its figures follow from these. `@empirical` declares a function that returns the reason
why nothing here settles it. The name says which quantity is meant, the docstring says it in plain words.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from difflib import get_close_matches
from functools import cache
from importlib import import_module
from importlib.resources import files
from typing import Any, TypeVar

from numerics.measuring.figures import Figure, MeasurementError
from theory.language.claims import row_ids, source_keys
from theory.language.errors import GradproofError, UnknownName

__all__ = ["MeasurementError", "Observation", "ObservationError", "Observations", "Protocol", "Raw", "empirical", "measured"]

Raw = dict[str, Any]


class ObservationError(GradproofError):
    """An observation is declared of rows or sources that do not exist, twice, or without plain words."""


@dataclass(frozen=True)
class Protocol:
    """The parameters of a measurement: all that has to be equal for two results to be of the same thing."""

    def to_json(self) -> dict[str, Any]:
        """As data; a tuple becomes a list."""
        values: dict[str, Any] = asdict(self)
        return {key: [*value] if isinstance(value, tuple) else value for key, value in values.items()}  # pyright: ignore[reportUnknownVariableType]  # of JSON


@dataclass(frozen=True, eq=False)
class Observation:
    """One observation: measured, if it has a `protocol`, else outside of proof for the reason `unsettled`.

    `take` gives the raw numbers of a protocol, as JSON holds them, and `figures` what follows from them, refusing what
    does not fit the protocol. `quick` are parameters that take a second, whose result is not kept. `clocked` says that
    the numbers are times, which no second run repeats. `libraries` are the packages whose versions matter.
    """

    name: str
    module: str
    meaning: str
    rows: tuple[str, ...]
    sources: tuple[str, ...] = ()
    protocol: Protocol | None = None
    quick: Protocol | None = None
    take: Callable[[Any], Raw] | None = None
    figures: Callable[[Any, Raw], Sequence[Figure]] | None = None
    libraries: tuple[str, ...] = ("numpy", "scipy")
    clocked: bool = False
    unsettled: str = ""

    def __repr__(self) -> str:
        return f"<observation {self.name}>"


@dataclass
class Observations:
    """Observations by name, in the order of declaration."""

    _known: dict[str, Observation] = field(default_factory=dict[str, Observation])

    def add(self, new: Observation) -> None:
        """Register one; what is wrong with its declaration is refused in one sentence."""
        if not new.meaning:
            raise ObservationError(f"observation {new.name} has no docstring; say in plain words which quantity it is")
        known = self._known.get(new.name)
        if known is not None and known.module != new.module:
            raise ObservationError(f"observation {new.name} is declared in {known.module} and in {new.module}; rename one")
        if not new.rows:
            raise ObservationError(f"observation {new.name} names no row of the ledger; say which rows it is about")
        for what, given, there in (("row", new.rows, row_ids()), ("source", new.sources, source_keys())):
            if strange := sorted(set(given) - there):
                near = get_close_matches(strange[0], there, n=1)
                hint = f"did you mean {near[0]}?" if near else f"there are {len(there)} of them under theory/"
                raise ObservationError(f"observation {new.name}: there is no {what} {strange[0]}; {hint}")
        self._known[new.name] = new

    def __getitem__(self, name: str) -> Observation:
        found = self._known.get(name)
        if found is None:
            near = get_close_matches(name, self._known, n=3, cutoff=0.4)
            hint = f"did you mean {' or '.join(near)}?" if near else "list them with `gradproof measure`"
            raise UnknownName(f"there is no observation {name!r}; {hint}")
        return found

    def __iter__(self) -> Iterator[Observation]:
        return iter(self._known.values())

    def __len__(self) -> int:
        return len(self._known)


OURS = Observations()

P = TypeVar("P", bound=Protocol)


def measured(
    protocol: P,
    *,
    quick: P,
    figures: Callable[[P, Raw], Sequence[Figure]],
    rows: list[str],
    sources: list[str] | None = None,
    libraries: Sequence[str] = ("numpy", "scipy"),
    clocked: bool = False,
    into: Observations = OURS,
) -> Callable[[Callable[[P], Raw]], Observation]:
    """Declare the decorated function as what takes the raw numbers of an observation, and register that."""

    def register(take: Callable[[P], Raw]) -> Observation:
        made = replace(
            _declared(take, rows, sources),
            protocol=protocol,
            quick=quick,
            take=take,
            figures=figures,
            libraries=tuple(libraries),
            clocked=clocked,
        )
        into.add(made)
        return made

    return register


def empirical(
    *, rows: list[str], sources: list[str] | None = None, into: Observations = OURS
) -> Callable[[Callable[[], str]], Observation]:
    """Declare an observation that nothing here settles; the decorated function returns the reason, and what would settle it."""

    def register(reason: Callable[[], str]) -> Observation:
        unsettled = " ".join(reason().split())
        if not unsettled:
            raise ObservationError(f"observation {_name(reason)} gives no reason why nothing here settles it; return one")
        made = replace(_declared(reason, rows, sources), unsettled=unsettled)
        into.add(made)
        return made

    return register


def _declared(function: Callable[..., object], rows: list[str], sources: list[str] | None) -> Observation:
    """What the name, the docstring and the decorator say of an observation, whichever it is."""
    return Observation(_name(function), function.__module__, _meaning(function), tuple(rows), tuple(sources or ()))


def _name(function: Callable[..., object]) -> str:
    return getattr(function, "__name__", "?")


def _meaning(function: Callable[..., object]) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


@cache
def full_observations() -> Observations:
    """gradproof's own observations, with every file of them imported."""
    for entry in sorted(path.name for path in files("numerics.observations").iterdir()):
        if entry.endswith(".py") and entry != "__init__.py":
            import_module(f"numerics.observations.{entry.removesuffix('.py')}")
    return OURS


def observations_by_row(observations: Iterable[Observation]) -> Mapping[str, list[Observation]]:
    """The observations that name each row; every row is there, with an empty list where nothing names it."""
    found: dict[str, list[Observation]] = {name: [] for name in row_ids()}
    for observation in observations:
        for name in observation.rows:
            found[name].append(observation)
    return found
