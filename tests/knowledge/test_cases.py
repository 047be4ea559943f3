"""The knowledge held by cases: small patients, and what rulings and documents say of them.

The cases stand in `cases/*.yaml`, one file a class of treatment and one each for what goes across classes, in the form
of `mbc-options rules test` (`mbc_options.tools.testing.expectations`). Adding a case to a file adds a test.
Expectations are taken from the rulings and the documents, never from what the program printed.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from itertools import count
from pathlib import Path

import pytest

from mbc_options import CompiledRulebook, Patient, explore, load_rulebook
from mbc_options.tools.testing.expectations import Placed, read_expectations
from mbc_options.tools.testing.judge import differences
from mbc_options.tools.testing.missing import missing

CASES = Path(__file__).parent / "cases"

RULINGS = range(1, 28)
"""The settled rulings on how the documents are read."""


@cache
def placed_cases() -> tuple[Placed, ...]:
    return read_expectations(CASES, load_rulebook())


@pytest.mark.parametrize("placed", placed_cases(), ids=lambda placed: placed.name)
def test_case(placed: Placed) -> None:
    """Every case sees a rulebook that no other case has used."""
    assert list(differences(placed.expectation, unused_rulebook())) == []


def unused_rulebook() -> CompiledRulebook:
    """Return the rulebook under a digest of its own, so that nothing is remembered of earlier patients."""
    return replace(load_rulebook(), sha256=f"copy {next(COPIES)}")


COPIES = count()


def test_what_is_said_of_a_patient_does_not_depend_on_who_came_before() -> None:
    patients = [
        Patient.model_validate(placed.expectation.patient)
        for placed in placed_cases()
        if placed.expectation.refused is None
    ]

    def said(order: list[Patient]) -> list[list[str | None]]:
        rulebook = unused_rulebook()
        return [
            [
                reason.rule
                for option in explore(patient, rulebook).options
                for unit in (option, *option.members)
                for reason in unit.because
            ]
            for patient in order
        ]

    assert said(patients) == said(patients[::-1])[::-1]


# What the cases have to cover.


def test_every_rule_and_remark_has_a_case_for_each_answer() -> None:
    assert [one[:3] for one in missing(load_rulebook(), placed_cases())] == []


def test_every_sign_with_an_urgent_consideration_brings_the_question_of_whom_to_call() -> None:
    """Depression alone does not: what is urgent about it is no question for later."""
    rulebook = load_rulebook()
    conditions = {one.authored.id: one.authored.when for one in (*rulebook.considerations, *rulebook.questions)}
    signs = {
        fact
        for one in rulebook.considerations
        if one.authored.kind == "urgent"
        for fact in rulebook.space.domains
        if f"'{fact}'" in repr(one.authored.when)
    }
    asked = {fact for fact in rulebook.space.domains if f"'{fact}'" in repr(conditions["urgent_signs"])}
    assert signs - asked == {"findings.depression"}
    assert asked <= signs


def test_every_ruling_has_a_case() -> None:
    assert set(RULINGS) == {ruling for placed in placed_cases() for ruling in placed.expectation.ruling}


def test_every_class_has_a_file() -> None:
    files = {file.stem for file in CASES.glob("*.yaml")}
    across = {"considerations", "disagreements", "background", "cautions", "questions", "scope"}
    assert files == {option.id for option in load_rulebook().options} | across


def test_every_class_and_member_has_a_case_for_each_verdict_that_it_can_have() -> None:
    rulebook = load_rulebook()
    seen = {(option, status) for placed in placed_cases() for option, status in placed.expectation.expect.items()}
    wanted = set()
    for id_, unit in rulebook.by_id.items():
        universe = rulebook.space.universe
        wanted |= {(id_, "candidate")} if unit.candidate.possible_under(universe) else set()
        wanted |= {(id_, "unspecified")} if unit.unspecified and unit.unspecified.possible_under(universe) else set()
        wanted |= {(id_, "not_described")} if unit.described.fails else set()
        always = unit.candidate.entailed_by(universe) or (
            not unit.candidate.possible_under(universe) and unit.described.entailed_by(universe)
        )
        wanted |= set() if always else {(id_, "undetermined")}
    assert not sorted(wanted - seen), "verdicts without a case"
