"""From the cells of a table to the facts of its rows: each spelling is read once, however many rows have it."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from mbc_options.cohorts.columns import fact_columns, refuse_taken, value_column
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.cohorts.mapping import columns_of, target_of
from mbc_options.cohorts.receipt import CellsOfColumn, SpellingRead, TableReceipt
from mbc_options.cohorts.spellings import KINDS, UNREAD, SpellingReader
from mbc_options.cohorts.streaming import stream
from mbc_options.cohorts.tables import Table
from mbc_options.errors import Problem, TableError, nearest_word
from mbc_options.exploration.presenter import presenter_of
from mbc_options.text import quoted
from mbc_options.vocabulary.facts import Treatments

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from collections.abc import Mapping as MappingOf

    from mbc_options.cohorts.mapping import Column, Mapping, TableMapping
    from mbc_options.cohorts.spellings import Spelling
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["CONFLICT_COLUMN", "CellsRead", "ReadTable", "key_of", "read_cells", "read_tables", "text_of"]

JOINED = "\x01"
"""What stands between cells that are read together."""
LISTED = "\x02"
"""What stands between the elements of a cell that is a list."""

CONFLICT_COLUMN, _ORDER = " conflict", " order"
"""Columns of ours; no column of a fact or a status has a space."""


class Group(NamedTuple):
    """A column, or several that are read together, with everything that was read in it.

    Attributes:
        columns: the names.
        key: the column of their joined text.
        said: how they are to be read.
        reader: reads a spelling.
        spellings: what each distinct spelling means.
        counts: how many rows have it.
    """

    columns: tuple[str, ...]
    key: str
    said: Column
    reader: SpellingReader
    spellings: dict[str, Spelling]
    counts: Counter[str]

    def unread(self) -> list[str]:
        """Return the spellings that were not understood, or not wholly."""
        return [written for written, found in self.spellings.items() if found.kind in UNREAD]

    def cells(self, written: str) -> tuple[str, ...]:
        """Return the cells that a joined text is of."""
        return tuple(written.split(JOINED)) if len(self.columns) > 1 else (written,)


class ReadTable(NamedTuple):
    """A table with the groups of its columns, and how its rows are gathered.

    Attributes:
        table: the table.
        mapping: what its columns say.
        groups: the columns that are read.
        rows, unread: how many rows it has, and how many of them have a cell that was not understood.
    """

    table: Table
    mapping: TableMapping
    groups: tuple[Group, ...]
    rows: int
    unread: int


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
        _read_spellings(table, mapping, rulebook.vocabulary, optional=optional, strict=strict, told=told)
        for table, mapping in tables
    )
    first, *beside = read
    frame, facts, conflict = _with_facts(first, rulebook.vocabulary)
    for one in beside:
        assert one.mapping.by is not None
        more, their_facts, their_conflict = _with_facts(one, rulebook.vocabulary)
        frame, facts, conflict = _joined(frame, facts, conflict, more, their_facts, their_conflict, one.mapping.by)
    table = FactTable(frame=frame, facts=facts, conflict=conflict)
    return CellsRead(table, _receipt(read, rulebook), read)


def text_of(column: str, dtype: Any) -> pl.Expr:
    """Return the cells of a column as text, as a person would write them: no cell is `1.0` that was 1."""
    cell = pl.col(column)
    if dtype == pl.String:
        return cell
    if dtype.is_float() or dtype == pl.Decimal:
        number = cell.cast(pl.Float64).fill_nan(None)
        whole = number.is_finite() & (number == number.floor()) & (number.abs() < 2**53)
        return (
            pl.when(whole).then(number.cast(pl.Int64, strict=False).cast(pl.String)).otherwise(number.cast(pl.String))
        )
    if isinstance(dtype, (pl.List, pl.Array)):
        inner = dtype.inner
        items = cell if dtype == pl.List else cell.arr.to_list()
        if inner == pl.String or isinstance(inner, (pl.Categorical, pl.Enum)):
            return items.cast(pl.List(pl.String)).list.join(LISTED, ignore_nulls=True)
    elif dtype == pl.Null or (not dtype.is_nested() and dtype not in (pl.Binary, pl.Object)):
        return cell.cast(pl.String)
    raise TableError([Problem(f"column {quoted(column)} has {dtype} in its cells, which are no text", "")])


def _groups(table: Table, mapping: TableMapping, vocabulary: Vocabulary, *, optional: bool) -> Iterator[Group]:
    schema = table.frame.collect_schema()
    for name, written in columns_of(mapping):
        said = written
        columns = [name, *filter(None, (said.outcome_from, said.setting_from))]
        found = [_column(table, schema, column, optional=optional) for column in columns]
        if None in found:
            continue
        if schema[str(found[0])] == pl.List and said.separator is None:
            said = said.model_copy(update={"separator": LISTED})
        target = target_of(said.field, vocabulary)
        reader = SpellingReader(vocabulary, target, said, mapping.missing)
        key = f" {JOINED.join((*map(str, found), str(target)))}"
        yield Group(tuple(map(str, found)), key, said, reader, {}, Counter())


def _column(table: Table, schema: MappingOf[str, Any], name: str, *, optional: bool) -> str | None:
    """Return the column that a name means, whatever its case; None where it may be missing."""
    if name in schema:
        return name
    alike = [column for column in schema if column.lower() == name.lower()]
    if len(alike) == 1:
        return alike[0]
    if optional and not alike:
        return None
    if alike:
        message = f"has no column {quoted(name)}, but {' and '.join(map(quoted, alike))}; write the one that is meant"
    else:
        near = nearest_word(name, schema)
        known = ", ".join(list(schema)[:20]) + (", ..." if len(schema) > 20 else "")
        message = f"has no column {quoted(name)}; " + (f"did you mean {near}?" if near else f"it has {known}")
    raise TableError([Problem(message, table.name)])


def _read_spellings(
    table: Table,
    mapping: TableMapping,
    vocabulary: Vocabulary,
    *,
    optional: bool,
    strict: bool,
    told: Callable[[int], None] | None,
) -> ReadTable:
    """Read each distinct spelling once, batch after batch of the rows, and count the rows that have it."""
    groups = tuple(_groups(table, mapping, vocabulary, optional=optional))
    if not groups:
        raise TableError([Problem("has none of the columns that the mapping names", table.name)])
    table = table._replace(frame=_rows_that_count(table, mapping, optional=optional))
    schema = table.frame.collect_schema()
    keys = table.frame.select(key_of(group, schema).alias(group.key) for group in groups)
    counted = _Counted(groups, told)
    if strict:
        keys = keys.with_row_index(_ORDER)
    with_keys = keys.collect_schema()
    stream(keys, table.name, counted, with_keys, lambda query: query.collect(engine="streaming"))
    if strict and counted.first is not None:
        number, group, written = counted.first
        where = f"row {number + 1:,}, column {quoted(group.columns[0])}"
        raise TableError([Problem(f"{where}: {group.spellings[written].reason}", table.name)])
    return ReadTable(table, mapping, groups, counted.rows, counted.unread)


class _Counted:
    """Reads the spellings of each batch that it has not met yet, and counts.

    Attributes:
        rows, unread: as those of `ReadTable`.
        first: where rows are numbered, the first that has a cell which is not understood, with that cell.
    """

    def __init__(self, groups: tuple[Group, ...], told: Callable[[int], None] | None) -> None:
        self.groups, self.told = groups, told
        self.rows = self.unread = 0
        self.first: tuple[int, Group, str] | None = None

    def __call__(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Count a batch; nothing comes of it."""
        for group in self.groups:
            for written, count in batch[group.key].value_counts().iter_rows():
                if written not in group.spellings:
                    group.spellings[written] = group.reader.read(group.cells(written))
                group.counts[written] += count
        wrong = {group.key: pl.col(group.key).is_in(words) for group in self.groups if (words := group.unread())}
        if wrong:
            rows = batch.filter(pl.any_horizontal(wrong.values()))
            self.unread += rows.height
            if _ORDER in batch.columns and rows.height:
                self._keep_first(rows.sort(_ORDER).row(0, named=True))
        self.rows += batch.height
        if self.told is not None:
            self.told(self.rows)
        return batch.clear()

    def _keep_first(self, row: MappingOf[str, Any]) -> None:
        if self.first is None or row[_ORDER] < self.first[0]:
            group = next(one for one in self.groups if one.spellings[row[one.key]].kind in UNREAD)
            self.first = row[_ORDER], group, row[group.key]


