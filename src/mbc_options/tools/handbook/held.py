"""Which expectations hold what of a rulebook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.frozendict import FrozenDict
from mbc_options.tools.testing.expectations import BESIDE, RULE_ANSWERS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.tools.handbook.found import Held
    from mbc_options.tools.testing.expectations import Placed

__all__ = ["Expected"]

SHOWN = {True: "shown", False: "not shown"}


class Expected:
    """By what is expected to come out, the expectations that hold it.

    Args:
        expectations: those at hand.
    """

    def __init__(self, expectations: Sequence[Placed]) -> None:
        self._found: dict[tuple[str, str], dict[str, dict[str, None]]] = {}
        for placed in expectations:
            one = placed.expectation
            for rule, answer in one.answers():
                self._add("rule", rule, answer, placed)
            for option, status in one.expect.items():
                self._add("option", option, status, placed)
            for kind in BESIDE:
                for shown, name in SHOWN.items():
                    for id_ in one.named(kind, shown=shown):
                        self._add(kind, id_, name, placed)

    def _add(self, kind: str, id_: str, answer: str, placed: Placed) -> None:
        self._found.setdefault((kind, id_), {}).setdefault(answer, {})[placed.name] = None

    def of(self, kind: str, id_: str) -> Held:
        """Return what is expected of something: by answer, the names of the expectations."""
        found = self._found.get((kind, id_), {})
        order = [*RULE_ANSWERS, *SHOWN.values()]
        answers = sorted(found, key=lambda answer: (order.index(answer) if answer in order else len(order), answer))
        return FrozenDict({answer: tuple(found[answer]) for answer in answers})
