"""The checks of what is written for other programs: sound examples pass, and each mistake is found and named."""

from __future__ import annotations

import io
import warnings
import zipfile
from fractions import Fraction
from pathlib import Path

import pytest
from xml_schemas import moodle_problems, qti_problems

HERE = Path(__file__).parent

MOODLE = (HERE / "schemas/moodle/sound.xml").read_text(encoding="utf-8")
PACKAGE = {
    file.relative_to(HERE / "schemas/qti/sound").as_posix(): file.read_text(encoding="utf-8")
    for file in sorted((HERE / "schemas/qti/sound").rglob("*.xml"))
}
MANIFEST, TEST, MANY, ONE, FREE = (
    "imsmanifest.xml",
    "test.xml",
    "items/candidates.xml",
    "items/next-test.xml",
    "items/reflect.xml",
)


def changed(text: str, old: str, new: str) -> str:
    """Put `new` for the first `old`, which must be there."""
    assert old in text, f"the example no longer has {old!r}"
    return text.replace(old, new, 1)


def package(files: dict[str, str]) -> bytes:
    into = io.BytesIO()
    with zipfile.ZipFile(into, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return into.getvalue()


def the_only(problems: list[str]) -> str:
    """Return the problem, which must be the only one."""
    assert len(problems) == 1, problems
    return problems[0]


# ---------------------------------------------------------------------------------------------------- Moodle


def test_a_sound_file_of_questions_has_no_problem() -> None:
    assert moodle_problems(MOODLE.encode()) == []


def test_the_parts_of_a_question_may_stand_in_any_order() -> None:
    first, then = "    <single>false</single>\n", "    <shuffleanswers>false</shuffleanswers>\n"
    assert moodle_problems(changed(MOODLE, first + then, then + first).encode()) == []


ANSWER = """    <answer fraction="100" format="html">
      <text>This one</text>
    </answer>
"""


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        pytest.param('type="essay"', 'type="opinion"', "question[7]", "attribute type='opinion'", id="unknown type"),
        pytest.param('<question type="essay"', "<question", "question[7]", "attribute 'type'", id="no type"),
        pytest.param("<quiz>", "<quiz><answer/>", "/quiz", "'answer'", id="no question"),
        pytest.param(
            "<name>\n      <text>Candidates</text>\n    </name>",
            "",
            "question[3]",
            "not complete",
            id="question without a name",
        ),
        pytest.param("<text>Candidates<", "<text> <", "question[3]/name/text", "pattern", id="empty name"),
        pytest.param('<questiontext format="html"', "<questiontext", "questiontext", "'format'", id="no format"),
        pytest.param(
            '<hint format="html"', '<hint format="HTML"', "hint", "attribute format='HTML'", id="unknown format"
        ),
        pytest.param("33.33333", "33.3", "answer[1]", "attribute fraction='33.3'", id="fraction that Moodle has not"),
        pytest.param('fraction="-50"', 'fraction="-51"', "answer[4]", "attribute fraction='-51'", id="penalty, too"),
        pytest.param('fraction="-50"', "", "answer[4]", "'fraction'", id="no fraction"),
        pytest.param('"33.33333"', '"50"', "question[3]", "bring 100% in all", id="marks beyond the whole"),
        pytest.param('"33.33333"', '"0"', "question[3]", "bring 100% in all", id="marks short of the whole"),
        pytest.param('"100" format="html"', '"90" format="html"', "question[4]", "bring 100% in all", id="no best"),
        pytest.param(ANSWER, "", "question[4]", "not complete", id="one answer only"),
        pytest.param(
            "<text>That one<", "<text>This one<", "question[4]", "no two answers are the same", id="equal answers"
        ),
        pytest.param(
            "<single>false<", "<single>no<", "question[3]/single", "value must be one of", id="no truth value"
        ),
        pytest.param("numbering>none<", "numbering><", "answernumbering", "must be one of", id="no numbering"),
        pytest.param("<penalty>0<", "<penalty>33<", "question[3]/penalty", "less than or equal", id="large penalty"),
        pytest.param("<text>false<", "<text>falsch<", "question[5]/answer[2]", "must be one of", id="translated truth"),
        pytest.param("<text>false<", "<text>true<", "question[5]", "one answer true", id="true twice"),
        pytest.param(
            '"100" format="moodle', '"0" format="moodle', "question[5]", "one answer brings 100%", id="neither is right"
        ),
        pytest.param(
            "<text>Nothing<", "<text>Yes<", "question[6]", "two different answers", id="nothing to tell apart"
        ),
        pytest.param("<responseformat>editor<", "<responseformat>ink<", "responseformat", "must be one of", id="ink"),
        pytest.param("<graderinfo ", "<notes/><graderinfo ", "question[7]", "'notes'", id="element that Moodle drops"),
        pytest.param(
            "<idnumber>first-visit<",
            "<defaultgrade>1</defaultgrade><idnumber>first-visit<",
            "question[2]",
            "a description has no marks",
            id="marks for a story",
        ),
        pytest.param("<text>The first<", "<text><", "question[6]", "at least two pairs", id="one pair only"),
        pytest.param("$course$/top/", "$course/top/", "question[1]/category", "pattern", id="unknown place"),
        pytest.param(">first-visit<", ">first-visit.next-test<", "/quiz", "first-visit.next-test", id="idnumber twice"),
        pytest.param("<idnumber>first-visit<", "<idnumber><", "question[2]/idnumber", "pattern", id="empty idnumber"),
    ],
)
def test_a_mistake_in_the_questions_is_named_with_its_place(old: str, new: str, where: str, why: str) -> None:
    problems = moodle_problems(changed(MOODLE, old, new).encode())
    assert any(where in problem.partition(": ")[0] and why in problem for problem in problems), problems


