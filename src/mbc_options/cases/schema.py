"""The JSON Schema of a case's file, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from mbc_options.cases.case_file import CaseFile
from mbc_options.patient.schema import patient_schema

__all__ = ["case_schema"]

_NAMED = {"sites", "extent", "findings", "situation"}
_BARE = ["candidates", "undetermined", "next_test", "changed"]
"""The questions that need nothing beside their name."""

_NEEDS = [(["why_not", "moved_by"], ["option"]), (["says_who"], ["option", "disagreement"]), (["reflect"], ["prompt"])]
"""For the others, the fields of which one is needed."""


def case_schema() -> dict[str, Any]:
    """Return the schema: that of the models, with the patient spelled out and each question's needs."""
    schema = CaseFile.model_json_schema()
    patient = patient_schema()
    fields = patient["properties"]
    definitions = schema["$defs"]
    definitions["Patient"] = {key: value for key, value in patient.items() if key != "$schema"}
    stage, change = definitions["StageWritten"]["properties"], definitions["Change"]["properties"]
    stage["patient"] = _or_none({"$ref": "#/$defs/Patient"})
    stage["questions"]["items"] = {"anyOf": [{"enum": _BARE}, {"$ref": "#/$defs/Asked"}]}
    names = {field: _one_or_more(form["anyOf"][0]["items"]) for field, form in fields.items() if field in _NAMED}
    change["set"] = _or_none(_fields(fields))
    change["add"] = _or_none(_fields({**names, "prior": _one_or_more(fields["prior"]["anyOf"][0]["items"])}))
    change["remove"] = _or_none(_fields(names))
    definitions["Asked"]["allOf"] = [
        {
            "if": {"properties": {"ask": {"enum": kinds}}, "required": ["ask"]},
            "then": {"anyOf": [{"required": [need]} for need in needs]},
        }
        for kinds, needs in _NEEDS
    ]
    return schema


def _fields(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _or_none(form: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [form, {"type": "null"}], "default": None}
