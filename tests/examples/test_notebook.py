"""The example notebooks run from top to bottom, and what they show is what running them shows today.

To store new outputs, set UPDATE_NOTEBOOKS=1 and run this file; then read the difference.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "examples").glob("*.ipynb"))
UPDATE = os.environ.get("UPDATE_NOTEBOOKS") == "1"

each_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda p: p.name)


def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def code_cells(notebook: dict[str, Any]) -> list[dict[str, Any]]:
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def executed(sources: list[str]) -> list[list[dict[str, Any]]]:
    """The outputs of code cells, run in a fresh process."""
    runner = Path(__file__).with_name("notebooks.py")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", "-W", "error", str(runner)],
        input=json.dumps(sources),
        capture_output=True,
        text=True,
        encoding="utf-8",
        cwd=ROOT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [[stored(output) for output in outputs] for outputs in json.loads(done.stdout)]


def stored(output: dict[str, Any]) -> dict[str, Any]:
    """An output with its texts as lists of lines, as notebooks are stored."""

    def lines(text: Any) -> Any:
        return text.splitlines(keepends=True) if isinstance(text, str) else text

    if "text" in output:
        return output | {"text": lines(output["text"])}
    return output | {"data": {kind: lines(text) for kind, text in output["data"].items()}}


def written(notebook: dict[str, Any]) -> str:
    """The notebook as Jupyter writes it."""
    return json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def test_there_is_a_notebook() -> None:
    assert "derivations.ipynb" in {path.name for path in NOTEBOOKS}


@each_notebook
def test_it_shows_what_running_it_shows(path: Path) -> None:
    notebook = read(path)
    cells = code_cells(notebook)
    outputs = executed(["".join(cell["source"]) for cell in cells])
    if UPDATE:
        for number, (cell, found) in enumerate(zip(cells, outputs, strict=True), 1):
            cell["outputs"], cell["execution_count"] = found, number
        path.write_text(written(notebook), encoding="utf-8")
    for cell, found in zip(cells, outputs, strict=True):
        assert cell["outputs"] == found, "stored outputs are out of date: run this file with UPDATE_NOTEBOOKS=1"


@each_notebook
def test_it_is_stored_as_jupyter_stores_it(path: Path) -> None:
    notebook = read(path)
    assert path.read_text(encoding="utf-8") == written(notebook)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ids = [cell["id"] for cell in notebook["cells"]]
    assert len(set(ids)) == len(ids)
    assert [cell["execution_count"] for cell in code_cells(notebook)] == [*range(1, len(code_cells(notebook)) + 1)]
    assert not re.search(r"/(home|work|tmp|Users)/", path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        wanted = {"cell_type", "id", "metadata", "source"} | (
            {"outputs", "execution_count"} if cell["cell_type"] == "code" else set[str]()
        )
        assert set(cell) == wanted


# --- the runner itself ------------------------------------------------------------------------------


def test_a_changed_output_is_told() -> None:
    ((shown,),) = executed(["1 + 1"])
    assert shown == {"output_type": "execute_result", "execution_count": 1, "data": {"text/plain": ["2"]}, "metadata": {}}
    ((other,),) = executed(["1 + 2"])
    assert other != shown


def test_a_cell_that_raises_ends_the_run() -> None:
    with pytest.raises(AssertionError, match="ZeroDivisionError"):
        executed(["1 / 0"])


def test_printing_showing_and_silence_are_told_apart() -> None:
    display = "from IPython.display import Latex, display\ndisplay(Latex('$x$'))\nprint('y')"
    (first, second, third) = executed([display, "'z';", "class C:\n    def _repr_html_(self): return '<b>'\nC()"])
    assert [output["output_type"] for output in first] == ["stream", "display_data"]
    assert first[1]["data"]["text/latex"] == ["$x$"]
    assert second == []
    assert third[0]["data"]["text/html"] == ["<b>"]
