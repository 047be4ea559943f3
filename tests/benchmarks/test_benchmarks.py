"""The benchmarks run, and the engines agree; how fast they are is no test."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path
from random import Random
from typing import Any

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
        ["startup.py", "--pairs", "1"],
    ],
    ids=lambda command: str(command[0]),
)
def test_each_benchmark_runs_and_prints_its_table(command: list[str]) -> None:
    script, *options = command
    done = subprocess.run([sys.executable, HERE / script, *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "target" in done.stdout


def test_decision_diagrams_of_the_written_rules_give_the_same_verdicts(load: Any) -> None:
    pytest.importorskip("dd", reason="dd, the extra `benchmark`, is not installed")
    scale = load("scale")
    for case in (scale.pairs(6), scale.by_chance(20, 30, 0.3), scale.by_chance(10, 12, 0.1, options=20)):
        line, agree = scale.measured(case, 20)
        assert agree, line
        assert line.startswith("load "), line


def test_a_rulebook_that_is_too_large_is_said_to_be_refused(load: Any) -> None:
    pytest.importorskip("dd", reason="dd, the extra `benchmark`, is not installed")
    line, _ = load("scale").measured(load("scale").pairs(20), 1)
    assert "refused after" in line
    assert "minimal reasons" in line
