"""The `Patient`: what is said of a patient, and exactly what that leaves possible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from pydantic import (
    BaseModel,
    ConfigDict,
    PrivateAttr,
    SerializerFunctionWrapHandler,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import InitErrorDetails, PydanticCustomError

from mbc_options.frozendict import FrozenDict
from mbc_options.notebook import ShownAsCard
from mbc_options.patient.reading import FIELDS, Reading, read
from mbc_options.vocabulary.facts import vocabulary

if TYPE_CHECKING:
    from mbc_options.patient.prior import Entry

__all__ = ["Patient", "PriorTherapy"]


class PriorTherapy(BaseModel):
    """One earlier treatment.

    Attributes:
        therapy: a class (`hormone_therapy`), a member (`hormone_therapy.tamoxifen`), a drug
            (`letrozole`, by any of its names), a regimen (`FEC`, `docetaxel + trastuzumab`), or
            `other:<text>` for one that belongs to no class.
        outcome: `progressed`, `stable`, `responded`, `completed`, `ongoing`, `not_tolerated` or `unknown`.
        setting: `early`, `metastatic` or `unknown`; shown, but no rule asks for it, because the
            documents do not tell the settings apart.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    therapy: str
    outcome: str = "unknown"
    setting: str = "unknown"

    def __str__(self) -> str:
        when = "" if self.setting == "unknown" else f" ({self.setting})"
        return f"{self.therapy}: {self.outcome.replace('_', ' ')}{when}"


_Names = tuple[str, ...] | FrozenDict[str] | None


