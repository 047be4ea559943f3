"""Results as data frames: one form of their columns, so that every `to_frame` makes its frame in the same way."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, TypeAlias

from mbc_options.errors import MissingExtraError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import polars as pl

__all__ = ["EXTRA", "Kind", "frame", "in_one_cell", "polars"]

EXTRA = "cohort"
"""The extra of this package that brings what makes frames."""

Kind: TypeAlias = "type[bool | int | float | str] | tuple[str, ...]"
"""What a column holds: `bool`, `int`, `float` or `str`; or one of some words, which become an Enum in their order."""


def polars() -> Any:
    """Return the library of data frames.

    Raises:
        MissingExtraError: where it is not installed.
    """
    try:
        return import_module("polars")
    except ImportError:
        raise MissingExtraError(EXTRA) from None


def frame(columns: Mapping[str, Kind], rows: Iterable[Sequence[Any]]) -> pl.DataFrame:
    """Return rows as a frame, which has its columns without any row, too.

    Args:
        columns: names, each with what the column holds. None is null in any of them.
        rows: the cells of each row, in the order of the columns.

    Raises:
        MissingExtraError: where what makes frames is not installed.
    """
    library = polars()
    plain = {bool: library.Boolean, int: library.Int64, float: library.Float64, str: library.String}
    schema = {name: library.Enum(kind) if isinstance(kind, tuple) else plain[kind] for name, kind in columns.items()}
    made: pl.DataFrame = library.DataFrame(list(rows), schema=schema, orient="row")
    return made


def in_one_cell(ids: Iterable[str]) -> str:
    """Return ids as one text, `er; pr`, each once: a form that every kind of file and every engine keeps."""
    return "; ".join(dict.fromkeys(ids))
