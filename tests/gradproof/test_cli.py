"""The command line: exit codes, one sentence for bad usage, and output that a pipe and a narrow screen can take."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from inspect import signature
from pathlib import Path
from typing import Annotated, Any

import pytest
from click.testing import CliRunner, Result
from sympy import Rational

from gradproof import present
from gradproof.cli import main
from numerics.adjudicate import Outcome
from tests.sampling import KINDS
from theory.activations.sigmoid import sigmoid
from theory.language.claims import Claim, Ledger, full_ledger
from theory.language.domains import Real
from theory.tactics import Nonneg
from theory.tactics.settle import settle

TRUE, OTHER, REFUTED = "deriv_sigmoid_le_quarter", "sigmoid_neg", "deriv_relu_zero_eq_one"


# Before version 8.2 click's runner mixes stderr into stdout unless it is told not to; from then on it can't be told.
SEPARATE: dict[str, Any] = {"mix_stderr": False} if "mix_stderr" in signature(CliRunner).parameters else {}


def run(*arguments: str, width: int = 80) -> Result:
    return CliRunner(env={"COLUMNS": str(width)}, **SEPARATE).invoke(main, arguments)


def in_a_process(*arguments: str, width: int = 80) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "COLUMNS": str(width), "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "gradproof.cli", *arguments]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", env=environment, check=False)


@pytest.fixture
def with_claim(monkeypatch: pytest.MonkeyPatch) -> Callable[[Claim], None]:
    """Puts one more claim into the ledger that the command line sees."""

    def add(extra: Claim) -> None:
        ledger = Ledger("test")
        for known in full_ledger():
            ledger.add(known)
        ledger.add(extra)
        monkeypatch.setattr("theory.language.claims.full_ledger", lambda: ledger)

    return add


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> Ledger:
    """Makes the command line see one claim of each kind, and what their proofs use."""
    ledger, waiting = Ledger("test"), [*sorted(KINDS), TRUE, OTHER, REFUTED]
    while waiting:
        known = full_ledger()[waiting.pop()]
        if known.name not in ledger:
            ledger.add(known)
            waiting += [*settle(known).uses, *known.corrects]
    monkeypatch.setattr("theory.language.claims.full_ledger", lambda: ledger)
    return ledger


def _open(x: Annotated[Any, Real]) -> Any:
    return sigmoid.d(x) <= Rational(1, 5), Nonneg()


def _decided(x: Annotated[Any, Real]) -> Any:
    return True, Nonneg()


OPEN = Claim(name="not_proved", module="theory.test", meaning="No tactic proves this.", builder=_open)


# --- exit codes ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen")
def test_settled_claims_end_with_0() -> None:
    done = run("verify", TRUE, REFUTED)
    assert done.exit_code == 0, done.output
    assert "✓ PROVED" in done.stdout
    assert "✗ REFUTED" in done.stdout
    assert "2 claims: 1 proved · 1 refuted" in done.stdout
    assert "seed 0" in done.stdout
    assert "sympy" in done.stdout
    assert done.stderr == ""


@pytest.mark.usefixtures("seen")
def test_an_open_claim_ends_with_1(with_claim: Callable[[Claim], None]) -> None:
    with_claim(OPEN)
    done = run("verify", TRUE, "not_proved")
    assert done.exit_code == 1
    assert "? OPEN" in done.stdout
    assert "open: not_proved." in done.stdout


def test_a_contradiction_ends_with_1_and_is_louder_than_the_verdict(seen: Callable[..., None]) -> None:
    seen(broken=3, witness_text="x = 7")
    done = run("verify", TRUE)
    assert done.exit_code == 1
    assert "‼ CONTRADICTION" in done.stdout
    assert "✓ PROVED" not in done.stdout
    assert "x = 7" in done.stdout
    assert f"contradicted: {TRUE}." in done.stdout


def test_a_witness_that_breaks_nothing_ends_with_1(seen: Callable[..., None]) -> None:
    seen(witness=Outcome.HELD)
    done = run("verify", REFUTED)
    assert done.exit_code == 1
    assert "‼ CONTRADICTION" in done.stdout


def test_an_attack_that_stops_ends_with_1(seen: Callable[..., None]) -> None:
    seen(kind="error", examples=0, held=0, touching=0, note="the attack stopped: no member found")
    done = run("verify", TRUE)
    assert done.exit_code == 1
    assert f"not attacked: {TRUE}." in done.stdout


# --- bad usage ----------------------------------------------------------------------------------


def sentence(done: Result) -> str:
    """The one line on stderr of a run that ended with 2."""
    assert done.exit_code == 2, done.output
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("gradproof: ")
    return line


@pytest.mark.parametrize("command", ["verify", "show"])
def test_unknown_names_get_suggestions(command: str) -> None:
    said = sentence(run(command, "deriv_sigmoid_le_quarte"))
    assert "there is no claim 'deriv_sigmoid_le_quarte'; did you mean deriv_sigmoid_le_quarter" in said


def test_a_name_like_none_gets_a_way_on() -> None:
    assert "gradproof list" in sentence(run("verify", "zzzzzzzz"))


def test_unwritable_json_is_refused_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("work has begun")

    monkeypatch.setattr("gradproof.verify.verify", never)
    for place in (tmp_path, tmp_path / "nowhere" / "r.json", Path("/dev/null")):
        assert "cannot write" in sentence(run("verify", TRUE, "--json", str(place)))
    assert list(tmp_path.iterdir()) == []


def test_a_claim_that_cannot_be_read_is_named(with_claim: Callable[[Claim], None], tmp_path: Path) -> None:
    with_claim(Claim(name="already_true", module="theory.test", meaning="True.", builder=_decided))
    target = tmp_path / "r.json"
    assert "claim already_true" in sentence(run("verify", "already_true", TRUE, "--json", str(target)))
    assert not target.exists()


BAD = ["verify --profile fast", "verify --seed -1", "verify --jobs 0", "list --verdict MAYBE", "prove", "replay"]


@pytest.mark.parametrize("arguments", BAD)
def test_bad_options_end_with_2(arguments: str) -> None:
    assert run(*arguments.split()).exit_code == 2


NO_RECORDS = [None, "", "{", "[]", '{"kind": "benchmark"}', '{"kind": "records", "schema": 9, "claims": []}']


@pytest.mark.parametrize("content", NO_RECORDS)
def test_replay_refuses_what_holds_no_records(content: str | None, tmp_path: Path) -> None:
    file = tmp_path / "r.json"
    if content is not None:
        file.write_text(content, encoding="utf-8")
    assert str(file) in sentence(run("replay", str(file)))


# --- records ------------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen")
def test_json_is_written_and_replays(tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    assert run("verify", TRUE, REFUTED, "--json", str(target), "--seed", "5", "--profile", "ci").exit_code == 0
    first = target.read_bytes()
    made = json.loads(first)
    assert (made["kind"], made["profile"], made["seed"]) == ("records", "ci", 5)
    assert [claim["name"] for claim in made["claims"]] == [c.name for c in full_ledger() if c.name in (TRUE, REFUTED)]
    run("verify", REFUTED, TRUE, TRUE, "--json", str(target), "--seed", "5", "--profile", "ci", "--fresh")
    assert target.read_bytes() == first

    done = run("replay", str(target))
    assert done.exit_code == 0
    assert "2 of 2 replayed" in done.stdout
    made["claims"][0]["proof"]["derivation"] = made["claims"][1]["proof"]["derivation"]
    target.write_text(json.dumps(made), encoding="utf-8")
    done = run("replay", str(target))
    assert done.exit_code == 1
    assert "‼ refused" in done.stdout


@pytest.mark.usefixtures("seen")
def test_records_are_written_though_a_claim_is_open(with_claim: Callable[[Claim], None], tmp_path: Path) -> None:
    with_claim(OPEN)
    target = tmp_path / "r.json"
    assert run("verify", "not_proved", "--json", str(target)).exit_code == 1
    assert json.loads(target.read_text(encoding="utf-8"))["claims"][0]["verdict"] == "OPEN"
    assert run("replay", str(target)).exit_code == 1


# --- list and show ------------------------------------------------------------------------------


def assert_lists(ledger: Ledger) -> None:
    done = run("list")
    assert done.exit_code == 0, done.output
    listed = [line.split()[-1] for line in done.stdout.splitlines() if line.startswith("  ")]
    assert sorted(listed) == sorted(claim.name for claim in ledger)


def test_list_names_every_claim_once(few: Ledger) -> None:
    assert_lists(few)


@pytest.mark.nightly
def test_list_names_every_claim_of_ours() -> None:
    assert_lists(full_ledger())


@pytest.mark.usefixtures("few")
def test_list_by_verdict_and_as_json() -> None:
    refuted = json.loads(run("list", "--verdict", "refuted", "--json").stdout)
    assert REFUTED in [claim["name"] for claim in refuted["claims"]]
    assert {claim["verdict"] for claim in refuted["claims"]} == {"REFUTED"}
    assert run("list", "--verdict", "MEASURED").stdout == "No claim is MEASURED.\n"


@pytest.mark.usefixtures("seen")
def test_show_says_everything() -> None:
    claim = full_ledger()[TRUE]
    done = run("show", TRUE, width=140)
    assert done.exit_code == 0
    parts = [TRUE, "✓ PROVED", " ".join(claim.meaning.split()), "Proof (Nonneg)", "Attack", "190 held", "Sources"]
    for part in [*parts, *claim.ledger]:
        assert part in done.stdout
    for key in claim.sources:
        assert f"[{key}]" in done.stdout
    folklore = run("show", REFUTED, width=140).stdout
    assert "What is true instead" in folklore
    assert "Refutation (Refute)" in folklore


# --- the screen ---------------------------------------------------------------------------------


@pytest.mark.usefixtures("seen", "few")
@pytest.mark.parametrize("width", [40, 80, 117, 118, 140, 200])
@pytest.mark.parametrize("arguments", [f"verify {TRUE} {REFUTED} {OTHER}", f"show {TRUE}", f"show {REFUTED}", "list"])
def test_no_line_is_wider_than_the_screen_or_ends_in_blanks(arguments: str, width: int) -> None:
    for line in run(*arguments.split(), width=width).stdout.splitlines():
        assert len(line) <= width, line
        assert line == line.rstrip()


def test_pipes_get_no_escape_codes_and_no_progress() -> None:
    done = in_a_process("verify", TRUE, OTHER)
    assert done.returncode == 0, done.stderr
    assert "\x1b" not in done.stdout + done.stderr
    assert done.stderr == ""


def test_a_terminal_without_unicode_gets_no_traceback() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path(__file__).parents[2])}
    command = [sys.executable, "-m", "gradproof.cli", "verify", REFUTED]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert REFUTED in done.stdout


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0"),
        (0.25, "0.25"),
        (0.0625, "0.062"),
        (1.0, "1.0"),
        (9.999, "9.9"),
        (123.0, "120"),
        (3.19e-5, "3.1·10⁻⁵"),
        (-5.5e-10, "−5.5·10⁻¹⁰"),
        (2e6, "2·10⁶"),
    ],
)
def test_numbers_have_two_digits_and_are_not_rounded_up(value: float, shown: str) -> None:
    assert present.number(value) == shown


# --- what starting costs ------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", [["--help"], ["verify", "--help"], ["--version"]])
def test_help_imports_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys\nfrom gradproof.cli import main\n"
        f"try:\n    main({arguments!r})\nexcept SystemExit as end:\n    assert not end.code\n"
        "heavy = {'sympy', 'numpy', 'scipy', 'flint', 'hypothesis', 'rich', 'theory', 'numerics'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr


def test_help_names_the_exit_codes() -> None:
    said = run("--help")
    assert said.exit_code == 0
    assert re.search(r"Exit codes: 0 all settled; 1", said.stdout)
