"""Which unknown fact to find out next, by what its answers would settle."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mbc_options.exploration.assessment import NextQuestion
from mbc_options.frozendict import FrozenDict

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from mbc_options.exploration.decider import Decider
    from mbc_options.rulebook.compiled import CompiledRulebook, Unit

__all__ = ["ask_next"]


def ask_next(
    rulebook: CompiledRulebook, knowledge: int, deciders: Mapping[str, Decider], open_units: Iterable[Unit]
) -> tuple[NextQuestion, ...]:
    """Return the unknown facts that would settle something, those that settle most first.

    Ranked by how many options are settled whatever the answer, then by how many some answer
    settles, then by how many members, then in the order of the vocabulary.

    Args:
        rulebook: for the theory and the words.
        knowledge: what is known.
        deciders: by option id.
        open_units: what is undetermined: options, and members of options that are not.
    """
    if not rulebook.scope.entailed_by(knowledge):
        return _ask_for_the_scope(rulebook, knowledge, deciders, open_units)
    undetermined = list(open_units)
    found: list[tuple[int, int, int, int, NextQuestion]] = []
    every = 0
    for unit in undetermined:
        every |= unit.described.named
    for i, fact in enumerate(_askable(rulebook)):
        bits = knowledge & fact.mask
        if not every & fact.linked or not bits & (bits - 1):
            continue
        concerned = [unit.id for unit in undetermined if unit.described.named & fact.linked]
        settles: dict[str, tuple[str, ...]] = {}
        for value, bit in fact.values:
            answered = knowledge & ~fact.mask | bit
            if bits & bit and all(answered & forbidden for forbidden in fact.broken):
                settles[value] = tuple(id_ for id_ in concerned if deciders[id_].status(answered) != "undetermined")
        if not any(settles.values()):
            continue
        question = _question(fact.id, fact.question, settles)
        members = {id_ for ids in settles.values() for id_ in ids if "." in id_}
        found.append((-question.always, -question.sometimes, -len(members), i, question))
    found.sort(key=lambda one: one[:4])
    return tuple(question for *_, question in found)


def _ask_for_the_scope(
    rulebook: CompiledRulebook, knowledge: int, deciders: Mapping[str, Decider], open_units: Iterable[Unit]
) -> tuple[NextQuestion, ...]:
    """Ask for the facts that the scope rests on: while it is open, nothing else can settle anything."""
    space = rulebook.space
    ids = tuple(unit.id for unit in open_units)
    found = []
    for fact in space.support(space.universe & ~rulebook.scope.named) if ids else ():
        settles: dict[str, tuple[str, ...]] = {}
        for value in space.values(knowledge, fact):
            answered = knowledge & ~space.mask(fact) | space.bit(fact, value)
            if rulebook.scope.refuted_by(answered):
                settles[value] = ids
            elif rulebook.scope.entailed_by(answered):
                settles[value] = tuple(id_ for id_ in ids if deciders[id_].status(answered) != "undetermined")
        found.append(_question(fact, rulebook.fact_words[fact]["question"], settles))
    return tuple(found)


def _question(fact: str, question: str, settles: dict[str, tuple[str, ...]]) -> NextQuestion:
    """Return a question, with the options (not the members) that it settles counted."""
    options = {id_ for ids in settles.values() for id_ in ids if "." not in id_}
    return NextQuestion.model_construct(
        fact=fact,
        question=question,
        settles=FrozenDict(settles),
        always=sum(all(id_ in ids for ids in settles.values()) for id_ in options),
        sometimes=len(options),
    )


class _Askable(NamedTuple):
    """A fact that some option's rules name, with what asking it needs.

    Attributes:
        id: its id.
        question: how to ask it.
        mask: its bits.
        linked: its bits and those of the facts that constraints tie to it.
        values: each value with its bit.
        broken: what the constraints on those facts forbid.
    """

    id: str
    question: str
    mask: int
    linked: int
    values: tuple[tuple[str, int], ...]
    broken: tuple[int, ...]


def _askable(rulebook: CompiledRulebook) -> tuple[_Askable, ...]:
    found: tuple[_Askable, ...] | None = rulebook.memo.get("askable")
    if found is None:
        named = 0
        for unit in rulebook.by_id.values():
            named |= unit.described.named
        found = rulebook.memo["askable"] = tuple(
            _fact(rulebook, fact)
            for fact, mask in zip(rulebook.space.facts, rulebook.space.masks, strict=True)
            if named & mask
        )
    return found


def _fact(rulebook: CompiledRulebook, fact: str) -> _Askable:
    space, theory = rulebook.space, rulebook.inside
    mask = space.mask(fact)
    constraints = theory.touching(mask)
    linked = mask
    for constraint in constraints:
        linked |= space.fields(space.universe & ~constraint)
    return _Askable(
        fact,
        rulebook.fact_words[fact]["question"],
        mask,
        linked,
        tuple((value, space.bit(fact, value)) for value in space.domains[fact]),
        tuple(space.universe & ~constraint for constraint in constraints),
    )
