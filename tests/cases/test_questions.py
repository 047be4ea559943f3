"""The questions, by laws: what is right is right for this patient, and a near miss is just one step off.

Everything is measured by brute force over random patients (`case_laws`): the words of a choice are turned back into
facts, the patient is changed by these, and asked about anew.
"""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache
from random import Random
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
import yaml
from case_laws import (
    CLASSES,
    PHRASES,
    RULEBOOK,
    SPACE,
    UNITS,
    WITH_MEMBERS,
    asked,
    authored,
    carried,
    completions,
    cube,
    exchanged,
    holds,
    in_scope,
    is_possible,
    near_misses,
    one_fact_away,
    plain_status,
    random_pair,
    random_patient,
    rules_of,
    status,
    wrong,
)
from hypothesis import Phase, assume, given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import Patient, explore, statuses
from mbc_options.cases.case_file import QuestionWritten
from mbc_options.cases.questions.context import StageContext, Unanswerable
from mbc_options.cases.questions.question import question_of
from mbc_options.package_data import rules_dir
from mbc_options.rendering.environment import environment
from mbc_options.source.forms import as_data

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.cases.case import Question

T = TypeVar("T")
SEEDS = st.integers(0, 2**32)


def many(most: int) -> settings:
    """So many random patients; a smaller seed is no simpler patient, so nothing is shrunk."""
    return settings(max_examples=examples(most), phases=(Phase.explicit, Phase.generate))


VERDICTS: tuple[dict[str, Any], ...] = (
    {"ask": "candidates"},
    *({"ask": "candidates", "of": class_} for class_ in WITH_MEMBERS),
)
LEARNED = tuple(
    {fact: value}
    for fact in ("er", "pr", "her2", "menopause", "immunotherapy_biomarker")
    for value in SPACE.domains[fact]
)
SCOPE = SPACE.cube({"metastatic": ["yes"]})


def everyone(knowledge: int) -> dict[str, str]:
    return {option: status(option, knowledge) for option in RULEBOOK.by_id}


def ids(question: Question, *, right: bool) -> set[str]:
    return {choice.id for choice in question.choices if choice.right == right}


def labels(question: Question) -> list[tuple[str, tuple[str, ...]]]:
    return [(choice.label or choice.id, choice.others) for choice in question.choices]


def some(things: Sequence[T], chance: Random) -> list[T]:
    return chance.sample(things, min(6, len(things)))


# Which are candidates?


@many(25)
@given(SEEDS)
def test_every_candidate_is_right_and_nothing_else(seed: int) -> None:
    patient = random_patient(seed)
    now = statuses(patient)
    for ask in VERDICTS:
        question = asked(ask, patient)
        assert question is not None
        units = CLASSES if "of" not in ask else [unit for unit in UNITS if unit.startswith(f"{ask['of']}.")]
        expected = {unit for unit in units if now[unit] == "candidate"}
        assert ids(question, right=True) == expected or {"none"}
        assert (ids(question, right=True) == {"none"}) == (not expected)
        for choice in question.choices:
            if choice.id != "none":
                assert choice.status == now[choice.id]
                assert choice.label == RULEBOOK.option(choice.id).authored.label


