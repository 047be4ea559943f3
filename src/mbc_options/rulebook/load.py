"""Reading a rulebook from its directory, with every problem of every file told at its place."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from mbc_options.errors import InputError, Problem, RulebookError, nearest_word
from mbc_options.rulebook import models
from mbc_options.rulebook.conditions import Defined, in_order, leaves
from mbc_options.rulebook.models import Rulebook
from mbc_options.source import yaml_positions
from mbc_options.source.forms import key_of
from mbc_options.source.validation import check
from mbc_options.vocabulary.load import read_vocabulary

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator
    from pathlib import Path

    from mbc_options.rulebook.conditions import Node
    from mbc_options.source.forms import Form
    from mbc_options.source.yaml_positions import KeyPath, Tree
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["Read", "read_rulebook"]

M = TypeVar("M", bound="Form")

VISIBLE = "[!.]*.yaml"
"""The files of a folder. Hidden ones are not its author's: an editor's locks, or what macOS leaves beside a copy."""


_ADDRESS = re.compile(r"https://[A-Za-z0-9._~:/?#\[\]@!$&'()*+,;=%-]+")
"""An address that a page links to, with the signs that RFC 3986 gives it and no other."""

_NO_LONGER_READ = {
    "vocabulary.yaml": "facts and their words stand in facts.yaml, which may say extends: bundled",
}
"""Files that rulebooks had before, and what to do."""


class _File(NamedTuple):
    """A file as read: its form, and its tree for positions."""

    form: Form
    tree: Tree


class Read(NamedTuple):
    """A rulebook as read.

    Attributes:
        rulebook: all of it.
        trees: its files with the positions of all that they say.
    """

    rulebook: Rulebook
    trees: tuple[Tree, ...]

    def problem(self, message: str, id_: str) -> Problem:
        """Return a problem at the entry with an id; in the first file where there is none."""
        for tree in self.trees:
            for path in tree.values:
                if path[-1:] == ("id",) and _at(tree, path) == id_:
                    return tree.problem(message, path)
        return self.trees[0].problem(message)


def _at(tree: Tree, path: KeyPath) -> Any:
    found: Any = tree.data
    for step in path:
        found = found[step]
    return found


def read_rulebook(directory: Path) -> Read:
    """Read and check a rulebook.

    Args:
        directory: holds `rulebook.yaml` and `therapies/*.yaml`; the other files may be missing. `facts.yaml` and
            `agents.yaml` are then taken from the rulebook that comes with the package.

    Raises:
        RulebookError: with every problem found, each at file, line and column.
    """
    reader = _Reader(directory)
    about = reader.one("rulebook.yaml", models.RulebookFile, required=True)
    definitions = reader.one("definitions.yaml", models.DefinitionsFile)
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
        reader.problems.append(Problem("holds no therapies/*.yaml", str(directory)))
    if reader.problems or about is None or reader.vocabulary is None:
        raise RulebookError(reader.problems)
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
    problems = list(_cross_check(reader.files, rulebook))
    if problems:
        order = {file.tree.file: i for i, file in enumerate(reader.files)}
        raise RulebookError(sorted(problems, key=lambda problem: (order[problem.file], problem.line, problem.column)))
    return Read(rulebook, tuple(file.tree for file in reader.files))


class _Reader:
    """Reads file after file, collecting problems instead of stopping at the first."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.files: list[_File] = []
        self.problems: list[Problem] = []
        self.vocabulary: Vocabulary | None = None
        if not directory.is_dir():
            raise RulebookError([Problem("is no directory of a rulebook", str(directory))])
        for name, mend in _NO_LONGER_READ.items():
            if (directory / name).exists():
                self.problems.append(Problem(f"is no longer read: {mend}", str(directory / name)))
        try:
            self.vocabulary = read_vocabulary(directory)
        except RulebookError as error:
            self.problems += error.problems

    def one(self, name: str, form: type[M], *, required: bool = False) -> M | None:
        path = self.directory / name
        if not path.exists():
            if required:
                self.problems.append(Problem("is missing", str(path)))
            return None
        return self._read(path, form)

    def many(self, folder: str, form: type[M]) -> list[M]:
        read = [self._read(path, form) for path in sorted((self.directory / folder).glob(VISIBLE))]
        return [one for one in read if one is not None]

    def _read(self, path: Path, form: type[M]) -> M | None:
        try:
            tree = yaml_positions.read(path, within=self.directory)
        except InputError as error:
            self.problems += error.problems
            return None
        domains = self.vocabulary.space.domains if self.vocabulary else None
        found, problems = check(form, tree, domains)
        self.problems += problems
        if found is not None:
            self.files.append(_File(found, tree))
        return found


