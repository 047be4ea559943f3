"""A case outside a cover, found without its primes: the question that every verdict on demand comes down to.

A cover holds a whole cube exactly when no case of the cube lies outside it (the tautology question of Brayton et al.
1984; of the negated cubes it is satisfiability). The search follows what has only one way out (unit propagation),
takes values that no cube asks for (unate facts), and only then splits, at the cube with the fewest ways out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.logic.space import single_bits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mbc_options.logic.space import Space

__all__ = ["Cubes"]


class _Row(NamedTuple):
    """A cube, with what is asked of it again and again.

    Attributes:
        cube: the cube.
        forbidden: every bit that it forbids.
        allowed: the bits that it allows in the fields that it restricts.
        needed: of these, the bit in each field where it allows one value only.
        is_plain: whether it allows one value in each field that it restricts.
    """

    cube: int
    forbidden: int
    allowed: int
    needed: int
    is_plain: bool


class Cubes:
    """A cover, prepared to be looked through quickly.

    Args:
        space: the facts.
        cover: the cubes.

    Attributes:
        cover: the cubes, as given.
    """

    __slots__ = ("_forbidden", "_needed", "_rare", "_rows", "_space", "cover")

    def __init__(self, space: Space, cover: Iterable[int]) -> None:
        self._space = space
        self.cover = tuple(cover)
        self._rows = tuple(_row(space, cube) for cube in self.cover)
        self._forbidden = tuple(row.forbidden for row in self._rows)
        self._needed = tuple(row.needed for row in self._rows)
        rare = 0  # of each fact, the value that the fewest cubes allow
        for mask in space.masks:
            allowed = [cube & mask for cube in self.cover if cube & mask != mask]
            rare |= min(single_bits(mask), key=lambda bit: sum(1 for bits in allowed if bits & bit))
        self._rare = rare

    def around(self, cube: int) -> Iterator[int]:
        """Yield the cubes that hold all of `cube`."""
        for one, forbidden in zip(self.cover, self._forbidden, strict=True):
            if not cube & forbidden:
                yield one

    def holds_in_one(self, cube: int) -> bool:
        """Tell whether one of the cubes holds all of `cube`."""
        return not all(map(cube.__and__, self._forbidden))

    def parts(self, cube: int) -> Iterator[int]:
        """Yield what each of the cubes has in common with `cube`, where it has anything."""
        space, outside = self._space, self._space.outside(cube)
        if all(map(outside.__and__, self._needed)):
            return
        for one, _, _, needed, is_plain in self._rows:
            if not needed & outside and (is_plain or not space.is_empty(one & cube)):
                yield one & cube

    def way_out(self, cube: int) -> int | None:
        """Return a cube of cases inside `cube` that lie in none of the cubes, or None where there is none."""
        if self.holds_in_one(cube):
            return None
        rare, space = cube & self._rare, self._space
        guess = rare | (cube & ~space.fields(rare))
        is_case = guess.bit_count() == len(space.masks)
        if not (self.holds_in_one(guess) if is_case else any(True for _ in self.parts(guess))):
            return guess
        return _way_out(space, cube, self._rows)

    def enough(self, cube: int) -> int:
        """Return a part of what `cube` asks for that leaves no way out either; `cube` has none."""
        space = self._space
        causes = {i: space.masks[i] for i in space.restricted(cube)}
        return cube | ~_conflict(space, cube, self._rows, causes) & space.universe


def _row(space: Space, cube: int) -> _Row:
    needed, is_plain = 0, True
    for i in space.restricted(cube):
        bits = cube & space.masks[i]
        if bits & (bits - 1):
            is_plain = False
        else:
            needed |= bits
    return _Row(cube, space.outside(cube), cube & space.named(cube), needed, is_plain)


def _way_out(space: Space, cube: int, rows: Sequence[_Row]) -> int | None:
    propagated = _propagated(space, cube, rows)
    if propagated is None:
        return None
    cube, live = propagated
    if not live:
        return cube
    asked = touched = 0
    for row in live:
        touched |= row.forbidden
        asked |= row.allowed
    free = cube & touched & ~asked
    if free:  # values that no cube here asks for: whoever has them is out of every cube that names the fact
        return _way_out(space, free | (cube & ~space.fields(free)), live)
    one_value, others = _split(space, cube, live)
    found = _way_out(space, one_value, live)
    return found if found is not None else _way_out(space, others, live)


def _split(space: Space, cube: int, live: Sequence[_Row]) -> tuple[int, int]:
    """Return a cube with one value of a fact, and with the others: a value by which many cubes are left behind."""
    ways = min((cube & row.forbidden for row in live), key=int.bit_count)
    bit = max(single_bits(ways), key=lambda one: sum(1 for row in live if row.forbidden & one))
    field = space.masks[space.field_at(bit.bit_length() - 1)]
    return (cube & ~field) | bit, cube & ~bit


def _propagated(space: Space, cube: int, rows: Sequence[_Row]) -> tuple[int, Sequence[_Row]] | None:
    """Return what is left of a cube after every way out that is the only one, and the cubes not yet left behind.

    None where one of the cubes holds all that is left.
    """
    moved = True
    while moved:
        moved = False
        live = []
        for row in rows:
            one, forbidden, _, needed, is_plain = row
            if needed & ~cube or not (is_plain or not space.is_empty(one & cube)):
                continue
            ways = cube & forbidden
            if not ways:
                return None
            if ways.bit_count() < space.widest:
                field = space.masks[space.field_at(ways.bit_length() - 1)]
                if not ways & ~field:
                    cube &= ~(one & field)
                    moved = True
                    continue
            live.append(row)
        rows = live
    return cube, rows


def _conflict(space: Space, cube: int, rows: Sequence[_Row], causes: dict[int, int]) -> int:
    """Return the bits of facts whose values, as they are at the start, leave no way out.

    Args:
        space: the facts.
        cube: has no way out.
        rows: the cubes to be left behind.
        causes: by the place of a fact, the bits of the facts whose values made it what it is; changed.
    """
    moved = True
    while moved:
        moved = False
        live = []
        for row in rows:
            if row.needed & ~cube or not (row.is_plain or not space.is_empty(row.cube & cube)):
                continue
            ways = cube & row.forbidden
            place = space.field_at(ways.bit_length() - 1) if ways else -1
            if ways and ways & ~space.masks[place]:
                live.append(row)
                continue
            why = 0
            for i in space.restricted(row.cube):
                why |= causes.get(i, 0)
            if not ways:
                return why
            causes[place] = why
            cube &= ~(row.cube & space.masks[place])
            moved = True
        rows = live
    one_value, others = _split(space, cube, rows)
    return _conflict(space, one_value, rows, dict(causes)) | _conflict(space, others, rows, dict(causes))
