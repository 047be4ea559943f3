"""Which therapy classes five documents describe for a kind of metastatic breast cancer, why, and who says so.

It informs and teaches; it never advises. *Not described by the documents* never means *contraindicated*.

Example:
    >>> from mbc_options import Patient, explore
    >>> patient = Patient(er="+", pr="-", her2="1+", menopause="post", sites=["bone"], prior=[])
    >>> explore(patient)["hormone_therapy"].status
    'candidate'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.lazy import fetching

if TYPE_CHECKING:
    from mbc_options.cases import Case, Walk, load_case, walk
    from mbc_options.errors import (
        CaseError,
        DescriptionError,
        InputError,
        MbcOptionsError,
        Problem,
        RulebookError,
        TemplateError,
        UnknownFormatError,
        UnknownOptionError,
    )
    from mbc_options.exploration import (
        Assessment,
        Comparison,
        Explanation,
        Matrix,
        compare,
        explain,
        explore,
        matrix,
        statuses,
    )
    from mbc_options.patient import Patient, PriorTherapy, load_patient
    from mbc_options.rendering import render
    from mbc_options.rulebook import CompiledRulebook, load_rulebook

__all__ = [
    "Assessment",
    "Case",
    "CaseError",
    "Comparison",
    "CompiledRulebook",
    "DescriptionError",
    "Explanation",
    "InputError",
    "Matrix",
    "MbcOptionsError",
    "Patient",
    "PriorTherapy",
    "Problem",
    "RulebookError",
    "TemplateError",
    "UnknownFormatError",
    "UnknownOptionError",
    "Walk",
    "__version__",
    "compare",
    "explain",
    "explore",
    "load_case",
    "load_patient",
    "load_rulebook",
    "matrix",
    "render",
    "statuses",
    "walk",
]

__version__ = "0.1.0"

# Names are fetched at first use: a shell or a notebook that waits for `import` waits for nothing else.
_HOMES = {
    "Assessment": "exploration",
    "Case": "cases",
    "CaseError": "errors",
    "Comparison": "exploration",
    "CompiledRulebook": "rulebook",
    "DescriptionError": "errors",
    "Explanation": "exploration",
    "InputError": "errors",
    "Matrix": "exploration",
    "MbcOptionsError": "errors",
    "Patient": "patient",
    "PriorTherapy": "patient",
    "Problem": "errors",
    "RulebookError": "errors",
    "TemplateError": "errors",
    "UnknownFormatError": "errors",
    "UnknownOptionError": "errors",
    "Walk": "cases",
    "compare": "exploration",
    "explain": "exploration",
    "explore": "exploration",
    "load_case": "cases",
    "load_patient": "patient",
    "load_rulebook": "rulebook",
    "matrix": "exploration",
    "render": "rendering",
    "statuses": "exploration",
    "walk": "cases",
}


__getattr__ = fetching(__name__, globals(), _HOMES)


def __dir__() -> list[str]:
    return sorted(__all__)
