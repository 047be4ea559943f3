"""Mappings: which column of a table says which field of a description, and how its cells are to be read.

    about: What our registry exports.
    columns:
      ER_STATUS: er                              # a field
      HER2_IHC: her2                             # two columns of one field: what either proves
      HER2_FISH: {field: her2, write: "ISH {cell}"}
      BONE_METS: {field: sites.bone, values: {"1": yes, "2": no}}
      DRUGS: {field: prior, separator: ";", outcome_from: BEST_RESPONSE}

A table is always read as a mapping is: it proves what it names and denies nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

from pydantic import BeforeValidator, Field

from mbc_options.errors import InputError, Problem, TableError, nearest_word
from mbc_options.package_data import rules_dir
from mbc_options.patient.aliases import Refused, read_names, slip_of
from mbc_options.patient.prior import TreatmentReader
from mbc_options.source import yaml_positions
from mbc_options.source.forms import Text, YesNo  # noqa: TC001 - pydantic reads them
from mbc_options.source.validation import Strict, adapter, check
from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments
from mbc_options.vocabulary.spelling import folded

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.source.yaml_positions import KeyPath, Tree
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = [
    "CELL",
    "Column",
    "Mapping",
    "TableMapping",
    "Target",
    "columns_of",
    "mapping_schema",
    "read_mapping",
    "ready_made",
    "target_of",
]

CELL = "{cell}"
"""What stands for the cell in the words that it is read as."""
FOLDER = "mappings"
"""The folder of a rulebook that holds ready-made mappings."""
ENDING = ".yaml"


class Target(NamedTuple):
    """What a column says something of.

    Attributes:
        field: the field of a description.
        name: the one name in it that the column answers, or the one treatment; empty where its cells name them.
        outcome: the one outcome of the treatment that it answers; empty where its cells give one.
    """

    field: str
    name: str = ""
    outcome: str = ""

    def __str__(self) -> str:
        return ".".join(filter(None, self))


def _several(value: Any) -> Any:
    return value if isinstance(value, (list, tuple)) else [value]


def _column(value: Any) -> Any:
    return {"field": value} if isinstance(value, str) else value


def _columns(value: Any) -> Any:
    return [_column(one) for one in _several(value)]


class Column(Strict):
    """What a column says.

    Attributes:
        field: a field (`er`, `sites`, `prior`), or one name or treatment of it, which the cells answer by yes or no
            (`sites.bone`, `prior.chemotherapy`, `prior.chemotherapy.progressed`).
        values: what words of the column mean, in words of the field.
        write: how a cell is written as the field takes it: `{cell}%`.
        separator: what stands between the things that a cell names; by default what usually does.
        outcome, setting: of each treatment that the column names.
        outcome_from, setting_from: the columns that give them.
    """

    field: Text
    values: dict[str, str] = Field(default_factory=dict)
    write: Text | None = None
    separator: str | None = None
    outcome: Text | None = None
    outcome_from: Text | None = None
    setting: Text | None = None
    setting_from: Text | None = None


class TableMapping(Strict):
    """What the columns of a table say.

    Attributes:
        table: the name of its file, where it lies in a folder with others.
        by: the column that says whose row it is, where a patient has several rows: they are gathered.
        date: the column by which the rows of a patient are in order.
        rows: by column, the cells of those rows that count.
        missing: words for what is not there, beside the usual ones.
        columns: by column, what it says; several things where it says several.
    """

    table: Text | None = None
    by: Text | None = None
    date: Text | None = None
    rows: dict[Text, Annotated[tuple[Text, ...], BeforeValidator(_several)]] = Field(default_factory=dict)
    missing: tuple[Text, ...] = ()
    columns: dict[Text, Annotated[tuple[Column, ...], BeforeValidator(_columns)]]


class Mapping(TableMapping):
    """The mapping of a table, and of those that lie beside it.

    Attributes:
        about: what kind of table it is for.
        optional: whether a table may lack columns that it names, and the tables beside it.
        beside: tables in the same folder, with rows for the patients of the first, by their column `by`.
    """

    about: Text | None = None
    optional: YesNo = False
    beside: tuple[TableMapping, ...] = ()


def mapping_schema() -> dict[str, Any]:
    """Return the JSON Schema of a mapping."""
    schema: dict[str, Any] = adapter(Mapping).json_schema()
    short = {"type": "string", "minLength": 1}
    one = {"anyOf": [short, {"$ref": "#/$defs/Column"}]}
    for part in (schema, schema["$defs"]["TableMapping"]):
        part["properties"]["columns"]["additionalProperties"] = {
            "anyOf": [*one["anyOf"], {"type": "array", "items": one}]
        }
        part["properties"]["rows"]["additionalProperties"] = {"anyOf": [short, {"type": "array", "items": short}]}
    return schema


def ready_made(directory: Path | None = None) -> dict[str, Path]:
    """Return the ready-made mappings by name: those that come with the package, and those of a rulebook."""
    folders = [rules_dir(), *([directory] if directory else [])]
    return {path.stem: path for folder in folders for path in sorted((folder / FOLDER).glob(f"*{ENDING}"))}


def read_mapping(named: str | Path, vocabulary: Vocabulary, directory: Path | None = None) -> Mapping:
    """Read a mapping.

    Args:
        named: its file, or the name of one that is ready-made.
        vocabulary: whose fields are meant.
        directory: of a rulebook of one's own, which may have ready-made mappings, too.

    Raises:
        TableError: with file, line and column of every problem.
    """
    known = ready_made(directory)
    path = known.get(str(named), Path(named))
    if not path.exists():
        near = nearest_word(str(named), known)
        hint = f"did you mean {near}?" if near else f"ready-made are {', '.join(known) or 'none'}"
        raise TableError([Problem(f"is neither a file nor a ready-made mapping; {hint}", str(named))])
    try:
        tree = yaml_positions.read(path)
    except InputError as error:
        raise TableError(error.problems) from None
    mapping, problems = check(Mapping, tree)
    if mapping is not None:
        problems = list(_problems(mapping, vocabulary, tree))
    if mapping is None or problems:
        raise TableError(problems)
    return mapping


def columns_of(mapping: TableMapping) -> Iterator[tuple[str, Column]]:
    """Yield each column of a table with each thing that it says."""
    for name, said in mapping.columns.items():
        yield from ((name, one) for one in said)


def _problems(mapping: Mapping, vocabulary: Vocabulary, tree: Tree) -> Iterator[Problem]:
    for path, table in _tables(mapping):
        if path and table.by is None:
            yield tree.problem("by is missing: the column that says whose row it is", path)
        if path and table.table is None:
            yield tree.problem("table is missing: the name of the file beside the first", path)
        if table.date and table.by is None:
            yield tree.problem(
                "date orders the rows of a patient; name the column that says whose row it is as by",
                (*path, "date"),
                at_key=True,
            )
        for name, said in table.columns.items():
            for i, one in enumerate(said):
                place = _place(tree, (*path, "columns", name), i)
                yield from _problems_of(one, vocabulary, tree, place)


def _tables(mapping: Mapping) -> Iterator[tuple[KeyPath, TableMapping]]:
    yield (), mapping
    for i, beside in enumerate(mapping.beside):
        yield ("beside", i), beside


def _place(tree: Tree, path: KeyPath, i: int) -> KeyPath:
    """Return where a thing that a column says stands, which may be one in a list."""
    return (*path, i) if (*path, i) in tree.values else path


def _problems_of(column: Column, vocabulary: Vocabulary, tree: Tree, path: KeyPath) -> Iterator[Problem]:
    field_path = (*path, "field") if (*path, "field") in tree.values else path
    try:
        target = target_of(column.field, vocabulary)
    except Refused as refusal:
        yield tree.problem(str(refusal), field_path)
        return
    names_treatments = isinstance(vocabulary.fields[target.field], Treatments) and not target.name
    for key in ("outcome", "outcome_from", "setting", "setting_from"):
        if getattr(column, key) is None:
            continue
        if not names_treatments:
            yield tree.problem(f"{key} belongs to a column that names treatments", (*path, key), at_key=True)
        elif not key.endswith("_from"):
            reader = TreatmentReader(vocabulary, target.field)
            try:
                getattr(reader, key)(getattr(column, key))
            except Refused as refusal:
                yield tree.problem(str(refusal), (*path, key))
        elif getattr(column, key.removesuffix("_from")) is not None:
            both = f"{key} and {key.removesuffix('_from')} say the same; leave out one"
            yield tree.problem(both, (*path, key), at_key=True)
    if column.write is not None and CELL not in column.write:
        yield tree.problem(f"write has no {CELL}, which stands for the cell", (*path, "write"))


def target_of(written: str, vocabulary: Vocabulary) -> Target:
    """Return what is meant by the field that a mapping names; `Refused` where there is none."""
    head, _, rest = written.partition(".")
    fields = vocabulary.fields
    id_ = head if head in fields else vocabulary.field_names.get(folded(head), "")
    if not rest and written in vocabulary.derived_ids:
        settles = (one.id for one in fields.values() if isinstance(one, Choice) and one.settles == written)
        id_ = next(settles, "")
    field = fields.get(id_)
    if field is None or isinstance(field, TextField):
        said = [one.id for one in fields.values() if not isinstance(one, TextField)]
        near = slip_of(head, said)
        msg = f"there is no field {written!r}; " + (
            f"did you mean {near}?" if near else f"the fields are {', '.join(said)}"
        )
        raise Refused(msg)
    if not rest:
        return Target(id_)
    if isinstance(field, Names):
        return Target(id_, _one_name(field, rest, vocabulary))
    if isinstance(field, Treatments):
        return _treatment(field, rest, vocabulary)
    msg = f"{id_} has no parts; write {id_}"
    raise Refused(msg)


def _one_name(field: Names, written: str, vocabulary: Vocabulary) -> str:
    forms = vocabulary.names[field.id]
    if written in forms.yes:
        return written
    names = read_names(field.id, forms, field.free_text, written).names
    if len(names) != 1:
        msg = f"{field.id}: {written} is several names; a column answers one"
        raise Refused(msg)
    return names[0]


def _treatment(field: Treatments, written: str, vocabulary: Vocabulary) -> Target:
    """Return what is meant by a treatment, a treatment with an outcome, or a setting that is a fact."""
    reader = TreatmentReader(vocabulary, field.id)
    head, _, last = written.rpartition(".")
    outcome = reader.outcome_named(last) if head else ""
    name = head if outcome else written
    setting = reader.setting_named(name)
    if setting and setting in reader.forms.given_in:
        return Target(field.id, setting)
    reader.therapy(name)  # refuses what nobody knows
    return Target(field.id, name, outcome)
