"""How records are written: lines in any order and over any files, bundles of all kinds, versions, and bad input."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import RecordError, read_fhir
from mbc_options.records import documents

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options.records.receipt import RecordPatient, RecordReceipt

SNOMED, LOINC = "http://snomed.info/sct", "http://loinc.org"
Data = dict[str, Any]


def concept(code: str, system: str = SNOMED) -> Data:
    return {"coding": [{"system": system, "code": code}]}


def of(who: str, type_: str, id_: str, /, **more: Any) -> Data:
    return {"resourceType": type_, "id": id_, "subject": {"reference": f"Patient/{who}"}, **more}


def person(who: str, **more: Any) -> Data:
    return {"resourceType": "Patient", "id": who, "gender": "female", **more}


def illness(who: str) -> Data:
    return of(who, "Condition", f"{who}-illness", code=concept("254837009"))


def er(who: str, id_: str = "er", value: str = "positive", **more: Any) -> Data:
    return of(who, "Observation", id_, status="final", code=concept("85337-4", LOINC), valueString=value, **more)


def bundle(*resources: Data, type_: str = "collection", **more: Any) -> Data:
    return {"resourceType": "Bundle", "type": type_, "entry": [{"resource": one} for one in resources], **more}


def written(resources: Iterable[Data]) -> bytes:
    return b"".join(json.dumps(one).encode() + b"\n" for one in resources)


def known(patient: RecordPatient) -> dict[str, str]:
    return {fact: values[0] for fact, values in patient.description.known().items() if len(values) == 1}


def read(source: Any) -> tuple[dict[str, RecordPatient], list[RecordReceipt]]:
    """The patients by their ids, and what is told beside them."""
    told: list[RecordReceipt] = []
    found = list(read_fhir(source, passed_over=told.append))
    assert len({one.id for one in found}) == len(found)
    return {one.id: one for one in found}, told


def notices(found: dict[str, RecordPatient], told: list[RecordReceipt]) -> str:
    """All that is told."""
    receipts = [*(one.receipt for one in found.values()), *told]
    return "\n".join(notice for receipt in receipts for notice in receipt.notices)


# Laws: wherever the resources of a patient stand, they are the patient's

PEOPLE = ("a", "b", "c")
SHARED = (
    {"resourceType": "Medication", "id": "drug", "code": {"text": "letrozole"}},
    {"resourceType": "Specimen", "id": "tissue", "type": {"text": "biopsy of a metastasis"}},
    {"resourceType": "Organization", "id": "hospital", "name": "H"},
)
DATES = st.sampled_from([None, "2020", "2020-03", "2020-03-04", "2021-01-01T10:00:00Z"])


@st.composite
def of_somebody(draw: st.DrawFn, who: str, number: int) -> Data:
    """A resource of a patient."""
    id_, date = f"{who}{number}", draw(DATES)
    dated = {} if date is None else {"effectiveDateTime": date}
    kind = draw(st.sampled_from(["er", "pr", "her2", "site", "drug", "other", "serum"]))
    if kind == "site":
        return of(who, "Condition", id_, code=concept(draw(st.sampled_from(["94222008", "94381002", "94225005"]))))
    if kind == "drug":
        outcome = draw(st.sampled_from(["active", "completed", "stopped"]))
        reference = {"medicationReference": {"reference": "Medication/drug"}}
        named = draw(st.sampled_from([reference, {"medicationCodeableConcept": {"text": "paclitaxel"}}]))
        return of(who, "MedicationStatement", id_, status=outcome, **named, **dated)
    if kind == "other":
        return of(who, "Encounter", id_, serviceProvider={"reference": "Organization/hospital"})
    code = {"er": "85337-4", "pr": "85339-0", "her2": "85319-2", "serum": "1-1"}[kind]
    value = draw(st.sampled_from(["positive", "negative", "90%", "0%", "2+", "3+"]))
    tissue = draw(st.sampled_from([{}, {"specimen": {"reference": "Specimen/tissue"}}]))
    return of(who, "Observation", id_, status="final", code=concept(code, LOINC), valueString=value, **tissue, **dated)


@st.composite
def records(draw: st.DrawFn) -> dict[str, list[Data]]:
    """The resources of some patients, of whom some are no patients of ours."""
    found = {}
    for who in draw(st.lists(st.sampled_from(PEOPLE), min_size=2, unique=True)):
        first = [person(who), *([illness(who)] if draw(st.booleans()) or who == "a" else [])]
        found[who] = first + [draw(of_somebody(who, number)) for number in range(draw(st.integers(0, 5)))]
    return found


def account(patient: RecordPatient) -> tuple[object, ...]:
    """What is known of a patient and which of the patient's resources was used for what, in no order."""
    of_others = {one["id"] for one in SHARED}
    lines = [
        (one.source.type, one.source.id, one.outcome, one.what, one.value)
        for one in patient.receipt.entries
        if one.source.id not in of_others
    ]
    return known(patient), sorted(patient.description.fields.items(), key=str), sorted(lines)


@given(records(), st.data())
def test_lines_in_any_order_over_any_files_are_the_patients_of_each(
    tmp_path_factory: pytest.TempPathFactory, of_each: dict[str, list[Data]], data: st.DataObject
) -> None:
    alone = [read(bundle(*resources, *SHARED)) for resources in of_each.values()]
    expected = {id_: account(patient) for found, _ in alone for id_, patient in found.items()}
    lines = data.draw(st.permutations([*SHARED, *(one for resources in of_each.values() for one in resources)]))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(lines)), max_size=4)))
    folder = tmp_path_factory.mktemp("export")
    for number, (start, end) in enumerate(zip([0, *cuts], [*cuts, len(lines)], strict=True)):
        (folder / f"{number}.ndjson").write_bytes(written(lines[start:end]))
    for source in (folder, written(lines), bundle(*lines), written(bundle(one) for one in lines), list(lines)):
        found, told = read(source)
        assert {id_: account(patient) for id_, patient in found.items()} == expected
        of_all = [receipt.entries for receipt in (*(one.receipt for one in found.values()), *told)]
        assert {entry.source.id for entries in of_all for entry in entries} == {one["id"] for one in lines}
