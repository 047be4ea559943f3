"""Whole outputs, as a person has read them.

After a wanted change run `pytest tests/cli --update-golden`, and read the difference before committing it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_rulebook

if TYPE_CHECKING:
    from conftest import Run

HERE = Path(__file__).parent
PATIENTS = HERE.parent / "patients"
GOLDEN = HERE / "golden"

REPORTS = sorted(path.name for path in PATIENTS.iterdir())


def check(name: str, text: str, *, update: bool) -> None:
    path = GOLDEN / name
    text = text.replace(load_rulebook().sha256, "(the digest of the rulebook)")
    if update:
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8"), f"{name} is not what was read; see the docstring of this file"


@pytest.mark.parametrize("patient", REPORTS)
def test_short_reports(patient: str, run: Run, pytestconfig: pytest.Config) -> None:
    done = run("report", str(PATIENTS / patient))
    assert (done.returncode, done.stderr) == (0, "")
    check(f"short-{Path(patient).stem}.txt", done.stdout, update=pytestconfig.getoption("--update-golden"))


def test_one_report_in_full(run: Run, pytestconfig: pytest.Config) -> None:
    done = run("report", str(PATIENTS / "triple-negative.json"), "--full")
    assert (done.returncode, done.stderr) == (0, "")
    check("report-triple-negative.txt", done.stdout, update=pytestconfig.getoption("--update-golden"))


def test_every_golden_report_belongs_to_a_shipped_patient() -> None:
    assert {path.name for path in GOLDEN.glob("short-*.txt")} == {f"short-{Path(name).stem}.txt" for name in REPORTS}


@pytest.mark.parametrize(
    ("option", "patient"), [("chemotherapy", "after-letrozole.yaml"), ("immunotherapy", "triple-negative.json")]
)
def test_reasons_in_full(option: str, patient: str, run: Run, pytestconfig: pytest.Config) -> None:
    done = run("why", option, str(PATIENTS / patient))
    assert (done.returncode, done.stderr) == (0, "")
    name = f"why-{option}-{Path(patient).stem}.txt"
    check(name, done.stdout, update=pytestconfig.getoption("--update-golden"))
