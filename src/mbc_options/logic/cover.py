"""Covers: unions of cubes, and the set algebra on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic.space import Space

__all__ = ["MOST_CUBES", "Cover", "TooManyCubesError", "absorb", "complement", "intersect", "meets", "sharp"]

Cover: TypeAlias = tuple[int, ...]
"""A union of non-empty cubes; the empty tuple is the empty set."""

MOST_CUBES = 5_000
"""How many cubes a condition may have, its negation, or a step on the way; there can be exponentially many."""


class TooManyCubesError(ValueError):
    """A condition, or its negation, has more cubes than can be listed.

    Attributes:
        entry: the id of what has the condition; whoever knows it sets it.
    """

    entry: str = ""


def _bounded(cubes: Cover) -> Cover:
    """Return cubes as they are.

    Raises:
        TooManyCubesError: where there are too many.
    """
    if len(cubes) > MOST_CUBES:
        raise TooManyCubesError
    return cubes


def absorb(cubes: Iterable[int]) -> Cover:
    """Return the cubes that lie in no other one, largest first."""
    kept: list[int] = []
    larger: tuple[int, ...] = ()  # only a cube with more bits can hold one
    size = -1
    for cube in sorted(set(cubes), key=lambda c: (-c.bit_count(), c)):
        if cube.bit_count() != size:
            size, larger = cube.bit_count(), tuple(kept)
        for other in larger:
            if cube & other == cube:
                break
        else:
            kept.append(cube)
    return tuple(kept)


def intersect(space: Space, a: Iterable[int], b: Iterable[int]) -> Cover:
    """Return a cover of what both covers hold.

    Raises:
        TooManyCubesError: where it has too many cubes.
    """
    return _bounded(_product(space, a, b))


def _product(space: Space, a: Iterable[int], b: Iterable[int]) -> Cover:
    right = tuple(b)
    return absorb(c for x in a for y in right if not space.is_empty(c := x & y))


def meets(space: Space, cover: Iterable[int], cube: int) -> bool:
    """Tell whether some cube of the cover has a case in common with `cube`."""
    return any(not space.is_empty(c & cube) for c in cover)


def _outside(space: Space, cube: int) -> list[int]:
    """Return a cover of everything outside one cube (De Morgan)."""
    return [space.universe & ~(space.masks[i] & cube) for i in space.restricted(cube)]


def complement(space: Space, cover: Iterable[int]) -> Cover:
    """Return a cover of everything outside `cover`: all its primes.

    De Morgan's product of sums, multiplied out with absorption, leaves exactly the primes (Nelson 1955), also where
    facts have more than two values: a cube inside a sum lies inside one of its terms.

    Raises:
        TooManyCubesError: where they are too many.
    """
    result: Cover = (space.universe,)
    for cube in cover:
        terms = _outside(space, cube)
        # What is apart from the cube stays as it is, and nothing new is large enough to absorb it.
        apart: list[int] = []
        met: list[int] = []
        for one in result:
            (apart if space.is_empty(one & cube) else met).append(one)
        new = absorb(c for one in met for term in terms if not space.is_empty(c := one & term))
        result = _bounded((*apart, *(c for c in new if not any(c & ~other == 0 for other in apart))))
    return absorb(result)


def sharp(space: Space, cube: int, cover: Iterable[int]) -> Cover:
    """Return a cover of what `cube` holds outside `cover` (the sharp operation)."""
    result: Cover = (cube,)
    for other in cover:
        if meets(space, result, other):
            result = _product(space, result, _outside(space, other))
    return result
