"""A patient against a rulebook: what the documents describe, why, and on what it depends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mbc_options.exploration.assessment import Assessment
from mbc_options.exploration.engine import explore
from mbc_options.exploration.status import statuses
from mbc_options.lazy import fetching

if TYPE_CHECKING:
    from mbc_options.exploration.comparison import Comparison, compare
    from mbc_options.exploration.subtype_map import Matrix, matrix
    from mbc_options.exploration.why import Explanation, explain

__all__ = ["Assessment", "Comparison", "Explanation", "Matrix", "compare", "explain", "explore", "matrix", "statuses"]

# Fetched at first use: most runs show one patient, and wait for no other model.
_HOMES = {
    "Comparison": "comparison",
    "Explanation": "why",
    "Matrix": "subtype_map",
    "compare": "comparison",
    "explain": "why",
    "matrix": "subtype_map",
}


__getattr__ = fetching(__name__, globals(), _HOMES)
