"""Parts of a resource, as they are: codes, texts, dates, references. Nothing of them is taken to be well formed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.records.receipt import Source
from mbc_options.records.resources import items
from mbc_options.vocabulary.codes import Coding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.records.resources import Resource
    from mbc_options.vocabulary.codes import Codes

__all__ = [
    "Reference",
    "codings",
    "concepts",
    "date_of",
    "extensions",
    "references",
    "said",
    "source_of",
    "text_of",
    "word",
]

_DATE = re.compile(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12]\d|3[01]))?)?(?:T.*)?")
_DATES = ("effective", "performed", "occurrence", "onset")
_OTHER_DATES = ("authoredOn", "recordedDate", "assertedDate", "dateAsserted", "whenHandedOver", "dateWritten", "issued")
_WHY = ("reasonReference", "reason", "focus", "indication")
_REFERS = ("reference", "display")


def word(value: object) -> str:
    """Return an element that is a word; of a concept, as some versions have it, its first code."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    for concept in items(value):
        for coding in items(concept.get("coding")):
            if isinstance(coding.get("code"), str):
                return str(coding["code"])
    return ""


def concepts(value: object) -> list[Mapping[str, Any]]:
    """Return the concepts of an element; those of a reference to one or the other are looked into."""
    return [inner for one in items(value) for inner in (items(one.get("concept")) or [one])]


def codings(concept: Mapping[str, Any], codes: Codes) -> list[Coding]:
    """Return the codes of a concept, with our names of their systems."""
    found = []
    for one in items(concept.get("coding")):
        code, text = one.get("code"), one.get("display")
        system = one.get("system")
        known = codes.systems.get(system, "") if isinstance(system, str) else ""
        found.append(
            Coding(known, str(code) if isinstance(code, (str, int)) else "", text if isinstance(text, str) else "")
        )
    return found


def text_of(concept: Mapping[str, Any]) -> str:
    """Return the text of a concept; empty where it has none."""
    text = concept.get("text")
    return text if isinstance(text, str) else ""


def said(concept: Mapping[str, Any], codes: Codes) -> str:
    """Return a concept as a receipt names it: its code, or else its text."""
    found = codings(concept, codes)
    known = next((one for one in found if one.system), None) or next(iter(found), None)
    if known is not None and known.code:
        return f"{known.system} {known.code}".strip()
    return text_of(concept)[:80] or (known.text[:80] if known else "")


def _date(value: object) -> str:
    match = _DATE.fullmatch(value) if isinstance(value, str) else None
    return "-".join(filter(None, match.groups())) if match else ""


def date_of(resource: Mapping[str, Any]) -> str:
    """Return when something was so, as exactly as the record has it; empty where it has no date."""
    for name in _DATES:
        for ending in ("DateTime", "Instant", "Date"):
            if found := _date(resource.get(f"{name}{ending}")):
                return found
        for period in items(resource.get(f"{name}Period")):
            if found := _date(period.get("start")) or _date(period.get("end")):
                return found
    return next((found for name in _OTHER_DATES if (found := _date(resource.get(name)))), "")


def source_of(resource: Resource, codes: Codes, element: str = "") -> Source:
    """Return where something stands."""
    data = resource.data
    concept = next(iter(concepts(data.get("code")) or concepts(data.get("medicationCodeableConcept"))), None)
    return Source(
        file=resource.file,
        type=resource.type,
        id=resource.id,
        date=date_of(data),
        code=said(concept, codes) if concept else "",
        element=element,
    )


def extensions(data: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the extensions of a resource and those within them."""
    waiting = items(data.get("extension"))
    while waiting:
        one = waiting.pop(0)
        yield one
        waiting += items(one.get("extension"))


class Reference(NamedTuple):
    """What something refers to, and what the record calls it there; each may be empty."""

    target: str
    display: str


def references(data: Mapping[str, Any]) -> list[Reference]:
    """Return what a resource says that it is about or for: reasons, focus, and what its extensions refer to."""
    holders = [one for name in _WHY for one in items(data.get(name))]
    holders += [one for of in list(holders) for one in items(of.get("reference"))]  # R5 has it a step deeper
    holders += [inner for one in extensions(data) for inner in items(one.get("valueReference"))]
    found = (
        Reference(*(value if isinstance(value, str) else "" for value in map(one.get, _REFERS))) for one in holders
    )
    return [one for one in found if any(one)]
