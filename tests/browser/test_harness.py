"""The checks find what they are for: a good page has no problem, and each way of spoiling it has one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import webkit as webkit_browser
from checks import abbreviations, accessibility, contained, drawings, keyboard, motion, paper, reflow, structure
from checks.abbreviations import Abbreviation

if TYPE_CHECKING:
    from collections.abc import Callable

    from firefox import FirefoxTab
    from playwright.sync_api import Page
    from tab import Scheme, Tab
    from webkit import WebKitTab

GOOD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>A good page</title>
<meta name="viewport" content="width=device-width">
<style>
:root { color-scheme: light dark; --ink: #111; --paper: #fff; }
@media (prefers-color-scheme: dark) { :root { --ink: #eee; --paper: #111; } }
body { color: var(--ink); background: var(--paper); overflow-wrap: anywhere; font-size: 1rem; }
a { color: inherit; }
:focus-visible { outline: 3px solid; }
h1, h2 { break-after: avoid; }
@media print { :root { --ink: #000; --paper: #fff; color-scheme: light; }
  details::details-content { content-visibility: visible; } }
</style></head><body>
<a href="#all">Skip to the answer</a>
<header><p>Head of the page</p></header>
<nav aria-label="Parts"><a href="#second">The second part</a></nav>
<main id="all"><h1>First</h1><p>Something to read.</p><section><h2 id="second">Second</h2>
<p>More of it.</p><details><summary>Unfold</summary><p>What was folded.</p></details></section></main>
<footer><p>Foot of the page</p></footer></body></html>
"""

COVER = '<p style="position: fixed; inset: 0; background: gray">Over everything</p>'


def spoiled(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


def found_by(check: Callable[[Page], list[str]], tab: Tab, html: str) -> list[str]:
    return check(tab.open(html).unfold().page)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_good_page_has_no_problem(scheme: Scheme, tab: Tab) -> None:
    page = tab.open(GOOD, scheme=scheme, less_motion=True).page
    assert contained.problems(tab) == []
    assert structure.problems(page) == []
    assert keyboard.problems(page) == []
    assert keyboard.walk_problems(tab.open(GOOD, anew=True, scheme=scheme, less_motion=True).page) == []
    assert motion.problems(page) == []
    with paper.printed(page, "A4") as printed:
        assert paper.title_problems(printed) == []
        assert paper.foot_problems(page, printed) == []
        assert paper.fold_problems(page, printed) == []
        assert paper.color_problems(printed) == []
    tab.unfold()
    assert accessibility.problems(page) == []
    assert accessibility.color_problems(page) == []
    assert accessibility.size_problems(page) == []
    for width in (320, 1280):
        assert reflow.problems(tab.resize(width).page) == []
        assert structure.order_problems(page) == []


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        (spoiled("<p>More of it.</p>", '<p>More <input name="a"></p>'), "label: "),
        (spoiled("<p>More of it.</p>", "<ul><p>More of it.</p></ul>"), "list: "),
        (spoiled("width=device-width", "width=device-width, user-scalable=no"), "meta-viewport: "),
        (spoiled("<p>More of it.</p>", '<p><span role="img">*</span></p>'), "role-img-alt: "),
    ],
    ids=["a field without a label", "a list of paragraphs", "no zooming", "a mark without words"],
)
def test_what_axe_finds_is_told_with_its_place(html: str, problem: str, tab: Tab) -> None:
    (found,) = found_by(accessibility.problems, tab, html)
    assert found.startswith(problem)
    assert "<" in found


def test_what_is_too_small_to_be_hit_is_found(tab: Tab) -> None:
    buttons = '<div style="line-height: 1">' + '<button style="all: unset; font-size: 9px">x</button>' * 2 + "</div>"
    found = found_by(accessibility.size_problems, tab, spoiled("<p>More of it.</p>", buttons))
    assert [text.split(":")[0] for text in found] == ["target-size"] * 2


@pytest.mark.parametrize(
    ("html", "schemes"),
    [
        (spoiled("--ink: #eee", "--ink: #444"), {"dark"}),
        (spoiled("--ink: #111", "--ink: #bbb"), {"light"}),
        (spoiled("<p>More of it.</p>", '<p style="color: #777; background: #888">More.</p>'), {"light", "dark"}),
        (spoiled("<p>What was folded.</p>", '<p style="opacity: 0.2">What was folded.</p>'), {"light", "dark"}),
    ],
    ids=["in the dark", "in the light", "one paragraph", "folded"],
)
def test_pale_letters_are_found_in_the_colors_in_which_they_are_pale(html: str, schemes: set[str], tab: Tab) -> None:
    tab.open(html).unfold()
    both: tuple[Scheme, ...] = ("light", "dark")
    assert {scheme for scheme in both if accessibility.color_problems(tab.prefer(scheme).page)} == schemes


