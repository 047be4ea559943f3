"""The page of a case that forks: one takes an arm, may come back for the other, and is asked no more than that."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING

import pytest
from checks import accessibility, paper, reflow
from pages import FORKED, FORKED_CASES, case_of, page_of
from quizzes import PROJECTOR, boxes, commit, downloaded, points, verdict

from mbc_options.cases.answer_code import answer_code
from mbc_options.cases.answers import read_answers
from mbc_options.cases.walk import Walk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page
    from tab import Tab

CASE = case_of("one-more-test")
QUESTIONS = CASE.questions
ASKED_ON = {question.id: stage.arm for stage in CASE.stages for question in stage.questions}
SHARED = sum(ASKED_ON[question.id] is None for question in QUESTIONS if question.is_graded)
POSITIVE, NEGATIVE = (arm.id for arm in CASE.fork.arms) if CASE.fork else ("", "")
CHOICES_OF_ARMS = [(), (NEGATIVE,), (NEGATIVE, POSITIVE)]


@pytest.fixture
def page(tab: Tab) -> Page:
    return tab.open(page_of(FORKED), anew=True).page


@pytest.fixture
def without_script(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    file = tmp_path / "case.html"
    file.write_text(page_of(FORKED), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()


def at(page: Page) -> str:
    """The id of the slide that begins at the top of the window."""
    found: str = page.evaluate(
        """() => [...document.querySelectorAll(".slide")].find((slide) => slide.getClientRects().length
            && Math.abs(slide.getBoundingClientRect().top) < 60)?.id ?? "?" """
    )
    return found


def shown_arms(page: Page) -> set[str]:
    """The arms of which something is shown."""
    found: list[str] = page.evaluate(
        """[...document.querySelectorAll('[data-arm]')].filter((slide) => slide.getClientRects().length)
            .map((slide) => slide.dataset.arm)"""
    )
    return set(found)


def take(page: Page, arm: str) -> None:
    page.locator("#fork .arms a").nth([POSITIVE, NEGATIVE].index(arm)).click()
    page.locator(f".story[data-arm={arm}]").first.wait_for()


def answer_the_way(page: Page, walk: Walk, chance: Random, arms: tuple[str, ...]) -> None:
    """Answer at random on the page and on the walk alike: what everybody is asked, then the arms."""
    for arm in (*arms, None):
        while not walk.is_done and walk.step.kind != "fork":
            question = walk.question
            if question is not None and question.is_graded:
                number = QUESTIONS.index(question) + 1
                picked = sorted(chance.sample(range(len(question.choices)), 1))
                boxes(page, number).nth(picked[0]).click()
                commit(page, number)
                graded = walk.answer(*(question.choices[place].id for place in picked))
                assert points(verdict(page, number)) == pytest.approx(graded.score, abs=0.005001)
            walk.next()
        if arm is not None:
            walk.take(arm)
            take(page, arm)


def test_an_arm_is_shown_once_it_is_taken_and_stays(page: Page) -> None:
    assert shown_arms(page) == set()
    take(page, NEGATIVE)
    assert shown_arms(page) == {NEGATIVE}
    first = CASE.stages.index(CASE.stages_of(NEGATIVE)[0]) + 1
    page.wait_for_function(f"Math.abs(document.querySelector('#s{first}').getBoundingClientRect().top) < 60")
    assert page.locator("#fork .arms li").all_inner_texts() == ["a) HER2-positive", "b) HER2-negative Taken"]
    page.locator(".outcome[data-arm]").last.get_by_role("link", name="Back to the fork").click()
    take(page, POSITIVE)
    assert shown_arms(page) == {POSITIVE, NEGATIVE}


def test_the_fork_leads_past_its_arms_only_once_one_was_taken(page: Page) -> None:
    past = page.locator("#fork .next a")
    past.wait_for(state="hidden")
    take(page, NEGATIVE)
    past.wait_for(state="visible")


def test_a_link_to_a_stage_takes_its_arm(page: Page) -> None:
    page.locator("nav a", has_text="HER2-negative: A year on tablets").click()
    page.locator("#s5").wait_for()
    assert shown_arms(page) == {NEGATIVE}


def test_an_address_within_an_arm_opens_it(browser: Browser, tmp_path: Path) -> None:
    file = tmp_path / "case.html"
    file.write_text(page_of(FORKED), encoding="utf-8")
    page = browser.new_page()
    page.goto(f"{file.as_uri()}#o3")
    page.locator("#o3").wait_for()
    assert shown_arms(page) == {POSITIVE}
    page.wait_for_function("document.querySelector('#o3').getBoundingClientRect().top < innerHeight / 3")
    page.close()


def test_with_keys_alone_one_takes_an_arm(page: Page) -> None:
    page.evaluate("document.querySelector('#fork').scrollIntoView({ behavior: 'instant' })")
    page.wait_for_function("Math.abs(document.querySelector('#fork').getBoundingClientRect().top) < 60")
    page.keyboard.press("ArrowRight")
    focused = "document.activeElement.textContent"
    assert page.evaluate(focused) == "a) HER2-positive", "one is to be taken first"
    page.keyboard.press("Tab")
    assert page.evaluate(focused) == "b) HER2-negative"
    page.keyboard.press("Enter")
    page.wait_for_function("Math.abs(document.querySelector('#s4').getBoundingClientRect().top) < 60")
    page.keyboard.press("ArrowRight")
    assert at(page) == "q7"
    page.evaluate("document.querySelector('#o5').scrollIntoView({ behavior: 'instant' })")
    page.wait_for_function("Math.abs(document.querySelector('#o5').getBoundingClientRect().top) < 60")
    page.keyboard.press("ArrowRight")
    assert at(page) == "review", "what was not taken is passed by"


@pytest.mark.parametrize("arms", CHOICES_OF_ARMS, ids=str)
def test_page_and_engine_grade_alike_whatever_arms_are_taken(arms: tuple[str, ...], page: Page, tmp_path: Path) -> None:
    walk = Walk(CASE)
    answer_the_way(page, walk, Random(str(arms)), arms)
    total = page.locator("#score").text_content() or ""
    assert points(total) == pytest.approx(walk.score.points, abs=0.005001)
    assert f"of {walk.score.asked}. Questions answered: {walk.score.answered}." in total
    page.locator("#show-code").click()
    assert page.locator("#code output").inner_text() == answer_code(CASE, walk.answers())
    assert read_answers(downloaded(page, "#save", tmp_path)) == walk.answers()


def test_answers_that_are_taken_up_bring_their_arm_with_them(page: Page, tab: Tab, tmp_path: Path) -> None:
    walk = Walk(CASE)
    answer_the_way(page, walk, Random(1), (NEGATIVE,))
    saved = downloaded(page, "#save", tmp_path)
    again = tab.open(page_of(FORKED), anew=True).page
    assert shown_arms(again) == set()
    again.locator("#load").set_input_files(saved)
    again.get_by_text(f"Answers taken up: {walk.answered}.").wait_for()
    assert shown_arms(again) == {NEGATIVE}


def test_what_is_written_on_an_arm_makes_its_questions_count(page: Page) -> None:
    boxes(page, 1).first.click()
    commit(page, 1)
    assert f"of {SHARED}." in (page.locator("#score").text_content() or "")
    take(page, NEGATIVE)
    area = page.locator("textarea")
    area.fill("The same on both.")
    area.blur()
    on_arm = sum(ASKED_ON[one.id] == NEGATIVE for one in QUESTIONS if one.is_graded)
    page.locator("#score", has_text=f"of {SHARED + on_arm}.").wait_for(state="attached")


def test_without_script_all_arms_stand_one_after_the_other(without_script: Page) -> None:
    page = without_script
    assert shown_arms(page) == {POSITIVE, NEGATIVE}
    assert page.locator("#fork .next a").is_visible()
    kicks = page.locator(".story .kick").all_inner_texts()
    assert kicks == [
        f"Stage {i} of {len(CASE.stages)}" + (f", {arm.title}" if (arm := CASE.arm_of(stage)) else "")
        for i, stage in enumerate(CASE.stages, 1)
    ]
    page.locator("#fork .arms a").last.click()
    assert page.evaluate("location.hash") == "#s4"


@pytest.mark.parametrize("name", [name for name, (_, form) in FORKED_CASES.items() if form != "solutions"])
def test_on_paper_every_arm_stands(name: str, tab: Tab) -> None:
    page = tab.open(page_of(name), anew=True).page
    with paper.printed(page, "A4") as printed:
        text = " ".join(" ".join(sheet.get_text_bounded().split()) for sheet in printed.texts)
    for stage in CASE.stages:
        assert stage.title in text
    assert f"Question {len(QUESTIONS)} of {len(QUESTIONS)}" in text
    for word in ("Right", "Back to the fork", "Next:"):
        assert word not in text, word


def test_axe_finds_nothing_when_arms_are_taken(tab: Tab) -> None:
    tab.open(page_of(FORKED), anew=True)
    for arm in (POSITIVE, NEGATIVE):
        take(tab.page, arm)
    assert accessibility.problems(tab.page) == []


@pytest.mark.parametrize("width", [320, 390])
def test_on_a_phone_nothing_is_cut_off(width: int, tab: Tab) -> None:
    tab.open(page_of(FORKED), anew=True, width=width)
    for arm in (POSITIVE, NEGATIVE):
        take(tab.page, arm)
    assert reflow.problems(tab.page) == []


def test_from_the_back_of_a_room_the_fork_and_its_arms_are_on_one_screen(tab: Tab) -> None:
    page = tab.open(page_of(FORKED), anew=True, width=PROJECTOR[0]).page
    page.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
    for arm in (POSITIVE, NEGATIVE):
        take(page, arm)
    heights = page.locator(".quiz, .story, .fork").evaluate_all("(slides) => slides.map((slide) => slide.offsetHeight)")
    assert [height for height in heights if not PROJECTOR[1] <= height <= PROJECTOR[1] * 1.05] == []
    (size,) = set(
        page.locator(".arms a").evaluate_all("(all) => all.map((one) => parseFloat(getComputedStyle(one).fontSize))")
    )
    assert size >= PROJECTOR[1] / 45


def test_a_class_votes_on_an_arm_as_elsewhere(page: Page) -> None:
    take(page, NEGATIVE)
    page.locator("#vote").click()
    page.locator("#q8 .count").first.fill("3")
    page.locator("#q8").get_by_role("button", name="Show the first vote").click()
    page.locator("#q8").get_by_text("Talk about it.").wait_for()
    assert "Question 8" in (page.locator("#counted caption").text_content() or "")
