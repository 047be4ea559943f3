"""From knowledge to an `Assessment`: verdicts, their proofs, what they depend on, and what is near.

Pure: no file, no clock, no randomness. Whatever depends only on the rulebook and a prime (phrases,
reasons, cautions) is made once and shared between assessments, which are frozen.
"""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mbc_options.exploration import assessment as shown
from mbc_options.exploration.asking import ask_next
from mbc_options.exploration.status import Decider, Scope, Status, decider, scope_of
from mbc_options.frozen import FrozenDict
from mbc_options.logic import Region
from mbc_options.rulebook import CompiledRulebook, load_rulebook
from mbc_options.vocabulary import agents

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mbc_options.patient import Patient
    from mbc_options.rulebook.compiled import Beside, CompiledRule, Unit

__all__ = ["citations", "explore"]

T = TypeVar("T")

AGENTS_PLACEHOLDER = "{agents}"

MEMO_LIMIT = 2_000
"""How many verdicts on one class are kept, in memory only, for the knowledge that they rest on."""


def explore(patient: Patient, rulebook: CompiledRulebook | None = None) -> shown.Assessment:
    """Return what the documents describe for a patient, why, why not, and on what it depends.

    Args:
        patient: what is known; everything left out stays open.
        rulebook: default: the one that comes with the package.

    Returns:
        The assessment. Every verdict is exact: the status that all completions of the description
        share, or `undetermined` where they differ (van Fraassen 1966, supervaluation).
    """
    rulebook = rulebook or load_rulebook()
    return _Exploration(_words(rulebook), patient).assessment()


def citations(rulebook: CompiledRulebook, claims: Iterable[str]) -> FrozenDict[shown.Citation]:
    """Return the passages behind claims, by id, in the order of the register."""
    return _words(rulebook).citations(claims)


def _words(rulebook: CompiledRulebook) -> _Words:
    found: _Words | None = rulebook.memo.get("words")
    if found is None:
        found = rulebook.memo["words"] = _Words(rulebook)
    return found


class _Regions(NamedTuple):
    """Where each settled status of a unit lies; None for a status that it cannot have."""

    candidate: Region
    unspecified: Region | None
    not_described: Region


class _Verdict:
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


class _Words:
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
        return self.make(("if", cube, then), self._dependency, cube, then)

    def _dependency(self, cube: int, then: Status) -> shown.Dependency:
        facts, reading = self.proof(cube)
        return shown.Dependency.model_construct(if_=reading, facts=facts, then=then)

    def changes(self, cube: int, given: int, to: Status) -> tuple[shown.Change, ...]:
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
        agent = agents().agents[named["agent"]]
        return shown.AgentNamed.model_construct(
            id=agent.id, label=agent.label, brands=agent.brands, claims=tuple(named["claims"])
        )

    def agents_of(self, unit: Unit) -> tuple[shown.AgentNamed, ...]:
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
        words = beside.words
        return self.make(
            ("consideration", beside.id),
            lambda: shown.ConsiderationShown.model_construct(
                id=beside.id,
                kind=words["kind"],
                title=words["title"],
                text=words["text"],
                claims=tuple(words["claims"]),
                basis=words["basis"],
                options=tuple(words["options"]),
            ),
        )

    def disagreement(self, beside: Beside) -> shown.DisagreementShown:
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
        words = beside.words
        return self.make(
            ("note", beside.id),
            lambda: shown.NoteShown.model_construct(
                id=beside.id,
                title=words["title"],
                text=words["text"],
                claims=tuple(words["claims"]),
                basis=words["basis"],
            ),
        )

    def caution(self, unit: Unit, beside: Beside, text: str) -> shown.CautionShown:
        words = beside.words
        return self.make(
            ("caution", unit.id, beside.id, text),
            lambda: shown.CautionShown.model_construct(
                id=beside.id, text=text, claims=tuple(words["claims"]), basis=words["basis"], kind=words["kind"]
            ),
        )

    def documents(self) -> tuple[shown.Document, ...]:
        return self.make(
            "documents",
            lambda: tuple(
                shown.Document.model_construct(
                    **{
                        key: source[key]
                        for key in ("id", "title", "short", "publisher", "date", "kind", "file", "sha256")
                    },
                    limits=tuple(source["limits"]),
                )
                for source in self.rulebook.content["sources"]
            ),
        )

    def info(self) -> shown.RulebookInfo:
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
        return self.make(("fact", fact, values, as_written), self._fact, fact, values, as_written)

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

    def regions(self, unit: Unit) -> _Regions:
        return self.make(("regions", unit.id), self._regions, unit)

    def _regions(self, unit: Unit) -> _Regions:
        theory = self.rulebook.inside

        def region(primes: tuple[int, ...], named: int) -> Region:
            return Region(theory, primes, named)

        return _Regions(
            region(unit.candidate.holds, unit.candidate.named),
            None if unit.unspecified is None else region(unit.unspecified.holds, unit.unspecified.named),
            region(unit.described.fails, unit.described.named),
        )

    def memo(self, unit: Unit) -> tuple[dict[int, _Verdict], int]:
        """Return the verdicts on a unit so far, and the bits of the facts that a verdict on it rests on."""
        return self.make(("memo", unit.id), self._memo, unit)

    def _memo(self, unit: Unit) -> tuple[dict[int, _Verdict], int]:
        bits = unit.described.named
        for constraint in self.rulebook.inside.touching(bits):
            bits |= self.space.fields(self.space.universe & ~constraint)
        return {}, bits

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
        return self.make(
            ("rule", rule.id), lambda: Region(self.rulebook.inside, rule.function.holds, rule.function.named)
        )