def _cross_check(files: Iterable[_File], rulebook: Rulebook) -> Iterator[Problem]:
    """Find what is named but not there, and ids that two things claim."""
    known = {
        "claim": {claim.id for claim in rulebook.claims},
        "definition": {definition.id for definition in rulebook.definitions},
        "option": {therapy.id for therapy in rulebook.therapies},
        "class or member": {
            id_
            for class_ in rulebook.therapies
            for id_ in (class_.id, *(f"{class_.id}.{m.id}" for m in class_.members))
        },
        "agent": set(rulebook.vocabulary.agents.agents),
        "fact": set(rulebook.vocabulary.facts),
        "source": {source.id for source in rulebook.sources},
        "ruling": {str(ruling.number) for ruling in rulebook.rulings},
    }
    taken: dict[tuple[str, str], str] = {}
    for file in files:
        for path, part in _parts(file.form):
            yield from _check_id(file.tree, path, part, taken)
            for kind, field, name, where in _references(part):
                if name not in known[kind]:
                    near = nearest_word(name, (*known[kind], *(("always",) if kind == "definition" else ())))
                    hint = f"; did you mean {near}?" if near else ""
                    yield file.tree.problem(f"unknown {kind} {name!r}{hint}", (*path, field, *where))
            yield from _check_alone(file.tree, path, part)
            if isinstance(part, models.ClaimsFile):
                yield from _check_source(file.tree, part, known["source"])
    yield from _circular(files, rulebook)


def _check_alone(tree: Tree, path: KeyPath, part: Form) -> Iterator[Problem]:
    """Find what is wrong with a part whatever stands beside it."""
    if isinstance(part, models.Consideration) and part.when is None and not part.when_unknown:
        yield tree.problem("needs when, when_unknown, or both", path)
    if isinstance(part, models.Claim):
        yield from _check_spans(tree, path, part)
    if getattr(part, "supports", None):
        yield from _check_supports(tree, path, part)
    if isinstance(part, models.Uncovered):
        yield from _check_span(tree, (*path, "span"), part.span)
    if isinstance(part, models.Source) and part.url and not _ADDRESS.fullmatch(part.url):
        message = f"url begins with https:// and has only what an address may have, not {part.url!r}"
        yield tree.problem(message, (*path, "url"))


_KIND_OF_ID = {
    models.Rule: "rule",
    models.Caution: "caution",
    models.Consideration: "consideration",
    models.Disagreement: "disagreement",
    models.Definition: "definition",
    models.Claim: "claim",
    models.Source: "source",
    models.Therapy: "therapy",
    models.Member: "member",
    models.Note: "note",
    models.Notice: "notice",
    models.Limit: "limit",
    models.Term: "term",
    models.CareQuestion: "question",
    models.ReaderValue: "value",
    models.Subtype: "subtype",
}


def _check_id(tree: Tree, path: KeyPath, part: Form, taken: dict[tuple[str, str], str]) -> Iterator[Problem]:
    kind = _KIND_OF_ID.get(type(part))
    if kind is None:
        return
    id_ = str(part.id)  # type: ignore[attr-defined]
    problem = tree.problem("", (*path, "id"))
    here = f"{problem.file}:{problem.line}:{problem.column}"
    # Two classes may each have a member of the same name; all else is unique in the whole rulebook.
    first = taken.setdefault((kind, f"{tree.file}: {id_}" if kind == "member" else id_), here)
    if first != here:
        yield problem._replace(message=f"the {kind} {id_!r} is there already, at {first}")


def _check_source(tree: Tree, file: models.ClaimsFile, sources: Container[str]) -> Iterator[Problem]:
    """Find claims of a document that is not there, or not this file's; `001` is short for `S001`."""
    source = file.source if file.source in sources else f"S{file.source}"
    if source not in sources:
        yield tree.problem(f"unknown source {file.source!r}", ("source",))
        return
    for i, claim in enumerate(file.claims):
        if claim.id.partition("-")[0] != source:
            message = f"the claim {claim.id!r} is not one of {source}; its id begins with '{source}-'"
            yield tree.problem(message, ("claims", i, "id"))


