"""What a rulebook decides for any knowledge, also of patients whom nobody described: verdicts, and no words.

Here is the one place that knows how knowledge is laid out in bits. Others hand it on, and get back statuses, facts and
cubes to be read. What can be prepared once for a rulebook is made at first use and shared, by any number of threads:
each part is complete before it is kept, and two threads that make the same make equals.
"""

from __future__ import annotations

from functools import lru_cache, reduce
from operator import or_
from typing import TYPE_CHECKING, NamedTuple

from mbc_options.exploration.status import RULEBOOKS, SETTLED, decider_of, scope_of
from mbc_options.logic import primes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mbc_options.exploration.status import Scope, Status
    from mbc_options.logic import Edit, PrimeFunction
    from mbc_options.logic.demand import AnyRegion
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRule, CompiledRulebook

__all__ = ["NearestPatients", "PatientSet", "Settling", "Verdicts", "verdicts_of"]


class PatientSet(NamedTuple):
    """Patients who are a union of cubes ("ER-positive, or PR-positive").

    Attributes:
        whole: the smallest cube around them. A status that is settled there is settled for all of them.
        cases: the cubes; none where there is no such patient.
        conditions: what makes each of the cubes out of the knowledge that they lie in, readable as a cube.
        others: cubes of the other patients in `whole`; none where there are none.
    """

    whole: int
    cases: tuple[int, ...]
    conditions: tuple[int, ...]
    others: tuple[int, ...]


class Settling(NamedTuple):
    """What would settle an open status.

    Attributes:
        ways: the least demanding cubes, each with the status then.
        are_all: whether nothing else would; where there are too many ways to list them, some are left out.
    """

    ways: tuple[tuple[int, Status], ...]
    are_all: bool


class NearestPatients(NamedTuple):
    """The nearest patients with another status.

    Attributes:
        ways: what is otherwise with them, each with the status then.
        are_all: whether there are no others as near; where they are too many, or too far to be found, some are left
            out, or all.
    """

    ways: tuple[tuple[Edit, Status], ...]
    are_all: bool


class _Answers(NamedTuple):
    """What asking for a fact needs.

    Attributes:
        mask: its bits.
        values: each value with its bit.
        broken: what each of the constraints on it forbids.
    """

    mask: int
    values: tuple[tuple[str, int], ...]
    broken: tuple[int, ...]


