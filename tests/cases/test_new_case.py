"""A new case to start from: sound as it stands, by any rulebook, and explained."""

from __future__ import annotations

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import pytest

from mbc_options import CaseError, load_case, load_rulebook
from mbc_options.cases.case import Level
from mbc_options.cases.case_file import CaseFile, StageChange, StageWritten
from mbc_options.cases.new_case import scaffold, write_new
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.rendering.terminal import rendered
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from mbc_options import Case


NAMED_FIELDS = {field: tuple(forms.yes) for field, forms in bundled_vocabulary().names.items()}
FIELDS = tuple(bundled_vocabulary().fields)
ONLY = "the name of a case has up to 60 lower-case letters, digits and hyphens, and no others"
RENDER = partial(rendered, "case/new.yaml.j2")
LESSON = Path(__file__).parents[1] / "rulebook" / "rulebooks" / "positive" / "lesson"


def new(path: Path, title: str | None = None, rules: Path | None = None) -> str:
    return scaffold(path, title, load_rulebook(rules), RENDER)


def made(path: Path, title: str | None = None, rules: Path | None = None) -> Case:
    write_new(path, new(path, title, rules))
    return load_case(path, rules=rules)


def comments(text: str) -> str:
    return " ".join(line.strip().removeprefix("#").strip() for line in text.splitlines() if line.strip()[:1] == "#")


def test_it_is_sound_and_asks_every_kind_of_question(tmp_path: Path) -> None:
    """All but the one for which three known facts have to settle different numbers of classes."""
    case = made(tmp_path / "mine.yaml")
    assert {question.kind for question in case.questions} == set(KINDS) - {"settled_most"}
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
    words: list[str] = [*KINDS, *get_args(Level), *StageChange.model_fields]
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


READ = "a rulebook reads only cases that end in .yaml, and a new one is to be found there"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("mine", f"{READ}; did you mean here/mine.yaml?"),
        ("mine.yml", f"{READ}; did you mean here/mine.yaml?"),
        ("mine.YAML", f"{READ}; did you mean here/mine.yaml?"),
        ("mine.json", f"{READ}; did you mean here/mine.yaml?"),
        ("My Case.v2", f"{READ}; did you mean here/my-case-v2.yaml?"),
        ("日本", READ),
        (".yaml", "is an ending without a name; a case is a file as mine.yaml"),
        ("yml", "is an ending without a name; a case is a file as mine.yaml"),
        ("My Case.yaml", f"{ONLY}; did you mean here/my-case.yaml?"),
        ("-x.yaml", f"{ONLY}; did you mean here/x.yaml?"),
        (".x.yaml", f"{ONLY}; did you mean here/x.yaml?"),
        ("日本.yaml", ONLY),
    ],
)
def test_a_file_that_would_be_no_case_is_refused_with_the_nearest_that_is_one(name: str, message: str) -> None:
    with pytest.raises(CaseError) as caught:
        new(Path("here", name))
    assert [str(problem) for problem in caught.value.problems] == [f"here/{name}: {message}"]


def test_a_file_without_a_name_is_refused() -> None:
    with pytest.raises(CaseError, match=r"^FILE: the name of the file is missing; a case is a file as mine\.yaml$"):
        new(Path())


def test_a_name_is_as_long_as_that_of_a_stage_and_no_longer(tmp_path: Path) -> None:
    assert made(tmp_path / f"{'x' * 60}.yaml").name == "x" * 60
    with pytest.raises(CaseError, match=r"up to 60 .* did you mean \S*/x{60}\.yaml\?$"):
        new(tmp_path / f"{'x' * 61}.yaml")
    with pytest.raises(CaseError, match=r"did you mean \S*/x{59}\.yaml\?$"):
        new(tmp_path / f"{'x' * 59}-y.yaml")


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


def test_a_link_that_leads_nowhere_is_not_followed(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.symlink_to(tmp_path / "elsewhere.yaml")
    with pytest.raises(CaseError, match="is there already"):
        write_new(path, "x")
    assert list(tmp_path.iterdir()) == [path]


def refused(*_: object, **__: object) -> None:
    raise PermissionError(1, "Operation not permitted")


def test_a_file_that_is_there_is_told_before_what_is_wrong_with_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "mine.yaml").touch()
    monkeypatch.setattr(tempfile, "mkstemp", refused)
    with pytest.raises(CaseError, match="is there already"):
        write_new(tmp_path / "mine.yaml", "x")


def taken(_: object, target: Path) -> None:
    """Be overtaken by somebody else, who takes the name first."""
    target.write_text("theirs", encoding="utf-8")
    raise FileExistsError


@pytest.mark.parametrize("links", [True, False])
def test_a_new_file_is_written_as_it_is_and_with_the_usual_mode(
    links: bool,  # noqa: FBT001
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "other").touch()
    if not links:
        monkeypatch.setattr(os, "link", refused)
    write_new(tmp_path / "mine.yaml", "title: café\n")
    assert (tmp_path / "mine.yaml").read_bytes() == "title: café\n".encode()
    assert (tmp_path / "mine.yaml").stat().st_mode == (tmp_path / "other").stat().st_mode
    assert len(list(tmp_path.iterdir())) == 2


def test_a_file_that_somebody_else_writes_meanwhile_is_theirs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "mine.yaml"
    monkeypatch.setattr(os, "link", taken)
    with pytest.raises(CaseError, match="is there already"):
        write_new(path, "mine")
    assert path.read_text(encoding="utf-8") == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_without_hard_links_too_a_file_that_somebody_else_writes_meanwhile_is_theirs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "mine.yaml"

    def refused_and_taken(_: object, target: Path) -> None:
        target.write_text("theirs", encoding="utf-8")
        refused()

    monkeypatch.setattr(os, "link", refused_and_taken)
    with pytest.raises(CaseError, match="is there already"):
        write_new(path, "mine")
    assert path.read_text(encoding="utf-8") == "theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_without_hard_links_too_a_failure_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", refused)
    monkeypatch.setattr(os, "replace", refused)
    with pytest.raises(CaseError, match="cannot be written: Operation not permitted"):
        write_new(tmp_path / "mine.yaml", "x")
    assert list(tmp_path.iterdir()) == []


def test_a_name_that_no_file_can_have_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"cannot be written: .*embedded null"):
        write_new(tmp_path / "a\0b.yaml", "x")
