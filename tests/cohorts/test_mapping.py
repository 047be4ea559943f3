"""Mappings: read at file, line and column; proposed from names and cells; those that come ready-made."""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import polars as pl
import pytest
from jsonschema import Draft202012Validator

from mbc_options import TableError, load_rulebook, render
from mbc_options.cohorts.mapping import columns_of, mapping_schema, read_mapping, ready_made
from mbc_options.cohorts.proposal import propose
from mbc_options.cohorts.read_cohort import read_cohort
from mbc_options.cohorts.tables import Table
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.cohorts.proposal import Proposal

RULEBOOK = load_rulebook()
VOCABULARY = RULEBOOK.vocabulary


def problems_of(text: str, tmp_path: Path) -> list[str]:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(TableError) as caught:
        read_mapping(path, VOCABULARY)
    return [str(one).removeprefix(f"{path}:") for one in caught.value.problems]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("columns: {E: err}", "1:14: there is no field 'err'; the fields are sex, menopause, er"),
        ("columns: {E: sits}", "1:14: there is no field 'sits'; did you mean sites?"),
        ("columns: {E: sites.livr}", "1:14: sites does not know 'livr'; did you mean liver?"),
        ("columns: {E: prior.letrozol}", "1:14: prior does not know the treatment 'letrozol'; did you mean letrozole?"),
        ("columns: {E: er.x}", "1:14: er has no parts; write er"),
        ("columns: {E: [er, pgrr]}", "1:19: there is no field 'pgrr'"),
        ("columns:\n  E:\n    feld: er", "3:5: unknown key 'feld'; did you mean field?"),
        ("columns:\n  E: {field: er, write: '%'}", "2:25: write has no {cell}, which stands for the cell"),
        ("columns: {E: {field: er, outcome: PD}}", "1:26: outcome belongs to a column that names treatments"),
        ("columns: {E: {field: prior, outcome: PX}}", "1:38: outcome cannot be 'PX'"),
        (
            "columns: {E: {field: prior, outcome: PD, outcome_from: X}}",
            "1:42: outcome_from and outcome say the same; leave out one",
        ),
        ("columns: {E: er}\ndate: D", "2:1: date orders the rows of a patient; name the column that says whose row"),
        ("columns: {E: er}\nbeside:\n  - columns: {P: pr}", "3:5: by is missing: the column that says whose row it is"),
        ("table: x.csv", "1:1: columns is missing"),
    ],
)
def test_what_is_wrong_stands_at_its_place(text: str, told: str, tmp_path: Path) -> None:
    found = problems_of(text, tmp_path)
    assert any(one.startswith(told) for one in found), found


def test_a_mapping_that_is_not_there_is_told_with_those_that_are() -> None:
    with pytest.raises(TableError, match=r"cbioportl: is neither .*; did you mean cbioportal\?"):
        read_mapping("cbioportl", VOCABULARY)
    with pytest.raises(TableError, match="ready-made are cbioportal, seer"):
        read_mapping("x", VOCABULARY)


def test_a_rulebook_of_ones_own_may_bring_mappings(tmp_path: Path) -> None:
    (tmp_path / "mappings").mkdir()
    (tmp_path / "mappings" / "clinic.yaml").write_text("columns: {E: er}", encoding="utf-8")
    assert set(ready_made(tmp_path)) == {*ready_made(), "clinic"}
    assert dict(columns_of(read_mapping("clinic", VOCABULARY, tmp_path)))["E"].field == "er"


@pytest.mark.parametrize("name", ready_made())
def test_a_ready_made_mapping_is_sound_and_as_the_schema_says(name: str) -> None:
    mapping = read_mapping(name, VOCABULARY)
    assert mapping.about
    assert mapping.optional
    Draft202012Validator(mapping_schema()).validate(yaml_positions.read(ready_made()[name]).data)


def test_the_schema_refuses_what_the_form_does() -> None:
    validator = Draft202012Validator(mapping_schema())
    assert not list(validator.iter_errors({"columns": {"E": ["er", {"field": "pr"}]}, "rows": {"T": "x"}}))
    assert list(validator.iter_errors({"columns": {"E": {"feld": "er"}}}))
    assert list(validator.iter_errors({}))


