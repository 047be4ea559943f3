"""Finding the cases of a rulebook, and reading their files as written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, get_args

from mbc_options.cases.about import minutes_of, subtypes_of, topics_of
from mbc_options.cases.case import Level
from mbc_options.cases.case_file import CaseFile
from mbc_options.errors import CaseError, InputError, Problem, nearest_word
from mbc_options.misuse import path_named
from mbc_options.package_data import rules_dir
from mbc_options.rulebook.compiled import load_rulebook
from mbc_options.source import yaml_positions
from mbc_options.source.validation import check

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.cases.topic import Topic
    from mbc_options.source.yaml_positions import Tree

__all__ = ["ListedCase", "case_names", "case_path", "case_tree", "list_cases", "narrowed", "read_case"]

MAX_BYTES = 1_000_000
"""How large the file of a case may be."""
FOLDER = "cases"
ENDINGS = (".yaml", ".yml", ".json")


class ListedCase(NamedTuple):
    """A case in a list.

    Attributes:
        name: what it is called up by.
        file: what its author wrote.
        minutes: about how many minutes a class takes (`minutes_of`).
        topics: what it asks about (`topics_of`).
        subtypes: those that its patient has at some stage, by id.
    """

    name: str
    file: CaseFile
    minutes: int
    topics: tuple[Topic, ...]
    subtypes: tuple[str, ...]


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
        RulebookError: where the rulebook cannot be used.
    """
    files: dict[str, CaseFile] = {}
    problems: list[Problem] = []
    for path in _files(rules):
        try:
            files[path.stem] = read_case(path)
        except CaseError as error:
            problems += error.problems
    if problems:
        raise CaseError(problems)
    if not files:
        return ()
    rulebook = load_rulebook(rules)
    listed = [
        ListedCase(name, file, minutes_of(file), topics_of(file, rulebook), subtypes_of(file, rulebook))
        for name, file in files.items()
    ]
    levels = get_args(Level)
    return tuple(sorted(listed, key=lambda one: (levels.index(one.file.level), one.name)))


def narrowed(
    cases: Iterable[ListedCase],
    *,
    topic: str | None = None,
    subtype: str | None = None,
    level: Level | None = None,
    minutes: int | None = None,
) -> tuple[ListedCase, ...]:
    """Return the cases that fit, in their order.

    Args:
        cases: the cases.
        topic: the id of a class, a member or a disagreement, or a word of its name.
        subtype: the id of a subtype, as `HR+/HER2-`, or words of it, as `HER2+`.
        level: for whom.
        minutes: how many there are at most.

    Raises:
        CaseError: where no case at all has the topic or the subtype; those that there are are told.
    """
    given = tuple(cases)
    if topic is not None and not any(_means(topic, named) for one in given for named in one.topics):
        raise CaseError([_none_about("topic", topic, (named.id for one in given for named in one.topics))])
    if subtype is not None and not any(_is_named(subtype, id_) for one in given for id_ in one.subtypes):
        raise CaseError([_none_about("subtype", subtype, (id_ for one in given for id_ in one.subtypes))])
    return tuple(
        one
        for one in given
        if (topic is None or any(_means(topic, named) for named in one.topics))
        and (subtype is None or any(_is_named(subtype, id_) for id_ in one.subtypes))
        and level in (None, one.file.level)
        and (minutes is None or one.minutes <= minutes)
    )


def _means(words: str, topic: Topic) -> bool:
    """Tell whether a reader who says this means a topic."""
    wanted = _folded(words)
    return _folded(topic.id) == wanted.partition(".")[0] or wanted in _folded(topic.label)


def _is_named(words: str, id_: str) -> bool:
    """Tell whether a reader who says this means a subtype: all of its id, or some of its words."""
    return {*_folded(words).split()} <= {*_folded(id_).split()}


def _folded(text: str) -> str:
    """Return a text in small letters, with its words divided by single spaces; a sign after a word is part of it."""
    return " ".join(re.sub(r"(?<=[a-z])-(?=[a-z])|[_/\s]+", " ", text.casefold()).split())


def _none_about(kind: str, word: str, every: Iterable[str]) -> Problem:
    known = sorted({*every})
    near = nearest_word(word, known)
    hint = f"did you mean {near}?" if near else f"there are: {', '.join(known) or 'none'}"
    return Problem(f"no case has the {kind} {word!r}; {hint}")


def _files(rules: str | Path | None) -> Iterator[Path]:
    """Yield the files of a rulebook's cases, by name. Hidden ones are not its author's: `._a.yaml`, `.#a.yaml`.

    A pipe or a device is none: to read it might never end.
    """
    for path in sorted(_folder(rules).glob("*.yaml")):
        if not path.name.startswith(".") and (path.is_file() or path.is_dir() or not path.exists()):
            yield path


def _folder(rules: str | Path | None) -> Path:
    return (rules_dir() if rules is None else path_named(rules, "the name of a directory of rulebook files")) / FOLDER


def case_path(name: str | Path, rules: str | Path | None = None) -> Path:
    """Return the file of a case.

    Args:
        name: a name out of `case_names`, or a file: whatever ends in `.yaml` or `.json`, or holds a slash.
        rules: the rulebook's directory; None for the one that comes with the package.

    Raises:
        CaseError: where there is no case of this name; the nearest is told.
    """
    path = path_named(name, "the name of a case or its file")
    if not isinstance(name, str) or name.endswith(ENDINGS) or "/" in name or "\\" in name:
        return path
    names = case_names(rules)
    if name not in names:
        near = f"{name}.yaml" if Path(f"{name}.yaml").is_file() else nearest_word(name, names)
        hint = f"did you mean {near}?" if near else f"there are: {', '.join(names) or 'none'}"
        if Path(name).is_file():
            hint = "there is a file, but one of a case ends in .yaml, .yml or .json"
        raise CaseError([Problem(f"there is no case {name!r}; {hint}")])
    return _folder(rules) / f"{name}.yaml"


def case_tree(path: Path) -> Tree:
    """Return what the file of a case says, and where.

    Raises:
        CaseError: where it cannot be read, or is no YAML or JSON.
    """
    try:
        return yaml_positions.read(path, max_bytes=MAX_BYTES)
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
