"""The summary: how its sections are called, in which order they stand, and what they begin with."""

from __future__ import annotations

import re

from gradproof.latex.files import documents
from tests.gradproof.typesetting import every_claim, files_of


def summary() -> str:
    return files_of("wide")["summary.tex"]


def sections() -> list[list[str]]:
    """The lines of each section, its title first."""
    return [part.splitlines() for part in summary().split(r"\section{")[1:]]


def test_sections_are_called_as_people_call_their_subject() -> None:
    titles = [lines[0].removesuffix("}") for lines in sections()]
    assert {"The logistic sigmoid", "The rectified linear unit", "Gradients through a recurrence", "Mish"} <= set(titles)
    assert titles[-1].startswith("What is trusted")
    assert all(re.fullmatch(r"[A-Z][A-Za-z -]+", title) for title in titles[:-1])


def inputs(lines: list[str]) -> list[str]:
    return re.findall(r"\\input\{([^}]+)\}", "\n".join(lines))


def test_a_section_comes_after_those_that_it_uses() -> None:
    at = {name: k for k, lines in enumerate(sections()) for name in inputs(lines)}
    assert all(at[used] <= at[record["name"]] for _, record in every_claim() for used in record["uses"])
    assert at["deriv_sigmoid"] < at["deriv_tanh"]
    assert at["norm_jacobian_le_pow"] < at["norm_irnn_jacobian_le_one"]


def test_the_order_does_not_hang_on_the_order_of_the_claims() -> None:
    modules = sorted({claim.module for claim, _ in every_claim()}, reverse=True)
    turned = [pair for module in modules for pair in every_claim() if pair[0].module == module]
    again = documents(turned, "wide")["summary.tex"]
    assert all(text.index(r"\input{def-sigmoid}") < text.index(r"\input{def-tanh}") for text in (summary(), again))


def test_a_definition_comes_before_the_claims_that_speak_of_it() -> None:
    for lines in sections()[:-1]:
        names = inputs(lines)
        first_claim = next(k for k, name in enumerate(names) if not name.startswith("def-"))
        assert not any(name.startswith("def-") for name in names[first_claim:])
    flat = [name for lines in sections() for name in inputs(lines)]
    assert flat.index("def-recurrence") < flat.index("norm_jacobian_le_pow")


def test_evidence_stands_in_tables_that_say_what_they_are() -> None:
    captions = re.findall(r"\\caption\{(.*)\}", summary())
    assert sum("not part of any proof" in caption for caption in captions) == len(sections()) - 1
