"""Tables as people have them: read as they are, or refused with the place and nothing lost."""

from __future__ import annotations

import gzip
import re
import zipfile
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from mbc_options import TableError
from mbc_options.cohorts.tables import open_table

if TYPE_CHECKING:
    from pathlib import Path

ROWS = pl.DataFrame({"id": ["1", "2"], "er": ["+", None]})
TEXT = "id,er\n1,+\n2,\n"


def opened(path: Path, table: str | None = None) -> pl.DataFrame:
    return open_table(path, table).frame.collect()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("plain.csv", TEXT.encode()),
        ("bom.csv", b"\xef\xbb\xbf" + TEXT.encode()),
        ("semicolons.csv", TEXT.replace(",", ";").encode()),
        ("excel.csv", b"\xef\xbb\xbfsep=;\r\n" + TEXT.replace(",", ";").replace("\n", "\r\n").encode()),
        ("tabs.tsv", TEXT.replace(",", "\t").encode()),
        ("bars.txt", TEXT.replace(",", "|").encode()),
        ("windows.csv", TEXT.replace("\n", "\r\n").encode()),
        ("old-mac.csv", TEXT.replace("\n", "\r").encode()),
        ("comments.txt", b"#Patient\tER status\n#STRING\tSTRING\n" + TEXT.replace(",", "\t").encode()),
        ("packed.csv.gz", gzip.compress(TEXT.encode(), mtime=0)),
    ],
)
def test_text_is_read_however_it_is_written(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    assert_frame_equal(opened(path), ROWS)


def test_cells_of_text_stay_text(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("a,b,c\n0,1+,2020-01-01\n1,2+,true\n", encoding="utf-8")
    assert set(opened(path).dtypes) == {pl.String}


def test_columns_without_a_name_may_be_several(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text(",er,,\n0,+,,\n", encoding="utf-8")
    assert opened(path)["er"].to_list() == ["+"]
    assert opened(path).width == 4


def test_a_cell_may_hold_separators_and_lines(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text('id,note\n1,"a, b\nc"\n', encoding="utf-8")
    assert opened(path).row(0) == ("1", "a, b\nc")


def test_a_zip_file_of_one_table_is_that_table(tmp_path: Path) -> None:
    path = tmp_path / "patients.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("patients.csv", TEXT)
        packed.writestr("read-me.pdf", "no table")
    assert_frame_equal(opened(path), ROWS)


def test_of_several_tables_one_is_named(tmp_path: Path) -> None:
    path = tmp_path / "patients.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("patients.csv", TEXT)
        packed.writestr("others.csv", TEXT)
    with pytest.raises(TableError, match=r"holds 2 tables; name one by --table: patients\.csv, others\.csv"):
        open_table(path)
    assert_frame_equal(opened(path, "patients.csv"), ROWS)
    with pytest.raises(TableError, match=r"holds no 'patient\.csv'; did you mean patients\.csv\?"):
        open_table(path, "patient.csv")


def test_parquet_is_a_file_or_a_folder_of_parts(tmp_path: Path) -> None:
    ROWS.write_parquet(tmp_path / "patients.parquet")
    parts = tmp_path / "parts"
    (parts / "_temporary").mkdir(parents=True)
    ROWS.head(1).write_parquet(parts / "part-0.parquet")
    ROWS.tail(1).write_parquet(parts / "part-1.parquet")
    ROWS.write_parquet(parts / "_temporary" / "part-2.parquet")
    (parts / "_SUCCESS").touch()
    assert_frame_equal(opened(tmp_path / "patients.parquet"), ROWS)
    assert_frame_equal(opened(parts), ROWS)


def test_arrow_is_a_file_or_a_stream(tmp_path: Path) -> None:
    ROWS.write_ipc(tmp_path / "patients.feather")
    ROWS.write_ipc_stream(tmp_path / "stream.arrow")
    assert_frame_equal(opened(tmp_path / "patients.feather"), ROWS)
    assert_frame_equal(opened(tmp_path / "stream.arrow"), ROWS)


def test_a_database_has_one_table_or_one_is_named(tmp_path: Path) -> None:
    pytest.importorskip("pyarrow")
    path = tmp_path / "patients.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table patients as select '1' as id, '+' as er")
        assert_frame_equal(opened_after(connection, path), ROWS.head(1))
    with duckdb.connect(str(path)) as connection:
        connection.execute("create table visits as select 1 as day")
    with pytest.raises(TableError, match="has 2 tables; name one by --table: patients, visits"):
        open_table(path)
    with pytest.raises(TableError, match=r"has no table 'patient'; did you mean patients\?"):
        open_table(path, "patient")
    assert opened(path, "patients").rows() == [("1", "+")]


def opened_after(connection: duckdb.DuckDBPyConnection, path: Path) -> pl.DataFrame:
    connection.close()
    return opened(path)


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("empty.csv", b"", "is empty"),
        ("blank.csv", b"\n\n", "is empty"),
        ("wide.csv", TEXT.encode("utf-16"), "is UTF-16; save the table as UTF-8"),
        ("latin.csv", "patiënt,er\n1,+\n".encode("latin-1"), "has names of columns that are no UTF-8"),
        ("twice.csv", b"er,pr,er\n+,+,-\n", "columns 1 and 3 have one name, 'er'; give each its own"),
        ("cut.parquet", b"PAR1 and no end", "ends early, or is no parquet"),
        ("cut.arrow", b"ARROW1 and no end", "ends early, or is no Arrow file"),
        ("cut.zip", b"PK no zip", "cannot be read"),
        ("cut.csv.gz", gzip.compress(TEXT.encode() * 99, mtime=0)[:-20], "cannot be read"),
        ("patients.xlsx", b"PK", "is no table that is known"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path: Path, name: str, content: bytes, told: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(TableError, match=f"^{re.escape(str(path))}: .*{re.escape(told)}"):
        opened(path)


def test_columns_that_are_alike_up_to_case_are_two(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("er,ER\n+,-\n", encoding="utf-8")
    assert opened(path).columns == ["er", "ER"]


def test_a_table_without_rows_is_one(tmp_path: Path) -> None:
    path = tmp_path / "patients.csv"
    path.write_text("id,er\n", encoding="utf-8")
    assert opened(path).height == 0
