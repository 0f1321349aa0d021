"""Check a built wheel: exactly our packages, nothing else, and at work beside another `theory`.

Usage: python .ci/check_wheel.py dist/gradproof-*.whl, in a copy of the source tree that the wheel
was built from. Exit code 1 and one sentence a fault when something is wrong.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path
from zipfile import ZipFile

PACKAGES = ("theory", "numerics", "gradproof")
METADATA = {"METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE"}
OTHER_PROJECT = """
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[project]
name = "another-theory"
version = "1"
[tool.hatch.build.targets.wheel]
packages = ["theory"]
"""
IMPORT_ALL = "import gradproof, theory, numerics; print(gradproof.__version__)"
SENTENCE = "gradproof.ShadowedPackage: gradproof needs its own package 'theory', but another one is found at "


def content_faults(wheel: Path) -> list[str]:
    """What the wheel holds too much or too little, compared with the source tree in the current folder."""
    with ZipFile(wheel) as archive:
        shipped = set(archive.namelist())
    dist_info = next(name.partition("/")[0] for name in shipped if name.endswith(".dist-info/WHEEL"))
    expected = {f"{dist_info}/{name}" for name in METADATA}
    for package in PACKAGES:
        expected |= {path.as_posix() for path in Path(package).rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    data = {f"{package}/py.typed" for package in PACKAGES} | {"theory/sources.bib", "theory/rows_a.toml", "theory/rows_b.toml"}
    faults = [f"the wheel ships {name}, which is not in the three packages" for name in sorted(shipped - expected)]
    faults += [f"the wheel lacks {name}" for name in sorted((expected | data) - shipped)]
    if not any(name.startswith("gradproof/schema/") and name.endswith(".json") for name in shipped):
        faults.append("the wheel lacks a JSON Schema in gradproof/schema")
    faults += [
        f"the wheel ships {name}, a test" for name in sorted(shipped) if Path(name).name.startswith(("test_", "conftest"))
    ]
    return faults


def run(*command: str | Path, cwd: Path, path: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run a command outside of the source tree; `path` is searched for packages before all others."""
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "VIRTUAL_ENV"}}
    if path is not None:
        environment["PYTHONPATH"] = str(path)
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)


def neighbour_faults(wheel: Path) -> list[str]:
    """What goes wrong where another distribution has a package called `theory` too."""
    faults: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        other = home / "other"
        (other / "theory").mkdir(parents=True)
        (other / "pyproject.toml").write_text(OTHER_PROJECT, encoding="utf-8")
        (other / "theory" / "__init__.py").write_text("MINE = 'somebody else'\n", encoding="utf-8")
        venv.create(home / "env", with_pip=True)
        scripts = home / "env" / "bin"

        def expect(situation: str, *command: str | Path, refused: bool = False, path: Path | None = None) -> None:
            done = run(*command, cwd=home, path=path)
            said = done.stderr.strip().splitlines()[-1:] or [""]
            if refused and not (done.returncode != 0 and said[0].startswith(SENTENCE)):
                faults.append(f"{situation}: the import should say so in one sentence, but ended with {said[0] or 'success'!r}")
            if not refused and done.returncode != 0:
                faults.append(f"{situation}: {' '.join(map(str, command[1:]))} failed\n{done.stdout}{done.stderr}")

        install = (scripts / "python", "-m", "pip", "install", "-q")
        expect("installing another theory", *install, other)
        expect("installing the wheel over it", *install, wheel)
        expect("ours installed last", scripts / "python", "-c", IMPORT_ALL)
        expect("ours installed last", scripts / "gradproof", "verify", "deriv_sigmoid_le_quarter")
        expect("another theory earlier on the path", scripts / "python", "-c", "import gradproof", path=other, refused=True)
        expect("installing another theory again", *install, "--force-reinstall", other)
        expect("another theory written over ours", scripts / "python", "-c", "import gradproof", refused=True)
    return faults


def main() -> int:
    """Check the wheel that the command line names."""
    wheel = Path(sys.argv[1]).resolve()
    faults = content_faults(wheel) or neighbour_faults(wheel)
    print(
        "\n".join(faults) or f"{wheel.name}: exactly {', '.join(PACKAGES)}; works beside another theory, or says that it cannot"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
