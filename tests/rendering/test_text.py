"""Plain text: lines, lists and groups lose nothing."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import Patient, compare, explore, load_rulebook, matrix, render
from mbc_options.exploration.assessment import Counterfactual, Dependency
from mbc_options.exploration.why import explain
from mbc_options.frozendict import FrozenDict
from mbc_options.rendering.environment import environment
from mbc_options.rendering.filters import (
    answers,
    counted,
    fill,
    grouped_changes,
    grouped_dependencies,
    listing,
    points,
)
from mbc_options.text import columns

WORDS = st.lists(st.text(st.characters(blacklist_categories=["Z", "C"]), min_size=1, max_size=120), max_size=40)


@given(WORDS, st.sampled_from(["", "  ", "    * "]), st.sampled_from([None, "", "      "]))
def test_filling_keeps_every_character_and_the_width(words: list[str], first: str, rest: str | None) -> None:
    text = fill(" ".join(words), first, rest)
    assert "".join(text.removeprefix(first).split()) == "".join(words)
    assert all(columns(line) <= 80 for line in text.splitlines())
    assert text.startswith(first)


def test_a_line_is_broken_no_sooner_than_needed() -> None:
    assert fill("a" * 40 + " " + "b" * 39) == "a" * 40 + " " + "b" * 39
    assert fill("a" * 40 + " " + "b" * 40, "- ") == "- " + "a" * 40 + "\n  " + "b" * 40


def test_signs_that_take_two_columns_or_none_are_counted_so() -> None:
    assert fill("\u9aa8" * 45 + " a", "  * ") == "  * " + "\u9aa8" * 38 + "\n    " + "\u9aa8" * 7 + " a"
    assert fill("\u9aa8" * 20 + " " + "e\u0301" * 39) == "\u9aa8" * 20 + " " + "e\u0301" * 39
    assert fill("\u9aa8" * 20 + " " + "e\u0301" * 40) == "\u9aa8" * 20 + "\n" + "e\u0301" * 40


@pytest.mark.parametrize(
    ("names", "text"), [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_lists_of_names(names: list[str], text: str) -> None:
    assert listing(names) == text


@pytest.mark.parametrize(
    ("number", "words", "text"),
    [
        (0, ("stage",), "0 stages"),
        (1, ("stage",), "1 stage"),
        (2, ("stage",), "2 stages"),
        (1, ("other is", "others are"), "1 other is"),
        (3, ("other is", "others are"), "3 others are"),
    ],
)
def test_one_is_one_and_several_are_several(number: int, words: tuple[str, ...], text: str) -> None:
    assert counted(number, *words) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"),
        (0.004, "0"),
        (0.5, "0.50"),
        (0.125, "0.13"),
        (0.12499999999999997, "0.13"),
        (0.1249, "0.12"),
        (0.145, "0.15"),
        (0.625, "0.63"),
        (1, "1"),
        (0.1 + 0.2 + 0.7, "1"),
        (12.125, "12.13"),
        (2.995, "3"),
    ],
)
def test_half_a_hundredth_of_a_point_is_rounded_up(number: float, text: str) -> None:
    assert points(number) == text


def dependency(then: str, *facts: str) -> Dependency:
    return Dependency.model_validate({"if": {fact: ["yes"] for fact in facts}, "facts": facts, "then": then})


def test_single_facts_with_the_same_outcome_are_grouped() -> None:
    groups = grouped_dependencies(
        [dependency("candidate", "a"), dependency("candidate", "b"), dependency("not_described", "no a", "no b")]
    )
    assert groups == [
        {"then": "candidate", "any": ["a", "b"], "all": []},
        {"then": "not_described", "any": [], "all": [["no a", "no b"]]},
    ]


def change(to: str, facts: list[str], given_: list[str] | None = None) -> Counterfactual:
    return Counterfactual(
        change=FrozenDict(dict.fromkeys(facts, "yes")),
        facts=tuple(facts),
        if_=FrozenDict(dict.fromkeys(given_ or [], ("yes",))),
        if_facts=tuple(given_ or []),
        to=to,  # type: ignore[arg-type]
    )


def test_similar_patients_that_share_a_change_are_grouped() -> None:
    groups = grouped_changes(
        [change("not_described", ["no bone", "skin"]), change("not_described", ["no bone", "liver"])]
    )
    assert groups == [{"to": "not_described", "all": ["no bone"], "any": ["skin", "liver"], "given": []}]


def test_what_must_turn_out_besides_is_kept() -> None:
    (group,) = grouped_changes([change("candidate", ["ER-negative"], ["biomarker"])])
    assert group["given"] == ["biomarker"]


def test_a_report_names_every_class_with_its_status_and_every_reason() -> None:
    assessment = explore(Patient(er="+", her2="+", menopause="pre", sites=["bone", "brain"], prior=[]))
    text = " ".join(render(assessment, parts=["full"]).split())
    for option in assessment.options:
        assert option.label in text
        for reason in option.because:
            assert " ".join(reason.text.split()) in text
        for caution in option.cautions:
            assert " ".join(caution.text.split()) in text
    for disagreement in assessment.disagreements:
        for side in disagreement.sides:
            assert " ".join(side.says.split()) in text


def told(macro: str, *arguments: Any) -> str:
    """What a macro of the shared words says."""
    return str(getattr(environment().get_template("words.j2").module, macro)(*arguments))


def test_facts_that_do_the_same_to_a_verdict_are_counted_and_each_tells_which_way() -> None:
    assert told("settled_by", "candidate", ["a"]) == "It is a candidate if"
    assert told("settled_by", "candidate", ["a", "b"]) == "Either of these two facts makes it a candidate"
    assert told("settled_by", "candidate", ["a"] * 9) == "Any of these nine facts makes it a candidate"
    assert told("settled_by", "not_described", ["a"] * 3) == (
        "Any of these three facts means that no passage describes it (silence, not a warning)"
    )
    assert told("settled_together", "candidate") == "It is a candidate if all of this is so"


def test_a_similar_patient_has_something_else() -> None:
    assert told("would_be", "candidate", ["a"]) == "It would be a candidate if the patient had"
    assert told("would_be", "candidate", ["a"] * 3) == "It would be a candidate if any of these three facts were so"
    for format_, parts in (("text", ["full"]), ("markdown", [])):
        page = render(explore(Patient(er="-", pr="-", her2="-", sites=["lung"])), format_, parts=parts)
        flat = " ".join(page.replace("*", "").split())
        assert "It would be a candidate if the patient had: HER2-positive." in flat
        assert "is about a similar patient; it is nothing to do." in flat


def test_each_answer_tells_which_way_it_settles() -> None:
    assessment = explore(Patient(er="+", pr="+", sites=["bone"], extent=["diffuse_bone"], findings=[]))
    question = next(one for one in assessment.ask_next if one.fact == "her2")
    labels = {option.id: option.label for option in assessment.options}
    positive, negative = answers(question, labels)
    assert "Anti-HER2 drugs (candidate)" in positive
    assert "Anti-HER2 drugs (not described)" in negative


@pytest.mark.parametrize(("words", "kind"), [("clinical", "HR+/HER2-"), ("plain", "HR+/HER2- (hormone receptor-")])
def test_a_subtype_is_spelled_out_in_plain_words_only(words: str, kind: str) -> None:
    rulebook = load_rulebook(words=words)  # type: ignore[arg-type]
    text = render(explore(Patient(er="+", her2="-"), rulebook), parts=["full"])
    heading = rulebook.vocabulary.kinds.heading
    assert f"{heading}: {kind}" in text
    assert (f"{heading}: {kind}\n" in text) == (words == "clinical")


FORMS: list[tuple[str, list[str]]] = [("text", []), ("text", ["full"]), ("markdown", [])]


@pytest.mark.parametrize(("format_", "parts"), FORMS)
def test_what_is_urgent_stands_before_anything_general_in_every_form(format_: str, parts: list[str]) -> None:
    patient = Patient(er="+", sites=["bone"], findings=["spinal_cord_compression", "hypercalcemia"])
    calm = Patient(er="+", sites=["bone"], findings=[])
    shown: list[Any] = [
        explain(patient, "bisphosphonates"),
        matrix(patient),
        compare(patient, calm),
        compare(calm, patient),
    ]
    pages = [render(explore(patient), format_, parts=parts), *(render(one, format_) for one in shown)]
    for page in pages:
        flat = " ".join(page.replace("*", "").split())
        cord = flat.index("Spinal cord compression is an emergency.")
        calcium = flat.index("Hypercalcemia can be an emergency.")
        caution = flat.index("Calcium and vitamin D: There is hypercalcemia, and this supplement contains calcium.")
        assert cord < calcium < caution
        assert "Signs that need medical help at once" not in flat[:caution]
        for general in ("At a glance", "AT A GLANCE", "[+] candidate", "What decides", "Hormone therapy"):
            assert general not in flat[:caution], general


def test_why_lists_all_that_suffices() -> None:
    patient = Patient(sites={"bone": "yes"}, findings=["pain"])
    found = explain(patient, "radiation_therapy")
    assert found.proofs[0] == found.option.proof
    assert {("bone metastases",), ("pain",)} <= set(found.proofs)
    for format_ in ("text", "markdown"):
        flat = " ".join(render(found, format_).replace("*", "").split())
        assert f"What decides (this suffices): {'; '.join(found.proofs[0])}." in flat
        for proof in found.proofs[1:]:
            assert f"This would suffice, too: {'; '.join(proof)}." in flat


def test_why_begins_with_what_is_urgent_and_tells_everything_once() -> None:
    patient = Patient(sites=["lung"], findings=["spinal_cord_compression", "pain"])
    found = explain(patient, "surgery")
    assert found.proofs[0] == found.option.proof == ("spinal cord compression",)
    assert len(set(found.proofs)) == len(found.proofs)
    assert {("lung metastases",), ("pain",)} <= set(found.proofs)
    page = render(found, "html")
    for proof in found.proofs[1:]:
        assert proof[0].split()[-1] in page.partition("This would suffice, too")[2].partition("</details>")[0]


def test_not_described_never_reads_like_a_contraindication() -> None:
    patient = Patient(er="-", pr="-", her2="-", sites=["skin"], extent=[], findings=[], prior=[])
    text = render(explore(patient), parts=["full"])
    flat = " ".join(text.split())
    assert "does not mean that the class is contraindicated" in flat
    for word in ("do not use", "must not", "not recommended", "not indicated", "ineligible"):
        assert word not in flat


def test_the_reasons_in_full_show_authored_rule_and_minimal_reason() -> None:
    patient = Patient(er="+", pr="-", her2="-", menopause="post", sites=["bone"], prior=["letrozole: progressed"])
    text = " ".join(render(explain(patient, "chemotherapy")).split())
    assert "As authored: HER2-negative disease with visceral metastases." in text
    assert "It cannot hold, because of: no liver metastases; no lung metastases." in text
    assert "Minimal reason here: progressed on hormone (endocrine) therapy." in text
