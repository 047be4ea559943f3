"""The vocabulary of a rulebook: its facts laid out, what cannot be, how everything is written, and how it reads.

Everything is made when the vocabulary is, so that reading a description only looks things up, from any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from mbc_options.logic import Space, Theory
from mbc_options.record import Fixed, Record
from mbc_options.source.forms import frozen
from mbc_options.text import capitalized
from mbc_options.vocabulary.facts import Choice, Constraint, Kinds, Names, TextField, Treatments
from mbc_options.vocabulary.notations import Reading, notations_of
from mbc_options.vocabulary.spelling import OTHER, folded, normal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbc_options.vocabulary.agents import Agents
    from mbc_options.vocabulary.facts import (
        AnyField,
        DerivedFact,
        FactsFile,
        Name,
        OpenValue,
        Setting,
        SettingFact,
        Value,
    )
    from mbc_options.vocabulary.notations import Notation
    from mbc_options.vocabulary.words import Words

__all__ = [
    "CLASS",
    "ChoiceForms",
    "FactWords",
    "Impossible",
    "NameForms",
    "TreatmentForms",
    "Vocabulary",
    "domains_of",
    "in_a_sentence",
]

T = TypeVar("T")

YES, NO = "yes", "no"
YES_NO = (YES, NO)
CLASS = "{class}"
"""What stands for the name of a treatment in the words of an outcome."""

_NOT_GIVEN = "what was not given has no outcome"


class FactWords(Record):
    """How a fact reads.

    Attributes:
        label: its name.
        question: the question that settles it.
        explains: an explanation for a reader, or None.
        values: a phrase for each value, in order.
        negations: for some values, a phrase for "any value but this one"; None where there are none.
    """

    label: str
    question: str
    explains: str | None = None
    values: dict[str, str]
    negations: dict[str, str] | None = None

    def phrase(self, values: Iterable[str]) -> str:
        """Return how "the fact has one of these values" reads."""
        possible = tuple(values)
        missing = [value for value in self.values if value not in possible]
        if len(possible) > 1 and len(missing) == 1:
            return (self.negations or {}).get(missing[0]) or f"not {self.values[missing[0]]}"
        return " or ".join(self.values[value] for value in possible)


class Impossible(Record):
    """A constraint: why, and the impossible combinations, each as allowed values by fact."""

    sentence: str
    cases: tuple[dict[str, tuple[str, ...]], ...]


class ChoiceForms(Record):
    """How the values of a choice may be written.

    Attributes:
        readings: by the word, in small letters, what it means.
        values: the values and the words that leave it open, for messages.
        words: all words, for suggestions.
        prefixes: names of the fact that may stand before a value, the longest first.
        notations: notations that it may be written in.
        open_values: by their id, words that leave it open.
        is_yes_no: whether true and false mean yes and no.
    """

    readings: dict[str, Reading]
    values: tuple[str, ...]
    words: tuple[str, ...]
    prefixes: tuple[str, ...]
    notations: tuple[Notation, ...]
    open_values: dict[str, OpenValue]
    is_yes_no: bool


class NameForms(Record):
    """The names of a field of names.

    Attributes:
        names: by the word, with _ for spaces and hyphens, the name that it means; `other:<text>` for a known text.
        aliases: the further words.
        notices: by the word, what a reader should know where it is used.
        beside: words that may stand beside a name and say nothing of which it is.
        yes, no: for each name, the bit that allows the value.
        every_yes: all bits of `yes`.
        implied: by name, the names of the same field that it brings along.
    """

    names: dict[str, str]
    aliases: tuple[str, ...]
    notices: dict[str, str]
    beside: frozenset[str]
    yes: dict[str, int]
    no: dict[str, int]
    every_yes: int
    implied: dict[str, tuple[str, ...]]


class TreatmentForms(Record):
    """What is said of treatments.

    Attributes:
        outcomes: by the word, the outcome that it means.
        settings: by the word, the setting that it means.
        setting_texts: how each setting reads after a treatment.
        given_in: for each setting with a fact, the bits of yes and of no.
        always: the outcome that every treatment has; empty where there is none.
        example: the name of a treatment, for messages; empty where there is none.
        yes, no: for each class or member with facts, by outcome, the bit that allows the value.
        every_yes: all bits of `yes`.
        passing: outcomes that are no longer so once a later one is told.
    """

    outcomes: dict[str, str]
    settings: dict[str, str]
    setting_texts: dict[str, str]
    given_in: dict[str, tuple[int, int]]
    always: str
    example: str
    yes: dict[str, dict[str, int]]
    no: dict[str, dict[str, int]]
    every_yes: int
    passing: frozenset[str]


class Vocabulary(Fixed):
    """The facts that a rulebook speaks of.

    Args:
        file: the facts, checked.
        agents: what the names of treatments mean.
        sha256: the digest of both.
        words: the register in which it speaks.

    Attributes:
        fields: the fields of a description by id, in the order in which they are printed.
        facts: how each fact reads, in order.
        space: every fact with its domain.
        theory: the constraints over them.
        impossible: the constraints as they are said.
        choices, names, treatments: how the fields of each kind are written, by id.
        label: the id of the first field of text, which titles what is shown; empty where there is none.
        history: the id of the field of treatments; empty where there is none.
        counted: the facts that are names from which others are derived (the distant sites, and those that are not).
        applicability: facts that are derived or assumed, and the fields that say them: they tell whether the documents
            apply, more than what they say.
        constant: facts that do not change.
        told_by_list: facts that the list of earlier treatments says in the same words.
        places: where names lie on the sketch of a body, by fact.
        patient: what a patient is called who has no label.
        kinds: how the kinds of the illness are spoken of.
        labels: what each field is called.
        headings: what stands over each field of names on a page, in the order of pages.
        nothing_else: how "no other of these" reads, by field of names or treatments.
        sketched: the fields whose names have places on the sketch of a body.
        at_stages: the field of names that is told where a case goes from stage to stage; None where none is.
        derived: by field of names, the first fact that is derived from it.
        derived_ids: the facts that are derived.
        told_by_sketch: the fields that say again what stands beside the sketch.
        field_names: by the word, with _ for spaces and hyphens, the field that it names.
        not_asked: by the word, likewise, what no document asks for.
    """

    def __init__(self, file: FactsFile, agents: Agents, sha256: str, words: Words = "clinical") -> None:
        self.file, self.agents, self.sha256, self.words = file, agents, sha256, words
        self.fields: dict[str, AnyField] = {field.id: field for field in file.fields}
        self.field_names = {folded(name): field.id for field in file.fields for name in (field.id, *_also(field))}
        self.not_asked = {folded(name): one for one in file.not_asked for name in (one.id, *one.also)}
        self.facts: dict[str, FactWords] = _in_order(dict(_words(file, agents)), file.fact_order)
        self.space = Space({fact: tuple(words.values) for fact, words in self.facts.items()})
        self.impossible = (*_derived(file), *_outcomes(file, agents), *map(_impossible, file.constraints))
        self.theory = Theory(self.space, [self.space.cube(case) for one in self.impossible for case in one.cases])
        self.choices = {field.id: _choice_forms(field) for field in file.fields if isinstance(field, Choice)}
        self.names = {field.id: self._name_forms(field) for field in file.fields if isinstance(field, Names)}
        self.treatments = {f.id: self._treatment_forms(f) for f in file.fields if isinstance(f, Treatments)}
        self.label = next((field.id for field in file.fields if isinstance(field, TextField)), "")
        self.history = next(iter(self.treatments), "")
        self.counted = tuple(f"{fact.any_of}.{name}" for fact in file.derived for name in self.names[fact.any_of].yes)
        self.applicability = frozenset(
            name
            for name in (
                *(fact.id for fact in file.derived),
                *(name for one in file.assumptions for name in (one.fact, one.unless_said) if name),
            )
        )
        self.constant = frozenset(field.id for field in file.fields if isinstance(field, Choice) and field.constant)
        self.told_by_list = frozenset(
            f"{field.id}.{group}.{outcome.id}"
            for field in file.fields
            if isinstance(field, Treatments)
            for group in agents.tracked
            for outcome in field.outcomes
            if outcome.told_by_list
        )
        self.places = {
            f"{field.id}.{name.id}": name.at
            for field in file.fields
            if isinstance(field, Names)
            for name in field.names
            if name.at
        }
        self._lay_out_words(file)
        self.fix(frozen)

    def _lay_out_words(self, file: FactsFile) -> None:
        """Prepare how the patient, the kinds of the illness and the fields are called."""
        self.patient = file.patient or "A patient"
        self.kinds = file.kinds or Kinds(heading="Subtype", told_by="facts")
        self.labels = {field.id: _label(field) for field in file.fields}
        names = [field for field in file.fields if isinstance(field, Names)]
        headings = {field.id: field.heading or capitalized(self.labels[field.id]) for field in names}
        self.headings = _in_order(headings, file.heading_order)
        self.nothing_else = {
            field.id: field.nothing_else or f"no other {self.labels[field.id]}"
            for field in file.fields
            if isinstance(field, (Names, Treatments))
        }
        self.sketched = frozenset(map(self.field_of, self.places))
        self.at_stages = next((field for field in names if field.at_stages), None)
        self.derived = {fact.any_of: fact for fact in reversed(file.derived)}
        self.derived_ids = frozenset(fact.id for fact in file.derived)
        on_sketch = {fact.id for fact in file.derived if fact.any_of in self.sketched}
        self.told_by_sketch = frozenset(
            field.id for field in file.fields if isinstance(field, Choice) and field.settles in on_sketch
        )

    def __repr__(self) -> str:
        return f"<Vocabulary of {len(self.fields)} fields, {len(self.facts)} facts>"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Vocabulary) and (other.sha256, other.words) == (self.sha256, self.words)

    def __hash__(self) -> int:
        return hash((self.sha256, self.words))

    def phrase(self, fact: str, values: Iterable[str]) -> str:
        """Return how "this fact has one of these values" reads."""
        return self.facts[fact].phrase(values)

    def field_of(self, fact: str) -> str:
        """Return the field that a fact belongs to (`sites` for `sites.bone`); the fact itself where it has none."""
        return fact.partition(".")[0]

    def flag_of(self, field: str) -> str:
        """Return the name of a field's flag on the command line, without the dashes."""
        known = self.fields.get(field)
        return (known and known.flag) or field.replace("_", "-")

    def implications(self) -> Iterator[tuple[str, str]]:
        """Yield facts of earlier treatment, and what each means as well.

        An outcome means the outcome that every treatment has; what is known of a member is known of its class.
        """
        for field in self.fields.values():
            if isinstance(field, Treatments):
                yield from _implications(field, self.agents)

    def _name_forms(self, field: Names) -> NameForms:
        space = self.space
        names = {folded(name.id): name.id for name in field.listed}
        aliases = {folded(also): name.id for name in field.names for also in name.also}
        noted = [(form, name.id, one.notice) for name in field.names for one in name.noted for form in one.also]
        if free := field.free_text:
            aliases |= {folded(also): f"{OTHER}{also}" for also in free.also}
            noted += [(form, f"{OTHER}{form}", one.notice) for one in free.noted for form in one.also]
        aliases |= {folded(form): name for form, name, _ in noted}
        yes = {name.id: space.bit(f"{field.id}.{name.id}", YES) for name in field.names}
        implied: dict[str, list[str]] = {}
        for case in (case for one in self.impossible for case in one.cases):
            facts = [fact.partition(".") for fact in case]
            if len(facts) == 2 and {place[0] for place in facts} == {field.id}:
                by_answer = {values: fact for fact, values in case.items()}
                if (YES,) in by_answer and (NO,) in by_answer:
                    cause, effect = (by_answer[answer,].partition(".")[2] for answer in YES_NO)
                    implied.setdefault(cause, []).append(effect)
        return NameForms(
            names=names | aliases,
            aliases=tuple(aliases),
            notices={folded(form): notice.replace("{written}", form) for form, _, notice in noted},
            beside=frozenset(map(folded, field.beside)),
            yes=yes,
            no={name.id: space.bit(f"{field.id}.{name.id}", NO) for name in field.names},
            every_yes=sum(yes.values()),
            implied={name: tuple(effects) for name, effects in implied.items()},
        )

    def _treatment_forms(self, field: Treatments) -> TreatmentForms:
        def bits(answer: str) -> dict[str, dict[str, int]]:
            return {
                group: {o.id: self.space.bit(f"{field.id}.{group}.{o.id}", answer) for o in field.outcomes}
                for group in self.agents.tracked
            }

        said = [outcome for outcome in field.outcomes if not outcome.always]
        always = [outcome.id for outcome in field.outcomes if outcome.always]
        yes = bits(YES)
        return TreatmentForms(
            outcomes={normal(form): outcome.id for outcome in said for form in (outcome.id, *outcome.also)},
            settings={normal(form): setting.id for setting in field.settings for form in (setting.id, *setting.also)},
            setting_texts={setting.id: setting.text or setting.id.replace("_", " ") for setting in field.settings},
            given_in={
                setting.id: (self.space.bit(fact, YES), self.space.bit(fact, NO))
                for setting, fact in _setting_facts(field)
            },
            always=always[0] if always else "",
            example=field.example or "",
            yes=yes,
            no=bits(NO),
            every_yes=sum(bit for outcomes in yes.values() for bit in outcomes.values()),
            passing=frozenset(outcome.id for outcome in said if outcome.passing),
        )


