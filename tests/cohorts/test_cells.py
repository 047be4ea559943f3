"""Cells are read by the door of a patient file: what a row says is what a file would say in the mapping form."""

from __future__ import annotations

import datetime as dt
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import TableError, load_rulebook, render, statuses
from mbc_options.cohorts.cells import read_cells
from mbc_options.cohorts.columns import status_columns
from mbc_options.cohorts.mapping import Column, Mapping, target_of
from mbc_options.cohorts.read_cohort import read_cohort
from mbc_options.cohorts.spellings import SpellingReader
from mbc_options.patient.description import read

RULEBOOK = load_rulebook()
VOCABULARY = RULEBOOK.vocabulary


def facts_of(frame: pl.DataFrame, mapping: Mapping) -> dict[str, list[str | None]]:
    table, _ = read_cells(frame.lazy(), mapping, RULEBOOK)
    found = table.frame.collect()
    return {fact: found[column].cast(pl.String).to_list() for fact, column in table.facts.items()}


def spelled(field: str, *cells: str, **how: Any) -> tuple[str, dict[str, tuple[str, ...]]]:
    """What a spelling is, and what is known by it."""
    said = Column(field=field, **how)
    found = SpellingReader(VOCABULARY, target_of(field, VOCABULARY), said).read(cells)
    return found.kind, VOCABULARY.space.reading(found.cube)


@pytest.mark.parametrize(
    ("field", "cell", "kind", "fact", "value"),
    [
        ("er", "90%", "read", "er", "positive"),
        ("er", "Positive", "read", "er", "positive"),
        ("her2", "2+, FISH not amplified", "read", "her2", "negative"),
        ("her2", "2+", "borderline", "her2", None),
        ("her2", "equivocal", "borderline", "her2", None),
        ("er", "Indeterminate", "borderline", "er", None),
        ("er", "Not Done", "not_tested", "er", None),
        ("er", "not tested", "not_tested", "er", None),
        ("er", "[Not Available]", "not_recorded", "er", None),
        ("er", "unknown", "not_recorded", "er", None),
        ("er", "positive (0%)", "conflicting", "er", None),
        ("her2", "3+/ISH-", "conflicting", "her2", None),
        ("er", "yes and no", "refused", "er", None),
        ("sites", "bone; liver", "read", "sites.liver", "yes"),
        ("sites", "bone; livr", "partly", "sites.bone", "yes"),
        ("sites", "none", "nothing", "sites.bone", None),
        ("sites.bone", "1", "read", "sites.bone", "yes"),
        ("sites.bone", "No", "read", "sites.bone", "no"),
        ("prior", "letrozole: progressed; FEC", "read", "prior.chemotherapy.combination.given", "yes"),
        ("prior", "CDK4/6 inhibitor, letrozole", "read", "prior.cdk46_inhibitor.given", "yes"),
        ("prior.chemotherapy", "yes", "read", "prior.chemotherapy.given", "yes"),
        ("prior.chemotherapy", "NA", "not_recorded", "prior.chemotherapy.given", None),
        ("prior.chemotherapy", "progressed", "read", "prior.chemotherapy.progressed", "yes"),
        ("prior.chemotherapy.progressed", "no", "read", "prior.chemotherapy.progressed", "no"),
        ("prior.metastatic.given", "no", "read", "prior.metastatic.given", "no"),
        ("metastatic", "yes", "read", "metastatic", "yes"),
    ],
)
def test_what_a_spelling_is(field: str, cell: str, kind: str, fact: str, value: str | None) -> None:
    found, known = spelled(field, cell)
    assert found == kind
    assert known.get(fact) == (None if value is None else (value,))


def test_a_list_denies_nothing() -> None:
    _, known = spelled("sites", "bone")
    assert known == {"metastatic": ("yes",), "sites.bone": ("yes",)}


