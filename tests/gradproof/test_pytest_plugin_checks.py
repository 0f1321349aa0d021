"""What a proof item and an attack item check, without pytest around them; and the section that sums them up."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any, cast

import pytest
import sympy
from hypothesis import settings
from hypothesis.database import InMemoryExampleDatabase, MultiplexedDatabase, ReadOnlyDatabase
from sympy import Le, Rational

import numerics.attack
import theory
from gradproof import cli
from gradproof.pytesting import options
from gradproof.pytesting.checks import Finding, attack_on, proof_of
from gradproof.pytesting.options import Choice
from gradproof.pytesting.summary import MOST_SLACKS, summarise
from gradproof.verify import Plan, attacked
from numerics.adjudicate import Outcome
from numerics.evidence import PROFILES
from theory.activations.sigmoid import deriv_sigmoid, sigmoid
from theory.language.claims import Claim, full_ledger
from theory.language.domains import Real
from theory.language.matrices import Norm, Recurrence
from theory.language.statements import both, implies
from theory.language.symbols import T_, Drive, Phi, Square, Start, eq, gamma
from theory.tactics import Calc, Chain, Nonneg, Refute
from theory.tactics.settle import Verdict, settle

X = Annotated[Any, Real]
DEV = Choice("dev", 0, fresh=False)
WHERE = '"test_x.py::claim::attack"'


def made(name: str, builder: Callable[..., Any], unproved: str = "") -> Claim:
    return Claim(name=name, module="here", meaning="For a test.", builder=builder, unproved=unproved)


def _third(x: X) -> Any:
    return sigmoid.d(x) <= Rational(1, 3), Nonneg(
        difference=Rational(1, 12) + (sigmoid(x) - Rational(1, 2)) ** 2, by=[deriv_sigmoid]
    )


def _fifth(x: X) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Nonneg()


def _denied(x: X) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Refute(at={x: 0})


def _cited(x: X) -> Any:
    return Le(sigmoid(x), 1), None


def _between(x: X) -> Any:
    return implies(both(x > Rational(1, 3), x < Rational(1, 2)), sigmoid(x) < Rational(1, 2)), Nonneg()


def _products(W: Square, E: Square) -> Any:
    return eq(Norm(W * E), Norm(W) * Norm(E)), Calc()


def _slopes(W: Square, phi: Phi, T: T_) -> Any:
    return Norm(Recurrence(W, phi).jacobian(T)) <= gamma * Norm(W), Chain()


def _driven(W: Square, h_0: Start, v: Drive, T: T_) -> Any:
    return Norm(Recurrence(W, theory.relu, h_0, v).state(T + 1)) <= Norm(h_0) + Norm(v.at(1)), Chain()


def _unreadable(x: X) -> Any:
    return sigmoid(x) > 0, None


TRUE, FALSE, DENIED = made("third", _third), made("fifth", _fifth), made("denied", _denied)
CITED, UNREADABLE = made("cited", _cited, unproved="shown elsewhere"), made("unreadable", _unreadable)


@pytest.fixture(autouse=True)
def database() -> Iterator[InMemoryExampleDatabase]:
    """The example database of the active Hypothesis profile, empty; another database can be put around it."""
    before = settings.get_current_profile_name()
    empty: Any = InMemoryExampleDatabase()  # Hypothesis's metaclass hides the type from a type checker
    settings.register_profile("for-a-test", database=empty)
    settings.load_profile("for-a-test")
    yield empty
    settings.load_profile(before)


# --- the proof item -------------------------------------------------------------------------------


def test_true_claim_is_proved_and_its_proof_is_kept() -> None:
    """Also a lemma of another ledger is found when the proof is replayed: here it comes from gradproof's own."""
    first, second = (proof_of(replace(TRUE), DEV) for _ in range(2))
    assert (first.failure, second.failure) == ("", "")
    assert (first.properties["verdict"], first.properties["proof"]) == ("PROVED", "Nonneg")
    assert (first.properties["reused"], second.properties["reused"]) == ("false", "true")
    assert {**first.properties, "reused": "true"} == second.properties


