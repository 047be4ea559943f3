"""Rows and patient files say of a patient what the description says: the same verdicts, whichever way they go."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import DescriptionError, cohort, load_rulebook, read_cohort, records_frame, statuses
from mbc_options.cohorts import proposal
from mbc_options.patient.description import of
from mbc_options.patient.file import describe
from mbc_options.records.receipt import RecordPatient, RecordReceipt
from mbc_options.records.rows import ID
from mbc_options.rendering.patient_file import patient_file
from mbc_options.source.yaml_positions import parse
from mbc_options.vocabulary.facts import Choice, Names, TextField

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.facts import AnyField
    from mbc_options.vocabulary.vocabulary import Vocabulary

OURS = load_rulebook()
HAY_FEVER = load_rulebook(Path(__file__).parents[1] / "rulebooks" / "hay-fever")
WRITTEN = {"er": ["90%", "5%", "0%"], "pr": ["12%"], "her2": ["IHC 2+", "IHC 3+", "2+/ISH-", "0", "IHC 1+"]}
TEXTS = st.text("ab ;|,:\n+/", min_size=1, max_size=8).filter(lambda text: text.strip(" ;|,:\n+/"))


def proved(field: AnyField, vocabulary: Vocabulary) -> st.SearchStrategy[Any]:
    """What a record may prove of a field: one value, or a mapping that denies nothing."""
    if isinstance(field, Choice):
        values = [*(value.id for value in field.values), *(also.id for also in field.open_values), "unknown"]
        return st.sampled_from([*values, *(WRITTEN.get(field.id, ()) if vocabulary is OURS.vocabulary else ())])
    if isinstance(field, Names):
        names = st.sampled_from([name.id for name in field.listed])
        if field.free_text:
            names |= TEXTS.map("other:{}".format)
        return st.dictionaries(names, st.just("yes"), min_size=1, max_size=3)
    agents = vocabulary.agents
    treatments = st.sampled_from([*agents.groups, *agents.agents, *agents.regimens])
    treatments |= TEXTS.map("other:{}".format)
    outcomes = st.sampled_from([one.id for one in field.outcomes if not one.always])
    told = {"outcome": st.just("unknown") | st.lists(outcomes, min_size=1, max_size=2, unique=True)}
    setting = {"setting": st.sampled_from([one.id for one in field.settings])}
    return st.dictionaries(treatments, st.fixed_dictionaries(told, optional=setting), min_size=1, max_size=3)


def patients(rulebook: CompiledRulebook) -> st.SearchStrategy[RecordPatient]:
    vocabulary = rulebook.vocabulary
    fields = {
        field.id: proved(field, vocabulary) for field in vocabulary.fields.values() if not isinstance(field, TextField)
    }
    withdrawn = {one.unless_said: "unknown" for one in vocabulary.file.assumptions if one.unless_said}

    def described(said: dict[str, Any], id_: str) -> RecordPatient | None:
        try:
            description = of(vocabulary, {**withdrawn, **said})
        except DescriptionError:  # it contradicts itself, which a record does not
            return None
        return RecordPatient(id=id_, description=description, receipt=RecordReceipt(patient=id_))

    made = st.builds(described, st.fixed_dictionaries({}, optional=fields), st.text(max_size=5))
    return made.filter(lambda patient: patient is not None)  # type: ignore[return-value]


def assert_rows_decide_alike(found: list[RecordPatient], rulebook: CompiledRulebook) -> None:
    frame = records_frame(found, rulebook)
    assert frame.columns[0] == ID
    decided = cohort(frame, rulebook)
    assert read_cohort(frame, rulebook=rulebook).receipt.unread_rows == 0
    for patient, row in zip(found, decided.iter_rows(named=True), strict=True):
        assert row[ID] == (patient.id or None)
        assert not row["contradiction"]
        for option, status in statuses(patient.description, rulebook).items():
            assert row[f"status_{option.replace('.', '_')}"] == status


@settings(max_examples=examples(20))
@given(st.lists(patients(OURS), min_size=5, max_size=10))
def test_a_row_has_the_verdicts_of_the_description(found: list[RecordPatient]) -> None:
    assert_rows_decide_alike(found, OURS)


@settings(max_examples=examples(20))
@given(st.lists(patients(HAY_FEVER), min_size=5, max_size=10))
def test_so_has_one_by_another_rulebook(found: list[RecordPatient]) -> None:
    assert_rows_decide_alike(found, HAY_FEVER)


@given(patients(OURS) | patients(HAY_FEVER))
def test_a_patient_file_is_read_as_the_same_patient(patient: RecordPatient) -> None:
    said = patient.description
    vocabulary = said.vocabulary
    again = describe(parse(patient_file(patient), "patient.yaml"), vocabulary)
    assert again.knowledge == said.knowledge
    assert {**again.fields, vocabulary.label: None} == {**said.fields, vocabulary.label: None}
    assert again.details == said.details


def named(id_: str, notices: tuple[str, ...] = ()) -> RecordPatient:
    receipt = RecordReceipt(patient=id_, notices=notices)
    return RecordPatient(id=id_, description=of(OURS.vocabulary, {"er": "+"}), receipt=receipt)


@pytest.mark.parametrize("hostile", ["p\n---\ner: negative", "p\x1b[31m", "p\u202eq", "#: {", "é\u2028x", "'\""])
def test_no_id_and_no_notice_says_anything_of_the_patient(hostile: str) -> None:
    written = patient_file(named(hostile, (f"{hostile} was read apart",)))
    again = describe(parse(written, "patient.yaml"), OURS.vocabulary)
    assert again.said() == {"label": again.label, "er": "positive"}
    assert again.label == " ".join("".join(c if c.isprintable() else " " for c in hostile).split())


def test_a_frame_has_its_columns_without_patients_and_without_anything_known() -> None:
    nothing = RecordPatient(
        id="p", description=of(OURS.vocabulary, {"metastasis_confirmed": "unknown"}), receipt=RecordReceipt(patient="p")
    )
    for found in ([], [nothing]):
        frame = records_frame(found)
        assert set(frame.dtypes) == {pl.String}
        decided = cohort(frame)
        assert decided["status_chemotherapy"].to_list() == ["undetermined"] * len(found)


def test_what_is_told_of_the_last_patients_only_counts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proposal, "SAMPLE", 3)
    frame = records_frame([*map(named, "abc")]).with_columns(her2=pl.lit(None, pl.String))
    last = frame.head(1).with_columns(her2=pl.lit("3+"), sites=pl.lit("bone"))
    decided = cohort(pl.concat([frame, last]))
    expected = statuses(of(OURS.vocabulary, {"er": "+", "her2": "3+", "sites": {"bone": "yes"}}))
    assert (
        decided["status_anti_her2"].to_list()[-1] == expected["anti_her2"] != decided["status_anti_her2"].to_list()[0]
    )
