"""Conditions of a patient: which of them are the illness, where it has spread, and which are of something else."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.records.elements import codings, concepts, references, text_of
from mbc_options.records.observations import ObservationReader
from mbc_options.records.proofs import Proof
from mbc_options.records.resources import Resource, items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.records.fhir_patient import PatientReader
    from mbc_options.records.receipt import Source
    from mbc_options.vocabulary.code_forms import CodedCondition, CodedState

__all__ = ["ConditionReader"]

_OTHER_ILLNESS = ("another", "anywhere")
_PROOF = "proof"
_OF_EITHER = "the record has another illness and does not say which of them has spread; it counts as that of this one"
_NO_ILLNESS = (*_OTHER_ILLNESS, "former", "past", "aside")


class _Condition(NamedTuple):
    """A condition with all that its codes or its texts say it is, and how it stands."""

    resource: Resource
    entries: tuple[CodedCondition, ...]
    state: CodedState | None

    @property
    def counts(self) -> bool:
        """Whether it is so now."""
        return self.state is None or not (self.state.ignored or self.state.told)

    @property
    def is_over(self) -> bool:
        """Whether it was so, and never refuted or doubted."""
        return self.state is not None and self.state.is_over

    @property
    def is_cancer(self) -> bool:
        """Whether it is this illness by its name, and no spread alone."""
        return self.has("illness") or any(entry.is_cancer for entry in self.entries if entry.kind == "spread")

    def has(self, *kinds: str) -> bool:
        """Tell whether it is of one of some kinds."""
        return any(entry.kind in kinds for entry in self.entries)


class ConditionReader:
    """Reads the conditions of a patient.

    Args:
        patient: the reader of all.
        resources: those of the patient.

    Attributes:
        mine: the conditions that are this illness or its spread, as they stand in the record.
        has_another: whether there is an illness beside it to which a treatment or result may belong.
    """

    def __init__(self, patient: PatientReader, resources: list[Resource]) -> None:
        self.patient, self.codes, self.proofs = patient, patient.codes, patient.proofs
        self.mine: list[Mapping[str, Any]] = []
        self.has_another = False
        found = [self._condition(one) for one in resources if one.type == "Condition"]
        self._by_resource = {id(one.resource.data): one for one in found}
        self._sort(found)

    def _condition(self, resource: Resource) -> _Condition:
        concept = next(iter(concepts(resource.data.get("code"))), {})
        entries = self._entries_of(concept)
        if any(entry.kind == "anywhere" for entry in entries):
            at = concepts(resource.data.get("bodySite"))
            illness = next(
                (one for one in self.codes.conditions.entries if one.kind == "illness" and not one.proves), None
            )
            if illness is not None and self.patient.places.is_primary(at):
                entries = (illness, *(one for one in entries if one.kind != "anywhere"))
        return _Condition(resource, entries, self.patient.state(resource))

    def _entries_of(self, concept: Mapping[str, Any]) -> tuple[CodedCondition, ...]:
        """Return what a concept is: by each of its codes, or else its text, and what its text proves besides."""
        known = codings(concept, self.codes)
        found = list(self.codes.conditions.every(known, text_of(concept)))
        said = [one for text in self._texts(concept) for one in self.codes.conditions.said(text)]
        if self.codes.conditions.coded(known) is None:
            found = [one for one in said if one.kind != _PROOF][:1] or found
        elif all(one.kind == "spread" for one in found):
            found = [one for one in self.codes.conditions.said(text_of(concept)) if one.over_codes] or found
        is_not_this = any(one.kind in _NO_ILLNESS for one in found)
        beside = () if is_not_this else (one for one in said if one.kind == _PROOF)
        return tuple({id(one): one for one in (*found, *beside)}.values())

    def _texts(self, concept: Mapping[str, Any]) -> list[str]:
        return [*filter(None, (text_of(concept), *(one.text for one in codings(concept, self.codes))))]

    def _sort(self, found: list[_Condition]) -> None:
        """Tell which conditions are this illness, and whether there is another."""
        cancers = [one for one in found if one.is_cancer]
        others = [one for one in found if one.has(*_OTHER_ILLNESS) and one not in cancers]
        self.has_another = any(one.counts or one.is_over for one in others)  # what is over was treated, too
        spread = [one for one in found if one.has("spread")]
        # One that is over is still the only one that the record is about; so is one of the past that has spread.
        of_it = [one for one in cancers if one.counts] or [one for one in cancers if one.is_over]
        is_of_one = not self.has_another and not any(one.counts and one.has("former") for one in found)
        if not of_it and is_of_one and any(one.counts for one in spread):
            of_it = [
                one for one in found if one.counts and any(of.is_cancer and of.kind == "past" for of in one.entries)
            ]
        self.mine = [one.resource.data for one in of_it]
        if of_it:
            self.mine += [one.resource.data for one in spread if self._not_of_another(one.resource)]

    def _not_of_another(self, resource: Resource) -> bool:
        """Tell whether nothing says that a spread is that of another illness."""
        found = self._referred(resource)
        return not found or any(self.is_mine(target) for target in found)

    def _referred(self, resource: Resource) -> list[Resource]:
        targets = [self.patient.group.resolve(one.target, resource) for one in references(resource.data)]
        return [target for target in targets if target is not None and target.type == "Condition"]

    def kinds_of(self, concept: Mapping[str, Any]) -> set[str]:
        """Return the kinds of condition that a concept is of; of none where it is not known."""
        return {entry.kind for entry in self._entries_of(concept)}

    def kinds(self, resource: Resource) -> set[str]:
        """Return the kinds of a condition: of one in the record, as it is of this illness or not; else by its code."""
        condition = self._by_resource.get(id(resource.data))
        if condition is None:
            return self.kinds_of(next(iter(concepts(resource.data.get("code"))), {})) or {"another"}
        return {"spread" if condition.has("spread") else "illness"} if self.is_mine(resource) else {"another"}

    def is_mine(self, resource: Resource) -> bool:
        """Tell whether a condition is this illness, or its spread."""
        return any(resource.data is one for one in self.mine)

    def read(self, resource: Resource) -> bool:
        """Read one; tell whether it is a condition."""
        condition = self._by_resource.get(id(resource.data))
        if condition is None:
            return False
        source, state = self.patient.source(resource), condition.state
        for field, value in ((state.voids if state else None) or {}).items():
            self.proofs.void(replace(source, date=""), field, value)  # it stands so now, and began at another time
        is_mine = self.is_mine(resource)
        if not condition.entries:
            self.proofs.ignore(source, "no field says anything of this condition")
        elif condition.counts or (is_mine and condition.has("illness")):
            for entry in condition.entries:
                self._read(condition, entry, source, is_mine=is_mine)
        else:
            assert state is not None
            if state.told and condition.has("illness", "spread", "proof"):
                self._tell(condition, source)
            self.proofs.ignore(source, state.ignored or state.told or "")
        return True

    def _tell(self, condition: _Condition, source: Source) -> None:
        entry, text = condition.entries[0], text_of(next(iter(concepts(condition.resource.data.get("code"))), {}))
        name = entry.name or entry.label or text or source.code or source.type
        self.proofs.tell(f"{source.named(name)}: {condition.state.told if condition.state else ''}.")

    def _read(self, condition: _Condition, entry: CodedCondition, source: Source, *, is_mine: bool) -> None:
        if entry.kind == "illness" or (entry.kind == "past" and is_mine and not condition.has("illness")):
            if not condition.counts:
                self._tell(condition, source)
            self.proofs.use(source, "the condition that the rulebook is about")
            self._stage(condition.resource)
        elif entry.kind in _NO_ILLNESS:
            self.proofs.ignore(source, entry.label or "another illness")
            return
        elif entry.kind == "spread" and not is_mine:
            self.proofs.ignore(source, "another illness of the record has spread there")
            return
        elif entry.kind == "spread" and not condition.counts:
            self.proofs.ignore(source, (condition.state.told if condition.state else None) or "")
            return
        for field, value in (entry.proves or {}).items():
            self.proofs.prove(Proof(source, field, value))
        for field, value in (entry.voids or {}).items():
            self.proofs.void(source, field, value)
            self.proofs.use(source, field, why=f"{value} that was found before says nothing any more")
        if entry.kind == "spread":
            if self.has_another and not condition.is_cancer and not self._referred(condition.resource):
                self.proofs.tell(f"{source.named(source.code)}: {_OF_EITHER}.")
            self._spread(condition.resource, entry, source)

    def _spread(self, resource: Resource, entry: CodedCondition, source: Source) -> None:
        sites = self.codes.places
        if sites is None:
            self.proofs.ignore(source, "the rulebook has no field of sites")
            return
        code, sites_of = concepts(resource.data.get("code")), self.patient.places.sites_of
        at = sites_of(*concepts(resource.data.get("bodySite")))
        if entry.is_cancer:  # then its body site may be that where it began
            at = [name for name in at if name not in sites.primary]
        named = [entry.name] if entry.name else at or sites_of(*code)
        for name in named:
            self.proofs.prove(Proof(source, sites.field, "yes", name=name))
        if named:
            return
        texts = (text for one in code for text in self._texts(one))
        said = (one for text in texts for one in self.codes.conditions.said(text))
        undecided = next((one for one in (entry, *said) if one.undecided), None)
        if undecided is not None:
            self.proofs.ignore(source, f"{undecided.label}: it does not say which, and proves none")
        else:
            self.proofs.prove(Proof(source, sites.confirmed_by, "yes"))

    def _stage(self, resource: Resource) -> None:
        """Read the stages that stand within a condition."""
        for stage in items(resource.data.get("stage")):
            for concept in concepts(stage.get("summary")):
                ObservationReader(self.patient).stage(resource, concept)
