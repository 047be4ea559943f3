"""Reading a rulebook from its directory, with every problem of every file told at its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mbc_options.errors import InputError, Problem, RulebookError, nearest_word
from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import Names
from mbc_options.rulebook.models import Rulebook
from mbc_options.rulebook.partial import partial
from mbc_options.rulebook.references import ReadFile, cross_check
from mbc_options.source import yaml_positions
from mbc_options.source.validation import check
from mbc_options.vocabulary.code_files import FOLDER, survey_codes
from mbc_options.vocabulary.load import AGENTS, survey_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from mbc_options.source.forms import Form
    from mbc_options.source.yaml_positions import KeyPath, Tree

__all__ = ["VISIBLE", "Read", "Survey", "not_read_in", "read_rulebook", "survey"]

M = TypeVar("M", bound="Form")

VISIBLE = "[!.]*.yaml"
"""The files of a folder. Hidden ones are not its author's: an editor's locks, or what macOS leaves beside a copy."""

DEFINITIONS = "definitions.yaml"

_NO_LONGER_READ = {
    "vocabulary.yaml": "facts and their words stand in facts.yaml, which may say extends: bundled",
}
"""Files that rulebooks had before, and what to do."""


class Read(NamedTuple):
    """A rulebook as read.

    Attributes:
        rulebook: all of it.
        files: its files, save those of facts and drugs, with the positions of all that they say.
    """

    rulebook: Rulebook
    files: tuple[ReadFile, ...]

    @property
    def trees(self) -> tuple[Tree, ...]:
        """The files with the positions of all that they say."""
        return tuple(file.tree for file in self.files)

    def problem(self, message: str, id_: str, code: str = "") -> Problem:
        """Return a problem at the entry with an id; in the first file where there is none."""
        for tree in self.trees:
            for path in tree.values:
                if path[-1:] == ("id",) and _at(tree, path) == id_:
                    return tree.problem(message, path, code=code)
        return self.trees[0].problem(message, code=code)


def _at(tree: Tree, path: KeyPath) -> Any:
    found: Any = tree.data
    for step in path:
        found = found[step]
    return found


class Survey(NamedTuple):
    """A rulebook as far as it can be read, and everything that is wrong with its files.

    Attributes:
        read: the rulebook; None where a problem is an error.
        problems: of all files and layers, in the order of the files.
    """

    read: Read | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that keep the rulebook from being used."""
        return tuple(problem for problem in self.problems if problem.severity == "error")


def read_rulebook(directory: Path) -> Read:
    """Read and check a rulebook.

    Args:
        directory: holds `rulebook.yaml` and `therapies/*.yaml`; the other files may be missing. `facts.yaml` and
            `agents.yaml` are then taken from the rulebook that comes with the package.

    Raises:
        RulebookError: with every error found, each at file, line and column.
    """
    found = survey(directory)
    if found.read is None:
        raise RulebookError(found.errors)
    return found.read


def survey(directory: Path) -> Survey:
    """Read a rulebook as far as it can be, and tell everything that is wrong with its files: YAML, form and names.

    Args:
        directory: as for `read_rulebook`.

    Raises:
        RulebookError: where there is no such directory.
    """
    reader = _Reader(directory)
    about = reader.one("rulebook.yaml", models.RulebookFile, required=True)
    definitions = reader.one(DEFINITIONS, models.DefinitionsFile)
    therapies = reader.many("therapies", models.Therapy)
    considerations = reader.one("considerations.yaml", models.ConsiderationsFile)
    disagreements = reader.one("disagreements.yaml", models.DisagreementsFile)
    background = reader.one("background.yaml", models.BackgroundFile)
    glossary = reader.one("glossary.yaml", models.GlossaryFile)
    questions = reader.one("questions.yaml", models.QuestionsFile)
    sources = reader.one("sources.yaml", models.SourcesFile)
    claims = reader.many("claims", models.ClaimsFile)
    rulings = reader.one("rulings.yaml", models.RulingsFile)
    if not any((directory / "therapies").glob(VISIBLE)):
        problem = Problem("holds no therapies/*.yaml", str(directory), code="missing-file")
        reader.problems.append(problem)
    reader.problems += _not_read(directory)
    reader.problems += cross_check(reader.files, reader.vocabulary, reader.unread)
    reader.problems += survey_codes(directory, reader.vocabulary, untold=AGENTS in reader.unread)
    problems = reader.in_order()
    is_sound = all(problem.severity != "error" for problem in problems)
    if not is_sound or about is None or reader.vocabulary is None:
        return Survey(None, problems)
    rulebook = Rulebook(
        about=about,
        vocabulary=reader.vocabulary,
        definitions=definitions.definitions if definitions else (),
        therapies=tuple(sorted(therapies, key=lambda therapy: (therapy.order, therapy.id))),
        considerations=considerations.considerations if considerations else (),
        disagreements=disagreements.disagreements if disagreements else (),
        background=background.notes if background else (),
        glossary=glossary.terms if glossary else (),
        questions=questions.questions if questions else (),
        values=questions.values if questions else (),
        sources=sources.sources if sources else (),
        claims=tuple(claim for file in claims for claim in file.claims),
        rulings=rulings.rulings if rulings else (),
    )
    return Survey(Read(rulebook, tuple(reader.files)), problems)


