"""What tests of commands share: a run of one in a terminal of given width, and the document that it prints."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from click.testing import CliRunner, Result
from jsonschema import Draft202012Validator

from gradproof.cli import main


def run(*arguments: str, width: int = 80) -> Result:
    """A command in a terminal so wide."""
    return CliRunner(env={"COLUMNS": str(width)}).invoke(main, arguments)


def schema(name: str) -> Any:
    """One of the published schemas."""
    return json.loads(files("gradproof").joinpath(f"schema/{name}.schema.json").read_text(encoding="utf-8"))


def document(name: str, *arguments: str) -> dict[str, Any]:
    """What a command prints as JSON, held against the schema of that name."""
    done = run(*arguments, "--json")
    assert done.exit_code == 0, done.output
    found = json.loads(done.stdout)
    assert [error.message for error in Draft202012Validator(schema(name)).iter_errors(found)] == []
    return found
