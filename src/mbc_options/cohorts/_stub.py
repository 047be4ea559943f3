"""Stands in until the table of facts and its expressions are there."""
from __future__ import annotations
from functools import reduce
from operator import and_, or_
from typing import NamedTuple, Any
from collections.abc import Mapping
import polars as pl
from mbc_options.rulebook.compiled import CompiledRulebook
from mbc_options.exploration.status import Status
from typing import get_args
ORDER = get_args(Status)

class FactTable(NamedTuple):
    frame: pl.LazyFrame
    facts: Mapping[str, str]
    conflict: str | None = None

def _cover(primes, space, table):
    ors = []
    for p in primes:
        ands = []
        for fact, values in space.reading(p).items():
            col = table.facts.get(fact)
            if col is None: 
                ands = None; break
            for v in space.domains[fact]:
                if v not in values: ands.append(pl.col(col) != v)
        if ands is None: continue
        ors.append(reduce(and_, ands) if ands else pl.lit(True))
    return reduce(or_, ors) if ors else pl.lit(False)

def holds(function, table, space): return _cover(function.holds, space, table)
def fails(function, table, space): return _cover(function.fails, space, table)

def status_column(option): return "status_" + option.replace(".", "_")

def with_statuses(table, rulebook, *, assume=False):
    space = rulebook.space
    bad = _cover([p for p in rulebook.theory.broken], space, table).fill_null(False)
    si, so = _cover(rulebook.scope.holds, space, table).fill_null(False), _cover(rulebook.scope.fails, space, table).fill_null(False)
    out = []
    dtype = pl.Enum(ORDER)
    for o in rulebook.by_id.values():
        c, n, d, nd = (_cover(x, space, table).fill_null(False) for x in (o.candidate.holds, o.candidate.fails, o.described.holds, o.described.fails))
        e = (pl.when(bad).then(pl.lit(None)).when(so).then(pl.lit("out_of_scope")).when(~si).then(pl.lit("undetermined"))
             .when(c).then(pl.lit("candidate")).when(n & d).then(pl.lit("unspecified")).when(n & nd).then(pl.lit("not_described")).otherwise(pl.lit("undetermined")))
        out.append(e.cast(dtype).alias(status_column(o.id)))
    return table.frame.with_columns(bad.alias("contradiction"), *out)
