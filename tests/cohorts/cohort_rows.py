"""Rows of tables by chance, and what is decided of each of them alone."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import polars as pl

from mbc_options import statuses
from mbc_options.cohorts.columns import CONTRADICTION, fact_columns, status_columns, value_column
from mbc_options.cohorts.evaluate import with_statuses
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.description import _made

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from mbc_options import CompiledRulebook

Row = dict[str, str]
"""Of some facts, their values; the others are unknown."""

Decided = dict[str, str] | None
"""The statuses of a row; None where it contradicts itself."""


def table_of(rulebook: CompiledRulebook, rows: Sequence[Row], facts: Iterable[str]) -> FactTable:
    """The rows as a table, in which these facts have columns."""
    columns, domains = fact_columns(facts), rulebook.space.domains
    cells = {
        column: pl.Series([row.get(fact) for row in rows], dtype=value_column(domains[fact]))
        for fact, column in columns.items()
    }
    return FactTable(pl.LazyFrame(cells), columns)


def by_table(rulebook: CompiledRulebook, table: FactTable, *, assume: bool = False, **how: Any) -> list[Decided]:
    """What is decided of the rows of a table."""
    names = status_columns(rulebook.by_id)
    done = with_statuses(table, rulebook, assume=assume).collect(**how)
    return [
        None if row[CONTRADICTION] else {option: row[name] for option, name in names.items()}
        for row in done.iter_rows(named=True)
    ]


def one_by_one(rulebook: CompiledRulebook, rows: Iterable[Row], *, assume: bool = False) -> list[Decided]:
    """What is decided of each row by itself."""
    return [_decided(rulebook, row, assume=assume) for row in rows]


def _decided(rulebook: CompiledRulebook, row: Row, *, assume: bool) -> Decided:
    theory, cube = rulebook.theory, cube_of(rulebook, row)
    if not theory.is_possible(cube):
        return None
    if assume:
        cube = _with_assumptions(rulebook, row, theory.tighten(cube))
    return dict(statuses(knowing(rulebook, cube), rulebook))


def _with_assumptions(rulebook: CompiledRulebook, row: Row, cube: int) -> int:
    for assumption in rulebook.vocabulary.file.assumptions:
        known = rulebook.space.values(cube, assumption.fact)
        if assumption.unless_said not in row and len(known) > 1 and assumption.value in known:
            cube = rulebook.theory.tighten(rulebook.space.assign(cube, assumption.fact, assumption.value))
    return cube


def cube_of(rulebook: CompiledRulebook, row: Row) -> int:
    """What is known in a row."""
    return rulebook.space.cube({fact: [value] for fact, value in row.items()})


def knowing(rulebook: CompiledRulebook, cube: int) -> Any:
    """Somebody of whom this is known."""
    vocabulary = rulebook.vocabulary
    return _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), cube, (), vocabulary)


def rows_by_chance(rulebook: CompiledRulebook, count: int, seed: int, facts: Sequence[str] = ()) -> list[Row]:
    """Rows of which any share is known, a tenth of them contradictory at most; some are complete."""
    chance, space = Random(seed), rulebook.space
    facts = facts or space.facts
    broken = [
        (prime, [fact for fact in space.support(prime) if fact in facts])
        for prime in rulebook.theory.broken
        if set(space.support(prime)) <= set(facts)
    ]
    found = []
    for _ in range(count):
        share = chance.choice([0.0, 0.05, 0.2, 0.5, 0.9])
        row = {fact: chance.choice(space.domains[fact]) for fact in facts if chance.random() >= share}
        cube = cube_of(rulebook, row)
        for prime, named in broken if chance.random() < 0.9 else ():
            if cube & ~prime == 0:
                fact = chance.choice(named)
                del row[fact]
                cube |= space.mask(fact)
        found.append(row)
    return found
