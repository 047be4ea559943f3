"""How a case goes, at one glance: the stages, what was given between them, and how each class's status moved."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.cases.case import Case, Stage
    from mbc_options.exploration.assessment import Assessment, Citation
    from mbc_options.exploration.comparison import FactDifference
    from mbc_options.exploration.decider import Status

__all__ = [
    "Cell",
    "Column",
    "Row",
    "Timeline",
    "claims_of_case",
    "given_since",
    "newly_absent",
    "news",
    "timeline",
    "timeline_tables",
]

LABELS = 200.0
"""The width of the names of the classes, in the drawing's units."""
STEP = 210.0
"""From one stage to the next."""
MARGIN = 50.0
"""From the last stage to the edge."""
LINE = 16.0
"""The height of a line of text above the rows."""
ROW = 25.0
"""From one class to the next."""
GAP = 14.0
SIGNS = 27
"""How many signs of text are as wide as a step."""

TOLD_BY_TREATMENTS = (".given", ".ongoing", ".completed")
"""Endings of facts that the list of treatments tells in the same words."""

WIDTH = 80
TEXT_LABELS = 38
TEXT_STEP = 6


class Column(NamedTuple):
    """A stage.

    Attributes:
        number: from 1.
        title: its heading.
        sites: where the cancer is, as far as it is known.
        given: the treatments that have been given, or have gone on, since the stage before.
        x: where it stands.
        head: the heading, as lines of text.
        where: the sites, as lines of text.
        since: the treatments, as lines of text; they stand to the left of the stage.
    """

    number: int
    title: str
    sites: tuple[str, ...]
    given: tuple[str, ...]
    x: float
    head: tuple[str, ...]
    where: tuple[str, ...]
    since: tuple[str, ...]


class Cell(NamedTuple):
    """The status of a class at a stage.

    Attributes:
        status: what it is.
        before: what it was at the stage before, where it was something else; else None.
        x: where it stands.
    """

    status: Status
    before: Status | None
    x: float


class Row(NamedTuple):
    """A class, from stage to stage."""

    label: str
    y: float
    cells: tuple[Cell, ...]


class Timeline(NamedTuple):
    """The stages from left to right, and the classes from top to bottom.

    Attributes:
        columns: the stages.
        rows: the classes, in the rulebook's order.
        step: from one stage to the next.
        line: the height of a line of text.
        sites: where the sites begin.
        below: where the treatments begin.
        width: of the whole drawing.
        height: of the whole drawing.
    """

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    step: float
    line: float
    sites: float
    below: float
    width: float
    height: float


def timeline(case: Case) -> Timeline:
    """Return the course of a case, with the place of everything in a drawing of it."""
    columns = []
    before: Assessment | None = None
    for i, stage in enumerate(case.stages):
        given = given_since(stage.assessment, before)
        before = stage.assessment
        sites = _sites(stage.assessment)
        columns.append(
            Column(
                number=i + 1,
                title=stage.title,
                sites=sites,
                given=given,
                x=LABELS + STEP / 2 + i * STEP,
                head=tuple(wrap(f"{i + 1}. {stage.title}", SIGNS)),
                where=tuple(wrap("; ".join(sites), SIGNS)),
                since=tuple(line for text in given for line in wrap(text, SIGNS, subsequent_indent="  ")),
            )
        )
    at_sites = max(len(column.head) for column in columns) * LINE + GAP / 2
    below = at_sites + max(len(column.where) for column in columns) * LINE + GAP
    top = below + max(len(column.since) for column in columns) * LINE + 2 * GAP
    rows = tuple(
        Row(option.label, top + (j + 0.5) * ROW, tuple(_cells(case, j, columns)))
        for j, option in enumerate(case.stages[0].assessment.options)
    )
    return Timeline(
        columns=tuple(columns),
        rows=rows,
        step=STEP,
        line=LINE,
        sites=at_sites,
        below=below,
        width=columns[-1].x + STEP / 2 + MARGIN,
        height=top + len(rows) * ROW + GAP,
    )


