"""What entries of a rulebook mean for patients, decided exactly: what never holds, what always does, what is idle."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.logic import TooManyCubesError
from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import Always, AnyOf, Defined, Fact, leaves
from mbc_options.rulebook.references import parts
from mbc_options.tools.checks.conditions import as_line, idle_parts, leaves_of_all_values
from mbc_options.tools.checks.patients import Patients, PatientsOf
from mbc_options.vocabulary.agents import NO_CLASS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.errors import Problem, Severity
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.load import Read
    from mbc_options.source.forms import Form
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["Found", "Place", "meaning"]


class Place(NamedTuple):
    """An entry of a rulebook, and where it stands.

    Attributes:
        tree: its file.
        path: the keys and indices that lead to it.
        part: what it says.
    """

    tree: Tree
    path: KeyPath
    part: Any

    def problem(self, code: str, severity: Severity, message: str, hint: str = "", at: KeyPath = ("when",)) -> Found:
        """Return a problem at a part of the entry."""
        problem = self.tree.problem(message, (*self.path, *at), code=code)
        return Found(problem._replace(severity=severity, hint=hint), self)


_TOO_MANY = "its patients are too many groups to be listed"


class Found(NamedTuple):
    """A problem, and the entry that it is found in, which may accept it."""

    problem: Problem
    place: Place


_NAMES: dict[type[Form], str] = {
    models.Rule: "rule",
    models.Caution: "caution",
    models.Consideration: "consideration",
    models.Disagreement: "disagreement",
    models.Note: "note",
    models.CareQuestion: "question",
    models.Definition: "definition",
    models.Subtype: "subtype",
    models.NamedAgent: "drug",
}
"""What has a condition, and how a message calls it."""

_EVERYWHERE = (models.Definition, models.Subtype)
"""What is compared among all patients, and not only those in scope."""


def meaning(read: Read, rulebook: CompiledRulebook, agents: Tree | None = None) -> Iterator[Found]:
    """Find what the entries of a rulebook mean that their authors hardly meant.

    Args:
        read: the rulebook as read, which knows the places.
        rulebook: the same, compiled.
        agents: its own file of drugs, where it has one.
    """
    yield from _Meaning(read, rulebook, agents).found()


class _Meaning:
    def __init__(self, read: Read, rulebook: CompiledRulebook, agents: Tree | None) -> None:
        self.rulebook, self.agents = rulebook, agents
        self.places = [Place(file.tree, path, part) for file in read.files for path, part in parts(file.form)]
        self.in_scope = PatientsOf(rulebook, rulebook.inside)
        self.everywhere = PatientsOf(rulebook, rulebook.theory)

    def found(self) -> Iterator[Found]:
        for place in self.places:
            if type(place.part) in _NAMES and place.part.when is not None:
                yield from self.of_condition(place)
            if isinstance(place.part, models.Therapy):
                yield from self.of_class(place)
        yield from self.unused()

    def patients_of(self, part: Any) -> PatientsOf:
        is_everywhere = isinstance(part, _EVERYWHERE) or getattr(part, "beyond_scope", False)
        return self.everywhere if is_everywhere else self.in_scope

    def of_condition(self, place: Place) -> Iterator[Found]:
        part, when = place.part, place.part.when
        patients_of = self.patients_of(part)
        if isinstance(when, Always):
            return
        name = f"the {_NAMES[type(part)]} {getattr(part, 'id', None) or part.agent!r}"
        patients = patients_of(when)
        if patients is None:
            yield place.problem("not-looked-at", "info", f"what {name} means is not looked at: {_TOO_MANY}")
            return
        among = "patient" if patients_of is self.everywhere else "patient in scope"
        if not patients.cubes:
            yield place.problem("never", "error", f"{name} can never hold: no {among} fits this condition")
            return
        listed = list(leaves_of_all_values(when, self.rulebook.space.domains))
        for path, leaf in listed:
            message = f"this names every value of {leaf.fact}, and so says nothing"
            yield place.problem("all-values", "warning", message, "name fewer, or leave it out", ("when", *path))
        if patients.is_everybody:
            hint = "write when: always, or what was meant"
            yield place.problem("always", "warning", f"{name} holds for every {among}, and does not say so", hint)
            return
        idle, smaller = idle_parts(when, patients, patients_of)
        for path in idle:
            if not any(path[: len(one) - 1] == one[:-1] for one, _ in listed):
                message = f"without this part, {name} means the same patients"
                yield place.problem("idle-part", "warning", message, f"write when: {as_line(smaller)}", ("when", *path))
        yield from self.taken_back(place, patients, patients_of, name)

    def taken_back(self, place: Place, patients: Patients, patients_of: PatientsOf, name: str) -> Iterator[Found]:
        """Find what is told to nobody, because of what takes it back or the status that it waits for."""
        part = place.part
        unless = getattr(part, "unless", None)
        if unless is not None and not part.when_unknown:
            back = patients_of(unless)
            if back is None:
                message = f"whether {name} can show is not looked at: {_TOO_MANY}"
                yield place.problem("not-looked-at", "info", message, at=("unless",))
            elif patients.within(back):
                message = f"{name} can never show: unless holds for all of its patients"
                yield place.problem("never", "error", message, at=("unless",))
        if isinstance(part, models.CareQuestion) and part.about and "undetermined" not in part.status:
            option = self.rulebook.by_id[part.about].authored
            try:
                is_shown = bool(self.in_scope.both(patients, self.with_status(option, part.status)).cubes)
            except TooManyCubesError:
                message = f"whether {name} can show is not looked at: {_TOO_MANY}"
                yield place.problem("not-looked-at", "info", message, at=("status",))
                return
            if not is_shown:
                message = f"{name} can never show: {part.about} has none of these statuses for its patients"
                yield place.problem("never", "error", message, at=("status",))

    def with_status(self, option: models.Member, statuses: Sequence[str]) -> Patients:
        """Return the patients for whom an option has one of some statuses.

        Raises:
            TooManyCubesError: where they cannot be listed.
        """
        candidate = self._all(option, "candidate").cubes
        described = (*candidate, *self._all(option, "unspecified").cubes)
        cover: list[int] = list(candidate) if "candidate" in statuses else []
        if "unspecified" in statuses:
            others = self.in_scope.others(candidate)
            cover += self.in_scope.both(self._all(option, "unspecified"), others).cubes
        if "not_described" in statuses:
            cover += self.in_scope.others(described).cubes
        return self.in_scope.of(tuple(cover))

    def _all(self, option: models.Member, status: str) -> Patients:
        """Return the patients of all rules of an option with a status.

        Raises:
            TooManyCubesError: where they cannot be listed.
        """
        rules = tuple(rule.when for rule in option.rules if rule.status == status)
        found = self.in_scope(AnyOf(parts=rules))
        if found is None:
            raise TooManyCubesError(_TOO_MANY)
        return found

    def of_class(self, place: Place) -> Iterator[Found]:
        class_: models.Therapy = place.part
        yield from self.on_demand(place, class_.id)
        yield from self.of_rules(place, None)
        if not class_.members:
            return
        described: Patients | None
        try:
            described = self.in_scope.of(
                (*self._all(class_, "candidate").cubes, *self._all(class_, "unspecified").cubes)
            )
        except TooManyCubesError:
            described = None
            message = f"whether members outlive the class {class_.id!r} is not looked at: {_TOO_MANY}"
            yield place.problem("not-looked-at", "info", message, at=("rules",))
        for i, member in enumerate(class_.members):
            here = Place(place.tree, (*place.path, "members", i), member)
            yield from self.on_demand(here, f"{class_.id}.{member.id}")
            yield from self.of_rules(here, described)

    def on_demand(self, place: Place, id_: str) -> Iterator[Found]:
        if self.rulebook.by_id[id_].decide == "cover":
            message = f"{place.part.id!r} is decided on demand: the minimal reasons for it or against it are too many"
            yield place.problem("on-demand", "info", message, at=("id",))

    def of_rules(self, place: Place, within: Patients | None) -> Iterator[Found]:
        option: models.Member = place.part
        told: list[tuple[models.Rule, Patients, Place]] = []
        can_hold = False
        for i, rule in enumerate(option.rules):
            patients = self.in_scope(rule.when)
            here = Place(place.tree, (*place.path, "rules", i), rule)
            if patients is None:
                can_hold = True  # nobody knows, and that is told
                continue
            if not patients.cubes:
                continue
            if within is not None:
                inside = self.in_scope.both(patients, within)
                if not inside.cubes:
                    message = f"the rule {rule.id!r} can never hold: its class is described for none of its patients"
                    yield here.problem("never", "error", message)
                    continue
                if not isinstance(rule.when, Always) and not patients.within(within):
                    message = f"the rule {rule.id!r} also holds for patients for whom its class is not described"
                    hint = "they are not told of it; name the condition of the class, too, where that is meant"
                    yield here.problem("outlives-class", "info", message, hint)
                patients = inside
            yield from self.beside(here, rule, patients, told)
            told.append((rule, patients, here))
        if option.rules and not told and not can_hold:
            message = f"no patient can get {option.id!r}: none of its rules can hold"
            yield place.problem("for-nobody", "error", message, at=("rules",))

    def beside(
        self, here: Place, rule: models.Rule, patients: Patients, before: list[tuple[models.Rule, Patients, Place]]
    ) -> Iterator[Found]:
        """Compare a rule with those of its option that stand before it."""
        for other, others, place in before:
            inside, around = patients.within(others), others.within(patients)
            if not (inside or around):
                continue
            if other.status != rule.status:
                weak, strong, where = (rule, other, here) if rule.status == "unspecified" else (other, rule, place)
                if inside if weak is rule else around:
                    message = (
                        f"the rule {weak.id!r} is never seen: {strong.id!r} makes a candidate for all its patients"
                    )
                    yield where.problem("hidden-rule", "warning", message)
            elif inside and around:
                message = f"the rule {rule.id!r} holds for the same patients as {other.id!r}"
                yield here.problem("equal-rules", "info", message, "join them, or keep two reasons")
            else:
                small, large, where = (rule, other, here) if inside else (other, rule, place)
                message = f"the rule {small.id!r} holds only where {large.id!r} does, and so adds a reason, no patient"
                yield where.problem("contained-rule", "info", message)

    def unused(self) -> Iterator[Found]:
        used: set[str] = set()
        cited: set[str] = set()
        for place in self.places:
            part = place.part
            for key in ("when", "unless"):
                node: Node | None = getattr(part, key, None)
                used.update(leaf.name for _, leaf in leaves(node or Always()) if isinstance(leaf, Defined))
            if not isinstance(
                part, (models.Notice, models.Limit, models.ClaimsFile)
            ):  # as in the account of the claims
                cited.update((*getattr(part, "claims", ()), *getattr(part, "mentions", ())))
        for place in self.places:
            part = place.part
            if isinstance(part, models.Definition) and part.id not in used:
                message = f"nothing uses the definition {part.id!r}"
                yield place.problem("unused-definition", "warning", message, at=("id",))
            if isinstance(part, models.Claim) and part.id not in cited and not part.not_encoded:
                message = f"nothing rests on the claim {part.id!r}"
                yield place.problem("unused-claim", "warning", message, "say why in not_encoded", ("id",))
        yield from self.unused_agents()

    def unused_agents(self) -> Iterator[Found]:
        """Find drugs of a class that is none of the rulebook, and for which no condition asks."""
        if self.agents is None:
            return
        history = self.rulebook.vocabulary.history
        asked = {fact for place in self.places for fact in _facts(place.part) if fact.startswith(f"{history}.")}
        named = {place.part.agent for place in self.places if isinstance(place.part, models.NamedAgent)}
        for i, agent in enumerate(self.agents.data.get("agents", ())):  # type: ignore[union-attr, arg-type]
            drug = self.rulebook.vocabulary.agents.agents.get(str(agent["id"]))
            if drug is None or drug.id in named or drug.class_ == NO_CLASS or drug.class_ in self.rulebook.by_id:
                continue
            if not any(fact.startswith(f"{history}.{drug.class_}.") for fact in asked):
                message = f"nothing in the rulebook has to do with the drug {drug.id!r}, of the class {drug.class_!r}"
                place = Place(self.agents, ("agents", i), drug)
                yield place.problem("unused-agent", "info", message, at=("class",))


def _facts(part: Any) -> Iterator[str]:
    for key in ("when", "unless"):
        node = getattr(part, key, None)
        yield from (leaf.fact for _, leaf in leaves(node or Always()) if isinstance(leaf, Fact))
