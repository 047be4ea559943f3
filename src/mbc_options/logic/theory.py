"""What cannot be: constraints between facts, and the conditions compiled under them.

What decides on demand is imported where it is needed, which spares rulebooks without such conditions a twenty-fifth of
their start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, overload

from mbc_options.logic.cover import TooManyCubesError, absorb, complement, independent_groups, intersect, sharp
from mbc_options.logic.function import PrimeFunction, how_urgent
from mbc_options.logic.primes import primes
from mbc_options.logic.region import Region
from mbc_options.logic.set_once import SetOnce

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.demand import AnyRegion
    from mbc_options.logic.function import Function
    from mbc_options.logic.space import Space

__all__ = ["MOST_PRIMES", "Theory"]

MOST_PRIMES = 500
"""How many primes a condition, or its negation, may have to be decided by them; beyond, it is decided on demand."""


class _Group(NamedTuple):
    """Constraints that share no fact with any other.

    Attributes:
        facts: the bits of their facts.
        size: how many facts these are.
        broken: the primes of what they rule out.
        forbidden: for each of them, what its cases are outside of.
        is_certain: whether something follows from them where nothing is known.
    """

    facts: int
    size: int
    broken: Cover
    forbidden: tuple[int, ...]
    is_certain: bool


class Theory(SetOnce):
    """What cannot be: the constraints between the facts of a space.

    Args:
        space: the facts.
        broken: cubes of impossible cases.
        closed: further ones, which are all the primes of their union (those of a theory, where more cannot be).

    Attributes:
        space: the facts.
        broken: all primes of the impossible cases.
    """

    __slots__ = ("_forbidden", "_groups", "broken", "space")

    def __init__(self, space: Space, broken: Iterable[int], closed: Cover = ()) -> None:
        self.space = space
        self.broken: Cover = primes(space, broken, closed)
        self._forbidden = tuple(space.outside(prime) for prime in self.broken)
        self._groups = self._independent_groups()

    def assuming(self, broken: Iterable[int]) -> Theory:
        """Return the theory in which these cases, too, cannot be."""
        return Theory(self.space, broken, self.broken)

    def is_possible(self, cube: int) -> bool:
        """Tell whether the cube holds a case that breaks no constraint."""
        return all(map(cube.__and__, self._forbidden))

    def possible(self, cube: int, *, among: int | None = None) -> Cover:
        """Return a cover of the possible cases of `cube`.

        Args:
            cube: the cases to look at.
            among: bits of facts; only constraints that touch them, directly or through others,
                are applied. Default: all.
        """
        return sharp(self.space, cube, self.broken if among is None else self.touching(among))

    def tighten(self, cube: int) -> int:
        """Return the smallest cube around the possible cases of `cube`.

        Raises:
            ValueError: where there is none.
        """
        space, tight = self.space, cube
        for group in self._groups:
            known = cube & group.facts
            if known == group.facts and not group.is_certain:
                continue  # nothing is known, so nothing follows
            if known.bit_count() == group.size and all(map(known.__and__, group.forbidden)):
                continue  # everything is known, and agrees
            for prime, forbidden in zip(group.broken, group.forbidden, strict=True):
                outside = cube & forbidden
                field = space.masks[space.field_at(outside.bit_length() - 1)] if outside else 0
                if not outside & ~field:  # all that keeps the cube out of the prime lies in one field, at most
                    if not outside:
                        msg = "no case inside the cube is possible"
                        raise ValueError(msg)
                    tight &= ~(prime & field)
        return tight

    def touching(self, facts: int) -> Cover:
        """Return the constraints that share a fact with `facts` (bits), directly or through others."""
        return tuple(prime for group in self._groups if group.facts & facts for prime in group.broken)

    def linked(self, facts: int) -> int:
        """Return the bits of facts (bits), and of those that constraints tie to them, directly or through others."""
        for group in self._groups:
            if group.facts & facts:
                facts |= group.facts
        return facts

    @overload
    def compile(
        self,
        cover: Iterable[int],
        named: int | None = ...,
        but_not: Iterable[int] = ...,
        urgent: Sequence[Function] = ...,
        *,
        decide: Literal["primes"],
    ) -> PrimeFunction: ...

    @overload
    def compile(
        self,
        cover: Iterable[int],
        named: int | None = ...,
        but_not: Iterable[int] = ...,
        urgent: Sequence[Function] = ...,
        *,
        decide: Literal["primes", "cover"] | None = ...,
    ) -> Function: ...

    def compile(
        self,
        cover: Iterable[int],
        named: int | None = None,
        but_not: Iterable[int] = (),
        urgent: Sequence[Function] = (),
        *,
        decide: Literal["primes", "cover"] | None = None,
    ) -> Function:
        """Compile a condition: to its primes where these are few, and else to be decided on demand.

        Args:
            cover: the cases in which the condition is true,
            named: the bits of the facts that the author named. Default: those that the cubes restrict.
            but_not: save these: a condition whose negation alone can be written down is everything but that.
            urgent: conditions, the most urgent first, of which a reason tells rather than of anything else.
            decide: by `primes`, or on demand by the `cover`. Default: by primes, where they are `MOST_PRIMES` at most.

        Raises:
            TooManyCubesError: where it is to be decided by primes, and they are more than that.
        """
        space = self.space
        within, excluded = absorb(cover), absorb(but_not)
        if named is None:
            named = 0
            for cube in (*within, *excluded):
                named |= space.named(cube)
        # All primes of what cannot be are at hand, so those that name none of these facts add nothing: where they alone
        # ruled out a case that the condition does not hold, they would rule out all that is known.
        broken = tuple(prime for prime in self.broken if space.outside(prime) & named)
        if decide != "cover":
            try:
                holds, fails = self._primes(within, excluded, broken)
                holds, fails = self._reasons(holds, named), self._reasons(fails, named)
                return PrimeFunction(holds, fails, named, self._urgent((*holds, *fails), named, urgent))
            except TooManyCubesError:
                if decide == "primes":
                    raise
        from mbc_options.logic.cover_function import CoverFunction

        return CoverFunction(self, within, excluded, named, broken, tuple(urgent))

    def _primes(self, within: Cover, excluded: Cover, broken: Cover) -> tuple[Cover, Cover]:
        """Return all primes of "in the one cover and not in the other, or a constraint is broken", and of the contrary.

        Raises:
            TooManyCubesError: where they are more than `MOST_PRIMES`, or become so on the way.
        """
        space, condition = self.space, within
        if excluded:
            condition = intersect(space, within, complement(space, excluded, MOST_PRIMES))
        outside = complement(space, condition, MOST_PRIMES)
        if len(outside) < len(condition):  # multiplying back is shorter: "all of (a or b)", ten times, 0.2 s, not 4
            holds = primes(space, broken, complement(space, outside, MOST_PRIMES), MOST_PRIMES)
        else:
            holds = primes(space, (*condition, *broken), most=MOST_PRIMES)
        return holds, primes(space, broken, outside, MOST_PRIMES)

    def region(self, function: Function, *, holds: bool = True) -> AnyRegion:
        """Return where a condition that was compiled here holds, or where it fails, for more than yes or no."""
        if isinstance(function, PrimeFunction):
            return Region(self, function.holds if holds else function.fails, function.named)
        from mbc_options.logic.demand import RegionOnDemand

        return RegionOnDemand(function, holds=holds)

    def _reasons(self, found: Iterable[int], named: int) -> Cover:
        """Return the primes that hold a possible case, in the order in which reasons are preferred."""
        space = self.space

        def preference(prime: int) -> tuple[bool, int, tuple[int, ...], int]:
            fields = tuple(space.restricted(prime))
            foreign = bool(space.outside(prime) & ~named)
            return foreign, len(fields), fields, prime

        return tuple(sorted((prime for prime in found if self.is_possible(prime)), key=preference))

    def _urgent(self, reasons: Cover, named: int, urgent: Sequence[Function]) -> Cover:
        """Return the reasons within the named facts that tell of something urgent, the most urgent first."""
        own = [reason for reason in reasons if not self.space.outside(reason) & ~named] if urgent else ()
        ranked = [(how_urgent(reason, urgent), reason) for reason in own]
        ranked.sort(key=lambda one: one[0])  # those alike stay in the order in which reasons are preferred
        return tuple(reason for rank, reason in ranked if rank < len(urgent))

    def _independent_groups(self) -> tuple[_Group, ...]:
        """Split the constraints into groups that share no fact."""
        space = self.space
        return tuple(
            _Group(
                mask,
                (mask & space.low).bit_count(),
                members,
                tuple(map(space.outside, members)),
                any(len(space.support(prime)) == 1 for prime in members),
            )
            for mask, members in independent_groups(space, self.broken)
        )
