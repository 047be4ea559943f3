"""Every way to write a field that has one value: what it means, for the field and for what is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Patient

if TYPE_CHECKING:
    from collections.abc import Callable

    Refused = Callable[[dict[str, Any]], list[Any]]

METASTATIC = {"metastatic": ("yes",)}
"""What a description that is silent about metastasis lets one assume."""

POSITIVE = ["positive", "Positive", "POSITIVE", "pos", "pos.", "+", "(+)", "\uff0b", "  positive\n"]
NEGATIVE = ["negative", "Negative", "neg", "neg.", "-", "(-)", "\u2212", "\u2013", "\u2014", "\u2011", "(\u2212)"]
UNKNOWN = ["unknown", "Unknown", "?", "not known", "not tested", "n/k", "nk", "missing", None]

SINGLE_FIELDS = [
    "sex",
    "menopause",
    "er",
    "pr",
    "her2",
    "receptors_tested_on",
    "metastasis_confirmed",
    "immunotherapy_biomarker",
]

PERCENTAGES = [
    ("0%", "negative"),
    ("<1%", "negative"),
    ("< 1 %", "negative"),
    ("0.5%", "negative"),
    ("0,5 %", "negative"),
    ("<0.5%", "negative"),
    ("<=0.5%", "negative"),
    ("0.99%", "negative"),
    ("0.9999999%", "negative"),
    ("0.00001%", "negative"),
    ("1%", "positive"),
    ("1 %", "positive"),
    ("1 percent", "positive"),
    ("~5%", "positive"),
    ("10%", "positive"),
    ("11%", "positive"),
    ("90%", "positive"),
    ("90 %", "positive"),
    ("90 per cent", "positive"),
    ("100%", "positive"),
    (">=1%", "positive"),
    ("\u22651%", "positive"),
    (">1%", "positive"),
    (">10%", "positive"),
]

NAMED = [
    ("er", "ER+", "positive"),
    ("er", "ER +", "positive"),
    ("er", "er: positive", "positive"),
    ("er", "ER-positive", "positive"),
    ("er", "ER-", "negative"),
    ("er", "ER\u2212", "negative"),
    ("er", "ER-neg", "negative"),
    ("er", "estrogen receptor positive", "positive"),
    ("er", "ER 90%", "positive"),
    ("er", "ER <1%", "negative"),
    ("pr", "PR+", "positive"),
    ("pr", "PgR-", "negative"),
    ("pr", "progesterone receptor negative", "negative"),
    ("her2", "HER2+", "positive"),
    ("her2", "HER2-", "negative"),
    ("her2", "HER-2 negative", "negative"),
    ("her2", "HER2-negative", "negative"),
    ("her2", "HER2/neu positive", "positive"),
    ("her2", "HER2 3+", "positive"),
]

WORDS = [
    *(
        (field, written, "positive")
        for field in ("er", "pr", "her2", "immunotherapy_biomarker")
        for written in POSITIVE
    ),
    *(
        (field, written, "negative")
        for field in ("er", "pr", "her2", "immunotherapy_biomarker")
        for written in NEGATIVE
    ),
    *((field, written, value) for field in ("er", "pr") for written, value in PERCENTAGES),
    *NAMED,
    ("her2", "overexpressed", "positive"),
    ("her2", "amplified", "positive"),
    ("receptors_tested_on", "primary", "primary"),
    ("receptors_tested_on", "primary tumour", "primary"),
    ("receptors_tested_on", "metastasis", "metastasis"),
    ("receptors_tested_on", "metastatic site", "metastasis"),
]


@pytest.mark.parametrize(("field", "written", "value"), WORDS)
def test_a_word_gives_the_field_its_value_and_settles_the_fact(field: str, written: str, value: str) -> None:
    patient = Patient.model_validate({field: written})
    assert getattr(patient, field) == value
    assert patient.known() == {field: (value,), **METASTATIC}


@pytest.mark.parametrize("field", SINGLE_FIELDS)
@pytest.mark.parametrize("written", UNKNOWN)
def test_unknown_settles_nothing(field: str, written: str | None) -> None:
    patient = Patient.model_validate({field: written})
    withdrawn = field == "metastasis_confirmed" and written is not None
    assert patient.known() == ({} if withdrawn else METASTATIC)
    assert getattr(patient, field) == ("unknown" if withdrawn else None)
    assert patient.notices == ()


def test_nothing_said_is_nothing_known_but_the_assumption() -> None:
    patient = Patient()
    assert patient.known() == METASTATIC
    assert patient.entries == patient.notices == ()
    assert patient.details == {}
    assert all(getattr(patient, field) is None for field in Patient.model_fields)


@pytest.mark.parametrize(
    ("written", "value"),
    [("female", "female"), ("F", "female"), ("woman", "female"), ("male", "male"), ("m", "male"), ("Man", "male")],
)
def test_sex(written: str, value: str) -> None:
    patient = Patient(sex=written)
    assert patient.sex == value
    assert patient.known()["sex"] == (value,)


@pytest.mark.parametrize(
    ("written", "value", "sex"),
    [
        ("premenopausal", "premenopausal", "female"),
        ("pre", "premenopausal", "female"),
        ("Pre-menopausal", "premenopausal", "female"),
        ("before menopause", "premenopausal", "female"),
        ("postmenopausal", "postmenopausal", "female"),
        ("post", "postmenopausal", "female"),
        ("post-menopausal", "postmenopausal", "female"),
        ("after menopause", "postmenopausal", "female"),
        ("not_applicable", "not_applicable", "male"),
        ("not applicable", "not_applicable", "male"),
        ("premenopause", "premenopausal", "female"),
        ("postmenopause", "postmenopausal", "female"),
    ],
)
def test_menopause_also_tells_the_sex(written: str, value: str, sex: str) -> None:
    patient = Patient(menopause=written)
    assert patient.menopause == value
    known = {fact: values for fact, values in patient.known().items() if not fact.startswith("prior.")}
    assert known == {"menopause": (value,), "sex": (sex,), **METASTATIC}


@pytest.mark.parametrize(
    "written", ["perimenopausal", "peri", "Peri-menopausal", "Pre/Peri", "peri- or postmenopausal"]
)
def test_perimenopausal_stays_unknown_with_a_notice(written: str) -> None:
    patient = Patient(menopause=written, sex="female")
    assert patient.menopause == "perimenopausal"
    assert patient.known() == {"sex": ("female",), "menopause": ("premenopausal", "postmenopausal"), **METASTATIC}
    (notice,) = patient.notices
    assert "perimenopausal" in notice
    assert "no rule for it" in notice
    assert Patient(menopause=written).known() == METASTATIC


def test_sex_alone_says_whether_menopause_applies() -> None:
    assert Patient(sex="male").known()["menopause"] == ("not_applicable",)
    assert Patient(sex="female").known()["menopause"] == ("premenopausal", "postmenopausal")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("yes", "yes"),
        ("Y", "yes"),
        ("true", "yes"),
        (True, "yes"),
        (1, "yes"),
        (0, "no"),
        ("no", "no"),
        ("false", "no"),
        (False, "no"),
    ],
)
def test_metastasis_confirmed(written: object, value: str) -> None:
    patient = Patient.model_validate({"metastasis_confirmed": written})
    assert patient.metastasis_confirmed == value
    assert patient.known()["metastasis_confirmed"] == (value,)
    assert patient.known()["metastatic"] == (value,)


@pytest.mark.parametrize("field", ["er", "pr"])
@pytest.mark.parametrize("written", ["1%", "1 %", "1.5%", "~5%", "9,9%", "10%"])
def test_low_positive_is_positive_with_a_notice(field: str, written: str) -> None:
    patient = Patient.model_validate({field: written})
    (notice,) = patient.notices
    assert notice.startswith(field.upper())
    assert "low-positive" in notice
    assert "1% or more" in notice


@pytest.mark.parametrize("written", ["+", "-", "0%", "<1%", "0.5%", "10.5%", "11%", "90%", "100%", ">10%"])
def test_other_results_need_no_notice(written: str) -> None:
    assert Patient(er=written).notices == ()


@pytest.mark.parametrize(
    ("written", "detail"),
    [
        ("90%", "90%"),
        ("90 %", "90%"),
        ("< 1 %", "<1%"),
        ("0,5%", "0.5%"),
        ("0.9999999%", "0.9999999%"),
        ("0.00001%", "0.00001%"),
        ("ER 90%", "90%"),
    ],
)
def test_a_percentage_is_kept_as_a_detail_that_means_the_same_again(written: str, detail: str) -> None:
    patient = Patient(er=written)
    assert patient.details == {"er": detail}
    assert Patient(er=detail) == patient


HER2 = [
    # written, field, detail, low: a notice that no group for low HER2 is known
    ("0", "negative", "IHC 0", False),
    ("IHC 0", "negative", "IHC 0", False),
    ("ihc0", "negative", "IHC 0", False),
    ("0/ISH-", "negative", "IHC 0, ISH-", False),
    ("1+", "negative", "IHC 1+", True),
    ("1 +", "negative", "IHC 1+", True),
    ("IHC 1+", "negative", "IHC 1+", True),
    ("1+/ISH-", "negative", "IHC 1+, ISH-", True),
    ("2+/ISH-", "negative", "IHC 2+, ISH-", True),
    ("2+/ISH\u2212", "negative", "IHC 2+, ISH-", True),
    ("2+/FISH-", "negative", "IHC 2+, ISH-", True),
    ("2+, CISH negative", "negative", "IHC 2+, ISH-", True),
    ("2+ ISH neg", "negative", "IHC 2+, ISH-", True),
    ("2+/ISH+", "positive", "IHC 2+, ISH+", False),
    ("IHC 2+ / FISH positive", "positive", "IHC 2+, ISH+", False),
    ("HER2 2+/ISH+", "positive", "IHC 2+, ISH+", False),
    ("3+", "positive", "IHC 3+", False),
    ("IHC 3+", "positive", "IHC 3+", False),
    ("3+/ISH+", "positive", "IHC 3+, ISH+", False),
]


@pytest.mark.parametrize(("written", "value", "detail", "low"), HER2)
def test_her2_by_ihc_and_ish(written: str, value: str, detail: str, low: bool) -> None:  # noqa: FBT001 - a table
    patient = Patient(her2=written)
    assert patient.her2 == value
    assert patient.known() == {"her2": (value,), **METASTATIC}
    assert patient.details == {"her2": detail}
    assert ["HER2-low" in notice for notice in patient.notices] == [True] * low
    assert Patient(her2=detail) == patient


@pytest.mark.parametrize("written", ["2+", "2 +", "IHC 2+", "HER2 2+"])
def test_her2_2_plus_without_ish_stays_unknown_with_a_notice(written: str) -> None:
    patient = Patient(her2=written)
    assert patient.her2 == "2+"
    assert patient.known() == METASTATIC
    (notice,) = patient.notices
    assert "equivocal" in notice
    assert "ISH" in notice


REFUSALS = [
    # field, written, what the message must say
    ("sex", "femal", "did you mean female?"),
    ("sex", "mael", "it is female, male or unknown"),
    ("sex", "1", "it is female, male or unknown"),
    ("menopause", "premenopasal", "did you mean premenopausal?"),
    ("menopause", "menopausal", "did you mean premenopausal, postmenopausal or perimenopausal?"),
    ("menopause", "menopause", "did you mean premenopause, postmenopause, after menopause or before menopause?"),
    ("menopause", "yes", "premenopausal, postmenopausal, not_applicable, perimenopausal or unknown"),
    ("er", "postive", "did you mean positive?"),
    ("er", "negativ", "did you mean negative?"),
    ("er", "yes", "er cannot be 'yes'"),
    ("er", "no", "er cannot be 'no'"),
    ("er", "on", "er cannot be 'on'"),
    ("er", "+-", "er cannot be '+-'"),
    ("er", "90", "a percentage of stained cells (90%)"),
    ("er", "90", "did you mean 90%?"),
    ("er", " 9 ", "did you mean 9%?"),
    ("pr", "100", "did you mean 100%?"),
    ("er", "0.9", "a percentage of stained cells (90%)"),
    ("er", "1e1%", "er cannot be '1e1%'"),
    ("er", "-5%", "er cannot be '-5%'"),
    ("er", "0-10%", "leaves open whether it is 1% or more"),
    ("er", "90-110%", "between 0 and 100"),
    ("er", "101%", "between 0 and 100"),
    ("er", ">100%", "between 0 and 100"),
    ("er", "<0%", "between 0 and 100"),
    ("er", "<5%", "leaves open whether it is 1% or more"),
    ("er", "<=1%", "leaves open whether it is 1% or more"),
    ("er", "\u22641%", "leaves open whether it is 1% or more"),
    ("er", ">0.5%", "leaves open whether it is 1% or more"),
    ("er", ">=0%", "leaves open whether it is 1% or more"),
    ("er", ">0%", "leaves open whether it is 1% or more"),
    ("er", "<100%", "leaves open whether it is 1% or more"),
    ("er", "PR+", "er cannot be 'pr+'"),
    ("pr", "ER+", "pr cannot be 'er+'"),
    ("er", 90, "did you mean 90%?"),
    ("er", 0.9, "e.g. '90%'"),
    ("er", True, "er takes a word, not True (bool)"),
    ("er", ["+"], "er takes a word, not ['+'] (list)"),
    ("er", {"+": "-"}, "er takes a word, not {'+': '-'} (dict)"),
    ("her2", "postive", "did you mean positive?"),
    ("her2", "4+", "IHC 0, 1+, 2+ or 3+ with /ISH+ or /ISH- where tested"),
    ("her2", "3", "IHC 0, 1+, 2+ or 3+"),
    ("her2", "3", "did you mean 3+?"),
    ("her2", "1", "did you mean 1+?"),
    ("her2", "90%", "her2 cannot be '90%'"),
    ("her2", 3, "her2 takes a word, not 3 (int)"),
    ("her2", "3+/ISH-", "IHC 3+ reads as positive but ISH- says otherwise; write positive, negative or unknown"),
    ("her2", "0/ISH+", "IHC 0 reads as negative but ISH+ says otherwise; write positive, negative or unknown"),
    ("her2", "1+/ISH+", "IHC 1+ reads as negative but ISH+ says otherwise; write positive, negative or unknown"),
    ("receptors_tested_on", "metastasys", "did you mean metastasis?"),
    ("receptors_tested_on", "primry", "did you mean primary?"),
    ("metastasis_confirmed", "maybe", "it is yes, no or unknown"),
    ("metastasis_confirmed", 2, "metastasis_confirmed takes a word, not 2 (int)"),
    ("immunotherapy_biomarker", "positiv", "did you mean positive?"),
    ("immunotherapy_biomarker", "1%", "it is positive, negative or unknown"),
    ("label", 3, "label is free text, not 3"),
    ("label", ["a"], "label is free text, not ['a']"),
    ("label", "x" * 501, "label has 501 characters; at most 500"),
]


@pytest.mark.parametrize(("field", "written", "message"), REFUSALS)
def test_what_means_nothing_is_refused_at_its_field_with_what_would_be_right(
    refused: Refused, field: str, written: object, message: str
) -> None:
    (complaint,) = refused({field: written})
    assert complaint.path == (field,)
    assert field in complaint.message
    assert message in complaint.message


def test_a_number_is_told_how_to_be_a_percentage_only_where_one_is_taken(refused: Refused) -> None:
    assert refused({"er": 90})[0].message == "er takes a word, not 90 (int); did you mean 90%?"
    assert refused({"pr": 0.9})[0].message == "pr takes a word, not 0.9 (float), e.g. '90%'"
    assert refused({"er": True})[0].message == "er takes a word, not True (bool)"
    assert refused({"her2": 3})[0].message == "her2 takes a word, not 3 (int); did you mean 3+?"


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("menopase", "menopause"),
        ("sitess", "sites"),
        ("findigs", "findings"),
        ("situaton", "situation"),
        ("metastasis_confirm", "metastasis_confirmed"),
        ("priors", "prior"),
    ],
)
def test_an_unknown_field_is_refused_with_the_nearest(refused: Refused, written: str, meant: str) -> None:
    (complaint,) = refused({written: "x"})
    assert complaint == ((written,), f"unknown field {written!r}; did you mean {meant}?")


def test_an_unknown_field_like_no_other_is_refused_with_all_there_are(refused: Refused) -> None:
    (complaint,) = refused({"qqqqq": None})
    assert complaint.message.startswith("unknown field 'qqqqq'; the fields are label, sex, menopause, er,")


def test_a_fact_that_is_no_field_cannot_be_set(refused: Refused) -> None:
    for fact in ("metastatic", "sites.bone", "knowledge", "_reading"):
        assert refused({fact: "yes"})[0].path == (fact,)


def test_everything_wrong_is_told_at_once(refused: Refused) -> None:
    found = refused({"er": "x", "nonsense": 1, "sites": ["bonee", "liver", "lunk"], "prior": ["FEX"]})
    assert {complaint.path for complaint in found} == {
        ("nonsense",),
        ("er",),
        ("sites", 0),
        ("sites", 2),
        ("prior", 0),
    }


@pytest.mark.parametrize("field", ["er", "sex", "sites", "prior", "label"])
def test_a_message_stays_short_however_long_the_value(refused: Refused, field: str) -> None:
    (complaint,) = refused({field: "word " * 100_000})
    assert len(complaint.message) < 700


@pytest.mark.parametrize(
    "written",
    [
        "Anna & <b>Bert</b>",
        "{{ 7 * 7 }}",
        "{% raw %}",
        "`code` *stars* _lines_",
        "x" * 500,
        "Zoë 😀 漢字",
    ],
)
def test_a_label_is_kept_and_never_interpreted(written: str) -> None:
    assert Patient(label=written).label == written
    assert Patient(label=written).known() == METASTATIC


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("two\nlines", "two lines"),
        ("a\x00b", "a b"),
        ("\x1b[31mred", "[31mred"),
        ("left\u202eright", "left right"),
        ("zero\u200bwidth", "zero width"),
        ("half\ud800", "half"),
        ("  spaces \t ", "spaces"),
        ("bell\x07", "bell"),
        ("", None),
        (" \n ", None),
        ("\x00", None),
    ],
)
def test_a_label_loses_what_a_terminal_would_obey(written: str, label: str | None) -> None:
    assert Patient(label=written).label == label


@pytest.mark.parametrize(("field", "written"), [("er", "8"), ("er", "1"), ("pr", "300"), ("her2", "4"), ("sex", "3")])
def test_a_number_that_may_be_a_score_of_another_kind_is_not_completed(
    refused: Refused, field: str, written: str
) -> None:
    (complaint,) = refused({field: written})
    assert "did you mean" not in complaint.message
