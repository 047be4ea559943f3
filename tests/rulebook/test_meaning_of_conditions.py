"""What a check says of conditions, held against all patients, one by one."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import examples

from mbc_options import load_rulebook
from mbc_options.rendering.terminal import new_rulebook
from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, Names, NoneOf, read_condition
from mbc_options.source.yaml_positions import parse
from mbc_options.tools.checks.conditions import as_line, idle_parts
from mbc_options.tools.checks.gaps import gaps
from mbc_options.tools.checks.patients import PatientsOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.conditions import Node

DOMAINS = {
    "duration": ("short", "long"),
    "age": ("child", "adult"),
    "signs.hurts_to_eat": ("yes", "no"),
    "signs.hard_to_swallow": ("yes", "no"),
}
EVERYBODY = [
    patient
    for values in product(*DOMAINS.values())
    for patient in (dict(zip(DOMAINS, values, strict=True)),)
    if not (patient["signs.hard_to_swallow"] == "yes" and patient["signs.hurts_to_eat"] == "no")
]

LEAVES: st.SearchStrategy[Node] = st.one_of(
    st.sampled_from([*DOMAINS]).flatmap(
        lambda fact: st.sampled_from([*((value,) for value in DOMAINS[fact]), DOMAINS[fact]]).map(
            lambda values: Fact(fact=fact, values=values)
        )
    ),
    st.sampled_from([Defined(name="lasting_in_adults"), Always()]),
)
CONDITIONS: st.SearchStrategy[Node] = st.recursive(
    LEAVES,
    lambda inside: st.one_of(
        st.lists(inside, min_size=1, max_size=3).map(lambda some: AllOf(parts=tuple(some))),
        st.lists(inside, min_size=1, max_size=3).map(lambda some: AnyOf(parts=tuple(some))),
        inside.map(lambda part: NoneOf(part=part)),
    ),
    max_leaves=6,
)


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> CompiledRulebook:
    directory = tmp_path_factory.mktemp("hiccups")
    for name, text in new_rulebook("hiccups").items():
        path = directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load_rulebook(directory)


def holds(node: Node, patient: Mapping[str, str]) -> bool:
    match node:
        case Always():
            return True
        case Defined():
            return patient["duration"] == "long" and patient["age"] == "adult"
        case Fact(fact=fact, values=values):
            return patient[fact] in values
        case NoneOf(part=part):
            return not holds(part, patient)
        case AllOf(parts=parts):
            return all(holds(part, patient) for part in parts)
        case AnyOf(parts=parts):
            return any(holds(part, patient) for part in parts)


def who(node: Node) -> list[bool]:
    return [holds(node, patient) for patient in EVERYBODY]


@settings(max_examples=examples(200))
@given(node=CONDITIONS, other=CONDITIONS)
def test_patients_are_compared_as_if_each_were_asked(rulebook: CompiledRulebook, node: Node, other: Node) -> None:
    patients_of = PatientsOf(rulebook, rulebook.inside)
    one, two = patients_of(node), patients_of(other)
    assert one is not None
    assert two is not None
    assert bool(one.cubes) == any(who(node))
    assert one.is_everybody == all(who(node))
    assert one.within(two) == all(b for a, b in zip(who(node), who(other), strict=True) if a)
    assert one.same_as(two) == (who(node) == who(other))
    assert bool(patients_of.both(one, two).cubes) == any(a and b for a, b in zip(who(node), who(other), strict=True))


@settings(max_examples=examples(200))
@given(node=CONDITIONS)
def test_without_its_idle_parts_a_condition_means_the_same_and_can_be_written_so(
    rulebook: CompiledRulebook, node: Node
) -> None:
    patients_of = PatientsOf(rulebook, rulebook.inside)
    patients = patients_of(node)
    assert patients is not None
    idle, smaller = idle_parts(node, patients, patients_of)
    assert who(smaller) == who(node)
    assert (smaller == node) == (not idle)
    written, complaints = read_condition(parse(as_line(smaller), "when").data, Names(rulebook.vocabulary))
    assert (written, complaints) == (smaller, [])


def test_gaps_are_the_patients_for_whom_nothing_particular_is_a_candidate(rulebook: CompiledRulebook) -> None:
    left = [
        patient
        for patient in EVERYBODY
        if not (patient["duration"] == "short" or (patient["duration"] == "long" and patient["age"] == "adult"))
    ]
    whole = next(gap for gap in gaps(rulebook).found if not gap.subtype)
    described = [
        patient
        for patient in EVERYBODY
        if any(
            all(patient.get(fact) in some for fact, some in one.values.items()) for one in whole.patients.descriptions
        )
    ]
    assert described == left
