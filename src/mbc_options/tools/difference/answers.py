"""What a rulebook answers, as sets of patients: one form for a compiled rulebook and for its public form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.logic import PrimeFunction, Space, intersect
from mbc_options.rulebook.conditions import Cases
from mbc_options.tools.patient_sets import patients_of
from mbc_options.vocabulary.vocabulary import FactWords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from mbc_options.logic import Cover
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRemark, CompiledRulebook
    from mbc_options.rulebook.portable import PortableRulebook

__all__ = ["Answers", "Remark", "answers_of", "answers_of_form"]


class Remark(NamedTuple):
    """Something said beside the options.

    Attributes:
        kind, id, label: as those of `ChangedRemark`.
        said: what decides nothing: its words and claims.
        decides: equal where two remarks of one vocabulary are told alike.
        told, not_told: list the patients who are told it, and the others.
        unknown: facts whose being unknown brings it.
        beyond_scope: whether patients out of scope are told it, too.
    """

    kind: str
    id: str
    label: str
    said: Any
    decides: Any
    told: Callable[[], Cover]
    not_told: Callable[[], Cover]
    unknown: frozenset[str]
    beyond_scope: bool


class Option(NamedTuple):
    """An option.

    Attributes:
        label: its name.
        said: what decides nothing.
        decides: equal where two options of one vocabulary decide alike.
        statuses: lists the patients of each status, for those in scope.
    """

    label: str
    said: Any
    decides: Any
    statuses: Callable[[], dict[str, Cover]]


class Answers(NamedTuple):
    """What a rulebook answers.

    Attributes:
        space: its facts.
        words: how they read.
        broken: what cannot be.
        inside, outside: the patients in scope, and the others.
        options: by id, each class before its members.
        remarks: by kind and id.
    """

    space: Space
    words: Mapping[str, FactWords]
    broken: Cover
    inside: Cover
    outside: Cover
    options: dict[str, Option]
    remarks: dict[tuple[str, str], Remark]


def answers_of(rulebook: CompiledRulebook) -> Answers:
    """Return what a compiled rulebook answers."""
    remarks = {(one.kind, one.id): one for one in _remarks(rulebook)}
    return Answers(
        rulebook.space,
        rulebook.vocabulary.facts,
        rulebook.theory.broken,
        rulebook.scope.holds,
        rulebook.scope.fails,
        {id_: _option(option) for id_, option in rulebook.by_id.items()},
        remarks,
    )


def _option(option: CompiledOption) -> Option:
    def statuses() -> dict[str, Cover]:
        return {
            "candidate": patients_of(option.candidate),
            "unspecified": () if option.unspecified is None else patients_of(option.unspecified),
            "not_described": patients_of(option.described, holds=False),
        }

    decides = (option.candidate, option.described)
    return Option(option.authored.label, _without_remarks(option), decides, statuses)


def _without_remarks(option: CompiledOption) -> tuple[Any, ...]:
    said = option.authored
    reasons = tuple(
        (one.rule.id, one.rule.because, one.rule.claims, one.rule.supports, one.rule.basis) for one in option.rules
    )
    return said.label, said.gloss, said.summary, said.mentions, said.silence, reasons


def _remarks(rulebook: CompiledRulebook) -> Iterator[Remark]:
    for option in rulebook.by_id.values():
        for caution in option.cautions:
            yield _remark(rulebook, "caution", f"{option.id}: {caution.authored.id}", caution.authored.text, [caution])
        drugs: dict[str, list[CompiledRemark[Any]]] = {}
        for agent in option.agents:
            drugs.setdefault(agent.authored.agent, []).append(agent)
        for id_, entries in drugs.items():
            label = rulebook.vocabulary.agents.agents[id_].label
            yield _remark(rulebook, "drug", f"{option.id}: {id_}", label, entries)
    for one in rulebook.considerations:
        yield _remark(rulebook, "consideration", one.authored.id, one.authored.title, [one])
    for disagreement in rulebook.disagreements:
        yield _remark(rulebook, "disagreement", disagreement.authored.id, disagreement.authored.subject, [disagreement])
    for note in rulebook.background:
        yield _remark(rulebook, "background", note.authored.id, note.authored.title, [note])
    for question in rulebook.questions:
        yield _remark(rulebook, "question", question.authored.id, question.authored.ask, [question])


def _remark(rulebook: CompiledRulebook, kind: str, id_: str, label: str, entries: list[CompiledRemark[Any]]) -> Remark:
    space = rulebook.space

    def told() -> Cover:
        return tuple(cube for entry in entries for cube in _told(space, entry, holds=True))

    def not_told() -> Cover:
        found: Cover = (space.universe,)
        for entry in entries:
            found = intersect(space, found, _told(space, entry, holds=False))
        return found

    bits = frozenset(fact for entry in entries for mask in entry.unknown for fact in space.facts_of(mask))
    said = tuple(entry.authored for entry in entries)
    beyond = any(getattr(one, "beyond_scope", False) for one in said)
    decides = tuple((entry.function, entry.unless) for entry in entries)
    return Remark(kind, id_, label, said, decides, told, not_told, bits, beyond)


def _told(space: Space, remark: CompiledRemark[Any], *, holds: bool) -> Cover:
    """Return the patients who are told a remark, everything being known of them, or the others."""
    everybody: Cover = (space.universe,)
    function, unless = remark.function, remark.unless
    told = (() if remark.unknown else everybody) if function is None else patients_of(function)
    if holds:
        return told if unless is None else intersect(space, told, patients_of(unless, holds=False))
    others = (everybody if remark.unknown else ()) if function is None else patients_of(function, holds=False)
    return others if unless is None else (*others, *patients_of(unless))


def answers_of_form(form: PortableRulebook) -> Answers:
    """Return what a rulebook in its public form answers."""
    space = Space({fact.id: tuple(value.id for value in fact.values) for fact in form.facts})
    words = {
        fact.id: FactWords(
            label=fact.label, question=fact.question, values={value.id: value.text for value in fact.values}
        )
        for fact in form.facts
    }

    def read(cubes: Iterable[Mapping[str, tuple[str, ...]]]) -> Cover:
        return tuple(map(space.cube, cubes))

    decisions = {id_: decision for decision in form.decisions for id_ in decision.options}
    options = {}
    for option in form.options:
        decision = decisions[option.id]
        if decision.decide == "primes":
            candidate, not_candidate, described, not_described = (
                read(decision.candidate),
                read(decision.not_candidate),
                read(decision.described),
                read(decision.not_described),
            )
            known = PrimeFunction(candidate, not_candidate, 0), PrimeFunction(described, not_described, 0)
            options[option.id] = Option(
                option.label,
                (option.label, option.gloss),
                known,
                _by_primes(space, candidate, not_candidate, described, not_described),
            )
        else:
            cases = tuple(
                Cases(read(one.within), read(one.but_not)) for one in (decision.candidate, decision.described)
            )
            options[option.id] = Option(option.label, (option.label, option.gloss), cases, _by_cover(space, *cases))
    return Answers(space, words, read(form.impossible), read(form.scope.holds), read(form.scope.fails), options, {})


def _by_primes(
    space: Space, candidate: Cover, not_candidate: Cover, described: Cover, not_described: Cover
) -> Callable[[], dict[str, Cover]]:
    def statuses() -> dict[str, Cover]:
        return {
            "candidate": candidate,
            "unspecified": () if candidate == described else intersect(space, described, not_candidate),
            "not_described": not_described,
        }

    return statuses


def _by_cover(space: Space, candidate: Cases, described: Cases) -> Callable[[], dict[str, Cover]]:
    def statuses() -> dict[str, Cover]:
        named = candidate != described
        return {
            "candidate": candidate.holding(space),
            "unspecified": intersect(space, described.holding(space), candidate.failing(space)) if named else (),
            "not_described": described.failing(space),
        }

    return statuses
