"""Tables that are decided where they are, by a query of their own engine: DuckDB relations and Spark frames.

The expressions are those that decide a polars frame, in the words of narwhals. Nothing is fetched but the distinct
spellings of the columns that are read. What no expression tells is worked out once for each distinct row of facts: for
a DuckDB relation, and not for a Spark frame.
"""

from __future__ import annotations

from functools import reduce
from math import isnan
from operator import or_
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import narwhals as nw
import polars as pl

from mbc_options.cohorts.asked import THE_TABLE, Asked, added_columns, answers, mapping_for
from mbc_options.cohorts.assumptions import withdrawn_by
from mbc_options.cohorts.cells import denied_by, read_tables
from mbc_options.cohorts.columns import CONTRADICTION, fact_columns, refuse_taken, status_columns
from mbc_options.cohorts.expressions import Rows
from mbc_options.cohorts.groups import JOINED, LISTED
from mbc_options.cohorts.mapping import Mapping
from mbc_options.cohorts.tables import Table
from mbc_options.errors import Problem, TableError
from mbc_options.rulebook.portable import ByPrimes, portable_over

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingOf
    from collections.abc import Sequence

    from mbc_options.cohorts.expressions import Step
    from mbc_options.cohorts.mapping import Column
    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["DuckDB", "Engine", "Spark", "decided_in_place"]

SAMPLE = 20_000
"""From how many rows spellings are taken to tell what the columns say, where no mapping does."""

OURS = "_cohort_"
"""What columns begin with that are made on the way, and dropped."""


class Joined(NamedTuple):
    """Columns whose cells are read together.

    Attributes:
        columns: their names.
        lists: those whose cells are lists.
    """

    columns: tuple[str, ...]
    lists: frozenset[str]


class Meaning(NamedTuple):
    """What the spellings of a column mean, or of columns that are read together.

    Attributes:
        told: by fact and value, the spellings that say so.
        denied: by fact and value, the spellings that contradict that, though they leave their own fact open.
    """

    told: dict[str, dict[str, list[str]]]
    denied: dict[tuple[str, str], list[str]]


class Engine(Protocol):
    """What an engine does that narwhals cannot say for all of them."""

    def with_texts(self, frame: Any, texts: MappingOf[str, Joined]) -> Any:
        """Return the frame with columns of the text of others; empty where there is no cell."""

    def spellings(self, frame: Any, columns: Sequence[str], rows: int | None = None) -> list[list[str]]:
        """Return the distinct cells of columns of text, in some rows or in all."""

    def with_answers(self, frame: Any, facts: MappingOf[str, str], asked: Asked, wanted: MappingOf[str, Any]) -> Any:
        """Return the frame with what no expression tells, by the facts and `contradiction` of its rows."""

    def finished(self, frame: Any, columns: Sequence[str], enums: MappingOf[str, Sequence[str]]) -> Any:
        """Return the frame with these columns, some of text as enums with these values, where the engine has such."""


class Narwhals:
    """What the expressions need, by narwhals. What excludes a value is a column, so that no engine works it out twice.

    Attributes:
        excluded: these columns by name.
    """

    when = staticmethod(nw.when)

    def __init__(self) -> None:
        self.excluded: dict[str, nw.Expr] = {}

    def always(self) -> nw.Expr:
        """Return what is true of every row."""
        return nw.lit(True)  # noqa: FBT003 - a literal

    def cannot_be(self, column: str, value: str) -> nw.Expr:
        """Return which rows surely do not have a value."""
        name = f"{OURS}not_{len(self.excluded)}"
        self.excluded[name] = nw.col(column) != nw.lit(value)
        return nw.col(name)

    def status(self, status: Status | None) -> nw.Expr:
        """Return a status as text."""
        return nw.lit(status, dtype=nw.String)


