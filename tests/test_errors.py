"""Problems as they are printed: at their place, and with nothing in them that a terminal would obey."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from mbc_options import load_case
from mbc_options.errors import CaseError, Problem

if TYPE_CHECKING:
    from conftest import Run

EVIL = "x\x1b[31m\x07EVIL\x9b.yaml"


@pytest.mark.parametrize(
    ("problem", "printed"),
    [
        (Problem("is missing", EVIL), "x [31m EVIL .yaml: is missing"),
        (Problem("not YAML", EVIL, 2, 3), "x [31m EVIL .yaml:2:3: not YAML"),
        (Problem(f"did you mean {EVIL}?"), "did you mean x [31m EVIL .yaml?"),
        (Problem("line\x85one\nline\rtwo", "a\nb", 1, 1), "a b:1:1: line one\nline two"),
        (Problem("no text", "half\udc80.yaml"), "half .yaml: no text"),
    ],
)
def test_what_a_terminal_would_obey_is_printed_as_a_space(problem: Problem, printed: str) -> None:
    assert str(problem) == printed
    assert str(CaseError([problem])) == printed
    assert CaseError([problem]).problems == (problem,), "as data, it stays what it is"


def test_a_file_that_cannot_be_used_does_not_steer_the_terminal_by_its_name(tmp_path: Path, run: Run) -> None:
    (tmp_path / EVIL).write_text("title: [", encoding="utf-8")
    done = run("case", "check", EVIL)
    assert done.returncode == 1
    assert done.stderr.startswith("x [31m EVIL .yaml:")
    assert all(sign == "\n" or sign.isprintable() for sign in done.stderr)
    with pytest.raises(CaseError) as raised:
        load_case(tmp_path / EVIL)
    assert Path(raised.value.problems[0].file) == tmp_path / EVIL
