"""Writing a table as it is computed, whole or not at all, and counting what goes by."""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from polars.io.plugins import register_io_source

from mbc_options.cohorts.streaming import stream
from mbc_options.cohorts.tables import ARROW, DATABASE, DATABASE_NEEDS, DUCKDB, PARQUET
from mbc_options.errors import InputError, MissingExtraError, Problem, TableError, alternatives, nearest_word
from mbc_options.source.atomic_write import made_whole
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["OUTPUTS", "kind_of_output", "write_rows", "write_table"]

CSV = (".csv",)
OUTPUTS = (*PARQUET, *CSV, *ARROW, *DUCKDB)
"""The endings of files that are written."""
BETWEEN = "; "
"""What stands between the things of a list that is written as text; a list in a cell is read by it, too."""
ROWS_AT_ONCE = 500
"""How many rows are gathered before they are written, and whoever waits can stop it."""


def kind_of_output(output: str) -> tuple[str, ...]:
    """Return the endings of the kind of file that a name says; InputError where it says none."""
    for kind in (PARQUET, CSV, ARROW, DUCKDB):
        if output.lower().endswith(kind):
            return kind
    near = nearest_word(Path(output).suffix, OUTPUTS) if Path(output).suffix else None
    hint = f"did you mean {near}?" if near else f"end the name in {alternatives(OUTPUTS)}"
    raise InputError([Problem(f"its name says no kind of table; {hint}", output)])


def write_table(
    frame: pl.LazyFrame,
    output: str,
    source: str,
    watch: Callable[[pl.DataFrame], None],
    hidden: tuple[str, ...] = (),
) -> None:
    """Compute a frame and write it, batch after batch, whole or not at all.

    Args:
        frame: the table.
        output: the file: parquet, CSV, Arrow or DuckDB, as its ending says.
        source: what the table is read from, for messages.
        watch: is shown each batch, in any order, one at a time; what it raises ends the work.
        hidden: columns that it sees and that are not written.

    Raises:
        TableError: where the table cannot be read to its end.
        InputError: where the file cannot be written.
    """
    kind = kind_of_output(output)
    written = frame.drop(hidden, strict=False).collect_schema()
    texts: list[pl.Expr] = []
    if kind is DUCKDB:
        _refuse_alike(written.names(), output)
    elif kind is CSV:
        texts = list(_as_text(written, output))

    def pass_by(batch: pl.DataFrame) -> pl.DataFrame:
        watch(batch)
        return batch.drop(hidden, strict=False)

    with made_whole(output) as temporary:
        path = temporary.with_suffix(PARQUET[0]) if kind is DUCKDB else temporary
        sinks: dict[tuple[str, ...], Callable[[pl.LazyFrame], Any]] = {
            PARQUET: lambda query: query.sink_parquet(path),
            DUCKDB: lambda query: query.sink_parquet(path),
            CSV: lambda query: query.with_columns(texts).sink_csv(path),
            ARROW: lambda query: query.sink_ipc(path),
        }
        stream(frame, source, pass_by, written, sinks[kind])
        if kind is DUCKDB:
            _as_database(path, temporary)


def _as_text(schema: pl.Schema, output: str) -> Iterator[pl.Expr]:
    """Yield the columns of lists as text, since cells of CSV hold nothing else; TableError for what is no text."""
    for name, dtype in schema.items():
        inner = dtype.inner if isinstance(dtype, (pl.List, pl.Array)) else dtype
        if inner.is_nested() or inner in (pl.Binary, pl.Object):
            message = f"column {quoted(name)} holds {dtype}, which is no text; write parquet, or drop it"
            raise TableError([Problem(message, output)])
        if dtype.is_nested():
            items = pl.col(name) if dtype == pl.List else pl.col(name).arr.to_list()
            yield items.cast(pl.List(pl.String)).list.join(BETWEEN, ignore_nulls=True)


def _refuse_alike(columns: list[str], output: str) -> None:
    """Refuse columns whose names are alike up to case, which a database cannot tell apart."""
    names: dict[str, str] = {}
    for column in columns:
        other = names.setdefault(column.lower(), column)
        if other != column:
            message = f"columns {other!r} and {column!r} would be one in DuckDB; write parquet, or rename one"
            raise TableError([Problem(message, output)])


def _as_database(parts: Path, output: Path) -> None:
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError(DATABASE, DATABASE_NEEDS) from None
    with duckdb.connect(str(output)) as connection:
        connection.execute("create table cohort as select * from read_parquet(?)", [str(parts)])
    parts.unlink()


def write_rows(columns: Sequence[str], rows: Iterator[Sequence[str | None]], output: str, source: str) -> None:
    """Write rows of text as they come, a batch in memory at a time, whole or not at all.

    Args:
        columns: their names.
        rows: the cells of each row, in the order of the columns. What this raises ends the work, and is raised.
        output: the file: parquet, CSV, Arrow or DuckDB, as its ending says.
        source: what the rows are read from, for messages.

    Raises:
        InputError: where the file cannot be written.
    """
    failed: list[BaseException] = []
    schema = pl.Schema(dict.fromkeys(columns, pl.String()))

    def batches(
        with_columns: list[str] | None,
        _predicate: object,
        _n_rows: int | None,
        _batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        try:
            while some := list(islice(rows, ROWS_AT_ONCE)):
                batch = pl.DataFrame(some, schema=schema, orient="row")
                yield batch if with_columns is None else batch.select(with_columns)
        except BaseException as error:
            failed.append(error)  # for what reads them would wrap it
            raise

    try:
        write_table(register_io_source(batches, schema=schema), output, source, lambda _: None)
    except Exception:
        if failed:
            raise failed[0] from None
        raise
