"""A case in QTI 3.0, played: clicked through in qti-components, a player by others, and marked by it.

qti-components is not ours and not kept here: `npm install --prefix DIR @citolab/qti-components@7.27` puts it into a
directory that the environment variable MBC_OPTIONS_QTI names. Without it these tests skip.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pages import case_of

from mbc_options.cases.grading import grade
from mbc_options.rendering.qti3 import qti3

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page, Route

    from mbc_options.cases.case import Question

PLAYER = "MBC_OPTIONS_QTI"
NAME = "bone-after-menopause"
QUESTIONS = {question.id: question for question in case_of(NAME).questions if question.is_graded}
SCRIPT = "<!doctype html><script type=module src=/player.js></script>"
HTML = f"{SCRIPT}<qti-item><item-container></item-container></qti-item>"

pytestmark = pytest.mark.skipif(PLAYER not in os.environ, reason=f"{PLAYER} names no directory with qti-components")


@pytest.fixture(scope="module")
def items() -> dict[str, str]:
    """The items of the package by the ids of their questions."""
    with zipfile.ZipFile(io.BytesIO(qti3(case_of(NAME)))) as package:
        files = re.findall(r'href="(items/.*?)"', package.read("test.xml").decode())
        texts = [package.read(file).decode() for file in files]
    asked = [text for text in texts if "qti-choice-interaction" in text]
    return dict(zip(QUESTIONS, asked, strict=True))


@pytest.fixture(scope="module")
def player(browser: Browser, items: dict[str, str]) -> Iterator[Page]:
    program = Path(os.environ[PLAYER], "node_modules/@citolab/qti-components/cdn/index.js").read_text(encoding="utf-8")
    context = browser.new_context()

    def answer(route: Route) -> None:
        asked = route.request.url.removeprefix("http://player.test/")
        if asked == "player.js":
            route.fulfill(body=program, content_type="text/javascript")
        elif asked in items:
            route.fulfill(body=items[asked], content_type="application/xml")
        else:
            route.fulfill(body=HTML, content_type="text/html")

    context.route("**/*", answer)
    yield context.new_page()
    context.close()


def answers(question: Question) -> list[list[int]]:
    """Nothing, something wrong, and all that is right (or the last of it, where one choice is asked for)."""
    right = [place for place, choice in enumerate(question.choices) if choice.right]
    wrong = next(place for place, choice in enumerate(question.choices) if not choice.right)
    return [[], [wrong], right if question.many else right[-1:], right[:1]]


@pytest.mark.parametrize("name", QUESTIONS)
def test_the_player_marks_as_we_do_and_shows_the_one_feedback(name: str, player: Page) -> None:
    question = QUESTIONS[name]
    for chosen in answers(question):
        player.goto("http://player.test/")
        player.wait_for_function("customElements.get('item-container') !== undefined")
        player.evaluate("(url) => { document.querySelector('item-container').itemURL = url }", f"/{name}")
        choices = player.locator("qti-simple-choice")
        choices.nth(len(question.choices) - 1).wait_for()
        assert choices.count() == len(question.choices)
        for place in chosen:
            choices.nth(place).click()
        player.locator("qti-assessment-item").evaluate("(item) => item.processResponse()")
        shown = player.locator("qti-modal-feedback dialog[open]")
        shown.first.wait_for()
        found: dict[str, Any] = player.locator("qti-assessment-item").evaluate(
            "(item) => Object.fromEntries(item.variables.map((one) => [one.identifier, one.value]))"
        )
        score = grade(question, [question.choices[place].id for place in chosen]).score
        assert float(found["SCORE"]) == pytest.approx(score, abs=0.0006)
        assert shown.count() == 1
        assert shown.evaluate("(dialog) => dialog.getRootNode().host.getAttribute('identifier')") == found["RESULT"]
