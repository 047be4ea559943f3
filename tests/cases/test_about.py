"""What a list of cases tells of each, and how it is narrowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import CaseError, load_case
from mbc_options.cases.catalog import list_cases, narrowed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

LISTED = list_cases()


def names(**wanted: Any) -> set[str]:
    return {one.name for one in narrowed(LISTED, **wanted)}


def test_the_minutes_are_two_a_stage_three_a_graded_question_and_five_to_talk(write: Callable[..., Path]) -> None:
    """Here 2 x 2 + 3 x 3 + 5 = 18, rounded up to 20."""
    case = load_case(
        write(
            """\
title: Short
level: introductory
summary: x
goals: [x]
stages:
  - {id: a, title: A, narrative: x, patient: {sites: [bone]}, questions: [candidates, undetermined]}
  - id: b
    title: B
    narrative: x
    wish: x
    questions: [{ask: candidates, of: hormone_therapy}, {ask: reflect, prompt: x}]
""",
            "short.yaml",
        )
    )
    assert case.minutes == 20
    assert [topic.id for topic in case.topics] == ["hormone_therapy"]


def test_a_topic_is_an_id_or_a_word_of_its_name() -> None:
    by_id = names(topic="K29")
    assert by_id == {one.name for one in LISTED if "K29" in {topic.id for topic in one.topics}}
    assert by_id <= names(topic="brain metastases")
    assert names(topic="chemotherapy") == names(topic="chemotherapy.combination") | names(topic="chemotherapy")
    for one in LISTED:
        assert one.topics, f"{one.name} asks about nothing"


def test_a_subtype_is_that_of_the_patient_at_some_stage() -> None:
    for one in LISTED:
        found = {stage.assessment.subtype.is_ for stage in load_case(one.name).stages} - {None}
        assert set(one.subtypes) == found
    assert names(subtype="HER2+") == {one.name for one in LISTED if {"HR+/HER2+", "HR-/HER2+"} & {*one.subtypes}}
    assert names(subtype="triple negative") == names(subtype="triple-negative")


def test_level_and_minutes_narrow_further() -> None:
    for one in narrowed(LISTED, level="advanced", minutes=35):
        assert (one.file.level, one.minutes <= 35) == ("advanced", True)
    assert names(minutes=1) == set()
    assert names() == {one.name for one in LISTED}


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({"topic": "chemotherpy"}, r"no case has the topic 'chemotherpy'; did you mean chemotherapy\?"),
        ({"subtype": "basal"}, "no case has the subtype 'basal'; there are: HR"),
    ],
)
def test_what_no_case_has_is_told(wanted: dict[str, str], told: str) -> None:
    with pytest.raises(CaseError, match=told):
        names(**wanted)
