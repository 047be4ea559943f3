"""Reading a vocabulary from `facts.yaml` and `agents.yaml`, with every problem told at its place."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from mbc_options import package_data
from mbc_options.errors import InputError, Problem, RulebookError
from mbc_options.source import yaml_positions
from mbc_options.source.forms import as_data
from mbc_options.source.validation import check
from mbc_options.source.yaml_positions import Tree
from mbc_options.vocabulary.agents import NO_CLASS, Agents, AgentsFile, fold
from mbc_options.vocabulary.checks import Places, check_agents, check_facts, check_possible
from mbc_options.vocabulary.facts import FactsFile, Treatments
from mbc_options.vocabulary.vocabulary import Vocabulary, domains_of

if TYPE_CHECKING:
    from collections.abc import Container, Iterable
    from pathlib import Path

    from mbc_options.source.yaml_positions import KeyPath

__all__ = ["AGENTS", "FACTS", "read_vocabulary", "survey_vocabulary"]

FACTS, AGENTS = "facts.yaml", "agents.yaml"

F = TypeVar("F", FactsFile, AgentsFile)


def read_vocabulary(directory: Path) -> Vocabulary:
    """Read and check the vocabulary of a rulebook.

    Args:
        directory: holds the rulebook. Where it has no `facts.yaml`, the one that comes with the package stands in;
            where it has no `agents.yaml`, likewise, unless its facts are its own. Where one says `extends: bundled`,
            it adds to that.

    Raises:
        RulebookError: with every problem of both files, each at its line and column.
    """
    vocabulary, problems = survey_vocabulary(directory)
    if problems or vocabulary is None:
        raise RulebookError(problems)
    return vocabulary


def survey_vocabulary(directory: Path, misnamed: Container[str] = ()) -> tuple[Vocabulary | None, list[Problem]]:
    """Return the vocabulary of a rulebook as far as it can be read, and everything that is wrong with it.

    Where only the drugs are wrong, it has the facts, save those of treatments, so that conditions can be checked; the
    constraints that name one of these are left out until the drugs are right. Where the facts are wrong it is None.

    Args:
        directory: as for `read_vocabulary`.
        misnamed: which of both files is there under another name, so that nothing stands in for it.
    """
    problems: list[Problem] = []
    has_facts, has_agents = ((directory / name).exists() for name in (FACTS, AGENTS))
    facts = None if FACTS in misnamed else _file(directory, FACTS, FactsFile, problems)
    is_foreign = facts is not None and has_facts and isinstance(facts[1], Tree)
    agents: tuple[AgentsFile, Places] | None = None
    if is_foreign and not has_agents and AGENTS not in misnamed:
        agents = _no_agents(directory)
    elif has_agents or not any(name in misnamed for name in (FACTS, AGENTS)):
        agents = _file(directory, AGENTS, AgentsFile, problems)
    wrong_agents = [] if agents is None else _coded("agents", check_agents(*agents))
    problems += sorted(wrong_agents, key=lambda problem: (problem.line, problem.column))
    if facts is None:
        return None, problems
    (all_facts, facts_tree), (all_agents, agents_tree) = facts, agents or _no_agents(directory)
    wrong_facts = _coded("facts", check_facts(all_facts, _AmongAll(facts_tree), Agents(all_agents)))
    if agents is None or wrong_agents:  # what is of treatments is told to need them, and they are not known
        wrong_facts = [one for one in wrong_facts if not _is_of_treatments(one, all_facts)]
        if not wrong_facts:
            all_facts = _without_unknown(all_facts, Agents(all_agents))
    if wrong_facts:
        if not wrong_agents and has_facts:
            problems += sorted(wrong_facts, key=lambda problem: (problem.line, problem.column))
        elif not wrong_agents:
            message = f"does not fit the {FACTS} of the package, which stands in for one: {wrong_facts[0].message}"
            problems.append(agents_tree.problem(message, code="agents"))
        return None, problems
    said = json.dumps([as_data(all_facts), as_data(all_agents)], sort_keys=True)
    vocabulary = Vocabulary(all_facts, Agents(all_agents), sha256(said.encode()).hexdigest())
    return vocabulary, problems or _coded("impossible-value", check_possible(vocabulary, facts_tree))


def _is_of_treatments(problem: Problem, file: FactsFile) -> bool:
    match problem.path:
        case ("fields", int(i), *_):
            return isinstance(file.fields[i], Treatments)
        case ("constraints", int(i), *_):
            return any(_is_treatment(fact, file) for case in file.constraints[i].never for fact in case)
        case ("fact_order", int(i)):
            return _is_treatment(file.fact_order[i], file)
    return False


def _is_treatment(fact: str, file: FactsFile) -> bool:
    return any(fact.startswith(f"{field.id}.") for field in file.fields if isinstance(field, Treatments))


def _without_unknown(file: FactsFile, agents: Agents) -> FactsFile:
    """Return facts without the constraints that name what is not known as long as the drugs are wrong."""
    known = domains_of(file, agents)

    def is_known(case: dict[str, str | tuple[str, ...]]) -> bool:
        said = {fact: (values,) if isinstance(values, str) else values for fact, values in case.items()}
        return all({*values} <= {*known.get(fact, ())} for fact, values in said.items())

    return replace(file, constraints=tuple(one for one in file.constraints if all(map(is_known, one.never))))


def _no_agents(directory: Path) -> tuple[AgentsFile, Places]:
    return AgentsFile(), Tree({}, {}, {}, str(directory / AGENTS))


def _coded(code: str, problems: Iterable[Problem]) -> list[Problem]:
    return [problem._replace(code=problem.code or code) for problem in problems]


class _AmongAll:
    """The places of a file, in problems whose path is that among all entries, with those that the file extends."""

    def __init__(self, places: Places) -> None:
        self.places = places

    def problem(self, message: str, path: KeyPath = (), *, at_key: bool = False, code: str = "") -> Problem:
        """Return a problem at its place, with its path as it is given."""
        return self.places.problem(message, path, at_key=at_key, code=code)._replace(path=path)

    def where(self, path: KeyPath) -> str:
        """Return where a value stands, as text; empty where another file says it."""
        return self.places.where(path)


class _Placed:
    """The places of a file that extends another, by the places that its entries have among all."""

    def __init__(self, tree: Tree, extension: Any, merged: Any) -> None:
        self.tree, self.extension, self.merged = tree, extension, merged

    def problem(self, message: str, path: KeyPath = (), *, at_key: bool = False, code: str = "") -> Problem:
        """Return a problem where the own file says what `path` leads to, or what is nearest above it."""
        extension, merged = self.extension, self.merged
        here: list[str | int] = []
        for step in path:
            if isinstance(step, str):
                extension, merged = (getattr(part, step, None) for part in (extension, merged))
                here.append(step)
                continue
            sought = merged[step] if isinstance(merged, tuple) and step < len(merged) else None
            found = next((i for i, entry in enumerate(extension or ()) if _is_same(entry, sought)), None)
            if found is None:
                break
            extension, merged = extension[found], sought
            here.append(found)
        return self.tree.problem(message, tuple(here), at_key=at_key and len(here) == len(path), code=code)

    def where(self, path: KeyPath) -> str:
        """Return where the own file has the value that stands so among all, as text; empty where it has not."""
        problem = self.problem("", path)
        return f"{problem.line}:{problem.column}" if len(problem.path) == len(path) else ""


def _is_same(extension: Any, merged: Any) -> bool:
    return extension is merged or (
        getattr(extension, "id", None) is not None and extension.id == getattr(merged, "id", None)
    )


def _file(directory: Path, name: str, form: type[F], problems: list[Problem]) -> tuple[F, Places] | None:
    """Return a file as checked, together with what it extends, and its tree; None, with the problems noted."""
    path, bundled = directory / name, package_data.rules_dir() / name
    try:
        tree = yaml_positions.read(path, within=directory) if path.exists() else yaml_positions.read(bundled)
    except InputError as error:
        problems += error.problems
        return None
    found, wrong = check(form, tree)
    problems += wrong
    if found is None or not found.extends:
        return None if found is None else (found, tree)
    if path.resolve() == bundled.resolve():
        problems.append(tree.problem(f"{name} of the package cannot extend itself", ("extends",), code="extends"))
        return None
    base, _ = check(form, yaml_positions.read(bundled))
    assert base is not None
    merged: F | None = _extended(base, found, tree, problems)
    return None if merged is None else (merged, _Placed(tree, found, merged))


def _without_renamed(base: AgentsFile, extension: AgentsFile) -> AgentsFile:
    """Return the extended names without the agents that own entries say anew, or name a class by."""
    anew = {agent.id for agent in extension.agents}
    classes = {fold(name) for class_ in extension.classes for name in (class_.id, class_.label, *class_.also)}
    kept = tuple(
        agent
        for agent in base.agents
        if agent.id not in anew and not (agent.class_ == NO_CLASS and {fold(agent.id), fold(agent.label)} & classes)
    )
    return replace(base, agents=kept)


_ADDED_TO = {"names", "outcomes", "settings", "members", "also", "beside", "noted", "scores"}
"""What an entry may add to where it repeats the id of one that it extends."""

_ADDED_WITHIN = {"free_text", "notations"}
"""What holds such things."""


def _extended(base: Any, extension: Any, tree: Tree, problems: list[Problem]) -> Any:
    """Return the entries of a file behind those that it extends.

    An entry that repeats the id of an extended one adds its names (outcomes, settings, members, words) to that; all
    else that it says must be the same. Only an agent may be said anew, because the class of one that belonged to none
    may be what is added.
    """
    before = len(problems)
    changes: dict[str, Any] = {"extends": None}
    if isinstance(base, AgentsFile):
        base = _without_renamed(base, extension)
    for kind in _names(base):
        if kind in changes:
            continue
        if not isinstance(getattr(base, kind), tuple):
            changes[kind] = getattr(extension, kind) or getattr(base, kind)
            continue
        entries: dict[Any, Any] = {getattr(entry, "id", i): entry for i, entry in enumerate(getattr(base, kind))}
        for i, entry in enumerate(getattr(extension, kind)):
            id_ = getattr(entry, "id", None)
            if id_ not in entries:
                entries[id_ or ("own", i)] = entry
            elif message := _not_added(entries[id_], entry):
                problems.append(tree.problem(message, (kind, i, "id"), code="extends"))
            else:
                entries[id_] = _with_more(entries[id_], entry)
        changes[kind] = tuple(entries.values())
    return replace(base, **changes) if len(problems) == before else None


def _not_added(base: Any, extension: Any) -> str:
    """Say why an entry cannot add to the one of the same id that it extends; nothing where it can."""
    if type(base) is not type(extension):
        return f"{extension.id} is of another kind in the file that this one extends ({getattr(base, 'kind', '')})"
    if _adds_only(base, extension):
        return ""
    return f"{extension.id} is there already in the file that this one extends; it may add {_addable(extension)} to it"


def _adds_only(base: Any, extension: Any) -> bool:
    """Tell whether all that an entry says beyond the one that it repeats is what may be added."""
    for name in _names(extension):
        value, was = getattr(extension, name), getattr(base, name)
        if name in _ADDED_WITHIN and value and was:
            if not _adds_only(was, value):
                return False
        elif name not in _ADDED_TO and value and value != was:
            return False
    return True


def _names(form: Any) -> list[str]:
    return [field.name for field in fields(form)]


def _addable(entry: Any) -> str:
    return " or ".join(sorted((_ADDED_TO | _ADDED_WITHIN) & set(_names(entry)))) or "nothing"


def _with_more(base: Any, extension: Any) -> Any:
    added: dict[str, Any] = {}
    for name in _names(extension):
        value, was = getattr(extension, name), getattr(base, name)
        if name in _ADDED_TO:
            added[name] = (*was, *value)
        elif name in _ADDED_WITHIN and value and was:
            added[name] = _with_more(was, value)
    return replace(base, **added)
