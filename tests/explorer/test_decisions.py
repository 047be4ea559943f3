"""The page decides and explains as Python does: every status, reason, dependency, nearest patient and next question."""

from __future__ import annotations

import os
import random
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from builders import SPACE, knowledge, rulebooks
from hypothesis import given, settings
from hypothesis import strategies as st
from javascript import run

from mbc_options import explore, load_rulebook, matrix, statuses
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.description import _made
from mbc_options.rendering.explorer.decisions import decisions
from mbc_options.rulebook.compile import compile_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options import CompiledRulebook
    from mbc_options.patient.description import Description
    from mbc_options.rulebook.models import Rulebook

TESTS = Path(__file__).parents[1]

ENGINE = ("cubes.js", "regions.js", "on_demand.js", "explorer.js")

MANY = int(os.environ.get("MBC_OPTIONS_EXPLORER_PATIENTS", "1000"))
"""How many patients by chance are compared; CI sets it to more."""


@cache
def hay_fever() -> CompiledRulebook:
    return load_rulebook(TESTS / "rulebooks" / "hay-fever")


@cache
def data_of(rulebook: CompiledRulebook) -> dict[str, Any]:
    return decisions(rulebook)


def described(rulebook: CompiledRulebook, cube: int) -> Description:
    """A patient of whom this cube is known, though no description could say it."""
    vocabulary = rulebook.vocabulary
    return _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), cube, (), vocabulary)


def someone(rulebook: CompiledRulebook, chance: random.Random) -> int:
    """A possible patient, of whom facts are known, half known or unknown; what follows from it is known, too."""
    space, theory = rulebook.space, rulebook.theory
    cube = space.universe
    for fact in chance.sample(space.facts, len(space.facts)):
        for value in chance.sample(space.domains[fact], len(space.domains[fact])):
            if theory.is_possible(tried := space.assign(cube, fact, value)):
                cube = tried
                break
    share = chance.choice([0.0, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 1.0])
    for fact in space.facts:
        if chance.random() < share:
            cube |= space.mask(fact)
        elif chance.random() < share / 3:
            cube |= space.bit(fact, chance.choice(space.domains[fact]))
    if chance.random() < 0.7:
        inside = rulebook.scope.holds[0]
        cube = cube & inside if theory.is_possible(cube & inside) and not space.is_empty(cube & inside) else cube
    return theory.tighten(cube)


def option_in_python(option: Any) -> dict[str, Any]:
    def reasons(some: Iterable[Any]) -> list[dict[str, Any]]:
        return [{"rule": one.rule, "proof": lists(one.proof), "certain": one.certain} for one in some]

    return {
        "id": option.id,
        "status": option.status,
        "because": reasons(option.because),
        "because_of_class": reasons(option.because_of_class),
        "depends_on": [{"if": lists(one.if_), "then": one.then} for one in option.depends_on],
        "would_change": [
            {"change": dict(one.change), "if": lists(one.if_), "to": one.to} for one in option.would_change
        ],
        "lists_all": option.lists_all,
        "cautions": [one.id for one in option.cautions],
        "agents": list(option.agents),
        "facts": list(option.proof),
        "members": [option_in_python(one) for one in getattr(option, "members", ())],
    }


def lists(some: Any) -> dict[str, list[str]]:
    return {fact: list(values) for fact, values in some.items()}


def in_python(rulebook: CompiledRulebook, cube: int, *, outlook: bool = True) -> dict[str, Any]:
    """What `explore` says, as far as the page says it, too."""
    found = explore(described(rulebook, cube), rulebook, outlook=outlook)
    return {
        "scope": found.scope,
        "subtype": {"is": found.subtype.is_, "may_be": list(found.subtype.may_be)},
        "options": [option_in_python(one) for one in found.options],
        "considerations": [one.id for one in found.considerations],
        "disagreements": [one.id for one in found.disagreements],
        "background": [one.id for one in found.background],
        "questions": [one.id for one in found.questions],
        "ask_next": [
            {
                "fact": one.fact,
                "settles": lists(one.settles),
                "then": lists(one.then),
                "always": one.always,
                "sometimes": one.sometimes,
            }
            for one in found.ask_next
        ],
    }


