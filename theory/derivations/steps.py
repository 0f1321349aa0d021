"""A derivation as an object: equations one after the other, each with its reason and its theorem."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, Literal, TypeAlias, overload

from theory.derivations import stored, writing
from theory.derivations.ground import Ground, chained
from theory.kernel.theorem import Theorem
from theory.language.domains import Domain
from theory.language.errors import GradproofError, ProofFailure
from theory.language.symbols import eq
from theory.tactics.settle import used_lemmas

Layout: TypeAlias = Literal["wide", "narrow"]


@dataclass(frozen=True)
class Step:
    """One line of a derivation: `left = right`, both as SymPy expressions, and why.

    The right side of one step is the left side of the next, until a new line of thought begins.
    `theorem` is what the kernel proved; its derivation can be replayed, and its right to stand here
    is checked when a derivation is made of the step.
    """

    left: Any
    right: Any
    reason: str
    theorem: Theorem = field(compare=False, repr=False)
    relation: ClassVar[str] = "="

    @property
    def equation(self) -> Any:
        """The step as SymPy's Eq, not evaluated."""
        return eq(self.left, self.right)

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims of the ledger that the step's theorem rests on, by name."""
        return used_lemmas(self.theorem.derivation)

    @property
    def claim(self) -> str | None:
        """The claim that the step rests on, the first if there are several; None where it is calculus alone."""
        return next(iter(self.claims), None)

    def __reduce__(self) -> Any:
        return stored.step, (stored.packed(self.left), stored.packed(self.right), self.reason, self.theorem)


@dataclass(frozen=True)
class Derivation(Sequence[Step]):
    """The steps that lead to a derivative, as an immutable sequence.

    Attributes
    ----------
    of:
        What is derived: `sigmoid.d(x, 2)`, or a network's Jacobian.
    steps:
        The lines. Each was proved by the kernel for all members of the domains, and is proved again,
        from the derivation that it carries, whenever a `Derivation` is made of it, unpickling included.
    domains:
        The variables by name, with what they range over.
    excluded:
        The points of the real line where the definition changes its formula: no step speaks of them.

    Raises `ProofFailure`, which names the step, where a step is not what its theorem says.
    """

    of: Any
    steps: tuple[Step, ...]
    domains: tuple[tuple[str, Domain], ...] = ()
    excluded: tuple[Any, ...] = ()

    def __post_init__(self) -> None:
        if not self.steps:
            raise ProofFailure(f"a derivation of {self.of} has at least one step, not none")
        ground = Ground(self.domains)
        for number, step in enumerate(self.steps, 1):
            try:
                ground.passed(step.left, step.right, step.theorem)
            except GradproofError as error:
                raise ProofFailure(
                    f"step {number} of the derivation of {self.of}, {step.left} = {step.right}, is not proved: {error}"
                ) from error

    # --- a sequence of steps --------------------------------------------------------------------

    def __len__(self) -> int:
        return len(self.steps)

    def __iter__(self) -> Iterator[Step]:
        return iter(self.steps)

    @overload
    def __getitem__(self, index: int) -> Step: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Step, ...]: ...
    def __getitem__(self, index: int | slice) -> Step | tuple[Step, ...]:
        return self.steps[index]

    # --- what it comes to --------------------------------------------------------------------------

    @property
    def result(self) -> Any:
        """The last right side."""
        return self.steps[-1].right

    @property
    def equation(self) -> Any:
        """What the last line of thought comes to: its first left side equals the result."""
        return eq(self._last_line()[0].left, self.result)

    @property
    def claims(self) -> tuple[str, ...]:
        """The claims of the ledger that some step rests on, in the order of their use."""
        return tuple(dict.fromkeys(name for step in self.steps for name in step.claims))

    @property
    def binders(self) -> dict[str, Domain]:
        """The variables with their domains, as a claim has them."""
        return dict(self.domains)

    @cached_property
    def theorem(self) -> Theorem:
        """The theorem of `equation`."""
        steps = self._last_line()
        if steps[0].theorem.conclusion.op == "eq":
            return chained([s.theorem for s in steps])
        return Ground(self.domains).proved(steps[0].left, self.result, [s.theorem for s in steps])

    def replay(self) -> tuple[Theorem, ...]:
        """Run the kernel's rules once more for every step, from its derivation alone; the theorems that come out."""
        ground = Ground(self.domains)
        return tuple(ground.passed(s.left, s.right, s.theorem) for s in self.steps)

    def begins(self, number: int) -> bool:
        """Whether a step begins a new line of thought, so that its left side is printed."""
        return number == 0 or self.steps[number].left != self.steps[number - 1].right

    def _last_line(self) -> tuple[Step, ...]:
        first = max(k for k in range(len(self.steps)) if self.begins(k))
        return self.steps[first:]

    # --- for people -----------------------------------------------------------------------------------

    def latex(self, layout: Layout = "wide") -> str:
        """An aligned environment for LaTeX's display math, without delimiters.

        'wide' gives each line its reason in a column; 'narrow', for two-column papers, marks the
        relations (a), (b), … and lists the reasons below. A left side is printed once.
        """
        return writing.latex(self, layout)

    def __repr__(self) -> str:
        return writing.text(self)

    def _repr_latex_(self) -> str:
        return f"$$\n{self.latex()}\n$$"

    def _repr_html_(self) -> str:
        return writing.html(self)

    def __reduce__(self) -> Any:
        return stored.derivation, (stored.packed(self.of), self.steps, self.domains, stored.packed(self.excluded))