def _rows_that_count(table: Table, mapping: TableMapping, *, optional: bool) -> pl.LazyFrame:
    frame, schema = table.frame, table.frame.collect_schema()
    for name, cells in mapping.rows.items():
        column = _column(table, schema, name, optional=optional)
        if column is not None:
            frame = frame.filter(
                text_of(column, schema[column])
                .str.strip_chars()
                .str.to_lowercase()
                .is_in([one.lower() for one in cells])
            )
    return frame


def key_of(group: Group, schema: MappingOf[str, Any]) -> pl.Expr:
    """Return the text of the cells that are read together."""
    texts = [text_of(column, schema[column]).fill_null("") for column in group.columns]
    return texts[0] if len(texts) == 1 else pl.concat_str(texts, separator=JOINED)


def _with_facts(read: ReadTable, vocabulary: Vocabulary) -> tuple[pl.LazyFrame, dict[str, str], str | None]:
    """Return a table with a column for each fact, these by fact, and the column of conflicts, if there can be any."""
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
        for (fact, value), words in _denied(group).items()
        if fact in told_by
    ]
    conflict = [pl.any_horizontal(conflicts).alias(CONFLICT_COLUMN)] if conflicts else []
    frame = (
        frame.with_columns(meanings)
        .with_columns([*found, *conflict])
        .drop([group.key for group in read.groups], strict=False)
    )
    if read.mapping.by is None:
        return frame, facts, CONFLICT_COLUMN if conflicts else None
    return _gathered(frame, facts, CONFLICT_COLUMN if conflicts else None, read, vocabulary)


