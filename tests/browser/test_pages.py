"""The pages, as each kind of reader meets them: every check, on every page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from checks import abbreviations, accessibility, contained, drawings, keyboard, motion, paper, reflow, structure
from checks.abbreviations import Abbreviation
from pages import CASE_PAGES, IN_PLAIN_WORDS, NAMES, WITH_DOCUMENTS, case_script

if TYPE_CHECKING:
    from firefox import FirefoxTab
    from tab import Scheme, Tab
    from webkit import WebKitTab

    from mbc_options import Assessment
    from mbc_options.rulebook.models import Term

SOME = (
    "both-positive-premenopausal-long-history",
    "out-of-scope-nodes",
    "map after letrozole",
    "comparison of subtypes",
    "why undetermined",
    *CASE_PAGES[:3:2],
)
"""Pages that have every kind of part between them, for what does not hang on the patient."""

NARROW, DESK, WIDE = 320, 1280, 1920


LARGEST = 190_000
"""How many bytes a page may have; the longest history has some 186,000, of which 25,000 are the background and its
passages, since a page is always whole, and 10,000 the words that open where they stand."""


def test_it_is_small_enough_to_be_sent(html: str) -> None:
    assert len(html.encode()) <= LARGEST


def test_axe_finds_nothing(html: str, tab: Tab) -> None:
    assert accessibility.problems(tab.open(html).unfold().page) == []


def test_axe_finds_nothing_in_firefox(html: str, firefox: FirefoxTab) -> None:
    assert accessibility.problems(firefox.open(html).unfold()) == []


@pytest.mark.parametrize("name", [*SOME, *IN_PLAIN_WORDS[:2], "questions of an urgent patient"])
def test_axe_finds_nothing_in_webkit(html: str, webkit: WebKitTab) -> None:
    assert accessibility.problems(webkit.open(html).unfold()) == []


@pytest.mark.parametrize("name", SOME)
@pytest.mark.parametrize("width", [NARROW, DESK])
def test_whatever_is_to_be_hit_is_large_enough(width: int, html: str, tab: Tab) -> None:
    assert accessibility.size_problems(tab.open(html, width=width).unfold().page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_word_stands_out_from_its_background(scheme: Scheme, html: str, tab: Tab) -> None:
    page = tab.open(html, scheme=scheme).unfold().page
    assert accessibility.color_problems(page) == []


def test_nothing_acts_and_nothing_comes_from_elsewhere(name: str, html: str, tab: Tab) -> None:
    assert contained.problems(tab.open(html), case_script(name)) == []


def test_what_someone_typed_is_shown_as_typed_and_does_nothing(assessment: Assessment, html: str, tab: Tab) -> None:
    page = tab.open(html).unfold().page
    assert page.evaluate("window.acted") is None
    shown = " ".join(page.inner_text("body").split())
    typed = [assessment.patient.label or "", *(site for site in assessment.patient.sites or () if ":" in site)]
    assert [text for text in typed if " ".join(text.removeprefix("other:").split()) not in shown] == []


def test_it_can_be_walked_through_by_headings_landmarks_and_links(html: str, tab: Tab) -> None:
    assert structure.problems(tab.open(html).page) == []


def test_the_title_and_the_first_heading_tell_the_patient(assessment: Assessment, html: str, tab: Tab) -> None:
    page = tab.open(html).page
    told = " ".join((assessment.patient.label or "A patient").split())
    assert told in page.title()
    assert told in " ".join(page.get_by_role("heading", level=1).inner_text().split())


@pytest.mark.parametrize("forced_colors", [False, True], ids=["own", "forced"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*SOME[:3], *CASE_PAGES[:1]])
def test_what_is_drawn_can_be_seen(*, forced_colors: bool, scheme: Scheme, html: str, tab: Tab) -> None:
    page = tab.open(html, scheme=scheme, forced_colors=forced_colors).unfold().page
    assert page.locator("svg:visible, i:empty").count()
    assert drawings.problems(page) == []


@pytest.mark.parametrize("forced_colors", [False, True], ids=["own", "forced"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", WITH_DOCUMENTS)
def test_what_is_marked_in_a_document_is_told_by_more_than_color(
    *, forced_colors: bool, scheme: Scheme, html: str, tab: Tab
) -> None:
    page = tab.open(html, scheme=scheme, forced_colors=forced_colors).unfold().page
    marked = page.locator("blockquote mark:visible")
    assert marked.count()
    looks = "e => [getComputedStyle(e).textDecorationLine, getComputedStyle(e).fontWeight]"
    assert marked.first.evaluate(looks) == ["underline", "600"]


@pytest.mark.parametrize("name", WITH_DOCUMENTS)
def test_the_way_out_to_a_publisher_says_so_and_is_taken_by_nobody_else(html: str, tab: Tab) -> None:
    tab.open(html).unfold()
    out = tab.page.get_by_role("link", name=re.compile(r"^L1-\d+ on the publisher's page$"))
    assert out.count()
    assert out.first.get_attribute("rel") == "noopener noreferrer"
    assert str(out.first.get_attribute("href")).startswith("https://upper-marsh.example/hay-fever#:~:text=")
    assert tab.requests == []


def test_it_fits_a_window_on_a_desk(html: str, tab: Tab) -> None:
    assert reflow.problems(tab.open(html).unfold().page) == []


def test_it_fits_the_narrowest_phone(html: str, tab: Tab) -> None:
    assert reflow.problems(tab.open(html, width=NARROW).unfold().page) == []


def test_on_a_phone_what_is_read_first_stands_above_what_is_read_later(html: str, tab: Tab) -> None:
    assert structure.order_problems(tab.open(html, width=NARROW).unfold().page) == []


def test_it_fits_the_narrowest_phone_with_letters_twice_as_large(html: str, tab: Tab) -> None:
    assert reflow.problems(tab.open(html, width=NARROW, text_size=200).unfold().page) == []


@pytest.mark.parametrize("size", [100, 200])
@pytest.mark.parametrize("width", [640, DESK, WIDE])
@pytest.mark.parametrize("name", [*SOME, "someone-types-very-long-words"])
def test_it_fits_every_other_window(width: int, size: int, html: str, tab: Tab) -> None:
    assert reflow.problems(tab.open(html, width=width, text_size=size).unfold().page) == []


@pytest.mark.parametrize("name", SOME)
def test_its_letters_grow_with_those_of_the_reader(html: str, tab: Tab) -> None:
    shipped, doubled = (reflow.body_text_size(tab.open(html, text_size=size).page) for size in (100, 200))
    assert doubled == 2 * shipped


def test_every_stop_of_the_keyboard_can_be_reached_and_shows_it(html: str, tab: Tab) -> None:
    assert keyboard.problems(tab.open(html, less_motion=True).unfold().page) == []


@pytest.mark.parametrize("name", ["why a candidate", "out-of-scope-denied", "map out of scope", *CASE_PAGES[:3:2]])
def test_the_tab_key_leads_through_it(html: str, tab: Tab) -> None:
    assert keyboard.walk_problems(tab.open(html, anew=True, less_motion=True).page) == []


def test_it_stands_still_for_those_who_ask_for_that(html: str, tab: Tab) -> None:
    assert motion.problems(tab.open(html, less_motion=True).page) == []


def short_forms(glossary: tuple[Term, ...]) -> list[Abbreviation]:
    return [
        Abbreviation(term.id, forms, term.stands_for)
        for term in glossary
        if term.stands_for
        and (forms := tuple(form for form in (term.term, *term.forms) if form[1:] != form[1:].lower()))
    ]


@pytest.mark.parametrize("name", [*CASE_PAGES, *IN_PLAIN_WORDS])
def test_whoever_learns_from_a_case_or_reads_plain_words_is_told_every_abbreviation_where_it_comes_first(
    glossary: tuple[Term, ...], labels: list[str], html: str, tab: Tab
) -> None:
    text = tab.open(html).unfold().page.inner_text("body")
    for label in labels:
        text = text.replace(label, "")
    assert abbreviations.problems(text, short_forms(glossary)) == []


@pytest.mark.parametrize("name", [name for name in NAMES if name not in {*CASE_PAGES, *IN_PLAIN_WORDS}])
def test_in_the_terms_of_the_field_an_abbreviation_opens_what_it_stands_for(
    glossary: tuple[Term, ...], labels: list[str], html: str, tab: Tab
) -> None:
    page = tab.open(html).unfold().page
    assert abbreviations.unopened(page, short_forms(glossary), labels) == []


@pytest.mark.parametrize("name", ["hormone-positive-after-letrozole", "why undetermined"])
def test_a_definition_opens_by_the_keyboard_and_one_comes_back_to_ones_place(html: str, tab: Tab) -> None:
    page = tab.open(html, anew=True).page
    word = page.locator("main [popovertarget]:visible").first
    definition = page.locator(f"[id='{word.get_attribute('popovertarget')}']")
    word.focus()
    place = page.evaluate("scrollY")
    page.keyboard.press("Enter")
    assert definition.evaluate("e => e.matches(':popover-open')")
    box = definition.bounding_box()
    assert box is not None
    assert 0 <= box["y"] <= 800 - box["height"]  # on the screen as it stands
    page.keyboard.press("Escape")
    assert not definition.evaluate("e => e.matches(':popover-open')")
    assert word.evaluate("e => e === document.activeElement")
    assert page.evaluate("scrollY") == place


@pytest.mark.parametrize("name", [*SOME[:5], *WITH_DOCUMENTS, "triple-negative-urgent", "map of nothing known"])
def test_links_articles_and_disclosures_have_names_that_tell_them_apart(html: str, tab: Tab) -> None:
    tab.open(html).unfold()
    assert [name for name in tab.heard("link") if re.fullmatch(r"[A-Z]*\d*-?\d+", name)] == []
    for role in ("DisclosureTriangle", "article"):
        names = tab.heard(role)
        assert all(names)
        assert {name for name in names if names.count(name) > 1} == set()


@pytest.mark.parametrize("name", ["map after letrozole", "map of nothing known"])
def test_a_column_of_a_map_is_heard_without_a_minus(html: str, tab: Tab) -> None:
    heard = tab.open(html).heard("columnheader")
    assert heard[:5] == [
        "Class",
        "HR positive, HER2 negative",
        "HR positive, HER2 positive",
        "HR negative, HER2 positive",
        "triple-negative",
    ]


SCREEN = 800, 844
"""How tall a window on a desk is, and a phone 390 wide."""


def tops_and_bottoms(tab: Tab, selector: str) -> list[tuple[float, float]]:
    tab.page.evaluate("scrollTo(0, 0)")
    boxes = [found.bounding_box() for found in tab.page.locator(selector).all()]
    return [(box["y"], box["y"] + box["height"]) for box in boxes if box is not None]


def test_every_class_with_its_status_is_on_the_first_screen_of_a_desk(
    assessment: Assessment, html: str, tab: Tab
) -> None:
    tab.open(html, anew=True)
    rows = tops_and_bottoms(tab, ".verdicts li")
    assert len(rows) == (len(assessment.options) if assessment.scope == "in" else 0)
    assert all(bottom <= SCREEN[0] for _, bottom in rows)
    for status in {option.status for option in assessment.options if rows}:
        (group,) = tab.page.locator(f".verdicts > .{status}").all()
        shown = [" ".join(text.split()) for text in group.locator("li").all_inner_texts()]
        told = [option.label for option in assessment.options if option.status == status]
        assert [label for label, row in zip(told, shown, strict=True) if not row.startswith(label)] == []


def test_the_first_verdict_is_one_swipe_away_on_a_phone(assessment: Assessment, html: str, tab: Tab) -> None:
    rows = tops_and_bottoms(tab.open(html, width=390, anew=True), ".verdicts li, .verdicts .card")
    assert rows[0][1] <= 2 * SCREEN[1]
    if not assessment.urgent and not assessment.urgent_cautions:
        assert rows[0][1] <= SCREEN[1]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("map") and "scope" not in name])
def test_the_table_of_a_map_begins_on_the_first_screen(html: str, tab: Tab) -> None:
    top, _ = tops_and_bottoms(tab.open(html, anew=True), "table.map")[0]
    assert top <= SCREEN[0] / 4


def test_what_is_urgent_for_the_patient_comes_first(assessment: Assessment, html: str, tab: Tab) -> None:
    page = tab.open(html, width=390, anew=True).page
    shown = [" ".join(text.split()) for text in page.locator("#answer .urgent p").all_inner_texts()]
    told = [*assessment.urgent, *(one.caution for one in assessment.urgent_cautions)]
    assert len(shown) == len(told)
    assert [one.text for one, text in zip(told, shown, strict=True) if one.text.split(". ")[0] not in text] == []
    if told:
        ((_, bottom),) = tops_and_bottoms(tab, "#answer .urgent")
        assert bottom <= tops_and_bottoms(tab, ".verdicts, .verdicts .card")[0][0]


@pytest.mark.parametrize("name", [*[one for one in NAMES if one not in CASE_PAGES][::2], *CASE_PAGES])
def test_on_paper_it_is_whole_and_no_heading_is_left_alone(name: str, html: str, tab: Tab) -> None:
    """To print takes long, so half of the pages are: some on A4, some on Letter."""
    page = tab.open(html, anew=True).page
    with paper.printed(page, "Letter" if len(name) % 2 else "A4") as printed:
        assert paper.title_problems(printed) == []
        assert paper.fold_problems(page, printed, ".secret" if case_script(name) else "") == []


@pytest.mark.parametrize("name", SOME)
def test_on_paper_it_is_black_on_white_whatever_the_colors_on_the_screen(html: str, tab: Tab) -> None:
    with paper.printed(tab.open(html, scheme="dark").page, "A4") as printed:
        assert paper.color_problems(printed) == []


@pytest.mark.parametrize("name", SOME)
def test_on_paper_nothing_is_lost_with_the_backgrounds(html: str, tab: Tab) -> None:
    assert paper.lost_problems(tab.open(html).page, "A4") == []
