"""The columns of a table that are read together, and what each distinct spelling in them says."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from mbc_options.cohorts.columns import ORDER
from mbc_options.cohorts.dates import KNOWN_DATES, order_of
from mbc_options.cohorts.mapping import columns_of, target_of
from mbc_options.cohorts.spellings import UNREAD, SpellingReader
from mbc_options.cohorts.streaming import stream
from mbc_options.errors import Problem, TableError, nearest_word
from mbc_options.text import counted as of_rows
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from collections.abc import Mapping as MappingOf

    from mbc_options.cohorts.mapping import Column, TableMapping
    from mbc_options.cohorts.receipt import KindOfRows
    from mbc_options.cohorts.spellings import Spelling
    from mbc_options.cohorts.tables import Table
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = [
    "JOINED",
    "LISTED",
    "Apart",
    "Group",
    "ReadTable",
    "column_named",
    "is_blank",
    "key_of",
    "read_spellings",
    "text_of",
]

JOINED = "\x01"
"""What stands between cells that are read together."""
LISTED = "\x02"
"""What stands between the elements of a cell that is a list."""
SHOWN = 3
"""How many cells are shown that should say where a row belongs, and do not."""


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


class Apart(NamedTuple):
    """Rows that cannot be put where they belong.

    Attributes:
        kind: why.
        column: the column that should say where.
        rows: how many.
        cells: some of its cells, where they are not empty.
    """

    kind: KindOfRows
    column: str
    rows: int
    cells: tuple[str, ...] = ()


class ReadTable(NamedTuple):
    """A table with the groups of its columns, and how its rows are gathered.

    Attributes:
        table: the table.
        mapping: what its columns say.
        groups: the columns that are read.
        rows, unread: how many rows it has, and how many of them have a cell that was not understood.
        apart: the rows to be gathered that cannot be put where they belong.
    """

    table: Table
    mapping: TableMapping
    groups: tuple[Group, ...]
    rows: int
    unread: int
    apart: tuple[Apart, ...] = ()


def read_spellings(
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
    places = _places(table, mapping)
    keys = table.frame.select(
        *(key_of(group, schema).alias(group.key) for group in groups), *(one for _, one in places.values())
    )
    counted = _Counted(groups, told, places)
    if strict:
        keys = keys.with_row_index(ORDER)
    with_keys = keys.collect_schema()
    stream(keys, table.name, counted, with_keys, lambda query: query.collect(engine="streaming"))
    if strict and counted.first is not None:
        number, group, written = counted.first
        where = f"row {number + 1:,}, column {quoted(group.columns[0])}"
        raise TableError([Problem(f"{where}: {group.spellings[written].reason}", table.name)])
    apart = tuple(
        Apart(kind, column, counted.apart[kind], tuple(filter(None, counted.seen[kind])))
        for kind, (column, _) in places.items()
        if counted.apart[kind]
    )
    if strict and apart:
        raise TableError([Problem(_why_apart(apart[0]), table.name)])
    return ReadTable(table, mapping, groups, counted.rows, counted.unread, apart)


def _why_apart(one: Apart) -> str:
    column, rows = quoted(one.column), of_rows(one.rows, "row")
    if one.kind == "nobodys":
        return f"column {column} is empty in {rows}, so that nobody knows whose they are"
    return f"column {column} has no date that is known in {rows}; known are {KNOWN_DATES}"


def _groups(table: Table, mapping: TableMapping, vocabulary: Vocabulary, *, optional: bool) -> Iterator[Group]:
    schema = table.frame.collect_schema()
    for name, written in columns_of(mapping):
        said = written
        columns = [name, *filter(None, (said.outcome_from, said.setting_from))]
        found = [column_named(table, schema, column, optional=optional) for column in columns]
        if None in found:
            continue
        if schema[str(found[0])] == pl.List and said.separator is None:
            said = said.model_copy(update={"separator": LISTED})
        target = target_of(said.field, vocabulary)
        reader = SpellingReader(vocabulary, target, said, mapping.missing)
        key = f" {JOINED.join((*map(str, found), str(target)))}"
        yield Group(tuple(map(str, found)), key, said, reader, {}, Counter())


class _Counted:
    """Reads the spellings of each batch that it has not met yet, and counts.

    Attributes:
        rows, unread: as those of `ReadTable`.
        apart, seen: by kind, how many rows cannot be put where they belong, and some of the cells that should say.
        first: where rows are numbered, the first that has a cell which is not understood, with that cell.
    """

    def __init__(
        self, groups: tuple[Group, ...], told: Callable[[int], None] | None, kinds: Iterable[KindOfRows]
    ) -> None:
        self.groups, self.told = groups, told
        self.rows = self.unread = 0
        self.apart: Counter[KindOfRows] = Counter()
        self.seen: dict[KindOfRows, dict[str, None]] = {kind: {} for kind in kinds}
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
            if ORDER in batch.columns and rows.height:
                self._keep_first(rows.sort(ORDER).row(0, named=True))
        for kind, seen in self.seen.items():
            cells = batch[_column_of(kind)].drop_nulls()
            self.apart[kind] += cells.len()
            self.seen[kind] = dict.fromkeys([*seen, *cells.unique(maintain_order=True).head(SHOWN)][:SHOWN])
        self.rows += batch.height
        if self.told is not None:
            self.told(self.rows)
        return batch.clear()

    def _keep_first(self, row: MappingOf[str, Any]) -> None:
        if self.first is None or row[ORDER] < self.first[0]:
            group = next(one for one in self.groups if one.spellings[row[one.key]].kind in UNREAD)
            self.first = row[ORDER], group, row[group.key]


def _column_of(kind: KindOfRows) -> str:
    """Return the column of ours that tells rows of a kind while rows are counted."""
    return f" {kind}"


def _places(table: Table, mapping: TableMapping) -> dict[KindOfRows, tuple[str, pl.Expr]]:
    """Return what tells the rows that cannot be gathered as they should: by kind, a column, and its cells there."""
    if mapping.by is None:
        return {}
    schema = table.frame.collect_schema()
    by = str(column_named(table, schema, mapping.by, optional=False))
    found: dict[KindOfRows, tuple[str, pl.Expr]] = {
        "nobodys": (by, pl.when(is_blank(by, schema[by])).then(pl.lit("")).alias(_column_of("nobodys")))
    }
    date = mapping.date and column_named(table, schema, mapping.date, optional=True)
    if date:
        text = text_of(date, schema[date])
        no_date = order_of(date, schema[date], text).is_null() & ~is_blank(by, schema[by])
        found["undated"] = (date, pl.when(no_date).then(text.fill_null("")).alias(_column_of("undated")))
    return found


def is_blank(column: str, dtype: Any) -> pl.Expr:
    """Return which cells of a column are not there."""
    return text_of(column, dtype).fill_null("").str.strip_chars() == ""


def _rows_that_count(table: Table, mapping: TableMapping, *, optional: bool) -> pl.LazyFrame:
    frame, schema = table.frame, table.frame.collect_schema()
    for name, cells in mapping.rows.items():
        column = column_named(table, schema, name, optional=optional)
        if column is not None:
            frame = frame.filter(
                text_of(column, schema[column])
                .str.strip_chars()
                .str.to_lowercase()
                .is_in([one.lower() for one in cells])
            )
    return frame


def column_named(table: Table, schema: MappingOf[str, Any], name: str, *, optional: bool) -> str | None:
    """Return the column that a name means, whatever its case and the spaces around it; None where it may be missing."""
    if name in schema:
        return name
    alike = [column for column in schema if column.strip().lower() == name.strip().lower()]
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


def key_of(group: Group, schema: MappingOf[str, Any]) -> pl.Expr:
    """Return the text of the cells that are read together."""
    texts = [text_of(column, schema[column]).fill_null("") for column in group.columns]
    return texts[0] if len(texts) == 1 else pl.concat_str(texts, separator=JOINED)


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
