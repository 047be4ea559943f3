"""Two patients side by side: what differs, and which facts make the difference."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from mbc_options.exploration.assessment import (
    OPTION,
    REMINDER,
    AnyPatient,
    Citation,
    Dependency,
    OptionAssessment,
    PatientDescribed,
    Reason,
    RulebookInfo,
    SubtypeFound,
    UrgentCaution,
    option_cells,
)
from mbc_options.exploration.contrast import Exchanges
from mbc_options.exploration.explore import explore
from mbc_options.exploration.presenter import presenter_of
from mbc_options.exploration.status import STATUSES, Scope, Status
from mbc_options.frames import frame
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of
from mbc_options.rulebook.models import Caution, Consideration, Disagreement, Source, Term
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import polars as pl

    from mbc_options.exploration.assessment import Assessment, KnownFact, MemberAssessment
    from mbc_options.exploration.contrast import Exchange
    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient

__all__ = [
    "ComparedPatient",
    "Comparison",
    "FactDifference",
    "FactReading",
    "MemberDifference",
    "Nuance",
    "OneSided",
    "OptionDifference",
    "Same",
    "Switch",
    "VerdictCompared",
    "compare",
]

T = TypeVar("T")


class ComparedPatient(Result):
    """One of the two patients.

    Attributes:
        patient: the description.
        subtype: what kind of disease it is, or may be.
        scope: whether the documents concern the patient.
        scope_text: what follows from that, for the reader.
        scope_claims: the passages for it.
        treatments: the earlier treatments, readable.
        assumptions: what was assumed.
        notices: what to know about how the description was read.
        urgent: the urgent signs of this patient.
        urgent_cautions: the cautions that go with them.
    """

    patient: Annotated[AnyPatient, PatientDescribed()]
    subtype: SubtypeFound
    scope: Scope
    scope_text: str
    scope_claims: tuple[str, ...]
    treatments: tuple[str, ...]
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]
    urgent: tuple[Annotated[Consideration, Authored()], ...]
    urgent_cautions: tuple[UrgentCaution, ...]


class FactReading(Result):
    """What is known of a fact.

    Attributes:
        values: what is still possible; every value where nothing is known.
        text: the same, readable; `unknown` where nothing is known.
        as_written: a written form that says more (`IHC 3+`), or None.
    """

    values: tuple[str, ...]
    text: str
    as_written: str | None

    @property
    def is_unknown(self) -> bool:
        """Whether nothing is known."""
        return self.text == UNKNOWN


class FactDifference(Result):
    """A fact of which different things are known.

    Attributes:
        fact: its id.
        label: its name.
        a: what is known of the first patient.
        b: what is known of the second.
    """

    fact: str
    label: str
    a: FactReading
    b: FactReading

    @property
    def field(self) -> str:
        """The field of a description that it belongs to (`sites` for `sites.bone`)."""
        return self.fact.partition(".")[0]

    @property
    def is_silence(self) -> bool:
        """Whether one side is only known not to have something, of which the other side says nothing."""
        return "." in self.fact and {self.a.values, self.b.values} == {("no",), ("yes", "no")}


class Switch(Result):
    """A smallest set of facts that makes the difference.

    Attributes:
        facts: the facts: with just these as the second patient has them, the first has the second's status.
        along: ids of facts of earlier treatment that move along, because those mean them.
    """

    facts: tuple[FactDifference, ...]
    along: tuple[str, ...]


class VerdictCompared(Result):
    """A verdict on one of the two.

    Attributes:
        id: the class or member.
        status: the status.
        proof: the minimal facts that suffice for it, readable.
        because: the reasons.
        depends_on: what would settle it, where it is undetermined.
        lists_all: whether that is all of it.
    """

    id: str
    status: Status
    proof: tuple[str, ...]
    because: tuple[Reason, ...]
    depends_on: tuple[Dependency, ...]
    lists_all: bool = True


class MemberDifference(Result):
    """A class or member whose status differs.

    Attributes:
        id: its id.
        label: its name.
        gloss: what it is, in a few words.
        a: the verdict on the first patient.
        b: the verdict on the second.
        switches: what makes the difference: every smallest set of facts that carries the second patient's
            status over to the first.
    """

    id: str
    label: str
    gloss: str
    a: VerdictCompared
    b: VerdictCompared
    switches: tuple[Switch, ...]


class OptionDifference(MemberDifference):
    """A class whose status differs.

    Attributes:
        members: those of its members whose status differs as well.
    """

    members: tuple[MemberDifference, ...]


class OneSided(Result):
    """What stands beside a verdict on one side only.

    Attributes:
        because: reasons.
        depends_on: what would settle it.
        cautions: cautions.
        disagreements: ids of disagreements.
    """

    because: tuple[Reason, ...]
    depends_on: tuple[Dependency, ...]
    cautions: tuple[Annotated[Caution, Authored()], ...]
    disagreements: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.because or self.depends_on or self.cautions or self.disagreements)


class Nuance(Result):
    """A class or member with the same status, but not on the same grounds, or not with the same things beside it.

    Attributes:
        id: its id.
        label: its name.
        status: the status of both.
        a: what only the first has.
        b: what only the second has.
    """

    id: str
    label: str
    status: Status
    a: OneSided
    b: OneSided


class Same(Result):
    """A class or member with the same status.

    Attributes:
        id: its id.
        label: its name.
        status: the status of both.
    """

    id: str
    label: str
    status: Status


class Comparison(Result):
    """Two patients side by side: what differs first, and what is the same last.

    Attributes:
        rulebook: which rulebook spoke.
        a: the first patient.
        b: the second.
        facts: facts of which different things are known, in the order of the vocabulary.
        options: classes whose status differs, in the rulebook's fixed order; never a ranking.
        members: members whose status differs where their class's does not.
        nuances: the same status, but other grounds or other things beside it.
        considerations_a: what else bears on the choice, for the first only.
        considerations_b: the same for the second only.
        disagreements_a: where documents disagree, for the first only.
        disagreements_b: the same for the second only.
        same: classes and members with the same status.
        glossary: every special word that the rulebook explains.
        claims: every passage cited above, by id.
        documents: the documents.
    """

    rulebook: RulebookInfo
    a: ComparedPatient
    b: ComparedPatient
    facts: tuple[FactDifference, ...]
    options: tuple[OptionDifference, ...]
    members: tuple[MemberDifference, ...]
    nuances: tuple[Nuance, ...]
    considerations_a: tuple[Annotated[Consideration, Authored()], ...]
    considerations_b: tuple[Annotated[Consideration, Authored()], ...]
    disagreements_a: tuple[Annotated[Disagreement, Authored()], ...]
    disagreements_b: tuple[Annotated[Disagreement, Authored()], ...]
    same: tuple[Same, ...]
    glossary: tuple[Annotated[Term, Authored()], ...]
    claims: FrozenDict[Citation]
    documents: tuple[Annotated[Source, Authored()], ...]

    @property
    def differences(self) -> tuple[MemberDifference, ...]:
        """Every class and member whose status differs."""
        inside = (one for option in self.options for one in (option, *option.members))
        return (*inside, *self.members)

    def to_frame(self) -> pl.DataFrame:
        """Return the statuses as a data frame: a row for each class and member, first those whose statuses differ.

        Columns:
            option (String): the id of the class or member.
            class (String): the id of its class; for a class its own.
            label (String): its name.
            a (Enum): the status of the first patient.
            b (Enum): that of the second.
            differs (Boolean): whether they differ.
            switches (String): every smallest set of facts that makes the difference: ids, with ` + ` between those of
                one set and `; ` between sets.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        differing = [
            (
                *option_cells(one.id, one.label),
                *(one.a.status, one.b.status, True),
                "; ".join(" + ".join(fact.fact for fact in switch.facts) for switch in one.switches),
            )
            for one in self.differences
        ]
        same = [(*option_cells(one.id, one.label), one.status, one.status, False, "") for one in self.same]
        return frame({**OPTION, "a": STATUSES, "b": STATUSES, "differs": bool, "switches": str}, [*differing, *same])

    def __str__(self) -> str:
        names = [side.patient.label or letter for side, letter in ((self.a, "a"), (self.b, "b"))]
        lines = [f"{names[0]} compared with {names[1]} (rulebook {self.rulebook.name} {self.rulebook.version})"]
        for one in self.differences:
            statuses = f"{one.a.status} / {one.b.status}".replace("_", " ")
            facts = (", ".join(f"{fact.label}: {fact.b.text}" for fact in switch.facts) for switch in one.switches)
            lines.append(f"  {one.label}: {statuses} (with {'; or '.join(facts)})")
        if not self.differences:
            lines.append("  every status is the same")
        lines.append(REMINDER)
        return "\n".join(lines)

    __repr__ = __str__


