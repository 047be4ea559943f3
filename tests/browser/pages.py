"""The pages that are looked at: a report for every patient of `patients.yaml`, and each other kind of page."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from mbc_options import Patient, compare, explore, matrix, render
from mbc_options.exploration import explain

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options import Assessment

__all__ = ["DESCRIPTIONS", "NAMES", "assessed", "page_of", "patient"]

PATIENTS = Path(__file__).parent / "patients.yaml"

# Every value is text, as in a description typed in: `no` is a word.
DESCRIPTIONS: dict[str, Any] = yaml.load(PATIENTS.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)  # noqa: S506


@cache
def assessed(name: str) -> Assessment:
    return explore(Patient(**DESCRIPTIONS[name]))


def patient(name: str) -> Patient:
    return assessed(name).patient


OTHERS: dict[str, Callable[[], Any]] = {
    "map of nothing known": lambda: matrix(patient("nothing-known")),
    "map after letrozole": lambda: matrix(patient("hormone-positive-after-letrozole")),
    "map out of scope": lambda: matrix(patient("out-of-scope-nodes")),
    "map of what someone types": lambda: matrix(patient("someone-types-very-long-words")),
    "comparison of subtypes": lambda: compare(patient("triple-negative-untreated"), patient("both-positive-untreated")),
    "comparison with itself": lambda: compare(patient("man"), patient("man")),
    "comparison of what someone types": lambda: compare(
        patient("someone-types-very-long-words"), patient("someone-types-html")
    ),
    "comparison across the scope": lambda: compare(patient("scope-open"), patient("out-of-scope-denied")),
    "why a candidate": lambda: explain(patient("hormone-positive-after-letrozole"), "chemotherapy"),
    "why undetermined": lambda: explain(patient("nothing-known"), "anti_her2.t_dm1"),
    "why not described": lambda: explain(patient("triple-negative-urgent"), "hormone_therapy"),
    "why, out of scope": lambda: explain(patient("out-of-scope-denied"), "surgery"),
}
"""The pages besides the reports on the patients."""

NAMES = [*DESCRIPTIONS, *OTHERS]


@cache
def page_of(name: str) -> str:
    return render(OTHERS[name]() if name in OTHERS else assessed(name), format="html")
