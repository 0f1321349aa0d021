"""Claims: a name, binders with domains, a statement, a proof, sources and ledger rows.

`@claim` only registers. Signature = quantifiers, docstring = plain meaning, return value =
(statement, proof). The statement is built at first use, with SymPy's evaluation switched off, so
that x/x stays x/x until the kernel has asked where it is defined.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache, cached_property
from importlib import import_module
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args, get_origin, get_type_hints

from sympy import evaluate
from sympy.logic.boolalg import BooleanAtom

from theory.language.domains import Domain
from theory.language.errors import ClaimError, GradproofError, UnknownName
from theory.language.statements import Statement

if TYPE_CHECKING:
    from theory.typeset.layout import Layout, Step


@dataclass(frozen=True)
class LemmaUse:
    """A claim applied at given values of its variables, as a hint to a tactic."""

    claim: Claim
    at: Mapping[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, eq=False)
class Claim:
    """One claim of a ledger; `statement` and `proof` are built when they are first asked for."""

    name: str
    module: str
    meaning: str
    builder: Callable[..., Any]
    sources: tuple[str, ...] = ()
    ledger: tuple[str, ...] = ()
    corrects: tuple[str, ...] = ()
    about: Any = None
    example: Mapping[str, Any] = field(default_factory=dict[str, Any])
    unproved: str = ""

    @cached_property
    def binders(self) -> dict[str, Domain]:
        """The variables in the order of the signature, each with its domain."""
        try:
            hints = get_type_hints(self.builder, include_extras=True)
        except NameError as error:
            raise ClaimError(f"claim {self.name}: {error}; import at the top of the file what the annotations name") from error
        found: dict[str, Domain] = {}
        for name in inspect.signature(self.builder).parameters:
            hint = hints.get(name)
            domains = [part for part in get_args(hint)[1:] if isinstance(part, Domain)] if get_origin(hint) is Annotated else []
            if len(domains) != 1:
                raise ClaimError(
                    f"claim {self.name}: parameter {name} needs one domain, as in Annotated[Expr, Real], "
                    f"but its annotation is {hint!r}"
                )
            found[name] = domains[0]
        return found

    @cached_property
    def variables(self) -> dict[str, Any]:
        """The SymPy object of each binder."""
        return {name: domain.variable(name) for name, domain in self.binders.items()}

    @cached_property
    def _built(self) -> tuple[Statement, Any]:
        try:
            with evaluate(False):
                value = self.builder(**self.variables)
        except GradproofError as error:
            raise type(error)(f"claim {self.name}: {error}") from error
        except Exception as error:
            what = " ".join(f"{type(error).__name__}: {error}".split())
            # 0 <= x <= y asks Python whether the first relation is true.
            hint = "; join relations with both(…)" if "truth value" in what else ""
            raise ClaimError(f"claim {self.name}: its statement cannot be built, {what}{hint}") from error
        pair = cast(tuple[Any, ...], value) if isinstance(value, tuple) else (value, None)
        if len(pair) != 2:
            raise ClaimError(f"claim {self.name} returns {len(pair)} values; return (statement, proof)")
        statement, proof = pair
        if isinstance(statement, (bool, BooleanAtom)):
            raise ClaimError(
                f"claim {self.name}: the statement was already evaluated to {statement}; "
                "state it of variables so that there is something to prove"
            )
        if proof is None and not self.unproved:
            raise ClaimError(
                f"claim {self.name} returns no proof; return (statement, proof), or say in `unproved` why it is only cited"
            )
        return statement, proof

    @property
    def statement(self) -> Statement:
        """What is claimed of all members of the binders' domains."""
        return self._built[0]

    @property
    def proof(self) -> Any:
        """The proof kind with its hints; None for a claim that is only cited."""
        return self._built[1]

    def at(self, **values: Any) -> LemmaUse:
        """The claim as a lemma at the given values of its variables."""
        unknown = set(values) - set(self.binders) - {"n", "gamma", "h_0", "v"}
        if unknown:
            raise ClaimError(
                f"claim {self.name} has no variable {', '.join(sorted(unknown))}; it has {', '.join(self.binders)}"
            )
        return LemmaUse(self, values)

    # What upper rooms know of a claim, asked for by its handle; imported when asked, so that a claim stays light.

    @property
    def proof_steps(self) -> tuple[Step, ...]:
        """The lines of its proof or refutation, each with `text`, `latex` (text mode) and `reason`."""
        from theory.exposition import proof_steps

        return proof_steps(self)

    def latex(self, layout: Layout = "wide") -> str:
        """Statement and proof in amsthm's environments, labelled `thm:NAME`; `narrow` is for two-column papers."""
        from theory.exposition import claim_latex

        return claim_latex(self, layout)

    def _repr_latex_(self) -> str:
        from theory.typeset import statement_latex

        return statement_latex(self)

    def _repr_html_(self) -> str:
        from theory.exposition import claim_html

        return claim_html(self)

    def __repr__(self) -> str:
        return f"<claim {self.name}>"


