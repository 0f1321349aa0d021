"""Results of measurements as documents, and whether a document is a result of the protocol that it is filed under."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any, cast

from numerics.measuring.figures import Figure, MeasurementError, figure_from_json
from numerics.measuring.observation import Observation, Protocol

SCHEMA = 1
THREADS = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
"""What the libraries that multiply matrices ask for the number of their threads, as they are loaded."""

_FIELDS = ("kind", "schema", "name", "date", "machine", "versions", "protocol", "raw", "figures")


@dataclass(frozen=True)
class Finding:
    """What is known of an observation: MEASURED with figures, EMPIRICAL or OPEN with a reason."""

    observation: Observation
    verdict: str
    reason: str = ""
    date: str = ""
    machine: str = ""
    figures: tuple[Figure, ...] = ()


def measure(observation: Observation, protocol: Protocol | None = None) -> dict[str, Any]:
    """Run the protocol of an observation, or this one, and return the document of the result.

    `MeasurementError` where the observation has no protocol, or where the raw numbers do not give its figures.
    """
    used = protocol or observation.protocol
    if used is None or observation.take is None or observation.figures is None:
        raise MeasurementError(f"nothing is measured for {observation.name}: {observation.unsettled}")
    # What a file will hold is what the figures are made from.
    raw = json.loads(json.dumps(observation.take(used), allow_nan=False))
    return {
        "kind": "measurement",
        "schema": SCHEMA,
        "name": observation.name,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": machine(),
        "versions": {"python": platform.python_version(), **{name: _version(name) for name in observation.libraries}},
        "protocol": used.to_json(),
        "raw": raw,
        "figures": [figure.to_json() for figure in observation.figures(used, raw)],
    }


def machine() -> dict[str, Any]:
    """The class of this machine, without anything that tells it from others of its class."""
    threads = {os.environ.get(name) for name in THREADS}
    return {
        "class": f"{platform.machine().replace('_', '-')}, {platform.system()}, {os.cpu_count()} cores",
        "threads": 1 if threads == {"1"} else None,
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError as error:
        raise MeasurementError(f"this measurement needs {package}; install gradproof[measure]") from error


def stored(observation: Observation) -> Any:
    """The document filed under the name of an observation, None where there is none."""
    file = files("numerics.observations").joinpath("results", f"{observation.name}.json")
    if not file.is_file():
        return None
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise MeasurementError(f"the result of {observation.name} is not JSON: {error}") from error


def finding_of(observation: Observation, document: Any = ...) -> Finding:
    """What an observation comes to, by the document that is filed under its name, or by this one."""
    if observation.protocol is None:
        return Finding(observation, "EMPIRICAL", observation.unsettled)
    try:
        kept = stored(observation) if document is ... else document
        figures = checked(observation, kept)
    except MeasurementError as error:
        return Finding(observation, "OPEN", str(error))
    return Finding(observation, "MEASURED", "", kept["date"], kept["machine"]["class"], figures)


def checked(observation: Observation, document: Any) -> tuple[Figure, ...]:
    """The figures of a document that is a result of this observation's protocol; `MeasurementError` says why it is none.

    The figures are computed from the raw numbers again; that they also stand in the document is for its readers.
    """

    def wrong(what: str) -> MeasurementError:
        return MeasurementError(f"the result of {observation.name} {what}; measure again")

    protocol, figures_of = observation.protocol, observation.figures
    if protocol is None or figures_of is None:
        raise MeasurementError(f"{observation.name} has no protocol, so nothing is a result of it")
    if document is None:
        raise MeasurementError(f"{observation.name} has not been measured; write `gradproof measure {observation.name}`")
    if not isinstance(document, dict) or set(found := cast("dict[str, Any]", document)) != set(_FIELDS):
        raise wrong(f"has not exactly the fields {', '.join(_FIELDS)}")
    for key, expected in (("kind", "measurement"), ("schema", SCHEMA), ("name", observation.name)):
        if found[key] != expected:
            raise wrong(f"says {key} {found[key]!r} where {expected!r} was expected")
    if found["protocol"] != json.loads(json.dumps(protocol.to_json())):
        raise wrong("was taken with other parameters than its protocol has")
    _check_circumstances(observation, found, wrong)
    raw = found["raw"]
    if not isinstance(raw, dict):
        raise wrong("holds no raw numbers")
    try:
        computed = tuple(figures_of(protocol, cast("dict[str, Any]", raw)))
    except MeasurementError as error:
        raise wrong(f"does not hold what the protocol asks for ({error})") from error
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        raise wrong(f"holds raw numbers of another shape ({type(error).__name__}: {error})") from error
    if not computed:
        raise wrong("gives no figure")
    listed = found["figures"]
    said = [figure_from_json(one) for one in cast("list[Any]", listed)] if isinstance(listed, list) else []
    if len(said) != len(computed) or not all(a.agrees_with(b) for a, b in zip(said, computed, strict=True)):
        raise wrong("has figures or intervals that do not follow from its raw numbers")
    return computed


def _check_circumstances(observation: Observation, found: Mapping[str, Any], wrong: Any) -> None:
    """Date, machine and versions."""
    try:
        taken = date.fromisoformat(found["date"])
    except (TypeError, ValueError):
        raise wrong(f"has the date {found['date']!r}, which is not one like 2026-01-31") from None
    if taken.isoformat() != found["date"]:
        raise wrong(f"has the date {found['date']!r}, which is not one like 2026-01-31")
    computer = found["machine"]
    if not isinstance(computer, dict) or not isinstance(cast("dict[str, Any]", computer).get("class"), str):
        raise wrong("does not say on which class of machine")
    if observation.clocked and cast("dict[str, Any]", computer).get("threads") != 1:
        raise wrong("is of times that were not taken with one thread")
    versions = found["versions"]
    needed = {"python", *observation.libraries}
    if not isinstance(versions, dict) or not needed <= set(cast("dict[str, Any]", versions)):
        raise wrong(f"lacks the version of one of {', '.join(sorted(needed))}")