def _check_spans(tree: Tree, path: KeyPath, claim: models.Claim) -> Iterator[Problem]:
    """Find spans that are none, and what makes no sense without one."""
    for place, span in ((("span",), claim.span), *((("repeats", i), one) for i, one in enumerate(claim.repeats))):
        if span is not None:
            yield from _check_span(tree, (*path, *place), span)
    for key in ("repeats", "passage_sha256"):
        if claim.span is None and getattr(claim, key):
            yield tree.problem(f"{key} needs span; mbc-options claims locate writes both", (*path, key), at_key=True)


def _check_supports(tree: Tree, path: KeyPath, part: Any) -> Iterator[Problem]:
    """Find claims that a part does not cite, and what says of a claim only what the basis says of all."""
    for claim, support in part.supports.items():
        place = (*path, "supports", claim)
        if claim not in part.claims:
            near = nearest_word(claim, part.claims)
            hint = f"; did you mean {near}?" if near else ""
            yield tree.problem(f"{claim!r} is not among the claims of {part.id!r}{hint}", place, at_key=True)
        elif support == models.SUPPORT_BY_BASIS[part.basis]:
            message = f"each claim of what is {part.basis} {support} it, if nothing else is said; leave it out"
            yield tree.problem(message, place)


def _check_span(tree: Tree, path: KeyPath, span: tuple[int, ...]) -> Iterator[Problem]:
    if not (len(span) == 2 and 0 <= span[0] < span[1]):
        message = f"a span is [begin, end], two offsets of which the first is less, not {list(span)}"
        yield tree.problem(message, path)


def _parts(form: Form, path: KeyPath = ()) -> Iterator[tuple[KeyPath, Form]]:
    """Yield a form and every form inside it, with its path in the file."""
    yield path, form
    for field in fields(form):
        value: Any = getattr(form, field.name)
        here = (*path, key_of(field.name))
        if is_dataclass(value):
            yield from _parts(value, here)  # type: ignore[arg-type]
        elif isinstance(value, tuple) and not hasattr(value, "_fields"):
            for i, item in enumerate(value):
                if is_dataclass(item):
                    yield from _parts(item, (*here, i))  # type: ignore[arg-type]


_NAMING = (
    ("claim", "claims"),
    ("claim", "mentions"),
    ("option", "options"),
    ("fact", "when_unknown"),
    ("ruling", "rulings"),
    ("class or member", "about"),
)
"""Which sort of thing a field names."""


def _references(part: Form) -> Iterator[tuple[str, str, str, KeyPath]]:
    """Yield what a part names: kind, field, name, and the path inside the field."""
    for kind, field in _NAMING:
        names = getattr(part, field, ())
        if isinstance(names, tuple) and all(isinstance(name, (str, int)) for name in names):
            for i, name in enumerate(names):
                yield kind, field, str(name), (i,)
    if isinstance(part, models.NamedAgent):
        yield "agent", "agent", part.agent, ()
    if isinstance(part, models.CareQuestion) and part.about is not None:
        yield "option", "about", part.about, ()
    for field in ("when", "unless"):
        node: Node | None = getattr(part, field, None)
        for where, leaf in leaves(node) if node is not None else ():
            if isinstance(leaf, Defined):
                yield "definition", field, leaf.name, where


def _circular(files: Iterable[_File], rulebook: Rulebook) -> Iterator[Problem]:
    definitions = {definition.id: definition.when for definition in rulebook.definitions}
    sound = set(in_order(definitions))
    uses = {
        id_: [leaf.name for _, leaf in leaves(when) if isinstance(leaf, Defined) and leaf.name not in sound]
        for id_, when in definitions.items()
        if id_ not in sound
    }

    def reached(start: str) -> set[str]:
        found: set[str] = set()
        ahead = [start]
        while ahead:
            news = set(uses.get(ahead.pop(), ())) - found
            found |= news
            ahead += news
        return found

    for file in files:
        if isinstance(file.form, models.DefinitionsFile):
            for i, definition in enumerate(file.form.definitions):
                if definition.id in reached(definition.id):
                    message = f"the definition {definition.id!r} uses itself"
                    yield file.tree.problem(message, ("definitions", i, "when"))
