"""The commands for teaching cases through their real entry point, save the walk: what they print, and exit codes."""

from __future__ import annotations

import base64
import io
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from contextlib import suppress
from functools import cache
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING, Any

import click
import jsonschema
import pytest
import yaml

from mbc_options import load_case, load_rulebook, walk
from mbc_options.cases.catalog import case_names
from mbc_options.cli.cases import case as group
from mbc_options.cli.schemas import schema_of
from mbc_options.package_data import rules_dir
from mbc_options.rendering.render import render
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from conftest import Run

FOLDER = rules_dir() / "cases"
NAMES = case_names()
LEVELS = ("introductory", "intermediate", "advanced")
MARKS = {
    "candidate": "[+] candidate",
    "undetermined": "[?] undetermined",
    "unspecified": "[~] unspecified",
    "not_described": "[ ] not described",
    "out_of_scope": "[-] out of scope",
}
BROKEN = """\
title: Broken
level: beginner
summary: x
goals: [a]
stages:
  - id: one
    title: One
    narrative: x
    patient: {er: +, sites: [livre]}
    questions: [candidates, {ask: why_not}]
"""


def own(path: Path, text: str) -> str:
    path.write_text(dedent(text), encoding="utf-8")
    return path.name


def flat(text: str) -> str:
    return " ".join(text.split())


def commands() -> dict[str, click.Command]:
    return dict(group.commands)


@pytest.mark.parametrize("name", commands())
def test_every_command_has_short_help_help_for_every_flag_and_examples(name: str, run: Run) -> None:
    done = run("case", name, "--help")
    command = commands()[name]
    assert done.returncode == 0
    assert command.short_help
    assert command.short_help in flat(run("case", "--help").stdout)
    for parameter in command.params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name
            assert parameter.opts[0] in done.stdout
    assert f"mbc-options case {name}" in done.stdout.partition("Examples:")[2]


@pytest.mark.parametrize("words", [["case", "--help"], ["case", "walk", "--help"], ["case", "list", "--help"]])
def test_help_needs_only_click(words: list[str]) -> None:
    code = f"from mbc_options.cli.main import cli\ntry: cli({words!r})\nexcept SystemExit: pass"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"], capture_output=True, check=True, timeout=60
    )
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    assert "mbc_options.cli.cases" in loaded
    assert not loaded & {"pydantic", "yaml", "jinja2", "hashlib", "mbc_options.cases"}


def test_listing_works_nothing_out() -> None:
    code = "from mbc_options.cli.main import cli\ntry: cli(['case', 'list'])\nexcept SystemExit: pass"
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys\nprint(*sys.modules)"], capture_output=True, check=True, timeout=60
    )
    loaded = set(done.stdout.decode().splitlines()[-1].split())
    assert "mbc_options.cases.catalog" in loaded
    assert not loaded & {"mbc_options.cases.load", "mbc_options.rulebook.load"}


# list


def test_the_list_has_every_case_by_level_with_its_numbers_and_summary(run: Run) -> None:
    done = run("case", "list")
    assert (done.returncode, done.stderr) == (0, "")
    lines = done.stdout.splitlines()
    assert max(map(len, lines)) <= 80
    listed = [line for line in lines if line in NAMES]
    files: dict[str, Any] = {
        name: yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in NAMES
    }
    assert sorted(listed) == sorted(NAMES)
    assert [LEVELS.index(files[name]["level"]) for name in listed] == sorted(
        LEVELS.index(files[name]["level"]) for name in listed
    )
    for level in LEVELS:
        assert lines.count(level.capitalize()) == 1
    for i, name in enumerate(listed):
        entry = done.stdout[done.stdout.index(f"\n{name}\n") :]
        entry = flat(entry[: entry.index(f"\n{listed[i + 1]}\n")] if i + 1 < len(listed) else entry)
        arms = files[name].get("fork", {}).get("arms", [])
        stages = [*files[name]["stages"], *(stage for arm in arms for stage in arm["stages"])]
        asked = sum(len(stage.get("questions", ())) for stage in stages)
        fork = ", a fork" if arms else ""
        assert f"{files[name]['title']} ({len(stages)} stages, {asked} questions{fork}, about " in entry
        assert flat(files[name]["summary"]) in entry


