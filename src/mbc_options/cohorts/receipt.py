"""The receipt of a table: what was made of each spelling, what was refused and why, and which rows contradict."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypeAlias, get_args

from mbc_options.cohorts.spellings import Kind
from mbc_options.exploration.assessment import RulebookInfo
from mbc_options.frames import Kind as FrameKind
from mbc_options.frames import frame, in_one_cell
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import Term
from mbc_options.text import counted

if TYPE_CHECKING:
    import polars as pl

__all__ = ["CellsOfColumn", "Contradiction", "KindOfRows", "RowsApart", "SpellingRead", "TableReceipt"]


class SpellingRead(Result):
    """A spelling, and what was made of it.

    Attributes:
        cells: as it is written; several where columns are read together.
        count: how many rows have it.
        kind: what became of it: `read`, `partly`, `nothing` (understood, and proves nothing), `borderline`,
            `not_tested`, `not_recorded`, `conflicting` or `refused`.
        says: the facts that it settles, as they read.
        reason: why it was refused, or parts of it were, with the nearest right thing.
        notices: what to know about how it was read.
    """

    cells: tuple[str, ...]
    count: int
    kind: Kind
    says: tuple[str, ...] = ()
    reason: str = ""
    notices: tuple[str, ...] = ()


class CellsOfColumn(Result):
    """The cells of a column, or of columns that are read together.

    Attributes:
        columns: their names.
        table: the table, where it is not the first.
        field: what they say something of.
        counts: how many rows there are of each kind, and with an `empty` cell.
        spellings: each distinct spelling, those that were read first, then by how many rows have it.
    """

    columns: tuple[str, ...]
    table: str = ""
    field: str
    counts: dict[str, int]
    spellings: tuple[SpellingRead, ...]

    @property
    def told(self) -> int:
        """How many rows have a cell that is not empty."""
        return sum(count for kind, count in self.counts.items() if kind != "empty")

    @property
    def understood(self) -> int:
        """How many of these are understood, be it as something that is not there."""
        return sum(
            count for kind, count in self.counts.items() if kind not in {"empty", "partly", "conflicting", "refused"}
        )

    def of_kind(self, kind: str) -> tuple[SpellingRead, ...]:
        """Return the spellings of a kind."""
        return tuple(one for one in self.spellings if one.kind == kind)


class Contradiction(Result):
    """A row whose cells contradict each other.

    Attributes:
        row: which it is (`row 17`, from 1), or of which patient, where rows are gathered.
        cells: the cells that contradict each other, by column.
    """

    row: str
    cells: tuple[tuple[str, str], ...]


KindOfRows: TypeAlias = Literal["nobodys", "undated"]
"""Why a row cannot be put where it belongs: nobody knows whose it is, or it has no date that is known."""


class RowsApart(Result):
    """Rows of a table that is gathered by patient which could not be put where they belong.

    Attributes:
        kind: `nobodys`, where it is not told whose they are, and nothing of them counts; `undated`, where they have no
            date that is known, and any of them may be the newest.
        column: the column that should say so.
        table: the table, where it is not the first.
        rows: how many.
        cells: some of its cells, where they are not empty.
    """

    kind: KindOfRows
    column: str
    table: str = ""
    rows: int
    cells: tuple[str, ...] = ()


class TableReceipt(Result):
    """What was made of the cells of a table.

    Attributes:
        rulebook: by whose facts it was read.
        source: the table.
        mapping: the mapping that it was read by, or empty.
        rows: how many rows it has.
        patients: for how many patients they are gathered; None where each row is one, or nobody has looked yet.
        unread_rows: how many of them have a cell that was not understood.
        columns: what was made of each column.
        unused: the columns of which nothing was made.
        apart: the rows that could not be gathered as they should.
        contradictory_rows: how many rows contradict themselves; None where nobody has looked yet.
        contradictions: the first of them, with the cells.
        glossary: every special word that the rulebook explains.
    """

    rulebook: RulebookInfo
    source: str
    mapping: str = ""
    rows: int
    patients: int | None = None
    unread_rows: int
    columns: tuple[CellsOfColumn, ...]
    unused: tuple[str, ...]
    apart: tuple[RowsApart, ...] = ()
    contradictory_rows: int | None = None
    contradictions: tuple[Contradiction, ...] = ()
    glossary: tuple[Annotated[Term, Authored()], ...] = ()

    def __str__(self) -> str:
        lines = [f"{self.source}: {counted(self.rows, 'row')}, {self.understood:,} of {self.told:,} cells understood"]
        for column in self.columns:
            counts = ", ".join(f"{count:,} {kind.replace('_', ' ')}" for kind, count in column.counts.items())
            lines.append(f"{' + '.join(column.columns)} ({column.field}): {counts}")
        if self.contradictory_rows:
            lines.append(f"{counted(self.contradictory_rows, 'row')} with cells that contradict each other")
        return "\n".join(lines)

    __repr__ = __str__

    @property
    def told(self) -> int:
        """How many cells of the columns that are read are not empty."""
        return sum(column.told for column in self.columns)

    @property
    def understood(self) -> int:
        """How many of these are understood."""
        return sum(column.understood for column in self.columns)

    def to_frame(self) -> pl.DataFrame:
        """Return it as a data frame: a row for each spelling of each column.

        Columns:
            table (String): the table, where it is not the first; else empty.
            column (String): the column; several that are read together have ` + ` between them.
            field (String): what it says something of.
            cell (String): the spelling; several cells have ` + ` between them.
            rows (Int64): how many rows have it.
            kind (Enum): what became of it, as `SpellingRead.kind`.
            says (String): the facts that it settles, as they read.
            reason (String): why it was refused, or parts of it were; else empty.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        columns: dict[str, FrameKind] = {"table": str, "column": str, "field": str, "cell": str, "rows": int}
        columns |= {"kind": get_args(Kind), "says": str, "reason": str}
        return frame(
            columns,
            [
                (
                    *(column.table, " + ".join(column.columns), column.field, " + ".join(one.cells), one.count),
                    *(one.kind, in_one_cell(one.says), one.reason),
                )
                for column in self.columns
                for one in column.spellings
            ],
        )
