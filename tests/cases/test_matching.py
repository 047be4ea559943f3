"""Answers and a case that has changed since: each goes where the same is asked, and none is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import Walk, load_case, walk
from mbc_options.cases.answers import Answer, Answers, read_answers
from mbc_options.cases.catalog import case_names
from mbc_options.cases.grading import grade
from mbc_options.cases.matching import match_answers

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.cases.case import Question

CASE = """\
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
      - candidates
      - {ask: reflect, prompt: What would you say?}
"""
OTHER_PROMPT = "      - {ask: reflect, prompt: What does it cost?}\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(CASE, encoding="utf-8")
    return path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def saved(file: Path, tmp_path: Path) -> Path:
    """The answers of somebody who has answered both questions."""
    path = tmp_path / "mine.json"
    walking = walk(file)
    while not walking.is_done:
        question = walking.next().question
        if question is not None and question.is_graded:
            walking.answer("hormone_therapy")
        elif question is not None:
            walking.answer(text="My thought.")
    walking.save(path)
    return path


def test_an_answer_that_cannot_be_used_stays_in_the_file(file: Path, saved: Path) -> None:
    before = read_answers(saved)
    change(file, "What would you say?", "What does it cost?")
    walking = walk(file, answers=saved)
    assert walking.answered == 1
    assert walking.notices == ("one.reflect: it asks something else by now. The answer is kept, unused.",)
    while walking.question is None or walking.question.is_graded:
        walking.next()
    walking.answer(text="Another thought.")
    walking.save(saved)
    assert {one.text for one in read_answers(saved).answers} == {"", "My thought.", "Another thought."}
    change(file, "What does it cost?", "What would you say?")
    again = walk(file, answers=saved)
    assert again.text("one.reflect") == "My thought."
    assert set(before.answers) <= set(again.answers().answers)


def test_a_text_goes_with_its_prompt_wherever_that_stands(file: Path, saved: Path) -> None:
    change(file, "      - {ask: reflect", OTHER_PROMPT + "      - {ask: reflect")
    walking = walk(file, answers=saved)
    assert (walking.text("one.reflect"), walking.text("one.reflect-2")) == ("", "My thought.")
    assert walking.notices == ()


def test_an_answer_goes_with_its_stage_when_that_is_called_otherwise(file: Path, saved: Path) -> None:
    change(file, "id: one", "id: visit")
    walking = walk(file, answers=saved)
    assert (walking.answered, walking.notices) == (2, ())
    assert [one.question for one in walking.answers().answers] == ["visit.candidates", "visit.reflect"]


def test_the_last_of_two_answers_counts_also_after_it_was_saved(file: Path, saved: Path) -> None:
    first, text = read_answers(saved).answers
    last = first.model_copy(update={"chosen": ("bisphosphonates",)})
    walking = Walk(load_case(file), Answers(case="case", answers=(first, last, text)))
    for _ in range(2):
        graded = walking.graded("one.candidates")
        assert graded is not None
        assert graded.chosen == ("bisphosphonates",)
        assert walking.notices == (
            "one.candidates: it is answered twice, and the last answer counts. The answer is kept, unused.",
        )
        walking = Walk(load_case(file), walking.answers())


@given(st.data())
def test_every_answer_is_used_once_or_set_aside_and_used_only_where_the_same_is_asked(data: st.DataObject) -> None:
    case = load_case(case_names()[0])
    asked = [question for question in case.questions if question.is_graded]
    ids = st.sampled_from([*(question.id for question in asked), "gone"])
    digests = st.sampled_from([*(question.sha256 for question in asked), "0"])
    choices = st.sampled_from([choice.id for question in asked for choice in question.choices])
    one = st.builds(
        Answer, question=ids, sha256=digests, chosen=st.tuples(choices), text=st.just(""), hints=st.integers(0, 99)
    )
    given_ = data.draw(st.lists(one, max_size=12))
    found = match_answers(case, Answers(case=case.name, answers=tuple(given_)))
    assert len(found.matched) + len(found.unmatched) == len(given_)
    assert len({fit.question.id for fit in found.matched}) == len(found.matched)
    for fit in found.matched:
        assert fit.answer.sha256 == fit.question.sha256
        assert fit.graded == grade(fit.question, fit.answer.chosen)
        assert 0 <= fit.answer.hints <= len(fit.question.hints)
    used = {fit.question.id for fit in found.matched}
    named = {question.id for question in asked if _is_named(question, given_)}
    for aside in found.unmatched:
        same = {question.id for question in asked if question.sha256 == aside.answer.sha256}
        assert same <= used | named if aside.is_older else same


def _is_named(question: Question, answers: list[Answer]) -> bool:
    return any((one.question, one.sha256) == (question.id, question.sha256) for one in answers)
