"""Whether a page fits the window that it is read in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.scripts import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["body_text_size", "problems"]


def problems(page: Page) -> list[str]:
    """Return what makes the page wider than the window, and text that is cut off."""
    found: list[str] = ask(page, "reflow")
    return found


def body_text_size(page: Page) -> float:
    """Return how tall the letters of the first paragraph are, in CSS pixels."""
    size: float = page.evaluate("parseFloat(getComputedStyle(document.querySelector('p')).fontSize)")
    return size
