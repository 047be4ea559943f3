"""What a page in HTML needs besides the thing that it shows: what it has explained, cited and told so far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mbc_options.rendering.citations import Passages
from mbc_options.rendering.drawing import fact_lines
from mbc_options.rendering.terms import Terms

if TYPE_CHECKING:
    from mbc_options.cases.case import Case
    from mbc_options.exploration.assessment import Assessment
    from mbc_options.exploration.comparison import Comparison
    from mbc_options.exploration.subtype_map import Matrix
    from mbc_options.exploration.why import Explanation

__all__ = ["context_of_page"]


def context_of_page(shown: Assessment | Comparison | Explanation | Matrix | Case) -> dict[str, Any]:
    """Return the names that the templates of pages know: `terms`, `passages` and `fact_lines`."""
    return {"terms": Terms(shown.glossary), "passages": Passages(shown), "fact_lines": fact_lines}
