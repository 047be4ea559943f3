"""Questions about facts: which test settles most, why an option is not described, what moved it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.cases.case import Settled
from mbc_options.cases.questions.context import Answered, Look, Unanswerable, choice, id_of, in_no_order, now
from mbc_options.exploration.contrast import Exchanges
from mbc_options.vocabulary.facts import SINGLE_FACTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.cases.case import Choice
    from mbc_options.exploration.assessment import MemberAssessment, NextQuestion
    from mbc_options.exploration.comparison import FactDifference, UnitDifference

__all__ = ["moved_by", "next_test", "why_not"]

WRONG = 3
"""How many wrong choices there are at most; for `why_not` and `moved_by` of each sort."""

LONGEST = 3
"""How many facts a reason may have to be spelled out as a choice."""

SPREAD = {"metastatic", "metastasis_confirmed"}
"""Facts that decide only whether the documents apply, and that would make no honest wrong choice."""

WARNING = "warning"
"""The choice that stands for the great misunderstanding: that silence is a warning."""


def next_test(look: Look, name: str) -> Answered:
    """Return the choices for "which single test would settle most"; ties are all right.

    Wrong choices are the unknown facts that settle less.
    """
    ranked = look.now.ask_next
    if not ranked or not ranked[0].sometimes:
        msg = "next_test: no unknown fact settles a class here"
        raise Unanswerable(msg)

    def settled(question: NextQuestion) -> tuple[int, int]:
        return question.always, question.sometimes

    best = [question for question in ranked if settled(question) == settled(ranked[0])]
    less = [question for question in ranked if settled(question) != settled(ranked[0])][:WRONG]
    choices = [_test(look, question, right=question in best) for question in (*best, *less)]
    if len(less) < WRONG:
        asked = {question.fact for question in ranked}
        idle = [
            fact
            for fact in dict.fromkeys((*SINGLE_FACTS, *look.space.facts))
            if fact not in asked and fact not in SPREAD and look.is_idle(fact)
        ]
        choices += [choice(fact, look.label(fact), "settles", right=False) for fact in idle[: WRONG - len(less)]]
    if all(one.right for one in choices):
        msg = "next_test: every unknown fact settles as much here, so there is nothing to choose"
        raise Unanswerable(msg)
    return Answered(in_no_order(name, choices))


def _test(look: Look, question: NextQuestion, *, right: bool) -> Choice:
    settles = tuple(
        Settled.model_construct(
            value=look.rulebook.phrase(question.fact, (value,)), options=tuple(look.now[id_].label for id_ in ids)
        )
        for value, ids in question.settles.items()
    )
    return choice(question.fact, look.label(question.fact), "settles", right=right, settles=settles)


def why_not(look: Look, option: str, name: str) -> Answered:
    """Return the choices for "why is it not described", and the conditions of its rules.

    Wrong choices are near misses: a part of the reason that does not suffice, a true fact that decides nothing
    here, the reason of a patient one fact away, and that the documents warn against it.
    """
    unit = look.unit(option)
    if unit.status != "not_described":
        silent = [u.id for o in look.now.options for u in (o, *o.members) if u.status == "not_described"]
        these = f"; not described here: {', '.join(silent)}" if silent else "; at this stage, no option is"
        msg = f"why_not: {option} is {unit.status.replace('_', ' ')} here, so that there is no “why not”{these}"
        raise Unanswerable(msg, "option")
    proof = unit.because[0].proof
    if not proof:
        msg = f"why_not: no passage describes {option} under conditions that any patient could meet"
        raise Unanswerable(msg, "option")
    near = tuple(way.miss for way in look.ways(unit))
    label, others = _reason_label(look, unit)
    choices = [choice(id_of(proof), label, "reason", right=True, facts=unit.proof, near=near, others=others)]
    idle = _idle(look, unit)
    choices += _parts(look, unit, idle)
    choices += [
        choice(id_of(look.known([fact])), look.reads(fact), "idle", right=False, facts=unit.proof) for fact in idle[:2]
    ]
    choices += _untrue(look, unit)
    if not (unit.cautions or look.unit(option.partition(".")[0]).cautions):
        choices.append(choice(WARNING, "", "warning", right=False))
    return Answered(in_no_order(name, choices), rules=look.conditions(option))


def _reason_label(look: Look, unit: MemberAssessment) -> tuple[str, int]:
    """Return how a reason reads as a choice; of a long one, what is there, and how many things are not."""
    proof = unit.because[0].proof
    if len(proof) <= LONGEST:
        return "; ".join(unit.proof), 0
    present = [look.rulebook.phrase(fact, values) for fact, values in proof.items() if values != ("no",)]
    return "; ".join(present), len(proof) - len(present)


def _parts(look: Look, unit: MemberAssessment, idle: list[str]) -> Iterator[Choice]:
    """Yield facts out of a reason of several; the second beside an idle fact, so that length tells nothing."""
    proof = unit.because[0].proof
    if len(proof) < 2:
        return
    first, second = sorted(proof, key=lambda fact: proof[fact] == ("no",))[:2]  # what is there comes first
    beside = idle.pop() if idle and len(proof) <= LONGEST else None
    for facts in ((first,), (second,) if beside is None else (second, beside)):
        near = tuple(way.miss for way in look.ways(unit) if not {*facts} & {*way.facts})
        label = "; ".join(
            look.rulebook.phrase(fact, proof[fact]) if fact in proof else look.reads(fact) for fact in facts
        )
        said = {fact: proof.get(fact) or look.known([fact])[fact] for fact in facts}
        yield choice(id_of(said), label, "part", right=False, facts=unit.proof, near=near)


def _idle(look: Look, unit: MemberAssessment) -> list[str]:
    """Return true facts that decide nothing here, those first that the option's rules name."""
    space, function = look.space, look.rulebook.unit(unit.id).described
    deciding = 0
    for prime in function.fails:
        if not look.knowledge & ~prime:
            deciding |= space.fields(space.universe & ~prime)
    known = [
        fact.fact
        for fact in look.now.known
        if not fact.is_absent
        and len(fact.values) == 1
        and fact.fact not in {*SPREAD, "sex"}
        and not deciding & space.mask(fact.fact)
        and not fact.fact.endswith(".given")
    ]
    known.sort(key=lambda fact: not function.named & space.mask(fact))
    return known[:WRONG]


