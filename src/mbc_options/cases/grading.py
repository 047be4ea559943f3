"""How an answer is graded: against what the engine says, with credit for a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.cases.case import NONE, AnswerChoice, Question
from mbc_options.errors import CaseError, Problem, nearest_word
from mbc_options.result import Result
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Graded", "grade"]


class Graded(Result):
    """An answer, graded.

    Attributes:
        question: what was asked.
        chosen: ids of what was chosen, in the order of the choices.
        score: from 0 to 1; None where nobody grades.
        hit: what was chosen and is right.
        wrong: what was chosen and is not right.
        missed: what is right and was not chosen; empty where one right choice suffices and was made.
    """

    question: Question
    chosen: tuple[str, ...]
    score: float | None
    hit: tuple[AnswerChoice, ...]
    wrong: tuple[AnswerChoice, ...]
    missed: tuple[AnswerChoice, ...]

    @property
    def is_right(self) -> bool:
        """Whether all of it is right."""
        return self.score == 1

    def __str__(self) -> str:
        names = {choice.id: choice.label or choice.id for choice in self.question.choices}
        lines = [f"{self.question.id}: {'not graded' if self.score is None else f'{self.score:.0%}'}"]
        for word, choices in (("right", self.hit), ("wrong", self.wrong), ("missed", self.missed)):
            if choices:
                lines.append(f"  {word}: {', '.join(names[choice.id] for choice in choices)}")
        return "\n".join(lines)

    __repr__ = __str__


def grade(question: Question, chosen: Iterable[str]) -> Graded:
    """Grade an answer.

    Where one choice is asked for, any right one gives the whole point. Where several may be right, every
    right one gives its share of the point, and every wrong one takes its share of the wrong ones away, so that
    to choose everything gives nothing; it is never less than nothing.

    Args:
        question: what was asked.
        chosen: ids of choices; nothing at all is an answer, too.

    Raises:
        CaseError: for a choice that there is not (with the nearest), for more than one where one is asked for,
            and for `none` beside others.
    """
    by_id = {choice.id: choice for choice in question.choices}
    picked = dict.fromkeys(chosen)
    for id_ in picked:
        if id_ not in by_id:
            near = nearest_word(id_, by_id)
            hint = f"did you mean {near}?" if near else f"there are: {', '.join(by_id)}"
            hint += "; their numbers begin with 1" if id_ == "0" else ""
            hint = hint if by_id else "the question takes a text, and no choice"
            raise CaseError([Problem(f"there is no choice {quoted(id_)} here; {hint}")])
    if not question.many and len(picked) > 1:
        raise CaseError([Problem(f"one choice is asked for, not {len(picked)}")])
    if NONE in picked and len(picked) > 1:
        raise CaseError([Problem("“none of these” goes with no other choice")])
    taken = tuple(choice for choice in question.choices if choice.id in picked)
    hit = tuple(choice for choice in taken if choice.right)
    wrong = tuple(choice for choice in taken if not choice.right)
    missed = tuple(choice for choice in question.choices if choice.right and choice.id not in picked)
    if not question.many and hit:
        missed = ()
    return Graded(
        question=question,
        chosen=tuple(choice.id for choice in taken),
        score=_score(question, len(hit), len(wrong)) if question.is_graded else None,
        hit=hit,
        wrong=wrong,
        missed=missed,
    )


def _score(question: Question, hits: int, wrong: int) -> float:
    if not question.many:
        return float(bool(hits))
    rights = len(question.right)
    wrongs = sum(not choice.right and choice.id != NONE for choice in question.choices)  # none goes with no other
    return max(0.0, hits / rights - (wrong / wrongs if wrongs else 0))
