"""One browser for the session, one tab in it, and in that tab one page for every test."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

HERE = Path(__file__).parent
BESIDE = [HERE, HERE.parent / "explorer", HERE.parent / "exploration"]
sys.path[:0] = map(str, BESIDE)  # the checks and the harness beside this file are in no package

import chromium  # noqa: E402
import firefox as firefox_browser  # noqa: E402
import lesson  # noqa: E402
import webkit as webkit_browser  # noqa: E402
from pages import DESCRIPTIONS, NAMES, assessed, page_of, patient  # noqa: E402
from tab import Tab  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

    from firefox import FirefoxTab
    from playwright.sync_api import Browser, Page
    from webkit import WebKitTab

    from mbc_options import Assessment
    from mbc_options.rulebook.models import Term

REQUIRED = "MBC_OPTIONS_REQUIRE_BROWSER"
"""Set where these tests must run: a missing browser is a failure then."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Ask every test that takes an `assessment` about every patient, and one that takes `html` about every page."""
    chosen = {name for mark in metafunc.definition.iter_markers("parametrize") for name in mark.args[:1]}
    if "name" in metafunc.fixturenames and "name" not in chosen:
        names = list(DESCRIPTIONS) if "assessment" in metafunc.fixturenames else NAMES
        metafunc.parametrize("name", names, scope="session")  # one page after another, each opened once


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if (reason := chromium.missing()) is not None:
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with chromium.started() as browser:
        yield browser


@pytest.fixture(scope="session")
def tab(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tab]:
    tab = Tab(browser, tmp_path_factory.mktemp("pages"))
    yield tab
    tab.close()


@pytest.fixture(scope="session")
def firefox() -> Iterator[FirefoxTab]:
    if (reason := firefox_browser.missing()) is not None:
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with firefox_browser.started() as tab:
        yield tab


@pytest.fixture(scope="session")
def webkit() -> Iterator[WebKitTab]:
    if (reason := webkit_browser.missing()) is not None:
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    with webkit_browser.started() as tab:
        yield tab


@pytest.fixture
def assessment(name: str) -> Assessment:
    return assessed(name)


@pytest.fixture
def html(name: str, tab: Tab) -> str:  # noqa: ARG001 - without a browser no page is made
    return page_of(name)


@pytest.fixture(scope="session")
def labels() -> list[str]:
    """What the patients are called, by those who described them."""
    return [text for name in DESCRIPTIONS if (text := patient(name).label)]


@pytest.fixture(scope="session")
def glossary() -> tuple[Term, ...]:
    return assessed("nothing-known").glossary


@pytest.fixture
def page(tab: Tab) -> Page:
    """The page of a lesson to choose in, as it is when it has just been opened."""
    return tab.open(page_of(lesson.PAGE), anew=True).page


@pytest.fixture
def without_script(browser: Browser, tmp_path: Path) -> Iterator[Page]:
    """The same page, where no script may run."""
    file = tmp_path / "case.html"
    file.write_text(page_of(lesson.PAGE), encoding="utf-8")
    context = browser.new_context(java_script_enabled=False, offline=True)
    page = context.new_page()
    page.goto(file.as_uri())
    yield page
    context.close()
