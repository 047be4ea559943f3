"""The `Patient`: a description by the facts that come with the package, with fields that editors complete."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any, TypeAlias, TypedDict, Union

from pydantic import BaseModel, ConfigDict, ValidationError, model_serializer, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

from mbc_options.frozendict import FrozenDict
from mbc_options.misuse import refuse_kind
from mbc_options.notebook import ShownAsCard
from mbc_options.patient.description import read
from mbc_options.patient.prior import KEYS
from mbc_options.vocabulary.bundled import bundled_vocabulary

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import NotRequired

    from pydantic import GetJsonSchemaHandler, SerializerFunctionWrapHandler

    from mbc_options.patient.description import Description
    from mbc_options.patient.prior import TreatmentEntry

__all__ = ["NamesGiven", "Patient", "PriorGiven", "PriorTherapy"]


class PriorTherapy(BaseModel):
    """One earlier treatment.

    Attributes:
        therapy: a class (`hormone_therapy`), a member (`hormone_therapy.tamoxifen`), a drug
            (`letrozole`, by any of its names), a regimen (`FEC`, `docetaxel + trastuzumab`), or
            `other:<text>` for one that belongs to no class.
        outcome: `progressed`, `stable`, `responded`, `completed`, `ongoing`, `not_tolerated` or `unknown`.
        setting: `early`, `metastatic` or `unknown`; whether any treatment was given for metastatic disease is a fact.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    therapy: str
    outcome: str = "unknown"
    setting: str = "unknown"

    if not TYPE_CHECKING:  # which reads the fields

        def __init__(self, *unnamed: Any, **said: Any) -> None:
            if unnamed:
                example = "PriorTherapy(therapy=..., outcome=..., setting=...)"
                refuse_kind("what is said by the name of its field", unnamed[0], example)
            super().__init__(**said)

    @model_validator(mode="after")
    def _means_something(self) -> PriorTherapy:
        """Refuse a name, an outcome or a setting that a patient could not have."""
        vocabulary = bundled_vocabulary()
        _, complaints = read({vocabulary.history: [_keys(self)]}, vocabulary)
        if complaints:
            message = "; ".join(complaint.message for complaint in complaints)
            raise PydanticCustomError("description", "{message}", {"message": message})  # noqa: EM101 - pydantic's own
        return self

    def __str__(self) -> str:
        when = "" if self.setting == "unknown" else f" ({self.setting})"
        return f"{self.therapy}: {self.outcome.replace('_', ' ')}{when}"


if TYPE_CHECKING:

    class PriorKeys(TypedDict):
        """An earlier treatment as a mapping, as in a patient file."""

        therapy: str
        outcome: NotRequired[str]
        setting: NotRequired[str]


NamesGiven: TypeAlias = Union["str", "Sequence[str]", "AbstractSet[str]", "Mapping[str, str | bool | None]", "None"]
"""What a field of names takes: a complete list (or one name), or a mapping from names to yes, no or unknown."""

PriorGiven: TypeAlias = Union[
    "str",
    "PriorTherapy",
    "Sequence[PriorTherapy | str | PriorKeys | Mapping[str, str | None]]",
    "Mapping[str, str | bool | Sequence[str] | Mapping[str, str | Sequence[str] | None] | None]",
    "None",
]
"""What `prior` takes: a complete list of treatments (or one), or a mapping from treatments to outcomes.

In a mapping an outcome may stand with its setting: `{"letrozole": {"outcome": "progressed", "setting": "early"}}`.
"""

