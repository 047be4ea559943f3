"""The expressions that primes are made into, whatever the library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
import pytest
from cohort_rows import cube_of, rows_by_chance, table_of

from mbc_options import load_rulebook, portable
from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.in_polars import Polars
from mbc_options.cohorts.in_stages import RowsInStages

if TYPE_CHECKING:
    from mbc_options.exploration.status import Status


class Depth(NamedTuple):
    """An expression of which nothing is known but how deep it nests."""

    deep: int

    def __and__(self, other: Depth) -> Depth:
        return Depth(max(self.deep, other.deep) + 1)

    __or__ = __and__


class Depths:
    def always(self) -> Depth:
        return Depth(0)

    def cannot_be(self, column: str, value: str) -> Depth:
        assert column
        assert value
        return Depth(0)

    def when(self, condition: Any) -> Any:
        raise AssertionError(condition)

    def status(self, status: Status | None) -> Any:
        raise AssertionError(status)


def test_many_primes_nest_no_deeper_than_they_must() -> None:
    facts = {f"f{i}": ("yes", "no") for i in range(500)}
    rows = Rows(Depths(), facts, {fact: fact for fact in facts})
    every = rows.inside([{fact: ("yes",)} for fact in facts])
    assert every == Depth(9)  # 2 ** 9 is 512
    assert rows.inside([dict.fromkeys(facts, ("no",))]) == Depth(9)


def test_where_no_prime_can_be_told_by_the_columns_there_is_no_expression() -> None:
    rows = Rows(Polars(), {"a": ("yes", "no"), "b": ("yes", "no")}, {"a": "a"})
    assert rows.inside([{"b": ("yes",)}, {"a": ("no",), "b": ("yes",)}]) is None
    assert rows.inside([]) is None
    everybody = rows.inside([{}])
    assert everybody is not None
    assert pl.select(everybody).item() is True


@pytest.mark.parametrize("in_stages", [False, True], ids=["as one", "in stages"])
def test_a_row_is_inside_a_prime_where_all_that_it_can_be_is(in_stages: bool) -> None:  # noqa: FBT001 - a parameter
    rulebook = load_rulebook()
    form, space = portable(rulebook), rulebook.space
    facts = [fact.id for fact in form.facts]
    found = rows_by_chance(rulebook, 200, 8, facts)
    table = table_of(rulebook, found, facts)
    primes = [prime for one in form.decisions for prime in getattr(one, "candidate", ())]
    rows = Rows(Polars(), space.domains, table.facts)
    stages: tuple[dict[str, pl.Expr], ...] = ()
    if in_stages:
        rows = staged = RowsInStages(space.domains, table.facts, "_")
        stages = staged.stages
    tests = {str(i): rows.inside([prime]) for i, prime in enumerate(primes)}
    frame = table.frame
    for stage in stages:
        frame = frame.with_columns(**stage)
    done = frame.select(**tests).collect()
    for i, prime in enumerate(primes):
        cube = space.cube(prime)
        expected = [cube_of(rulebook, row) & ~cube == 0 for row in found]
        assert [told is True for told in done[str(i)]] == expected
        assert not (in_stages and done[str(i)].null_count())
