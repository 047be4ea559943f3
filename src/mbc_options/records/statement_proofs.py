"""What the statements of a report prove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.records.proofs import Proof
from mbc_options.records.statements import SOMEWHERE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.records.across_reports import AcrossReports
    from mbc_options.records.proofs import Proofs
    from mbc_options.records.receipt import Source
    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.report_list import Report
    from mbc_options.records.statements import Statement
    from mbc_options.vocabulary.code_forms import CodedAnswer, CodedTest

__all__ = ["StatementProofs"]


class StatementProofs:
    """Notes what statements prove.

    Args:
        registry: what elements and letters mean.
        across: what all reports say together.
        proofs: where it is noted.
    """

    def __init__(self, registry: RegistryCodes, across: AcrossReports, proofs: Proofs) -> None:
        self._registry, self._across, self._proofs = registry, across, proofs

    def note(self, report: Report, said: Sequence[Statement]) -> None:
        """Note what each statement of a report proves, or why it proves nothing.

        Args:
            report: the report.
            said: all that it says.
        """
        for one in said:
            one.node.use()
            source = report.source(one.node, one.code, one.date)
            field = (one.test.field if one.test is not None else "") or ""
            if one.why:
                self._proofs.ignore(source, one.why, what=field)
            elif one.site:
                self._site(report, source, one)
            elif field and one.answer is None:
                self._proofs.prove(Proof(source, field, one.value))
            elif field and one.test is not None and one.answer is not None:
                self._answer(report, source, field, one.test, one.answer, said)

    def _site(self, report: Report, source: Source, one: Statement) -> None:
        places = self._registry.codes.places
        if places is None:
            self._proofs.ignore(source, "the rulebook has no field of sites")
        elif self._across.is_replaced(report, one):
            self._proofs.ignore(source, "a later report speaks of it, too", what=f"{places.field}.{one.site}")
        elif one.site == SOMEWHERE:
            self._proofs.prove(Proof(source, places.confirmed_by, "yes"))
            if one.unknown:
                why = f"{one.unknown}, so it proves that there is spread, and not where"
                self._proofs.settle([len(self._proofs.found) - 1], "used", why)
                self._proofs.tell(f"{source.type} {source.id}: {source.element} {why}.".replace("  ", " "))
        else:
            self._proofs.prove(Proof(source, places.field, "yes", name=one.site))

    def _answer(
        self,
        report: Report,
        source: Source,
        field: str,
        test: CodedTest,
        answer: CodedAnswer,
        said: Sequence[Statement],
    ) -> None:
        proofs = self._proofs
        if answer.unused:
            proofs.ignore(source, answer.unused, what=field)
        elif answer.voids:
            if any(one.test is not None and one.test.field == field and one.value == answer.voids for one in said):
                proofs.ignore(source, f"the report says itself what is so now of {field}", what=field)
                return
            proofs.void(source, field, answer.voids)
            proofs.use(source, field, why=f"{answer.voids} that was found before says nothing any more")
        elif answer.value:
            if report.cancer and self._across.is_of_one_cancer(test):
                if report.cancer in self._across.other_cancers:
                    proofs.ignore(source, self._registry.form.other_cancer, what=field)
                    return
                if field in self._across.differing:
                    why = self._registry.form.either_cancer
                    proofs.tell(f"{self._registry.codes.vocabulary.labels[field]}: {why}.")
                    proofs.ignore(source, why, what=field)
                    return
            if answer.notice:
                when = f" ({source.date})" if source.date else ""
                proofs.tell(answer.notice.replace("{date}", when))
            proofs.prove(Proof(source, field, answer.value))
