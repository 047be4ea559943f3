"""Teaching cases: a patient followed from stage to stage, with questions that the engine answers and grades."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.lazy import fetching

if TYPE_CHECKING:
    from mbc_options.cases.grading import Graded, grade
    from mbc_options.cases.load import load_case
    from mbc_options.cases.models import Case, Choice, Question, Stage
    from mbc_options.cases.results import Results
    from mbc_options.cases.shelf import case_names, list_cases
    from mbc_options.cases.tally import summed_up
    from mbc_options.cases.walking import Walk, walk

__all__ = [
    "Case",
    "Choice",
    "Graded",
    "Question",
    "Results",
    "Stage",
    "Walk",
    "case_names",
    "grade",
    "list_cases",
    "load_case",
    "summed_up",
    "walk",
]

# Fetched at first use: to list the cases, nothing has to be worked out.
_HOMES = {
    "Case": "models",
    "Choice": "models",
    "Graded": "grading",
    "Question": "models",
    "Results": "results",
    "Stage": "models",
    "Walk": "walking",
    "case_names": "shelf",
    "grade": "grading",
    "list_cases": "shelf",
    "load_case": "load",
    "summed_up": "tally",
    "walk": "walking",
}


__getattr__ = fetching(__name__, globals(), _HOMES)
