"""Answers as a short code: it holds what was chosen, and a slip in typing it is found."""

from __future__ import annotations

from dataclasses import replace
from random import Random
from typing import TYPE_CHECKING

import pytest

from mbc_options import CaseError, load_case
from mbc_options.cases.answer_code import DIGITS, answer_code, named_by, read_code
from mbc_options.cases.answers import Answer, Answers
from mbc_options.cases.catalog import case_names

if TYPE_CHECKING:
    from mbc_options import Case

NAMES = case_names()


def answered(case: Case, random: Random) -> Answers:
    """Answers to some of the graded questions, also such that nothing is chosen."""
    answers = []
    for question in case.questions:
        if not question.is_graded or random.random() < 0.2:
            continue
        most = len(question.choices) if question.many else 1
        picked = set(random.sample([choice.id for choice in question.choices], random.randint(0, most)))
        chosen = tuple(choice.id for choice in question.choices if choice.id in picked)
        answers.append(Answer(question=question.id, sha256=question.sha256, chosen=chosen))
    return Answers(case=case.name, answers=tuple(answers))


@pytest.mark.parametrize("name", NAMES)
def test_a_code_holds_what_was_chosen(name: str) -> None:
    case, random = load_case(name), Random(name)
    for _ in range(20):
        answers = answered(case, random)
        code = answer_code(case, answers)
        assert read_code(case, code) == answers
        assert read_code(case, code.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == answers
        assert named_by(code, NAMES) == name
        assert len(code) <= 60, "it can be typed"


def test_the_names_of_our_cases_begin_no_code_alike() -> None:
    codes = {answer_code(load_case(name), Answers(case=name, answers=()))[:3] for name in NAMES}
    assert len(codes) == len(NAMES)


def test_a_wrong_digit_and_two_that_changed_places_are_found() -> None:
    case = load_case(NAMES[0])
    code = answer_code(case, answered(case, Random(1))).replace("-", "")
    slips = [code[:i] + other + code[i + 1 :] for i in range(len(code)) for other in DIGITS if other != code[i]]
    slips += [code[:i] + code[i + 1] + code[i] + code[i + 2 :] for i in range(len(code) - 1) if code[i] != code[i + 1]]
    slips += [code[:-1], code[1:], code + "0", "", "U" + code[1:]]
    for slip in slips:
        with pytest.raises(CaseError):
            read_code(case, slip)


def test_a_code_of_another_case_or_another_version_is_told() -> None:
    case, other = load_case(NAMES[0]), load_case(NAMES[1])
    code = answer_code(other, Answers(case=other.name, answers=()))
    with pytest.raises(CaseError, match="no code of the case"):
        read_code(case, code)
    assert named_by(code, [case.name]) is None
    first = other.stages[0]
    asked = tuple(replace(question, sha256="0") for question in first.questions)
    older = replace(other, stages=(replace(first, questions=asked), *other.stages[1:]))
    with pytest.raises(CaseError, match="another version of the case"):
        read_code(older, code)
    with pytest.raises(CaseError, match="a code has no '!'"):
        read_code(case, "!" + code)


def test_an_answer_to_another_version_of_a_question_is_not_in_a_code() -> None:
    case = load_case(NAMES[0])
    question = next(one for one in case.questions if one.is_graded)
    older = Answers(case=case.name, answers=(Answer(question=question.id, sha256="0", chosen=()),))
    assert read_code(case, answer_code(case, older)).answers == ()
