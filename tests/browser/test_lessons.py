"""What a class and a learner do with the page of a case besides answering: vote twice, hand in, go on later."""

from __future__ import annotations

import json
import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from checks import accessibility, paper, reflow
from lesson import MANY, NAME, ONE, PAGE, QUESTIONS
from pages import case_of, page_of
from quizzes import commit, downloaded, slide

from mbc_options import load_case, load_rulebook, render
from mbc_options.cases.answer_code import answer_code, read_code
from mbc_options.cases.answers import read_answers
from mbc_options.cases.catalog import case_names
from mbc_options.cases.votes import Votes, match_votes, read_handed_in
from mbc_options.cases.walk import Walk

if TYPE_CHECKING:
    from pathlib import Path

    from firefox import FirefoxTab
    from playwright.sync_api import Browser, Page, Route
    from tab import Scheme, Tab

    from mbc_options.vocabulary.words import Words

CASE = case_of(NAME)


# Voting.


def let_vote(page: Page, voters: str = "") -> None:
    page.locator("#vote").click()
    page.locator("#voters").fill(voters)


def count(page: Page, number: int, round_: str, hands: list[int], key: str = "Enter") -> None:
    slide(page, number).locator(f".{round_} .count").first.focus()
    for one in hands:
        page.keyboard.type(str(one))
        if key:
            page.keyboard.press(key)


def bars(page: Page, number: int, round_: str) -> list[float]:
    """How long the bars of a vote are, beside the longest there can be."""
    found: list[float] = (
        slide(page, number)
        .locator(f".{round_} .bar")
        .evaluate_all(
            "(bars) => bars.map((bar) => bar.firstChild.getBoundingClientRect().width / (bar.clientWidth || 1))"
        )
    )
    return found


def test_a_class_votes_talks_votes_again_and_only_then_the_answer_opens(page: Page, tmp_path: Path) -> None:
    question = QUESTIONS[ONE - 1]
    choices = len(question.choices)
    first, second = [6, 3, *[0] * (choices - 3), 1], [2, 8, *[0] * (choices - 2)]
    let_vote(page, "12")
    summary = slide(page, ONE).locator(".reveal > summary")
    assert not summary.is_visible()
    count(page, ONE, "first", first)
    assert bars(page, ONE, "first") == pytest.approx([0] * choices, abs=0.01), "no bar sways those still to vote"
    page.keyboard.press("Enter")
    assert bars(page, ONE, "first") == pytest.approx([hands / 12 for hands in first], abs=0.02)
    assert not summary.is_visible(), "the class talks before it sees the answer"
    count(page, ONE, "second", second)
    page.keyboard.press("Enter")
    assert bars(page, ONE, "second") == pytest.approx([hands / 12 for hands in second], abs=0.02)
    assert not slide(page, ONE).locator(".how svg").first.is_visible(), "nothing told what is right so far"
    page.keyboard.press("Enter")
    slide(page, ONE).locator(".how svg").first.wait_for()
    told = slide(page, ONE).locator("label .how").all_inner_texts()
    assert told == ["Right" if choice.right else "" for choice in question.choices]
    assert "answered: 1" not in (page.locator("#score").text_content() or ""), "nobody's answer is graded"
    rows = page.locator("#counted tbody tr").evaluate_all(
        "(rows) => rows.map((row) => [...row.cells].map((c) => c.innerText))"
    )
    assert [[int(first_), int(second_)] for _, first_, second_ in rows] == list(
        map(list, zip(first, second, strict=True))
    )
    votes = read_handed_in(downloaded(page, "#save-votes", tmp_path))
    assert isinstance(votes, Votes)
    assert (votes.case, votes.voters) == (NAME, 12)
    (found,) = match_votes(CASE, votes).matched
    assert found.question == question
    ids = [choice.id for choice in question.choices]
    assert [found.vote.first[id_] for id_ in ids] == first
    assert [found.vote.second[id_] for id_ in ids] == second


def test_with_few_voters_a_digit_alone_leads_on(page: Page) -> None:
    let_vote(page, "5")
    hands = [1, 4, *[0] * (len(QUESTIONS[ONE - 1].choices) - 2)]
    count(page, ONE, "first", hands, key="")
    assert slide(page, ONE).locator(".first .count").evaluate_all("(all) => all.map((one) => +one.value)") == hands
    page.keyboard.press("Enter")
    assert slide(page, ONE).get_by_text("Talk about it.").is_visible()


