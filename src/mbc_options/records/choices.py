"""What a field of choices is where several results say it: the newest counts, and of a conflict none."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.patient.aliases import Refused
from mbc_options.records.proofs import PARTS, is_after, says_something

if TYPE_CHECKING:
    from mbc_options.records.proofs import Proofs
    from mbc_options.vocabulary.notations import Reading

__all__ = ["Choices"]


class _Read(NamedTuple):
    """A proof of a choice with what it means; of two that are one result, the later date and both numbers."""

    reading: Reading
    date: str
    of: tuple[int, ...]
    written: str


class Choices:
    """Settles the fields of choices, one after another.

    Args:
        proofs: what is proved, in which it is noted what becomes of each.

    Attributes:
        beside: by further field and value, the number of a proof that counts and says so besides.
    """

    def __init__(self, proofs: Proofs) -> None:
        self.proofs = proofs
        self.beside: dict[str, dict[str, int]] = {}

    def settle(self, field: str, numbers: list[int]) -> str:
        """Return what a field is, by the proofs of some numbers, as it would be written; empty where nothing does."""
        read = self._joined(field, self._not_void(field, numbers))
        settled = [one for one in read if one.reading.value is not None]
        open_ = [one for one in read if one.reading.value is None]
        lasting = self.proofs.lasting.get(field)
        stays = [one for one in settled if lasting and one.reading.value == lasting]
        if stays:
            for one in settled:
                if one not in stays:
                    self.proofs.settle(one.of, "conflicting", f"once it is {lasting}, it stays so")
                    when = f" ({one.date})" if one.date else ""
                    self.proofs.tell_of(field, f"{one.reading.value}{when} is not used, for {lasting} stays so.")
            settled = stays
        winner = self._newest(field, settled)
        for one in open_:
            if winner is None or (is_after(one.date, winner.date) and not stays):
                if winner is not None:
                    self.proofs.settle(winner.of, "conflicting", "a later result leaves it open")
                    self.proofs.tell_of(field, f"the newest result leaves it open ({one.written}).")
                self.proofs.settle(one.of, "used", "leaves it open")
                return one.written if not settled or winner is not None else ""
            self.proofs.settle(one.of, "ignored", "leaves it open, and another result settles it")
        if winner is None:
            return ""
        counting = [one for one in settled if (one.reading.value, one.date) == (winner.reading.value, winner.date)]
        for number in (number for one in counting for number in one.of):
            extra = self.proofs.found[number].beside
            if extra:
                self.beside.setdefault(extra[0], {})[extra[1]] = number
        return winner.written

    def _not_void(self, field: str, numbers: list[int]) -> list[int]:
        kept = []
        for number in numbers:
            proof = self.proofs.found[number]
            voids = (
                source
                for source, of, value in self.proofs.voids
                if (of, value) == (field, proof.value)
                and not is_after(proof.source.date, source.date)
                and not proof.source.is_with(source)  # which says itself what is so now
            )
            void = next(voids, None)
            if void is None:
                kept.append(number)
            else:
                when = f" ({void.date})" if void.date else ""
                self.proofs.settle([number], "ignored", f"says nothing after {void.type} {void.id}{when}")
                self.proofs.tell_of(field, f"{proof.value} was found before, and says nothing any more{when}.")
        return kept

    def _joined(self, field: str, numbers: list[int]) -> list[_Read]:
        """Return results as they are read, with those joined that are parts of one."""
        read = (self._read(field, number, self.proofs.found[number].value) for number in numbers)
        found = [one for one in read if one]
        parts = {part: [one for one in found if self.proofs.found[one.of[0]].part == part] for part in PARTS}
        joined: list[_Read] = []
        done: set[int] = set()
        for one in parts[PARTS[0]]:
            if one.reading.value is not None:
                continue
            later = [
                other
                for other in parts[PARTS[1]]
                if not is_after(one.date, other.date) or self._of_one_specimen(one, other)
            ]
            value = _newest_value(later)
            if value is None:
                continue
            used = [other for other in later if other.reading.value == value]
            both = self._read(field, one.of[0], f"{one.written}/{used[-1].written}")
            if both is None:  # another way to write it, as a ratio, which stands by itself
                self.proofs.outcomes.pop(one.of[0], None)
            else:
                of = (*one.of, *(number for other in used for number in other.of))
                joined.append(both._replace(of=of, date=max(one.date, *(other.date for other in used))))
                done.update(of)
        return [*(one for one in found if not done.intersection(one.of)), *joined]

    def _of_one_specimen(self, one: _Read, other: _Read) -> bool:
        specimens = [
            {name for number in read.of for name in self.proofs.found[number].specimens} for read in (one, other)
        ]
        return bool(specimens[0] & specimens[1])

    def _read(self, field: str, number: int, written: str) -> _Read | None:
        try:
            reading = self.proofs.read(field, written)
        except Refused as refusal:
            self.proofs.settle([number], "ignored", str(refusal))
            return None
        if not says_something(reading):
            self.proofs.settle([number], "ignored", "says nothing")
            return None
        return _Read(reading, self.proofs.found[number].source.date, (number,), written)

    def _newest(self, field: str, settled: list[_Read]) -> _Read | None:
        """Return the result that counts, with the conflict told where there is one."""
        if not settled:
            return None
        value = _newest_value(settled)
        said = ", ".join(
            f"{one.reading.value} ({one.date or 'no date'})" for one in sorted(settled, key=lambda one: one.date)
        )
        if value is None:
            why = "another result says otherwise, and none is later for certain"
            for one in settled:
                self.proofs.settle(one.of, "conflicting", why)
            self.proofs.tell_of(field, f"results differ and none is the newest ({said}), so it is left unknown.")
            return None
        of_value = [one for one in settled if one.reading.value == value]
        older = [one for one in settled if one.reading.value != value]
        winner = max(of_value, key=lambda one: (one.date, bool(one.reading.as_written), one.written))  # in any order
        for one in older:
            self.proofs.settle(one.of, "conflicting", f"a later result says {value} ({winner.date})")
        if older:
            self.proofs.tell_of(field, f"results differ, and the newest counts ({said}).")
        return winner


def _newest_value(read: list[_Read]) -> str | None:
    values = {one.reading.value for one in read}
    if len(values) < 2:
        return next(iter(values), None)
    newest = max(read, key=lambda one: one.date)
    others = [one for one in read if one.reading.value != newest.reading.value]
    return newest.reading.value if all(is_after(newest.date, other.date) for other in others) else None
