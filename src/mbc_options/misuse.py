"""What a caller in Python gave is of another kind than a function takes: the errors that say what was meant."""

from __future__ import annotations

import os
from pathlib import Path, PurePath
from typing import NoReturn

from mbc_options.text import quoted

__all__ = ["path_named", "refuse_kind"]


def refuse_kind(expected: str, given: object, hint: str = "") -> NoReturn:
    """Raise the TypeError that something of another kind was given.

    Args:
        expected: what a function takes, and how one makes it.
        given: what it was given.
        hint: what was likely meant.
    """
    kind = type(given).__name__
    found = f"the {kind} {quoted(given)}" if isinstance(given, (str, bytes, int, float, PurePath)) else f"the {kind}"
    msg = f"expected {expected}, not {'None' if given is None else found}{hint and f'; {hint}'}"
    raise TypeError(msg) from None


def path_named(given: object, expected: str, hint: str = "") -> Path:
    """Return the file or folder that a caller names, as text or as a path.

    Raises:
        TypeError: where it is no name.
    """
    if isinstance(given, (str, os.PathLike)):
        name = os.fspath(given)
        if isinstance(name, str):
            return Path(name)
    refuse_kind(expected, given, hint)
