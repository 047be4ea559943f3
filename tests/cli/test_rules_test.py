"""`rules test`: expectations held against a rulebook, as an author runs it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from subprocess import CompletedProcess

    Run = Callable[..., CompletedProcess[str]]

CASES = Path(__file__).parents[1] / "knowledge" / "cases"


def test_our_own_rulebook_is_held_whole(run: Run) -> None:
    done = run("rules", "test", "--cases", str(CASES))
    assert done.returncode == 0, done.stdout
    assert done.stdout.endswith("expectations, 0 not met, 0 missing.\n")


def test_a_new_rulebook_is_offered_what_it_needs_and_is_held_by_it(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    first = run("rules", "test", "mine")
    assert first.returncode == 1
    assert "rule drops-for-lasting-hiccups: one for whom it is silent" in first.stdout
    offered = first.stdout[first.stdout.index("cases:") : first.stdout.rindex("0 expectations")]
    (tmp_path / "mine" / "tests").mkdir()
    (tmp_path / "mine" / "tests" / "all.yaml").write_text(offered, encoding="utf-8")
    second = run("rules", "test", "mine")
    assert (second.returncode, second.stdout) == (0, "15 expectations, 0 not met, 0 missing.\n")


def test_what_is_not_met_is_told_with_patient_expected_found_and_reason(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    (tmp_path / "mine" / "tests").mkdir()
    text = "cases:\n  - {id: child, why: To see it., patient: {age: child}, expect: {drops: candidate}}\n"
    (tmp_path / "mine" / "tests" / "some.yaml").write_text(text, encoding="utf-8")
    done = run("rules", "test", "mine")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "mine/tests/some.yaml:2: child\n"
        "  why: To see it.\n"
        "  patient: {age: child}\n"
        "  - drops: expected candidate, found not_described\n"
    )


def test_the_rulebook_of_the_package_needs_to_be_told_where_its_cases_are(run: Run) -> None:
    done = run("rules", "test")
    assert done.returncode == 2
    assert "--cases DIR" in done.stderr