EXPLORE = """
const rulebook = readRulebook(given.data);
return given.known.map((one) => {
  const known = knowing(rulebook, one);
  return { ...explore(rulebook, known, { outlook: given.outlook }), statuses: statuses(rulebook, known) };
});
"""


def in_the_page(rulebook: CompiledRulebook, cubes: Sequence[int], data: Any, *, outlook: bool = True) -> list[Any]:
    known = [lists(rulebook.space.reading(cube)) for cube in cubes]
    found: list[Any] = run(ENGINE, EXPLORE, {"data": data, "known": known, "outlook": outlook})
    return found


def worded(rulebook: CompiledRulebook, found: dict[str, Any]) -> dict[str, Any]:
    """What the page says of an option, with its proof in words, as Python has it."""
    phrase = rulebook.vocabulary.phrase
    proof = found.pop("proof")
    found["facts"] = [phrase(fact, values) for fact, values in proof.items()]
    for member in found["members"]:
        worded(rulebook, member)
    return found


def agrees(rulebook: CompiledRulebook, cubes: Sequence[int], *, outlook: bool = True, data: Any = None) -> None:
    there = in_the_page(rulebook, cubes, data_of(rulebook) if data is None else data, outlook=outlook)
    for cube, found in zip(cubes, there, strict=True):
        here = in_python(rulebook, cube, outlook=outlook)
        assert found.pop("statuses") == statuses(described(rulebook, cube), rulebook)
        found["options"] = [worded(rulebook, one) for one in found["options"]]
        assert found == here, rulebook.space.reading(cube)


def by_chance(rulebook: CompiledRulebook, count: int, seed: int) -> list[int]:
    chance = random.Random(seed)
    return [someone(rulebook, chance) for _ in range(count)]


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


def test_outlook_is_told_where_it_is_asked_for_only() -> None:
    cubes = by_chance(load_rulebook(), 40, 2)
    agrees(load_rulebook(), cubes, outlook=False)
    told, untold = ([in_python(load_rulebook(), cube, outlook=outlook) for cube in cubes] for outlook in (True, False))
    assert told != untold


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
    from builders import real_rulebook

    compiled = compile_rulebook(real_rulebook(), decide="cover")
    agrees(compiled, by_chance(compiled, MANY // 20, 3), data=decisions(compiled))  # equal to ours, but for that


MAP = """
const rulebook = readRulebook(given.data);
return given.known.map((one) => mapOf(rulebook, knowing(rulebook, one)));
"""


@pytest.mark.parametrize("which", SHIPPED)
def test_the_map_is_that_of_matrix(which: str) -> None:
    rulebook = SHIPPED[which]()
    cubes = by_chance(rulebook, 60, 4)
    known = [lists(rulebook.space.reading(cube)) for cube in cubes]
    there = run(ENGINE, MAP, {"data": data_of(rulebook), "known": known})
    for cube, columns in zip(cubes, there, strict=True):
        here = matrix(described(rulebook, cube), rulebook)
        assert [(one["id"], one["possible"]) for one in columns] == [(one.id, one.possible) for one in here.columns]
        for one in columns:
            wanted = {line.id: line.cells[one["id"]].status for line in here.lines if one["id"] in line.cells}
            assert one["statuses"] == wanted


LEARN = """
const rulebook = readRulebook(given.data);
const known = knowing(rulebook, given.known);
return rulebook.space.facts.map((fact, i) => rulebook.space.values[i].map((value) => {
  const found = learn(rulebook, known, fact, value);
  return found === null ? null : reading(rulebook, found);
}));
"""


def test_what_follows_from_an_answer_is_known_and_what_cannot_be_is_refused() -> None:
    rulebook = load_rulebook()
    space, theory = rulebook.space, rulebook.theory
    for cube in by_chance(rulebook, 15, 5):
        there = run(ENGINE, LEARN, {"data": data_of(rulebook), "known": lists(space.reading(cube))})
        for fact, found in zip(space.facts, there, strict=True):
            for value, learned in zip(space.domains[fact], found, strict=True):
                answered = space.assign(cube, fact, value)
                wanted = lists(space.reading(theory.tighten(answered))) if theory.is_possible(answered) else None
                assert learned == wanted


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
    known = [lists(space.reading(cube)) for cube in cubes]
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
