"""What every way out shares: formats, templates of one's own, and where the output goes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import explore, load_patient, render

if TYPE_CHECKING:
    from conftest import Run

PATIENT = Path(__file__).parents[1] / "patients" / "after-letrozole.yaml"
COMMANDS = [("report",), ("why", "chemotherapy")]
BEGINS = {"text": "", "html": "<!doctype html>\n", "markdown": "# ", "json": "{\n"}


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
@pytest.mark.parametrize("format_", BEGINS)
def test_every_command_writes_every_format_the_same_to_a_file(
    command: tuple[str, ...], format_: str, run: Run, tmp_path: Path
) -> None:
    printed = run(*command, str(PATIENT), "--format", format_)
    written = run(*command, str(PATIENT), "--format", format_, "-o", "out")
    assert (printed.returncode, printed.stderr, written.returncode, written.stdout) == (0, "", 0, "")
    assert printed.stdout.startswith(BEGINS[format_])
    assert tmp_path.joinpath("out").read_text(encoding="utf-8") == printed.stdout


@pytest.mark.parametrize("format_", BEGINS)
def test_the_library_gives_what_the_command_prints(format_: str, run: Run) -> None:
    assert run("report", str(PATIENT), "--format", format_).stdout == render(explore(load_patient(PATIENT)), format_)


@pytest.mark.parametrize("format_", ["html", "markdown"])
def test_equal_input_gives_equal_bytes(format_: str, run: Run) -> None:
    first, second = (
        run("report", str(PATIENT), "--format", format_, env={"PYTHONHASHSEED": seed}).stdout for seed in ("1", "2")
    )
    assert first == second


def test_the_readmes_template_of_ones_own(run: Run, tmp_path: Path) -> None:
    readme = Path(__file__).parents[2].joinpath("README.md").read_text(encoding="utf-8")
    template = readme.partition("```jinja\n")[2].partition("```")[0]
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "page.html.j2").write_text(template, encoding="utf-8")
    done = run("report", str(PATIENT), "--format", "html", "--templates", "mine")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Ward 7, teaching session" in done.stdout
    assert "<h1>After letrozole</h1>" in done.stdout
    assert "h1{color:teal}" in done.stdout


def test_a_fault_in_a_template_is_told_at_template_and_line(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "report.txt.j2").write_text("{{ assessment.scope }}\n{{ asessment }}\n", encoding="utf-8")
    (tmp_path / "out.txt").write_text("before", encoding="utf-8")
    done = run("report", str(PATIENT), "--templates", "mine", "-o", "out.txt")
    assert done.returncode == 2
    assert "mine/report.txt.j2:2:1: 'asessment' is undefined" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out.txt").read_text(encoding="utf-8") == "before"


def test_a_directory_of_templates_that_changes_nothing_is_an_error(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    done = run("report", str(PATIENT), "--templates", "mine")
    assert done.returncode == 2
    assert "mine: no *.j2" in done.stderr
