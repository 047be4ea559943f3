"""Who the patients of a set are: in words, by example and by number."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook
from mbc_options.tools.patient_sets import PatientSets, patients_of

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"
OURS = load_rulebook()
SETS = PatientSets.of(OURS)
CANDIDATES = [option for option in OURS.by_id.values() if patients_of(option.candidate)]


def test_a_set_reads_in_both_registers() -> None:
    cube = OURS.space.cube(
        {"er": ["positive"], "menopause": ["premenopausal", "not_applicable"], "findings.pain": ["no"]}
    )
    found = SETS.description(cube)
    assert found.text == "not postmenopausal and ER-positive and no pain"
    assert found.plain_text != found.text
    assert found.example == {"menopause": "premenopausal", "er": "positive", "findings": {"pain": "no"}}


def test_everybody_and_nobody() -> None:
    everybody, nobody = SETS.described([OURS.space.universe]), SETS.described([])
    assert [one.text for one in everybody.descriptions] == ["every patient"]
    assert everybody.count == everybody.among
    assert everybody.share == 1
    assert not nobody
    assert nobody.count == 0


def test_what_cannot_be_is_in_no_set() -> None:
    impossible = OURS.space.cube({"sex": ["male"], "menopause": ["premenopausal"]})
    assert not SETS.described([impossible])
    assert SETS.description(impossible).example is None


@pytest.mark.parametrize("option", CANDIDATES, ids=lambda option: option.id)
def test_each_example_is_a_patient_of_its_set(option: CompiledOption) -> None:
    for described in SETS.described(patients_of(option.candidate)).descriptions:
        assert described.example is not None
        known = OURS.patient(**described.example).knowledge
        assert OURS.scope.entailed_by(known)
        assert option.candidate.entailed_by(known)


@pytest.mark.parametrize("rulebook", [OURS, load_rulebook(HAY_FEVER)], ids=["ours", "hay fever"])
def test_the_statuses_divide_the_patients(rulebook: CompiledRulebook) -> None:
    sets = PatientSets.of(rulebook)
    for option in rulebook.by_id.values():
        parts = [patients_of(option.candidate), patients_of(option.described, holds=False)]
        if option.unspecified is not None:
            parts.append(patients_of(option.unspecified))
        assert sum(sets.described(part).count for part in parts) == sets.among
