"""Whether what is drawn can be seen, in whatever colors."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from checks.scripts import ask

if TYPE_CHECKING:
    from playwright.sync_api import Page

__all__ = ["problems"]

_DRAWING = "data-drawing"

_ENOUGH = 3.0
"""The contrast that WCAG 2 (1.4.11) asks of what is drawn."""


def problems(page: Page) -> list[str]:
    """Return the drawings whose strongest and weakest color are too much alike; of equal ones, the first."""
    from PIL import Image

    found = []
    sources: list[str] = ask(page, "drawings", _DRAWING)
    for index, source in enumerate(sources):
        drawing = page.locator(f'[{_DRAWING}="{index}"]')
        picture = Image.open(io.BytesIO(drawing.screenshot(animations="disabled"))).convert("L")
        weakest, strongest = picture.getextrema()
        contrast = (_luminance(strongest) + 0.05) / (_luminance(weakest) + 0.05)
        if contrast < _ENOUGH:
            found.append(f"drawn with a contrast of {contrast:.1f}: {source[:120]}")
    return found


def _luminance(gray: int) -> float:
    """Return the luminance of a gray as WCAG 2 defines it."""
    part = gray / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