ALLOWED = {
    *(Fraction(p, q) for q in range(1, 7) for p in range(q + 1)),
    *(Fraction(p, 10) for p in range(11)),
    *(Fraction(1, q) for q in range(1, 11)),
    Fraction(1, 20),
}
"""The shares of a mark that Moodle knows; of each also the negative."""


def with_fraction(share: Fraction) -> bytes:
    """Give a share of the mark to a wrong answer, to five places, as Moodle writes it."""
    percent = f"{float(share * 100):.5f}"
    return changed(MOODLE, 'fraction="0" format="html"', f'fraction="{percent}" format="html"').encode()


@pytest.mark.parametrize("share", sorted({*ALLOWED, *(-share for share in ALLOWED)}), ids=str)
def test_every_share_of_a_mark_that_moodle_knows_is_allowed(share: Fraction) -> None:
    assert moodle_problems(with_fraction(share)) == []


@pytest.mark.parametrize("parts", [11, 12, 13, 14, 15, 16])
@pytest.mark.parametrize("sign", [1, -1])
def test_a_share_among_more_than_ten_is_not(parts: int, sign: int) -> None:
    problem = the_only(moodle_problems(with_fraction(Fraction(sign, parts))))
    assert "question[4]/answer[2]: attribute fraction=" in problem


@pytest.mark.parametrize("text", ["", "questions", MOODLE[:-20], MOODLE.replace("</quiz>", "</quizz>")])
def test_what_is_no_xml_is_told(text: str) -> None:
    assert the_only(moodle_problems(text.encode())).startswith("not well-formed: ")


def test_nothing_outside_of_the_file_is_read() -> None:
    declared = changed(MOODLE, "<quiz>", '<!DOCTYPE quiz [<!ENTITY e SYSTEM "file:///etc/hostname">]><quiz>')
    assert "not well-formed" in the_only(moodle_problems(changed(declared, "It is.", "&e;").encode()))


# ---------------------------------------------------------------------------------------------------- QTI


def test_a_sound_package_has_no_problem() -> None:
    assert set(PACKAGE) == {MANIFEST, TEST, MANY, ONE, FREE}
    assert qti_problems(package(PACKAGE)) == []


def test_a_hint_where_a_schema_lies_is_not_followed() -> None:
    hint = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{} http://localhost:9/{}"'
    qti, cp = "http://www.imsglobal.org/xsd/imsqti_v2p1", "http://www.imsglobal.org/xsd/imscp_v1p1"
    hinted = {
        **PACKAGE,
        MANIFEST: changed(PACKAGE[MANIFEST], "<manifest ", f"<manifest {hint.format(cp, 'imscp.xsd')} "),
        ONE: changed(PACKAGE[ONE], "<assessmentItem ", f"<assessmentItem {hint.format(qti, 'imsqti.xsd')} "),
    }
    assert qti_problems(package(hinted)) == []


