"""What the words of the claims mean, for a document: each activation's definition, and that of a recurrent network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from gradproof.latex.prose import prose
from theory.kernel.definitions import ARGUMENT, definition
from theory.kernel.gate import goal_of
from theory.kernel.replacing import substitute, walk
from theory.kernel.terms import var
from theory.language.activations import Activation
from theory.typeset import latex

if TYPE_CHECKING:
    from theory.language.claims import Claim

NETWORK = r"""\begin{definition}\label{def:recurrence}
Let \(W\) be an \(n\times n\) matrix, \(\varphi\) an activation, \(h_0\in\mathbb{R}^n\) a start and
\(v_1, v_2, \dots\in\mathbb{R}^n\) a drive, which holds inputs and biases together. The recurrence \((W,\varphi)\) has the
preactivations and states
\[ a_t \coloneqq W h_{t-1} + v_t,\qquad h_t \coloneqq \varphi(a_t), \]
with \(\varphi\) applied to each entry, the masks
\(D_t \coloneqq \operatorname{diag}\bigl(\operatorname{slope}_\varphi(a_t)\bigr)\) and, through \(T\) steps, the Jacobian
\[ J_T(W,\varphi) \coloneqq \frac{\partial h_T}{\partial h_0} = D_T W\, D_{T-1} W \cdots D_1 W. \]
Where the network is understood, they are written \(a_t\), \(h_t\), \(D_t\) and \(J_T\) alone.
Where \(\varphi\) is differentiable, \(\operatorname{slope}_\varphi\) is \(\varphi'\). At a kink it is any number between the
one-sided derivatives, so a claim holds for every convention that a framework may follow.
\end{definition}
Norms are \(\lVert W\rVert\) (spectral), \(\lVert W\rVert_{\mathrm{F}}\) (Frobenius) and \(\lVert W\rVert_{\infty}\)
(largest row sum); \(\rho(W)\) is the spectral radius, \(\lvert W\rvert\) the matrix of absolute values, \(W^{\top}\) the
transpose and \(W^{T}\) a power."""


def definitions(claims: Iterable[Claim]) -> dict[str, str]:
    """The definitions that these claims speak of, by file name: `def-sigmoid.tex`, `def-recurrence.tex`."""
    found: dict[str, str] = {}
    for claim in claims:
        found |= {f"def-{name}.tex": text for name, text in _of_claim(claim)}
    return found


def _of_claim(claim: Claim) -> Iterator[tuple[str, str]]:
    if isinstance(claim.about, type) and issubclass(claim.about, Activation):
        yield claim.about.__name__, activation_definition(claim.about)
    goal = goal_of(claim)
    if any(node.op == "net" for part in (goal.conclusion, *goal.hypotheses) for node in walk(part)):
        yield "recurrence", NETWORK


def activation_definition(head: type[Activation]) -> str:
    """The definition of an activation, labelled `def:NAME`."""
    body = latex(substitute(definition(head.__name__), {ARGUMENT: var("x")}))
    meaning = prose((head.__doc__ or "").partition("\n\n")[0])
    return "\n".join(
        [
            rf"\begin{{definition}}\label{{def:{head.__name__}}}",
            meaning,
            rf"\[ \gpfit{{{head.latex_symbol}(x) \coloneqq {body}}}. \]",
            r"\end{definition}",
        ]
    )
