"""Where a new page of a printed case begins, so that no question gives away the answer to one beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbc_options.cases.case import Case, Question

__all__ = ["gives_away", "page_breaks"]


def gives_away(later: Question, earlier: Question) -> bool:
    """Tell whether a question gives away something that another one of the same stage asks.

    Args:
        later: what is asked after it, as "Why is this not described: Chemotherapy?"
        earlier: what is asked before, as "Which classes are candidates?"
    """
    from mbc_options.cases.questions.kinds import KINDS  # here: a report without a case takes 0.96 of the instructions

    return (
        KINDS[later.kind].presumes_status
        and KINDS[earlier.kind].offers_options
        and any(choice.id == later.about for choice in earlier.choices)  # of a disagreement, there is none
    )


def page_breaks(case: Case) -> frozenset[str]:
    """Return the ids of the questions that must begin a new page.

    Before each, there is a question on the same page of which it would give something away. One that gives away only
    answers to questions on pages before, which have been answered by then, needs no new page.
    """
    found: set[str] = set()
    for stage in case.stages:
        on_page: list[Question] = []
        for question in stage.questions:
            if any(gives_away(question, earlier) for earlier in on_page):
                found.add(question.id)
                on_page = []
            on_page.append(question)
    return frozenset(found)
