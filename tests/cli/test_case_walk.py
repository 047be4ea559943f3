"""The walk at the terminal: what is asked and told, what can be typed, and a clean end wherever it ends."""

from __future__ import annotations

import codecs
import inspect
import json
import os
import re
import select
import shlex
import shutil
import signal
import struct
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mbc_options import Walk, load_case
from mbc_options.cases.answers import read_answers
from mbc_options.cases.labels import labels_of
from mbc_options.cli.main import cli

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from click.testing import Result
    from conftest import Run

    from mbc_options import Case
    from mbc_options.cases.case import Question

CASE = """
    title: Two visits
    level: introductory
    summary: A woman with bone pain.
    goals: [Name what decides, Name what moved it]
    stages:
      - id: one
        title: The first visit
        narrative: |-
          Her back hurts.

          She is past menopause.
        patient: {menopause: post, er: +, pr: +, her2: "0", sites: [bone], findings: [bone_pain], prior: []}
        note: Only the teacher reads this.
        questions:
          - ask: candidates
            hint: Look at her receptors.
          - {ask: why_not, option: immunotherapy}
          - {ask: says_who, option: bisphosphonates}
      - id: two
        title: The second visit
        narrative: The cancer grew in spite of letrozole.
        change: {add: {prior: ["letrozole: progressed"]}}
        wish: She wants to sing.
        questions:
          - changed
          - {ask: moved_by, option: hormone_therapy}
          - {ask: reflect, prompt: What would you say?}
"""

pytestmark = pytest.mark.usefixtures("file")


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The case, in the folder that the tests run in."""
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "visits.yaml"
    path.write_text(dedent(CASE), encoding="utf-8")
    return path


@pytest.fixture
def case(file: Path) -> Case:
    return load_case(file)


def runner() -> CliRunner:
    """Return a runner that keeps the two outputs apart; before click 8.2, one has to ask for that."""
    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    return CliRunner(**apart)


def walked(lines: list[str], *arguments: str) -> Result:
    """Walk through the case with these lines, through the command's entry point, in this process."""
    done = runner().invoke(cli, ["case", "walk", "visits.yaml", *arguments], input="".join(f"{x}\n" for x in lines))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.output
    return done


def letters(question: Question, *, right: bool) -> str:
    """What to type for the right choices, or for one wrong one."""
    of = labels_of(question)
    if right:
        return " ".join(str(of[choice.id]) for choice in (question.right if question.many else question.right[:1]))
    return str(next(of[choice.id] for choice in question.choices if not choice.right))


def script(case: Case, *, right: bool = True) -> list[str]:
    """Every line of a walk from the beginning to the end, without what follows the score."""
    lines = []
    for stage in case.stages:
        lines.append("")
        for question in stage.questions:
            lines += [letters(question, right=right)] if question.choices else ["I would say so.", ""]
            lines.append("")
        lines.append("")
    return lines


def flat(text: str) -> str:
    return " ".join(text.split())


# A whole walk.


def test_a_walk_answered_well_from_the_first_line_to_the_last(case: Case) -> None:
    done = walked([*script(case), "", ""])
    graded = sum(question.is_graded for question in case.questions)
    assert (done.exit_code, done.stderr) == (0, "")
    said = flat(done.stdout)
    assert done.stdout.startswith("Two visits\n")
    for i, stage in enumerate(case.stages, 1):
        assert f"Stage {i} of {len(case.stages)}: {stage.title}" in said
        assert all(paragraph in said for paragraph in stage.narrative)
    assert "What the patient wants: She wants to sing." in said
    assert said.count("Right. 1 of 1 point.") == graded
    assert f"{graded} of {graded} points." in said
    assert "All of it is right." in said
    assert "Right, and not chosen" not in said
    assert "Only the teacher" not in said
    assert said.endswith("Enter or q keeps nothing: Nothing was kept.")


def test_a_walk_answered_badly_is_looked_at_again_the_weakest_kind_first(case: Case) -> None:
    lines = script(case, right=False)
    lines[1] = letters(case.questions[0], right=True)
    graded = [question for question in case.questions if question.is_graded]
    done = walked([*lines, *[""] * len(graded), ""])
    assert done.exit_code == 0
    review = done.stdout.partition("How it went\n")[2]
    assert f"1 of {len(graded)} points." in review
    kinds = re.findall(r"^  \* ([^:]+): ([\d.]+) of", review, re.MULTILINE)
    assert [float(points) for _, points in kinds] == sorted(float(points) for _, points in kinds)
    assert kinds[-1][0] == "Candidates"
    again = re.findall(r"^To look at again, (\d+) of (\d+): ([^(]+) \(", review, re.MULTILINE)
    assert [(int(i), int(n)) for i, n, _ in again] == [(i, len(graded) - 1) for i in range(1, len(graded))]
    assert review.count("Chosen, and not right:") == len(graded) - 1


