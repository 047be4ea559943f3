"""What templates need besides Jinja's own filters: filling lines, and grouping what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mbc_options.exploration.assessment import Change, Dependency, KnownFact, MemberAssessment

__all__ = [
    "FILTERS",
    "answer_text",
    "fact_text",
    "fill",
    "grouped_changes",
    "grouped_dependencies",
    "listing",
    "sentence",
]

WIDTH = 80


def fill(text: str, first: str = "", rest: str | None = None) -> str:
    """Break text into lines of at most 80 columns.

    Args:
        text: one paragraph; white space in it does not matter.
        first: what the first line begins with.
        rest: what the others begin with; by default as much white space.
    """
    text = " ".join(text.split())
    indent = " " * len(first) if rest is None else rest
    begin, line, lines = 0, first, []
    while len(text) - begin > (room := WIDTH - len(line)):
        end = text.rfind(" ", begin, begin + room + 1)
        if end > begin:
            lines.append(line + text[begin:end])
            begin = end + 1
        else:
            lines.append(line + text[begin : begin + room])  # longer than any line: a digest, an address
            begin += room
        line = indent
    return "\n".join([*lines, line + text[begin:]])


def listing(items: Iterable[str], word: str = "and") -> str:
    """Join names: `a`, `a and b`, `a, b and c`."""
    names = list(items)
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def sentence(text: str) -> str:
    """Return a text with its first letter large."""
    return text[:1].upper() + text[1:]


def grouped_dependencies(dependencies: Sequence[Dependency]) -> list[dict[str, Any]]:
    """Group what an open verdict depends on by its outcome; single facts that do the same, together.

    Returns:
        For each outcome: `then`, `any` (single facts, each of which suffices) and `all` (lists of
        facts that suffice together).
    """
    groups: dict[str, dict[str, Any]] = {}
    for dependency in dependencies:
        group = groups.setdefault(dependency.then, {"then": dependency.then, "any": [], "all": []})
        if len(dependency.facts) == 1:
            group["any"].append(dependency.facts[0])
        else:
            group["all"].append(list(dependency.facts))
    return list(groups.values())


def grouped_changes(changes: Sequence[Change]) -> list[dict[str, Any]]:
    """Group similar patients by the verdict that they would have, and by what their changes share.

    Returns:
        For each group: `to`, `all` (the changes that all of them share), `any` (those of which one is
        enough, or empty) and `given` (unknown facts that must turn out so besides).
    """
    groups: dict[tuple[str, tuple[str, ...]], dict[str, Any]] = {}
    for change in changes:
        shared, last = change.facts[:-1], change.facts[-1]
        group = groups.setdefault((change.to, shared), {"to": change.to, "all": list(shared), "any": [], "given": []})
        if last not in group["any"]:
            group["any"].append(last)
        if change.if_ and not group["given"]:
            group["given"] = list(change.if_facts)
    return list(groups.values())


def fact_text(fact: KnownFact) -> str:
    """Return a known fact in words, with its written form where that says more."""
    if not fact.as_written:
        return fact.text
    settled = len(fact.values) == 1 or fact.text == fact.as_written
    return f"{fact.text} ({fact.as_written})" if settled else f"{fact.label} {fact.as_written}"


def answer_text(answer: tuple[str, tuple[str, ...]], labels: Mapping[str, str]) -> str:
    """Return what one answer to a question settles."""
    value, settled = answer
    names = listing(labels[id_] for id_ in settled) if settled else "nothing yet"
    return f"{value.replace('_', ' ')} settles {names}"


def member_text(member: MemberAssessment, status_words: Mapping[str, Mapping[str, str]]) -> str:
    """Return a member with its status, in a line of others."""
    return f"{member.label} ({status_words[member.status]['name']})"


FILTERS: dict[str, Callable[..., Any]] = {
    "answer_text": answer_text,
    "fact_text": fact_text,
    "fill": fill,
    "grouped_changes": grouped_changes,
    "grouped_dependencies": grouped_dependencies,
    "listing": listing,
    "member_text": member_text,
    "sentence": sentence,
}
