"""A table of patients in, the same kind of table out, with what is decided of each row."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

from mbc_options.cohorts.asked import Asked
from mbc_options.cohorts.deciding import explained
from mbc_options.cohorts.engines import decided_by_its_engine
from mbc_options.cohorts.mapping import Mapping, read_mapping
from mbc_options.misuse import refuse_kind
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["cohort"]

T = TypeVar("T")


def cohort(
    frame: T,
    rulebook: CompiledRulebook | None = None,
    *,
    mapping: str | os.PathLike[str] | Mapping | None = None,
    assume: bool = False,
    facts: bool = False,
    explain: bool | str | Iterable[str] = False,
) -> T:
    """Return a table of patients with the status of every option, as the kind of table that it is.

    Added are `contradiction`, true where a row contradicts itself, and for each class and member a column with its
    status (`status_chemotherapy`), as `statuses` tells it: an enum, or what its library has for one; null where the row
    contradicts itself. Columns, rows, their order and an index stay as they are.

    What a table says is read as a mapping is: it proves what it names and denies nothing. What is not understood leaves
    a fact unknown; `read_cohort` tells of it.

    Args:
        frame: a table of polars (eager or lazy), pandas, pyarrow, DuckDB or Spark, with a row for each patient. Where
            its library is lazy, so is what is returned; the distinct spellings of its columns are read at once.
        rulebook: default: the one that comes with the package.
        mapping: which column says what: a file, the name of a ready-made one, or a `Mapping`. Default: what the columns
            are certainly called like.
        assume: whether to assume what the rulebook assumes, where a row says nothing of it.
        facts: whether to add what was understood, too, a column for each fact (`fact_er`).
        explain: what is to be told of verdicts: ids of options, which each get the facts that suffice for the status
            (`decided_by_chemotherapy`) and the ids of those that would settle it (`depends_on_chemotherapy`), and
            `next_question`, the fact to find out next. True for everything. It takes a search for each distinct row.

    Raises:
        TypeError: where `frame` is no such table, or `rulebook` no rulebook.
        MissingExtraError: where what its kind needs is not installed.
        TableError: where no column is recognized, or a mapping does not fit.
        InputError: where it has a column of a name that is to be added.
        UnknownOptionError: where `explain` names an option that the rulebook does not have.
    """
    rulebook = rulebook_of(rulebook)
    asked = Asked(rulebook, _mapping(mapping, rulebook), assume, facts, explained(explain, rulebook))
    result: T = decided_by_its_engine(frame, asked)
    return result


def _mapping(given: object, rulebook: CompiledRulebook) -> Mapping | None:
    if given is None or isinstance(given, Mapping):
        return given
    if not isinstance(given, (str, os.PathLike)):
        refuse_kind("a mapping: its file, the name of a ready-made one, or a Mapping", given)
    return read_mapping(os.fspath(given), rulebook.vocabulary)
