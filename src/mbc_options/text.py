"""What a terminal makes of a sign: which it obeys instead of printing, and how many columns the others take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["JOINERS", "columns", "harmless", "is_narrow", "lines_of", "plain"]

JOINERS = "\u200c\u200d"
"""Characters that print nothing and that scripts and emoji need inside a word."""


def harmless(text: str, kept: str = JOINERS) -> str:
    """Return text with a space in place of each sign that a terminal or a page would obey instead of print.

    Args:
        text: anything, as the name of a file.
        kept: signs that stay although they are not printed.
    """
    return text if text.isprintable() else "".join(c if c.isprintable() or c in kept else " " for c in text)


def plain(text: str) -> str:
    """Return text in one line, without what a terminal or a page would obey instead of print."""
    return " ".join(harmless(text).split())


def columns(text: str) -> int:
    """Return how many columns a text takes at a terminal."""
    if text.isascii() or _is_latin(text):
        return len(text)
    from unicodedata import category, east_asian_width  # here, because most texts need none of it

    return sum(
        0 if category(sign) in {"Mn", "Me", "Cf"} else 2 if east_asian_width(sign) in {"W", "F"} else 1 for sign in text
    )


def is_narrow(text: str) -> bool:
    """Return whether each sign takes one column, so that a text is as wide as it is long."""
    return text.isascii() or _is_latin(text) or all(columns(sign) == 1 for sign in set(text))


def _is_latin(text: str) -> bool:
    """Return whether a text has only signs of Latin-1, each of which takes one column; faster than to look at each."""
    try:
        text.encode("latin-1")
    except UnicodeEncodeError:
        return False
    return True


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
    taken = columns(word[0])
    for i, sign in enumerate(word[1:], 1):
        taken += columns(sign)
        if taken > room and columns(sign):
            return word[:i]
    return word
