"""How far long work has come: told on a terminal or in a notebook, and nowhere else."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

__all__ = ["Progress"]

EVERY = 0.5
"""Seconds between two tellings."""
QUIET = 1.0
"""Seconds of work of which nothing is told."""
MINUTE = 60


class Progress:
    """Tells how many rows are done, how fast, and how long the rest takes.

    Args:
        doing: what is done.
        total: how many rows there are; None where that is not known.
        stream: where to tell it; by default the standard error output where somebody watches it, else nowhere.
    """

    def __init__(self, doing: str, total: int | None = None, stream: TextIO | None = None) -> None:
        self.doing = doing
        self.total = total
        self.stream = stream or (sys.stderr if _is_watched() else None)
        self.begin = self.last = time.monotonic()
        self.width = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self.width and self.stream is not None:
            self.stream.write(f"\r{' ' * self.width}\r")
            self.stream.flush()

    def __call__(self, rows: int) -> None:
        """Tell that so many rows are done, where it is time to."""
        now = time.monotonic()
        if self.stream is None or now - self.begin < QUIET or now - self.last < EVERY:
            return
        self.last = now
        line = self.line(rows, now - self.begin)
        self.stream.write(f"\r{line}{' ' * (self.width - len(line))}")
        self.stream.flush()
        self.width = max(self.width, len(line))

    def line(self, rows: int, seconds: float) -> str:
        """Return what is told after so many rows and seconds."""
        rate = rows / seconds if seconds else 0.0
        told = [f"{self.doing}: {rows:,} rows", f"{rate:,.0f} a second"]
        if self.total and rate:
            told.append(f"{_time((self.total - rows) / rate)} left")
        return ", ".join(told)


def _time(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE} min {whole % MINUTE} s"


def _is_watched() -> bool:
    if sys.stderr is None:
        return False
    return sys.stderr.isatty() or "ipykernel" in sys.modules
