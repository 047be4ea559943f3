"""A new case to start from: sound as it stands, by any rulebook, and explained."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from mbc_options import CaseError, load_case, load_rulebook
from mbc_options.cases.scaffold import scaffold, write_new
from mbc_options.cases.written import CaseFile, Change, Kind, Level, StageWritten
from mbc_options.patient.reading import FIELDS
from mbc_options.rendering.told import rendered
from mbc_options.vocabulary import NAMED_FIELDS

if TYPE_CHECKING:
    from mbc_options import Case

RENDER = partial(rendered, "case_new.yaml.j2")
LESSON = Path(__file__).parents[1] / "rulebook" / "rulebooks" / "positive" / "lesson"


def new(path: Path, title: str | None = None, rules: Path | None = None) -> str:
    return scaffold(path, title, load_rulebook(rules), RENDER)


def made(path: Path, title: str | None = None, rules: Path | None = None) -> Case:
    write_new(path, new(path, title, rules))
    return load_case(path, rules=rules)


def comments(text: str) -> str:
    return " ".join(line.strip().removeprefix("#").strip() for line in text.splitlines() if line.strip()[:1] == "#")


def test_it_is_sound_and_asks_every_kind_of_question(tmp_path: Path) -> None:
    case = made(tmp_path / "mine.yaml")
    assert {question.kind for question in case.questions} == set(get_args(Kind))
    assert len(case.stages) > 1
    assert any(stage.wish for stage in case.stages)
    assert any(stage.note for stage in case.stages)


def test_it_is_sound_by_a_rulebook_of_ones_own_and_asks_what_that_can_answer(tmp_path: Path) -> None:
    case = made(tmp_path / "mine.yaml", rules=LESSON)
    kinds = {question.kind for question in case.questions}
    assert {"candidates", "undetermined", "changed", "reflect"} <= kinds
    assert "says_who" not in kinds  # it cites no document


def test_its_comments_explain_every_field_question_word_and_id(tmp_path: Path) -> None:
    text = new(tmp_path / "mine.yaml")
    told = comments(text)
    words: list[str] = [*get_args(Kind), *get_args(Level), *Change.model_fields]
    words += [name for names in NAMED_FIELDS.values() for name in names]
    words += [field for field in FIELDS if field != "label"]
    words += list(load_rulebook().by_id)
    for word in words:
        assert word in told, word
    for model in (CaseFile, StageWritten):
        for field in model.model_fields:
            assert f"{field}:" in text, field


def test_no_line_is_too_wide_for_a_terminal(tmp_path: Path) -> None:
    assert max(map(len, new(tmp_path / "mine.yaml").splitlines())) <= 80


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        (None, "A long night"),
        ("Night", "Night"),
        ('A "quoted": one # not a comment', 'A "quoted": one # not a comment'),
        ("- {a: b}", "- {a: b}"),
        ("two\nlines\tand \x1b[31mcolor", "two lines and [31mcolor"),
        ("café ☕ 日本", "café ☕ 日本"),
        ("back\\slash 'n' %", "back\\slash 'n' %"),
    ],
)
def test_any_title_is_kept_as_one_line_of_text(title: str | None, expected: str, tmp_path: Path) -> None:
    assert made(tmp_path / "a-long-night.yaml", title).title == expected


def test_an_empty_title_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="a case needs a title"):
        new(tmp_path / "mine.yaml", " \t")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine", "a case is a YAML file; did you mean mine.yaml"),
        ("mine.json", "a case is a YAML file"),
        ("My Case.yaml", r"lower-case letters, digits and hyphens.*did you mean my-case\.yaml"),
        ("-x.yaml", r"did you mean x\.yaml"),
        ("日本.yaml", "lower-case letters, digits and hyphens, and no others$"),
    ],
)
def test_a_file_that_cannot_be_a_case_is_refused(name: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=message):
        new(tmp_path / name)


def test_nothing_is_written_over(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text("mine", encoding="utf-8")
    with pytest.raises(CaseError, match="is there already"):
        new(path)
    with pytest.raises(CaseError, match="is there already"):
        write_new(path, "other")
    assert path.read_text(encoding="utf-8") == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="cannot be written"):
        write_new(tmp_path / "nowhere" / "mine.yaml", "x")