class Patient(BaseModel, ShownAsCard):
    """A patient description. Every field may be left out, and then says nothing.

    A list (`sites=["bone"]`) is complete: what it does not name and does not imply is absent. A
    mapping (`sites={"bone": "yes"}`) says only what it says. `prior=[]` is "untreated"; no `prior` is
    "history unknown". Distant metastasis is assumed where nothing is said of it (see `assumptions`).

    Attributes:
        label: free text, printed and never interpreted.
        sex: `female` or `male`.
        menopause: `premenopausal` (`pre`), `postmenopausal` (`post`), `not_applicable` (men), or
            `perimenopausal`, which leaves it unknown, with a notice.
        er: estrogen receptor, `positive` (`+`), `negative` (`-`), or the percentage of stained
            cells as text (`"90%"`; 1 % or more is positive).
        pr: progesterone receptor, likewise.
        her2: `positive`, `negative`, or IHC `0`, `1+`, `2+`, `3+` with `/ISH+` or `/ISH-`.
        receptors_tested_on: `primary` or `metastasis`.
        metastasis_confirmed: `yes`, `no`, or `unknown`, which withdraws the assumption.
        sites: where the disease is: `bone`, `liver`, `lung`, `brain`, `distant_lymph_nodes`, `skin`,
            `bone_marrow`, `other:<text>`; not distant: `regional_lymph_nodes`, `breast_or_chest_wall`.
        extent: `limited`, `oligometastatic`, `extensive_visceral`, `diffuse_bone`.
        findings: symptoms and findings, e.g. `pain`, `hypercalcemia`.
        situation: `rapid_control_needed`, `aggressive`, `salvage`, `financial_stress`.
        immunotherapy_biomarker: `positive` or `negative`.
        prior: earlier treatments, as `PriorTherapy`, `"letrozole: progressed"` or a mapping.

    Raises:
        pydantic.ValidationError: for an unknown field, value or name (with the nearest right word),
            and for facts that contradict each other (naming both).

    Example:
        >>> Patient(er="+", her2="1+", sites=["bone"]).her2
        'negative'
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    label: str | None = None
    sex: str | None = None
    menopause: str | None = None
    er: str | None = None
    pr: str | None = None
    her2: str | None = None
    receptors_tested_on: str | None = None
    metastasis_confirmed: str | None = None
    sites: _Names = None
    extent: _Names = None
    findings: _Names = None
    situation: _Names = None
    immunotherapy_biomarker: str | None = None
    prior: tuple[PriorTherapy, ...] | FrozenDict[str | tuple[str, ...]] | None = None

    _reading: Reading = PrivateAttr()

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, handler: Any) -> Patient:
        if isinstance(data, Patient):
            return data
        if not isinstance(data, Mapping):
            message = "a patient is described by fields and their values"
            raise PydanticCustomError("description", message)  # noqa: EM101 - pydantic's own signature
        reading, complaints = read({name: _as_written(value) for name, value in data.items()})
        if reading is None:
            raise ValidationError.from_exception_data(
                cls.__name__,
                [
                    InitErrorDetails(
                        type=PydanticCustomError("description", "{message}", {"message": complaint.message}),
                        loc=complaint.path,
                        input=_input_at(data, complaint.path),
                    )
                    for complaint in complaints
                ],
            )
        patient: Patient = handler(_fields(reading))
        patient._reading = reading
        return patient

    @classmethod
    def of(cls, reading: Reading) -> Patient:
        """Return the patient of a description that was read already."""
        patient = cls.model_construct(**_fields(reading))
        patient._reading = reading  # noqa: SLF001 - of this very class
        return patient

    @model_serializer(mode="wrap")
    def _dump(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a type
        # given here would take the place of the fields in the JSON Schema
        """Dump a form that says more than its value (`IHC 1+`) as it was written, so that nothing is lost."""
        dumped: dict[str, Any] = handler(self)
        dumped.update((field, written) for field, written in self.details.items() if field in dumped)
        return dumped

    @property
    def knowledge(self) -> int:
        """What is known, as a cube of `mbc_options.vocabulary`: every completion still possible."""
        private: Any = self.__pydantic_private__  # twenty times faster than by `self._reading`, and asked for often
        knowledge: int = private["_reading"].knowledge
        return knowledge

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The earlier treatments as read: with their labels and the classes that they belong to."""
        return self._reading.entries

    @property
    def details(self) -> Mapping[str, str]:
        """For a fact, a written form that says more than its value (`her2`: `IHC 3+`)."""
        return self._reading.details

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader should know about how the description was read."""
        return self._reading.notices

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was assumed because the description does not say it."""
        return self._reading.assumptions

    def known(self) -> dict[str, tuple[str, ...]]:
        """Return every fact of which something is known, with the values still possible."""
        return vocabulary().space.reading(self.knowledge)

    def with_(self, **changes: Any) -> Patient:
        """Return the patient with some fields replaced; validated as a whole, like a new one."""
        return type(self).model_validate({**self._said(), **changes})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Patient:  # noqa: ARG002
        """Return a copy; with `update`, validated like a new patient (nothing here is mutable)."""
        return self.with_(**update) if update else self

    def _said(self) -> dict[str, Any]:
        said = {name: getattr(self, name) for name in FIELDS if getattr(self, name) is not None}
        said.update(self._reading.details)
        return said

    def __str__(self) -> str:
        parts = []
        for name, value in self._said().items():
            if isinstance(value, tuple):
                shown = ", ".join(map(str, value)) or "none"
            elif isinstance(value, FrozenDict):
                shown = ", ".join(f"{key} {_joined(answer)}" for key, answer in value.items())
            else:
                shown = str(value)
            parts.append(f"{name} {shown}")
        return f"Patient({'; '.join(parts)})" if parts else "Patient(nothing known)"

    def __repr__(self) -> str:
        said = ", ".join(f"{name}={value!r}" for name, value in self._said().items())
        return f"Patient({said})"

    def __hash__(self) -> int:
        return hash(tuple(getattr(self, name) for name in FIELDS))


def _fields(reading: Reading) -> dict[str, Any]:
    fields = dict(reading.fields)
    if isinstance(fields["prior"], tuple):
        fields["prior"] = tuple(
            PriorTherapy.model_construct(therapy=entry.named.therapy, outcome=entry.outcome, setting=entry.setting)
            for entry in fields["prior"]
        )
    return fields


def _as_written(value: Any) -> Any:
    """Turn models of earlier treatments back into what a person would have written."""
    if isinstance(value, PriorTherapy):
        return [value.model_dump()]
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (list, tuple)):
        return [item.model_dump() if isinstance(item, PriorTherapy) else item for item in value]
    return value


def _joined(answer: str | tuple[str, ...]) -> str:
    return answer if isinstance(answer, str) else " and ".join(answer)


def _input_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        if isinstance(data, str):
            break
        try:
            data = data[key]
        except (LookupError, TypeError):
            break
    return data
