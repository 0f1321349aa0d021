"""A folder of LaTeX: refused before anything is written where it can't be, and checked against the claims as they stand."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

from gradproof.latex.definitions import definitions
from gradproof.latex.fragment import fragment, hash_in, header
from gradproof.latex.summary import summary
from gradproof.record import RecordError, write_atomically
from gradproof.verify import passed
from theory.exposition import claim_latex

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gradproof.record import Record
    from theory.language.claims import Claim
    from theory.typeset import Layout

LAYOUTS: tuple[Layout, ...] = ("wide", "narrow")


def documents(pairs: Sequence[tuple[Claim, Record]], layout: Layout) -> dict[str, str]:
    """The files by name: a fragment for each claim, the style, the sources, the summary."""
    style = files("gradproof.latex").joinpath("gradproof.sty").read_text(encoding="utf-8")
    sources = files("theory").joinpath("sources.bib").read_text(encoding="utf-8")
    made = {f"{claim.name}.tex": fragment(claim, record, layout) for claim, record in pairs}
    meant = {name: f"{header(name)}\n{text}\n" for name, text in definitions(claim for claim, _ in pairs).items()}
    return {**meant, **made, "gradproof.sty": style, "gradproof.bib": sources, "summary.tex": summary(pairs, layout)}


def folder_for(folder: Path) -> None:
    """Make the folder, or refuse before any work is done."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise RecordError(f"cannot write into {folder}: {error.strerror or error}; name another folder with -o") from error


def write(folder: Path, made: dict[str, str]) -> int:
    """Write the files that differ from what is there; how many."""
    folder_for(folder)
    taken = [name for name in made if (folder / name).exists() and not (folder / name).is_file()]
    if taken:
        raise RecordError(f"cannot write {folder / taken[0]}: it is not a file; name another folder with -o")
    changed = 0
    for name, text in made.items():
        file = folder / name
        if not (file.is_file() and file.read_bytes() == text.encode()):
            write_atomically(file, text)
            changed += 1
    return changed


def faults(folder: Path, pairs: Sequence[tuple[Claim, Record]]) -> list[str]:
    """Why a document that inputs these fragments must not be built, one sentence each; none where it may."""
    found: list[str] = []
    for name, text in definitions(claim for claim, _ in pairs).items():
        if (folder / name).is_file() and text not in (folder / name).read_text(encoding="utf-8"):
            found.append(f"{folder / name} defines something else than gradproof does; write it again and read it")
    for claim, record in pairs:
        file = folder / f"{claim.name}.tex"
        if not passed(record):
            what = "contradicted" if record["contradiction"] else record["verdict"]
            found.append(f"{claim.name} is {what}: {record['reason'] or record['evidence']['note']}")
        elif not file.is_file():
            found.append(f"{file} is missing; write it with `gradproof latex {claim.name} -o {folder}`")
        elif hash_in(text := file.read_text(encoding="utf-8")) != record["hash"]:
            found.append(f"{file} was written for another version of {claim.name}; write it again and read what has changed")
        elif all(claim_latex(claim, layout).rstrip() not in text for layout in LAYOUTS):
            found.append(f"{file} was edited, or prints {claim.name} as another gradproof did; write it again")
    return found
