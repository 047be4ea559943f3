"""Spaces, covers, constraints and knowledge by chance, and sets of cases to hold them against.

Brute force speaks of *points*, cubes with one value per fact, and of sets of them. Nothing here uses
the code under test to say what is right.
"""

from __future__ import annotations

from itertools import product
from typing import TypeAlias

from hypothesis import assume
from hypothesis import strategies as st

from mbc_options.logic import Space, Theory

MAX_POINTS = 200

Problem: TypeAlias = "tuple[Space, Theory, tuple[int, ...], int, set[int]]"
"""A space, constraints, a condition, knowledge with a possible case, and the possible cases."""


@st.composite
def spaces(draw: st.DrawFn) -> Space:
    sizes = draw(st.lists(st.integers(1, 4), min_size=1, max_size=5))
    count = 1
    kept = []
    for size in sizes:
        if count * size <= MAX_POINTS:
            kept.append(size)
            count *= size
    return Space({f"f{i}": [f"v{j}" for j in range(size)] for i, size in enumerate(kept)})


@st.composite
def cubes(draw: st.DrawFn, space: Space) -> int:
    cube = 0
    for i, fact in enumerate(space.facts):
        full = (1 << len(space.domains[fact])) - 1
        free = draw(st.booleans())
        cube |= (full if free else draw(st.integers(1, full))) << space.offsets[i]
    return cube


def covers(space: Space, most: int = 5) -> st.SearchStrategy[tuple[int, ...]]:
    return st.lists(cubes(space), max_size=most).map(tuple)


def points(space: Space) -> set[int]:
    """Every case, built from the layout's own documentation: one bit for each fact."""
    fields = []
    for fact, offset in zip(space.facts, space.offsets, strict=True):
        fields.append([1 << (offset + j) for j in range(len(space.domains[fact]))])
    return {sum(bits) for bits in product(*fields)}


def inside(space: Space, cover: tuple[int, ...]) -> set[int]:
    return {point for point in points(space) if any(point & ~cube == 0 for cube in cover)}


def all_cubes(space: Space) -> list[int]:
    fields = [
        [pattern << offset for pattern in range(1, 1 << len(space.domains[fact]))]
        for fact, offset in zip(space.facts, space.offsets, strict=True)
    ]
    return [sum(bits) for bits in product(*fields)]


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """A space, constraints, a condition, knowledge with a possible case, and the possible cases."""
    space = draw(spaces())
    broken = draw(covers(space, 3))
    possible = points(space) - inside(space, broken)
    knowledge = draw(cubes(space))
    assume(possible & inside(space, (knowledge,)))
    return space, Theory(space, broken), draw(covers(space)), knowledge, possible


def fields_apart(space: Space, a: int, b: int) -> int:
    return sum(1 for mask in space.masks if not a & b & mask)
