"""Covers: unions of cubes, and the set algebra on them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from mbc_options.logic.space import single_bits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options.logic.space import Space

__all__ = [
    "MOST_CUBES",
    "Cover",
    "TooManyCubesError",
    "absorb",
    "bounded",
    "complement",
    "independent_groups",
    "intersect",
    "meets",
    "negation",
    "sharp",
]

Cover: TypeAlias = tuple[int, ...]
"""A union of non-empty cubes; the empty tuple is the empty set."""

MOST_CUBES = 10_000
"""How many cubes a cover may have, or a step on the way to it; there can be exponentially many."""


FEW = 300
"""Up to how many primes a negation is multiplied out."""

C = TypeVar("C", bound="Sequence[int]")


class TooManyCubesError(ValueError):
    """A cover has more cubes than can be listed.

    Attributes:
        entry: the id of what has the condition; whoever knows it sets it.
    """

    entry: str = ""


def bounded(cubes: C, most: int) -> C:
    """Return cubes as they are.

    Raises:
        TooManyCubesError: where there are more than that.
    """
    if len(cubes) > most:
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


def intersect(space: Space, a: Iterable[int], b: Iterable[int], most: int = MOST_CUBES) -> Cover:
    """Return a cover of what both covers hold.

    Raises:
        TooManyCubesError: where it has more cubes than that.
    """
    return bounded(_product(space, a, b), most)


def _product(space: Space, a: Iterable[int], b: Iterable[int]) -> Cover:
    left, right = tuple(a), tuple(b)
    if len(left) == len(right) == 1:  # facts, all of them: nearly always
        both = left[0] & right[0]
        return () if space.is_empty(both) else (both,)
    return absorb(c for x in left for y in right if not space.is_empty(c := x & y))


def independent_groups(space: Space, cubes: Iterable[int]) -> list[tuple[int, tuple[int, ...]]]:
    """Return cubes in groups that share no fact with one another, each with the bits of the facts that it restricts."""
    groups: list[tuple[int, tuple[int, ...]]] = []
    for cube in cubes:
        named = space.named(cube)
        together: tuple[int, ...] = (cube,)
        others = []
        for facts, members in groups:
            if facts & named:
                named |= facts
                together += members
            else:
                others.append((facts, members))
        groups = [*others, (named, together)]
    return groups


def meets(space: Space, cover: Iterable[int], cube: int) -> bool:
    """Tell whether some cube of the cover has a case in common with `cube`."""
    return any(not space.is_empty(c & cube) for c in cover)


def _outside(space: Space, cube: int) -> list[int]:
    """Return a cover of everything outside one cube (De Morgan)."""
    return [space.universe & ~(space.masks[i] & cube) for i in space.restricted(cube)]


def complement(space: Space, cover: Iterable[int], most: int = MOST_CUBES) -> Cover:
    """Return a cover of everything outside `cover`: all its primes.

    De Morgan's product of sums, multiplied out with absorption, leaves exactly the primes (Nelson 1955), also where
    facts have more than two values: a cube inside a sum lies inside one of its terms.

    Args:
        space: the facts.
        cover: any cubes.
        most: how many primes there may be, or become on the way.

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
        result = bounded((*apart, *(c for c in new if not any(c & ~other == 0 for other in apart))), most)
    return absorb(result)


def negation(space: Space, cover: Iterable[int], most: int = MOST_CUBES) -> Cover:
    """Return a cover of everything outside `cover`: its primes where these are few, else what splitting finds.

    Raises:
        TooManyCubesError: where it has more cubes than that.
    """
    cubes = tuple(cover)
    try:
        return complement(space, cubes, min(FEW, most))
    except TooManyCubesError:
        found: list[int] = []
        _split(space, space.universe, cubes, found, most)
        return absorb(found)


def _split(space: Space, cube: int, cover: Iterable[int], found: list[int], most: int) -> None:
    """Add what `cube` holds outside the cover to what was found, by the values of one fact after the other."""
    met = [other for other in cover if not space.is_empty(other & cube)]
    if not met:
        found.append(cube)
        bounded(found, most)
        return
    if any(not cube & ~other for other in met):
        return
    uses = Counter(i for other in met for i in space.restricted(other | space.outside(cube)))
    field = space.masks[max(uses, key=lambda i: (uses[i], -i))]
    alike: dict[tuple[int, ...], int] = {}  # values that the same cubes allow stay together
    for bit in single_bits(cube & field):
        allowing = tuple(other for other in met if other & bit)
        alike[allowing] = alike.get(allowing, 0) | bit
    for allowing, bits in alike.items():
        _split(space, (cube & ~field) | bits, allowing, found, most)


def sharp(space: Space, cube: int, cover: Iterable[int]) -> Cover:
    """Return a cover of what `cube` holds outside `cover` (the sharp operation)."""
    result: Cover = (cube,)
    for other in cover:
        if meets(space, result, other):
            result = _product(space, result, _outside(space, other))
    return result
