"""Which written words are the same word, and which say nothing, whatever the field."""

from __future__ import annotations

import re

__all__ = ["NEVER_WORDS", "UNKNOWN", "UNKNOWN_WORDS", "folded", "normal"]

UNKNOWN = "unknown"
"""The word for it that a description keeps."""

UNKNOWN_WORDS = frozenset({UNKNOWN, "?", "not known", "not tested", "n/k", "nk", "missing"})
"""Words that say of any field that nothing is known."""

NEVER_WORDS = frozenset({"no", "none", "never", "false"})
"""Words that say of a treatment that it was not given."""

_SIGNS = str.maketrans({"\u2212": "-", "\u2013": "-", "\u2014": "-", "\u2011": "-", "\uff0b": "+"})


def normal(written: str) -> str:
    """Return a word as values and outcomes are compared: in small letters, with single spaces and plain signs."""
    return " ".join(written.translate(_SIGNS).lower().split())


def folded(name: str) -> str:
    """Return a name as the names of a field are compared: in small letters, with _ for spaces and hyphens."""
    return re.sub(r"[\s\-]+", "_", name.strip().lower())
