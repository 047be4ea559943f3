"""The forms of the files of codes, `codes/*.yaml`; the comments of each file explain its keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from mbc_options.source.forms import Form, Identifier, Text, YesNo
from mbc_options.vocabulary.registry import RegistryForm  # noqa: TC001 - a field is read by its type

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "CodeSystem",
    "Coded",
    "CodedAnswer",
    "CodedCondition",
    "CodedElement",
    "CodedOutcome",
    "CodedSetting",
    "CodedSite",
    "CodedSites",
    "CodedState",
    "CodedTest",
    "CodedTissue",
    "CodedTreatment",
    "CodesFile",
    "merged",
]


class CodeSystem(Form):
    """A code system, with the addresses that records give it."""

    id: Identifier
    label: Text
    also: tuple[Text, ...] = ()


class Coded(Form):
    """What is known by codes, by how codes begin, or by a pattern in the text."""

    codes: dict[Identifier, tuple[Text, ...]] | None = None
    prefixes: dict[Identifier, tuple[Text, ...]] | None = None
    pattern: Text | None = None


class CodedAnswer(Coded):
    """What an answer to a test means.

    Attributes:
        value: the value, as the field of the test may have it.
        of: the field that may be answered so; any where it is None.
        voids: the value that was found before, and says nothing any more.
        unused: why the answer counts for nothing.
        notice: what a reader is told of it; {date} stands for when it was so.
    """

    value: Text | None = None
    of: Identifier | None = None
    voids: Text | None = None
    unused: Text | None = None
    notice: Text | None = None


class CodedTest(Coded):
    """A test; `codes/tests.yaml` explains the keys."""

    field: Identifier | None = None
    unused: Text | None = None
    part: Literal["ihc", "ish"] | None = None
    written: Text = "{value}"
    quantity: Text | None = None
    units: tuple[Text, ...] = ()
    only: tuple[Text, ...] = ()
    any_cancer: YesNo = False
    of_person: YesNo = False
    answers: tuple[CodedAnswer, ...] = ()


class CodedCondition(Coded):
    """What a condition is; `codes/conditions.yaml` explains the keys."""

    kind: Literal["illness", "spread", "anywhere", "another", "former", "past", "aside", "proof"]
    label: Text | None = None
    name: Text | None = None
    undecided: YesNo = False
    over_codes: YesNo = False
    is_cancer: YesNo = False
    proves: dict[Identifier, Text] | None = None
    voids: dict[Identifier, Text] | None = None


class CodedSite(Coded):
    """A part of the body, by the name that it has in the field of sites."""

    name: Text


class CodedSites(Form):
    """Where in the body something is.

    Attributes:
        field: the field of names that says so.
        confirmed_by: the field that says that there is spread where no site is told.
        primary: the names of where the illness begins.
        without: patterns that are taken out of a text before it is read as a name.
        codes: parts of the body by code.
    """

    field: Identifier
    confirmed_by: Identifier
    primary: tuple[Text, ...] = ()
    without: tuple[Text, ...] = ()
    codes: tuple[CodedSite, ...] = ()


class CodedTissue(Coded):
    """What is said where the specimen of a result of some fields (`of`) is of some tissue.

    Attributes:
        at: the names of sites that tell it, too.
    """

    field: Identifier
    value: Text
    of: tuple[Identifier, ...]
    at: tuple[Text, ...] = ()


class CodedTreatment(Coded):
    """A drug or procedure; `needs_reason` where it counts only for a reason that the record gives.

    Attributes:
        treatment: its name; None where it is no treatment.
        unused: why it is none.
    """

    treatment: Text | None = None
    unused: Text | None = None
    names: tuple[Text, ...] = ()
    needs_reason: YesNo = False


class CodedOutcome(Coded):
    """Why a treatment ended; `of_one` where it may be so of one of several that were given together."""

    outcome: Identifier
    of_one: YesNo = False


class CodedSetting(Coded):
    """In which setting a treatment was given.

    Attributes:
        reason: the kind of condition that it was given for, where that tells the setting.
        needs: a fact without which it is not proved.
    """

    setting: Identifier
    reason: Literal["illness", "spread"] | None = None
    needs: Identifier | None = None


class CodedState(Form):
    """What follows from an element that says whether a resource counts; `codes/fhir.yaml` explains the keys.

    Attributes:
        codes: those that say it; where there are none, that the element is there says it.
    """

    types: tuple[Identifier, ...] = ()
    element: Identifier | None = None
    extension: Text | None = None
    codes: tuple[Text, ...] = ()
    ignored: Text | None = None
    told: Text | None = None
    voids: dict[Identifier, Text] | None = None
    outcome: Identifier | None = None
    is_over: YesNo = False


class CodedElement(Form):
    """An element that a field is read from as it stands, or that a reader is told of and that is not read."""

    type: Identifier
    element: Identifier
    field: Identifier | None = None
    told: Text | None = None


class CodesFile(Form):
    """A file of codes; several files add up."""

    systems: tuple[CodeSystem, ...] = ()
    tests: tuple[CodedTest, ...] = ()
    answers: tuple[CodedAnswer, ...] = ()
    conditions: tuple[CodedCondition, ...] = ()
    places: CodedSites | None = None
    tissues: tuple[CodedTissue, ...] = ()
    drugs: tuple[CodedTreatment, ...] = ()
    procedures: tuple[CodedTreatment, ...] = ()
    outcomes: tuple[CodedOutcome, ...] = ()
    settings: tuple[CodedSetting, ...] = ()
    states: tuple[CodedState, ...] = ()
    elements: tuple[CodedElement, ...] = ()
    lasting: dict[Identifier, Text] | None = None
    begun_after: dict[Identifier, Identifier] | None = None
    registry: RegistryForm | None = None


def merged(files: Iterable[CodesFile]) -> CodesFile:
    """Return one file that says what several do: their lists and mappings add up, and of all else the first counts."""
    said: dict[str, Any] = {}
    for file in files:
        for name, part in file.__dict__.items():
            said[name] = _added(said.get(name), part)
    return CodesFile(**said)


def _added(before: Any, part: Any) -> Any:
    if before and part and isinstance(part, tuple):
        return (*before, *part)
    if before and part and isinstance(part, dict):
        return {**before, **part}
    return before or part
