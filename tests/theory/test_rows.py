"""The rows of the ledger: read strictly, complete, and which of them no claim settles yet."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from sympy import Rational

from theory.activations.sigmoid import sigmoid
from theory.language.claims import Claim, claim, full_ledger, row_ids, source_keys
from theory.language.domains import Real
from theory.language.errors import ClaimError, UnknownName
from theory.rows import RowError, all_rows, claims_by_row, read_rows, row
from theory.tactics import Nonneg

GOOD = '''
[some-row]
says = """
σ is
bounded."""
verdict = "true with correction"
corrected = "0 < σ < 1."
kind = "deterministic"
also = ["measured"]
sources = ["logm"]
'''


# --- what is in the files -----------------------------------------------------------------------------


def test_every_row_is_there() -> None:
    parts = [found.part for found in all_rows().values()]
    assert (parts.count("A"), parts.count("B")) == (90, 57)


def test_part_a_holds_what_the_five_articles_say() -> None:
    articles = {"logm", "whyrelu", "zhihu61265076", "stackexchange", "activationtutorial"}
    said = [found for found in all_rows().values() if found.part == "A"]
    assert all(found.sources[0] in articles for found in said)
    assert articles <= {key for found in said for key in found.sources}


def test_the_articles_of_a_row_stand_before_the_literature() -> None:
    articles = {"logm", "whyrelu", "zhihu61265076", "stackexchange", "activationtutorial"}
    for found in all_rows().values():
        is_article = [key in articles for key in found.sources]
        assert is_article == sorted(is_article, reverse=True), found.id
        assert found.part == "A" or not any(is_article), found.id


def test_part_b_says_where_it_comes_from() -> None:
    # Facts of calculus have no author.
    nobody = [found.id for found in all_rows().values() if not found.sources and not found.origin]
    assert nobody == ["smoothness-constants", "irnn-leaky", "homogeneity-euler"]


def test_the_two_readers_of_the_files_see_the_same_rows() -> None:
    assert row_ids() == set(all_rows())


def test_an_empirical_verdict_is_not_settled_by_proof() -> None:
    assert all(found.kind in ("measured", "empirical") for found in all_rows().values() if found.verdict == "empirical")


def test_no_row_names_its_own_kind_twice() -> None:
    for found in all_rows().values():
        kinds = (found.kind, *found.also)
        assert len(set(kinds)) == len(kinds), found.id


# --- claims and rows ----------------------------------------------------------------------------------


def test_every_deterministic_row_has_a_claim() -> None:
    claims = claims_by_row(full_ledger())
    assert [found.id for found in all_rows().values() if found.kind == "deterministic" and not claims[found.id]] == []


def test_claims_stand_under_each_row_they_name() -> None:
    ledger = full_ledger()
    under = claims_by_row(ledger)
    assert ledger["deriv_sigmoid_le_quarter"] in under["sigmoid-derivative-range"]
    assert sum(map(len, under.values())) == sum(len(known.ledger) for known in ledger)


def _bounded(x: Annotated[Any, Real]) -> Any:
    """A derivative that is bounded."""
    return sigmoid.d(x) <= Rational(1, 4), Nonneg()


def test_a_claim_that_names_an_unknown_row_is_refused() -> None:
    def of_unknown_row(x: Annotated[Any, Real]) -> Any:
        """A derivative that is bounded."""
        return _bounded(x)

    of_unknown_row.__module__ = "theory.activations.sigmoid"
    with pytest.raises(ClaimError) as caught:
        claim(ledger=["sigmoid-derivative-rang"])(of_unknown_row)
    assert str(caught.value) == (
        "claim of_unknown_row: there is no row sigmoid-derivative-rang in the ledger; did you mean sigmoid-derivative-range?"
    )
    assert "of_unknown_row" not in full_ledger()


def test_rows_of_other_packages_are_their_own() -> None:
    def with_a_row_of_its_own(x: Annotated[Any, Real]) -> Any:
        """A derivative that is bounded."""
        return _bounded(x)

    assert claim(ledger=["our-row"])(with_a_row_of_its_own).ledger == ("our-row",)


def test_a_claim_made_by_hand_with_an_unknown_row_is_refused_too() -> None:
    made = Claim(name="made", module="theory.test", meaning="It is.", builder=_bounded, ledger=("no-such-row-at-all",))
    with pytest.raises(UnknownName, match=r"^there is no row 'no-such-row-at-all'"):
        claims_by_row([made])


def test_an_unknown_row_is_answered_with_near_ones() -> None:
    with pytest.raises(UnknownName, match=r"^there is no row 'tanh-rang'; did you mean tanh-range"):
        row("tanh-rang")
    with pytest.raises(UnknownName, match=r"list the rows with `gradproof ledger`"):
        row("§")


# --- reading ------------------------------------------------------------------------------------------


def test_a_row_is_read() -> None:
    (found,) = read_rows(GOOD, "A").values()
    assert (found.id, found.part, found.says) == ("some-row", "A", "σ is bounded.")
    assert (found.sources, found.also, found.note, found.origin) == (("logm",), ("measured",), "", "")


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("kind =", "knid =", r"row some-row of part A: unknown field knid; a row has says, verdict, "),
        ('kind = "deterministic"\n', "", r"row some-row of part A: kind is missing"),
        ('"deterministic"', '"certain"', r"its kind is 'certain'; write one of deterministic, "),
        ('["measured"]', '["certain"]', r"its kind is 'certain'; write one of deterministic, "),
        ('"true with correction"', '"truish"', r"its verdict is 'truish'; write one of true, "),
        ('corrected = "0 < σ < 1."\n', "", r"what is true is not said; add `corrected`"),
        ('["logm"]', '["nobody1999"]', r"unknown source nobody1999; add an entry to theory/sources\.bib"),
        ('["logm"]', '"logm"', r"sources is a list of strings, not 'logm'"),
        ('["logm"]', "[1]", r"sources is a list of strings, not \[1\]"),
        ('"0 < σ < 1."', '" "', r"corrected is a text that is not empty"),
        ('"0 < σ < 1."', "1", r"corrected is a text that is not empty, not 1"),
        ("[some-row]", "a = 1", r"row a of part A: a table of fields was expected"),
        ("[some-row]", "[some-row]\nsays = 'x'\n[some-row]", r"part A of the rows is not TOML"),
        ("[some-row]", "[some-row", r"part A of the rows is not TOML"),
    ],
)
def test_a_row_that_is_none_is_refused(old: str, new: str, said: str) -> None:
    assert old in GOOD
    with pytest.raises(RowError, match=said) as caught:
        read_rows(GOOD.replace(old, new), "A")
    assert "\n" not in str(caught.value)


def test_sources_of_rows_have_entries() -> None:
    assert {key for found in all_rows().values() for key in found.sources} <= source_keys()
