"""Cards of teaching cases: what a notebook shows of a case, a question, an answer and a walk without widgets."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import replace
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import Walk, load_case, package_data
from mbc_options.cases.grading import grade
from mbc_options.cases.labels import letter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from mbc_options import Case
    from mbc_options.cases.case import Question

VOID = {"br", "circle", "path"}


class Reader(HTMLParser):
    """What a front end reads: the elements, the words outside the style, and the style."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.code: list[str] = []
        self.style = ""
        self.open: list[str] = []
        self.outermost: list[str] = []
        self.feed(html)
        self.close()

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())

    @property
    def classes(self) -> set[str]:
        return {name for _, given in self.elements for name in (given.get("class") or "").split()}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if not self.open:
            self.outermost.append(tag)
        if tag == "code":
            self.code.append("")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] == "style":
            self.style += data
            return
        self.words.append(data)
        if self.open and self.open[-1] == "code":
            self.code[-1] += data


def read(shown: Any) -> Reader:
    html = shown._repr_html_()
    assert html is not None
    return Reader(html)


CASE = {
    "title": "A case",
    "level": "introductory",
    "summary": "Somebody is ill.",
    "goals": ["See the difference."],
    "stages": [
        {
            "id": "first",
            "title": "The first visit",
            "narrative": "Her hip hurts.\n\nShe walks on.",
            "note": "Ask the class.",
            "patient": {
                "label": "Someone",
                "sex": "female",
                "menopause": "post",
                "er": "+",
                "pr": "+",
                "sites": ["bone"],
                "findings": ["pain"],
                "prior": [],
            },
            "questions": [
                {"ask": "candidates", "hint": "Think of the bone."},
                "undetermined",
                "next_test",
                {"ask": "says_who", "option": "bisphosphonates"},
                {"ask": "reflect", "prompt": "What would you say to her?"},
            ],
        },
        {
            "id": "second",
            "title": "A year later",
            "narrative": "It has grown.",
            "wish": "She wants to travel.",
            "change": {"set": {"her2": "0"}, "add": {"sites": ["liver"], "prior": ["letrozole: progressed"]}},
            "questions": [
                "changed",
                {"ask": "moved_by", "option": "hormone_therapy"},
                {"ask": "why_not", "option": "anti_her2"},
            ],
        },
    ],
}