def test_folders_of_the_zip_file_are_no_files() -> None:
    assert qti_problems(package({"items/": "", **PACKAGE})) == []


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "why"),
    [
        # the manifest
        pytest.param(MANIFEST, "QTIv2.1 Package", "QTIv2.2 Package", "schema", "must be one of", id="other version"),
        pytest.param(
            MANIFEST, "  <organizations/>\n", "", "/manifest", "'organizations' expected", id="no organizations"
        ),
        pytest.param(MANIFEST, "imscp_v1p1", "imscp_v1p2", "manifest", "not an element", id="other namespace"),
        pytest.param(
            MANIFEST, "imsqti_item_xmlv2p1", "imsqti_item_xmlv2p2", "resource[2]", "attribute type=", id="unknown type"
        ),
        pytest.param(
            MANIFEST, 'identifier="r-reflect"', 'identifier="r-test"', "resource[4]", "r-test", id="identifier twice"
        ),
        pytest.param(
            MANIFEST, 'identifierref="r-reflect"', 'identifierref="r-lost"', "manifest", "r-lost", id="lost dependency"
        ),
        pytest.param(
            MANIFEST,
            '<file href="test.xml"/>',
            '<file href="../test.xml"/>',
            "file",
            "pattern",
            id="out of the package",
        ),
        pytest.param(
            MANIFEST,
            '<file href="test.xml"/>',
            f'<file href="{FREE}"/>',
            "resource[1]",
            "is one of its files",
            id="not its file",
        ),
        # an item
        pytest.param(
            MANY,
            "imsqti_v2p1",
            "imsqti_v2p2",
            "",
            "{http://www.imsglobal.org/xsd/imsqti_v2p2}assessmentItem at the top",
            id="newer item",
        ),
        pytest.param(MANY, ' title="Candidates"', "", "assessmentItem", "'title'", id="item without a title"),
        pytest.param(MANY, 'timeDependent="false"', "", "assessmentItem", "'timeDependent'", id="time-dependent?"),
        pytest.param(MANY, '"MAXSCORE" c', '"SCORE" c', "assessmentItem", "SCORE", id="outcome twice"),
        pytest.param(MANY, 'identifier="SCORE" c', 'identifier="MARK" c', "Item", "SCORE", id="no marks"),
        pytest.param(
            MANY, "<p>Rosa is 67, and her back hurts.</p>", "Rosa is 67.", "itemBody", "character data", id="loose text"
        ),
        pytest.param(MANY, "<p>Rosa", '<p onclick="x()">Rosa', "itemBody/p", "'onclick'", id="active content"),
        pytest.param(MANY, "<p>Rosa", "<script/><p>Rosa", "itemBody", "child with tag 'script'", id="script"),
        pytest.param(MANY, 'responseIdentifier="RESPONSE"', 'responseIdentifier="R"', "Item", "'R'", id="no response"),
        pytest.param(
            MANY, 'maxChoices="0"', 'maxChoices="1"', "Item", "several with a multiple one", id="one choice of several"
        ),
        pytest.param(MANY, 'maxChoices="0"', 'maxChoices="9"', "choiceInteraction", "than there are", id="too many"),
        pytest.param(MANY, 'shuffle="false"', "", "choiceInteraction", "'shuffle'", id="to shuffle or not"),
        pytest.param(MANY, 'e identifier="two"', 'e identifier="one"', "Item", "one", id="choice twice"),
        pytest.param(MANY, 'mapKey="four"', 'mapKey="five"', "Item", "five", id="marks for no choice"),
        pytest.param(MANY, "<value>three<", "<value>five<", "Item", "five", id="right, but no choice"),
        pytest.param(
            MANY,
            "<value>three<",
            "<value>four<",
            "responseDecl",
            "what is called correct brings marks",
            id="right, but no mark",
        ),
        pytest.param(
            MANY,
            "      <value>three</value>\n",
            "",
            "responseDecl",
            "what brings marks is called correct",
            id="mark, but not right",
        ),
        pytest.param(
            MANY, "0.3333333333333333", "0.5", "responseDecl", "bring one mark", id="marks that do not add up"
        ),
        pytest.param(MANY, 'lowerBound="0"', "", "mapping", "'lowerBound'", id="less than nothing"),
        pytest.param(MANY, 'lowerBound="0"', 'lowerBound="-1"', "mapping", "lowerBound", id="below zero"),
        pytest.param(
            MANY,
            '<mapResponse identifier="RESPONSE"',
            '<mapResponse identifier="R"',
            "Item",
            "'R'",
            id="marks of no response",
        ),
        pytest.param(
            MANY,
            '<mapResponse identifier="RESPONSE"/>',
            '<baseValue baseType="float">1</baseValue>',
            "Item",
            "set and read",
            id="marks that nothing reads",
        ),
        pytest.param(MANY, 'Value identifier="FEEDBACK"', 'Value identifier="F"', "Item", "'F'", id="no such outcome"),
        pytest.param(
            MANY,
            'Feedback outcomeIdentifier="FEEDBACK"',
            'Feedback outcomeIdentifier="F"',
            "Item",
            "'F'",
            id="feedback of no outcome",
        ),
        pytest.param(
            MANY, '"show" identifier="four"', '"show" identifier="five"', "Item", "shown by something", id="never shown"
        ),
        pytest.param(MANY, '"show" identifier="four"', '"show" identifier="one"', "Item", "one", id="shown twice"),
        pytest.param(MANY, 'showHide="show"', "", "modalFeedback", "'showHide'", id="show or hide"),
        pytest.param(MANY, "<modalFeedback", "<p/><modalFeedback", "Item", "child with tag 'p'", id="out of order"),
        pytest.param(ONE, 'mappedValue="1"', 'mappedValue="0.5"', "responseDecl", "one mark or none", id="half a mark"),
        pytest.param(
            ONE,
            "<value>this<",
            "<value>this</value><value>that<",
            "responseDecl",
            "one correct response at most",
            id="two are right",
        ),
        pytest.param(
            FREE, 'baseType="string"', 'baseType="identifier"', "Item", "free text is a string", id="free, but a choice"
        ),
        pytest.param(FREE, "</assessmentItem>", "", "", "not well-formed", id="cut short"),
        pytest.param(FREE, ' identifier="reflect"', ' identifier="candidates"', "", f"of {MANY}", id="item twice"),
        pytest.param(
            FREE,
            "<prompt>How",
            '<prompt><a href="a.html"><em><a href="b.html"/></em></a>How',
            "/a",
            "no link",
            id="a in a",
        ),
        pytest.param(MANY, 'mapKey="two"', 'mapKey="one"', "mapping", "a choice has one mark", id="two marks"),
        pytest.param(MANY, "<value>0<", "<value>none<", "outcomeDecl", "is a number", id="default of marks"),
        pytest.param(MANY, ' normalMaximum="1"', ' normalMaximum="0"', "outcomeDecl", "normalMaximum", id="no maximum"),
        pytest.param(
            ONE, 'maxChoices="1"', 'maxChoices="1" minChoices="2"', "Interaction", "must be made", id="two of one"
        ),
        pytest.param(ONE, ">This one<", "> <", "simpleChoice", "there is a text", id="empty choice"),
        pytest.param(
            ONE, "<p>That one: it settles less.</p>", "<p/>", "modalFeedback", "is a text", id="empty feedback"
        ),
        pytest.param(FREE, 'ier="RESPONSE" exp', 'ier="R" exp', "Item", "is asked for", id="never asked for"),
        pytest.param(FREE, 'ier="reflect"', f'ier="{"i" * 33}"', "Item", "attribute identifier=", id="long identifier"),
        pytest.param(
            MANY,
            'multiple" baseType="identifier">',
            'multiple" baseType="string">',
            "Item",
            "of identifiers",
            id="chosen text",
        ),
        pytest.param(
            MANY,
            'multiple" baseType="identifier">',
            'multiple" baseType="string">',
            "responseDecl",
            "free text has no",
            id="marked text",
        ),
        pytest.param(MANY, "<p>Rosa", '<p id="RESPONSE">Rosa', "itemBody/p", "duplicated xs:ID", id="two of one ID"),
        pytest.param(FREE, 'ier="reflect"', 'ier="réflexion"', "Item", "attribute identifier=", id="accent"),
        pytest.param(FREE, "<prompt>How", '<prompt><a href="http://[">x</a>How', "/a", "href=", id="no address"),
        pytest.param(MANY, ' normalMaximum="1"', ' normalMaximum="+INF"', "outcomeDecl", "normalMaximum", id="endless"),
        # the test
        pytest.param(
            TEST, 'identifier="case"', 'identifier="bone-pain"', "assessmentTest", "called otherwise", id="named alike"
        ),
        pytest.param(
            TEST,
            "<testVariables",
            '<isNull><variable identifier="SCORE"/></isNull><testVariables',
            "sum",
            "isNull",
            id="sum of no numbers",
        ),
        pytest.param(TEST, f'href="{FREE}"', 'href="items/lost.xml"', "", "no item of the package", id="lost item"),
        pytest.param(TEST, f'href="{FREE}"', f'href="{ONE}"', "assessmentTest", ONE, id="one item twice"),
        pytest.param(TEST, 'visible="true"', "", "assessmentSection", "'visible'", id="to be seen?"),
        pytest.param(TEST, 'view="candidate"', 'view="patient"', "rubricBlock", "patient", id="eyes of nobody"),
        pytest.param(TEST, 'Mode="linear"', 'Mode="free"', "testPart", "attribute navigationMode", id="unknown way"),
        pytest.param(
            TEST, 'Value identifier="SCORE"', 'Value identifier="S"', "assessmentTest", "'S'", id="sum of what"
        ),
    ],
)
def test_a_mistake_in_a_package_is_named_with_its_file_and_place(
    name: str, old: str, new: str, where: str, why: str
) -> None:
    problems = qti_problems(package({**PACKAGE, name: changed(PACKAGE[name], old, new)}))
    found = [problem for problem in problems if problem.startswith(f"{name}: ")]
    assert any(where in problem and why in problem for problem in found), problems


