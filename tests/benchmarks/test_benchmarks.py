"""The benchmarks run, and the engines agree; how fast they are is no test."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

import polars as pl
import pytest

from mbc_options import package_data, statuses
from mbc_options.rulebook.load import read_rulebook

HERE = Path(__file__).parent
SEED = 7


@pytest.fixture
def load(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return an import that finds the modules beside this one, which are scripts and in no package."""
    monkeypatch.syspath_prepend(str(HERE))

    return import_module


@pytest.fixture
def peers(load: Any) -> Any:
    pytest.importorskip("zen", reason="zen-engine, the extra `benchmark`, is not installed")
    return load("zen_peers")


def test_every_build_of_the_peer_agrees_on_patients_of_whom_all_is_known(peers: Any, load: Any) -> None:
    random_patients = load("random_patients")
    whole = random_patients.patients(random_patients.complete, 300, SEED)
    exact = [statuses(patient) for patient in whole]
    rulebook = read_rulebook(package_data.rules_dir()).rulebook
    for build in (*peers.builds(rulebook), *peers.null_safe_builds(rulebook)):
        assert [build.answer(build.facts(patient)) for patient in whole] == exact, f"{build.kind}: {build.name}"


def test_what_is_left_out_never_overturns_a_settled_status(load: Any) -> None:
    random_patients, benchmark = load("random_patients"), load("statuses")
    rng = Random(SEED)
    for whole in random_patients.patients(random_patients.complete, 300, SEED):
        partly = random_patients.partly_known(rng, whole)
        assert not whole.knowledge & ~partly.knowledge, "a patient partly known allows the whole one"
        assert not benchmark.overturns(whole, partly)


def test_the_random_patients_are_of_every_kind_and_the_same_every_time(load: Any) -> None:
    random_patients = load("random_patients")
    for make in (random_patients.complete, random_patients.described):
        found = random_patients.patients(make, 200, SEED)
        assert found == random_patients.patients(make, 200, SEED)
        seen = {
            name
            for patient in found
            for field in ("sites", "extent", "findings", "situation")
            for name in getattr(patient, field)
        }
        assert {"bone", "other:adrenal gland", "oligometastatic", "diffuse_bone", "breast_lump", "salvage"} <= seen
        assert {"female", "male"} <= {patient.sex for patient in found}
        assert () in {patient.prior for patient in found}


@pytest.mark.parametrize(
    "command",
    [
        ["statuses.py", "--patients", "20"],
        ["explore.py", "--patients", "5", "--rulebooks", "1"],
        ["startup.py", "--pairs", "1", "--warm-ups", "0"],
    ],
    ids=lambda command: str(command[0]),
)
def test_each_benchmark_runs_and_prints_its_table(command: list[str]) -> None:
    script, *options = command
    done = subprocess.run([sys.executable, HERE / script, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "target" in done.stdout


def test_records_are_read_alike_however_their_lines_stand(load: Any, tmp_path: Path) -> None:
    records = load("records")
    found = {}
    for number, (name, write) in enumerate(records.LAYOUTS.items()):
        write(tmp_path / f"{number}.ndjson", 0.3)
        found[name] = records.read(str(tmp_path / f"{number}.ndjson"))
        assert found[name]["told"] == ("broken" in name)
    of_all = [one["patients"] for one in found.values()]
    assert of_all[0] == of_all[1] == of_all[2] > 1
    pytest.importorskip("fhir.resources", reason="fhir.resources, the extra `benchmark`, is not installed")
    assert records.measure_bundles(4, 2) == 0


@pytest.mark.parametrize("kind", ["usual", "all different"])
def test_tables_are_decided_as_statuses_does_and_hands_never_contradict_what_they_leave_open(
    load: Any, kind: str, tmp_path: Path
) -> None:
    cohort, path = load("cohort"), str(tmp_path / "table")
    assert cohort.PARTS["write"](kind, "400", path) is None
    assert [*cohort.PARTS["time"](kind, path, "1")] == ["ours", "null is no", "Kleene"]
    assert cohort.PARTS["memory"](kind, path) > 0
    told = cohort.PARTS["check"](kind, path)
    assert told["wrong"] == 0
    assert "of the statuses are wrong" in told["account"][1]


def test_a_hand_that_knows_everything_decides_as_we_do(load: Any) -> None:
    tables, cohort = load("cohort_tables"), load("cohort")
    facts = tables.TABLES["all different"]
    frame = tables.table(facts, 3_000, SEED)
    frame = frame.with_columns(pl.all().backward_fill().forward_fill())  # complete, and often contradictory
    ours, *hands = (query().collect() for query in cohort._contenders(frame, "all different").values())
    consistent = ~ours["contradiction"]
    assert 5 < consistent.sum() < frame.height
    statuses_of = [name for name in ours.columns if name.startswith("status_")]
    for hand in hands:
        assert hand.filter(consistent).select(statuses_of).equals(ours.filter(consistent).select(statuses_of))


@pytest.mark.parametrize(
    "case",
    [
        ("pairs", 6),
        ("pairs", 12),
        ("either_of_pairs", 12),
        ("by_chance", 20, 30, 0.3),
        ("by_chance", 60, 40, 0.3),
        ("by_chance", 10, 12, 0.1, 20),
        ("exclusive_or", 6),
        ("majority", 9),
        ("multiplexer", 3),
        ("twice", 20),
    ],
    ids=str,
)
def test_large_rulebooks_are_decided_as_diagrams_and_a_solver_say(load: Any, case: tuple[Any, ...]) -> None:
    pytest.importorskip("oxidd", reason="oxidd, the extra `benchmark`, is not installed")
    pytest.importorskip("pysat", reason="python-sat, the extra `benchmark`, is not installed")
    scale = load("scale")
    name, *arguments = case
    found = scale.measured(getattr(scale, name)(*arguments), 20)
    assert found.is_right, found.line
    assert found.line.startswith("load "), found.line


def test_the_solver_and_the_diagrams_find_what_is_wrong(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("oxidd", reason="oxidd, the extra `benchmark`, is not installed")
    pytest.importorskip("pysat", reason="python-sat, the extra `benchmark`, is not installed")
    scale = load("scale")
    write, other = scale.written, scale.by_chance(20, 30, 0.3)
    monkeypatch.setattr(scale, "written", lambda _, directory: write(other, directory))
    assert not scale.measured(scale.by_chance(21, 30, 0.3), 20).is_right


def test_a_rulebook_that_is_too_large_is_said_to_be_refused(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("oxidd", reason="oxidd, the extra `benchmark`, is not installed")
    pytest.importorskip("pysat", reason="python-sat, the extra `benchmark`, is not installed")
    monkeypatch.setattr("mbc_options.rulebook.conditions.FEW_CUBES", 10)
    monkeypatch.setattr("mbc_options.rulebook.conditions.MOST_CUBES", 10)
    found = load("scale").measured(load("scale").exclusive_or(6), 1)
    assert "refused after" in found.line
    assert "neither the patients who fit them nor those who do not can be listed" in found.line
    assert not found.is_met
