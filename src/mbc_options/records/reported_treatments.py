"""Treatments as reports to a registry tell them: by drugs, a protocol or letters, how they went, in which setting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.records.drugs import Drugs
from mbc_options.records.proofs import Proof, is_after
from mbc_options.vocabulary.codes import Coding
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mbc_options.records.across_reports import AcrossReports
    from mbc_options.records.drugs import Given
    from mbc_options.records.proofs import Proofs
    from mbc_options.records.receipt import Source
    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.report_list import Report
    from mbc_options.records.xml import Node

__all__ = ["ReportedTreatments"]

_NO_CLASS = "no treatment of a class that the rulebook knows"
_NOT_SAID = "none"
"""What the codes have for an element that a report lacks."""


class ReportedTreatments:
    """Notes what the reports of treatments prove.

    Args:
        registry: what elements and letters mean.
        across: what all reports say together.
        proofs: where it is noted.
    """

    def __init__(self, registry: RegistryCodes, across: AcrossReports, proofs: Proofs) -> None:
        self._registry, self._codes, self._form = registry, registry.codes, registry.form
        self._across, self._proofs = across, proofs
        self._drugs, self._field = Drugs(registry.codes), registry.codes.vocabulary.history

    def note(self, report: Report) -> None:
        """Note which treatments a report proves, and what became of all that it says of them."""
        field = self._field
        if not field:
            return
        why = self._no_treatment(report)
        if why:
            self._proofs.ignore(report.source(), why)
            return
        given = self._given(report)
        outcome = self._outcome(report, given)
        by, setting, needs = self._setting(report)
        for treatment, source in given:
            self._proofs.prove(Proof(source, field, outcome, name=treatment.name, setting=setting, needs=needs))
        if not given:
            code = f"{self._form.system} {letters}" if (letters := " ".join(self._letters(report))) else ""
            self._proofs.ignore(report.source(code=code), _NO_CLASS)
            return
        self._account(report, self._form.ended, "" if outcome == UNKNOWN else outcome, "how it went")
        for name in self._form.settings:
            if name == by or name not in self._registry.unread:
                self._account(report, name, setting if name == by else "", "in which setting it was", needs)

    def _no_treatment(self, report: Report) -> str:
        """Say why something that was done was no treatment; nothing where it was, and note what says so."""
        states = [(one, one.element) for one in self._codes.states if one.element and report.kind.element in one.types]
        intents = [intent for name in {name for _, name in states} for intent in report.node.all(name)]
        for intent in intents:
            intent.use()
        for state, name in states:
            if (report.node.said(name) or _NOT_SAID) in state.codes:
                return state.ignored or state.told or ""
        for intent in intents:
            self._proofs.use(report.source(intent, self._registry.shown(intent.text)), self._field or "")
        return ""

    def _account(self, report: Report, name: str, value: str, what: str, needs: str = "") -> None:
        """Note what became of an element that says something of a treatment, and the fact without which it does not."""
        for one in report.node.all(name):
            if not one.text:
                continue
            one.use()
            source = report.source(one, self._registry.shown(one.text))
            if value:
                why = f"it counts where the record proves {needs}" if needs else ""
                self._proofs.use(source, self._field or "", value, why)
            else:
                self._proofs.ignore(source, f"it does not say {what}")

    def _letters(self, report: Report) -> list[str]:
        names = {*report.kind.by}
        return [one.text[:40] for one in report.parts if one.name in names and one.text]

    def _given(self, report: Report) -> list[tuple[Given, Source]]:
        """Return the treatments that a report names, each with where it does."""
        found = [*self._by_drugs(report)]
        found += self._by_protocol(report, {drug for drug, _ in found})
        return [*found, *self._by_letters(report, {name for drug, _ in found for name in drug.classes})]

    def _by_drugs(self, report: Report) -> Iterator[tuple[Given, Source]]:
        system = self._form.drug_code_system
        for one in (one for one in report.parts if one.name in report.kind.drugs):
            code = one.said(self._form.drug_code)
            text = one.text or " ".join(child.text for child in one.children if not child.children)
            codings = [Coding(system, code)] if code else []
            source = report.source(one, f"{system} {code[:40]}" if code else text[:80])
            named = self._drugs.named(codings, [text] if text and not code else [])
            for part in one.with_all_in():
                part.use()
            for drug in named.given:
                yield drug, source
            if not named.given:
                self._proofs.ignore(source, named.why or "no drug of a class that the rulebook knows")

    def _by_protocol(self, report: Report, named: set[Given]) -> Iterator[tuple[Given, Source]]:
        """Yield the drugs that the name of a protocol names beside those that are named themselves."""
        protocol = report.node.first(report.kind.protocol) if report.kind.protocol else None
        if protocol is None or not protocol.text:
            return
        protocol.use()
        source = report.source(protocol, protocol.text[:80])
        others = [one for one in self._drugs.named((), [protocol.text]).given if one not in named]
        for drug in others:
            yield drug, source
        if not others:
            self._proofs.ignore(source, "the protocol names no drug beside those that are told")

    def _by_letters(self, report: Report, classes: set[str]) -> Iterator[tuple[Given, Source]]:
        """Yield the classes that letters name, of which no drug is named, or what the kind of report is by itself."""
        kind, node = report.kind, report.node
        for unit in (node.all(kind.each) if kind.each else []) or [node]:
            parts = report.parts if unit is node else unit.with_all_in()
            said = {name for one in parts for name in (one.name, f"{one.name} {one.text}")}
            if kind.by and (not kind.unless or said & {*kind.unless}):
                yield from self._letters_in(report, parts, classes)
                continue
            found = self._procedure(kind.element)
            if found is not None:
                if unit is not node:
                    unit.use()
                yield found, report.source(unit, self._registry.shown(kind.element))

    def _letters_in(self, report: Report, parts: Sequence[Node], classes: set[str]) -> Iterator[tuple[Given, Source]]:
        for one in parts:
            if one.name in report.kind.by and one.text:
                found = self._procedure(one.text)
                source = report.source(one, self._registry.shown(one.text))
                one.use()
                if found is None:
                    self._proofs.ignore(source, "it names no class of treatment that the rulebook knows")
                elif classes & {*found.classes}:
                    self._proofs.use(source, self._field or "")  # the drugs beside it say more
                else:
                    yield found, source

    def _procedure(self, letter: str) -> Given | None:
        found = self._codes.procedures.coded([self._registry.coding(letter)])
        return self._drugs.given(found[0].treatment) if found is not None and found[0].treatment else None

    def _outcome(self, report: Report, given: list[tuple[Given, Source]]) -> str:
        """Return how a treatment went, as far as why it ended says so."""
        letter = report.node.said(self._form.ended)
        found = self._codes.outcomes.coded([self._registry.coding(letter)]) if letter else None
        if found is None:
            return UNKNOWN
        classes = {name for one, _ in given for name in one.classes}
        if found[0].of_one and len(classes) > 1:
            names = ", ".join(dict.fromkeys(one.name for one, _ in given))
            outcome = found[0].outcome.replace("_", " ")
            self._proofs.tell(
                f"A treatment of several kinds ({names}) is said to be {outcome}: it is not said which of "
                f"them, so it is read of none."
            )
            return UNKNOWN
        return found[0].outcome

    def _setting(self, report: Report) -> tuple[str, str, str]:
        """Return the element that says the setting of a treatment, the setting, and the fact without which it does not.

        Without such an element it follows from the day on which it began, as with every record.
        """
        for name in self._form.settings:
            entry = self._codes.settings.coded([self._registry.coding(f"{name} {report.node.said(name)}")])
            if entry is not None:
                setting, needs = entry[0].setting, entry[0].needs or ""
                if needs or all(is_after(date, report.date) for date in self._across.spread):
                    return name, setting, needs
        return "", "", ""
