"""All prime implicants of a cover, by iterated generalized consensus (Blake's canonical form).

A cube is an *implicant* of a cover when it lies inside it, and *prime* when no larger cube does. The
*consensus* of two cubes on a fact allows what either allows for that fact and what both allow for
every other; it lies inside their union. Adding consensus cubes and dropping absorbed ones until
nothing new appears leaves exactly the primes (Blake 1937; Quine 1952), also where facts have more
than two values.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.logic.cover import MOST_CUBES, TooManyCubesError, absorb

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.space import Space

__all__ = ["primes"]


def primes(space: Space, cover: Iterable[int], closed: Iterable[int] = (), most: int = MOST_CUBES) -> Cover:
    """Return every prime implicant of the union of `cover` and `closed`, largest first.

    The result is the same for every cover of the same set, so that two conditions are equivalent
    exactly when their primes are equal.

    Args:
        space: the facts.
        cover: any cubes.
        closed: cubes that are all the primes of their union; their consensus has nothing new.
        most: how many primes there may be, or become on the way.

    Raises:
        TooManyCubesError: where they are too many, or become so on the way.
    """
    found: list[int] = list(closed)
    waiting = list(reversed(absorb(cover)))
    while waiting:
        cube = waiting.pop()
        if any(cube & ~other == 0 for other in found):
            continue
        found = [other for other in found if other & ~cube]
        if len(found) > most or len(waiting) > most * 20:
            raise TooManyCubesError
        for other in found:
            waiting.extend(_consensus(space, cube, other))
        found.append(cube)
    return absorb(found)


def _consensus(space: Space, a: int, b: int) -> Iterator[int]:
    both = a & b
    empty = space.low & ~space.occupied(both)
    if empty & (empty - 1):
        return  # apart in two facts or more: no cube spans them
    if empty:
        mask = space.masks[space.field_at(empty.bit_length() - 1)]
        yield both | ((a | b) & mask)
        return
    # They meet. A fact for which each allows a value that the other does not still gives a consensus;
    # that takes a domain of three values or more.
    differ = space.occupied(a & ~b) & space.occupied(b & ~a)
    while differ:
        lowest = differ & -differ
        yield both | ((a | b) & space.masks[space.field_at(lowest.bit_length() - 1)])
        differ ^= lowest
