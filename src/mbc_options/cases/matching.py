"""Which question each answer of a file belongs to, for a case may have changed since the answer was given."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.cases.grading import Graded, grade
from mbc_options.errors import CaseError

if TYPE_CHECKING:
    from mbc_options.cases.answers import Answer, Answers
    from mbc_options.cases.case import Case, Question

__all__ = ["MatchedAnswer", "Matching", "UnmatchedAnswer", "match_answers", "why_unasked"]


class MatchedAnswer(NamedTuple):
    """An answer to a question that is still asked.

    Attributes:
        question: what was asked, and still is.
        answer: what was answered. Its `question` is the question's id of today, and its `hints` are no more than
            there are.
        graded: the answer, graded.
    """

    question: Question
    answer: Answer
    graded: Graded


class UnmatchedAnswer(NamedTuple):
    """An answer that belongs to no question of the case as it is now.

    Attributes:
        answer: the answer, as it was read.
        why: why not, as the end of a sentence about the question.
        is_older: whether the case, not the answer, is another than it was.
    """

    answer: Answer
    why: str
    is_older: bool


class Matching(NamedTuple):
    """The answers of a file, by whether they belong to a question.

    Attributes:
        matched: those that do, one for each question, in the order of the file.
        unmatched: the others, likewise.
    """

    matched: tuple[MatchedAnswer, ...]
    unmatched: tuple[UnmatchedAnswer, ...]


def match_answers(case: Case, answers: Answers) -> Matching:
    """Find the question of each answer: the one with its id, if that asks the same, or else the one that does.

    A question asks the same where its digest is the same; it keeps that when it gets another place in the case.
    """
    by_id = {question.id: question for question in case.questions}
    same_id = {one.question for one in answers.answers if _asks(by_id.get(one.question), one)}
    matched: dict[str, MatchedAnswer] = {}
    unmatched: list[UnmatchedAnswer] = []
    for answer in answers.answers:
        named = by_id.get(answer.question)
        asks_the_same = (one for one in case.questions if one.id not in same_id | matched.keys() and _asks(one, answer))
        question = named if named is not None and _asks(named, answer) else next(asks_the_same, None)
        if question is None:
            unmatched.append(UnmatchedAnswer(answer, why_unasked(named), is_older=True))
            continue
        try:
            graded = grade(question, answer.chosen)
        except CaseError as error:
            unmatched.append(UnmatchedAnswer(answer, str(error), is_older=False))
            continue
        if question.id in matched:
            before = matched.pop(question.id).answer
            unmatched.append(
                UnmatchedAnswer(before, "it is answered twice, and the last answer counts", is_older=False)
            )
        hints = min(max(answer.hints, 0), len(question.hints))
        kept = answer.model_copy(update={"question": question.id, "hints": hints})
        matched[question.id] = MatchedAnswer(question, kept, graded)
    return Matching(tuple(matched.values()), tuple(unmatched))


def why_unasked(named: Question | None) -> str:
    """Return why nothing asks any more what was asked, as the end of a sentence about the question.

    Args:
        named: the question that has its id by now, if any.
    """
    return "it is no longer asked" if named is None else "it asks something else by now"


def _asks(question: Question | None, answer: Answer) -> bool:
    return question is not None and question.sha256 == answer.sha256
