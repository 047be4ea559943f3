"""The JSON Schemas that `mbc-options schema` prints."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["schema_of"]


def schema_of(what: str, rules: str | None = None) -> str:
    """Return a schema as JSON text.

    Args:
        what: `patient` (a patient file), `case` (the file of a teaching case), `rulebook` (any one file of a
            rulebook), `mapping` (of a table), or what a command gives as JSON: `portable` (`rules compile`),
            `assessment` (`report`), `explanation` (`why`), `care-questions`, `matrix`, `document-map` (`matrix --by
            document`) or `comparison` (`compare`).
        rules: the directory of the rulebook whose facts are meant; None for the one that comes with the package.
    """
    if what in {"portable", "mapping"}:
        return json.dumps(_portable() if what == "portable" else _mapping(), indent=2)
    read = {"patient": _patient, "case": _case, "rulebook": _rulebook}
    return json.dumps(read[what](_vocabulary(rules)) if what in read else _given(what), indent=2)


def _vocabulary(rules: str | None) -> Vocabulary:
    from mbc_options.rulebook.compiled import load_rulebook

    return load_rulebook(rules).vocabulary


def _patient(vocabulary: Vocabulary) -> dict[str, Any]:
    from mbc_options.patient.schema import patient_schema

    return patient_schema(vocabulary)


def _case(vocabulary: Vocabulary) -> dict[str, Any]:
    from mbc_options.cases.schema import case_schema

    return _dated(case_schema(vocabulary))


def _given(what: str) -> dict[str, Any]:
    import mbc_options

    shown: Any = getattr(mbc_options, what.title().replace("-", ""))
    return _dated(shown.model_json_schema(mode="serialization"))


def _rulebook(vocabulary: Vocabulary) -> dict[str, Any]:
    from mbc_options.rulebook.schema import rulebook_schema

    return _dated(rulebook_schema(vocabulary))


def _portable() -> dict[str, Any]:
    from mbc_options.rulebook.portable import portable_schema

    return _dated(portable_schema())


def _mapping() -> dict[str, Any]:
    from mbc_options.cohorts.mapping import mapping_schema

    return _dated(mapping_schema())


def _dated(schema: dict[str, Any]) -> dict[str, Any]:
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
