"""Every row of a table has the statuses that `statuses` tells of the same patient alone."""

from __future__ import annotations

import subprocess
import sys
from functools import cache
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from brute_force import completions, plain_statuses, shared
from builders import FACTS, SETTLED, WAYS, decided_by, real_rulebook_on_demand, rulebooks
from cohort_rows import by_table, cube_of, one_by_one, rows_by_chance, table_of
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import DescriptionError, InputError, RulebookError, load_case, load_rulebook, statuses
from mbc_options.cases.catalog import case_names
from mbc_options.cohorts.columns import CONTRADICTION, STATUSES, fact_columns, status_columns
from mbc_options.cohorts.distinct_rows import once_per_distinct_row
from mbc_options.cohorts.evaluate import assumed, fails, holds, with_statuses
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.rulebook.portable import portable

if TYPE_CHECKING:
    from collections.abc import Callable

    from cohort_rows import Row

    from mbc_options import CompiledRulebook
    from mbc_options.rulebook.models import Rulebook

TESTS = Path(__file__).parents[1]


@cache
def hay_fever() -> CompiledRulebook:
    return load_rulebook(TESTS / "rulebooks" / "hay-fever")


@cache
def deciding_facts() -> tuple[str, ...]:
    return tuple(fact.id for fact in portable(load_rulebook()).facts)


RULEBOOKS: dict[str, tuple[Callable[[], CompiledRulebook], int]] = {
    "ours": (load_rulebook, 20_000),
    "ours, on demand": (real_rulebook_on_demand, 1_000),
    "hay fever": (hay_fever, 4_000),
}
"""Rulebooks, and how many rows are tried of each in a thorough run."""

ASSUMING = pytest.mark.parametrize("assume", [False, True], ids=["as said", "assuming"])


@ASSUMING
@pytest.mark.parametrize("which", RULEBOOKS)
def test_a_row_has_the_statuses_of_the_patient(which: str, assume: bool) -> None:  # noqa: FBT001 - a parameter
    load, count = RULEBOOKS[which]
    rulebook = load()
    rows = rows_by_chance(rulebook, examples(count), seed=1)
    expected = one_by_one(rulebook, rows, assume=assume)
    assert by_table(rulebook, table_of(rulebook, rows, rulebook.space.facts), assume=assume) == expected
    assert 0.01 < expected.count(None) / len(rows) < 0.3


@ASSUMING
def test_so_it_has_in_a_table_with_few_columns(assume: bool) -> None:  # noqa: FBT001 - a parameter
    rulebook, found = load_rulebook(), set()
    for seed in range(examples(10)):
        facts = ["metastatic", *Random(seed).sample(deciding_facts()[7:], 5 + seed * 3)]
        rows = rows_by_chance(rulebook, 500, seed, facts)
        expected = one_by_one(rulebook, rows, assume=assume)
        assert by_table(rulebook, table_of(rulebook, rows, facts), assume=assume) == expected
        found |= {status for row in expected if row for status in row.values()}
    assert found == set(STATUSES.categories)


@settings(deadline=None, max_examples=examples(60))
@given(rulebooks(), WAYS, st.integers(0, 2**32))
def test_random_rulebooks_decide_rows_as_asking_everybody_does(rulebook: Rulebook, decide: Any, seed: int) -> None:
    compiled = decided_by(rulebook, decide)
    rows = [
        row | dict.fromkeys(SETTLED, "no") | {"metastatic": metastatic, "sites.bone": metastatic}
        for row, metastatic in zip(rows_by_chance(compiled, 6, seed, FACTS), ["yes", "no"] * 3, strict=True)
    ]
    everybody = [completions(cube_of(compiled, row)) for row in rows]
    expected = [shared([plain_statuses(rulebook, one) for one in some]) if some else None for some in everybody]
    assert by_table(compiled, table_of(compiled, rows, (*FACTS, *SETTLED, "metastatic"))) == expected


