"""Walking through a case, step by step: what comes next, what was answered, and how it went."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mbc_options.cases.answers import Answer, Answers, printable, read_answers, write_answers
from mbc_options.cases.case import Case
from mbc_options.cases.grading import Graded, grade
from mbc_options.cases.labels import choice_named, letter
from mbc_options.cases.load import load_case
from mbc_options.cases.matching import match_answers
from mbc_options.errors import CaseError, Problem, nearest_word
from mbc_options.misuse import path_named, refuse_kind
from mbc_options.notebook import ShownAsWidgets

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from mbc_options.cases.case import Arm, Hint, Question, Stage
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["KindScore", "Score", "Step", "Walk", "walk"]

StepKind: TypeAlias = Literal["stage", "question", "outcome", "fork", "review"]


class Step(NamedTuple):
    """One step of a walk.

    Attributes:
        kind: `stage`: the story is told; `question`: something is asked; `outcome`: the verdicts of the stage,
            and what moved them since the one before; `fork`: an arm is to be taken; `review`: the end, and how it
            went.
        stage: the stage that it belongs to; the last one before it for `fork` and `review`.
        question: what is asked, or None.
    """

    kind: StepKind
    stage: Stage
    question: Question | None

    def __repr__(self) -> str:
        return f"{self.kind}: {self.question.id if self.question else self.stage.title}"


class Score(NamedTuple):
    """How a walk went so far.

    Attributes:
        points: the sum of the scores of all graded answers.
        answered: how many graded questions were answered.
        asked: how many graded questions there are; those of an arm count once one of its questions is answered.
        hints: how many hints were taken; they cost nothing.
    """

    points: float
    answered: int
    asked: int
    hints: int


class KindScore(NamedTuple):
    """How the questions of one kind went.

    Attributes:
        kind: what they ask.
        points: the sum of the scores of the answers.
        asked: how many of them there are; those of an arm count once one of its questions is answered.
        graded: each question with its graded answer; None where it was not answered.
    """

    kind: str
    points: float
    asked: int
    graded: tuple[tuple[Question, Graded | None], ...]


class Walk(ShownAsWidgets):
    """A case being walked through. It keeps the answers in memory, and writes them only where `save` is called.

    In a notebook it shows itself: with widgets to click where ipywidgets is there, as a card otherwise.

    Where the case forks, `take` goes on with one of the arms. At the end of an arm the walk is at the fork again, as
    long as there is one that was not taken: `take` goes down that one, too, and `next` to the review.

    Args:
        case: the case.
        answers: what was answered before; the walk goes on after the last question that was, or, where an
            answer can no longer be used, at the first question that has none.

    Attributes:
        case: the case.
        steps: all steps, in their order; those of an arm are among them once it is taken.
        position: the index of the step that the walk is at; `next` and `back` move it.
        notices: what of earlier answers cannot be used, and why. `save` writes these answers, too.
    """

    def __init__(self, case: Case, answers: Answers | None = None) -> None:
        if not isinstance(case, Case):
            refuse_kind("a case, as load_case(NAME) returns it", case, "walk(NAME) reads one and begins")
        if answers is not None and not isinstance(answers, Answers):
            refuse_kind("answers, as read_answers(FILE) returns them", answers, "walk(NAME, answers=FILE) reads a file")
        self.case = case
        self._taken: tuple[str, ...] = ()
        self.steps = tuple(_steps(case, self._taken))
        self.position = 0
        self.notices: tuple[str, ...] = ()
        self._answers: dict[str, Answer] = {}
        self._unmatched: tuple[Answer, ...] = ()
        self._graded: dict[str, Graded] = {}
        self._hints: dict[str, int] = {}
        if answers is not None:
            self._take_up(answers)

    def _take_up(self, saved: Answers) -> None:
        if saved.case != self.case.name:
            raise CaseError([Problem(f"these are answers to the case {saved.case!r}, not to {self.case.name!r}")])
        found = match_answers(self.case, saved)
        for one in found.matched:
            self._keep(one.answer, one.graded)
        self._unmatched = tuple(one.answer for one in found.unmatched)
        self.notices = tuple(
            f"{one.answer.question}: {one.why}. The answer is kept, unused." for one in found.unmatched
        )
        self._take_arms(
            stage.arm
            for stage in self.case.stages
            if stage.arm is not None and any(question.id in self._answers for question in stage.questions)
        )
        self.position = self._where_to_go_on()

    def _where_to_go_on(self) -> int:
        """Return the step after the last answer; what was skipped on purpose is not asked again."""
        answered = {i: step.question.id in self._answers for i, step in enumerate(self.steps) if step.question}
        if answered and all(answered.values()):
            return len(self.steps) - 1 if self._taken or not self.arms else self._fork_ahead()
        if self.notices:
            first = next(i for i, is_answered in answered.items() if not is_answered)
            return first - (self.steps[first - 1].kind == "stage")
        return max((i + 1 for i, is_answered in answered.items() if is_answered), default=0)

    def __repr__(self) -> str:
        return f"<walk through {self.case.title!r}, at step {self.position + 1} of {len(self.steps)}: {self.step.kind}>"

    @property
    def step(self) -> Step:
        """The step that the walk is at."""
        return self.steps[self.position]

    @property
    def stage(self) -> Stage:
        """The stage that the walk is at."""
        return self.step.stage

    @property
    def question(self) -> Question | None:
        """The question that the walk is at, or None at the other steps."""
        return self.step.question

    @property
    def arms(self) -> tuple[Arm, ...]:
        """The arms of the fork, where the case has one."""
        return self.case.fork.arms if self.case.fork else ()

    @property
    def taken(self) -> tuple[str, ...]:
        """The ids of the arms that were taken so far, in the order in which they were."""
        return self._taken

    def take(self, arm: str | int) -> Step:
        """Take an arm of the fork that the walk is at, and return its first step; one that was taken may be again.

        Args:
            arm: its letter (`"a"`), its number from 1 or its id.

        Raises:
            CaseError: where the walk is at no fork, or there is no such arm.
        """
        if self.step.kind != "fork":
            raise CaseError([Problem("there is no fork at this step; go on with next()")])
        ids = [one.id for one in self.arms]
        named = {letter(place): id_ for place, id_ in enumerate(ids)} | {
            str(number): id_ for number, id_ in enumerate(ids, 1)
        }
        id_ = str(arm) if str(arm) in ids else named.get(str(arm).strip().lower())
        if id_ is None:
            near = nearest_word(str(arm), ids)
            hint = f"did you mean {near}?" if near else f"there are: {', '.join(ids)}"
            raise CaseError([Problem(f"there is no arm {arm!r} here; {hint}")])
        self._take_arms([id_])
        first = self.case.stages_of(id_)[0]
        self.position = next(i for i, step in enumerate(self.steps) if step.stage.id == first.id)
        return self.step

    def _take_arms(self, arms: Iterable[str]) -> None:
        self._taken = tuple(dict.fromkeys((*self._taken, *arms)))
        self.steps = tuple(_steps(self.case, self._taken))

    def _fork_ahead(self) -> int:
        return next(i for i, step in enumerate(self.steps) if step.kind == "fork")

    @property
    def is_done(self) -> bool:
        """Whether the walk is at its last step, the review."""
        return self.position == len(self.steps) - 1

    def next(self) -> Step:
        """Go to the next step, and return it; at the end, stay there.

        At a fork of which no arm was taken yet, this takes the first.
        """
        if self.step.kind == "fork" and not self._taken:
            return self.take(self.arms[0].id)
        self.position = min(self.position + 1, len(self.steps) - 1)
        return self.step

    def back(self) -> Step:
        """Go to the step before, and return it; at the beginning, stay there."""
        self.position = max(self.position - 1, 0)
        return self.step

    def hint(self) -> Hint | None:
        """Return the next hint to the question, and None where there is no other."""
        question = self._asked()
        given = self._hints.get(question.id, 0)
        if given >= len(question.hints):
            return None
        self._hints[question.id] = given + 1
        return question.hints[given]

    @property
    def hints(self) -> tuple[Hint, ...]:
        """The hints to the question that were taken so far; none at the other steps."""
        question = self.step.question
        return () if question is None else question.hints[: self._hints.get(question.id, 0)]

    def answer(self, *chosen: str | int, text: str = "") -> Graded:
        """Answer the question that the walk is at, and return how that is graded.

        The first answer to a graded question counts, for the right one is shown after it: a later one is graded
        and changes nothing. A text may be written anew.

        Args:
            chosen: choices, each by its letter (`"a"`), its number from 1 (0 for none of these) or its id.
            text: what is written, where the question takes a text. Characters that cannot be printed are left out.

        Raises:
            CaseError: where no question is asked at this step, there is no such choice, or the question takes no
                text.
            TypeError: where something else is given than choices and a text.
        """
        question = self._asked()
        for one in chosen:
            if isinstance(one, bool) or not isinstance(one, (str, int)):
                refuse_kind("a choice: its letter, number or id", one, "several are given one by one: answer('a', 'b')")
        if not isinstance(text, str):
            refuse_kind("what is written, as text", text)
        ids = tuple(choice_named(question, one) for one in chosen)
        if text and question.is_graded:
            raise CaseError([Problem("this question takes choices, and no text")])
        if question.is_graded and question.id in self._answers:
            return grade(question, ids)
        answer = Answer(
            question=question.id,
            sha256=question.sha256,
            chosen=ids,
            text=printable(text),
            hints=self._hints.get(question.id, 0),
        )
        return self._keep(answer, grade(question, ids))

    def _asked(self) -> Question:
        if self.step.question is None:
            raise CaseError([Problem("no question is asked at this step; go on with next()")])
        return self.step.question

    def _keep(self, answer: Answer, graded: Graded) -> Graded:
        self._answers[answer.question] = answer
        self._graded[answer.question] = graded
        self._hints[answer.question] = answer.hints
        return graded

    @property
    def answered(self) -> int:
        """How many questions were answered so far."""
        return len(self._answers)

    def graded(self, question: str) -> Graded | None:
        """Return the graded answer to a question, by its id; None where it was not answered."""
        return self._graded.get(question)

    def text(self, question: str) -> str:
        """Return what was written to a question, by its id."""
        return self._answers[question].text if question in self._answers else ""

    @property
    def counting(self) -> tuple[Question, ...]:
        """The questions that count; those of an arm do once one of them is answered."""
        return self.case.counting(self._answers)

    @property
    def score(self) -> Score:
        """How it went so far."""
        scores = [graded.score for graded in self._graded.values() if graded.score is not None]
        asked = sum(question.is_graded for question in self.counting)
        return Score(sum(scores), len(scores), asked, sum(self._hints.values()))

    def review(self) -> tuple[KindScore, ...]:
        """Return how the graded questions went, by what they ask: what went worst first."""
        kinds: dict[str, list[Question]] = {}
        for question in self.counting:
            if question.is_graded:
                kinds.setdefault(question.kind, []).append(question)
        found = []
        for kind, questions in kinds.items():
            graded = tuple((question, self._graded.get(question.id)) for question in questions)
            points = sum(one.score or 0.0 for _, one in graded if one is not None)
            found.append(KindScore(kind, points, len(questions), graded))
        return tuple(sorted(found, key=lambda one: one.points / one.asked))  # keeps their order among equals

    def answers(self) -> Answers:
        """Return the answers so far, as `save` writes them: also those that were taken up and cannot be used now."""
        given = (self._answers.get(question.id) for question in self.case.questions)
        return Answers(
            case=self.case.name,
            answers=(*self._unmatched, *(answer for answer in given if answer is not None)),
        )

    def save(self, path: str | Path) -> None:
        """Write the answers so far to a local file, whole or not at all.

        Args:
            path: the file; it ends in `.json`, so that `summed_up` finds it among those of a class.

        Raises:
            CaseError: where it cannot be written, or ends otherwise.
        """
        write_answers(self.answers(), path_named(path, "the file that answers are written to"))


def walk(
    name: str | Path,
    rulebook: CompiledRulebook | None = None,
    *,
    rules: str | Path | None = None,
    answers: str | Path | None = None,
) -> Walk:
    """Begin to walk through a case, or go on with it.

    Args:
        name: the name of a case, or its file.
        rulebook: which rulebook answers; by default the one in `rules`.
        rules: the rulebook's directory; None for the one that comes with the package.
        answers: a file of answers that were saved before.

    Raises:
        CaseError: where the case or the answers cannot be used.
        TypeError: where something else is given than names of files and a rulebook.
    """
    if isinstance(name, Case):
        refuse_kind("the name of a case or its file", name, "Walk(CASE) walks through one that is loaded")
    if isinstance(rulebook, (str, os.PathLike)):
        refuse_kind("a rulebook", rulebook, "say rules=DIR for its directory, or answers=FILE for saved answers")
    case = load_case(name, rulebook, rules=rules)
    if answers is None:
        return Walk(case)
    saved = read_answers(path_named(answers, "the file of saved answers"))
    try:
        return Walk(case, saved)
    except CaseError as error:
        raise CaseError([problem._replace(file=str(answers)) for problem in error.problems]) from None


def _steps(case: Case, taken: tuple[str, ...]) -> Iterator[Step]:
    """Yield the steps of a walk that has taken these arms, in this order."""
    stages = case.stages_of(None)
    yield from _steps_of(stages)
    for arm in taken:
        yield Step("fork", stages[-1], None)
        stages = case.stages_of(arm)
        yield from _steps_of(stages)
    if case.fork is not None and len(taken) < len(case.fork.arms):
        yield Step("fork", stages[-1], None)
    yield Step("review", stages[-1], None)


def _steps_of(stages: Iterable[Stage]) -> Iterator[Step]:
    for stage in stages:
        yield Step("stage", stage, None)
        yield from (Step("question", stage, question) for question in stage.questions)
        yield Step("outcome", stage, None)
