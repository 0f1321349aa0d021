"""Names of variables and activations: Greek letters, subscripts and primes."""

from __future__ import annotations

import re
from dataclasses import dataclass

from theory.kernel.terms import Term
from theory.language.activations import activation_named
from theory.language.errors import ClaimError

_LOWER = "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi psi omega"
_UPPER = "Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega"
GREEK: dict[str, str] = {
    **dict(zip(_LOWER.split(), "αβγδεζηθικλμνξπρστυφχψω", strict=True)),
    **dict(zip(_UPPER.split(), "ΓΔΘΛΞΠΣΥΦΨΩ", strict=True)),
    # `lambda` is a keyword of Python, and `eps` what everyone types.
    "eps": "ε",
    "lam": "λ",
    "lambda_": "λ",
}
GREEK_LATEX: dict[str, str] = {name: rf"\{name}" for name in GREEK} | {
    "epsilon": r"\varepsilon",
    "eps": r"\varepsilon",
    "phi": r"\varphi",
    "lam": r"\lambda",
    "lambda_": r"\lambda",
}

SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
SUPERSCRIPTS = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")
_NUMBERED = re.compile(r"([A-Za-z]|" + "|".join(GREEK) + r")(\d+)")


@dataclass(frozen=True)
class Name:
    """A variable's name in parts: `h_0'` is head h, subscript 0, one prime."""

    head: str
    subscripts: tuple[str, ...]
    primes: int


def parsed(name: str) -> Name:
    """Split a name at underscores and before trailing digits; primes come from renamed bound variables."""
    core = name.rstrip("'")
    primes = len(name) - len(core)
    if core in GREEK:
        return Name(core, (), primes)
    numbered = _NUMBERED.fullmatch(core)
    if numbered:
        return Name(numbered[1], (numbered[2],), primes)
    head, *subscripts = core.split("_")
    if not head or not all(subscripts):
        return Name(core, (), primes)
    return Name(head, tuple(subscripts), primes)


def activation_symbols(name: str) -> tuple[str, str]:
    """How an activation prints in unicode and in LaTeX; a name without a head stands for itself."""
    try:
        head = activation_named(name)
    except ClaimError:
        return name, rf"\operatorname{{{escaped(name)}}}"
    return head.symbol, head.latex_symbol


_SPECIAL = {"\\": r"\backslash ", "^": r"\hat{\ }", "~": r"\sim "} | {c: "\\" + c for c in "#$%&_{}"}


def escaped(name: str) -> str:
    """A name with the characters that mean something to TeX made literal."""
    return "".join(_SPECIAL.get(c, c) for c in name)


def is_default(part: Term, name: str) -> bool:
    """Whether a network's start or drive is the implicit one, over which its statement quantifies silently."""
    return part.op == "var" and part.data == name
