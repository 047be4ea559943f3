"""The codes of records (`codes/*.yaml`): which test says which field, what an answer means, what a condition is.

They say how a record is read, and nothing of what follows, so that no verdict depends on them: they are no part of a
rulebook's digest, and not compiled with it.
"""

from __future__ import annotations

import re
from dataclasses import fields
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, NamedTuple, TypeVar

from mbc_options import package_data
from mbc_options.errors import InputError, Problem, RulebookError, nearest_word
from mbc_options.source import yaml_positions
from mbc_options.source.forms import Form, Identifier, Text, YesNo
from mbc_options.source.validation import check
from mbc_options.vocabulary.registry import RegistryForm  # noqa: TC001 - a field is read by its type
from mbc_options.vocabulary.spelling import OTHER, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from mbc_options.source.yaml_positions import KeyPath, Tree
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = [
    "FOLDER",
    "LONGEST",
    "CodedAnswer",
    "CodedCondition",
    "CodedTest",
    "Codes",
    "CodesFile",
    "Coding",
    "check_codes",
    "read_codes",
    "survey_codes",
]

LONGEST = 500
"""How long a text may be that is looked into for names and patterns: that of a stranger could take for ever."""

FOLDER = "codes"
"""The folder of a rulebook that holds them."""


class CodeSystem(Form):
    """A code system, with the addresses that records give it."""

    id: Identifier
    label: Text
    also: tuple[Text, ...] = ()


class _Coded(Form):
    """What is known by codes, by how codes begin, or by a pattern in the text."""

    codes: dict[Identifier, tuple[Text, ...]] | None = None
    prefixes: dict[Identifier, tuple[Text, ...]] | None = None
    pattern: Text | None = None


T = TypeVar("T", bound=_Coded)


class CodedAnswer(_Coded):
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


class CodedTest(_Coded):
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


class CodedCondition(_Coded):
    """What a condition is; `codes/conditions.yaml` explains the keys."""

    kind: Literal["illness", "spread", "anywhere", "another", "past", "aside", "proof"]
    label: Text | None = None
    name: Text | None = None
    undecided: YesNo = False
    over_codes: YesNo = False
    is_cancer: YesNo = False
    proves: dict[Identifier, Text] | None = None
    voids: dict[Identifier, Text] | None = None


class CodedSite(_Coded):
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


class CodedTissue(_Coded):
    """What is said where the specimen of a result of some fields (`of`) is of some tissue.

    Attributes:
        at: the names of sites that tell it, too.
    """

    field: Identifier
    value: Text
    of: tuple[Identifier, ...]
    at: tuple[Text, ...] = ()


class CodedTreatment(_Coded):
    """A drug or procedure; `needs_reason` where it counts only for a reason that the record gives.

    Attributes:
        treatment: its name; None where it is no treatment.
        unused: why it is none.
    """

    treatment: Text | None = None
    unused: Text | None = None
    names: tuple[Text, ...] = ()
    needs_reason: YesNo = False


class CodedOutcome(_Coded):
    """Why a treatment ended; `of_one` where it may be so of one of several that were given together."""

    outcome: Identifier
    of_one: YesNo = False


class CodedSetting(_Coded):
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


class Coding(NamedTuple):
    """A code of a record: its system by our id (empty where we do not know it), the code, and its text."""

    system: str
    code: str
    text: str = ""


_TEXTS, _SHORT = 2_000, 200
"""Of how many texts, and how long ones, it is kept which entries they mean: records have the same again and again."""


