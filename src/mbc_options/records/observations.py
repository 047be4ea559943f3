"""Results of tests, and what they say of the fields of a description."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

from mbc_options.records.elements import codings, concepts, said, text_of, word
from mbc_options.records.proofs import Proof
from mbc_options.records.resources import Resource, items
from mbc_options.vocabulary.codes import LONGEST

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mbc_options.records.fhir_patient import PatientReader
    from mbc_options.records.receipt import Source
    from mbc_options.vocabulary.code_forms import CodedAnswer, CodedTest

__all__ = ["ObservationReader"]

_NUMBERS = ("valueInteger", "valueDecimal")
_NO_UNIT, _RATIO = "none", "{ratio}"
_CONTRADICTS = "what it has as its result contradicts itself"
_TOO_LONG = "its text is too long to be a result"


class _Answer(NamedTuple):
    """An answer: what it means, as it is written for the field; or why it counts for nothing."""

    value: str = ""
    entry: CodedAnswer | None = None
    why: str = ""


class ObservationReader:
    """Reads the observations of a patient."""

    def __init__(self, patient: PatientReader) -> None:
        self.patient, self.codes, self.proofs = patient, patient.codes, patient.proofs

    def read(self, resource: Resource) -> bool:
        """Read one, its value and those of its components; tell whether it is an observation."""
        if resource.type != "Observation":
            return False
        if self.patient.ignored(resource):
            return True
        found = self._result(resource, resource.data, "")
        for i, part in enumerate(items(resource.data.get("component"))):
            found |= self._result(resource, part, f"component[{i}]")
        if not found:
            self.proofs.ignore(self.patient.source(resource), "no test that says a field is known by its code or text")
        return True

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
            prove = self._prove_sites if test.field in self.codes.vocabulary.names else self._prove
            why = prove(resource, data, test, source)
        if why:
            self.proofs.ignore(source, why, what=test.field or "")
        return True

    def _placed(self, source: Source, concept: Mapping[str, Any]) -> Source:
        return replace(source, code=said(concept, self.codes))

    def _prove(self, resource: Resource, data: Mapping[str, Any], test: CodedTest, source: Source) -> str:
        """Note what a result proves; return why it proves nothing, or nothing."""
        answer = self._answer(data, test)
        entry = answer.entry
        if answer.why == _CONTRADICTS:
            self.proofs.tell(f"{source.named(source.code)}: {answer.why}, so neither is used.")
        if answer.why or (entry is not None and entry.unused):
            return answer.why or (entry.unused if entry and entry.unused else "")
        assert test.field is not None
        if entry is not None and entry.voids:
            self.proofs.void(source, test.field, entry.voids)
            self.proofs.use(source, test.field, why=f"{entry.voids} that was found before says nothing any more")
            return ""
        if test.only and (self.proofs.means(test.field, answer.value) or answer.value) not in test.only:
            return f"{answer.value[:80]!r} proves nothing: only {' or '.join(test.only)} does"
        specimens = self.patient.specimens(resource)
        self.proofs.prove(
            Proof(
                source,
                test.field,
                answer.value,
                part=test.part or "",
                beside=self.patient.places.tissue_of(resource, filter(None, specimens.values()), test.field),
                specimens=frozenset(specimens),
            )
        )
        return ""

    def _prove_sites(self, resource: Resource, data: Mapping[str, Any], test: CodedTest, source: Source) -> str:
        """Note the sites that a result names, as its value or as its body site."""
        sites_of = self.patient.places.sites_of
        named = sites_of(*items(data.get("valueCodeableConcept"))) or sites_of(*concepts(resource.data.get("bodySite")))
        assert test.field is not None
        for name in named:
            self.proofs.prove(Proof(source, test.field, "yes", name=name))
        return "" if named else "no site of it is known"

    def _answer(self, data: Mapping[str, Any], test: CodedTest) -> _Answer:
        """Return the first answer that says something, by the value or else by its interpretation, where both agree."""
        found, field = list(self._answers(data, test)), test.field or ""
        says = [one for one in found if not one.why and (one.entry or self.proofs.reads(field, one.value))]
        meant = {self.proofs.means(field, one.value) for one in says if one.value} - {None}
        if len(meant) > 1:
            return _Answer(why=_CONTRADICTS)
        return next(iter(says or found), _Answer(why="it has no value that is read"))

    def _answers(self, data: Mapping[str, Any], test: CodedTest) -> Iterator[_Answer]:
        for concept in items(data.get("valueCodeableConcept")):
            yield self._coded(test, concept)
            alone: list[Mapping[str, Any]] = [{"coding": [one]} for one in items(concept.get("coding"))]
            yield from (self._coded(test, one) for one in (*alone, {"text": text_of(concept)}))
        if isinstance(data.get("valueString"), str):
            yield self._coded(test, {"text": data["valueString"]})
        if isinstance(data.get("valueBoolean"), bool):
            yield self._coded(test, {"text": word(data["valueBoolean"])})
        for quantity in items(data.get("valueQuantity")):
            yield self._number(test, quantity)
        for name in _NUMBERS:
            if name in data:
                yield self._number(test, {"value": data[name]})
        for between in items(data.get("valueRange")):
            yield self._number(test, *items(between.get("low")), *items(between.get("high")))
        for ratio in items(data.get("valueRatio")):
            yield self._ratio(test, ratio)
        for concept in concepts(data.get("interpretation")):
            yield self._coded(test, concept)

    def _own(self, test: CodedTest, concept: Mapping[str, Any]) -> _Answer | None:
        own = self.codes.own_answers[id(test)].find(codings(concept, self.codes), text_of(concept))
        return None if own is None else _Answer(own.value or "", own)

    def _coded(self, test: CodedTest, concept: Mapping[str, Any]) -> _Answer:
        """Return what a concept or a text answers: by the test's own answers, by those of all, or in its own words."""
        known = codings(concept, self.codes)
        coded = (found[0] for coding in known if (found := self.codes.answers.coded([coding])) is not None)
        own = self._own(test, concept) or next(
            (self._meant(test, one) for one in coded if one.of in {None, test.field}), None
        )
        if own is not None:
            return own
        if test.answers and not test.only:  # a test with answers of its own has no others
            return _Answer(why="no answer of it is known that says the field")
        texts = [*filter(None, (text_of(concept), *(coding.text.partition(" (")[0] for coding in known)))]
        short = [text for text in texts if len(text) <= LONGEST]
        if not short:
            return _Answer(why=_TOO_LONG if texts else "the code of its answer is not known, and has no text")
        return self._worded(test, short)

    def _worded(self, test: CodedTest, texts: list[str]) -> _Answer:
        """Return what texts answer: as the field itself reads one, or as the answers of all tests do."""
        written = [self._written(test, text) for text in texts]
        as_it_stands = next((one for one in written if self.proofs.reads(test.field or "", one)), None)
        if as_it_stands is not None:
            return _Answer(as_it_stands)
        found = (one for text in texts for one in self.codes.answers.said(text) if one.of in {None, test.field})
        return next((self._meant(test, one) for one in found), _Answer(written[0]))

    def _meant(self, test: CodedTest, entry: CodedAnswer) -> _Answer:
        return _Answer(self._written(test, entry.value or ""), entry)

    def _written(self, test: CodedTest, value: str) -> str:
        return test.written.replace("{value}", value)

    def _number(self, test: CodedTest, *quantities: Mapping[str, Any]) -> _Answer:
        """Return what a number says, or two between which it lies."""
        written = []
        for quantity in quantities:
            number, sign = quantity.get("value"), quantity.get("comparator")
            unit = quantity.get("code") or quantity.get("unit") or _NO_UNIT
            if isinstance(number, bool) or not isinstance(number, (int, float)):
                return _Answer(why="its quantity has no number")
            if test.quantity is None or unit not in test.units:
                in_unit = "" if unit == _NO_UNIT else f" in {unit}"
                return _Answer(why=f"a number{in_unit} is no result of this test that is read")
            written.append(f"{sign if isinstance(sign, str) else ''}{number}")
        if not written or test.quantity is None:
            return _Answer(why="it has no value that is read")
        return _Answer(test.quantity.replace("{value}", "-".join(written)))

    def _ratio(self, test: CodedTest, ratio: Mapping[str, Any]) -> _Answer:
        parts = [one.get("value") for name in ("numerator", "denominator") for one in items(ratio.get(name))]
        above, below = (*parts, None, None)[:2]
        if not isinstance(above, (int, float)) or not isinstance(below, (int, float)) or not below:
            return _Answer(why="its ratio has no numbers")
        return self._number(test, {"value": int(above / below * 100) / 100, "unit": _RATIO})