def test_the_manifest_stands_at_the_top() -> None:
    moved = {f"package/{name}": text for name, text in PACKAGE.items()}
    assert the_only(qti_problems(package(moved))).startswith(f"{MANIFEST}: missing")


def test_what_the_manifest_lists_is_there() -> None:
    rest = {name: text for name, text in PACKAGE.items() if name != FREE}
    assert the_only(qti_problems(package(rest))) == f"{FREE}: in the manifest, not in the package"


def test_what_is_there_the_manifest_lists() -> None:
    more = {**PACKAGE, "notes.txt": "for nobody"}
    assert the_only(qti_problems(package(more))) == "notes.txt: in the package, not in the manifest"


def test_a_file_is_in_the_package_once() -> None:
    into = io.BytesIO(package(PACKAGE))
    with warnings.catch_warnings(), zipfile.ZipFile(into, "a") as archive:
        warnings.simplefilter("ignore", UserWarning)  # zipfile says so, too
        archive.writestr(FREE, PACKAGE[FREE])
    assert the_only(qti_problems(into.getvalue())) == f"{FREE}: in the package more than once"


@pytest.mark.parametrize(("kind", "top"), [("imsqti_test_xmlv2p1", "assessmentItem"), ("webcontent", "assessmentItem")])
def test_a_file_is_what_its_resource_says(kind: str, top: str) -> None:
    manifest = changed(PACKAGE[MANIFEST], '"r-reflect" type="imsqti_item_xmlv2p1"', f'"r-reflect" type="{kind}"')
    problems = qti_problems(package({**PACKAGE, MANIFEST: manifest}))
    assert f"{FREE}: of type {kind}, but with {top} at the top" in problems
    assert f"{TEST}: refers to {FREE}, which is no item of the package" in problems


def test_a_test_depends_on_its_items() -> None:
    manifest = changed(PACKAGE[MANIFEST], '      <dependency identifierref="r-reflect"/>\n', "")
    problem = the_only(qti_problems(package({**PACKAGE, MANIFEST: manifest})))
    assert problem == f"{TEST}: refers to {FREE}, on which the manifest does not say that it depends"


def test_other_files_may_be_anything_else() -> None:
    resource = '<resource identifier="r-note" type="webcontent" href="note.txt"><file href="note.txt"/></resource>'
    manifest = changed(PACKAGE[MANIFEST], "  </resources>", f"    {resource}\n  </resources>")
    assert qti_problems(package({**PACKAGE, MANIFEST: manifest, "note.txt": "no XML at all"})) == []


def test_what_is_no_zip_file_is_told() -> None:
    assert the_only(qti_problems(b"PK, but no more")).startswith("no zip file: ")
