"""What bundles hold: their resources, those of bundles within, and which of several versions counts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeAlias

from mbc_options.records.resources import Resource, items, name_of, tail_of
from mbc_options.text import counted, quoted

__all__ = ["Tell", "flat", "holds_others", "with_versions"]

Tell: TypeAlias = Callable[[str], None]
"""What is told what a reader should know."""

_BUNDLE, _PARAMETERS = "Bundle", "Parameters"
_COMPARED = 20
"""With how many versions of a resource another one is compared."""
_OLDER, _DELETED, _TWICE = "a newer version of it is there", "it was deleted", "it stands twice, and is read once"


def holds_others(data: Mapping[str, Any]) -> bool:
    """Tell whether something is no resource of a record by itself, but holds some."""
    return data["resourceType"] in {_BUNDLE, _PARAMETERS}


def flat(data: object, file: str, tell: Tell) -> Iterator[Resource]:
    """Yield a resource, or those of a bundle and of the bundles within.

    Args:
        data: the resource or bundle.
        file: the file that it stands in.
        tell: is told what a reader should know of a bundle.
    """
    waiting: list[tuple[object, str, str]] = [(data, "", "")]
    while waiting:
        one, url, why_not = waiting.pop()
        if not isinstance(one, Mapping) or not _is_resource(one):
            continue
        if one["resourceType"] == _BUNDLE:
            waiting += reversed(list(_entries(one, tell)))
        elif one["resourceType"] == _PARAMETERS:
            waiting += reversed([(inner, "", "") for inner in _parameters(one)])
        else:
            yield Resource(one, url, file, why_not)


def _entries(bundle: Mapping[str, Any], tell: Tell) -> Iterator[tuple[object, str, str]]:
    """Yield what the entries of a bundle hold, with the address of each, and why it is not read."""
    entries = items(bundle.get("entry"))
    if not any(isinstance(entry.get("resource"), Mapping) for entry in entries):
        tell("is a bundle without resources")
    if odd := _without_type(bundle):
        tell(f"has {counted(odd, 'entry', 'entries')} with something that is no resource; what is one is read")
    if any(link.get("relation") == "next" for link in items(bundle.get("link"))):
        tell("is one page of several, of which the next is not in it")
    is_history = bundle.get("type") == "history"
    became: dict[str, str] = {}  # of a resource, by its name; the newest version stands first
    for entry in entries:
        data, url = entry.get("resource"), entry.get("fullUrl")
        url = url if isinstance(url, str) else ""
        if isinstance(data, Mapping) and data.get("resourceType") == "OperationOutcome":
            _tell_of_errors(data, tell)
        if not is_history:
            yield data, url, ""
            continue
        request = next(iter(items(entry.get("request"))), {})
        name = tail_of(str(request.get("url") or url))
        if isinstance(data, Mapping):
            name = f"{data.get('resourceType')}/{data.get('id')}"
            yield data, url, became.get(name, "")
        became.setdefault(name, _DELETED if request.get("method") == "DELETE" else _OLDER)


def _without_type(bundle: Mapping[str, Any]) -> int:
    """Return how many entries of a bundle hold something that is no resource; an entry without one may be right."""
    entries = bundle.get("entry")
    if not isinstance(entries, list):
        return 0
    held = [one.get("resource") if isinstance(one, Mapping) else "" for one in entries]
    return sum(one is not None and not _is_resource(one) for one in held)


def _is_resource(data: object) -> bool:
    return isinstance(data, Mapping) and isinstance(data.get("resourceType"), str)


def _tell_of_errors(outcome: Mapping[str, Any], tell: Tell) -> None:
    for issue in items(outcome.get("issue")):
        if issue.get("severity") in {"error", "fatal"}:
            details = next(iter(items(issue.get("details"))), {})
            said = issue.get("diagnostics") or details.get("text") or issue.get("code")
            tell(f"holds an error of the server: {quoted(str(said)[:200])}")


def _parameters(parameters: Mapping[str, Any]) -> Iterator[object]:
    waiting = items(parameters.get("parameter"))[::-1]
    while waiting:
        one = waiting.pop()
        yield one.get("resource")
        waiting += items(one.get("part"))[::-1]


# Versions


def with_versions(resources: Sequence[Resource], tell: Tell) -> list[Resource]:
    """Return resources, each that stands several times read once: the newest version of it.

    Args:
        resources: those of one patient.
        tell: is told where nothing says which is the newest; then all of them are read.
    """
    places: dict[str, list[int]] = {}
    for place, resource in enumerate(resources):
        if resource.id and not resource.why_not:
            places.setdefault(name_of(resource), []).append(place)
    found = list(resources)
    for name, same in places.items():
        if len(same) == 1:
            continue
        kept = _different(found, same)
        newest = _newest([resources[place] for place in kept])
        if newest is None:
            tell(f"{name} stands {len(kept)} times, and nothing says which is the newest; all of them are read.")
            continue
        for place in kept:
            if resources[place] is not newest:
                found[place] = resources[place]._replace(why_not=_OLDER)
    return found


def _different(found: list[Resource], places: list[int]) -> list[int]:
    """Mark those that say the same as one before; return the places of the others."""
    kept: list[int] = []
    for place in places:
        if any(found[place].data == found[before].data for before in kept[:_COMPARED]):
            found[place] = found[place]._replace(why_not=_TWICE)
        else:
            kept.append(place)
    return kept


def _newest(versions: list[Resource]) -> Resource | None:
    """Return the newest of several; None where they do not all say which that is."""
    if len(versions) == 1:
        return versions[0]
    for age in (_updated, _number):
        ages = [age(one) for one in versions]
        told = [one for one in ages if one is not None]
        if len(told) == len(ages) and told.count(max(told)) == 1:
            return versions[ages.index(max(told))]
    return None


def _meta(resource: Resource) -> Mapping[str, Any]:
    return next(iter(items(resource.data.get("meta"))), {})


def _updated(resource: Resource) -> float | None:
    try:
        at = datetime.fromisoformat(str(_meta(resource).get("lastUpdated")))
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _number(resource: Resource) -> float | None:
    version = str(_meta(resource).get("versionId", ""))
    return float(version) if version.isascii() and version.isdigit() and len(version) < 16 else None
