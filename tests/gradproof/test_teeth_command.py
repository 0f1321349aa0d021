"""`gradproof teeth`: a table, JSON by its schema, and exit codes that say what was found."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import jsonschema
import pytest
from click.testing import CliRunner

from gradproof import teeth
from gradproof.cli import main
from numerics.teeth import Bite, Bitten, Fate

SCHEMA = json.loads(files("gradproof").joinpath("schema/teeth.schema.json").read_text(encoding="utf-8"))


def run(*arguments: str) -> Any:
    return CliRunner().invoke(main, ["teeth", "--profile", "dev", *arguments])


def made(*fates: Fate) -> list[Bitten]:
    return [
        Bitten("a_claim", tuple(Bite("bound", "1 becomes 2", "x ≤ 2", fate, "a reason", "a proof", "x = 1") for fate in fates))
    ]


def returning(found: list[Bitten]) -> Any:
    def bite_all(*_: Any, **__: Any) -> list[Bitten]:
        return found

    return bite_all


def test_a_claim_with_teeth() -> None:
    result = run("deriv_sigmoid_le_quarter")
    assert result.exit_code == 0, result.output
    assert "kill rate 100.0 %" in result.output


def test_json_follows_its_schema() -> None:
    result = run("sup_relu6", "mul_le_self", "--json", "--seed", "1")
    found = json.loads(result.output)
    jsonschema.validate(found, SCHEMA)
    assert [c["name"] for c in found["claims"]] == ["sup_relu6", "mul_le_self"]
    assert sum(found["counts"].values()) == sum(len(c["variants"]) for c in found["claims"])


def test_nothing_that_points_could_break() -> None:
    result = run("sigmoid_tendsto_one")
    assert result.exit_code == 0
    assert "nothing that points could break" in result.output


def test_an_unknown_claim_is_bad_usage() -> None:
    assert run("no_such_claim").exit_code == 2


@pytest.mark.parametrize(
    ("fates", "code", "said"),
    [
        ([Fate.BROKEN] * 97 + [Fate.SURVIVED] * 3, 0, "kill rate 97.0 %"),
        ([Fate.BROKEN] * 969 + [Fate.SURVIVED] * 31, 1, "kill rate 96.9 %"),
        ([Fate.BROKEN] * 99 + [Fate.CONTRADICTION], 1, "1 CONTRADICTION"),
        ([Fate.CONTRADICTION], 1, "a reason, by a proof; broken at x = 1"),
        ([Fate.LIMIT, Fate.PROVED, Fate.UNDEFINED], 0, "1 beyond points"),
    ],
    ids=["enough", "too few", "contradiction", "only a contradiction", "nothing to break"],
)
def test_exit_codes(monkeypatch: pytest.MonkeyPatch, fates: list[Fate], code: int, said: str) -> None:
    monkeypatch.setattr(teeth, "bite_all", returning(made(*fates)))
    result = run("sup_relu6")
    assert result.exit_code == code
    assert said in " ".join(result.output.split())


def test_two_processes_say_the_same_as_one() -> None:
    from theory.language.claims import full_ledger

    claims = [full_ledger()[name] for name in ("relu_nonneg", "deriv_sigmoid")]
    assert teeth.bite_all(claims, "dev", 0, jobs=2) == teeth.bite_all(claims, "dev", 0, jobs=1)
