"""The one door for descriptions of a patient: from what a file, flags, Python or a case say to what is known.

What is known is a cube: every completion that the description leaves possible. Whatever cannot be used is refused by
`Complaint`s, which each caller places in the file, flag or argument that it read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from mbc_options.errors import Complaint, nearest_word
from mbc_options.frozendict import FrozenDict
from mbc_options.notebook import ShownAsCard
from mbc_options.patient.aliases import (
    CONFLICT,
    NamesRead,
    Refused,
    free_text,
    is_no_value,
    is_unknown,
    missing_notice,
    read_choice,
    read_names,
    shown,
    slip_of,
    yes_no,
)
from mbc_options.patient.draft import Draft
from mbc_options.patient.prior import KEYS, TreatmentEntry, TreatmentReader
from mbc_options.patient.treatments import read_some_treatments
from mbc_options.text import capitalized
from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments
from mbc_options.vocabulary.spelling import OTHER, UNKNOWN, folded, is_missing, normal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.vocabulary import NameForms, Vocabulary

__all__ = ["MAX_NAMES", "NONE_WORDS", "Description", "read"]

NOT_LISTED = OTHER.removesuffix(":")
NONE_WORDS = frozenset({"none", "no"})
"""What stands for an empty list of names or treatments."""

MAX_NAMES = 200


class Description(ShownAsCard):
    """A description of a patient as read; immutable.

    Attributes:
        vocabulary: by whose facts it was read.
        fields: what it says, in its one written form, by field; None where it says nothing.
        knowledge: every completion that it leaves possible, as the smallest cube around them.
        entries: the earlier treatments.
        details: for a fact, a written form that says more than its value (`IHC 3+`).
        notices: what the reader should know about how it was read.
        assumptions: what was assumed because it does not say it.
    """

    __slots__ = ("assumptions", "details", "entries", "fields", "knowledge", "notices", "vocabulary")

    vocabulary: Vocabulary
    fields: dict[str, Any]
    knowledge: int
    entries: tuple[TreatmentEntry, ...]
    details: FrozenDict[str]
    notices: tuple[str, ...]
    assumptions: tuple[str, ...]

    @property
    def description(self) -> Description:
        """The description itself, as a `Patient` has it."""
        return self

    @property
    def label(self) -> str | None:
        """The text that titles what is shown, if any."""
        label: str | None = self.fields.get(self.vocabulary.label)
        return label

    def __getattr__(self, name: str) -> Any:
        """Return what a field says, by its name, as a `Patient` has it."""
        fields = object.__getattribute__(self, "fields")
        if name not in fields:
            near = nearest_word(name, fields)
            msg = f"a description has no field {name!r}" + (f"; did you mean {near}?" if near else "")
            raise AttributeError(msg)
        return fields[name]

    def known(self) -> dict[str, tuple[str, ...]]:
        """Return every fact of which something is known, with the values still possible."""
        return self.vocabulary.space.reading(self.knowledge)

    def said(self) -> dict[str, Any]:
        """Return what it says by field, as it would be written: reading it again gives the same."""
        said = {name: value for name, value in self.fields.items() if value is not None}
        said.update(self.details)
        return said

    def as_data(self) -> dict[str, Any]:
        """Return the same as plain data, as JSON or YAML hold it."""
        return {name: _as_data(value) for name, value in self.said().items()}

    def with_(self, **changes: Any) -> Description:
        """Return the description with some fields replaced, read as a whole.

        Raises:
            DescriptionError: where that cannot be.
        """
        return of(self.vocabulary, {**self.as_data(), **changes})

    def noting(self, notices: Iterable[str]) -> Description:
        """Return the description with further notices on how it was read, before its own."""
        values = {name: getattr(self, name) for name in self.__slots__}
        values["notices"] = tuple(dict.fromkeys((*notices, *self.notices)))
        return _made(*values.values())

    def __str__(self) -> str:
        parts = [f"{name} {_in_words(value)}" for name, value in self.said().items()]
        return f"Patient({'; '.join(parts)})" if parts else "Patient(nothing known)"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        said = getattr(other, "description", None)  # a `Patient` is equal to its description
        if not isinstance(said, Description):
            return NotImplemented
        return (said.vocabulary, said.fields, said.details) == (self.vocabulary, self.fields, self.details)

    def __hash__(self) -> int:
        return hash(tuple(self.fields.values()))

    def __setattr__(self, name: str, value: Any) -> None:
        msg = f"a description cannot be changed; with_({name}=...) makes another"
        raise AttributeError(msg)

    def __reduce__(self) -> tuple[Callable[..., Description], tuple[Any, ...]]:
        return _made, tuple(getattr(self, name) for name in self.__slots__)


def _made(*values: Any) -> Description:
    made = object.__new__(Description)
    for name, value in zip(Description.__slots__, values, strict=True):
        object.__setattr__(made, name, value)
    return made


def _as_data(value: Any) -> Any:
    if isinstance(value, TreatmentEntry):
        return dict(zip(KEYS, (value.named.therapy, value.outcome, value.setting), strict=True))
    if isinstance(value, FrozenDict):
        return {key: _as_data(answer) for key, answer in value.items()}
    return [_as_data(item) for item in value] if isinstance(value, tuple) else value


def _in_words(value: Any) -> str:
    if isinstance(value, TreatmentEntry):
        when = "" if value.setting == UNKNOWN else f" ({value.setting})"
        return f"{value.named.therapy}: {value.outcome.replace('_', ' ')}{when}"
    if isinstance(value, tuple):
        return ", ".join(map(_in_words, value)) or "none"
    if isinstance(value, FrozenDict):
        return ", ".join(f"{key} {_answer_in_words(answer)}" for key, answer in value.items())
    return str(value)


def _answer_in_words(answer: Any) -> str:
    if not isinstance(answer, FrozenDict):
        return answer if isinstance(answer, str) else " and ".join(answer)
    _, outcome, setting = KEYS
    said = [_answer_in_words(answer[outcome])] if outcome in answer else []
    said += [f"({answer[setting]})"] if setting in answer else []
    denied = [f"not {one.replace('_', ' ')}" for one in answer if one not in KEYS]
    return " and ".join(filter(None, (" ".join(said), *denied)))


def of(vocabulary: Vocabulary, said: Mapping[str, Any]) -> Description:
    """Return the description that says this; DescriptionError, without places, where that cannot be."""
    description, complaints = read(said, vocabulary)
    if description is None:
        from mbc_options.errors import DescriptionError, Problem

        raise DescriptionError(Problem(complaint.message, path=complaint.path) for complaint in complaints)
    return description


def read(
    said: Mapping[str, Any], vocabulary: Vocabulary, *, proves_only: bool = False
) -> tuple[Description | None, tuple[Complaint, ...]]:
    """Read a description.

    Args:
        said: values by field, as a file, a caller or the flags give them.
        vocabulary: the fields and facts that are meant.
        proves_only: whether it proves what it names and denies nothing, as a table does: no list is complete, and
            nothing is assumed.

    Returns:
        The description and no complaints, or None and everything found wrong.
    """
    draft = Draft(vocabulary, proves_only=proves_only)
    entries: tuple[TreatmentEntry, ...] = ()
    written_as: dict[str, Any] = {}
    if not said.keys() <= vocabulary.fields.keys():
        said, written_as = _by_field(said, draft)
    for field in vocabulary.fields.values():
        written = said.get(field.id)
        if written is None:
            draft.fields[field.id] = None
        elif not isinstance(written, str) and is_no_value(written):
            message = f"{field.id} cannot be {shown(written)}; leave out what is not known, or give None"
            draft.refuse(message, (field.id,))
            draft.fields[field.id] = None
        elif isinstance(field, Choice):
            draft.fields[field.id] = _read_choice(field, written, draft)
        elif isinstance(field, Names):
            draft.fields[field.id] = _read_names(field, written, draft)
        elif isinstance(field, Treatments):
            entries, draft.fields[field.id] = _read_treatments(field, written, draft)
        else:
            draft.fields[field.id] = draft.attempt((field.id,), _read_text, field, written)
    _refuse_contradictions(draft)
    description, complaints = (None, tuple(draft.complaints)) if draft.complaints else _know(draft, entries)
    if not written_as:
        return description, complaints
    return description, tuple(
        complaint._replace(path=(written_as.get(str(complaint.path[0]), complaint.path[0]), *complaint.path[1:]))
        if complaint.path
        else complaint
        for complaint in complaints
    )


def _by_field(said: Mapping[Any, Any], draft: Draft) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what is said by the ids of fields that other names are written for, and these names by field."""
    vocabulary = draft.vocabulary
    fields = vocabulary.fields
    if len(said) > MAX_NAMES:
        draft.refuse(f"a description has {len(said)} fields; the fields are {', '.join(fields)}", ())
        return {}, {}
    found: dict[str, Any] = {}
    written_as: dict[str, Any] = {}
    for name, value in said.items():
        word = folded(str(name))
        field = name if name in fields else vocabulary.field_names.get(word, "")
        if field and field in found:
            draft.refuse(f"{shown(written_as[field])} and {shown(name)} are one field", (name,), at_key=True)
        elif field:
            found[field], written_as[field] = value, name
        elif word in vocabulary.not_asked:
            draft.notices.append(vocabulary.not_asked[word].notice)
        else:
            near = slip_of(str(name), fields)
            hint = f"; did you mean {near}?" if near else f"; the fields are {', '.join(fields)}"
            draft.refuse(f"unknown field {shown(name)}{hint}", (name,), at_key=True)
    return found, written_as


