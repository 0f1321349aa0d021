r"""Terms, formulas, claims and instances in readable unicode and in LaTeX.

`text` and `latex` print terms and formulas; `latex` is math mode without delimiters. A statement
in LaTeX is text mode with `\(…\)` around its domain and `\[…\]` around what is claimed.
"""

from __future__ import annotations

from theory.kernel.gate import Instance
from theory.kernel.terms import Term
from theory.language.claims import Claim
from theory.typeset.layout import Latex, Layout, Step
from theory.typeset.proof import Proof, proof_of
from theory.typeset.sentences import Sentence, instance_in
from theory.typeset.tex import Tex
from theory.typeset.unicode import Unicode

_UNICODE, _TEX = Unicode(), Tex()


def text(term: Term) -> str:
    """A term or formula as one line of unicode."""
    return _UNICODE.show(term).s


def latex(term: Term) -> str:
    """A term or formula in LaTeX's math mode, without delimiters."""
    return _TEX.show(term).s


def statement_text(claim: Claim) -> str:
    """The claim as a sentence: “For every real x: 0 < σ(x)”."""
    return str(Sentence(Unicode(), claim))


def statement_latex(claim: Claim, layout: Layout = "wide") -> str:
    r"""The claim as a sentence in LaTeX's text mode: `For every real \(x\): \[ 0 < \sigma(x) \]`."""
    tex = Tex()
    return str(Sentence(tex, claim, Latex(layout, tex).statement))


def domain_latex(claim: Claim) -> str:
    r"""What the claim ranges over, in LaTeX's text mode: `every real \(x\)`; empty where it has no free variable."""
    return Sentence(Tex(), claim).domain()


def instance_text(instance: Instance) -> str:
    """Exact values: “n = 2, W = [[2, 4], [−1, −2]], x = 1/2”."""
    return ", ".join(instance_in(_UNICODE, instance))


def instance_latex(instance: Instance) -> str:
    """Exact values in LaTeX's math mode, without delimiters."""
    return r",\quad ".join(instance_in(_TEX, instance))


__all__ = [
    "Layout",
    "Proof",
    "Step",
    "domain_latex",
    "instance_latex",
    "instance_text",
    "latex",
    "proof_of",
    "statement_latex",
    "statement_text",
    "text",
]
