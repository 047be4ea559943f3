"""What the expressions of a rulebook need of polars."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from mbc_options.cohorts.columns import STATUSES

if TYPE_CHECKING:
    from mbc_options.exploration.status import Status

__all__ = ["Polars"]


class Polars:
    """What the expressions need, by polars."""

    when = staticmethod(pl.when)

    def always(self) -> pl.Expr:
        """Return what is true of every row."""
        return pl.lit(value=True)

    def cannot_be(self, column: str, value: str) -> pl.Expr:
        """Return which rows surely do not have a value."""
        return pl.col(column) != value

    def status(self, status: Status | None) -> pl.Expr:
        """Return a status as a column holds it."""
        return pl.lit(status, dtype=STATUSES)