def test_a_background_that_cannot_be_judged_is_left_to_a_person(tab: Tab) -> None:
    html = spoiled("<p>More of it.</p>", '<p style="background: linear-gradient(red, green)">More of it.</p>')
    (unsure,) = found_by(accessibility.unsure_of_color, tab, html)
    assert unsure.startswith("color-contrast: ")


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ("<script>1</script>", "<script>"),
        ('<p onclick="1">x</p>', "inline handler onclick"),
        ('<a href="javascript:1">x</a>', "href that acts"),
        ('<img alt="" src="https://example.org/x.png">', "asks for https://example.org/x.png"),
        ('<img alt="" srcset="x.png 2x">', "refers to x.png"),
        ('<link rel="stylesheet" href="style.css">', "refers to style.css"),
        ('<p style="background: url(x.png)">x</p>', "style refers elsewhere: url(x.png)"),
        ("<style>@import 'x.css';</style>", "style refers elsewhere: @import"),
        ('<iframe title="x" srcdoc="x"></iframe>', "<iframe>"),
        ("<form></form>", "<form>"),
        ('<p><button formaction="https://example.org" form="none">x</button></p>', "refers to https://example.org"),
    ],
)
def test_what_acts_or_comes_from_elsewhere_is_found(new: str, problem: str, tab: Tab) -> None:
    tab.open(spoiled("<p>More of it.</p>", new))
    assert [found for found in contained.problems(tab) if found.startswith(problem)]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (' lang="en"', "", "no language"),
        ("A good page", "", "no title"),
        ("<p>More of it.</p>", "<h1>Again</h1>", "2 h1"),
        ("<p>More of it.</p>", "<h4>Deep</h4>", "heading skips from h2 to h4: Deep"),
        ("<p>More of it.</p>", '<p id="all">Again</p>', "id twice: all"),
        ("<p>More of it.</p>", '<a href="#none">x</a>', "link to nowhere: #none"),
        ("<p>More of it.</p>", '<p aria-labelledby="none">x</p>', "aria-labelledby names nothing: none"),
        ("<footer><p>Foot of the page</p></footer>", "", "landmark contentinfo: 0"),
        ('<nav aria-label="Parts"><a href="#second">The second part</a></nav>', "", "landmark navigation: 0"),
        ("<header><p>Head of the page</p></header>", "", "landmark banner: 0"),
    ],
)
def test_a_page_that_is_put_together_badly_is_found(old: str, new: str, problem: str, tab: Tab) -> None:
    assert found_by(structure.problems, tab, spoiled(old, new)) == [problem]


def test_a_heading_that_is_moved_above_the_one_before_it_is_found(tab: Tab) -> None:
    html = spoiled('id="all"', 'id="all" style="display: flex; flex-direction: column-reverse"')
    assert found_by(structure.order_problems, tab, html) == ['"Second" comes after "First" and stands above it']


@pytest.mark.parametrize(
    ("new", "problem"),
    [
        ('<div style="width: 500px">wide</div>', "reaches to 5"),
        ('<p style="white-space: nowrap">' + "long " * 80 + "</p>", "reaches to "),
        ('<p style="height: 1em; overflow: hidden">' + "long " * 80 + "</p>", "cut off: p"),
    ],
    ids=["a wide box", "a line that does not break", "text in a box that is too small"],
)
def test_what_does_not_fit_a_phone_is_found(new: str, problem: str, tab: Tab) -> None:
    tab.open(spoiled("<p>More of it.</p>", new), width=320)
    assert [found for found in reflow.problems(tab.page) if found.startswith(problem)]


def test_a_wide_table_may_scroll_within_its_own_box(tab: Tab) -> None:
    box = '<div tabindex="0" style="overflow-x: auto"><div style="width: 900px">wide</div></div>'
    tab.open(spoiled("<p>More of it.</p>", box), width=320)
    assert reflow.problems(tab.page) == []


