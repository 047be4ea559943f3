"""A learner's answers in a local file, only where they ask for it: what was chosen, and never who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pydantic import Field

from mbc_options.errors import CaseError, InputError, Problem
from mbc_options.source import yaml_positions
from mbc_options.source.atomic_write import write_whole
from mbc_options.source.validation import Strict, check
from mbc_options.text import JOINERS, without_unseen

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["ENDING", "LONGEST", "Answer", "Answers", "check_name", "printable", "read_answers", "write_answers"]

ENDING = ".json"
"""What a file of answers ends in, so that those of a class are found."""
MAX_BYTES = 1_000_000
LONGEST = 10_000
"""How many characters of a text are kept."""


def printable(text: str) -> str:
    """Return what a learner wrote as a file can hold it: in lines, of what can be printed, and not without end."""
    lines = ("".join(sign for sign in line if sign.isprintable() or sign in JOINERS) for line in text.splitlines())
    return without_unseen("\n".join(lines)[:LONGEST])


class Answer(Strict):
    """What was answered to one question.

    Attributes:
        question: its id.
        sha256: the digest of the question as it was asked.
        chosen: ids of the choices; empty where none was chosen, or there are none.
        text: what was written, where the question takes a text.
        hints: how many hints were taken before.
    """

    question: str
    sha256: str
    chosen: tuple[str, ...] = ()
    text: str = ""
    hints: int = Field(0, ge=0)


class Answers(Strict):
    """A file of answers.

    Attributes:
        case: the name of the case.
        answers: first those to questions that are others by now, then in the order of the questions. No score is
            kept: it is worked out anew each time.
    """

    case: str
    answers: tuple[Answer, ...]


def check_name(path: Path) -> None:
    """Check that a file would be found again as a file of answers, by its name.

    Raises:
        CaseError: where it ends otherwise, or has no name.
    """
    if not path.name:
        raise CaseError([Problem(f"a file of answers has a name, as mine{ENDING}; here is none")])
    if path.suffix != ENDING:
        raise CaseError([Problem(f"a file of answers ends in {ENDING}; did you mean {_renamed(path)}?", str(path))])


def _renamed(path: Path) -> str:
    return str(path.with_suffix(ENDING) if path.suffix in {".txt", ".yaml", ".yml"} else f"{path}{ENDING}")


def read_answers(path: Path) -> Answers:
    """Read a file of answers.

    Raises:
        CaseError: with file, line and column, where it is none.
    """
    try:
        tree = yaml_positions.read(path, max_bytes=MAX_BYTES)
    except InputError as error:
        raise CaseError(error.problems) from None
    answers, problems = check(Answers, tree)
    if answers is None:
        raise CaseError(problems)
    return answers


def write_answers(answers: Answers, path: Path) -> None:
    """Write a file of answers, whole or not at all.

    Raises:
        CaseError: where it cannot be written, or would not be found again by its name.
    """
    check_name(path)
    try:
        write_whole(str(path), answers.model_dump_json(indent=2) + "\n")
    except InputError as error:
        raise CaseError(error.problems) from None
