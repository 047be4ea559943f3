"""Whether a page stands still."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.scripts import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["problems"]


def problems(page: Page) -> list[str]:
    """Return what moves, or would move when something changes."""
    found: list[str] = ask(page, "motion")
    return found
