"""Votes of a class in a file: hands for each choice before and after the talk, read strictly, and never for who."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import CaseError, load_case
from mbc_options.cases.answers import Answers
from mbc_options.cases.catalog import case_names
from mbc_options.cases.votes import Vote, Votes, match_votes, read_handed_in

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CASE = load_case(case_names()[0])
ASKED = next(question for question in CASE.questions if question.is_graded)
VOTE: dict[str, Any] = {
    "question": ASKED.id,
    "sha256": ASKED.sha256,
    "first": {ASKED.choices[0].id: 3, ASKED.choices[1].id: 2},
    "second": {ASKED.choices[1].id: 5},
}
SOUND: dict[str, Any] = {"case": CASE.name, "voters": 5, "votes": [VOTE]}


def with_vote(**fields: Any) -> str:
    return json.dumps({**SOUND, "votes": [{**VOTE, **fields}]}, indent=1)


def test_a_file_is_told_by_what_it_holds(write: Callable[..., Path]) -> None:
    votes = read_handed_in(write(json.dumps(SOUND), "votes.json"))
    assert isinstance(votes, Votes)
    assert votes.votes[0].first == VOTE["first"]
    assert votes.votes[0].second == VOTE["second"]
    answers = read_handed_in(write('{"case": "c", "answers": []}', "answers.json"))
    assert answers == Answers(case="c", answers=())


def test_a_second_vote_need_not_be(write: Callable[..., Path]) -> None:
    votes = read_handed_in(write(with_vote(second={}), "votes.json"))
    assert isinstance(votes, Votes)
    assert votes.votes[0].second == {}


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (json.dumps({**SOUND, "teacher": "Rosa"}, indent=1), 17, "unknown key 'teacher'"),
        (json.dumps({**SOUND, "voters": -1}, indent=1), 3, "voters"),
        (with_vote(first={}), 8, "first"),
        (with_vote(first={"a": -1}), 9, "at least 0"),
        (with_vote(first={"a": "many"}), 9, "a whole number is expected"),
        (with_vote(first={"a": 10_000}), 9, "a: "),
        (with_vote(frist={"a": 1}), 15, "did you mean first?"),
        ('{"case": "c", "voters": 1}', 1, "answers is missing"),
    ],
)
def test_what_is_no_file_of_votes_is_told_at_its_place(
    text: str, line: int, words: str, write: Callable[..., Path]
) -> None:
    with pytest.raises(CaseError) as caught:
        read_handed_in(write(text, "votes.json"))
    found = caught.value.problems
    assert [problem for problem in found if problem.line == line and words in problem.message], found


def votes(*given: Vote) -> Votes:
    return Votes(case=CASE.name, votes=given)


def test_a_vote_counts_for_the_question_that_asks_the_same() -> None:
    renamed = Vote(**{**VOTE, "question": "once-called-otherwise"})
    found = match_votes(CASE, votes(renamed))
    assert [one.question for one in found.matched] == [ASKED]
    assert found.matched[0].vote.question == ASKED.id
    assert found.unmatched == ()


@pytest.mark.parametrize(
    ("fields", "why", "is_older"),
    [
        ({"sha256": "0"}, "it asks something else by now", True),
        ({"sha256": "0", "question": "gone"}, "it is no longer asked", True),
        ({"second": {"leeches": 1}}, "there is no choice 'leeches' here", False),
    ],
)
def test_a_vote_that_cannot_be_used_says_why(fields: dict[str, Any], why: str, is_older: bool) -> None:  # noqa: FBT001
    found = match_votes(CASE, votes(Vote(**{**VOTE, **fields})))
    assert found.matched == ()
    assert [(one.why, one.is_older) for one in found.unmatched] == [(why, is_older)]


def test_of_two_votes_on_a_question_the_last_counts() -> None:
    last = Vote(**{**VOTE, "second": {}})
    found = match_votes(CASE, votes(Vote(**VOTE), last))
    assert [one.vote for one in found.matched] == [last]
    assert [(one.vote, one.why) for one in found.unmatched] == [
        (Vote(**VOTE), "it was voted on twice, and the last vote counts")
    ]
