"""A project outside of the repository: what a person, and a CI server that reads JUnit, learns of its three claims."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).parents[2]
DOCUMENT = ROOT / "docs" / "pytest.md"
TRUE, FALSE, FOLKLORE = "deriv_sigmoid_le_third", "deriv_sigmoid_le_fifth", "tanh_eq_two_sigmoid"
DEFAULT = "--hypothesis-profile=default"  # with an example database, also where Hypothesis finds that it runs in CI
OUTCOMES = {
    f"{TRUE}::proof": "passed",
    f"{TRUE}::attack": "passed",
    f"{FALSE}::proof": "failed",
    f"{FALSE}::attack": "failed",
    f"{FOLKLORE}::proof": "passed",
    f"{FOLKLORE}::attack": "passed",
}


def example() -> str:
    """The file of claims in the documentation, to the letter."""
    return re.findall(r"^```python\n(.*?)^```", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)[0]


@dataclass(frozen=True)
class Run:
    """One run of pytest: its exit code, its terminal, and by item what JUnit holds."""

    code: int
    text: str
    outcomes: dict[str, str]
    properties: dict[str, dict[str, str]]


class Project:
    """A project in a folder of its own, with databases of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.examples = folder.parent / "examples"
        folder.mkdir()

    def run(self, *arguments: str) -> Run:
        junit = self.folder.parent / "junit.xml"
        removed = ("CI", "PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST")
        environment = {key: value for key, value in os.environ.items() if key not in removed}
        environment |= {
            "COLUMNS": "80",
            "PYTHONPATH": str(ROOT),
            "PYTHONIOENCODING": "utf-8",
            "HYPOTHESIS_STORAGE_DIRECTORY": str(self.examples),
        }
        command = [sys.executable, "-m", "pytest", f"--junitxml={junit}", *arguments]
        done = subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, encoding="utf-8", check=False
        )
        outcomes: dict[str, str] = {}
        properties: dict[str, dict[str, str]] = {}
        for case in ElementTree.parse(junit).getroot().iter("testcase"):
            name = f"{case.get('classname', '').rpartition('.')[2]}::{case.get('name')}"
            tags = {child.tag for child in case}
            outcomes[name] = "failed" if "failure" in tags else "skipped" if "skipped" in tags else "passed"
            properties[name] = {str(one.get("name")): str(one.get("value")) for one in case.iter("property")}
        return Run(done.returncode, done.stdout + done.stderr, outcomes, properties)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    made = Project(tmp_path / "project")
    (made.folder / "test_claims.py").write_text(example(), encoding="utf-8")
    return made


def section(text: str) -> str:
    """What the terminal says between the heading of the section and the next one."""
    return text.partition("= gradproof =")[2].partition("\n")[2].partition("\n====")[0]


