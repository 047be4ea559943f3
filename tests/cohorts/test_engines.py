"""`cohort`: whatever library holds a table, each row has the statuses that `statuses` tells of the same patient, alone.

In the suite with what is installed; `.ci/run` installs all libraries, and asks for more rows.
"""

from __future__ import annotations

import os
import sys
from collections import Counter
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from random_rows import as_columns, described, random_rows, told_one_by_one

from mbc_options import MissingExtraError, Patient, TableError, UnknownOptionError, cohort, explore, load_rulebook
from mbc_options.cohorts.columns import CONTRADICTION, STATUSES, status_column, status_columns
from mbc_options.errors import InputError
from mbc_options.exploration.explore import Exploration
from mbc_options.exploration.presenter import presenter_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = pytest.mark.filterwarnings("ignore:PySpark does not yet fully support pandas:FutureWarning")

REQUIRE, ROWS = "MBC_OPTIONS_REQUIRE_ENGINES", int(os.environ.get("MBC_OPTIONS_ENGINE_ROWS", "300"))
NEEDS = {
    "polars": (),
    "lazy polars": (),
    "pandas objects": ("pandas", "pyarrow"),
    "pandas strings": ("pandas", "pyarrow"),
    "pandas categories": ("pandas", "pyarrow"),
    "pyarrow": ("pyarrow",),
    "duckdb": ("duckdb", "narwhals", "pyarrow"),
    "spark": ("pyspark", "narwhals", "pyarrow"),
    "spark, not ANSI": ("pyspark", "narwhals", "pyarrow"),
}

SPARK_SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.host": "127.0.0.1",  # what a worker has to tell may be fetched from there
    # Otherwise rows that were made here are decided by the planner, which interprets the expressions row by row.
    "spark.sql.optimizer.excludedRules": "org.apache.spark.sql.catalyst.optimizer.ConvertToLocalRelation",
}


def needs(engine: str) -> None:
    """Skip where a library is absent, naming it; where all are required, that is an error."""
    absent = [name for name in NEEDS[engine] if find_spec(name) is None]
    absent += ["java"] if engine.startswith("spark") and which("java") is None else []
    if absent:
        message = f"{engine} needs {', '.join(absent)}, which is not installed"
        assert not os.environ.get(REQUIRE), message
        pytest.skip(message)


@cache
def spark() -> Any:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = sys.executable  # its workers need the package that is tested
    session = SparkSession.builder.master("local[2]")
    for name, value in SPARK_SETTINGS.items():
        session = session.config(name, value)
    return session.getOrCreate()


@pytest.fixture(scope="module", autouse=True)
def session_ends() -> Iterator[None]:
    yield
    if spark.cache_info().currsize:
        spark().stop()


def _spark_frame(frame: pl.DataFrame, ansi: str) -> Any:
    spark().conf.set("spark.sql.ansi.enabled", ansi)
    return spark().createDataFrame(frame.to_arrow())


def _relation(frame: pl.DataFrame) -> Any:
    import duckdb

    connection = duckdb.connect()  # not the one that the module has of its own
    connection.register("given", frame.to_arrow())
    connection.execute("CREATE TABLE patients AS FROM given")
    return connection.table("patients")


MADE: dict[str, Callable[[pl.DataFrame], Any]] = {
    "polars": lambda frame: frame,
    "lazy polars": lambda frame: frame.lazy(),
    "pandas objects": lambda frame: frame.to_pandas().astype(object),
    "pandas strings": lambda frame: frame.to_pandas().astype("string"),
    "pandas categories": lambda frame: frame.to_pandas().astype("category"),
    "pyarrow": lambda frame: frame.to_arrow(),
    "duckdb": _relation,
    "spark": lambda frame: _spark_frame(frame, "true"),
    "spark, not ANSI": lambda frame: _spark_frame(frame, "false"),
}


def at_home(table: Any, columns: list[str]) -> pl.DataFrame:
    """Some columns of a table of any kind, by polars."""
    kind = type(table).__module__.partition(".")[0]
    if kind == "polars":
        return table.lazy().select(columns).collect()
    if kind == "pandas":
        return pl.from_pandas(table[columns].reset_index(drop=True))
    if kind == "pyarrow":
        return pl.DataFrame(pl.from_arrow(table.select(columns)))
    if kind == "pyspark":
        return pl.DataFrame(pl.from_arrow(table.select(*columns).toArrow()))
    return table.project(", ".join(columns)).pl()


