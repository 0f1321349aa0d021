"""Written proofs: laws over every settled claim, read at exact points, and the parts that the writing is made of."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from functools import cache
from itertools import pairwise

import pytest

from tests.sampling import sampled
from tests.theory.gaps_in_proofs import expected
from tests.theory.reading_proofs import READ_NIGHTLY, flat, formulas, pieces_of, points, read_at, size, tampered
from theory.exposition import written_proof
from theory.kernel.gate import Instance
from theory.kernel.terms import HALF, ONE, ZERO, Term, add, eq, fn, le, lt, make, mul, neg, power, rat, sub, var
from theory.kernel.theorem import Derivation, infer, linearise, replay
from theory.language.claims import Claim, full_ledger
from theory.language.errors import KernelRefusal
from theory.tactics.settle import Settlement, settle, used_lemmas
from theory.typeset import Proof, proof_of, text
from theory.typeset.blocks import Block, Derive, Part, Ref, Row, Say
from theory.typeset.links import Link, congruent, lifted, rows, tidied, without_ones
from theory.typeset.unfolding import heads, plain_form, plain_matrix
from theory.typeset.unicode import Unicode

# Their exact norms take seconds at 1,024 bits; each rule in them is tampered with in another claim.
SLOW = frozenset({"norm_near_identity_jacobian_le_pow", "norm_near_identity_jacobian_sub_masks_le"})
# At large points so do powers of states of gates, and norms of products of draws: read at small points.
SLOW_TO_READ = SLOW.union({"norm_ten_sigmoid_masks_lt", "mean_norm_product_le"})
# No changed row of these is seen to be false: not soon, or at no point, or with more outcomes than anyone sums over.
SILENT = SLOW | {"deriv_sigmoid_surjOn", "prelu_strictMono", "probability_most_off_le_half"}
# Those that every law is shown on come first and in one order, so that all laws of a claim run one after the other.
NAMES = sorted((claim.name for claim in full_ledger() if not claim.unproved), key=SILENT.__contains__)
PART = 3  # one claim in three in the ordinary suite
TELLING = [name for name in NAMES if name not in SILENT]
SLOW_TO_REPLAY = frozenset({"norm_convolution_eq_sum_of_nonneg"})
# All that is told of these are limits, or an equation of roots: no point decides them.
UNDECIDED = {
    *("deriv_relu_zero_eq_one", "deriv_relu_zero_eq_zero", "deriv_selu_of_neg"),
    *("hardshrink_continuous_at_half", "threshold_continuous_at_zero", "deriv_sigmoid_ratio_tendsto_one_left"),
    # Equivalences of which one side holds at a single value, which no point hits.
    *("mean_scaled_elu_eq_zero_iff", "mean_sq_scaled_elu_eq_one_iff"),
}


@cache
def proof(name: str) -> tuple[Settlement, Proof]:
    settlement = settle(full_ledger()[name])
    assert settlement.theorem is not None, f"{name} is {settlement.verdict.value}: {settlement.reason}"
    written = written_proof(settlement)
    assert written is not None
    return settlement, written


def derivation(name: str) -> Derivation:
    theorem = proof(name)[0].theorem
    assert theorem is not None
    return theorem.derivation


def parts(name: str) -> list[Block]:
    return list(flat(proof(name)[1].blocks))


@cache
def places(name: str) -> list[Instance]:
    """Points that satisfy what the claim supposes, the small ones first."""
    settlement, told = proof(name)
    if name in SLOW_TO_READ:
        return sorted(points(settlement, told.blocks, 1), key=size)[:3]
    return sorted(points(settlement, told.blocks, 3), key=size)


@cache
def more_places(name: str) -> list[Instance]:
    """Many points, for cases that few points reach, the small ones first."""
    settlement, told = proof(name)
    return sorted(points(settlement, told.blocks, 240), key=size)


# --- laws over every claim ----------------------------------------------------------------------------


@pytest.mark.parametrize("name", sampled(expected("true", NAMES), PART, slow=READ_NIGHTLY), scope="module")
def test_a_proof_is_true_wherever_it_speaks(name: str) -> None:
    readings = [read_at(at, proof(name)[1].blocks) for at in places(name)]
    if not any(reading.true for reading in readings):
        readings += [read_at(at, proof(name)[1].blocks) for at in more_places(name)]
    assert [text(f) for reading in readings for f in reading.false] == []
    assert (sum(reading.true for reading in readings) == 0) == (name in UNDECIDED)


@pytest.mark.parametrize("name", sampled(expected("changed", TELLING), PART, slow=READ_NIGHTLY), scope="module")
def test_a_proof_with_one_row_changed_is_false_somewhere(name: str) -> None:
    for row, changed in tampered(proof(name)[1].blocks):
        seen = any(read_at(at, changed).false for at in places(name))
        assert seen or any(read_at(at, changed).false for at in more_places(name)), f"{row.sign} {text(row.right)}"


@pytest.mark.parametrize("name", sampled(expected("steps", NAMES), PART), scope="module")
def test_a_proof_has_steps_and_no_step_says_nothing(name: str) -> None:
    _, told = proof(name)
    assert told.steps
    looks = Unicode(told.understood)
    for block in flat(told.blocks):
        if isinstance(block, Derive):
            assert 1 <= len(block.rows) <= 6
            shown = [looks.show(t).s for t in (block.left, *(row.right for row in block.rows))]
            assert all(a != b for a, b in pairwise(shown)), shown
        if isinstance(block, Part):
            assert block.blocks, text(formulas(block.heading)[0])


@pytest.mark.parametrize("name", sampled(expected("reasons", NAMES), PART), scope="module")
def test_reasons_have_under_five_words_and_never_name_a_program(name: str) -> None:
    for block in parts(name):
        if isinstance(block, Derive):
            for row in block.rows:
                said = " ".join("T" if isinstance(p, Term) else p for p in row.why if not isinstance(p, Ref))
                assert all(len(reason.split()) < 5 for reason in said.split(",")), said
        for pieces in pieces_of(block):
            assert not re.search(r"(?i)sympy|kernel|tactic", " ".join(p for p in pieces if isinstance(p, str)))


def pruned(node: Derivation, kept: frozenset[str]) -> Derivation | None:
    """The derivation without the lemmas that are not kept; None for a step that is such a lemma."""
    if node.rule in ("lemma", "cited"):
        return node if node.parameters[0] in kept else None
    premises = [pruned(p, kept) for p in node.premises]
    if node.rule in ("instantiate", "part", "cut", "modus_ponens", "always_at") and premises[0] is None:
        return None
    return replace(node, premises=tuple(p for p in premises if p is not None))


def cited_in(name: str) -> frozenset[str]:
    return frozenset(p.claim for block in parts(name) for pieces in pieces_of(block) for p in pieces if isinstance(p, Ref))


@pytest.mark.parametrize("name", sampled(expected("names", NAMES), slow=SLOW_TO_REPLAY), scope="module")
def test_a_proof_names_the_claims_without_which_the_kernel_refuses_it(name: str) -> None:
    used, named = used_lemmas(derivation(name)), cited_in(name)
    assert named <= set(used)
    alone = pruned(derivation(name), named)
    assert alone is not None
    assert replay(alone).conclusion is replay(derivation(name)).conclusion


def test_a_proof_without_a_claim_that_it_names_is_refused() -> None:
    refused = 0
    for name in ("half_exp_le_sigmoid", "abs_relu_le", "inf_sigmoid", "norm_jacobian_le_of_scaling", "irnn_jacobian_mem_Icc"):
        for left_out in cited_in(name):
            alone = pruned(derivation(name), cited_in(name) - {left_out})
            if alone is not None:
                with pytest.raises(KernelRefusal):
                    replay(alone)
            refused += 1
    assert refused == 4


@pytest.mark.parametrize("name", sampled(NAMES), scope="module")
def test_a_proof_is_the_same_each_time(name: str) -> None:
    settlement, told = proof(name)
    again = proof_of(derivation(name), settlement.witness, settlement.goal)
    assert told == again
    assert told.latex("narrow") == again.latex("narrow")


PAIRS = [(r"\{", r"\}"), (r"\(", r"\)"), (r"\[", r"\]"), (r"\begin{", r"\end{"), (r"\lvert", r"\rvert"), (r"\lVert", r"\rVert")]


def unbalanced(latex: str) -> list[str]:
    """The delimiters of a piece of LaTeX that have no partner."""
    wrong = [a for a, b in PAIRS if latex.count(a) != latex.count(b)]
    wrong += [f"{size}l" for size in ("big", "Big", "bigg", "Bigg") if latex.count(f"\\{size}l") != latex.count(f"\\{size}r")]
    wrong += [bad for bad in (r"\left", r"\right") if re.search(rf"\{bad}(?![a-z])", latex)]
    depth = 0
    for c in latex.replace(r"\{", "").replace(r"\}", ""):
        depth += (c == "{") - (c == "}")
        if depth < 0:
            break
    return wrong + ["{"] * (depth != 0) + ["$"] * ("$" in latex)


@pytest.mark.parametrize("name", sampled(NAMES, PART), scope="module")
def test_latex_is_balanced(name: str) -> None:
    _, told = proof(name)
    for written in (told.latex("wide"), told.latex("narrow"), told.latex(ends=True), *(step.latex for step in told.steps)):
        assert unbalanced(written) == [], written


@pytest.mark.parametrize("broken", ["{", "}{", r"\left(x\right)", r"\bigl(x)", r"\(x", r"\lVert x", "$x$", r"\begin{aligned}"])
def test_what_is_unbalanced_is_seen(broken: str) -> None:
    assert unbalanced(broken)


# --- a derivation that was tampered with ----------------------------------------------------------------


def with_node(root: Derivation, old: Derivation, new: Derivation) -> Derivation:
    if root is old:
        return new
    return replace(root, premises=tuple(with_node(p, old, new) for p in root.premises))


def changed(t: object) -> object:
    """A parameter of a rule, made false."""
    return add(t, ONE) if isinstance(t, Term) and t.sort == "real" else t


@pytest.mark.parametrize(
    ("name", "rule"),
    [
        ("deriv_sigmoid_le_quarter", "order"),
        ("sigmoid_neg", "identity"),
        ("norm_jacobian_le_pow", "identity"),
        ("deriv_sigmoid_eq_quarter_iff", "order"),
        ("sigmoid_tendsto_one", "limit_squeezed"),
    ],
)
def test_a_derivation_that_was_tampered_with_is_no_proof(name: str, rule: str) -> None:
    whole = derivation(name)
    nodes = [n for n in linearise(whole) if n.rule == rule]
    node = next(n for n in nodes if any(changed(p) is not p for p in n.parameters))
    last = max(k for k, p in enumerate(node.parameters) if changed(p) is not p)
    wrong = replace(node, parameters=tuple(changed(p) if k == last else p for k, p in enumerate(node.parameters)))
    with pytest.raises(KernelRefusal):
        proof_of(with_node(whole, node, wrong))
    without = replace(whole, rule="no_such_rule")
    with pytest.raises(KernelRefusal):
        proof_of(without)


# --- links ------------------------------------------------------------------------------------------------

x, y, z, c = (var(name) for name in "xyzc")


def test_a_bound_of_a_product_is_a_bound_of_each_factor() -> None:
    bounds = [le(x, z), lt(y, c)]
    assert congruent(le(mul(x, y), mul(z, c)), bounds) == [le(x, z), lt(y, c)]
    assert congruent(le(add(x, y), add(x, c)), bounds) == [None, lt(y, c)]
    assert congruent(le(mul(x, y), mul(c, z)), bounds) is None
    assert congruent(le(mul(x, y), add(z, c)), bounds) is None
    assert congruent(le(mul(x, x), mul(z, c)), bounds) is None


def test_a_strict_bound_of_a_factor_is_weak_for_the_product() -> None:
    link = Link(x, "<", y, ("because",))

    def place(t: Term) -> Term:
        return mul(c, t)

    assert lifted([link], place, weak=True) == [Link(mul(c, x), "≤", mul(c, y), ("because",))]
    assert lifted([link], place, weak=False) == [Link(mul(c, x), "<", mul(c, y), ("because",))]


def test_tidying_joins_what_one_law_gives_and_drops_what_looks_like_nothing() -> None:
    law = ("triangle inequality",)
    chain = [Link(x, "≤", y, law), Link(y, "<", z, law), Link(z, "=", c)]
    assert tidied(chain, text) == [Link(x, "<", z, law), Link(z, "=", c)]
    assert tidied([Link(x, "=", mul(ONE, x))], text) == []
    assert tidied([Link(x, "≤", y), Link(y, "=", mul(y, ONE))], text) == [Link(x, "≤", y)]
    apart = [Link(x, "≤", y, ("a law",)), Link(y, "≤", z, ("another",))]
    assert tidied(apart, text) == apart


def test_facts_join_only_where_a_chain_is_long() -> None:
    letters = [var(f"x_{k}") for k in range(9)]

    def chain(count: int) -> list[Link]:
        return [Link(a, "≤", b, (Ref(f"c{k}"),), given=True) for k, (a, b) in enumerate(pairwise(letters[:count]))]

    assert len(tidied(chain(7), text)) == 6
    long = tidied(chain(9), text)
    assert len(long) == 6
    assert long[0] == Link(letters[0], "≤", letters[3], (Ref("c0"), ",", Ref("c1"), ",", Ref("c2")), given=True)
    assert rows(long[:1]) == (Row("≤", letters[3], long[0].why),)


def test_ones_go_from_products_and_stay_elsewhere() -> None:
    assert without_ones(mul(ONE, mul(x, ONE))) is x
    assert without_ones(mul(ONE, ONE)) is ONE
    assert without_ones(add(mul(ONE, x), y)) is add(x, y)
    assert without_ones(mul(rat(2), x)) is mul(rat(2), x)
    assert without_ones(power(x, 1)) is power(x, 1)


# --- forms that are shown on the way -----------------------------------------------------------------------


def named(name: str, u: Term) -> Term:
    return fn("app", make("fun", data=name), u)


def derived(name: str, order: int) -> Term:
    return make("der", (make("fun", data=name), x), order)


e = fn("exp", x)
sigmoid = named("sigmoid", x)
FORMS = [
    (sigmoid, (), "exp(x)/(1 + exp(x))"),
    (sub(ONE, sigmoid), (), "1/(1 + exp(x))"),
    (derived("sigmoid", 1), (), "exp(x)/(1 + exp(x))²"),
    (derived("sigmoid", 2), (), "exp(x)(1 − exp(x))/(1 + exp(x))³"),
    (sub(sigmoid, ONE), (), "−1/(1 + exp(x))"),
    (sub(power(x, 2), power(y, 2)), (), None),
    (sub(mul(x, x), add(mul(rat(2), x), neg(ONE))), (), None),
    (named("relu", x), (le(ZERO, x),), "x"),
    (named("relu", x), (le(x, ZERO),), "0"),
    (add(mul(rat(Fraction(1, 2)), x), rat(Fraction(1, 3))), (), None),
    (mul(rat(6), power(rat(4), -1)), (), "3/2"),
]


@pytest.mark.parametrize(("term", "facts", "shown"), FORMS, ids=[text(t) + f" {len(f)}" for t, f, _ in FORMS])
def test_a_form_equals_its_term(term: Term, facts: tuple[Term, ...], shown: str | None) -> None:
    found = plain_form(term, facts)
    assert found is not None
    given = [infer("assume", (fact,)) for fact in facts]
    assert infer("identity", (term, found), given).conclusion is eq(term, found)
    with pytest.raises(KernelRefusal):
        infer("identity", (term, add(found, rat(Fraction(1, 10**9)))), given)
    if shown is not None:
        assert text(found) == shown


def test_a_difference_of_squares_comes_in_factors() -> None:
    found = plain_form(sub(power(x, 2), power(y, 2)))
    assert found is not None
    assert found.op == "mul"
    assert {text(f) for f in found.args} <= {"x + y", "x − y", "y + x", "y − x", "−1"}
    square = plain_form(sub(mul(x, x), sub(mul(rat(2), x), ONE)))
    assert square is not None
    assert text(square) in {"(x − 1)²", "(1 − x)²"}


def test_no_form_is_shown_where_there_is_none_or_it_is_long() -> None:
    assert plain_form(fn("log", x)) is None  # nothing says that x > 0
    assert plain_form(fn("log", x), (lt(ZERO, x),)) is not None
    assert plain_form(power(add(e, x, y, z), 9)) is not None
    assert plain_form(add(*(power(var(f"x_{k}"), k + 2) for k in range(12)))) is None
    w = var("W", "mat", ("n", "n"))
    assert plain_matrix(make("mmul", (w, make("ident", data="n")))) is w
    assert plain_matrix(make("inv", (w,))) is None


def test_heads_are_what_stands_for_more() -> None:
    assert heads(add(sigmoid, e, HALF)) == {sigmoid}
    assert heads(power(e, 2)) == frozenset()


# --- what is said --------------------------------------------------------------------------------------------


def words(name: str) -> list[str]:
    return [step.text.strip() for step in proof(name)[1].steps]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("deriv_sigmoid_le_quarter", "= (σ(x) − 1/2)²"),
        ("sigmoid_strictMono", "By the mean value theorem, σ(x) < σ(y)."),
        ("right_deriv_relu_zero", "For h > 0:"),
        ("softplus_sub_relu_mem_Icc", "It remains to show softplus(x) − relu(x) ≤ log 2."),
        ("deriv_sigmoid_eq_quarter_iff", "Conversely, if x = 0:"),
        ("sup_deriv_sigmoid", "The value is attained at t = 0:"),
        ("second_deriv_relu", "If x > 0, and likewise if x < 0:"),
    ],
)
def test_what_is_said(name: str, said: str) -> None:
    assert any(said in line for line in words(name)), words(name)


def test_an_assumption_is_given_as_a_reason() -> None:
    assert any(step.reason == "induction hypothesis, assumption" for step in proof("irnn_jacobian_eq_one_of_active")[1].steps)
    assert all("hypothesis" not in step.reason for step in proof("relu_mul_of_nonneg")[1].steps)


def test_a_refutation_calls_its_witness_by_name() -> None:
    said = " ".join(words("jacobian_tendsto_zero_of_spectralRadius_lt_one"))
    assert "ρ(W) < 1" in said
    assert "[[2, 4]" not in said


def test_a_part_says_what_it_is_about() -> None:
    for name in ("relu_nonneg", "norm_jacobian_le_pow"):
        headings = [block.heading for block in parts(name) if isinstance(block, Part)]
        assert len(headings) == 2
        assert all(isinstance(heading[0], str) for heading in headings)
    assert not any(isinstance(block, Part) for block in parts("sigmoid_neg"))
    assert isinstance(parts("sigmoid_strictMono")[0], Say)


def test_claims_without_a_proof_have_no_steps() -> None:
    cited: list[Claim] = [claim for claim in full_ledger() if claim.proof is None]
    assert cited
    assert all(claim.proof_steps == () for claim in cited)
