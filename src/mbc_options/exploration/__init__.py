"""A patient against a rulebook: what the documents describe, why, and on what it depends."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from mbc_options.exploration.assessment import Assessment
from mbc_options.exploration.engine import explore
from mbc_options.exploration.status import statuses

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


def __getattr__(name: str) -> object:
    try:
        home = _HOMES[name]
    except KeyError:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg) from None
    value: object = getattr(import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value
