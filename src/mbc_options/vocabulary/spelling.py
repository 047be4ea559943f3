"""Which written words are the same word, which say nothing whatever the field, and which are slips of the keyboard."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "BORDERLINE_WORDS",
    "MISSING_WORDS",
    "NEGATIONS",
    "NEVER_WORDS",
    "NOT_TESTED_WORDS",
    "OTHER",
    "PATTERNS",
    "UNKNOWN",
    "UNKNOWN_WORDS",
    "UNRELATED",
    "folded",
    "is_missing",
    "literal",
    "normal",
    "parts_of",
    "slips",
    "words_beside",
]

UNKNOWN = "unknown"
"""The word for it that a description keeps."""

UNKNOWN_WORDS = frozenset({UNKNOWN, "?", "not known", "not tested", "n/k", "nk", "missing"})
"""Words that say of any field that nothing is known."""

NOT_TESTED_WORDS = frozenset(
    {
        *("not assessed", "not done", "not evaluated", "not examined", "not measured", "not performed", "not tested"),
        *("test not done",),
    }
)
BORDERLINE_WORDS = frozenset(
    {
        *("borderline", "cannot be determined", "could not be determined", "equivocal", "inconclusive"),
        *("indeterminate", "uncertain", "undetermined"),
    }
)
"""Words that say of any field that nobody looked, and that who looked could not tell."""

MISSING_WORDS = frozenset(
    {
        *("", ".", "..", "--", "---", "na", "n/a", "n.a.", "n.a", "nan", "none reported", "null", "nd", "n/d", "n.d."),
        *("n.d", "unk", "unk/nd", "u/k", "declined", "insufficient", "no data", "no information", "not available"),
        *("not collected", "not determined", "not evaluable", "not given", "not provided", "not recorded"),
        *("not reported", "not specified", "not stated", "pending", "unavailable", "unspecified"),
        *("data not available", "performed but status not available", "not known/not done", "unknown/not done"),
        *(NOT_TESTED_WORDS - {"not tested"}),
        *BORDERLINE_WORDS,
    }
)
"""Markers of tables and forms for a value that is not there; a field that knows such a word takes it as its own."""

OTHER, UNRELATED = "other:", "unrelated:"
"""What stands before a text that is no listed name, and before one of which it is said that it is none of ours."""

NEVER_WORDS = frozenset({"no", "none", "never", "false"})
"""Words that say of a treatment that it was not given."""

NEGATIONS = frozenset({"no", "not", "non", "never", "without", "denies", "denied", "absent", "negative", "excluded"})
"""Words that turn what stands beside them into its opposite."""

_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2011": "-", "\uff0b": "+"})
_PARTS = re.compile(r"\s*(?:[,;|/&→]|->|=>|\band\b|\bfollowed by\b|\bthen\b)\s*", re.IGNORECASE)
_SPECIAL = re.compile(r"[.^$*+?()\[\]{}|\\/]")
_BESIDE = re.compile(r"[_()\[\].]+")
PATTERNS = {"parts": _PARTS.pattern}
"""For a reader in another language, which takes capitals as their small letters."""

_ONE_SLIP, _TWO_SLIPS, _BEGINNING = 5, 10, 4
"""How long a word must be for one slip, and for two, which leave so many letters at its beginning as they are."""


def normal(written: str) -> str:
    """Return a word as values and outcomes are compared: in small letters, with single spaces and plain signs."""
    return " ".join(written.translate(_SIGNS).lower().split())


def folded(name: str) -> str:
    """Return a name as the names of a field are compared: in small letters, with _ for spaces and hyphens."""
    return re.sub(r"[\s\-]+", "_", name.strip().lower())


def is_missing(written: str) -> bool:
    """Tell whether a word is a marker for a value that is not there, in brackets or not."""
    text = normal(written)
    bare = text.strip("[](){}<>").strip()
    return text in MISSING_WORDS or (bare != "" and bare in MISSING_WORDS) or (bare != text and bare in UNKNOWN_WORDS)


def literal(text: str) -> str:
    """Return a pattern of a text as it stands, as Python and ECMAScript (in unicode mode, too) read it."""
    return _SPECIAL.sub(r"\\\g<0>", text)


def words_beside(name: str) -> list[str]:
    """Return the words of a folded name, without the brackets and full stops between them."""
    return [word for word in _BESIDE.split(name) if word]


def parts_of(written: str) -> list[str]:
    """Return the things that a cell names, where a sign or a word divides them; one where none does."""
    return [part for part in _PARTS.split(written.strip()) if part]


def slips(word: str, known: Iterable[str]) -> list[str]:
    """Return the known words of which this is a slip of the keyboard; none where it may be a word of its own.

    A letter that is missing, too many, wrong, or changed with its neighbor is a slip, but not the first, and no digit;
    a longer word may have two, save in its beginning. So hypocalcemia is no slip of hypercalcemia. A known word that is
    the same letters with other spaces and signs comes first.
    """
    letters = _letters(word)
    best: dict[int, dict[str, str]] = {}
    for name in known:
        other = _letters(name)
        length = max(len(letters), len(other))
        most = 0 if length < _ONE_SLIP or not letters.isalpha() else 1 if length < _TWO_SLIPS else 2
        if abs(len(other) - len(letters)) > most or letters[:1] != other[:1]:
            continue
        distance = _distance(letters, other, most)
        if distance <= min(most, 1) or (distance <= most and letters[:_BEGINNING] == other[:_BEGINNING]):
            best.setdefault(distance, {}).setdefault(other, name)
    return list(best[min(best)].values()) if best else []


def _letters(word: str) -> str:
    return "".join(filter(str.isalnum, word.lower()))


def _distance(one: str, other: str, most: int) -> int:
    """Return the distance of two words in slips (optimal string alignment), or `most` + 1 where it is more."""
    if one == other:
        return 0
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        last, row, older = row, [i], before
        for j, b in enumerate(other, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > most:
            return most + 1
        before = last
    return row[-1]
