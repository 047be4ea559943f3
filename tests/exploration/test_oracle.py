"""Statuses against decision diagrams that are made from the same YAML by other code: `oracle.py`."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from builders import decided_by, knowing, real_knowledge, real_rulebook
from hypothesis import given, settings
from oracle import Oracle
from thoroughness import examples

from mbc_options import load_rulebook, statuses
from mbc_options.package_data import rules_dir

if TYPE_CHECKING:
    from mbc_options import CompiledRulebook

HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"


@cache
def oracle() -> Oracle:
    return Oracle(rules_dir())


@cache
def on_demand() -> CompiledRulebook:
    """Our rulebook as if its minimal reasons were too many to be listed."""
    return decided_by(real_rulebook(), "cover")


def test_both_know_the_same_facts_and_options() -> None:
    rulebook = load_rulebook()
    assert {fact: set(values) for fact, values in oracle().diagrams.domains.items()} == {
        fact: set(values) for fact, values in rulebook.space.domains.items()
    }
    assert list(oracle().options) == list(rulebook.by_id)
    assert {option.decide for option in on_demand().by_id.values()} == {"cover"}


@settings(deadline=None, max_examples=examples(60))
@given(real_knowledge())
def test_every_status_is_the_one_that_the_diagrams_give(known: int) -> None:
    rulebook = load_rulebook()
    expected = oracle().statuses(rulebook.space.reading(known))
    assert statuses(knowing(known), rulebook) == expected
    assert statuses(knowing(known), on_demand()) == expected


@pytest.mark.parametrize(
    "description",
    [
        {},
        {"age": "child"},
        {"age": "adult", "signs": ["sneezing"]},
        {"signs": {"itching_eyes": True}, "months": ["april"]},
        {"signs": ["wheezing", "tight_chest"]},
        {"season_certain": "no"},
    ],
)
def test_so_it_is_for_another_illness(description: dict[str, object]) -> None:
    rulebook = load_rulebook(HAY_FEVER)
    patient = rulebook.patient(**description)
    expected = Oracle(HAY_FEVER).statuses(rulebook.space.reading(patient.knowledge))
    assert statuses(patient, rulebook) == expected
