"""What a rulebook says of a patient by its definitions, and of several by asking one by one: none of the engine's code.

A rule holds for a complete patient when its condition, evaluated fact by fact, is true; a verdict on partial knowledge
is the one that every completion shares.
"""

from __future__ import annotations

from functools import cache
from itertools import product
from typing import TYPE_CHECKING, Any

from builders import FACTS, SETTLED, SPACE, holds

from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builders import Point

    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import Rulebook


def is_possible(point: Point) -> bool:
    """Read the closed list of constraints plainly."""
    return not any(all(point[fact] in values for fact, values in case) for case in impossible(frozenset(point)))


@cache
def impossible(facts: frozenset[str]) -> list[list[tuple[str, tuple[str, ...]]]]:
    """Of the closed list of constraints, the cases that these facts break or keep."""
    return [
        list(case.items())
        for constraint in bundled_vocabulary().impossible
        for case in constraint.cases
        if facts.issuperset(case)
    ]


RANK = ("not_described", "unspecified", "candidate")


def plain_statuses(rulebook: Rulebook, point: Point) -> dict[str, str]:
    """The status of a complete patient, by the definitions: the best rule that holds, members within their class."""
    definitions = {definition.id: definition.when for definition in rulebook.definitions}
    if point["metastatic"] != "yes":
        return dict.fromkeys(_ids(rulebook), "out_of_scope")
    found: dict[str, str] = {}
    for therapy in rulebook.therapies:
        found[therapy.id] = RANK[_rank(therapy, point, definitions)]
        for member in therapy.members:
            rank = min(_rank(member, point, definitions), RANK.index(found[therapy.id]))
            found[f"{therapy.id}.{member.id}"] = RANK[rank]
    return found


def _ids(rulebook: Rulebook) -> Iterator[str]:
    for therapy in rulebook.therapies:
        yield therapy.id
        yield from (f"{therapy.id}.{member.id}" for member in therapy.members)


def _rank(unit: Any, point: Point, definitions: dict[str, Node]) -> int:
    return max((RANK.index(rule.status) for rule in unit.rules if holds(rule.when, point, definitions)), default=0)


def shared(all_statuses: list[dict[str, str]]) -> dict[str, str]:
    first = all_statuses[0]
    return {id_: first[id_] if all(one[id_] == first[id_] for one in all_statuses) else "undetermined" for id_ in first}


def completions(cube: int) -> list[Point]:
    facts = (*FACTS, *SETTLED, "metastatic")
    points = (
        dict(zip(facts, values, strict=True)) for values in product(*(SPACE.values(cube, fact) for fact in facts))
    )
    return [point for point in points if is_possible(point)]
