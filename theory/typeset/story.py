"""A derivation as a proof that a person writes: which steps are said, in which order, with which reason.

Everything comes from the derivation that the kernel replayed: its rules, their parameters, the theorem
of each step. Facts that a step was given and does not need are left out; whether it needs them is
asked of the kernel. How one rule is told stands in `relations.py` and `telling.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from theory.kernel.gate import Instance
from theory.kernel.terms import Term, make, rat, var
from theory.kernel.theorem import Derivation, Theorem, infer, linearise, replay_all
from theory.language.errors import KernelRefusal
from theory.typeset.blocks import Block, Derive, Part, Piece, Pieces, Ref, Row, Say
from theory.typeset.compound import Compound
from theory.typeset.recursions import only_network
from theory.typeset.unicode import Unicode

Teller: TypeAlias = "Callable[[Story, Derivation, bool], list[Block]]"

# How many premises of a rule belong to it; the others are facts that it may use. Rules not listed use all they have.
_OWN: dict[str, int] = {
    **dict.fromkeys(("identity", "order", "monotone_by_derivative"), 0),
    **dict.fromkeys(("limit_of_geometric", "limit_of_constant", "norm_of_product", "norm_of_sum", "norm_of_multiple"), 0),
    **dict.fromkeys(("apply_monotone", "limit_scaled", "instantiate", "always_at", "slope_within"), 1),
    **dict.fromkeys(("dominated_rewritten", "mean_kept_in_order", "mean_of_directions", "mean_of_log"), 1),
    **dict.fromkeys(("mean_linear", "mean_of_sum", "mean_of_product", "mean_of_one_draw", "mean_reflected"), 0),
    **dict.fromkeys(("mean_by_pieces", "mean_of_power", "mean_of_projection", "mean_of_layer", "mean_of_length"), 0),
}
# Steps that only hand on what they were given.
_PASSES = frozenset({"instantiate", "part", "always_at", "cut", "modus_ponens"})

_TELLERS: dict[str, Teller] = {}


def tells(*rules: str) -> Callable[[Teller], Teller]:
    """Register how these rules are told."""

    def register(teller: Teller) -> Teller:
        _TELLERS.update(dict.fromkeys(rules, teller))
        return teller

    return register


class Story:
    """One derivation, while it is being told."""

    def __init__(self, derivation: Derivation, witness: Instance | None = None, columns: Iterable[Term] = ()) -> None:
        nodes = linearise(derivation)
        self._root = derivation
        self._theorems: dict[int, Theorem] = {id(n): t for n, t in zip(nodes, replay_all(derivation), strict=True)}
        self._names = _names(witness)
        self._told: set[Term] = set()
        self.induction: list[Term] = []
        self.supposed: list[Term] = []
        formulas = [self.named(t.conclusion) for t in self._theorems.values()]
        #: The network that the whole proof speaks of, if it is one, and the columns that its statement has told.
        self.understood = only_network(formulas).union(columns)
        self._looks = Unicode(self.understood)

    def proof(self) -> tuple[Block, ...]:
        """The whole proof."""
        return tuple(map(self._renamed, self.tell(self._root, last=True)))

    # --- small questions ----------------------------------------------------------------------------

    def said(self, node: Derivation) -> Term:
        """What a step establishes."""
        return self._theorems[id(node)].conclusion

    def assumed(self, node: Derivation) -> frozenset[Term]:
        """The hypotheses under which a step establishes what it says."""
        return self._theorems[id(node)].hypotheses

    def knows(self, formula: Term) -> bool:
        """Whether the reader has been told."""
        return formula in self._told

    def look(self, t: Term) -> str:
        """How a term will look, to find steps that look like nothing."""
        return self._looks.show(self.named(t)).s

    def needed(self, node: Derivation) -> list[Derivation]:
        """The premises of a step: its own, and of the facts it was given those without which the kernel refuses it."""
        own = _OWN.get(node.rule)
        if node.rule == "cases":
            own = len(node.parameters[1])
        if node.rule == "witness":
            own = len(node.parameters[0].args) - 1
        if own is None:
            return list(node.premises)
        mine, wanted = list(node.premises[:own]), self.said(node)
        extra = [p for p in node.premises[own:] if p not in mine]

        def enough(facts: list[Derivation]) -> bool:
            try:
                made = infer(node.rule, node.parameters, [self._theorems[id(p)] for p in (*mine, *facts)])
            except KernelRefusal:
                return False
            return made.conclusion is wanted

        if enough([]):
            return mine
        for fact in list(extra):
            rest = [p for p in extra if p is not fact]
            if enough(rest):
                extra = rest
        return mine + extra

    def needed_within(self, group: Compound) -> list[Derivation]:
        """The facts that the rules of a group need, but for what it supposes itself."""
        listed = [p for node in group.within for p in self._facts(node) if self.said(p) not in group.supposed]
        return list(dict.fromkeys(listed))

    def _facts(self, node: Derivation) -> list[Derivation]:
        return self.needed(node)[len(node.parameters[1]) if node.rule == "cases" else 0 :]

    def source(self, node: Derivation) -> Pieces | None:
        """How the reader knows a fact that is not proved here: a claim, a hypothesis; None if it is proved here."""
        if node.rule in ("lemma", "cited"):
            return (Ref(str(node.parameters[0])),)
        if node.rule == "assume":
            formula = self.said(node)
            known = (self.induction, "induction hypothesis"), (self.supposed, "assumption")
            return next(((word,) for formulas, word in known if formula in formulas), ("hypothesis",))
        main = self.source(node.premises[0]) if node.rule in _PASSES else None
        if main is None:
            return None
        more = [piece for p in self._beside(node) for piece in self.source(p) or () if piece not in (*main, "hypothesis", ",")]
        return (*main, *(piece for name in more for piece in (",", name)))

    def _beside(self, node: Derivation) -> list[Derivation]:
        """What a step that only hands on needs beside what it hands on; what a hypothesis shows at a glance is left out."""
        if node.rule not in ("cut", "modus_ponens"):
            return []
        return [p for p in node.premises[1:] if p.rule != "order" or any(q.rule != "assume" for q in p.premises)]

    def _told_beside(self, node: Derivation) -> list[Block]:
        if node.rule not in _PASSES:
            return []
        return [*self._told_beside(node.premises[0]), *(b for p in self._beside(node) for b in self.tell(p))]

    def grounds(self, facts: Iterable[Derivation]) -> tuple[list[Block], Pieces]:
        """What has to be said before facts can be used, and how to refer to them; hypotheses go without saying."""
        before: list[Block] = []
        why: list[Piece] = []
        for fact in facts:
            source = self.source(fact)
            if source is None:
                before += self.tell(fact)
                continue
            before += self._told_beside(fact)
            for piece in source:
                if piece not in ("hypothesis", ",", *why):
                    why += [",", piece] if why else [piece]
        return before, tuple(why)

    # --- telling ------------------------------------------------------------------------------------

    def tell(self, node: Derivation, *, last: bool = False) -> list[Block]:
        """Blocks that establish what a step says; nothing if the reader knows it. `last`: it is what was to be shown."""
        formula = self.said(node)
        if formula in self._told or (len(formula.args) == 2 and formula.args[0] is formula.args[1]):
            return []
        source = self.source(node)
        if source is not None:
            if not last:
                return []
            said = [Say((*by(source), formula, "."))] if source != ("hypothesis",) else []
            blocks: list[Block] = [*self._told_beside(node), *said]
        elif node.rule in _PASSES:
            blocks = [*self._told_beside(node), *self.tell(node.premises[0], last=last)]
        elif node.rule in _TELLERS:
            blocks = _TELLERS[node.rule](self, node, last)
        else:
            before, why = self.grounds(self.needed(node))
            blocks = [*before, Say((*by(why), formula, "."))]
        self._told.add(formula)
        return blocks

    def aside(self, node: Derivation) -> list[Block]:
        """Tell a step under an assumption of its own; what it establishes holds there alone."""
        known = set(self._told)
        blocks = self.tell(node, last=True)
        self._told = known
        return blocks

    # --- names for exact values ---------------------------------------------------------------------------

    def named(self, t: Term) -> Term:
        """The term as it is shown: the witness's matrices by their names, −(−1) as 1, step 1 + 1 as step 2."""
        return _shown(t, self._names)

    def _renamed(self, block: Block) -> Block:
        def pieces(given: Pieces) -> Pieces:
            return tuple(self.named(p) if isinstance(p, Term) else p for p in given)

        match block:
            case Say(said):
                return Say(pieces(said))
            case Derive(left, listed):
                return Derive(self.named(left), tuple(Row(r.sign, self.named(r.right), pieces(r.why)) for r in listed))
            case Part(heading, blocks):
                return Part(pieces(heading), tuple(map(self._renamed, blocks)))


def by(why: Pieces) -> Pieces:
    """The beginning of a sentence that names its reason."""
    named = [f"the {p}" if p in ("induction hypothesis", "assumption") else p for p in why]
    if len(named) > 2:
        named[-2] = "and"
    return ("By", *named, ",") if why else ()


def _names(witness: Instance | None) -> dict[Term, Term]:
    """Matrices and sequences of a witness by value; a value that two variables share keeps its digits."""
    values = [] if witness is None else [(v, x) for v, x in witness.values.items() if x.sort in ("mat", "seq")]
    counts = [x for _, x in values]
    return {x: var(v.data, v.sort, x.shape) for v, x in values if counts.count(x) == 1}


def _shown(t: Term, names: Mapping[Term, Term]) -> Term:
    if t in names:
        return names[t]
    if t.op == "mul" and len(t.args) == 2 and all(a.op == "rat" for a in t.args) and t.args[0].data == -1:
        return rat(-t.args[1].data)
    if t.op == "add" and t.sort == "nat" and all(a.op == "rat" for a in t.args):
        return rat(sum(a.data for a in t.args))
    args = tuple(_shown(a, names) for a in t.args)
    return t if args == t.args else make(t.op, args, t.data)
