"""The house keeps its shape: imports run one way, the kernel trusts nobody, files stay short, everything says what it is."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("theory", "numerics", "gradproof")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MOST_LINES = 400
# How much of the code a mistake of which could make a false claim PROVED there may be.
TRUSTED_LINES = 4970

# Longer files, each with the reason why it is one idea that does not split.
LONG: dict[str, str] = {}
FOREIGN_TO_THEORY = {
    "numpy",
    "scipy",
    "hypothesis",
    "pytest",
    "torch",
    "jax",
    "rich",
    "click",
    "numerics",
    "gradproof",
    "tests",
}
# What a file of the first room may import of the second; within theory, by the folder or file below it.
THEORY_LAYERS: dict[str, set[str]] = {
    "language": {"language"},
    "kernel": {"kernel", "language"},
    "tactics": {"tactics", "kernel", "language", "storing", "typeset"},
    "typeset": {"typeset", "kernel", "language"},
    "derivations": {"derivations", "typeset", "tactics", "kernel", "language"},
    "profiles": {"profiles", "certify", "typeset", "tactics", "kernel", "language"},
    "activations": {"activations", "tactics", "language"},
    "flow": {"flow", "activations", "tactics", "language"},
}
# A word of the language is the handle by which a person asks for what upper layers know: `sigmoid.derivation(2)`,
# `claim.latex()`. These files import them when they are asked, never before, so that `from theory import sigmoid` stays light.
HANDLES: dict[str, set[str]] = {
    "theory/language/activations.py": {"derivations"},
    "theory/language/matrices.py": {"derivations"},
    "theory/language/claims.py": {"exposition", "typeset"},
}
KERNEL_MAY_USE = {"theory", "sympy", "flint"}
# Questions to SymPy whose answers the kernel would have to believe.
UNTRUSTED = {
    "simplify",
    "nsimplify",
    "solve",
    "solveset",
    "maximum",
    "minimum",
    "limit",
    "series",
    "ask",
    "refine",
    "satisfiable",
    "equals",
    "diff",
    "integrate",
    "doit",
    "evalf",
    "is_convex",
    "is_increasing",
    "is_decreasing",
    "is_monotonic",
}


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def imports(path: Path) -> Iterator[tuple[str, int]]:
    """Every module that a file imports, anywhere in it, with the line."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, node.lineno) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name_of(path)}:{node.lineno} imports relatively"
            module = node.module or ""
            # `from theory import typeset` imports a module too.
            inner = [f"{module}.{a.name}" for a in node.names if (ROOT / module.replace(".", "/") / a.name).exists()]
            yield from ((m, node.lineno) for m in [*inner, module] if m != "theory" or not inner)


def layer(module: str) -> str:
    """The layer of theory that a module is in: its folder, or its file."""
    return module.split(".")[1] if "." in module else ""


every_file = pytest.mark.parametrize("path", FILES, ids=name_of)
theory_files = [p for p in FILES if name_of(p).startswith("theory/")]
kernel_files = [p for p in FILES if name_of(p).startswith("theory/kernel/")]


def test_there_is_something_to_look_at() -> None:
    assert len(kernel_files) > 10
    assert {p.relative_to(ROOT).parts[0] for p in FILES} == set(ROOMS)


# --- imports run one way --------------------------------------------------------------------------


@every_file
def test_rooms_import_only_rooms_above_them(path: Path) -> None:
    room = path.relative_to(ROOT).parts[0]
    allowed = set(ROOMS[: ROOMS.index(room) + 1])
    for module, line in imports(path):
        top = module.split(".")[0]
        assert top not in {"tests", "benchmarks", "examples"}, f"{name_of(path)}:{line} imports {module}"
        assert top not in ROOMS or top in allowed, f"{name_of(path)}:{line} imports {module}, which is in a room below"


@pytest.mark.parametrize("path", theory_files, ids=name_of)
def test_theory_knows_sympy_and_flint_alone(path: Path) -> None:
    for module, line in imports(path):
        top = module.split(".")[0]
        assert top not in FOREIGN_TO_THEORY, f"{name_of(path)}:{line} imports {module}"
        assert top in {"theory", "sympy", "flint"} or top in sys.stdlib_module_names, f"{name_of(path)}:{line} imports {module}"


@pytest.mark.parametrize("path", [p for p in theory_files if len(p.relative_to(ROOT).parts) > 2], ids=name_of)
def test_layers_of_theory_import_only_layers_above_them(path: Path) -> None:
    own = path.relative_to(ROOT).parts[1]
    allowed = THEORY_LAYERS[own] | HANDLES.get(name_of(path), set())
    for module, line in imports(path):
        if module.split(".")[0] == "theory":
            assert layer(module) in allowed, f"{name_of(path)}:{line} imports {module}, which {own} may not know"


