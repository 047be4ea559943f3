"""The readers of files as a fuzzer calls them (`test_fuzz.py`, `fuzz_guided.py`).

Each takes bytes and gives what they mean, or raises an error of ours. Whatever else happens is a fault: another
exception, more words than anybody reads, or no end.
"""

from __future__ import annotations

import os
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mbc_options import MbcOptionsError, load_rulebook, portable, read_fhir, read_portable
from mbc_options.cases.load import load_case
from mbc_options.cases.votes import read_handed_in
from mbc_options.package_data import rules_dir
from mbc_options.patient.file import load_patient
from mbc_options.rulebook.load import read_rulebook
from mbc_options.text import JOINERS

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SAID = 500_000
"""How many characters of complaints are too many."""

LESSON = Path(__file__).parent / "rulebook" / "rulebooks" / "positive" / "lesson"


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp())


def _file(name: str, raw: bytes) -> Path:
    path = _folder() / f"{os.getpid()}-{name}"
    path.write_bytes(raw)
    return path


def _rulebook(raw: bytes) -> Any:
    """Read a rulebook of which one file is this, and the others are a lesson's."""
    directory = _folder() / f"{os.getpid()}-rules"
    (directory / "therapies").mkdir(parents=True, exist_ok=True)
    (directory / "rulebook.yaml").write_bytes((LESSON / "rulebook.yaml").read_bytes())
    (directory / "therapies" / "one.yaml").write_bytes(raw)
    return read_rulebook(directory)


def _portable(raw: bytes) -> Any:
    return read_portable(raw.decode("utf-8", "replace"))


def _mapping(raw: bytes) -> Any:
    from mbc_options.cohorts.mapping import read_mapping

    return read_mapping(_file("m.yaml", raw), load_rulebook().vocabulary)


READERS: dict[str, Callable[[bytes], Any]] = {
    "patient": lambda raw: load_patient(_file("p.yaml", raw)),
    "patient-json": lambda raw: load_patient(_file("p.json", raw)),
    "case": lambda raw: load_case(_file("c.yaml", raw)),
    "answers": lambda raw: read_handed_in(_file("a.json", raw)),
    "votes": lambda raw: read_handed_in(_file("v.json", raw)),
    "rulebook": _rulebook,
    "portable": _portable,
    "mapping": _mapping,
    "record": lambda raw: list(read_fhir(_file("r.json", raw))),
    "record-lines": lambda raw: list(read_fhir(_file("r.ndjson", raw))),
}

_PATIENT = """\
{label: Rosa, er: 90%, her2: 2+/ISH-, menopause: post, sites: {bone: 'yes', liver: 'no'}, findings: [pain],
 prior: [{therapy: letrozole, outcome: progressed, setting: metastatic}, 'FEC: completed']}
"""


_PERSON = '{"resourceType": "Patient", "id": "a", "gender": "female", "identifier": [{"system": "s", "value": "7"}]}'
_ILLNESS = """\
{"resourceType": "Condition", "id": "c", "subject": {"reference": "Patient/a"}, "recordedDate": "2023-01-31",
 "code": {"coding": [{"system": "http://snomed.info/sct", "code": "254837009"}], "text": "Breast cancer"}}
""".replace("\n", "")
_RESULT = """\
{"resourceType": "Observation", "id": "o", "subject": {"identifier": {"system": "s", "value": "7"}}, "status": "final",
 "contained": [{"resourceType": "Specimen", "id": "s", "type": {"text": "biopsy of a metastasis"}}],
 "specimen": {"reference": "#s"}, "focus": [{"reference": "urn:uuid:c"}], "meta": {"versionId": "2"},
 "code": {"coding": [{"system": "http://loinc.org", "code": "85337-4"}]}, "valueQuantity": {"value": 90, "unit": "%"}}
""".replace("\n", "")
_DRUG = """\
{"resourceType": "MedicationStatement", "id": "m", "subject": {"reference": "Patient?identifier=s|7"},
 "medicationCodeableConcept": {"text": "letrozole 2.5 mg"}, "effectivePeriod": {"start": "2023", "end": "2024-02"},
 "status": "stopped", "statusReason": [{"text": "progression"}], "reasonReference": [{"reference": "Condition/c"}]}
""".replace("\n", "")
_RECORD = ", ".join(f'{{"resource": {one}}}' for one in (_PERSON, _ILLNESS, _RESULT, _DRUG))
_RECORD = f'{{"resourceType": "Bundle", "type": "history", "entry": [{_RECORD}]}}'

SEEDS = {
    "patient": _PATIENT,
    "patient-json": '{"label": "Rosa", "er": "+", "sites": ["bone"], "prior": {"letrozole": "progressed"}}',
    "case": (rules_dir() / "cases" / "bone-after-menopause.yaml").read_text(encoding="utf-8"),
    "answers": '{"case": "x", "answers": [{"question": "q", "sha256": "s", "chosen": ["a"], "text": "t", "hints": 1}]}',
    "votes": '{"case": "x", "voters": 3, "votes": [{"question": "q", "sha256": "s", "first": {"a": 2}, "second": {}}]}',
    "rulebook": next((LESSON / "therapies").glob("*.yaml")).read_text(encoding="utf-8"),
    "portable": portable(load_rulebook(LESSON)).as_json(),
    "mapping": "{by: ID, columns: {ER: er, S: {field: sites, values: {b: bone}}, P: [{field: prior, outcome: PD}]}}",
    "record": _RECORD,
    "record-lines": _RECORD,
}


def reads_or_refuses(reader: Callable[[bytes], Any], raw: bytes) -> bool:
    """Tell whether a reader takes this; it must take it, or refuse it in words that can be shown."""
    try:
        reader(raw)
    except MbcOptionsError as error:
        said = str(error)
    else:
        return True
    assert 0 < len(said) < MOST_SAID
    assert all(sign.isprintable() or sign in f"\n{JOINERS}" for sign in said)
    return False
