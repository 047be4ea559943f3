"""Which patient a resource names.

A patient is told by a key: an id; or, where that is not all, an address, `?` with an identifier, or `#` with a place.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qs

from mbc_options.records.resources import PATIENT, Group, Resource, items, name_of, unversioned

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from typing import Any

__all__ = ["People", "by_patient", "identifiers_of", "key_of", "split_address"]

_RELATIVE = re.compile(rf"{PATIENT}/[A-Za-z0-9.-]+")
_SUBJECTS = ("subject", "patient", "individual", "beneficiary")


Place: TypeAlias = "Callable[[], str]"
"""Says where something stands."""


def key_of(resource: Resource, place: Place) -> str:
    """Return the key of the patient whom a resource by itself names; empty where it names none.

    Args:
        resource: one that stands in no bundle.
        place: says where it stands.
    """
    return _key_of_person(resource, place) if resource.type == PATIENT else _key(resource, place, None)


def by_patient(resources: Sequence[Resource], place: Place) -> dict[str, list[Resource]]:
    """Return the resources of a bundle by the keys of the patients whom they name; under no key those that name none.

    Where only one patient is named, all are that patient's.

    Args:
        resources: those of the bundle.
        place: says where it stands.
    """
    people = _People(resources, place)
    found: dict[str, list[Resource]] = {}
    for number, resource in enumerate(resources):
        own = people.keys.get(id(resource.data))
        key = own if own is not None else _key(resource, partial(_within, place, number + 1), people)
        found.setdefault(key, []).append(resource)
    named = [key for key in found if key]
    return {named[0]: list(resources)} if len(named) == 1 else found


def _within(bundle: Place, number: int) -> str:
    return f"{bundle()} {number}".strip()


class _People:
    """The patients of a bundle, by the identity of what is said of them and by their identifiers."""

    def __init__(self, resources: Sequence[Resource], place: Place) -> None:
        self.group = Group(resources)
        people = [(number, one) for number, one in enumerate(resources, 1) if one.type == PATIENT]
        addresses: dict[str, set[str]] = {}
        for _, one in people:
            addresses.setdefault(one.id and _key_of_person(one, str), set()).add(unversioned(one.url))
        self.keys: dict[int, str] = {}
        self.identified: dict[str, str] = {}
        for number, one in people:
            key = _key_of_person(one, place if one.url else partial(_within, place, number))
            if one.id and len(addresses[key] - {""}) > 1:  # ids that mean nothing beside addresses that do
                key = _key_of_place(unversioned(one.url), place())
            self.keys[id(one.data)] = key
            for identifier in identifiers_of(one.data):
                self.identified.setdefault(identifier, key)


def _key_of_person(resource: Resource, place: Place) -> str:
    if resource.id:
        return f"{resource.base}/{PATIENT}/{resource.id}" if resource.base else resource.id
    key = _key_of_reference(resource.url, "") if resource.url.startswith("http") else ""
    return key or _key_of_place(resource.url, place())


def _key_of_place(url: str, place: str) -> str:
    """Return a key that nothing else can name."""
    return f"#{' '.join(filter(None, (url, place)))}"


def _key(resource: Resource, place: Place, people: _People | None) -> str:
    for name in _SUBJECTS:
        for one in items(resource.data.get(name)):
            reference = one.get("reference")
            if isinstance(reference, str) and reference:
                return _key_of_subject(resource, reference, place, people)
            if one.get("type") in {None, PATIENT} and (identifier := _identifier(one.get("identifier"))):
                return people.identified.get(identifier, identifier) if people else identifier
    return ""


def _key_of_subject(resource: Resource, reference: str, place: Place, people: _People | None) -> str:
    if people is None and _RELATIVE.fullmatch(reference):  # as most are
        return reference[len(PATIENT) + 1 :]
    if reference.startswith("#"):
        within = Group(()).resolve(reference, resource)
        is_person = within is not None and within.type == PATIENT
        return _key_of_place(f"{name_of(resource)}{reference}", place()) if is_person else ""
    if people is not None:
        person = people.group.resolve(reference, resource)
        if person is not None:
            return people.keys.get(id(person.data), "")
    key = _key_of_reference(reference, resource.base)
    return people.identified.get(key, key) if people else key


def _key_of_reference(reference: str, base: str) -> str:
    """Return the key of a patient referred to; empty where something else is."""
    type_, is_query, query = reference.partition("?")
    if is_query:
        asked = parse_qs(query).get("identifier", [query])[0]
        return f"?{asked}" if type_.rpartition("/")[2] == PATIENT else ""
    if reference.startswith("urn:"):
        return reference.rpartition(":")[2]
    before, id_ = split_address(reference)
    if (before and before.rpartition("/")[2] != PATIENT) or id_ == PATIENT:
        return ""
    if before.startswith("http"):
        return f"{before}/{id_}"
    return f"{base}/{PATIENT}/{id_}" if base and before else id_


def split_address(reference: str) -> tuple[str, str]:
    """Return what stands before an id, and the id."""
    before, _, id_ = unversioned(reference).rpartition("/")
    return before, id_


def identifiers_of(person: Mapping[str, Any]) -> list[str]:
    """Return the keys of the identifiers that a patient has."""
    return [key for one in items(person.get("identifier")) if (key := _identifier(one))]


def _identifier(value: object) -> str:
    for one in items(value):
        if isinstance(one.get("value"), str) and one["value"]:
            system = one.get("system")
            return f"?{system if isinstance(system, str) else ''}|{one['value']}"
    return ""


class People:
    """The patients whom keys name, of whom some are named by several.

    Args:
        keys: all of them.
        identified: by the key of an identifier, that of the patient who has it.
    """

    def __init__(self, keys: Collection[str], identified: Mapping[str, str]) -> None:
        self._keys = keys
        self._shown: dict[str, str] = {}
        same = dict(identified)
        by_id: dict[str, list[str]] = {}
        for key in keys:
            if key.startswith("http"):
                by_id.setdefault(split_address(key)[1], []).append(key)
            elif key.startswith(("?", "#")):
                self._shown[key] = key[1:]
        for id_, addresses in by_id.items():
            if len(addresses) == 1:
                self._shown[addresses[0]] = id_
                if id_ in keys:
                    same[id_] = addresses[0]
        self._same = same
        self._alike: dict[str, list[str]] = {}
        for key, other in same.items():
            self._alike.setdefault(same.get(other, other), []).append(key)

    def __len__(self) -> int:
        return len(self._keys) - len(self._same)

    def __iter__(self) -> Iterator[tuple[str, set[str]]]:
        """Yield the id by which each is shown, and the keys; in the order of the keys."""
        done: set[str] = set()
        for key in self._keys:
            first = self._same.get(key, key)
            first = self._same.get(first, first)
            alike = self._alike.get(first)
            if alike is None:
                yield self._shown.get(key, key), {key}
            elif first not in done:
                done.add(first)
                yield self._shown.get(first, first), {first, *alike}
