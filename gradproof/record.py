"""Records: verdict, evidence, versions and content hash of a claim, as plain data.

A record is the one thing that terminal, JSON, LaTeX and HTML are made from. It holds no wall time
and no path: the same claims, profile and seed give the same bytes.
"""

from __future__ import annotations

import json
import math
import os
import platform
import tempfile
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict, cast

from theory.language.errors import GradproofError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from theory.kernel.gate import Instance
    from theory.language.claims import Ledger
    from theory.tactics.settle import Settlement
    from theory.typeset import Proof as WrittenProof

SCHEMA = 1
SETTLED = frozenset({"PROVED", "CONDITIONAL", "REFUTED", "CITED", "MEASURED", "EMPIRICAL"})
# What is held to be true, so that a broken example contradicts it.
HELD_TRUE = frozenset({"PROVED", "CONDITIONAL", "CITED"})
_PACKAGES = ("gradproof", "sympy", "python-flint", "numpy", "hypothesis")


class RecordError(GradproofError):
    """A file that should hold records cannot be read, or cannot be written."""


class Formula(TypedDict):
    """A statement in two notations."""

    text: str
    latex: str


class StepRecord(TypedDict):
    """One line of a proof: what is said, and why."""

    text: str
    latex: str
    reason: str


class Proof(TypedDict):
    """The kind of proof, its lines, and the derivation that the kernel replays (None where there is none)."""

    kind: str
    steps: list[StepRecord]
    derivation: list[Any] | None


class Point(TypedDict):
    """An exact instance: readable, and as pairs [variable, value] of kernel terms."""

    text: str
    values: list[list[Any]]
    dims: dict[str, Any]


class SourceRecord(TypedDict):
    """A source: its key in sources.bib, one line of text, and where to read it (may be empty)."""

    key: str
    text: str
    url: str


class Record(TypedDict):
    """One claim, as it was settled and attacked."""

    kind: str
    name: str
    module: str
    subject: str
    verdict: str
    contradiction: bool
    reason: str
    ledger: list[str]
    statement: Formula
    meaning: str
    proof: Proof
    uses: list[str]
    rests_on: list[str]
    corrects: list[str]
    corrected_by: list[str]
    sources: list[SourceRecord]
    evidence: dict[str, Any]
    witness: Point | None
    example: Point | None
    hash: str


class Document(TypedDict):
    """What `gradproof verify --json` writes."""

    kind: str
    schema: int
    versions: dict[str, str]
    profile: str
    seed: int
    claims: list[Record]


def versions() -> dict[str, str]:
    """The versions that a verdict was computed with."""
    found: dict[str, str] = {}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # run from a clone that is on the path but not installed
            found[name] = "not installed"
    return {"gradproof": found.pop("gradproof"), "python": platform.python_version(), **found}


def subject_of(module: str) -> str:
    """The file that states a claim, as a person says it: `theory.flow.irnn` -> `flow / irnn`."""
    return " / ".join(part.replace("_", " ") for part in module.split(".")[1:]) or module


def point_to_json(instance: Instance) -> Point:
    """An instance as data that `point_from_json` reads back."""
    from theory.storing import to_json
    from theory.typeset import instance_text

    ordered = sorted(instance.values.items(), key=lambda pair: str(pair[0].data))
    return {
        "text": instance_text(instance),
        "values": [[to_json(variable), to_json(value)] for variable, value in ordered],
        "dims": {name: instance.dims[name] for name in sorted(instance.dims)},
    }


def point_from_json(point: Any) -> Instance:
    """The instance that a record holds; anything else is refused."""
    from theory.kernel.gate import Instance
    from theory.storing import from_json

    try:
        values = {from_json(variable): from_json(value) for variable, value in point["values"]}
        dims = {str(name): size for name, size in point["dims"].items()}
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise RecordError("a point in a record holds pairs [variable, value] and dims; this one does not") from error
    if any(not isinstance(size, int) or isinstance(size, bool) or size < 1 for size in dims.values()):
        raise RecordError("the dimensions of a point in a record are positive integers; these are not")
    return Instance(values, dims)


