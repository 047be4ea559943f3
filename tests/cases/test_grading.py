"""Grading: figures by hand, and laws over every answer that can be given."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import CaseError
from mbc_options.cases.case import AnswerChoice, Question
from mbc_options.cases.grading import grade

if TYPE_CHECKING:
    from random import Random


def question(rights: str, wrongs: str, *, many: bool = True, none: bool = False) -> Question:
    """A question whose right and wrong choices are these letters; `none` is wrong unless it is the only right one."""
    choices = [AnswerChoice(id=one, label=one.upper(), right=one in rights, tells="says") for one in (*rights, *wrongs)]
    if none:
        choices.append(AnswerChoice(id="none", label="", right=not rights, tells="none"))
    return Question(
        id="s.q", sha256="", kind="candidates", about=None, label="", prompt=None, says="", status=None, before=None,
        many=many, choices=tuple(choices), hints=(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("rights", "wrongs", "chosen", "score"),
    [
        ("abc", "xy", "abc", 1),
        ("abc", "xy", "ab", Fraction(2, 3)),
        ("abc", "xy", "abx", Fraction(2, 3) - Fraction(1, 2)),
        ("abc", "xy", "ax", 0),  # a third less a half is less than nothing
        ("abc", "xy", "abcx", Fraction(1, 2)),
        ("abc", "xy", "abcxy", 0),
        ("abc", "xy", "xy", 0),
        ("abc", "xy", "", 0),
        ("a", "wxyz", "ax", Fraction(3, 4)),
        ("ab", "", "a", Fraction(1, 2)),
    ],
)
def test_every_right_choice_gives_its_share_and_every_wrong_one_takes_its(
    rights: str, wrongs: str, chosen: str, score: Fraction
) -> None:
    graded = grade(question(rights, wrongs), chosen)
    assert graded.score == pytest.approx(float(score))
    assert "".join(choice.id for choice in graded.hit) == "".join(one for one in rights if one in chosen)
    assert "".join(choice.id for choice in graded.wrong) == "".join(one for one in wrongs if one in chosen)
    assert "".join(choice.id for choice in graded.missed) == "".join(one for one in rights if one not in chosen)


@pytest.mark.parametrize(("chosen", "score"), [("a", 1), ("b", 1), ("x", 0), ("", 0)])
def test_where_one_is_asked_for_any_right_one_is_the_whole_point(chosen: str, score: float) -> None:
    graded = grade(question("ab", "xy", many=False), chosen)
    assert graded.score == score
    assert [choice.id for choice in graded.missed] == ([] if score else ["a", "b"])


@pytest.mark.parametrize(
    ("rights", "chosen", "score"), [("", ["none"], 1), ("", ["x"], 0), ("", [], 0), ("ab", ["none"], 0)]
)
def test_none_of_these_is_an_answer_like_another(rights: str, chosen: list[str], score: float) -> None:
    assert grade(question(rights, "xy", none=True), chosen).score == score


SIZES = st.tuples(st.integers(0, 4), st.integers(1, 4), st.booleans())


def of_size(size: tuple[int, int, bool]) -> Question:
    rights, wrongs, none = size
    return question("abcd"[:rights], "wxyz"[:wrongs], none=none or not rights)


def answers(asked: Question) -> list[tuple[str, ...]]:
    """Every answer that can be given."""
    ids = [choice.id for choice in asked.choices if choice.id != "none"]
    found = [some for size in range(len(ids) + 1) for some in combinations(ids, size)]
    return [*found, ("none",)] if len(ids) < len(asked.choices) else found


@given(SIZES)
def test_a_score_is_between_0_and_1_and_1_only_for_all_that_is_right_and_nothing_else(
    size: tuple[int, int, bool],
) -> None:
    asked = of_size(size)
    right = {choice.id for choice in asked.right}
    for chosen in answers(asked):
        graded = grade(asked, chosen)
        assert graded.score is not None
        assert 0 <= graded.score <= 1
        assert (graded.score == 1) == (set(chosen) == right) == graded.is_right


@given(SIZES)
def test_one_more_right_choice_never_costs_and_one_more_wrong_one_never_pays(size: tuple[int, int, bool]) -> None:
    asked = of_size(size)
    scores = {frozenset(chosen): grade(asked, chosen).score for chosen in answers(asked) if "none" not in chosen}
    for chosen, score in scores.items():
        for choice in asked.choices:
            more = scores.get(chosen | {choice.id})
            if more is not None and score is not None:
                assert more >= score if choice.right else more <= score


@given(SIZES)
def test_to_choose_everything_gives_nothing(size: tuple[int, int, bool]) -> None:
    asked = of_size(size)
    assert grade(asked, [choice.id for choice in asked.choices if choice.id != "none"]).score == 0


@given(SIZES, st.randoms())
def test_the_order_of_an_answer_and_saying_it_twice_change_nothing(size: tuple[int, int, bool], chance: Random) -> None:
    asked = of_size(size)
    for chosen in answers(asked):
        again = [*chosen, *chosen]
        chance.shuffle(again)
        assert grade(asked, again) == grade(asked, chosen)


def test_nobody_grades_a_reflection() -> None:
    graded = grade(question("", ""), [])
    assert graded.score is None
    assert not graded.is_right
    assert "not graded" in str(graded)


def test_what_is_no_choice_is_refused_with_the_nearest_that_is() -> None:
    asked = replace(
        question("a", "", none=True), choices=(AnswerChoice(id="chemotherapy", label="C", right=True, tells="says"),)
    )
    with pytest.raises(CaseError, match=r"no choice 'chemoterapy' here; did you mean chemotherapy\?"):
        grade(asked, ["chemoterapy"])


def test_two_choices_where_one_is_asked_for_are_refused() -> None:
    with pytest.raises(CaseError, match="one choice is asked for, not 2"):
        grade(question("a", "xy", many=False), ["a", "x"])


def test_none_of_these_goes_with_no_other() -> None:
    with pytest.raises(CaseError, match="goes with no other"):
        grade(question("a", "xy", none=True), ["a", "none"])


def test_a_graded_answer_is_a_value_and_reads_well() -> None:
    graded = grade(question("ab", "xy"), ["x", "a"])
    assert str(graded) == "s.q: 0%\n  right: A\n  wrong: X\n  missed: B"
    with pytest.raises(AttributeError, match="frozen"):
        graded.score = 1  # type: ignore[misc]
