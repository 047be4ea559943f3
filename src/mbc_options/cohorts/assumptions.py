"""What a row says, or cannot be, so that what the rulebook assumes of a patient is not assumed of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.portable import Cube
    from mbc_options.vocabulary.facts import Assumption

__all__ = ["Withdrawal", "withdrawn_by"]


class Withdrawal(NamedTuple):
    """What withdraws an assumption from a row.

    Attributes:
        columns: those that are not empty in it.
        primes: those that it lies inside; its other facts rule out what would be assumed.
    """

    columns: list[str]
    primes: list[Cube]


def withdrawn_by(assumption: Assumption, facts: Mapping[str, str], rulebook: CompiledRulebook) -> Withdrawal:
    """Return what withdraws an assumption from a row of a table; `facts` has the columns of the table by fact."""
    space, fact, field = rulebook.space, assumption.fact, assumption.unless_said
    bit, mask = space.bit(fact, assumption.value), space.mask(fact)
    columns = [column for one, column in facts.items() if one in {fact, field} or one.startswith(f"{field}.")]
    broken = rulebook.theory.broken
    return Withdrawal(columns, [space.reading(prime | mask) for prime in broken if prime & bit and mask & ~prime])