def test_a_rulebook_without_cases_is_told(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    done = run("case", "list", "--rules", "own")
    assert done.returncode == 0
    assert "This rulebook has no cases." in done.stdout


def test_a_list_with_a_file_that_is_no_case_tells_what_is_wrong(run: Run, tmp_path: Path) -> None:
    (tmp_path / "own" / "cases").mkdir(parents=True)
    own(tmp_path / "own" / "cases" / "broken.yaml", BROKEN)
    done = run("case", "list", "--rules", "own")
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{Path('own', 'cases', 'broken.yaml')}:2:8: level cannot be 'beginner'" in done.stderr


def test_a_hidden_file_among_the_cases_is_no_case(run: Run, tmp_path: Path) -> None:
    shutil.copytree(rules_dir(), tmp_path / "own", ignore=shutil.ignore_patterns("cases"))
    (tmp_path / "own" / "cases").mkdir()
    own(tmp_path / "own" / "cases" / "sound.yaml", (FOLDER / "only-the-armpit.yaml").read_text(encoding="utf-8"))
    (tmp_path / "own" / "cases" / "._sound.yaml").write_bytes(b"\x00\x05\x16\x07")
    done = run("case", "list", "--rules", "own")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\nsound\n") == 1


# show


def of_each_length() -> list[str]:
    """One case for each number of stages."""
    stages = {name: (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").count("\n  - id: ") for name in NAMES}
    return list({number: name for name, number in stages.items()}.values())


@pytest.mark.parametrize("name", of_each_length())
def test_a_teacher_is_shown_every_verdict_at_every_stage(name: str, run: Run) -> None:
    case = load_case(name)
    done = run("case", "show", name)
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    table = done.stdout.partition("The verdicts from stage to stage\n")[2].partition("\n[+] candidate:")[0]
    for way in case.ways:  # each has a table of its own
        _, _, table = table.partition("-" * 40)
        rows = table.splitlines()[1:]
        for i, option in enumerate(case.stages[0].assessment.options):
            begin = next(n for n, line in enumerate(rows) if line.startswith(option.label[:20].rstrip()))
            row = " ".join(rows[begin : begin + 2])
            for stage in way.stages:
                mark = MARKS[stage.assessment.options[i].status][:3]
                assert mark in row, (option.id, stage.id)
                row = row[row.index(mark) + 3 :]


def test_a_teacher_is_warned_first_and_shown_goals_questions_and_what_moved(run: Run) -> None:
    case = load_case("the-second-biopsy")
    text = run("case", "show", "the-second-biopsy").stdout
    assert text.splitlines()[0] == "For the teacher: what follows gives answers away."
    said = flat(text)
    for goal in case.goals:
        assert goal in said
    for number, stage in enumerate(case.stages, 1):
        assert f"Stage {number}: {stage.title}" in said
        assert stage.narrative[0] not in said
        if stage.comparison is None:
            continue
        moved = said.partition(f"What moved at stage {number}:")[2]
        for option in stage.comparison.options:
            was, now = MARKS[option.a.status], MARKS[option.b.status]
            assert f"{option.label}: {was[4:]} {was[:3]} before, {now[4:]} {now[:3]} now" in moved
            assert option.switches[0].facts[0].b.text in moved
    assert re.findall(r"^  (\d+)\. ", text, re.MULTILINE) == [str(i + 1) for i in range(len(case.questions))]


# new


def test_a_new_case_is_sound_and_what_to_do_next_is_told(run: Run, tmp_path: Path) -> None:
    done = run("case", "new", "a-cough.yaml", "--title", "A cough: at night")
    assert (done.returncode, done.stderr) == (0, "")
    told = [line.strip() for line in done.stdout.splitlines() if line.startswith("  mbc-options")]
    assert len(told) == 3
    for command in told:
        assert run(*command.split()[1:]).returncode == 0
    assert load_case(tmp_path / "a-cough.yaml").title == "A cough: at night"
    before = (tmp_path / "a-cough.yaml").read_bytes()
    again = run("case", "new", "a-cough.yaml")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr == "a-cough.yaml: is there already; nothing is written over\n"
    assert (tmp_path / "a-cough.yaml").read_bytes() == before


@pytest.mark.skipif(os.name == "nt", reason="this system does not limit how large a file may be")
def test_a_new_case_that_cannot_be_written_whole_leaves_nothing_in_the_way(run: Run, tmp_path: Path) -> None:
    command = f"ulimit -f 1; '{Path(sys.executable).parent}/mbc-options' case new mine.yaml"
    env = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}  # Python would keep what it could compile of a module by half
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60, cwd=tmp_path, env=env)  # noqa: S607
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"mine.yaml: cannot be written" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert run("case", "new", "mine.yaml").returncode == 0


@pytest.mark.parametrize("folder", ["every-kind-of-file-that-a-ward-has", "with  two  spaces and 'quotes'"])
def test_commands_to_copy_are_in_one_line_each_as_they_are_typed(folder: str, run: Run, tmp_path: Path) -> None:
    shutil.copytree(rules_dir(), tmp_path / folder, ignore=shutil.ignore_patterns("cases"))
    file = f"{folder}/cases-of-the-teacher/a-cough-that-came-back.yaml"
    (tmp_path / file).parent.mkdir()
    done = run("case", "new", file, "--rules", folder)
    assert done.returncode == 0, done.stderr
    told = [shlex.split(line)[1:] for line in done.stdout.splitlines() if line.startswith("  mbc-options")]
    assert told == [["case", command, file, "--rules", folder] for command in ("walk", "check", "show")]
    assert shlex.quote(file) in done.stdout.split(" is written.")[0]


def test_the_list_is_narrowed_and_says_minutes_and_topics(run: Run) -> None:
    done = run("case", "list", "--topic", "K29", "--level", "intermediate", "--minutes", "60")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(r"a-seizure-at-work\n .* minutes\)\n", done.stdout)
    assert "About: HR-/HER2+; Anti-HER2 drugs;" in flat(done.stdout)
    assert "1 case." in done.stdout
    assert "No case fits all of that." in run("case", "list", "--minutes", "1").stdout
    assert "there is no level 'easy'; it is introductory, intermediate or advanced" in flat(
        run("case", "list", "--level", "easy").stderr
    )
    for example in re.findall(r"(?m)^  mbc-options case list(.*)$", run("case", "list", "--help").stdout):
        assert "To walk through one" in run("case", "list", *example.split()).stdout, example
    done = run("case", "list", "--topic", "leeches")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("no case has the topic 'leeches'; there are: ")


def test_a_new_case_teaches_what_it_is_asked_to(run: Run, tmp_path: Path) -> None:
    done = run("case", "new", "mine.yaml", "--teach", "immunotherapy")
    assert (done.returncode, done.stderr) == (0, "")
    assert load_case(tmp_path / "mine.yaml").stages[1].assessment["immunotherapy"].status == "candidate"
    done = run("case", "new", "other.yaml", "--teach", "immunoterapy")
    assert done.returncode == 2
    assert "did you mean immunotherapy?" in done.stderr
    assert not (tmp_path / "other.yaml").exists()


@pytest.mark.skipif(os.name == "nt", reason="this system has no pseudo-terminals")
def test_whoever_mistypes_what_a_new_case_should_teach_is_asked_again(tmp_path: Path) -> None:
    import pty

    controller, terminal = pty.openpty()
    command = [str(Path(sys.executable).parent / "mbc-options"), "case", "new", "mine.yaml"]
    process = subprocess.Popen(command, stdin=terminal, stdout=terminal, stderr=terminal, cwd=tmp_path)
    os.close(terminal)
    os.write(controller, b"immunoterapy\nimmunotherapy\n")
    said = b""
    with suppress(OSError):  # that is how a pseudo-terminal tells that it was closed
        while data := os.read(controller, 65536):
            said += data
    os.close(controller)
    assert process.wait(timeout=60) == 0
    assert b"did you mean immunotherapy?" in said
    assert said.count(b"What should it teach?") == 2
    assert load_case(tmp_path / "mine.yaml").stages[1].assessment["immunotherapy"].status == "candidate"


# check


def test_a_sound_case_is_told_with_its_numbers(run: Run) -> None:
    case = load_case("bones-everywhere")
    graded = sum(question.is_graded for question in case.questions)
    done = run("case", "check", "bones-everywhere")
    assert (done.returncode, done.stderr) == (0, "")
    assert flat(done.stdout) == (
        f"bones-everywhere: sound; {len(case.stages)} stages, {len(case.questions)} questions, {graded} of them graded."
    )


def test_everything_wrong_with_a_case_is_told_at_its_place_in_one_go(run: Run, tmp_path: Path) -> None:
    """A word of its form, a question that needs something, a site, and an option: each is another layer."""
    broken = BROKEN.replace("{ask: why_not}", "{ask: why_not}, {ask: why_not, option: chemo_therapy}")
    done = run("case", "check", own(tmp_path / "broken.yaml", broken), "bones-everywhere")
    assert done.returncode == 1
    assert [re.sub(r"(;| \().*", "", line) for line in done.stderr.splitlines()] == [
        "broken.yaml:2:8: level cannot be 'beginner'",
        "broken.yaml:9:30: sites does not know 'livre'",
        "broken.yaml:10:29: why_not needs an option: the id of a class or member",
        "broken.yaml:10:68: unknown option 'chemo_therapy'",
    ]
    assert "bones-everywhere: sound" in done.stdout


def test_a_case_that_is_not_there_is_another_exit_code(run: Run, tmp_path: Path) -> None:
    own(tmp_path / "broken.yaml", BROKEN)
    for words in (["bones-everywere"], ["nothing.yaml"], ["broken.yaml", "nothing.yaml"]):
        done = run("case", "check", *words)
        assert done.returncode == 2, words
    assert "did you mean bones-everywhere?" in run("case", "check", "bones-everywere").stderr


def test_without_a_name_all_cases_are_checked_and_what_they_touch_is_told(run: Run) -> None:
    done = run("case", "check")
    assert (done.returncode, done.stderr) == (0, "")
    for name in NAMES:
        assert f"{name}: sound" in done.stdout
    assert f"classes: {len(load_rulebook().options)} of {len(load_rulebook().options)}." in done.stdout


def test_what_no_case_touches_is_named(run: Run, tmp_path: Path) -> None:
    directory = tmp_path / "own"
    for path in rules_dir().rglob("*.yaml"):
        relative = path.relative_to(rules_dir())
        if relative.parts[0] != "cases" or relative.stem == "only-the-armpit":
            (directory / relative).parent.mkdir(parents=True, exist_ok=True)
            (directory / relative).write_bytes(path.read_bytes())
    done = run("case", "check", "--rules", "own")
    assert (done.returncode, done.stderr) == (0, "")
    assert "only-the-armpit: sound" in done.stdout
    untouched = re.findall(r"\* no case touches (\S+?):", done.stdout)
    assert "brain" in untouched
    assert "bone" not in untouched
    assert re.search(r"no case touches immunotherapy, rule ", flat(done.stdout))


# export


@pytest.mark.parametrize("format_", ["text", "html", "markdown", "json"])
@pytest.mark.parametrize("part", [None, "handout", "solutions"])
def test_a_case_is_exported_as_the_library_renders_it(format_: str, part: str | None, run: Run) -> None:
    words = ["case", "export", "only-the-armpit", "--format", format_, *([f"--{part}"] if part else [])]
    done = run(*words)
    if format_ == "json" and part:
        assert (done.returncode, done.stdout) == (2, "")
        assert "json is always whole" in done.stderr
        return
    assert (done.returncode, done.stderr) == (0, "")
    parts = [part] if part else []
    assert done.stdout.rstrip("\n") == render(load_case("only-the-armpit"), format_, parts=parts).rstrip("\n")


def test_a_quiz_for_other_tools_is_written_whole(run: Run, tmp_path: Path) -> None:
    assert run("case", "export", "only-the-armpit", "--format", "moodle", "-o", "quiz.xml").returncode == 0
    assert (tmp_path / "quiz.xml").read_text(encoding="utf-8").startswith("<?xml")
    assert run("case", "export", "only-the-armpit", "--format", "qti", "-o", "quiz.zip").returncode == 0
    with zipfile.ZipFile(tmp_path / "quiz.zip") as package:
        assert package.testzip() is None
    done = run("case", "export", "only-the-armpit", "--format", "qti", "-o", "nowhere/quiz.zip")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["quiz.xml", "quiz.zip"]


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("q.xml", b"<?xml"),
        ("q.zip", b"PK"),
        ("q.ZIP", b"PK"),
        ("q.csv", b"#separator:"),
        ("case.html", b"<!doctype html>"),
        ("case.md", b"# "),
    ],
)
def test_without_a_format_the_ending_of_the_output_says_it(name: str, begins: bytes, run: Run, tmp_path: Path) -> None:
    done = run("case", "export", "only-the-armpit", "-o", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(begins)


@pytest.mark.parametrize(
    ("format_", "holds"), [("qti", "test.xml"), ("qti12", "imsmanifest.xml"), ("scorm", "index.html")]
)
def test_an_ending_that_several_formats_share_goes_with_each(
    format_: str, holds: str, run: Run, tmp_path: Path
) -> None:
    done = run("case", "export", "only-the-armpit", "--format", format_, "-o", "case.zip")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    with zipfile.ZipFile(tmp_path / "case.zip") as package:
        assert holds in package.namelist()


def test_a_zip_goes_through_a_pipe_byte_by_byte() -> None:
    command = [str(Path(sys.executable).parent / "mbc-options"), "case", "export", "only-the-armpit", "--format", "qti"]
    done = subprocess.run(command, capture_output=True, check=True, timeout=60)
    with zipfile.ZipFile(io.BytesIO(done.stdout)) as package:
        assert package.testzip() is None


@pytest.mark.skipif(os.name == "nt", reason="this system has no pseudo-terminals")
def test_a_zip_is_not_written_to_a_terminal() -> None:
    import pty

    controller, terminal = pty.openpty()
    command = [str(Path(sys.executable).parent / "mbc-options"), "case", "export", "only-the-armpit", "--format", "qti"]
    done = subprocess.run(command, stdout=terminal, stderr=subprocess.PIPE, check=False, timeout=60)
    os.close(terminal)
    os.close(controller)
    assert done.returncode == 2
    assert b"-o FILE" in done.stderr


def test_templates_of_ones_own_change_an_export(run: Run, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    own(tmp_path / "mine" / "case.txt.j2", '{% extends "bundled/case.txt.j2" %}{% block header %}Ward 7{% endblock %}')
    done = run("case", "export", "only-the-armpit", "--templates", "mine")
    assert done.stdout.startswith("Ward 7")


# results


def test_the_answers_of_a_class_are_summed_up(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    walking = walk("only-the-armpit")
    walking.next()
    walking.answer("hormone_therapy")
    walking.save(tmp_path / "answers" / "one.json")
    done = run("case", "results", "answers")
    assert (done.returncode, done.stderr) == (0, "")
    assert max(map(len, done.stdout.splitlines())) <= 80
    assert "Only the armpit".upper() in done.stdout.upper()
    found = json.loads(run("case", "results", "answers", "--format", "json").stdout)
    assert [(case["name"], case["learners"]) for case in found["cases"]] == [("only-the-armpit", 1)]


@pytest.mark.parametrize(
    ("name", "begins"),
    [("out.html", "<!doctype html>"), ("out.csv", "case,stage,question"), ("out.md", "# What"), ("out.txt", "What")],
)
def test_the_results_are_written_as_what_the_ending_says(name: str, begins: str, run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    walking = walk("only-the-armpit")
    walking.next()
    walking.answer("hormone_therapy")
    walking.save(tmp_path / "answers" / "one.json")
    done = run("case", "results", "answers", "-o", name)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert (tmp_path / name).read_text(encoding="utf-8").startswith(begins)


def test_the_results_are_never_written_over_answers(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    walking = walk("only-the-armpit")
    walking.next()
    walking.answer("hormone_therapy")
    walking.save(tmp_path / "answers" / "one.json")
    done = run("case", "results", "answers", "-o", "answers/one.json")
    assert done.returncode == 2
    assert "is the file that was read" in done.stderr
    assert "hormone_therapy" in (tmp_path / "answers" / "one.json").read_text()


def test_answers_to_a_case_of_ones_own_need_its_file(run: Run, tmp_path: Path) -> None:
    run("case", "new", "mine.yaml")
    (tmp_path / "answers").mkdir()
    walking = walk(tmp_path / "mine.yaml")
    while walking.question is None:
        walking.next()
    walking.answer(walking.question.choices[0].id)
    walking.save(tmp_path / "answers" / "one.json")
    found = json.loads(run("case", "results", "answers", "--format", "json").stdout)
    assert (found["cases"], len(found["unused"])) == ([], 1)
    found = json.loads(run("case", "results", "answers", "--case", "mine.yaml", "--format", "json").stdout)
    assert ([case["name"] for case in found["cases"]], found["unused"]) == (["mine"], [])


def test_only_a_file_that_cannot_be_read_is_named_for_a_name_may_be_a_learners(run: Run, tmp_path: Path) -> None:
    (tmp_path / "answers").mkdir()
    walking = walk("only-the-armpit")
    walking.next()
    walking.answer("hormone_therapy")
    walking.save(tmp_path / "answers" / "anna.json")
    saved = json.loads((tmp_path / "answers" / "anna.json").read_text())
    for name in ("bela.json", "carl.json"):
        answers = [{**saved["answers"][0], "sha256": "0" * 64}]
        (tmp_path / "answers" / name).write_text(json.dumps({**saved, "answers": answers}))
    for name in ("dora.json", "emil.json"):
        (tmp_path / "answers" / name).write_text(json.dumps({**saved, "case": "nobody-knows-it"}))
    (tmp_path / "answers" / "broken.json").write_text("{")
    done = run("case", "results", "answers")
    assert (done.returncode, done.stderr) == (0, "")
    text = flat(done.stdout)
    assert "2 answers to questions of another version of a case" in text
    assert "2 files: answers to a case 'nobody-knows-it', which is not known" in text
    assert "broken.json: is no file of answers" in text
    assert re.findall(r"(\w+)\.json", text) == ["broken"]


# what is wrong


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("show", "bones-everywere"), "there is no case 'bones-everywere'; did you mean bones-everywhere?"),
        (("show", "nothing.yaml"), "nothing.yaml: cannot be read"),
        (("walk", "bones-everywere"), "did you mean bones-everywhere?"),
        (("walk", "./nothing"), "nothing: cannot be read"),
        (("export", "bones-everywere"), "did you mean bones-everywhere?"),
        (("export", "only-the-armpit", "--format", "rtf"), "'rtf' is not one of"),
        (("export", "only-the-armpit", "--format", "pdf"), "a page to click through is no PDF"),
        (("export", "only-the-armpit", "--handout", "--solutions"), "--handout has no answers and --solutions has all"),
        (
            ("export", "only-the-armpit", "--format", "qti", "--handout"),
            "--handout is for reading: text, html, markdown or pdf; qti is always whole",
        ),
        (("export", "only-the-armpit", "--format", "moodle", "--solutions"), "--solutions is for reading"),
        (("export", "only-the-armpit", "--format", "moodle", "--templates", "."), "--templates is for what is read"),
        (("export", "only-the-armpit", "--templates", "nowhere"), "nowhere: is no directory of templates"),
        (("export", "only-the-armpit", "-o", "nowhere/case.txt"), "nowhere/case.txt: cannot be written"),
        (("export", "only-the-armpit", "-o", ""), "-o names no file"),
        (("export", "only-the-armpit", "--templates", ""), "--templates names no directory"),
        (("export", "only-the-armpit", "--handout", "-o", "x.json"), "json is always whole"),
        (("export", "only-the-armpit", "--solutions", "-o", "x.zip"), "qti is always whole"),
        (("export", "only-the-armpit", "--templates", ".", "-o", "x.xml"), "moodle has none"),
        (("export", "only-the-armpit", "--format", "scorm", "--handout"), "--handout is for reading"),
        (("export", "only-the-armpit", "--format", "anki", "-o", "x.zip"), "is named like qti, and --format says anki"),
        (
            ("export", "no-such-case", "--format", "qti", "-o", "q.xml"),
            "q.xml is named like moodle, and --format says qti",
        ),
        (
            ("export", "no-such-case", "--format", "html", "-o", "q.zip"),
            "q.zip is named like qti, and --format says html",
        ),
        (("list", "--rules", ""), "--rules: is no directory of a rulebook"),
        (("list", "--rules", "nowhere"), "nowhere: is no directory of a rulebook"),
        (("show", "only-the-armpit", "--rules", "nowhere"), "nowhere: is no directory of a rulebook"),
        (("new", "Mine.yaml"), "did you mean mine.yaml?"),
        (("new", ".yaml"), ".yaml: is an ending without a name; a case is a file as mine.yaml"),
        (("new", "here/.yml"), ".yml: is an ending without a name; a case is a file as mine.yaml"),
        (("new", "mine.yml"), "is to be found there; did you mean mine.yaml?"),
        (("new", "here/mine"), "here/mine: a rulebook reads only cases that end in .yaml, and"),
        (("new", "mine.YAML"), "did you mean mine.yaml?"),
        (("new", ""), "FILE: the name of the file is missing; a case is a file as mine.yaml"),
        (("new", "a\udcffb.yaml"), "did you mean a-b.yaml?"),
        (("new", "mine.yaml", "--rules", ""), "--rules: is no directory of a rulebook"),
        (("new", "mine.yaml", "--title", " "), "a case needs a title"),
        (("new", "nowhere/mine.yaml"), "cannot be written"),
        (("results", "nowhere"), "nowhere: cannot be read"),
        (("results", ""), "DIR names no directory"),
        (("lst",), "No such command 'lst'"),
    ],
)
def test_bad_input_is_told_plainly_on_standard_error_with_exit_code_2(
    arguments: tuple[str, ...], message: str, run: Run, tmp_path: Path
) -> None:
    done = run("case", *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_case_is_not_written_over(run: Run, tmp_path: Path) -> None:
    run("case", "new", "mine.yaml")
    before = (tmp_path / "mine.yaml").read_bytes()
    done = run("case", "export", "mine.yaml", "--format", "text", "-o", "./mine.yaml")
    assert done.returncode == 2
    assert "./mine.yaml is the file that was read" in done.stderr
    assert (tmp_path / "mine.yaml").read_bytes() == before


@pytest.mark.parametrize("format_", ["text", "json", "moodle", "qti", "qti12", "scorm", "anki"])
def test_no_format_is_written_over_a_case(format_: str, run: Run, tmp_path: Path) -> None:
    text = (FOLDER / "only-the-armpit.yaml").read_text(encoding="utf-8")
    done = run("case", "export", own(tmp_path / "mine.yaml", text), "--format", format_, "-o", "mine.yaml")
    assert (done.returncode, done.stdout) == (2, "")
    assert (tmp_path / "mine.yaml").read_text(encoding="utf-8") == text


# completion and schema


@pytest.mark.parametrize("command", ["show", "check", "walk", "export"])
def test_shell_completion_knows_the_cases_and_files(command: str, run: Run) -> None:
    words = ["mbc-options", "case", command, "bones-"]
    env = {"_MBC_OPTIONS_COMPLETE": "bash_complete", "COMP_WORDS": " ".join(words), "COMP_CWORD": "3"}
    assert run(env=env).stdout.splitlines() == ["plain,bones-everywhere", "file,bones-"]


@cache
def validator() -> jsonschema.Draft202012Validator:
    """What checks against the schema of a case; it is worked out once, for that takes a while."""
    found = json.loads(schema_of("case"))
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


def test_the_schema_is_what_the_command_prints(run: Run) -> None:
    assert json.loads(run("schema", "case").stdout) == json.loads(schema_of("case"))


def test_the_schema_accepts_every_case_as_an_editor_and_as_we_read_it(run: Run, tmp_path: Path) -> None:
    run("case", "new", "mine.yaml")
    for path in [*sorted(FOLDER.glob("*.yaml")), tmp_path / "mine.yaml"]:
        validator().validate(yaml_positions.read(path).data)
        validator().validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("level",), "beginner"),
        (("stages", 0, "patient", "er"), "maybe"),
        (("stages", 0, "patient", "sitse"), ["bone"]),
        (("stages", 1, "change", "set"), {"menopause": "posst"}),
        (("stages", 1, "change", "add"), {"er": "positive"}),
        (("stages", 1, "change", "add"), {"sites": ["livre"]}),
        (("stages", 1, "change", "remove"), {"prior": ["letrozole"]}),
        (("stages", 0, "questions"), ["candidate"]),
        (("stages", 0, "questions"), ["why_not"]),
        (("stages", 0, "questions"), [{"ask": "why_not"}]),
        (("stages", 0, "questions"), [{"ask": "says_who", "side": 1}]),
        (("stages", 0, "questions"), [{"ask": "reflect"}]),
        (("stages", 0, "questions"), [{"ask": "candidates", "hnit": "x"}]),
        (("stages", 0, "naratve"), "x"),
    ],
)
def test_the_schema_refuses_what_a_case_cannot_say(path: tuple[str | int, ...], value: Any) -> None:
    data: Any = yaml_positions.read(FOLDER / "the-second-biopsy.yaml").data
    at = data
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = value
    assert not validator().is_valid(data)


