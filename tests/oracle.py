"""What a rulebook decides, worked out a second time from its YAML: by decision diagrams, with none of our code.

Facts and what cannot be are read from `facts.yaml` and `agents.yaml`, conditions from the other files, and each
condition becomes a diagram: a graph that asks one fact after the other (Bryant 1986; many-valued as the facts are). A
status is found by looking which ends of the graph can still be reached. It gives no reasons, and is slow.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

YES_NO = ("yes", "no")
SWITCHES = {"true": "yes", "false": "no"}


class Diagrams:
    """Sets of patients as decision diagrams. A diagram is a number; equal sets have equal numbers.

    Args:
        domains: the facts with their values, in the order in which they are asked.
    """

    NOBODY, EVERYBODY = 0, 1

    def __init__(self, domains: Mapping[str, tuple[str, ...]]) -> None:
        self.domains = dict(domains)
        self.levels = {fact: level for level, fact in enumerate(self.domains)}
        self.values = tuple(self.domains.values())
        last = len(self.levels)
        self.nodes: list[tuple[int, tuple[int, ...]]] = [(last, ()), (last, ())]
        self.known: dict[tuple[int, tuple[int, ...]], int] = {}
        self.both_known: dict[tuple[int, int], int] = {}
        self.others_known: dict[int, int] = {0: 1, 1: 0}

    def _node(self, level: int, ends: tuple[int, ...]) -> int:
        if len(set(ends)) == 1:
            return ends[0]
        key = (level, ends)
        if key not in self.known:
            self.known[key] = len(self.nodes)
            self.nodes.append(key)
        return self.known[key]

    def with_value(self, fact: str, values: Iterable[str]) -> int:
        """The patients for whom a fact has one of these values."""
        wanted = set(values)
        assert wanted <= set(self.domains[fact]), (fact, wanted)
        ends = tuple(self.EVERYBODY if value in wanted else self.NOBODY for value in self.domains[fact])
        return self._node(self.levels[fact], ends)

    def both(self, a: int, b: int) -> int:
        """The patients of both."""
        if a == b or self.NOBODY in {a, b}:
            return min(a, b)
        if self.EVERYBODY in {a, b}:
            return max(a, b)
        key = (a, b) if a < b else (b, a)
        if key not in self.both_known:
            (level_a, ends_a), (level_b, ends_b) = self.nodes[a], self.nodes[b]
            level = min(level_a, level_b)
            several = len(self.values[level])
            left = ends_a if level_a == level else (a,) * several
            right = ends_b if level_b == level else (b,) * several
            ends = tuple(self.both(x, y) for x, y in zip(left, right, strict=True))
            self.both_known[key] = self._node(level, ends)
        return self.both_known[key]

    def others(self, a: int) -> int:
        """All other patients."""
        if a not in self.others_known:
            level, ends = self.nodes[a]
            self.others_known[a] = self._node(level, tuple(map(self.others, ends)))
        return self.others_known[a]

    def all_of(self, some: Iterable[int]) -> int:
        """The patients of all of them."""
        found = self.EVERYBODY
        for one in some:
            found = self.both(found, one)
        return found

    def any_of(self, some: Iterable[int]) -> int:
        """The patients of any of them."""
        return self.others(self.all_of(map(self.others, some)))

    def can_be(self, a: int, known: Mapping[str, Iterable[str]]) -> bool:
        """Tell whether a patient of whom this is known can be one of them."""
        open_values = [
            [i for i, value in enumerate(values) if fact not in known or value in known[fact]]
            for fact, values in self.domains.items()
        ]
        seen: set[int] = set()
        waiting = [a]
        while waiting:
            node = waiting.pop()
            if node == self.EVERYBODY:
                return True
            if node != self.NOBODY and node not in seen:
                seen.add(node)
                level, ends = self.nodes[node]
                waiting += [ends[i] for i in open_values[level]]
        return False


class Oracle:
    """The statuses of a rulebook.

    Args:
        directory: of the rulebook, which brings its own facts.
    """

    def __init__(self, directory: Path) -> None:
        self.facts = _read(directory, "facts.yaml")
        self.agents = _read(directory, "agents.yaml")
        self.diagrams = Diagrams(dict(self._domains()))
        about = _read(directory, "rulebook.yaml")
        written = _read(directory, "definitions.yaml").get("definitions", ())
        self.definitions = {one["id"]: one["when"] for one in written}
        self.defined: dict[str, int] = {}
        possible = self.diagrams.others(self.diagrams.any_of(map(self._case, self._impossible())))
        scope = self.meant(about["scope"]["when"])
        self.scope = self._sides(scope, possible)
        inside = self.diagrams.both(scope, possible)
        self.options: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {}
        therapies = sorted((_load(path) for path in (directory / "therapies").glob("*.yaml")), key=_order)
        for therapy in therapies:
            patients = self._patients(therapy)
            self._add(therapy["id"], patients, inside)
            for member in therapy.get("members", ()):
                both = tuple(map(self.diagrams.both, self._patients(member), patients))
                self._add(f"{therapy['id']}.{member['id']}", both, inside)

    def statuses(self, known: Mapping[str, Iterable[str]]) -> dict[str, str]:
        """The status of every option for a patient of whom these values are possible still; other facts are open."""
        can_be = self.diagrams.can_be
        if can_be(self.scope[1], known):
            status = "undetermined" if can_be(self.scope[0], known) else "out_of_scope"
            return dict.fromkeys(self.options, status)
        found = {}
        for id_, (candidate, described) in self.options.items():
            if can_be(candidate[0], known):
                found[id_] = "undetermined" if can_be(candidate[1], known) else "candidate"
            elif can_be(described[0], known):
                found[id_] = "undetermined" if can_be(described[1], known) else "unspecified"
            else:
                found[id_] = "not_described"
        return found

    def meant(self, when: Any) -> int:
        """The patients whom a condition describes."""
        diagrams = self.diagrams
        if when == "always":
            return diagrams.EVERYBODY
        if isinstance(when, str):
            self._define(when)
            return self.defined[when]
        ((key, value),) = when.items()
        if key == "all":
            return diagrams.all_of(map(self.meant, value))
        if key == "any":
            return diagrams.any_of(map(self.meant, value))
        if key == "not":
            return diagrams.others(self.meant(value))
        return self._with_value(key, value)

    def _define(self, name: str) -> None:
        """Work out a definition after those that it names, however long the chain."""
        waiting = [name]
        while waiting:
            missing = [one for one in _names(self.definitions[waiting[-1]]) if one not in self.defined]
            if missing:
                waiting += missing
            else:
                last = waiting.pop()
                self.defined[last] = self.meant(self.definitions[last])

    def _with_value(self, fact: str, value: Any) -> int:
        values = value if isinstance(value, list) else [value]
        if self.diagrams.domains[fact] == YES_NO:
            values = [SWITCHES.get(one, one) for one in values]
        return self.diagrams.with_value(fact, values)

    def _case(self, case: Mapping[str, Any]) -> int:
        return self.diagrams.all_of(self._with_value(fact, value) for fact, value in case.items())

    def _sides(self, patients: int, among: int) -> tuple[int, int]:
        return self.diagrams.both(patients, among), self.diagrams.both(self.diagrams.others(patients), among)

    def _patients(self, option: Mapping[str, Any]) -> tuple[int, int]:
        rules = option.get("rules", ())
        candidate = self.diagrams.any_of(self.meant(rule["when"]) for rule in rules if rule["status"] == "candidate")
        return candidate, self.diagrams.any_of(self.meant(rule["when"]) for rule in rules)

    def _add(self, id_: str, patients: tuple[int, ...], inside: int) -> None:
        candidate, described = (self._sides(one, inside) for one in patients)
        self.options[id_] = candidate, described

    def _domains(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        for field in self.facts["fields"]:
            if field["kind"] == "choice":
                yield field["id"], tuple(value["id"] for value in field["values"])
            elif field["kind"] == "names":
                yield from ((f"{field['id']}.{name['id']}", YES_NO) for name in field["names"])
            elif field["kind"] == "treatments":
                for treatment in self._tracked():
                    for outcome in field["outcomes"]:
                        yield f"{field['id']}.{treatment}.{outcome['id']}", YES_NO
                always = next((one["id"] for one in field["outcomes"] if one.get("always") == "yes"), "given")
                for setting in field.get("settings", ()):
                    if "fact" in setting:
                        yield f"{field['id']}.{setting['id']}.{always}", YES_NO
        for derived in self.facts.get("derived", ()):
            yield derived["id"], YES_NO

    def _tracked(self) -> list[str]:
        found = []
        for class_ in self.agents["classes"]:
            found.append(class_["id"])
            found += [f"{class_['id']}.{one['id']}" for one in class_.get("members", ()) if one.get("tracked") == "yes"]
        return found

    def _impossible(self) -> Iterator[Mapping[str, Any]]:
        for constraint in self.facts.get("constraints", ()):
            yield from constraint["never"]
        for field in self.facts["fields"]:
            if field["kind"] == "treatments":
                yield from self._outcomes(field)
        names = defaultdict(list)
        for fact in self.diagrams.domains:
            names[fact.partition(".")[0]].append(fact)
        for derived in self.facts.get("derived", ()):
            without = {f"{derived['any_of']}.{name}" for name in derived.get("except", ())}
            told_by = [fact for fact in names[derived["any_of"]] if fact not in without]
            yield from ({fact: "yes", derived["id"]: "no"} for fact in told_by)
            yield {derived["id"]: "yes", **dict.fromkeys(told_by, "no")}

    def _outcomes(self, field: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
        """What has an outcome was given, and what was given within a class is a treatment of that class."""
        always = next((one["id"] for one in field["outcomes"] if one.get("always") == "yes"), None)
        for treatment in self._tracked():
            class_, _, _ = treatment.rpartition(".")
            for outcome in (one["id"] for one in field["outcomes"]):
                fact = f"{field['id']}.{treatment}.{outcome}"
                if always and outcome != always:
                    yield {fact: "yes", f"{field['id']}.{treatment}.{always}": "no"}
                if class_:
                    yield {fact: "yes", f"{field['id']}.{class_}.{outcome}": "no"}


def _names(when: Any) -> Iterator[str]:
    """The definitions that a condition names."""
    if isinstance(when, str):
        yield from () if when == "always" else (when,)
    else:
        ((key, value),) = when.items()
        parts = value if key in {"all", "any"} else [value] if key == "not" else []
        for part in parts:
            yield from _names(part)


def _order(therapy: Mapping[str, Any]) -> tuple[int, str]:
    return int(therapy.get("order", 0)), therapy["id"]


def _load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)  # noqa: S506 - text only


def _read(directory: Path, name: str) -> Any:
    path = directory / name
    return _load(path) if path.is_file() else {}
