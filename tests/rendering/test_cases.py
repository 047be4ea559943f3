"""Teaching cases to read: as a page, as text and in Markdown; to choose in, as a handout and with the solutions."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest
from thoroughness import cases_to_try

from mbc_options import Case, Patient, compare, explore, load_case, matrix, render
from mbc_options.rendering.at_hand import passages_to_read
from mbc_options.rendering.environment import environment
from mbc_options.rendering.filters import letter, points
from mbc_options.rendering.page_breaks import gives_away, page_breaks
from mbc_options.rendering.timeline import claims_of_case, given_since, newly_absent, news, timeline, timeline_tables

if TYPE_CHECKING:
    from mbc_options.cases.case import AnswerChoice, Question, Stage

FORMS: dict[str, tuple[str, ...]] = {"choose": (), "handout": ("handout",), "solutions": ("solutions",)}
FORMATS = ("text", "html", "markdown")
NAMES = cases_to_try()
MOVING = "bone-after-menopause"
TYPED = Path(__file__).parents[1] / "browser" / "someone-types-a-case.yaml"
WORDS: Any = environment().get_template("case/words.j2").module
STATUS: Any = environment().get_template("words.j2").module.STATUS  # type: ignore[attr-defined]

TURN = "Answer the questions above before you turn over."
IN_ORDER = "Answer the questions in their order: a later one may tell what an earlier one asks."

LARGEST = 180_000
"""How many bytes a page may have: an eighth of it are the scripts, a tenth the patient beside each question, and a
twelfth the course of each way that the case goes."""


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(MOVING)


@pytest.fixture(scope="module")
def typed() -> Case:
    return load_case(TYPED)


class _Tags(HTMLParser):
    """Keeps the tags, the attributes and the text of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def words_of(printed: str, format_: str) -> str:
    """What is to be read, in one line: without tags, escapes, and what stands only between words of a sentence."""
    if format_ == "html":
        printed = "".join(_Tags(re.sub(r"<script>.*?</script>|<style>.*?</style>", "", printed, flags=re.DOTALL)).texts)
    elif format_ == "markdown":
        printed = unescape(re.sub(r"\\([^\w\s])", r"\1", printed))
    return re.sub(r"[\W_]+", "", printed)


def sentence_of(choice: AnswerChoice, question: Question) -> str:
    """The beginning of why a choice is right or wrong; an abbreviation may be explained further on."""
    return re.sub(r"[\W_]+", "", re.split(r"[(:/;]|[A-Z]{2}", WORDS.because(choice, question))[0])


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_text_keeps_to_80_columns_and_a_page_is_small_enough_to_be_sent(name: str, form: str) -> None:
    shown = load_case(name)
    assert max(map(len, render(shown, "text", parts=FORMS[form]).splitlines())) <= 80
    assert len(render(shown, "html", parts=FORMS[form]).encode()) <= LARGEST
    assert render(shown, "markdown", parts=FORMS[form]).startswith(f"# {shown.title}"[:10])


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_tells_the_story_and_asks_every_question(case: Case, format_: str, form: str) -> None:
    told = words_of(render(case, format_, parts=FORMS[form]), format_)
    for question in case.questions:
        assert re.sub(r"[\W_]+", "", WORDS.prompt(question)) in told
    for stage in case.stages:
        first = stage.narrative[0].split(".")[0]
        assert re.sub(r"[\W_]+", "", first) in told
        assert (re.sub(r"[\W_]+", "", stage.wish) in told) if stage.wish else True
    assert all(re.sub(r"[\W_]+", "", goal) in told for goal in case.goals)


@pytest.mark.parametrize("format_", FORMATS)
def test_reasons_stand_where_answers_do(case: Case, format_: str) -> None:
    sentences = {sentence_of(choice, question) for question in case.questions for choice in question.choices}
    sentences = {sentence for sentence in sentences if len(sentence) > 12}
    assert len(sentences) > 5
    for form, whole in (("choose", True), ("solutions", True), ("handout", False)):
        told = words_of(render(case, format_, parts=FORMS[form]), format_)
        assert [sentence for sentence in sentences if (sentence in told) is not whole] == []


@pytest.mark.parametrize("format_", FORMATS)
def test_only_the_solutions_have_the_notes_for_the_teacher(case: Case, format_: str) -> None:
    notes = [re.sub(r"[\W_]+", "", stage.note.split(".")[0]) for stage in case.stages if stage.note]
    assert notes
    for form, parts in FORMS.items():
        told = words_of(render(case, format_, parts=parts), format_)
        assert all((note in told) is (form == "solutions") for note in notes)