_FILES = (
    *("rulebook.yaml", "facts.yaml", "agents.yaml", "definitions.yaml", "considerations.yaml", "disagreements.yaml"),
    *("background.yaml", "glossary.yaml", "questions.yaml", "sources.yaml", "rulings.yaml"),
)
_FOLDERS = ("therapies", "claims", "cases", FOLDER)
_ENDINGS = {".yaml", ".yml", ".json"}
"""The endings of what an author may take for a file of the rulebook."""


def _meant(name: str, known: Sequence[str]) -> str | None:
    """Return what a name of a file or folder was likely meant to be: one that begins alike."""
    return nearest_word(name, [one for one in known if one[:_BEGINNING] == name.lower()[:_BEGINNING]])


_BEGINNING = 4
"""How many letters are the same at the beginning of a name and of what it is meant to be."""


def _misnamed(directory: Path) -> Iterator[tuple[Path, str]]:
    """Find files and folders whose name is like one that is read, each with that name."""
    for path in sorted(directory.glob("[!.]*")):
        if path.is_dir():
            near = _meant(path.name, _FOLDERS)
        else:
            is_read = path.suffix.lower() in _ENDINGS and path.name not in _NO_LONGER_READ
            near = _meant(f"{path.stem}.yaml", _FILES) if is_read else None
        if near and near != path.name:
            yield path, near


def _not_read(directory: Path) -> Iterator[Problem]:
    """Find files and folders that were likely meant to be read: another ending, or a name like one that is."""
    for path, near in _misnamed(directory):
        problem = Problem("is not read", str(path), code="file-not-read")
        name = f"{near}{'/' if path.is_dir() else ''}"
        if (directory / near).exists():  # a copy, perhaps, and so no reason to refuse the rest
            yield problem._replace(severity="warning", hint=f"{name} is, which stands beside it")
        else:
            yield problem._replace(hint=f"did you mean {name}?")
    for folder in _FOLDERS:
        yield from not_read_in(directory / folder)


def not_read_in(folder: Path) -> Iterator[Problem]:
    """Yield a problem for each file of a folder that is not read, because it ends in another way or is a pipe."""
    for path in sorted(folder.glob("[!.]*")):
        hint = ""
        if path.suffix == ".yaml":
            is_told_elsewhere = path.is_file() or path.is_dir() or not path.exists()
            hint = "" if is_told_elsewhere else "it is no regular file"
        elif path.suffix.lower() in _ENDINGS:
            hint = f"files of {folder.name}/ end in .yaml"
        if hint:
            yield Problem("is not read", str(path), code="file-not-read")._replace(hint=hint)


class _Reader:
    """Reads file after file, collecting problems instead of stopping at the first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.files: list[ReadFile] = []
        self.opened: list[str] = []
        self.unread: set[str] = set()
        self.problems: list[Problem] = []
        if not directory.is_dir():
            raise RulebookError([Problem("is no directory of a rulebook", str(directory), code="missing-file")])
        for name, mend in _NO_LONGER_READ.items():
            if (directory / name).exists():
                problem = Problem(f"is no longer read: {mend}", str(directory / name), code="file-not-read")
                self.problems.append(problem)
        misnamed = {near for _, near in _misnamed(directory) if not (directory / near).exists()}
        self.vocabulary, problems = survey_vocabulary(directory, misnamed)
        self.problems += problems
        if problems or AGENTS in misnamed:
            self.unread.add(AGENTS)
        self.names = self.vocabulary and Names(self.vocabulary, self._definitions(), untold=AGENTS in self.unread)

    def _definitions(self) -> frozenset[str]:
        """Return the ids of definitions, as far as they can be read, before any condition is."""
        try:
            data: Any = yaml_positions.read(self.directory / DEFINITIONS, within=self.directory).data
        except InputError:
            return frozenset()
        listed = data.get("definitions") if isinstance(data, dict) else None
        ids = [one.get("id") for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        return frozenset(id_ for id_ in ids if isinstance(id_, str))

    def one(self, name: str, form: type[M], *, required: bool = False) -> M | None:
        path = self.directory / name
        if not path.exists():
            if required:
                self.problems.append(Problem("is missing", str(path), code="missing-file"))
            return None
        return self._read(path, form, name)

    def many(self, folder: str, form: type[M]) -> list[M]:
        read = [self._read(path, form, folder) for path in sorted((self.directory / folder).glob(VISIBLE))]
        return [one for one in read if one is not None]

    def _read(self, path: Path, form: type[M], group: str) -> M | None:
        self.opened.append(str(path))
        try:
            tree = yaml_positions.read(path, within=self.directory, reads_on=True)
        except InputError as error:
            self.problems += error.problems
            self.unread.add(group)
            return None
        if not isinstance(tree.data, dict) or any(one.severity == "error" for one in tree.doubts):
            self.unread.add(group)
        found, problems = check(form, tree, self.names)
        self.problems += (*problems, *tree.doubts)
        self.files.append(ReadFile(partial(form, tree.data) if found is None else found, tree, found is not None))
        return found

    def in_order(self) -> tuple[Problem, ...]:
        """Return the problems in the order in which the files were opened; first those of others."""
        order = {file: i for i, file in enumerate(self.opened)}

        def place(problem: Problem) -> tuple[int, int, int]:
            return order.get(problem.file, -1), problem.line, problem.column

        return tuple(sorted(self.problems, key=place))
