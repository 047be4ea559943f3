"""Drugs and procedures of a record: that they were given for this illness, and what is said of how they ended."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.records.drugs import Drugs
from mbc_options.records.elements import codings, concepts, extensions, said, text_of
from mbc_options.records.proofs import Proof
from mbc_options.records.resources import Resource, items
from mbc_options.vocabulary.spelling import UNKNOWN, normal

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.records.drugs import Given
    from mbc_options.records.fhir_patient import PatientReader

__all__ = ["TreatmentRecordReader"]

_DRUGS = (
    *("MedicationRequest", "MedicationOrder", "MedicationStatement", "MedicationUsage"),
    *("MedicationAdministration", "MedicationDispense"),
)
_ENDED = ("statusReason", "reasonStopped", "reasonNotTaken")
_INTENTS = ("category", "reasonCode", "reason")


class _Given(NamedTuple):
    """A treatment by its name in a description, and whether it counts for a reason alone; or why it is none."""

    name: str
    needs_reason: bool = False
    why: str = ""


class TreatmentRecordReader:
    """Reads the drugs and procedures of a patient."""

    def __init__(self, patient: PatientReader) -> None:
        self.patient, self.codes, self.proofs = patient, patient.codes, patient.proofs
        self.drugs = Drugs(patient.codes)
        self.field = patient.codes.vocabulary.history

    def read(self, resource: Resource) -> bool:
        """Read one; tell whether it is a drug or procedure."""
        if not self.field or resource.type not in {*_DRUGS, "Procedure"}:
            return False
        if self.patient.ignored(resource):
            return True
        is_drug = resource.type in _DRUGS
        named = list(self._concepts(resource)) if is_drug else concepts(resource.data.get("code"))
        given = self._drug(named) if is_drug else self._procedure(named)
        source = self.patient.source(resource)
        if named and not source.code:
            source = replace(source, code=said(named[0], self.codes))
        if given is None or given.why:
            self.proofs.ignore(source, given.why if given else "no treatment of a class that the rulebook knows")
            return True
        what = f"{self.field}.{given.name}"
        why = self.patient.why_not(resource, any_cancer=True)
        if not why and given.needs_reason and not self.patient.reason(resource):
            why = "it is often given for something else, and the record gives no reason"
        if why:
            self.proofs.ignore(source, why, what=what)
            return True
        setting, needs = self._setting(resource)
        outcome = self._outcome(resource)
        self.proofs.prove(Proof(source, self.field, outcome, name=given.name, setting=setting, needs=needs))
        return True

    def _concepts(self, resource: Resource) -> Iterator[Mapping[str, Any]]:
        """Yield what names a drug: a concept, or that of the medication referred to and of what is in it."""
        data = resource.data
        yield from items(data.get("medicationCodeableConcept"))
        targets = [*items(data.get("medicationReference")), *items(data.get("medication"))]
        for one in targets:
            yield from items(one.get("concept"))
            if "coding" in one or "text" in one:
                yield one
            inner = [one.get("reference"), *(deep.get("reference") for deep in items(one.get("reference")))]
            for reference in inner:
                medication = self.patient.group.resolve(reference, resource)
                if medication is not None:
                    yield from concepts(medication.data.get("code"))
                    for part in items(medication.data.get("ingredient")):
                        yield from items(part.get("itemCodeableConcept"))
                        yield from concepts(part.get("item"))
            yield from ({"text": deep["display"]} for deep in (one, *items(one.get("reference"))) if "display" in deep)

    def _drug(self, named: list[Mapping[str, Any]]) -> _Given | None:
        """Return the drugs that concepts mean, of each by its codes or else the first of its texts that names any."""
        found: dict[str, Given] = {}
        for concept in named:
            known = codings(concept, self.codes)
            meant = self.drugs.named(known, [*filter(None, (text_of(concept), *(coding.text for coding in known)))])
            if meant.why:
                return _Given("", why=meant.why)
            found |= {one.name: one for one in meant.given}
        return _Given(" + ".join(found), any(one.needs_reason for one in found.values())) if found else None

    def _procedure(self, named: list[Mapping[str, Any]]) -> _Given | None:
        for concept in named:
            entry = self.codes.procedures.find(codings(concept, self.codes), text_of(concept))
            if entry is not None and entry.unused:
                return _Given("", why=entry.unused)
            given = self.drugs.given(entry.treatment) if entry is not None and entry.treatment else None
            if entry is not None and given is not None:
                return _Given(given.name, entry.needs_reason)
        return None

    def _outcome(self, resource: Resource) -> str:
        """Return how it went, as far as the record says so: an order says nothing of that."""
        for name in _ENDED:
            for concept in concepts(resource.data.get(name)):
                entry = self.codes.outcomes.find(codings(concept, self.codes), text_of(concept))
                if entry is not None:
                    return entry.outcome
                listed = self.codes.vocabulary.treatments[self.field].outcomes.get(normal(text_of(concept)))
                if listed is not None:
                    return listed
        for one in extensions(resource.data):
            for concept in items(one.get("valueCodeableConcept")):
                coded = self.codes.outcomes.coded(codings(concept, self.codes))
                if coded is not None:
                    return coded[0].outcome
        state = self.patient.state(resource)
        is_over = any(
            period.get("end")
            for name in ("effectivePeriod", "performedPeriod", "occurrencePeriod")
            for period in items(resource.data.get(name))
        )
        return state.outcome if state is not None and state.outcome and not is_over else UNKNOWN

    def _setting(self, resource: Resource) -> tuple[str, str]:
        """Return the setting that the intent says, and the fact without which it does not."""
        named = [concept for name in _INTENTS for concept in concepts(resource.data.get(name))]
        named += [concept for one in extensions(resource.data) for concept in items(one.get("valueCodeableConcept"))]
        for concept in named:
            entry = self.codes.settings.find(codings(concept, self.codes), text_of(concept))
            if entry is not None:
                return entry.setting, entry.needs or ""
        reasons = self.patient.reasons(resource)
        found = (one for one in self.codes.settings.entries if one.reason in reasons)
        return next(((one.setting, one.needs or "") for one in found), ("", ""))
