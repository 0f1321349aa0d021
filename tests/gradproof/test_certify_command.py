"""`gradproof certify` and the replay of its certificates, as a user meets them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from tests.gradproof.commands import run, schema

EXPRESSIONS = [
    "sigmoid(x)",
    "gelu_tanh(x)",
    "hard_sigmoid(x)",
    "arctan(x)",
    "relu(x)",
    "softsign(x)",
    "x + sin(x)**2",
    "exp(-x**2)",
]


@pytest.mark.parametrize("expr", EXPRESSIONS)
@pytest.mark.parametrize("order", ["0", "1", "2"])
def test_json_follows_its_schema(expr: str, order: str) -> None:
    done = run("certify", expr, "--order", order, "--json", "--digits", "12")
    assert done.exit_code == 0, done.output
    found = json.loads(done.output)
    jsonschema.validate(found, schema("extrema"))
    for certificate in found["certificate"]["certificates"]:
        jsonschema.validate(certificate, schema("certificate"))


def test_json_has_the_known_constants() -> None:
    found = json.loads(run("certify", "sigmoid(x)", "--order", "2", "--json", "--digits", "8").output)
    assert found["sup"]["minimal_polynomial"] == [-1, 0, 108]
    assert (found["sup"]["lower"], found["sup"]["upper"], found["sup"]["attained"]) == ("0.096225044", "0.096225045", True)
    unbounded = json.loads(run("certify", "relu(x)", "--json").output)["sup"]
    assert (unbounded["lower"], unbounded["upper"], unbounded["attained"]) == ("Infinity", "Infinity", False)


def test_certificates_are_written_and_replay(tmp_path: Path) -> None:
    file = tmp_path / "silu.json"
    assert run("certify", "silu(x)", "--order", "1", "--certificate", str(file)).exit_code == 0
    replayed = run("replay", str(file))
    assert (replayed.exit_code, "2 of 2 replayed" in replayed.output) == (0, True)
    tampered = json.loads(file.read_text(encoding="utf-8"))
    tampered["certificates"][0]["upper"] = "1"
    file.write_text(json.dumps(tampered), encoding="utf-8")
    refused = run("replay", str(file))
    assert (refused.exit_code, "1 refused" in refused.output) == (1, True)


def test_the_table_says_what_is_attained_and_where() -> None:
    said = run("certify", "arctan(x)", "--order", "2").output
    assert "3√3/8" in said
    assert "64y² − 27" in said
    assert "✓ attained at" in said
    assert "→ approached as x → ∞" in run("certify", "tanh(x)").output


def test_latex_is_a_formula_an_extremum() -> None:
    said = run("certify", "sigmoid(x)", "--order", "1", "--latex").output
    assert said.count(r"\[") == 2
    assert r"= \tfrac14" in said


def test_what_is_not_settled_ends_with_1_and_says_why() -> None:
    done = run("certify", "x*sin(x)")
    assert done.exit_code == 1
    assert "not settled" in done.output


@pytest.mark.parametrize(
    "expr", ["", "x.__class__", "lambda: x", "9**9**9**9", "x**(10**9)", "(" * 20_000, "y + x", "x" * 10**6, "𝐱"]
)
def test_hostile_input_is_one_line_and_exit_code_2(expr: str) -> None:
    done = run("certify", expr)
    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1


def test_a_certificate_that_cannot_be_written_is_refused_before_the_search(tmp_path: Path) -> None:
    done = run("certify", "silu(x)", "--certificate", str(tmp_path / "no" / "where.json"))
    assert done.exit_code == 2
    assert not (tmp_path / "no").exists()
