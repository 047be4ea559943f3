"""What a class knew, without a word on who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from mbc_options.cases.case import AnswerChoice, Arm, Question
from mbc_options.cases.item_analysis import FEWEST_FOR_DISCRIMINATION, FEWEST_RANKED, WhyNot
from mbc_options.exploration.assessment import RulebookInfo
from mbc_options.frames import Kind, frame
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import Term
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

__all__ = [
    "ArmResult",
    "CaseResult",
    "ChoiceCount",
    "MistakenRule",
    "QuestionResult",
    "Results",
    "UnusedAnswers",
    "VoteResult",
]


class ChoiceCount(Result):
    """How often a choice was taken, or missed.

    Attributes:
        choice: the choice, with why it is right or wrong; its `near` names the rules that a wrong one may have
            been taken for.
        times: how often.
        elsewhere: the mean score of whoever did so on the other questions of the case, so that a wrong choice that
            draws those who know much is seen; None where they are fewer than `FEWEST_RANKED`.
    """

    choice: AnswerChoice
    times: int
    elsewhere: float | None = None


class VoteResult(Result):
    """How classes voted on a question, by a show of hands.

    Attributes:
        files: in how many files of votes.
        voters: how many hands or groups there were in them; 0 where nobody said.
        first: the hands for each choice before the talk, in the order of the choices.
        second: those after it; empty where nobody voted again.
    """

    files: int
    voters: int
    first: tuple[int, ...]
    second: tuple[int, ...]


class QuestionResult(Result):
    """How a class answered a question.

    Attributes:
        question: what was asked.
        stage: the title of its stage.
        arm: the arm of the fork that it is asked on; None where everybody comes by.
        answered: how many answered it; to choose nothing is an answer, too.
        mean: the mean score, from 0 to 1; None where nobody grades, or nobody answered.
        low: where the mean may lie by chance, at 95 %: from here; None as for the mean.
        high: to here. The questions are ordered by it, so that few answers make none the hardest.
        all_right: how many had all of it right.
        discrimination: how well it tells those who know more of the case from the others, from -1 to 1: the
            correlation of its score with the mean score on the other questions. None where that cannot be told.
        discrimination_of: how many learners that rests on, or would: who has a score here and elsewhere.
        no_discrimination: why it cannot be told: `few` learners, or their scores are all `alike`; else None.
        hints: how many hints they took together.
        taken: how often each choice was taken, in the order of the choices.
        wrong: the wrong choices that were taken, those first that were taken most often.
        missed: the right ones that were not chosen, likewise.
        votes: how classes voted on it; None where none did.
    """

    question: Question
    stage: str
    answered: int
    mean: float | None
    low: float | None
    high: float | None
    all_right: int
    discrimination: float | None
    discrimination_of: int
    no_discrimination: WhyNot | None
    hints: int
    taken: tuple[int, ...]
    wrong: tuple[ChoiceCount, ...]
    missed: tuple[ChoiceCount, ...]
    votes: VoteResult | None = None
    arm: Arm | None = None

    @property
    def place(self) -> str:
        """Where it is asked: the title of its stage, after that of the arm, where it is on one."""
        return f"{self.arm.title}: {self.stage}" if self.arm else self.stage

    @property
    def is_ranked(self) -> bool:
        """Whether enough answered it to call it hard or easy."""
        return self.mean is not None and self.answered >= FEWEST_RANKED


class ArmResult(Result):
    """How many went down an arm of a fork.

    Attributes:
        arm: the arm.
        learners: how many files of answers have one to a question of it. Who came back for another arm took both.
    """

    arm: Arm
    learners: int


class CaseResult(Result):
    """How a class fared with a case.

    Attributes:
        name: the case's name.
        title: what it is called.
        sha256: the digest of the case.
        learners: how many files of answers there are to it.
        votes: how many files of votes.
        mean: the mean score of all graded answers; None where there is none.
        questions: the hardest first; then, as they are asked, those with too few answers to tell, those that nobody
            answered, and those that nobody grades.
        arms: the arms of its fork, each with how many took it; none where it does not fork.
    """

    name: str
    title: str
    sha256: str
    learners: int
    votes: int
    mean: float | None
    questions: tuple[QuestionResult, ...]
    arms: tuple[ArmResult, ...] = ()

    @property
    def is_ranked(self) -> bool:
        """Whether any of its questions was answered often enough to be called the hardest."""
        return any(one.is_ranked for one in self.questions)


class MistakenRule(Result):
    """A near-miss rule, and how often it was taken for the real one.

    It is the rule of an option that was chosen as a candidate and is none; it would hold for a patient as near
    as can be.

    Attributes:
        rules: its id; more than one where rules have the same condition.
        when: the condition, readable.
        option: the id of the class or member that was chosen; the rule is its own, or that of a member's class.
        label: the name of that.
        times: how often the option was chosen where this rule did not hold.
        of: how often it stood there to be chosen in an answered question.
    """

    rules: tuple[str, ...]
    when: str
    option: str
    label: str
    times: int
    of: int


class UnusedAnswers(Result):
    """Answers that could not be used as they are.

    Attributes:
        reason: why.
        files: in how many files.
        file: the name of the file where it cannot be read, so that it can be put right; otherwise empty, for it
            may be the name of a learner.
    """

    reason: str
    files: int
    file: str

    def __str__(self) -> str:
        return f"{self.file or counted(self.files, 'file')}: {self.reason}"

    __repr__ = __str__


class Results(Result):
    """What a class knew. No learner is told apart from another.

    Attributes:
        rulebook: which rulebook graded.
        files: how many files there were; each code of a file of codes counts as one.
        cases: by their names.
        rules: near-miss rules that were taken for the real ones, over all questions, most often first.
        older: how many answers are to a question that is another by now, or no longer asked. They are left
            out, and counted without the names of their files, which may be those of learners.
        unused: what else could not be used, and why.
        glossary: every special word that the rulebook explains.
    """

    rulebook: RulebookInfo
    files: int
    older: int
    cases: tuple[CaseResult, ...]
    rules: tuple[MistakenRule, ...]
    unused: tuple[UnusedAnswers, ...]
    glossary: tuple[Annotated[Term, Authored()], ...] = ()

    @property
    def used(self) -> int:
        """How many files could be used."""
        return sum(case.learners + case.votes for case in self.cases)

    @property
    def is_ranked(self) -> bool:
        """Whether any case has a question that can be called the hardest."""
        return any(case.is_ranked for case in self.cases)

    @property
    def fewest_ranked(self) -> int:
        """How many answers a question needs to be called hard or easy."""
        return FEWEST_RANKED

    @property
    def fewest_for_discrimination(self) -> int:
        """How many learners it takes to tell how well a question discriminates."""
        return FEWEST_FOR_DISCRIMINATION

    def rows(self) -> list[dict[str, Any]]:
        """Return the results as a table: a row for each choice of each graded question.

        It has the columns of `to_frame`, without a library of data frames. What is not known is None.
        """
        return [
            row
            for case in self.cases
            for result in case.questions
            if result.question.is_graded
            for row in _rows(case, result)
        ]

    def to_frame(self) -> pl.DataFrame:
        """Return the results as a data frame: a row for each choice of each graded question.

        What a row says of its question stands in every row of it. Numbers are not rounded, and what is not known is
        null.

        Columns:
            case (String): the name of the case.
            stage (String): the title of the stage.
            question (String): the id of the question.
            kind (String): the kind of question.
            answered (Int64): how many answered it.
            mean (Float64): the mean score, from 0 to 1.
            low (Float64): where the mean may lie by chance, at 95 %: from here.
            high (Float64): to here.
            all_right (Int64): how many had all of it right.
            ranked (Boolean): whether enough answered it to call it hard or easy.
            discrimination (Float64): how well it tells those who know more from the others, from -1 to 1.
            discrimination_of (Int64): how many learners that rests on.
            hints (Int64): how many hints they took together.
            choice (String): the id of the choice.
            label (String): what it says.
            right (Boolean): whether it is right.
            taken (Int64): how often it was taken.
            elsewhere (Float64): the mean score on other questions of who took a wrong one.
            taken_for (String): the rules that a wrong one may have been taken for.
            first_vote (Int64): hands for it before the talk.
            second_vote (Int64): hands for it after the talk.
            arm (String): the title of the arm of a fork; empty where everybody comes by.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        return frame(_COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in self.rows()])

    def __str__(self) -> str:
        used = f"{self.used} of {counted(self.files, 'file')}"
        lines = [f"{used} of answers (rulebook {self.rulebook.name} {self.rulebook.version})"]
        for case in self.cases:
            mean = "nothing graded" if case.mean is None else f"mean {case.mean:.0%}"
            lines.append(f"{case.title}: {counted(case.learners, 'learner')}, {mean}")
            for one in case.questions:
                mean = "not graded" if one.mean is None else f"{one.mean:.0%}"
                lines.append(f"  {one.question.id}: {mean}, {one.answered} answered")
                lines += [f"    taken {wrong.times}x: {wrong.choice.label or wrong.choice.id}" for wrong in one.wrong]
        if self.rules:
            lines.append("Near-miss rules taken for the real ones:")
            lines += [f"  {one.label}: {one.when} ({one.times} of {one.of})" for one in self.rules]
        if self.older:
            lines.append(f"Left out: {counted(self.older, 'answer')} to another version of a case")
        if self.unused:
            lines.append("Not used:")
            lines += [f"  {one}" for one in self.unused]
        return "\n".join(lines)

    __repr__ = __str__


