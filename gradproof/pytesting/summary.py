"""The last section of a terminal report: verdicts, tightest slacks, and broken claims with what to paste.

It is made from the properties of reports alone, so it is the same where pytest-xdist ran the items elsewhere.
"""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest

_VERDICTS = ("PROVED", "CONDITIONAL", "REFUTED", "CITED", "MEASURED", "EMPIRICAL", "OPEN")
MOST_SLACKS = 5
Properties = dict[str, str]


def summarise(reporter: pytest.TerminalReporter) -> None:
    """Write the section, if any claim was looked at."""
    proofs, attacks = _found(reporter.stats.values())
    claims = {**proofs, **attacks}
    if not claims:
        return
    width = reporter.config.get_terminal_writer().fullwidth
    reporter.write_sep("=", "gradproof")
    broken = [
        one for one in attacks.values() if one.get("contradiction") or (one["verdict"] != "REFUTED" and _count(one, "broken"))
    ]
    for line in _tally(claims, proofs, attacks):
        for part in textwrap.wrap(line, width - 1):
            reporter.write_line(part)
    if reporter.verbosity >= 0:
        for line in _tightest(attacks.values(), width):
            reporter.write_line(line)
    for one in broken:
        reporter.write_line("")
        _write_broken(reporter, one, width)


def _found(groups: Iterable[Iterable[Any]]) -> tuple[dict[str, Properties], dict[str, Properties]]:
    """What the reports say of proofs and of attacks, by module and name of the claim."""
    found: dict[str, dict[str, Properties]] = {"proof": {}, "attack": {}}
    for reports in groups:
        for report in reports:
            if getattr(report, "when", "") != "call":
                continue
            own = {
                str(k).removeprefix("gradproof."): str(v) for k, v in report.user_properties if str(k).startswith("gradproof.")
            }
            if own:
                found[own["item"]][f"{own['module']} {own['claim']}"] = own
    # pytest-xdist reports in the order in which its workers come to an end.
    return dict(sorted(found["proof"].items())), dict(sorted(found["attack"].items()))


def _count(properties: Properties, key: str) -> int:
    return int(properties.get(key) or 0)


def _tally(claims: dict[str, Properties], proofs: dict[str, Properties], attacks: dict[str, Properties]) -> list[str]:
    verdicts = Counter(one["verdict"] for one in claims.values())
    parts = [f"{verdicts[verdict]} {verdict.lower()}" for verdict in _VERDICTS if verdicts[verdict]]
    contradictions = sum("contradiction" in one for one in attacks.values())
    parts += [f"{contradictions} CONTRADICTED"] if contradictions else []
    reused = sum(one.get("reused") == "true" for one in proofs.values())
    replayed = f" ({reused} by replaying a kept proof)" if reused else ""
    lines = [f"{_counted(len(claims), 'claim')}: {', '.join(parts)}{replayed}"]
    if attacks:
        total = {key: sum(_count(one, key) for one in attacks.values()) for key in ("examples", "held", "touching", "broken")}
        seen = ", ".join(f"{total[key]:,} {key}" for key in ("held", "touching", "broken") if total[key])
        expected = sum(_count(one, "broken") for one in attacks.values() if one["verdict"] == "REFUTED")
        seen += f" ({'all' if expected == total['broken'] else expected} of refuted claims)" if expected else ""
        lines.append(_counted(total["examples"], "example") + (f": {seen}" if seen else ""))
    return lines


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _tightest(attacks: Iterable[Properties], width: int) -> list[str]:
    """The claims that an example came nearest to breaking."""
    from gradproof.present import number

    # A slack of 0 says nothing: an equivalence stands on its line, or a float has underflowed.
    near = [(slack, one) for one in attacks if not _count(one, "broken") and (slack := float(one.get("tightest") or 0)) > 0]
    near.sort(key=lambda pair: (pair[0], pair[1]["claim"]))
    ranked = [(number(slack), one) for slack, one in near[:MOST_SLACKS]]
    if not ranked:
        return []
    figures = max(len(slack) for slack, _ in ranked)
    lines = [f"  {slack:>{figures}}  {one['claim']} at {one['where']}" for slack, one in ranked]
    return ["tightest slacks", *(_cut(line, width) for line in lines)]


def _cut(line: str, width: int) -> str:
    return line if len(line) < width else line[: width - 2] + "…"


def _write_broken(reporter: pytest.TerminalReporter, one: Properties, width: int) -> None:
    if "contradiction" in one:
        head = f"CONTRADICTION: {one['claim']} is {one['contradiction']}"
    else:
        head = f"{one['claim']} is broken at {one['witness'] or 'every point'}"
    for line in textwrap.wrap(head, width - 1):
        reporter.write_line(line, red=True, bold=True)
    for line in textwrap.wrap(one["statement"], width - 3):
        reporter.write_line(f"  {line}")
    for line in one["snippet"].splitlines():
        reporter.write_line(f"    {line}")  # never wrapped: it is there to be pasted