def words_of(frame: pl.DataFrame) -> list[dict[str, Any]]:
    return frame.with_columns(
        pl.selectors.enum().cast(pl.String), pl.selectors.categorical().cast(pl.String)
    ).to_dicts()


@cache
def drawn(assume: bool) -> tuple[pl.DataFrame, list[dict[str, str | None]]]:  # noqa: FBT001 - a key of the cache
    rulebook = load_rulebook()
    rows = random_rows(rulebook, ROWS, seed=18 + assume)
    frame = pl.DataFrame(as_columns(rows)).with_columns(pl.int_range(pl.len()).cast(pl.String).alias("record"))
    return frame, told_one_by_one(rows, rulebook, assume=assume)


@pytest.mark.parametrize("assume", [False, True])
@pytest.mark.parametrize("engine", NEEDS)
def test_each_row_has_the_statuses_of_its_patient(engine: str, assume: bool) -> None:  # noqa: FBT001 - a parameter
    needs(engine)
    frame, expected = drawn(assume)
    columns = [*status_columns(load_rulebook().by_id).values()]
    done = at_home(cohort(MADE[engine](frame), assume=assume), ["record", CONTRADICTION, *columns])
    done = done.with_columns(pl.col("record").cast(pl.String).cast(pl.Int64))
    if not engine.startswith("spark"):  # which knows no order
        assert done["record"].to_list() == [*range(frame.height)]
    told = words_of(done.sort("record").drop("record"))
    expected = [row | {CONTRADICTION: None in row.values()} for row in expected]
    assert [i for i, row in enumerate(expected) if row != told[i]] == []
    seen = Counter(status for row in expected for status in row.values())
    assert {None, *STATUSES.categories} <= seen.keys()


@pytest.mark.parametrize("engine", NEEDS)
def test_what_came_in_stays_as_it_was(engine: str) -> None:
    needs(engine)
    frame, _ = drawn(assume=False)
    given = MADE[engine](frame.head(20))
    done = cohort(given)
    kind = type(given)
    assert type(done) is kind
    added = [CONTRADICTION, *status_columns(load_rulebook().by_id).values()]
    if kind.__module__.startswith("pandas"):
        assert done[given.columns].equals(given)
        assert [*done.columns] == [*given.columns, *added]
        assert [*done["status_chemotherapy"].cat.categories] == STATUSES.categories.to_list()
    elif kind.__module__.startswith("pyarrow"):
        assert done.select(given.column_names).equals(given)
        assert done.column_names == [*given.column_names, *added]
    elif engine.startswith("spark"):
        assert done.schema.fields[: len(given.columns)] == given.schema.fields
        assert done.columns == [*given.columns, *added]
    elif engine == "duckdb":
        assert done.columns == [*given.columns, *added]
        assert done.types[: len(given.columns)] == given.types
        assert str(done.types[-1]).startswith("ENUM('candidate'")
    else:
        before, after = given.lazy().collect(), done.lazy().collect()
        assert after.select(before.columns).equals(before)
        assert after.columns == [*before.columns, *added]
        assert after.schema["status_chemotherapy"] == STATUSES


EXPLAINED = ["chemotherapy", "hormone_therapy.tamoxifen", "next_question"]
TOLD = [
    *("decided_by_chemotherapy", "depends_on_chemotherapy"),
    *("decided_by_hormone_therapy_tamoxifen", "depends_on_hormone_therapy_tamoxifen", "next_question"),
]


