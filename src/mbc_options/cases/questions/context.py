"""What a question is asked of: a stage, the one before it, and who is near; and what an answer key is."""

from __future__ import annotations

from hashlib import sha256
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.cases.case import NONE, AnswerChoice, Criterion, NearMiss
from mbc_options.errors import UnknownOptionError
from mbc_options.exploration.presenter import presenter_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mbc_options.exploration.assessment import Assessment, MemberAssessment, OptionAssessment
    from mbc_options.exploration.comparison import Comparison, FactDifference, MemberDifference
    from mbc_options.exploration.status import Status
    from mbc_options.rulebook.compiled import CompiledRule, CompiledRulebook

__all__ = [
    "NEAREST_SHOWN",
    "AnswerKey",
    "NearPatient",
    "StageContext",
    "Subject",
    "Unanswerable",
    "choice",
    "id_of",
    "in_no_order",
    "none_of_these",
    "now",
]

NEAREST_SHOWN = 3
"""How many of the nearest patients are told; more only repeat the pattern."""


class Unanswerable(ValueError):  # noqa: N818 - an outcome of asking, not an error of the package
    """A question that has no answer at this stage; its text is what to tell the case's author.

    Attributes:
        field: which part of the question is wrong; empty for all of it.
    """

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


class NearPatient(NamedTuple):
    """A patient as near as can be for whom an option is a candidate.

    Attributes:
        facts: ids of the facts in which that patient differs, or is better known.
        miss: the same, to be shown.
    """

    facts: tuple[str, ...]
    miss: NearMiss


class Subject(NamedTuple):
    """What a question is about.

    Attributes:
        key: which key of the case file says so: `of` (a class, whose members are meant), `option` or
            `disagreement`; empty where it is about no one thing.
        id: the id of that.
        side: which side of a disagreement, from 1.
        learned: what would be learned besides, as in a description; empty where nothing is.
    """

    key: str = ""
    id: str = ""
    side: int = 1
    learned: Mapping[str, Any] = MappingProxyType({})


class AnswerKey(NamedTuple):
    """What the engine answers to a question.

    Attributes:
        choices: the answers to choose from.
        facts: names of the facts to look at, for a hint.
        rules: conditions of the rules to look at, for a hint.
        before: the status at the stage before of the option that the question is about, where it is told.
        learned: what would be learned besides, readable; empty where nothing is.
    """

    choices: tuple[AnswerChoice, ...]
    facts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    before: Status | None = None
    learned: str = ""


