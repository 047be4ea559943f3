"""Cases for Moodle and for programs that take QTI: valid, whole, marked as we mark, and the same each time.

What stands in the files is read here by small readers that share no code with what writes them.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser
from itertools import combinations
from random import Random
from typing import TYPE_CHECKING, Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from thoroughness import cases_to_try
from xml_schemas import moodle_problems, qti_problems

from mbc_options import Case, CaseError, load_case
from mbc_options.cases.case import NONE
from mbc_options.cases.grading import Graded, grade
from mbc_options.rendering.environment import environment
from mbc_options.rendering.quiz import moodle, qti
from mbc_options.rendering.render import render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from mbc_options.cases.case import AnswerChoice, Question, Stage

NASTY = (
    "<b onclick='x()'>\"bold\"</b> & ]]> <!-- &lt; &amp;amp; %s {{ 7*7 }} {% x %} $x$ "
    "\N{WOMAN}\N{ZERO WIDTH JOINER}\N{STAFF OF AESCULAPIUS} \N{HEBREW LETTER SHIN}\N{HEBREW LETTER LAMED}"
)
IN_ORDER = "Answer the questions in their order: a later one may tell what an earlier one asks."
LONG = "w" * 5000
QTI = "{http://www.imsglobal.org/xsd/imsqti_v2p1}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"

HOSTILE: dict[str, Any] = {
    "title": f"{NASTY} title",
    "level": "advanced",
    "summary": f"{NASTY} summary",
    "goals": [f"{NASTY} goal", LONG],
    "stages": [
        {
            "id": "first",
            "title": f"{NASTY} stage",
            "narrative": f"{NASTY} one\n\n{LONG} {NASTY} two",
            "patient": {
                "er": "+",
                "sites": ["bone", f"other: {NASTY}"],
                "prior": [f"other: {NASTY.replace(':', '')}"],
            },
            "wish": f"{NASTY} wish",
            "note": f"{NASTY} note",
            "questions": [
                {"ask": "candidates", "prompt": f"{NASTY} prompt", "hint": f"{NASTY} hint"},
                {"ask": "why_not", "option": "immunotherapy", "prompt": LONG, "hint": LONG},
                {"ask": "reflect", "prompt": f"{NASTY} thought", "hint": f"{NASTY} hint"},
            ],
        },
        {
            "id": "second",
            "title": LONG,
            "narrative": f"{NASTY} three",
            "change": {"add": {"sites": ["liver"]}},
            "questions": ["changed"],
        },
    ],
}
INVENTED = {
    "hostile": json.dumps(HOSTILE, ensure_ascii=False),
    "thirteen": """
        title: /Nothing known/ and //more//
        level: advanced
        summary: x
        goals: [x]
        stages:
          - id: one
            title: One
            narrative: Nothing is known.
            patient: {metastasis_confirmed: unknown}
            questions: [candidates, undetermined, {ask: candidates, of: hormone_therapy}]
    """,
    "one-question": """
        title: "0"
        level: introductory
        summary: x
        goals: [x]
        stages:
          - id: one
            title: One
            narrative: One.
            patient: {sex: male, sites: [bone]}
            questions: [candidates]
    """,
    "nothing-new": """
        title: A list that is complete, and then nothing
        level: introductory
        summary: x
        goals: [x]
        stages:
          - {id: one, title: One, narrative: First., questions: [candidates],
             patient: {sites: [bone], findings: {bone_pain: true}}}
          - {id: two, title: Two, narrative: Second., change: {set: {findings: [bone_pain]}}}
          - {id: three, title: Three, narrative: Third., wish: To stay.}
    """,
    "silent-stages": """
        title: Stages at which nothing is asked
        level: introductory
        summary: x
        goals: [x]
        stages:
          - {id: one, title: One, narrative: First., patient: {sites: [bone], er: "+"}, note: Wait for it.}
          - {id: two, title: Two, narrative: Second., wish: To wait., questions: [candidates, changed]}
          - {id: three, title: Three, narrative: Third., wish: To go., note: That was it.}
    """,
}
SHIPPED = cases_to_try()
NAMES = [*SHIPPED, *INVENTED]


class Exported(NamedTuple):
    case: Case
    moodle: str
    qti: bytes


@pytest.fixture(scope="session")
def exported(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Exported]:
    """A case by its name, with what is written of it: each made once."""
    folder = tmp_path_factory.mktemp("invented")

    @cache
    def of(name: str) -> Exported:
        path: Path | str = name
        if name in INVENTED:
            path = folder / f"{name}.yaml"
            path.write_text(INVENTED[name], encoding="utf-8")
        case = load_case(path)
        return Exported(case, moodle(case), qti(case))

    return of


# ------------------------------------------------------------------------------------------------ the readers


class _Blocks(HTMLParser):
    """The blocks of a piece of HTML, as text without needless white space."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks = [""]
        self.tags: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert not attrs
        self.tags.add(tag)
        if tag not in {"em", "strong"}:
            self.blocks.append("")

    def handle_data(self, data: str) -> None:
        self.blocks[-1] += data


