"""Random tables of patients: enums, every seventh cell unknown, hardly a row that contradicts itself."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import polars as pl

from mbc_options import load_rulebook, portable
from mbc_options.cohorts.columns import fact_column, value_column
from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.in_polars import Polars

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["TABLES", "table"]

TABLES = {
    "usual": (
        *("sex", "menopause", "er", "pr", "her2", "immunotherapy_biomarker", "metastatic"),
        *("sites.bone", "sites.liver", "sites.lung", "sites.brain", "extent.extensive_visceral", "findings.pain"),
        *("situation.rapid_control_needed", "prior.hormone_therapy.progressed", "prior.metastatic.given"),
    ),
    "all different": tuple(fact.id for fact in portable(load_rulebook()).facts),
}
"""The facts of a table as it is as a rule, and all that decide something: so many that hardly two rows are alike."""

UNKNOWN = 0.15
LEFT = 0.01
"""The share of cells that are unknown from the beginning, and of rows that may contradict themselves."""

RARE = {"metastatic": "no"}
"""Values that one row in ten has, as most have another; by chance half of the table would be out of scope."""


def table(facts: Sequence[str], rows: int, seed: int) -> pl.DataFrame:
    """Return a table with a column for each fact."""
    rulebook, chance = load_rulebook(), Random(seed)
    domains = {fact: rulebook.space.domains[fact] for fact in facts}
    columns = {fact: fact_column(fact) for fact in facts}
    frame = pl.DataFrame({columns[fact]: _column(fact, domains[fact], rows, chance) for fact in facts})
    is_left = _by_chance(rows, chance) < LEFT
    for prime in map(rulebook.space.reading, rulebook.theory.broken):
        inside = Rows(Polars(), domains, columns).inside([prime])
        if inside is not None:
            last = columns[[*prime][-1]]
            frame = frame.with_columns(pl.when(inside & ~is_left).then(None).otherwise(last).alias(last))
    return frame


def _by_chance(rows: int, chance: Random) -> pl.Series:
    """Return numbers from 0 to 1, by the hash of polars, so that no other library is needed."""
    hashed = pl.int_range(rows, dtype=pl.UInt64).hash(chance.getrandbits(32))
    return pl.select(hashed.cast(pl.Float32) / 2.0**64).to_series()


def _column(fact: str, values: Sequence[str], rows: int, chance: Random) -> pl.Series:
    number = _by_chance(rows, chance) / (1 - UNKNOWN)
    place = (number * len(values)).cast(pl.UInt8)
    if fact in RARE:
        place = pl.select(
            pl.when(number < 1 / 10).then(values.index(RARE[fact])).otherwise(1 - values.index(RARE[fact]))
        )
        place = place.to_series()
    known = pl.select(pl.when(number < 1).then(place)).to_series()
    return pl.Series(values, dtype=value_column(values)).gather(known)
