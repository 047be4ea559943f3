"""On paper, in three browsers: the handout on its sheets, the map as a table, and the numbers of lists.

Chromium prints every page in `test_pages.py`; here the others print those that have every kind of part between them.
Firefox takes seconds to print a page, so it prints few.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from checks import paper
from pages import CASE_NAMES, DESCRIPTIONS, handout_of, page_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from checks.paper import Paper, Printed
    from firefox import FirefoxTab
    from playwright.sync_api import Page
    from pypdfium2 import PdfTextPage
    from tab import Tab
    from webkit import WebKitTab

    Asked = Page | FirefoxTab | WebKitTab
    Printing = Callable[[str, Paper], AbstractContextManager[tuple[Asked, Printed]]]

PAPERS: tuple[Paper, ...] = ("A4", "Letter")
LARGE = 14
"""The size of letters that large print begins with, in points."""

SHEETS = dict.fromkeys(DESCRIPTIONS, 3) | {
    "triple-negative-urgent": 4,  # six urgent signs, which no sheet is too short for
    "out-of-scope-nodes": 2,
    "out-of-scope-denied": 2,
    "scope-open": 2,
}
"""How many sheets a handout may have: two, and one of questions; without classes, one less."""


FULLEST = "man"
"""A patient whose handout fills its sheets."""

OTHERS = [
    *(
        ("webkit", name)
        for name in (
            "both-positive-premenopausal-long-history",
            "out-of-scope-nodes",
            "map after letrozole",
            "comparison of subtypes",
            "why a candidate",
            "questions of an urgent patient",
            *(f"case {CASE_NAMES[0]}, {form}" for form in ("choose", "handout", "solutions")),
            "report with documents",
        )
    ),
    ("firefox", "comparison across the scope"),
]
"""Which browser prints which page, besides Chromium."""


HANDOUTS: list[tuple[str, str, Paper]] = [
    *(("chromium", name, size) for size in PAPERS for name in DESCRIPTIONS),
    *(("webkit", name, "Letter") for name in DESCRIPTIONS),
    ("webkit", FULLEST, "A4"),
    ("firefox", FULLEST, "A4"),
    ("firefox", FULLEST, "Letter"),
]
"""Which browser prints whose handout: on Letter there is less room."""


@pytest.fixture
def printing(request: pytest.FixtureRequest, browser_name: str) -> Printing:
    """What opens a page, with a note wherever the reader may write one, and prints it."""
    if browser_name == "chromium":
        tab: Tab = request.getfixturevalue("tab")

        @contextmanager
        def printed(html: str, size: Paper) -> Iterator[tuple[Asked, Printed]]:
            page = tab.open(html, anew=True).page  # however far somebody was in it
            with paper.printed(page, size) as found:
                yield page, found
    else:
        other: FirefoxTab | WebKitTab = request.getfixturevalue(browser_name)

        @contextmanager
        def printed(html: str, size: Paper) -> Iterator[tuple[Asked, Printed]]:
            page = other.open(html.replace("</textarea>", f"{paper.NOTE}</textarea>"))
            with paper.read(page.pdf(size)) as found:
                yield page, found

    return printed


def lines_of(text: PdfTextPage) -> list[str]:
    return [" ".join(line.split()) for line in text.get_text_bounded().splitlines()]


def sizes_of(text: PdfTextPage) -> set[int]:
    """The sizes of the letters on a sheet, in points, rounded down to whole ones."""
    from pypdfium2 import raw

    seen = (index for index in range(text.count_chars()) if not chr(raw.FPDFText_GetUnicode(text, index)).isspace())
    return {int(raw.FPDFText_GetFontSize(text, index) + 0.01) for index in seen}


def left_of(text: PdfTextPage, word: str) -> float:
    """How far from the left edge of the sheet a word begins that stands there."""
    found = text.search(word, match_case=True, match_whole_word=True).get_next()
    assert found is not None, f"{word!r} is not on the sheet"
    return min(text.get_charbox(found[0] + index)[0] for index in range(len(word)))


@pytest.mark.parametrize(("browser_name", "whose", "size"), HANDOUTS)
def test_a_handout_has_two_sheets_and_the_questions_one_of_their_own(
    whose: str, size: Paper, printing: Printing
) -> None:
    with printing(handout_of(whose), size) as (page, printed):
        sheets = [" ".join(lines_of(text)) for text in printed.texts]
        assert len(sheets) <= SHEETS[whose]
        with_questions = [i for i, text in enumerate(sheets) if "Questions to bring to the care team" in text]
        with_notes = [i for i, text in enumerate(sheets) if "Your own questions and notes" in text]
        assert with_questions == with_notes == [len(sheets) - 1]
        assert paper.NOTE in sheets[-1]
        assert "Who says so" not in sheets[-1]
        assert paper.foot_problems(page, printed) == []


@pytest.mark.parametrize(("browser_name", "page_name"), OTHERS)
def test_what_others_print_is_whole_and_black_on_white_and_no_heading_is_left_alone(
    page_name: str, printing: Printing
) -> None:
    """Some on A4, some on Letter."""
    with printing(page_of(page_name), "Letter" if len(page_name) % 2 else "A4") as (page, printed):
        assert paper.foot_problems(page, printed) == []
        assert paper.fold_problems(page, printed, ".secret" if page_name.endswith("choose") else "") == []
        assert paper.color_problems(printed) == []


@pytest.mark.parametrize("size", PAPERS)
def test_a_handout_is_in_large_letters_throughout(size: Paper, tab: Tab) -> None:
    with paper.printed(tab.open(handout_of("triple-negative-urgent")).page, size) as printed:
        assert min(min(sizes_of(text)) for text in printed.texts) >= LARGE


@pytest.mark.parametrize("size", PAPERS)
def test_a_handout_leaves_room_to_write(size: Paper, tab: Tab) -> None:
    """The fullest list of questions leaves a hand's breadth at least: four lines of large letters."""
    name = max(DESCRIPTIONS, key=lambda name: handout_of(name).count("<input"))
    with paper.printed(tab.open(handout_of(name)).page, size) as printed:
        sheet, margin = printed.texts[-1], 10 / 25.4 * 72
        found = sheet.search("Your own questions").get_next()
        assert found is not None
        assert sheet.get_charbox(found[0])[1] - margin >= 4 * LARGE