@pytest.mark.parametrize("engine", ["polars", "pandas objects", "pyarrow", "duckdb"])
def test_what_decides_and_what_to_find_out_next_is_what_explore_tells(engine: str) -> None:
    needs(engine)
    rulebook = load_rulebook()
    rows = random_rows(rulebook, 60, seed=5)
    frame = pl.DataFrame(as_columns(rows)).with_columns(pl.int_range(pl.len()).alias("record"))
    done = at_home(cohort(MADE[engine](frame), explain=EXPLAINED, assume=True), ["record", *TOLD]).sort("record")
    seen = Counter()
    for row, told in zip(rows, words_of(done), strict=True):
        patient = described(row, rulebook, assume=True)
        if patient is None:
            assert [told[name] for name in TOLD] == [None] * len(TOLD)
            continue
        found = Exploration(presenter_of(rulebook), patient, patient.knowledge).assessment(patient)
        for option in (found["chemotherapy"], found["hormone_therapy"].member("tamoxifen")):
            name = option.id.replace(".", "_")
            facts = {fact for one in option.depends_on for fact in one.if_}
            assert told[f"decided_by_{name}"] == list(option.proof)
            if found.scope != "open":
                assert set(told[f"depends_on_{name}"]) == facts
            seen.update([option.status])
        assert told["next_question"] == (found.ask_next[0].fact if found.ask_next else None)
    assert len(seen) >= 4


def test_with_the_scope_open_everything_depends_on_what_the_scope_rests_on() -> None:
    done = cohort(pl.DataFrame({"er": ["positive"]}), explain="chemotherapy")
    assert done["status_chemotherapy"].to_list() == ["undetermined"]
    assert done["depends_on_chemotherapy"].to_list() == [["metastatic"]]


WRITTEN = {
    "er": ["+", "neg", "who knows", None],
    "her2": ["3+", "1+", "2+", "NA"],
    "sites_bone": [True, False, None, True],
}


@pytest.mark.parametrize("engine", NEEDS)
def test_cells_are_read_as_a_patient_file_is_and_no_word_that_is_not_known_decides(engine: str) -> None:
    needs(engine)
    frame = pl.DataFrame(WRITTEN | {"a.b": [1, 2, 3, 4]})
    done = at_home(cohort(MADE[engine](frame), facts=True), ["er", "fact_er", "fact_her2", "fact_sites_bone"])
    by_er = {row["er"]: row for row in words_of(done)}
    assert [by_er[er]["fact_er"] for er in WRITTEN["er"]] == ["positive", "negative", None, None]
    assert [by_er[er]["fact_her2"] for er in WRITTEN["er"]] == ["positive", "negative", None, None]
    assert [by_er[er]["fact_sites_bone"] for er in WRITTEN["er"]] == ["yes", "no", None, "yes"]


@pytest.mark.parametrize("engine", NEEDS)
def test_columns_that_are_read_together_and_lists_mean_the_same_everywhere(engine: str) -> None:
    needs(engine)
    from mbc_options.cohorts.mapping import Mapping

    frame = pl.DataFrame(
        {
            "record": [0, 1, 2, 3],
            "drug": ["letrozole", "THP", "AC; capecitabine", None],
            "response": ["PD", None, "PR", "PD"],
            "places": [["bone", "liver"], [], None, ["brain", "somewhere"]],
        }
    )
    columns = {"drug": {"field": "prior", "outcome_from": "response"}, "places": "sites"}
    mapping = Mapping.model_validate({"columns": columns})
    given = MADE["pyarrow" if engine.startswith("pandas") else engine](frame)
    given = given.to_pandas() if engine.startswith("pandas") else given  # a list is nothing that a category holds
    facts = ["fact_sites_bone", "fact_sites_liver", "fact_sites_brain", "fact_prior_hormone_therapy_progressed"]
    facts += ["fact_prior_chemotherapy_responded", "fact_prior_anti_her2_given"]
    told = words_of(at_home(cohort(given, mapping=mapping, facts=True), ["record", *facts]).sort("record"))
    assert [[row[fact] for fact in facts] for row in told] == [
        ["yes", "yes", None, "yes", None, None],
        [None, None, None, None, None, "yes"],
        [None, None, None, None, "yes", None],
        [None, None, "yes", None, None, None],
    ]


@pytest.mark.parametrize("engine", NEEDS)
def test_a_word_that_leaves_its_fact_open_contradicts_what_it_excludes_everywhere(engine: str) -> None:
    needs(engine)
    frame = pl.DataFrame({"record": ["0", "1", "2"], "sex": ["M", "F", "M"], "menopause": ["peri", "peri", None]})
    told = words_of(at_home(cohort(MADE[engine](frame)), ["record", CONTRADICTION]).sort("record"))
    assert [row[CONTRADICTION] for row in told] == [True, False, False]


