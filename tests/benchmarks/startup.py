"""Benchmark of starting up: whole processes, each in turn with one that imports the dependencies only.

The report as HTML, and what teaches with cases, is measured against the report as text.

Run `python tests/benchmarks/startup.py` with the Python of an environment in which the package is
installed: its own command is measured. Always exits with 0.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import sysconfig
import tempfile
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import NamedTuple

from measure import Row, about, ratios, tell

PATIENT = """\
label: A patient for the benchmark
sex: female
menopause: postmenopausal
er: "+"
pr: "-"
her2: 1+
metastasis_confirmed: yes
sites: [bone, liver]
findings: [bone_pain]
prior: ["letrozole: progressed"]
"""

LESSON = "two-targets"
"""A case of three stages and nine questions."""


class Case(NamedTuple):
    """A process, and the one that it is compared with."""

    what: str
    command: list[str]
    base: str
    base_command: list[str]
    most: float


def importing(what: str, command: list[str], code: str, most: float) -> Case:
    """Return a case that is compared with a process that only imports."""
    return Case(what, command, code, [sys.executable, "-c", code], most)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=31)
    parser.add_argument("--warm-ups", type=int, default=3)
    options = parser.parse_args()
    about("mbc-options", "click", "pydantic", "Jinja2", "PyYAML")
    if "PYTHONPATH" in os.environ:
        print("PYTHONPATH is set: the package may be another than the installed one")
    with tempfile.TemporaryDirectory() as folder:
        patient = Path(folder, "patient.yaml")
        patient.write_text(PATIENT, encoding="utf-8")
        rows: list[Row] = []
        for case in _cases(patient):
            rows += _measure(case, options.pairs, options.warm_ups, folder)
    tell(rows)


def _cases(patient: Path) -> list[Case]:
    cases = [
        importing(
            "import mbc_options", [sys.executable, "-c", "import mbc_options"], "from pydantic import BaseModel", 1.25
        )
    ]
    command = _installed_command()
    if command is None:
        print("the command mbc-options is not installed in this environment; its start is not measured")
        return cases
    text = [command, "report", str(patient)]
    walk = [command, "case", "walk", LESSON]
    return [
        importing("mbc-options --help", [command, "--help"], "import click", 1.3),
        importing("mbc-options report FILE", text, "import click, pydantic, jinja2, yaml", 1.5),
        Case("the same as html", [*text, "--format", "html"], "mbc-options report FILE, as text", text, 1.15),
        Case("mbc-options case list", [command, "case", "list"], "mbc-options report FILE, as text", text, 1.25),
        Case(f"mbc-options case walk {LESSON}, to its first prompt", walk, "mbc-options report FILE, as text", text, 2),
        *cases,
    ]


def _installed_command() -> str | None:
    """Return the command of the environment that this runs in."""
    command = Path(sysconfig.get_path("scripts"), "mbc-options").with_suffix(".exe" if os.name == "nt" else "")
    return str(command) if command.exists() else None


def _measure(case: Case, pairs: int, warm_ups: int, folder: str) -> list[Row]:
    """Run both in turns and compare each with its neighbor, so that what the machine does falls on both."""
    for _ in range(warm_ups):
        _run(case.command, folder)
        _run(case.base_command, folder)
    times, bases = [], []
    for _ in range(pairs):
        times.append(_run(case.command, folder))
        bases.append(_run(case.base_command, folder))
    ratio = ratios(times, bases)
    return [
        Row(case.base, pairs, bases),
        Row(case.what, pairs, times, ratio, f"at most {case.most:g} x the above", median(ratio) <= case.most),
    ]


def _run(command: list[str], folder: str) -> float:
    """Return the seconds that a process takes; it runs in an empty folder, from which nothing can be imported."""
    start = perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, cwd=folder)
    return perf_counter() - start


if __name__ == "__main__":
    main()
