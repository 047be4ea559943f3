"""Earlier treatment: what an entry names, which facts it settles, and what it leaves open."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Patient, PriorTherapy, explore, load_rulebook
from mbc_options.rulebook.registers import in_plain_words

if TYPE_CHECKING:
    from collections.abc import Callable

    Possible = Callable[[Patient, str], tuple[str, ...]]
    Refused = Callable[[dict[str, Any]], list[Any]]

YES, NO, OPEN = ("yes",), ("no",), ("yes", "no")
ALL = ("given", "progressed", "stable", "responded", "completed", "ongoing", "not_tolerated")
OUTCOMES = ALL[1:]
CLASSES = (
    "hormone_therapy",
    "cdk46_inhibitor",
    "pi3k_mtor_inhibitor",
    "anti_her2",
    "chemotherapy",
    "immunotherapy",
    "bisphosphonates",
    "radioisotope",
    "radiation_therapy",
    "surgery",
    "palliative_care",
    "supportive_care",
    "clinical_trial",
)
COMBINATION = "chemotherapy.combination"
REMOVAL = "hormone_therapy.ovarian_removal"


def history(patient: Patient) -> dict[str, tuple[str, ...]]:
    """What is known of earlier treatment, without what is known to be absent."""
    return {
        fact.removeprefix("prior."): values
        for fact, values in patient.known().items()
        if fact.startswith("prior.") and values != NO
    }


def absent(patient: Patient) -> set[str]:
    return {
        fact.removeprefix("prior.")
        for fact, values in patient.known().items()
        if fact.startswith("prior.") and values == NO
    }


# Nothing, unknown, none


def test_nothing_said_leaves_every_treatment_open() -> None:
    for description in ({}, {"prior": None}, {"prior": "unknown"}, {"prior": "?"}):
        patient = Patient.model_validate(description)
        assert patient.prior is None
        assert history(patient) == {}
        assert absent(patient) == set()


@pytest.mark.parametrize("written", [[], (), "none", "None"])
def test_an_empty_list_means_untreated(written: object) -> None:
    patient = Patient.model_validate({"prior": written})
    assert patient.prior == ()
    assert history(patient) == {}
    groups = (*CLASSES, COMBINATION, REMOVAL)
    assert absent(patient) == {f"{group}.{outcome}" for group in groups for outcome in ALL} | {"metastatic.given"}


def test_an_empty_mapping_says_nothing() -> None:
    assert Patient(prior={}).known() == Patient().known()


# One entry, in all its forms


FORMS = [
    "letrozole: progressed",
    "letrozole:progressed",
    " Letrozole :  Progressed ",
    "Femara: progressed",
    "letrozole: PD",
    "letrozole: progressive disease",
    "letrozole: progressed: unknown",
    {"letrozole": "progressed"},
    {"Femara": "progression"},
    {"Femara": "progression: unknown"},
    {"therapy": "letrozole", "outcome": "progressed"},
    {"therapy": "LETROZOLE", "outcome": "failed", "setting": None},
    {"therapy": "letrozole", "outcome": "progressed", "setting": "unknown"},
    PriorTherapy(therapy="letrozole", outcome="progressed"),
]


@pytest.mark.parametrize("written", FORMS)
def test_the_forms_of_an_entry_mean_the_same(written: object) -> None:
    patient = Patient.model_validate({"prior": [written]})
    assert patient.prior == (PriorTherapy(therapy="letrozole", outcome="progressed", setting="unknown"),)
    assert history(patient) == {"hormone_therapy.given": YES, "hormone_therapy.progressed": YES}
    assert {f"hormone_therapy.{outcome}" for outcome in OUTCOMES[1:]} < absent(patient)
    assert {f"{class_}.given" for class_ in CLASSES if class_ != "hormone_therapy"} < absent(patient)


def test_one_entry_alone_is_a_list_of_one() -> None:
    expected = Patient(prior=["letrozole: progressed"])
    assert Patient(prior="letrozole: progressed") == expected
    assert Patient(prior=PriorTherapy(therapy="letrozole", outcome="progressed")) == expected
    assert Patient(prior={PriorTherapy(therapy="letrozole", outcome="progressed")}) == expected


@pytest.mark.parametrize(
    ("written", "outcome"),
    [
        ("progressed", "progressed"),
        ("PD", "progressed"),
        ("stable disease", "stable"),
        ("SD", "stable"),
        ("stabilised", "stable"),
        ("partial response", "responded"),
        ("CR", "responded"),
        ("finished", "completed"),
        ("done", "completed"),
        ("current", "ongoing"),
        ("continuing", "ongoing"),
        ("not tolerated", "not_tolerated"),
        ("not_tolerated", "not_tolerated"),
        ("stopped for  toxicity", "not_tolerated"),
    ],
)
def test_other_words_for_an_outcome(written: str, outcome: str) -> None:
    patient = Patient(prior=[f"letrozole: {written}"])
    assert patient.prior[0].outcome == outcome
    assert history(patient) == {"hormone_therapy.given": YES, f"hormone_therapy.{outcome}": YES}
    assert Patient(prior={"letrozole": written}).prior == {"letrozole": outcome}


@pytest.mark.parametrize(
    ("written", "setting"),
    [
        ("early", "early"),
        ("adjuvant", "early"),
        ("Neoadjuvant", "early"),
        ("early stage", "early"),
        ("metastatic", "metastatic"),
        ("advanced", "metastatic"),
        ("stage IV", "metastatic"),
        ("?", "unknown"),
    ],
)
def test_the_setting_is_shown_and_settles_whether_metastatic_disease_was_treated(
    written: str, setting: str, possible: Possible
) -> None:
    patient = Patient(prior=[{"therapy": "letrozole", "outcome": "progressed", "setting": written}])
    assert patient.prior[0].setting == patient.entries[0].setting == setting
    assert possible(patient, "prior.metastatic.given") == {"early": ("no",), "metastatic": YES}.get(setting, OPEN)
    assert possible(patient, "prior.hormone_therapy.progressed") == YES
    assert Patient(prior=[f"letrozole: progressed: {written}"]) == patient


def test_one_treatment_of_metastatic_disease_is_enough_and_one_unknown_setting_leaves_it_open(
    possible: Possible,
) -> None:
    fact = "prior.metastatic.given"
    assert possible(Patient(prior=["FEC: completed: early", "letrozole: stable: metastatic"]), fact) == YES
    assert possible(Patient(prior=["FEC: completed: early", "letrozole: stable"]), fact) == OPEN
    assert possible(Patient(prior=["letrozole: stable", "olaparib: stable: metastatic"]), fact) == YES
    assert possible(Patient(prior={"letrozole": "stable"}), fact) == OPEN
    assert possible(Patient(), fact) == OPEN


def test_an_entry_reads_like_a_sentence() -> None:
    assert str(PriorTherapy(therapy="letrozole", outcome="not_tolerated")) == "letrozole: not tolerated"
    assert str(PriorTherapy(therapy="fec", outcome="stable", setting="early")) == "fec: stable (early)"


# Unknown outcomes


@pytest.mark.parametrize(
    "written",
    [
        "tamoxifen",
        "tamoxifen:",
        "tamoxifen: unknown",
        "tamoxifen: ?",
        {"tamoxifen": None},
        {"tamoxifen": "unknown"},
        {"therapy": "tamoxifen"},
        {"therapy": "tamoxifen", "outcome": None},
    ],
)
def test_without_an_outcome_it_was_given_and_how_it_went_stays_open(written: object) -> None:
    patient = Patient.model_validate({"prior": [written]})
    assert patient.prior == (PriorTherapy(therapy="tamoxifen", outcome="unknown"),)
    assert history(patient) == {"hormone_therapy.given": YES}
    assert {f"{REMOVAL}.{outcome}" for outcome in ALL} < absent(patient), "tamoxifen is not the removal of the ovaries"
    assert not any(fact.startswith("hormone_therapy.") and REMOVAL not in fact for fact in absent(patient))
    assert {f"anti_her2.{outcome}" for outcome in ALL} < absent(patient)


def test_a_class_by_its_name_does_not_say_which_of_its_members_it_was(possible: Possible) -> None:
    patient = Patient(prior=["hormone therapy: completed"])
    assert possible(patient, f"prior.{REMOVAL}.given") == possible(patient, f"prior.{REMOVAL}.completed") == OPEN
    assert possible(patient, f"prior.{REMOVAL}.progressed") == ("no",)
    assert possible(Patient(prior=["oophorectomy: completed"]), f"prior.{REMOVAL}.given") == YES


def test_a_bone_modifying_agent_does_not_say_which_drug_it_was(possible: Possible) -> None:
    patient = Patient(prior=["bone-modifying agents: ongoing"])
    assert possible(patient, "prior.bisphosphonates.given") == OPEN
    assert possible(patient, "prior.bisphosphonates.ongoing") == OPEN
    assert possible(patient, "prior.bisphosphonates.progressed") == ("no",)
    assert possible(patient, "prior.chemotherapy.given") == ("no",)


def test_a_known_outcome_stands_beside_an_unknown_one_of_the_same_class(possible: Possible) -> None:
    patient = Patient(prior=["tamoxifen", "letrozole: progressed"])
    assert possible(patient, "prior.hormone_therapy.progressed") == YES
    assert all(possible(patient, f"prior.hormone_therapy.{outcome}") == OPEN for outcome in OUTCOMES[1:])


def test_outcomes_of_a_class_add_up() -> None:
    patient = Patient(prior=["tamoxifen: completed", "letrozole: progressed", "letrozole: responded"])
    assert history(patient) == {
        "hormone_therapy.given": YES,
        "hormone_therapy.completed": YES,
        "hormone_therapy.progressed": YES,
        "hormone_therapy.responded": YES,
    }


# Mappings


def test_a_mapping_leaves_the_rest_open() -> None:
    patient = Patient(prior={"hormone_therapy": "progressed"})
    assert dict(patient.prior) == {"hormone_therapy": "progressed"}
    assert history(patient) == {"hormone_therapy.given": YES, "hormone_therapy.progressed": YES}
    assert absent(patient) == set()


def test_an_outcome_in_a_mapping_may_have_its_setting(possible: Possible) -> None:
    """Treated metastatic disease is proved, early treatment denies it not, and the rest stays open."""
    late = Patient(prior={"letrozole": {"outcome": "progressed", "setting": "metastatic"}})
    assert possible(late, "prior.hormone_therapy.progressed") == YES
    assert possible(late, "prior.metastatic.given") == YES
    assert possible(late, "prior.chemotherapy.given") == OPEN
    early = Patient(prior={"letrozole": {"outcome": ["stable", "completed"], "setting": "adjuvant"}, "FEC": "stable"})
    assert possible(early, "prior.hormone_therapy.completed") == YES
    assert possible(early, "prior.metastatic.given") == OPEN
    assert early.prior == {"letrozole": {"outcome": ("stable", "completed"), "setting": "early"}, "fec": "stable"}
    assert str(late) == "Patient(prior letrozole progressed (metastatic))"


@pytest.mark.parametrize("setting", [None, "unknown"])
def test_a_setting_in_a_mapping_that_says_nothing_is_as_none(setting: str | None) -> None:
    assert Patient(prior={"FEC": {"outcome": "stable", "setting": setting}}) == Patient(prior={"FEC": "stable"})


def test_a_mapping_with_settings_is_read_again_as_it_was() -> None:
    patient = Patient(prior={"letrozole": {"outcome": "progressed", "setting": "early"}, "surgery": "no"})
    assert Patient.model_validate_json(patient.model_dump_json()) == patient
    assert Patient(**patient.model_dump()) == patient


@pytest.mark.parametrize("written", ["unknown", "?", None])
def test_a_treatment_in_a_mapping_without_outcome_was_given(written: str | None) -> None:
    patient = Patient(prior={"chemotherapy": written})
    assert dict(patient.prior) == {"chemotherapy": "unknown"}
    assert history(patient) == {"chemotherapy.given": YES}
    assert absent(patient) == set()


@pytest.mark.parametrize("written", ["no", "No", "none", "never", "false", False])
def test_a_class_in_a_mapping_can_be_ruled_out_with_its_members(written: object) -> None:
    patient = Patient.model_validate({"prior": {"chemo": written}})
    assert dict(patient.prior) == {"chemotherapy": "no"}
    assert history(patient) == {}
    assert absent(patient) == {f"{class_}.{outcome}" for class_ in ("chemotherapy", COMBINATION) for outcome in ALL}
    assert patient.entries == ()


def test_ruling_out_a_member_leaves_its_class_open() -> None:
    patient = Patient(prior={"combination chemotherapy": "no"})
    assert absent(patient) == {f"{COMBINATION}.{outcome}" for outcome in ALL}


@pytest.mark.parametrize("therapy", ["letrozole", "FEC", "docetaxel + trastuzumab", "hormone_therapy.tamoxifen"])
def test_ruling_out_a_drug_says_nothing_about_its_class(therapy: str) -> None:
    assert Patient(prior={therapy: "no"}).known() == Patient().known()


def test_several_outcomes_of_one_treatment(possible: Possible) -> None:
    patient = Patient(prior={"letrozole": ["responded", "PD"]})
    assert dict(patient.prior) == {"letrozole": ("responded", "progressed")}
    assert possible(patient, "prior.hormone_therapy.responded") == YES
    assert possible(patient, "prior.hormone_therapy.progressed") == YES
    assert possible(patient, "prior.hormone_therapy.stable") == OPEN


def test_one_treatment_under_two_names_adds_up() -> None:
    both = Patient(prior={"letrozole": "responded", "Femara": "progressed"})
    assert both == Patient(prior={"letrozole": ["responded", "progressed"]})
    apart = Patient(prior={"letrozole": "responded", "FEC": "stable", "Femara": ["progressed", "responded"]})
    assert apart == Patient(prior={"letrozole": ["responded", "progressed"], "FEC": "stable"})


def test_an_outcome_said_twice_counts_once() -> None:
    once = Patient(prior={"letrozole": "stable"})
    assert Patient(prior={"letrozole": ["stable", "SD"]}) == once
    assert Patient(prior={"letrozole": "stable", "Femara": "stable"}) == once


def test_a_mapping_and_a_list_know_the_same_of_what_they_name() -> None:
    listed = Patient(prior=["letrozole: progressed", "FEC: stable"])
    mapped = Patient(prior={"letrozole": "progressed", "FEC": "stable"})
    assert history(mapped) == {fact: values for fact, values in history(listed).items() if values == YES}
    assert listed.entries == mapped.entries


# Classes, members, drugs, brands, regimens, combinations


NAMES = [
    # written, canonical name, classes
    ("hormone_therapy", "hormone_therapy", {"hormone_therapy"}),
    ("endocrine therapy", "hormone_therapy", {"hormone_therapy"}),
    ("aromatase inhibitor", "hormone_therapy.aromatase_inhibitor", {"hormone_therapy"}),
    ("hormone_therapy.aromatase_inhibitor", "hormone_therapy.aromatase_inhibitor", {"hormone_therapy"}),
    ("AI", "hormone_therapy.aromatase_inhibitor", {"hormone_therapy"}),
    ("tamoxifen", "tamoxifen", {"hormone_therapy"}),
    ("Nolvadex", "tamoxifen", {"hormone_therapy"}),
    ("Femara", "letrozole", {"hormone_therapy"}),
    ("Faslodex", "fulvestrant", {"hormone_therapy"}),
    ("CDK4/6 inhibitor", "cdk46_inhibitor", {"cdk46_inhibitor"}),
    ("Ibrance", "palbociclib", {"cdk46_inhibitor"}),
    ("everolimus", "everolimus", {"pi3k_mtor_inhibitor"}),
    ("Herceptin", "trastuzumab", {"anti_her2"}),
    ("T-DM1", "t_dm1", {"anti_her2"}),
    ("TDM1", "t_dm1", {"anti_her2"}),
    ("Kadcyla", "t_dm1", {"anti_her2"}),
    ("T-DXd", "t_dxd", {"anti_her2"}),
    ("Enhertu", "t_dxd", {"anti_her2"}),
    ("fam-trastuzumab deruxtecan-nxki", "t_dxd", {"anti_her2"}),
    ("chemo", "chemotherapy", {"chemotherapy"}),
    ("5-FU", "fluorouracil", {"chemotherapy"}),
    ("5FU", "fluorouracil", {"chemotherapy"}),
    ("Xeloda", "capecitabine", {"chemotherapy"}),
    ("nab-paclitaxel", "nab_paclitaxel", {"chemotherapy"}),
    ("combination chemotherapy", COMBINATION, {"chemotherapy", COMBINATION}),
    ("single-agent chemotherapy", "chemotherapy.single_agent", {"chemotherapy"}),
    ("Keytruda", "pembrolizumab", {"immunotherapy"}),
    ("Zometa", "zoledronic_acid", {"bisphosphonates"}),
    ("bone drugs", "bisphosphonates", {"bisphosphonates"}),
    ("denosumab", "denosumab", set()),
    ("bone-modifying agent", "bone_modifying_agent", set()),
    ("Trodelvy", "sacituzumab_govitecan", set()),
    ("olaparib", "olaparib", set()),
    ("Xofigo", "radium_223", {"radioisotope"}),
    ("WBRT", "whole_brain_radiotherapy", {"radiation_therapy"}),
    ("lumpectomy", "lumpectomy", {"surgery"}),
    ("clinical trial", "clinical_trial", {"clinical_trial"}),
    ("FEC", "fec", {"chemotherapy", COMBINATION}),
    ("fec", "fec", {"chemotherapy", COMBINATION}),
    ("AC-T", "act", {"chemotherapy", COMBINATION}),
    ("TCHP", "tchp", {"chemotherapy", COMBINATION, "anti_her2"}),
    ("THP", "thp", {"chemotherapy", "anti_her2"}),
    ("HP", "hp", {"anti_her2"}),
    ("docetaxel + trastuzumab", "docetaxel + trastuzumab", {"chemotherapy", "anti_her2"}),
    ("Taxotere+Herceptin", "docetaxel + trastuzumab", {"chemotherapy", "anti_her2"}),
    ("letrozole + palbociclib", "letrozole + palbociclib", {"hormone_therapy", "cdk46_inhibitor"}),
    ("docetaxel + capecitabine", "docetaxel + capecitabine", {"chemotherapy", COMBINATION}),
    (
        "HP + vinorelbine",
        "trastuzumab + pertuzumab + vinorelbine",
        {"chemotherapy", "anti_her2"},
    ),
    ("other:CAR-T cells", "other:CAR-T cells", set()),
    ("other: letrozole", "letrozole", {"hormone_therapy", "hormone_therapy.aromatase_inhibitor"}),
]


@pytest.mark.parametrize(("written", "therapy", "classes"), NAMES)
def test_a_treatment_by_any_name_was_given_in_its_classes_and_no_other(
    possible: Possible, written: str, therapy: str, classes: set[str]
) -> None:
    patient = Patient(prior={written: "progressed"})
    assert dict(patient.prior) == {therapy: "progressed"}
    for class_ in (*CLASSES, COMBINATION):
        expected = YES if class_ in classes else OPEN
        assert possible(patient, f"prior.{class_}.given") == expected, class_
        assert possible(patient, f"prior.{class_}.progressed") == expected, class_


@pytest.mark.parametrize("written", [name for name, *_ in NAMES])
def test_the_canonical_name_is_understood_again(written: str) -> None:
    (entry,) = Patient(prior=[{"therapy": written}]).entries
    (again,) = Patient(prior=[{"therapy": entry.named.therapy}]).entries
    assert again == entry


def test_a_regimen_is_printed_with_its_parts() -> None:
    (entry,) = Patient(prior=["FEC"]).entries
    assert entry.named.label == "FEC (fluorouracil + epirubicin + cyclophosphamide)"


# What one cytotoxic drug proves about combination chemotherapy: nothing


def combination(prior: Any) -> dict[str, tuple[str, ...]]:
    known = Patient(prior=prior).known()
    return {outcome: known.get(f"prior.{COMBINATION}.{outcome}", OPEN) for outcome in ALL}


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("therapy", ["docetaxel", "chemotherapy", "docetaxel + trastuzumab", "regional chemotherapy"])
def test_one_drug_leaves_open_whether_it_was_part_of_a_combination_with_that_outcome(
    therapy: str, outcome: str
) -> None:
    assert combination([f"{therapy}: {outcome}"]) == {
        other: OPEN if other in {"given", outcome} else NO for other in ALL
    }


def test_one_drug_with_unknown_outcome_leaves_all_open_about_a_combination() -> None:
    assert combination(["docetaxel"]) == dict.fromkeys(ALL, OPEN)
    assert combination({"docetaxel": "progressed"}) == dict.fromkeys(ALL, OPEN)


@pytest.mark.parametrize(
    "therapy", ["FEC", "docetaxel + capecitabine", "combination chemotherapy", "taxane + platinum"]
)
def test_two_drugs_together_are_a_combination_with_that_outcome(therapy: str) -> None:
    assert combination([f"{therapy}: stable"]) == {
        outcome: YES if outcome in {"given", "stable"} else NO for outcome in ALL
    }


def test_a_combination_and_a_drug_alone_keep_their_outcomes_apart() -> None:
    known = combination(["FEC: completed", "docetaxel: progressed"])
    assert (known["given"], known["completed"], known["progressed"], known["stable"]) == (YES, YES, OPEN, NO)


def test_the_same_drug_twice_is_no_combination() -> None:
    assert combination(["docetaxel + Taxotere: stable"])["given"] == OPEN


def test_drugs_one_after_another_are_no_combination() -> None:
    assert combination(["docetaxel: progressed", "capecitabine: progressed"])["given"] == OPEN


def test_single_agent_chemotherapy_is_no_combination() -> None:
    assert combination(["single-agent chemotherapy: progressed"]) == dict.fromkeys(ALL, NO)


def test_no_chemotherapy_at_all_is_no_combination() -> None:
    assert combination(["letrozole: progressed"]) == dict.fromkeys(ALL, NO)


# other:


def test_a_treatment_of_none_of_our_classes_is_kept_and_settles_none_of_them() -> None:
    patient = Patient(prior=["other: CAR-T  cells: progressed: metastatic"])
    assert patient.prior == (PriorTherapy(therapy="other:CAR-T cells", outcome="progressed", setting="metastatic"),)
    assert patient.entries[0].named.label == "CAR-T cells"
    assert set(history(patient)) == {"metastatic.given"}


def test_yaml_may_make_a_mapping_of_another_treatment() -> None:
    expected = Patient(prior=["other:trial drug: stable"])
    assert Patient(prior=[{"other": "trial drug: stable"}]) == expected  # - other: "trial drug: stable"
    assert Patient(prior=[{"other:trial drug": "stable"}]) == expected  # - other:trial drug: stable
    assert Patient(prior=[{"other": "trial drug"}]) == Patient(prior=["other:trial drug"])


def test_a_name_with_a_colon_needs_the_long_form() -> None:
    patient = Patient(prior=[{"therapy": "other:trial: arm B", "outcome": "stable"}])
    assert patient.prior[0].therapy == "other:trial: arm B"


def test_the_text_of_another_treatment_loses_what_a_terminal_would_obey() -> None:
    assert Patient(prior=["other:\x1b[31m<i>\u202edrug"]).prior[0].therapy == "other:[31m<i> drug"


# Refusals


LIST_REFUSALS = [
    # entry, path below the entry, what the message must say
    ("letrozol: progressed", (), "did you mean letrozole?"),
    ("Femera", (), "did you mean Femara?"),
    ("hormon therapy", (), "did you mean hormone_therapy?"),
    ("docetaxel + trastuzumb", (), "did you mean trastuzumab?"),
    ("zzzzzz", (), "name its class, other:<text> where nobody knows what it was, or unrelated:<text>"),
    ("docetaxel +", (), "'docetaxel +' lacks the name of a treatment"),
    ("+ docetaxel: stable", (), "lacks the name of a treatment"),
    ("docetaxel ++ trastuzumab", (), "lacks the name of a treatment"),
    ("letrozole: progresed", (), "did you mean progressed?"),
    ("letrozole: yes", (), "progressed, stable, responded, completed, ongoing, not_tolerated, unknown"),
    ("letrozole: progressed: erly", (), "did you mean early?"),
    ("letrozole: progressed: early: 2019", (), "has too many colons"),
    ("", (), "lacks the name of a treatment"),
    (": progressed", (), "lacks the name of a treatment"),
    ("other:", (), "other: needs a name"),
    ("other: \x07", (), "other: needs a name"),
    ("other:" + "x" * 501, (), "at most 500"),
    ({"letrozole": "progresed"}, ("letrozole",), "did you mean progressed?"),
    ({"letrozol": "progressed"}, ("letrozol",), "did you mean letrozole?"),
    ({"letrozole": "progressed: erly"}, ("letrozole",), "did you mean early?"),
    ({"": "progressed"}, ("",), "lacks the name of a treatment"),
    ({"other": "trial drug: progresed"}, (), "did you mean progressed?"),
    ({"letrozole": ["progressed"]}, ("letrozole",), "outcome takes a word, not ['progressed']"),
    ({"letrozole": {"outcome": "progressed"}}, ("letrozole",), "outcome takes a word"),
    ({"therapy": "letrozol"}, ("therapy",), "did you mean letrozole?"),
    ({"therapy": None}, ("therapy",), "therapy takes a word, not None"),
    ({"therapy": "letrozole", "outcome": "progresed"}, ("outcome",), "did you mean progressed?"),
    ({"therapy": "letrozole", "outcome": False}, ("outcome",), "outcome takes a word, not False"),
    ({"therapy": "letrozole", "outcome": ["progressed"]}, ("outcome",), "outcome takes a word"),
    ({"therapy": "letrozole", "setting": "metastasic"}, ("setting",), "did you mean metastatic?"),
    ({"therapy": "letrozole", "outcom": "progressed"}, ("outcom",), "did you mean outcome?"),
    ({"therapy": "letrozole", "year": "2019"}, ("year",), "has therapy, outcome and setting, not 'year'"),
    ({"letrozole": "stable", "tamoxifen": "stable"}, (), "an earlier treatment is written 'letrozole: progressed'"),
    ({}, (), "an earlier treatment is written 'letrozole: progressed'"),
    (None, (), "an earlier treatment is written 'letrozole: progressed'"),
    (["letrozole"], (), "an earlier treatment is written 'letrozole: progressed'"),
    (7, (), "an earlier treatment is written 'letrozole: progressed'"),
]


@pytest.mark.parametrize(("entry", "below", "message"), LIST_REFUSALS)
def test_an_entry_that_means_nothing_is_refused_at_its_place(
    refused: Refused, entry: object, below: tuple[str, ...], message: str
) -> None:
    (complaint,) = refused({"prior": ["surgery", entry]})
    assert complaint.path == ("prior", 1, *below)
    assert message in complaint.message


MAPPING_REFUSALS = [
    ({"letrozol": "progressed"}, ("letrozol",), "did you mean letrozole?"),
    ({"letrozole": "progresed"}, ("letrozole",), "did you mean progressed?"),
    ({"letrozole": ["stable", "progresed"]}, ("letrozole", 1), "did you mean progressed?"),
    ({"letrozole": []}, ("letrozole",), "write no, unknown or an outcome"),
    ({"letrozole": [[]]}, ("letrozole", 0), "outcome takes a word, not []"),
    ({"letrozole": True}, ("letrozole",), "outcome takes a word, not True"),
    ({"letrozole": ["no", "stable"]}, ("letrozole", 0), "outcome cannot be 'no'"),
    ({"letrozole": {"outcom": "stable"}}, ("letrozole", "outcom"), "did you mean outcome?"),
    ({"letrozole": {"outcome": "progresed"}}, ("letrozole", "outcome"), "did you mean progressed?"),
    ({"letrozole": {"setting": "erly"}}, ("letrozole", "setting"), "did you mean early?"),
    ({"letrozole": {"setting": 7}}, ("letrozole", "setting"), "setting takes a word, not 7"),
    ({"FEC": {"outcome": "no", "setting": "early"}}, ("FEC", "setting"), "was not given, and so in no setting"),
    ({"letrozole": "stable", "Femara": {"setting": "early"}}, ("Femara",), "is told of two settings"),
    ({"other:": "stable"}, ("other:",), "other: needs a name"),
    ({"therapy": "letrozole", "outcome": "progressed"}, (), "write this one as an element of a list"),
    (dict.fromkeys(map(str, range(201)), "stable"), (), "prior has 201 entries; at most 200"),
]


@pytest.mark.parametrize(("mapping", "below", "message"), MAPPING_REFUSALS)
def test_a_mapping_that_means_nothing_is_refused_at_its_place(
    refused: Refused, mapping: dict[str, object], below: tuple[str | int, ...], message: str
) -> None:
    (complaint,) = refused({"prior": mapping})
    assert complaint.path == ("prior", *below)
    assert message in complaint.message


@pytest.mark.parametrize("written", [7, True, 1.5, b"letrozole", object()])
def test_what_is_neither_list_nor_mapping_is_refused(refused: Refused, written: object) -> None:
    (complaint,) = refused({"prior": written})
    assert complaint.path == ("prior",)
    assert "prior takes a list of treatments (complete) or a mapping from treatments to outcomes" in complaint.message


# Single answers: what is denied, and whether a setting was met at all


def test_an_outcome_may_be_denied_and_nothing_else_is_said(possible: Possible) -> None:
    """Not that the treatment was given, and nothing of its other outcomes; of members, what holds for the class."""
    patient = Patient(prior={"hormone_therapy": {"progressed": "no"}})
    assert absent(patient) == {"hormone_therapy.progressed", f"{REMOVAL}.progressed"}
    assert possible(patient, "prior.hormone_therapy.given") == OPEN
    assert patient.prior == {"hormone_therapy": {"progressed": "no"}}
    assert patient.entries == ()


@pytest.mark.parametrize(
    "told",
    [
        {"outcome": "unknown", "progressed": "no"},
        {"given": "yes", "progressed": False},
        {"outcome": None, "PD": "no", "stable": "unknown"},
    ],
)
def test_a_treatment_that_was_given_may_have_a_denied_outcome(told: dict[str, Any]) -> None:
    patient = Patient(prior={"chemo": told})
    assert history(patient) == {"chemotherapy.given": YES}
    assert patient.prior == {"chemotherapy": {"outcome": "unknown", "progressed": "no"}}


def test_an_answer_of_yes_is_an_outcome_like_any_other() -> None:
    told = {"outcome": "stable", "progressed": "yes", "setting": "early"}
    assert Patient(prior={"letrozole": told}) == Patient(
        prior={"letrozole": {"outcome": ["stable", "progressed"], "setting": "early"}}
    )
    assert Patient(prior={"letrozole": {"progressed": "yes"}}) == Patient(prior={"letrozole": "progressed"})


def test_given_may_be_answered_like_an_outcome() -> None:
    assert Patient(prior={"chemo": {"given": "yes"}}) == Patient(prior={"chemo": "unknown"})
    assert Patient(prior={"chemo": {"given": "no", "progressed": "no"}}) == Patient(prior={"chemo": "no"})


@pytest.mark.parametrize("told", [{"progressed": "unknown"}, {"given": "?", "stable": None}])
def test_answers_that_are_unknown_say_nothing(told: dict[str, Any]) -> None:
    assert Patient(prior={"chemo": told}).known() == Patient().known()


def test_denying_an_outcome_of_a_drug_says_nothing_about_its_class() -> None:
    patient = Patient(prior={"letrozole": {"progressed": "no"}})
    assert patient.known() == Patient().known()
    assert patient.prior == {"letrozole": {"progressed": "no"}}


@pytest.mark.parametrize(("answer", "value"), [("no", NO), (False, NO), ("yes", YES), ("unknown", OPEN)])
@pytest.mark.parametrize("word", ["metastatic", "palliative", "Stage IV"])
def test_whether_there_was_treatment_in_a_setting_may_be_answered(
    possible: Possible, word: str, answer: object, value: tuple[str, ...]
) -> None:
    patient = Patient.model_validate({"prior": {word: answer, "chemo": "completed"}})
    assert possible(patient, "prior.metastatic.given") == value
    assert possible(patient, "prior.chemotherapy.completed") == YES
    assert patient.prior == {"chemotherapy": "completed"} | ({} if value == OPEN else {"metastatic": value[0]})


def test_single_answers_are_read_again_as_they_were_and_read_like_a_sentence() -> None:
    patient = Patient(
        prior={"letrozole": {"setting": "early", "progressed": "no"}, "chemo": {"stable": "no"}, "metastatic": "no"}
    )
    assert Patient.model_validate_json(patient.model_dump_json()) == patient
    assert Patient(**patient.description.as_data()) == patient
    assert str(patient) == (
        "Patient(prior letrozole unknown (early) and not progressed, chemotherapy not stable, metastatic no)"
    )


def test_what_is_denied_is_told_in_the_words_of_each_register() -> None:
    patient = Patient(
        prior={"letrozole": "stable", "hormone_therapy": {"progressed": "no"}, "chemo": "no", "surgery": "no"}
        | {"metastatic": "no"}
    )
    assert explore(patient).treatments == (
        "letrozole: stable",
        "no progression on hormone (endocrine) therapy",
        "no prior chemotherapy or surgery",
        "no prior treatment of metastatic disease",
    )
    plain = explore(patient, in_plain_words(load_rulebook())).treatments
    assert "no growth of the cancer in spite of hormone (endocrine) therapy" in plain
    assert "not treated yet for cancer that has spread" in plain


ANSWER_REFUSALS = [
    ({"letrozole": {"progresed": "no"}}, ("letrozole", "progresed"), "did you mean progressed?"),
    ({"letrozole": {"dose": "no"}}, ("letrozole", "dose"), "what may be answered yes or no is given, progressed"),
    ({"letrozole": {"progressed": "perhaps"}}, ("letrozole", "progressed"), "takes yes, no or unknown here"),
    ({"letrozole": {"progressed": "yes", "PD": "no"}}, ("letrozole", "PD"), "both yes and no"),
    ({"letrozole": {"outcome": "progressed", "PD": "no"}}, ("letrozole",), "contradict each other"),
    ({"letrozole": "progressed", "Femara": {"PD": "no"}}, ("Femara",), "contradict each other"),
    ({"letrozole": {"given": "no", "stable": "yes"}}, ("letrozole",), "not given, and so has no outcome"),
    ({"letrozole": {"given": "no", "setting": "early"}}, ("letrozole", "setting"), "and so in no setting"),
    (
        {"hormone_therapy": {"progressed": "no"}, "letrozole": "progressed"},
        ("letrozole",),
        "(prior: hormone_therapy: progressed: no) and (prior: letrozole: progressed) contradict each other",
    ),
    (
        {"metastatic": "no", "letrozole": {"setting": "metastatic"}},
        ("letrozole",),
        "(prior: metastatic: no) and (prior: letrozole: {'setting': 'metastatic'}) contradict each other",
    ),
    ({"metastatic": "no", "advanced": "yes"}, ("advanced",), "metastatic is said to be both yes and no"),
    ({"metastatic": "sometimes"}, ("metastatic",), "takes yes, no or unknown here"),
    ({"adjuvant": "no"}, ("adjuvant",), "adjuvant is a setting, and it is no fact"),
]


@pytest.mark.parametrize(("mapping", "below", "message"), ANSWER_REFUSALS)
def test_an_answer_that_cannot_be_is_refused_at_its_place(
    refused: Refused, mapping: dict[str, object], below: tuple[str, ...], message: str
) -> None:
    (complaint,) = refused({"prior": mapping})
    assert complaint.path == ("prior", *below)
    assert message in complaint.message
