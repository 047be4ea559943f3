"""The case that the tests of lessons answer and vote on."""

from __future__ import annotations

from pages import case_of

__all__ = ["MANY", "NAME", "ONE", "PAGE", "QUESTIONS", "TEXT"]

NAME = "bone-after-menopause"
PAGE = f"case {NAME}, choose"
QUESTIONS = case_of(NAME).questions
MANY = next(i for i, question in enumerate(QUESTIONS, 1) if question.many and question.choices[-1].id == "none")
ONE = next(i for i, question in enumerate(QUESTIONS, 1) if question.is_graded and not question.many)
TEXT = next(i for i, question in enumerate(QUESTIONS, 1) if not question.is_graded)
