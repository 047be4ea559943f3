"""Escaping for Markdown (CommonMark and GitHub's), so that what is inserted reads as it was written."""

from __future__ import annotations

import re

__all__ = ["escaped"]

_SPACE = re.compile(r"\s+")
_FIRST = re.compile(r"^ ?(?:(?=[-+](?: |$)|:?[-=][-= ]*:?$)|[0-9]{1,9}(?=[.)](?: |$)))")
"""What stands before a sign that would make a list, or of a whole line a rule, a heading or the head of a table."""
_MARKUP = re.compile(r"[\\`*_\[\]|~#$]")
_ENTITIES = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "://": "&#58;//",  # with these three, an address or a name would become a link by itself
    "www.": "www&#46;",
    "@": "&#64;",
}


def escaped(text: str) -> str:
    """Return a text on one line in which nothing forms markup, a link or a mention.

    What could begin a list, a heading or a formula, or be a rule, is escaped, too: a text may stand first on its
    line, or alone.
    """
    text = _MARKUP.sub(r"\\\g<0>", _SPACE.sub(" ", text))
    for sign, entity in _ENTITIES.items():
        text = text.replace(sign, entity)
    return _FIRST.sub(r"\g<0>\\", text)
