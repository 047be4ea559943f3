"""The rows of one patient, made one: those of a table that are gathered, and those of the tables beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from mbc_options.cohorts.columns import CONFLICT_COLUMN, ORDER
from mbc_options.cohorts.dates import order_of
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.cohorts.groups import column_named, is_blank, text_of
from mbc_options.vocabulary.facts import Treatments

if TYPE_CHECKING:
    from mbc_options.cohorts.groups import ReadTable
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["gathered", "joined"]


def gathered(table: FactTable, read: ReadTable, vocabulary: Vocabulary) -> FactTable:
    """Gather the rows of each patient: what any of them proves; where they have dates, the newest of what changes.

    Of two rows with one date neither is the newest, and a row without a date may be: if they differ, they contradict.

    An earlier treatment stays one, so that a later row which says nothing of it takes nothing back.

    Args:
        table: the rows, with their facts.
        read: the table that they are of, whose mapping says by what they are gathered.
        vocabulary: whose facts are meant.

    Raises:
        TableError: where it lacks the column that they are gathered by.
    """
    frame, facts = table.frame, table.facts
    schema = frame.collect_schema()
    by = column_named(read.table, schema, str(read.mapping.by), optional=False)
    assert by is not None
    date = read.mapping.date and column_named(read.table, schema, read.mapping.date, optional=True)
    frame = frame.filter(~is_blank(by, schema[by]))
    order = order_of(date, schema[date], text_of(date, schema[date])).alias(ORDER) if date else None
    if order is not None:
        frame = frame.with_columns(order)
    values, conflicts = [], []
    passing = _passing(vocabulary)
    for fact, column in facts.items():
        cell = pl.col(column)
        stays = isinstance(vocabulary.fields.get(vocabulary.field_of(fact)), Treatments)
        if order is not None and fact in passing and passing[fact] in facts:
            was_given = pl.col(facts[passing[fact]]) == "yes"
            values.append(
                cell.filter(was_given.fill_null(value=False))
                .sort_by(pl.col(ORDER).filter(was_given.fill_null(value=False)), nulls_last=False, maintain_order=True)
                .last()
            )
        elif order is not None and not stays:
            values.append(cell.sort_by(ORDER, nulls_last=False, maintain_order=True).drop_nulls().last())
            newest = pl.col(ORDER).filter(cell.is_not_null()).max()
            may_be_newest = pl.col(ORDER).is_null() | (pl.col(ORDER) == newest)
            conflicts.append(cell.filter(may_be_newest).drop_nulls().n_unique() > 1)
        elif order is not None:
            values.append(
                pl.when((cell == "yes").any())
                .then(pl.lit("yes", dtype=schema[column]))
                .otherwise(cell.drop_nulls().first())
                .alias(column)
            )
        else:
            values.append(cell.drop_nulls().first())
            conflicts.append(cell.drop_nulls().n_unique() > 1)
    if table.conflict is not None:
        conflicts.append(pl.col(table.conflict).any())
    if conflicts:
        values.append(pl.any_horizontal(conflicts).alias(CONFLICT_COLUMN))
    rows = frame.group_by(by, maintain_order=True).agg(values)
    return FactTable(rows, facts, CONFLICT_COLUMN if conflicts else None)


def joined(table: FactTable, beside: FactTable, by: str) -> FactTable:
    """Join what the rows of another table say of the same patients.

    Args:
        table: the rows of the first table.
        beside: those of the other, one a patient.
        by: the column that both have, which says of whom a row is.
    """
    theirs = (*beside.facts.values(), *filter(None, [beside.conflict]))
    there = {column: f" beside {column}" for column in theirs}
    key, their_key = table.frame.collect_schema()[by], beside.frame.collect_schema()[by]
    more = beside.frame.rename(there)
    if their_key != key:
        more = more.with_columns(pl.col(by).cast(key))
    both = table.facts.keys() & beside.facts.keys()
    conflicts = [
        (pl.col(table.facts[fact]) != pl.col(there[beside.facts[fact]])).fill_null(value=False)
        for fact in beside.facts
        if fact in both
    ]
    conflicts += [pl.col(table.conflict)] if table.conflict else []
    conflicts += [pl.col(there[beside.conflict]).fill_null(value=False)] if beside.conflict else []
    every = {**table.facts, **beside.facts}
    values = [
        pl.coalesce(
            [*([column] if fact in table.facts else []), *([there[column]] if fact in beside.facts else [])]
        ).alias(column)
        for fact, column in every.items()
    ]
    marks = [pl.any_horizontal(conflicts).alias(CONFLICT_COLUMN)] if conflicts else []
    frame = table.frame.join(more, on=by, how="left", maintain_order="left")
    frame = frame.with_columns([*values, *marks]).drop(list(there.values()))
    return FactTable(frame, every, CONFLICT_COLUMN if conflicts else None)


def _passing(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the facts that a later row of the same treatment ends, each with the fact that it was given."""
    return {
        f"{field}.{group}.{outcome}": f"{field}.{group}.{forms.always}"
        for field, forms in vocabulary.treatments.items()
        if forms.always
        for group in forms.yes
        for outcome in forms.passing
    }
