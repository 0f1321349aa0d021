"""What a claim shows of itself: steps, LaTeX, HTML, environments, and what its ledger knows of its sharpness."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Annotated, Any

import pytest
from sympy import Abs, Rational, Symbol, exp

from tests.sampling import is_quick, sampled
from theory.activations.sigmoid import sigmoid
from theory.activations.tanh import tanh
from theory.exposition import claim_html, environment_of, sharpness
from theory.language.claims import Claim, full_ledger, ledger_of
from theory.language.domains import Nonnegative, Real
from theory.language.statements import iff, supremum
from theory.language.symbols import eq
from theory.tactics import Attained, Calc, Inverse, Nonneg, Parts
from theory.tactics.settle import Verdict, settle
from theory.typeset import statement_latex
from theory.typeset.layout import words
from theory.typeset.unicode import Unicode

LEDGER = full_ledger()
t: Any = Symbol("t")
NAMES = [claim.name for claim in LEDGER]
ENVIRONMENTS = ("theorem", "proposition", "lemma", "remark")


def stated(name: str, builder: Any, module: str = "theory.test", **more: Any) -> Claim:
    return Claim(name=name, module=module, meaning="A sample.", builder=builder, **more)


def _not_proved(x: Annotated[Any, Real]) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Nonneg()


def _coarse(x: Annotated[Any, Real]) -> Any:
    return sigmoid.d(x) <= Rational(1, 3), Nonneg()


def _absolute(x: Annotated[Any, Real]) -> Any:
    return Abs(tanh(x)) <= 1, Nonneg()


def _on_a_half_line(x: Annotated[Any, Nonnegative]) -> Any:
    return sigmoid.d(x) <= Rational(1, 4), Nonneg()


def _elsewhere(y: Annotated[Any, Real]) -> Any:
    return sigmoid.d(y) <= Rational(1, 4), Nonneg()


def _rewritten(x: Annotated[Any, Real]) -> Any:
    return eq(exp(x) * exp(-x), 1), Calc()


OPEN = stated("not_proved", _not_proved)


def sharp(claim: Claim) -> list[str]:
    return [words(pieces, Unicode()) for pieces in sharpness(claim)]


# --- steps ------------------------------------------------------------------------------------------------


def test_steps_have_text_latex_and_a_reason() -> None:
    first, second = LEDGER["deriv_sigmoid_le_quarter"].proof_steps
    assert (first.text, first.reason) == ("1/4 − σ′(x) = (σ(x) − 1/2)²", "completing the square")
    assert first.latex == r"\(\tfrac14-\sigma'(x) = \bigl(\sigma(x)-\tfrac12\bigr)^2\)"
    assert second.text.strip() == "≥ 0"


def test_steps_name_claims_without_macros() -> None:
    said = "\n".join(step.latex for name in NAMES if is_quick(name, 60) for step in LEDGER[name].proof_steps)
    assert r"\texttt{norm\_jacobian\_le\_pow}" in said
    assert "gpref" not in said


def test_what_is_not_settled_by_a_derivation_has_no_steps() -> None:
    assert OPEN.proof_steps == ()
    assert LEDGER["norm_le_spectralRadius_of_normal"].proof_steps == ()


# --- LaTeX ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sampled(NAMES))
@pytest.mark.parametrize("layout", ["wide", "narrow"])
def test_a_claim_is_one_environment_and_its_proof(name: str, layout: Any) -> None:
    claim = LEDGER[name]
    written = claim.latex(layout)
    opened = re.findall(r"\\begin\{(\w+)\}", written)
    assert [e for e in opened if e in ENVIRONMENTS] == [environment_of(claim, settle(claim).verdict)]
    assert opened.count("proof") == (settle(claim).theorem is not None)
    assert written.count(rf"\label{{thm:{name}}}") == 1
    assert written.endswith("}\n")
    assert not re.search(r"\\(newtheorem|usepackage|documentclass|left|right)\b", written)
    for environment in set(opened):
        assert written.count(rf"\begin{{{environment}}}") == written.count(rf"\end{{{environment}}}")


def test_the_layouts_differ() -> None:
    claim = LEDGER["norm_jacobian_le_pow"]
    assert r"\overset{(a)}" in claim.latex("narrow")
    assert r"\overset" not in claim.latex()
    assert claim.latex() == claim.latex("wide")


@pytest.mark.parametrize(
    ("name", "verdict", "environment", "title"),
    [
        ("deriv_sigmoid_le_quarter", Verdict.PROVED, "proposition", ""),
        ("norm_jacobian_le_pow", Verdict.PROVED, "theorem", ""),
        ("sqrt_one_sub_lt_one", Verdict.PROVED, "lemma", ""),
        ("jacobian_tendsto_zero_of_normal", Verdict.CONDITIONAL, "theorem", ""),
        ("norm_le_spectralRadius_of_normal", Verdict.CITED, "theorem", r"[{\cite{"),
        ("tanh_linear_in_sigmoid", Verdict.REFUTED, "remark", "[refuted]"),
    ],
)
def test_each_verdict_has_its_environment(name: str, verdict: Verdict, environment: str, title: str) -> None:
    assert settle(LEDGER[name]).verdict is verdict
    written = LEDGER[name].latex()
    start = written.index(rf"\begin{{{environment}}}")
    assert written[start + len(rf"\begin{{{environment}}}") :].startswith(title or r"\label")
    assert ("The following is false." in written) == (verdict is Verdict.REFUTED)
    assert (r"\begin{proof}[Refutation]" in written) == (verdict is Verdict.REFUTED)
    assert (r"\begin{proof}" in written) == (verdict is not Verdict.CITED)


def test_an_open_claim_is_called_open_and_has_no_proof() -> None:
    written = OPEN.latex()
    assert written.startswith(r"\begin{lemma}[open]\label{thm:not_proved}")
    assert r"\begin{proof}" not in written
    assert "Equality" not in written


def test_a_refuted_claim_shows_its_counterexample() -> None:
    written = LEDGER["jacobian_tendsto_zero_of_spectralRadius_lt_one"].latex()
    assert r"\begin{pmatrix} 2 & 4 \\ -1 & -2 \end{pmatrix}" in written
    assert "counterexample" not in LEDGER["deriv_relu_zero_eq_one"].latex()  # nothing has to be chosen


# --- notebooks ----------------------------------------------------------------------------------------------


class Page(HTMLParser):
    """Reads HTML strictly: each tag is known and closed in order."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text = ""
        self.wrong: list[str] = []
        self.feed(html)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in {"p", "b", "i", "code", "div", "table", "tr", "td"}:
            self.wrong.append(tag)
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.mark.parametrize("name", sampled(NAMES))
def test_html_is_valid_and_holds_the_statement(name: str) -> None:
    claim = LEDGER[name]
    html = claim_html(claim)
    page = Page(html)
    assert page.wrong == []
    assert statement_latex(claim).replace(r"\gpfit", "") in page.text
    assert settle(claim).verdict.value in page.text
    assert html.count(r"\(") == html.count(r"\)")
    assert not re.search(r"\\gp|\\texttt|\\begin\{proof", html)
    for written in re.findall(r"\\\((.*?)\\\)|\\\[(.*?)\\\]", html, re.DOTALL):
        assert not re.search(r"[<>]|&(?!amp;|lt;|gt;)", "".join(written))


