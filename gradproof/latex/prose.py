r"""Plain sentences, with the symbols that docstrings and exact points use, as LaTeX's text mode.

“within e^{−x} of 1” becomes `within \(e^{-x}\) of 1`: words that hold a mathematical sign are set as
formulas, and so are the numbers and letters that an operator joins to them.
"""

from __future__ import annotations

import re
from decimal import Decimal

from theory.typeset.names import GREEK, GREEK_LATEX, SUBSCRIPTS, SUPERSCRIPTS, escaped

_COMMANDS: dict[str, str] = {
    **{symbol: GREEK_LATEX[name] + " " for name, symbol in GREEK.items()},
    "−": "-",
    "≥": r"\ge ",
    "≤": r"\le ",
    "≠": r"\ne ",
    "≈": r"\approx ",
    "<": "<",
    ">": ">",
    "·": r"\cdot ",
    "×": r"\times ",
    "∞": r"\infty ",
    "→": r"\to ",
    "∈": r"\in ",
    "ℝ": r"\mathbb{R}",
    "′": "'",
    "″": "''",
    "⋯": r"\cdots ",
    "…": r"\dots ",
    "ᵀ": r"^{\top}",
    "∂": r"\partial ",
    "∇": r"\nabla ",
    "±": r"\pm ",
    "↦": r"\mapsto ",
    "⟨": r"\langle ",
    "⟩": r"\rangle ",
    "°": r"^{\circ}",
    "√": r"\surd ",
    "∑": r"\sum ",
    "½": r"\tfrac12 ",
    "¼": r"\tfrac14 ",
}
_OPERATORS = frozenset("+−=≥≤≠<>→↦∈·×/")
_FUNCTIONS = frozenset({"log", "exp", "tanh", "max", "min", "sin", "cos", "arctan"})
_TEXT: dict[str, str] = {
    "“": "``",
    "”": "''",
    "‘": "`",
    "’": "'",
    "–": "--",
    "—": "---",
    "…": r"\dots{}",
    "½": r"\(\tfrac12\)",
    "¼": r"\(\tfrac14\)",
}
_HAT = "\u0302"
_STRONG = re.compile("[" + re.escape("^‖|_" + _HAT + "".join(c for c in _COMMANDS if c not in "…½¼")) + "₀-₉⁰¹²³⁴-⁹⁺]")
# What an operator joins: a number, letters of which no three stand together, a function of something.
_SHORT = re.compile(r"(?:(?<![A-Za-z])[A-Za-z]{1,2}(?![A-Za-z])|[\d/.()\[\]½¼…])+")
_CALL = re.compile(r"[a-z]+\([^()]*\)")
_NAMES_OF_TWO = frozenset({"ln", "tr", "Re", "Im"})
_SHORT_WORDS = frozenset({"an", "as", "at", "be", "by", "if", "in", "is", "it", "no", "of", "on", "or", "so", "to"})
# “Plus x times”, “y/4” and “1/n” are formulas; “a” and “I” are words.
_LETTER = re.compile(r"[b-zB-HJ-Z]|[A-Za-z]/\d+|\d+/[A-Za-z]")
_ORDINAL = re.compile(r"[A-Zk-n]-th[.,;]?")
_SCIENTIFIC = re.compile(r"(?<![\w.−-])-?\d+\.\d+(e[+-]\d+)?(?![\w.])")
_FEW_DIGITS, _MOST_DIGITS = 5, 14
_TAIL = re.compile(r"[.,;:!?]*$")


def prose(text: str) -> str:
    """A sentence, or a list of exact values, in LaTeX."""
    tokens = _SCIENTIFIC.sub(lambda m: _decimal(m[0]), text).split()
    math = [_STRONG.search(token) is not None or token in _OPERATORS for token in tokens]
    for k, token in enumerate(tokens):
        core = _TAIL.sub("", token)
        after = k > 0 and tokens[k - 1] in _OPERATORS
        before = core == token and k + 1 < len(tokens) and tokens[k + 1] in _OPERATORS
        joined = _parted(core) or bool(_SHORT.fullmatch(core)) or (after and bool(_CALL.fullmatch(core)))
        math[k] = math[k] or _LETTER.fullmatch(core) is not None
        math[k] = math[k] or (after and joined) or (before and joined and core not in _SHORT_WORDS)
    for k, token in enumerate(tokens[:-1]):
        if token.lstrip("(") in _FUNCTIONS and (math[k + 1] or (k > 0 and tokens[k - 1] in _OPERATORS)):
            math[k] = math[k + 1] = True
    said: list[str] = []
    run: list[str] = []
    for token, formula in zip(tokens, math, strict=True):
        core, tail = (_TAIL.sub("", token), (_TAIL.search(token) or [""])[0]) if formula else (token, "")
        if formula:
            run.append(core)
        if run and (tail or not formula):
            said.append(rf"\({_formula(' '.join(run))}\){tail}")
            run = []
        if not formula:
            said.append(_plain(token))
    if run:
        said.append(rf"\({_formula(' '.join(run))}\)")
    return " ".join(said)


