"""The bibliography: each entry complete, where to look it up or what it was checked against, and used."""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

import pytest

from theory.language.claims import full_ledger, source_keys
from theory.rows import all_rows

ARTICLES = ("logm", "whyrelu", "zhihu61265076", "stackexchange", "activationtutorial")
VENUES = {"journal", "booktitle", "publisher", "school", "institution", "eprint"}
LOCATORS = {"doi", "url", "eprint"}

# What is written above an entry, its key, its fields.
ENTRY = re.compile(r"((?:^%[^\n]*\n)*)^@\w+\{([^,\s]+),\n(.*?)^\}$", re.MULTILINE | re.DOTALL)
FIELD = re.compile(r"^  (\w+) *= \{(.+)\},?$", re.MULTILINE)
DOI = re.compile(r"10\.\d{4,9}/\S+")
EPRINT = re.compile(r"\d{4}\.\d{4,5}")
KEY = re.compile(r"[a-z]+(\d{4})")


def bibliography_text() -> str:
    return files("theory").joinpath("sources.bib").read_text(encoding="utf-8")


def faults_of_entry(above: str, key: str, fields: dict[str, str]) -> list[str]:
    """What is wrong with an entry that is no source article."""
    found = [f"{key}: no {name}" for name in ("author", "title", "year") if name not in fields]
    if not VENUES & set(fields):
        found.append(f"{key}: no venue")
    if not LOCATORS & set(fields) and "% Checked against " not in above:
        found.append(f"{key}: neither a locator nor what it was checked against")
    dated = KEY.fullmatch(key)
    if dated is None or dated[1] != fields.get("year"):
        found.append(f"{key}: the key is not author and year")
    if "doi" in fields and not DOI.fullmatch(fields["doi"]):
        found.append(f"{key}: no DOI {fields['doi']}")
    if "eprint" in fields and not EPRINT.fullmatch(fields["eprint"]):
        found.append(f"{key}: no arXiv number {fields['eprint']}")
    if fields.get("archiveprefix") != ("arXiv" if "eprint" in fields else None):
        found.append(f"{key}: arXiv number and archive do not go together")
    return found


def faults(text: str) -> list[str]:
    """What is wrong with a bibliography."""
    entries = ENTRY.findall(text)
    keys = [key for _, key, _ in entries]
    found = [f"{key}: twice" for key in sorted({key for key in keys if keys.count(key) > 1})]
    if len(re.findall(r"^@", text, re.MULTILINE)) != len(entries):
        found.append("an entry cannot be read")
    if not text.isascii():
        found.append("not ASCII")
    if tuple(keys[:5]) != ARTICLES or keys[5:] != sorted(keys[5:]):
        found.append("not the articles and then the keys in order")
    for above, key, body in entries:
        fields = dict(FIELD.findall(body))
        if len(fields) != body.count("\n"):
            found.append(f"{key}: a line is no field, or a field stands twice")
        if key not in ARTICLES:
            found += faults_of_entry(above, key, fields)
    return found


def test_every_entry_is_complete() -> None:
    assert faults(bibliography_text()) == []


def line(field: str, key: str) -> str:
    """A pattern: a field's line within an entry."""
    return rf"(?<=\{{{key},\n)((?:  .*\n)*?)  {field} .*\n"


@pytest.mark.parametrize(
    ("pattern", "instead", "said"),
    [
        (line("author", "bengio1994"), r"\1", "bengio1994: no author"),
        (line("title", "bengio1994"), r"\1", "bengio1994: no title"),
        (line("year", "bengio1994"), r"\1", "bengio1994: no year"),
        (line("journal", "bengio1994"), r"\1", "bengio1994: no venue"),
        (line("doi", "bengio1994"), r"\1", "bengio1994: neither a locator"),
        (r"% Checked against .*\n(?=@techreport\{jaeger2001)", "", "jaeger2001: neither a locator"),
        (r"\{10\.1109/72\.279181\}", "{72.279181}", "bengio1994: no DOI"),
        (r"\{1504\.00941\}", "{cs/1504}", "le2015: no arXiv number"),
        (line("archiveprefix", "le2015"), r"\1", "le2015: arXiv number and archive"),
        ("bengio1994,", "bengio1995,", "bengio1995: the key is not"),
        ("berger1992,", "bengio1994,", "bengio1994: twice"),
        ("berger1992,", "zhang1992,", "in order"),
        (r"= \{Bounded", "= {Of\n    Bounded", "berger1992: a line is no field"),
        ("Simard, Patrice", "Simard, Pátrice", "not ASCII"),
        (r"banach1922,\n", "banach1922, ", "an entry cannot be read"),
    ],
)
def test_a_broken_entry_is_seen(pattern: str, instead: str, said: str) -> None:
    tampered, times = re.subn(pattern, instead, bibliography_text())
    assert times == 1
    assert any(said in fault for fault in faults(tampered)), faults(tampered)


def test_every_source_is_used() -> None:
    cited = {key for known in (*full_ledger(), *all_rows().values()) for key in known.sources}
    root = Path(__file__).parents[2]
    pages = "\n".join(page.read_text(encoding="utf-8") for page in (root / "docs").glob("*.md"))
    cited |= set(re.findall(r"`(\w+)` in `theory/sources\.bib`", pages))
    assert sorted(source_keys() - cited) == []
    assert sorted(cited - source_keys()) == []
