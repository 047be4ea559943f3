"""Whether a page can be used without a mouse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from checks.scripts import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["problems", "walk_problems"]

_MORE = 5
"""How many times more than expected the key is pressed: a box that scrolls is a stop of its own."""


def problems(page: Page) -> list[str]:
    """Focus each stop of a page in turn, and return what cannot be focused, or has no outline when it is."""
    return _judged(ask(page, "stops"), ask(page, "focusing"))


def walk_problems(page: Page) -> list[str]:
    """Go through the page with the Tab key itself, and return what it misses, or what cannot be seen then.

    A long page takes seconds.
    """
    expected: list[str] = ask(page, "stops", True)  # noqa: FBT003 - the script's only argument
    for _ in range(len(expected) + _MORE):
        page.keyboard.press("Tab")
    return _judged(expected, page.evaluate("window.met"))


def _judged(expected: list[str], met: list[dict[str, Any]]) -> list[str]:
    names = [stop["name"] for stop in met]
    found = [f"cannot be reached: {name}" for name in expected if name not in names]
    if not met or not met[0]["skips"]:
        found.append(f"the first stop is no link to the main part: {names[0] if names else 'nothing'}")
    found += [f"{stop['problem']}: {stop['name']}" for stop in met if stop["problem"]]
    return list(dict.fromkeys(found))
