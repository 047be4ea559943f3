"""What is typed at a terminal: a line at a time, and what it may mean."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.cases.answers import LONGEST
from mbc_options.cases.case import NONE
from mbc_options.cases.labels import choice_named
from mbc_options.patient.aliases import plain

if TYPE_CHECKING:
    from mbc_options.cases.case import Question

__all__ = ["Mistake", "chosen", "is_interactive", "read_line", "short"]

READ = LONGEST + 2
"""How many characters of a line are read: enough to see that it is longer than what is kept."""
SHOWN = 40
"""How many characters of a mistyped line are told again."""

_DASH = re.compile(r"\s*[-\u2010-\u2015]\s*")
_BETWEEN = re.compile(r"(?:[\s,;.)+&]|\band\b)+")
_NAMES = re.compile(r"([0-9]{1,9}|[A-Za-z]{1,2})(?:-([0-9]{1,9}|[A-Za-z]{1,2}))?")


class Mistake(NamedTuple):
    """Why a line cannot be an answer.

    Attributes:
        what: the name of what is wrong: `name`, `range`, `no_none`, `many` or `beside_none`.
        entry: which part of the line it is about.
    """

    what: str
    entry: str


def chosen(line: str, question: Question) -> list[str] | Mistake:
    """Return the ids of the choices that a line names, as `a c`, `1,3` or `a-c`, or why it cannot be.

    Args:
        line: what was typed.
        question: what was asked.
    """
    ids = [choice.id for choice in question.choices]
    picked: set[str] = set()
    for part in filter(None, _BETWEEN.split(_DASH.sub("-", line.strip()))):
        found = _NAMES.fullmatch(part)
        if found is None:
            return Mistake("name", part)
        ends = []
        for end in (found[1], found[2] or found[1]):
            id_ = choice_named(question, end.lstrip("0") or "0" if end.isdigit() else end)
            if id_ not in ids:
                return Mistake("no_none" if end.strip("0") == "" else "range", end)
            ends.append(ids.index(id_))
        picked.update(ids[min(ends) : max(ends) + 1])
    if not picked:
        return Mistake("name", line)
    if len(picked) > 1 and not question.many:
        return Mistake("many", line)
    if len(picked) > 1 and NONE in picked:
        return Mistake("beside_none", line)
    return [id_ for id_ in ids if id_ in picked]


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
