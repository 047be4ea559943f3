"""What cases touch of the rulebook, by a plain reading of the rules."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from case_laws import CLASSES, RULEBOOK, SPACE, UNITS, authored, completions, holds, rules_of

from mbc_options import load_case, load_rulebook
from mbc_options.cases.catalog import case_names
from mbc_options.cases.coverage import Coverage, coverage
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options import Case


NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}
ONE_STAGE = """
    title: t
    level: advanced
    summary: s
    goals: [g]
    stages:
      - id: only
        title: t
        narrative: n
        patient: {patient}
        questions: [candidates]
"""

BONE = (
    "{sex: female, menopause: post, er: '+', pr: '+', her2: '-', sites: [bone], extent: [], findings: [], "
    "situation: [], prior: [], immunotherapy_biomarker: '-'}"
)
UNKNOWN = "{er: '+', sites: {bone: no}, metastasis_confirmed: yes}"
OUT = "{er: '+', her2: '-', sites: [axillary_nodes], findings: [], extent: [], situation: [], prior: []}"


def touched(found: Coverage, kind: str) -> set[str]:
    things = {covered.kind: covered.items for covered in found.kinds}[kind]
    return {item.id for item in things if item.by}


@pytest.mark.parametrize("patient", [BONE, UNKNOWN, OUT])
def test_a_rule_is_touched_where_it_surely_holds(patient: str, load: Callable[[str], Case]) -> None:
    """Where all is known, where it holds; where not, it holds whatever the rest turns out to be."""
    case = load(ONE_STAGE.replace("{patient}", patient))
    found = touched(coverage([case], load_rulebook()), "rules")
    assessment = case.stages[0].assessment
    points = completions(assessment.patient.knowledge, Random(1), 30)
    for unit in UNITS:
        for id_, rule in rules_of(unit).items():
            always = all(holds(rule.when, point) for point in points) and assessment.scope == "in"
            assert (id_ in found) == always, id_


def test_one_patient_touches_what_the_engine_says_of_it(load: Callable[[str], Case]) -> None:
    case = load(ONE_STAGE.replace("{patient}", BONE))
    assessment = case.stages[0].assessment
    found = coverage([case], load_rulebook())
    described = {unit for unit in UNITS if assessment[unit].status in {"candidate", "unspecified"}}
    assert touched(found, "classes") == described & set(CLASSES)
    assert touched(found, "members") == described - set(CLASSES)
    assert touched(found, "subtypes") == {"HR+/HER2-"}
    assert touched(found, "sites that a rule names") == {"bone"}
    assert touched(found, "disagreements") == {one.id for one in assessment.disagreements}


def test_out_of_scope_and_not_known_nothing_is_touched_but_the_subtype(load: Callable[[str], Case]) -> None:
    found = coverage([load(ONE_STAGE.replace("{patient}", OUT))], load_rulebook())
    assert {kind.kind for kind in found.kinds if len(kind.uncovered) < len(kind.items)} == {"subtypes"}
    nothing = coverage([load(ONE_STAGE.replace("{patient}", "{metastasis_confirmed: unknown}"))], load_rulebook())
    assert not any(item.by for kind in nothing.kinds for item in kind.items)


def test_everything_of_the_rulebook_is_listed_once_in_its_order() -> None:
    found = coverage([], load_rulebook())
    assert [item.id for item in found.rules.items] == [id_ for unit in UNITS for id_ in rules_of(unit)]
    assert [(item.option, item.id) for item in found.rules.items] == [
        (unit, id_) for unit in UNITS for id_ in rules_of(unit)
    ]
    assert [item.id for item in found.classes.items] == list(CLASSES)
    assert [item.id for item in found.members.items] == [unit for unit in UNITS if "." in unit]
    assert [item.id for item in found.subtypes.items] == [one.id for one in authored().about.subtypes]
    told = [one.id for one in authored().disagreements if not one.outlook]  # those on outlook, a case never shows
    assert [item.id for item in found.disagreements.items] == told
    assert all(not item.by for kind in found.kinds for item in kind.items)
    assert all(item.label for kind in found.kinds for item in kind.items)


def test_the_sites_are_those_on_which_a_rule_turns() -> None:
    """A site is named where some rule holds with it and does not without it, or the other way round."""
    chance = Random(2)
    points = completions(SPACE.cube({"metastatic": ["yes"]}), chance, 150)
    turning = set()
    for point in points:
        for site in NAMED_FIELDS["sites"]:
            flipped = {**point, f"sites.{site}": "no" if point[f"sites.{site}"] == "yes" else "yes"}
            rules = (rule for unit in UNITS for rule in rules_of(unit).values())
            if site not in turning and any(holds(rule.when, point) != holds(rule.when, flipped) for rule in rules):
                turning.add(site)
    assert turning <= {item.id for item in coverage([], load_rulebook()).sites.items}
    assert {"bone", "liver", "lung", "brain"} <= turning


def test_the_triggers_of_a_class_are_its_rules() -> None:
    triggers = coverage([], load_rulebook()).triggers("chemotherapy")
    assert [item.id for item in triggers.items] == list(rules_of("chemotherapy"))
    assert {item.label for item in triggers.items} >= {"cancer called aggressive"}


def test_each_visit_is_told_in_the_order_of_the_cases() -> None:
    cases = [load_case(name) for name in reversed(case_names()[:4])]
    found = coverage(cases, load_rulebook())
    assert found.cases == tuple(case.name for case in cases)
    every = [(case.name, stage.id) for case in cases for stage in case.stages]
    for kind in found.kinds:
        for item in kind.items:
            visits = [(visit.case, visit.stage) for visit in item.by]
            assert visits == [visit for visit in every if visit in visits]


def test_a_summary_takes_a_few_lines_and_names_what_is_left(load: Callable[[str], Case]) -> None:
    case = load(ONE_STAGE.replace("{patient}", BONE))
    lines = str(coverage([case], RULEBOOK)).splitlines()
    assert lines[0] == "1 case; touched are:"
    assert lines[4] == "  subtypes: 1 of 4; untouched: HR+/HER2+, HR-/HER2+, triple-negative"
    assert len(lines) == 7
