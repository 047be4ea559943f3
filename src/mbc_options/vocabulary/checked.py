"""The model of `rules/agents.yaml`, for reading it from its source."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import Field

from mbc_options.errors import InputError, Problem, RulebookError
from mbc_options.source import yaml_positions
from mbc_options.source.validation import Strict, check
from mbc_options.vocabulary.agents import Agent, Agents, fold

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.source.yaml_positions import Tree
    from mbc_options.vocabulary.agents import PriorClass, Regimen

__all__ = ["AgentsFile", "read_agents"]

NO_CLASS = "none"


class MemberNames(Strict):
    """A member of a class, with the names that a person may type for it."""

    id: str
    label: str
    also: tuple[str, ...] = ()


class ClassNames(Strict):
    """A treatment class, with the names that a person may type for it."""

    id: str
    label: str
    also: tuple[str, ...] = ()
    members: tuple[MemberNames, ...] = ()


class AgentNames(Strict):
    """A drug or procedure: the class that it belongs to (`none` for none of ours) and its names."""

    id: str
    label: str
    class_: str = Field(alias="class")
    member: str | None = None
    kind: str
    brands: tuple[str, ...] = ()
    also: tuple[str, ...] = ()


class RegimenNames(Strict):
    """A named combination of agents."""

    id: str
    label: str
    also: tuple[str, ...] = ()
    agents: tuple[str, ...]


class AgentsFile(Strict):
    """`agents.yaml`: every name under which a treatment may be given."""

    classes: tuple[ClassNames, ...]
    agents: tuple[AgentNames, ...]
    regimens: tuple[RegimenNames, ...]


def read_agents(path: Path) -> dict[str, Any]:
    """Read and check `agents.yaml`; return its content.

    Raises:
        RulebookError: with every problem at its place: an unknown key, class or agent, or a name
            that two entries claim.
    """
    try:
        tree = yaml_positions.read(path)
    except InputError as error:
        raise RulebookError(error.problems) from None
    file, problems = check(AgentsFile, tree)
    if file is not None:
        problems = [*_dangling(file, tree), *_ambiguous(file, tree)]
    if file is None or problems:
        raise RulebookError(problems)
    return file.model_dump(by_alias=True)


def _dangling(file: AgentsFile, tree: Tree) -> list[Problem]:
    members = {entry.id: {member.id for member in entry.members} for entry in file.classes}
    known = {agent.id for agent in file.agents}
    problems = []
    for i, agent in enumerate(file.agents):
        if agent.class_ != NO_CLASS and agent.class_ not in members:
            message = f"unknown class {agent.class_!r}; it is {NO_CLASS} or {', '.join(members)}"
            problems.append(tree.problem(message, ("agents", i, "class")))
        elif agent.member is not None and agent.member not in members.get(agent.class_, ()):
            message = f"{agent.class_} has no member {agent.member!r}"
            problems.append(tree.problem(message, ("agents", i, "member")))
    for i, regimen in enumerate(file.regimens):
        problems += [
            tree.problem(f"unknown agent {id_!r}", ("regimens", i, "agents", j))
            for j, id_ in enumerate(regimen.agents)
            if id_ not in known
        ]
    return problems


def _ambiguous(file: AgentsFile, tree: Tree) -> list[Problem]:
    """Find names that mean two things; a member may share the name of its own drug."""
    owners: dict[str, PriorClass | Agent | Regimen] = {}
    problems = []
    for name, owner in Agents(file.model_dump(by_alias=True)).names():
        known = owners.setdefault(fold(name), owner)
        if known != owner and not (isinstance(known, Agent) and owner.id == f"{known.class_}.{known.member}"):
            problems.append(tree.problem(f"the name {name!r} belongs to {known.id} and to {owner.id}"))
    return problems
