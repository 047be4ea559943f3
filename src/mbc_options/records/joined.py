"""The resources of each patient, brought together from wherever they stand, one patient at a time.

First it is noted which documents name which patient, and nothing else of them is kept; then the documents of one
patient after the other are read. So one patient is held at a time, a few numbers for each document, and the key of each
patient and the id of each resource that names none.
"""

from __future__ import annotations

from array import array
from collections import OrderedDict
from functools import lru_cache
from pathlib import PurePath
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.records.bundles import flat, holds_others, with_versions
from mbc_options.records.documents import opened
from mbc_options.records.resources import PATIENT, Group, Resource, name_of
from mbc_options.records.subjects import People, by_patient, identifiers_of, key_of, split_address

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any, TypeAlias

    from mbc_options.records.documents import Documents, Tell

    Parts: TypeAlias = Mapping[str, list[Resource]]

__all__ = ["Together", "together"]

_AT_A_TIME = 1_000
"""How many documents that name no patient are read at a time."""

_KEPT = 8
"""How many bundles of several patients are kept for the next patient."""

_KEPT_FREE = 1_000
"""How many resources that name no patient are kept for what refers to them."""


class Together(NamedTuple):
    """The resources of a patient.

    Attributes:
        id: the patient's; None for resources that name none.
        resources: in the order in which they stand; those too that are not read.
        group: what they may refer to.
        notices: what a reader should know.
    """

    id: str | None
    resources: list[Resource]
    group: Group
    notices: list[str]


def together(source: object, tell: Tell) -> Iterator[Together]:
    """Yield the resources of each patient of a source, in the order in which patients are named; last, of nobody.

    Where only one patient is named, all resources are that patient's.

    Args:
        source: the name of a file or of a folder of ndjson, JSON as text or bytes, a resource or bundle as a mapping,
            or a list of these.
        tell: is told of what cannot be read and is passed over, and of bundles that lack something.

    Raises:
        RecordError: where nothing can be read.
        TypeError: for something else.
    """
    documents = opened(source, tell)
    return _Joiner(documents, tell).patients()


class _Index:
    """Which documents name which patient; a patient's are chained by their numbers, from the first to the last."""

    def __init__(self) -> None:
        self.patients: dict[str, int] = {}
        self.nobody = array("q")
        self.persons = array("q")
        self.free: dict[str, int] = {}
        self._first, self._last = array("q"), array("q")
        self._document, self._next = array("q"), array("q")

    def add(self, key: str, document: int) -> None:
        """Note that a document names a patient, by a key; or nobody."""
        if not key:
            self.nobody.append(document)
            return
        link = len(self._document)
        self._document.append(document)
        self._next.append(-1)
        number = self.patients.setdefault(key, len(self._first))
        if number == len(self._first):
            self._first.append(link)
            self._last.append(link)
        else:
            self._next[self._last[number]] = link
            self._last[number] = link

    def add_free(self, resource: Resource, document: int) -> None:
        """Note where something stands that names nobody, and that others may refer to."""
        if resource.id and self.free.setdefault(resource.id, document) != document:
            self.free.setdefault(name_of(resource), document)

    def documents(self, keys: Iterable[str]) -> Iterator[int]:
        """Yield the documents that name a patient by one of some keys."""
        for key in keys:
            link = self._first[self.patients[key]]
            while link >= 0:
                yield self._document[link]
                link = self._next[link]


class _Joiner:
    """Brings the resources of each patient together."""

    def __init__(self, documents: Documents, tell: Tell) -> None:
        self._documents, self._tell = documents, tell
        self._index = _Index()
        self._bundles: OrderedDict[int, Parts] = OrderedDict()
        self._elsewhere = lru_cache(_KEPT_FREE)(self._find_free)

    def patients(self) -> Iterator[Together]:
        """Yield the resources of each patient; last, those of nobody."""
        self._note()
        index = self._index
        people = People(index.patients.keys(), self._identified())
        if not index.patients and len(index.nobody) == 1:  # a record that does without a patient is still of one
            yield self._together("", {""}, index.nobody)
            return
        is_one = len(people) == 1
        for shown, keys in people:
            documents = {*index.documents(keys), *(index.nobody if is_one else ())}
            yield self._together(shown, {*keys, ""} if is_one else keys, sorted(documents))
        for start in range(0, 0 if is_one else len(index.nobody), _AT_A_TIME):
            yield self._together(None, {""}, index.nobody[start : start + _AT_A_TIME])

    # First: who is named where

    def _note(self) -> None:
        index = self._index
        for number, data in self._documents:
            for key, resources in self._parts(number, "", data, is_new=True).items():
                index.add(key, number)
                if any(one.type == PATIENT for one in resources):
                    index.persons.append(number)
                for resource in () if key else resources:
                    index.add_free(resource, number)

    def _identified(self) -> dict[str, str]:
        """Return the keys of the patients who have an identifier by which something names them."""
        asked = {key for key in self._index.patients if key.startswith("?")}
        found: dict[str, set[str]] = {}
        for number, file, data in self._documents.read(self._index.persons) if asked else ():
            for key, resources in self._parts(number, file, data).items():
                for one in resources:
                    for identifier in asked.intersection(identifiers_of(one.data) if one.type == PATIENT else ()):
                        found.setdefault(identifier, set()).add(key)
        return {identifier: next(iter(keys)) for identifier, keys in found.items() if len(keys) == 1}

    # Then: what they hold

    def _parts(self, number: int, file: str, data: Mapping[str, Any], *, is_new: bool = False) -> Parts:
        """Return the resources of a document by the keys of the patients whom they name."""

        def place() -> str:
            file, place = self._documents.where(number)
            return " ".join(filter(None, (PurePath(file).name, place)))

        def tell(why: str) -> None:
            if is_new:
                self._tell(*self._documents.where(number), why)

        if not holds_others(data):
            resource = Resource(data, "", file)
            return {key_of(resource, place): [resource]}
        if number in self._bundles:
            self._bundles.move_to_end(number)
            return self._bundles[number]
        file = self._documents.where(number)[0]
        parts = by_patient(list(flat(data, file, tell)), place)
        if len(parts) > 1 or self._documents.are_held:
            self._bundles[number] = parts
            if len(self._bundles) > _KEPT and not self._documents.are_held:
                self._bundles.popitem(last=False)
        return parts

    def _together(self, shown: str | None, keys: Collection[str], documents: Sequence[int]) -> Together:
        own: list[Resource] = []
        beside: list[Resource] = []
        for number, file, data in self._documents.read(documents):
            if not holds_others(data):  # then it is the patient's, or it would not be read
                own.append(Resource(data, "", file))
                continue
            for key, resources in self._parts(number, file, data).items():
                (own if key in keys else beside).extend(resources)
        notices: list[str] = []
        own = with_versions(own, notices.append)
        return Together(shown, own, Group([*own, *beside], self._elsewhere), notices)

    def _find_free(self, name: str) -> Resource | None:
        """Find a resource that names nobody, by its type and id or by its id alone."""
        type_, id_ = split_address(name)
        free = self._index.free
        documents = {free[one] for one in (name, id_) if one in free}
        for number, file, data in self._documents.read(sorted(documents)):
            for resource in self._parts(number, file, data).get("", ()):
                if resource.id == id_ and type_ in {"", resource.type}:
                    return resource
        return None