def blocks(html: str) -> list[str]:
    reader = _Blocks()
    reader.feed(html)
    reader.close()
    assert reader.tags <= {"p", "h3", "h4", "ul", "li", "em", "strong"}
    return [one for one in map(spaced, reader.blocks) if one]


def spaced(text: str) -> str:
    return " ".join(text.split())


class Read(NamedTuple):
    """A question as another program has it.

    Attributes:
        id: its identifier.
        name: its title.
        story: the blocks of text that stand before what is asked.
        asks: what it asks.
        many: whether several choices may be made.
        choices: their identifiers and texts.
        marks: what each brings.
        told: what is told of each.
        hints: helps.
        rest: all else that is told.
        tutor: what only a teacher sees.
    """

    id: str
    name: str
    story: list[str]
    asks: str
    many: bool
    choices: dict[str, str]
    marks: dict[str, float]
    told: dict[str, list[str]]
    hints: list[str]
    rest: list[str]
    tutor: list[str]


def xml_of(text: str) -> ET.Element:
    return ET.fromstring(text)  # noqa: S314 - it is our own


def text_of(element: ET.Element, path: str) -> str:
    found = element.findtext(f"{path}/text" if path else "text")
    return (found or "").strip()


def read_moodle(xml: str) -> list[Read]:
    """What there is to see, in order; a description asks nothing."""
    found = []
    for question in xml_of(xml).findall("question"):
        if question.get("type") == "category":
            continue
        answers = {f"c{i}": answer for i, answer in enumerate(question.findall("answer"), 1)}
        text = blocks(text_of(question, "questiontext"))
        is_story = question.get("type") == "description"
        found.append(
            Read(
                id=question.findtext("idnumber") or "",
                name=text_of(question, "name"),
                story=text if is_story else text[:-1],
                asks="" if is_story else text[-1],
                many=question.findtext("single") == "false",
                choices={id_: " ".join(blocks(text_of(answer, ""))) for id_, answer in answers.items()},
                marks={id_: float(answer.get("fraction", "")) / 100 for id_, answer in answers.items()},
                told={id_: blocks(text_of(answer, "feedback")) for id_, answer in answers.items()},
                hints=[" ".join(blocks(text_of(hint, ""))) for hint in question.findall("hint")],
                rest=blocks(text_of(question, "generalfeedback")),
                tutor=blocks(text_of(question, "graderinfo")),
            )
        )
    return found


def flowing(element: ET.Element) -> list[str]:
    """The blocks of text in an element of QTI, as text without needless white space."""
    inner = "".join(ET.tostring(child, encoding="unicode") for child in element)
    return blocks(inner.replace("ns0:", "").replace(' xmlns:ns0="http://www.imsglobal.org/xsd/imsqti_v2p1"', ""))


def read_item(xml: str) -> Read:
    item = xml_of(xml)
    body = item.find(f"{QTI}itemBody")
    assert body is not None
    interaction = next(one for one in body if one.tag.endswith("Interaction"))
    feedback = {one.get("identifier", ""): flowing(one) for one in item.findall(f"{QTI}modalFeedback")}
    choices = {c.get("identifier", ""): spaced(c.text or "") for c in interaction.findall(f"{QTI}simpleChoice")}
    tutor = [t for block in body.findall(f"{QTI}rubricBlock") if is_for_tutors(block) for t in flowing(block)]
    return Read(
        id=item.get("identifier", ""),
        name=item.get("title", ""),
        story=[text for div in body.findall(f"{QTI}div") for text in flowing(div)],
        asks=spaced(interaction.findtext(f"{QTI}prompt") or ""),
        many=interaction.get("maxChoices") == "0",
        choices=choices,
        marks={e.get("mapKey", ""): float(e.get("mappedValue", "")) for e in item.iter(f"{QTI}mapEntry")},
        told=by_choice(feedback.get("none", []), choices),
        hints=[text.split(": ", 1)[1] for text in tutor if text.startswith("Hint")],
        rest=feedback.get("correct", []),
        tutor=[text for text in tutor if not text.startswith("Hint")],
    )


def by_choice(told: list[str], choices: dict[str, str]) -> dict[str, list[str]]:
    """What a text tells of each choice: from its own line to that of the next."""
    found: dict[str, list[str]] = {}
    here: list[str] = []
    for text in told:
        if text in HEADINGS:
            here = []
        of = [id_ for id_, label in choices.items() if re.match(f"(Right|Wrong): {re.escape(label)}[.] ", text)]
        here = found.setdefault(of[0], []) if of else here
        here.append(text)
    return {id_: found[id_] for id_ in choices}


