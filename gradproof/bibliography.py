"""Entries of `theory/sources.bib` as one readable line each."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_ENTRY = re.compile(r"^@(\w+)\{([^,\s]+),\s*\n(.*?)^\}", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"^\s*(\w+)\s*=\s*\{(.*)\},?\s*$", re.MULTILINE)
_ACCENT = re.compile(r"\\([\"'`^~=.]|[cvuHkr](?![a-zA-Z]))\s*(?:\{(\\?[a-zA-Z])\}|(\\?[a-zA-Z]))")
_COMBINING = {
    '"': "\u0308",
    "'": "\u0301",
    "`": "\u0300",
    "^": "\u0302",
    "~": "\u0303",
    "=": "\u0304",
    ".": "\u0307",
    "c": "\u0327",
    "v": "\u030c",
    "u": "\u0306",
    "H": "\u030b",
    "k": "\u0328",
    "r": "\u030a",
}
_LETTERS = {r"\ss": "ß", r"\o": "ø", r"\O": "Ø", r"\l": "ł", r"\L": "Ł", r"\ae": "æ", r"\aa": "å", r"\ell": "ℓ"}
_MARKS = {"---": "—", "--": "–", "``": "“", "''": "”", "~": " "}


@dataclass(frozen=True)
class Source:
    """One entry: its key, one line of text, and where it can be read (empty where nowhere)."""

    key: str
    text: str
    url: str


def plain(latex: str) -> str:
    """The text of a BibTeX field as unicode: accents composed, braces and escapes gone."""

    def accented(match: re.Match[str]) -> str:
        letter = (match[2] or match[3]).lstrip("\\")
        return unicodedata.normalize("NFC", letter + _COMBINING[match[1]])

    text = _ACCENT.sub(accented, latex)
    for command, letter in _LETTERS.items():
        text = re.sub(re.escape(command) + r"(?![a-zA-Z])\s*", letter, text)
    text = re.sub(r"(?<!\\)\$", "", text)
    text = re.sub(r"\\([&%$#_])", r"\1", text)
    for mark, character in _MARKS.items():
        text = text.replace(mark, character)
    return re.sub(r"[{}]", "", text)


def _people(authors: str) -> str:
    names = [name.strip() for name in authors.split(" and ")]
    turned = [" ".join(reversed(name.split(", ", 1))) for name in names]
    if len(turned) > 3:
        return f"{turned[0]} et al."
    return " and ".join(filter(None, [", ".join(turned[:-1]), turned[-1]]))


def _venue(field: dict[str, str]) -> str:
    where = next(filter(None, map(field.get, ("journal", "booktitle", "school", "institution", "publisher"))), "")
    if "type" in field:
        where = f"{' '.join(filter(None, [field['type'], field.get('number')]))}, {where}"
    if "edition" in field:
        where = f"{field['edition']} edition, {where}"
    if "journal" in field and "volume" in field:
        issue = f"({field['number']})" if "number" in field and "(" not in field["volume"] else ""
        where += f" {field['volume']}{issue}"
    if "pages" in field:
        where += f", pp. {field['pages']}" if "journal" not in field else f":{field['pages']}"
    if "eprint" in field:
        where = ", ".join(filter(None, [where, f"arXiv:{field['eprint']}"]))
    return where


def _formatted(key: str, field: dict[str, str]) -> Source:
    who, title = _people(field.get("author", "")), field.get("title", key).rstrip(".")
    where = " ".join(filter(None, [_venue(field), f"({field['year']})" if "year" in field else ""]))
    sentences = [who.rstrip("."), title, where, field.get("note", "").rstrip(".")]
    url = field.get("url", "")
    if not url and "doi" in field:
        url = f"https://doi.org/{field['doi']}"
    if not url and "eprint" in field:
        url = f"https://arxiv.org/abs/{field['eprint']}"
    text = " ".join(part if part.endswith("?") else f"{part}." for part in sentences if part)
    return Source(key, text, url)


def read_bibliography(text: str) -> dict[str, Source]:
    """The entries of a BibTeX text by key; one field a line, as sources.bib is written."""
    found: dict[str, Source] = {}
    for _, key, body in _ENTRY.findall(text):
        fields = {name.lower(): plain(value) if name not in ("url", "doi") else value for name, value in _FIELD.findall(body)}
        found[key] = _formatted(key, fields)
    return found


@cache
def bibliography() -> dict[str, Source]:
    """Every source of the ledger by key."""
    return read_bibliography(files("theory").joinpath("sources.bib").read_text(encoding="utf-8"))
