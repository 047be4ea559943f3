"""Mutants: a rulebook changed in one place, as a slip of its author would change it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeAlias, get_args

from mbc_options.rulebook.conditions import AllOf, Always, AnyOf, Defined, Fact, NoneOf
from mbc_options.rulebook.models import Settled

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping

    from mbc_options.rulebook.conditions import Domains, Node
    from mbc_options.rulebook.models import Definition, Rulebook
    from mbc_options.tools.testing.expectations import Beside
    from mbc_options.vocabulary.facts import Constraint, FactsFile

__all__ = ["Entry", "Mutant", "Operator", "entries_of", "mutants_of", "variants"]

Operator: TypeAlias = Literal["flip", "drop", "widen", "narrow", "swap", "remove_not", "change"]
"""What is done to a leaf, a group, or what else decides."""

Kind: TypeAlias = "Literal['scope', 'subtype', 'rule', 'drug'] | Beside"


class Entry(NamedTuple):
    """An entry of a rulebook whose condition decides something.

    Attributes:
        kind: what it is.
        option: for a rule, a caution or a drug, the class or member that it is of; else empty.
        authored: as it was written.
        place: for a drug, its place among those of the option, which may name it twice.
    """

    kind: Kind
    option: str
    authored: Any
    place: int = 0

    @property
    def id(self) -> str:
        """Its id; of the scope, which has none, what it is."""
        found: str = self.authored.agent if self.kind == "drug" else getattr(self.authored, "id", self.kind)
        return found


class Mutant(NamedTuple):
    """A change of an entry, of a definition, or of what cannot be.

    Attributes:
        kind, id: what is changed; of a constraint, its sentence.
        key: the key under which: `when`, `status` ...
        operator: how.
        before, after: the part that is changed, as it is written; nothing where it is left out.
        entry: the entry changed; None of what is none,
        definition: the definition changed, likewise,
        facts: the facts with the constraint changed, likewise.
    """

    kind: str
    id: str
    key: str
    operator: Operator
    before: Any
    after: Any
    entry: Entry | None
    definition: Definition | None = None
    facts: FactsFile | None = None


class Variant(NamedTuple):
    """A condition changed in one place.

    Attributes:
        operator: how.
        before, after: the part that is changed; None where it is left out.
        whole: the condition as changed.
    """

    operator: Operator
    before: Node
    after: Node | None
    whole: Node


def variants(node: Node, domains: Domains) -> Iterator[Variant]:
    """Yield every change of a condition, each once: the whole left out, and each part changed."""
    seen = {node}
    for variant in _whole_and_parts(node, domains):
        if variant.whole not in seen:
            seen.add(variant.whole)
            yield variant


def _whole_and_parts(node: Node, domains: Domains) -> Iterator[Variant]:
    yield Variant("drop", node, None, Always())
    yield from _parts(node, domains)


def _parts(node: Node, domains: Domains) -> Iterator[Variant]:
    match node:
        case Always():
            return
        case Defined():
            yield _instead("flip", node, NoneOf(part=node))
        case Fact():
            yield from _leaf(node, domains[node.fact])
        case NoneOf(part=part):
            yield _instead("remove_not", node, part)
            for one in _parts(part, domains):
                yield one._replace(whole=NoneOf(part=one.whole))
        case AllOf() | AnyOf():
            yield from _group(node, domains)


def _group(group: AllOf | AnyOf, domains: Domains) -> Iterator[Variant]:
    parts, several = group.parts, len(group.parts) > 1
    if several:
        yield _instead("swap", group, AnyOf(parts=parts) if isinstance(group, AllOf) else AllOf(parts=parts))
    for i, part in enumerate(parts):
        if several:
            yield Variant("drop", part, None, replace(group, parts=(*parts[:i], *parts[i + 1 :])))
        for one in _parts(part, domains):
            yield one._replace(whole=replace(group, parts=(*parts[:i], one.whole, *parts[i + 1 :])))


def _instead(operator: Operator, before: Node, after: Node) -> Variant:
    return Variant(operator, before, after, after)


def _leaf(leaf: Fact, domain: tuple[str, ...]) -> Iterator[Variant]:
    others = tuple(value for value in domain if value not in leaf.values)
    if others:
        yield _instead("flip", leaf, Fact(fact=leaf.fact, values=others))
    for value in others:
        yield _instead("widen", leaf, Fact(fact=leaf.fact, values=(*leaf.values, value)))
    for value in leaf.values if len(leaf.values) > 1 else ():
        fewer = tuple(one for one in leaf.values if one != value)
        yield _instead("narrow", leaf, Fact(fact=leaf.fact, values=fewer))


def entries_of(rulebook: Rulebook) -> Iterator[Entry]:
    """Yield everything whose condition decides something."""
    yield Entry("scope", "", rulebook.about.scope)
    yield from (Entry("subtype", "", one) for one in rulebook.about.subtypes)
    for class_ in rulebook.therapies:
        for option, id_ in ((class_, class_.id), *((member, f"{class_.id}.{member.id}") for member in class_.members)):
            yield from (Entry("rule", id_, rule) for rule in option.rules)
            yield from (Entry("caution", id_, caution) for caution in option.cautions)
            yield from (Entry("drug", id_, agent, place) for place, agent in enumerate(option.agents))
    yield from (Entry("consideration", "", one) for one in rulebook.considerations)
    yield from (Entry("disagreement", "", one) for one in rulebook.disagreements)
    yield from (Entry("background", "", one) for one in rulebook.background)
    yield from (Entry("question", "", one) for one in rulebook.questions)


def mutants_of(rulebook: Rulebook, own: Container[str] | None = None) -> Iterator[Mutant]:
    """Yield every mutant of a rulebook.

    Args:
        rulebook: as it was written.
        own: the sentences of the constraints that are its own, and not those of a vocabulary that it takes over.
            Default: all are.
    """
    domains = rulebook.vocabulary.space.domains
    file = rulebook.vocabulary.file
    for i, constraint in enumerate(file.constraints):
        if own is None or constraint.sentence in own:
            for operator, before, after, changed in _of_constraint(constraint, domains):
                constraints = (*file.constraints[:i], changed, *file.constraints[i + 1 :])
                facts = replace(file, constraints=constraints)
                yield Mutant("constraint", constraint.sentence, "never", operator, before, after, None, None, facts)
    for definition in rulebook.definitions:
        for one in variants(definition.when, domains):
            yield Mutant(
                "definition",
                definition.id,
                "when",
                one.operator,
                one.before.as_written(),
                one.after and one.after.as_written(),
                None,
                replace(definition, when=one.whole),
            )
    for entry in entries_of(rulebook):
        yield from _of_conditions(entry, domains)
        yield from _of_the_rest(entry)


def _changed(entry: Entry, key: str, operator: Operator, parts: tuple[Any, Any], values: Mapping[str, Any]) -> Mutant:
    before, after = parts
    changed = entry._replace(authored=replace(entry.authored, **values))
    return Mutant(entry.kind, entry.id, key, operator, before, after, changed)


def _of_conditions(entry: Entry, domains: Domains) -> Iterator[Mutant]:
    for key in ("when", "unless"):
        node: Node | None = getattr(entry.authored, key, None)
        if node is None:
            continue
        for one in variants(node, domains):
            parts = one.before.as_written(), one.after and one.after.as_written()
            whole = None if key == "unless" and one.before is node and one.after is None else one.whole
            yield _changed(entry, key, one.operator, parts, {key: whole})


def _of_the_rest(entry: Entry) -> Iterator[Mutant]:
    """Yield changes of what decides beside conditions."""
    authored = entry.authored
    if entry.kind == "rule":
        other = "unspecified" if authored.status == "candidate" else "candidate"
        yield _changed(entry, "status", "change", (authored.status, other), {"status": other})
    unknown: tuple[str, ...] = getattr(authored, "when_unknown", ())
    if unknown and authored.when is not None:
        yield _changed(entry, "when", "drop", (authored.when.as_written(), None), {"when": None})
    for fact in unknown:
        fewer = tuple(one for one in unknown if one != fact)
        yield _changed(entry, "when_unknown", "drop", (fact, None), {"when_unknown": fewer})
    if entry.kind in {"consideration", "question"}:
        beyond = authored.beyond_scope
        words = ("no", "yes")
        yield _changed(entry, "beyond_scope", "flip", (words[beyond], words[not beyond]), {"beyond_scope": not beyond})
    if getattr(authored, "about", None):
        for status in get_args(Settled):
            is_there = status in authored.status
            changed = tuple(one for one in get_args(Settled) if (one in authored.status) != (one == status))
            parts = (status, None) if is_there else (None, status)
            yield _changed(entry, "status", "narrow" if is_there else "widen", parts, {"status": changed})


def _of_constraint(
    constraint: Constraint, domains: Domains
) -> Iterator[tuple[Operator, dict[str, Any], dict[str, Any] | None, Constraint]]:
    """Yield changes of what cannot be together: a combination left out, and each fact in it changed."""
    never = constraint.never

    def instead(i: int, *cases: dict[str, Any]) -> Constraint:
        return replace(constraint, never=(*never[:i], *cases, *never[i + 1 :]))

    for i, case in enumerate(never):
        yield "drop", case, None, instead(i)
        for fact, said in case.items():
            leaf = Fact(fact=fact, values=(said,) if isinstance(said, str) else said)
            if len(case) > 1:
                yield "drop", {fact: said}, None, instead(i, {key: case[key] for key in case if key != fact})
            for one in _leaf(leaf, domains[fact]):
                assert isinstance(one.whole, Fact)
                after = one.whole.as_written()
                yield one.operator, {fact: said}, after, instead(i, {**case, fact: one.whole.values})
