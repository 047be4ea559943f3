"""The files of a rulebook, as their authors write them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints, WithJsonSchema, model_validator

from mbc_options.rulebook.conditions import Always, Condition
from mbc_options.source.validation import Complaint, Strict, refuse

__all__ = [
    "BackgroundFile",
    "Basis",
    "Caution",
    "Claim",
    "ClaimsFile",
    "Consideration",
    "ConsiderationsFile",
    "Definition",
    "DefinitionsFile",
    "Disagreement",
    "DisagreementsFile",
    "GlossaryFile",
    "Member",
    "Named",
    "NamedAgent",
    "Note",
    "Notice",
    "Question",
    "QuestionsFile",
    "ReaderValue",
    "Rule",
    "Rulebook",
    "RulebookFile",
    "Scope",
    "Source",
    "SourcesFile",
    "Subtype",
    "Term",
    "Therapy",
    "VocabularyFile",
]

Basis = Literal["stated", "implied", "editorial"]
"""Whether a document says it, two passages joined say it, or it is ours."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
ClaimIds = tuple[str, ...]
YesNo = Annotated[bool, WithJsonSchema({"enum": ["yes", "no", True, False]})]
Identifier = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_+/.\-]*$")]


class Named(Strict):
    """Something with an id, which is unique among its kind."""

    id: Identifier


class Notice(Named):
    """A remark of ours, shown beside every citation of some claims."""

    claims: ClaimIds
    text: Text


class Limit(Named):
    """Something that the documents as a whole lack."""

    text: Text
    claims: ClaimIds = ()


class Scope(Strict):
    """Which patients the documents concern at all, and what the others are told."""

    when: Condition
    text: Text
    outside: Text
    open: Text
    claims: ClaimIds = ()


class Subtype(Named):
    """A named kind of the disease."""

    label: Text
    when: Condition


class IntendedUse(Strict):
    """What the rulebook is for, and for whom."""

    for_: Text = Field(alias="for")
    not_for: Text
    users: Text


class RulebookFile(Strict):
    """`rulebook.yaml`: name, version, scope, and what is said of the rulebook as a whole."""

    name: Text
    version: Text
    title: Text
    description: Text
    language: Text = "en"
    scope: Scope
    subtypes: tuple[Subtype, ...] = ()
    intended_use: IntendedUse | None = None
    limits: tuple[Limit, ...] = ()
    notices: tuple[Notice, ...] = ()


class Definition(Named):
    """A named condition."""

    label: Text
    meaning: Text
    when: Condition
    claims: ClaimIds = ()
    basis: Basis


class DefinitionsFile(Strict):
    """`definitions.yaml`."""

    definitions: tuple[Definition, ...]


class Rule(Named):
    """A passage that describes a class (or gives no criterion for it) for the patients in `when`."""

    when: Condition
    status: Literal["candidate", "unspecified"]
    because: Text
    claims: ClaimIds
    basis: Basis
    note: Text | None = None


class Caution(Named):
    """What bears on a class where its condition holds, without changing the verdict."""

    when: Condition
    text: Text
    claims: ClaimIds = ()
    basis: Basis
    kind: Literal["caution", "limit", "notice"] = "caution"


class NamedAgent(Strict):
    """A drug that a document names for a class, by its id in `agents.yaml`."""

    agent: Identifier
    claims: ClaimIds


class Member(Named):
    """A group of agents, or an approach, inside a class."""

    label: Text
    plain: Text
    summary: Text
    agents: tuple[NamedAgent, ...] = ()
    mentions: ClaimIds = ()
    silence: Text | None = None
    rules: tuple[Rule, ...] = ()
    cautions: tuple[Caution, ...] = ()


class Therapy(Member):
    """One file of `therapies/`: a class of treatment."""

    order: Annotated[int, WithJsonSchema({"anyOf": [{"type": "integer"}, {"type": "string", "pattern": "^-?[0-9]+$"}]})]
    members: tuple[Member, ...] = ()


class Consideration(Named):
    """What is not an option but bears on the choice.

    `when` looks at the patient; `when_unknown` at the knowledge: it fires while any of its facts is
    unknown. With both, either is enough. Like a rule, it is about patients in scope, unless it says
    `beyond_scope`.
    """

    kind: Literal["testing", "monitoring", "sequence", "support", "limit", "symptom", "prognosis", "urgent", "cost"]
    title: Text
    when: Condition | None = None
    when_unknown: tuple[str, ...] = ()
    beyond_scope: YesNo = False
    text: Text
    claims: ClaimIds = ()
    basis: Basis
    options: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_a_condition(self) -> Consideration:
        if self.when is None and not self.when_unknown:
            refuse(type(self).__name__, [Complaint((), "needs when, when_unknown, or both")])
        return self


class ConsiderationsFile(Strict):
    """`considerations.yaml`."""

    considerations: tuple[Consideration, ...]


class Side(Strict):
    """What one side of a disagreement says."""

    says: Text
    claims: ClaimIds


