"""The rows of the ledger: what the five source articles (part A) and the literature (part B) claim, as data.

The rows stand in `rows_a.toml` and `rows_b.toml`. A row carries the verdict that its claim deserves as it is stated there;
what gradproof has settled of it follows from the claims that name it, `@claim(ledger=["row"])`, and is nowhere typed in.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, cast

from theory.language.claims import Claim, source_keys
from theory.language.errors import GradproofError, UnknownName

PARTS = ("A", "B")
VERDICTS = ("true", "true with correction", "false as stated", "empirical")
KINDS = ("deterministic", "probabilistic", "measured", "empirical")


class RowError(GradproofError):
    """A file of rows holds something that is no row."""


@dataclass(frozen=True)
class Row:
    """One row: what is said, by whom, and what is known of it as stated.

    `verdict` is one of `VERDICTS`, `kind` one of `KINDS`, the means that settle the row; `also` names further kinds that
    parts of it need. `corrected` is what is true instead or more exactly, `note` what a reader has to know besides.
    `sources` are keys of sources.bib; `origin` says what has no entry there: own derivations, folklore, unchecked references.
    """

    id: str
    part: str
    says: str
    verdict: str
    kind: str
    sources: tuple[str, ...]
    corrected: str = ""
    note: str = ""
    also: tuple[str, ...] = ()
    origin: str = ""


_LISTS = ("sources", "also")
_FIELDS = tuple(f.name for f in fields(Row) if f.name not in ("id", "part"))
_NEEDED = ("says", "verdict", "kind", "sources")


def read_rows(text: str, part: str) -> dict[str, Row]:
    """The rows in a TOML text, a table each, in their order; `RowError` where one is malformed or stands there twice."""
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise RowError(f"part {part} of the rows is not TOML with one table a row: {error}") from error
    return {name: _row(name, part, table) for name, table in tables.items()}


def _row(name: str, part: str, table: object) -> Row:
    def wrong(what: str) -> RowError:
        return RowError(f"row {name} of part {part}: {what}")

    if not isinstance(table, dict):
        raise wrong("a table of fields was expected; write [name] and its fields below")
    given = cast("dict[str, Any]", table)
    if unknown := sorted(set(given) - set(_FIELDS)):
        raise wrong(f"unknown field {', '.join(unknown)}; a row has {', '.join(_FIELDS)}")
    if missing := [field for field in _NEEDED if field not in given]:
        raise wrong(f"{', '.join(missing)} is missing")
    values: dict[str, Any] = {}
    for field, value in given.items():
        if field in _LISTS:
            items = cast("list[Any]", value) if isinstance(value, list) else [None]
            if not all(isinstance(item, str) for item in items):
                raise wrong(f"{field} is a list of strings, not {value!r}")
            values[field] = tuple(items)
        elif isinstance(value, str) and value.strip():
            values[field] = " ".join(value.split())
        else:
            raise wrong(f"{field} is a text that is not empty, not {value!r}")
    made = Row(id=name, part=part, **values)
    if made.verdict not in VERDICTS:
        raise wrong(f"its verdict is {made.verdict!r}; write one of {', '.join(VERDICTS)}")
    if strange := [kind for kind in (made.kind, *made.also) if kind not in KINDS]:
        raise wrong(f"its kind is {strange[0]!r}; write one of {', '.join(KINDS)}")
    if unknown := sorted(set(made.sources) - source_keys()):
        raise wrong(f"unknown source {', '.join(unknown)}; add an entry to theory/sources.bib")
    if made.verdict in ("true with correction", "false as stated") and not made.corrected:
        raise wrong(f"its verdict is {made.verdict!r}, and what is true is not said; add `corrected`")
    return made


@cache
def all_rows() -> Mapping[str, Row]:
    """Every row by its id, part A before part B, each in the order of its file."""
    found: dict[str, Row] = {}
    for part in PARTS:
        text = files("theory").joinpath(f"rows_{part.lower()}.toml").read_text(encoding="utf-8")
        new = read_rows(text, part)
        if twice := sorted(set(found) & set(new)):
            raise RowError(f"row {twice[0]} stands in part A and in part B; rename one of them")
        found.update(new)
    return MappingProxyType(found)


def row(name: str) -> Row:
    """The row of this id; `UnknownName` with near ones where there is none."""
    found = all_rows().get(name)
    if found is None:
        near = get_close_matches(name, all_rows(), n=3, cutoff=0.5)
        hint = f"did you mean {' or '.join(near)}?" if near else "list the rows with `gradproof ledger`"
        raise UnknownName(f"there is no row {name!r}; {hint}")
    return found


def claims_by_row(claims: Iterable[Claim]) -> dict[str, list[Claim]]:
    """The claims that name each row, in their order; every row is there, with an empty list where nothing names it."""
    found: dict[str, list[Claim]] = {name: [] for name in all_rows()}
    for claim in claims:
        for name in claim.ledger:
            found[row(name).id].append(claim)
    return found
