"""Plain text: 80 columns, the same on a terminal, in a pipe and in a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.render.environment import environment

if TYPE_CHECKING:
    from mbc_options.exploration import Assessment, Explanation

__all__ = ["explanation_text", "report_text"]


def report_text(assessment: Assessment, *, date: str | None = None, brief: bool = False) -> str:
    """Return the report on a patient as plain text.

    Args:
        assessment: what `explore` returned.
        date: a date to print; nothing is printed by default, so that equal input gives equal output.
        brief: leave out members, what else bears on the choice, background, passages and documents.
    """
    labels = {unit.id: unit.label for option in assessment.options for unit in (option, *option.members)}
    template = environment().get_template("report.txt.j2")
    return template.render(assessment=assessment, labels=labels, date=date, brief=brief)


def explanation_text(explanation: Explanation) -> str:
    """Return the reasons for one verdict as plain text."""
    return environment().get_template("why.txt.j2").render(explanation=explanation)
