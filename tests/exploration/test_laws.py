"""The two laws, exactness and monotonicity, over random rulebooks and over the real one.

The reference here is a plain reading of the definitions: a rule holds for a complete patient when its
condition, evaluated fact by fact, is true; a verdict on partial knowledge is the one that every
completion shares. It shares no code with the engine.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from brute_force import completions, plain_statuses, shared
from builders import (
    FACTS,
    REAL_FACTS,
    SETTLED,
    SPACE,
    THEORY,
    WAYS,
    WORDS,
    decided_by,
    holds,
    knowing,
    knowledge,
    real_knowledge,
    real_rulebook,
    rulebooks,
    with_class,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import explore, load_rulebook, statuses
from mbc_options.exploration.why import explain
from mbc_options.rulebook.compile import compile_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Point

    from mbc_options.exploration.assessment import MemberAssessment
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.models import Rule, Rulebook


@settings(deadline=None)
@given(rulebooks(), knowledge(), WAYS)
def test_exactness_over_random_rulebooks(rulebook: Rulebook, known: int, decide: Any) -> None:
    compiled = decided_by(rulebook, decide)
    expected = shared([plain_statuses(rulebook, point) for point in completions(known)])
    assert statuses(knowing(known), compiled) == expected


@settings(deadline=None)
@given(rulebooks(), knowledge(), st.sampled_from(FACTS), st.randoms(), WAYS)
def test_learning_a_fact_never_turns_one_settled_status_into_another(
    rulebook: Rulebook, known: int, fact: str, chance: random.Random, decide: Any
) -> None:
    compiled = decided_by(rulebook, decide)
    before = statuses(knowing(known), compiled)
    learned = known & SPACE.cube({fact: [chance.choice(SPACE.values(known, fact))]})
    assume(THEORY.is_possible(learned))
    after = statuses(knowing(learned), compiled)
    assert all(after[id_] == status for id_, status in before.items() if status != "undetermined")


@settings(deadline=None)
@given(rulebooks(), knowledge(), WAYS)
def test_explanations_are_true_over_random_rulebooks(rulebook: Rulebook, known: int, decide: Any) -> None:
    """What is given as reason, dependency or similar patient is checked against every completion."""
    compiled = decided_by(rulebook, decide)
    check_explanations(rulebook, compiled, known, completions)


def check_explanations(rulebook: Rulebook, compiled: CompiledRulebook, known: int, complete: Any) -> None:
    assessment = explore(knowing(known), compiled)
    expected = statuses(knowing(known), compiled)
    points = complete(known)
    for option in assessment.options:
        for unit in (option, *option.members):
            assert unit.status == expected[unit.id]
            if unit.status == "undetermined":
                assert len({dependency.then for dependency in unit.depends_on}) > 1
                assert not unit.would_change
            for dependency in unit.depends_on:
                inside = [p for p in points if all(p[f] in values for f, values in dependency.if_.items())]
                assert all(plain_statuses(rulebook, point)[unit.id] == dependency.then for point in inside)
            for point in points if unit.depends_on else ():
                status = plain_statuses(rulebook, point)[unit.id]
                assert any(
                    dependency.then == status and all(point[f] in values for f, values in dependency.if_.items())
                    for dependency in unit.depends_on
                ), "some completion is not told about"
            check_reasons(known, unit, points)
            for change in unit.would_change:
                cube = known
                for fact, value in change.change.items():
                    cube = cube & ~SPACE.mask(fact) | SPACE.bit(fact, value)
                cube &= SPACE.cube(change.if_)
                changed = complete(cube)
                assert changed, "an impossible patient"
                assert {plain_statuses(rulebook, point)[unit.id] for point in changed} == {change.to}


def check_reasons(known: int, unit: MemberAssessment, points: list[Point]) -> None:
    """What is known proves a certain reason, and the reasons together leave no completion out."""
    assert bool(unit.because) == (unit.status not in {"undetermined", "out_of_scope"})
    for reasons in filter(None, (unit.because, unit.because_of_class)):
        for reason in reasons:
            if reason.certain:
                assert all(set(SPACE.values(known, fact)) <= set(values) for fact, values in reason.proof.items()), (
                    "a reason names what is not known"
                )
        assert len({reason.certain for reason in reasons}) == 1
        for point in points:
            assert any(all(point[f] in values for f, values in reason.proof.items()) for reason in reasons), (
                "some completion has no reason"
            )


@settings(deadline=None, max_examples=examples(40))
@given(rulebooks(), knowledge(), WAYS)
def test_reasons_cover_every_completion_and_say_no_more_than_they_must(
    rulebook: Rulebook, known: int, decide: Any
) -> None:
    """Leave a fact out of a reason, and it is no reason for its rule any longer."""
    compiled = decided_by(rulebook, decide)
    rules = {rule.id: rule for option in _rules(rulebook) for rule in option}
    definitions = {definition.id: definition.when for definition in rulebook.definitions}
    points, anyone = completions(known), completions(widest(known))
    for option in explore(knowing(known), compiled).options:
        for unit in (option, *option.members):
            for reason in (*unit.because, *unit.because_of_class):
                if reason.rule is None:
                    continue
                condition = rules[reason.rule].when
                for left_out in (None, *(fact for fact in reason.proof if fact in FACTS)):
                    kept = {fact: values for fact, values in reason.proof.items() if fact != left_out}
                    suffices = all(
                        holds(condition, point, definitions)
                        for point in (anyone if reason.certain else points)
                        if all(point[fact] in values for fact, values in kept.items())
                    )
                    assert suffices == (left_out is None), (reason, left_out)


def _rules(rulebook: Rulebook) -> Iterator[tuple[Rule, ...]]:
    for therapy in rulebook.therapies:
        yield therapy.rules
        yield from (member.rules for member in therapy.members)


def widest(known: int) -> int:
    """Return everything that the tests can enumerate: what they settle stays so, and the rest is open."""
    cube = SPACE.universe
    for fact in (*SETTLED, "metastatic"):
        cube &= ~SPACE.mask(fact) | (known & SPACE.mask(fact))
    return cube


@settings(deadline=None)
@given(rulebooks(), knowledge(), WAYS)
def test_ask_next_settles_what_it_says_and_asks_for_all_that_settles(
    rulebook: Rulebook, known: int, decide: Any
) -> None:
    compiled = decided_by(rulebook, decide)
    before = statuses(knowing(known), compiled)
    asked = explore(knowing(known), compiled).ask_next
    assert [(-q.always, -q.sometimes) for q in asked] == sorted((-q.always, -q.sometimes) for q in asked)
    for question in asked:
        for value, settled in question.settles.items():
            answered = known & SPACE.cube({question.fact: [value]})
            after = statuses(knowing(answered), compiled)
            asked_about = [
                id_
                for id_, status in before.items()
                if status == "undetermined" and ("." not in id_ or before[id_.partition(".")[0]] != "undetermined")
            ]
            expected = [id_ for id_ in asked_about if after[id_] != "undetermined"]
            assert list(settled) == expected
            assert question.then[value] == tuple(after[id_] for id_ in expected)
    open_ids = [id_ for id_, status in before.items() if status == "undetermined"]
    for fact in FACTS:
        for value in SPACE.values(known, fact):
            answered = known & SPACE.cube({fact: [value]})
            if answered != known and THEORY.is_possible(answered) and fact not in {q.fact for q in asked}:
                after = statuses(knowing(answered), compiled)
                assert not [i for i in open_ids if after[i] != "undetermined" and _is_asked_about(i, before)], fact


def _is_asked_about(id_: str, before: dict[str, str]) -> bool:
    return "." not in id_ or before[id_.partition(".")[0]] != "undetermined"


@settings(deadline=None)
@given(rulebooks(), knowledge("no"), WAYS)
def test_without_distant_metastasis_everything_is_out_of_scope(rulebook: Rulebook, known: int, decide: Any) -> None:
    compiled = decided_by(rulebook, decide)
    assert set(statuses(knowing(known), compiled).values()) == {"out_of_scope"}


@settings(deadline=None)
@given(rulebooks(), WAYS)
def test_with_the_scope_open_nothing_is_settled(rulebook: Rulebook, decide: Any) -> None:
    compiled = decided_by(rulebook, decide)
    assert set(statuses(knowing(SPACE.universe), compiled).values()) == {"undetermined"}
    assert explore(knowing(SPACE.universe), compiled).scope == "open"


def sample(cube: int, chance: random.Random, count: int) -> list[Point]:
    """Some possible completions of a cube over every fact."""
    found = []
    for _ in range(count):
        point = cube
        for fact in chance.sample(SPACE.facts, len(SPACE.facts)):
            values = list(SPACE.values(point, fact))
            chance.shuffle(values)
            for value in values:
                tried = point & SPACE.cube({fact: [value]})
                if THEORY.is_possible(tried):
                    point = tried
                    break
        found.append({fact: SPACE.values(point, fact)[0] for fact in SPACE.facts})
    return found


@settings(deadline=None, max_examples=examples(60))
@given(real_knowledge(), st.integers(0, 2**32))
def test_the_real_rulebook_is_exact_on_sampled_completions(known: int, seed: int) -> None:
    """A settled status is that of every completion; for an open one, dependencies lead to two that differ."""
    rulebook, compiled, chance = real_rulebook(), load_rulebook(), random.Random(seed)
    got = statuses(knowing(known), compiled)
    for point in sample(known, chance, 5):
        plain = plain_statuses(rulebook, point)
        assert all(plain[id_] == status for id_, status in got.items() if status != "undetermined")
    check_explanations_by_sampling(rulebook, compiled, known, chance)


def check_explanations_by_sampling(
    rulebook: Rulebook, compiled: CompiledRulebook, known: int, chance: random.Random
) -> None:
    assessment = explore(knowing(known), compiled)
    points = sample(known, chance, 5)
    for option in assessment.options:
        for unit in (option, *option.members):
            check_reasons(known, unit, points)
            outcomes = set()
            for dependency in unit.depends_on:
                cube = known & SPACE.cube(dependency.if_)
                assert THEORY.is_possible(cube)
                assert plain_statuses(rulebook, sample(cube, chance, 1)[0])[unit.id] == dependency.then
                outcomes.add(dependency.then)
            assert unit.status != "undetermined" or len(outcomes) > 1
            for change in unit.would_change[:3]:
                cube = known
                for fact, value in change.change.items():
                    cube = cube & ~SPACE.mask(fact) | SPACE.bit(fact, value)
                cube &= SPACE.cube(change.if_)
                assert THEORY.is_possible(cube)
                assert plain_statuses(rulebook, sample(cube, chance, 1)[0])[unit.id] == change.to


@settings(deadline=None, max_examples=examples(30))
@given(real_knowledge(), st.integers(0, 2**32))
def test_the_real_rulebook_is_monotone(known: int, seed: int) -> None:
    compiled, chance = load_rulebook(), random.Random(seed)
    before = statuses(knowing(known), compiled)
    for fact in chance.sample(REAL_FACTS, 25):
        learned = known & SPACE.cube({fact: [chance.choice(SPACE.values(known, fact))]})
        if THEORY.is_possible(learned):
            after = statuses(knowing(learned), compiled)
            assert all(after[id_] == status for id_, status in before.items() if status != "undetermined")


@settings(deadline=None, max_examples=examples(20))
@given(real_knowledge())
def test_every_rule_explains_itself_truly(known: int) -> None:
    """`why` says of each rule that it holds, cannot hold, or is open, with facts that suffice."""
    rulebook, compiled = real_rulebook(), load_rulebook()
    definitions = {definition.id: definition.when for definition in rulebook.definitions}
    chance = random.Random(0)
    points = sample(known, chance, 3)
    for therapy in rulebook.therapies:
        explanation = explain(knowing(known), therapy.id, compiled)
        for rule, shown in zip(therapy.rules, explanation.rules, strict=True):
            answers = {holds(rule.when, point, definitions) for point in points}
            assert shown.holds == "open" or answers == {shown.holds == "yes"}
            assert bool(shown.needs) == (shown.holds == "open")


def test_either_way_an_option_holds_though_no_rule_is_known_to() -> None:
    """With ER unknown, one rule for ER-positive and one for ER-negative patients make a candidate together."""
    make = {"because": "b", "claims": [], "basis": "stated", "status": "candidate"}
    both = [
        {"id": "positive", "when": {"er": "positive"}, **make},
        {"id": "negative", "when": {"er": "negative"}, **make},
    ]
    compiled = compile_rulebook(
        with_class(real_rulebook(), {"id": "therapy", "order": 1, **WORDS, "rules": both, "members": []})
    )
    option = explore(knowing(SPACE.cube({"metastatic": ["yes"]})), compiled).options[0]
    assert option.status == "candidate"
    assert [(reason.rule, reason.certain, reason.facts) for reason in option.because] == [
        ("positive", False, ("ER-positive",)),
        ("negative", False, ("ER-negative",)),
    ]


@pytest.mark.parametrize("option", ["chemotherapy", "chemotherapy.combination"])
def test_assessments_are_values(option: str) -> None:
    import pickle

    from mbc_options import Assessment, Patient

    patient = Patient(er="+", her2="-", sites={"bone": "yes"}, prior={"letrozole": "progressed"})
    assessment = explore(patient)
    assert assessment == explore(patient)
    assert hash(assessment) == hash(explore(patient))
    assert pickle.loads(pickle.dumps(assessment)) == assessment  # noqa: S301 - our own
    again = Assessment.model_validate_json(assessment.model_dump_json())
    assert again[option] == assessment[option]
    assert again.claims == assessment.claims
    with pytest.raises(AttributeError, match="frozen"):
        assessment.scope = "out"  # type: ignore[misc]
