"""The conditions of one option as masks, so that its status takes a few `&` on knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.rulebook.compiled import Unit

__all__ = ["Decider", "Status", "decider"]

Status: TypeAlias = Literal["candidate", "undetermined", "unspecified", "not_described", "out_of_scope"]


class Decider(NamedTuple):
    """A unit's conditions, ready for verdicts: for each set of primes, `one` and `others`.

    A prime stands as the mask of what it forbids: knowledge lies inside it exactly when it allows nothing of
    that. `one` joins the primes that forbid a single value: knowledge lies inside one of them exactly when it
    does not allow all of those values, so that one `&` tests them all. Of the `others`, one `&` tests one.
    """

    id: str
    candidate_one: int
    candidate_others: tuple[int, ...]
    not_candidate_one: int
    not_candidate_others: tuple[int, ...]
    has_unspecified: bool
    described_one: int
    described_others: tuple[int, ...]
    not_described_one: int
    not_described_others: tuple[int, ...]

    def status(self, knowledge: int) -> Status:  # noqa: C901, PLR0911, PLR0912 - a call for each test takes as long again
        """Return the status for knowledge in scope: the one that all its completions share, or undetermined."""
        _, one, others, not_one, not_others, has_unspecified, d_one, d_others, nd_one, nd_others = self
        if knowledge & one != one:
            return "candidate"
        for forbidden in others:
            if not knowledge & forbidden:
                return "candidate"
        if knowledge & not_one == not_one:
            for forbidden in not_others:
                if not knowledge & forbidden:
                    break
            else:
                return "undetermined"
        if not has_unspecified:
            return "not_described"
        if knowledge & d_one != d_one:
            return "unspecified"
        for forbidden in d_others:
            if not knowledge & forbidden:
                return "unspecified"
        if knowledge & nd_one != nd_one:
            return "not_described"
        for forbidden in nd_others:
            if not knowledge & forbidden:
                return "not_described"
        return "undetermined"


def decider(universe: int, unit: Unit) -> Decider:
    """Return the decider of a class or member."""

    def masks(primes: Iterable[int]) -> tuple[int, tuple[int, ...]]:
        one, others = 0, []
        for prime in primes:
            forbidden = universe & ~prime
            if forbidden.bit_count() == 1:
                one |= forbidden
            else:
                others.append(forbidden)
        return one, tuple(others)

    candidate, described = unit.candidate, unit.described
    return Decider(
        unit.id,
        *masks(candidate.holds),
        *masks(candidate.fails),
        described is not candidate,
        *masks(described.holds),
        *masks(described.fails),
    )
