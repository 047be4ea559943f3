"""Questions about facts: which test settles most, why an option is not described, what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.cases.case import PossibleAnswer
from mbc_options.cases.questions.context import AnswerKey, StageContext, Subject, Unanswerable, choice, id_of, now
from mbc_options.exploration.contrast import Exchanges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.cases.case import AnswerChoice
    from mbc_options.exploration.assessment import MemberAssessment, NextQuestion
    from mbc_options.exploration.comparison import FactDifference, MemberDifference

__all__ = ["moved_by", "next_test", "why_not"]

WRONG = 3
"""How many wrong choices there are at most; for `why_not` and `moved_by` of each sort."""

LONGEST = 3
"""How many facts a reason may have to be spelled out as a choice."""

WARNING = "warning"
"""The choice that stands for the great misunderstanding: that silence is a warning."""


def next_test(context: StageContext, _: Subject) -> AnswerKey:
    """Return the choices for "which single test would settle most"; ties are all right.

    Wrong choices are the unknown facts that settle less.
    """
    ranked = context.now.ask_next
    if not ranked or not ranked[0].sometimes:
        msg = "next_test: no unknown fact settles a class here"
        raise Unanswerable(msg)

    def settled(question: NextQuestion) -> tuple[int, int]:
        return question.always, question.sometimes

    best = [question for question in ranked if settled(question) == settled(ranked[0])]
    less = [question for question in ranked if settled(question) != settled(ranked[0])][:WRONG]
    choices = [_test(context, question, right=question in best) for question in (*best, *less)]
    if len(less) < WRONG:
        asked = {question.fact for question in ranked}
        left_out = asked | context.vocabulary.applicability
        idle = [fact for fact in context.space.facts if fact not in left_out and context.is_idle(fact)]
        choices += [choice(fact, context.label(fact), "settles", right=False) for fact in idle[: WRONG - len(less)]]
    if all(one.right for one in choices):
        msg = "next_test: every unknown fact settles as much here, so there is nothing to choose"
        raise Unanswerable(msg)
    return AnswerKey(tuple(choices))


def _test(context: StageContext, question: NextQuestion, *, right: bool) -> AnswerChoice:
    settles = tuple(
        PossibleAnswer(
            value=context.vocabulary.phrase(question.fact, (value,)),
            options=tuple(context.now[id_].label for id_ in ids),
        )
        for value, ids in question.settles.items()
    )
    return choice(question.fact, context.label(question.fact), "settles", right=right, settles=settles)


def why_not(context: StageContext, subject: Subject) -> AnswerKey:
    """Return the choices for "why is it not described", and the conditions of its rules.

    Wrong choices are near misses: a part of the reason that does not suffice, a true fact that decides nothing
    here, the reason of a patient one fact away, and that the documents warn against it.
    """
    verdict, option = context.verdict(subject), subject.id
    if verdict.status != "not_described":
        silent = [u.id for o in context.now.options for u in (o, *o.members) if u.status == "not_described"]
        these = f"; not described here: {', '.join(silent)}" if silent else "; at this stage, no option is"
        msg = f"why_not: {option} is {verdict.status.replace('_', ' ')} here, so that there is no “why not”{these}"
        raise Unanswerable(msg, "option")
    proof = verdict.because[0].proof
    if not proof:
        msg = f"why_not: no passage describes {option} under conditions that any patient could meet"
        raise Unanswerable(msg, "option")
    near = tuple(patient.miss for patient in context.near_patients(verdict))
    label, others = _reason_label(context, verdict)
    choices = [choice(id_of(proof), label, "reason", right=True, facts=verdict.proof, near=near, others=others)]
    idle = _idle(context, verdict)
    choices += _parts(context, verdict, idle)
    choices += [
        choice(id_of(context.known([fact])), context.reads(fact), "idle", right=False, facts=verdict.proof)
        for fact in idle[:2]
    ]
    choices += _untrue(context, verdict)
    if not (verdict.cautions or context.now[option.partition(".")[0]].cautions):
        choices.append(choice(WARNING, "", "warning", right=False))
    return AnswerKey(tuple(choices), rules=context.conditions(option))


def _reason_label(context: StageContext, verdict: MemberAssessment) -> tuple[str, tuple[str, ...]]:
    """Return how a reason reads as a choice; of a long one, what is there, and the names of what is not."""
    proof = verdict.because[0].proof
    if len(proof) <= LONGEST:
        return "; ".join(verdict.proof), ()
    present = [context.vocabulary.phrase(fact, values) for fact, values in proof.items() if values != ("no",)]
    return "; ".join(present), context.labels(fact for fact, values in proof.items() if values == ("no",))


def _parts(context: StageContext, verdict: MemberAssessment, idle: list[str]) -> Iterator[AnswerChoice]:
    """Yield facts out of a reason of several; the second beside an idle fact, so that length tells nothing."""
    proof = verdict.because[0].proof
    if len(proof) < 2:
        return
    first, second = sorted(proof, key=lambda fact: proof[fact] == ("no",))[:2]  # what is there comes first
    beside = idle.pop() if idle and len(proof) <= LONGEST else None
    for facts in ((first,), (second,) if beside is None else (second, beside)):
        near = tuple(patient.miss for patient in context.near_patients(verdict) if not {*facts} & {*patient.facts})
        label = "; ".join(
            context.vocabulary.phrase(fact, proof[fact]) if fact in proof else context.reads(fact) for fact in facts
        )
        said = {fact: proof.get(fact) or context.known([fact])[fact] for fact in facts}
        yield choice(id_of(said), label, "part", right=False, facts=verdict.proof, near=near)


def _idle(context: StageContext, verdict: MemberAssessment) -> list[str]:
    """Return true facts that decide nothing here, those first that the option's rules name."""
    deciding = context.decisions.deciding(verdict.id, context.knowledge)
    no_choice = context.vocabulary.applicability | context.vocabulary.constant
    known = [
        fact.fact
        for fact in context.now.known
        if not fact.is_absent
        and len(fact.values) == 1
        and fact.fact not in no_choice
        and fact.fact not in deciding
        and not context.tells_only_that_it_was_given(fact.fact)
    ]
    named = context.named_by(verdict)
    known.sort(key=lambda fact: fact not in named)
    telling = context.telling(context.known(known))
    return [fact for fact in known if fact in telling][:WRONG]


