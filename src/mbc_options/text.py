"""What a terminal makes of a sign: which it obeys, and how many columns the others take; and numbers with words."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "JOINERS",
    "Unseen",
    "capitalized",
    "columns",
    "counted",
    "harmless",
    "is_narrow",
    "lines_of",
    "plain",
    "quoted",
    "unseen",
    "without_unseen",
]

JOINERS = "\u200c\u200d"
"""Characters that print nothing and that scripts and emoji need inside a word."""

_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_LONGEST_QUOTED = 100

_NARROW = re.compile("[\0-\u02ff\u2010-\u2027]*")
"""Latin letters, and the dashes and quotes of printed text."""


def capitalized(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def harmless(text: str, kept: str = JOINERS) -> str:
    """Return text with a space in place of each sign that a terminal or a page would obey instead of print.

    Args:
        text: anything, as the name of a file.
        kept: signs that stay although they are not printed.
    """
    return text if text.isprintable() else "".join(c if c.isprintable() or c in kept else " " for c in text)


class Unseen(NamedTuple):
    """A sign in a text that a reader does not see, and that a terminal or a page may obey.

    Attributes:
        at: where in the text it stands.
        sign: which it is.
        told: what to tell the author of the text.
    """

    at: int
    sign: str
    told: str


@cache
def _unseen() -> re.Pattern[str]:
    """Return what finds the signs that `unseen` tells of; compiled when it is first needed, for it takes a while.

    It lists the signs, so that it is the same with every version of Unicode that a Python knows.
    """
    last_of_planes = "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000))
    not_shown = (
        "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2065\u206a-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb"
        "\U0001d173-\U0001d17a\U000e0000-\U000e00ff\U000e01f0-\U000e0fff"
    )
    joined = "[\u0300-\u200b\u200e-\U0010ffff]"
    return re.compile(
        f"[\0-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029{_DIRECTIONS}{not_shown}\ud800-\udfff\ufdd0-\ufdef{last_of_planes}]"
        f"|(?<!{joined})[{JOINERS}]|[{JOINERS}](?!{joined})"
    )


def unseen(text: str) -> Unseen | None:
    """Return the first sign that no authored or described text may hold; None where there is none.

    These are controls (save tab and line feed), what turns the direction of reading, signs without width, and what is
    no character. A joiner (`JOINERS`) may stand between signs of a script or an emoji that needs it.
    """
    if text.isascii() and text.isprintable():
        return None
    found = _unseen().search(text)
    if found is None:
        return None
    sign = found[0]
    code = f"U+{ord(sign):04X}"
    if sign == "\ufeff":
        told = f"byte-order mark {code}, which belongs at the beginning of a file and nowhere else; remove it"
    elif re.match(f"[{_DIRECTIONS}]", sign):
        told = f"sign {code}, which is not seen and turns the direction of reading; remove it"
    elif sign < " " or "\x7f" <= sign <= "\x9f" or "\ud800" <= sign <= "\udfff" or ord(sign) & 0xFFFE == 0xFFFE:
        told = f"control character {code}; remove it"
    else:
        told = f"sign {code}, which is not seen; remove it"
    return Unseen(found.start(), sign, told)


def without_unseen(text: str) -> str:
    """Return text without the signs that `unseen` tells of."""
    without = _unseen().sub("", text)
    return without if without == text else without_unseen(without)  # a joiner may have lost its neighbor


def quoted(text: object) -> str:
    """Return a text in quotes, or anything else as Python writes it: not longer than is read, whatever its length."""
    if isinstance(text, str):
        return repr(text if len(text) <= _LONGEST_QUOTED else f"{text[: _LONGEST_QUOTED - 3]}...")
    said = repr(text)
    return said if len(said) <= _LONGEST_QUOTED else f"{said[: _LONGEST_QUOTED - 3]}..."


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
