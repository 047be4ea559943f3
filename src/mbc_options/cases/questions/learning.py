"""Questions about learning: what one more finding would do to a verdict, and what the known ones have settled."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from mbc_options.cases.case import PossibleAnswer
from mbc_options.cases.questions.context import AnswerKey, StageContext, Subject, Unanswerable, choice
from mbc_options.patient.description import read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.cases.case import AnswerChoice

__all__ = ["if_learned", "settled_most"]

TOWARDS, STAYS, AWAY = "towards", "stays", "away"
"""The choices of `if_learned`, in the order of a scale."""

ORDERED, ORDERS = 3, 4
"""How many facts are put in order, and how many orders there are to choose from."""


def if_learned(context: StageContext, subject: Subject) -> AnswerKey:
    """Return the choices for "does learning this move the option towards a candidate, away from it, or not at all".

    It has the shape of an item of a script concordance test, but its key is the rulebook's: towards where the option
    is then a candidate, away where it can no longer become one, and neither where both stay as they were. By
    monotonicity, nothing that is learned moves what is settled.
    """
    verdict = context.verdict(subject)
    if context.now.scope != "in":
        msg = "if_learned: it is not known whether the documents deal with the patient, or they do not"
        raise Unanswerable(msg)
    known = _learned(context, subject)
    after = context.decisions.status(subject.id, known)
    if after == "candidate" != verdict.status:
        right = TOWARDS
    elif _may_be(context, subject, context.knowledge) and not _may_be(context, subject, known):
        right = AWAY
    else:
        right = STAYS
    facts = tuple(
        context.vocabulary.phrase(fact, context.space.values(known, fact)) for fact in _new_facts(context, known)
    )
    choices = tuple(
        choice(id_, "", "learned", right=id_ == right, status=after, before=verdict.status, facts=facts)
        for id_ in (TOWARDS, STAYS, AWAY)
    )
    return AnswerKey(choices, rules=context.conditions(subject.id), learned="; ".join(facts))


def _may_be(context: StageContext, subject: Subject, knowledge: int) -> bool:
    """Tell whether some patient who fits is one for whom the option is a candidate."""
    region = context.decisions.region(context.rulebook.option(subject.id), "candidate")
    return region is not None and region.nearest(knowledge).distance == 0


def _learned(context: StageContext, subject: Subject) -> int:
    """Return what is known once something more is; `Unanswerable` where that cannot be, or is known already."""
    description, complaints = read(dict(subject.learned), context.vocabulary)
    if description is None:
        raise Unanswerable(complaints[0].message, "learned")
    said = {
        fact: values for fact, values in description.known().items() if fact not in context.vocabulary.applicability
    }
    known = context.knowledge & context.space.cube(said)
    if not said or known == context.knowledge:
        msg = "if_learned: that is known here already; learned takes what is unknown, as {FIELD: VALUE}"
        raise Unanswerable(msg, "learned")
    if context.space.is_empty(known) or not context.rulebook.theory.is_possible(known):
        msg = "if_learned: that cannot be learned here, for it contradicts what is known"
        raise Unanswerable(msg, "learned")
    return known


def _new_facts(context: StageContext, known: int) -> tuple[str, ...]:
    """Return the facts of which more is known, without those that follow from another."""
    space = context.space
    new = {
        fact: space.values(known, fact)
        for fact in space.facts
        if space.values(known, fact) != space.values(context.knowledge, fact)
    }
    return context.telling(new)


def settled_most(context: StageContext, _: Subject) -> AnswerKey:
    """Return the choices for "put what is known in the order of what it settles", each of them an order.

    A fact settles the classes that would be open without it. The orders have the same facts and so the same length.
    Every output can show a choice, and not every one can take things that are moved about.
    """
    settled = _settled_by(context)
    ranked: dict[int, str] = {}
    for fact in sorted(settled, key=lambda fact: -len(settled[fact])):  # keeps the vocabulary's order among equals
        ranked.setdefault(len(settled[fact]), fact)
    if len(ranked) < ORDERED:
        msg = f"settled_most: {ORDERED} known facts have to settle different numbers of classes; here {len(ranked)} do"
        raise Unanswerable(msg)
    most, *rest = ranked.values()
    facts = (most, rest[0], rest[-1])
    orders = list(permutations(facts))
    chosen = (orders[0], orders[5], orders[2], orders[1])[:ORDERS]
    return AnswerKey(tuple(_order(context, order, settled, right=order == facts) for order in chosen))


def _order(
    context: StageContext, order: tuple[str, ...], settled: dict[str, tuple[str, ...]], *, right: bool
) -> AnswerChoice:
    ranked = sorted(order, key=lambda fact: -len(settled[fact]))
    found = tuple(PossibleAnswer(value=context.reads(fact), options=settled[fact]) for fact in ranked)
    label = ", then ".join(map(context.reads, order))
    return choice(">".join(order), label, "settled_by" if right else "other_order", right=right, settles=found)


def _settled_by(context: StageContext) -> dict[str, tuple[str, ...]]:
    """Return the names of the classes that would be open without a known fact, by that fact."""
    return dict(_settling(context))


def _settling(context: StageContext) -> Iterator[tuple[str, tuple[str, ...]]]:
    no_choice = context.vocabulary.applicability | context.vocabulary.constant
    settled = [option for option in context.now.options if option.status not in {"undetermined", "out_of_scope"}]
    opening = {option.label: set(context.opening(option)) for option in settled}
    for fact in context.now.known:
        if len(fact.values) == 1 and fact.fact not in no_choice and not fact.is_absent:
            yield fact.fact, tuple(label for label, facts in opening.items() if fact.fact in facts)
