"""The case that the tests of lessons answer and vote on, and how they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import case_of

if TYPE_CHECKING:
    from playwright.sync_api import Locator, Page

__all__ = ["MANY", "NAME", "ONE", "PAGE", "QUESTIONS", "TEXT", "slide"]

NAME = "bone-after-menopause"
PAGE = f"case {NAME}, choose"
QUESTIONS = case_of(NAME).questions
MANY = next(i for i, question in enumerate(QUESTIONS, 1) if question.many and question.choices[-1].id == "none")
ONE = next(i for i, question in enumerate(QUESTIONS, 1) if question.is_graded and not question.many)
TEXT = next(i for i, question in enumerate(QUESTIONS, 1) if not question.is_graded)


def slide(page: Page, number: int) -> Locator:
    """Return the slide of a question, by its number."""
    return page.locator(f"#q{number}")
