"""The JSON Schemas that `mbc-options schema` prints."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["schema_of"]


def schema_of(what: str) -> str:
    """Return a schema as JSON text.

    Args:
        what: `patient` (a patient file), `assessment` (the JSON report) or `rulebook` (any one file of a rulebook).
    """
    return json.dumps({"patient": _patient, "assessment": _assessment, "rulebook": _rulebook}[what](), indent=2)


def _patient() -> dict[str, Any]:
    from mbc_options.patient.schema import patient_schema

    return patient_schema()


def _assessment() -> dict[str, Any]:
    from mbc_options.exploration import Assessment

    return _dated(Assessment.model_json_schema(mode="serialization"))


def _rulebook() -> dict[str, Any]:
    from mbc_options.rulebook.schema import rulebook_schema

    return _dated(rulebook_schema())


def _dated(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
