"""Whether a page is put together so that it can be walked through by its headings, landmarks and links."""

from __future__ import annotations

from typing import TYPE_CHECKING

from checks.scripts import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["order_problems", "problems"]


def problems(page: Page) -> list[str]:
    """Return what is wrong with language, title, headings, landmarks, ids and links within the page."""
    found: list[str] = ask(page, "structure")
    for role in ("banner", "main", "contentinfo"):
        if (count := page.get_by_role(role).count()) != 1:  # type: ignore[arg-type]
            found.append(f"landmark {role}: {count}")
    if not page.get_by_role("navigation").count():
        found.append("landmark navigation: 0")
    return found


def order_problems(page: Page) -> list[str]:
    """Return headings that stand above the one before them; ask at the width of a phone."""
    found: list[str] = ask(page, "order")
    return found
