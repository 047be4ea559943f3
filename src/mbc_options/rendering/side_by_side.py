"""What the pages of the map by subtype and of two patients need: tables of text, and what is alike, together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mbc_options.exploration.assessment import Citation, Reason
    from mbc_options.exploration.comparison import Comparison, FactDifference, MemberDifference, Same, Switch
    from mbc_options.exploration.document_map import DocumentCell, DocumentMap
    from mbc_options.exploration.subtype_map import Matrix, MatrixCell, MatrixColumn, MatrixMember

__all__ = [
    "by_status",
    "cells_alike",
    "claims_shown",
    "document_table",
    "facts_shown",
    "grounds",
    "known_text",
    "matrix_tables",
    "reasons_alike",
    "silences",
    "switch_texts",
    "switches_alike",
    "verdict_rows",
    "verdict_table",
]

WIDTH = 80
LABELS = 38
"""The most columns of text that the names of the lines take."""
NARROWEST = 10
"""The least that a column of the table takes, with the space before it."""

MARK, MOST_DOCUMENTS = 3, 5
"""How wide a mark is, and how many documents stand side by side."""


def matrix_tables(matrix: Matrix, marks: Mapping[str, Mapping[str, str]], *, members: bool) -> list[list[str]]:
    """Return the map as tables of text that are at most 80 columns wide.

    Args:
        matrix: the map.
        marks: for each status its `mark`.
        members: whether members have lines of their own.

    Returns:
        The lines of each table. Nearly always there is one; a rulebook with many subtypes needs more.
    """
    from textwrap import wrap

    rows = [(line, "  " if "." in line.id else "") for line in matrix.lines if members or "." not in line.id]
    labels = min(LABELS, max((len(indent + line.label) for line, indent in rows), default=0))
    at_once = (WIDTH - labels) // NARROWEST
    tables = []
    for start in range(0, len(matrix.columns), at_once):
        columns = matrix.columns[start : start + at_once]
        room = (WIDTH - labels) // len(columns) - 1
        heads = [wrap(column.id, room) for column in columns]
        width = max(len(part) for head in heads for part in head)
        height = max(map(len, heads))
        lines = [
            _line("", labels, [head[i - height] if i >= height - len(head) else "" for head in heads], width)
            for i in range(height)
        ]
        for line, indent in rows:
            cells = [_mark(line, column, marks) for column in columns]
            *first, last = wrap(line.label, labels, initial_indent=indent, subsequent_indent=indent + "  ")
            lines += [*first, _line(last, labels, cells, width)]
        tables.append(lines)
    return tables


def document_table(
    shown: DocumentMap,
    roles: Mapping[str, Mapping[str, str]],
    agreements: Mapping[str, Mapping[str, str]],
    statuses: Mapping[str, Mapping[str, str]],
    *,
    limits: str,
    heading: str,
    members: bool,
) -> list[str]:
    """Return a map by document as a table of text that is at most 80 columns wide, or as several with an empty line.

    Args:
        shown: the map.
        roles: for each role of a document its `mark`.
        agreements: for each word for the whole its `name`.
        statuses: for each status its `mark`.
        limits: what follows the mark of a document that also takes back some of what is said.
        heading: what stands above the words for the whole.
        members: whether members have lines of their own.
    """
    from textwrap import wrap

    ids = [source.id for source in shown.documents]
    lines_shown = [line for line in shown.lines if members or "." not in line.id]

    def mark(cell: DocumentCell) -> str:
        return roles[cell.role]["mark"] + (limits if cell.limits and cell.role != "limiting" else "")

    width = max((len(mark(cell)) for line in lines_shown for cell in line.cells.values()), default=0)
    width = max(width, max(map(len, ids), default=0))
    last = max(len(one["name"]) for one in agreements.values())
    labels = WIDTH - last - MARK - 2 - min(len(ids), MOST_DOCUMENTS) * (width + 1)
    lines: list[str] = []
    for start in range(0, len(ids), MOST_DOCUMENTS):
        here = ids[start : start + MOST_DOCUMENTS]
        heads = [" ".join([" " * labels, "all", *(id_.ljust(width) for id_ in here), heading])]
        lines += ["", *heads] if lines else heads
        for line in lines_shown:
            indent = "  " if "." in line.id else ""
            *first, rest = wrap(line.label, labels, initial_indent=indent, subsequent_indent=indent + "  ")
            marks = [mark(line.cells[id_]).ljust(width) for id_ in here]
            whole = [statuses[line.status]["mark"], *marks, agreements[line.agreement]["name"]]
            lines += [*first, " ".join([rest.ljust(labels), *whole])]
    return lines


def verdict_table(comparison: Comparison, words: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the status of each class for both patients as a table of text; first the classes that differ.

    Args:
        comparison: of the two.
        words: for each status its `mark` and `name`.
    """
    from textwrap import wrap

    rows = verdict_rows(comparison)
    labels = min(LABELS, max((len(label) for label, _, _ in rows), default=0))
    width = max(len(f"{word['mark']} {word['name']}") for word in words.values())
    lines = [_line("", labels, ["A", "B"], width)]
    for label, *statuses in rows:
        *first, last = wrap(label, labels, subsequent_indent="  ")
        cells = [f"{words[status]['mark']} {words[status]['name']}" for status in statuses]
        lines += [*first, _line(last, labels, cells, width)]
    return lines


