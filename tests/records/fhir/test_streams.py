"""How records are written: lines in any order and over any files, bundles of all kinds, versions, and bad input."""

from __future__ import annotations

import gzip
import json
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import RecordError, read_fhir
from mbc_options.records import documents

if TYPE_CHECKING:
    from collections.abc import Iterable

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


def test_a_patient_is_named_in_every_way_that_there_is() -> None:
    references = [
        *({"reference": one} for one in ("Patient/a", "Patient/a/_history/3", "http://h.org/fhir/Patient/a")),
        *({"reference": one} for one in ("urn:uuid:a", "Patient?identifier=urn:mrn|7")),
        {"identifier": {"system": "urn:mrn", "value": "7"}},
    ]
    woman = person("a", identifier=[{"system": "urn:mrn", "value": "7"}])
    results = [{**er("a", str(i)), "subject": one} for i, one in enumerate(references)]
    by_another_name = {**illness("a"), "patient": {"reference": "Patient/a"}}
    del by_another_name["subject"]
    for lines in ([woman, by_another_name, *results], [*results, by_another_name, woman]):
        for source in (written(lines), bundle(*lines), written([*lines, person("b")]), bundle(*lines, person("b"))):
            found, _ = read(source)
            assert set(found) == {"a"}
            assert len(found["a"].receipt.used_for("er")) == len(references)


def test_what_is_about_somebody_else_is_no_patient() -> None:
    subjects = [
        {"reference": "Group/g"},
        {"reference": "Device/d"},
        {"identifier": {"value": "7"}, "type": "Group"},
        {},
    ]
    lines = [er("", str(number)) | {"subject": subject} for number, subject in enumerate(subjects)]
    found, told = read(written([person("a"), illness("a"), person("b"), illness("b"), *lines]))
    assert set(found) == {"a", "b"}
    assert [{entry.why for entry in receipt.entries} for receipt in told] == [{"it names no patient"}]
    assert [entry.source.id for entry in told[0].entries] == ["0", "1", "2", "3"]


def test_patients_of_two_servers_with_one_id_are_two() -> None:
    def of_server(base: str, value: str) -> list[Data]:
        resources = [person("1"), illness("1"), er("1", value=value)]
        return [{"fullUrl": f"{base}/{one['resourceType']}/{one['id']}", "resource": one} for one in resources]

    entries = [*of_server("http://h.org/fhir", "positive"), *of_server("https://k.org/r4", "negative")]
    apart = written({"resourceType": "Bundle", "entry": [one]} for one in entries)
    for source in ({"resourceType": "Bundle", "entry": entries}, apart):
        found, _ = read(source)
        assert {id_: known(patient)["er"] for id_, patient in found.items()} == {
            "http://h.org/fhir/Patient/1": "positive",
            "https://k.org/r4/Patient/1": "negative",
        }
    found, _ = read({"resourceType": "Bundle", "entry": entries[:3]})
    assert set(found) == {"1"}


def test_patients_without_ids_are_not_taken_for_each_other() -> None:
    def of_nobody(value: str) -> Data:
        woman, result = person(""), er("", value=value)
        del woman["id"]
        sick = illness("") | {"id": "i"}
        for one in (sick, result):
            one["subject"] = {"reference": "urn:uuid:1"}
        entries = [{"fullUrl": "urn:uuid:1", "resource": woman}, {"resource": sick}, {"resource": result}]
        return {"resourceType": "Bundle", "type": "transaction", "entry": entries}

    found, _ = read(written([of_nobody("positive"), of_nobody("negative")]))
    assert [known(patient)["er"] for patient in found.values()] == ["positive", "negative"]
    (one,) = read(of_nobody("positive"))[0]
    assert one == "urn:uuid:1"
    contained = [{"resourceType": "Patient", "id": "p"}]
    lines = [er("", id_) | {"subject": {"reference": "#p"}, "contained": contained} for id_ in ("1", "2")]
    lines.append(illness("") | {"id": "3", "subject": {"reference": "#p"}, "contained": contained})
    found, told = read(written(lines))
    assert len(found) == 1
    assert len(told) == 2


def test_ids_mean_nothing_in_a_bundle_whose_patients_have_addresses_of_their_own() -> None:
    entries = []
    for number, value in enumerate(("positive", "negative")):
        for one in (person("example"), illness("example"), er("example", value=value)):
            url = f"urn:uuid:{number}-{one['resourceType']}"
            if "subject" in one:
                one["subject"] = {"reference": f"urn:uuid:{number}-Patient"}
            entries.append({"fullUrl": url, "resource": one})
    found, _ = read({"resourceType": "Bundle", "type": "transaction", "entry": entries})
    assert [known(patient)["er"] for patient in found.values()] == ["positive", "negative"]


