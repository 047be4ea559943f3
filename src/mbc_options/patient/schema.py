"""The JSON Schema of a patient file, for editors that complete and check while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.patient.prior import KEYS
from mbc_options.vocabulary.facts import Choice, Names, TextField
from mbc_options.vocabulary.spelling import OTHER

if TYPE_CHECKING:
    from mbc_options.vocabulary.facts import AnyField, OpenValue, Treatments, Value
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["patient_schema"]

_NULL = {"type": "null"}
_EMPTY = {"enum": ["none", "unknown"]}


def patient_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the schema: the canonical words by name, the lenient forms as text."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Patient description of mbc-options",
        "description": "Every field may be left out, and then says nothing. A list is complete; a mapping is not.",
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
    forms: list[dict[str, Any]] = [{"enum": list(dict.fromkeys(accepted))}]
    known = vocabulary.choices[field.id]
    forms += [{"type": "string", "pattern": notation.pattern} for notation in known.notations]
    forms += [{"type": "boolean"}] if known.is_yes_no else []
    return {"anyOf": [*forms, _NULL]}


def _names(field: Names) -> dict[str, Any]:
    listed = [name.id for name in field.listed]
    known: dict[str, Any] = {"enum": [*listed, *(also for name in field.names for also in name.also)]}
    name = {"anyOf": [known, {"type": "string", "pattern": f"^{OTHER}.+"}]} if field.free_text else known
    return {
        "anyOf": [
            {"type": "array", "items": name, "description": "Complete: what is not named is absent."},
            {
                "type": "object",
                "propertyNames": name,
                "additionalProperties": {"enum": ["yes", "no", "unknown", True, False]},
                "description": "Says only what it says.",
            },
            {**name, "description": "One name: a complete list of one."},
            _EMPTY,
            _NULL,
        ]
    }


def _treatments(field: Treatments, vocabulary: Vocabulary) -> dict[str, Any]:
    agents = vocabulary.agents
    therapy = {
        "type": "string",
        "description": f"A class, a member, a drug or brand, a regimen, parts joined by +, or {OTHER}<text>.",
        "examples": [*agents.groups, *agents.agents, *agents.regimens],
    }
    outcome = {"enum": [*(outcome.id for outcome in field.outcomes if not outcome.always), "unknown"]}
    setting = {"enum": [*(setting.id for setting in field.settings), "unknown"]}
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
        "propertyNames": {"not": {"enum": list(KEYS)}},
        "additionalProperties": {"type": ["string", "null"]},
    }
    outcomes: list[dict[str, Any]] = [outcome, {"type": "array", "items": outcome}]
    in_setting = {
        "type": "object",
        "additionalProperties": False,
        "properties": dict(zip(KEYS[1:], ({"anyOf": outcomes}, setting), strict=True)),
    }
    return {
        "anyOf": [
            {"type": "array", "items": {"anyOf": [{"type": "string"}, entry, pair]}},
            {
                "type": "object",
                "additionalProperties": {"anyOf": [*outcomes, in_setting, {"enum": ["no", "none", "never"]}]},
            },
            _EMPTY,
            _NULL,
        ]
    }
