"""What Python says of patients in the form in which the explorer page says it, and patients by chance to compare by."""

from __future__ import annotations

import os
import random
from typing import TYPE_CHECKING, Any

from mbc_options import explore, statuses
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.description import _made

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options import CompiledRulebook
    from mbc_options.patient.description import Description

__all__ = ["ENGINE", "EXPLORE", "MANY", "by_chance", "compare", "described", "in_python", "known_of", "lists"]

ENGINE = ("cubes.js", "regions.js", "on_demand.js", "explorer.js")
"""The scripts that decide, in order."""

MANY = int(os.environ.get("MBC_OPTIONS_EXPLORER_PATIENTS", "1000"))
"""How many patients by chance are compared in all; CI sets it to more."""

EXPLORE = """
const rulebook = readRulebook(given.data);
return given.known.map((one) => {
  const known = knowing(rulebook, one);
  return { ...explore(rulebook, known), statuses: statuses(rulebook, known) };
});
"""
"""What the page says of patients, as JavaScript; `given` has the data of the page, and what is known."""


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


def in_python(rulebook: CompiledRulebook, cube: int) -> dict[str, Any]:
    """What `explore` says, as far as the page says it, too."""
    found = explore(described(rulebook, cube), rulebook)
    return {
        "scope": found.scope,
        "subtype": {"is": found.subtype.is_, "may_be": list(found.subtype.may_be)},
        "options": [option_in_python(one) for one in found.options],
        "considerations": [one.id for one in found.considerations],
        "disagreements": [one.id for one in found.disagreements],
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


def worded(rulebook: CompiledRulebook, found: dict[str, Any]) -> dict[str, Any]:
    """What the page says of an option, with its proof in words, as Python has it."""
    phrase = rulebook.vocabulary.phrase
    proof = found.pop("proof")
    found["facts"] = [phrase(fact, values) for fact, values in proof.items()]
    for member in found["members"]:
        worded(rulebook, member)
    return found


def compare(rulebook: CompiledRulebook, cubes: Sequence[int], there: Sequence[Any]) -> None:
    """Assert that the page said of each patient what Python says."""
    for cube, found in zip(cubes, there, strict=True):
        here = in_python(rulebook, cube)
        assert found.pop("statuses") == statuses(described(rulebook, cube), rulebook)
        found["options"] = [worded(rulebook, one) for one in found["options"]]
        assert found == here, rulebook.space.reading(cube)


def known_of(rulebook: CompiledRulebook, cubes: Iterable[int]) -> list[dict[str, list[str]]]:
    """What is known of patients, as the page takes it."""
    return [lists(rulebook.space.reading(cube)) for cube in cubes]


def by_chance(rulebook: CompiledRulebook, count: int, seed: int) -> list[int]:
    chance = random.Random(seed)
    return [someone(rulebook, chance) for _ in range(count)]
