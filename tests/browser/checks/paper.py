"""A page on paper: what stands where on its sheets, and in which colors."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from contextlib import contextmanager
from itertools import pairwise
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firefox import FirefoxTab
    from PIL.Image import Image
    from playwright.sync_api import Page
    from pypdfium2 import PdfDocument, PdfPage, PdfTextPage
    from webkit import WebKitTab

__all__ = [
    "NOTE",
    "SIZES",
    "Paper",
    "Printed",
    "color_problems",
    "fold_problems",
    "foot_problems",
    "lost_problems",
    "printed",
    "read",
    "title_problems",
]

Paper = Literal["A4", "Letter"]

SIZES: dict[Paper, tuple[float, float]] = {"A4": (21.0, 29.7), "Letter": (21.59, 27.94)}
"""The width and height of a sheet, in centimeters."""

NOTE = "A note of the reader."

_WHOLE = 30
"""How many letters a text has that is on paper by no chance: the name of a class may stand there for another reason."""

_LINES = 6
"""On how many lines a heading stands at most."""

_EVERY = 13
"""Of the letters on a sheet, each one of so many has its color looked up."""


class Printed(NamedTuple):
    """A page on paper.

    Attributes:
        document: the whole, with its table of contents.
        sheets: one after another.
        texts: what stands on each.
    """

    document: PdfDocument
    sheets: list[PdfPage]
    texts: list[PdfTextPage]


@contextmanager
def printed(page: Page, paper: Paper, *, backgrounds: bool = True) -> Iterator[Printed]:
    """Print a page, with a note wherever the reader may write one.

    Args:
        page: the open page.
        paper: the size of the sheets.
        backgrounds: whether backgrounds are printed; browsers leave them out unless the reader asks for them.
    """
    for field in page.locator("textarea").all():
        field.evaluate("(field, note) => { field.value = note }", NOTE)  # also where it is seen on paper alone
    with read(page.pdf(format=paper, print_background=backgrounds, tagged=True, outline=True)) as found:
        yield found


@contextmanager
def read(pdf: bytes) -> Iterator[Printed]:
    """Read what a browser has printed."""
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        sheets = list(document)
        yield Printed(document, sheets, [sheet.get_textpage() for sheet in sheets])
    finally:
        document.close()


def _squeezed(text: str) -> str:
    """Return the letters and digits of a text alone: spaces, hyphens and ligatures depend on the line."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()


def title_problems(printed: Printed) -> list[str]:
    """Return the headings below which nothing but other headings follows on their sheet."""
    headings: dict[int, list[tuple[float, str]]] = {}
    for entry in printed.document.get_toc():
        where = entry.get_dest()
        if where is not None:
            view = where.get_view()[1]
            headings.setdefault(where.get_index(), []).append((view[1], entry.get_title()))
    found = []
    for index, on_sheet in headings.items():
        top, title = on_sheet[-1]
        below = _squeezed(printed.texts[index].get_text_bounded(top=top + 1))
        while on_sheet and below.endswith(_squeezed(on_sheet[-1][1])):
            below = below.removesuffix(_squeezed(on_sheet[-1][1]))
            title = on_sheet.pop()[1]
        if not below:
            found.append(f"on sheet {index + 1} of {len(printed.sheets)} nothing follows the heading {title!r}")
    return found


def foot_problems(page: Page | FirefoxTab | WebKitTab, printed: Printed) -> list[str]:
    """Return the headings, and the names of what is folded, that are the last on a sheet.

    What is told by `title_problems` of the sheets of a browser that writes a table of contents is told of those of any
    by their text: the last lines are a heading where they say what it says, in bold letters.

    Args:
        page: the open page.
        printed: the same on paper.
    """
    headings, summaries = (
        {"".join(text.split()) for text in texts}
        for texts in page.evaluate(
            """(selectors) => selectors.map((selector) => [...document.querySelectorAll(selector)].map((element) => {
                const copy = element.cloneNode(true);
                for (const unseen of copy.querySelectorAll(".vh, [popover]")) unseen.remove();
                return copy.textContent;
            }))""",
            ["h1, h2, h3, h4, h5, h6", "summary"],
        )
    )
    found = []
    for index, text in enumerate(printed.texts[:-1]):
        lines = ["".join(line.split()) for line in text.get_text_range().splitlines() if line.strip()]
        ends = {"".join(lines[-count:]) for count in range(1, _LINES + 1)}
        if ends & summaries or (ends & headings and _ends_bold(text)):
            found.append(f"on sheet {index + 1} of {len(printed.sheets)} nothing follows {lines[-1]!r}")
    return found


def _ends_bold(text: PdfTextPage) -> bool:
    """Tell whether the last letter on a sheet is bold."""
    from pypdfium2 import raw

    last = max(index for index in range(text.count_chars()) if chr(raw.FPDFText_GetUnicode(text, index)).isalnum())
    name = ctypes.create_string_buffer(100)
    raw.FPDFText_GetFontInfo(text, last, name, len(name), None)
    return b"Bold" in name.value


