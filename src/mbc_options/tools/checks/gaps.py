"""Patients of whom a rulebook says little: nothing that acts on the whole body, or nothing but what everybody gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from mbc_options.logic import TooManyCubesError, intersect
from mbc_options.tools.patient_sets import PatientSets, patients_of

if TYPE_CHECKING:
    from mbc_options.logic import Cover
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook
    from mbc_options.tools.patient_sets import PatientSetDescribed

__all__ = ["Gap", "Gaps", "gaps"]


class Gap(NamedTuple):
    """Patients in scope for whom some classes are no candidates.

    Attributes:
        kind: `systemic`: no class that is said to be systemic is a candidate for them; `particular`: none is but those
            that are for everybody in scope.
        subtype: of which subtype they are; empty for all patients.
        label: its label.
        patients: who they are.
    """

    kind: Literal["systemic", "particular"]
    subtype: str
    label: str
    patients: PatientSetDescribed


class Gaps(NamedTuple):
    """The gaps of a rulebook.

    Attributes:
        found: over all patients in scope, then by subtype; where there are none, nothing.
        is_whole: whether all were looked for; a kind is not where the patients outside its classes cannot be listed.
    """

    found: tuple[Gap, ...]
    is_whole: bool


def gaps(rulebook: CompiledRulebook) -> Gaps:
    """Return the gaps of a rulebook."""
    found: list[Gap] = []
    is_whole = True
    universe = rulebook.space.universe
    systemic = [option for option in rulebook.options if getattr(option.authored, "systemic", False)]
    particular = [option for option in rulebook.options if not option.candidate.entailed_by(universe)]
    sets = PatientSets.of(rulebook)
    kinds: tuple[tuple[Literal["systemic", "particular"], list[CompiledOption]], ...]
    kinds = ("systemic", systemic), ("particular", particular)
    groups: list[tuple[str, str, Cover]] = [("", "", (universe,))]
    groups += [(one.subtype.id, one.subtype.label, patients_of(one.function)) for one in rulebook.subtypes]
    for kind, options in kinds:
        if not options:
            continue
        try:
            left = _without(rulebook, options)
            for subtype, label, cover in groups:
                described = sets.described(intersect(rulebook.space, left, cover))
                if described:
                    found.append(Gap(kind, subtype, label, described))
        except TooManyCubesError:
            is_whole = False
    return Gaps(tuple(found), is_whole)


def _without(rulebook: CompiledRulebook, options: list[CompiledOption]) -> Cover:
    """Return the patients for whom none of some options is a candidate.

    Raises:
        TooManyCubesError: where they cannot be listed.
    """
    left: Cover = (rulebook.space.universe,)
    for option in options:
        left = intersect(rulebook.space, left, patients_of(option.candidate, holds=False))
    return left
