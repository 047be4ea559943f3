"""Tables as files: text with separators, parquet, Arrow and DuckDB, each as a lazy polars frame that reads when asked.

The cells of text stay text, whatever they look like: what `1+` or `0` means, the door of a description knows.
"""

from __future__ import annotations

import csv
import gzip
import io
import os
import re
import zipfile
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, NoReturn

import polars as pl
from polars.exceptions import PolarsError

from mbc_options.errors import MissingExtraError, Problem, TableError, alternatives, nearest_word
from mbc_options.text import counted, quoted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

__all__ = ["Table", "open_table", "reading"]

TEXT = (".csv", ".tsv", ".tab", ".txt")
PARQUET = (".parquet", ".pq")
ARROW = (".arrow", ".feather", ".ipc")
DUCKDB = (".duckdb", ".ddb", ".db")
PACKED = (".gz", ".zip")
SEPARATORS = ",\t;|"
DATABASE, DATABASE_NEEDS = "a DuckDB file", "duckdb and pyarrow: pip install duckdb pyarrow"

_BEGINNING = 1 << 16
_MAGIC = {b"PAR1": PARQUET, b"ARROW1": ARROW}
_DUCK, _DUCK_AT = b"DUCK", 8
_WIDE = (b"\xff\xfe", b"\xfe\xff")
_COMMENT = b"#"
_SAID = re.compile(r"\"?sep=([,;|\t])\"?\r?[\n\r]", re.IGNORECASE)


class Table(NamedTuple):
    """A table that can be read.

    Attributes:
        name: the file, or what else it is called.
        frame: its columns; read when asked.
        rows_from: the line of the file that the first row stands in; 0 where rows have no lines.
    """

    name: str
    frame: pl.LazyFrame
    rows_from: int = 0


def open_table(source: str | os.PathLike[str], table: str | None = None) -> Table:
    """Open a table without reading its rows.

    Args:
        source: a file of text (`.csv`, `.tsv`, `.txt`, also `.gz` and `.zip`), parquet, a folder of its parts, Arrow
            (`.arrow`, `.feather`) or DuckDB.
        table: which table, where the file holds several.

    Raises:
        TableError: where it is none of these, or cannot be read.
        MissingExtraError: where duckdb is needed and not installed.
    """
    name, path = os.fspath(source), Path(source)
    if path.is_dir():
        return _parts(name, path)
    if not path.is_file():
        _refuse(name, "is not there" if not path.exists() else "is no file")
    kind = _kind(name, path)
    if table is not None and kind is not DUCKDB and not name.lower().endswith(".zip"):
        _refuse(name, f"holds one table, and not {quoted(table)} among others")
    openers: dict[tuple[str, ...], Callable[[], Table]] = {
        TEXT: lambda: _text(name, path, table),
        PARQUET: lambda: _scanned(name, pl.scan_parquet, path),
        ARROW: lambda: _arrow(name, path),
        DUCKDB: lambda: _database(name, path, table),
    }
    return openers[kind]()