def written(folder: Path, text: Any) -> Path:
    path = folder / "a-case.json"
    path.write_text(json.dumps(text), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return load_case(written(tmp_path_factory.mktemp("case"), CASE))


def at(case: Case, kind: str, *, answered: bool = False) -> Walk:
    """A walk at a step: the first of its kind, or the first question of its kind."""
    found = Walk(case)
    while found.step.kind != kind and (found.question is None or found.question.kind != kind):
        assert not found.is_done, kind
        found.next()
    if answered and found.question is not None:
        answer(found)
    return found


def answer(found: Walk) -> None:
    assert found.question is not None
    chosen = [choice.id for choice in found.question.choices[:1]]
    found.answer(*chosen, text="" if chosen else "What she says.")


def walked(case: Case) -> Walk:
    """A walk at its end, in which everything was answered, and not everything well."""
    found = Walk(case)
    while not found.is_done:
        if found.question is not None:
            answer(found)
        found.next()
    return found


def question(case: Case, kind: str) -> Question:
    return next(asked for asked in case.questions if asked.kind == kind)


def graded_of(case: Case, kind: str) -> Any:
    asked = question(case, kind)
    return grade(asked, [choice.id for choice in asked.choices if not choice.right and choice.id != "none"][:1])


KINDS: dict[str, Callable[[Case], Any]] = {
    "case": lambda case: case,
    "first stage": lambda case: case.stages[0],
    "later stage": lambda case: case.stages[1],
    **{f"{kind}": lambda case, kind=kind: question(case, kind) for kind in ("candidates", "why_not", "reflect")},
    "hint of the author": lambda case: question(case, "candidates").hints[0],
    "hint of ours": lambda case: question(case, "candidates").hints[-1],
    **{f"graded {kind}": lambda case, kind=kind: graded_of(case, kind) for kind in ("candidates", "moved_by")},
    "walk at a story": lambda case: at(case, "stage"),
    "walk at a question": lambda case: at(case, "candidates"),
    "walk at an answer": lambda case: at(case, "candidates", answered=True),
    "walk at a text": lambda case: at(case, "reflect", answered=True),
    "walk at an outcome": lambda case: at(case, "outcome"),
    "walk at the end": walked,
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Callable[[Case], Any]:
    return KINDS[request.param]


# What any card is


def test_a_card_is_one_element_with_every_tag_closed(kind: Callable[[Case], Any], case: Case) -> None:
    found = read(kind(case))
    assert found.outermost == ["article"]
    assert found.open == []
    assert "\n\n" not in kind(case)._repr_html_(), "a blank line ends a piece of HTML inside Markdown"


def test_a_card_acts_on_nothing_takes_nothing_from_elsewhere_and_names_nothing(
    kind: Callable[[Case], Any], case: Case
) -> None:
    found = read(kind(case))
    allowed = {"article", "style", "p", "strong", "em", "div", "span", "details", "summary", "code", "ul", "ol", "li"}
    allowed |= {"dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "svg", "circle", "path", "br"}
    assert {tag for tag, _ in found.elements} <= allowed
    names = {name for _, given in found.elements for name in given}
    assert names <= {*("class", "role", "scope", "tabindex"), *("aria-level", "aria-hidden"), *DRAWN}
    assert not re.search(r"url\(|@import|expression|://", found.style)


DRAWN = {"viewbox", "width", "height", "cx", "cy", "r", "d", "fill", "stroke", "stroke-width"}


def test_the_style_adds_no_color_and_reaches_nothing_outside_the_card(case: Case) -> None:
    own = (package_data.templates_dir() / "card/case.css.j2").read_text(encoding="utf-8")
    own = re.sub(r"\{#.*?#\}", "", own, flags=re.DOTALL)
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", own)
    assert len(rules) > 5
    for selectors, declarations in rules:
        assert all(selector.strip().startswith(".mbc-card") for selector in selectors.split(","))
        assert not re.search(r"#[0-9a-f]{3}|rgb|hsl", declarations), selectors
    used = set().union(*(read(make(case)).classes for make in KINDS.values()))
    assert set(re.findall(r"\.(mbc-[\w-]+)", own)) <= used


def test_a_screen_reader_finds_each_card_of_a_case_or_walk_by_its_title(case: Case) -> None:
    for shown, title in ((case, "A case"), (case.stages[1], "A year later"), (walked(case), "A case")):
        html = shown._repr_html_()
        assert re.search(rf'<p class="mbc-title" role="heading" aria-level="4"><strong>{title}</strong>', html)


def test_the_same_thing_has_the_same_card(kind: Callable[[Case], Any], case: Case) -> None:
    assert kind(case)._repr_html_() == kind(case)._repr_html_()


INJECTED = '</style></article><script>alert(1)</script><b onclick="alert(2)">"x\' {{ 7 * 7 }} &lt;'
TEXTS = {
    "title": ("case", "walk at a story"),
    "summary": ("case",),
    "goals": ("case", "walk at the end"),
    "stages.title": ("case", "first stage", "walk at a story", "walk at the end"),
    "narrative": ("first stage", "walk at a story", "walk at a question"),
    "note": ("first stage",),
    "wish": ("later stage",),
    "hint": ("hint of the author",),
    "prompt": ("reflect", "first stage", "walk at a text"),
}
"""What an author writes, and the cards that show it."""


def with_text(text: str) -> dict[str, Any]:
    first, second = (dict(stage) for stage in CASE["stages"])  # type: ignore[union-attr]
    questions = list(first["questions"])
    questions[0] = {"ask": "candidates", "hint": text}
    questions[-1] = {"ask": "reflect", "prompt": text}
    first |= {"title": text, "narrative": text, "note": text, "questions": questions}
    second |= {"title": text, "narrative": text, "wish": text}
    return {**CASE, "title": text, "summary": text, "goals": [text], "stages": [first, second]}


def test_what_an_author_wrote_is_words_and_never_markup(kind: Callable[[Case], Any], tmp_path: Path) -> None:
    harmless = read(kind(load_case(written(tmp_path, with_text("Harmless")))))
    found = read(kind(load_case(written(tmp_path, with_text(INJECTED)))))
    assert [(tag, list(given)) for tag, given in found.elements] == [
        (tag, list(given)) for tag, given in harmless.elements
    ]
    assert found.style == harmless.style
    assert found.text.count(INJECTED) == harmless.text.count("Harmless")


@pytest.mark.parametrize("text", TEXTS)
def test_what_an_author_wrote_is_shown(text: str, tmp_path: Path) -> None:
    case = load_case(written(tmp_path, with_text("Harmless")))
    assert [kind for kind in TEXTS[text] if "Harmless" not in read(KINDS[kind](case)).text] == []


def test_what_a_learner_wrote_is_words_and_never_markup(case: Case) -> None:
    found = at(case, "reflect")
    found.answer(text=INJECTED)
    assert INJECTED in read(found).text
    assert "script" not in {tag for tag, _ in read(found).elements}


def test_what_a_rulebook_says_of_a_choice_is_words_and_never_markup(case: Case) -> None:
    asked = question(case, "candidates")
    (first, *others) = asked.choices
    nasty = replace(first, label=INJECTED, text=INJECTED, facts=(INJECTED,))
    graded = grade(replace(asked, choices=(nasty, *others)), [first.id])
    assert read(graded).text.count(INJECTED) == 4, "its name, its facts, its text, and its name where none is chosen"
    assert "script" not in {tag for tag, _ in read(graded).elements}


# What is not told before an answer


def other_way_round(case: Case) -> Case:
    """The same case with every right choice wrong, and every wrong one right."""
    stages = [
        replace(
            stage,
            questions=tuple(
                replace(asked, choices=tuple(replace(choice, right=not choice.right) for choice in asked.choices))
                for asked in stage.questions
            ),
        )
        for stage in case.stages
    ]
    return replace(case, stages=tuple(stages))


@pytest.mark.parametrize(
    "kind", ["candidates", "undetermined", "next_test", "says_who", "changed", "moved_by", "why_not"]
)
def test_before_an_answer_nothing_tells_which_choice_is_right(kind: str, case: Case) -> None:
    turned = other_way_round(case)
    assert question(turned, kind)._repr_html_() == question(case, kind)._repr_html_()
    assert at(turned, kind)._repr_html_() == at(case, kind)._repr_html_()
    after = at(case, kind, answered=True)._repr_html_()
    assert at(turned, kind, answered=True)._repr_html_() != after, "an answer tells it"
    for word in ("idle", "untrue", "unchanged"):
        assert word not in " ".join(read(at(case, kind)).code), "the names of some choices would tell"


# Going on by calls


@pytest.mark.parametrize(
    "kind", ["candidates", "undetermined", "next_test", "says_who", "changed", "moved_by", "why_not"]
)
def test_every_choice_can_be_answered_with_the_letter_that_stands_before_it(kind: str, case: Case) -> None:
    found = at(case, kind)
    assert found.question is not None
    for place, choice in enumerate(found.question.choices):
        name = choice.label or {"none": "None of these", "warning": "The documents warn against it"}.get(choice.id, "")
        assert f"{letter(place)}) {name.split(' (')[0].split(';')[0]}" in read(found).text
        assert at(case, kind).answer(letter(place)).chosen == (choice.id,)
        assert at(case, kind).answer(place + 1).chosen == (choice.id,)
        assert at(case, kind).answer(choice.id).chosen == (choice.id,)
    (call,) = [code for code in read(found).code if code.startswith("w.answer(")]
    eval(call, {"w": found})  # noqa: S307 - a reader would paste it
    assert found.graded(found.question.id) is not None


def test_the_calls_that_go_on_are_told_at_every_step(case: Case) -> None:
    found = Walk(case)
    for number in range(len(found.steps)):
        calls = read(found).code
        assert ("w.next()" in calls) is not found.is_done
        assert ("w.back()" in calls) is (0 < number < len(found.steps) - 1)
        assert ("w.hint()" in calls) is (found.question is not None and found.question.is_graded)
        assert {"w.score", 'w.save("answers-a-case.json")'} <= set(calls)
        found.next()


def test_a_step_tells_where_the_walk_is(case: Case) -> None:
    assert "Stage 1 of 2: The first visit. Step 1 of 13: the story." in read(Walk(case)).text
    third = at(case, "next_test")
    assert "Stage 1 of 2: The first visit. Step 4 of 13: question 3 of 5 in this stage." in read(third).text


# What is told after it


@pytest.mark.parametrize(
    "kind", ["candidates", "undetermined", "next_test", "says_who", "changed", "moved_by", "why_not"]
)
def test_an_answer_is_shown_with_the_reason_of_every_choice(kind: str, case: Case) -> None:
    found = at(case, kind, answered=True)
    assert found.question is not None
    graded = found.graded(found.question.id)
    assert graded is not None
    for shown in (graded, found):
        text = read(shown).text
        places = [text.find(words) for words in ("Chosen, and right", "Chosen, and not right", "Right, and not chosen")]
        assert [place > 0 for place in places] == [bool(graded.hit), bool(graded.wrong), bool(graded.missed)]
        reasons = re.findall(r"<li><strong>(.+?)\.</strong> (.+?)</li>", shown._repr_html_())
        assert len(reasons) >= len(found.question.choices)
        named = [choice.label for choice in found.question.choices if choice.label and not choice.others]
        assert all(f"{name}." in text for name in named)


def test_the_passages_of_an_answer_can_be_read_in_a_walk(case: Case) -> None:
    found = at(case, "candidates", answered=True)
    text = read(found).text
    chosen = question(case, "candidates").choices[0]
    assert chosen.claims
    for id_ in chosen.claims:
        claim = case.claims[id_]
        assert " ".join(f"{id_} {claim.short}, {claim.where}: {claim.statement}".split()) in text


def test_right_wrong_and_missed_differ_by_word_and_shape(case: Case) -> None:
    asked = question(case, "candidates")
    right, wrong = ([choice.id for choice in asked.choices if choice.right is which] for which in (True, False))
    html = grade(asked, [right[0], wrong[0]])._repr_html_()
    found = re.findall(r'aria-level="5"><svg[^>]*>(.*?)</svg> ([\w, ]+)</p>', html or "")
    assert [words for _, words in found] == ["Chosen, and not right", "Right, and not chosen", "Chosen, and right"]
    assert len({drawing for drawing, _ in found}) == 3


def rows(shown: Any) -> list[str]:
    return [Reader(row).text for row in re.findall(r"<tr>(.*?)</tr>", shown._repr_html_(), re.DOTALL)]


def test_the_outcome_of_the_first_stage_has_a_row_for_every_class(case: Case) -> None:
    told = rows(at(case, "outcome"))
    for option in case.stages[0].assessment.options:
        beginning = f"{option.label} {option.status}".replace("_", " ")
        assert [row for row in told if row.startswith(beginning)], option.id


def test_out_of_scope_no_class_is_listed(tmp_path: Path) -> None:
    first, second = CASE["stages"]  # type: ignore[misc]
    out = {**first, "patient": {"er": "+", "sites": ["axillary_lymph_nodes"]}, "questions": ["candidates"]}
    later = {**second, "change": {"set": {"sites": ["bone"]}}, "questions": ["changed"]}
    case = load_case(written(tmp_path, {**CASE, "stages": [out, later]}))
    found = at(case, "outcome")
    text = re.sub(r"<details>.*?</details>", "", found._repr_html_() or "", flags=re.DOTALL)
    assert case.stages[0].assessment.scope_text in Reader(text).text
    assert [option.label for option in case.stages[0].assessment.options if option.label in Reader(text).text] == []
    found.position = len(found.steps) - 2
    assert "Palliative care candidate Moved. It was out of scope" in read(found).text


def test_the_outcome_of_a_later_stage_tells_what_moved_and_what_moved_it(case: Case) -> None:
    found = Walk(case)
    found.position = len(found.steps) - 2
    comparison = case.stages[1].comparison
    assert comparison is not None
    told, moved = rows(found), {option.id: option for option in comparison.options}
    assert moved
    assert f"{len(moved)} of the 13 classes have moved" in read(found).text
    for option in case.stages[1].assessment.options:
        now = option.status.replace("_", " ")
        (row,) = [row for row in told if row.startswith(f"{option.label} {now} ")]
        if option.id not in moved:
            assert row == f"{option.label} {now} the same"
            continue
        was = moved[option.id].a.status.replace("_", " ")
        facts = [fact.b.text for switch in moved[option.id].switches for fact in switch.facts]
        assert row.startswith(f"{option.label} {now} Moved. It was {was} ")
        assert facts
        assert [fact for fact in facts if fact.replace("unknown", "not known") not in row] == []


def test_the_review_tells_the_score_and_how_each_question_went(case: Case) -> None:
    found = walked(case)
    assert f" of {found.score.asked} points. 7 of 7 graded questions answered; hints taken: 0." in read(found).text
    (_, *told) = rows(found)
    assert len(told) == len(case.questions)
    assert "Not graded. none" in told[4]
    assert [row for row in rows(at_end(case)) if "Not answered." in row] == rows(at_end(case))[1:]


def at_end(case: Case) -> Walk:
    found = Walk(case)
    found.position = len(found.steps) - 1
    return found


def test_a_case_and_a_stage_keep_what_gives_answers_away_folded_in(case: Case) -> None:
    for shown in (case, case.stages[1]):
        told = re.sub(r"<details>.*?</details>", "", shown._repr_html_() or "", flags=re.DOTALL)
        assert not re.search(r"\b(undetermined|not described|unspecified)</span>", told)
        assert re.search(r"\b(undetermined|not described|unspecified)</span>", shown._repr_html_() or "")
    assert "Ask the class." not in re.sub(
        r"<details>.*?</details>", "", case.stages[0]._repr_html_() or "", flags=re.DOTALL
    )


def test_a_hint_reads_as_a_sentence(case: Case) -> None:
    hints = question(case, "candidates").hints
    texts = [read(hint).text for hint in hints]
    assert texts[0].startswith("Hint: Think of the bone.")
    assert any(re.match(r"Hint: \d+ of them are right\.", text) for text in texts)


# No burden


def test_showing_a_walk_changes_nothing_of_it(case: Case) -> None:
    found = at(case, "candidates", answered=True)
    before = found.position, found.answers(), found.score
    read(found)
    assert (found.position, found.answers(), found.score) == before


def test_a_walk_is_a_line_in_a_terminal(case: Case) -> None:
    assert repr(Walk(case)) == "<walk through 'A case', at step 1 of 13: stage>"


def test_nothing_is_loaded_before_a_walk_is_shown() -> None:
    code = """
import sys
import mbc_options
from mbc_options import walk
w = walk("bone-after-menopause")
w.next(), w.hint(), w.answer("chemotherapy"), repr(w)
heavy = {"jinja2", "ipywidgets", "IPython", "mbc_options.rendering"}
before = heavy & set(sys.modules)
w._repr_html_()
print(sorted(before), sorted(heavy & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, text=True)
    assert done.stdout == "[] ['jinja2', 'mbc_options.rendering']\n"
