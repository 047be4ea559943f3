"""Files as YAML: the commonest slips of the hand are told as what they are, whichever parser PyYAML comes with."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from mbc_options import InputError
from mbc_options.source import yaml_positions

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(params=["libyaml", "python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """PyYAML comes with libyaml or without, and each has words of its own for a mistake."""
    if request.param == "python":
        monkeypatch.delattr(yaml, "CSafeLoader", raising=False)
    elif not hasattr(yaml, "CSafeLoader"):
        pytest.skip("this PyYAML has no libyaml")


def problem(text: str, *, json: bool = False) -> tuple[int, int, str]:
    """Return where the only problem of a file is, and what is said of it."""
    with pytest.raises(InputError) as caught:
        yaml_positions.parse(text, "f", json=json)
    (only,) = caught.value.problems
    return only.line, only.column, only.message


WITHIN = "the quoted text has ended before this; likely a quote stands within it (write it as {}), or one further up"
FURTHER_UP = "the quoted text that begins in line {0} has ended before this; likely its quote is not closed in line {0}"


@pytest.mark.parametrize(
    ("text", "line", "column", "sign"),
    [
        ('title: "Irina"s case"\nlevel: x\n', 1, 15, '\\"'),
        ("title: 'Irina's case'\nlevel: x\n", 1, 15, "''"),
        ("title: 'It''s Irina's case'\n", 1, 21, "''"),
        ('title: ""Irina""\n', 1, 10, '\\"'),
        ('title: "Irina", "Eva"\n', 1, 15, '\\"'),
        ('title: "Irina" - "Eva"\n', 1, 16, '\\"'),
        ('"title"s: x\n', 1, 8, '\\"'),
        ('goals:\n  - "Irina"s case"\n  - b\n', 2, 12, '\\"'),
        ('"Irina"s case\n', 1, 8, '\\"'),
    ],
)
def test_what_follows_a_closing_quote_is_told_as_a_quote_within_the_text(
    text: str, line: int, column: int, sign: str
) -> None:
    where = problem(text)
    assert where[:2] == (line, column)
    assert where[2].startswith(f"not YAML: {WITHIN.format(sign)}")
    assert "indent" not in where[2]


@pytest.mark.parametrize(
    ("text", "line", "column", "begins"),
    [
        ('title: "Irina\nlevel: x\nsummary: "a\n', 3, 11, 1),
        ("a: b\ntitle: 'Irina\nlevel: x\nsummary: 'a'\n", 4, 11, 2),
        ('title: "Irina\n"level": x\n', 2, 2, 1),
        ('goals:\n  - "Irina\n  - "b"\n', 3, 6, 2),
        ('title: "Irina\n  b": x\n', 2, 5, 1),
        ('a: "C:\\"\nb: "z"\n', 2, 5, 1),
    ],
)
def test_a_quote_that_is_not_closed_is_told_with_the_line_where_it_opens(
    text: str, line: int, column: int, begins: int
) -> None:
    where = problem(text)
    assert where[:2] == (line, column)
    assert FURTHER_UP.format(begins) in where[2]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("er: +\npr\n", "not YAML: likely line 2 lacks a colon"),
        ('er: +\n"pr"\n', "not YAML: likely line 2 lacks a colon"),
        ('label: "C:\\q"\n', "not YAML: no escape that YAML has; write \\\\ for a backslash, or put"),
        ('label: "\\x1"\n', "not YAML: no escape that YAML has; write \\\\ for a backslash, or put"),
        ('label: "\\U00110000"\n', "not YAML: "),
        ("label: ]\n", "not YAML: this closes a bracket that nothing has opened"),
        ("]", "not YAML: this closes a bracket that nothing has opened"),
        ("{er: +}\n{pr: +}\n", "not YAML: the only value of the file has ended before this"),
        ("label: !<\n", "text that begins with ! must stand in quotes"),
        ("label: [*]\n", "text that begins with * must stand in quotes"),
    ],
)
def test_what_stands_at_a_wrong_place_is_told_in_our_words(text: str, said: str) -> None:
    assert problem(text)[2].startswith(said)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("status:candidate\nbasis: stated\n", 1, 8),
        ("a:\n  - er: +\n    pr:+\n  - er: -x\n", 3, 8),
        ("er: x\npr:\u00a0y\nher2: z\n", 2, 4),
        ("a:\n  - er: x\n    pr y\n    her2: z\n", 3, 5),
        ("a:\n  - er: x\n    pr y\n  - er: z\n", 3, 5),  # the dash is none that was to be a minus sign
        ("er: x\npr y\n", 2, 1),
    ],
)
def test_what_lacks_a_colon_or_a_space_is_told_where_it_lacks_and_not_where_the_parser_stumbles(
    text: str, line: int, column: int
) -> None:
    where = problem(text)
    assert where[:2] == (line, column)
    assert f"line {line} lacks" in where[2] or f"line {line} has a no-break space" in where[2]


BROKEN = (
    'title: "Irina"s case"\n',
    'title: "Irina\n',
    "er: -\n",
    "a:\n\t- b\n",
    "a: b: c\n",
    "a b\nc: d\n",
    "a: @b\n",
    "a: *\n",
    "a: [b\n",
    "a: | b\n",
    "a: b\nc\n",
    "a:\n  - b\n c\n",
    "{a: b}\n{c: d}\n",
    '"\\q"\n',
    "[" * 2000,
    "- " * 30 + "[" * 2000,
    '["' + "[" * 60 + '", ' + "[" * 2000,
)


@pytest.mark.parametrize("text", BROKEN, ids=lambda text: text[:12])
def test_what_is_said_does_not_hang_on_the_words_of_the_parser(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = problem(text)
    parse = yaml.parse

    def other_words(text: str, Loader: Any) -> Iterator[Any]:  # noqa: N803 - PyYAML's name
        try:
            yield from parse(text, Loader=Loader)
        except yaml.MarkedYAMLError as error:
            error.problem, error.context = "unlikely", None if error.context is None else "while unlikely"
            raise

    monkeypatch.setattr(yaml, "parse", other_words)
    assert problem(text) == before
    assert "unlikely" not in before[2]


@pytest.mark.parametrize("before", ["", "- " * 30, '["' + "[" * 60 + '", ', "a:\n  - é😀: "])
def test_too_deep_is_told_at_the_bracket_whichever_library_meets_it_first(before: str) -> None:
    depth = {"": 0, "- " * 30: 30, "a:\n  - é😀: ": 3}.get(before, 1)
    line, column, message = problem(before + "[" * 3000)
    assert message == "nested more than 40 levels deep"
    first = len(before.rpartition("\n")[2]) + 1
    assert (line, column) == (before.count("\n") + 1, first + 40 - depth)


@pytest.mark.parametrize("rest", ["", "---\n"])
def test_a_quote_that_nothing_closes_is_told_with_the_line_where_it_opens(rest: str) -> None:
    assert (
        problem('er: +\ntitle: "Irina\n' + rest)[2] == "not YAML: a quote in line 2, or one further up, is not closed"
    )


@pytest.mark.parametrize(
    ("text", "json"), [('prior: ["a" "b"]\n', False), ('{"er": "+" "pr": "-"}', True), ('["a"s case", b]', False)]
)
def test_within_brackets_a_comma_may_be_what_is_missing(text: str, json: bool) -> None:  # noqa: FBT001 - a table
    assert "the quoted text has ended before this; likely a comma is missing" in problem(text, json=json)[2]


@pytest.mark.parametrize("text", ['["a"}', '{"a": "b"]', '{"a": "b"', '{"a": "b": "c"}'])
def test_a_bracket_after_quoted_text_is_no_matter_of_quotes(text: str) -> None:
    assert "a bracket is not closed" in problem(text)[2]


@pytest.mark.parametrize("text", ["title: One: two\n", 'title: "One": two\n', "- id: one\n  title: One: two\n"])
def test_a_second_colon_in_a_line_is_told_as_one(text: str) -> None:
    assert "a second colon in one line" in problem(text)[2]


@pytest.mark.parametrize(
    ("text", "line", "column", "above"),
    [
        ("  - id: one\n     title: One\n", 2, 11, 1),
        ("a:\n  - id: one\n     title: One: two\n", 3, 11, 2),
        ("a:\n   - candidates\n    - ask: reflect\n", 3, 10, 2),
        ("sites: bone\n  liver: yes\n", 2, 8, 1),
        ("a: b\n c\n d: e\n", 3, 3, 1),
    ],
)
def test_the_first_colon_of_a_line_that_stands_too_far_in_is_told_as_its_indentation(
    text: str, line: int, column: int, above: int
) -> None:
    where = problem(text)
    assert where[:2] == (line, column)
    assert f"too far in, so that it is read as more of the text in line {above}; indent it like" in where[2]


@pytest.mark.parametrize(
    ("text", "above"),
    [("title Irina\nlevel: x\n", 1), ("prior:\n  letrozole\n  FEC: stable\n", 2), ("- b\n  c: d\n", 1)],
)
def test_a_line_beneath_one_without_its_colon_is_told_as_that(text: str, above: int) -> None:
    assert f"this line is read as more of the text in line {above}; likely that one lacks a colon" in problem(text)[2]


@pytest.mark.parametrize("text", ["a: | b\nc: d\n", "a: >- b\n  c\n"])
def test_text_right_after_the_sign_of_a_block_is_told_as_that(text: str) -> None:
    assert problem(text)[2] == "not YAML: text after | or > begins in the next line, further in"


@pytest.mark.parametrize("value", [">90%", "> 90%", ">90 %", ">text"])
def test_a_value_that_begins_with_the_sign_of_a_block_is_told_to_stand_in_quotes(value: str) -> None:
    line, _, message = problem(f"er: {value}\npr: +\n")
    assert line == 1
    assert message == "not YAML: text that begins with > must stand in quotes"


@pytest.mark.parametrize("text", ["a:\n  - b\n - c\n", "a: |\n  b\n c: d\n", "a: b # c\n  d: e\n", 'a: "b"\n  c: d\n'])
def test_a_line_at_a_wrong_depth_is_told_as_that(text: str) -> None:
    assert "this line stands too far in, or not far enough; indent it like its neighbors" in problem(text)[2]


@pytest.mark.parametrize(
    ("text", "line", "column", "above"),
    [
        ("q:\n     - candidates\n      - undetermined\n", 3, 7, 2),
        ("q:\n  - a\n  - b\n    c\n     - d\n  - e\n", 5, 6, 3),
        ("a: b\n\n  - c\n", 3, 3, 1),
        ("a: b\r\n  - c\r\n", 2, 3, 1),
        ("a:\n  b\n  - c\n", 3, 3, 2),
    ],
)
def test_a_dash_within_plain_text_that_was_meant_as_an_entry_is_refused(
    text: str, line: int, column: int, above: int
) -> None:
    where = problem(text)
    assert where[:2] == (line, column)
    assert "this dash stands too far in to begin an entry of a list" in where[2]
    assert f"more of the text in line {above}; where it is text, put the text in quotes or after |" in where[2]


def test_every_dash_that_stands_too_far_in_is_told() -> None:
    with pytest.raises(InputError) as caught:
        yaml_positions.parse("q:\n  - a\n   - b\n   - c\n  - d\n   - e\n", "f")
    assert [(found.line, found.column) for found in caught.value.problems] == [(3, 4), (4, 4), (6, 4)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a: b - c\n  d - e\n", "b - c d - e"),
        ("a: b\n  -c\n", "b -c"),
        ("a: |-\n  - b\n  - c\n", "- b\n- c"),
        ("a: >-\n  b\n  - c\n", "b - c"),
        ("a: 'b\n  - c'\n", "b - c"),
        ('a: "b\n  - c"\n', "b - c"),
        ("a: b\n# - c\n", "b"),
    ],
)
def test_a_dash_that_nobody_takes_for_an_entry_is_text(text: str, value: str) -> None:
    assert yaml_positions.parse(text, "f").data == {"a": value}