class _Table(Generic[T]):
    """Finds entries by code, then by how a code begins (points do not matter there), then by pattern in a text.

    Of several entries that fit, the first counts.
    """

    def __init__(self, entries: Sequence[T]) -> None:
        self.entries = tuple(entries)
        self.by_code: dict[tuple[str, str], T] = {}
        self.begins: list[tuple[str, str, T]] = []
        self.patterns: list[tuple[re.Pattern[str], T]] = []
        for entry in entries:
            for system, codes in (entry.codes or {}).items():
                for code in codes:
                    self.by_code.setdefault((system, code), entry)
            for system, codes in (entry.prefixes or {}).items():
                self.begins += [(system, _plain(code), entry) for code in codes]
            if entry.pattern:
                self.patterns.append((re.compile(entry.pattern, re.IGNORECASE), entry))
        self.begins.sort(key=lambda one: -len(one[1]))
        self._said_shortly = lru_cache(_TEXTS)(self._said)

    def coded(self, codings: Iterable[Coding]) -> tuple[T, Coding] | None:
        """Return the entry that the first known code means, and that code."""
        codings = tuple(codings)
        for coding in codings:
            found = self.by_code.get((coding.system, coding.code))
            if found is not None:
                return found, coding
        for coding in codings:
            for system, begin, entry in self.begins:
                if coding.system == system and _plain(coding.code).startswith(begin):
                    return entry, coding
        return None

    def said(self, text: str) -> tuple[T, ...]:
        """Return the entries whose pattern is in a text; none for one that is too long to be the name of anything."""
        if len(text) > LONGEST:
            return ()
        return self._said_shortly(text) if len(text) <= _SHORT else self._said(text)

    def _said(self, text: str) -> tuple[T, ...]:
        return tuple(entry for pattern, entry in self.patterns if pattern.search(text))

    def every(self, codings: Sequence[Coding], text: str) -> tuple[T, ...]:
        """Return what each of the codes means; where none is known, what `find` has."""
        found = [one[0] for coding in codings if (one := self.coded([coding])) is not None]
        if not found:
            found = list(filter(None, [self.find(codings, text)]))
        return tuple({id(entry): entry for entry in found}.values())

    def find(self, codings: Sequence[Coding], text: str) -> T | None:
        """Return the entry that codes mean, or else the text of one of them or of all."""
        found = self.coded(codings)
        if found is not None:
            return found[0]
        texts = dict.fromkeys((text, *(coding.text for coding in codings)))
        return next((entry for one in texts if one for entry in self.said(one)), None)


def _plain(code: str) -> str:
    return code.replace(".", "").upper()


