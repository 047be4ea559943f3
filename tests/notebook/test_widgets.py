"""Walking through a case with widgets: choose, commit, see why, and save only where one asks for it."""

from __future__ import annotations

import gc
import json
import os
import re
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from typing import TYPE_CHECKING
from weakref import ref

import pytest

from mbc_options import Walk, load_case
from mbc_options.cases.grading import grade
from mbc_options.cases.labels import letter
from mbc_options.rendering import widgets

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options import Case

REQUIRED = "MBC_OPTIONS_REQUIRE_NOTEBOOK"

if find_spec("ipywidgets") is None and not os.environ.get(REQUIRED):
    pytest.skip("no widgets: ipywidgets not found; pip install -e '.[notebook]'", allow_module_level=True)

VIEW = "application/vnd.jupyter.widget-view+json"


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    path = tmp_path_factory.mktemp("case") / "a-case.json"
    first = {
        "id": "first",
        "title": "The first visit",
        "narrative": "Her hip hurts.",
        "patient": {"er": "+", "pr": "+", "menopause": "post", "sites": ["bone"], "findings": [], "prior": []},
        "questions": [
            {"ask": "candidates", "hint": "Think of the bone."},
            {"ask": "next_test"},
            {"ask": "reflect", "prompt": "What would you say to her?"},
        ],
    }
    second = {
        "id": "second",
        "title": "A year later",
        "narrative": "It has grown.",
        "change": {"set": {"her2": "0"}, "add": {"prior": ["letrozole: progressed"]}},
        "questions": ["changed", {"ask": "moved_by", "option": "hormone_therapy"}],
    }
    written = {"title": "A case", "level": "advanced", "summary": "Ill.", "goals": ["See."], "stages": [first, second]}
    path.write_text(json.dumps(written), encoding="utf-8")
    return load_case(path)


