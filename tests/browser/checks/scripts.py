"""The scripts beside this module, which look at a page from within."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["ask"]


@cache
def _source(name: str) -> str:
    return (Path(__file__).parent / f"{name}.js").read_text(encoding="utf-8")


def ask(page: Page, name: str, argument: Any = None) -> Any:
    """Run a script, which is one function, in a page.

    Args:
        page: the open page.
        name: of the script, without `.js`.
        argument: what the function is given.

    Returns:
        What the function returns.
    """
    return page.evaluate(_source(name), argument)
