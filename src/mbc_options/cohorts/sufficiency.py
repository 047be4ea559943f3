"""What undetermined verdicts lack: on which facts they depend, and which of these would settle them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.exploration.hypothetical import verdicts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbc_options.exploration.hypothetical import Verdicts
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

__all__ = ["Lack", "Lacking"]


class Lack(NamedTuple):
    """What some undetermined verdicts on an option lack, in rows.

    Attributes:
        depends_on: for each fact in how many rows the verdict depends on it.
        always: in how many every value of it that can be would settle the verdict.
        sometimes: in how many some value would.
        lists_all: whether `depends_on` is complete.
    """

    depends_on: Counter[str]
    always: Counter[str]
    sometimes: Counter[str]
    lists_all: bool


class Lacking:
    """Works out what undetermined verdicts on an option lack, for patients in scope.

    Args:
        rulebook: the rulebook.
        option: one of its options.

    Attributes:
        facts: the facts that the verdict rests on, through what is impossible, too.
    """

    def __init__(self, rulebook: CompiledRulebook, option: CompiledOption) -> None:
        self.option, self.space, self.inside = option, rulebook.space, rulebook.inside
        self.verdicts: Verdicts = verdicts_of(rulebook)
        self._bits = self.inside.linked(option.described.named)
        self.facts = self.space.facts_of(self._bits)
        self._masks = tuple((fact, self.space.mask(fact)) for fact in self.facts)
        self._single: dict[tuple[str, str | None], int] = {}

    def of(self, rows: Iterable[tuple[Mapping[str, str | None], int]]) -> Lack:
        """Return what rows lack in which the verdict is undetermined.

        Args:
            rows: what is known of the facts (None where nothing is), and in how many rows just that is.
        """
        alike: Counter[int] = Counter()
        for said, number in rows:
            alike[self._known(said)] += number
        lack = Lack(Counter(), Counter(), Counter(), lists_all=True)
        lists_all = True
        for knowledge, number in alike.items():
            settling = self.verdicts.settling(self.option, knowledge)
            lists_all = lists_all and settling.are_all
            named = 0
            for cube, _ in settling.ways:
                named |= self.space.named(cube)
            for fact in self.space.facts_of(named):
                lack.depends_on[fact] += number
            for fact, mask in self._masks:
                self._fill(lack, fact, knowledge, mask, number)
        return lack._replace(lists_all=lists_all)

    def _fill(self, lack: Lack, fact: str, knowledge: int, mask: int, number: int) -> None:
        open_values = knowledge & mask
        if not open_values & (open_values - 1):
            return  # it is known
        rest, settled, unsettled = knowledge & ~mask, False, False
        while open_values:
            bit = open_values & -open_values
            open_values ^= bit
            if self.verdicts.status_in_scope(self.option.id, rest | bit) == "undetermined":
                unsettled = True
            else:
                settled = True
        if settled:
            lack.sometimes[fact] += number
            if not unsettled:
                lack.always[fact] += number

    def _known(self, said: Mapping[str, str | None]) -> int:
        """Return what is known, with what follows from it within the scope."""
        cube = self.space.universe
        for fact, value in said.items():
            if value is not None:
                cube &= self._only(fact, value)
        return self.inside.tighten(cube)

    def _only(self, fact: str, value: str) -> int:
        key = fact, value
        if key not in self._single:
            self._single[key] = self.space.cube({fact: (value,)})
        return self._single[key]