def _untrue(context: StageContext, verdict: MemberAssessment) -> Iterator[AnswerChoice]:
    """Yield the reason with one fact turned into its opposite: true of a patient one fact away."""
    proof = verdict.because[0].proof
    fact = next(iter(proof))
    others = tuple(value for value in context.space.domains[fact] if value not in proof[fact])
    if others:
        turned = context.vocabulary.phrase(fact, others[:1])
        label = "; ".join((turned, *verdict.proof[1:])) if len(proof) <= LONGEST else turned
        said = {**proof, fact: others[:1]} if len(proof) <= LONGEST else {fact: others[:1]}
        yield choice(id_of(said), label, "untrue", right=False, facts=(context.reads(fact),))


def moved_by(context: StageContext, subject: Subject) -> AnswerKey:
    """Return the choices for "what moved it", and the conditions of its rules.

    Every smallest change that suffices is right. Wrong choices are near misses: what changed as well and does
    not move it, and what it rests on and did not change.
    """
    context.verdict(subject)
    comparison, option = context.comparison, subject.id
    differences = {verdict.id: verdict for verdict in comparison.differences} if comparison is not None else {}
    if comparison is None or option not in differences:
        moved = f"; these have: {', '.join(differences)}" if differences else ""
        msg = f"moved_by: {option} has the same status as at the stage before{moved}"
        raise Unanswerable(msg, "option")
    verdict = differences[option]
    if not verdict.switches:
        msg = f"moved_by: no change of facts alone explains the status of {option}"
        raise Unanswerable(msg, "option")
    choices = [
        choice(
            id_of({fact.fact: fact.b.values for fact in switch.facts}),
            _said(context, switch.facts),
            "cause",
            right=True,
            status=verdict.b.status,
            before=verdict.a.status,
            facts=tuple(map(_now_and_before, switch.facts)),
        )
        for switch in verdict.switches
    ]
    exchanges = Exchanges(context.decisions, comparison.a.patient.knowledge, comparison.b.patient.knowledge)

    def moves(*facts: FactDifference) -> bool:
        """Tell whether these changes give the new status, or might: those that need others besides do not count."""
        return exchanges.moves(verdict.id, (fact.fact for fact in facts))

    others = [fact for fact in _other_changes(context, verdict, comparison.facts) if not moves(fact)]
    telling = context.telling({fact.fact: fact.b.values for fact in others})
    others = [fact for fact in others if fact.fact in telling][:WRONG]
    offered: list[tuple[FactDifference, ...]] = [(fact,) for fact in others]
    cause = verdict.switches[0].facts[0]
    if len(verdict.switches[0].facts) > 1 and others and not moves(cause, others[0]):
        offered[0] = (cause, others[0])  # so that length tells nothing; by itself it would say the same again
    choices += [
        choice(
            id_of({fact.fact: fact.b.values for fact in facts}),
            _said(context, facts),
            "other_change",
            right=False,
            facts=tuple(map(_now_and_before, facts)),
        )
        for facts in offered
    ]
    if len(others) < WRONG:
        choices += list(_unchanged(context, verdict))[: WRONG - len(others)]
    return AnswerKey(tuple(choices), rules=context.conditions(option), before=verdict.a.status)


