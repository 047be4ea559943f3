"""Conditions under constraints, compiled so that a verdict on partial knowledge is a subset test.

A *theory* says which cases cannot be: its cover `broken`. A condition `f` is compiled twice, to the
primes of "f, or broken" and of "not f, or broken". Knowledge `k` (a cube with at least one possible
case) entails `f` exactly when it lies inside a prime of the first kind, and refutes it exactly when
it lies inside one of the second: every cube inside a union lies inside one of its primes. The prime
that it lies inside is the explanation: a minimal sufficient reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mbc_options.logic.cover import absorb, complement, sharp
from mbc_options.logic.primes import primes

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.space import Space

__all__ = ["Function", "Theory"]


class Function(NamedTuple):
    """A compiled condition.

    Attributes:
        holds: the primes of "the condition, or a constraint is broken" that hold a possible case.
            Those within the facts that the condition names come first, then those with the fewest
            facts, then in the order of the space: the order in which reasons are preferred.
        fails: the same for the negated condition.
        named: the bits of the facts that the condition names.
    """

    holds: Cover
    fails: Cover
    named: int

    @property
    def decide(self) -> Literal["primes", "cover"]:
        """How verdicts on it are decided: by all its primes."""
        return "primes"

    def entailed_by(self, knowledge: int) -> bool:
        """Tell whether every possible completion satisfies the condition."""
        return _around(knowledge, self.holds) is not None

    def refuted_by(self, knowledge: int) -> bool:
        """Tell whether no possible completion satisfies the condition."""
        return _around(knowledge, self.fails) is not None

    def possible_under(self, knowledge: int) -> bool:
        """Tell whether some possible completion satisfies the condition."""
        return not self.refuted_by(knowledge)

    def proof(self, knowledge: int) -> int | None:
        """Return the preferred minimal reason why the condition holds, or None where it is not entailed."""
        return _around(knowledge, self.holds)

    def refutation(self, knowledge: int) -> int | None:
        """Return the preferred minimal reason why the condition fails, or None where it is not refuted."""
        return _around(knowledge, self.fails)


def _around(knowledge: int, primes: Cover) -> int | None:
    """Return the first prime that knowledge lies inside, or None."""
    for prime in primes:
        if knowledge & prime == knowledge:
            return prime
    return None


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


class Theory:
    """What cannot be: the constraints between the facts of a space.

    Args:
        space: the facts.
        broken: a cover of the impossible cases.

    Attributes:
        space: the facts.
        broken: all primes of the impossible cases.
    """

    __slots__ = ("_forbidden", "_groups", "broken", "space")

    def __init__(self, space: Space, broken: Iterable[int]) -> None:
        self.space = space
        self.broken: Cover = primes(space, broken)
        self._forbidden = tuple(space.outside(prime) for prime in self.broken)
        self._groups = self._independent_groups()

    def assuming(self, broken: Iterable[int]) -> Theory:
        """Return the theory in which these cases, too, cannot be."""
        return Theory(self.space, (*self.broken, *broken))

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

    def compile(self, cover: Iterable[int], named: int | None = None) -> Function:
        """Compile the condition that `cover` stands for.

        Args:
            cover: the cases in which the condition is true.
            named: the bits of the facts that the author named. Default: those that the cover restricts.
        """
        space = self.space
        condition = absorb(cover)
        if named is None:
            named = 0
            for cube in condition:
                named |= space.named(cube)
        # All primes of what cannot be are at hand, so those that name none of these facts add nothing: where they alone
        # ruled out a case that the condition does not hold, they would rule out all that is known.
        broken = tuple(prime for prime in self.broken if self.space.outside(prime) & named)
        outside = complement(space, condition)
        if len(outside) < len(condition):  # multiplying back is shorter: "all of (a or b)", ten times, 0.2 s, not 4
            holds = primes(space, broken, complement(space, outside))
        else:
            holds = primes(space, (*condition, *broken))
        return Function(
            holds=self._reasons(holds, named),
            fails=self._reasons(primes(space, broken, outside), named),
            named=named,
        )

    def _reasons(self, found: Iterable[int], named: int) -> Cover:
        """Return the primes that hold a possible case, in the order in which reasons are preferred."""
        space = self.space

        def preference(prime: int) -> tuple[bool, int, tuple[int, ...], int]:
            fields = tuple(space.restricted(prime))
            foreign = bool(space.outside(prime) & ~named)
            return foreign, len(fields), fields, prime

        return tuple(sorted((prime for prime in found if self.is_possible(prime)), key=preference))

    def _independent_groups(self) -> tuple[_Group, ...]:
        """Split the constraints into groups that share no fact."""
        groups: list[tuple[int, list[int]]] = []
        for prime in self.broken:
            mask = self.space.named(prime)
            members = [prime]
            apart = []
            for other_mask, other in groups:
                if other_mask & mask:
                    mask |= other_mask
                    members += other
                else:
                    apart.append((other_mask, other))
            groups = [*apart, (mask, members)]
        space = self.space
        return tuple(
            _Group(
                mask,
                (mask & space.low).bit_count(),
                tuple(members),
                tuple(map(space.outside, members)),
                any(len(space.support(prime)) == 1 for prime in members),
            )
            for mask, members in groups
        )
