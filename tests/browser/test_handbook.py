"""The handbook and the card of a small rulebook, as pages: for everybody, on a phone and on paper."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import pytest
from checks import accessibility, contained, keyboard, paper, reflow, structure
from pages import HERE

from mbc_options import load_rulebook
from mbc_options.rendering.formats import FORMATS, Wishes
from mbc_options.tools.handbook.card import transparency_card
from mbc_options.tools.handbook.handbook import handbook

if TYPE_CHECKING:
    from tab import Tab

PAGES = {"handbook": handbook, "card": transparency_card}
PHONE = 360


@cache
def page_of(name: str) -> str:
    rulebook = load_rulebook(HERE.parent / "rulebooks" / "hay-fever")
    return str(FORMATS["html"].render(PAGES[name](rulebook, ()), Wishes()))


@pytest.mark.parametrize("name", PAGES)
def test_it_is_for_everybody(name: str, tab: Tab) -> None:
    page = tab.open(page_of(name), width=PHONE).unfold().page
    assert accessibility.problems(page) == []
    assert accessibility.size_problems(page) == []
    assert structure.problems(page) == []
    assert reflow.problems(page) == []
    for scheme in ("light", "dark"):
        assert accessibility.color_problems(tab.open(page_of(name), scheme=scheme).unfold().page) == []
    assert keyboard.problems(tab.open(page_of(name)).page) == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_acts_and_nothing_comes_from_elsewhere(name: str, tab: Tab) -> None:
    assert contained.problems(tab.open(page_of(name))) == []


def test_a_diagram_fits_a_phone_and_says_in_words_what_it_draws(tab: Tab) -> None:
    page = tab.open(page_of("handbook"), width=PHONE).unfold().page
    for drawing in page.locator(".ladder").all():
        box = drawing.locator("svg").bounding_box()
        assert box is not None
        assert box["x"] + box["width"] <= PHONE
        steps = drawing.locator("xpath=following-sibling::details[1]/ol/li")
        drawn = drawing.locator(".no").all_text_contents()
        assert drawn == [str(i + 1) for i in range(steps.count())]
        assert drawing.get_attribute("role") == "img"


def test_the_card_is_one_sheet(tab: Tab) -> None:
    with paper.printed(tab.open(page_of("card")).page, "A4") as printed:
        assert len(printed.sheets) == 1
