"""What stands in for a standard output that was closed before the run began (`>&-`)."""

from __future__ import annotations

import errno
import io
from typing import NoReturn

__all__ = ["ClosedOutput"]


class ClosedOutput(io.TextIOBase):
    """A stream that refuses all that is written, where Python has none and click would drop it without a word."""

    encoding = "utf-8"
    errors = "strict"

    @property
    def buffer(self) -> ClosedOutput:
        """The same for bytes."""
        return self

    def write(self, _: object) -> NoReturn:
        """Refuse what would be written."""
        raise OSError(errno.EBADF, "the standard output is closed")
