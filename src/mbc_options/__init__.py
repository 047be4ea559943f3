"""Which therapy classes five documents describe for a kind of metastatic breast cancer, why, and who says so.

It informs and teaches; it never advises. *Not described by the documents* never means *contraindicated*.

Example:
    >>> from mbc_options import Patient, explore
    >>> patient = Patient(er="+", pr="-", her2="1+", menopause="post", sites=["bone"], prior=[])
    >>> explore(patient)["hormone_therapy"].status
    'candidate'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mbc_options.errors import (
        DescriptionError,
        InputError,
        MbcOptionsError,
        Problem,
        RulebookError,
        UnknownOptionError,
    )
    from mbc_options.exploration import Assessment, explore, statuses
    from mbc_options.patient import Patient, PriorTherapy, load_patient
    from mbc_options.rulebook import CompiledRulebook, load_rulebook

__all__ = [
    "Assessment",
    "CompiledRulebook",
    "DescriptionError",
    "InputError",
    "MbcOptionsError",
    "Patient",
    "PriorTherapy",
    "Problem",
    "RulebookError",
    "UnknownOptionError",
    "__version__",
    "explore",
    "load_patient",
    "load_rulebook",
    "statuses",
]

__version__ = "0.1.0"

# Names are fetched at first use: a shell or a notebook that waits for `import` waits for nothing else.
_HOMES = {
    "Assessment": "exploration",
    "CompiledRulebook": "rulebook",
    "DescriptionError": "errors",
    "InputError": "errors",
    "MbcOptionsError": "errors",
    "Patient": "patient",
    "PriorTherapy": "patient",
    "Problem": "errors",
    "RulebookError": "errors",
    "UnknownOptionError": "errors",
    "explore": "exploration",
    "load_patient": "patient",
    "load_rulebook": "rulebook",
    "statuses": "exploration",
}


def __getattr__(name: str) -> object:
    try:
        home = _HOMES[name]
    except KeyError:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg) from None
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
