"""How a patient fares from stage to stage: the description grows, and each part keeps the place that says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import Complaint, nearest_word
from mbc_options.patient.aliases import Refused, is_unknown, read_names, shown, yes_no
from mbc_options.patient.description import read
from mbc_options.patient.prior import TreatmentEntry, TreatmentReader
from mbc_options.vocabulary.facts import Names
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from mbc_options.cases.case_file import PlacedStage, StageChange, StageWritten
    from mbc_options.patient.description import Description
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["patients_of"]


class _Facts:
    """How the facts of a rulebook are written: all that reading a change needs of them."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.names = tuple(vocabulary.names)
        self.history = vocabulary.history
        self.treatments = TreatmentReader(vocabulary, vocabulary.history) if vocabulary.history else None

    def name(self, field: str, written: object) -> str:
        """Return the name of a field that a word means; `Refused` where it means none."""
        forms, said = self.vocabulary.names[field], self.vocabulary.fields[field]
        assert isinstance(said, Names)
        read = read_names(field, forms, said.free_text, written).names
        if len(read) > 1:
            msg = f"{field}: {shown(written)} names several; write each as an element of its own"
            raise Refused(msg)
        return read[0]

    def reader(self) -> TreatmentReader:
        """Return what reads earlier treatments, where there is a field of them."""
        assert self.treatments is not None
        return self.treatments

    def passes(self, outcome: str | None) -> bool:
        """Tell whether an outcome is no longer so once a later one is told."""
        return outcome in (None, UNKNOWN) or outcome in self.reader().forms.passing


class _PlacedValue(NamedTuple):
    """A value, and the place in the file that says it."""

    value: Any
    place: KeyPath


class _Description:
    """What is said of a patient so far. A field holds one value, a list of them, or values by name."""

    def __init__(self, facts: _Facts) -> None:
        self.facts = facts
        self.fields: dict[str, _PlacedValue | list[_PlacedValue] | dict[str, _PlacedValue]] = {}

    def copy(self) -> _Description:
        """Return another one that says the same, and goes its own way from here."""
        other = _Description(self.facts)
        other.fields = {
            field: held if isinstance(held, _PlacedValue) else held.copy() for field, held in self.fields.items()
        }
        return other

    def say(self, field: str, value: Any, place: KeyPath) -> None:
        """Let a field be this, whole."""
        if isinstance(value, list):
            self.fields[field] = [_PlacedValue(item, (*place, i)) for i, item in enumerate(value)]
        elif isinstance(value, dict):
            self.fields[field] = {key: _PlacedValue(item, (*place, key)) for key, item in value.items()}
        else:
            self.fields[field] = _PlacedValue(value, place)

    def opened(self, field: str) -> list[_PlacedValue] | dict[str, _PlacedValue]:
        """Return a field as a list or mapping: nothing said, or `unknown`, is a mapping that says nothing."""
        held = self.fields.get(field)
        if held is None:
            return {}
        if not isinstance(held, _PlacedValue):
            return held
        if is_unknown(held.value):
            return {}
        return [] if isinstance(held.value, str) and held.value.strip().lower() == "none" else [held]

    def patient(self) -> tuple[Description | None, list[Complaint]]:
        """Return the patient, or what is wrong with the description, at the places that say it."""
        plain: dict[str, Any] = {}
        for field, held in self.fields.items():
            if isinstance(held, _PlacedValue):
                plain[field] = held.value
            elif isinstance(held, list):
                plain[field] = [said.value for said in held]
            else:
                plain[field] = {key: said.value for key, said in held.items()}
        patient, complaints = read(plain, self.facts.vocabulary)
        return patient, [complaint._replace(path=self._place(complaint.path)) for complaint in complaints]

    def _place(self, path: KeyPath) -> KeyPath:
        """Return where the file says what a path in the description leads to."""
        if not path or (field := str(path[0])) not in self.fields:
            return ()
        held = self.fields[field]
        if isinstance(held, _PlacedValue):
            return (*held.place, *path[1:])
        if len(path) > 1:
            key: Any = path[1]
            if (isinstance(held, list) and isinstance(key, int)) or (isinstance(held, dict) and key in held):
                said = held[key]
                return (*said.place, *path[2:])
        places = [said.place for said in (held if isinstance(held, list) else held.values())]
        return places[-1][:-1] if places else ()


