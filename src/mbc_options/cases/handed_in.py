"""The files that a class handed in: which of a folder's are read, and why the others are not."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.cases.answer_code import CODE_ENDING, named_by
from mbc_options.cases.answers import ENDING, MAX_BYTES
from mbc_options.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

__all__ = ["MOST_PROBLEMS", "HandedIn", "TypedCode", "codes_in", "handed_in", "in_short", "nothing_handed_in"]

CASE_ENDINGS = (".yaml", ".yml")
"""What the file of a case ends in, where it stands beside answers."""
MOST_PROBLEMS = 3
"""How many problems of one file are told; a file of another kind has as many as it has lines."""


class HandedIn(NamedTuple):
    """The files of a folder that a class may have handed in, by name.

    Attributes:
        files: those of answers or votes.
        texts: those that may hold codes, or anything else that is nobody's answer.
        links: symbolic links, which might lead anywhere and are not followed.
        cases: those of cases that stand beside them, which answers may belong to; none is a link.
    """

    files: tuple[Path, ...]
    texts: tuple[Path, ...]
    links: tuple[Path, ...]
    cases: tuple[Path, ...]


class TypedCode(NamedTuple):
    """A line of a file of codes.

    Attributes:
        line: its number, from 1.
        code: what stands there.
        case: the name of the case whose code it is; None where it is no code of one that is known.
    """

    line: int
    code: str
    case: str | None


def handed_in(directory: Path) -> HandedIn:
    """Return the files of a folder that a class may have handed in. Folders within it are not entered.

    Hidden files are nobody's answers: macOS puts a `._rosa.json` beside each file on a disk that is not its own.

    Raises:
        CaseError: where it cannot be read.
    """
    try:
        found = sorted(path for path in directory.iterdir() if path.name[0] != ".")
    except OSError as error:
        raise CaseError([Problem(f"cannot be read: {error.strerror or error}", str(directory))]) from None
    ours = [path for path in found if path.name.endswith((ENDING, CODE_ENDING))]
    links = tuple(path for path in ours if path.is_symlink() and path.name.endswith(ENDING))
    own = [path for path in ours if not path.is_symlink()]
    return HandedIn(
        files=tuple(path for path in own if path.name.endswith(ENDING)),
        texts=tuple(path for path in own if path.name.endswith(CODE_ENDING) and path.is_file()),
        links=links,
        cases=tuple(one for one in found if one.suffix in CASE_ENDINGS and not one.is_symlink() and one.is_file()),
    )


def nothing_handed_in(directory: Path) -> CaseError:
    """Return the error that a folder holds no answers at all."""
    message = (
        f"there are no answers here; a file of answers or votes ends in {ENDING}, and one of codes in {CODE_ENDING}"
    )
    return CaseError([Problem(message, str(directory))])


def codes_in(text: Path, cases: Collection[str]) -> tuple[TypedCode, ...]:
    """Return the lines of a file of codes; none of a text that holds no code at all, or is too large to be of codes.

    Args:
        text: the file.
        cases: the names of the cases that are known.
    """
    try:
        if text.stat().st_size > MAX_BYTES:
            return ()
        lines = text.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    except OSError:
        return ()
    found = tuple(TypedCode(i, line, named_by(line, cases)) for i, line in enumerate(lines, 1) if line.strip())
    return found if any(one.case for one in found) else ()


def in_short(error: CaseError) -> str:
    """Return what is wrong with a file, and where in it: the first problems, and how many there are besides."""
    told = [
        f"line {problem.line}, column {problem.column}: {problem.message}" if problem.line else problem.message
        for problem in error.problems[:MOST_PROBLEMS]
    ]
    rest = len(error.problems) - len(told)
    return "; ".join([*told, *([f"and {rest:,} more"] if rest else [])])
