"""What the resources of one patient prove, thing by thing, and what became of each.

A record makes mappings and never lists: it proves what it names and denies nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.patient.aliases import Refused, read_choice
from mbc_options.records.receipt import Entry, Outcome, RecordReceipt, Source
from mbc_options.text import capitalized

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbc_options.vocabulary.notations import Reading
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["PARTS", "Proof", "Proofs", "is_after", "says_something"]

PARTS = ("ihc", "ish")
"""The parts of a result that a notation joins, of which each may be a test of its own."""

_FIRST, _LAST = "0000-00-00", "9999-99-99"


def is_after(one: str, other: str) -> bool:
    """Tell whether a date is certainly after another; dates may lack the day or the month, and then mean any."""
    return bool(one and other) and one + _FIRST[len(one) :] > other + _LAST[len(other) :]


class Proof(NamedTuple):
    """Something that one resource proves.

    Attributes:
        source: the resource.
        field: the field of a description.
        value: what it says, as a description may have it.
        name: in a field of names or treatments, the one that is meant.
        setting: of a treatment.
        needs: a fact that the rest must prove, for no later than the treatment, if the setting is to count.
        part: of a result that a notation joins, one of `PARTS`.
        beside: a further field and its value that hold where this proof counts.
        specimens: the names of those that were tested.
    """

    source: Source
    field: str
    value: str
    name: str = ""
    setting: str = ""
    needs: str = ""
    part: str = ""
    beside: tuple[str, str] | None = None
    specimens: frozenset[str] = frozenset()

    @property
    def what(self) -> str:
        """What it is of, as a receipt says it."""
        return f"{self.field}.{self.name}" if self.name else self.field


class Proofs:
    """Gathers what the resources of one patient prove; `settling.patient_of` makes the description of it.

    Args:
        vocabulary: the fields and facts that are meant.
        lasting: by field, a value that stays so once it was: no later result takes it back.
        begun_after: by fact, the setting of a treatment that began when it was known.

    Attributes:
        found: what was proved; the numbers by which it is settled count from the first.
        voids: what was found before, of a field and value, and says nothing any more, with the resource that says so.
        outcomes: what became of a proof by its number, and why; one that is not there was used.
        notices: what a reader should know.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        lasting: Mapping[str, str] | None = None,
        begun_after: Mapping[str, str] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.lasting, self.begun_after = lasting or {}, begun_after or {}
        self.found: list[Proof] = []
        self.voids: list[tuple[Source, str, str]] = []
        self.outcomes: dict[int, tuple[Outcome, str]] = {}
        self.notices: dict[str, None] = {}
        self._lines: list[Entry | int] = []

    # What resources say

    @property
    def size(self) -> int:
        """How many things were noted so far."""
        return len(self._lines)

    def prove(self, proof: Proof) -> None:
        """Note what a resource proves."""
        self._lines.append(len(self.found))
        self.found.append(proof)

    def ignore(self, source: Source, why: str, *, what: str = "", value: str = "") -> None:
        """Note that a resource, or a part of it, counts for nothing, and why."""
        self._lines.append(Entry(source=source, outcome="ignored", what=what, value=value, why=why))

    def use(self, source: Source, what: str, value: str = "", why: str = "") -> None:
        """Note that a resource was used for something that is no field of a description."""
        self._lines.append(Entry(source=source, outcome="used", what=what, value=value, why=why))

    def void(self, source: Source, field: str, value: str) -> None:
        """Note that what was found before this says nothing any more, where it is that value."""
        self.voids.append((source, field, value))

    def tell(self, notice: str) -> None:
        """Note what a reader should know; once, however often it is so."""
        self.notices[notice] = None

    def tell_of(self, field: str, notice: str) -> None:
        """Note what a reader should know of a field."""
        self.tell(f"{self._called(field)}: {notice}")

    def reads(self, field: str, written: str) -> bool:
        """Tell whether what is written says something of a choice, if only that it is left open."""
        reading = self._read_if_it_can(field, written)
        return reading is not None and says_something(reading)

    def means(self, field: str, written: str) -> str | None:
        """Return the value of a choice that what is written settles; None where it settles none."""
        reading = self._read_if_it_can(field, written)
        return reading.value if reading is not None else None

    def _read_if_it_can(self, field: str, written: str) -> Reading | None:
        try:
            return self.read(field, written)
        except Refused:
            return None

    # What becomes of it

    def read(self, field: str, written: str) -> Reading:
        """Return what is written, as a description would have it.

        Raises:
            Refused: where it is nothing that the field may be.
        """
        return read_choice(field, self._called(field), self.vocabulary.choices[field], written)

    def _called(self, field: str) -> str:
        return capitalized(self.vocabulary.labels[field])

    def settle(self, numbers: Iterable[int], outcome: Outcome, why: str = "") -> None:
        """Note what became of proofs."""
        for number in numbers:
            self.outcomes[number] = (outcome, why)

    def entries(self) -> tuple[Entry, ...]:
        """Return the entries of a receipt, in the order in which things were noted."""
        return tuple(line if isinstance(line, Entry) else self._entry(line) for line in self._lines)

    def places(self) -> dict[int, int]:
        """Return the place that each proof has among the entries, by its number."""
        return {line: place for place, line in enumerate(self._lines) if isinstance(line, int)}

    def _entry(self, number: int) -> Entry:
        proof = self.found[number]
        outcome, why = self.outcomes.get(number, ("used", ""))
        return Entry(source=proof.source, outcome=outcome, what=proof.what, value=proof.value, why=why)

    def receipt(self, id_: str = "") -> RecordReceipt:
        """Return the account of a record that describes no patient of ours."""
        self.settle(range(len(self.found)), "ignored", "the record describes no patient of ours")
        notice = "The record has no condition that the rulebook is about; the patient is passed over."
        return RecordReceipt(patient=id_, entries=self.entries(), notices=(*self.notices, notice))


def says_something(reading: Reading) -> bool:
    """Tell whether a reading says something of its field, if only that it is left open."""
    return reading.value is not None or bool(reading.form or reading.notice)