_Outcomes = str | tuple[str, ...]

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
    prior: tuple[PriorTherapy, ...] | FrozenDict[_Outcomes | FrozenDict[_Outcomes]] | None = None

    if TYPE_CHECKING:  # what may be passed in is more than what the fields hold

        def __init__(  # noqa: PLR0913 - one for each field
            self,
            *,
            label: str | None = None,
            sex: str | None = None,
            menopause: str | None = None,
            er: str | None = None,
            pr: str | None = None,
            her2: str | None = None,
            receptors_tested_on: str | None = None,
            metastasis_confirmed: str | bool | None = None,
            sites: NamesGiven = None,
            extent: NamesGiven = None,
            findings: NamesGiven = None,
            situation: NamesGiven = None,
            immunotherapy_biomarker: str | None = None,
            prior: PriorGiven = None,
        ) -> None: ...

    else:

        def __init__(self, **said: Any) -> None:
            _fill(self, _described(said))

    @model_validator(mode="wrap")
    @classmethod
    def _read(cls, data: Any, _: Any) -> Patient:
        if isinstance(data, Patient):
            return data
        if not isinstance(data, Mapping):
            message = "a patient is described by fields and their values"
            raise PydanticCustomError("description", message)  # noqa: EM101 - pydantic's own signature
        return cls.of(_described(data))

    @classmethod
    def of(cls, description: Description) -> Patient:
        """Return the patient of a description by the facts that come with the package."""
        patient = cls.__new__(cls)
        _fill(patient, description)
        return patient

    @model_serializer(mode="wrap")
    def _dump(self, handler: SerializerFunctionWrapHandler):  # type: ignore[no-untyped-def]  # noqa: ANN202 - a type
        # given here would take the place of the fields in the JSON Schema
        """Dump a form that says more than its value (`IHC 1+`) as it was written, so that nothing is lost."""
        dumped: dict[str, Any] = handler(self)
        dumped.update((field, written) for field, written in self.details.items() if field in dumped)
        return dumped

    @classmethod
    def __get_pydantic_json_schema__(cls, core_schema: Any, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        """Return what may be written, as the schema of a patient file has it: the fields hold what was read."""
        from mbc_options.patient.schema import patient_schema

        reference = handler(core_schema)
        schema = handler.resolve_ref_schema(reference)
        schema.clear()
        written = patient_schema(bundled_vocabulary())
        schema.update({key: value for key, value in written.items() if key != "$schema"})
        return reference

    @property
    def description(self) -> Description:
        """What was read: the same as a description of any rulebook's facts."""
        private: Any = self.__pydantic_private__
        description: Description = private["_description"]
        return description

    @property
    def knowledge(self) -> int:
        """What is known, as a cube over the facts: every completion still possible."""
        return self.description.knowledge

    @property
    def entries(self) -> tuple[TreatmentEntry, ...]:
        """The earlier treatments as read: with their labels and the classes that they belong to."""
        return self.description.entries

    @property
    def details(self) -> Mapping[str, str]:
        """For a fact, a written form that says more than its value (`her2`: `IHC 3+`)."""
        return self.description.details

    @property
    def notices(self) -> tuple[str, ...]:
        """What a reader should know about how the description was read."""
        return self.description.notices

    @property
    def assumptions(self) -> tuple[str, ...]:
        """What was assumed because the description does not say it."""
        return self.description.assumptions

    def known(self) -> dict[str, tuple[str, ...]]:
        """Return every fact of which something is known, with the values still possible."""
        return self.description.known()

    def with_(self, **changes: Any) -> Patient:
        """Return the patient with some fields replaced; validated as a whole, like a new one."""
        return type(self)(**{**self.description.as_data(), **changes})

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Patient:  # noqa: ARG002
        """Return a copy; with `update`, validated like a new patient (nothing here is mutable)."""
        return self.with_(**update) if update else self

    def __str__(self) -> str:
        return str(self.description)

    def __repr__(self) -> str:
        said = {name: getattr(self, name) for name in self.description.said()} | dict(self.details)
        return f"Patient({', '.join(f'{name}={value!r}' for name, value in said.items())})"

    def __eq__(self, other: object) -> bool:
        return self.description == other

    def __hash__(self) -> int:
        return hash(self.description)


_set = object.__setattr__


def _fill(patient: Patient, description: Description) -> None:
    """Give a patient its fields, which were checked when the description was read."""
    fields, history = dict(description.fields), description.vocabulary.history
    treatments = fields[history]
    if isinstance(treatments, tuple):
        fields[history] = tuple(
            PriorTherapy.model_construct(therapy=entry.named.therapy, outcome=entry.outcome, setting=entry.setting)
            for entry in treatments
        )
    _set(patient, "__dict__", fields)
    _set(patient, "__pydantic_fields_set__", {name for name, value in fields.items() if value is not None})
    _set(patient, "__pydantic_extra__", None)
    _set(patient, "__pydantic_private__", {"_description": description})


def _described(said: Mapping[Any, Any]) -> Description:
    """Read a description; pydantic's ValidationError where it is wrong."""
    description, complaints = read({name: _as_written(value) for name, value in said.items()}, bundled_vocabulary())
    if description is None:
        raise ValidationError.from_exception_data(
            Patient.__name__,
            [
                InitErrorDetails(
                    type=PydanticCustomError("description", "{message}", {"message": complaint.message}),
                    loc=complaint.path,
                    input=_input_at(said, complaint.path),
                )
                for complaint in complaints
            ],
        )
    return description


def _as_written(value: Any) -> Any:
    """Turn models of earlier treatments back into what a person would have written."""
    if isinstance(value, PriorTherapy):
        return [_keys(value)]
    if isinstance(value, (set, frozenset)):
        value = sorted(value, key=str)
    if isinstance(value, (list, tuple)):
        return [_keys(item) if isinstance(item, PriorTherapy) else item for item in value]
    return value


def _keys(entry: PriorTherapy) -> dict[str, str]:
    return dict(zip(KEYS, (entry.therapy, entry.outcome, entry.setting), strict=True))


def _input_at(data: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        if isinstance(data, str):
            break
        try:
            data = data[key]
        except (LookupError, TypeError):
            break
    return data