def test_project_of_three_claims_one_of_them_false(project: Project) -> None:
    first = project.run("--strict-markers", "-W", "error", DEFAULT)
    assert first.code == 1
    assert first.outcomes == OUTCOMES
    assert "gradproof 0.1.0, profile dev, seed 0, sympy " in first.text

    proofs = {name: first.properties[f"{name}::proof"] for name in (TRUE, FALSE, FOLKLORE)}
    assert {name: found["gradproof.verdict"] for name, found in proofs.items()} == {
        TRUE: "PROVED",
        FALSE: "OPEN",
        FOLKLORE: "REFUTED",
    }
    broken = first.properties[f"{FALSE}::attack"]
    assert broken["gradproof.witness"] == "x = 0"
    assert broken["gradproof.snippet"] == "Refute(at={x: 0})"
    assert float(first.properties[f"{TRUE}::attack"]["gradproof.tightest"]) == pytest.approx(1 / 12)

    said = section(first.text)
    assert said.startswith("3 claims: 1 proved, 1 refuted, 1 open\n")
    assert "  0.083  deriv_sigmoid_le_third at x = 0\n" in said
    assert said.endswith("is broken at x = 0\n  For every real x: σ′(x) ≤ 1/5\n    Refute(at={x: 0})")
    counts = re.compile(r"(?m)^\d+ examples: .*$")  # another version of Hypothesis draws other examples
    assert counts.sub("", said) == counts.sub("", section(DOCUMENT.read_text(encoding="utf-8")))
    assert "Traceback" not in first.text
    failures = first.text.partition("= FAILURES =")[2].partition("generated xml file")[0]
    assert max(len(line) for line in (failures + said).splitlines()) <= 80

    # Again, elsewhere: two workers, a kept proof for what has one, a kept example for what was broken.
    second = project.run("-n", "2", DEFAULT)
    assert second.outcomes == OUTCOMES
    assert [second.properties[f"{name}::proof"]["gradproof.reused"] for name in (TRUE, FALSE, FOLKLORE)] == [
        "true",
        "false",
        "true",
    ]
    assert second.properties[f"{FALSE}::attack"]["gradproof.note"] == "found by an earlier run"
    for name in (f"{TRUE}::attack", f"{FOLKLORE}::attack"):
        assert second.properties[name] == first.properties[name]
    assert section(second.text).startswith("3 claims: 1 proved, 1 refuted, 1 open (2 by replaying a kept proof)\n")
    assert section(second.text).endswith("Refute(at={x: 0})")
    assert project.examples.is_dir()
    assert not (project.folder / ".hypothesis").exists()

    # A seed that is drawn is drawn once for all workers.
    fresh = project.run("-n", "2", "--gradproof-fresh", "--gradproof-profile=nightly", "-m", "claim_proof")
    assert set(fresh.outcomes) == {f"{name}::proof" for name in (TRUE, FALSE, FOLKLORE)}
    assert {found["gradproof.reused"] for found in fresh.properties.values()} == {"false"}
    seed = re.findall(r"profile nightly, seed (\d+),", fresh.text)
    assert [{found["gradproof.seed"]} for found in fresh.properties.values()] == [set(seed)] * 3


def test_project_without_claims_imports_nothing(tmp_path: Path) -> None:
    project = Project(tmp_path / "project")
    code = """
        import json, sys

        def test_modules():
            heavy = {"theory", "numerics", "sympy", "hypothesis", "numpy", "flint", "rich", "click"}
            assert not heavy & {name.partition(".")[0] for name in sys.modules}
            assert "gradproof.pytest_plugin" in sys.modules
    """
    (project.folder / "test_plain.py").write_text(re.sub(r"(?m)^ {8}", "", code), encoding="utf-8")
    run = project.run()
    assert (run.code, section(run.text)) == (0, "")


def test_the_suite_is_collected_in_any_folder_and_builds_nothing(tmp_path: Path) -> None:
    """Also where files of tests are named otherwise, and without the kernel, which only items need."""
    project = Project(tmp_path / "project")
    (project.folder / "pytest.ini").write_text("[pytest]\npython_files = check_*.py\n", encoding="utf-8")
    (project.folder / "conftest.py").write_text(
        "import json, sys\n"
        "def pytest_collection_finish(session):\n"
        "    print('MODULES', json.dumps(sorted(sys.modules)))\n"
        "    from theory.language.claims import full_ledger\n"
        "    print('CLAIMS', json.dumps([c.name for c in full_ledger()]))\n",
        encoding="utf-8",
    )
    run = project.run("--pyargs", "gradproof.suite", "--collect-only", "-q", "-s")
    ids = [line for line in run.text.splitlines() if line.startswith("gradproof/suite/ledger.py::")]
    claims = json.loads(re.findall(r"(?m)^CLAIMS (.*)$", run.text)[0])
    assert [one.split("::")[2:] for one in ids] == [[name, item] for name in claims for item in ("proof", "attack")]
    assert "gradproof/suite/ledger.py::activations.sigmoid::deriv_sigmoid_le_quarter::proof" in ids
    modules = json.loads(re.findall(r"(?m)^MODULES (.*)$", run.text)[0])
    assert not [name for name in modules if name.startswith(("theory.kernel", "numerics", "hypothesis."))]
    assert "sympy" in modules
