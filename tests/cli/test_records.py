"""Records through the real entry point: what is written and told, and one patient of many wherever a file is taken."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from click.testing import CliRunner

from mbc_options import load_patient, statuses
from mbc_options.cli.main import cli
from mbc_options.records import account

if TYPE_CHECKING:
    from conftest import Run

SCRIPT = Path(sysconfig.get_path("scripts")) / "mbc-options"
SNOMED = "http://snomed.info/sct"


def concept(code: str) -> dict[str, Any]:
    return {"coding": [{"system": SNOMED, "code": code}]}


def bundle(id_: str, *sites: str, er: str = "", breast: bool = True, date: str = "2023-02-01") -> dict[str, Any]:
    """A woman with breast cancer, or another one, with metastases by their codes and a test."""
    codes = ["254837009" if breast else "254637007", *sites]
    of = {"subject": {"reference": f"Patient/{id_}"}}
    found: list[dict[str, Any]] = [{"resourceType": "Patient", "id": id_, "gender": "female"}]
    found += [{"resourceType": "Condition", "id": f"c{i}", "code": concept(code), **of} for i, code in enumerate(codes)]
    if er:
        loinc = {"coding": [{"system": "http://loinc.org", "code": "85337-4"}]}
        test = {"resourceType": "Observation", "id": "er", "status": "final", "code": loinc, "effectiveDateTime": date}
        found.append({**test, "valueString": er, **of})
    return {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in found]}


BONE, LIVER = "94222008", "94381002"


@pytest.fixture(autouse=True)
def bundles(tmp_path: Path) -> Path:
    folder = tmp_path / "bundles"
    folder.mkdir()
    patients = {
        "p-17": bundle("p-17", BONE, er="90%"),
        "p-23": bundle("p-23", LIVER, er="negative"),
        "p-31": bundle("p-31"),
        "q-1": bundle("q-1", breast=False),
    }
    for name, one in patients.items():
        (folder / f"{name}.json").write_text(json.dumps(one), encoding="utf-8")
    (folder / "readme.txt").write_text("Exported in May.", encoding="utf-8")
    return folder


def test_a_folder_becomes_a_table_that_is_decided_as_each_patient(run: Run, tmp_path: Path) -> None:
    done = run("records", "bundles", "-o", "patients.parquet", "--receipt", "receipt.html")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "bundles: 3 of 4 patients have the illness that the rulebook is about: 2 in\n"
        "scope, 1 with the scope not known. Written to patients.parquet.\n"
        "12 resources seen: 10 used, 0 in conflict, 2 not used. Ignored, in whole or in\n"
        "part, how often and why:\n"
        "  2: the record has no condition that the rulebook is about\n"
        "1 problem in what was to be read, which stopped nothing else:\n"
        "  bundles/readme.txt: is no record: it begins with 'Exported'; FHIR as JSON or\n"
        "  lines of JSON, and oBDS as XML, are read\n"
        "The receipts stand in receipt.html.\n"
    )
    assert (tmp_path / "receipt.html").read_text(encoding="utf-8").startswith("<!doctype html>")
    table = pl.read_parquet(tmp_path / "patients.parquet")
    assert table["id"].to_list() == ["p-17", "p-23", "p-31"]
    assert run("cohort", "evaluate", "patients.parquet", "-o", "statuses.csv").returncode == 0
    assert run("records", "bundles", "-o", "patients.csv").returncode == 0
    assert run("cohort", "evaluate", "patients.csv", "-o", "again.csv").returncode == 0
    assert (tmp_path / "again.csv").read_bytes() == (tmp_path / "statuses.csv").read_bytes()
    for row in pl.read_csv(tmp_path / "statuses.csv").iter_rows(named=True):
        assert run("records", "bundles", "--id", row["id"], "-o", "one.yaml").returncode == 0
        for option, status in statuses(load_patient(tmp_path / "one.yaml")).items():
            assert row[f"status_{option.replace('.', '_')}"] == status


def test_patient_files_stand_alone_on_the_screen(run: Run, bundles: Path) -> None:
    done = run("records", "bundles/p-17.json")
    assert done.stdout == ('label: "p-17"\nsex: female\ner: 90%\nmetastasis_confirmed: unknown\nsites: {bone: yes}\n')
    assert "1 of 1 patient has the illness" in done.stderr
    assert run("records", "-", stdin=(bundles / "p-17.json").read_bytes()).stdout == done.stdout
    assert run("records", "bundles/p-17.json", "-o", "-").stdout == done.stdout


def test_a_receipt_alone_prints_no_patient(run: Run, tmp_path: Path) -> None:
    done = run("records", "bundles/p-17.json", "--receipt", "receipt.json")
    assert "label" not in done.stdout
    (receipt,) = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))["receipts"]
    assert receipt["patient"] == "p-17"
    assert {entry["source"]["id"] for entry in receipt["entries"]} == {"p-17", "c0", "c1", "er"}


@pytest.mark.parametrize("command", [("report",), ("why", "chemotherapy"), ("care-questions",), ("matrix",)])
def test_a_record_is_taken_wherever_a_patient_file_is(run: Run, bundles: Path, command: tuple[str, ...]) -> None:
    assert run("records", "bundles", "-o", "patients.yaml").returncode == 0
    expected = run(*command, "patients.yaml", "--id", "p-23", "--her2", "3+")
    assert expected.returncode == 0
    for source in ("bundles/p-23.json", "bundles"):
        done = run(*command, source, "--id", "p-23", "--her2", "3+")
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout == expected.stdout
    done = run(*command, "-", "--her2", "3+", stdin=(bundles / "p-23.json").read_bytes())
    assert done.stdout == expected.stdout


def test_two_patients_of_a_record_are_compared(run: Run) -> None:
    done = run("compare", "bundles", "bundles", "--id", "p-17", "--id", "p-23")
    assert done.returncode == 0
    assert done.stdout == run("compare", "bundles/p-17.json", "bundles/p-23.json").stdout
    assert run("compare", "bundles", "bundles", "--id", "a", "--id", "b", "--id", "c").returncode == 2


def test_the_notices_of_a_record_stand_in_the_report(run: Run, tmp_path: Path) -> None:
    record = bundle("a", BONE, er="positive")
    older = {**record["entry"][-1]["resource"], "id": "old", "valueString": "negative", "effectiveDateTime": "2020"}
    record["entry"].append({"resource": older})
    (tmp_path / "a.json").write_text(json.dumps(record), encoding="utf-8")
    notices = json.loads(run("report", "a.json", "--format", "json").stdout)["notices"]
    assert any("results differ, and the newest counts" in notice for notice in notices)
    assert "# ER: results differ, and the newest counts" in run("records", "a.json").stdout


def test_what_is_dated_after_today_counts_as_undated(run: Run, tmp_path: Path) -> None:
    record = bundle("a", BONE, er="positive", date="2999-01-01")
    other = {
        **record["entry"][-1]["resource"],
        "id": "now",
        "valueString": "negative",
        "effectiveDateTime": "2023-01-01",
    }
    record["entry"].append({"resource": other})
    (tmp_path / "a.json").write_text(json.dumps(record), encoding="utf-8")
    assert "\ner:" not in run("records", "a.json").stdout
    assert "future" in run("records", "a.json").stdout
    assert "\ner: positive\n" in run("records", "a.json", "--today", "2999-01-02").stdout
    assert "write it as 2024-11-28" in run("records", "a.json", "--today", "May").stderr


def test_a_pipe_is_read_as_the_standard_input_is(bundles: Path, tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    record = (bundles / "p-17.json").read_bytes()
    for content, command in ((record, "report"), (record, "records"), (b"er: 90%", "report"), (b"eir: +", "report")):
        with subprocess.Popen(
            [str(SCRIPT), command, "pipe"], cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            pipe.write_bytes(content)
            out, told = process.communicate(timeout=60)
        assert (b"90%" in out) == (process.returncode == 0)
        assert process.returncode == 0 or told.startswith(b"pipe:1:1: unknown field 'eir'")


@pytest.mark.parametrize("id_", ["null", "yes", "123", "a b/c", "it's", '"', "<script>", "😀", "-x", "{a: b}"])
def test_a_patient_of_any_id_is_found_again_in_the_file_that_was_written(run: Run, tmp_path: Path, id_: str) -> None:
    (tmp_path / "two.json").write_text(json.dumps([bundle(id_, BONE), bundle("other", LIVER)]), encoding="utf-8")
    assert run("records", "two.json", "-o", "two.yaml").returncode == 0
    found = run("report", "two.yaml", f"--id={id_}")
    assert (found.returncode, found.stderr) == (0, "")
    assert "bone metastases" in found.stdout
    assert found.stdout == run("report", "two.json", f"--id={id_}").stdout


def test_notices_are_counted_where_no_patient_file_has_them(run: Run, tmp_path: Path) -> None:
    record = bundle("a", BONE, er="positive", date="2999-01-01")
    (tmp_path / "a.json").write_text(json.dumps(record), encoding="utf-8")
    told = " ".join(run("records", "a.json", "-o", "a.csv").stdout.split())
    assert "1 patient has notices of how the record was read, which patient files and --receipt FILE tell." in told


IDS = "p-17, p-23, p-31"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("report", "bundles"), f"bundles: holds 3 patients; say which by --id: {IDS}"),
        (
            ("report", "bundles", "--id", "p-27"),
            "bundles: holds no patient 'p-27'; did you mean p-23? It has p-17, p-23, p-31; 1 part of it cannot",
        ),
        (("report", "bundles", "--id", "q-1"), "describes nothing of the patient q-1: the record has no condition"),
        (("report", "bundles/q-1.json"), "describes no patient: the record has no condition"),
        (("report", "bundles/readme.txt"), "readme.txt:1:1: a patient file is a mapping"),
        (("report", "--id", "p-17", "--er", "+"), "name the file"),
        (("report", "empty"), "empty: is a folder without a file"),
        (("report", "patients.yaml"), f"patients.yaml: holds 3 patients; say which by --id: {IDS}"),
        (("report", "patients.yaml", "--id", "P 17"), "holds no patient 'P 17'; did you mean p-17? It has p-17"),
        (("report", "one.yaml", "--id", "p-18"), "one.yaml: holds no patient 'p-18'; did you mean p-17? It has p-17"),
        (("records", "bundles", "--id", "p-18", "-o", "new.csv"), "holds no patient 'p-18'; did you mean p-31"),
        (("records", "empty", "-o", "new.csv"), "empty: is a folder without a file"),
        (
            ("records", "nothing.json", "-o", "new.yaml"),
            "nothing.json: holds no patient, and no resource that can be read:",
        ),
        (("records", "nothing.json", "-o", "new.csv"), "read: is a bundle without resources"),
        (("records", "odd.json"), "read: has 2 entries with something that is no resource"),
        (("report", "odd.json"), "describes no patient: has 2 entries"),
        (("records", "entities.xml"), "entities.xml:1:16: has a document type (DTD)"),
        (("records", "not-there"), "does not exist"),
        (("records", "bundles/readme.txt"), "is no record"),
        (("records", "bundles", "-o", "new.parquett"), "did you mean .parquet?"),
        (("records", "bundles", "-o", "new"), "end the name in .yaml, .parquet"),
        (("records", "bundles", "-o", "empty"), "is a directory"),
        (("records", "bundles", "-o", "bundles"), "write to another file"),
        (("records", "bundles", "--receipt", "new"), "does not say its format"),
        (("records", "bundles", "-o", "new.json", "--receipt", "new.json"), "named twice"),
        (("records", "bundles", "--receipt", "bundles/p-17.json"), "write to another file"),
        (("records", "bundles/p-17.json", "-o", "no-folder/new.csv"), "there is no folder no-folder"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "nothing.json").write_text('{"resourceType": "Bundle"}', encoding="utf-8")
    (tmp_path / "odd.json").write_text('{"resourceType": "Bundle", "entry": [1, {"resource": {}}]}', encoding="utf-8")
    (tmp_path / "entities.xml").write_text('<!DOCTYPE oBDS [<!ENTITY a "b">]><oBDS>&a;</oBDS>', encoding="utf-8")
    run("records", "bundles", "-o", "patients.yaml")
    run("records", "bundles/p-17.json", "-o", "one.yaml")
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    done = run(*arguments)
    assert done.returncode == 2
    assert told in " ".join(done.stderr.split())
    assert done.stdout == ""
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_many_receipts_are_kept_as_far_as_there_is_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(account, "MOST_LINES", 6)
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["records", "bundles", "--receipt", "receipt.json"])
    assert "4 receipts found no room" in " ".join(done.output.split())
    receipts = json.loads((tmp_path / "receipt.json").read_text(encoding="utf-8"))["receipts"]
    assert [one["patient"] for one in receipts] == ["p-17"]


def test_a_run_that_is_ended_leaves_the_whole_file_or_nothing(bundles: Path, tmp_path: Path) -> None:
    for number in range(2_000):
        (bundles / f"x{number:04}.json").write_text(json.dumps(bundle(f"x-{number}", BONE)), encoding="utf-8")
    before = set(tmp_path.iterdir())
    command = [str(SCRIPT), "records", "bundles", "-o", "patients.parquet"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    while process.poll() is None and set(tmp_path.iterdir()) == before:  # until it writes
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    left = {path.name for path in set(tmp_path.iterdir()) - before}
    assert left == set() or (
        left == {"patients.parquet"} and len(pl.read_parquet(tmp_path / "patients.parquet")) == 2_003
    )
    assert process.returncode in {0, 128 + signal.SIGTERM, -signal.SIGTERM}


def test_a_report_that_is_broken_is_told_at_its_line_and_stops_none_of_the_others(run: Run, tmp_path: Path) -> None:
    told = (
        '<Patient Patient_ID="{}"><Menge_Meldung><Meldung Meldung_ID="m"><Tumorzuordnung Tumor_ID="1">'
        "<Primaertumor_ICD><Code>C50.9</Code></Primaertumor_ICD></Tumorzuordnung><Diagnose/></Meldung></Menge_Meldung></Patient>\n"
    )
    begin = '<oBDS xmlns="http://www.basisdatensatz.de/oBDS/XML" Schema_Version="3.0.2"><Menge_Patient>\n'
    end = "</Menge_Patient></oBDS>"
    people = [told.format("a"), told.format("b").replace("</Code>", "</Kode>"), told.format("c")]
    (tmp_path / "reports.xml").write_text("".join([begin, *people, end]), encoding="utf-8")
    done = run("records", "reports.xml")
    assert done.returncode == 0
    assert done.stdout.count("label:") == 2
    words = " ".join(done.stderr.split())
    assert "1 problem in what was to be read, which stopped nothing else: reports.xml, line 3: is no XML" in words
