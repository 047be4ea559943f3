"""Tables of patients. Importing anything from here needs the extra `cohort`, and says so where it is not installed."""

from __future__ import annotations

from importlib.util import find_spec

from mbc_options.errors import MissingExtraError

EXTRA = "cohort"

if find_spec("polars") is None:
    raise MissingExtraError(EXTRA)
