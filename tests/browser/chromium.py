"""Finding Chromium, and starting it as a reader's browser that knows nobody and reaches nothing."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser

__all__ = ["HOW_TO_INSTALL", "NAMED", "executable", "missing", "started"]

NAMED = "MBC_OPTIONS_CHROMIUM"
"""The environment variable that names the program, where it is none of the usual ones."""

HOW_TO_INSTALL = f"pip install -e '.[browser]' && apt-get install chromium (or name a Chromium in {NAMED})"

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PACKAGES = ("playwright", "axe_playwright_python", "pypdfium2", "PIL")
_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def executable() -> str | None:
    """Return the path of a Chromium, or None where there is none."""
    names = [named] if (named := os.environ.get(NAMED)) else _PROGRAMS
    return next((path for name in names if (path := shutil.which(name))), None)


def missing() -> str | None:
    """Return what is missing to open a page and how to get it, or None where nothing is."""
    lacking = [f"the Python package {name}" for name in _PACKAGES if find_spec(name) is None]
    if executable() is None:
        lacking.append(f"the program {os.environ.get(NAMED) or _PROGRAMS[0]}")
    return f"no browser: {' and '.join(lacking)} not found; {HOW_TO_INSTALL}" if lacking else None


@contextmanager
def started() -> Iterator[Browser]:
    """Start Chromium with a profile of its own, which is empty and gone afterwards."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable(), args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()
