"""The positions of a diagram of steps: one below the other, as wide as a phone; how it looks stands in the templates.

Each step is a box with what is asked, and a line for each answer. An answer that settles it ends at the verdict; one
that does not is led around the boxes below, on a lane beside them, to the step that it names.
"""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = ["Box", "Ladder", "Row", "Way", "ladder"]

LINE = 18
"""The height of a line of text, in the drawing's units; a letter takes some seven in width."""
HEAD, ANSWER = 28, 17
"""How many letters a line of what is asked takes, and one of an answer."""
PADDING, GAP = 8, 12
"""Inside a box, and between two."""
EDGE, LANE = 262, 9
"""Where the boxes end, and how far apart the lanes are beside them."""


class _Answer(Protocol):
    @property
    def text(self) -> str: ...
    @property
    def to(self) -> int | None: ...
    @property
    def status(self) -> str | None: ...


class _Step(Protocol):
    @property
    def number(self) -> int: ...
    @property
    def text(self) -> str: ...
    @property
    def branches(self) -> Sequence[_Answer]: ...


class Row(NamedTuple):
    """An answer: its lines of text, the first at the height `y`, and where it leads."""

    lines: tuple[str, ...]
    y: int
    to: int | None
    status: str | None


class Box(NamedTuple):
    """A step: its number, the lines of what is asked from the height `y` on, its top and height, and the answers."""

    number: int
    lines: tuple[str, ...]
    top: int
    height: int
    y: int
    rows: tuple[Row, ...]


class Way(NamedTuple):
    """A line from an answer to a step below, at the distance `x`."""

    start: int
    end: int
    x: int


class Ladder(NamedTuple):
    """The boxes with the lines between them."""

    boxes: tuple[Box, ...]
    ways: tuple[Way, ...]
    edge: int
    width: int
    height: int


def ladder(steps: Iterable[_Step]) -> Ladder:
    """Return where the steps of a diagram stand, each above those that it leads to."""
    boxes: list[Box] = []
    top = 1
    for step in steps:
        lines = tuple(wrap(step.text, HEAD)) or ("",)
        first = top + PADDING + LINE // 2
        y = first + len(lines) * LINE + PADDING // 2
        rows = []
        for branch in step.branches:
            told = tuple(wrap(branch.text, ANSWER)) or ("",)
            rows.append(Row(told, y, branch.to, branch.status))
            y += len(told) * LINE
        height = y - LINE // 2 + PADDING // 2 - top
        boxes.append(Box(step.number, lines, top, height, first, tuple(rows)))
        top += height + GAP
    ways = tuple(_ways(boxes))
    return Ladder(tuple(boxes), ways, EDGE, max((way.x for way in ways), default=EDGE) + LANE, max(1, top - GAP + 1))


def _ways(boxes: Sequence[Box]) -> Iterable[Way]:
    """Yield the lines: those to one step share a lane, and those of the shortest are nearest to the boxes."""
    heads = {box.number: box.y for box in boxes}
    starts: dict[int, list[int]] = {}
    for box in boxes:
        for row in box.rows:
            if row.to is not None:
                starts.setdefault(row.to, []).append(row.y)
    taken: list[list[tuple[int, int]]] = []
    for to, ys in sorted(starts.items(), key=lambda one: (heads[one[0]] - min(one[1]), one[0])):
        span = min(ys), heads[to]
        lane = next(
            (i for i, spans in enumerate(taken) if all(span[1] < a or b < span[0] for a, b in spans)), len(taken)
        )
        if lane == len(taken):
            taken.append([])
        taken[lane].append(span)
        yield from (Way(y, heads[to], EDGE + (lane + 1) * LANE) for y in ys)
