"""A compiled rulebook, ready for verdicts: what its authors wrote, beside the primes that decide."""

from __future__ import annotations

import io
import pickle
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, Generic, Literal, TypeVar, get_args

from mbc_options import package_data
from mbc_options.errors import UnknownOptionError, alternatives
from mbc_options.misuse import path_named, refuse_kind
from mbc_options.record import Record
from mbc_options.text import quoted
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.words import Words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from mbc_options.errors import Problem
    from mbc_options.logic import Function, PrimeFunction, Space, Theory, TooManyCubesError
    from mbc_options.patient.description import Description
    from mbc_options.rulebook.load import Read
    from mbc_options.rulebook.models import (
        CareQuestion,
        Caution,
        Claim,
        Consideration,
        Definition,
        Disagreement,
        Member,
        NamedAgent,
        Note,
        ReaderValue,
        Rule,
        RulebookFile,
        Ruling,
        Source,
        Subtype,
        Term,
    )
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = [
    "CompiledOption",
    "CompiledRemark",
    "CompiledRule",
    "CompiledRulebook",
    "CompiledSubtype",
    "load_rulebook",
    "packed_rulebook",
    "rulebook_of",
    "too_many_cases",
]

A = TypeVar("A", "Caution", "NamedAgent", "Consideration", "Disagreement", "Note", "CareQuestion")


class CompiledRule(Record):
    """A rule, and the patients for whom it holds.

    Attributes:
        rule: as it was authored.
        function: its condition.
        reads: how its condition reads.
    """

    rule: Rule
    function: Function
    reads: str


class CompiledRemark(Record, Generic[A]):
    """Something said beside the options where its condition holds.

    Attributes:
        authored: as it was authored.
        function: the condition; None for "always" (or, with `unknown`, for "never by itself").
        unknown: bits of facts, a field each; it fires as well while one of them is unknown.
        unless: where this is entailed, it does not fire; None for nowhere.
    """

    authored: A
    function: Function | None
    unknown: tuple[int, ...] = ()
    unless: Function | None = None

    def applies_to(self, knowledge: int, besides: int = 0) -> bool:
        """Tell whether it is entailed, or asks about something that is not known.

        Args:
            knowledge: what is known.
            besides: bits of facts of which nobody asks whether they are known.
        """
        if self.unless is not None and self.unless.entailed_by(knowledge):
            return False
        function = self.function
        if function is None:
            if not self.unknown:
                return True
        elif function.entailed_by(knowledge):
            return True
        for mask in self.unknown:
            bits = knowledge & mask & ~besides
            if bits & (bits - 1):
                return True
        return False


class CompiledOption(Record):
    """A therapy class, or a member of one, with its effective condition (a member's within its class).

    Attributes:
        id: `chemotherapy`, or `chemotherapy.combination`.
        authored: as it was authored: label, summary, agents and the rest.
        candidate: the patients for whom a document describes it.
        described: those, and the patients for whom the documents name it without a criterion; the very same
            object as `candidate` where there are none of the latter.
        unspecified: only the latter; None where there are none.
        rules: its own rules.
        cautions: what bears on it.
        agents: the drugs named for it, with the patients for whom they are.
        members: the members of a class.
    """

    id: str
    authored: Member
    candidate: Function
    described: Function
    unspecified: Function | None
    rules: tuple[CompiledRule, ...]
    cautions: tuple[CompiledRemark[Caution], ...]
    agents: tuple[CompiledRemark[NamedAgent], ...]
    members: tuple[CompiledOption, ...]

    @property
    def decide(self) -> Literal["primes", "cover"]:
        """How its status is decided: by all minimal reasons, or on demand, where these are too many to be listed."""
        return "cover" if "cover" in {self.candidate.decide, self.described.decide} else "primes"


class CompiledSubtype(Record):
    """A named kind of the disease, and the patients who have it."""

    subtype: Subtype
    function: PrimeFunction


