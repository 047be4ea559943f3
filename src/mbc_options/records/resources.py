"""A resource, what it is called, and who refers to whom."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from mbc_options.text import quoted

__all__ = ["PATIENT", "Group", "Resource", "items", "name_of", "not_fhir", "tail_of", "unversioned"]

PATIENT = "Patient"
"""The type of resource that all others are about."""


class Resource(NamedTuple):
    """A resource with its address and the file that it stands in.

    Attributes:
        data: the resource.
        url: its full URL; empty where it has none.
        file: the file.
        why_not: why it is not read; empty where it is.
    """

    data: Mapping[str, Any]
    url: str
    file: str
    why_not: str = ""

    @property
    def type(self) -> str:
        """Its type."""
        return str(self.data["resourceType"])

    @property
    def id(self) -> str:
        """Its id; empty where it has none."""
        id_ = self.data.get("id")
        return id_ if isinstance(id_, str) else ""

    @property
    def base(self) -> str:
        """The address of its server; empty where its own address is not one of a server."""
        ending, url = f"/{self.type}/{self.id}", unversioned(self.url)
        return url.removesuffix(ending) if url.startswith("http") and url.endswith(ending) else ""


def items(value: object) -> list[Mapping[str, Any]]:
    """Return the mappings of an element that may be one or several, or something that FHIR does not have there."""
    if value is None:
        return []
    several = value if isinstance(value, list) else [value]
    return [one for one in several if isinstance(one, (dict, Mapping))]  # the first is what JSON has, and quick


def unversioned(reference: str) -> str:
    """Return a reference without the version that it may name."""
    return reference.partition("/_history/")[0].rstrip("/")


def tail_of(reference: str) -> str:
    """Return the type and the id with which a reference ends; empty where it has none."""
    parts = unversioned(reference).split("/")
    return "/".join(parts[-2:]) if len(parts) > 1 and "?" not in reference and not reference.startswith("#") else ""


def name_of(resource: Resource) -> str:
    """Return the type and the id of a resource; empty where it has no id."""
    return f"{resource.type}/{resource.id}" if resource.id else ""


def not_fhir(data: object) -> str:
    """Say why something is no resource; nothing where it is one."""
    if not isinstance(data, Mapping):
        return f"is no resource of FHIR, but {quoted(str(data)[:40])}; a resource is an object with a resourceType"
    if not isinstance(data.get("resourceType"), str):
        keys = ", ".join(map(str, list(data)[:4]))
        return f"is no resource of FHIR: it has no resourceType{keys and f', but {keys}'}"
    return ""


class Group:
    """Resources that may refer to one another.

    Args:
        resources: they themselves.
        elsewhere: finds another one, by its type and id or by its id alone.
    """

    def __init__(
        self, resources: Iterable[Resource], elsewhere: Callable[[str], Resource | None] | None = None
    ) -> None:
        self._elsewhere = elsewhere
        self._found: dict[str, Resource] = {}
        self._of_several: set[str] = set()
        for resource in resources:
            if resource.why_not:
                continue
            for name in (resource.url, name_of(resource), resource.id):
                before = self._found.setdefault(name, resource) if name else resource
                if before.url != resource.url and before.url and resource.url:
                    self._of_several.add(name)

    def resolve(self, reference: object, owner: Resource) -> Resource | None:
        """Return what a resource refers to: by full URL, by type and id, by absolute URL, or contained in it."""
        if not isinstance(reference, str) or not reference:
            return None
        if reference.startswith("#"):
            inside = (one for one in items(owner.data.get("contained")) if one.get("id") == reference[1:])
            data = next((one for one in inside if isinstance(one.get("resourceType"), str)), None)
            return None if data is None else Resource(data, reference, owner.file)
        name, base = unversioned(reference), owner.base
        ways = (base and f"{base}/{name}", name, tail_of(name), name.rpartition(":")[2] if name[:4] == "urn:" else "")
        for way in ways:
            if way and way in self._found and way not in self._of_several:
                return self._found[way]
        if self._elsewhere is None:
            return None
        return next((found for way in ways[2:] if way and (found := self._elsewhere(way)) is not None), None)
