"""What nothing is read from in the reports of a patient and beside them: all of it is told, and why."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbc_options.records.receipt import Source

if TYPE_CHECKING:
    from mbc_options.records.proofs import Proofs
    from mbc_options.records.registry_codes import RegistryCodes
    from mbc_options.records.report_list import Report
    from mbc_options.records.xml import Node

__all__ = ["UnreadElements"]

_UNREAD = "no field is read from it"


class UnreadElements:
    """Notes what was not read.

    Args:
        registry: which elements are of administration alone, and why others say no field.
        proofs: where it is noted.
        file: in which the patient stands.
    """

    def __init__(self, registry: RegistryCodes, proofs: Proofs, file: str) -> None:
        self._registry, self._form = registry, registry.form
        self._proofs, self._file = proofs, file

    def within(self, report: Report) -> None:
        """Note what was not read of a report, each part as a whole, and parts that stand together at once."""
        self._within(report, report.node)

    def _within(self, report: Report, top: Node) -> None:
        together: dict[str, list[Node]] = {}
        for node in top.children:
            if node.name in self._registry.kinds or node.name in self._form.administrative:
                continue
            if node.used or self._holds_reasons(node):
                self._within(report, node)
            elif (node.text or node.children) and not self._holds_reports(node):
                together.setdefault(self._registry.unread.get(node.name, _UNREAD), []).append(node)
        for why, nodes in together.items():
            source = report.source(top)
            tags = ", ".join(dict.fromkeys(node.tag for node in nodes))
            element = f"{source.element}/{tags}" if source.element else tags
            self._proofs.ignore(replace(source, element=element), why)

    def _holds_reasons(self, node: Node) -> bool:
        """Tell whether something within an element has a reason of its own, and the element has none."""
        unread = self._registry.unread
        return node.name not in unread and any(one.name in unread for one in node.with_all_in())

    def _holds_reports(self, node: Node) -> bool:
        return any(one.name in self._registry.kinds for one in node.children)

    def beside(self, person: Node, id_: str) -> None:
        """Note what stands beside the reports of a patient, as remarks do."""
        for top in (person, *person.outermost(self._form.report)):
            for node in top.children:
                otherwise = "" if top is person or self._is_accounted_for(node) else _UNREAD
                why = self._registry.unread.get(node.name, otherwise)
                if why and (node.text or node.children):
                    name = id_ if top is person else top.attribute(self._form.report_id)
                    source = Source(file=self._file, type=top.tag, id=name, element=node.tag)
                    self._proofs.ignore(source, why)

    def _is_accounted_for(self, node: Node) -> bool:
        """Tell whether what stands beside reports is of administration, or has reports in it."""
        kinds = self._registry.kinds
        return node.name in self._form.administrative or any(one.name in kinds for one in node.with_all_in())
