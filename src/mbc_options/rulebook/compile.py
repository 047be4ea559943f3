"""From an authored rulebook to primes: everything that a verdict needs, as plain data.

The result is made of dictionaries, lists, text and integers only, so that building the package can
store it as JSON and a start needs no model, no YAML and no algebra.
"""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mbc_options.logic import absorb, complement, intersect
from mbc_options.rulebook.conditions import Always, cover_of, named_bits, written
from mbc_options.rulebook.prose import condition_text, fact_words
from mbc_options.vocabulary.facts import vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic import Cover, Function, Theory
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import Caution, Consideration, Member, Question, Rule, Rulebook

__all__ = ["compile_rulebook"]


def compile_rulebook(rulebook: Rulebook) -> dict[str, Any]:
    """Compile every condition of a rulebook.

    Verdicts on options are compiled under the scope: inside it, facts that only restate it drop out
    of reasons, and no counterfactual leaves it. What is said beside the options is compiled without.
    """
    return _Compiler(rulebook).content()


def digest(rulebook: Rulebook) -> str:
    """Return the sha256 of the canonical model."""
    return sha256(rulebook.model_dump_json(by_alias=True).encode()).hexdigest()


class _Compiler:
    def __init__(self, rulebook: Rulebook) -> None:
        self.rulebook = rulebook
        self.space, self.theory = vocabulary()
        self.definitions: dict[str, Node] = {d.id: d.when for d in rulebook.definitions}
        self.labels = {d.id: d.label for d in rulebook.definitions}
        self.words = fact_words(rulebook.vocabulary.model_dump(mode="json"))
        scope = self.cover(rulebook.about.scope.when)
        self.inside: Theory = self.theory.assuming(complement(self.space, scope))

    def cover(self, node: Node) -> Cover:
        return cover_of(node, self.definitions)

    def function(self, node: Node, theory: Theory | None = None) -> list[Any]:
        compiled = (theory or self.theory).compile(self.cover(node), named_bits(node, self.definitions))
        return _packed(compiled)

    def content(self) -> dict[str, Any]:
        about = self.rulebook.about.model_dump(mode="json", by_alias=True)
        about["scope"]["function"] = self.function(self.rulebook.about.scope.when)
        for subtype, dumped in zip(self.rulebook.about.subtypes, about["subtypes"], strict=True):
            dumped["function"] = self.function(subtype.when)
        return {
            "sha256": digest(self.rulebook),
            "about": about,
            "vocabulary": self.rulebook.vocabulary.model_dump(mode="json"),
            "definitions": [self._dumped(d) for d in self.rulebook.definitions],
            "options": [self._option(therapy) for therapy in self.rulebook.therapies],
            "considerations": [{**self._dumped(c), **self._knowing(c)} for c in self.rulebook.considerations],
            "disagreements": [
                {**self._dumped(d), "function": self.function(d.when)} for d in self.rulebook.disagreements
            ],
            "background": [{**self._dumped(n), "function": self.function(n.when)} for n in self.rulebook.background],
            "glossary": [self._dumped(t) for t in self.rulebook.glossary],
            "questions": [{**self._dumped(q), **self._knowing(q)} for q in self.rulebook.questions],
            "values": [self._dumped(v) for v in self.rulebook.values],
            "sources": [s.model_dump(mode="json") for s in self.rulebook.sources],
            "claims": {c.id: c.model_dump(mode="json", exclude_defaults=True) for c in self.rulebook.claims},
        }

    def _knowing(self, part: Consideration | Question) -> dict[str, Any]:
        """Return when something applies that may look at the knowledge, too."""
        return {
            "function": None if part.when is None else self.function(part.when),
            "unknown": [self.space.mask(fact) for fact in part.when_unknown],
        }

    @staticmethod
    def _dumped(part: Any) -> dict[str, Any]:
        dumped: dict[str, Any] = part.model_dump(mode="json", by_alias=True)
        return dumped

    def _option(self, therapy: Any) -> dict[str, Any]:
        own = self._unit(therapy, therapy.id, None)
        covers = self._covers(therapy.rules)
        own["order"] = therapy.order
        own["members"] = [self._unit(member, f"{therapy.id}.{member.id}", covers) for member in therapy.members]
        return own

    def _covers(self, rules: Iterable[Rule]) -> tuple[Cover, Cover]:
        """Return the union of the candidate covers, and the union of all."""
        candidate = [cube for rule in rules if rule.status == "candidate" for cube in self.cover(rule.when)]
        described = [cube for rule in rules for cube in self.cover(rule.when)]
        return absorb(candidate), absorb(described)

    def _unit(self, unit: Member, id_: str, class_covers: tuple[Cover, Cover] | None) -> dict[str, Any]:
        candidate, described = self._covers(unit.rules)
        if class_covers is not None:
            candidate = intersect(self.space, candidate, class_covers[0])
            described = intersect(self.space, described, class_covers[1])
        named = 0
        for cube in (*candidate, *described):
            named |= self.space.fields(self.space.universe & ~cube)
        compiled = self.inside.compile(candidate, named)
        same = set(candidate) == set(described)
        return {
            "id": id_,
            "label": unit.label,
            "plain": unit.plain,
            "summary": unit.summary,
            "silence": unit.silence,
            "mentions": list(unit.mentions),
            "agents": [{"agent": a.agent, "claims": list(a.claims)} for a in unit.agents],
            "candidate": _packed(compiled),
            "described": None if same else _packed(self.inside.compile(described, named)),
            "unspecified": None
            if same
            else _packed(
                self.inside.compile(intersect(self.space, described, complement(self.space, candidate)), named)
            ),
            "rules": [self._rule(rule) for rule in unit.rules],
            "cautions": [self._caution(caution) for caution in unit.cautions],
        }

    def _rule(self, rule: Rule) -> dict[str, Any]:
        return {
            **self._dumped(rule),
            "reads": condition_text(written(rule.when), self.words, self.labels),
            "function": self.function(rule.when, self.inside),
        }

    def _caution(self, caution: Caution) -> dict[str, Any]:
        dumped = self._dumped(caution)
        return {**dumped, "function": None if isinstance(caution.when, Always) else self.function(caution.when)}


def _packed(function: Function) -> list[Any]:
    return [list(function.holds), list(function.fails), function.named]