def test_a_whole_number_that_text_spells_with_a_point_is_one() -> None:
    assert spelled("sites.bone", "1.0") == spelled("sites.bone", "1")
    assert spelled("prior.chemotherapy", "0.0") == spelled("prior.chemotherapy", "0")
    assert spelled("menopause", "2.0", values={"2": "post"})[1]["menopause"] == ("postmenopausal",)
    assert spelled("er", "90.0", write="{cell}%")[1]["er"] == ("positive",)
    assert spelled("er", "9.0", write="{cell}%", values={"9": "unknown"})[0] == "not_recorded"
    assert spelled("er", "0.9")[0] == "refused"


def test_a_word_may_mean_a_list() -> None:
    known = spelled("sites", "both", values={"both": "bone; liver"})[1]
    assert (known["sites.bone"], known["sites.liver"]) == (("yes",), ("yes",))


@pytest.mark.parametrize(
    "cell", ["bone\nliver", "1. bone\n2. liver", " 1) bone\r\n 2) liver ", "• bone\n•liver", "bone;\nliver"]
)
def test_each_line_of_a_cell_may_name_a_thing(cell: str) -> None:
    kind, known = spelled("sites", cell)
    assert (kind, known["sites.bone"], known["sites.liver"]) == ("read", ("yes",), ("yes",))
    assert spelled("sites", "liver\nmetastases")[0] == "read"
    assert spelled("prior", "1. 5-FU\n2. letrozole: progressed")[1]["prior.hormone_therapy.progressed"] == ("yes",)
    assert spelled("sites", "1. somewhere\n2. liver")[0] == "partly"


@pytest.mark.parametrize(
    ("field", "cell"),
    [
        ("sites", "no bone, liver"),
        ("sites", "negative for bone, liver and lung"),
        ("sites", "bone/liver ruled out"),
        ("sites", "liver (no bone, brain)"),
        ("sites", "possible bone, liver"),
        ("prior", "declined tamoxifen, letrozole"),
        ("prior", "allergy to paclitaxel, docetaxel"),
        ("prior", "letrozole, not palbociclib"),
    ],
)
def test_what_is_said_of_one_thing_may_be_meant_of_those_beside_it(field: str, cell: str) -> None:
    assert spelled(field, cell) == ("refused", {})


def test_what_names_nothing_known_takes_nothing_from_what_stands_beside_it() -> None:
    for cell in ("bone, somewhere", "bone; no liver", "somewhere\nbone"):
        kind, known = spelled("sites", cell)
        assert (kind, known["sites.bone"], "sites.liver" in known) == ("partly", ("yes",), False)
    kind, known = spelled("prior", "letrozole, stopped for toxicity", outcome="progressed")
    assert (kind, known["prior.hormone_therapy.progressed"]) == ("partly", ("yes",))


def test_words_of_a_column_mean_what_the_mapping_says() -> None:
    assert spelled("sites.bone", "2", values={"1": "yes", "2": "no"})[1]["sites.bone"] == ("no",)
    assert spelled("er", "87", write="{cell}%")[1]["er"] == ("positive",)
    assert spelled("er", "999", values={"999": "unknown"}, write="{cell}%")[0] == "not_recorded"


def test_outcome_and_setting_stand_in_columns_of_their_own() -> None:
    how = {"outcome_from": "outcome", "setting_from": "setting"}
    assert spelled("prior", "letrozole", "PD", "metastatic", **how)[1] == {
        "prior.hormone_therapy.given": ("yes",),
        "prior.hormone_therapy.progressed": ("yes",),
        "prior.metastatic.given": ("yes",),
    }
    kind, known = spelled("prior", "letrozole", "hm", "metastatic", **how)
    assert (kind, set(known)) == ("partly", {"prior.hormone_therapy.given", "prior.metastatic.given"})


