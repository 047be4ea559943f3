"""A case that forks: each way through it is the case that one would write for it alone."""

from __future__ import annotations

import json
from itertools import permutations
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from case_laws import random_patient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from mbc_options import Case, CaseError, load_case
from mbc_options.cases.answer_code import answer_code, read_code
from mbc_options.cases.answers import write_answers
from mbc_options.cases.results import summarize_answers
from mbc_options.cases.schema import case_schema
from mbc_options.cases.walk import Walk
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Problem
    from mbc_options.cases.case import Stage

NAME = "one-more-test"
ARMS = ("her2-positive", "her2-negative")

SOUND = """\
title: A sample
level: introductory
summary: A woman with a sore hip.
goals: [Name the facts.]
stages:
  - id: first
    title: The first visit
    narrative: Her hip hurts.
    patient: {sex: female, menopause: post, er: positive, sites: [bone]}
    questions: [candidates]
fork:
  asks: What does the sample say?
  arms:
    - id: positive
      title: HER2-positive
      stages:
        - id: it-is
          title: It is
          narrative: It is positive.
          change: {set: {her2: positive}}
          questions: [changed]
    - id: negative
      title: HER2-negative
      stages:
        - id: it-is-not
          title: It is not
          narrative: It is negative.
          change: {set: {her2: negative}}
          questions: [changed, {ask: why_not, option: immunotherapy}]
        - id: later
          title: Later
          narrative: It has grown.
          change: {add: {prior: ["letrozole: progressed"]}}
          questions: [candidates]
"""


def test_the_stages_of_each_arm_follow_those_by_which_everybody_comes(load: Callable[[str], Case]) -> None:
    case = load(SOUND)
    assert case.fork is not None
    assert [(arm.id, arm.title) for arm in case.fork.arms] == [
        ("positive", "HER2-positive"),
        ("negative", "HER2-negative"),
    ]
    assert [(stage.id, stage.arm) for stage in case.stages] == [
        ("first", None),
        ("it-is", "positive"),
        ("it-is-not", "negative"),
        ("later", "negative"),
    ]
    before = [earlier and earlier.id for earlier in map(case.before, case.stages)]
    assert before == [None, "first", "first", "it-is-not"]
    assert [[stage.id for stage in way.stages] for way in case.ways] == [
        ["first", "it-is"],
        ["first", "it-is-not", "later"],
    ]


def test_a_case_without_a_fork_has_one_way(load: Callable[[str], Case]) -> None:
    case = load(SOUND[: SOUND.index("fork:")])
    assert case.fork is None
    (way,) = case.ways
    assert way.arm is None
    assert way.stages == case.stages
    assert way.numbers == (1,)


# Whatever the arms say, each way is the case that one would write for it alone.


def written(stages: list[dict[str, Any]], fork: dict[str, Any] | None = None) -> str:
    about = {"title": "t", "level": "advanced", "summary": "s", "goals": ["g"]}
    return json.dumps({**about, "stages": stages, **({"fork": fork} if fork else {})})


def at_random(chance: Random) -> tuple[list[dict[str, Any]], list[list[dict[str, Any]]]]:
    """The stages by which everybody comes, and those of two to four arms, of which no patient fits two."""

    def stage(id_: str, **more: Any) -> dict[str, Any]:
        asks = ["candidates", "undetermined", *(["changed"] if "change" in more else [])]
        return {"id": id_, "title": id_, "narrative": id_, "wish": "w", "questions": asks, **more}

    patient = random_patient(chance.randrange(2**32)).model_dump(mode="json", exclude_none=True)
    field, values = chance.choice(
        [
            ("her2", ["positive", "negative"]),
            ("er", ["positive", "negative"]),
            ("immunotherapy_biomarker", ["positive", "negative"]),
            ("situation", [[], ["aggressive"], ["salvage"], ["aggressive", "salvage"]]),
        ]
    )
    shared = [stage("s0", patient={**patient, "findings": ["pain"]})]
    if chance.random() < 0.5:
        shared.append(stage("s1", change={"set": {"pr": chance.choice(["positive", "negative"])}}))
    arms = []
    for k, value in enumerate(values):
        arms.append([stage(f"a{k}", change={"set": {field: value}})])
        if chance.random() < 0.5:  # what is moved within a field must not be moved on the other arms
            arms[-1].append(
                stage(f"b{k}", change={"add": {"prior": ["letrozole: progressed"], "findings": ["nausea"]}})
            )
    return shared, arms


