"""Dates as reports to a registry write them, some of them known to the month or year alone."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.records.xml import Node
    from mbc_options.vocabulary.registry import RegistryForm

__all__ = ["RegistryDates"]

_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)(?:Z|[+-]\d\d:\d\d)?|(\d\d)\.(\d\d)\.(\d{4})|(\d{4})")
_MOST = (12, 31)
"""The last month and the last day that there can be."""


class RegistryDates:
    """Reads dates.

    Args:
        form: which attribute says how exact a date is, and which elements date the part that they stand in.
        today: the last date that there can be; empty for any.
        tell: is told of what is no date that there can be.
    """

    def __init__(self, form: RegistryForm, today: str, tell: Callable[[str], None]) -> None:
        self._form, self._today, self._tell = form, today, tell

    def read(self, node: Node | None) -> str:
        """Return a date as exactly as it was known; one that cannot be is told, and left out."""
        if node is None or not node.text:
            return ""
        match = _DATE.fullmatch(node.text)
        if match is None:
            self._tell(f"{node.tag}: {node.text[:40]!r} is no date; it is read as undated.")
            return ""
        one, two, three, day, month, year, alone = match.groups()
        parts = [one, two, three] if one else [year, month, day] if year else [alone]
        parts = parts[: next((i for i, part in enumerate(parts) if part == "00"), len(parts))]
        if not all(1 <= int(part) <= most for part, most in zip(parts[1:], _MOST, strict=False)):
            self._tell(f"{node.tag}: {node.text[:40]!r} is no date; it is read as undated.")
            return ""
        precise = self._form.precise
        known = {precise.month: 2, precise.year: 1, precise.no: 0}.get(node.attribute(precise.attribute), len(parts))
        date = "-".join(parts[:known])
        if self._today and date > self._today:
            self._tell(f"{node.tag}: {date} lies in the future; it is read as undated.")
            return ""
        return date

    def of_part(self, node: Node, top: Node) -> str:
        """Return when a part of a report was so, as the nearest element that it stands in says; empty where none does.

        Args:
            node: the part.
            top: the report, whose own date is not meant.
        """
        one = node.parent
        while one is not None and one is not top:
            for name in self._form.dated_by:
                found = one.first(name)
                if found is not None and (date := self.read(found)):
                    return date
            one = one.parent
        return ""
