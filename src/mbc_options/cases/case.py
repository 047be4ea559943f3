"""A teaching case worked out: what the engine says at every stage, and each question with its answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from mbc_options.cases.topic import Topic
from mbc_options.exploration.assessment import Assessment, Citation, RulebookInfo
from mbc_options.exploration.comparison import Comparison
from mbc_options.exploration.status import Status
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import Source, Term
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Container

__all__ = [
    "NONE",
    "AnswerChoice",
    "Arm",
    "Case",
    "Criterion",
    "Fork",
    "Hint",
    "Level",
    "NearMiss",
    "PossibleAnswer",
    "Question",
    "Stage",
    "Way",
]

NONE = "none"
"""The choice that none of the others is right."""

Level = Literal["introductory", "intermediate", "advanced"]


class Criterion(Result):
    """What passages ask for.

    Attributes:
        when: the condition, readable.
        rules: ids of the rules that have it.
        claims: the passages.
    """

    when: str
    rules: tuple[str, ...]
    claims: tuple[str, ...]


class NearMiss(Result):
    """A patient otherwise alike for whom a choice would be right.

    Attributes:
        facts: the facts that would have to be otherwise, or to turn out so, readable; mostly one.
        known: whether they are known to be otherwise; else they are unknown here.
        to: the status then.
        asks: the conditions that would then be met, without those that others among them imply: what a wrong answer
            may have taken for the real thing.
    """

    facts: tuple[str, ...]
    known: bool
    to: Status
    asks: tuple[Criterion, ...]

    @property
    def rules(self) -> tuple[str, ...]:
        """The ids of the rules that would then hold."""
        return tuple(rule for one in self.asks for rule in one.rules)

    @property
    def claims(self) -> tuple[str, ...]:
        """The passages of these rules."""
        return tuple(dict.fromkeys(claim for one in self.asks for claim in one.claims))


class PossibleAnswer(Result):
    """An answer to an unknown fact, and what it would settle.

    Attributes:
        value: the answer, readable.
        options: the names of the classes and members that it settles.
    """

    value: str
    options: tuple[str, ...]


class AnswerChoice(Result):
    """One of the answers to choose from, with why it is right or wrong for this patient.

    Attributes:
        id: the id of an option, fact or document; facts with their values (`er=positive`), where it is made of such;
            `none` for "none of these", `warning` for "the documents warn against it". It tells nothing of whether
            it is right.
        label: its name.
        right: whether it is right.
        tells: which sentence says why: one of those that its kind of question has (`QuestionKind.sentences`).
        status: the status of the option now, where the choice is one.
        before: its status at the stage before, where that matters.
        facts: the minimal facts that decide, readable.
        near: patients one fact away (or, where there is none, as near as can be) for whom it would be right;
            for an option that moved, the other changes that would have moved it alone.
        others: for a reason of many facts, the names of those (all absences) that its label leaves out; the question
            lists them.
        settles: what each answer would settle, where the choice is an unknown fact.
        text: a rationale, or what a side of a disagreement says; empty where there is none.
        claims: the passages.
    """

    id: str
    label: str
    right: bool
    tells: str
    status: Status | None = None
    before: Status | None = None
    facts: tuple[str, ...] = ()
    near: tuple[NearMiss, ...] = ()
    others: tuple[str, ...] = ()
    settles: tuple[PossibleAnswer, ...] = ()
    text: str = ""
    claims: tuple[str, ...] = ()

    @property
    def asks(self) -> tuple[Criterion, ...]:
        """What the passages ask for that describe the option for one of the near patients; each condition once."""
        return tuple({one.when: one for miss in self.near for one in miss.asks}.values())


class Hint(Result):
    """A help that gives no answer away.

    Attributes:
        kind: `author` (the author's own), `count` (how many choices are right), `facts` (which facts to
            look at), `rules` (what the passages ask for).
        texts: what it says: a sentence of the author, names of facts, or conditions.
        number: how many, for `count`.
    """

    kind: Literal["author", "count", "facts", "rules"]
    texts: tuple[str, ...] = ()
    number: int = 0

    def __str__(self) -> str:
        return "; ".join(self.texts) or f"{self.number} of them right"

    __repr__ = __str__


class Question(Result):
    """A question of a stage, with every answer to choose from.

    Attributes:
        id: its name within the case: the stage's id, then what it asks, and of what.
        sha256: the digest of what is asked: of the patient, the choices and which of them are right. An answer
            counts for the question with this digest alone; wordings do not change it.
        kind: what it asks: the name of a kind of question (`QuestionKind.name`).
        about: the id of the class, member or disagreement that it is about, or None.
        label: the name of that.
        prompt: the author's own wording, or None for ours.
        says: what the side says that it is about, for `says_who` of a disagreement; else empty.
        status: the status now of the option that it is about, or None.
        before: that option's status at the stage before, for `moved_by`, or None.
        many: whether more than one choice may be right.
        choices: the answers to choose from, in a fixed order that tells nothing; none for `reflect`.
        hints: helps, the mildest first.
        learned: what would be learned besides, for `if_learned`; else empty.
    """

    id: str
    sha256: str
    kind: str
    about: str | None
    label: str
    prompt: str | None
    says: str
    status: Status | None
    before: Status | None
    many: bool
    choices: tuple[AnswerChoice, ...]
    hints: tuple[Hint, ...]
    learned: str = ""

    def __str__(self) -> str:
        return "\n".join([self.id, *(f"  {choice.id}: {choice.label or choice.id}" for choice in self.choices)])

    __repr__ = __str__

    @property
    def right(self) -> tuple[AnswerChoice, ...]:
        """The right choices."""
        return tuple(choice for choice in self.choices if choice.right)

    @property
    def is_graded(self) -> bool:
        """Whether there is something to be right about."""
        return bool(self.choices)


class Stage(Result):
    """One meeting with the patient.

    Attributes:
        id: its name within the case.
        title: a heading.
        narrative: the story, as paragraphs.
        wish: what the patient wants, or None.
        note: for the teacher, or None.
        assessment: what the documents describe for the patient now.
        comparison: the patient of the stage before beside the one now; None in the first stage.
        questions: what is asked.
        arm: the id of the arm that it belongs to; None where every patient comes by.
    """

    id: str
    title: str
    narrative: tuple[str, ...]
    wish: str | None
    note: str | None
    assessment: Assessment
    comparison: Comparison | None
    questions: tuple[Question, ...]
    arm: str | None = None

    def __str__(self) -> str:
        return f"{self.title}: {counted(len(self.questions), 'question')}"

    __repr__ = __str__


class Arm(Result):
    """One of the ways on which a case goes on after a fork.

    Attributes:
        id: its name within the case.
        title: what is found there.
    """

    id: str
    title: str


class Fork(Result):
    """Where a case goes on in more than one way. The ways do not meet again.

    Attributes:
        asks: what is found, as a question.
        arms: what it may be; no patient fits two of them.
    """

    asks: str
    arms: tuple[Arm, ...]


class Way(NamedTuple):
    """One way through a case, from its first stage to an end.

    Attributes:
        arm: the arm that is taken; None where the case does not fork.
        stages: the meetings with the patient on it, in their order.
        numbers: the number of each among all stages of the case, from 1.
    """

    arm: Arm | None
    stages: tuple[Stage, ...]
    numbers: tuple[int, ...]


class Case(Result):
    """A teaching case, worked out by a rulebook.

    Attributes:
        name: the name of its file, without the ending.
        title: what it is called.
        level: `introductory`, `intermediate` or `advanced`.
        summary: what it is about.
        goals: what a learner can do afterwards.
        minutes: about how many minutes a class takes (`minutes_of`).
        topics: the classes and disagreements that it asks about.
        sha256: the digest of what its author wrote; a comment changes nothing.
        rulebook: which rulebook speaks.
        stages: the meetings with the patient, in their order; after a fork those of each arm, arm by arm.
        fork: where it goes on in more than one way; None where it does not.
        glossary: every special word that the rulebook explains.
        claims: every passage that an answer rests on, by id.
        documents: the documents.
    """

    name: str
    title: str
    level: Level
    summary: str
    goals: tuple[str, ...]
    minutes: int
    topics: tuple[Topic, ...]
    sha256: str
    rulebook: RulebookInfo
    stages: tuple[Stage, ...]
    fork: Fork | None = None
    glossary: tuple[Annotated[Term, Authored()], ...]
    claims: FrozenDict[Citation]
    documents: tuple[Annotated[Source, Authored()], ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in their order."""
        return tuple(question for stage in self.stages for question in stage.questions)

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways through it: one, or one for each arm."""
        return tuple(self._way(arm) for arm in (self.fork.arms if self.fork else (None,)))

    def _way(self, arm: Arm | None) -> Way:
        numbers = [i for i, stage in enumerate(self.stages, 1) if stage.arm in {None, arm.id if arm else None}]
        return Way(arm, tuple(self.stages[i - 1] for i in numbers), tuple(numbers))

    def stages_of(self, arm: str | None) -> tuple[Stage, ...]:
        """Return the stages of an arm, by its id; for None those by which every patient comes."""
        return tuple(stage for stage in self.stages if stage.arm == arm)

    def before(self, stage: Stage) -> Stage | None:
        """Return the stage before another one, on its way; None before the first."""
        place = self.stages.index(stage)
        if place and stage.arm != self.stages[place - 1].arm:
            return self.stages_of(None)[-1]
        return self.stages[place - 1] if place else None

    def arm_of(self, stage: Stage) -> Arm | None:
        """Return the arm that a stage belongs to; None where every patient comes by."""
        return next((arm for arm in self.fork.arms if arm.id == stage.arm), None) if self.fork else None

    def counting(self, answered: Container[str]) -> tuple[Question, ...]:
        """Return the questions that count for somebody; those of an arm do once one of them is answered.

        Args:
            answered: the ids of the questions that were answered.
        """
        arms = {stage.arm for stage in self.stages if any(question.id in answered for question in stage.questions)}
        return tuple(question for stage in self.stages if stage.arm in {None, *arms} for question in stage.questions)

    def __str__(self) -> str:
        lines = [f"{self.title} ({self.level}; rulebook {self.rulebook.name} {self.rulebook.version})"]
        for i, stage in enumerate(self.stages, 1):
            arm = self.arm_of(stage)
            title = f"{arm.title}: {stage.title}" if arm else stage.title
            lines.append(f"  {i}. {title}: {counted(len(stage.questions), 'question')}")
        return "\n".join(lines)

    __repr__ = __str__
