"""What it costs to collect gradproof's own suite, beside importing SymPy and beside a session that collects nothing.

Each command runs in a fresh process and a folder of its own; the commands take turns, so that a slow
minute of the machine slows all of them alike, and the least of many repetitions is kept: interference
only adds time. Two figures have a limit:

- the seconds that `pytest --collect-only --pyargs gradproof.suite` takes more than `import sympy`, each
  less a Python that does nothing; this is what a person waits for, pytest and its other plugins included;
- what the suite adds to an empty session, as a share of importing SymPy, which is most of it.

Usage: python benchmarks/collect_cost.py [--repetitions N] [--json PATH]. Exit code 1 over a limit.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

PYTEST = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider"]
COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "import sympy": [sys.executable, "-c", "import sympy"],
    "pytest, nothing to collect": PYTEST,
    "pytest --pyargs gradproof.suite": [*PYTEST, "--pyargs", "gradproof.suite"],
}
NOTHING_COLLECTED = 5
LIMITS = {"seconds beyond import sympy": 1.5, "added to a session / import sympy": 3.0}


def seconds(command: list[str], folder: str) -> float:
    """Wall time of one run in a fresh process."""
    start = perf_counter()
    done = subprocess.run(command, cwd=folder, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL, check=False)
    if done.returncode not in (0, NOTHING_COLLECTED):
        sys.exit(f"{' '.join(command)} ended with exit code {done.returncode}; run it by itself to see why")
    return perf_counter() - start


def measure(repetitions: int) -> dict[str, list[float]]:
    """Wall times of every command, taking turns, after one unmeasured round that fills the caches."""
    with tempfile.TemporaryDirectory() as folder:
        rounds = [{name: seconds(command, folder) for name, command in COMMANDS.items()} for _ in range(repetitions + 1)]
    return {name: [times[name] for times in rounds[1:]] for name in COMMANDS}


def figures(times: dict[str, list[float]]) -> dict[str, float]:
    """The two figures that have a limit."""
    python, sympy, empty, suite = (min(times[name]) for name in COMMANDS)
    return dict(zip(LIMITS, (suite - sympy, (suite - empty) / (sympy - python)), strict=True))


def main() -> int:
    """Measure, print, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=10, metavar="N", help="runs of each command (10)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there as well")
    options = parser.parse_args()
    if options.repetitions < 1:
        parser.error(f"--repetitions takes a positive number, not {options.repetitions}")
    times = measure(options.repetitions)
    found = figures(times)

    print(f"{'command':<34} {'least':>8} {'median':>8}")
    for name, values in times.items():
        print(f"{name:<34} {min(values) * 1000:>5.0f} ms {median(values) * 1000:>5.0f} ms")
    print(f"\n{'figure':<34} {'value':>8} {'limit':>8}")
    for name, value in found.items():
        print(f"{name:<34} {value:>8.2f} {LIMITS[name]:>8.1f}")

    if options.json:
        report = {
            "kind": "benchmark",
            "schema": 1,
            "name": "collect-cost",
            "versions": {
                "python": platform.python_version(),
                **{name: version(name) for name in ("sympy", "pytest", "hypothesis", "gradproof")},
            },
            "repetitions": options.repetitions,
            "seconds": {name: {"least": min(values), "median": median(values)} for name, values in times.items()},
            "figures": {name: {"value": found[name], "limit": limit} for name, limit in LIMITS.items()},
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0 if all(found[name] <= limit for name, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
