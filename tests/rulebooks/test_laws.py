"""The laws hold for a rulebook of another illness, read here plainly, with nothing of ours.

The reference takes the files as PyYAML gives them, every possible patient one by one, and what is known as the answers
that a description gives. It shares no code with the package: neither reading, nor constraints, nor conditions.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import explore, load_rulebook, statuses
from mbc_options.exploration.why import explain

HAY_FEVER = Path(__file__).parent / "hay-fever"
RULEBOOK = load_rulebook(HAY_FEVER)

Answers = dict[str, str]

FAILED = "tried.antihistamine.tablets.failed"
ANSWERS: dict[str, list[str]] = {
    "age": ["child", "adult"],
    "months.april": ["yes", "no"],
    "months.june": ["yes", "no"],
    "months.december": ["yes", "no"],
    "signs.sneezing": ["yes", "no"],
    "signs.itching_eyes": ["yes", "no"],
    "signs.blocked_nose": ["yes", "no"],
    "signs.wheezing": ["yes", "no"],
    "signs.tight_chest": ["yes", "no"],
    "bad_days": ["often", "seldom"],
    "pollen": ["grass", "birch", "neither"],
    "outdoor_work": ["yes", "no"],
    FAILED: ["yes", "no"],
}
"""Every fact that a rule names or a constraint ties to one, save that it is never August."""


def load(name: str) -> Any:
    return yaml.load((HAY_FEVER / name).read_text(encoding="utf-8"), yaml.BaseLoader)  # noqa: S506 - it builds text only


DEFINITIONS = {one["id"]: one["when"] for one in load("definitions.yaml")["definitions"]}
CLASSES = sorted(
    (load(f"therapies/{path.name}") for path in (HAY_FEVER / "therapies").iterdir()), key=lambda t: t["order"]
)


def holds(when: Any, answers: Answers) -> bool:
    if isinstance(when, str):
        return when == "always" or holds(DEFINITIONS[when], answers)
    ((key, value),) = when.items()
    if key in {"all", "any"}:
        return (all if key == "all" else any)(holds(part, answers) for part in value)
    return not holds(value, answers) if key == "not" else answers[key] in ([value] if isinstance(value, str) else value)


def best(option: Any, answers: Answers) -> int:
    ranks = {"unspecified": 1, "candidate": 2}
    return max((ranks[rule["status"]] for rule in option["rules"] if holds(rule["when"], answers)), default=0)


def is_inside(answers: Answers) -> bool:
    return "yes" in (answers["months.april"], answers["months.june"])


def plain_statuses(answers: Answers) -> dict[str, str]:
    words = ("not_described", "unspecified", "candidate")
    found = {}
    for class_ in CLASSES:
        rank = best(class_, answers)
        found[class_["id"]] = words[rank]
        for member in class_.get("members", ()):
            found[f"{class_['id']}.{member['id']}"] = words[min(rank, best(member, answers))]
    return found if is_inside(answers) else dict.fromkeys(found, "out_of_scope")


def is_possible(answers: Answers) -> bool:
    is_working_child = answers["age"] == "child" and answers["outdoor_work"] == "yes"
    is_tight_without_wheezing = answers["signs.tight_chest"] == "yes" and answers["signs.wheezing"] == "no"
    return not is_working_child and not is_tight_without_wheezing


PEOPLE = [
    ({**answers, "in_season": "yes" if is_inside(answers) else "no"}, plain_statuses(answers))
    for values in product(*ANSWERS.values())
    if is_possible(answers := dict(zip(ANSWERS, values, strict=True)))
]


def shared(known: Answers) -> dict[str, str] | None:
    """The status that everybody has who fits what is known; None where nobody does."""
    found: dict[str, set[str]] = {}
    for answers, all_statuses in PEOPLE:
        if known.items() <= answers.items():
            for option, status in all_statuses.items():
                found.setdefault(option, set()).add(status)
    return {option: min(some) if len(some) == 1 else "undetermined" for option, some in found.items()} or None


def described(known: Answers) -> Any:
    """A description that says this and no more."""
    said: dict[str, Any] = {"season_certain": "unknown", "months": {"august": "no"}, "signs": {}}
    for fact, value in known.items():
        field, _, name = fact.partition(".")
        if fact == FAILED:
            said[field] = {"antihistamine.tablets": "failed" if value == "yes" else "no"}
        elif name:
            said[field][name] = value
        else:
            said[field] = value
    return RULEBOOK.patient(**said)


@st.composite
def knowledge(draw: st.DrawFn) -> Answers:
    """What may be known of one of all possible people."""
    answers, _ = draw(st.sampled_from(PEOPLE))
    facts = draw(st.sets(st.sampled_from(list(ANSWERS))))
    return {fact: answers[fact] for fact in sorted(facts)}


@settings(deadline=None)
@given(knowledge())
def test_a_status_is_the_one_that_everybody_shares_who_fits(known: Answers) -> None:
    assert statuses(described(known), RULEBOOK) == shared(known)


@settings(deadline=None)
@given(knowledge(), st.sampled_from(list(ANSWERS)), st.data())
def test_learning_a_fact_never_turns_one_settled_status_into_another(
    known: Answers, fact: str, data: st.DataObject
) -> None:
    more = {**known, fact: known.get(fact) or data.draw(st.sampled_from(ANSWERS[fact]))}
    if shared(more) is None:
        return
    before, after = statuses(described(known), RULEBOOK), statuses(described(more), RULEBOOK)
    assert all(after[option] == status for option, status in before.items() if status != "undetermined")


@settings(deadline=None, max_examples=examples(30))
@given(knowledge())
def test_reasons_and_dependencies_are_true(known: Answers) -> None:
    assessment = explore(described(known), RULEBOOK)
    fitting = [(answers, found) for answers, found in PEOPLE if known.items() <= answers.items()]
    for option in (one for class_ in assessment.options for one in (class_, *class_.members)):
        for dependency in option.depends_on:
            wanted = dependency.if_.items()
            inside = [found for answers, found in fitting if all(answers[fact] in values for fact, values in wanted)]
            assert {found[option.id] for found in inside} == {dependency.then}
        for reason in option.because:
            for fact, values in reason.proof.items() if reason.certain else ():
                assert {answers[fact] for answers, _ in fitting} <= set(values)


RULES: dict[str, tuple[str, Answers, Answers, Answers]] = {
    "tablets-for-sneezing-adults": (
        "antihistamine",
        {"age": "adult", "signs.sneezing": "yes"},
        {"age": "child"},
        {"signs.sneezing": "yes"},
    ),
    "drops-for-itching-eyes": ("antihistamine", {"signs.itching_eyes": "yes"}, {"signs.itching_eyes": "no"}, {}),
    "tablets": (
        "antihistamine.tablets",
        {"outdoor_work": "yes", "signs.sneezing": "yes"},  # only adults work outdoors
        {"signs.sneezing": "no"},
        {"age": "adult"},
    ),
    "drops": ("antihistamine.eye_drops", {"signs.itching_eyes": "yes"}, {"signs.itching_eyes": "no"}, {"age": "child"}),
    "spray-for-a-blocked-nose": ("nose_spray", {"signs.blocked_nose": "yes"}, {"signs.blocked_nose": "no"}, {}),
    "spray-for-stubborn-hay-fever": (
        "nose_spray",
        {FAILED: "yes"},
        {"bad_days": "seldom", FAILED: "no"},
        {"bad_days": "seldom"},
    ),
    "rinsing-is-mentioned": ("salt_water", {"signs.wheezing": "no"}, {"signs.tight_chest": "yes"}, {}),
    "desensitization-for-grass": (
        "desensitization",
        {"pollen": "grass", FAILED: "yes"},
        {"pollen": "birch"},
        {FAILED: "yes"},
    ),
}
"""By rule: its option, and somebody for whom it holds, cannot hold and is open."""


def test_every_rule_has_its_three_people() -> None:
    options = [one for class_ in CLASSES for one in (class_, *class_.get("members", ()))]
    assert set(RULES) == {rule["id"] for option in options for rule in option["rules"]}


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("case", "expected"), [(1, "yes"), (2, "no"), (3, "open")])
def test_a_rule_fires_is_silent_and_is_open(rule: str, case: int, expected: str) -> None:
    option, known = RULES[rule][0], RULES[rule][case]
    assert isinstance(known, dict)
    explanation = explain(described({"months.june": "yes", **known}), option, RULEBOOK)
    assert next(one.holds for one in explanation.rules if one.id == rule) == expected


def test_what_is_assumed_is_said_and_can_be_withdrawn() -> None:
    assumed, open_ = RULEBOOK.patient(age="adult"), RULEBOOK.patient(age="adult", season_certain="unknown")
    assert (len(assumed.assumptions), len(open_.assumptions)) == (1, 0)
    assert set(statuses(open_, RULEBOOK).values()) == {"undetermined"}
    assert set(statuses(RULEBOOK.patient(season_certain="no"), RULEBOOK).values()) == {"out_of_scope"}


@pytest.mark.parametrize(
    ("written", "value", "notices"),
    [("50%", "often", 1), ("55 %", "often", 1), ("56%", "often", 0), ("49.5%", "seldom", 0)],
)
def test_a_percentage_is_read_by_the_cutoffs_of_its_own_leaflet(written: str, value: str, notices: int) -> None:
    patient = RULEBOOK.patient(bad_days=written)
    assert patient.fields["bad_days"] == value
    assert len(patient.notices) == notices