_COLUMNS: dict[str, Kind] = {
    "case": str,
    "stage": str,
    "question": str,
    "kind": str,
    "answered": int,
    "mean": float,
    "low": float,
    "high": float,
    "all_right": int,
    "ranked": bool,
    "discrimination": float,
    "discrimination_of": int,
    "hints": int,
    "choice": str,
    "label": str,
    "right": bool,
    "taken": int,
    "elsewhere": float,
    "taken_for": str,
    "first_vote": int,
    "second_vote": int,
    "arm": str,
}


def _rows(case: CaseResult, result: QuestionResult) -> Iterator[dict[str, Any]]:
    question, votes = result.question, result.votes
    elsewhere = {one.choice.id: one.elsewhere for one in result.wrong}
    for i, choice in enumerate(question.choices):
        yield {
            "case": case.name,
            "stage": result.stage,
            "question": question.id,
            "kind": question.kind,
            "answered": result.answered,
            "mean": result.mean,
            "low": result.low,
            "high": result.high,
            "all_right": result.all_right,
            "ranked": result.is_ranked,
            "discrimination": result.discrimination,
            "discrimination_of": result.discrimination_of,
            "hints": result.hints,
            "choice": choice.id,
            "label": choice.label or choice.id,
            "right": choice.right,
            "taken": result.taken[i],
            "elsewhere": elsewhere.get(choice.id),
            "taken_for": "; ".join(one.when for one in choice.asks) if not choice.right else "",
            "first_vote": votes.first[i] if votes else None,
            "second_vote": votes.second[i] if votes and votes.second else None,
            "arm": result.arm.title if result.arm else "",
        }
