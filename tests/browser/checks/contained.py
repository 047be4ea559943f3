"""Whether a page is one file that needs nothing else and does nothing by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.scripts import ask

if TYPE_CHECKING:
    from tab import Tab

__all__ = ["problems"]


def problems(tab: Tab, script: str | None = None) -> list[str]:
    """Return everything that acts, or that comes or would come from elsewhere.

    Args:
        tab: with the open page.
        script: the one script that the page has to have, word for word; None where it may have none.
    """
    inside: list[str] = ask(tab.page, "contained", script)
    return [
        *(f"asks for {address}" for address in tab.requests),
        *(f"the console says: {text}" for text in tab.errors),
        *inside,
    ]
