"""Random patients for the benchmarks: as complete as can be, as people describe them, and with facts left open.

Every patient is built by `Patient(...)` from a description, so that whatever a description may say is
covered and no constraint is broken. The same seed gives the same patients.
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any, TypeAlias

from mbc_options import Patient
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}
OUTCOMES = tuple(bundled_vocabulary().treatments["prior"].yes["chemotherapy"])
DISTANT_SITES = tuple(
    site for site in NAMED_FIELDS["sites"] if site not in {"regional_lymph_nodes", "breast_or_chest_wall"}
)
__all__ = ["complete", "described", "partly_known", "patients"]

Description: TypeAlias = dict[str, Any]

LISTS = (*NAMED_FIELDS, "prior")

MALE = 0.1
SITE, FINDING, SITUATION = 0.3, 0.15, 0.25
"""How likely each single one of them is."""

MOST_TREATMENTS = 4

LEFT_OUT = 0.36

SETTINGS = ("early", "metastatic")

SAID_OUTCOMES = tuple(outcome for outcome in OUTCOMES if outcome != "given")

TRACKED = bundled_vocabulary().agents.tracked
WITH_MEMBERS = {group.partition(".")[0] for group in TRACKED if "." in group}
REMOVAL = "hormone_therapy.ovarian_removal"

CONCLUSIVE = (
    *(group for group in TRACKED if group not in WITH_MEMBERS),
    "chemotherapy.single_agent",
    "letrozole",
    "tamoxifen",
    "palbociclib",
    "trastuzumab",
    "FEC",
)
"""Treatments that leave nothing open, given an outcome; one cytotoxic drug alone proves nothing about combinations,
and hormone therapy by that name nothing about the ovaries."""

ANY_TREATMENT = (*CONCLUSIVE, *sorted(WITH_MEMBERS), "capecitabine", "paclitaxel", "fulvestrant", "other:trial drug")

EXTENTS: tuple[tuple[str, ...], ...] = (
    (),
    ("limited",),
    ("oligometastatic",),
    ("extensive_visceral",),
    ("diffuse_bone",),
    ("extensive_visceral", "diffuse_bone"),
)
"""Every combination that the constraints leave; diffuse bone disease needs bone."""


def patients(make: Callable[[Random], Patient], count: int, seed: int) -> list[Patient]:
    """Return `count` patients that one of the functions below makes."""
    rng = Random(seed)
    return [make(rng) for _ in range(count)]


def complete(rng: Random) -> Patient:
    """Return a metastatic patient of whom every fact is known."""
    patient = Patient(**_complete(rng))
    assert patient.knowledge.bit_count() == len(bundled_vocabulary().space.facts), f"not complete: {patient!r}"
    return patient


def described(rng: Random) -> Patient:
    """Return a patient as people describe them: complete lists, a fifth of the single facts left out."""
    said = _complete(rng)
    said["prior"] = _treatments(
        rng, ANY_TREATMENT, (*SAID_OUTCOMES, "unknown"), (*SETTINGS, "unknown"), male=said["sex"] == "male"
    )
    return Patient(**{field: value for field, value in said.items() if field in LISTS or rng.random() >= 1 / 5})


def partly_known(rng: Random, whole: Patient) -> Patient:
    """Return a patient of whom all is known, with so much left out that a third of the facts is unknown.

    That takes a little more than a third, since some of it follows from what is left.
    """
    space, knowledge = bundled_vocabulary().space, whole.knowledge

    def keep(names: Iterable[str]) -> list[str]:
        return [name for name in names if rng.random() >= LEFT_OUT]

    def value(fact: str) -> str:
        return space.values(knowledge, fact)[0]

    singles = ("sex", "menopause", "er", "pr", "her2", "receptors_tested_on", "immunotherapy_biomarker")
    said: Description = {field: value(field) for field in keep((*singles, "metastasis_confirmed"))}
    for field, names in NAMED_FIELDS.items():
        said[field] = {_written(name): value(f"{field}.{name}") for name in keep(names)}
    history: dict[str, Any] = {}
    for class_ in keep(bundled_vocabulary().agents.tracked):
        outcomes = [outcome for outcome in SAID_OUTCOMES if value(f"prior.{class_}.{outcome}") == "yes"]
        history[class_] = outcomes if value(f"prior.{class_}.given") == "yes" else "no"
    return Patient(**{**said, "prior": history})


def _complete(rng: Random) -> Description:
    sex = "male" if rng.random() < MALE else "female"
    sites = _sites(rng)
    return {
        "sex": sex,
        "menopause": "not_applicable" if sex == "male" else rng.choice(("premenopausal", "postmenopausal")),
        "er": _sign(rng),
        "pr": _sign(rng),
        "her2": _sign(rng),
        "receptors_tested_on": rng.choice(("primary", "metastasis")),
        "metastasis_confirmed": "yes",
        "immunotherapy_biomarker": _sign(rng),
        "sites": sites,
        "extent": rng.choice([extent for extent in EXTENTS if "diffuse_bone" not in extent or "bone" in sites]),
        "findings": _some(rng, NAMED_FIELDS["findings"], FINDING),
        "situation": _some(rng, NAMED_FIELDS["situation"], SITUATION),
        "prior": _treatments(rng, CONCLUSIVE, SAID_OUTCOMES, SETTINGS, male=sex == "male"),
    }


def _sign(rng: Random) -> str:
    return rng.choice(("positive", "negative"))


def _some(rng: Random, names: Iterable[str], chance: float) -> list[str]:
    return [name for name in names if rng.random() < chance]


def _sites(rng: Random) -> list[str]:
    """Return sites with at least one distant one among them."""
    found: list[str] = []
    while not set(found) & set(DISTANT_SITES):
        found = _some(rng, NAMED_FIELDS["sites"], SITE)
    return [_written(site) for site in found]


def _written(name: str) -> str:
    return "other:adrenal gland" if name == "other" else name


def _treatments(
    rng: Random, names: tuple[str, ...], outcomes: tuple[str, ...], settings: tuple[str, ...], *, male: bool
) -> list[str]:
    given = rng.sample([name for name in names if not male or name != REMOVAL], rng.randint(0, MOST_TREATMENTS))
    return [f"{name}: {rng.choice(outcomes)}: {rng.choice(settings)}" for name in given]
