"""Run as a script: execute the code cells that come in as JSON, in order, and print the outputs that Jupyter would store.

It is IPython's own shell with IPython's own display machinery; what is missing of Jupyter is the second
process and its sockets.
"""

from __future__ import annotations

import json
import sys
from contextlib import redirect_stdout
from io import StringIO
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.interactiveshell import InteractiveShell


class _Outputs:
    """What the cells have shown so far."""

    shown: list[dict[str, Any]] = []  # noqa: RUF012  # the shell makes one hook and one publisher, and they share it


class _Results(DisplayHook):
    """Collects the value of a cell."""

    def write_output_prompt(self) -> None:
        pass

    def write_format_data(self, format_dict: Any, md_dict: Any = None) -> None:
        bundle: dict[str, Any] = {"data": format_dict, "metadata": md_dict or {}}
        _Outputs.shown.append({"output_type": "execute_result", "execution_count": self.prompt_count, **bundle})


class _Displays(DisplayPublisher):
    """Collects what a cell displays by itself."""

    def publish(self, data: Any, metadata: Any = None, *_: Any, **__: Any) -> None:
        _Outputs.shown.append({"output_type": "display_data", "data": data, "metadata": metadata or {}})


class _Shell(InteractiveShell):
    displayhook_class: Any = _Results
    display_pub_class: Any = _Displays


def executed(sources: list[str]) -> list[list[dict[str, Any]]]:
    """The outputs of each cell, as nbformat 4 has them; an exception in a cell ends it all."""
    shell: Any = _Shell.instance()
    shell.history_manager.enabled = False
    found: list[list[dict[str, Any]]] = []
    for source in sources:
        _Outputs.shown = []
        printed = StringIO()
        with redirect_stdout(printed):
            result = shell.run_cell(source, store_history=True)
        result.raise_error()
        text = printed.getvalue()
        stream = [{"output_type": "stream", "name": "stdout", "text": text}] if text else []
        found.append([*stream, *_Outputs.shown])
    return found


if __name__ == "__main__":
    answer = executed(json.load(sys.stdin))
    json.dump(answer, sys.stdout)
