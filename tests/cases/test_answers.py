"""Answers in a file: what was chosen and nothing of who chose it, written whole, and read strictly."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from mbc_options import CaseError, load_case, walk
from mbc_options.cases.answers import Answer, Answers, read_answers, write_answers
from mbc_options.cases.catalog import case_names
from mbc_options.text import JOINERS, without_unseen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Walk

CASE = case_names()[0]


def walked() -> Walk:
    """A walk to the end of a case: everything answered, some of it rightly, and a hint taken."""
    lesson = walk(CASE)
    while not lesson.is_done:
        question = lesson.next().question
        if question is None:
            continue
        if question.hints:
            lesson.hint()
        if question.is_graded:
            lesson.answer(question.choices[0].id)
        else:
            lesson.answer(text='She said: "no".\nThen yes. \u2713')
    return lesson


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cn", "Cs"]), max_size=30).map(without_unseen)
GIVEN = st.builds(
    Answer,
    question=TEXTS,
    sha256=TEXTS,
    chosen=st.lists(TEXTS, max_size=3).map(tuple),
    text=TEXTS,
    hints=st.integers(0, 9),
)
FILES = st.builds(Answers, case=TEXTS, answers=st.lists(GIVEN, max_size=3).map(tuple))


@given(FILES)
def test_what_is_written_is_read(tmp_path_factory: pytest.TempPathFactory, answers: Answers) -> None:
    path = tmp_path_factory.getbasetemp() / "round-trip.json"
    write_answers(answers, path)
    assert read_answers(path) == answers


def test_a_walk_is_saved_and_taken_up_again(tmp_path: Path) -> None:
    lesson = walked()
    path = tmp_path / "answers.json"
    lesson.save(path)
    again = walk(CASE, answers=path)
    assert again.answers() == lesson.answers() == read_answers(path)
    assert again.score == lesson.score
    assert again.is_done
    assert again.notices == ()


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine", r"mine: a file of answers ends in \.json; did you mean mine\.json\?"),
        ("mine.yaml", r"did you mean mine\.json\?"),
        ("", "has a name"),
    ],
)
def test_a_file_that_would_not_be_found_again_is_not_written(
    name: str, message: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(CaseError, match=message):
        walked().save(name)
    assert list(tmp_path.iterdir()) == []


def test_nothing_else_is_written(tmp_path: Path) -> None:
    """No name, no date, no place: two learners who answer alike write the same file."""
    one, other = tmp_path / "one.json", tmp_path / "other.json"
    walked().save(one)
    walked().save(other)
    assert one.read_bytes() == other.read_bytes()
    written = json.loads(one.read_text(encoding="utf-8"))
    assert set(written) == {"case", "answers"}
    assert {key for answer in written["answers"] for key in answer} == {"question", "sha256", "chosen", "text", "hints"}
    assert written["case"] == CASE
    asked = [(question.id, question.sha256) for question in load_case(CASE).questions]
    assert [(answer["question"], answer["sha256"]) for answer in written["answers"]] == asked


@given(st.text(max_size=200))
@example("\x7f\x80\ufffe\x85\ud800")
@example("a" * 1_200_000)
def test_whatever_a_learner_writes_can_be_saved_and_read(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "written.json"
    lesson = walk(CASE)
    while lesson.question is None or lesson.question.is_graded:
        lesson.next()
    lesson.answer(text=text)
    lesson.save(path)
    assert walk(CASE, answers=path).answers() == lesson.answers()
    kept = "".join(lesson.text(lesson.question.id).split())
    lines = ("".join(sign for sign in line if sign.isprintable() or sign in JOINERS) for line in text.splitlines())
    assert "".join(without_unseen("\n".join(lines)).split()).startswith(kept)


def test_only_what_was_answered_is_written(tmp_path: Path) -> None:
    lesson = walk(CASE)
    lesson.save(tmp_path / "none.json")
    assert read_answers(tmp_path / "none.json").answers == ()
    lesson.next()
    lesson.hint()
    lesson.save(tmp_path / "hint.json")
    assert read_answers(tmp_path / "hint.json").answers == ()


def test_nothing_is_written_before_it_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    walked()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_cannot_be_written_is_told_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"answers\.json: cannot be written"):
        walked().save(tmp_path / "nowhere" / "answers.json")
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "answers.json"
    walked().save(path)
    before = path.read_bytes()

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "replace", full)
    with pytest.raises(CaseError, match="No space left"):
        walk(CASE).save(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["answers.json"]


SOUND: dict[str, Any] = {
    "case": "c",
    "answers": [{"question": "s.candidates", "sha256": "1", "chosen": ["surgery"], "text": "", "hints": 1}],
}


def broken(**fields: Any) -> str:
    return json.dumps({**SOUND, **fields}, indent=1)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("", 1, "empty"),
        ("[]", 1, "mapping"),
        ("{\n", 2, "not YAML"),
        ('{"case": "c"}', 1, "answers is missing"),
        (broken(name="Rosa"), 14, "unknown key 'name'"),
        (broken(date="2026-11-22"), 14, "unknown key 'date'"),
        (broken(answers={"s.candidates": ["surgery"]}), 3, "a list is expected"),
        (broken(answers=[{"sha256": "", "chosen": []}]), 4, "question is missing"),
        (broken(answers=[{"question": "q", "sha256": "", "chosen": "surgery"}]), 7, "a list is expected"),
        (broken(answers=[{"question": "q", "sha256": "", "score": 1}]), 7, "unknown key 'score'"),
        (broken(answers=[{"question": "q", "sha256": "", "hints": "many"}]), 7, "a whole number is expected"),
        (broken(answers=[{"question": "q", "sha256": "", "hints": -1}]), 7, "hints"),
        (broken(answers=[{"question": "q", "sha256": "", "choosen": []}]), 7, "did you mean chosen?"),
    ],
)
def test_what_is_no_file_of_answers_is_told_at_its_place(
    text: str, line: int, words: str, write: Callable[..., Path]
) -> None:
    path = write(text, "answers.json")
    with pytest.raises(CaseError) as caught:
        read_answers(path)
    found = caught.value.problems
    assert {problem.file for problem in found} == {str(path)}
    assert [problem for problem in found if problem.line == line and words in problem.message], found


def test_a_sound_file_is_read(write: Callable[..., Path]) -> None:
    assert read_answers(write(broken(), "answers.json")).answers[0].chosen == ("surgery",)


def test_a_file_far_too_large_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "answers.json"
    path.write_text(json.dumps({**SOUND, "case": "c" * 1_000_001}), encoding="utf-8")
    with pytest.raises(CaseError, match="bytes"):
        read_answers(path)