def test_an_answer_is_told_with_the_words_and_passages_that_apply_to_this_patient(case: Case) -> None:
    question = case.questions[0]
    of = labels_of(question)
    one_right = next(choice for choice in question.choices if choice.right)
    one_wrong = next(choice for choice in question.choices if not choice.right and choice.near)
    done = walked(["", f"{of[one_right.id]} {of[one_wrong.id]}", "p"])
    before, _, after = done.stdout.partition(f": {of[one_right.id]} {of[one_wrong.id]}\n")
    assert "It is a candidate" not in before
    for title, choice in (("Chosen, and right:", one_right), ("Chosen, and not right:", one_wrong)):
        part = flat(after.partition(title)[2].partition("\n\n")[0])
        assert f"{of[choice.id]}) {choice.label}" in part
        assert "because of: " in part
        for claim in (*choice.claims, *(claim for near in choice.near for claim in near.claims)):
            assert claim in part
    told = [after.index(words) for words in ("Chosen, and not right:", "Right, and not chosen:", "Chosen, and right:")]
    assert told == sorted(told), "what went wrong comes first, as on the page"
    missed = flat(after.partition("Right, and not chosen:")[2].partition("\n\n")[0])
    for choice in question.right[1:]:
        assert f"{of[choice.id]}) {choice.label}" in missed
    for choice in question.choices:
        for claim in choice.claims:
            assert flat(case.claims[claim].statement) in flat(after)


def test_each_stage_ends_with_every_verdict_and_what_moved_it_since_the_one_before(case: Case) -> None:
    said = walked([*script(case), "", ""]).stdout
    for i, stage in enumerate(case.stages, 1):
        outcome = flat(said.partition(f"After stage {i}: ")[2].partition("Enter goes on")[0])
        now = outcome.partition("All classes now:")[2]
        for mark, status in (
            ("[+]", "candidate"),
            ("[ ]", "not_described"),
            ("[~]", "unspecified"),
            ("[?]", "undetermined"),
        ):
            here = [option.label for option in stage.assessment.options if option.status == status]
            assert not here or f"{mark} {status.replace('_', ' ')}: {'; '.join(here)}." in now
    assert case.stages[1].comparison is not None
    moved = flat(said.partition("What moved since “The first visit”:")[2].partition("All classes now")[0])
    for option in case.stages[1].comparison.options:
        assert f"{option.label}: {option.a.status.replace('_', ' ')} " in moved
        for switch in option.switches:
            assert switch.facts[0].b.text in moved
    assert "Moved by: progressed on hormone (endocrine) therapy" in moved


def test_the_words_of_a_verdict_are_explained_once_where_they_come_up_first(case: Case) -> None:
    said = walked([*script(case), "", ""]).stdout
    assert said.count("What the words mean:") == 1
    assert said.index("After stage 1") < said.index("What the words mean:") < said.index("Stage 2 of 2")


# What can be typed.


