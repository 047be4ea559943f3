"""One patient by document: what each document by itself describes, and whether those that speak agree.

A document is asked alone, as if no other existed. Where it describes a class for nobody like the patient it is silent,
which is neither for the class nor against it, and no disagreement.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, get_args

from mbc_options.exploration.assessment import (
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
    line_of,
    option_cells,
)
from mbc_options.exploration.explore import Exploration, left_out, treatments_of
from mbc_options.exploration.presenter import presenter_of
from mbc_options.exploration.status import STATUSES, Scope, Status, description_of
from mbc_options.frames import Kind, frame, in_one_cell
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.by_document import limited_to, speaking
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of
from mbc_options.rulebook.models import Consideration, Disagreement, Source, Term, source_of, support_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import CompiledOption

__all__ = ["DocumentCell", "DocumentMap", "DocumentMember", "DocumentRow", "OfOurs", "document_map"]

Role = Literal["supporting", "differing", "open", "partial", "limiting", "silent"]
Agreement = Literal["agreeing", "conflicting", "single-sourced", "one-and-partial", "open", "joined", "silent"]


class DocumentCell(Result):
    """What one document by itself says of a class or member, for one patient.

    Attributes:
        role: `supporting` where it describes or names it; `differing` where it does so with another status than the
            documents together; `open` where that depends on something not known; `partial` where it speaks of it for
            such a patient, and what it says is not enough alone; `limiting` where it does not, and takes back some of
            what others say; `silent` where it says nothing for such a patient.
        status: the status by this document alone.
        because: its reasons; of silence none.
        in_part: its claims that are not enough alone, where its role is `partial`.
        limits: its claims that limit or deny it for this patient, whatever its role.
        depends_on: what would settle an open status.
        lists_all: whether that is all of it.
    """

    role: Role
    status: Status
    because: tuple[Reason, ...]
    in_part: tuple[str, ...]
    limits: tuple[str, ...]
    depends_on: tuple[Dependency, ...]
    lists_all: bool = True

    @property
    def claims(self) -> tuple[str, ...]:
        """The passages that it rests on."""
        reasons = (claim for one in self.because for claim in one.claims)
        return tuple(dict.fromkeys((*reasons, *self.in_part, *self.limits)))


class DocumentMember(Result):
    """A line of the map: a class, or a member of one.

    Attributes:
        id, label, gloss: which.
        status: the status by all documents together, and by what is ours.
        agreement: `agreeing` where two documents or more describe it alike; `conflicting` where two give different
            statuses, or one denies it; `single-sourced` where one alone describes it, and no other speaks of it;
            `one-and-partial` where one describes it by itself, and others speak of it, not enough alone; `open` where
            that depends on something not known; `joined` where no document describes it by itself, and several
            together do, or we; `silent` where none does at all.
        cells: what each document says, by its id.
        disagreements: those of the register on it, for this patient, by id.
    """

    id: str
    label: str
    gloss: str
    status: Status
    agreement: Agreement
    cells: FrozenDict[DocumentCell]
    disagreements: tuple[str, ...]

    @property
    def silent(self) -> tuple[str, ...]:
        """The documents that say nothing of it for this patient, by id."""
        return tuple(id_ for id_, cell in self.cells.items() if cell.role == "silent")


class DocumentRow(DocumentMember):
    """A therapy class, with the lines of its members.

    Attributes:
        members: its members.
    """

    members: tuple[DocumentMember, ...]


class OfOurs(Result):
    """A rule that holds for the patient and that no document says.

    Attributes:
        rule: its id.
        option, label: the class or member that it is of.
        text: what it says.
    """

    rule: str
    option: str
    label: str
    text: str


class DocumentMap(Result):
    """What each document by itself describes for one patient.

    Attributes:
        rulebook: which rulebook spoke.
        patient: the description.
        scope: `in`, `out` or `open`: whether the documents concern the patient; unless `in` there are no rows.
        scope_text: what follows from that, for the reader.
        scope_claims: the passages for it.
        assumptions: what was assumed.
        notices: what to know about how the description was read.
        left_out: rules that hold for the patient and that no document says, and that so stand in no column.
        known: facts of which something is known.
        treatments: the earlier treatments, readable.
        considerations: what else bears on the choice.
        urgent_cautions: the cautions that go with an urgent sign.
        rows: the therapy classes, in the rulebook's fixed order; never a ranking.
        disagreements: where documents disagree, for this patient.
        glossary: every special word that the rulebook explains.
        claims: every passage that a cell cites, by id.
        documents: the documents, which are the columns.
    """

    rulebook: RulebookInfo
    patient: Annotated[AnyPatient, PatientDescribed()]
    scope: Scope
    scope_text: str
    scope_claims: tuple[str, ...]
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]
    left_out: tuple[OfOurs, ...]
    known: tuple[KnownFact, ...]
    treatments: tuple[str, ...]
    considerations: tuple[Annotated[Consideration, Authored()], ...]
    urgent_cautions: tuple[UrgentCaution, ...]
    rows: tuple[DocumentRow, ...]
    disagreements: tuple[Annotated[Disagreement, Authored()], ...]
    glossary: tuple[Annotated[Term, Authored()], ...]
    claims: FrozenDict[Citation]
    documents: tuple[Annotated[Source, Authored()], ...]

    @property
    def lines(self) -> tuple[DocumentMember, ...]:
        """Classes and members, each class before its members."""
        return tuple(line for row in self.rows for line in (row, *row.members))

    def __contains__(self, id_: object) -> bool:
        """Tell whether there is a class or member with this id."""
        return any(id_ == line.id for line in self.lines)

    def __getitem__(self, id_: str) -> DocumentMember:
        """Return the line of the class or member with this id; UnknownOptionError where there is none."""
        return line_of(self.lines, id_)

    def to_frame(self) -> pl.DataFrame:
        """Return the cells as a data frame: a row for each class or member and document; none unless the scope is `in`.

        Several ids in a cell have `; ` between them.

        Columns:
            option (String): the id of the class or member.
            class (String): the id of its class; for a class its own.
            label (String): its name.
            document (String): the id of the document.
            status (Enum): the status by this document alone.
            role (Enum): what it says, as `DocumentCell.role`.
            claims (String): ids of the passages of it that speak.
            depends_on (String): ids of the facts that would settle an open status.
            together (Enum): the status by all documents together.
            agreement (Enum): whether they agree, as `DocumentMember.agreement`.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        columns: dict[str, Kind] = {
            **OPTION,
            "document": str,
            "status": STATUSES,
            "role": get_args(Role),
            "claims": str,
            "depends_on": str,
            "together": STATUSES,
            "agreement": get_args(Agreement),
        }
        rows = [
            (
                *option_cells(line.id, line.label),
                *(document, cell.status, cell.role, in_one_cell(cell.claims)),
                in_one_cell(fact for one in cell.depends_on for fact in one.if_),
                *(line.status, line.agreement),
            )
            for line in self.lines
            for document, cell in line.cells.items()
        ]
        return frame(columns, rows)

    def __str__(self) -> str:
        lines = [f"{self.patient.label or 'By document'} (rulebook {self.rulebook.name} {self.rulebook.version})"]
        if self.scope != "in":
            return "\n".join([*lines, f"  {self.scope_text}"])
        for row in self.rows:
            roles = ", ".join(f"{id_} {cell.role}" for id_, cell in row.cells.items() if cell.role != "silent")
            lines.append(f"  {row.label}: {row.agreement}{f' ({roles})' if roles else ''}")
        return "\n".join([*lines, REMINDER])

    __repr__ = __str__


