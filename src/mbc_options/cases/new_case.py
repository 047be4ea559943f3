"""A new case to start from: sound as it stands, with questions that the rulebook at hand can answer."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from mbc_options.cases.case_file import MAX_NAME, NAME, Asked, CaseFile, near_name
from mbc_options.cases.questions import Look, Unanswerable, question_of
from mbc_options.cases.stages import course_of
from mbc_options.errors import CaseError, InputError, Problem
from mbc_options.exploration.comparison import compare
from mbc_options.exploration.explore import explore
from mbc_options.patient import words
from mbc_options.patient.reading import SINGLE_FIELDS
from mbc_options.source import yaml_positions
from mbc_options.source.atomic_write import write_whole
from mbc_options.source.validation import check
from mbc_options.vocabulary.facts import NAMED_FIELDS, SINGLE_FACTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["scaffold", "write_new"]

ENDING = ".yaml"
ENDINGS = {"yaml", "yml", "json"}
"""The endings, in lower case, after which nothing is part of a name: with one of them, a case may be meant."""

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
    """Return the name of the case in a file; CaseError where it can have none, or the file is there already."""
    if not path.name:
        raise CaseError([Problem(f"the name of the file is missing; a case is a file as mine{ENDING}", "FILE")])
    complaint = _complaint(path)
    if complaint is None and os.path.lexists(path):
        complaint = "is there already; nothing is written over"
    if complaint is not None:
        raise CaseError([Problem(complaint, str(path))])
    return path.stem


def _complaint(path: Path) -> str | None:
    """Say why a file would not be found again as a case, and which like it would."""
    bare = path.name.strip(". ")
    if bare.lower() in ENDINGS:
        return f"is an ending without a name; a case is a file as mine{ENDING}"
    if path.suffix == ENDING and NAME.fullmatch(path.stem):
        return None
    stem, _, ending = bare.rpartition(".")
    near = near_name(stem if ending.lower() in ENDINGS else bare)
    hint = f"; did you mean {path.with_name(near + ENDING)}?" if near else ""
    if path.suffix != ENDING:
        return f"a case is a file that ends in {ENDING}{hint}"
    return f"the name of a case has up to {MAX_NAME} lower-case letters, digits and hyphens, and no others{hint}"


def _asked(text: str, rulebook: CompiledRulebook) -> dict[str, Any]:
    """Return of what a new case can ask which question, by this rulebook."""
    file, problems = check(CaseFile, yaml_positions.parse(text, "a new case"))
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
    """Write a file that is not there yet, whole or not at all.

    Raises:
        CaseError: where it is there already, or cannot be written.
    """
    try:
        write_whole(str(path), text, anew=True)
    except InputError as error:
        raise CaseError(error.problems) from None
