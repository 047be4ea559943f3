"""Many patients through the real entry point: what is written, what is told, and what is left where it fails."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from click.testing import CliRunner

from mbc_options import statuses
from mbc_options.cli.main import cli
from mbc_options.patient.model import Patient
from mbc_options.progress import Progress

if TYPE_CHECKING:
    from click.testing import Result

SCRIPT = Path(sysconfig.get_path("scripts")) / "mbc-options"
CSV = """\
id,er,pr,her2,sex,menopause,sites_bone,prior_chemotherapy,note
1,+,-,2+,female,post,yes,,a
2,90%,NA,3+,f,pre,no,no,b
3,posi,-,neg,male,post,,yes,c
4,-,-,Not Done,female,,yes,,d
"""


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "patients.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def evaluated(table: Path, output: Path, *more: str) -> Result:
    return CliRunner().invoke(cli, ["cohort", "evaluate", str(table), "-o", str(output), "--no-summary", *more])


@pytest.mark.parametrize("ending", ["parquet", "csv", "arrow", "duckdb"])
def test_the_columns_that_came_in_stand_beside_the_statuses(table: Path, tmp_path: Path, ending: str) -> None:
    output = tmp_path / f"out.{ending}"
    done = evaluated(table, output)
    assert done.exit_code == 0, done.output
    if ending == "duckdb":
        with duckdb.connect(str(output), read_only=True) as connection:
            told = connection.execute(
                "select id, contradiction, status_chemotherapy from cohort order by id"
            ).fetchall()
    else:
        read = {"parquet": pl.read_parquet, "csv": pl.read_csv, "arrow": pl.read_ipc}[ending]
        found = read(output)
        assert found.columns[:10] == [*CSV.splitlines()[0].split(","), "contradiction"]
        told = found.select(pl.col("id").cast(pl.String), "contradiction", "status_chemotherapy").rows()
    assert [row[:2] for row in told] == [("1", False), ("2", False), ("3", True), ("4", False)]
    assert told[2][2] is None
    said = Patient(er="-", pr="-", sex="female", sites={"bone": "yes"}, metastasis_confirmed="unknown")
    assert told[3][2] == statuses(said)["chemotherapy"]


def test_what_was_not_understood_is_told(table: Path, tmp_path: Path) -> None:
    done = evaluated(table, tmp_path / "out.parquet")
    assert "4 rows of" in done.output
    assert "Read by the names of the columns: er (er)" in done.output
    assert "Not used: id, note." in done.output
    assert "1 row has a cell that was not understood" in done.output
    assert "er: posi (1 row): er cannot be 'posi'" in done.output
    assert "1 row contradicts itself, and got no status.\n  row 3: sex: male, menopause: post" in done.output


@pytest.mark.parametrize("ending", ["txt", "html", "json"])
def test_the_receipt_has_every_spelling(table: Path, tmp_path: Path, ending: str) -> None:
    receipt = tmp_path / f"receipt.{ending}"
    evaluated(table, tmp_path / "out.parquet", "--receipt", str(receipt))
    text = receipt.read_text(encoding="utf-8")
    for spelling in ("90%", "posi", "Not Done", "2+"):
        assert spelling in text
    if ending == "json":
        assert json.loads(text)["contradictory_rows"] == 1
    else:
        for kind in ("not tested", "not recorded", "borderline", "not understood"):
            assert kind in text


def test_strict_stops_at_the_first_cell_with_file_row_and_column(table: Path, tmp_path: Path) -> None:
    done = evaluated(table, tmp_path / "out.parquet", "--strict")
    assert done.exit_code == 2
    assert done.output.startswith(f"{table}: row 3, column 'er': er cannot be 'posi'")
    table.write_text(CSV.replace("posi", "+"), encoding="utf-8")
    done = evaluated(table, tmp_path / "out.parquet", "--strict")
    assert f"{table}: row 3: (sex: male) and (menopause: post) contradict each other" in done.output
    assert list(tmp_path.iterdir()) == [table]


def test_facts_are_written_where_asked_for(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    evaluated(table, output, "--facts")
    assert pl.read_parquet(output)["fact_er"].to_list() == ["positive", "positive", None, "negative"]


def test_what_decides_is_written_where_asked_for(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.parquet"
    done = evaluated(table, output, "--explain", "anti_her2", "--explain", "next_question")
    assert done.exit_code == 0, done.output
    found = pl.read_parquet(output)
    assert found["depends_on_anti_her2"].to_list()[0] == ["her2"]
    assert found["next_question"].to_list()[2] is None  # it contradicts itself
    assert "did you mean anti_her2?" in evaluated(table, output, "--explain", "anti_her").output


def test_lists_are_written_as_text_where_a_file_has_no_lists(tmp_path: Path) -> None:
    lists, output = tmp_path / "lists.parquet", tmp_path / "out.csv"
    pl.DataFrame({"er": ["+", None], "places": [["bone", "liver"], []], "n": [[1, None], None]}).write_parquet(lists)
    done = evaluated(lists, output, "--explain", "anti_her2", "--assume-metastatic")
    assert done.exit_code == 0, done.output
    found = pl.read_csv(output, infer_schema=False)
    assert found["places"].to_list() == ["bone; liver", ""]
    assert found["n"].to_list() == ["1", None]
    assert found["depends_on_anti_her2"].to_list() == ["her2", "her2"]
    pl.DataFrame({"er": ["+"], "scan": [b"x"]}).write_parquet(lists)
    assert "column 'scan' holds Binary" in evaluated(lists, output).output


def test_a_column_that_is_there_already_is_told_with_the_file(table: Path, tmp_path: Path) -> None:
    first, again = tmp_path / "first.csv", tmp_path / "again.csv"
    evaluated(table, first)
    assert f"{first}: has a column contradiction already, and one is to be added" in evaluated(first, again).output


def test_what_the_rulebook_assumes_is_assumed_row_by_row(table: Path, tmp_path: Path) -> None:
    table.write_text("er,her2,metastasis_confirmed\n-,-,\n-,-,no\n-,-,unknown\n", encoding="utf-8")
    output = tmp_path / "out.parquet"
    evaluated(table, output, "--assume-metastatic")
    assert pl.read_parquet(output)["status_surgery"].to_list()[1] == "out_of_scope"
    assumed = pl.read_parquet(output)["status_palliative_care"].to_list()
    evaluated(table, output)
    bare = pl.read_parquet(output)["status_palliative_care"].to_list()
    assert (assumed[0], bare[0]) == (statuses(Patient(er="-", her2="-"))["palliative_care"], "undetermined")


def test_the_summary_is_json_alone_where_asked_for(table: Path, tmp_path: Path) -> None:
    command = [str(SCRIPT), "cohort", "evaluate", str(table), "-o", str(tmp_path / "o.csv"), "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["rows"] == 4
    assert "4 rows of" in done.stderr


def test_the_summary_is_written_by_the_ending_of_its_file_and_told_in_the_end(table: Path, tmp_path: Path) -> None:
    for ending, begins in {"json": "{", "html": "<!doctype html>", "md": "#"}.items():
        summary = tmp_path / f"summary.{ending}"
        arguments = ["cohort", "evaluate", str(table), "-o", str(tmp_path / "out.csv"), "--summary", str(summary)]
        done = CliRunner().invoke(cli, arguments)
        assert done.exit_code == 0, done.output
        assert summary.read_text(encoding="utf-8").lower().startswith(begins)
        assert "in scope" in done.output
    assert json.loads((tmp_path / "summary.json").read_text(encoding="utf-8"))["rows"] == 4


def test_a_proposal_is_corrected_and_used(table: Path, tmp_path: Path) -> None:
    mapping = tmp_path / "mapping.yaml"
    table.write_text(CSV.replace("her2", "H2").replace("posi", "+"), encoding="utf-8")
    done = CliRunner().invoke(cli, ["cohort", "map", str(table), "-o", str(mapping)])
    assert done.exit_code == 0, done.output
    text = mapping.read_text(encoding="utf-8")
    assert "  er: er   # 100 % of 4 cells understood" in text
    mapping.write_text(text + "  H2: her2\n", encoding="utf-8")
    done = evaluated(table, tmp_path / "out.parquet", "--mapping", str(mapping), "--facts")
    assert pl.read_parquet(tmp_path / "out.parquet")["fact_her2"].to_list() == [None, "positive", "negative", None]
    mapping.write_text(text + "  H2: sits\n", encoding="utf-8")
    done = evaluated(table, tmp_path / "out.parquet", "--mapping", str(mapping))
    assert (done.exit_code, "there is no field 'sits'; did you mean sites?" in done.output) == (2, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["patients.csv", "-o", "patients.csv"], "is named twice, to be read or written"),
        (["patients.csv", "-o", "out.xlsx"], "its name says no kind of table; end the name in .parquet"),
        (["patients.csv", "-o", "out.parquett"], "did you mean .parquet?"),
        (["patients.csv", "-o", "out.csv", "--receipt", "r.doc"], "end the name in .html, .txt or .json"),
        (["patients.csv", "-o", "out.csv", "--summary", "s.doc"], "s.doc does not say its format; end the name in"),
        (["patients.csv", "-o", "out.csv", "--summary", "patients.csv"], "is named twice"),
        (["patients.csv", "-o", "out.csv", "--summary", "s.html", "--no-summary"], "take one of them"),
        (["patients.csv", "-o", "no/such/out.csv"], "cannot be written"),
        (["patients.csv", "-o", "out.csv", "--mapping", "none"], "is neither a file nor a ready-made mapping"),
    ],
)
def test_a_mistake_leaves_nothing_behind(
    table: Path, tmp_path: Path, arguments: list[str], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(cli, ["cohort", "evaluate", *arguments])
    assert (done.exit_code, told in done.output) == (2, True), done.output
    assert [path.name for path in tmp_path.iterdir()] == ["patients.csv"]
    assert table.read_text(encoding="utf-8") == CSV


def test_a_row_with_too_many_cells_is_named_and_nothing_is_written(table: Path, tmp_path: Path) -> None:
    table.write_text(CSV.replace("Not Done", "Not, Done"), encoding="utf-8")
    done = evaluated(table, tmp_path / "out.parquet")
    assert done.exit_code == 2
    assert f"{table}: line 5, row 4: 10 cells, where the table has 9 columns" in done.output
    assert list(tmp_path.iterdir()) == [table]


def test_a_file_that_is_there_stays_where_the_table_cannot_be_read(table: Path, tmp_path: Path) -> None:
    output = tmp_path / "out.csv"
    output.write_text("as it was", encoding="utf-8")
    table.write_bytes(CSV.encode().replace(b"neg", b"n\xe9g"))
    done = evaluated(table, output)
    assert (done.exit_code, output.read_text(encoding="utf-8")) == (2, "as it was")
    assert "no UTF-8; save the table as UTF-8" in done.output


def test_columns_that_are_alike_are_no_database(table: Path, tmp_path: Path) -> None:
    table.write_text("er,NOTE,note\n+,a,b\n", encoding="utf-8")
    assert evaluated(table, tmp_path / "out.parquet").exit_code == 0
    done = evaluated(table, tmp_path / "out.duckdb")
    assert "columns 'NOTE' and 'note' would be one in DuckDB" in done.output


def test_a_table_without_rows_gives_one_without_rows(table: Path, tmp_path: Path) -> None:
    table.write_text(CSV.splitlines()[0] + "\n", encoding="utf-8")
    mapping = tmp_path / "mapping.yaml"
    mapping.write_text("columns: {er: er}", encoding="utf-8")
    done = evaluated(table, tmp_path / "out.parquet", "--mapping", str(mapping))
    assert done.exit_code == 0, done.output
    assert pl.read_parquet(tmp_path / "out.parquet").height == 0


def test_a_table_of_hundreds_of_columns_is_read(table: Path, tmp_path: Path) -> None:
    more = [f"gene {i}" for i in range(300)]
    table.write_text(",".join(["er", *more]) + "\n" + ",".join(["+", *("1" for _ in more)]) + "\n", encoding="utf-8")
    done = evaluated(table, tmp_path / "out.parquet")
    assert done.exit_code == 0, done.output
    assert "and 280 more" in done.output
    assert pl.read_parquet(tmp_path / "out.parquet").columns[:301] == ["er", *more]


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_who_stops_it_finds_no_half_file(tmp_path: Path, number: signal.Signals) -> None:
    fifo = tmp_path / "in" / "patients.csv"
    fifo.parent.mkdir()
    fifo.write_text("er\n" + "+\n-\n" * 6_000_000, encoding="utf-8")
    out = tmp_path / "out"
    out.mkdir()
    command = [str(SCRIPT), "cohort", "evaluate", str(fifo), "-o", str(out / "out.csv")]

    def hears_it() -> None:  # whoever runs the tests may have it ignored
        signal.signal(number, signal.SIG_DFL)

    process = subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        preexec_fn=hears_it,  # noqa: PLW1509 - no thread
    )
    while process.poll() is None and not any(out.iterdir()):  # until it writes
        time.sleep(0.05)
    process.send_signal(number)
    _, told = process.communicate(timeout=60)
    assert process.returncode == {signal.SIGINT: 1, signal.SIGTERM: 143}[number]
    assert told.strip() == {signal.SIGINT: b"Aborted!", signal.SIGTERM: b""}[number]
    assert list(out.iterdir()) == []


def test_progress_tells_rows_rate_and_the_time_that_is_left() -> None:
    progress = Progress("reading", total=3_000_000)
    assert progress.line(1_000_000, 2.0) == "reading: 1,000,000 rows, 500,000 a second, 4 s left"
    assert progress.line(0, 0.0) == "reading: 0 rows, 0 a second"
    assert Progress("reading").line(600, 60.0) == "reading: 600 rows, 10 a second"
    assert Progress("x", 10_000).line(10, 1.0).endswith("16 min 39 s left")
