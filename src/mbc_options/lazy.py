"""Names that a package fetches from its modules at first use, so that nobody waits for what they do not use."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["fetching"]


def fetching(package: str, names: dict[str, Any], homes: Mapping[str, str]) -> Callable[[str], object]:
    """Return the `__getattr__` of a package.

    Args:
        package: its `__name__`.
        names: its `globals()`; what was fetched is kept there.
        homes: for each name, the module of the package that has it.
    """

    def fetch(name: str) -> object:
        if name not in homes:
            msg = f"module {package!r} has no attribute {name!r}"
            raise AttributeError(msg)
        value: object = getattr(import_module(f"{package}.{homes[name]}"), name)
        names[name] = value
        return value

    return fetch
