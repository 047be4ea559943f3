"""From the cells of a table to the facts of its rows: each spelling is read once, however many rows have it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from mbc_options.cohorts.columns import CONFLICT_COLUMN, fact_columns, refuse_taken, value_column
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.cohorts.gathering import gathered, joined
from mbc_options.cohorts.groups import JOINED, LISTED, key_of, read_spellings
from mbc_options.cohorts.receipt import CellsOfColumn, RowsApart, SpellingRead, TableReceipt
from mbc_options.cohorts.spellings import KINDS
from mbc_options.cohorts.tables import Table
from mbc_options.exploration.presenter import presenter_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.cohorts.groups import Group, ReadTable
    from mbc_options.cohorts.mapping import Mapping, TableMapping
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["CellsRead", "denied_by", "read_cells", "read_tables"]


class CellsRead(NamedTuple):
    """What was read of the cells of a table.

    Attributes:
        facts: the table with its facts.
        receipt: what was made of each spelling.
        tables: the tables, the first before those beside it.
    """

    facts: FactTable
    receipt: TableReceipt
    tables: tuple[ReadTable, ...]


def read_cells(frame: pl.LazyFrame, mapping: Mapping, rulebook: CompiledRulebook) -> tuple[FactTable, TableReceipt]:
    """Read the cells of a frame.

    Args:
        frame: a table, as it came.
        mapping: what its columns say.
        rulebook: whose facts are meant.

    Returns:
        The frame with a column for each fact of which it says something, and the receipt: what was made of each
        spelling. What cannot be read leaves a fact unknown, and stands in the receipt.

    Raises:
        TableError: where the table lacks a column that the mapping names, or cannot be read.
    """
    found = read_tables([(Table("the table", frame), mapping)], rulebook, optional=mapping.optional)
    return found.facts, found.receipt


def read_tables(
    tables: list[tuple[Table, TableMapping]],
    rulebook: CompiledRulebook,
    *,
    optional: bool = False,
    strict: bool = False,
    told: Callable[[int], None] | None = None,
) -> CellsRead:
    """Read the cells of a table, and of those beside it, whose rows are gathered by patient.

    Args:
        tables: each table with what its columns say, the first before those beside it.
        rulebook: whose facts are meant.
        optional: whether columns may be missing.
        strict: whether the first cell that is not understood is an error.
        told: is told how many rows were read, whenever some were.

    Raises:
        TableError: where a table cannot be read, or lacks a column that its mapping names; where it is strict, with
            file, row and column of what was not understood.
    """
    read = tuple(
        read_spellings(table, mapping, rulebook.vocabulary, optional=optional, strict=strict, told=told)
        for table, mapping in tables
    )
    first, *beside = read
    table = _with_facts(first, rulebook.vocabulary)
    for one in beside:
        assert one.mapping.by is not None
        table = joined(table, _with_facts(one, rulebook.vocabulary), one.mapping.by)
    return CellsRead(table, _receipt(read, rulebook), read)


def _with_facts(read: ReadTable, vocabulary: Vocabulary) -> FactTable:
    """Return a table with a column for each fact, a row for each patient where its rows are gathered."""
    frame, schema = read.table.frame, read.table.frame.collect_schema()
    told_by: dict[str, list[pl.Expr]] = {}
    meanings = []
    for group in read.groups:
        known = _known(group, vocabulary)
        if known is None:
            continue
        written, values = known
        look_up = partial(_looked_up, written=written, values=values)
        kind = pl.Struct(values.schema)
        # An expression that replaces text would keep all rows in memory, which this does not.
        meaning = key_of(group, schema).map_batches(look_up, return_dtype=kind, is_elementwise=True)
        meanings.append(meaning.alias(group.key))
        for fact in values.columns:
            told_by.setdefault(fact, []).append(pl.col(group.key).struct.field(fact))
    facts = fact_columns(fact for fact in vocabulary.space.facts if fact in told_by)
    refuse_taken([*facts.values(), CONFLICT_COLUMN], schema)
    found = [pl.coalesce(told_by[fact]).alias(column) for fact, column in facts.items()]
    conflicts = [
        (one != pl.coalesce(several)).fill_null(value=False)
        for several in told_by.values()
        if len(several) > 1
        for one in several[1:]
    ]
    conflicts += [
        (key_of(group, schema).is_in(words) & (pl.coalesce(told_by[fact]) == value)).fill_null(value=False)
        for group in read.groups
        for (fact, value), words in denied_by(group).items()
        if fact in told_by
    ]
    conflict = [pl.any_horizontal(conflicts).alias(CONFLICT_COLUMN)] if conflicts else []
    frame = (
        frame.with_columns(meanings)
        .with_columns([*found, *conflict])
        .drop([group.key for group in read.groups], strict=False)
    )
    table = FactTable(frame, facts, CONFLICT_COLUMN if conflicts else None)
    return table if read.mapping.by is None else gathered(table, read, vocabulary)


def _looked_up(texts: pl.Series, written: pl.Series, values: pl.DataFrame) -> pl.Series:
    """Return what each of some texts says, by the spellings and what these say."""
    places = texts.replace_strict(written, pl.Series(range(len(written)), dtype=pl.UInt32), default=None)
    return pl.DataFrame([column.gather(places) for column in values]).to_struct(texts.name)


def denied_by(group: Group) -> dict[tuple[str, str], list[str]]:
    """Return what some spellings contradict though they leave their own fact open, with these spellings."""
    found: dict[tuple[str, str], list[str]] = {}
    for written, spelling in group.spellings.items():
        for denied in spelling.never_with:
            found.setdefault(denied, []).append(written)
    return found


def _known(group: Group, vocabulary: Vocabulary) -> tuple[pl.Series, pl.DataFrame] | None:
    """Return the spellings that say something, and the values that they say by fact; None where none does."""
    space = vocabulary.space
    said = {
        written: {fact: values[0] for fact, values in space.reading(found.cube).items() if len(values) == 1}
        for written, found in group.spellings.items()
        if found.cube != space.universe
    }
    said = {written: values for written, values in said.items() if values}
    if not said:
        return None
    facts = [fact for fact in space.facts if any(fact in values for values in said.values())]
    columns = {
        fact: pl.Series([values.get(fact) for values in said.values()], dtype=value_column(space.domains[fact]))
        for fact in facts
    }
    return pl.Series(list(said), dtype=pl.String), pl.DataFrame(columns)


def _receipt(tables: tuple[ReadTable, ...], rulebook: CompiledRulebook) -> TableReceipt:
    columns: list[CellsOfColumn] = []
    apart: list[RowsApart] = []
    unused: list[str] = []
    for i, read in enumerate(tables):
        used = {column for group in read.groups for column in group.columns}
        used |= {one for one in (read.mapping.by, read.mapping.date, *read.mapping.rows) if one}
        unused += [column for column in read.table.frame.collect_schema() if column not in used]
        name = Path(read.table.name).name if i else ""
        columns += [_cells_of(group, name, rulebook.vocabulary) for group in read.groups]
        apart += [RowsApart(table=name, **one._asdict()) for one in read.apart]
    return TableReceipt(
        rulebook=presenter_of(rulebook).info,
        source=tables[0].table.name,
        rows=tables[0].rows,
        unread_rows=sum(read.unread for read in tables),
        columns=tuple(columns),
        unused=tuple(unused),
        apart=tuple(apart),
        glossary=rulebook.glossary,
    )


def _cells_of(group: Group, table: str, vocabulary: Vocabulary) -> CellsOfColumn:
    order = {kind: i for i, kind in enumerate(KINDS)}
    spellings = []
    kinds: Counter[str] = Counter()
    for written, found in group.spellings.items():
        count = group.counts[written]
        kinds["empty" if not written.strip(f"{JOINED} ") else found.kind] += count
        if written.strip(f"{JOINED} "):
            spellings.append(
                SpellingRead(
                    cells=group.cells(written.replace(LISTED, "; ")),
                    count=count,
                    kind=found.kind,
                    says=_says(found.cube, vocabulary),
                    reason=found.reason,
                    notices=found.notices,
                )
            )
    spellings.sort(key=lambda one: (order[one.kind], -one.count, one.cells))
    return CellsOfColumn(
        columns=group.columns,
        table=table,
        field=str(group.reader.target),
        counts={kind: kinds[kind] for kind in (*KINDS, "empty") if kinds[kind]},
        spellings=tuple(spellings),
    )


def _says(cube: int, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the facts that knowledge is of, as they read, without those that follow from others of them."""
    space, theory = vocabulary.space, vocabulary.theory
    known = space.reading(cube)
    bare = cube
    for fact in reversed(known):
        without = bare | space.mask(fact)
        if theory.tighten(without) & space.mask(fact) == cube & space.mask(fact):
            bare = without
    return tuple(vocabulary.phrase(fact, values) for fact, values in space.reading(bare).items())