POOLS: dict[str, tuple[str | None, ...]] = {
    "er": ("+", "90%", "<1%", "neg", "NA", "", None, "no idea"),
    "pr": ("positive", "-", "[Not Available]", None),
    "her2": ("2+", "3+", "0", "2+/ISH+", "Not Done", None),
    "sex": ("female", "M", None),
    "menopause": ("post", "pre", "peri", None),
    "sites": ("bone", "liver; lung", "axilla", "brain and bone", "none", None),
    "prior": ("letrozole: progressed", "FEC; docetaxel: PD", "tamoxifen", "none", "unheard-of", None),
}
ROWS = st.lists(
    st.fixed_dictionaries({name: st.sampled_from(pool) for name, pool in POOLS.items()}), min_size=8, max_size=20
)


@settings(max_examples=examples(6))
@given(ROWS)
def test_a_row_is_decided_as_its_description_is(rows: list[dict[str, str | None]]) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys(POOLS, pl.String))
    found = read_cohort(frame, mapping=Mapping(columns={name: (Column(field=name),) for name in POOLS}))
    decided = found.statuses().collect()
    for row, got in zip(rows, decided.iter_rows(named=True), strict=True):
        said = {name: cell for name, cell in row.items() if cell and cell not in {"no idea", "unheard-of", "none"}}
        said = {name: cell.split("; ") if name in {"sites", "prior"} else cell for name, cell in said.items()}
        description, complaints = read(said, VOCABULARY, proves_only=True)
        assert got["contradiction"] == (description is None), complaints
        verdicts: dict[str, str] = {} if description is None else dict(statuses(description, RULEBOOK))
        for option, column in status_columns(RULEBOOK.by_id).items():
            assert got[column] == verdicts.get(option), (option, row)


def test_each_distinct_spelling_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, ...]] = []
    by_door = SpellingReader.read
    monkeypatch.setattr(SpellingReader, "read", lambda self, cells: asked.append(cells) or by_door(self, cells))
    frame = pl.DataFrame({"er": ["+", "-", None] * 1000})
    _, receipt = read_cells(frame.lazy(), Mapping(columns={"er": (Column(field="er"),)}), RULEBOOK)
    assert sorted(asked) == [("",), ("+",), ("-",)]
    assert receipt.columns[0].counts == {"read": 2000, "empty": 1000}


@pytest.mark.parametrize(
    "cells",
    [
        pl.Series([1, 0, None]),
        pl.Series([1.0, 0.0, float("nan")]),
        pl.Series([True, False, None]),
        pl.Series(["yes", "no", None], dtype=pl.Categorical),
        pl.Series(["yes", "no", None], dtype=pl.Enum(["yes", "no"])),
        pl.Series([1, 0, None]).cast(pl.Decimal(5, 2)),
        pl.Series(["Y", "N", "NaN"]),
    ],
    ids=["integer", "float", "boolean", "categorical", "enum", "decimal", "text"],
)
def test_a_cell_says_the_same_whatever_its_type(cells: pl.Series) -> None:
    facts = facts_of(pl.DataFrame({"b": cells}), Mapping(columns={"b": (Column(field="sites.bone"),)}))
    assert facts["sites.bone"] == ["yes", "no", None]


def test_a_cell_may_be_a_list() -> None:
    facts = facts_of(
        pl.DataFrame({"s": [["bone", "liver"], [], None]}), Mapping(columns={"s": (Column(field="sites"),)})
    )
    assert facts["sites.liver"] == ["yes", None, None]


def test_dates_and_numbers_that_mean_nothing_are_told() -> None:
    frame = pl.DataFrame({"b": [dt.date(2020, 1, 1), None], "n": [3, 1]})
    mapping = Mapping(columns={"b": (Column(field="sites.bone"),), "n": (Column(field="sites.liver"),)})
    _, receipt = read_cells(frame.lazy(), mapping, RULEBOOK)
    refused = [one for column in receipt.columns for one in column.of_kind("refused")]
    assert [one.cells for one in refused] == [("2020-01-01",), ("3",)]
    assert all("takes yes, no or unknown here" in one.reason for one in refused)
    assert receipt.unread_rows == 1


