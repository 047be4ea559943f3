"""What people type at the command line is understood, or they are told what was meant."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

PATIENT = str(Path(__file__).parents[1] / "patients" / "after-letrozole.yaml")
BAD_INPUT = 2


def explained(run: Run, *arguments: str) -> str:
    done = run("why", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    id_: str = json.loads(done.stdout)["option"]["id"]
    return id_


def told(run: Run, *arguments: str) -> str:
    """Return the only line of an error, without what click says of the usage."""
    done = run(*arguments)
    assert (done.returncode, done.stdout) == (BAD_INPUT, "")
    return done.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("name", "option"),
    [
        ("chemo", "chemotherapy"),
        ("Endocrine therapy", "hormone_therapy"),
        ("aromatase inhibitor", "hormone_therapy.aromatase_inhibitor"),
        ("letrozole", "hormone_therapy.aromatase_inhibitor"),
        ("Herceptin", "anti_her2.trastuzumab"),
        ("FEC", "chemotherapy"),
    ],
)
def test_why_takes_every_name_of_an_option_and_the_drugs_of_it(run: Run, name: str, option: str) -> None:
    assert explained(run, name, "--er", "+") == option


def test_why_takes_its_arguments_in_either_order(run: Run) -> None:
    assert explained(run, PATIENT, "chemotherapy") == explained(run, "chemotherapy", PATIENT) == "chemotherapy"
    assert explained(run, PATIENT, "chemo") == "chemotherapy"


def test_why_does_not_take_a_drug_of_no_class_for_an_option(run: Run) -> None:
    assert "unknown option 'olaparib'" in told(run, "why", "olaparib", "--er", "+")


def test_several_sites_in_one_flag_are_several(run: Run) -> None:
    both = run("report", "--site", "bone", "--site", "liver")
    assert (both.returncode, both.stderr) == (0, "")
    assert run("report", "--site", "bone,liver").stdout == both.stdout


@pytest.mark.parametrize(
    ("arguments", "meant"),
    [
        (("--site", "bone", "liver"), "--site liver"),
        (("--finding", "pain", "nausea"), "--finding nausea"),
        (("--prior", "tamoxifen", "letrozole:progressed"), "--prior letrozole:progressed"),
    ],
)
def test_a_word_beside_a_flag_is_told_to_have_a_flag_of_its_own(
    run: Run, arguments: tuple[str, ...], meant: str
) -> None:
    message = told(run, "report", *arguments)
    assert f"{arguments[-1]} is no file" in message
    assert message.endswith(meant)


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "{}", "---\n"])
def test_an_empty_file_is_told_to_say_nothing(run: Run, tmp_path: Path, content: str) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text(content, encoding="utf-8")
    for command in (("report",), ("why", "chemotherapy")):
        message = told(run, *command, str(path))
        assert "patient.yaml says nothing of a patient" in message
        assert "its fields are label, sex, menopause, er" in message
    assert run("report", str(path), "--er", "+").returncode == 0, "with a flag it says something"


def test_a_percentage_that_yaml_takes_for_a_block_is_told_to_stand_in_quotes(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "patient.yaml"
    path.write_text("sex: female\ner: >90%\n", encoding="utf-8")
    assert told(run, "report", str(path)).endswith(
        "patient.yaml:2:7: not YAML: text that begins with > must stand in quotes"
    )


def test_several_treatments_in_one_flag_are_offered_as_several_and_never_read_as_one(run: Run) -> None:
    message = told(run, "report", "--prior", "letrozole, palbociclib")
    assert "'letrozole + palbociclib' (given together), or 'letrozole', 'palbociclib' (one after the other)" in message


def test_help_tells_both_ways_to_write_a_treatment_that_is_not_listed(run: Run) -> None:
    text = " ".join(run("report", "--help").stdout.split())
    assert "other:TEXT or unrelated:TEXT" in text
