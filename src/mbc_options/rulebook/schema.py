"""The JSON Schema of a rulebook's files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import models_json_schema

from mbc_options.rulebook import models
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
    "sources.yaml": models.SourcesFile,
    "claims/*.yaml": models.ClaimsFile,
}
"""The files of a rulebook, with the model of each."""


def rulebook_schema() -> dict[str, Any]:
    """Return a schema that any one file of a rulebook satisfies, with a definition for each kind."""
    refs, schema = models_json_schema(
        [(model, "validation") for model in FILES.values()], ref_template="#/$defs/{model}"
    )
    return {
        "title": "A file of an mbc-options rulebook",
        "anyOf": [{"title": name, **refs[(model, "validation")]} for name, model in FILES.items()],
        **schema,
    }