@pytest.mark.parametrize(("size", "grows"), [("1rem", True), ("100%", True), ("16px", False)])
def test_the_text_size_is_that_of_the_reader_unless_the_page_fixes_it(size: str, grows: bool, tab: Tab) -> None:  # noqa: FBT001
    html = spoiled("font-size: 1rem", f"font-size: {size}")
    shipped = reflow.body_text_size(tab.open(html).page)
    doubled = reflow.body_text_size(tab.open(html, text_size=200).page)
    assert (doubled == 2 * shipped) is grows


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            ":focus-visible { outline: 3px solid; }",
            ":focus { outline: none; }",
            "has no outline when focused: 0: a #all",
        ),
        ('<a href="#all">Skip to the answer</a>', "", "the first stop is no link to the main part: 0: a #second"),
        ('<a href="#second">', '<a href="#second" tabindex="-1">', "cannot be reached: 1: a #second"),
        ("<p>Head of the page</p>", COVER, "is covered by <p> when focused: 0: a #all"),
    ],
    ids=["no outline", "no skip link", "left out", "covered"],
)
def test_what_the_keyboard_cannot_do_is_found(old: str, new: str, problem: str, tab: Tab) -> None:
    assert problem in found_by(keyboard.walk_problems, tab, spoiled(old, new))


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (":focus-visible { outline: 3px solid; }", ":focus { outline: 0; }", "has no outline when focused: 0: a #all"),
        ('<a href="#second">', '<a href="#second" tabindex="-1">', "cannot be reached: 1: a #second"),
        ('<a href="#second">', '<a href="#second" tabindex="7">', "is out of its turn: "),
    ],
    ids=["no outline", "left out", "moved"],
)
def test_most_of_it_is_found_without_walking(old: str, new: str, problem: str, tab: Tab) -> None:
    found = found_by(keyboard.problems, tab, spoiled(old, new))
    assert [text for text in found if text.startswith(problem)]


@pytest.mark.parametrize(
    ("fill", "blank"),
    [("#333", {"dark"}), ("#ddd", {"light"}), ("currentColor", set()), ("none", {"light", "dark"})],
)
def test_a_drawing_that_cannot_be_seen_is_found(fill: str, blank: set[str], tab: Tab) -> None:
    drawing = f'<svg width="20" height="20"><circle cx="10" cy="10" r="9" fill="{fill}"/></svg>'
    html = spoiled("<p>More of it.</p>", drawing)
    both: tuple[Scheme, ...] = ("light", "dark")
    assert {scheme for scheme in both if drawings.problems(tab.open(html, scheme=scheme).page)} == blank


@pytest.mark.parametrize(("style", "problems"), [("background: CanvasText", 0), ("background: #000", 1)])
def test_a_mark_that_is_lost_where_colors_are_forced_is_found(style: str, problems: int, tab: Tab) -> None:
    mark = f'<i style="display: inline-block; padding: 5px; background-clip: content-box; {style}"></i>'
    html = spoiled(
        "<p>More of it.</p>", f"<style>i {{ width: 20px; height: 20px; forced-color-adjust: none }}</style>{mark}"
    )
    page = tab.open(html, scheme="dark", forced_colors=True).page
    assert len(drawings.problems(page)) == problems


@pytest.mark.parametrize("style", ["transition: color 1s", "animation: x 9s", "scroll-behavior: smooth"])
def test_what_moves_is_found(style: str, tab: Tab) -> None:
    html = spoiled("<p>More of it.</p>", f'<style>@keyframes x {{ to {{ top: 9px }} }}</style><p style="{style}">x</p>')
    assert motion.problems(tab.open(html).page)


def test_a_heading_alone_at_the_foot_of_a_sheet_is_found(tab: Tab) -> None:
    last = '<h2>Last</h2><p style="break-before: page; margin: 0">On the next sheet.</p>'
    html = spoiled("<p>More of it.</p>", f"<p>More of it.</p>{last}").replace("break-after: avoid", "break-after: auto")
    with paper.printed(tab.open(html).page, "A4") as printed:
        assert paper.title_problems(printed) == ["on sheet 1 of 2 nothing follows the heading 'Last'"]
        assert paper.foot_problems(tab.page, printed) == ["on sheet 1 of 2 nothing follows 'Last'"]


def test_what_is_folded_and_leaves_its_name_alone_at_the_foot_of_a_sheet_is_found(tab: Tab) -> None:
    html = spoiled("<p>What was folded.</p>", '<p style="break-before: page">What was folded.</p>')
    with paper.printed(tab.open(html).page, "A4") as printed:
        assert paper.foot_problems(tab.page, printed) == ["on sheet 1 of 2 nothing follows 'Unfold'"]


def test_words_that_are_those_of_a_heading_may_be_the_last_on_a_sheet(tab: Tab) -> None:
    html = spoiled("<p>More of it.</p>", '<p>First</p><p style="break-before: page">More of it.</p>')
    with paper.printed(tab.open(html).page, "A4") as printed:
        assert len(printed.sheets) == 2
        assert paper.foot_problems(tab.page, printed) == []


def test_what_stays_folded_on_paper_is_found(tab: Tab) -> None:
    page = tab.open(spoiled("details::details-content { content-visibility: visible; }", "")).page
    with paper.printed(page, "A4") as printed:
        assert paper.fold_problems(page, printed) == ["not printed: 'What was folded.'"]


@pytest.mark.parametrize(
    ("html", "problem"),
    [
        (spoiled("--ink: #000; --paper: #fff; color-scheme: light;", ""), "sheet 1 is not white"),
        (spoiled("--ink: #000", "--ink: #aaa"), "sheet 1 has letters in (170, 170, 170)"),
    ],
    ids=["dark", "pale"],
)
def test_a_sheet_that_is_not_black_on_white_is_found(html: str, problem: str, tab: Tab) -> None:
    with paper.printed(tab.open(html, scheme="dark").page, "A4") as printed:
        assert paper.color_problems(printed) == [problem]