def test_cells_that_are_no_text_are_refused_with_the_column() -> None:
    frame = pl.DataFrame({"b": [{"x": 1}]})
    with pytest.raises(TableError, match=r"column 'b' has Struct.* in its cells"):
        read_cells(frame.lazy(), Mapping(columns={"b": (Column(field="sites.bone"),)}), RULEBOOK)


def test_two_columns_of_a_field_prove_what_either_does_and_contradict_by_row() -> None:
    frame = pl.DataFrame({"ihc": ["2+", "3+", "1+", None], "fish": ["negative", "Not Done", "positive", "positive"]})
    mapping = Mapping(
        columns={"ihc": (Column(field="her2"),), "fish": (Column(field="her2", write="ISH {cell}"),)},
    )
    cohort = read_cohort(frame, mapping=mapping, rulebook=RULEBOOK)
    found = cohort.table.frame.collect()
    assert found["fact_her2"].to_list() == ["negative", "positive", "negative", "positive"]
    assert cohort.receipt.contradictory_rows == 1
    (one,) = cohort.receipt.contradictions
    assert (one.row, one.cells) == ("row 3", (("ihc", "1+"), ("fish", "positive")))


def test_cells_that_cannot_both_be_are_named() -> None:
    frame = pl.DataFrame({"sex": ["male"], "menopause": ["post"], "er": ["+"]})
    mapping = Mapping(columns={name: (Column(field=name),) for name in frame.columns})
    (one,) = read_cohort(frame, mapping=mapping).receipt.contradictions
    assert one.cells == (("sex", "male"), ("menopause", "post"))


def test_rows_are_gathered_by_patient() -> None:
    frame = pl.DataFrame({"id": ["b", "a", "b"], "drug": ["letrozole", "FEC", "docetaxel"], "out": ["PD", None, "no"]})
    mapping = Mapping(by="id", columns={"drug": (Column(field="prior", outcome_from="out"),)})
    table, receipt = read_cells(frame.lazy(), mapping, RULEBOOK)
    found = table.frame.collect()
    assert found["id"].to_list() == ["b", "a"]
    assert found["fact_prior_hormone_therapy_progressed"].to_list() == ["yes", None]
    assert found["fact_prior_chemotherapy_given"].to_list() == ["yes", "yes"]
    assert receipt.rows == 3


def test_the_newest_result_counts_where_rows_have_dates() -> None:
    frame = pl.DataFrame({"id": ["a", "a", "b"], "day": ["2021-03-01", "2020-01-01", ""], "er": ["-", "+", "+"]})
    mapping = Mapping(by="id", date="day", columns={"er": (Column(field="er"),)})
    assert facts_of(frame, mapping)["er"] == ["negative", "positive"]
    without = read_cohort(frame, mapping=mapping.model_copy(update={"date": None}))
    assert without.statuses().collect()["contradiction"].to_list() == [True, False]


@pytest.mark.parametrize(
    ("days", "is_known"),
    [
        (["2021-03-01", "2020-12-31"], True),
        (["01.03.2021", "31.12.2020"], True),
        (["2021-03-01", "31.12.2020"], True),
        (["2021/03/01", "20201231"], True),
        (["2021-03-01 15:00", "2021-03-01 08:30:00"], True),
        (["2021-03-01T15:00:00.5", "2021-03-01T15:00:00.4"], True),
        ([10, -3], True),
        ([dt.date(2021, 3, 1), dt.date(2020, 12, 31)], True),
        ([dt.datetime(2021, 3, 1, 15, tzinfo=dt.UTC), dt.datetime(2021, 3, 1, 8, tzinfo=dt.UTC)], True),
        (["2021-03-01", "2021-03-01"], False),
        (["03/04/2021", "01/01/2020"], False),
        (["2021-03-01", "soon"], False),
        (["2021-03-01", None], False),
        ([float("nan"), 3.0], False),
    ],
)
def test_two_results_contradict_where_it_is_not_known_which_is_the_newest(days: list[Any], is_known: bool) -> None:  # noqa: FBT001 - a parameter
    frame = pl.DataFrame({"id": ["a", "a"], "day": days, "er": ["-", "+"]})
    mapping = Mapping(by="id", date="day", columns={"er": (Column(field="er"),)})
    found = read_cohort(frame, mapping=mapping, assume=True).statuses().collect()
    assert found["contradiction"].to_list() == [not is_known]
    agreeing = read_cohort(frame.with_columns(er=pl.lit("-")), mapping=mapping).statuses().collect()
    assert agreeing["contradiction"].to_list() == [False]
    if is_known:
        of_the_newest = read_cohort(frame, mapping=mapping).table.frame.collect()["fact_er"].to_list()
        assert of_the_newest == ["negative"]


