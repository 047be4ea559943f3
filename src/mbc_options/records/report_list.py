"""Which reports there are of a patient: of which kind and tumor, when, and which count for nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.records.receipt import Source
from mbc_options.vocabulary.codes import Coding

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.registry_dates import RegistryDates
    from mbc_options.records.xml import Node
    from mbc_options.vocabulary.registry import ReportKind

__all__ = ["Report", "ReportFinder"]

_OTHER_KIND = "another"


class Report(NamedTuple):
    """A report.

    Attributes:
        file: in which it stands.
        node: the element that it is.
        kind: the kind of report.
        parts: what stands in it, at any depth; nothing of a kind that counts for nothing.
        id: that of the place where it was reported, with its own where several were.
        date: when it was so; empty where that is not said.
        side: the side that the tumor is of; empty where it is not known.
        cancer: what tells it from others: the side, and the year of diagnosis where every report of a side has one.
        why: why it counts for nothing; empty where it counts.
    """

    file: str
    node: Node
    kind: ReportKind
    parts: tuple[Node, ...]
    id: str
    date: str
    side: str
    cancer: str
    why: str

    def source(self, node: Node | None = None, code: str = "", date: str | None = None) -> Source:
        """Return where a part of it stands, or the whole; dated as the report where no other date is given."""
        return Source(
            file=self.file,
            type=self.node.tag,
            id=self.id,
            date=self.date if date is None else date,
            code=code,
            element="" if node is None else node.within(self.node),
        )


class _Row(NamedTuple):
    """What is reported in one place, by the number of the place."""

    place: Node
    number: int
    node: Node
    parts: list[Node]
    of_several: int


class ReportFinder:
    """Finds the reports of a patient, and tells of which tumor each is.

    Args:
        registry: what elements mean.
        dates: reads when something was.
        file: in which the patient stands.
    """

    def __init__(self, registry: RegistryCodes, dates: RegistryDates, file: str) -> None:
        self._kinds, self._form, self._conditions = registry.kinds, registry.form, registry.codes.conditions
        self._dates, self._file = dates, file

    def of(self, people: Sequence[Node]) -> list[Report]:
        """Return the reports of a patient, in the order of the file.

        Args:
            people: the elements of the patient.
        """
        form = self._form
        told = [place for person in people for place in person.outermost(form.report)]
        rows = [_Row(place, number, *row) for number, place in enumerate(told, 1) for row in self._reported(place)]
        of = [(row, self._key(row), self._illness(row), self._side(row)) for row in rows]
        kinds: dict[str, set[str]] = {}
        sides: dict[str, set[str]] = {}
        years: dict[str, set[str]] = {}
        for row, key, illness, side in of:
            years.setdefault(key, set()).update({self._year(row)} - {""})
            kinds.setdefault(key, set()).update({illness} - {""})
            sides.setdefault(key, set()).update({side} & {*form.sides})
        every = {kind for told_by_key in kinds.values() for kind in told_by_key}
        reports = []
        for row, key, illness, told_side in of:
            by_key = kinds[key] if key else every
            why = self._why_not(illness or (next(iter(by_key)) if len(by_key) == 1 else ""))
            side = told_side if told_side in form.sides else next(iter(sides[key])) if len(sides[key]) == 1 else ""
            kind = self._kinds[row.node.name]
            parts = () if kind.ignored else tuple(row.parts)
            year = next(iter(years[key])) if len(years[key]) == 1 else ""
            reports.append(Report(self._file, row.node, kind, parts, self._id(row), self._date(row), side, year, why))
        has_years = all(report.cancer for report in reports if report.side and not report.why)
        return [
            one._replace(cancer=f"{one.side} {one.cancer}" if one.side and has_years else one.side) for one in reports
        ]

    def _reported(self, place: Node) -> list[tuple[Node, list[Node], int]]:
        """Return each report of a place, its parts, and its number where there are several of a kind."""
        found: list[tuple[Node, list[Node]]] = []
        waiting: list[tuple[Node, list[Node] | None]] = [(node, None) for node in reversed(place.children)]
        while waiting:
            node, parts = waiting.pop()
            if node.name in self._kinds:
                parts = []
                found.append((node, parts))
            elif parts is not None:
                parts.append(node)
            waiting += [(child, parts) for child in reversed(node.children)]
        names = [node.name for node, _ in found]
        return [
            (node, parts, names[: i + 1].count(node.name) if names.count(node.name) > 1 else 0)
            for i, (node, parts) in enumerate(found)
        ]

    def _id(self, row: _Row) -> str:
        id_ = row.place.attribute(self._form.report_id) or f"{row.number}"
        if row.of_several:
            id_ = f"{id_}/{row.node.attribute(f'{row.node.tag}_ID') or row.of_several}"
        return id_

    def _date(self, row: _Row) -> str:
        kind, belongs = self._kinds[row.node.name], row.place.first(self._form.belongs)
        date = self._dates.read(row.node.first(*kind.begins) if kind.begins else None)
        if not date and kind.of_diagnosis and belongs is not None:
            date = self._dates.read(belongs.first(self._form.since))
        return date

    def _key(self, row: _Row) -> str:
        belongs = row.place.first(self._form.belongs)
        key = belongs.attribute(self._form.belongs_id) if belongs is not None else ""
        return key or row.node.attribute(self._form.belongs_id)

    def _side(self, row: _Row) -> str:
        belongs = row.place.first(self._form.belongs)
        told = belongs.said(self._form.side) if belongs is not None else ""
        return told or row.node.said(self._form.side)

    def _year(self, row: _Row) -> str:
        belongs = row.place.first(self._form.belongs)
        return self._dates.read(belongs.first(self._form.since))[:4] if belongs is not None else ""

    def _illness(self, row: _Row) -> str:
        """Return the kind of condition that a report says it is of; empty where it says none."""
        form, node = self._form, row.node
        for one in filter(None, (row.place.first(form.belongs), node)):
            code = one.said(*form.illness)
            if code:
                entry = self._conditions.coded([Coding(form.illness_system, code)])
                return entry[0].kind if entry is not None else _OTHER_KIND
        text = node.said(form.illness_text)
        found = self._conditions.find((), text) if text else None
        return found.kind if found is not None else ""

    def _why_not(self, kind: str) -> str:
        if not kind:
            return "it does not say to which illness of the record it belongs"
        if kind == "illness":
            return ""
        label = next((one.label for one in self._conditions.entries if one.kind == kind and one.label), None)
        return f"it is of another condition{f' ({label})' if label and kind == 'past' else ''}"