def proposed(**columns: list[str | None]) -> Proposal:
    return propose(Table("patients.csv", pl.LazyFrame(columns)), VOCABULARY)


@pytest.mark.parametrize(
    ("name", "cells", "field"),
    [
        ("er", ["+", "-"], "er"),
        ("ER_STATUS", ["positive", "90%"], "er"),
        ("sites_bone", ["yes", "no"], "sites.bone"),
        ("sites.bone", ["1", "0"], "sites.bone"),
        ("site_liver", ["1", "0"], "sites.liver"),
        ("bone_metastases", ["Y", "N"], "sites.bone"),
        ("findings_bone_pain", ["yes", ""], "findings.bone_pain"),
        ("prior_chemotherapy", ["progressed", "no"], "prior.chemotherapy"),
        ("prior_chemotherapy_progressed", ["yes", "no"], "prior.chemotherapy.progressed"),
        ("prior_chemotherapy_combination_given", ["yes", "no"], "prior.chemotherapy.combination.given"),
        ("prior_metastatic", ["yes", "no"], "prior.metastatic"),
        ("CHEMOTHERAPY", ["YES", "NO"], "prior.chemotherapy"),
        ("metastatic", ["yes", "no"], "metastatic"),
        ("ER_STATUS_BY_IHC", ["Positive", "Negative"], "er"),
    ],
)
def test_a_column_is_recognized_by_its_name(name: str, cells: list[str | None], field: str) -> None:
    (one,) = proposed(**{name: cells}).columns
    assert (one.fields, one.certain) == ((field,), True)


@pytest.mark.parametrize(
    ("name", "cells"),
    [
        ("er", ["17 May", "see letter"]),  # its cells are something else
        ("age", ["50", "60"]),
        ("grade", ["1", "2"]),
        ("label", ["a", "b"]),
        ("er", [None, None]),
    ],
)
def test_what_is_not_recognized_is_not_used(name: str, cells: list[str | None]) -> None:
    (one,) = proposed(**{name: cells}).columns
    assert not one.certain


def test_cells_alone_make_a_column_likely_and_no_more() -> None:
    (one,) = proposed(AGENT=["letrozole", "FEC", "docetaxel", None]).columns
    assert (one.fields, one.certain, one.by) == (("prior",), False, "cells")


def test_of_columns_that_are_alike_none_is_certain() -> None:
    cells: list[str | None] = ["Positive", "Negative"]
    found = proposed(ER_STATUS_PRIMARY=cells, ER_STATUS_RECURRENCE=cells)
    assert [one.certain for one in found.columns] == [False, False]


def test_a_proposal_is_a_mapping_that_reads(tmp_path: Path) -> None:
    frame = pl.DataFrame({"ER status": ["+", "x"], "AGENT": ["FEC", "letrozole"], "note: 1": ["a", "b"]})
    found = propose(Table("patients.csv", frame.lazy()), VOCABULARY)
    path = tmp_path / "mapping.yaml"
    path.write_text(render(found, "yaml"), encoding="utf-8")  # type: ignore[call-overload]
    assert [name for name, _ in columns_of(read_mapping(path, VOCABULARY))] == ["ER status"]
    assert "# 50 % of 2 cells understood; not x" in path.read_text(encoding="utf-8")


def test_ready_made_mappings_that_fit_are_named() -> None:
    cells: list[str | None] = ["Positive"]
    found = proposed(ER_STATUS_BY_IHC=cells, PR_STATUS_BY_IHC=cells, IHC_HER2=cells)
    assert [one.name for one in found.ready_made] == ["cbioportal"]


def test_without_a_name_that_is_known_nothing_is_read() -> None:
    with pytest.raises(TableError, match="no column is recognized by its name"):
        read_cohort(pl.DataFrame({"a": ["x"]}))


