"""What it costs to import `theory` and to ask for help, as a share of importing SymPy.

Each command runs in a fresh process; the commands take turns, so that a slow minute of the machine
slows all of them alike, and the least of many repetitions is kept: interference only adds time.
An import costs the process that does it less one that does nothing; `gradproof --help` costs its
whole process, start of Python included, because that is what a person waits for.

Usage: python benchmarks/import_cost.py [--repetitions N] [--json PATH]. Exit code 1 over a limit.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import sysconfig
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter

COMMANDS = {
    "python": [sys.executable, "-c", "pass"],
    "import sympy": [sys.executable, "-c", "import sympy"],
    "import theory": [sys.executable, "-c", "import theory"],
    # `import theory` alone loads nothing; this is what a paper's script really waits for.
    "the words of theory": [
        sys.executable,
        "-c",
        "from theory import sigmoid, tanh, relu, Norm, Recurrence, claim",
    ],
    "gradproof --help": [str(Path(sysconfig.get_path("scripts")) / "gradproof"), "--help"],
}
LIMITS = {"import theory": 1.3, "the words of theory": 1.3, "gradproof --help": 0.5}


def seconds(command: list[str]) -> float:
    """Wall time of one run in a fresh process."""
    start = perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    return perf_counter() - start


def measure(repetitions: int) -> dict[str, list[float]]:
    """Wall times of every command, taking turns, after one unmeasured round that fills the caches."""
    rounds = [{name: seconds(command) for name, command in COMMANDS.items()} for _ in range(repetitions + 1)]
    return {name: [times[name] for times in rounds[1:]] for name in COMMANDS}


def ratios(times: dict[str, list[float]]) -> dict[str, float]:
    """Cost over the cost of `import sympy`, for each command that has a limit."""
    least = {name: min(values) for name, values in times.items()}
    unit = least["import sympy"] - least["python"]
    return {name: (least[name] - (least["python"] if name != "gradproof --help" else 0.0)) / unit for name in LIMITS}


def main() -> int:
    """Measure, print a table, and compare with the limits."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repetitions", type=int, default=15, metavar="N", help="runs of each command (15)")
    parser.add_argument("--json", type=Path, metavar="PATH", help="write the figures there as well")
    options = parser.parse_args()
    if options.repetitions < 1:
        parser.error(f"--repetitions takes a positive number, not {options.repetitions}")
    times = measure(options.repetitions)
    found = ratios(times)

    print(f"{'command':<18} {'least':>8} {'median':>8} {'ratio':>7} {'limit':>6}")
    for name, values in times.items():
        share = f"{found[name]:>7.2f} {LIMITS[name]:>6.1f}" if name in LIMITS else ""
        print(f"{name:<18} {min(values) * 1000:>5.0f} ms {median(values) * 1000:>5.0f} ms {share}".rstrip())

    if options.json:
        report = {
            "kind": "benchmark",
            "schema": 1,
            "name": "import-cost",
            "versions": {"python": platform.python_version(), "sympy": version("sympy"), "gradproof": version("gradproof")},
            "repetitions": options.repetitions,
            "seconds": {name: {"least": min(values), "median": median(values)} for name, values in times.items()},
            "ratios": {name: {"value": found[name], "limit": limit} for name, limit in LIMITS.items()},
        }
        options.json.write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    return 0 if all(found[name] <= limit for name, limit in LIMITS.items()) else 1


if __name__ == "__main__":
    sys.exit(main())