def test_what_is_not_escaped_is_seen() -> None:
    assert Page("<p>\\(a <b\\)</p>").wrong
    assert Page("<p>").wrong
    assert Page("<p><i></p></i>").wrong


def test_notebooks_show_what_the_claim_shows() -> None:
    claim: Any = LEDGER["norm_jacobian_le_pow"]
    assert claim._repr_html_() == claim_html(claim)
    assert claim._repr_latex_() == statement_latex(claim)
    assert "<table>" in claim._repr_html_()
    assert "OPEN" in Page(claim_html(OPEN)).text


# --- sharpness ----------------------------------------------------------------------------------------------


def test_where_equality_holds_says_more_than_that_it_does() -> None:
    assert sharp(LEDGER["deriv_sigmoid_le_quarter"]) == ["Equality holds if and only if x = 0 (deriv_sigmoid_eq_quarter_iff)."]


def test_each_bound_of_a_conjunction_is_sharp_for_itself() -> None:
    assert sharp(LEDGER["sigmoid_mem_Ioo"]) == [
        "The bound 0 is approached and never attained (inf_sigmoid).",
        "The bound 1 is approached and never attained (sup_sigmoid).",
    ]


def test_a_bound_that_is_not_sharp_names_nothing() -> None:
    assert sharp(stated("coarse", _coarse)) == []
    assert sharp(stated("half_line", _on_a_half_line)) == []
    assert sharp(LEDGER["sigmoid_neg"]) == []