def _kind(name: str, path: Path) -> tuple[str, ...]:
    """Return the endings of the kind of file that a table is, by its first bytes, else by its name."""
    with path.open("rb") as stream:
        beginning = stream.read(_DUCK_AT + len(_DUCK))
    for magic, kind in _MAGIC.items():
        if beginning.startswith(magic):
            return kind
    if beginning[_DUCK_AT:] == _DUCK:
        return DUCKDB
    lower = name.lower()
    for kind in (PARQUET, ARROW, DUCKDB):
        if lower.endswith(kind):
            return kind
    bare = lower.removesuffix(".gz").removesuffix(".zip")
    if bare.endswith(TEXT) or lower.endswith(PACKED):
        return TEXT
    endings = [*TEXT, *PARQUET, *ARROW, *DUCKDB, *PACKED]
    near = nearest_word(Path(lower).suffix, endings)
    hint = f"did you mean {near}?" if near else f"its name ends in {alternatives(endings)}"
    return _refuse(name, f"is no table that is known; {hint}")


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Tell what polars finds wrong with a table as a problem of the table.

    Raises:
        TableError: in its stead.
    """
    try:
        yield
    except (PolarsError, OSError) as error:
        _refuse(name, _told(name, str(error)))


def _told(name: str, message: str) -> str:
    """Return what a person is told where polars cannot read a table."""
    first = message.strip().split("\n")[0]
    known = {
        "must end with PAR1": "ends early, or is no parquet: what ends it is missing",
        "InvalidFooter": "ends early, or is no Arrow file: what ends it is missing",
        "empty CSV": "is empty",
    }
    for part, told in known.items():
        if part in message:
            return told
    if Path(name).is_file() and _kind(name, Path(name)) is TEXT and not name.lower().endswith(".zip"):
        return _first_wrong_row(name) or f"cannot be read: {first}"
    return f"cannot be read: {first}"


def _first_wrong_row(name: str) -> str:
    """Return what is wrong with the first row of a file of text that cannot be one; empty where none is found."""
    head = _Head.of(name, _beginning(name))
    with _opened(name) as stream:
        for _ in range(head.comments):
            stream.readline()
        lines = io.TextIOWrapper(stream, encoding="utf-8-sig", newline="")
        rows = csv.reader(lines, delimiter=head.separator)
        number = 0
        try:
            for number, row in enumerate(rows):
                if len(row) > len(head.columns):
                    line = head.comments + rows.line_num
                    return (
                        f"line {line}, row {number}: {counted(len(row), 'cell')}, where the table has "
                        f"{counted(len(head.columns), 'column')}; a cell with a separator in it stands in quotes"
                    )
        except UnicodeDecodeError:
            return f"row {number + 1} or one soon after it is no UTF-8; save the table as UTF-8"
        except csv.Error as error:
            return f"row {number + 1}: {error}"
    return ""


def _refuse(name: str, message: str) -> NoReturn:
    raise TableError([Problem(message, name)])


def _scanned(name: str, scan: Callable[..., Any], source: Any, **how: Any) -> Table:
    with reading(name):
        frame: pl.LazyFrame = scan(source, **how)
        frame.collect_schema()
    return Table(name, frame)


def _parts(name: str, path: Path) -> Table:
    """Open a folder of parts of one parquet table; hidden files and folders are no parts."""
    inside = (part for ending in PARQUET for part in path.rglob(f"*{ending}"))
    found = [part for part in inside if not any(step[0] in "._" for step in part.relative_to(path).parts)]
    if not found:
        _refuse(name, f"is a folder without parts of a parquet table (*{PARQUET[0]})")
    has_values = any("=" in step for part in found for step in part.relative_to(path).parts[:-1])
    for part in sorted(found):
        with reading(str(part)):
            pl.scan_parquet(part).collect_schema()
    return _scanned(name, pl.scan_parquet, sorted(found), hive_partitioning=has_values)


def _arrow(name: str, path: Path) -> Table:
    with path.open("rb") as stream:
        is_file = stream.read(6) == b"ARROW1"
    if is_file:
        return _scanned(name, pl.scan_ipc, path)
    with reading(name):
        return Table(name, pl.read_ipc_stream(path).lazy())  # what is written as a stream has no footer


def _database(name: str, path: Path, table: str | None) -> Table:
    try:
        import duckdb
    except ImportError:
        raise MissingExtraError(DATABASE, DATABASE_NEEDS) from None
    try:
        connection = duckdb.connect(str(path), read_only=True)
        rows = connection.execute(
            "select table_schema, table_name from information_schema.tables "
            "where table_catalog = current_database() order by all"
        ).fetchall()
        tables = [t if schema == "main" else f"{schema}.{t}" for schema, t in rows]
        if table is None and len(tables) != 1:
            known = f"name one by --table: {', '.join(tables)}" if tables else "it is empty"
            _refuse(name, f"has {counted(len(tables), 'table')}; {known}")
        wanted = table or tables[0]
        if wanted not in tables:
            near = nearest_word(wanted, tables)
            _refuse(
                name,
                f"has no table {quoted(wanted)}; "
                + (f"did you mean {near}?" if near else f"it has {', '.join(tables)}"),
            )
        relation = connection.table(wanted)
        _refuse_names_twice(name, relation.columns)
        return Table(name, relation.pl(lazy=True))
    except ImportError:
        raise MissingExtraError(DATABASE, DATABASE_NEEDS) from None
    except duckdb.Error as error:
        _refuse(name, f"cannot be read: {str(error).strip().splitlines()[0]}")


class _Head(NamedTuple):
    """How a file of text begins: lines of comments, what divides cells, the names of the columns, what ends a line."""

    comments: int
    separator: str
    columns: tuple[str, ...]
    end: str

    @classmethod
    def of(cls, name: str, beginning: bytes) -> _Head:
        if beginning.startswith(_WIDE):
            _refuse(name, "is UTF-16; save the table as UTF-8")
        if b"\0" in beginning:
            _refuse(name, "is no text")
        beginning = beginning.removeprefix(b"\xef\xbb\xbf")
        end = b"\r" if b"\r" in beginning and b"\n" not in beginning else b"\n"
        lines = [line + end for line in beginning.split(end)]
        comments = next((i for i, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
        _refuse_other_encodings(name, next(iter(lines[comments:]), b""))
        text = b"".join(lines[comments:]).decode("utf-8", errors="replace")
        if not text.strip():
            _refuse(name, "is empty")
        said = _SAID.match(text)
        if said:  # by Excel, in a line before the names
            comments, text = comments + 1, text[said.end() :]
        first = _outside_quotes(next(iter(text.splitlines()), ""))
        separator = said[1] if said else max(SEPARATORS, key=first.count)
        columns = next(csv.reader(io.StringIO(text, newline=""), delimiter=separator), [])
        _refuse_names_twice(name, columns)
        return cls(comments, separator, tuple(columns), end.decode())


def _refuse_other_encodings(name: str, names_of_columns: bytes) -> None:
    """Refuse names of columns that are no UTF-8; in cells, that is told where they are read."""
    try:
        names_of_columns.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.end < len(names_of_columns):  # else it is cut where the beginning of the file ends
            _refuse(name, "has names of columns that are no UTF-8; save the table as UTF-8")


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def _refuse_names_twice(name: str, columns: Sequence[str]) -> None:
    places: dict[str, int] = {}
    for i, column in enumerate(columns, 1):
        if column in places and column:  # an empty name names nothing, as behind what a spreadsheet leaves
            _refuse(name, f"columns {places[column]} and {i} have one name, {quoted(column)}; give each its own")
        places[column] = i


@contextmanager
def _opened(name: str) -> Iterator[Any]:
    with gzip.open(name) if name.lower().endswith(".gz") else Path(name).open("rb") as stream:
        yield stream


def _beginning(name: str) -> bytes:
    try:
        with _opened(name) as stream:
            found: bytes = stream.read(_BEGINNING)
            return found
    except (OSError, EOFError) as error:
        _refuse(name, f"cannot be read: {error}")


def _text(name: str, path: Path, table: str | None) -> Table:
    if name.lower().endswith(".zip"):
        content = _unpacked(name, path, table)
        head = _Head.of(name, content[:_BEGINNING])
        source: Any = io.BytesIO(content)
    else:
        head = _Head.of(name, _beginning(name))
        source = path
    opened = _scanned(
        name,
        pl.scan_csv,
        source,
        separator=head.separator,
        skip_lines=head.comments,
        eol_char=head.end,
        infer_schema=False,
    )
    return opened._replace(rows_from=head.comments + 2)


def _unpacked(name: str, path: Path, table: str | None) -> bytes:
    """Return the one file of text in a ZIP file, or the one that is asked for."""
    try:
        with zipfile.ZipFile(path) as packed:
            inside = [one for one in packed.namelist() if one.lower().endswith(TEXT) and not one.startswith("__")]
            if table is None and len(inside) != 1:
                known = f"name one by --table: {', '.join(inside)}" if inside else f"none ends in {alternatives(TEXT)}"
                _refuse(name, f"holds {counted(len(inside), 'table')}; {known}")
            if table is not None and table not in inside:
                near = nearest_word(table, inside)
                hint = f"did you mean {near}?" if near else f"it holds {', '.join(inside)}"
                _refuse(name, f"holds no {quoted(table)}; {hint}")
            return packed.read(table or inside[0])
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError) as error:
        _refuse(name, f"cannot be read: {error}")
