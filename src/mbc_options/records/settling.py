"""The patient whom the proofs of a record describe: what counts among them, and what it rests on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.errors import DescriptionError, Problem
from mbc_options.patient.description import read
from mbc_options.records.choices import Choices
from mbc_options.records.known import facts_of, unknown_in
from mbc_options.records.proofs import is_after
from mbc_options.records.receipt import RecordPatient, RecordReceipt
from mbc_options.vocabulary.facts import Choice, Names
from mbc_options.vocabulary.spelling import UNKNOWN

if TYPE_CHECKING:
    from mbc_options.patient.description import Description
    from mbc_options.records.proofs import Proof, Proofs

__all__ = ["patient_of"]


def patient_of(proofs: Proofs, id_: str) -> RecordPatient:
    """Return the patient of whom all proofs are.

    Args:
        proofs: what the record proves, in which it is noted what becomes of each.
        id_: of the patient.

    Raises:
        DescriptionError: where nothing of it can be read, which a record does not bring about.
    """
    choices, settling = Choices(proofs), _Settling(proofs)
    description = settling.description(settling.said(choices))
    entries, places = proofs.entries(), proofs.places()
    also = {name: tuple(places[number] for number in values.values()) for name, values in choices.beside.items()}
    facts = facts_of(description, entries, also)
    receipt = RecordReceipt(
        patient=id_,
        entries=entries,
        notices=tuple(dict.fromkeys((*proofs.notices, *description.notices))),
        facts=facts,
        unknown=unknown_in(proofs.vocabulary, facts),
    )
    return RecordPatient(id=id_, description=description, receipt=receipt)


class _Settling:
    """Settles what a description says.

    Args:
        proofs: what is proved, in which it is noted what becomes of each.
    """

    def __init__(self, proofs: Proofs) -> None:
        self.proofs, self.vocabulary = proofs, proofs.vocabulary

    def said(self, choices: Choices) -> dict[str, Any]:
        """Return what each field says, as a description would have it."""
        said: dict[str, Any] = {}
        for field in self.vocabulary.fields.values():
            of = [i for i, proof in enumerate(self.proofs.found) if proof.field == field.id]
            if not of:
                continue
            if isinstance(field, Choice):
                said[field.id] = choices.settle(field.id, of)
            elif isinstance(field, Names):
                said[field.id] = {self.proofs.found[i].name: "yes" for i in of}
            else:
                rest = {name: value for name, value in said.items() if value and name not in self.vocabulary.treatments}
                said[field.id] = self._treatments(of, self._without_denied(rest))
        for name, values in choices.beside.items():
            if len(values) == 1:
                said[name] = next(iter(values))
            else:
                self.proofs.tell_of(name, f"{' and '.join(values)} by different results, so it is left unknown.")
        return {name: value for name, value in said.items() if value}

    # Treatments: each is given, and what is told of it adds up

    def _treatments(self, numbers: list[int], rest: dict[str, Any]) -> dict[str, Any]:
        dates = {fact: self._known_since(fact, rest) for fact in {*self.proofs.begun_after, *self._needs(numbers)}}
        by_name: dict[str, list[Proof]] = {}
        for number in numbers:
            proof = self.proofs.found[number]
            since = dates.get(proof.needs, [])
            if proof.needs and (since is None or (since and all(is_after(one, proof.source.date) for one in since))):
                why = f"without its setting ({proof.setting}), which the record does not prove"
                self.proofs.settle([number], "used", why)
                proof = proof._replace(setting="")
            for fact, setting in self.proofs.begun_after.items():
                if not proof.setting and any(is_after(proof.source.date, one) for one in dates[fact] or ()):
                    proof = proof._replace(setting=setting)
            by_name.setdefault(proof.name, []).append(proof)
        return {name: self._treatment(proofs) for name, proofs in by_name.items()}

    def _needs(self, numbers: list[int]) -> set[str]:
        return {self.proofs.found[number].needs for number in numbers} - {""}

    def _known_since(self, fact: str, rest: dict[str, Any]) -> list[str] | None:
        """Return the dates of what proves a fact, besides the treatments; None where the record does not prove it."""
        if not self._proves(fact, rest):
            return None
        besides = (one for one in self.proofs.found if one.field in rest)
        said = (({one.name: one.value} if one.name else one.value, one) for one in besides)
        return [one.source.date for value, one in said if self._proves(fact, {one.field: value})]

    def _proves(self, fact: str, said: dict[str, Any]) -> bool:
        found, _ = read(self._open(said), self.vocabulary)
        space = self.vocabulary.space
        return found is not None and found.knowledge & space.mask(fact) == space.bit(fact, "yes")

    def _treatment(self, proofs: list[Proof]) -> dict[str, Any]:
        forms = self.vocabulary.treatments[proofs[0].field]
        outcomes: dict[str, str] = {}
        for proof in proofs:
            if proof.value != UNKNOWN:
                outcomes[proof.value] = max(proof.source.date, outcomes.get(proof.value, ""))
        for outcome in [one for one in outcomes if one in forms.passing]:
            if any(
                other not in forms.passing and not is_after(outcomes[outcome], outcomes[other]) for other in outcomes
            ):
                del outcomes[outcome]
        settings = dict.fromkeys(proof.setting for proof in proofs if proof.setting)
        told = [*(one for one in settings if one in forms.given_in), *settings]
        return {"outcome": list(outcomes) or UNKNOWN, **({"setting": told[0]} if told else {})}

    # The door

    def description(self, said: dict[str, Any]) -> Description:
        """Return the description; what contradicts the rest is left out and told."""
        said = self._without_denied(said)
        while True:
            description, complaints = read(self._open(said), self.vocabulary)
            if description is not None:
                return description
            for complaint in complaints:
                field, *below = complaint.path or ("",)
                if field not in said:
                    raise DescriptionError([Problem(complaint.message, path=complaint.path)])
                if below and isinstance(said[field], dict):
                    said[field].pop(below[0], None)
                else:
                    del said[field]
                self.proofs.tell(f"{complaint.message}; it is left out.")
                numbers = [
                    i
                    for i, one in enumerate(self.proofs.found)
                    if one.field == field and (not below or one.name in ("", below[0]))
                ]
                self.proofs.settle(numbers, "conflicting", complaint.message)
                break

    def _without_denied(self, said: dict[str, Any]) -> dict[str, Any]:
        """Leave out what a field denies that the rest of the record proves, as a site proves that there is spread."""
        for field in self.vocabulary.fields.values():
            if not isinstance(field, Choice) or not field.settles or field.id not in said:
                continue
            rest, _ = read({name: value for name, value in said.items() if name != field.id}, self.vocabulary)
            space = self.vocabulary.space
            known = rest.knowledge & space.mask(field.settles) if rest is not None and not rest.assumptions else 0
            value = said[field.id]
            if known and known == space.bit(field.settles, "yes") and value == "no":
                del said[field.id]
                numbers = [i for i, one in enumerate(self.proofs.found) if one.field == field.id]
                self.proofs.settle(numbers, "conflicting", "the rest of the record proves otherwise")
                self.proofs.tell_of(field.id, f"{value} is left out, because the record proves otherwise.")
        return said

    def _open(self, said: dict[str, Any]) -> dict[str, Any]:
        """Return what is said with every assumption withdrawn that would be made where nothing is said."""
        withdrawn = {
            one.unless_said: UNKNOWN
            for one in self.vocabulary.file.assumptions
            if one.unless_said and one.unless_said not in said
        }
        return {**said, **withdrawn}