def compare(a: Patient | Description, b: Patient | Description, rulebook: CompiledRulebook | None = None) -> Comparison:
    """Return two patients side by side: what differs, and which facts make the difference.

    What makes the difference in a status is a set of facts of which different things are known. It is read
    so: let the first patient be as described, save that of these facts just that is known that is known of
    the second; then the status is the second's. Knowledge is carried over as it is, so a fact may also become
    unknown. Given are all sets of the least size with this effect, among the facts on which the status rests
    (those that its conditions name, and those that constraints tie to them). A mixture that breaks a
    constraint is no patient, and counts for nothing. Facts of earlier treatment that mean one another (growth
    of the cancer during a treatment means that it was given) move along, and do not count.

    It is about two patients, not about anything to do, and it looks one way: `compare(b, a)` has the same
    differences, but may name other facts for them.

    Args:
        a: the first patient.
        b: the second.
        rulebook: default: the one that comes with the package.
    """
    rulebook = rulebook_of(rulebook)
    return _Pair(rulebook, explore(a, rulebook), explore(b, rulebook)).comparison()


class _Pair:
    """Two assessments by the same rulebook."""

    def __init__(self, rulebook: CompiledRulebook, a: Assessment, b: Assessment) -> None:
        self.rulebook, self.a, self.b = rulebook, a, b
        self.presenter = presenter_of(rulebook)
        self.exchanges = Exchanges(self.presenter.verdicts, a.patient.knowledge, b.patient.knowledge)
        self.facts = {difference.fact: difference for difference in self._facts()}
        self.cited = {*a.scope_claims, *b.scope_claims, *self.presenter.explained}

    def comparison(self) -> Comparison:
        a, b = self.a, self.b
        options: list[OptionDifference] = []
        members: list[MemberDifference] = []
        nuances: list[Nuance] = []
        same: list[Same] = []
        for one, other in zip(a.options, b.options, strict=True):
            inside = []
            for left, right in zip(one.members, other.members, strict=True):
                if left.status != right.status:
                    inside.append(self._difference(MemberDifference, left, right))
            if one.status != other.status:
                options.append(self._difference(OptionDifference, one, other, members=tuple(inside)))
            else:
                members += inside
            for left, right in ((one, other), *zip(one.members, other.members, strict=True)):
                if left.status == right.status:
                    same.append(Same(id=left.id, label=left.label, status=left.status))
                    nuances += self._nuance(left, right)
        considerations = _only(a.considerations, b.considerations), _only(b.considerations, a.considerations)
        disagreements = _only(a.disagreements, b.disagreements), _only(b.disagreements, a.disagreements)
        self._cite(considerations[0] + considerations[1])
        self._cite((*a.urgent, *b.urgent))
        self._cite(one.caution for side in (a, b) for one in side.urgent_cautions)
        self._cite(side for d in disagreements[0] + disagreements[1] for side in d.sides)
        return Comparison(
            rulebook=a.rulebook,
            a=_side(a),
            b=_side(b),
            facts=tuple(self.facts.values()),
            options=tuple(options),
            members=tuple(members),
            nuances=tuple(nuances),
            considerations_a=considerations[0],
            considerations_b=considerations[1],
            disagreements_a=disagreements[0],
            disagreements_b=disagreements[1],
            same=tuple(same),
            glossary=a.glossary,
            claims=self.presenter.citations(self.cited),
            documents=a.documents,
        )

    def _cite(self, parts: Iterable[Any]) -> None:
        for part in parts:
            self.cited.update(part.claims)

    def _facts(self) -> Iterator[FactDifference]:
        known_a = {known.fact: known for known in self.a.known}
        known_b = {known.fact: known for known in self.b.known}
        a, b = self.exchanges.a, self.exchanges.b
        for fact in self.rulebook.space.facts_of(self.exchanges.different):
            yield FactDifference(
                fact=fact,
                label=self.rulebook.vocabulary.facts[fact].label,
                a=self._reading(fact, a, known_a.get(fact)),
                b=self._reading(fact, b, known_b.get(fact)),
            )

    def _reading(self, fact: str, knowledge: int, known: KnownFact | None) -> FactReading:
        values = self.rulebook.space.values(knowledge, fact)
        is_unknown = self.presenter.verdicts.is_unknown(fact, knowledge)
        return FactReading(
            values=values,
            text=UNKNOWN if is_unknown else self.rulebook.vocabulary.phrase(fact, values),
            as_written=known.as_written if known else None,
        )

    def _difference(self, kind: type[MemberDifference], a: MemberAssessment, b: MemberAssessment, **more: Any) -> Any:
        switches = self.exchanges.smallest(self.rulebook.option(a.id))
        return kind(
            id=a.id,
            label=a.label,
            gloss=a.gloss,
            a=self._verdict(a),
            b=self._verdict(b),
            switches=tuple(map(self._switch, switches)),
            **more,
        )

    def _verdict(self, option: MemberAssessment) -> VerdictCompared:
        self._cite(option.because)
        return VerdictCompared(
            id=option.id,
            status=option.status,
            proof=option.proof,
            because=option.because,
            depends_on=option.depends_on,
            lists_all=option.lists_all,
        )

    def _switch(self, exchange: Exchange) -> Switch:
        facts, along = map(self.rulebook.space.facts_of, exchange)
        return Switch(facts=tuple(self.facts[fact] for fact in facts), along=along)

    def _nuance(self, a: MemberAssessment, b: MemberAssessment) -> Iterator[Nuance]:
        left, right = _one_sided(a, b), _one_sided(b, a)
        if left or right:
            for side in (left, right):
                self._cite(side.because)
                self._cite(side.cautions)
            yield Nuance(id=a.id, label=a.label, status=a.status, a=left, b=right)


def _only(these: Iterable[T], those: Iterable[T]) -> tuple[T, ...]:
    others = set(those)
    return tuple(this for this in these if this not in others)


def _one_sided(a: MemberAssessment, b: MemberAssessment) -> OneSided:
    disagreements: tuple[str, ...] = ()
    if isinstance(a, OptionAssessment) and isinstance(b, OptionAssessment):
        disagreements = _only(a.disagreements, b.disagreements)
    return OneSided(
        because=_only(a.because, b.because),
        depends_on=_only(a.depends_on, b.depends_on),
        cautions=_only(a.cautions, b.cautions),
        disagreements=disagreements,
    )


def _side(assessment: Assessment) -> ComparedPatient:
    return ComparedPatient(
        patient=assessment.patient,
        subtype=assessment.subtype,
        scope=assessment.scope,
        scope_text=assessment.scope_text,
        scope_claims=assessment.scope_claims,
        treatments=assessment.treatments,
        assumptions=assessment.assumptions,
        notices=assessment.notices,
        urgent=assessment.urgent,
        urgent_cautions=assessment.urgent_cautions,
    )