class CompiledRulebook(Record):
    """A rulebook that `explore` and `statuses` take. Make one with `load_rulebook`.

    Attributes:
        sha256: the digest of its canonical model: the same for the same knowledge in the same words.
        about: what is said of it as a whole.
        vocabulary: its fields and facts.
        scope: the patients whom its documents concern.
        inside: what cannot be for a patient in scope.
        options: the therapy classes, in the order of the report.
        by_id: classes and members by id, each class before its members.
        subtypes: the named kinds of the disease.
        considerations: what is not an option but bears on the choice: urgent signs first, and last what is told to
            everybody.
        disagreements: where documents disagree, for the patients for whom it matters.
        background: background notes, for the patients for whom they matter.
        questions: questions to bring to a care team, for the patients for whom they are worth asking.
        values: what may matter to a reader.
        glossary: special words, explained.
        definitions: named conditions.
        sources: the documents by id.
        claims: the claims by id, in the order of the register.
        rulings: how the documents are read where they can be read in more than one way.
        notices_by_claim: the editorial notices on each claim that has any.
        words: the register in which it speaks.
    """

    sha256: str
    about: RulebookFile
    vocabulary: Vocabulary
    scope: PrimeFunction
    inside: Theory
    options: tuple[CompiledOption, ...]
    by_id: Mapping[str, CompiledOption]
    subtypes: tuple[CompiledSubtype, ...]
    considerations: tuple[CompiledRemark[Consideration], ...]
    disagreements: tuple[CompiledRemark[Disagreement], ...]
    background: tuple[CompiledRemark[Note], ...]
    questions: tuple[CompiledRemark[CareQuestion], ...]
    values: tuple[ReaderValue, ...]
    glossary: tuple[Term, ...]
    definitions: tuple[Definition, ...]
    sources: Mapping[str, Source]
    claims: Mapping[str, Claim]
    rulings: tuple[Ruling, ...]
    notices_by_claim: Mapping[str, tuple[str, ...]]
    words: Words = "clinical"

    @property
    def name(self) -> str:
        """The rulebook's name."""
        return self.about.name

    @property
    def version(self) -> str:
        """Its version."""
        return self.about.version

    @property
    def space(self) -> Space:
        """The facts laid out."""
        return self.vocabulary.space

    @property
    def theory(self) -> Theory:
        """What cannot be for any patient."""
        return self.vocabulary.theory

    def __repr__(self) -> str:
        return f"<CompiledRulebook {self.name} {self.version}: {len(self.options)} classes>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CompiledRulebook) and (other.sha256, other.words) == (self.sha256, self.words)

    def __hash__(self) -> int:
        return hash((self.sha256, self.words))

    def option(self, id_: str) -> CompiledOption:
        """Return a class or member; UnknownOptionError where there is none, TypeError for what is no id."""
        try:
            return self.by_id[id_]
        except (KeyError, TypeError):
            if not isinstance(id_, str):
                hint = "the patient comes first, and then the option" if hasattr(id_, "description") else ""
                refuse_kind("the id of an option", id_, hint)
            raise UnknownOptionError(id_, self.by_id) from None

    def option_named(self, name: str) -> str:
        """Return the id of the class or member that a person means; empty where nobody knows it.

        Args:
            name: an id, another name of a class or member (`chemo`), or a drug or regimen of one.

        Raises:
            TypeError: where it is no text.
        """
        from mbc_options.vocabulary.agents import Agent, Regimen, TreatmentGroup

        if not isinstance(name, str):
            refuse_kind("a name of an option", name)
        if name in self.by_id:
            return name
        agents = self.vocabulary.agents
        found = agents.find(name)
        drugs = [agents.agents[id_] for id_ in found.agents] if isinstance(found, Regimen) else []
        if isinstance(found, Agent):
            drugs = [found]
        meant = [found.id] if isinstance(found, TreatmentGroup) else []
        if len(drugs) == 1:
            meant = [f"{drugs[0].class_}.{drugs[0].member}", drugs[0].class_]
        elif len({drug.class_ for drug in drugs}) == 1:
            meant = [drugs[0].class_]
        return next((id_ for id_ in meant if id_ in self.by_id), "")

    def patient(self, **said: Any) -> Description:
        """Return a patient described by the facts of this rulebook, field by field.

        Raises:
            DescriptionError: for an unknown field, value or name, and for facts that contradict each other.
        """
        from mbc_options.patient.description import of

        return of(self.vocabulary, said)

    def load_patient(self, path: str | Path) -> Description:
        """Return the patient that a YAML or JSON file describes by the facts of this rulebook.

        Raises:
            DescriptionError: with file, line and column of every problem.
        """
        from mbc_options.patient.file import load_description

        return load_description(path, self.vocabulary)


