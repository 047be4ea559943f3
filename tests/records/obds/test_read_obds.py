"""Patients from reports to a registry: what must be known, must not be known and must be told."""

from __future__ import annotations

import re
import shutil
import tracemalloc
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET
from xml.sax.saxutils import quoteattr

import pytest
import yaml

from mbc_options import RecordError, load_rulebook, read_obds
from mbc_options.package_data import rules_dir
from mbc_options.records import xml as xml_module
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.code_files import read_codes, survey_codes

if TYPE_CHECKING:
    from mbc_options.records.receipt import RecordPatient, RecordReceipt

CASES = yaml.safe_load((Path(__file__).parent / "cases.yaml").read_text(encoding="utf-8"))
NAMESPACE = "http://www.basisdatensatz.de/oBDS/XML"
YES_NO = {True: "yes", False: "no"}


def belongs(tumor: str) -> str:
    """What a report is of: id, ICD-10, date (with the letter of its precision) and side; - where that is not said."""
    if tumor == "-":
        return ""
    id_, code, since, side = tumor.split()
    precise = since[10:] or "E"
    return (
        f"<Tumorzuordnung Tumor_ID={quoteattr(id_)}>"
        + (
            f"<Primaertumor_ICD><Code>{code}</Code><Version>10 2020 GM</Version></Primaertumor_ICD>"
            if code != "-"
            else ""
        )
        + (f'<Diagnosedatum Datumsgenauigkeit="{precise}">{since[:10]}</Diagnosedatum>' if since != "-" else "")
        + (f"<Seitenlokalisation>{side}</Seitenlokalisation>" if side != "-" else "")
        + "</Tumorzuordnung>"
    )


def person(reports: list[dict[str, str]], sex: str = "W", id_: str = "a") -> str:
    told = [(tumor, xml) for report in reports for tumor, xml in report.items()]
    meldungen = "".join(
        f'<Meldung Meldung_ID="m{i}"><Meldebegruendung>I</Meldebegruendung>{belongs(tumor)}{xml}</Meldung>'
        for i, (tumor, xml) in enumerate(told, 1)
    )
    return (
        f"<Patient Patient_ID={quoteattr(id_)}><Patienten_Stammdaten><Nachname>Geheim</Nachname>"
        f"<Geschlecht>{sex}</Geschlecht>"
        f'<Geburtsdatum Datumsgenauigkeit="E">1950-10-15</Geburtsdatum></Patienten_Stammdaten>'
        f"<Menge_Meldung>{meldungen}</Menge_Meldung></Patient>"
    )


def record(*people: str, version: str = "3.0.4") -> str:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?><oBDS xmlns="{NAMESPACE}" Schema_Version="{version}">'
        f"<Menge_Patient>{''.join(people)}</Menge_Patient></oBDS>"
    )


def read(*reports: dict[str, str], **more: Any) -> RecordPatient:
    (patient,) = read_obds(record(person([*reports])), **more)
    return patient


def known(patient: RecordPatient) -> dict[str, str]:
    """What is known of a patient for certain."""
    return {fact: values[0] for fact, values in patient.description.known().items() if len(values) == 1}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_reports_say_what_they_name_and_no_more(case: dict[str, Any]) -> None:
    (patient,) = read_obds(record(person(case["reports"], case["sex"])))
    facts = known(patient)
    expected = {fact: YES_NO.get(value, value) for fact, value in case["known"].items()}
    assert {fact: facts.get(fact) for fact in expected} == expected
    assert not set(case["not_known"]) & set(facts)
    for told in case.get("told", ()):
        assert any(told in notice for notice in patient.receipt.notices), patient.receipt.notices


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_order_of_reports_does_not_matter(case: dict[str, Any]) -> None:
    told, back = (
        known(next(read_obds(record(person(reports, case["sex"])))))
        for reports in (case["reports"], case["reports"][::-1])
    )
    assert told == back


# The receipt


