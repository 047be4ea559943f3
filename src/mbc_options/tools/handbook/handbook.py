"""A rulebook as a document: every class with its conditions, passages, cautions and tests, joined from its data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.exploration.presenter import presenter_of
from mbc_options.frozendict import FrozenDict
from mbc_options.logic import PrimeFunction, TooManyCubesError, intersect
from mbc_options.logic.shortest import shortest_list
from mbc_options.rulebook.compiled import rulebook_of
from mbc_options.rulebook.conditions import Always
from mbc_options.rulebook.prose import condition_text
from mbc_options.tools.claims import account
from mbc_options.tools.contents import contents
from mbc_options.tools.handbook.diagram import diagram
from mbc_options.tools.handbook.found import (
    AcceptedTold,
    ClaimTold,
    DefinitionTold,
    DisagreementTold,
    DrugTold,
    GroupTold,
    Handbook,
    OptionTold,
    RemarkTold,
    RuleTold,
    RulingTold,
    SideTold,
    SubtypeTold,
    Use,
)
from mbc_options.tools.handbook.held import Expected
from mbc_options.tools.patient_sets import PatientSets, patients_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.exploration.status import Status
    from mbc_options.logic import Cover, Function
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRemark, CompiledRule, CompiledRulebook
    from mbc_options.rulebook.models import Caution, Consideration, Definition, Disagreement, Note
    from mbc_options.tools.testing.expectations import Placed

__all__ = ["accepted_in", "handbook"]


def handbook(rulebook: CompiledRulebook | None = None, expectations: Sequence[Placed] | None = None) -> Handbook:
    """Return a rulebook as a document.

    Args:
        rulebook: in the register in which it speaks. Default: the one that comes with the package.
        expectations: what is expected of it (`read_expectations`); None where none are at hand.

    Raises:
        TypeError: where it is no rulebook.
    """
    return _Writer(rulebook_of(rulebook), expectations).handbook()


def accepted_in(rulebook: CompiledRulebook) -> tuple[tuple[str, AcceptedTold], ...]:
    """Return every problem that is accepted, each after the id of the option in which it stands, or an empty text."""
    return tuple(
        (entry.owner or (entry.id if entry.kind in {"class", "member"} else ""), told)
        for entry in contents(rulebook)
        for code, reason in getattr(entry.authored, "accept", {}).items()
        for told in (AcceptedTold(kind=entry.kind, id=entry.id, code=code, reason=reason),)
    )


_IN_CLASSES = {"rule", "caution", "mention", "agent"}
"""Uses of a claim that stand in the part of a class."""


class _Writer:
    def __init__(self, rulebook: CompiledRulebook, expectations: Sequence[Placed] | None) -> None:
        self.rulebook, self.expectations = rulebook, expectations
        self.expected = Expected(expectations or ())
        self.presenter = presenter_of(rulebook)
        self.vocabulary, self.space = rulebook.vocabulary, rulebook.space
        self.labels = {definition.id: definition.label for definition in rulebook.definitions}
        facts = rulebook.vocabulary.facts
        self.sets = PatientSets(rulebook.inside, facts, facts, lambda _: None)
        self.told: dict[Cover, tuple[str, ...]] = {}
        self.accepted = accepted_in(rulebook)

    def handbook(self) -> Handbook:
        """Return the document."""
        rulebook = self.rulebook
        return Handbook(
            rulebook=self.presenter.info,
            scope=rulebook.about.scope.text,
            scope_claims=rulebook.about.scope.claims,
            options=tuple(self.option(option, option) for option in rulebook.options),
            definitions=tuple(map(self.definition, rulebook.definitions)),
            subtypes=tuple(self.subtypes()),
            considerations=tuple(map(self.consideration, rulebook.considerations)),
            background=tuple(map(self.note, rulebook.background)),
            disagreements=tuple(map(self.disagreement, rulebook.disagreements)),
            accepted=tuple(told for owner, told in self.accepted if not owner),
            claims=FrozenDict(self.claims()),
            rulings=tuple(self.rulings()),
            expectations=None if self.expectations is None else len(self.expectations),
            documents=self.presenter.documents,
            glossary=rulebook.glossary,
        )

    def reads(self, condition: Any) -> str:
        """Return how a condition reads; empty where it is for everybody, or for nobody by itself."""
        if condition is None or isinstance(condition, Always):
            return ""
        return condition_text(condition, self.vocabulary, self.labels)

    def option(self, option: CompiledOption, class_: CompiledOption) -> OptionTold:
        """Return a class, or a member of one."""
        authored, drugs = option.authored, tuple(self.drugs(option))
        groups = tuple(self.groups(option))
        members = tuple(self.option(member, class_) for member in option.members)
        rests_on = {
            *(claim for rule in option.rules for claim in rule.rule.claims),
            *(claim for caution in option.cautions for claim in caution.authored.claims),
            *(claim for drug in drugs for claim in drug.claims),
            *authored.mentions,
            *(claim for member in members for claim in member.claims),
        }
        return OptionTold(
            id=option.id,
            label=authored.label,
            gloss=authored.gloss,
            summary=authored.summary,
            silence=authored.silence,
            systemic=getattr(class_.authored, "systemic", False),
            rules=tuple(map(self.rule, option.rules)),
            cautions=tuple(map(self.caution, option.cautions)),
            drugs=drugs,
            mentions=authored.mentions,
            groups=groups,
            on_demand=option.decide == "cover",
            claims=tuple(claim for claim in self.rulebook.claims if claim in rests_on),
            disagreements=self.bearing_on(option.id, self.rulebook.disagreements),
            considerations=self.bearing_on(option.id, self.rulebook.considerations),
            accepted=tuple(told for owner, told in self.accepted if owner == option.id),
            tests=self.expected.of("option", option.id),
            diagram=diagram(self.rulebook, option, groups) if option is class_ else None,
            members=members,
        )

    def bearing_on(self, option: str, remarks: Sequence[CompiledRemark[Any]]) -> tuple[str, ...]:
        """Return the ids of the remarks that name an option."""
        return tuple(one.authored.id for one in remarks if option in one.authored.options)

    def drugs(self, option: CompiledOption) -> Iterator[DrugTold]:
        """Yield the drugs named for an option, each once for all patients whom a passage names it for."""
        claims: dict[tuple[str, str], dict[str, None]] = {}
        for named in (one.authored for one in option.agents):
            claims.setdefault((named.agent, self.reads(named.when)), {}).update(dict.fromkeys(named.claims))
        for (id_, reads), cited in claims.items():
            agent = self.vocabulary.agents.agents[id_]
            yield DrugTold(id=id_, label=agent.label, brands=agent.brands, reads=reads, claims=tuple(cited))

    def groups(self, option: CompiledOption) -> Iterator[GroupTold]:
        """Yield the patients for whom an option is a candidate, and those for whom it is named without a criterion."""
        candidate = self.cover(option.candidate)
        reasons = None
        if isinstance(option.candidate, PrimeFunction):
            own = [prime for prime in option.candidate.holds if not self.space.named(prime) & ~option.candidate.named]
            reasons = len(own)
        yield self.group("candidate", candidate, reasons)
        if option.unspecified is not None:
            described, others = self.cover(option.described), self.cover(option.candidate, holds=False)
            both = None
            if described is not None and others is not None:
                both = intersect(self.space, described, others)
            yield self.group("unspecified", both, None)

    def cover(self, function: Function, *, holds: bool = True) -> Cover | None:
        """Return the patients for whom a condition holds, or fails; None where they cannot be listed."""
        try:
            return patients_of(function, holds=holds)
        except TooManyCubesError:
            return None

    def group(self, status: Status, cover: Cover | None, reasons: int | None) -> GroupTold:
        """Return who the patients of a status are."""
        try:
            patients = () if cover is None else self.patients(cover)
        except TooManyCubesError:
            cover, patients = None, ()
        return GroupTold(
            status=status,
            patients=patients,
            reasons=reasons,
            is_listed=cover is not None,
        )

    def patients(self, cover: Cover) -> tuple[str, ...]:
        """Return who the patients of a cover are; members often have those of their class."""
        found = self.told.get(cover)
        if found is None:
            described = map(self.sets.description, shortest_list(self.rulebook.inside, cover))
            found = self.told[cover] = tuple(one.text if one.values else "" for one in described)
        return found

    def rule(self, compiled: CompiledRule) -> RuleTold:
        """Return a rule."""
        rule = compiled.rule
        return RuleTold(
            id=rule.id,
            status=rule.status,
            reads=self.reads(rule.when),
            text=rule.because,
            note=rule.note,
            claims=rule.claims,
            supports=rule.supports,
            basis=rule.basis,
            rulings=rule.rulings,
            tests=self.expected.of("rule", rule.id),
        )

    def caution(self, compiled: CompiledRemark[Caution]) -> RemarkTold:
        """Return a caution."""
        caution = compiled.authored
        return RemarkTold(
            id=caution.id,
            kind=caution.kind,
            urgent=caution.urgent,
            reads=self.reads(caution.when),
            text=caution.text,
            claims=caution.claims,
            supports=caution.supports,
            basis=caution.basis,
            tests=self.expected.of("caution", caution.id),
        )

    def consideration(self, compiled: CompiledRemark[Consideration]) -> RemarkTold:
        """Return a consideration."""
        said = compiled.authored
        return RemarkTold(
            id=said.id,
            kind=said.kind,
            title=said.title,
            urgent=said.is_urgent_sign,
            reads=self.reads(said.when),
            unknown=tuple(self.vocabulary.facts[fact].label for fact in said.when_unknown),
            unless=self.reads(said.unless),
            beyond_scope=said.beyond_scope,
            text=said.text,
            note=said.note,
            claims=said.claims,
            supports=said.supports,
            basis=said.basis,
            options=said.options,
            tests=self.expected.of("consideration", said.id),
        )

    def note(self, compiled: CompiledRemark[Note]) -> RemarkTold:
        """Return a background note."""
        said = compiled.authored
        return RemarkTold(
            id=said.id,
            kind="background",
            title=said.title,
            reads=self.reads(said.when),
            text=said.text,
            note=said.note,
            claims=said.claims,
            supports=said.supports,
            basis=said.basis,
            tests=self.expected.of("background", said.id),
        )

    def definition(self, said: Definition) -> DefinitionTold:
        """Return a named condition."""
        return DefinitionTold(
            id=said.id,
            label=said.label,
            meaning=said.meaning,
            reads=self.reads(said.when),
            claims=said.claims,
            supports=said.supports,
            basis=said.basis,
        )

    def disagreement(self, compiled: CompiledRemark[Disagreement]) -> DisagreementTold:
        """Return a disagreement of the documents."""
        said = compiled.authored
        return DisagreementTold(
            id=said.id,
            subject=said.subject,
            reads=self.reads(said.when),
            sides=tuple(SideTold(says=side.says, claims=side.claims) for side in said.sides),
            reading=said.reading,
            options=said.options,
            tests=self.expected.of("disagreement", said.id),
        )

    def subtypes(self) -> Iterator[SubtypeTold]:
        """Yield the map by subtype, of all patients in scope."""
        verdicts = verdicts_of(self.rulebook)
        everybody = self.rulebook.inside.tighten(self.space.universe)
        for compiled in self.rulebook.subtypes:
            group = verdicts.group(compiled.function, everybody)
            ids = self.rulebook.by_id if group.cases else ()
            yield SubtypeTold(
                id=compiled.subtype.id,
                label=compiled.subtype.label,
                statuses=FrozenDict({id_: verdicts.shared_status(id_, group) for id_ in ids}),
            )

    def claims(self) -> dict[str, ClaimTold]:
        """Return every claim by id, with what uses it."""
        told = account(self.rulebook)
        owners = {id_: id_.partition(".")[0] for id_ in self.rulebook.by_id}
        for id_, option in self.rulebook.by_id.items():
            class_ = owners[id_]
            owners |= {option.authored.id: class_}
            owners |= {part.id: class_ for part in (*option.authored.rules, *option.authored.cautions)}
        return {
            id_: ClaimTold(
                **vars(citation),
                uses=tuple(
                    Use(kind=kind, id=user, option=owners.get(user, "") if kind in _IN_CLASSES else "")
                    for use in told.uses[id_]
                    for kind, _, user in (use.partition(": "),)
                ),
                not_encoded=told.not_encoded.get(id_),
            )
            for id_, citation in self.presenter.citations(set(self.rulebook.claims)).items()
        }

    def rulings(self) -> Iterator[RulingTold]:
        """Yield how the documents are read, with the rules that are explained so."""
        rules = [rule.rule for option in self.rulebook.by_id.values() for rule in option.rules]
        for ruling in self.rulebook.rulings:
            explained = tuple(rule.id for rule in rules if ruling.number in rule.rulings)
            yield RulingTold(number=ruling.number, says=ruling.says, rules=explained)
