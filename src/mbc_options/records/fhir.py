"""Patients from FHIR, release 4, with the profiles of mCODE where a record has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbc_options.records.fhir_patient import PatientReader
from mbc_options.records.receipt import Entry, RecordPatient, RecordReceipt, Source
from mbc_options.records.resources import groups
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.codes import Codes, read_codes

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["read_fhir"]


def read_fhir(
    source: str | os.PathLike[str] | bytes | Mapping[str, Any] | Sequence[Mapping[str, Any]],
    rulebook: CompiledRulebook | None = None,
    *,
    codes: Codes | None = None,
    today: date | None = None,
    passed_over: Callable[[RecordReceipt], None] | None = None,
) -> Iterator[RecordPatient]:
    """Read the patients of a record, one after the other.

    What the record names is known of a patient, and nothing is denied or assumed; each receipt says of every resource
    what it was used for, or why not. A file of lines (ndjson) is read patient by patient, where the lines of a patient
    follow each other; another file is read whole, up to 100 MB.

    Args:
        source: the name of a file, JSON as text or bytes, or a bundle or resource as a dictionary, or a list of them.
        rulebook: by whose facts the patients are described; the one of the package where it is None.
        codes: how records are read; those of the package where it is None.
        today: a date after which nothing can have been found: a later one is told, and counts as none.
        passed_over: is told, by a receipt, of each patient without the illness that the rulebook is about, and of what
            cannot be read.

    Raises:
        RecordError: where the source cannot be read at all; a single line or patient never stops the others.
        TypeError: for something else.
    """
    vocabulary = bundled_vocabulary() if rulebook is None else rulebook.vocabulary
    known = codes or read_codes(None, vocabulary)
    seen: set[str] = set()
    tell = passed_over or _nothing

    def broken(file: str, place: str, why: str) -> None:
        entry = Entry(source=Source(file=file, type="", element=place), outcome="ignored", why=why)
        tell(RecordReceipt(entries=(entry,), notices=(f"{place} {why}; it is passed over.",)))

    def patients() -> Iterator[RecordPatient]:
        for group in groups(source, broken):
            for id_, resources in group.by_patient():
                reader = PatientReader(group, known, today.isoformat() if today else "")
                found = reader.read(id_, resources)
                if id_ and id_ in seen:
                    notice = (
                        f"The resources of the patient {id_} stand apart in the file, and are read apart; "
                        f"sort them by patient."
                    )
                    if isinstance(found, RecordPatient):
                        receipt = replace(found.receipt, notices=(notice, *found.receipt.notices))
                        found = RecordPatient(id=id_, description=found.description, receipt=receipt)
                seen.add(id_)
                if isinstance(found, RecordPatient):
                    yield found
                else:
                    tell(found)

    return patients()


def _nothing(receipt: RecordReceipt) -> None:
    """Keep no account of what is passed over."""
