"""Builds paper.pdf, and refuses to where a theorem in it is not what gradproof proves today.

    python examples/paper/build.py            checks the fragments in claims/, then runs pdflatex and bibtex
    python examples/paper/build.py --update   writes the fragments anew first

A fragment is stale when its claim, the proof or the kernel has changed since it was written.
"""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
# What LaTeX only warns about and a reader would see.
BLEMISHES = re.compile(r"^(Overfull .*|LaTeX Warning: .*undefined.*)$", re.MULTILINE)


def claims_in(paper: str) -> list[str]:
    """The claims that the paper inputs, in its order; definitions come with them."""
    return [name for name in re.findall(r"^\\input\{claims/([^}]+)\}", paper, re.MULTILINE) if not name.startswith("def-")]


def gradproof(*arguments: str) -> None:
    """Run gradproof with this interpreter; end where it fails."""
    done = subprocess.run([sys.executable, "-m", "gradproof.cli", *arguments], check=False)
    if done.returncode:
        sys.exit(f"build: `gradproof {arguments[0]}` found something wrong, so the paper is not built")


def tex(*command: str, into: Path) -> None:
    """Run one of TeX's programs in the folder of the paper; end with its last lines where it fails."""
    done = subprocess.run(command, cwd=into, capture_output=True, text=True, errors="replace", check=False)
    if done.returncode:
        sys.exit("\n".join([*done.stdout.splitlines()[-15:], f"build: {command[0]} failed"]))


def main() -> None:
    """Check or update, then build in examples/paper/build/."""
    options = argparse.ArgumentParser(description="Build the example paper.")
    options.add_argument("--update", action="store_true", help="write the fragments in claims/ anew")
    options.add_argument("--into", type=Path, default=HERE / "build", help="where to build (default: build/ beside this file)")
    asked = options.parse_args()
    names = claims_in((HERE / "paper.tex").read_text(encoding="utf-8"))
    folder = str(HERE / "claims")
    if asked.update:
        gradproof("latex", *names, "-o", folder, "--layout", "narrow")
    gradproof("latex", *names, "-o", folder, "--check")
    if shutil.which("pdflatex") is None:
        sys.exit("build: the theorems are what gradproof proves, but no pdflatex is here to set them; install TeX Live")
    into: Path = asked.into.resolve()
    shutil.copytree(HERE / "claims", into / "claims", dirs_exist_ok=True)
    shutil.copy(HERE / "paper.tex", into)
    latex = ("pdflatex", "-interaction=nonstopmode", "-halt-on-error", "paper.tex")
    for command in (latex, ("bibtex", "paper"), latex, latex):
        tex(*command, into=into)
    blemishes = BLEMISHES.findall((into / "paper.log").read_text(encoding="latin-1"))
    if blemishes:
        sys.exit("\n".join([*blemishes, "build: the paper has lines that are too long or references that lead nowhere"]))
    print(f"{into / 'paper.pdf'}: {len(names)} claims, each as gradproof proves it today")


if __name__ == "__main__":
    main()
