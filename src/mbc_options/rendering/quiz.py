"""The questions of a case for other programs: Moodle XML, packages of QTI 2.1 and of QTI 1.2, notes for Anki."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.cases.case import NONE
from mbc_options.errors import CaseError, Problem
from mbc_options.rendering.citations import Passages
from mbc_options.rendering.environment import environment
from mbc_options.rendering.packing import MANIFEST, zipped
from mbc_options.rendering.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.case import Case, Question, Stage
    from mbc_options.rendering.citations import PassagesOf

__all__ = ["anki", "file_of", "moodle", "qti", "qti12"]

LONGEST = 200
"""How many characters a name has at most; the programs cut longer ones off, or refuse them."""

_EVEN = 10
"""Among how many right (or wrong) choices Moodle can divide a mark evenly."""

_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NO_TAGS = str.maketrans("<>", "\u2039\u203a")


class _Place(NamedTuple):
    """What stands at one place of a case.

    Attributes:
        number: the stage's number and the question's in it, such as `1.2`, made to sort as text.
        id: the same with the case's digest, unlike that of any other case, as an identifier of XML.
        file: the name of its file in a package.
        kind: what it asks; `none` for a stage without a question.
        question: the question, or None for a stage that has none.
        stage: the stage.
        stage_number: the stage's number, from 1.
    """

    number: str
    id: str
    file: str
    kind: str
    question: Question | None
    stage: Stage
    stage_number: int


def moodle(case: Case) -> str:
    """Return the questions of a case as Moodle imports them, in the format "Moodle XML".

    Each question comes with the story of its stage and all that is known of the patient, for it may be the only one on
    its page. A stage without a question is a description; what is not graded is an essay without marks. An answer is
    marked as by `grade`; where a behavior of Moodle's allows another try, it brings nothing more. Only where there are
    more than ten right choices, or wrong ones, a part of them may bring up to 0.17 marks more or less, since Moodle
    takes only certain shares.

    Args:
        case: the case.

    Raises:
        CaseError: where a question has more right or wrong choices than Moodle can mark: more than twenty.
    """
    problems = [
        Problem(
            f"{question.id} has {count} {word} choices, and Moodle has no shares of a mark for more than 20; "
            "export it as qti"
        )
        for question in case.questions
        if question.many
        for word, count in zip(("right", "wrong"), _counts(question), strict=True)
        if _shares(count) is None
    ]
    if problems:
        raise CaseError(problems)
    return file_of("moodle.xml", case, percents=_percents, uneven=_is_uneven, name=_moodle_name, category=_category)


def qti(case: Case) -> bytes:
    """Return the questions of a case as a package of QTI 2.1: a zip file with a test and an item for each question.

    The test has a section for each stage. An answer is marked as by `grade`.

    Args:
        case: the case.
    """
    files = {MANIFEST: file_of("qti_manifest.xml", case), "test.xml": file_of("qti_test.xml", case)}
    for asked in _places(case):
        files[asked.file] = file_of("qti_item.xml", case, asked=asked, marks=_marks)
    return zipped(files)


def qti12(case: Case) -> bytes:
    """Return the questions of a case as a package of QTI 1.2: a zip file with one assessment.

    An answer is marked as by `grade` where a program adds marks choice by choice, as the standard says. Canvas takes
    from it which choices are right, and divides the mark in its own way.

    Args:
        case: the case.
    """
    return zipped(
        {
            MANIFEST: file_of("qti12_manifest.xml", case),
            f"{_identifier(case)}.xml": file_of("qti12.xml", case, marks=_marks),
        }
    )


def anki(case: Case) -> str:
    """Return the graded questions of a case as a table that Anki imports: one note each, with its answer and reasons.

    A note keeps its id when the case is exported anew, so that Anki changes it and does not add it again.

    Args:
        case: the case.
    """
    return file_of("anki.html", case)


def file_of(template: str, case: Case, **more: Any) -> str:
    """Return a file for another program, made from its template, without what no XML file can hold.

    Args:
        template: the name of the template in `quiz/`, without `.j2`.
        case: the case.
        more: what else the template knows.
    """
    asked = _places(case)

    def passages(claims: Iterable[str]) -> list[PassagesOf]:
        cited = Passages(case)
        cited.cite(claims)
        return cited.rest()

    def abbreviations(texts: Iterable[str]) -> list[tuple[str, str]]:
        terms = Terms(case.glossary)
        for text in texts:
            for _ in terms.pieces(text):
                pass
        return [(term.term, term.stands_for) for term in terms.used if term.stands_for is not None]

    context = {
        "case": case,
        "id": _identifier(case),
        "places": asked,
        "passages": passages,
        "abbreviations": abbreviations,
        "name": _name,
    }
    text = environment().get_template(f"quiz/{template}.j2").render({**context, **more})
    return _NOT_IN_XML.sub("\ufffd", text)


def _identifier(case: Case) -> str:
    return f"c{case.sha256[:12]}"


def _places(case: Case) -> list[_Place]:
    """Return all that is asked, in order; for a stage without a question one that asks nothing."""
    of_stage = len(str(len(case.stages)))
    of_question = len(str(max(len(stage.questions) for stage in case.stages)))
    found = []
    for i, stage in enumerate(case.stages, 1):
        for j, question in enumerate(stage.questions or (None,), 1):
            number = f"{i:0{of_stage}}.{j:0{of_question}}"
            kind = "none" if question is None else question.kind
            place = number.replace(".", "-")
            file = f"items/{place}-{kind.replace('_', '-')}.xml"
            found.append(_Place(number, f"{_identifier(case)}-{place}", file, kind, question, stage, i))
    return found


def _name(*parts: str) -> str:
    """Return a name in one line, cut off where it is too long."""
    whole = " ".join(" ".join(map(str, parts)).split())
    return whole if len(whole) <= LONGEST else f"{whole[: LONGEST - 1]}…"


def _moodle_name(*parts: str) -> str:
    """Return a name for Moodle, which would drop what looks like a tag: all that follows "<5%", say."""
    return _name(*parts).translate(_NO_TAGS)


def _category(title: str) -> str:
    """Return a title as the name of a category, in which Moodle takes a single slash for the end of the name."""
    name = _moodle_name(title)
    name = f" {name}" if name.startswith("/") else name
    return (f"{name} " if name.endswith("/") else name).replace("/", "//")


def _counts(question: Question) -> tuple[int, int]:
    """Return how many choices are right, and how many are wrong; "none of these", which goes with no other, apart."""
    return len(question.right), sum(not choice.right and choice.id != NONE for choice in question.choices)


def _shares(count: int) -> list[str] | None:
    """Return a whole mark divided among so many choices, in percent, by shares that Moodle knows.

    For 11 to 19 there is no even share that it knows; 10% for the first and 5% for the others make a whole, and for
    20 it is 5% for each. None where nothing makes a whole.
    """
    if count == 0:
        return []
    if count <= _EVEN:
        return [f"{100 / count:.5f}".rstrip("0").rstrip(".")] * count
    tens = 2 * _EVEN - count
    return None if tens < 0 else ["10"] * tens + ["5"] * (count - tens)


def _percents(question: Question) -> list[str]:
    """Return what each choice brings or costs in Moodle, in percent."""
    if not question.many:
        return ["100" if choice.right else "0" for choice in question.choices]
    right, wrong = (iter(_shares(count) or ()) for count in _counts(question))
    return [
        next(right) if choice.right else "-100" if choice.id == NONE else f"-{next(wrong)}"
        for choice in question.choices
    ]


def _is_uneven(question: Question) -> bool:
    """Tell whether choices that count alike bring or cost different shares in Moodle."""
    return question.many and any(len({*(_shares(count) or ())}) > 1 for count in _counts(question))


def _marks(question: Question) -> list[str]:
    """Return what each choice brings or costs in QTI, of one mark."""
    if not question.many:
        return ["1" if choice.right else "0" for choice in question.choices]
    right, wrong = _counts(question)
    return [
        repr(1 / right if choice.right else -1.0 if choice.id == NONE else -1 / wrong) for choice in question.choices
    ]