def test_shipped_patients_and_those_of_teaching_cases_have_their_statuses() -> None:
    rulebook = load_rulebook()
    files = [*(TESTS / "patients").glob("*.yaml"), *(TESTS / "patients").glob("*.json")]
    everybody: list[Any] = [rulebook.load_patient(path) for path in files]
    everybody += [stage.assessment.patient for name in case_names() for stage in load_case(name).stages]
    known = [patient.description.known() for patient in everybody]
    rows = [{fact: values[0] for fact, values in one.items() if len(values) == 1} for one in known]
    whole = [patient for patient, row, one in zip(everybody, rows, known, strict=True) if len(row) == len(one)]
    assert len(whole) > 30
    assert by_table(rulebook, table_of(rulebook, rows, rulebook.space.facts)) == one_by_one(rulebook, rows)
    rows = [row for row, one in zip(rows, known, strict=True) if len(row) == len(one)]
    expected = [dict(statuses(patient, rulebook)) for patient in whole]
    assert by_table(rulebook, table_of(rulebook, rows, rulebook.space.facts)) == expected


CHOICES = ("sex", "menopause", "er", "pr", "her2", "metastasis_confirmed", "immunotherapy_biomarker")


def test_assuming_is_what_a_description_in_which_nothing_is_said_of_it_does() -> None:
    rulebook, chance = load_rulebook(), Random(3)
    vocabulary, domains = rulebook.vocabulary, rulebook.space.domains
    rows: list[Row] = []
    expected: list[Any] = []
    for _ in range(examples(1_000)):
        said: dict[str, Any] = {field: chance.choice(domains[field]) for field in CHOICES if chance.random() < 0.3}
        row = dict(said)
        if "metastasis_confirmed" in row:  # the field says both
            row["metastatic"] = row["metastasis_confirmed"]
        for field in ("sites", "extent", "findings"):
            names = [name for name in vocabulary.names[field].yes if f"{field}.{name}" in domains]
            said[field] = {name: chance.choice(["yes", "no"]) for name in names if chance.random() < 0.2}
            row |= {f"{field}.{name}": answer for name, answer in said[field].items()}
        rows.append(row)
        try:
            expected.append(dict(statuses(rulebook.patient(**said), rulebook)))
        except DescriptionError:
            expected.append(None)
    assert by_table(rulebook, table_of(rulebook, rows, rulebook.space.facts), assume=True) == expected
    assert None in expected


def test_a_column_that_is_not_there_is_one_of_which_nothing_is_known() -> None:
    rulebook = load_rulebook()
    facts = deciding_facts()[::2]
    rows = rows_by_chance(rulebook, 300, 5, facts)
    few, many = (by_table(rulebook, table_of(rulebook, rows, some)) for some in (facts, rulebook.space.facts))
    assert few == many


@ASSUMING
def test_where_nothing_is_known_everything_is_open_unless_something_is_assumed(assume: bool) -> None:  # noqa: FBT001
    rulebook = load_rulebook()
    table = FactTable(pl.LazyFrame({"name": ["a", "b"]}), {})
    expected = one_by_one(rulebook, [{}, {}], assume=assume)
    assert by_table(rulebook, table, assume=assume) == expected
    assert (set(expected[0] or ()) and {"undetermined"} == set((expected[0] or {}).values())) is not assume


def test_a_row_of_which_two_cells_disagree_has_no_status() -> None:
    rulebook = load_rulebook()
    table = table_of(rulebook, [{"her2": "positive"}] * 3, ["her2"])
    frame = table.frame.with_columns(disagree=pl.Series([True, False, None]))
    found = by_table(rulebook, FactTable(frame, table.facts, "disagree"))
    assert [one is None for one in found] == [True, False, False]
    column = holds(rulebook.by_id["anti_her2"].candidate, FactTable(frame, table.facts, "disagree"), rulebook)
    assert frame.select(column).collect().to_series().to_list() == [None, True, True]


