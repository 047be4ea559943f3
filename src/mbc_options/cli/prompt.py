"""What is typed at a terminal: a line at a time, and what it may mean."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.cases.answers import LONGEST
from mbc_options.cases.case import NONE
from mbc_options.patient.aliases import plain

if TYPE_CHECKING:
    from mbc_options.cases.case import Question

__all__ = ["Mistake", "chosen", "is_interactive", "numbers_of", "read_line", "short"]

READ = LONGEST + 2
"""How many characters of a line are read: enough to see that it is longer than what is kept."""
SHOWN = 40
"""How many characters of a mistyped line are told again."""

_DASH = re.compile(r"\s*[-\u2010-\u2015]\s*")
_BETWEEN = re.compile(r"(?:[\s,;.+&]|\band\b)+")
_NUMBERS = re.compile(r"([0-9]{1,9})(?:-([0-9]{1,9}))?")


class Mistake(NamedTuple):
    """Why a line cannot be an answer.

    Attributes:
        what: the name of what is wrong: `number`, `range`, `no_none`, `many` or `beside_none`.
        entry: which part of the line it is about.
    """

    what: str
    entry: str


def numbers_of(question: Question) -> dict[str, int]:
    """Return the number that each choice of a question is chosen by: from 1, and 0 for none of these."""
    ids = [choice.id for choice in question.choices if choice.id != NONE]
    return {**{id_: i for i, id_ in enumerate(ids, 1)}, **({NONE: 0} if len(ids) < len(question.choices) else {})}


def chosen(line: str, numbers: dict[str, int], *, many: bool) -> list[str] | Mistake:
    """Return the ids of the choices whose numbers a line gives, as `1 3`, `1,3` or `1-3`, or why it cannot be.

    Args:
        line: what was typed.
        numbers: the number of each choice, as `numbers_of` gives them.
        many: whether there may be more than one.
    """
    by_number = {number: id_ for id_, number in numbers.items()}
    picked: dict[int, None] = {}
    for part in filter(None, _BETWEEN.split(_DASH.sub("-", line.strip()))):
        found = _NUMBERS.fullmatch(part)
        if found is None:
            return Mistake("number", part)
        ends = sorted((int(found[1]), int(found[2] or found[1])))
        for end in ends:
            if end not in by_number:
                return Mistake("range" if end else "no_none", str(end))
        picked.update(dict.fromkeys(range(ends[0], ends[1] + 1)))
    if not picked:
        return Mistake("number", line)
    if len(picked) > 1 and not many:
        return Mistake("many", line)
    if len(picked) > 1 and by_number[min(picked)] == NONE:
        return Mistake("beside_none", line)
    return [by_number[number] for number in sorted(picked)]


def is_interactive() -> bool:
    """Return whether somebody types at a terminal, where what they type is seen already."""
    return sys.stdin is not None and sys.stdin.isatty()


def read_line() -> str | None:
    """Return a line that was typed, without what a terminal would obey instead of print; None where there is none."""
    if sys.stdin is None or sys.stdin.closed:
        return None
    try:
        line = rest = sys.stdin.readline(READ)
        while len(rest) >= READ and not rest.endswith("\n"):
            rest = sys.stdin.readline(READ)  # the rest of a line that is longer than anybody types
    except OSError:  # the terminal is gone
        return None
    if not line:
        return None
    return plain(line)


def short(text: str) -> str:
    """Return a typed line as it is told again: not more than the beginning of it."""
    text = " ".join(text.split())
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}..."