def at_once(module: ast.Module) -> Iterator[str]:
    """The modules that a file imports as it is imported: not in a function, and not for type checkers alone."""
    todo: list[ast.AST] = list(module.body)
    while todo:
        node = todo.pop()
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from [a.name for a in node.names] if isinstance(node, ast.Import) else [node.module or ""]
        elif isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING":
            todo += node.orelse
        elif not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            todo += ast.iter_child_nodes(node)


@pytest.mark.parametrize("handle", HANDLES)
def test_handles_import_what_they_open_when_asked(handle: str) -> None:
    file = tree(ROOT / handle)
    opened = {layer(module) for module, _ in imports(ROOT / handle) if module.startswith("theory.")}
    assert opened >= HANDLES[handle], f"{handle} no longer opens all of {HANDLES[handle]}; shorten its list"
    assert not {layer(module) for module in at_once(file) if module.startswith("theory.")} & HANDLES[handle]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("from theory.derivations import derive", True),
        ("if True:\n    import theory.derivations", True),
        ("class C:\n    from theory.derivations import derive", True),
        ("def f():\n    from theory.derivations import derive", False),
        ("class C:\n    def f(self):\n        import theory.derivations", False),
        ("if TYPE_CHECKING:\n    from theory.derivations import derive", False),
    ],
)
def test_an_import_at_once_is_told_from_a_deferred_one(code: str, found: bool) -> None:
    assert ("theory.derivations" in at_once(ast.parse(code))) is found


@pytest.mark.parametrize("path", kernel_files, ids=name_of)
def test_the_kernel_imports_language_and_itself(path: Path) -> None:
    for module, line in imports(path):
        top = module.split(".")[0]
        assert top in KERNEL_MAY_USE or top in sys.stdlib_module_names, f"{name_of(path)}:{line} imports {module}"


def test_every_layer_has_a_rule() -> None:
    folders = {p.parent.relative_to(ROOT / "theory").parts[0] for p in theory_files if p.parent != ROOT / "theory"}
    assert folders == set(THEORY_LAYERS)


@pytest.mark.parametrize(
    ("code", "module"),
    [
        ("import numpy", "numpy"),
        ("from theory import tactics", "theory.tactics"),
        ("def f():\n    from theory.tactics import Calc", "theory.tactics"),
        ("if True:\n    import hypothesis.strategies as st", "hypothesis.strategies"),
    ],
)
def test_imports_are_found_wherever_they_stand(code: str, module: str, tmp_path: Path) -> None:
    file = tmp_path / "planted.py"
    file.write_text(code, encoding="utf-8")
    assert module in [m for m, _ in imports(file)]


# --- the kernel believes nobody ----------------------------------------------------------------------


def questions(module: ast.Module) -> Iterator[tuple[str, int]]:
    """Calls, and names taken from elsewhere, of what the kernel may not ask."""
    for node in ast.walk(module):
        if isinstance(node, ast.Call):
            called = node.func
            name = called.attr if isinstance(called, ast.Attribute) else called.id if isinstance(called, ast.Name) else ""
            if name in UNTRUSTED:
                yield name, node.lineno
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.name, node.lineno) for alias in node.names if alias.name in UNTRUSTED)


@pytest.mark.parametrize("path", kernel_files, ids=name_of)
def test_the_kernel_asks_sympy_nothing(path: Path) -> None:
    assert [f"{name}( in line {line}" for name, line in questions(tree(path))] == []


@pytest.mark.parametrize("code", ["sp.simplify(e)", "e.equals(0)", "u.diff(x)", "from sympy import solveset", "limit(e, x, 0)"])
def test_a_question_to_sympy_is_found(code: str) -> None:
    assert list(questions(ast.parse(code)))


def test_only_the_reader_of_the_kernel_knows_sympy() -> None:
    users = {name_of(p) for p in kernel_files if any(m.split(".")[0] == "sympy" for m, _ in imports(p))}
    assert users <= {"theory/kernel/reading.py"}


# --- docstrings and lengths -------------------------------------------------------------------------


def undocumented(module: ast.Module) -> Iterator[str]:
    """Public modules, classes, functions and methods without a docstring; SymPy's hooks mean what SymPy says."""
    if not ast.get_docstring(module):
        yield "the module"
    hooks = {"pieces", "definition", "shape", "fdiff", "xreplace", "stable", "numpy_form"}
    for node in ast.walk(module):
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_") and not ast.get_docstring(node):
            yield f"class {node.name} in line {node.lineno}"
        members = node.body if isinstance(node, (ast.Module, ast.ClassDef)) else []
        for member in members:
            if isinstance(member, (ast.FunctionDef, ast.AsyncFunctionDef)) and not member.name.startswith("_"):
                hidden = isinstance(node, ast.ClassDef) and (node.name.startswith("_") or (node.bases and member.name in hooks))
                if not hidden and not ast.get_docstring(member):
                    yield f"function {member.name} in line {member.lineno}"


