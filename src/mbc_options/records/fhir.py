"""Patients from FHIR, release 4, with the profiles of mCODE where a record has them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbc_options.records.elements import source_of
from mbc_options.records.fhir_patient import PatientReader
from mbc_options.records.joined import together
from mbc_options.records.receipt import Entry, RecordPatient, RecordReceipt, Source, tell_nobody
from mbc_options.records.releases import other_release
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.code_files import read_codes

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import date
    from typing import Any

    from mbc_options.records.joined import Together
    from mbc_options.records.resources import Resource
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.codes import Codes

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
    what it was used for, or why not. The resources of a patient are brought together from wherever they stand: of a
    file of lines (ndjson) or a folder of them (a bulk export), of any size, one patient is held at a time, and for each
    line a few numbers. Another file is read whole, up to 100 MB.

    Args:
        source: the name of a file or of a folder with files of lines, JSON as text or bytes, or a bundle or resource as
            a dictionary, or a list of them.
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
    tell_of = passed_over or tell_nobody

    def tell(file: str, place: str, what: str) -> None:
        """Tell of a document as of something that no patient has."""
        source_ = Source(file=file, type="", element=place)
        notice = f"{': '.join(filter(None, (file, place)))} {what}.".lstrip()
        tell_of(RecordReceipt(entries=(Entry(source=source_, outcome="ignored", why=what),), notices=(notice,)))

    def patients() -> Iterator[RecordPatient]:
        for found in together(source, tell):
            reader = PatientReader(found.group, known, today.isoformat() if today else "")
            if found.id is None:
                unread = [(one, one.why_not or "it names no patient") for one in found.resources]
                read: RecordPatient | RecordReceipt = RecordReceipt()
            else:
                unread = [(one, one.why_not) for one in found.resources if one.why_not]
                read = reader.read(found.id, [one for one in found.resources if not one.why_not])
            receipt = read.receipt if isinstance(read, RecordPatient) else read
            receipt = replace(
                receipt,
                entries=(*receipt.entries, *(_ignored(one, why, known) for one, why in unread)),
                notices=(*_notices(found), *receipt.notices),
            )
            if isinstance(read, RecordPatient):
                yield RecordPatient(id=read.id, description=read.description, receipt=receipt)
            else:
                tell_of(receipt)

    return patients()


def _ignored(resource: Resource, why: str, codes: Codes) -> Entry:
    return Entry(source=source_of(resource, codes), outcome="ignored", why=why)


def _notices(found: Together) -> Iterator[str]:
    yield from found.notices
    release = other_release(found.resources)
    if release:
        yield f"The record looks like FHIR {release}; it is read as far as that is the same as R4."
