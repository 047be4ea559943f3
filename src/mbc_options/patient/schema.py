"""The JSON Schema of a patient file, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from mbc_options.patient import words
from mbc_options.patient.reading import FIELDS, SINGLE_FIELDS
from mbc_options.vocabulary.facts import NAMED_FIELDS
from mbc_options.vocabulary.shared import agents

__all__ = ["patient_schema"]


def patient_schema() -> dict[str, Any]:
    """Return the schema: the canonical words by name, the lenient forms as text."""
    properties: dict[str, Any] = {
        "label": {"type": ["string", "null"], "description": "Free text; printed, never interpreted."}
    }
    for field in SINGLE_FIELDS:
        properties[field] = _single(field)
    for field, names in NAMED_FIELDS.items():
        properties[field] = _named(field, names)
    properties["prior"] = _prior()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Patient description of mbc-options",
        "description": "Every field may be left out, and then says nothing. A list is complete; a mapping is not.",
        "type": "object",
        "additionalProperties": False,
        "properties": {field: properties[field] for field in FIELDS},
    }


def _single(field: str) -> dict[str, Any]:
    accepted = words.accepted(field)
    forms: list[dict[str, Any]] = [{"enum": list(accepted)}]
    if field in {"er", "pr"}:
        forms.append({"type": "string", "pattern": r"^[<>≤≥]?=? ?\d{1,3}([.,]\d+)? ?%$"})
    if field == "her2":
        forms.append({"type": "string", "pattern": r"^(IHC ?)?(0|[123]\+)([/,; ]+(F?ISH|CISH) ?[+-])?$"})
    if field == "metastasis_confirmed":
        forms.append({"type": "boolean"})
    return {"anyOf": [*forms, {"type": "null"}]}


def _named(field: str, names: tuple[str, ...]) -> dict[str, Any]:
    known: dict[str, Any] = {"enum": [*(name for name in names if name != "other"), *words.aliases(field)]}
    name = {"anyOf": [known, {"type": "string", "pattern": "^other:.+"}]} if field == "sites" else known
    answer = {"enum": ["yes", "no", "unknown", True, False]}
    return {
        "anyOf": [
            {"type": "array", "items": name, "description": "Complete: what is not named is absent."},
            {
                "type": "object",
                "propertyNames": name,
                "additionalProperties": answer,
                "description": "Says only what it says.",
            },
            {**name, "description": "One name: a complete list of one."},
            {"enum": ["none", "unknown"]},
            {"type": "null"},
        ]
    }


def _prior() -> dict[str, Any]:
    known = agents()
    names = [*known.classes, *known.agents, *known.regimens]
    therapy = {
        "type": "string",
        "description": "A class, a member, a drug or brand, a regimen, parts joined by +, or other:<text>.",
        "examples": names,
    }
    outcome = {"enum": list(words.outcomes())}
    entry: dict[str, Any] = {
        "type": "object",
        "additionalProperties": False,
        "required": ["therapy"],
        "properties": {"therapy": therapy, "outcome": outcome, "setting": {"enum": list(words.settings())}},
    }
    pair = {
        "type": "object",
        "minProperties": 1,
        "maxProperties": 1,
        "propertyNames": {"not": {"enum": list(entry["properties"])}},
        "additionalProperties": {"type": ["string", "null"]},
    }
    return {
        "anyOf": [
            {"type": "array", "items": {"anyOf": [{"type": "string"}, entry, pair]}},
            {
                "type": "object",
                "additionalProperties": {
                    "anyOf": [outcome, {"type": "array", "items": outcome}, {"enum": ["no", "none", "never"]}]
                },
            },
            {"enum": ["none", "unknown"]},
            {"type": "null"},
        ]
    }
