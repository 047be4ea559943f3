"""Benchmark of `explore` on random patients as people describe them, and on the patient of whom nothing is known.

Run `python tests/benchmarks/explore.py`. Every patient is seen for the first time; the rulebook is warm
from others. Always exits with 0.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING

from measure import Contender, Row, about, take_turns, tell
from random_patients import described, patients

from mbc_options import CompiledRulebook, Patient, explore, load_rulebook

if TYPE_CHECKING:
    from collections.abc import Sequence

SEED = 20_240_301
DESCRIBED_AT_MOST = 1e-3
NOTHING_KNOWN_AT_MOST = 5e-3


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=2_000)
    parser.add_argument("--rulebooks", type=int, default=25, help="how many copies of it to show nothing to")
    arguments = parser.parse_args()
    about("mbc-options", "pydantic")
    others = patients(described, max(1, arguments.patients // 4), SEED)
    fresh = patients(described, arguments.patients, SEED + 1)
    for patient in others:
        explore(patient)
    (times,) = take_turns([Contender("explore", explore, fresh)], 1)
    slowest = quantiles(times, n=20)[-1] if len(times) > 1 else times[0]
    cold, nothing = _nothing_known(arguments.rulebooks, others[:200])
    tell(
        [
            _row("explore, described patients", times, "at most 1 ms", DESCRIBED_AT_MOST),
            _row("explore, nothing known", nothing, "at most 5 ms", NOTHING_KNOWN_AT_MOST),
            Row("explore, first of a rulebook", len(cold), cold),
        ]
    )
    print(f"19 of 20 described patients take less than {slowest * 1e3:.2f} ms")


def _row(what: str, times: Sequence[float], target: str, most: float) -> Row:
    return Row(what, len(times), times, target=target, met=median(times) <= most)


def _nothing_known(copies: int, others: Sequence[Patient]) -> tuple[list[float], list[float]]:
    """Return the times of a rulebook's very first patient, and of nothing known after `others`.

    A rulebook remembers verdicts, so that each time takes a new copy: of this patient, too, the first
    sight counts.
    """
    first: list[float] = []
    nothing: list[float] = []
    for copy in range(copies):
        rulebook = replace(load_rulebook(), sha256=f"copy {copy}")
        first.append(_time(others[0], rulebook))
        for patient in others:
            explore(patient, rulebook)
        nothing.append(_time(Patient(), rulebook))
    return first, nothing


def _time(patient: Patient, rulebook: CompiledRulebook) -> float:
    start = perf_counter()
    explore(patient, rulebook)
    return perf_counter() - start


if __name__ == "__main__":
    main()
