"""What a record is written in: files of lines (ndjson), of which one line is held, and documents read whole."""

from __future__ import annotations

import json
import os
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from io import BytesIO
from itertools import groupby
from pathlib import Path
from typing import IO, Any, NoReturn, Protocol, TypeAlias

from mbc_options.errors import Problem, RecordError
from mbc_options.misuse import refuse_kind
from mbc_options.records.kind import LINES, MAX_BYTES, packing_of
from mbc_options.records.resources import not_fhir
from mbc_options.text import quoted

__all__ = ["Documents", "Tell", "opened"]

Tell: TypeAlias = Callable[[str, str, str], None]
"""What is told something of a document: the file, the place in it, and what is to be said of it."""

_START = 64
"""How many bytes of a file are looked at to tell what it is."""

_UNREAD = 1_000
"""After how many lines that cannot be read, and none that can, a file is passed over."""

_SAMPLE = 20
"""How many lines are looked at to tell a file of lines whose first line is broken."""

_PASSED = "it is passed over"


class Documents(Protocol):
    """Documents in their order; each is a resource, or a bundle of several.

    Attributes:
        are_held: whether all of them are in memory anyway.
    """

    are_held: bool

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        """Yield each that can be read, by its number; the others are told."""
        ...

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        """Yield some of them, read, by their numbers, which ascend, each with its number and file."""
        ...

    def where(self, number: int) -> tuple[str, str]:
        """Return the file of one, and its place in it."""
        ...


def opened(source: object, tell: Tell) -> Documents:
    """Return the documents of a source.

    Args:
        source: the name of a file or of a folder of ndjson, JSON as text or bytes, a resource or bundle as a mapping,
            or a list of these.
        tell: is told of what cannot be read and is passed over.

    Raises:
        RecordError: where nothing can be read.
        TypeError: for something else.
    """
    if isinstance(source, Mapping):
        return _held(source, "", tell)
    if isinstance(source, (list, tuple)):
        return _held(list(source), "", tell)
    if isinstance(source, (bytes, bytearray)):
        return _of_text(bytes(source), "", tell)
    if isinstance(source, str) and source.lstrip()[:1] in {"{", "["}:
        return _of_text(source.encode(errors="surrogatepass"), "", tell)
    if not isinstance(source, (str, os.PathLike)):
        refuse_kind("the name of a file or folder, JSON, or a bundle as a dictionary", source)
    path = Path(source)
    if "\0" in str(path):
        _refuse("is no name of a file", quoted(str(path)))
    try:
        return _of_folder(path, tell) if path.is_dir() else _of_file(path, tell)
    except OSError as error:
        _refuse(f"cannot be read: {error.strerror or error}", str(path))


def _refuse(message: str, file: str, hint: str = "", line: int = 0, column: int = 0) -> NoReturn:
    raise RecordError([Problem(message, file, line, column, hint=hint)])


def _refuse_size(file: str) -> NoReturn:
    hint = (
        "write each resource, or the bundle of each patient, on a line of its own (ndjson, as bulk export does): "
        "such a file is read patient by patient, whatever its size"
    )
    _refuse(f"is larger than {MAX_BYTES:,} bytes, which are read at once", file, hint)


# Files


def _of_folder(folder: Path, tell: Tell) -> Documents:
    """Return the lines of a bulk export: of all files of lines in a folder."""
    names = sorted(one for one in folder.iterdir() if not one.name.startswith(".") and one.is_file())
    files = [one for one in names if one.suffix.lower() in LINES]
    if not files:
        hint = (
            "a folder is read as a bulk export (Patient.ndjson, Condition.ndjson ...); other files are read one by one"
        )
        _refuse("has no file of lines (*.ndjson)", str(folder), hint)
    for one in names:
        if one.suffix.lower() == ".gz" and one.stem.lower().endswith(LINES):
            tell(str(one), "", f"is packed; unpack it (gunzip); {_PASSED}")
    return _Lines(_readable(files, tell), tell, is_folder=True)


def _readable(files: Sequence[Path], tell: Tell) -> Iterator[Path]:
    for file in files:
        try:
            with file.open("rb") as stream:
                start = stream.read(_START)
            _refuse_other_forms(start, str(file))
        except OSError as error:
            tell(str(file), "", f"cannot be read: {error.strerror or error}; {_PASSED}")
        except RecordError as error:
            tell(str(file), "", f"{error.problems[0].message}; {_PASSED}")
        else:
            yield file


def _encoding(start: bytes) -> str:
    """Return in which of the encodings that JSON may have something is written; UTF-8 where in none of them."""
    encoding = json.detect_encoding(start)
    has_mark = encoding in {"utf-16", "utf-32"}
    return encoding if has_mark or start[:4].decode(encoding, "replace").isascii() else "utf-8"


