"""Plain text: lines, lists and groups lose nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import Patient, explore, render
from mbc_options.exploration.assessment import Counterfactual, Dependency
from mbc_options.exploration.why import explain
from mbc_options.frozendict import FrozenDict
from mbc_options.rendering.filters import counted, fill, grouped_changes, grouped_dependencies, listing, points
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
