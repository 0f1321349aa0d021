"""Observations on a screen and as data: what is kept of each, and what a run of its protocol gave."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from rich.console import Console
    from rich.table import Table

    from numerics.measuring import Figure, Finding, Observation


class FigureRecord(TypedDict):
    """A figure as `Figure.to_json` writes it; null is infinite."""

    name: str
    value: float | None
    low: float | None
    high: float | None
    method: str
    unit: str
    against: list[dict[str, Any]]


class ObservationRecord(TypedDict):
    """What is known of an observation: its verdict, with figures or with a reason."""

    name: str
    verdict: str
    meaning: str
    reason: str
    date: str
    machine: str
    figures: list[FigureRecord]


def one_thread() -> None:
    """Let matrix products use one thread, as the protocols say; too late once NumPy is there, and then nothing is claimed."""
    if "numpy" not in sys.modules:
        os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))


def record_of(finding: Finding) -> ObservationRecord:
    """A finding as the ledger holds it."""
    return {
        "name": finding.observation.name,
        "verdict": finding.verdict,
        "meaning": finding.observation.meaning,
        "reason": finding.reason,
        "date": finding.date,
        "machine": finding.machine,
        "figures": [figure.to_json() for figure in finding.figures],  # pyright: ignore[reportReturnType]  # as to_json says
    }


def list_all(as_json: bool) -> int:
    """List the observations on standard output; 1 if one of them is open."""
    import click

    from gradproof import present, record
    from numerics.measuring import finding_of, full_observations

    findings = [finding_of(observation) for observation in full_observations()]
    if as_json:
        shown = [{**record_of(finding), "rows": list(finding.observation.rows)} for finding in findings]
        document = {"kind": "observations", "schema": record.SCHEMA, "versions": record.versions(), "observations": shown}
        click.echo(record.dumps(document), nl=False)
    else:
        listing(present.screen(), findings)
    return int(any(finding.verdict == "OPEN" for finding in findings))


def measure_and_show(name: str, quick: bool, as_json: bool, output: Path | None) -> int:
    """Run a protocol, write the result where that is asked for, and show it."""
    import click

    from gradproof import present, record
    from numerics.measuring import finding_of, full_observations, measure
    from numerics.measuring.figures import figure_from_json

    observation = full_observations()[name]
    if output is not None:
        record.check_writable(output)
    kept = None if quick else finding_of(observation)  # before it is overwritten, if it is
    document = measure(observation, observation.quick if quick else None)
    if output is not None:
        record.write_atomically(output, record.dumps(document))
    if as_json:
        click.echo(record.dumps(document), nl=False)
    else:
        taken = [figure_from_json(figure) for figure in document["figures"]]
        result(present.screen(), observation, taken, kept, parameters(document["protocol"]))
    return 0


# --- on a screen ----------------------------------------------------------------------------------------


def interval(figure: Figure) -> str:
    """A figure with its interval, in as many digits as tell the ends apart: `2.83 [2.72, 2.91]`."""
    digits = next((n for n in range(3, 17) if f"{figure.low:.{n}g}" != f"{figure.high:.{n}g}" or figure.low == figure.high), 17)
    value, low, high = (_number(number, digits) for number in (figure.value, figure.low, figure.high))
    return f"{value} [{low}, {high}]" + (f" {figure.unit}" if figure.unit else "")


def _number(number: float, digits: int) -> str:
    return f"{number:.{digits}g}".replace("-", "−").replace("inf", "∞")


def compared(figure: Figure) -> str:
    """On which side of the numbers to compare with the interval lies."""
    sides = [(figure.side_of(number), number, whose) for number, whose in figure.against]
    return ", ".join(f"{side} {_number(number, 3)} ({whose})" for side, number, whose in sides)


def listing(console: Console, findings: Iterable[Finding]) -> None:
    """Every observation with its verdict, what it is of, and its first figures or the reason why there are none."""
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    from gradproof.present import verdict_badge

    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=13)
    table.add_column(ratio=1)
    for finding in findings:
        said = [Text(finding.observation.name, style="bold"), Text(finding.observation.meaning)]
        if finding.verdict == "MEASURED":
            first = finding.figures[0]
            more = f" · {len(finding.figures) - 1} more" if len(finding.figures) > 1 else ""
            said.append(Text(f"{first.name}: {interval(first)}{more}", style="dim"))
        if finding.verdict == "OPEN":
            said.append(Text(finding.reason, style="yellow"))
        table.add_row(verdict_badge(finding.verdict), Group(*said))
    console.print(table)


def result(console: Console, observation: Observation, taken: Sequence[Figure], kept: Finding | None, protocol: str) -> None:
    """The figures of a run, beside those that are kept where the same protocol was run."""
    from rich.padding import Padding
    from rich.text import Text

    from gradproof.present import section

    console.print(Text(observation.name, style="bold"))
    console.print(Text(f"ledger: {', '.join(observation.rows)}", style="dim"))
    console.print()
    console.print(Text(observation.meaning))
    section(console, "Protocol", [Text(protocol)])
    section(console, "Figures", [])
    old = {figure.name: figure for figure in kept.figures} if kept is not None else {}
    for figure in taken:
        console.print(Padding(_lines(figure, old.get(figure.name)), (0, 0, 0, 2)))
    if kept is None:
        console.print(Text("\nQuick parameters: these figures are no result of the protocol.", style="dim"))
    elif kept.verdict == "OPEN":
        console.print(Text(f"\n{kept.reason}", style="yellow"))
    else:
        console.print(Text(f"\nKept: measured on {kept.date}, {kept.machine}.", style="dim"))


def _lines(figure: Figure, old: Figure | None = None) -> Table:
    """A figure with what it is compared with, and the kept one beside it."""
    from rich.padding import Padding
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0), expand=True)
    grid.add_column(ratio=1)
    grid.add_column(justify="right", no_wrap=True)
    grid.add_row(Text(figure.name), Text(interval(figure), style="bold"))
    said, kept = compared(figure), "" if old is None else f"kept {interval(old)}"
    if said or kept:
        grid.add_row(Padding(Text(said, style="cyan"), (0, 0, 0, 2)), Text(kept, style="dim"))
    return grid


def parameters(protocol: dict[str, Any]) -> str:
    """The parameters of a protocol in one line; neighbouring numbers as a range."""
    return " · ".join(f"{key.replace('_', ' ')} {_parameter(value)}" for key, value in protocol.items())


def _parameter(value: Any) -> str:
    if not isinstance(value, list):
        return str(value)
    given: list[Any] = list(value)  # pyright: ignore[reportUnknownArgumentType]  # of JSON
    if len(given) > 3 and all(isinstance(one, int) for one in given) and given == list(range(given[0], given[-1] + 1)):
        return f"{given[0]}…{given[-1]}".replace("-", "−")
    return ", ".join(map(str, given))


def lines_of(observation: ObservationRecord) -> list[Any]:
    """An observation in a page of the ledger: verdict and name, what it is of, its figures or the reason."""
    from rich.padding import Padding
    from rich.text import Text

    from gradproof.present import verdict_badge
    from numerics.measuring.figures import figure_from_json

    lines: list[Any] = [Text(observation["meaning"])]
    if observation["reason"]:
        lines.append(Text(observation["reason"], style="yellow" if observation["verdict"] == "OPEN" else "dim"))
    lines += [_lines(figure_from_json(figure)) for figure in observation["figures"]]
    if observation["date"]:
        lines.append(Text(f"measured on {observation['date']}, {observation['machine']}", style="dim"))
    head = Text.assemble(verdict_badge(observation["verdict"]), "  ", (observation["name"], "bold"))
    return [head, *(Padding(line, (0, 0, 0, 4)) for line in lines)]