def test_a_record_without_a_patient_is_of_one() -> None:
    sick, result = illness(""), er("")
    del sick["subject"], result["subject"]
    found, _ = read(bundle(sick, result))
    assert known(found[""])["er"] == "positive"
    found, told = read(written([sick, result]))  # of lines, nothing says that they belong together
    assert not found
    assert len(told[0].entries) == 2


# Bundles of all kinds


@pytest.mark.parametrize("type_", ["collection", "document", "transaction", "batch-response", "searchset", "history"])
def test_bundles_of_every_type_and_within_others_are_read(type_: str) -> None:
    inside = bundle(illness("a"), er("a"), type_=type_)
    parameters = {"resourceType": "Parameters", "parameter": [{"part": [{"name": "return", "resource": inside}]}]}
    for source in (bundle(person("a"), inside, type_=type_), bundle(person("a"), parameters)):
        found, _ = read(source)
        assert known(found["a"])["er"] == "positive"


def test_what_a_bundle_lacks_is_told() -> None:
    error = {"resourceType": "OperationOutcome", "id": "e", "issue": [{"severity": "error", "diagnostics": "Too many"}]}
    link = [{"relation": "next", "url": "http://h.org/fhir?page=2"}]
    found, told = read(bundle(person("a"), illness("a"), error, type_="searchset", link=link))
    assert set(found) == {"a"}
    assert "one page of several" in notices({}, told)
    assert "Too many" in notices({}, told)
    for empty in (bundle(), {"resourceType": "Bundle", "entry": [{"response": {"status": "404"}}]}):
        found, told = read(empty)
        assert not found
        assert "without resources" in notices({}, told)


def test_of_several_versions_the_newest_is_read() -> None:
    def version(value: str, **meta: str) -> Data:
        return er("a", value=value, meta=meta)

    for old, new in (
        (version("negative", versionId="9"), version("positive", versionId="10")),
        (
            version("negative", lastUpdated="2024-01-01T12:00:00+02:00"),
            version("positive", lastUpdated="2024-01-01T11:00:00Z"),
        ),
    ):
        for lines in ([old, new], [new, old]):
            found, told = read(written([person("a"), illness("a"), *lines]))
            assert known(found["a"])["er"] == "positive"
            assert "a newer version of it is there" in {entry.why for entry in found["a"].receipt.entries}
            assert "differ" not in notices(found, told)


def test_versions_of_which_none_is_the_newest_are_all_read_and_told() -> None:
    found, told = read(bundle(person("a"), illness("a"), er("a"), er("a", value="negative"), er("a")))
    assert "er" not in known(found["a"])
    assert "Observation/er stands 2 times" in notices(found, told)
    assert [entry.why for entry in found["a"].receipt.entries].count("it stands twice, and is read once") == 1


def test_a_history_counts_as_it_stands_now() -> None:
    deleted = {"request": {"method": "DELETE", "url": "Observation/er"}}
    entries = [deleted, *({"resource": one} for one in (er("a"), person("a"), illness("a")))]
    for value in ("negative", "positive"):
        entries.append({"resource": er("a", "pr", value) | {"code": concept("85339-0", LOINC)}})
    found, _ = read({"resourceType": "Bundle", "type": "history", "entry": entries})
    assert "er" not in known(found["a"])
    assert known(found["a"])["pr"] == "negative"
    assert {"it was deleted", "a newer version of it is there"} <= {entry.why for entry in found["a"].receipt.entries}


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("indent", [None, 2])
def test_text_is_read_in_every_encoding_that_json_had(encoding: str, indent: int | None, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    text = json.dumps(bundle(person("ä"), illness("ä")), indent=indent, ensure_ascii=False)
    path.write_bytes(text.encode(encoding))
    assert set(read(path)[0]) == {"ä"}
    lines = "\r\n".join(json.dumps(one, ensure_ascii=False) for one in (person("ä"), illness("ä")))
    path = tmp_path / "record.ndjson"
    path.write_bytes(lines.encode(encoding))
    assert set(read(path)[0]) == {"ä"}


@pytest.mark.parametrize("broken", [b'{"resourceType": "Obs', b"\xe4\xf6", b"[1]", b'{"a": NaN}', b"[" * 10_000, b"\0"])
@pytest.mark.parametrize("place", [0, 1, 3])
@pytest.mark.parametrize("name", ["all.ndjson", "all.json"])
def test_a_broken_line_stops_no_other(broken: bytes, place: int, name: str, tmp_path: Path) -> None:
    lines = [json.dumps(one).encode() for one in (person("a"), illness("a"), er("a"))]
    lines.insert(place, broken)
    path = tmp_path / name
    path.write_bytes(b"\n".join(lines) + b"\n\n")
    found, told = read(path)
    assert known(found["a"])["er"] == "positive"
    (receipt,) = told
    assert receipt.entries[0].source.element == f"line {place + 1}"
    assert str(path) in receipt.notices[0]


def test_a_line_that_is_too_long_stops_no_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_BYTES", 1_000)
    path = tmp_path / "all.ndjson"
    path.write_bytes(written([person("a"), illness("a"), er("a", "long", note="x" * 5_000), er("a")]))
    found, told = read(path)
    assert known(found["a"])["er"] == "positive"
    assert "line 3 is longer than 1,000 bytes" in notices({}, told)


def test_one_patient_is_held_at_a_time(tmp_path: Path) -> None:
    path, filler = tmp_path / "all.ndjson", "x" * 60_000
    whos = [f"{number:04}" for number in range(200)]
    lines = [person(who) for who in whos] + [illness(who) | {"language": filler} for who in reversed(whos)]
    path.write_bytes(written(lines))
    read(path)
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_fhir(path)) == len(whos)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < path.stat().st_size / 3  # most of it the buffer of the file