class Verdicts:
    """Verdicts for any knowledge.

    Args:
        rulebook: whose verdicts are meant.
    """

    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        self.space = rulebook.space
        self._deciders = {id_: decider_of(rulebook, option) for id_, option in rulebook.by_id.items()}
        self._rests_on = {id_: rulebook.inside.linked(option.described.named) for id_, option in rulebook.by_id.items()}
        named = reduce(or_, (option.described.named for option in rulebook.by_id.values()), 0)
        self._asked = tuple(self._askable(named))
        self._regions: dict[tuple[str, Status], AnyRegion | None] = {}
        self._rules: dict[str, AnyRegion] = {}
        self._conditions: dict[PrimeFunction, tuple[AnyRegion, AnyRegion]] = {}
        self._answers: dict[str, _Answers] = {}

    def scope(self, knowledge: int) -> Scope:
        """Tell whether the documents concern the patient."""
        return scope_of(self.rulebook, knowledge)

    def status(self, option: str, knowledge: int) -> Status:
        """Return the status of an option."""
        scope = scope_of(self.rulebook, knowledge)
        if scope == "in":
            return self._deciders[option].status(knowledge)
        return "out_of_scope" if scope == "out" else "undetermined"

    def status_in_scope(self, option: str, knowledge: int) -> Status:
        """Return the status of an option, for knowledge in scope."""
        return self._deciders[option].status(knowledge)

    def shared_status(self, option: str, group: PatientSet) -> Status:
        """Return the status of an option that all patients of a group in scope share, or undetermined."""
        status = self._deciders[option].status
        found = status(group.whole)
        if found == "undetermined":
            statuses = {status(case) for case in group.cases}
            found = statuses.pop() if len(statuses) == 1 else found
        return found

    def is_possible(self, knowledge: int) -> bool:
        """Tell whether there is such a patient."""
        return self.rulebook.theory.is_possible(knowledge)

    def answers(self, fact: str, knowledge: int) -> Iterator[tuple[str, int]]:
        """Yield each value that a fact can turn out to have, with what is known then."""
        asked = self._answers.get(fact)
        if asked is None:
            space = self.space
            mask = space.mask(fact)
            asked = self._answers[fact] = _Answers(
                mask,
                tuple((value, space.bit(fact, value)) for value in space.domains[fact]),
                tuple(map(space.outside, self.rulebook.theory.touching(mask))),
            )
        rest = knowledge & ~asked.mask
        for value, bit in asked.values:
            answered = rest | bit
            if knowledge & bit and all(answered & forbidden for forbidden in asked.broken):
                yield value, answered

    def _askable(self, named: int) -> Iterator[tuple[str, int, tuple[int, ...]]]:
        """Yield the facts that conditions name, and those that tell of these through constraints.

        Each has its bits, and for one that is not named what each of those constraints forbids.
        """
        space = self.space
        tied = [(space.named(prime), space.outside(prime)) for prime in self.rulebook.inside.broken]
        tied = [(facts, forbidden) for facts, forbidden in tied if facts & named]
        for fact, mask in zip(space.facts, space.masks, strict=True):
            if mask & named:
                yield fact, mask, ()
                continue
            telling = tuple(forbidden for facts, forbidden in tied if facts & mask)
            if telling:
                yield fact, mask, telling

    def _tells(self, mask: int, telling: tuple[int, ...], knowledge: int) -> bool:
        """Tell whether some answer to a fact rules out a value of another, through one of these constraints."""
        space, rest = self.space, knowledge & ~mask
        for forbidden in telling:
            left = rest & forbidden
            if left and knowledge & mask & ~forbidden:
                field = space.masks[space.field_at(left.bit_length() - 1)]
                if not left & ~field and left != knowledge & field:
                    return True
        return False

    def unknown(self, knowledge: int, options: Iterable[str]) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yield each fact that is open, and that some of these options rest on, with those.

        Conditions name it, or an answer to it would tell of a fact that they name.
        """
        rests_on = [(id_, self._rests_on[id_]) for id_ in options]
        for fact, mask, telling in self._asked:
            bits = knowledge & mask
            if bits & (bits - 1) and (not telling or self._tells(mask, telling, knowledge)):
                concerned = tuple(id_ for id_, facts in rests_on if facts & mask)
                if concerned:
                    yield fact, concerned

    def knowing(self, knowledge: int, change: Iterable[tuple[str, str]], learned: int) -> int:
        """Return what is known of a patient otherwise alike.

        Args:
            knowledge: what is known of this one.
            change: the facts that are otherwise, with their values.
            learned: a cube that the patient lies in besides.
        """
        for fact, value in change:
            knowledge = self.space.assign(knowledge, fact, value)
        return knowledge & learned

    def is_unknown(self, fact: str, knowledge: int) -> bool:
        """Tell whether nothing is known of a fact."""
        mask = self.space.mask(fact)
        return knowledge & mask == mask

    def without(self, fact: str, knowledge: int) -> int:
        """Return what is known without a fact."""
        return knowledge | self.space.mask(fact)

    def named_by(self, option: str) -> tuple[str, ...]:
        """Return the facts that the conditions of an option name, in order."""
        return self.space.facts_of(self.rulebook.by_id[option].described.named)

    def scope_facts(self) -> tuple[str, ...]:
        """Return the facts that the scope rests on, in order."""
        return self.space.facts_of(self.rulebook.scope.named)

    def opening(self, option: str, knowledge: int) -> tuple[str, ...]:
        """Return the facts without any one of which a settled status, in scope, would be open."""
        found = []
        for fact in self.named_by(option):
            less = self.without(fact, knowledge)
            if less != knowledge and self.scope(less) == "in" and self.status(option, less) == "undetermined":
                found.append(fact)
        return tuple(found)

    def would_settle(self, fact: str, knowledge: int, options: Iterable[str]) -> bool:
        """Tell whether some answer to a fact would settle one of these options, which are open, or the scope."""
        scope, open_options = self.scope(knowledge), tuple(options)
        return any(
            self.scope(answered) != scope
            or (scope == "in" and any(self.status(option, answered) != "undetermined" for option in open_options))
            for _, answered in self.answers(fact, knowledge)
        )

    def deciding(self, option: str, knowledge: int) -> tuple[str, ...]:
        """Return the facts of all minimal reasons why no rule of an option can hold; on demand, perhaps of more."""
        return self.space.facts_of(self.rulebook.by_id[option].described.refuting(self.space, knowledge))

    def nearest_in_scope(self, knowledge: int) -> int:
        """Return what is known of a patient in scope who is otherwise alike: all that the scope rests on is open."""
        scope, theory = self.rulebook.scope, self.rulebook.theory
        if self.scope(knowledge) == "out":  # what the scope rests on, and what hangs together with it, may be otherwise
            knowledge |= theory.linked(scope.named)
        return theory.tighten(knowledge & scope.holds[0])

    def region(self, option: CompiledOption, status: Status) -> AnyRegion | None:
        """Return where a settled status of an option lies; None for one that it cannot have."""
        key = option.id, status
        if key not in self._regions:
            function = {"candidate": option.candidate, "unspecified": option.unspecified}.get(status, option.described)
            inside, holds = self.rulebook.inside, status != "not_described"
            self._regions[key] = None if function is None else inside.region(function, holds=holds)
        return self._regions[key]

    def rule_region(self, rule: CompiledRule) -> AnyRegion:
        """Return where a rule holds."""
        found = self._rules.get(rule.rule.id)
        if found is None:
            found = self._rules[rule.rule.id] = self.rulebook.inside.region(rule.function)
        return found

    def settling(self, option: CompiledOption, knowledge: int) -> Settling:
        """Return what would settle an open status."""
        return self._settling(option, knowledge, lambda conditions: conditions)

    def _settling(
        self, option: CompiledOption, knowledge: int, among: Callable[[tuple[int, ...]], Iterable[int]]
    ) -> Settling:
        found: list[tuple[int, Status]] = []
        are_all = True
        for status in SETTLED:
            region = self.region(option, status)
            if region is not None:
                conditions = region.conditions(knowledge)
                found += [(cube, status) for cube in among(conditions.cubes)]
                are_all = are_all and conditions.are_all
        return Settling(tuple(found), are_all)

    def nearest(self, option: CompiledOption, statuses: Iterable[Status], knowledge: int) -> NearestPatients:
        """Return the nearest patients for whom an option has one of these statuses."""
        best: list[tuple[Edit, Status]] = []
        least = -1
        are_all = True
        for to in statuses:
            region = self.region(option, to)
            if region is None:
                continue
            distance, edits, all_told = region.nearest(knowledge)
            if distance < 0 and not all_told:
                return NearestPatients((), are_all=False)  # nobody knows how near the nearest are
            if distance < 0 or 0 <= least < distance:
                continue
            if distance != least:
                least, best, are_all = distance, [], True
            best += [(edit, to) for edit in edits]
            are_all = are_all and all_told
        return NearestPatients(tuple(best), are_all)

    def group(self, function: PrimeFunction, knowledge: int) -> PatientSet:
        """Return the patients of a condition, as far as knowledge leaves them possible."""
        regions = self._conditions.get(function)
        if regions is None:
            region = self.rulebook.theory.region
            regions = self._conditions[function] = region(function), region(function, holds=False)
        inside, outside = regions
        conditions = inside.conditions(knowledge).cubes
        cases = tuple(knowledge & condition for condition in conditions)
        whole = reduce(or_, cases, 0)
        return PatientSet(whole, cases, conditions, outside.conditions(whole).cubes if len(cases) > 1 else ())

    def settling_group(self, option: CompiledOption, group: PatientSet) -> Settling:
        """Return what would settle a status that is open among patients in scope.

        Within the group less is enough than in the cube around it: "ER-positive and bone, or PR-positive and bone"
        is "bone".
        """
        return self._settling(option, group.whole, lambda conditions: self._within(group, conditions))

    def _within(self, group: PatientSet, conditions: tuple[int, ...]) -> Iterator[int]:
        space = self.space
        telling = reduce(or_, map(space.outside, group.others), 0)
        if any(~cube & space.fields(telling) for cube in conditions):
            found = primes(space, (*conditions, *group.others))
            conditions = tuple(sorted(found, key=lambda cube: (len(order := tuple(space.restricted(cube))), order)))
        possible = self.rulebook.inside.is_possible
        for cube in conditions:
            if any(not space.is_empty(both := case & cube) and possible(both) for case in group.cases):
                yield cube


@lru_cache(RULEBOOKS)
def verdicts_of(rulebook: CompiledRulebook) -> Verdicts:
    """Return the verdicts of a rulebook; prepared once for each."""
    return Verdicts(rulebook)
