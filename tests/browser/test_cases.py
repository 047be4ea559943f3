"""Cases in a browser: to choose, commit and see the answer, with a mouse, with keys, without script, and on paper."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from checks import contained, paper
from lesson import MANY, NAME, ONE, PAGE, QUESTIONS
from pages import CASES, case_of, case_script, page_of
from quizzes import PROJECTOR, boxes, checked, commit, points, slide, verdict

from mbc_options import load_case, load_rulebook, render
from mbc_options.cases.catalog import case_names
from mbc_options.cases.grading import grade
from mbc_options.cases.walk import Walk
from mbc_options.rendering.environment import environment
from mbc_options.rendering.filters import letter
from mbc_options.rendering.page_breaks import page_breaks

if TYPE_CHECKING:
    from firefox import FirefoxTab
    from playwright.sync_api import Page
    from tab import Tab

    from mbc_options.cases.case import Question
    from mbc_options.vocabulary.words import Words

CHOOSE = [name for name, (_, form) in CASES.items() if form == "choose"]
HANDOUTS = [name for name, (_, form) in CASES.items() if form == "handout"]


WORDS: Any = environment().get_template("case/words.j2").module

PAGE_DOWN = "\ue00f"
FOOT = 20
"""How many letters a page number takes at most."""


def answered(question: Question, chosen: list[int]) -> float:
    score = grade(question, [question.choices[index].id for index in chosen]).score
    assert score is not None
    return score


def test_with_a_mouse_one_chooses_commits_and_sees_the_answer(page: Page) -> None:
    question = QUESTIONS[MANY - 1]
    answers = slide(page, MANY).locator(".answers > li")
    right = next(i for i, choice in enumerate(question.choices) if choice.right)
    wrong = next(i for i, choice in enumerate(question.choices) if not choice.right)
    assert not answers.first.is_visible()
    for index in (right, wrong):
        slide(page, MANY).locator("label").nth(index).click()
    commit(page, MANY)
    groups = slide(page, MANY).locator("h4.how").all_inner_texts()
    missed = len(question.right) - 1
    assert groups[:2] == ["Chosen, and not right: 1", f"Right, and not chosen: {missed}"], "what went wrong comes first"
    assert not slide(page, MANY).locator(".rest .answers").first.is_visible(), "the rest is folded"
    slide(page, MANY).locator(".rest > summary").click()
    assert answers.count() == len(question.choices)
    for index, choice in enumerate(question.choices):
        how = ("Right" if index == right else "Missed") if choice.right else "Wrong" if index == wrong else ""
        assert slide(page, MANY).locator("label").nth(index).locator(".how").inner_text() == how
        answer = answers.filter(has=page.locator("b", has_text=re.compile(f"^{letter(index)}\\) ")))
        assert answer.locator(".tick").inner_text() == ("Right" if choice.right else "Wrong")
        group = {"Right": "hit", "Missed": "missed", "Wrong": "wrong", "": "left"}[how]
        assert answer.evaluate("(answer, group) => answer.parentElement.classList.contains(group)", group)
    assert points(verdict(page, MANY)) == pytest.approx(answered(question, [right, wrong]), abs=0.005)


def places(page: Page) -> list[dict[str, float]]:
    found: list[dict[str, float]] = page.locator(f"#q{MANY} :is(label, .reveal > summary)").evaluate_all(
        "(parts) => parts.map((part) => part.getBoundingClientRect().toJSON())"
    )
    return found


@pytest.mark.parametrize("width", [390, 1280, 1920])
def test_nothing_moves_when_the_answer_opens(width: int, page: Page) -> None:
    page.set_viewport_size({"width": width, "height": 844})
    slide(page, MANY).locator("label").nth(0).click()
    slide(page, MANY).locator(".reveal > summary").evaluate("(summary) => { summary.style.width = '20rem' }")
    before = places(page)
    page.evaluate(f"document.querySelector('#q{MANY} .reveal').open = true")
    slide(page, MANY).locator(".how svg").first.wait_for()
    top = places(page)[0]["y"] - before[0]["y"]
    assert [{**box, "y": box["y"] - top, "top": 0, "bottom": 0} for box in places(page)] == [
        {**box, "top": 0, "bottom": 0} for box in before
    ]


def test_when_all_is_right_the_rest_says_so(page: Page) -> None:
    for index, choice in enumerate(QUESTIONS[MANY - 1].choices):
        if choice.right:
            slide(page, MANY).locator("label").nth(index).click()
    commit(page, MANY)
    slide(page, MANY).get_by_text("Nothing was wrong, and nothing missed.").wait_for()


@pytest.mark.parametrize("form", ["choose", "handout"])
def test_the_patient_and_what_is_to_be_read_stand_beside_every_question(form: str, tab: Tab) -> None:
    page = tab.open(page_of(f"case {NAME}, {form}"), anew=True).page
    case, number = case_of(NAME), 0
    for stage in case.stages:
        for question in stage.questions:
            number += 1
            hand = slide(page, number).locator(".hand").inner_text()
            assert stage.assessment.subtype.is_ is not None
            assert stage.assessment.subtype.is_ in hand
            assert all(treatment in hand for treatment in stage.assessment.treatments)
            documents = {document.id for document in case.documents}
            has_documents = bool(question.choices) and {choice.id for choice in question.choices} <= documents
            assert slide(page, number).locator(".read").count() == has_documents
            for choice in question.choices if has_documents else ():
                for claim in choice.claims:
                    told = slide(page, number).locator(".read").text_content() or ""
                    assert case.claims[claim].statement.split("(")[0][:25] in told


def test_what_is_committed_stays_as_it_is(page: Page) -> None:
    slide(page, ONE).locator("label").nth(0).click()
    commit(page, ONE)
    slide(page, ONE).locator("label").nth(1).click(force=True)
    assert checked(page, ONE) == [0]
    boxes(page, ONE).nth(0).focus()
    page.keyboard.press("ArrowDown")
    assert checked(page, ONE) == [0]
    before = verdict(page, ONE)
    commit(page, ONE)
    commit(page, ONE)
    assert verdict(page, ONE) == before
    assert "answered: 1." in (page.locator("#score").text_content() or "")


def test_with_keys_alone_one_chooses_commits_and_goes_on(page: Page) -> None:
    boxes(page, MANY).first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    while not page.evaluate("document.activeElement.matches('.reveal > summary')"):
        page.keyboard.press("Tab")
    assert checked(page, MANY) == [0, 1]
    page.keyboard.press("Enter")
    expected = answered(QUESTIONS[MANY - 1], [0, 1])
    assert points(verdict(page, MANY)) == pytest.approx(expected, abs=0.005)
    while not page.evaluate("document.activeElement.matches('.next a')"):
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == f"#q{MANY + 1}"


def test_none_of_these_goes_with_no_other_choice(page: Page) -> None:
    none = boxes(page, MANY).count() - 1
    labels = slide(page, MANY).locator("label")
    labels.nth(0).click()
    labels.nth(1).click()
    labels.nth(none).click()
    assert checked(page, MANY) == [none]
    labels.nth(1).click()
    assert checked(page, MANY) == [1]


def test_without_script_one_chooses_opens_and_sees_the_answer(without_script: Page) -> None:
    page = without_script
    for number, question in enumerate(QUESTIONS, 1):
        if not question.is_graded:
            continue
        slide(page, number).locator("label").nth(1).click()
        assert boxes(page, number).nth(1).is_checked()
        answers = slide(page, number).locator(".answers > li")
        assert not answers.first.is_visible()
        summary = slide(page, number).locator(".reveal > summary")
        if number % 2:
            summary.click()
        else:
            summary.press("Enter")
        shown = answers.locator("visible=true").locator(".tick").all_inner_texts()
        assert shown == ["Right" if choice.right else "Wrong" for choice in question.choices]
    assert page.get_by_text("Each question counts one point").is_visible()
    assert not page.locator("#score").is_visible()


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("name", CHOOSE)
def test_whatever_is_chosen_the_page_grades_it_as_the_engine_does(name: str, seed: int, tab: Tab) -> None:
    page = tab.open(page_of(name), anew=True).page
    random = Random(f"{name} {seed}")
    walk = Walk(case_of(CASES[name][0]))
    number = 0
    for step in walk.steps:
        question = step.question
        if question is not None:
            number += 1
            if question.is_graded:
                most = len(question.choices) if question.many else 1
                picked = random.sample(range(len(question.choices)), random.randint(0, most))
                for index in picked:
                    boxes(page, number).nth(index).click()
                commit(page, number)
                chosen = checked(page, number)
                assert bool(chosen) is bool(picked)
                graded = walk.answer(*(question.choices[index].id for index in chosen))
                told = verdict(page, number)
                assert told.startswith(WORDS.verdict(graded))
                assert points(told) == pytest.approx(graded.score, abs=0.005001)
        walk.next()
    total = page.locator("#score").text_content() or ""
    assert points(total) == pytest.approx(walk.score.points, abs=0.005001)
    assert f"of {walk.score.asked}. Questions answered: {walk.score.answered}." in total


def test_the_verdict_is_told_to_those_who_listen(page: Page) -> None:
    regions = page.locator(".quiz [role=status]")
    assert regions.count() == sum(question.is_graded for question in QUESTIONS)
    assert regions.all_text_contents() == [""] * regions.count()
    assert page.locator("details [role=status]").count() == 0, "what is not shown yet is not listened to"


def test_nothing_is_kept(page: Page, tab: Tab) -> None:
    boxes(page, ONE).first.click()
    commit(page, ONE)
    page.locator("textarea").first.fill("A thought.")
    kept = "[localStorage.length, sessionStorage.length, document.cookie, location.search]"
    assert page.evaluate(kept) == [0, 0, "", ""]
    assert tab.requests == []
    page.reload()
    tab.requests.clear()  # of the page itself
    assert checked(page, ONE) == []
    assert page.locator("textarea").first.input_value() == ""


def test_no_other_script_would_pass_for_the_one_of_the_page(tab: Tab) -> None:
    name = PAGE
    whole, script = page_of(name), case_script(name)
    assert script is not None
    assert contained.problems(tab.open(whole, anew=True), script) == []
    assert contained.problems(tab.open(whole)) != []
    another = whole.replace("'use strict';", "'use strict'; localStorage.kept = 1;")
    assert "another" in contained.problems(tab.open(another), script)[0]
    assert "missing" in contained.problems(tab.open(page_of(f"case {NAME}, handout")), script)[0]
    twice = whole.replace("</body>", "<script>window.acted = 1</script></body>")
    assert len(contained.problems(tab.open(twice), script)) == 1


def test_without_script_no_key_is_promised(without_script: Page, page: Page) -> None:
    assert not without_script.locator("#keys").is_visible()
    assert page.locator("#keys").is_visible()


@pytest.mark.parametrize("name", CASES)
def test_next_leads_from_slide_to_slide_to_the_end(html: str, tab: Tab) -> None:
    page = tab.open(html).page
    slides: list[str] = page.locator(".slide").evaluate_all("(slides) => slides.map((slide) => slide.id)")
    links: list[str] = page.locator(".next a").evaluate_all("(links) => links.map((link) => link.hash.slice(1))")
    assert links == slides
    assert slides[-1] == "review"


def at(page: Page) -> str:
    """Return the id of the slide that begins at the top of the window; empty for the title."""
    found: str = page.evaluate(
        """() => [...document.querySelectorAll("body > header, .slide")]
            .filter((slide) => Math.abs(slide.getBoundingClientRect().top) < 60).map((slide) => slide.id)[0] ?? "?" """
    )
    return found


def test_arrows_go_from_slide_to_slide_and_leave_controls_alone(page: Page) -> None:
    page.keyboard.press("ArrowRight")
    assert at(page) == "answer"
    page.keyboard.press("ArrowRight")
    assert at(page) == "q1"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert at(page) == ""
    boxes(page, ONE).first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert checked(page, ONE) == [1]
    assert at(page) != f"q{ONE + 1}"


def test_a_slide_that_is_taller_than_the_window_is_read_first(page: Page) -> None:
    page.set_viewport_size({"width": 640, "height": 300})
    page.evaluate("document.querySelector('#answer').scrollIntoView()")
    page.keyboard.press("PageDown")
    assert at(page) != f"q{1}"
    page.keyboard.press("ArrowRight")
    assert at(page) == "q1"


BETWEEN_SLIDES = """[...document.querySelectorAll('body > header, .slide')].flatMap((slide) => {
    const { top, bottom } = slide.getBoundingClientRect();
    const isSeen = top < innerHeight / 3 && bottom > innerHeight / 3;
    return isSeen && top > 60 || isSeen && top < -8 && bottom < innerHeight - 60 ? [slide.id] : [];
}).join(" ")"""
"""The ids of what is seen in part where a slide that is taller than the window would be seen whole."""


def test_page_down_never_stops_between_two_slides(page: Page, firefox: FirefoxTab) -> None:
    last = "document.querySelector('#review').getBoundingClientRect().top < innerHeight / 3"
    page.set_viewport_size({"width": 1280, "height": 500})
    firefox.open(page_of(PAGE), width=1280)
    firefox.evaluate("document.querySelectorAll('.reveal').forEach((answer) => { answer.open = true })")
    page.evaluate("document.querySelectorAll('.reveal').forEach((answer) => { answer.open = true })")
    for press, evaluate in (
        (lambda: firefox.press(PAGE_DOWN), firefox.evaluate),
        (lambda: page.keyboard.press("PageDown"), page.evaluate),
    ):
        stops = 0
        while not evaluate(last):
            press()
            stops += 1
            assert evaluate(BETWEEN_SLIDES) == "", f"stop {stops}"
            assert stops < 100
        assert stops > len(QUESTIONS)


@pytest.mark.parametrize("name", CHOOSE)
def test_from_the_back_of_a_room_story_and_questions_are_large(name: str, tab: Tab) -> None:
    page = tab.open(page_of(name), anew=True, width=PROJECTOR[0]).page
    page.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
    sizes = page.locator(".choices label, .tale > p").evaluate_all(
        "(parts) => parts.map((part) => parseFloat(getComputedStyle(part).fontSize))"
    )
    assert min(sizes) >= PROJECTOR[1] / 45


COUNT_ALL = """() => document.querySelectorAll(".quiz[data-voted]").forEach((quiz) => {
  quiz.querySelector(".count:not([readonly]):not(:disabled)").value = "12";
  quiz.querySelector(".vote-panel button").click();
})"""
"""Close a vote on every question."""


def heights(page: Page) -> list[tuple[str, float]]:
    """Return how tall the slides are, but for the review of all votes, which is as long as it is."""
    found: list[tuple[str, float]] = page.locator("body > header, .slide:not(:has(#counted table))").evaluate_all(
        "(slides) => slides.map((slide) => [slide.id, slide.getBoundingClientRect().height])"
    )
    return found


def too_tall(slides: list[tuple[str, float]]) -> list[tuple[str, float]]:
    return [(slide, height) for slide, height in slides if height > PROJECTOR[1] + 1]


@pytest.mark.parametrize("words", ["clinical", "plain"])
@pytest.mark.parametrize("name", case_names())
def test_no_slide_of_a_shipped_case_is_taller_than_a_projector_shows(name: str, words: Words, tab: Tab) -> None:
    page = tab.open(render(load_case(name, load_rulebook(words=words)), "html"), width=PROJECTOR[0]).page
    page.set_viewport_size({"width": PROJECTOR[0], "height": PROJECTOR[1]})
    assert len(slides := heights(page)) > 10
    assert too_tall(slides) == []
    page.locator("#vote").click()
    assert too_tall(heights(page)) == [], "while a class votes"
    for _ in range(2):
        page.evaluate(COUNT_ALL)
        assert too_tall(heights(page)) == [], "what it counted"
    assert not page.locator(".reveal[hidden]").count()


@pytest.mark.parametrize("name", [*CHOOSE, *HANDOUTS])
def test_on_paper_there_are_boxes_and_lines_and_nothing_of_the_answers(name: str, html: str, tab: Tab) -> None:
    page = tab.open(html, anew=True).page
    questions = case_of(CASES[name][0]).questions
    with paper.printed(page, "A4") as printed:
        text = " ".join(" ".join(sheet.get_text_bounded().split()) for sheet in printed.texts)
    for word in ("Right", "Wrong", "Hint", "Commit", "Next:", "Points", "outcome", "S000-", "S003-"):
        assert word not in text, word
    page.emulate_media(media="print")
    shown = page.locator("input").evaluate_all(
        "(inputs) => inputs.filter((input) => input.checkVisibility() && input.offsetWidth > 10).length"
    )
    lines = page.locator(".ruled p:visible").count()
    page.emulate_media(media="screen")
    assert shown == sum(len(question.choices) for question in questions)
    assert lines == 4 * sum(not question.is_graded for question in questions)


@pytest.mark.parametrize("form", ["choose", "handout"])
def test_on_paper_no_question_shares_a_sheet_with_one_that_gives_it_away(form: str, tab: Tab) -> None:
    page = tab.open(page_of(f"case {NAME}, {form}"), anew=True).page
    line = "Answer the questions above before you turn over."
    begin = [i for i, question in enumerate(QUESTIONS, 1) if question.id in page_breaks(case_of(NAME))]
    assert page.get_by_text(line).count() == len(begin) > 0
    assert not any(found.is_visible() for found in page.get_by_text(line).all())
    with paper.printed(page, "A4") as printed:
        sheets = [" ".join(sheet.get_text_bounded().split()) for sheet in printed.texts]
    ends = [i for i, sheet in enumerate(sheets) if line in sheet]
    assert all(
        f"question {number}" in sheets[i + 1].split(":")[0].lower() for i, number in zip(ends, begin, strict=True)
    )
    for i in ends:
        assert len(sheets[i].split(line)[1]) < FOOT, "nothing but the foot of the sheet stands below it"


def test_what_was_done_on_the_screen_leaves_nothing_on_paper(page: Page) -> None:
    def sheets() -> list[str]:
        with paper.printed(page, "A4") as printed:
            return [text.get_text_bounded() for text in printed.texts]

    untouched = sheets()
    for number, question in enumerate(QUESTIONS, 1):
        if question.is_graded:
            boxes(page, number).first.click()
            commit(page, number)
    page.evaluate("for (const details of document.querySelectorAll('details')) details.open = true")
    assert sheets() == untouched


def test_an_answer_on_paper_is_found(tab: Tab) -> None:
    shown = page_of(PAGE).replace(".secret,", ".nothing,").replace(".slide.secret,", ".nothing,")
    page = tab.open(shown, anew=True).page
    with paper.printed(page, "A4") as printed:
        assert [found for found in paper.fold_problems(page, printed, ".secret") if "secret" in found]


def test_the_solutions_are_whole_on_paper(tab: Tab) -> None:
    page = tab.open(page_of(f"case {NAME}, solutions"), anew=True).page
    with paper.printed(page, "A4") as printed:
        text = "".join("".join(sheet.get_text_bounded().split()) for sheet in printed.texts)
    assert text.count("Right") >= sum(len(question.right) for question in QUESTIONS)
    assert text.count("Fortheteacher") == sum(stage.note is not None for stage in case_of(NAME).stages)
    for answer in page.locator(".answers > li > p:nth-child(2)").all_text_contents():
        assert "".join(answer.split())[:60] in text