@pytest.mark.parametrize("format_", ["text", "markdown"])
def test_to_choose_first_all_questions_come_before_the_first_hint_and_answer(case: Case, format_: str) -> None:
    printed = render(case, format_)
    questions = [printed.index(f"Question {i} of {len(case.questions)}") for i in range(1, len(case.questions) + 1)]
    assert questions == sorted(questions)
    hints = re.search(r"Hint( 1)?:", printed)
    assert hints is not None
    assert questions[-1] < hints.start() < min(printed.index("Right: "), printed.index("Wrong: "))


def otherwise_answered(case: Case) -> Case:
    """The same case as a learner sees it, with the opposite answers, other reasons and other verdicts."""

    def choice(one: AnswerChoice) -> AnswerChoice:
        other: dict[str, Any] = {"right": not one.right, "tells": "nothing", "facts": ("X",), "near": (), "settles": ()}
        if one.id in documents:
            other["claims"] = one.claims  # what there is to read is told alike, whatever is right
        return replace(one, **{"claims": ("S000-1",), **other, "text": "X", "status": None, "before": None})

    documents = {document.id for document in case.documents}

    def question(one: Question) -> Question:
        return replace(one, choices=tuple(map(choice, one.choices)), hints=())

    def stage(one: Stage) -> Stage:
        options = tuple(replace(option, status="unspecified") for option in one.assessment.options)
        assessment = replace(
            one.assessment, options=options, considerations=(), ask_next=(), unknown=(), disagreements=()
        )
        comparison = one.comparison and replace(one.comparison, options=(), members=())
        other = {"assessment": assessment, "comparison": comparison, "note": "X"}
        return replace(one, **{**other, "questions": tuple(map(question, one.questions))})

    to_read = {claim for one in case.questions for read in one.choices if read.id in documents for claim in read.claims}
    claims = {id_: claim for id_, claim in case.claims.items() if id_ in to_read}
    return replace(case, stages=tuple(map(stage, case.stages)), claims=claims)


@pytest.mark.parametrize("format_", FORMATS)
@pytest.mark.parametrize("name", NAMES)
def test_a_handout_would_be_the_same_if_every_answer_were_another(name: str, format_: str) -> None:
    shown = load_case(name)
    other = otherwise_answered(shown)
    assert render(other, format_) != render(shown, format_)
    assert render(other, format_, parts=["handout"]) == render(shown, format_, parts=["handout"])


@pytest.mark.parametrize("form", FORMS)
def test_only_the_page_to_choose_in_has_a_script_and_whatever_is_typed_is_text(typed: Case, form: str) -> None:
    page = _Tags(render(typed, "html", parts=FORMS[form]))
    assert page.tags.count("script") == (form == "choose")
    assert page.tags.count("style") == 1
    assert not {"iframe", "img", "template", "s", "u", "q", "h6"} & set(page.tags)
    assert [name for name, _ in page.attributes if name.startswith("on")] == []
    text = " ".join("".join(page.texts).split())
    for written in (typed.title, *typed.goals, *(stage.wish for stage in typed.stages if stage.wish)):
        assert " ".join(written.split()) in text


@pytest.mark.skipif(shutil.which("node") is None, reason="runs the script of the page by Node.js")
def test_the_page_writes_points_as_a_terminal_does(case: Case) -> None:
    written = re.findall(r"const written = .*", render(case, "html"))
    shares = {part / whole for whole in range(1, 17) for part in range(whole + 1)}
    scores = sorted({max(0.0, hit - lost) for hit in shares for lost in shares} | {2 + share for share in shares})
    code = f"{written[0]}\nconsole.log(JSON.stringify({json.dumps(scores)}.map(written)))"
    done = subprocess.run(["node", "-e", code], capture_output=True, check=True, timeout=60, text=True)  # noqa: S607
    assert json.loads(done.stdout) == [points(score) for score in scores]


def test_the_script_has_the_verdict_for_an_answer_that_is_partly_right_and_loses_all_points(case: Case) -> None:
    lost = WORDS.verdict({"score": 0, "hit": ("a",), "chosen": ("a", "b")})
    assert "Partly right" in lost
    assert lost != WORDS.verdict({"score": 0.5, "hit": ("a",), "chosen": ("a", "b")})
    page = render(case, "html")
    assert dict(_Tags(page).attributes)["data-lost"] == lost
    assert "'lost'" in page.partition("<script>")[2]


