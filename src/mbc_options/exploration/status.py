"""The status of every option, and nothing else: the fast path."""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mbc_options.exploration.decider import Decider, Status, decider
from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook

if TYPE_CHECKING:
    from mbc_options.logic import Space
    from mbc_options.patient.model import Patient

__all__ = ["Scope", "scope_of", "statuses"]

Scope: TypeAlias = Literal["in", "out", "open"]

TABLE_LIMIT = 3_000
"""How many different rows a table of statuses may grow to."""


def scope_of(rulebook: CompiledRulebook, knowledge: int) -> Scope:
    """Tell whether the documents concern the patient: surely, surely not, or it is open."""
    for prime in rulebook.scope.holds:
        if not knowledge & ~prime:
            return "in"  # as nearly always
    return "out" if rulebook.scope.refuted_by(knowledge) else "open"


class _Table(NamedTuple):
    """Units whose statuses rest on the same few facts, with the rows decided so far.

    Attributes:
        facts: the bits of those facts.
        rows: the statuses, by what is known of the facts.
        deciders: one for all units of equal conditions, each with their ids.
    """

    facts: int
    rows: dict[int, dict[str, Status]]
    deciders: list[tuple[Decider, list[str]]]

    def decide(self, knowledge: int) -> dict[str, Status]:
        """Return a row."""
        return {id_: status for one, ids in self.deciders for status in (one.status(knowledge),) for id_ in ids}


class _Plan(NamedTuple):
    """How to decide all units: by tables where the facts are few, each time anew where they are many."""

    order: dict[str, Status]
    tables: tuple[_Table, ...]
    others: tuple[tuple[Decider, list[str]], ...]


def _plan(rulebook: CompiledRulebook) -> _Plan:
    found: _Plan | None = rulebook.memo.get("plan")
    if found is None:
        found = rulebook.memo["plan"] = _planned(rulebook)
    return found


def _planned(rulebook: CompiledRulebook) -> _Plan:
    space = rulebook.space
    alike: dict[tuple[object, ...], tuple[Decider, list[str]]] = {}
    for unit in rulebook.by_id.values():
        one = decider(space.universe, unit)
        alike.setdefault(one[1:], (one, []))[1].append(unit.id)
    tables: list[_Table] = []
    others = []
    for entry in sorted(alike.values(), key=lambda entry: _states(space, _facts(space, entry[0]))):
        facts = _facts(space, entry[0])
        if _states(space, facts) > TABLE_LIMIT:
            others.append(entry)
            continue
        for i, table in enumerate(tables):
            if _states(space, table.facts | facts) <= TABLE_LIMIT:
                tables[i] = _Table(table.facts | facts, {}, [*table.deciders, entry])
                break
        else:
            tables.append(_Table(facts, {}, [entry]))
    return _Plan(dict.fromkeys(rulebook.by_id, "undetermined"), tuple(tables), tuple(others))


def _facts(space: Space, one: Decider) -> int:
    """Return the bits of the facts that a decider looks at."""
    bits = 0
    for masks in (one.candidate_others, one.not_candidate_others, one.described_others, one.not_described_others):
        for forbidden in masks:
            bits |= forbidden
    bits |= one.candidate_one | one.not_candidate_one | one.described_one | one.not_described_one
    return space.fields(bits)


def _states(space: Space, facts: int) -> int:
    """Return how many different things can be known of facts."""
    return prod((1 << mask.bit_count()) - 1 for mask in space.masks if mask & facts)


def statuses(patient: Patient, rulebook: CompiledRulebook | None = None) -> dict[str, Status]:
    """Return the status of every therapy class and member by id, each class before its members.

    Args:
        patient: what is known.
        rulebook: default: the one that comes with the package.

    Returns:
        `candidate`, `undetermined`, `unspecified`, `not_described` or `out_of_scope` for each. Where
        the scope is open, nothing is settled and everything is `undetermined`.
    """
    rulebook = rulebook or load_rulebook()
    knowledge = patient.knowledge
    scope = scope_of(rulebook, knowledge)
    if scope != "in":
        status: Status = "out_of_scope" if scope == "out" else "undetermined"
        return dict.fromkeys(rulebook.by_id, status)
    order, tables, others = _plan(rulebook)
    found = order.copy()
    for table in tables:
        facts, rows, _ = table
        known = knowledge & facts
        row = rows.get(known)
        if row is None:
            row = rows[known] = table.decide(knowledge)
        found |= row
    for one, ids in others:
        status = one.status(knowledge)
        for id_ in ids:
            found[id_] = status
    return found
