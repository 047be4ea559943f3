"""What people write in tables, letters of pathology and lists of drugs: read as what it means, or told what is meant.

A reading or a suggestion never turns a description into that of another patient.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from mbc_options import Patient
from mbc_options.patient.description import read
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.spelling import MISSING_WORDS, NEGATIONS, slips

VOCABULARY = bundled_vocabulary()
AGENTS = VOCABULARY.agents

POSITIVE: dict[str, list[str]] = {
    "er": ["+ve", "90 % 3+", "90-95%", "95-90%", ">90%", "positive (90%)", "90% strong", "Allred 7/8", "H-score 270"],
    "pr": ["PR 40%", "Allred score 5+3 = 8", "Quick score 3", "10-75%", "+++", "pgr positive"],
    "her2": [
        "3+ (strong)",
        "2+, FISH amplified",
        "FISH ratio 2.4",
        "ERBB2 amplified",
        "overexpression",
        "ISH positive",
    ],
}
NEGATIVE: dict[str, list[str]] = {
    "er": ["-ve", "0", "<1%", "0%", "Allred 2", "Allred score = 0", "H-score 0", "negative (0%)", "0-0.5%"],
    "pr": ["non-reactive", "-ve", "PR: negative", "absent"],
    "her2": [
        "0-1+",
        "1+ (focal)",
        "2+, FISH not amplified",
        "2+ (ISH negative)",
        "ratio 1.8",
        "HER2-low",
        "not amplified",
    ],
}
UNREADABLE: list[tuple[str, str]] = [
    ("er", "HER2 positive"),
    ("er", "negative, 90%"),
    ("er", "0-1%"),
    ("er", "H-score 2"),
    ("er", "Allred 9"),
    ("er", "Allred 5+2=8"),
    ("her2", "1+ to 2+"),
    ("her2", "IHC 3+, FISH-"),
    ("her2", "positive, FISH-"),
]
SITES: dict[str, tuple[str, ...]] = {
    "osseous mets": ("bone",),
    "Vertebrae": ("bone",),
    "left femur": ("bone",),
    "hepatic metastases": ("liver",),
    "metastasis to the lung": ("lung",),
    "cerebellum": ("brain",),
    "mediastinal lymph nodes": ("distant_lymph_nodes",),
    "non-regional nodes": ("distant_lymph_nodes",),
    "supraclavicular nodes": ("regional_lymph_nodes",),
    "contralateral axilla": ("distant_lymph_nodes",),
    "peritoneum": ("other:peritoneum",),
    "hilar lymphadenopathy": ("distant_lymph_nodes",),
    "subcutaneous tissue": ("skin",),
    "meninges": ("other:meninges",),
    "pleura": ("other:pleura",),
    "contralateral breast": ("other:contralateral breast",),
    "Bone|Liver": ("bone", "liver"),
    "bone, lung and brain": ("bone", "lung", "brain"),
}
DRUGS: dict[str, str] = {
    "letrozole 2.5 mg PO daily": "letrozole",
    "Letrozole 2.5 MG Oral Tablet": "letrozole",
    "ANASTROZOLE (ARIMIDEX)": "anastrozole",
    "letrozole (aromatase inhibitor)": "letrozole",
    "trastuzumab-dkst": "trastuzumab",
    "Trastuzumab Injection [Herzuma]": "trastuzumab",
    "Herceptin 150 MG Injection": "trastuzumab",
    "carboplatin AUC 6": "carboplatin",
    "docetaxel 75 mg/m2 q3w": "docetaxel",
    "buserelin": "buserelin",
    "A.C.": "ac",
    "5FU": "fluorouracil",
    "WBI": "radiation_therapy",
}
NO_DRUGS = ["E-T", "E + T", "E/T", "A+I", "T+A+M", "observation", "TC 210", "mistletoe"]


def known(field: str, patient: Patient) -> str:
    values = patient.known().get(field, ())
    return values[0] if len(values) == 1 else "unknown"


def refusal(said: dict[str, Any]) -> str:
    with pytest.raises(ValidationError) as raised:
        Patient(**said)
    return " ".join(error["msg"] for error in raised.value.errors())


def suggested(message: str) -> str:
    """Return what a message offers after "did you mean"."""
    found = re.search(r"did you mean (.*?)\?(?: |$|;)", message)
    return found[1] if found else ""


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        *((field, written, "positive") for field, forms in POSITIVE.items() for written in forms),
        *((field, written, "negative") for field, forms in NEGATIVE.items() for written in forms),
    ],
)
def test_letters_of_pathology_are_read(field: str, written: str, value: str) -> None:
    assert known(field, Patient(**{field: written})) == value


@pytest.mark.parametrize(("field", "written"), UNREADABLE)
def test_what_settles_nothing_or_contradicts_itself_is_refused(field: str, written: str) -> None:
    assert not {"positive", "negative"} & set(suggested(refusal({field: written})).split(", "))


@pytest.mark.parametrize("figure", [0, 2, 90])
def test_a_bare_number_is_read_where_it_can_mean_one_thing_only(figure: int) -> None:
    if figure:
        assert "did you mean" in refusal({"her2" if figure < 9 else "er": figure})
    else:
        for field in ("er", "pr", "her2"):
            assert known(field, Patient(**{field: figure})) == "negative"


@pytest.mark.parametrize("field", ["er", "her2", "menopause", "sites", "findings", "prior", "immunotherapy_biomarker"])
@pytest.mark.parametrize("marker", ["NA", "N/A", "ND", "[Not Available]", "Not Done", "NaN", "None reported", ""])
def test_a_marker_for_what_is_missing_is_unknown_and_noted(field: str, marker: str) -> None:
    for written in (marker, *([[marker]] if field in {*VOCABULARY.names, *VOCABULARY.treatments} else ())):
        patient = Patient(**{field: written})
        assert patient.known() == Patient(label="x").known()
        (notice,) = patient.notices
        assert marker in notice
        assert "left" in notice


def test_one_outcome_that_is_missing_is_unknown() -> None:
    assert Patient(prior=["letrozole: NA"]) == Patient(prior=["letrozole"])


@pytest.mark.parametrize(("written", "sites"), SITES.items())
def test_sites_as_reports_write_them(written: str, sites: tuple[str, ...]) -> None:
    assert Patient(sites=[written]).sites == sites


def test_lymph_nodes_follow_tnm_and_the_reader_is_told() -> None:
    for written in ("supraclavicular nodes", "hilar nodes", "contralateral axilla"):
        (notice,) = Patient(sites=[written]).notices
        assert written in notice
        assert "TNM" in notice


@pytest.mark.parametrize("field", ["sites", "findings", "situation", "extent", "prior"])
@pytest.mark.parametrize("none", ["none", "None", "no"])
def test_none_in_a_list_is_an_empty_list(field: str, none: str) -> None:
    assert Patient(**{field: [none]}) == Patient(**{field: []})


@pytest.mark.parametrize("rest", ["none", "unknown", "NA", "[Not Available]"])
@pytest.mark.parametrize("field", ["sites", "prior"])
def test_other_needs_a_name(field: str, rest: str) -> None:
    assert "names no" in refusal({field: [f"other:{rest}"]})


@pytest.mark.parametrize(("written", "site"), [("other: bone", "bone"), ("other:hepatic", "liver")])
def test_a_site_that_is_known_is_read_behind_other(written: str, site: str) -> None:
    (notice,) = Patient(sites=[written]).notices
    assert "is known" in notice
    assert Patient(sites=[written]).known() == Patient(sites=[site]).known()


@pytest.mark.parametrize("beginning", ["other:", "unrelated:", "other: ", "Other:"])
@pytest.mark.parametrize("drug", ["tamoxifen", "Femara", "chemotherapy", "FEC", "docetaxel + trastuzumab"])
def test_a_treatment_that_is_known_is_read_behind_other(beginning: str, drug: str) -> None:
    patient = Patient(prior=[f"{beginning}{drug}: progressed"])
    assert patient.prior == Patient(prior=[f"{drug}: progressed"]).prior
    assert "is known" in patient.notices[-1]


def test_a_treatment_that_nobody_knows_leaves_every_class_open_and_an_unrelated_one_none() -> None:
    unknown, unrelated = Patient(prior=["other:mistletoe: stable"]), Patient(prior=["unrelated:mistletoe: stable"])
    for class_ in AGENTS.tracked:
        for outcome in ("given", "stable"):
            assert f"prior.{class_}.{outcome}" not in unknown.known()
            assert unrelated.known()[f"prior.{class_}.{outcome}"] == ("no",)
        assert unknown.known()[f"prior.{class_}.progressed"] == ("no",)


@pytest.mark.parametrize(("written", "therapy"), DRUGS.items())
def test_dose_salt_form_and_suffix_do_not_matter(written: str, therapy: str) -> None:
    assert Patient(prior=[written]).prior[0].therapy == therapy  # type: ignore[index, union-attr]


@pytest.mark.parametrize("written", NO_DRUGS)
def test_what_is_no_treatment_that_we_know_gets_no_suggestion(written: str) -> None:
    assert suggested(refusal({"prior": [written]})) == ""


@pytest.mark.parametrize("between", [" / ", ", ", "; ", " | ", " and ", " → ", " -> ", " & "])
def test_several_treatments_in_one_cell_are_offered_as_several(between: str) -> None:
    message = refusal({"prior": [f"Carboplatin{between}Taxol"]})
    assert "'Carboplatin + Taxol' (given together), or 'Carboplatin', 'Taxol' (one after the other)" in message


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("letrozole PD", "'letrozole: progressed'"),
        ("letrozole, progressed", "'letrozole: progressed'"),
        ("letrozole (progressed)", "'letrozole: progressed'"),
        ("Letrozole → PD", "'Letrozole: progressed'"),
        ("adjuvant chemo", "'chemo: unknown: early'"),
        ("letrozol", "letrozole"),
        ("paclitaxl", "paclitaxel"),
    ],
)
def test_what_is_likely_meant_is_offered(written: str, meant: str) -> None:
    assert suggested(refusal({"prior": [written]})) == meant


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ({"findings": ["no pain"]}, "{pain: no}"),
        ({"sites": ["no liver metastases"]}, "{liver: no}"),
        ({"prior": ["no prior chemotherapy"]}, "{chemotherapy: no}"),
        ({"situation": ["not aggressive"]}, "{aggressive: no}"),
    ],
)
def test_what_is_absent_is_told_how_to_be_written(said: dict[str, Any], told: str) -> None:
    message = refusal(said)
    assert told in message
    assert suggested(message) == ""


@pytest.mark.parametrize(
    "said",
    [
        {"prior": ["not tolerated letrozole"]},
        {"prior": ["no change letrozole"]},
        {"prior": ["not without letrozole"]},
        {"sites": ["no non-regional nodes"]},
    ],
)
def test_what_is_not_plainly_absent_is_not_told_to_be(said: dict[str, Any]) -> None:
    assert "{name: no}" in refusal(said)


def test_a_field_has_other_names_and_some_things_are_known_and_not_asked() -> None:
    assert Patient.model_validate({"ER": "+", "HER2_STATUS": "3+"}) == Patient(er="+", her2="3+")
    patient = Patient.model_validate({"er": "+", "Ki-67": "20%", "grade": 3})
    assert patient == Patient(er="+")
    assert ["no document asks for it" in notice for notice in patient.notices] == [True, True]
    description, complaints = read({"er": "+", "ER": "-"}, VOCABULARY)
    assert description is None
    assert [(complaint.path, complaint.at_key) for complaint in complaints] == [(("ER",), True)]
    _, complaints = read({"ER": "blue"}, VOCABULARY)
    assert complaints[0].path == ("ER",), "a complaint names the place as it was written"


# Laws

EVERY_NAME = {field: sorted(forms.names) for field, forms in VOCABULARY.names.items()}
DRUG_NAMES = sorted({name for name, _ in AGENTS.names() if "(" not in name})


@given(st.data())
def test_no_negation_is_ever_dropped(data: st.DataObject) -> None:
    """Whatever is negated is refused or absent, and never suggested as present."""
    field = data.draw(st.sampled_from(sorted(EVERY_NAME)))
    name = data.draw(st.sampled_from(EVERY_NAME[field]))
    negation = data.draw(st.sampled_from(sorted(NEGATIONS)))
    text = f"{negation} {name.replace('_', ' ')}"
    if text.replace(" ", "_") in EVERY_NAME[field]:
        return  # "non regional lymph nodes" has a meaning of its own
    assert suggested(refusal({field: [text]})) == ""


@given(st.sampled_from(DRUG_NAMES), st.sampled_from(["no", "never", "without"]))
def test_no_negation_of_a_treatment_is_ever_dropped(name: str, negation: str) -> None:
    assert suggested(refusal({"prior": [f"{negation} {name}"]})) == ""


@given(st.sampled_from(DRUG_NAMES), st.sampled_from(["", " 10 mg", " tablet", " IV weekly", " (oral)"]))
def test_what_stands_beside_a_name_does_not_change_it(name: str, beside: str) -> None:
    assert Patient(prior=[f"{name}{beside}"]).prior == Patient(prior=[name]).prior


@cache
def distance(one: str, other: str) -> int:
    """Return how many letters must be put in, left out, replaced or changed with their neighbor: by the definition."""
    if not one or not other:
        return len(one) + len(other)
    ways = [distance(one[1:], other) + 1, distance(one, other[1:]) + 1]
    ways.append(distance(one[1:], other[1:]) + (one[0] != other[0]))
    if len(one) > 1 and len(other) > 1 and one[0] == other[1] and one[1] == other[0]:
        ways.append(distance(one[2:], other[2:]) + 1)
    return min(ways)


@given(
    st.text("abc", min_size=1, max_size=12), st.lists(st.text("abc", min_size=1, max_size=12), min_size=1, max_size=6)
)
def test_slips_are_near_by_the_definition(word: str, others: list[str]) -> None:
    near = {}
    for other in others:
        length, far = max(len(word), len(other)), distance(word, other)
        most = 0 if length < 5 else 1 if length < 10 else 2
        if far <= most and word[0] == other[0] and (far < 2 or word[:4] == other[:4]):
            near.setdefault(far, []).append(other)
    expected = list(dict.fromkeys(near[min(near)])) if near else []
    assert slips(word, others) == expected


def test_no_marker_is_a_word_of_a_field_that_would_be_read_otherwise() -> None:
    for field, forms in VOCABULARY.choices.items():
        for marker in MISSING_WORDS & set(forms.readings):
            assert forms.readings[marker].value is None, (field, marker)


@pytest.mark.parametrize(
    ("field", "written", "value"),
    [
        ("er", "ER: Positive (95%, strong)", "positive"),
        ("er", "about 80% of tumor cells", "positive"),
        ("er", "strongly positive", "positive"),
        ("er", "ER status unknown", "unknown"),
        ("er", "Performed but Status Not Available", "unknown"),
        ("pr", "not expressed", "negative"),
        ("her2", "positive (3+, strong)", "positive"),
        ("her2", "HER2 gene not amplified", "negative"),
    ],
)
def test_results_with_remarks_are_read(field: str, written: str, value: str) -> None:
    assert known(field, Patient(**{field: written})) == value


def test_remarks_do_not_hide_a_contradiction() -> None:
    assert "contradict each other" in refusal({"her2": "negative (3+, strong)"})
    assert "contradict each other" in refusal({"er": "positive (strong, 0%)"})


@pytest.mark.parametrize("written", ["CMF x 6", "CMF x6 cycles", "CMF \u00d7 6"])
def test_how_often_a_treatment_was_given_does_not_matter(written: str) -> None:
    assert Patient(prior=[written]).prior == Patient(prior=["CMF"]).prior


@pytest.mark.parametrize("written", ["2+ (FISH pending)", "2+/ISH not done", "IHC 2+, FISH not performed", "2+"])
def test_an_equivocal_score_stays_open_where_nothing_else_was_tested(written: str) -> None:
    patient = Patient(her2=written)
    assert known("her2", patient) == "unknown"
    assert "equivocal" in " ".join(patient.notices)
