"""What became of every resource of a record: used for what, ignored why, or in conflict with which other."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias

from mbc_options.frozendict import FrozenDict
from mbc_options.record import Record
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import Term
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.patient.description import Description
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = [
    "Entry",
    "Outcome",
    "RecordFact",
    "RecordPatient",
    "RecordReceipt",
    "RecordReceipts",
    "Source",
    "by_resource",
    "record_receipts",
    "tell_nobody",
]

Outcome: TypeAlias = Literal["used", "ignored", "conflicting"]
_STRONGEST_FIRST: tuple[Outcome, ...] = ("used", "conflicting", "ignored")


class Source(Record):
    """Where something stands in a record.

    Attributes:
        file: the file; empty where it came from none.
        type: the type of resource or element (`Observation`, `Menge_ST`).
        id: its id; empty where it has none.
        date: when it was so (`2023-02-01`, `2023-02`, `2023`); empty where that is not said.
        code: the code that it was read by, with its system (`loinc 85337-4`), or the text where it has no code.
        element: the part of it that is meant (`valueCodeableConcept`); empty for all of it.
    """

    file: str = ""
    type: str
    id: str = ""
    date: str = ""
    code: str = ""
    element: str = ""

    def named(self, name: str) -> str:
        """Return what something here is called, with the id where it has one."""
        return f"{name} ({self.id})" if self.id else name

    def is_with(self, other: Source) -> bool:
        """Tell whether both are of one resource, and of one day that it names."""
        here, there = ((one.file, one.type, one.id, one.date) for one in (self, other))
        return bool(self.id and self.date) and here == there


class Entry(Record):
    """One line of a receipt.

    Attributes:
        source: what was read.
        outcome: `used`, `ignored`, or `conflicting` where another one stands against it.
        what: the fact or field that it was read for (`er`, `sites.bone`, `prior.letrozole`); empty where for none.
        value: what it says of that.
        why: why it was ignored, or how the conflict was settled; empty where it was used as it stands.
    """

    source: Source
    outcome: Outcome
    what: str = ""
    value: str = ""
    why: str = ""


class RecordFact(Record):
    """Something that a record speaks of, or that follows from it, in words.

    Attributes:
        what: the fact or field, as `Entry.what` has it.
        field: what its field is called (`sites`).
        label: what it is called itself (`liver metastases`).
        says: how it reads as it is known; empty where the record leaves it unknown.
        rests_on: the positions of the lines that it rests on.
        follows_from: other facts, as `what`, each of which it follows from by itself.
        values: how each of its values reads that a line has.
    """

    what: str
    field: str
    label: str
    says: str = ""
    rests_on: tuple[int, ...] = ()
    follows_from: tuple[str, ...] = ()
    values: FrozenDict[str] = FrozenDict()


class RecordReceipt(Result):
    """The account of a record.

    Attributes:
        patient: the id of the patient; empty where it is of none.
        entries: a line for each thing that was read of each resource, in the order of the record.
        notices: what a reader should know about how it was read.
        facts: what it speaks of, in words: first what is known, then what stays unknown all the same.
        unknown: what the fields are called of which it says nothing. That denies none of them.
    """

    patient: str = ""
    entries: tuple[Entry, ...] = ()
    notices: tuple[str, ...] = ()
    facts: tuple[RecordFact, ...] = ()
    unknown: tuple[str, ...] = ()

    @property
    def receipts(self) -> tuple[RecordReceipt, ...]:
        """The receipt itself, as `RecordReceipts` has it, so that both are shown alike."""
        return (self,)

    @property
    def passed_over(self) -> tuple[RecordReceipt, ...]:
        """Nothing, likewise."""
        return ()

    def noting(self, *notices: str) -> RecordReceipt:
        """Return the receipt with further notices, before its own."""
        return replace(self, notices=(*notices, *self.notices))

    def used_for(self, what: str) -> tuple[Entry, ...]:
        """Return the lines that a fact or field rests on."""
        return tuple(entry for entry in self.entries if entry.outcome == "used" and entry.what == what)


class RecordReceipts(Result):
    """The account of several records, or of a file or folder with the records of several patients.

    Attributes:
        receipts: that of each patient.
        passed_over: those of patients who are none of ours, and of what could not be read.
        glossary: the special words that a page of it explains; None for those of the rulebook of the package.
    """

    receipts: tuple[RecordReceipt, ...]
    passed_over: tuple[RecordReceipt, ...] = ()
    glossary: tuple[Annotated[Term, Authored()], ...] | None = None

    def __str__(self) -> str:
        return f"{counted(len(self.receipts), 'patient')}, {len(self.passed_over)} passed over"

    __repr__ = __str__


class RecordPatient(Record):
    """A patient from a record.

    Attributes:
        id: as the record has it.
        description: what is known, in the mapping form: a record proves what it names and denies nothing.
        receipt: the account of everything that the record holds of the patient.
    """

    id: str
    description: Description
    receipt: RecordReceipt


def by_resource(lines: Iterable[tuple[int, Entry]]) -> dict[tuple[str, ...], Outcome]:
    """Return what became of each resource: used, or else contested, or nothing at all.

    Args:
        lines: lines of a receipt, each with its position; one of a resource without an id is of one by itself.
    """
    found: dict[tuple[str, ...], Outcome] = {}
    for number, entry in lines:
        source, outcome = entry.source, entry.outcome
        key = (source.file, source.type, source.id) if source.id else (str(number),)
        found[key] = min(outcome, found.get(key, outcome), key=_STRONGEST_FIRST.index)
    return found


def tell_nobody(receipt: RecordReceipt) -> None:
    """Keep no account of what is passed over, where nobody asks for it."""


def record_receipts(
    patients: Iterable[RecordPatient],
    passed_over: Iterable[RecordReceipt] = (),
    rulebook: CompiledRulebook | None = None,
) -> RecordReceipts:
    """Return the receipts of patients together, to be shown on one page.

    Args:
        patients: as `read_fhir` and its like return them.
        passed_over: the receipts of what was passed over.
        rulebook: whose words a page explains; the one of the package where it is None.
    """
    receipts = tuple(one.receipt for one in patients)
    glossary = None if rulebook is None else rulebook.glossary
    return RecordReceipts(receipts=receipts, passed_over=tuple(passed_over), glossary=glossary)
