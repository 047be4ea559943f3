"""Whether questions written for other programs are what those programs read.

The schemas are ours, stricter than the formats, and XSD 1.1: `schemas/README.md` says why, and what they rest on.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections import Counter
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import ParseError

from xmlschema import XMLResource, XMLResourceError, XMLSchema11
from xmlschema.validators import XsdAssert

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["invalid", "moodle_problems", "qti_problems"]

_SCHEMAS: Final = Path(__file__).parent / "schemas"
_MANIFEST: Final = "imsmanifest.xml"
_CP: Final = "{http://www.imsglobal.org/xsd/imscp_v1p1}"
_QTI: Final = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
_ROOTS: Final = {
    "imsqti_item_xmlv2p1": f"{_QTI}assessmentItem",
    "imsqti_test_xmlv2p1": f"{_QTI}assessmentTest",
}
"""What stands at the top of a file, by the type of its resource. A file of another type is none of these."""


def moodle_problems(xml: bytes) -> list[str]:
    """Tell what Moodle would not read as it is meant.

    Args:
        xml: a file of questions in the format "Moodle XML".

    Returns:
        What is wrong and where, in the order of the file; nothing if all is well.
    """
    return invalid("moodle/moodle-questions.xsd", xml)


def invalid(schema: str, xml: bytes) -> list[str]:
    """Tell what a schema of ours finds wrong with a document.

    Args:
        schema: its file, in `schemas/`.
        xml: the document.
    """
    found = _parsed(xml)
    return [found] if isinstance(found, str) else list(_invalid(schema, found))


def qti_problems(package: bytes) -> list[str]:
    """Tell what a program that takes QTI 2.1 packages would not read as it is meant.

    Args:
        package: a zip file with a manifest, items and a test.

    Returns:
        What is wrong and where, the file's name first; nothing if all is well.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(package))
    except zipfile.BadZipFile as error:
        return [f"no zip file: {error}"]
    with archive:
        names = [name for name in archive.namelist() if not name.endswith("/")]
        twice = sorted(name for name, times in Counter(names).items() if times > 1)
        if twice:
            return [f"{name}: in the package more than once" for name in twice]
        return list(_in_package({name: archive.read(name) for name in names}))


def _in_package(files: dict[str, bytes]) -> Iterator[str]:
    if _MANIFEST not in files:
        yield f"{_MANIFEST}: missing (it must stand at the top of the package)"
        return
    manifest = _parsed(files[_MANIFEST])
    if isinstance(manifest, str):
        yield f"{_MANIFEST}: {manifest}"
        return
    yield from (f"{_MANIFEST}: {problem}" for problem in _invalid("qti/manifest-profile.xsd", manifest))
    resources = list(manifest.root.iter(f"{_CP}resource"))
    listed = {file.get("href", "") for file in manifest.root.iter(f"{_CP}file")}
    yield from (f"{name}: in the manifest, not in the package" for name in sorted(listed - files.keys()))
    yield from (f"{name}: in the package, not in the manifest" for name in sorted(files.keys() - listed - {_MANIFEST}))

    types = {resource.get("href", ""): resource.get("type", "") for resource in resources}
    of_resource = {resource.get("identifier", ""): resource.get("href", "") for resource in resources}
    identifiers: dict[str, str] = {}
    for resource in resources:
        name = resource.get("href", "")
        if name not in files:
            continue
        document = _parsed(files[name])
        odd = _odd(document, resource.get("type", ""))
        if odd is not None:
            yield f"{name}: {odd}"
        elif not isinstance(document, str) and document.root.tag in _ROOTS.values():
            yield from (f"{name}: {problem}" for problem in _invalid("qti/qti-profile.xsd", document))
            first = identifiers.setdefault(document.root.get("identifier", ""), name)
            if first != name:
                yield f"{name}: has the identifier of {first}"
            needs = {of_resource.get(d.get("identifierref", ""), "") for d in resource.iter(f"{_CP}dependency")}
            yield from _references(name, document, types, needs)


def _odd(document: XMLResource | str, kind: str) -> str | None:
    """Tell why a file is not of the type that the manifest gives it."""
    if isinstance(document, str):
        return document if kind in _ROOTS else None
    root = document.root.tag
    if root == _ROOTS.get(kind) or (kind not in _ROOTS and root not in _ROOTS.values()):
        return None
    return f"of type {kind}, but with {_plain(root)} at the top"


def _references(name: str, document: XMLResource, types: dict[str, str], needs: set[str]) -> Iterator[str]:
    """Tell which items a test names that are none, or that the manifest does not tie to it."""
    for reference in document.root.iter(f"{_QTI}assessmentItemRef"):
        href = reference.get("href", "")
        target = posixpath.normpath(posixpath.join(posixpath.dirname(name), href))
        if types.get(target) != "imsqti_item_xmlv2p1":
            yield f"{name}: refers to {href}, which is no item of the package"
        elif target not in needs:
            yield f"{name}: refers to {href}, on which the manifest does not say that it depends"


@cache
def _schema(name: str) -> XMLSchema11:
    return XMLSchema11(str(_SCHEMAS / name))


def _parsed(xml: bytes) -> XMLResource | str:
    """Read a document, or tell why it cannot be read; nothing outside of it is ever fetched."""
    try:
        return XMLResource(io.BytesIO(xml), defuse="always", allow="none")
    except (ParseError, XMLResourceError) as error:
        return f"not well-formed: {error}"


def _invalid(schema: str, document: XMLResource) -> Iterator[str]:
    for error in _schema(schema).iter_errors(document):
        rule = error.validator
        holds = rule.annotation.documentation if isinstance(rule, XsdAssert) and rule.annotation is not None else ()
        why = f"this does not hold: {holds[0].text}" if holds else _plain(error.reason or "invalid")
        yield f"{error.path}: {why}"


def _plain(text: str) -> str:
    """Leave out the namespaces that are to be expected; another one is worth seeing."""
    return text.replace(_QTI, "").replace(_CP, "")
