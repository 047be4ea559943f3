"""Covers: unions of cubes, and the set algebra on them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic.space import Space

__all__ = ["Cover", "absorb", "complement", "intersect", "meets", "sharp"]

Cover: TypeAlias = tuple[int, ...]
"""A union of non-empty cubes; the empty tuple is the empty set."""


def absorb(cubes: Iterable[int]) -> Cover:
    """Return the cubes that lie in no other one, largest first."""
    kept: list[int] = []
    for cube in sorted(set(cubes), key=lambda c: (-c.bit_count(), c)):
        if not any(cube & ~other == 0 for other in kept):
            kept.append(cube)
    return tuple(kept)


def intersect(space: Space, a: Iterable[int], b: Iterable[int]) -> Cover:
    """Return a cover of what both covers hold."""
    right = tuple(b)
    return absorb(c for x in a for y in right if not space.is_empty(c := x & y))


def meets(space: Space, cover: Iterable[int], cube: int) -> bool:
    """Tell whether some cube of the cover has a case in common with `cube`."""
    return any(not space.is_empty(c & cube) for c in cover)


def _outside(space: Space, cube: int) -> list[int]:
    """Return a cover of everything outside one cube (De Morgan)."""
    return [space.universe & ~(space.masks[i] & cube) for i in space.restricted(cube)]


def complement(space: Space, cover: Iterable[int]) -> Cover:
    """Return every prime implicant of what lies outside `cover`: De Morgan, multiplied out and absorbed (Nelson 1955).

    A cube outside `cover` lies, for each cube of it, inside one of the single-fact sets outside that one, and so inside
    a product of these; facts with more than two values make no difference.
    """
    result: Cover = (space.universe,)
    for cube in cover:
        result = intersect(space, result, _outside(space, cube))
    return result


def sharp(space: Space, cube: int, cover: Iterable[int]) -> Cover:
    """Return a cover of what `cube` holds outside `cover` (the sharp operation)."""
    result: Cover = (cube,)
    for other in cover:
        if meets(space, result, other):
            result = intersect(space, result, _outside(space, other))
    return result
