"""What a terminal makes of a sign: which it obeys, and how many columns the others take; and numbers with words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["JOINERS", "columns", "counted", "harmless", "is_narrow", "lines_of", "plain"]

JOINERS = "\u200c\u200d"
"""Characters that print nothing and that scripts and emoji need inside a word."""

_NARROW = re.compile("[\0-\u02ff\u2010-\u2027]*")
"""Latin letters, and the dashes and quotes of printed text."""


def harmless(text: str, kept: str = JOINERS) -> str:
    """Return text with a space in place of each sign that a terminal or a page would obey instead of print.

    Args:
        text: anything, as the name of a file.
        kept: signs that stay although they are not printed.
    """
    return text if text.isprintable() else "".join(c if c.isprintable() or c in kept else " " for c in text)


def counted(number: int, one: str, more: str = "") -> str:
    """Return a number with what is counted: `1 stage`, `2 stages`.

    Args:
        number: how many there are.
        one: what one is called.
        more: what several are called; by default the same with an s.
    """
    return f"{number} {one if number == 1 else more or f'{one}s'}"


def plain(text: str) -> str:
    """Return text in one line, without what a terminal or a page would obey instead of print."""
    return " ".join(harmless(text).split())


def columns(text: str) -> int:
    """Return how many columns a text takes at a terminal; a sign that it would obey counts as the space put for it."""
    if _is_narrow_at_sight(text):
        return len(text)
    from wcwidth import wcswidth  # here, because few texts need it and it takes as long as all that a report imports

    return int(wcswidth(harmless(text)))


def is_narrow(text: str) -> bool:
    """Return whether each sign takes one column, so that a text is as wide as it is long."""
    return _is_narrow_at_sight(text) or all(columns(sign) == 1 for sign in set(text))


def _is_narrow_at_sight(text: str) -> bool:
    """Return whether a text has only signs of which everybody knows that they take one column."""
    return text.isascii() or _NARROW.fullmatch(text) is not None


def lines_of(words: Iterable[str], width: int, first: str = "", rest: str = "", *, whole: bool = False) -> list[str]:
    """Set words in lines of so many columns.

    Args:
        words: what is set, with a space between.
        width: how many columns a line has.
        first: what the first line begins with.
        rest: what the others begin with.
        whole: whether a word that is wider than a line stays whole, instead of being cut.
    """
    lines, line, is_begun = [], first, False
    for word in words:
        if is_begun and columns(line) + 1 + columns(word) <= width:
            line += f" {word}"
            continue
        if is_begun:
            lines.append(line)
            line = rest
        left = word
        while not whole and left and columns(line) + columns(left) > width:
            part = _beginning(left, width - columns(line))
            lines.append(line + part)
            line, left = rest, left[len(part) :]
        line += left
        is_begun = True
    return [*lines, line]


def _beginning(word: str, room: int) -> str:
    """Return as much of a word as fits, with the marks on its last sign; one sign at least."""
    before = begin = 0  # how wide what is before the last sign is, and where that sign begins
    for end in range(1, len(word)):
        sign, alone = word[begin:end], columns(word[end])
        if alone and columns(sign + word[end]) == columns(sign) + alone:  # or it belongs to the sign before
            before += columns(sign)
            begin = end
        if before + columns(word[begin : end + 1]) > room and begin:
            return word[:begin]
    return word
