"""By what the rows of a patient are in order: days that are counted, or dates that are written in one way only."""

from __future__ import annotations

from typing import Any

import polars as pl

__all__ = ["KNOWN_DATES", "order_of"]

KNOWN_DATES = "2024-11-28, 2024/11/28, 28.11.2024, 20241128, or days as numbers"
"""The dates that are read. Others (03/04/2024) may be two days, and are not."""

_DAY = 86_400_000_000
_TIMES = ("%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%d %H:%M")
_DATES = ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d")


def order_of(column: str, dtype: Any, text: pl.Expr) -> pl.Expr:
    """Return by what the rows of a column of dates are in order, in days; null where a cell is no date that is known.

    Args:
        column: its name.
        dtype: what it holds.
        text: its cells as text.
    """
    if dtype == pl.Datetime:
        return pl.col(column).dt.epoch("us") / _DAY
    if dtype.is_temporal() or dtype.is_numeric():
        days = pl.col(column).to_physical().cast(pl.Float64)
        return pl.when(days.is_finite()).then(days)
    written = text.str.strip_chars().str.replace("T", " ", literal=True).str.replace_all("/", "-", literal=True)
    times = [written.str.to_datetime(one, strict=False, time_unit="us").dt.epoch("us") / _DAY for one in _TIMES]
    dates = [written.str.to_date(one, strict=False).to_physical().cast(pl.Float64) for one in _DATES]
    number = text.str.strip_chars().cast(pl.Float64, strict=False)
    return pl.coalesce(*times, *dates, pl.when(number.is_finite()).then(number))
