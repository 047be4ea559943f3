"""Ordered multi-valued decision diagrams: a classification as questions, each fact asked at most once on every way.

R. E. Bryant, *Graph-based algorithms for Boolean function manipulation* (1986), for facts with any number of values
(Srinivasan, Kam, Malik, Brayton 1990). Values that cannot be, by what was answered before, have no branch; what only
they would tell apart is not asked. The order of the facts is sought by moving one at a time to where the diagram is
smallest (Rudell 1993), always in the same way, so that equal input gives an equal diagram.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from mbc_options.logic.theory import Theory

__all__ = ["Branch", "Step", "decision_diagram"]

MOST_CALLS = 4000
"""How many cubes are looked at for one order, before it counts as too long."""


class Branch(NamedTuple):
    """What follows from an answer.

    Attributes:
        values: the values that lead there.
        to: the place of the next step; None where the answer settles it.
        answer: how it is settled; empty where it is not.
    """

    values: tuple[str, ...]
    to: int | None
    answer: str = ""


class Step(NamedTuple):
    """A fact that is asked for."""

    fact: str
    branches: tuple[Branch, ...]


class _TooLarge(Exception):  # noqa: N818 - it tells of no error
    pass


def decision_diagram(
    theory: Theory, facts: Iterable[str], answer_of: Callable[[int], str | None], *, most: int
) -> tuple[Step, ...] | None:
    """Return the steps that lead every possible case to its answer, each before those that it leads to.

    Args:
        theory: what cannot be.
        facts: the facts that the answers rest on.
        answer_of: the answer that all possible cases of a cube share; None where two of them differ.
        most: how many steps a diagram may have.

    Returns:
        The steps, the first to begin with; none where all cases have one answer, and None where there would be more
        than `most`.
    """
    order = list(facts)
    best = _built(theory, order, answer_of)
    for fact in tuple(order):
        if best is not None and len(best) == len({step.fact for step in best}):
            break  # each fact is asked once
        rest = [other for other in order if other != fact]
        for place in range(len(order)):
            moved = [*rest[:place], fact, *rest[place:]]
            found = _built(theory, moved, answer_of)
            if found is not None and (best is None or len(found) < len(best)):
                best, order = found, moved
    return None if best is None or len(best) > most else best


def _built(theory: Theory, order: Sequence[str], answer_of: Callable[[int], str | None]) -> tuple[Step, ...] | None:
    """Return the steps in one order of the facts; None where that takes too long."""
    builder = _Builder(theory, order, answer_of)
    try:
        root = builder.node(0, theory.tighten(theory.space.universe))
    except _TooLarge:
        return None
    return () if isinstance(root, str) else builder.steps()


class _Builder:
    def __init__(self, theory: Theory, order: Sequence[str], answer_of: Callable[[int], str | None]) -> None:
        self.theory, self.order, self.answer_of = theory, order, answer_of
        self.nodes: dict[tuple[int, tuple[tuple[tuple[str, ...], int | str], ...]], int] = {}
        self.calls = 0

    def node(self, level: int, cube: int) -> int | str:
        """Return the answer for a cube, or the node that tells its cases apart."""
        self.calls += 1
        if self.calls > MOST_CALLS:
            raise _TooLarge
        answer = self.answer_of(cube)
        if answer is not None:
            return answer
        space, fact = self.theory.space, self.order[level]
        ways: dict[int | str, list[str]] = {}
        for value in space.values(cube, fact):
            answered = space.assign(cube, fact, value)
            if self.theory.is_possible(answered):
                ways.setdefault(self.node(level + 1, answered), []).append(value)
        if len(ways) == 1:
            return next(iter(ways))
        key = (level, tuple((tuple(values), to) for to, values in ways.items()))
        return self.nodes.setdefault(key, len(self.nodes))

    def steps(self) -> tuple[Step, ...]:
        """Return the nodes as steps: by the order of the facts, those of one fact as they are reached."""
        # A node is made after those that it leads to, so that the last ones are reached first.
        nodes = sorted(self.nodes.items(), key=lambda one: (one[0][0], -one[1]))
        place = {node: i for i, (_, node) in enumerate(nodes)}
        return tuple(
            Step(
                self.order[level],
                tuple(
                    Branch(values, None, to) if isinstance(to, str) else Branch(values, place[to])
                    for values, to in ways
                ),
            )
            for (level, ways), _ in nodes
        )