@pytest.mark.parametrize(
    "line",
    [
        *(
            "a b",
            "b a",
            "a,b",
            "a, b",
            "a-b",
            "b-a",
            "A - B",
            "a\u2013b",
            " a;b ",
            "a and b",
            "a) b)",
            "a a b",
            "a 2",
            "a-2",
        ),
        *("1 2", "2 1", "1,2", "1, 2", "1-2", "2-1", "1 - 2", "1\u20132", " 1;2 ", "1 and 2", "1. 2.", "1 1 2"),
    ],
)
def test_letters_and_numbers_are_taken_in_any_usual_form(line: str, case: Case) -> None:
    walked(["", line], "--answers", "mine.json")
    ids = [choice.id for choice in case.questions[0].choices]
    assert read_answers(Path("mine.json")).answers[0].chosen == (ids[0], ids[1])


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("", "Nothing was chosen."),
        ("   ", "Nothing was chosen."),
        ("abc", "“abc” is no answer here."),
        ("1 x", "There is no choice x."),
        ("-1", "“-1” is no answer here."),
        ("1-2-3", "“1-2-3” is no answer here."),
        (",", "“,” is no answer here."),
        ("99", "There is no choice 99."),
        ("1-99", "There is no choice 99."),
        ("9" * 30, "is no answer here."),
        ("9" * 5000, "9...” is no answer here."),
        ("²", "“²” is no answer here."),
        ("\u0661", "“\u0661” is no answer here."),
        ("\uff11", "“\uff11” is no answer here."),
        ("0 1", "is for none of these, so it goes with no other letter"),
        ("\x1b[31m\x00", "is no answer here."),
        ("a\x07\x9b31mb", "“31mb” is no answer here."),
        ("w", "There is no choice w."),
        ("z", "commands are words here, as hint or back."),
        ("why", "“why” does nothing here;"),
    ],
)
def test_what_cannot_be_an_answer_is_told_and_asked_again(line: str, told: str, case: Case) -> None:
    done = walked(["", line, letters(case.questions[0], right=True)])
    assert told in flat(done.stdout)
    assert "Right. 1 of 1 point." in done.stdout
    assert all(sign == "\n" or sign.isprintable() for sign in done.stdout)  # click takes out only what begins with ESC
    assert max(map(len, done.stdout.splitlines())) <= 80 + 50  # a prompt, and what is typed at it


def test_a_question_with_one_answer_takes_one_and_no_0() -> None:
    said = walked(["", "1", "", "1 2", "0"]).stdout
    assert "Only one can be chosen here." in said
    assert "There is no 0 here." in said


@pytest.mark.parametrize("line", ["0", "last"])
def test_none_of_these_is_the_last_letter_or_0(line: str, case: Case) -> None:
    assert case.questions[0].choices[-1].id == "none"
    walked(["", line if line == "0" else labels_of(case.questions[0])["none"]], "--answers", "mine.json")
    assert read_answers(Path("mine.json")).answers[0].chosen == ("none",)


def test_hints_come_on_request_until_there_is_no_other(case: Case) -> None:
    hints = case.questions[0].hints
    said = walked(["", *["hint"] * (len(hints) + 1), "1"], "--answers", "mine.json").stdout
    assert said.count("\nHint: ") == len(hints)
    assert "Hint: Look at her receptors." in said
    assert "There is no other hint." in said
    assert read_answers(Path("mine.json")).answers[0].hints == len(hints)


def test_a_skipped_question_is_not_answered_and_its_answer_stands_in_the_review(case: Case) -> None:
    lines = script(case)
    lines[1:3] = ["skip"]
    done = walked([*lines, "", ""], "--answers", "mine.json")
    assert "Skipped; b comes back to it." in done.stdout
    assert [answer.question for answer in read_answers(Path("mine.json")).answers] == [
        question.id for question in case.questions[1:]
    ]
    again = done.stdout.partition("To look at again, 1 of 1: Candidates (not answered)")[2]
    assert all(choice.label in flat(again) for choice in case.questions[0].right)


def test_back_asks_once_more_and_the_first_answer_counts(case: Case) -> None:
    bad, good = letters(case.questions[0], right=False), letters(case.questions[0], right=True)
    done = walked(["", bad, "b", "", "back", "back", "", good, ""], "--answers", "mine.json")
    assert done.stdout.count(f"Your first answer counts: {bad}. Enter goes on;") == 3
    assert done.stdout.count("Question 2 of 6") == 2
    assert "Right. 1 of 1 point." in done.stdout, "what is tried is graded"
    assert "So far 0 of 1 point." in done.stdout, "and changes nothing"
    assert [list(answer.chosen) for answer in read_answers(Path("mine.json")).answers] == [
        [id_ for id_, number in labels_of(case.questions[0]).items() if str(number) == bad]
    ]


def test_an_answer_of_nothing_counts_and_whoever_comes_back_is_told_so(case: Case) -> None:
    walking = Walk(case)
    walking.next()
    walking.answer()
    walking.save("mine.json")
    said = walked(["back", "", "back"], "--answers", "mine.json").stdout
    assert "Your first answer counts: nothing. Enter goes on; another answer is only for trying." in flat(said)
    assert "You wrote" not in said


def test_a_text_that_is_empty_is_told_to_be_so(case: Case) -> None:
    walking = Walk(case)
    while walking.question is not case.questions[-1]:
        walking.next()
    walking.answer(text=" ")
    walking.save("mine.json")
    said = walked(["b"], "--answers", "mine.json").stdout
    assert "You wrote nothing, and Enter keeps that." in said


