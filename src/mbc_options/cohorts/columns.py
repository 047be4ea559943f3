"""What columns of facts and statuses are called, and what they hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import polars as pl

from mbc_options.errors import InputError, Problem, RulebookError
from mbc_options.exploration.status import Status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

__all__ = [
    "CONFLICT_COLUMN",
    "CONTRADICTION",
    "ORDER",
    "STATUSES",
    "fact_column",
    "fact_columns",
    "refuse_taken",
    "status_column",
    "status_columns",
    "undotted",
    "value_column",
]

CONTRADICTION = "contradiction"
"""The column that tells which rows contradict themselves."""

CONFLICT_COLUMN, ORDER = " conflict", " order"
"""Columns of ours while a table is read; no column of a fact or a status has a space."""

STATUSES = pl.Enum(get_args(Status))
"""What a column of statuses holds; null in a row that contradicts itself."""


def value_column(values: Sequence[str]) -> pl.Enum:
    """Return what a column of a fact with these values holds: one of them, in their order; null where it is unknown."""
    return pl.Enum(values)


def fact_column(fact: str) -> str:
    """Return the name of the column of a fact: without a dot, which some engines read as a path."""
    return f"fact_{undotted(fact)}"


def status_column(option: str) -> str:
    """Return the name of the column with the status of an option."""
    return f"status_{undotted(option)}"


def fact_columns(facts: Iterable[str]) -> dict[str, str]:
    """Return the name of the column of each fact.

    Raises:
        RulebookError: where two facts would share one.
    """
    return _apart({fact: fact_column(fact) for fact in facts})


def status_columns(options: Iterable[str]) -> dict[str, str]:
    """Return the name of the column with the status of each option.

    Raises:
        RulebookError: where two options would share one.
    """
    return _apart({option: status_column(option) for option in options})


def refuse_taken(names: Iterable[str], present: Collection[str], source: str = "the table") -> None:
    """Refuse a table that has a column already that is to be added to it.

    Args:
        names: the columns that are to be added.
        present: those that it has.
        source: what it is called.

    Raises:
        InputError: naming every such column.
    """
    taken = [name for name in names if name in present]
    if taken:
        message = "already, and one is to be added: rename or drop it"
        raise InputError(
            [Problem(f"has a column {name} {message}", source, path=(name,), code="column-taken") for name in taken]
        )


def undotted(id_: str) -> str:
    """Return the id of a fact or an option as a part of a name of a column."""
    return id_.replace(".", "_")


def _apart(names: dict[str, str]) -> dict[str, str]:
    first: dict[str, str] = {}
    for id_, name in names.items():
        if first.setdefault(name, id_) != id_:
            message = f"{first[name]} and {id_} would share the column {name}: name one of them otherwise"
            raise RulebookError([Problem(message, code="shared-column")])
    return names
