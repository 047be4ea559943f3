"""How a patient fares from stage to stage: what is set, added and removed, and what stays."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from case_laws import random_patient
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st

from mbc_options import Patient, explore, load_rulebook
from mbc_options.cases.case_file import PlacedStage, StageWritten
from mbc_options.cases.stages import patients_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options import Case


def in_a_row(stages: list[StageWritten]) -> list[PlacedStage]:
    return [PlacedStage(stage, ("stages", i), i - 1 if i else None, None) for i, stage in enumerate(stages)]


def course(patient: dict[str, Any], *changes: dict[str, Any]) -> list[Patient]:
    """The patient at each stage, described and changed like this."""
    words = {"title": "t", "narrative": "n"}
    stages = [StageWritten.model_validate({"id": "s0", **words, "patient": patient})]
    stages += [
        StageWritten.model_validate({"id": f"s{i}", **words, "change": change, "wish": "w"})
        for i, change in enumerate(changes, 1)
    ]
    patients, complaints = patients_of(in_a_row(stages), load_rulebook())
    assert not complaints
    assert len(patients) == 1 + len(changes)
    return [patient for patient in patients if patient is not None]


ROSA: dict[str, Any] = {
    "label": "Rosa",
    "sex": "female",
    "er": "90%",
    "sites": ["bone"],
    "findings": ["bone_pain", "nausea"],
    "prior": ["tamoxifen: completed: early"],
}


@pytest.mark.parametrize(
    ("change", "otherwise"),
    [
        ({"set": {"er": "negative"}}, {"er": "negative"}),
        ({"set": {"er": "unknown"}}, {"er": None}),
        ({"set": {"her2": "2+"}}, {"her2": "2+"}),
        ({"set": {"label": "Rosa, later"}}, {"label": "Rosa, later"}),
        ({"set": {"sites": ["liver"]}}, {"sites": ["liver"]}),
        ({"set": {"sites": {"liver": "yes"}}}, {"sites": {"liver": "yes"}}),
        ({"set": {"sites": "unknown"}}, {"sites": None}),
        ({"set": {"findings": []}}, {"findings": []}),
        ({"set": {"findings": "none"}}, {"findings": []}),
        ({"add": {"sites": ["liver", "other:adrenal gland"]}}, {"sites": ["bone", "liver", "other:adrenal gland"]}),
        ({"add": {"sites": "liver"}}, {"sites": ["bone", "liver"]}),
        ({"add": {"sites": ["Lungs"]}}, {"sites": ["bone", "lung"]}),
        ({"remove": {"findings": ["nausea"]}}, {"findings": ["bone_pain"]}),
        ({"remove": {"findings": ["bone_pain", "nausea"]}}, {"findings": []}),
        ({"remove": {"findings": "Bone pain"}}, {"findings": ["nausea"]}),
        (
            {"add": {"findings": ["fatigue"]}, "remove": {"findings": ["nausea"]}},
            {"findings": ["bone_pain", "fatigue"]},
        ),
        ({"set": {"findings": ["fatigue"]}, "add": {"findings": ["nausea"]}}, {"findings": ["fatigue", "nausea"]}),
        # nothing was said of it: only what is added or removed is known now
        ({"add": {"extent": ["limited"]}}, {"extent": {"limited": "yes"}}),
        ({"remove": {"situation": ["aggressive"]}}, {"situation": {"aggressive": "no"}}),
        ({"set": {"sites": "unknown"}, "add": {"sites": ["skin"]}}, {"sites": {"skin": "yes"}}),
        ({"set": {"findings": "none"}, "add": {"findings": ["nausea"]}}, {"findings": ["nausea"]}),
        ({"set": {"findings": "nausea"}, "add": {"findings": ["fatigue"]}}, {"findings": ["nausea", "fatigue"]}),
        # treatments
        (
            {"add": {"prior": ["letrozole: ongoing"]}},
            {"prior": ["tamoxifen: completed: early", "letrozole: ongoing"]},
        ),
        ({"add": {"prior": "FEC"}}, {"prior": ["tamoxifen: completed: early", "FEC"]}),
        (
            {"add": {"prior": ["tamoxifen: progressed"]}},
            {"prior": ["tamoxifen: completed: early", "tamoxifen: progressed"]},
        ),
    ],
    ids=str,
)
def test_a_change_does_what_it_says_and_leaves_the_rest(change: dict[str, Any], otherwise: dict[str, Any]) -> None:
    before, now = course(ROSA, change)
    whole = Patient.model_validate({**ROSA, **otherwise})
    assert before == Patient.model_validate(ROSA)
    assert now == whole
    assert now.knowledge == whole.knowledge
    assert (now.entries, now.details) == (whole.entries, whole.details)


MAPPED: dict[str, Any] = {
    "sites": {"bones": "yes", "lung": "no"},
    "findings": {"pain": "no"},
    "prior": {"Femara": "completed", "chemotherapy": "no"},
}


@pytest.mark.parametrize(
    ("before", "added", "now"),
    [
        # what is going on comes to its end, and what was not known is
        ("letrozole: ongoing", "letrozole: progressed", ["letrozole: progressed"]),
        ("Femara: ongoing", "letrozole: progressed: metastatic", ["letrozole: progressed: metastatic"]),
        ("letrozole", {"therapy": "letrozole", "outcome": "stable"}, ["letrozole: stable"]),
        ("letrozole: ongoing", "letrozole: ongoing", ["letrozole: ongoing"]),
        # what came out stays true
        ("letrozole: completed: early", "letrozole: ongoing", ["letrozole: completed: early", "letrozole: ongoing"]),
        ("FEC: stable", "FEC: progressed", ["FEC: stable", "FEC: progressed"]),
        # another treatment is another
        ("letrozole: ongoing", "exemestane: ongoing", ["letrozole: ongoing", "exemestane: ongoing"]),
        ("docetaxel: ongoing", "docetaxel + trastuzumab", ["docetaxel: ongoing", "docetaxel + trastuzumab"]),
        ("other:a trial: ongoing", "other:a trial: completed", ["other:a trial: completed"]),
    ],
)
def test_a_treatment_gets_its_outcome_once_there_is_one(before: str, added: Any, now: list[str]) -> None:
    _, patient = course({"prior": [before]}, {"add": {"prior": [added]}})
    assert patient == Patient(prior=now)


def test_of_several_courses_of_a_treatment_the_one_going_on_gets_the_outcome() -> None:
    _, patient = course(
        {"prior": ["letrozole: completed: early", "letrozole: ongoing: metastatic"]},
        {"add": {"prior": ["letrozole: progressed: metastatic"]}},
    )
    assert patient == Patient(prior=["letrozole: completed: early", "letrozole: progressed: metastatic"])


MAPPED: dict[str, Any] = {
    "sites": {"bones": "yes", "lung": "no"},
    "findings": {"pain": "no"},
    "prior": {"Femara": "ongoing", "FEC": "stable"},
}


@pytest.mark.parametrize(
    ("change", "otherwise"),
    [
        ({"add": {"sites": ["lung"]}}, {"sites": {"bone": "yes", "lung": "yes"}}),
        ({"add": {"sites": ["liver"]}}, {"sites": {"bone": "yes", "lung": "no", "liver": "yes"}}),
        ({"remove": {"sites": ["bone"]}}, {"sites": {"bone": "no", "lung": "no"}}),
        ({"remove": {"sites": ["skin"]}}, {"sites": {"bone": "yes", "lung": "no", "skin": "no"}}),
        ({"add": {"findings": ["pain"]}}, {"findings": {"pain": "yes"}}),
        ({"add": {"prior": ["letrozole: progressed"]}}, {"prior": {"letrozole": "progressed", "FEC": "stable"}}),
        ({"add": {"prior": ["FEC: progressed"]}}, {"prior": {"letrozole": "ongoing", "FEC": ["stable", "progressed"]}}),
        (
            {"add": {"prior": ["palbociclib"]}},
            {"prior": {"letrozole": "ongoing", "FEC": "stable", "palbociclib": "unknown"}},
        ),
    ],
    ids=str,
)
def test_what_is_said_by_name_is_changed_by_name(change: dict[str, Any], otherwise: dict[str, Any]) -> None:
    """A mapping says only what it says; what is added or removed is said besides, whatever name the author uses."""
    _, now = course(MAPPED, change)
    assert now.knowledge == Patient.model_validate({**MAPPED, **otherwise}).knowledge


@pytest.mark.parametrize(
    ("patient", "change", "words"),
    [
        ({"sites": ["bone"]}, {"add": {"sites": ["bones"]}}, "bone is there already"),
        ({"sites": {"bone": "yes"}}, {"add": {"sites": ["bone"]}}, "bone is there already"),
        ({"sites": ["bone"]}, {"remove": {"sites": ["liver"]}}, "liver is not there"),
        ({"sites": {"liver": "no"}}, {"remove": {"sites": ["liver"]}}, "liver is not there"),
        ({"prior": ["letrozole"]}, {"remove": {"prior": ["letrozole"]}}, "what was given stays given"),
    ],
    ids=str,
)
def test_a_change_that_changes_nothing_is_refused(patient: dict[str, Any], change: dict[str, Any], words: str) -> None:
    stages = [
        StageWritten.model_validate({"id": "a", "title": "t", "narrative": "n", "patient": patient}),
        StageWritten.model_validate({"id": "b", "title": "t", "narrative": "n", "change": change}),
    ]
    _, complaints = patients_of(in_a_row(stages), load_rulebook())
    assert [words in complaint.message for complaint in complaints] == [True]


def test_stage_after_stage_the_description_grows() -> None:
    *_, last = course(
        ROSA,
        {"add": {"prior": ["letrozole: ongoing"]}},
        {"add": {"prior": ["letrozole: progressed"], "sites": ["liver"]}, "remove": {"findings": ["nausea"]}},
        {"set": {"er": "-", "receptors_tested_on": "metastasis"}},
    )
    assert last == Patient(
        label="Rosa",
        sex="female",
        er="-",
        receptors_tested_on="metastasis",
        sites=["bone", "liver"],
        findings=["bone_pain"],
        prior=["tamoxifen: completed: early", "letrozole: progressed"],
    )


FIELDS = [field for field in Patient.model_fields if field not in {"label", "prior"}]


@settings(max_examples=60, phases=(Phase.explicit, Phase.generate))
@given(st.integers(0, 2**32), st.sets(st.sampled_from(FIELDS), min_size=1))
def test_the_patient_after_a_change_is_the_one_described_whole(seed: int, fields: set[str]) -> None:
    """Whatever fields are set to those of another patient, the patient is the one with all that said at once."""
    one = random_patient(seed).model_dump(mode="json", exclude_none=True)
    other = random_patient(seed + 1).model_dump(mode="json")
    change = {field: "unknown" if other[field] is None else other[field] for field in sorted(fields)}
    try:
        whole = Patient.model_validate({**one, **change})
    except ValueError:
        assume(False)  # noqa: FBT003 - the two patients contradict each other
    _, now = course(one, {"set": change})
    assert now == whole
    assert now.knowledge == whole.knowledge
    assert (now.notices, now.assumptions) == (whole.notices, whole.assumptions)


@pytest.mark.parametrize("later", [[], ["letrozole: progressed"], "unknown", {"letrozole": "progressed"}], ids=str)
def test_what_was_given_stays_given(later: object) -> None:
    """A history may be told anew, whole; but not so that a treatment is forgotten."""
    words = {"title": "t", "narrative": "n"}
    stages = [
        StageWritten.model_validate({"id": "a", **words, "patient": {"prior": ["letrozole", "FEC: stable"]}}),
        StageWritten.model_validate({"id": "b", **words, "change": {"set": {"prior": later}}}),
    ]
    _, (complaint,) = patients_of(in_a_row(stages), load_rulebook())
    assert "what was given stays given" in complaint.message
    assert complaint.path == ("stages", 1, "change", "set", "prior")


def test_a_history_may_be_told_anew() -> None:
    _, now = course({"prior": ["letrozole"]}, {"set": {"prior": ["Femara: progressed", "FEC"]}})
    assert now == Patient(prior=["letrozole: progressed", "FEC"])
    _, now = course({"er": "+"}, {"set": {"prior": []}})
    assert now == Patient(er="+", prior=[])


def test_what_a_case_shows_of_a_stage_is_what_the_engine_says_of_the_patient(load: Callable[..., Case]) -> None:
    stages = [
        {"id": "a", "title": "t", "narrative": "n", "patient": ROSA, "questions": ["candidates"]},
        {"id": "b", "title": "t", "narrative": "n", "change": {"add": {"prior": ["letrozole: progressed"]}}},
        {"id": "c", "title": "t", "narrative": "n", "wish": "w"},
    ]
    case = load(
        json.dumps({"title": "t", "level": "advanced", "summary": "s", "goals": ["g"], "stages": stages}), "c.json"
    )
    first, second = course(ROSA, {"add": {"prior": ["letrozole: progressed"]}})
    assert [stage.assessment for stage in case.stages] == [explore(first), explore(second), explore(second)]
    assert case.stages[0].comparison is None
    for before, stage in zip(case.stages, case.stages[1:], strict=False):
        assert stage.comparison is not None
        assert stage.comparison.a.patient == before.assessment.patient
        assert stage.comparison.b.patient == stage.assessment.patient
