"""What a record proves, thing by thing, and the description that follows: the newest counts, and a conflict none.

A record makes mappings and never lists: it proves what it names and denies nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import DescriptionError, Problem
from mbc_options.patient.aliases import Refused, read_choice
from mbc_options.patient.description import read
from mbc_options.records.known import facts_of, unknown_in
from mbc_options.records.receipt import Entry, Outcome, RecordPatient, RecordReceipt, Source
from mbc_options.vocabulary.facts import Choice, Names
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbc_options.patient.description import Description
    from mbc_options.vocabulary.notations import Reading
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["PARTS", "Proof", "Proofs", "is_after"]

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
    """

    source: Source
    field: str
    value: str
    name: str = ""
    setting: str = ""
    needs: str = ""
    part: str = ""
    beside: tuple[str, str] | None = None

    @property
    def what(self) -> str:
        """What it is of, as a receipt says it."""
        return f"{self.field}.{self.name}" if self.name else self.field


class _Read(NamedTuple):
    """A proof of a choice with what it means; of two that are one result, the later date and both numbers."""

    reading: Reading
    date: str
    of: tuple[int, ...]
    written: str


class Proofs:
    """Gathers what the resources of one patient prove, and makes the description of it.

    Args:
        vocabulary: the fields and facts that are meant.
        lasting: by field, a value that stays so once it was: no later result takes it back.
        begun_after: by fact, the setting of a treatment that began when it was known.
    """

    def __init__(
        self,
        vocabulary: Vocabulary,
        lasting: Mapping[str, str] | None = None,
        begun_after: Mapping[str, str] | None = None,
    ) -> None:
        self.vocabulary = vocabulary
        self.lasting, self.begun_after = lasting or {}, begun_after or {}
        self._findings: list[Proof] = []
        self._lines: list[Entry | int] = []
        self._voids: list[tuple[Source, str, str]] = []
        self._notices: dict[str, None] = {}

    @property
    def size(self) -> int:
        """How many things were noted so far."""
        return len(self._lines)

    def prove(self, proof: Proof) -> None:
        """Note what a resource proves."""
        self._lines.append(len(self._findings))
        self._findings.append(proof)

    def ignore(self, source: Source, why: str, *, what: str = "", value: str = "") -> None:
        """Note that a resource, or a part of it, counts for nothing, and why."""
        self._lines.append(Entry(source=source, outcome="ignored", what=what, value=value, why=why))

    def use(self, source: Source, what: str, value: str = "", why: str = "") -> None:
        """Note that a resource was used for something that is no field of a description."""
        self._lines.append(Entry(source=source, outcome="used", what=what, value=value, why=why))

    def void(self, source: Source, field: str, value: str) -> None:
        """Note that what was found before this says nothing any more, where it is that value."""
        self._voids.append((source, field, value))

    def reads(self, field: str, written: str) -> bool:
        """Tell whether what is written says something of a choice, if only that it is left open."""
        try:
            reading = read_choice(field, self._called(field), self.vocabulary.choices[field], written)
        except Refused:
            return False
        return reading.value is not None or bool(reading.form or reading.notice)

    def tell(self, notice: str) -> None:
        """Note what a reader should know; once, however often it is so."""
        self._notices[notice] = None

    def patient(self, id_: str, label: str | None = None) -> RecordPatient:
        """Return the patient of whom all this is.

        Raises:
            DescriptionError: where nothing of it can be read, which a record does not bring about.
        """
        self._results: dict[int, tuple[Outcome, str]] = {}
        said: dict[str, Any] = {}
        beside: dict[str, dict[str, int]] = {}
        for field in self.vocabulary.fields.values():
            of = [i for i, proof in enumerate(self._findings) if proof.field == field.id]
            if not of:
                continue
            if isinstance(field, Choice):
                said[field.id] = self._choice(field.id, of, beside)
            elif isinstance(field, Names):
                said[field.id] = {self._findings[i].name: "yes" for i in of}
            else:
                said[field.id] = self._treatments(
                    of, {name: said[name] for name in said if name not in self.vocabulary.treatments}
                )
        for name, values in beside.items():
            if len(values) == 1:
                said[name] = next(iter(values))
            else:
                self.tell(f"{self._called(name)}: {' and '.join(values)} by different results, so it is left unknown.")
        said = {name: value for name, value in said.items() if value}
        if label:
            said[self.vocabulary.label] = label
        description = self._described(said)
        notices = dict.fromkeys((*self._notices, *description.notices))
        entries = self._entries()
        places = {line: place for place, line in enumerate(self._lines) if isinstance(line, int)}
        also = {name: tuple(places[number] for number in values.values()) for name, values in beside.items()}
        facts = facts_of(description, entries, also)
        receipt = RecordReceipt(
            patient=id_,
            entries=entries,
            notices=tuple(notices),
            facts=facts,
            unknown=unknown_in(self.vocabulary, facts),
        )
        return RecordPatient(id=id_, description=description, receipt=receipt)

    def receipt(self, id_: str = "") -> RecordReceipt:
        """Return the account of a record that describes no patient of ours."""
        self._results = dict.fromkeys(
            range(len(self._findings)), ("ignored", "the record describes no patient of ours")
        )
        notices = (
            *self._notices,
            "The record has no condition that the rulebook is about; the patient is passed over.",
        )
        return RecordReceipt(patient=id_, entries=self._entries(), notices=notices)

    def _entries(self) -> tuple[Entry, ...]:
        return tuple(line if isinstance(line, Entry) else self._entry(line) for line in self._lines)

    def _entry(self, number: int) -> Entry:
        proof = self._findings[number]
        outcome, why = self._results.get(number, ("used", ""))
        return Entry(source=proof.source, outcome=outcome, what=proof.what, value=proof.value, why=why)

    def _called(self, field: str) -> str:
        label = self.vocabulary.labels[field]
        return label[:1].upper() + label[1:]

    def _set(self, numbers: Iterable[int], outcome: Outcome, why: str = "") -> None:
        for number in numbers:
            self._results[number] = (outcome, why)

    # Choices: the newest dated one counts

    def _choice(self, field: str, numbers: list[int], beside: dict[str, dict[str, int]]) -> str:
        """Return what a field is, as it would be written; empty where nothing settles it."""
        read = self._joined(field, self._not_void(field, numbers))
        settled = [one for one in read if one.reading.value is not None]
        open_ = [one for one in read if one.reading.value is None]
        lasting = self.lasting.get(field)
        stays = [one for one in settled if lasting and one.reading.value == lasting]
        if stays:
            for one in settled:
                if one not in stays:
                    self._set(one.of, "conflicting", f"once it is {lasting}, it stays so")
            settled = stays
        winner = self._newest(field, settled)
        for one in open_:
            if winner is None or (is_after(one.date, winner.date) and not stays):
                if winner is not None:
                    self._set(winner.of, "conflicting", "a later result leaves it open")
                    self.tell(f"{self._called(field)}: the newest result leaves it open ({one.written}).")
                self._set(one.of, "used", "leaves it open")
                return one.written if not settled or winner is not None else ""
            self._set(one.of, "ignored", "leaves it open, and another result settles it")
        if winner is None:
            return ""
        counting = [one for one in settled if (one.reading.value, one.date) == (winner.reading.value, winner.date)]
        for number in (number for one in counting for number in one.of):
            extra = self._findings[number].beside
            if extra:
                beside.setdefault(extra[0], {})[extra[1]] = number
        return winner.written

    def _not_void(self, field: str, numbers: list[int]) -> list[int]:
        kept = []
        for number in numbers:
            proof = self._findings[number]
            voids = (
                source
                for source, of, value in self._voids
                if (of, value) == (field, proof.value) and not is_after(proof.source.date, source.date)
            )
            void = next(voids, None)
            if void is None:
                kept.append(number)
            else:
                when = f" ({void.date})" if void.date else ""
                self._set([number], "ignored", f"says nothing after {void.type} {void.id}{when}")
                self.tell(f"{self._called(field)}: {proof.value} was found before, and says nothing any more{when}.")
        return kept

    def _joined(self, field: str, numbers: list[int]) -> list[_Read]:
        """Return results as they are read, with those joined that are parts of one."""
        found = [one for one in (self._read(field, number, self._findings[number].value) for number in numbers) if one]
        parts = {part: [one for one in found if self._findings[one.of[0]].part == part] for part in PARTS}
        joined: list[_Read] = []
        done: set[int] = set()
        for one in parts[PARTS[0]]:
            if one.reading.value is not None:
                continue
            later = [other for other in parts[PARTS[1]] if not is_after(one.date, other.date)]
            value = self._newest_value(later)
            if value is None:
                continue
            used = [other for other in later if other.reading.value == value]
            both = self._read(field, one.of[0], f"{one.written}/{used[-1].written}")
            if both is None:  # another way to write it, as a ratio, which stands by itself
                self._results.pop(one.of[0], None)
            else:
                of = (*one.of, *(number for other in used for number in other.of))
                joined.append(both._replace(of=of, date=max(one.date, *(other.date for other in used))))
                done.update(of)
        return [*(one for one in found if not done.intersection(one.of)), *joined]

    def _read(self, field: str, number: int, written: str) -> _Read | None:
        try:
            reading = read_choice(field, self._called(field), self.vocabulary.choices[field], written)
        except Refused as refusal:
            self._set([number], "ignored", str(refusal))
            return None
        if reading.value is None and not (reading.form or reading.notice):
            self._set([number], "ignored", "says nothing")
            return None
        return _Read(reading, self._findings[number].source.date, (number,), written)

    def _newest_value(self, read: list[_Read]) -> str | None:
        values = {one.reading.value for one in read}
        if len(values) < 2:
            return next(iter(values), None)
        newest = max(read, key=lambda one: one.date)
        others = [one for one in read if one.reading.value != newest.reading.value]
        return newest.reading.value if all(is_after(newest.date, other.date) for other in others) else None

    def _newest(self, field: str, settled: list[_Read]) -> _Read | None:
        """Return the result that counts, with the conflict told where there is one."""
        if not settled:
            return None
        value = self._newest_value(settled)
        said = ", ".join(
            f"{one.reading.value} ({one.date or 'no date'})" for one in sorted(settled, key=lambda one: one.date)
        )
        if value is None:
            for one in settled:
                self._set(one.of, "conflicting", "another result says otherwise, and none is later for certain")
            self.tell(f"{self._called(field)}: results differ and none is the newest ({said}), so it is left unknown.")
            return None
        of_value = [one for one in settled if one.reading.value == value]
        older = [one for one in settled if one.reading.value != value]
        winner = max(of_value, key=lambda one: (one.date, bool(one.reading.as_written), one.written))  # in any order
        for one in older:
            self._set(one.of, "conflicting", f"a later result says {value} ({winner.date})")
        if older:
            self.tell(f"{self._called(field)}: results differ, and the newest counts ({said}).")
        return winner

    # Treatments: each is given, and what is told of it adds up

    def _treatments(self, numbers: list[int], rest: dict[str, Any]) -> dict[str, Any]:
        dates = {fact: self._known_since(fact, rest) for fact in {*self.begun_after, *self._needs(numbers)}}
        by_name: dict[str, list[Proof]] = {}
        for number in numbers:
            proof = self._findings[number]
            since = dates.get(proof.needs, [])
            if proof.needs and (since is None or (since and all(is_after(one, proof.source.date) for one in since))):
                self._set([number], "used", f"without its setting ({proof.setting}), which the record does not prove")
                proof = proof._replace(setting="")
            for fact, setting in self.begun_after.items():
                if not proof.setting and any(is_after(proof.source.date, one) for one in dates[fact] or ()):
                    proof = proof._replace(setting=setting)
            by_name.setdefault(proof.name, []).append(proof)
        return {name: self._treatment(proofs) for name, proofs in by_name.items()}

    def _needs(self, numbers: list[int]) -> set[str]:
        return {self._findings[number].needs for number in numbers} - {""}

    def _known_since(self, fact: str, rest: dict[str, Any]) -> list[str] | None:
        """Return the dates of what proves a fact, besides the treatments; None where the record does not prove it."""
        if not self._proves(fact, {name: value for name, value in rest.items() if value}):
            return None
        said = (({one.name: one.value} if one.name else one.value, one) for one in self._findings if one.field in rest)
        return [one.source.date for value, one in said if self._proves(fact, {one.field: value})]

    def _proves(self, fact: str, said: dict[str, Any]) -> bool:
        found, _ = read(self._open(said), self.vocabulary)
        space = self.vocabulary.space
        return found is not None and found.knowledge & space.mask(fact) == space.bit(fact, "yes")

    def _treatment(self, proofs: list[Proof]) -> dict[str, Any]:
        forms = self.vocabulary.treatments[proofs[0].field]
        outcomes: dict[str, str] = {}
        for proof in proofs:
            if proof.value != UNKNOWN:
                outcomes[proof.value] = max(proof.source.date, outcomes.get(proof.value, ""))
        for outcome in [one for one in outcomes if one in forms.passing]:
            if any(
                other not in forms.passing and not is_after(outcomes[outcome], outcomes[other]) for other in outcomes
            ):
                del outcomes[outcome]
        settings = dict.fromkeys(proof.setting for proof in proofs if proof.setting)
        told = [*(one for one in settings if one in forms.given_in), *settings]
        return {"outcome": list(outcomes) or UNKNOWN, **({"setting": told[0]} if told else {})}

    # The door

    def _described(self, said: dict[str, Any]) -> Description:
        """Return the description; what contradicts the rest is left out and told."""
        said = self._without_denied(said)
        while True:
            description, complaints = read(self._open(said), self.vocabulary)
            if description is not None:
                return description
            for complaint in complaints:
                field, *below = complaint.path or ("",)
                if field not in said:
                    raise DescriptionError([Problem(complaint.message, path=complaint.path)])
                if below and isinstance(said[field], dict):
                    said[field].pop(below[0], None)
                else:
                    del said[field]
                self.tell(f"{complaint.message}; it is left out.")
                numbers = [
                    i
                    for i, one in enumerate(self._findings)
                    if one.field == field and (not below or one.name in ("", below[0]))
                ]
                self._set(numbers, "conflicting", complaint.message)
                break

    def _without_denied(self, said: dict[str, Any]) -> dict[str, Any]:
        """Leave out what a field denies that the rest of the record proves, as a site proves that there is spread."""
        for field in self.vocabulary.fields.values():
            if not isinstance(field, Choice) or not field.settles or field.id not in said:
                continue
            rest, _ = read({name: value for name, value in said.items() if name != field.id}, self.vocabulary)
            space = self.vocabulary.space
            known = rest.knowledge & space.mask(field.settles) if rest is not None and not rest.assumptions else 0
            value = said[field.id]
            if known and known == space.bit(field.settles, "yes") and value == "no":
                del said[field.id]
                numbers = [i for i, one in enumerate(self._findings) if one.field == field.id]
                self._set(numbers, "conflicting", "the rest of the record proves otherwise")
                self.tell(f"{self._called(field.id)}: {value} is left out, because the record proves otherwise.")
        return said

    def _open(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what is said with every assumption withdrawn that would be made where nothing is said."""
        withdrawn = {
            one.unless_said: UNKNOWN
            for one in self.vocabulary.file.assumptions
            if one.unless_said and one.unless_said not in said
        }
        return {**said, **withdrawn}
