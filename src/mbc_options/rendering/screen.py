"""What a report on one screen needs: lists and sentences cut down to so many lines, and what is alike, together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mbc_options.rendering.filling import fill
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mbc_options.exploration.assessment import Assessment, MemberAssessment

__all__ = ["clipped", "first_sentence", "listed", "outcomes_of", "rows_alike", "up_to_comma"]

LEFT_OUT = "..."
"""Stands for what has no room."""
_SENTENCE = re.compile(r"(?<=[.!?]) (?=[A-Z])")
_CLAUSE = re.compile(r"[,;.](?: |$)")


def clipped(text: str, kept: str = "", first: str = "", rest: str | None = None, *, lines: int = 1) -> str:
    """Break a text into so many lines, and leave out, word by word, what has no room in them.

    Args:
        text: one paragraph.
        kept: what stands before it and is never left out; where it takes more lines by itself, it has them.
        first: what the first line begins with.
        rest: what the others begin with; by default as much white space.
        lines: how many there may be.

    Returns:
        The lines. Three points stand for what was left out.
    """
    words = text.split()

    def told(number: int) -> str:
        return " ".join([*([kept] if kept else ()), *words[:number], *([LEFT_OUT] if number < len(words) else ())])

    return _fitting(told, len(words), first, rest, max(lines, fill(kept, first, rest).count("\n") + 1))


def listed(items: Iterable[str], first: str = "", rest: str | None = None, *, lines: int = 1) -> str:
    """Break a list into so many lines, and count what has no room in them at its end.

    Args:
        items: what is listed, with semicolons between.
        first: what the first line begins with.
        rest: what the others begin with; by default as much white space.
        lines: how many there may be.
    """
    names = list(items)

    def told(number: int) -> str:
        left = len(names) - number
        return "; ".join([*names[:number], *([f"and {left} more" if number else str(left)] if left else ())]) + "."

    return _fitting(told, len(names), first, rest, lines)


def _fitting(told: Callable[[int], str], most: int, first: str, rest: str | None, lines: int) -> str:
    """Return what `told` says of the greatest number of parts with which it fits into so many lines."""
    for number in range(most, 0, -1):
        shown = fill(told(number), first, rest)
        if shown.count("\n") < lines:
            return shown
    return fill(told(0), first, rest)


def first_sentence(text: str) -> str:
    """Return the first sentence of a text."""
    return _SENTENCE.split(" ".join(text.split()), maxsplit=1)[0]


def up_to_comma(text: str) -> str:
    """Return a text up to its first comma, semicolon or point: what it says, without why."""
    return _CLAUSE.split(" ".join(text.split()), maxsplit=1)[0]


def outcomes_of(option: MemberAssessment, assessment: Assessment) -> list[str]:
    """Return the outcomes of earlier treatments of a class, each once, in the order of the description."""
    entries = assessment.patient.description.entries
    found = (entry.outcome for entry in entries if option.id in entry.named.classes)
    return list(dict.fromkeys("outcome not known" if one == UNKNOWN else one.replace("_", " ") for one in found))


def rows_alike(
    rows: Sequence[tuple[str, str, str]], statuses: Sequence[str], *, alone: bool
) -> list[tuple[str, list[str], str]]:
    """Join classes that have one status for one reason.

    Args:
        rows: of each class its status, its name, and what decides; empty where nothing does.
        statuses: in which order.
        alone: whether only classes are joined of which no reason is told.

    Returns:
        The status, the names, and what decides; by status, and within one as the classes stand.
    """
    groups: dict[tuple[str, str, str], list[str]] = {}
    for status, name, decides in sorted(rows, key=lambda row: statuses.index(row[0])):
        groups.setdefault((status, decides, name if alone and decides else ""), []).append(name)
    return [(status, names, decides) for (status, decides, _), names in groups.items()]
