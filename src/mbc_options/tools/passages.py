"""Rules against the passages that they cite, over the whole space of patients.

A claim says of which patients its passage speaks (`when`); a rule says for whom it holds, and which claims it rests on.
Two questions are decided for each rule, among the patients in scope and, for a member, among those of its class:

- Is it *wider*: are there patients for whom it holds, and of whom no claim that it cites speaks?
- Is it *narrower*: are there patients of whom a claim speaks, and for whom no rule of the option with that status
  holds?

A claim that limits or contradicts a rule (`supports`) speaks for it to nobody, and need not be reached; it has to meet
one of its patients, or it limits nobody. So does a claim that states it.

The same is asked of what is said beside the rules to some patients: of the definitions, the drugs and cautions of an
option, the considerations, disagreements, background notes and questions. A claim that states one of them, limits or
contradicts it, has to speak of some patient who is told it.

The other way round, of every claim: are there patients of whom it speaks, and for whom an option that it is about is
not described? A claim is about the options whose rules rest on it, that name a drug by it or mention it, and about
those that it says itself (`about`).

A claim that names no patients, or asks for something that no fact carries, proves nothing here, and is counted.
Both answers are covers, simplified to their primes (Quine 1952), so that each difference reads as few, large groups.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from mbc_options.logic import absorb, complement, intersect
from mbc_options.rulebook.conditions import AnyOf, cases_of, cases_of_definitions
from mbc_options.rulebook.models import support_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from mbc_options.logic import Cover, Theory
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRule, CompiledRulebook
    from mbc_options.rulebook.conditions import Node
    from mbc_options.rulebook.models import Claim, Support

__all__ = ["Difference", "EntryRead", "Passages", "RuleRead", "Unmet", "passages"]


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
        limits: the cited claims that limit it,
        contradicts: and those that contradict it.
        for_nobody: what is wrong with claims that state, limit or contradict it, as is said, and speak of none of its
            patients.
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
    limits: tuple[str, ...]
    contradicts: tuple[str, ...]
    for_nobody: tuple[str, ...]
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
        yield from (f"{self.option}: {self.id}: {wrong}" for wrong in self.for_nobody)
        if self.rulings and not kinds and self.compared and not self.limits and not self.contradicts:
            yield f"{self.option}: {self.id}: agrees with what it cites; its rulings explain nothing"


class EntryRead(NamedTuple):
    """What is said beside the rules to some patients, and the claims that it rests on.

    Attributes:
        kind: what it is: a definition, drug, caution, consideration, disagreement, note or question.
        id: its id; of a drug or caution, after that of its option.
        compared: the claims that state, limit or contradict it, and say of which patients they speak.
        for_nobody: what is wrong with those that speak of none of its patients.
    """

    kind: str
    id: str
    compared: tuple[str, ...]
    for_nobody: tuple[str, ...]

    def problems(self) -> Iterator[str]:
        """Yield what has to be mended."""
        yield from (f"{self.kind} {self.id}: {wrong}" for wrong in self.for_nobody)


class Unmet(NamedTuple):
    """Patients of whom a claim about an option speaks, and for whom the option is not described.

    Attributes:
        claim, option: their ids.
        patients: groups of them, each readable; together they are all.
        rulings: the numbers of the rulings that explain it: the claim's, and those of the rules that rest on it.
    """

    claim: str
    option: str
    patients: tuple[str, ...]
    rulings: tuple[int, ...]


class Passages(NamedTuple):
    """Every rule beside what it cites.

    Attributes:
        rules: in the order of the options.
        entries: what is said beside them to some patients.
        claims: how many claims there are.
        told: how many of them say of which patients they speak,
        told_in_part: and how many more do in part.
        about: how many pairs there are of a claim that says of whom it speaks, and an option that it is about.
        unmet: those in which the option is not described for some of them.
        idle: claims whose own rulings explain nothing.
    """

    rules: tuple[RuleRead, ...]
    entries: tuple[EntryRead, ...]
    claims: int
    told: int
    told_in_part: int
    about: int
    unmet: tuple[Unmet, ...]
    idle: tuple[str, ...]

    def problems(self) -> Iterator[str]:
        """Yield what has to be mended."""
        for rule in self.rules:
            yield from rule.problems()
        for entry in self.entries:
            yield from entry.problems()
        for one in self.unmet:
            if not one.rulings:
                said = "is not described for some of whom it speaks, and no ruling explains it (rulings)"
                yield f"{one.claim}: {one.option} {said}"
        for claim in self.idle:
            yield f"{claim}: what it is about is described for all of whom it speaks; its rulings explain nothing"


def passages(rulebook: CompiledRulebook) -> Passages:
    """Return every rule of a rulebook beside what it cites."""
    claims = rulebook.claims.values()
    told = [claim for claim in claims if claim.when is not None]
    whole = sum(claim.condition is None for claim in told)
    reader = _Reader(rulebook)
    about = reader.about()
    unmet = tuple(reader.unmet(about))
    idle = {claim.id for claim in claims if claim.rulings} - {one.claim for one in unmet}
    return Passages(
        rules=tuple(reader.rules()),
        entries=tuple(reader.entries()),
        claims=len(claims),
        told=whole,
        told_in_part=len(told) - whole,
        about=sum(map(len, about.values())),
        unmet=unmet,
        idle=tuple(sorted(idle)),
    )


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
        how = {id_: support_of(rule.basis, rule.supports, id_) for id_ in rule.claims}
        against = {id_ for id_, support in how.items() if support in {"limits", "contradicts"}}
        told = [
            (claim, self._cover(claim.when)) for claim in cited if claim.when is not None and claim.id not in against
        ]
        holds = intersect(self.space, self._cover(rule.when), within)
        differences: list[Difference] = []
        spoken = [cube for _, cover in told for cube in cover]
        if (told or (against and against == how.keys())) and (
            wider := self._outside(self._cover(rule.when), spoken, within)
        ):
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
            not_comparable=tuple(claim.id for claim in cited if claim.when is None and claim.id not in against),
            limits=tuple(id_ for id_, support in how.items() if support == "limits"),
            contradicts=tuple(id_ for id_, support in how.items() if support == "contradicts"),
            for_nobody=self._for_nobody(how, holds, self.rulebook.inside),
            differences=tuple(differences),
        )

    def entries(self) -> Iterator[EntryRead]:
        """Yield what is said beside the rules."""
        said = self.rulebook
        for definition in said.definitions:
            yield self._entry("definition", definition.id, definition, said.theory)
        for option in said.by_id.values():
            for agent in option.agents:
                yield self._entry("drug", f"{option.id}: {agent.authored.agent}", agent.authored, said.inside)
            for caution in option.cautions:
                yield self._entry("caution", f"{option.id}: {caution.authored.id}", caution.authored, said.inside)
        for kind, remarks in (
            ("consideration", said.considerations),
            ("note", said.background),
            ("question", said.questions),
        ):
            for remark in remarks:
                beyond = getattr(remark.authored, "beyond_scope", False)
                yield self._entry(kind, remark.authored.id, remark.authored, said.theory if beyond else said.inside)
        for disagreement in said.disagreements:
            yield self._entry("disagreement", disagreement.authored.id, disagreement.authored, said.inside)

    def _entry(self, kind: str, id_: str, authored: Any, theory: Theory) -> EntryRead:
        """Compare an entry; what has no basis, a drug or the side of a disagreement, is said by its claims."""
        cited = [claim for one in getattr(authored, "sides", (authored,)) for claim in one.claims]
        how: dict[str, Support] = dict.fromkeys(cited, "states")
        if hasattr(authored, "basis"):
            how = {claim: support_of(authored.basis, authored.supports, claim) for claim in cited}
        holds: Cover = (self.space.universe,)  # what looks at the knowledge is told of anybody
        if authored.when is not None and not getattr(authored, "when_unknown", ()):
            holds = self._cover(authored.when)
        if (unless := getattr(authored, "unless", None)) is not None:
            holds = intersect(self.space, holds, complement(self.space, self._cover(unless)))
        return EntryRead(kind, id_, tuple(self._speaking(how)), self._for_nobody(how, holds, theory))

    def _speaking(self, how: Mapping[str, Support]) -> Iterator[str]:
        """Yield the claims that do more than imply, and say of which patients they speak."""
        for id_, support in how.items():
            if support != "implies" and self.rulebook.claims[id_].when is not None:
                yield id_

    def _for_nobody(self, how: Mapping[str, Support], holds: Cover, theory: Theory) -> tuple[str, ...]:
        """Return what is wrong with the claims that speak of none of these patients."""
        return tuple(
            f"{id_} speaks of none of its patients, and {how[id_]} it for nobody"
            for id_ in self._speaking(how)
            if not self._meets(self._cover(self.rulebook.claims[id_].when), holds, theory)  # type: ignore[arg-type]
        )

    def about(self) -> dict[str, dict[str, tuple[int, ...]]]:
        """Return, by claim that says of whom it speaks, what it is about, with the rulings of the rules on it."""
        found: dict[str, dict[str, dict[int, None]]] = {
            id_: {option: {} for option in claim.about}
            for id_, claim in self.rulebook.claims.items()
            if claim.when is not None and claim.condition is None
        }
        for option in self.rulebook.by_id.values():
            said = option.authored
            for id_ in (*said.mentions, *(id_ for agent in said.agents for id_ in agent.claims)):
                if id_ in found:
                    found[id_].setdefault(option.id, {})
            for rule in said.rules:
                for id_ in rule.claims:
                    support = support_of(rule.basis, rule.supports, id_)
                    if id_ in found and support in {"states", "implies"}:
                        found[id_].setdefault(option.id, {}).update(dict.fromkeys(rule.rulings))
        return {id_: {option: tuple(by) for option, by in options.items()} for id_, options in found.items()}

    def unmet(self, about: dict[str, dict[str, tuple[int, ...]]]) -> Iterator[Unmet]:
        """Yield where an option is not described for some of whom a claim about it speaks."""
        described: dict[str, Cover] = {}
        for class_ in self.rulebook.options:
            described[class_.id] = self._all(class_, "unspecified")
            for member in class_.members:
                described[member.id] = intersect(self.space, described[class_.id], self._all(member, "unspecified"))
        for id_, options in about.items():
            claim: Claim = self.rulebook.claims[id_]
            cover = self._cover(claim.when)  # type: ignore[arg-type]  # those that name nobody are not among them
            for option, rulings in options.items():
                if patients := self._outside(cover, described[option], (self.space.universe,)):
                    yield Unmet(id_, option, patients, tuple(dict.fromkeys((*claim.rulings, *rulings))))

    def _meets(self, cover: Cover, others: Cover, theory: Theory) -> bool:
        """Tell whether some possible patient is in both."""
        return any(map(theory.is_possible, intersect(self.space, cover, others)))

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