def _finite(value: Any) -> Any:
    """JSON has no infinity and no NaN; what is not finite is left out."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {str(key): _finite(inner) for key, inner in cast("dict[Any, Any]", value).items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in cast("list[Any]", value)]
    return value


def sources_of(keys: Iterable[str]) -> list[SourceRecord]:
    """The sources of these keys, as a record holds them."""
    from gradproof.bibliography import bibliography

    known = bibliography()
    return [
        {"key": key, "text": known[key].text, "url": known[key].url} if key in known else {"key": key, "text": key, "url": ""}
        for key in keys
    ]


def steps_to_json(proof: WrittenProof) -> list[StepRecord]:
    """The lines of a written proof."""
    return [{"text": step.text, "latex": step.latex, "reason": step.reason} for step in proof.steps]


def record_of(
    settlement: Settlement, evidence: Mapping[str, Any], contradiction: str, ledger: Ledger, *, told: bool = True
) -> Record:
    """The record of a settled claim, with what the attack saw; `contradiction` is one sentence, or empty.

    Unless it is `told`, the proof is left out: to find what a reader needs of it takes longer than to replay it.
    """
    from theory.exposition import written_proof
    from theory.storing_derivations import derivation_to_json
    from theory.typeset import statement_latex, statement_text

    claim = settlement.claim
    theorem = settlement.theorem if told else None
    written = written_proof(settlement) if told else None
    return {
        "kind": "record",
        "name": claim.name,
        "module": claim.module,
        "subject": subject_of(claim.module),
        "verdict": settlement.verdict.value,
        "contradiction": bool(contradiction),
        "reason": contradiction or settlement.reason,
        "ledger": list(claim.ledger),
        "statement": {"text": statement_text(claim), "latex": statement_latex(claim)},
        "meaning": claim.meaning,
        "proof": {
            "kind": "" if claim.proof is None else type(claim.proof).__name__,
            "steps": [] if written is None else steps_to_json(written),
            "derivation": None if theorem is None else derivation_to_json(theorem.derivation),
        },
        "uses": list(settlement.uses),
        "rests_on": list(settlement.rests_on),
        "corrects": list(claim.corrects),
        "corrected_by": [other.name for other in ledger if claim.name in other.corrects],
        "sources": sources_of(claim.sources),
        "evidence": cast("dict[str, Any]", _finite(dict(evidence))),
        "witness": None if settlement.witness is None else point_to_json(settlement.witness),
        "example": None if settlement.example is None else point_to_json(settlement.example),
        "hash": settlement.hash,
    }


def document_of(records: Iterable[Record], profile: str, seed: int) -> Document:
    """The document of a run."""
    return {
        "kind": "records",
        "schema": SCHEMA,
        "versions": versions(),
        "profile": profile,
        "seed": seed,
        "claims": list(records),
    }


def list_of(records: Iterable[Record]) -> dict[str, Any]:
    """The document of `gradproof list --json`: what is known of each claim, without proofs and evidence."""
    left_out = {"kind", "contradiction", "reason", "proof", "uses", "sources", "evidence", "witness", "example"}
    claims = [{key: value for key, value in record.items() if key not in left_out} for record in records]
    return {"kind": "list", "schema": SCHEMA, "versions": versions(), "claims": claims}


def dumps(value: Any, *, width: int = 120) -> str:
    """JSON that a person can read and `diff` can compare: what fits on a line stands on one."""
    return _dumped(value, 0, width) + "\n"


def _dumped(value: Any, indent: int, width: int) -> str:
    flat = json.dumps(value, ensure_ascii=False, allow_nan=False)
    if indent + len(flat) <= width or not isinstance(value, (dict, list)) or not value:
        return flat
    inner = indent + 1
    if isinstance(value, dict):
        items = cast("dict[str, Any]", value).items()
        lines = [f"{json.dumps(key, ensure_ascii=False)}: {_dumped(item, inner, width)}" for key, item in items]
        opening, closing = "{}"
    else:
        lines = [_dumped(item, inner, width) for item in cast("list[Any]", value)]
        opening, closing = "[]"
    pad = "\n" + " " * inner
    return opening + pad + ("," + pad).join(lines) + "\n" + " " * indent + closing


def check_writable(path: Path) -> None:
    """Refuse, before any work is done, a place where the document cannot be written."""
    if path.exists() and not path.is_file():
        raise RecordError(f"cannot write {path}: it is not a regular file; name a file to write the records to")
    try:
        with tempfile.TemporaryFile(dir=_target(path).parent):
            pass
    except OSError as error:
        why = error.strerror or error
        raise RecordError(f"cannot write {path}: {why}; name a file in a folder that can be written to") from error


def write_atomically(path: Path, content: str | bytes, *, lasting: bool = True) -> None:
    """Write the whole file or nothing: beside it first, then in its place.

    What need not be `lasting` is written without waiting for the disk, and may be lost if the power fails.
    """
    target = _target(path)
    try:
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", suffix=".tmp", dir=target.parent)
        try:
            with os.fdopen(descriptor, "wb") as stream:
                stream.write(content.encode() if isinstance(content, str) else content)
                if lasting:
                    stream.flush()
                    os.fsync(stream.fileno())
            Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
            Path(name).replace(target)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise RecordError(f"cannot write {path}: {error.strerror or error}") from error


def _target(path: Path) -> Path:
    """The file that a link points to: the link stays, what it points to is replaced."""
    return path.resolve()


def _umask() -> int:
    """The mask for new files; the system tells it only to who sets it."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


def read_json(path: Path) -> Any:
    """The value in a JSON file; what is not JSON is refused in one sentence."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise RecordError(f"cannot read {path}: {error.strerror or error}") from error
    except (ValueError, RecursionError) as error:
        raise RecordError(f"{path} is not JSON: {error}") from error


def records_in(value: Any, where: str) -> list[dict[str, Any]]:
    """The records of a document, or a single record; anything else is refused."""
    if isinstance(value, dict):
        found = cast("dict[str, Any]", value)
        if found.get("kind") == "record":
            return [found]
        claims = found.get("claims")
        if found.get("kind") == "records" and isinstance(claims, list):
            if (schema := found.get("schema")) != SCHEMA:
                raise RecordError(f"{where} has schema {schema!r}; this version of gradproof reads schema {SCHEMA}")
            listed = [cast("dict[str, Any]", claim) for claim in cast("list[Any]", claims) if isinstance(claim, dict)]
            if len(listed) == len(cast("list[Any]", claims)) and all(claim.get("kind") == "record" for claim in listed):
                return listed
        kind = found.get("kind")
        raise RecordError(f"{where} is of kind {kind!r} or malformed; replay reads records, as `verify --json` writes them")
    raise RecordError(f"{where} holds no records; write them with `gradproof verify --json`")
