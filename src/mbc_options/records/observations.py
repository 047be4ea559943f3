"""Results of tests, and what they say of the fields of a description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.records.elements import codings, concepts, said, text_of
from mbc_options.records.findings import Proof
from mbc_options.records.resources import Resource, items

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mbc_options.records.fhir_patient import PatientReader
    from mbc_options.records.receipt import Source
    from mbc_options.vocabulary.codes import CodedAnswer, CodedTest

__all__ = ["ObservationReader"]

_NUMBERS = ("valueInteger", "valueDecimal")


class _Answer(NamedTuple):
    """An answer: what it means, as it is written for the field; or why it counts for nothing."""

    value: str = ""
    entry: CodedAnswer | None = None
    why: str = ""


class ObservationReader:
    """Reads the observations of a patient."""

    def __init__(self, patient: PatientReader) -> None:
        self.patient, self.codes, self.proofs = patient, patient.codes, patient.proofs

    def read(self, resource: Resource) -> None:
        """Read one: its value, or those of its components."""
        if self.patient.ignored(resource):
            return
        found = self._result(resource, resource.data, "")
        for i, part in enumerate(items(resource.data.get("component"))):
            found |= self._result(resource, part, f"component[{i}]")
        if not found:
            self.proofs.ignore(self.patient.source(resource), "no test that says a field is known by its code or text")

    def stage(self, resource: Resource, concept: Mapping[str, Any]) -> None:
        """Read a stage that stands in another resource than an observation."""
        confirmed_by = self.codes.places.confirmed_by if self.codes.places else ""
        source = self.patient.source(resource, "stage")
        for test in self.codes.tests.entries:
            if test.field == confirmed_by and test.answers:
                answer = self._own(test, concept)
                if answer is not None and answer.value:
                    self.proofs.prove(Proof(source, confirmed_by, answer.value))
                    return
        self.proofs.ignore(source, "the stage says nothing of spread")

    def _result(self, resource: Resource, data: Mapping[str, Any], element: str) -> bool:
        """Read what a test found; tell whether it is a test that is known."""
        concept = next(iter(concepts(data.get("code"))), {})
        test = self.codes.tests.find(codings(concept, self.codes), text_of(concept))
        if test is None:
            return False
        source = self._placed(self.patient.source(resource, element), concept)
        why = test.unused or self.patient.why_not(resource, any_cancer=test.any_cancer)
        if not why:
            why = self._prove(resource, data, test, source)
        if why:
            self.proofs.ignore(source, why, what=test.field or "")
        return True

    def _placed(self, source: Source, concept: Mapping[str, Any]) -> Source:
        return type(source)(**{**source.__dict__, "code": said(concept, self.codes)})

    def _prove(self, resource: Resource, data: Mapping[str, Any], test: CodedTest, source: Source) -> str:
        """Note what a result proves; return why it proves nothing, or nothing."""
        answer = self._answer(data, test)
        entry = answer.entry
        if answer.why or (entry is not None and entry.unused):
            return answer.why or (entry.unused if entry and entry.unused else "")
        assert test.field is not None
        if entry is not None and entry.voids:
            self.proofs.void(source, test.field, entry.voids)
            self.proofs.use(source, test.field, why=f"{entry.voids} that was found before says nothing any more")
            return ""
        if test.only and answer.value not in test.only:
            return f"{answer.value[:80]!r} proves nothing: only {' or '.join(test.only)} does"
        beside = self.patient.tissue_of(resource)
        self.proofs.prove(Proof(source, test.field, answer.value, part=test.part or "", beside=beside))
        return ""

    def _answer(self, data: Mapping[str, Any], test: CodedTest) -> _Answer:
        for concept in items(data.get("valueCodeableConcept")):
            return self._coded(test, concept)
        if isinstance(data.get("valueString"), str):
            return self._coded(test, {"text": data["valueString"]})
        for quantity in items(data.get("valueQuantity")):
            return self._number(test, quantity)
        for name in _NUMBERS:
            if name in data:
                return self._number(test, {"value": data[name]})
        for concept in concepts(data.get("interpretation")):
            answer = self._coded(test, concept)
            if not answer.why:
                return answer
        return _Answer(why="it has no value that is read")

    def _own(self, test: CodedTest, concept: Mapping[str, Any]) -> _Answer | None:
        own = self.codes.own_answers[id(test)].find(codings(concept, self.codes), text_of(concept))
        return None if own is None else _Answer(own.value or "", own)

    def _coded(self, test: CodedTest, concept: Mapping[str, Any]) -> _Answer:
        """Return what a concept or a text answers: by the test's own answers, by those of all, or in its own words."""
        own = self._own(test, concept)
        if own is not None:
            return own
        known = codings(concept, self.codes)
        for entry in self.codes.answers.all_coded(known):
            if entry.value and entry.of in {None, test.field}:
                return _Answer(self._written(test, entry.value), entry)
        texts = dict.fromkeys(filter(None, (text_of(concept), *(coding.text.partition(" (")[0] for coding in known))))
        if test.answers and not test.only:  # a test with answers of its own has no others
            return _Answer(why="no answer of it is known that says the field")
        for text in texts:
            return _Answer(self._written(test, text))
        return _Answer(why="the code of its answer is not known, and has no text")

    def _written(self, test: CodedTest, value: str) -> str:
        return test.written.replace("{value}", value)

    def _number(self, test: CodedTest, quantity: Mapping[str, Any]) -> _Answer:
        number, unit = quantity.get("value"), quantity.get("code") or quantity.get("unit") or ""
        if isinstance(number, bool) or not isinstance(number, (int, float)):
            return _Answer(why="its quantity has no number")
        if test.quantity is None or ((unit or test.units) and unit not in test.units):
            return _Answer(why=f"a number{' in ' + str(unit) if unit else ''} is no result of this test that is read")
        sign = quantity.get("comparator")
        return _Answer(test.quantity.replace("{value}", f"{sign if isinstance(sign, str) else ''}{number}"))