def patients_of(
    stages: Sequence[PlacedStage], rulebook: CompiledRulebook, unsure: Collection[KeyPath] = ()
) -> tuple[list[Description | None], list[Complaint]]:
    """Return the patient at each stage, and what is wrong with the descriptions.

    Args:
        stages: as written; the first has a patient, and the others may change that of the stage before.
        rulebook: whose facts the descriptions speak of.
        unsure: the places of stages at which, and after which, nobody knows who the patient is, for something was
            wrong with their form.

    Returns:
        A patient for each stage, None where nobody knows who it is; and what is wrong, at its place in the case.
    """
    facts = _Facts(rulebook.vocabulary)
    descriptions: list[_Description] = []
    patients: list[Description | None] = []
    complaints: list[Complaint] = []
    for placed in stages:
        stage, here = placed.written, placed.path
        description = _Description(facts) if placed.before is None else descriptions[placed.before].copy()
        descriptions.append(description)
        before = None if placed.before is None else patients[placed.before]
        if here in unsure or (placed.before is not None and before is None):
            patients.append(None)
            complaints += _misnamed(stage, facts, here)  # words are wrong whoever the patient is
            continue
        patient, found = _patient(stage, description, before, here)
        patients.append(None if found else patient)
        complaints += found
    return patients, complaints


def _patient(
    stage: StageWritten, description: _Description, before: Description | None, here: KeyPath
) -> tuple[Description | None, list[Complaint]]:
    """Carry out what a stage says; return the patient after it, and what is wrong with it."""
    for field, value in (stage.patient or {}).items():
        description.say(field, value, (*here, "patient", field))
    complaints = [] if stage.change is None else list(_changed(description, stage.change, (*here, "change")))
    patient, wrong = description.patient()
    complaints += [_said_here(complaint, stage, here) for complaint in wrong]
    if patient is not None and before is not None:
        history = description.facts.history
        complaints += _forgotten(before, patient, (*here, "change", "set", history))
    return patient, complaints


def _misnamed(stage: StageWritten, facts: _Facts, here: KeyPath) -> Iterator[Complaint]:
    """Yield what is wrong with the words of a stage, whatever was said before it."""
    alone = _Description(facts)
    for field, value in (stage.patient or {}).items():
        alone.say(field, value, (*here, "patient", field))
    change = stage.change
    for field, value in ((change.set if change else None) or {}).items():
        alone.say(field, value, (*here, "change", "set", field))
    for word, fields in (("remove", change and change.remove), ("add", change and change.add)):
        for field, value in (fields or {}).items():
            where = (*here, "change", word, field)
            items = (
                [_PlacedValue(one, (*where, i)) for i, one in enumerate(value)]
                if isinstance(value, list)
                else [_PlacedValue(value, where)]
            )
            for said in items:
                try:
                    if field == facts.history:
                        facts.reader().entry(said.value)
                    elif field in facts.names:
                        facts.name(field, said.value)
                except Refused as refusal:
                    yield Complaint(str(refusal), (*said.place, *refusal.below), at_key=refusal.at_key)
    _, complaints = alone.patient()
    yield from (one for one in complaints if one.path[: len(here)] == here)


def _said_here(complaint: Complaint, stage: StageWritten, here: KeyPath) -> Complaint:
    """Return a complaint at a place within the stage that brings it about; what was said before was right."""
    if complaint.path[: len(here)] == here:
        return complaint
    if stage.change is None:
        return complaint._replace(path=(*here, "patient"))
    for word in ("set", "add", "remove"):
        for field in getattr(stage.change, word) or {}:
            if field in {*complaint.path} or f"({field}" in complaint.message:
                return complaint._replace(path=(*here, "change", word, field), at_key=False)
    return complaint._replace(path=(*here, "change"), at_key=False)


