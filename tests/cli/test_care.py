"""What serves whoever explains: the questions of one patient for the care team, and the words of the glossary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from mbc_options import care_questions, explore, load_patient, load_rulebook, render
from mbc_options.tools.glossary import look_up, written

if TYPE_CHECKING:
    from conftest import Run

PATIENTS = Path(__file__).parents[1] / "patients"
HAY_FEVER = Path(__file__).parents[1] / "rulebooks" / "hay-fever"
TERMS = load_rulebook().glossary
FORMATS = ("text", "markdown", "html")


def asked(run: Run, *arguments: str) -> dict[str, Any]:
    done = run("care-questions", *arguments, "--format", "json")
    assert (done.returncode, done.stderr) == (0, "")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def ids(found: dict[str, Any], by: str) -> list[str]:
    return [question["id"] for group in found["groups"] if group["by"] == by for question in group["questions"]]


@pytest.mark.parametrize("patient", sorted(path.name for path in PATIENTS.iterdir()))
def test_every_question_of_the_report_is_there_once(patient: str) -> None:
    shown = load_patient(PATIENTS / patient)
    grouped = [question.id for group in care_questions(shown).groups for question in group.questions]
    assert sorted(grouped) == sorted(question.id for question in explore(shown).questions)


def test_questions_stand_with_what_brings_them(run: Run) -> None:
    found = asked(run, "--er", "+", "--her2", "-", "--site", "bone", "--finding", "hypercalcemia", "--prior", "none")
    assert ids(found, "known") == ["urgent_signs", "calcium_tablets"]
    assert ids(found, "unknown") == ["distant_spread", "unknown_receptors", "unknown_menopause"]
    assert {"goal_of_treatment", "second_opinion"} <= set(ids(found, "everyone"))
    of = {group["option"]: group["label"] for group in found["groups"] if group["by"] == "option"}
    assert of["cdk46_inhibitor"] == "CDK4/6 inhibitor"
    assert [group["by"] for group in found["groups"]] == ["known", "unknown", *["option"] * len(of), "everyone"]
    assert list(of) == [option.id for option in explore(load_patient(PATIENTS / "man.yaml")).options if option.id in of]


def test_every_passage_that_is_cited_is_there_and_no_other(run: Run) -> None:
    found = asked(run, str(PATIENTS / "man.yaml"))
    shown = [*found["urgent"], *found["cautions"], *(one for group in found["groups"] for one in group["questions"])]
    assert set(found["claims"]) == {claim for one in shown for claim in one["claims"]}


@pytest.mark.parametrize("format_", FORMATS)
def test_question_and_reason_are_told_and_the_passage_with_its_place(format_: str, run: Run) -> None:
    text = " ".join(run("care-questions", "--site", "bone", "--format", format_).stdout.split())
    assert "How sure is it whether the cancer has spread, and which test shows it?" in text
    assert "Another says that a" in text
    assert "only way to definitively" in text


@pytest.mark.parametrize("format_", FORMATS)
def test_an_urgent_sign_and_the_caution_that_goes_with_it_come_first(format_: str, run: Run) -> None:
    text = run("care-questions", "--site", "bone", "--finding", "hypercalcemia", "--format", format_).stdout
    whole = " ".join(text.split())
    places = [whole.find(words) for words in ("Signs that can turn urgent", "emergency", "this supplement contains")]
    assert -1 not in places
    assert max(places) < whole.find("The patient")


def test_who_has_no_urgent_sign_is_told_of_none(run: Run) -> None:
    found = asked(run, "--site", "bone")
    assert (found["urgent"], found["cautions"]) == ([], [])


def test_words_are_plain_unless_others_are_wished_for(run: Run) -> None:
    assert asked(run, "--er", "+")["rulebook"]["words"] == "plain"
    assert asked(run, "--er", "+", "--words", "clinical")["rulebook"]["words"] == "clinical"


def test_beyond_the_scope_it_is_said_and_the_questions_are_fewer(run: Run) -> None:
    found = asked(run, "--metastasis-confirmed", "no", "--er", "+")
    assert found["scope_text"] == load_rulebook(words="plain").about.scope.outside
    assert {group["by"] for group in found["groups"]} == {"unknown"}


def test_the_ending_of_the_output_says_the_format(run: Run, tmp_path: Path) -> None:
    assert run("care-questions", "--er", "+", "-o", "questions.html").returncode == 0
    assert (tmp_path / "questions.html").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_in_python_it_is_rendered_as_on_the_command_line(run: Run) -> None:
    patient = PATIENTS / "man.yaml"
    shown = care_questions(load_patient(patient), load_rulebook(words="plain"))
    assert render(shown, "markdown") == run("care-questions", str(patient), "--format", "markdown").stdout


def test_without_a_patient_there_is_nothing_to_ask(run: Run) -> None:
    done = run("care-questions")
    assert done.returncode == 2
    assert "describe a patient" in done.stderr


# The glossary


@pytest.mark.parametrize("word", ["HER2", "her2", "human epidermal growth factor receptor 2", "HER2-positive"])
def test_a_term_is_found_by_itself_by_a_form_and_by_what_it_stands_for(word: str, run: Run) -> None:
    done = run("glossary", word)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("HER2 (human epidermal growth factor receptor 2)\n")
    assert "S003-55 Article for patients" in done.stdout


def test_every_form_of_every_term_finds_it() -> None:
    for term in TERMS:
        for form in written(term):
            assert term in look_up(TERMS, [form]), form


def test_what_is_ours_is_said_to_be_ours(run: Run) -> None:
    assert "Source: ours (editorial)" in run("glossary", "bone marrow").stdout


def test_the_registers_differ(run: Run) -> None:
    clinical, plain = (
        " ".join(run("glossary", "visceral", "--words", words).stdout.split()) for words in ("clinical", "plain")
    )
    assert "Read here as lung or liver." in clinical
    assert "In inner organs." in plain


def test_without_a_term_all_are_told(run: Run) -> None:
    lines = run("glossary").stdout.splitlines()
    assert sum(line.startswith("  Source: ") for line in lines) == len(TERMS)


def test_several_terms_stand_in_the_order_of_the_glossary(run: Run) -> None:
    text = run("glossary", "bone marrow", "metastasis").stdout
    assert 0 <= text.find("metastasis") < text.find("bone marrow")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["metastass"], ["'metastass'", "did you mean metastasis?"]),
        (["lymph"], ["did you mean 'lymph node'?"]),
        (["xyzzyq", "HER3"], ["'xyzzyq'; without a term, all are told", "did you mean HER2?"]),
        ([""], ["the glossary has no ''"]),
    ],
)
def test_a_miss_is_told_with_the_nearest_word_and_exit_code_2(words: list[str], told: list[str], run: Run) -> None:
    done = run("glossary", *words)
    assert (done.returncode, done.stdout) == (2, "")
    for text in told:
        assert text in done.stderr


def test_the_glossary_of_a_rulebook_of_ones_own(run: Run) -> None:
    done = run("glossary", "wheezes", "--rules", str(HAY_FEVER))
    assert done.stdout.startswith("wheezing\n")
    assert run("glossary", "HER2", "--rules", str(HAY_FEVER)).returncode == 2
