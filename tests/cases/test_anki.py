"""Cases as notes for Anki: a table that CSV readers take apart, with every graded question and its answer."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from test_quiz import INVENTED, NAMES, blocks, graded_places, spaced, words

from mbc_options import load_case
from mbc_options.rendering.quiz import anki

if TYPE_CHECKING:
    from pathlib import Path

HEAD = ["separator:Comma", "html:true", "deck:", "columns:", "tags column:6", "guid column:7"]


@pytest.mark.parametrize("name", NAMES)
def test_every_graded_question_is_a_note(name: str, tmp_path: Path) -> None:
    path: Path | str = name
    if name in INVENTED:
        path = tmp_path / f"{name}.yaml"
        path.write_text(INVENTED[name], encoding="utf-8")
    case = load_case(path)
    lines = anki(case).splitlines(keepends=True)
    heads = [line for line in lines if line.startswith("#")]
    assert lines[: len(heads)] == heads, "Anki takes the lines with # for heads at the beginning only"
    for line, head in zip(heads, HEAD, strict=True):
        assert line.startswith(f"#{head}")
    assert heads[2].strip() == f"#deck:{spaced(case.title)}"
    columns = heads[3].strip().removeprefix("#columns:").split(",")
    notes = [dict(zip(columns, row, strict=True)) for row in csv.reader(io.StringIO("".join(lines[len(heads) :])))]
    assert len({note["Id"] for note in notes}) == len(notes)
    for note, question in zip(notes, graded_places(case), strict=True):
        stage = next(stage for stage in case.stages if question in stage.questions)
        front = blocks(note["Front"])
        assert stage.narrative[0] in front
        assert front[-1] == words("prompt", question)
        assert blocks(note["Back"]) == [words("label", choice) for choice in question.right]
        assert [text.partition(") ")[2] for text in blocks(note["Choices"])] == [
            words("label", choice) for choice in question.choices
        ]
        told = " ".join(blocks(note["Reasons"]))
        assert all(words("because", choice, question) in told for choice in question.choices)
        cited = " ".join(blocks(note["Source"]))
        assert all(f"[{claim}]" in cited for choice in question.right for claim in choice.claims)
        assert note["Tags"].split() == [case.name, case.level, question.kind]
