"""One patient of many, by id: the one that is asked for, or what there is to ask for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.errors import Problem, RecordError
from mbc_options.patient.several import no_such_id, several_ids
from mbc_options.records.account import is_unreadable
from mbc_options.records.read_records import read_records
from mbc_options.text import counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import date

    from mbc_options.records.receipt import RecordPatient, RecordReceipt
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.codes import Codes

__all__ = ["Wanted", "patient_of_record"]

_MOST_KEPT = 20_000
"""How many ids are kept to be told."""


class Wanted:
    """Which patients are asked for, and which were met.

    Args:
        ids: of those that are asked for; none for all.
        source: what is read, for messages.

    Attributes:
        met: the ids of those with the illness that the rulebook is about.
        seen: how many were met.
        unread: how many files, lines and other parts cannot be read, in which somebody may be missed.
    """

    def __init__(self, ids: Iterable[str], source: str) -> None:
        self.ids = frozenset(ids)
        self.source = source
        self.seen = self.unread = 0
        self.met: dict[str, None] = {}
        self._found: set[str] = set()
        self._others: dict[str, str] = {}

    def takes(self, patient: RecordPatient) -> bool:
        """Tell whether a patient is one of those that are asked for."""
        self.seen += 1
        if len(self.met) < _MOST_KEPT:
            self.met[patient.id] = None
        if patient.id in self.ids:
            self._found.add(patient.id)
        return not self.ids or patient.id in self.ids

    def pass_over(self, receipt: RecordReceipt) -> bool:
        """Tell whether it is to be told that something was passed over: of all, or of those that are asked for."""
        if is_unreadable(receipt):
            self.unread += 1
            return True
        self.seen += 1
        if receipt.patient in self.ids or not self.ids:
            why = next((entry.why for entry in receipt.entries), "there is nothing of it")
            self._others.setdefault(receipt.patient if self.ids else "", why)
        return not self.ids or receipt.patient in self.ids

    def refuse_missing(self) -> None:
        """Raise an error where one that is asked for was not met.

        Raises:
            RecordError: with the nearest ids, and the others.
        """
        missing = sorted(self.ids - self._found)
        if missing:
            raise RecordError([self._missing(id_) for id_ in missing])

    def _missing(self, id_: str) -> Problem:
        if id_ in self._others:
            return Problem(f"describes nothing of the patient {id_}: {self._others[id_]}", self.source)
        hint = f"{counted(self.unread, 'part')} of it cannot be read, which records tells" if self.unread else ""
        return Problem(no_such_id(id_, [*self.met]), self.source, hint=hint)


def patient_of_record(
    source: Any,
    id_: str | None,
    rulebook: CompiledRulebook,
    *,
    codes: Codes | None = None,
    today: date | None = None,
    name: str = "",
    told: Callable[[int], None] | None = None,
) -> RecordPatient:
    """Return one patient of a record.

    Args:
        source: as `read_records` takes it.
        id_: of the patient; None where there is only one.
        rulebook: by whose facts the patient is described.
        codes: how records are read.
        today: a date after which nothing can have been found.
        name: of the source, for messages.
        told: is told how many patients were met, with each of them.

    Raises:
        RecordError: where there is no such patient, or several, with the ids that there are.
    """
    wanted = Wanted([] if id_ is None else [id_], name)
    taken: list[RecordPatient] = []
    reasons: list[str] = []

    def passed_over(receipt: RecordReceipt) -> None:
        wanted.pass_over(receipt)
        if len(reasons) < 1:
            reasons.extend(entry.why for entry in receipt.entries[:1])

    for found in read_records(source, rulebook, codes=codes, today=today, passed_over=passed_over):
        if wanted.takes(found) and len(taken) < 2:
            taken.append(found)
        if told is not None:
            told(wanted.seen)
    wanted.refuse_missing()
    if not taken:
        why = f": {reasons[0]}" if reasons else ""
        raise RecordError([Problem(f"describes no patient{why}", name)])
    if len(taken) > 1 and len(wanted.met) > 1 and id_ is None:
        raise RecordError([Problem(several_ids([*wanted.met]), name)])
    if len(taken) > 1:
        files = [next((entry.source.file for entry in one.receipt.entries), "") for one in taken]
        apart = f" ({files[0]}, {files[1]})" if files[0] != files[1] else ""
        raise RecordError([Problem(f"has the patient {taken[0].id} in several places{apart}; name one file", name)])
    return taken[0]
