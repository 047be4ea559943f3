"""What a patient takes home: what concerns this patient first, every class in plain words, and questions to bring."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from mbc_options import Patient, explore, load_rulebook, render

if TYPE_CHECKING:
    from pathlib import Path

    from mbc_options.exploration.assessment import Assessment
    from mbc_options.source.forms import Words

PATIENTS = {
    "after letrozole": Patient(
        er="90%", pr="-", her2="1+", menopause="post", sites=["bone"], findings=[], prior=["letrozole: progressed"]
    ),
    "pressed cord, high calcium": Patient(
        er="+", her2="-", sites=["bone"], findings=["spinal_cord_compression", "hypercalcemia"]
    ),
    "triple-negative": Patient(label="Rosa", er="-", pr="-", her2="-", sites=["lung"], findings=[], prior=[]),
    "nothing known": Patient(label="Nobody yet"),
}
OUTSIDE = {"nodes alone": Patient(sites=["axillary_lymph_nodes"]), "open": Patient(metastasis_confirmed="unknown")}


class _Text(HTMLParser):
    """The words that a reader meets, in their order, one piece for each heading, paragraph and item."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        if tag in {"p", "li", "div", "h1", "h2", "h3", "section"}:
            self.pieces.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.inside or self.inside[-1] not in {"style", "title"}:
            self.pieces.append(data)


def handout_of(patient: Patient, words: Words = "plain") -> tuple[Assessment, str]:
    assessment = explore(patient, load_rulebook(words=words))
    return assessment, render(assessment, "html", parts=["handout"])


def read(page: str) -> str:
    """What a page says, in one line, without what abbreviations stand for."""
    parser = _Text()
    parser.feed(page)
    return " ".join("".join(parser.pieces).split())


def short(text: str) -> str:
    """The beginning of a text, up to where a page might tell what an abbreviation stands for."""
    return " ".join(re.split(r"[A-Z]{2}", text)[0].split())


@pytest.fixture(params=PATIENTS)
def made(request: pytest.FixtureRequest) -> tuple[Assessment, str]:
    return handout_of(PATIENTS[request.param])


def test_the_urgent_signs_of_this_patient_come_before_all_else() -> None:
    assessment, page = handout_of(PATIENTS["pressed cord, high calcium"])
    text = read(page)
    own = [part for part in assessment.considerations if part.kind == "urgent" and not part.general]
    assert [part.id for part in own] == ["urgent_cord_compression", "urgent_high_calcium"]
    for part in own:
        assert text.index(part.title) < text.index(" ".join(part.text.split())) < text.index("The patient, in short")


def test_a_caution_that_goes_with_an_urgent_sign_stands_with_it_in_full() -> None:
    assessment, page = handout_of(PATIENTS["pressed cord, high calcium"])
    supplement = assessment["bisphosphonates.calcium_vitamin_d"]
    (caution,) = (one for one in supplement.cautions if one.urgent)
    text = read(page)
    told = f"Caution, {supplement.label}. {' '.join(caution.text.split())}"
    assert text.index("Urgent signs here") < text.index(told) < text.index("The patient, in short")


def test_what_is_urgent_for_everybody_comes_after_the_classes_and_once() -> None:
    for patient in (*PATIENTS.values(), *OUTSIDE.values()):
        assessment, page = handout_of(patient)
        (general,) = (part for part in assessment.considerations if part.general)
        text = read(page)
        assert text.count(" ".join(general.text.split())) == 1
        assert text.index("What the documents describe") < text.index(general.title)


def test_without_an_urgent_sign_nothing_is_called_urgent_here() -> None:
    assert "Urgent signs here" not in read(handout_of(PATIENTS["triple-negative"])[1])


def test_every_class_stands_once_with_its_gloss_under_its_status_in_the_order_of_the_rulebook(
    made: tuple[Assessment, str],
) -> None:
    assessment, page = made
    told = {
        "candidate": "Described for a patient like this",
        "undetermined": "It depends on what is not known",
        "unspecified": "Named, but not for whom",
        "not_described": "Not described for a patient like this",
    }
    groups = re.findall(r"<div class=.status (\w+).>(.*?)</ul>", page, re.DOTALL)
    assert {status for status, _ in groups} == {option.status for option in assessment.options}
    for status, group in groups:
        text = read(group)
        assert text.startswith(told[status])
        here = [option for option in assessment.options if option.status == status]
        labels = [" ".join(label.split()) for label in re.findall(r"<li><b>(.*?)</b>", group)]
        assert labels == [option.label for option in here]
        assert [option.id for option in here if short(option.gloss) not in text] == []


