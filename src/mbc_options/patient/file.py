"""Patient descriptions from files and flags, with every problem told at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.errors import Complaint, DescriptionError, InputError, Problem, first_of
from mbc_options.patient.description import read
from mbc_options.source import yaml_positions
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.source.yaml_positions import Tree
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["describe", "from_stdin", "load_description", "load_patient", "read_description"]

MAX_BYTES = 1_000_000


def load_patient(path: str | Path) -> Patient:
    """Read a patient from a YAML or JSON file.

    Args:
        path: the file; its fields are those of `Patient`.

    Raises:
        DescriptionError: with file, line and column of every problem.
        TypeError: where `path` is no name of a file.
    """
    from mbc_options.patient.model import Patient

    return Patient.of(load_description(path, bundled_vocabulary()))


def load_description(path: str | Path, vocabulary: Vocabulary) -> Description:
    """Read a description from a YAML or JSON file, by the facts of any rulebook.

    Raises:
        DescriptionError: with file, line and column of every problem.
    """
    from mbc_options.misuse import path_named

    hint = "Patient(...) describes one in Python"
    return describe(read_description(path_named(path, "the file of a patient", hint)), vocabulary)


def read_description(path: Path) -> Tree:
    """Read a description's file without interpreting it; DescriptionError where it cannot be read."""
    try:
        return yaml_positions.read(path, max_bytes=MAX_BYTES)
    except InputError as error:
        raise DescriptionError(error.problems) from None


def from_stdin(stream: BinaryIO, name: str = "<stdin>") -> Tree:
    """Read a description from a stream of bytes, likewise."""
    try:
        text = yaml_positions.decode(stream.read(MAX_BYTES + 1), name, max_bytes=MAX_BYTES)
        return yaml_positions.parse(text, name, json=text.lstrip().startswith("{"), max_bytes=MAX_BYTES)
    except InputError as error:
        raise DescriptionError(error.problems) from None


def describe(tree: Tree | None, vocabulary: Vocabulary, flags: Mapping[str, Any] | None = None) -> Description:
    """Return what a file and the flags beside it describe; a flag replaces the file's field.

    Args:
        tree: a file as read by `read_description`, or None.
        vocabulary: the fields and facts that are meant.
        flags: values by field; what neither they nor the file say stays unknown.

    Raises:
        DescriptionError: with every problem at its line and column, or at its flag.
    """
    said: dict[str, Any] = {}
    if tree is not None and tree.data is not None:
        if not isinstance(tree.data, dict):
            message = "a patient file is a mapping from fields to values, e.g. 'er: positive'"
            raise DescriptionError([tree.problem(message)])
        said.update(tree.data)
    said.update(flags or {})
    description, complaints = read(said, vocabulary)
    if description is None:
        raise DescriptionError(first_of([_placed(tree, vocabulary, flags or {}, one) for one in complaints]))
    return description


def _placed(tree: Tree | None, vocabulary: Vocabulary, flags: Mapping[str, Any], complaint: Complaint) -> Problem:
    message, path, at_key = complaint[:3]
    field = str(path[0]) if path else ""
    if field in flags or tree is None:
        return Problem(message, f"--{vocabulary.flag_of(field)}" if field in flags else "", path=path)
    return tree.problem(message, path, at_key=at_key)
