"""The map by subtype: for the rest of a patient, what the documents describe in each subtype.

A subtype is rarely a single cube: hormone receptor-positive means ER-positive *or* PR-positive. So a
verdict here is about a union of cubes: all patients who fit the rest and the subtype's condition. It is
exact: the status that all of them share, or `undetermined` where two of them differ.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from mbc_options.exploration.assessment import (
    GROUNDS,
    OPTION,
    REMINDER,
    AnyPatient,
    Citation,
    Dependency,
    KnownFact,
    PatientDescribed,
    Reason,
    RulebookInfo,
    UrgentCaution,
    grounds_cells,
    line_of,
    option_cells,
)
from mbc_options.exploration.explore import Exploration, treatments_of
from mbc_options.exploration.presenter import Presenter, presenter_of
from mbc_options.exploration.status import STATUSES, Scope, Status, description_of
from mbc_options.frames import frame
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of
from mbc_options.rulebook.models import Consideration, Source, Term

if TYPE_CHECKING:
    import polars as pl

    from mbc_options.exploration.hypothetical import PatientSet
    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import CompiledOption, CompiledSubtype

__all__ = ["Matrix", "MatrixCell", "MatrixColumn", "MatrixMember", "MatrixRow", "matrix"]

Facts = tuple[str, ...]


class MatrixColumn(Result):
    """A subtype.

    Attributes:
        id: its id (`HR+/HER2-`).
        label: its name.
        cases: the ways of being it that the rest leaves open, each as readable facts; one with no fact
            where it takes nothing more.
        possible: False where the rest rules the subtype out; it then has no cells.
    """

    id: str
    label: str
    cases: tuple[Facts, ...]
    possible: bool


class MatrixCell(Result):
    """The verdict on a class or member for every patient who fits the rest and the subtype.

    Attributes:
        status: the status that all of them share; `undetermined` where two of them differ.
        proofs: the minimal facts that suffice for a settled status, readable. One proof where it serves
            all cases of the subtype; else each that some case rests on ("ER-positive", or "PR-positive").
        because: the reasons, likewise: none twice.
        claims: the passages of the reasons.
        depends_on: what would settle an undetermined status within the subtype. A receptor that the
            subtype leaves open may stand in it.
        lists_all: whether that is all of it; where there are too many ways, some are left out.
    """

    status: Status
    proofs: tuple[Facts, ...]
    because: tuple[Reason, ...]
    claims: tuple[str, ...]
    depends_on: tuple[Dependency, ...]
    lists_all: bool = True


class MatrixMember(Result):
    """A line of the map: a class, or a member of one.

    Attributes:
        id: its id.
        label: its name.
        gloss: what it is, in a few words.
        cells: the verdict for each subtype that is possible, by the subtype's id.
        same: whether the status is the same in all of them.
    """

    id: str
    label: str
    gloss: str
    cells: FrozenDict[MatrixCell]
    same: bool

    @property
    def statuses(self) -> dict[str, Status]:
        """The status for each subtype that is possible."""
        return {subtype: cell.status for subtype, cell in self.cells.items()}


class MatrixRow(MatrixMember):
    """A therapy class, with the lines of its members.

    Attributes:
        members: its members.
    """

    members: tuple[MatrixMember, ...]


class Matrix(Result):
    """What the documents describe by subtype, for one and the same rest of the patient.

    Attributes:
        rulebook: which rulebook spoke.
        patient: the rest, without what was set aside.
        set_aside: facts that the description gives and the columns say instead.
        scope: `in`, `out` or `open`: whether the documents concern the rest; unless `in` there are no rows.
        scope_text: what follows from that, for the reader.
        scope_claims: the passages for it.
        assumptions: what was assumed.
        notices: what to know about how the description was read, and what was set aside.
        known: facts of the rest of which something is known.
        treatments: the earlier treatments, readable.
        considerations: what else bears on the choice, whatever the subtype.
        urgent_cautions: the cautions that go with an urgent sign, whatever the subtype.
        columns: the subtypes, in the rulebook's order.
        rows: the therapy classes, in the rulebook's fixed order; never a ranking.
        glossary: every special word that the rulebook explains.
        claims: every passage that a cell cites, by id.
        documents: the documents.
    """

    rulebook: RulebookInfo
    patient: Annotated[AnyPatient, PatientDescribed()]
    set_aside: tuple[KnownFact, ...]
    scope: Scope
    scope_text: str
    scope_claims: tuple[str, ...]
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]
    known: tuple[KnownFact, ...]
    treatments: tuple[str, ...]
    considerations: tuple[Annotated[Consideration, Authored()], ...]
    urgent_cautions: tuple[UrgentCaution, ...]
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    glossary: tuple[Annotated[Term, Authored()], ...]
    claims: FrozenDict[Citation]
    documents: tuple[Annotated[Source, Authored()], ...]

    @property
    def possible(self) -> tuple[MatrixColumn, ...]:
        """The subtypes that the rest does not rule out."""
        return tuple(column for column in self.columns if column.possible)

    @property
    def lines(self) -> tuple[MatrixMember, ...]:
        """Classes and members, each class before its members."""
        return tuple(line for row in self.rows for line in (row, *row.members))

    def __contains__(self, id_: object) -> bool:
        """Tell whether there is a class or member with this id."""
        return any(id_ == line.id for line in self.lines)

    def __getitem__(self, id_: str) -> MatrixMember:
        """Return the line of the class or member (`chemotherapy`, `chemotherapy.combination`) with this id.

        Raises:
            UnknownOptionError: with the nearest id, where there is none.
        """
        return line_of(self.lines, id_)

    def to_frame(self) -> pl.DataFrame:
        """Return the cells as a data frame: a row for each class or member and subtype; none unless the scope is `in`.

        Several ids in a cell have `; ` between them.

        Columns:
            option (String): the id of the class or member.
            class (String): the id of its class; for a class its own.
            label (String): its name.
            subtype (String): the id of the subtype.
            status (Enum): the status that all such patients share; null where the rest rules the subtype out.
            facts (String): ids of the facts that its reasons rest on.
            rules (String): ids of the rules that give it.
            claims (String): ids of the passages that these rest on.
            depends_on (String): ids of the facts that would settle an undetermined status.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        rows = []
        for line in self.lines:
            for column in self.columns:
                cell = line.cells.get(column.id)
                found = (
                    (None, *grounds_cells((), ()))
                    if cell is None
                    else (cell.status, *grounds_cells(cell.because, cell.depends_on))
                )
                rows.append((*option_cells(line.id, line.label), column.id, *found))
        return frame({**OPTION, "subtype": str, "status": STATUSES, **GROUNDS}, rows)

    def __str__(self) -> str:
        title = f"{self.patient.label}: " if self.patient.label else ""
        lines = [f"{title}by subtype (rulebook {self.rulebook.name} {self.rulebook.version})"]
        if self.scope != "in":
            return "\n".join([*lines, f"  {self.scope_text}"])
        table = [["", *(column.id for column in self.columns)]]
        for row in self.rows:
            cells = [row.statuses.get(column.id, "impossible") for column in self.columns]
            table.append([row.label, *(status.replace("_", " ") for status in cells)])
        widths = [max(map(len, column)) for column in zip(*table, strict=True)]
        for cells_shown in table:
            padded = (text.ljust(width) for text, width in zip(cells_shown, widths, strict=True))
            lines.append(f"  {'  '.join(padded)}".rstrip())
        lines.append(REMINDER)
        return "\n".join(lines)

    __repr__ = __str__


