"""How people meet the claims of `theory`: command line, pytest, records, documents.

The distribution brings two packages beside this one, `theory` and `numerics`. Other distributions
may bring packages of the same names, earlier on the path or written over ours, so before anything
is built on them this file makes sure, without importing either, that they are gradproof's own.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path

__all__ = ["ShadowedPackage", "__version__"]

__version__: str


class ShadowedPackage(ImportError):
    """A package that gradproof brings is missing, or another package of its name stands in its place."""


def _require_own(name: str) -> None:
    """Raise `ShadowedPackage` unless importing `name` would load gradproof's own package.

    Ours lies beside this one and names gradproof in its first file. The place alone would not do:
    two distributions that install a package of one name write into one folder.
    """
    try:
        spec = find_spec(name)
    except ValueError:  # somebody has put a bare module object into sys.modules
        spec = None
    origin = spec.origin if spec else None
    if origin:
        file = Path(origin).resolve()
        if file.parents[1] == Path(__file__).resolve().parents[1] and b"gradproof" in file.read_bytes():
            return
    found = f"another one is found at {origin}" if origin else "none is found"
    raise ShadowedPackage(
        f"gradproof needs its own package {name!r}, but {found}; install gradproof into a fresh virtual environment.",
        name=name,
        path=origin,
    )


shadowed: ShadowedPackage | None = None
"""Why gradproof cannot work here, where it is not said at once."""

try:
    for _name in ("theory", "numerics"):
        _require_own(_name)
except ShadowedPackage as fault:
    # pytest imports the plugin in every project of an environment: an error would end all runs of somebody whose `theory`
    # is their own. The plugin says in pytest's header that it is off.
    if "_pytest.config" not in sys.modules:
        raise
    shadowed = fault


def __getattr__(name: str) -> str:
    """Look the version up when it is asked for: reading metadata costs more than all the rest of this file."""
    if name == "__version__":
        from importlib.metadata import version

        return version("gradproof")
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
