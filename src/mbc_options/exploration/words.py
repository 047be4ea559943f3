"""What an assessment shows that depends on the rulebook alone: made at first use, shared from then on."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, TypeVar

from mbc_options.exploration import assessment as shown
from mbc_options.exploration.decider import Decider, Status, decider
from mbc_options.frozendict import FrozenDict
from mbc_options.logic import Region
from mbc_options.vocabulary.shared import agents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic import BaseModel

    from mbc_options.rulebook.compiled import Beside, CompiledRule, CompiledRulebook, Unit

__all__ = ["Verdict", "Words", "words_of"]

T = TypeVar("T")
P = TypeVar("P", bound="BaseModel")


Surroundings = tuple[tuple[shown.Dependency, ...], tuple[shown.Change, ...]]
"""On what a verdict depends, and the nearest patients with another."""


class Verdict:
    """A verdict on a unit, with its basis; the same for every patient of whom the same decisive facts are known.

    Attributes:
        fields: what an assessment says of the unit, save its cautions.
        because: the reasons, which a member may have to borrow from its class.
        cited: the claims that all of it rests on.
        alone: the member without cautions, once it was made.
    """

    __slots__ = ("alone", "because", "cited", "fields")

    def __init__(
        self,
        fixed: dict[str, Any],
        status: Status,
        proof: tuple[str, ...] = (),
        because: tuple[shown.Reason, ...] = (),
        depends_on: tuple[shown.Dependency, ...] = (),
        would_change: tuple[shown.Change, ...] = (),
    ) -> None:
        self.fields: dict[str, Any] = {
            **fixed,
            "status": status,
            "proof": proof,
            "because": because,
            "depends_on": depends_on,
            "would_change": would_change,
        }
        self.because = because
        self.cited: dict[str, None] = dict.fromkeys(fixed["mentions"])
        for reason in because:
            self.cited.update(dict.fromkeys(reason.claims))
        for agent in fixed["named"]:
            self.cited.update(dict.fromkeys(agent.claims))
        self.alone: shown.MemberAssessment | None = None


class Words:
    """Everything shown that depends on the rulebook alone, made at first use and shared."""

    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        self.space = rulebook.space
        self._made: dict[Any, Any] = {}
        self._citations: dict[str, shown.Citation] = {}
        self._order = {claim: i for i, claim in enumerate(rulebook.content["claims"])}
        self.known: dict[int, shown.KnownFact | None] = {}
        self.deciders: dict[str, Decider] = {
            id_: decider(self.space.universe, unit) for id_, unit in rulebook.by_id.items()
        }
        self.facts = tuple(zip(self.space.facts, self.space.masks, strict=True))

    def make(self, key: Any, maker: Callable[..., T], *arguments: Any) -> T:
        """Return what `maker(*arguments)` makes, made once for each key."""
        try:
            found: T = self._made[key]
        except KeyError:
            found = self._made[key] = maker(*arguments)
        return found

    def proof(self, prime: int) -> tuple[tuple[str, ...], FrozenDict[tuple[str, ...]]]:
        """Return the facts of a prime, as phrases and as values by fact."""
        return self.make(("proof", prime), self._proof, prime)

    def _proof(self, prime: int) -> tuple[tuple[str, ...], FrozenDict[tuple[str, ...]]]:
        reading = self.space.reading(prime)
        phrases = tuple(self.rulebook.phrase(fact, values) for fact, values in reading.items())
        return phrases, FrozenDict(reading)

    def reason(self, rule: CompiledRule, prime: int, *, certain: bool) -> shown.Reason:
        """Return a rule as the reason for a verdict, with the prime that makes it hold."""
        return self.make(("reason", rule.id, prime, certain), self._reason, rule, prime, certain)

    def _reason(self, rule: CompiledRule, prime: int, certain: bool) -> shown.Reason:  # noqa: FBT001
        facts, proof = self.proof(prime)
        return shown.Reason.model_construct(
            rule=rule.id,
            when=rule.words["reads"],
            facts=facts,
            proof=proof,
            text=rule.words["because"],
            claims=tuple(rule.words["claims"]),
            basis=rule.words["basis"],
            note=rule.words.get("note"),
            certain=certain,
        )

    def silence(self, unit: Unit, prime: int) -> shown.Reason:
        """Return the reason why nothing describes a unit, with the prime that rules it out."""
        return self.make(("silence", unit.id, prime), self._silence, prime)

    def _silence(self, prime: int) -> shown.Reason:
        facts, proof = self.proof(prime)
        text = (
            "No passage whose conditions this patient meets describes it."
            if facts
            else "No passage describes it under conditions that any patient could meet."
        )
        return shown.Reason.model_construct(
            rule=None,
            when=None,
            facts=facts,
            proof=proof,
            text=text,
            claims=(),
            basis="implied",
            note=None,
            certain=True,
        )

    def dependency(self, cube: int, then: Status) -> shown.Dependency:
        """Return what would settle a verdict: the facts of a cube, and the status then."""
        return self.make(("if", cube, then), self._dependency, cube, then)

    def _dependency(self, cube: int, then: Status) -> shown.Dependency:
        facts, reading = self.proof(cube)
        return shown.Dependency.model_construct(if_=reading, facts=facts, then=then)

    def changes(self, cube: int, given: int, to: Status) -> tuple[shown.Change, ...]:
        """Return the similar patients that differ by the facts of a cube."""
        return self.make(("change", cube, given, to), self._changes, cube, given, to)

    def _changes(self, cube: int, given: int, to: Status) -> tuple[shown.Change, ...]:
        """Return a change for each combination of new values; nearly always there is one."""
        reading = self.space.reading(cube)
        if_facts, if_ = self.proof(given)
        return tuple(
            shown.Change.model_construct(
                change=FrozenDict(dict(zip(reading, values, strict=True))),
                facts=tuple(self.rulebook.phrase(fact, (value,)) for fact, value in zip(reading, values, strict=True)),
                if_=if_,
                if_facts=if_facts,
                to=to,
            )
            for values in product(*reading.values())
        )

    def agent(self, named: Mapping[str, Any]) -> shown.AgentNamed:
        """Return a drug as a document names it."""
        agent = agents().agents[named["agent"]]
        return shown.AgentNamed.model_construct(
            id=agent.id, label=agent.label, brands=agent.brands, claims=tuple(named["claims"])
        )

    def agents_of(self, unit: Unit) -> tuple[shown.AgentNamed, ...]:
        """Return the drugs that the documents name for a unit."""
        return self.make(("agents", unit.id), lambda: tuple(self.agent(named) for named in unit.words["agents"]))

    def citations(self, claims: Iterable[str]) -> FrozenDict[shown.Citation]:
        """Return the passages by claim, in the order of the register."""
        made = self._citations
        for claim in claims:
            if claim not in made:
                made[claim] = self._citation(claim)
        return FrozenDict({claim: made[claim] for claim in sorted(claims, key=self._order.__getitem__)})

    def _citation(self, id_: str) -> shown.Citation:
        claim = self.rulebook.content["claims"][id_]
        source = self.rulebook.sources_by_id[id_.partition("-")[0]]
        return shown.Citation.model_construct(
            source=source["id"],
            short=source["short"],
            where=claim["where"],
            statement=claim["statement"],
            key_terms=tuple(claim["key_terms"]),
            certainty=claim["certainty"],
            notices=tuple(self.rulebook.notices_by_claim.get(id_, ())),
        )

    def consideration(self, beside: Beside) -> shown.ConsiderationShown:
        """Return a consideration as it is shown."""
        return self.make(("consideration", beside.id), lambda: _as_written(shown.ConsiderationShown, beside.words))

    def disagreement(self, beside: Beside) -> shown.DisagreementShown:
        """Return a disagreement as it is shown."""
        words = beside.words
        return self.make(
            ("disagreement", beside.id),
            lambda: shown.DisagreementShown.model_construct(
                id=beside.id,
                subject=words["subject"],
                sides=tuple(
                    shown.SideShown.model_construct(says=side["says"], claims=tuple(side["claims"]))
                    for side in words["sides"]
                ),
                reading=words["reading"],
                options=tuple(words["options"]),
            ),
        )

    def note(self, beside: Beside) -> shown.NoteShown:
        """Return a background note as it is shown."""
        return self.make(("note", beside.id), lambda: _as_written(shown.NoteShown, beside.words))

    def question(self, beside: Beside) -> shown.CareQuestion:
        """Return a question to a care team as it is shown."""
        return self.make(("question", beside.id), lambda: _as_written(shown.CareQuestion, beside.words))

    def values(self) -> tuple[shown.ValuePrompt, ...]:
        """Return what may matter to a reader."""
        return self.make("values", self._all_as_written, shown.ValuePrompt, "values")

    def explained(self) -> dict[str, None]:
        """Return the claims that the glossary rests on."""
        return self.make("explained", lambda: dict.fromkeys(claim for term in self.glossary() for claim in term.claims))

    def glossary(self) -> tuple[shown.TermShown, ...]:
        """Return the special words that the rulebook explains."""
        return self.make("glossary", self._all_as_written, shown.TermShown, "glossary")

    def caution(self, unit: Unit, beside: Beside, text: str) -> shown.CautionShown:
        """Return a caution as it is shown, with its text filled in."""
        words = beside.words
        return self.make(
            ("caution", unit.id, beside.id, text),
            lambda: shown.CautionShown.model_construct(
                id=beside.id, text=text, claims=tuple(words["claims"]), basis=words["basis"], kind=words["kind"]
            ),
        )

    def documents(self) -> tuple[shown.Document, ...]:
        """Return the documents."""
        return self.make("documents", self._all_as_written, shown.Document, "sources")

    def _all_as_written(self, model: type[P], kind: str) -> tuple[P, ...]:
        return tuple(_as_written(model, words) for words in self.rulebook.content[kind])

    def info(self) -> shown.RulebookInfo:
        """Return what is said of the rulebook as a whole."""
        return self.make("info", self._info)

    def _info(self) -> shown.RulebookInfo:
        about = self.rulebook.content["about"]
        use = about.get("intended_use") or {"for": "", "not_for": "", "users": ""}
        return shown.RulebookInfo.model_construct(
            name=self.rulebook.name,
            version=self.rulebook.version,
            sha256=self.rulebook.sha256,
            title=about["title"],
            intended_for=use["for"],
            not_for=use["not_for"],
            users=use["users"],
            limits=tuple(limit["text"] for limit in about["limits"]),
        )

    def fact(self, fact: str, values: tuple[str, ...], as_written: str | None) -> shown.KnownFact:
        """Return a fact with some of its values, and a written form that says more, where there is one."""
        if as_written is not None:
            return self._fact(fact, values, as_written)  # what somebody typed is kept nowhere
        return self.make(("fact", fact, values), self._fact, fact, values, None)

    def known_fact(self, fact: str, bits: int) -> shown.KnownFact | None:
        """Return a fact with the values whose bits are given; None for a treatment that was not given."""
        values = self.space.values(bits, fact)
        left_out = fact.startswith("prior.") and values == ("no",)
        self.known[bits] = found = None if left_out else self._fact(fact, values, None)
        return found

    def _fact(self, fact: str, values: tuple[str, ...], as_written: str | None) -> shown.KnownFact:
        return shown.KnownFact.model_construct(
            fact=fact,
            label=self.rulebook.fact_words[fact]["label"],
            values=values,
            text=self.rulebook.phrase(fact, values),
            as_written=as_written,
        )

    def region(self, unit: Unit, status: Status) -> Region | None:
        """Return where a settled status of a unit lies; None for one that it cannot have."""
        return self.make(("region", unit.id, status), self._region, unit, status)

    def _region(self, unit: Unit, status: Status) -> Region | None:
        if status == "unspecified" and unit.unspecified is None:
            return None
        functions = {
            "candidate": (unit.candidate, unit.candidate.holds),
            "unspecified": (unit.unspecified or unit.candidate, (unit.unspecified or unit.candidate).holds),
            "not_described": (unit.described, unit.described.fails),
        }
        function, primes = functions[status]
        return Region(self.rulebook.inside, primes, function.named)

    def memo(self, unit: Unit) -> tuple[dict[int, Verdict], int]:
        """Return the verdicts on a unit so far, and the bits of the facts that a verdict on it rests on."""
        return self.make(("memo", unit.id), self._memo, unit)

    def _memo(self, unit: Unit) -> tuple[dict[int, Verdict], int]:
        class_ = self.rulebook.unit(unit.id.partition(".")[0])  # a member may borrow the reasons of its class
        bits = unit.described.named
        for rule in (*unit.rules, *class_.rules):
            bits |= rule.function.named
        return {}, self._linked(bits)

    def surroundings(self, unit: Unit) -> tuple[dict[int, Surroundings], int]:
        """Return what lies around the verdicts on a unit so far, and the bits of the facts that it rests on.

        These are fewer than those of its reasons: a rule may name a fact that another makes idle.
        """
        return self.make(("surroundings", unit.id), lambda: ({}, self._linked(unit.described.named)))

    def _linked(self, bits: int) -> int:
        """Return the bits of facts and of those that constraints tie to them."""
        for constraint in self.rulebook.inside.touching(bits):
            bits |= self.space.fields(self.space.universe & ~constraint)
        return bits

    def fixed(self, unit: Unit) -> dict[str, Any]:
        """Return the fields of a unit that are the same for every patient."""
        return self.make(("fixed", unit.id), self._fixed, unit)

    def _fixed(self, unit: Unit) -> dict[str, Any]:
        words, named = unit.words, self.agents_of(unit)
        return {
            "id": unit.id,
            "label": words["label"],
            "plain": words["plain"],
            "summary": words["summary"],
            "agents": tuple(agent.id for agent in named),
            "named": named,
            "mentions": tuple(words["mentions"]),
            "silence": words["silence"],
        }

    def rule_region(self, rule: CompiledRule) -> Region:
        """Return where a rule holds."""
        return self.make(
            ("rule", rule.id), lambda: Region(self.rulebook.inside, rule.function.holds, rule.function.named)
        )


def _as_written(model: type[P], words: Mapping[str, Any]) -> P:
    """Return a part that shows just what its author wrote, with lists as tuples."""
    fields = {name: words[name] for name in model.model_fields}
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in fields.items()}
    constructed: P = model.model_construct(None, **values)
    return constructed


def words_of(rulebook: CompiledRulebook) -> Words:
    """Return what is shown of a rulebook; one for each rulebook."""
    found: Words | None = rulebook.memo.get("words")
    if found is None:
        found = rulebook.memo["words"] = Words(rulebook)
    return found
