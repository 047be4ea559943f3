"""How an authored condition reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, NoneOf

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.rulebook.conditions import Node
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["condition_text"]


def condition_text(node: Node, vocabulary: Vocabulary, labels: Mapping[str, str]) -> str:
    """Return how a condition reads, as its author built it.

    Args:
        node: the condition.
        vocabulary: the words for facts.
        labels: the labels of definitions.
    """
    match node:
        case Always():
            return "every patient in scope"
        case Defined(name=name):
            return labels[name]
        case Fact(fact=fact, values=values):
            return vocabulary.phrase(fact, values)
        case NoneOf(part=part):
            return f"not ({condition_text(part, vocabulary, labels)})"
        case AllOf(parts=parts) | AnyOf(parts=parts):
            texts = (
                f"({text})" if _has_parts(part, vocabulary) else text
                for part in parts
                for text in (condition_text(part, vocabulary, labels),)
            )
            return (" and " if isinstance(node, AllOf) else " or ").join(texts)


def _has_parts(node: Node, vocabulary: Vocabulary) -> bool:
    """Tell whether a condition reads as several joined by "and" or "or"."""
    if isinstance(node, Fact):
        others = len(vocabulary.space.domains[node.fact]) - len(node.values)
        return len(node.values) > 1 and others != 1
    return isinstance(node, (AllOf, AnyOf))
