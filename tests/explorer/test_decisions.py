"""The page decides and explains as Python does: every status, reason, dependency, nearest patient and next question."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import SPACE, WORDS, knowledge, real_rulebook, real_rulebook_on_demand, rulebooks, with_class
from compared import ENGINE, EXPLORE, MANY, by_chance, compare, described, in_python, known_of
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import run

from mbc_options import load_rulebook, matrix, statuses
from mbc_options.rendering.explorer.decisions import decisions
from mbc_options.rulebook.compile import compile_rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options import CompiledRulebook
    from mbc_options.rulebook.models import Rulebook

TESTS = Path(__file__).parents[1]


@cache
def hay_fever() -> CompiledRulebook:
    return load_rulebook(TESTS / "rulebooks" / "hay-fever")


@cache
def data_of(rulebook: CompiledRulebook) -> dict[str, Any]:
    return decisions(rulebook)


def in_the_page(rulebook: CompiledRulebook, cubes: Sequence[int], data: Any) -> list[Any]:
    known = known_of(rulebook, cubes)
    found: list[Any] = run(ENGINE, EXPLORE, {"data": data, "known": known})
    return found


def agrees(rulebook: CompiledRulebook, cubes: Sequence[int], *, data: Any = None) -> None:
    there = in_the_page(rulebook, cubes, data_of(rulebook) if data is None else data)
    compare(rulebook, cubes, there)


SHIPPED = {"ours": load_rulebook, "hay fever": hay_fever}


@pytest.mark.parametrize("which", SHIPPED)
def test_the_page_decides_and_explains_as_python_does(which: str) -> None:
    rulebook = SHIPPED[which]()
    agrees(rulebook, by_chance(rulebook, MANY if which == "ours" else MANY // 4, 1))


def test_those_patients_are_of_every_kind() -> None:
    found = [in_python(load_rulebook(), cube) for cube in by_chance(load_rulebook(), 200, 1)]
    options = [option for one in found for option in one["options"]]
    statuses_met = {"candidate", "undetermined", "unspecified", "not_described", "out_of_scope"}
    assert {option["status"] for option in options} == statuses_met
    assert {one["scope"] for one in found} == {"in", "out", "open"}
    assert any(not reason["certain"] for option in options for reason in option["because"])
    assert any(way["if"] for option in options for way in option["would_change"])
    assert any(len(one["ask_next"]) > 5 for one in found)


@settings(deadline=None, max_examples=25)
@given(rulebooks(), st.lists(knowledge() | knowledge("no"), min_size=5, max_size=15))
def test_so_it_does_for_random_rulebooks(rulebook: Rulebook, cubes: list[int]) -> None:
    compiled = compile_rulebook(rulebook)
    known = [compiled.theory.tighten(cube) for cube in [*cubes, SPACE.universe]]
    agrees(compiled, known, data=decisions(compiled))


@settings(deadline=None, max_examples=25)
@given(rulebooks(), st.lists(knowledge() | knowledge("no"), min_size=5, max_size=15))
def test_so_it_does_for_what_is_decided_on_demand(rulebook: Rulebook, cubes: list[int]) -> None:
    compiled = compile_rulebook(rulebook, decide="cover")
    known = [compiled.theory.tighten(cube) for cube in [*cubes, SPACE.universe]]
    agrees(compiled, known, data=decisions(compiled))


def test_our_rulebook_can_be_decided_on_demand_in_the_page() -> None:
    compiled = real_rulebook_on_demand()
    agrees(compiled, by_chance(compiled, MANY // 20, 3))


def test_an_option_of_too_many_primes_is_decided_in_the_page_as_in_python() -> None:
    findings = [fact for fact in SPACE.facts if fact.startswith("findings.")]
    pairs = [{"any": [{a: "yes"}, {b: "yes"}]} for a, b in zip(findings[10:20], findings[20:30], strict=True)]
    said = {"because": "b", "claims": [], "basis": "stated"}
    rules = [
        {"id": "all", "when": {"all": pairs}, "status": "candidate", **said},
        {"id": "none", "when": {"not": pairs[0]}, "status": "unspecified", **said},
    ]
    therapy = {"id": "t", "order": 1, **WORDS, "rules": rules, "members": []}
    compiled = compile_rulebook(with_class(real_rulebook(), therapy, []))
    assert compiled.by_id["t"].decide == "cover"
    chance = random.Random(7)
    metastatic = SPACE.cube({"metastatic": ["yes"]})
    cubes = []
    for _ in range(80):
        cube, often = metastatic, chance.random()
        for fact in findings[10:30]:
            if chance.random() < 0.8:
                cube = SPACE.assign(cube, fact, "yes" if chance.random() < often else "no")
        if compiled.theory.is_possible(cube):
            cubes.append(compiled.theory.tighten(cube))
    agrees(compiled, cubes, data=decisions(compiled))
    met = {in_python(compiled, cube)["options"][0]["status"] for cube in cubes}
    assert met == {"candidate", "undetermined", "unspecified", "not_described"}


MAP = """
const rulebook = readRulebook(given.data);
return given.known.map((one) => mapOf(rulebook, knowing(rulebook, one)));
"""


@pytest.mark.parametrize("which", SHIPPED)
def test_the_map_is_that_of_matrix(which: str) -> None:
    rulebook = SHIPPED[which]()
    cubes = by_chance(rulebook, 60, 4)
    known = known_of(rulebook, cubes)
    there = run(ENGINE, MAP, {"data": data_of(rulebook), "known": known})
    for cube, columns in zip(cubes, there, strict=True):
        here = matrix(described(rulebook, cube), rulebook)
        assert [(one["id"], one["possible"]) for one in columns] == [(one.id, one.possible) for one in here.columns]
        for one in columns:
            wanted = {line.id: line.cells[one["id"]].status for line in here.lines if one["id"] in line.cells}
            assert one["statuses"] == wanted


SETTLES = """
const rulebook = readRulebook(given.data);
return given.known.map((one) => {
  const known = knowing(rulebook, one);
  const found = rulebook.space.facts.map((fact) => [fact, settles(rulebook, known, fact)]);
  return { settles: Object.fromEntries(found), matters: [...matters(rulebook, known)] };
});
"""


def test_a_fact_that_does_not_matter_settles_nothing() -> None:
    rulebook = load_rulebook()
    space, theory = rulebook.space, rulebook.theory
    cubes = by_chance(rulebook, 25, 6)
    known = known_of(rulebook, cubes)
    there = run(ENGINE, SETTLES, {"data": data_of(rulebook), "known": known})
    for cube, found in zip(cubes, there, strict=True):
        now = statuses(described(rulebook, cube), rulebook)
        for fact in space.facts:
            answers = found["settles"][fact]
            possible = [
                value for value in space.values(cube, fact) if theory.is_possible(space.assign(cube, fact, value))
            ]
            assert list(answers) == possible
            for value, settled in answers.items():
                then = statuses(described(rulebook, theory.tighten(space.assign(cube, fact, value))), rulebook)
                new = {id_: then[id_] for id_ in now if now[id_] == "undetermined" and then[id_] != "undetermined"}
                assert settled == new
                is_open = len(possible) > 1
                assert not (new and is_open) or fact in found["matters"]
