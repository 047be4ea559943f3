"""What a table likely says: its columns recognized by their names, and by cells that a description may hold."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

import polars as pl

from mbc_options.cohorts.groups import LISTED, text_of
from mbc_options.cohorts.mapping import Column, Mapping, columns_of, read_mapping, ready_made, target_of
from mbc_options.cohorts.spellings import UNREAD, SpellingReader
from mbc_options.cohorts.tables import reading
from mbc_options.errors import InputError, TableError
from mbc_options.patient.aliases import Refused, is_unknown, read_names
from mbc_options.patient.prior import TreatmentReader
from mbc_options.result import Result
from mbc_options.vocabulary.facts import Choice, Names, TextField
from mbc_options.vocabulary.spelling import folded, is_missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from mbc_options.cohorts.tables import Table
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Proposal", "ProposedColumn", "ReadyMade", "propose"]

By: TypeAlias = Literal["name", "both", "cells"]

SAMPLE = 20_000
"""How many rows are looked at."""
MOST_SPELLINGS = 500
"""How many spellings of a column, the most frequent ones, are tried."""
CERTAIN, ALIKE = 0.5, 0.9
"""The share of cells that must be understood where the name is that of a fact, and where it is only like it."""
MANY_FIELDS = 3
SHOWN = 3
"""How many spellings that are not understood are shown."""
BETWEEN = "; "
"""What stands between the things of a list, where they are tried as one cell."""
ENOUGH_COLUMNS = 3
"""How many columns of a ready-made mapping make it likely that it is meant, and how many without any cell that a table
of which nothing is known is one of patients."""

_SEPARATED = re.compile(r"[^0-9a-z]+")


class ProposedColumn(Result):
    """A column, and what it likely says.

    Attributes:
        column: its name.
        fields: what it says, or what it may say where that is not certain; empty where nothing is recognized.
        certain: whether it is taken to say so.
        by: whether its name says so, its name and its cells, or its cells alone; None where nothing does.
        told: how many rows of the sample have a cell that is there.
        understood: how many of these are understood so.
        not_understood: some spellings that are not, the most frequent first.
    """

    column: str
    fields: tuple[str, ...] = ()
    certain: bool = False
    by: By | None = None
    told: int = 0
    understood: int = 0
    not_understood: tuple[str, ...] = ()

    @property
    def share(self) -> float:
        """The share of the cells that are understood."""
        return self.understood / self.told if self.told else 0.0


class ReadyMade(Result):
    """A ready-made mapping, and how many of the columns that it names a table has."""

    name: str
    columns: int


class Proposal(Result):
    """What the columns of a table likely say.

    Attributes:
        source: the table.
        rows: how many rows were looked at.
        columns: its columns, in order.
        ready_made: ready-made mappings that likely fit, the best first.
    """

    source: str
    rows: int
    columns: tuple[ProposedColumn, ...]
    ready_made: tuple[ReadyMade, ...] = ()

    def mapping(self) -> Mapping:
        """Return the mapping of what is certain.

        Raises:
            TableError: where nothing is.
        """
        from mbc_options.errors import Problem

        columns = {one.column: (Column(field=one.fields[0]),) for one in self.columns if one.certain}
        if not columns:
            hint = f"; try --mapping {self.ready_made[0].name}" if self.ready_made else ""
            named = [one.column for one in self.columns if one.by == "name"][:SHOWN]
            cells = f" with cells that are understood ({', '.join(named)}?)" if named else ""
            message = f"no column is recognized by its name{cells}; write a mapping, which cohort map begins{hint}"
            raise TableError([Problem(message, self.source)])
        return Mapping(columns=columns)


class _Tried(NamedTuple):
    """A column read as a field.

    Attributes:
        is_coded: whether its cells are bare numbers, and of these all that are understood mean one thing: 0 is negative
            in a column of 0 and 1, and 1 is not understood. Who read it so would count patients of one kind alone.
    """

    field: str
    told: int
    understood: int
    not_understood: tuple[str, ...]
    is_coded: bool

    @property
    def share(self) -> float:
        return self.understood / self.told if self.told else 0.0


def propose(table: Table, vocabulary: Vocabulary, directory: Path | None = None) -> Proposal:
    """Return what the columns of a table likely say, by a sample of its rows.

    Args:
        table: the table.
        vocabulary: whose fields are meant.
        directory: of a rulebook of one's own, whose ready-made mappings are tried, too.

    Raises:
        TableError: where it cannot be read.
    """
    with reading(table.name):
        sample = table.frame.head(SAMPLE).collect(engine="streaming")
    counts = {name: _counts(sample, name) for name in sample.columns}
    # Of what the sample has no cell, the rows behind it may have some.
    columns = _columns(counts, vocabulary, names_suffice=sample.is_empty() or sample.height == SAMPLE)
    if not any(one.certain for one in columns):  # of these rows nothing is known, which is a table all the same
        named = _columns(counts, vocabulary, names_suffice=True)
        columns = named if sum(one.certain for one in named) >= ENOUGH_COLUMNS else columns
    return Proposal(
        source=table.name,
        rows=sample.height,
        columns=tuple(_with_the_only_ones(columns)),
        ready_made=tuple(_ready_made(sample.columns, vocabulary, directory)),
    )


def _counts(sample: pl.DataFrame, name: str) -> Counter[str] | None:
    """Return how many rows have each spelling of a column; None where it is binary or nested, so that none is text."""
    try:
        counted = sample.select(text_of(name, sample.schema[name]).alias("_"))["_"].value_counts(sort=True)
    except TableError:
        return None
    told = counted.filter(pl.col("_").is_not_null()).iter_rows()
    return Counter({cell.replace(LISTED, BETWEEN): count for cell, count in told})


def _columns(
    counts: dict[str, Counter[str] | None], vocabulary: Vocabulary, *, names_suffice: bool
) -> list[ProposedColumn]:
    return [
        ProposedColumn(column=name)
        if spellings is None
        else _proposed(name, spellings, vocabulary, name_suffices=names_suffice)
        for name, spellings in counts.items()
    ]


def _with_the_only_ones(columns: list[ProposedColumn]) -> Iterator[ProposedColumn]:
    """Yield the columns; one that is like a fact by name and cells is taken for it where no other says the same."""
    told = Counter(one.fields[0] for one in columns if one.certain or one.by == "both")
    for one in columns:
        yield replace(one, certain=True) if one.by == "both" and told[one.fields[0]] == 1 else one


def _ready_made(columns: list[str], vocabulary: Vocabulary, directory: Path | None) -> Iterator[ReadyMade]:
    there = {column.lower() for column in columns}
    found = []
    for name in ready_made(directory):
        try:
            mapping = read_mapping(name, vocabulary, directory)
        except InputError:
            continue  # it is for another rulebook
        named = {column.lower() for column, _ in columns_of(mapping)}
        if len(named & there) >= ENOUGH_COLUMNS:
            found.append(ReadyMade(name=name, columns=len(named & there)))
    yield from sorted(found, key=lambda one: (-one.columns, one.name))


def _proposed(name: str, counts: Counter[str], vocabulary: Vocabulary, *, name_suffices: bool) -> ProposedColumn:
    cells = Counter({cell: n for cell, n in counts.most_common(MOST_SPELLINGS) if cell.strip()})
    told = {cell: n for cell, n in cells.items() if not (is_unknown(cell) or is_missing(cell))}
    ways: tuple[tuple[float, By, list[str]], ...] = (
        (CERTAIN, "name", _by_name(name, vocabulary)),
        (ALIKE, "both", _by_part_of_name(name, vocabulary)),
    )
    by_name: _Tried | None = None
    for certain_from, by, fields in ways:
        tried = [_try(field, told, vocabulary) for field in fields]
        best = max(tried, key=lambda one: one.share, default=None)
        if best is not None and (best.share >= certain_from if best.told else name_suffices and by == "name"):
            if best.is_coded:
                return _as_proposed(name, [best], "cells", certain=False)
            return _as_proposed(name, [best], by, certain=by == "name")
        by_name = by_name or (best if by == "name" else None)
    if told and by_name is not None:
        return _as_proposed(name, [by_name], "name", certain=False)
    if not told or name.lower() in vocabulary.not_asked or folded(name) in vocabulary.not_asked:
        return ProposedColumn(column=name, told=sum(told.values()))
    every = [_try(field, told, vocabulary) for field in _fields_by_cells(vocabulary)]
    likely = [one for one in every if one.share >= ALIKE]
    if likely and len(likely) <= MANY_FIELDS and len(told) > 1:
        return _as_proposed(name, likely, "cells", certain=False)
    return ProposedColumn(column=name, told=sum(told.values()))


def _as_proposed(name: str, tried: list[_Tried], by: By, *, certain: bool) -> ProposedColumn:
    best = tried[0]
    return ProposedColumn(
        column=name,
        fields=tuple(one.field for one in tried),
        certain=certain,
        by=by,
        told=best.told,
        understood=best.understood,
        not_understood=best.not_understood,
    )


def _try(field: str, told: dict[str, int], vocabulary: Vocabulary) -> _Tried:
    reader = SpellingReader(vocabulary, target_of(field, vocabulary), Column(field=field))
    read = {cell: reader.read((cell,)) for cell in told}
    wrong = [cell for cell, found in read.items() if found.kind in UNREAD]
    every = sum(told.values())
    right = {cell: found.cube for cell, found in read.items() if found.kind not in UNREAD}
    is_coded = any(map(_is_number, wrong)) and all(map(_is_number, right)) and len({*right.values()}) == 1
    return _Tried(field, every, every - sum(told[cell] for cell in wrong), tuple(wrong[:SHOWN]), is_coded)


def _is_number(cell: str) -> bool:
    return cell.strip().lstrip("+-").replace(".", "", 1).isdigit()


def _fields_by_cells(vocabulary: Vocabulary) -> Iterator[str]:
    """Yield the fields whose cells say of themselves what they are; yes and no do not."""
    for field in vocabulary.fields.values():
        is_yes_no = isinstance(field, Choice) and vocabulary.choices[field.id].is_yes_no
        if not isinstance(field, TextField) and not is_yes_no:
            yield field.id


def _by_name(name: str, vocabulary: Vocabulary) -> list[str]:
    """Return what a name says a column is of: a field, a fact, a name of a field, or a treatment with an outcome."""
    word = folded(name).replace(".", "_")
    facts = {fact.replace(".", "_"): fact for fact in vocabulary.space.facts}
    for asked in dict.fromkeys((folded(name), word)):
        if asked in vocabulary.field_names and not isinstance(
            vocabulary.fields[vocabulary.field_names[asked]], TextField
        ):
            return [vocabulary.field_names[asked]]
    if word in facts:
        return [facts[word]] if _is_target(facts[word], vocabulary) else []
    prefixed = [
        (field.id, word.removeprefix(f"{prefix}_"))
        for field in vocabulary.fields.values()
        for prefix in _prefixes(field.id, vocabulary)
        if word.startswith(f"{prefix}_")
    ]
    # What names the field is meant; what does not may be a name of any.
    found = [target for field, rest in prefixed for target in _within(field, rest, vocabulary)]
    return found or [target for field in vocabulary.fields for target in _within(field, word, vocabulary)]


def _prefixes(field: str, vocabulary: Vocabulary) -> list[str]:
    return [
        field,
        folded(vocabulary.flag_of(field)),
        *(name for name, id_ in vocabulary.field_names.items() if id_ == field),
    ]


def _is_target(field: str, vocabulary: Vocabulary) -> bool:
    try:
        target_of(field, vocabulary)
    except Refused:
        return False
    return True


def _within(field: str, word: str, vocabulary: Vocabulary) -> list[str]:
    """Return what a word names within a field of names, or of treatments."""
    if field in vocabulary.names:
        kind = vocabulary.fields[field]
        assert isinstance(kind, Names)
        try:
            names = read_names(field, vocabulary.names[field], None, word).names
        except Refused:
            return []
        return [f"{field}.{names[0]}"] if len(names) == 1 and names[0] in vocabulary.names[field].yes else []
    if field not in vocabulary.treatments:
        return []
    reader = TreatmentReader(vocabulary, field)
    if reader.setting_named(word) in reader.forms.given_in:
        return [f"{field}.{reader.setting_named(word)}"]
    for asked in ("", *reader.asked):
        rest = word.removesuffix(f"_{asked}") if asked else word
        if (rest != word or not asked) and reader.agents.find(rest.replace("_", " ")) is not None:
            return [f"{field}.{rest}{asked and '.'}{asked}"]
    return []


def _by_part_of_name(name: str, vocabulary: Vocabulary) -> list[str]:
    """Return the fields whose short names are words of a name, as `er` of `er_status_by_ihc`."""
    words = f" {_SEPARATED.sub(' ', name.lower()).strip()} "
    found = []
    for id_, forms in vocabulary.choices.items():
        called = (id_, *forms.prefixes, *(one for one, field in vocabulary.field_names.items() if field == id_))
        if any(f" {_SEPARATED.sub(' ', one.lower()).strip()} " in words for one in called):
            found.append(id_)
    return found
