"""The question about the documents: which of them say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.cases.questions.context import Answered, Look, Unanswerable, choice
from mbc_options.errors import nearest_word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.case import Choice
    from mbc_options.exploration.assessment import DisagreementShown
    from mbc_options.rulebook.compiled import CompiledRulebook, Unit

__all__ = ["check_disagreement", "disagreement_of", "who_says", "who_takes_the_side"]


def who_says(look: Look, option: str) -> Answered:
    """Return the choices for "which documents say so" of a verdict.

    Wrong choices are near misses where there are any: documents that speak of the class for other patients.
    """
    unit = look.unit(option)
    said = [claim for reason in unit.because if reason.rule is not None for claim in reason.claims]
    if unit.status not in {"candidate", "unspecified"} or not said:
        which = ", ".join(o.id for o in look.now.options if o.status in {"candidate", "unspecified"})
        found = f"{option} is {unit.status.replace('_', ' ')} here"
        msg = f"says_who: {found}, and of that no document says anything; of these: {which or 'none'}"
        raise Unanswerable(msg, "option")
    elsewhere = _claims_on(look.rulebook.unit(option.partition(".")[0]))
    choices = []
    for document in look.now.documents:
        here = _of(document.id, said)
        others = _of(document.id, elsewhere)
        tells = "says" if here else "elsewhere" if others else "nothing"
        choices.append(choice(document.id, document.short, tells, right=bool(here), claims=here or others))
    return Answered(_with_a_wrong_one(choices, "option"))


def _claims_on(class_: Unit) -> list[str]:
    """Return every claim that is cited for a class or one of its members, whatever the patient."""
    found: list[str] = []
    for unit in (class_, *class_.members):
        found += unit.words["mentions"]
        for part in (*unit.words["rules"], *unit.words["cautions"], *unit.words["agents"]):
            found += part["claims"]
    return found


def _with_a_wrong_one(choices: list[Choice], field: str) -> tuple[Choice, ...]:
    if all(one.right for one in choices):
        msg = "says_who: every document says so, so there is nothing to choose"
        raise Unanswerable(msg, field)
    return tuple(choices)


def who_takes_the_side(look: Look, disagreement: str, side: int) -> Answered:
    """Return the choices for "which documents say so" of one side of a disagreement, from 1."""
    found = disagreement_of(look, disagreement, side)
    wanted = found.sides[side - 1]
    choices = []
    for document in look.now.documents:
        claims = _of(document.id, wanted.claims)
        others = [other for other in found.sides if other is not wanted and _of(document.id, other.claims)]
        if claims:
            choices.append(choice(document.id, document.short, "says", right=True, claims=claims))
        elif others:
            text, claims = others[0].says, _of(document.id, others[0].claims)
            choices.append(choice(document.id, document.short, "other_side", right=False, text=text, claims=claims))
        else:
            choices.append(choice(document.id, document.short, "nothing", right=False))
    if all(not one.right for one in choices):
        msg = f"says_who: no document is cited for side {side} of {disagreement}"
        raise Unanswerable(msg, "side")
    return Answered(_with_a_wrong_one(choices, "side"))


def check_disagreement(disagreement: str, rulebook: CompiledRulebook) -> None:
    """Check that the rulebook has a disagreement; `Unanswerable` where it has none of this id."""
    every = {one.id for one in rulebook.disagreements}
    if disagreement not in every:
        near = nearest_word(disagreement, every)
        msg = f"unknown disagreement {disagreement!r}" + (f"; did you mean {near}?" if near else "")
        raise Unanswerable(msg, "disagreement")


def disagreement_of(look: Look, disagreement: str, side: int) -> DisagreementShown:
    """Return a disagreement that concerns the patient and has this side; `Unanswerable` where there is none."""
    by_id = {found.id: found for found in look.now.disagreements}
    found = by_id.get(disagreement)
    if found is None:
        check_disagreement(disagreement, look.rulebook)
        msg = f"says_who: {disagreement} does not concern this patient; these do: {', '.join(by_id) or 'none'}"
        raise Unanswerable(msg, "disagreement")
    if side > len(found.sides):
        msg = f"{disagreement} has {len(found.sides)} sides, not {side}"
        raise Unanswerable(msg, "side")
    return found


def _of(document: str, claims: Iterable[str]) -> tuple[str, ...]:
    """Return the claims that stand in a document, each once."""
    return tuple(dict.fromkeys(claim for claim in claims if claim.partition("-")[0] == document))
