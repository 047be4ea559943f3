"""The table whose patients two rulebooks are compared by, as each of them reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.cohorts.mapping import read_mapping, target_of
from mbc_options.cohorts.read_cohort import read_cohort
from mbc_options.errors import InputError, Problem, TableError
from mbc_options.patient.aliases import Refused
from mbc_options.tools.difference.cohort import cohort_moved

if TYPE_CHECKING:
    from mbc_options.cohorts.mapping import Mapping, TableMapping
    from mbc_options.tools.difference.found import CohortMoved
    from mbc_options.tools.difference.sides import Side
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["moved_in_table"]


def moved_in_table(
    old: Side,
    new: Side,
    source: str,
    *,
    mapping: str | None = None,
    table: str | None = None,
    id_column: str | None = None,
    assume: bool = False,
) -> CohortMoved:
    """Return which patients of a file get another status by the new rulebook than by the old one.

    Args:
        old: the old rulebook, whole.
        new: the new one, likewise.
        source: the file of the table.
        mapping: which column says what: a file, or the name of a ready-made mapping; None for what the columns are
            certainly called like. Of a field that one of the rulebooks does not have, that one reads nothing.
        table: which table of a file with several.
        id_column: the column that tells who a patient is. Default: the one by which the mapping gathers rows; else
            patients have numbers, from 1.
        assume: whether what a rulebook assumes of a patient of whom nothing is said is assumed of each row.

    Raises:
        InputError: where one of the rulebooks was given in its compiled form, which reads no table, and where the table
            has no such column.
        TableError: where the table cannot be read, or the mapping is right by neither rulebook.
    """
    for side in (old, new):
        if side.rulebook is None:
            msg = f"{side.given} is a compiled rulebook, which has no words to read a table with; give its files"
            raise InputError([Problem(msg)])
    mappings = None if mapping is None else (_mapping(mapping, old, new), _mapping(mapping, new, old))
    by_old, by_new = (
        read_cohort(
            source,
            mapping=mappings and mappings[i],
            rulebook=side.rulebook,
            assume=assume,
            table=table,
            directory=side.directory,
        )
        for i, side in enumerate((old, new))
    )
    return cohort_moved(by_old, by_new, name=source, id_column=id_column or (mappings[1].by if mappings else None))


def _mapping(named: str, side: Side, other: Side) -> Mapping:
    """Return a mapping as one of the rulebooks can read it: without the fields that the other one alone has."""
    assert side.rulebook is not None
    assert other.rulebook is not None
    vocabulary = side.rulebook.vocabulary
    try:
        return read_mapping(named, vocabulary, side.directory)
    except TableError as error:
        try:
            whole = read_mapping(named, other.rulebook.vocabulary, other.directory)
        except TableError:
            raise error from None
    beside = tuple(one.model_copy(update={"columns": _known(one, vocabulary)}) for one in whole.beside)
    return whole.model_copy(update={"beside": beside, "columns": _known(whole, vocabulary)})


def _known(table: TableMapping, vocabulary: Vocabulary) -> dict[str, object]:
    known = {
        name: tuple(one for one in said if _is_known(one.field, vocabulary)) for name, said in table.columns.items()
    }
    return {name: said for name, said in known.items() if said}


def _is_known(field: str, vocabulary: Vocabulary) -> bool:
    try:
        target_of(field, vocabulary)
    except Refused:
        return False
    return True