def test_no_text_of_a_case_stands_in_the_script(case: Case, typed: Case) -> None:
    scripts = [re.findall(r"<script>(.*?)</script>", render(one, "html"), re.DOTALL) for one in (case, typed)]
    assert scripts[0] == scripts[1]
    assert len(scripts[0]) == 1


@pytest.mark.parametrize("form", FORMS)
def test_whatever_is_typed_is_text_in_markdown(typed: Case, form: str) -> None:
    printed = render(typed, "markdown", parts=FORMS[form])
    assert "<" not in printed.replace("<br>", "")
    assert re.search(r"(?<!\\)\]\(", printed) is None
    assert "&#64;all" in printed


@pytest.mark.parametrize("form", FORMS)
def test_lists_of_markdown_are_read_alike_by_every_reader(case: Case, form: str) -> None:
    """Python-Markdown nests what is indented by four; pandoc takes `- a)` for a list that is numbered anew."""
    shown = [render(case, "markdown", parts=FORMS[form])]
    shown += [render(one, "markdown") for one in (explore(Patient()), compare(Patient(er="+"), Patient(er="-")))]
    for line in "\n".join(shown).splitlines():
        assert re.match(r"(?: {4})* {1,3}[-*] ", line) is None, line
        assert re.match(r" *- \w{1,2}[.)] ", line) is None, line


def test_what_stands_beside_a_question_stands_in_text_and_markdown_too(case: Case) -> None:
    for format_ in ("text", "markdown"):
        told = words_of(render(case, format_, parts=["handout"]), format_)
        for stage in case.stages:
            for treatment in stage.assessment.treatments:
                assert re.sub(r"[\W_]+", "", treatment) in told
        for question in case.questions:
            for _, statements in passages_to_read(case, question):
                assert all(re.sub(r"[\W_]+", "", statement) in told for statement in statements)


def test_forms_that_do_not_go_together_are_refused(case: Case) -> None:
    with pytest.raises(ValueError, match="not as both"):
        render(case, parts=["handout", "solutions"])
    with pytest.raises(ValueError, match=r"unknown parts .*members.*known of a Case are .*handout"):
        render(case, parts=["members"])
    with pytest.raises(ValueError, match=r"unknown parts .*handout.*known of a Matrix are .*depends"):
        render(matrix(Patient()), parts=["handout"])
    with pytest.raises(ValueError, match=r"known of a Assessment are .*full.*handout"):
        render(explore(Patient()), parts=["solutions"])
    with pytest.raises(ValueError, match="json has them all; choose text or html or markdown"):
        render(case, "json", parts=["handout"])


def test_json_has_all_of_it(case: Case) -> None:
    read = json.loads(render(case, "json"))
    assert read["title"] == case.title
    right = [
        [choice["id"] for choice in q["choices"] if choice["right"]] for s in read["stages"] for q in s["questions"]
    ]
    assert right == [[choice.id for choice in question.right] for question in case.questions]


@pytest.mark.parametrize("format_", FORMATS)
def test_equal_input_gives_equal_output_and_a_date_is_given(case: Case, format_: str) -> None:
    assert render(case, format_) == render(load_case(MOVING), format_)
    assert "2 May" in render(case, format_, date="2 May")


def test_a_block_of_ones_own_takes_the_place_of_ours(case: Case, tmp_path: Path) -> None:
    tmp_path.joinpath("case.html.j2").write_text(
        '{% extends "bundled/case.html.j2" %}{% block review %}<p>Mine</p>{% endblock %}', encoding="utf-8"
    )
    page = render(case, "html", templates=tmp_path)
    assert "<p>Mine" in page
    assert "id=review" not in page


@pytest.mark.parametrize("name", NAMES)
def test_the_timeline_moves_what_the_comparison_says_has_moved(name: str) -> None:
    shown = load_case(name)
    for way in shown.ways:
        course = timeline(shown, way)
        assert [column.title for column in course.columns] == [stage.title for stage in way.stages]
        for i, stage in enumerate(way.stages):
            moved = [row.label for row in course.rows if row.cells[i].before]
            assert moved == ([unit.label for unit in stage.comparison.options] if stage.comparison else [])
            statuses = [row.cells[i].status for row in course.rows]
            assert statuses == [option.status for option in stage.assessment.options]


