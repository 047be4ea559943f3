"""The resources of a file, a text or a mapping, patient by patient, and who refers to whom.

A file of lines (ndjson) is read line by line, so that only the resources of one patient are held; another file is
read whole, up to a size.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Any, NamedTuple, NoReturn

from mbc_options.errors import Problem, RecordError
from mbc_options.misuse import refuse_kind
from mbc_options.text import quoted

__all__ = ["MAX_BYTES", "Group", "Resource", "groups", "items", "tail_of"]

MAX_BYTES = 100_000_000
"""How large a file may be that is read whole, and a line of one that is not."""

Broken = Callable[[str, str, str], None]
"""What is told of something that cannot be read: the file, its place in it, and what is wrong."""

_SUBJECTS = ("subject", "patient", "individual", "beneficiary")
_BUNDLE, _PATIENT = "Bundle", "Patient"


class Resource(NamedTuple):
    """A resource with its address and the file that it stands in."""

    data: Mapping[str, Any]
    url: str
    file: str

    @property
    def type(self) -> str:
        """Its type."""
        return str(self.data["resourceType"])

    @property
    def id(self) -> str:
        """Its id; empty where it has none."""
        id_ = self.data.get("id")
        return id_ if isinstance(id_, str) else ""


def items(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings of an element that may be one or several, or something that FHIR does not have there."""
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, Mapping)]


def tail_of(reference: str) -> str:
    """Return the type and the id with which a reference ends; empty where it has none."""
    parts = reference.partition("/_history/")[0].rstrip("/").split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and "?" not in reference and not reference.startswith("#") else ""


class Group:
    """Resources that may refer to one another, and the patients among them."""

    def __init__(self, resources: Sequence[Resource]) -> None:
        self.resources = resources
        self._found: dict[str, Resource] = {}
        for resource in resources:
            for name in (resource.url, f"{resource.type}/{resource.id}" if resource.id else "", resource.id):
                if name:
                    self._found.setdefault(name, resource)

    def resolve(self, reference: object, owner: Resource) -> Resource | None:
        """Return what a resource refers to: by full URL, by type and id, by absolute URL, or contained in it."""
        if not isinstance(reference, str) or not reference:
            return None
        if reference.startswith("#"):
            inside = (one for one in items(owner.data.get("contained")) if one.get("id") == reference[1:])
            found = next((one for one in inside if isinstance(one.get("resourceType"), str)), None)
            return None if found is None else Resource(found, reference, owner.file)
        return self._found.get(reference) or self._found.get(tail_of(reference)) or self._of_urn(reference)

    def _of_urn(self, reference: str) -> Resource | None:
        return self._found.get(reference.rpartition(":")[2]) if reference.startswith("urn:") else None

    def by_patient(self) -> Iterator[tuple[str, list[Resource]]]:
        """Yield the id of each patient, with the resources of the patient; last, under no id, those of nobody."""
        people = [one for one in self.resources if one.type == _PATIENT]
        found: dict[str, list[Resource]] = {}
        names: dict[str, str] = {}
        nobody: list[Resource] = []
        for number, resource in enumerate(self.resources):
            key = self._key_of(resource, number)
            if not key and len(people) == 1:
                key = self._key_of(people[0], 0)
            if not key:
                nobody.append(resource)
                continue
            found.setdefault(key, []).append(resource)
            names.setdefault(key, resource.id if resource.type == _PATIENT else key.rpartition("/")[2])
        if len(found) == 1:  # what names nobody belongs to the one who is there
            next(iter(found.values())).extend(nobody)
            nobody = []
        for key, resources in found.items():
            yield names[key] or key, resources
        if nobody:
            yield "", nobody

    def _key_of(self, resource: Resource, number: int) -> str:
        """Return what names the patient of a resource; empty where it names none."""
        if resource.type == _PATIENT:
            return f"{_PATIENT}/{resource.id}" if resource.id else resource.url or f"{_PATIENT}/{number + 1}"
        reference = subject_of(resource)
        if not reference:
            return ""
        person = self.resolve(reference, resource)
        if person is not None and person.type == _PATIENT:
            return f"{_PATIENT}/{person.id}" if person.id else person.url
        return "" if person is not None else tail_of(reference) or reference


def subject_of(resource: Resource) -> str:
    """Return the reference of a resource to its patient; empty where it has none."""
    for name in _SUBJECTS:
        for one in items(resource.data.get(name)):
            reference = one.get("reference")
            if isinstance(reference, str) and reference:
                return reference
    return ""


def groups(source: object, broken: Broken) -> Iterator[Group]:
    """Yield the resources of a source, as many at a time as may refer to one another.

    Args:
        source: the name of a file, JSON as text or bytes, a resource or bundle as a mapping, or a list of these.
        broken: is told of what cannot be read and is passed over.

    Raises:
        RecordError: where nothing can be read.
        TypeError: for something else.
    """
    if isinstance(source, Mapping):
        yield from _of_data(source, "", broken)
    elif isinstance(source, (list, tuple)):
        for one in source:
            yield from _of_data(one, "", broken)
    elif isinstance(source, (bytes, bytearray)):
        yield from _of_text(bytes(source), "", broken)
    elif isinstance(source, str) and source.lstrip()[:1] in {"{", "["}:
        yield from _of_text(source.encode(), "", broken)
    elif isinstance(source, (str, os.PathLike)):
        yield from _of_file(Path(source), broken)
    else:
        refuse_kind("the name of a file, JSON, or a bundle as a dictionary", source)