def test_silence_is_told_not_to_mean_do_not(made: tuple[Assessment, str]) -> None:
    text = read(made[1])
    assert 'Where the documents say nothing, that does not mean "do not".' in text
    silent = any(option.status == "not_described" for option in made[0].options)
    assert ('Silent does not mean "do not".' in text) == silent


def test_the_order_is_said_to_be_no_ranking(made: tuple[Assessment, str]) -> None:
    assert "The treatments stand in a fixed order. No place in it means that one is better." in read(made[1])


def test_a_long_list_of_reasons_is_cut_and_says_so() -> None:
    assessment, page = handout_of(PATIENTS["nothing known"])
    surgery = assessment["surgery"]
    facts = {fact for dependency in surgery.depends_on for fact in dependency.if_}
    line = next(line for line in page.split("<li>") if f"<b>{surgery.label}</b>" in line)
    assert f"; and {len(facts) - 3} more." in read(line)


def test_no_claim_is_cited_and_nothing_leads_away(made: tuple[Assessment, str]) -> None:
    _, page = made
    assert re.findall(r"[SK]\d{2,3}(?:-\d+)?\b", read(page)) == []
    assert re.findall(r'href="?([^">]+)', page) == ["#answer"]  # which skips what stands before
    assert "The full report names the passage behind each line" in read(page)


def test_it_says_which_documents_of_what_date_and_which_rules(made: tuple[Assessment, str]) -> None:
    assessment, page = made
    text = read(page)
    for document in assessment.documents:
        date = "undated" if document.date == "not stated" else document.date
        assert short(document.short) in text
        assert f"({date})" in text
    assert f"rules of version {assessment.rulebook.version} ({assessment.rulebook.sha256[:12]})" in text


def test_the_questions_come_last_on_a_sheet_of_their_own_with_room_to_write(made: tuple[Assessment, str]) -> None:
    assessment, page = made
    before, form, sheet = page.partition("<form ")
    assert form
    assert "sheet" in sheet.partition(">")[0]
    assert "<input" not in before
    text = read(f"<form {sheet}")
    assert [question.ask for question in assessment.questions if short(question.ask) not in text] == []
    assert [value.ask for value in assessment.values if value.ask not in text] == []
    assert sheet.count("<textarea") == 1
    assert ".sheet{break-before:page" in page


def test_nothing_is_folded(made: tuple[Assessment, str]) -> None:
    assert "<details" not in made[1]


@pytest.mark.parametrize("name", OUTSIDE)
def test_outside_the_scope_it_says_so_in_the_place_of_the_classes(name: str) -> None:
    assessment, page = handout_of(OUTSIDE[name])
    text = read(page)
    assert " ".join(assessment.scope_text.split()) in text
    assert "fixed order" not in text
    assert [question.ask for question in assessment.questions if question.ask not in text] == []


def test_its_words_are_those_of_the_assessment() -> None:
    plain, clinical = (read(handout_of(PATIENTS["after letrozole"], words)[1]) for words in ("plain", "clinical"))
    assert "the cancer grew in spite of hormone (endocrine) therapy" in plain
    assert "the cancer grew in spite of hormone (endocrine) therapy" not in clinical
    assert "progressed on hormone (endocrine) therapy" in clinical


def test_a_date_is_printed_where_one_is_given() -> None:
    assessment, page = handout_of(PATIENTS["after letrozole"])
    assert "Date:" not in page
    assert "Date: 3 May 2031" in render(assessment, "html", parts=["handout"], date="3 May 2031")


@pytest.mark.parametrize("format_", ["text", "markdown", "json"])
def test_it_is_a_page_and_nothing_else(format_: str) -> None:
    assessment = explore(PATIENTS["after letrozole"])
    with pytest.raises(ValueError, match=rf"what a patient takes home is a page \(html or pdf\), not {format_}"):
        render(assessment, format_, parts=["handout"])


def test_a_template_of_ones_own_may_change_a_part_of_it(tmp_path: Path) -> None:
    tmp_path.joinpath("handout.html.j2").write_text(
        '{% extends "bundled/handout.html.j2" %}\n{% block sources %}<p>Ask at the desk.</p>{% endblock %}\n',
        encoding="utf-8",
    )
    page = render(explore(PATIENTS["after letrozole"]), "html", parts=["handout"], templates=tmp_path)
    assert "Ask at the desk." in page
    assert "Who says so" not in page
    assert "Ask at the desk." not in render(explore(PATIENTS["after letrozole"]), "html", templates=tmp_path)
