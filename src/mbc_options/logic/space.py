"""Facts with finite domains, laid out as bit fields of one integer (positional cube notation).

Every fact owns as many neighboring bits as its domain has values; a set bit allows its value. The
universe has every bit set. Intersection of cubes is `&`; a result in which some field has no bit
left is empty, which `Space.occupied` finds for all fields at once.
"""

from __future__ import annotations

from itertools import product
from types import MappingProxyType
from typing import TYPE_CHECKING

from mbc_options.logic.set_once import SetOnce

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

__all__ = ["Space", "single_bits"]


class Space(SetOnce):
    """The facts of a problem, their domains, and the integer layout of cubes over them.

    Args:
        domains: each fact with its values, in the order in which facts are to be preferred and
            printed. A domain has at least one value and no value twice.

    Attributes:
        facts: the names, in order.
        universe: the cube that allows everything.
        low: the lowest bit of every field; `occupied` answers in these bits.
        widest: the most values that a fact has.
    """

    __slots__ = (
        "_domains",
        "_field_of_bit",
        "_index",
        "_shifts",
        "_value_bits",
        "facts",
        "low",
        "masks",
        "offsets",
        "universe",
        "widest",
    )

    def __init__(self, domains: Mapping[str, Sequence[str]]) -> None:
        self._domains: dict[str, tuple[str, ...]] = {name: tuple(values) for name, values in domains.items()}
        self.facts: tuple[str, ...] = tuple(self._domains)
        self._index: dict[str, int] = {name: i for i, name in enumerate(self.facts)}
        offsets: list[int] = []
        masks: list[int] = []
        self._value_bits: dict[str, dict[str, int]] = {}
        offset = 0
        for name, values in self.domains.items():
            if not values or len(set(values)) != len(values):
                msg = f"the domain of {name!r} must have values, each once, not {values!r}"
                raise ValueError(msg)
            offsets.append(offset)
            masks.append(((1 << len(values)) - 1) << offset)
            self._value_bits[name] = {value: 1 << (offset + i) for i, value in enumerate(values)}
            offset += len(values)
        self.offsets: tuple[int, ...] = tuple(offsets)
        self.masks: tuple[int, ...] = tuple(masks)
        self.universe: int = (1 << offset) - 1
        self._field_of_bit = [i for i, values in enumerate(self.domains.values()) for _ in values]
        self.low: int = sum(1 << o for o in offsets)
        self.widest = max((len(values) for values in self.domains.values()), default=1)
        # _shifts[j] holds the low bits of the fields that have more than j+1 values, so that shifting
        # a cube right by j+1 brings the bit of that value, and no neighbor's, onto the low bit.
        self._shifts: tuple[tuple[int, int], ...] = tuple(
            (j, sum(1 << o for o, values in zip(offsets, self.domains.values(), strict=True) if len(values) > j))
            for j in range(1, self.widest)
        )

    @property
    def domains(self) -> Mapping[str, tuple[str, ...]]:
        """The values of each fact."""
        return MappingProxyType(self._domains)

    def __repr__(self) -> str:
        return f"Space({len(self.facts)} facts, {self.universe.bit_length()} bits)"

    def index(self, fact: str) -> int:
        """Return the position of `fact`; KeyError where there is no such fact."""
        return self._index[fact]

    def fields(self, bits: int) -> int:
        """Return every bit of the fields in which `bits` has one."""
        found = lowest = self.occupied(bits)
        for shift, fields in self._shifts:
            found |= (lowest & fields) << shift
        return found

    def outside(self, cube: int) -> int:
        """Return every bit that `cube` forbids; knowledge lies inside the cube exactly when it has none of them."""
        return self.universe & ~cube

    def named(self, cube: int) -> int:
        """Return every bit of the fields that `cube` restricts."""
        return self.fields(self.universe & ~cube)

    def mask(self, fact: str) -> int:
        """Return the bits of the field of `fact`."""
        return self.masks[self._index[fact]]

    def bit(self, fact: str, value: str) -> int:
        """Return the bit that allows `value` for `fact`; KeyError where there is none."""
        return self._value_bits[fact][value]

    def occupied(self, cube: int) -> int:
        """Return the low bit of every field in which `cube` allows some value."""
        found = cube
        for shift, fields in self._shifts:
            found |= (cube >> shift) & fields
        return found & self.low

    def is_empty(self, cube: int) -> bool:
        """Tell whether some field allows no value, so that the cube holds no case at all."""
        return self.occupied(cube) != self.low

    def distance(self, a: int, b: int) -> int:
        """Return in how many fields two cubes have no value in common (0 where they meet)."""
        return (self.low & ~self.occupied(a & b)).bit_count()

    def cube(self, allowed: Mapping[str, Iterable[str]]) -> int:
        """Return the cube that allows just these values for the facts named, and everything else.

        Raises:
            KeyError: for an unknown fact or value.
            ValueError: where a fact is left without a value.
        """
        cube = self.universe
        for fact, values in allowed.items():
            bits = 0
            for value in values:
                bits |= self._value_bits[fact][value]
            if not bits:
                msg = f"no value allowed for {fact!r}"
                raise ValueError(msg)
            cube &= ~self.mask(fact) | bits
        return cube

    def restricted(self, cube: int) -> Iterator[int]:
        """Yield the positions of the facts that `cube` restricts, in order."""
        missing = self.universe & ~cube
        while missing:
            lowest = (missing & -missing).bit_length() - 1
            i = self.field_at(lowest)
            yield i
            missing &= ~self.masks[i]

    def support(self, cube: int) -> tuple[str, ...]:
        """Return the facts that `cube` restricts, in order."""
        return tuple(self.facts[i] for i in self.restricted(cube))

    def facts_of(self, bits: int) -> tuple[str, ...]:
        """Return the facts in whose fields `bits` has one, in order."""
        return self.support(self.universe & ~bits)

    def assign(self, cube: int, fact: str, value: str) -> int:
        """Return the cube in which `fact` has this value, whatever it may have had."""
        return cube & ~self.mask(fact) | self.bit(fact, value)

    def values(self, cube: int, fact: str) -> tuple[str, ...]:
        """Return the values that `cube` allows for `fact`, in the order of the domain."""
        return tuple(value for value, bit in self._value_bits[fact].items() if cube & bit)

    def reading(self, cube: int) -> dict[str, tuple[str, ...]]:
        """Return the facts that `cube` restricts with the values that it allows: the cube, readable."""
        return {fact: self.values(cube, fact) for fact in self.support(cube)}

    def points(self, cube: int, facts: Iterable[str] | None = None) -> Iterator[int]:
        """Yield every cube inside `cube` that allows one value for each of `facts` (default: all)."""
        names = tuple(self.facts if facts is None else facts)
        rest = cube
        for fact in names:
            rest &= ~self.mask(fact)
        fields = [[bit for bit in self._value_bits[fact].values() if cube & bit] for fact in names]
        for bits in product(*fields):
            yield rest | sum(bits)

    def field_at(self, position: int) -> int:
        """Return the index of the fact whose field holds the bit at `position`."""
        return self._field_of_bit[position]


def single_bits(bits: int) -> Iterator[int]:
    """Yield each bit by itself, the lowest first."""
    while bits:
        lowest = bits & -bits
        yield lowest
        bits ^= lowest