def leaves(element: ET.Element, path: str = "") -> list[str]:
    """The paths of what has a text in a report."""
    found = [path] if (element.text or "").strip() else []
    return found + [one for child in element for one in leaves(child, f"{path}/{child.tag}".lstrip("/"))]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_every_part_of_a_report_ends_in_the_receipt(case: dict[str, Any]) -> None:
    (patient,) = read_obds(record(person(case["reports"], case["sex"])))
    registry = read_codes(None, bundled_vocabulary()).registry
    administrative = {*registry.administrative} if registry else set()
    entries = patient.receipt.entries
    for number, report in enumerate(case["reports"], 1):
        of = [entry for entry in entries if entry.source.id == f"m{number}"]
        assert of
        if any(entry.outcome == "ignored" and not entry.source.element for entry in of):
            continue  # all of it counts for nothing
        told = {
            f"{above}{slash}{name}"
            for entry in of
            for above, slash, names in [entry.source.element.rpartition("/")]
            for name in names.split(", ")
        }
        for leaf in leaves(ET.fromstring(next(iter(report.values())))):  # noqa: S314 - ours
            parts = leaf.split("/")
            above = {"/".join(parts[:i]) for i in range(1, len(parts) + 1)}
            assert above & told or administrative & set(parts), leaf
    assert all(entry.why for entry in entries if entry.outcome != "used")


def test_what_is_used_is_not_said_to_be_unread() -> None:
    patient = read(
        {
            "1 C50.1 2020-01-10 L": "<ST><Intention>P</Intention><Menge_Bestrahlung><Bestrahlung><Applikationsart>"
            "<Perkutan><Zielgebiet><CodeVersion2021>5.4</CodeVersion2021></Zielgebiet><Strahlenart>UH</Strahlenart></Perkutan>"
            "</Applikationsart></Bestrahlung></Menge_Bestrahlung></ST>"
        },
    )
    entries = patient.receipt.entries
    used = [entry.source.element for entry in entries if entry.outcome == "used"]
    assert "Menge_Bestrahlung/Bestrahlung" in used
    assert not {entry.source.element for entry in entries if entry.outcome == "ignored"} & {"Menge_Bestrahlung"}
    assert any("Zielgebiet" in entry.source.element and "no spread" in entry.why for entry in entries)


def test_what_names_no_treatment_says_no_setting_and_no_outcome() -> None:
    patient = read(
        {
            "1 C50.1 2020-01-10 L": "<SYST><Intention>P</Intention><Stellung_OP>A</Stellung_OP>"
            "<Therapieart>WS</Therapieart><Ende_Grund>E</Ende_Grund></SYST>"
        },
    )
    assert not [entry for entry in patient.receipt.entries if entry.source.type == "SYST" and entry.outcome == "used"]


def test_an_element_beside_the_reports_is_told() -> None:
    patient = read({"1 C50.1 2020-01-10 L": "<Diagnose/><Biomaterial><Art>Gewebe</Art></Biomaterial>"})
    (entry,) = [entry for entry in patient.receipt.entries if entry.source.element == "Biomaterial"]
    assert (entry.source.type, entry.outcome) == ("Meldung", "ignored")


def test_no_name_is_kept() -> None:
    patient = read({"1 C50.1 2020-01-10 L": "<Diagnose/>"})
    assert "Geheim" not in patient.receipt.model_dump_json()


def test_a_patient_without_the_illness_is_passed_over_and_told() -> None:
    told: list[RecordReceipt] = []
    people = [person([{"1 D05.1 2020-01-10 L": "<Diagnose/>"}], id_="a"), person([], id_="b")]
    assert list(read_obds(record(*people), passed_over=told.append)) == []
    assert [receipt.patient for receipt in told] == ["a", "b"]
    assert "in situ" in told[0].entries[0].why
    assert "no report" in told[1].entries[0].why


# Dates


@pytest.mark.parametrize(
    ("written", "letter", "read_as"),
    [
        ("2020-03-15", "E", "2020-03-15"),
        ("2020-03-15", "T", "2020-03"),
        ("2020-03-15", "M", "2020"),
        ("2020-03-15", "V", ""),
        ("2020-03-15+01:00", "E", "2020-03-15"),
        ("15.03.2020", "", "2020-03-15"),
        ("00.03.2020", "", "2020-03"),
        ("00.00.2020", "", "2020"),
        ("2020-13-01", "E", ""),
        ("2093-01-01", "E", ""),
        ("gestern", "E", ""),
    ],
)
def test_a_date_is_as_exact_as_it_was_known(written: str, letter: str, read_as: str) -> None:
    xml = f'<SYST><Therapieart>CH</Therapieart><Beginn Datumsgenauigkeit="{letter}">{written}</Beginn></SYST>'
    patient = read({"1 C50.1 2020-01-10 L": xml}, today=date(2026, 1, 1))
    (entry,) = patient.receipt.used_for("prior.chemotherapy")
    assert entry.source.date == read_as
    assert bool(patient.receipt.notices) is (written in {"2020-13-01", "2093-01-01", "gestern"})


