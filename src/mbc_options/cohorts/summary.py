"""From a table of facts to what is told of it as a whole: each count is an aggregation, lazy and streaming."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING, Any, NamedTuple

import polars as pl

from mbc_options.cohorts.attrition import rule_steps
from mbc_options.cohorts.cohort_summary import (
    Assumed,
    CohortSummary,
    DependsOn,
    FactCount,
    Filled,
    OptionSummary,
    RuleSummary,
    StatusCounts,
    Step,
    SubtypeCount,
    Sufficiency,
)
from mbc_options.cohorts.columns import CONTRADICTION, status_columns
from mbc_options.cohorts.evaluate import assumed, holds, with_statuses
from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.fact_table import checked
from mbc_options.cohorts.in_polars import Polars
from mbc_options.cohorts.sufficiency import Lacking
from mbc_options.exploration.presenter import presenter_of
from mbc_options.logic import PrimeFunction
from mbc_options.rulebook.compiled import rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.cohorts.attrition import RuleSteps
    from mbc_options.cohorts.fact_table import FactTable
    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["MOST_KINDS", "summarize"]

MOST_KINDS = 20_000
"""Of how many kinds of undetermined rows, at most, it is worked out what they lack; the most frequent come first."""

ROWS, SCOPE, SUBTYPE = " rows", " scope", " subtype"
"""Columns of ours; no column of a fact or a status has a space."""

SCOPES = ("in", "open", "out", "contradictory")

STATUSES = tuple(field.name for field in fields(StatusCounts))


class _Group(NamedTuple):
    """Options that are decided alike.

    Attributes:
        lacking: works out what their undetermined verdicts lack.
        options: their ids.
        columns: the columns of the table that they rest on, by fact.
    """

    lacking: Lacking
    options: list[str]
    columns: dict[str, str]


def summarize(table: FactTable, rulebook: CompiledRulebook | None = None, *, assume: bool = False) -> CohortSummary:
    """Return what a rulebook says of a table of patients, in counts.

    Args:
        table: the patients.
        rulebook: default: the one that comes with the package.
        assume: whether to assume what the rulebook assumes where a row says nothing of it.

    Raises:
        InputError: where the table does not hold what it says, or has a column that statuses take.
        RulebookError: where two options would share a column.
    """
    rulebook = rulebook_of(rulebook)
    return _Summary(checked(table, rulebook), rulebook, assume=assume).summary()


class _Summary:
    def __init__(self, table: FactTable, rulebook: CompiledRulebook, *, assume: bool) -> None:
        self.said = table.facts
        self.table = assumed(table, rulebook) if assume else table
        self.rulebook, self.columns = rulebook, status_columns(rulebook.by_id)
        self.rules = rule_steps(rulebook)
        self.steps = {
            function: i for i, function in enumerate({step.function: None for one in self.rules for step in one.steps})
        }
        self._rows = Rows(Polars(), rulebook.space.domains, self.table.facts)
        self.groups = self._groups()

    def summary(self) -> CohortSummary:
        """Return the summary.

        Verdicts are worked out once, and kept while they are counted, a byte a cell: queries that stream side by side
        share nothing, and would work them out again for each group of options.
        """
        frame = self._decided().collect(engine="streaming").lazy()
        inside = frame.filter(pl.col(SCOPE) == "in")
        rows, said, steps, *kinds = pl.collect_all(
            [
                frame.group_by(SCOPE, SUBTYPE).agg(pl.len().alias(ROWS), *self._statuses()),
                self.table.frame.select(
                    pl.col(name).count() for name in {*self.said.values(), *self.table.facts.values()}
                ),
                inside.select(*self._reached()),
                *(self._kinds(inside, group) for group in self.groups),
            ],
            engine="streaming",
        )
        scopes = {name: int(rows.filter(pl.col(SCOPE) == name)[ROWS].sum()) for name in SCOPES}
        in_scope = rows.filter(pl.col(SCOPE) == "in").sort(SUBTYPE)
        told: dict[str, dict[str, Any]] = {}
        for group, found in zip(self.groups, kinds, strict=True):
            about = self._told(group, in_scope, found, scopes["in"] + scopes["open"])
            told |= dict.fromkeys(group.options, about)
        rulebook = self.rulebook
        return CohortSummary(
            rulebook=presenter_of(rulebook).info,
            rows=sum(scopes.values()),
            contradictory=scopes["contradictory"],
            in_scope=scopes["in"],
            scope_open=scopes["open"],
            out_of_scope=scopes["out"],
            assumptions=tuple(self._assumed(said)),
            scope_facts=tuple(map(self._label, rulebook.space.facts_of(rulebook.scope.named))),
            subtypes=tuple(self._subtypes(in_scope)),
            facts=tuple(self._facts(said)),
            options=tuple(
                OptionSummary(
                    id=option.id,
                    label=option.authored.label,
                    within=None if option is class_ else class_.id,
                    **told[option.id],
                )
                for class_ in rulebook.options
                for option in (class_, *class_.members)
            ),
            rules=tuple(self._rule(one, steps) for one in self.rules),
            glossary=rulebook.glossary,
        )

    def _holds(self, function: Function) -> tuple[pl.Expr, pl.Expr]:
        """Return for which rows a condition surely holds, and for which it surely does not.

        Rows that contradict themselves are not looked at, which `holds` does for each condition anew.
        """
        if not isinstance(function, PrimeFunction):
            found = holds(function, self.table, self.rulebook)
            return found.fill_null(value=False), (~found).fill_null(value=False)
        inside = (
            self._rows.inside(map(self.rulebook.space.reading, some)) for some in (function.holds, function.fails)
        )
        holding, failing = (pl.lit(value=False) if one is None else one.fill_null(value=False) for one in inside)
        return holding, failing

    def _decided(self) -> pl.LazyFrame:
        """Return the facts with statuses, the scope, and the place of the subtype of each row."""
        inside, outside = self._holds(self.rulebook.scope)
        where = (
            pl.when(pl.col(CONTRADICTION))
            .then(pl.lit("contradictory"))
            .when(inside)
            .then(pl.lit("in"))
            .when(outside)
            .then(pl.lit("out"))
            .otherwise(pl.lit("open"))
        )
        subtypes = [self._holds(one.function) for one in self.rulebook.subtypes]
        has_none = pl.all_horizontal(pl.lit(value=True), *(fails for _, fails in subtypes))
        kind = pl.when(has_none).then(pl.lit(len(subtypes) + 1)).otherwise(pl.lit(len(subtypes)))
        for i, (has, _) in reversed([*enumerate(subtypes)]):
            kind = pl.when(has).then(pl.lit(i)).otherwise(kind)
        return with_statuses(self.table, self.rulebook).select(
            *dict.fromkeys(self.table.facts.values()),
            *(self.columns[group.options[0]] for group in self.groups),
            where.cast(pl.Enum(SCOPES)).alias(SCOPE),
            kind.cast(pl.UInt32).alias(SUBTYPE),
        )

    def _statuses(self) -> Iterator[pl.Expr]:
        for group in self.groups:
            first = group.options[0]
            for status in STATUSES:
                yield (pl.col(self.columns[first]) == status).sum().alias(_counted(first, status))

    def _reached(self) -> Iterator[pl.Expr]:
        for function, i in self.steps.items():
            holding, failing = self._holds(function)
            for name, found in (("holds", holding), ("fails", failing)):
                in_each_row = found & pl.col(SCOPE).is_not_null()  # a literal alone would be one row
                yield in_each_row.sum().alias(f"{i} {name}")
        yield pl.len().alias(ROWS)

    def _groups(self) -> tuple[_Group, ...]:
        found: dict[tuple[Function | None, ...], _Group] = {}
        for option in self.rulebook.by_id.values():
            key = option.candidate, option.described, option.unspecified
            if key not in found:
                lacking = Lacking(self.rulebook, option)
                columns = {fact: self.table.facts[fact] for fact in lacking.facts if fact in self.table.facts}
                found[key] = _Group(lacking, [], columns)
            found[key].options.append(option.id)
        return tuple(found.values())

    def _kinds(self, inside: pl.LazyFrame, group: _Group) -> pl.LazyFrame:
        """Return what is known in rows with an undetermined verdict, each kind once, and how many rows are of it."""
        columns = list(group.columns.values())
        undetermined = inside.filter(pl.col(self.columns[group.options[0]]) == "undetermined")
        if not columns:
            return undetermined.select(pl.len().alias(ROWS))
        kinds = undetermined.group_by(columns).agg(pl.len().alias(ROWS))
        return kinds.sort(ROWS, *columns, descending=[True, *(False for _ in columns)]).head(MOST_KINDS)

    def _told(self, group: _Group, in_scope: pl.DataFrame, kinds: pl.DataFrame, of: int) -> dict[str, Any]:
        """Return what is told of each option of a group."""
        first, places = group.options[0], range(len(self.rulebook.subtypes) + 2)
        counts = _status_counts(first, in_scope)
        facts = list(group.columns)
        kinds = kinds.select(*group.columns.values(), ROWS).filter(pl.col(ROWS) > 0)
        lack = group.lacking.of((dict(zip(facts, said, strict=False)), said[-1]) for said in kinds.iter_rows())
        filled = sorted(lack.sometimes, key=lambda fact: (-lack.always[fact], -lack.sometimes[fact]))
        sufficiency = Sufficiency(
            of=of,
            settled=counts.settled,
            looked_at=int(kinds[ROWS].sum()),
            depends_on=tuple(
                DependsOn(fact=fact, label=self._label(fact), rows=lack.depends_on[fact])
                for fact in sorted(lack.depends_on, key=lambda fact: -lack.depends_on[fact])
            ),
            filled=tuple(
                Filled(fact=fact, label=self._label(fact), always=lack.always[fact], sometimes=lack.sometimes[fact])
                for fact in filled
            ),
            lists_all=lack.lists_all,
        )
        by_subtype = tuple(_status_counts(first, in_scope.filter(pl.col(SUBTYPE) == place)) for place in places)
        return {"counts": counts, "by_subtype": by_subtype, "sufficiency": sufficiency}

    def _label(self, fact: str) -> str:
        return self.rulebook.vocabulary.facts[fact].label

    def _subtypes(self, in_scope: pl.DataFrame) -> Iterator[SubtypeCount]:
        known = [one.subtype for one in self.rulebook.subtypes]
        rows = dict(in_scope.select(SUBTYPE, ROWS).iter_rows())
        for i, subtype in enumerate(known):
            yield SubtypeCount(kind="known", id=subtype.id, label=subtype.label, rows=rows.get(i, 0))
        yield SubtypeCount(kind="open", id="", label="", rows=rows.get(len(known), 0))
        yield SubtypeCount(kind="none", id="", label="", rows=rows.get(len(known) + 1, 0))

    def _facts(self, said: pl.DataFrame) -> Iterator[FactCount]:
        space, rests_on = self.rulebook.space, self.rulebook.scope.named
        for option in self.rulebook.by_id.values():
            rests_on |= option.described.named
        for fact in space.facts_of(rests_on):
            column = self.said.get(fact)
            rows = int(said[column].item()) if column else 0
            yield FactCount(fact=fact, label=self._label(fact), has_column=column is not None, said=rows)

    def _assumed(self, said: pl.DataFrame) -> Iterator[Assumed]:
        for one in self.rulebook.vocabulary.file.assumptions:
            column, before = self.table.facts.get(one.fact), self.said.get(one.fact)
            if column is not None and column != before:
                rows = int(said[column].item()) - (int(said[before].item()) if before else 0)
                yield Assumed(text=one.text, rows=rows)

    def _rule(self, one: RuleSteps, reached: pl.DataFrame) -> RuleSummary:
        return RuleSummary(
            id=one.rule.rule.id,
            option=one.option.id,
            label=one.option.authored.label,
            status=one.rule.rule.status,
            reads=one.rule.reads,
            steps=tuple(self._step(step.reads, self.steps[step.function], reached) for step in one.steps),
        )

    def _step(self, reads: str, place: int, reached: pl.DataFrame) -> Step:
        rows, holding, failing = (int(reached[name].item()) for name in (ROWS, f"{place} holds", f"{place} fails"))
        return Step(reads=reads, holds=holding, open=rows - holding - failing, fails=failing)


def _counted(option: str, status: str) -> str:
    return f"{option} {status}"


def _status_counts(option: str, rows: pl.DataFrame) -> StatusCounts:
    return StatusCounts(**{status: int(rows[_counted(option, status)].sum()) for status in STATUSES})