def test_a_case_is_exported_in_either_register_and_answers_count_alike(run: Run) -> None:
    told = {}
    for words in ("clinical", "plain"):
        done = run("case", "export", "bone-after-menopause", "--format", "json", "--words", words)
        assert done.returncode == 0
        told[words] = json.loads(done.stdout)
        assert told[words]["rulebook"]["words"] == words
    asked = {
        words: [
            (question["id"], question["sha256"], [choice["id"] for choice in question["choices"]])
            for stage in case["stages"]
            for question in stage["questions"]
        ]
        for words, case in told.items()
    }
    assert asked["clinical"] == asked["plain"]
    handout = run("case", "export", "bone-after-menopause", "--handout", "--words", "plain").stdout
    assert "after menopause" in handout
    assert "postmenopausal" not in handout


def test_a_page_links_to_the_explorer_beside_it_with_the_patient_of_each_stage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "explorer.html").write_text("the explorer", encoding="utf-8")
    run("case", "export", NAMES[0], "-o", "case.html")
    found = re.findall(
        r'class="?explored"? data-part="?(o\d)"? href="([^"]+)"', (tmp_path / "case.html").read_text("utf-8")
    )
    case = load_case(NAMES[0])
    assert [part for part, _ in found] == [f"o{i}" for i in range(1, len(case.stages) + 1)]
    for (_, link), stage in zip(found, case.stages, strict=True):
        address, _, signs = link.partition("#p=1.")
        said = json.loads(base64.urlsafe_b64decode(signs + "=" * (-len(signs) % 4)))
        assert address == "explorer.html"
        assert "label" not in said
        assert load_rulebook().patient(**said).knowledge == stage.assessment.patient.description.knowledge


