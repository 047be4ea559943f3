"""The `Patient` as a value: frozen, hashable, equal to itself through every copy and every text form."""

from __future__ import annotations

import copy
import inspect
import pickle
import subprocess
import sys
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from mbc_options import Patient, PriorTherapy
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.schema import patient_schema
from mbc_options.vocabulary.bundled import bundled_vocabulary

DESCRIPTIONS: list[dict[str, Any]] = [
    {},
    {"label": "Anna 'the' \"first\"\\"},
    {"sex": "male"},
    {"menopause": "peri"},
    {"er": "+", "pr": "-", "her2": "negative"},
    {"er": "5%", "pr": "<1%", "her2": "2+"},
    {"her2": "2+/ISH-"},
    {"her2": "IHC 3+"},
    {"metastasis_confirmed": "unknown"},
    {"metastasis_confirmed": False},
    {"sites": []},
    {"sites": ["bone", "other:a 'quoted' place"]},
    {"sites": {}},
    {"sites": {"bone": True, "liver": "no", "lung": "unknown", "other:eye": "yes"}},
    {"extent": ["oligometastatic"], "findings": ["bone_pain"], "situation": "salvage"},
    {"immunotherapy_biomarker": "+", "receptors_tested_on": "primary"},
    {"prior": []},
    {"prior": {}},
    {"prior": ["FEC: completed: early", "Femara: progressed", "docetaxel + Herceptin", "other:x: stable"]},
    {"prior": {"chemotherapy": "no", "letrozole": ["stable", "PD"], "tamoxifen": None, "FEC-T + Herceptin": "no"}},
]

ids = [", ".join(description) or "nothing" for description in DESCRIPTIONS]
everyone = pytest.mark.parametrize("description", DESCRIPTIONS, ids=ids)


@everyone
def test_equal_descriptions_are_equal_patients_with_equal_hashes(description: dict[str, Any]) -> None:
    one, other = Patient.model_validate(description), Patient(**description)
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1
    assert one.knowledge == other.knowledge


def test_every_description_of_this_file_is_a_different_patient() -> None:
    assert len({Patient.model_validate(description) for description in DESCRIPTIONS}) == len(DESCRIPTIONS)


def test_a_patient_equals_nothing_but_patients() -> None:
    assert Patient() != {}
    assert Patient() != Patient(sites=[])
    assert Patient(sites=[]) != Patient(sites={})


@everyone
@pytest.mark.parametrize("protocol", range(2, pickle.HIGHEST_PROTOCOL + 1))
def test_pickling_keeps_everything(description: dict[str, Any], protocol: int) -> None:
    patient = Patient.model_validate(description)
    again = pickle.loads(pickle.dumps(patient, protocol))  # noqa: S301 - our own
    assert again == patient
    assert hash(again) == hash(patient)
    for name in ("knowledge", "entries", "details", "notices", "assumptions"):
        assert getattr(again, name) == getattr(patient, name)


def test_a_pickled_patient_is_known_to_another_process() -> None:
    patient = Patient(er="5%", prior={"FEC": ["stable", "progressed"]})
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).knowledge)"
    done = subprocess.run([sys.executable, "-c", program], input=pickle.dumps(patient), capture_output=True, check=True)
    assert int(done.stdout) == patient.knowledge


@everyone
def test_copies_are_equal(description: dict[str, Any]) -> None:
    patient = Patient.model_validate(description)
    for again in (copy.copy(patient), copy.deepcopy(patient), patient.model_copy(), patient.model_copy(deep=True)):
        assert again == patient
        assert again.knowledge == patient.knowledge


@everyone
def test_dumping_and_validating_loses_nothing(description: dict[str, Any]) -> None:
    patient = Patient.model_validate(description)
    assert Patient.model_validate(patient.model_dump()) == patient
    assert Patient.model_validate(patient.model_dump(mode="json")) == patient
    assert Patient.model_validate(patient.model_dump(exclude_none=True)) == patient
    assert Patient.model_validate_json(patient.model_dump_json()) == patient
    assert TypeAdapter(list[Patient]).validate_json(f"[{patient.model_dump_json()}]") == [patient]


@everyone
def test_the_repr_evaluates_to_an_equal_patient(description: dict[str, Any]) -> None:
    patient = Patient.model_validate(description)
    assert eval(repr(patient), {"Patient": Patient, "PriorTherapy": PriorTherapy}) == patient  # noqa: S307


@everyone
def test_a_patient_is_valid_as_it_is(description: dict[str, Any]) -> None:
    patient = Patient.model_validate(description)
    assert Patient.model_validate(patient) is patient
    assert patient.with_() == patient


def test_validating_from_json_text_is_as_lenient_as_from_python() -> None:
    text = '{"er": "ER+", "sites": {"bones": true}, "prior": [{"therapy": "Femara", "outcome": "PD"}, "FEC"]}'
    assert Patient.model_validate_json(text) == Patient(
        er="+", sites={"bone": "yes"}, prior=["letrozole: progressed", "FEC"]
    )