@pytest.mark.parametrize("voters", ["", "5"])
def test_a_digit_on_the_slide_begins_its_count(voters: str, page: Page) -> None:
    let_vote(page, voters)
    slide(page, ONE).evaluate("(slide) => { slide.tabIndex = -1; slide.focus(); slide.scrollIntoView() }")
    choices = len(QUESTIONS[ONE - 1].choices)
    for hands in ("2", "3", *"0" * (choices - 2)):
        page.keyboard.type(hands)
        if not voters:
            page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.type("41" if voters else "4")
    counted = slide(page, ONE).locator(".count").evaluate_all("(all) => all.map((one) => one.value)")
    order = [*counted[::2], *counted[1::2]]
    assert order == ["2", "3", *"0" * (choices - 2), "4", "1" if voters else "", *[""] * (choices - 2)]


def test_more_hands_than_voters_are_a_slip_and_told(page: Page) -> None:
    let_vote(page, "12")
    count(page, ONE, "first", [12, 3])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    assert slide(page, ONE).get_by_text("more hands than voters: 15 for 12").is_visible()
    count(page, MANY, "first", [12, 12])
    slide(page, MANY).get_by_role("button", name="Show the first vote").click()
    assert slide(page, MANY).get_by_text("Talk about it.").is_visible(), "of several choices each may take many"


def test_a_vote_can_be_counted_again_until_the_answer_is_open(page: Page) -> None:
    let_vote(page)
    count(page, ONE, "first", [1])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    slide(page, ONE).get_by_role("button", name="Count this vote again").click()
    assert page.locator("#counted table").count() == 0
    count(page, ONE, "first", [2])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    assert page.locator("#counted tbody td").first.text_content() == "2"


def test_whoever_stops_voting_has_the_page_as_it_was(page: Page) -> None:
    let_vote(page)
    page.locator("#vote").click()
    assert page.locator(".count, .vote-panel").count() == 0
    slide(page, ONE).locator("label").first.click()
    slide(page, ONE).locator(".reveal > summary").click()
    slide(page, ONE).locator(".how svg").first.wait_for()


def test_a_first_vote_stays_where_the_second_is_left_out(page: Page, tmp_path: Path) -> None:
    let_vote(page)
    count(page, ONE, "first", [3, 1])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    page.locator("#vote").click()
    assert slide(page, ONE).locator(".reveal > summary").is_visible()
    page.locator("#vote").click()
    votes = read_handed_in(downloaded(page, "#save-votes", tmp_path))
    assert isinstance(votes, Votes)
    assert [(sum(vote.first.values()), vote.second) for vote in votes.votes] == [(4, {})]


PLACE = f"votes {NAME}"
BROKEN = ["{", "5", "null", "[]", '{"on": true, "voters": {}, "counted": {"x": null}}', "OTHER", "FEW", "ROUND"]
"""What may stand where votes are kept; the words are texts with hands that belong to no question as it is now."""


def typed(page: Page, number: int) -> list[str]:
    """What stands in the counts of a question, both rounds in turn."""
    found: list[str] = slide(page, number).locator(".count").evaluate_all("(all) => all.map((one) => one.value)")
    return found


def test_a_page_loaded_again_goes_on_with_its_votes(page: Page, tmp_path: Path) -> None:
    let_vote(page, "12")
    for number in (MANY, ONE):
        count(page, number, "first", [6, 3, 1])
        slide(page, number).get_by_role("button", name="Show the first vote").click()
    count(page, ONE, "second", [2, 8])
    before, tally = typed(page, ONE), page.locator("#counted").inner_html()
    page.reload()
    slide(page, ONE).get_by_text("Talk about it.").wait_for()
    assert page.locator("#voters").input_value() == "12"
    assert typed(page, ONE) == before
    assert bars(page, ONE, "first")[:2] == pytest.approx([6 / 12, 3 / 12], abs=0.02)
    assert page.locator("#counted").inner_html() == tally
    assert not slide(page, ONE).locator(".reveal > summary").is_visible()
    slide(page, ONE).get_by_role("button", name="Show the second vote").click()
    page.locator("#vote").click()
    page.reload()
    slide(page, ONE).get_by_text("Voted twice.").wait_for()
    assert page.locator("#vote").get_attribute("aria-pressed") == "false"
    votes = read_handed_in(downloaded(page, "#save-votes", tmp_path))
    assert isinstance(votes, Votes)
    assert [(sum(one.first.values()), sum(one.second.values())) for one in votes.votes] == [(10, 0), (10, 10)]


