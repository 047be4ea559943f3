"""The JSON Schemas that `mbc-options schema` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pydantic import BaseModel

__all__ = ["schema_of"]


def schema_of(what: str) -> str:
    """Return a schema as JSON text.

    Args:
        what: `patient` (a patient file), `case` (the file of a teaching case), `rulebook` (any one file of a
            rulebook), or what a command gives as JSON: `assessment` (`report`), `explanation` (`why`), `matrix`
            or `comparison` (`compare`).
    """
    read = {"patient": _patient, "case": _case, "rulebook": _rulebook}
    return json.dumps(read[what]() if what in read else _given(what), indent=2)


def _patient() -> dict[str, Any]:
    from mbc_options.patient.schema import patient_schema

    return patient_schema()


def _case() -> dict[str, Any]:
    from mbc_options.cases.schema import case_schema

    return _dated(case_schema())


def _given(what: str) -> dict[str, Any]:
    import mbc_options

    model: type[BaseModel] = getattr(mbc_options, what.title())
    return _dated(model.model_json_schema(mode="serialization"))


def _rulebook() -> dict[str, Any]:
    from mbc_options.rulebook.schema import rulebook_schema

    return _dated(rulebook_schema())


def _dated(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
