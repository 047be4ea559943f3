"""What codes and texts of a record mean, ready to be looked up."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from mbc_options.vocabulary.code_forms import Coded
from mbc_options.vocabulary.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options.vocabulary.code_forms import (
        CodedAnswer,
        CodedCondition,
        CodedElement,
        CodedOutcome,
        CodedSetting,
        CodedSite,
        CodedState,
        CodedTest,
        CodedTissue,
        CodedTreatment,
        CodesFile,
    )
    from mbc_options.vocabulary.registry import RegistryForm
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["LONGEST", "Codes", "Coding"]

LONGEST = 500
"""How long a text may be that is looked into for names and patterns: that of a stranger could take for ever."""

T = TypeVar("T", bound=Coded)


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
        file: what the files say together, checked.
        vocabulary: the fields and facts that are meant.
    """

    def __init__(self, file: CodesFile, vocabulary: Vocabulary) -> None:
        self.vocabulary = vocabulary
        self.systems: dict[str, str] = {url: one.id for one in file.systems for url in (one.id, *one.also)}
        self.tests: _Table[CodedTest] = _Table(file.tests)
        self.answers: _Table[CodedAnswer] = _Table(file.answers)
        self.own_answers = {id(test): _Table(test.answers) for test in file.tests}
        self.conditions: _Table[CodedCondition] = _Table(file.conditions)
        self.places = file.places
        self.body: _Table[CodedSite] = _Table(file.places.codes if file.places else ())
        self.without = [re.compile(one, re.IGNORECASE) for one in file.places.without] if file.places else []
        self.tissues: _Table[CodedTissue] = _Table(file.tissues)
        self.drugs: _Table[CodedTreatment] = _Table(file.drugs)
        self.drug_names = {normal(name): one.treatment or "" for one in file.drugs for name in one.names}
        self.need_reason = frozenset(_id_of(vocabulary, one.treatment or "") for one in file.drugs if one.needs_reason)
        self.procedures: _Table[CodedTreatment] = _Table(file.procedures)
        self.outcomes: _Table[CodedOutcome] = _Table(file.outcomes)
        self.settings: _Table[CodedSetting] = _Table(file.settings)
        self.states: tuple[CodedState, ...] = file.states
        self.elements: tuple[CodedElement, ...] = file.elements
        self.lasting: dict[str, str] = file.lasting or {}
        self.begun_after: dict[str, str] = file.begun_after or {}
        self.registry: RegistryForm | None = file.registry


def _id_of(vocabulary: Vocabulary, treatment: str) -> str:
    found = vocabulary.agents.find(treatment)
    return found.id if found is not None else treatment
