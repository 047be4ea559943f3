"""What a record says in words: each fact rests on lines that say it, and what is not known is called so."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import read_fhir, record_receipts
from mbc_options.records.proofs import Proof, Proofs
from mbc_options.records.receipt import RecordReceipt, RecordReceipts, Source
from mbc_options.records.settling import patient_of
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.facts import TextField

if TYPE_CHECKING:
    from mbc_options.records.receipt import RecordFact, RecordPatient

CASES = json.loads((Path(__file__).parent / "fhir" / "cases.json").read_text(encoding="utf-8"))
VOCABULARY = bundled_vocabulary()
PATIENTS = [
    pytest.param(patient, id=f"{case['name']}: {patient.id}") for case in CASES for patient in read_fhir(case["bundle"])
]


def source(id_: str, type_: str = "Observation", date: str = "") -> Source:
    return Source(type=type_, id=id_, date=date)


def facts_proved_by(*proofs: Proof) -> dict[str, RecordFact]:
    found = Proofs(VOCABULARY)
    for proof in proofs:
        found.prove(proof)
    return {fact.what: fact for fact in patient_of(found, "a").receipt.facts}


@pytest.mark.parametrize("patient", PATIENTS)
def test_each_fact_that_is_known_rests_on_lines_that_were_used_or_follows_from_others(patient: RecordPatient) -> None:
    receipt = patient.receipt
    known = {fact.what for fact in receipt.facts if fact.says}
    for fact in receipt.facts:
        assert all(receipt.entries[number].outcome == "used" for number in fact.rests_on)
        if fact.says and not fact.rests_on:
            assert fact.follows_from
            assert set(fact.follows_from) <= known - {fact.what}
        if not fact.says:
            assert not fact.rests_on
            assert not fact.follows_from


@pytest.mark.parametrize("patient", PATIENTS)
def test_each_line_that_was_used_for_a_field_is_one_that_a_fact_rests_on_unless_it_leaves_it_open(
    patient: RecordPatient,
) -> None:
    receipt = patient.receipt
    rested_on = {number for fact in receipt.facts for number in fact.rests_on}
    fields = VOCABULARY.fields
    for number, entry in enumerate(receipt.entries):
        if entry.outcome == "used" and VOCABULARY.field_of(entry.what) in fields and not entry.why:
            assert number in rested_on


@pytest.mark.parametrize("patient", PATIENTS)
def test_each_field_is_known_spoken_of_or_called_not_known(patient: RecordPatient) -> None:
    receipt = patient.receipt
    called = {VOCABULARY.labels[field.id] for field in VOCABULARY.fields.values() if not isinstance(field, TextField)}
    called |= {VOCABULARY.facts[fact].label for fact in VOCABULARY.derived_ids}
    known = {fact.field for fact in receipt.facts if fact.says}
    spoken_of = {fact.field for fact in receipt.facts if not fact.says}
    assert known | spoken_of | set(receipt.unknown) == called
    assert not known & set(receipt.unknown)
    assert set(patient.description.known()) >= {fact.what for fact in receipt.facts if fact.says} & set(
        VOCABULARY.facts
    )


def test_facts_are_told_in_the_words_of_the_vocabulary() -> None:
    facts = facts_proved_by(
        Proof(source("1"), "er", "90%"),
        Proof(source("2"), "sites", "yes", name="liver"),
        Proof(source("3"), "sites", "yes", name="other:thyroid"),
        Proof(source("4"), "prior", "progressed", name="letrozole", setting="metastatic"),
        Proof(source("5"), "prior", "unknown", name="fulvestrant"),
    )
    assert {what: (fact.field, fact.says) for what, fact in facts.items()} == {
        "metastatic": ("distant metastasis", "distant metastasis"),
        "er": ("ER", "ER-positive (90%)"),
        "sites.liver": ("sites", "liver metastases"),
        "sites.other:thyroid": ("sites", "thyroid"),
        "prior.letrozole": ("earlier treatment", "letrozole: progressed (metastatic disease)"),
        "prior.fulvestrant": ("earlier treatment", "fulvestrant: outcome not known"),
    }
    assert facts["metastatic"].follows_from == ("sites.liver", "sites.other:thyroid")
    assert dict(facts["prior.fulvestrant"].values) == {"unknown": "outcome not known"}


def test_a_fact_left_open_by_a_conflict_is_spoken_of_and_not_known() -> None:
    facts = facts_proved_by(
        Proof(source("1", date="2020-01"), "pr", "positive"), Proof(source("2", date="2020-01"), "pr", "negative")
    )
    assert facts["pr"].says == ""
    assert dict(facts["pr"].values) == {"positive": "PR-positive", "negative": "PR-negative"}


def test_what_is_found_beside_a_result_rests_on_that_result() -> None:
    facts = facts_proved_by(
        Proof(source("1", date="2018-01-05"), "er", "positive", beside=("receptors_tested_on", "primary")),
        Proof(source("2", date="2023-06-01"), "er", "negative", beside=("receptors_tested_on", "metastasis")),
    )
    assert facts["receptors_tested_on"].says == "receptors tested on a metastasis"
    assert facts["er"].rests_on == facts["receptors_tested_on"].rests_on == (1,)


def test_what_was_only_ignored_leaves_its_field_unknown() -> None:
    proofs = Proofs(VOCABULARY)
    proofs.ignore(source("1"), "it belongs to another condition", what="prior.chemotherapy")
    receipt = patient_of(proofs, "a").receipt
    assert [(fact.what, fact.says) for fact in receipt.facts] == [("prior.chemotherapy", "")]
    assert "earlier treatment" in receipt.unknown


def test_receipts_together_are_json_that_is_read_back_as_it_was() -> None:
    passed_over: list[RecordReceipt] = []
    found: list[Any] = [one for case in CASES for one in read_fhir(case["bundle"], passed_over=passed_over.append)]
    receipts = record_receipts(found, passed_over)
    assert (len(receipts.receipts), len(receipts.passed_over)) == (len(found), len(passed_over))
    assert RecordReceipts.model_validate_json(receipts.model_dump_json()) == receipts
    assert str(receipts) == f"{len(found)} patients, {len(passed_over)} passed over"