def test_an_opened_answer_is_open_again_but_never_before_the_second_vote(page: Page) -> None:
    let_vote(page)
    for round_ in ("first", "second"):
        count(page, ONE, round_, [3, 1])
        page.locator(f"#q{ONE} .vote-panel button").first.click()
    slide(page, ONE).locator(".reveal > summary").click()
    page.wait_for_function(
        "(place) => JSON.parse(sessionStorage.getItem(place)).counted && "
        "Object.values(JSON.parse(sessionStorage.getItem(place)).counted).some((one) => one.open)",
        arg=PLACE,
    )
    page.reload()
    slide(page, ONE).locator(".answers").first.wait_for()
    slide(page, ONE).locator(".how svg").first.wait_for()
    assert not slide(page, ONE).get_by_role("button", name="Count this vote again").is_visible()
    page.evaluate(
        """(place) => {
          const kept = JSON.parse(sessionStorage.getItem(place));
          for (const one of Object.values(kept.counted)) Object.assign(one, { round: 1, open: true });
          sessionStorage.setItem(place, JSON.stringify(kept));
        }""",
        PLACE,
    )
    page.reload()
    slide(page, ONE).get_by_text("Talk about it.").wait_for()
    assert page.locator(".reveal[open]").count() == 0
    assert page.locator(".how svg").count() == 0


def test_firefox_goes_on_with_its_votes_too(firefox: FirefoxTab) -> None:
    firefox.open(page_of(PAGE)).evaluate(
        f"""(() => {{
          sessionStorage.clear();
          document.getElementById('vote').click();
          const input = document.querySelector('#q{ONE} .first .count');
          input.value = '7';
          input.dispatchEvent(new Event('input'));
          document.querySelector('#q{ONE} .vote-panel button').click();
        }})()"""
    )
    firefox.open(page_of(PAGE))
    told = f"document.querySelector('#q{ONE} .counting').textContent + document.querySelector('#q{ONE} .count').value"
    assert firefox.evaluate(told) == "Talk about it. Then vote again: how many now?7"
    firefox.evaluate("sessionStorage.clear()")


@pytest.mark.parametrize("kept", BROKEN)
def test_what_is_kept_and_is_no_vote_does_no_harm(kept: str, page: Page, tab: Tab) -> None:
    question = QUESTIONS[ONE - 1]
    name, choices = f"{question.id} {question.sha256}", len(question.choices)
    counted: dict[str, Any] = {
        "OTHER": {f"{question.id} 0": {"round": 1, "first": ["1"] * choices, "second": [""] * choices}},
        "FEW": {name: {"round": 1, "first": ["1"], "second": [""]}},
        "ROUND": {name: {"round": "<b>", "first": ["x"] * choices, "second": [{}] * choices}},
    }
    text = json.dumps({"on": True, "voters": "5", "counted": counted[kept]}) if kept in counted else kept
    page.evaluate("([place, text]) => sessionStorage.setItem(place, text)", [PLACE, text])
    page.reload()
    assert tab.errors == []
    if page.locator("#vote").get_attribute("aria-pressed") != "true":
        page.locator("#vote").click()
    assert typed(page, ONE) == [""] * 2 * choices
    assert page.locator("#counted table").count() == 0


