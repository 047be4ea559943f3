"""Answers as a short code, to type or photograph where files are awkward.

The page of a case writes it (`templates/case/script.js`), and so does `answer_code`. It is a number to the base 32 in
the digits of Crockford (no I, L, O and U), in groups of four:

- 3 digits for the case, from the digest of its name, so that a reader knows which case to work out;
- 3 digits for what it asks, from the digests of its graded questions, so that an answer counts for no other question;
- the answers as one number of mixed radix, the last question first: 0 where a question was not answered; else 1 and
  the choices, as bits from the first on (where several may be taken) or as place from 1 on, 0 for none;
- 4 digits to check the rest (CRC-32, its last 20 bits): one wrong digit, or two that changed places, are found.

What was written to questions that nobody grades is not in it, nor how many hints were taken.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from mbc_options.cases.answers import Answer, Answers
from mbc_options.errors import CaseError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.case import Case, Question

__all__ = ["CODE_ENDING", "CodePrefix", "answer_code", "code_prefix", "named_by", "read_code"]

CODE_ENDING = ".txt"
"""What a file of codes ends in: one code a line."""

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_ALIKE = str.maketrans({"I": "1", "L": "1", "O": "0"})
_NOT_READ = re.compile(r"[\s\-\u2010-\u2015]+")
_NAME, _ASKED, _CHECK = 3, 3, 4
_GROUP = 4


class CodePrefix(NamedTuple):
    """What every code of a case begins with.

    Attributes:
        name: the digits for the case.
        asked: those for what it asks.
    """

    name: str
    asked: str


def code_prefix(case: Case) -> CodePrefix:
    """Return what every code of a case begins with."""
    return CodePrefix(_name_digits(case.name), _digest(" ".join(one.sha256 for one in _graded(case)), _ASKED))


def answer_code(case: Case, answers: Answers) -> str:
    """Return the code of answers to a case, in groups of four digits; only those to graded questions are in it.

    Raises:
        CaseError: where an answer has a choice that its question has not.
    """
    given = {one.question: one for one in answers.answers}
    number = 0
    for question in reversed(_graded(case)):
        answer = given.get(question.id)
        is_other = answer is None or answer.sha256 != question.sha256
        number = number * _states(question) + (0 if is_other or answer is None else 1 + _chosen(question, answer))
    told = "".join(code_prefix(case)) + _written(number, _length(case))
    told += _check_digits(told)
    return "-".join(told[i : i + _GROUP] for i in range(0, len(told), _GROUP))


def named_by(code: str, names: Iterable[str]) -> str | None:
    """Return which of the names of cases a code begins with; None where it is no code, or that of another case."""
    digits = _digits(code)
    if len(digits) <= _NAME + _ASKED + _CHECK or set(digits) - set(DIGITS):
        return None
    return next((name for name in names if digits.startswith(_name_digits(name))), None)


def read_code(case: Case, code: str) -> Answers:
    """Return the answers that a code holds. Small letters, spaces and hyphens do not matter; O is 0, I and L are 1.

    Raises:
        CaseError: where it is no code, is mistyped, belongs to another case, or to another version of this one.
    """
    digits = _digits(code)
    if unknown := [sign for sign in digits if sign not in DIGITS]:
        raise CaseError([Problem(f"a code has no {unknown[0]!r}; its digits are {DIGITS}")])
    length = _length(case)
    if not digits.startswith(_name_digits(case.name)):
        raise CaseError([Problem(f"this is no code of the case {case.name!r}, or its first digits are mistyped")])
    if _check_digits(digits[:-_CHECK]) != digits[-_CHECK:]:
        raise CaseError([Problem("the code is mistyped: its last four digits do not fit the others")])
    expected = _NAME + _ASKED + length + _CHECK
    if not digits.startswith("".join(code_prefix(case))) or len(digits) != expected:
        raise CaseError([Problem("the code belongs to another version of the case")])
    number = 0
    for digit in digits[_NAME + _ASKED : -_CHECK]:
        number = number * len(DIGITS) + DIGITS.index(digit)
    answers = []
    for question in _graded(case):
        number, state = divmod(number, _states(question))
        if state:
            chosen = _choices(question, state - 1)
            answers.append(Answer(question=question.id, sha256=question.sha256, chosen=chosen))
    if number:
        raise CaseError([Problem("the code holds more answers than there are questions")])
    return Answers(case=case.name, answers=tuple(answers))


def _graded(case: Case) -> list[Question]:
    return [question for question in case.questions if question.is_graded]


def _states(question: Question) -> int:
    """Return how many states an answer to a question may have: none, nothing chosen, or a choice (of choices)."""
    return 1 + (2 ** len(question.choices) if question.many else 1 + len(question.choices))


def _chosen(question: Question, answer: Answer) -> int:
    places = {choice.id: place for place, choice in enumerate(question.choices)}
    if unknown := [id_ for id_ in answer.chosen if id_ not in places]:
        raise CaseError([Problem(f"there is no choice {unknown[0]!r} in {question.id}")])
    if question.many:
        return sum(1 << places[id_] for id_ in set(answer.chosen))
    return 1 + places[answer.chosen[0]] if answer.chosen else 0


def _choices(question: Question, state: int) -> tuple[str, ...]:
    if question.many:
        return tuple(choice.id for place, choice in enumerate(question.choices) if state >> place & 1)
    return (question.choices[state - 1].id,) if state else ()


def _length(case: Case) -> int:
    """Return how many digits the answers to a case take: those of the largest number."""
    most = 1
    for question in _graded(case):
        most *= _states(question)
    length = 1
    while len(DIGITS) ** length < most:
        length += 1
    return length


def _written(number: int, length: int) -> str:
    digits = ""
    for _ in range(length):
        number, last = divmod(number, len(DIGITS))
        digits = DIGITS[last] + digits
    return digits


def _digits(code: str) -> str:
    return _NOT_READ.sub("", code).upper().translate(_ALIKE)


def _name_digits(name: str) -> str:
    return _digest(name, _NAME)


def _digest(text: str, length: int) -> str:
    return _written(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big"), length)


def _check_digits(digits: str) -> str:
    return _written(crc32(digits.encode()), _CHECK)