def _said(context: StageContext, facts: tuple[FactDifference, ...]) -> str:
    """Return what is known now, without what follows from the rest of it; what was before stands with the patient."""
    telling = context.telling({fact.fact: fact.b.values for fact in facts})
    return "; ".join(now(fact) for fact in facts if fact.fact in telling)


def _now_and_before(fact: FactDifference) -> str:
    before = f"{fact.label} not known" if fact.a.is_unknown else fact.a.text
    return f"{now(fact)} (before: {before})"


def _other_changes(
    context: StageContext, verdict: MemberDifference, facts: tuple[FactDifference, ...]
) -> Iterator[FactDifference]:
    """Yield the other facts that changed, those first that the option's rules name."""
    causes: set[str] = set()
    for switch in verdict.switches:
        causes.update(fact.fact for fact in switch.facts)
        causes.update(switch.along)
    named = context.named_by(verdict)
    found = [
        fact
        for fact in facts
        if fact.fact not in causes
        and not fact.is_silence
        and not context.tells_only_that_it_was_given(fact.fact)
        and fact.fact not in context.vocabulary.applicability
    ]
    longest = max(
        len(now(fact)) for switch in verdict.switches for fact in switch.facts
    )  # so that length tells nothing
    found.sort(key=lambda fact: (fact.fact not in named, len(now(fact)) < longest))
    yield from found


def _unchanged(context: StageContext, verdict: MemberDifference) -> Iterator[AnswerChoice]:
    """Yield facts that the option rests on and that are as they were."""
    changed = {fact.fact for fact in context.comparison.facts} if context.comparison is not None else set()
    named = context.named_by(verdict)
    no_choice = context.vocabulary.applicability | context.vocabulary.constant
    known: list[Any] = [
        fact
        for fact in context.now.known
        if fact.fact not in changed and len(fact.values) == 1 and fact.fact not in no_choice
    ]
    longest = max(len(now(fact)) for switch in verdict.switches for fact in switch.facts)
    known.sort(key=lambda fact: (fact.fact not in named, fact.is_absent, len(fact.text) < longest))
    for fact in known:
        yield choice(id_of({fact.fact: fact.values}), fact.text, "unchanged", right=False)