def test_fresh_uses_no_kept_proof() -> None:
    proof_of(replace(TRUE), DEV)
    assert proof_of(replace(TRUE), replace(DEV, fresh=True)).properties["reused"] == "false"


def test_open_claim_fails_with_its_reason_and_its_statement() -> None:
    found = proof_of(FALSE, DEV)
    assert found.failure.startswith("fifth is OPEN: ")
    assert found.failure.endswith("  For every real x: σ′(x) ≤ 1/5")
    assert found.properties["reason"]


@pytest.mark.parametrize(("claim", "verdict"), [(DENIED, "REFUTED"), (CITED, "CITED")])
def test_what_is_settled_otherwise_passes(claim: Claim, verdict: str) -> None:
    found = proof_of(claim, DEV)
    assert (found.failure, found.properties["verdict"]) == ("", verdict)


@pytest.mark.parametrize("check", [lambda: proof_of(UNREADABLE, DEV), lambda: attack_on(UNREADABLE, DEV, WHERE)])
def test_claim_that_cannot_be_read_fails_in_one_sentence(check: Callable[[], Finding]) -> None:
    found = check()
    assert found.failure.startswith("claim unreadable returns no proof; return (statement, proof)")
    assert found.properties["verdict"] == "OPEN"


# --- the attack item ------------------------------------------------------------------------------


@pytest.mark.parametrize("claim", [TRUE, DENIED, CITED])
def test_attack_that_changes_nothing_passes(claim: Claim) -> None:
    assert attack_on(claim, DEV, WHERE).failure == ""


def test_attack_says_what_the_command_line_says() -> None:
    claim = full_ledger()["deriv_sigmoid_le_quarter"]
    found, seen = attack_on(claim, DEV, WHERE).properties, attacked(claim, Plan())
    assert found["tightest"] == repr(seen["tightest"])
    assert [found[key] for key in ("examples", "held", "touching", "where")] == [
        str(seen[key]) for key in ("examples", "held", "touching", "where")
    ]


def named(proof: str, imports: str, variables: dict[str, Any]) -> Any:
    """The value of a snippet, with no names but those it says to import and the claim's variables."""
    scope: dict[str, Any] = dict(variables)
    for line in imports.split("; "):
        module, names = line.removeprefix("from ").split(" import ")
        source = {"theory": theory, "sympy": sympy}[module]
        scope |= {name: getattr(source, name) for name in names.split(", ")}
    return eval(proof, scope)


@pytest.mark.parametrize("builder", [_fifth, _between, _products, _slopes, _driven])
def test_broken_claim_fails_with_a_proof_to_paste_that_refutes_it(builder: Callable[..., Any]) -> None:
    claim = made("broken", builder)
    found = attack_on(claim, DEV, WHERE)
    snippet, flat = found.properties["snippet"], " ".join(found.failure.split())
    assert found.failure.startswith("broken is broken at ")
    assert "(profile dev, seed 0)" in flat
    assert found.failure.endswith("\n    " + snippet)
    imports = flat.partition("the kernel accepts it (")[2].partition("):")[0]

    pasted = named(snippet, imports, claim.variables)

    @wraps(builder)
    def with_it(**variables: Any) -> Any:
        return builder(**variables)[0], pasted

    assert settle(replace(claim, builder=with_it)).verdict is Verdict.REFUTED


