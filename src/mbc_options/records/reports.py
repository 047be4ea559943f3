"""What the reports of one patient to a registry prove: those that are of the illness, part by part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.records.across_reports import AcrossReports
from mbc_options.records.proofs import Proof, Proofs
from mbc_options.records.receipt import Source
from mbc_options.records.registry_dates import RegistryDates
from mbc_options.records.report_list import ReportFinder
from mbc_options.records.reported_treatments import ReportedTreatments
from mbc_options.records.settling import patient_of
from mbc_options.records.statement_proofs import StatementProofs
from mbc_options.records.statements import StatementReader
from mbc_options.records.unread_elements import UnreadElements

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.records.receipt import RecordPatient, RecordReceipt
    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.report_list import Report
    from mbc_options.records.statements import Statement
    from mbc_options.records.xml import Node

__all__ = ["ReportsReader"]


class ReportsReader:
    """Reads one patient.

    Args:
        registry: what elements and letters mean.
        today: the last date that there can be; empty for any.
        file: in which the patient stands.
    """

    def __init__(self, registry: RegistryCodes, today: str, file: str) -> None:
        self._registry, self._file = registry, file
        codes = registry.codes
        self._proofs = Proofs(codes.vocabulary, codes.lasting, codes.begun_after)
        self._dates = RegistryDates(registry.form, today, self._proofs.tell)
        self._unread = UnreadElements(registry, self._proofs, file)

    def read(self, id_: str, people: Sequence[Node]) -> RecordPatient | RecordReceipt:
        """Return the patient; the receipt alone where no report is of the illness.

        Args:
            id_: that of the patient.
            people: the elements of the patient.
        """
        reports = ReportFinder(self._registry, self._dates, self._file).of(people)
        if not reports:
            self._proofs.ignore(Source(file=self._file, type=self._registry.form.patient, id=id_), "it has no report")
        if all(report.why for report in reports):
            for report in reports:
                self._proofs.ignore(report.source(), report.why)
            return self._proofs.receipt(id_)
        statements = StatementReader(self._registry, self._dates)
        told = [(report, [] if report.why else statements.of(report)) for report in reports]
        across = AcrossReports(self._registry, [(report, said) for report, said in told if not report.why])
        self._statements = StatementProofs(self._registry, across, self._proofs)
        self._treatments = ReportedTreatments(self._registry, across, self._proofs)
        for person in people:
            self._person(id_, person)
        for report, said in told:
            self._report(report, said)
        for person in people:
            self._unread.beside(person, id_)
        return patient_of(self._proofs, id_)

    def _person(self, id_: str, person: Node) -> None:
        """Read what stands of the person: nothing else of it is kept."""
        form = self._registry.form
        for node in (node for stand in person.all(form.person) for name in form.of_person for node in stand.all(name)):
            test = self._registry.tests.get(node.name)
            if test is None or test.field is None:
                continue
            code, element = self._registry.shown(node.text), node.within(person)
            source = Source(file=self._file, type=person.tag, id=id_, code=code, element=element)
            answer = self._registry.answer(test, node.text)
            if answer is not None and answer.value:
                self._proofs.prove(Proof(source, test.field, answer.value))
            else:
                why = answer.unused if answer is not None else None
                self._proofs.ignore(source, why or self._registry.unknown(node.text))

    def _report(self, report: Report, said: list[Statement]) -> None:
        kind = report.kind
        if kind.told:  # of the person, whatever the report is of
            when = f" ({report.date})" if report.date else ""
            self._proofs.tell(kind.told.replace("{date}", when))
        if report.why:
            self._proofs.ignore(report.source(), report.why)
            return
        before = self._proofs.size
        if kind.of_diagnosis:
            self._proofs.use(report.source(), "the condition that the rulebook is about")
        if kind.is_treatment:
            self._treatments.note(report)
        self._statements.note(report, said)
        why = kind.ignored or (kind.told and "it is told, and no field is about it")
        if why:
            self._proofs.ignore(report.source(), why)
        else:
            self._unread.within(report)
        if self._proofs.size == before:
            self._proofs.ignore(report.source(), "it says nothing that a field is about")