class Codes:
    """All that the files of codes say, ready to be looked up; nothing of it changes.

    Args:
        files: the files, checked.
        vocabulary: the fields and facts that are meant.
    """

    def __init__(self, files: Sequence[CodesFile], vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        merged: dict[str, Any] = {name: [] for name in _LISTS}
        for file in files:
            for name in _LISTS:
                merged[name] += getattr(file, name)
        self.systems: dict[str, str] = {url: one.id for one in merged["systems"] for url in (one.id, *one.also)}
        self.tests: _Table[CodedTest] = _Table(merged["tests"])
        self.answers: _Table[CodedAnswer] = _Table(merged["answers"])
        self.own_answers = {id(test): _Table(test.answers) for test in merged["tests"]}
        self.conditions: _Table[CodedCondition] = _Table(merged["conditions"])
        self.places = next((file.places for file in files if file.places), None)
        self.body: _Table[CodedSite] = _Table(self.places.codes if self.places else ())
        self.without = [re.compile(one, re.IGNORECASE) for one in self.places.without] if self.places else []
        self.tissues: _Table[CodedTissue] = _Table(merged["tissues"])
        self.drugs: _Table[CodedTreatment] = _Table(merged["drugs"])
        self.drug_names = {normal(name): one.treatment or "" for one in merged["drugs"] for name in one.names}
        self.need_reason = frozenset(
            _id_of(vocabulary, one.treatment or "") for one in merged["drugs"] if one.needs_reason
        )
        self.procedures: _Table[CodedTreatment] = _Table(merged["procedures"])
        self.outcomes: _Table[CodedOutcome] = _Table(merged["outcomes"])
        self.settings: _Table[CodedSetting] = _Table(merged["settings"])
        self.states: tuple[CodedState, ...] = tuple(merged["states"])
        self.elements: tuple[CodedElement, ...] = tuple(merged["elements"])
        self.lasting: dict[str, str] = {name: value for file in files for name, value in (file.lasting or {}).items()}
        self.begun_after: dict[str, str] = {
            fact: setting for file in files for fact, setting in (file.begun_after or {}).items()
        }
        self.registry: RegistryForm | None = next((file.registry for file in files if file.registry), None)


_ALONE = {"places", "lasting", "begun_after", "registry"}
_LISTS = tuple(field.name for field in fields(CodesFile) if field.name not in _ALONE)


def _id_of(vocabulary: Vocabulary, treatment: str) -> str:
    found = vocabulary.agents.find(treatment)
    return found.id if found is not None else treatment


def read_codes(directory: Path | None, vocabulary: Vocabulary) -> Codes:
    """Return the codes of a rulebook.

    Args:
        directory: holds the rulebook; where it has no `codes/`, or is None, the codes that come with the package are
            taken, as far as the vocabulary has what they name.
        vocabulary: of the rulebook.

    Raises:
        RulebookError: with every problem of its own files, each at its line and column.
    """
    own = directory is not None and (directory / FOLDER).is_dir() and directory.resolve() != package_data.rules_dir()
    if not own:
        return _bundled(vocabulary)
    assert directory is not None
    files, problems = _files(directory)
    problems += check_codes(files, vocabulary)
    if problems:
        raise RulebookError(problems)
    return Codes([file for file, _ in files], vocabulary)


@cache
def _bundled(vocabulary: Vocabulary) -> Codes:
    """Return the codes that come with the package, without what a vocabulary of one's own does not have."""
    files, problems = _files(package_data.rules_dir())
    if problems:
        raise RulebookError(problems)
    systems = _system_ids(file for file, _ in files)
    kept = []
    for file, _ in files:
        changes: dict[str, Any] = {
            name: tuple(one for one in getattr(file, name) if not any(_wrong(one, vocabulary, systems)))
            for name in _LISTS
        }
        if file.places is not None and any(_wrong(file.places, vocabulary, systems)):
            changes["places"] = None
        if file.lasting:
            changes["lasting"] = {name: value for name, value in file.lasting.items() if name in vocabulary.choices}
        if file.begun_after:
            pairs = file.begun_after.items()
            changes["begun_after"] = {
                fact: name for fact, name in pairs if not any(_wrong_begun(fact, name, vocabulary))
            }
        kept.append(CodesFile(**{**file.__dict__, **changes}))
    return Codes(kept, vocabulary)


def _files(directory: Path) -> tuple[list[tuple[CodesFile, Tree]], list[Problem]]:
    found, problems = [], []
    for path in sorted((directory / FOLDER).glob("[!.]*.yaml")):
        try:
            tree = yaml_positions.read(path, within=directory)
        except InputError as error:
            problems += list(error.problems)
            continue
        file, wrong = check(CodesFile, tree)
        problems += wrong
        if file is not None:
            found.append((file, tree))
    return found, problems


def survey_codes(directory: Path, vocabulary: Vocabulary | None) -> list[Problem]:
    """Return everything that is wrong with the codes of a rulebook: YAML, form and names; nothing where it has none.

    Args:
        directory: holds the rulebook.
        vocabulary: its fields and facts; None where these are wrong, so that names are not known.
    """
    files, problems = _files(directory)
    return problems if vocabulary is None else [*problems, *check_codes(files, vocabulary)]


def check_codes(  # noqa: C901, PLR0912 - a table for each list
    files: Iterable[tuple[CodesFile, Tree]], vocabulary: Vocabulary
) -> list[Problem]:
    """Return what is wrong with files of codes: what they name and is not there, and codes that mean two things."""
    files = tuple(files)
    systems = _system_ids(file for file, _ in files)
    problems = []
    for file, tree in files:
        for name in _LISTS:
            taken: dict[tuple[str, str], int] = {}
            for i, entry in enumerate(getattr(file, name)):
                for message, path in _wrong(entry, vocabulary, systems):
                    problems.append(tree.problem(message, (name, i, *path), code="unknown-name"))
                for system, codes in (getattr(entry, "codes", None) or {}).items() if isinstance(entry, _Coded) else ():
                    for k, code in enumerate(codes):
                        key = (system, f"{code} {getattr(entry, 'of', '')}")
                        if taken.setdefault(key, i) != i:
                            message = f"{system} {code} stands in two entries of {name}; a code means one thing"
                            place = (name, i, "codes", system, k)
                            problems.append(tree.problem(message, place, code="wrong-value"))
        if file.places is not None:
            for message, path in _wrong(file.places, vocabulary, systems):
                problems.append(tree.problem(message, ("places", *path), code="unknown-name"))
        if file.registry is not None:
            for message, path in _wrong_registry(file.registry, vocabulary, systems):
                problems.append(tree.problem(message, ("registry", *path), code="unknown-name"))
        for name, value in (file.lasting or {}).items():
            for message in _no_value(vocabulary, name, value):
                problems.append(tree.problem(message, ("lasting", name), code="unknown-name"))
        for fact, setting in (file.begun_after or {}).items():
            for message in _wrong_begun(fact, setting, vocabulary):
                problems.append(tree.problem(message, ("begun_after", fact), code="unknown-name"))
    return problems


def _system_ids(files: Iterable[CodesFile]) -> frozenset[str]:
    return frozenset(system.id for file in files for system in file.systems)


_Wrong = tuple[str, "KeyPath"]


def _wrong(  # noqa: C901, PLR0912 - a case for each kind
    entry: Any, vocabulary: Vocabulary, systems: frozenset[str]
) -> Iterator[_Wrong]:
    """Yield what an entry names that is not there, with the keys that lead to it."""
    if isinstance(entry, _Coded):
        yield from _wrong_codes(entry, systems)
    match entry:
        case CodedTest():
            yield from _wrong_test(entry, vocabulary, systems)
        case CodedAnswer(of=of) if of:
            yield from ((m, ("of",)) for m in _unknown("field", of, vocabulary.choices))
            if entry.value and of in vocabulary.choices:
                yield from ((m, ("value",)) for m in _no_value(vocabulary, of, entry.value))
        case CodedCondition():
            for key, said in (("proves", entry.proves), ("voids", entry.voids)):
                for name, value in (said or {}).items():
                    yield from ((m, (key, name)) for m in _no_value(vocabulary, name, value))
        case CodedSites():
            yield from _wrong_sites(entry, vocabulary, systems)
        case CodedTissue():
            yield from ((m, ("value",)) for m in _no_value(vocabulary, entry.field, entry.value))
            for i, field in enumerate(entry.of):
                yield from ((m, ("of", i)) for m in _unknown("field", field, vocabulary.choices))
        case CodedTreatment(treatment=treatment):
            if (treatment is None) == (entry.unused is None):
                yield "an entry has a treatment, or unused, why it is none", ()
            elif treatment is not None and vocabulary.agents.find(treatment) is None:
                known = [name for name, _ in vocabulary.agents.names()]
                yield from ((m, ("treatment",)) for m in _unknown("treatment", treatment, known))
        case CodedOutcome():
            yield from ((m, ("outcome",)) for m in _unknown("outcome", entry.outcome, _outcomes(vocabulary)))
        case CodedState():
            yield from _wrong_state(entry, vocabulary)
        case CodedSetting():
            yield from ((m, ("setting",)) for m in _unknown("setting", entry.setting, _settings(vocabulary)))
            if entry.needs:
                yield from ((m, ("needs",)) for m in _unknown("fact", entry.needs, _yes_no(vocabulary)))
        case CodedElement(field=field):
            if (field is None) == (entry.told is None):
                yield "an element has a field that it says, or told, what a reader is told of it", ()
            elif field is not None:
                yield from ((m, ("field",)) for m in _unknown("field", field, vocabulary.choices))


def _wrong_state(state: CodedState, vocabulary: Vocabulary) -> Iterator[_Wrong]:
    if (state.element is None) == (state.extension is None):
        yield "a state is said by an element, or by an extension", ()
    if state.outcome:
        yield from ((m, ("outcome",)) for m in _unknown("outcome", state.outcome, _outcomes(vocabulary)))
    for name, value in (state.voids or {}).items():
        yield from ((m, ("voids", name)) for m in _no_value(vocabulary, name, value))


def _wrong_begun(fact: str, setting: str, vocabulary: Vocabulary) -> Iterator[str]:
    yield from _unknown("fact", fact, _yes_no(vocabulary))
    yield from _unknown("setting", setting, _settings(vocabulary))


def _yes_no(vocabulary: Vocabulary) -> list[str]:
    return [fact for fact, words in vocabulary.facts.items() if "yes" in words.values]


def _settings(vocabulary: Vocabulary) -> list[str]:
    return [one for forms in vocabulary.treatments.values() for one in forms.settings.values()]


def _outcomes(vocabulary: Vocabulary) -> list[str]:
    return [one for forms in vocabulary.treatments.values() for one in forms.outcomes.values()]


def _wrong_codes(entry: _Coded, systems: frozenset[str]) -> Iterator[_Wrong]:
    for key in ("codes", "prefixes"):
        for system in getattr(entry, key) or ():
            yield from ((m, (key, system)) for m in _unknown("code system", system, systems))
    if entry.pattern:
        yield from ((m, ("pattern",)) for m in _no_pattern(entry.pattern))


def _no_pattern(pattern: str) -> Iterator[str]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield f"the pattern {pattern!r} is no regular expression: {error}"


def _wrong_test(test: CodedTest, vocabulary: Vocabulary, systems: frozenset[str]) -> Iterator[_Wrong]:
    if (test.field is None) == (test.unused is None):
        yield "a test has a field that it says, or unused, why it says none", ()
    for i, answer in enumerate(test.answers):
        for message, path in _wrong_codes(answer, systems):
            yield message, ("answers", i, *path)
    if test.field is None:
        return
    if test.field not in vocabulary.choices:
        known = (*vocabulary.choices, *vocabulary.names)
        yield from ((m, ("field",)) for m in _unknown("field", test.field, known))
        return
    for i, answer in enumerate(test.answers):
        for key, value in (("value", answer.value), ("voids", answer.voids)):
            for message in _no_value(vocabulary, test.field, value) if value else ():
                yield message, ("answers", i, key)
    for i, value in enumerate(test.only):
        yield from ((m, ("only", i)) for m in _no_value(vocabulary, test.field, value))


def _wrong_sites(sites: CodedSites, vocabulary: Vocabulary, systems: frozenset[str]) -> Iterator[_Wrong]:
    if sites.field not in vocabulary.names:
        yield from ((m, ("field",)) for m in _unknown("field of names", sites.field, vocabulary.names))
        return
    yield from ((m, ("confirmed_by",)) for m in _unknown("field", sites.confirmed_by, vocabulary.choices))
    known = vocabulary.names[sites.field].yes
    for i, name in enumerate(sites.primary):
        yield from ((m, ("primary", i)) for m in _unknown("name", name, known))
    for i, pattern in enumerate(sites.without):
        yield from ((m, ("without", i)) for m in _no_pattern(pattern))
    for i, site in enumerate(sites.codes):
        yield from ((m, ("codes", i, *path)) for m, path in _wrong_codes(site, systems))
        if not site.name.startswith(OTHER):
            yield from ((m, ("codes", i, "name")) for m in _unknown("name", site.name, known))


def _wrong_registry(registry: RegistryForm, vocabulary: Vocabulary, systems: frozenset[str]) -> Iterator[_Wrong]:
    for key in ("system", "illness_system", "drug_code_system"):
        yield from ((m, (key,)) for m in _unknown("code system", getattr(registry, key), systems))
    for i, name in enumerate(registry.variant.fields):
        yield from ((m, ("variant", "fields", i)) for m in _unknown("field", name, vocabulary.choices))


def _no_value(vocabulary: Vocabulary, field: str, value: str) -> Iterator[str]:
    """Say that a field is not there, or cannot be written so."""
    if field not in vocabulary.choices:
        yield from _unknown("field", field, vocabulary.choices)
        return
    forms = vocabulary.choices[field]
    if forms.readings.get(normal(value)) is None and not any(_reads(one, field, value) for one in forms.notations):
        near = nearest_word(value, forms.words)
        yield f"{field} cannot be {value!r}" + (
            f"; did you mean {near}?" if near else f"; it is {', '.join(forms.values)}"
        )


def _reads(notation: Any, field: str, value: str) -> bool:
    try:
        return notation.read(field, normal(value)) is not None
    except ValueError:
        return False


def _unknown(what: str, name: str, known: Iterable[str]) -> Iterator[str]:
    """Say that a name is not there; nothing where it is."""
    known = tuple(dict.fromkeys(known))
    if name in known:
        return
    near = nearest_word(name, known)
    hint = f"; did you mean {near}?" if near else f"; known are {', '.join(known)}" if len(known) <= 20 else ""
    yield f"unknown {what} {name!r}{hint}"
