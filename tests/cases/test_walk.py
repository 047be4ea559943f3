"""Walking through a case: steps, answers, hints, where it is taken up again, and how it went."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mbc_options import CaseError, Walk, load_case, walk
from mbc_options.cases.answers import Answer, read_answers

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Case
    from mbc_options.cases.case import Question

CASE = """
    title: Two visits
    level: introductory
    summary: A woman with bone pain.
    goals: [Walk]
    stages:
      - id: one
        title: The first visit
        narrative: She has bone pain.
        patient: {menopause: post, er: +, pr: +, her2: "0", sites: [bone], findings: [bone_pain], prior: []}
        questions:
          - ask: candidates
            hint: Look at her receptors.
          - {ask: why_not, option: immunotherapy}
      - id: two
        title: The second visit
        narrative: The cancer grew.
        change: {add: {prior: ["letrozole: progressed"]}}
        questions:
          - changed
          - {ask: reflect, prompt: What would you say?}
"""


@pytest.fixture
def case(load: Callable[..., Case]) -> Case:
    return load(CASE)


def rights(question: Question) -> list[str]:
    return [choice.id for choice in (question.right if question.many else question.right[:1])]


def wrong(question: Question) -> str:
    return next(choice.id for choice in question.choices if not choice.right)


def kinds(walking: Walk) -> list[str]:
    return [step.kind for step in walking.steps]


def go_to(walking: Walk, question: str) -> None:
    while walking.question is None or walking.question.id != question:
        walking.next()


def test_a_stage_is_told_then_asked_about_and_then_resolved(case: Case) -> None:
    of_a_stage = ["stage", "question", "question", "outcome"]
    assert kinds(Walk(case)) == [*of_a_stage, *of_a_stage, "review"]


def test_next_and_back_stay_within_the_case(case: Case) -> None:
    walking = Walk(case)
    assert walking.back().kind == "stage"
    steps = [walking.step.kind]
    while not walking.is_done:
        steps.append(walking.next().kind)
    assert steps == kinds(walking)
    assert walking.next().kind == "review"
    assert walking.back().kind == "outcome"


def test_hints_come_one_by_one_the_authors_own_first_and_then_no_more(case: Case) -> None:
    walking = Walk(case)
    assert walking.hints == ()
    go_to(walking, "one.candidates")
    taken = []
    while (hint := walking.hint()) is not None:
        taken.append(hint)
    assert taken[0].texts == ("Look at her receptors.",)
    assert tuple(taken) == walking.hints == case.questions[0].hints
    assert walking.score.hints == len(taken)


def test_the_first_answer_counts_and_a_later_one_is_graded_all_the_same(case: Case) -> None:
    walking = Walk(case)
    go_to(walking, "one.why_not.immunotherapy")
    question = case.questions[1]
    assert walking.answer(wrong(question)).score == 0
    assert walking.score.points == 0
    assert walking.answer(*rights(question)).score == 1
    assert (walking.score.points, walking.score.answered) == (0, 1)
    assert walking.answers().answers[0].chosen == (wrong(question),)


def test_a_text_may_be_written_anew_and_goes_with_no_choices(case: Case) -> None:
    walking = Walk(case)
    go_to(walking, "one.candidates")
    with pytest.raises(CaseError, match="takes choices, and no text"):
        walking.answer(text="hm")
    go_to(walking, "two.reflect")
    for text in ("one", "two"):
        walking.answer(text=text)
        assert walking.text("two.reflect") == text


def test_only_questions_take_answers_and_hints(case: Case) -> None:
    walking = Walk(case)
    with pytest.raises(CaseError, match="no question is asked at this step"):
        walking.answer("chemotherapy")
    with pytest.raises(CaseError, match="no question is asked at this step"):
        walking.hint()


def test_a_refused_answer_changes_nothing(case: Case) -> None:
    walking = Walk(case)
    go_to(walking, "one.candidates")
    with pytest.raises(CaseError, match="did you mean chemotherapy"):
        walking.answer("chemoterapy")
    assert walking.graded("one.candidates") is None
    assert walking.answers().answers == ()


def test_the_review_tells_the_weakest_kind_first_and_every_graded_question_once(case: Case) -> None:
    walking = Walk(case)
    go_to(walking, "one.candidates")
    walking.answer(*rights(case.questions[0]))
    walking.next()
    walking.answer(wrong(case.questions[1]))
    reviewed = walking.review()
    assert [one.kind for one in reviewed] == ["why_not", "changed", "candidates"]
    assert [one.points for one in reviewed] == [0, 0, 1]
    assert {question.id for one in reviewed for question, _ in one.graded} == {
        question.id for question in case.questions if question.is_graded
    }
    assert [graded is None for one in reviewed for _, graded in one.graded] == [False, True, False]
    assert sum(one.points for one in reviewed) == walking.score.points
    assert sum(one.asked for one in reviewed) == walking.score.asked == 3


def answered(case: Case, *questions: str) -> Walk:
    walking = Walk(case)
    for id_ in questions:
        go_to(walking, id_)
        assert walking.question is not None
        walking.answer(*rights(walking.question), text="A word." if not walking.question.choices else "")
    return walking


@pytest.mark.parametrize(
    ("done", "at"),
    [
        ((), ("stage", None)),
        (("one.candidates",), ("question", "one.why_not.immunotherapy")),
        (("one.why_not.immunotherapy",), ("outcome", None)),  # the one before it was skipped on purpose
        (("one.candidates", "one.why_not.immunotherapy"), ("outcome", None)),
        (("one.candidates", "one.why_not.immunotherapy", "two.changed"), ("question", "two.reflect")),
        (("one.candidates", "one.why_not.immunotherapy", "two.changed", "two.reflect"), ("review", None)),
    ],
)
def test_a_walk_is_taken_up_after_the_last_answer(
    done: tuple[str, ...], at: tuple[str, str | None], case: Case, tmp_path: Path
) -> None:
    answered(case, *done).save(tmp_path / "mine.json")
    again = Walk(case, read_answers(tmp_path / "mine.json"))
    assert (again.step.kind, again.question.id if again.question else None) == at
    assert again.notices == ()
    assert again.answers() == answered(case, *done).answers()
    assert again.score == answered(case, *done).score


def test_answers_that_can_no_longer_be_used_are_told_and_asked_anew(case: Case) -> None:
    saved = answered(case, "one.candidates", "one.why_not.immunotherapy", "two.changed").answers()
    gone = Answer(question="one.undetermined", sha256="", chosen=("surgery",))
    other = saved.answers[1].model_copy(update={"chosen": ("a-reason-of-old",)})
    changed = saved.model_copy(update={"answers": (saved.answers[0], gone, other, saved.answers[2])})
    walking = Walk(case, changed)
    assert [notice.split(" ")[0] for notice in walking.notices] == ["one.undetermined:", "one.why_not.immunotherapy:"]
    assert "a-reason-of-old" in walking.notices[1]
    assert walking.question is not None
    assert walking.question.id == "one.why_not.immunotherapy"
    assert walking.score.answered == 2


def test_an_answer_counts_for_the_question_as_it_was_asked(tmp_path: Path) -> None:
    """To word a case otherwise changes nothing; another patient makes another question."""
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    walking = Walk(load_case(path))
    go_to(walking, "one.candidates")
    walking.answer(*rights(walking.case.questions[0]))
    path.write_text(CASE.replace("title: ", "title: New, ", 1), encoding="utf-8")
    assert Walk(load_case(path), walking.answers()).score == walking.score
    assert "er: " in CASE
    path.write_text(re.sub(r"\ber: [^,}\n]*", "er: 0%", CASE, count=1), encoding="utf-8")
    again = Walk(load_case(path), walking.answers())
    assert (again.answered, again.answers()) == (0, walking.answers())
    assert "asks something else by now" in again.notices[0]


@pytest.mark.parametrize("hints", [-5, 0, 10**6])
def test_a_number_of_hints_that_cannot_be_is_brought_into_bounds(hints: int, case: Case) -> None:
    saved = answered(case, "one.candidates").answers()
    walking = Walk(case, saved.model_copy(update={"answers": (saved.answers[0].model_copy(update={"hints": hints}),)}))
    walking.back()
    go_to(walking, "one.candidates")
    assert len(walking.hints) == min(max(hints, 0), len(case.questions[0].hints))
    while walking.hint() is not None:
        pass
    assert walking.hints == case.questions[0].hints


def test_answers_to_another_case_are_refused(case: Case, load: Callable[..., Case]) -> None:
    other = load(CASE, "other.yaml")
    with pytest.raises(CaseError, match="these are answers to the case 'other', not to 'case'"):
        Walk(case, Walk(other).answers())


def test_walk_takes_a_file_and_a_file_of_answers(case: Case, tmp_path: Path) -> None:
    answered(case, "one.candidates").save(tmp_path / "mine.json")
    walking = walk(tmp_path / "case.yaml", answers=tmp_path / "mine.json")
    assert walking.case.sha256 == load_case(tmp_path / "case.yaml").sha256
    assert walking.score.answered == 1
    with pytest.raises(CaseError, match=r"nothing\.json: cannot be read"):
        walk(tmp_path / "case.yaml", answers=tmp_path / "nothing.json")


def test_what_is_saved_says_nothing_of_who_or_when(case: Case, tmp_path: Path) -> None:
    answered(case, "one.candidates", "two.reflect").save(tmp_path / "mine.json")
    saved = read_answers(tmp_path / "mine.json").model_dump()
    assert set(saved) == {"case", "answers"}
    assert {key for answer in saved["answers"] for key in answer} == {"question", "sha256", "chosen", "text", "hints"}