def _read_text(field: TextField, written: object) -> str | None:
    if not isinstance(written, str):
        msg = f"{field.id} is free text, not {shown(written)}"
        raise Refused(msg)
    return free_text(field.id, written) or None


def _read_choice(field: Choice, written: object, draft: Draft) -> str | None:
    path = (field.id,)
    forms = draft.vocabulary.choices[field.id]
    reading = draft.attempt(path, read_choice, field.id, _called(field.id, draft), forms, written)
    if reading is None:
        return None
    value, as_written, notice, form = reading
    if notice:
        draft.notices.append(notice)
    if as_written and as_written != value:
        draft.details[field.id] = as_written
    if value is not None:
        allows = draft.value(field.id, value)
        if field.settles:
            allows &= draft.value(field.settles, value)
        draft.say(allows, path, field.id, written)
        return value
    if any(assumption.unless_said == field.id for assumption in draft.vocabulary.file.assumptions):
        return UNKNOWN  # said to be unknown, which withdraws the assumption
    return form or as_written or None


def _called(field: str, draft: Draft) -> str:
    """Return what a notice calls a field."""
    return capitalized(draft.vocabulary.labels[field])


def _says_nothing(field: str, written: object, draft: Draft) -> bool:
    """Tell whether a field is not there, unknown or a marker for that, which is noted."""
    if isinstance(written, (list, tuple)) and len(written) == 1:
        written = written[0]
    if is_unknown(written):
        return True
    if not isinstance(written, str) or not is_missing(written):
        return False
    draft.notices.append(missing_notice(_called(field, draft), written))
    return True


