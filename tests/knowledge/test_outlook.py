"""What is said of outlook: only of whom its passage speaks, about groups, and kept apart from what is ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mbc_options import Patient, explore, load_rulebook

if TYPE_CHECKING:
    from mbc_options.rulebook.models import Consideration
    from mbc_options.source.forms import Words


def entry(id_: str, words: Words) -> Consideration:
    (found,) = (one.authored for one in load_rulebook(words=words).considerations if one.authored.id == id_)
    return found


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_the_outlook_of_few_metastases_tells_nobody_that_they_are_young(words: Words) -> None:
    """S000-100 speaks of one age group. No fact holds the age, so it is said that it does, and not which."""
    told = entry("oligometastatic_outlook", words)
    said = f"{told.title} {told.text} {told.note}"
    assert not re.search(r"\b(young|old)", said)
    assert "age" in told.text
    assert "open" in (told.note or "")


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_bone_alone_is_compared_with_inner_organs_and_not_with_every_other_site(words: Words) -> None:
    """Ruling 24: as S000-97 does."""
    text = entry("bone_only_outlook", words).text
    assert "visceral" in text or "inner organs" in text
    assert "other places" not in text


def test_what_we_add_to_the_outlook_with_bone_metastases_makes_it_implied() -> None:
    """Rulings 24 and 27: that the brain is free is our condition, and the note says so."""
    told = entry("bone_outlook", "clinical")
    assert told.basis == "implied"
    assert "brain" in (told.note or "")
    assert "our condition" in (told.note or "")
    assert "brain" not in told.text


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_figures_of_survival_say_that_they_are_about_groups(words: Words) -> None:
    for id_ in ("five_year_figures", "typical_length_of_life", "deaths_and_the_lung"):
        assert "groups" in (entry(id_, words).note or ""), id_


def test_no_outlook_is_told_unless_somebody_asks() -> None:
    patient = Patient(sites=["bone"], extent=["oligometastatic"])
    unasked = {one.id for one in explore(patient).considerations}
    asked = {one.id for one in explore(patient, outlook=True).considerations}
    assert {"oligometastatic_outlook", "bone_outlook", "bone_only_outlook", "outlook"} <= asked - unasked