class _Exploration:
    """One patient against one rulebook."""

    def __init__(self, words: _Words, patient: Patient) -> None:
        self.words = words
        self.rulebook = words.rulebook
        self.space = words.space
        self.patient = patient
        self.knowledge = patient.knowledge
        self.scope: Scope = scope_of(self.rulebook, self.knowledge)
        self.cited: dict[str, None] = {}

    def assessment(self) -> shown.Assessment:
        knowledge, words = self.knowledge, self.words
        disagreements = tuple(
            words.disagreement(d) for d in self.rulebook.disagreements if self.scope == "in" and d.applies_to(knowledge)
        )
        by_option: dict[str, list[str]] = {}
        for disagreement in disagreements:
            for option in disagreement.options:
                by_option.setdefault(option, []).append(disagreement.id)
        options = tuple(self._option(unit, tuple(by_option.get(unit.id, ()))) for unit in self.rulebook.units)
        considerations = tuple(words.consideration(c) for c in self.rulebook.considerations if c.applies_to(knowledge))
        background = tuple(words.note(n) for n in self.rulebook.background if n.applies_to(knowledge))
        about = self.rulebook.content["about"]["scope"]
        scope_claims = tuple(about["claims"])
        self._cite(scope_claims)
        for consideration in considerations:
            self._cite(consideration.claims)
        for note in background:
            self._cite(note.claims)
        for disagreement in disagreements:
            for side in disagreement.sides:
                self._cite(side.claims)
        open_units = [unit for unit in self.rulebook.units if self._status(unit) == "undetermined"]
        asked = ask_next(self.rulebook, self.knowledge, self.words.deciders, open_units if self.scope == "in" else ())
        return shown.Assessment.model_construct(
            rulebook=words.info(),
            patient=self.patient,
            subtype=self._subtype(),
            scope=self.scope,
            scope_text=about[{"in": "text", "out": "outside", "open": "open"}[self.scope]],
            scope_claims=scope_claims,
            assumptions=self.patient.assumptions,
            notices=self.patient.notices,
            known=self._known(),
            unknown=self._unknown(open_units),
            treatments=self._treatments(),
            options=options,
            considerations=considerations,
            disagreements=disagreements,
            background=background,
            ask_next=asked,
            claims=words.citations(self.cited),
            documents=words.documents(),
        )

    def _cite(self, claims: Iterable[str]) -> None:
        for claim in claims:
            self.cited[claim] = None

    def _status(self, unit: Unit) -> Status:
        if self.scope == "out":
            return "out_of_scope"
        if self.scope == "open":
            return "undetermined"
        return self.words.deciders[unit.id].status(self.knowledge)

    def _option(self, unit: Unit, disagreements: tuple[str, ...]) -> shown.OptionAssessment:
        verdict = self._verdict(unit, None)
        return shown.OptionAssessment.model_construct(
            **verdict.fields,
            cautions=self._cautions(unit),
            disagreements=disagreements,
            members=tuple(self._member(member, (unit, verdict)) for member in unit.members),
        )

    def _member(self, unit: Unit, inside: tuple[Unit, _Verdict]) -> shown.MemberAssessment:
        verdict = self._verdict(unit, inside)
        cautions = self._cautions(unit)
        if not cautions and verdict.alone is not None:
            return verdict.alone
        member = shown.MemberAssessment.model_construct(**verdict.fields, cautions=cautions)
        if not cautions:
            verdict.alone = member
        return member

    def _verdict(self, unit: Unit, inside: tuple[Unit, _Verdict] | None) -> _Verdict:
        """Return the verdict: from the memo, where what is known of the facts that it rests on is the same again."""
        if self.scope != "in":
            status: Status = "out_of_scope" if self.scope == "out" else "undetermined"
            return self.words.make(("beyond", unit.id, status), _Verdict, self.words.fixed(unit), status)
        memo, rests_on = self.words.memo(unit)
        key = self.knowledge & rests_on
        verdict = memo.get(key)
        if verdict is None:
            if len(memo) >= MEMO_LIMIT:
                memo.clear()
            verdict = memo[key] = self._decide(unit, inside)
        self.cited.update(verdict.cited)
        return verdict

    def _decide(self, unit: Unit, inside: tuple[Unit, _Verdict] | None) -> _Verdict:
        status = self.words.deciders[unit.id].status(self.knowledge)
        because, proof = self._because(unit, status, inside)
        return _Verdict(
            self.words.fixed(unit),
            status,
            proof,
            because,
            self._depends_on(unit) if status == "undetermined" else (),
            self._would_change(unit, status) if status != "undetermined" else (),
        )

    def _because(
        self, unit: Unit, status: Status, inside: tuple[Unit, _Verdict] | None
    ) -> tuple[tuple[shown.Reason, ...], tuple[str, ...]]:
        """Return the reasons for a verdict, and the minimal facts that suffice for it as a whole."""
        if status == "undetermined":
            return (), ()
        if status == "not_described":
            prime = unit.described.refutation(self.knowledge)
            assert prime is not None
            return (self.words.silence(unit, prime),), self.words.proof(prime)[0]
        function = unit.candidate if status == "candidate" else unit.unspecified
        assert function is not None
        prime = function.proof(self.knowledge)
        assert prime is not None
        reasons = self._reasons(unit, status)
        if not reasons and inside is not None:
            # The member itself is described, but its class is not more than unspecified: the class's reasons tell why.
            reasons = inside[1].because
        return reasons, self.words.proof(prime)[0]

    def _reasons(self, unit: Unit, status: Status) -> tuple[shown.Reason, ...]:
        rules = [rule for rule in unit.rules if rule.status == status]
        certain = tuple(
            self.words.reason(rule, prime, certain=True)
            for rule in rules
            if (prime := rule.function.proof(self.knowledge)) is not None
        )
        if certain:
            return certain
        # No rule alone is known to hold, but the verdict is: they cover every possibility together.
        return tuple(
            self.words.reason(rule, cube, certain=False)
            for rule in rules
            for cube in self.words.rule_region(rule).conditions(self.knowledge)[:1]
        )

    def _depends_on(self, unit: Unit) -> tuple[shown.Dependency, ...]:
        """Return what would settle the verdict, for each way in which it can turn out."""
        regions = self.words.regions(unit)
        statuses: tuple[Status, ...] = ("candidate", "unspecified", "not_described")
        return tuple(
            self.words.dependency(cube, status)
            for status, region in zip(statuses, regions, strict=True)
            if region is not None
            for cube in region.conditions(self.knowledge)
        )

    def _would_change(self, unit: Unit, status: Status) -> tuple[shown.Change, ...]:
        """Return the nearest patients for whom the option is, or is no longer, a candidate."""
        regions = self.words.regions(unit)
        targets: tuple[tuple[Region | None, Status], ...]
        if status == "candidate":
            targets = ((regions.unspecified, "unspecified"), (regions.not_described, "not_described"))
        else:
            targets = ((regions.candidate, "candidate"),)
        best: list[shown.Change] = []
        least = -1
        for region, to in targets:
            if region is None:
                continue
            distance, ways = region.nearest(self.knowledge)
            if distance < 0 or 0 <= least < distance:
                continue
            if distance != least:
                least = distance
                best = []
            for way in ways:
                best += self.words.changes(way.facts, way.given, to)
        return tuple(best)

    def _cautions(self, unit: Unit) -> tuple[shown.CautionShown, ...]:
        if self.scope != "in":
            return ()
        found = []
        for caution in unit.cautions:
            if caution.applies_to(self.knowledge):
                text = caution.words["text"]
                if AGENTS_PLACEHOLDER in text:
                    text = text.replace(AGENTS_PLACEHOLDER, self._progressed_on(unit))
                found.append(self.words.caution(unit, caution, text))
                self._cite(found[-1].claims)
        return tuple(found)

    def _progressed_on(self, unit: Unit) -> str:
        labels = [
            entry.named.label
            for entry in self.patient.entries
            if unit.id in entry.named.classes and entry.outcome in {"progressed", "not_tolerated"}
        ]
        return ", ".join(dict.fromkeys(labels)) or str(unit.words["label"]).lower()

    def _subtype(self) -> shown.SubtypeFound:
        may_be = []
        for id_, label, function in self.rulebook.subtypes:
            if function.entailed_by(self.knowledge):
                return shown.SubtypeFound.model_construct(is_=id_, may_be=(), label=label)
            if not function.refuted_by(self.knowledge):
                may_be.append(id_)
        return shown.SubtypeFound.model_construct(is_=None, may_be=tuple(may_be), label=None)

    def _known(self) -> tuple[shown.KnownFact, ...]:
        """Return what is known, save the long list of treatments that were not given."""
        details, knowledge, known = self.patient.details, self.knowledge, self.words.known
        found = []
        for fact, mask in self.words.facts:
            bits = knowledge & mask
            if bits == mask:
                continue
            if fact in details:
                found.append(self.words.fact(fact, self.space.values(bits, fact), details[fact]))
                continue
            shown_fact = known[bits] if bits in known else self.words.known_fact(fact, bits)
            if shown_fact is not None:
                found.append(shown_fact)
        return tuple(found)

    def _treatments(self) -> tuple[str, ...]:
        if self.patient.prior == ():
            return ("none",)
        shown_entries = []
        for entry in self.patient.entries:
            outcome = "outcome not known" if entry.outcome == "unknown" else entry.outcome.replace("_", " ")
            setting = "" if entry.setting == "unknown" else f" ({entry.setting} disease)"
            shown_entries.append(f"{entry.named.label}: {outcome}{setting}")
        return tuple(shown_entries)

    def _unknown(self, open_units: Iterable[Unit]) -> tuple[shown.KnownFact, ...]:
        named = 0
        for unit in open_units:
            named |= unit.described.named
        knowledge, fact_of, details = self.knowledge, self.words.fact, self.patient.details
        return tuple(
            fact_of(fact, self.space.domains[fact], details.get(fact))
            for fact, mask in self.words.facts
            if named & mask and knowledge & mask == mask
        )
