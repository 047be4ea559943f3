"""Urgent signs: one entry each, named as the description names them, and short enough for one glance."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from mbc_options import explore, load_rulebook
from mbc_options.rendering.filters import fill

if TYPE_CHECKING:
    from mbc_options.rulebook.models import Consideration
    from mbc_options.source.forms import Words


def of_a_sign(words: Words) -> list[Consideration]:
    """Return what is urgent of a patient, in the order of the file, without what everybody is told."""
    urgent = [one.authored for one in load_rulebook(words=words).considerations if one.authored.kind == "urgent"]
    assert len(urgent) > 10
    return [one for one in urgent if not one.general]


def sign_of(one: Consideration) -> str:
    """Return the one fact that makes it fire."""
    facts = [fact for fact in load_rulebook().space.domains if f"'{fact}'" in repr(one.when)]
    assert len(facts) == 1, f"{one.id} is about {facts}"
    return facts[0]


def test_each_sign_has_an_entry_of_its_own() -> None:
    signs = [sign_of(one) for one in of_a_sign("clinical")]
    assert len(set(signs)) == len(signs)
    assert "findings.vision_problems" in signs


def named(text: str) -> str:
    """Return a text without what stands in parentheses, in lower case."""
    return re.sub(r" \([^)]*\)", "", text).lower()


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_a_title_names_the_sign_that_this_patient_has(words: Words) -> None:
    rulebook = load_rulebook(words=words)
    for one in of_a_sign(words):
        patient = rulebook.patient(findings=[sign_of(one).partition(".")[2]])
        (fact,) = (known for known in explore(patient, rulebook).known if known.fact == sign_of(one))
        assert named(fact.text) in named(one.title), one.id


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_title_and_first_sentence_fit_two_lines_of_a_terminal(words: Words) -> None:
    for one in of_a_sign(words):
        first = re.split(r"(?<=[.!?])\s", one.text)[0]
        shown = fill(f"Urgent: {one.title}. {first}", "! ", "  ")
        assert len(shown.splitlines()) <= 2, shown


@pytest.mark.parametrize("words", ["clinical", "plain"])
def test_what_is_urgent_is_ours_and_says_where_help_is(words: Words) -> None:
    help_at_hand = re.compile(r"(medical help|emergency (care|help)) at once|Emergency services|call the care team")
    for one in of_a_sign(words):
        assert one.basis == "editorial", one.id
        assert one.note is not None, one.id
        assert "No document" in one.note, one.id
        assert help_at_hand.search(one.text), one.id
