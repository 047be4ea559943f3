"""Each kind of question, with its right answers and its near misses, worked out by the engine."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any

from mbc_options.cases.case import NONE, Hint, Question
from mbc_options.cases.questions.context import Answered, Look, Unanswerable
from mbc_options.cases.questions.documents import check_disagreement, disagreement_of, who_says, who_takes_the_side
from mbc_options.cases.questions.facts import moved_by, next_test, why_not
from mbc_options.cases.questions.verdicts import candidates, changed, undetermined
from mbc_options.errors import UnknownOptionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from mbc_options.cases.case_file import Asked
    from mbc_options.rulebook.compiled import CompiledRulebook

__all__ = ["Look", "Unanswerable", "check_names", "question_of"]

MANY = {"candidates", "undetermined", "changed", "says_who"}
"""The questions of which several choices may be right."""

LOOKS_BACK = {"changed", "moved_by"}
"""The questions that are about the stage before, too."""

HINTED_FACTS = 8
"""How many facts a hint names; more are no help."""


def check_names(asked: Asked, rulebook: CompiledRulebook) -> None:
    """Check that the rulebook has what a question is about, whoever the patient is.

    Raises:
        Unanswerable: where it has not; the nearest is told.
    """
    about = asked.of or asked.option
    if about is not None and about not in rulebook.by_id:
        raise Unanswerable(str(UnknownOptionError(about, rulebook.by_id)), "of" if asked.of else "option")
    if asked.disagreement is not None:
        check_disagreement(asked.disagreement, rulebook)


def question_of(asked: Asked, name: str, look: Look) -> Question:
    """Return a question with its answers.

    Args:
        asked: what its author wrote.
        name: its id within the case.
        look: the stage that it is asked at.

    Raises:
        Unanswerable: where it has no answer at this stage.
    """
    fields: dict[str, Any] = {"about": asked.of or asked.option, "label": "", "says": "", "status": None}
    if fields["about"] is not None:
        unit = look.unit(fields["about"], "of" if asked.of else "option")
        fields |= {"label": unit.label, "status": unit.status}
    if asked.disagreement is not None:
        side = asked.side or 1
        found = disagreement_of(look, asked.disagreement, side)
        fields |= {"about": found.id, "label": found.subject, "says": found.sides[side - 1].says}
    answered = _ASKERS[asked.ask](look, asked, name)
    many = asked.ask in MANY
    return Question.model_construct(
        id=name,
        sha256=_digest(asked, look, answered),
        kind=asked.ask,
        prompt=asked.prompt,
        before=next((one.before for one in answered.choices if one.right), None) if asked.ask == "moved_by" else None,
        many=many,
        choices=answered.choices,
        hints=_hints(asked, answered, many=many),
        **fields,
    )


def _digest(asked: Asked, look: Look, answered: Answered) -> str:
    """Return the digest of what is asked; of words only where nothing else is asked."""
    before = None if look.comparison is None else look.comparison.a.patient.knowledge
    of = (
        [asked.id, asked.prompt]
        if asked.ask == "reflect"
        else [asked.id, look.knowledge, before if asked.ask in LOOKS_BACK else None]
    )
    return sha256(repr([*of, *((one.id, one.right) for one in answered.choices)]).encode()).hexdigest()


def _who_says(look: Look, asked: Asked, _: str) -> Answered:
    if asked.disagreement is not None:
        return who_takes_the_side(look, asked.disagreement, asked.side or 1)
    return who_says(look, str(asked.option))


_ASKERS: dict[str, Callable[[Look, Asked, str], Answered]] = {
    "candidates": lambda look, asked, _: candidates(look, asked.of),
    "undetermined": lambda look, _, __: undetermined(look),
    "next_test": lambda look, _, name: next_test(look, name),
    "why_not": lambda look, asked, name: why_not(look, str(asked.option), name),
    "changed": lambda look, _, __: changed(look),
    "moved_by": lambda look, asked, name: moved_by(look, str(asked.option), name),
    "says_who": _who_says,
    "reflect": lambda *_: Answered(()),
}


def _hints(asked: Asked, answered: Answered, *, many: bool) -> tuple[Hint, ...]:
    found = []
    if asked.hint is not None:
        found.append(Hint.model_construct(kind="author", texts=(asked.hint,), number=0))
    if answered.facts:
        found.append(Hint.model_construct(kind="facts", texts=answered.facts[:HINTED_FACTS], number=0))
    if answered.rules:
        found.append(Hint.model_construct(kind="rules", texts=answered.rules, number=0))
    if many and answered.choices:
        number = sum(one.right and one.id != NONE for one in answered.choices)
        found.append(Hint.model_construct(kind="count", texts=(), number=number))
    return tuple(found)