def _refuse_other_forms(start: bytes, file: str) -> None:
    """Refuse what begins as no JSON in UTF-8 does, with the way out."""
    if packing := packing_of(start):
        _refuse(f"is packed ({packing})", file, "unpack it")
    if start.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        hint = "ask the server for JSON (Accept: application/fhir+json, or _format=json), or convert it"
        _refuse("is XML; records of FHIR are read as JSON", file, hint)
    if _encoding(start) != "utf-8":
        _refuse("is not UTF-8 text", file, "save it as UTF-8")


def _of_file(path: Path, tell: Tell) -> Documents:
    file = str(path)
    with path.open("rb") as stream:
        if not stream.seekable():
            return _of_text(stream.read(MAX_BYTES + 1), file, tell)
        start = stream.read(_START)
        stream.seek(0)
        if _encoding(start) == "utf-8":
            _refuse_other_forms(start, file)
            first = _first(stream)
            if _is_resource(first) or (path.suffix.lower() in LINES and not _goes_on(first)):
                return _Lines([path], tell)
        stream.seek(0)
        if os.fstat(stream.fileno()).st_size > MAX_BYTES:
            _refuse_size(file)
        return _of_text(stream.read(MAX_BYTES + 1), file, tell)


def _first(stream: IO[bytes]) -> bytes:
    """Return the first line that holds something."""
    return next((line for line in _lines(stream) if line.strip(b"\xef\xbb\xbf \t\r\n")), b"")


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the lines of a file; one that is too long is yielded in pieces."""
    while line := stream.readline(MAX_BYTES + 1):
        yield line


def _goes_on(line: bytes) -> bool:
    """Tell whether a line is the beginning of a document of several lines."""
    return line.strip(b"\xef\xbb\xbf \t\r\n") in {b"{", b"["}


def _is_resource(line: bytes) -> bool:
    """Tell whether a line is a resource by itself, with an end of its own."""
    if not line.endswith(b"\n") or not line.rstrip().endswith(b"}"):
        return False
    return not _read(line)[1]


def _of_text(text: bytes, file: str, tell: Tell) -> Documents:
    """Return the documents of a text: its lines, where those are what it has, or all of it."""
    if len(text) > MAX_BYTES:
        _refuse_size(file)
    encoding = _encoding(text[:_START])
    if encoding != "utf-8":
        try:
            text = text.decode(encoding).encode()
        except UnicodeError:
            _refuse("is no text; save it as UTF-8", file)
    _refuse_other_forms(text[:_START], file)
    first = _first(BytesIO(text))
    if not first:
        _refuse("is empty", file)
    if len(first) < len(text.strip()) and _is_resource(first):
        return _Lines([text], tell, file)
    try:
        data = _JSON.decode(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        if file.lower().endswith(LINES) or _has_lines(text):
            return _Lines([text], tell, file)
        _refuse_document(error, file)
    return _held(_printable(data, text), file, tell)


def _has_lines(text: bytes) -> bool:
    """Tell whether some of the first lines are resources by themselves."""
    return any(_is_resource(line) for _, line in zip(range(_SAMPLE), _lines(BytesIO(text)), strict=False))


def _refuse_document(error: Exception, file: str) -> NoReturn:
    if isinstance(error, json.JSONDecodeError):
        _refuse(f"is no JSON: {error.msg}", file, line=error.lineno, column=error.colno)
    _refuse(_why(error), file)


# JSON


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)


_JSON = json.JSONDecoder(parse_constant=_no_constant)


def _read(line: bytes) -> tuple[Mapping[str, Any], str]:
    """Return what a line holds, and why it cannot be read."""
    if len(line) > MAX_BYTES:
        return {}, f"is longer than {MAX_BYTES:,} bytes"
    try:
        data = _printable(_JSON.decode(line.decode("utf-8-sig")), line)
    except (ValueError, RecursionError) as error:
        return {}, _why(error)
    return data, not_fhir(data)


def _why(error: Exception) -> str:
    if isinstance(error, UnicodeDecodeError):
        return "is not UTF-8 text; save it as UTF-8"
    if isinstance(error, json.JSONDecodeError):
        column = min(error.pos, len(error.doc.rstrip())) + 1  # what breaks off does so before the end of the line
        return f"is no JSON: {error.msg} at column {column}"
    return "is nested too deeply to be read" if isinstance(error, RecursionError) else f"is no JSON: {error}"


def _printable(data: Any, text: bytes) -> Any:
    """Return data with a sign in place of halves of characters, which nothing can print."""
    if b"\\ud" not in text and b"\\uD" not in text:
        return data
    return json.loads(json.dumps(data, ensure_ascii=False).encode("utf-8", "replace"))


# Lines


class _Lines:
    """The lines of files, of which only the offsets are held: eight bytes for each."""

    are_held = False

    def __init__(self, files: Iterable[Path | bytes], tell: Tell, name: str = "", *, is_folder: bool = False) -> None:
        self._files = list(files)
        self._tell, self._name, self._is_folder = tell, name, is_folder
        self._starts = array("Q")
        self._offsets = array("Q")

    def _open(self, file: int, buffering: int = 1 << 20) -> IO[bytes]:
        source = self._files[file]
        if isinstance(source, bytes):
            return BytesIO(source)
        try:
            return source.open("rb", buffering=buffering)
        except OSError as error:  # it was there
            _refuse(f"cannot be read: {error.strerror or error}", str(source))

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        is_empty = True
        for file in range(len(self._files)):
            self._starts.append(len(self._offsets))
            unread: list[tuple[int, str]] | None = []  # until one is read
            for number, line in self._numbered(file):
                data, message = _read(line)
                if not message:
                    for one, why in unread or ():
                        self._tell_of(one, why)
                    unread, is_empty = None, False
                    yield number, data
                elif not line.strip():
                    continue
                elif unread is None:
                    self._tell_of(number, message)
                elif len(unread) < _UNREAD:
                    unread.append((number, message))
                else:
                    break
            if unread:
                self._refuse(*unread[0])
        if is_empty and not self._is_folder:
            _refuse("is empty", self._name_of(0))

    def _numbered(self, file: int) -> Iterator[tuple[int, bytes]]:
        """Yield the lines of a file by their numbers, and note where each begins."""
        at, goes_on, offsets = 0, False, self._offsets
        with self._open(file) as stream:
            for line in _lines(stream):
                if not goes_on:
                    offsets.append(at)
                at += len(line)
                if not goes_on:
                    yield len(offsets) - 1, line
                goes_on = not line.endswith(b"\n")
        offsets.append(at)  # where the last one ends

    def _tell_of(self, number: int, message: str) -> None:
        self._tell(*self.where(number), f"{message}; {_PASSED}")

    def _refuse(self, number: int, message: str) -> None:
        """Refuse a file of which nothing can be read, by what is wrong with its first line; of a folder, tell of it."""
        file, place = self.where(number)
        if not self._is_folder:
            _refuse(f"has no line that is a resource of FHIR; {place} {message}", file)
        self._tell(file, "", f"has no line that is a resource of FHIR, and is passed over; {place} {message}")

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        for file, some in groupby(numbers, self._file_of):
            name = self._name_of(file)
            with self._open(file, buffering=0) as stream:
                for number in some:
                    start = self._offsets[number]
                    stream.seek(start)
                    data, message = _read(stream.read(min(self._offsets[number + 1] - start, MAX_BYTES + 1)))
                    if message:
                        _refuse("has changed while it was read", name)
                    yield number, name, data

    def where(self, number: int) -> tuple[str, str]:
        file = self._file_of(number)
        return self._name_of(file), f"line {number - self._starts[file] + 1}"

    def _file_of(self, number: int) -> int:
        return bisect_right(self._starts, number) - 1

    def _name_of(self, file: int) -> str:
        source = self._files[file]
        return self._name if isinstance(source, bytes) else str(source)


# What is read whole


class _Held:
    """Documents that are held."""

    are_held = True

    def __init__(self, documents: Sequence[tuple[int, Mapping[str, Any]]], file: str, *, is_list: bool) -> None:
        self._documents = dict(documents)
        self._file, self._is_list = file, is_list

    def __iter__(self) -> Iterator[tuple[int, Mapping[str, Any]]]:
        return iter(self._documents.items())

    def read(self, numbers: Sequence[int]) -> Iterator[tuple[int, str, Mapping[str, Any]]]:
        return ((number, self._file, self._documents[number]) for number in numbers)

    def where(self, number: int) -> tuple[str, str]:
        return self._file, f"element {number + 1}" if self._is_list else ""


def _held(data: object, file: str, tell: Tell) -> Documents:
    if not isinstance(data, list):
        message = not_fhir(data)
        if message:
            _refuse(message, file)
        assert isinstance(data, Mapping)
        return _Held([(0, data)], file, is_list=False)
    found: list[tuple[int, Mapping[str, Any]]] = []
    for number, one in enumerate(data):
        message = not_fhir(one)
        if message:
            tell(file, f"element {number + 1}", f"{message}; {_PASSED}")
        else:
            found.append((number, one))
    return _Held(found, file, is_list=True)
