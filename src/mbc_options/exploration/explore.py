"""From knowledge to an `Assessment`: verdicts, their proofs, what they depend on, and what is near.

Pure: no file, no clock, no randomness. Whatever depends only on the rulebook and a prime (phrases,
reasons, cautions) is made once and shared between assessments, which are frozen.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.exploration import assessment as shown
from mbc_options.exploration.next_question import ask_next
from mbc_options.exploration.status import Scope, scope_of
from mbc_options.exploration.words import Verdict, Words, words_of
from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.exploration.decider import Status
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import Beside, Unit

__all__ = ["explore", "knowledge_of"]

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

    Raises:
        TypeError: where `patient` is none; make one with `Patient(...)` or `load_patient`.
    """
    rulebook = rulebook or load_rulebook()
    return _Exploration(words_of(rulebook), patient).assessment()


def knowledge_of(patient: Patient) -> int:
    """Return what is known of a patient; TypeError where it is none."""
    try:
        return patient.knowledge
    except AttributeError:
        msg = f"expected a Patient, not a {type(patient).__name__}; Patient(...) or load_patient makes one"
        raise TypeError(msg) from None


class _Exploration:
    """One patient against one rulebook."""

    def __init__(self, words: Words, patient: Patient) -> None:
        self.words = words
        self.rulebook = words.rulebook
        self.space = words.space
        self.patient = patient
        self.knowledge = knowledge_of(patient)
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
        inside = self.scope == "in"
        considerations = tuple(
            words.consideration(c)
            for c in self.rulebook.considerations
            if (inside or c.words["beyond_scope"]) and c.applies_to(knowledge)
        )
        background = tuple(words.note(n) for n in self.rulebook.background if inside and n.applies_to(knowledge))
        questions = self._questions(options)
        about = self.rulebook.content["about"]["scope"]
        scope_claims = tuple(about["claims"])
        self._cite(scope_claims)
        for consideration in considerations:
            self._cite(consideration.claims)
        for note in background:
            self._cite(note.claims)
        for question in questions:
            self._cite(question.claims)
        for value in words.values():
            self._cite(value.claims)
        self.cited.update(words.explained())
        for disagreement in disagreements:
            for side in disagreement.sides:
                self._cite(side.claims)
        asked = ask_next(self.rulebook, self.knowledge, self.words.deciders, self._open_units(options))
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
            unknown=self._unknown(options),
            treatments=self._treatments(),
            options=options,
            considerations=considerations,
            disagreements=disagreements,
            background=background,
            ask_next=asked,
            questions=questions,
            values=words.values(),
            glossary=words.glossary(),
            claims=words.citations(self.cited),
            documents=words.documents(),
        )

    def _questions(self, options: Iterable[shown.OptionAssessment]) -> tuple[shown.CareQuestion, ...]:
        statuses = {option.id: option.status for option in options}
        return tuple(
            self.words.question(question)
            for question in self.rulebook.questions
            if (self.scope == "in" or question.words["beyond_scope"])
            and ((about := question.words["about"]) is None or statuses.get(about) in question.words["status"])
            and question.applies_to(self.knowledge)
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

    def _member(self, unit: Unit, inside: tuple[Unit, Verdict]) -> shown.MemberAssessment:
        verdict = self._verdict(unit, inside)
        cautions = self._cautions(unit)
        if not cautions and verdict.alone is not None:
            return verdict.alone
        member = shown.MemberAssessment.model_construct(**verdict.fields, cautions=cautions)
        if not cautions:
            verdict.alone = member
        return member

    def _verdict(self, unit: Unit, inside: tuple[Unit, Verdict] | None) -> Verdict:
        """Return the verdict: from the memo, where what is known of the facts that it rests on is the same again."""
        if self.scope != "in":
            status: Status = "out_of_scope" if self.scope == "out" else "undetermined"
            return self.words.make(("beyond", unit.id, status), Verdict, self.words.fixed(unit), status)
        memo, rests_on = self.words.memo(unit)
        key = self.knowledge & rests_on
        verdict = memo.get(key)
        if verdict is None:
            if len(memo) >= MEMO_LIMIT:
                memo.clear()
            verdict = memo[key] = self._decide(unit, inside)
        self.cited.update(verdict.cited)
        return verdict

    def _decide(self, unit: Unit, inside: tuple[Unit, Verdict] | None) -> Verdict:
        status = self.words.deciders[unit.id].status(self.knowledge)
        because, proof = self._because(unit, status, inside)
        memo, rests_on = self.words.surroundings(unit)
        key = self.knowledge & rests_on
        around = memo.get(key)
        if around is None:
            if len(memo) >= MEMO_LIMIT:
                memo.clear()
            is_open = status == "undetermined"
            around = memo[key] = (
                self._depends_on(unit) if is_open else (),
                () if is_open else self._would_change(unit, status),
            )
        return Verdict(self.words.fixed(unit), status, proof, because, *around)

    def _because(
        self, unit: Unit, status: Status, inside: tuple[Unit, Verdict] | None
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
        statuses: tuple[Status, ...] = ("candidate", "unspecified", "not_described")
        return tuple(
            self.words.dependency(cube, status)
            for status in statuses
            if (region := self.words.region(unit, status)) is not None
            for cube in region.conditions(self.knowledge)
        )

    def _would_change(self, unit: Unit, status: Status) -> tuple[shown.Change, ...]:
        """Return the nearest patients for whom the option is, or is no longer, a candidate."""
        targets: tuple[Status, ...] = ("unspecified", "not_described") if status == "candidate" else ("candidate",)
        best: list[shown.Change] = []
        least = -1
        for to in targets:
            region = self.words.region(unit, to)
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
                    text = text.replace(AGENTS_PLACEHOLDER, self._treatments_meant(unit, caution))
                found.append(self.words.caution(unit, caution, text))
                self._cite(found[-1].claims)
        return tuple(found)

    def _treatments_meant(self, unit: Unit, caution: Beside) -> str:
        """Return the earlier treatments of a class whose outcome the caution is about."""
        about = 0 if caution.function is None else caution.function.named
        class_ = unit.id.partition(".")[0]
        labels = [
            entry.named.label
            for entry in self.patient.entries
            if unit.id in entry.named.classes
            and entry.outcome != "unknown"
            and about & self.space.mask(f"prior.{class_}.{entry.outcome}")
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
        details, knowledge, known = {**self.patient.details, **self._other_sites()}, self.knowledge, self.words.known
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

    def _other_sites(self) -> dict[str, str]:
        """Return what a description calls the sites that no name stands for."""
        names = [name.partition(":")[2].strip() for name in self.patient.sites or () if name.startswith("other:")]
        return {"sites.other": ", ".join(names)} if names else {}

    def _treatments(self) -> tuple[str, ...]:
        if self.patient.prior in (None, ()):
            return ("none",) if self.patient.prior == () else ("not known",)
        shown_entries = []
        for entry in self.patient.entries:
            outcome = "outcome not known" if entry.outcome == "unknown" else entry.outcome.replace("_", " ")
            setting = "" if entry.setting == "unknown" else f" ({entry.setting} disease)"
            setting += "" if entry.named.classes else " (belongs to none of the classes here)"
            shown_entries.append(f"{entry.named.label}: {outcome}{setting}")
        return tuple(shown_entries)

    def _open_units(self, options: Iterable[shown.OptionAssessment]) -> list[Unit]:
        """Return the classes that are undetermined, and the undetermined members of those that are not."""
        if self.scope == "out":
            return []
        open_ids = []
        for option in options:
            if option.status == "undetermined":
                open_ids.append(option.id)
            else:
                open_ids += [member.id for member in option.members if member.status == "undetermined"]
        return [self.rulebook.by_id[id_] for id_ in open_ids]

    def _unknown(self, options: Iterable[shown.OptionAssessment]) -> tuple[shown.KnownFact, ...]:
        """Return the unknown facts on which some verdict depends; first of all the scope, where that is open."""
        needed = {
            fact
            for option in options
            for unit in (option, *option.members)
            for dependency in unit.depends_on
            for fact in dependency.if_
        }
        if self.scope == "open":
            needed.update(self.space.support(self.space.universe & ~self.rulebook.scope.named))
        knowledge, fact_of, details = self.knowledge, self.words.fact, self.patient.details
        return tuple(
            fact_of(fact, self.space.domains[fact], details.get(fact))
            for fact, mask in self.words.facts
            if fact in needed and knowledge & mask == mask
        )
