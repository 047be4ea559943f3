"""How a patient fares from stage to stage: the description grows, and each part keeps the place that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from mbc_options.errors import nearest_word
from mbc_options.patient import prior, words
from mbc_options.patient.model import Patient
from mbc_options.patient.reading import read
from mbc_options.patient.words import Refused
from mbc_options.source.validation import Complaint
from mbc_options.vocabulary.facts import NAMED_FIELDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.cases.case_file import Change, StageWritten

__all__ = ["course_of"]

Trail: TypeAlias = tuple[str | int, ...]

PRIOR = "prior"
PASSING = {"ongoing", "unknown"}
"""Outcomes that are no longer true once a later one is told."""


class _Said(NamedTuple):
    """A value, and the place in the file that says it."""

    value: Any
    place: Trail


class _Description:
    """What is said of a patient so far. A field holds one value, a list of them, or values by name."""

    def __init__(self) -> None:
        self.fields: dict[str, _Said | list[_Said] | dict[str, _Said]] = {}

    def say(self, field: str, value: Any, place: Trail) -> None:
        """Let a field be this, whole."""
        if isinstance(value, list):
            self.fields[field] = [_Said(item, (*place, i)) for i, item in enumerate(value)]
        elif isinstance(value, dict):
            self.fields[field] = {key: _Said(item, (*place, key)) for key, item in value.items()}
        else:
            self.fields[field] = _Said(value, place)

    def opened(self, field: str) -> list[_Said] | dict[str, _Said]:
        """Return a field as a list or mapping: nothing said, or `unknown`, is a mapping that says nothing."""
        held = self.fields.get(field)
        if held is None:
            return {}
        if not isinstance(held, _Said):
            return held
        word = held.value.strip().lower() if isinstance(held.value, str) else held.value
        if word is None or word in words.UNKNOWN:
            return {}
        return [] if word == "none" else [held]

    def patient(self) -> tuple[Patient | None, list[Complaint]]:
        """Return the patient, or what is wrong with the description, at the places that say it."""
        plain: dict[str, Any] = {}
        for field, held in self.fields.items():
            if isinstance(held, _Said):
                plain[field] = held.value
            elif isinstance(held, list):
                plain[field] = [said.value for said in held]
            else:
                plain[field] = {key: said.value for key, said in held.items()}
        reading, complaints = read(plain)
        if reading is None:
            return None, [Complaint(self._place(c.path), c.message, at_key=c.at_key) for c in complaints]
        return Patient.of(reading), []

    def _place(self, path: Trail) -> Trail:
        """Return where the file says what a path in the description leads to."""
        if not path or (field := str(path[0])) not in self.fields:
            return ()
        held = self.fields[field]
        if isinstance(held, _Said):
            return (*held.place, *path[1:])
        if len(path) > 1:
            key: Any = path[1]
            if (isinstance(held, list) and isinstance(key, int)) or (isinstance(held, dict) and key in held):
                said = held[key]
                return (*said.place, *path[2:])
        places = [said.place for said in (held if isinstance(held, list) else held.values())]
        return places[-1][:-1] if places else ()


def course_of(stages: tuple[StageWritten, ...]) -> tuple[list[Patient], list[Complaint]]:
    """Return the patient at each stage, or what is wrong with the descriptions.

    Args:
        stages: as written; the first has a patient, and the others may change it.

    Returns:
        A patient for each stage and no complaints, or what is wrong, at its place in the case.
    """
    description = _Description()
    patients: list[Patient] = []
    for i, stage in enumerate(stages):
        here: Trail = ("stages", i)
        complaints: list[Complaint] = []
        for field, value in (stage.patient or {}).items():
            description.say(field, value, (*here, "patient", field))
        if stage.change is not None:
            complaints = list(_changed(description, stage.change, (*here, "change")))
        patient, wrong = description.patient()
        complaints += [_told_here(complaint, stage, here) for complaint in wrong]
        if patient is not None and patients:
            complaints += _forgotten(patients[-1], patient, (*here, "change", "set", PRIOR))
        if complaints or patient is None:  # who the patient is later, nobody knows; words are wrong all the same
            later = (one for j, after in enumerate(stages[i + 1 :], i + 1) for one in _misnamed(after, ("stages", j)))
            return patients, [*complaints, *later]
        patients.append(patient)
    return patients, []


def _misnamed(stage: StageWritten, here: Trail) -> Iterator[Complaint]:
    """Yield what is wrong with the words of a stage, whatever was said before it."""
    alone = _Description()
    change = stage.change
    for field, value in ((change.set if change else None) or {}).items():
        alone.say(field, value, (*here, "change", "set", field))
    for word, fields in (("remove", change and change.remove), ("add", change and change.add)):
        for field, value in (fields or {}).items():
            where = (*here, "change", word, field)
            items = (
                [_Said(one, (*where, i)) for i, one in enumerate(value)]
                if isinstance(value, list)
                else [_Said(value, where)]
            )
            for said in items:
                try:
                    if field == PRIOR:
                        prior.read_entry(said.value)
                    elif field in NAMED_FIELDS:
                        words.named(field, said.value)
                except Refused as refusal:
                    yield Complaint((*said.place, *refusal.below), str(refusal), at_key=refusal.at_key)
    _, complaints = alone.patient()
    yield from (one for one in complaints if one.path[:2] == here)


def _told_here(complaint: Complaint, stage: StageWritten, here: Trail) -> Complaint:
    """Return a complaint at a place within the stage that brings it about; what was said before was right."""
    if complaint.path[:2] == here:
        return complaint
    if stage.change is None:
        return complaint._replace(path=(*here, "patient"))
    for word in ("set", "add", "remove"):
        for field in getattr(stage.change, word) or {}:
            if field in {*complaint.path} or f"({field}" in complaint.message:
                return complaint._replace(path=(*here, "change", word, field), at_key=False)
    return complaint._replace(path=(*here, "change"), at_key=False)


def _forgotten(before: Patient, now: Patient, place: Trail) -> list[Complaint]:
    """Complain of treatments that were given and are no longer told."""
    told = {entry.named.therapy for entry in now.entries}
    lost = dict.fromkeys(entry.named.label for entry in before.entries if entry.named.therapy not in told)
    message = f"what was given stays given, and {', '.join(lost)} is left out; say what came to it by add"
    return [Complaint(place, message)] if lost else []


def _changed(description: _Description, change: Change, here: Trail) -> Iterator[Complaint]:
    """Carry out a change; yield what is wrong with it."""
    for field, value in (change.set or {}).items():
        description.say(field, value, (*here, "set", field))
    for word, fields in (("remove", change.remove), ("add", change.add)):
        for field, value in (fields or {}).items():
            place = (*here, word, field)
            known = (*NAMED_FIELDS, PRIOR) if word == "add" else tuple(NAMED_FIELDS)
            if word == "remove" and field == PRIOR:
                yield Complaint(place, "what was given stays given; prior has nothing to remove", at_key=True)
            elif field not in known:
                near = nearest_word(field, known)
                hint = f"; did you mean {near}?" if near else f"; it is for {', '.join(known)}"
                message = f"{word} is not for {field!r}, and set is{hint}" if not near else f"unknown {field!r}{hint}"
                yield Complaint(place, message, at_key=True)
            else:
                items = value if isinstance(value, list) else [value]
                if not items:
                    yield Complaint(place, f"{word}: {field} names nothing")
                for i, item in enumerate(items):
                    where = (*place, i) if isinstance(value, list) else place
                    try:
                        _move(description, word, field, _Said(item, where))
                    except Refused as refusal:
                        yield Complaint((*where, *refusal.below), str(refusal), at_key=refusal.at_key)


def _move(description: _Description, word: str, field: str, said: _Said) -> None:
    """Add a name or treatment to a field, or remove it; `Refused` where it is no such thing."""
    held = description.opened(field)
    description.fields[field] = held
    if field == PRIOR:
        _give(held, said)
        return
    name = words.named(field, said.value)
    wanted = "yes" if word == "add" else "no"
    if isinstance(held, dict):
        key = next((key for key in held if _name(field, key) == name), name)
        is_so = key in held and words.yes_no(f"{field}: {name}", held[key].value) == wanted
    else:
        there = [i for i, other in enumerate(held) if _name(field, other.value) == name]
        is_so = bool(there) == (word == "add")
    if is_so:
        msg = f"{name} is {'there already' if word == 'add' else 'not there, so it cannot be removed'}"
        raise Refused(msg)
    if isinstance(held, dict):
        held[key] = _Said(wanted, said.place)
    elif word == "add":
        held.append(said)
    else:
        del held[there[0]]


def _give(held: list[_Said] | dict[str, _Said], said: _Said) -> None:
    """Add a treatment. Where it is going on, or its outcome is not known, this takes the place of that."""
    entry = prior.read_entry(said.value)
    if isinstance(held, dict):
        _give_by_name(held, entry, said.place)
        return
    for i, other in enumerate(held):
        try:
            before = prior.read_entry(other.value)
        except Refused:
            continue  # told at its own stage
        if before.named.therapy == entry.named.therapy and before.outcome in PASSING:
            held[i] = said
            return
    held.append(said)


def _give_by_name(held: dict[str, _Said], entry: prior.Entry, place: Trail) -> None:
    """Add a treatment to others by name; outcomes that stay true stay beside the new one."""
    for name, said in held.items():
        try:
            named = prior.read_therapy(name)
        except Refused:
            continue
        if named.therapy == entry.named.therapy:
            before = said.value if isinstance(said.value, list) else [said.value]
            lasting = [outcome for outcome in before if outcome not in {None, *PASSING}]
            held[name] = _Said([*lasting, entry.outcome], place)
            return
    held[entry.named.therapy] = _Said(entry.outcome, place)


def _name(field: str, value: Any) -> str | None:
    try:
        return words.named(field, value)
    except Refused:
        return None