def decided_in_place(frame: Any, engine: Engine, asked: Asked) -> Any:
    """Return a table with what is asked for, as a query of its own engine. Its spellings are read at once.

    Args:
        frame: the table.
        engine: what holds it.
        asked: what is asked for.

    Raises:
        TableError: where its columns cannot be read, or its rows are to be gathered.
        InputError: where it has a column of a name of ours already.
    """
    rulebook = asked.rulebook
    schema = nw.from_native(frame).collect_schema()
    said = _said(frame, schema, engine, asked)
    keys = {f"{OURS}text_{i}": joined for i, (joined, _) in enumerate(said)}
    frame = engine.with_texts(frame, keys)
    spellings = dict(zip(keys, engine.spellings(frame, [*keys]), strict=True))
    meanings = {
        key: _meaning(joined, column, spellings[key], schema, rulebook)
        for (key, joined), (_, column) in zip(keys.items(), said, strict=True)
    }
    found, facts, conflict = _with_facts(nw.from_native(frame), meanings, rulebook)
    shown = dict(zip(facts, fact_columns(facts).values(), strict=True))
    added = added_columns(asked, shown)
    refuse_taken(added, {name.lower() for name in schema})
    if asked.facts:
        found = found.with_columns(**{shown[fact]: nw.col(column) for fact, column in facts.items()})
    if asked.assume:
        found, facts = _assumed(found, facts, rulebook)
    found = _with_statuses(found, facts, conflict, rulebook)
    wanted = {name: dtype for name, dtype in added.items() if name not in found.columns}
    frame = nw.to_native(found)
    if wanted:
        frame = engine.with_answers(frame, facts, asked, wanted)
    enums = {name: dtype.categories.to_list() for name, dtype in added.items() if isinstance(dtype, pl.Enum)}
    return engine.finished(frame, [*schema, *added], enums)


def _said(frame: Any, schema: nw.Schema, engine: Engine, asked: Asked) -> list[tuple[Joined, Column]]:
    """Return which columns are read, and how."""
    lists = frozenset(name for name, dtype in schema.items() if isinstance(dtype, nw.List))
    empty = pl.LazyFrame(schema={name: pl.List(pl.String) if name in lists else pl.String for name in schema})
    sample = empty
    if asked.mapping is None:
        keys = {f"{OURS}text_{i}": Joined((name,), lists) for i, name in enumerate(schema)}
        cells = engine.spellings(engine.with_texts(frame, keys), [*keys], SAMPLE)
        texts = {name: _as_written(words, schema[name]) for name, words in zip(schema, cells, strict=True)}
        most = max(map(len, texts.values()), default=0)
        padded = {name: [*words, *[None] * (most - len(words))] for name, words in texts.items()}
        sample = pl.LazyFrame(padded, schema=dict.fromkeys(schema, pl.String))
    mapping = mapping_for(sample, asked)
    if mapping.by is not None or mapping.beside or mapping.rows:
        message = (
            "rows are to be chosen, or gathered by patient, which its engine does better: do so before, by a query"
        )
        raise TableError([Problem(message, THE_TABLE, code="rows-to-gather")])
    read = read_tables([(Table(THE_TABLE, empty), mapping)], asked.rulebook, optional=mapping.optional)
    return [(Joined(group.columns, lists), group.said) for group in read.tables[0].groups]


def _as_written(words: list[str], dtype: nw.dtypes.DType) -> list[str]:
    """Return cells as a person would write them: no number is `1.0` that was 1."""
    if not dtype.is_decimal() and not dtype.is_float():
        return [word for word in words if word]
    numbers = (float(word) for word in words if word)
    return [str(int(number)) if number.is_integer() else str(number) for number in numbers if not isnan(number)]


def _meaning(
    joined: Joined, column: Column, spellings: list[str], schema: nw.Schema, rulebook: CompiledRulebook
) -> Meaning:
    """Return what spellings mean."""
    cells = [spelling.split(JOINED) for spelling in spellings]
    rows = [
        [next(iter(_as_written([cell], schema[name])), None) for name, cell in zip(joined.columns, row, strict=True)]
        for row in cells
    ]
    text = f"{OURS}text"
    schema_of_text = {**dict.fromkeys(joined.columns, pl.String), text: pl.String}
    frame = pl.LazyFrame(
        [[*row, spelling] for row, spelling in zip(rows, spellings, strict=True)], schema_of_text, orient="row"
    )
    mapping = Mapping(columns={joined.columns[0]: (column,)})
    read = read_tables([(Table(THE_TABLE, frame), mapping)], rulebook)
    table, (group,) = read.facts, read.tables[0].groups
    keys = [JOINED.join(cell or "" for cell in row) for row in rows]
    spelling_of = dict(zip(keys, spellings, strict=True))
    denied = {denial: [spelling_of[key] for key in words] for denial, words in denied_by(group).items()}
    found: dict[str, dict[str, list[str]]] = {}
    told = table.frame.select(text, *table.facts.values()).collect()
    for fact, name in table.facts.items():
        for spelling, value in told.select(text, name).drop_nulls().iter_rows():
            found.setdefault(fact, {}).setdefault(value, []).append(spelling)
    return Meaning(found, denied)


