"""Which therapy classes five documents describe for a kind of metastatic breast cancer, why, and who says so.

It informs and teaches; it never advises. *Not described by the documents* never means *contraindicated*.

Example:
    >>> from mbc_options import Patient, explore
    >>> patient = Patient(er="+", pr="-", her2="1+", menopause="post", sites=["bone"], prior=[])
    >>> explore(patient)["hormone_therapy"].status
    'candidate'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options import notebook

if TYPE_CHECKING:
    from mbc_options.cases.case import Case
    from mbc_options.cases.load import load_case
    from mbc_options.cases.walk import Walk, walk
    from mbc_options.cohorts.cohort import cohort as cohort
    from mbc_options.cohorts.read_cohort import Cohort as Cohort
    from mbc_options.cohorts.read_cohort import read_cohort as read_cohort
    from mbc_options.errors import (
        CaseError,
        DescriptionError,
        InputError,
        MbcOptionsError,
        MissingExtraError,
        Problem,
        RecordError,
        RulebookError,
        TableError,
        TemplateError,
        UnknownFormatError,
        UnknownOptionError,
    )
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.care_questions import CareQuestions, care_questions
    from mbc_options.exploration.comparison import Comparison, compare
    from mbc_options.exploration.document_map import DocumentMap, document_map
    from mbc_options.exploration.explore import explore
    from mbc_options.exploration.status import statuses
    from mbc_options.exploration.subtype_map import Matrix, matrix
    from mbc_options.exploration.why import Explanation, explain
    from mbc_options.patient.file import load_patient
    from mbc_options.patient.model import Patient, PriorTherapy
    from mbc_options.records.fhir import read_fhir
    from mbc_options.records.obds import read_obds
    from mbc_options.records.read_records import read_records
    from mbc_options.records.receipt import record_receipts
    from mbc_options.records.rows import records_frame as records_frame
    from mbc_options.rendering.explorer.page import Explorer, explorer
    from mbc_options.rendering.render import render
    from mbc_options.rulebook.compiled import CompiledRulebook, load_rulebook
    from mbc_options.rulebook.documents import read_documents
    from mbc_options.rulebook.portable import PortableRulebook, portable, read_portable

__all__ = [
    "Assessment",
    "CareQuestions",
    "Case",
    "CaseError",
    "Comparison",
    "CompiledRulebook",
    "DescriptionError",
    "DocumentMap",
    "Explanation",
    "Explorer",
    "InputError",
    "Matrix",
    "MbcOptionsError",
    "MissingExtraError",
    "Patient",
    "PortableRulebook",
    "PriorTherapy",
    "Problem",
    "RecordError",
    "RulebookError",
    "TableError",
    "TemplateError",
    "UnknownFormatError",
    "UnknownOptionError",
    "Walk",
    "__version__",
    "care_questions",
    "compare",
    "document_map",
    "explain",
    "explore",
    "explorer",
    "load_case",
    "load_patient",
    "load_rulebook",
    "matrix",
    "portable",
    "read_documents",
    "read_fhir",
    "read_obds",
    "read_portable",
    "read_records",
    "record_receipts",
    "render",
    "statuses",
    "walk",
]

"""What `import *` brings. Names that need an extra are asked for by name: `Cohort`, `cohort`, `read_cohort`,
`records_frame`."""

__version__ = "0.1.0"

# Names are fetched at first use: a shell or a notebook that waits for `import` waits for nothing else.
_HOMES = {
    "Assessment": "exploration.assessment",
    "CareQuestions": "exploration.care_questions",
    "Case": "cases.case",
    "CaseError": "errors",
    "Cohort": "cohorts.read_cohort",
    "Comparison": "exploration.comparison",
    "CompiledRulebook": "rulebook.compiled",
    "DescriptionError": "errors",
    "DocumentMap": "exploration.document_map",
    "Explanation": "exploration.why",
    "Explorer": "rendering.explorer.page",
    "InputError": "errors",
    "Matrix": "exploration.subtype_map",
    "MbcOptionsError": "errors",
    "MissingExtraError": "errors",
    "Patient": "patient.model",
    "PortableRulebook": "rulebook.portable",
    "PriorTherapy": "patient.model",
    "Problem": "errors",
    "RecordError": "errors",
    "RulebookError": "errors",
    "TableError": "errors",
    "TemplateError": "errors",
    "UnknownFormatError": "errors",
    "UnknownOptionError": "errors",
    "Walk": "cases.walk",
    "care_questions": "exploration.care_questions",
    "cohort": "cohorts.cohort",
    "compare": "exploration.comparison",
    "document_map": "exploration.document_map",
    "explain": "exploration.why",
    "explore": "exploration.explore",
    "explorer": "rendering.explorer.page",
    "load_case": "cases.load",
    "load_patient": "patient.file",
    "load_rulebook": "rulebook.compiled",
    "matrix": "exploration.subtype_map",
    "portable": "rulebook.portable",
    "read_cohort": "cohorts.read_cohort",
    "read_portable": "rulebook.portable",
    "read_documents": "rulebook.documents",
    "read_fhir": "records.fhir",
    "read_obds": "records.obds",
    "read_records": "records.read_records",
    "records_frame": "records.rows",
    "record_receipts": "records.receipt",
    "render": "rendering.render",
    "statuses": "exploration.status",
    "walk": "cases.walk",
}


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    from importlib import import_module

    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value  # so that it is fetched once
    return value


def __dir__() -> list[str]:
    return sorted({*__all__, *_HOMES})


def _card(shown: Any) -> str | None:
    from mbc_options.rendering.cards import card

    return card(shown)


def _bundle(walk: Any) -> dict[str, Any]:
    from mbc_options.rendering.widgets import bundle

    return bundle(walk)


notebook.card, notebook.bundle = _card, _bundle
