"""A condition of too many primes to be listed, decided on demand from what its author wrote.

It is one cover save another: the cases of some rules, or all cases but some. Knowledge refutes it where it meets no
possible case of it, and entails it where no possible case of the knowledge lies outside it. A reason is grown: from
what is known, or a part of it that is enough, facts are left out as long as the rest is still enough. What is left is
minimal, and so a prime; which of the primes it is depends on the order in which facts are left out. Those that tell of
something urgent go last.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from mbc_options.logic.function import how_urgent
from mbc_options.logic.search import Cubes
from mbc_options.logic.space import single_bits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.function import Function
    from mbc_options.logic.space import Space
    from mbc_options.logic.theory import Theory

__all__ = ["CoverFunction", "smallest_part"]


class CoverFunction:
    """A condition that is decided on demand.

    Args:
        theory: what cannot be.
        within: the cases in which it holds,
        but_not: save these.
        named: the bits of the facts that the author named.
        broken: the constraints that name any of them.
        urgent: conditions, the most urgent first, of which a reason tells rather than of anything else, where it can.

    Attributes:
        theory: what cannot be.
        within: the cases in which it holds, looked through quickly,
        but_not: save these.
        named: the bits of the facts that the author named.
        urgent: of what a reason rather tells.
    """

    __slots__ = ("_but_not_or_broken", "_within_or_broken", "but_not", "named", "theory", "urgent", "within")

    def __init__(
        self,
        theory: Theory,
        within: Cover,
        but_not: Cover,
        named: int,
        broken: Cover,
        urgent: tuple[Function, ...] = (),
    ) -> None:
        space = theory.space
        self.theory = theory
        self.named, self.urgent = named, urgent
        self.within, self.but_not = Cubes(space, within), Cubes(space, but_not)
        self._within_or_broken, self._but_not_or_broken = self.within, self.but_not
        if broken:
            self._within_or_broken = Cubes(space, (*within, *broken))
            self._but_not_or_broken = Cubes(space, (*but_not, *broken))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CoverFunction) and other._identity() == self._identity()

    def __hash__(self) -> int:
        return hash(self._identity())

    def _identity(self) -> tuple[Cover, Cover, int, Cover, tuple[Function, ...]]:
        return self.within.cover, self.but_not.cover, self.named, self.theory.broken, self.urgent

    @property
    def decide(self) -> Literal["cover"]:
        """How verdicts on it are decided."""
        return "cover"

    @property
    def is_complement(self) -> bool:
        """Whether it is everything but something."""
        return self.within.cover == (self.theory.space.universe,)

    def entailed_by(self, knowledge: int) -> bool:
        """Tell whether every possible completion satisfies the condition."""
        if any(map(self.theory.is_possible, self.but_not.parts(knowledge))):
            return False
        return self.is_complement or self._within_or_broken.way_out(knowledge) is None

    def refuted_by(self, knowledge: int) -> bool:
        """Tell whether no possible completion satisfies the condition."""
        is_possible, excluded = self.theory.is_possible, self._but_not_or_broken
        is_plain = not self.but_not.cover
        return not any(
            is_possible(part) and (is_plain or excluded.way_out(part) is not None)
            for part in self.within.parts(knowledge)
        )

    def possible_under(self, knowledge: int) -> bool:
        """Tell whether some possible completion satisfies the condition."""
        return not self.refuted_by(knowledge)

    def proof(self, knowledge: int) -> int | None:
        """Return a minimal reason why the condition holds, or None where it is not entailed."""
        if not self.entailed_by(knowledge):
            return None
        around = None if self.is_complement else self._within_or_broken
        start = self._enough(knowledge, around, self.but_not)
        return self._grown(start, self.entailed_by)

    def refutation(self, knowledge: int) -> int | None:
        """Return a minimal reason why the condition fails, or None where it is not refuted."""
        if not self.refuted_by(knowledge):
            return None
        if self.is_complement:
            start = self._enough(knowledge, self._but_not_or_broken, None)
        elif not self.but_not.cover:
            start = self._enough(knowledge, None, self.within)
        else:
            start = self._about(knowledge)
        return self._grown(start, self.refuted_by)

    def proofs(self, knowledge: int) -> Cover:
        """Return a minimal reason why the condition holds, where it is entailed; others are not sought."""
        found = self.proof(knowledge)
        return () if found is None else (found,)

    def refutations(self, knowledge: int) -> Cover:
        """Return a minimal reason why the condition fails, where it is refuted; others are not sought."""
        found = self.refutation(knowledge)
        return () if found is None else (found,)

    def refuting(self, space: Space, knowledge: int) -> int:
        """Return the bits of the facts of all minimal reasons why the condition fails, and perhaps of more."""
        if self.but_not.cover or self.theory.touching(self.named):
            return space.named(self._about(knowledge))
        found = 0
        for cube in self.within.cover:
            found |= space.low & ~space.occupied(cube & knowledge)
        return space.fields(found)

    def implies(self, other: Function) -> bool:
        """Tell whether the other condition surely holds wherever this one does; of "all but" that is not known."""
        cubes = filter(self.theory.is_possible, self.within.cover)
        return not self.but_not.cover and all(map(other.entailed_by, cubes))

    def case_for(self, knowledge: int) -> int | None:
        """Return a cube of possible cases inside the knowledge that satisfy the condition; None where there is none."""
        excluded = Cubes(self.theory.space, (*self.but_not.cover, *self.theory.broken))
        for part in self.within.parts(knowledge):
            case = excluded.way_out(part)
            if case is not None:
                return case
        return None

    def case_against(self, knowledge: int) -> int | None:
        """Return a cube of possible cases inside the knowledge that do not; None where there is none."""
        space, broken = self.theory.space, self.theory.broken
        for part in self.but_not.parts(knowledge):
            case = Cubes(space, broken).way_out(part)
            if case is not None:
                return case
        return Cubes(space, (*self.within.cover, *broken)).way_out(knowledge)

    def _about(self, knowledge: int) -> int:
        """Return what is known of the facts that the verdict can rest on."""
        space = self.theory.space
        return knowledge | space.outside(self.theory.linked(self.named))

    def _enough(self, knowledge: int, around: Cubes | None, apart: Cubes | None) -> int:
        """Return a part of what is known by which it lies inside a cube of the one, and meets none of the other."""
        space = self.theory.space
        found = space.universe
        if around is not None:
            cubes = tuple(filter(self.theory.is_possible, around.around(knowledge)))
            found = min(cubes, key=self._preference) if cubes else around.enough(knowledge)
        if apart is not None:
            left = []
            for cube in apart.cover:
                ways = space.low & ~space.occupied(cube & knowledge)
                if not ways:
                    return self._about(knowledge)  # apart by a constraint
                if not space.is_empty(cube & found):
                    left.append(ways)
            while left:
                most = Counter(low for ways in left for low in single_bits(ways))
                best = max(most, key=lambda low: (most[low], -low))
                left = [ways for ways in left if not ways & best]
                found &= ~space.fields(best) | knowledge
        return found

    def _preference(self, cube: int) -> tuple[int, int, tuple[int, ...]]:
        fields = tuple(self.theory.space.restricted(cube))
        return how_urgent(cube, self.urgent), len(fields), fields

    def _grown(self, start: int, is_enough: Callable[[int], bool]) -> int:
        """Return what is left of a cube after leaving out what can be.

        Facts that nobody named go first, then the last; those of the most urgent of which the cube tells go at last.
        """
        masks, named, kept = self.theory.space.masks, self.named, 0
        if (rank := how_urgent(start, self.urgent)) < len(self.urgent):
            kept = self.urgent[rank].named & named
        order = self.theory.space.restricted(start)
        fields = sorted(order, key=lambda i: (bool(masks[i] & kept), bool(masks[i] & named), -i))
        return smallest_part(start, (masks[i] for i in fields), is_enough)


def smallest_part(cube: int, fields: Iterable[int], is_enough: Callable[[int], bool]) -> int:
    """Return the cube without the facts, and then without the limits on values, that it can do without.

    Args:
        cube: what is enough.
        fields: the bits of its facts, those first that are to go first.
        is_enough: whether a larger cube is still enough; where one is, every smaller one is.
    """
    kept = []
    for mask in fields:
        if is_enough(cube | mask):
            cube |= mask
        else:
            kept.append(mask)
    for mask in kept:
        if mask.bit_count() > 2:
            for bit in single_bits(mask & ~cube):
                if is_enough(cube | bit):
                    cube |= bit
    return cube
