"""A table in which every patient is a row, and every fact of which it says something a column."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from mbc_options.cohorts.columns import value_column
from mbc_options.errors import InputError, Problem, nearest_word
from mbc_options.text import quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["FactTable", "checked"]


class FactTable(NamedTuple):
    """A table of patients, ready to be decided.

    Attributes:
        frame: the columns that came in, and those of facts.
        facts: by fact, its column: an enum of the fact's values in their order (`columns.value_column`), null where
            it is unknown. Of a fact that is not named, nothing is known in any row.
        conflict: a Boolean column of the rows in which two cells say different things of one fact; None for none.
    """

    frame: pl.LazyFrame
    facts: Mapping[str, str]
    conflict: str | None = None


def checked(table: FactTable, rulebook: CompiledRulebook) -> FactTable:
    """Return the table, as long as it is what it says.

    A word that is no value of its fact would exclude every value of it, so that nothing but enums may pass.

    Raises:
        InputError: for a fact that the rulebook does not have, and a column that is not there or holds something else.
    """
    problems = list(_problems(table, rulebook))
    if problems:
        raise InputError(problems)
    return table


def _problems(table: FactTable, rulebook: CompiledRulebook) -> Iterator[Problem]:
    domains, schema = rulebook.space.domains, table.frame.collect_schema()
    for fact, column in table.facts.items():
        if fact not in domains:
            near = nearest_word(fact, domains)
            hint = f"did you mean {near}?" if near else ""
            yield Problem(f"unknown fact {quoted(fact)}", path=(fact,), code="unknown-fact", hint=hint)
        elif column not in schema:
            yield Problem(f"the table has no column {quoted(column)}, which is to hold {fact}", path=(column,))
        elif schema[column] != value_column(domains[fact]):
            message = f"column {quoted(column)} is to hold {fact}, an enum of {', '.join(domains[fact])}"
            yield Problem(f"{message}, and holds {schema[column]}", path=(column,), code="no-enum")
    if table.conflict is not None and schema.get(table.conflict) != pl.Boolean:
        yield Problem(f"the table has no Boolean column {quoted(table.conflict)}", path=(table.conflict,))
