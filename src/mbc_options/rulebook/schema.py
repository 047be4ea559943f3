"""The JSON Schema of a rulebook's files, for editors that complete and check while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import ANY_CONDITION, condition_schema
from mbc_options.source.validation import adapter
from mbc_options.vocabulary.agents import AgentsFile
from mbc_options.vocabulary.code_forms import CodesFile
from mbc_options.vocabulary.facts import FactsFile

if TYPE_CHECKING:
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["FILES", "rulebook_schema"]

FILES: dict[str, Any] = {
    "rulebook.yaml": models.RulebookFile,
    "facts.yaml": FactsFile,
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
    "rulings.yaml": models.RulingsFile,
    "codes/*.yaml": CodesFile,
}
"""The files of a rulebook, with the form of each."""


def rulebook_schema(vocabulary: Vocabulary) -> dict[str, Any]:
    """Return a schema that any one file of a rulebook with these facts satisfies, with a definition for each kind."""
    refs, schema = TypeAdapter.json_schemas([(name, "validation", adapter(form)) for name, form in FILES.items()])
    spelled_out: dict[str, Any] = _pointing(schema)
    spelled_out["$defs"][_CONDITION] = condition_schema(_REF, vocabulary.space.domains)
    return {
        "title": "A file of an mbc-options rulebook",
        "anyOf": [{"title": name, **refs[(name, "validation")]} for name in FILES],
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
