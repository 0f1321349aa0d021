"""What tests of documents share: records of every claim without a search, and TeX where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from gradproof.latex.files import documents
from gradproof.record import Record, record_of
from numerics.goals import opened
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from tests.sampling import is_quick
from theory.language.claims import Claim, full_ledger
from theory.tactics.settle import settle
from theory.typeset import Layout, instance_text

# What LaTeX only warns about and a reader would see.
BLEMISHES = re.compile(r"^(?:Overfull .*|LaTeX Warning: .*(?:undefined|multiply defined).*|! .*)$", re.MULTILINE)


def evidence(claim: Claim) -> dict[str, Any]:
    """Counts made up, at a point that a search could have found: exact, and as long as such points are."""
    goal = settle(claim).goal
    assert goal is not None
    counts = {"examples": 240, "held": 231, "broken": 0, "touching": 9, "vacuous": 0, "undefined": 0}
    where = instance_text(Sampler(opened(goal)).draw(FromSeed(len(claim.name))))
    seen = {"tightest": -5.5e-10, "where": where, "witness": None, "witness_text": ""}
    return {**counts, **seen, "seed": 0, "profile": "dev", "kind": "search", "note": ""}


@cache
def made(name: str) -> Record:
    """The record of a claim, made once a process."""
    ledger = full_ledger()
    return record_of(settle(ledger[name]), evidence(ledger[name]), "", ledger)


# To write down every claim, in two layouts, takes minutes: the ordinary suite does it for a part that hangs on the names.
EVERY = os.environ.get("GRADPROOF_EVERY_CLAIM") == "1"
ONE_IN = 12
NAMED = frozenset(
    {"deriv_sigmoid", "deriv_tanh", "exp_le_deriv_tanh", "mish_ge", "norm_jacobian_le_pow", "norm_irnn_jacobian_le_one"}
    | {"relu_jacobian_tendsto_zero_of_norm_lt_one", "jacobian_tendsto_zero_of_active"}  # which rest on the recurrence
)
"""Claims that tests speak of: these are always written down."""


@cache
def every_claim() -> list[tuple[Claim, Record]]:
    """The claims that are written down, with what a record needs of the others, and their records."""
    ledger = full_ledger()
    wanted = {claim.name for claim in ledger if EVERY or claim.name in NAMED or is_quick(claim.name, ONE_IN)}
    while more := {used for name in wanted for used in settle(ledger[name]).uses if used in ledger} - wanted:
        wanted |= more
    return [(claim, made(claim.name)) for claim in ledger if claim.name in wanted]


@cache
def files_of(layout: Layout) -> dict[str, str]:
    """The documents of every claim, made once a process."""
    return documents(every_claim(), layout)


def tex_or_skip() -> None:
    """Skip where no TeX is installed; fail where it has to be, as in CI."""
    if shutil.which("pdflatex") and shutil.which("bibtex"):
        return
    if os.environ.get("GRADPROOF_REQUIRE_TEX") == "1":
        pytest.fail("GRADPROOF_REQUIRE_TEX is 1, but pdflatex and bibtex are not both here")
    pytest.skip("no pdflatex and bibtex here; install texlive-latex-base and texlive-latex-recommended")


def compiled(folder: Path, name: str, *, passes: str = "l") -> list[str]:
    """Run LaTeX (l) and BibTeX (b) in turn; what is wrong with the document, none where nothing is."""
    commands = {"l": ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", f"{name}.tex"], "b": ["bibtex", name]}
    for which in passes:
        done = subprocess.run(commands[which], cwd=folder, capture_output=True, text=True, errors="replace", check=False)
        if done.returncode:
            return done.stdout.splitlines()[-15:]
    return BLEMISHES.findall((folder / f"{name}.log").read_text(encoding="latin-1"))