PATIENTS = """\
#Patient Identifier\tSex\tMenopause
#STRING\tSTRING\tSTRING
PATIENT_ID\tSEX\tMENOPAUSE_STATUS\tIHC_HER2\tHER2_FISH_STATUS\tAJCC_METASTASIS_PATHOLOGIC_PM
P1\tFemale\tPost (prior bilateral ovariectomy OR >12 mo since LMP with no prior hysterectomy)\tEquivocal\tNegative\tM1
P2\tFemale\t[Not Available]\tPositive\t[Not Available]\tM0
"""
SAMPLES = """\
#Patient Identifier\tSample Identifier\tER
PATIENT_ID\tSAMPLE_ID\tER_STATUS\tNGS_SAMPLE_COLLECTION_TIME\tSAMPLE_SITE
P1\tS1\tPositive\t10\tTreatment Naive Primary
P1\tS2\tNegative\t20\tLiver
"""
TIMELINE = """\
PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\tTREATMENT_TYPE\tAGENT
P1\t1\t9\tTREATMENT\tMedical Therapy\tLetrozole
P1\t1\t9\tSURGERY\tSurgery\t
P2\t5\t9\tTREATMENT\tRadiation Therapy\t
"""


def test_a_study_of_cbioportal_is_one_table(tmp_path: Path) -> None:
    for name, text in (("patient", PATIENTS), ("sample", SAMPLES)):
        (tmp_path / f"data_clinical_{name}.txt").write_text(text, encoding="utf-8")
    (tmp_path / "data_timeline_treatment.txt").write_text(TIMELINE, encoding="utf-8")
    found = read_cohort(tmp_path, mapping="cbioportal").table
    rows = found.frame.collect()
    facts = {fact: rows[column].to_list() for fact, column in found.facts.items()}
    assert rows["PATIENT_ID"].to_list() == ["P1", "P2"]
    assert facts["her2"] == ["negative", "positive"]
    assert facts["menopause"] == ["postmenopausal", None]
    assert facts["er"] == ["negative", None]  # of the newest sample
    assert facts["sites.liver"] == ["yes", None]
    assert facts["metastatic"] == ["yes", None]  # M0 was so at diagnosis
    assert facts["prior.hormone_therapy.given"] == ["yes", None]
    assert facts["prior.radiation_therapy.given"] == [None, "yes"]
    assert "prior.surgery.given" not in facts  # a row that is no treatment


def test_a_table_of_seer_is_read_by_its_column_names() -> None:
    text = (
        "Sex,ER Status Recode Breast Cancer (1990+),Derived HER2 Recode (2010+),SEER Combined Mets at DX-bone (2010+),"
        '"Chemotherapy recode (yes, no/unk)",Combined Summary Stage (2004+)\n'
        "Female,Positive,Borderline/Unknown,Yes,No/Unknown,Distant\n"
        "Male,Recode not available,Negative,Unknown,Yes,Localized\n"
    )
    cohort = read_cohort(pl.read_csv(io.StringIO(text), infer_schema=False), mapping="seer")
    rows = cohort.table.frame.collect()
    facts = {fact: rows[column].to_list() for fact, column in cohort.table.facts.items()}
    assert facts["er"] == ["positive", None]
    assert facts["her2"] == [None, "negative"]
    assert facts["sites.bone"] == ["yes", None]
    assert facts["prior.chemotherapy.given"] == [None, "yes"]
    assert facts["metastatic"] == ["yes", None]
    assert cohort.receipt.understood == cohort.receipt.told


@pytest.mark.parametrize("stage", ["Localized", "Regional", "In situ", "Regional lymph nodes involved only"])
@pytest.mark.parametrize("column", ["Combined Summary Stage (2004+)", "Summary stage 2000 (1998-2017)"])
def test_no_metastases_at_diagnosis_say_nothing_of_now(column: str, stage: str) -> None:
    at_diagnosis = {column: [stage], "SEER Combined Mets at DX-bone (2010+)": ["No"]}
    cohort = read_cohort(pl.DataFrame({"Sex": ["Female"], **at_diagnosis}), mapping="seer")
    rows = cohort.table.frame.collect()
    facts = {fact: rows[name].to_list() for fact, name in cohort.table.facts.items()}
    assert facts.get("metastatic", [None]) == [None]
    assert facts.get("sites.bone", [None]) == [None]
    assert cohort.receipt.understood == cohort.receipt.told


