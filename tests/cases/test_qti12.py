"""Cases as packages of QTI 1.2: valid, whole, marked as we mark. What is marked is worked out here, anew."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from test_quiz import INVENTED, NAMES, SHIPPED, blocks, files_of, graded_places, picks, spaced, words
from xml_schemas import invalid

from mbc_options import load_case
from mbc_options.cases.grading import grade
from mbc_options.rendering.quiz import qti12

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options import Case

QTI = "{http://www.imsglobal.org/xsd/ims_qtiasiv1p2}"
CP = "{http://www.imsglobal.org/xsd/imscp_v1p1}"


def exported(name: str, folder: Path) -> tuple[Case, str, ET.Element]:
    """A case, and its assessment as text and as a tree."""
    path: Path | str = name
    if name in INVENTED:
        path = folder / f"{name}.yaml"
        path.write_text(INVENTED[name], encoding="utf-8")
    case = load_case(path)
    files = files_of(qti12(case))
    manifest = ET.fromstring(files["imsmanifest.xml"])  # noqa: S314 - it is our own
    (resource,) = manifest.iter(f"{CP}resource")
    assert resource.get("type") == "imsqti_xmlv1p2"
    assert set(files) == {"imsmanifest.xml", resource.get("href")}
    text = files[resource.get("href", "")]
    return case, text, ET.fromstring(text)  # noqa: S314


def marked(item: ET.Element, chosen: set[str]) -> tuple[float, list[str]]:
    """What a program of QTI 1.2 works out for an answer: the marks, and the feedback that it shows."""
    score, met, shown = 0.0, False, dict[str, None]()

    def holds(test: ET.Element) -> bool:
        match test.tag.removeprefix(QTI):
            case "varequal":
                return test.text in chosen
            case "not":
                return not holds(test[0])
            case "and":
                return all(map(holds, test))
            case "other":
                return not met
        raise AssertionError(test.tag)

    bounds = item.find(f".//{QTI}decvar")
    assert bounds is not None
    for condition in item.iter(f"{QTI}respcondition"):
        (test,) = condition.iterfind(f"{QTI}conditionvar/*")
        if not holds(test):
            continue
        met = met or test.tag != f"{QTI}other"
        shown.update(dict.fromkeys(one.get("linkrefid", "") for one in condition.iter(f"{QTI}displayfeedback")))
        for value in condition.iter(f"{QTI}setvar"):
            score = float(value.text or "") + (score if value.get("action") == "Add" else 0)
        if condition.get("continue") == "No":
            break
    return min(float(bounds.get("maxvalue", "")), max(float(bounds.get("minvalue", "")), score)), list(shown)


@pytest.mark.parametrize("name", NAMES)
def test_an_assessment_is_valid_and_asks_everything_once(name: str, tmp_path: Path) -> None:
    case, text, tree = exported(name, tmp_path)
    assert invalid("qti12/qti12-profile.xsd", text.encode()) == []
    assert tree.findtext(f"{QTI}assessment/{QTI}qtimetadata/{QTI}qtimetadatafield/{QTI}fieldentry") == "1"
    items = list(tree.iter(f"{QTI}item"))
    asked = [(stage, question) for stage in case.stages for question in stage.questions or (None,)]
    for item, (stage, question) in zip(items, asked, strict=True):
        told = blocks(item.findtext(f"{QTI}presentation/{QTI}material/{QTI}mattext") or "")
        assert stage.narrative[0] in told
        assert "What is known" in told or "All that is known now" in told
        if question is not None:
            assert told[-1] == words("prompt", question)
            labels = item.iterfind(f".//{QTI}response_label/{QTI}material/{QTI}mattext")
            assert [spaced(label.text or "") for label in labels] == [words("label", c) for c in question.choices]


@pytest.mark.parametrize("name", NAMES)
def test_marks_are_ours_and_every_answer_is_told_all_reasons(name: str, tmp_path: Path) -> None:
    case, _, tree = exported(name, tmp_path)
    items = [item for item in tree.iter(f"{QTI}item") if item.find(f"{QTI}resprocessing") is not None]
    for seed, (question, item) in enumerate(zip(graded_places(case), items, strict=True)):
        names = {choice.id: f"c{i}" for i, choice in enumerate(question.choices, 1)}
        for picked in picks(question, seed):
            score, shown = marked(item, {names[id_] for id_ in picked})
            assert score == pytest.approx(grade(question, picked).score, abs=1e-9), picked
            assert shown == ["general_fb"]
        told = " ".join(blocks(item.findtext(f"{QTI}itemfeedback//{QTI}mattext") or ""))
        assert all(words("because", choice, question) in told for choice in question.choices)


@pytest.mark.parametrize("name", SHIPPED)
def test_notes_and_hints_are_for_teachers_only(name: str, tmp_path: Path) -> None:
    case, _, tree = exported(name, tmp_path)
    for_teachers = "".join(text for one in tree.iter(f"{QTI}rubric") for text in one.itertext())
    for_learners = "".join(text for one in tree.iter(f"{QTI}presentation") for text in one.itertext())
    for question in case.questions:
        for hint in question.hints:
            told = words("hint", hint)
            assert told not in spaced(" ".join(blocks(for_learners)))
            assert told in spaced(" ".join(blocks(for_teachers)))