@pytest.mark.parametrize("name", NAMES)
def test_in_the_timeline_nothing_stands_on_anything_else(name: str) -> None:
    course = timeline(load_case(name))
    assert all(column.x + course.step / 2 <= course.width for column in course.columns)
    heads = max(len(column.head) for column in course.columns)
    wheres = max(len(column.where) for column in course.columns)
    sinces = max(len(column.since) for column in course.columns)
    assert heads * course.line < course.names
    assert course.names + wheres * course.line < course.below
    assert course.below + sinces * course.line < course.rows[0].y - course.line / 2
    heights = [row.y for row in course.rows]
    assert heights == sorted(set(heights))
    assert heights[-1] < course.height


def test_a_treatment_is_told_at_the_stage_before_which_it_was_given() -> None:
    first = explore(Patient(prior=["letrozole: ongoing"]))
    later = explore(Patient(prior=["letrozole: progressed", "capecitabine: ongoing"]))
    assert given_since(first, None) == ("letrozole: ongoing",)
    assert given_since(later, first) == ("letrozole: progressed", "capecitabine: ongoing")
    assert given_since(later, later) == ()
    assert given_since(explore(Patient()), None) == given_since(explore(Patient(prior=[])), None) == ()


def test_what_is_new_is_told_and_what_is_silence_is_not(case: Case) -> None:
    first, second, _ = case.stages
    assert news(first) == []
    told = {fact.fact for fact in news(second)}
    assert {"findings.pain", "prior.hormone_therapy.progressed"} <= told
    assert not [fact for fact in told - {"prior.metastatic.given"} if fact.endswith((".given", ".ongoing"))]


def test_what_is_now_known_to_be_absent_is_told_by_its_list_or_one_by_one() -> None:
    first = Patient(er="+", findings={"bone_pain": True})
    for said, told in (
        ({"findings": ["bone_pain"]}, [("findings", ())]),
        ({"findings": {"bone_pain": True, "nausea": False}}, [("findings", ("no nausea",))]),
        ({}, []),
    ):
        later = first.with_(**said)
        stage = SimpleNamespace(comparison=compare(first, later), assessment=explore(later))
        assert newly_absent(cast("Stage", stage)) == told


def test_a_case_of_many_stages_has_more_than_one_table(case: Case) -> None:
    many = replace(case, stages=case.stages * 4)
    tables = timeline_tables(many, STATUS)
    assert len(tables) == 2
    assert max(len(line) for lines in tables for line in lines) <= 80
    assert [len(lines) for lines in tables] == [len(tables[0])] * 2
    assert "12" in tables[1][0]
    assert sum(line.count(" >") for line in tables[0] + tables[1]) == sum(
        bool(cell.before) for row in timeline(many).rows for cell in row.cells
    )


@pytest.mark.parametrize("name", NAMES)
def test_text_lists_the_passages_that_it_cites_and_no_others(name: str) -> None:
    shown = load_case(name)
    printed = render(shown, "text")
    above, _, listed = printed.partition("THE PASSAGES")
    cited = set(re.findall(r"\bS\d{3}-\d+\b", above))
    assert cited == set(claims_of_case(shown)) == set(re.findall(r"^  (S\d{3}-\d+)", listed, re.MULTILINE))


@pytest.mark.parametrize(("index", "name"), [(0, "a"), (25, "z"), (26, "aa"), (51, "az"), (52, "ba"), (702, "aaa")])
def test_choices_are_lettered_beyond_z(index: int, name: str) -> None:
    assert letter(index) == name


# What a later question gives away.


def asked(id_: str, kind: str, about: str | None = None, choices: str = "") -> Question:
    named = tuple(SimpleNamespace(id=choice) for choice in choices.split())
    return cast("Question", SimpleNamespace(id=id_, kind=kind, about=about, choices=named))


def of(*stages: list[Question]) -> Case:
    return cast("Case", SimpleNamespace(stages=tuple(SimpleNamespace(questions=tuple(stage)) for stage in stages)))


@pytest.mark.parametrize("kind", ["why_not", "moved_by", "says_who"])
@pytest.mark.parametrize("before", ["candidates", "undetermined", "changed"])
def test_a_question_about_an_option_tells_what_a_list_with_it_asks(kind: str, before: str) -> None:
    listed = asked("e", before, choices="surgery hormone_therapy.tamoxifen none")
    assert gives_away(asked("l", kind, "surgery"), listed)
    assert gives_away(asked("l", kind, "hormone_therapy.tamoxifen"), listed)
    assert not gives_away(asked("l", kind, "hormone_therapy"), listed), "it is not among the choices"
    assert not gives_away(listed, asked("l", kind, "surgery")), "a list tells nothing"


