"""Certificates as JSON and back: version 3 of the format in `certificate.schema.json`.

Nothing here is trusted: what is read is checked.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

from theory.kernel.enclosure import Cell, Switch
from theory.kernel.extrema import Certificate, Place
from theory.language.errors import KernelRefusal
from theory.storing import from_json as term_from_json
from theory.storing import rational_from_json
from theory.storing import to_json as term_to_json

SCHEMA = 3


def to_json(c: Certificate) -> dict[str, Any]:
    """The certificate as plain data; every number is exact."""
    return {
        "kind": "certificate",
        "schema": SCHEMA,
        "term": term_to_json(c.term),
        "variable": term_to_json(c.variable),
        "order": c.order,
        "extremum": "sup" if c.sign > 0 else "inf",
        "bits": c.bits,
        "kinks": [str(k) for k in c.kinks],
        "cells": [_cells(cells) for cells in c.cells],
        "lower": _text(c.lower),
        "upper": _text(c.upper),
        "others": _text(c.others),
        "place": [c.place.kind, _text(c.place.x), c.place.side],
        "status": c.status,
        "polynomial": [str(a) for a in c.polynomial],
        "closed": None if c.closed is None else term_to_json(c.closed),
        "points": [term_to_json(p) for p in c.points],
        "switches": [[[term_to_json(s.term), s.sign, _cells(s.cells)] for s in switches] for switches in c.switches],
    }


def _cells(cells: tuple[Cell, ...]) -> list[Any]:
    return [[_text(cell.low), _text(cell.high), cell.rule, _text(cell.point)] for cell in cells]


def _cells_of(found: Any) -> tuple[Cell, ...]:
    return tuple(Cell(_maybe(low), _maybe(high), str(rule), _maybe(point)) for low, high, rule, point in found)


def _switch_of(found: Any) -> Switch:
    term, sign, cells = found
    return Switch(term_from_json(term), _whole(sign), _cells_of(cells))


def from_json(value: Any) -> Certificate:
    """Read what `to_json` wrote; anything else is refused. Bounds are those of sign · f, as in the certificate."""
    try:
        found = cast("dict[str, Any]", value)
        if found["kind"] != "certificate" or _whole(found["schema"]) != SCHEMA:
            raise KernelRefusal(f"a certificate of schema {SCHEMA} is expected, not {str(found.get('schema'))[:40]}")
        kind, x, side = found["place"]
        return Certificate(
            term=term_from_json(found["term"]),
            variable=term_from_json(found["variable"]),
            order=_whole(found["order"]),
            sign={"sup": 1, "inf": -1}[found["extremum"]],
            bits=_whole(found["bits"]),
            kinks=tuple(rational_from_json(k) for k in found["kinks"]),
            cells=tuple(_cells_of(cells) for cells in found["cells"]),
            lower=_maybe(found["lower"]),
            upper=_maybe(found["upper"]),
            others=_maybe(found["others"]),
            place=Place(str(kind), _maybe(x), _whole(side)),
            status=str(found["status"]),
            polynomial=tuple(_integer(a) for a in found["polynomial"]),
            closed=None if found["closed"] is None else term_from_json(found["closed"]),
            points=tuple(term_from_json(p) for p in found["points"]),
            switches=tuple(tuple(_switch_of(s) for s in switches) for switches in found["switches"]),
        )
    except (TypeError, ValueError, KeyError, AttributeError, ArithmeticError, RecursionError) as error:
        raise KernelRefusal("a certificate has the fields that its schema lists; this one has not") from error


def _integer(text: Any) -> int:
    q = rational_from_json(text)
    if q.denominator != 1:
        raise KernelRefusal("the coefficients of a minimal polynomial are integers")
    return q.numerator


def _maybe(text: Any) -> Fraction | None:
    return None if text is None else rational_from_json(text)


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise KernelRefusal(f"a whole number is expected, not {str(value)[:40]}")
    return value


def _text(q: Fraction | None) -> str | None:
    return None if q is None else str(q)
