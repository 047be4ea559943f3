"""`rules test`: expectations held against a rulebook, as an author runs it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from subprocess import CompletedProcess

    Run = Callable[..., CompletedProcess[str]]


def test_a_new_rulebook_is_held_whole_by_its_own_expectations(run: Run) -> None:
    run("rules", "new", "mine")
    done = run("rules", "test", "mine", "--mutate")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (
        "9 expectations, 0 not met, 0 missing.\n43 mutants: 39 noticed, 4 that mean the same, 0 unnoticed.\n"
    )


def test_without_any_it_is_offered_what_it_needs_until_nothing_goes_unnoticed(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    file = tmp_path / "mine" / "tests" / "leaflet.yaml"
    file.unlink()
    missing = run("rules", "test", "mine")
    assert missing.returncode == 1
    assert "rule drops-for-lasting-hiccups: one for whom it is silent" in missing.stdout
    offered = missing.stdout[missing.stdout.index("cases:") : missing.stdout.rindex("0 expectations")]
    file.write_text(offered, encoding="utf-8")
    unnoticed = run("rules", "test", "mine", "--mutate")
    assert unnoticed.returncode == 1
    assert unnoticed.stdout.startswith("15 expectations, 0 not met, 0 missing.\n")
    assert "mine/therapies/breathing.yaml:12: rule breathing-for-new-hiccups: status:" in unnoticed.stdout
    more = "\n".join(line for line in unnoticed.stdout.splitlines() if line.startswith(("  - id:", "    ")))
    file.write_text(f"{offered}\n{more}\n", encoding="utf-8")
    held = run("rules", "test", "mine", "--mutate")
    assert held.returncode == 0, held.stdout
    assert held.stdout.endswith(" 0 unnoticed.\n")


def test_what_nobody_notices_of_a_constraint_stands_at_its_sentence(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    file = tmp_path / "mine" / "tests" / "leaflet.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text[: text.index("  - id: swallowing-is-eating")], encoding="utf-8")
    told = run("rules", "test", "mine", "--mutate").stdout
    lines = (tmp_path / "mine" / "facts.yaml").read_text(encoding="utf-8").splitlines()
    places = [line for line in told.splitlines() if line.startswith("mine/facts.yaml:")]
    assert places
    assert all("sentence: " in lines[int(place.split(":")[1]) - 1] for place in places)


def test_what_is_not_met_is_told_with_patient_expected_found_and_reason(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    text = "cases:\n  - {id: child, why: To see it., patient: {age: child}, expect: {drops: candidate}}\n"
    (tmp_path / "mine" / "tests" / "leaflet.yaml").write_text(text, encoding="utf-8")
    done = run("rules", "test", "mine", "--mutate")
    assert done.returncode == 1
    assert done.stdout.startswith(
        "mine/tests/leaflet.yaml:2: child\n"
        "  why: To see it.\n"
        "  patient: {age: child}\n"
        "  - drops: expected candidate, found not_described\n"
        "    because: a child\n"
    )
    assert "mutants" not in done.stdout


def test_as_json_it_has_what_is_not_met_what_is_missing_and_what_goes_unnoticed(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    file = tmp_path / "mine" / "tests" / "leaflet.yaml"
    whole = file.read_text(encoding="utf-8")
    held = run("rules", "test", "mine", "--format", "json")
    assert (held.returncode, held.stderr) == (0, "")
    assert json.loads(held.stdout) == {
        "counts": {"expectations": 9, "not_met": 0, "missing": 0},
        "not_met": [],
        "missing": [],
        "mutants": None,
    }

    file.write_text(whole[: whole.index("  - id: short-is-new")], encoding="utf-8")
    unnoticed = run("rules", "test", "mine", "--mutate", "--format", "json")
    mutants = json.loads(unnoticed.stdout)["mutants"]
    assert unnoticed.returncode == 1
    counts = mutants["counts"]
    assert counts["tried"] == counts["noticed"] + counts["same"] + len(mutants["unnoticed"])
    assert {one["kind"] for one in mutants["unnoticed"]} == {"subtype", "constraint"}
    cases = [{"id": f"a{i}", "why": "b"} | one["case"] for i, one in enumerate(mutants["unnoticed"])]
    more = tmp_path / "mine" / "tests" / "more.yaml"
    more.write_text(json.dumps({"cases": cases}), encoding="utf-8")
    assert run("rules", "test", "mine", "--mutate").returncode == 0

    file.write_text(
        "cases:\n  - {id: c, why: See., patient: {age: child}, expect: {drops: candidate}}\n", encoding="utf-8"
    )
    more.unlink()
    said = json.loads(run("rules", "test", "mine", "--mutate", "--format", "json").stdout)
    (failed,) = said["not_met"]
    assert (failed["file"], failed["line"], failed["id"]) == ("mine/tests/leaflet.yaml", 2, "c")
    assert failed["differences"] == [
        {"subject": "drops", "expected": "candidate", "found": "not_described", "reason": "a child"}
    ]
    assert said["mutants"] is None
    assert {"patient": {}, "scope": "in", "open": ["drops-for-lasting-hiccups"]} in [
        one["case"] for one in said["missing"]
    ]


def test_the_rulebook_of_the_package_needs_to_be_told_where_its_cases_are(run: Run) -> None:
    done = run("rules", "test")
    assert done.returncode == 2
    assert "--cases DIR" in done.stderr


def test_a_file_of_expectations_with_another_ending_is_told(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    file = tmp_path / "mine" / "tests" / "leaflet.yaml"
    file.rename(file.with_suffix(".yml"))
    done = run("rules", "test", "mine")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "mine/tests/leaflet.yml: is not read; files of tests/ end in .yaml\n"
