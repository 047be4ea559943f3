"""Whether every abbreviation is explained where a reader meets it first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["Abbreviation", "problems"]

_NEAR = 40
"""How many signs may stand between an abbreviation and what it stands for: the rest of a longer name, a bracket."""


class Abbreviation(NamedTuple):
    """A word that stands for others.

    Attributes:
        forms: how it is written.
        stands_for: the words.
    """

    forms: tuple[str, ...]
    stands_for: str


def problems(text: str, abbreviations: Iterable[Abbreviation]) -> list[str]:
    """Return the abbreviations whose first place in a text neither has nor follows what they stand for.

    Args:
        text: what is to be read on the page, in its order; a line for each block.
        abbreviations: those that are looked for; one that does not occur is no problem.
    """
    found = []
    for forms, stands_for in abbreviations:
        pattern = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
        first = re.search(rf"(?<![\w/-])(?:{pattern})(?!\w)", text)
        if first is None:
            continue
        after = text[first.end() : first.end() + _NEAR + len(stands_for)].split("\n", maxsplit=1)[0]
        begin = max(text.rfind(end, 0, first.start()) for end in (". ", "? ", "! ", "\n"))
        end = re.compile(r"[.?!]\s|\n").search(text, first.end())
        sentence = text[begin + 1 : end.start() if end else None]
        if not any(_holds(part, stands_for) for part in (after, sentence)):
            around = " ".join(text[max(0, first.start() - 60) : first.end() + 60].split())
            found.append(f"{first[0]} ({stands_for}) is not explained at its first place: ... {around} ...")
    return found


def _holds(text: str, words: str) -> bool:
    return " ".join(words.lower().split()) in " ".join(text.lower().split())
