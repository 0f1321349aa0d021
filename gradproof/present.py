"""Records on a screen: the ledger, one claim at length, and the end of a run.

Everything here is made from records. Rich is imported by this file alone, and this file only when
something is printed.
"""

from __future__ import annotations

import io
import math
import re
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group
from rich.padding import Padding
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from collections.abc import Callable

    from gradproof.record import Record
    from gradproof.replay import Finding

WIDE = 118  # from here on verdict, statement and attack stand side by side
_LOOK = {
    "PROVED": ("✓", "green"),
    "CONDITIONAL": ("◐", "cyan"),
    "REFUTED": ("✗", "magenta"),
    "CITED": ("§", "blue"),
    "MEASURED": ("≈", "blue"),
    "EMPIRICAL": ("~", "blue"),
    "OPEN": ("?", "bold yellow"),
}
_ALARM = ("‼", "bold white on red")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


class _Trimmed(io.StringIO):
    """Stdout without the blanks that fill up the columns of a table; for a file or a pipe, where nobody sees them."""

    def write(self, text: str, /) -> int:
        """Pass the text on, each line without its trailing blanks."""
        return sys.stdout.write(re.sub(r" +(?=\n)", "", text))

    def flush(self) -> None:
        """Pass it on."""
        sys.stdout.flush()


def screen(*, stderr: bool = False) -> Console:
    """A console that adds no colour of its own: what is coloured here has a meaning."""
    console = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    if not stderr and not console.is_terminal:
        console = Console(file=_Trimmed(), width=console.width, highlight=False, markup=False, emoji=False, color_system=None)
    return console


