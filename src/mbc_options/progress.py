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
    """Tells how many things are done, how fast, and how long the rest takes.

    Args:
        doing: what is done.
        total: how many of them there are; None where that is not known.
        stream: where to tell it; by default the standard error output where somebody watches it, else nowhere.
        things: what is counted.
    """

    def __init__(
        self, doing: str, total: int | None = None, stream: TextIO | None = None, things: str = "rows"
    ) -> None:
        self.doing = doing
        self.things = things
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

    def __call__(self, done: int) -> None:
        """Tell that so many are done, where it is time to."""
        now = time.monotonic()
        if self.stream is None or now - self.begin < QUIET or now - self.last < EVERY:
            return
        self.last = now
        line = self.line(done, now - self.begin)
        self.stream.write(f"\r{line}{' ' * (self.width - len(line))}")
        self.stream.flush()
        self.width = max(self.width, len(line))

    def line(self, done: int, seconds: float) -> str:
        """Return what is told after so many and so many seconds."""
        rate = done / seconds if seconds else 0.0
        told = [f"{self.doing}: {done:,} {self.things}", f"{rate:,.0f} a second"]
        if self.total and rate:
            told.append(f"{_time((self.total - done) / rate)} left")
        return ", ".join(told)


def _time(seconds: float) -> str:
    whole = max(0, round(seconds))
    return f"{whole} s" if whole < MINUTE else f"{whole // MINUTE} min {whole % MINUTE} s"


def _is_watched() -> bool:
    if sys.stderr is None:
        return False
    return sys.stderr.isatty() or "ipykernel" in sys.modules
