"""What no expression tells, asked once for all rows of which the same is known."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import polars as pl

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbc_options.cohorts.fact_table import FactTable
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["once_per_distinct_row"]

REMEMBERED = 100_000
"""How many answers are kept from one part of a table to the next, in memory only."""

_ANSWER = "the answer"  # no fact is called so: ids have no spaces


def once_per_distinct_row(
    table: FactTable,
    rulebook: CompiledRulebook,
    facts: Iterable[str],
    answer: Callable[[int], Any],
    dtype: pl.DataType | type[pl.DataType],
) -> pl.Expr:
    """Return an answer for each row, asked once for all rows that are alike; null where a row contradicts itself.

    Args:
        table: the patients.
        rulebook: whose facts these are.
        facts: on which the answer rests; those without a column are unknown.
        answer: from what is known to the answer.
        dtype: what the column of answers holds.
    """
    space, columns = rulebook.space, table.facts
    asked = [fact for fact in facts if fact in columns]

    @lru_cache(REMEMBERED)
    def answered(row: tuple[str | None, ...]) -> Any:
        known = {fact: [value] for fact, value in zip(asked, row, strict=True) if value is not None}
        knowledge = space.cube(known)
        return answer(knowledge) if rulebook.theory.is_possible(knowledge) else None

    if not asked:
        return pl.lit(answered(()), dtype=dtype)

    def of_rows(rows: pl.Series) -> pl.Series:
        frame = rows.struct.unnest()
        alike = frame.unique()
        answers = pl.Series(_ANSWER, [answered(row) for row in alike.iter_rows()], dtype=dtype)
        told = frame.join(alike.with_columns(answers), on=asked, how="left", nulls_equal=True, maintain_order="left")
        return told.get_column(_ANSWER).alias(rows.name)

    rows = pl.struct(pl.col(columns[fact]).alias(fact) for fact in asked)
    return rows.map_batches(of_rows, return_dtype=dtype, is_elementwise=True)