def _listed(field: str, written: object, draft: Draft, expected: str) -> list[Any] | None:
    """Return the elements of a complete list; None, with the problem noted, for what is no list."""
    if isinstance(written, (list, tuple)) and len(written) == 1 and isinstance(written[0], str):
        written = written[0]
    if isinstance(written, str):
        return [] if normal(written) in NONE_WORDS else [written]
    if isinstance(written, (set, frozenset)):
        written = sorted(written, key=str)
    if not isinstance(written, Sequence) or isinstance(written, (bytes, bytearray)):
        draft.refuse(f"{field} takes {expected}, not {shown(written)}", (field,))
        return None
    return None if _has_too_many(field, written, draft) else list(written)


def _has_too_many(field: str, written: Sequence[Any] | Mapping[Any, Any], draft: Draft) -> bool:
    if len(written) <= MAX_NAMES:
        return False
    draft.refuse(f"{field} has {len(written)} entries; at most {MAX_NAMES}", (field,))
    return True


def _read_names(field: Names, written: object, draft: Draft) -> tuple[str, ...] | FrozenDict[str] | None:
    if _says_nothing(field.id, written, draft):
        return None
    if isinstance(written, Mapping):
        return _read_some_names(field, written, draft)
    expected = "a list of names (complete) or a mapping from names to yes, no or unknown"
    items = _listed(field.id, written, draft, expected)
    if items is None:
        return None
    forms, universe = draft.vocabulary.names[field.id], draft.vocabulary.space.universe
    found: dict[str, None] = {}
    said = 0
    for i, item in enumerate(items):
        read = draft.attempt((field.id, i), read_names, field.id, forms, field.free_text, item)
        if read is None:
            continue
        draft.notices += read.notices
        found.update(dict.fromkeys(read.names))
        forbidden = 0
        for known in (_known_as(field, name) for name in read.names):
            for one in (known, *forms.implied.get(known, ())):
                forbidden |= forms.no[one]
                said |= forms.yes[one]
        draft.say(universe & ~forbidden, (field.id, i), field.id, item)
    if not draft.proves_only:
        draft.say(universe & ~(forms.every_yes & ~said), (field.id,), f"{field.id}: [{', '.join(found)}]")
    return tuple(found)


