"""Rules against the passages that they cite, over the whole space of patients.

A claim says of which patients its passage speaks (`when`); a rule says for whom it holds, and which claims it rests on.
Two questions are decided for each rule, among the patients in scope and, for a member, among those of its class:

- Is it *wider*: are there patients for whom it holds, and of whom no claim that it cites speaks?
- Is it *narrower*: are there patients of whom a claim speaks, and for whom no rule of the option with that status
  holds?

A claim that names no patients, or asks for something that no fact carries, proves nothing here, and is counted.
Both answers are covers, simplified to their primes (Quine 1952), so that each difference reads as few, large groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mbc_options.logic import absorb, complement, intersect
from mbc_options.rulebook.conditions import AnyOf, cases_of, cases_of_definitions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.logic import Cover
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRule, CompiledRulebook
    from mbc_options.rulebook.conditions import Node

__all__ = ["Difference", "Passages", "RuleRead", "passages"]


class Difference(NamedTuple):
    """Patients of whom a rule and its passages do not say the same.

    Attributes:
        kind: `wider`: the rule holds for them, and no claim that it cites speaks of them; `narrower`: a claim speaks
            of them, and no rule of the option with that status holds.
        claims: the claims that speak of them; none where the rule is wider.
        patients: groups of them, each readable; together they are all.
    """

    kind: Literal["wider", "narrower"]
    claims: tuple[str, ...]
    patients: tuple[str, ...]


class RuleRead(NamedTuple):
    """A rule beside what it cites.

    Attributes:
        id: of the rule.
        option: the class or member that it belongs to.
        basis: `stated`, `implied` or `editorial`.
        reads: how its condition reads.
        rulings: the numbers of the rulings that explain its differences.
        compared: the cited claims that say of which patients they speak.
        in_part: those of them that ask for more than facts carry.
        not_comparable: the others.
        differences: what is not the same.
    """

    id: str
    option: str
    basis: str
    reads: str
    rulings: tuple[int, ...]
    compared: tuple[str, ...]
    in_part: tuple[str, ...]
    not_comparable: tuple[str, ...]
    differences: tuple[Difference, ...]

    @property
    def verdict(self) -> str:
        """`agrees`, `differs` or, where no claim can be compared, `open`."""
        return "differs" if self.differences else "agrees" if self.compared else "open"

    def problems(self) -> Iterator[str]:
        """Yield what has to be mended: a difference that no ruling explains, and a reason without a difference."""
        kinds = {difference.kind for difference in self.differences}
        said = " and ".join(sorted(kinds))
        if kinds and self.basis == "stated":
            yield f"{self.option}: {self.id}: is stated, and {said} than what it cites"
        elif kinds and not self.rulings:
            yield f"{self.option}: {self.id}: is {said} than what it cites, and no ruling explains it (rulings)"
        if self.rulings and not kinds and self.compared:
            yield f"{self.option}: {self.id}: agrees with what it cites; its rulings explain nothing"


class Passages(NamedTuple):
    """Every rule beside what it cites.

    Attributes:
        rules: in the order of the options.
        claims: how many claims there are.
        told: how many of them say of which patients they speak,
        told_in_part: and how many more do in part.
    """

    rules: tuple[RuleRead, ...]
    claims: int
    told: int
    told_in_part: int

    def problems(self) -> Iterator[str]:
        """Yield what has to be mended."""
        for rule in self.rules:
            yield from rule.problems()


def passages(rulebook: CompiledRulebook) -> Passages:
    """Return every rule of a rulebook beside what it cites."""
    claims = rulebook.claims.values()
    told = [claim for claim in claims if claim.when is not None]
    whole = sum(claim.condition is None for claim in told)
    return Passages(tuple(_Reader(rulebook).rules()), len(claims), whole, len(told) - whole)


class _Reader:
    def __init__(self, rulebook: CompiledRulebook) -> None:
        self.rulebook = rulebook
        self.space = rulebook.space
        definitions = {definition.id: definition.when for definition in rulebook.definitions}
        self.definitions = cases_of_definitions(definitions, self.space)

    def rules(self) -> Iterator[RuleRead]:
        for class_ in self.rulebook.options:
            for option in (class_, *class_.members):
                for rule in option.rules:
                    within = (self.space.universe,) if option is class_ else self._all(class_, rule.rule.status)
                    yield self._read(rule, option, within)

    def _read(self, compiled: CompiledRule, option: CompiledOption, within: Cover) -> RuleRead:
        rule = compiled.rule
        cited = [self.rulebook.claims[id_] for id_ in rule.claims]
        told = [(claim, self._cover(claim.when)) for claim in cited if claim.when is not None]
        differences: list[Difference] = []
        spoken = [cube for _, cover in told for cube in cover]
        if told and (wider := self._outside(self._cover(rule.when), spoken, within)):
            differences.append(Difference("wider", (), wider))
        reached = self._all(option, rule.status)
        alike: dict[tuple[str, ...], list[str]] = {}
        for claim, cover in told:
            if claim.condition is None and (narrower := self._outside(cover, reached, within)):
                alike.setdefault(narrower, []).append(claim.id)
        differences += [Difference("narrower", tuple(ids), patients) for patients, ids in alike.items()]
        return RuleRead(
            id=rule.id,
            option=option.id,
            basis=rule.basis,
            reads=compiled.reads,
            rulings=rule.rulings,
            compared=tuple(claim.id for claim, _ in told),
            in_part=tuple(claim.id for claim, _ in told if claim.condition is not None),
            not_comparable=tuple(claim.id for claim in cited if claim.when is None),
            differences=tuple(differences),
        )

    def _all(self, option: CompiledOption, status: str) -> Cover:
        """Return the patients for whom an option has that status, or more."""
        rules = [one.rule for one in option.rules if status == "unspecified" or one.rule.status == "candidate"]
        return self._cover(AnyOf(parts=tuple(rule.when for rule in rules)))

    def _cover(self, node: Node) -> Cover:
        within, but_not = cases_of(node, self.definitions, self.space)
        return within if not but_not else complement(self.space, but_not)

    def _outside(self, cover: Cover, others: Iterable[int], within: Cover) -> tuple[str, ...]:
        """Return who is possible in the one and not in the others, in scope, as readable groups."""
        space, theory = self.space, self.rulebook.inside
        left = intersect(space, intersect(space, cover, within), complement(space, absorb(others)))
        function = theory.compile(filter(theory.is_possible, left))
        phrase = self.rulebook.vocabulary.phrase
        return tuple(
            "; ".join(phrase(fact, values) for fact, values in space.reading(cube).items()) or "every patient in scope"
            for cube in theory.region(function).conditions(space.universe).cubes
        )
