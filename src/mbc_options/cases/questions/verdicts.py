"""Questions about the verdicts: which classes are candidates, which are open, which changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.cases.case import NearMiss
from mbc_options.cases.questions.context import (
    NEAREST_SHOWN,
    AnswerKey,
    NearPatient,
    StageContext,
    Subject,
    Unanswerable,
    choice,
    none_of_these,
    now,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbc_options.cases.case import AnswerChoice
    from mbc_options.exploration.assessment import MemberAssessment
    from mbc_options.exploration.comparison import Switch
    from mbc_options.exploration.status import Status

__all__ = ["candidates", "changed", "undetermined"]

FEWEST, MOST = 3, 6
"""How many wrong choices there are: near misses, and the next nearest only where those are too few."""

SENTENCES = {"undetermined": "open", "unspecified": "unspecified", "not_described": "silent", "out_of_scope": "out"}
FAR = 99


def candidates(context: StageContext, subject: Subject) -> AnswerKey:
    """Return the choices for "which are candidates now", and the facts to look at.

    Wrong choices are near misses: options that one fact keeps from being a candidate.
    """
    verdicts = context.verdicts(subject)
    patients = {verdict.id: context.near_patients(verdict) for verdict in verdicts}

    def distance(verdict: MemberAssessment) -> int:
        return min((len(patient.facts) for patient in patients[verdict.id]), default=FAR)

    wrong = _nearest([verdict for verdict in verdicts if verdict.status != "candidate"], distance)
    choices = [
        _verdict(context, verdict, patients[verdict.id])
        for verdict in verdicts
        if verdict.status == "candidate" or verdict.id in wrong
    ]
    facts: dict[str, None] = {}
    for verdict in verdicts:
        if verdict.status == "candidate":
            facts.update((fact, None) for reason in verdict.because for fact in reason.proof)
        elif verdict.id in wrong:
            facts.update((fact, None) for patient in patients[verdict.id][:1] for fact in patient.facts)
    return AnswerKey((*choices, none_of_these(choices)), context.labels(facts))


def _nearest(verdicts: Iterable[MemberAssessment], distance: Callable[[MemberAssessment], int]) -> set[str]:
    """Return those that are one fact away, and more where these are few."""
    ranked = sorted(verdicts, key=distance)  # keeps the rulebook's order among equals
    near = [verdict for verdict in ranked if distance(verdict) == 1][:MOST]
    return {verdict.id for verdict in (near if len(near) >= FEWEST else ranked[:FEWEST])}


def _verdict(context: StageContext, verdict: MemberAssessment, patients: tuple[NearPatient, ...]) -> AnswerChoice:
    """Return an option as a choice, with why it is a candidate or is none."""
    more: dict[str, Any] = {
        "status": verdict.status,
        "facts": verdict.proof,
        "near": tuple(patient.miss for patient in patients),
    }
    if context.now.scope != "in":
        more |= _scope(context)
    elif verdict.because and verdict.because[0].rule is not None:
        first = verdict.because[0]
        more |= {"facts": first.facts, "text": first.text, "claims": first.claims}
    if verdict.status == "candidate":
        return choice(verdict.id, verdict.label, "candidate", right=True, **more)
    return choice(verdict.id, verdict.label, SENTENCES[verdict.status], right=False, **more)


def _scope(context: StageContext) -> dict[str, Any]:
    """Return what is said of a patient who is not surely in scope."""
    return {} if context.now.scope == "in" else {"text": context.now.scope_text, "claims": context.now.scope_claims}


def undetermined(context: StageContext, _: Subject) -> AnswerKey:
    """Return the choices for "what is still undetermined", and the facts to look at.

    Wrong choices are near misses: options that a single known fact keeps from being open.
    """
    opening = {
        verdict.id: context.opening(verdict) for verdict in context.now.options if verdict.status != "undetermined"
    }
    wrong = _nearest(
        [verdict for verdict in context.now.options if verdict.id in opening],
        lambda verdict: 1 if opening[verdict.id] else FAR,
    )
    choices = []
    for verdict in context.now.options:
        if verdict.status == "undetermined":
            near = tuple(patient.miss for patient in context.near_patients(verdict))
            choices.append(
                choice(
                    verdict.id, verdict.label, "open", right=True, status=verdict.status, near=near, **_scope(context)
                )
            )
        elif verdict.id in wrong:
            near = tuple(_unless_known(context, fact) for fact in opening[verdict.id][:1])
            choices.append(
                choice(
                    verdict.id,
                    verdict.label,
                    "settled",
                    right=False,
                    status=verdict.status,
                    facts=verdict.proof,
                    near=near,
                )
            )
    facts = tuple(fact.label for fact in context.now.unknown)
    return AnswerKey((*choices, none_of_these(choices)), facts)


def _unless_known(context: StageContext, fact: str) -> NearMiss:
    """Return the patient of whom one fact less is known."""
    return NearMiss(facts=(context.reads(fact),), known=True, to="undetermined", asks=())


def changed(context: StageContext, _: Subject) -> AnswerKey:
    """Return the choices for "which classes changed their status", and the facts to look at.

    Wrong choices are near misses: classes that rest on a fact that changed, and did not change with it.
    """
    comparison = context.comparison
    if comparison is None:
        msg = "changed looks back; the first stage has none before it"
        raise Unanswerable(msg)
    moved = {verdict.id: verdict for verdict in comparison.options}
    different = {fact.fact for fact in comparison.facts}
    wrong = _nearest(
        [verdict for verdict in context.now.options if verdict.id not in moved],
        lambda verdict: FAR if different.isdisjoint(context.named_by(verdict)) else 1,
    )
    choices = []
    for verdict in context.now.options:
        if (move := moved.get(verdict.id)) is not None:
            causes = tuple(_switched(switch, move.b.status) for switch in move.switches)
            choices.append(
                choice(
                    verdict.id,
                    verdict.label,
                    "moved",
                    right=True,
                    status=verdict.status,
                    before=move.a.status,
                    facts=causes[0].facts if causes else (),
                    near=causes[1 : NEAREST_SHOWN + 1],
                )
            )
        elif verdict.id in wrong:
            choices.append(
                choice(verdict.id, verdict.label, "stayed", right=False, status=verdict.status, facts=verdict.proof)
            )
    facts = tuple(dict.fromkeys(fact.label for fact in comparison.facts if not fact.is_silence))
    return AnswerKey((*choices, none_of_these(choices)), facts)


def _switched(switch: Switch, to: Status) -> NearMiss:
    """Return a smallest change that moved a verdict, to be shown."""
    facts = tuple(map(now, switch.facts))
    return NearMiss(facts=facts, known=True, to=to, asks=())
