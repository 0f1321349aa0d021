"""How expectations are told: each step with the law of probability that it rests on."""

from __future__ import annotations

from theory.kernel.theorem import Derivation
from theory.typeset.blocks import Block, Derive, Row, Say
from theory.typeset.story import Story, by, tells

_REASONS = {
    "mean_linear": "linearity",
    "mean_of_sum": "linearity",
    "mean_of_product": "independence",
    "mean_of_one_draw": "one law",
    "mean_reflected": "symmetry",
    "mean_by_pieces": "integral against the density",
    "mean_of_power": "integration by parts",
    "mean_of_projection": "rotation invariance",
    "mean_of_layer": "rotation invariance",
    "mean_of_length": "rotation invariance",
    "mean_of_combination": "normality of sums",
}


@tells(*_REASONS)
def _expectation(story: Story, node: Derivation, last: bool) -> list[Block]:
    before, why = story.grounds(story.needed(node))
    formula = story.said(node)
    left, right = formula.args
    reasons = (_REASONS[node.rule], *((",", *why) if why else ()))
    return [*before, Derive(left, (Row("=", right, reasons),))]


@tells("mean_of_directions")
def _directions(story: Story, node: Derivation, last: bool) -> list[Block]:
    # That size comes out as a power shows: the kernel wants it in every case of the signs, a reader does not.
    before, why = story.grounds(p for p in story.needed(node) if p is not node.premises[0])
    left, right = story.said(node).args
    reasons = ("integral over directions", *((",", *why) if why else ()))
    return [*before, Derive(left, (Row("=", right, reasons),))]


@tells("mean_of_log")
def _logarithm(story: Story, node: Derivation, last: bool) -> list[Block]:
    first = node.premises[0]
    before, why = story.grounds([first, *(p for p in story.needed(node) if p is not first)])
    left, right = story.said(node).args
    reasons = ("positive almost surely", *((",", *why) if why else ()))
    return [*before, *story.tell(first), Derive(left, (Row("=", right, reasons),))]


@tells("mean_kept_in_order")
def _in_order(story: Story, node: Derivation, last: bool) -> list[Block]:
    first = node.premises[0]
    before, why = story.grounds([first, *(p for p in story.needed(node) if p is not first)])
    return [
        *before,
        *story.tell(first),
        Say((*by(why), "expectations" if why else "Expectations", "keep the order, so", story.said(node), ".")),
    ]