def test_line_breaks_in_the_words_of_a_case_change_no_line(case: Case, file: Path) -> None:
    lines = [*script(case, right=False), *[""] * 6]
    lines[1:1] = ["hint"]
    commands = (["list"], ["show", "visits.yaml"])
    told = [walked(lines).stdout, *(runner().invoke(cli, ["case", *command]).stdout for command in commands)]
    text = file.read_text(encoding="utf-8")
    for words in (
        "Two visits", "A woman with bone pain.", "Name what decides", "Name what moved it", "The first visit",
        "The second visit", "She wants to sing.", "Look at her receptors.", "What would you say?",
    ):  # fmt: skip
        first, _, rest = words.partition(" ")
        assert text.count(words) == 1
        text = text.replace(words, f'"{first}\\n  {rest}"')
    file.write_text(text, encoding="utf-8")
    assert load_case(file).goals[0] == "Name\n  what decides"
    again = [walked(lines).stdout, *(runner().invoke(cli, ["case", *command]).stdout for command in commands)]
    assert again == told


def test_back_at_the_beginning_stays_there() -> None:
    said = walked(["b", "b", "", "1"]).stdout
    assert said.count("This is the beginning of the case.") == 2
    assert said.count("Question 1 of 6") == 1


@pytest.mark.parametrize("place", range(5))
def test_story_facts_words_and_help_are_there_at_every_prompt(place: int) -> None:
    lines = ["", "1", "", "1", ""][:place]
    before = walked(lines).stdout.partition("Stopped here.")[0].rstrip()
    done = walked([*lines, "story", "facts", "words", "?"])
    assert done.stdout.startswith(before)
    more = flat(done.stdout[len(before) :])
    assert done.exit_code == 0
    assert more.count("Her back hurts.") == 1
    assert "Kind of breast cancer: HR+/HER2-" in more
    assert more.count("this list") == 1


def test_special_words_that_stand_above_are_explained_and_no_others() -> None:
    said = flat(walked(["", "words"]).stdout.partition("): words\n")[2])
    assert "* bisphosphonate: " in said
    assert "* triple-negative" not in said
    story = flat(walked(["g"]).stdout)
    assert "* bisphosphonate: " not in story
    assert "* menopause: " in story
    assert "* menopause: " not in said


def test_why_the_others_are_not_right_is_told_on_request(case: Case) -> None:
    question = case.questions[1]
    of = labels_of(question)
    said = walked(["", "1", "", letters(question, right=True), "w"]).stdout
    assert f"{len(question.choices) - 1} others are not right; w says why." in said
    others = said.partition("Not chosen, and not right:")[2]
    for choice in question.choices:
        assert (f" {of[choice.id]}) " in others) == (not choice.right)


def test_a_free_text_ends_with_an_empty_line_and_is_kept_without_what_a_terminal_obeys(case: Case) -> None:
    lines = script(case)
    begin = lines.index("I would say so.")
    lines[begin] = "Liebe Frau Müller,\x1b[2J \x07☕ 👩‍⚕️"
    lines.insert(begin + 1, "why")
    walked(lines, "--answers", "mine.json")
    assert read_answers(Path("mine.json")).answers[-1].text == "Liebe Frau Müller, [2J ☕ 👩‍⚕️\nwhy"


def test_words_that_are_commands_elsewhere_are_text_where_text_is_asked_for(case: Case) -> None:
    lines = script(case)
    lines[lines.index("I would say so.")] = "help"
    walked(lines, "--answers", "mine.json")
    assert read_answers(Path("mine.json")).answers[-1].text == "help"


def test_a_text_that_is_too_long_is_shortened_and_that_is_told(case: Case) -> None:
    lines = script(case)
    begin = lines.index("I would say so.")
    lines[begin : begin + 1] = ["word " * 1500, "word " * 1500]
    done = walked(lines, "--answers", "mine.json")
    assert "That is more than is kept" in done.stdout
    assert len(read_answers(Path("mine.json")).answers[-1].text) == 10_000


def test_a_line_of_a_million_characters_is_one_line(case: Case) -> None:
    done = walked(["", "1" * 1_000_000, letters(case.questions[0], right=True)])
    assert done.stdout.count("is no answer here") == 1
    assert "Right. 1 of 1 point." in done.stdout


# Where it ends.


