"""All problems of a rulebook, of its files and of its meaning, with those that its authors accept."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.errors import Problem, nearest_word
from mbc_options.logic import TooManyCubesError
from mbc_options.package_data import rules_dir
from mbc_options.rulebook import models
from mbc_options.rulebook.compile import compile_rulebook
from mbc_options.rulebook.compiled import too_many_cases
from mbc_options.rulebook.load import survey
from mbc_options.rulebook.references import parts
from mbc_options.source import yaml_positions
from mbc_options.tools.checks.gaps import Gap, gaps
from mbc_options.tools.checks.meaning import Found, Place, meaning
from mbc_options.vocabulary.load import AGENTS

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator
    from pathlib import Path

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.load import Read
    from mbc_options.source.yaml_positions import Tree

__all__ = ["Acceptance", "Check", "check_rulebook"]


class Acceptance(NamedTuple):
    """A problem that may stay.

    Attributes:
        problem: what is found.
        reason: why it may stay, as its authors say.
    """

    problem: Problem
    reason: str


class Check(NamedTuple):
    """What is wrong with a rulebook.

    Attributes:
        problems: by place, file after file.
        accepted: those that its authors accept.
        gaps: patients of whom it says little.
        gaps_are_whole: whether all of these could be looked for.
        is_whole: whether its meaning was looked at, too: that takes files without an error.
    """

    problems: tuple[Problem, ...]
    accepted: tuple[Acceptance, ...] = ()
    gaps: tuple[Gap, ...] = ()
    gaps_are_whole: bool = True
    is_whole: bool = True

    def count(self, severity: str) -> int:
        """Return how many problems there are of a severity."""
        return sum(problem.severity == severity for problem in self.problems)


def check_rulebook(directory: Path | None, codes: Collection[str]) -> Check:
    """Return everything that is wrong with a rulebook.

    Args:
        directory: its files; None for the one that comes with the package.
        codes: the codes that there are, for what its authors accept.

    Raises:
        RulebookError: where there is no such directory.
    """
    directory = rules_dir() if directory is None else directory
    found = survey(directory)
    of_files = tuple(map(_with_hint, found.problems))
    if found.read is None:
        return Check(of_files, is_whole=False)
    read = found.read
    try:
        rulebook = compile_rulebook(read.rulebook)
    except TooManyCubesError as error:
        return Check((*of_files, too_many_cases(read, error)), is_whole=False)
    if (nobody := _scope_of_nobody(read, rulebook)) is not None:
        return Check((*of_files, nobody), is_whole=False)
    own = directory / AGENTS
    every = list(meaning(read, rulebook, yaml_positions.read(own) if own.exists() else None))
    accepted = [Acceptance(one.problem, reason) for one in every if (reason := _reason(one))]
    left = [one.problem for one in every if not _reason(one)]
    order = {file.tree.file: i for i, file in enumerate(read.files)}
    found_gaps = gaps(rulebook)
    unseen = () if found_gaps.is_whole else (_gaps_not_looked_for(read),)
    problems = (*of_files, *left, *_idle(read, every, codes), *unseen)
    return Check(
        tuple(sorted(problems, key=lambda one: (order.get(one.file, -1), one.line, one.column))),
        tuple(accepted),
        *found_gaps,
    )


def _scope_of_nobody(read: Read, rulebook: CompiledRulebook) -> Problem | None:
    """Return the problem of a scope that no patient fits: whatever else is found would follow from it."""
    if rulebook.inside.is_possible(rulebook.space.universe):
        return None
    return _rulebook_file(read).problem(
        "the scope can never hold: no patient fits this condition", ("scope", "when"), code="never"
    )


def _gaps_not_looked_for(read: Read) -> Problem:
    message = "whom no class is a candidate for is not looked at: these patients are too many groups to be listed"
    return (
        _rulebook_file(read).problem(message, ("scope",), at_key=True, code="not-looked-at")._replace(severity="info")
    )


def _rulebook_file(read: Read) -> Tree:
    return next(file.tree for file in read.files if isinstance(file.form, models.RulebookFile))


def _with_hint(problem: Problem) -> Problem:
    """Return a problem whose message suggests something, with that as its hint."""
    message, suggests, word = problem.message.rpartition(_SUGGESTS)
    return problem._replace(message=message, hint=f"did you mean {word}") if suggests and not problem.hint else problem


_SUGGESTS = "; did you mean "
"""With what a message ends that was made where there are no hints."""


def _reason(found: Found) -> str:
    """Return why a problem may stay; empty where nobody says so."""
    return str(getattr(found.place.part, "accept", {}).get(found.problem.code, ""))


def _idle(read: Read, every: Iterable[Found], codes: Collection[str]) -> Iterator[Problem]:
    """Find what is accepted and is not there."""
    seen = {(one.place.tree.file, one.place.path, one.problem.code) for one in every}
    for file in read.files:
        for path, part in parts(file.form):
            for code in getattr(part, "accept", ()):
                if (file.tree.file, path, code) in seen:
                    continue
                place = Place(file.tree, path, part)
                known = code in codes
                message = f"no problem {code} is found here" if known else f"there is no problem {code!r}"
                near = None if known else nearest_word(code, codes)
                hint = "leave it out" if known else f"did you mean {near}?" if near else ""
                problem = place.tree.problem(message, (*path, "accept", code), at_key=True, code="idle-acceptance")
                yield problem._replace(severity="warning", hint=hint)
