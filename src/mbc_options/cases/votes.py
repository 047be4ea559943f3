"""Votes of a class, as the projected page of a case saves them: hands for each choice, before and after the talk.

The file stands beside those of single learners and ends alike (`answers.ENDING`)::

    {"case": "bone-after-menopause",
     "voters": 12,
     "votes": [{"question": "first-visit.candidates", "sha256": "...",
                "first": {"chemotherapy": 5, "none": 2}, "second": {"chemotherapy": 9}}]}

It says how many, and never who.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, NamedTuple, TypeAlias

from pydantic import Field

from mbc_options.cases.answers import MAX_BYTES, Answers
from mbc_options.cases.matching import why_unasked
from mbc_options.errors import CaseError, InputError
from mbc_options.source import yaml_positions
from mbc_options.source.validation import Strict, check
from mbc_options.text import quoted

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.cases.case import Case, Question

__all__ = [
    "MOST_HANDS",
    "MatchedVote",
    "UnmatchedVote",
    "Vote",
    "VoteMatching",
    "Votes",
    "match_votes",
    "read_handed_in",
]

MOST_HANDS = 9999
"""How many hands are counted for one choice at most; more is a slip of the keyboard."""

Hands: TypeAlias = dict[str, Annotated[int, Field(ge=0, le=MOST_HANDS)]]
"""How many took each choice, by its id. A choice that is not there was taken by nobody."""


class Vote(Strict):
    """How a class voted on one question.

    Attributes:
        question: its id.
        sha256: the digest of the question as it was asked.
        first: the hands before the answers were talked about.
        second: those after it; empty where nobody voted again.
    """

    question: str
    sha256: str
    first: Hands = Field(min_length=1)
    second: Hands = Field(default_factory=dict)


class Votes(Strict):
    """A file of votes.

    Attributes:
        case: the name of the case.
        voters: how many hands or groups voted; 0 where nobody said. Where several choices may be taken, hands alone
            do not tell it.
        votes: in the order of the questions.
    """

    case: str
    voters: int = Field(0, ge=0, le=MOST_HANDS)
    votes: tuple[Vote, ...]


class MatchedVote(NamedTuple):
    """A vote on a question that is still asked; its hands are for choices that the question has."""

    question: Question
    vote: Vote


class UnmatchedVote(NamedTuple):
    """A vote that cannot be used.

    Attributes:
        vote: the vote, as it was read.
        why: why not, as the end of a sentence about the question.
        is_older: whether the case, not the vote, is another than it was.
    """

    vote: Vote
    why: str
    is_older: bool


class VoteMatching(NamedTuple):
    """The votes of a file, by whether they belong to a question: one for each, in the order of the file."""

    matched: tuple[MatchedVote, ...]
    unmatched: tuple[UnmatchedVote, ...]


def match_votes(case: Case, votes: Votes) -> VoteMatching:
    """Find the question of each vote: the one that asks the same, by its digest, whatever it is called by now."""
    by_digest = {question.sha256: question for question in case.questions}
    by_id = {question.id: question for question in case.questions}
    matched: dict[str, MatchedVote] = {}
    unmatched: list[UnmatchedVote] = []
    for vote in votes.votes:
        named = by_id.get(vote.question)
        question = named if named is not None and named.sha256 == vote.sha256 else by_digest.get(vote.sha256)
        if question is None:
            unmatched.append(UnmatchedVote(vote, why_unasked(named), is_older=True))
        elif unknown := sorted((vote.first | vote.second).keys() - {choice.id for choice in question.choices}):
            unmatched.append(UnmatchedVote(vote, f"there is no choice {quoted(unknown[0])} here", is_older=False))
        else:
            if question.id in matched:
                why = "it was voted on twice, and the last vote counts"
                unmatched.append(UnmatchedVote(matched.pop(question.id).vote, why, is_older=False))
            matched[question.id] = MatchedVote(question, vote.model_copy(update={"question": question.id}))
    return VoteMatching(tuple(matched.values()), tuple(unmatched))


def read_handed_in(path: Path) -> Answers | Votes:
    """Read a file of a class: the answers of a learner, or votes, which it tells by what the file holds.

    Raises:
        CaseError: with file, line and column, where it is neither.
    """
    try:
        tree = yaml_positions.read(path, max_bytes=MAX_BYTES)
    except InputError as error:
        raise CaseError(error.problems) from None
    found: Answers | Votes | None
    if isinstance(tree.data, dict) and "votes" in tree.data:
        found, problems = check(Votes, tree)
    else:
        found, problems = check(Answers, tree)
    if found is None:
        raise CaseError(problems)
    return found
