"""What answers tell of a question: how hard it was, and whether those who knew more knew this, too.

How hard a question was is its mean score, with the interval in which it may lie by chance (Wilson 1927, at 95 %).
Scores lie from 0 to 1, and with a given mean none spread wider than those that are 0 or 1, for which the interval
is made: so it is never too narrow for partial credit. How well it discriminates is its corrected item-total
correlation (Henrysson 1963): of the score with the mean score on the other questions; where a score is 0 or 1, that
is the point-biserial one.
"""

from __future__ import annotations

from math import fsum, sqrt
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

__all__ = [
    "FEWEST_FOR_DISCRIMINATION",
    "FEWEST_RANKED",
    "Discrimination",
    "Interval",
    "WhyNot",
    "discrimination",
    "interval",
    "mean",
]

FEWEST_RANKED = 5
"""How many answers a question needs to be called hard or easy; also how many learners a mean of some of them needs."""

FEWEST_FOR_DISCRIMINATION = 20
"""How many learners a correlation needs; with fewer, chance alone brings about a large one."""

Z = 1.959963984540054
"""The quantile of the normal distribution within which 95 % lie, on both sides."""

WhyNot: TypeAlias = Literal["few", "alike"]
"""Why there is no correlation: too few learners, or all of them with the same score."""


class Interval(NamedTuple):
    """In which interval a mean may lie by chance."""

    low: float
    high: float


class Discrimination(NamedTuple):
    """How well a question tells those who know more from those who know less.

    Attributes:
        value: from -1 to 1; None where it cannot be told.
        learners: how many it rests on.
        why_not: why it cannot be told; None where it can.
    """

    value: float | None
    learners: int
    why_not: WhyNot | None


def mean(scores: Iterable[float]) -> float | None:
    """Return the mean; None of nothing. Whoever is read first changes no digit of it."""
    given = list(scores)
    return fsum(given) / len(given) if given else None


def interval(scores: Sequence[float]) -> Interval:
    """Return the interval of the mean of scores from 0 to 1; of none it is everything."""
    number = len(scores)
    middle = mean(scores)
    if middle is None:
        return Interval(0.0, 1.0)
    center = middle + Z**2 / (2 * number)
    half = Z * sqrt(middle * (1 - middle) / number + Z**2 / (4 * number**2))
    whole = 1 + Z**2 / number
    return Interval(max(0.0, (center - half) / whole), min(1.0, (center + half) / whole))


def discrimination(pairs: Iterable[tuple[float, float]]) -> Discrimination:
    """Return how well a question discriminates.

    Args:
        pairs: for each learner the score on the question, and the mean score on the others.
    """
    given = list(pairs)
    if len(given) < FEWEST_FOR_DISCRIMINATION:
        return Discrimination(None, len(given), "few")
    here, elsewhere = zip(*given, strict=True)
    if min(here) == max(here) or min(elsewhere) == max(elsewhere):
        return Discrimination(None, len(given), "alike")
    return Discrimination(_correlation(here, elsewhere), len(given), None)


def _correlation(x: Sequence[float], y: Sequence[float]) -> float:
    """Return Pearson's correlation; `statistics.correlation` has digits that depend on the order."""
    mean_x, mean_y = fsum(x) / len(x), fsum(y) / len(y)
    both = fsum((a - mean_x) * (b - mean_y) for a, b in zip(x, y, strict=True))
    return both / sqrt(fsum((a - mean_x) ** 2 for a in x) * fsum((b - mean_y) ** 2 for b in y))