def test_it_ends_cleanly_at_every_prompt_by_q_and_at_the_end_of_input(case: Case) -> None:
    lines = [*script(case, right=False), *[""] * 6]
    answers = 0
    for n in range(len(lines) + 1):
        for last in ([], ["q", "q"]):
            done = walked([*lines[:n], *last])
            assert (done.exit_code, done.stderr) == (0, ""), (n, last)
            assert list(Path.cwd().iterdir()) == [Path.cwd() / "visits.yaml"]
            found = re.search(r"Stopped here\. (?:Answered: (\d+) of 6|Nothing was answered)", flat(done.stdout))
            if found is None:
                assert "How it went" in done.stdout
            else:
                assert int(found[1] or 0) in {answers, answers + 1}
                answers = int(found[1] or 0)
    assert answers == len(case.questions)


def test_what_is_written_of_a_text_is_kept_where_input_ends_in_it(case: Case) -> None:
    lines = script(case)
    begin = lines.index("I would say so.")
    for last in ([], ["q"]):
        Path("mine.json").unlink(missing_ok=True)
        assert walked([*lines[: begin + 1], "And this.", *last], "--answers", "mine.json").exit_code == 0
        assert read_answers(Path("mine.json")).answers[-1].text == "I would say so.\nAnd this."


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(
            st.sampled_from(
                ["", "1", "2", "0", "1 2", "1-3", "a c", "h", "hint", "skip", "back", "r", "f", "w", "p", "?", "text"]
            ),
            st.text(max_size=12),
            st.binary(max_size=8).map(lambda raw: raw.decode("latin-1")),
        ),
        max_size=60,
    )
)
def test_nothing_that_is_typed_breaks_a_walk(lines: list[str]) -> None:
    Path("mine.json").unlink(missing_ok=True)
    done = walked(lines, "--answers", "mine.json")
    assert (done.exit_code, done.stderr) == (0, "")
    assert all(sign == "\n" or sign.isprintable() or sign in "\u200c\u200d" for sign in done.stdout)
    kept = read_answers(Path("mine.json")).answers if Path("mine.json").exists() else ()
    again = walked([], "--answers", "mine.json")
    assert (again.exit_code, again.stderr) == (0, "")
    assert (f"mine.json has answers to {len(kept)} of 6 questions" in flat(again.stdout)) == bool(kept)


@pytest.mark.parametrize("raw", [b"\xff\xfe\x00\n\n", b"\n1\xf0\x9f", b"\r\n1\r\n", b"\x04\x03\x1a\n", b""])
def test_bytes_that_are_no_text_break_nothing(raw: bytes, run: Run, file: Path) -> None:
    for env in ({}, {"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}):
        done = run("case", "walk", file.name, stdin=raw, env=env)
        assert (done.returncode, done.stderr) == (0, "")
        assert "Stopped here." in done.stdout


def test_a_closed_input_is_the_end_of_it(file: Path) -> None:
    command = f"'{Path(sys.executable).parent}/mbc-options' case walk {file.name} <&-"
    done = subprocess.run(["bash", "-c", command], capture_output=True, check=False, timeout=60)  # noqa: S607
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"Nothing was answered." in done.stdout


# What is kept.


def test_nothing_is_written_unless_it_is_asked_for(case: Case) -> None:
    walked([*script(case), "", ""])
    assert [path.name for path in Path.cwd().iterdir()] == ["visits.yaml"]


def test_a_walk_that_was_stopped_anywhere_goes_on_where_it_stopped(case: Case) -> None:
    whole = script(case)
    walked([*whole, ""], "--answers", "whole.json")
    expected = read_answers(Path("whole.json"))
    assert len(expected.answers) == len(case.questions)
    for question in case.questions:
        typed = [letters(question, right=True)] if question.choices else ["I would say so.", ""]
        begin = walked([], "--answers", "part.json").stdout
        assert f"Question {case.questions.index(question) + 1} of" not in begin.partition("go on after them")[0]
        asked = walked([*_up_to(question, case), *typed], "--answers", "part.json")
        assert asked.exit_code == 0
    assert read_answers(Path("part.json")) == expected
    done = walked(["", ""], "--answers", "part.json")
    assert "All are answered, so here is the review" in flat(done.stdout)
    assert "All of it is right." in done.stdout


def _up_to(question: Question, case: Case) -> list[str]:
    """What to type before a question is asked, after the answer to the one before it."""
    of_stage = next(stage for stage in case.stages if question in stage.questions).questions
    if of_stage[0] is not question:
        return []
    return [""] if case.questions[0] is question else ["", ""]


def test_the_way_on_that_is_told_at_the_end_is_the_way_on(run: Run, file: Path) -> None:
    name = "my answers.json"
    done = run("case", "walk", file.name, "--answers", name, stdin="\n1\n")
    command = done.stdout.rstrip().splitlines()[-1].strip()
    again = run(*shlex.split(command)[1:])
    assert f"{name} has answers to 1 of 6 questions." in again.stdout


def test_a_file_name_at_the_end_keeps_the_answers_and_none_that_is_there_is_written_over() -> None:
    Path("there.json").write_text("mine", encoding="utf-8")
    done = walked(["", "1", "q", "there.json", "there", "h", "yes", "nowhere/x", "new"])
    assert done.exit_code == 0
    assert done.stderr.count("there.json: is there already; nothing is written over") == 2
    assert "nowhere is no folder" in done.stderr
    assert [word for word in ("h", "yes") if f"“{word}” is no file name" in done.stdout] == ["h", "yes"]
    assert Path("there.json").read_text(encoding="utf-8") == "mine"
    assert len(read_answers(Path("new.json")).answers) == 1
    assert sorted(path.name for path in Path.cwd().iterdir()) == ["new.json", "there.json", "visits.yaml"]


@pytest.mark.parametrize("line", ["", "  ", "q", "quit", "n", "no"])
def test_a_refused_offer_keeps_nothing(line: str) -> None:
    assert walked(["", "1", "q", line]).stdout.endswith("Nothing was kept.\n")
    assert [path.name for path in Path.cwd().iterdir()] == ["visits.yaml"]


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.json", '{"a": 1}', "notes.json:1:1: case is missing"),
        ("notes.json", "", "notes.json"),
        ("notes.json", "{", "notes.json:2:1: not YAML"),
        ("notes.txt", "x", "did you mean notes.json?"),
        ("visits.yaml", None, "did you mean visits.json?"),
    ],
)
def test_a_file_that_holds_something_else_is_refused_and_left_alone(
    name: str, content: str | None, message: str
) -> None:
    if content is not None:
        Path(name).write_text(content, encoding="utf-8")
    before = Path(name).read_bytes()
    done = walked(["", "1"], "--answers", name)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in done.stderr
    assert Path(name).read_bytes() == before


