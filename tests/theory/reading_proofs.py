"""Reads a written proof at one exact point: each relation and each formula in it is evaluated there.

Nothing of the printer's own reasoning is used: the blocks are taken at their word, and exact
arithmetic or separated balls say whether the word is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from numerics.adjudicate import Judge
from numerics.balls import Undefined, precision
from numerics.chance import TooManyOutcomes, is_sampled, summing
from numerics.evaluate import ExactView
from numerics.goals import opened
from numerics.sources import FromSeed
from numerics.strategies import Sampler
from tests.sampling import is_quick
from theory.kernel.exact import holds
from theory.kernel.gate import Instance, goal_of
from theory.kernel.replacing import walk
from theory.kernel.terms import Term, make, rat, sequence_literal, var
from theory.language.claims import full_ledger
from theory.language.errors import KernelRefusal
from theory.tactics.settle import Settlement
from theory.typeset.blocks import Block, Derive, Part, Pieces, Row, Say

REALS = tuple(map(Fraction, ("-2", "-1/2", "0", "1/3", "1", "5/2")))
DEPTHS = (0, 1, 2, 3)
MOST_OUTCOMES = 4096  # as many as the kernel sums over
# Expectations are sums over outcomes, and networks are run: of these one in six is read at points in the ordinary suite.
RUNS = frozenset(("mean", "net", "rec", "mrec"))
READ_NIGHTLY = frozenset(
    claim.name
    for claim in full_ledger()
    if not is_quick(claim.name) and any(node.op in RUNS for node in walk(goal_of(claim).conclusion))
)
_SIGNS = {"≤": ("le", False), "<": ("lt", False), "≥": ("le", True), ">": ("lt", True), "=": ("eq", False), "≠": ("ne", False)}


def relation(left: Term, sign: str, right: Term) -> Term:
    """`left sign right` as the kernel writes it."""
    op, turned = _SIGNS[sign]
    pair = (right, left) if turned else (left, right)
    if left.sort == "mat":
        return make({"le": "mle", "eq": "meq"}[op], pair)
    return make(op, pair)


def flat(blocks: Iterable[Block]) -> Iterator[Block]:
    """Every block, what stands in parts included."""
    for block in blocks:
        yield block
        if isinstance(block, Part):
            yield from flat(block.blocks)


def pieces_of(block: Block) -> Iterator[Pieces]:
    """The words and reasons of one block, without those of the blocks within it."""
    match block:
        case Say(pieces) | Part(pieces, _):
            yield pieces
        case Derive(_, rows):
            for row in rows:
                yield row.why


def formulas(pieces: Pieces) -> list[Term]:
    return [p for p in pieces if isinstance(p, Term) and p.sort == "prop"]


def terms(blocks: Iterable[Block]) -> set[Term]:
    """Every term and formula of a proof."""
    found: set[Term] = set()
    for block in flat(blocks):
        found |= {p for pieces in pieces_of(block) for p in pieces if isinstance(p, Term)}
        if isinstance(block, Derive):
            found |= {block.left, *(row.right for row in block.rows)}
    return found


def truth(closed: Term) -> bool | None:
    """Whether a closed formula is true: balls decide fast, and what they leave open the kernel's exact arithmetic may."""
    if closed.free:
        return None
    try:
        found = _judged(closed)
    except TooManyOutcomes:
        return None  # nor does the kernel sum over more
    except Undefined:
        found = None
    if found is not None or closed.op == "always":
        return found
    if is_sampled([closed]):
        return True  # as far as samples see; what is off by 1/7 they separate
    try:
        return holds(closed)
    except KernelRefusal:
        return None


def _judged(closed: Term) -> bool | None:
    """What the attack's evaluator says; nothing where a network stands on a kink, whose slope it would have to choose."""
    view = ExactView({}, {})
    with precision(128), summing(MOST_OUTCOMES):
        found = Judge(view).of(closed).truth
    return None if view.kinked else found


@dataclass
class Reading:
    """What was found true, false and undecided at one point."""

    at: Instance
    true: int = 0
    undecided: int = 0
    false: list[Term] = field(default_factory=list[Term])

    def value(self, formula: Term) -> bool | None:
        return truth(self.at.of(formula))

    def note(self, formula: Term) -> None:
        match self.value(formula):
            case True:
                self.true += 1
            case None:
                self.undecided += 1
            case False:
                self.false.append(formula)

    def read(self, blocks: Iterable[Block]) -> None:
        """The blocks in order; what is supposed and does not hold here makes the rest say nothing."""
        for block in blocks:
            match block:
                case Part(heading, inner):
                    held = [self.value(f) is not False for f in formulas(heading)]
                    if (any if ", and likewise if" in heading else all)(held):
                        self.read(inner)
                case Say(("Suppose", *assumed)):
                    if any(self.value(f) is False for f in formulas(tuple(assumed))):
                        return
                case Say(("Take", Term(args=(variable, value)), *_)):  # a choice, true by being made
                    self.at = Instance({**self.at.values, variable: self.at.of(value)}, self.at.dims)
                case Say(pieces):
                    k = pieces.index("for") if "for" in pieces else len(pieces)  # what is said, for which values
                    attained = any(isinstance(p, str) and p.endswith("is attained at") for p in pieces)
                    if not attained and all(self.value(f) is not False for f in formulas(pieces[k:])):
                        for formula in formulas(pieces[:k]):
                            self.note(formula)
                case Derive(left, rows):
                    for row in rows:
                        self.note(relation(left, row.sign, row.right))
                        left = row.right


