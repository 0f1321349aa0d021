"""The exceptions of gradproof: each message says what was expected, what came and what to do."""

from __future__ import annotations


class GradproofError(Exception):
    """Base of every error that gradproof raises on purpose."""


class ClaimError(GradproofError):
    """A claim, a domain or an activation is declared in a way that cannot be read."""


class UnsupportedTerm(GradproofError):
    """An expression uses something that the statement language does not contain."""


class KernelRefusal(GradproofError):
    """A rule of the kernel was applied where it does not apply; nothing was proved.

    `about` is the term that the message speaks of as the kernel writes it; who shows the message may write it better.
    """

    def __init__(self, message: str, about: object = None) -> None:
        super().__init__(message)
        self.about = about


def refuse_if(wrong: object, reason: str, about: object = None) -> None:
    """Raise `KernelRefusal` with the reason where something is wrong."""
    if wrong:
        raise KernelRefusal(reason, about)


class ProofFailure(GradproofError):
    """A tactic found no proof; the claim stays open."""


class UnknownName(GradproofError):
    """A name that nothing in the ledger carries; the message suggests near ones."""