def test_a_supremum_that_is_not_attained_leaves_the_absolute_value_open() -> None:
    assert sharp(stated("absolute", _absolute)) == ["The bound 1 is approached (sup_tanh)."]
    assert sharp(LEDGER["abs_second_deriv_sigmoid_le"]) == ["The bound 1/(6√3) is attained (sup_second_deriv_sigmoid)."]


def test_another_name_of_the_variable_is_no_other_bound() -> None:
    (said,) = sharp(stated("renamed", _elsewhere))
    assert said == "The bound 1/4 is attained (sup_deriv_sigmoid)."


def test_a_refuted_claim_is_not_called_sharp() -> None:
    for name in filter(is_quick, NAMES):
        if settle(LEDGER[name]).verdict is Verdict.REFUTED:
            assert "Equality holds" not in LEDGER[name].latex()


# --- claims of another project -----------------------------------------------------------------------------


def test_a_claim_of_another_project_is_shown_like_ours() -> None:
    theirs = stated("exp_mul_exp_neg", _rewritten, module="elsewhere.claims")
    ledger_of("elsewhere").add(theirs)
    assert settle(theirs).verdict is Verdict.PROVED
    assert theirs.latex().startswith(r"\begin{lemma}\label{thm:exp_mul_exp_neg}")
    assert Page(claim_html(theirs)).wrong == []
    assert [step.text for step in theirs.proof_steps] == ["exp(x)·exp(−x) = 1"]


def _quarter(x: Annotated[Any, Real]) -> Any:
    return sigmoid.d(x) <= Rational(1, 4), Nonneg()


def _equal(x: Annotated[Any, Real]) -> Any:
    there = Inverse(vanish=exp(x) - 1, power=2, times=1 / (4 * (1 + exp(x)) ** 2), cancel=(x, 0))
    return iff(eq(sigmoid.d(x), Rational(1, 4)), eq(x, 0)), Parts((there, Calc()))


def _largest(value: Any) -> Any:
    return lambda: (
        supremum(sigmoid.d(t), t, value, attained=True),
        Attained(at=0, bound=Nonneg(square=sigmoid(t) - Rational(1, 2))),
    )


def test_another_project_knows_its_own_extrema_alone() -> None:
    package = "elsewhere_sharp"
    ledger, bound = ledger_of(package), stated("bound", _quarter, module=f"{package}.claims")
    ledger.add(bound)
    assert sharp(bound) == []
    ledger.add(stated("wrong_supremum", _largest(Rational(1, 3)), module=f"{package}.claims"))
    assert settle(ledger["wrong_supremum"]).verdict is Verdict.OPEN
    assert sharp(bound) == []
    ledger.add(stated("largest", _largest(Rational(1, 4)), module=f"{package}.claims"))
    assert sharp(bound) == ["The bound 1/4 is attained (largest)."]
    ledger.add(stated("equality", _equal, module=f"{package}.claims"))
    assert sharp(bound) == ["Equality holds if and only if x = 0 (equality)."]
