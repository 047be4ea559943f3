"""What teaching cases touch of a rulebook, and what none of them does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.result import Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from mbc_options.cases.case import Case, Stage
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook

__all__ = ["Coverage", "CoverageGroup", "CoverageItem", "CoveringStage", "coverage"]


class CoveringStage(Result):
    """Where an item is touched.

    Attributes:
        case: the name of the case.
        stage: the id of the stage.
    """

    case: str
    stage: str


class CoverageItem(Result):
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
    by: tuple[CoveringStage, ...]


class CoverageGroup(Result):
    """All items of one kind.

    Attributes:
        kind: the name of the kind, in the plural.
        items: in the order of the rulebook.
    """

    kind: str
    items: tuple[CoverageItem, ...]

    @property
    def uncovered(self) -> tuple[CoverageItem, ...]:
        """The items that no case touches."""
        return tuple(item for item in self.items if not item.by)

    def __str__(self) -> str:
        names = ", ".join(item.id for item in self.uncovered)
        line = f"{self.kind}: {len(self.items) - len(self.uncovered)} of {len(self.items)}"
        return f"{line}; untouched: {names}" if names else line

    __repr__ = __str__


class Coverage(Result):
    """What cases touch of a rulebook.

    Attributes:
        cases: the names of the cases.
        rules: those of classes and members; one is touched where it surely holds.
        classes: touched where it is a candidate, or named without a criterion (`unspecified`).
        members: likewise.
        subtypes: touched where it is known.
        sites: those that a rule names; touched where the disease is known to be there.
        disagreements: touched where it concerns the patient; not those on outlook, of which no case speaks.
    """

    cases: tuple[str, ...]
    rules: CoverageGroup
    classes: CoverageGroup
    members: CoverageGroup
    subtypes: CoverageGroup
    sites: CoverageGroup
    disagreements: CoverageGroup

    @property
    def kinds(self) -> tuple[CoverageGroup, ...]:
        """Everything, kind by kind."""
        return self.rules, self.classes, self.members, self.subtypes, self.sites, self.disagreements

    def triggers(self, option: str) -> CoverageGroup:
        """Return the rules of one class or member alone: the triggers that make it a candidate, or name it."""
        return CoverageGroup(
            kind=f"triggers of {option}", items=tuple(rule for rule in self.rules.items if rule.option == option)
        )

    def __str__(self) -> str:
        begin = f"{len(self.cases)} case{'' if len(self.cases) == 1 else 's'}; touched are:"
        return "\n".join([begin, *(f"  {kind}" for kind in self.kinds)])

    __repr__ = __str__


def coverage(cases: Iterable[Case], rulebook: CompiledRulebook) -> Coverage:
    """Return what cases touch of a rulebook.

    Args:
        cases: the cases, worked out by this very rulebook.
        rulebook: what is to be touched.
    """
    cases = tuple(cases)
    stages_of: dict[tuple[str, str], list[CoveringStage]] = {}
    for case in cases:
        for stage in case.stages:
            here = CoveringStage(case=case.name, stage=stage.id)
            for touched in _touched(stage, rulebook):
                stages_of.setdefault(touched, []).append(here)

    def covered(field: str, kind: str, items: Iterable[tuple[str, str, str | None]]) -> CoverageGroup:
        return CoverageGroup(
            kind=kind,
            items=tuple(
                CoverageItem(id=id_, label=label, option=option, by=tuple(stages_of.get((field, id_), ())))
                for id_, label, option in items
            ),
        )

    def options(found: Iterable[CompiledOption]) -> list[tuple[str, str, None]]:
        return [(option.id, option.authored.label, None) for option in found]

    every = rulebook.by_id.values()
    return Coverage(
        cases=tuple(case.name for case in cases),
        rules=covered("rules", "rules", [(r.rule.id, r.reads, option.id) for option in every for r in option.rules]),
        classes=covered("options", "classes", options(rulebook.options)),
        members=covered("options", "members", options(m for option in rulebook.options for m in option.members)),
        subtypes=covered(
            "subtypes", "subtypes", [(one.subtype.id, one.subtype.label, None) for one in rulebook.subtypes]
        ),
        sites=covered(
            "counted", f"{_called(rulebook)} that a rule names", [(*site, None) for site in _named_sites(rulebook)]
        ),
        disagreements=covered(
            "disagreements",
            "disagreements",
            [
                (one.authored.id, one.authored.subject, None)
                for one in rulebook.disagreements
                if not one.authored.outlook
            ],
        ),
    )


def _touched(stage: Stage, rulebook: CompiledRulebook) -> Iterator[tuple[str, str]]:
    """Yield what a stage touches, as the field of a coverage and an id."""
    now, space = stage.assessment, rulebook.space
    knowledge = now.patient.knowledge
    for option in rulebook.by_id.values():
        if now[option.id].status in {"candidate", "unspecified"}:
            yield "options", option.id
        if now.scope == "in":  # a rule's condition leaves out what the scope says already
            yield from (("rules", rule.rule.id) for rule in option.rules if rule.function.entailed_by(knowledge))
    if now.subtype.is_ is not None:
        yield "subtypes", now.subtype.is_
    for fact, site in _sites(rulebook):
        if space.values(knowledge, fact) == ("yes",):
            yield "counted", site
    for disagreement in now.disagreements:
        yield "disagreements", disagreement.id


def _named_sites(rulebook: CompiledRulebook) -> Iterator[tuple[str, str]]:
    """Yield the sites that the condition of some rule names, each with its name."""
    named = 0
    for option in rulebook.by_id.values():
        for rule in option.rules:
            named |= rule.function.named
    for fact, site in _sites(rulebook):
        if named & rulebook.space.mask(fact):
            yield site, rulebook.vocabulary.facts[fact].label


def _called(rulebook: CompiledRulebook) -> str:
    """Return what the sites are called: the name of the field that they are of."""
    vocabulary = rulebook.vocabulary
    fields = dict.fromkeys(vocabulary.field_of(fact) for fact in vocabulary.counted)
    return " and ".join(vocabulary.labels[field] for field in fields) or "places"


def _sites(rulebook: CompiledRulebook) -> Iterator[tuple[str, str]]:
    """Yield the facts that are sites, each with its name in the field."""
    yield from ((fact, fact.partition(".")[2]) for fact in rulebook.vocabulary.counted)
