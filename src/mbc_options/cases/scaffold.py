"""A new case to start from: sound as it stands, with questions that the rulebook at hand can answer."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from mbc_options import marked
from mbc_options.cases.course import course_of
from mbc_options.cases.questions import Look, Unanswerable, question_of
from mbc_options.cases.written import Asked, CaseFile
from mbc_options.checked import check
from mbc_options.errors import CaseError, Problem
from mbc_options.exploration import compare, explore
from mbc_options.patient import words
from mbc_options.patient.reading import SINGLE_FIELDS
from mbc_options.vocabulary import NAMED_FIELDS, SINGLE_FACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mbc_options.rulebook import CompiledRulebook

__all__ = ["scaffold", "write_new"]

ENDINGS = {".yaml", ".yml"}
NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
LONGEST_TITLE = 100


def scaffold(
    path: Path, title: str | None, rulebook: CompiledRulebook, render: Callable[[Mapping[str, Any]], str]
) -> str:
    """Return a new case as its author may begin with it.

    Args:
        path: where it will be written; the name of the file is the name of the case.
        title: what it is called; None for a title made of the name.
        rulebook: what its questions are answered by.
        render: fills in the template of a new case: `title` (in quotes), the words that each field takes
            (`single`, `named`, `outcomes`, `settings`, `options`, `with_members`), and what the option is called that
            `why_not`, `says_who` and `moved_by` are asked of, or None where they cannot be asked.

    Raises:
        CaseError: where the file cannot be a case, or is there already.
    """
    name = _name(path)
    title = words.plain(title if title is not None else name.replace("-", " ").capitalize())[:LONGEST_TITLE]
    if not title:
        raise CaseError([Problem("a case needs a title", "--title")])
    known = {
        "name": name,
        "title": json.dumps(title, ensure_ascii=False),
        "single": {field: SINGLE_FACTS[field] for field in SINGLE_FIELDS},
        "named": NAMED_FIELDS,
        "outcomes": words.outcomes(),
        "settings": words.settings(),
        "options": tuple(rulebook.by_id),
        "with_members": tuple(unit.id for unit in rulebook.units if unit.members),
    }
    plainest: dict[str, Any] = dict.fromkeys(("next_test", "why_not", "says_who", "moved_by"))
    return render({**known, **_asked(render({**known, **plainest}), rulebook)})


def _name(path: Path) -> str:
    """Return the name of the case in a file; CaseError where it can have none."""
    name, ending = path.stem, path.suffix.lower()
    if ending not in ENDINGS:
        raise CaseError([Problem(f"a case is a YAML file; did you mean {path.name}.yaml?", str(path))])
    if not NAME.fullmatch(name):
        near = "-".join(re.findall(r"[a-z0-9]+", name.lower()))
        hint = f"; did you mean {near}.yaml?" if near else ""
        raise CaseError(
            [Problem(f"the name of a case has lower-case letters, digits and hyphens, and no others{hint}", str(path))]
        )
    if path.exists() or path.is_symlink():
        raise CaseError([Problem("is there already; nothing is written over", str(path))])
    return name


def _asked(text: str, rulebook: CompiledRulebook) -> dict[str, Any]:
    """Return of what a new case can ask which question, by this rulebook."""
    file, problems = check(CaseFile, marked.parse(text, "a new case"))
    assert file is not None, problems
    patients, complaints = course_of(file.stages)
    assert not complaints, complaints
    first, last = patients[0], patients[-1]
    begin = Look(rulebook, explore(first, rulebook), None)
    end = Look(rulebook, explore(last, rulebook), compare(first, last, rulebook))
    ids = [unit.id for unit in rulebook.units]
    return {
        "next_test": _answerable(begin, "next_test", [None]),
        "why_not": _answerable(begin, "why_not", ids),
        "says_who": _answerable(begin, "says_who", ids),
        "moved_by": _answerable(end, "moved_by", ids),
    }


def _answerable(look: Look, ask: str, options: Iterable[str | None]) -> str | None:
    """Return the first option of which a question can be answered (or the question, where it is of none)."""
    for option in options:
        asked = Asked.model_validate({"ask": ask, "option": option})
        try:
            question_of(asked, ask, look)
        except Unanswerable:
            continue
        return option or ask
    return None


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet.

    Raises:
        CaseError: where it is there already, or cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="\n") as stream:
            stream.write(text)
    except FileExistsError:
        raise CaseError([Problem("is there already; nothing is written over", str(path))]) from None
    except OSError as error:
        raise CaseError([Problem(f"cannot be written: {error.strerror or error}", str(path))]) from None
