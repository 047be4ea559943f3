"""The files of a rulebook, as their authors write them.

What is shown as it was written (cautions, considerations, questions ...) is compared by what it says alone: for whom it
says so, and notes for other authors, are declared with `compare=False`, and stand in no report.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Literal, TypeAlias

from mbc_options.frozendict import FrozenDict
from mbc_options.rulebook.conditions import Always, Condition
from mbc_options.source.forms import Digest, Form, Identifier, Number, Plain, Text, YesNo

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = [
    "AGENTS_PLACEHOLDER",
    "Accepted",
    "BackgroundFile",
    "Basis",
    "CareQuestion",
    "Caution",
    "Claim",
    "ClaimsFile",
    "Consideration",
    "ConsiderationsFile",
    "Definition",
    "DefinitionsFile",
    "Disagreement",
    "DisagreementsFile",
    "ExampleCase",
    "GlossaryFile",
    "Identified",
    "KindOfConsideration",
    "Member",
    "NamedAgent",
    "Note",
    "Notice",
    "QuestionsFile",
    "ReaderValue",
    "Rule",
    "Rulebook",
    "RulebookFile",
    "Ruling",
    "RulingsFile",
    "Scope",
    "Section",
    "Source",
    "SourcesFile",
    "Subtype",
    "Support",
    "Supports",
    "Term",
    "Therapy",
    "Uncovered",
    "source_of",
    "support_of",
]

Basis = Literal["stated", "implied", "editorial"]
"""Whether a document says it, two passages joined say it, or it is ours."""

ClaimIds: TypeAlias = tuple[str, ...]

Support = Literal["states", "implies", "limits", "contradicts"]
"""How far a claim carries what cites it: says it, says it together with others, takes some of it back, or denies it."""

Supports: TypeAlias = FrozenDict[Support]
"""By claim, how far it carries what cites it, where that is not what the basis says of all (`support_of`)."""

SUPPORT_BY_BASIS: dict[Basis, Support] = {"stated": "states", "implied": "implies", "editorial": "implies"}
"""How far claims carry what rests on them, if nothing else is said; what is ours stands on them and goes beyond."""

_AS_THE_BASIS_SAYS: Supports = FrozenDict()


Accepted: TypeAlias = FrozenDict[Text]
"""Problems that `rules check` finds here and that may stay, by code, each with the reason."""

_NOTHING_ACCEPTED: Accepted = FrozenDict()


class Identified(Form):
    """Something with an id, which is unique among its kind; `accept` says which problems found in it may stay."""

    id: Identifier
    accept: Accepted = field(default=_NOTHING_ACCEPTED, compare=False)


class Notice(Identified):
    """A remark of ours, shown beside every citation of some claims."""

    claims: ClaimIds
    text: Text
    plain: Plain[Literal["text"]] = field(default=None, compare=False)


class Limit(Identified):
    """Something that the documents as a whole lack."""

    text: Text
    plain: Plain[Literal["text"]] = field(default=None, compare=False)
    claims: ClaimIds = ()


class Scope(Form):
    """Which patients the documents concern at all, and what the others are told."""

    when: Condition
    text: Text
    outside: Text
    open: Text
    plain: Plain[Literal["text", "outside", "open"]] = field(default=None, compare=False)
    claims: ClaimIds = ()
    accept: Accepted = field(default=_NOTHING_ACCEPTED, compare=False)


class Subtype(Identified):
    """A named kind of the disease."""

    label: Text
    plain: Plain[Literal["label"]] = field(default=None, compare=False)
    when: Condition


class IntendedUse(Form):
    """What the rulebook is for, and for whom."""

    for_: Text
    not_for: Text
    users: Text
    plain: Plain[Literal["for", "not_for", "users"]] = field(default=None, compare=False)


class ExampleCase(Form):
    """What a new teaching case begins with: an invented patient, and how they fare.

    Attributes:
        summary: the case in one or two sentences.
        story, patient: who the patient is, as a story and as a description.
        hint: a hint to the first question.
        later, change: what has happened since, as a story and as a case writes it (`set`, `add`, `remove`).
        wish: what the patient wants.
        prompt: a question to think about.
    """

    summary: Text
    story: Text
    patient: dict[str, str | tuple[str, ...] | dict[str, str]]
    hint: Text
    later: Text
    change: dict[Literal["set", "add", "remove"], dict[str, str | tuple[str, ...] | dict[str, str]]]
    wish: Text
    prompt: Text


class RulebookFile(Form):
    """`rulebook.yaml`: name, version, scope, and what is said of the rulebook as a whole."""

    name: Text
    version: Text
    title: Text
    description: Text
    plain: Plain[Literal["title", "description"]] = field(default=None, compare=False)
    language: Text = "en"
    example: ExampleCase | None = None
    scope: Scope
    subtypes: tuple[Subtype, ...] = ()
    intended_use: IntendedUse | None = None
    limits: tuple[Limit, ...] = ()
    notices: tuple[Notice, ...] = ()


class Definition(Identified):
    """A named condition."""

    label: Text
    meaning: Text
    plain: Plain[Literal["label", "meaning"]] = field(default=None, compare=False)
    when: Condition
    claims: ClaimIds = ()
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis


class DefinitionsFile(Form):
    """`definitions.yaml`."""

    definitions: tuple[Definition, ...]


class Rule(Identified):
    """A passage that describes a class (or gives no criterion for it) for the patients in `when`."""

    when: Condition
    status: Literal["candidate", "unspecified"]
    because: Text
    claims: ClaimIds
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis
    note: Text | None = None
    plain: Plain[Literal["because", "note"]] = field(default=None, compare=False)
    rulings: tuple[Number, ...] = field(default=(), compare=False)


AGENTS_PLACEHOLDER = "{agents}"
"""What stands in the text of a caution for the treatments that it means: those that a patient has had."""


class Caution(Identified):
    """What bears on a class where its condition holds, without changing the verdict.

    `urgent` says that it goes with an urgent sign: it is told in full in every form, however short.
    """

    when: Condition = field(compare=False)
    text: Text
    plain: Plain[Literal["text"]] = field(default=None, compare=False)
    claims: ClaimIds = ()
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis
    kind: Literal["caution", "limit", "notice"] = "caution"
    urgent: YesNo = False


class NamedAgent(Form):
    """A drug that a document names for a class, by its id in `agents.yaml`.

    `when` says for whom the passage names it, where it is not for everyone for whom the class is described. A drug that
    one passage names so and another for all stands twice.
    """

    agent: Identifier
    when: Condition = field(default=Always(), compare=False)
    claims: ClaimIds


class Member(Identified):
    """A group of agents, or an approach, inside a class."""

    label: Text
    gloss: Text
    summary: Text
    agents: tuple[NamedAgent, ...] = ()
    mentions: ClaimIds = ()
    silence: Text | None = None
    plain: Plain[Literal["label", "summary", "silence"]] = field(default=None, compare=False)
    rules: tuple[Rule, ...] = ()
    cautions: tuple[Caution, ...] = ()


class Therapy(Member):
    """One file of `therapies/`: a class of treatment; `systemic` where it acts on the disease in the whole body."""

    order: Number
    systemic: YesNo = field(default=False, compare=False)
    members: tuple[Member, ...] = ()


KindOfConsideration = Literal[
    "testing", "monitoring", "sequence", "support", "limit", "symptom", "prognosis", "urgent", "cost"
]


class Consideration(Identified):
    """What is not an option but bears on the choice.

    `when` looks at the patient; `when_unknown` at the knowledge: it fires while any of its facts is
    unknown. With both, either is enough; `unless` takes it back. Like a rule, it is about patients in scope, unless it
    says `beyond_scope`. `note` is a remark of ours, told apart from what the documents say in `text`. `general`
    says that it is told to everybody, and therefore after what concerns this patient.
    """

    kind: KindOfConsideration
    title: Text
    when: Condition | None = field(default=None, compare=False)
    when_unknown: tuple[str, ...] = field(default=(), compare=False)
    unless: Condition | None = field(default=None, compare=False)
    beyond_scope: YesNo = field(default=False, compare=False)
    text: Text
    note: Text | None = None
    plain: Plain[Literal["title", "text", "note"]] = field(default=None, compare=False)
    claims: ClaimIds = ()
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis
    options: tuple[str, ...] = ()
    general: YesNo = False

    @property
    def is_urgent_sign(self) -> bool:
        """Whether it tells of an urgent sign that a patient has, and not of those that everybody is told."""
        return self.kind == "urgent" and not self.general


class ConsiderationsFile(Form):
    """`considerations.yaml`."""

    considerations: tuple[Consideration, ...]


class Side(Form):
    """What one side of a disagreement says."""

    says: Text
    plain: Plain[Literal["says"]] = field(default=None, compare=False)
    claims: ClaimIds


class Disagreement(Identified):
    """Where documents disagree, with each other or with themselves, and for whom it matters.

    `outlook` says that it is about outlook and survival, which are shown only where a reader asks for them.
    """

    subject: Text
    when: Condition = field(default=Always(), compare=False)
    outlook: YesNo = field(default=False, compare=False)
    sides: tuple[Side, ...]
    reading: Text
    plain: Plain[Literal["subject", "reading"]] = field(default=None, compare=False)
    options: tuple[str, ...] = ()


class DisagreementsFile(Form):
    """`disagreements.yaml`."""

    disagreements: tuple[Disagreement, ...]


class Note(Identified):
    """Background that the documents give and that decides nothing; `outlook` as for a disagreement, `note` is ours."""

    title: Text
    when: Condition = field(default=Always(), compare=False)
    outlook: YesNo = field(default=False, compare=False)
    text: Text
    note: Text | None = None
    plain: Plain[Literal["title", "text", "note"]] = field(default=None, compare=False)
    claims: ClaimIds
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis


class BackgroundFile(Form):
    """`background.yaml`."""

    notes: tuple[Note, ...]


class Term(Identified):
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
    plain: Plain[Literal["means"]] = field(default=None, compare=False)
    claims: ClaimIds = ()
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis


class GlossaryFile(Form):
    """`glossary.yaml`."""

    terms: tuple[Term, ...]


Settled = Literal["candidate", "undetermined", "unspecified", "not_described"]


class CareQuestion(Identified):
    """A question that a reader may bring to a care team; it informs and asks, and never advises.

    Attributes:
        when: asked where this is entailed; by default always, unless `when_unknown` is given.
        when_unknown: or while any of these facts is unknown.
        unless: but not where this is entailed.
        beyond_scope: asked also where the documents do not concern the patient.
        about: a class; asked only where that has one of the statuses in `status`.
        ask: the question, in the reader's voice.
        why: what makes it worth asking.
    """

    when: Condition | None = field(default=None, compare=False)
    when_unknown: tuple[str, ...] = field(default=(), compare=False)
    unless: Condition | None = field(default=None, compare=False)
    beyond_scope: YesNo = field(default=False, compare=False)
    about: str | None = None
    status: tuple[Settled, ...] = field(default=("candidate", "undetermined"), compare=False)
    ask: Text
    why: Text | None = None
    plain: Plain[Literal["ask", "why"]] = field(default=None, compare=False)
    claims: ClaimIds = ()
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis


class ReaderValue(Identified):
    """Something that may matter to a reader, to mark and to write about; there is no right answer."""

    ask: Text
    plain: Plain[Literal["ask"]] = field(default=None, compare=False)
    claims: ClaimIds = ()
    supports: Supports = _AS_THE_BASIS_SAYS
    basis: Basis


class QuestionsFile(Form):
    """`questions.yaml`."""

    questions: tuple[CareQuestion, ...]
    values: tuple[ReaderValue, ...] = ()


class Claim(Identified):
    """One statement of a document, in our own words.

    Attributes:
        where: the section, then paragraph or bullet.
        topic: what kind of statement it is.
        when: the patients whom the passage speaks of, so far as facts carry it; None where it names none.
        condition: what it asks for besides, in words; no fact carries it.
        statement: the claim.
        key_terms: short phrases that stand in the document, to find the passage by.
        certainty: `stated`, `implied`, or `garbled` where the passage itself is damaged.
        note: a remark on it.
        not_encoded: why nothing in the rulebook uses it, where nothing does.
        about: the classes and members of which it speaks beside those whose rules rest on it, or that name a drug by
            it or mention it.
        rulings: the numbers of the rulings by which one of these is not described for some of whom it speaks.
        span: where its passage stands in the document's text (`documents.normalized`): the offset of its first
            character, and of the one after its last.
        repeats: where the document says it again, likewise, for the further places that `where` names.
        passage_sha256: the digest of what stands there (`documents.passage_digest`).
    """

    where: Text
    topic: Text
    when: Condition | None = field(default=None, compare=False)
    condition: Text | None = None
    statement: Text
    key_terms: tuple[Text, ...]
    certainty: Literal["stated", "implied", "garbled"]
    note: Text | None = None
    not_encoded: Text | None = None
    about: tuple[str, ...] = field(default=(), compare=False)
    rulings: tuple[Number, ...] = field(default=(), compare=False)
    span: tuple[Number, ...] | None = None
    repeats: tuple[tuple[Number, ...], ...] = ()
    passage_sha256: Digest | None = None


class Ruling(Form):
    """How the documents are read where they can be read in more than one way; rules name it by its number."""

    number: Number
    says: Text


class RulingsFile(Form):
    """`rulings.yaml`."""

    rulings: tuple[Ruling, ...]


class ClaimsFile(Form):
    """One file of `claims/`: a document taken apart."""

    source: Text
    claims: tuple[Claim, ...]


class Section(Form):
    """A section of a document; it ends where the next begins that is not inside it.

    Attributes:
        name: what `where` calls it. A section is inside another whose name its own begins with.
        heading: its heading as the document prints it, where that is not the name; in either, three points stand for
            words left out.
        begins: its first words, where it has no heading.
    """

    name: Text
    heading: Text | None = None
    begins: Text | None = None


class Uncovered(Form):
    """Sentences of a document, one or a run of them, that no claim covers, and why none has to.

    Attributes:
        span: from the beginning of the first to the end of the last, counted as in a claim.
        sha256: the digest of what stands there.
        why: the reason.
    """

    span: tuple[Number, ...]
    sha256: Digest
    why: Text


class Source(Identified):
    """One of the documents.

    Attributes:
        url: its address, where it has one; pages link to it.
        funding: who paid for it, as far as it says so itself.
        sections: its sections in order, where its headings are to be told.
        uncovered: which of its sentences no claim covers, and why.
    """

    title: Text
    short: Text
    publisher: Text
    date: Text
    kind: Text
    file: Text
    sha256: Digest
    limits: tuple[Text, ...] = ()
    url: Text | None = None
    note: Text | None = field(default=None, compare=False)
    funding: Text = field(default="not stated", compare=False)
    sections: tuple[Section, ...] = field(default=(), compare=False)
    uncovered: tuple[Uncovered, ...] = field(default=(), compare=False)


class SourcesFile(Form):
    """`sources.yaml`."""

    sources: tuple[Source, ...]


class Rulebook(Form):
    """A whole rulebook, every reference in it resolved.

    Its digest (`sha256` of the compiled rulebook) is over this model, so that comments and layout
    change nothing and any word that a reader sees changes it.
    """

    about: RulebookFile
    vocabulary: Vocabulary
    definitions: tuple[Definition, ...]
    therapies: tuple[Therapy, ...]
    considerations: tuple[Consideration, ...]
    disagreements: tuple[Disagreement, ...]
    background: tuple[Note, ...]
    glossary: tuple[Term, ...]
    questions: tuple[CareQuestion, ...]
    values: tuple[ReaderValue, ...]
    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    rulings: tuple[Ruling, ...] = ()


def support_of(basis: Basis, supports: Supports, claim: str) -> Support:
    """Return how far a claim carries what cites it, which has that basis and says so much of single claims."""
    return supports.get(claim, SUPPORT_BY_BASIS[basis])


def source_of(claim: str) -> str:
    """Return the id of the document of a claim, with which the claim's own id begins."""
    return claim.partition("-")[0]