def _of_file(path: Path, broken: Broken) -> Iterator[Group]:
    file = str(path)
    try:
        with path.open("rb") as stream:
            first = stream.readline(MAX_BYTES + 1)
            while first and not first.strip():
                first = stream.readline(MAX_BYTES + 1)
            if path.suffix.lower() in {".ndjson", ".jsonl"} or _is_line(first):
                yield from _of_lines(chain([first], _lines(stream)), file, broken)
                return
            if path.stat().st_size > MAX_BYTES:
                _refuse_size(file)
            text = first + stream.read(MAX_BYTES + 1 - len(first))
    except OSError as error:
        raise RecordError([Problem(f"cannot be read: {error.strerror or error}", file)]) from None
    yield from _of_text(text, file, broken)


def _is_line(first: bytes) -> bool:
    """Tell whether a line is a resource by itself, and the file one of lines."""
    if not first.endswith(b"\n") or not first.rstrip().endswith(b"}"):
        return False
    try:
        data = json.loads(first)
    except (ValueError, RecursionError):
        return False
    return isinstance(data, dict) and "resourceType" in data


def _lines(stream: IO[bytes]) -> Iterator[bytes]:
    while line := stream.readline(MAX_BYTES + 1):
        yield line
        while len(line) > MAX_BYTES and not line.endswith(b"\n"):  # the rest of a line that is refused
            line = stream.readline(MAX_BYTES + 1)


def _refuse_size(file: str) -> NoReturn:
    message = f"is larger than {MAX_BYTES:,} bytes, which are read at once"
    hint = (
        "write each resource, or the bundle of each patient, on a line of its own (ndjson, as bulk export does): "
        "such a file is read patient by patient, whatever its size"
    )
    raise RecordError([Problem(message, file, hint=hint)])


def _of_text(text: bytes, file: str, broken: Broken) -> Iterator[Group]:
    if len(text) > MAX_BYTES:
        _refuse_size(file)
    lines = text.splitlines(keepends=True)
    if len(lines) > 1 and _is_line(lines[0]):
        yield from _of_lines(iter(lines), file, broken)
        return
    yield from _of_data(_parsed(text, file), file, broken)


def _parsed(text: bytes, file: str) -> Any:
    try:
        return _json(text)
    except json.JSONDecodeError as error:
        problem = Problem(f"is no JSON: {error.msg}", file, error.lineno, error.colno)
    except UnicodeDecodeError:
        problem = Problem("is not UTF-8 text; save it as UTF-8", file)
    except ValueError as error:
        problem = Problem(f"is no JSON: {error}", file)
    except RecursionError:
        problem = Problem("is nested too deeply to be read", file)
    raise RecordError([problem]) from None


def _json(text: bytes) -> Any:
    return json.loads(text.decode("utf-8-sig"), parse_constant=_no_constant)


def _no_constant(name: str) -> NoReturn:
    msg = f"{name} is no number of JSON"
    raise ValueError(msg)


def _flat(data: object, url: str, file: str) -> Iterator[Resource]:
    """Yield a resource, or those of a bundle and of the bundles within."""
    waiting = [(data, url)]
    while waiting:
        one, address = waiting.pop()
        if not isinstance(one, Mapping) or not isinstance(one.get("resourceType"), str):
            continue
        if one["resourceType"] != _BUNDLE:
            yield Resource(one, address, file)
            continue
        entries = items(one.get("entry"))
        inside = [(entry.get("resource"), entry.get("fullUrl")) for entry in entries]
        waiting += [(inner, at if isinstance(at, str) else "") for inner, at in reversed(inside)]


def _not_fhir(data: object) -> str:
    """Say why something is no resource; nothing where it is one."""
    if not isinstance(data, Mapping):
        return f"is no resource of FHIR, but {quoted(str(data)[:40])}; a resource is an object with a resourceType"
    if not isinstance(data.get("resourceType"), str):
        keys = ", ".join(map(str, list(data)[:4]))
        return f"is no resource of FHIR: it has no resourceType{keys and f', but {keys}'}"
    return ""


def _of_data(data: object, file: str, broken: Broken) -> Iterator[Group]:
    if isinstance(data, list):
        for i, one in enumerate(data):
            message = _not_fhir(one)
            if message:
                broken(file, f"element {i + 1}", message)
            else:
                yield Group(list(_flat(one, "", file)))
        return
    message = _not_fhir(data)
    if message:
        raise RecordError([Problem(message, file)])
    yield Group(list(_flat(data, "", file)))


def _of_lines(lines: Iterator[bytes], file: str, broken: Broken) -> Iterator[Group]:
    """Yield the resources of lines, those of one patient that follow each other at a time."""
    held: list[Resource] = []
    key = ""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        data, message = _line(line)
        if message:
            broken(file, f"line {number}", message)
            continue
        assert isinstance(data, Mapping)
        if data["resourceType"] == _BUNDLE:
            if held:
                yield Group(held)
            held, key = [], ""
            yield Group(list(_flat(data, "", file)))
            continue
        resource = Resource(data, "", file)
        subject = subject_of(resource)
        mine = f"{_PATIENT}/{resource.id}" if resource.type == _PATIENT else tail_of(subject) or subject
        if mine and key and mine != key:
            yield Group(held)
            held = []
        key = mine or key
        held.append(resource)
    if held:
        yield Group(held)


def _line(line: bytes) -> tuple[object, str]:
    """Return what a line holds, and why it cannot be read."""
    if len(line) > MAX_BYTES:
        return None, f"is longer than {MAX_BYTES:,} bytes"
    try:
        data = _json(line)
    except UnicodeDecodeError:
        return None, "is not UTF-8 text"
    except json.JSONDecodeError as error:
        return None, f"is no JSON: {error.msg} at column {error.colno}"
    except (ValueError, RecursionError) as error:
        return None, f"is no JSON: {error}"
    return data, _not_fhir(data)
