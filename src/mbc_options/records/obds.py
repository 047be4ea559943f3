"""Patients from oBDS and ADT/GEKID, the XML of the German cancer registries."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from mbc_options.errors import Problem, RecordError
from mbc_options.records.receipt import Entry, RecordPatient, RecordReceipt, Source, tell_nobody
from mbc_options.records.registry_codes import RegistryCodes
from mbc_options.records.reports import ReportsReader
from mbc_options.records.xml import Node, XmlSource
from mbc_options.text import quoted
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.code_files import read_codes

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator
    from datetime import date

    from mbc_options.records.xml import Root
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.codes import Codes
    from mbc_options.vocabulary.registry import RegistryForm

__all__ = ["read_obds"]

_VERSION = "Schema_Version"
_FHIR = "http://hl7.org/fhir"


def read_obds(
    source: str | os.PathLike[str] | bytes,
    rulebook: CompiledRulebook | None = None,
    *,
    codes: Codes | None = None,
    today: date | None = None,
    passed_over: Callable[[RecordReceipt], None] | None = None,
) -> Iterator[RecordPatient]:
    """Read the patients of reports to a registry, one after the other.

    What the reports name is known of a patient, and nothing is denied or assumed; each receipt says of every part of a
    report what it was used for, or why not. A file is read patient by patient, whatever its size.

    Args:
        source: the name of a file, or XML as text or bytes: oBDS 3, or ADT/GEKID 2.
        rulebook: by whose facts the patients are described; the one of the package where it is None.
        codes: how reports are read; those of the package where it is None.
        today: a date after which nothing can have been found: a later one is told, and counts as none.
        passed_over: is told, by a receipt, of each patient without the illness that the rulebook is about, and of one
            whose XML is broken.

    Raises:
        RecordError: where the source is no such XML, has a document type, or ends too early; with the place. Patients
            before it are yielded first; one that is broken does not stop those behind it.
        TypeError: for something else.
    """
    vocabulary = bundled_vocabulary() if rulebook is None else rulebook.vocabulary
    known = codes or read_codes(None, vocabulary)
    tell = passed_over or tell_nobody
    if known.registry is None:
        raise RecordError([Problem("the codes do not say how reports to a registry are read (registry:)")])
    xml = XmlSource(source)
    registry = known.registry
    version = _version(xml, xml.root(), registry)
    registry_codes = RegistryCodes(known, registry)
    last = today.isoformat() if today else ""

    def broken(place: str, why: str) -> None:
        entry = Entry(source=Source(file=xml.file, type="", element=place), outcome="ignored", why=why)
        where = ", ".join(filter(None, (xml.file, place)))
        tell(RecordReceipt(entries=(entry,), notices=(f"{where}: {why}; the {registry.patient} is passed over.",)))

    def patients() -> Iterator[RecordPatient]:
        seen: set[str] = set()
        for id_, people in _people(xml, registry, broken):
            found = ReportsReader(registry_codes, last, xml.file).read(id_, people)
            if version:
                found = _with_notice(found, version)
            if id_ in seen:
                found = _with_notice(
                    found,
                    f"The reports of the patient {id_} stand apart in the file, and are read apart; "
                    f"sort them by patient.",
                )
            seen.add(id_)
            if isinstance(found, RecordPatient):
                yield found
            else:
                tell(found)

    return patients()


def _with_notice(found: RecordPatient | RecordReceipt, notice: str) -> RecordPatient | RecordReceipt:
    if isinstance(found, RecordPatient):
        return replace(found, receipt=found.receipt.noting(notice))
    return found.noting(notice)


def _version(xml: XmlSource, root: Root, registry: RegistryForm) -> str:
    """Return what is to be told of the version of a file; refuse one of another kind."""
    if root.name not in registry.roots:
        expected = " or ".join(registry.roots)
        hint = "it is FHIR as XML; write it as JSON, which read_fhir reads" if root.namespace == _FHIR else ""
        message = f"is no report to a registry: {expected} was expected, and not {quoted(root.name[:40])}"
        xml.refuse(message, root.line, root.column, hint)
    version = root.attributes.get(_VERSION, "")
    if not version or version.startswith(registry.read):
        return ""
    newest = registry.read[-1]
    return f"The file is of version {version[:40]} of its schema; it is read as far as that is the same as {newest}."


def _people(
    xml: XmlSource, registry: RegistryForm, broken: Callable[[str, str], None]
) -> Iterator[tuple[str, list[Node]]]:
    """Yield each patient's id with the elements of the patient that follow each other."""

    @cache
    def shorten(tag: str) -> str:
        prefix = next((one for one in registry.prefixes if tag.startswith(one) and tag not in registry.kept), "")
        return tag[len(prefix) :]

    held: list[Node] = []
    key = ""
    try:
        for number, element in enumerate(xml.elements(registry.patient, broken), 1):
            node = Node(element, shorten)
            person = node.first(registry.person)
            id_ = node.attribute(registry.patient_id) or (person.attribute(registry.patient_id) if person else "")
            id_ = id_ or f"{registry.patient}/{number}"
            if held and id_ != key:
                yield key, held
                held = []
            key = id_
            held.append(node)
    except RecordError:
        if held:
            yield key, held
        raise
    if held:
        yield key, held