def _forgotten(before: Description, now: Description, place: KeyPath) -> list[Complaint]:
    """Complain of treatments that were given and are no longer told."""
    given = {entry.named.therapy for entry in now.entries}
    lost = dict.fromkeys(entry.named.label for entry in before.entries if entry.named.therapy not in given)
    message = f"what was given stays given, and {', '.join(lost)} is left out; say what came to it by add"
    return [Complaint(message, place)] if lost else []


def _changed(description: _Description, change: StageChange, here: KeyPath) -> Iterator[Complaint]:
    """Carry out a change; yield what is wrong with it."""
    facts = description.facts
    for field, value in (change.set or {}).items():
        description.say(field, value, (*here, "set", field))
    for word, fields in (("remove", change.remove), ("add", change.add)):
        for field, value in (fields or {}).items():
            place = (*here, word, field)
            known = (*facts.names, facts.history) if word == "add" else facts.names
            if word == "remove" and field == facts.history:
                yield Complaint(f"what was given stays given; {field} has nothing to remove", place, at_key=True)
            elif field not in known:
                near = nearest_word(field, known)
                hint = f"; did you mean {near}?" if near else f"; it is for {', '.join(known)}"
                message = f"{word} is not for {field!r}, and set is{hint}" if not near else f"unknown {field!r}{hint}"
                yield Complaint(message, place, at_key=True)
            else:
                items = value if isinstance(value, list) else [value]
                if not items:
                    yield Complaint(f"{word}: {field} names nothing", place)
                for i, item in enumerate(items):
                    where = (*place, i) if isinstance(value, list) else place
                    try:
                        _move(description, word, field, _PlacedValue(item, where))
                    except Refused as refusal:
                        yield Complaint(str(refusal), (*where, *refusal.below), at_key=refusal.at_key)


def _move(description: _Description, word: str, field: str, said: _PlacedValue) -> None:
    """Add a name or treatment to a field, or remove it; `Refused` where it is no such thing."""
    held = description.opened(field)
    description.fields[field] = held
    facts = description.facts
    if field == facts.history:
        _give(held, said, facts)
        return
    name = facts.name(field, said.value)
    wanted = "yes" if word == "add" else "no"
    if isinstance(held, dict):
        key = next((key for key in held if _name(facts, field, key) == name), name)
        is_so = key in held and yes_no(f"{field}: {name}", held[key].value) == wanted
    else:
        there = [i for i, other in enumerate(held) if _name(facts, field, other.value) == name]
        is_so = bool(there) == (word == "add")
    if is_so:
        msg = f"{name} is {'there already' if word == 'add' else 'not there, so it cannot be removed'}"
        raise Refused(msg)
    if isinstance(held, dict):
        held[key] = _PlacedValue(wanted, said.place)
    elif word == "add":
        held.append(said)
    else:
        del held[there[0]]


def _give(held: list[_PlacedValue] | dict[str, _PlacedValue], said: _PlacedValue, facts: _Facts) -> None:
    """Add a treatment. Where it is going on, or its outcome is not known, this takes the place of that."""
    entry = facts.reader().entry(said.value)
    if isinstance(held, dict):
        _give_by_name(held, entry, said.place, facts)
        return
    for i, other in enumerate(held):
        try:
            before = facts.reader().entry(other.value)
        except Refused:
            continue  # told at its own stage
        if before.named.therapy == entry.named.therapy and facts.passes(before.outcome):
            held[i] = said
            return
    held.append(said)


def _give_by_name(held: dict[str, _PlacedValue], entry: TreatmentEntry, place: KeyPath, facts: _Facts) -> None:
    """Add a treatment to others by name; outcomes that stay true stay beside the new one."""
    for name, said in held.items():
        try:
            therapy = facts.reader().therapy(name).therapy
        except Refused:
            continue
        if therapy == entry.named.therapy:
            before = said.value if isinstance(said.value, list) else [said.value]
            lasting = [outcome for outcome in before if not facts.passes(outcome)]
            held[name] = _PlacedValue([*lasting, entry.outcome], place)
            return
    held[entry.named.therapy] = _PlacedValue(entry.outcome, place)


def _name(facts: _Facts, field: str, value: Any) -> str | None:
    try:
        return facts.name(field, value)
    except Refused:
        return None
