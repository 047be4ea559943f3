"""The status of every option, and nothing else: the fast path."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

from mbc_options.rulebook import CompiledRulebook, load_rulebook

if TYPE_CHECKING:
    from mbc_options.patient import Patient
    from mbc_options.rulebook.compiled import Unit

__all__ = ["Decider", "Status", "decider", "scope_of", "statuses"]

Status: TypeAlias = Literal["candidate", "undetermined", "unspecified", "not_described", "out_of_scope"]
Scope: TypeAlias = Literal["in", "out", "open"]


def scope_of(rulebook: CompiledRulebook, knowledge: int) -> Scope:
    """Tell whether the documents concern the patient: surely, surely not, or it is open."""
    if rulebook.scope.entailed_by(knowledge):
        return "in"
    return "out" if rulebook.scope.refuted_by(knowledge) else "open"


class Decider(NamedTuple):
    """A unit's conditions as masks of what each prime forbids, so that one `&` tests one prime.

    Knowledge lies inside a prime exactly when it allows nothing that the prime forbids.
    """

    id: str
    candidate: tuple[int, ...]
    not_candidate: tuple[int, ...]
    described: tuple[int, ...]
    not_described: tuple[int, ...]
    has_unspecified: bool

    def status(self, knowledge: int) -> Status:
        """Return the status for knowledge in scope: the one that all its completions share, or undetermined."""
        for forbidden in self.candidate:
            if not knowledge & forbidden:
                return "candidate"
        for forbidden in self.not_candidate:
            if not knowledge & forbidden:
                break
        else:
            return "undetermined"
        if not self.has_unspecified:
            return "not_described"
        for forbidden in self.described:
            if not knowledge & forbidden:
                return "unspecified"
        for forbidden in self.not_described:
            if not knowledge & forbidden:
                return "not_described"
        return "undetermined"


def decider(universe: int, unit: Unit) -> Decider:
    """Return the decider of a class or member."""

    def forbidden(primes: tuple[int, ...]) -> tuple[int, ...]:
        return tuple(universe & ~prime for prime in primes)

    candidate, described = unit.candidate, unit.described
    return Decider(
        unit.id,
        forbidden(candidate.holds),
        forbidden(candidate.fails),
        forbidden(described.holds),
        forbidden(described.fails),
        described is not candidate,
    )


def _deciders(rulebook: CompiledRulebook) -> tuple[Decider, ...]:
    found: tuple[Decider, ...] | None = rulebook.memo.get("deciders")
    if found is None:
        found = tuple(decider(rulebook.space.universe, unit) for unit in rulebook.by_id.values())
        rulebook.memo["deciders"] = found
    return found


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
    if scope == "in":
        return {decider.id: decider.status(knowledge) for decider in _deciders(rulebook)}
    status: Status = "out_of_scope" if scope == "out" else "undetermined"
    return dict.fromkeys(rulebook.by_id, status)