def verdict_rows(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Return each class with its status for both patients; first those that differ."""
    differ = [(one.label, one.a.status, one.b.status) for one in comparison.options]
    return [*differ, *((one.label, one.status, one.status) for one in comparison.same if "." not in one.id)]


def _mark(line: MatrixMember, column: MatrixColumn, marks: Mapping[str, Mapping[str, str]]) -> str:
    cell = line.cells.get(column.id)
    return "" if cell is None else marks[cell.status]["mark"]


def _line(label: str, labels: int, cells: Iterable[str], width: int) -> str:
    return " ".join([label.ljust(labels), *(cell.ljust(width) for cell in cells)]).rstrip()


def cells_alike(line: MatrixMember) -> list[tuple[list[str], MatrixCell]]:
    """Return the cells of a line with the ids of the subtypes that have just such a cell."""
    found: dict[MatrixCell, list[str]] = {}
    for subtype, cell in line.cells.items():
        found.setdefault(cell, []).append(subtype)
    return [(subtypes, cell) for cell, subtypes in found.items()]


def reasons_alike(reasons: Sequence[Reason]) -> list[tuple[Reason, list[str]]]:
    """Join reasons by the same rule that hold in different cases: the reason, and the facts of each case."""
    groups: dict[str | None, tuple[Reason, list[str]]] = {}
    for reason in reasons:
        groups.setdefault(reason.rule, (reason, []))[1].append("; ".join(reason.facts))
    return list(groups.values())


def known_text(fact: FactDifference, side: str) -> str:
    """Return what is known of a fact on one side (`a` or `b`), in words that stand by themselves."""
    reading = fact.a if side == "a" else fact.b
    text = f"not known: {fact.label}" if reading.is_unknown else reading.text
    return f"{text} ({reading.as_written})" if reading.as_written else text


def switch_texts(switches: Sequence[Switch]) -> list[str]:
    """Return each of the sets of facts, as the second patient has them, as a phrase."""
    return [" and ".join(known_text(fact, "b") for fact in switch.facts) for switch in switches]


def switches_alike(options: Sequence[MemberDifference]) -> list[tuple[list[str], list[MemberDifference]]]:
    """Group options by the facts that make the difference in them: the facts as phrases, and the options."""
    groups: dict[tuple[Switch, ...], list[MemberDifference]] = {}
    for option in options:
        groups.setdefault(option.switches, []).append(option)
    return [(switch_texts(switches), found) for switches, found in groups.items()]


def facts_shown(comparison: Comparison) -> list[FactDifference]:
    """Return the facts that are worth a line each: not those of which only one side is silent."""
    return [fact for fact in comparison.facts if not fact.is_silence]


def silences(comparison: Comparison) -> list[dict[str, Any]]:
    """Group the facts that one patient is known not to have, and of which nothing is known of the other.

    Returns:
        For each field and side: `field`, `known` and `unknown` (`A` or `B`), and `labels`.
    """
    groups: dict[tuple[str, str], list[str]] = {}
    for fact in comparison.facts:
        if fact.is_silence:
            groups.setdefault((fact.field, "B" if fact.a.is_unknown else "A"), []).append(fact.label)
    return [
        {"field": field, "known": known, "unknown": "A" if known == "B" else "B", "labels": labels}
        for (field, known), labels in groups.items()
    ]


def grounds(reasons: Iterable[Reason]) -> list[str]:
    """Return the minimal facts of reasons, each reason as a phrase."""
    return list(dict.fromkeys(" and ".join(reason.facts) or "every patient in scope" for reason in reasons))


def by_status(same: Sequence[Same]) -> dict[str, list[str]]:
    """Return the names of the classes of each status; members are left out."""
    groups: dict[str, list[str]] = {}
    for option in same:
        if "." not in option.id:
            groups.setdefault(option.status, []).append(option.label)
    return groups


def claims_shown(comparison: Comparison) -> dict[str, Citation]:
    """Return the passages that a page without the reasons of single members cites, by claim."""
    cited: set[str] = set()
    if comparison.a.scope == comparison.b.scope:
        cited.update(_claims_shown(comparison))
    for patient in (comparison.a, comparison.b):
        if patient.scope != "in":
            cited.update(patient.scope_claims)
    return {id_: claim for id_, claim in comparison.claims.items() if id_ in cited}


def _claims_shown(comparison: Comparison) -> set[str]:
    parts: list[Any] = [
        *(reason for option in (*comparison.options, *comparison.members) for reason in _reasons(option)),
        *(caution for nuance in comparison.nuances for side in (nuance.a, nuance.b) for caution in side.cautions),
        *(*comparison.considerations_a, *comparison.considerations_b),
        *(side for one in (*comparison.disagreements_a, *comparison.disagreements_b) for side in one.sides),
    ]
    return {claim for part in parts for claim in part.claims}


def _reasons(option: MemberDifference) -> Iterable[Reason]:
    return (*option.a.because, *option.b.because)
