"""How a case goes, at one glance: the stages, what was given between them, and how each class's status moved."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mbc_options.cases.case import Case, Stage, Way
    from mbc_options.exploration.assessment import Assessment, Citation
    from mbc_options.exploration.comparison import FactDifference
    from mbc_options.exploration.status import Status
    from mbc_options.vocabulary.facts import DerivedFact, Names

__all__ = [
    "Timeline",
    "TimelineCell",
    "TimelineColumn",
    "TimelineRow",
    "claims_of_case",
    "derived_no",
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
CHARACTERS = 27
"""How many signs of text are as wide as a step."""

NO = "no"

WIDTH = 80
TEXT_LABELS = 38
TEXT_STEP = 6


class TimelineColumn(NamedTuple):
    """A stage.

    Attributes:
        number: from 1.
        title: its heading.
        names: what is there of the field of names that is told from stage to stage, as far as it is known.
        given: the treatments that have been given, or have gone on, since the stage before.
        x: where it stands.
        head: the heading, as lines of text.
        where: the names, as lines of text.
        since: the treatments, as lines of text; they stand to the left of the stage.
    """

    number: int
    title: str
    names: tuple[str, ...]
    given: tuple[str, ...]
    x: float
    head: tuple[str, ...]
    where: tuple[str, ...]
    since: tuple[str, ...]


class TimelineCell(NamedTuple):
    """The status of a class at a stage.

    Attributes:
        status: what it is.
        before: what it was at the stage before, where it was something else; else None.
        x: where it stands.
    """

    status: Status
    before: Status | None
    x: float


class TimelineRow(NamedTuple):
    """A class, from stage to stage."""

    label: str
    y: float
    cells: tuple[TimelineCell, ...]


class Timeline(NamedTuple):
    """The stages from left to right, and the classes from top to bottom.

    Attributes:
        columns: the stages.
        rows: the classes, in the rulebook's order.
        step: from one stage to the next.
        line: the height of a line of text.
        names: where the names begin.
        below: where the treatments begin.
        width: of the whole drawing.
        height: of the whole drawing.
        heading: what stands before the names in a table; empty where no field of names is told from stage to stage.
        field_label: what their field is called.
        has_treatments: whether there is a field of treatments.
    """

    columns: tuple[TimelineColumn, ...]
    rows: tuple[TimelineRow, ...]
    step: float
    line: float
    names: float
    below: float
    width: float
    height: float
    heading: str
    field_label: str
    has_treatments: bool


def timeline(case: Case, way: Way | None = None) -> Timeline:
    """Return the course of a case, with the place of everything in a drawing of it.

    Args:
        case: the case.
        way: which way through it; None for the first.
    """
    way = way or case.ways[0]
    vocabulary = case.stages[0].assessment.patient.description.vocabulary
    field = vocabulary.at_stages
    columns = []
    before: Assessment | None = None
    for i, (number, stage) in enumerate(zip(way.numbers, way.stages, strict=True)):
        given = given_since(stage.assessment, before)
        before = stage.assessment
        names = _names(stage.assessment, field) if field else ()
        columns.append(
            TimelineColumn(
                number=number,
                title=stage.title,
                names=names,
                given=given,
                x=LABELS + STEP / 2 + i * STEP,
                head=tuple(wrap(f"{number}. {stage.title}", CHARACTERS)),
                where=tuple(wrap("; ".join(names), CHARACTERS)),
                since=tuple(line for text in given for line in wrap(text, CHARACTERS, subsequent_indent="  ")),
            )
        )
    at_names = max(len(column.head) for column in columns) * LINE + GAP / 2
    below = at_names + max(len(column.where) for column in columns) * LINE + GAP
    top = below + max(len(column.since) for column in columns) * LINE + 2 * GAP
    rows = tuple(
        TimelineRow(option.label, top + (j + 0.5) * ROW, tuple(_cells(way.stages, j, columns)))
        for j, option in enumerate(case.stages[0].assessment.options)
    )
    return Timeline(
        columns=tuple(columns),
        rows=rows,
        step=STEP,
        line=LINE,
        names=at_names,
        below=below,
        width=columns[-1].x + STEP / 2 + MARGIN,
        height=top + len(rows) * ROW + GAP,
        heading=(field and field.at_stages) or "",
        field_label=vocabulary.labels[field.id] if field else "",
        has_treatments=bool(vocabulary.history),
    )


def _cells(stages: Sequence[Stage], j: int, columns: list[TimelineColumn]) -> list[TimelineCell]:
    statuses = [stage.assessment.options[j].status for stage in stages]
    return [
        TimelineCell(status, statuses[i - 1] if i and statuses[i - 1] != status else None, columns[i].x)
        for i, status in enumerate(statuses)
    ]


def given_since(now: Assessment, before: Assessment | None) -> tuple[str, ...]:
    """Return the treatments of a stage that are not those of the stage before, or have another outcome."""
    known_before = () if before is None else before.treatments
    return tuple(text for text in now.treatments if text not in known_before) if now.patient.entries else ()


def _names(assessment: Assessment, field: Names) -> tuple[str, ...]:
    description = assessment.patient.description
    here = tuple(fact.text for fact in assessment.known if fact.field == field.id and not fact.is_absent)
    if here:
        return here
    derived = derived_no(assessment, field.id)
    if derived is not None:
        return (derived.no_at_stage or derived.no,)
    return ("none" if description.fields[field.id] == () else f"{description.vocabulary.labels[field.id]} not known",)


def derived_no(shown: Assessment, field: str) -> DerivedFact | None:
    """Return what is derived from a field of names where that is known not to be so; else None."""
    derived = shown.patient.description.vocabulary.derived.get(field)
    is_no = derived and any(fact.fact == derived.id and fact.values == (NO,) for fact in shown.known)
    return derived if is_no else None


def news(stage: Stage) -> list[FactDifference]:
    """Return what became known or changed since the stage before, without what is not worth a line.

    That a treatment was given, and how long, stands among the treatments; a derived fact follows from the others.
    """
    if stage.comparison is None:
        return []
    vocabulary = stage.assessment.patient.description.vocabulary
    facts = [
        fact for fact in stage.comparison.facts if not fact.is_silence and fact.fact not in vocabulary.told_by_list
    ]
    return [fact for fact in facts if fact.fact not in vocabulary.derived_ids] or facts


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
    fields = stage.assessment.patient.description.fields
    return [(field, () if isinstance(fields[field], tuple) else tuple(texts)) for field, texts in groups.items()]


def claims_of_case(case: Case) -> dict[str, Citation]:
    """Return the passages that a case cites in its answers and outcomes, by claim, in the order of the documents."""
    cited: set[str] = set()
    urgent_at: dict[str, set[str]] = {}
    for stage in case.stages:
        for question in stage.questions:
            for choice in question.choices:
                cited.update(choice.claims, *(miss.claims for miss in choice.near))
        a = stage.assessment
        if a.scope != "in":
            cited.update(a.scope_claims)
        urgent = [part for part in a.considerations if part.kind == "urgent"]
        before = case.before(stage)
        shown = set() if before is None else urgent_at[before.id]
        cited.update(claim for part in urgent if part.id not in shown for claim in part.claims)
        urgent_at[stage.id] = {part.id for part in urgent}
    return {id_: claim for id_, claim in case.claims.items() if id_ in cited}


def timeline_tables(case: Case, marks: Mapping[str, Mapping[str, str]], way: Way | None = None) -> list[list[str]]:
    """Return the statuses as tables of text that are at most 80 columns wide.

    Args:
        case: the case.
        marks: for each status its `mark`.
        way: which way through the case; None for the first.

    Returns:
        The lines of each table. Nearly always there is one; a case of many stages needs more. `>` stands
        before a status that has changed.
    """
    drawn = timeline(case, way)
    at_once = (WIDTH - TEXT_LABELS) // TEXT_STEP
    tables = []
    for start in range(0, len(drawn.columns), at_once):
        shown = slice(start, start + at_once)
        numbers = "".join(f"   {column.number:<3}" for column in drawn.columns[shown])
        lines = [(" " * TEXT_LABELS + numbers).rstrip()]
        for row in drawn.rows:
            cells = "".join(
                f"{' >' if cell.before else '  '}{marks[cell.status]['mark']} " for cell in row.cells[shown]
            )
            *first, last = wrap(row.label, TEXT_LABELS - 2, subsequent_indent="  ")
            lines += [*first, (last.ljust(TEXT_LABELS) + cells).rstrip()]
        tables.append(lines)
    return tables
