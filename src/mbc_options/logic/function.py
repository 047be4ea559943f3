"""A condition compiled to all its primes, so that a verdict on partial knowledge is a subset test.

A condition `f` is compiled twice, to the primes of "f, or a constraint is broken" and of "not f, or a constraint is
broken". Knowledge `k` (a cube with at least one possible case) entails `f` exactly when it lies inside a prime of the
first kind, and refutes it exactly when it lies inside one of the second: every cube inside a union lies inside one of
its primes. The prime that it lies inside is the explanation: a minimal sufficient reason.
"""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.logic.cover import Cover
    from mbc_options.logic.cover_function import CoverFunction
    from mbc_options.logic.space import Space

__all__ = ["Function", "PrimeFunction", "how_urgent"]


class PrimeFunction(NamedTuple):
    """A condition with all its primes.

    Attributes:
        holds: the primes of "the condition, or a constraint is broken" that hold a possible case.
            Those within the facts that the condition names come first, then those with the fewest
            facts, then in the order of the space: the order in which reasons are preferred.
        fails: the same for the negated condition.
        named: the bits of the facts that the condition names.
        urgent: those of either that lie within the named facts and tell of something urgent: they are preferred to all
            others, those that tell of the most urgent first.
    """

    holds: Cover
    fails: Cover
    named: int
    urgent: Cover = ()

    @property
    def decide(self) -> Literal["primes"]:
        """How verdicts on it are decided."""
        return "primes"

    def entailed_by(self, knowledge: int) -> bool:
        """Tell whether every possible completion satisfies the condition."""
        for prime in self.holds:  # noqa: SIM110 - asked of every remark; a generator takes twice as long
            if knowledge & prime == knowledge:
                return True
        return False

    def refuted_by(self, knowledge: int) -> bool:
        """Tell whether no possible completion satisfies the condition."""
        return _around(knowledge, self.fails) is not None

    def possible_under(self, knowledge: int) -> bool:
        """Tell whether some possible completion satisfies the condition."""
        return not self.refuted_by(knowledge)

    def proof(self, knowledge: int) -> int | None:
        """Return the preferred minimal reason why the condition holds, or None where it is not entailed."""
        return self._preferred(knowledge, self.holds)

    def refutation(self, knowledge: int) -> int | None:
        """Return the preferred minimal reason why the condition fails, or None where it is not refuted."""
        return self._preferred(knowledge, self.fails)

    def _preferred(self, knowledge: int, primes: Cover) -> int | None:
        found = _around(knowledge, primes)
        if found is None or not self.urgent:
            return found
        urgent = _around(knowledge, self.urgent)  # of the same kind: no possible case is inside one of either
        return found if urgent is None else urgent

    def proofs(self, knowledge: int) -> Cover:
        """Return every minimal reason why the condition holds, the preferred one first; none where it does not."""
        return tuple(prime for prime in self.holds if knowledge & prime == knowledge)

    def refutations(self, knowledge: int) -> Cover:
        """Return every minimal reason why the condition fails, the preferred one first; none where it does not."""
        return tuple(prime for prime in self.fails if knowledge & prime == knowledge)

    def refuting(self, space: Space, knowledge: int) -> int:
        """Return the bits of the facts of all minimal reasons why the condition fails."""
        return reduce(or_, (space.named(prime) for prime in self.fails if not knowledge & ~prime), 0)

    def implies(self, other: Function) -> bool:
        """Tell whether the other condition holds wherever this one does."""
        return all(map(other.entailed_by, self.holds))


Function: TypeAlias = "PrimeFunction | CoverFunction"
"""A compiled condition; both kinds answer the same questions."""


def how_urgent(cube: int, urgent: Sequence[Function]) -> int:
    """Return the place of the first of these conditions that a cube tells of, or their number where it tells of none.

    Args:
        cube: a reason, or knowledge.
        urgent: conditions, the most urgent first.
    """
    return next((i for i, one in enumerate(urgent) if one.entailed_by(cube)), len(urgent))


def _around(knowledge: int, primes: Cover) -> int | None:
    """Return the first prime that knowledge lies inside, or None."""
    for prime in primes:
        if knowledge & prime == knowledge:
            return prime
    return None
