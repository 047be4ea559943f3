"""What the choices of a question are called wherever they stand: a, b, c; and how a learner may name them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbc_options.cases.case import Question

__all__ = ["choice_named", "labels_of", "letter"]


def letter(index: int) -> str:
    """Return what the choice with this index, from 0, is called: `a` to `z`, then `aa`, `ab` and so on."""
    rest, last = divmod(index, 26)
    return (letter(rest - 1) if rest else "") + chr(ord("a") + last)


def labels_of(question: Question) -> dict[str, str]:
    """Return what each choice of a question is called, by its id."""
    return {choice.id: letter(index) for index, choice in enumerate(question.choices)}


def choice_named(question: Question, said: str | int) -> str:
    """Return the id of the choice that is meant: by its id, by its letter, or by its number, from 1.

    0 means "none of these", where that is a choice. What means nothing is returned as it is.
    """
    from mbc_options.cases.case import NONE

    ids = [choice.id for choice in question.choices]
    word = str(said)
    if word in ids:
        return word
    named = {letter(index): id_ for index, id_ in enumerate(ids)}
    named |= {str(number): id_ for number, id_ in enumerate(ids, 1)}
    if NONE in ids:
        named["0"] = NONE
    return named.get(word.strip().lower(), word)
