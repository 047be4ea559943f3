"""The positions of what a page draws; how it looks stands in the templates."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.exploration.assessment import Assessment, OptionAssessment

__all__ = ["Drawing", "FactNode", "Line", "OptionNode", "fact_lines"]

ROW = 22
"""The height of a line of text, in the drawing's units."""
SHOWN = 3
"""How many facts that decide the same classes are written out; the rest is counted."""
EVERYONE = "every patient in scope"


class FactNode(NamedTuple):
    """Facts that decide the same classes.

    Attributes:
        texts: a line for each.
        known: whether they are known.
        y: the middle.
        top: the first line of text.
    """

    texts: tuple[str, ...]
    known: bool
    y: float
    top: float


class OptionNode(NamedTuple):
    """A class, at its height."""

    option: OptionAssessment
    y: float


class Line(NamedTuple):
    """A line from facts to a class."""

    start: float
    end: float
    known: bool
    status: str


class Drawing(NamedTuple):
    """Facts on the left, classes on the right, and the lines between them."""

    facts: tuple[FactNode, ...]
    options: tuple[OptionNode, ...]
    lines: tuple[Line, ...]
    height: float


def fact_lines(assessment: Assessment) -> Drawing:
    """Return the lines from each fact to the classes whose verdict rests on it.

    A settled verdict rests on the facts of its proof, an open one on the unknown facts that it depends
    on. Facts that lead to the same classes share a node, and stand near them, so that few lines cross.
    """
    decides: dict[tuple[bool, str], list[int]] = {}
    unknown = {fact.fact: fact.label for fact in assessment.unknown}
    for i, option in enumerate(assessment.options):
        is_open = option.status == "undetermined"
        needed = {fact: None for dependency in option.depends_on for fact in dependency.if_ if fact in unknown}
        names = [unknown[fact] for fact in unknown if fact in needed] if is_open else option.proof or (EVERYONE,)
        for name in names:
            decides.setdefault((not is_open, name), []).append(i)
    nodes: dict[tuple[bool, tuple[int, ...]], list[str]] = {}
    for (known, name), rows in decides.items():
        nodes.setdefault((known, tuple(rows)), []).append(name)
    ordered = sorted(nodes.items(), key=lambda node: (sum(node[0][1]) / len(node[0][1]), not node[0][0]))
    texts = [_shown(names) for _, names in ordered]
    heights = [len(lines) * ROW + ROW // 2 for lines in texts]
    height = float(max(sum(heights), (ROW + ROW // 2) * len(assessment.options)))
    facts = []
    at = (height - sum(heights)) / 2
    for ((known, _), _), lines, tall in zip(ordered, texts, heights, strict=True):
        facts.append(FactNode(lines, known, at + tall / 2, at + tall / 2 - (len(lines) - 1) * ROW / 2))
        at += tall
    step = height / max(1, len(assessment.options))
    options = tuple(OptionNode(option, (i + 0.5) * step) for i, option in enumerate(assessment.options))
    return Drawing(tuple(facts), options, tuple(_lines(ordered, facts, options)), height)


def _shown(names: list[str]) -> tuple[str, ...]:
    if len(names) <= SHOWN + 1:
        return tuple(names)
    return (*names[:SHOWN], f"and {len(names) - SHOWN} more")


def _lines(
    ordered: Iterable[tuple[tuple[bool, tuple[int, ...]], list[str]]],
    facts: Iterable[FactNode],
    options: tuple[OptionNode, ...],
) -> Iterable[Line]:
    for ((known, rows), _), fact in zip(ordered, facts, strict=True):
        for row in rows:
            yield Line(fact.y, options[row].y, known, options[row].option.status)