def test_validating_strictly_changes_nothing() -> None:
    description = {"er": "+", "sites": ["bone"], "prior": {"FEC": "stable"}}
    assert Patient.model_validate(description, strict=True) == Patient.model_validate(description)


@pytest.mark.parametrize("data", ["er: +", None, 7, [("er", "+")], object()])
def test_what_is_no_mapping_is_no_patient(data: object) -> None:
    with pytest.raises(ValidationError, match="a patient is described by fields and their values"):
        Patient.model_validate(data)


def test_json_text_that_is_no_description_is_a_validation_error() -> None:
    for text in ("", "[]", "{", '{"er": 1}', "[" * 100_000, '{"sites":' * 100_000):
        with pytest.raises(ValidationError):
            Patient.model_validate_json(text)


def test_a_patient_cannot_be_changed() -> None:
    patient = Patient(er="5%", sites={"bone": "yes"}, prior=["letrozole: stable"])
    for name in ("er", "sites", "knowledge", "anything"):
        with pytest.raises((ValidationError, AttributeError)):
            setattr(patient, name, "negative")
    with pytest.raises(TypeError):
        patient.sites["bone"] = "no"  # type: ignore[index]
    with pytest.raises(TypeError):
        patient.details["er"] = "90%"  # type: ignore[index]
    with pytest.raises(ValidationError):
        patient.prior[0].outcome = "progressed"  # type: ignore[index, misc]


def test_what_is_handed_out_or_in_can_change_without_the_patient() -> None:
    sites = ["bone"]
    patient = Patient(sites=sites)
    sites.append("liver")
    patient.known().clear()
    assert patient == Patient(sites=["bone"])
    assert patient.known()["sites.bone"] == ("yes",)


# Changing a copy


def test_with_replaces_fields_and_reads_the_whole_anew() -> None:
    patient = Patient(er="+", her2="2+", sites=["bone"])
    changed = patient.with_(her2="2+/ISH+", sites=["liver"])
    assert changed == Patient(er="+", her2="2+/ISH+", sites=["liver"])
    assert changed.notices == ()
    assert patient == Patient(er="+", her2="2+", sites=["bone"])


def test_with_keeps_what_was_written_of_the_others() -> None:
    patient = Patient(er="5%", pr="<1%", her2="1+", menopause="peri", prior={"FEC": ["stable", "progressed"]})
    assert patient.with_(label="x") == Patient(
        label="x", er="5%", pr="<1%", her2="1+", menopause="peri", prior={"FEC": ["stable", "progressed"]}
    )


def test_with_none_takes_a_field_back() -> None:
    assert Patient(er="90%", sites=[]).with_(er=None, sites=None) == Patient()


def test_with_refuses_what_a_new_patient_would_refuse() -> None:
    patient = Patient(sex="male")
    for changes in ({"menopause": "pre"}, {"er": "x"}, {"nope": 1}):
        with pytest.raises(ValidationError):
            patient.with_(**changes)
        with pytest.raises(ValidationError):
            patient.model_copy(update=changes)


def test_model_copy_with_an_update_is_with() -> None:
    patient = Patient(er="5%", sites=["bone"])
    changed = patient.model_copy(update={"sites": ["liver"]}, deep=True)
    assert changed == patient.with_(sites=["liver"]) == Patient(er="5%", sites=["liver"])
    assert changed.knowledge != patient.knowledge


# Text


@pytest.mark.parametrize(
    ("description", "text"),
    [
        ({}, "Patient(nothing known)"),
        ({"er": "+", "sites": ["bone", "liver"]}, "Patient(er positive; sites bone, liver)"),
        ({"her2": "3+", "pr": "90 %"}, "Patient(pr 90%; her2 IHC 3+)"),
        ({"sites": [], "prior": "none"}, "Patient(sites none; prior none)"),
        ({"sites": {"bone": True, "liver": "no"}}, "Patient(sites bone yes, liver no)"),
        ({"prior": ["Femara: PD", "FEC"]}, "Patient(prior letrozole: progressed, fec: unknown)"),
        ({"prior": {"letrozole": ["stable", "PD"]}}, "Patient(prior letrozole stable and progressed)"),
        ({"label": "A"}, "Patient(label A)"),
    ],
)
def test_the_text_of_a_patient_says_what_was_said(description: dict[str, Any], text: str) -> None:
    assert str(Patient.model_validate(description)) == text


def test_the_example_of_the_docstring() -> None:
    assert Patient(er="+", her2="1+", sites=["bone"]).her2 == "negative"


def test_an_earlier_treatment_is_a_value_too() -> None:
    one = PriorTherapy(therapy="letrozole", outcome="progressed")
    assert one == pickle.loads(pickle.dumps(one))  # noqa: S301 - our own
    assert hash(one) == hash(PriorTherapy(therapy="letrozole", outcome="progressed", setting="unknown"))
    with pytest.raises(ValidationError):
        PriorTherapy(therapy="letrozole", year=2019)  # type: ignore[call-arg]


def test_pydantic_can_describe_the_model() -> None:
    for mode in ("validation", "serialization"):
        assert set(Patient.model_json_schema(mode=mode)["properties"]) == set(Patient.model_fields)


