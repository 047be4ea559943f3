"""From ids and cubes to what is shown: verdicts are joined with the words of the rulebook's authors.

What depends on the rulebook and a cube alone is made at first use and shared between results, which are frozen.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

from mbc_options.exploration.assessment import (
    AgentNamed,
    Citation,
    Counterfactual,
    Dependency,
    KnownFact,
    Mention,
    Reason,
    RulebookInfo,
)
from mbc_options.exploration.hypothetical import Verdicts, verdicts_of
from mbc_options.exploration.status import RULEBOOKS
from mbc_options.frozendict import FrozenDict
from mbc_options.rulebook.models import source_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from collections.abc import Set as AbstractSet

    from mbc_options.exploration.status import Status
    from mbc_options.logic import Edit
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRule, CompiledRulebook
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Presenter", "known_fact", "presenter_of"]

T = TypeVar("T")

NO = ("no",)


class Presenter:
    """What is shown of a rulebook.

    Args:
        rulebook: the rulebook.

    Attributes:
        verdicts: what it decides.
        info: what is said of it as a whole.
        documents: its documents.
        explained: the claims that its glossary rests on.
        always_cited: those, and the claims that a reader's values rest on.
        facts: every fact, with its bits.
    """

    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        self.space = rulebook.space
        self.vocabulary = rulebook.vocabulary
        self.verdicts: Verdicts = verdicts_of(rulebook)
        self.info = _info(rulebook)
        self.documents = tuple(rulebook.sources.values())
        self.explained = frozenset(claim for term in rulebook.glossary for claim in term.claims)
        self.always_cited = self.explained.union(*(value.claims for value in rulebook.values))
        self.facts = tuple(zip(self.space.facts, self.space.masks, strict=True))
        history = self.vocabulary.treatments.get(self.vocabulary.history)
        self._not_given = history.every_yes if history else 0
        self._made: dict[Any, Any] = {}
        self._citations = {claim: self._citation(claim) for claim in rulebook.claims}
        self._known: dict[int, KnownFact] = {}

    def made(self, key: Any, maker: Callable[..., T], *arguments: Any) -> T:
        """Return what `maker(*arguments)` makes, made once for each key."""
        try:
            found: T = self._made[key]
        except KeyError:
            found = self._made[key] = maker(*arguments)
        return found

    def proof(self, cube: int) -> tuple[tuple[str, ...], FrozenDict[tuple[str, ...]]]:
        """Return the facts of a cube, as phrases and as values by fact."""
        return self.made(("proof", cube), self._proof, cube)

    def _proof(self, cube: int) -> tuple[tuple[str, ...], FrozenDict[tuple[str, ...]]]:
        reading = self.space.reading(cube)
        return tuple(self.vocabulary.phrase(fact, values) for fact, values in reading.items()), FrozenDict(reading)

    def reason(self, compiled: CompiledRule, cube: int, *, certain: bool) -> Reason:
        """Return a rule as the reason for a verdict, with the cube that makes it hold."""
        return self.made(("reason", compiled.rule.id, cube, certain), self._reason, compiled, cube, certain)

    def _reason(self, compiled: CompiledRule, cube: int, certain: bool) -> Reason:  # noqa: FBT001
        facts, proof = self.proof(cube)
        rule = compiled.rule
        return Reason(
            rule=rule.id,
            when=compiled.reads,
            facts=facts,
            proof=proof,
            text=rule.because,
            claims=rule.claims,
            supports=rule.supports,
            basis=rule.basis,
            note=rule.note,
            certain=certain,
        )

    def silence(self, prime: int) -> Reason:
        """Return the reason why nothing describes an option, with the prime that rules it out."""
        return self.made(("silence", prime), self._silence, prime)

    def _silence(self, prime: int) -> Reason:
        facts, proof = self.proof(prime)
        text = (
            "No passage whose conditions this patient meets describes it."
            if facts
            else "No passage describes it under conditions that any patient could meet."
        )
        return Reason(rule=None, when=None, facts=facts, proof=proof, text=text, claims=(), basis="implied")

    def dependency(self, cube: int, then: Status) -> Dependency:
        """Return what would settle a verdict: the facts of a cube, and the status then."""
        return self.made(("if", cube, then), self._dependency, cube, then)

    def _dependency(self, cube: int, then: Status) -> Dependency:
        facts, reading = self.proof(cube)
        return Dependency(if_=reading, facts=facts, then=then)

    def counterfactuals(self, ways: Iterable[tuple[Edit, Status]]) -> tuple[Counterfactual, ...]:
        """Return what is otherwise with the nearest patients, each with the status that an option has for them."""
        return tuple(
            counterfactual
            for edit, to in ways
            for counterfactual in self.made(
                ("to", edit.facts, edit.given, to), self._counterfactuals, edit.facts, edit.given, to
            )
        )

    def _counterfactuals(self, cube: int, given: int, to: Status) -> tuple[Counterfactual, ...]:
        """Return one for each combination of new values; nearly always there is one."""
        reading = self.space.reading(cube)
        if_facts, if_ = self.proof(given)
        return tuple(
            Counterfactual(
                change=FrozenDict(dict(zip(reading, values, strict=True))),
                facts=tuple(
                    self.vocabulary.phrase(fact, (value,)) for fact, value in zip(reading, values, strict=True)
                ),
                if_=if_,
                if_facts=if_facts,
                to=to,
            )
            for values in product(*reading.values())
        )

    def citations(self, claims: AbstractSet[str]) -> FrozenDict[Citation]:
        """Return the passages by claim, in the order of the register."""
        found = self._citations.copy()
        for id_ in found.keys() - claims:  # few: most are cited, if only by the glossary
            del found[id_]
        return FrozenDict(found)

    def _citation(self, id_: str) -> Citation:
        claim, source = self.rulebook.claims[id_], self.rulebook.sources[source_of(id_)]
        return Citation(
            source=source.id,
            short=source.short,
            where=claim.where,
            statement=claim.statement,
            key_terms=claim.key_terms,
            certainty=claim.certainty,
            notices=self.rulebook.notices_by_claim.get(id_, ()),
        )

    def fact(self, fact: str, values: tuple[str, ...], as_written: str | None) -> KnownFact:
        """Return a fact with some of its values, and a written form that says more, where there is one."""
        if as_written is not None:
            return self._fact(fact, values, as_written)  # what somebody typed is kept nowhere
        return self.made(("fact", fact, values), self._fact, fact, values, None)

    def _fact(self, fact: str, values: tuple[str, ...], as_written: str | None) -> KnownFact:
        return known_fact(self.vocabulary, fact, values, as_written)

    def known(self, knowledge: int, details: Mapping[str, str]) -> tuple[KnownFact, ...]:
        """Return what is known, save the long list of treatments that were not given.

        Args:
            knowledge: what is known.
            details: by fact, a written form that says more.
        """
        found, known = [], self._known
        ruled_out = self.space.outside(knowledge) & ~self._not_given  # and worth telling
        for i in self.space.restricted(self.space.outside(ruled_out)):
            fact, mask = self.facts[i]
            bits = knowledge & mask
            if fact in details:
                found.append(self._fact(fact, self.space.values(bits, fact), details[fact]))
                continue
            if bits not in known:
                known[bits] = self._fact(fact, self.space.values(bits, fact), None)
            found.append(known[bits])
        return tuple(found)

    def fixed(self, option: CompiledOption, knowledge: int) -> dict[str, Any]:
        """Return what an assessment says of an option whatever its verdict; only the drugs depend on the patient."""
        named = tuple(i for i, agent in enumerate(option.agents) if agent.applies_to(knowledge))
        return self.made(("fixed", option.id, named), self._fixed, option, named)

    def _fixed(self, option: CompiledOption, which: tuple[int, ...]) -> dict[str, Any]:
        authored, agents = option.authored, self.vocabulary.agents.agents
        claims: dict[str, list[str]] = {}
        for one in (option.agents[i].authored for i in which):
            claims.setdefault(one.agent, []).extend(one.claims)
        named = tuple(
            AgentNamed(id=id_, label=agents[id_].label, brands=agents[id_].brands, claims=tuple(dict.fromkeys(cited)))
            for id_, cited in claims.items()
        )
        return {
            "id": option.id,
            "label": authored.label,
            "gloss": authored.gloss,
            "summary": authored.summary,
            "agents": tuple(agent.id for agent in named),
            "named": named,
            "mentions": authored.mentions,
            "mentioned": tuple(
                Mention(claim=id_, statement=self.rulebook.claims[id_].statement) for id_ in authored.mentions
            ),
            "silence": authored.silence,
        }


def known_fact(vocabulary: Vocabulary, fact: str, values: tuple[str, ...], as_written: str | None) -> KnownFact:
    """Return a fact with the values that it may have, in the words of its vocabulary."""
    words = vocabulary.facts[fact]
    return KnownFact(
        fact=fact,
        label=words.label,
        values=values,
        text=words.phrase(values),
        as_written=as_written,
        is_absent=values == NO and fact not in vocabulary.choices,
    )


def _info(rulebook: CompiledRulebook) -> RulebookInfo:
    about = rulebook.about
    use = about.intended_use
    return RulebookInfo(
        name=rulebook.name,
        version=rulebook.version,
        sha256=rulebook.sha256,
        title=about.title,
        intended_for=use.for_ if use else "",
        not_for=use.not_for if use else "",
        users=use.users if use else "",
        limits=tuple(limit.text for limit in about.limits),
        words=rulebook.words,
    )


@lru_cache(RULEBOOKS)
def presenter_of(rulebook: CompiledRulebook) -> Presenter:
    """Return what is shown of a rulebook; prepared once for each."""
    return Presenter(rulebook)