def _untrue(look: Look, unit: MemberAssessment) -> Iterator[Choice]:
    """Yield the reason with one fact turned into its opposite: true of a patient one fact away."""
    proof = unit.because[0].proof
    fact = next(iter(proof))
    others = tuple(value for value in look.space.domains[fact] if value not in proof[fact])
    if others:
        turned = look.rulebook.phrase(fact, others[:1])
        label = "; ".join((turned, *unit.proof[1:])) if len(proof) <= LONGEST else turned
        told = {**proof, fact: others[:1]} if len(proof) <= LONGEST else {fact: others[:1]}
        yield choice(id_of(told), label, "untrue", right=False, facts=(look.reads(fact),))


def moved_by(look: Look, option: str, name: str) -> Answered:
    """Return the choices for "what moved it", and the conditions of its rules.

    Every smallest change that suffices is right. Wrong choices are near misses: what changed as well and does
    not move it, and what it rests on and did not change.
    """
    look.unit(option)
    comparison = look.comparison
    differences = {unit.id: unit for unit in comparison.differences} if comparison is not None else {}
    if comparison is None or option not in differences:
        moved = f"; these have: {', '.join(differences)}" if differences else ""
        msg = f"moved_by: {option} has the same status as at the stage before{moved}"
        raise Unanswerable(msg, "option")
    unit = differences[option]
    if not unit.switches:
        msg = f"moved_by: no change of facts alone explains the status of {option}"
        raise Unanswerable(msg, "option")
    choices = [
        choice(
            id_of({fact.fact: fact.b.values for fact in switch.facts}),
            "; ".join(map(_told, switch.facts)),
            "mover",
            right=True,
            status=unit.b.status,
            before=unit.a.status,
            facts=tuple(map(now, switch.facts)),
        )
        for switch in unit.switches
    ]
    exchanges = Exchanges(
        look.rulebook, look.words.deciders, comparison.a.patient.knowledge, comparison.b.patient.knowledge
    )

    def moves(*facts: FactDifference) -> bool:
        """Tell whether these changes give the new status, or might: those that need others besides do not count."""
        mixed = exchanges.mixed(sum(look.space.mask(fact.fact) for fact in facts))
        possible = look.rulebook.theory.is_possible(mixed)
        return not possible or exchanges.status(look.rulebook.unit(unit.id), mixed) == unit.b.status

    bystanders = [fact for fact in _bystanders(look, unit, comparison.facts) if not moves(fact)][:WRONG]
    choices += [choice(id_of({fact.fact: fact.b.values}), _told(fact), "bystander", right=False) for fact in bystanders]
    mover = unit.switches[0].facts[0]
    if len(unit.switches[0].facts) > 1 and bystanders and not moves(mover, bystanders[0]):
        label = f"{_told(mover)}; {_told(bystanders[0])}"  # so that length tells nothing
        pair = {fact.fact: fact.b.values for fact in (mover, bystanders[0])}
        choices.append(choice(id_of(pair), label, "bystander", right=False))
    if len(bystanders) < WRONG:
        choices += list(_unchanged(look, unit))[: WRONG - len(bystanders)]
    return Answered(in_no_order(name, choices), rules=look.conditions(option))


def _told(fact: FactDifference) -> str:
    before = f"{fact.label} not known" if fact.a.is_unknown else fact.a.text
    return f"{now(fact)} (before: {before})"


def _bystanders(look: Look, unit: UnitDifference, facts: tuple[FactDifference, ...]) -> Iterator[FactDifference]:
    """Yield the other facts that changed, those first that the option's rules name."""
    movers: set[str] = set()
    for switch in unit.switches:
        movers.update(fact.fact for fact in switch.facts)
        movers.update(switch.along)
    named = look.rulebook.unit(unit.id).described.named
    others = [
        fact
        for fact in facts
        if fact.fact not in movers
        and not fact.is_silence
        and not fact.fact.endswith(".given")
        and fact.fact not in SPREAD
    ]
    others.sort(key=lambda fact: not named & look.space.mask(fact.fact))
    yield from others


def _unchanged(look: Look, unit: UnitDifference) -> Iterator[Choice]:
    """Yield facts that the option rests on and that are as they were."""
    changed = {fact.fact for fact in look.comparison.facts} if look.comparison is not None else set()
    named = look.rulebook.unit(unit.id).described.named
    known: list[Any] = [
        fact
        for fact in look.now.known
        if fact.fact not in changed and len(fact.values) == 1 and fact.fact not in {*SPREAD, "sex"}
    ]
    known.sort(key=lambda fact: (not named & look.space.mask(fact.fact), fact.is_absent))
    for fact in known:
        yield choice(id_of({fact.fact: fact.values}), fact.text, "unchanged", right=False)