def test_a_browser_that_keeps_nothing_asks_before_it_leaves_unsaved_votes(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "case.html"
    file.write_text(page_of(PAGE), encoding="utf-8")
    context = browser.new_context(offline=True)
    context.add_init_script("Object.defineProperty(window, 'sessionStorage', { get() { throw new Error('no') } })")
    page = context.new_page()
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(file.as_uri())
    let_vote(page)
    page.reload()
    assert asked == [], "there is nothing to lose"
    let_vote(page)
    count(page, ONE, "first", [3, 1])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    page.reload()
    assert asked == ["beforeunload"]
    let_vote(page)
    count(page, ONE, "first", [3, 1])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    downloaded(page, "#save-votes", tmp_path)
    page.reload()
    assert asked == ["beforeunload"], "what is saved is not lost"
    context.close()


def test_another_site_sees_no_votes(browser: Browser) -> None:
    context = browser.new_context()

    def answer(route: Route) -> None:
        route.fulfill(body=page_of(PAGE), content_type="text/html; charset=utf-8")

    context.route("**/*", answer)
    page = context.new_page()
    page.goto("http://school.test/")
    let_vote(page)
    count(page, ONE, "first", [3, 1])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    page.goto("http://elsewhere.test/")
    assert page.evaluate("sessionStorage.length") == 0
    page.goto("http://school.test/")
    slide(page, ONE).get_by_text("Talk about it.").wait_for()
    context.close()


def test_without_script_nothing_of_this_is_offered(without_script: Page) -> None:
    for part in ("#modes", "#votes", "#keep"):
        assert not without_script.locator(part).is_visible()


def in_the_midst(page: Page) -> None:
    """Bring the page to where everything of it is seen: a vote, an answer partly right, and a code."""
    slide(page, MANY).locator("label").first.click()
    slide(page, MANY).locator("label").last.click()
    slide(page, MANY).locator(".reveal > summary").click()
    slide(page, MANY).locator(".how svg").first.wait_for()
    let_vote(page, "12")
    count(page, ONE, "first", [5, 2])
    slide(page, ONE).get_by_role("button", name="Show the first vote").click()
    page.locator("#show-code").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_a_vote_and_in_what_is_handed_in(scheme: Scheme, tab: Tab) -> None:
    page = tab.open(page_of(PAGE), anew=True, scheme=scheme).page
    in_the_midst(page)
    assert accessibility.problems(page) == []
    assert accessibility.color_problems(page) == []
    assert accessibility.size_problems(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_a_vote_and_what_is_handed_in_fit_a_phone_and_a_projector(width: int, tab: Tab) -> None:
    page = tab.open(page_of(PAGE), anew=True, width=width).page
    in_the_midst(page)
    assert reflow.problems(page) == []


def test_bars_are_told_apart_where_a_reader_has_few_colors(tab: Tab) -> None:
    page = tab.open(page_of(PAGE), anew=True, forced_colors=True).page
    in_the_midst(page)
    part = slide(page, ONE).locator(".first .part").first
    assert part.evaluate("(part) => getComputedStyle(part).borderTopWidth") == "1px", "a border stays"


# Handing in.


def answer_some(page: Page, seed: int) -> Walk:
    """Answer the case on the page and in a walk alike, with a hint here and there."""
    random, walk = Random(seed), Walk(CASE)
    for step in walk.steps:
        question = step.question
        if question is not None and random.random() < 0.8:
            number = QUESTIONS.index(question) + 1
            if question.hints and random.random() < 0.5:
                slide(page, number).locator(".hint > summary").first.click()
                slide(page, number).locator(".hint[data-taken]").first.wait_for()
                walk.hint()
            if question.is_graded:
                most = len(question.choices) if question.many else 1
                for index in random.sample(range(len(question.choices)), random.randint(0, most)):
                    slide(page, number).locator("label").nth(index).click()
                chosen = (
                    slide(page, number)
                    .locator("label > input:checked")
                    .evaluate_all("(inputs) => inputs.map((input) => input.value)")
                )
                commit(page, number)
                walk.answer(*chosen)
            else:
                slide(page, number).locator("textarea").fill('She said: "no".\nThen yes. \u2713\u0007')
                walk.answer(text='She said: "no".\nThen yes. \u2713\u0007')
        walk.next()
    return walk


@pytest.mark.parametrize("seed", range(3))
def test_the_page_writes_the_file_that_a_terminal_writes(seed: int, page: Page, tmp_path: Path) -> None:
    walk = answer_some(page, seed)
    path = downloaded(page, "#save", tmp_path)
    assert path.name == f"answers-{NAME}.json"
    assert read_answers(path) == walk.answers()
    walk.save(tmp_path / "terminal.json")
    assert json.loads(path.read_bytes()) == json.loads((tmp_path / "terminal.json").read_bytes())


@pytest.mark.parametrize("seed", range(3))
def test_the_code_of_the_page_is_that_of_the_answers(seed: int, page: Page) -> None:
    walk = answer_some(page, seed)
    page.locator("#show-code").click()
    code = page.locator("#code output").inner_text()
    assert code == answer_code(CASE, walk.answers())
    given = [(one.question, one.chosen) for one in walk.answers().answers if not one.text]
    assert [(one.question, one.chosen) for one in read_code(CASE, code).answers] == given


def test_a_file_is_taken_up_again(page: Page, tab: Tab, tmp_path: Path) -> None:
    walk = answer_some(page, 1)
    saved = downloaded(page, "#save", tmp_path)
    score = page.locator("#score").text_content()
    again = tab.open(page_of(PAGE), anew=True).page
    again.locator("#load").set_input_files(saved)
    again.get_by_text(f"Answers taken up: {walk.answered}.").wait_for()
    assert again.locator("#score").text_content() == score
    assert read_answers(downloaded(again, "#save", tmp_path)) == walk.answers()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        ("{", "holds no answers"),
        ('{"case": "x", "votes": []}', "holds no answers"),
        ('{"case": "x", "answers": [null]}', "holds no answers"),
        ('{"case": "two-targets", "answers": []}', "another case: two-targets"),
    ],
)
def test_what_cannot_be_taken_up_is_told(file: str, told: str, page: Page, tmp_path: Path) -> None:
    path = tmp_path / "mine.json"
    path.write_text(file, encoding="utf-8")
    page.locator("#load").set_input_files(path)
    page.locator("#kept", has_text=told).wait_for()


