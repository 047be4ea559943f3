"""The report on one screen: what has no room is cut and counted, and what is urgent never is."""

from __future__ import annotations

import random
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Patient, explore, load_case, load_patient, load_rulebook, render
from mbc_options.cases.catalog import case_names
from mbc_options.rendering.screen import clipped, first_sentence, listed, rows_alike, up_to_comma
from mbc_options.text import columns
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from mbc_options.exploration.assessment import AnyPatient, Assessment

PATIENTS = sorted((Path(__file__).parents[1] / "patients").iterdir())

KNOWN_WELL = [
    *map(load_patient, PATIENTS),
    Patient(er="+", pr="-", her2="-", menopause="post", sites=["bone"], prior=["letrozole: progressed"]),
]
ALL_FINDINGS = tuple(bundled_vocabulary().names["findings"].yes)
HARD = [
    Patient(),
    Patient(metastasis_confirmed="unknown"),
    Patient(label="A label that goes on " * 20, sites=["bone", "liver", "lung", "brain"], findings=list(ALL_FINDINGS)),
    Patient(
        er="5%",
        her2="2+",
        sites=["bone", "lung", "skin", "other: " + "a place with a long name " * 10],
        extent=["diffuse_bone"],
        findings=list(ALL_FINDINGS),
        prior=[
            *("letrozole: progressed", "tamoxifen: completed: early", "FEC: completed: early", "palbociclib: stable"),
            *("docetaxel + trastuzumab: responded", "zoledronic acid: ongoing", "fulvestrant: progressed: metastatic"),
        ],
    ),
]
WORDS = {"candidate": "[+] candidate", "undetermined": "[?] undetermined", "unspecified": "[~] unspecified"}
WORDS |= {"not_described": "[ ] not described", "out_of_scope": "[-] out of scope"}


def of_cases() -> list[AnyPatient]:
    return [stage.assessment.patient for name in case_names() for stage in load_case(name).stages]


def by_chance(number: int) -> list[AnyPatient]:
    """Partial patients: each field is silent, or says one of its values, or some of its names."""
    chance = random.Random(13)
    names = {field: list(forms.yes) for field, forms in bundled_vocabulary().names.items()}
    drugs = ["letrozole", "tamoxifen", "palbociclib", "FEC", "docetaxel", "trastuzumab", "zoledronic acid", "alpelisib"]
    outcomes = ["progressed", "stable", "responded", "completed", "ongoing", "not_tolerated", "unknown"]
    single = {
        "menopause": ["pre", "post", "unknown"],
        "er": ["+", "-", "3%"],
        "pr": ["+", "-"],
        "her2": ["0", "1+", "2+", "3+", "2+/ISH+"],
        "immunotherapy_biomarker": ["positive", "negative"],
    }
    found: list[AnyPatient] = []
    while len(found) < number:
        said: dict[str, Any] = {
            field: chance.choice(values) for field, values in single.items() if chance.random() < 0.6
        }
        for field in ("sites", "findings", "situation"):
            some = [name for name in names[field] if name != "other" and chance.random() < chance.choice([0.1, 0.5])]
            if chance.random() < 0.6:
                said[field] = some if chance.random() < 0.5 else dict.fromkeys(some, chance.choice(["yes", "no"]))
        if chance.random() < 0.6:
            given = chance.sample(drugs, chance.randrange(len(drugs)))
            said["prior"] = [f"{drug}: {chance.choice(outcomes)}" for drug in given]
        try:
            found.append(Patient(**said))
        except ValueError:  # facts that contradict each other are no patient
            continue
    return found


def lines_of(assessment: Assessment) -> list[str]:
    return render(assessment).rstrip("\n").split("\n")


VERY_MANY = 12
"""So many urgent signs at once leave room for their titles only."""


def flat(text: str) -> str:
    return " ".join(text.split())


def holds_the_law(assessment: Assessment, most: int) -> None:
    lines = lines_of(assessment)
    assert len(lines) <= most
    assert all(columns(line) <= 80 for line in lines)
    screen = flat("\n".join(lines))
    marks = "|".join(map(re.escape, WORDS.values()))
    rows = re.findall(rf"^(?:{marks})\b.*(?:\n {{18}}.*)*", "\n".join(lines), re.MULTILINE)
    told = [flat(row) for row in rows]
    for option in assessment.options:
        named = [row for row in told if re.search(rf"(?:^\[.\] [a-z ]+|; ){re.escape(option.label)}(?=[ :;]|$)", row)]
        assert len(named) == 1, option.id
        assert named[0].startswith(WORDS[option.status])
    signs = [sign for sign in assessment.considerations if sign.kind == "urgent" and not sign.general]
    places = [screen.index(flat(sign.title)) for sign in signs]
    assert screen.startswith("! Urgent: ") or not signs
    if len(signs) < VERY_MANY:
        assert all(f"! Urgent: {flat(sign.title)}. {first_sentence(sign.text)}" in screen for sign in signs)
    for one in assessment.urgent_cautions:
        places.append(screen.index(f"! {one.label}: {flat(one.caution.text)}"))
    assert places == sorted(places)
    assert not places or places[0] <= len("! Urgent: ")
    assert not places or screen.index(told[0]) > places[-1]
    assert "learning" in lines[-1]
    assert 'never means "contraindicated"' in lines[-1]
    assert "--full" in screen
    for text in assessment.assumptions:
        assert up_to_comma(text) in screen


