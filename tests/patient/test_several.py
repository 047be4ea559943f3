"""A file with several patients: the one who is asked for, at the lines where it stands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mbc_options import DescriptionError
from mbc_options.patient.file import describe
from mbc_options.patient.several import has_several, one_of_several
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from pathlib import Path

OURS = bundled_vocabulary()
SEVERAL = """\
# by hand
---
label: a
er: "+"
--- # the next one
label: b
er: "-"
---
er: 5%
---
label: c
er: posi
"""


@pytest.fixture
def several(tmp_path: Path) -> Path:
    path = tmp_path / "several.yaml"
    path.write_text(SEVERAL, encoding="utf-8")
    return path


def test_the_one_with_the_label_is_read(several: Path) -> None:
    assert {id_: describe(one_of_several(several, id_, "label"), OURS).er for id_ in "ab"} == {
        "a": "positive",
        "b": "negative",
    }


def test_what_is_wrong_is_told_at_its_line_in_the_file(several: Path) -> None:
    with pytest.raises(DescriptionError, match=r"several\.yaml:12:5: er "):
        describe(one_of_several(several, "c", "label"), OURS)


@pytest.mark.parametrize(
    ("id_", "more", "told"),
    [
        (None, "", "holds 4 patients; say which by --id: a, b, one without an id, c"),
        ("z", "", "holds no patient 'z'. It has a, b, one without an id, c"),
        ("a", "---\nlabel: a\n", r"several\.yaml:14:1: holds several patients with the label 'a'"),
        ("a", "---\nlabel: [\n", ""),
        ("z", "---\nlabel: [\n", r"several\.yaml:15:1: "),
    ],
)
def test_who_cannot_be_told_apart_is_an_error(several: Path, id_: str | None, more: str, told: str) -> None:
    several.write_text(SEVERAL + more, encoding="utf-8")
    if not told:  # what is broken elsewhere stops nothing
        assert one_of_several(several, id_, "label").data == {"label": "a", "er": "+"}
        return
    with pytest.raises(DescriptionError, match=told):
        one_of_several(several, id_, "label")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SEVERAL, True),
        ("---\ner: '+'\n", False),
        ("# a\n---\n# b\n---\ner: '+'\n", False),
        ("er: '+'\n", False),
        ("er: '+'\n---\n", True),
        ("label: >\n  ---\n", False),
        ("", False),
    ],
)
def test_a_file_of_one_is_one(tmp_path: Path, text: str, *, expected: bool) -> None:
    path = tmp_path / "file.yaml"
    path.write_text(text, encoding="utf-8")
    assert has_several(path) == expected


def test_of_one_no_label_is_asked(tmp_path: Path) -> None:
    path = tmp_path / "file.yaml"
    path.write_text("er: '+'\n---\n# nothing more\n", encoding="utf-8")
    assert one_of_several(path, None, "label").data == {"er": "+"}


def test_a_file_that_is_not_there_holds_none(tmp_path: Path) -> None:
    assert not has_several(tmp_path / "nowhere.yaml")