def test_answers_to_another_case_are_refused_with_their_file() -> None:
    walked(["", "1"], "--answers", "mine.json")
    shutil.copyfile("visits.yaml", "other.yaml")
    done = runner().invoke(cli, ["case", "walk", "other.yaml", "--answers", "mine.json"])
    assert done.exit_code == 2
    assert done.stderr == "mine.json: these are answers to the case 'visits', not to 'other'\n"


def test_a_place_where_nothing_can_be_kept_is_told_before_the_walk() -> None:
    done = walked(["", "1"], "--answers", "nowhere/mine.json")
    assert (done.exit_code, done.stdout) == (2, "")
    assert "nowhere is no folder" in done.stderr


def test_answers_that_can_no_longer_be_used_are_told(case: Case, file: Path) -> None:
    walked(script(case), "--answers", "mine.json")
    file.write_text(file.read_text(encoding="utf-8").replace("- changed", "- undetermined"), encoding="utf-8")
    done = walked([], "--answers", "mine.json")
    assert done.exit_code == 0
    assert "two.changed: it is no longer asked. The answer is kept, unused." in flat(done.stdout)
    assert "Question 4 of 6" in walked([""], "--answers", "mine.json").stdout


# At a terminal.


class Terminal:
    """A process at a terminal of its own. What it prints is read until it asks something."""

    PROMPT = re.compile(r"\S: $")

    def __init__(self, *arguments: str, term: str, columns: int) -> None:
        import fcntl
        import pty
        import termios

        def at_its_terminal() -> None:
            for number in (signal.SIGHUP, signal.SIGINT):  # whoever runs the tests may have them ignored
                signal.signal(number, signal.SIG_DFL)
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)  # so that Ctrl-C reaches it

        self.controller, terminal = pty.openpty()
        fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
        self.process = subprocess.Popen(
            [str(Path(sys.executable).parent / "mbc-options"), "case", "walk", *arguments],
            stdin=terminal,
            stdout=terminal,
            stderr=terminal,
            env={**os.environ, "TERM": term},
            start_new_session=True,
            preexec_fn=at_its_terminal,  # noqa: PLW1509 - the tests have one thread
        )
        os.close(terminal)
        self.said = ""
        self._decode = codecs.getincrementaldecoder("utf-8")().decode

    def until_asked(self) -> bool:
        """Read until it asks something and waits for the answer; False where it has ended instead.

        What can be read at a time may end anywhere: after a colon in a sentence, or in the midst of a letter. So it
        asks only where it sleeps, too, and nothing is left to read. Ctrl-C before that would be heard with the next
        key only.
        """
        fresh = ""
        while not (self.PROMPT.search(fresh) and self._sleeps() and not self._can_be_read(0)):
            if not self._can_be_read(0.001 if self.PROMPT.search(fresh) else 60):
                assert self.PROMPT.search(fresh), f"it neither asks nor ends after: {self.said[-300:]}"
                continue
            try:
                data = os.read(self.controller, 65536)
            except OSError:
                data = b""
            if not data:
                return False
            text = self._decode(data)
            fresh += text
            self.said += text
        return True

    def _can_be_read(self, seconds: float) -> bool:
        return bool(select.select([self.controller], [], [], seconds)[0])

    def _sleeps(self) -> bool:
        """Whether it sleeps, where /proc tells."""
        state = Path(f"/proc/{self.process.pid}/stat")
        return not state.exists() or state.read_text(encoding="utf-8").rpartition(") ")[2].startswith("S")

    def type(self, keys: str) -> None:
        os.write(self.controller, keys.encode())

    def close(self) -> int:
        code = self.process.wait(timeout=60)
        os.close(self.controller)
        return code

    def end(self) -> None:
        """End it where a test failed before it could."""
        if self.process.poll() is None:
            self.process.kill()
            self.close()


