"""Patients from reports to a registry: what must be known, must not be known and must be told."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import quoteattr

import pytest
import yaml

from mbc_options import read_obds

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