_SHARED = ("vocabulary", "space", "theory")
"""What a pickled rulebook takes from its vocabulary, which is pickled by itself."""


def _shared(vocabulary: Vocabulary) -> tuple[object, ...]:
    return vocabulary, vocabulary.space, vocabulary.theory


def packed_rulebook(rulebook: CompiledRulebook) -> package_data.Compiled:
    """Return the rulebook that comes with the package as building it stores it."""
    names = dict(zip(map(id, _shared(rulebook.vocabulary)), _SHARED, strict=True))

    class Pickler(pickle.Pickler):
        def persistent_id(self, obj: Any) -> str | None:
            return names.get(id(obj))

    stream = io.BytesIO()
    Pickler(stream, protocol=5).dump(rulebook)
    return package_data.Compiled(pickle.dumps(rulebook.vocabulary, protocol=5), stream.getvalue())


@cache
def _bundled() -> CompiledRulebook:
    compiled = package_data.compiled()
    if compiled is None:
        return _from_directory(package_data.rules_dir())
    shared = dict(zip(_SHARED, _shared(bundled_vocabulary()), strict=True))

    class Unpickler(pickle.Unpickler):
        def persistent_load(self, pid: str) -> object:
            return shared[pid]

    rulebook: CompiledRulebook = Unpickler(io.BytesIO(compiled.rulebook)).load()
    return rulebook


def _from_directory(directory: Path) -> CompiledRulebook:
    from mbc_options.errors import RulebookError
    from mbc_options.logic import TooManyCubesError
    from mbc_options.rulebook.compile import compile_rulebook
    from mbc_options.rulebook.load import read_rulebook

    read = read_rulebook(directory)
    try:
        return compile_rulebook(read.rulebook)
    except TooManyCubesError as error:
        raise RulebookError([too_many_cases(read, error)]) from None


def too_many_cases(read: Read, error: TooManyCubesError) -> Problem:
    """Return the problem of a rulebook that cannot be compiled, at the entry that is to blame."""
    message = (
        f"the conditions of {error.entry or 'an entry'} are too many for one decision: neither the patients who "
        "fit them nor those who do not can be listed; name fewer facts together, or divide it"
    )
    return read.problem(message, error.entry, code="too-many-cases")


def load_rulebook(directory: str | Path | None = None, *, words: Words = "clinical") -> CompiledRulebook:
    """Return a compiled rulebook.

    Args:
        directory: a directory of rulebook files; None for the one that comes with the package,
            which is compiled once when the package is built.
        words: the register in which it speaks: `clinical`, the terms of the field, or `plain`, for patients and their
            families. It decides alike in both.

    Raises:
        RulebookError: with file, line and column of everything that is wrong with it.
        TypeError: where `directory` is no name of one.
        ValueError: where there is no such register.
    """
    if words not in get_args(Words):
        msg = f"words is {alternatives([*map(repr, get_args(Words))])}, not {quoted(words)}"
        raise ValueError(msg)
    if directory is None:
        rulebook = _bundled()
    else:
        hint = "it is a rulebook already" if isinstance(directory, CompiledRulebook) else ""
        rulebook = _from_directory(path_named(directory, "the name of a directory of rulebook files", hint))
    return _in_plain_words(rulebook) if words == "plain" else rulebook


def rulebook_of(given: object) -> CompiledRulebook:
    """Return the rulebook that a caller gave; for None the one that comes with the package.

    Raises:
        TypeError: where it is something else.
    """
    if given is None:
        return load_rulebook()
    if not isinstance(given, CompiledRulebook):
        hint = "the patient comes first, and then the rulebook" if hasattr(given, "description") else ""
        refuse_kind("a rulebook, as load_rulebook(DIR) returns it", given, hint)
    return given


@lru_cache(maxsize=4)
def _in_plain_words(rulebook: CompiledRulebook) -> CompiledRulebook:
    from mbc_options.rulebook.registers import in_plain_words

    return in_plain_words(rulebook)
