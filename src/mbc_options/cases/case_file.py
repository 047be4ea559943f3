"""A teaching case as its author writes it. No answer stands in it: the engine gives every one."""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, StringConstraints, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from mbc_options.source.validation import Complaint, Strict, refuse

__all__ = ["MAX_NAME", "NAME", "Asked", "CaseFile", "Change", "Kind", "Level", "StageWritten", "near_name"]


MAX_NAME = 60

NAME = re.compile(rf"^[a-z0-9][a-z0-9-]{{0,{MAX_NAME - 1}}}$")
"""What a case or a stage may be called: a name that stands in an answers file or an address as it is."""

_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def _printable(text: str) -> str:
    """Refuse what a quoted text can hide: characters that a terminal would obey, and that no page can hold."""
    if bad := _CONTROL.search(text):
        kind, message = "control", "holds a control character, {sign}; remove it"
        raise PydanticCustomError(kind, message, {"sign": f"U+{ord(bad[0]):04X}"})
    return text


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1), AfterValidator(_printable)]


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

Kind = Literal["candidates", "undetermined", "next_test", "why_not", "changed", "moved_by", "says_who", "reflect"]
"""What a question asks; see `Asked`."""

Level = Literal["introductory", "intermediate", "advanced"]

_SUBJECTS: dict[str, tuple[str, ...]] = {
    "candidates": ("of",),
    "why_not": ("option",),
    "moved_by": ("option",),
    "says_who": ("option", "disagreement", "side"),
}
"""Which fields say what a question is about."""


def _as_mapping(data: Any) -> Any:
    return {"ask": data} if isinstance(data, str) else data


class Asked(Strict):
    """A question, as its author writes it: `candidates`, or a mapping.

    Attributes:
        ask: what it asks. `candidates`: which classes are candidates now; `undetermined`: which still
            are; `next_test`: which single unknown fact would settle most; `why_not`: why an option is not
            described; `changed`: which classes changed their status since the stage before; `moved_by`:
            which change moved an option; `says_who`: which documents say so; `reflect`: a free text,
            which nobody grades.
        of: a class; its members are asked for instead of the classes.
        option: the class or member that it is about.
        disagreement: or the disagreement, one of whose sides it is about.
        side: which one, from 1; 1 where nothing is said.
        prompt: the author's own wording of the question.
        hint: the author's own hint, given before ours.
    """

    ask: Kind
    of: str | None = None
    option: str | None = None
    disagreement: str | None = None
    side: Annotated[int, WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]})] | None = (
        None
    )
    prompt: Text | None = None
    hint: Text | None = None

    @model_validator(mode="after")
    def _is_about_what_it_asks(self) -> Asked:
        complaints = []
        subjects = _SUBJECTS.get(self.ask, ())
        for field in ("of", "option", "disagreement", "side"):
            if getattr(self, field) is not None and field not in subjects:
                takes = f"takes {', '.join(subjects)}" if subjects else "is about no one thing"
                complaints.append(Complaint((field,), f"{self.ask} takes no {field}; it {takes}", at_key=True))
        if self.ask in {"why_not", "moved_by"} and self.option is None:
            complaints.append(Complaint((), f"{self.ask} needs an option: the id of a class or member"))
        if self.ask == "says_who":
            if (self.option is None) == (self.disagreement is None):
                complaints.append(Complaint((), "says_who needs an option or a disagreement, and not both"))
            elif self.side is not None and self.disagreement is None:
                complaints.append(Complaint(("side",), "side is for a disagreement", at_key=True))
        if self.side is not None and self.side < 1:
            complaints.append(Complaint(("side",), "sides are counted from 1"))
        if self.ask == "reflect" and self.prompt is None:
            complaints.append(Complaint((), "reflect needs a prompt: what to think or write about"))
        if complaints:
            refuse("question", complaints)
        return self

    @property
    def id(self) -> str:
        """What it asks, and of what: its name within the stage."""
        side = f"{self.disagreement}.{self.side or 1}" if self.disagreement else None
        return ".".join(filter(None, (self.ask, self.of or self.option or side)))


class Change(Strict):
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
    def _changes_something(self) -> Change:
        if not (self.set or self.add or self.remove):
            refuse("change", [Complaint((), "changes nothing; it takes set, add and remove")])
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
    change: Change | None = None
    wish: Text | None = None
    note: Text | None = None
    questions: tuple[Annotated[Asked, BeforeValidator(_as_mapping)], ...] = ()


class CaseFile(Strict):
    """A file of `cases/`.

    Attributes:
        title: what the case is called.
        level: for whom it is.
        summary: a sentence or two for the list of cases; it gives no verdict away.
        goals: what a learner can do afterwards.
        stages: the meetings with the patient, in their order.
    """

    title: Text
    level: Level
    summary: Text
    goals: tuple[Text, ...]
    stages: tuple[StageWritten, ...]

    @model_validator(mode="after")
    def _goes_on(self) -> CaseFile:
        complaints = []
        if not self.goals:
            complaints.append(Complaint(("goals",), "a case has at least one goal"))
        if not self.stages:
            complaints.append(Complaint(("stages",), "a case has at least one stage"))
        seen: dict[str, int] = {}
        for i, stage in enumerate(self.stages):
            here = ("stages", i)
            if stage.id in seen:
                complaints.append(Complaint((*here, "id"), f"the stage {stage.id!r} is there already"))
            seen[stage.id] = i
            complaints += _order_complaints(stage, here)
            complaints += _repeated(stage, here)
        if not any(stage.questions for stage in self.stages):
            complaints.append(Complaint(("stages",), "a case asks at least one question"))
        if complaints:
            refuse("case", complaints)
        return self


def _order_complaints(stage: StageWritten, here: tuple[str | int, ...]) -> list[Complaint]:
    """Complain of what stands in the wrong stage: a whole patient in a later one, a change in the first."""
    if here[-1] == 0:
        complaints = [
            Complaint((*here, "questions", i, "ask"), f"{asked.ask} looks back; the first stage has none before it")
            for i, asked in enumerate(stage.questions)
            if asked.ask in {"changed", "moved_by"}
        ]
        if stage.patient is None:
            complaints.append(Complaint(here, "the first stage needs a patient: a description, as in a patient file"))
        if stage.change is not None:
            complaints.append(Complaint((*here, "change"), "the first stage has nothing to change", at_key=True))
        return complaints
    if stage.patient is not None:
        message = "only the first stage describes the patient; say here what is otherwise, as change"
        return [Complaint((*here, "patient"), message, at_key=True)]
    if stage.change is None and stage.wish is None:
        return [Complaint(here, "a later stage needs a change or a wish")]
    return []


def _repeated(stage: StageWritten, here: tuple[str | int, ...]) -> list[Complaint]:
    seen: set[str] = set()
    complaints = []
    for i, asked in enumerate(stage.questions):
        if asked.id in seen and asked.ask != "reflect":
            complaints.append(Complaint((*here, "questions", i), f"{asked.id} is asked twice in this stage"))
        seen.add(asked.id)
    return complaints