# what is added, and how


def test_the_columns_that_came_stay_as_they_are_and_statuses_stand_behind() -> None:
    rulebook = load_rulebook()
    table = table_of(rulebook, rows_by_chance(rulebook, 50, 2, deciding_facts()), deciding_facts())
    said = {"mbc_options_": [1], "mbc_options_not_0": ["x"], "fact_metastatic_assumed": ["y"], "a.b": [None]}
    frame = table.frame.with_columns(**{name: pl.lit(cells[0]) for name, cells in said.items()})
    before = frame.collect()
    for assume in (False, True):
        done = with_statuses(FactTable(frame, table.facts), rulebook, assume=assume).collect()
        assert done.select(before.columns).equals(before)
        assert done.columns == [*before.columns, CONTRADICTION, *status_columns(rulebook.by_id).values()]
        assert done.schema[CONTRADICTION] == pl.Boolean
        assert {done.schema[name] for name in status_columns(rulebook.by_id).values()} == {STATUSES}
        assert done[CONTRADICTION].null_count() == 0


def test_an_empty_table_gets_the_same_columns() -> None:
    rulebook = load_rulebook()
    done = with_statuses(table_of(rulebook, [], deciding_facts()), rulebook).collect()
    assert done.height == 0
    assert done.columns[-1] == "status_clinical_trial"


def test_nothing_is_read_before_the_query_is_run() -> None:
    rulebook = load_rulebook()
    table = table_of(rulebook, [{"er": "positive"}], ["er"])

    def refuse(_: pl.DataFrame) -> pl.DataFrame:
        msg = "read"
        raise ValueError(msg)

    schema = table.frame.collect_schema()
    unread = FactTable(table.frame.map_batches(refuse, schema=schema), table.facts)
    query = with_statuses(unread, rulebook, assume=True)
    with pytest.raises((ValueError, pl.exceptions.ComputeError), match="read"):
        query.collect()


@pytest.mark.parametrize("load", [load_rulebook, real_rulebook_on_demand], ids=["by primes", "on demand"])
def test_it_streams_from_file_to_file(load: Callable[[], CompiledRulebook], tmp_path: Path) -> None:
    rulebook = load()
    rows = rows_by_chance(rulebook, 200, 4, deciding_facts())
    table = table_of(rulebook, rows, deciding_facts())
    table.frame.collect().write_parquet(tmp_path / "in.parquet")
    from_file = FactTable(pl.scan_parquet(tmp_path / "in.parquet"), table.facts)
    with_statuses(from_file, rulebook).sink_parquet(tmp_path / "out.parquet")
    expected = with_statuses(table, rulebook).collect()
    assert pl.read_parquet(tmp_path / "out.parquet").equals(expected)


def test_rows_that_are_alike_are_asked_about_once() -> None:
    rulebook = load_rulebook()
    rows = [{"er": "positive"}, {"er": "negative"}, {}, {"er": "positive", "pr": "negative"}] * 50
    asked = []

    def answer(knowledge: int) -> str:
        asked.append(knowledge)
        return rulebook.space.values(knowledge, "er")[0]

    table = table_of(rulebook, rows, ["er", "pr"])
    column = once_per_distinct_row(table, rulebook, ["er", "her2"], answer, pl.String)
    found = table.frame.select(column).collect().to_series().to_list()
    first = rulebook.space.domains["er"][0]
    assert found == ["positive", "negative", first, "positive"] * 50
    assert len(asked) == len(set(asked)) == 3


# conditions


