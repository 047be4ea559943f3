"""Conditions: what they mean, against an evaluation of the authored words, and how they read."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from mbc_options import load_rulebook
from mbc_options.rulebook.conditions import Cases, Condition, Names, cases_of, in_order, leaves, named_bits
from mbc_options.rulebook.prose import condition_text
from mbc_options.vocabulary.bundled import bundled_vocabulary

SPACE = bundled_vocabulary().space
CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


def read(when: Any) -> Any:
    """A condition of the facts that come with the package."""
    return CONDITION.validate_python(when, context=Names(bundled_vocabulary()))


Point = dict[str, str]


@cache
def definitions() -> dict[str, Any]:
    return {definition.id: definition.when for definition in load_rulebook().definitions}


def holds(when: Any, point: Point) -> bool:
    """Evaluate a condition as written, for a patient of whom everything is known."""
    if when == "always":
        return True
    if isinstance(when, str):
        return holds(definitions()[when].as_written(), point)
    ((key, value),) = when.items()
    match key:
        case "all":
            return all(holds(part, point) for part in value)
        case "any":
            return any(holds(part, point) for part in value)
        case "not":
            return not holds(value, point)
        case fact:
            return point[fact] in (value if isinstance(value, list) else [value])


points = st.fixed_dictionaries({fact: st.sampled_from(domain) for fact, domain in SPACE.domains.items()})

facts = st.sampled_from(SPACE.facts).flatmap(
    lambda fact: st.one_of(
        st.sampled_from(SPACE.domains[fact]),
        st.lists(st.sampled_from(SPACE.domains[fact]), min_size=1, unique=True),
    ).map(lambda value: {fact: value})
)

conditions = st.recursive(
    st.one_of(st.just("always"), st.sampled_from(sorted(definitions())), facts),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


@cache
def patients() -> dict[str, Cases]:
    found: dict[str, Cases] = {}
    for name in in_order(definitions()):
        found[name] = cases_of(definitions()[name], found, SPACE)
    return found


@cache
def named_by_definitions() -> dict[str, int]:
    found: dict[str, int] = {}
    for name in in_order(definitions()):
        found[name] = named_bits(definitions()[name], found, SPACE)
    return found


def test_definitions_come_after_those_that_they_name_and_none_that_uses_itself_comes() -> None:
    nodes = {
        "top": read({"all": ["middle", "low"]}),
        "middle": read({"not": "low"}),
        "low": read("always"),
        "a": read({"any": ["b", "low"]}),
        "b": read({"any": ["a"]}),
        "on-a-circle": read({"any": ["a"]}),
        "self": read("self"),
    }
    assert list(in_order(nodes)) == ["low", "middle", "top"]


def test_definitions_may_name_one_another_as_deep_and_as_often_as_one_likes() -> None:
    """Written out, the last of the sixty would have more leaves than there are atoms in a glass of water."""
    nodes = {"d0": read({"er": "positive"})}
    for i in range(1, 61):
        nodes[f"d{i}"] = read({"any": [f"d{i - 1}", {"all": [f"d{i - 1}", {"pr": "positive"}]}]})
    for i in range(61, 5_000):
        nodes[f"d{i}"] = read({"any": [f"d{i - 1}"]})
    found: dict[str, Cases] = {}
    for name in in_order(nodes):
        found[name] = cases_of(nodes[name], found, SPACE)
    assert len(found) == 5_000
    assert set(found.values()) == {Cases((SPACE.cube({"er": ["positive"]}),))}


def cube(point: Point) -> int:
    return SPACE.cube({fact: (value,) for fact, value in point.items()})


def inside(point: Point, when: Any) -> bool:
    within, but_not = cases_of(read(when), patients(), SPACE)

    def is_in(cover: tuple[int, ...]) -> bool:
        return any(cube(point) & ~one == 0 for one in cover)

    return is_in(within) and not is_in(but_not)


@given(conditions, points)
def test_a_cover_holds_exactly_the_patients_for_whom_the_condition_is_true(when: Any, point: Point) -> None:
    assert inside(point, when) == holds(when, point)


@given(conditions, st.data())
def test_facts_that_a_condition_does_not_name_do_not_matter(when: Any, data: st.DataObject) -> None:
    node = read(when)
    named = named_bits(node, named_by_definitions(), SPACE)
    a, b = data.draw(points), data.draw(points)
    mixed = {fact: (a if SPACE.mask(fact) & named else b)[fact] for fact in SPACE.facts}
    assert inside(a, when) == inside(mixed, when)


@given(conditions)
def test_a_condition_is_written_as_it_was_read(when: Any) -> None:
    node = read(when)
    assert read(node.as_written()) == node
    assert CONDITION.dump_python(node, mode="json") == node.as_written()
    for path, leaf in leaves(node):
        part: Any = when
        for step in path:
            part = part[step]
        assert read(part) == leaf


@pytest.mark.parametrize(
    "id_", sorted(rule.rule.id for option in load_rulebook().by_id.values() for rule in option.rules)
)
def test_a_compiled_rule_holds_where_its_authored_condition_does(id_: str) -> None:
    """Over the patients that differ only in the facts that the rule names, in scope."""
    rule = next(rule for option in load_rulebook().by_id.values() for rule in option.rules if rule.rule.id == id_)
    theory = load_rulebook().inside
    node = rule.rule.when
    named = [fact for fact in SPACE.facts if SPACE.mask(fact) & named_bits(node, named_by_definitions(), SPACE)]
    seen = 0
    for one in SPACE.points(SPACE.universe, named):
        if not theory.is_possible(one):
            continue
        seen += 1
        point = {fact: SPACE.values(one, fact)[0] for fact in SPACE.facts}
        assert rule.function.entailed_by(one) == holds(node.as_written(), point)
        assert rule.function.refuted_by(one) != holds(node.as_written(), point)
    assert seen


@pytest.mark.parametrize(
    ("when", "text"),
    [
        ("always", "every patient in scope"),
        ("triple", "triple-negative"),
        ({"er": "positive"}, "ER-positive"),
        ({"er": ["positive", "negative"]}, "ER-positive or ER-negative"),
        ({"menopause": ["premenopausal", "not_applicable"]}, "not postmenopausal"),
        (
            {"menopause": ["premenopausal", "postmenopausal", "not_applicable"]},
            "premenopausal or postmenopausal or menopause not applicable (male)",
        ),
        ({"not": {"er": "positive"}}, "not (ER-positive)"),
        ({"all": ["triple", {"menopause": "postmenopausal"}]}, "triple-negative and postmenopausal"),
        ({"any": [{"er": "positive"}, {"pr": "positive"}]}, "ER-positive or PR-positive"),
        (
            {"all": [{"any": [{"er": "positive"}, {"pr": "positive"}]}, {"not": "triple"}]},
            "(ER-positive or PR-positive) and not (triple-negative)",
        ),
        (
            {"any": [{"all": [{"er": "positive"}, {"pr": "positive"}]}, "triple"]},
            "(ER-positive and PR-positive) or triple-negative",
        ),
        ({"all": [{"er": ["positive", "negative"]}, "triple"]}, "(ER-positive or ER-negative) and triple-negative"),
        (
            {"all": [{"menopause": ["premenopausal", "not_applicable"]}, "triple"]},
            "not postmenopausal and triple-negative",
        ),
        ({"not": {"any": [{"er": "positive"}, {"pr": "positive"}]}}, "not (ER-positive or PR-positive)"),
    ],
)
def test_how_a_condition_reads(when: Any, text: str) -> None:
    assert condition_text(read(when), bundled_vocabulary(), {"triple": "triple-negative"}) == text


@pytest.mark.parametrize(
    "when", [None, 3, [], {}, {"all": {}}, {"not": None}, {"er": {}}, {"er": [[]]}, {"": "yes"}, True]
)
def test_what_is_no_condition_is_refused(when: Any) -> None:
    with pytest.raises(ValidationError):
        read(when)


@pytest.mark.parametrize(("switch", "word"), [(True, "yes"), (False, "no"), ("true", "yes"), ("false", "no")])
def test_true_and_false_are_yes_and_no(switch: object, word: str) -> None:
    assert read({"sites.bone": switch}) == read({"sites.bone": word})
    assert read({"sites.bone": [switch]}).as_written() == {"sites.bone": word}


def test_true_is_no_value_of_a_fact_that_is_not_yes_or_no() -> None:
    with pytest.raises(ValidationError, match="er cannot be 'true'; it is positive or negative"):
        read({"er": "true"})
    with pytest.raises(ValidationError, match="er cannot be True"):
        read({"er": True})
    with pytest.raises(ValidationError, match="needs values, each once"):
        read({"sites.bone": ["yes", True]})
