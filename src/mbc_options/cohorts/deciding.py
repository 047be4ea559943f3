"""What decides the rows of a table, on what their verdicts depend, and what to find out next, as `explore` tells it.

These are optional columns: each takes a search for reasons, which is done once for all rows of which the same is known.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import polars as pl

from mbc_options.cohorts.columns import undotted
from mbc_options.cohorts.distinct_rows import once_per_distinct_row
from mbc_options.errors import UnknownOptionError
from mbc_options.exploration.explore import Exploration
from mbc_options.exploration.next_question import ask_next, open_options
from mbc_options.exploration.presenter import presenter_of
from mbc_options.misuse import refuse_kind

if TYPE_CHECKING:
    from mbc_options.cohorts.fact_table import FactTable
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

__all__ = ["NEXT_QUESTION", "deciding", "deciding_columns", "explained"]

NEXT_QUESTION = "next_question"
"""The column with the fact to find out next; also what asks for it by name."""

LISTED = pl.List(pl.String)
"""What a column of deciding facts holds, and one of the facts on which a verdict depends."""


def explained(explain: object, rulebook: CompiledRulebook) -> tuple[str, ...]:
    """Return what is to be told: ids of options, and `next_question`.

    Args:
        explain: True for everything, False for nothing, one name or several.
        rulebook: whose options are meant.

    Raises:
        UnknownOptionError: for a name that is none of these.
        TypeError: for what is neither names nor a switch.
    """
    if isinstance(explain, bool):
        return (*rulebook.by_id, NEXT_QUESTION) if explain else ()
    names = [explain] if isinstance(explain, str) else explain
    if not isinstance(names, (list, tuple, set, frozenset)) or not all(isinstance(name, str) for name in names):
        refuse_kind(f"True, or ids of options and {NEXT_QUESTION!r} in a list", explain)
    known = (*rulebook.by_id, NEXT_QUESTION)
    for name in names:
        if name not in known:
            raise UnknownOptionError(name, known)
    return tuple(name for name in known if name in names)


def deciding_columns(asked: tuple[str, ...], rulebook: CompiledRulebook) -> dict[str, Any]:
    """Return the columns that are to be added, each with what it holds.

    Args:
        asked: what is to be told, as `explained` returns it.
        rulebook: whose options are meant.
    """
    columns: dict[str, Any] = {}
    for name in asked:
        if name == NEXT_QUESTION:
            columns[NEXT_QUESTION] = pl.Enum(rulebook.space.facts)
        else:
            columns[f"decided_by_{undotted(name)}"] = LISTED
            columns[f"depends_on_{undotted(name)}"] = LISTED
    return columns


def deciding(table: FactTable, rulebook: CompiledRulebook, asked: tuple[str, ...]) -> list[pl.Expr]:
    """Return a column for each thing that is to be told of a row; null where the row contradicts itself.

    For an option there are two: `decided_by_...`, a list of the facts that suffice for its status, as they read, empty
    while that is open or out of scope; and `depends_on_...`, a list of the ids of the facts that would settle it, empty
    where it is settled. `next_question` is the id of the fact to find out next, null where nothing would settle more.

    Args:
        table: the patients, with what is assumed of them.
        rulebook: whose options are meant.
        asked: what is to be told, as `explained` returns it.
    """
    columns = deciding_columns(asked, rulebook)
    told = _Told(rulebook, asked)
    dtype = pl.Struct(columns)
    answers = once_per_distinct_row(table, rulebook, table.facts, told.row, dtype)
    if table.conflict is not None:
        answers = pl.when(~pl.col(table.conflict)).then(answers)
    return [answers.struct.field(name) for name in columns]


class _Told:
    """Tells of the rows of a table what is asked for."""

    def __init__(self, rulebook: CompiledRulebook, asked: tuple[str, ...]) -> None:
        self.rulebook = rulebook
        self.presenter = presenter_of(rulebook)
        self.nobody = rulebook.patient()
        self.options = tuple(rulebook.by_id[name] for name in asked if name != NEXT_QUESTION)
        self.asks_next = NEXT_QUESTION in asked

    def row(self, knowledge: int) -> dict[str, Any]:
        """Return what is told of those of whom this is known, by column."""
        knowledge = self.rulebook.theory.tighten(knowledge)
        exploration = Exploration(self.presenter, self.nobody, knowledge)
        told: dict[str, Any] = {}
        for option in self.options:
            name = undotted(option.id)
            told[f"decided_by_{name}"], told[f"depends_on_{name}"] = self._basis(option, exploration)
        if self.asks_next:
            verdicts = self.presenter.verdicts
            options = open_options(self.rulebook, lambda id_: verdicts.status(id_, knowledge))
            found = ask_next(verdicts, knowledge, options)
            told[NEXT_QUESTION] = found[0].fact if found else None
        return told

    def _basis(self, option: CompiledOption, exploration: Exploration) -> tuple[list[str], list[str]]:
        """Return the facts that suffice for a status, readable, and the ids of those that an open one depends on."""
        knowledge, verdicts, space = exploration.knowledge, self.presenter.verdicts, self.rulebook.space
        status = verdicts.status(option.id, knowledge)
        if exploration.scope == "open":
            return [], [fact for fact in verdicts.scope_facts() if verdicts.is_unknown(fact, knowledge)]
        if exploration.scope == "out":
            return [], []
        if status != "undetermined":
            return list(self.presenter.proof(exploration.sufficient(option, status))[0]), []
        found = verdicts.settling(option, knowledge)
        depends = {fact for cube, _ in found.ways for fact in space.support(cube)}
        if not found.are_all:
            depends.update(fact for fact, _ in verdicts.unknown(knowledge, [option.id]))
        return [], [fact for fact in space.facts if fact in depends]
