"""Options, ini keys and the header of the pytest plugin: with which profile and seed claims are attacked."""

from __future__ import annotations

import argparse
import os
import secrets
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import pytest

PROFILES = ("dev", "ci", "nightly")
SEED_OF_WORKERS = "gradproof_seed"
"""Where pytest-xdist's workers find the seed of their session."""


@dataclass(frozen=True)
class Choice:
    """How the items of a session are run."""

    profile: str
    seed: int
    fresh: bool

    @property
    def replays_examples(self) -> bool:
        """Whether examples that broke a claim before are tried first; the derandomised profile only writes them down."""
        return self.profile != "ci"


CHOICE = pytest.StashKey[Choice]()


def natural(text: str) -> int:
    """A seed as it is typed."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"a seed is a natural number, not {text!r}")
    return int(text)


def add_options(parser: pytest.Parser) -> None:
    """Declare the options and ini keys."""
    group = parser.getgroup("gradproof", "gradproof: claims as test items")
    group.addoption("--gradproof-profile", choices=PROFILES, help="how hard to attack claims (ci where $CI is set, else dev)")
    group.addoption("--gradproof-seed", type=natural, metavar="N", help="seed of the attacks (0; drawn for nightly)")
    group.addoption("--gradproof-fresh", action="store_true", help="prove every claim anew; use no kept proof")
    modules = "modules whose claims are collected although python_files does not match them; of a package, its modules too"
    parser.addini("gradproof_modules", modules, type="linelist", default=[])
    ignore = "files in which claims are left alone, as patterns of their paths below the root folder: tests/helpers/*"
    parser.addini("gradproof_ignore", ignore, type="linelist", default=[])
    parser.addini("gradproof_profile", "what --gradproof-profile is if it is not given", default="")
    parser.addini("gradproof_seed", "what --gradproof-seed is if it is not given", default="")


def chosen(config: pytest.Config) -> Choice:
    """What command line, ini file and environment ask for, in this order."""
    profile = _profile(config)
    return Choice(profile, _seed(config, profile), bool(config.getoption("gradproof_fresh")))


def _profile(config: pytest.Config) -> str:
    given = config.getoption("gradproof_profile")
    if given:
        return str(given)
    stated = str(config.getini("gradproof_profile")).strip()
    if stated:
        if stated not in PROFILES:
            raise pytest.UsageError(f"the ini key gradproof_profile is one of {', '.join(PROFILES)}, not {stated!r}")
        return stated
    hypothesis: Any = config.getoption("hypothesis_profile", None)
    if hypothesis in PROFILES:
        return str(hypothesis)
    return "ci" if os.environ.get("CI") else "dev"


def _seed(config: pytest.Config, profile: str) -> int:
    told = getattr(config, "workerinput", {}).get(SEED_OF_WORKERS)
    if told is not None:
        return int(told)
    given = config.getoption("gradproof_seed")
    if given is not None:
        return int(given)
    stated = str(config.getini("gradproof_seed")).strip()
    if stated:
        if not stated.isdecimal():
            raise pytest.UsageError(f"the ini key gradproof_seed is a natural number, not {stated!r}")
        return int(stated)
    hypothesis = str(config.getoption("hypothesis_seed", None))
    if hypothesis.isdecimal():  # Hypothesis also takes other words as seeds
        return int(hypothesis)
    return secrets.randbelow(2**32) if profile == "nightly" else 0


def header(choice: Choice) -> str:
    """Versions, profile and seed: what has to be known to repeat the run."""
    parts = [_release("gradproof"), f"profile {choice.profile}", f"seed {choice.seed}"]
    return ", ".join([*parts, _release("sympy"), _release("python-flint")])


def _release(name: str) -> str:
    try:
        return f"{name} {version(name)}"
    except PackageNotFoundError:  # run from a clone that is on the path but not installed
        return f"{name} (not installed)"
