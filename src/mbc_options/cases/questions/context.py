"""What a question looks at: a stage, the one before it, and who is near."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.cases.case import NONE, Choice, Condition, NearMiss
from mbc_options.errors import UnknownOptionError
from mbc_options.exploration.status import scope_of
from mbc_options.exploration.words import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mbc_options.exploration.assessment import Assessment, MemberAssessment, OptionAssessment
    from mbc_options.exploration.comparison import Comparison, FactDifference
    from mbc_options.rulebook.compiled import CompiledRule, CompiledRulebook

__all__ = [
    "SHOWN_WAYS",
    "Answered",
    "Look",
    "Unanswerable",
    "Way",
    "choice",
    "id_of",
    "in_no_order",
    "none_of_these",
    "now",
]

SHOWN_WAYS = 3
"""How many of the nearest patients are told; more only repeat the pattern."""


class Unanswerable(ValueError):  # noqa: N818 - an outcome of asking, not an error of the package
    """A question that has no answer at this stage; its text is what to tell the case's author.

    Attributes:
        field: which part of the question is wrong; empty for all of it.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class Way(NamedTuple):
    """A patient as near as can be for whom an option is a candidate.

    Attributes:
        size: in how many facts that patient differs, or is better known.
        facts: ids of those facts.
        miss: the same, to be shown.
    """

    size: int
    facts: tuple[str, ...]
    miss: NearMiss


