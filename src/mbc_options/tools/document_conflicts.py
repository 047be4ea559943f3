"""Where single documents give different statuses, over every possible patient, beside the register of disagreements.

A document that describes an option for nobody of some patients is silent on them, and disagrees with no other. Two
disagree where one makes it a candidate and the other names it without a criterion, for the same patient.
"""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

from mbc_options.logic import intersect
from mbc_options.record import Record
from mbc_options.rulebook.by_document import limited_to
from mbc_options.rulebook.models import source_of
from mbc_options.tools.patient_sets import PatientSetDescribed, PatientSets, patients_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mbc_options.logic import Cover
    from mbc_options.rulebook.compiled import CompiledOption, CompiledRulebook
    from mbc_options.rulebook.models import Disagreement

__all__ = ["DocumentConflict", "document_conflicts"]


class DocumentConflict(Record):
    """Patients for whom one document makes an option a candidate, and another names it without a criterion.

    Attributes:
        option: the id of the option.
        candidate, unspecified: the documents.
        patients: all of them.
        registered: the disagreements of the register that set these documents against each other on the option or its
            class, for some of these patients.
        unregistered: those of the patients for whom there is none.
        rulings: the numbers of the rulings that say why none is.
    """

    option: str
    candidate: str
    unspecified: str
    patients: PatientSetDescribed
    registered: tuple[str, ...]
    unregistered: PatientSetDescribed
    rulings: tuple[int, ...]

    @property
    def is_settled(self) -> bool:
        """Whether all of it is registered, or a ruling says why it is not."""
        return not self.unregistered or bool(self.rulings)


def document_conflicts(rulebook: CompiledRulebook) -> Iterator[DocumentConflict]:
    """Yield where single documents give different statuses; a member is asked about in its class's disagreements, too.

    Raises:
        TooManyCubesError: where patients cannot be listed.
    """
    alone = {id_: limited_to(rulebook, {id_}) for id_ in rulebook.sources}
    sets, space = PatientSets.of(rulebook), rulebook.space
    for id_ in rulebook.by_id:
        whole = rulebook.by_id[id_]
        for first, second in permutations(rulebook.sources, 2):
            unspecified = alone[second].by_id[id_].unspecified
            if unspecified is None:
                continue
            candidate = patients_of(alone[first].by_id[id_].candidate)
            both = intersect(space, candidate, patients_of(unspecified))
            patients = sets.described(both)
            if not patients:
                continue
            registered, others = _beside_register(rulebook, id_, (first, second), both)
            yield DocumentConflict(
                option=id_,
                candidate=first,
                unspecified=second,
                patients=patients,
                registered=registered,
                unregistered=sets.described(others),
                rulings=_rulings(whole, second),
            )


def _beside_register(
    rulebook: CompiledRulebook, option: str, documents: tuple[str, str], patients: Cover
) -> tuple[tuple[str, ...], Cover]:
    """Return the disagreements of two documents on an option for some patients, and the patients who have none."""
    space, names, left = rulebook.space, {option, option.partition(".")[0]}, patients
    registered = []
    for one in rulebook.disagreements:
        if names.isdisjoint(one.authored.options) or not _are_opposed(one.authored, documents):
            continue
        function = one.function
        met = patients if function is None else intersect(space, patients, patients_of(function))
        if any(map(rulebook.inside.is_possible, met)):
            registered.append(one.authored.id)
            left = () if function is None else intersect(space, left, patients_of(function, holds=False))
    return tuple(registered), left


def _are_opposed(disagreement: Disagreement, documents: tuple[str, str]) -> bool:
    """Tell whether two documents stand on different sides."""
    first, second = (
        {i for i, side in enumerate(disagreement.sides) if document in map(source_of, side.claims)}
        for document in documents
    )
    return bool(first and second) and len(first | second) > 1


def _rulings(option: CompiledOption, document: str) -> tuple[int, ...]:
    """Return the rulings on the rules by which a document names an option without a criterion."""
    return tuple(
        dict.fromkeys(
            number
            for one in option.rules
            if one.rule.status == "unspecified" and any(claim.startswith(f"{document}-") for claim in one.rule.claims)
            for number in one.rule.rulings
        )
    )