def _looked_up(texts: pl.Series, written: pl.Series, values: pl.DataFrame) -> pl.Series:
    """Return what each of some texts says, by the spellings and what these say."""
    places = texts.replace_strict(written, pl.Series(range(len(written)), dtype=pl.UInt32), default=None)
    return pl.DataFrame([column.gather(places) for column in values]).to_struct(texts.name)


def _denied(group: Group) -> dict[tuple[str, str], list[str]]:
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


def _gathered(
    frame: pl.LazyFrame, facts: dict[str, str], conflict: str | None, read: ReadTable, vocabulary: Vocabulary
) -> tuple[pl.LazyFrame, dict[str, str], str | None]:
    """Gather the rows of each patient: what any of them proves; where they have dates, the newest of what changes.

    An earlier treatment stays one, so that a later row which says nothing of it takes nothing back.
    """
    schema = frame.collect_schema()
    by = _column(read.table, schema, str(read.mapping.by), optional=False)
    assert by is not None
    date = read.mapping.date and _column(read.table, schema, read.mapping.date, optional=True)
    frame = frame.filter(pl.col(by).is_not_null())
    order = _order(date, schema[date]).alias(_ORDER) if date else None
    if order is not None:
        frame = frame.with_columns(order)
    values, conflicts = [], []
    passing = _passing(vocabulary)
    for fact, column in facts.items():
        cell = pl.col(column)
        stays = isinstance(vocabulary.fields.get(vocabulary.field_of(fact)), Treatments)
        if order is not None and fact in passing and passing[fact] in facts:
            was_given = pl.col(facts[passing[fact]]) == "yes"
            values.append(
                cell.filter(was_given.fill_null(value=False))
                .sort_by(pl.col(_ORDER).filter(was_given.fill_null(value=False)), nulls_last=False, maintain_order=True)
                .last()
            )
        elif order is not None and not stays:
            values.append(cell.sort_by(_ORDER, nulls_last=False, maintain_order=True).drop_nulls().last())
        elif order is not None:
            values.append(
                pl.when((cell == "yes").any())
                .then(pl.lit("yes", dtype=schema[column]))
                .otherwise(cell.drop_nulls().first())
                .alias(column)
            )
        else:
            values.append(cell.drop_nulls().first())
            conflicts.append(cell.drop_nulls().n_unique() > 1)
    if conflict is not None:
        conflicts.append(pl.col(conflict).any())
    if conflicts:
        values.append(pl.any_horizontal(conflicts).alias(CONFLICT_COLUMN))
    gathered = frame.group_by(by, maintain_order=True).agg(values)
    return gathered, facts, CONFLICT_COLUMN if conflicts else None


