"""Sets of patients of authored conditions, compared exactly over all patients who can be."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from mbc_options.logic import TooManyCubesError, intersect, negation
from mbc_options.rulebook.conditions import cases_of, cases_of_definitions

if TYPE_CHECKING:
    from mbc_options.logic import Cover, Function, Theory
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.conditions import Node

__all__ = ["Patients", "PatientsOf"]


class Patients:
    """The patients of a condition, among those who can be.

    Args:
        cubes: groups of them that can be.
        theory: what cannot be.
    """

    def __init__(self, cubes: Cover, theory: Theory) -> None:
        self.cubes, self._theory = cubes, theory

    @cached_property
    def function(self) -> Function:
        """What decides whether a group is inside; few are asked."""
        return self._theory.compile(self.cubes, decide="cover")

    @property
    def is_everybody(self) -> bool:
        """Whether nobody who can be is outside."""
        return self.function.entailed_by(self._theory.space.universe)

    def within(self, other: Patients) -> bool:
        """Tell whether all of them are also of the others."""
        return all(map(other.function.entailed_by, self.cubes))

    def same_as(self, other: Patients) -> bool:
        """Tell whether both are the same patients."""
        return self.within(other) and other.within(self)


class PatientsOf:
    """Returns the patients of the conditions of a rulebook.

    Args:
        rulebook: the rulebook.
        theory: what cannot be.
    """

    def __init__(self, rulebook: CompiledRulebook, theory: Theory) -> None:
        self.space, self.theory = rulebook.space, theory
        self._definitions = cases_of_definitions({one.id: one.when for one in rulebook.definitions}, self.space)

    def __call__(self, node: Node) -> Patients | None:
        """Return the patients of a condition; None where they cannot be listed."""
        cases = cases_of(node, self._definitions, self.space)
        try:
            return self.of(cases.holding(self.space))
        except TooManyCubesError:
            return None

    def of(self, cover: Cover) -> Patients:
        """Return the patients of a cover."""
        return Patients(tuple(filter(self.theory.is_possible, cover)), self.theory)

    def both(self, one: Patients, other: Patients) -> Patients:
        """Return the patients of both."""
        return self.of(intersect(self.space, one.cubes, other.cubes))

    def others(self, some: Cover) -> Patients:
        """Return everybody else."""
        return self.of(negation(self.space, some))