def test_the_schema_of_the_model_is_the_one_of_a_patient_file() -> None:
    of_file = patient_schema(bundled_vocabulary())
    for mode in ("validation", "serialization"):
        assert {"$schema": of_file["$schema"], **Patient.model_json_schema(mode=mode)} == of_file
    inside = TypeAdapter(list[Patient]).json_schema()
    Draft202012Validator(inside).validate([{"er": "90%", "sites": {"bone": True}}])
    assert not Draft202012Validator(inside).is_valid([{"er": "90%", "sites": {"bonee": True}}])


def test_the_schema_tells_of_every_field_what_it_is() -> None:
    properties = Patient.model_json_schema()["properties"]
    assert properties["er"]["description"].startswith("estrogen receptor (ER): What is the ER status?")
    assert properties["sites"]["description"] == "Sites of disease"
    assert all(field["description"] for field in properties.values())


# FrozenDict


def test_a_frozen_dict_is_a_mapping_in_order() -> None:
    frozen = FrozenDict({"b": 1, "a": 2})
    assert list(frozen) == ["b", "a"]
    assert list(frozen.items()) == [("b", 1), ("a", 2)]
    assert (len(frozen), frozen["a"], frozen.get("c"), "b" in frozen) == (2, 2, None, True)
    assert FrozenDict() == {}
    assert not FrozenDict()
    with pytest.raises(KeyError):
        frozen["c"]


def test_a_frozen_dict_equals_mappings_with_the_same_items_and_hashes_like_them() -> None:
    frozen = FrozenDict({"b": 1, "a": 2})
    assert frozen == {"a": 2, "b": 1} == FrozenDict({"a": 2, "b": 1}) == frozen
    assert hash(frozen) == hash(FrozenDict({"a": 2, "b": 1}))
    assert frozen != {"a": 2}
    assert frozen != FrozenDict({"a": 2, "b": 3})
    assert len({frozen, FrozenDict(frozen)}) == 1


def test_a_frozen_dict_is_frozen() -> None:
    items = {"a": 1}
    frozen = FrozenDict(items)
    items["a"] = 2
    assert frozen["a"] == 1
    with pytest.raises(TypeError):
        frozen["a"] = 3  # type: ignore[index]
    with pytest.raises(TypeError):
        del frozen["a"]  # type: ignore[attr-defined]
    with pytest.raises(TypeError):
        frozen.update({})  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        frozen.extra = 1  # type: ignore[attr-defined]


def test_a_frozen_dict_of_what_cannot_be_hashed_cannot_be_hashed() -> None:
    with pytest.raises(TypeError):
        hash(FrozenDict({"a": []}))


def test_a_frozen_dict_survives_copying_pickling_and_repr() -> None:
    frozen = FrozenDict({"b": 1, "a": (2, 3)})
    hash(frozen)
    for again in (copy.copy(frozen), copy.deepcopy(frozen), pickle.loads(pickle.dumps(frozen))):  # noqa: S301
        assert isinstance(again, FrozenDict)
        assert again == frozen
        assert list(again) == list(frozen)
        assert hash(again) == hash(frozen)
    assert repr(frozen) == "{'b': 1, 'a': (2, 3)}"


def test_pydantic_validates_and_dumps_a_frozen_dict() -> None:
    adapter = TypeAdapter(FrozenDict[int])
    assert isinstance(adapter.validate_python({"a": "1"}), FrozenDict)
    assert adapter.validate_python({"a": "1"}) == adapter.validate_json('{"a": 1}') == {"a": 1}
    assert adapter.validate_python(FrozenDict({"a": 1})) == {"a": 1}
    assert adapter.dump_python(FrozenDict({"a": 1})) == {"a": 1}
    assert adapter.dump_json(FrozenDict({"a": 1})) == b'{"a":1}'
    assert adapter.json_schema() == {"type": "object", "additionalProperties": {"type": "integer"}}
    for wrong in ({"a": "x"}, {1: 1}, [], FrozenDict({"a": "x"})):
        with pytest.raises(ValidationError):
            adapter.validate_python(wrong)
    anything = TypeAdapter(FrozenDict)
    assert anything.validate_python({"a": [1]}) == {"a": [1]}


def test_the_fields_are_those_of_the_facts_that_come_with_the_package() -> None:
    """What editors complete is written in Python; what is read is data. They say the same."""
    fields = bundled_vocabulary().fields
    assert list(Patient.model_fields) == list(fields)
    by_kind = {
        "text": Patient.model_fields["label"].annotation,
        "choice": Patient.model_fields["sex"].annotation,
        "names": Patient.model_fields["sites"].annotation,
        "treatments": Patient.model_fields["prior"].annotation,
    }
    assert len(set(map(str, by_kind.values()))) == 3  # a text and a choice are both text
    for name, field in fields.items():
        assert Patient.model_fields[name].annotation == by_kind[field.kind], name
        assert f"\n    {name}: " in (inspect.getdoc(Patient) or ""), name
    accepted = inspect.signature(Patient).parameters
    assert list(accepted) == list(fields)
