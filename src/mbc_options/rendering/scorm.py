"""A case for learning platforms: its page, which tells the platform what was answered, in a package of SCORM 1.2."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.rendering.formats import Kind, Wishes
from mbc_options.rendering.packing import MANIFEST, zipped
from mbc_options.rendering.page import page
from mbc_options.rendering.quiz import file_of

if TYPE_CHECKING:
    from mbc_options.cases.case import Case

__all__ = ["scorm"]

_PAGE = Kind("quiz/scorm", "case", "load_case")


def scorm(case: Case) -> bytes:
    """Return a case as a package of SCORM 1.2: a zip file with the page to choose, commit and see the answer.

    On a platform the page keeps the answers, so that a learner can go on later, and reports each graded question as
    an interaction, and the share of the points (0 to 100); it is completed when every graded question is answered.
    Without a platform, the page does what it always does.

    Args:
        case: the case.
    """
    return zipped({MANIFEST: file_of("scorm_manifest.xml", case), "index.html": page(case, _PAGE, Wishes(), "html")})
