"""Patients from records of any kind: a file, or a folder with all that is in it."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.errors import InputError, Problem, RecordError
from mbc_options.misuse import refuse_kind
from mbc_options.records.kind import BEGINNING, LINES, is_text, kind_of
from mbc_options.records.receipt import Entry, RecordReceipt, Source, tell_nobody

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

    from mbc_options.records.kind import RecordKind
    from mbc_options.records.receipt import RecordPatient
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.codes import Codes

__all__ = ["read_records"]

_MOST_TOLD = 10
"""How many files are told of a folder in which none is a record."""


class _Reading(NamedTuple):
    """How records are to be read, as `read_records` takes it."""

    rulebook: CompiledRulebook | None
    codes: Codes | None
    today: date | None
    tell: Callable[[RecordReceipt], None]

    def patients(self, kind: RecordKind, source: Any) -> Iterator[RecordPatient]:
        """Read what is of one kind; its reader is fetched when there is something to be read."""
        module, name = f"mbc_options.records.{kind}", f"read_{kind}"
        reader: Callable[..., Iterator[RecordPatient]] = getattr(import_module(module), name)
        return reader(source, self.rulebook, codes=self.codes, today=self.today, passed_over=self.tell)


def read_records(
    source: str | os.PathLike[str] | bytes | Mapping[str, Any] | Sequence[Mapping[str, Any]],
    rulebook: CompiledRulebook | None = None,
    *,
    codes: Codes | None = None,
    today: date | None = None,
    passed_over: Callable[[RecordReceipt], None] | None = None,
) -> Iterator[RecordPatient]:
    """Read the patients of records, one after the other, whatever their kind: their content says it.

    What a record names is known of a patient, and nothing is denied or assumed; each receipt says of every resource
    what it was used for, or why not. Of a folder all files are read, also those of the folders in it, in the order of
    their names; hidden ones are left out. Its files of lines (ndjson) are one export, in which the resources of a
    patient may stand apart.

    Args:
        source: the name of a file or of a folder; a record as text or bytes; or a bundle or resource of FHIR as a
            dictionary, or a list of them.
        rulebook: by whose facts the patients are described; the one of the package where it is None.
        codes: how records are read; those of the package where it is None.
        today: a date after which nothing can have been found: a later one is told, and counts as none.
        passed_over: is told, by a receipt, of each patient without the illness that the rulebook is about, and of what
            cannot be read: in a folder, no file stops the others.

    Raises:
        RecordError: where the source cannot be read at all, or nothing in the folder can.
        TypeError: for something else.
    """
    reading = _Reading(rulebook, codes, today, passed_over or tell_nobody)
    if isinstance(source, (Mapping, list, tuple)):
        return reading.patients("fhir", source)
    if isinstance(source, str) and is_text(source):
        source = source.encode(errors="surrogatepass")
    if isinstance(source, (bytes, bytearray)):
        return reading.patients(kind_of(bytes(source[:BEGINNING])), bytes(source))
    if not isinstance(source, (str, os.PathLike)):
        refuse_kind("the name of a file or folder, a record as text, or a bundle as a dictionary", source)
    path = Path(source)
    if path.is_dir():
        return _of_folder(path, reading)
    return reading.patients(_kind_of_file(path), path)


def _kind_of_file(path: Path) -> RecordKind:
    name = str(path)
    try:
        if not stat.S_ISREG(path.stat().st_mode):  # a pipe might never end
            raise RecordError([Problem("is no regular file; write it to one first", name)])
        with path.open("rb") as stream:
            beginning = stream.read(BEGINNING)
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        if isinstance(error, InputError):
            raise
        reason = getattr(error, "strerror", None) or error
        raise RecordError([Problem(f"cannot be read: {reason}", name)]) from None
    return kind_of(beginning, name)


def _sources_in(folder: Path) -> Iterator[Path]:
    """Yield what is read of a folder, in the order of names: files, folders of lines as one, and what is in folders.

    Hidden files and folders are left out.
    """
    try:
        inside = [one for one in sorted(folder.iterdir()) if not one.name.startswith(".")]
    except OSError:  # which is told where it is read
        yield folder
        return
    if any(_has_lines(one) for one in inside):
        yield folder  # the lines of a patient may stand in several files
    for one in inside:
        if one.is_dir() and not one.is_symlink():
            yield from _sources_in(one)
        elif not _has_lines(one):
            yield one


def _has_lines(path: Path) -> bool:
    return path.suffix.lower() in LINES and path.is_file()


def _of_folder(folder: Path, reading: _Reading) -> Iterator[RecordPatient]:
    """Read what is in a folder; what cannot be read is told, and stops nothing."""
    sources = list(_sources_in(folder))
    if not sources:
        raise RecordError([Problem("is a folder without a file", str(folder))])
    return _of_sources(sources, str(folder), reading)


def _of_sources(sources: list[Path], folder: str, reading: _Reading) -> Iterator[RecordPatient]:
    problems: list[Problem] = []
    places: dict[str, str] = {}
    read = 0
    for path in sources:
        try:
            kind = "fhir" if path.is_dir() else _kind_of_file(path)
            for found in reading.patients(kind, path):
                before = places.setdefault(found.id, str(path)) if found.id else str(path)
                yield found if before == str(path) else _apart(found, before)
            read += 1
        except InputError as error:
            reading.tell(_told(error, str(path)))
            problems += error.problems if len(problems) < _MOST_TOLD else ()
    if not read:
        raise RecordError([Problem("is a folder in which no file is a record", folder), *problems[:_MOST_TOLD]])


def _apart(found: RecordPatient, before: str) -> RecordPatient:
    """Return a patient of whom another file has something, too, with a notice of that."""
    notice = f"The patient {found.id} stands in {before}, too; the two are read apart."
    return replace(found, receipt=found.receipt.noting(notice))


def _told(error: InputError, file: str) -> RecordReceipt:
    """Return what is told of a file that cannot be read."""
    entries = tuple(
        Entry(
            source=Source(file=file, type="", element=_place(one)),
            outcome="ignored",
            why=f"{one.message}; {one.hint}" if one.hint else one.message,
        )
        for one in error.problems
    )
    return RecordReceipt(entries=entries, notices=tuple(str(one) for one in error.problems))


def _place(problem: Problem) -> str:
    return f"line {problem.line}" if problem.line else ""
