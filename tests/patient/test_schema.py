"""The JSON Schema of a patient file is the strict form: what it accepts is read, and what was read is written so.

Further spellings are read that it does not accept.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from itertools import chain
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
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
LENIENT: list[dict[str, Any]] = [
    # what is read and not in the strict form
    {"ER": "+"},
    {"Ki-67": "20%"},
    {"er": "positive (90%)"},
    {"er": "90 to 95%"},
    {"er": 0},
    {"er": "NA"},
    {"her2": "FISH ratio 2.4"},
    {"her2": "her2 1+ (weak)"},
    {"menopause": "Not Done"},
    {"sites": ["osseous mets"]},
    {"sites": ["Other: bone"]},
    {"sites": ["bone and liver"]},
    {"sites": [""]},
    {"sites": {"left femur": "NA"}},
    {"prior": ["letrozole 2.5 mg PO daily"]},
    {"prior": ["Unrelated: vitamin C: NA"]},
    {"prior": {"trastuzumab-dkst tablets": "none"}},
    {"prior": ["N/A"]},
    {"sites": ["other:" + "x" * 500 + " "]},
]
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
    {"prior": ["letrozole", {"FEC": "stable"}, {"therapy": "docetaxel + trastuzumab"}, "other:mistletoe: stable"]},
]

REFUSED: list[dict[str, Any]] = [
    {"nonsense": 1},
    {"metastatic": "yes"},
    {"label": 3},
    {"sex": "femal"},
    {"er": "positiv"},
    {"er": 90},
    {"er": "90"},
    {"er": ["+"]},
    {"her2": "4+"},
    {"her2": 3},
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


@pytest.mark.parametrize("description", LENIENT, ids=str)
def test_what_the_schema_refuses_may_still_be_read_and_is_written_in_the_strict_form(
    description: dict[str, Any],
) -> None:
    assert not VALIDATOR.is_valid(description)
    written = Patient.model_validate(description).model_dump(mode="json")
    assert list(VALIDATOR.iter_errors(written)) == []


def test_the_schema_is_named_the_strict_form() -> None:
    assert SCHEMA["description"].startswith("The strict form")


# Laws


def drawn(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Return a strategy of what a part of the schema accepts, for the keywords that it uses."""
    if "anyOf" in schema:
        return st.one_of([drawn(part) for part in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "pattern" in schema:
        seen = st.characters(exclude_categories=("C", "Zl", "Zp"))  # a text of which nothing is seen says nothing
        # Hypothesis does not know how Python 3.13 compiles what nothing matches.
        return st.from_regex(re.compile(schema["pattern"].replace("(?!)", r"[^\s\S]")), alphabet=seen)
    kinds = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return st.one_of([_of_kind(kind, schema) for kind in kinds])


def _of_kind(kind: str, schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if kind == "array":
        return st.lists(drawn(schema["items"]), min_size=schema.get("minItems", 0), max_size=3)
    if kind == "object" and "propertyNames" in schema:
        least, most = schema.get("minProperties", 0), schema.get("maxProperties", 3)
        names, values = drawn(schema["propertyNames"]), drawn(schema["additionalProperties"])
        known = {name: drawn(part) for name, part in schema.get("properties", {}).items()}
        rest = st.dictionaries(names.filter(lambda name: name not in known), values, min_size=least, max_size=most)
        return st.builds(lambda one, other: {**one, **other}, rest, st.fixed_dictionaries({}, optional=known))
    if kind == "object":
        parts = {name: drawn(part) for name, part in schema["properties"].items()}
        needed = {name: parts.pop(name) for name in schema.get("required", ())}
        return st.fixed_dictionaries(needed, optional=parts)
    simple = {"string": st.text(max_size=20), "null": st.none(), "boolean": st.booleans()}
    return simple[kind]


@given(drawn(SCHEMA))
def test_what_the_schema_accepts_is_read_or_contradicts_itself(description: dict[str, Any]) -> None:
    assert VALIDATOR.is_valid(description)
    try:
        patient = Patient.model_validate(description)
    except ValidationError as error:
        for problem in error.errors():
            assert re.search("contradict|both yes and no|of two settings|not given, and so", problem["msg"]), problem
    else:
        assert list(VALIDATOR.iter_errors(patient.model_dump(mode="json"))) == []


VOCABULARY = bundled_vocabulary()
BETWEEN = st.sampled_from([" ", "  ", ", ", "; ", " (", " + ", ": ", "/", "-", ""])
WORDS = sorted(
    {
        *chain.from_iterable(forms.readings for forms in VOCABULARY.choices.values()),
        *chain.from_iterable(forms.names for forms in VOCABULARY.names.values()),
        *chain.from_iterable(forms.beside for forms in VOCABULARY.names.values()),
        *VOCABULARY.agents.file.beside,
        *(name for name, _ in VOCABULARY.agents.names()),
        *(word for forms in VOCABULARY.treatments.values() for word in (*forms.outcomes, *forms.settings)),
        *("other:", "unrelated:", "none", "unknown", "NA", "90%", "5 %", "3+", "2+", "FISH+", "Allred 7", "mg", "2.5"),
    }
)
WRITTEN = st.lists(st.one_of(st.sampled_from(WORDS), st.text(max_size=8), BETWEEN), min_size=1, max_size=5).map("".join)
SAID = st.one_of(
    WRITTEN, st.integers(0, 100), st.lists(WRITTEN, max_size=2), st.dictionaries(WRITTEN, WRITTEN, max_size=2)
)


@given(st.sampled_from(list(Patient.model_fields)), SAID)
def test_whatever_was_read_is_written_in_the_strict_form(field: str, said: object) -> None:
    try:
        patient = Patient.model_validate({field: said})
    except ValidationError:
        return
    written = patient.model_dump(mode="json")
    assert list(VALIDATOR.iter_errors(written)) == []
    assert Patient.model_validate(written) == patient


NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="node is not installed")
def test_every_pattern_is_one_of_ecmascript_and_accepts_the_same() -> None:
    """Editors read the schema in JavaScript, where a pattern is read in unicode mode."""
    patterns = sorted(set(_patterns(SCHEMA)))
    texts = [*map(str, WORDS), "other:choroid", "other:none", "letrozole + palbociclib: stable: early", "IHC 2+/ISH-"]
    script = (
        "const [patterns, texts] = JSON.parse(require('fs').readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(patterns.map(p => texts.map(t => new RegExp(p, 'u').test(t)))));"
    )
    done = subprocess.run(
        [str(NODE), "-e", script], input=json.dumps([patterns, texts]), capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == [[bool(re.search(p, text)) for text in texts] for p in patterns]


def _patterns(part: Any) -> list[str]:
    if isinstance(part, list):
        return [pattern for one in part for pattern in _patterns(one)]
    if not isinstance(part, dict):
        return []
    own = [part["pattern"]] if isinstance(part.get("pattern"), str) else []
    return own + [pattern for one in part.values() for pattern in _patterns(one)]
