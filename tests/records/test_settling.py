"""What follows from several results: the newest counts, a conflict none, and nothing is denied."""

from __future__ import annotations

import pytest

from mbc_options.records.proofs import Proof, Proofs, is_after
from mbc_options.records.receipt import RecordPatient, RecordReceipt, Source
from mbc_options.records.settling import patient_of
from mbc_options.vocabulary.bundled import bundled_vocabulary


def patient(*proofs: tuple[str, ...], lasting: dict[str, str] | None = None) -> RecordPatient:
    """The patient of whom proofs are given as field, value and date, and a name or part."""
    found = Proofs(bundled_vocabulary(), lasting)
    for i, (field, value, date, *more) in enumerate(proofs):
        source = Source(type="Observation", id=f"o{i}", date=date)
        name, part = (more[0], "") if more and field in {"sites", "prior"} else ("", more[0] if more else "")
        found.prove(Proof(source, field, value, name=name, part=part))
    return patient_of(found, "a")


@pytest.mark.parametrize(
    ("one", "other", "after"),
    [
        ("2023-02-02", "2023-02-01", True),
        ("2023-02-01", "2023-02-01", False),
        ("2023-02", "2023-02-01", False),
        ("2023-03", "2023-02-28", True),
        ("2024", "2023", True),
        ("2024", "", False),
        ("", "2024", False),
    ],
)
def test_a_date_is_after_another_where_that_is_certain(one: str, other: str, *, after: bool) -> None:
    assert is_after(one, other) is after


@pytest.mark.parametrize(
    ("results", "value", "told"),
    [
        ([("er", "positive", "2020-01-01")], "positive", False),
        ([("er", "positive", "2020-01-01"), ("er", "negative", "2021-01-01")], "negative", True),
        ([("er", "negative", "2021-01-01"), ("er", "positive", "2020-01-01")], "negative", True),
        ([("er", "positive", "2020-01-01"), ("er", "negative", "2020-01-01")], None, True),
        ([("er", "positive", "2020"), ("er", "negative", "2020-05-01")], None, True),
        ([("er", "positive", ""), ("er", "negative", "2020-05-01")], None, True),
        ([("er", "positive", ""), ("er", "90%", "2020-05-01")], "positive", False),
        ([("her2", "2+", "2020-01-01", "ihc"), ("her2", "ISH+", "2020-01-09", "ish")], "positive", False),
        ([("her2", "2+", "2020-01-01", "ihc"), ("her2", "ISH+", "2019-01-09", "ish")], None, True),
        ([("her2", "3+", "2020-01-01", "ihc"), ("her2", "ISH-", "2020-01-01", "ish")], None, True),
        ([("her2", "2+", "2020-01-01", "ihc"), ("her2", "negative", "2020-01-01")], "negative", False),
    ],
)
def test_the_newest_result_counts_and_a_conflict_none(
    results: list[tuple[str, ...]], value: str | None, *, told: bool
) -> None:
    found = patient(*results)
    assert found.description.known().get(results[0][0]) == (None if value is None else (value,))
    assert any("results differ" in notice or "leaves it open" in notice for notice in found.receipt.notices) is told
    assert len(found.receipt.entries) == len(results)


def test_what_is_not_named_is_not_denied_and_the_scope_stays_open() -> None:
    known = patient(("er", "positive", "")).description.known()
    assert "metastatic" not in known
    known = patient(("sites", "yes", "", "bone")).description.known()
    assert known["metastatic"] == ("yes",)
    assert "sites.liver" not in known


def test_what_contradicts_the_rest_is_left_out_and_told() -> None:
    found = patient(("sex", "male", ""), ("menopause", "postmenopausal", ""))
    assert found.description.known()["sex"] == ("male",)
    assert any("contradict" in notice for notice in found.receipt.notices)
    assert [entry.outcome for entry in found.receipt.entries] == ["used", "conflicting"]


def test_a_site_outweighs_that_there_was_no_spread() -> None:
    found = patient(("metastasis_confirmed", "no", "2019-01-01"), ("sites", "yes", "2022-01-01", "bone"))
    assert found.description.known()["metastatic"] == ("yes",)


def test_treatments_add_up_and_what_passes_ends_with_a_later_outcome() -> None:
    found = patient(
        ("prior", "unknown", "", "letrozole"),
        ("prior", "ongoing", "2020-01-01", "letrozole"),
        ("prior", "progressed", "2021-01-01", "letrozole"),
        ("prior", "unknown", "", "paclitaxel"),
    )
    known = found.description.known()
    assert known["prior.hormone_therapy.progressed"] == ("yes",)
    assert "prior.hormone_therapy.ongoing" not in known
    assert known["prior.chemotherapy.given"] == ("yes",)


def test_a_receipt_is_json_and_read_back() -> None:
    receipt = patient(("er", "positive", "2020-01-01")).receipt
    assert RecordReceipt.model_validate_json(receipt.model_dump_json()) == receipt


def treated(*proofs: Proof) -> dict[str, tuple[str, ...]]:
    """What is known of a patient with the proofs, and bone metastases since the tenth of May 2021."""
    found = Proofs(bundled_vocabulary(), begun_after={"metastatic": "metastatic"})
    for proof in (Proof(Source(type="Condition", id="s", date="2021-05-10"), "sites", "yes", name="bone"), *proofs):
        found.prove(proof)
    return dict(patient_of(found, "a").description.known())


def drug(date: str, setting: str = "", needs: str = "") -> Proof:
    source = Source(type="MedicationRequest", id="m", date=date)
    return Proof(source, "prior", "unknown", name="letrozole", setting=setting, needs=needs)


@pytest.mark.parametrize(
    ("date", "is_later"),
    [("2021-05-11", True), ("2021-05-10", False), ("2021-05", False), ("2020", False), ("", False)],
)
def test_a_treatment_that_began_when_there_was_spread_is_one_of_metastatic_disease(
    date: str, *, is_later: bool
) -> None:
    assert (treated(drug(date)).get("prior.metastatic.given") == ("yes",)) is is_later
    assert "prior.metastatic.given" not in treated(drug(date, setting="early"))


@pytest.mark.parametrize(("date", "counts"), [("2022", True), ("2021-05", True), ("", True), ("2021-05-09", False)])
def test_a_setting_that_needs_a_fact_counts_unless_the_fact_was_known_only_later(date: str, *, counts: bool) -> None:
    known = treated(drug(date, setting="metastatic", needs="metastatic"))
    assert (known.get("prior.metastatic.given") == ("yes",)) is counts
