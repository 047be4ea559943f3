"""A teaching case as its author writes it. No answer stands in it: the engine gives every one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, Any, Literal, NamedTuple, TypeAlias

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from mbc_options.cases.case import Level  # noqa: TC001 - pydantic reads it
from mbc_options.cases.questions.context import Subject
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.errors import Complaint
from mbc_options.source.forms import Text  # noqa: TC001 - pydantic reads it
from mbc_options.source.validation import Strict, refuse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.source.yaml_positions import KeyPath

__all__ = [
    "FEWEST_ARMS",
    "MAX_NAME",
    "NAME",
    "ArmWritten",
    "CaseFile",
    "ForkWritten",
    "PlacedStage",
    "QuestionWritten",
    "StageChange",
    "StageWritten",
    "near_name",
]


MAX_NAME = 60

FEWEST_ARMS = 2
"""Of fewer nobody can choose."""

NAME = re.compile(rf"^[a-z0-9][a-z0-9-]{{0,{MAX_NAME - 1}}}$")
"""What a case or a stage may be called: a name that stands in an answers file or an address as it is."""


def near_name(text: str) -> str:
    """Return the name that is most like a text; empty where it has no letter from a to z and no digit."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:MAX_NAME].rstrip("-")


def _plain(name: str) -> str:
    """Refuse what is no name."""
    if not NAME.fullmatch(name):
        kind, message = "name", "takes small letters, digits and hyphens, e.g. {like}"
        raise PydanticCustomError(kind, message, {"like": near_name(name) or "first-visit"})
    return name


Name = Annotated[
    str, AfterValidator(_plain), WithJsonSchema({"type": "string", "pattern": NAME.pattern, "maxLength": MAX_NAME})
]

if TYPE_CHECKING:
    KindName: TypeAlias = str
else:
    KindName = Literal[tuple(KINDS)]

_NEEDED = {
    "option": "an option: the id of a class or member",
    "disagreement": "a disagreement: its id",
    "prompt": "a prompt: what to think or write about",
    "learned": "learned: what would be learned, as {FIELD: VALUE}",
}
"""How a key is told that a question needs."""


def _as_mapping(data: Any) -> Any:
    return {"ask": data} if isinstance(data, str) else data


class QuestionWritten(Strict):
    """A question, as its author writes it: `candidates`, or a mapping.

    Attributes:
        ask: what it asks: the name of a kind of question.
        of: a class; its members are asked for instead of the classes.
        option: the class or member that it is about.
        disagreement: or the disagreement, one of whose sides it is about.
        side: which one, from 1; 1 where nothing is said.
        learned: what would be learned besides, as in a patient's description: a field and its value.
        prompt: the author's own wording of the question.
        hint: the author's own hint, given before ours.
    """

    ask: KindName
    of: str | None = None
    option: str | None = None
    disagreement: str | None = None
    side: Annotated[int, WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]})] | None = (
        None
    )
    learned: dict[str, Any] | None = None
    prompt: Text | None = None
    hint: Text | None = None

    @model_validator(mode="after")
    def _is_about_what_it_asks(self) -> QuestionWritten:
        kind = KINDS[self.ask]
        complaints = []
        for key in ("of", "option", "disagreement", "side", "learned"):
            if getattr(self, key) is not None and key not in kind.accepts:
                accepts = f"takes {', '.join(kind.accepts)}" if kind.accepts else "is about no one thing"
                complaints.append(Complaint(f"{self.ask} takes no {key}; it {accepts}", (key,), at_key=True))
        given = [key for key in kind.needs if getattr(self, key) is not None]
        if len(kind.needs) == 1 and not given:
            complaints.append(Complaint(f"{self.ask} needs {_NEEDED[kind.needs[0]]}"))
        elif len(kind.needs) > 1 and len(given) != 1:
            either = " or ".join(_NEEDED[key].partition(":")[0] for key in kind.needs)
            complaints.append(Complaint(f"{self.ask} needs {either}, and not both"))
        elif "side" in kind.accepts and self.side is not None and self.disagreement is None:
            complaints.append(Complaint("side is for a disagreement", ("side",), at_key=True))
        if kind.needs_too and not getattr(self, kind.needs_too):
            complaints.append(Complaint(f"{self.ask} needs {_NEEDED[kind.needs_too]}"))
        if self.side is not None and self.side < 1:
            complaints.append(Complaint("sides are counted from 1", ("side",)))
        if complaints:
            refuse("question", complaints)
        return self

    @property
    def subject(self) -> Subject:
        """What it is about."""
        for key in ("of", "option", "disagreement"):
            if (id_ := getattr(self, key)) is not None:
                return Subject(key, id_, self.side or 1, self.learned or {})
        return Subject()

    @property
    def id(self) -> str:
        """What it asks, and of what: its name within the stage."""
        subject = self.subject
        side = str(subject.side) if subject.key == "disagreement" else ""
        return ".".join(filter(None, (self.ask, subject.id, side, near_name(str(self.learned or "")))))