@every_file
def test_everything_public_says_what_it_is(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    if "# ruff: noqa: D102" in source:  # methods of a printer are explained where they are abstract
        assert ast.get_docstring(tree(path))
        return
    assert list(undocumented(tree(path))) == []


@every_file
def test_files_stay_short(path: Path) -> None:
    lines = len(path.read_text(encoding="utf-8").splitlines())
    if name_of(path) in LONG:
        assert lines > MOST_LINES, f"{name_of(path)} is short again; take it off the list"
        return
    assert lines <= MOST_LINES, f"{name_of(path)} has {lines} lines; split it, or say in LONG why it is one idea"


def lines_of(path: Path) -> int:
    """The lines of a file that are not blank, docstrings and comments included."""
    return sum(1 for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def test_what_is_trusted_stays_small() -> None:
    assert sum(map(lines_of, kernel_files)) <= TRUSTED_LINES


def test_the_documentation_counts_what_is_trusted() -> None:
    text = (ROOT / "docs/kernel.md").read_text(encoding="utf-8")
    counted = {name: int(lines) for name, lines in re.findall(r"^\| `(\w+\.py)` \| (\d+) \|", text, re.MULTILINE)}
    assert counted == {path.name: lines_of(path) for path in kernel_files}
    assert f"| together | {sum(counted.values())} |" in text


def test_long_files_exist() -> None:
    assert set(LONG) <= {name_of(p) for p in FILES}


# --- the face of theory -------------------------------------------------------------------------------


def loaded_after(code: str) -> set[str]:
    """The modules that a fresh process has loaded after running `code`."""
    report = f"{code}\nimport json, sys\nprint(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", report], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_import_theory_loads_nothing_else() -> None:
    loaded = loaded_after("import theory")
    assert not loaded & {"numpy", "scipy", "hypothesis", "rich", "click", "pytest", "flint", "sympy", "theory.kernel"}


@pytest.mark.parametrize("names", ["sigmoid, tanh, relu, gelu", "Norm, Recurrence, SpectralRadius", "claim, Calc, Induction"])
def test_words_come_without_the_kernel(names: str) -> None:
    loaded = loaded_after(f"from theory import {names}")
    assert "sympy" in loaded
    heavy = ("theory.kernel", "theory.typeset", "theory.derivations", "theory.tactics.settle")
    assert not [m for m in loaded if m.startswith(heavy)]
    assert not loaded & {"hypothesis", "rich", "click", "pytest", "scipy", "numerics"}


def test_settle_brings_the_kernel() -> None:
    loaded = loaded_after("from theory import settle")
    assert "theory.kernel" in loaded
    assert not loaded & {"hypothesis", "rich", "click", "pytest", "scipy", "numerics"}


def test_a_derivation_brings_the_kernel_and_no_other_room() -> None:
    loaded = loaded_after("from theory import sigmoid; sigmoid.derivation(2)")
    assert {"theory.kernel", "theory.derivations"} <= loaded
    assert not loaded & {"numpy", "scipy", "hypothesis", "rich", "click", "pytest", "numerics", "gradproof"}
    assert not any(m.startswith("theory.flow") for m in loaded)


def declared_for_type_checkers() -> dict[str, str]:
    """Names under TYPE_CHECKING in theory/__init__.py, with the modules that they come from."""
    blocks = [n for n in tree(ROOT / "theory/__init__.py").body if isinstance(n, ast.If)]
    found: dict[str, str] = {}
    for node in ast.walk(blocks[0]):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                assert alias.asname == alias.name, f"{alias.name} is not re-exported: write `as {alias.name}`"
                found[alias.name] = node.module or ""
    return found


def test_what_type_checkers_see_is_what_there_is() -> None:
    import theory

    declared = declared_for_type_checkers()
    assert declared == vars(theory)["_HOME"]
    assert set(declared) <= set(dir(theory))
    for name, module in declared.items():
        value = getattr(theory, name)
        assert value is getattr(sys.modules[module], name)


def test_every_domain_and_proof_kind_is_public() -> None:
    import theory
    from theory import tactics
    from theory.language import domains

    kinds = set(tactics.__all__)
    made = {name for name, value in vars(domains).items() if isinstance(value, domains.Domain)}
    functions = [n for n in tree(ROOT / "theory/language/domains.py").body if isinstance(n, ast.FunctionDef)]
    makers = {f.name for f in functions if not f.name.startswith("_")}
    assert kinds | made | makers <= set(dir(theory))


def test_an_unknown_name_is_an_attribute_error() -> None:
    import theory

    with pytest.raises(AttributeError, match="module 'theory' has no attribute 'sigmoyd'"):
        getattr(theory, "sigmoyd")  # noqa: B009  # a type checker would refuse the plain attribute


def test_the_docstring_says_whose_package_this_is() -> None:
    """`import gradproof` looks for its own name in the first file of its neighbours."""
    for room in ("theory", "numerics"):
        assert "gradproof" in (ROOT / room / "__init__.py").read_text(encoding="utf-8")
