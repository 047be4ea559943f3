"""The libraries whose tables are understood, and how each gets its own kind of table back.

Frames of pandas and pyarrow go through Arrow into polars, and what is found stands beside their columns, which are not
touched. DuckDB relations and Spark frames are decided where they are (`in_place`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from mbc_options.cohorts import EXTRA
from mbc_options.cohorts.asked import THE_TABLE, decided
from mbc_options.errors import MissingExtraError, Problem, TableError
from mbc_options.misuse import refuse_kind
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Callable

from mbc_options.cohorts.asked import Asked

__all__ = ["decided_by_its_engine"]

EXPECTED = "a table of polars, pandas, pyarrow, DuckDB or Spark"
HINTS = {
    "list": "polars.DataFrame(rows) makes one",
    "dict": "polars.DataFrame(columns) makes one",
    "str": "read_cohort reads files",
    "PosixPath": "read_cohort reads files",
    "WindowsPath": "read_cohort reads files",
    "Patient": "explore(patient) is about one",
    "Description": "explore(patient) is about one",
    "Series": "one column is no table: frame[[...]] keeps it one",
    "ndarray": "it has no names of columns: polars.DataFrame(array, schema=[...]) makes one",
    "RecordBatchReader": "reader.read_all() makes one",
    "Cohort": "it has been read already: cohort.statuses()",
    "LazyGroupBy": "it is a table in groups",
    "DataFrameGroupBy": "it is a table in groups",
    "GroupedData": "it is a table in groups",
    "DuckDBPyConnection": "connection.table(NAME) is a relation",
    "SparkSession": "session.table(NAME) is one",
}


def decided_by_its_engine(frame: Any, asked: Asked) -> Any:
    """Return a table with what is asked for, as the kind of table that it is.

    Raises:
        TypeError: where it is none of those that are understood.
        MissingExtraError: where what is needed for its kind is not installed.
        TableError: where its columns cannot be read.
    """
    kind = type(frame)
    decide = _KINDS.get((kind.__module__.partition(".")[0].lstrip("_"), kind.__name__))
    is_pandas_on_spark = kind.__module__.startswith("pyspark.pandas")
    if decide is None or is_pandas_on_spark:
        refuse_kind(
            EXPECTED, frame, "frame.to_spark() makes one" if is_pandas_on_spark else HINTS.get(kind.__name__, "")
        )
    return decide(frame, asked)


def _of_lazy_polars(frame: pl.LazyFrame, asked: Asked) -> pl.LazyFrame:
    return decided(frame, asked)


def _of_polars(frame: pl.DataFrame, asked: Asked) -> pl.DataFrame:
    return decided(frame.lazy(), asked).collect()


def _of_arrow(table: Any, asked: Asked) -> Any:
    names = table.schema.names
    _refuse_twice(names)
    done = decided(pl.DataFrame(pl.from_arrow(table)).lazy(), asked)
    if asked.makes_rows:
        return done.collect().to_arrow()
    added = done.drop([name for name in names if name in done.collect_schema()]).collect().to_arrow()
    for name in added.column_names:
        column = added.column(name)
        table = table.append_column(name, column if hasattr(table, "combine_chunks") else column.combine_chunks())
    return table


def _of_pandas(frame: Any, asked: Asked) -> Any:
    _needs_pyarrow("a pandas table")
    import pandas as pd

    if isinstance(frame.columns, pd.MultiIndex):
        message = "its columns have names of several levels; frame.columns = [...] gives them one"
        raise TableError([Problem(message, THE_TABLE, code="column-levels")])
    _refuse_twice(list(frame.columns))
    named = [name for name in frame.columns if isinstance(name, str)]
    home = pl.DataFrame([_column_of_pandas(name, frame[name]) for name in named])
    done = decided(home.lazy(), asked)
    if asked.makes_rows:
        return done.collect().to_pandas()
    added = done.drop(named).collect().to_pandas()
    added.index = frame.index
    return pd.concat([frame, added], axis="columns")


def _column_of_pandas(name: str, column: Any) -> pl.Series:
    """Return a column of pandas as one of polars; what its cells mix is text, as a person would write it."""
    if column.dtype == object:
        return pl.Series(name, _texts(column.array), dtype=pl.String)
    try:
        return pl.Series(name, pl.from_pandas(column))
    except (TypeError, ValueError, NotImplementedError, pl.exceptions.PolarsError, _arrow_error()):
        return pl.Series(name, _texts(column.astype(object).array), dtype=pl.String)


def _texts(cells: Any) -> list[str | None]:
    """Return cells of any kind as text; no cell is `True` that was 1, though Python holds them equal."""
    known: dict[tuple[type, Any], str | None] = {}
    found: list[str | None] = []
    for cell in cells:
        if isinstance(cell, str):
            found.append(cell)
            continue
        try:
            key = type(cell), cell
            if key not in known:
                known[key] = _text(cell)
            found.append(known[key])
        except TypeError:  # a list has no hash
            found.append(_text(cell))
    return found


def _text(cell: Any) -> str | None:
    import pandas as pd

    if isinstance(cell, (list, tuple, set, frozenset)) or getattr(cell, "shape", None):
        return "; ".join(filter(None, map(_text, cell))) or None
    if cell is None or pd.isna(cell):
        return None
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).lower() if isinstance(cell, bool) or type(cell).__name__ == "bool" else str(cell)


def _arrow_error() -> type[Exception]:
    import pyarrow as pa

    error: type[Exception] = pa.ArrowException
    return error


def _of_duckdb(relation: Any, asked: Asked) -> Any:
    _needs("narwhals", "a DuckDB table")
    _needs_pyarrow("a DuckDB table")
    from mbc_options.cohorts.in_place import DuckDB, decided_in_place

    return decided_in_place(relation, DuckDB(), asked)


def _of_spark(frame: Any, asked: Asked) -> Any:
    _needs("narwhals", "a Spark table")
    from mbc_options.cohorts.in_place import Spark, decided_in_place

    return decided_in_place(frame, Spark(), asked)


_KINDS: dict[tuple[str, str], Callable[[Any, Asked], Any]] = {
    ("polars", "DataFrame"): _of_polars,
    ("polars", "LazyFrame"): _of_lazy_polars,
    ("pandas", "DataFrame"): _of_pandas,
    ("pyarrow", "Table"): _of_arrow,
    ("pyarrow", "RecordBatch"): _of_arrow,
    ("duckdb", "DuckDBPyRelation"): _of_duckdb,
    ("pyspark", "DataFrame"): _of_spark,
}
"""What decides a table, by the library that it is of and the name of its kind, so that none has to be imported."""


def _needs(module: str, what: str) -> None:
    from importlib.util import find_spec

    if find_spec(module) is None:
        package = f"'mbc_options[{EXTRA}]'" if module == "narwhals" else module
        raise MissingExtraError(what, f"{module}: pip install {package}")


def _needs_pyarrow(what: str) -> None:
    _needs("pyarrow", what)


def _refuse_twice(names: list[Any]) -> None:
    """Refuse a table that has two columns of one name: nobody knows which is meant."""
    twice = [name for i, name in enumerate(names) if name in names[:i]]
    if twice:
        message = f"has two columns {quoted(twice[0])}; name one of them otherwise"
        raise TableError([Problem(message, THE_TABLE, code="column-twice")])