@settings(
    max_examples=8,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(st.integers(0, 2**32))
def test_each_way_is_the_case_that_one_would_write_for_it_alone(load: Callable[[str], Case], seed: int) -> None:
    shared, arms = at_random(Random(seed))
    fork = {"asks": "q", "arms": [{"id": f"arm{k}", "title": f"t{k}", "stages": arm} for k, arm in enumerate(arms)]}
    try:
        alone = [load(written([*shared, *arm])) for arm in arms]
    except CaseError:  # what is said of somebody contradicts itself, or was so before
        with pytest.raises(CaseError):
            load(written(shared, fork))
        return
    for way, case in zip(load(written(shared, fork)).ways, alone, strict=True):
        assert [stage.id for stage in way.stages] == [stage.id for stage in case.stages]
        for one, other in zip(way.stages, case.stages, strict=True):
            assert one.assessment == other.assessment
            assert one.comparison == other.comparison
            assert one.questions == other.questions


@pytest.mark.parametrize("order", list(permutations(ARMS)), ids=str)
def test_the_shipped_case_goes_the_same_ways_in_any_order(order: tuple[str, ...]) -> None:
    case = load_case(NAME)
    walk = Walk(case)
    met: list[Stage] = []
    for arm in order:
        while walk.step.kind != "fork":
            met += [walk.stage] if walk.step.kind == "stage" else []
            walk.next()
        walk.take(arm)
    while not walk.is_done:
        met += [walk.stage] if walk.step.kind == "stage" else []
        walk.next()
    assert met == [*case.stages_of(None), *case.stages_of(order[0]), *case.stages_of(order[1])]


# What an author can get wrong.


@pytest.mark.parametrize(
    ("old", "new", "where", "words"),
    [
        ("her2: negative", "her2: positive", (28, 11), "'HER2-negative' is the same patient as 'HER2-positive'"),
        ("her2: negative", "pr: positive", (28, 11), "may be the same patient as 'HER2-positive'"),
        ("her2: negative", "her2: unknown", (28, 11), "may be the same patient as"),
        ("her2: negative", "sex: male", (28, 31), "menopause does not apply to men"),
        ("her2: negative", "her2: posative", (28, 32), "did you mean positive"),
        ("id: negative", "id: positive", (22, 11), "the arm 'positive' is there already"),
        ("title: HER2-negative", "title: her2-Positive", (23, 14), "another arm has the title"),
        ("id: it-is-not", "id: it-is", (25, 15), "the stage 'it-is' is there already"),
        ("id: it-is-not", "id: first", (25, 15), "the stage 'first' is there already"),
        ("      title: HER2-negative\n", "", (22, 7), "title is missing"),
        ("  asks: What does the sample say?\n", "", (12, 3), "asks is missing"),
        ("option: immunotherapy", "option: imunotherapy", (29, 55), "did you mean"),
        ("option: immunotherapy", "option: chemotherapy", (29, 55), "there is no “why not”"),
        ("          change: {set: {her2: negative}}\n", "", (25, 11), "a later stage needs a change or a wish"),
        ("change: {set: {her2: negative}}", "patient: {her2: negative}", (28, 11), "only the first stage describes"),
        ("        - id: later", "          fork: {}\n        - id: later", (30, 11), "unknown key 'fork'"),
    ],
    ids=str,
)
def test_a_mistake_in_an_arm_is_told_at_its_place(
    old: str, new: str, where: tuple[int, int], words: str, problems: Callable[[str], tuple[Problem, ...]]
) -> None:
    assert SOUND.count(old) == 1
    (problem,) = problems(SOUND.replace(old, new))
    assert words in problem.message
    assert (problem.line, problem.column) == where


def test_one_arm_is_no_fork(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    (problem,) = problems(SOUND[: SOUND.index("    - id: negative")])
    assert "two arms or more, and here is one" in problem.message
    (problem,) = problems(SOUND[: SOUND.index("    - id: positive")].replace("arms:", "arms: []"))
    assert "two arms or more, and here is none" in problem.message


def test_an_arm_without_a_stage_leads_nowhere(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    begin, end = SOUND.index("        - id: it-is\n"), SOUND.index("    - id: negative")
    text = (SOUND[:begin] + SOUND[end:]).replace(
        "      stages:\n    - id: negative", "      stages: []\n    - id: negative"
    )
    (problem,) = problems(text)
    assert "an arm has at least one stage" in problem.message
    assert (problem.line, problem.column) == (14, 7)


def test_everything_that_is_wrong_is_told_at_once(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    """A mistake on one arm hides none on the other, and none of the arm's own questions."""
    text = SOUND.replace("her2: positive", "her2: posative").replace("er: positive", "er: positiv")
    text = text.replace("option: immunotherapy", "option: imunotherapy").replace(
        "letrozole: progressed", "letrozol: progressed"
    )
    text = text.replace("title: Later", "titel: Later")
    told = [problem.message for problem in problems(text)]
    for words in ("posative", "positiv", "imunotherapy", "letrozol", "titel"):
        assert any(words in message for message in told), words
    assert len(told) == len(set(told))


def test_what_is_no_fork_at_all_is_refused(problems: Callable[[str], tuple[Problem, ...]]) -> None:
    trunk = SOUND[: SOUND.index("fork:")]
    for fork in ("fork: 3\n", "fork: []\n", "fork: {asks: what}\n", "fork: {asks: what, arms: 3}\n"):
        assert problems(trunk + fork)
    for arms in ("[3, 4]", "[{id: a}, {id: b}]", "[{id: a, title: A, stages: 3}, {id: b, title: B, stages: [3]}]"):
        assert problems(f"{trunk}fork: {{asks: what, arms: {arms}}}\n")


def test_an_editor_knows_the_form_of_a_fork() -> None:
    validator = Draft202012Validator(case_schema(bundled_vocabulary()))
    case: Any = yaml.safe_load(SOUND)
    assert list(validator.iter_errors(case)) == []
    for change in (
        lambda fork: fork["arms"].pop(),
        lambda fork: fork["arms"][0].pop("title"),
        lambda fork: fork["arms"][0]["stages"].clear(),
        lambda fork: fork["arms"][0]["stages"][0]["change"]["set"].update(her2="posative"),
        lambda fork: fork["arms"][0]["stages"][0].update(fork={}),
    ):
        wrong: Any = yaml.safe_load(SOUND)
        change(wrong["fork"])
        assert not validator.is_valid(wrong)


# Walking.


def steps(walk: Walk) -> list[str]:
    return [repr(step) for step in walk.steps]


def test_a_walk_takes_an_arm_and_comes_back_for_the_other(load: Callable[[str], Case]) -> None:
    walk = Walk(load(SOUND))
    assert [step.kind for step in walk.steps] == ["stage", "question", "outcome", "fork", "review"]
    with pytest.raises(CaseError, match="there is no fork at this step"):
        walk.take("positive")
    while walk.step.kind != "fork":
        walk.next()
    with pytest.raises(CaseError, match="did you mean negative"):
        walk.take("negativ")
    assert walk.take("b").stage.id == "it-is-not"
    assert walk.taken == ("negative",)
    while walk.step.kind != "fork":
        walk.next()
    assert walk.stage.id == "later", "the arm has ended"
    assert walk.take(1).stage.id == "it-is"
    while not walk.is_done:
        walk.next()
    assert [step.kind for step in walk.steps].count("fork") == 2
    while walk.step.kind != "fork":
        walk.back()
    assert walk.take("negative").stage.id == "it-is-not", "an arm that was taken may be again"
    assert walk.taken == ("negative", "positive")


def test_going_on_at_a_fork_takes_the_first_arm_and_then_leads_to_the_review(load: Callable[[str], Case]) -> None:
    walk = Walk(load(SOUND))
    seen = []
    while not walk.is_done:
        seen.append(walk.step.stage.id if walk.step.kind == "stage" else walk.step.kind)
        walk.next()
    assert seen == ["first", "question", "outcome", "fork", "it-is", "question", "outcome", "fork"]


def answered(walk: Walk, *arms: str) -> Walk:
    """Answer everything on the way of these arms with its first choice."""
    for arm in (*arms, None):
        while not walk.is_done and walk.step.kind != "fork":
            if walk.question is not None:
                walk.answer("a")
            walk.next()
        if arm is not None:
            walk.take(arm)
    return walk


@pytest.mark.parametrize(("arms", "asked"), [((), 1), (("positive",), 2), (("negative",), 4), (("a", "b"), 5)], ids=str)
def test_the_questions_of_an_arm_that_was_not_taken_do_not_count(
    arms: tuple[str, ...], asked: int, load: Callable[[str], Case]
) -> None:
    case = load(SOUND)
    walk = answered(Walk(case), *arms)
    assert (walk.score.asked, walk.score.answered) == (asked, asked)
    assert sum(kind.asked for kind in walk.review()) == asked
    again = Walk(case, walk.answers())
    assert again.score == walk.score
    assert set(again.taken) == set(walk.taken)
    assert again.step.kind == ("review" if arms else "fork")


@pytest.mark.parametrize("arms", [(), ("positive",), ("negative",), ("positive", "negative")], ids=str)
def test_a_code_holds_the_answers_of_every_arm_that_was_taken(
    arms: tuple[str, ...], load: Callable[[str], Case]
) -> None:
    case = load(SOUND)
    given = answered(Walk(case), *arms).answers()
    assert read_code(case, answer_code(case, given)) == given


def test_results_tell_by_arm_how_many_took_it(load: Callable[[str], Case], tmp_path: Path) -> None:
    case = load(SOUND)
    folder = tmp_path / "answers"
    folder.mkdir()
    for i, arms in enumerate([("positive",), ("positive",), ("negative", "positive"), ()]):
        write_answers(answered(Walk(case), *arms).answers(), folder / f"{i}.json")
    (found,) = summarize_answers(folder, [tmp_path / "case.yaml"]).cases
    assert found.learners == 4
    assert [(one.arm.id, one.learners) for one in found.arms] == [("positive", 3), ("negative", 1)]
    met = {one.question.id: (one.answered, one.place) for one in found.questions}
    assert met["first.candidates"] == (4, "The first visit")
    assert met["it-is.changed"] == (3, "HER2-positive: It is")
    assert met["it-is-not.changed"] == (1, "HER2-negative: It is not")
