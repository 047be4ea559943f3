"""Drugs, regimens and treatment classes by every name that a person may type for them.

Read from `rules/agents.yaml`, which every rulebook shares: what a drug *is* does not depend on which
documents are read. Names are compared without case, spaces and punctuation (`T-DM1` is `tdm1`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Agent", "Agents", "PriorClass", "Regimen", "fold"]

COMBINATION = "chemotherapy.combination"
"""The one member of a class that a rule asks about as earlier treatment (claim S000-78)."""


class PriorClass(NamedTuple):
    """A treatment class, or a member of one, as something that a patient may have had.

    Attributes:
        id: `hormone_therapy`, or `hormone_therapy.tamoxifen`.
        label: its name in a sentence.
    """

    id: str
    label: str

    @property
    def class_(self) -> str:
        """The class that it is, or belongs to."""
        return self.id.partition(".")[0]


class Agent(NamedTuple):
    """A drug or procedure.

    Attributes:
        id: its name here.
        label: its name in a sentence.
        class_: the treatment class that it belongs to; empty where it belongs to none of ours.
        member: the member of the class, or empty.
        kind: what it is, in a few words.
        brands: brand names.
    """

    id: str
    label: str
    class_: str
    member: str
    kind: str
    brands: tuple[str, ...]


class Regimen(NamedTuple):
    """A named combination of agents.

    Attributes:
        id: its name here.
        label: its name in a sentence.
        agents: the ids of its parts.
    """

    id: str
    label: str
    agents: tuple[str, ...]


def fold(name: str) -> str:
    """Return a name without case, spaces and punctuation, as names are compared."""
    return "".join(filter(str.isalnum, name.lower()))


Meaning = PriorClass | Agent | Regimen


class Agents:
    """What `rules/agents.yaml` says, with every name resolved.

    Args:
        data: the file's content: `classes`, `agents` and `regimens`.

    Attributes:
        classes: treatment classes and members by id, in order.
        agents: agents by id, in order.
        regimens: regimens by id, in order.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        self.classes: dict[str, PriorClass] = {}
        self._names: dict[str, Meaning] | None = None
        self._data = data
        for entry in data["classes"]:
            self.classes[entry["id"]] = PriorClass(entry["id"], entry["label"])
            for member in entry.get("members") or ():
                id_ = f"{entry['id']}.{member['id']}"
                self.classes[id_] = PriorClass(id_, member["label"])
        self.agents: dict[str, Agent] = {
            entry["id"]: Agent(
                entry["id"],
                entry["label"],
                "" if entry["class"] == "none" else entry["class"],
                entry.get("member") or "",
                entry.get("kind") or "",
                tuple(entry.get("brands") or ()),
            )
            for entry in data["agents"]
        }
        self.regimens: dict[str, Regimen] = {
            entry["id"]: Regimen(entry["id"], entry["label"], tuple(entry["agents"])) for entry in data["regimens"]
        }

    @property
    def prior_classes(self) -> tuple[str, ...]:
        """The classes, and the members that a rule asks about, whose earlier use is a fact."""
        return (*(id_ for id_ in self.classes if "." not in id_), COMBINATION)

    def names(self) -> Iterator[tuple[str, Meaning]]:
        """Yield every name as written, with what it stands for; a name may come twice."""
        for entry in self._data["classes"]:
            yield from _names_of(entry, self.classes[entry["id"]])
            for member in entry.get("members") or ():
                class_ = self.classes[f"{entry['id']}.{member['id']}"]
                yield class_.id, class_
                yield from ((name, class_) for name in member.get("also") or ())
        for entry in self._data["agents"]:
            yield from _names_of(entry, self.agents[entry["id"]])
        for entry in self._data["regimens"]:
            yield from _names_of(entry, self.regimens[entry["id"]])
        for id_, class_ in self.classes.items():  # last, so that `tamoxifen` alone is the drug
            if "." in id_:
                yield id_.partition(".")[2], class_

    def find(self, name: str) -> Meaning | None:
        """Return what a name stands for, or None where nobody knows it."""
        if self._names is None:
            self._names = {}
            for known, meaning in self.names():
                self._names.setdefault(fold(known), meaning)
        return self._names.get(fold(name))


def _names_of(entry: Mapping[str, Any], meaning: Meaning) -> Iterator[tuple[str, Meaning]]:
    for name in (entry["id"], entry["label"], *(entry.get("brands") or ()), *(entry.get("also") or ())):
        yield name, meaning
