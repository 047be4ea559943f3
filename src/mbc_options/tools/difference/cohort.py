"""What a difference between rulebooks means for the patients of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mbc_options.cohorts.columns import CONTRADICTION, status_column
from mbc_options.cohorts.evaluate import assumed, holds, with_statuses
from mbc_options.cohorts.groups import text_of
from mbc_options.errors import InputError, Problem, nearest_word
from mbc_options.frames import polars
from mbc_options.text import quoted
from mbc_options.tools.difference.found import CohortMoved, Mover, OneSided, OptionMoved, PatientsMoved

if TYPE_CHECKING:
    from collections.abc import Iterator

    import polars as pl

    from mbc_options.cohorts.read_cohort import Cohort
    from mbc_options.rulebook.compiled import CompiledRule

__all__ = ["FIRST", "cohort_moved"]

How: TypeAlias = Literal["added", "removed", "changed", "same"]
FIRST = 5
"""How many patients of a kind are named."""
NUMBER = "number of the patient"


def cohort_moved(old: Cohort, new: Cohort, *, name: str, id_column: str | None = None) -> CohortMoved:
    """Return which patients of a table get another status by the new rulebook than by the old one.

    Each rulebook has read the table by its own facts and words, and decides every row as `statuses` does.

    Args:
        old: the table as the old rulebook reads it.
        new: the table as the new one does: the same patients in the same order.
        name: how the table is called.
        id_column: the column of it that tells who a patient is. Default: patients have numbers, from 1.

    Raises:
        InputError: where the table has no such column.
    """
    return _Moves(_Evaluated(old, id_column), _Evaluated(new, id_column)).found(name, id_column)


class _Evaluated:
    """The patients of the table by one of the rulebooks, in memory: facts, statuses, and who they are."""

    def __init__(self, cohort: Cohort, id_column: str | None) -> None:
        library = polars()
        table, rulebook = cohort.table, cohort.rulebook
        schema = table.frame.collect_schema()
        if id_column is not None and id_column not in schema:
            near = nearest_word(id_column, schema)
            msg = f"the table has no column {quoted(id_column)}{f'; did you mean {near}?' if near else ''}"
            raise InputError([Problem(msg)])
        kept = [*table.facts.values(), *filter(None, (table.conflict, id_column))]
        self.rulebook = rulebook
        number = library.int_range(1, library.len() + 1).alias(NUMBER)  # without any fact there are patients, too
        told = table._replace(frame=table.frame.select(*dict.fromkeys(kept), number))
        told = assumed(told, rulebook) if cohort.assume else told
        self.facts: pl.DataFrame = told.frame.collect(engine="streaming")
        self.table = told._replace(frame=self.facts.lazy())
        self.statuses: pl.DataFrame = with_statuses(self.table, rulebook).collect()
        open_scope = self.within().is_null() & ~library.col(CONTRADICTION)
        self.is_scope_open: pl.Series = self.statuses.select(open_scope).to_series()
        who = library.col(NUMBER).cast(library.String) if id_column is None else text_of(id_column, schema[id_column])
        self.who = self.facts.select(who.fill_null("")).to_series()

    def statuses_of(self, option: str) -> pl.Series:
        """Return the answer to every patient, as text."""
        library = polars()
        if option not in self.rulebook.by_id:
            nowhere: pl.Series = library.repeat("absent", self.facts.height, dtype=library.String, eager=True)
            return nowhere
        return self.statuses[status_column(option)].cast(library.String).fill_null("contradictory")

    def holding(self, rule: CompiledRule | None) -> pl.Expr:
        """Return for whom a rule holds: null where that depends; one that is not there holds for nobody."""
        if rule is None:
            nobody: pl.Expr = polars().lit(value=False)
            return nobody
        return holds(rule.function, self.table, self.rulebook)

    def within(self) -> pl.Expr:
        """Return whom the documents concern: null where that depends."""
        return holds(self.rulebook.scope, self.table, self.rulebook)


class _Rule(NamedTuple):
    """A rule by both rulebooks; None where one has it not."""

    mover: Mover
    old: CompiledRule | None
    new: CompiledRule | None

    def moves(self, old: pl.Expr, new: pl.Expr) -> pl.Expr:
        """Return whom it moves.

        It does where it holds by one rulebook and not by the other, or where it holds as much, and is another rule.
        """
        other_verdict = old.ne_missing(new)
        if self.old is not None and self.new is not None and self.old.rule.status != self.new.rule.status:
            return other_verdict | old.fill_null(value=True)
        return other_verdict | old.is_null() if self.mover.how == "changed" else other_verdict


class _Moves:
    """One comparison."""

    def __init__(self, old: _Evaluated, new: _Evaluated) -> None:
        self.old, self.new = old, new
        one, other = old.facts.height, new.facts.height
        if one != other:
            msg = f"the table has {one:,} patients by the old rulebook, and {other:,} by the new one"
            raise InputError([Problem(f"{msg}; they cannot be compared")])
        spaces = old.rulebook.space, new.rulebook.space
        self.are_alike = spaces[0].facts == spaces[1].facts and spaces[0].domains == spaces[1].domains

    def found(self, table: str, id_column: str | None) -> CohortMoved:
        """Return all of it."""
        library = polars()
        old, new = self.old.rulebook.by_id, self.new.rulebook.by_id
        moved = library.repeat(value=False, n=self.new.facts.height, dtype=library.Boolean, eager=True)
        options = []
        for id_ in dict.fromkeys((*new, *old)):
            before, after = self.old.statuses_of(id_), self.new.statuses_of(id_)
            differs = before != after
            if id_ in old and id_ in new:
                moved = moved | differs
            if count := int(differs.sum()):
                label = (new if id_ in new else old)[id_].authored.label
                moves = tuple(self._moves(id_, before, after, differs))
                options.append(OptionMoved(id=id_, label=label, count=count, moves=moves))
        return CohortMoved(
            table=table,
            id_column=id_column,
            patients=self.new.facts.height,
            moved=int(moved.sum()),
            scope_open=int((self.old.is_scope_open & self.new.is_scope_open).sum()),
            options=tuple(options),
            read_by_one=tuple(self._read_by_one()),
        )

    def _moves(self, id_: str, before: pl.Series, after: pl.Series, differs: pl.Series) -> Iterator[PatientsMoved]:
        """Yield the patients who get another status of an option, by the statuses and what moves them."""
        library = polars()
        movers = dict(self._movers(id_, differs))
        columns = {f"by {i}": column for i, column in enumerate(movers.values())}
        one = {"old": before, "new": after, "who": self.new.who}
        rows = library.DataFrame({name: column.filter(differs) for name, column in one.items()} | columns)
        groups = rows.group_by("old", "new", *columns, maintain_order=True)
        counted = groups.agg(library.len().alias("count"), library.col("who").head(FIRST)).sort(
            "count", descending=True, maintain_order=True
        )
        for old, new, *by, count, first in counted.iter_rows():
            moving = tuple(mover for mover, is_moving in zip(movers, by, strict=True) if is_moving)
            yield PatientsMoved(old=old, new=new, by=moving, count=count, first=tuple(first))

    def _movers(self, id_: str, differs: pl.Series) -> Iterator[tuple[Mover, pl.Series]]:
        """Yield what may move patients, each with whether it does, of those whose status differs."""
        library = polars()
        if id_ not in self.old.rulebook.by_id or id_ not in self.new.rulebook.by_id:
            return
        rules = tuple(self._rules(id_))
        told = [
            side.facts.filter(differs).select(
                *(side.holding(rule).alias(f"{name} {i}") for i, rule in enumerate(own)),
                side.within().alias(f"{name} scope"),
                side.statuses[CONTRADICTION].filter(differs).alias(f"{name} contradiction"),
            )
            for side, name, own in (
                (self.old, "old", [rule.old for rule in rules]),
                (self.new, "new", [rule.new for rule in rules]),
            )
        ]
        both = library.concat(told, how="horizontal")
        can_be = ~(library.col("old contradiction") | library.col("new contradiction"))
        by_scope = library.col("old scope").ne_missing(library.col("new scope"))
        yield Mover(kind="scope"), both.select(by_scope & can_be).to_series()
        for i, rule in enumerate(rules):
            by_rule = rule.moves(library.col(f"old {i}"), library.col(f"new {i}"))
            yield rule.mover, both.select(by_rule & ~by_scope & can_be).to_series()

    def _rules(self, id_: str) -> Iterator[_Rule]:
        """Yield the rules that an option rests on: its own, and for a member those of its class."""
        for option in dict.fromkeys((id_, id_.partition(".")[0])):
            old, new = (
                {one.rule.id: one for one in side.rulebook.by_id[option].rules} for side in (self.old, self.new)
            )
            for rule in dict.fromkeys((*new, *old)):
                before, after = old.get(rule), new.get(rule)
                yield _Rule(Mover(kind="rule", how=self._how(before, after), option=option, id=rule), before, after)

    def _how(self, old: CompiledRule | None, new: CompiledRule | None) -> How:
        if old is None or new is None:
            return "added" if old is None else "removed"
        is_other = old.function != new.function if self.are_alike else old.reads != new.reads
        return "changed" if is_other or old.rule.status != new.rule.status else "same"

    def _read_by_one(self) -> Iterator[OneSided]:
        sides: tuple[tuple[Literal["old", "new"], _Evaluated, _Evaluated], ...] = (
            ("old", self.old, self.new),
            ("new", self.new, self.old),
        )
        for side, evaluated, other in sides:
            for fact in evaluated.table.facts:
                if fact not in other.table.facts:
                    label = evaluated.rulebook.vocabulary.facts[fact].label
                    yield OneSided(side=side, kind="fact", id=fact, label=label)