@many(25)
@given(SEEDS)
def test_a_near_miss_is_no_candidate_now_and_is_one_after_just_that_change(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    for ask in VERDICTS:
        question = asked(ask, patient)
        assert question is not None
        for choice, near in near_misses(question):
            then = exchanged(patient.knowledge, near.facts)
            assert is_possible(then), near
            assert in_scope(then), near
            assert status(choice.id, patient.knowledge) != "candidate"
            assert status(choice.id, then) == near.to == "candidate"
            point = completions(then, Random(seed), 1)[0]
            assert plain_status(choice.id, point) == "candidate", "by the rules as authored"
            is_exchange = not is_possible(cube(near.facts) & patient.knowledge)
            assert near.known == is_exchange, "known to be otherwise, or not known"


@many(15)
@given(SEEDS)
def test_where_several_facts_are_told_no_single_one_suffices(seed: int) -> None:
    """By trying each value of each fact; of an open option, of each fact that is unknown, as long as one is told."""
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    away: list[int] = []
    for ask in VERDICTS:
        question = asked(ask, patient)
        assert question is not None
        for choice in wrong(question):
            if any(len(near.facts) == 1 for near in choice.near):
                assert all(len(near.facts) == 1 for near in choice.near), "the nearest only"
                continue
            away = away or [other for other in one_fact_away(patient.knowledge) if in_scope(other)]
            to_find_out = bool(choice.near) and not choice.near[0].known
            tried = [other for other in away if not (to_find_out and other & ~patient.knowledge)]
            assert all(status(choice.id, other) != "candidate" for other in tried), choice


@many(25)
@given(SEEDS)
def test_the_rules_behind_a_near_miss_hold_then_and_not_now(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    functions = {rule.rule.id: rule.function for unit in UNITS for rule in RULEBOOK.option(unit).rules}
    for ask in VERDICTS:
        question = asked(ask, patient)
        assert question is not None
        for choice, near in near_misses(question):
            rules = {**rules_of(choice.id.partition(".")[0]), **rules_of(choice.id)}
            assert near.rules, choice
            assert set(near.rules) <= set(rules), "rules of the option or of its class"
            assert {rules[rule].status for rule in near.rules} == {"candidate"}
            now = [rule for rule in near.rules if functions[rule].entailed_by(patient.knowledge)]
            assert not now, f"{choice.id} with {near.facts}: {now} hold already"
            then = exchanged(patient.knowledge, near.facts)
            for point in completions(then, Random(seed), 2):
                held = [rule for rule in near.rules if holds(rules[rule].when, point)]
                assert held, "one of them in every case"
                if then.bit_count() == len(SPACE.facts):
                    assert held == list(near.rules), "all of them, where all is known"
            for one in near.asks:
                assert set(one.claims) == {claim for rule in one.rules for claim in rules[rule].claims}, one.when
            left_out = [rule for rule in rules if rule not in near.rules and functions[rule].entailed_by(then)]
            for point in completions(patient.knowledge, Random(seed), 2):
                for rule in left_out:
                    if rules[rule].status == "candidate" and not functions[rule].entailed_by(patient.knowledge):
                        met = any(holds(rules[other].when, point) for other in near.rules)
                        assert met or not holds(rules[rule].when, point), f"{rule} says more than {near.rules}"


def test_a_condition_stands_with_its_own_passages_and_none_that_another_implies() -> None:
    """HER2-positive suffices, so the rule that asks for a site besides is not told."""
    patient = Patient(er="-", pr="-", her2="0", menopause="post", sites=["liver", "brain"], findings=[], prior=[])
    question = asked({"ask": "candidates"}, patient)
    assert question is not None
    (anti_her2,) = (one for one in question.choices if one.id == "anti_her2")
    (told,) = anti_her2.asks
    assert (told.when, told.rules) == ("HER2-positive", ("her2-positive-disease",))
    assert set(told.claims) == set(rules_of("anti_her2")["her2-positive-disease"].claims)


@many(20)
@given(SEEDS)
def test_wrong_choices_are_one_fact_away_where_there_are_three_such_and_the_nearest_where_not(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    away = [everyone(other) for other in one_fact_away(patient.knowledge) if in_scope(other)]
    now = everyone(patient.knowledge)
    for ask in VERDICTS:
        question = asked(ask, patient)
        assert question is not None
        units = CLASSES if "of" not in ask else [unit for unit in UNITS if unit.startswith(f"{ask['of']}.")]
        others = [unit for unit in units if now[unit] != "candidate"]
        near = [unit for unit in others if any(found[unit] == "candidate" for found in away)]
        offered = {choice.id for choice in wrong(question)}
        # Of an open one, what is unknown is told before what is known: it may count as further away than it could be.
        open_ones = {unit for unit in near if now[unit] == "undetermined"}
        assert min(3, len(others)) <= len(offered) <= 6
        if len(near) < 3:
            assert set(near) - open_ones <= offered
        elif len(set(near) - open_ones) >= 3:
            assert offered <= set(near)


def test_only_the_nearest_patients_are_told() -> None:
    """One unknown fact would do it, and so would two others together; the one is told."""
    patient = Patient(
        er=None, pr=None, her2="-", sites=["bone"], extent=[], prior=[],
        situation={"aggressive": "no", "rapid_control_needed": "no"},
    )  # fmt: skip
    question = asked({"ask": "candidates"}, patient)
    assert question is not None
    (chemotherapy,) = (choice for choice in question.choices if choice.id == "chemotherapy")
    assert [near.facts for near in chemotherapy.near] == [("salvage setting",)]


def test_the_near_misses_of_a_patient() -> None:
    """HER2-negative, ER-positive disease in bone: one fact each keeps these from being candidates."""
    nothing: list[str] = []
    patient = Patient(
        er="+", pr="+", her2="-", menopause="post", sex="female", sites=["bone"], extent=nothing, situation=nothing,
        findings=nothing, prior=nothing, immunotherapy_biomarker="-",
    )  # fmt: skip
    question = asked({"ask": "candidates"}, patient)
    assert question is not None
    near = {choice.id: {facts.facts for facts in choice.near} for choice in wrong(question)}
    assert near["anti_her2"] == {("HER2-positive",)}
    assert near["radioisotope"] == {("diffuse bone metastases",)}
    assert ("liver metastases",) in near["chemotherapy"]
    assert {choice.id for choice in question.right} >= {"hormone_therapy", "cdk46_inhibitor", "bisphosphonates"}


# Which are still undetermined?


@many(25)
@given(SEEDS)
def test_what_is_undetermined_is_right_and_a_near_miss_would_be_if_a_fact_were_forgotten(seed: int) -> None:
    patient = random_patient(seed)
    knowledge = patient.knowledge
    question = asked({"ask": "undetermined"}, patient)
    assert question is not None
    expected = {class_ for class_ in CLASSES if status(class_, knowledge) == "undetermined"}
    assert ids(question, right=True) == (expected or {"none"})
    if not in_scope(knowledge):
        return
    for choice in wrong(question):
        opening = {
            fact
            for fact, mask in zip(SPACE.facts, SPACE.masks, strict=True)
            if in_scope(knowledge | mask) and status(choice.id, knowledge | mask) == "undetermined"
        }
        told = {PHRASES[text][0] for near in choice.near for text in near.facts}
        assert told <= opening
        assert bool(told) == bool(opening)
        for near in choice.near:
            assert not knowledge & ~cube(near.facts), "told as it is known"


@many(25)
@given(SEEDS)
def test_what_would_make_an_open_option_a_candidate_does(seed: int) -> None:
    """It is not known, where something unknown does so; else a known fact would have to be otherwise."""
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    question = asked({"ask": "undetermined"}, patient)
    assert question is not None
    for choice in question.right:
        for near in choice.near:
            then = exchanged(patient.knowledge, near.facts)
            assert is_possible(then)
            assert status(choice.id, then) == "candidate"
            assert then != patient.knowledge
            assert near.known == bool(then & ~patient.knowledge)
        if choice.near and choice.near[0].known:
            learned = [other for other in one_fact_away(patient.knowledge) if not other & ~patient.knowledge]
            assert all(status(choice.id, other) != "candidate" for other in learned)


# Which single test would settle most?


@many(50)
@given(SEEDS)
def test_the_right_tests_settle_most_by_trying_every_answer_to_every_fact(seed: int) -> None:
    patient = random_patient(seed)
    knowledge = patient.knowledge
    settled: dict[str, tuple[int, int]] = {}
    for fact, mask in zip(SPACE.facts, SPACE.masks, strict=True):
        answers = [knowledge & ~mask | SPACE.bit(fact, value) for value in SPACE.values(knowledge, fact)]
        answers = [answer for answer in answers if is_possible(answer)]
        if len(answers) > 1:
            by_answer = [
                {class_ for class_ in CLASSES if status(class_, knowledge) == "undetermined" != status(class_, answer)}
                for answer in answers
            ]
            settled[fact] = len(set.intersection(*by_answer)), len(set.union(*by_answer))
    best = max(settled.values(), default=(0, 0))
    expected = {fact for fact, found in settled.items() if found == best}
    question = asked({"ask": "next_test"}, patient)
    if question is None:
        idle = {fact for fact in settled if not fact.startswith("metasta") and not fact.endswith(".given")}
        assert best == (0, 0) or expected >= idle, "nothing to choose"
        return
    assert best > (0, 0), "it is about classes"
    assert ids(question, right=True) == expected
    for choice in question.choices:
        assert any(option.options for option in choice.settles) or not settled[choice.id][1]
        phrases = {answer.value for answer in choice.settles}
        assert phrases <= {RULEBOOK.vocabulary.phrase(choice.id, (value,)) for value in SPACE.domains[choice.id]}


# Why is it not described?


@many(25)
@given(SEEDS)
def test_the_reason_suffices_and_nothing_else_that_is_true_does(seed: int) -> None:
    patient = random_patient(seed)
    knowledge, chance = patient.knowledge, Random(seed)
    assume(in_scope(knowledge))
    for unit in some([unit for unit in UNITS if status(unit, knowledge) == "not_described"], chance):
        question = asked({"ask": "why_not", "option": unit}, patient)
        assert question is not None
        (reason,) = question.right
        among = cube(reason.facts) & SCOPE
        assert not knowledge & ~among, "the reason is true"
        assert status(unit, among) == "not_described", "and suffices, whatever else is true"
        assert [plain_status(unit, point) for point in completions(among, chance, 2)] == ["not_described"] * 2
        for left_out in reason.facts:
            less = cube(set(reason.facts) - {left_out}) & SCOPE
            assert status(unit, less) != "not_described", "no part of it can be spared"
        for choice in wrong(question):
            if choice.tells == "warning":
                continue
            said = cube(choice.label.split("; "))
            if choice.tells == "untrue":
                assert not is_possible(knowledge & said), "what is called untrue is false"
                assert not knowledge & ~cube(choice.facts), "and what is told instead is true"
                continue
            assert choice.tells in {"part", "idle"}
            assert not knowledge & ~said, "what is called true is true"
            assert status(unit, said & SCOPE) != "not_described", "and does not suffice"
            assert choice.facts == reason.facts
            assert bool(set(choice.label.split("; ")) & set(reason.facts)) == (choice.tells == "part")


@many(25)
@given(SEEDS)
def test_who_shares_a_part_of_the_reason_may_be_a_candidate_all_the_same(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    silent = [unit for unit in UNITS if status(unit, patient.knowledge) == "not_described"]
    for unit in some(silent, Random(seed)):
        question = asked({"ask": "why_not", "option": unit}, patient)
        assert question is not None
        for choice in question.choices:
            for near in choice.near:
                then = exchanged(patient.knowledge, near.facts)
                assert is_possible(then)
                assert status(unit, then) == "candidate"
                assert choice.right or not then & ~cube(choice.label.split("; ")), "the part is true then, too"


@many(25)
@given(SEEDS)
def test_that_nobody_warns_is_said_only_where_no_caution_applies(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    assessment = explore(patient)
    for unit in UNITS:
        if status(unit, patient.knowledge) == "not_described":
            question = asked({"ask": "why_not", "option": unit}, patient)
            assert question is not None
            cautions = (*assessment[unit].cautions, *assessment[unit.partition(".")[0]].cautions)
            assert ("warning" in ids(question, right=False)) == (not cautions), cautions


def test_why_anti_her2_drugs_are_not_described() -> None:
    patient = Patient(er="+", her2="-", sites=["bone"], findings=[], extent=[], situation=[], prior=[])
    question = asked({"ask": "why_not", "option": "anti_her2"}, patient)
    assert question is not None
    told = {(choice.label or choice.id): (choice.right, choice.tells) for choice in question.choices}
    assert told["HER2-negative"] == (True, "reason")
    assert told["HER2-positive"] == (False, "untrue")
    assert told["warning"] == (False, "warning")
    assert told["ER-positive"] == (False, "idle")


# What changed, and what moved it?


@many(20)
@given(SEEDS)
def test_what_changed_its_status_is_right(seed: int) -> None:
    before, now = random_pair(seed)
    first, second = statuses(before), statuses(now)
    question = asked({"ask": "changed"}, now, before)
    assert question is not None
    moved = {class_ for class_ in CLASSES if first[class_] != second[class_]}
    assert ids(question, right=True) == (moved or {"none"})
    for choice in question.choices:
        if choice.id in moved:
            assert (choice.before, choice.status) == (first[choice.id], second[choice.id])


@many(20)
@given(SEEDS)
def test_each_right_change_moves_it_by_itself_and_no_wrong_one_does(seed: int) -> None:
    before, now = random_pair(seed)
    a, b = before.knowledge, now.knowledge
    first, second = statuses(before), statuses(now)
    for unit in UNITS:
        question = asked({"ask": "moved_by", "option": unit}, now, before)
        if first[unit] == second[unit]:
            assert question is None
            continue
        if question is None:
            continue  # every choice would be right; see below
        assert (question.before, question.status) == (first[unit], second[unit])
        for choice in question.choices:
            facts = [part.partition("=")[0] for part in choice.id.split("+")]
            if choice.tells == "unchanged":
                assert not any((a ^ b) & SPACE.mask(fact) for fact in facts)
                assert not b & ~cube([choice.label]), "true, now as before"
                continue
            assert all((a ^ b) & SPACE.mask(fact) for fact in facts)
            alone = carried(a, b, facts)
            moves = is_possible(alone) and status(unit, alone) == second[unit]
            assert moves == choice.right, (unit, choice.id, first[unit], second[unit])


@many(20)
@given(SEEDS)
def test_the_id_of_a_fact_says_what_the_choice_says_and_not_whether_it_is_right(seed: int) -> None:
    """So that an answer can be kept, and nothing that is sent to a learner gives the right one away."""
    before, now = random_pair(seed)
    for ask in ("why_not", "moved_by"):
        for unit in some(UNITS, Random(seed)):
            question = asked({"ask": ask, "option": unit}, now, before)
            for choice in question.choices if question is not None else ():
                if choice.id == "warning":
                    continue
                told = [part.partition("=") for part in choice.id.split("+")]
                values = {fact: value.split("|") for fact, _, value in told}
                if choice.tells in {"cause", "other_change"}:
                    assert all(
                        now.knowledge & SPACE.mask(f) == SPACE.cube({f: v}) & SPACE.mask(f) for f, v in values.items()
                    )
                elif not choice.others and choice.tells != "untrue":
                    assert cube(choice.label.split("; ")) == SPACE.cube(values)


def test_growth_on_letrozole_moves_chemotherapy_and_new_nausea_does_not() -> None:
    before = Patient(
        er="+", her2="-", sites=["bone"], findings=[], extent=[], situation=[], prior=["letrozole: ongoing"]
    )
    now = before.with_(findings=["nausea"], prior=["letrozole: progressed"])
    question = asked({"ask": "moved_by", "option": "chemotherapy"}, now, before)
    assert question is not None
    right = "progressed on hormone (endocrine) therapy"
    told = {choice.label: (choice.right, choice.tells) for choice in question.choices}
    assert told[right] == (True, "cause")
    assert told["nausea"] == (False, "other_change")
    assert sum(is_right for is_right, _ in told.values()) == 1


def test_what_means_the_right_change_is_not_offered_as_a_wrong_one() -> None:
    """No chemotherapy that held it stable means: no combination of drugs that did."""
    rest: dict[str, Any] = {"her2": "-", "sites": ["liver"], "extent": [], "situation": [], "findings": []}
    before, now = Patient(**rest, prior=["FEC: stable"]), Patient(**rest, prior=["FEC: progressed"])
    question = asked({"ask": "moved_by", "option": "chemotherapy.single_agent"}, now, before)
    assert question is not None
    assert [choice.id for choice in question.right] == ["prior.chemotherapy.combination.stable=no"]
    assert "prior.chemotherapy.stable=no" not in ids(question, right=False)
    assert "prior.chemotherapy.combination.progressed=yes" in ids(question, right=False)
    assert "prior.chemotherapy.progressed=yes" not in ids(question, right=False), "which only says a part of that again"


# Which documents say so?


def claims_in(part: Any) -> set[str]:
    """Every passage that stands anywhere in a part of the rulebook."""
    if isinstance(part, dict):
        named = {claim for key in ("claims", "mentions") for claim in part.get(key, ())}
        return named.union(*map(claims_in, part.values()))
    return set().union(*map(claims_in, part)) if isinstance(part, (list, tuple)) else set()


def of_document(claims: set[str], document: str) -> set[str]:
    return {claim for claim in claims if claim.startswith(f"{document}-")}


@many(15)
@given(SEEDS)
def test_the_documents_that_a_verdict_rests_on_are_right(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    assessment = explore(patient)
    therapies = {therapy.id: as_data(therapy) for therapy in authored().therapies}
    for unit in UNITS:
        question = asked({"ask": "says_who", "option": unit}, patient)
        if question is None:
            continue
        assert assessment[unit].status in {"candidate", "unspecified"}
        said = {claim for reason in assessment[unit].because for claim in reason.claims}
        class_, _, member = unit.partition(".")
        on_class = said | claims_in(therapies[class_])
        members = [one for one in therapies[class_]["members"] if one["id"] == member]
        of_it = said | claims_in(members) if member else on_class
        for choice in question.choices:
            assert choice.right == bool(of_document(said, choice.id))
            assert set(choice.claims) == of_document(said if choice.right else set(choice.claims) & on_class, choice.id)
            if choice.tells == "nothing":
                assert not of_document(of_it, choice.id), f"{unit}: {choice.label} says something"


@many(15)
@given(SEEDS)
def test_the_documents_on_a_side_are_right(seed: int) -> None:
    patient = random_patient(seed)
    for disagreement in explore(patient).disagreements:
        for number, side in enumerate(disagreement.sides, 1):
            ask = {"ask": "says_who", "disagreement": disagreement.id, "side": number}
            question = asked(ask, patient)
            if question is None:
                continue
            assert (question.about, question.says) == (disagreement.id, side.says)
            for choice in question.choices:
                assert choice.right == bool(of_document(set(side.claims), choice.id))
                elsewhere = set().union(*(of_document(set(other.claims), choice.id) for other in disagreement.sides))
                assert choice.right or (choice.tells == "other_side") == bool(elsewhere)


# All of them.


@cache
def every_question(seed: int) -> tuple[Question, ...]:
    """Questions of every kind about two random stages."""
    before, now = random_pair(seed)
    first, second, chance = statuses(before), statuses(now), Random(seed)
    silent = [unit for unit in UNITS if second[unit] == "not_described"]
    spoken_of = [unit for unit in UNITS if second[unit] in {"candidate", "unspecified"}]
    moved = [unit for unit in UNITS if first[unit] != second[unit]]
    sides = [(one.id, side) for one in explore(now).disagreements for side in range(1, len(one.sides) + 1)]
    asks: list[dict[str, Any]] = [*VERDICTS, {"ask": "undetermined"}, {"ask": "next_test"}, {"ask": "changed"}]
    asks.append({"ask": "settled_most"})
    asks += [{"ask": "why_not", "option": unit} for unit in some(silent, chance)]
    asks += [{"ask": "says_who", "option": unit} for unit in some(spoken_of, chance)]
    asks += [{"ask": "passages", "option": unit} for unit in some(spoken_of, chance)]
    asks += [{"ask": "moved_by", "option": unit} for unit in some(moved, chance)]
    asks += [{"ask": "if_learned", "option": unit, "learned": chance.choice(LEARNED)} for unit in some(UNITS, chance)]
    asks += [{"ask": "says_who", "disagreement": id_, "side": side} for id_, side in some(sides, chance)]
    named = ((ask, ".".join(["stage", *map(str, ask.values())])) for ask in asks)
    return tuple(question for ask, name in named if (question := asked(ask, now, before, name)) is not None)


PAIRS = range(14)


def test_every_question_has_something_right_and_something_wrong() -> None:
    for seed in PAIRS:
        for question in every_question(seed):
            rights = [choice for choice in question.choices if choice.right]
            assert rights, question.id
            assert len(rights) < len(question.choices), f"{question.id}: to choose everything would be right"
            has_none = any(choice.id == "none" for choice in question.choices)
            assert has_none == (question.kind in {"candidates", "undetermined", "changed"})
            assert question.many == (has_none or question.kind in {"says_who", "passages"})


def test_no_two_choices_of_a_question_are_alike() -> None:
    for seed in PAIRS:
        for question in every_question(seed):
            assert len({choice.id for choice in question.choices}) == len(question.choices), question.id
            assert len(set(labels(question))) == len(question.choices), question.id


def test_hints_help_without_an_answer() -> None:
    """From which facts to look at to how many are right; no option is named."""
    kinds = ("author", "facts", "rules", "count")
    for seed in PAIRS:
        for question in every_question(seed):
            order = [kinds.index(hint.kind) for hint in question.hints]
            assert order == sorted(order)
            for hint in question.hints:
                if hint.kind == "count":
                    assert hint.number == len(ids(question, right=True) - {"none"})
                if question.kind in {"candidates", "undetermined", "changed"}:
                    assert not {text for text in hint.texts if text in {choice.label for choice in question.choices}}


def test_the_same_question_again_is_the_same() -> None:
    for seed in PAIRS[:3]:
        assert every_question(seed) == every_question.__wrapped__(seed)


def test_the_digest_of_a_question_is_that_of_what_is_asked_and_not_of_its_words() -> None:
    before = Patient(er="+", her2="-", sites=["bone"], prior=["letrozole: ongoing"])
    now = before.with_(prior=["letrozole: progressed"])
    other = before.with_(prior=["letrozole: ongoing"], findings=["nausea"])
    for ask in ({"ask": "candidates"}, {"ask": "why_not", "option": "anti_her2"}, {"ask": "changed"}):
        question = asked(ask, now, before)
        assert question is not None

        def digest(patient: Patient, earlier: Patient, asking: dict[str, Any] = ask, **words: str) -> str:
            again = asked({**asking, **words}, patient, earlier)
            assert again is not None
            return again.sha256

        assert question.sha256 == digest(now, before, prompt="In other words?", hint="Look twice.")
        assert question.sha256 == digest(now.with_(label="R."), before.with_(label="R."))
        assert question.sha256 != digest(now.with_(findings=["nausea"]), before)
        looks_back = ask["ask"] == "changed"
        assert (question.sha256 != digest(now, other)) == looks_back, "the stage before counts where it is asked about"


def test_the_order_of_the_choices_tells_nothing() -> None:
    """Where choices have no order of their own, a right one comes first as often as chance has it."""
    first = expected = variance = 0.0
    for seed in PAIRS:
        for question in every_question(seed):
            if question.kind in {"why_not", "moved_by", "next_test"}:
                share = len(question.right) / len(question.choices)
                first += question.choices[0].right
                expected += share
                variance += share * (1 - share)
    assert variance > 10, "many questions"
    assert abs(first - expected) < 4 * variance**0.5


def test_the_order_of_documents_and_of_options_is_the_rulebooks() -> None:
    for question in every_question(1):
        order = [choice.id for choice in question.choices if choice.id != "none"]
        if question.kind in {"candidates", "undetermined", "changed"}:
            assert order == sorted(order, key=UNITS.index)
        if question.kind == "says_who":
            assert order == [source.id for source in authored().sources]


DIGEST = """
import hashlib
from mbc_options import load_case
from mbc_options.cases.catalog import case_names
print(hashlib.sha256("".join(load_case(name).model_dump_json() for name in case_names()).encode()).hexdigest())
"""


def test_a_case_is_the_same_byte_by_byte_whatever_the_hash_seed() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            check=True,
            text=True,
            timeout=120,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1


# The edges.


@pytest.mark.parametrize("sites", [["regional_lymph_nodes"], None])
def test_out_of_scope_or_with_the_scope_open_no_class_is_a_candidate(sites: list[str] | None) -> None:
    patient = Patient(er="+", her2="-", sites=sites, metastasis_confirmed=None if sites else "unknown")
    question = asked({"ask": "candidates"}, patient)
    assert question is not None
    assert ids(question, right=True) == {"none"}
    assert all(choice.text for choice in wrong(question)), "and what the scope is, is told"
    for choice, near in near_misses(question):
        assert near.known == bool(sites)
        inside = patient.with_(sites=["bone"], metastasis_confirmed="yes")
        outside = [status(choice.id, other.knowledge) for other in (inside, inside.with_(sites=["skin"]))]
        assert "candidate" in outside


def test_a_question_about_nothing_in_the_rulebook_is_refused() -> None:
    for ask in ("why_not", "says_who"):
        assert asked({"ask": ask, "option": "homeopathy"}, Patient(er="+")) is None


# What would it do to learn this?


@many(20)
@given(SEEDS)
def test_learning_moves_an_option_as_the_patients_say_who_fit(seed: int) -> None:
    """Towards where all of them are then candidates, away where none is any more, and by brute force over some."""
    patient = random_patient(seed)
    knowledge, chance = patient.knowledge, Random(seed)
    assume(in_scope(knowledge))
    for unit in some(UNITS, chance):
        for learned in LEARNED:
            question = asked({"ask": "if_learned", "option": unit, "learned": learned}, patient)
            known = knowledge & SPACE.cube({fact: [value] for fact, value in learned.items()})
            if known == knowledge or not is_possible(known):
                assert question is None
                continue
            assert question is not None
            (right,) = question.right
            before, after = status(unit, knowledge), status(unit, known)
            assert (right.before, right.status) == (before, after)
            points = [plain_status(unit, point) for point in completions(known, chance, 3)]
            if right.id == "towards":
                assert before != "candidate"
                assert points == ["candidate"] * 3
            elif right.id == "away":
                assert before == "undetermined"
                assert "candidate" not in points
            elif before != "undetermined":
                assert after == before, "what is settled stays"
            else:
                assert after != "candidate"


def test_one_finding_of_two_that_are_asked_for_moves_nothing_by_itself() -> None:
    rest: dict[str, Any] = {"er": "-", "pr": "-", "sites": ["liver"], "findings": [], "extent": [], "situation": []}
    ask = {"ask": "if_learned", "option": "immunotherapy", "learned": {"immunotherapy_biomarker": "positive"}}
    (open_,) = right_of(asked(ask, Patient(**rest, prior=[])))
    (all_but_one,) = right_of(asked(ask, Patient(**rest, her2="-", prior=[])))
    (never,) = right_of(asked({**ask, "learned": {"her2": "positive"}}, Patient(**rest, prior=[])))
    assert (open_, all_but_one, never) == ("stays", "towards", "away")


def right_of(question: Question | None) -> set[str]:
    assert question is not None
    return ids(question, right=True)


def test_the_question_says_what_is_learned_and_that_its_key_is_the_rulebooks() -> None:
    words: Any = environment().get_template("case/words.j2").module
    ask = {"ask": "if_learned", "option": "anti_her2", "learned": {"her2": "positive"}}
    patient = Patient(er="+", sites=["bone"])
    ours, theirs = asked(ask, patient), asked({**ask, "prompt": "And now?"}, patient)
    assert "this were known besides: HER2-positive" in words.prompt(ours)
    assert "The answer is that of the rulebook, so of these documents" in words.prompt(ours)
    assert words.prompt(theirs) == "And now? Suppose that this were known besides: HER2-positive. Choose one."


@pytest.mark.parametrize(
    ("learned", "told"),
    [
        ({"er": "positive"}, "that is known here already"),
        ({"er": "negative"}, "contradicts what is known"),
        ({"her2": "perhaps"}, "her2"),
        ({"sex": "male"}, "contradicts what is known"),
    ],
)
def test_what_cannot_be_learned_is_told(learned: dict[str, str], told: str) -> None:
    written = QuestionWritten.model_validate({"ask": "if_learned", "option": "anti_her2", "learned": learned})
    patient = Patient(er="+", sex="female", sites=["bone"])
    with pytest.raises(Unanswerable, match=told) as caught:
        question_of(written, "q", StageContext(RULEBOOK, explore(patient), None))
    assert caught.value.field == "learned"


# What has settled most?


@many(15)
@given(SEEDS)
def test_the_right_order_is_that_of_what_would_be_open_without_each_fact(seed: int) -> None:
    patient = random_patient(seed)
    knowledge = patient.knowledge
    assume(in_scope(knowledge))
    question = asked({"ask": "settled_most"}, patient)
    assume(question is not None)
    assert question is not None
    settled = [one for one in CLASSES if status(one, knowledge) != "undetermined"]

    def opens(fact: str) -> int:
        forgotten = knowledge | SPACE.mask(fact)
        return sum(status(one, forgotten) == "undetermined" for one in settled)

    for choice in question.choices:
        numbers = [opens(fact) for fact in choice.id.split(">")]
        assert len(set(numbers)) == len(numbers)
        assert choice.right == (numbers == sorted(numbers, reverse=True))
    assert len({len(choice.label) for choice in question.choices}) == 1, "length tells nothing"


# In which passages?


@many(15)
@given(SEEDS)
def test_the_passages_that_a_verdict_rests_on_are_right_and_the_others_are_of_rules_that_fail(seed: int) -> None:
    patient = random_patient(seed)
    assume(in_scope(patient.knowledge))
    for unit in some(UNITS, Random(seed)):
        question = asked({"ask": "passages", "option": unit}, patient)
        if question is None:
            continue
        reasons = explore(patient)[unit].because
        rests = {claim for reason in reasons for claim in reason.claims}
        assert ids(question, right=True) <= rests
        assert not ids(question, right=False) & rests
        class_ = unit.partition(".")[0]
        cited = claims_in(yaml.safe_load((rules_dir() / "therapies" / f"{class_}.yaml").read_text("utf-8")))
        assert ids(question, right=False) <= cited


def test_distractors_that_say_the_same_are_one() -> None:
    """Bone pain is pain, and diffuse bone metastases are bone metastases."""
    rest: dict[str, Any] = {"extent": [], "situation": [], "prior": []}
    before = Patient(er="+", her2="-", sites=["liver"], findings=[], **rest)
    now = before.with_(sites=["liver", "bone"], extent=["diffuse_bone"], findings=["bone_pain"])
    question = asked({"ask": "moved_by", "option": "radioisotope"}, now, before)
    assert question is not None
    assert [choice.label for choice in question.right] == ["diffuse bone metastases"]
    told = [choice.label for choice in question.choices]
    assert not {"pain", "bone pain"} <= {*told}
