"""The two rulebooks of a difference: directories, compiled files, or revisions that git keeps.

A revision is read through `git archive` into a directory of its own, which goes when the comparison ends; what is
checked out is not touched.
"""

from __future__ import annotations

import io
import shutil
import subprocess
import tarfile
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.errors import InputError, Problem, RulebookError
from mbc_options.rulebook.compiled import load_rulebook
from mbc_options.rulebook.portable import read_portable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.rulebook.portable import PortableRulebook
    from mbc_options.vocabulary.words import Words

__all__ = ["Side", "opened"]

BETWEEN = ".."
HEAD = "HEAD"


class Side(NamedTuple):
    """One of the two rulebooks, at hand.

    Attributes:
        given: what was asked for.
        rulebook: the rulebook; None where only its compiled form was given.
        form: that form, likewise.
        directory: where its files are; None for a compiled form.
    """

    given: str
    rulebook: CompiledRulebook | None = None
    form: PortableRulebook | None = None
    directory: Path | None = None


@contextmanager
def opened(
    old: str, new: str | None = None, *, rules: str | Path | None = None, words: Words = "clinical"
) -> Iterator[tuple[Side, Side]]:
    """Yield two rulebooks.

    Args:
        old: a directory, a compiled file or a revision; without `new` also two revisions, `OLD..NEW`. A path that is
            there is taken before a revision of the same name.
        new: likewise. Default: the files of `rules` as they are now.
        rules: where the rulebook stands of which revisions are meant. Default: `rules`, or where one is.
        words: the register in which it is told.

    Raises:
        RulebookError: where one of them is no rulebook.
        InputError: where there is no such path or revision, or git is missing.
    """
    first, second = _parted(old) if new is None else (old, new)
    with ExitStack() as stack:
        yield _side(first, rules, words, stack), _side(second, rules, words, stack)


def _parted(old: str) -> tuple[str, str]:
    if Path(old).exists() or BETWEEN not in old:
        return old, ""
    first, _, second = old.partition(BETWEEN)
    if first and second.startswith("."):
        meant = f"{first}{BETWEEN}{second.lstrip('.')}"
        raise InputError([Problem(f"two revisions are compared with two points between them, {meant}, not as {old}")])
    return first or HEAD, second


def _side(given: str, rules: str | Path | None, words: Words, stack: ExitStack) -> Side:
    if not given:
        directory = _standing(rules)
        return Side(str(directory), load_rulebook(directory, words=words), None, directory)
    path = Path(given)
    if path.is_dir():
        return Side(given, load_rulebook(path, words=words), None, path)
    if path.is_file():
        return Side(given, None, _compiled(path))
    where = _standing(rules, given)
    directory = Path(stack.enter_context(TemporaryDirectory(prefix="mbc-options-")))
    _check_out(given, where, directory)
    try:
        rulebook = load_rulebook(directory, words=words)
    except RulebookError as error:
        raise RulebookError([_at_revision(one, given, where, directory) for one in error.problems]) from None
    return Side(given, rulebook, None, directory)


def _compiled(path: Path) -> PortableRulebook:
    try:
        return read_portable(path.read_text(encoding="utf-8"))
    except RulebookError as error:
        raise RulebookError([one._replace(file=str(path)) for one in error.problems]) from None
    except (OSError, UnicodeDecodeError) as error:
        raise RulebookError([Problem(f"cannot be read: {error}", str(path))]) from None


def _standing(rules: str | Path | None, given: str = "") -> Path:
    """Return the directory of the rulebook of which revisions are meant."""
    if rules is not None:
        return Path(rules)
    for path in (Path("rules"), Path()):
        if (path / "rulebook.yaml").is_file():
            return path
    about = f"{given!r} is no directory and no file, and to read it as a revision" if given else "to compare"
    msg = f"{about}, it has to be known where the rulebook stands: no rules/ is here; say it with --rules DIR"
    raise InputError([Problem(msg)])


def _check_out(revision: str, where: Path, directory: Path) -> None:
    """Write the files of a rulebook as a revision has them."""
    found = _git(where, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if found is None:
        if _git(where, "rev-parse", "--git-dir") is None:
            what = f"{where} is in no repository of git, so that {revision!r} is no revision of it"
        else:
            what = f"{revision!r} is no directory, no file and no revision that the repository of {where} has"
        raise InputError([Problem(what)])
    archive = _git(where, "archive", "--format=tar", found.decode().strip())
    if archive is None:
        raise InputError([Problem(f"{revision} has no {where}")])
    with tarfile.open(fileobj=io.BytesIO(archive)) as files:
        for member in files:
            content = files.extractfile(member) if member.isfile() else None
            if content is not None:
                target = directory / member.name
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(content.read())


def _git(where: Path, *arguments: str) -> bytes | None:
    """Return what git answers; None where it refuses."""
    git = shutil.which("git")
    if git is None:
        msg = "revisions are read with git, which is not installed; compare two directories or compiled files"
        raise InputError([Problem(msg)])
    done = subprocess.run([git, "-C", str(where), *arguments], capture_output=True, check=False)  # noqa: S603 - no shell
    return done.stdout if done.returncode == 0 else None


def _at_revision(problem: Problem, revision: str, where: Path, directory: Path) -> Problem:
    """Return a problem at its place in the revision, as git names it."""
    try:
        file = Path(problem.file).relative_to(directory)
    except ValueError:
        return problem._replace(file=f"{revision}:{problem.file}")
    return problem._replace(file=f"{revision}:{(where / file).as_posix()}")