class Ledger:
    """The claims of one package, by name, in the order of declaration."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._claims: dict[str, Claim] = {}

    def add(self, new: Claim) -> None:
        """Register a claim; a second one of the same name is refused."""
        known = self._claims.get(new.name)
        if known is not None and known.module != new.module:
            raise ClaimError(f"claim {new.name} is declared in {known.module} and again in {new.module}; rename one of them")
        if known is not None and inspect.getsourcelines(known.builder)[1] != inspect.getsourcelines(new.builder)[1]:
            raise ClaimError(f"claim {new.name} is declared twice in {new.module}; rename one of them")
        self._claims[new.name] = new

    def __getitem__(self, name: str) -> Claim:
        try:
            return self._claims[name]
        except KeyError:
            near = get_close_matches(name, self._claims, n=3, cutoff=0.5)
            hint = f"did you mean {' or '.join(near)}?" if near else "list the names with `gradproof list`"
            raise UnknownName(f"there is no claim {name!r}; {hint}") from None

    def __iter__(self) -> Iterator[Claim]:
        return iter(self._claims.values())

    def __len__(self) -> int:
        return len(self._claims)

    def __contains__(self, name: object) -> bool:
        return name in self._claims


_LEDGERS: dict[str, Ledger] = {}


def ledger_of(package: str) -> Ledger:
    """The ledger of a top-level package; each package has its own."""
    return _LEDGERS.setdefault(package, Ledger(package))


def full_ledger() -> Ledger:
    """gradproof's own ledger, with every file of claims imported."""
    for room in ("activations", "flow"):
        for entry in sorted(path.name for path in files(f"theory.{room}").iterdir()):
            if entry.endswith(".py") and entry != "__init__.py":
                import_module(f"theory.{room}.{entry.removesuffix('.py')}")
    return ledger_of("theory")


_BIB_KEY = re.compile(r"^@\w+\{([^,\s]+),", re.MULTILINE)
_ROW_ID = re.compile(r"^\[([\w-]+)\]$", re.MULTILINE)


@cache
def source_keys() -> frozenset[str]:
    """The keys of `theory/sources.bib`."""
    return frozenset(_BIB_KEY.findall(files("theory").joinpath("sources.bib").read_text(encoding="utf-8")))


@cache
def row_ids() -> frozenset[str]:
    """The ids of the ledger's rows; only they are read, since every import of an activation asks (see `theory.rows`)."""
    texts = (files("theory").joinpath(f"rows_{part}.toml").read_text(encoding="utf-8") for part in "ab")
    return frozenset(name for text in texts for name in _ROW_ID.findall(text))


_OURS = Path(__file__).resolve().parents[1]


def package_of(module: str) -> str:
    """The name of a module's ledger: its top-level package, or the module itself where somebody's folder has our name."""
    package = module.partition(".")[0]
    file = getattr(sys.modules.get(module), "__file__", None)
    return module if package == _OURS.name and file and _OURS not in Path(file).resolve().parents else package


def claim(
    *,
    sources: list[str] | None = None,
    ledger: list[str] | None = None,
    corrects: list[str] | None = None,
    about: Any = None,
    example: Mapping[str, Any] | None = None,
    unproved: str = "",
) -> Callable[[Callable[..., Any]], Claim]:
    """Declare the decorated function as a claim and register it; nothing is built yet.

    `sources` are keys of sources.bib; `ledger` rows that the claim settles; `corrects` names of
    refuted claims that it replaces; `example` an exact point that meets all hypotheses, where the
    search for one needs help; `unproved` the reason why a claim is cited and not proved.
    """

    def register(builder: Callable[..., Any]) -> Claim:
        name = getattr(builder, "__name__", "?")
        meaning = " ".join((inspect.getdoc(builder) or "").split())
        if not meaning.strip():
            raise ClaimError(f"claim {name} has no docstring; say in one plain sentence what it means")
        made = Claim(
            name=name,
            module=builder.__module__,
            meaning=meaning,
            builder=builder,
            sources=tuple(sources or ()),
            ledger=tuple(ledger or ()),
            corrects=tuple(corrects or ()),
            about=about,
            example=dict(example or {}),
            unproved=unproved,
        )
        package = package_of(builder.__module__)
        if package == "theory":
            unknown = set(made.sources) - source_keys()
            if unknown:
                raise ClaimError(
                    f"claim {name}: unknown source {', '.join(sorted(unknown))}; add an entry to theory/sources.bib"
                )
            if strange := sorted(set(made.ledger) - row_ids()):
                near = get_close_matches(strange[0], row_ids(), n=1)
                hint = f"did you mean {near[0]}?" if near else "the rows are in theory/rows_a.toml and rows_b.toml"
                raise ClaimError(f"claim {name}: there is no row {strange[0]} in the ledger; {hint}")
        ledger_of(package).add(made)
        return made

    return register