class Answered(NamedTuple):
    """What the engine makes of a question.

    Attributes:
        choices: the answers to choose from.
        facts: names of the facts to look at, for a hint.
        rules: conditions of the rules to look at, for a hint.
    """

    choices: tuple[Choice, ...]
    facts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class Look:
    """A stage of a case, looked at.

    Args:
        rulebook: whose verdicts are meant.
        now: the patient.
        comparison: with the stage before; None in the first stage.
    """

    def __init__(self, rulebook: CompiledRulebook, now: Assessment, comparison: Comparison | None) -> None:
        self.rulebook, self.now, self.comparison = rulebook, now, comparison
        self.words = words_of(rulebook)
        self.space = rulebook.space
        self.knowledge = now.patient.knowledge

    def unit(self, id_: str, field: str = "option") -> MemberAssessment:
        """Return the verdict on a class or member; `Unanswerable` where there is none of this name."""
        try:
            return self.now[id_]
        except UnknownOptionError as error:
            raise Unanswerable(str(error), field) from None

    def units(self, of: str | None) -> Sequence[MemberAssessment]:
        """Return the verdicts on all classes, or on the members of one."""
        if of is None:
            return self.now.options
        class_: Any = self.unit(of, "of")
        if not getattr(class_, "members", ()):
            with_members = ", ".join(option.id for option in self.now.options if option.members)
            msg = f"{of!r} has no members to ask for; these have: {with_members}"
            raise Unanswerable(msg, "of")
        option: OptionAssessment = class_
        return option.members

    def label(self, fact: str) -> str:
        """Return the name of a fact."""
        return str(self.rulebook.fact_words[fact]["label"])

    def labels(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return the names of facts, each once."""
        return tuple(dict.fromkeys(map(self.label, facts)))

    def named_by(self, unit: MemberAssessment) -> int:
        """Return the bits of the facts that the conditions of an option name."""
        return self.rulebook.unit(unit.id).described.named

    def ways(self, unit: MemberAssessment) -> tuple[Way, ...]:
        """Return the patients nearest to this one for whom an option that is no candidate would be one."""
        if self.now.scope != "in":
            return self._ways_into_scope(unit)
        found = [
            self._way(unit, {}, dependency.if_, dependency.facts)
            for dependency in unit.depends_on
            if dependency.then == "candidate"
        ]
        found += [
            self._way(unit, change.change, change.if_, (*change.facts, *change.if_facts))
            for change in unit.would_change
            if change.to == "candidate"
        ]
        if not found:  # open between other statuses, or nothing near: what is known would have to be otherwise
            found = self._ways_elsewhere(unit)
        ranks = {question.fact: rank for rank, question in enumerate(self.now.ask_next)}
        found.sort(key=lambda way: min((ranks.get(fact, len(ranks)) for fact in way.facts), default=0))
        least = min((way.size for way in found), default=0)
        return tuple(way for way in found if way.size == least)[:SHOWN_WAYS]

    def _ways_elsewhere(self, unit: MemberAssessment) -> list[Way]:
        """Return the nearest patients for whom an open option would be a candidate, where no unknown fact does it."""
        region = self.words.region(self.rulebook.unit(unit.id), "candidate")
        if unit.status != "undetermined" or region is None:
            return []
        _, ways = region.nearest(self.knowledge)
        return [
            self._way(unit, change.change, change.if_, (*change.facts, *change.if_facts))
            for way in ways
            for change in self.words.changes(way.facts, way.given, "candidate")
        ]

    def _ways_into_scope(self, unit: MemberAssessment) -> tuple[Way, ...]:
        """Return the patient with whom the documents deal, and who is otherwise alike."""
        scope, theory = self.rulebook.scope, self.rulebook.theory
        start = self.knowledge
        if self.now.scope == "out":  # what the scope rests on, and what hangs together with it, may be otherwise
            start |= scope.named
            for constraint in theory.touching(scope.named):
                start |= self.space.fields(self.space.universe & ~constraint)
        inside = theory.tighten(start & scope.holds[0])
        if self.words.deciders[unit.id].status(inside) != "candidate":
            return ()
        facts = self.space.support(scope.holds[0])
        told = tuple(self.rulebook.phrase(fact, self.space.values(inside, fact)) for fact in facts)
        return (Way(len(facts), facts, self._miss(unit, inside, told, known=self.now.scope == "out")),)

    def _way(
        self,
        unit: MemberAssessment,
        change: Mapping[str, str],
        learned: Mapping[str, tuple[str, ...]],
        facts: tuple[str, ...],
    ) -> Way:
        knowledge = self.knowledge
        for fact, value in change.items():
            knowledge = knowledge & ~self.space.mask(fact) | self.space.bit(fact, value)
        knowledge &= self.space.cube(learned)
        return Way(
            len(change) + len(learned), (*change, *learned), self._miss(unit, knowledge, facts, known=bool(change))
        )

    def _miss(self, unit: MemberAssessment, knowledge: int, facts: tuple[str, ...], *, known: bool) -> NearMiss:
        """Return a near patient, with the rules that hold for that patient and not for this one.

        A member is a candidate only where its class is one, so its class's rules count as well.
        """
        rules = [
            rule
            for id_ in dict.fromkeys((unit.id, unit.id.partition(".")[0]))
            for rule in self.rulebook.unit(id_).rules
            if rule.status == "candidate" and not rule.function.entailed_by(self.knowledge)
        ]
        there = [rule for rule in rules if rule.function.entailed_by(knowledge)]
        there = there or [rule for rule in rules if rule.function.possible_under(knowledge)]
        alike: dict[str, list[CompiledRule]] = {}
        for rule in _weakest(there):
            alike.setdefault(rule.words["reads"], []).append(rule)
        asks = [
            Condition.model_construct(
                when=reads,
                rules=tuple(rule.id for rule in rules),
                claims=tuple(dict.fromkeys(claim for rule in rules for claim in rule.words["claims"])),
            )
            for reads, rules in alike.items()
        ]
        return NearMiss.model_construct(facts=facts, known=known, to="candidate", asks=tuple(asks))

    def conditions(self, option: str) -> tuple[str, ...]:
        """Return the conditions of an option's rules, readable, without those that others with the status imply."""
        rules = self.rulebook.unit(option).rules
        alike = ([rule for rule in rules if rule.status == status] for status in {rule.status for rule in rules})
        told = {rule.id for some in alike for rule in _weakest(some)}
        return tuple(dict.fromkeys(rule.words["reads"] for rule in rules if rule.id in told))

    def opening(self, unit: MemberAssessment) -> tuple[str, ...]:
        """Return the facts without any one of which a settled verdict would be open."""
        found = []
        for fact in self.space.support(self.space.universe & ~self.named_by(unit)):
            mask = self.space.mask(fact)
            without = self.knowledge | mask
            if without == self.knowledge or scope_of(self.rulebook, without) != "in":
                continue
            if self.words.deciders[unit.id].status(without) == "undetermined":
                found.append(fact)
        return tuple(found)

    def is_idle(self, fact: str) -> bool:
        """Tell whether a fact is unknown, and no answer to it would settle a class."""
        values = self.space.values(self.knowledge, fact)
        open_units = [option.id for option in self.now.options if option.status == "undetermined"]
        for value in values:
            answered = self.knowledge & ~self.space.mask(fact) | self.space.bit(fact, value)
            if not self.rulebook.theory.is_possible(answered):
                continue
            if scope_of(self.rulebook, answered) != self.now.scope:
                return False
            if self.now.scope == "in" and any(
                self.words.deciders[id_].status(answered) != "undetermined" for id_ in open_units
            ):
                return False
        return len(values) > 1

    def known(self, facts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return what is known of facts: the values that they may have."""
        return {fact: self.space.values(self.knowledge, fact) for fact in facts}

    def reads(self, fact: str) -> str:
        """Return what is known of a fact, readable."""
        return self.rulebook.phrase(fact, self.space.values(self.knowledge, fact))


def _weakest(rules: Iterable[CompiledRule]) -> list[CompiledRule]:
    """Return the rules without those whose condition holds only where that of another holds, too."""

    def implies(one: CompiledRule, other: CompiledRule) -> bool:
        return all(other.function.entailed_by(cube) for cube in one.function.holds)

    given = list(rules)
    return [
        rule
        for rule in given
        if not any(implies(rule, other) and not implies(other, rule) for other in given if other is not rule)
    ]


def choice(id_: str, label: str, tells: Any, *, right: bool, **more: Any) -> Choice:
    """Return a choice; what is not given is empty."""
    fields: dict[str, Any] = {
        "status": None,
        "before": None,
        "facts": (),
        "near": (),
        "others": 0,
        "settles": (),
        "text": "",
        "claims": (),
    }
    return Choice.model_construct(id=id_, label=label, tells=tells, right=right, **{**fields, **more})


def none_of_these(choices: Iterable[Choice]) -> Choice:
    """Return the choice that none of the others is right."""
    return choice(NONE, "", "none", right=not any(other.right for other in choices))


def in_no_order(question: str, choices: Iterable[Choice]) -> tuple[Choice, ...]:
    """Return choices in an order that tells nothing, and that is always the same."""
    return tuple(sorted(choices, key=lambda one: sha256(f"{question}\0{one.id}".encode()).digest()))


def id_of(facts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the id of a choice that is made of facts. It says what the choice says, and not whether it is right."""
    return "+".join(f"{fact}={'|'.join(values)}" for fact, values in facts.items())


def now(fact: FactDifference) -> str:
    """Return what is known of a fact now, readable."""
    return f"{fact.label} not known any more" if fact.b.is_unknown else fact.b.text