class StageContext:
    """What is known at a stage of a case, and what a rulebook says of it.

    Args:
        rulebook: whose verdicts are meant.
        now: the patient.
        comparison: with the stage before; None in the first stage.
    """

    def __init__(self, rulebook: CompiledRulebook, now: Assessment, comparison: Comparison | None) -> None:
        self.rulebook, self.now, self.comparison = rulebook, now, comparison
        self.presenter = presenter_of(rulebook)
        self.decisions = self.presenter.verdicts
        self.space = rulebook.space
        self.vocabulary = rulebook.vocabulary
        self.knowledge = now.patient.knowledge

    def verdict(self, subject: Subject) -> MemberAssessment:
        """Return the verdict on a class or member; `Unanswerable` where there is none of this name."""
        try:
            return self.now[subject.id]
        except UnknownOptionError as error:
            raise Unanswerable(str(error), subject.key) from None

    def verdicts(self, subject: Subject) -> Sequence[MemberAssessment]:
        """Return the verdicts on the members of a class, or on all classes, where the question is about no one."""
        if not subject.id:
            return self.now.options
        class_: Any = self.verdict(subject)
        if not getattr(class_, "members", ()):
            with_members = ", ".join(option.id for option in self.now.options if option.members)
            msg = f"{subject.id!r} has no members to ask for; these have: {with_members}"
            raise Unanswerable(msg, subject.key)
        option: OptionAssessment = class_
        return option.members

    def label(self, fact: str) -> str:
        """Return the name of a fact."""
        return self.vocabulary.facts[fact].label

    def tells_only_that_it_was_given(self, fact: str) -> bool:
        """Tell whether a fact says of a treatment only what every outcome of it says."""
        forms = self.vocabulary.treatments.get(fact.partition(".")[0])
        return forms is not None and fact.rpartition(".")[2] == forms.always

    def labels(self, facts: Iterable[str]) -> tuple[str, ...]:
        """Return the names of facts, each once."""
        return tuple(dict.fromkeys(map(self.label, facts)))

    def named_by(self, verdict: MemberAssessment | MemberDifference) -> tuple[str, ...]:
        """Return the facts that the conditions of an option name."""
        return self.decisions.named_by(verdict.id)

    def near_patients(self, verdict: MemberAssessment) -> tuple[NearPatient, ...]:
        """Return the patients nearest to this one for whom an option that is no candidate would be one."""
        if self.now.scope != "in":
            return self._near_in_scope(verdict)
        found = [
            self._near_patient(verdict, {}, dependency.if_, dependency.facts)
            for dependency in verdict.depends_on
            if dependency.then == "candidate"
        ]
        found += [
            self._near_patient(verdict, change.change, change.if_, (*change.facts, *change.if_facts))
            for change in verdict.would_change
            if change.to == "candidate"
        ]
        if not found:  # open between other statuses, or nothing near: what is known would have to be otherwise
            found = self._near_elsewhere(verdict)
        ranks = {question.fact: rank for rank, question in enumerate(self.now.ask_next)}
        found.sort(key=lambda patient: min((ranks.get(fact, len(ranks)) for fact in patient.facts), default=0))
        least = min((len(patient.facts) for patient in found), default=0)
        return tuple(patient for patient in found if len(patient.facts) == least)[:NEAREST_SHOWN]

    def _near_elsewhere(self, verdict: MemberAssessment) -> list[NearPatient]:
        """Return the nearest patients for whom an open option would be a candidate, where no unknown fact does it."""
        if verdict.status != "undetermined":
            return []
        nearest = self.decisions.nearest(self.rulebook.option(verdict.id), ("candidate",), self.knowledge)
        return [
            self._near_patient(verdict, change.change, change.if_, (*change.facts, *change.if_facts))
            for change in self.presenter.counterfactuals(nearest.ways)
        ]

    def _near_in_scope(self, verdict: MemberAssessment) -> tuple[NearPatient, ...]:
        """Return the patient with whom the documents deal, and who is otherwise alike."""
        inside = self.decisions.nearest_in_scope(self.knowledge)
        if self.decisions.status(verdict.id, inside) != "candidate":
            return ()
        facts = self.decisions.scope_facts()
        phrases = tuple(self.vocabulary.phrase(fact, self.space.values(inside, fact)) for fact in facts)
        return (NearPatient(facts, self._miss(verdict, inside, phrases, known=self.now.scope == "out")),)

    def _near_patient(
        self,
        verdict: MemberAssessment,
        change: Mapping[str, str],
        learned: Mapping[str, tuple[str, ...]],
        facts: tuple[str, ...],
    ) -> NearPatient:
        knowledge = self.decisions.knowing(self.knowledge, change.items(), self.space.cube(learned))
        return NearPatient((*change, *learned), self._miss(verdict, knowledge, facts, known=bool(change)))

    def _miss(self, verdict: MemberAssessment, knowledge: int, facts: tuple[str, ...], *, known: bool) -> NearMiss:
        """Return a near patient, with the rules that hold for that patient and not for this one.

        A member is a candidate only where its class is one, so its class's rules count as well.
        """
        rules = [
            rule
            for id_ in dict.fromkeys((verdict.id, verdict.id.partition(".")[0]))
            for rule in self.rulebook.option(id_).rules
            if rule.rule.status == "candidate" and not rule.function.entailed_by(self.knowledge)
        ]
        there = [rule for rule in rules if rule.function.entailed_by(knowledge)]
        there = there or [rule for rule in rules if rule.function.possible_under(knowledge)]
        alike: dict[str, list[CompiledRule]] = {}
        for rule in _weakest(there):
            alike.setdefault(rule.reads, []).append(rule)
        asks = [
            Criterion(
                when=reads,
                rules=tuple(rule.rule.id for rule in rules),
                claims=tuple(dict.fromkeys(claim for rule in rules for claim in rule.rule.claims)),
            )
            for reads, rules in alike.items()
        ]
        return NearMiss(facts=facts, known=known, to="candidate", asks=tuple(asks))

    def conditions(self, option: str) -> tuple[str, ...]:
        """Return the conditions of an option's rules, readable, without those that others with the status imply."""
        rules = self.rulebook.option(option).rules
        statuses = {rule.rule.status for rule in rules}
        alike = ([rule for rule in rules if rule.rule.status == status] for status in statuses)
        weakest = {rule.rule.id for some in alike for rule in _weakest(some)}
        return tuple(dict.fromkeys(rule.reads for rule in rules if rule.rule.id in weakest))

    def opening(self, verdict: MemberAssessment) -> tuple[str, ...]:
        """Return the facts without any one of which a settled verdict would be open."""
        return self.decisions.opening(verdict.id, self.knowledge)

    def is_idle(self, fact: str) -> bool:
        """Tell whether a fact is unknown, and no answer to it would settle a class."""
        open_options = [option.id for option in self.now.options if option.status == "undetermined"]
        is_open = len(self.space.values(self.knowledge, fact)) > 1
        return is_open and not self.decisions.would_settle(fact, self.knowledge, open_options)

    def telling(self, facts: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        """Return facts without those that follow from another one of them, and so say nothing more."""
        cubes = {fact: self.space.cube({fact: values}) for fact, values in facts.items()}
        meant = {fact: self.rulebook.theory.tighten(cube) for fact, cube in cubes.items()}

        def follows(fact: str, other: str) -> bool:
            return other != fact and not meant[other] & ~cubes[fact]

        order = list(facts)
        return tuple(
            fact
            for i, fact in enumerate(order)
            if not any(follows(fact, other) and (not follows(other, fact) or j < i) for j, other in enumerate(order))
        )

    def known(self, facts: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Return what is known of facts: the values that they may have."""
        return {fact: self.space.values(self.knowledge, fact) for fact in facts}

    def reads(self, fact: str) -> str:
        """Return what is known of a fact, readable."""
        return self.vocabulary.phrase(fact, self.space.values(self.knowledge, fact))


def _weakest(rules: Iterable[CompiledRule]) -> list[CompiledRule]:
    """Return the rules without those whose condition holds only where that of another holds, too."""

    def implies(one: CompiledRule, other: CompiledRule) -> bool:
        return one.function.implies(other.function)

    given = list(rules)
    return [
        rule
        for rule in given
        if not any(implies(rule, other) and not implies(other, rule) for other in given if other is not rule)
    ]


def choice(id_: str, label: str, tells: Any, *, right: bool, **more: Any) -> AnswerChoice:
    """Return a choice; what is not given is empty."""
    return AnswerChoice(id=id_, label=label, tells=tells, right=right, **more)


def none_of_these(choices: Iterable[AnswerChoice]) -> AnswerChoice:
    """Return the choice that none of the others is right."""
    return choice(NONE, "", "none", right=not any(other.right for other in choices))


def in_no_order(question: str, choices: Iterable[AnswerChoice]) -> tuple[AnswerChoice, ...]:
    """Return choices in an order that tells nothing, and that is always the same."""
    return tuple(sorted(choices, key=lambda one: sha256(f"{question}\0{one.id}".encode()).digest()))


def id_of(facts: Mapping[str, tuple[str, ...]]) -> str:
    """Return the id of a choice that is made of facts. It says what the choice says, and not whether it is right."""
    return "+".join(f"{fact}={'|'.join(values)}" for fact, values in facts.items())


def now(fact: FactDifference) -> str:
    """Return what is known of a fact now, readable."""
    return f"{fact.label} not known any more" if fact.b.is_unknown else fact.b.text
