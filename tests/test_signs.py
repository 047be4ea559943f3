"""Signs that are not seen: one rule for every text that somebody wrote, in whatever kind of file, and however."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mbc_options import InputError, Patient, load_case, load_patient, load_rulebook
from mbc_options.cases.answers import printable, read_answers
from mbc_options.package_data import templates_dir
from mbc_options.source.yaml_positions import UNSEEN, parse
from mbc_options.text import unseen, without_unseen

if TYPE_CHECKING:
    from collections.abc import Callable

LESSON = Path(__file__).parent / "rulebook" / "rulebooks" / "positive" / "lesson"

ESCAPED = {
    "\\0": "control character U+0000",
    "\\e": "control character U+001B",
    "\\a": "control character U+0007",
    "\\r": "control character U+000D",
    "\\x9b": "control character U+009B",
    "\\u202E": "sign U+202E, which is not seen and turns the direction of reading",
    "\\u2066": "sign U+2066, which is not seen and turns the direction of reading",
    "\\u200F": "sign U+200F, which is not seen and turns the direction of reading",
    "\\u200B": "sign U+200B, which is not seen",
    "\\u00AD": "sign U+00AD, which is not seen",
    "\\u2060": "sign U+2060, which is not seen",
    "\\u200D": "sign U+200D, which is not seen",
    "\\uFEFF": "byte-order mark U+FEFF, which belongs at the beginning of a file and nowhere else",
    "\\U000E0041": "sign U+E0041, which is not seen",
}
"""Ways to write a sign in YAML, and what is told of it."""


def patient(text: str, folder: Path) -> None:
    file = folder / "p.yaml"
    file.write_text(f"er: +\nlabel: {text}\n", encoding="utf-8")
    load_patient(file)


def case(text: str, folder: Path) -> None:
    file = folder / "c.yaml"
    file.write_text(f"level: introductory\ntitle: {text}\n", encoding="utf-8")
    load_case(file)


def answers(text: str, folder: Path) -> None:
    file = folder / "a.json"
    file.write_text(f"case: x\nanswers: [{{question: q, sha256: s, text: {text}}}]\n", encoding="utf-8")
    read_answers(file)


def rulebook(text: str, folder: Path) -> None:
    copy = shutil.copytree(LESSON, folder / "rules")
    (copy / "glossary.yaml").write_text(f"terms:\n  - id: {text}\n    meaning: m\n", encoding="utf-8")
    load_rulebook(copy)


@pytest.mark.parametrize("escaped", ESCAPED)
def test_a_sign_that_an_escape_makes_is_told_with_what_it_is(escaped: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(f'a: b\nc: ["one {escaped} two"]\n', "f")
    (problem,) = caught.value.problems
    assert str(problem) == f"f:2:5: {ESCAPED[escaped]}; remove it"


@pytest.mark.parametrize("escaped", ["\\x1b", "\\u202E", "\\u200B"])
@pytest.mark.parametrize("reader", [patient, case, answers, rulebook])
def test_a_sign_that_is_not_seen_is_told_in_every_kind_of_file(
    reader: Callable[[str, Path], None], escaped: str, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as caught:
        reader(
            f'"one {escaped} two"' if reader is not answers else f'"one {escaped}"'.replace("\\e", "\\x1b"), tmp_path
        )
    (problem,) = (one for one in caught.value.problems if one.code == UNSEEN)
    assert problem.message.endswith("; remove it")
    assert problem.line > 0
    assert str(problem).isprintable()


@pytest.mark.parametrize("sign", ["\u202e", "\u200b", "\u200e", "\xad", "\U000e0041", "\u200d"])
@pytest.mark.parametrize(
    ("before", "after"), [("a: b\nlabel: x", "y\n"), ('a: b\nlabel: "', '"\n'), ("a: b\nx", ": y\n")]
)
def test_one_that_stands_in_the_file_is_told_where_it_stands(sign: str, before: str, after: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(before + sign + after, "f")
    problem = caught.value.problems[0]
    assert (problem.line, problem.column) == (2, len(before.split("\n")[1]) + 1)
    assert f"U+{ord(sign):04X}" in problem.message


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\x85", "\u2028"])
def test_in_a_comment_it_is_told_as_in_a_value_for_it_turns_what_an_author_sees(sign: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(f'# a {sign} # b\r\nlabel: "a{sign}"\npr: 1 # {sign} # c\n# é {sign}', "f")
    problems = [one for one in caught.value.problems if one.code == UNSEEN]
    comments = [one for one in problems if one.line != 2]  # in quotes, YAML reads a break of lines as a blank
    assert [(one.line, one.column) for one in comments] == [(1, 5), (3, 9), (4, 5)]
    assert all(f"U+{ord(sign):04X}" in one.message for one in problems)
    assert [one.line for one in problems] == [1, 2, 3, 4]


def test_a_comment_of_what_is_seen_is_none_of_these() -> None:
    assert parse("# é ❤️‍🔥 می‌خواهم\r\nlabel: a\r\n", "f").data == {"label": "a"}


@pytest.mark.parametrize(
    "text", ["\ufefflabel: a\n", "er: +\n\ufefflabel: a\n", "er: +\nlabel: \ufeffa\n", 'a: "\ufeff"\n']
)
def test_a_byte_order_mark_anywhere_but_at_the_beginning_is_told_as_that(text: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(text, "f")
    (problem,) = caught.value.problems
    assert problem.message.startswith("byte-order mark U+FEFF, which belongs at the beginning of a file")
    before = text[: text.index("\ufeff")]
    assert (problem.line, problem.column) == (before.count("\n") + 1, len(before) - before.rfind("\n"))


SHOWN = ("👩🏽‍⚕️", "❤️‍🔥", "می‌خواهم", "naïve", "e\u0301", "患者", "a\u00a0b", "a\tb\nc", "🏳️‍🌈", "Größe “x”")
"""Signs that a script or an emoji is made of, and those that are seen as space."""


@pytest.mark.parametrize("text", SHOWN)
def test_what_scripts_and_emoji_are_made_of_is_no_sign_that_is_not_seen(text: str) -> None:
    assert unseen(text) is None
    assert without_unseen(text) == text
    assert Patient(label=text).label


WITHOUT_SHAPE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
BEGINS_NUMBERS = {*map(chr, range(0x600, 0x606)), *"\u06dd\u070f\u0890\u0891\u08e2"}
"""Format signs of Arabic and Syriac that have a shape."""


@given(st.text(st.characters(exclude_categories=[], max_codepoint=0xFFFF) | st.sampled_from("\u200c\u200d\U000e0041")))
def test_no_sign_without_a_shape_passes_save_those_that_divide_and_join(text: str) -> None:
    passed = {"\t", "\n", "\u200c", "\u200d", *BEGINS_NUMBERS}
    found = unseen(text)
    if found is None:
        assert all(unicodedata.category(sign) not in WITHOUT_SHAPE or sign in passed for sign in text)
    else:
        assert text[found.at] == found.sign
        assert found.told.endswith("; remove it")
        assert len(without_unseen(text)) < len(text)
    assert unseen(without_unseen(text)) is None


def test_what_a_learner_writes_is_kept_without_them() -> None:
    assert printable("a\x1b]0;p\x07\u202eb\u200d\r\nc") == "a]0;pb\nc"
    assert unseen(printable("".join(map(chr, range(0x3000))))) is None


def test_what_is_typed_in_python_or_as_a_flag_loses_them_instead() -> None:
    assert Patient(label="a\u202eb\x1bc").label == "a b c"
    assert load_rulebook().patient(label="a\u200bb").label == "a b"


LEFT_OUT = """
const left = [];
for (let code = 0; code < 0x110000; code++) {
  const sign = String.fromCodePoint(code);
  if (code >= 0xd800 && code <= 0xdfff) continue;
  if (`e${sign}e`.replace(UNSEEN, '').replace(LONE, '').length > 2) left.push(code);
}
console.log(JSON.stringify(left));
"""


def test_the_page_of_a_case_saves_no_answer_that_is_refused_for_its_signs() -> None:
    node = shutil.which("node")
    if node is None:
        assert "MBC_OPTIONS_REQUIRE_NODE" not in os.environ
        pytest.skip("node is not installed")
    script = (templates_dir() / "case" / "keep.js").read_text(encoding="utf-8")
    rules = re.findall(r"const (?:UNSEEN|LONE) = /.*/gu;", script)
    done = subprocess.run([node, "-e", "".join(rules) + LEFT_OUT], capture_output=True, check=True, text=True)
    kept = json.loads(done.stdout)
    assert len(kept) > 100_000
    assert not [code for code in kept if unseen(f"e{chr(code)}e")]
