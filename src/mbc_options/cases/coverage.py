"""What teaching cases touch of a rulebook, and what none of them does."""

# Annotations are not postponed here: pydantic would evaluate them from text at every start.

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from mbc_options.cases.case import Case, Stage
from mbc_options.parts import Part
from mbc_options.vocabulary.facts import NAMED_FIELDS

if TYPE_CHECKING:
    from mbc_options.rulebook.compiled import CompiledRulebook, Unit

__all__ = ["Coverage", "Covered", "Thing", "Visit", "coverage"]

SITES = "sites"
"""The field of a description whose facts are sites."""


class Visit(Part):
    """Where a thing is touched.

    Attributes:
        case: the name of the case.
        stage: the id of the stage.
    """

    case: str
    stage: str


class Thing(Part):
    """Something of a rulebook that a case may touch.

    Attributes:
        id: its id.
        label: what it is called; of a rule its condition, readable.
        option: the class or member that a rule belongs to; else None.
        by: the stages that touch it, in the order of the cases.
    """

    id: str
    label: str
    option: str | None
    by: tuple[Visit, ...]


class Covered(Part):
    """All things of one kind.

    Attributes:
        kind: the name of the kind, in the plural.
        things: in the order of the rulebook.
    """

    kind: str
    things: tuple[Thing, ...]

    @property
    def untouched(self) -> tuple[Thing, ...]:
        """The things that no case touches."""
        return tuple(thing for thing in self.things if not thing.by)

    def __str__(self) -> str:
        names = ", ".join(thing.id for thing in self.untouched)
        line = f"{self.kind}: {len(self.things) - len(self.untouched)} of {len(self.things)}"
        return f"{line}; untouched: {names}" if names else line

    __repr__ = __str__


class Coverage(Part):
    """What cases touch of a rulebook.

    Attributes:
        cases: the names of the cases.
        rules: those of classes and members; one is touched where it surely holds.
        classes: touched where it is a candidate, or named without a criterion (`unspecified`).
        members: likewise.
        subtypes: touched where it is known.
        sites: those that a rule names; touched where the disease is known to be there.
        disagreements: touched where it concerns the patient.
    """

    cases: tuple[str, ...]
    rules: Covered
    classes: Covered
    members: Covered
    subtypes: Covered
    sites: Covered
    disagreements: Covered

    @property
    def kinds(self) -> tuple[Covered, ...]:
        """Everything, kind by kind."""
        return self.rules, self.classes, self.members, self.subtypes, self.sites, self.disagreements

    def triggers(self, option: str) -> Covered:
        """Return the rules of one class or member alone: the triggers that make it a candidate, or name it."""
        return Covered(
            kind=f"triggers of {option}", things=tuple(rule for rule in self.rules.things if rule.option == option)
        )

    def __str__(self) -> str:
        begin = f"{len(self.cases)} case{'' if len(self.cases) == 1 else 's'}; touched are:"
        return "\n".join([begin, *(f"  {kind}" for kind in self.kinds)])

    __repr__ = __str__


def coverage(cases: Iterable[Case], rulebook: "CompiledRulebook") -> Coverage:
    """Return what cases touch of a rulebook.

    Args:
        cases: the cases, worked out by this very rulebook.
        rulebook: what is to be touched.
    """
    cases = tuple(cases)
    visits: dict[tuple[str, str], list[Visit]] = {}
    for case in cases:
        for stage in case.stages:
            visit = Visit(case=case.name, stage=stage.id)
            for touched in _touched(stage, rulebook):
                visits.setdefault(touched, []).append(visit)

    def covered(field: str, kind: str, things: Iterable[tuple[str, str, str | None]]) -> Covered:
        return Covered(
            kind=kind,
            things=tuple(
                Thing(id=id_, label=label, option=option, by=tuple(visits.get((field, id_), ())))
                for id_, label, option in things
            ),
        )

    def units(found: "Iterable[Unit]") -> list[tuple[str, str, None]]:
        return [(unit.id, unit.words["label"], None) for unit in found]

    every = rulebook.by_id.values()
    return Coverage(
        cases=tuple(case.name for case in cases),
        rules=covered("rules", "rules", [(r.id, r.words["reads"], unit.id) for unit in every for r in unit.rules]),
        classes=covered("units", "classes", units(rulebook.units)),
        members=covered("units", "members", units(member for unit in rulebook.units for member in unit.members)),
        subtypes=covered("subtypes", "subtypes", [(id_, label, None) for id_, label, _ in rulebook.subtypes]),
        sites=covered(SITES, "sites that a rule names", [(*site, None) for site in _named_sites(rulebook)]),
        disagreements=covered(
            "disagreements", "disagreements", [(one.id, one.words["subject"], None) for one in rulebook.disagreements]
        ),
    )


def _touched(stage: Stage, rulebook: "CompiledRulebook") -> Iterator[tuple[str, str]]:
    """Yield what a stage touches, as the field of a coverage and an id."""
    now, space = stage.assessment, rulebook.space
    knowledge = now.patient.knowledge
    for unit in rulebook.by_id.values():
        if now[unit.id].status in {"candidate", "unspecified"}:
            yield "units", unit.id
        if now.scope == "in":  # a rule's condition leaves out what the scope says already
            yield from (("rules", rule.id) for rule in unit.rules if rule.function.entailed_by(knowledge))
    if now.subtype.is_ is not None:
        yield "subtypes", now.subtype.is_
    for site in NAMED_FIELDS[SITES]:
        if space.values(knowledge, f"{SITES}.{site}") == ("yes",):
            yield SITES, site
    for disagreement in now.disagreements:
        yield "disagreements", disagreement.id


def _named_sites(rulebook: "CompiledRulebook") -> Iterator[tuple[str, str]]:
    """Yield the sites that the condition of some rule names, each with its name."""
    named = 0
    for unit in rulebook.by_id.values():
        for rule in unit.rules:
            named |= rule.function.named
    for site in NAMED_FIELDS[SITES]:
        fact = f"{SITES}.{site}"
        if named & rulebook.space.mask(fact):
            yield site, rulebook.fact_words[fact]["label"]
