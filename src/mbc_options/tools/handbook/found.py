"""What a handbook and a transparency card tell: plain results, to be rendered."""

from __future__ import annotations

from typing import Annotated, Literal

from mbc_options.exploration.assessment import Citation, RulebookInfo
from mbc_options.exploration.status import Status
from mbc_options.frozendict import FrozenDict
from mbc_options.result import Authored, Result
from mbc_options.rulebook.models import Basis, Source, Supports, Term

__all__ = [
    "AcceptedTold",
    "BranchTold",
    "ClaimTold",
    "DefinitionTold",
    "Diagram",
    "DisagreementTold",
    "DrugTold",
    "FieldTold",
    "GroupTold",
    "Handbook",
    "Held",
    "OptionTold",
    "Passed",
    "RemarkTold",
    "RuleTold",
    "RulingTold",
    "SideTold",
    "StepTold",
    "SubtypeTold",
    "TransparencyCard",
    "Use",
]

Ids = tuple[str, ...]
Held = FrozenDict[Ids]
"""By what is expected (`fires`, `shown`, a status ...), the names of the expectations that hold it."""


class RuleTold(Result):
    """A rule.

    Attributes:
        id: its id.
        status: what it makes of a class for those for whom it holds.
        reads: for whom it holds.
        text, note: its rationale, and our note.
        claims, supports, basis: what it rests on.
        rulings: the numbers of the rulings that explain it.
        tests: the expectations for which it fires, is silent or open.
    """

    id: str
    status: Literal["candidate", "unspecified"]
    reads: str
    text: str
    note: str | None
    claims: Ids
    supports: Supports
    basis: Basis
    rulings: tuple[int, ...]
    tests: Held


class RemarkTold(Result):
    """Something said beside the verdicts.

    Attributes:
        id, kind: its id, and what kind of a remark it is.
        title: what it is about; empty for a caution.
        urgent: whether it goes with an urgent sign.
        reads: to whom it is said; empty for everybody.
        unknown: labels of facts; it is said as well while one of them is not known.
        unless: to whom it is not said all the same; empty for nobody.
        beyond_scope: whether it is said to patients out of scope, too.
        text, note: what it says, and our note.
        claims, supports, basis: what it rests on.
        options: the classes that it bears on.
        tests: the expectations that it is shown, or not.
    """

    id: str
    kind: str
    title: str = ""
    urgent: bool = False
    reads: str
    unknown: Ids = ()
    unless: str = ""
    beyond_scope: bool = False
    text: str
    note: str | None = None
    claims: Ids
    supports: Supports
    basis: Basis
    options: Ids = ()
    tests: Held


class SideTold(Result):
    """What one side of a disagreement says."""

    says: str
    claims: Ids


class DisagreementTold(Result):
    """Where the documents disagree, for whom it matters (`reads`), and how it is read here."""

    id: str
    subject: str
    reads: str
    sides: tuple[SideTold, ...]
    reading: str
    options: Ids
    tests: Held


class DefinitionTold(Result):
    """A named condition, as rules use it: what it means, how it reads, and what that rests on."""

    id: str
    label: str
    meaning: str
    reads: str
    claims: Ids
    supports: Supports
    basis: Basis


class GroupTold(Result):
    """All patients in scope for whom an option has a status.

    Attributes:
        status: the status.
        patients: who they are: the shortest list of minimal descriptions; one that is empty is about everybody.
        reasons: how many minimal descriptions there are at all; None where they are not counted.
        is_listed: whether they can be listed.
    """

    status: Status
    patients: Ids
    reasons: int | None
    is_listed: bool


class BranchTold(Result):
    """What follows from an answer.

    Attributes:
        text: the answer.
        to: the number of the next step; None where the verdict is reached.
        status: the verdict; None where it is not reached.
    """

    text: str
    to: int | None
    status: Status | None


class StepTold(Result):
    """A step of a diagram: its number from 1, what is asked, and the answers."""

    number: int
    text: str
    branches: tuple[BranchTold, ...]


class Diagram(Result):
    """How a verdict is reached for a patient in scope of whom everything is known.

    Attributes:
        kind: `decisions`: an ordered decision diagram over the facts; `reasons`: the minimal descriptions one after
            another, where the diagram would be too large; `constant`: there is nothing to ask.
        steps: the steps, each before those that it leads to.
        status: the verdict, where there is nothing to ask.
    """

    kind: Literal["decisions", "reasons", "constant"]
    steps: tuple[StepTold, ...]
    status: Status | None = None


class AcceptedTold(Result):
    """A problem that the authors accept: in what it stands (kind and id), its code, and why it may stay."""

    kind: str
    id: str
    code: str
    reason: str


class DrugTold(Result):
    """A drug that the documents name: its name and brands, for whom (`reads`; empty for all), and the claims."""

    id: str
    label: str
    brands: Ids
    reads: str
    claims: Ids


