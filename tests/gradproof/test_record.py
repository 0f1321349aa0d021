"""Records: valid against the published schema, the same bytes each time, written whole or not at all."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from gradproof import record as records
from gradproof.bibliography import bibliography, plain, read_bibliography
from gradproof.record import RecordError
from gradproof.verify import Plan, verify
from theory.kernel.gate import Instance
from theory.kernel.terms import literal, make, rat, sequence_literal, var
from theory.language.claims import full_ledger, source_keys
from theory.language.errors import GradproofError

NAMES = ["deriv_sigmoid_le_quarter", "sigmoid_strictMono", "sigmoid_tendsto_one", "deriv_relu_zero_eq_one"]
Json = dict[str, Any]


def schema(name: str) -> Json:
    return json.loads(files("gradproof").joinpath(f"schema/{name}.schema.json").read_text(encoding="utf-8"))


def faults(value: Any, name: str = "record") -> list[str]:
    return [error.message for error in Draft202012Validator(schema(name)).iter_errors(value)]


def document(plan: Plan | None = None, names: list[str] = NAMES) -> Json:
    ledger, plan = full_ledger(), plan or Plan()
    results = verify([ledger[name] for name in names], ledger, plan, jobs=1)
    return json.loads(records.dumps(records.document_of([r.record for r in results], plan.profile, plan.seed)))


@pytest.mark.parametrize("name", ["record", "list"])
def test_schema_is_valid_itself(name: str) -> None:
    Draft202012Validator.check_schema(schema(name))


def test_a_record_has_the_fields_of_the_schema() -> None:
    assert set(records.Record.__required_keys__) == set(schema("record")["$defs"]["record"]["required"])


@pytest.mark.usefixtures("seen")
def test_document_records_and_list_validate() -> None:
    made = document()
    assert faults(made) == []
    assert [faults(claim) for claim in made["claims"]] == [[]] * len(NAMES)
    assert faults(json.loads(records.dumps(records.list_of(made["claims"]))), "list") == []
    assert {claim["verdict"] for claim in made["claims"]} == {"PROVED", "REFUTED"}


def test_attack_writes_evidence_that_validates() -> None:
    assert faults(document(names=["deriv_sigmoid_le_quarter"])) == []


NOTHING: list[Any] = []
INVALID: list[tuple[int, Json]] = [
    (0, {"verdict": "TRUE"}),
    (0, {"verdict": "OPEN"}),
    (0, {"verdict": "CONDITIONAL"}),
    (0, {"verdict": "REFUTED"}),
    (0, {"rests_on": ["gelfand"]}),
    (0, {"hash": "0"}),
    (0, {"seconds": 1.5}),
    (0, {"contradiction": "no"}),
    (0, {"statement": {"text": "0 < 1"}}),
    (0, {"proof": {"kind": "Nonneg", "steps": NOTHING, "derivation": None}}),
    (0, {"proof": {"kind": "Nonneg", "steps": NOTHING, "derivation": [["assume", NOTHING]]}}),
    (3, {"witness": None}),
]


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize(("index", "changed"), INVALID)
def test_schema_refuses(index: int, changed: Json) -> None:
    made = document()
    made["claims"][index] |= changed
    assert faults(made)


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("field", ["name", "verdict", "contradiction", "ledger", "statement", "proof", "uses", "corrects"])
def test_schema_requires(field: str) -> None:
    made = document()
    del made["claims"][0][field]
    assert faults(made)


def test_same_input_gives_same_bytes_proved_or_replayed() -> None:
    afresh, replayed, again = (records.dumps(document(Plan(seed=7, fresh=fresh))) for fresh in (True, False, True))
    assert afresh == replayed == again


@pytest.mark.usefixtures("seen")
def test_record_names_no_place_and_no_time() -> None:
    text = records.dumps(document())
    assert str(Path.cwd()) not in text
    assert str(Path.home()) + "/" not in text
    assert not {"seconds", "time", "date", "host", "path"} & set(document()["claims"][0])


@pytest.mark.usefixtures("seen")
def test_corrected_folklore_names_what_is_true() -> None:
    (folklore,) = document(names=["deriv_relu_zero_eq_one"])["claims"]
    assert folklore["corrected_by"]
    assert all("deriv_relu_zero_eq_one" in full_ledger()[name].corrects for name in folklore["corrected_by"])


def test_infinite_slack_is_left_out(seen: Callable[..., None]) -> None:
    seen(tightest=float("inf"))
    assert document(names=NAMES[:1])["claims"][0]["evidence"]["tightest"] is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(JSON, st.integers(0, 60))
def test_dumps_reads_back(value: Any, width: int) -> None:
    text = records.dumps(value, width=width)
    assert json.loads(text) == value
    assert text.endswith("\n")


def test_point_reads_back() -> None:
    half = Fraction(1, 2)
    point = Instance(
        {
            var("x"): rat(half),
            var("W", "mat", ("n", "n")): literal(((half, Fraction(0)), (Fraction(3), Fraction(-1)))),
            var("v", "seq", ("n", 1)): sequence_literal(((half, Fraction(1)),), 2),
            var("phi", "fun"): make("fun", data="identity"),
        },
        {"n": 2},
    )
    stored = json.loads(json.dumps(records.point_to_json(point)))
    read = records.point_from_json(stored)
    assert (read.values, read.dims) == (point.values, point.dims)


NO_POINTS = ["null", "[]", "{}", '{"values": [], "dims": {"n": 0}}', '{"values": [], "dims": {"n": true}}']


@pytest.mark.parametrize("stored", [*NO_POINTS, '{"values": [[1, 2]], "dims": {}}', '{"values": 3, "dims": {}}'])
def test_point_that_is_none_is_refused(stored: str) -> None:
    with pytest.raises(GradproofError):
        records.point_from_json(json.loads(stored))


# --- files --------------------------------------------------------------------------------------


def test_write_replaces_the_whole_file(tmp_path: Path) -> None:
    target = tmp_path / "records.json"
    target.write_text("old", encoding="utf-8")
    target.chmod(0o640)
    records.write_atomically(target, "σ\n")
    assert target.read_text(encoding="utf-8") == "σ\n"
    assert target.stat().st_mode & 0o777 == 0o640
    assert list(tmp_path.iterdir()) == [target]


def test_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "records.json"
    target.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gradproof.record.os.fsync", full)
    with pytest.raises(RecordError, match="No space left"):
        records.write_atomically(target, "new")
    assert target.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [target]


def test_write_goes_through_a_link(tmp_path: Path) -> None:
    target, link = tmp_path / "real.json", tmp_path / "link.json"
    target.write_text("old", encoding="utf-8")
    link.symlink_to(target)
    records.write_atomically(link, "new")
    assert link.is_symlink()
    assert target.read_text(encoding="utf-8") == "new"


def test_unwritable_places_are_refused(tmp_path: Path) -> None:
    for place in (tmp_path, tmp_path / "nowhere" / "records.json", Path("/dev/null")):
        with pytest.raises(RecordError, match="cannot write"):
            records.check_writable(place)
    records.check_writable(tmp_path / "records.json")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("seen")
def test_other_documents_are_refused() -> None:
    made = document(names=NAMES[:1])
    assert records.records_in(made, "it") == made["claims"]
    assert records.records_in(made["claims"][0], "it") == made["claims"]
    for other, said in (
        (made["claims"], "holds no records"),
        (made | {"kind": "benchmark"}, "kind 'benchmark'"),
        (made | {"schema": 2}, "schema 2"),
        (made | {"claims": [3]}, "replay reads records"),
        (made | {"claims": made}, "replay reads records"),
    ):
        with pytest.raises(RecordError, match=said):
            records.records_in(other, "it")


# --- sources ------------------------------------------------------------------------------------


def test_every_source_is_one_readable_line() -> None:
    assert set(bibliography()) == source_keys()
    for source in bibliography().values():
        assert not set("{}\\\n") & set(source.text), source
        assert source.text.endswith((".", "?"))


def test_source_of_a_paper() -> None:
    source = bibliography()["hochreiter1997"]
    who, title, where = "Sepp Hochreiter and Jürgen Schmidhuber", "Long Short-Term Memory", "Neural Computation 9(8):1735–1780"
    assert source.text == f"{who}. {title}. {where} (1997)."
    assert source.url == "https://doi.org/10.1162/neco.1997.9.8.1735"


def test_accents_and_many_authors() -> None:
    assert plain(r"Erd\H{o}s and {\L}ukasiewicz, Gau{\ss}") == "Erdős and Łukasiewicz, Gauß"
    assert plain(r"{\'E}lie \& Fran{\c{c}}ois") == "Élie & François"
    assert plain(r"{$\ell_p$} at \$2") == "ℓ_p at $2"
    entry = "@misc{k,\n  author = {A, B. and C, D. and E, F. and G, H.},\n  title = {T},\n  year = {1999}\n}\n"
    assert read_bibliography(entry)["k"].text == "B. A et al. T. (1999)."


def test_pages_stand_beside_the_volume() -> None:
    assert "Communications in Computational Physics 28(5):1671–1706, arXiv:1903.06733 (2020)." in bibliography()["lu2020"].text


def test_source_of_a_report() -> None:
    where = "GMD Report 148, German National Research Center for Information Technology"
    assert where in bibliography()["jaeger2001"].text
