"""A file with the descriptions of several patients, divided by `---`, of whom each has a label: one of them by it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mbc_options.errors import DescriptionError, InputError, Problem, nearest_words
from mbc_options.patient.file import MAX_BYTES
from mbc_options.source import yaml_positions
from mbc_options.text import counted, harmless, quoted

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mbc_options.source.yaml_positions import Tree

__all__ = ["has_several", "no_such_id", "one_of_several", "several_ids"]

_MOST_TOLD = 20
_NOTHING = re.compile(rb"\s*(?:#.*)?")
_DIVISION = re.compile(rb"---\s*(?:#.*)?")


def has_several(path: Path) -> bool:
    """Tell whether a file holds several descriptions; one that cannot be read holds none."""
    try:
        with path.open("rb") as stream:
            lines = stream.read(MAX_BYTES).removeprefix(b"\xef\xbb\xbf").splitlines()
    except (OSError, ValueError):
        return False
    said = False
    for line in lines:
        if said and _DIVISION.fullmatch(line):
            return True
        said = said or not (_NOTHING.fullmatch(line) or _DIVISION.fullmatch(line))
    return False


def one_of_several(path: Path, id_: str | None, label: str) -> Tree:
    """Return the description of one patient in a file of several, with its positions in the file.

    Args:
        path: the file.
        id_: the label of the patient; None where there is only one.
        label: the field that holds it.

    Raises:
        DescriptionError: where it cannot be read, or there is no such patient: with the labels that there are.
    """
    file = str(path)
    labels: list[str] = []
    found: list[Tree] = []  # two of them at most
    problems: list[Problem] = []
    for line, text in _documents(path):
        try:
            padded = b"\n" * (line - 1) + text
            if len(text) > MAX_BYTES:
                yaml_positions.decode(text, file, max_bytes=MAX_BYTES)
            decoded = yaml_positions.decode(padded, file, max_bytes=len(padded))
            tree = yaml_positions.parse(decoded, file, max_bytes=MAX_BYTES)
        except InputError as error:
            problems += error.problems
            continue
        named = tree.data.get(label) if isinstance(tree.data, dict) else None
        labels.append(named if isinstance(named, str) else "")
        if (id_ is None or labels[-1] == id_) and len(found) < 2:
            found.append(tree)
    if len(found) == 1:
        return found[0]
    if found and id_ is not None:
        message = f"holds several patients with the {label} {quoted(id_)}"
        raise DescriptionError([found[1].problem(message)])
    if problems:
        raise DescriptionError(problems[:_MOST_TOLD])
    message = several_ids(labels) if id_ is None else no_such_id(id_, labels)
    raise DescriptionError([Problem(message, file)])


def _documents(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the descriptions in a file as they are written, each with the line in which it begins."""
    begin, lines, said = 1, list[bytes](), False
    with path.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            if _DIVISION.fullmatch(line.rstrip(b"\r\n")):
                if said:
                    yield begin, b"".join(lines)
                begin, lines, said = number + 1, [], False
                continue
            lines.append(line)
            said = said or not _NOTHING.fullmatch(line.rstrip(b"\r\n"))
    if said:
        yield begin, b"".join(lines)


def several_ids(ids: Sequence[str]) -> str:
    """Return what is told of several patients, of whom one is to be said."""
    return f"holds {counted(len(ids), 'patient')}; say which by --id: {_listed(ids)}"


def no_such_id(wanted: str, ids: Sequence[str]) -> str:
    """Return what is told where there is no patient of an id: the nearest ones, and what there is."""
    near = nearest_words(wanted, ids)
    hint = f"; did you mean {' or '.join(near)}?" if near else "."
    return f"holds no patient {quoted(wanted)}{hint} It has {_listed(ids)}" if ids else "holds no patient"


def _listed(ids: Sequence[str]) -> str:
    told = [harmless(one)[:60] or "one without an id" for one in ids[:_MOST_TOLD]]
    return ", ".join(told) + (f" and {len(ids) - len(told):,} more" if len(ids) > len(told) else "")