def test_what_takes_no_verdict_for_granted_tells_none() -> None:
    listed = asked("e", "candidates", choices="surgery none")
    assert not gives_away(asked("l", "says_who", "K17"), listed)
    assert not gives_away(asked("l", "candidates", "surgery", "surgery.local none"), listed)
    for kind in ("next_test", "reflect", "undetermined", "changed"):
        assert not gives_away(asked("l", kind), listed)
    assert not gives_away(asked("l", "why_not", "surgery"), asked("e", "says_who", "radiation", "surgery"))


def test_a_sheet_ends_only_where_it_holds_what_would_be_given_away() -> None:
    first, second = asked("1", "candidates", choices="surgery rays"), asked("2", "undetermined", choices="rays")
    why, rays, other = asked("3", "why_not", "surgery"), asked("4", "says_who", "rays"), asked("5", "why_not", "pills")
    assert page_breaks(of([first, why, rays])) == {"3"}, "on the new sheet, nothing is left to give away"
    assert page_breaks(of([first, why, second, rays])) == {"3", "4"}
    assert page_breaks(of([why, first])) == page_breaks(of([first, other])) == page_breaks(of([])) == set()
    assert page_breaks(of([first], [why])) == set(), "another stage is another patient"


@pytest.mark.parametrize("name", NAMES)
def test_no_sheet_of_a_handout_gives_away_what_it_asks(name: str) -> None:
    shown = load_case(name)
    place = {question.id: i for i, question in enumerate(shown.questions, 1)}
    for format_ in ("text", "markdown"):
        printed = render(shown, format_, parts=["handout"])
        assert TURN not in render(shown, format_) + render(shown, format_, parts=["solutions"])
        sheets = [[int(i) for i in re.findall(r"Question (\d+) of", sheet)] for sheet in printed.split(TURN)]
        assert [number for sheet in sheets for number in sheet] == list(place.values())
        for stage in shown.stages:
            for i, later in enumerate(stage.questions):
                for earlier in stage.questions[:i]:
                    if gives_away(later, earlier):
                        assert not any({place[later.id], place[earlier.id]} <= set(sheet) for sheet in sheets)
        assert {sheet[0] for sheet in sheets[1:]} == {place[id_] for id_ in page_breaks(shown)}


@pytest.mark.parametrize("form", FORMS)
def test_on_a_page_the_line_stands_right_before_what_begins_a_sheet(case: Case, form: str) -> None:
    place = {question.id: i for i, question in enumerate(case.questions, 1)}
    found = re.findall(
        rf"{re.escape(TURN)}(?:</p>)?\s*<section[^>]*? id=\"?q(\d+)", render(case, "html", parts=FORMS[form])
    )
    expected = sorted(place[id_] for id_ in page_breaks(case))
    assert expected
    assert [int(number) for number in found] == ([] if form == "solutions" else expected)
    assert render(case, "html", parts=FORMS[form]).count(TURN) == len(found)


@pytest.mark.parametrize("format_", FORMATS)
def test_whoever_is_to_answer_is_told_the_order_and_nothing_untrue(case: Case, format_: str) -> None:
    for form, parts in FORMS.items():
        told = " ".join(render(case, format_, parts=parts).split())
        assert (IN_ORDER in told) is (form != "solutions")
        assert "no answers in it" not in told


# The same sentences in every format.


def lines_between(printed: str, format_: str, begin: str, end: str) -> list[str]:
    part = printed[printed.index(begin) + len(begin) :]
    lines = re.split(r"\n(?:  \*|-) ", part[: part.index(end)])
    plain_lines = [re.sub(r"\\([^\w\s])", r"\1", unescape(line)) if format_ == "markdown" else line for line in lines]
    return [" ".join(line.replace("**", "").split()) for line in plain_lines[1:]]


@pytest.mark.parametrize("name", NAMES)
def test_text_and_markdown_tell_what_is_known_and_new_in_the_same_lines(name: str) -> None:
    shown = load_case(name)
    texts = {format_: render(shown, format_, parts=["handout"]) for format_ in ("text", "markdown")}
    for begin in ("What is known:", "Since the stage before:"):
        text, markdown = (lines_between(texts[format_], format_, begin, "Question ") for format_ in texts)
        assert text
        assert [line.replace("#", "").strip() for line in markdown] == text
