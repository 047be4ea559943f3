"""Fields that name several things: lists are complete, mappings partial; what a name implies; metastasis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from pydantic import ValidationError

from mbc_options import Patient
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    Possible = Callable[[Patient, str], tuple[str, ...]]
    Refused = Callable[[dict[str, Any]], list[Any]]


NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}
YES, NO, OPEN = ("yes",), ("no",), ("yes", "no")

DISTANT = ["bone", "liver", "lung", "brain", "distant_lymph_nodes", "skin", "bone_marrow"]
"""The distant sites that have a name; there is also `other`."""

PAINS = ("bone_pain", "abdominal_pain", "chest_pain", "headache")

IMPLIED = {**dict.fromkeys(PAINS, "pain"), "oligometastatic": "limited"}

EXCLUDED = {
    "limited": {"extensive_visceral", "diffuse_bone"},
    "oligometastatic": {"extensive_visceral", "diffuse_bone"},
    "extensive_visceral": {"limited", "oligometastatic"},
    "diffuse_bone": {"limited", "oligometastatic"},
}

ALL_NAMES = [(field, name) for field, names in NAMED_FIELDS.items() for name in names if name != "other"]


def facts(patient: Patient, field: str) -> dict[str, tuple[str, ...]]:
    return {name: values for name, values in patient.known().items() if name.startswith(f"{field}.")}


@pytest.mark.parametrize(("field", "name"), ALL_NAMES)
def test_a_list_is_complete(possible: Possible, field: str, name: str) -> None:
    patient = Patient.model_validate({field: [name]})
    assert getattr(patient, field) == (name,)
    for other in NAMED_FIELDS[field]:
        expected = YES if other in {name, IMPLIED.get(name)} else NO
        assert possible(patient, f"{field}.{other}") == expected, other


@pytest.mark.parametrize(("field", "name"), ALL_NAMES)
def test_a_mapping_says_only_what_it_says_and_implies(possible: Possible, field: str, name: str) -> None:
    patient = Patient.model_validate({field: {name: "yes"}})
    assert dict(getattr(patient, field)) == {name: "yes"}
    for other in NAMED_FIELDS[field]:
        expected = YES if other in {name, IMPLIED.get(name)} else NO if other in EXCLUDED.get(name, ()) else OPEN
        assert possible(patient, f"{field}.{other}") == expected, other


@pytest.mark.parametrize(("field", "name"), ALL_NAMES)
def test_a_mapping_can_rule_out_one_name(possible: Possible, field: str, name: str) -> None:
    patient = Patient.model_validate({field: {name: "no"}})
    ruled_out = {name} | {specific for specific, general in IMPLIED.items() if general == name}
    for other in NAMED_FIELDS[field]:
        assert possible(patient, f"{field}.{other}") == (NO if other in ruled_out else OPEN), other


@pytest.mark.parametrize("field", NAMED_FIELDS)
@pytest.mark.parametrize("written", [[], (), set(), "none", "None"])
def test_an_empty_list_means_none(field: str, written: object) -> None:
    patient = Patient.model_validate({field: written})
    assert getattr(patient, field) == ()
    assert facts(patient, field) == {f"{field}.{name}": NO for name in NAMED_FIELDS[field]}


@pytest.mark.parametrize("field", NAMED_FIELDS)
@pytest.mark.parametrize("written", [None, "unknown", "?", "not known", " Unknown "])
def test_left_out_or_unknown_says_nothing(field: str, written: object) -> None:
    assert Patient.model_validate({field: written}) == Patient()


@pytest.mark.parametrize("field", NAMED_FIELDS)
def test_an_empty_mapping_says_nothing(field: str) -> None:
    assert facts(Patient.model_validate({field: {}}), field) == {}


@pytest.mark.parametrize("field", NAMED_FIELDS)
def test_one_word_is_a_list_of_one(field: str) -> None:
    name = NAMED_FIELDS[field][0]
    assert Patient.model_validate({field: name}) == Patient.model_validate({field: [name]})


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", YES),
        ("Y", YES),
        ("true", YES),
        (True, YES),
        ("present", YES),
        ("1", YES),
        ("no", NO),
        ("N", NO),
        ("false", NO),
        (False, NO),
        ("absent", NO),
        ("0", NO),
        ("none", NO),
        ("unknown", OPEN),
        ("?", OPEN),
        (None, OPEN),
    ],
)
def test_what_a_mapping_takes_for_an_answer(possible: Possible, written: object, value: tuple[str, ...]) -> None:
    patient = Patient.model_validate({"findings": {"pain": written}})
    assert possible(patient, "findings.pain") == value
    assert dict(patient.findings) == ({} if value == OPEN else {"pain": value[0]})


@pytest.mark.parametrize(
    ("field", "written", "name"),
    [
        ("sites", "Bone", "bone"),
        ("sites", "bones", "bone"),
        ("sites", "skeleton", "bone"),
        ("sites", "hepatic", "liver"),
        ("sites", "lungs", "lung"),
        ("sites", "pulmonary", "lung"),
        ("sites", "cerebral", "brain"),
        ("sites", "distant lymph nodes", "distant_lymph_nodes"),
        ("sites", "distant-lymph-nodes", "distant_lymph_nodes"),
        ("sites", "distant nodes", "distant_lymph_nodes"),
        ("sites", "bone marrow", "bone_marrow"),
        ("sites", "marrow", "bone_marrow"),
        ("sites", "axillary_lymph_nodes", "regional_lymph_nodes"),
        ("sites", "axillary nodes", "regional_lymph_nodes"),
        ("sites", "breast", "breast_or_chest_wall"),
        ("sites", "chest wall", "breast_or_chest_wall"),
        ("extent", "oligometastases", "oligometastatic"),
        ("extent", "Extensive visceral", "extensive_visceral"),
        ("extent", "visceral extensive", "extensive_visceral"),
        ("situation", "rapid control", "rapid_control_needed"),
        ("situation", "financial distress", "financial_stress"),
        ("findings", "Bone pain", "bone_pain"),
        ("findings", "cord compression", "spinal_cord_compression"),
        ("findings", "high calcium", "hypercalcemia"),
        ("findings", "hypercalcaemia", "hypercalcemia"),
        ("findings", "fractures", "fracture"),
        ("findings", "dyspnoea", "shortness_of_breath"),
        ("findings", "breathlessness", "shortness_of_breath"),
        ("findings", "airway obstruction", "bronchial_obstruction"),
        ("findings", "open wound", "open_breast_wound"),
    ],
)
def test_other_words_for_a_name(field: str, written: str, name: str) -> None:
    assert Patient.model_validate({field: [written]}) == Patient.model_validate({field: [name]})
    assert Patient.model_validate({field: {written: "yes"}}) == Patient.model_validate({field: {name: "yes"}})


def test_order_and_repetition_do_not_matter_to_what_is_known() -> None:
    plain = Patient(sites=["bone", "liver"])
    assert Patient(sites=["liver", "bone"]).knowledge == plain.knowledge
    assert Patient(sites=["bone", "Bones", "liver", "bone"]) == plain
    assert Patient(sites={"liver", "bone"}) == plain


REFUSALS = [
    # description, path, what the message must say
    ({"sites": ["bonee"]}, ("sites", 0), "did you mean bone?"),
    ({"sites": ["bone", "lver"]}, ("sites", 1), "did you mean liver?"),
    (
        {"sites": ["lymph nodes"]},
        ("sites", 0),
        "did you mean distant_lymph_nodes or regional_lymph_nodes?",
    ),
    ({"findings": ["abdominal"]}, ("findings", 0), "did you mean abdominal_pain or abdominal_swelling?"),
    ({"sites": "bone, liverish"}, ("sites", 0), "sites does not know 'bone, liverish'"),
    ({"sites": ["zzz"]}, ("sites", 0), "write other:<text>"),
    ({"sites": ["other"]}, ("sites", 0), "write other:<text>"),
    ({"sites": ["other:"]}, ("sites", 0), "other: needs a text"),
    ({"sites": ["other: \x07"]}, ("sites", 0), "other: needs a text"),
    ({"sites": ["other:" + "x" * 501]}, ("sites", 0), "at most 500"),
    ({"sites": ["bone", None]}, ("sites", 1), "sites takes names, not None"),
    ({"sites": [["bone"]]}, ("sites", 0), "sites takes names, not ['bone']"),
    ({"sites": ["bone", ""]}, ("sites", 1), "names nothing beside what the list names"),
    ({"sites": b"bone"}, ("sites",), "a list of names (complete)"),
    ({"sites": 7}, ("sites",), "a list of names (complete) or a mapping from names to yes, no or unknown, not 7"),
    ({"sites": True}, ("sites",), "not True"),
    ({"sites": ["bone"] * 201}, ("sites",), "sites has 201 entries; at most 200"),
    ({"sites": {"bonee": "yes"}}, ("sites", "bonee"), "did you mean bone?"),
    ({"sites": {"bone": "maybe"}}, ("sites", "bone"), "sites: bone takes yes, no or unknown here, not 'maybe'"),
    ({"sites": {"bone": 1}}, ("sites", "bone"), "takes yes, no or unknown here, not 1"),
    ({"sites": {"bone": ["yes"]}}, ("sites", "bone"), "takes yes, no or unknown here"),
    ({"sites": {"bone": "yes", "bones": "no"}}, ("sites", "bones"), "bone is said to be both yes and no"),
    ({"sites": dict.fromkeys(map(str, range(201)), "yes")}, ("sites",), "sites has 201 entries; at most 200"),
    ({"extent": ["limitd"]}, ("extent", 0), "did you mean limited?"),
    (
        {"extent": ["other:wide"]},
        ("extent", 0),
        "it knows limited, oligometastatic, extensive_visceral or diffuse_bone",
    ),
    ({"findings": ["hypercalcemi"]}, ("findings", 0), "did you mean hypercalcemia?"),
    ({"findings": ["shortnes of breath"]}, ("findings", 0), "did you mean shortness_of_breath?"),
    ({"findings": {"paine": True}}, ("findings", "paine"), "did you mean pain?"),
    ({"situation": ["agressive"]}, ("situation", 0), "did you mean aggressive?"),
]


@pytest.mark.parametrize(("description", "path", "message"), REFUSALS)
def test_what_names_nothing_is_refused_at_its_place(
    refused: Refused, description: dict[str, object], path: tuple[str | int, ...], message: str
) -> None:
    (complaint,) = refused(description)
    assert complaint.path == path
    assert message in complaint.message


def test_an_unknown_answer_beside_a_known_one_for_the_same_name_changes_nothing() -> None:
    for answers in ({"bone": "yes", "bones": "unknown"}, {"bones": "unknown", "bone": "yes"}):
        assert Patient(sites=answers) == Patient(sites={"bone": "yes"})


# What one fact implies for another


@pytest.mark.parametrize("place", PAINS)
def test_pain_anywhere_is_pain_and_no_pain_is_none_anywhere(place: str, possible: Possible) -> None:
    assert possible(Patient(findings={place: "yes"}), "findings.pain") == YES
    assert possible(Patient(findings={"pain": "no"}), f"findings.{place}") == NO
    assert possible(Patient(findings={"pain": "yes"}), f"findings.{place}") == OPEN


def test_oligometastatic_disease_is_limited_and_neither_extensive_nor_diffuse(possible: Possible) -> None:
    patient = Patient(extent={"oligometastatic": "yes"})
    assert possible(patient, "extent.limited") == YES
    assert possible(patient, "extent.extensive_visceral") == possible(patient, "extent.diffuse_bone") == NO


def test_diffuse_bone_disease_involves_bone_and_so_is_metastatic(possible: Possible) -> None:
    patient = Patient(extent=["diffuse_bone"], metastasis_confirmed="unknown")
    assert possible(patient, "sites.bone") == YES
    assert possible(patient, "metastatic") == YES
    assert possible(patient, "sites.liver") == OPEN
    assert patient.assumptions == ()


def test_without_bone_involved_there_is_no_diffuse_bone_disease(possible: Possible) -> None:
    assert possible(Patient(sites=["liver"]), "extent.diffuse_bone") == NO


# Metastasis: assumed, said, implied, withdrawn, excluded


def test_metastasis_is_assumed_where_nothing_is_said_and_the_assumption_is_told(possible: Possible) -> None:
    patient = Patient(er="+")
    assert possible(patient, "metastatic") == YES
    assert possible(patient, "metastasis_confirmed") == OPEN
    (assumption,) = patient.assumptions
    assert "distant metastasis" in assumption
    assert "given as unknown, nothing is assumed" in assumption


@pytest.mark.parametrize("site", [*DISTANT, "other:choroid"])
@pytest.mark.parametrize("confirmed", [None, "unknown", "yes"])
def test_a_distant_site_makes_the_disease_metastatic_without_assumption(
    possible: Possible, site: str, confirmed: str | None
) -> None:
    patient = Patient(sites=[site], metastasis_confirmed=confirmed)
    assert possible(patient, "metastatic") == YES
    assert possible(patient, "metastasis_confirmed") == (YES if confirmed == "yes" else OPEN)
    assert patient.assumptions == ()


def test_confirmed_metastasis_is_no_assumption(possible: Possible) -> None:
    patient = Patient(metastasis_confirmed="yes")
    assert possible(patient, "metastatic") == YES
    assert patient.assumptions == ()
    assert all(possible(patient, f"sites.{site}") == OPEN for site in NAMED_FIELDS["sites"])


def test_unknown_confirmation_withdraws_the_assumption(possible: Possible) -> None:
    patient = Patient(metastasis_confirmed="unknown")
    assert possible(patient, "metastatic") == OPEN
    assert patient.assumptions == ()
    assert patient.metastasis_confirmed == "unknown"


def test_confirmed_absence_excludes_every_distant_site_and_no_other(possible: Possible) -> None:
    patient = Patient(metastasis_confirmed="no")
    assert possible(patient, "metastatic") == NO
    assert all(possible(patient, f"sites.{site}") == NO for site in [*DISTANT, "other"])
    assert possible(patient, "sites.regional_lymph_nodes") == OPEN
    assert possible(patient, "extent.diffuse_bone") == NO
    assert patient.assumptions == ()


@pytest.mark.parametrize("sites", [[], ["regional_lymph_nodes"], ["breast_or_chest_wall", "axillary nodes"], "none"])
@pytest.mark.parametrize("confirmed", [None, "unknown", "no"])
def test_a_complete_list_without_a_distant_site_excludes_metastasis(
    possible: Possible, sites: list[str] | str, confirmed: str | None
) -> None:
    patient = Patient(sites=sites, metastasis_confirmed=confirmed)
    assert possible(patient, "metastatic") == NO
    assert patient.assumptions == ()


def test_a_mapping_without_a_distant_site_excludes_nothing(possible: Possible) -> None:
    patient = Patient(sites={"regional_lymph_nodes": "yes"})
    assert possible(patient, "metastatic") == YES
    assert len(patient.assumptions) == 1


def test_ruling_out_all_distant_sites_but_one_leaves_that_one(possible: Possible) -> None:
    patient = Patient(sites=dict.fromkeys(DISTANT, "no"))
    assert possible(patient, "sites.other") == YES
    assert len(patient.assumptions) == 1


# Sites that have no name


def test_another_site_keeps_its_text_and_is_a_distant_site(possible: Possible) -> None:
    patient = Patient(sites=["other: the  left big toe ", "bone"])
    assert patient.sites == ("other:the left big toe", "bone")
    assert possible(patient, "sites.other") == possible(patient, "sites.bone") == YES
    assert possible(patient, "sites.liver") == NO


def test_several_other_sites_stand_beside_each_other() -> None:
    assert Patient(sites=["other:choroid", "other:ovary"]).sites == ("other:choroid", "other:ovary")


def test_ruling_out_one_other_site_does_not_rule_out_the_rest(possible: Possible) -> None:
    assert possible(Patient(sites={"other:choroid": "no"}), "sites.other") == OPEN
    assert possible(Patient(sites={"other:choroid": "no", "other:ovary": "yes"}), "sites.other") == YES


def test_the_text_of_another_site_loses_what_a_terminal_would_obey() -> None:
    assert Patient(sites=["other:\x1b[31m<b>\u202eeye"]).sites == ("other:[31m<b> eye",)


def test_that_there_is_no_other_site_than_those_listed_may_be_said_in_a_mapping(possible: Possible) -> None:
    patient = Patient(sites={"bone": "yes", "other": "no"})
    assert possible(patient, "sites.other") == ("no",)
    assert possible(patient, "sites.liver") == ("yes", "no")
    assert patient.sites == {"bone": "yes", "other": "no"}
    assert possible(Patient(sites={"Other": "yes"}), "sites.other") == ("yes",)


def test_a_site_that_is_not_listed_contradicts_that_there_is_none() -> None:
    with pytest.raises(ValidationError, match=r"sites: other: no\) and \(sites: other:choroid: yes"):
        Patient(sites={"other": "no", "other:choroid": "yes"})
