"""Descriptions by chance, in whatever form a description may have, for any vocabulary."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from mbc_options.vocabulary.facts import AnyField
    from mbc_options.vocabulary.vocabulary import Vocabulary

MOST = 4
OTHER_TEXTS = ("other:the last place", "other:a=yes", "other:x: y", "other:Großhirn", 'other:it\'s "there" \\ #1')


def written(rng: Random, vocabulary: Vocabulary) -> dict[str, Any]:
    """A description as somebody may write it by ids; it may contradict itself."""
    fields = [field for field in vocabulary.fields.values() if rng.random() < rng.choice((0.3, 0.7))]
    return {field.id: _value(rng, field, vocabulary) for field in fields}


def _value(rng: Random, field: AnyField, vocabulary: Vocabulary) -> Any:
    if isinstance(field, TextField):
        return rng.choice(
            ("Ann", "- a: b #c", "'q' \"w\" \\", "yes", "Zoë 😀", "{a}", "x" * 80, "null", "1e3", "~", "😀" * 300)
        )
    if isinstance(field, Choice):
        return rng.choice((*_said(field), "unknown"))
    if isinstance(field, Names):
        return _names(rng, field)
    return _treatments(rng, field, vocabulary)


def _said(field: Choice) -> list[str]:
    """Ids, words that leave the fact open, and figures in their notations."""
    said = [*(value.id for value in field.values), *(word.id for word in field.open_values)]
    notations = field.notations
    if notations and notations.percent:
        said += [
            "0%",
            "5%",
            "55%",
            "<1%" if notations.percent.positive_from == 1 else "<50%",
            "90-95%",
            ">=60%",
            "99.5%",
        ]
    for score in notations.scores if notations else ():
        said += [f"{score.name} 0", f"{score.name} {score.to}"]
    if notations and notations.ihc_ish:
        said += ["0", "1+", "2+", "3+", "2+/ISH+", "2+/ISH-", "1+/ISH-"]
    return said


def _names(rng: Random, field: Names) -> Any:
    listed = [name.id for name in field.listed]
    free = list(OTHER_TEXTS) if field.free_text else []
    names = rng.sample(listed, rng.randint(0, min(MOST, len(listed))))
    if free and rng.random() < 0.2:
        names.append(rng.choice(free))
    if rng.random() < 0.5:
        return names
    if free and rng.random() < 0.2:
        names.append("other")
    return {name: rng.choice(("yes", "no", "no", "unknown")) for name in names}


def treatments_of(vocabulary: Vocabulary) -> list[str]:
    agents = vocabulary.agents
    return [*agents.groups, *agents.tracked * 2, *agents.agents, *agents.regimens]


def _therapy(rng: Random, known: Sequence[str]) -> str:
    if rng.random() < 0.1:
        return rng.choice(("other:a trial drug", "unrelated:vitamins", "other:a: b", "unrelated:x=no"))
    if rng.random() < 0.2:
        return " + ".join(rng.sample(known, 2))
    return rng.choice(known)


def _treatments(rng: Random, field: Treatments, vocabulary: Vocabulary) -> Any:
    known = treatments_of(vocabulary)
    outcomes = [outcome.id for outcome in field.outcomes if not outcome.always]
    settings = [setting.id for setting in field.settings]
    given = [_therapy(rng, known) for _ in range(rng.randint(0, MOST))]
    if rng.random() < 0.5:
        return [_entry(rng, therapy, outcomes, settings) for therapy in given]
    told = {therapy: _told(rng, field, outcomes, settings) for therapy in given}
    for setting in field.settings:
        if setting.fact and rng.random() < 0.3:
            told[setting.id] = rng.choice(("yes", "no", "unknown"))
    return told


def _entry(rng: Random, therapy: str, outcomes: list[str], settings: list[str]) -> dict[str, str]:
    return {
        "therapy": therapy,
        "outcome": rng.choice((*outcomes, "unknown")),
        "setting": rng.choice((*settings, "unknown")),
    }


def _told(rng: Random, field: Treatments, outcomes: list[str], settings: list[str]) -> Any:
    if rng.random() < 0.5:
        return rng.choice(
            (*outcomes, "unknown", "no", [rng.choice(outcomes)], rng.sample(outcomes, min(2, len(outcomes))))
        )
    asked = [outcome.id for outcome in field.outcomes]
    told: dict[str, Any] = {}
    if rng.random() < 0.5:
        told["outcome"] = rng.choice((*outcomes, "unknown"))
    if rng.random() < 0.4:
        told["setting"] = rng.choice((*settings, "unknown"))
    for outcome in rng.sample(asked, min(2, len(asked))):
        if rng.random() < 0.5:
            told[outcome] = rng.choice(("yes", "no", "no", "unknown"))
    return told