def test_the_receipt_is_a_card_and_text() -> None:
    receipt = read_cohort(pl.DataFrame({"er": ["+", "<b>", None]})).receipt
    card = receipt._repr_html_()
    assert card is not None
    assert "read 1, not understood 1, empty 1" in card
    assert "&lt;b&gt;" in card
    assert str(receipt).splitlines() == [
        "the table: 3 rows, 1 of 2 cells understood",
        "er (er): 1 read, 1 refused, 1 empty",
    ]


def test_the_receipt_is_json_that_reads_back() -> None:
    receipt = read_cohort(pl.DataFrame({"er": ["+", "hm", None]})).receipt
    assert type(receipt).model_validate_json(receipt.model_dump_json()) == receipt
    assert json.loads(receipt.model_dump_json())["columns"][0]["counts"] == {"read": 1, "refused": 1, "empty": 1}


@pytest.mark.parametrize(
    ("name", "cells"), [("er", ["0", "1", "0", "0"]), ("her2", ["0", "3"]), ("ER_PCT", ["0"] * 19 + ["90"])]
)
def test_numbers_of_which_only_one_side_is_understood_are_not_taken_for_certain(name: str, cells: list[str]) -> None:
    (one,) = proposed(**{name: cells}).columns
    assert not one.certain


def test_a_name_whose_cells_are_not_understood_is_told_and_not_taken() -> None:
    found = proposed(er_status=["1", "2", "9"], drug=["x", "y", "z"])
    one, other = found.columns
    assert (one.fields, one.certain, one.by, one.not_understood) == (("er",), False, "name", ("1", "2", "9"))
    assert other.fields == ()
    with pytest.raises(TableError, match=r"cells that are understood \(er_status\?\)"):
        found.mapping()


def test_a_column_of_lists_is_recognized_by_its_name() -> None:
    table = Table("patients.parquet", pl.LazyFrame({"sites": [["bone", "liver"], ["brain"], []]}))
    (one,) = propose(table, VOCABULARY).columns
    assert (one.fields, one.certain, one.told) == (("sites",), True, 2)


def test_spaces_around_the_name_of_a_column_change_nothing() -> None:
    found = read_cohort(pl.DataFrame({" er ": ["+"], "her2\t": ["-"]}))
    assert {*found.table.facts} == {"er", "her2"}
    assert found.statuses().collect().columns[:2] == [" er ", "her2\t"]


def test_yes_and_no_as_numbers_are_understood_beside_a_code_that_is_not() -> None:
    (one,) = proposed(bone=["0", "1", "9"]).columns
    assert (one.fields, one.certain) == (("sites.bone",), True)


def test_a_table_without_rows_is_read_by_its_names() -> None:
    found = read_cohort(pl.DataFrame(schema=dict.fromkeys(("id", "er", "sites_bone"), pl.String)))
    assert [column.columns for column in found.receipt.columns] == [("er",), ("sites_bone",)]
    assert found.statuses().collect().is_empty()
    assert found.summary().rows == 0


def test_what_was_not_so_at_diagnosis_is_not_denied_of_later() -> None:
    columns = {
        "AJCC_METASTASIS_PATHOLOGIC_PM": ["M0", "M1"],
        "CHEMOTHERAPY": ["NO", "YES"],
        "RADIO_THERAPY": ["No", "Yes"],
    }
    patients = pl.DataFrame({**columns, "METASTATIC_SITE_PATIENT": ["Bone|Liver", "[Not Available]"]})
    found = read_cohort(patients, mapping=read_mapping("cbioportal", VOCABULARY))
    facts = found.table.frame.collect()
    assert found.receipt.contradictory_rows == 0
    assert facts["fact_metastatic"].to_list() == ["yes", "yes"]
    assert facts["fact_metastasis_confirmed"].to_list() == [None, "yes"]
    for treatment in ("chemotherapy", "radiation_therapy"):
        assert facts[f"fact_prior_{treatment}_given"].to_list() == [None, "yes"]
