"""Which facts make the difference between two patients: the smallest exchanges that carry a verdict over.

Take patient *a*, and let some of the facts that *b* knows differently be as *b* knows them. The search
finds the smallest such exchanges after which *a* has *b*'s status. It is exact and needs no enumeration:

- Where *b*'s status is settled, the exchanged patient must lie inside one of its primes; all facts in which
  *a* does not must be exchanged, and this is where the search starts.
- Where these primes are too many, it starts with no exchange, and looks for a case that the exchanged patient can
  still be and that has another status; only a fact that rules it out helps.
- Where it is not, and where an exchange makes an impossible patient, the patient lies inside some prime that
  must be left; only a fact of that prime can do so, and over these the search branches.

So every exchange that works contains one that the search reaches, and it goes by size (Reiter 1987: minimal
hitting sets by a tree over conflicts).
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.exploration.status import RULEBOOKS
from mbc_options.logic import PrimeFunction

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.exploration.hypothetical import Verdicts
    from mbc_options.exploration.status import Status
    from mbc_options.logic import Function
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

__all__ = ["Exchange", "Exchanges"]


class Exchange(NamedTuple):
    """Facts that one patient has as the other knows them.

    Attributes:
        facts: the bits of the facts that make the exchange.
        along: the bits of the facts of earlier treatment that move along with those.
    """

    facts: int
    along: int


class _Implied(NamedTuple):
    """Two facts of earlier treatment; where the first is `yes`, so is the second, because of what they mean."""

    cause: int
    cause_yes: int
    effect: int
    effect_yes: int


class Exchanges:
    """Everything that may be exchanged between two patients.

    Args:
        verdicts: of the rulebook.
        a: what is known of the patient to start from; some case of it is possible.
        b: what is known of the other one.
    """

    def __init__(self, verdicts: Verdicts, a: int, b: int) -> None:
        self.verdicts, self.a, self.b = verdicts, a, b
        self.rulebook, self.space = verdicts.rulebook, verdicts.space
        self.different = self.space.fields(a ^ b)
        self._moves = self._moving()
        self._scopes = verdicts.scope(a), verdicts.scope(b)

    def mixed(self, facts: int) -> int:
        """Return what is known of `a` with just these facts (bits) as `b` knows them, and what moves along."""
        exchanged = self.closed(facts)
        return (self.a & ~exchanged) | (self.b & exchanged)

    def closed(self, facts: int) -> int:
        """Return facts with those that move along.

        A fact of earlier treatment that means another one (growth of the cancer during a treatment means
        that it was given) takes it along where the two would contradict each other, and the other way round.
        """
        grown = -1
        while grown != facts:
            grown = facts
            for mask, along in self._moves:
                if facts & mask:
                    facts |= along
        return facts

    def candidates(self, option: CompiledOption) -> int:
        """Return the bits of the facts to choose from: those known differently on which the statuses rest.

        These are the facts that the option's conditions name (where not both patients are in scope, also those
        that the scope names), and the facts that constraints tie to them.
        """
        named = option.described.named
        if self._scopes != ("in", "in"):
            named |= self.rulebook.scope.named
        return self.rulebook.theory.linked(self.rulebook.inside.linked(named)) & self.different

    def moves(self, option: str, facts: Iterable[str]) -> bool:
        """Tell whether `a` has the status of `b` once these facts are exchanged, or might have it with others."""
        mixed = self.mixed(sum(map(self.space.mask, facts)))
        verdicts = self.verdicts
        return not verdicts.is_possible(mixed) or verdicts.status(option, mixed) == verdicts.status(option, self.b)

    def smallest(self, option: CompiledOption) -> tuple[Exchange, ...]:
        """Return all the smallest exchanges after which `a` has the status of `b`, in the order of the facts.

        An exchange that breaks a constraint makes no patient, and counts for nothing.
        """
        return _Search(self, option).smallest()

    def _moving(self) -> tuple[tuple[int, int], ...]:
        """Return which fact moves which along, as pairs of bits."""
        a, b, different = self.a, self.b, self.different
        found = []
        for cause, cause_yes, effect, effect_yes in _implications(self.rulebook):
            if not (cause & different and effect & different):
                continue
            if b & cause == cause_yes and a & effect != effect_yes:
                found.append((cause, effect))
            if a & cause == cause_yes and b & effect != effect_yes:
                found.append((effect, cause))
        return tuple(found)


@lru_cache(RULEBOOKS)
def _implications(rulebook: CompiledRulebook) -> tuple[_Implied, ...]:
    """Return what the facts of earlier treatment mean for one another."""
    space = rulebook.space
    return tuple(
        _Implied(space.mask(cause), space.bit(cause, "yes"), space.mask(effect), space.bit(effect, "yes"))
        for cause, effect in rulebook.vocabulary.implications()
    )


MOST_TRIED = 20_000
"""How many exchanges are tried in search of the smallest; then none is told."""


class _Search:
    """The search for one option, by the number of facts exchanged; the facts that move along do not count."""

    def __init__(self, exchanges: Exchanges, option: CompiledOption) -> None:
        self.exchanges, self.option = exchanges, option
        self.rulebook, self.space = exchanges.rulebook, exchanges.space
        self.goal: Status = exchanges.verdicts.status(option.id, exchanges.b)
        candidates = exchanges.candidates(option)
        self.handles = tuple((mask, exchanges.closed(mask)) for mask in self.space.masks if mask & candidates)

    def smallest(self) -> tuple[Exchange, ...]:
        exchanges = self.exchanges
        levels: dict[int, dict[int, None]] = {}
        goals = self._goals()
        for start in (0,) if goals is None else self._starts(goals):
            levels.setdefault(self._size(start), {})[start] = None
        tried = 0
        for size in range(len(self.handles) + 1):
            found: dict[int, int] = {}
            for facts in levels.get(size, ()):
                tried += 1
                if tried > MOST_TRIED:
                    return ()
                mixed = exchanges.mixed(facts)
                possible = self.rulebook.theory.is_possible(mixed)
                if possible and exchanges.verdicts.status(self.option.id, mixed) == self.goal:
                    found.setdefault(exchanges.closed(facts), facts)
                    continue
                for further in self._further(facts, mixed, possible=possible):
                    levels.setdefault(size + 1, {})[facts | further] = None
            if found:  # of two that are as small, one may move less along, and nothing else
                least = {closed: facts for closed, facts in found.items() if not _holds_another(closed, found)}
                ordered = sorted(least.items(), key=lambda one: self._order(one[1]))
                return tuple(Exchange(facts, closed & ~facts) for closed, facts in ordered)
        return ()

    def _size(self, facts: int) -> int:
        return (self.space.low & facts).bit_count()

    def _order(self, facts: int) -> tuple[int, ...]:
        return tuple(self.space.restricted(self.space.outside(facts)))

    def _settled(self) -> Function | None:
        """Return the condition that settles the goal: by holding, or for `not_described` by failing."""
        option = self.option
        by_status = {
            "candidate": option.candidate,
            "unspecified": option.unspecified,
            "not_described": option.described,
        }
        return by_status.get(self.goal)

    def _goals(self) -> Iterable[int] | None:
        """Return the primes of the goal; None where it has none, or where they are too many to be listed."""
        if self.goal == "out_of_scope":
            return self.rulebook.scope.fails
        function = self._settled()
        if not isinstance(function, PrimeFunction):
            return None
        primes = function.fails if self.goal == "not_described" else function.holds
        return (prime & inside for prime in primes for inside in self._scopes_to_keep())

    def _starts(self, goals: Iterable[int]) -> Iterator[int]:
        """Yield the least that must be exchanged to come inside a prime of the goal, for each of them."""
        for goal in goals:
            needed = self.space.fields(self.exchanges.a & ~goal)
            if not self.exchanges.b & needed & ~goal:
                yield from self._covers(needed, 0)

    def _scopes_to_keep(self) -> tuple[int, ...]:
        """Return the primes of the scope; none has to be looked at where no exchange can touch the one that holds."""
        a, universe, scope = self.exchanges.a, self.space.universe, self.rulebook.scope
        movable = reduce(or_, (closed for _, closed in self.handles), 0)
        held = scope.proof(a)
        if held is not None and not self.space.outside(held) & movable:
            return (universe,)
        return scope.holds

    def _covers(self, needed: int, facts: int) -> Iterator[int]:
        """Yield the ways to exchange all facts that are needed; none where one of them cannot be."""
        missing = needed & ~self.exchanges.closed(facts)
        if not missing:
            yield facts
            return
        first = self.space.masks[self.space.field_at((missing & -missing).bit_length() - 1)]
        for mask, closed in self.handles:
            if closed & first:
                yield from self._covers(needed, facts | mask)

    def _further(self, facts: int, mixed: int, *, possible: bool) -> Iterator[int]:
        """Yield the facts of which one must be exchanged besides, because the patient is inside a prime to be left."""
        leaving = 0
        for prime in self._obstacles(mixed, possible=possible):
            leaving |= self.space.fields(self.exchanges.b & ~prime)
        for case in self._exceptions(mixed) if possible else ():
            leaving |= self.space.fields(self.space.low & ~self.space.occupied(self.exchanges.b & case))
        leaving &= self.exchanges.different & ~self.exchanges.closed(facts)
        for mask, closed in self.handles:
            if closed & leaving and not mask & facts:
                yield mask

    def _obstacles(self, mixed: int, *, possible: bool) -> Iterator[int]:
        """Yield primes of which one has to be left: of a broken constraint, or else of a settled status."""
        if not possible:
            yield next(prime for prime in self.rulebook.theory.broken if not mixed & ~prime)
            return
        if self.goal != "undetermined":
            return
        scope, option = self.rulebook.scope, self.option
        settling = (scope, option.candidate, option.described, *([option.unspecified] if option.unspecified else ()))
        for function in settling:
            for prime in (function.proof(mixed), function.refutation(mixed)):
                if prime is not None:
                    yield prime

    def _exceptions(self, mixed: int) -> Iterator[int]:
        """Yield cases that a goal decided on demand is to rule out, and that the patient still can be."""
        function = self._settled()
        if function is not None and not isinstance(function, PrimeFunction):
            parts = (mixed & prime for prime in self.rulebook.scope.fails)
            case: int | None = next((part for part in parts if not self.space.is_empty(part)), None)
            if case is None:
                case = function.case_for(mixed) if self.goal == "not_described" else function.case_against(mixed)
            if case is not None:
                yield next(self.space.points(case))


def _holds_another(facts: int, others: Iterable[int]) -> bool:
    return any(other != facts and not other & ~facts for other in others)
