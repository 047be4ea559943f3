"""What templates need besides Jinja's own filters: filling lines, and grouping what belongs together."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mbc_options.cases.labels import letter
from mbc_options.exploration.assessment import cited
from mbc_options.rendering import receipts, screen, side_by_side, timeline
from mbc_options.rendering.at_hand import passages_to_read
from mbc_options.rendering.bars import stacked
from mbc_options.rendering.filling import fill
from mbc_options.rendering.minify import minified_css, minified_html
from mbc_options.rendering.page_breaks import page_breaks
from mbc_options.rendering.text_table import text_table
from mbc_options.text import capitalized, counted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from mbc_options.exploration.assessment import (
        Assessment,
        Counterfactual,
        Dependency,
        KnownFact,
        MemberAssessment,
        NextQuestion,
        OptionAssessment,
    )
    from mbc_options.exploration.status import Status

__all__ = [
    "FILTERS",
    "NO_BREAK",
    "answers",
    "as_yaml",
    "at_words",
    "complete_fields",
    "counted",
    "dated",
    "fact_text",
    "field_label",
    "fill",
    "flat",
    "grouped_changes",
    "grouped_dependencies",
    "how_many",
    "in_short",
    "letter",
    "listing",
    "needed",
    "option_labels",
    "other_cautions",
    "points",
    "unbroken",
    "ways_settled",
]

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_]*|[0-9]+%")
"""Text that means itself in YAML, wherever it stands."""
NUMBERS = ("", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
NO_BREAK = "\0"
"""Stands for a space at which no line is broken, for whoever breaks the lines of a terminal."""


def flat(text: str) -> str:
    """Return text in one line, with single spaces."""
    return " ".join(text.split())


def listing(items: Iterable[str], word: str = "and") -> str:
    """Join names: `a`, `a and b`, `a, b and c`."""
    names = list(items)
    return f" {word} ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def points(number: float) -> str:
    """Return points with two digits, and whole ones with none, as the script of a page writes them.

    A half is rounded up, also where the sum of fractions falls short of it by the error of such sums.
    """
    whole, hundredths = divmod(int(round(number * 100, 7) + 0.5), 100)
    return f"{whole}.{hundredths:02}" if hundredths else str(whole)


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


def grouped_changes(changes: Sequence[Counterfactual]) -> list[dict[str, Any]]:
    """Group similar patients by the verdict that they would have, and by what their changes share.

    Returns:
        For each group: `to`, `all` (the changes that all of them share), `any` (those of which one is
        enough, or empty) and `given` (unknown facts that must turn out so besides).
    """
    groups: list[dict[str, Any]] = []
    ahead = list(changes)
    while ahead:
        first = ahead[0]
        shared, alike = max(
            (
                (rest, [change for change in ahead if _differs_by_one(change, first, rest)])
                for rest in _all_but_one(first)
            ),
            key=lambda found: len(found[1]),
        )
        left = [next(fact for fact in change.facts if fact not in shared) for change in alike]
        groups.append(
            {"to": first.to, "all": list(shared), "any": list(dict.fromkeys(left)), "given": list(first.if_facts)}
        )
        ahead = [change for change in ahead if change not in alike]
    return groups


def _all_but_one(change: Counterfactual) -> list[tuple[str, ...]]:
    """Return what remains of a change without each of its facts, without the last one first."""
    facts = change.facts
    return [facts[:i] + facts[i + 1 :] for i in reversed(range(len(facts)))]


def _differs_by_one(change: Counterfactual, first: Counterfactual, shared: tuple[str, ...]) -> bool:
    """Tell whether a change leads to the same as the first, and shares all of its facts with it but one."""
    return (change.to, change.if_facts, len(change.facts)) == (first.to, first.if_facts, len(first.facts)) and set(
        shared
    ) <= set(change.facts)


def fact_text(fact: KnownFact) -> str:
    """Return a known fact in words, with its written form where that says more."""
    if not fact.as_written:
        return fact.text
    settled = len(fact.values) == 1 or fact.text == fact.as_written
    return f"{fact.text} ({fact.as_written})" if settled else f"{fact.label} {fact.as_written}"


def answers(question: NextQuestion, labels: Mapping[str, str]) -> list[str]:
    """Return what each answer to a question settles, and which way; in one phrase, where they all settle the same."""
    settled = {value: _settled(ids, question.then[value], labels) for value, ids in question.settles.items()}
    ways = list(settled.values())
    if len(ways) > 1 and ways[0] and all(one == ways[0] for one in ways):
        return [f"{'either' if len(ways) == 2 else 'any'} answer settles {ways[0]}"]
    return [f"{value.replace('_', ' ')} settles {found or 'no class yet'}" for value, found in settled.items()]


def _settled(ids: Iterable[str], statuses: Iterable[str], labels: Mapping[str, str]) -> str:
    """Return the options that an answer settles, each with its status then."""
    return listing(f"{labels[id_]} ({then.replace('_', ' ')})" for id_, then in zip(ids, statuses, strict=True))


def member_text(member: MemberAssessment, status_words: Mapping[str, Mapping[str, str]]) -> str:
    """Return a member with its status, in a line of others."""
    return f"{member.label} ({status_words[member.status]['name']})"


def option_labels(assessment: Assessment) -> dict[str, str]:
    """Return the names of the classes and members, by id."""
    return {option.id: option.label for class_ in assessment.options for option in (class_, *class_.members)}


def needed(option: MemberAssessment, assessment: Assessment) -> list[str]:
    """Return the names of the unknown facts on which an open verdict depends."""
    facts = {fact for dependency in option.depends_on for fact in dependency.if_}
    return [fact.label for fact in assessment.unknown if fact.fact in facts]


def in_short(items: Sequence[str], most: int = 3) -> list[str]:
    """Return the first of many items, and how many more there are, for a line; a few stay as they are."""
    return list(items) if len(items) <= most + 1 else [*items[:most], f"{len(items) - most} more"]


def other_cautions(option: OptionAssessment) -> int:
    """Return how many cautions there are on a class and its members that go with no urgent sign."""
    cautions = (caution for one in (option, *option.members) for caution in one.cautions)
    return sum(caution.kind == "caution" and not caution.urgent for caution in cautions)


def ways_settled(question: NextQuestion, labels: Mapping[str, str]) -> list[tuple[str, list[tuple[Status, list[str]]]]]:
    """Return for each answer to a question the names of what it settles, by the status that this has then."""
    found = []
    for value, ids in question.settles.items():
        by_status: dict[Status, list[str]] = {}
        for id_, then in zip(ids, question.then[value], strict=True):
            by_status.setdefault(then, []).append(labels[id_])
        found.append((value.replace("_", " "), list(by_status.items())))
    return found


def dated(date: str) -> str:
    """Return the date of a document, or that it has none."""
    return "undated" if date == "not stated" else date


def at_words(address: str, words: Iterable[str]) -> str:
    """Return an address that leads to words on its page: with a text directive for each.

    As the URL Fragment Text Directives of the WICG ask, all signs that mean something in a directive are encoded, among
    them the hyphen, which marks what stands before or after. A browser that knows no directives goes to the page.
    """
    from urllib.parse import quote

    page, sign, fragment = address.partition("#")
    directives = "&".join(f"text={quote(' '.join(one.split()), safe='').replace('-', '%2D')}" for one in words)
    return f"{page}#{fragment.partition(':~:')[0] if sign else ''}:~:{directives}"


def complete_fields(assessment: Assessment) -> list[str]:
    """Return the fields that the description gives as complete lists."""
    description = assessment.patient.description
    return [field for field in description.vocabulary.names if isinstance(description.fields[field], tuple)]


def as_yaml(value: str | Sequence[Any] | Mapping[str, Any]) -> str:
    """Return what a field of a description says as YAML, in one line."""
    if isinstance(value, str):
        return value if _PLAIN.fullmatch(value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return f"{{{', '.join(f'{as_yaml(key)}: {as_yaml(one)}' for key, one in value.items())}}}"
    return f"[{', '.join(map(as_yaml, value))}]"


def field_label(field: str, shown: Assessment) -> str:
    """Return what a field of a description is called."""
    return shown.patient.description.vocabulary.labels[field]


def how_many(items: Sequence[Any], one: str) -> str:
    """Return how many of something there are, small numbers in words: `one document`, `five documents`, `documents`."""
    number = len(items)
    word = NUMBERS[number] if number < len(NUMBERS) else str(number)
    return f"{word} {one}{'' if number == 1 else 's'}".lstrip()


def unbroken(text: str) -> str:
    """Return a text that no terminal breaks or changes, to be copied: a command, or the name of a file."""
    return text.replace(" ", NO_BREAK)


FILTERS: dict[str, Callable[..., Any]] = {
    "answers": answers,
    "as_yaml": as_yaml,
    "at_words": at_words,
    "clipped": screen.clipped,
    "cited": cited,
    "complete_fields": complete_fields,
    "counted": counted,
    "dated": dated,
    "derived_no": timeline.derived_no,
    "fact_text": fact_text,
    "field_label": field_label,
    "fill": fill,
    "first_sentence": screen.first_sentence,
    "flat": flat,
    "grouped_changes": grouped_changes,
    "grouped_dependencies": grouped_dependencies,
    "how_many": how_many,
    "in_short": in_short,
    "letter": letter,
    "listed": screen.listed,
    "listing": listing,
    "member_text": member_text,
    "needed": needed,
    "other_cautions": other_cautions,
    "overview": receipts.overview,
    "points": points,
    "receipt_shown": receipts.receipt_shown,
    "sentence": capitalized,
    "stacked": stacked,
    "text_table": text_table,
    "unbroken": unbroken,
    "option_labels": option_labels,
    "outcomes_of": screen.outcomes_of,
    "rows_alike": screen.rows_alike,
    "up_to_comma": screen.up_to_comma,
    "ways_settled": ways_settled,
    "by_status": side_by_side.by_status,
    "cells_alike": side_by_side.cells_alike,
    "claims_of_case": timeline.claims_of_case,
    "claims_shown": side_by_side.claims_shown,
    "minified_css": minified_css,
    "minified_html": minified_html,
    "facts_shown": side_by_side.facts_shown,
    "given_since": timeline.given_since,
    "grounds": side_by_side.grounds,
    "known_text": side_by_side.known_text,
    "document_table": side_by_side.document_table,
    "matrix_tables": side_by_side.matrix_tables,
    "newly_absent": timeline.newly_absent,
    "news": timeline.news,
    "page_breaks": page_breaks,
    "passages_to_read": passages_to_read,
    "reasons_alike": side_by_side.reasons_alike,
    "silences": side_by_side.silences,
    "switch_texts": side_by_side.switch_texts,
    "switches_alike": side_by_side.switches_alike,
    "verdict_rows": side_by_side.verdict_rows,
    "verdict_table": side_by_side.verdict_table,
    "timeline": timeline.timeline,
    "timeline_tables": timeline.timeline_tables,
}
