"""Facts that cannot be true together are an error that names both sides, says why, and points at a place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Patient

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options import Problem

    Refused = Callable[[dict[str, Any]], list[Any]]
    Problems = Callable[..., tuple[Problem, ...]]

MENOPAUSE = "menopause does not apply to men"
DISTANT = "metastatic exactly when some distant site is involved"
UNKNOWN_MEANT = "metastasis_confirmed: unknown may have been meant"

CONTRADICTIONS: list[tuple[dict[str, Any], tuple[str, str], str]] = [
    # description, both sides, why
    ({"sex": "male", "menopause": "premenopausal"}, ("sex: male", "menopause: premenopausal"), MENOPAUSE),
    ({"sex": "m", "menopause": "post"}, ("sex: m", "menopause: post"), MENOPAUSE),
    ({"menopause": "peri", "sex": "male"}, ("sex: male", "menopause: perimenopausal"), MENOPAUSE),
    ({"sex": "female", "menopause": "not applicable"}, ("sex: female", "menopause: not applicable"), "only to men"),
    ({"sites": ["bone"], "metastasis_confirmed": "no"}, ("sites: bone", "metastasis_confirmed: no"), UNKNOWN_MEANT),
    ({"sites": ["bone"], "metastasis_confirmed": "no"}, ("sites: bone", "metastasis_confirmed: no"), DISTANT),
    (
        {"sites": {"other:eye": "yes"}, "metastasis_confirmed": False},
        ("sites: other:eye: yes", "metastasis_confirmed: False"),
        UNKNOWN_MEANT,
    ),
    (
        {"extent": ["diffuse_bone"], "metastasis_confirmed": "no"},
        ("extent: diffuse_bone", "metastasis_confirmed: no"),
        UNKNOWN_MEANT,
    ),
    ({"sites": [], "metastasis_confirmed": "yes"}, ("sites: []", "metastasis_confirmed: yes"), DISTANT),
    (
        {"sites": ["axillary nodes"], "metastasis_confirmed": "yes"},
        ("sites: [regional_lymph_nodes]", "metastasis_confirmed: yes"),
        DISTANT,
    ),
    ({"sites": [], "extent": ["diffuse_bone"]}, ("sites: []", "extent: diffuse_bone"), "bone is involved"),
    ({"sites": ["liver"], "extent": "diffuse bone"}, ("sites: [liver]", "extent: diffuse bone"), "bone is involved"),
    (
        {"sites": {"bone": "no"}, "extent": {"diffuse_bone": "yes"}},
        ("sites: bone: no", "extent: diffuse_bone: yes"),
        "bone is involved",
    ),
    (
        {"extent": ["limited", "extensive_visceral"]},
        ("extent: limited", "extent: extensive_visceral"),
        "limited disease is neither extensive nor diffuse",
    ),
    (
        {"extent": ["oligometastatic", "diffuse_bone"]},
        ("extent: oligometastatic", "extent: diffuse_bone"),
        "limited disease is neither extensive nor diffuse",
    ),
    (
        {"extent": {"oligometastatic": "yes", "limited": "no"}},
        ("extent: oligometastatic: yes", "extent: limited: no"),
        "oligometastatic disease is limited",
    ),
    (
        {"findings": {"bone_pain": "yes", "pain": "no"}},
        ("findings: bone_pain: yes", "findings: pain: no"),
        "pain is pain",
    ),
    (
        {"findings": {"headache": "yes", "pain": "no"}},
        ("findings: headache: yes", "findings: pain: no"),
        "pain is pain wherever it is",
    ),
    (
        {"prior": {"chemotherapy": "no", "docetaxel": "progressed"}},
        ("prior: chemotherapy: no", "prior: docetaxel: progressed"),
        "contradict each other",
    ),
    (
        {"prior": {"FEC": "stable", "chemo": "never"}},
        ("prior: FEC: stable", "prior: chemo: never"),
        "contradict each other",
    ),
    (
        {"prior": {"combination chemotherapy": "no", "AC": "unknown"}},
        ("prior: combination chemotherapy: no", "prior: AC: unknown"),
        "contradict each other",
    ),
    (
        {"prior": {"letrozole": "no", "Femara": "progressed"}},
        ("prior: letrozole: no", "prior: Femara: progressed"),
        "contradict each other",
    ),
    (
        {"prior": {"Herceptin": ["stable", "progressed"], "trastuzumab": "no"}},
        ("prior: Herceptin: ['stable', 'progressed']", "prior: trastuzumab: no"),
        "contradict each other",
    ),
]


@pytest.mark.parametrize(("description", "sides", "why"), CONTRADICTIONS)
def test_a_contradiction_names_both_sides_and_why_at_one_of_them(
    refused: Refused, description: dict[str, Any], sides: tuple[str, str], why: str
) -> None:
    (complaint,) = refused(description)
    one, other = (f"({side})" for side in sides)
    assert complaint.message.startswith((f"{one} and {other} contradict each", f"{other} and {one} contradict each"))
    assert why in complaint.message
    assert complaint.path[0] in description


def test_a_constraint_that_is_broken_directly_is_the_only_reason_given(refused: Refused) -> None:
    (complaint,) = refused({"extent": ["limited", "diffuse_bone"], "sites": {"liver": "yes"}})
    assert complaint.message.split(": ", 3)[-1] == "limited disease is neither extensive nor diffuse"
    (complaint,) = refused({"sites": [], "extent": ["diffuse_bone"]})
    assert complaint.message.endswith("contradict each other: diffuse bone disease means that bone is involved")


def test_only_a_denied_metastasis_may_have_been_meant_as_unknown(refused: Refused) -> None:
    (complaint,) = refused({"sites": [], "metastasis_confirmed": "yes"})
    assert UNKNOWN_MEANT not in complaint.message


@pytest.mark.parametrize(
    "description",
    [
        {"sex": "male", "menopause": "not_applicable"},
        {"sex": "male", "menopause": "unknown"},
        {"sex": "female", "menopause": "peri"},
        {"sites": ["bone"], "metastasis_confirmed": "unknown"},
        {"sites": ["regional_lymph_nodes"], "metastasis_confirmed": "no"},
        {"extent": ["diffuse_bone", "extensive_visceral"]},
        {"extent": ["oligometastatic"], "sites": ["bone"]},
        {"findings": {"pain": "yes", "bone_pain": "no"}},
        {"prior": {"letrozole": "no", "tamoxifen": "progressed"}},
        {"prior": {"letrozole": "no", "hormone_therapy": "progressed"}},
        {"prior": {"combination chemotherapy": "no", "docetaxel": "progressed"}},
        {"prior": {"letrozole": "responded", "Femara": "progressed"}},
    ],
)
def test_what_only_looks_like_a_contradiction_is_accepted(description: dict[str, Any]) -> None:
    assert Patient.model_validate(description).knowledge


def test_a_contradiction_in_a_file_points_at_a_place(problems: Problems) -> None:
    (problem,) = problems("sex: male\n\nmenopause: pre\n")
    assert problem[1:4] == ("p.yaml", 3, 12)
    (problem,) = problems("sites:\n  - liver\n  - bone\nmetastasis_confirmed: no\n")
    assert problem[1:4] == ("p.yaml", 2, 5)
    (problem,) = problems("prior:\n  chemotherapy: no\n  docetaxel:   stable\n")
    assert problem[1:4] == ("p.yaml", 3, 16)
