"""How many cases there are, exactly, without listing them.

The cases outside some cubes are counted by the values of one fact after the other, and apart for cubes that share no
fact, whose numbers multiply (Birnbaum and Lozinskii 1999 count models of a formula so).
"""

from __future__ import annotations

from collections import Counter
from math import prod
from typing import TYPE_CHECKING

from mbc_options.logic.cover import independent_groups
from mbc_options.logic.space import single_bits

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic.space import Space
    from mbc_options.logic.theory import Theory

__all__ = ["count_outside", "count_possible"]


def count_possible(theory: Theory, cover: Iterable[int]) -> int:
    """Return how many possible cases a cover holds."""
    return count_outside(theory.space, theory.broken) - count_outside(theory.space, (*theory.broken, *cover))


def count_outside(space: Space, cubes: Iterable[int]) -> int:
    """Return how many cases lie in none of the cubes."""
    return _Counting(space).outside(frozenset(cubes), space.universe)


class _Counting:
    """One count, which remembers what it has counted."""

    def __init__(self, space: Space) -> None:
        self.space = space
        self.counted: dict[frozenset[int], int] = {}

    def outside(self, cubes: frozenset[int], facts: int) -> int:
        """Return how many combinations of values of these facts lie in none of the cubes.

        Args:
            cubes: cubes that restrict none but these facts.
            facts: bits of facts.
        """
        if self.space.universe in cubes:
            return 0
        found, free = 1, facts
        for named, together in independent_groups(self.space, cubes):
            free &= ~named
            group = frozenset(together)
            if group not in self.counted:
                self.counted[group] = self._split(group, named)
            found *= self.counted[group]
        return found * prod(mask.bit_count() for mask in self.space.masks if mask & free)

    def _split(self, cubes: frozenset[int], facts: int) -> int:
        uses = Counter(i for cube in cubes for i in self.space.restricted(cube))
        mask = self.space.masks[max(uses, key=lambda i: (uses[i], -i))]
        alike: Counter[frozenset[int]] = Counter()  # values that leave the same cubes
        for bit in single_bits(mask):
            alike[frozenset(cube | mask for cube in cubes if cube & bit)] += 1
        return sum(times * self.outside(left, facts & ~mask) for left, times in alike.items())