def _known_as(field: Names, name: str) -> str:
    is_free = name.startswith(OTHER) or (name == NOT_LISTED and name not in {one.id for one in field.listed})
    return field.free_text.name if field.free_text and is_free else name


def _read_key(field: Names, forms: NameForms, key: object) -> NamesRead:
    """Return the names that a key of a mapping means; `other` alone is whatever is not listed."""
    if field.free_text and isinstance(key, str) and folded(key) == NOT_LISTED and NOT_LISTED not in forms.names:
        return NamesRead((NOT_LISTED,))
    return read_names(field.id, forms, field.free_text, key)


def _read_some_names(field: Names, written: Mapping[Any, Any], draft: Draft) -> FrozenDict[str]:
    found: dict[str, str] = {}
    if _has_too_many(field.id, written, draft):
        return FrozenDict(found)
    forms, universe = draft.vocabulary.names[field.id], draft.vocabulary.space.universe
    for key, value in written.items():
        path = (field.id, key)
        try:
            read = _read_key(field, forms, key)
        except Refused as refusal:
            draft.refuse(str(refusal), path, at_key=True)
            continue
        draft.notices += read.notices
        for name in read.names:
            answer = draft.attempt(path, yes_no, f"{field.id}: {name}", value)
            if answer is None or (name.startswith(OTHER) and answer == "no"):
                continue
            if found.setdefault(name, answer) != answer:
                draft.refuse(f"{field.id}: {name} is said to be both yes and no", path)
                continue
            forbidden = (forms.no if answer == "yes" else forms.yes)[_known_as(field, name)]
            draft.say(universe & ~forbidden, path, field.id, key, value)
    return FrozenDict(found)


def _read_treatments(field: Treatments, written: object, draft: Draft) -> tuple[tuple[TreatmentEntry, ...], Any]:
    if _says_nothing(field.id, written, draft):
        return (), None
    reader = TreatmentReader(draft.vocabulary, field.id)
    entries, said = _read_entries(field, reader, written, draft)
    draft.notices += dict.fromkeys(reader.notices)
    return entries, said


