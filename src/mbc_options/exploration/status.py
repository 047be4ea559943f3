"""The status of every option, and nothing else: the fast path."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias, get_args

from mbc_options.logic import PrimeFunction
from mbc_options.misuse import refuse_kind
from mbc_options.rulebook.compiled import CompiledRulebook, rulebook_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from mbc_options.logic import Function, Space, Theory
    from mbc_options.patient.description import Description
    from mbc_options.patient.model import Patient
    from mbc_options.rulebook.compiled import CompiledOption

__all__ = [
    "RULEBOOKS",
    "SETTLED",
    "STATUSES",
    "Scope",
    "Status",
    "decider_of",
    "description_of",
    "scope_of",
    "statuses",
]

Status: TypeAlias = Literal["candidate", "undetermined", "unspecified", "not_described", "out_of_scope"]
Scope: TypeAlias = Literal["in", "out", "open"]

STATUSES: tuple[Status, ...] = get_args(Status)
"""All statuses, in the order in which tables have them."""

SETTLED: tuple[Status, ...] = ("candidate", "unspecified", "not_described")
"""The statuses that can be settled for a patient in scope."""

RULEBOOKS = 8
"""Of how many rulebooks is kept what was prepared of them, in memory only."""

FEW = 8
"""On how many facts statuses may rest to be remembered by what is known of them; of more, hardly two are alike."""

REMEMBERED = 3_000
"""How many rows of statuses a table holds, in memory only."""


class Decider:
    """The conditions of an option as masks, so that its status takes a few `&` on knowledge.

    A prime stands as the mask of what it forbids: knowledge lies inside it exactly when it allows nothing of that.

    Attributes:
        conditions: what decides; options of equal conditions decide alike.
        facts: the bits of the facts that the status rests on.
    """

    __slots__ = ("conditions", "facts")

    def __init__(self, space: Space, candidate: PrimeFunction, described: PrimeFunction) -> None:
        only_candidate = described is candidate
        self.conditions: tuple[tuple[int, ...], ...] = tuple(
            tuple(sorted(map(space.outside, primes), key=int.bit_count))
            for primes in (
                candidate.holds,
                candidate.fails,
                () if only_candidate else described.holds,
                (space.universe,) if only_candidate else described.fails,
            )
        )
        bits = 0
        for masks in self.conditions:
            for forbidden in masks:
                bits |= forbidden
        self.facts = space.fields(bits)

    def status(self, knowledge: int) -> Status:
        """Return the status for knowledge in scope: the one that all its completions share, or undetermined."""
        candidate, not_candidate, described, not_described = self.conditions
        if _is_inside(knowledge, candidate):
            return "candidate"
        if not _is_inside(knowledge, not_candidate):
            return "undetermined"
        if _is_inside(knowledge, described):
            return "unspecified"
        return "not_described" if _is_inside(knowledge, not_described) else "undetermined"


class DeciderOnDemand:
    """The conditions of an option of which one, at least, has too many primes.

    Attributes:
        conditions: what decides; options of equal conditions decide alike.
        facts: the bits of the facts that the status rests on.
    """

    __slots__ = ("conditions", "facts")

    def __init__(self, theory: Theory, candidate: Function, described: Function) -> None:
        self.conditions = candidate, described
        self.facts = theory.linked(described.named)

    def status(self, knowledge: int) -> Status:
        """Return the status for knowledge in scope: the one that all its completions share, or undetermined."""
        candidate, described = self.conditions
        if candidate.entailed_by(knowledge):
            return "candidate"
        if candidate.possible_under(knowledge):
            return "undetermined"
        if described is candidate:
            return "not_described"
        if described.entailed_by(knowledge):
            return "unspecified"
        return "undetermined" if described.possible_under(knowledge) else "not_described"


def decider_of(rulebook: CompiledRulebook, option: CompiledOption) -> Decider | DeciderOnDemand:
    """Return what decides an option."""
    candidate, described = option.candidate, option.described
    if isinstance(candidate, PrimeFunction) and isinstance(described, PrimeFunction):
        return Decider(rulebook.space, candidate, described)
    return DeciderOnDemand(rulebook.inside, candidate, described)


def _is_inside(knowledge: int, primes: tuple[int, ...]) -> bool:
    for forbidden in primes:  # noqa: SIM110 - a generator takes twice as long
        if not knowledge & forbidden:
            return True
    return False


class _Table(NamedTuple):
    """Options whose statuses rest on the same few facts.

    Attributes:
        facts: the bits of those facts.
        others: the bits of all others.
        rows: the statuses decided so far, by what is known of the facts.
        deciders: what decides them, each with the ids of options of equal conditions.
    """

    facts: int
    others: int
    rows: dict[int, dict[str, Status]]
    deciders: tuple[tuple[Decider | DeciderOnDemand, tuple[str, ...]], ...]

    def row(self, known: int) -> dict[str, Status]:
        """Decide for what is known of the facts."""
        knowledge = known | self.others
        row = {id_: status for one, ids in self.deciders for status in (one.status(knowledge),) for id_ in ids}
        if len(self.rows) < REMEMBERED:
            self.rows[known] = row
        return row


@lru_cache(RULEBOOKS)
def _plan(
    rulebook: CompiledRulebook,
) -> tuple[dict[str, Status], list[_Table], list[tuple[Decider | DeciderOnDemand, tuple[str, ...]]]]:
    """Return all options in order, the tables, and what decides the options that are in none."""
    space = rulebook.space
    alike: dict[tuple[object, ...], tuple[Decider | DeciderOnDemand, tuple[str, ...]]] = {}
    for option in rulebook.by_id.values():
        decider = decider_of(rulebook, option)
        first, ids = alike.get(decider.conditions, (decider, ()))
        alike[decider.conditions] = first, (*ids, option.id)
    tables: list[_Table] = []
    others = []
    for one in sorted(alike.values(), key=lambda one: one[0].facts.bit_count()):
        for i, table in enumerate([*tables, _Table(0, 0, {}, ())]):
            both = table.facts | one[0].facts
            if len(space.facts_of(both)) <= FEW:
                tables[i : i + 1] = [_Table(both, space.outside(both), {}, (*table.deciders, one))]
                break
        else:
            others.append(one)
    return dict.fromkeys(rulebook.by_id, "undetermined"), tables, others


def scope_of(rulebook: CompiledRulebook, knowledge: int) -> Scope:
    """Tell whether the documents concern the patient: surely, surely not, or it is open."""
    if rulebook.scope.entailed_by(knowledge):
        return "in"
    return "out" if rulebook.scope.refuted_by(knowledge) else "open"


def description_of(patient: Patient | Description, rulebook: CompiledRulebook) -> Description:
    """Return a description by the facts of a rulebook; one by those of another is read again.

    Raises:
        TypeError: where `patient` is none, or `rulebook` is no rulebook.
        DescriptionError: where the rulebook has not the facts that it is described by.
    """
    try:
        description = patient.description
        described_by = description.vocabulary
    except AttributeError:
        refuse_kind("a Patient", patient, "Patient(...) or load_patient makes one")
    if described_by is rulebook.vocabulary or described_by == rulebook.vocabulary:
        return description
    return rulebook.patient(**description.as_data())


def statuses(
    patient: Patient | Description,
    rulebook: CompiledRulebook | None = None,
    *,
    documents: Iterable[str] | None = None,
) -> dict[str, Status]:
    """Return the status of every therapy class and member by id, each class before its members.

    Args:
        patient: what is known.
        rulebook: default: the one that comes with the package.
        documents: ids of documents, as if only these existed. Default: all, and what is ours.

    Returns:
        `candidate`, `undetermined`, `unspecified`, `not_described` or `out_of_scope` for each. Where
        the scope is open, nothing is settled and everything is `undetermined`.

    Raises:
        TypeError: where `patient` is none, or `rulebook` is no rulebook.
        DescriptionError: where the rulebook has not the facts that it is described by.
        InputError: where there is no document of one of the ids.
    """
    rulebook = rulebook_of(rulebook)
    if documents is not None:
        from mbc_options.rulebook.by_document import limited_to

        rulebook = limited_to(rulebook, documents)
    knowledge = description_of(patient, rulebook).knowledge
    scope = scope_of(rulebook, knowledge)
    if scope != "in":
        status: Status = "out_of_scope" if scope == "out" else "undetermined"
        return dict.fromkeys(rulebook.by_id, status)
    order, tables, others = _plan(rulebook)
    found = order.copy()
    for table in tables:
        known = knowledge & table.facts
        found |= table.rows.get(known) or table.row(known)
    for decider, ids in others:
        status = decider.status(knowledge)
        for id_ in ids:
            found[id_] = status
    return found
