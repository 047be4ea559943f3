"""Questions about the verdicts: which classes are candidates, which are open, which changed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.cases.case import NearMiss
from mbc_options.cases.questions.context import (
    SHOWN_WAYS,
    Answered,
    Look,
    Unanswerable,
    Way,
    choice,
    none_of_these,
    now,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbc_options.cases.case import Choice
    from mbc_options.exploration.assessment import MemberAssessment
    from mbc_options.exploration.comparison import Switch
    from mbc_options.exploration.decider import Status

__all__ = ["candidates", "changed", "undetermined"]

FEWEST, MOST = 3, 6
"""How many wrong choices there are: near misses, and the next nearest only where those are too few."""

TELLS = {"undetermined": "open", "unspecified": "unspecified", "not_described": "silent", "out_of_scope": "out"}
FAR = 99


def candidates(look: Look, of: str | None) -> Answered:
    """Return the choices for "which are candidates now", and the facts to look at.

    Wrong choices are near misses: options that one fact keeps from being a candidate.
    """
    units = look.units(of)
    ways = {unit.id: look.ways(unit) for unit in units}

    def distance(unit: MemberAssessment) -> int:
        return min((way.size for way in ways[unit.id]), default=FAR)

    wrong = _nearest([unit for unit in units if unit.status != "candidate"], distance)
    choices = [_verdict(look, unit, ways[unit.id]) for unit in units if unit.status == "candidate" or unit.id in wrong]
    facts: dict[str, None] = {}
    for unit in units:
        if unit.status == "candidate":
            facts.update((fact, None) for reason in unit.because for fact in reason.proof)
        elif unit.id in wrong:
            facts.update((fact, None) for way in ways[unit.id][:1] for fact in way.facts)
    return Answered((*choices, none_of_these(choices)), look.labels(facts))


def _nearest(units: Iterable[MemberAssessment], distance: Callable[[MemberAssessment], int]) -> set[str]:
    """Return those that are one fact away, and more where these are few."""
    ranked = sorted(units, key=distance)  # keeps the rulebook's order among equals
    near = [unit for unit in ranked if distance(unit) == 1][:MOST]
    return {unit.id for unit in (near if len(near) >= FEWEST else ranked[:FEWEST])}


def _verdict(look: Look, unit: MemberAssessment, ways: tuple[Way, ...]) -> Choice:
    """Return an option as a choice, with why it is a candidate or is none."""
    more: dict[str, Any] = {"status": unit.status, "facts": unit.proof, "near": tuple(way.miss for way in ways)}
    if look.now.scope != "in":
        more |= _scope(look)
    elif unit.because and unit.because[0].rule is not None:
        first = unit.because[0]
        more |= {"facts": first.facts, "text": first.text, "claims": first.claims}
    if unit.status == "candidate":
        return choice(unit.id, unit.label, "candidate", right=True, **more)
    return choice(unit.id, unit.label, TELLS[unit.status], right=False, **more)


def _scope(look: Look) -> dict[str, Any]:
    """Return what is said of a patient who is not surely in scope."""
    return {} if look.now.scope == "in" else {"text": look.now.scope_text, "claims": look.now.scope_claims}


def undetermined(look: Look) -> Answered:
    """Return the choices for "what is still undetermined", and the facts to look at.

    Wrong choices are near misses: options that a single known fact keeps from being open.
    """
    opening = {unit.id: look.opening(unit) for unit in look.now.options if unit.status != "undetermined"}
    wrong = _nearest(
        [unit for unit in look.now.options if unit.id in opening], lambda unit: 1 if opening[unit.id] else FAR
    )
    choices = []
    for unit in look.now.options:
        if unit.status == "undetermined":
            near = tuple(way.miss for way in look.ways(unit))
            choices.append(
                choice(unit.id, unit.label, "open", right=True, status=unit.status, near=near, **_scope(look))
            )
        elif unit.id in wrong:
            near = tuple(_unless_known(look, fact) for fact in opening[unit.id][:1])
            choices.append(
                choice(unit.id, unit.label, "settled", right=False, status=unit.status, facts=unit.proof, near=near)
            )
    facts = tuple(fact.label for fact in look.now.unknown)
    return Answered((*choices, none_of_these(choices)), facts)


def _unless_known(look: Look, fact: str) -> NearMiss:
    """Return the patient of whom one fact less is known."""
    return NearMiss.model_construct(facts=(look.reads(fact),), known=True, to="undetermined", asks=())


def changed(look: Look) -> Answered:
    """Return the choices for "which classes changed their status", and the facts to look at.

    Wrong choices are near misses: classes that rest on a fact that changed, and did not change with it.
    """
    comparison = look.comparison
    if comparison is None:
        msg = "changed looks back; the first stage has none before it"
        raise Unanswerable(msg)
    moved = {unit.id: unit for unit in comparison.options}
    different = 0
    for fact in comparison.facts:
        different |= look.space.mask(fact.fact)
    wrong = _nearest(
        [unit for unit in look.now.options if unit.id not in moved],
        lambda unit: 1 if look.named_by(unit) & different else FAR,
    )
    choices = []
    for unit in look.now.options:
        if (move := moved.get(unit.id)) is not None:
            movers = tuple(_switched(switch, move.b.status) for switch in move.switches)
            choices.append(
                choice(
                    unit.id,
                    unit.label,
                    "moved",
                    right=True,
                    status=unit.status,
                    before=move.a.status,
                    facts=movers[0].facts if movers else (),
                    near=movers[1 : SHOWN_WAYS + 1],
                )
            )
        elif unit.id in wrong:
            choices.append(choice(unit.id, unit.label, "stayed", right=False, status=unit.status, facts=unit.proof))
    told = tuple(dict.fromkeys(fact.label for fact in comparison.facts if not fact.is_silence))
    return Answered((*choices, none_of_these(choices)), told)


def _switched(switch: Switch, to: Status) -> NearMiss:
    """Return a smallest change that moved a verdict, to be shown."""
    facts = tuple(map(now, switch.facts))
    return NearMiss.model_construct(facts=facts, known=True, to=to, asks=())
