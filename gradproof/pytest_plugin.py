"""The pytest plugin: every claim that is collected becomes a proof item and an attack item.

pytest loads this file in every project of an environment that has gradproof installed. So it imports
pytest alone; SymPy comes with the first module that declares a claim, the kernel and Hypothesis with the
first item that runs.
"""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gradproof.pytesting import options
from gradproof.pytesting.nodes import (
    SUITE,
    ClaimModule,
    claim_nodes,
    is_claim,
    module_node,
    named_on_command_line,
    shadowed,
    suite_node,
)
from gradproof.pytesting.options import CHOICE, Choice
from gradproof.pytesting.places import PLACES, Places

if TYPE_CHECKING:
    from theory.language.claims import Claim

__all__: list[str] = []


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare options and ini keys."""
    options.add_options(parser)


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marks, settle profile and seed, and find the modules that are listed."""
    config.addinivalue_line("markers", "claim_proof: the proof item of a claim.")
    config.addinivalue_line("markers", "claim_attack: the attack item of a claim.")
    config.stash[CHOICE] = options.chosen(config)
    config.stash[PLACES] = Places(config)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Give the seed to a worker of pytest-xdist: a seed that is drawn is drawn once."""
    choice: Choice = node.config.stash[CHOICE]
    node.workerinput[options.SEED_OF_WORKERS] = choice.seed


def pytest_report_header(config: pytest.Config) -> str:
    """What has to be known to repeat the run."""
    if fault := shadowed():
        return f"gradproof is off: {fault}"
    return options.header(config.stash[CHOICE])


# --- collection ------------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Add the modules that are listed to what the session collects, wherever they lie."""
    report = yield
    # Whoever names files or folders wants these and no others. (More arguments for pytest would not do: given a folder and a
    # file in it, pytest 8.0 collects the file alone.)
    if isinstance(collector, pytest.Session) and report.passed and not named_on_command_line(collector.config):
        report.result.extend(module_node(collector, path) for path in collector.config.stash[PLACES])
    return report


@pytest.hookimpl(wrapper=True)
def pytest_collect_file(
    file_path: Path, parent: pytest.Collector
) -> Generator[None, list[pytest.Collector], list[pytest.Collector]]:
    """Collect gradproof's own suite, and the modules that are listed."""
    found = yield
    if file_path.name == SUITE.name and file_path.resolve() == SUITE:
        return [suite_node(parent, file_path)]
    if parent.config.stash[PLACES].module_at(file_path):
        # pytest takes a file that it is given for a test module.
        return [*(node for node in found if type(node) is not pytest.Module), module_node(parent, file_path)]
    return found


def pytest_pycollect_makeitem(collector: pytest.Module | pytest.Class, name: str, obj: object) -> list[Any] | None:
    """Collect the claims that a module declares."""
    if is_claim(obj):
        if collector.config.stash[PLACES].ignores(collector.path):
            return []
        claim: Claim = obj  # pyright: ignore[reportAssignmentType]  # naming the class here would import SymPy
        return list(claim_nodes(collector, name, claim))
    return [] if isinstance(collector, ClaimModule) else None


# --- the end ---------------------------------------------------------------------------------------


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Sum up what was found of the claims; nothing where there are none."""
    from gradproof.pytesting.summary import summarise

    summarise(terminalreporter)
