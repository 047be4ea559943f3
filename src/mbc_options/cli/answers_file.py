"""The file that a learner's answers are kept in, where they ask for one."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from mbc_options.cases.answers import check_name
from mbc_options.errors import CaseError, Problem

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.cases.walk import Walk

__all__ = ["AnswersFile"]


class AnswersFile:
    """The file that answers are kept in. It is written over only where it is as this walk has left or found it.

    Args:
        path: the file.

    Attributes:
        path: the file.
        is_there: whether there is one to take up.

    Raises:
        CaseError: where nothing could be written there.
    """

    def __init__(self, path: Path) -> None:
        check_name(path)
        self.path = path
        self._seen = self._now()
        self.is_there = self._seen is not None
        folder = path.parent
        if not folder.is_dir() or not os.access(folder, os.W_OK):
            why = "is no folder" if not folder.is_dir() else "cannot be written to"
            raise CaseError([Problem(f"answers cannot be kept here: {folder} {why}", str(path))])

    def _now(self) -> bytes | None:
        """Return what the file holds now; None where there is none."""
        try:
            if not self.path.exists():
                return None
            if self.path.is_file():
                return self.path.read_bytes()
        except (OSError, ValueError) as error:  # also a name that no file can have
            raise CaseError([Problem(f"cannot be read: {error}", str(self.path))]) from None
        raise CaseError([Problem("answers cannot be kept here: it is no file", str(self.path))])

    def keep(self, walking: Walk) -> None:
        """Write the answers so far.

        Raises:
            CaseError: where they cannot be written, or the file is not as this walk has left it.
        """
        if self._now() != self._seen:
            raise CaseError([Problem("was changed by someone else, so it was left alone", str(self.path))])
        walking.save(self.path)
        self._seen = self._now()
