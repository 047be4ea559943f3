"""Which drugs a code or a text of a record names."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.vocabulary.agents import Agent, Regimen, TreatmentGroup
from mbc_options.vocabulary.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.vocabulary.agents import Meaning
    from mbc_options.vocabulary.codes import Codes, Coding

__all__ = ["Drugs", "Given"]

_WORDS = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_BETWEEN = re.compile(r"[,;/+&]|\bund\b|\band\b")
_MOST_WORDS = 4
_LONGEST = 500
_SHORT = 4
"""How long a word within a text must be more than to be taken for a drug."""


class Given(NamedTuple):
    """A treatment by its name in a description, and the classes that it is of."""

    name: str
    classes: tuple[str, ...]


class Drugs:
    """Finds drugs by code or by name.

    Args:
        codes: with codes of drugs and names in other languages.
    """

    def __init__(self, codes: Codes) -> None:
        self._codes, self._agents = codes, codes.vocabulary.agents
        self._said: dict[str, tuple[Given, ...]] = {}

    def named(self, codings: Sequence[Coding], text: str) -> tuple[Given, ...]:
        """Return what is meant, by the codes or else by the text; nothing where that is no drug of a class."""
        coded = self._codes.drugs.coded(codings)
        if coded is not None:
            found = self.given(coded[0].treatment)
            return () if found is None else (found,)
        if text not in self._said:
            if len(self._said) > _MOST_KEPT:
                self._said.clear()
            self._said[text] = self._in_text(text[:_LONGEST])
        return self._said[text]

    def given(self, name: str) -> Given | None:
        """Return a treatment of a class, by one of its names; None where there is none."""
        meaning = self._agents.find(self._codes.drug_names.get(normal(name), name))
        return None if meaning is None else self._given(meaning)

    def _given(self, meaning: Meaning) -> Given | None:
        if isinstance(meaning, Agent):
            class_ = self._agents.class_of(meaning)
            return Given(meaning.id, (class_,)) if class_ else None
        if isinstance(meaning, Regimen):
            parts = [found for one in meaning.agents if (found := self.given(one)) is not None]
            return Given(meaning.id, tuple(dict.fromkeys(name for part in parts for name in part.classes)))
        return Given(meaning.id, (meaning.class_,)) if isinstance(meaning, TreatmentGroup) else None

    def _in_text(self, text: str) -> tuple[Given, ...]:
        """Return what a text names: as a whole, or part by part where it is a list."""
        whole = self.given(text)
        if whole is not None:
            return (whole,)
        found = (self.given(part) or self._by_word(part) for part in _BETWEEN.split(text))
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def _by_word(self, text: str) -> Given | None:
        """Return the drug that the longest words of a text are the name of."""
        words = _WORDS.findall(text)
        for length in range(min(_MOST_WORDS, len(words)), 0, -1):
            for i in range(len(words) - length + 1):
                part = " ".join(words[i : i + length])
                listed = self._codes.drug_names.get(normal(part))
                meaning = self._agents.find(listed or part) if listed or len(part) > _SHORT else None
                if isinstance(meaning, Agent):
                    return self._given(meaning)
        return None


_MOST_KEPT = 10_000
"""How many texts are remembered with what they name: registries repeat the same few."""
