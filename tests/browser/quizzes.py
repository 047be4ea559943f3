"""The questions of a case on its page: choosing, committing, reading what the page says, and saving."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Locator, Page

__all__ = ["PROJECTOR", "boxes", "checked", "commit", "downloaded", "points", "slide", "verdict"]

PROJECTOR = 1920, 1080
"""How many points wide and high the picture in a room is."""


def slide(page: Page, number: int) -> Locator:
    return page.locator(f"#q{number}")


def boxes(page: Page, number: int) -> Locator:
    return slide(page, number).locator("label > input")


def commit(page: Page, number: int) -> None:
    slide(page, number).locator(".reveal > summary").click()
    verdict(page, number)


def verdict(page: Page, number: int) -> str:
    """Wait until a question is graded, which is a moment after its answer opens, and return what the page says."""
    told = slide(page, number).get_by_role("status").filter(has_text=re.compile(r"\S"))
    told.wait_for()
    return told.inner_text()


def checked(page: Page, number: int) -> list[int]:
    found: list[int] = boxes(page, number).evaluate_all(
        "(inputs) => inputs.flatMap((input, index) => input.checked ? [index] : [])"
    )
    return found


def points(text: str) -> float:
    """Read the first number of a sentence."""
    return float(next(word for word in text.replace(". ", " ").split() if word[0].isdigit()))


def downloaded(page: Page, button: str, folder: Path) -> Path:
    """Click on a button that saves a file, and return where that is."""
    with page.expect_download() as caught:
        page.locator(button).click()
    path = folder / caught.value.suggested_filename
    caught.value.save_as(path)
    return path
