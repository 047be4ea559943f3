"""Records of any kind from files and folders: what they are is said by their content, and nothing stops the others."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import RecordError, read_records
from mbc_options.records.kind import is_record, is_record_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.records.receipt import RecordPatient, RecordReceipt

BREAST, LUNG = "254837009", "254637007"
OBDS = """\
<?xml version="1.0" encoding="UTF-8"?>
<oBDS xmlns="http://www.basisdatensatz.de/oBDS/XML" Schema_Version="3.0.4"><Menge_Patient>
<Patient Patient_ID="o-1"><Patienten_Stammdaten><Geschlecht>W</Geschlecht></Patienten_Stammdaten>
<Menge_Meldung><Meldung Melder_ID="m" Meldung_ID="1"><Tumorzuordnung Tumor_ID="t">
<Primaertumor_ICD><Code>C50.4</Code><Version>10 2023 GM</Version></Primaertumor_ICD></Tumorzuordnung>
<Diagnose/></Meldung></Menge_Meldung></Patient></Menge_Patient></oBDS>
"""


def resources(id_: str, code: str = BREAST) -> list[dict[str, Any]]:
    concept = {"coding": [{"system": "http://snomed.info/sct", "code": code}]}
    woman = {"resourceType": "Patient", "id": id_, "gender": "female"}
    return [
        woman,
        {"resourceType": "Condition", "id": f"c-{id_}", "code": concept, "subject": {"reference": f"Patient/{id_}"}},
    ]


def bundle(id_: str, code: str = BREAST) -> str:
    return json.dumps(
        {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources(id_, code)]}
    )


def read(source: Any) -> tuple[list[RecordPatient], list[RecordReceipt]]:
    told: list[RecordReceipt] = []
    return list(read_records(source, passed_over=told.append)), told


def packed() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as file:
        file.writestr("a.json", bundle("a"))
    return stream.getvalue()


NO_RECORDS: dict[str, tuple[bytes, str]] = {
    "readme.txt": (b"Exported in May.", "is no record: it begins with 'Exported'"),
    "empty.json": (b"", "is empty"),
    "blank.json": (b" \n", "is empty"),
    "packed.zip": (packed(), "is a ZIP file; unpack it"),
    "a.json.gz": (gzip.compress(b"{}"), "is packed (gzip); unpack it"),
    "t.parquet": (b"PAR1....", "cohort evaluate"),
    "page.html": (b"<html><body>hello</body></html>", "html"),
    "latin.json": ('{"resourceType": "Patient", "id": "ä"}'.encode("latin-1"), "UTF-8"),
    "half.json": (b'{"resourceType": "Bundle", "entry": [', "is no JSON"),
    "other.json": (b'{"er": "positive"}', "no resourceType"),
    "fhir.xml": (b'<Bundle xmlns="http://hl7.org/fhir"/>', "XML"),
}


@pytest.mark.parametrize("name", NO_RECORDS)
def test_what_is_no_record_is_told_with_what_it_is(tmp_path: Path, name: str) -> None:
    content, told = NO_RECORDS[name]
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(RecordError) as error:
        list(read_records(path))
    assert str(path) in str(error.value)
    assert told in str(error.value)


def test_the_content_says_the_kind_and_the_name_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(bundle("a"), encoding="utf-8")
    (tmp_path / "b.json").write_text(OBDS, encoding="utf-8")
    (tmp_path / "c").write_text("".join(f"{json.dumps(one)}\n" for one in resources("c")), encoding="utf-8")
    assert [[patient.id for patient in read(tmp_path / name)[0]] for name in ("a.xml", "b.json", "c")] == [
        ["a"],
        ["o-1"],
        ["c"],
    ]
    assert [patient.id for patient in read(tmp_path)[0]] == ["a", "o-1", "c"]


@pytest.mark.parametrize("source", [bundle("a"), bundle("a").encode(), json.loads(bundle("a")), resources("a")])
def test_a_record_may_be_text_bytes_or_data(source: Any) -> None:
    patients, _ = read(source)
    assert {patient.id for patient in patients} == {"a"}


def test_of_a_folder_everything_is_read_in_the_order_of_names_and_nothing_stops_it(tmp_path: Path) -> None:
    for name, (content, _) in NO_RECORDS.items():
        (tmp_path / name).write_bytes(content)
    (tmp_path / "z.json").write_text(bundle("z"), encoding="utf-8")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.json").write_text(bundle("x"), encoding="utf-8")
    (tmp_path / "a.json").write_text(bundle("a"), encoding="utf-8")
    (tmp_path / "lung.json").write_text(bundle("l", LUNG), encoding="utf-8")
    (tmp_path / ".hidden.json").write_text(bundle("h"), encoding="utf-8")
    os.mkfifo(tmp_path / "pipe.json")
    (tmp_path / "circle").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "nowhere.json").symlink_to(tmp_path / "not-there")
    patients, told = read(tmp_path)
    assert [patient.id for patient in patients] == ["a", "x", "z"]
    files = {receipt.entries[0].source.file: receipt.entries[0].why for receipt in told if not receipt.patient}
    assert set(files) == {str(tmp_path / name) for name in (*NO_RECORDS, "pipe.json", "circle", "nowhere.json")}
    assert all(why in files[str(tmp_path / name)] for name, (_, why) in NO_RECORDS.items())
    assert "no regular file" in files[str(tmp_path / "pipe.json")]
    assert [receipt.patient for receipt in told if receipt.patient] == ["l"]


def test_a_folder_that_cannot_be_listed_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    locked = tmp_path / "a"
    locked.mkdir()
    (tmp_path / "b.json").write_text(bundle("b"), encoding="utf-8")
    listed = Path.iterdir

    def iterdir(folder: Path) -> Iterator[Path]:
        if folder == locked:
            raise PermissionError(13, "Permission denied", str(folder))
        return listed(folder)

    monkeypatch.setattr(Path, "iterdir", iterdir)
    patients, told = read(tmp_path)
    assert [patient.id for patient in patients] == ["b"]
    assert [(one.source.file, "Permission denied" in one.why) for one in told[0].entries] == [(str(locked), True)]


def test_the_lines_of_a_folder_are_one_export(tmp_path: Path) -> None:
    lines: dict[str, str] = {}
    for id_ in "ab":
        for one in resources(id_):
            lines[one["resourceType"]] = f"{json.dumps(one)}\n{lines.get(one['resourceType'], '')}"
    for type_, text in lines.items():
        (tmp_path / f"{type_}.ndjson").write_text(text, encoding="utf-8")
    (tmp_path / "c.json").write_text(bundle("c"), encoding="utf-8")
    patients, told = read(tmp_path)
    assert {patient.id for patient in patients} == {"a", "b", "c"}
    assert not told


def test_a_patient_in_two_files_is_told(tmp_path: Path) -> None:
    for name in ("one.json", "two.json"):
        (tmp_path / name).write_text(bundle("a"), encoding="utf-8")
    first, second = read(tmp_path)[0]
    assert first.receipt.notices == ()
    assert any("one.json" in notice for notice in second.receipt.notices)


def test_a_folder_without_a_record_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="without a file"):
        read_records(tmp_path)
    (tmp_path / "readme.txt").write_text("hello", encoding="utf-8")
    with pytest.raises(RecordError, match=r"no file is a record(.|\n)*readme\.txt"):
        read(tmp_path)


@pytest.mark.parametrize("name", ["not-there.json", "a\0b"])
def test_what_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(RecordError, match="cannot be read"):
        read(tmp_path / name)


def test_something_else_is_misuse() -> None:
    with pytest.raises(TypeError, match="name of a file or folder"):
        read_records(3)  # type: ignore[arg-type]


RECORDS = (bundle("a"), OBDS, "\ufeff" + bundle("a"), "[" + " " * 1_000_001)  # the last is too large for a patient file
PATIENT_FILES = ("er: positive", '{"er": "positive"}', "{er: positive}", "", "# <a>\ner: positive")


@pytest.mark.parametrize("text", [*RECORDS, *PATIENT_FILES], ids=lambda text: text[:20])
def test_a_record_is_told_from_a_patient_file(tmp_path: Path, text: str) -> None:
    path = tmp_path / "file"
    path.write_text(text, encoding="utf-8")
    assert is_record(text.encode()) == is_record_file(path) == (text in RECORDS)


def test_a_pipe_is_not_opened_to_see_what_it_is(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert not is_record_file(tmp_path / "pipe")
    with pytest.raises(RecordError, match="no regular file"):
        read(tmp_path / "pipe")


@pytest.mark.parametrize("source", [bundle("l", LUNG), OBDS.replace("C50.4", "C34.1")])
def test_a_patient_without_the_illness_is_passed_over_with_a_notice_that_says_so(source: str) -> None:
    patients, (receipt,) = read(source)
    assert not patients
    assert receipt.notices == ("The record has no condition that the rulebook is about; the patient is passed over.",)
