"""What the resources of one patient prove: conditions first, for they say to which illness all others belong."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from mbc_options.records.conditions import ConditionReader
from mbc_options.records.elements import concepts, extensions, odd_dates, references, source_of, word
from mbc_options.records.observations import ObservationReader
from mbc_options.records.places import Places
from mbc_options.records.proofs import Proof, Proofs
from mbc_options.records.resources import Group, Resource, items, name_of, unversioned
from mbc_options.records.settling import patient_of
from mbc_options.records.subjects import split_address
from mbc_options.records.treatments import TreatmentRecordReader
from mbc_options.text import quoted

if TYPE_CHECKING:
    from mbc_options.records.receipt import RecordPatient, RecordReceipt, Source
    from mbc_options.vocabulary.code_forms import CodedState
    from mbc_options.vocabulary.codes import Codes

__all__ = ["PatientReader"]

_CONDITION, _RESULT = "Condition", "Observation"
_SHOWN = 3
_OF_WHOM, _PEOPLE = ("subject", "patient"), ("Patient", "RelatedPerson")


def _results_within(resources: list[Resource]) -> list[Resource]:
    """Return the results that stand within other resources, as in reports."""
    return [
        Resource(one, "", resource.file)
        for resource in resources
        for one in items(resource.data.get("contained"))
        if one.get("resourceType") == _RESULT
    ]


class PatientReader:
    """Reads one patient.

    Args:
        group: the resources that those of the patient may refer to.
        codes: what codes and texts mean.
        today: the last date that there can be; empty for any.
    """

    def __init__(self, group: Group, codes: Codes, today: str) -> None:
        self.group, self.codes, self.today = group, codes, today
        self.proofs = Proofs(codes.vocabulary, codes.lasting, codes.begun_after)
        self.places = Places(codes, self.proofs.tell)
        self._told: dict[str, list[str]] = {}
        self._sources: dict[int, Source] = {}
        self._states: dict[str, list[CodedState]] = {}

    def read(self, id_: str, resources: list[Resource]) -> RecordPatient | RecordReceipt:
        """Return the patient; the receipt alone where the record says nothing of the illness."""
        self.conditions = ConditionReader(self, resources)
        if not self.conditions.mine:
            for resource in resources:
                self.proofs.ignore(self.source(resource), "the record has no condition that the rulebook is about")
            return self.proofs.receipt(id_)
        readers = (self.conditions.read, ObservationReader(self).read, TreatmentRecordReader(self).read)
        for resource in [*resources, *_results_within(resources)]:
            is_read = any(read(resource) for read in readers)
            if not self._elements(resource) and not is_read:
                self.proofs.ignore(self.source(resource), "no field is read from resources of this type by themselves")
        for told, where in self._told.items():
            more = f" and {len(where) - _SHOWN} more" if len(where) > _SHOWN else ""
            self.proofs.tell(f"{told} ({', '.join(where[:_SHOWN])}{more}).")
        return patient_of(self.proofs, id_)

    # What all readers of resources ask for

    def source(self, resource: Resource, element: str = "") -> Source:
        """Return where something stands; a date that cannot be is told, and left out."""
        known = self._sources.get(id(resource.data))
        if known is None:
            known = self._sources[id(resource.data)] = self._source(resource)
        return replace(known, element=element) if element else known

    def _source(self, resource: Resource) -> Source:
        source, called = source_of(resource, self.codes), f"{resource.type} {resource.id}".strip()
        for written in odd_dates(resource.data):
            self.proofs.tell(f"{called}: {quoted(written)} is no date that there is; it is not read.")
        if self.today and source.date > self.today:
            self.proofs.tell(f"{called}: {source.date} lies in the future; it is read as undated.")
            return replace(source, date="")
        return source

    def state(self, resource: Resource) -> CodedState | None:
        """Return what follows from how a resource stands; None where nothing does."""
        type_ = resource.type
        of_type = self._states.get(type_)
        if of_type is None:
            of_type = [one for one in self.codes.states if not one.types or type_ in one.types]
            self._states[type_] = of_type
        return next((one for one in of_type if self._says(resource, one)), None)

    def _says(self, resource: Resource, state: CodedState) -> bool:
        if state.element and not state.codes:
            return bool(resource.data.get(state.element))
        return not self._words(resource, state).isdisjoint(state.codes)

    def _words(self, resource: Resource, state: CodedState) -> set[str]:
        """Return the words of the element, or of the extensions beside a resource or its code, that say a state."""
        if state.element:
            return {word(resource.data.get(state.element))}
        coded = (coding for concept in concepts(resource.data.get("code")) for coding in items(concept.get("coding")))
        found = (one for holder in (resource.data, *coded) for one in extensions(holder))
        said = (
            (one.get("valueCode"), {"coding": one.get("valueCoding")})
            for one in found
            if one.get("url") == state.extension
        )
        return {word(value) for values in said for value in values}

    def ignored(self, resource: Resource) -> bool:
        """Tell whether a resource counts for nothing, which is then noted."""
        state = self.state(resource)
        if state is None or not (state.ignored or state.told):
            return False
        source = self.source(resource, state.element or "")
        if state.told:
            self.proofs.tell(f"{source.named(source.code or source.type)}: {state.told}.")
        self.proofs.ignore(source, state.ignored or state.told or "")
        return True

    def specimens(self, resource: Resource) -> dict[str, Resource | None]:
        """Return the specimens that a result is of and that count; None for one that is not in the record.

        Each stands under a name that no other one has.
        """
        found: dict[str, Resource | None] = {}
        for one in items(resource.data.get("specimen")):
            reference = one.get("reference")
            specimen = self.group.resolve(reference, resource)
            if specimen is None:
                if isinstance(reference, str) and not reference.startswith("#"):
                    found[unversioned(reference)] = None
            elif not ((state := self.state(specimen)) and state.ignored):
                is_contained = specimen.url.startswith("#")
                found[str(id(specimen.data)) if is_contained else specimen.url or name_of(specimen)] = specimen
        return found

    def why_not(self, resource: Resource, *, any_cancer: bool) -> str:
        """Say why something does not belong to this cancer; nothing where it does.

        Args:
            resource: what is about or for something.
            any_cancer: whether it may be of any cancer where it does not say of which.
        """
        told = self.reason(resource)
        if told is False:
            return "it belongs to another condition"
        if told is None and any_cancer and self.conditions.has_another:
            return "it may belong to another illness of the record, and does not say to which"
        return ""

    def reason(self, resource: Resource) -> bool | None:
        """Tell whether something says that it is for this illness (yes), for something else (no), or neither (None)."""
        found = self.reasons(resource)
        return bool(found & {"illness", "spread"}) if found else None

    def reasons(self, resource: Resource) -> set[str]:
        """Return the kinds of conditions that something says that it is for."""
        found: set[str] = set()
        for reference in references(resource.data):
            target = self.group.resolve(reference.target, resource)
            if target is not None and target.type == _CONDITION:
                found |= self.conditions.kinds(target)
            elif target is None and f"{_CONDITION}/" in reference.target and reference.display:
                found |= self.conditions.kinds_of({"text": reference.display}) or {"another"}  # it is elsewhere
            elif target is None and not reference.target:
                found |= self.conditions.kinds_of({"text": reference.display})
        if any(self._is_somebody_else(one.get("reference"), resource) for one in items(resource.data.get("focus"))):
            found.add("another")
        for name in ("reasonCode", "reason"):
            for concept in concepts(resource.data.get(name)):
                if concept.get("coding") or concept.get("text"):
                    found |= self.conditions.kinds_of(concept) or {"another"}
        return found

    def _is_somebody_else(self, focus: object, resource: Resource) -> bool:
        """Tell whether what a result is about is a person other than its patient, as a relative or a child."""
        if not isinstance(focus, str):
            return False
        own = {one.get("reference") for name in _OF_WHOM for one in items(resource.data.get(name))}
        target = self.group.resolve(focus, resource)
        is_mine = focus in own or target in [found for one in own if (found := self.group.resolve(one, resource))]
        type_ = target.type if target is not None else split_address(focus)[0].rpartition("/")[2]
        return type_ in _PEOPLE and not is_mine

    # What else there is

    def _elements(self, resource: Resource) -> bool:
        """Read the elements that a field is read from as they stand, and tell of those that are not read.

        Returns whether there is one.
        """
        found = [one for one in self.codes.elements if one.type == resource.type]
        for one in found:
            value = resource.data.get(one.element)
            if not (value or one.field):
                continue
            source = self.source(resource, one.element)
            if one.field and word(value):
                self.proofs.prove(Proof(source, one.field, word(value)))
            elif one.field:
                self.proofs.ignore(source, "it says nothing")
            elif one.told and value:
                self.proofs.ignore(source, one.told)
                self._told.setdefault(one.told, []).append(f"{resource.type} {resource.id}".strip())
        return any(one.field or resource.data.get(one.element) for one in found)