def _with_facts(
    frame: nw.LazyFrame[Any], meanings: MappingOf[str, Meaning], rulebook: CompiledRulebook
) -> tuple[nw.LazyFrame[Any], dict[str, str], nw.Expr | None]:
    """Return the table with a column of text for each fact, these by fact, and which rows contradict themselves."""
    told: dict[str, list[nw.Expr]] = {}
    for key, meaning in meanings.items():
        for fact, words in meaning.told.items():
            value = nw.lit(None, dtype=nw.String)
            for one, spellings in words.items():
                value = nw.when(nw.col(key).is_in(spellings)).then(nw.lit(one)).otherwise(value)
            told.setdefault(fact, []).append(value)
    facts = {fact: f"{OURS}fact_{i}" for i, fact in enumerate(rulebook.space.facts) if fact in told}
    several: dict[str, list[str]] = {}
    columns: dict[str, nw.Expr] = {}
    for fact, column in facts.items():
        if len(told[fact]) == 1:
            columns[column] = told[fact][0]
            continue
        several[column] = [f"{column}_{i}" for i in range(len(told[fact]))]
        columns |= dict(zip(several[column], told[fact], strict=True))
    frame = frame.with_columns(**columns)
    if several:
        frame = frame.with_columns(**{column: nw.coalesce(*map(nw.col, parts)) for column, parts in several.items()})
    conflicts = [
        (nw.col(part) != nw.col(column)).fill_null(value=False)
        for column, parts in several.items()
        for part in parts[1:]
    ]
    conflicts += [
        (nw.col(key).is_in(words) & (nw.col(facts[fact]) == nw.lit(value))).fill_null(value=False)
        for key, meaning in meanings.items()
        for (fact, value), words in meaning.denied.items()
        if fact in facts
    ]
    return frame, facts, reduce(or_, conflicts) if conflicts else None


def _assumed(
    frame: nw.LazyFrame[Any], facts: dict[str, str], rulebook: CompiledRulebook
) -> tuple[nw.LazyFrame[Any], dict[str, str]]:
    """Return the table in which each row that says nothing of what the rulebook assumes has it, where that can be."""
    for i, assumption in enumerate(rulebook.vocabulary.file.assumptions):
        fact, library = assumption.fact, Narwhals()
        withdrawal = withdrawn_by(assumption, facts, rulebook)
        excluded = Rows(library, rulebook.space.domains, facts).inside(withdrawal.primes)
        reasons = [~nw.col(column).is_null() for column in withdrawal.columns]
        reasons += [] if excluded is None else [excluded.fill_null(value=False)]
        known = nw.col(facts[fact]) if fact in facts else nw.lit(None, dtype=nw.String)
        value = nw.lit(assumption.value)
        filled = nw.when(reduce(or_, reasons)).then(known).otherwise(value) if reasons else value
        name = f"{OURS}assumed_{i}"
        frame = frame.with_columns(**library.excluded).with_columns(**{name: filled}).drop(*library.excluded)
        facts = {**facts, fact: name}
    return frame, facts


def _with_statuses(
    frame: nw.LazyFrame[Any], facts: MappingOf[str, str], conflict: nw.Expr | None, rulebook: CompiledRulebook
) -> nw.LazyFrame[Any]:
    """Return the table with `contradiction`, and the status of each option that expressions decide."""
    form, library = portable_over(rulebook, facts), Narwhals()
    rows = Rows(library, rulebook.space.domains, facts)
    contradiction, *of_scope = rows.before(form, conflict)
    decisions = [one for one in form.decisions if isinstance(one, ByPrimes)]
    before: list[Step] = [(nw.col(CONTRADICTION), None)]
    units: dict[str, nw.Expr] = {}
    for i, (condition, status) in enumerate(of_scope):
        if condition is not None:
            units[f"{OURS}scope_{i}"] = condition
            before.append((nw.col(f"{OURS}scope_{i}"), status))
    nobody = nw.lit(value=False)
    units[CONTRADICTION] = nobody if contradiction[0] is None else contradiction[0].fill_null(value=False)
    statuses = {f"{OURS}status_{i}": rows.status(before, one) for i, one in enumerate(decisions)}
    unit = {option: name for name, one in zip(statuses, decisions, strict=True) for option in one.options}
    names = status_columns(rulebook.by_id)
    frame = frame.with_columns(**library.excluded).with_columns(**units).with_columns(**statuses)
    return frame.with_columns(**{names[option]: nw.col(unit[option]) for option in names if option in unit})


