"""The status of every option for every row of a table, as a query: nothing is read before it is run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from mbc_options.cohorts.columns import CONTRADICTION, STATUSES, fact_column, refuse_taken, status_columns, value_column
from mbc_options.cohorts.distinct_rows import once_per_distinct_row
from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.fact_table import FactTable, checked
from mbc_options.exploration.status import decider_of
from mbc_options.logic import PrimeFunction
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.rulebook.portable import ByPrimes, portable_over

if TYPE_CHECKING:
    from mbc_options.exploration.status import Status
    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.facts import Assumption

__all__ = ["Polars", "assumed", "fails", "holds", "with_statuses"]


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
    rows, form = _rows(table, rulebook), portable_over(rulebook, table.facts)
    before = rows.before(form, _conflict(table))
    found: dict[str, pl.Expr] = {}
    for decision in form.decisions:
        if isinstance(decision, ByPrimes):
            status = rows.status(before, decision)
        else:
            decider = decider_of(rulebook, rulebook.by_id[decision.options[0]])
            facts = rulebook.space.facts_of(decider.facts)
            status = rows.first_of(before, once_per_distinct_row(table, rulebook, facts, decider.status, STATUSES))
        found |= {option: status.alias(names[option]) for option in decision.options}
    contradictory = before[0][0]
    contradiction = pl.lit(value=False) if contradictory is None else contradictory.fill_null(value=False)
    frame = table.frame.with_columns(contradiction.alias(CONTRADICTION), *(found[id_] for id_ in names))
    return frame.select(*came, CONTRADICTION, *names.values())


def holds(function: Function, table: FactTable, rulebook: CompiledRulebook | None = None) -> pl.Expr:
    """Return for which rows a condition holds: true, false, or null where it is open or the row contradicts itself.

    Args:
        function: a compiled condition of the rulebook, as that of a rule. What is decided of a rule is meant for
            patients in scope.
        table: the patients.
        rulebook: default: the one that comes with the package.
    """
    rulebook = rulebook_of(rulebook)
    if not isinstance(function, PrimeFunction):
        facts = rulebook.space.facts_of(rulebook.inside.linked(function.named))

        def answer(knowledge: int) -> bool | None:
            return True if function.entailed_by(knowledge) else False if function.refuted_by(knowledge) else None

        return once_per_distinct_row(table, rulebook, facts, answer, pl.Boolean)
    rows, reading = _rows(table, rulebook), rulebook.space.reading
    found = pl.lit(None, dtype=pl.Boolean)
    for primes, told in ((function.fails, False), (function.holds, True), (rulebook.theory.broken, None)):
        inside = rows.inside(map(reading, primes))
        if inside is not None:
            found = pl.when(inside).then(told).otherwise(found)
    return found


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
    space, fact, value = rulebook.space, assumption.fact, assumption.value
    column, field, bit, mask = table.facts.get(fact), assumption.unless_said, space.bit(fact, value), space.mask(fact)
    dtype = value_column(space.domains[fact])
    known = pl.lit(None, dtype=dtype) if column is None else pl.col(column)
    cannot = [space.reading(prime | mask) for prime in rulebook.theory.broken if prime & bit and mask & ~prime]
    excluded = _rows(table, rulebook).inside(cannot)
    reasons = [pl.col(said).is_not_null() for one, said in table.facts.items() if field and _is_of(field, one)]
    reasons += [known.is_not_null()] + ([] if excluded is None else [excluded.fill_null(value=False)])
    filled = pl.when(pl.any_horizontal(reasons)).then(known).otherwise(pl.lit(value, dtype=dtype))
    name = f"{fact_column(fact)}_assumed"
    taken = table.frame.collect_schema()
    while name in taken:
        name += "_"
    return table._replace(frame=table.frame.with_columns(filled.alias(name)), facts={**table.facts, fact: name})


def _is_of(field: str, fact: str) -> bool:
    return fact == field or fact.startswith(f"{field}.")


def _rows(table: FactTable, rulebook: CompiledRulebook) -> Rows:
    return Rows(Polars(), rulebook.space.domains, table.facts)


def _conflict(table: FactTable) -> pl.Expr | None:
    return None if table.conflict is None else pl.col(table.conflict)