# The older form


OLDER = """<?xml version="1.0" encoding="UTF-8"?>
<ADT_GEKID xmlns="http://www.gekid.de/namespace" Schema_Version="2.2.1"><Menge_Patient><Patient>
<Patienten_Stammdaten Patient_ID="a"><Patienten_Nachname>Geheim</Patienten_Nachname>
<Patienten_Geschlecht>W</Patienten_Geschlecht>
</Patienten_Stammdaten><Menge_Meldung><Meldung Meldung_ID="m1"><Tumorzuordnung Tumor_ID="1">
<Primaertumor_ICD_Code>C50.2</Primaertumor_ICD_Code><Diagnosedatum>07.01.2015</Diagnosedatum></Tumorzuordnung>
<Diagnose Tumor_ID="1"><Primaertumor_ICD_Code>C50.2</Primaertumor_ICD_Code><Diagnosedatum>07.01.2015</Diagnosedatum>
<cTNM TNM_ID="t"><TNM_Datum>07.01.2015</TNM_Datum><TNM_M>0</TNM_M></cTNM>
<Menge_Weitere_Klassifikation><Weitere_Klassifikation><Name>UICC</Name><Stadium>IIA</Stadium></Weitere_Klassifikation>
</Menge_Weitere_Klassifikation><Modul_Mamma><Praetherapeutischer_Menopausenstatus>3</Praetherapeutischer_Menopausenstatus>
<HormonrezeptorStatus_Oestrogen>P</HormonrezeptorStatus_Oestrogen><Her2neuStatus>N</Her2neuStatus></Modul_Mamma></Diagnose>
<Menge_OP>
<OP OP_ID="o"><OP_Intention>K</OP_Intention><OP_Datum>01.02.2015</OP_Datum>
<Menge_OPS><OP_OPS>5-870.a1</OP_OPS></Menge_OPS>
</OP></Menge_OP><Menge_SYST><SYST SYST_ID="s1"><SYST_Intention>K</SYST_Intention><SYST_Stellung_OP>A</SYST_Stellung_OP>
<Menge_Therapieart><SYST_Therapieart>CH</SYST_Therapieart><SYST_Therapieart>IM</SYST_Therapieart></Menge_Therapieart>
<SYST_Beginn_Datum>00.03.2015</SYST_Beginn_Datum><Menge_Substanz><SYST_Substanz>Docetaxel</SYST_Substanz>
<SYST_Substanz>Herceptin</SYST_Substanz></Menge_Substanz><SYST_Ende_Grund>E</SYST_Ende_Grund></SYST>
<SYST SYST_ID="s2"><SYST_Beginn_Datum>01.10.2021</SYST_Beginn_Datum>
<Menge_Therapieart><SYST_Therapieart>HO</SYST_Therapieart>
</Menge_Therapieart><SYST_Ende_Grund>P</SYST_Ende_Grund></SYST></Menge_SYST>
<Menge_Verlauf><Verlauf Verlauf_ID="v"><Untersuchungsdatum_Verlauf>01.09.2021</Untersuchungsdatum_Verlauf>
<Menge_FM><Fernmetastase>
<FM_Diagnosedatum>00.08.2021</FM_Diagnosedatum>
<FM_Lokalisation>OSS</FM_Lokalisation></Fernmetastase></Menge_FM>
<Tod><Sterbedatum>01.01.2023</Sterbedatum></Tod></Verlauf></Menge_Verlauf></Meldung></Menge_Meldung></Patient></Menge_Patient></ADT_GEKID>"""


def test_the_older_form_is_read_the_same() -> None:
    (patient,) = read_obds(OLDER)
    facts = known(patient)
    expected = {
        "sex": "female",
        "menopause": "postmenopausal",
        "er": "positive",
        "her2": "negative",
        **dict.fromkeys(("prior.chemotherapy.completed", "prior.anti_her2.completed", "prior.surgery.given"), "yes"),
        **dict.fromkeys(("prior.hormone_therapy.progressed", "prior.metastatic.given", "sites.bone"), "yes"),
    }
    assert {fact: facts.get(fact) for fact in expected} == expected
    assert not {"prior.immunotherapy.given", "pr"} & set(facts)
    assert any("died (2023-01-01)" in notice for notice in patient.receipt.notices)
    assert {"m1/s1", "m1/s2"} <= {entry.source.id for entry in patient.receipt.entries}
    assert "Geheim" not in patient.receipt.model_dump_json()


