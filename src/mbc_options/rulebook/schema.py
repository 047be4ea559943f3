"""The JSON Schema of a rulebook's files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import ANY_CONDITION, condition_schema
from mbc_options.vocabulary.checked import AgentsFile

__all__ = ["FILES", "rulebook_schema"]

FILES: dict[str, Any] = {
    "rulebook.yaml": models.RulebookFile,
    "vocabulary.yaml": models.VocabularyFile,
    "agents.yaml": AgentsFile,
    "definitions.yaml": models.DefinitionsFile,
    "therapies/*.yaml": models.Therapy,
    "considerations.yaml": models.ConsiderationsFile,
    "disagreements.yaml": models.DisagreementsFile,
    "background.yaml": models.BackgroundFile,
    "glossary.yaml": models.GlossaryFile,
    "questions.yaml": models.QuestionsFile,
    "sources.yaml": models.SourcesFile,
    "claims/*.yaml": models.ClaimsFile,
}
"""The files of a rulebook, with the model of each."""


def rulebook_schema() -> dict[str, Any]:
    """Return a schema that any one file of a rulebook satisfies, with a definition for each kind."""
    refs, schema = models_json_schema(
        [(model, "validation") for model in FILES.values()], ref_template="#/$defs/{model}"
    )
    spelled_out: dict[str, Any] = _pointing(schema)
    spelled_out["$defs"][_CONDITION] = condition_schema(_REF)
    return {
        "title": "A file of an mbc-options rulebook",
        "anyOf": [{"title": name, **refs[(model, "validation")]} for name, model in FILES.items()],
        **spelled_out,
    }


_CONDITION = "Condition"
_REF = f"#/$defs/{_CONDITION}"


def _pointing(part: Any) -> Any:
    """Return a schema in which every condition points to the one that is spelled out."""
    if isinstance(part, list):
        return [_pointing(item) for item in part]
    if not isinstance(part, dict):
        return part
    if all(part.get(key) == value for key, value in ANY_CONDITION.items()):
        return {"title": part["title"], "$ref": _REF} if "title" in part else {"$ref": _REF}
    return {key: _pointing(value) for key, value in part.items()}