def test_where_the_kernel_takes_no_refutation_the_run_can_be_repeated(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gradproof.pytesting.refuting._accepted", lambda claim, at: False)  # pyright: ignore[reportUnknownLambdaType,reportUnknownArgumentType]
    found = attack_on(replace(FALSE), DEV, WHERE)
    assert found.properties["snippet"] == f"pytest {WHERE} --gradproof-profile=dev --gradproof-seed=0"
    assert found.failure.endswith("To see it again:\n    " + found.properties["snippet"])


def test_proved_and_broken_is_a_contradiction(seen: Callable[..., None]) -> None:
    seen(broken=1, witness_text="x = 1")
    found = attack_on(TRUE, DEV, WHERE)
    assert found.failure.startswith("CONTRADICTION. third is PROVED, and yet the attack breaks it at x = 1")
    assert found.properties["contradiction"] == "PROVED, and yet the attack breaks it at x = 1"


def test_refuted_and_not_broken_by_its_witness_is_a_contradiction(seen: Callable[..., None]) -> None:
    seen(witness=Outcome.HELD)
    found = attack_on(DENIED, DEV, WHERE)
    assert found.failure.startswith("CONTRADICTION. denied is REFUTED, and yet its own witness does not break it")


def test_attack_that_stops_fails(seen: Callable[..., None]) -> None:
    seen(kind="error", note="the attack stopped: no head for it")
    assert attack_on(TRUE, DEV, WHERE).failure.startswith("third: the attack stopped: no head for it")


def test_attack_that_finds_nothing_to_compute_is_no_pass(seen: Callable[..., None]) -> None:
    seen(kind="none", examples=0, held=0, touching=0, note="no example tests the statement")
    found = attack_on(TRUE, DEV, WHERE)
    assert (found.failure, found.nothing) == ("", "the attack found nothing to compute: no example tests the statement")


# --- the example database ---------------------------------------------------------------------------

KEY = b"gradproof here fifth"


def no_attack(*_: object, **__: object) -> None:
    raise AssertionError("attacked again")


def test_what_broke_a_claim_is_tried_first_the_next_time(
    database: InMemoryExampleDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = attack_on(FALSE, DEV, WHERE)
    assert len(list(database.fetch(KEY))) == 1
    monkeypatch.setattr(numerics.attack, "attack", no_attack)
    second = attack_on(FALSE, replace(DEV, seed=5), WHERE)
    assert "found by an earlier run" in second.failure
    assert [second.properties[key] for key in ("witness", "snippet")] == [
        first.properties[key] for key in ("witness", "snippet")
    ]


def test_derandomised_profile_writes_examples_down_and_tries_none(database: InMemoryExampleDatabase) -> None:
    found = [attack_on(FALSE, replace(DEV, profile="ci"), WHERE) for _ in range(2)]
    assert found[0] == found[1]
    assert len(list(database.fetch(KEY))) == 1


def test_example_that_breaks_nothing_any_more_is_dropped(database: InMemoryExampleDatabase) -> None:
    attack_on(FALSE, DEV, WHERE)
    assert attack_on(made("fifth", _third), DEV, WHERE).failure == ""
    assert list(database.fetch(KEY)) == []


@pytest.mark.parametrize("value", [b"", b"\x00\xff", b"{}", b'{"values": [], "dims": {}}', b'{"values": 3, "dims": {"n": 0}}'])
def test_example_that_cannot_be_read_is_dropped(value: bytes, database: InMemoryExampleDatabase) -> None:
    database.save(b"gradproof here third", value)
    assert attack_on(TRUE, DEV, WHERE).failure == ""
    assert list(database.fetch(b"gradproof here third")) == []


def test_shared_database_is_read_and_not_written(database: InMemoryExampleDatabase) -> None:
    attack_on(FALSE, DEV, WHERE)
    shared, local = database, InMemoryExampleDatabase()
    kept = list(shared.fetch(KEY))
    settings.register_profile("for-a-test", database=MultiplexedDatabase(local, ReadOnlyDatabase(shared)))
    assert "found by an earlier run" in attack_on(FALSE, DEV, WHERE).failure
    attack_on(made("fifth", _third), DEV, WHERE)
    assert list(shared.fetch(KEY)) == kept


@pytest.mark.parametrize("claim", [TRUE, DENIED, CITED])
def test_only_what_fails_is_written_down(claim: Claim, database: InMemoryExampleDatabase) -> None:
    attack_on(claim, DEV, WHERE)
    assert database.data == {}


def test_profile_without_a_database_keeps_nothing(database: InMemoryExampleDatabase) -> None:
    settings.register_profile("for-a-test", database=None)
    assert [attack_on(FALSE, DEV, WHERE).properties.get("note") for _ in range(2)] == ["", ""]
    assert database.data == {}


# --- the section at the end -------------------------------------------------------------------------


class Reporter:
    """As much of a terminal reporter as the section needs."""

    def __init__(self, findings: list[Finding], width: int, verbosity: int = 0) -> None:
        self.lines: list[str] = []
        self.verbosity = verbosity
        self.fullwidth = width
        self.config = self
        pairs = [[[f"gradproof.{key}", value] for key, value in found.properties.items() if value] for found in findings]
        # As pytest-xdist delivers them: lists for tuples, in any order.
        self.stats = {"passed": [Report(pair) for pair in reversed(pairs)], "deselected": [object()]}

    def get_terminal_writer(self) -> Reporter:
        return self

    def write_sep(self, _: str, title: str) -> None:
        self.lines.append(f"== {title}")

    def write_line(self, line: str, **_: bool) -> None:
        self.lines.append(line)


class Report:
    """A report of an item that ran."""

    when = "call"

    def __init__(self, properties: list[list[str]]) -> None:
        self.user_properties = json.loads(json.dumps(properties))


def section(findings: list[Finding], width: int = 80, verbosity: int = 0) -> list[str]:
    reporter = Reporter(findings, width, verbosity)
    summarise(cast("pytest.TerminalReporter", reporter))
    return reporter.lines


def test_section_sums_up() -> None:
    findings = [check for claim in (TRUE, FALSE, DENIED) for check in (proof_of(claim, DEV), attack_on(claim, DEV, WHERE))]
    lines = section(findings)
    assert lines[:2] == ["== gradproof", "3 claims: 1 proved, 1 refuted, 1 open"]
    assert lines[2].endswith(" broken (1 of refuted claims)")
    assert lines[3:5] == ["tightest slacks", "  0.083  third at x = 0"]
    assert lines[5:] == ["", "fifth is broken at x = 0", "  For every real x: σ′(x) ≤ 1/5", "    Refute(at={x: 0})"]
    assert section(findings, verbosity=-1)[3] == ""


def test_section_leaves_out_slacks_that_say_nothing() -> None:
    """At x = 5000 the derivative of the sigmoid is positive, and 0 as a float."""
    found = attack_on(full_ledger()["deriv_sigmoid_pos"], DEV, WHERE)
    assert found.properties["tightest"] == "0.0"
    assert len(section([found])) == 3


def test_section_is_loudest_where_proof_and_attack_disagree(seen: Callable[..., None]) -> None:
    seen(broken=1, witness_text="x = 1")
    lines = section([attack_on(TRUE, DEV, WHERE)])
    assert lines[1] == "1 claim: 1 proved, 1 CONTRADICTED"
    assert "CONTRADICTION: third is PROVED, and yet the attack breaks it at x = 1" in lines


def test_section_keeps_to_the_width_of_the_screen() -> None:
    """A snippet is the exception: it is there to be pasted."""
    seen = attack_on(full_ledger()["sigmoid_mem_Ioo"], DEV, WHERE)
    long = {"where": "W = " + str([[1] * 30] * 30), "tightest": "1e-5"}
    held = [Finding({**seen.properties, **long, "claim": f"claim_of_a_very_long_name_of_which_{i}_th"}) for i in range(9)]
    broken = {**held[0].properties, "claim": "b" * 20, "verdict": "OPEN", "broken": "1", "statement": "For all " + "x, " * 90}
    snippet = f"Refute(at={{{long['where']}}})"
    for width in (40, 80, 200):
        lines = section([*held, Finding({**broken, "witness": long["where"], "snippet": snippet})], width)
        assert lines.pop() == "    " + snippet
        assert max(map(len, lines)) < width
        assert sum("claim_of" in line for line in lines) == MOST_SLACKS


def test_no_section_without_claims() -> None:
    assert section([]) == []


def test_plugin_command_line_and_attack_know_the_same_profiles() -> None:
    assert options.PROFILES == cli.PROFILES == tuple(PROFILES)