def is_for_tutors(block: ET.Element) -> bool:
    return set(block.get("view", "").split()) <= {"scorer", "tutor"}


def files_of(package: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(package)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def read_package(package: bytes) -> list[Read]:
    """The items, in the order of the test."""
    files = files_of(package)
    test = xml_of(files["test.xml"])
    return [read_item(files[one.get("href", "")]) for one in test.iter(f"{QTI}assessmentItemRef")]


# --------------------------------------------------------------------------------------- what is to be there


HEADINGS = {
    "Right", "Right, all of these", "Right, and missed", "Right; of these you missed what you did not choose",
    "Wrong", "Wrong, and left out rightly", "Wrong; of these, what you chose takes points away",
    "Wrong; what you chose is among these",
}  # fmt: skip


def words(macro: str, *arguments: Any) -> str:
    """A sentence in our words, as plain text."""
    return spaced(str(getattr(environment().get_template("case/words.j2").module, macro)(*arguments)))


def said(name: str) -> str:
    return str(getattr(environment().get_template("words.j2").module, name))


def fits(read: Read, question: Question) -> None:
    """What another program has of a question is the question."""
    assert read.asks == words("prompt", question)
    assert list(read.choices.values()) == [words("label", choice) for choice in question.choices]
    assert {id_ for id_, mark in read.marks.items() if mark > 0} == {
        f"c{i}" for i, choice in enumerate(question.choices, 1) if choice.right
    }
    if question.is_graded:
        assert read.many is question.many
        assert read.hints == [words("hint", hint) for hint in question.hints]
    for choice, told in zip(question.choices, read.told.values(), strict=True):
        gives_reasons(told, choice, question)


def gives_reasons(told: list[str], choice: AnswerChoice, question: Question) -> None:
    verdict = "Right" if choice.right else "Wrong"
    assert told[0] == spaced(f"{verdict}: {words('label', choice)}. {words('because', choice, question)}")
    claims = {*choice.claims, *(claim for near in choice.near for claim in near.claims)}
    cited = " ".join(told[1:])
    assert all(f"[{claim}]" in cited for claim in claims)


def graded_places(case: Case) -> list[Question]:
    return [question for question in case.questions if question.is_graded]


# ----------------------------------------------------------------------------------------------- the tests


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_valid(exported: Callable[[str], Exported], name: str) -> None:
    _, xml, package = exported(name)
    assert moodle_problems(xml.encode()) == []
    assert qti_problems(package) == []


@pytest.mark.parametrize("name", NAMES)
def test_moodle_has_every_story_and_question_in_order(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, _ = exported(name)
    found = iter(read_moodle(xml))
    about = next(found)
    assert about.story[0] == spaced(case.title)
    assert [spaced(goal) for goal in case.goals] == [one for one in about.story if one in map(spaced, case.goals)]
    for i, stage in enumerate(case.stages, 1):
        if not stage.questions:
            tells_the_stage(next(found).story, case, stage, i)
        for question in stage.questions:
            read = next(found)
            tells_the_stage(read.story, case, stage, i)
            fits(read, question)
            reasons = [one for one in read.rest if one.startswith("Right: ")]
            assert len(reasons) == len(question.right)
            for choice, reason in zip(question.right, reasons, strict=True):
                assert words("because", choice, question) in reason
    assert next(found, None) is None


@pytest.mark.parametrize("name", NAMES)
def test_a_package_has_every_story_and_question_in_order(exported: Callable[[str], Exported], name: str) -> None:
    case, _, package = exported(name)
    found = iter(read_package(package))
    for i, stage in enumerate(case.stages, 1):
        for question in stage.questions:
            read = next(found)
            tells_the_stage(read.story, case, stage, i)
            fits(read, question)
        if not stage.questions:
            read = next(found)
            tells_the_stage(read.story, case, stage, i)
            assert (read.choices, read.marks) == ({}, {})
    assert next(found, None) is None
    sections = xml_of(files_of(package)["test.xml"]).iter(f"{QTI}assessmentSection")
    assert [len(section.findall(f"{QTI}assessmentItemRef")) for section in sections] == [
        max(1, len(stage.questions)) for stage in case.stages
    ]


def tells_the_stage(story: list[str], case: Case, stage: Stage, i: int) -> None:
    arm = case.arm_of(stage)
    assert f"Stage {i} of {len(case.stages)}{f', {spaced(arm.title)}' if arm else ''}: {spaced(stage.title)}" in story
    start = story.index(stage.narrative[0])
    assert story[start : start + len(stage.narrative)] == list(stage.narrative)
    if stage.wish:
        assert any(one.startswith(f"What the patient wants: {spaced(stage.wish)}") for one in story)
    heads = ["What is known"] if i == 1 else ["Since the stage before", "All that is known now"]
    assert [
        one for one in story if one in {"What is known", "Since the stage before", "All that is known now"}
    ] == heads
    known = " ".join(story[story.index(heads[-1]) :])
    assert all(spaced(text) in known for text in stage.assessment.treatments)
    assert all(
        spaced(fact.text) in known for fact in stage.assessment.known if fact.field == "sites" and not fact.is_absent
    )


def test_what_became_known_or_changed_is_told(exported: Callable[[str], Exported]) -> None:
    case, xml, package = exported("hostile")
    for story in (read_moodle(xml)[4].story, read_package(package)[3].story):
        since = story[story.index("Since the stage before") : story.index("All that is known now")]
        assert since[1:] == ["liver metastases (before: no liver metastases)"], case.stages[1]


def lines_of(text: str) -> list[str]:
    """The points of a list in plain text, each in one line."""
    return [spaced(line) for line in re.split(r"\n  \* ", f"\n{text}")[1:]]


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_known_and_new_is_told_as_in_plain_text(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, _ = exported(name)
    parts = re.split(r"What is known:\n|Since the stage before:\n", render(case, "text", parts=["handout"]))[1:]
    expected = [lines_of(re.split(r"\n\n|\nQuestion ", part)[0]) for part in parts]
    every = [read.story for read in read_moodle(xml) if {"What is known", "Since the stage before"} & set(read.story)]
    stories = list({story[0]: story for story in every}.values())
    told = []
    for story in stories:
        begin = story.index("Since the stage before" if "Since the stage before" in story else "What is known") + 1
        end = story.index("All that is known now") if "All that is known now" in story else begin + len(expected[0])
        told.append(story[begin:end])
    assert told == expected


def test_what_is_now_known_to_be_absent_is_told_and_so_is_nothing(exported: Callable[[str], Exported]) -> None:
    _, xml, package = exported("nothing-new")
    for stories in ([read.story for read in read_moodle(xml)], [read.story for read in read_package(package)]):
        new = [
            story[story.index("Since the stage before") + 1] for story in stories if "Since the stage before" in story
        ]
        assert new == ["Also known now: no other finding.", "Nothing that a rule asks for."]


# Marks.


def picks(question: Question, seed: int) -> Iterator[tuple[str, ...]]:
    """Answers that we would take: all where they are few, else nothing, everything and random ones."""
    ids = [choice.id for choice in question.choices]
    if not question.many:
        yield from [(), *((id_,) for id_ in ids)]
        return
    others = [id_ for id_ in ids if id_ != NONE]
    if NONE in ids:
        yield (NONE,)
    if len(others) <= 6:
        yield from (some for size in range(len(others) + 1) for some in combinations(others, size))
        return
    chance = Random(seed)
    right = tuple(choice.id for choice in question.right if choice.id != NONE)
    yield from [(), tuple(others), right, tuple(id_ for id_ in others if id_ not in right)]
    yield from (tuple(chance.sample(others, chance.randint(1, len(others)))) for _ in range(60))


def slack(count: int) -> float:
    """How far Moodle's uneven shares may lead away, among so many choices."""
    return (20 - count) * (count - 10) / (10 * count) if 10 < count < 20 else 0.0


@pytest.mark.parametrize("name", NAMES)
def test_moodle_gives_our_marks(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, _ = exported(name)
    reads = [read for read in read_moodle(xml) if read.choices]
    for seed, (question, read) in enumerate(zip(graded_places(case), reads, strict=True)):
        gives_our_marks_in_moodle(question, read, seed)


def gives_our_marks_in_moodle(question: Question, read: Read, seed: int = 0) -> None:
    marks = dict(zip((choice.id for choice in question.choices), read.marks.values(), strict=True))
    right = len(question.right)
    wrong = sum(not choice.right and choice.id != NONE for choice in question.choices)
    off = slack(right) + slack(wrong) if question.many else 0.0
    for picked in picks(question, seed):
        score = grade(question, picked).score
        assert score is not None
        assert min(1.0, max(0.0, sum(marks[id_] for id_ in picked))) == pytest.approx(score, abs=off + 1.1e-6), picked
    rights = [choice.id for choice in question.right]
    wrongs = [choice.id for choice in question.choices if not choice.right and choice.id != NONE]
    if question.many:
        assert all(marks[choice.id] == -1 for choice in question.choices if choice.id == NONE and not choice.right)
        assert sum(marks[id_] for id_ in rights) == pytest.approx(1, abs=1.1e-6)
        assert sum(marks[id_] for id_ in wrongs) == pytest.approx(-1 if wrongs else 0, abs=1.1e-6)


def worked_out(item: ET.Element, response: list[str]) -> tuple[dict[str, Any], list[list[str]]]:
    """The outcomes that a program of QTI works out for an answer, and the feedback that it shows."""
    outcomes: dict[str, Any] = {}

    def mapped() -> float:
        mapping = item.find(f"{QTI}responseDeclaration/{QTI}mapping")
        assert mapping is not None
        entries = {entry.get("mapKey"): float(entry.get("mappedValue", "")) for entry in mapping}
        total = sum(entries.get(one, float(mapping.get("defaultValue", ""))) for one in response)
        return min(float(mapping.get("upperBound", "")), max(float(mapping.get("lowerBound", "")), total))

    operators: dict[str, Callable[[ET.Element], Any]] = {
        "variable": lambda of: {"RESPONSE": response, **outcomes}[of.get("identifier", "")],
        "baseValue": lambda of: float(of.text or "") if of.get("baseType") == "float" else of.text,
        "isNull": lambda of: not value(of[0]),
        "or": lambda of: any(map(value, of)),
        "member": lambda of: value(of[0]) in value(of[1]),
        "gte": lambda of: value(of[0]) >= value(of[1]),
        "mapResponse": lambda _: mapped(),
    }

    def value(of: ET.Element) -> Any:
        return operators[of.tag.removeprefix(QTI)](of)

    def run(rules: Iterable[ET.Element]) -> None:
        for rule in rules:
            if rule.tag == f"{QTI}setOutcomeValue":
                outcomes[rule.get("identifier", "")] = value(rule[0])
            else:
                first, *other = rule
                run(first[1:] if value(first[0]) else [one for rules in other for one in rules])

    run(item.iterfind(f"{QTI}responseProcessing/*"))
    shown = [
        flowing(one)
        for one in item.findall(f"{QTI}modalFeedback")
        if one.get("identifier") == outcomes[one.get("outcomeIdentifier", "")]
    ]
    return outcomes, shown


@pytest.mark.parametrize("name", NAMES)
def test_qti_gives_our_marks_and_one_text_with_the_verdict_and_all_reasons(
    exported: Callable[[str], Exported], name: str
) -> None:
    case, _, package = exported(name)
    files = files_of(package)
    items = [xml_of(files[file]) for file in sorted(files) if file.startswith("items/")]
    items = [item for item in items if item.find(f".//{QTI}choiceInteraction") is not None]
    for seed, (question, item) in enumerate(zip(graded_places(case), items, strict=True)):
        names = {choice.id: f"c{i}" for i, choice in enumerate(question.choices, 1)}
        labels = {names[choice.id]: words("label", choice) for choice in question.choices}
        for picked in picks(question, seed):
            graded = grade(question, picked)
            outcomes, shown = worked_out(item, [names[id_] for id_ in picked])
            assert outcomes["SCORE"] == pytest.approx(graded.score, abs=1e-9), picked
            (told,) = shown
            assert told[0] == words("verdict", graded), picked
            for choice, reasons in zip(question.choices, by_choice(told, labels).values(), strict=True):
                gives_reasons(reasons, choice, question)
            tells_what_was_missed(told, graded)


def tells_what_was_missed(told: list[str], graded: Graded) -> None:
    """What is said of all choices at once holds of each."""
    heads = [text for text in told if text in HEADINGS]
    if not graded.question.many:
        assert set(heads) <= {"Right", "Wrong"}
        return
    missed = {"Right, and missed": {True}, "Right, all of these": {False}}.get(heads[0], {True, False})
    taken = {"Wrong": {False}, "Wrong, and left out rightly": {False}}.get(heads[-1], {True, False})
    assert {choice in graded.missed for choice in graded.question.right} <= missed
    if heads[1:]:
        assert {choice in graded.wrong for choice in graded.question.choices if not choice.right} <= taken


@pytest.mark.parametrize("name", NAMES)
def test_a_test_asks_each_item_once_by_its_own_name(exported: Callable[[str], Exported], name: str) -> None:
    """Canvas looks an item up by the identifier that the test refers to it with; the first answer counts."""
    files = files_of(exported(name).qti)
    test = xml_of(files["test.xml"])
    for reference in test.iter(f"{QTI}assessmentItemRef"):
        assert xml_of(files[reference.get("href", "")]).get("identifier") == reference.get("identifier")
    assert [one.get("maxAttempts") for one in test.iter(f"{QTI}itemSessionControl")] == ["1"]


def explained_in(texts: list[str]) -> set[str]:
    """The abbreviations that the last line of a story explains."""
    lines = [text for text in texts if re.fullmatch(r"(?:[^ :]+: [^;]+; )*[^ :]+: [^;]+[.]", text)]
    return {part.partition(": ")[0] for line in lines[-1:] for part in line.split("; ")}


@pytest.mark.parametrize("name", SHIPPED)
def test_what_is_explained_before_an_answer_stands_in_what_is_read_before_it(
    exported: Callable[[str], Exported], name: str
) -> None:
    """An abbreviation that only a reason has would tell which choice is right."""
    case, xml, package = exported(name)
    forms = {term.term: {term.term, *term.forms} for term in case.glossary if term.stands_for is not None}
    explained = 0
    for read in (*read_moodle(xml), *read_package(package)):
        if not read.asks:
            continue
        *above, line = [text for text in read.story if text not in set(forms) and not text.startswith("Not described")]
        if not (names := explained_in([line])):
            continue
        explained += len(names)
        seen = " ".join([*above, read.asks, *read.choices.values()])
        for name_ in names:
            assert any(form in seen for form in forms[name_]), (read.name, name_)
    assert explained, "the check has nothing to check"


@pytest.mark.parametrize("name", NAMES)
def test_more_tries_bring_nothing_in_moodle(exported: Callable[[str], Exported], name: str) -> None:
    """So the first answer counts in a behavior that allows more of them, too."""
    for question in xml_of(exported(name).moodle).findall("question"):
        if question.get("type") == "multichoice":
            assert question.findtext("penalty") == "1"


@pytest.mark.parametrize("name", NAMES)
def test_uneven_shares_of_a_mark_are_told_where_they_are_uneven(exported: Callable[[str], Exported], name: str) -> None:
    for read in read_moodle(exported(name).moodle):
        rights = {mark for mark in read.marks.values() if mark > 0}
        wrongs = {mark for id_, mark in read.marks.items() if mark <= 0 and read.choices[id_] != "None of these"}
        uneven = len(rights) > 1 or len(wrongs) > 1
        assert any("no even shares" in told for told in read.rest) is uneven, read.name


def remade(case: Case, rights: int, wrongs: int, label: str = "Option") -> Case:
    """A case whose only question has so many right choices and so many wrong ones."""
    question = case.questions[0]
    choices = tuple(
        replace(question.choices[0], id=f"o{i}", label=f"{label} {i}", right=i < rights) for i in range(rights + wrongs)
    )
    stage = replace(case.stages[0], questions=(replace(question, choices=choices),))
    return replace(case, stages=(stage,))


@pytest.mark.parametrize("count", range(1, 21))
def test_moodle_takes_any_number_of_choices_up_to_twenty(exported: Callable[[str], Exported], count: int) -> None:
    case = remade(exported("one-question").case, count, 21 - count)
    xml = moodle(case)
    assert moodle_problems(xml.encode()) == []
    read = read_moodle(xml)[-1]
    gives_our_marks_in_moodle(case.questions[0], read)
    uneven = any(10 < number < 20 for number in (count, 21 - count))
    assert any("no even shares" in told for told in read.rest) is uneven
    marks = read_package(qti(case))[0].marks.values()
    assert list(marks) == [1 / count] * count + [-1 / (21 - count)] * (21 - count)


def test_thirteen_right_choices_are_there(exported: Callable[[str], Exported]) -> None:
    case = exported("thirteen").case
    assert max(len(question.right) for question in case.questions) == 13


def test_more_than_twenty_is_refused_for_moodle_and_not_for_qti(exported: Callable[[str], Exported]) -> None:
    case = remade(exported("one-question").case, 21, 22)
    with pytest.raises(CaseError) as caught:
        moodle(case)
    messages = [problem.message for problem in caught.value.problems]
    assert ["one.candidates has 21 right" in messages[0], "one.candidates has 22 wrong" in messages[1]] == [True, True]
    assert len(messages) == 2
    assert qti_problems(qti(case)) == []


def test_where_one_choice_is_asked_for_every_right_one_gives_the_mark(exported: Callable[[str], Exported]) -> None:
    case = remade(exported("one-question").case, 2, 3)
    question = replace(case.questions[0], many=False)
    stage = replace(case.stages[0], questions=(question,))
    case = replace(case, stages=(stage,))
    assert moodle_problems(moodle(case).encode()) == []
    assert qti_problems(qti(case)) == []
    assert list(read_moodle(moodle(case))[-1].marks.values()) == [1, 1, 0, 0, 0]
    assert list(read_package(qti(case))[-1].marks.values()) == [1, 1, 0, 0, 0]


# Order, names and identifiers.


@pytest.mark.parametrize("name", NAMES)
def test_choices_are_not_shuffled_and_none_stays_last(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, package = exported(name)
    shuffled = [one.text for one in xml_of(xml).iter("shuffleanswers")]
    assert shuffled == ["false"] * len(graded_places(case))
    for file, text in files_of(package).items():
        for interaction in xml_of(text).iter(f"{QTI}choiceInteraction"):
            assert interaction.get("shuffle") == "false", file
            for choice in interaction.findall(f"{QTI}simpleChoice"):
                is_none = choice.text == "None of these"
                assert (choice.get("fixed") == "true") is is_none
                assert not is_none or choice is interaction[-1]


def test_no_identifier_stands_twice_in_all_cases(exported: Callable[[str], Exported]) -> None:
    counted: Counter[str] = Counter()
    for name in NAMES:
        _, xml, package = exported(name)
        ids = [read.id for read in read_moodle(xml)]
        assert len(set(ids)) == len(ids)
        of_items = [read.id for read in read_package(package)]
        assert set(of_items) <= {*ids, *(id_ for id_ in of_items if id_.rsplit("-", 1)[0] + "-0" in ids)}
        counted.update(ids)
    assert max(counted.values()) == 1


@pytest.mark.parametrize("name", NAMES)
def test_a_title_gives_no_answer_away(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, package = exported(name)
    kinds: dict[str, str] = environment().get_template("case/words.j2").module.KINDS  # type: ignore[attr-defined]
    expected = [
        f"{i}.{j} {f'{arm.title}: ' if (arm := case.arm_of(stage)) else ''}{kinds[question.kind]}"
        for i, stage in enumerate(case.stages, 1)
        for j, question in enumerate(stage.questions, 1)
    ]
    assert [read.name for read in read_moodle(xml) if read.asks] == expected
    assert [read.name for read in read_package(package) if read.name in expected] == expected
    for file in files_of(package):
        assert not [question.about for question in case.questions if question.about and question.about in file]


def test_names_sort_as_the_case_goes(exported: Callable[[str], Exported]) -> None:
    case = exported("one-question").case
    stage = replace(case.stages[0], questions=case.questions * 11)
    case = replace(case, stages=(stage,) * 12)
    names = [read.name for read in read_moodle(moodle(case))]
    assert names == sorted(names)
    assert [read.name for read in read_package(qti(case))] == names[1:]
    assert len(names) == 1 + 12 * 11


# What everybody is told, and what only a teacher is.


@pytest.mark.parametrize("name", NAMES)
def test_it_is_said_what_this_is_not(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, package = exported(name)
    fiction = words_constant("FICTION")
    first = " ".join(read_moodle(xml)[0].story)
    body = " ".join(read_package(package)[0].story)
    for text in (said("PURPOSE"), said("NEVER"), fiction, IN_ORDER, "For the teacher: let the qu"):
        assert text in first
        assert text in body
    assert xml_of(files_of(package)["test.xml"]).find(f"{QTI}testPart").get("navigationMode") == "linear"  # type: ignore[union-attr]
    status = environment().get_template("words.j2").module.STATUS  # type: ignore[attr-defined]
    for id_ in ("candidate", "undetermined", "unspecified", "not_described"):
        assert f"{status[id_]['name']}: {status[id_]['means']}." in first
        assert f"{status[id_]['name']}: {status[id_]['means']}." in body
    asked = [read for read in read_moodle(xml) if read.asks]
    items = [read for read in read_package(package) if any(read.name.endswith(one.name) for one in asked)]
    for question, *reads in zip(case.questions, asked, items, strict=True):
        if question.kind == "why_not":
            assert all(said("NEVER") in read.story for read in reads)


def words_constant(name: str) -> str:
    return str(getattr(environment().get_template("case/words.j2").module, name))


@pytest.mark.parametrize("name", NAMES)
def test_the_teachers_notes_are_for_teachers_only(exported: Callable[[str], Exported], name: str) -> None:
    case, xml, package = exported(name)
    notes = [spaced(stage.note) for stage in case.stages if stage.note]
    seen = [text for read in read_moodle(xml) for text in (*read.story, *read.rest)]
    seen += [text for read in read_package(package) for text in (*read.story, *read.rest)]
    info = blocks(text_of(xml_of(xml)[0], "info"))
    test = xml_of(files_of(package)["test.xml"])
    in_test = [text for block in test.iter(f"{QTI}rubricBlock") if is_for_tutors(block) for text in flowing(block)]
    for note in notes:
        assert not [text for text in seen if note in text]
        assert any(text.endswith(note) for text in info)
        assert note in in_test
    for stage in case.stages:
        for question in stage.questions:
            if question.kind == "reflect":
                tutor = [spaced(stage.note)] if stage.note else []
                for reads in (read_moodle(xml), read_package(package)):
                    assert next(r for r in reads if r.asks == words("prompt", question)).tutor == tutor
    assert not [block for block in test.iter(f"{QTI}rubricBlock") if not is_for_tutors(block)]


def test_what_is_not_graded_is_free_text_without_marks(exported: Callable[[str], Exported]) -> None:
    case, xml, package = exported("hostile")
    assert case.questions[2].kind == "reflect"
    essays = [question for question in xml_of(xml) if question.get("type") == "essay"]
    assert [essay.findtext("defaultgrade") for essay in essays] == ["0"]
    item = xml_of(files_of(package)["items/1-3-reflect.xml"])
    assert item.find(f"{QTI}responseProcessing") is None
    outcomes = {one.get("identifier"): one.findtext(f".//{QTI}value") for one in item.iter(f"{QTI}outcomeDeclaration")}
    assert outcomes == {"SCORE": "0", "MAXSCORE": "0"}
    for read in (read_moodle(xml)[3], read_package(package)[2]):
        assert read.asks == spaced(f"{NASTY} thought")
        assert read.tutor == [spaced(f"{NASTY} note")]


# Whatever an author types.


def test_a_hostile_text_comes_back_as_it_was_typed(exported: Callable[[str], Exported]) -> None:
    _, xml, package = exported("hostile")
    title = f"{NASTY} title"
    root = xml_of(xml)
    in_names = str.maketrans("<>", "\u2039\u203a")  # Moodle would drop tags
    assert text_of(root, "question/category") == f"$course$/top/{title.replace('/', '//')}".translate(in_names)
    assert xml_of(files_of(package)["test.xml"]).get("title") == title
    about, candidates, why_not, _, second = read_moodle(xml)
    assert about.story[0] == title
    assert f"{NASTY} goal" in about.story
    assert f"{NASTY} one" in candidates.story
    assert f"{LONG} {NASTY} two" in candidates.story
    assert any(text.startswith(f"What the patient wants: {NASTY} wish ") for text in candidates.story)
    assert any(text.startswith("Known: ") and NASTY in text for text in candidates.story)
    assert (candidates.asks, candidates.hints[0]) == (f"{NASTY} prompt Choose all that fit.", f"{NASTY} hint")
    assert (why_not.asks, why_not.hints[0]) == (f"{LONG} Choose one.", LONG)
    sections = xml_of(files_of(package)["test.xml"]).findall(f".//{QTI}assessmentSection")
    assert [len(section.get("title", "")) for section in sections][1:] == [200]
    assert f"Stage 2 of 2: {LONG}" in second.story
    items = read_package(package)
    assert all(text in items[0].story for text in candidates.story)
    assert [(item.asks, item.hints[0]) for item in items[:2]] == [
        (f"{NASTY} prompt Choose all that fit.", f"{NASTY} hint"),
        (f"{LONG} Choose one.", LONG),
    ]


def test_a_hostile_name_out_of_a_rulebook_comes_back_too(exported: Callable[[str], Exported]) -> None:
    case = remade(exported("one-question").case, 1, 2, label=NASTY)
    assert moodle_problems(moodle(case).encode()) == []
    assert qti_problems(qti(case)) == []
    for read in (read_moodle(moodle(case))[-1], read_package(qti(case))[-1]):
        assert list(read.choices.values()) == [f"{NASTY} {i}" for i in range(3)]
        fits(read, case.questions[0])


def test_a_slash_in_a_title_makes_no_category_of_its_own(exported: Callable[[str], Exported]) -> None:
    category = text_of(xml_of(exported("thirteen").moodle), "question/category")
    assert category == "$course$/top/ //Nothing known// and ////more////"


def test_what_xml_cannot_hold_is_replaced(exported: Callable[[str], Exported]) -> None:
    case = replace(exported("one-question").case, title="a\x01b\ufffec")
    assert moodle_problems(moodle(case).encode()) == []
    assert read_moodle(moodle(case))[0].story[0] == "a\ufffdb\ufffdc"
    assert qti_problems(qti(case)) == []


# The same each time.


def test_equal_cases_give_equal_files_in_every_process(exported: Callable[[str], Exported]) -> None:
    name = SHIPPED[0]
    case, xml, package = exported(name)
    assert (moodle(case), qti(case)) == (xml, package)
    code = (
        "import sys; from mbc_options import load_case; from mbc_options.rendering.quiz import moodle, qti;"
        f"case = load_case({name!r}); sys.stdout.buffer.write(moodle(case).encode() + b'|' + qti(case))"
    )
    environ = {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60, env=environ)
    assert done.stdout == xml.encode() + b"|" + package


def test_a_package_begins_with_its_manifest_and_knows_no_date(exported: Callable[[str], Exported]) -> None:
    with zipfile.ZipFile(io.BytesIO(exported("hostile").qti)) as archive:
        entries = archive.infolist()
    assert [entry.filename for entry in entries] == [
        "imsmanifest.xml",
        "items/1-1-candidates.xml",
        "items/1-2-why-not.xml",
        "items/1-3-reflect.xml",
        "items/2-1-changed.xml",
        "test.xml",
    ]
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
