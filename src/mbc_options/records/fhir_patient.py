"""What the resources of one patient prove: conditions first, for they say to which illness all others belong."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.patient.aliases import Refused, read_names
from mbc_options.records.elements import (
    codings,
    concepts,
    references,
    source_of,
    text_of,
    word,
)
from mbc_options.records.findings import Proof, Proofs
from mbc_options.records.observations import ObservationReader
from mbc_options.records.resources import Group, Resource, items
from mbc_options.records.treatments import TreatmentRecordReader
from mbc_options.vocabulary.spelling import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.records.receipt import RecordPatient, RecordReceipt, Source
    from mbc_options.vocabulary.codes import CodedCondition, CodedState, Codes

__all__ = ["PatientReader"]

_OTHER_VERSIONS = (
    ("R5", ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationUsage"), "medication"),
    ("R5", ("Procedure",), "occurrenceDateTime"),
    ("R5", ("Procedure", "MedicationRequest"), "reason"),
    ("STU3", ("MedicationStatement",), "taken"),
    ("STU3", ("MedicationRequest",), "context"),
)


class _Condition(NamedTuple):
    """A condition with what it is, and whether it counts."""

    resource: Resource
    entry: CodedCondition | None
    counts: bool
    state: CodedState | None


class PatientReader:
    """Reads one patient.

    Args:
        group: the resources that those of the patient may refer to.
        codes: what codes and texts mean.
        today: the last date that there can be; empty for any.
    """

    def __init__(self, group: Group, codes: Codes, today: str) -> None:
        self.group, self.codes, self.today = group, codes, today
        self.proofs = Proofs(codes.vocabulary, codes.lasting)
        self.conditions: list[_Condition] = []
        self.mine: list[Mapping[str, Any]] = []
        self.not_mine: list[Mapping[str, Any]] = []
        self.has_another = False

    def read(self, id_: str, resources: list[Resource]) -> RecordPatient | RecordReceipt:
        """Return the patient; the receipt alone where the record says nothing of the illness."""
        self._tell_of_version(resources)
        self._sort_conditions(resources)
        if not self.mine:
            for resource in resources:
                self.proofs.ignore(self.source(resource), "the record has no condition that the rulebook is about")
            return self.proofs.receipt(id_)
        observations, treatments = ObservationReader(self), TreatmentRecordReader(self)
        by_resource = {id(one.resource.data): one for one in self.conditions}
        for resource in resources:
            condition = by_resource.get(id(resource.data))
            if condition is not None:
                self._condition(condition)
            elif resource.type == "Observation":
                observations.read(resource)
            elif not treatments.read(resource) and not self._elements(resource):
                self._besides(resource)
        return self.proofs.patient(id_)

    # What all readers of resources ask for

    def source(self, resource: Resource, element: str = "") -> Source:
        """Return where something stands; a date that cannot be is told, and left out."""
        source = source_of(resource, self.codes, element)
        if self.today and source.date > self.today:
            self.proofs.tell(f"{resource.type} {resource.id}: {source.date} lies in the future; it is read as undated.")
            return type(source)(**{**source.__dict__, "date": ""})
        return source

    def state(self, resource: Resource) -> CodedState | None:
        """Return what follows from how a resource stands; None where nothing does."""
        for state in self.codes.states:
            if (not state.types or resource.type in state.types) and word(
                resource.data.get(state.element)
            ) in state.codes:
                return state
        return None

    def ignored(self, resource: Resource) -> bool:
        """Tell whether a resource counts for nothing, which is then noted."""
        state = self.state(resource)
        if state is None or not (state.ignored or state.told):
            return False
        self.proofs.ignore(self.source(resource, state.element), state.ignored or state.told or "")
        return True

    def why_not(self, resource: Resource, *, any_cancer: bool) -> str:
        """Say why something does not belong to this cancer; nothing where it does.

        Args:
            resource: what is about or for something.
            any_cancer: whether it may be of any cancer where it does not say of which.
        """
        told = self.reason(resource)
        if told is False:
            return "it belongs to another condition"
        if told is None and any_cancer and self.has_another:
            return "it may belong to another illness of the record, and does not say to which"
        return ""

    def reason(self, resource: Resource) -> bool | None:
        """Tell whether something says that it is for this illness (yes), for something else (no), or neither (None)."""
        found: list[bool] = []
        for reference in references(resource.data):
            target = self.group.resolve(reference, resource)
            if target is None or target.type != "Condition":
                continue
            found.append(any(target.data is one for one in self.mine))
        for name in ("reasonCode", "reason"):
            for concept in concepts(resource.data.get(name)):
                entry = self.codes.conditions.find(codings(concept, self.codes), text_of(concept))
                if entry is not None:
                    found.append(entry.kind in {"illness", "spread"})
                elif concept.get("coding") or concept.get("text"):
                    found.append(False)
        return any(found) if found else None

    def site_of(self, concept: Mapping[str, Any]) -> str:
        """Return the name of the site that a concept means; empty where it means none."""
        if self.codes.places is None:
            return ""
        known = codings(concept, self.codes)
        found = self.codes.body.coded(known)
        if found is not None:
            return found[0].name
        for text in (text_of(concept), *(coding.text for coding in known)):
            if text and (name := self._site_in(text)):
                return name
        return ""

    def _site_in(self, text: str) -> str:
        sites = self.codes.places
        assert sites is not None
        for pattern in self.codes.without:
            text = pattern.sub(" ", text)
        if not text.strip():
            return ""
        field = self.codes.vocabulary.fields[sites.field]
        free = getattr(field, "free_text", None)
        try:
            read = read_names(sites.field, self.codes.vocabulary.names[sites.field], free, " ".join(text.split()))
        except Refused:
            return ""
        for notice in read.notices:
            self.proofs.tell(notice)
        return read.names[0] if len(read.names) == 1 else ""

    def tissue_of(self, resource: Resource) -> tuple[str, str] | None:
        """Return the field and the value that the tissue of a result says, by its specimen or its body site."""
        texts, sites = [], []
        for reference in items(resource.data.get("specimen")):
            specimen = self.group.resolve(reference.get("reference"), resource)
            if specimen is None:
                continue
            for concept in concepts(specimen.data.get("type")):
                texts += [text_of(concept), *(one.text for one in codings(concept, self.codes))]
            for note in items(specimen.data.get("note")):
                texts += [str(note.get("text", ""))]
            for collection in items(specimen.data.get("collection")):
                sites += concepts(collection.get("bodySite"))
        sites += concepts(resource.data.get("bodySite"))
        for tissue in self.codes.tissues.entries:
            if tissue.pattern and any(re.search(tissue.pattern, text, re.IGNORECASE) for text in texts):
                return tissue.field, tissue.value
        names = [name.partition(":")[0] for site in sites if (name := self.site_of(site))]
        for tissue in self.codes.tissues.entries:
            if set(names) & set(tissue.at):
                return tissue.field, tissue.value
        return None

    # Conditions

    def _sort_conditions(self, resources: list[Resource]) -> None:
        """Tell which conditions are this illness, which another, and which say where it has spread."""
        for resource in resources:
            if resource.type == "Condition":
                entry = self._entry_of(resource)
                state = self.state(resource)
                counts = state is None or not (state.ignored or state.told)
                self.conditions.append(_Condition(resource, entry, counts, state))
        cancers = [one for one in self.conditions if one.entry and (one.entry.kind == "illness" or one.entry.is_cancer)]
        active = [one for one in cancers if one.counts]
        # One that is over is still the only one that the record is about, as long as it was never refuted or doubted.
        over = [one for one in cancers if one.state and one.state.told and one.state.element == "clinicalStatus"]
        of_it = active or over
        self.mine = [one.resource.data for one in of_it]
        if of_it:
            spread = (one for one in self.conditions if one.entry and one.entry.kind == "spread")
            self.mine += [one.resource.data for one in spread if self._not_of_another(one.resource)]
        self.has_another = any(
            one.counts and one.entry is not None and one.entry.kind in {"another", "anywhere"} and one not in of_it
            for one in self.conditions
        )

    def _entry_of(self, resource: Resource) -> CodedCondition | None:
        """Return what a condition is; a illness of some place is this one where it begins in the same."""
        concept = next(iter(concepts(resource.data.get("code"))), {})
        entry = self.codes.conditions.find(codings(concept, self.codes), text_of(concept))
        sites = self.codes.places
        if entry is None or entry.kind != "anywhere" or sites is None:
            return entry
        names = {self.site_of(one) for one in concepts(resource.data.get("bodySite"))}
        if names & set(sites.primary):
            return next(
                (one for one in self.codes.conditions.entries if one.kind == "illness" and not one.proves), entry
            )
        return entry

    def _not_of_another(self, resource: Resource) -> bool:
        """Tell whether nothing says that a spread is that of another illness."""
        targets = [self.group.resolve(reference, resource) for reference in references(resource.data)]
        found = [target for target in targets if target is not None and target.type == "Condition"]
        return not found or any(target.data is one for target in found for one in self.mine)

    def _condition(self, condition: _Condition) -> None:  # noqa: C901 - a line for each kind
        resource, entry, counts, state = condition
        source = self.source(resource)
        if entry is None:
            self.proofs.ignore(source, "no field says anything of this condition")
            return
        for field, value in ((state.voids if state else None) or {}).items():
            self.proofs.void(source, field, value)
        is_mine = any(resource.data is one for one in self.mine)
        if not counts and not (entry.kind == "illness" and is_mine):
            assert state is not None
            if state.told and entry.kind in {"illness", "spread", "proof"}:
                name = entry.name or entry.label or text_of(next(iter(concepts(resource.data.get("code"))), {}))
                self.proofs.tell(f"{name or source.code or resource.type} ({resource.id}): {state.told}.")
            self.proofs.ignore(source, state.ignored or state.told or "")
            return
        if entry.kind in {"another", "past", "anywhere"}:
            self.proofs.ignore(source, entry.label or "another illness")
            return
        if entry.kind == "spread" and not is_mine:
            self.proofs.ignore(source, "another illness of the record has spread there")
            return
        if entry.kind == "illness":
            if state is not None and state.told:
                self.proofs.tell(f"{source.code} ({resource.id}): {state.told}.")
            self.proofs.use(source, "the condition that the rulebook is about")
            self._stage(resource)
        for field, value in (entry.proves or {}).items():
            self.proofs.prove(Proof(source, field, value))
        if entry.kind == "spread":
            self._spread(resource, entry, source)

    def _spread(self, resource: Resource, entry: CodedCondition, source: Source) -> None:
        sites = self.codes.places
        if sites is None:
            self.proofs.ignore(source, "the rulebook has no field of sites")
            return
        if entry.undecided:
            self.proofs.ignore(source, f"{entry.label}: it does not say which, and proves none")
            return
        at = [name for one in concepts(resource.data.get("bodySite")) if (name := self.site_of(one))]
        concept = next(iter(concepts(resource.data.get("code"))), {})
        names = [entry.name] if entry.name else at or list(filter(None, [self.site_of(concept)]))
        for name in dict.fromkeys(names):
            self.proofs.prove(Proof(source, sites.field, "yes", name=self._known(name)))
        if not names:
            self.proofs.prove(Proof(source, sites.confirmed_by, "yes"))

    def _known(self, name: str) -> str:
        """Return a name that a mapping may have."""
        return name if not name.startswith(OTHER) else name[:200]

    def _stage(self, resource: Resource) -> None:
        """Read the stage that stands within a condition."""
        for stage in items(resource.data.get("stage")):
            for concept in concepts(stage.get("summary")):
                ObservationReader(self).stage(resource, concept)

    # What else there is

    def _elements(self, resource: Resource) -> bool:
        """Read the elements that a field is read from as they stand; tell whether there is one."""
        found = [one for one in self.codes.elements if one.type == resource.type]
        for one in found:
            value = word(resource.data.get(one.element))
            if value:
                self.proofs.prove(Proof(self.source(resource, one.element), one.field, value))
            else:
                self.proofs.ignore(self.source(resource, one.element), "it says nothing")
        return bool(found)

    def _besides(self, resource: Resource) -> None:
        self.proofs.ignore(self.source(resource), "no field is read from resources of this type by themselves")

    def _tell_of_version(self, resources: list[Resource]) -> None:
        for resource in resources:
            for version, types, element in _OTHER_VERSIONS:
                if resource.type in types and element in resource.data:
                    self.proofs.tell(
                        f"The record looks like FHIR {version}; it is read as far as that is the same as R4."
                    )
                    return
