"""What an assessment tells beside its verdicts, on patients whom one can check by hand."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import (
    Patient,
    UnknownOptionError,
    care_questions,
    compare,
    explain,
    explore,
    load_case,
    load_rulebook,
    matrix,
    read_documents,
    statuses,
)

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_library_lines_of_the_design() -> None:
    patient = Patient(er="+", pr="-", her2="1+", menopause="post", sites=["bone"], prior=["letrozole: progressed"])
    assessment = explore(patient)
    assert assessment["chemotherapy"].status == "candidate"
    assert assessment["chemotherapy"].because[0].facts == ("progressed on hormone (endocrine) therapy",)
    assert statuses(patient)["hormone_therapy"] == "undetermined", "on whether metastatic disease was treated"
    treated = patient.with_(prior=["letrozole: progressed: metastatic"])
    assert statuses(treated)["hormone_therapy"] == "unspecified"
    assert assessment.model_dump(mode="json")["subtype"] == {
        "is": "HR+/HER2-",
        "may_be": [],
        "label": "hormone receptor-positive, HER2-negative",
    }


@pytest.mark.parametrize(
    "call",
    [
        *(lambda mine, f=f: f(Patient(er="+"), mine) for f in (statuses, explore, matrix, care_questions)),
        lambda mine: explain(Patient(er="+"), "surgery", mine),
        lambda mine: compare(Patient(er="+"), Patient(er="-"), mine),
        lambda mine: load_case("bone-after-menopause", mine),
        lambda mine: read_documents(Path(__file__).parent, mine),
    ],
)
@pytest.mark.parametrize(
    ("mine", "found"),
    [("mine", "str 'mine'"), (Path("mine"), "Path 'mine'"), ({}, "dict"), (False, "bool"), (Patient(), "Patient")],
)
def test_what_is_no_rulebook_is_refused_with_the_way_to_one(call: Callable[[Any], Any], mine: Any, found: str) -> None:
    with pytest.raises(TypeError, match=r"expected a rulebook, as load_rulebook\(DIR\) returns it, not the ") as caught:
        call(mine)
    assert found.rsplit(maxsplit=1)[-1] in str(caught.value)


def test_statuses_and_explore_agree_and_members_follow_their_class() -> None:
    patient = Patient(er="-", pr="-", sites=["liver"])
    fast = statuses(patient)
    assessment = explore(patient)
    full = {unit.id: unit.status for option in assessment.options for unit in (option, *option.members)}
    assert list(fast) == list(full)
    assert fast == full


def test_the_options_stand_in_the_order_of_the_rulebook() -> None:
    first, second = explore(Patient(er="+")), explore(Patient(er="-", pr="-", her2="+"))
    assert [option.id for option in first.options] == [option.id for option in second.options]
    assert [option.id for option in first.options] == [option.id for option in load_rulebook().options]


@pytest.mark.parametrize(
    ("description", "is_", "may_be"),
    [
        ({"er": "+", "her2": "-"}, "HR+/HER2-", ()),
        ({"pr": "+", "her2": "+"}, "HR+/HER2+", ()),
        ({"er": "-", "pr": "-", "her2": "3+"}, "HR-/HER2+", ()),
        ({"er": "-", "pr": "-", "her2": "0"}, "triple-negative", ()),
        ({"er": "+"}, None, ("HR+/HER2-", "HR+/HER2+")),
        ({"her2": "-"}, None, ("HR+/HER2-", "triple-negative")),
        ({}, None, ("HR+/HER2-", "HR+/HER2+", "HR-/HER2+", "triple-negative")),
    ],
)
def test_the_subtype_is_told_or_what_it_may_be(description: dict[str, str], is_: str, may_be: tuple[str, ...]) -> None:
    subtype = explore(Patient(**description)).subtype
    assert (subtype.is_, subtype.may_be) == (is_, may_be)


def test_urgent_signs_come_first_and_what_is_told_to_everybody_last() -> None:
    patient = Patient(sites=["bone"], findings=["fracture", "spinal_cord_compression", "fatigue"])
    told = explore(patient).considerations
    assert [one.id for one in told[:2]] == ["urgent_cord_compression", "urgent_fracture"]
    assert [one.id for one in told if one.general] == [told[-1].id]
    assert {one.kind for one in told[2:-1]} & {"urgent"} == set()


def test_the_proof_is_minimal_and_names_nothing_else() -> None:
    patient = Patient(er="+", pr="-", her2="-", menopause="post", sites=["bone", "liver"], findings=["pain"], prior=[])
    assessment = explore(patient)
    assert assessment["bisphosphonates"].proof == ("bone metastases",)
    assert assessment["palliative_care"].proof == ()
    assert assessment["anti_her2"].proof == ("HER2-negative",)
    assert assessment["immunotherapy"].proof == ("ER-positive",)


def test_a_similar_patient_keeps_what_constraints_tie_together() -> None:
    """Without its only site the disease would not be metastatic: another site takes the place of bone."""
    patient = Patient(er="+", her2="-", sites=["bone"], extent=[], findings=[], prior=[])
    changes = explore(patient)["bisphosphonates"].would_change
    assert changes
    for change in changes:
        assert change.change["sites.bone"] == "no"
        assert len(change.change) == 2
    assert {change.to for change in changes} == {"unspecified", "not_described"}
    marrow = [change for change in changes if "sites.bone_marrow" in change.change]
    assert [change.to for change in marrow] == ["unspecified"]


def test_a_man_would_have_to_be_a_woman_after_menopause_for_an_aromatase_inhibitor() -> None:
    patient = Patient(sex="male", er="+", her2="-", sites=["bone"], prior=[])
    member = explore(patient)["hormone_therapy.aromatase_inhibitor"]
    assert member.status == "unspecified"
    assert [dict(change.change) for change in member.would_change] == [{"sex": "female", "menopause": "postmenopausal"}]


def test_cautions_name_the_treatments_that_failed() -> None:
    patient = Patient(her2="+", prior=["docetaxel + trastuzumab: progressed", "lapatinib: progressed"])
    texts = [caution.text for caution in explore(patient)["anti_her2"].cautions]
    assert any("docetaxel + trastuzumab, lapatinib" in text for text in texts)
    assert not any("{agents}" in text for text in texts)


def test_two_patients_in_a_row_do_not_share_what_names_their_treatments() -> None:
    first = Patient(her2="+", prior=["trastuzumab: progressed"])
    second = Patient(her2="+", prior=["lapatinib: progressed"])
    explore(first)
    assert "trastuzumab" not in " ".join(caution.text for caution in explore(second)["anti_her2"].cautions)


@pytest.mark.parametrize(
    ("description", "scope"),
    [
        ({"sites": []}, "out"),
        ({"sites": ["axillary_lymph_nodes"], "metastasis_confirmed": "unknown"}, "out"),
        ({"metastasis_confirmed": "no"}, "out"),
        ({"metastasis_confirmed": "unknown"}, "open"),
        ({"metastasis_confirmed": "unknown", "sites": ["skin"]}, "in"),
        ({}, "in"),
    ],
)
def test_out_of_scope_and_open_scope_show_only_what_is_said_beyond_the_scope(
    description: dict[str, object], scope: str
) -> None:
    assessment = explore(Patient(er="+", **description), outlook=True)  # type: ignore[arg-type]
    assert assessment.scope == scope
    kinds = {consideration.kind for consideration in assessment.considerations}
    status = {"out": "out_of_scope", "open": "undetermined"}.get(scope)
    if status:
        assert {option.status for option in assessment.options} == {status}
        assert not kinds & {"prognosis", "sequence", "support", "cost"}
        assert not assessment.background
        assert not assessment.disagreements
        assert "confirm_metastasis" in {consideration.id for consideration in assessment.considerations}
    else:
        assert "prognosis" in kinds


def test_an_unknown_option_names_the_nearest() -> None:
    assessment = explore(Patient(er="+"))
    with pytest.raises(UnknownOptionError, match=r"did you mean chemotherapy\?"):
        _ = assessment["chemotherpy"]
    with pytest.raises(UnknownOptionError, match="did you mean anti_her2"):
        explain(Patient(er="+"), "anti_her")
    assert assessment.options[0].member("tamoxifen").id == "hormone_therapy.tamoxifen"
    with pytest.raises(KeyError):
        assessment.options[0].member("aspirin")


def test_it_reads_well_when_printed() -> None:
    text = str(explore(Patient(label="Case 1", er="+", her2="-", prior=[])))
    assert text.startswith("Case 1: HR+/HER2- (rulebook mbc_options")
    assert "candidate: Hormone therapy, CDK4/6 inhibitor" in text
    assert "Not described does not mean contraindicated" in text
    assert repr(explore(Patient(sites=[]))).count("\n") == 1


def test_with_status_keeps_the_order() -> None:
    assessment = explore(Patient(her2="+", sites=["bone"]))
    assert [option.id for option in assessment.with_status("candidate")] == [
        option.id for option in assessment.options if option.status == "candidate"
    ]


def test_the_json_example_of_the_design() -> None:
    """Chemotherapy with the history unknown: it depends, among others, on progression during hormone therapy."""
    patient = Patient(er="+", pr="+", her2="-", menopause="post", sites=["bone"])
    found = explore(patient).model_dump(mode="json")
    (chemotherapy,) = [option for option in found["options"] if option["id"] == "chemotherapy"]
    assert chemotherapy["status"] == "undetermined"
    conditions = [(dependency["if"], dependency["then"]) for dependency in chemotherapy["depends_on"]]
    assert ({"prior.hormone_therapy.progressed": ["yes"]}, "candidate") in conditions
    settled = explore(patient.with_(prior=[], situation=[], extent=[])).model_dump(mode="json")
    (chemotherapy,) = [option for option in settled["options"] if option["id"] == "chemotherapy"]
    changes = [(change["change"], change["to"]) for change in chemotherapy["would_change"]]
    assert ({"situation.rapid_control_needed": "yes"}, "candidate") in changes


def test_while_the_scope_is_open_only_the_spread_is_asked_for() -> None:
    assessment = explore(Patient(er="+", her2="-", metastasis_confirmed="unknown"))
    assert [fact.fact for fact in assessment.unknown] == ["metastatic"]
    (question,) = assessment.ask_next
    assert question.fact == "metastatic"
    assert set(question.settles["no"]) == {option.id for option in assessment.options}
    assert "palliative_care" in question.settles["yes"]
    assert "chemotherapy" not in question.settles["yes"]


def test_what_is_unknown_is_what_some_verdict_depends_on() -> None:
    """With ER positive, PR decides nothing; menopause decides members of hormone therapy, and sex can tell of it."""
    patient = Patient(er="+", her2="-", sites=["brain"], extent=[], findings=[], situation=[], prior=[])
    assessment = explore(patient)
    assert [fact.fact for fact in assessment.unknown] == ["menopause"]
    assert [question.fact for question in assessment.ask_next] == ["menopause", "sex"]
    assert "hormone_therapy.aromatase_inhibitor" in assessment.ask_next[0].settles["postmenopausal"]
    by_sex = assessment.ask_next[1].settles
    assert by_sex["female"] == ()
    assert "hormone_therapy.aromatase_inhibitor" in by_sex["male"], "in a man menopause does not apply"


def test_what_was_not_given_has_no_outcome_in_a_similar_patient() -> None:
    """A history without a treatment and with its outcome is no history."""
    for history in ([], {"hormone_therapy": "no"}, {"chemotherapy": "no"}):
        for option in explore(Patient(er="+", her2="-", menopause="pre", sites=["bone"], prior=history)).options:
            for unit in (option, *option.members):
                for found in unit.would_change:
                    changed = {fact: value for fact, value in found.change.items() if fact.startswith("prior.")}
                    for fact, value in changed.items():
                        group, _, outcome = fact.rpartition(".")
                        given = {**changed, **{f: v[0] for f, v in found.if_.items()}}.get(f"{group}.given")
                        assert value == "no" or outcome == "given" or given == "yes", (unit.id, found)


def test_either_way_tells_every_way() -> None:
    """Bone marrow and no bone, calcium unknown: both rules of calcium and vitamin D, and what the class rests on."""
    member = explore(Patient(her2="-", sites=["bone_marrow"], menopause="post"))["bisphosphonates.calcium_vitamin_d"]
    assert member.status == "unspecified"
    assert {reason.facts for reason in member.because} == {
        ("hypercalcemia",),
        ("no hypercalcemia",),
    }
    assert not any(reason.certain for reason in member.because)
    assert [reason.facts for reason in member.because_of_class] == [("no bone metastases", "bone marrow involvement")]


def test_rules_are_not_held_against_patients_out_of_scope() -> None:
    explanation = explain(Patient(er="+", sites=["axillary_lymph_nodes"]), "bisphosphonates")
    assert explanation.option.status == "out_of_scope"
    assert explanation.rules == ()
    assert explanation.scope_text


def test_the_name_of_another_site_is_kept() -> None:
    assessment = explore(Patient(sites=["bone", "other:pleura"]))
    assert {fact.fact: fact.as_written for fact in assessment.known}["sites.other"] == "pleura"


def test_membership_is_by_id() -> None:
    assessment = explore(Patient(er="+"))
    assert "surgery" in assessment
    assert "hormone_therapy.tamoxifen" in assessment
    assert "aspirin" not in assessment
    with pytest.raises(UnknownOptionError, match="unknown option 'aspirin'"):
        _ = assessment["aspirin"]
    with pytest.raises(TypeError, match="expected the id of an option, not the int 0"):
        _ = assessment[0]  # type: ignore[index]


def test_outlook_and_survival_are_told_only_where_somebody_asks_for_them() -> None:
    """Ruling 24; the disagreement on the figures comes with them, and nothing cites them otherwise."""
    patient = Patient(er="+", sites=["lung"])
    asked, unasked = explore(patient, outlook=True), explore(patient)
    assert {"five_year_figures", "outlook", "deaths_and_the_lung"} <= {one.id for one in asked.considerations}
    assert "K03" in {one.id for one in asked.disagreements}
    assert "survival_by_stage" in {one.id for one in asked.background}
    assert not {"prognosis"} & {one.kind for one in unasked.considerations}
    assert not {"K03", "K04", "K05"} & {one.id for one in unasked.disagreements}
    assert "survival_by_stage" not in {one.id for one in unasked.background}
    assert {"S001-25", "S001-97", "S002-101"} <= asked.claims.keys()
    assert not {"S001-25", "S001-97", "S002-101"} & unasked.claims.keys()
    assert [option.status for option in asked.options] == [option.status for option in unasked.options]