def test_an_answer_to_another_version_is_left_out_and_the_first_answer_on_the_page_stays(
    page: Page, tmp_path: Path
) -> None:
    slide(page, ONE).locator("label").first.click()
    slide(page, ONE).locator(".reveal > summary").click()
    slide(page, ONE).locator(".how svg").first.wait_for()
    question = QUESTIONS[ONE - 1]
    answer: dict[str, Any] = {"question": question.id, "sha256": question.sha256, "chosen": [question.choices[1].id]}
    other = {**answer, "question": QUESTIONS[MANY - 1].id, "sha256": "0"}
    path = tmp_path / "mine.json"
    path.write_text(json.dumps({"case": NAME, "answers": [answer, other]}), encoding="utf-8")
    page.locator("#load").set_input_files(path)
    page.locator(
        "#kept", has_text="others by now, left out: 1. Answered on this page before, and left as they are: 1."
    ).wait_for()
    assert slide(page, ONE).locator("label > input").first.is_checked()


def test_other_scripts_hear_of_answers_and_bring_them_back(page: Page) -> None:
    page.evaluate("document.addEventListener('case:answered', ({ detail }) => { (window.heard ??= []).push(detail) })")
    page.evaluate(f"document.dispatchEvent(new CustomEvent('case:restore', {{ detail: {{ q{ONE}: [1] }} }}))")
    assert slide(page, ONE).locator("label > input").nth(1).is_checked()
    score = float(QUESTIONS[ONE - 1].choices[1].right)
    asked = sum(question.is_graded for question in QUESTIONS)
    told = {"question": f"q{ONE}", "chosen": [1], "score": score, "asked": asked, "complete": False}
    assert page.evaluate("window.heard") == [told]


# On paper.

SHEETS = 2
"""How many sheets a stage of a handout takes at most: its story, the patient, and its questions."""


@pytest.mark.parametrize("words", ["clinical", "plain"])
@pytest.mark.parametrize("name", case_names())
def test_a_stage_of_a_handout_takes_two_sheets_at_most(name: str, words: Words, tab: Tab) -> None:
    case = load_case(name, load_rulebook(words=words))
    page = tab.open(render(case, "html", parts=["handout"]), anew=True).page
    with paper.printed(page, "A4") as printed:
        sheets = [" ".join(sheet.get_text_bounded().split()) for sheet in printed.texts]
    stages = [re.findall(rf"Stage (\d+) of {len(case.stages)}", sheet) for sheet in sheets]
    for number in range(1, len(case.stages) + 1):
        assert sum(str(number) in found for found in stages) <= SHEETS, f"stage {number}"
    assert all(len(set(found)) <= 1 for found in stages), "a stage begins on a sheet of its own"
    assert "Name:" in sheets[0]
    assert "Date:" in sheets[0]
    assert "sha256" not in " ".join(sheets)
    for sheet in sheets:
        assert sheet.count("Question ") == sheet.count("The patient now."), "beside every question"
