"""What a record says, in the words of the vocabulary: what is known, on which lines it rests, and what is not known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.frozendict import FrozenDict
from mbc_options.records.receipt import RecordFact
from mbc_options.vocabulary.facts import Names, TextField
from mbc_options.vocabulary.spelling import OTHER, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from mbc_options.patient.description import Description
    from mbc_options.patient.prior import TreatmentEntry
    from mbc_options.records.receipt import Entry
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["facts_of", "unknown_in"]


class _Known(NamedTuple):
    """What is known of a fact: how it reads, and its bits; none where no fact stands for it."""

    says: str
    bits: int = 0


def facts_of(
    description: Description, entries: Sequence[Entry], also: Mapping[str, Sequence[int]] | None = None
) -> tuple[RecordFact, ...]:
    """Return what a record speaks of: first what is known of it, then what stays unknown all the same.

    Args:
        description: what follows from the record.
        entries: the lines of the receipt, by whose positions each fact says what it rests on.
        also: by fact, lines that say something of it beside what they were read for.
    """
    vocabulary = description.vocabulary
    lines: dict[str, list[int]] = {}
    for number, entry in enumerate(entries):
        if entry.what and vocabulary.field_of(entry.what) in vocabulary.fields:
            lines.setdefault(entry.what, []).append(number)
    known = dict(_known(description))
    order = {field: place for place, field in enumerate(vocabulary.fields)}
    whats = sorted({**known, **lines}, key=lambda what: order.get(vocabulary.field_of(what), -1))  # the derived first
    facts = []
    for what in whats:
        says = known[what].says if what in known else ""
        rests_on = [number for number in lines.get(what, ()) if says and entries[number].outcome == "used"]
        rests_on += [] if rests_on or not says or also is None else also.get(what, ())
        facts.append(
            RecordFact(
                what=what,
                field=_field_label(vocabulary, what),
                label=_label(vocabulary, what),
                says=says,
                rests_on=tuple(rests_on),
                follows_from=() if rests_on or not says else tuple(_causes(vocabulary, what, known)),
                values=_values(vocabulary, what, [entries[number].value for number in lines.get(what, ())]),
            )
        )
    said = {vocabulary.field_of(fact.what) for fact in facts if fact.says}
    # A field of which something is known is not unknown as well.
    unknown = (fact for fact in facts if not fact.says and fact.what not in said)
    return (*(fact for fact in facts if fact.says), *unknown)


def unknown_in(vocabulary: Vocabulary, facts: Sequence[RecordFact]) -> tuple[str, ...]:
    """Return what the fields and the derived facts are called of which a record says nothing.

    Of a field of names or treatments that holds only what was ignored, nothing is known either.
    """
    said = {fact.what for fact in facts} | {vocabulary.field_of(fact.what) for fact in facts if fact.says}
    derived = [fact for fact in vocabulary.facts if fact in vocabulary.derived_ids and fact not in said]
    fields = [field.id for field in vocabulary.fields.values() if not isinstance(field, TextField)]
    return (
        *(vocabulary.facts[fact].label for fact in derived),
        *(vocabulary.labels[field] for field in fields if field not in said),
    )


def _known(description: Description) -> Iterator[tuple[str, _Known]]:
    """Yield what is known, by fact: not the long list of what is denied by something else."""
    vocabulary, fields = description.vocabulary, description.fields
    space = vocabulary.space
    for fact, values in description.known().items():
        if len(values) == 1 and (fact in vocabulary.choices or fact in vocabulary.derived_ids):
            written = description.details.get(fact)
            said = vocabulary.phrase(fact, values)
            yield fact, _Known(f"{said} ({written})" if written else said, space.bit(fact, values[0]))
    for field in vocabulary.fields.values():
        if isinstance(field, Names):
            for name, answer in (fields[field.id] or {}).items():
                fact = f"{field.id}.{name.partition(':')[0]}"
                said = _without_mark(name) if name.startswith(OTHER) else vocabulary.phrase(fact, (answer,))
                yield f"{field.id}.{name}", _Known(said, space.bit(fact, answer))
    for entry in description.entries:
        yield f"{vocabulary.history}.{entry.named.therapy}", _Known(_treatment(vocabulary, entry))


def _treatment(vocabulary: Vocabulary, entry: TreatmentEntry) -> str:
    outcome = _outcome(entry.outcome)
    texts = vocabulary.treatments[vocabulary.history].setting_texts
    setting = "" if entry.setting == UNKNOWN else f" ({texts[entry.setting]})"
    return f"{entry.named.label}: {outcome}{setting}"


def _outcome(outcome: str) -> str:
    return "outcome not known" if outcome == UNKNOWN else _spaced(outcome)


def _causes(vocabulary: Vocabulary, what: str, known: Mapping[str, _Known]) -> Iterator[str]:
    """Yield the facts from each of which another follows."""
    space, theory = vocabulary.space, vocabulary.theory
    for other, one in known.items():
        if other == what or not one.bits or other in vocabulary.derived_ids:
            continue
        fact = other.partition(":")[0]
        alone = theory.tighten(space.universe & ~space.mask(fact) | one.bits)
        if getattr(vocabulary.fields.get(fact), "settles", None) == what or (
            alone & space.mask(what) == known[what].bits
        ):
            yield other


def _values(vocabulary: Vocabulary, what: str, values: Sequence[str]) -> FrozenDict[str]:
    domain = vocabulary.facts[what].values if what in vocabulary.facts else {}
    in_words = _outcome if vocabulary.field_of(what) == vocabulary.history else _spaced
    return FrozenDict({value: domain.get(value) or in_words(value) for value in values if value})


def _spaced(value: str) -> str:
    return value.replace("_", " ")


def _field_label(vocabulary: Vocabulary, what: str) -> str:
    return vocabulary.labels.get(vocabulary.field_of(what)) or vocabulary.facts[what].label


def _label(vocabulary: Vocabulary, what: str) -> str:
    field, _, name = what.partition(".")
    if field == vocabulary.history and (found := vocabulary.agents.find(name)) is not None:
        return found.label
    if name and what in vocabulary.facts:
        return vocabulary.facts[what].label
    return _without_mark(name) if name else _field_label(vocabulary, what)


def _without_mark(name: str) -> str:
    return name.removeprefix(OTHER).strip()