pty_only = pytest.mark.skipif(os.name == "nt", reason="this system has no pseudo-terminals")


@pytest.fixture
def walk_at_terminal() -> Iterator[Callable[..., Terminal]]:
    """Start walks at terminals of their own; none of them outlives the test."""
    terminals = []

    def start(*arguments: str, term: str = "dumb", columns: int = 80) -> Terminal:
        terminals.append(Terminal("visits.yaml", *arguments, term=term, columns=columns))
        return terminals[-1]

    yield start
    for terminal in terminals:
        terminal.end()


@pty_only
@pytest.mark.parametrize("term", ["dumb", "xterm"])
@pytest.mark.parametrize("columns", [80, 40])
def test_a_whole_walk_at_a_terminal_is_plain_lines_that_fit_it(
    term: str, columns: int, case: Case, walk_at_terminal: Callable[..., Terminal]
) -> None:
    terminal = walk_at_terminal(term=term, columns=columns)
    lines = [*script(case), "", ""]
    for line in lines:
        assert terminal.until_asked()
        terminal.type(f"{line}\n")
    assert not terminal.until_asked()
    assert terminal.close() == 0
    said = terminal.said.replace("\r\n", "\n")
    assert all(sign == "\n" or sign.isprintable() for sign in said)
    typed = {line for line in said.splitlines() if any(line.endswith(f": {answer}") for answer in lines if answer)}
    assert max(len(line) for line in said.splitlines() if line not in typed) <= columns
    assert "All of it is right." in said
    words = set(re.findall(r"[a-z]{12,}", " ".join(case.stages[0].narrative)))
    assert all(word in said for word in words)


@pty_only
@pytest.mark.parametrize("keys", ["\x03", "\x04", "q\n"])
@pytest.mark.parametrize("file_of_answers", [(), ("--answers", "mine.json")])
def test_keys_that_stop_end_cleanly_at_every_prompt(
    keys: str, file_of_answers: tuple[str, ...], case: Case, walk_at_terminal: Callable[..., Terminal]
) -> None:
    lines = script(case)
    at_text = lines.index("I would say so.")
    for n in (0, 1, 2, at_text, at_text + 1, at_text + 2, len(lines)):
        Path("mine.json").unlink(missing_ok=True)
        terminal = walk_at_terminal(*file_of_answers)
        for line in lines[:n]:
            assert terminal.until_asked()
            terminal.type(f"{line}\n")
        assert terminal.until_asked()
        terminal.type(keys)
        if terminal.until_asked():
            assert "To keep your answers" in terminal.said
            assert not file_of_answers
            terminal.type(keys)
            assert not terminal.until_asked()
        assert terminal.close() == 0, n
        assert "Traceback" not in terminal.said
        assert "Stopped here." in terminal.said or "How it went" in terminal.said
        if n > 1:
            assert ("Your answers are in mine.json." if file_of_answers else "Nothing was kept.") in terminal.said
        assert Path("mine.json").exists() == bool(file_of_answers and n > 1)