class DuckDB:
    """DuckDB relations."""

    def with_texts(self, frame: Any, texts: MappingOf[str, Joined]) -> Any:
        """Return the relation with columns of the text of others."""
        columns = (
            f"{f' || {_sign(JOINED)} || '.join(self._text(name, one.lists) for name in one.columns)} AS {key}"
            for key, one in texts.items()
        )
        return frame.project(", ".join(["*", *columns]))

    def _text(self, name: str, lists: frozenset[str]) -> str:
        column = _quoted(name)
        text = f"array_to_string({column}, {_sign(LISTED)})" if name in lists else f"CAST({column} AS VARCHAR)"
        return f"coalesce({text}, '')"

    def spellings(self, frame: Any, columns: Sequence[str], rows: int | None = None) -> list[list[str]]:
        """Return the distinct cells of columns of text."""
        some = frame if rows is None else frame.limit(rows)
        found = some.aggregate(", ".join(f"list(DISTINCT {column})" for column in columns)).fetchall()[0]
        return [sorted(cells or ()) for cells in found]

    def with_answers(self, frame: Any, facts: MappingOf[str, str], asked: Asked, wanted: MappingOf[str, Any]) -> Any:
        """Return the relation with what no expression tells; its rows stay in their order."""
        keys = [*facts.values(), CONTRADICTION]
        listed = ", ".join(keys)
        told = answers(frame.project(listed).distinct().pl().lazy(), facts, asked, [*wanted]).collect()
        told = told.rename({key: f"{key}_of" for key in keys})
        beside = frame.query("cohort_rows", "SELECT * FROM told")
        numbered = frame.project(f"*, row_number() OVER () AS {OURS}row").set_alias("rows_here")
        alike = " AND ".join(f"{key} IS NOT DISTINCT FROM {_quoted(f'{key}_of')}" for key in keys)
        both = numbered.join(beside.set_alias("answers_here"), alike, how="left").order(f"{OURS}row")
        return both.project(f"* EXCLUDE ({', '.join(f'{key}_of' for key in keys)})")

    def finished(self, frame: Any, columns: Sequence[str], enums: MappingOf[str, Sequence[str]]) -> Any:
        """Return the relation with these columns, some of text as enums with these values."""
        return frame.project(", ".join(self._finished(name, enums.get(name)) for name in columns))

    def _finished(self, name: str, values: Sequence[str] | None) -> str:
        column = _quoted(name)
        return f"CAST({column} AS ENUM ({', '.join(map(_text, values))})) AS {column}" if values else column


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _sign(sign: str) -> str:
    return f"chr({ord(sign)})"


def _text(word: str) -> str:
    return "'" + word.replace("'", "''") + "'"


class Spark:
    """Spark frames."""

    def with_texts(self, frame: Any, texts: MappingOf[str, Joined]) -> Any:
        """Return the frame with columns of the text of others."""
        from pyspark.sql import functions

        def text(name: str, lists: frozenset[str]) -> Any:
            column = functions.col(_ticked(name))
            cell = functions.concat_ws(LISTED, column) if name in lists else column.cast("string")
            return functions.coalesce(cell, functions.lit(""))

        columns = {
            key: functions.concat_ws(JOINED, *(text(name, one.lists) for name in one.columns))
            for key, one in texts.items()
        }
        return frame.withColumns(columns)

    def spellings(self, frame: Any, columns: Sequence[str], rows: int | None = None) -> list[list[str]]:
        """Return the distinct cells of columns of text."""
        from pyspark.sql import functions

        some = frame if rows is None else frame.limit(rows)
        row = some.agg(*(functions.collect_set(column).alias(column) for column in columns)).collect()[0]
        return [sorted(row[column]) for column in columns]

    def with_answers(self, frame: Any, facts: MappingOf[str, str], asked: Asked, wanted: MappingOf[str, Any]) -> Any:
        """Refuse what no expression tells: Spark has only those here."""
        del frame, facts, asked
        message = f"Spark cannot work out {', '.join(wanted)}; take the rows that matter to polars for that"
        raise TableError([Problem(message, THE_TABLE, code="not-on-spark")])

    def finished(self, frame: Any, columns: Sequence[str], enums: MappingOf[str, Sequence[str]]) -> Any:
        """Return the frame with these columns; Spark has no enums."""
        del enums
        return frame.select(*map(_ticked, columns))


def _ticked(name: str) -> str:
    """Return a name as Spark reads it whole, whatever dots it has."""
    return f"`{name.replace('`', '``')}`"
