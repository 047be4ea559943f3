"""What a file is, by how it begins: a record of one kind or another, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NoReturn, TypeAlias

from mbc_options.errors import Problem, RecordError
from mbc_options.text import quoted

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "BEGINNING",
    "LINES",
    "MAX_BYTES",
    "RecordKind",
    "is_record",
    "is_record_file",
    "is_text",
    "kind_of",
    "packing_of",
]

RecordKind: TypeAlias = Literal["fhir", "obds"]

BEGINNING = 1 << 16
"""How many bytes of a file tell what it is."""
MAX_BYTES = 100_000_000
"""How large a document may be that is held: a file that is read whole, a stream, or a line of a file of lines."""
LINES = (".ndjson", ".jsonl")
"""How the names of files of lines end, which a bulk export has for each type of resource."""
_MOST_OF_A_PATIENT_FILE = 1_000_000
_TYPE = "resourceType"

_FHIR = "http://hl7.org/fhir"

_ZIP = "zip"
_PACKED = {b"\x1f\x8b": "gzip", b"PK\x03\x04": _ZIP, b"BZh": "bzip2", b"\xfd7": "xz", b"(\xb5": "zstd"}
_TABLES = (b"PAR1", b"ARROW1")
_ENCODINGS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_READ = "FHIR as JSON or lines of JSON, and oBDS as XML, are read"


def is_text(source: str) -> bool:
    """Tell whether a text is a record itself, and not the name of a file."""
    return source.lstrip("\ufeff \t\r\n")[:1] in {"{", "[", "<"}


def kind_of(beginning: bytes, file: str = "") -> RecordKind:
    """Return the kind of a record.

    Args:
        beginning: the first bytes of it, `BEGINNING` of them where there are as many.
        file: the name to print.

    Raises:
        RecordError: where it is none, with what it is instead.
    """
    if packing := packing_of(beginning):
        _refuse(f"is {'a ZIP file' if packing == _ZIP else f'packed ({packing})'}; unpack it first", file)
    if beginning.startswith(_TABLES):
        _refuse(f"is a table, which mbc-options cohort evaluate reads; {_READ}", file)
    bare = _decoded(beginning).lstrip()
    if not bare:
        _refuse("is empty", file)
    if bare[0] in "{[":
        return "fhir"
    if bare[0] != "<":
        _refuse(f"is no record: it begins with {quoted(bare.split(maxsplit=1)[0][:20])}; {_READ}", file)
    return "fhir" if _FHIR in bare else "obds"  # where it is neither, its reader tells what it is


def is_record(beginning: bytes) -> bool:
    """Tell whether something that may be a patient file, too, is a record: JSON with a type of resource, or XML.

    Args:
        beginning: all of it up to the largest size of a patient file, or more.
    """
    if packing_of(beginning):  # which is told where it is read
        return True
    try:
        kind_of(beginning)
    except RecordError:
        return False
    text = _decoded(beginning)
    return text.lstrip().startswith("<") or _TYPE in text or len(beginning) > _MOST_OF_A_PATIENT_FILE


def is_record_file(path: Path) -> bool:
    """Tell whether a file is a record; a pipe, and what cannot be read, is none."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as stream:
            return is_record(stream.read(_MOST_OF_A_PATIENT_FILE + 1))
    except (OSError, ValueError):
        return False


def _decoded(beginning: bytes) -> str:
    encoding = next((name for mark, name in _ENCODINGS.items() if beginning.startswith(mark)), "utf-8")
    return beginning.decode(encoding, errors="replace")


def packing_of(beginning: bytes) -> str:
    """Return by what a file is packed, as far as it is one of the usual ways; empty where it is by none."""
    return next((name for mark, name in _PACKED.items() if beginning.startswith(mark)), "")


def _refuse(message: str, file: str) -> NoReturn:
    raise RecordError([Problem(message, file)])
