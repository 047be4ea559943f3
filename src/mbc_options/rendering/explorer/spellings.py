"""What the explorer page reads free words by: every further way to write a value, a name or a treatment.

It holds what the readers of this package (`patient.aliases`, `patient.prior`, `vocabulary.notations`) hold beyond
`descriptions`, so that the page, which goes about it as they do, reads what they read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.patient import aliases
from mbc_options.patient.description import MAX_NAMES, NONE_WORDS
from mbc_options.rendering.explorer.descriptions import both
from mbc_options.vocabulary import agents as treatment_names
from mbc_options.vocabulary import notations, spelling
from mbc_options.vocabulary.facts import Choice, Names, Treatments
from mbc_options.vocabulary.notations import IhcIshNotation, ScoreNotation

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.rendering.explorer.descriptions import Said
    from mbc_options.vocabulary.agents import Agents
    from mbc_options.vocabulary.facts import AnyField, Noted
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["spellings"]


def spellings(vocabulary: Vocabulary, plain: Vocabulary | None = None) -> Said:
    """Return what the page reads words by, beyond `descriptions`, as JSON holds it.

    Args:
        vocabulary: the facts of a rulebook.
        plain: the same in plain words; left out, the page speaks in one register.

    Returns:
        The data. A text that reads otherwise in plain words is a pair: clinical, plain.
    """
    plain = plain or vocabulary
    has_notations = any(forms.notations for forms in vocabulary.choices.values())
    return {
        "limits": {"text": aliases.MAX_TEXT, "written": aliases.LONGEST, "names": MAX_NAMES},
        "words": {
            "unknown": sorted(spelling.UNKNOWN_WORDS),
            "missing": sorted(spelling.MISSING_WORDS),
            "never": sorted(spelling.NEVER_WORDS),
            "negations": sorted(spelling.NEGATIONS),
            "yes": sorted(aliases.YES_WORDS),
            "no": sorted(aliases.NO_WORDS),
            "none": sorted(NONE_WORDS),
        },
        "patterns": {
            **spelling.PATTERNS,
            **treatment_names.PATTERNS,
            **aliases.PATTERNS,
            **(notations.PATTERNS if has_notations else {}),
        },
        "notices": {
            "missing": aliases.missing_notice("{field}", "{written}"),
            "empty": aliases.missing_notice("{field}", ""),
            "known": aliases.known_notice("{field}", "{written}", "{read_as}"),
        },
        "fields": {
            field.id: {
                "called": both(vocabulary.labels[field.id], plain.labels[field.id]),
                "also": list(getattr(field, "also", ())),
                **_field(field, plain.fields[field.id], vocabulary),
            }
            for field in vocabulary.fields.values()
        },
        "not_asked": [
            [both(one.notice, in_plain.notice), one.id, *one.also]
            for one, in_plain in zip(vocabulary.file.not_asked, plain.file.not_asked, strict=True)
        ],
        "treatments": _treatments(vocabulary.agents),
    }


def _field(field: AnyField, plain: AnyField, vocabulary: Vocabulary) -> Said:
    """Return how what a field says may be written, beside the ids of its values, names, outcomes and settings."""
    if isinstance(field, Choice) and isinstance(plain, Choice):
        return {
            "prefixes": list(vocabulary.choices[field.id].prefixes),
            "words": _also(field.values),
            "open": _also(field.open_values),
            "noted": {
                one.id: _noted(one.noted, in_plain.noted)
                for one, in_plain in zip(field.values, plain.values, strict=True)
                if one.noted
            },
            "notations": _notations(field, plain, vocabulary),
        }
    if isinstance(field, Names) and isinstance(plain, Names):
        free, plain_free = field.free_text, plain.free_text
        noted = {
            one.id: _noted(one.noted, in_plain.noted)
            for one, in_plain in zip(field.listed, plain.listed, strict=True)
            if one.noted
        }
        return {
            "beside": list(field.beside),
            "words": _also(field.listed) | ({free.name: list(free.also)} if free else {}),
            "noted": noted | ({free.name: _noted(free.noted, plain_free.noted)} if free and plain_free else {}),
        }
    if isinstance(field, Treatments):
        said = (outcome for outcome in field.outcomes if not outcome.always)
        return {"outcomes": _also(said), "settings": _also(field.settings)}
    return {}


def _also(entries: Iterable[Any]) -> dict[str, list[str]]:
    return {one.id: list(one.also) for one in entries if one.also}


def _noted(noted: tuple[Noted, ...], plain: tuple[Noted, ...]) -> list[Any]:
    return [[both(one.notice, in_plain.notice), list(one.also)] for one, in_plain in zip(noted, plain, strict=True)]


def _notations(field: Choice, plain: Choice, vocabulary: Vocabulary) -> list[Said]:
    """Return what each notation of a field is read by, beyond its parameters."""
    said = zip(vocabulary.choices[field.id].notations, notations.notations_of(plain.notations), strict=True)
    found: list[Said] = []
    for notation, in_plain in said:
        if isinstance(notation, ScoreNotation):
            found.append({"form": notation.form.pattern})
        elif isinstance(notation, IhcIshNotation) and isinstance(in_plain, IhcIshNotation):
            notices = (notation.said.ratio_notice or "", in_plain.said.ratio_notice or "")
            values = {"positive": notation.said.positive, "negative": notation.said.negative}
            found.append({**values, "positive_from": notations.AMPLIFIED_FROM, "ratio": both(*notices)})
        else:
            found.append({})
    return found


def _treatments(agents: Agents) -> Said:
    """Return the further names of treatments."""
    members = {f"{class_.id}.{member.id}": member.also for class_ in agents.file.classes for member in class_.members}
    groups = {class_.id: class_.also for class_ in agents.file.classes} | members
    return {
        "beside": list(agents.file.beside),
        "groups": {id_: list(also) for id_, also in groups.items() if also},
        "agents": {one.id: [*one.brands, *one.also] for one in agents.file.agents if one.brands or one.also},
        "regimens": _also(agents.file.regimens),
    }
