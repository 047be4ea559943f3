"""The codes of a rulebook, read from its files (`codes/*.yaml`): those of its directory, or those of the package.

They say how a record is read, and nothing of what follows, so that no verdict depends on them: they are no part of a
rulebook's digest, and not compiled with it.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from mbc_options import package_data
from mbc_options.errors import InputError, Problem, RulebookError
from mbc_options.source import yaml_positions
from mbc_options.source.validation import check
from mbc_options.vocabulary.code_checks import check_codes, without_unknown
from mbc_options.vocabulary.code_forms import CodesFile, merged
from mbc_options.vocabulary.codes import Codes

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.source.yaml_positions import Tree
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["FOLDER", "read_codes", "survey_codes"]

FOLDER = "codes"
"""The folder of a rulebook that holds them."""


def read_codes(directory: Path | None, vocabulary: Vocabulary) -> Codes:
    """Return the codes of a rulebook.

    Args:
        directory: holds the rulebook; where it has no `codes/`, or is None, the codes that come with the package are
            taken, as far as the vocabulary has what they name.
        vocabulary: of the rulebook.

    Raises:
        RulebookError: with every problem of its own files, each at its line and column.
    """
    if directory is None or not (directory / FOLDER).is_dir() or directory.resolve() == package_data.rules_dir():
        return _bundled(vocabulary)
    files, problems = _files(directory)
    return Codes(_sound(files, [*problems, *check_codes(files, vocabulary)]), vocabulary)


@cache
def _bundled(vocabulary: Vocabulary) -> Codes:
    """Return the codes that come with the package, without what a vocabulary of one's own does not have."""
    return Codes(without_unknown(_sound(*_files(package_data.rules_dir())), vocabulary), vocabulary)


def _sound(files: list[tuple[CodesFile, Tree]], problems: list[Problem]) -> CodesFile:
    """Return what files say together, once nothing is wrong with them."""
    if problems:
        raise RulebookError(problems)
    return merged(file for file, _ in files)


def _files(directory: Path) -> tuple[list[tuple[CodesFile, Tree]], list[Problem]]:
    found, problems = [], []
    for path in sorted((directory / FOLDER).glob("[!.]*.yaml")):
        try:
            tree = yaml_positions.read(path, within=directory)
        except InputError as error:
            problems += list(error.problems)
            continue
        file, wrong = check(CodesFile, tree)
        problems += wrong
        if file is not None:
            found.append((file, tree))
    return found, problems


def survey_codes(directory: Path, vocabulary: Vocabulary | None, *, untold: bool = False) -> list[Problem]:
    """Return everything that is wrong with the codes of a rulebook: YAML, form and names; nothing where it has none.

    Args:
        directory: holds the rulebook.
        vocabulary: its fields and facts; None where these are wrong, so that names are not known.
        untold: whether treatments are not known, because the file of drugs is wrong.
    """
    files, problems = _files(directory)
    return problems if vocabulary is None else [*problems, *check_codes(files, vocabulary, untold=untold)]
