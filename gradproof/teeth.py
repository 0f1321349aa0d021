"""Teeth on the command line: all claims in two processes, the kill rate, a table, and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from gradproof.record import versions
from gradproof.workers import default_jobs, spread
from numerics.teeth import KINDS, Bite, Bitten, Fate, bitten
from theory.language.claims import full_ledger

if TYPE_CHECKING:
    from rich.console import Console

    from theory.language.claims import Claim

SCHEMA = 1
PASSING = 0.97
"""The share of false variants that the attack has to break."""

_TOLD = {
    Fate.CONTRADICTION: ("‼", "bold white on red"),
    Fate.SURVIVED: ("survived", "yellow"),
    Fate.PROVED: ("also true", "cyan"),
}
_COLUMNS = {
    "broken": Fate.BROKEN,
    "also true": Fate.PROVED,
    "survived": Fate.SURVIVED,
    "beyond": Fate.LIMIT,
    "undefined": Fate.UNDEFINED,
}


def bite_all(
    claims: Sequence[Claim], profile: str, seed: int, *, jobs: int | None = None, done: Callable[[str], None] = lambda _: None
) -> list[Bitten]:
    """The variants of all claims, in the order of the claims, whatever finished first."""
    workers = min(jobs or default_jobs(), len(claims))
    found: dict[str, Bitten] = {}
    task = partial(_by_name, profile=profile, seed=seed)
    for result in spread(task, [claim.name for claim in claims], workers) if workers > 1 else ():
        found[result.name] = result
        done(result.name)
    for claim in claims:
        if claim.name not in found:  # no workers, or they died
            found[claim.name] = bitten(claim, profile=profile, seed=seed)
            done(claim.name)
    return [found[claim.name] for claim in claims]


def _by_name(name: str, profile: str, seed: int) -> Bitten:
    return bitten(full_ledger()[name], profile=profile, seed=seed)


def counts_of(results: Iterable[Bitten]) -> Counter[Fate]:
    """How many variants met which fate."""
    return Counter(bite.fate for result in results for bite in result.bites)


def kill_rate(counts: Counter[Fate]) -> float | None:
    """Broken ÷ what points could break and the kernel does not prove; None where there is nothing of that kind."""
    eligible = counts[Fate.BROKEN] + counts[Fate.SURVIVED] + counts[Fate.CONTRADICTION]
    return counts[Fate.BROKEN] / eligible if eligible else None


def passed(results: Sequence[Bitten]) -> bool:
    """Whether nothing false is proved and enough of what is false is broken."""
    counts = counts_of(results)
    rate = kill_rate(counts)
    return not counts[Fate.CONTRADICTION] and (rate is None or rate >= PASSING)


def as_json(results: Sequence[Bitten], profile: str, seed: int) -> dict[str, Any]:
    """What `gradproof teeth --json` prints."""
    counts = counts_of(results)
    return {
        "kind": "teeth",
        "schema": SCHEMA,
        "versions": versions(),
        "profile": profile,
        "seed": seed,
        "kill_rate": kill_rate(counts),
        "counts": {fate.value: counts[fate] for fate in Fate},
        "claims": [{"name": r.name, "note": r.note, "variants": [_variant(bite) for bite in r.bites]} for r in results],
    }


def _variant(bite: Bite) -> dict[str, str]:
    return {
        "kind": bite.kind,
        "change": bite.change,
        "statement": bite.statement,
        "fate": bite.fate.value,
        "reason": bite.reason,
        "proved_by": bite.by,
        "witness": bite.witness,
    }


# --- on a screen -----------------------------------------------------------------------------------


def table(console: Console, results: Sequence[Bitten], *, seconds: float, profile: str, seed: int) -> None:
    """Counts by claim and by kind, then what is loudest: contradictions, survivors, and what is also true."""
    console.print(_grid("claim", [(r.name, Counter(b.fate for b in r.bites)) for r in results]))
    for result in results:
        if result.note:
            console.print(Text(f"{result.name}: {result.note}", style="dim"))
    console.print()
    console.print(_grid("kind", [row for row in _by_kind(results) if row[1].total()]))
    for fate, (sign, style) in _TOLD.items():
        for name, bite in _of_fate(results, fate):
            console.print()
            console.print(Text.assemble((f"{sign} ", style), (name, "bold"), f" · {bite.kind}: {bite.change}"))
            console.print(Padding(Text(bite.statement), (0, 0, 0, 2)))
            said = f"by {bite.by}" if fate is Fate.PROVED else bite.reason
            if bite.fate is Fate.CONTRADICTION:
                said += f", by {bite.by}" + (f"; broken at {bite.witness}" if bite.witness else "")
            console.print(Padding(Text(said, style="dim"), (0, 0, 0, 2)))
    console.print()
    console.print(_summary(results))
    console.print(Text(f"{seconds:.1f} s · profile {profile} · seed {seed}", style="dim"))


def _grid(title: str, rows: list[tuple[str, Counter[Fate]]]) -> Table:
    grid = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    grid.add_column(title)
    shown = [(label, fate) for label, fate in _COLUMNS.items() if any(counts[fate] for _, counts in rows)]
    for label, _ in shown:
        grid.add_column(label, justify="right")
    for name, counts in rows:
        grid.add_row(name, *(str(counts[fate] or "·") for _, fate in shown))
    return grid


def _by_kind(results: Sequence[Bitten]) -> list[tuple[str, Counter[Fate]]]:
    bites = [bite for result in results for bite in result.bites]
    return [(kind, Counter(bite.fate for bite in bites if bite.kind == kind)) for kind in KINDS]


def _of_fate(results: Sequence[Bitten], fate: Fate) -> Iterator[tuple[str, Bite]]:
    return ((result.name, bite) for result in results for bite in result.bites if bite.fate is fate)


def _summary(results: Sequence[Bitten]) -> Text:
    counts = counts_of(results)
    rate = kill_rate(counts)
    said = f"{counts.total():,} variants: {counts[Fate.BROKEN]:,} broken · {counts[Fate.SURVIVED]} survived"
    said += f" · {counts[Fate.PROVED]} also true · {counts[Fate.LIMIT]} beyond points · {counts[Fate.UNDEFINED]} undefined"
    if counts[Fate.CONTRADICTION]:
        return Text(f"{said} · {counts[Fate.CONTRADICTION]} CONTRADICTION", style="bold red")
    # Rounded towards zero, so that a rate below the line is never shown on it.
    share = "nothing that points could break" if rate is None else f"kill rate {int(rate * 1000) / 10:.1f} %"
    return Text(f"{said}\n{share}", style="green" if passed(results) else "bold yellow")
