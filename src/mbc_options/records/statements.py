"""What a report says: each element that is a test with its answer, or a site of spread."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.vocabulary.codes import LONGEST
from mbc_options.vocabulary.spelling import OTHER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.registry_dates import RegistryDates
    from mbc_options.records.report_list import Report
    from mbc_options.records.xml import Node
    from mbc_options.vocabulary.code_forms import CodedAnswer, CodedCondition, CodedTest

__all__ = ["SOMEWHERE", "Statement", "StatementReader"]

SOMEWHERE = OTHER
"""The site of a spread of which it is not said, or not known, where it is."""

_SHOWN = 80
"""How much of a name in words a receipt shows."""


class Statement(NamedTuple):
    """Something that a report says: by a test with its answer, or a site; or why it says nothing.

    Attributes:
        node: the element that says it.
        date: when it was so; empty where that is not said.
        code: what it was read by, as a receipt shows it.
        test: the test; None of a site, and where none is known.
        value: the answer, as the field of the test may have it.
        answer: the answer as the codes have it; None where it stands in the words of the field itself.
        site: the name of the site.
        why: why it says nothing; empty where it says something.
        unknown: of a letter for a site, that it is not known; empty where it is.
    """

    node: Node
    date: str
    code: str
    test: CodedTest | None = None
    value: str = ""
    answer: CodedAnswer | None = None
    site: str = ""
    why: str = ""
    unknown: str = ""


class StatementReader:
    """Reads what reports say.

    Args:
        registry: what elements and letters mean.
        dates: reads when something was.
    """

    def __init__(self, registry: RegistryCodes, dates: RegistryDates) -> None:
        self._registry, self._codes, self._form = registry, registry.codes, registry.form
        self._dates = dates

    def of(self, report: Report) -> list[Statement]:
        """Return what a report says, in the order of its parts."""
        return [one for node in report.parts for one in self._said(report, node)]

    def _said(self, report: Report, node: Node) -> Iterator[Statement]:
        form = self._form
        if node.name == form.site.element:
            yield self._site(report, node)
        elif node.name == form.variant.element:
            yield self._variant(report, node)
        elif node.name == form.classified.element:
            yield from self._classified(report, node)
        elif node.name in self._registry.tests and node.text:
            yield from self._answered(report, node)
        if node.name in form.nearby and (name := self._named(f"{node.name} {node.text}")):
            yield Statement(node, self._date(node, report), self._registry.shown(node.text), site=name)

    def _date(self, node: Node, report: Report) -> str:
        return self._dates.of_part(node, report.node) or report.date

    def _ended(self, report: Report) -> str:
        return self._dates.read(report.node.first(*report.kind.ends)) if report.kind.ends else ""

    def _answered(self, report: Report, node: Node) -> Iterator[Statement]:
        test, letter, ended = self._registry.tests[node.name], node.text, node.name == self._form.ended
        date = self._ended(report) if ended else self._date(node, report)
        answer = self._registry.answer(test, letter)
        if answer is not None:
            yield Statement(node, date, self._registry.shown(letter), test, answer.value or "", answer)
        elif node.name not in self._registry.unread and not ended:
            yield Statement(node, date, self._registry.shown(letter), test, why=self._registry.unknown(letter))

    def _named(self, letter: str) -> str:
        """Return the site that a letter, or an element with its letter, means; empty where none is known."""
        found = self._meant(letter)
        return found.name or "" if found is not None else ""

    def _meant(self, letter: str) -> CodedCondition | None:
        found = self._codes.conditions.coded([self._registry.coding(letter)])
        return found[0] if found is not None else None

    def _site(self, report: Report, node: Node) -> Statement:
        at = node.first(self._form.site.at)
        letter = at.text if at is not None else ""
        where = at if at is not None and letter else node
        date = self._date(at if at is not None else node, report)
        if not letter and node.first(*self._form.dated_by) is None:
            return Statement(where, date, "", why="it says neither where nor when")
        unknown = self._registry.unknown(letter) if letter and self._meant(letter) is None else ""
        shown, named = self._registry.shown(letter), self._named(letter)
        return Statement(where, date, shown, site=named or SOMEWHERE, unknown=unknown)

    def _variant(self, report: Report, node: Node) -> Statement:
        variant = self._form.variant
        name = node.said(variant.name)[:LONGEST]
        letter = node.said(variant.letters)
        said = variant.meaning.get(letter, "") if letter else node.said(variant.answer)
        inner = node.first(variant.letters, variant.answer)
        date = self._date(inner if inner is not None else node, report)
        found = (one for one in self._codes.tests.entries if one.field in variant.fields and one.pattern)
        test = next((one for one in found if re.search(one.pattern or "", name, re.IGNORECASE)), None)
        if test is None:
            return Statement(node, date, name[:_SHOWN], why="no field is read from a variant of this name")
        answer = self._codes.own_answers[id(test)].find((), said)
        value = (answer.value if answer is not None else said) or ""
        if not value or (test.only and value not in test.only):
            only = " or ".join(test.only)
            why = f"{(value or letter)[:40]!r} proves nothing{f': only {only} does' if only else ''}"
            return Statement(node, date, name[:_SHOWN], test, why=why)
        return Statement(node, date, name[:_SHOWN], test, value, answer)

    def _classified(self, report: Report, node: Node) -> Iterator[Statement]:
        form = self._form.classified
        name, said = node.said(form.name)[:LONGEST], node.said(form.answer)
        inner = node.first(form.answer)
        found = (one for one in self._registry.tests.values() if one.pattern)
        test = next((one for one in found if re.search(one.pattern or "", name, re.IGNORECASE)), None)
        answer = self._codes.own_answers[id(test)].find((), said) if test is not None else None
        if answer is not None and inner is not None:
            date = self._date(inner, report)
            yield Statement(node, date, f"{name} {said}"[:_SHOWN], test, answer.value or "", answer)