def in_a_sentence(label: str) -> str:
    """Return the name of a treatment as it stands within a sentence."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]


def domains_of(file: FactsFile, agents: Agents) -> dict[str, tuple[str, ...]]:
    """Return every fact with its values, in order, without anything that takes sound constraints."""
    return {fact: tuple(words.values) for fact, words in _words(file, agents)}


def _words(file: FactsFile, agents: Agents) -> Iterator[tuple[str, FactWords]]:
    """Yield every fact with how it reads."""
    for field in file.fields:
        if isinstance(field, Choice):
            values = {value.id: value.text for value in field.values}
            negations = {value.id: value.negation for value in field.values if value.negation}
            yield field.id, _fact(field, values, negations)
        elif isinstance(field, Names):
            for name in field.names:
                yield f"{field.id}.{name.id}", _fact(name, {YES: name.yes, NO: name.no})
        elif isinstance(field, Treatments):
            for group in agents.tracked:
                label = in_a_sentence(agents.groups[group].label)
                for outcome in field.outcomes:
                    said, question, yes, no = (
                        text.replace(CLASS, label)
                        for text in (outcome.label, outcome.question, outcome.yes, outcome.no)
                    )
                    words = FactWords(label=said, question=question, values={YES: yes, NO: no})
                    yield f"{field.id}.{group}.{outcome.id}", words
            for setting, id_ in _setting_facts(field):
                assert setting.fact is not None
                yield id_, _fact(setting.fact, {YES: setting.fact.yes, NO: setting.fact.no})
    for fact in file.derived:
        yield fact.id, _fact(fact, {YES: fact.yes, NO: fact.no})


def _setting_facts(field: Treatments) -> Iterator[tuple[Setting, str]]:
    """Yield the settings that are facts of their own, with the ids of these (`prior.metastatic.given`)."""
    always = next((outcome.id for outcome in field.outcomes if outcome.always), "given")
    yield from ((setting, f"{field.id}.{setting.id}.{always}") for setting in field.settings if setting.fact)


def _also(field: AnyField) -> tuple[str, ...]:
    return () if isinstance(field, TextField) else field.also


def _fact(
    said: Choice | Name | DerivedFact | SettingFact, values: dict[str, str], negations: dict[str, str] | None = None
) -> FactWords:
    return FactWords(
        label=said.label,
        question=said.question,
        explains=getattr(said, "explains", None),
        values=values,
        negations=negations,
    )


def _label(field: AnyField) -> str:
    said = (field.short or field.label) if isinstance(field, Choice) else getattr(field, "label", None)
    return said or field.id.replace("_", " ")


def _in_order(words: Mapping[str, T], order: tuple[str, ...]) -> dict[str, T]:
    """Return facts or fields with those first that an order names, itself or by their field."""
    places = {name: i for i, name in enumerate(order)}

    def place(fact: str) -> int:
        return places.get(fact, places.get(fact.partition(".")[0], len(places)))

    return {fact: words[fact] for fact in sorted(words, key=place)}


def _derived(file: FactsFile) -> Iterator[Impossible]:
    """Yield the constraints that tie derived facts to the names that they are derived from."""
    for fact in file.derived:
        field = next(field for field in file.fields if field.id == fact.any_of)
        assert isinstance(field, Names)
        facts = [f"{field.id}.{name.id}" for name in field.names if name.id not in fact.except_]
        cases: list[dict[str, tuple[str, ...]]] = [{name: (YES,), fact.id: (NO,)} for name in facts]
        cases.append({fact.id: (YES,), **dict.fromkeys(facts, (NO,))})
        yield Impossible(sentence=fact.sentence, cases=tuple(cases))


def _implications(field: Treatments, agents: Agents) -> Iterator[tuple[str, str]]:
    """Yield facts of earlier treatment, and what each means as well."""
    always = [outcome.id for outcome in field.outcomes if outcome.always]
    for group in agents.tracked:
        class_ = group.rpartition(".")[0]
        for outcome in field.outcomes:
            fact = f"{field.id}.{group}.{outcome.id}"
            yield from ((fact, f"{field.id}.{group}.{one}") for one in always[:1] if one != outcome.id)
            if class_ in agents.tracked:  # a class that is none is told of the drugs
                yield fact, f"{field.id}.{class_}.{outcome.id}"


def _outcomes(file: FactsFile, agents: Agents) -> Iterator[Impossible]:
    """Yield the constraints between what is known of treatments: what was not given has no outcome."""
    for field in file.fields:
        if isinstance(field, Treatments):
            cases: list[dict[str, tuple[str, ...]]] = [
                {fact: (YES,), implied: (NO,)} for fact, implied in _implications(field, agents)
            ]
            yield Impossible(sentence=field.sentence or _NOT_GIVEN, cases=tuple(cases))


def _impossible(constraint: Constraint) -> Impossible:
    cases = tuple(
        {fact: (values,) if isinstance(values, str) else values for fact, values in case.items()}
        for case in constraint.never
    )
    return Impossible(sentence=constraint.sentence, cases=cases)


def _choice_forms(field: Choice) -> ChoiceForms:
    readings: dict[str, Reading] = {}
    for value in field.values:
        meaning = Reading(value.id)
        for form in (value.id, value.id.replace("_", " "), *value.also):
            readings.setdefault(normal(form), meaning)
        for noted in value.noted:
            for form in noted.also:
                readings.setdefault(normal(form), Reading(value.id, notice=noted.notice.replace("{written}", form)))
    for word in field.open_values:
        meaning = Reading(None, word.id, word.notice)
        for form in (word.id, word.id.replace("_", " "), *word.also):
            readings.setdefault(normal(form), meaning)
    notations = notations_of(field.notations)
    ids = [*(value.id for value in field.values), *(word.id for word in field.open_values)]
    signs = {value.id: next((also for also in value.also if len(also) == 1), "") for value in field.values}
    shown = [f"{id_} ({signs[id_]})" if notations and signs.get(id_) else id_ for id_ in ids]
    words: tuple[Value | OpenValue, ...] = (*field.values, *field.open_values)
    also = [form for word in words for form in word.also]
    also += [form for value in field.values for noted in value.noted for form in noted.also]
    return ChoiceForms(
        readings=readings,
        values=(*shown, *(notation.accepts for notation in notations)),
        words=tuple(ids) if notations else (*ids, *(form for form in also if len(form) > 1)),
        prefixes=tuple(sorted((prefix.lower() for prefix in field.prefixes), key=len, reverse=True)),
        notations=notations,
        open_values={word.id: word for word in field.open_values},
        is_yes_no={value.id for value in field.values} == set(YES_NO),
    )
