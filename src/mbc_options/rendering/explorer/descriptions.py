"""What a page needs to make knowledge of a description, as `mbc_options.patient.description` does.

Fields, names, treatments, what cannot be and what is assumed, by ids: the page keeps a patient as `Description.as_data`
has it. Facts and their values stand for themselves by their places in `facts`. A text that reads otherwise in plain
words is a pair: clinical, plain.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, TypeAlias

from mbc_options.package_data import templates_dir
from mbc_options.text import capitalized
from mbc_options.vocabulary.bundled import bundled_vocabulary
from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments
from mbc_options.vocabulary.notations import IhcIshNotation, PercentNotation, ScoreNotation, notations_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.vocabulary.facts import AnyField
    from mbc_options.vocabulary.notations import Notation
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Said", "both", "descriptions"]

Said: TypeAlias = dict[str, Any]
"""Something that the page carries, as JSON holds it."""


def descriptions(vocabulary: Vocabulary, plain: Vocabulary | None = None) -> Said:
    """Return what the page needs of a vocabulary, as JSON holds it.

    Args:
        vocabulary: the facts of a rulebook.
        plain: the same in plain words; left out, the page speaks in one register.
    """
    plain = plain or vocabulary
    space, agents = vocabulary.space, vocabulary.agents
    places = {fact: i for i, fact in enumerate(vocabulary.facts)}
    other = {field.id: field for field in plain.file.fields}
    return {
        "is_bundled": vocabulary == bundled_vocabulary(),
        "facts": [[fact, list(words.values)] for fact, words in vocabulary.facts.items()],
        "fields": [_field(field, other[field.id], vocabulary) for field in vocabulary.fields.values()],
        "derived": {fact.id: fact.any_of for fact in vocabulary.file.derived},
        "broken": [
            [
                [places[fact], [list(vocabulary.facts[fact].values).index(value) for value in values]]
                for fact, values in space.reading(prime).items()
            ]
            for prime in vocabulary.theory.broken
        ],
        "impossible": [
            {"sentence": one.sentence, "cases": [[places[fact] for fact in case] for case in one.cases]}
            for one in vocabulary.impossible
        ],
        "assumptions": [
            {
                "fact": one.fact,
                "value": one.value,
                "unless_said": one.unless_said,
                "text": both(one.text, in_plain.text),
                "hint": one.hint,
            }
            for one, in_plain in zip(vocabulary.file.assumptions, plain.file.assumptions, strict=True)
        ],
        "agents": {
            "groups": {id_: group.label for id_, group in agents.groups.items()},
            "tracked": list(agents.tracked),
            "agents": {
                id_: {
                    "label": agent.label,
                    "class": agents.class_of(agent),
                    **({"member": f"{agents.class_of(agent)}.{agent.member}"} if agent.member else {}),
                    **({"may_be": list(agent.may_be)} if agent.may_be else {}),
                }
                for id_, agent in agents.agents.items()
            },
            "regimens": {
                id_: {"label": regimen.label, "agents": list(regimen.agents)}
                for id_, regimen in agents.regimens.items()
            },
            "together": {class_: list(members) for class_, members in agents.together.items()},
        },
        "words": json.loads((templates_dir() / "explorer" / "descriptions.json").read_text(encoding="utf-8")),
    }


def both(text: str, plain: str) -> str | list[str]:
    """Return a text, and with it what stands for it in plain words, where that is another."""
    return text if text == plain else [text, plain]


def _field(field: AnyField, plain: AnyField, vocabulary: Vocabulary) -> Said:
    said: Said = {"id": field.id, "kind": field.kind, "flag": vocabulary.flag_of(field.id)}
    if isinstance(field, Choice) and isinstance(plain, Choice):
        said.update(_choice(field, plain, vocabulary))
    elif isinstance(field, Names):
        forms = vocabulary.names[field.id]
        said["names"] = [name.id for name in field.names]
        said["implied"] = {name: list(effects) for name, effects in forms.implied.items()}
        said["free"] = field.free_text.name if field.free_text else None
    elif isinstance(field, Treatments):
        forms_of = vocabulary.treatments[field.id]
        said["outcomes"] = [outcome.id for outcome in field.outcomes]
        said["always"] = forms_of.always
        said["settings"] = {setting.id: setting.id in forms_of.given_in for setting in field.settings}
    else:
        assert isinstance(field, TextField)
    return said


def _choice(field: Choice, plain: Choice, vocabulary: Vocabulary) -> Said:
    labels = [capitalized(words.short or words.label) for words in (field, plain)]
    return {
        "called": both(*labels),
        "values": [value.id for value in field.values],
        "open": {
            word.id: {
                "notice": both(word.notice, in_plain.notice),
                "never_with": word.never_with or {},
                "sentence": word.sentence or "",
            }
            for word, in_plain in zip(field.open_values, plain.open_values, strict=True)
        },
        "settles": field.settles,
        "notations": [
            said
            for notation, in_plain in zip(vocabulary.choices[field.id].notations, _notations(plain), strict=True)
            for said in _notation(field.id, notation, in_plain)
        ],
    }


def _notations(field: Choice) -> tuple[Notation, ...]:
    return notations_of(field.notations)


def _notation(field: str, notation: Notation, plain: Notation) -> Iterator[Said]:
    """Yield how the page reads the written form of a notation, which a description keeps."""
    if isinstance(notation, PercentNotation) and isinstance(plain, PercentNotation):
        said = notation.said
        yield {
            "kind": "percent",
            "positive": said.positive,
            "negative": said.negative,
            "positive_from": said.positive_from,
            "low_to": said.low_to,
            "notice": both(said.low_notice or "", plain.said.low_notice or ""),
        }
    elif isinstance(notation, ScoreNotation) and isinstance(plain, ScoreNotation):
        score = notation.said
        yield {
            "kind": "score",
            "name": score.name,
            "to": score.to,
            "positive": score.positive,
            "negative": score.negative,
            "positive_from": score.positive_from,
            "negative_to": score.negative_to,
            "notice": both(score.notice or "", plain.said.notice or ""),
        }
    elif isinstance(notation, IhcIshNotation) and isinstance(plain, IhcIshNotation):
        yield {"kind": "listed", "forms": _ihc_ish(field, notation, plain)}


def _ihc_ish(field: str, notation: IhcIshNotation, plain: IhcIshNotation) -> Said:
    """Return every written form of a score with what it means: a value, or none, and its notice."""
    forms = {}
    for score in ("0", "1+", "2+", "3+"):
        for ish in ("", "/ish+", "/ish-"):
            try:
                read, in_plain = notation.read(field, score + ish), plain.read(field, score + ish)
            except ValueError:  # the two contradict each other
                continue
            assert read is not None
            assert in_plain is not None
            forms[read.as_written] = [read.value, both(read.notice, in_plain.notice)]
    return forms