class Disagreement(Named):
    """Where documents disagree, with each other or with themselves, and for whom it matters."""

    subject: Text
    when: Condition = Always()
    options: tuple[str, ...] = ()
    sides: tuple[Side, ...]
    reading: Text


class DisagreementsFile(Strict):
    """`disagreements.yaml`."""

    disagreements: tuple[Disagreement, ...]


class Note(Named):
    """Background that the documents give and that decides nothing."""

    title: Text
    when: Condition = Always()
    text: Text
    claims: ClaimIds
    basis: Basis


class BackgroundFile(Strict):
    """`background.yaml`."""

    notes: tuple[Note, ...]


class Term(Named):
    """A special word, explained for a reader without training.

    Attributes:
        term: as a reader meets it.
        forms: other written forms, such as the plural. Any form is found whatever its case, unless it
            has a capital beyond its first letter (`ER`), which is then found as it stands.
        stands_for: what an abbreviation is short for; printed where a page uses it first.
        means: a plain sentence or two.
    """

    term: Text
    forms: tuple[Text, ...] = ()
    stands_for: Text | None = None
    means: Text
    claims: ClaimIds = ()
    basis: Basis


class GlossaryFile(Strict):
    """`glossary.yaml`."""

    terms: tuple[Term, ...]


Settled = Literal["candidate", "undetermined", "unspecified", "not_described"]


class Question(Named):
    """A question that a reader may bring to a care team; it informs and asks, and never advises.

    Attributes:
        when: asked where this is entailed; by default always, unless `when_unknown` is given.
        when_unknown: or while any of these facts is unknown.
        beyond_scope: asked also where the documents do not concern the patient.
        about: a class; asked only where that has one of the statuses in `status`.
        ask: the question, in the reader's voice.
        why: what makes it worth asking.
    """

    when: Condition | None = None
    when_unknown: tuple[str, ...] = ()
    beyond_scope: YesNo = False
    about: str | None = None
    status: tuple[Settled, ...] = ("candidate", "undetermined")
    ask: Text
    why: Text | None = None
    claims: ClaimIds = ()
    basis: Basis


class ReaderValue(Named):
    """Something that may matter to a reader, to mark and to write about; there is no right answer."""

    ask: Text
    claims: ClaimIds = ()
    basis: Basis


class QuestionsFile(Strict):
    """`questions.yaml`."""

    questions: tuple[Question, ...]
    values: tuple[ReaderValue, ...] = ()


class Claim(Named):
    """One statement of a document, in our own words.

    Attributes:
        where: the section, then paragraph or bullet.
        topic: what kind of statement it is.
        condition: the patients that it is about, in the notation of the register.
        statement: the claim.
        key_terms: short phrases that stand in the document, to find the passage by.
        certainty: `stated`, `implied`, or `garbled` where the passage itself is damaged.
        note: a remark on it.
        not_encoded: why nothing in the rulebook uses it, where nothing does.
    """

    where: Text
    topic: Text
    condition: Text
    statement: Text
    key_terms: tuple[Text, ...]
    certainty: Literal["stated", "implied", "garbled"]
    note: Text | None = None
    not_encoded: Text | None = None


class ClaimsFile(Strict):
    """One file of `claims/`: a document taken apart."""

    source: Text
    claims: tuple[Claim, ...]


class Source(Named):
    """One of the documents."""

    file: Text
    sha256: Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
    title: Text
    short: Text
    publisher: Text
    date: Text
    kind: Text
    url: Text | None = None
    limits: tuple[Text, ...] = ()
    note: Text | None = None


class SourcesFile(Strict):
    """`sources.yaml`."""

    sources: tuple[Source, ...]


class FactWords(Named):
    """How a fact reads: its name, the question that settles it, and a phrase for each value.

    Attributes:
        negations: a phrase for "any value but this one", where "not ..." would not read well.
    """

    label: Text
    question: Text
    explains: Text | None = None
    values: dict[str, Text]
    negations: dict[str, Text] | None = None


class OutcomeWords(Strict):
    """How an outcome of earlier treatment reads; `{class}` stands for the treatment's name."""

    label: Text
    question: Text
    yes: Text
    no: Text


class VocabularyFile(Strict):
    """`vocabulary.yaml`: the words that a reader sees for facts and their values."""

    facts: tuple[FactWords, ...]
    outcomes: dict[str, OutcomeWords]


class Rulebook(Strict):
    """A whole rulebook, every reference in it resolved.

    Its digest (`sha256` of the compiled rulebook) is over this model, so that comments and layout
    change nothing and any word that a reader sees changes it.
    """

    about: RulebookFile
    vocabulary: VocabularyFile
    definitions: tuple[Definition, ...]
    therapies: tuple[Therapy, ...]
    considerations: tuple[Consideration, ...]
    disagreements: tuple[Disagreement, ...]
    background: tuple[Note, ...]
    glossary: tuple[Term, ...]
    questions: tuple[Question, ...]
    values: tuple[ReaderValue, ...]
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
