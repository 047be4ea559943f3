"""Lines for a terminal: as wide as it is, with whole words, and nothing in them that it would obey."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from mbc_options import load_case
from mbc_options.rendering.filters import unbroken
from mbc_options.rendering.told import Teller, fitted, status_tables

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
        assert len(line) <= width or len(line.split()) <= 1 + bool(i == 0 and first.strip())
        assert line.startswith(" " * hang if i else first.rstrip("\t").rstrip())


def test_a_tab_says_where_the_further_lines_begin() -> None:
    assert fitted("  *\tone two three", 12) == "  * one two\n    three"
    assert fitted("  one two three", 12) == "  one two\n  three"
    assert fitted("one two", 12) == "one two"
    assert fitted("", 12) == ""


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
    assert all(sign == "\n" or sign.isprintable() for sign in fitted(text))


def test_a_macro_is_told_by_its_name() -> None:
    assert Teller("walk.txt.j2").tell("not_kept") == "Nothing was kept.\n"


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
