"""Rules: a matrix of independent normal numbers is the same in all directions; the logarithm of a product of gains is a sum."""

from __future__ import annotations

from theory.kernel.chance import never_negative, places
from theory.kernel.field import Field
from theory.kernel.moments import GAUSSIAN, facts_beside, mean
from theory.kernel.replacing import substitute
from theory.kernel.terms import ONE, Term, add, eq, fn, mul, power, rat, sub
from theory.kernel.theorem import Given, Result, rule
from theory.language.errors import refuse_if


@rule
def mean_of_layer(given: Given, draws: Term, column: Term, unit: Term, last: Term, image: Term, function: Term) -> Result:
    """E f(z_{k+1}·v) = E f(‖v‖·z_{k+1}·u) for normal draws and a column u of length 1, where f and v read z_1, …, z_k alone.

    Given these, the entries of either column are independent normal numbers of variance ‖v‖².
    """
    refuse_if(last.sort != "nat" or draws in last.free | unit.free, "the number of the layer and u are no matter of chance")
    drawn = fn("at", draws, add(last, ONE))
    along, turned = fn("mmul", drawn, column), fn("mscale", fn("norm", column), fn("mmul", drawn, unit))
    apart = image.op == "var" and image.shape == along.shape and image not in along.free | unit.free
    refuse_if(not apart or (along.shape or ())[1:] != (1,), "f is a function of one column")
    field = facts_beside(given, draws)
    for k, around in (place for t in (column, function) for place in places(t, draws)):
        before = never_negative(Field([*given.conclusions, *around]), sub(last, k), around)
        refuse_if(not before, "f or v may read the matrix of this layer, or a later one")
    means = [mean(draws, GAUSSIAN, substitute(function, {image: t})) for t in (along, turned)]
    # The two numbers have one law, so that where the one has an expectation the other has it.
    field.require_defined(unit, means[1])
    refuse_if(not field.same(fn("norm", unit), ONE), "u has the length 1")
    return eq(*means)


@rule
def mean_of_log(given: Given, draws: Term, law: Term) -> Result:
    """h = f·g for all draws gives E log h = E log f + E log g, where the last two exist: f and g are positive almost surely."""
    product, *_ = given
    refuse_if(product.conclusion.op != "eq", "a number that is a product is expected")
    refuse_if(any(draws in h.free for h in product.hypotheses), "the equation must hold for all draws")
    whole, written = product.conclusion.args
    first, *rest = written.args if written.op == "mul" else (written,)
    means = [mean(draws, law, fn("log", f)) for f in (first, *([mul(*rest)] if rest else []))]
    facts_beside(given, draws, 1).require_defined(*means)
    return eq(mean(draws, law, fn("log", whole)), add(*means))


@rule
def mean_of_length(given: Given, draws: Term, unit: Term, x: Term, function: Term, number: Term, k: Term) -> Result:
    """E f(‖z_1·u‖²) = E f(w_1² + … + w_n²) for normal draws of n rows, a column u of length 1 and single normal draws w."""
    rows, through = (draws.shape or ("",))[0], fn("mmul", fn("at", draws, ONE), unit)
    refuse_if(isinstance(rows, str) or (through.shape or ())[1:] != (1,), "the number of rows is given, and u is a column")
    plain = (x.op, x.sort, number.op, number.shape, k.op, k.sort, k.shape) == ("var", "real", "var", (1, 1), "var", "nat", None)
    refuse_if(not plain or x in unit.free, "f is a function of one number")
    refuse_if(bool({draws, number} & (unit.free | function.free)), "f reads the length alone")
    refuse_if(any(number in p.conclusion.free for p in given), "a fact about a free variable says nothing of a bound one")
    squares = fn("sum", k, ONE, rat(rows), power(fn("entry", fn("at", number, k), ONE, ONE), 2))
    means = (
        mean(draws, GAUSSIAN, substitute(function, {x: power(fn("norm", through), 2)})),
        mean(number, GAUSSIAN, substitute(function, {x: squares})),
    )
    field = facts_beside(given, draws)
    field.require_defined(unit, means[1])
    refuse_if(not field.same(fn("norm", unit), ONE), "u has the length 1")
    return eq(*means)
