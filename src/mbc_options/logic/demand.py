"""What a condition depends on, and how far away it is, where its primes are too many to be listed.

Both are sought from the part of the condition that knowledge leaves open. There can be exponentially many answers:
then some of them are told, each of them true, and that there are more.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from mbc_options.logic.cover import TooManyCubesError, absorb, complement, intersect
from mbc_options.logic.cover_function import smallest_part
from mbc_options.logic.region import Conditions, Edit, Nearest, Region
from mbc_options.logic.space import single_bits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.cover_function import CoverFunction
    from mbc_options.logic.search import Cubes

__all__ = ["MOST_LISTED", "AnyRegion", "RegionOnDemand"]

MOST_LISTED = 50
"""How many answers to a question are listed."""

EXAMPLES = 5
"""How many are, where there are more than could be sorted out."""

MOST_STEPS = 2_000
"""How much is done in search of the nearest cases: a step for each half-changed one that is looked at,"""

GROWING = 20
"""and so many more where it takes a reason, that has to be grown, to see what must change."""

MOST_STARTS = 200
"""From how many cubes of possible cases the search may begin."""


class RegionOnDemand:
    """The possible cases in which a condition holds, or those in which it fails.

    Args:
        function: the condition.
        holds: which of the two.
    """

    __slots__ = ("_kept_by", "_reaches", "_reason", "_region", "function", "holds")

    def __init__(self, function: CoverFunction, *, holds: bool) -> None:
        self.function, self.holds = function, holds
        self._reaches: Callable[[int], bool] = function.entailed_by if holds else function.refuted_by
        self._reason: Callable[[int], int | None] = function.refutation if holds else function.proof
        # Where one cover tells of the region, or of what is outside it, that cover is enough.
        holding = None if function.but_not.cover else function.within
        failing = function.but_not if function.is_complement else None
        inside, self._kept_by = (holding, failing) if holds else (failing, holding)
        self._region = None if inside is None else Region(function.theory, inside.cover, function.named)

    def conditions(self, knowledge: int) -> Conditions:
        """Return what would have to be learned for the condition to hold, or some of it."""
        within = self._open(self.function.within, knowledge)
        but_not = self._open(self.function.but_not, knowledge)
        found, are_all = self._whole(within, but_not)
        if not are_all and not found:
            found = tuple(self._examples(knowledge, but_not if self.holds else within))
        ordered = sorted(filter(lambda cube: self._is_possible(knowledge & cube), found), key=self._preference)
        least = absorb(self.least(knowledge, cube) for cube in ordered[:MOST_LISTED])
        return Conditions(tuple(sorted(least, key=self._preference)), are_all and len(ordered) <= MOST_LISTED)

    def _preference(self, cube: int) -> tuple[int, tuple[int, ...], int]:
        fields = tuple(self.function.theory.space.restricted(cube))
        return len(fields), fields, cube

    def _is_possible(self, cube: int) -> bool:
        theory = self.function.theory
        return not theory.space.is_empty(cube) and theory.is_possible(cube)

    def _open(self, cubes: Cubes, knowledge: int) -> Cover:
        """Return what would have to be learned to lie in each cube that is still possible."""
        space, is_possible = self.function.theory.space, self.function.theory.is_possible
        found = set()
        for part in cubes.parts(knowledge):
            if is_possible(part):
                found.add(space.universe & ~(knowledge & ~part))
        return absorb(found)

    def _whole(self, within: Cover, but_not: Cover) -> tuple[Cover, bool]:
        """Return a cover of what is in the one and not in the other, or of the contrary, and whether it is whole."""
        space = self.function.theory.space
        try:
            if not self.holds:
                return (*complement(space, within, MOST_LISTED), *but_not), True
            if not but_not:
                return within, True
            rest = complement(space, but_not, MOST_LISTED)
            return (rest if within == (space.universe,) else intersect(space, within, rest)), True
        except TooManyCubesError:
            return (() if self.holds else but_not), False

    def _examples(self, knowledge: int, cubes: Cover) -> Iterator[int]:
        """Yield some ways to learn enough to be out of all these cubes, each a value for a few facts."""
        space = self.function.theory.space
        exits = [knowledge & ~cube for cube in cubes]  # in which values the knowledge would leave each of them
        common: dict[int, int] = {}
        for ways in exits:
            for bit in single_bits(ways):
                common[bit] = common.get(bit, 0) + 1
        first = sorted(common, key=lambda bit: (-common[bit], bit))
        seen = set()
        for start in first[:EXAMPLES]:
            chosen = _out_of_all(exits, start, common, space.fields)
            if chosen is None:
                continue
            cube = space.universe & ~(space.fields(chosen) & ~chosen)
            if cube not in seen and self.function.theory.is_possible(knowledge & cube):
                seen.add(cube)
                yield cube

    def least(self, knowledge: int, cube: int) -> int:
        """Return the cube without what need not be learned."""
        space, reaches = self.function.theory.space, self._reaches
        fields = sorted(space.restricted(cube), reverse=True)
        return smallest_part(cube, (space.masks[i] for i in fields), lambda larger: reaches(knowledge & larger))

    def nearest(self, knowledge: int) -> Nearest:
        """Return the distance from `knowledge` to the region, and the ways that are that short, or some of them.

        Args:
            knowledge: a cube with at least one possible case.
        """
        if self._region is not None:
            distance, ways, _ = self._region.nearest(knowledge)
            found = tuple(dict.fromkeys(self._asking_least(knowledge, way) for way in ways[:MOST_LISTED]))
            return Nearest(distance, found, len(ways) <= MOST_LISTED)
        return _Approach(self, knowledge).nearest()

    def _asking_least(self, knowledge: int, way: Edit) -> Edit:
        space = self.function.theory.space
        fields = space.named(way.facts)
        changed = (knowledge & ~fields) | (way.facts & fields)
        return Edit(way.facts, self.least(changed, way.given))

    def obstacles(self, knowledge: int) -> tuple[Sequence[int], bool]:
        """Return cubes around the knowledge that keep all in them out of the region, and whether they had to be grown.

        There are none where the region is possible.
        """
        function = self.function
        if not function.theory.is_possible(knowledge):
            return [prime for prime in function.theory.broken if not knowledge & ~prime], False
        found = list(self._kept_by.around(knowledge)) if self._kept_by is not None else []
        if found:
            return found, False
        reason = self._reason(knowledge)
        return ([], False) if reason is None else ([reason], True)


def _out_of_all(exits: Sequence[int], start: int, common: dict[int, int], fields: Callable[[int], int]) -> int | None:
    """Return values, one of a fact at most, of which each of these sets has one; None where none was found at once."""
    chosen, closed = start, fields(start)
    for ways in sorted(exits, key=int.bit_count):
        if not ways & chosen:
            left = ways & ~closed
            if not left:
                return None
            bit = max(single_bits(left), key=lambda one: (common[one], -one))
            chosen |= bit
            closed |= fields(bit)
    for bit in single_bits(chosen):
        if all(ways & chosen & ~bit for ways in exits):
            chosen &= ~bit
    return chosen


AnyRegion: TypeAlias = Region | RegionOnDemand
"""Where a condition holds; both kinds answer the same questions."""


class _TooLongError(Exception):
    """The search takes too long."""


class _Approach:
    """The search for the nearest cases in a region, by the number of facts that are otherwise.

    It begins at cubes of possible cases only: where constraints tie unknown facts to one another, a case outside may
    share what is known with none of them.
    Whoever is not in the region lies inside cubes that keep everybody out: one of their facts must change. With more
    such cubes that share no fact than facts may still change, there is no way.
    """

    def __init__(self, region: RegionOnDemand, knowledge: int) -> None:
        self.region, self.knowledge, self.start = region, knowledge, knowledge
        self.space = region.function.theory.space
        self.steps = 0
        self.obstacles: dict[int, Sequence[int]] = {}
        self.found: dict[Edit, None] = {}
        self.are_all = True

    def nearest(self) -> Nearest:
        most = len(self.space.facts)
        try:
            starts = self._starts()
            for distance in range(most + 1):
                for self.start in starts:
                    self._search(self.start, self.space.outside(self.start), distance)
                if self.found:
                    ordered = sorted(self.found, key=lambda way: self.space.outside(way.given).bit_count())
                    return Nearest(distance, tuple(ordered[:MOST_LISTED]), self.are_all and len(ordered) <= MOST_LISTED)
        except (_TooLongError, TooManyCubesError):
            return Nearest(-1, (), are_all=False)
        return Nearest(-1, ())

    def _starts(self) -> Cover:
        """Return cubes that hold, together, the possible cases of the knowledge, and no others."""
        theory = self.region.function.theory
        found: Cover = (self.knowledge,)
        for prime in theory.touching(self.region.function.named):
            if any(not self.space.is_empty(cube & prime) for cube in found):
                found = intersect(self.space, found, complement(self.space, (prime,)), MOST_STARTS)
        return found

    def _search(self, knowledge: int, free: int, changes: int) -> None:
        """Find the ways with just so many changes more.

        Args:
            knowledge: what is known, changed so far.
            free: the values that facts may still change to.
            changes: how many facts are to change.
        """
        if len(self.found) > MOST_LISTED:
            return
        space = self.space
        obstacles = self._obstacles(knowledge)
        if not obstacles:
            if not changes:
                self._keep(knowledge)
            return
        ways = sorted((free & ~obstacle for obstacle in obstacles), key=int.bit_count)
        apart = taken = 0
        for exits in ways:
            if not exits & taken:
                apart += 1
                taken |= space.fields(exits)
        if not ways[0] or apart > changes:
            return
        left = free
        for bit in single_bits(ways[0]):
            field = space.masks[space.field_at(bit.bit_length() - 1)]
            self._search((knowledge & ~field) | bit, left & ~field, changes - 1)
            left &= ~bit

    def _obstacles(self, knowledge: int) -> Sequence[int]:
        """Return what keeps the knowledge out of the region; looked for once, however many changes are allowed."""
        found = self.obstacles.get(knowledge)
        if found is None:
            found, is_grown = self.region.obstacles(knowledge)
            self.obstacles[knowledge] = found
            self.steps += GROWING if is_grown else 1
            if self.steps > MOST_STEPS:
                raise _TooLongError
        return found

    def _keep(self, knowledge: int) -> None:
        space = self.space
        changed = space.fields(knowledge & ~self.start)
        facts = space.universe & ~(changed & ~knowledge)
        conditions = self.region.conditions(knowledge)
        self.are_all = self.are_all and conditions.are_all
        whole = (self.knowledge & ~changed) | (knowledge & changed)
        of_start = space.universe & ~(whole & ~knowledge)
        for given in conditions.cubes:
            self.found[Edit(facts, self.region.least(whole, given & of_start))] = None