def test_a_radioactive_medicine_of_the_older_form_is_no_ray() -> None:
    xml = (
        "<ST><ST_Intention>P</ST_Intention><Menge_Bestrahlung><Bestrahlung><ST_Applikationsart>M</ST_Applikationsart>"
        "</Bestrahlung></Menge_Bestrahlung></ST>"
    )
    patient = read({"1 C50.1 2020-01-10 L": xml})
    assert not {"prior.radiation_therapy.given", "prior.radioisotope.given"} & set(known(patient))


def test_another_version_is_told() -> None:
    (patient,) = read_obds(record(person([{"1 C50.1 2020-01-10 L": "<Diagnose/>"}]), version="4.0.0"))
    assert any("4.0.0" in notice for notice in patient.receipt.notices)


# Files

ONE = person([{"1 C50.1 2020-01-10 L": "<OP><Intention>K</Intention></OP>"}])
GOOD = record(ONE)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "iso-8859-1", "windows-1252"])
def test_encodings(encoding: str, tmp_path: Path) -> None:
    text = GOOD.replace("Geheim", "Müller").replace('"UTF-8"', f'"{encoding.replace("-sig", "")}"')
    path = tmp_path / "a.xml"
    path.write_bytes(text.encode(encoding))
    for source in (path, path.read_bytes(), text):
        assert [patient.id for patient in read_obds(source)] == ["a"]


@pytest.mark.parametrize("text", [GOOD.replace(f' xmlns="{NAMESPACE}"', ""), re.sub(r"<(/?)(?=\w)", r"<\1o:", GOOD)])
def test_namespaces_do_not_matter(text: str) -> None:
    text = text.replace("xmlns=", "xmlns:o=")
    assert known(next(read_obds(text)))["prior.surgery.given"] == "yes"