def _parted(word: str) -> bool:
    """Whether a bracket is open at either end, or the word stands in brackets."""
    depth = 0
    for c in word:
        depth += (c == "(") - (c == ")")
        if depth < 0:
            return True
    return depth != 0 or word.startswith(("[", "("))


def _decimal(number: str) -> str:
    """A decimal of few digits as it was written, another one rounded."""
    few = "e" not in number and sum(map(str.isdigit, number.lstrip("-0."))) <= _FEW_DIGITS
    return number.replace("-", "−") if few else _power_of_ten(number)


def _power_of_ten(number: str) -> str:
    """1.90735e-06 as 1.91·10^{−6}, -0.00195312 as −0.00195."""
    q = float(number)
    mantissa, _, exponent = f"{q:.2e}".partition("e")
    plain = 1e-3 <= abs(q) < 1e4
    shown = f"{q:.3g}" if plain else f"{mantissa}·10^{{{int(exponent)}}}"
    return shown.replace("-", "−")


def values(text: str) -> str:
    """A list of exact values, “n = 2, W = [[2, 4], [−1, −2]]”, each a formula of its own."""
    parts, depth, start = list[str](), 0, 0
    for k, c in enumerate(text):
        depth += (c in "([") - (c in ")]")
        if c == "," and depth == 0:
            parts.append(text[start:k])
            start = k + 1
    shown = [rf"\({_formula(_rounded(part.strip()))}\)" for part in [*parts, text[start:]] if part.strip()]
    # Between values a space of the text; within them none, and no {}: after an atom a minus sign would be an operator.
    return ", ".join(value.replace(", ", r",\allowbreak ") for value in shown)


def _rounded(value: str) -> str:
    """Fractions of many digits to three of them: the record has them exactly."""

    def short(match: re.Match[str]) -> str:
        if len(match[0]) <= _MOST_DIGITS:
            return match[0]
        return _power_of_ten(str(Decimal(match[1]) / Decimal(match[2] or 1)))

    shown = re.sub(r"(\d+)(?:/(\d+))?", short, value)
    return shown if shown == value else shown.replace(" = ", " ≈ ", 1)


def _plain(word: str) -> str:
    if _ORDINAL.fullmatch(word):
        return rf"\({word[0]}\){word[1:]}"
    return "".join(_TEXT.get(c) or (escaped(c) if c.isascii() or c.isalpha() else rf"\texttt{{U+{ord(c):04X}}}") for c in word)


def _formula(text: str) -> str:
    text = re.sub(r"[\\&%#$~]", lambda m: escaped(m[0]), text)  # braces, ^ and _ are the author's
    s = re.sub(r"√(\d+|\w|\((?:[^()]|\([^()]*\))*\))", lambda m: rf"\sqrt{{{m[1].removeprefix('(').removesuffix(')')}}}", text)
    s = re.sub(rf"(\w){_HAT}", r"\\hat{\1}", s)
    s = re.sub(r"\^(\([^()]*\))", r"^{\1}", s)
    s = re.sub(r"‖([^‖]*)‖", r"\\lVert \1\\rVert ", s)
    s = re.sub(r"\|([^|]*)\|", r"\\lvert \1\\rvert ", s)
    s = re.sub("[₀-₉]+", lambda m: "_{" + m[0].translate(_DOWN) + "}", s)
    s = re.sub("[⁰¹²³⁴-⁹⁻⁺]+", lambda m: "^{" + m[0].translate(_UP) + "}", s)
    s = re.sub(r"\b([A-Za-z]\w*_\w{2,}|[A-Za-z]{2,})\b(?<!\\)", _word, s)
    s = "".join(_COMMANDS.get(c, c if c.isascii() else rf"\text{{{_plain(c)}}}") for c in s)
    return re.sub(r"\s+", " ", s).strip()


# The tables of the printer, read backwards.
_DOWN = {ord(str(low)) if isinstance(low, str) else low: chr(digit) for digit, low in SUBSCRIPTS.items()}
_UP = {ord(str(high)) if isinstance(high, str) else high: chr(digit) for digit, high in SUPERSCRIPTS.items()} | {ord("⁺"): "+"}


def _word(match: re.Match[str]) -> str:
    before = match.string[: match.start()]
    if before.endswith("\\"):
        return match[0]
    if len(match[0]) == 2 and match[0] not in _NAMES_OF_TWO:
        return match[0]  # a product, as in wI
    return rf"\{match[0]} " if match[0] in _FUNCTIONS else rf"\mathrm{{{escaped(match[0])}}}"