def points(settlement: Settlement, blocks: tuple[Block, ...], draws: int) -> list[Instance]:
    """Exact points at which a proof speaks: the claim's own example or witness, then drawn ones that meet its hypotheses."""
    goal, first = settlement.goal, settlement.example
    assert goal is not None
    assert first is not None
    found = [first]
    if settlement.witness is None:
        sampler = Sampler(opened(goal))
        found += [sampler.draw(FromSeed(seed)) for seed in range(draws)]
    filled = [at for k, given in enumerate(found) for at in _filled(given, blocks, k)]
    return [at for at in filled if all(h.op == "slopes_within" or truth(at.of(h)) is True for h in goal.hypotheses)]


def size(at: Instance) -> int:
    """Its widths and depths together: sums over outcomes double with each."""
    depths = (int(x.data) for v, x in at.values.items() if v.sort == "nat" and v.shape is None)
    return sum(map(int, at.dims.values())) + sum(depths)


def _filled(at: Instance, blocks: tuple[Block, ...], k: int) -> Iterator[Instance]:
    """Values for what the claim itself binds: a depth T, a real t, a coordinate; at the first point for its own depths too."""
    # A refutation calls its witness by name, at the witness's width.
    named = {var(v.data, v.sort, x.shape): x for v, x in at.values.items() if x.sort in ("mat", "seq")}
    at = Instance({**at.values, **named}, at.dims)
    said = terms(blocks)
    loose = sorted({v for t in said for v in at.of(t).free}, key=lambda v: str(v.data))
    written = {at.of(v): v for t in said for v in t.free}  # G of width n, where the point is of width 2
    loose += [v for v in at.values if v.sort == "nat" and v.shape is None and k == 0]
    for turn in range(len(DEPTHS) if k == 0 else 1):
        values = dict(at.values)
        for j, v in enumerate(loose):
            if v.sort == "nat":
                values[v] = rat(1 if v.shape else DEPTHS[(k + turn + j) % len(DEPTHS)])
            elif v.sort == "real":
                values[v] = rat(REALS[(k + turn + j) % len(REALS)])
            elif v.sort == "seq" and v.shape is not None and all(isinstance(d, int) for d in v.shape):
                rows, columns = map(int, v.shape)
                members = tuple(_entries(k + turn + j + i, rows * columns) for i in range(4))
                values[written.get(v, v)] = sequence_literal(members, rows, columns)
        yield Instance(values, at.dims)


def _entries(first: int, count: int) -> tuple[Fraction, ...]:
    return tuple(REALS[(first + 2 * r) % len(REALS)] for r in range(count))


def read_at(at: Instance, blocks: Iterable[Block]) -> Reading:
    reading = Reading(at)
    reading.read(blocks)
    return reading


# --- tampering ------------------------------------------------------------------------------------------


_TURNED = {"≤": ">", "<": "≥", "≥": "<", ">": "≤"}


def _other(row: Row) -> Row | None:
    """The row with its sign turned, or with an equality that is off by 1/7; none where exact arithmetic is not asked."""
    if row.right.sort != "real" or (row.sign in _TURNED and row.right.op == "norm"):
        return None
    if row.sign in _TURNED:
        return replace(row, sign=_TURNED[row.sign])
    return replace(row, right=make("add", (row.right, rat(Fraction(1, 7)))))


def tampered(blocks: tuple[Block, ...]) -> Iterator[tuple[Row, tuple[Block, ...]]]:
    """The proof with one row changed, for each of its rows: a sign turned, or an equality off by 1/7."""
    for k, block in enumerate(blocks):
        changed: list[tuple[Row, Block]] = []
        if isinstance(block, Part):
            changed = [(row, replace(block, blocks=inner)) for row, inner in tampered(block.blocks)]
        elif isinstance(block, Derive):
            for j, row in enumerate(block.rows):
                other = _other(row)
                if other is not None:
                    changed.append((row, replace(block, rows=(*block.rows[:j], other, *block.rows[j + 1 :]))))
        for row, new in changed:
            yield row, (*blocks[:k], new, *blocks[k + 1 :])
