"""A set of cases as a list of primes that is as short as can be: each as large as can be, and none without need.

What cannot be may be taken in or left out, whichever makes a cube larger ("don't cares", Brayton et al. 1984).
"""

from __future__ import annotations

from itertools import combinations
from math import comb
from typing import TYPE_CHECKING

from mbc_options.logic.cover import TooManyCubesError, absorb
from mbc_options.logic.primes import primes
from mbc_options.logic.search import Cubes
from mbc_options.logic.space import single_bits

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.theory import Theory

__all__ = ["shortest_list"]

MOST = 500
"""Among how many primes the list is sought; beyond, it is made of the given cubes, each grown to a prime."""

TRIALS = 2_000
"""How many selections of primes are tried for a shorter list."""


def shortest_list(theory: Theory, cover: Iterable[int]) -> Cover:
    """Return the possible cases of a cover as primes without one too many, those that ask for the least first.

    It is the same for every cover of the same possible cases within the same facts. Where few selections are to be
    tried, no list of primes within these facts has fewer.

    Args:
        theory: what cannot be.
        cover: any cubes; those without a possible case count for nothing.
    """
    space = theory.space
    wanted = absorb(cube for cube in cover if not space.is_empty(cube) and theory.is_possible(cube))
    named = 0
    for cube in wanted:
        named |= space.named(cube)
    broken = tuple(cube for cube in theory.broken if space.outside(cube) & named)
    try:
        found = primes(space, (*wanted, *broken), most=MOST)
    except TooManyCubesError:
        found = _grown(theory, wanted, broken)
    order = {cube: tuple(space.restricted(cube)) for cube in found if theory.is_possible(cube)}
    own = [cube for cube in order if not space.outside(cube) & ~named]
    own.sort(key=lambda cube: (len(order[cube]), order[cube], cube))
    return _chosen(theory, own, broken)


def _grown(theory: Theory, wanted: Cover, broken: Cover) -> Cover:
    """Return each of the cubes grown to a prime, fact by fact from the last to the first."""
    space, union = theory.space, Cubes(theory.space, (*wanted, *broken))
    found = []
    for one in wanted:
        cube = one
        for i in reversed(tuple(space.restricted(one))):
            for more in (space.masks[i], *single_bits(space.masks[i] & ~cube)):
                if union.way_out(cube | more) is None:
                    cube |= more
        found.append(cube)
    return absorb(found)


def _chosen(theory: Theory, candidates: Sequence[int], broken: Cover) -> Cover:
    """Return as few of the primes as hold all of their cases."""

    def are_held(cubes: Iterable[int], others: Iterable[int]) -> bool:
        union = Cubes(theory.space, (*others, *broken))
        return all(union.way_out(cube) is None for cube in cubes)

    kept = list(candidates)
    for cube in reversed(candidates):
        rest = [other for other in kept if other != cube]
        if are_held([cube], rest):
            kept = rest
    needed = [cube for cube in kept if not are_held([cube], [other for other in candidates if other != cube])]
    others = [cube for cube in candidates if cube not in needed]
    for size in range(len(kept) - len(needed)):
        if comb(len(others), size) > TRIALS:
            break
        for some in combinations(others, size):
            if are_held(others, (*needed, *some)):
                return tuple(cube for cube in candidates if cube in needed or cube in some)
    return tuple(kept)
