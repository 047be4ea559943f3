"""Lines for a terminal: as wide as it is, with whole words, and nothing in them that it would obey."""

from __future__ import annotations

import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from mbc_options import load_case
from mbc_options.cases.grading import grade
from mbc_options.rendering.filters import unbroken
from mbc_options.rendering.terminal import TerminalTemplate, fitted, status_tables
from mbc_options.text import JOINERS, columns

WORDS = {
    "candidate": {"mark": "[+]", "name": "candidate"},
    "undetermined": {"mark": "[?]", "name": "undetermined"},
    "unspecified": {"mark": "[~]", "name": "unspecified"},
    "not_described": {"mark": "[ ]", "name": "not described"},
    "out_of_scope": {"mark": "[-]", "name": "out of scope"},
}

words = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=25)
firsts = st.sampled_from(["", "  ", "  *\t", "   1.\t", "      \t", "  S001-57\t"])


@given(st.lists(words, max_size=40), firsts, st.integers(min_value=20, max_value=80))
def test_lines_fit_words_stay_whole_and_none_is_lost(parts: list[str], first: str, width: int) -> None:
    lines = fitted(first + " ".join(parts), width).split("\n")
    assert " ".join(lines).split() == [*first.split(), *parts]
    hang = len(first)
    for i, line in enumerate(lines):
        assert columns(line) <= width or len(line.split()) <= 1 + bool(i == 0 and first.strip())
        assert line.startswith(" " * hang if i else first.rstrip("\t").rstrip())


def test_a_tab_says_where_the_further_lines_begin() -> None:
    assert fitted("  *\tone two three", 12) == "  * one two\n    three"
    assert fitted("  one two three", 12) == "  one two\n  three"
    assert fitted("one two", 12) == "one two"
    assert fitted("", 12) == ""


def test_signs_that_take_two_columns_or_none_are_counted_so() -> None:
    for wide in ("\u9aa8" * 5, "\uff21" * 5, "\U0001f642" * 5):
        assert fitted("  *\t" + " ".join([wide] * 3), 30) == f"  * {wide} {wide}\n    {wide}"
    marked = "e\u0301" * 4
    assert fitted(" ".join([marked] * 6), 24) == " ".join([marked] * 5) + f"\n{marked}"
    assert fitted("\u9aa8" * 7 + "\tone two", 24) == "\u9aa8" * 7 + " one two", "no more than 14 columns"
    assert fitted("\u9aa8" * 8 + "\tone two", 24) == "\u9aa8" * 8 + " one two"
    assert fitted("\u9aa8" * 8 + "\tone two", 22) == "\u9aa8" * 8 + " one\ntwo", "too much to hang on"


def test_what_joins_the_signs_of_a_word_stays_in_it() -> None:
    assert fitted("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\u2695\ufe0f", 20) == (
        "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645 \U0001f469\u200d\u2695\ufe0f"
    )


def test_a_mark_is_never_broken() -> None:
    for width in range(20, 60):
        assert "[\n" not in fitted(
            "Bisphosphonates was candidate [+] and is now not described [ ], as were [ ] others", width
        )


@given(st.lists(words, max_size=20), words, words, st.integers(min_value=20, max_value=80))
def test_what_is_to_be_copied_is_neither_broken_nor_changed(
    before: list[str], first: str, last: str, width: int
) -> None:
    copied = f"{first} '{last}  {first}' --rules {last}"
    for begin in ("", "  ", "  *\t"):
        assert copied in fitted(begin + " ".join([*before, unbroken(copied), "end"]), width)


@given(st.text(max_size=60))
def test_nothing_is_left_that_a_terminal_would_obey(text: str) -> None:
    assert all(sign == "\n" or sign.isprintable() or sign in JOINERS for sign in fitted(text))


def test_a_macro_is_told_by_its_name() -> None:
    assert TerminalTemplate("walk/walk.txt.j2").render("not_kept") == "Nothing was kept.\n"


def test_a_table_has_the_status_of_every_class_at_every_stage_in_words() -> None:
    case = load_case("results-still-missing")
    for width in (80, 60, 40):
        tables = status_tables(case, WORDS, width)
        assert max(len(line) for lines in tables for line in lines) <= width
        for i, option in enumerate(case.stages[0].assessment.options):
            statuses = [stage.assessment.options[i].status for stage in case.stages]
            told = " ".join(" ".join(" ".join(lines).split()) for lines in tables)
            assert option.label.split()[0] in told
            for status in statuses:
                assert WORDS[status]["mark"] in told
    (table,) = status_tables(case, WORDS, 80)
    row = next(line for line in table if line.startswith("CDK4/6 inhibitor"))
    found = [word for word in ("[+]", "[?]", "[~]", "[ ]", "[-]") for _ in range(row.count(word))]
    expected = [WORDS[stage.assessment["cdk46_inhibitor"].status]["mark"] for stage in case.stages]
    assert sorted(found) == sorted(expected)
    assert [row.index(mark) for mark in dict.fromkeys(expected)] == sorted(row.index(mark) for mark in set(expected))


def test_a_table_of_wide_signs_is_no_wider_and_its_columns_stand_below_each_other() -> None:
    case = load_case("results-still-missing")
    long, short = "\u9aa8\u8ee2\u79fb\u306e\u8a3a\u65ad\u306e\u3042\u3068\u306e\u8aac\u660e", "\u8a3a\u65ad"
    stages = tuple(replace(stage, title=long if i % 2 else f"{short} e\u0301") for i, stage in enumerate(case.stages))
    named = {id_: {**one, "name": f"{short} {short}{short}{short}"} for id_, one in WORDS.items()}
    for width in (80, 60, 40):
        tables = status_tables(replace(case, stages=stages), named, width)
        assert max(columns(line) for lines in tables for line in lines) <= width
        for lines in tables:
            rule = next(i for i, line in enumerate(lines) if line.startswith("---"))
            head, rows = lines[:rule], lines[rule + 1 :]
            begins = {columns(line[: found.start()]) for line in head for found in re.finditer(r"\d\.", line)}
            marks = {columns(row[: found.start()]) for row in rows for found in re.finditer(r"\[.\]", row)}
            assert marks == begins


def test_an_answer_that_is_partly_right_and_loses_all_points_is_told_so() -> None:
    several = (one for one in load_case("results-still-missing").questions if one.many and len(one.right) > 1)
    question = next(one for one in several if any(not choice.right for choice in one.choices if choice.id != "none"))
    numbers = {choice.id: i for i, choice in enumerate(question.choices, 1)}
    everything = grade(question, [choice.id for choice in question.choices if choice.id != "none"])
    assert everything.hit
    told = TerminalTemplate("walk/walk.txt.j2").render("reveal", everything, numbers)
    assert told.startswith("\nPartly right, but the wrong choices take the points away. 0 of 1 point.\n")
    some = grade(question, [question.right[0].id])
    assert TerminalTemplate("walk/walk.txt.j2").render("reveal", some, numbers).startswith("\nPartly right. 0.")
