"""Finding the cases of a rulebook, and reading their files as written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from mbc_options.cases.case import Level
from mbc_options.cases.case_file import CaseFile
from mbc_options.errors import CaseError, InputError, Problem, nearest_word
from mbc_options.package_data import rules_dir
from mbc_options.source import yaml_positions
from mbc_options.source.validation import check

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.source.yaml_positions import Tree

__all__ = ["ListedCase", "case_names", "case_path", "case_tree", "list_cases", "read_case"]

FOLDER = "cases"
ENDINGS = (".yaml", ".yml", ".json")


class ListedCase(NamedTuple):
    """A case in a list.

    Attributes:
        name: what it is called up by.
        file: what its author wrote.
    """

    name: str
    file: CaseFile


def case_names(rules: str | Path | None = None) -> tuple[str, ...]:
    """Return the names of the cases that come with a rulebook.

    Args:
        rules: the rulebook's directory; None for the one that comes with the package.
    """
    return tuple(path.stem for path in _files(rules))


def list_cases(rules: str | Path | None = None) -> tuple[ListedCase, ...]:
    """Return the cases that come with a rulebook, as written, the easier ones first.

    Raises:
        CaseError: with every problem of every file that is no case.
    """
    listed: list[ListedCase] = []
    problems: list[Problem] = []
    for path in _files(rules):
        try:
            listed.append(ListedCase(path.stem, read_case(path)))
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems)
    levels = get_args(Level)
    return tuple(sorted(listed, key=lambda one: (levels.index(one.file.level), one.name)))


def _files(rules: str | Path | None) -> Iterator[Path]:
    """Yield the files of a rulebook's cases, by name. Hidden ones are not its author's: `._a.yaml`, `.#a.yaml`."""
    for path in sorted(_folder(rules).glob("*.yaml")):
        if not path.name.startswith("."):
            yield path


def _folder(rules: str | Path | None) -> Path:
    return (rules_dir() if rules is None else Path(rules)) / FOLDER


def case_path(name: str | Path, rules: str | Path | None = None) -> Path:
    """Return the file of a case.

    Args:
        name: a name out of `case_names`, or a file: whatever ends in `.yaml` or `.json`, or holds a slash.
        rules: the rulebook's directory; None for the one that comes with the package.

    Raises:
        CaseError: where there is no case of this name; the nearest is told.
    """
    if isinstance(name, Path) or name.endswith(ENDINGS) or "/" in name or "\\" in name:
        return Path(name)
    names = case_names(rules)
    if name not in names:
        near = f"{name}.yaml" if Path(f"{name}.yaml").is_file() else nearest_word(name, names)
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(names) or 'none'}"
        if Path(name).is_file():
            hint = "there is a file, but a case ends in .yaml"
        raise CaseError([Problem(f"there is no case {name!r}; {hint}")])
    return _folder(rules) / f"{name}.yaml"


def case_tree(path: Path) -> Tree:
    """Return what the file of a case says, and where.

    Raises:
        CaseError: where it cannot be read, or is no YAML or JSON.
    """
    try:
        return yaml_positions.read(path)
    except InputError as error:
        raise CaseError(error.problems) from None


def read_case(path: Path) -> CaseFile:
    """Read a case as written, without asking the engine.

    Raises:
        CaseError: with file, line and column of everything that is wrong with its form.
    """
    file, problems = check(CaseFile, case_tree(path))
    if file is None:
        raise CaseError(problems)
    return file
