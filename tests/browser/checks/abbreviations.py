"""Whether every abbreviation is explained where a reader meets it first."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from playwright.sync_api import Page

__all__ = ["Abbreviation", "problems", "unopened"]

_NEAR = 40
"""How many signs may stand between an abbreviation and what it stands for: the rest of a longer name, a bracket."""


class Abbreviation(NamedTuple):
    """A word that stands for others.

    Attributes:
        term: the id of its entry in the glossary.
        forms: how it is written.
        stands_for: the words.
    """

    term: str
    forms: tuple[str, ...]
    stands_for: str


def problems(text: str, abbreviations: Iterable[Abbreviation]) -> list[str]:
    """Return the abbreviations whose first place in a text neither has nor follows what they stand for.

    Args:
        text: what is to be read on the page, in its order; a line for each block.
        abbreviations: those that are looked for; one that does not occur is no problem.
    """
    found = []
    for _, forms, stands_for in abbreviations:
        first = _first(forms, text)
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


def unopened(page: Page, abbreviations: Iterable[Abbreviation], labels: Iterable[str]) -> list[str]:
    """Return the abbreviations on a page that no button opens, or whose entry lacks what they stand for.

    Args:
        page: the open page.
        abbreviations: those that are looked for; one that does not occur is no problem.
        labels: what patients are called, which explains itself.
    """
    text = page.inner_text("body")
    for label in labels:
        text = text.replace(label, "")
    found = []
    for term, forms, stands_for in abbreviations:
        first = _first(forms, text)
        if first is None:
            continue
        entry, opening = page.locator(f"[popover]#g-{term}"), page.locator(f"[popovertarget=g-{term}]")
        if not entry.count() or not _holds(entry.inner_text(), stands_for):
            found.append(f"{first[0]} ({stands_for}) is not among the words explained")
        elif not opening.count():
            found.append(f"{first[0]} ({stands_for}) opens nowhere")
    return found


def _first(forms: Iterable[str], text: str) -> re.Match[str] | None:
    pattern = "|".join(map(re.escape, sorted(forms, key=len, reverse=True)))
    return re.search(rf"(?<![\w/-])(?:{pattern})(?!\w)", text)


def _holds(text: str, words: str) -> bool:
    return " ".join(words.lower().split()) in " ".join(text.lower().split())
