"""What `explore` returns: the verdicts with everything that a report needs to show their basis."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Protocol, TypeAlias, TypeVar

from mbc_options.errors import UnknownOptionError
from mbc_options.exploration.status import STATUSES, Scope, Status
from mbc_options.frames import Kind, frame, in_one_cell
from mbc_options.frozendict import FrozenDict
from mbc_options.misuse import refuse_kind
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import (
    Basis,
    CareQuestion,
    Caution,
    Consideration,
    Disagreement,
    Note,
    ReaderValue,
    Source,
    Supports,
    Term,
)
from mbc_options.vocabulary.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.documents import Documents, Passage

    AnyPatient: TypeAlias = Patient | Description
else:
    AnyPatient = Any

__all__ = [
    "GROUNDS",
    "OPTION",
    "REMINDER",
    "AgentNamed",
    "Assessment",
    "Citation",
    "Counterfactual",
    "Dependency",
    "KnownFact",
    "MemberAssessment",
    "Mention",
    "NextQuestion",
    "OptionAssessment",
    "PatientDescribed",
    "Reason",
    "RulebookInfo",
    "SubtypeFound",
    "UrgentCaution",
    "cited",
    "grounds_cells",
    "line_of",
    "option_cells",
    "urgent_cautions",
]

Claims = tuple[str, ...]
ByFact = FrozenDict[tuple[str, ...]]


REMINDER = "  It informs and teaches; it does not advise. Not described does not mean contraindicated."


def cited(claims: Iterable[str], supports: Mapping[str, str]) -> str:
    """Return claims as a text cites them, each with how far it carries that, where `supports` says so."""
    return ", ".join(f"{claim} ({supports[claim]})" if claim in supports else claim for claim in claims)


class Reason(Result):
    """Why a verdict is what it is.

    Attributes:
        rule: the id of the rule; None where the reason is that no rule can hold.
        when: the condition that its author wrote, readable; None without a rule.
        facts: the minimal facts that suffice for the rule, readable: known ones where it is certain, or else those
            that would have to turn out so.
        proof: the same by fact: the values that it may have.
        text: the rationale.
        claims: the passages.
        supports: by claim, how far it carries the reason (`states`, `implies`, `limits` or `contradicts`), where that
            is not what the basis says of all.
        basis: `stated` in a document, `implied` by passages together, or `editorial` (ours).
        note: a remark of ours on it, or None.
        certain: False where this rule alone is not known to hold, but together with the others given
            it covers every possibility ("either way").
    """

    rule: str | None
    when: str | None
    facts: tuple[str, ...]
    proof: ByFact
    text: str
    claims: Claims
    supports: Supports = FrozenDict()
    basis: Basis
    note: str | None = None
    certain: bool = True


class Dependency(Result):
    """What would settle an undetermined verdict: if all of these facts turn out so, it is `then`."""

    if_: ByFact
    facts: tuple[str, ...]
    then: Status


class Counterfactual(Result):
    """A similar patient with another verdict; not something to do.

    Attributes:
        change: the facts that differ, with their other values: as few as possible.
        facts: the same, readable.
        if_: unknown facts that must besides turn out so (`if` in JSON); mostly empty.
        if_facts: the same, readable.
        to: the verdict then.
    """

    change: FrozenDict[str]
    facts: tuple[str, ...]
    if_: ByFact
    if_facts: tuple[str, ...]
    to: Status


class AgentNamed(Result):
    """A drug that a document names for a class."""

    id: str
    label: str
    brands: tuple[str, ...]
    claims: Claims


class Mention(Result):
    """A passage that names a class or member without a condition.

    Attributes:
        claim: which.
        statement: what it says, in our words.
    """

    claim: str
    statement: str


class MemberAssessment(Result):
    """A group of agents, or an approach, inside a class; its verdict never exceeds the class's.

    Attributes:
        agents: the drugs that the documents name, by id.
        named: the same with names and passages.
        mentions: passages that name it without a condition, by claim.
        mentioned: the same with what they say.
        silence: what the documents do not say about it, or None.
        proof: the minimal facts that suffice for the verdict, readable.
        because: the reasons. Together they cover every patient who fits what is known: one that is certain does so
            by itself.
        because_of_class: for a member, the reasons of its class, which hold together with its own.
        depends_on: what would settle an undetermined status.
        would_change: the nearest patients for whom a settled status is another one.
        lists_all: whether that is all of it; where there are too many ways, some are left out.
    """

    id: str
    label: str
    gloss: str
    summary: str
    agents: tuple[str, ...]
    named: tuple[AgentNamed, ...]
    mentions: Claims
    mentioned: tuple[Mention, ...] = ()
    silence: str | None
    status: Status
    proof: tuple[str, ...]
    because: tuple[Reason, ...]
    because_of_class: tuple[Reason, ...]
    depends_on: tuple[Dependency, ...]
    would_change: tuple[Counterfactual, ...]
    lists_all: bool = True
    cautions: tuple[Annotated[Caution, Authored()], ...]

    def __str__(self) -> str:
        lines = [f"{self.label}: {_words(self.status)}"]
        for reason in self.because:
            facts = "; ".join(reason.facts)
            if reason.rule is None:
                lines.append(f"  {reason.text}{f' What decides: {facts}.' if facts else ''}")
                continue
            begin = "because" if reason.certain else "either way; if"
            lines.append(f"  {begin}: {facts or 'every patient in scope'} [{cited(reason.claims, reason.supports)}]")
        lines.extend(f"  {_words(found.then)} if: {'; '.join(found.facts)}" for found in self.depends_on)
        if self.depends_on and not self.lists_all:
            lines.append("  and in more ways than are listed")
        return "\n".join([*lines, REMINDER])

    __repr__ = __str__


class OptionAssessment(MemberAssessment):
    """A therapy class, for this patient.

    Attributes:
        disagreements: ids of the disagreements that bear on it here.
        members: its members.
    """

    disagreements: tuple[str, ...]
    members: tuple[MemberAssessment, ...]

    def member(self, id_: str) -> MemberAssessment:
        """Return a member by its id, with or without the class in front."""
        for member in self.members:
            if id_ in {member.id, member.id.partition(".")[2]}:
                return member
        raise UnknownOptionError(id_, (member.id for member in self.members))


OPTION: dict[str, Kind] = {"option": str, "class": str, "label": str}
"""The columns of a frame that say which class or member a row is about."""

GROUNDS: dict[str, Kind] = {"facts": str, "rules": str, "claims": str, "depends_on": str}
"""The columns of a frame that say on what a status rests."""


class _Line(Protocol):
    @property
    def id(self) -> str: ...


_AnyLine = TypeVar("_AnyLine", bound=_Line)


def line_of(lines: Sequence[_AnyLine], id_: str) -> _AnyLine:
    """Return what is told of the class or member with an id.

    Raises:
        UnknownOptionError: with the nearest id, where there is none.
    """
    for line in lines:
        if line.id == id_:
            return line
    raise UnknownOptionError(id_, (line.id for line in lines))


def option_cells(id_: str, label: str) -> tuple[str, ...]:
    """Return the cells of `OPTION`: the id, that of its class (for a class its own), and the name."""
    return id_, id_.partition(".")[0], label


def grounds_cells(because: Iterable[Reason], depends_on: Iterable[Dependency]) -> tuple[str, ...]:
    """Return the cells of `GROUNDS`.

    These are the facts, rules and passages of its reasons, and the facts on which it depends, each by its id.
    """
    reasons = tuple(because)
    return (
        in_one_cell(fact for one in reasons for fact in one.proof),
        in_one_cell(one.rule for one in reasons if one.rule is not None),
        in_one_cell(claim for one in reasons for claim in one.claims),
        in_one_cell(fact for one in depends_on for fact in one.if_),
    )


class UrgentCaution(Result):
    """A caution that goes with an urgent sign.

    Attributes:
        id: the class or member that it is about.
        label: its name.
        caution: what is told.
    """

    id: str
    label: str
    caution: Annotated[Caution, Authored()]


def urgent_cautions(options: Iterable[MemberAssessment]) -> tuple[UrgentCaution, ...]:
    """Return the cautions of options, and of the members of classes, that go with an urgent sign."""
    units = (unit for option in options for unit in (option, *getattr(option, "members", ())))
    return tuple(
        UrgentCaution(id=unit.id, label=unit.label, caution=caution)
        for unit in units
        for caution in unit.cautions
        if caution.urgent
    )


class NextQuestion(Result):
    """An unknown fact, and what each answer would settle.

    Attributes:
        fact: its id.
        question: how to ask it.
        settles: for each possible answer, the options whose status it settles, and the members that it
            settles of options that are settled already.
        then: for each possible answer, the status that each of these has then, in the same order.
        always: how many options are settled whatever the answer.
        sometimes: how many are settled by some answer.
    """

    fact: str
    question: str
    settles: ByFact
    then: FrozenDict[tuple[Status, ...]]
    always: int
    sometimes: int


class KnownFact(Result):
    """A fact of which something is known.

    Attributes:
        fact: its id.
        label: its name.
        values: what is still possible.
        text: the same, readable.
        as_written: a written form that says more (`IHC 3+`), or None.
        is_absent: whether it is something that is known not to be there, like a site or a finding.
    """

    fact: str
    label: str
    values: tuple[str, ...]
    text: str
    as_written: str | None = None
    is_absent: bool = False

    @property
    def field(self) -> str:
        """The field of a description that it belongs to (`sites` for `sites.bone`)."""
        return self.fact.partition(".")[0]


class Citation(Result):
    """A passage that something above rests on.

    Attributes:
        source: the id of the document.
        short: a short name of the document.
        where: the section.
        statement: the claim, in our words.
        key_terms: words to find the passage by.
        certainty: `stated`, `implied` or `garbled`.
        notices: remarks of ours, where the passage is wrong or out of date.
    """

    source: str
    short: str
    where: str
    statement: str
    key_terms: tuple[str, ...]
    certainty: Literal["stated", "implied", "garbled"]
    notices: tuple[str, ...] = ()

    def passage(self, documents: Documents) -> Passage | None:
        """Return the passage within its paragraph as the document has it; None where it is not at hand, unchanged.

        Args:
            documents: what `read_documents` returned.
        """
        found = documents.passages(documents.id_of(self))
        return found[0] if found else None


class RulebookInfo(Result):
    """Which rulebook spoke, in which register (`words`), and what it is and is not for."""

    name: str
    version: str
    sha256: str
    title: str
    intended_for: str
    not_for: str
    users: str
    limits: tuple[str, ...]
    words: Words = "clinical"


class SubtypeFound(Result):
    """The subtype, where it is known, or those that it may be."""

    is_: str | None
    may_be: tuple[str, ...]
    label: str | None


def _words(status: str) -> str:
    return status.replace("_", " ")


class PatientDescribed:
    """Marks a field with the patient: JSON has the description, and a description is read back as a `Patient`."""

    def __get_pydantic_core_schema__(self, _: Any, __: Any) -> Any:
        from pydantic_core import core_schema

        as_dict = core_schema.dict_schema(core_schema.str_schema(), core_schema.any_schema())
        return core_schema.no_info_plain_validator_function(
            _patient,
            json_schema_input_schema=as_dict,
            serialization=core_schema.plain_serializer_function_ser_schema(_as_data, return_schema=as_dict),
        )


def _patient(data: Any) -> AnyPatient:
    from mbc_options.patient.model import Patient

    return data if hasattr(data, "description") else Patient.model_validate(data)


def _as_data(patient: AnyPatient) -> dict[str, Any]:
    return patient.description.as_data()


class Assessment(Result):
    """What the documents describe for one patient, and everything needed to check it.

    Attributes:
        rulebook: which rulebook spoke.
        patient: the description.
        subtype: what kind of disease it is, or may be.
        scope: `in`, `out` or `open`: whether the documents concern the patient.
        scope_text: what follows from that, for the reader.
        scope_claims: the passages for it.
        assumptions: what was assumed.
        notices: what to know about how the description was read.
        only: the documents that were read alone, by id, as if no other existed; empty where all were.
        known: facts of which something is known.
        unknown: facts of which nothing is known and on which some verdict depends.
        treatments: the earlier treatments, readable.
        options: the therapy classes, in the rulebook's fixed order; never a ranking.
        considerations: what else bears on the choice: urgent signs first, and last what everybody is told.
        disagreements: where documents disagree, for this patient.
        background: what the documents say besides.
        ask_next: which unknown fact would settle most.
        questions: what a reader may ask a care team.
        values: what may matter to a reader, to mark and to write about.
        glossary: every special word that the rulebook explains; empty where it was read back from a short JSON.
        claims: every passage cited above, by id; likewise.
        documents: the documents.
    """

    rulebook: RulebookInfo
    patient: Annotated[AnyPatient, PatientDescribed()]
    subtype: SubtypeFound
    scope: Scope
    scope_text: str
    scope_claims: Claims
    assumptions: tuple[str, ...]
    notices: tuple[str, ...]
    only: tuple[str, ...] = ()
    known: tuple[KnownFact, ...]
    unknown: tuple[KnownFact, ...]
    treatments: tuple[str, ...]
    options: tuple[OptionAssessment, ...]
    considerations: tuple[Annotated[Consideration, Authored()], ...]
    disagreements: tuple[Annotated[Disagreement, Authored()], ...]
    background: tuple[Annotated[Note, Authored()], ...]
    ask_next: tuple[NextQuestion, ...]
    questions: tuple[Annotated[CareQuestion, Authored()], ...]
    values: tuple[Annotated[ReaderValue, Authored()], ...]
    glossary: tuple[Annotated[Term, Authored()], ...] = ()
    claims: FrozenDict[Citation] = FrozenDict()
    documents: tuple[Annotated[Source, Authored()], ...]

    def __getitem__(self, id_: str) -> MemberAssessment:
        """Return the class or member (`chemotherapy`, `chemotherapy.combination`) with this id.

        Raises:
            UnknownOptionError: with the nearest id, where there is none.
            TypeError: for what is no id.
        """
        if not isinstance(id_, str):
            refuse_kind("the id of an option", id_)
        return line_of([line for option in self.options for line in (option, *option.members)], id_)

    def __contains__(self, id_: object) -> bool:
        """Tell whether there is a class or member with this id."""
        return any(id_ == option.id for class_ in self.options for option in (class_, *class_.members))

    @property
    def urgent(self) -> tuple[Consideration, ...]:
        """The urgent signs of this patient, without what is told to everybody."""
        return tuple(one for one in self.considerations if one.is_urgent_sign)

    @property
    def urgent_cautions(self) -> tuple[UrgentCaution, ...]:
        """The cautions that go with an urgent sign."""
        return urgent_cautions(self.options)

    def with_status(self, status: Status) -> tuple[OptionAssessment, ...]:
        """Return the classes with this status, in order."""
        return tuple(option for option in self.options if option.status == status)

    def to_frame(self) -> pl.DataFrame:
        """Return the verdicts as a data frame: a row for each class, followed by those of its members.

        Several ids in a cell have `; ` between them.

        Columns:
            option (String): the id of the class or member.
            class (String): the id of its class; for a class its own.
            label (String): its name.
            status (Enum): the status.
            facts (String): ids of the facts that its reasons rest on.
            rules (String): ids of the rules that give it.
            claims (String): ids of the passages that these rest on.
            depends_on (String): ids of the facts that would settle an undetermined status.

        Raises:
            MissingExtraError: where the extra `cohort` is not installed.
        """
        return frame(
            {**OPTION, "status": STATUSES, **GROUNDS},
            [
                (
                    *option_cells(one.id, one.label),
                    one.status,
                    *grounds_cells((*one.because, *one.because_of_class), one.depends_on),
                )
                for class_ in self.options
                for one in (class_, *class_.members)
            ],
        )

    def __str__(self) -> str:
        kind = self.subtype.is_ or " or ".join(self.subtype.may_be) or "subtype unknown"
        title = f"{self.patient.label}: {kind}" if self.patient.label else kind
        lines = [f"{title} (rulebook {self.rulebook.name} {self.rulebook.version})"]
        if self.scope != "in":
            lines.append(f"  {self.scope_text}")
            return "\n".join(lines)
        for status in ("candidate", "undetermined", "unspecified", "not_described"):
            labels = [option.label for option in self.options if option.status == status]
            if labels:
                lines.append(f"  {_words(status)}: {', '.join(labels)}")
        return "\n".join([*lines, REMINDER])

    __repr__ = __str__
