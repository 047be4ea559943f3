"""The facts that a patient description can settle, their domains, and what cannot be true together.

The words that a reader sees for them stand in `rules/vocabulary.yaml`; here are only their names.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.logic import Space, Theory
from mbc_options.vocabulary.shared import agents

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CONSTRAINTS",
    "NAMED_FIELDS",
    "OUTCOMES",
    "SINGLE_FACTS",
    "Constraint",
    "Vocabulary",
    "vocabulary",
]

YES_NO = ("yes", "no")

SINGLE_FACTS: dict[str, tuple[str, ...]] = {
    "sex": ("female", "male"),
    "menopause": ("premenopausal", "postmenopausal", "not_applicable"),
    "er": ("positive", "negative"),
    "pr": ("positive", "negative"),
    "her2": ("positive", "negative"),
    "immunotherapy_biomarker": ("positive", "negative"),
    "receptors_tested_on": ("primary", "metastasis"),
    "metastatic": YES_NO,
    "metastasis_confirmed": YES_NO,
}
"""Facts with one value each. `metastatic` has no field of its own: sites and confirmation settle it."""

DISTANT_SITES = ("bone", "liver", "lung", "brain", "distant_lymph_nodes", "skin", "bone_marrow", "other")

NAMED_FIELDS: dict[str, tuple[str, ...]] = {
    "sites": (*DISTANT_SITES, "regional_lymph_nodes", "breast_or_chest_wall"),
    "extent": ("limited", "oligometastatic", "extensive_visceral", "diffuse_bone"),
    "situation": ("rapid_control_needed", "aggressive", "salvage", "financial_stress"),
    "findings": (
        "pain",
        "bone_pain",
        "fracture",
        "spinal_cord_compression",
        "liver_blockage",
        "bronchial_obstruction",
        "open_breast_wound",
        "hypercalcemia",
        "nausea",
        "depression",
        "anxiety",
        "fear",
        "constipation",
        "shortness_of_breath",
        "cough",
        "chest_pain",
        "abdominal_pain",
        "abdominal_swelling",
        "jaundice",
        "abnormal_liver_tests",
        "loss_of_appetite",
        "weight_loss",
        "fatigue",
        "malaise",
        "headache",
        "seizures",
        "vision_problems",
        "weakness",
        "behavior_change",
        "balance_problems",
        "breast_lump",
    ),
}
"""Fields that name several things, each a yes/no fact of its own: `sites.bone`, `findings.pain`."""

OUTCOMES = ("given", "progressed", "stable", "responded", "completed", "ongoing", "not_tolerated")
"""What can be known of an earlier treatment: yes/no facts of their own, none excluding another."""


class Constraint(NamedTuple):
    """Facts that cannot be true together.

    Attributes:
        sentence: why, in words for the person whose description breaks it.
        broken: the impossible combinations, each as allowed values by fact.
    """

    sentence: str
    broken: tuple[Mapping[str, tuple[str, ...]], ...]


CONSTRAINTS: tuple[Constraint, ...] = (
    Constraint(
        "menopause does not apply to men, and only to men",
        (
            {"sex": ("male",), "menopause": ("premenopausal", "postmenopausal")},
            {"sex": ("female",), "menopause": ("not_applicable",)},
        ),
    ),
    Constraint(
        "disease is metastatic exactly when some distant site is involved",
        (
            *({f"sites.{site}": ("yes",), "metastatic": ("no",)} for site in DISTANT_SITES),
            {"metastatic": ("yes",), **{f"sites.{site}": ("no",) for site in DISTANT_SITES}},
        ),
    ),
    Constraint(
        "diffuse bone disease means that bone is involved",
        ({"extent.diffuse_bone": ("yes",), "sites.bone": ("no",)},),
    ),
    Constraint(
        "oligometastatic disease is limited disease",
        ({"extent.oligometastatic": ("yes",), "extent.limited": ("no",)},),
    ),
    Constraint(
        "limited disease is neither extensive nor diffuse",
        (
            {"extent.limited": ("yes",), "extent.extensive_visceral": ("yes",)},
            {"extent.limited": ("yes",), "extent.diffuse_bone": ("yes",)},
        ),
    ),
    Constraint("bone pain is pain", ({"findings.bone_pain": ("yes",), "findings.pain": ("no",)},)),
)
"""The closed list of constraints between facts."""


class Vocabulary(NamedTuple):
    """The facts laid out, and what cannot be.

    Attributes:
        space: every fact with its domain.
        theory: the constraints over them.
    """

    space: Space
    theory: Theory


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabulary; made once, at first use."""
    domains: dict[str, tuple[str, ...]] = dict(SINGLE_FACTS)
    for field, names in NAMED_FIELDS.items():
        for name in names:
            domains[f"{field}.{name}"] = YES_NO
    for class_ in agents().prior_classes:
        for outcome in OUTCOMES:
            domains[f"prior.{class_}.{outcome}"] = YES_NO
    space = Space(domains)
    broken = [space.cube(case) for constraint in CONSTRAINTS for case in constraint.broken]
    return Vocabulary(space, Theory(space, broken))