def test_a_folder_of_an_export_is_read_as_one(tmp_path: Path) -> None:
    (tmp_path / "Patient.000.ndjson").write_bytes(written([person("a"), person("b")]))
    (tmp_path / "Observation.NDJSON").write_bytes(written([er("b"), er("a", value="negative")]))
    (tmp_path / "Condition.jsonl").write_bytes(written([illness("a"), illness("b")]))
    (tmp_path / "empty.ndjson").write_bytes(b"")
    (tmp_path / "._Patient.ndjson").write_bytes(b"\0\5\xff")
    (tmp_path / "Device.ndjson.gz").write_bytes(gzip.compress(b"{}", mtime=0))
    (tmp_path / "Old.ndjson").write_bytes(gzip.compress(b"{}", mtime=0))
    (tmp_path / "log.txt").write_text("done", encoding="utf-8")
    (tmp_path / "log.ndjson").write_bytes(b'{"exportId": 1}\n' * 3)  # as clients of exports write
    found, told = read(tmp_path)
    assert {id_: known(patient)["er"] for id_, patient in found.items()} == {"a": "negative", "b": "positive"}
    assert {Path(entry.source.file).name for entry in found["a"].receipt.entries} == {
        *("Patient.000.ndjson", "Observation.NDJSON", "Condition.jsonl")
    }
    assert {Path(receipt.entries[0].source.file).name for receipt in told} == {
        *("Device.ndjson.gz", "Old.ndjson", "log.ndjson")
    }
    assert len(told) == 3
    assert "unpack" in notices({}, told)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("record.json", b"", "is empty"),
        ("record.json", b"\n \n", "is empty"),
        ("record.json", b"\xef\xbb\xbf", "is empty"),
        (
            "record.xml",
            b'<?xml version="1.0"?><Bundle xmlns="http://hl7.org/fhir"/>',
            "JSON (Accept: application/fhir+json",
        ),
        ("record.json", b'\xef\xbb\xbf\n<Bundle xmlns="http://hl7.org/fhir"/>', "is XML"),
        ("record.ndjson", b'<Bundle xmlns="http://hl7.org/fhir"/>', "is XML"),
        ("record.json.gz", gzip.compress(b"{}", mtime=0), "is packed (gzip)"),
        ("record.json", b'{"resourceType": "Bundle",\n "entry": [}', "2:12"),
        ("record.json", b'{"resourceType": "Bundle", "id": "\xe4"}', "is not UTF-8 text"),
        ("log.ndjson", b'{"exportId": 1}\n{"exportId": 2}\n', "has no line that is a resource of FHIR; line 1 is no"),
        ("log.ndjson", b"\n\n", "is empty"),
        ("record.json", b'["x"', "is no JSON"),
        ("record.json", b'"x"', "is no resource of FHIR"),
        ("record.json", b'{"Bundle": 1}', "has no resourceType, but Bundle"),
        ("record.json", b'{"resourceType": 7}', "has no resourceType"),
        ("record.json", b"[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_that_is_no_record_is_refused_by_name(name: str, content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordError) as caught:
        list(read_fhir(path))
    assert str(caught.value).startswith(str(path))
    assert told in str(caught.value)


def test_a_file_that_is_not_there_and_a_folder_without_lines_are_refused(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "none.json", "No such file"), (tmp_path, "no file of lines"), ("a\0b", "no name")):
        with pytest.raises(RecordError, match=told):
            list(read_fhir(path))
    with pytest.raises(TypeError, match="file or folder"):
        list(read_fhir(7))  # type: ignore[arg-type]


def test_a_file_that_changes_or_goes_while_it_is_read_is_told(tmp_path: Path) -> None:
    for change in (lambda path: path.unlink(), lambda path: path.write_bytes(b"x" * path.stat().st_size)):
        path = tmp_path / "all.ndjson"
        path.write_bytes(written([person("a"), illness("a"), person("b"), illness("b")]))
        patients = read_fhir(path)
        assert next(patients).id == "a"
        change(path)
        with pytest.raises(RecordError, match=r"all\.ndjson"):
            list(patients)