LOL = '<!DOCTYPE oBDS [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    ("text", "place", "told"),
    [
        (GOOD.replace("?><oBDS", f"?>\n{LOL}<oBDS"), ":2:", "document type"),
        (GOOD.replace("?><oBDS", '?>\n<!DOCTYPE oBDS SYSTEM "file:///etc/passwd"><oBDS'), ":2:", "document type"),
        ("<Bundle xmlns='http://hl7.org/fhir'/>", ":1:1:", "FHIR as XML"),
        ("<html><body/></html>", ":1:1:", "oBDS or ADT_GEKID was expected, and not 'html'"),
        ("<oBDS", ":1:", "is no XML"),
        ("", ":1:1:", "no element found"),
        ("no XML at all", ":1:1:", "is no XML"),
    ],
)
def test_what_is_no_record_is_refused_at_its_place(text: str, place: str, told: str, tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(RecordError) as caught:
        list(read_obds(path))
    assert str(caught.value).startswith(f"{path}{place}")
    assert told in str(caught.value)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(RecordError, match="No such file"):
        list(read_obds(tmp_path / "none.xml"))
    with pytest.raises(TypeError, match="XML"):
        list(read_obds(7))  # type: ignore[arg-type]


@pytest.mark.parametrize("chunk", [64, 1 << 16])
@pytest.mark.parametrize(
    "broken",
    [
        ONE.replace("</Intention>", "</Intent>"),
        ONE.replace("Geheim", "Ge\x0bheim"),
        ONE.replace("Geheim", "M&uuml;ller"),
        ONE.replace("</Patient>", ""),
        ONE.replace("Geheim", "a < b"),
    ],
)
def test_a_broken_patient_is_told_and_the_others_are_read(
    broken: str, chunk: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xml_module, "_CHUNK", chunk)
    people = [ONE.replace('"a"', f'"{id_}"') for id_ in "bcde"]
    path = tmp_path / "a.xml"
    path.write_text(record("\n", people[0], "\n", people[1], "\n", broken, "\n", *people[2:]), encoding="utf-8")
    told: list[RecordReceipt] = []
    found = [patient.id for patient in read_obds(path, passed_over=told.append)]
    assert found == ["b", "c", "d", "e"]
    line = 4 if "</Patient>" in broken else 5  # where the end of something else stands in its stead
    assert [receipt.entries[0].source.element for receipt in told] == [f"line {line}"]


def test_the_last_patient_may_be_broken_and_the_file_may_not_end_early() -> None:
    told: list[RecordReceipt] = []
    text = record(ONE, ONE.replace("</Intention>", "</Intent>").replace('"a"', '"b"'))
    assert [patient.id for patient in read_obds(text, passed_over=told.append)] == ["a"]
    assert len(told) == 1
    found = read_obds(text[:-400])
    assert next(found).id == "a"
    with pytest.raises(RecordError, match="1 before it was read"):
        next(found)


def test_patients_without_ids_and_apart() -> None:
    nameless = ONE.replace(' Patient_ID="a"', "").replace(' Meldung_ID="m1"', "")
    people = [nameless, ONE, ONE.replace("OP>", "ST>"), person([{"1 C50.1 2020-01-10 L": "<Diagnose/>"}], id_="b"), ONE]
    found = list(read_obds(record(*people)))
    assert [patient.id for patient in found] == ["Patient/1", "a", "b", "a"]
    assert {"prior.surgery.given", "prior.radiation_therapy.given"} <= set(known(found[1]))
    assert any("stand apart" in notice for notice in found[3].receipt.notices)
    assert {entry.source.id for entry in found[0].receipt.entries} == {"Patient/1", "1"}


def test_memory_is_bounded_by_a_patient(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    text = person([{"1 C50.1 2020-01-10 L": f"<Pathologie><Befundtext>{'x' * 30_000}</Befundtext></Pathologie>"}])
    path.write_text(record(*(text.replace('"a"', f'"{number}"') for number in range(300))), encoding="utf-8")
    assert list(read_obds(GOOD))  # so that what is loaded once is loaded
    tracemalloc.start()
    try:
        found = sum(1 for _ in read_obds(path))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert found == 300
    assert peak < path.stat().st_size / 3


def test_odd_elements_stop_nothing() -> None:
    deep = "<x>" * 20_000 + "</x>" * 20_000
    odd = [
        "<Diagnose><Modul_Mamma/><Menge_FM><Fernmetastase/></Menge_FM><cTNM><M/></cTNM></Diagnose>",
        "<SYST><Menge_Substanz><Substanz/></Menge_Substanz><Therapieart/></SYST>",
        "<SYST><SYST><Therapieart>CH</Therapieart></SYST></SYST>",
        f"<Verlauf>{deep}</Verlauf>",
        "<Diagnose><Menge_Genetik><Genetische_Variante/></Menge_Genetik></Diagnose>",
        "<Verlauf><Verlauf_Tumorstatus_Fernmetastasen>P P</Verlauf_Tumorstatus_Fernmetastasen></Verlauf>",
        "text",
    ]
    patient = read(*({"1 C50.1 2020-01-10 L": xml} for xml in odd))
    facts = known(patient)
    assert facts["prior.chemotherapy.given"] == "yes"
    assert "metastatic" not in facts


def test_a_rulebook_of_ones_own_is_described_as_far_as_it_has_the_fields() -> None:
    rulebook = load_rulebook(Path(__file__).parents[2] / "rulebooks" / "hay-fever")
    assert all(not known(patient) for patient in read_obds(GOOD, rulebook))


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("setting: metastatic", "setting: metastatc", "did you mean metastatic"),
        ("drug_code_system: atc", "drug_code_system: atk", "unknown code system 'atk'"),
        ("fields: [immunotherapy_biomarker]", "fields: [biomarker]", "unknown field 'biomarker'"),
        ("  patient: Patient\n", "", "patient"),
    ],
)
def test_a_mistake_in_how_reports_are_read_is_told(old: str, new: str, told: str, tmp_path: Path) -> None:
    shutil.copytree(rules_dir() / "codes", tmp_path / "codes")
    path = tmp_path / "codes" / "obds.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")
    assert any(told in str(problem) for problem in survey_codes(tmp_path, bundled_vocabulary()))


def test_a_treatment_that_is_known_by_its_drug_is_not_left_unknown_by_its_letter() -> None:
    drug = "<Menge_Substanz><Substanz><Bezeichnung>Letrozol</Bezeichnung></Substanz></Menge_Substanz>"
    given = f"<SYST><Intention>P</Intention><Therapieart>HO</Therapieart><Beginn>2021-03-01</Beginn>{drug}</SYST>"
    patient = read({"1 C50.1 2020-01-10 L": "<Diagnose/>"}, {"1 C50.1 2020-01-10 L": given})
    assert {fact.what: bool(fact.says) for fact in patient.receipt.facts if fact.what.startswith("prior")} == {
        "prior.letrozole": True
    }
