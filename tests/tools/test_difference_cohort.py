"""Which patients of a table get another status, and by which rule: against enumeration, row by row."""

from __future__ import annotations

from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from small_books import DOMAINS, Point, answer, books, can_be, holds, written
from thoroughness import examples

from mbc_options import load_rulebook
from mbc_options.cohorts.columns import fact_column
from mbc_options.cohorts.fact_table import FactTable
from mbc_options.tools.difference.cohort import FIRST, cohort_moved

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.tools.difference.found import CohortMoved

Book = dict[str, Any]
Row = dict[str, str | None]

ROWS = st.lists(
    st.fixed_dictionaries({fact: st.sampled_from([None, *values]) for fact, values in DOMAINS.items()}), max_size=12
)


class Read(NamedTuple):
    """Rows as a rulebook reads them; in place of a `Cohort`, which reads cells."""

    table: FactTable
    rulebook: CompiledRulebook
    assume: bool = False


def by(rulebook: CompiledRulebook, rows: list[Row]) -> Any:
    """Return rows as a rulebook reads them: a column of ids, and one for each fact that it has."""
    domains = rulebook.space.domains
    columns = {fact_column(fact): pl.Enum(values) for fact, values in domains.items()}
    told = [{fact_column(fact): row[fact] for fact in domains} for row in rows]
    who = pl.Series("who", [f"P{i}" for i in range(len(rows))], dtype=pl.String)
    frame = pl.DataFrame(told, schema=columns).with_columns(who)
    return Read(FactTable(frame.lazy(), dict(zip(domains, columns, strict=True))), rulebook)


def moved(old: Book, new: Book, rows: list[Row]) -> CohortMoved:
    with TemporaryDirectory() as where:
        paths = [written(book, Path(where, name)) for name, book in (("old", old), ("new", new))]
        by_old, by_new = (by(load_rulebook(path), rows) for path in paths)
        return cohort_moved(by_old, by_new, name="t", id_column="who")


def completions(book: Book, row: Row) -> list[Point]:
    ways = product(*(DOMAINS[fact] if row[fact] is None else [row[fact]] for fact in book["facts"]))
    every = [dict(zip(book["facts"], values, strict=True)) for values in ways]
    return [point for point in every if can_be(book, point)]


def shared(book: Book, row: Row, condition: Any) -> bool | None:
    found = {holds(condition, point) for point in completions(book, row)}
    return found.pop() if len(found) == 1 else None


def status(book: Book, option: str, row: Row) -> str:
    if option not in book["options"]:
        return "absent"
    every = completions(book, row)
    if not every:
        return "contradictory"
    inside = shared(book, row, book["scope"])
    if inside is not True:
        return "undetermined" if inside is None else "out_of_scope"
    found = {answer(book, option, point) for point in every}
    return found.pop() if len(found) == 1 else "undetermined"


@given(books(), books(), ROWS)
@settings(max_examples=examples(60))
def test_just_the_patients_are_told_whose_status_is_another(old: Book, new: Book, rows: list[Row]) -> None:
    found = moved(old, new, rows)
    told: dict[tuple[str, str, str], list[str]] = {}
    for option, (i, row) in product(("one", "two"), enumerate(rows)):
        before, after = status(old, option, row), status(new, option, row)
        if before != after and (option in old["options"] or option in new["options"]):
            told.setdefault((option, before, after), []).append(f"P{i}")
    counts: dict[tuple[str, str, str], int] = {}
    for option in found.options:
        assert option.count == sum(one.count for one in option.moves)
        for one in option.moves:
            key = option.id, one.old, one.new
            counts[key] = counts.get(key, 0) + one.count
            assert len(one.first) == min(one.count, FIRST)
            assert set(one.first) <= set(told[key])
    assert counts == {key: len(who) for key, who in told.items()}
    both = [key for key in told if key[0] in old["options"] and key[0] in new["options"]]
    assert found.moved == len({who for key in both for who in told[key]})
    assert found.patients == len(rows)


@given(books(), books(), ROWS)
@settings(max_examples=examples(60))
def test_a_rule_moves_whom_it_holds_for_by_one_of_the_rulebooks(old: Book, new: Book, rows: list[Row]) -> None:
    found = moved(old, new, rows)
    for option in found.options:
        for one in option.moves:
            row = rows[int(one.first[0][1:])]
            by = {mover.id: mover.how for mover in one.by if mover.kind == "rule"}
            scopes = [shared(book, row, book["scope"]) for book in (old, new)]
            if "absent" in {one.old, one.new} or "contradictory" in {one.old, one.new}:
                assert one.by == ()
                continue
            assert [mover.kind for mover in one.by if mover.kind == "scope"] == ["scope"] * (scopes[0] != scopes[1])
            if scopes[0] != scopes[1]:
                assert not by
                continue
            assert one.by
            rules: list[dict[str, tuple[Any, str]]] = [
                {f"{option.id}-{i}": rule for i, rule in enumerate(book["options"][option.id])} for book in (old, new)
            ]
            for id_ in {*rules[0], *rules[1]}:
                holding = [
                    shared(book, row, own[id_][0]) if id_ in own else False
                    for book, own in zip((old, new), rules, strict=True)
                ]
                if holding[0] != holding[1]:
                    assert id_ in by
                elif id_ in by:
                    assert holding[0] is not False, "what fails by both moves nobody"
                    assert by[id_] == "changed"
                assert (by.get(id_) == "added") <= (id_ not in rules[0])
                assert (by.get(id_) == "removed") <= (id_ not in rules[1])
