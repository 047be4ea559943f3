"""What a case is about."""

from __future__ import annotations

from mbc_options.result import Result

__all__ = ["Topic"]


class Topic(Result):
    """Something that a case asks about.

    Attributes:
        id: the id of a class or disagreement.
        label: what it is called.
    """

    id: str
    label: str

    def __str__(self) -> str:
        return self.label

    __repr__ = __str__
