"""Collectors and items: a claim becomes a node with two children, `proof` and `attack`.

The items are `pytest.Function`s, because plugins, Hypothesis's own among them, expect of an item that
it has an `obj`. Nothing here builds a statement or imports the kernel before an item runs.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

import gradproof
from gradproof.pytesting.options import CHOICE
from gradproof.pytesting.places import PLACES

if TYPE_CHECKING:
    from gradproof.pytesting.checks import Finding
    from theory.language.claims import Claim

SUITE = Path(gradproof.__file__).resolve().parent / "suite" / "ledger.py"
_WORDS = "theory.language.claims"


def is_claim(value: object) -> bool:
    """Whether a value is a claim; a module that declares one has imported the class, so nothing else is imported."""
    words = sys.modules.get(_WORDS)
    # `isinstance` would ask proxies for their `__class__`, which may do anything.
    return words is not None and type(value) is getattr(words, "Claim", None) and SUITE.parents[2] in _file(words).parents


def shadowed() -> str:
    """Why gradproof cannot work here although it is installed: another package has the name of one of its own."""
    return str(getattr(gradproof, "shadowed", None) or "")


def _file(module: Any) -> Path:
    return Path(module.__file__ or "").resolve()


def claim_nodes(collector: Any, name: str, claim: Claim) -> list[ClaimNode]:
    """The node of a claim under its name in a module; none where the claim is only imported, or is there under two names."""
    module = cast("pytest.Collector", collector).getparent(pytest.Module)
    declared_here = module is not None and claim.module == module.obj.__name__
    alias = name != claim.name and vars(collector.obj).get(claim.name) is claim
    return [ClaimNode.of(collector, name, claim)] if declared_here and not alias else []


class ClaimNode(pytest.Collector):
    """One claim."""

    claim: Claim

    @classmethod
    def of(cls, parent: pytest.Collector, name: str, claim: Claim) -> ClaimNode:
        """The node of a claim, with the marks that the claim's function carries."""
        node: ClaimNode = cls.from_parent(parent, name=name)
        node.claim = claim
        marks: list[pytest.Mark] = getattr(claim.builder, "pytestmark", [])
        for mark in marks:  # `@claim()` above `@pytest.mark.xfail(...)`
            node.add_marker(getattr(pytest.mark, mark.name).with_args(*mark.args, **mark.kwargs))
        return node

    def collect(self) -> Iterable[pytest.Item]:
        """Its two items."""
        return [ProofItem.of(self), AttackItem.of(self)]


class ClaimItem(pytest.Function):
    """One of the two items of a claim: runs its check, writes down what was found, and fails in a few readable lines."""

    role = ""
    claim: Claim

    @classmethod
    def of(cls, node: ClaimNode) -> ClaimItem:
        """The item of this kind of a claim."""

        def run() -> None:
            item.check()

        run.__doc__ = node.claim.meaning
        item: ClaimItem = cls.from_parent(node, name=cls.role, callobj=run)
        item.claim = node.claim
        item.add_marker(f"claim_{cls.role}")
        return item

    def finding(self) -> Finding:
        """What there is to say of the claim."""
        raise NotImplementedError

    def check(self) -> None:
        """Pass, skip or fail by what is found; `user_properties` carry it to reports, and so through pytest-xdist."""
        found = self.finding()
        self.user_properties.extend((f"gradproof.{key}", value) for key, value in found.properties.items() if value)
        if found.failure:
            pytest.fail(found.failure, pytrace=False)
        if found.nothing:
            pytest.skip(found.nothing)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the claim is declared, and its name: this is what a failure is headed with."""
        code = getattr(inspect.unwrap(self.claim.builder), "__code__", None)
        name = f"{self.claim.name}::{self.role}"
        return (self.path, None, name) if code is None else (Path(code.co_filename), code.co_firstlineno - 1, name)


class ProofItem(ClaimItem):
    """Proves or refutes a claim, or says why it is open."""

    role = "proof"

    def finding(self) -> Finding:
        """The verdict."""
        from gradproof.pytesting.checks import proof_of

        return proof_of(self.claim, self.config.stash[CHOICE])


class AttackItem(ClaimItem):
    """Searches for a counterexample to a claim."""

    role = "attack"

    def finding(self) -> Finding:
        """What the attack saw, and whether the verdict bears it."""
        from gradproof.pytesting.checks import attack_on

        inside = isinstance(self.getparent(ClaimModule), Suite)
        # The id of the suite's file is no path where gradproof is installed.
        where = f"--pyargs gradproof.suite.ledger::{self.nodeid.partition('::')[2]}" if inside else f'"{self.nodeid}"'
        return attack_on(self.claim, self.config.stash[CHOICE], where)


# --- where claims come from besides test modules ---------------------------------------------------


class ClaimModule(pytest.Module):
    """A module that is no test module: imported by its name, and nothing but its claims is collected."""

    module_name: str

    def _getobj(self) -> Any:
        return import_module(self.module_name)

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Its claims; nothing where they are collected already, on the way through the folder that the module lies in."""
        places = self.config.stash[PLACES]
        if not named_on_command_line(self.config):
            if self.nodeid in places.collected:
                return []
            places.collected.add(self.nodeid)
        found = list(super().collect())
        if not found and self.module_name in places.single:
            raise self.CollectError(
                f"the ini key gradproof_modules lists {self.module_name}, which declares no claim; list the module that does"
            )
        return found


class Suite(ClaimModule):
    """gradproof's own ledger."""

    module_name = "gradproof.suite.ledger"

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """One group for each file of claims."""
        from gradproof.suite.ledger import claims_by_module

        try:
            found = claims_by_module()
        except ImportError as error:
            raise self.CollectError(f"gradproof's own claims cannot be read: {shadowed() or error}") from error
        for name, claims in found.items():
            group = ClaimGroup.from_parent(self, name=name)
            group.claims = claims
            yield group


class ClaimGroup(pytest.Collector):
    """The claims of one file of gradproof's own ledger."""

    claims: list[Claim]

    def collect(self) -> Iterable[pytest.Collector]:
        """The nodes of its claims."""
        return [ClaimNode.of(self, claim.name, claim) for claim in self.claims]


def suite_node(parent: pytest.Collector, path: Path) -> Suite:
    """The collector of the suite; its ids are the same wherever it is installed."""
    return Suite.from_parent(parent, path=path, nodeid="gradproof/suite/ledger.py")


def module_node(parent: pytest.Collector, path: Path) -> ClaimModule:
    """The collector of a listed module."""
    name = str(parent.config.stash[PLACES].module_at(path))
    # Outside the root folder pytest would leave nothing of the path in the ids.
    nodeid = None if parent.config.rootpath in path.parents else name.replace(".", "/") + ".py"
    node: ClaimModule = ClaimModule.from_parent(parent, path=path, name=path.name, nodeid=nodeid)
    node.module_name = name
    return node


def named_on_command_line(config: pytest.Config) -> bool:
    """Whether the command line names what to collect."""
    return config.args_source is pytest.Config.ArgsSource.ARGS