def test_a_handout_loses_nothing_with_the_backgrounds_and_is_black_on_white(tab: Tab) -> None:
    page = tab.open(handout_of("her2-positive-in-the-brain"), scheme="dark").page
    assert paper.lost_problems(page, "A4") == []
    with paper.printed(page, "A4") as printed:
        assert paper.color_problems(printed) == []


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("browser_name", ["chromium", "webkit"])
def test_the_map_is_printed_as_a_table(size: Paper, printing: Printing) -> None:
    """Each class with its four verdicts in one line, under the names of the four columns."""
    words = ("candidate", "undetermined", "unspecified", "not described")
    with printing(page_of("map after letrozole"), size) as (_, printed):
        lines = [line for text in printed.texts[:2] for line in lines_of(text)]
    head = next(line for line in lines if line.startswith("Class HR+/HER2-"))
    assert head == "Class HR+/HER2- HR+/HER2+ HR-/HER2+ triple-negative"
    for name in ("Chemotherapy", "Bisphosphonates", "Surgery", "Clinical trial"):
        line = next(line for line in lines if line.startswith(f"{name} "))
        assert sum(line.count(word) for word in words) == 4, line


@pytest.mark.parametrize(
    ("browser_name", "margin"), [("chromium", 15), ("firefox", 15), ("webkit", 6.35 + 8)], ids=lambda value: value
)
@pytest.mark.parametrize("size", PAPERS)
def test_the_numbers_of_a_long_list_stand_within_the_sheet(size: Paper, margin: float, printing: Printing) -> None:
    """The margin, in millimeters, is that of the page; in WebKitGTK, that of GTK and what the page adds to it."""
    items = "".join("<li>Item</li>" for _ in range(20))
    html = page_of("why, out of scope").replace("<main>", f"<main><ol>{items}</ol>", 1)
    with printing(html, size) as (_, printed):
        for number in ("9.", "10.", "20."):
            sheet = next(text for text in printed.texts if f"{number} Item" in " ".join(lines_of(text)))
            assert left_of(sheet, number) >= margin / 25.4 * 72 - 1