def matrix(rest: Patient | Description, rulebook: CompiledRulebook | None = None) -> Matrix:
    """Return what the documents describe in each subtype, for the rest of a patient.

    Args:
        rest: what is known beside the subtype. Facts that the subtypes' conditions name are set aside,
            and a notice says so.
        rulebook: default: the one that comes with the package.

    Returns:
        The map. Every cell is exact: the status shared by all patients who fit the rest and the subtype,
        or `undetermined` where two of them differ.

    Raises:
        TypeError: where `rest` is no Patient, or `rulebook` is no rulebook.
        DescriptionError: where the rulebook has not the facts that it is described by.
    """
    rulebook = rulebook_of(rulebook)
    description = description_of(rest, rulebook)
    return _Map(presenter_of(rulebook), rest if description is rest.description else description).matrix()


class _Column(NamedTuple):
    """A subtype for one rest.

    Attributes:
        shown: how it is shown.
        group: the patients of the rest who have it.
        whole: the verdicts on the smallest cube around them.
        cases: those on each of the cubes that they are.
    """

    shown: MatrixColumn
    group: PatientSet
    whole: Exploration
    cases: tuple[Exploration, ...]


class _Map:
    """One rest of a patient against one rulebook."""

    def __init__(self, presenter: Presenter, rest: Patient | Description) -> None:
        self.presenter, self.verdicts = presenter, presenter.verdicts
        self.rulebook = presenter.rulebook
        self.said = rest.description
        self.named = reduce(or_, (one.function.named for one in self.rulebook.subtypes), 0)
        self.rest, knowledge = self._without_subtype(rest)
        self.exploration = Exploration(presenter, self.rest.description, knowledge)
        self.cited: set[str] = set()

    def matrix(self) -> Matrix:
        """Return the map."""
        presenter, rulebook, exploration = self.presenter, self.rulebook, self.exploration
        scope_claims = rulebook.about.scope.claims
        self.cited.update(scope_claims, presenter.explained)
        columns = tuple(map(self._column, rulebook.subtypes))
        inside = exploration.scope == "in"
        rows = tuple(self._row(class_, columns) for class_ in rulebook.options) if inside else ()
        set_aside = self._set_aside()
        considerations = exploration.considerations(self.named)
        cautions = exploration.urgent_cautions()
        self.cited.update(*(one.claims for one in considerations))
        self.cited.update(*(one.caution.claims for one in cautions))
        return Matrix(
            rulebook=presenter.info,
            patient=self.rest,
            set_aside=set_aside,
            scope=exploration.scope,
            scope_text=exploration.scope_text,
            scope_claims=scope_claims,
            assumptions=tuple(dict.fromkeys((*self.said.assumptions, *self.rest.description.assumptions))),
            notices=(*_notice(set_aside), *self.rest.description.notices),
            known=exploration.known(),
            treatments=treatments_of(exploration.description),
            considerations=considerations,
            urgent_cautions=cautions,
            columns=tuple(column.shown for column in columns),
            rows=rows,
            glossary=rulebook.glossary,
            claims=presenter.citations(self.cited),
            documents=presenter.documents,
        )

    def _without_subtype(self, rest: Patient | Description) -> tuple[Patient | Description, int]:
        """Return the rest without the facts that the columns say, as a description and as knowledge.

        A field of its own leaves the description, with what was read or concluded from it. A name in a
        list cannot leave it alone; such a fact is opened in the knowledge.
        """
        facts = self.rulebook.space.facts_of(self.named)
        fields = {fact: None for fact in facts if self.said.fields.get(fact) is not None}
        kept = rest.with_(**fields) if fields else rest
        return kept, self.rulebook.theory.tighten(kept.knowledge | self.named)

    def _set_aside(self) -> tuple[KnownFact, ...]:
        """Return what the description says of the facts that the columns say."""
        said, details, space = self.said.knowledge, self.said.details, self.rulebook.space
        different = said ^ self.exploration.knowledge
        return tuple(
            self.presenter.fact(fact, space.values(said, fact), details.get(fact))
            for fact in space.facts_of(self.named)
            if different & space.mask(fact) or fact in details
        )

    def _column(self, compiled: CompiledSubtype) -> _Column:
        group = self.verdicts.group(compiled.function, self.exploration.knowledge)
        shown = MatrixColumn(
            id=compiled.subtype.id,
            label=compiled.subtype.label,
            cases=tuple(self.presenter.proof(condition)[0] for condition in group.conditions),
            possible=bool(group.cases),
        )
        return _Column(shown, group, self._among(group.whole), tuple(map(self._among, group.cases)))

    def _among(self, knowledge: int) -> Exploration:
        return Exploration(self.presenter, self.rest.description, knowledge)

    def _row(self, class_: CompiledOption, columns: tuple[_Column, ...]) -> MatrixRow:
        possible = [column for column in columns if column.cases]

        def cells(option: CompiledOption) -> dict[str, MatrixCell]:
            return {column.shown.id: self._cell(option, column) for column in possible}

        whole = cells(class_)
        members = tuple(MatrixMember(**self._line(member, cells(member))) for member in class_.members)
        return MatrixRow(**self._line(class_, whole), members=members)

    def _line(self, option: CompiledOption, cells: dict[str, MatrixCell]) -> dict[str, Any]:
        for cell in cells.values():
            self.cited.update(cell.claims)
        return {
            "id": option.id,
            "label": option.authored.label,
            "gloss": option.authored.gloss,
            "cells": FrozenDict(cells),
            "same": len({cell.status for cell in cells.values()}) < 2,
        }

    def _cell(self, option: CompiledOption, column: _Column) -> MatrixCell:
        found = self.verdicts.shared_status(option.id, column.group)
        if found == "undetermined":
            settling = self.verdicts.settling_group(option, column.group)
            depends_on = tuple(self.presenter.dependency(cube, then) for cube, then in settling.ways)
            return MatrixCell(
                status=found, proofs=(), because=(), claims=(), depends_on=depends_on, lists_all=settling.are_all
            )
        is_settled = self.verdicts.status_in_scope(option.id, column.group.whole) == found
        verdicts = [one.reasons(option, found) for one in ([column.whole] if is_settled else column.cases)]
        because = tuple(dict.fromkeys(reason for reasons, _ in verdicts for reason in reasons))
        return MatrixCell(
            status=found,
            proofs=tuple(dict.fromkeys(proof for _, proof in verdicts)),
            because=because,
            claims=tuple(dict.fromkeys(claim for reason in because for claim in reason.claims)),
            depends_on=(),
        )


def _notice(set_aside: tuple[KnownFact, ...]) -> tuple[str, ...]:
    if not set_aside:
        return ()
    said = ", ".join((fact.as_written and f"{fact.label} {fact.as_written}") or fact.text for fact in set_aside)
    return (f"set aside, because the columns say it: {said}.",)
