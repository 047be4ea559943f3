"""The JSON Schema of a patient file, for editors that complete and check while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.patient.aliases import MAX_TEXT
from mbc_options.patient.prior import KEYS
from mbc_options.vocabulary.facts import Choice, Names, TextField, Treatments
from mbc_options.vocabulary.spelling import MISSING_WORDS, NEVER_WORDS, OTHER, UNKNOWN_WORDS, UNRELATED, literal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.vocabulary.facts import AnyField, OpenValue, Value
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["patient_schema"]

_NULL = {"type": "null"}
_EMPTY = {"enum": ["none", "unknown"]}
_ANSWER = {"enum": ["yes", "no", "unknown", True, False]}


def patient_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the schema of the strict form: all that it accepts is read, and whatever was read is written so.

    Further spellings that are read (`positive (90%)`, `osseous mets`, `letrozole 2.5 mg`) are not in it.
    """
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Patient description of mbc-options",
        "description": "The strict form; further spellings are read, too. Every field may be left out, and then says "
        "nothing. A list is complete; a mapping is not.",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            id_: {"description": _about(field), **_field(field, vocabulary)} for id_, field in vocabulary.fields.items()
        },
    }


def _about(field: AnyField) -> str:
    """Return what an editor tells of a field."""
    if isinstance(field, TextField):
        return field.about
    if isinstance(field, Choice):
        return " ".join(filter(None, (f"{field.label}: {field.question}", field.explains)))
    named = (field.heading if isinstance(field, Names) else None) or field.label
    return named or field.id.replace("_", " ")


def _field(field: AnyField, vocabulary: Vocabulary) -> dict[str, Any]:
    if isinstance(field, TextField):
        return {"type": ["string", "null"]}
    if isinstance(field, Choice):
        return _choice(field, vocabulary)
    return _names(field) if isinstance(field, Names) else _treatments(field, vocabulary)


def _choice(field: Choice, vocabulary: Vocabulary) -> dict[str, Any]:
    words: list[Value | OpenValue] = [*field.values, *field.open_values]
    accepted = [*(word.id for word in words), *(also for word in words for also in word.also), "unknown"]
    accepted += [also for value in field.values for noted in value.noted for also in noted.also]
    forms: list[dict[str, Any]] = [{"enum": list(dict.fromkeys(accepted))}]
    known = vocabulary.choices[field.id]
    forms += [{"type": "string", "pattern": notation.pattern} for notation in known.notations]
    forms += [{"type": "boolean"}] if known.is_yes_no else []
    return {"anyOf": [*forms, _NULL]}


def _names(field: Names) -> dict[str, Any]:
    free = field.free_text
    listed = [
        *(name.id for name in field.listed),
        *(also for name in field.names for also in name.also),
        *(also for name in field.names for noted in name.noted for also in noted.also),
        *((also for also in (*free.also, *(also for noted in free.noted for also in noted.also))) if free else ()),
    ]
    known: dict[str, Any] = {"enum": list(dict.fromkeys(listed))}
    name = {"anyOf": [known, {"type": "string", "pattern": f"^{_not_listed(OTHER)}$"}]} if free else known
    return {
        "anyOf": [
            {"type": "array", "items": name, "description": "Complete: what is not named is absent."},
            {
                "type": "object",
                "propertyNames": {"anyOf": [name, {"enum": [OTHER.removesuffix(":")]}]} if free else name,
                "additionalProperties": _ANSWER,
                "description": "Says only what it says.",
            },
            {**name, "description": "One name: a complete list of one."},
            _EMPTY,
            _NULL,
        ]
    }


_SAYS_NOTHING = sorted(UNKNOWN_WORDS | NEVER_WORDS | (MISSING_WORDS - {""}))


def _one_of(words: Iterable[str]) -> str:
    """Return a pattern of one of several words, as ECMAScript reads it, too."""
    return f"(?:{'|'.join(map(literal, dict.fromkeys(words)))})"


def _any_case(word: str) -> str:
    return "".join(f"[{c.upper()}{c.lower()}]" if c.isalpha() else literal(c) for c in word)


def _not_listed(*beginnings: str) -> str:
    """Return a pattern of a text that is no listed name: it says something, and has no colon."""
    nothing = "|".join(map(_any_case, _SAYS_NOTHING))
    return f"{_one_of(beginnings)}(?!\\s*[\\[({{<]*(?:{nothing})?[\\])}}>]*\\s*(?:$|:))[^:\\x00-\\x1f]{{1,{MAX_TEXT}}}"


def _behind(outcomes: Iterable[str], settings: Iterable[str]) -> str:
    return f"{_one_of(outcomes)}(?:: ?{_one_of(settings)})?"


def _therapies(vocabulary: Vocabulary) -> str:
    """Return a pattern of the name of a treatment: listed names joined by +, or one that is no listed name."""
    names = _one_of(name for known, _ in vocabulary.agents.names() for name in (known, known.replace("_", " ")))
    return f"(?:{names}(?: \\+ {names})*|{_not_listed(OTHER, UNRELATED)})"


def _treatments(field: Treatments, vocabulary: Vocabulary) -> dict[str, Any]:
    agents = vocabulary.agents
    said = [*(outcome.id for outcome in field.outcomes if not outcome.always), "unknown"]
    settings = [*(setting.id for setting in field.settings), "unknown"]
    listed, behind = _therapies(vocabulary), _behind(said, settings)
    text = {"type": "string", "pattern": f"^{listed}(?:: ?{behind})?$"}
    therapy = {
        "type": "string",
        "pattern": f"^{listed}$",
        "description": f"A class, a member, a drug or brand, a regimen, parts joined by +, {OTHER}<text> for one that "
        f"nobody knows, or {UNRELATED}<text> for one that belongs to none of the classes.",
        "examples": [*agents.groups, *agents.agents, *agents.regimens],
    }
    outcome, setting = {"enum": said}, {"enum": settings}
    entry: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": [KEYS[0]],
        "properties": dict(zip(KEYS, (therapy, outcome, setting), strict=True)),
    }
    pair = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": therapy,
        "additionalProperties": {"anyOf": [{"type": "string", "pattern": f"^{_behind(said, settings)}$"}, _NULL]},
    }
    outcomes: list[dict[str, Any]] = [outcome, {"type": "array", "items": outcome, "minItems": 1}]
    answers = {asked.id: _ANSWER for asked in field.outcomes}
    in_setting = {
        "type": "object",
        "additionalProperties": False,
        "properties": {**dict(zip(KEYS[1:], ({"anyOf": outcomes}, setting), strict=True)), **answers},
    }
    given_in = {setting.id: _ANSWER for setting in field.settings if setting.fact}
    return {
        "anyOf": [
            {"type": "array", "items": {"anyOf": [text, entry, pair]}},
            {
                "type": "object",
                "properties": given_in,
                "propertyNames": {"anyOf": [{"enum": [*given_in]}, therapy]} if given_in else therapy,
                "additionalProperties": {"anyOf": [*outcomes, in_setting, {"enum": ["no", "none", "never"]}]},
            },
            _EMPTY,
            _NULL,
        ]
    }
