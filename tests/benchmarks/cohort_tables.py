"""Random tables of patients: enums, an eighth of the cells unknown, hardly a row that contradicts itself."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import polars as pl

from mbc_options import load_rulebook, portable
from mbc_options.cohorts.columns import fact_column, value_column
from mbc_options.cohorts.evaluate import Polars
from mbc_options.cohorts.expressions import Rows

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["ALL", "USUAL", "table"]

USUAL = (
    *("sex", "menopause", "er", "pr", "her2", "immunotherapy_biomarker", "metastatic"),
    *("sites.bone", "sites.liver", "sites.lung", "sites.brain", "extent.extensive_visceral", "findings.pain"),
    *("situation.rapid_control_needed", "prior.hormone_therapy.progressed", "prior.metastatic.given"),
)
"""What a table has as a rule."""

ALL = tuple(fact.id for fact in portable(load_rulebook()).facts)
"""All facts that decide something: so many that hardly two rows are alike."""

UNKNOWN = 0.15
CONTRADICTORY = 0.01
"""The share of cells, and how likely a row is left as it came, whether it contradicts itself or not."""


def table(facts: Sequence[str], rows: int, seed: int) -> pl.DataFrame:
    """Return a table with a column for each fact."""
    rulebook, chance = load_rulebook(), Random(seed)
    domains = {fact: rulebook.space.domains[fact] for fact in facts}
    frame = pl.DataFrame(
        {fact_column(fact): _column(values, rows, chance.getrandbits(32)) for fact, values in domains.items()}
    )
    columns = {fact: fact_column(fact) for fact in facts}
    kept = pl.Series(_uniform(rows, chance.getrandbits(32)) < CONTRADICTORY)
    for prime in map(rulebook.space.reading, rulebook.theory.broken):
        inside = Rows(Polars(), domains, columns).inside([prime])
        if inside is not None:
            last = fact_column(list(prime)[-1])
            frame = frame.with_columns(pl.when(inside & ~kept).then(None).otherwise(last).alias(last))
    return frame


def _uniform(rows: int, seed: int) -> pl.Series:
    """Numbers from 0 to 1 by chance, made by the hash of polars, so that no other library is needed."""
    return pl.select(pl.int_range(rows, dtype=pl.UInt64).hash(seed).cast(pl.Float32) / 2.0**64).to_series()


def _column(values: Sequence[str], rows: int, seed: int) -> pl.Series:
    number = _uniform(rows, seed) / (1 - UNKNOWN) * len(values)
    codes = pl.select(pl.when(number < len(values)).then(number.cast(pl.UInt8))).to_series()
    return pl.Series(values, dtype=value_column(values)).gather(codes)