@pytest.mark.parametrize("load", [load_rulebook, real_rulebook_on_demand], ids=["by primes", "on demand"])
def test_a_condition_holds_fails_or_is_open(load: Callable[[], CompiledRulebook]) -> None:
    rulebook = load()
    rows = rows_by_chance(rulebook, 100, 6, deciding_facts())
    table = table_of(rulebook, rows, deciding_facts())
    functions = [rule.function for option in rulebook.by_id.values() for rule in option.rules][::3]
    functions.append(rulebook.scope)
    found = table.frame.select(
        *(holds(one, table, rulebook).alias(f"holds {i}") for i, one in enumerate(functions)),
        *(fails(one, table, rulebook).alias(f"fails {i}") for i, one in enumerate(functions)),
    ).collect()
    for i, function in enumerate(functions):
        for row, holding, failing in zip(rows, found[f"holds {i}"], found[f"fails {i}"], strict=True):
            cube = cube_of(rulebook, row)
            entailed, refuted = function.entailed_by(cube), function.refuted_by(cube)
            is_possible = rulebook.theory.is_possible(cube)
            if is_possible and function is not rulebook.scope and not rulebook.inside.is_possible(cube):
                continue  # out of scope, of whom a rule says nothing
            expected = None if entailed is refuted or not is_possible else entailed
            assert holding is expected
            assert failing is (None if expected is None else not expected)


def test_what_is_assumed_stands_in_a_column_of_its_own() -> None:
    rulebook = load_rulebook()
    rows = [{}, {"metastatic": "no"}, {"metastasis_confirmed": "no"}, {"sites.bone": "yes"}]
    table = assumed(table_of(rulebook, rows, ["metastatic", "metastasis_confirmed", "sites.bone"]), rulebook)
    found = table.frame.select("fact_metastatic", table.facts["metastatic"]).collect()
    assert found.rows() == [(None, "yes"), ("no", "no"), (None, None), (None, "yes")]


# what is refused


def test_ids_that_would_share_a_column_are_named() -> None:
    with pytest.raises(RulebookError, match=r"a.b and a_b would share the column fact_a_b: name one of them otherwise"):
        fact_columns(["a.b", "c", "a_b"])
    with pytest.raises(RulebookError, match=r"x_y and x.y would share the column status_x_y"):
        status_columns(["x_y", "x.y"])


def test_no_column_that_came_is_written_over() -> None:
    frame = pl.LazyFrame({"contradiction": [1], "status_surgery": ["x"], "status_of_mind": ["y"]})
    with pytest.raises(InputError) as error:
        with_statuses(FactTable(frame, {}))
    assert [problem.path for problem in error.value.problems] == [("contradiction",), ("status_surgery",)]
    assert "the table: has a column status_surgery already" in str(error.value)


def test_a_word_that_is_no_value_never_gets_to_a_verdict() -> None:
    cells = {"a": ["pos"], "b": [True], "c": ["yes"], "d": ["positive"]}
    frame = pl.LazyFrame(cells).with_columns(
        pl.col("d").cast(pl.Enum(["positive", "other"])), pl.col("c").cast(pl.Enum(["no", "yes"]))
    )
    facts = {"er": "a", "sites.bone": "b", "sites.liver": "c", "her2": "d", "pr": "e", "sites.lver": "c"}
    with pytest.raises(InputError) as error:
        with_statuses(FactTable(frame, facts, conflict="f"))
    assert [str(problem) for problem in error.value.problems] == [
        "column 'a' is to hold er, an enum of positive, negative, and holds String",
        "column 'b' is to hold sites.bone, an enum of yes, no, and holds Boolean",
        "column 'c' is to hold sites.liver, an enum of yes, no, and holds Enum(categories=['no', 'yes'])",
        "column 'd' is to hold her2, an enum of positive, negative, and holds Enum(categories=['positive', 'other'])",
        "the table has no column 'e', which is to hold pr",
        "unknown fact 'sites.lver'; did you mean sites.liver?",
        "the table has no Boolean column 'f'",
    ]


def test_without_the_extra_it_says_which_one_is_missing() -> None:
    code = "import sys; sys.modules['polars'] = None; import mbc_options.cohorts.evaluate"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60)
    assert (
        "MissingExtraError: cohort needs an extra that is not installed: pip install 'mbc_options[cohort]'"
        in done.stderr
    )
