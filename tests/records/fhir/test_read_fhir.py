"""Patients from FHIR: what must be known, must not be known and must be told; and records of odd kinds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mbc_options import RecordError, read_fhir
from mbc_options.package_data import rules_dir
from mbc_options.records import documents
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.code_files import survey_codes

if TYPE_CHECKING:
    from mbc_options.records.receipt import RecordPatient, RecordReceipt

CASES = json.loads((Path(__file__).parent / "cases.json").read_text(encoding="utf-8"))
JUDGED = yaml.safe_load((Path(__file__).parent / "judged.yaml").read_text(encoding="utf-8"))
SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"


def known(patient: RecordPatient) -> dict[str, str]:
    """What is known of a patient for certain."""
    return {fact: values[0] for fact, values in patient.description.known().items() if len(values) == 1}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_a_record_says_what_it_names_and_no_more(case: dict[str, Any]) -> None:
    found = {patient.id: patient for patient in read_fhir(case["bundle"])}
    assert set(found) == {expected["of"] for expected in case["expect"]["patients"]}
    for expected in case["expect"]["patients"]:
        patient = found[expected["of"]]
        facts = known(patient)
        assert {fact: facts.get(fact) for fact in expected["known"]} == expected["known"]
        assert not set(expected["not_known"]) & set(facts)
        for told in expected["told"]:
            assert any(told in notice for notice in patient.receipt.notices)


def judged(case: dict[str, Any]) -> dict[str, Any]:
    """The bundle of an invented record of `judged.yaml`."""
    resources = [JUDGED["shared"][one] if isinstance(one, str) else one for one in case["resources"]]
    mine = {"subject": {"reference": "Patient/a"}}
    entries = [{"resource": one if one["resourceType"] == "Patient" else {**mine, **one}} for one in resources]
    return {"resourceType": "Bundle", "entry": entries}


@pytest.mark.parametrize("case", JUDGED["records"], ids=lambda case: case["name"])
def test_a_record_is_read_as_a_clinician_would(case: dict[str, Any]) -> None:
    passed_over: list[RecordReceipt] = []
    found = list(read_fhir(judged(case), passed_over=passed_over.append))
    assert len(found) == case.get("patients", 1)
    for patient in found:
        facts = known(patient)
        assert {fact: facts.get(fact) for fact in case.get("known", {})} == case.get("known", {})
        assert not set(case.get("not_known", ())) & set(facts)
        assert [told for told in case.get("told", ()) if not any(told in one for one in patient.receipt.notices)] == []
    receipts = [*passed_over, *(patient.receipt for patient in found)]
    told = {(entry.source.type, entry.source.id) for receipt in receipts for entry in receipt.entries}
    there = [one["resource"] for one in judged(case)["entry"]]
    there += [one for of in there for one in of.get("contained", ()) if one["resourceType"] == "Observation"]
    assert told == {(one["resourceType"], one["id"]) for one in there}


@pytest.mark.parametrize(
    ("table", "text", "value"), [(table, *said) for table in JUDGED["words"] for said in table["says"].items()]
)
def test_words_of_a_laboratory(table: dict[str, Any], text: str, value: str | None) -> None:
    found = read(of("Observation", "o", status="final", code=table["test"], valueString=text))
    assert known(found).get(table["field"]) == value


@pytest.mark.parametrize(("text", "says"), JUDGED["conditions"].items())
def test_words_of_a_problem_list(text: str, says: str) -> None:
    chemotherapy = of("Procedure", "x", status="completed", code={"text": "Chemotherapy"})
    facts = known(read(of("Condition", "c", code={"text": text}), chemotherapy))
    shown = {fact for fact, value in facts.items() if value in {"yes", "positive"}}
    shown |= set() if "prior.chemotherapy.given" in shown else {"another"}
    assert {word for word in says.split() if word.startswith("!")} & {f"!{fact}" for fact in shown} == set()
    assert {word for word in says.split() if not word.startswith("!")} <= shown


@pytest.mark.parametrize(("text", "is_one"), JUDGED["alone"].items())
def test_what_is_a_breast_cancer_by_its_text(text: str, *, is_one: bool) -> None:
    woman = {"resourceType": "Patient", "id": "a"}
    assert bool([*read_fhir([woman, of("Condition", "c", code={"text": text})])]) is is_one


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_resource_of_a_patient_ends_in_the_receipt(case: dict[str, Any]) -> None:
    receipts: list[RecordReceipt] = []
    receipts += [patient.receipt for patient in read_fhir(case["bundle"], passed_over=receipts.append)]
    told = {(entry.source.type, entry.source.id) for receipt in receipts for entry in receipt.entries}
    inside = {(e["resource"]["resourceType"], e["resource"]["id"]) for e in case["bundle"]["entry"]}
    assert told == inside
    assert all(entry.why for receipt in receipts for entry in receipt.entries if entry.outcome != "used")


def concept(code: str, system: str = SNOMED, display: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system, "code": code, "display": display}]}


def of(type_: str, id_: str, /, **more: Any) -> dict[str, Any]:
    return {"resourceType": type_, "id": id_, "subject": {"reference": "Patient/a"}, **more}


BREAST = of("Condition", "p", code=concept("254837009"))


def bundle(*more: dict[str, Any], first: dict[str, Any] = BREAST) -> dict[str, Any]:
    """A bundle of a woman with breast cancer, and more."""
    woman = {"resourceType": "Patient", "id": "a", "gender": "female"}
    return {"resourceType": "Bundle", "entry": [{"resource": one} for one in (woman, first, *more)]}


def read(*more: dict[str, Any], first: dict[str, Any] = BREAST) -> RecordPatient:
    (patient,) = read_fhir(bundle(*more, first=first))
    return patient


def er(id_: str, **more: Any) -> dict[str, Any]:
    return of("Observation", id_, status="final", code=concept("85337-4", LOINC), **more)


# Records of odd kinds


def test_a_serum_level_and_an_intensity_are_no_status() -> None:
    serum = of("Observation", "s", code={"text": "HER2 in Serum"}, valueString="positive")
    strong = of("Observation", "i", code=concept("85310-1", LOINC), valueString="strong")
    found = read(serum, strong)
    assert not {"er", "her2"} & set(known(found))
    assert {"s", "i"} <= {entry.source.id for entry in found.receipt.entries if entry.outcome == "ignored"}


def test_a_suspected_site_is_told_and_not_used() -> None:
    suspected = of("Condition", "s", code=concept("94222008"), verificationStatus={"coding": [{"code": "provisional"}]})
    found = read(suspected)
    assert not {"sites.bone", "metastatic"} & set(known(found))
    assert any("suspected" in notice for notice in found.receipt.notices)


def test_the_metastasis_of_another_cancer_is_none_of_this_one() -> None:
    lung = of("Condition", "l", code=concept("254637007", display="Non-small cell lung cancer"))
    spread = of(
        "Condition",
        "s",
        code=concept("94225005"),
        extension=[{"url": "related", "valueReference": {"reference": "Condition/l"}}],
    )
    assert "sites.brain" not in known(read(lung, spread))


def test_a_drug_without_a_reason_is_not_taken_for_one_of_two_cancers() -> None:
    lung = of("Condition", "l", code=concept("254637007", display="Non-small cell lung cancer"))
    drug = {"medicationCodeableConcept": {"text": "Paclitaxel 100 MG"}, "status": "active"}
    assert "prior.chemotherapy.given" not in known(read(lung, of("MedicationRequest", "m", **drug)))
    told = of("MedicationRequest", "m", reasonReference=[{"reference": "http://h.org/fhir/Condition/p"}], **drug)
    assert known(read(lung, told))["prior.chemotherapy.given"] == "yes"


def test_a_drug_that_ended_for_toxicity_with_a_palliative_intent_where_there_is_spread() -> None:
    drug = of(
        "MedicationStatement",
        "m",
        status="stopped",
        medicationCodeableConcept={"text": "Letrozol 2,5 mg"},
        statusReason=[concept("407563006")],
        extension=[{"url": "intent", "valueCodeableConcept": concept("363676003")}],
    )
    found = known(read(drug, of("Condition", "s", code=concept("94222008"))))
    assert found["prior.hormone_therapy.not_tolerated"] == found["prior.metastatic.given"] == "yes"


@pytest.mark.parametrize(
    ("reason", "why"),
    [("277022003", "remission phase"), ("395007004", "stopped as it did not work"), ("182992009", "completed")],
)
def test_only_growth_is_told_as_growth_and_only_harm_as_harm(reason: str, why: str) -> None:
    drug = {"medicationCodeableConcept": {"text": "Letrozole"}, "status": "stopped", "statusReason": [concept(reason)]}
    found = known(read(of("MedicationStatement", "m", **drug)))
    assert found["prior.hormone_therapy.given"] == "yes", why
    assert not {"prior.hormone_therapy.progressed", "prior.hormone_therapy.not_tolerated"} & set(found), why


@pytest.mark.parametrize(
    ("code", "proved"),
    [
        ("C77.4", {"metastatic", "sites.distant_lymph_nodes"}),
        ("C77.3", {"sites.regional_lymph_nodes"}),
        ("C77.1", set()),
    ],
)
def test_nodes_that_may_be_regional_are_no_distant_spread(code: str, proved: set[str]) -> None:
    found = known(read(of("Condition", "s", code=concept(code, "http://hl7.org/fhir/sid/icd-10"))))
    fields = {"metastatic", "sites.distant_lymph_nodes", "sites.regional_lymph_nodes"}
    assert {field for field in fields if found.get(field) == "yes"} == proved


def test_an_unknown_primary_is_no_spread_of_this_cancer() -> None:
    found = known(read(of("Condition", "s", code=concept("C80.0", "http://hl7.org/fhir/sid/icd-10"))))
    assert not {"metastatic", "metastasis_confirmed"} & set(found)


@pytest.mark.parametrize(("answer", "her2"), [("LA6111-4", "negative"), ("LA11843-2", "positive"), ("LA11839-0", None)])
def test_her2_by_the_answers_of_loinc(answer: str, her2: str | None) -> None:
    test = concept("85319-2", LOINC)
    found = read(of("Observation", "h", status="final", code=test, valueCodeableConcept=concept(answer, LOINC)))
    assert known(found).get("her2") == her2


def test_r5_and_stu3_are_told_and_read_as_far_as_they_are_the_same() -> None:
    drug = of("MedicationStatement", "m", status="recorded", medication={"concept": {"text": "tamoxifen"}})
    found = read(drug)
    assert known(found)["prior.hormone_therapy.given"] == "yes"
    assert any("R5" in notice for notice in found.receipt.notices)
    old = of("MedicationStatement", "m", status="active", taken="n", medicationCodeableConcept={"text": "tamoxifen"})
    found = read(old, first=of("Condition", "p", code=concept("254837009"), clinicalStatus="active"))
    assert "prior.hormone_therapy.given" not in known(found)
    assert any("STU3" in notice for notice in found.receipt.notices)


def test_an_interpretation_a_component_and_a_text_are_read_too() -> None:
    panel = of(
        "Observation",
        "o",
        code={"text": "Receptors"},
        component=[
            {"code": concept("85339-0", LOINC), "valueString": "Positive (90%)"},
            {"code": {"text": "HER2 by FISH"}, "valueString": "not amplified"},
        ],
    )
    found = known(
        read(er("e", interpretation=[{"coding": [{"code": "POS", "system": "http://hl7.org/fhir/v2/0078"}]}]), panel)
    )
    assert (found["er"], found["pr"], found["her2"]) == ("positive", "positive", "negative")


def test_elements_that_fhir_does_not_have_there_stop_nothing() -> None:
    odd = [
        of("Observation", "1", code=7, valueCodeableConcept=[], component="x"),
        of("Condition", "2", code=[{"coding": "x"}], bodySite=3, stage=[None]),
        of("MedicationRequest", "3", medicationReference={"reference": 4}, extension={"extension": 1}),
        of("Procedure", "4", code={"coding": [{"code": None}]}, reasonReference="x"),
        {"resourceType": "Observation", "valueString": "no id, and of nobody"},
        er("5", effectiveDateTime="2023-99-99", valueString="positive"),
    ]
    found = read(*odd)
    assert known(found)["er"] == "positive"
    assert len({entry.source.id for entry in found.receipt.entries}) == 8


@pytest.mark.parametrize("piece", ["metastasis ", "breast ", "cancer ", "positive 1% ", "2+, ", "trastuzumab-"])
def test_a_text_of_any_length_takes_no_time(piece: str) -> None:
    long = {"text": piece * 100_000}
    odd = [
        of("Condition", "c", code=long, bodySite=[long]),
        of("Observation", "o", status="final", code=long, valueCodeableConcept=long),
        er("e", valueString=long["text"], specimen={"reference": "Specimen/s"}),
        of("Specimen", "s", type=long, collection={"bodySite": long}),
        of("MedicationStatement", "m", status="active", medicationCodeableConcept=long, statusReason=[long]),
        of("Procedure", "x", status="completed", code=long, reasonCode=[long]),
    ]
    assert not {"er", "metastatic"} & set(known(read(*odd)))


# Files


def test_broken_lines_are_told_and_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "all.ndjson"
    path.write_text(f"{json.dumps(bundle())}\n{{oops\n[1]\n\n{json.dumps(bundle())}\n", encoding="utf-8")
    told: list[RecordReceipt] = []
    found = list(read_fhir(path, passed_over=told.append))
    assert [patient.id for patient in found] == ["a"]
    assert [receipt.entries[0].source.element for receipt in told] == ["line 2", "line 3"]


def test_lines_of_resources_are_read_patient_by_patient(tmp_path: Path) -> None:
    lines = [json.dumps(entry["resource"]) for entry in bundle()["entry"]]
    path = tmp_path / "all.ndjson"
    path.write_text(
        "\n".join([*lines, *(line.replace('"a"', '"b"').replace("/a", "/b") for line in lines)]), encoding="utf-8"
    )
    assert [patient.id for patient in read_fhir(path)] == ["a", "b"]


def test_a_large_bundle_is_refused_with_the_way_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 1000)
    path = tmp_path / "all.json"
    path.write_text(json.dumps(bundle(), indent=4) + " " * 1000, encoding="utf-8")
    with pytest.raises(RecordError, match="ndjson"):
        list(read_fhir(path))


@pytest.mark.parametrize(
    ("text", "told"),
    [("{", "is no JSON"), ("{}", "no resourceType"), ('{"a": NaN}', "NaN"), ("[" * 100_000, "nested too deeply")],
)
def test_what_is_no_record_is_refused(text: str, told: str) -> None:
    with pytest.raises(RecordError, match=told):
        list(read_fhir(text))


def test_an_empty_bundle_has_no_patients() -> None:
    assert list(read_fhir({"resourceType": "Bundle"})) == []


def test_a_date_in_the_future_counts_as_none() -> None:
    from datetime import date

    record = bundle(er("1", valueString="positive", effectiveDateTime="2023-01-01"))
    record["entry"].append({"resource": er("2", valueString="negative", effectiveDateTime="2093-01-01")})
    (found,) = read_fhir(record, today=date(2026, 1, 1))
    assert "er" not in known(found)
    assert any("future" in notice for notice in found.receipt.notices)


# Codes


def test_our_codes_have_nothing_wrong() -> None:
    assert survey_codes(rules_dir(), bundled_vocabulary()) == []


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        ("systems: [{id: x, label: X}]\ntests:\n  - field: err\n    codes: {x: ['1']}\n", ":3:12:", "did you mean er"),
        ("systems: [{id: x, label: X}]\ntests:\n  - field: er\n    codes: {y: ['1']}\n", ":4:16:", "code system 'y'"),
        ("tests:\n  - field: er\n    pattern: '('\n", ":3:14:", "no regular expression"),
        ("drugs:\n  - treatment: letrozol\n", ":2:16:", "letrozole"),
        ("tests:\n  - feld: er\n", ":2:5:", "unknown key"),
        ("drugs:\n  - needs_reason: yes\n", ":2:5:", "a treatment, or unused"),
        ("elements:\n  - {type: Patient, element: gender}\n", ":2:5:", "a field that it says, or told"),
        ("states:\n  - {codes: [x]}\n", ":2:5:", "by an element, or by an extension"),
        ("settings:\n  - {setting: early, needs: metastatik}\n", ":2:29:", "metastatic"),
        ("begun_after: {metastatic: erly}\n", ":1:27:", "early"),
        ("tissues:\n  - {field: receptors_tested_on, value: primary, of: [err]}\n", ":2:55:", "did you mean er"),
    ],
)
def test_a_mistake_in_codes_is_told_at_its_place(text: str, place: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "codes").mkdir()
    (tmp_path / "codes" / "mine.yaml").write_text(text, encoding="utf-8")
    problems = [str(problem) for problem in survey_codes(tmp_path, bundled_vocabulary())]
    assert any(place in problem and told in problem for problem in problems), problems
