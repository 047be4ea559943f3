"""Random patients as rows of words, contradictory and incomplete ones among them, and what `statuses` tells of each."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from mbc_options import Patient, portable, statuses
from mbc_options.cohorts.columns import status_column
from mbc_options.frozendict import FrozenDict
from mbc_options.patient.description import Description, _made

if TYPE_CHECKING:
    from mbc_options import CompiledRulebook

__all__ = ["Row", "as_columns", "described", "random_rows", "told_one_by_one"]

Row = dict[str, str | None]

CONTRADICTORY = 0.1
"""How likely a row that contradicts itself stays as it came."""


def random_rows(rulebook: CompiledRulebook, rows: int, seed: int) -> list[Row]:
    """Rows of all facts that decide something."""
    chance, domains = random.Random(seed), rulebook.space.domains
    facts = [fact.id for fact in portable(rulebook).facts]
    found = []
    for _ in range(rows):
        share = chance.choice([0.1, 0.4, 0.8])
        row: Row = {fact: chance.choice(domains[fact]) if chance.random() < share else None for fact in facts}
        if chance.random() > CONTRADICTORY:
            for prime in map(rulebook.space.reading, rulebook.theory.broken):
                if all(row.get(fact) in values for fact, values in prime.items()):
                    row[chance.choice([*prime])] = None
        found.append(row)
    return found


def as_columns(rows: list[Row]) -> dict[str, list[str | None]]:
    """The rows as columns that are called like their facts, without dots."""
    return {fact.replace(".", "_"): [row[fact] for row in rows] for fact in rows[0]}


def described(row: Row, rulebook: CompiledRulebook, *, assume: bool) -> Description | None:
    """The patient of a row, alone; None where the row contradicts itself."""
    vocabulary = rulebook.vocabulary
    cube = rulebook.space.cube({fact: [value] for fact, value in row.items() if value is not None})
    if not rulebook.theory.is_possible(cube):
        return None
    cube = rulebook.theory.tighten(cube)
    for assumption in vocabulary.file.assumptions if assume else ():
        known, bit = cube & rulebook.space.mask(assumption.fact), rulebook.space.bit(assumption.fact, assumption.value)
        if known & bit and known != bit:
            cube = rulebook.theory.tighten(cube & ~known | bit)
    return _made((), FrozenDict(), (), dict.fromkeys(vocabulary.fields), cube, (), vocabulary)


def told_one_by_one(rows: list[Row], rulebook: CompiledRulebook, *, assume: bool) -> list[dict[str, str | None]]:
    """What the columns of statuses hold, row by row."""
    nothing = dict.fromkeys(map(status_column, rulebook.by_id))
    found: list[dict[str, str | None]] = []
    for row in rows:
        patient: Description | Patient | None = described(row, rulebook, assume=assume)
        told = {} if patient is None else statuses(patient, rulebook)
        found.append(nothing | {status_column(option): status for option, status in told.items()})
    return found
