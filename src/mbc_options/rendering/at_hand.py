"""The passages that a question about documents is about, to read before one answers it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mbc_options.cases.case import Case, Question

__all__ = ["ToRead", "passages_to_read"]


class ToRead(NamedTuple):
    """What a document says on what is asked.

    Attributes:
        document: its name, as the choice has it.
        statements: its passages, in the words of the register of claims; none where it says nothing on this.
    """

    document: str
    statements: Sequence[str]


def passages_to_read(case: Case, question: Question) -> tuple[ToRead, ...]:
    """Return what the documents say that one chooses from, in the order of the choices; nothing for other questions.

    They are told alike, whether they are right to choose or not: that is for the reader to find.
    """
    documents = {document.id for document in case.documents}
    if not question.choices or not all(choice.id in documents for choice in question.choices):
        return ()
    return tuple(
        ToRead(choice.label, tuple(case.claims[claim].statement for claim in choice.claims))
        for choice in question.choices
    )
