"""The handbook says everything that is in a rulebook, and its diagrams decide as the rulebook does."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from random import Random
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook
from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.tools.handbook import diagram as diagram_module
from mbc_options.tools.handbook.card import transparency_card
from mbc_options.tools.handbook.handbook import handbook
from mbc_options.tools.testing.expectations import read_expectations, rules_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.handbook.found import Diagram, Handbook, OptionTold
    from mbc_options.tools.testing.expectations import Placed

TESTS = Path(__file__).parents[1]
HAY_FEVER = TESTS / "rulebooks" / "hay-fever"
BOTH = ["ours", "hay fever"]


@cache
def rulebook_of(name: str) -> CompiledRulebook:
    return load_rulebook(None if name == "ours" else HAY_FEVER)


@cache
def expectations() -> tuple[Placed, ...]:
    return read_expectations(TESTS / "knowledge" / "cases", rulebook_of("ours"))


@cache
def handbook_of(name: str) -> Handbook:
    return handbook(rulebook_of(name), expectations() if name == "ours" else None)


def options_of(found: Handbook) -> Iterator[OptionTold]:
    for option in found.options:
        yield from (option, *option.members)


@pytest.mark.parametrize("name", BOTH)
def test_it_has_every_class_rule_caution_and_drug_once(name: str) -> None:
    rulebook, found = rulebook_of(name), list(options_of(handbook_of(name)))
    assert [option.id for option in found] == list(rulebook.by_id)
    assert [rule.id for option in found for rule in option.rules] == list(rules_of(rulebook))
    for option, compiled in zip(found, rulebook.by_id.values(), strict=True):
        assert [one.id for one in option.cautions] == [one.authored.id for one in compiled.cautions]
        assert {one.id for one in option.drugs} == {one.authored.agent for one in compiled.agents}


@pytest.mark.parametrize("name", BOTH)
def test_it_has_every_claim_with_what_uses_it_or_why_nothing_does(name: str) -> None:
    rulebook, found = rulebook_of(name), handbook_of(name)
    assert list(found.claims) == list(rulebook.claims)
    cited = {claim: rule.id for option in options_of(found) for rule in option.rules for claim in rule.claims}
    for claim, rule in cited.items():
        assert rule in {use.id for use in found.claims[claim].uses if use.kind == "rule"}
    assert [id_ for id_, claim in found.claims.items() if not claim.uses and not claim.not_encoded] == []
    classes = {option.id for option in found.options}
    assert {use.option for claim in found.claims.values() for use in claim.uses if use.kind == "rule"} <= classes


def test_a_ruling_names_the_rules_that_it_explains() -> None:
    found = {ruling.number: ruling for ruling in handbook_of("ours").rulings}
    assert list(found) == [ruling.number for ruling in rulebook_of("ours").rulings]
    assert "hormone-receptor-positive" in found[21].rules


def test_the_shortest_form_is_told_for_each_status() -> None:
    (option,) = [one for one in options_of(handbook_of("ours")) if one.id == "bisphosphonates.calcium_vitamin_d"]
    assert {group.status: group.patients for group in option.groups} == {
        "candidate": ("bone metastases and no hypercalcemia",),
        "unspecified": ("no bone metastases and bone marrow involvement", "bone metastases and hypercalcemia"),
    }


def test_everybody_is_an_empty_description_and_nobody_is_none() -> None:
    found = {option.id: option for option in handbook_of("ours").options}
    assert found["palliative_care"].groups[0].patients == ("",)
    assert found["pi3k_mtor_inhibitor"].groups[0].patients == ()


def walked(diagram: Diagram, rulebook: CompiledRulebook, case: int) -> str:
    """The verdict that a diagram leads a case to."""
    facts = rulebook.vocabulary.facts
    labels = {words.label: fact for fact, words in facts.items()}
    if diagram.status is not None:
        return diagram.status
    at = 1
    while True:
        step = diagram.steps[at - 1]
        fact = labels[step.text]
        values = rulebook.space.values(case, fact)
        (branch,) = [
            one
            for one in step.branches
            if one.text in {values[0], facts[fact].phrase(values)}
            or any(facts[fact].phrase(values) == part for part in one.text.split(" or "))
            or (one.text.startswith("not ") and facts[fact].phrase(values) != one.text.removeprefix("not "))
        ]
        if branch.status is not None:
            return branch.status
        assert branch.to is not None
        at = branch.to


def cases_of(rulebook: CompiledRulebook, count: int) -> Iterator[int]:
    """Patients in scope of whom everything is known, by chance."""
    chance, space, theory = Random(7), rulebook.space, rulebook.inside
    for _ in range(count):
        cube = theory.tighten(space.universe)
        facts = list(space.facts)
        chance.shuffle(facts)
        for fact in facts:
            values = list(space.values(cube, fact))
            chance.shuffle(values)
            cube = next(tried for value in values if theory.is_possible(tried := space.assign(cube, fact, value)))
        yield cube


@pytest.mark.parametrize("name", BOTH)
def test_each_diagram_leads_to_the_verdict(name: str) -> None:
    rulebook, found = rulebook_of(name), handbook_of(name)
    verdicts = verdicts_of(rulebook)
    for case in cases_of(rulebook, 60):
        for option in found.options:
            assert option.diagram is not None
            assert walked(option.diagram, rulebook, case) == verdicts.status_in_scope(option.id, case), option.id


def test_where_a_diagram_would_be_too_large_the_descriptions_are_asked_one_after_another(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(diagram_module, "MOST_STEPS", 2)
    (drawn,) = [option.diagram for option in handbook(rulebook_of("ours")).options if option.id == "chemotherapy"]
    groups = {option.id: option.groups for option in handbook_of("ours").options}["chemotherapy"]
    assert drawn is not None
    assert drawn.kind == "reasons"
    assert [step.text for step in drawn.steps] == [text for group in groups for text in group.patients]
    assert [step.branches[1].to for step in drawn.steps] == [*range(2, len(drawn.steps) + 1), None]
    assert drawn.steps[-1].branches[1].status == "not_described"


def test_each_rule_names_the_expectations_that_hold_it() -> None:
    for option in options_of(handbook_of("ours")):
        for rule in option.rules:
            assert rule.tests["fires"], rule.id
    assert handbook_of("ours").expectations == len(expectations())
    assert handbook_of("hay fever").expectations is None


def test_an_accepted_problem_stands_with_its_reason_where_it_is(tmp_path: Path) -> None:
    rules = Path(copytree(HAY_FEVER, tmp_path / "rules"))
    file = rules / "therapies" / "salt_water.yaml"
    wanted = "  - id: rinsing-is-mentioned\n"
    text = file.read_text(encoding="utf-8")
    assert text.count(wanted) == 1
    file.write_text(text.replace(wanted, f"{wanted}    accept: {{never-fires: Rinsing may come.}}\n"), encoding="utf-8")
    found = handbook(load_rulebook(rules))
    told = {option.id: [(one.id, one.code, one.reason) for one in option.accepted] for option in options_of(found)}
    assert {id_: some for id_, some in told.items() if some} == {
        "salt_water": [("rinsing-is-mentioned", "never-fires", "Rinsing may come.")]
    }


def test_what_is_accepted_beside_the_classes_is_told_at_the_end() -> None:
    assert all(one.reason for one in handbook_of("ours").accepted)
    assert {one.kind for one in handbook_of("ours").accepted} & {"class", "member", "rule"} == set()


def test_a_cell_of_the_map_speaks_for_everybody_of_the_subtype() -> None:
    found = {subtype.id: subtype.statuses for subtype in handbook_of("ours").subtypes}
    assert found["triple-negative"]["hormone_therapy"] == "not_described"
    assert found["HR-/HER2+"]["anti_her2"] == "candidate"
    assert found["triple-negative"]["surgery"] == "undetermined"


def test_it_speaks_plainly_where_it_is_asked_to() -> None:
    plain = handbook(load_rulebook(words="plain"))
    for one, other in zip(options_of(plain), options_of(handbook_of("ours")), strict=True):
        assert one.id == other.id
        assert [len(group.patients) for group in one.groups] == [len(group.patients) for group in other.groups]
    assert plain.options[0].groups[0].patients != handbook_of("ours").options[0].groups[0].patients


def test_the_figures_of_a_card_are_counted() -> None:
    rulebook = rulebook_of("ours")
    card = transparency_card(rulebook, expectations(), cases=3)
    tested = card.tested
    assert (tested.rules, tested.held) == (len(rules_of(rulebook)),) * 2
    assert tested.expectations == tested.met == len(expectations())
    assert tested.agree + tested.differ + tested.open == tested.rules
    assert tested.located == tested.claims == len(rulebook.claims)
    assert tested.cases == 3
    assert sum(field.facts for field in card.fields) == len(rulebook.space.facts)
    fields = {field.id: field for field in card.fields}
    assert (fields["er"].deciding, fields["sex"].deciding, fields["sex"].beside) == (1, 0, 1)


def test_a_card_without_expectations_says_nothing_of_them() -> None:
    tested = transparency_card(rulebook_of("hay fever")).tested
    assert (tested.expectations, tested.met, tested.held) == (None, None, None)