@pty_only
def test_a_terminal_that_goes_away_leaves_the_answers_in_their_file(
    case: Case, walk_at_terminal: Callable[..., Terminal]
) -> None:
    terminal = walk_at_terminal("--answers", "mine.json")
    for line in ("", letters(case.questions[0], right=True)):
        assert terminal.until_asked()
        terminal.type(f"{line}\n")
    assert terminal.until_asked()
    os.kill(terminal.process.pid, signal.SIGHUP)
    terminal.close()
    assert len(read_answers(Path("mine.json")).answers) == 1


@pty_only
def test_a_file_that_someone_else_has_changed_is_left_alone_and_there_is_an_offer(
    walk_at_terminal: Callable[..., Terminal],
) -> None:
    terminal = walk_at_terminal("--answers", "mine.json")
    for line in ("", "1", ""):
        assert terminal.until_asked()
        terminal.type(f"{line}\n")
    assert terminal.until_asked()
    Path("mine.json").write_text('{"other": 1}', encoding="utf-8")
    for line in ("1\n", "q\n", "mine-2\n"):
        terminal.type(line)
        terminal.until_asked()
    assert terminal.close() == 0
    assert "mine.json: was changed by someone else, so it was left alone" in terminal.said
    assert json.loads(Path("mine.json").read_text(encoding="utf-8")) == {"other": 1}
    assert len(read_answers(Path("mine-2.json")).answers) == 2


def test_a_file_name_cannot_steer_the_terminal(case: Case) -> None:
    name = "\x1b[31m\x07red\x9b.json"  # click itself takes out what begins with ESC, and no more
    done = walked(script(case), "--answers", name)
    assert done.exit_code == 0
    assert Path(name).exists()
    assert "Your answers are in" in done.stdout
    assert all(sign == "\n" or sign.isprintable() for sign in done.stdout)


# At a fork.

FORK = """
    fork:
      asks: What does the scan show?
      arms:
        - id: more
          title: The liver, too
          stages:
            - id: liver
              title: Now the liver
              narrative: There are more spots.
              change: {add: {sites: [liver]}}
              questions: [changed]
        - id: same
          title: Nothing new
          stages:
            - {id: no-liver, title: As before, narrative: No spots., wish: Rest., questions: [undetermined]}
"""


def forked(lines: list[str], *arguments: str) -> Result:
    """Walk through the case with a fork after its second stage."""
    Path("visits.yaml").write_text(dedent(CASE) + dedent(FORK), encoding="utf-8")
    return walked(lines, *arguments)


TO_THE_FORK = ["", "skip", "skip", "skip", "", "", "skip", "skip", "s", ""]


def test_at_a_fork_an_arm_is_taken_by_its_letter_and_one_may_come_back_for_another() -> None:
    done = forked([*TO_THE_FORK, "b", "", "a", "", "", "1", "", "a", "", "", "", ""], "--answers", "mine.json")
    told = done.output
    assert "After stage 2 the case forks" in told
    assert "a) The liver, too b) Nothing new" in " ".join(told.split())
    assert told.index("As before") < told.index("b) Nothing new (taken)") < told.index("Now the liver")
    assert "Answered: 2 of 8 questions" in told
    assert [one.question for one in read_answers(Path("mine.json")).answers] == [
        "liver.changed",
        "no-liver.undetermined",
    ]


def test_at_the_end_of_an_arm_enter_goes_on_to_a_review_of_what_was_taken() -> None:
    done = forked([*TO_THE_FORK, "2", "", "a", "", "", "", ""])
    assert "Another arm by its letter, or Enter to go on" in done.output
    assert "Answered: 1 of 7 questions" in done.output


def test_what_is_no_arm_is_told_and_asked_again() -> None:
    done = forked([*TO_THE_FORK, "", "z", "nothing", "skip", "?", "back", "", "q"])
    assert done.output.count("Which arm: one letter") == 7
    assert "\u201cz\u201d is no arm here. Type one letter from a to b." in done.output
    assert "\u201cskip\u201d does nothing here" in done.output
    assert "go on with this arm: one letter" in done.output


def test_a_walk_is_taken_up_again_on_the_arm_that_was_taken() -> None:
    forked([*TO_THE_FORK, "b", "", "a", "q"], "--answers", "mine.json")
    again = walked(["q"], "--answers", "mine.json")
    assert "mine.json has answers to 1 of 7 questions" in " ".join(again.output.split())