def test_without_an_explorer_a_page_links_to_none(run: Run, tmp_path: Path) -> None:
    run("case", "export", NAMES[0], "-o", "case.html")
    assert "explored" not in (tmp_path / "case.html").read_text("utf-8").partition("</style>")[2].replace(
        "a.explored", ""
    )


def test_the_explorer_that_is_named_is_linked_to(run: Run, tmp_path: Path) -> None:
    run("case", "export", NAMES[0], "--explorer", "../more/e.html", "-o", "case.html")
    assert 'href="../more/e.html#p=1.' in (tmp_path / "case.html").read_text("utf-8")


def test_what_is_no_page_to_click_through_links_to_no_explorer(run: Run) -> None:
    done = run("case", "export", NAMES[0], "--handout", "--explorer", "e.html", "--format", "html")
    assert done.returncode == 2
    assert "--explorer is for the page to click through" in done.stderr


def test_a_pipe_among_the_cases_is_told_and_not_read(run: Run, tmp_path: Path) -> None:
    run("rules", "new", "mine")
    os.mkfifo(tmp_path / "mine" / "cases" / "pipe.yaml")
    done = run("case", "list", "--rules", "mine")
    assert (done.returncode, done.stderr) == (2, "mine/cases/pipe.yaml: is not read; it is no regular file\n")
