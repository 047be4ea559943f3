"""The JSON Schema of a case's file, for editors that complete and check while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.cases.case_file import FEWEST_ARMS, CaseFile
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.patient.schema import patient_schema

if TYPE_CHECKING:
    from mbc_options.cases.questions.kinds import QuestionKind
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["case_schema"]


def case_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return the schema: that of the models, with the patient spelled out and each question's needs."""
    named, history = vocabulary.names, vocabulary.history
    schema = CaseFile.model_json_schema()
    patient = patient_schema(vocabulary)
    fields = patient["properties"]
    definitions = schema["$defs"]
    definitions["Patient"] = {key: value for key, value in patient.items() if key != "$schema"}
    stage, change = definitions["StageWritten"]["properties"], definitions["StageChange"]["properties"]
    stage["patient"] = _or_none({"$ref": "#/$defs/Patient"})
    definitions["ForkWritten"]["properties"]["arms"]["minItems"] = FEWEST_ARMS
    definitions["ArmWritten"]["properties"]["stages"]["minItems"] = 1
    question = definitions["QuestionWritten"]
    question["properties"]["ask"] = {"anyOf": [_named(kind) for kind in KINDS.values()]}
    question["properties"]["learned"] = _or_none(_fields(fields))
    bare = [_named(kind) for kind in KINDS.values() if not kind.needs]
    stage["questions"]["items"] = {"anyOf": [*bare, {"$ref": "#/$defs/QuestionWritten"}]}
    names = {field: _one_or_more(form["anyOf"][0]["items"]) for field, form in fields.items() if field in named}
    change["set"] = _or_none(_fields(fields))
    treatments = {history: _one_or_more(fields[history]["anyOf"][0]["items"])} if history else {}
    change["add"] = _or_none(_fields({**names, **treatments}))
    change["remove"] = _or_none(_fields(names))
    question["allOf"] = [
        {
            "if": {"properties": {"ask": {"const": kind.name}}, "required": ["ask"]},
            "then": {
                "anyOf": [{"required": [key]} for key in kind.needs],
                **({"required": [kind.needs_too]} if kind.needs_too else {}),
            },
        }
        for kind in KINDS.values()
        if kind.needs
    ]
    return schema


def _named(kind: QuestionKind) -> dict[str, Any]:
    return {"const": kind.name, "description": kind.means}


def _fields(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _one_or_more(item: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [item, {"type": "array", "items": item}]}


def _or_none(form: dict[str, Any]) -> dict[str, Any]:
    return {"anyOf": [form, {"type": "null"}], "default": None}