def test_halves_of_characters_can_be_printed() -> None:
    found, _ = read(written([person("a\\ud800"), illness("a")]).replace(b"\\\\u", b"\\u"))
    for id_ in found:
        id_.encode()


def test_elements_of_a_list_that_are_no_resources_are_told() -> None:
    found, told = read([7, person("a"), {"a": 1}, illness("a")])
    assert set(found) == {"a"}
    assert [receipt.entries[0].source.element for receipt in told] == ["element 1", "element 3"]


# Releases and dates


@pytest.mark.parametrize(
    ("release", "resource"),
    [
        ("R5", of("a", "MedicationStatement", "1", status="recorded", medication={"concept": {"text": "letrozole"}})),
        ("R5", of("a", "MedicationRequest", "1", medication={"concept": {"text": "letrozole"}}, status="active")),
        ("STU3", of("a", "MedicationStatement", "1", taken="y", medicationCodeableConcept={"text": "letrozole"})),
        ("DSTU2", of("a", "MedicationOrder", "1", medicationCodeableConcept={"text": "letrozole"}, status="active")),
        ("", of("a", "MedicationStatement", "1", status="active", medicationCodeableConcept={"text": "letrozole"})),
    ],
)
def test_another_release_is_told_and_read_as_far_as_it_is_the_same(release: str, resource: Data) -> None:
    found, told = read(bundle(person("a"), illness("a"), resource))
    assert known(found["a"])["prior.hormone_therapy.given"] == "yes"
    assert ("looks like FHIR" in notices(found, told)) == bool(release)
    assert f"FHIR {release}" in notices(found, told) or not release


@pytest.mark.parametrize(
    "resource",
    [
        of("a", "MedicationStatement", "1", adherence={"code": {"coding": [{"code": "not-taking"}]}}),
        of("a", "MedicationStatement", "1", taken="n"),
        of("a", "MedicationStatement", "1", wasNotTaken=True),
        of("a", "MedicationAdministration", "1", status="completed", notGiven=True),
        of("a", "MedicationAdministration", "1", status="completed", wasNotGiven=True),
    ],
)
def test_what_another_release_says_was_not_given_was_not(resource: Data) -> None:
    drug = {"medicationCodeableConcept": {"text": "letrozole"}}
    found, told = read(bundle(person("a"), illness("a"), resource | drug))
    assert "prior.hormone_therapy.given" not in known(found["a"])
    assert "looks like FHIR" in notices(found, told)


@pytest.mark.parametrize(
    "written", ["2023-02-30", "2023-13", "31.12.2023", "20231231", "soon", "2023-02-29T10:00:00Z", 7]
)
def test_a_date_that_cannot_be_is_told_and_counts_for_nothing(written: object) -> None:
    results = [er("a", "1", effectiveDateTime=written), er("a", "2", "negative", effectiveDateTime="2020-02-29")]
    found, told = read(bundle(person("a"), illness("a"), *results))
    assert "er" not in known(found["a"])
    assert f"Observation 1: {str(written)!r} is no date that there is" in notices(found, told)
    assert {entry.source.date for entry in found["a"].receipt.entries if entry.source.id == "1"} == {""}


def test_notices_of_a_resource_without_an_id_have_no_place_for_one() -> None:
    result = {key: value for key, value in er("a", "1", effectiveDateTime="2023-02-30").items() if key != "id"}
    found, told = read(bundle(person("a"), illness("a"), result, result | {"status": "preliminary"}))
    assert "Observation: '2023-02-30' is no date" in notices(found, told)
    assert "85337-4: preliminary only" in notices(found, told)


def test_a_line_that_breaks_off_is_told_at_its_end(tmp_path: Path) -> None:
    path, broken = tmp_path / "record.ndjson", '{"resourceType": "Patient", "id":'
    path.write_text(f"{json.dumps(person('a'))}\n{broken}\n{json.dumps(illness('a'))}\n", encoding="utf-8")
    found, told = read(path)
    assert f"column {len(broken) + 1}" in notices(found, told)


def test_a_date_without_a_day_is_before_no_day_of_it() -> None:
    results = [er("a", "1", effectiveDateTime="2023"), er("a", "2", "negative", effectiveDateTime="2023-06-01")]
    assert "er" not in known(read(bundle(person("a"), illness("a"), *results))[0]["a"])
    results = [er("a", "1", effectiveDateTime="2023-05"), er("a", "2", "negative", effectiveDateTime="2023-06-01")]
    assert known(read(bundle(person("a"), illness("a"), *results))[0]["a"])["er"] == "negative"
