"""From a description to an `Assessment`: verdicts, their proofs, what they depend on, and what is near.

Pure: no file, no clock, no randomness.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from mbc_options.exploration.assessment import (
    Assessment,
    MemberAssessment,
    OptionAssessment,
    SubtypeFound,
    UrgentCaution,
)
from mbc_options.exploration.hypothetical import verdicts_of
from mbc_options.exploration.next_question import ask_next, open_options
from mbc_options.exploration.presenter import Presenter, presenter_of
from mbc_options.exploration.status import RULEBOOKS, SETTLED, Scope, description_of, scope_of
from mbc_options.patient.treatments import answers_in_words
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of
from mbc_options.rulebook.models import AGENTS_PLACEHOLDER
from mbc_options.vocabulary.facts import Names
from mbc_options.vocabulary.spelling import OTHER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.exploration.assessment import Counterfactual, Dependency, KnownFact, Reason
    from mbc_options.exploration.status import Status
    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRemark
    from mbc_options.rulebook.models import CareQuestion, Caution, Consideration, Disagreement, Note, Rule

__all__ = ["Exploration", "explore", "left_out"]


OUTLOOK = "prognosis"
"""The kind of considerations that are told only where a reader asks for outlook and survival."""

D = TypeVar("D", "Disagreement", "Note")
M = TypeVar("M", "OptionAssessment", "MemberAssessment")

SPEAKS_OF_SUCH = "What is read here speaks of it for a patient like this; that is not enough alone to describe it."
SPEAKS_OF_IT = "What is read here speaks of it; that is not enough alone to describe it for any patient."

DESCRIBED: tuple[Status, ...] = ("candidate", "unspecified")

REMEMBERED = 2_000
"""How many verdicts on one option are kept, in memory only, by what is known of the facts that they rest on."""


def explore(
    patient: Patient | Description,
    rulebook: CompiledRulebook | None = None,
    *,
    outlook: bool = False,
    documents: Iterable[str] | None = None,
) -> Assessment:
    """Return what the documents describe for a patient, why, why not, and on what it depends.

    Args:
        patient: what is known; everything left out stays open.
        rulebook: default: the one that comes with the package.
        outlook: whether it tells outlook and survival, too, which are shown only where somebody asks for them.
        documents: ids of documents (`{"S003"}`): as if only these existed (`rulebook.by_document`). Default: all, and
            what is ours.

    Returns:
        The assessment. Every verdict is exact: the status that all completions of the description
        share, or `undetermined` where they differ (van Fraassen 1966, supervaluation).

    Raises:
        TypeError: where `patient` is none (`Patient(...)` or `load_patient` makes one), or `rulebook` is no rulebook.
        DescriptionError: where the rulebook has not the facts that it is described by.
        InputError: where there is no document of one of the ids.
    """
    rulebook = rulebook_of(rulebook)
    description = description_of(patient, rulebook)
    shown = patient if description is patient.description else description
    if documents is None:
        return Exploration(presenter_of(rulebook), description, description.knowledge, outlook=outlook).assessment(
            shown
        )
    from mbc_options.rulebook.by_document import limited_to  # it compiles, which a report of all does not

    asked = limited_to(rulebook, documents)
    exploration = Exploration(presenter_of(asked), description, description.knowledge, outlook=outlook)
    return _limited(exploration.assessment(shown), rulebook, asked)


def _limited(assessment: Assessment, whole: CompiledRulebook, asked: CompiledRulebook) -> Assessment:
    """Return an assessment by some documents, which says so, and where these speak of what they do not describe."""
    from mbc_options.rulebook.by_document import speaking

    knowledge = assessment.patient.knowledge
    verdicts, cited = verdicts_of(whole), set(assessment.claims)

    def told(option: M) -> M:
        if option.status != "not_described":
            return option
        compiled = whole.by_id[option.id]
        text = SPEAKS_OF_SUCH
        claims: tuple[str, ...] = ()
        if verdicts.status(option.id, knowledge) != "not_described":
            claims = speaking(compiled, asked.sources, knowledge)
        if not claims and not option.proof:
            text, claims = SPEAKS_OF_IT, speaking(compiled, asked.sources)
        if not claims:
            return option
        cited.update(claims)
        return replace(option, because=tuple(replace(one, text=text, claims=claims) for one in option.because))

    options = tuple(
        replace(class_, members=tuple(map(told, class_.members))) for class_ in map(told, assessment.options)
    )
    return replace(
        assessment,
        notices=(_notice(whole, asked, knowledge), *assessment.notices),
        only=tuple(asked.sources),
        options=options,
        claims=presenter_of(asked).citations(cited),
    )


def _notice(whole: CompiledRulebook, asked: CompiledRulebook, knowledge: int) -> str:
    """Return what to know where only some documents were asked: first that silence is nothing against a class."""
    sources = tuple(asked.sources.values())
    if len(sources) == 1:
        named, are = f"{sources[0].id} ({sources[0].short})", "is"
    else:
        named, are = f"{', '.join(source.id for source in sources[:-1])} and {sources[-1].id}", "are"
    gone = left_out(whole, knowledge) if scope_of(whole, knowledge) == "in" else ()
    ids = {option.id for option, _ in gone}
    labels = [
        class_.authored.label
        for class_ in whole.options
        if not ids.isdisjoint(one.id for one in (class_, *class_.members))
    ]
    ours = f" Left out is what we add ourselves, on: {'; '.join(labels)}." if labels else ""
    return f"Only {named} {are} read here, as if no other existed. Silence is nothing against a class.{ours}"


def left_out(rulebook: CompiledRulebook, knowledge: int) -> tuple[tuple[CompiledOption, Rule], ...]:
    """Return the rules that hold for patients in scope by what is ours, and by no document, each with its option."""
    return tuple(
        (option, one.rule)
        for option in rulebook.by_id.values()
        for one in option.rules
        if one.rule.basis == "editorial" and one.function.entailed_by(knowledge)
    )


class _Memory(NamedTuple):
    """What an option was found to be, wherever the same was known of the facts that this rests on.

    Attributes:
        facts: the bits of those facts.
        rows: the option without its cautions, by what is known of them, with the claims that it rests on.
    """

    facts: int
    rows: dict[int, tuple[MemberAssessment, frozenset[str]]]


@lru_cache(RULEBOOKS)
def _memory_of(rulebook: CompiledRulebook) -> dict[str, _Memory]:
    """Return what is remembered of each option, by id."""
    found: dict[str, _Memory] = {}
    for class_ in rulebook.options:
        for option in (class_, *class_.members):
            bits = option.described.named
            for rule in (*option.rules, *class_.rules):  # a member rests on those of its class, too
                bits |= rule.function.named
            for agent in option.agents:
                bits |= agent.function.named if agent.function else 0
            found[option.id] = _Memory(rulebook.inside.linked(bits), {})
    return found


class Exploration:
    """One patient against one rulebook.

    Args:
        presenter: of the rulebook.
        description: what is said of the patient.
        knowledge: what is known; the description's own, or some of the patients whom that leaves possible.
        outlook: whether outlook and survival are told.
    """

    def __init__(
        self, presenter: Presenter, description: Description, knowledge: int, *, outlook: bool = False
    ) -> None:
        self.outlook = outlook
        self.presenter = presenter
        self.rulebook = presenter.rulebook
        self.verdicts = presenter.verdicts
        self.description = description
        self.knowledge = knowledge
        self.scope: Scope = self.verdicts.scope(knowledge)
        self.cited: set[str] = set()
        self._memory = _memory_of(presenter.rulebook)

    def assessment(self, patient: Patient | Description) -> Assessment:
        """Return the assessment of the patient, who is shown as given."""
        knowledge, presenter, rulebook = self.knowledge, self.presenter, self.rulebook
        inside = self.scope == "in"
        disagreements = self.disagreements() if inside else ()
        by_option: dict[str, list[str]] = {}
        for disagreement in disagreements:
            for id_ in disagreement.options:
                by_option.setdefault(id_, []).append(disagreement.id)
        options = tuple(self._class(class_, tuple(by_option.get(class_.id, ()))) for class_ in rulebook.options)
        considerations = self.considerations()
        background = self._told(rulebook.background) if inside else ()
        questions = self._questions(options)
        scope_claims = rulebook.about.scope.claims
        self.cited.update(
            scope_claims,
            presenter.always_cited,
            *(one.claims for one in considerations),
            *(one.claims for one in background),
            *(one.claims for one in questions),
            *(side.claims for one in disagreements for side in one.sides),
        )
        return Assessment(
            rulebook=presenter.info,
            patient=patient,
            subtype=self._subtype(),
            scope=self.scope,
            scope_text=self.scope_text,
            scope_claims=scope_claims,
            assumptions=self.description.assumptions,
            notices=self.description.notices,
            known=self.known(),
            unknown=self._unknown(options),
            treatments=treatments_of(self.description),
            options=options,
            considerations=considerations,
            disagreements=disagreements,
            background=background,
            ask_next=ask_next(self.verdicts, knowledge, open_options(rulebook, _statuses(options).__getitem__)),
            questions=questions,
            values=rulebook.values,
            glossary=rulebook.glossary,
            claims=presenter.citations(self.cited),
            documents=presenter.documents,
        )

    @property
    def scope_text(self) -> str:
        """What follows from the scope, for the reader."""
        said = self.rulebook.about.scope
        return {"in": said.text, "out": said.outside, "open": said.open}[self.scope]

    def disagreements(self) -> tuple[Disagreement, ...]:
        """Return where documents disagree, for a patient in scope."""
        return self._told(self.rulebook.disagreements)

    def _told(self, remarks: Iterable[CompiledRemark[D]]) -> tuple[D, ...]:
        return tuple(
            one.authored
            for one in remarks
            if (self.outlook or not one.authored.outlook) and one.applies_to(self.knowledge)
        )

    def considerations(self, besides: int = 0) -> tuple[Consideration, ...]:
        """Return what else bears on the choice.

        Args:
            besides: bits of facts of which nobody asks whether they are known.
        """
        inside, knowledge = self.scope == "in", self.knowledge
        return tuple(
            one.authored
            for one in self.rulebook.considerations
            if (inside or one.authored.beyond_scope)
            and (self.outlook or one.authored.kind != OUTLOOK)
            and one.applies_to(knowledge, besides)
        )

    def _questions(self, options: Iterable[OptionAssessment]) -> tuple[CareQuestion, ...]:
        statuses = {option.id: option.status for option in options}
        return tuple(
            one.authored
            for one in self.rulebook.questions
            if (self.scope == "in" or one.authored.beyond_scope)
            and ((about := one.authored.about) is None or statuses.get(about) in one.authored.status)
            and one.applies_to(self.knowledge)
        )

    def _class(self, option: CompiledOption, disagreements: tuple[str, ...]) -> OptionAssessment:
        found = self._remembered(option, None)
        more = {
            "cautions": self._cautions(option),
            "disagreements": disagreements,
            "members": tuple(self._member(member, option) for member in option.members),
        }
        return OptionAssessment(**vars(found) | more)

    def _member(self, option: CompiledOption, class_: CompiledOption) -> MemberAssessment:
        found, cautions = self._remembered(option, class_), self._cautions(option)
        return MemberAssessment(**{**vars(found), "cautions": cautions}) if cautions else found

    def _remembered(self, option: CompiledOption, class_: CompiledOption | None) -> MemberAssessment:
        """Return an option without its cautions: as before, where the same is known of the facts that it rests on."""
        if self.scope != "in":
            status: Status = "out_of_scope" if self.scope == "out" else "undetermined"
            drugs = self.presenter.fixed(option, self.knowledge)["agents"]
            return self.presenter.made((option.id, status, drugs), self._option, option, status)
        facts, rows = self._memory[option.id]
        known = self.knowledge & facts
        row = rows.get(known)
        if row is None:
            if len(rows) >= REMEMBERED:
                rows.clear()
            row = rows[known] = self._decide(option, class_)
        self.cited.update(row[1])
        return row[0]

    def _decide(self, option: CompiledOption, class_: CompiledOption | None) -> tuple[MemberAssessment, frozenset[str]]:
        presenter, verdicts, knowledge = self.presenter, self.verdicts, self.knowledge
        status = verdicts.status_in_scope(option.id, knowledge)
        because, proof = self.reasons(option, status)
        of_class = self.grounds(class_, status) if class_ and status in DESCRIBED else ()
        depends_on: tuple[Dependency, ...] = ()
        would_change: tuple[Counterfactual, ...] = ()
        if status == "undetermined":
            settling, lists_all = verdicts.settling(option, knowledge)
            depends_on = tuple(presenter.dependency(cube, then) for cube, then in settling)
        else:
            others: tuple[Status, ...] = SETTLED[1:] if status == "candidate" else SETTLED[:1]
            nearest, lists_all = verdicts.nearest(option, others, knowledge)
            would_change = presenter.counterfactuals(nearest)
        found = MemberAssessment(
            **presenter.fixed(option, knowledge),
            status=status,
            proof=proof,
            because=because,
            because_of_class=of_class,
            depends_on=depends_on,
            would_change=would_change,
            lists_all=lists_all,
            cautions=(),
        )
        reasons = (*because, *of_class)
        cited = set(found.mentions).union(*(one.claims for one in reasons), *(one.claims for one in found.named))
        return found, frozenset(cited)

    def _option(self, option: CompiledOption, status: Status) -> MemberAssessment:
        """Return an option of which nothing is said but its status."""
        return MemberAssessment(
            **self.presenter.fixed(option, self.knowledge),
            status=status,
            proof=(),
            because=(),
            because_of_class=(),
            depends_on=(),
            would_change=(),
            cautions=(),
        )

    def reasons(self, option: CompiledOption, status: Status) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
        """Return the reasons for a verdict, and the minimal facts that suffice for it as a whole.

        Args:
            option: what it is about; for a member, its own reasons, beside those of its class.
            status: its status, for knowledge in scope.
        """
        presenter = self.presenter
        if status == "undetermined":
            return (), ()
        prime = self.sufficient(option, status)
        reasons = (presenter.silence(prime),) if status == "not_described" else self.grounds(option, status)
        return reasons, presenter.proof(prime)[0]

    def sufficient(self, option: CompiledOption, status: Status) -> int:
        """Return the minimal reason, as a cube, for a settled status of an option, for a patient in scope."""
        if status == "not_described":
            prime = option.described.refutation(self.knowledge)
        else:
            function = option.candidate if status == "candidate" else option.unspecified
            assert function is not None
            prime = function.proof(self.knowledge)
        assert prime is not None
        return prime

    def grounds(self, option: CompiledOption, status: Status) -> tuple[Reason, ...]:
        """Return which rules of an option cover every patient who fits what is known, each with what it rests on.

        Args:
            option: a class or member; of a member only its own rules.
            status: of the option, or of a member of it. A member that is a candidate rests on the candidate rules of
                its class; one that is unspecified on any, since either can be what its class lacks.
        """
        presenter = self.presenter
        rules = [rule for rule in option.rules if status != "candidate" or rule.rule.status == "candidate"]
        certain = tuple(
            presenter.reason(rule, proof, certain=True)
            for rule in rules
            if (proof := rule.function.proof(self.knowledge)) is not None
        )
        return certain or tuple(
            presenter.reason(rule, cube, certain=False)
            for rule in rules
            for cube in self.verdicts.rule_region(rule).conditions(self.knowledge).cubes
        )

    def _cautions(self, option: CompiledOption) -> tuple[Caution, ...]:
        if not option.cautions or self.scope != "in":
            return ()
        found = []
        for one in option.cautions:
            if one.applies_to(self.knowledge):
                caution = one.authored
                if AGENTS_PLACEHOLDER in caution.text:
                    text = caution.text.replace(AGENTS_PLACEHOLDER, self._treatments_meant(option, one))
                    caution = replace(caution, text=text)
                found.append(caution)
                self.cited.update(caution.claims)
        return tuple(found)

    def urgent_cautions(self) -> tuple[UrgentCaution, ...]:
        """Return the cautions that go with an urgent sign."""
        return tuple(
            UrgentCaution(id=id_, label=option.authored.label, caution=caution)
            for id_, option in self.rulebook.by_id.items()
            for caution in self._cautions(option)
            if caution.urgent
        )

    def _treatments_meant(self, option: CompiledOption, caution: CompiledRemark[Caution]) -> str:
        """Return the earlier treatments of a class whose outcome the caution is about."""
        about = caution.function.named if caution.function else 0
        history = f"{self.rulebook.vocabulary.history}.{option.id.partition('.')[0]}"
        labels = [
            entry.named.label
            for entry in self.description.entries
            if option.id in entry.named.classes
            and entry.outcome != UNKNOWN
            and about & self.rulebook.space.mask(f"{history}.{entry.outcome}")
        ]
        return ", ".join(dict.fromkeys(labels)) or option.authored.label.lower()

    def _subtype(self) -> SubtypeFound:
        may_be = []
        for one in self.rulebook.subtypes:
            if one.function.entailed_by(self.knowledge):
                return SubtypeFound(is_=one.subtype.id, may_be=(), label=one.subtype.label)
            if not one.function.refuted_by(self.knowledge):
                may_be.append(one.subtype.id)
        return SubtypeFound(is_=None, may_be=tuple(may_be), label=None)

    def known(self) -> tuple[KnownFact, ...]:
        """Return what is known, save the long list of treatments that were not given."""
        return self.presenter.known(self.knowledge, {**self.description.details, **free_text_of(self.description)})

    def _unknown(self, options: Iterable[OptionAssessment]) -> tuple[KnownFact, ...]:
        """Return the unknown facts on which some verdict depends; first of all the scope, where that is open."""
        needed = {
            fact
            for class_ in options
            for option in (class_, *class_.members)
            for dependency in option.depends_on
            for fact in dependency.if_
        }
        in_part = [one.id for class_ in options for one in (class_, *class_.members) if not one.lists_all]
        if in_part:
            needed.update(fact for fact, _ in self.verdicts.unknown(self.knowledge, in_part))
        if self.scope == "open":
            needed.update(self.verdicts.scope_facts())
        domains, details = self.rulebook.space.domains, self.description.details
        return tuple(
            self.presenter.fact(fact, domains[fact], details.get(fact))
            for fact, mask in self.presenter.facts
            if fact in needed and self.knowledge & mask == mask
        )


def _statuses(options: Iterable[OptionAssessment]) -> dict[str, Status]:
    return {one.id: one.status for option in options for one in (option, *option.members)}


def free_text_of(description: Description) -> dict[str, str]:
    """Return what a description calls the things that no name stands for, by the fact that stands for them."""
    found = {}
    for field in description.vocabulary.fields.values():
        if isinstance(field, Names) and field.free_text:
            written = description.fields[field.id] or ()
            names = [name[len(OTHER) :].strip() for name in written if name.startswith(OTHER)]
            if names:
                found[f"{field.id}.{field.free_text.name}"] = ", ".join(names)
    return found


def treatments_of(description: Description) -> tuple[str, ...]:
    """Return the earlier treatments, readable; none where there is no field of them.

    Where they are told one by one, what is denied is told, too: an outcome, a treatment, treatment in a setting.
    """
    vocabulary = description.vocabulary
    history = vocabulary.history
    if not history:
        return ()
    said, setting_texts = description.fields[history], vocabulary.treatments[history].setting_texts
    if said in (None, ()):
        return ("none",) if said == () else ("not known",)
    shown = []
    for entry in description.entries:
        outcome = "outcome not known" if entry.outcome == UNKNOWN else entry.outcome.replace("_", " ")
        setting = "" if entry.setting == UNKNOWN else f" ({setting_texts[entry.setting]})"
        if entry.named.therapy.startswith(OTHER):
            setting += " (of which class is not known)"
        elif not entry.named.classes:
            setting += " (belongs to none of the classes here)"
        shown.append(f"{entry.named.label}: {outcome}{setting}")
    return tuple(shown) if isinstance(said, tuple) else (*shown, *answers_in_words(vocabulary, said))
