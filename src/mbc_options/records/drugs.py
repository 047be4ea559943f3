"""Which drugs the codes and texts of a record name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.vocabulary.agents import Agent, Regimen, TreatmentGroup
from mbc_options.vocabulary.codes import LONGEST
from mbc_options.vocabulary.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.vocabulary.agents import Meaning
    from mbc_options.vocabulary.codes import Codes, Coding

__all__ = ["Drugs", "Given", "Named"]

_WORDS = re.compile(r"[^\W_]+(?:[-/][^\W_]+)*")
_PARTS = re.compile(r"[^\W_]+")
_MOST_WORDS = 4
_SHORT = 4
"""How long a word within a text must be more than to be taken for a drug."""


class Given(NamedTuple):
    """A treatment by its name in a description, its classes, and whether it counts for a reason alone."""

    name: str
    classes: tuple[str, ...] = ()
    needs_reason: bool = False


class Named(NamedTuple):
    """The treatments that are named; or why what is named is none."""

    given: tuple[Given, ...] = ()
    why: str = ""


class Drugs:
    """Finds drugs by code or by name.

    Args:
        codes: with codes of drugs and names in other languages.
    """

    def __init__(self, codes: Codes) -> None:
        self._codes, self._agents = codes, codes.vocabulary.agents

    def named(self, codings: Sequence[Coding], texts: Sequence[str]) -> Named:
        """Return what is meant, by the codes or else by the first of the texts that names any."""
        coded = self._codes.drugs.find(codings, " ".join(texts))
        by_code = self.given(coded.treatment) if coded is not None and coded.treatment else None
        given = (by_code,) if by_code is not None else next((of for text in texts if (of := self._in_text(text))), ())
        return Named(why=coded.unused) if given and coded is not None and coded.unused else Named(given)

    def given(self, name: str) -> Given | None:
        """Return a treatment of a class, by one of its names; None where there is none."""
        meaning = self._agents.find(self._codes.drug_names.get(normal(name), name))
        return None if meaning is None else self._given(meaning)

    def _given(self, meaning: Meaning) -> Given | None:
        if isinstance(meaning, Agent):
            class_ = self._agents.class_of(meaning)
            return Given(meaning.id, (class_,), self._needs_reason(meaning.id, class_)) if class_ else None
        if isinstance(meaning, Regimen):
            parts = [part for one in meaning.agents if (part := self.given(one)) is not None]
            return Given(meaning.id, tuple(dict.fromkeys(name for part in parts for name in part.classes)))
        if isinstance(meaning, TreatmentGroup):
            return Given(meaning.id, (meaning.class_,), self._needs_reason(meaning.class_))
        return None

    def _needs_reason(self, *names: str) -> bool:
        return not self._codes.need_reason.isdisjoint(names)

    def _in_text(self, text: str) -> tuple[Given, ...]:
        """Return what a text names as a whole, or else the drugs in it, each by the most words that are its name."""
        text = text[:LONGEST]
        whole = self._agents.find(self._codes.drug_names.get(normal(text), text))
        found = [whole] if whole is not None else self._among(_WORDS.findall(text)) or self._among(_PARTS.findall(text))
        return tuple(given for one in found if (given := self._given(one)) is not None)

    def _among(self, words: list[str]) -> list[Meaning]:
        found: dict[str, Meaning] = {}
        i = 0
        while i < len(words):
            for length in range(min(_MOST_WORDS, len(words) - i), 0, -1):
                agent = self._agent(" ".join(words[i : i + length]))
                if agent is not None:
                    found.setdefault(agent.id, agent)
                    break
            else:
                length = 1
            i += length
        return [*found.values()]

    def _agent(self, part: str) -> Agent | None:
        listed = self._codes.drug_names.get(normal(part))
        found = self._agents.find(listed or part) if listed or len(part) > _SHORT else None
        return found if isinstance(found, Agent) else None