class StageChange(Strict):
    """What became known or changed since the stage before.

    Attributes:
        set: fields of the description that are this from now on, whole.
        add: names and treatments that come to those in a field. A treatment that was going on, or whose
            outcome was not known, has this outcome now; any other outcome stays true beside it.
        remove: names that are no longer there.
    """

    set: dict[str, Any] | None = None
    add: dict[str, Any] | None = None
    remove: dict[str, Any] | None = None

    @model_validator(mode="after")
    def _changes_something(self) -> StageChange:
        if not (self.set or self.add or self.remove):
            refuse("change", [Complaint("changes nothing; it takes set, add and remove")])
        return self


class StageWritten(Strict):
    """One meeting with the patient.

    Attributes:
        id: its name within the case.
        title: a heading.
        narrative: the story, in paragraphs divided by empty lines.
        patient: the description of the patient, in the first stage.
        change: what is otherwise since the stage before, in the later ones.
        wish: what the patient wants. No rule asks for it.
        note: for the teacher; printed with the solutions.
        questions: what is asked.
    """

    id: Name
    title: Text
    narrative: Text
    patient: dict[str, Any] | None = None
    change: StageChange | None = None
    wish: Text | None = None
    note: Text | None = None
    questions: tuple[Annotated[QuestionWritten, BeforeValidator(_as_mapping)], ...] = ()


class ArmWritten(Strict):
    """One of the ways on which a case goes on after a fork.

    Attributes:
        id: its name within the case.
        title: what is found there, in a few words.
        stages: the meetings with the patient on this way; the first says what is found, as change.
    """

    id: Name
    title: Text
    stages: tuple[StageWritten, ...]


class ForkWritten(Strict):
    """Where a case goes on in more than one way, by what is found.

    Attributes:
        asks: what is found, as a question.
        arms: what it may be, each with its own stages; no patient fits two of them.
    """

    asks: Text
    arms: tuple[ArmWritten, ...]


class PlacedStage(NamedTuple):
    """A stage where it stands in a case.

    Attributes:
        written: the stage.
        path: the keys that lead to it.
        before: the index of the stage before, among all stages; None for the first.
        arm: the arm that it belongs to; None where every patient comes by.
    """

    written: StageWritten
    path: KeyPath
    before: int | None
    arm: ArmWritten | None