class OptionTold(Result):
    """A class, or a member of one.

    Attributes:
        id, label, gloss, summary, silence: as authored.
        systemic: whether the class acts on the disease in the whole body.
        rules, cautions, drugs, mentions: what the documents say of it.
        groups: for whom it is a candidate, and for whom it is named without a criterion.
        on_demand: whether its status is decided on demand.
        claims: all claims that it and its members rest on.
        disagreements, considerations: what bears on it, by id.
        accepted: problems that its authors accept in it.
        tests: the expectations of its status.
        diagram: how its verdict is reached; None for a member.
        members: the members of a class.
    """

    id: str
    label: str
    gloss: str
    summary: str
    silence: str | None
    systemic: bool
    rules: tuple[RuleTold, ...]
    cautions: tuple[RemarkTold, ...]
    drugs: tuple[DrugTold, ...]
    mentions: Ids
    groups: tuple[GroupTold, ...]
    on_demand: bool
    claims: Ids
    disagreements: Ids
    considerations: Ids
    accepted: tuple[AcceptedTold, ...]
    tests: Held
    diagram: Diagram | None = None
    members: tuple[OptionTold, ...] = ()


class SubtypeTold(Result):
    """A named kind of the disease, and the status of each option for all who have it; empty where nobody can."""

    id: str
    label: str
    statuses: FrozenDict[Status]


class Use(Result):
    """Where a claim is used: by what (kind, id), and the class in whose part of the handbook that stands."""

    kind: str
    id: str
    option: str = ""


class ClaimTold(Citation):
    """A claim of a document, with everything that uses it, and why nothing does where nothing does."""

    uses: tuple[Use, ...]
    not_encoded: str | None


class RulingTold(Result):
    """How the documents are read, and the rules that are explained by it."""

    number: int
    says: str
    rules: Ids


class Handbook(Result):
    """A rulebook as a document.

    Attributes:
        rulebook: which rulebook it is.
        scope: the patients whom its documents concern, in words, and the claims for it.
        options: the classes, in the rulebook's order.
        definitions: the named conditions that rules use.
        subtypes: the map by subtype.
        considerations, background: what is said beside the classes.
        disagreements: where the documents disagree.
        accepted: problems that are accepted anywhere but in a class.
        claims: all claims.
        rulings: how the documents are read.
        expectations: how many expectations were at hand; None where none were looked for.
        documents, glossary: the documents, and the words that are explained.
    """

    rulebook: RulebookInfo
    scope: str
    scope_claims: Ids
    options: tuple[OptionTold, ...]
    definitions: tuple[DefinitionTold, ...]
    subtypes: tuple[SubtypeTold, ...]
    considerations: tuple[RemarkTold, ...]
    background: tuple[RemarkTold, ...]
    disagreements: tuple[DisagreementTold, ...]
    accepted: tuple[AcceptedTold, ...]
    claims: FrozenDict[ClaimTold]
    rulings: tuple[RulingTold, ...]
    expectations: int | None
    documents: tuple[Annotated[Source, Authored()], ...]
    glossary: tuple[Annotated[Term, Authored()], ...]


class FieldTold(Result):
    """What may be said of a person.

    Attributes:
        id, label: of the field.
        facts: how many facts it has,
        deciding: on how many of them a verdict rests,
        beside: and on how many only what is said beside the verdicts.
    """

    id: str
    label: str
    facts: int
    deciding: int
    beside: int


class Passed(Result):
    """How a rulebook was tested: figures that were counted when the card was made.

    Attributes:
        expectations: how many patients there are of whom something is expected; None where none were looked for,
        met: and how many of these expectations are met.
        classes, members, claims: how many there are.
        rules: how many rules there are,
        held: and how many of them have an expectation for which they fire.
        agree, differ, open: rules that hold for exactly the patients of their passages, that differ, and that cannot
            be compared.
        located: how many claims name the place of their passage, with its digest.
        cases: how many teaching cases stand beside it.
        accepted: how many problems are accepted, each with a reason.
    """

    expectations: int | None
    met: int | None
    classes: int
    members: int
    claims: int
    rules: int
    held: int | None
    agree: int
    differ: int
    open: int
    located: int
    cases: int
    accepted: int


class TransparencyCard(Result):
    """What a rulebook is, on one page.

    Attributes:
        rulebook: purpose, users, what it is not for, limits, version and digest.
        description: what it does.
        documents: its documents.
        funding: by document, who paid for it, as far as it says so.
        fields: what it uses of a person.
        tested: how large it is, and how it was tested.
    """

    rulebook: RulebookInfo
    description: str
    documents: tuple[Annotated[Source, Authored()], ...]
    funding: FrozenDict[str]
    fields: tuple[FieldTold, ...]
    tested: Passed

    @property
    def glossary(self) -> tuple[()]:
        """No word is explained."""
        return ()
