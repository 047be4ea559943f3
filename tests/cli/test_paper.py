"""What goes on paper: the handout that a patient takes home, and PDF."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from conftest import Run

PATIENT = str(Path(__file__).parents[1] / "patients" / "after-letrozole.yaml")
PLAIN = "the cancer grew in spite of hormone (endocrine) therapy"

needs_the_extra = pytest.mark.skipif(
    find_spec("weasyprint") is None and not os.environ.get("MBC_OPTIONS_REQUIRE_PDF"),
    reason="no PDF: weasyprint is not installed; pip install -e '.[pdf,test]'",
)


def test_a_handout_speaks_plain_unless_the_terms_of_the_field_are_asked_for(run: Run) -> None:
    plain = run("report", PATIENT, "--handout", "--format", "html")
    assert (plain.returncode, plain.stderr) == (0, "")
    assert PLAIN in plain.stdout
    assert run("report", PATIENT, "--handout", "--format", "html", "--words", "plain").stdout == plain.stdout
    clinical = run("report", PATIENT, "--handout", "--format", "html", "--words", "clinical").stdout
    assert PLAIN not in clinical
    assert "progressed on hormone (endocrine) therapy" in clinical


def test_without_handout_a_page_speaks_in_the_terms_of_the_field(run: Run) -> None:
    assert PLAIN not in run("report", PATIENT, "--format", "html").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--handout",), "--handout is a page, not text; name the file as handout.html or handout.pdf"),
        (("--handout", "--format", "markdown"), "--handout is a page, not markdown"),
        (("--handout", "-o", "x.json"), "--handout is a page, not json"),
        (("--handout", "--full", "-o", "x.html"), "--handout is a page to take home, and --full the whole as text"),
        (("-o", "x.pfd"), "x.pfd: no format ends in .pfd; did you mean .pdf?"),
        (("--format", "pdf", "-o", "x.html"), "x.html is named like html, and --format says pdf"),
    ],
)
def test_what_does_not_go_together_is_refused_plainly(
    arguments: tuple[str, ...], message: str, run: Run, tmp_path: Path
) -> None:
    done = run("report", PATIENT, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "command", [("report", PATIENT, "--handout"), ("why", "surgery", PATIENT), ("matrix", PATIENT)], ids=lambda c: c[0]
)
@needs_the_extra
def test_the_ending_says_that_a_pdf_is_meant(command: tuple[str, ...], run: Run, tmp_path: Path) -> None:
    done = run(*command, "-o", "out.pdf")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")


@needs_the_extra
def test_the_same_patient_gives_the_same_bytes_in_another_process(run: Run, tmp_path: Path) -> None:
    for name, seed in (("one.pdf", "1"), ("two.pdf", "2")):
        assert run("report", PATIENT, "--handout", "-o", name, env={"PYTHONHASHSEED": seed}).returncode == 0
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_without_the_extra_the_command_says_how_to_install_it_and_writes_nothing(run: Run, tmp_path: Path) -> None:
    hidden = tmp_path / "hidden"
    hidden.mkdir()
    (hidden / "weasyprint.py").write_text("raise ImportError\n", encoding="utf-8")
    done = run("report", PATIENT, "--handout", "-o", "out.pdf", env={"PYTHONPATH": str(hidden)})
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "Error: pdf needs an extra that is not installed: pip install 'mbc_options[pdf]'\n"
    assert not (tmp_path / "out.pdf").exists()


def test_a_case_to_click_through_is_no_pdf(run: Run, tmp_path: Path) -> None:
    done = run("case", "export", "only-the-armpit", "-o", "case.pdf")
    assert (done.returncode, done.stdout) == (2, "")
    assert "a page to click through is no PDF; add --handout or --solutions, or write html" in done.stderr
    assert list(tmp_path.iterdir()) == []
