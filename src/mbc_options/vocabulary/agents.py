"""Drugs, regimens and treatment classes (`agents.yaml`), by every name that a person may type for them.

It says what a drug *is*, which does not depend on the documents that a rulebook reads. Names are compared without
case, spaces and punctuation (`T-DM1` is `tdm1`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mbc_options.source.forms import Form, Identifier, Plain, Text, YesNo
from mbc_options.vocabulary.spelling import normal

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "NO_CLASS",
    "PATTERNS",
    "Agent",
    "AgentClass",
    "AgentMember",
    "Agents",
    "AgentsFile",
    "Meaning",
    "Regimen",
    "TreatmentGroup",
    "fold",
    "is_initials",
]

NO_CLASS = "none"
_PIECES = re.compile(r"[^\W_]+")


class AgentMember(Form):
    """A member of a treatment class, with the names that a person may type for it.

    Attributes:
        tracked: whether its earlier use is a fact of its own, because a rule asks for it.
    """

    id: Identifier
    label: Text
    plain: Plain[Literal["label"]] = None
    also: tuple[Text, ...] = ()
    tracked: YesNo = False


class AgentClass(Form):
    """A treatment class, with the names that a person may type for it.

    Attributes:
        together: the member that two of its agents given together are. One agent by itself says nothing of it,
            unless it is said to be the member `alone`.
    """

    id: Identifier
    label: Text
    plain: Plain[Literal["label"]] = None
    also: tuple[Text, ...] = ()
    together: Identifier | None = None
    alone: Identifier | None = None
    members: tuple[AgentMember, ...] = ()


class Agent(Form):
    """A drug or procedure.

    Attributes:
        id: its name here.
        label: its name in a sentence.
        class_: the treatment class that it belongs to; `none` where it belongs to none.
        member: the member of the class, if any.
        may_be: for a group of agents, the classes that it may belong to: whether they were given is not said.
        kind: what it is, in a few words.
        brands: brand names.
        also: other names.
    """

    id: Identifier
    label: Text
    class_: Identifier
    member: Identifier | None = None
    may_be: tuple[Identifier, ...] = ()
    kind: Text
    brands: tuple[Text, ...] = ()
    also: tuple[Text, ...] = ()


class Regimen(Form):
    """A named combination of agents, by their ids."""

    id: Identifier
    label: Text
    also: tuple[Text, ...] = ()
    agents: tuple[Identifier, ...]


class AgentsFile(Form):
    """`agents.yaml`.

    Attributes:
        extends: `bundled` where it adds to the names that come with the package.
        beside: words that may stand beside the name of a drug and say nothing of which it is: salts, forms, routes.
    """

    extends: Literal["bundled"] | None = None
    beside: tuple[Text, ...] = ()
    classes: tuple[AgentClass, ...] = ()
    agents: tuple[Agent, ...] = ()
    regimens: tuple[Regimen, ...] = ()


class TreatmentGroup(NamedTuple):
    """A treatment class, or a member of one, as something that a patient may have had.

    Attributes:
        id: `chemotherapy`, or `chemotherapy.combination`.
        label: its name in a sentence.
    """

    id: str
    label: str

    @property
    def class_(self) -> str:
        """The class that it is, or belongs to."""
        return self.id.partition(".")[0]


Meaning: TypeAlias = TreatmentGroup | Agent | Regimen


def is_initials(name: str) -> bool:
    """Tell whether a name is single letters or digits with something between, as a regimen may be."""
    pieces = _PIECES.findall(name)
    return len(pieces) > 1 and all(len(piece) == 1 for piece in pieces)


class _Together(NamedTuple):
    """Ids of the members that agents of a class are: several together, and one alone (empty where there is none)."""

    several: str
    alone: str


def fold(name: str) -> str:
    """Return a name without case, spaces and punctuation, as names are compared."""
    return "".join(filter(str.isalnum, name.lower()))


_IN_BRACKETS = re.compile(r"[(\[]([^()\[\]]*)[)\]]")
_UNIT = r"(?:[mµu]?c?g|ml|i?u|units?|%|x|cycles?|weeks?|days?|months?|years?)(?:/(?:m2|m²|kg|ml|d|day|dose|\d*ml))?"
_TIMES = r"(?:cycles?|doses?|weeks?|months?|years?)"
_DOSE = re.compile(
    rf"(?:x?\d+(?:[.,]\d+)*\s*{_UNIT}|auc\s*=?\s*\d+(?:[.,]\d+)?|(?<!\w)[x\u00d7]\s*\d+(?:\s*{_TIMES})?)(?![\w-])"
)
_BIOSIMILAR = re.compile(r"(?<=mab)-[a-z]{4}$")

PATTERNS = {"in_brackets": _IN_BRACKETS.pattern, "dose": _DOSE.pattern, "biosimilar": _BIOSIMILAR.pattern}
"""What may stand beside a name, for a reader in another language."""


class Agents:
    """What `agents.yaml` says, with every name resolved.

    Attributes:
        file: as it was written.
        groups: classes and members by id, in order.
        agents: agents by id, in order.
        regimens: regimens by id, in order.
        tracked: the classes, and the members that a rule asks for, whose earlier use is a fact.
        together: by class, what its agents are when they are given together, and alone.
    """

    def __init__(self, file: AgentsFile) -> None:
        self.file = file
        self.groups: dict[str, TreatmentGroup] = {}
        self.together: dict[str, _Together] = {}
        tracked = []
        for class_ in file.classes:
            self.groups[class_.id] = TreatmentGroup(class_.id, class_.label)
            for member in class_.members:
                id_ = f"{class_.id}.{member.id}"
                self.groups[id_] = TreatmentGroup(id_, member.label)
                if member.tracked:
                    tracked.append(id_)
            if class_.together:
                alone = f"{class_.id}.{class_.alone}" if class_.alone else ""
                self.together[class_.id] = _Together(f"{class_.id}.{class_.together}", alone)
        self.tracked: tuple[str, ...] = (*(class_.id for class_ in file.classes), *tracked)
        self.agents: dict[str, Agent] = {agent.id: agent for agent in file.agents}
        self.regimens: dict[str, Regimen] = {regimen.id: regimen for regimen in file.regimens}
        names: dict[str, Meaning] = {}
        for name, meaning in self.names():
            names.setdefault(fold(name), meaning)
        self._names = names
        self._spelled = frozenset(normal(name) for name, _ in self.names())
        self._beside = frozenset(map(normal, file.beside))

    def names(self) -> Iterator[tuple[str, Meaning]]:
        """Yield every name as written, with what it stands for; a name may come twice."""
        for class_ in self.file.classes:
            group = self.groups[class_.id]
            yield from ((name, group) for name in (class_.id, class_.label, *class_.also))
            for member in class_.members:
                group = self.groups[f"{class_.id}.{member.id}"]
                yield from ((name, group) for name in (group.id, *member.also))
        for agent in self.file.agents:
            yield from ((name, agent) for name in (agent.id, agent.label, *agent.brands, *agent.also))
        for regimen in self.file.regimens:
            yield from ((name, regimen) for name in (regimen.id, regimen.label, *regimen.also))
        for class_ in self.file.classes:  # last, so that the name of a drug alone is the drug
            for member in class_.members:
                yield member.id, self.groups[f"{class_.id}.{member.id}"]

    def find(self, name: str) -> Meaning | None:
        """Return what a name stands for, or None where nobody knows it.

        Beside a name may stand dose, salt, form and route, and another name of the same in brackets. Single letters
        that signs divide (`A-C`) are a regimen or nothing.
        """
        return self._named(name) or self._named_beside(name)

    def _named(self, name: str) -> Meaning | None:
        found = self._names.get(fold(name))
        is_else = is_initials(name) and not isinstance(found, Regimen) and normal(name) not in self._spelled
        return None if is_else else found

    def _named_beside(self, name: str) -> Meaning | None:
        """Return what a name stands for that has more beside it, where all of that says nothing, or the same."""
        text = normal(name)
        rests = [self._words(part) for part in (_IN_BRACKETS.sub(" ", text), *_IN_BRACKETS.findall(text))]
        found = [self._named_bare(words) for words in rests if not self._beside.issuperset(words)]
        if not found or None in found or any(not _is_of(found[0], one) for one in found[1:]):
            return None
        return found[0]

    def _words(self, text: str) -> list[str]:
        words = (word.strip(".,;") for word in _DOSE.sub(" ", text).replace(",", " , ").split())
        return [word for word in words if word]

    def _named_bare(self, words: list[str]) -> Meaning | None:
        """Return what words name without those that say nothing, of which as few as can be are taken from the end."""
        for i in range(len(words), 0, -1):
            if found := self._named(" ".join(words[:i])):
                return found
            if words[i - 1] not in self._beside:
                break
        bare = " ".join(word for word in words if word not in self._beside)
        return self._named(bare) or self._named(_BIOSIMILAR.sub("", bare))

    def class_of(self, agent: Agent) -> str:
        """Return the id of the class of an agent; empty where it belongs to none."""
        return "" if agent.class_ == NO_CLASS else agent.class_


def _is_of(one: Meaning | None, other: Meaning | None) -> bool:
    """Tell whether two names are of the same, or the second of the class or member that the first belongs to."""
    if one == other:
        return True
    belongs_to = {one.class_, f"{one.class_}.{one.member}"} if isinstance(one, Agent) else set()
    return isinstance(other, TreatmentGroup) and other.id in belongs_to
