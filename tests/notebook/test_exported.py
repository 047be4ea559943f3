"""What a walk shows where nothing can be clicked: in an exported notebook, and in one that nobody has trusted yet."""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mbc_options import Walk, load_case

REQUIRED = "MBC_OPTIONS_REQUIRE_NOTEBOOK"
STYLES = Path(__file__).parents[2] / "templates/card"
VIEW = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"


class Sanitized(HTMLParser):
    """What JupyterLab leaves of the HTML in a notebook that nobody has trusted: no style, no drawing, no script."""

    _GONE = ("style", "svg", "script")

    def __init__(self) -> None:
        super().__init__()
        self.within, self.text, self.tags = 0, "", set[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self.tags.add(tag)
        self.within += tag in self._GONE

    def handle_endtag(self, tag: str) -> None:
        self.within -= tag in self._GONE

    def handle_data(self, data: str) -> None:
        self.text += "" if self.within else data


def sanitized(html: str) -> str:
    parser = Sanitized()
    parser.feed(html)
    return " ".join(parser.text.split())


@pytest.fixture(scope="module")
def walk() -> Walk:
    walk = Walk(load_case("bone-after-menopause"))
    walk.next()
    return walk


def test_in_an_untrusted_notebook_a_step_is_read_in_its_order(walk: Walk) -> None:
    text, question = sanitized(walk._repr_html_() or ""), walk.question
    assert question is not None
    letters = [f"{letter})" for letter in "abcdefghijklmn"[: len(question.choices)]]
    parts = [walk.case.title, "Stage 1", *letters]
    places = [re.search(rf"(?<!\w){re.escape(part)}", text) for part in parts]
    assert None not in places, parts
    found = [place.start() for place in places if place is not None]
    assert found == sorted(found)


@pytest.mark.skipif(not STYLES.is_dir(), reason="the styles are in a checkout only")
@pytest.mark.parametrize("name", ["style", "case"])
def test_a_card_owes_no_word_and_no_order_to_its_style(name: str) -> None:
    style = (STYLES / f"{name}.css.j2").read_text(encoding="utf-8")
    moves = (
        r"[{;]\s*(content|order|grid-area|grid-row)\s*:|position:\s*(absolute|fixed)"
        r"|float:\s*(left|right)|-reverse|display:\s*none"
    )
    assert re.findall(moves, style) == []


@pytest.fixture(scope="module")
def run() -> Any:
    """A notebook that shows a walk with widgets, as it is after its cells were run."""
    missing = [name for name in ("nbconvert", "nbclient", "ipykernel", "ipywidgets") if find_spec(name) is None]
    if missing:
        reason = f"no notebook is exported: {' and '.join(missing)} not found; pip install -e '.[notebook]'"
        if os.environ.get(REQUIRED):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    from nbclient import NotebookClient
    from nbformat import v4

    source = "from mbc_options import Walk, load_case\nwalk = Walk(load_case('bone-after-menopause'))\nwalk"
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source)])  # type: ignore[no-untyped-call]
    NotebookClient(notebook, kernel_name="python3", timeout=300).execute()
    assert VIEW in notebook.cells[0].outputs[-1].data
    return notebook


def test_an_exported_notebook_shows_the_step_where_the_state_of_widgets_is_left_out(run: Any) -> None:
    from nbconvert import HTMLExporter
    from traitlets.config import Config

    told = "The hip that was not worn out"
    assert STATE in run.metadata["widgets"]
    options = Config({"HTMLExporter": {"template_name": "basic"}, "ClearMetadataPreprocessor": {"enabled": True}})
    html, _ = HTMLExporter(config=options).from_notebook_node(run)
    assert told in sanitized(html)
    assert VIEW not in html
    assert STATE not in html
    assert not re.search(r"<script[^>]*src=", html), "nothing is asked of any network"
