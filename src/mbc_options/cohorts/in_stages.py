"""The same expressions, with what many of them share as columns of their own, made in stages.

Planned as one, an expression holds all that it is made of, again and again, and polars has to find what is alike. In
stages a table with all our facts takes a third of the processor's time (four million rows, 0.25 s for 0.83 s), and its
query is planned in a quarter (12 ms for 46 ms). `tests/benchmarks/cohort.py` has the figures of the whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.in_polars import Polars

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mbc_options.rulebook.portable import Cube

__all__ = ["RowsInStages"]


class RowsInStages(Rows):
    """The rows of a table, with columns for each value that a row may lack and for each cover.

    Args:
        domains: by fact, its values.
        columns: by fact, its column; of other facts nothing is known.
        prefix: with what the names of the further columns begin.
    """

    def __init__(self, domains: Mapping[str, Sequence[str]], columns: Mapping[str, str], prefix: str) -> None:
        values = {column: domains[fact] for fact, column in columns.items()}
        self._lacking = _Lacking(values, f"{prefix}not_")
        self._prefix = f"{prefix}in_"
        self._covers: dict[str, pl.Expr] = {}
        self._names: dict[tuple[tuple[tuple[str, tuple[str, ...]], ...], ...], str] = {}
        super().__init__(self._lacking, domains, columns)

    @property
    def stages(self) -> tuple[dict[str, pl.Expr], ...]:
        """The columns to be made, each stage out of those before."""
        return self._lacking.columns, self._covers

    def inside(self, primes: Iterable[Cube]) -> pl.Expr | None:
        """Return which rows lie inside a prime, true or false; None where none can."""
        primes = tuple(primes)
        key = tuple(tuple(prime.items()) for prime in primes)
        if key not in self._names:
            found = super().inside(primes)
            if found is None:
                return None
            self._names[key] = f"{self._prefix}{len(self._names)}"
            self._covers[self._names[key]] = found
        return pl.col(self._names[key])


class _Lacking(Polars):
    """Makes a column of each value that a row may lack, which is true or false, and never null."""

    def __init__(self, values: Mapping[str, Sequence[str]], prefix: str) -> None:
        self._values, self._prefix = values, prefix
        self.columns: dict[str, pl.Expr] = {}

    def cannot_be(self, column: str, value: str) -> pl.Expr:
        """Return which rows surely do not have a value."""
        others = [other for other in self._values[column] if other != value]
        known, name = pl.col(column), f"{self._prefix}{len(self.columns)}"
        if len(others) == 1:  # half the time of the other way
            self.columns[name] = known.eq_missing(pl.lit(others[0]))
        else:
            self.columns[name] = (known != value).fill_null(value=False)
        return pl.col(name)
