"""A tampered derivation is refused, or proves something that is not false: replay decides, not who holds what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import islice
from typing import Any

import pytest

from numerics.attack import attack_goal
from numerics.evidence import Profile
from tests.quality.false_claims import VARIANTS
from tests.quality.forging import MALFORMED, SIMPLE, Steps, conclusions, renamed_rules
from tests.sampling import is_quick
from theory.kernel.gate import Goal, check_axioms, goal_of, passes, refutes
from theory.kernel.terms import make, rat
from theory.kernel.theorem import Theorem, infer, replay, replay_all
from theory.language.claims import Claim, full_ledger
from theory.language.errors import GradproofError, KernelRefusal
from theory.storing import to_json
from theory.storing_derivations import derivation_from_json, derivation_to_json
from theory.tactics import Refute
from theory.tactics.settle import Verdict, settle

NAMES = (
    "deriv_sigmoid_le_quarter",
    "abs_second_deriv_sigmoid_le",
    "sup_deriv_sigmoid",
    "inf_tanh",
    "sigmoid_tendsto_one",
    "sigmoid_strictMono",
    "deriv_sigmoid_eq_quarter_iff",
    "tanh_surjOn_Ioo",
    "relu_mul_of_nonneg",
    "right_deriv_relu_zero",
    "slopes_relu",
    "softplus_neg_le_log_two",
    "norm_jacobian_le_pow",
    "norm_orthogonal_jacobian_le_one",
    "jacobian_tendsto_zero_of_norm_lt_one",
    "irnn_jacobian_offDiagonal",
    "jacobian_linear_eq_pow",
    "abs_jacobian_le_pow_abs",
    "sup_third_deriv_sigmoid",
    "deriv_silu_mem_Icc",
    "sup_deriv_bent_identity",
)
QUICK = Profile("quick", examples=2, bulk=6, refine=0)
FALSEHOODS = (make("lt", (rat(1), rat(1))), make("eq", (rat(0), rat(1))))


def claim_named(name: str) -> Claim:
    return full_ledger()[name]


@cache
def steps_of(name: str) -> Steps:
    theorem = settle(claim_named(name)).theorem
    assert theorem is not None
    return derivation_to_json(theorem.derivation)


@cache
def rules() -> list[str]:
    return sorted({str(step[0]) for name in NAMES for step in steps_of(name)})


@cache
def false_goals(name: str) -> tuple[Goal, ...]:
    """Goals beside the true one that are false: its false variants, its negation, and it without its hypotheses."""
    claim = claim_named(name)
    goal = goal_of(claim)
    found = [goal_of(v.claim) for v in VARIANTS if v.of is claim]
    found += [Goal((), make("not", (goal.conclusion,))), *(Goal((), f) for f in FALSEHOODS)]
    return (*found, Goal((), goal.conclusion)) if goal.hypotheses else tuple(found)


def tamperings(name: str) -> Iterator[tuple[str, Steps]]:
    steps = steps_of(name)
    for way in SIMPLE:
        yield from ((way.__name__, forged) for forged in way(steps))
    yield from (("renamed_rules", forged) for forged in renamed_rules(steps, rules()))
    yield from (("conclusions", forged) for forged in conclusions(steps, [to_json(g.conclusion) for g in false_goals(name)]))


@cache
def cited_goals() -> dict[str, Goal]:
    return {c.name: goal_of(c) for c in full_ledger() if c.unproved}


def accepted(goal: Goal, steps: Any) -> bool:
    """Whether the gate takes the steps for a proof of the goal, given what the ledger cites."""
    try:
        check_axioms(passes(goal, derivation_from_json(steps)).axioms, cited_goals())
    except GradproofError:
        return False
    return True


class Workbench:
    """Replays tamperings of one derivation: what they share is read and run once. The gate replays afresh."""

    def __init__(self, original: Steps) -> None:
        self.read = {id(step): parameters_of(step) for step in original}
        self.known: dict[Any, Theorem | Exception] = {}

    def replayed(self, steps: Steps) -> Theorem | Exception:
        if not steps or any(not 0 <= p < k for k, step in enumerate(steps) for p in step[2]):
            return KernelRefusal("a premise lies elsewhere")
        proved: dict[int, Theorem] = {}
        try:
            for k in reached(steps):
                step = steps[k]
                parameters = self.read[id(step)] if id(step) in self.read else parameters_of(step)
                premises = [proved[p] for p in step[2]]
                key = (step[0], repr(parameters), parameters, tuple(map(id, premises)))
                if key not in self.known:
                    self.known[key] = attempted(step[0], parameters, premises)
                found = self.known[key]
                if isinstance(found, Exception):
                    return found
                proved[k] = found
            return proved[len(steps) - 1]
        except GradproofError as error:
            return error


def reached(steps: Steps) -> list[int]:
    """The steps that the last one rests on, in order."""
    needed = {len(steps) - 1}
    for k in range(len(steps) - 1, -1, -1):
        if k in needed:
            needed |= set(steps[k][2])
    return sorted(needed)


def parameters_of(step: Any) -> tuple[Any, ...]:
    return derivation_from_json([[step[0], step[1], []]]).parameters


def attempted(rule: str, parameters: tuple[Any, ...], premises: list[Theorem]) -> Theorem | Exception:
    try:
        return infer(rule, parameters, premises)
    except Exception as error:  # what is not one of ours is told apart by the test
        return error


@pytest.mark.parametrize("name", NAMES)
def test_the_untouched_derivation_proves_its_claim_alone(name: str) -> None:
    assert settle(claim_named(name)).verdict is Verdict.PROVED
    assert accepted(goal_of(claim_named(name)), steps_of(name))
    assert [g for g in false_goals(name) if accepted(g, steps_of(name))] == []


# One in nine by default, spread over all ways of tampering; every one nightly.
@pytest.mark.parametrize("stride", [9, pytest.param(1, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("name", NAMES)
def test_no_tampering_proves_anything_false(name: str, stride: int) -> None:
    wrong: list[str] = []
    survivors: dict[tuple[Any, ...], Theorem] = {}
    count: Counter[str] = Counter()
    strays: Counter[str] = Counter()
    bench = Workbench(steps_of(name))
    settled = settle(claim_named(name)).theorem
    assert settled is not None
    own = {(t.conclusion, t.hypotheses) for t in replay_all(settled.derivation)}
    for way, forged in islice(tamperings(name), None, None, stride):
        count[way] += 1
        theorem = bench.replayed(forged)
        if isinstance(theorem, Exception):
            if not isinstance(theorem, GradproofError):
                strays[f"{way}: {type(theorem).__name__}: {theorem}"] += 1
            continue
        for false in false_goals(name):
            if theorem.conclusion is false.conclusion and theorem.hypotheses <= set(false.hypotheses):
                wrong += [f"{way}: {false.conclusion!r}"] * accepted(false, forged)  # axioms may be what carries it
        trivial = theorem.conclusion in theorem.hypotheses or (theorem.conclusion, theorem.hypotheses) in own
        if not theorem.axioms and not trivial:
            survivors.setdefault((theorem.conclusion, theorem.hypotheses), theorem)
    assert wrong == []
    assert sum(count.values()) >= 60 // stride, count
    for theorem in survivors.values():
        evidence = attack_goal(Goal(tuple(sorted(theorem.hypotheses, key=repr)), theorem.conclusion), profile=QUICK)
        assert not evidence.broken, f"{theorem.conclusion!r} from {theorem.hypotheses!r} at {evidence.witness_text}"
    assert not strays, "a refusal is one of ours"


def test_there_are_many_tamperings() -> None:
    count = Counter(way for name in NAMES for way, _ in tamperings(name))
    assert sum(count.values()) >= 300
    assert min(count.values()) >= 20, count


@pytest.mark.parametrize("steps", MALFORMED, ids=str)
def test_malformed_steps_are_refused_in_one_sentence(steps: Any) -> None:
    with pytest.raises(KernelRefusal) as refusal:
        replay(derivation_from_json(steps))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("name", NAMES)
def test_a_theorem_made_by_hand_is_worth_its_derivation(name: str) -> None:
    true = settle(claim_named(name)).theorem
    assert true is not None
    for goal in false_goals(name):
        made = Theorem(frozenset(), goal.conclusion, frozenset(), true.derivation)
        with pytest.raises(KernelRefusal):
            passes(goal, made.derivation)
        for rule, parameters in (("lemma", [name]), ("chain", []), ("cut", [])):
            try:
                resting = infer(rule, parameters, [made])
            except KernelRefusal:
                continue
            assert resting.conclusion is goal.conclusion  # the object says so …
            with pytest.raises(KernelRefusal):
                passes(goal, resting.derivation)  # … and its derivation does not


@pytest.mark.parametrize("one_in", [150, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_derivation_refutes_another_claim(one_in: int) -> None:
    refuted = [c for c in full_ledger() if isinstance(c.proof, Refute)]
    assert len(refuted) >= 50
    for claim in refuted:
        settled = settle(claim)
        assert settled.verdict is Verdict.REFUTED
        assert settled.theorem is not None
        assert settled.witness is not None
        for other in full_ledger():
            if other is claim or not is_quick(f"{claim.name} {other.name}", one_in):
                continue
            with pytest.raises(GradproofError):
                refutes(goal_of(other), settled.witness, settled.theorem.derivation)


def test_a_cited_formula_passes_only_word_for_word() -> None:
    cited = next(c for c in full_ledger() if c.unproved)
    goal = goal_of(cited)
    words = [{"term": to_json(goal.conclusion)}, *({"term": to_json(h)} for h in goal.hypotheses)]
    assert accepted(goal, [["cited", [cited.name, *words], []]])
    assert not accepted(goal, [["cited", ["nobody", *words], []]])
    false = Goal((), FALSEHOODS[0])
    assert not accepted(false, [["cited", [cited.name, {"term": to_json(FALSEHOODS[0])}], []]])
    if goal.hypotheses:
        assert not accepted(Goal((), goal.conclusion), [["cited", [cited.name, words[0]], []]])
