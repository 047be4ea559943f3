"""What the reports of one illness say together, so that each counts beside the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.report_list import Report
    from mbc_options.records.statements import Statement
    from mbc_options.vocabulary.code_forms import CodedTest

__all__ = ["AcrossReports"]


class AcrossReports:
    """Compares what reports say.

    Args:
        registry: which elements say that there is spread, and of which the newest report counts.
        told: the reports that count, with what each says.

    Attributes:
        spread: the dates of what says that there is spread; of some it is not said, and they are empty.
        other_cancers: the cancers of which no spread is told, where there is spread of another alone.
        differing: the fields that differ between two cancers, of which either may be the one that spread.
    """

    def __init__(self, registry: RegistryCodes, told: Sequence[tuple[Report, list[Statement]]]) -> None:
        self._registry, self._nearby = registry, registry.form.nearby
        spread = [(report, one) for report, said in told for one in said if self._is_of_spread(one)]
        cancers = {report.cancer for report, _ in told} - {""}
        of_spread = {report.cancer for report, _ in spread}
        self.spread = [one.date for _, one in spread]
        self.other_cancers = cancers - of_spread if len(of_spread) == 1 and "" not in of_spread else set()
        self.differing = self._differing(told)
        self._newest: dict[tuple[str, str], str] = {}
        for report, said in told:
            for one in said:
                key = (one.node.name, report.side)
                self._newest[key] = max(self._newest.get(key, ""), one.date)

    def is_replaced(self, report: Report, one: Statement) -> bool:
        """Tell whether a later report speaks of something of which only the newest counts, of the same side."""
        return one.node.name in self._nearby and one.date != self._newest[one.node.name, report.side]

    def is_of_one_cancer(self, test: CodedTest) -> bool:
        """Tell whether a test is of one cancer, and so not of the person, nor of whether any has spread."""
        return not test.of_person and test.field != self._registry.confirmed_by

    def _differing(self, told: Sequence[tuple[Report, list[Statement]]]) -> set[str]:
        values: dict[str, dict[str, set[str]]] = {}
        for report, said in told:
            for one in said if report.cancer and report.cancer not in self.other_cancers else ():
                if one.value and one.test is not None and one.test.field and self.is_of_one_cancer(one.test):
                    values.setdefault(one.test.field, {}).setdefault(report.cancer, set()).add(one.value)
        return {
            field for field, by_cancer in values.items() if len({frozenset(some) for some in by_cancer.values()}) > 1
        }

    def _is_of_spread(self, one: Statement) -> bool:
        if one.site:
            return one.node.name not in self._nearby
        field = self._registry.confirmed_by
        lasting = self._registry.codes.lasting.get(field)
        return one.test is not None and one.test.field == field and bool(lasting) and one.value == lasting