def test_pale_letters_in_a_dark_mark_can_be_read(tab: Tab) -> None:
    mark = '<svg width="40" height="40"><circle cx="20" cy="20" r="20"/><text x="14" y="26" fill="white">1</text></svg>'
    with paper.printed(tab.open(spoiled("<p>More of it.</p>", mark)).page, "A4") as printed:
        assert paper.color_problems(printed) == []


@pytest.mark.parametrize(
    ("mark", "lost"),
    [
        ('<i style="display: block; width: 20px; height: 20px; background: #000"></i>', True),
        ('<i style="display: block; width: 20px; height: 20px; border: 5px solid #000"></i>', False),
        ('<svg width="20" height="20"><circle cx="10" cy="10" r="9"/></svg>', False),
    ],
    ids=["a background", "a border", "a drawing"],
)
def test_what_only_a_background_draws_is_lost_on_paper(mark: str, lost: bool, tab: Tab) -> None:  # noqa: FBT001
    page = tab.open(spoiled("<p>More of it.</p>", mark)).page
    assert bool(paper.lost_problems(page, "A4")) is lost


def test_a_text_that_runs_on_beside_another_column_is_printed(tab: Tab) -> None:
    columns = '<div style="display: grid; grid-template-columns: 6em 1fr; widows: 1; orphans: 1">{}</div>'
    folded = f"<details><summary>More</summary><p>{'Folded words. ' * 60}</p></details>"
    cells = f"<p>{'One two three four five six. ' * 3}</p>{folded}"
    above = '<div style="height: 22cm"></div>'
    page = tab.open(spoiled("<p>More of it.</p>", above + columns.format(cells))).page
    with paper.printed(page, "A4") as printed:
        assert len(printed.sheets) == 2
        assert paper.fold_problems(page, printed) == []


@pytest.mark.parametrize(("shown", "problems"), [("visible", []), ("hidden", [f"not printed: {paper.NOTE!r}"])])
def test_a_note_that_is_not_printed_is_found(shown: str, problems: list[str], tab: Tab) -> None:
    style = f"<style>@media print {{ textarea {{ visibility: {shown} }} }}</style>"
    field = "<label>Notes <textarea></textarea></label>"
    page = tab.open(spoiled("<p>More of it.</p>", style + field)).page
    with paper.printed(page, "A4") as printed:
        assert paper.fold_problems(page, printed) == problems


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("HER2 (human growth factor) is a protein.", 0),
        ("HER2-positive (HER2: human growth factor) cancer.", 0),
        ("The human growth factor, HER2 for short, is a protein.", 0),
        ("Of HER2 more below.\nHER2 (human growth factor) is a protein.", 1),
        ("A human growth factor. HER2 is one.", 1),
        ("THER2N is none.", 0),
    ],
)
def test_an_abbreviation_must_be_explained_at_its_first_place(text: str, problems: int) -> None:
    her2 = Abbreviation("her2", ("HER2",), "human growth factor")
    assert len(abbreviations.problems(text, [her2])) == problems


def test_a_webkit_that_is_not_there_is_told_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(webkit_browser.NAMED, "no-such-driver")
    assert "no-such-driver" in (reason := webkit_browser.missing() or "")
    assert reason.endswith(webkit_browser.HOW_TO_INSTALL)


def test_every_browser_runs_a_script_and_gives_what_it_finds(tab: Tab, firefox: FirefoxTab, webkit: WebKitTab) -> None:
    for page in (tab.open(GOOD).page, firefox.open(GOOD), webkit.open(GOOD)):
        assert page.evaluate("document.title") == "A good page"
        assert page.evaluate("async ([given]) => ({given, of: document.links.length})", ["x"]) == {
            "given": "x",
            "of": 2,
        }
        page.evaluate("Object.assign(window, { kept: 1, later: () => window.kept + 1 }) && null")
        assert page.evaluate("later()") == 2
        with pytest.raises(Exception, match="nowhere"):
            page.evaluate("nowhere.to.be.found")


@pytest.mark.parametrize("engine", ["firefox", "webkit"])
def test_others_print_what_is_open_on_the_paper_that_is_asked_for(engine: str, request: pytest.FixtureRequest) -> None:
    page: FirefoxTab | WebKitTab = request.getfixturevalue(engine)
    for size, points in (("A4", (595, 842)), ("Letter", (612, 792))):
        with paper.read(page.open(GOOD).pdf(size)) as printed:
            assert printed.sheets[0].get_size() == pytest.approx(points, abs=1)
            assert "Something to read." in printed.texts[0].get_text_range()
