"""The primes of a rulebook as expressions of a data-frame library: which rows lie inside them, and their statuses.

Each value that some prime forbids becomes one Boolean expression, "this row cannot have it"; a prime is the *and* of
what it forbids, and a cover the *or* of its primes. As a cover holds all its primes, that is exact, also of rows of
which not all is known, and under constraints. What is null counts as false where a row is decided.
"""

from __future__ import annotations

from operator import and_, or_
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.portable import ByPrimes, Cube, PortableRulebook

__all__ = ["Expression", "Library", "Rows", "Step"]

Expression: TypeAlias = Any
"""An expression of the library in use."""

Step: TypeAlias = "tuple[Expression | None, Status | None]"
"""Which rows, and the status that they have, unless a step before decides; None for no row, and for no status."""


class Library(Protocol):
    """What is needed of a data-frame library, besides `&`, `|`, `~` and `fill_null` of its expressions."""

    def when(self, condition: Expression) -> Any:
        """Begin a choice: `when(condition).then(one).otherwise(another)`."""

    def always(self) -> Expression:
        """Return what is true of every row."""

    def cannot_be(self, column: str, value: str) -> Expression:
        """Return which rows surely do not have a value: false or null where it is unknown."""

    def status(self, status: Status | None) -> Expression:
        """Return a status as a column holds it; None for null."""


class Rows:
    """The rows of a table, of which each fact is known or not.

    Args:
        library: in which expressions are made.
        domains: by fact, its values.
        columns: by fact, its column; of other facts nothing is known.
    """

    def __init__(self, library: Library, domains: Mapping[str, Sequence[str]], columns: Mapping[str, str]) -> None:
        self.library, self._domains, self._columns = library, domains, columns
        self._primes: dict[tuple[tuple[str, str], ...], Expression] = {}
        self._excluded: dict[tuple[str, str], Expression] = {}

    def inside(self, primes: Iterable[Cube]) -> Expression | None:
        """Return which rows lie inside a prime; None where none can, as each asks for more than there are columns."""
        found = [self._inside(prime) for prime in primes if prime.keys() <= self._columns.keys()]
        return _joined(or_, found) if found else None

    def before(self, form: PortableRulebook, conflict: Expression | None = None) -> list[Step]:
        """Return what decides a row as a whole: that it contradicts itself, is out of scope, or may be in it.

        Args:
            form: the rulebook.
            conflict: rows that contradict themselves besides.
        """
        contradictory = [one for one in (conflict, self.inside(form.impossible)) if one is not None]
        inside = self.inside(form.scope.holds)
        return [
            (_joined(or_, contradictory) if contradictory else None, None),
            (self.inside(form.scope.fails), "out_of_scope"),
            (self.library.always() if inside is None else ~inside.fill_null(value=False), "undetermined"),
        ]

    def status(self, before: Sequence[Step], decision: ByPrimes) -> Expression:
        """Return the status of the options that a decision is about, where no step before decides."""
        steps: list[Step] = [(self.inside(decision.candidate), "candidate")]
        if decision.described != decision.candidate:
            described, not_candidate = self.inside(decision.described), self.inside(decision.not_candidate)
            if described is not None and not_candidate is not None:
                steps.append((described & not_candidate, "unspecified"))
        steps.append((self.inside(decision.not_described), "not_described"))
        return self.first_of([*before, *steps], self.library.status("undetermined"))

    def first_of(self, steps: Sequence[Step], otherwise: Expression) -> Expression:
        """Return the status of the first step that decides a row; where none does, something else."""
        for condition, status in reversed(steps):
            if condition is not None:
                otherwise = self.library.when(condition).then(self.library.status(status)).otherwise(otherwise)
        return otherwise

    def _inside(self, prime: Cube) -> Expression:
        domains = self._domains
        forbidden = tuple(
            (fact, value) for fact, allowed in prime.items() for value in domains[fact] if value not in allowed
        )
        if forbidden not in self._primes:
            excluded = [self._cannot_be(fact, value) for fact, value in forbidden]
            self._primes[forbidden] = _joined(and_, excluded) if excluded else self.library.always()
        return self._primes[forbidden]

    def _cannot_be(self, fact: str, value: str) -> Expression:
        if (fact, value) not in self._excluded:
            self._excluded[fact, value] = self.library.cannot_be(self._columns[fact], value)
        return self._excluded[fact, value]


def _joined(join: Callable[[Expression, Expression], Expression], parts: Sequence[Expression]) -> Expression:
    """Join parts two by two: five hundred in a row would nest so deep that polars takes half a second to plan them."""
    while len(parts) > 1:
        pairs = [join(one, other) for one, other in zip(parts[::2], parts[1::2], strict=False)]
        parts = [*pairs, *parts[len(pairs) * 2 :]]
    return parts[0]