@pytest.fixture
def walk(case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Walk:
    """A walk in an empty folder, in which whatever is written would be found."""
    monkeypatch.chdir(tmp_path)
    return Walk(case)


@pytest.fixture
def panel(walk: Walk) -> widgets.Panel:
    return widgets.Panel(walk)


def words(html: str) -> str:
    html = re.sub(r"<style>.*?</style>", "", html, flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def go_to(panel: widgets.Panel, walk: Walk, kind: str) -> None:
    while walk.step.kind != kind and (walk.question is None or walk.question.kind != kind):
        assert not walk.is_done, kind
        panel.next.click()


def choose(panel: widgets.Panel, walk: Walk, *, right: bool) -> None:
    """Choose every right choice, or a wrong one, as a learner would."""
    assert walk.question is not None
    wanted = [i for i, choice in enumerate(walk.question.choices) if choice.right is right]
    if not walk.question.many:
        panel.choices.children[0].value = wanted[0]
        return
    for i in wanted if right else wanted[:1]:
        panel.choices.children[i].value = True


# Chosen when it is shown


def test_a_walk_is_shown_with_widgets_where_there_are_some(walk: Walk) -> None:
    (view,) = walk._repr_mimebundle_().items()
    assert view[0] == VIEW
    assert set(view[1]) == {"version_major", "version_minor", "model_id"}


def test_a_walk_is_shown_as_a_card_where_there_are_none(walk: Walk, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setitem(sys.modules, "ipywidgets", None)
        assert walk._repr_mimebundle_() == {}
        assert walk._repr_html_().startswith('<article class="mbc-card ')
    assert set(walk._repr_mimebundle_()) == {VIEW}, "it is chosen anew each time"


def test_a_walk_has_one_panel_however_often_it_is_shown(walk: Walk) -> None:
    first = walk._repr_mimebundle_()[VIEW]
    walk.next()
    assert walk._repr_mimebundle_()[VIEW] == first
    assert Walk(walk.case)._repr_mimebundle_()[VIEW] != first


def test_a_walk_has_one_panel_whichever_thread_shows_it_first(case: Case) -> None:
    walks = [Walk(case) for _ in range(4)]
    start = threading.Barrier(16)

    def shown(place: int) -> str:
        start.wait()
        return str(walks[place % 4]._repr_mimebundle_()[VIEW]["model_id"])

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        with ThreadPoolExecutor(16) as pool:
            found = list(pool.map(shown, range(16)))
    finally:
        sys.setswitchinterval(interval)
    assert found == found[:4] * 4
    assert len(set(found)) == 4


def open_widgets() -> set[str]:
    from ipywidgets.widgets import widget

    return set(widget._instances)


def test_a_panel_goes_with_its_walk_and_leaves_no_widget_open(case: Case) -> None:
    gc.collect()  # what other tests have left would go meanwhile
    before = open_widgets()
    walk = Walk(case)
    panel = widgets.Panel(walk)
    for _ in walk.steps:
        panel.next.click()
    assert open_widgets() > before
    gone = ref(walk), ref(panel)
    del walk, panel
    gc.collect()
    assert [one() for one in gone] == [None, None]
    assert open_widgets() <= before


def test_only_the_walks_that_were_shown_last_stay_without_a_name(case: Case) -> None:
    walks = [Walk(case) for _ in range(widgets.LAST + 3)]
    for walk in walks:
        walk._repr_mimebundle_()
    walk._repr_mimebundle_()
    named = walks[0]
    gone = [ref(walk) for walk in walks]
    del walk, walks
    gc.collect()
    assert [one() is None for one in gone] == [False, True, True, *[False] * widgets.LAST]
    assert named._repr_mimebundle_()[VIEW]["model_id"] in open_widgets()


def test_a_notebook_gets_widgets_a_card_and_a_text_and_takes_what_it_can(walk: Walk) -> None:
    from IPython.core.formatters import DisplayFormatter

    data, _ = DisplayFormatter().format(walk)
    assert set(data) == {VIEW, "text/html", "text/plain"}
    assert data["text/plain"] == repr(walk)


# Step by step


def test_it_begins_with_the_story(panel: widgets.Panel) -> None:
    assert "Her hip hurts." in words(panel.above.value)
    assert panel.choices.children == ()
    assert [panel.back.disabled, panel.hint.disabled, panel.commit.disabled, panel.next.disabled] == [
        True,
        True,
        True,
        False,
    ]


def test_buttons_say_what_they_do(panel: widgets.Panel) -> None:
    buttons = (panel.back, panel.hint, panel.commit, panel.next, panel.save)
    assert [button.description for button in buttons] == ["Back", "Hint", "Commit", "Next", "Save my answers"]
    assert panel.name.description == "File name"


def test_of_several_each_choice_is_a_check_box_with_its_label(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    assert walk.question is not None
    boxes = panel.choices.children
    assert {type(box).__name__ for box in boxes} == {"Checkbox"}
    labels = [f"{letter(i)}) {choice.label or 'None of these'}" for i, choice in enumerate(walk.question.choices)]
    assert [box.description for box in boxes] == labels
    assert not any(box.value for box in boxes)
    assert not any(box.description_allow_html for box in boxes), "what an author wrote is no markup"


def test_of_one_the_choices_are_radio_buttons_and_none_is_chosen_before(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "next_test")
    assert walk.question is not None
    (radio,) = panel.choices.children
    assert type(radio).__name__ == "RadioButtons"
    labels = [f"{letter(place)}) {choice.label}" for place, choice in enumerate(walk.question.choices)]
    assert [label for label, _ in radio.options] == labels
    assert radio.value is None


@pytest.mark.parametrize("kind", ["candidates", "next_test", "changed", "moved_by"])
@pytest.mark.parametrize("right", [True, False])
def test_a_commitment_is_graded_revealed_with_reasons_and_locked(
    panel: widgets.Panel, walk: Walk, kind: str, *, right: bool
) -> None:
    go_to(panel, walk, kind)
    assert walk.question is not None
    assert panel.below.value == ""
    choose(panel, walk, right=right)
    chosen = [choice.id for choice in walk.question.choices if choice.right is right]
    expected = grade(walk.question, chosen if right and walk.question.many else chosen[:1])
    panel.commit.click()
    assert walk.graded(walk.question.id) == expected
    text = words(panel.below.value)
    assert text.startswith("Right. 1 of 1 point." if right else "Not right. 0 of 1 point.")
    assert ("Chosen, and not right" in text) is not right
    assert all(one.disabled for one in panel.choices.children)
    assert panel.commit.disabled
    assert panel.hint.disabled


def test_after_a_commitment_the_keyboard_is_at_the_next_step(
    panel: widgets.Panel, walk: Walk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A button that is disabled while it has the focus throws the reader back to the top of the page."""
    focused: list[str] = []
    monkeypatch.setattr(type(panel.next), "focus", lambda button: focused.append(button.description))
    go_to(panel, walk, "next_test")
    assert focused == []
    choose(panel, walk, right=True)
    panel.commit.click()
    assert focused == ["Next"]
    go_to(panel, walk, "review")
    assert focused == ["Next", "Back"]


def test_a_commitment_to_nothing_is_none(panel: widgets.Panel, walk: Walk) -> None:
    for kind in ("candidates", "next_test", "reflect"):
        go_to(panel, walk, kind)
        panel.commit.click()
        assert words(panel.message.value).startswith("Nothing is ")
    assert walk.answers().answers == ()


def test_going_back_shows_what_was_chosen_and_why(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    choose(panel, walk, right=False)
    panel.commit.click()
    chosen, told = [box.value for box in panel.choices.children], panel.below.value
    panel.next.click()
    assert panel.below.value == ""
    panel.back.click()
    assert [box.value for box in panel.choices.children] == chosen
    assert all(box.disabled for box in panel.choices.children)
    assert panel.below.value == told


def test_a_hint_is_given_on_request_and_each_one_once(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    assert walk.question is not None
    assert panel.hints.value == ""
    given = 0
    while not panel.hint.disabled:
        panel.hint.click()
        given += 1
        assert panel.hints.value.count("<li>") == given
    assert given == len(walk.question.hints) == walk.score.hints
    assert "Think of the bone." in words(panel.hints.value)
    panel.next.click()
    assert panel.hints.value == ""
    panel.back.click()
    assert panel.hints.value.count("<li>") == given


def test_hints_that_were_taken_elsewhere_are_shown_and_not_given_again(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    assert walk.question is not None
    walk.hint()
    panel.show()
    assert panel.hints.value.count("<li>") == 1
    while walk.hint() is not None:
        pass
    panel.show()
    assert panel.hints.value.count("<li>") == len(walk.question.hints)
    assert panel.hint.disabled


def test_hints_that_were_taken_before_a_walk_was_saved_are_shown_again(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    assert walk.question is not None
    while not panel.hint.disabled:
        panel.hint.click()
    choose(panel, walk, right=False)
    panel.commit.click()
    again = Walk(walk.case, walk.answers())
    shown = widgets.Panel(again)
    go_back = shown.back.click
    go_back()
    assert shown.hints.value == panel.hints.value != ""


def test_a_text_is_kept_and_can_be_written_on(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "reflect")
    assert walk.question is not None
    (area,) = panel.choices.children
    assert (type(area).__name__, area.description) == ("Textarea", "What you think")
    for text in ("That it takes time.", "That it takes time <b>and</b> talk."):
        area.value = text
        panel.commit.click()
        assert walk.text(walk.question.id) == text
        assert not area.disabled
    panel.next.click()
    panel.back.click()
    assert panel.choices.children[0].value == "That it takes time <b>and</b> talk."


@pytest.mark.parametrize("leave", ["next", "back", "save"])
def test_a_text_that_nobody_committed_to_is_not_lost(panel: widgets.Panel, walk: Walk, leave: str) -> None:
    go_to(panel, walk, "reflect")
    question = walk.question
    assert question is not None
    panel.choices.children[0].value = "Half a thought"
    getattr(panel, leave).click()
    assert walk.text(question.id) == "Half a thought"


@pytest.mark.parametrize("kind", ["reflect", "candidates"])
def test_to_look_and_go_on_answers_nothing(panel: widgets.Panel, walk: Walk, kind: str) -> None:
    go_to(panel, walk, kind)
    panel.choices.children[0].value = True if kind == "candidates" else " "
    panel.next.click()
    assert walk.answered == 0


def test_the_outcome_tells_what_moved_since_the_stage_before(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "outcome")
    assert "Decided by" in words(panel.above.value)
    panel.next.click()
    go_to(panel, walk, "outcome")
    assert re.search(r"Chemotherapy candidate Moved\. It was \w+", words(panel.above.value))
    assert panel.choices.children == ()


@pytest.mark.parametrize("right", [True, False])
def test_the_review_at_the_end_tells_the_score(panel: widgets.Panel, walk: Walk, *, right: bool) -> None:
    while not walk.is_done:
        if walk.question is not None and walk.question.is_graded:
            choose(panel, walk, right=right)
            panel.commit.click()
        panel.next.click()
    assert f"{4 if right else 0} of 4 points. 4 of 4 graded questions answered" in words(panel.above.value)
    assert panel.next.disabled


def test_no_part_of_it_acts_on_anything_or_takes_anything_from_elsewhere(panel: widgets.Panel, walk: Walk) -> None:
    shown = []
    while not walk.is_done:
        if walk.question is not None and walk.question.is_graded:
            panel.hint.click()
            choose(panel, walk, right=False)
            panel.commit.click()
        shown += [panel.above.value, panel.hints.value, panel.below.value, panel.message.value]
        panel.next.click()
    assert not [html for html in shown if re.search(r"<(script|link|img|iframe|a)\b|\son\w+=|url\(|\sid=", html)]


# Nothing is written that nobody asked for


def test_walking_to_the_end_writes_and_prints_nothing(
    panel: widgets.Panel, walk: Walk, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    go_to(panel, walk, "review")
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


def test_the_button_writes_the_answers_into_the_named_file(panel: widgets.Panel, walk: Walk, tmp_path: Path) -> None:
    go_to(panel, walk, "candidates")
    choose(panel, walk, right=True)
    panel.commit.click()
    panel.name.value = "mine.json"
    panel.save.click()
    assert words(panel.message.value) == "Saved in mine.json. Answered so far: 1 of 5."
    assert [path.name for path in tmp_path.iterdir()] == ["mine.json"]
    walk.save(tmp_path / "by-code.json")
    assert (tmp_path / "mine.json").read_bytes() == (tmp_path / "by-code.json").read_bytes()


def test_its_own_file_is_written_anew_and_no_other(panel: widgets.Panel, walk: Walk, tmp_path: Path) -> None:
    (tmp_path / "lesson.ipynb").write_text("a lesson", encoding="utf-8")
    panel.save.click()
    go_to(panel, walk, "next_test")
    choose(panel, walk, right=True)
    panel.commit.click()
    panel.save.click()
    assert len(json.loads((tmp_path / "answers-a-case.json").read_text(encoding="utf-8"))["answers"]) == 1
    panel.name.value = "lesson.ipynb"
    panel.save.click()
    assert "There is a file lesson.ipynb already. It was left as it is" in words(panel.message.value)
    assert (tmp_path / "lesson.ipynb").read_text(encoding="utf-8") == "a lesson"


@pytest.mark.parametrize(
    ("name", "told"),
    [("", "Give a name"), ("nowhere/mine.json", "cannot be written"), ("mine", "a file of answers ends in .json")],
)
def test_what_cannot_be_written_is_told_in_words(panel: widgets.Panel, tmp_path: Path, name: str, told: str) -> None:
    panel.name.value = name
    panel.save.click()
    assert words(panel.message.value).startswith(f"That did not work. {told}")
    assert list(tmp_path.iterdir()) == []


# What goes wrong


def test_a_choice_that_goes_with_no_other_is_told_in_words(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    assert panel.choices.children[-1].description.endswith(") None of these")
    panel.choices.children[0].value = panel.choices.children[-1].value = True
    panel.commit.click()
    assert "“none of these” goes with no other choice" in words(panel.message.value)
    assert 'role="alert"' in panel.message.value
    assert walk.answers().answers == ()
    panel.choices.children[-1].value = False
    panel.commit.click()
    assert panel.message.value == ""


def test_whatever_fails_is_told_in_words(
    panel: widgets.Panel, walk: Walk, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def failing() -> None:
        message = "<b>out of order</b>"
        raise RuntimeError(message)

    go_to(panel, walk, "candidates")
    monkeypatch.setattr(walk, "hint", failing)
    panel.hint.click()
    assert "RuntimeError: &lt;b&gt;out of order&lt;/b&gt;" in panel.message.value
    assert capfd.readouterr() == ("", "")


def test_a_walk_that_went_on_in_code_is_not_answered_at_the_wrong_question(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    choose(panel, walk, right=True)
    walk.next()
    panel.commit.click()
    assert walk.answers().answers == ()
    assert words(panel.message.value) == "This walk has gone on elsewhere. It is shown here as it is now."
    assert type(panel.choices.children[0]).__name__ == "RadioButtons"


def test_an_answer_given_in_code_is_not_replaced(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "next_test")
    assert walk.question is not None
    chosen = walk.question.choices[-1].id
    walk.answer(chosen)
    panel.choices.children[0].value = 0
    panel.commit.click()
    graded = walk.graded(walk.question.id)
    assert graded is not None
    assert graded.chosen == (chosen,)
    assert panel.choices.children[0].value == len(walk.question.choices) - 1
    assert panel.commit.disabled


def test_a_walk_that_was_saved_goes_on_where_it_was_left(panel: widgets.Panel, walk: Walk) -> None:
    go_to(panel, walk, "candidates")
    choose(panel, walk, right=False)
    panel.commit.click()
    again = Walk(walk.case, walk.answers())
    shown = widgets.Panel(again)
    assert again.question is not None
    assert again.question.kind == "next_test"
    shown.back.click()
    assert shown.below.value == panel.below.value


# At a fork


def test_at_a_fork_each_arm_has_a_button_and_one_may_come_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    walk = Walk(load_case("one-more-test"))
    panel = widgets.Panel(walk)
    go_to(panel, walk, "fork")
    assert [button.description for button in panel.choices.children] == ["a) HER2-positive", "b) HER2-negative"]
    assert panel.next.disabled, "one is to be taken first"
    panel.choices.children[1].click()
    assert walk.taken == ("her2-negative",)
    assert "No more copies than there should be" in words(panel.above.value)
    assert panel.choices.children == ()
    panel.next.click()
    go_to(panel, walk, "fork")
    assert "b) HER2-negative (taken)" in words(panel.above.value)
    assert not panel.next.disabled
    panel.choices.children[0].click()
    assert walk.taken == ("her2-negative", "her2-positive")
    go_to(panel, walk, "review")
    assert panel.next.disabled
