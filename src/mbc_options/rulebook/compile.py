"""From an authored rulebook to primes: everything that a verdict needs."""

from __future__ import annotations

import json
from contextlib import contextmanager
from dataclasses import fields
from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from mbc_options.logic import TooManyCubesError, absorb, complement, intersect
from mbc_options.rulebook.compiled import (
    CompiledOption,
    CompiledRemark,
    CompiledRule,
    CompiledRulebook,
    CompiledSubtype,
)
from mbc_options.rulebook.conditions import Always, cover_of, in_order, named_bits
from mbc_options.rulebook.prose import condition_text
from mbc_options.source.forms import as_data

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.logic import Cover, Function, Theory
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import (
        CareQuestion,
        Caution,
        Consideration,
        Disagreement,
        Member,
        Note,
        Notice,
        Rule,
        Rulebook,
        Therapy,
    )

__all__ = ["compile_rulebook"]

A = TypeVar("A", "Caution", "Disagreement", "Note")
K = TypeVar("K", "Consideration", "CareQuestion")


def compile_rulebook(rulebook: Rulebook) -> CompiledRulebook:
    """Compile every condition of a rulebook.

    Verdicts on options are compiled under the scope: inside it, facts that only restate it drop out
    of reasons, and no counterfactual leaves it. What is said beside the options is compiled without.

    Raises:
        TooManyCubesError: where a condition, or its negation, has too many primes to be listed.
    """
    return _Compiler(rulebook).compiled()


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


class _Compiler:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.vocabulary = rulebook.vocabulary
        self.space, self.theory = self.vocabulary.space, self.vocabulary.theory
        definitions = {definition.id: definition.when for definition in rulebook.definitions}
        self.covers: dict[str, Cover] = {}
        self.named: dict[str, int] = {}
        for name in in_order(definitions):
            with _named(name):
                self.covers[name] = self.cover(definitions[name])
            self.named[name] = named_bits(definitions[name], self.named, self.space)
        self.labels = {d.id: d.label for d in rulebook.definitions}
        scope = self.cover(rulebook.about.scope.when)
        self.inside: Theory = self.theory.assuming(complement(self.space, scope))

    def cover(self, node: Node) -> Cover:
        return cover_of(node, self.covers, self.space)

    def function(self, node: Node, theory: Theory | None = None) -> Function:
        named = named_bits(node, self.named, self.space)
        return (theory or self.theory).compile(self.cover(node), named)

    def compiled(self) -> CompiledRulebook:
        said = self.rulebook
        options = tuple(self._class(therapy) for therapy in said.therapies)
        return CompiledRulebook(
            sha256=_digest(said),
            about=said.about,
            vocabulary=self.vocabulary,
            scope=self.function(said.about.scope.when),
            inside=self.inside,
            options=options,
            by_id={option.id: option for class_ in options for option in (class_, *class_.members)},
            subtypes=tuple(CompiledSubtype(subtype=s, function=self.function(s.when)) for s in said.about.subtypes),
            considerations=tuple(self._knowing(consideration) for consideration in said.considerations),
            disagreements=tuple(self._remark(disagreement) for disagreement in said.disagreements),
            background=tuple(self._remark(note) for note in said.background),
            questions=tuple(self._knowing(question) for question in said.questions),
            values=said.values,
            glossary=said.glossary,
            definitions=said.definitions,
            sources={source.id: source for source in said.sources},
            claims={claim.id: claim for claim in said.claims},
            notices_by_claim=_by_claim(said.about.notices),
        )

    def _remark(self, authored: A) -> CompiledRemark[A]:
        function = self.function(authored.when)
        return CompiledRemark(
            authored=authored, function=function, outside=tuple(map(self.space.outside, function.holds))
        )

    def _caution(self, caution: Caution) -> CompiledRemark[Caution]:
        if isinstance(caution.when, Always):
            return CompiledRemark(authored=caution, function=None, outside=(0,))  # a mask that forbids nothing
        return self._remark(caution)

    def _knowing(self, authored: K) -> CompiledRemark[K]:
        """Compile what may look at the knowledge, too."""
        unknown = tuple(self.space.mask(fact) for fact in authored.when_unknown)
        if authored.when is None:
            return CompiledRemark(authored=authored, function=None, outside=() if unknown else (0,), unknown=unknown)
        function = self.function(authored.when)
        outside = tuple(map(self.space.outside, function.holds))
        return CompiledRemark(authored=authored, function=function, outside=outside, unknown=unknown)

    def _class(self, therapy: Therapy) -> CompiledOption:
        with _named(therapy.id):
            covers = self._covers(therapy.rules)
            members = tuple(self._option(member, f"{therapy.id}.{member.id}", covers) for member in therapy.members)
            return self._option(therapy, therapy.id, None, members)

    def _covers(self, rules: Iterable[Rule]) -> tuple[Cover, Cover]:
        """Return the union of the candidate covers, and the union of all."""
        candidate = [cube for rule in rules if rule.status == "candidate" for cube in self.cover(rule.when)]
        described = [cube for rule in rules for cube in self.cover(rule.when)]
        return absorb(candidate), absorb(described)

    def _option(
        self, authored: Member, id_: str, within: tuple[Cover, Cover] | None, members: tuple[CompiledOption, ...] = ()
    ) -> CompiledOption:
        candidate, described = self._covers(authored.rules)
        if within is not None:
            candidate = intersect(self.space, candidate, within[0])
            described = intersect(self.space, described, within[1])
        named = 0
        for cube in (*candidate, *described):
            named |= self.space.named(cube)
        compiled = self.inside.compile(candidate, named)
        described_too, unspecified = compiled, None
        if set(candidate) != set(described):
            only = intersect(self.space, described, complement(self.space, candidate))
            described_too, unspecified = self.inside.compile(described, named), self.inside.compile(only, named)
        return CompiledOption(
            id=id_,
            authored=authored,
            candidate=compiled,
            described=described_too,
            unspecified=unspecified,
            rules=tuple(self._rule(rule) for rule in authored.rules),
            cautions=tuple(self._caution(caution) for caution in authored.cautions),
            members=members,
        )

    def _rule(self, rule: Rule) -> CompiledRule:
        reads = condition_text(rule.when, self.vocabulary, self.labels)
        return CompiledRule(rule=rule, function=self.function(rule.when, self.inside), reads=reads)


def _by_claim(notices: Iterable[Notice]) -> dict[str, tuple[str, ...]]:
    """Return the notices on each claim that has any."""
    found: dict[str, list[str]] = {}
    for notice in notices:
        for claim in notice.claims:
            found.setdefault(claim, []).append(notice.text)
    return {claim: tuple(texts) for claim, texts in found.items()}
