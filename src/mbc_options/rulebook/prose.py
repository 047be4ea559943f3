"""How facts and authored conditions read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.vocabulary.facts import vocabulary
from mbc_options.vocabulary.shared import agents

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["condition_text", "fact_words", "phrase"]


def fact_words(content: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the words for every fact: label, question, and a phrase for each value.

    Args:
        content: the content of `vocabulary.yaml`.
    """
    words: dict[str, Mapping[str, Any]] = {fact["id"]: fact for fact in content["facts"]}
    for fact in vocabulary().space.facts:
        if fact.startswith("prior."):
            class_, _, outcome = fact.removeprefix("prior.").rpartition(".")
            name = agents().classes[class_].label
            name = name if name[:2].isupper() else name[:1].lower() + name[1:]
            said = {key: text.replace("{class}", name) for key, text in content["outcomes"][outcome].items()}
            words[fact] = {
                "id": fact,
                "label": said["label"],
                "question": said["question"],
                "values": {"yes": said["yes"], "no": said["no"]},
            }
    return words


def phrase(words: Mapping[str, Mapping[str, Any]], fact: str, values: tuple[str, ...]) -> str:
    """Return how "this fact has one of these values" reads."""
    said = words[fact]["values"]
    missing = [value for value in said if value not in values]
    if len(values) > 1 and len(missing) == 1:
        negated: str | None = (words[fact].get("negations") or {}).get(missing[0])
        return negated or f"not {said[missing[0]]}"
    return " or ".join(said[value] for value in values)


def condition_text(when: Any, words: Mapping[str, Mapping[str, Any]], labels: Mapping[str, str]) -> str:
    """Return how a condition reads, as its author built it.

    Args:
        when: the condition as written.
        words: the words for facts.
        labels: the labels of definitions.
    """
    if when == "always":
        return "every patient in scope"
    if isinstance(when, str):
        return labels[when]
    ((key, value),) = when.items()
    if key == "not":
        return f"not ({condition_text(value, words, labels)})"
    if key in {"all", "any"}:
        parts = [condition_text(part, words, labels) for part in value]
        nested = [f"({text})" if _has_parts(part) else text for part, text in zip(value, parts, strict=True)]
        return (" and " if key == "all" else " or ").join(nested)
    return phrase(words, key, tuple(value) if isinstance(value, list) else (value,))


def _has_parts(when: Any) -> bool:
    """Tell whether a condition reads as several joined by "and" or "or"."""
    if not isinstance(when, dict):
        return False
    ((key, value),) = when.items()
    if key == "not":
        return False
    if key in {"all", "any"}:
        return True
    others = len(vocabulary().space.domains[key]) - len(value)
    return isinstance(value, list) and len(value) > 1 and others != 1
