"""Numbers as a table of plain text, at most 80 columns wide."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["text_table"]

WIDTH = 80
FEWEST_LABEL = 30
"""How many columns the label of a line has, at least."""
HEAD = 10
"""How many columns a line of a head takes, at most, where its words allow it."""


def text_table(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return rows of a table as lines; where it is too wide, as several tables with an empty line between them.

    Args:
        rows: first the head. Each has a label, which may begin with spaces to be set in, and a cell for each column.
    """
    heads = [wrap(head, HEAD) for head in rows[0][1:]]
    widths = [2 + max(map(len, (*head, *(row[i] for row in rows[1:])))) for i, head in enumerate(heads, start=1)]
    lines: list[str] = []
    start = 0
    while start < len(widths):
        end = start + 1
        while end < len(widths) and sum(widths[start : end + 1]) <= WIDTH - FEWEST_LABEL:
            end += 1
        lines += ["", *_table(rows, heads, widths, start, end)] if lines else _table(rows, heads, widths, start, end)
        start = end
    return lines


def _table(
    rows: Sequence[Sequence[str]], heads: Sequence[list[str]], widths: Sequence[int], start: int, end: int
) -> list[str]:
    shown = widths[start:end]
    room = min(WIDTH - sum(shown), max(len(row[0]) for row in rows))
    height = max(map(len, heads[start:end]))
    lines = []
    for i in range(height):
        parts = [head[i - height] if i >= height - len(head) else "" for head in heads[start:end]]
        lines.append(_line(rows[0][0] if i == height - 1 else "", room, parts, shown))
    for label, *cells in rows[1:]:
        indent = " " * (len(label) - len(label.lstrip()))
        *first, last = wrap(label.strip(), room, initial_indent=indent, subsequent_indent=indent + "  ") or [""]
        lines += [*first, _line(last, room, cells[start:end], shown)]
    return lines


def _line(label: str, room: int, cells: Sequence[str], widths: Sequence[int]) -> str:
    return (label.ljust(room) + "".join(cell.rjust(width) for cell, width in zip(cells, widths, strict=True))).rstrip()
