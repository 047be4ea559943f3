"""By what a record of another release of FHIR is recognized."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from mbc_options.records.resources import Resource

__all__ = ["other_release"]

_DRUGS = ("MedicationRequest", "MedicationStatement", "MedicationAdministration", "MedicationDispense")


class _Sign(NamedTuple):
    """An element that R4 does not have in resources of some types, or not of that kind."""

    release: str
    types: tuple[str, ...]
    element: str
    is_so: Callable[[object], bool] = bool


def _is_word(value: object) -> bool:
    return isinstance(value, str)


_SIGNS = (
    _Sign("R5", (*_DRUGS, "MedicationUsage"), "medication"),
    _Sign("R5", ("Procedure", "MedicationRequest", "MedicationStatement", "MedicationAdministration"), "reason"),
    _Sign("R5", ("Procedure",), "occurrenceDateTime"),
    _Sign("R5", ("Procedure",), "occurrencePeriod"),
    _Sign("R5", ("MedicationAdministration",), "occurenceDateTime"),  # as that release spells it
    _Sign("R5", ("MedicationStatement",), "adherence"),
    _Sign("R5", ("Encounter",), "actualPeriod"),
    _Sign("R5", ("Condition",), "participant"),
    _Sign("STU3", ("MedicationStatement",), "taken"),
    _Sign("STU3", ("MedicationRequest", "Observation", "Condition", "Procedure", "DiagnosticReport"), "context"),
    _Sign("STU3", ("Condition",), "assertedDate"),
    _Sign("STU3", ("Procedure",), "notDone", lambda value: value is not None),
    _Sign("STU3", ("MedicationAdministration",), "notGiven", lambda value: value is not None),
    _Sign("DSTU2", ("MedicationOrder",), "resourceType"),
    _Sign("DSTU2", ("Condition",), "patient"),
    _Sign("DSTU2", ("Condition",), "dateRecorded"),
    _Sign("DSTU2", ("MedicationStatement",), "wasNotTaken", lambda value: value is not None),
    _Sign("DSTU2", ("MedicationAdministration",), "wasNotGiven", lambda value: value is not None),
    _Sign("DSTU2", ("Procedure",), "notPerformed", lambda value: value is not None),
    _Sign("STU3", ("Condition",), "clinicalStatus", _is_word),  # as DSTU2 has it, too
)
_BY_TYPE = {type_: [one for one in _SIGNS if type_ in one.types] for sign in _SIGNS for type_ in sign.types}


def other_release(resources: Iterable[Resource]) -> str:
    """Return of which release a record looks, if not of R4; empty where it may be of R4."""
    for resource in resources:
        for sign in _BY_TYPE.get(resource.type, ()):
            if sign.is_so(resource.data.get(sign.element)):
                return sign.release
    return ""
