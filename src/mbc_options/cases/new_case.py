"""A new case to start from: sound as it stands, with questions that the rulebook at hand can answer."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from mbc_options.cases.case_file import MAX_NAME, NAME, CaseFile, QuestionWritten, near_name
from mbc_options.cases.near_miss import near_miss
from mbc_options.cases.questions.context import StageContext, Unanswerable
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.cases.questions.question import question_of
from mbc_options.cases.stages import patients_of
from mbc_options.errors import CaseError, DescriptionError, InputError, Problem
from mbc_options.exploration.comparison import compare
from mbc_options.exploration.explore import explore
from mbc_options.patient.aliases import plain
from mbc_options.patient.description import of
from mbc_options.source import yaml_positions
from mbc_options.source.atomic_write import write_whole
from mbc_options.source.validation import check
from mbc_options.vocabulary.facts import Choice

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

    from mbc_options.cases.questions.kinds import QuestionKind
    from mbc_options.rulebook.compiled import CompiledRulebook
    from mbc_options.vocabulary.vocabulary import Vocabulary

__all__ = ["scaffold", "write_new"]

RULEBOOK = "rulebook.yaml"
ENDING = ".yaml"
ENDINGS = {"yaml", "yml", "json"}
"""The endings, in lower case, after which nothing is part of a name: with one of them, a case may be meant."""

LONGEST_TITLE = 100


def scaffold(
    path: Path,
    title: str | None,
    rulebook: CompiledRulebook,
    render: Callable[[Mapping[str, Any]], str],
    teach: str | None = None,
) -> str:
    """Return a new case as its author may begin with it.

    Args:
        path: where it will be written; the name of the file is the name of the case.
        title: what it is called; None for a title made of the name.
        rulebook: what its questions are answered by.
        render: fills in the template of a new case: `title` (in quotes), the `vocabulary`, the rulebook's `example`
            or None, what can be `learned` of anybody (a value by its field, or nothing), the ids of `options` and of
            those `with_members`, the `kinds` of question, and `asked_of`: by the name of a kind the keys that say of
            what it can be asked (none where it needs none), and None where it cannot be asked. With `teach`
            there is `taught` (`near_miss`), else None.
        teach: what it should teach: the id of an option, a rule or a disagreement. It then begins with a patient for
            whom that nearly holds, and one change makes it so. None for the rulebook's example.

    Raises:
        CaseError: where the file cannot be a case, or is there already; where the rulebook's example cannot be read;
            where there is nothing of that id to teach.
    """
    name = _name(path)
    title = plain(title if title is not None else name.replace("-", " ").capitalize())[:LONGEST_TITLE]
    if not title:
        raise CaseError([Problem("a case needs a title", "--title")])
    taught = None if teach is None else near_miss(teach, rulebook)
    known = {
        "name": name,
        "taught": taught,
        "title": json.dumps(title, ensure_ascii=False),
        "vocabulary": rulebook.vocabulary,
        "example": rulebook.about.example,
        "learned": _learned(rulebook.vocabulary),
        "options": tuple(rulebook.by_id),
        "with_members": tuple(option.id for option in rulebook.options if option.members),
        "kinds": tuple(KINDS.values()),
    }
    draft = render({**known, "asked_of": dict.fromkeys(KINDS)})
    return render({**known, "asked_of": _askable(draft, rulebook, taught.option if taught else "")})


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
        return f"a rulebook reads only cases that end in {ENDING}, and a new one is to be found there{hint}"
    return f"the name of a case has up to {MAX_NAME} lower-case letters, digits and hyphens, and no others{hint}"


def _askable(draft: str, rulebook: CompiledRulebook, first_of: str) -> dict[str, tuple[str, ...] | None]:
    """Return for each kind of question what a new case can ask it of, by this rulebook; `first_of` where it can."""
    file, problems = check(CaseFile, yaml_positions.parse(draft, "a new case"))
    assert file is not None, problems
    patients, complaints = patients_of(file.every_stage, rulebook)
    if complaints:
        raise CaseError([Problem(f"the example cannot be used: {one.message}", RULEBOOK) for one in complaints])
    options = [*filter(None, (first_of, first_of.partition(".")[0])), *(one.id for one in rulebook.options)]
    first, last = patients[0], patients[-1]
    assert first is not None
    assert last is not None
    begin = StageContext(rulebook, explore(first, rulebook), None)
    end = StageContext(rulebook, explore(last, rulebook), compare(first, last, rulebook))
    kinds = [kind for kind in KINDS.values() if kind.is_graded]
    return {kind.name: _asked_of(kind, end if kind.looks_back else begin, options) for kind in kinds}


def _learned(vocabulary: Vocabulary) -> dict[str, str]:
    """Return the first value that can be learned of a patient of whom nothing is known, by its field."""
    for field in vocabulary.fields.values():
        if isinstance(field, Choice) and not field.settles:
            for value in field.values:
                try:
                    of(vocabulary, {field.id: value.id})
                except DescriptionError:
                    continue
                return {field.id: value.id}
    return {}


def _asked_of(kind: QuestionKind, context: StageContext, options: Iterable[str]) -> tuple[str, ...] | None:
    """Return the first option of which a question can be answered, as keys of a case file; nothing for no option."""
    for option in options if kind.needs else (None,):
        for learned in _learnable(context.vocabulary) if kind.needs_too else (None,):
            try:
                question_of(QuestionWritten(ask=kind.name, option=option, learned=learned), kind.name, context)
            except Unanswerable:
                continue
            told = [f"option: {option}"] if option else []
            told += [f"learned: {{{field}: {value}}}" for field, value in (learned or {}).items()]
            return tuple(told)
    return None


def _learnable(vocabulary: Vocabulary) -> list[dict[str, str]]:
    """Return each value of each field of one value, as something to learn."""
    fields = [field for field in vocabulary.fields.values() if isinstance(field, Choice) and not field.settles]
    return [{field.id: value.id} for field in fields for value in field.values]


def write_new(path: Path, text: str) -> None:
    """Write a file that is not there yet, whole or not at all.

    Raises:
        CaseError: where it is there already, or cannot be written.
    """
    try:
        write_whole(str(path), text, anew=True)
    except InputError as error:
        raise CaseError(error.problems) from None
