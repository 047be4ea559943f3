"""The map by subtype: for the rest of a patient, what the documents describe in each subtype.

A subtype is rarely a single cube: hormone receptor-positive means ER-positive *or* PR-positive. So a
verdict here is about a union of cubes: all patients who fit the rest and the subtype's condition. It is
exact: the status that all of them share, or `undetermined` where two of them differ.
"""

# Annotations are not postponed here: pydantic would evaluate them from text at every start.

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import PlainSerializer

from mbc_options.errors import UnknownOptionError
from mbc_options.exploration.assessment import (
    REMINDER,
    Citation,
    ConsiderationShown,
    Dependency,
    Document,
    KnownFact,
    Reason,
    RulebookInfo,
    TermShown,
    _said,
)
from mbc_options.exploration.decider import Status
from mbc_options.exploration.explore import _Exploration, knowledge_of
from mbc_options.exploration.status import Scope, scope_of
from mbc_options.exploration.words import Verdict, Words, words_of
from mbc_options.frozendict import FrozenDict
from mbc_options.logic import Region, primes
from mbc_options.parts import Part
from mbc_options.patient.model import Patient
from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import Unit

__all__ = ["Cell", "Matrix", "MatrixColumn", "MatrixMember", "MatrixRow", "matrix"]

Facts = tuple[str, ...]


class MatrixColumn(Part):
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


class Cell(Part):
    """The verdict on a class or member for every patient who fits the rest and the subtype.

    Attributes:
        status: the status that all of them share; `undetermined` where two of them differ.
        proofs: the minimal facts that suffice for a settled status, readable. One proof where it serves
            all cases of the subtype; else each that some case rests on ("ER-positive", or "PR-positive").
        because: the reasons, likewise: none twice.
        claims: the passages of the reasons.
        depends_on: what would settle an undetermined status within the subtype. A receptor that the
            subtype leaves open may stand in it.
    """

    status: Status
    proofs: tuple[Facts, ...]
    because: tuple[Reason, ...]
    claims: tuple[str, ...]
    depends_on: tuple[Dependency, ...]


class MatrixMember(Part):
    """A line of the map: a class, or a member of one.

    Attributes:
        id: its id.
        label: its name.
        plain: the same in plain words.
        cells: the verdict for each subtype that is possible, by the subtype's id.
        same: whether the status is the same in all of them.
    """

    id: str
    label: str
    plain: str
    cells: FrozenDict[Cell]
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


