"""What is wrong with files of codes: what they name and is not there, and codes that mean two things."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from mbc_options.errors import Complaint, Problem, nearest_word, unknown_name
from mbc_options.vocabulary.code_forms import Coded, CodesFile
from mbc_options.vocabulary.spelling import OTHER, normal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from mbc_options.source.yaml_positions import KeyPath, Tree
    from mbc_options.vocabulary.code_forms import (
        CodedAnswer,
        CodedCondition,
        CodedElement,
        CodedOutcome,
        CodedSetting,
        CodedSites,
        CodedState,
        CodedTest,
        CodedTissue,
        CodedTreatment,
    )
    from mbc_options.vocabulary.registry import RegistryForm
    from mbc_options.vocabulary.vocabulary import ChoiceForms, Vocabulary

__all__ = ["check_codes", "without_unknown"]


def check_codes(
    files: Sequence[tuple[CodesFile, Tree]], vocabulary: Vocabulary, *, untold: bool = False
) -> list[Problem]:
    """Return what is wrong with files of codes, which may name each other's code systems.

    Args:
        files: each with its positions.
        vocabulary: what they may name.
        untold: whether treatments are not known, because the file of drugs is wrong.
    """
    known = _Known(vocabulary, [system.id for file, _ in files for system in file.systems], untold=untold)
    problems = []
    for file, tree in files:
        problems += [tree.problem(one.message, one.path, code="unknown-name") for one in _unknown_in(file, known)]
        problems += [tree.problem(one.message, one.path, code="wrong-value") for one in _ambiguous_in(file, tree)]
    return problems


def without_unknown(file: CodesFile, vocabulary: Vocabulary) -> CodesFile:
    """Return a file without the entries that name what a vocabulary does not have."""
    known = _Known(vocabulary, [system.id for system in file.systems])
    wrong: dict[str, set[str | int]] = {}
    for complaint in _unknown_in(file, known):
        name, entry, *_ = complaint.path
        wrong.setdefault(str(name), set()).add(entry)
    wrong.pop("registry", None)  # it is read as it stands: the fields that it names are only compared with others
    kept = {name: _without(entries, getattr(file, name)) for name, entries in wrong.items()}
    return CodesFile(**{**file.__dict__, **kept})


def _without(wrong: set[str | int], part: Any) -> Any:
    if isinstance(part, tuple):
        return tuple(entry for i, entry in enumerate(part) if i not in wrong)
    if isinstance(part, dict):
        return {key: value for key, value in part.items() if key not in wrong}
    return None


def _ambiguous_in(file: CodesFile, tree: Tree) -> Iterator[Complaint]:
    """Find codes that stand in two entries of a list."""
    for name, part in file.__dict__.items():
        taken: dict[tuple[str, str, Any], KeyPath] = {}
        for i, entry in enumerate(part if isinstance(part, tuple) else ()):
            coded = (entry.codes or {}) if isinstance(entry, Coded) else {}
            for system, codes in coded.items():
                for k, code in enumerate(codes):
                    here = (name, i, "codes", system, k)
                    first = taken.setdefault((system, code, getattr(entry, "of", None)), here)
                    if first[1] != i:
                        message = f"{system} {code} stands in two entries of {name}; a code means one thing"
                        yield Complaint(f"{message}; first at {tree.where(first)}", here)


def _unknown_in(file: CodesFile, known: _Known) -> Iterator[Complaint]:
    """Find what a file names that is not there."""
    for name, find in _FINDERS.items():
        yield from _within(find(getattr(file, name), known), name)


class _Known:
    """What files of codes may name."""

    def __init__(self, vocabulary: Vocabulary, systems: Iterable[str], *, untold: bool = False) -> None:
        forms = vocabulary.treatments.values()
        self.vocabulary = vocabulary
        self.untold = untold
        self.by_kind: dict[str, Collection[str]] = {
            "code system": dict.fromkeys(systems),
            "field": vocabulary.choices,
            "field of names": vocabulary.names,
            "fact": [fact for fact, words in vocabulary.facts.items() if "yes" in words.values],
            "outcome": dict.fromkeys(one for form in forms for one in form.outcomes.values()),
            "setting": dict.fromkeys(one for form in forms for one in form.settings.values()),
        }

    def no_name(self, kind: str, name: str, *path: str | int) -> Iterator[Complaint]:
        """Say that a name is not there; nothing where it is, or nobody can tell."""
        if self.untold and kind == "fact" and name.startswith(f"{self.vocabulary.history}."):
            return
        yield from _none_of(self.by_kind[kind], kind, name, *path)

    def no_value(self, field: str, value: str, *path: str | int) -> Iterator[Complaint]:
        """Say that a field is not there, or cannot be written so."""
        forms = self.vocabulary.choices.get(field)
        if forms is None:
            yield from self.no_name("field", field, *path)
        elif not _reads(forms, field, normal(value)):
            near = nearest_word(value, forms.words)
            hint = f"did you mean {near}?" if near else f"it is {', '.join(forms.values)}"
            yield Complaint(f"{field} cannot be {value!r}; {hint}", path)


def _reads(forms: ChoiceForms, field: str, value: str) -> bool:
    if forms.readings.get(value) is not None:
        return True
    for notation in forms.notations:
        with suppress(ValueError):
            if notation.read(field, value) is not None:
                return True
    return False


def _none_of(known: Collection[str], kind: str, name: str, *path: str | int) -> Iterator[Complaint]:
    if name not in known:
        yield Complaint(unknown_name(kind, name, known), path)


def _no_pattern(pattern: str, *path: str | int) -> Iterator[Complaint]:
    try:
        re.compile(pattern)
    except re.error as error:
        yield Complaint(f"the pattern {pattern!r} is no regular expression: {error}", path)


def _within(complaints: Iterable[Complaint], *path: str | int) -> Iterator[Complaint]:
    for complaint in complaints:
        yield complaint._replace(path=(*path, *complaint.path))


# What an entry names


def _of_coded(entry: Coded, known: _Known) -> Iterator[Complaint]:
    for key, codes in (("codes", entry.codes), ("prefixes", entry.prefixes)):
        for system in codes or ():
            yield from known.no_name("code system", system, key, system)
    if entry.pattern:
        yield from _no_pattern(entry.pattern, "pattern")


def _of_test(test: CodedTest, known: _Known) -> Iterator[Complaint]:
    if (test.field is None) == (test.unused is None):
        yield Complaint("a test has a field that it says, or unused, why it says none")
    for i, answer in enumerate(test.answers):
        yield from _within(_of_coded(answer, known), "answers", i)
    if test.field is None:
        return
    vocabulary = known.vocabulary
    if test.field not in vocabulary.choices:
        yield from _none_of((*vocabulary.choices, *vocabulary.names), "field", test.field, "field")
        return
    for i, answer in enumerate(test.answers):
        for key, value in (("value", answer.value), ("voids", answer.voids)):
            if value:
                yield from known.no_value(test.field, value, "answers", i, key)
    for i, value in enumerate(test.only):
        yield from known.no_value(test.field, value, "only", i)


def _of_answer(answer: CodedAnswer, known: _Known) -> Iterator[Complaint]:
    if answer.of:
        yield from known.no_name("field", answer.of, "of")
        if answer.value and answer.of in known.vocabulary.choices:
            yield from known.no_value(answer.of, answer.value, "value")


def _of_condition(condition: CodedCondition, known: _Known) -> Iterator[Complaint]:
    yield from _within(_values(condition.proves, known), "proves")
    yield from _within(_values(condition.voids, known), "voids")


def _of_tissue(tissue: CodedTissue, known: _Known) -> Iterator[Complaint]:
    yield from known.no_value(tissue.field, tissue.value, "value")
    for i, field in enumerate(tissue.of):
        yield from known.no_name("field", field, "of", i)


def _of_treatment(entry: CodedTreatment, known: _Known) -> Iterator[Complaint]:
    agents = known.vocabulary.agents
    if (entry.treatment is None) == (entry.unused is None):
        yield Complaint("an entry has a treatment, or unused, why it is none")
    elif entry.treatment is not None and not known.untold and agents.find(entry.treatment) is None:
        names = dict.fromkeys(name for name, _ in agents.names())
        yield from _none_of(names, "treatment", entry.treatment, "treatment")


def _of_outcome(outcome: CodedOutcome, known: _Known) -> Iterator[Complaint]:
    yield from known.no_name("outcome", outcome.outcome, "outcome")


def _of_setting(setting: CodedSetting, known: _Known) -> Iterator[Complaint]:
    yield from known.no_name("setting", setting.setting, "setting")
    if setting.needs:
        yield from known.no_name("fact", setting.needs, "needs")


def _of_state(state: CodedState, known: _Known) -> Iterator[Complaint]:
    if (state.element is None) == (state.extension is None):
        yield Complaint("a state is said by an element, or by an extension")
    if state.outcome:
        yield from known.no_name("outcome", state.outcome, "outcome")
    yield from _within(_values(state.voids, known), "voids")


def _of_element(element: CodedElement, known: _Known) -> Iterator[Complaint]:
    if (element.field is None) == (element.told is None):
        yield Complaint("an element has a field that it says, or told, what a reader is told of it")
    elif element.field is not None:
        yield from known.no_name("field", element.field, "field")


# What the other parts of a file name


def _sites(sites: CodedSites | None, known: _Known) -> Iterator[Complaint]:
    if sites is None:
        return
    if sites.field not in known.vocabulary.names:
        yield from known.no_name("field of names", sites.field, "field")
        return
    yield from known.no_name("field", sites.confirmed_by, "confirmed_by")
    names = known.vocabulary.names[sites.field].yes
    for i, name in enumerate(sites.primary):
        yield from _none_of(names, "name", name, "primary", i)
    for i, pattern in enumerate(sites.without):
        yield from _no_pattern(pattern, "without", i)
    for i, site in enumerate(sites.codes):
        yield from _within(_of_coded(site, known), "codes", i)
        if not site.name.startswith(OTHER):
            yield from _none_of(names, "name", site.name, "codes", i, "name")


def _registry(registry: RegistryForm | None, known: _Known) -> Iterator[Complaint]:
    if registry is None:
        return
    for key in ("system", "illness_system", "drug_code_system"):
        yield from known.no_name("code system", getattr(registry, key), key)
    for i, name in enumerate(registry.variant.fields):
        yield from known.no_name("field", name, "variant", "fields", i)


def _values(values: Mapping[str, str] | None, known: _Known) -> Iterator[Complaint]:
    for field, value in (values or {}).items():
        yield from known.no_value(field, value, field)


def _begun_after(settings: Mapping[str, str] | None, known: _Known) -> Iterator[Complaint]:
    for fact, setting in (settings or {}).items():
        yield from known.no_name("fact", fact, fact)
        yield from known.no_name("setting", setting, fact)


_Finder = Callable[[Any, _Known], Iterator[Complaint]]


def _each(find: _Finder) -> _Finder:
    """Return what looks into every entry of a list, also for its codes."""

    def find_all(entries: Sequence[Any], known: _Known) -> Iterator[Complaint]:
        for i, entry in enumerate(entries):
            if isinstance(entry, Coded):
                yield from _within(_of_coded(entry, known), i)
            yield from _within(find(entry, known), i)

    return find_all


_FINDERS: dict[str, _Finder] = {
    "tests": _each(_of_test),
    "answers": _each(_of_answer),
    "conditions": _each(_of_condition),
    "tissues": _each(_of_tissue),
    "drugs": _each(_of_treatment),
    "procedures": _each(_of_treatment),
    "outcomes": _each(_of_outcome),
    "settings": _each(_of_setting),
    "states": _each(_of_state),
    "elements": _each(_of_element),
    "places": _sites,
    "registry": _registry,
    "lasting": _values,
    "begun_after": _begun_after,
}
"""What finds unknown names in each part of a file."""