def number(value: float) -> str:
    """Two digits, rounded towards zero, so that a slack is never shown larger than it is."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    digits = math.floor(abs(value) / 10.0**exponent * 10 + 1e-9) / 10
    sign = "−" if value < 0 else ""
    if -3 <= exponent < 4:
        return sign + f"{digits * 10.0**exponent:.{max(0, 1 - exponent)}f}"
    return f"{sign}{digits:g}·10{str(exponent).translate(_SUPERSCRIPT)}"


def badge(record: Record) -> Text:
    """The verdict as a word with its sign; a contradiction stands above every verdict."""
    if record["contradiction"]:
        return Text(f"{_ALARM[0]} CONTRADICTION", style=_ALARM[1])
    return verdict_badge(record["verdict"])


def verdict_badge(verdict: str) -> Text:
    """A verdict by itself, as a word with its sign."""
    sign, style = _LOOK.get(verdict, ("?", "bold yellow"))
    return Text(f"{sign} {verdict}", style=style)


def attack_line(record: Record) -> Text:
    """What the attack saw, in one line."""
    seen = record["evidence"]
    if seen["kind"] == "error":
        return Text(seen["note"], style="bold yellow")
    if seen["kind"] == "limit":
        return Text(f"limit; {_of_a_limit(seen['note'])}", style="dim")
    if not seen["examples"]:
        return Text(seen["note"] or "not attacked", style="dim")
    parts: list[tuple[str, str]] = []
    if seen["broken"]:
        parts.append((f"{seen['broken']} broken", "magenta" if record["verdict"] == "REFUTED" else "bold red"))
    if seen["held"]:
        parts.append((f"{seen['held']} held", ""))
    if seen["touching"]:
        parts.append((f"{seen['touching']} touching", ""))
    parts += [(f"{seen[idle]} {idle}", "dim") for idle in ("vacuous", "undefined") if seen[idle]]
    return Text(" · ").join(Text(*part) for part in parts)


def _of_a_limit(note: str) -> str:
    """The part of a note on a limit that a line has room for: the distance at the witness, else how many probes shrink."""
    parts = note.split("; ")
    if parts[0].startswith("at the witness") or len(parts) == 1:
        return parts[0]
    return parts[2] if parts[1].startswith("probed 1 ") and len(parts) > 2 else parts[1]


def slack(record: Record, room: int = 10_000) -> Text:
    """The tightest example, and where it is if there is room to say; empty where there is none to speak of."""
    seen = record["evidence"]
    if seen["tightest"] is None or not seen["held"]:
        return Text()
    said, where = f"slack ≥ {number(seen['tightest'])}", f" at {seen['where']}" if seen["where"] else ""
    return Text(said + where if len(said + where) <= room else said, style="dim")


def _remarks(record: Record) -> Iterator[Text]:
    """What a reader of the ledger has to know beside statement and attack."""
    if record["reason"]:
        alarm = record["contradiction"] or record["verdict"] == "OPEN"
        yield Text(record["reason"], style="bold red" if record["contradiction"] else "yellow" if alarm else "dim")
    if record["rests_on"]:
        yield Text("rests on " + ", ".join(record["rests_on"]), style="cyan")
    if record["witness"] is not None and record["witness"]["text"]:
        yield Text("witness: " + record["witness"]["text"], style="magenta")
    if record["corrected_by"]:
        yield Text("what is true instead: " + ", ".join(record["corrected_by"]), style="dim")


def ledger(console: Console, records: Iterable[Record]) -> None:
    """All records by subject: two columns and an attack column on a wide screen, blocks on a narrow one."""
    for subject, group in groupby(records, key=lambda record: record["subject"]):
        console.print()
        console.print(Rule(Text(subject, style="bold"), align="left", style="dim"))
        if console.width >= WIDE:
            console.print(_wide(console, group))
        else:
            for record in group:
                console.print(_narrow(console, record))


def _short(text: Text, width: int, lines: int = 2) -> Text:
    """As much of it as fits into so many lines; `show` has the rest."""
    short = text.copy()
    short.truncate(lines * width - 8, overflow="ellipsis")
    return short


def _narrow(console: Console, record: Record) -> Table:
    grid = Table.grid(padding=(0, 1), expand=True)
    grid.add_column(width=15)
    grid.add_column(ratio=1)
    width = console.width - 16
    grid.add_row(badge(record), Text(record["name"], style="bold"))
    grid.add_row("", Text(record["statement"]["text"]))
    for remark in _remarks(record):
        grid.add_row("", _short(remark, width))
    seen = Text.assemble(("attack: ", "dim"), attack_line(record))
    if tightest := slack(record, 2 * width - len(seen) - 12):
        seen = Text.assemble(seen, (" · ", "dim"), tightest)
    grid.add_row("", _short(seen, width, 3))
    return grid


def _wide(console: Console, records: Iterable[Record]) -> Table:
    left, right = 7, 4
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=15)
    table.add_column(ratio=left)
    table.add_column(ratio=right)
    share = (console.width - 21) // (left + right)
    for record in records:
        said = [Text(record["name"], style="bold"), Text(record["statement"]["text"])]
        said += [_short(remark, left * share) for remark in _remarks(record)]
        seen = [_short(attack_line(record), right * share, 4)]
        if tightest := slack(record, 2 * right * share - 8):
            seen.append(tightest)
        table.add_row(badge(record), Group(*said), Group(*seen))
    return table


def _tally(records: list[Record]) -> Text:
    counts = Counter("CONTRADICTION" if r["contradiction"] else r["verdict"] for r in records)
    line = Text(f"{len(records)} claim{'s' if len(records) != 1 else ''}: ", style="bold")
    shown = [
        Text(f"{counts[verdict]} {verdict.lower()}", style=style)
        for verdict, (_, style) in {**_LOOK, "CONTRADICTION": _ALARM}.items()
        if counts[verdict]
    ]
    return Text.assemble(line, Text(" · ").join(shown))


def summary(
    console: Console, records: list[Record], *, seconds: float, reused: int, profile: str, seed: int, versions: dict[str, str]
) -> None:
    """The end of a run: what is wrong first, then counts, and what it was run with."""
    console.print()
    console.print(Rule(style="dim"))
    for record in records:
        if record["contradiction"]:
            said = Group(Text(record["statement"]["text"]), Text(record["reason"], style="bold red"))
            title = Text(f"‼ {record['name']}", style="bold red")
            console.print(Panel(said, title=title, title_align="left", border_style="red"))
    console.print(_tally(records))
    attacked = [r["evidence"] for r in records]
    total = {key: sum(seen[key] for seen in attacked) for key in ("examples", "held", "touching", "broken")}
    refuted = sum(r["evidence"]["broken"] for r in records if r["verdict"] == "REFUTED")
    broken = f"{total['broken']:,} broken"
    if total["broken"] and total["broken"] == refuted:
        broken += " (all of refuted claims)"
    console.print(f"{total['examples']:,} examples: {total['held']:,} held · {total['touching']:,} touching · {broken}")
    proofs = f"{reused} of {len(records)} settled by replaying a kept proof" if reused else "every claim settled afresh"
    console.print(Text(f"{seconds:.1f} s · profile {profile} · seed {seed} · {proofs}", style="dim"))
    console.print(Text(" · ".join(f"{name} {release}" for name, release in versions.items()), style="dim"))
    console.print(_conclusion(records))


def _conclusion(records: list[Record]) -> Text:
    wrong = [r["name"] for r in records if r["contradiction"]]
    undecided = [r["name"] for r in records if r["verdict"] == "OPEN" and not r["contradiction"]]
    failed = [r["name"] for r in records if r["evidence"]["kind"] == "error" and r["name"] not in wrong + undecided]
    said: list[str] = []
    if wrong:
        said.append(f"contradicted: {', '.join(wrong)}")
    if undecided:
        said.append(f"open: {', '.join(undecided)}")
    if failed:
        said.append(f"not attacked: {', '.join(failed)}")
    if said:
        return Text("; ".join(said) + ".", style="bold red" if wrong else "bold yellow")
    return Text("Every claim is settled, and no attack contradicts one.", style="green")


def claim(console: Console, record: Record) -> None:
    """One claim at length."""
    heading = Table.grid(expand=True)
    heading.add_column(ratio=1)
    heading.add_column(justify="right")
    heading.add_row(Text(record["name"], style="bold"), badge(record))
    console.print(heading)
    rows = f" · ledger: {', '.join(record['ledger'])}" if record["ledger"] else ""
    console.print(Text(record["subject"] + rows, style="dim"))
    console.print()
    console.print(Padding(Text(record["statement"]["text"], style="bold"), (0, 0, 0, 4)))
    console.print()
    console.print(Text(" ".join(record["meaning"].split())))
    if record["reason"]:
        section(console, "Contradiction" if record["contradiction"] else "Why " + record["verdict"], [Text(record["reason"])])
    if record["witness"] is not None:
        nothing = "nothing has to be chosen: the statement has no free variable"
        section(console, "Witness", [Text(record["witness"]["text"] or nothing)])
    _proof(console, record)
    _evidence(console, record)
    if record["example"] is not None and record["witness"] is None and record["example"]["values"]:
        section(console, "A point in its domain that meets every hypothesis", [Text(record["example"]["text"])])
    for title, names in _relations(record):
        section(console, title, [Text(", ".join(names))])
    if record["sources"]:
        section(console, "Sources", [source_line(source["key"], source["text"], source["url"]) for source in record["sources"]])
    console.print()
    console.print(Text(f"hash {record['hash'][:16]}", style="dim"))


def section(console: Console, title: str, lines: Iterable[Any]) -> None:
    """A heading with what stands under it, a little further in."""
    console.print()
    console.print(Text(title, style="bold underline" if console.is_terminal else "bold"))
    for line in lines:
        console.print(Padding(line, (0, 0, 0, 2)))


def _proof(console: Console, record: Record) -> None:
    steps = record["proof"]["steps"]
    if not steps:
        return
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(ratio=5)
    side_by_side = console.width >= WIDE
    if side_by_side:
        table.add_column(ratio=2)
    for step in steps:
        said, why = Text(step["text"]), Text(step["reason"], style="cyan")
        if side_by_side:
            table.add_row(said, why)
        else:
            # A reason stands a little further in than what it is the reason of.
            indent = len(step["text"]) - len(step["text"].lstrip()) + 6
            table.add_row(Group(said, Padding(why, (0, 0, 0, indent))) if step["reason"] else said)
    section(console, f"{'Refutation' if record['verdict'] == 'REFUTED' else 'Proof'} ({record['proof']['kind']})", [table])


def _evidence(console: Console, record: Record) -> None:
    seen = record["evidence"]
    lines = [] if seen["kind"] == "limit" else [attack_line(record)]
    if tightest := slack(record):
        lines.append(tightest)
    if seen["witness_text"]:
        lines.append(Text("broken at " + seen["witness_text"]))
    if seen["note"] and (seen["examples"] or seen["kind"] == "limit"):
        lines.append(Text(seen["note"], style="dim"))
    lines.append(Text(f"profile {seen['profile']} · seed {seen['seed']}", style="dim"))
    section(console, "Attack", lines)


def _relations(record: Record) -> Iterator[tuple[str, list[str]]]:
    for title, names in (
        ("Uses", record["uses"]),
        ("Rests on, cited and not proved here", record["rests_on"]),
        ("Corrects", record["corrects"]),
        ("What is true instead", record["corrected_by"]),
    ):
        if names:
            yield title, names


def source_line(key: str, text: str, url: str) -> Text:
    """A source as one paragraph."""
    return Text.assemble((f"[{key}] ", "dim"), text, (" " + url if url else "", "dim"))


def listing(console: Console, records: Iterable[Record]) -> None:
    """One line a claim: verdict and name, and as much of the statement as a wide screen has room for."""
    for subject, group in groupby(records, key=lambda record: record["subject"]):
        console.print(Text(subject, style="dim"))
        table = Table.grid(padding=(0, 2, 0, 0), expand=console.width >= WIDE)
        table.add_column(width=15)
        table.add_column(no_wrap=True, width=46 if console.width >= WIDE else None)
        table.add_column(no_wrap=True, overflow="ellipsis", ratio=1)
        for record in group:
            statement = Text(record["statement"]["text"]) if console.width >= WIDE else Text()
            table.add_row(badge(record), Text(record["name"], style="bold"), statement)
        console.print(Padding(table, (0, 0, 0, 2)))


def replays(console: Console, findings: Iterable[Finding]) -> None:
    """One line a record: whether its derivation proves what it says."""
    table = Table.grid(padding=(0, 2, 0, 0), expand=True)
    table.add_column(width=9)
    table.add_column(width=11)
    table.add_column(ratio=1)
    listed = list(findings)
    for finding in listed:
        sign, style = {True: ("✓ replays", "green"), False: ("‼ refused", "bold red"), None: ("–", "dim")}[finding.ok]
        said = Text(finding.name, style="bold")
        if finding.note:
            said = Group(said, Text(finding.note, style=style if finding.ok is False else "dim"))
        table.add_row(Text(sign, style=style), Text(finding.verdict, style=_LOOK.get(finding.verdict, ("", ""))[1]), said)
    console.print(table)
    counts = Counter(finding.ok for finding in listed)
    said = [f"{counts[True]} of {len(listed)} replayed through the kernel"]
    said += [f"{counts[None]} with nothing to replay"] if counts[None] else []
    said += [f"{counts[False]} refused"] if counts[False] else []
    console.print(Text(" · ".join(said)))


@contextmanager
def progress(total: int, what: str) -> Generator[Callable[[str], None]]:
    """A bar on stderr while work goes on; silent where nobody watches."""
    console = screen(stderr=True)
    if not console.is_interactive or total < 2:  # older versions of rich end even a disabled bar with an empty line
        yield lambda _: None
        return
    name = TextColumn("{task.fields[name]}")
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(), name)
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task(what, total=total, name="")

        def advance(name: str) -> None:
            bar.update(task, advance=1, name=name)

        yield advance
