"""A claim as a sentence: its domain first, every quantifier shown, then what is claimed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from theory.kernel.exact import holds
from theory.kernel.gate import Instance, goal_of
from theory.kernel.reading import Reader, dimension
from theory.kernel.replacing import walk
from theory.kernel.terms import BINDERS, Dim, Term, make, rat, var
from theory.language.claims import Claim
from theory.language.domains import Base, Domain
from theory.typeset.formulas import FormulaPrinter, chains, subject
from theory.typeset.recursions import defining_equations, unit_columns
from theory.typeset.tex import Tex, breakable, inline

_IMPLICIT = {("h_0", "mat"): "start", ("v", "seq"): "drive"}
_BASES = {"fun": Base.ACTIVATION, "nat": Base.DEPTH, "mat": Base.MATRIX, "seq": Base.SEQUENCE, "real": Base.REAL} | {
    "law": Base.LAW
}
_NOUNS = {
    Base.REAL: ("real", "real"),
    Base.DEPTH: ("depth", "depths"),
    Base.INDEX: ("coordinate", "coordinates"),
    Base.ACTIVATION: ("activation", "activations"),
    Base.SEQUENCE: ("sequence", "sequences"),
    Base.LAW: ("law", "laws"),
}
_LAWS = {"symmetric": "symmetric ", "without atoms": "continuous ", 1: "integrable ", 2: "square-integrable "}


@dataclass(frozen=True)
class Phrase:
    """One quantified variable: a noun in singular and plural, the variable, what is demanded of it."""

    singular: str
    plural: str = ""
    variable: str = ""
    demands: str = ""


class Sentence:
    """Writes the statement of one claim in one script; `display` sets what is claimed apart from its domain.

    The printer is its own: it learns what the sentence tells.
    """

    def __init__(self, printer: FormulaPrinter, claim: Claim, display: Callable[[Term], str] | None = None) -> None:
        self._printer = printer
        self._display = display
        self._latex = isinstance(printer, Tex)
        self._binders = claim.binders
        self._goal = goal_of(claim)
        self._units = unit_columns((self._goal.conclusion, *self._goal.hypotheses))
        printer.understood = frozenset(self._units)
        reader = Reader(claim.binders)
        self._demanded = {
            name: [reader.formula(c) for c in domain.conditions(claim.variables[name])]
            for name, domain in claim.binders.items()
        }
        self._said: set[Term] = set()

    def __str__(self) -> str:
        domain, body = self.domain(), self._body()
        if domain:
            return f"For {domain}: {body}"
        return body.replace("if ", "If ", 1) if body.startswith("if ") else body

    def domain(self) -> str:
        """What the statement ranges over, without what it says: “every real x”; empty where it has no free variable."""
        said = " and ".join(filter(None, (_listed(self._phrases()), *self._draws())))
        equations = defining_equations((self._goal.conclusion, *self._goal.hypotheses))
        units = [self._printer.compare(self._printer.show(u).s, "=", self._printer.grid(u.data).s) for u in self._units]
        told = [*units, *(self._printer.show(e).s for e in equations)]
        *first, last = [self._wrapped(breakable(e) if self._latex else e) for e in told] or [""]
        meant = f"{', '.join(first)} and {last}" if first else last
        return f"{said or 'the sequences'}, where {meant}" if meant else said

    def _draws(self) -> list[str]:
        """What the statement takes expectations over: “independent standard normal Z₁, Z₂, …”."""
        means = dict.fromkeys(node.args[:2] for node in walk(self._goal.conclusion) if node.op == "mean")
        return [self._drawn(draws, law) for draws, law in means]

    def _drawn(self, draws: Term, law: Term) -> str:
        listed = self._printer.comma.join(self._printer.lowered(self._printer.name(draws.data), rat(k)) for k in (1, 2))
        all_of_them = self._wrapped(listed + self._printer.comma + (r"\dots" if self._latex else " …").strip(" "))
        _, columns = draws.shape or (1, 1)
        whole = "" if draws.shape == (1, 1) else " columns" if columns == 1 else " matrices"
        if law.op == "gaussian":
            of, entries = (" of independent", " entries") if whole else ("", "")
            return f"independent{whole}{of} standard normal{entries} {all_of_them}"
        named = self._wrapped(self._printer.show(law).s)
        return f"independent{whole} {all_of_them}{' with entries' if whole else ''} of law {named}"

    # --- what is claimed ------------------------------------------------------------------------

    def _body(self) -> str:
        t = self._goal.conclusion
        if t.op == "implies":
            first, then = t.args
            return f"if {self._inline(first)}, then {self._displayed(then)}"
        if t.op == "iff":
            left, right = map(self._inline, t.args)
            return f"{left} if and only if {right}"
        return self._displayed(t)

    def _inline(self, t: Term) -> str:
        """A formula within a line of text, whose “and” belongs to the text."""
        if t.op != "and":
            return self._wrapped(self._printer.show(t).s)
        *first, last = [self._wrapped(self._printer.chain(c).s) for c in chains(t.args)]
        return f"{', '.join(first)} and {last}" if first else last

    def _wrapped(self, s: str) -> str:
        return rf"\({inline(s)}\)" if self._latex else s

    def _displayed(self, t: Term) -> str:
        return self._printer.show(t).s if self._display is None else self._display(t)

    # --- of what it is claimed ----------------------------------------------------------------------

    def _phrases(self) -> list[Phrase]:
        parts = (self._goal.conclusion, *self._goal.hypotheses)
        nodes = [node for part in parts for node in walk(part)]
        named = {a for node in nodes if node.op != "net" for a in node.args}
        bound = {node.args[0].data for node in nodes if node.op in BINDERS}
        free = {v.data: v for v in self._goal.variables}
        ambient = [v for v in self._goal.variables if v.data not in self._binders]
        silent = [v for v in ambient if (v.data, v.sort) in _IMPLICIT and v not in named]
        waiting = [v for v in ambient if v not in silent]
        found: list[Phrase] = []
        for name, domain in self._binders.items():
            if name in bound and all(v.data != name for v in self._goal.conclusion.free) and self._stands_alone(name):
                continue  # The statement quantifies over it by itself, as a limit does.
            # The bound γ on slopes is quantified just before the variable whose domain names it.
            for other in [v for v in waiting if any(v in d.free for d in self._demanded[name])]:
                waiting.remove(other)
                own = [d for d in self._demanded[name] if d.free == frozenset({other})]
                found.append(self._phrase(other, _BASES[other.sort], own))
            x = free.get(name) or _unused(name, domain)
            found.append(
                self._coordinate(x, domain) if domain.base is Base.INDEX else self._phrase(x, domain.base, self._demanded[name])
            )
        found += [self._phrase(v, _BASES[v.sort], []) for v in waiting]
        if silent:
            found.append(Phrase(" and ".join(_IMPLICIT[v.data, v.sort] for v in silent)))
        return found

    def _stands_alone(self, name: str) -> bool:
        return all({v.data for v in d.free} == {name} for d in self._demanded[name])

    def _phrase(self, x: Term, base: Base, demands: list[Term]) -> Phrase:
        own = [d for d in demands if d not in self._said and (d.free or holds(d) is not True)]
        self._said.update(own, (make("le", d.args) for d in own if d.op == "lt"))
        adjective, own = _adjective(x, own)
        singular, plural = (adjective + noun for noun in self._nouns(x, base))
        variable = self._printer.name(x.data)
        if x.sort == "law":
            atomless = [d for d in own if d.op == "lawful" and d.data == "without atom at zero"]
            own = [d for d in own if d not in atomless]
            continuous = any(d.op == "lawful" and d.data == "without atoms" for d in own)
            suffix = " without an atom at 0" if atomless and not continuous else ""
            return Phrase(singular, plural, self._wrapped(variable) + suffix, self._demands(own))
        if x.sort == "seq" and x.shape is not None and x.shape[1] != 1:
            return Phrase(singular, plural, f"{self._wrapped(variable)} of {self._size(x)} matrices", self._demands(own))
        if x.shape is not None and x.shape[1] == 1:
            noun = "start" if (x.data, x.sort) in _IMPLICIT and not singular else singular
            return Phrase(noun, plural, self._in_space(variable, x), self._demands(own))
        if base is Base.DEPTH and not own:
            own = [make("le", (rat(0), x))]
        found = chains(tuple(own))
        if len(found) == 1 and subject(found[0], x):
            return Phrase(singular, plural, self._wrapped(self._printer.chain(found[0]).s))
        return Phrase(singular, plural, self._wrapped(variable), self._demands(own))

    def _coordinate(self, i: Term, domain: Domain) -> Phrase:
        compare = self._printer.compare
        whole = compare(compare("1", "≤", self._printer.name(i.data)), "≤", self._dim(dimension(domain.dimension)))
        demands = self._demands(self._demanded[i.data])
        return Phrase(*_NOUNS[Base.INDEX], self._wrapped(whole), demands)

    def _demands(self, own: list[Term]) -> str:
        return " and ".join(self._wrapped(self._printer.chain(c).s) for c in chains(tuple(own)))

    def _nouns(self, x: Term, base: Base) -> tuple[str, str]:
        if x.sort != "mat" or x.shape is None:
            return _NOUNS[base]
        if x.shape[1] == 1:
            return "", ""
        return f"{self._size(x)} matrix", f"{self._size(x)} matrices"

    def _size(self, x: Term) -> str:
        times = r" \times " if self._latex else " × "
        return self._wrapped(times.join(map(self._dim, x.shape or ())))

    def _in_space(self, variable: str, x: Term) -> str:
        width = (x.shape or ("n", 1))[0]
        space = self._printer.raised(
            r"\mathbb{R}" if self._latex else "ℝ", rat(width) if isinstance(width, int) else var(width, "nat")
        )
        if x.sort == "seq":
            return f"{self._wrapped(variable)} in {self._wrapped(space)}"
        return self._wrapped(rf"{variable} \in {space}" if self._latex else f"{variable} ∈ {space}")

    def _dim(self, d: Dim) -> str:
        return str(d) if isinstance(d, int) else self._printer.name(d)


def _unused(name: str, domain: Domain) -> Term:
    """The variable of a binder that the statement does not mention."""
    if domain.base in (Base.MATRIX, Base.COLUMN, Base.SEQUENCE):
        n = dimension(domain.dimension)
        columns = dimension(domain.columns) if domain.base is Base.SEQUENCE else n if domain.base is Base.MATRIX else 1
        return var(name, "seq" if domain.base is Base.SEQUENCE else "mat", (n, columns))
    if domain.base is Base.INDEX:
        return var(name, "nat", (dimension(domain.dimension), 1))
    return var(name, {Base.ACTIVATION: "fun", Base.DEPTH: "nat", Base.LAW: "law"}.get(domain.base, "real"))


def _adjective(x: Term, own: list[Term]) -> tuple[str, list[Term]]:
    """Familiar names for conditions; a condition is recognised by what it says, not by what its domain calls it."""
    if x.sort == "law":
        kinds = {d.data for d in own if d.op == "lawful"}
        orders = [k for k in kinds if isinstance(k, int)]
        named = {k for k in kinds if isinstance(k, str) or k == max(orders)}
        rest = [d for d in own if d.op != "lawful" or (d.data in named and d.data not in _LAWS)]
        return "".join(word for kind, word in _LAWS.items() if kind in named), rest
    if x.sort != "mat" or x.shape is None:
        return "", own
    known = {make("mle", (make("zeros", data=x.shape), x)): "entrywise nonnegative "}
    if x.shape[0] == x.shape[1]:
        flipped = make("tr", (x,))
        gram = make("mmul", (flipped, x))
        known |= {
            make("meq", (gram, make("ident", data=x.shape[0]))): "orthogonal ",
            make("meq", (gram, make("mmul", (x, flipped)))): "normal ",
            make("structure", (x,), "diagonal"): "diagonal ",
            make("structure", (x,), "positive diagonal"): "positive diagonal ",
        }
    return "".join(known[d] for d in own if d in known), [d for d in own if d not in known]


def _listed(phrases: list[Phrase]) -> str:
    """“every …” for one variable, “all …” for neighbours of one kind."""
    groups: list[list[Phrase]] = []
    for phrase in phrases:
        last = groups[-1][-1] if groups else None
        if last and phrase.variable and (last.singular, last.demands, phrase.demands) == (phrase.singular, "", ""):
            groups[-1].append(phrase)
        else:
            groups.append([phrase])
    said: list[str] = []
    for group in groups:
        first = group[0]
        if len(group) == 1:
            words = ["every", first.singular, first.variable, f"with {first.demands}" if first.demands else ""]
        else:
            *init, last = (p.variable for p in group)
            words = ["all", first.plural, f"{', '.join(init)} and {last}"]
        said.append(" ".join(filter(None, words)))
    return ", ".join(said)


def instance_in(printer: FormulaPrinter, instance: Instance) -> list[str]:
    """`name = value` for each width, then for each variable, in order of name."""
    widths = [printer.compare(printer.name(d), "=", str(instance.dims[d])) for d in sorted(instance.dims)]
    order = sorted(instance.values, key=lambda v: (str(v.data), v.sort))
    return [*widths, *(printer.compare(printer.show(v).s, "=", printer.show(instance.values[v]).s) for v in order)]
