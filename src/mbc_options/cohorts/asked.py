"""What a table of patients is asked for, whatever library holds it, and what the answer is by polars."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from mbc_options.cohorts.cells import read_tables
from mbc_options.cohorts.columns import (
    CONFLICT_COLUMN,
    CONTRADICTION,
    STATUSES,
    refuse_taken,
    status_columns,
    value_column,
)
from mbc_options.cohorts.deciding import deciding, deciding_columns
from mbc_options.cohorts.evaluate import assumed, with_statuses
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.cohorts.proposal import propose
from mbc_options.cohorts.tables import Table

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf
    from collections.abc import Sequence

    from mbc_options.cohorts.mapping import Mapping
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["THE_TABLE", "Asked", "added_columns", "answers", "decided", "mapping_for"]

THE_TABLE = "the table"
"""What a table is called that is no file."""


class Asked(NamedTuple):
    """What a table is asked for.

    Attributes:
        rulebook: by which it is decided.
        mapping: what its columns say; None for what they are certainly called like.
        assume: whether what the rulebook assumes is assumed of each row that says nothing of it.
        facts: whether the columns of facts are wanted, too.
        explain: what is to be told of the verdicts, as `deciding.explained` returns it.
    """

    rulebook: CompiledRulebook
    mapping: Mapping | None = None
    assume: bool = False
    facts: bool = False
    explain: tuple[str, ...] = ()

    @property
    def makes_rows(self) -> bool:
        """Whether the rows that come out are others than those that came in."""
        return self.mapping is not None and bool(self.mapping.by or self.mapping.rows)


def mapping_for(sample: pl.LazyFrame, asked: Asked) -> Mapping:
    """Return what the columns of a table say.

    Args:
        sample: the table, or enough of it to recognize its columns.
        asked: what is asked for.

    Raises:
        TableError: where no column is recognized.
    """
    if asked.mapping is not None:
        return asked.mapping
    return propose(Table(THE_TABLE, sample), asked.rulebook.vocabulary).mapping()


def added_columns(asked: Asked, facts: MappingOf[str, str]) -> dict[str, Any]:
    """Return the columns that are added, in order, each with what it holds.

    Args:
        asked: what is asked for.
        facts: by fact of which the table says something, its column.
    """
    domains = asked.rulebook.space.domains
    columns: dict[str, Any] = {}
    if asked.facts:
        columns |= {column: value_column(domains[fact]) for fact, column in facts.items()}
    columns[CONTRADICTION] = pl.Boolean
    columns |= dict.fromkeys(status_columns(asked.rulebook.by_id).values(), STATUSES)
    return columns | deciding_columns(asked.explain, asked.rulebook)


def decided(frame: pl.LazyFrame, asked: Asked) -> pl.LazyFrame:
    """Return a table with what is asked for. Its spellings are read at once, and everything else when it is run.

    Raises:
        TableError: where its columns cannot be read.
        InputError: where it has a column of a name of ours already.
    """
    came = frame.collect_schema().names()
    mapping = mapping_for(frame, asked)
    read = read_tables([(Table(THE_TABLE, frame), mapping)], asked.rulebook, optional=mapping.optional)
    table = read.facts
    added = added_columns(asked, table.facts)
    refuse_taken(added, came)
    kept = [name for name in came if name in table.frame.collect_schema()]
    return _answered(table, asked).select(*kept, *added)


def answers(rows: pl.LazyFrame, facts: MappingOf[str, str], asked: Asked, wanted: Sequence[str]) -> pl.LazyFrame:
    """Return what is wanted of rows of facts that hold text, beside these; null where they contradict themselves.

    Args:
        rows: what is known, with a column `contradiction`.
        facts: by fact, its column.
        asked: what is asked for; what is assumed is in the rows already.
        wanted: the columns.
    """
    domains = asked.rulebook.space.domains
    enums = [pl.col(column).cast(value_column(domains[fact])) for fact, column in facts.items()]
    table = FactTable(rows.with_columns(enums).rename({CONTRADICTION: CONFLICT_COLUMN}), facts, CONFLICT_COLUMN)
    found = _answered(table, asked._replace(assume=False))
    return found.select(pl.col(list(facts.values())).cast(pl.String), CONTRADICTION, *wanted)


def _answered(table: FactTable, asked: Asked) -> pl.LazyFrame:
    rulebook = asked.rulebook
    if asked.assume:
        table = assumed(table, rulebook)
    if asked.explain:
        table = table._replace(frame=table.frame.with_columns(deciding(table, rulebook, asked.explain)))
    return with_statuses(table, rulebook)
