"""A case that forks, in every format: both arms stand there, each by its name, and what an author wrote is words."""

from __future__ import annotations

import io
import json
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

import pytest

from mbc_options import Walk, load_case, render
from mbc_options.cases.answers import write_answers
from mbc_options.cases.results import summarize_answers

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options import Case

HOSTILE = '<b>A & "B"</b> *c* {{ d }} ]]>'
FORMS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("choose", ()),
    ("handout", ("handout",)),
    ("solutions", ("solutions",)),
)


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case("one-more-test")


def written(folder: Path, asks: str, *titles: str) -> Path:
    """A case with an arm of each title, of which HER2 decides."""

    def stage(id_: str, **more: Any) -> dict[str, Any]:
        return {"id": id_, "title": id_, "narrative": f"The story of {id_}.", "questions": ["candidates"], **more}

    arms = [
        {"id": f"arm{k}", "title": title, "stages": [stage(f"stage{k}", change={"set": {"her2": her2}})]}
        for k, (title, her2) in enumerate(zip(titles, ("positive", "negative"), strict=True))
    ]
    path = folder / "forks.json"
    first = stage("first", patient={"er": "+", "sites": ["bone"]})
    about = {"title": "t", "level": "advanced", "summary": "s", "goals": ["g"]}
    path.write_text(json.dumps({**about, "stages": [first], "fork": {"asks": asks, "arms": arms}}), encoding="utf-8")
    return path


def told(text: str) -> str:
    """The words of a text, however it is broken into lines and marked up."""
    return " ".join(re.sub(r"\\(?=\W)", "", unescape(re.sub(r"<[^>]*>", " ", text))).split())


def in_package(package: bytes | str) -> str:
    assert isinstance(package, bytes)
    with zipfile.ZipFile(io.BytesIO(package)) as files:
        return " ".join(files.read(name).decode() for name in sorted(files.namelist()))


@pytest.mark.parametrize(("form", "parts"), FORMS)
@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_arms_stand_one_after_the_other_each_by_its_name(
    format_: Any, form: str, parts: tuple[str, ...], case: Case
) -> None:
    text = told(str(render(case, format=format_, parts=parts)))
    assert case.fork is not None
    assert "fter stage 1 the case forks" in text or "FTER STAGE 1 THE CASE FORKS" in text
    assert case.fork.asks in text
    upper = text.upper()
    places = [
        upper.index(f"STAGE {i} OF 5{', ' + arm.title.upper() if arm else ''}")
        for i, arm in enumerate(map(case.arm_of, case.stages), 1)
    ]
    assert places == sorted(places)
    for arm in case.fork.arms:
        assert f"On this arm: {arm.title}. The stage before this one is stage 1" in text
    if form != "handout":
        assert text.count("b) HER2-negative") >= 2, "the course is told by arm"


@pytest.mark.parametrize(("form", "parts"), FORMS)
def test_the_arms_are_a_plain_list_to_every_reader_of_markdown(form: str, parts: tuple[str, ...], case: Case) -> None:
    """Pandoc takes `- a)` for a list that is numbered anew."""
    lines = str(render(case, format="markdown", parts=parts)).splitlines()
    assert case.fork is not None
    assert [line for line in lines if re.match(r" *- \w{1,2}[.)] ", line)] == [], form
    assert [line for line in lines if line.startswith("- **a)") and case.fork.arms[0].title in line]


@pytest.mark.parametrize("format_", ["moodle", "qti", "qti12", "anki"])
def test_beside_each_question_for_other_programs_stands_its_arm(format_: Any, case: Case) -> None:
    made = render(case, format=format_)
    text = told(unescape(unescape(in_package(made) if isinstance(made, bytes) else made)))
    assert case.fork is not None
    for arm in case.fork.arms:
        asked = [one for stage in case.stages_of(arm.id) for one in stage.questions]
        if format_ == "anki":
            asked = [one for one in asked if one.is_graded]
        assert text.count(f"On this arm: {arm.title}.") == len(asked)
    if format_ != "anki":
        assert "Here the questions of every arm are asked, one arm after the other." in text


def html_in(format_: str, made: bytes | str) -> list[str]:
    """Every text of an output that is read as HTML."""
    if not isinstance(made, bytes):
        texts = [made] if format_ != "moodle" else [one.text or "" for one in ET.fromstring(made).iter("text")]  # noqa: S314
        return texts if format_ != "moodle" else [text for text in texts if "<p>" in text]
    with zipfile.ZipFile(io.BytesIO(made)) as files:
        texts = [files.read(name).decode() for name in files.namelist()]
    if format_ != "qti12":
        return texts
    return [
        one.text or ""
        for text in texts
        for one in ET.fromstring(text).iter()  # noqa: S314
        if one.tag.endswith("mattext") and one.get("texttype") == "text/html"
    ]


@pytest.mark.parametrize("format_", ["markdown", "html", "moodle", "qti", "qti12", "anki", "scorm"])
def test_what_an_author_calls_an_arm_is_words_and_never_markup(format_: Any, tmp_path: Path) -> None:
    made = render(load_case(written(tmp_path, HOSTILE, HOSTILE, "other")), format=format_)
    texts = html_in(format_, made)
    assert any("A &amp; " in text for text in texts)
    assert [text for text in texts if re.search(r"(?<!\\)<b>A ", text)] == []


@pytest.mark.parametrize("kind", ["case", "stage", "fork"])
def test_a_card_tells_the_fork_and_escapes_it(kind: str, tmp_path: Path) -> None:
    case = load_case(written(tmp_path, HOSTILE, HOSTILE, "other"))
    walk = Walk(case)
    if kind != "case":
        while walk.step.kind != "fork":
            walk.next()
    if kind == "stage":
        walk.take("a")
    html = case._repr_html_() if kind == "case" else walk._repr_html_()
    assert "<b>A " not in html
    assert HOSTILE in unescape(re.sub(r"<[^>]*>", " ", html))


def test_the_card_of_a_fork_tells_the_arms_and_the_call_that_takes_one(case: Case) -> None:
    walk = Walk(case)
    while walk.step.kind != "fork":
        walk.next()
    text = told(walk._repr_html_())
    assert "a) HER2-positive b) HER2-negative" in text
    assert 'w.take("a") goes on with an arm' in text
    walk.take("b")
    while walk.step.kind != "fork":
        walk.next()
    assert "b) HER2-negative (taken)" in told(walk._repr_html_())


def test_results_tell_in_every_format_how_many_took_which_arm(case: Case, tmp_path: Path) -> None:
    for i, arm in enumerate(["a", "a", "b"]):
        walk = Walk(case)
        while walk.step.kind != "fork":
            walk.next()
        walk.take(arm)
        while walk.question is None:
            walk.next()
        walk.answer("a")
        write_answers(walk.answers(), tmp_path / f"{i}.json")
    results = summarize_answers(tmp_path)
    for format_ in ("text", "markdown", "html"):
        text = told(str(render(results, format=format_)))
        assert "Taken at the fork: HER2-positive by 2; HER2-negative by 1." in text
        assert "HER2-negative: No more copies than there should be" in text
    assert {row["arm"] for row in results.rows()} == {"", "HER2-positive", "HER2-negative"}
