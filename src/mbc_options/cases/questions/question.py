"""A question with its answer key and its hints, worked out by the engine."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from mbc_options.cases.case import NONE, Hint, Question
from mbc_options.cases.questions.context import AnswerKey, Subject, Unanswerable, in_no_order
from mbc_options.cases.questions.documents import check_disagreement, disagreement_of
from mbc_options.cases.questions.kinds import KINDS
from mbc_options.errors import UnknownOptionError

if TYPE_CHECKING:
    from mbc_options.cases.case_file import QuestionWritten
    from mbc_options.cases.questions.context import StageContext
    from mbc_options.cases.questions.kinds import QuestionKind
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["check_subject", "question_of"]

HINTED_FACTS = 8
"""How many facts a hint names; more are no help."""


def check_subject(subject: Subject, rulebook: CompiledRulebook) -> None:
    """Check that the rulebook has what a question is about, whoever the patient is.

    Raises:
        Unanswerable: where it has not; the nearest is told.
    """
    if subject.key == "disagreement":
        check_disagreement(subject.id, rulebook)
    elif subject.id and subject.id not in rulebook.by_id:
        raise Unanswerable(str(UnknownOptionError(subject.id, rulebook.by_id)), subject.key)


def question_of(written: QuestionWritten, name: str, context: StageContext) -> Question:
    """Return a question with its answers.

    Args:
        written: what its author wrote.
        name: its id within the case.
        context: the stage that it is asked at.

    Raises:
        Unanswerable: where it has no answer at this stage.
    """
    kind, subject = KINDS[written.ask], written.subject
    label, says, status = "", "", None
    if subject.key == "disagreement":
        found = disagreement_of(context, subject)
        label, says = found.subject, found.sides[subject.side - 1].says
    elif subject.id:
        verdict = context.verdict(subject)
        label, status = verdict.label, verdict.status
    key = AnswerKey(()) if kind.answer is None else kind.answer(context, subject)
    assert {choice.tells for choice in key.choices} <= {*kind.sentences}, f"{kind.name} does not say all its sentences"
    if kind.is_shuffled:
        key = key._replace(choices=in_no_order(name, key.choices))
    return Question(
        id=name,
        sha256=_digest(written, kind, context, key),
        kind=kind.name,
        prompt=written.prompt,
        before=key.before,
        many=kind.many,
        choices=key.choices,
        hints=_hints(written, kind, key),
        about=subject.id or None,
        label=label,
        says=says,
        status=status,
        learned=key.learned,
    )


def _digest(written: QuestionWritten, kind: QuestionKind, context: StageContext, key: AnswerKey) -> str:
    """Return the digest of what is asked; of words only where nothing else is asked."""
    before = context.comparison.a.patient.knowledge if kind.looks_back and context.comparison is not None else None
    of = [written.id, context.knowledge, before] if kind.is_graded else [written.id, written.prompt]
    return sha256(repr([*of, *((one.id, one.right) for one in key.choices)]).encode()).hexdigest()


def _hints(written: QuestionWritten, kind: QuestionKind, key: AnswerKey) -> tuple[Hint, ...]:
    found = []
    if written.hint is not None:
        found.append(Hint(kind="author", texts=(written.hint,)))
    if key.facts:
        found.append(Hint(kind="facts", texts=key.facts[:HINTED_FACTS]))
    if key.rules:
        found.append(Hint(kind="rules", texts=key.rules))
    if kind.many and key.choices:
        found.append(Hint(kind="count", number=sum(one.right and one.id != NONE for one in key.choices)))
    return tuple(found)