class CaseFile(Strict):
    """A file of `cases/`.

    Attributes:
        title: what the case is called.
        level: for whom it is.
        summary: a sentence or two for the list of cases; it gives no verdict away.
        goals: what a learner can do afterwards.
        stages: the meetings with the patient, in their order.
        fork: how the case goes on after them, where it does so in more than one way. The ways do not meet again.
    """

    title: Text
    level: Level
    summary: Text
    goals: tuple[Text, ...]
    stages: tuple[StageWritten, ...]
    fork: ForkWritten | None = None

    @property
    def every_stage(self) -> tuple[PlacedStage, ...]:
        """All stages, those of each arm after one another, as they stand in the file."""
        return tuple(self._placed())

    def _placed(self) -> Iterator[PlacedStage]:
        number = len(self.stages)
        for i, stage in enumerate(self.stages):
            yield PlacedStage(stage, ("stages", i), i - 1 if i else None, None)
        for k, arm in enumerate(self.fork.arms if self.fork else ()):
            for j, stage in enumerate(arm.stages):
                before = number - 1 if j else len(self.stages) - 1
                yield PlacedStage(stage, ("fork", "arms", k, "stages", j), before, arm)
                number += 1

    @model_validator(mode="after")
    def _goes_on(self) -> CaseFile:
        complaints = []
        if not self.goals:
            complaints.append(Complaint("a case has at least one goal", ("goals",)))
        if not self.stages:
            complaints.append(Complaint("a case has at least one stage", ("stages",)))
        seen: set[str] = set()
        for placed in self.every_stage:
            stage, here = placed.written, placed.path
            if stage.id in seen:
                complaints.append(Complaint(f"the stage {stage.id!r} is there already", (*here, "id")))
            seen.add(stage.id)
            complaints += _order_complaints(placed)
            complaints += _repeated(stage, here)
        if self.fork is not None:
            complaints += _fork_complaints(self.fork)
        if not any(placed.written.questions for placed in self.every_stage):
            complaints.append(Complaint("a case asks at least one question", ("stages",)))
        if complaints:
            refuse("case", complaints)
        return self


def _fork_complaints(fork: ForkWritten) -> Iterator[Complaint]:
    """Complain of what makes no fork, and of arms that nobody could tell apart."""
    here = ("fork", "arms")
    if len(fork.arms) < FEWEST_ARMS:
        number = "one" if fork.arms else "none"
        yield Complaint(f"a fork has two arms or more, and here is {number}; what follows alone stands in stages", here)
    ids: set[str] = set()
    titles: set[str] = set()
    for k, arm in enumerate(fork.arms):
        if arm.id in ids:
            yield Complaint(f"the arm {arm.id!r} is there already", (*here, k, "id"))
        if arm.title.casefold() in titles:
            yield Complaint(f"another arm has the title {arm.title!r} already", (*here, k, "title"))
        if not arm.stages:
            yield Complaint("an arm has at least one stage, whose change says what is found", (*here, k))
        ids.add(arm.id)
        titles.add(arm.title.casefold())


def _order_complaints(placed: PlacedStage) -> list[Complaint]:
    """Complain of what stands in the wrong stage: a whole patient in a later one, a change in the first."""
    stage, here = placed.written, placed.path
    if placed.before is None:
        complaints = [
            Complaint(f"{asked.ask} looks back; the first stage has none before it", (*here, "questions", i, "ask"))
            for i, asked in enumerate(stage.questions)
            if KINDS[asked.ask].looks_back
        ]
        if stage.patient is None:
            complaints.append(Complaint("the first stage needs a patient: a description, as in a patient file", here))
        if stage.change is not None:
            complaints.append(Complaint("the first stage has nothing to change", (*here, "change"), at_key=True))
        return complaints
    if stage.patient is not None:
        message = "only the first stage describes the patient; say here what is otherwise, as change"
        return [Complaint(message, (*here, "patient"), at_key=True)]
    if stage.change is None and stage.wish is None:
        return [Complaint("a later stage needs a change or a wish", here)]
    return []


def _repeated(stage: StageWritten, here: KeyPath) -> list[Complaint]:
    seen: set[str] = set()
    complaints = []
    for i, asked in enumerate(stage.questions):
        if asked.id in seen and KINDS[asked.ask].is_graded:
            complaints.append(Complaint(f"{asked.id} is asked twice in this stage", (*here, "questions", i)))
        seen.add(asked.id)
    return complaints
