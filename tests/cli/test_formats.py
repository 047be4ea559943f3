"""What every way out shares: formats, templates of one's own, and where the output goes."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import explore, load_patient, render, walk

if TYPE_CHECKING:
    from conftest import Run

SCRIPT = Path(sysconfig.get_path("scripts")) / "mbc-options"
CASE = """\
title: Zoë → 😀
level: introductory
summary: One visit.
goals: [See it.]
stages:
  - id: first
    title: The first visit
    narrative: She comes.
    patient: {er: +, her2: negative, menopause: post, sites: [bone], prior: []}
    questions: [candidates]
"""
PATIENT = Path(__file__).parents[1] / "patients" / "after-letrozole.yaml"
COMMANDS = [("report",), ("why", "chemotherapy")]
BEGINS = {"text": "", "html": "<!doctype html>\n", "markdown": "# ", "json": "{\n"}
WRITING = {
    "report": ("report", str(PATIENT)),
    "why": ("why", "chemotherapy", str(PATIENT)),
    "matrix": ("matrix", str(PATIENT)),
    "compare": ("compare", str(PATIENT), str(PATIENT)),
    "export": ("case", "export", "only-the-armpit"),
}


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


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize(("name", "format_"), [("out.html", "html"), ("a.txt.json", "json")])
def test_without_a_format_every_command_writes_what_the_ending_of_the_output_says(
    command: str, name: str, format_: str, run: Run, tmp_path: Path
) -> None:
    done = run(*WRITING[command], "-o", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).read_text(encoding="utf-8") == run(*WRITING[command], "--format", format_).stdout


@pytest.mark.parametrize(
    ("ending", "format_"), [("htm", "html"), ("HTML", "html"), ("md", "markdown"), ("markdown", "markdown")]
)
def test_an_ending_may_be_written_in_more_than_one_way(ending: str, format_: str, run: Run, tmp_path: Path) -> None:
    assert run("report", str(PATIENT), "-o", f"out.{ending}").returncode == 0
    assert (tmp_path / f"out.{ending}").read_text(encoding="utf-8").startswith(BEGINS[format_])


@pytest.mark.parametrize("first", ["--format", "-o"])
@pytest.mark.parametrize("command", WRITING)
def test_a_format_that_the_ending_of_the_output_contradicts_is_refused_before_anything_is_read(
    command: str, first: str, run: Run, tmp_path: Path
) -> None:
    words = [("--format", "text"), ("-o", "x.html")]
    chosen = [word for pair in sorted(words, key=lambda pair: pair[0] != first) for word in pair]
    missing = [word.replace(str(PATIENT), "missing.yaml").replace("armpit", "knee") for word in WRITING[command]]
    done = run(*missing, *chosen)
    assert (done.returncode, done.stdout) == (2, "")
    told = "x.html is named like html, and --format says text; leave out --format, or name the file otherwise"
    assert told in done.stderr
    assert "missing.yaml" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_only_another_format_of_the_command_contradicts_and_markdown_is_text_too(run: Run, tmp_path: Path) -> None:
    names = [("json", "x.txt"), ("markdown", "x.txt"), ("html", "x.xml"), ("json", "x.yaml"), ("html", "x.htm")]
    codes = [run("report", str(PATIENT), "--format", format_, "-o", name).returncode for format_, name in names]
    assert codes == [2, 0, 0, 0, 0]
    assert (tmp_path / "x.txt").read_text(encoding="utf-8").startswith("# ")


@pytest.mark.parametrize(
    ("more", "told"),
    [(("--handout",), "--handout is a page, not json"), (("--templates", "."), "--templates is for what is read")],
)
def test_what_does_not_go_with_json_does_not_go_with_its_ending(
    more: tuple[str, ...], told: str, run: Run, tmp_path: Path
) -> None:
    done = run("report", str(PATIENT), *more, "-o", "x.json")
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", WRITING)
def test_help_says_what_the_format_is_by_default(command: str, run: Run) -> None:
    text = " ".join(run(*WRITING[command], "--help").stdout.split())
    tools = ", .xml, .zip, .csv" if command == "export" else ""
    told = (
        f"what the ending of -o FILE says (.txt, .html, .htm, .md, .markdown, .json, .pdf{tools}); text on the screen."
    )
    assert told in text


@pytest.mark.parametrize("command", WRITING)
@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("x.docx", "x.docx: no format ends in .docx; end the name in .txt, .html, .htm, .md, .markdown"),
        ("x.htlm", "x.htlm: no format ends in .htlm; did you mean .html? Else add --format"),
        ("x.MRKDOWN", "x.MRKDOWN: no format ends in .MRKDOWN; did you mean .md? Else add --format"),
        ("x", "x does not say its format; end the name in .txt, .html, .htm, .md, .markdown"),
        ("html", "html does not say its format; end the name in .txt"),
        ("../", "../ is a directory; name a file in it, as ../report.html"),
        ("new/", "new/ is a directory; name a file in it, as new/report.html"),
    ],
)
def test_an_output_whose_name_says_no_format_is_refused_with_what_to_do(
    command: str, name: str, told: str, run: Run, tmp_path: Path
) -> None:
    done = run(*WRITING[command], "-o", name)
    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_format_of_another_command_is_none_of_this_one(run: Run) -> None:
    assert ".json or add" not in run("report", str(PATIENT), "-o", "x.zip").stderr
    assert ".json or .pdf, or add --format" in run("report", str(PATIENT), "-o", "x.zip").stderr
    assert ".zip or .csv, or add --format" in run("case", "export", "only-the-armpit", "-o", "x").stderr


@pytest.mark.parametrize("name", ["x", "x.docx", "x.htlm"])
def test_with_a_format_any_name_will_do(name: str, run: Run, tmp_path: Path) -> None:
    done = run("report", str(PATIENT), "--format", "html", "-o", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(BEGINS["html"])


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="this system has no /dev/null")
def test_a_device_needs_no_ending(run: Run) -> None:
    done = run("report", str(PATIENT), "-o", "/dev/null")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert run("report", str(PATIENT), "-o", "-").stdout == run("report", str(PATIENT)).stdout


UTF_8 = {
    "report": (("report", "--er", "+", "--label", "Zoë → 😀"), ("html", "markdown", "json")),
    "why": (("why", "surgery", "--er", "+", "--label", "Zoë → 😀"), ("html", "markdown", "json")),
    "matrix": (("matrix", "--label", "Zoë → 😀"), ("html", "markdown", "json")),
    "export": (
        ("case", "export", "case.yaml"),
        ("html", "markdown", "json", "moodle", "qti", "qti3", "qti12", "scorm", "anki"),
    ),
}


@pytest.mark.parametrize(("command", "format_"), [(name, form) for name, (_, forms) in UTF_8.items() for form in forms])
def test_what_has_a_format_of_its_own_is_utf_8_whatever_the_terminal_takes(
    command: str, format_: str, tmp_path: Path
) -> None:
    (tmp_path / "case.yaml").write_text(CASE, encoding="utf-8")
    words = (*UTF_8[command][0], "--format", format_)
    one, other = (redirected(tmp_path, words, encoding) for encoding in ("cp1252", "ascii"))
    assert one == other
    if format_ not in {"qti", "qti3", "qti12", "scorm"}:
        assert "Zoë → 😀" in one.decode("utf-8").replace("\\u2192", "→")


def test_a_schema_and_results_as_json_are_utf_8(tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    walk("bone-after-menopause").save(tmp_path / "answers" / "Zoë→.json")
    (tmp_path / "answers" / "→.json").write_text("[]", encoding="utf-8")
    for words in (("schema", "case"), ("case", "results", "answers", "--format", "json")):
        plain, other = (redirected(tmp_path, words, env) for env in ("utf-8", "ascii"))
        assert other == plain
        json.loads(plain.decode("utf-8"))


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_text_follows_the_terminal(encoding: str, tmp_path: Path) -> None:
    written = redirected(tmp_path, ("report", "--er", "+", "--label", "Zoë → 😀"), encoding).decode(encoding)
    assert "Zoë" in written
    assert ("→" in written) == (encoding == "utf-8")


def redirected(folder: Path, words: tuple[str, ...], encoding: str) -> bytes:
    """What the command writes to a file that a shell has opened, where Python thinks of a terminal as given."""
    env = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "LC_ALL": "C.UTF-8"}  # the words are UTF-8
    with (folder / "out").open("wb") as file:
        done = subprocess.run(
            [str(SCRIPT), *words], stdout=file, stderr=subprocess.PIPE, cwd=folder, env=env, timeout=60, check=False
        )
    assert (done.returncode, done.stderr) == (0, b"")
    return (folder / "out").read_bytes()


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
