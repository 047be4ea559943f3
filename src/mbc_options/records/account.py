"""The account of many records while they are read: counts, and the receipts as far as they fit into memory."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from mbc_options.records.receipt import RecordReceipt, RecordReceipts, by_resource

if TYPE_CHECKING:
    from mbc_options.records.receipt import Entry, RecordPatient
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["MOST_LINES", "MOST_RECEIPTS", "ReceiptsKept", "RecordsAccount", "is_unreadable"]

MOST_LINES, MOST_RECEIPTS = 100_000, 20_000
"""Of how many lines and receipts at most an account is kept: 0.2 GB."""
_MOST_REASONS = 1_000
_OTHER = "other reasons"


def is_unreadable(receipt: RecordReceipt) -> bool:
    """Tell whether a receipt is of something that cannot be read, and not of a patient."""
    return bool(receipt.entries) and not receipt.entries[0].source.type


@dataclass
class RecordsAccount:
    """What was read of records, in counts.

    Attributes:
        source: the file or folder.
        patients: how many patients have the illness that the rulebook is about.
        scopes: how many of them are in scope, out of it, or it is open.
        others: how many patients have not.
        resources, used, conflicting: how many resources were seen, and what became of them.
        with_conflicts: how many patients have results that conflict.
        with_notices: of how many patients there is something to know about how they were read.
        reasons: why something was ignored, and how often.
        unreadable: what could not be read, the first of it, as it is told.
        unread: how many files, lines and other parts that is.
    """

    source: str
    patients: int = 0
    scopes: Counter[str] = field(default_factory=Counter)
    others: int = 0
    resources: int = 0
    used: int = 0
    conflicting: int = 0
    with_conflicts: int = 0
    with_notices: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    unreadable: list[str] = field(default_factory=list)
    unread: int = 0

    @property
    def people(self) -> int:
        """How many patients were met."""
        return self.patients + self.others

    def add(self, patient: RecordPatient, scope: str) -> None:
        """Count a patient.

        Args:
            patient: the patient.
            scope: whether the rulebook is about the patient: `in`, `out` or `open`.
        """
        self.patients += 1
        self.scopes[scope] += 1
        self.with_conflicts += any(entry.outcome == "conflicting" for entry in patient.receipt.entries)
        self.with_notices += bool(patient.receipt.notices)
        self._count(patient.receipt)

    def pass_over(self, receipt: RecordReceipt) -> None:
        """Count a patient without the illness, or something that cannot be read."""
        if is_unreadable(receipt):
            self.unread += 1
            if len(self.unreadable) < _MOST_REASONS:
                self.unreadable.append("; ".join(map(_told, receipt.entries)))
            return
        self.others += bool(receipt.patient)  # else it is of resources that name nobody
        self._count(receipt)

    def _count(self, receipt: RecordReceipt) -> None:
        for entry in receipt.entries:
            if entry.outcome == "ignored":
                known = entry.why in self.reasons or len(self.reasons) < _MOST_REASONS
                self.reasons[entry.why if known else _OTHER] += 1
        counts = Counter(by_resource(enumerate(receipt.entries)).values())
        self.resources += counts.total()
        self.used += counts["used"]
        self.conflicting += counts["conflicting"]


def _told(entry: Entry) -> str:
    place = ", ".join(filter(None, (entry.source.file, entry.source.element)))
    return f"{place}: {entry.why}" if place else entry.why


class ReceiptsKept:
    """Receipts, the first of them, as far as they fit into memory.

    Attributes:
        lines: how many lines they have.
        left_out: how many receipts are not kept.
    """

    def __init__(self) -> None:
        self.lines = self.left_out = 0
        self._receipts: list[RecordReceipt] = []
        self._passed_over: list[RecordReceipt] = []

    def add(self, receipt: RecordReceipt) -> None:
        """Keep the receipt of a patient, or leave it out."""
        self._keep(receipt, self._receipts)

    def pass_over(self, receipt: RecordReceipt) -> None:
        """Keep the receipt of what was passed over; of lines that all say the same, the first."""
        if len({entry.why for entry in receipt.entries}) == 1 and not is_unreadable(receipt):
            receipt = replace(receipt, entries=receipt.entries[:1])
        self._keep(receipt, self._passed_over)

    def _keep(self, receipt: RecordReceipt, kept: list[RecordReceipt]) -> None:
        lines = self.lines + len(receipt.entries)
        if self.left_out or lines > MOST_LINES or len(self._receipts) + len(self._passed_over) >= MOST_RECEIPTS:
            self.left_out += 1
            return
        self.lines = lines
        kept.append(receipt)

    def result(self, rulebook: CompiledRulebook) -> RecordReceipts:
        """Return what is kept, to be told in the words of a rulebook."""
        return RecordReceipts(
            receipts=tuple(self._receipts), passed_over=tuple(self._passed_over), glossary=rulebook.glossary
        )
