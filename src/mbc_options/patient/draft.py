"""A description while it is read: what was said, at which place, and what is wrong with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mbc_options.errors import Complaint
from mbc_options.patient.aliases import Refused, plain

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.source.yaml_positions import KeyPath
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Draft", "Statement"]

T = TypeVar("T")


class Statement(NamedTuple):
    """Something that was said: what it allows, where it stands, and how to tell it again."""

    allows: int
    path: KeyPath
    text: tuple[object, ...]

    def quoted(self) -> str:
        """Return it as a message names it: the field, and what was written."""
        return ": ".join(part if i == 0 else plain(part) for i, part in enumerate(self.text))  # type: ignore[misc]


class Draft:
    """A description while it is read: what it says, with the place that says it, and what is wrong with it."""

    def __init__(self, vocabulary: Vocabulary, *, proves_only: bool = False) -> None:
        self.vocabulary = vocabulary
        self.proves_only = proves_only
        self.fields: dict[str, Any] = {}
        self.knowledge = vocabulary.space.universe
        self.statements: list[Statement] = []
        self.details: dict[str, str] = {}
        self.notices: list[str] = []
        self.complaints: dict[Complaint, None] = {}

    def say(self, allows: int, path: KeyPath, *text: object) -> None:
        """Note what something said allows, with its place and its text, so that a conflict can name both sides."""
        self.knowledge &= allows
        self.statements.append(Statement(allows, path, text))

    def refuse(self, message: str, path: KeyPath, *, at_key: bool = False, code: str = "") -> None:
        """Note that something is wrong; once, however many facts show it."""
        self.complaints[Complaint(message, path, at_key, code)] = None

    def attempt(self, path: KeyPath, reader: Callable[..., T], *arguments: Any) -> T | None:
        """Return what `reader` makes of a value; None where it refuses, with its reason noted."""
        try:
            return reader(*arguments)
        except Refused as refusal:
            self.refuse(str(refusal), (*path, *refusal.below), at_key=refusal.at_key, code=refusal.code)
            return None

    def value(self, fact: str, value: str) -> int:
        """Return the cube of "this fact has this value"."""
        space = self.vocabulary.space
        return space.universe & ~space.mask(fact) | space.bit(fact, value)
