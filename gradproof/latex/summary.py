"""The standalone summary: contents, definitions, every claim with its proof, evidence by section, and what is trusted."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from gradproof.latex.definitions import definitions
from gradproof.latex.fragment import header, margin, shortened
from gradproof.latex.prose import prose, values
from gradproof.record import versions
from theory.language.activations import Activation
from theory.typeset.layout import breakable

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from gradproof.record import Record
    from theory.language.claims import Claim
    from theory.typeset import Layout

_CLASS = {"wide": r"\documentclass[11pt,a4paper]{article}", "narrow": r"\documentclass[10pt,a4paper,twocolumn]{article}"}
_PREAMBLE = r"""\usepackage[utf8]{inputenc}
\usepackage[%s]{geometry}
\usepackage[noevidence]{gradproof}
\usepackage{array,longtable}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash}p{#1}}
\usepackage[hidelinks]{hyperref}
\theoremstyle{plain}
\newtheorem{theorem}{Theorem}[section]
\newtheorem{proposition}{Proposition}[section]
\newtheorem{lemma}{Lemma}[section]
\theoremstyle{definition}
\newtheorem{definition}{Definition}[section]
\theoremstyle{remark}
\newtheorem{remark}{Remark}[section]
\setlength{\jot}{6pt}
\setlength{\emergencystretch}{4em}
\allowdisplaybreaks
\raggedbottom"""


def summary(pairs: Sequence[tuple[Claim, Record]], layout: Layout) -> str:
    r"""The file summary.tex, which \inputs the fragment of each claim."""
    lines = [
        header("Summary of the claims"),
        _CLASS[layout],
        _PREAMBLE % ("margin=27mm" if layout == "wide" else "margin=18mm"),
        r"\title{Claims about activation functions and gradient flow}",
        rf"\author{{Written by gradproof {versions()['gradproof']}}}",
        r"\date{}",
        r"\begin{document}",
        r"\maketitle",
        _opening([record for _, record in pairs]),
        r"\tableofcontents",
        r"\clearpage" if layout == "wide" else "",
    ]
    tables: list[str] = []
    defined: set[str] = set()
    for subject, of_subject in _by_subject(pairs):
        lines += _section(subject, of_subject, defined)
        (lines if layout == "wide" else tables).append(
            _evidence(_title(of_subject[0][0].module, subject), [record for _, record in of_subject])
        )
    if tables:  # a table that goes on over pages needs the whole width
        lines += [r"\clearpage\onecolumn", r"\section*{Evidence}", *tables]
    lines += [_trusted(), _bibliography(record for _, record in pairs), r"\end{document}"]
    return "\n".join(line for line in lines if line) + "\n"


def _opening(records: Sequence[Record]) -> str:
    counts = Counter(record["verdict"] for record in records)
    said = ", ".join(f"{count} {verdict.lower()}" for verdict, count in sorted(counts.items()))
    return (
        rf"\noindent This summary holds {len(records)} claims: {said}. "
        "Each proof below is written from the derivation that the kernel replayed; nothing in it was typed by hand. "
        "What random search saw stands in tables of its own and is not part of any proof: it draws exact rationals, decides "
        "near misses by balls of up to 1,024 bits, and calls margin the smallest distance to the bound, rounded down. "
        r"What has to be trusted is said in \autoref{sec:trusted}."
    )


def _by_subject(pairs: Sequence[tuple[Claim, Record]]) -> list[tuple[str, list[tuple[Claim, Record]]]]:
    """The sections, rooms apart: each after those that it uses, and of the others what is used most comes first."""
    waiting: dict[str, list[tuple[Claim, Record]]] = {}
    for pair in pairs:
        waiting.setdefault(pair[1]["subject"], []).append(pair)
    home = {record["name"]: record["subject"] for _, record in pairs}
    needs = {
        subject: {home[name] for _, record in of_subject for name in record["uses"] if name in home} - {subject}
        for subject, of_subject in waiting.items()
    }
    room = {subject: subject.partition(" / ")[0] for subject in waiting}
    guests = Counter(other for s, used in needs.items() for other in {room[n] for n in used} - {room[s]})
    users = {subject: sum(subject in others for others in needs.values()) for subject in waiting}
    ordered: list[tuple[str, list[tuple[Claim, Record]]]] = []
    while waiting:
        ready = [s for s in waiting if not needs[s] & set(waiting)] or list(waiting)  # two files may use each other
        chosen = min(ready, key=lambda s: (-guests[room[s]], room[s], -users[s], s))
        ordered.append((chosen, waiting.pop(chosen)))
    return ordered


def _opening_words(module: str) -> str:
    """The first sentence of the file that states the claims; empty where it has none."""
    return (getattr(sys.modules.get(module), "__doc__", "") or "").partition("\n")[0]


def _title(module: str, subject: str) -> str:
    """How the file that states the claims calls its subject: its first sentence, up to the first formula or sign."""
    words: list[str] = []
    for word in _opening_words(module).split():
        plain = word.rstrip(":,.")
        if not (plain == "a" or (len(plain) > 1 and plain.isalpha())):
            break
        words.append(plain)
        if plain != word:
            break
    name = subject.rpartition(" / ")[2]
    return " ".join(words) or name[:1].upper() + name[1:]


def _section(subject: str, pairs: Sequence[tuple[Claim, Record]], defined: set[str]) -> list[str]:
    module = pairs[0][0].module
    lines = [rf"\section{{{prose(_title(module, subject))}}}"]
    if not any(isinstance(claim.about, type) and issubclass(claim.about, Activation) for claim, _ in pairs):
        lines.append(prose(_opening_words(module)))  # an activation has its definition instead
    for name in definitions(claim for claim, _ in pairs):
        if name not in defined:  # a network is defined where it is first spoken of
            defined.add(name)
            lines.append(rf"\input{{{name.removesuffix('.tex')}}}")
    return lines + [rf"\input{{{claim.name}}}" for claim, _ in pairs]


def _evidence(title: str, records: Sequence[Record]) -> str:
    """What the attack saw of the claims of one section."""
    rows: list[str] = []
    for record in records:
        seen = record["evidence"]
        name = rf"\texttt{{{breakable(record['name'])}}}"
        if not seen["examples"]:
            rows.append(rf"{name} & \multicolumn{{4}}{{p{{0.6\linewidth}}}}{{{prose(_brief(seen['note']))}}} \\")
            continue
        tight = margin(seen["tightest"]) if seen["tightest"] is not None else "--"
        where = values(shortened(seen["where"])) if seen["where"] else "--"
        rows.append(rf"{name} & {seen['examples']:,} & {where} & {tight} & {seen['broken']} \\")
    head = r"claim & samples & worst point & margin & violations \\"
    return "\n".join(
        [
            r"{\footnotesize\setlength{\tabcolsep}{4pt}\setlength{\LTcapwidth}{\linewidth}\raggedright",
            r"\begin{longtable}{@{}L{0.34\linewidth} r L{0.3\linewidth} r r@{}}",
            rf"\caption{{{prose(title)}: what random search saw. Evidence, not part of any proof.}}\\",
            rf"\toprule {head} \midrule\endfirsthead",
            rf"\toprule {head} \midrule\endhead",
            r"\bottomrule\endlastfoot",
            *rows,
            r"\end{longtable}}",
        ]
    )


def _brief(note: str) -> str:
    """What a note reports, without the general remark that a finite depth breaks no limit."""
    parts = [part.strip() for part in note.split(";")]
    return next((part for part in parts if "breaks no limit" not in part), "")


def _trusted() -> str:
    """The appendix: the kernel's files with their sizes, and what stands below them."""
    import theory.kernel

    folder = Path(theory.kernel.__file__ or "").parent
    rows: list[str] = []
    total = 0
    for file in sorted(folder.glob("*.py")):
        lines = sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line.strip())
        total += lines
        about = _first_sentence(file)
        rows.append(rf"\texttt{{{breakable(file.name)}}} & {lines} & {about} \\")
    known = ", ".join(f"{name} {release}" for name, release in versions().items())
    return "\n".join(
        [
            r"\appendix",
            r"\section{What is trusted}\label{sec:trusted}",
            "A claim counts as proved when a derivation, replayed rule by rule from data, ends in its own statement and needs",
            "no hypothesis that its domains do not grant. The search for derivations, the hints of the claims and the",
            r"opinions of SymPy can at worst fail to find one. Trusted are the files of \texttt{theory/kernel} below, the",
            r"meaning of the words in \texttt{theory/language}, the definitions of the activations, FLINT with Arb through",
            "python-flint, and CPython. A claim that is cited is taken from the literature; what rests on it says so.",
            "The versions were",
            rf"{known}.",
            r"{\small\begin{longtable}{@{}l r p{0.62\linewidth}@{}}",
            r"\caption{The kernel, in non-blank lines.}\\",
            r"\toprule file & lines & what it does \\ \midrule\endfirsthead",
            r"\toprule file & lines & what it does \\ \midrule\endhead",
            rf"\midrule & {total:,} & all told \\ \bottomrule\endlastfoot",
            *rows,
            r"\end{longtable}}",
        ]
    )


def _first_sentence(file: Path) -> str:
    import ast

    said = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    first = said.partition("\n\n")[0].replace("\n", " ")
    return prose(first.replace("`", ""))


def _bibliography(records: Iterable[Record]) -> str:
    if not any(record["sources"] for record in records):
        return ""
    return "\\bibliographystyle{plain}\n\\bibliography{gradproof}"
