"""What a case looks like in the tools of schools: files that a person has read, of a small case on hay fever.

After a wanted change run `pytest tests/cases/test_quiz_golden.py --update-golden`, and read the difference.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from test_quiz import files_of

from mbc_options import load_case
from mbc_options.rendering.quiz import anki, moodle, qti, qti12
from mbc_options.rendering.scorm import scorm

if TYPE_CHECKING:
    import pytest

GOLDEN = Path(__file__).parent / "golden"
RULES = Path(__file__).parents[1] / "rulebooks" / "hay-fever"


def written() -> dict[str, str]:
    """All that is written of the case, save the page in a package of SCORM, which is that of the case."""
    case = load_case("small-ann", rules=RULES)
    first, second = case.stages
    asked = (replace(first, questions=first.questions[1:2]), replace(second, questions=second.questions[:1]))
    case = replace(case, stages=asked)  # one question of either sort is enough to read
    files = {"moodle.xml": moodle(case), "anki.csv": anki(case)}
    for name, package in (("qti", qti(case)), ("qti12", qti12(case)), ("scorm", scorm(case))):
        files |= {f"{name}/{file}": text for file, text in files_of(package).items() if not file.endswith(".html")}
    return files


def test_what_is_written_is_what_was_read(pytestconfig: pytest.Config) -> None:
    files = written()
    if pytestconfig.getoption("--update-golden"):
        for name, text in files.items():
            (GOLDEN / name).parent.mkdir(parents=True, exist_ok=True)
            (GOLDEN / name).write_text(text, encoding="utf-8")
    there = {file.relative_to(GOLDEN).as_posix() for file in GOLDEN.rglob("*") if file.is_file()}
    assert there == set(files)
    for name, text in files.items():
        assert (GOLDEN / name).read_text(encoding="utf-8") == text, name