@pytest.mark.parametrize("patient", KNOWN_WELL, ids=lambda patient: str(patient.label))
def test_who_is_known_well_fits_on_one_screen(patient: Patient) -> None:
    holds_the_law(explore(patient), 24)


@pytest.mark.parametrize("patient", HARD)
def test_whoever_it_is_fits_on_two(patient: Patient) -> None:
    holds_the_law(explore(patient), 48)


def test_so_does_every_stage_of_the_cases_and_anybody_by_chance() -> None:
    for patient in [*of_cases(), *by_chance(200)]:
        holds_the_law(explore(patient), 48)


def test_in_plain_words_likewise() -> None:
    plain = load_rulebook(words="plain")
    for patient in [*KNOWN_WELL, *HARD]:
        holds_the_law(explore(patient, plain), 48)


def row(screen: str, label: str) -> str:
    """What a screen says of a class: its line, with those that go on with it."""
    found = re.search(rf"^\[.\] [a-z ]*{re.escape(label)}.*(?:\n {{18}}.*)*", screen, re.MULTILINE)
    assert found, label
    return flat(found[0])


def test_a_class_tells_what_decides_or_on_what_it_depends_and_how_it_went_before() -> None:
    screen = render(explore(load_patient(PATIENTS[0])))
    assert row(screen, "Chemotherapy") == ("[+] candidate Chemotherapy !2: progressed on hormone (endocrine) therapy")
    assert row(screen, "Hormone therapy") == (
        "[?] undetermined Hormone therapy (given: progressed): candidate if no prior treatment of metastatic disease"
    )
    assert row(screen, "Anti-HER2 drugs") == "[ ] not described Anti-HER2 drugs: HER2-negative"


def test_what_is_assumed_and_what_is_not_known_is_on_the_screen() -> None:
    screen = flat(render(explore(Patient(er="+"))))
    assert "Assumed: distant metastasis. Earlier treatment: not known." in screen
    assert "Not known, and verdicts depend on it: " in screen
    assert "Would settle most: What is the HER2 status?" in screen


def test_a_caution_beside_a_class_is_counted_with_those_of_its_members() -> None:
    assessment = explore(Patient(sites=["bone"], findings=["hypercalcemia"], prior=[]))
    others = [
        caution
        for unit in (assessment["bisphosphonates"], *assessment["bisphosphonates"].members)  # type: ignore[attr-defined]
        for caution in unit.cautions
        if not caution.urgent
    ]
    assert others
    assert re.search(rf"Bisphosphonates !{len(others)}[:;]", render(assessment))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("short", "Kept: short"),
        ("a" * 74, "Kept: " + "a" * 74),
        ("aa " * 24 + "bbb", "Kept: " + "aa " * 23 + "..."),
        ("a" * 75, "Kept: ..."),
    ],
)
def test_a_text_is_clipped_between_words_and_says_so(text: str, shown: str) -> None:
    assert clipped(text, "Kept:") == shown


def test_what_stands_before_a_clipped_text_is_never_clipped() -> None:
    kept = "kept " * 20 + "to the end:"
    first, second = clipped("and more " * 40, kept).split("\n")
    assert first == "kept " * 15 + "kept"
    assert second.startswith("kept " * 4 + "to the end: and more ")
    assert second.endswith(" ...")


def test_a_list_counts_what_has_no_room() -> None:
    assert listed(["a", "b"]) == "a; b."
    assert listed(["a" * 30, "b" * 30, "c" * 30]) == "a" * 30 + "; " + "b" * 30 + "; and 1 more."
    assert listed(["a" * 90], "Known: ") == "Known: 1."


def test_the_first_sentence_and_the_first_clause() -> None:
    assert first_sentence("It is one. It needs help.") == "It is one."
    assert first_sentence("Only one, e.g. this") == "Only one, e.g. this"
    assert up_to_comma("distant spread, because nothing is said; or so") == "distant spread"
    assert up_to_comma("at least 1.5 of it") == "at least 1.5 of it"


def test_classes_are_joined_that_have_one_status_for_one_reason() -> None:
    rows = [("b", "One", "x"), ("a", "Two", "x"), ("b", "Three", "x"), ("b", "Four", ""), ("b", "Five", "")]
    joined = [("a", ["Two"], "x"), ("b", ["One", "Three"], "x"), ("b", ["Four", "Five"], "")]
    alone = [("a", ["Two"], "x"), ("b", ["One"], "x"), ("b", ["Three"], "x"), ("b", ["Four", "Five"], "")]
    assert rows_alike(rows, ["a", "b"], alone=False) == joined
    assert rows_alike(rows, ["a", "b"], alone=True) == alone
