"""Results as data frames: what each column is called and holds, and that it says what the result says."""

from __future__ import annotations

import inspect
import re
import sys
from itertools import product
from typing import Any

import polars as pl
import pytest

from mbc_options import MissingExtraError, Patient, compare, document_map, explore, matrix, statuses
from mbc_options.cases.class_results import Results
from mbc_options.cohorts.read_cohort import read_cohort
from mbc_options.exploration.status import STATUSES
from mbc_options.frames import frame

PATIENT = Patient(er="+", pr="-", her2="-", menopause="post", sites={"bone": "yes"})
OTHER = Patient(er="-", pr="-", her2="-", menopause="post", sites={"liver": "yes"})
BEYOND = Patient(er="+", metastasis_confirmed="no")

TABLE = pl.DataFrame(
    {
        "er": ["+", "-", None, "+"],
        "pr": ["+", "-", "+", "+"],
        "her2": ["-", "-", None, "+"],
        "bone": ["yes", "yes", "yes", None],
    }
)
COHORT = read_cohort(TABLE)
SUMMARY, RECEIPT = COHORT.summary(), COHORT.receipt

RESULTS: tuple[Any, ...] = (
    SUMMARY,
    RECEIPT,
    explore(PATIENT),
    matrix(PATIENT),
    document_map(PATIENT),
    compare(PATIENT, OTHER),
    Results(rulebook=explore(PATIENT).rulebook, files=0, older=0, cases=(), rules=(), unused=()),
)


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_every_column_is_documented_with_what_it_holds(result: Any) -> None:
    said = re.findall(r"^ {4}(\w+) \((\w+)\):", inspect.getdoc(type(result).to_frame) or "", flags=re.MULTILINE)
    made = result.to_frame()
    assert said == [(name, str(made.schema[name].base_type().__name__)) for name in made.columns]


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_a_frame_goes_into_every_kind_of_file(result: Any) -> None:
    made = result.to_frame()
    read = pl.read_csv(made.write_csv().encode(), schema=made.schema)
    assert read.with_columns(pl.col(pl.String).fill_null("")).equals(made)


def test_an_assessment_has_a_row_for_each_class_and_member() -> None:
    made, found = explore(PATIENT).to_frame(), statuses(PATIENT)
    assert dict(made.select("option", "status").iter_rows()) == found
    assert made.schema["status"] == pl.Enum(STATUSES)
    assert set(made["class"]) == {id_ for id_ in found if "." not in id_}
    open_ = made.filter(pl.col("status") == "undetermined")
    assert open_.height
    assert open_.filter((pl.col("depends_on") == "") | (pl.col("rules") != "")).is_empty()
    settled = made.filter(pl.col("status").is_in(["candidate", "unspecified"]))
    assert settled.filter((pl.col("rules") == "") | (pl.col("depends_on") != "")).is_empty()


def test_a_member_rests_on_the_reasons_of_its_class_too() -> None:
    found = explore(PATIENT)
    made = found.to_frame()
    for option in found.options:
        for member in option.members:
            ((rules,),) = made.filter(pl.col("option") == member.id).select("rules").iter_rows()
            reasons = (*member.because, *member.because_of_class)
            assert set(filter(None, rules.split("; "))) == {one.rule for one in reasons if one.rule}


def test_out_of_scope_every_class_says_so_and_the_maps_have_no_row() -> None:
    assert set(explore(BEYOND).to_frame()["status"]) == {"out_of_scope"}
    for made in (matrix(BEYOND).to_frame(), document_map(BEYOND).to_frame()):
        assert made.is_empty()
        assert made.schema["status"] == pl.Enum(STATUSES)


def test_a_map_by_subtype_has_a_row_for_each_cell_and_none_is_invented() -> None:
    rest = matrix(Patient(sites={"bone": "yes"}))
    told = {(line.id, one.id): line.cells[one.id].status for line, one in product(rest.lines, rest.possible)}
    made = rest.to_frame()
    assert {
        (option, subtype): status for option, subtype, status in made.select("option", "subtype", "status").rows()
    } == {
        **{(line.id, one.id): None for line, one in product(rest.lines, rest.columns)},
        **told,
    }


def test_a_map_by_document_has_a_row_for_each_cell() -> None:
    found = document_map(PATIENT)
    rows = found.to_frame().select("option", "document", "status", "role", "together", "agreement").rows()
    assert rows == [
        (line.id, document, cell.status, cell.role, line.status, line.agreement)
        for line in found.lines
        for document, cell in line.cells.items()
    ]


def test_a_comparison_has_a_row_for_each_option_and_tells_what_makes_the_difference() -> None:
    made, a, b = compare(PATIENT, OTHER).to_frame(), statuses(PATIENT), statuses(OTHER)
    assert {option: (one, other) for option, one, other in made.select("option", "a", "b").iter_rows()} == {
        option: (a[option], b[option]) for option in a
    }
    assert made["differs"].to_list() == [one != other for one, other in made.select("a", "b").iter_rows()]
    assert not made.filter(pl.col("differs") == (pl.col("switches") == "")).height
    facts = {one.fact for one in compare(PATIENT, OTHER).facts}
    assert {fact for switches in made["switches"] for fact in re.findall(r"[\w.]+", switches)} <= facts


def test_a_summary_has_a_row_for_each_count_and_counts_each_row_in_scope_once() -> None:
    made = SUMMARY.to_frame()
    assert (SUMMARY.rows, SUMMARY.in_scope) == (4, 3)
    for option in SUMMARY.options:
        mine = made.filter(pl.col("option") == option.id)
        by_status = dict(mine.group_by("status").agg(pl.col("rows").sum()).iter_rows())
        assert by_status == vars(option.counts)
        known = (
            mine.filter(pl.col("kind") == "known").group_by("subtype", maintain_order=True).agg(pl.col("rows").sum())
        )
        assert known.rows() == [(one.id, one.rows) for one in SUMMARY.subtypes if one.kind == "known"]


def test_a_receipt_has_a_row_for_each_spelling() -> None:
    made = RECEIPT.to_frame().filter(pl.col("column") == "er").select("cell", "rows", "kind", "says")
    assert made.rows() == [("+", 2, "read", "ER-positive"), ("-", 1, "read", "ER-negative")]


def test_what_is_no_word_of_a_column_is_refused() -> None:
    with pytest.raises(pl.exceptions.PolarsError):
        frame({"status": STATUSES}, [("maybe",)])


@pytest.mark.parametrize("result", RESULTS, ids=lambda one: type(one).__name__)
def test_without_the_extra_it_is_named(result: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'mbc_options\[cohort\]'"):
        result.to_frame()
