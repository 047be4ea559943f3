"""From an authored rulebook to compiled conditions: everything that a verdict needs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import fields, replace
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from mbc_options.logic import TooManyCubesError, negation
from mbc_options.rulebook.compiled import (
    CompiledOption,
    CompiledRemark,
    CompiledRule,
    CompiledRulebook,
    CompiledSubtype,
)
from mbc_options.rulebook.conditions import Always, AnyOf, cases_of, cases_of_definitions, named_bits
from mbc_options.rulebook.prose import condition_text
from mbc_options.source.forms import as_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.logic import Function, PrimeFunction, Theory
    from mbc_options.rulebook.conditions import Cases, Node
    from mbc_options.rulebook.models import (
        CareQuestion,
        Caution,
        Claim,
        Consideration,
        Disagreement,
        Member,
        NamedAgent,
        Note,
        Notice,
        Rule,
        Rulebook,
        Subtype,
        Therapy,
    )

__all__ = ["Compiler", "by_claim", "compile_rulebook"]

SCOPE = "scope"
"""What a complaint about the scope names."""

A = TypeVar("A", "Disagreement", "Note")
B = TypeVar("B", "Caution", "NamedAgent")
K = TypeVar("K", "Consideration", "CareQuestion")


def compile_rulebook(rulebook: Rulebook, *, decide: Literal["primes", "cover"] | None = None) -> CompiledRulebook:
    """Compile every condition of a rulebook.

    Verdicts on options are compiled under the scope: inside it, facts that only restate it drop out
    of reasons, and no counterfactual leaves it. What is said beside the options is compiled without.

    Args:
        rulebook: the rulebook.
        decide: how conditions are decided, save the scope and the subtypes. Default: by primes where they are few.

    Raises:
        TooManyCubesError: where neither a condition nor its negation can be written as a cover, or where the scope or a
            subtype has too many primes.
    """
    return Compiler(rulebook, decide).compiled()


@contextmanager
def _named(entry: str) -> Iterator[None]:
    """Name what has the condition, where it has too many cubes."""
    try:
        yield
    except TooManyCubesError as error:
        error.entry = error.entry or entry
        raise


def _digest(rulebook: Rulebook) -> str:
    """Return the sha256 of the canonical model; what no author said counts for nothing."""
    said: dict[str, Any] = {
        field.name: as_data(getattr(rulebook, field.name)) for field in fields(rulebook) if field.name != "vocabulary"
    }
    said["vocabulary"] = rulebook.vocabulary.sha256
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class Compiler:
    """Compiles the parts of a rulebook, one by one.

    Args:
        rulebook: whose definitions, scope and urgent signs are meant.
        decide: as for `compile_rulebook`.

    Raises:
        TooManyCubesError: as `compile_rulebook` does.
    """

    def __init__(self, rulebook: Rulebook, decide: Literal["primes", "cover"] | None) -> None:
        self.rulebook, self.decide = rulebook, decide
        self.vocabulary = rulebook.vocabulary
        self.space, self.theory = self.vocabulary.space, self.vocabulary.theory
        definitions = {definition.id: definition.when for definition in rulebook.definitions}
        self.cases = cases_of_definitions(definitions, self.space)
        self.named: dict[str, int] = {}
        for name in self.cases:
            self.named[name] = named_bits(definitions[name], self.named, self.space)
        self.labels = {d.id: d.label for d in rulebook.definitions}
        with _named(SCOPE):
            within, but_not = self.meant(rulebook.about.scope.when)
            self.inside: Theory = self.theory.assuming(but_not or negation(self.space, within))
        self.considerations = tuple(map(self.knowing, rulebook.considerations))
        self.urgent = tuple(one.function for one in self.considerations if one.function and one.authored.is_urgent_sign)

    def meant(self, node: Node) -> Cases:
        """Return the patients whom a condition describes."""
        return cases_of(node, self.cases, self.space)

    def function(self, node: Node) -> Function:
        """Compile the condition of what stands beside the options."""
        within, but_not = self.meant(node)
        return self.theory.compile(within, named_bits(node, self.named, self.space), but_not, decide=self.decide)

    def decided(self, cases: Cases, named: int) -> Function:
        """Compile what verdicts rest on: under the scope, and with reasons that rather tell of what is urgent."""
        return self.inside.compile(cases.within, named, cases.but_not, self.urgent, decide=self.decide)

    def listed(self, node: Node) -> PrimeFunction:
        """Compile a condition of which all primes must be at hand."""
        within, but_not = self.meant(node)
        return self.theory.compile(within, named_bits(node, self.named, self.space), but_not, decide="primes")

    def compiled(self) -> CompiledRulebook:
        """Compile all of it."""
        said = self.rulebook
        options = tuple(self.class_(therapy) for therapy in said.therapies)
        return CompiledRulebook(
            sha256=_digest(said),
            about=said.about,
            vocabulary=self.vocabulary,
            scope=self._scope(),
            inside=self.inside,
            options=options,
            by_id={option.id: option for class_ in options for option in (class_, *class_.members)},
            subtypes=tuple(self._subtype(subtype) for subtype in said.about.subtypes),
            considerations=tuple(sorted(self.considerations, key=lambda one: _order(one.authored))),
            disagreements=tuple(self.remark(disagreement) for disagreement in said.disagreements),
            background=tuple(self.remark(note) for note in said.background),
            questions=tuple(self.knowing(question) for question in said.questions),
            values=said.values,
            glossary=said.glossary,
            definitions=said.definitions,
            sources={source.id: source for source in said.sources},
            claims={claim.id: claim for claim in _with_shared_conditions(said.claims)},
            rulings=said.rulings,
            notices_by_claim=by_claim(said.about.notices),
        )

    def _scope(self) -> PrimeFunction:
        with _named(SCOPE):
            return self.listed(self.rulebook.about.scope.when)

    def _subtype(self, subtype: Subtype) -> CompiledSubtype:
        with _named(subtype.id):
            return CompiledSubtype(subtype=subtype, function=self.listed(subtype.when))

    def remark(self, authored: A) -> CompiledRemark[A]:
        """Compile a disagreement, or a note on the background."""
        with _named(authored.id):
            return CompiledRemark(authored=authored, function=self.function(authored.when))

    def beside(self, authored: B) -> CompiledRemark[B]:
        """Compile a caution, or for whom a drug is named."""
        function = None if isinstance(authored.when, Always) else self.function(authored.when)
        return CompiledRemark(authored=authored, function=function)

    def knowing(self, authored: K) -> CompiledRemark[K]:
        """Compile what may look at the knowledge, too."""
        with _named(authored.id):
            function = self.function(authored.when) if authored.when else None
            unless = self.function(authored.unless) if authored.unless else None
        unknown = tuple(self.space.mask(fact) for fact in authored.when_unknown)
        return CompiledRemark(authored=authored, function=function, unknown=unknown, unless=unless)

    def class_(self, therapy: Therapy) -> CompiledOption:
        """Compile a class with its members."""
        with _named(therapy.id):
            patients = self._patients(therapy.rules)
            members = tuple(self._option(member, f"{therapy.id}.{member.id}", patients) for member in therapy.members)
            return self._option(therapy, therapy.id, None, members)

    def _patients(self, rules: Iterable[Rule]) -> tuple[Cases, Cases]:
        """Return the patients of the candidate rules, and those of all."""
        every = tuple(rules)
        chosen = tuple(rule for rule in every if rule.status == "candidate")
        candidate = self.meant(AnyOf(parts=tuple(rule.when for rule in chosen)))
        return candidate, candidate if chosen == every else self.meant(AnyOf(parts=tuple(rule.when for rule in every)))

    def _option(
        self, authored: Member, id_: str, within: tuple[Cases, Cases] | None, members: tuple[CompiledOption, ...] = ()
    ) -> CompiledOption:
        candidate, described = self._patients(authored.rules)
        if within is not None:
            candidate, described = candidate.and_(within[0], self.space), described.and_(within[1], self.space)
        named = 0
        for cube in (*candidate.within, *candidate.but_not, *described.within, *described.but_not):
            named |= self.space.named(cube)
        compiled = self.decided(candidate, named)
        described_too, unspecified = compiled, None
        if candidate != described:
            only = described.without(candidate, self.space)
            described_too = self.decided(described, named)
            unspecified = self.decided(only, named)
        return CompiledOption(
            id=id_,
            authored=authored,
            candidate=compiled,
            described=described_too,
            unspecified=unspecified,
            rules=tuple(self.rule(rule) for rule in authored.rules),
            cautions=tuple(self.beside(caution) for caution in authored.cautions),
            agents=tuple(self.beside(agent) for agent in authored.agents),
            members=members,
        )

    def rule(self, rule: Rule) -> CompiledRule:
        """Compile a rule by itself."""
        reads = condition_text(rule.when, self.vocabulary, self.labels)
        function = self.decided(self.meant(rule.when), named_bits(rule.when, self.named, self.space))
        return CompiledRule(rule=rule, function=function, reads=reads)


def _order(one: Consideration) -> tuple[bool, bool]:
    """Return a key by which urgent signs come first, and what is told to everybody last."""
    return one.general, not one.is_urgent_sign


def _with_shared_conditions(claims: Iterable[Claim]) -> Iterator[Claim]:
    """Yield claims; those of one condition share it, which spares the start a twentieth."""
    shared: dict[str, Node | None] = {}
    for claim in claims:
        when = shared.setdefault(repr(claim.when and claim.when.as_written()), claim.when)
        yield replace(claim, when=when)


def by_claim(notices: Iterable[Notice]) -> dict[str, tuple[str, ...]]:
    """Return the notices on each claim that has any."""
    found: dict[str, list[str]] = {}
    for notice in notices:
        for claim in notice.claims:
            found.setdefault(claim, []).append(notice.text)
    return {claim: tuple(texts) for claim, texts in found.items()}
