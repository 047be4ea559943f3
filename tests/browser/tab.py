"""A tab in which one page after another is opened, each as the file that a reader has been given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, Self

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser, Page

__all__ = ["Scheme", "Tab"]

Scheme = Literal["light", "dark"]

SHIPPED_FONT_SIZE = 16


class Tab:
    """A tab without network.

    Args:
        browser: a started one.
        folder: where the pages are put; it must be there.
        scale: how many pixels of a picture make up one of CSS.

    Attributes:
        page: the page that is open, to ask and to act on.
        requests: the address of everything that this page has asked for besides itself.
        errors: what the browser's console has complained about.
    """

    def __init__(self, browser: Browser, folder: Path, scale: float = 1) -> None:
        self._context = browser.new_context(offline=True, device_scale_factor=scale)
        self.page: Page = self._context.new_page()
        self._file = folder / "page.html"
        self._html: str | None = None
        self._settings = self._context.new_cdp_session(self.page)
        self._settings.send("Page.enable")
        self.requests: list[str] = []
        self.errors: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def open(
        self,
        html: str,
        *,
        anew: bool = False,
        scheme: Scheme = "light",
        width: int = 1280,
        forced_colors: bool = False,
        less_motion: bool = False,
        text_size: int = 100,
    ) -> Self:
        """Open a page and set how it is read. One that is open already stays as it is otherwise.

        Args:
            html: the page.
            anew: load it, even if it is open already: with everything folded, and nothing noted.
            scheme: the colors that the reader prefers.
            width: of the window, in CSS pixels.
            forced_colors: whether the reader's own few colors replace those of the page.
            less_motion: whether the reader wants things to stand still.
            text_size: the reader's text size, in percent of the one that browsers are shipped with.
        """
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.emulate_media(
            color_scheme=scheme,
            forced_colors="active" if forced_colors else "none",
            reduced_motion="reduce" if less_motion else "no-preference",
        )
        size = SHIPPED_FONT_SIZE * text_size // 100
        self._settings.send("Page.setFontSizes", {"fontSizes": {"standard": size, "fixed": size * 13 // 16}})
        if anew or html != self._html:
            self._load(html)
        return self

    def _load(self, html: str) -> None:
        self.page.evaluate("(() => { try { sessionStorage.clear() } catch { /* about:blank has none */ } })()")
        if html == self._html:
            self.page.goto("about:blank")  # else the browser may go on with the keyboard where somebody was in the page
        self._file.write_text(html, encoding="utf-8")
        self._html = html
        self.requests.clear()
        self.errors.clear()
        self.page.goto(self._file.as_uri())
        self.requests.remove(self.page.url)

    def prefer(self, scheme: Scheme) -> Self:
        """Change the reader's preferred colors while the page is open."""
        self.page.emulate_media(color_scheme=scheme)
        return self

    def resize(self, width: int) -> Self:
        """Change the width of the window while the page is open."""
        self.page.set_viewport_size({"width": width, "height": 800})
        return self

    def unfold(self) -> Self:
        """Open whatever can be opened, so that all of the page is to be seen."""
        self.page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
        return self

    def heard(self, role: str) -> list[str]:
        """Return the names by which a screen reader tells the elements of a role, in the order of the page."""
        nodes = self._settings.send("Accessibility.getFullAXTree")["nodes"]
        return [
            " ".join(node["name"]["value"].split())
            for node in nodes
            if not node["ignored"] and node["role"]["value"] == role
        ]

    def close(self) -> None:
        self._context.close()