class Matrix(Part):
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
        columns: the subtypes, in the rulebook's order.
        rows: the therapy classes, in the rulebook's fixed order; never a ranking.
        glossary: every special word that the rulebook explains.
        claims: every passage that a cell cites, by id.
        documents: the documents.
    """

    rulebook: RulebookInfo
    patient: Annotated[Patient, PlainSerializer(_said, return_type=dict[str, Any])]
    set_aside: tuple[KnownFact, ...]
    scope: Scope
    scope_text: str
    scope_claims: tuple[str, ...]
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]
    known: tuple[KnownFact, ...]
    treatments: tuple[str, ...]
    considerations: tuple[ConsiderationShown, ...]
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    glossary: tuple[TermShown, ...]
    claims: FrozenDict[Citation]
    documents: tuple[Document, ...]

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
        for line in self.lines:
            if line.id == id_:
                return line
        raise UnknownOptionError(id_, (line.id for line in self.lines))

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


def matrix(rest: Patient, rulebook: CompiledRulebook | None = None) -> Matrix:
    """Return what the documents describe in each subtype, for the rest of a patient.

    Args:
        rest: what is known beside the subtype. Facts that the subtypes' conditions name are set aside,
            and a notice says so.
        rulebook: default: the one that comes with the package.

    Returns:
        The map. Every cell is exact: the status shared by all patients who fit the rest and the subtype,
        or `undetermined` where two of them differ.

    Raises:
        TypeError: where `rest` is no Patient.
    """
    knowledge_of(rest)
    rulebook = rulebook or load_rulebook()
    return _Map(words_of(rulebook), rest).matrix()


class _Case(_Exploration):
    """Verdicts on a cube inside the rest; the rest is in scope, so the cube is."""

    def __init__(self, words: Words, rest: Patient, cube: int) -> None:
        super().__init__(words, rest)
        self.knowledge = cube

    def verdict(self, unit: "Unit", status: Status, inside: "tuple[Unit, Verdict] | None") -> Verdict:
        """Return a settled verdict with its reasons, and without the nearest patients, whom no cell shows."""
        because, proof = self._because(unit, status, inside)
        return Verdict(self.words.fixed(unit), status, proof, because)


class _Column(NamedTuple):
    """A subtype for one rest.

    Attributes:
        shown: how it is shown.
        whole: the smallest cube around it. A status that is settled there is settled for the subtype.
        cases: the cubes whose union it is.
        outside: cubes of the other patients in `whole`; none where `whole` is the subtype itself.
    """

    shown: MatrixColumn
    whole: _Case
    cases: tuple[_Case, ...]
    outside: tuple[int, ...]


class _Map:
    """One rest of a patient against one rulebook."""

    def __init__(self, words: Words, rest: Patient) -> None:
        self.words = words
        self.rulebook = words.rulebook
        self.space = words.space
        self.theory = self.rulebook.theory
        self.said = rest
        self.named = reduce(or_, (function.named for _, _, function in self.rulebook.subtypes), 0)
        self.rest, self.knowledge = self._without_receptors()
        self.scope: Scope = scope_of(self.rulebook, self.knowledge)
        self.cited: dict[str, None] = {}

    def matrix(self) -> Matrix:
        """Return the map."""
        words, about = self.words, self.rulebook.content["about"]["scope"]
        scope_claims = tuple(about["claims"])
        self.cited.update(dict.fromkeys(scope_claims))
        self.cited.update(words.explained())
        columns = tuple(self._column(*subtype) for subtype in words.rulebook.subtypes)
        inside = self.scope == "in"
        rows = tuple(self._row(unit, columns) for unit in self.rulebook.units) if inside else ()
        described = _Case(words, self.rest, self.knowledge)
        set_aside = self._set_aside()
        considerations = self._considerations()
        return Matrix.model_construct(
            rulebook=words.info(),
            patient=self.rest,
            set_aside=set_aside,
            scope=self.scope,
            scope_text=about[{"in": "text", "out": "outside", "open": "open"}[self.scope]],
            scope_claims=scope_claims,
            assumptions=tuple(dict.fromkeys((*self.said.assumptions, *self.rest.assumptions))),
            notices=(*_notice(set_aside), *self.rest.notices),
            known=described._known(),  # noqa: SLF001 - of the class that it extends
            treatments=described._treatments(),  # noqa: SLF001
            considerations=considerations,
            columns=tuple(column.shown for column in columns),
            rows=rows,
            glossary=words.glossary(),
            claims=words.citations(self.cited),
            documents=words.documents(),
        )

    def _without_receptors(self) -> tuple[Patient, int]:
        """Return the rest without the facts that the columns say, as a description and as knowledge.

        A field of its own leaves the description, with what was read or concluded from it. A name in a
        list cannot leave it alone; such a fact is opened in the knowledge.
        """
        facts = self.space.support(self.space.universe & ~self.named)
        fields = {fact: None for fact in facts if getattr(self.said, fact, None) is not None}
        rest = self.said.with_(**fields) if fields else self.said
        return rest, self.theory.tighten(knowledge_of(rest) | self.named)

    def _considerations(self) -> tuple[ConsiderationShown, ...]:
        """Return what bears on the choice for the rest; not that receptors are unknown, which the columns say."""
        beside = (
            one._replace(unknown=tuple(mask for mask in one.unknown if not mask & self.named))
            for one in self.rulebook.considerations
        )
        found = tuple(
            self.words.consideration(one)
            for one in beside
            if (self.scope == "in" or one.words["beyond_scope"]) and one.applies_to(self.knowledge)
        )
        for shown in found:
            self.cited.update(dict.fromkeys(shown.claims))
        return found

    def _set_aside(self) -> tuple[KnownFact, ...]:
        """Return what the description says of the facts that the columns say."""
        said, details = self.said.knowledge, self.said.details
        return tuple(
            self.words.fact(fact, self.space.values(said, fact), details.get(fact))
            for fact, mask in self.words.facts
            if mask & self.named and ((said ^ self.knowledge) & mask or fact in details)
        )

    def _column(self, id_: str, label: str, function: Any) -> _Column:
        def regions() -> tuple[Region, Region]:
            holds = Region(self.theory, function.holds, function.named)
            return holds, Region(self.theory, function.fails, function.named)

        inside, outside = self.words.make(("subtype", id_), regions)
        conditions = inside.conditions(self.knowledge)
        cubes = [self.knowledge & condition for condition in conditions]
        whole = reduce(or_, cubes, 0)
        shown = MatrixColumn.model_construct(
            id=id_,
            label=label,
            cases=tuple(self.words.proof(condition)[0] for condition in conditions),
            possible=bool(cubes),
        )
        return _Column(
            shown,
            _Case(self.words, self.rest, whole),
            tuple(_Case(self.words, self.rest, cube) for cube in cubes),
            outside.conditions(whole) if len(cubes) > 1 else (),
        )

    def _row(self, unit: "Unit", columns: tuple[_Column, ...]) -> MatrixRow:
        possible = [column for column in columns if column.cases]
        own = {column.shown.id: self._cell(unit, column, None) for column in possible}
        members = tuple(
            self._line(MatrixMember, member, {column.shown.id: self._cell(member, column, unit) for column in possible})
            for member in unit.members
        )
        row: MatrixRow = self._line(MatrixRow, unit, own, members=members)
        return row

    def _line(self, kind: type[MatrixMember], unit: "Unit", cells: dict[str, Cell], **more: Any) -> Any:
        for cell in cells.values():
            self.cited.update(dict.fromkeys(cell.claims))
        return kind.model_construct(
            id=unit.id,
            label=unit.words["label"],
            plain=unit.words["plain"],
            cells=FrozenDict(cells),
            same=len({cell.status for cell in cells.values()}) < 2,
            **more,
        )

    def _cell(self, unit: "Unit", column: _Column, class_: "Unit | None") -> Cell:
        status = self.words.deciders[unit.id].status
        cases = [column.whole]
        found = status(column.whole.knowledge)
        if found == "undetermined":
            cases = list(column.cases)
            statuses = {status(case.knowledge) for case in cases}
            found = statuses.pop() if len(statuses) == 1 else found
        if found == "undetermined":
            return Cell.model_construct(
                status=found, proofs=(), because=(), claims=(), depends_on=self._depends_on(unit, column)
            )
        verdicts = [self._verdict(unit, found, case, class_) for case in cases]
        because = tuple(dict.fromkeys(reason for verdict in verdicts for reason in verdict.because))
        return Cell.model_construct(
            status=found,
            proofs=tuple(dict.fromkeys(verdict.fields["proof"] for verdict in verdicts)),
            because=because,
            claims=tuple(dict.fromkeys(claim for reason in because for claim in reason.claims)),
            depends_on=(),
        )

    def _verdict(self, unit: "Unit", status: Status, case: _Case, class_: "Unit | None") -> Verdict:
        if class_ is None or status == "not_described":
            return case.verdict(unit, status, None)
        # A member may have to borrow the reasons of its class, which is settled wherever the member is described.
        return case.verdict(unit, status, (class_, case.verdict(class_, self._class_status(class_, case), None)))

    def _class_status(self, class_: "Unit", case: _Case) -> Status:
        return self.words.deciders[class_.id].status(case.knowledge)

    def _depends_on(self, unit: "Unit", column: _Column) -> tuple[Dependency, ...]:
        """Return what would settle a verdict within a subtype, for each way in which it can turn out."""
        statuses: tuple[Status, ...] = ("candidate", "unspecified", "not_described")
        return tuple(
            self.words.dependency(cube, status)
            for status in statuses
            if (region := self.words.region(unit, status)) is not None
            for cube in self._within(column, region.conditions(column.whole.knowledge))
        )

    def _within(self, column: _Column, conditions: tuple[int, ...]) -> tuple[int, ...]:
        """Return the least demanding cubes in which a status holds for the patients of a subtype.

        Args:
            column: the subtype.
            conditions: the least demanding cubes in which it holds for all patients in the cube around it.
                Within the subtype less is enough: "ER-positive and bone, or PR-positive and bone" is "bone".
        """
        telling = reduce(or_, (self.space.universe & ~cube for cube in column.outside), 0)
        if any(~cube & self.space.fields(telling) for cube in conditions):
            found = primes(self.space, (*conditions, *column.outside))
            conditions = tuple(sorted(found, key=lambda cube: (len(order := self._order(cube)), order)))
        possible = self.rulebook.inside.is_possible
        return tuple(
            cube
            for cube in conditions
            if any(not self.space.is_empty(both := case.knowledge & cube) and possible(both) for case in column.cases)
        )

    def _order(self, cube: int) -> tuple[int, ...]:
        return tuple(self.space.restricted(cube))


def _notice(set_aside: tuple[KnownFact, ...]) -> tuple[str, ...]:
    if not set_aside:
        return ()
    said = ", ".join((fact.as_written and f"{fact.label} {fact.as_written}") or fact.text for fact in set_aside)
    return (f"set aside, because the columns say it: {said}.",)