def test_a_pandas_frame_keeps_its_index_and_what_its_cells_mix() -> None:
    needs("pandas objects")
    import pandas as pd

    cells = {"er": ["90%", "neg", None, "pos"], "sites_bone": [True, "no", 1, float("nan")], 5: [1, 2, 3, 4]}
    frame = pd.DataFrame(cells, index=list("dbca"))
    done = cohort(frame, facts=True)
    assert [*done.index] == list("dbca")
    assert done.drop(columns=[name for name in done if name not in frame]).equals(frame)
    for column, values in (
        ("er", ["positive", "negative", None, "positive"]),
        ("sites_bone", ["yes", "no", "yes", None]),
    ):
        assert [None if pd.isna(value) else value for value in done[f"fact_{column}"]] == values


def test_nullable_kinds_of_pandas_are_read() -> None:
    needs("pandas objects")
    import pandas as pd

    liver, bone = pd.array([1, None, 0], dtype="Int64"), pd.array([True, None, False], dtype="boolean")
    done = cohort(pd.DataFrame({"sites_liver": liver, "sites_bone": bone}), facts=True)
    for column in ("fact_sites_liver", "fact_sites_bone"):
        assert [None if pd.isna(value) else value for value in done[column]] == ["yes", None, "no"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ([{"er": "+"}], "polars.DataFrame(rows)"),
        ({"er": ["+"]}, "polars.DataFrame(columns)"),
        ("patients.csv", "read_cohort"),
        (Path("patients.csv"), "read_cohort"),
        (Patient(er="+"), "explore(patient)"),
        (pl.Series("er", ["+"]), "one column"),
        (None, "not None"),
    ],
)
def test_what_is_no_table_is_refused_with_what_was_meant(given: Any, hint: str) -> None:
    with pytest.raises(TypeError, match="expected a table of polars, pandas, pyarrow, DuckDB or Spark") as refused:
        cohort(given)
    assert hint in str(refused.value)


def test_a_column_that_is_to_be_added_may_not_be_there_already() -> None:
    done = cohort(pl.DataFrame({"er": ["+"]}))
    with pytest.raises(InputError, match="status_chemotherapy"):
        cohort(done)


def test_a_table_of_which_nothing_is_recognized_is_refused() -> None:
    with pytest.raises(TableError, match="no column is recognized"):
        cohort(pl.DataFrame({"weight": [70]}))


@pytest.mark.parametrize("explain", [1, ["chemotherapy", 2], object()])
def test_what_is_to_be_told_is_named(explain: Any) -> None:
    with pytest.raises(TypeError, match="ids of options"):
        cohort(pl.DataFrame({"er": ["+"]}), explain=explain)


def test_an_unknown_option_is_told_with_the_nearest() -> None:
    with pytest.raises(UnknownOptionError, match="chemotherapy"):
        cohort(pl.DataFrame({"er": ["+"]}), explain="chemoterapy")


def test_rows_of_a_relation_are_gathered_by_a_query_before() -> None:
    needs("duckdb")
    from mbc_options.cohorts.mapping import Mapping

    mapping = Mapping.model_validate({"by": "record", "columns": {"er": "er"}})
    frame = pl.DataFrame({"record": [1, 1], "er": ["+", None]})
    with pytest.raises(TableError, match="by a query"):
        cohort(_relation(frame), mapping=mapping)
    assert cohort(frame, mapping=mapping).height == 1


def test_what_an_engine_needs_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    needs("duckdb")
    relation = _relation(pl.DataFrame({"er": ["+"]}))
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match="narwhals"):
        cohort(relation)


def test_patients_by_explore_and_by_cohort_are_one() -> None:
    patient = Patient(er="+", pr="-", her2="1+", menopause="post", sites={"bone": "yes"})
    done = cohort(
        pl.DataFrame({"er": ["+"], "pr": ["-"], "her2": ["1+"], "menopause": ["post"], "sites_bone": ["yes"]})
    )
    for option in explore(patient).options:
        assert done[status_column(option.id)].to_list() == [option.status]