def _cells(case: Case, j: int, columns: list[Column]) -> list[Cell]:
    statuses = [stage.assessment.options[j].status for stage in case.stages]
    return [
        Cell(status, statuses[i - 1] if i and statuses[i - 1] != status else None, columns[i].x)
        for i, status in enumerate(statuses)
    ]


def given_since(now: Assessment, before: Assessment | None) -> tuple[str, ...]:
    """Return the treatments of a stage that are not those of the stage before, or have another outcome."""
    told = () if before is None else before.treatments
    return tuple(text for text in now.treatments if text not in told) if now.patient.prior else ()


def _sites(assessment: Assessment) -> tuple[str, ...]:
    here = tuple(fact.text for fact in assessment.known if fact.field == "sites" and not fact.is_absent)
    return here or ("no distant site" if assessment.scope == "out" else "sites not known",)


def news(stage: Stage) -> list[FactDifference]:
    """Return what became known or changed since the stage before, without what is not worth a line.

    That a treatment was given, and how long, stands among the treatments; that there is distant spread follows from
    its sites.
    """
    if stage.comparison is None:
        return []
    facts = [
        fact for fact in stage.comparison.facts if not fact.is_silence and not fact.fact.endswith(TOLD_BY_TREATMENTS)
    ]
    return [fact for fact in facts if fact.fact != "metastatic"] or facts


def newly_absent(stage: Stage) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is known since the stage before not to be there.

    Returns:
        For each field of a description its phrases; none where the field is now a complete list, so that
        whatever it does not name is absent.
    """
    groups: dict[str, list[str]] = {}
    for fact in stage.comparison.facts if stage.comparison is not None else ():
        if fact.is_silence and fact.a.is_unknown:
            groups.setdefault(fact.field, []).append(fact.b.text)
    patient = stage.assessment.patient
    return [
        (field, () if isinstance(getattr(patient, field), tuple) else tuple(texts)) for field, texts in groups.items()
    ]


def claims_of_case(case: Case) -> dict[str, Citation]:
    """Return the passages that a case cites in its answers and outcomes, by claim, in the order of the documents."""
    cited: set[str] = set()
    shown: set[str] = set()
    for stage in case.stages:
        for question in stage.questions:
            for choice in question.choices:
                cited.update(choice.claims, *(miss.claims for miss in choice.near))
        a = stage.assessment
        if a.scope != "in":
            cited.update(a.scope_claims)
        urgent = [part for part in a.considerations if part.kind == "urgent"]
        cited.update(claim for part in urgent if part.id not in shown for claim in part.claims)
        shown = {part.id for part in urgent}
    return {id_: claim for id_, claim in case.claims.items() if id_ in cited}


def timeline_tables(case: Case, marks: Mapping[str, Mapping[str, str]]) -> list[list[str]]:
    """Return the statuses as tables of text that are at most 80 columns wide.

    Args:
        case: the case.
        marks: for each status its `mark`.

    Returns:
        The lines of each table. Nearly always there is one; a case of many stages needs more. `>` stands
        before a status that has changed.
    """
    course = timeline(case)
    at_once = (WIDTH - TEXT_LABELS) // TEXT_STEP
    tables = []
    for start in range(0, len(course.columns), at_once):
        shown = slice(start, start + at_once)
        numbers = "".join(f"   {column.number:<3}" for column in course.columns[shown])
        lines = [(" " * TEXT_LABELS + numbers).rstrip()]
        for row in course.rows:
            cells = "".join(
                f"{' >' if cell.before else '  '}{marks[cell.status]['mark']} " for cell in row.cells[shown]
            )
            *first, last = wrap(row.label, TEXT_LABELS - 2, subsequent_indent="  ")
            lines += [*first, (last.ljust(TEXT_LABELS) + cells).rstrip()]
        tables.append(lines)
    return tables
