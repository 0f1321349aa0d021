r"""What a claim shows of itself: its statement with its sharpness, the steps of its proof, LaTeX, and what notebooks display.

The LaTeX is for amsthm's environments (`theorem`, `proposition`, `lemma`, `remark`, `proof`) and the few
macros of `gradproof.sty`; the document owns the numbering.
"""

from __future__ import annotations

from functools import cache, lru_cache
from html import escape
from typing import TYPE_CHECKING

from theory.kernel.gate import Goal, goal_of
from theory.kernel.replacing import substitute
from theory.kernel.terms import Term
from theory.language.claims import Claim, full_ledger, ledger_of, package_of
from theory.language.errors import GradproofError
from theory.tactics.settle import Settlement, Verdict, settle
from theory.typeset import Proof, proof_of, statement_latex
from theory.typeset.blocks import Pieces, Ref
from theory.typeset.layout import WIDTH, Layout, Step, ink, words
from theory.typeset.sentences import instance_in
from theory.typeset.tex import Tex

if TYPE_CHECKING:
    from theory.language.claims import Ledger


def proof_steps(claim: Claim) -> tuple[Step, ...]:
    """The lines of the proof or refutation that the kernel replayed; none for a claim that is cited or open."""
    proof = written_proof(settle(claim))
    return () if proof is None else proof.steps


@lru_cache(maxsize=1024)
def written_proof(settlement: Settlement) -> Proof | None:
    """The written proof of a settlement, which several layouts print; a settlement is known by its identity."""
    theorem = settlement.theorem
    return None if theorem is None else proof_of(theorem.derivation, settlement.witness, settlement.goal)


def environment_of(claim: Claim, verdict: Verdict) -> str:
    """The environment that a claim is set in: refuted ones are remarks, what nobody else states is a lemma."""
    if verdict is Verdict.REFUTED:
        return "remark"
    if not claim.ledger and not claim.sources:
        return "lemma"
    return "theorem" if claim.about is None else "proposition"


def claim_latex(claim: Claim, layout: Layout = "wide") -> str:
    """Statement and proof, or counterexample and refutation, with the label `thm:NAME`."""
    settlement = settle(claim)
    parts = [_statement(settlement, layout)]
    proof = written_proof(settlement)
    if proof is not None:
        title = "[Refutation]" if settlement.verdict is Verdict.REFUTED else ""
        parts.append(f"\\begin{{proof}}{title}\n{proof.latex(layout, ends=True)}\n\\end{{proof}}")
    return "\n".join(parts) + "\n"


def _statement(settlement: Settlement, layout: Layout) -> str:
    claim, verdict = settlement.claim, settlement.verdict
    said = statement_latex(claim, layout)
    said += "" if said.endswith(r"\]") else "."
    title, before, after = "", "", ""
    if verdict is Verdict.REFUTED:
        title, before = "[refuted]", "The following is false.\n"
        after = _counterexample(settlement, layout)
    elif verdict is Verdict.CITED:
        title = f"[{{\\cite{{{','.join(claim.sources)}}}}}]" if claim.sources else ""
    elif verdict is Verdict.OPEN:
        title = "[open]"
    sharp = [words(pieces, Tex()) for pieces in sharpness(claim)] if verdict in _HOLDS else []
    lines = [before + said, *([after] if after else []), *sharp]
    name = environment_of(claim, verdict)
    return f"\\begin{{{name}}}{title}\\label{{thm:{claim.name}}}\n" + "\n".join(lines) + f"\n\\end{{{name}}}"


_HOLDS = (Verdict.PROVED, Verdict.CONDITIONAL, Verdict.CITED)


def _counterexample(settlement: Settlement, layout: Layout) -> str:
    """The witness on display, in as many lines as the layout asks for."""
    witness = settlement.witness
    if witness is None or not (witness.values or witness.dims):
        return ""
    lines: list[str] = []
    for value in instance_in(Tex(), witness):
        longer = rf"{lines[-1]},\quad {value}" if lines else value
        lines[-1:] = [longer] if not lines or ink(longer) <= WIDTH[layout] else [f"{lines[-1]},", value]
    body = r" \\ ".join(lines)
    shown = rf"\begin{{gathered}} {body} \end{{gathered}}" if len(lines) > 1 else body
    return f"A counterexample is\n\\[ \\gpfit{{{shown}}}. \\]"


# --- sharpness --------------------------------------------------------------------------------------------


def sharpness(claim: Claim) -> list[Pieces]:
    """What the claim's ledger proves about its bounds: where equality holds, whether a bound is attained or approached."""
    goal = goal_of(claim)
    if goal.hypotheses:
        return []  # an extremum over the whole line says nothing about a bound on a part of it
    bounds = goal.conclusion.args if goal.conclusion.op == "and" else (goal.conclusion,)
    found: list[Pieces] = []
    for bound in bounds:
        if bound.op in ("le", "lt"):
            found += _about(bound, claim)
    return found


def _about(bound: Term, claim: Claim) -> list[Pieces]:
    a, b = bound.args
    said: list[Pieces] = []
    package = package_of(claim.module)
    known = full_ledger() if package == "theory" else ledger_of(package)
    for other, conclusion in _sharp_claims(known, len(known)):
        if other is claim:
            continue
        if conclusion.op == "iff":
            equality, where = conclusion.args
            if equality.args == (a, b) and where.op == "eq":
                said.append(("Equality holds if and only if", where, "(", Ref(other.name), ")."))
            continue
        x, body, value = conclusion.args
        upper, attained = conclusion.data
        if attained and said:
            continue  # where equality holds says more
        side, limit = (a, b) if upper else (b, a)
        inner = side.args[0] if side.op == "abs" and upper else side
        if value is limit and any(substitute(body, {x: v}) is inner for v in inner.free if v.sort == "real"):
            # That f never reaches its supremum does not keep −f from it, so of |f| less is known.
            how = "is attained" if attained else "is approached" if inner is not side else "is approached and never attained"
            said.append(("The bound", limit, how, "(", Ref(other.name), ")."))
    return said


@cache
def _sharp_claims(ledger: Ledger, _count: int) -> list[tuple[Claim, Term]]:
    """The proved claims of a ledger about extrema over the whole line and about equality; asked again when it has grown."""
    found: list[tuple[Claim, Term]] = []
    for claim in ledger:
        try:
            goal: Goal = goal_of(claim)
        except GradproofError:
            continue  # a claim that cannot be read is reported where it is settled
        conclusion = goal.conclusion
        whole = conclusion.op == "extremum" and len(conclusion.args) == 3
        equality = conclusion.op == "iff" and conclusion.args[0].op == "eq"
        if (whole or equality) and not goal.hypotheses and settle(claim).verdict is Verdict.PROVED:
            found.append((claim, conclusion))
    return sorted(found, key=lambda pair: pair[1].op != "iff")


# --- notebooks ----------------------------------------------------------------------------------------------


def claim_html(claim: Claim) -> str:
    r"""Statement, verdict and proof as HTML with formulas between \( and \), which Jupyter typesets."""
    settlement = settle(claim)
    head = f"<p><b>{escape(claim.name)}</b> <code>{settlement.verdict.value}</code></p>"
    fitted = statement_latex(claim).replace(r"\gpfit", "")  # a page is as wide as its formulas
    statement = f"<p>{escape(fitted, quote=False)}</p>"
    proof = written_proof(settlement)
    return head + statement + (proof.html if proof is not None else "")
