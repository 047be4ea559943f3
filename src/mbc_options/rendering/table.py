"""A table as CSV (RFC 4180), to be opened in a spreadsheet."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

__all__ = ["as_csv"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet would take for a formula, and carry out."""


def as_csv(rows: Iterable[Mapping[str, Any]]) -> str:
    """Return rows as CSV with a line of names; nothing where there is none.

    Args:
        rows: each with the same keys. What is not known (None) is an empty cell, yes and no are `true` and `false`. A
            text that a spreadsheet would carry out gets an apostrophe before it.
    """
    given = list(rows)
    out = io.StringIO()
    if given:
        writer = csv.DictWriter(out, fieldnames=list(given[0]))
        writer.writeheader()
        writer.writerows({key: _cell(value) for key, value in row.items()} for row in given)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
