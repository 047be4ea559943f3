"""What of a case stands on which sheet of paper, so that no question gives away the answer to one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbc_options.cases.case import Case, Question

__all__ = ["over_the_page", "tells"]

TELLING = {"why_not", "moved_by", "says_who"}
"""What takes the verdict on the option that it is about for granted."""
ASKING = {"candidates", "undetermined", "changed"}
"""What asks for the verdicts on its choices."""


def tells(later: Question, earlier: Question) -> bool:
    """Tell whether a question gives away something that another one of the same stage asks.

    Args:
        later: what is asked after it, as "Why is this not described: Chemotherapy?"
        earlier: what is asked before, as "Which classes are candidates?"
    """
    return (
        later.kind in TELLING
        and earlier.kind in ASKING
        and any(choice.id == later.about for choice in earlier.choices)  # of a disagreement, there is none
    )


def over_the_page(case: Case) -> frozenset[str]:
    """Return the ids of the questions that must begin a new sheet.

    Before each, there is a question on the same sheet of which it would give something away. One that tells only of
    questions on sheets before, which have been answered by then, needs no other sheet.
    """
    found: set[str] = set()
    for stage in case.stages:
        on_sheet: list[Question] = []
        for question in stage.questions:
            if any(tells(question, earlier) for earlier in on_sheet):
                found.add(question.id)
                on_sheet = []
            on_sheet.append(question)
    return frozenset(found)
