"""A condition's primes prepared for more than yes or no: what it depends on, and how far away it is.

The distance from knowledge to a condition is the least number of facts in which a possible case
inside the knowledge differs from a possible case that satisfies the condition. Two cubes made of
possible cases only are as far apart as the number of their fields that have no value in common, so
the minimum over two covers of such cubes is exact.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.logic.cover import sharp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.space import Space
    from mbc_options.logic.theory import Theory

__all__ = ["Conditions", "Edit", "Nearest", "Region"]


class Edit(NamedTuple):
    """One way to reach a condition with the fewest changes.

    Attributes:
        facts: a cube that restricts only the facts that have to change, to their new values.
        given: a cube that restricts only unchanged, unknown facts, to the values that it takes
            besides; the universe where the changes suffice.
    """

    facts: int
    given: int


class Conditions(NamedTuple):
    """What would have to be learned for a condition to hold.

    Attributes:
        cubes: the least demanding cubes. Each restricts unknown facts only; the condition holds for a case inside the
            knowledge that lies in one of them.
        are_all: whether it holds in no other case; where there are too many cubes to be listed, it is not so.
    """

    cubes: tuple[int, ...]
    are_all: bool = True


class Nearest(NamedTuple):
    """How far away a condition is, and how to come there.

    Attributes:
        distance: 0 where the condition is possible already; -1 where nothing satisfies it.
        ways: the changes, without repeats, those that ask nothing of unknown facts first.
        are_all: whether no other way is as short. Where there are too many, they are not all listed; where the search
            takes too long, none is, and the distance is -1.
    """

    distance: int
    ways: tuple[Edit, ...]
    are_all: bool = True


class _Linked(NamedTuple):
    """A fact that constraints tie to those of a prime.

    Attributes:
        bits: its bits.
        constraints: a bit for each of the constraints on it, by its place among those on the linked facts.
        uses: for each of these its bit, and the values of the fact that take part in it.
    """

    bits: int
    constraints: int
    uses: tuple[tuple[int, int], ...]


class _Prime(NamedTuple):
    """A prime with what is asked of it again and again.

    Attributes:
        cube: the prime.
        fields: the bits of each fact that it restricts.
        linked: the bits of the facts that constraints tie to those, themselves included; 0 if none do.
        size: how many facts are linked.
        constraints: the constraints on the linked facts.
        broken: for each of them, what it forbids its cases to be.
        others: the linked facts that the prime does not restrict.
    """

    cube: int
    fields: tuple[int, ...]
    linked: int
    size: int
    constraints: Cover
    broken: tuple[int, ...]
    others: tuple[_Linked, ...]


class Region:
    """The possible cases in which a condition holds.

    Args:
        theory: what cannot be.
        primes: primes whose possible cases are those of the condition: `Function.holds` or `.fails`.
        named: the bits of the facts that the author named. Only primes within them are kept; they
            cover the condition by themselves, since it is over those facts alone.
    """

    __slots__ = ("_goals", "_primes", "theory")

    def __init__(self, theory: Theory, primes: Iterable[int], named: int) -> None:
        self.theory = theory
        universe = theory.space.universe
        self._primes = tuple(self._prepared(prime) for prime in primes if not universe & ~prime & ~named)
        self._goals: dict[tuple[int, int], Cover] = {}

    def _prepared(self, prime: int) -> _Prime:
        space = self.theory.space
        constraints = self.theory.touching(space.named(prime))
        linked = 0
        for cube in constraints:
            linked |= space.named(cube)
        return _Prime(
            prime,
            tuple(space.masks[i] for i in space.restricted(prime)),
            linked,
            (space.low & linked).bit_count(),
            constraints,
            tuple(map(space.outside, constraints)),
            tuple(_linked(mask, constraints) for mask in space.masks if mask & linked and mask & prime == mask),
        )

    def conditions(self, knowledge: int) -> Conditions:
        """Return what would have to be learned for the condition to hold: all of it."""
        universe, low, occupied = self.theory.space.universe, self.theory.space.low, self.theory.space.occupied
        found: dict[int, None] = {}
        for prime in self._primes:
            both = knowledge & prime.cube
            if occupied(both) != low or not all(map(both.__and__, prime.broken)):
                continue
            rest = universe
            forbidden = knowledge & ~prime.cube
            for field in prime.fields:
                if forbidden & field:
                    rest &= ~field | prime.cube
            found[rest] = None
        if len(found) < 2:
            return Conditions(tuple(found))
        return Conditions(tuple(c for c in found if not any(c != other and not c & ~other for other in found)))

    def nearest(self, knowledge: int) -> Nearest:
        """Return the distance from `knowledge` to the region, and every way that is that short.

        Args:
            knowledge: a cube with at least one possible case.
        """
        space = self.theory.space
        universe, low, occupied = space.universe, space.low, space.occupied
        apart = [(low & ~occupied(knowledge & prime.cube), prime) for prime in self._primes]
        apart.sort(key=lambda one: one[0].bit_count())
        best = -1
        ways: dict[Edit, None] = {}
        for lows, prime in apart:
            if 0 <= best < lows.bit_count():
                break  # constraints can only add to it
            for lows_apart, goal in self._goals_of(knowledge, prime, lows):
                distance = lows_apart.bit_count()
                if 0 <= best < distance:
                    continue
                if distance != best:
                    best = distance
                    ways.clear()
                fields = space.fields(lows_apart)
                ways[Edit(universe & ~(fields & ~goal), universe & ~(knowledge & ~fields & ~prime.cube))] = None
        return Nearest(best, _simplest(space, ways) if len(ways) > 1 else tuple(ways))

    def _goals_of(self, knowledge: int, prime: _Prime, apart: int) -> Iterator[tuple[int, int]]:
        """Yield where to arrive, cube by cube of possible cases, each with the lowest bits of the fields to change."""
        space = self.theory.space
        single = (knowledge & prime.linked).bit_count() == prime.size
        if single:
            fields = space.fields(apart)
            changed = (knowledge & prime.cube & ~fields) | (prime.cube & fields)
            if (changed & prime.linked).bit_count() == prime.size and all(map(changed.__and__, prime.broken)):
                yield apart, changed  # the constrained facts are known before and after, and agree
                return
        at_stake = _at_stake(knowledge, prime)
        broken = tuple(cube for i, cube in enumerate(prime.constraints) if at_stake >> i & 1)
        goals = self._goals.get((prime.cube, at_stake))
        if goals is None:
            found = sharp(space, prime.cube, broken)
            goals = tuple(sorted(found, key=lambda goal: tuple(space.restricted(goal))))
            self._goals[prime.cube, at_stake] = goals
        starts = (knowledge,) if single else sharp(space, knowledge, broken)
        for goal in goals:
            for start in starts:
                yield space.low & ~space.occupied(start & goal), goal


def _linked(bits: int, constraints: Cover) -> _Linked:
    uses = tuple((1 << i, cube & bits) for i, cube in enumerate(constraints) if cube & bits != bits)
    return _Linked(bits, sum(bit for bit, _ in uses), uses)


def _at_stake(knowledge: int, prime: _Prime) -> int:
    """Return which constraints can keep a case inside the knowledge from one inside the prime that is near it.

    A fact that the prime leaves open, and that can have a value which no constraint takes part in, has that value in
    both cases, and the constraints on it are met.
    """
    kept = (1 << len(prime.constraints)) - 1
    found = -1
    while found != kept:
        found = kept
        for fact in prime.others:
            if kept & fact.constraints:
                taken = 0
                for bit, values in fact.uses:
                    if kept & bit:
                        taken |= values
                if knowledge & fact.bits & ~taken:
                    kept &= ~fact.constraints
    return kept


def _simplest(space: Space, ways: Iterable[Edit]) -> tuple[Edit, ...]:
    """Drop a way that asks more of the unknown facts than another with the same change."""
    by_facts: dict[int, list[int]] = {}
    for way in ways:
        by_facts.setdefault(way.facts, []).append(way.given)
    kept = [
        Edit(facts, given)
        for facts, givens in by_facts.items()
        for given in givens
        if len(givens) == 1 or not any(other != given and not given & ~other for other in givens)
    ]
    return tuple(sorted(kept, key=lambda way: space.outside(way.given).bit_count()))
