"""On paper: the handout on its sheets, the map as a table, and the numbers of lists, on A4 and Letter."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from checks import paper
from pages import DESCRIPTIONS, handout_of, page_of

if TYPE_CHECKING:
    from checks.paper import Paper
    from pypdfium2 import PdfTextPage
    from tab import Tab

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


@pytest.mark.parametrize("size", PAPERS)
@pytest.mark.parametrize("name", DESCRIPTIONS)
def test_a_handout_has_two_sheets_and_the_questions_one_of_their_own(name: str, size: Paper, tab: Tab) -> None:
    with paper.printed(tab.open(handout_of(name)).page, size) as printed:
        sheets = [" ".join(lines_of(text)) for text in printed.texts]
        assert len(sheets) <= SHEETS[name]
        with_questions = [i for i, text in enumerate(sheets) if "Questions to bring to the care team" in text]
        with_notes = [i for i, text in enumerate(sheets) if "Your own questions and notes" in text]
        assert with_questions == with_notes == [len(sheets) - 1]
        assert paper.NOTE in sheets[-1]
        assert "Who says so" not in sheets[-1]
        assert paper.title_problems(printed) == []


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
def test_the_map_is_printed_as_a_table(size: Paper, tab: Tab) -> None:
    """Each class with its four verdicts in one line, under the names of the four columns."""
    words = ("candidate", "undetermined", "unspecified", "not described")
    with paper.printed(tab.open(page_of("map after letrozole")).page, size) as printed:
        lines = [line for text in printed.texts[:2] for line in lines_of(text)]
    head = next(line for line in lines if line.startswith("Class HR+/HER2-"))
    assert head == "Class HR+/HER2- HR+/HER2+ HR-/HER2+ triple-negative"
    for name in ("Chemotherapy", "Bisphosphonates", "Surgery", "Clinical trial"):
        line = next(line for line in lines if line.startswith(f"{name} "))
        assert sum(line.count(word) for word in words) == 4, line


@pytest.mark.parametrize("size", PAPERS)
def test_the_numbers_of_a_long_list_stand_within_the_sheet(size: Paper, tab: Tab) -> None:
    margin = 15 / 25.4 * 72
    items = "".join("<li>Item</li>" for _ in range(20))
    html = page_of("nothing-known").replace("<main>", f"<main><ol>{items}</ol>", 1)
    with paper.printed(tab.open(html).page, size) as printed:
        for number in ("9.", "10.", "20."):
            sheet = next(text for text in printed.texts if f"{number} Item" in " ".join(lines_of(text)))
            assert left_of(sheet, number) >= margin - 0.5
