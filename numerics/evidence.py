"""What an attack found, as one immutable record; and instances as a person reads them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from fractions import Fraction
from math import isfinite
from types import MappingProxyType
from typing import Any

from numerics.slope_bounds import SLOPE_BOUNDS
from theory.kernel.gate import Instance
from theory.storing import to_json


@dataclass(frozen=True)
class Profile:
    """How hard to attack: examples of the search, examples of the bulk tier, steps of the refinement.

    Where expectations are sampled there are fewer examples, `sampled` of them, with so many `samples` for each expectation.
    Where samples break nothing, expectations are computed as proofs compute them, on `computed` instances.
    """

    name: str
    examples: int
    bulk: int
    refine: int
    sampled: int = 6
    samples: int = 1 << 15
    computed: int = 0


PROFILES = MappingProxyType(
    {
        "dev": Profile("dev", examples=15, bulk=60, refine=30),
        "ci": Profile("ci", examples=300, bulk=300, refine=60, sampled=12, samples=1 << 18, computed=2),
        "nightly": Profile("nightly", examples=5000, bulk=10_000, refine=200, sampled=24, samples=1 << 24, computed=4),
    }
)


@dataclass(frozen=True)
class Evidence:
    """The result of an attack: how many examples held, broke or touched, and the tightest that held.

    `kind` is 'search' for a search, 'limit' where all that is affirmed is a limit (probed, not
    decided), and 'none' where the goal offers nothing to compute. `tightest` is the smallest slack
    of a held example, in the units of the statement, with the instance in `where`.
    """

    examples: int
    held: int
    broken: int
    touching: int
    vacuous: int
    undefined: int
    tightest: float | None
    where: str
    witness: Instance | None
    witness_text: str
    seed: int
    profile: str
    kind: str
    note: str

    def to_json(self) -> dict[str, Any]:
        """The evidence as JSON data; the witness as the terms of its values."""
        data: dict[str, Any] = asdict(self)
        data["tightest"] = self.tightest if self.tightest is not None and isfinite(self.tightest) else None
        data["witness"] = None if self.witness is None else instance_json(self.witness)
        return data


def instance_json(instance: Instance) -> dict[str, Any]:
    """An instance as JSON data."""
    values = sorted(instance.values.items(), key=lambda item: str(item[0].data))
    return {"values": [[to_json(v), to_json(value)] for v, value in values], "dims": dict(sorted(instance.dims.items()))}


def complexity(instance: Instance) -> tuple[int, int, Fraction]:
    """How much there is to read: widths and depths first, then characters, then size. Simplification lowers this."""
    sizes = [int(d) for d in instance.dims.values()]
    sizes += [int(value.data) for v, value in instance.values.items() if v.sort == "nat"]
    characters, magnitude = 0, Fraction(0)
    for value in instance.values.values():
        match value.op:
            case "mlit" | "seqlit":
                characters += sum(_characters(x) for row in value.data for x in row) + len(value.data)
                magnitude += sum((abs(x) for row in value.data for x in row), Fraction(0))
            case "rat":
                characters += _characters(value.data)
                magnitude += abs(value.data)
            case "fun":
                characters += list(SLOPE_BOUNDS).index(value.data) if value.data in SLOPE_BOUNDS else 9
            case _:
                pass
    return sum(sizes), characters, magnitude


def _characters(x: Fraction) -> int:
    # 0 reads easier than 1, and 1 easier than any other digit.
    return 0 if x == 0 else 1 if x == 1 else 1 + len(str(x))
