"""The questions about the documents: which of them say so, and in which passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.cases.questions.context import AnswerKey, StageContext, Subject, Unanswerable, choice
from mbc_options.errors import nearest_word
from mbc_options.rulebook.models import source_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.cases.case import AnswerChoice
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook
    from mbc_options.rulebook.models import Disagreement

__all__ = ["check_disagreement", "disagreement_of", "passages", "says_who"]

MOST_PASSAGES = 4
"""How many passages there are of each sort: those that the verdict rests on, and others on the same class."""


def says_who(context: StageContext, subject: Subject) -> AnswerKey:
    """Return the choices for "which documents say so", of a verdict or of one side of a disagreement.

    Wrong choices are near misses where there are any: documents that speak of the class for other patients, or
    that take another side.
    """
    of = _of_a_side if subject.key == "disagreement" else _of_a_verdict
    choices = of(context, subject)
    if all(one.right for one in choices):
        msg = "says_who: every document says so, so there is nothing to choose"
        raise Unanswerable(msg, "side" if subject.key == "disagreement" else subject.key)
    return AnswerKey(tuple(choices))


def _of_a_verdict(context: StageContext, subject: Subject) -> list[AnswerChoice]:
    verdict, option = context.verdict(subject), subject.id
    said = [claim for reason in verdict.because if reason.rule is not None for claim in reason.claims]
    if verdict.status not in {"candidate", "unspecified"} or not said:
        which = ", ".join(o.id for o in context.now.options if o.status in {"candidate", "unspecified"})
        found = f"{option} is {verdict.status.replace('_', ' ')} here"
        msg = f"says_who: {found}, and of that no document says anything; of these: {which or 'none'}"
        raise Unanswerable(msg, "option")
    elsewhere = _claims_on(context.rulebook.option(option.partition(".")[0]))
    choices = []
    for document in context.now.documents:
        here = _of(document.id, said)
        others = _of(document.id, elsewhere)
        tells = "says" if here else "elsewhere" if others else "nothing"
        choices.append(choice(document.id, document.short, tells, right=bool(here), claims=here or others))
    return choices


def passages(context: StageContext, subject: Subject) -> AnswerKey:
    """Return the choices for "on which of these passages does it rest", each a passage in our words.

    Wrong choices are near misses: passages on the same class, of rules that do not hold here.
    """
    verdict, option = context.verdict(subject), subject.id
    said = [claim for reason in verdict.because if reason.rule is not None for claim in reason.claims]
    if verdict.status not in {"candidate", "unspecified"} or not said:
        msg = f"passages: {option} is {verdict.status.replace('_', ' ')} here, and that rests on no passage"
        raise Unanswerable(msg, "option")
    right = list(dict.fromkeys(said))[:MOST_PASSAGES]
    class_ = context.rulebook.option(option.partition(".")[0])
    rules = [rule for one in (class_, *class_.members) for rule in one.rules]
    silent = [rule for rule in rules if not rule.function.possible_under(context.knowledge)]
    others = dict.fromkeys(claim for rule in silent for claim in rule.rule.claims if claim not in said)
    if not others:
        msg = f"passages: no other passage names a condition for {class_.id} that fails here"
        raise Unanswerable(msg, "option")
    citations = context.presenter.citations({*right, *others})
    longest = max(len(citations[claim].statement) for claim in right)  # so that length tells nothing
    near = sorted(others, key=lambda claim: abs(len(citations[claim].statement) - longest))[:MOST_PASSAGES]
    documents = {document.id: document.short for document in context.now.documents}
    return AnswerKey(
        tuple(
            choice(
                claim,
                f"{citations[claim].statement} ({documents[citations[claim].source]})",
                "rests" if claim in right else "elsewhere",
                right=claim in right,
                claims=(claim,),
            )
            for claim in (*right, *near)
        )
    )


def _claims_on(class_: CompiledOption) -> list[str]:
    """Return every claim that is cited for a class or one of its members, whatever the patient."""
    found: list[str] = []
    for option in (class_, *class_.members):
        said = option.authored
        found += said.mentions
        for cited in (said.rules, said.cautions, said.agents):
            found += [claim for part in cited for claim in part.claims]
    return found


def _of_a_side(context: StageContext, subject: Subject) -> list[AnswerChoice]:
    found = disagreement_of(context, subject)
    wanted = found.sides[subject.side - 1]
    choices = []
    for document in context.now.documents:
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
        msg = f"says_who: no document is cited for side {subject.side} of {subject.id}"
        raise Unanswerable(msg, "side")
    return choices


def check_disagreement(disagreement: str, rulebook: CompiledRulebook) -> None:
    """Check that the rulebook has a disagreement; `Unanswerable` where it has none of this id."""
    every = {one.authored.id for one in rulebook.disagreements}
    if disagreement not in every:
        near = nearest_word(disagreement, every)
        msg = f"unknown disagreement {disagreement!r}" + (f"; did you mean {near}?" if near else "")
        raise Unanswerable(msg, "disagreement")


def disagreement_of(context: StageContext, subject: Subject) -> Disagreement:
    """Return a disagreement that concerns the patient and has this side; `Unanswerable` where there is none."""
    by_id = {found.id: found for found in context.now.disagreements}
    found = by_id.get(subject.id)
    if found is None:
        check_disagreement(subject.id, context.rulebook)
        msg = f"says_who: {subject.id} does not concern this patient; these do: {', '.join(by_id) or 'none'}"
        raise Unanswerable(msg, "disagreement")
    if subject.side > len(found.sides):
        msg = f"{subject.id} has {len(found.sides)} sides, not {subject.side}"
        raise Unanswerable(msg, "side")
    return found


def _of(document: str, claims: Iterable[str]) -> tuple[str, ...]:
    """Return the claims that stand in a document, each once."""
    return tuple(dict.fromkeys(claim for claim in claims if source_of(claim) == document))
