"""The status of every option for every row of a table, as a query: nothing is read before it is run."""

from __future__ import annotations

from functools import partial, reduce
from operator import or_
from typing import TYPE_CHECKING

import polars as pl

from mbc_options.cohorts.assumptions import withdrawn_by
from mbc_options.cohorts.columns import CONTRADICTION, STATUSES, fact_column, refuse_taken, status_columns, value_column
from mbc_options.cohorts.distinct_rows import once_per_distinct_row
from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.fact_table import FactTable, checked
from mbc_options.cohorts.in_polars import Polars
from mbc_options.cohorts.in_stages import RowsInStages
from mbc_options.exploration.status import decider_of
from mbc_options.logic import PrimeFunction
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.rulebook.portable import ByPrimes, portable_over

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.facts import Assumption

__all__ = ["assumed", "fails", "holds", "with_statuses"]


def with_statuses(table: FactTable, rulebook: CompiledRulebook | None = None, *, assume: bool = False) -> pl.LazyFrame:
    """Return a table with what is decided of each row.

    Args:
        table: the patients.
        rulebook: default: the one that comes with the package.
        assume: whether to assume what the rulebook assumes where a row says nothing of it.

    Returns:
        The columns that came in, `contradiction`, and for each option its status, as `statuses` tells it. A row that
        contradicts itself has none.

    Raises:
        InputError: where the table has such a column already, or does not hold what it says.
        RulebookError: where two options would share a column.
    """
    rulebook = rulebook_of(rulebook)
    names = status_columns(rulebook.by_id)
    came = table.frame.collect_schema().names()
    refuse_taken([CONTRADICTION, *names.values()], came)
    table = checked(table, rulebook)
    if assume:
        table = assumed(table, rulebook)
    form, prefix = portable_over(rulebook, table.facts), _unlike(came, "mbc_options_")
    rows = RowsInStages(rulebook.space.domains, table.facts, prefix)
    before = rows.before(form, _conflict(table))
    contradictory, settled, then = before[0][0], f"{prefix}settled", f"{prefix}then"
    whole = {
        CONTRADICTION: pl.lit(value=False) if contradictory is None else contradictory.fill_null(value=False),
        settled: reduce(or_, (condition for condition, _ in before if condition is not None)),
        then: rows.first_of(before, rows.library.status("undetermined")),
    }
    statuses: dict[str, pl.Expr] = {}
    unit: dict[str, str] = {}
    for decision in form.decisions:
        if isinstance(decision, ByPrimes):
            status = rows.status([], decision)
        else:
            decider = decider_of(rulebook, rulebook.by_id[decision.options[0]])
            facts = rulebook.space.facts_of(decider.facts)
            status = once_per_distinct_row(table, rulebook, facts, decider.status, STATUSES)
        unit |= dict.fromkeys(decision.options, f"{prefix}{len(statuses)}")
        statuses[unit[decision.options[0]]] = pl.when(settled).then(then).otherwise(status)
    frame = table.frame
    for stage in (*rows.stages, whole, statuses):
        frame = frame.with_columns(**stage)
    return frame.select(*came, CONTRADICTION, **{names[option]: unit[option] for option in names})


def _unlike(names: Iterable[str], prefix: str) -> str:
    """Return how no name begins: this way, or longer."""
    while any(name.startswith(prefix) for name in names):
        prefix += "_"
    return prefix


def holds(function: Function, table: FactTable, rulebook: CompiledRulebook | None = None) -> pl.Expr:
    """Return for which rows a condition holds: true, false, or null where it is open or the row contradicts itself.

    Args:
        function: a compiled condition of the rulebook, as that of a rule. What is decided of a rule is meant for
            patients in scope.
        table: the patients.
        rulebook: default: the one that comes with the package.
    """
    rulebook = rulebook_of(rulebook)
    rows, reading = _rows(table, rulebook), rulebook.space.reading
    steps: list[tuple[pl.Expr | None, bool | None]] = [
        (_conflict(table), None),
        (rows.inside(map(reading, rulebook.theory.broken)), None),
    ]
    if isinstance(function, PrimeFunction):
        found = pl.lit(None, dtype=pl.Boolean)
        steps.append((rows.inside(map(reading, function.holds)), True))
        steps.append((rows.inside(map(reading, function.fails)), False))
    else:
        facts = rulebook.space.facts_of(rulebook.inside.linked(function.named))
        found = once_per_distinct_row(table, rulebook, facts, partial(_answer, function), pl.Boolean)
    for condition, told in reversed(steps):
        if condition is not None:
            found = pl.when(condition).then(told).otherwise(found)
    return found


def _answer(function: Function, knowledge: int) -> bool | None:
    return True if function.entailed_by(knowledge) else False if function.refuted_by(knowledge) else None


def fails(function: Function, table: FactTable, rulebook: CompiledRulebook | None = None) -> pl.Expr:
    """Return for which rows a condition fails; the contrary of `holds`."""
    return ~holds(function, table, rulebook)


def assumed(table: FactTable, rulebook: CompiledRulebook) -> FactTable:
    """Return a table in which each row that says nothing of what the rulebook assumes has it, where that can be.

    The columns that came in stay as they are: what is assumed stands in columns of its own.
    """
    for assumption in rulebook.vocabulary.file.assumptions:
        table = _with_assumption(assumption, table, rulebook)
    return table


def _with_assumption(assumption: Assumption, table: FactTable, rulebook: CompiledRulebook) -> FactTable:
    fact, dtype = assumption.fact, value_column(rulebook.space.domains[assumption.fact])
    known = pl.col(table.facts[fact]) if fact in table.facts else pl.lit(None, dtype=dtype)
    withdrawal = withdrawn_by(assumption, table.facts, rulebook)
    reasons = [pl.col(column).is_not_null() for column in withdrawal.columns]
    excluded = _rows(table, rulebook).inside(withdrawal.primes)
    reasons += [] if excluded is None else [excluded.fill_null(value=False)]
    value = pl.lit(assumption.value, dtype=dtype)
    filled = pl.when(pl.any_horizontal(reasons)).then(known).otherwise(value) if reasons else value
    name = f"{fact_column(fact)}_assumed"
    taken = table.frame.collect_schema()
    while name in taken:
        name += "_"
    return table._replace(frame=table.frame.with_columns(filled.alias(name)), facts={**table.facts, fact: name})


def _rows(table: FactTable, rulebook: CompiledRulebook) -> Rows:
    return Rows(Polars(), rulebook.space.domains, table.facts)


def _conflict(table: FactTable) -> pl.Expr | None:
    return None if table.conflict is None else pl.col(table.conflict)
