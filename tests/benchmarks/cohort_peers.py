"""The same rulebook as people write it by hand for polars, made by code from the authored conditions.

There are two ways. The one takes what is unknown for *no*: `eq_missing` is never null. The other leaves it null, and
lets polars decide by Kleene's three values. A hand that writes has no constraints, and no reasons together.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_
from typing import TYPE_CHECKING, Literal, TypeAlias

import polars as pl

from mbc_options.cohorts.columns import STATUSES, fact_column, status_column
from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, NoneOf

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import Member, Rulebook

__all__ = ["WAYS", "Way", "hand_written"]

Way: TypeAlias = Literal["null is no", "Kleene"]
WAYS: tuple[Way, ...] = ("null is no", "Kleene")


def hand_written(rulebook: Rulebook, facts: Collection[str], way: Way) -> list[pl.Expr]:
    """Return a status for every option and member, as a hand writes it.

    Args:
        rulebook: as it was authored.
        facts: those that have a column.
        way: what is made of a null.
    """
    hand = _Hand({one.id: one.when for one in rulebook.definitions}, facts, way)
    scope = hand.meant(rulebook.about.scope.when)
    return [status.alias(status_column(id_)) for id_, status in hand.options(rulebook, scope)]


class _Hand:
    def __init__(self, definitions: Mapping[str, Node], facts: Collection[str], way: Way) -> None:
        self.definitions, self.facts, self.way = definitions, facts, way

    def options(self, rulebook: Rulebook, scope: pl.Expr) -> Iterator[tuple[str, pl.Expr]]:
        for therapy in rulebook.therapies:
            class_ = self.patients(therapy)
            yield therapy.id, self.status(scope, *class_)
            for member in therapy.members:
                candidate, described = map(and_, self.patients(member), class_)
                yield f"{therapy.id}.{member.id}", self.status(scope, candidate, described)

    def patients(self, option: Member) -> tuple[pl.Expr, pl.Expr]:
        """Who is a candidate, and who is that or unspecified."""
        candidate = [rule.when for rule in option.rules if rule.status == "candidate"]
        return self.any_of(candidate), self.any_of([rule.when for rule in option.rules])

    def any_of(self, parts: Collection[Node]) -> pl.Expr:
        return reduce(or_, map(self.meant, parts)) if parts else pl.lit(value=False)

    def meant(self, node: Node) -> pl.Expr:
        match node:
            case Always():
                return pl.lit(value=True)
            case Defined(name):
                return self.meant(self.definitions[name])
            case Fact(fact, values):
                return self.has(fact, values)
            case AllOf(parts):
                return reduce(and_, map(self.meant, parts))
            case AnyOf(parts):
                return self.any_of(parts)
            case NoneOf(part):
                return ~self.meant(part)

    def has(self, fact: str, values: tuple[str, ...]) -> pl.Expr:
        column = pl.col(fact_column(fact))
        if self.way == "null is no":
            return (
                reduce(or_, map(column.eq_missing, map(pl.lit, values))) if fact in self.facts else pl.lit(value=False)
            )
        return reduce(or_, map(column.eq, values)) if fact in self.facts else pl.lit(None, dtype=pl.Boolean)

    def status(self, scope: pl.Expr, candidate: pl.Expr, described: pl.Expr) -> pl.Expr:
        if self.way == "null is no":
            said = pl.when(~scope).then(_status("out_of_scope")).when(candidate).then(_status("candidate"))
            return said.when(described).then(_status("unspecified")).otherwise(_status("not_described"))
        said = pl.when(~scope).then(_status("out_of_scope")).when(scope.is_null()).then(_status("undetermined"))
        said = said.when(candidate).then(_status("candidate")).when(candidate.is_null()).then(_status("undetermined"))
        said = said.when(described).then(_status("unspecified"))
        return said.when(described.is_null()).then(_status("undetermined")).otherwise(_status("not_described"))


def _status(status: Status) -> pl.Expr:
    return pl.lit(status, dtype=STATUSES)
