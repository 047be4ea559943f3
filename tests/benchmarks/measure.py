"""Timing contenders in turns, and the small table in which a benchmark tells what it found."""

from __future__ import annotations

import gc
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Contender", "Row", "about", "ratios", "take_turns", "tell"]


class Contender(NamedTuple):
    """Somebody who answers: for each case, made ready beforehand, an answer."""

    name: str
    answer: Callable[[Any], Any]
    cases: Sequence[Any]


class Row(NamedTuple):
    """A line of the table.

    Attributes:
        what: what was measured.
        n: how often.
        times: in seconds.
        ratio: the ratios to what it is compared with, one for each turn; empty for none.
        target: what is asked, in words; empty for a line that only informs.
        met: whether it is.
    """

    what: str
    n: int
    times: Sequence[float]
    ratio: Sequence[float] = ()
    target: str = ""
    met: bool = True


def take_turns(contenders: Sequence[Contender], block: int) -> list[list[float]]:
    """Return, for each contender, the seconds for a case in each block of cases.

    Block by block, one after the other and another one first each time, so that what the machine does
    meanwhile falls on all of them. Every case is seen once. What exists before is put out of the garbage
    collector's sight; it stays on, since the answers are garbage that everybody makes.
    """
    times: list[list[float]] = [[] for _ in contenders]
    gc.collect()
    gc.freeze()
    for turn, start in enumerate(range(0, min(len(c.cases) for c in contenders), block)):
        for place in range(len(contenders)):
            i = (turn + place) % len(contenders)
            cases = contenders[i].cases[start : start + block]
            times[i].append(_time(contenders[i].answer, cases) / len(cases))
    gc.unfreeze()
    return times


def _time(answer: Callable[[Any], Any], cases: Sequence[Any]) -> float:
    start = perf_counter()
    for case in cases:
        answer(case)
    return perf_counter() - start


def ratios(a: Sequence[float], b: Sequence[float]) -> list[float]:
    """Return how many times `b` each `a` is, turn by turn."""
    return [one / other for one, other in zip(a, b, strict=True)]


def tell(rows: Sequence[Row]) -> None:
    """Print rows as a table: medians, with the quartiles in brackets."""
    head = ("what", "n", "median", "[quartiles]", "ratio", "[quartiles]", "target", "met")
    lines = [head, *(_cells(row) for row in rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip())


def _cells(row: Row) -> tuple[str, ...]:
    low, high = _quartiles(row.times)
    ratio = ("", "")
    if row.ratio:
        ratio = (f"{median(row.ratio):.2f}", "[{:.2f}..{:.2f}]".format(*_quartiles(row.ratio)))
    met = ("yes" if row.met else "NO") if row.target else ""
    spread = f"[{_shown(low)}..{_shown(high)}]"
    return (row.what, f"{row.n:,}", _shown(median(row.times)), spread, *ratio, row.target, met)


def _quartiles(values: Sequence[float]) -> tuple[float, float]:
    if len(values) < 2:
        return values[0], values[0]
    low, _, high = quantiles(values, n=4, method="inclusive")
    return low, high


def _shown(seconds: float) -> str:
    return f"{seconds * 1e6:.2f} us" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"


def about(*packages: str) -> None:
    """Print on what machine and with what versions this runs."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    print(f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.machine()}, {python}")
    print(", ".join(f"{package} {_version(package)}" for package in packages))


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown processor"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or "unknown processor")


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "(not installed)"