def test_rows_of_nobody_and_rows_without_a_date_stand_in_the_receipt() -> None:
    frame = pl.DataFrame(
        {"id": ["a", None, " ", "b"], "day": ["1.2.2020", "x", "x", "03/04/2021"], "er": ["+", "-", "-", "+"]}
    )
    mapping = Mapping(by="id", date="day", columns={"er": (Column(field="er"),)})
    cohort = read_cohort(frame, mapping=mapping)
    assert cohort.statuses().collect()["id"].to_list() == ["a", "b"]
    assert (cohort.receipt.rows, cohort.receipt.patients) == (4, 2)
    assert [(one.kind, one.column, one.rows, one.cells) for one in cohort.receipt.apart] == [
        ("nobodys", "id", 2, ()),
        ("undated", "day", 1, ("03/04/2021",)),
    ]
    for format_ in ("text", "html"):
        told = render(cohort.receipt, format=format_)
        assert "4 rows, gathered for 2 patients," in " ".join(told.split())
        assert "id: empty in 2 rows, so that nobody knows whose they are" in " ".join(told.split())
    with pytest.raises(TableError, match="column 'id' is empty in 2 rows"):
        read_cohort(frame, mapping=mapping, strict=True)
    with pytest.raises(TableError, match="no date that is known in 1 row; known are 2024-11-28"):
        read_cohort(frame.drop_nulls().filter(pl.col("id") != " "), mapping=mapping, strict=True)


def test_a_treatment_that_ended_is_no_longer_ongoing() -> None:
    frame = pl.DataFrame({"id": ["a", "a"], "day": [10, 5], "drug": ["letrozole"] * 2, "out": ["PD", "ongoing"]})
    mapping = Mapping(by="id", date="day", columns={"drug": (Column(field="prior", outcome_from="out"),)})
    facts = facts_of(frame, mapping)
    assert facts["prior.hormone_therapy.progressed"] == ["yes"]
    assert facts["prior.hormone_therapy.ongoing"] == [None]


def test_a_column_that_is_not_there_is_an_error_that_names_the_nearest() -> None:
    frame = pl.LazyFrame({"er_status": ["+"]})
    with pytest.raises(TableError, match=r"has no column 'er_statu'; did you mean er_status\?"):
        read_cells(frame, Mapping(columns={"er_statu": (Column(field="er"),)}), RULEBOOK)


def test_a_name_in_another_case_is_meant_unless_two_are_alike() -> None:
    mapping = Mapping(columns={"Er": (Column(field="er"),)})
    assert facts_of(pl.DataFrame({"ER": ["+"]}), mapping)["er"] == ["positive"]
    with pytest.raises(TableError, match="no column 'Er', but 'ER' and 'er'; write the one that is meant"):
        read_cells(pl.LazyFrame({"ER": ["+"], "er": ["-"]}), mapping, RULEBOOK)


def test_a_table_that_has_a_column_of_a_fact_already_is_refused() -> None:
    with pytest.raises(ValueError, match="fact_er"):
        read_cells(
            pl.LazyFrame({"er": ["+"], "fact_er": ["-"]}), Mapping(columns={"er": (Column(field="er"),)}), RULEBOOK
        )
