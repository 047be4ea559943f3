"""Considerations beside the passages that they cite: for whom, and of what."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook
from mbc_options.logic import complement, intersect
from mbc_options.rulebook.conditions import cases_of, cases_of_definitions

if TYPE_CHECKING:
    from mbc_options.logic import Cover
    from mbc_options.rulebook.conditions import Node

TREATABLE = {"S002-04", "S003-04"}
"""Claims filed under prognosis that say that the disease can be treated, and nothing of how it goes."""


@cache
def patients(condition: Node) -> Cover:
    """Return the patients of a condition."""
    rulebook = load_rulebook()
    definitions = cases_of_definitions({one.id: one.when for one in rulebook.definitions}, rulebook.space)
    within, but_not = cases_of(condition, definitions, rulebook.space)
    return within if not but_not else complement(rulebook.space, but_not)


def reaches_others(condition: Node, claim: str) -> bool:
    """Tell whether some patient in scope meets a condition, and the passage of a claim does not speak of them."""
    rulebook = load_rulebook()
    speaks = rulebook.claims[claim].when
    if speaks is None:
        return False
    others = intersect(rulebook.space, patients(condition), complement(rulebook.space, patients(speaks)))
    return any(map(rulebook.inside.is_possible, others))


def test_what_is_stated_is_told_to_those_alone_of_whom_each_of_its_passages_speaks() -> None:
    """A symptom is told to whoever has it, though its passage names the site: it says that they are linked."""
    stated = [one.authored for one in load_rulebook().considerations if one.authored.basis == "stated"]
    pairs = [(one.id, one.when, claim) for one in stated if one.when and one.kind != "symptom" for claim in one.claims]
    assert len(pairs) > 50
    assert [(id_, claim) for id_, when, claim in pairs if reaches_others(when, claim)] == []


@pytest.mark.parametrize(
    ("consideration", "claim", "wider"),
    [
        ("hormones_first", "S004-26", False),
        ("pain_and_bone", "S001-10", True),  # pain is told of without bone, too
        ("receptors_over_time", "S003-95", False),
    ],
)
def test_a_wider_condition_is_seen(consideration: str, claim: str, *, wider: bool) -> None:
    (one,) = (c.authored for c in load_rulebook().considerations if c.authored.id == consideration)
    assert one.when is not None
    assert reaches_others(one.when, claim) is wider


def test_outlook_is_cited_where_it_is_asked_for_alone() -> None:
    rulebook = load_rulebook()
    cited = {
        (one.authored.id, claim)
        for one in rulebook.considerations
        if one.authored.kind != "prognosis"
        for claim in one.authored.claims
        if rulebook.claims[claim].topic == "prognosis"
    }
    assert {claim for _, claim in cited} == TREATABLE
