"""The JSON Schema of a patient file agrees with what the `Patient` accepts, and refuses what it refuses."""

from __future__ import annotations

from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from mbc_options import Patient
from mbc_options.patient.schema import patient_schema
from mbc_options.vocabulary.bundled import bundled_vocabulary

NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}

SCHEMA = patient_schema(bundled_vocabulary())
VALIDATOR = Draft202012Validator(SCHEMA)

VALUES = {
    "sex": ["female", "male"],
    "menopause": ["premenopausal", "postmenopausal", "not_applicable", "perimenopausal", "pre", "post", "peri"],
    "er": ["positive", "negative", "+", "-", "pos", "neg", "90%", "90 %", "<1%", "1%", "0.5%", ">=1%", "\u22651%"],
    "pr": ["positive", "negative", "+", "-", "0%", "100%"],
    "her2": ["positive", "negative", "+", "-", "0", "1+", "2+", "3+", "IHC 0", "IHC 3+", "2+/ISH+", "2+/ISH-"],
    "receptors_tested_on": ["primary", "metastasis"],
    "metastasis_confirmed": ["yes", "no", True, False],
    "immunotherapy_biomarker": ["positive", "negative"],
}
OUTCOMES = ["progressed", "stable", "responded", "completed", "ongoing", "not_tolerated", "unknown"]
NAMES = {field: [name for name in names if name != "other"] for field, names in NAMED_FIELDS.items()}

CANONICAL: list[dict[str, Any]] = [
    {},
    {"label": "any text"},
    *({field: value} for field, values in VALUES.items() for value in values),
    *({field: value} for field in [*VALUES, *NAMES, "label", "prior"] for value in ("unknown", None)),
    *({field: [name]} for field, names in NAMES.items() for name in names),
    *(
        {field: {name: answer}}
        for field, names in NAMES.items()
        for name in names
        for answer in ("yes", "no", "unknown", True, False)
    ),
    *({field: empty} for field in [*NAMES, "prior"] for empty in ([], {}, "none")),
    {"sites": ["bone", "other:choroid"]},
    {"sites": {"other:choroid": "yes"}},
    *(
        {"prior": [f"{therapy}: stable"]}
        for therapy in [
            *bundled_vocabulary().agents.groups,
            *bundled_vocabulary().agents.agents,
            *bundled_vocabulary().agents.regimens,
        ]
    ),
    *({"prior": [{"therapy": "FEC", "outcome": outcome}]} for outcome in OUTCOMES),
    *({"prior": [{"therapy": "FEC", "setting": setting}]} for setting in ("early", "metastatic", "unknown")),
    *({"prior": {"FEC": outcome}} for outcome in [*OUTCOMES, "no"]),
    {"prior": {"letrozole": ["stable", "progressed"]}},
    {"prior": ["letrozole", {"FEC": "stable"}, {"therapy": "docetaxel + trastuzumab"}, "other:trial drug: stable"]},
]

REFUSED: list[dict[str, Any]] = [
    {"nonsense": 1},
    {"ER": "+"},
    {"metastatic": "yes"},
    {"label": 3},
    {"sex": "femal"},
    {"er": "positiv"},
    {"er": 90},
    {"er": "90"},
    {"er": ["+"]},
    {"her2": "4+"},
    {"her2": 3},
    {"her2": "low"},
    {"metastasis_confirmed": "maybe"},
    {"sites": ["bonee"]},
    {"sites": ["other"]},
    {"sites": ["other:"]},
    {"sites": [["bone"]]},
    {"sites": {"bonee": "yes"}},
    {"sites": {"bone": "maybe"}},
    {"sites": 7},
    {"findings": ["other:tiredness"]},
    {"extent": ["huge"]},
    {"prior": [{"outcome": "progressed"}]},
    {"prior": [{"therapy": "FEC", "outcom": "stable"}]},
    {"prior": [{"FEC": "stable", "letrozole": "stable"}]},
    {"prior": [{"FEC": ["stable"]}]},
    {"prior": [{}]},
    {"prior": [{"therapy": "FEC", "outcome": "great"}]},
    {"prior": [{"therapy": "FEC", "setting": "late"}]},
    {"prior": {"FEC": "great"}},
    {"prior": {"FEC": True}},
    {"prior": [7]},
    {"prior": 7},
]


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    assert list(SCHEMA["properties"]) == list(Patient.model_fields)


@pytest.mark.parametrize("description", CANONICAL, ids=str)
def test_the_schema_accepts_what_the_patient_accepts(description: dict[str, Any]) -> None:
    patient = Patient.model_validate(description)
    assert list(VALIDATOR.iter_errors(description)) == []
    assert list(VALIDATOR.iter_errors(patient.model_dump(mode="json"))) == []


@pytest.mark.parametrize("description", REFUSED, ids=str)
def test_the_schema_and_the_patient_refuse_the_same(description: dict[str, Any]) -> None:
    assert not VALIDATOR.is_valid(description)
    with pytest.raises(ValidationError):
        Patient.model_validate(description)


def test_every_word_that_the_schema_offers_is_accepted() -> None:
    offered = 0
    for field, schema in SCHEMA["properties"].items():
        for form in schema.get("anyOf", ()):
            for word in form.get("enum", ()):
                Patient.model_validate({field: word})
                offered += 1
    for name in SCHEMA["properties"]["prior"]["anyOf"][0]["items"]["anyOf"][1]["properties"]["therapy"]["examples"]:
        Patient(prior=[name])
        offered += 1
    assert offered > 200