def _read_entries(
    field: Treatments, reader: TreatmentReader, written: object, draft: Draft
) -> tuple[tuple[TreatmentEntry, ...], Any]:
    if isinstance(written, Mapping):
        if _has_too_many(field.id, written, draft):
            return (), FrozenDict()
        return read_some_treatments(reader, written, draft)
    expected = "a list of treatments (complete) or a mapping from treatments to outcomes"
    items = _listed(field.id, written, draft, expected)
    if items is None:
        return (), None
    read = [draft.attempt((field.id, i), reader.entry, item) for i, item in enumerate(items)]
    entries = tuple(entry for entry in read if entry is not None)
    draft.say(reader.settled(entries, complete=not draft.proves_only), (field.id,), field.id)
    return entries, entries


def _refuse_contradictions(draft: Draft) -> None:
    """Refuse each statement that leaves a fact no value beside one before it."""
    space = draft.vocabulary.space
    if not space.is_empty(draft.knowledge):
        return
    for i, statement in enumerate(draft.statements):
        for before in reversed(draft.statements[:i]):
            if space.is_empty(statement.allows & before.allows):
                message = f"({before.quoted()}) and ({statement.quoted()}) contradict each other"
                draft.refuse(message, statement.path, code=CONFLICT)
                break


def _know(draft: Draft, entries: tuple[TreatmentEntry, ...]) -> tuple[Description | None, tuple[Complaint, ...]]:
    vocabulary = draft.vocabulary
    space, theory = vocabulary.space, vocabulary.theory
    complaint = next(_contradicted_open_values(draft), None)
    if complaint is not None:
        return None, (complaint,)
    if not theory.is_possible(draft.knowledge):
        return None, (_contradiction(draft),)
    cube = theory.tighten(draft.knowledge)
    assumed = []
    for assumption in () if draft.proves_only else vocabulary.file.assumptions:
        is_said = assumption.unless_said and draft.fields.get(assumption.unless_said) is not None
        known = cube & space.mask(assumption.fact)
        bit = space.bit(assumption.fact, assumption.value)
        if not is_said and known & bit and known != bit:
            cube = theory.tighten(cube & ~known | bit)
            assumed.append(assumption.text)
    description = _made(
        tuple(assumed),
        FrozenDict(draft.details),
        entries,
        draft.fields,
        cube,
        tuple(draft.notices),
        vocabulary,
    )
    return description, ()


def _contradicted_open_values(draft: Draft) -> Iterator[Complaint]:
    """Yield what a word that leaves a fact open contradicts all the same."""
    for field, forms in draft.vocabulary.choices.items():
        word = forms.open_values.get(draft.fields[field] or "") if forms.open_values else None
        for fact, value in (word.never_with or {}).items() if word else ():
            if draft.fields.get(fact) == value:
                assert word is not None
                message = f"({fact}: {value}) and ({field}: {word.id}) contradict each other: {word.sentence}"
                yield Complaint(message, (field,), code=CONFLICT)


def _contradiction(draft: Draft) -> Complaint:
    """Name both sides of a contradiction, and why they cannot both be."""
    vocabulary, cube = draft.vocabulary, draft.knowledge
    space = vocabulary.space
    broken = min(
        (prime for prime in vocabulary.theory.broken if cube & ~prime == 0), key=lambda prime: len(space.support(prime))
    )
    support = set(space.support(broken))
    sides: dict[str, KeyPath] = {}
    for fact in space.support(broken):
        mask = space.mask(fact)
        said = next((one for one in reversed(draft.statements) if mask & ~one.allows), None)
        if said is not None:
            sides.setdefault(said.quoted(), said.path)
    impossible = vocabulary.impossible
    direct = [one.sentence for one in impossible if any(set(case) <= support for case in one.cases)]
    reasons = direct or [one.sentence for one in impossible if any(set(case) & support for case in one.cases)]
    hints = [
        f"; {assumption.hint}"
        for assumption in vocabulary.file.assumptions
        if assumption.hint and assumption.fact in support and not cube & space.bit(assumption.fact, assumption.value)
    ]
    message = (
        f"{' and '.join(f'({text})' for text in sides)} contradict each other: {'; '.join(reasons)}{''.join(hints)}"
    )
    return Complaint(message, next(reversed(sides.values()), ()), code=CONFLICT)
