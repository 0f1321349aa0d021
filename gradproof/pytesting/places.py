"""Where claims are collected: also in the modules that are listed, found without importing them; not in files to ignore."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest


class Places:
    """The listed modules by file; a module that `python_files` matches is left to the ordinary collection."""

    def __init__(self, config: pytest.Config) -> None:
        patterns: list[str] = config.getini("python_files")
        self._root = config.rootpath
        self._ignored: list[str] = config.getini("gradproof_ignore")
        self._names: dict[Path, str] = {}
        self.single: set[str] = set()
        """Modules that are listed by themselves, not as part of a package."""
        self.collected: set[str] = set()
        """Ids of those that have been collected in this session."""
        for name in config.getini("gradproof_modules"):
            spec = _spec(name)
            if spec is None:
                raise pytest.UsageError(
                    f"the ini key gradproof_modules lists {name!r}, which is not on the import path; "
                    "correct the name, install the package, or add its folder to the ini key pythonpath"
                )
            if spec.submodule_search_locations is None:
                self.single.add(name)
            files = list(_files(spec))
            if not files:
                raise pytest.UsageError(
                    f"the ini key gradproof_modules lists {name!r}, in which no Python file speaks of claims; "
                    "list the module that does"
                )
            for file, module in files:
                if not any(_matches(file, pattern) for pattern in patterns):
                    self._names[file] = module
        self._basenames = {file.name for file in self._names}

    def __iter__(self) -> Iterator[Path]:
        return iter(self._names)

    def ignores(self, path: Path) -> bool:
        """Whether the claims in a file are left alone."""
        inside = self._root in path.parents
        return inside and any(fnmatch(path.relative_to(self._root).as_posix(), pattern) for pattern in self._ignored)

    def module_at(self, path: Path) -> str | None:
        """The name of the listed module in a file; None for all other files."""
        # Most files differ in their last name already; resolving every file of a large tree would take time.
        return self._names.get(path.resolve()) if path.name in self._basenames else None


PLACES = pytest.StashKey[Places]()


def _spec(name: str) -> ModuleSpec | None:
    """The specification of a module; `importlib.util.find_spec` would import the packages around it."""
    spec: ModuleSpec | None = None
    search: list[str] | None = None
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        if count > 1 and search is None:
            return None
        prefix = ".".join(parts[:count])
        found = (finder.find_spec(prefix, search) for finder in sys.meta_path if hasattr(finder, "find_spec"))
        spec = next((one for one in found if one is not None), None)
        if spec is None:
            return None
        search = None if spec.submodule_search_locations is None else list(spec.submodule_search_locations)
    return spec


def _files(spec: ModuleSpec) -> Iterator[tuple[Path, str]]:
    """The file of a module; for a package, of every module in it that speaks of claims."""
    if spec.submodule_search_locations is None:
        if spec.origin and spec.origin.endswith(".py"):
            yield Path(spec.origin).resolve(), spec.name
        return
    for location in map(Path, spec.submodule_search_locations):
        for file in sorted(location.rglob("*.py")):
            inner = file.relative_to(location).with_suffix("").parts
            if inner[-1] in ("__main__", "conftest") or not all(part.isidentifier() for part in inner):
                continue
            # A module without this word declares no claim, and importing it could do anything.
            if b"claim" in file.read_bytes():
                yield file.resolve(), ".".join([spec.name, *(inner[:-1] if inner[-1] == "__init__" else inner)])


def _matches(path: Path, pattern: str) -> bool:
    """Whether a pattern of `python_files` matches, as pytest reads it: of the whole path where it has a slash."""
    return fnmatch(path.as_posix(), f"*/{pattern}") if "/" in pattern else fnmatch(path.name, pattern)
