"""Patients of records as rows of a table: a column for each field, in words that a cohort reads as they are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mbc_options.frames import frame, in_one_cell
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.vocabulary.facts import Names, TextField, Treatments
from mbc_options.vocabulary.spelling import OTHER, UNKNOWN, UNRELATED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from mbc_options.patient.prior import TreatmentEntry
    from mbc_options.records.receipt import RecordPatient
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["ID", "columns_of", "records_frame", "row_of"]

ID = "id"
"""The first column: the id of the patient."""

_DIVIDING = str.maketrans(dict.fromkeys(":;|\n\r", ","))
"""What would divide a free text in a cell with several things."""
_FREE = (OTHER, UNRELATED)


def records_frame(patients: Iterable[RecordPatient], rulebook: CompiledRulebook | None = None) -> pl.DataFrame:
    """Return patients of records as a polars frame, a row each: the id, and what is known by field.

    A cell is written as a patient file has it (`90%`, `IHC 2+/ISH-`), several things as `bone; liver` and
    `letrozole: progressed: metastatic; paclitaxel`; null where the record says nothing. `cohort` and `read_cohort` read
    the columns as they are, and decide each row as `statuses` decides the description.

    Args:
        patients: as `read_records` yields them.
        rulebook: by whose facts they are described; the one of the package where it is None.

    Raises:
        MissingExtraError: where what makes frames is not installed.
    """
    vocabulary = rulebook_of(rulebook).vocabulary
    return frame(dict.fromkeys(columns_of(vocabulary), str), (row_of(patient) for patient in patients))


def columns_of(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return the names of the columns: the id, and each field that says something of a patient."""
    return (ID, *(field.id for field in vocabulary.fields.values() if not isinstance(field, TextField)))


def row_of(patient: RecordPatient) -> tuple[str | None, ...]:
    """Return the cells of a patient, in the order of the columns."""
    said = patient.description.said()
    fields = patient.description.vocabulary.fields.values()
    cells = (_cell(field, said.get(field.id), patient) for field in fields if not isinstance(field, TextField))
    return (patient.id or None, *cells)


def _cell(field: Any, said: Any, patient: RecordPatient) -> str | None:
    if said is None or said == UNKNOWN:
        return None
    if isinstance(field, Treatments):
        things = [_treatment(entry) for entry in patient.description.entries]
    elif isinstance(field, Names):
        things = list(_proved(said))
    else:
        return str(said)
    things.sort(key=lambda thing: thing.startswith(_FREE))  # one at the beginning would take the rest for a part of it
    return in_one_cell(things) or None


def _proved(said: Any) -> Iterator[str]:
    """Yield the names that are proved; a table denies nothing that it does not name, and neither does a record."""
    for name in said:
        if not isinstance(said, Mapping) or said[name] == "yes":
            yield _undivided(name)


def _treatment(entry: TreatmentEntry) -> str:
    parts = [_undivided(entry.named.therapy), entry.outcome, entry.setting]
    while len(parts) > 1 and parts[-1] == UNKNOWN:
        parts.pop()
    return ": ".join(parts)


def _undivided(name: str) -> str:
    """Return a name, of a free one its text without signs that divide."""
    mark = next((mark for mark in _FREE if name.startswith(mark)), "")
    return mark + name.removeprefix(mark).translate(_DIVIDING) if mark else name
