"""A cohort read from a table: its facts, the receipt of the reading, and what is decided of each row."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from mbc_options.cohorts.cells import read_tables
from mbc_options.cohorts.columns import CONFLICT_COLUMN, CONTRADICTION, refuse_taken, status_columns
from mbc_options.cohorts.deciding import deciding, explained
from mbc_options.cohorts.evaluate import assumed, with_statuses
from mbc_options.cohorts.groups import key_of, text_of
from mbc_options.cohorts.mapping import Mapping, TableMapping, read_mapping
from mbc_options.cohorts.proposal import propose
from mbc_options.cohorts.receipt import Contradiction
from mbc_options.cohorts.streaming import stream
from mbc_options.cohorts.summary import summarize
from mbc_options.cohorts.tables import Table, open_table, reading
from mbc_options.cohorts.write import write_table
from mbc_options.errors import Problem, TableError, nearest_word
from mbc_options.misuse import refuse_kind
from mbc_options.progress import Progress
from mbc_options.rulebook.compiled import rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.cohorts.cells import CellsRead
    from mbc_options.cohorts.cohort_summary import CohortSummary
    from mbc_options.cohorts.fact_table import FactTable
    from mbc_options.cohorts.groups import ReadTable
    from mbc_options.cohorts.receipt import TableReceipt
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["Cohort", "read_cohort"]

MOST_SHOWN = 20
"""How many rows that contradict themselves are shown."""
NUMBER = " row"
"""A column of ours; no column of a fact or a status has a space."""


class Cohort:
    """A table of patients as it was read.

    Attributes:
        table: its columns, and one for each fact of which it says something; read when asked.
        rulebook: whose facts are meant.
        assume: whether what the rulebook assumes is assumed of each row that says nothing of it.
    """

    def __init__(
        self, read: CellsRead, rulebook: CompiledRulebook, *, mapping: str, assume: bool = False, strict: bool = False
    ) -> None:
        self.table: FactTable = read.facts
        self.rulebook = rulebook
        self.assume = assume
        self._read = read
        self._receipt = replace(read.receipt, mapping=mapping)
        self._strict = strict

    def __repr__(self) -> str:
        return f"<Cohort of {self._receipt.rows:,} rows from {self._receipt.source}>"

    @cached_property
    def receipt(self) -> TableReceipt:
        """What was made of each spelling, and which rows contradict themselves."""
        counted = _Counted()
        frame = self._numbered().select(NUMBER, CONTRADICTION)

        def watch(batch: pl.DataFrame) -> pl.DataFrame:
            counted(batch)
            return batch.clear()

        stream(
            frame, self._receipt.source, watch, frame.collect_schema(), lambda query: query.collect(engine="streaming")
        )
        return self._with_contradictions(counted)

    def statuses(self) -> pl.LazyFrame:
        """Return the columns that came in, `contradiction`, and the status of each option and member."""
        return with_statuses(self.table, self.rulebook, assume=self.assume).drop(self._columns_of_facts())

    def write(
        self, output: str | os.PathLike[str], *, facts: bool = False, explain: bool | str | Iterable[str] = False
    ) -> TableReceipt:
        """Write what `statuses` returns to a file, whole or not at all, while it is computed.

        Args:
            output: a file of parquet, CSV, Arrow (`.arrow`) or DuckDB.
            facts: whether to write the columns of the facts, too.
            explain: what is to be told of verdicts, as `cohort` takes it.

        Returns:
            The receipt.

        Raises:
            InputError: where it cannot be written.
            UnknownOptionError: where `explain` names an option that the rulebook does not have.
            TableError: where the table cannot be read to its end, or is read strictly and a row contradicts itself.
        """
        if self._strict:
            self._refuse_contradiction()
        counted = _Counted()
        frame = self._numbered(explained(explain, self.rulebook)).drop(
            [] if facts else self._columns_of_facts(), strict=False
        )
        with Progress("deciding", self._receipt.rows) as progress:

            def watch(batch: pl.DataFrame) -> None:
                counted(batch)
                progress(counted.rows)

            write_table(frame, os.fspath(output), self._receipt.source, watch, hidden=(NUMBER, CONFLICT_COLUMN))
        self.__dict__["receipt"] = self._with_contradictions(counted)
        return self.receipt

    def summary(self) -> CohortSummary:
        """Return what the rulebook says of the table as a whole, in counts."""
        with reading(self._receipt.source):
            return summarize(self.table, self.rulebook, assume=self.assume)

    def _refuse_contradiction(self) -> None:
        """Raise an error where a row contradicts itself, with the cells of the first."""
        with reading(self._receipt.source):
            first = self._numbered().filter(CONTRADICTION).select(NUMBER).head(1).collect(engine="streaming")
        if first.height:
            found = self._contradiction(first.item())
            cells = " and ".join(f"({column}: {cell})" for column, cell in found.cells)
            raise TableError([Problem(f"{found.row}: {cells} contradict each other", self._receipt.source)])

    def _numbered(self, explain: tuple[str, ...] = ()) -> pl.LazyFrame:
        """Return what is decided, with the numbers of the rows, as batches may come in any order."""
        table = self.table._replace(frame=self.table.frame.with_row_index(NUMBER))
        if self.assume:
            table = assumed(table, self.rulebook)
        if explain:
            table = table._replace(frame=table.frame.with_columns(deciding(table, self.rulebook, explain)))
        return with_statuses(table, self.rulebook)

    def _columns_of_facts(self) -> list[str]:
        return [*self.table.facts.values(), *([self.table.conflict] if self.table.conflict else [])]

    def _with_contradictions(self, counted: _Counted) -> TableReceipt:
        shown = tuple(self._contradiction(number) for number in counted.first) if counted.count else ()
        patients = counted.rows if self._read.tables[0].mapping.by is not None else None
        return replace(self._receipt, patients=patients, contradictory_rows=counted.count, contradictions=shown)

    def _contradiction(self, number: int) -> Contradiction:
        """Return the cells of a row that contradict each other."""
        first, *beside = self._read.tables
        vocabulary = self.rulebook.vocabulary
        by = first.mapping.by
        name = f"row {number + 1:,}"
        key: Any = None
        with reading(first.table.name):
            if by is not None or beside:
                key_column = by or beside[0].mapping.by
                key = self.table.frame.slice(number, 1).select(str(key_column)).collect().item()
                name = f"{key_column} {key}"
            rows = first.table.frame.slice(number, 1) if by is None else first.table.frame.filter(pl.col(by) == key)
            found = list(_cells(first, rows, ""))
            for one in beside:
                assert one.mapping.by is not None
                there = text_of(one.mapping.by, one.table.frame.collect_schema()[one.mapping.by])
                found += _cells(one, one.table.frame.filter(there == str(key)), Path(one.table.name).name)
        for size in range(1, len(found) + 1):
            for some in combinations(found, size):
                cube = vocabulary.space.universe
                for _, _, known in some:
                    cube &= known
                if vocabulary.space.is_empty(cube) or not vocabulary.theory.is_possible(cube):
                    return Contradiction(row=name, cells=tuple((column, cell) for column, cell, _ in some))
            if size == 3:
                break
        return Contradiction(row=name, cells=tuple((column, cell) for column, cell, _ in found))


class _Counted:
    """Counts the rows, and those that contradict themselves, of which it keeps the numbers of the first."""

    def __init__(self) -> None:
        self.rows = self.count = 0
        self.first: list[int] = []

    def __call__(self, batch: pl.DataFrame) -> None:
        numbers = batch.lazy().filter(CONTRADICTION).select(NUMBER).collect()[NUMBER]
        if numbers.len():
            self.count += numbers.len()
            self.first = sorted([*self.first, *numbers.head(MOST_SHOWN)])[:MOST_SHOWN]
        self.rows += batch.height


def _cells(read: ReadTable, rows: pl.LazyFrame, table: str) -> Iterator[tuple[str, str, int]]:
    """Yield the cells of some rows that say something, with their column and what is known by them."""
    schema = read.table.frame.collect_schema()
    for row in rows.select(key_of(group, schema).alias(group.key) for group in read.groups).collect().iter_rows():
        for group, written in zip(read.groups, row, strict=True):
            found = group.spellings.get(written)
            if found is None:
                continue
            space, known = group.reader.vocabulary.space, found.cube
            for fact, value in found.never_with:
                known &= ~space.bit(fact, value)
            if known != space.universe:
                cells = [cell for cell in group.cells(written) if cell]
                columns = " + ".join(group.columns)
                yield f"{table}: {columns}" if table else columns, " / ".join(cells), known


def read_cohort(
    source: str | os.PathLike[str] | Any,
    *,
    mapping: str | os.PathLike[str] | Mapping | None = None,
    rulebook: CompiledRulebook | None = None,
    strict: bool = False,
    assume: bool = False,
    table: str | None = None,
    directory: Path | None = None,
) -> Cohort:
    """Read a table of patients: each distinct spelling of a column once, by the door of a patient file.

    Args:
        source: a file (CSV, parquet, a folder of its parts, Arrow, DuckDB), a polars frame, or whatever gives its
            columns as Arrow, as frames of pandas and tables of pyarrow do.
        mapping: which column says what: a file, the name of a ready-made one, or a `Mapping`; None for what the
            columns are certainly called like.
        rulebook: whose facts are meant; default: the one that comes with the package.
        strict: whether what is not understood, and what contradicts itself, is an error.
        assume: whether to assume what the rulebook assumes, where a row says nothing of it.
        table: which table of a DuckDB file, or file in a ZIP file.
        directory: of a rulebook of one's own, which may have ready-made mappings, too.

    Returns:
        The cohort, with the receipt of what was made of each cell. What cannot be read leaves a fact unknown.

    Raises:
        TableError: where the table or the mapping cannot be used; where it is strict, with file, row and column.
        TypeError: where `source` is neither a file nor a frame.
    """
    rulebook = rulebook_of(rulebook)
    name, found = _mapping_of(mapping, rulebook, directory)
    tables = _opened(source, found, table)
    if found is None or found.by is None:  # else none of its columns stays
        first = tables[0][0]
        added = [CONTRADICTION, *status_columns(rulebook.by_id).values()]
        refuse_taken(added, first.frame.collect_schema(), first.name)
    if found is None:
        found, name = propose(tables[0][0], rulebook.vocabulary, directory).mapping(), ""
        tables = [(tables[0][0], found)]
    with Progress("reading") as progress:
        read = read_tables(tables, rulebook, optional=found.optional, strict=strict, told=progress)
    return Cohort(read, rulebook, mapping=name, assume=assume, strict=strict)


def _mapping_of(
    mapping: str | os.PathLike[str] | Mapping | None, rulebook: CompiledRulebook, directory: Path | None
) -> tuple[str, Mapping | None]:
    if mapping is None:
        return "", None
    if isinstance(mapping, Mapping):
        return "a mapping", mapping
    return os.fspath(mapping), read_mapping(os.fspath(mapping), rulebook.vocabulary, directory)


def _opened(source: Any, mapping: Mapping | None, table: str | None) -> list[tuple[Table, TableMapping]]:
    """Return the tables that are meant, each with what its columns say."""
    empty = Mapping(columns={})
    if isinstance(source, (pl.DataFrame, pl.LazyFrame)):
        return [(Table("the table", source.lazy()), mapping or empty)]
    if hasattr(source, "__arrow_c_stream__"):
        return [(Table("the table", pl.DataFrame(source).lazy()), mapping or empty)]
    if not isinstance(source, (str, os.PathLike)):
        refuse_kind("the file of a table, or a frame", source)
    path = Path(source)
    name = os.fspath(source)
    if mapping is None or (not mapping.beside and not (mapping.table and path.is_dir())):
        return [(open_table(name, table), mapping or empty)]
    folder = path if path.is_dir() else path.parent
    first = open_table(_inside(folder, str(mapping.table)) if path.is_dir() else name, table)
    found: list[tuple[Table, TableMapping]] = [(first, mapping)]
    for beside in mapping.beside:
        assert beside.table is not None
        if mapping.optional and not (folder / beside.table).exists():
            continue
        found.append((open_table(_inside(folder, beside.table)), beside))
    return found


def _inside(folder: Path, name: str) -> str:
    if not (folder / name).exists():
        near = nearest_word(name, [path.name for path in folder.iterdir()])
        raise TableError([Problem(f"holds no {name}" + (f"; did you mean {near}?" if near else ""), str(folder))])
    return str(folder / name)