def document_map(patient: Patient | Description, rulebook: CompiledRulebook | None = None) -> DocumentMap:
    """Return what each document by itself describes for a patient.

    Args:
        patient: what is known.
        rulebook: default: the one that comes with the package.

    Raises:
        TypeError: where `patient` is none, or `rulebook` is no rulebook.
        DescriptionError: where the rulebook has not the facts that it is described by.
    """
    rulebook = rulebook_of(rulebook)
    description = description_of(patient, rulebook)
    return _Map(rulebook, description).found(patient if description is patient.description else description)


class _Map:
    """One patient against one rulebook, and against each of its documents."""

    def __init__(self, rulebook: CompiledRulebook, description: Description) -> None:
        self.rulebook, self.description = rulebook, description
        self.whole = self._exploration(rulebook)
        self.alone = {id_: self._exploration(limited_to(rulebook, {id_})) for id_ in rulebook.sources}
        self.cited: set[str] = set()

    def _exploration(self, rulebook: CompiledRulebook) -> Exploration:
        return Exploration(presenter_of(rulebook), self.description, self.description.knowledge)

    def found(self, patient: Patient | Description) -> DocumentMap:
        """Return the map of the patient, who is shown as given."""
        whole, presenter, rulebook = self.whole, self.whole.presenter, self.rulebook
        inside = whole.scope == "in"
        disagreements = whole.disagreements() if inside else ()
        rows = tuple(self._row(class_, disagreements) for class_ in rulebook.options) if inside else ()
        considerations, cautions = whole.considerations(), whole.urgent_cautions()
        scope_claims = rulebook.about.scope.claims
        self.cited.update(
            scope_claims,
            presenter.explained,
            *(one.claims for one in considerations),
            *(one.caution.claims for one in cautions),
            *(side.claims for one in disagreements for side in one.sides),
        )
        return DocumentMap(
            rulebook=presenter.info,
            patient=patient,
            scope=whole.scope,
            scope_text=whole.scope_text,
            scope_claims=scope_claims,
            assumptions=self.description.assumptions,
            notices=self.description.notices,
            left_out=tuple(
                OfOurs(rule=rule.id, option=option.id, label=option.authored.label, text=rule.because)
                for option, rule in left_out(rulebook, self.description.knowledge)
            )
            if inside
            else (),
            known=whole.known(),
            treatments=treatments_of(self.description),
            considerations=considerations,
            urgent_cautions=cautions,
            rows=rows,
            disagreements=disagreements,
            glossary=rulebook.glossary,
            claims=presenter.citations(self.cited),
            documents=presenter.documents,
        )

    def _row(self, class_: CompiledOption, disagreements: tuple[Disagreement, ...]) -> DocumentRow:
        members = tuple(DocumentMember(**self._line(member, disagreements)) for member in class_.members)
        return DocumentRow(**self._line(class_, disagreements), members=members)

    def _line(self, option: CompiledOption, disagreements: tuple[Disagreement, ...]) -> dict[str, Any]:
        status = self.whole.verdicts.status(option.id, self.description.knowledge)
        limits = dict(self._limits(option))
        cells = {id_: self._cell(id_, option.id, status, limits) for id_ in self.alone}
        for cell in cells.values():
            self.cited.update(cell.claims)
        return {
            "id": option.id,
            "label": option.authored.label,
            "gloss": option.authored.gloss,
            "status": status,
            "agreement": _agreement(status, cells, limits),
            "cells": FrozenDict(cells),
            "disagreements": tuple(one.id for one in disagreements if option.id in one.options),
        }

    def _cell(self, document: str, option: str, whole: Status, limits: dict[str, bool]) -> DocumentCell:
        alone = self.alone[document]
        by_itself = alone.rulebook.by_id[option]
        status = alone.verdicts.status(option, self.description.knowledge)
        limiting = tuple(claim for claim in limits if source_of(claim) == document)
        in_part: tuple[str, ...] = ()
        if status == "not_described" and whole != status:  # else it is described with nobody like the patient
            in_part = speaking(self.rulebook.by_id[option], {document}, self.description.knowledge)
        role: Role
        if status in ("candidate", "unspecified"):
            role = "differing" if whole in ("candidate", "unspecified") and status != whole else "supporting"
        elif status == "undetermined":
            role = "open"
        else:
            role = "partial" if in_part else "limiting" if limiting else "silent"
        settling = alone.verdicts.settling(by_itself, self.description.knowledge) if role == "open" else None
        return DocumentCell(
            role=role,
            status=status,
            because=alone.grounds(by_itself, status) if role in ("supporting", "differing") else (),
            in_part=in_part,
            limits=limiting,
            depends_on=tuple(alone.presenter.dependency(cube, then) for cube, then in settling.ways)
            if settling
            else (),
            lists_all=settling is None or settling.are_all,
        )

    def _limits(self, option: CompiledOption) -> Iterator[tuple[str, bool]]:
        """Yield the claims that limit an option for this patient, each with whether it denies it.

        A caution of ours limits nothing in the name of a document, whatever it cites.
        """
        knowledge = self.description.knowledge
        for one in option.rules:
            if one.function.entailed_by(knowledge):
                for claim in one.rule.claims:
                    how = support_of(one.rule.basis, one.rule.supports, claim)
                    if how in ("limits", "contradicts"):
                        yield claim, how == "contradicts"
        for caution in option.cautions:
            authored = caution.authored
            if authored.basis != "editorial" and caution.applies_to(knowledge):
                for claim in authored.claims:
                    how = support_of(authored.basis, authored.supports, claim)
                    if how in ("limits", "contradicts") or authored.kind == "limit":
                        yield claim, how == "contradicts"


def _agreement(status: Status, cells: dict[str, DocumentCell], limits: dict[str, bool]) -> Agreement:
    described = [cell.status for cell in cells.values() if cell.role in ("supporting", "differing")]
    if len(set(described)) > 1 or (described and any(limits.values())):
        return "conflicting"
    if len(described) > 1:
        return "agreeing"
    if any(cell.role == "open" for cell in cells.values()):
        return "open"
    if described:
        return "one-and-partial" if any(cell.role == "partial" for cell in cells.values()) else "single-sourced"
    return "silent" if status == "not_described" else "joined"