def _order(date: str, dtype: Any) -> pl.Expr:
    """Return what a column of dates is ordered by, as numbers: days that are counted, or dates that are written."""
    if dtype.is_temporal() or dtype.is_numeric():
        return pl.col(date).to_physical().cast(pl.Float64)
    text = text_of(date, dtype).str.strip_chars()
    days = text.str.slice(0, 10).str.to_date("%Y-%m-%d", strict=False).to_physical()
    return pl.coalesce(text.cast(pl.Float64, strict=False), days.cast(pl.Float64))


def _passing(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the facts that a later row of the same treatment ends, each with the fact that it was given."""
    return {
        f"{field}.{group}.{outcome}": f"{field}.{group}.{forms.always}"
        for field, forms in vocabulary.treatments.items()
        if forms.always
        for group in forms.yes
        for outcome in forms.passing
    }


def _joined(
    frame: pl.LazyFrame,
    facts: dict[str, str],
    conflict: str | None,
    more: pl.LazyFrame,
    their_facts: dict[str, str],
    their_conflict: str | None,
    by: str,
) -> tuple[pl.LazyFrame, dict[str, str], str | None]:
    """Join what the rows of another table say of the same patients."""
    there = {
        column: f" beside {column}" for column in (*their_facts.values(), *([their_conflict] if their_conflict else []))
    }
    key = more.collect_schema()[by]
    frame = frame.join(
        more.rename(there).with_columns(
            pl.col(by).cast(frame.collect_schema()[by]) if key != frame.collect_schema()[by] else pl.col(by)
        ),
        on=by,
        how="left",
        maintain_order="left",
    )
    both = [fact for fact in their_facts if fact in facts]
    conflicts = [(pl.col(facts[fact]) != pl.col(there[their_facts[fact]])).fill_null(value=False) for fact in both]
    conflicts += [pl.col(conflict)] if conflict else []
    conflicts += [pl.col(there[their_conflict]).fill_null(value=False)] if their_conflict else []
    every = {**facts, **their_facts}
    values = [
        pl.coalesce([*([column] if fact in facts else []), *([there[column]] if fact in their_facts else [])]).alias(
            column
        )
        for fact, column in every.items()
    ]
    marks = [pl.any_horizontal(conflicts).alias(CONFLICT_COLUMN)] if conflicts else []
    frame = frame.with_columns([*values, *marks]).drop(list(there.values()))
    return frame, every, CONFLICT_COLUMN if conflicts else None


def _receipt(tables: tuple[ReadTable, ...], rulebook: CompiledRulebook) -> TableReceipt:
    columns = []
    unused = []
    for i, read in enumerate(tables):
        used = {column for group in read.groups for column in group.columns}
        used |= {one for one in (read.mapping.by, read.mapping.date, *read.mapping.rows) if one}
        unused += [column for column in read.table.frame.collect_schema() if column not in used]
        name = Path(read.table.name).name if i else ""
        columns += [_cells_of(group, name, rulebook.vocabulary) for group in read.groups]
    return TableReceipt(
        rulebook=presenter_of(rulebook).info,
        source=tables[0].table.name,
        rows=tables[0].rows,
        unread_rows=sum(read.unread for read in tables),
        columns=tuple(columns),
        unused=tuple(unused),
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
