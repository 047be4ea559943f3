"""The positions of bars that a page draws, in percent of its width; how they look stands in the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Segment", "stacked"]


class Segment(NamedTuple):
    """A part of a bar: what it stands for and how many, where it begins and how wide it is, in percent."""

    name: str
    rows: int
    start: float
    width: float


def stacked(counts: object, names: Sequence[str]) -> tuple[Segment, ...]:
    """Return the parts of a bar one after the other, without empty ones; together they take all of the width.

    Args:
        counts: what has the numbers, as attributes.
        names: the names of these, in order.
    """
    numbers = {name: int(getattr(counts, name)) for name in names}
    total, before = sum(numbers.values()), 0
    found = []
    for name, rows in numbers.items():
        if rows:
            found.append(Segment(name, rows, round(100 * before / total, 2), round(100 * rows / total, 2)))
        before += rows
    return tuple(found)
