"""Patient descriptions from files and flags, with every problem told at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.errors import DescriptionError, InputError, Problem
from mbc_options.patient.reading import read
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path
    from typing import BinaryIO

    from mbc_options.patient.model import Patient
    from mbc_options.patient.reading import Complaint
    from mbc_options.source.yaml_positions import Tree

__all__ = ["describe", "from_stdin", "load_patient", "read_description"]

MAX_BYTES = 1_000_000


def load_patient(path: str | Path) -> Patient:
    """Read a patient from a YAML or JSON file.

    Args:
        path: the file; its fields are those of `Patient`.

    Raises:
        DescriptionError: with file, line and column of every problem.
    """
    from pathlib import Path

    return describe(read_description(Path(path)))


def read_description(path: Path) -> Tree:
    """Read a description's file without interpreting it; DescriptionError where it cannot be read."""
    try:
        return yaml_positions.read(path, max_bytes=MAX_BYTES)
    except InputError as error:
        raise DescriptionError(error.problems) from None


def from_stdin(stream: BinaryIO) -> Tree:
    """Read a description from a stream of bytes, likewise."""
    try:
        text = yaml_positions.decode(stream.read(MAX_BYTES + 1), "<stdin>", max_bytes=MAX_BYTES)
        return yaml_positions.parse(text, "<stdin>", json=text.lstrip().startswith("{"))
    except InputError as error:
        raise DescriptionError(error.problems) from None


def describe(tree: Tree | None, flags: Mapping[str, Any] | None = None) -> Patient:
    """Make the patient that a file and the flags beside it describe; a flag replaces the file's field.

    Args:
        tree: a file as read by `read_description`, or None.
        flags: values by field. Flags alone describe a patient without earlier treatment where they
            name none, and the patient says so among its assumptions; in a file, silence is "unknown".

    Raises:
        DescriptionError: with every problem at its line and column, or at its flag.
    """
    from mbc_options.patient.model import Patient

    said: dict[str, Any] = {}
    if tree is not None and tree.data is not None:
        if not isinstance(tree.data, dict):
            message = "a patient file is a mapping from fields to values, e.g. 'er: positive'"
            raise DescriptionError([tree.problem(message)])
        said.update(tree.data)
    said.update(flags or {})
    reading, complaints = read(said, assume_untreated=tree is None and "prior" not in said)
    if reading is None:
        raise DescriptionError(_placed(tree, flags or {}, complaint) for complaint in complaints)
    return Patient.of(reading)


def _placed(tree: Tree | None, flags: Mapping[str, Any], complaint: Complaint) -> Problem:
    message, path, at_key = complaint
    field = str(path[0]) if path else ""
    if field in flags or tree is None:
        name = {"sites": "site", "findings": "finding"}.get(field, field.replace("_", "-"))
        return Problem(message, f"--{name}" if field in flags else "", path=path)
    return tree.problem(message, path, at_key=at_key)