def fold_problems(page: Page | FirefoxTab | WebKitTab, printed: Printed, secret: str = "") -> list[str]:
    """Return what can be unfolded on the screen and is missing on paper, or is on paper and should not be.

    On paper nobody follows a link, so the contents need not be there.

    Args:
        page: the open page.
        printed: the same on paper.
        secret: a selector of what must not be on paper; by default, all of it must be.
    """
    sheets = [_squeezed(text.get_text_bounded()) for text in printed.texts]
    on_paper = "".join(sheets)
    blocks: list[str] = page.evaluate(
        """(secret) => [...document.querySelectorAll("details :not(nav *, .vh)")]
            .filter((element) => !element.children.length && element.localName !== "textarea")
            .filter((element) => !secret || !element.closest(secret))
            .map((element) => element.textContent)""",
        secret,
    )
    blocks += [NOTE] * page.evaluate("document.querySelectorAll('textarea').length")
    secrets: list[str] = page.evaluate(
        """(secret) => [...document.querySelectorAll("p")]
            .filter((told) => secret && told.closest(secret))
            .map((told) => told.textContent)""",
        secret,
    )
    return [
        *(
            f"not printed: {block.strip()[:100]!r}"
            for block in blocks
            if (text := _squeezed(block)) not in on_paper and not _runs_on(text, sheets)
        ),
        *(
            f"printed, and secret: {told.strip()[:100]!r}"
            for told in secrets
            if len(text := _squeezed(told)) >= _WHOLE and text in on_paper
        ),
    ]


def color_problems(printed: Printed) -> list[str]:
    """Return the sheets that are not white, and letters that are too pale for white paper."""
    found = []
    for index, (sheet, text) in enumerate(zip(printed.sheets, printed.texts, strict=True)):
        shades = _picture(sheet, 0.5).convert("L").histogram()
        if shades.index(max(shades)) < 250:  # the most frequent shade is that of the paper, however full it is
            found.append(f"sheet {index + 1} is not white")
        pale = [(color, box) for color, box in _letters(text, sheet.get_height()) if _contrast_with_white(color) < 4.5]
        picture = _picture(sheet, 1) if pale else None
        unread = {color for color, box in pale if picture and not _is_dark(picture, box)}
        found += [f"sheet {index + 1} has letters in {color}" for color in sorted(unread)]
    return found


def lost_problems(page: Page, paper: Paper) -> list[str]:
    """Return the sheets that miss something of a millimeter or more where backgrounds are not printed."""
    with printed(page, paper) as whole, printed(page, paper, backgrounds=False) as sparing:
        return [
            f"sheet {index + 1} loses something without backgrounds"
            for index, sheets in enumerate(zip(whole.sheets, sparing.sheets, strict=True))
            if _differ(*(_picture(sheet, 1) for sheet in sheets))
        ]


def _differ(one: Image, other: Image) -> bool:
    """Tell whether two pictures differ in more than hairlines and single points."""
    from PIL import ImageChops, ImageFilter

    return ImageChops.difference(one, other).filter(ImageFilter.MinFilter(3)).getbbox() is not None


def _runs_on(text: str, sheets: list[str]) -> bool:
    """Tell whether a text begins on one sheet and ends on the next, with words of another column between."""
    return any(
        text[:cut] in sheet and text[cut:] in after for sheet, after in pairwise(sheets) for cut in range(1, len(text))
    )


def _picture(sheet: PdfPage, scale: float) -> Image:
    return sheet.render(scale=scale).to_pil().convert("L")


def _letters(text: PdfTextPage, height: float) -> Iterator[tuple[tuple[int, int, int], tuple[int, int, int, int]]]:
    """Yield the color of letters, and the box that they stand in, in points from the upper left."""
    from pypdfium2 import raw

    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    for index in range(0, text.count_chars(), _EVERY):
        is_seen = not chr(raw.FPDFText_GetUnicode(text, index)).isspace()
        if is_seen and raw.FPDFText_GetFillColor(text, index, red, green, blue, alpha):
            left, bottom, right, top = text.get_charbox(index)
            box = (int(left) - 1, int(height - top) - 1, int(right) + 2, int(height - bottom) + 2)
            yield (red.value, green.value, blue.value), box


def _is_dark(picture: Image, box: tuple[int, int, int, int]) -> bool:
    """Tell whether a letter stands on a dark ground: a number within a mark that is drawn, for one."""
    from PIL import ImageStat

    return bool(ImageStat.Stat(picture.crop(box)).median[0] < 128)


def _contrast_with_white(color: tuple[int, int, int]) -> float:
    """Return the contrast as WCAG 2 defines it."""
    parts = [value / 255 for value in color]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    luminance = sum(weight * part for weight, part in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)
